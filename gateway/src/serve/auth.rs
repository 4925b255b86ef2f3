//! Another server asks whether a request is paid: nginx's `auth_request`, Caddy's and Traefik's `forward_auth`,
//! Envoy's `ext_authz`.
//!
//! Only servers that are trusted may ask, since they say which request it is about. The charge comes before the
//! backend's answer, so a 404 was paid for; the other server can report it, and the price becomes credit again.

use super::{
    body::{self, Body, Stop},
    gate::{self, Passed},
    metrics::Counted,
    receipt, refuse, Arrived, Asked, Live, Shared,
};
use crate::{
    rules::{Auth, Found, Mode, Path, Rule},
    till::ChargeId,
};
use hyper::{header, http::request::Parts, HeaderMap, Method, Response, StatusCode, Uri};
use std::sync::Arc;

/// The header that names the charge of an answer; a report repeats it.
const CHARGE: &str = "farthing-charge";

/// Answers another server whether a request is paid, and takes its reports.
pub async fn answer(
    shared: &Arc<Shared>,
    live: &Arc<Live>,
    shop: usize,
    auth: &Auth,
    arrived: Arrived,
) -> Result<Response<Body>, Stop> {
    if !arrived.trusted {
        let why = "Only servers that are trusted may ask.";
        return Err(refuse(StatusCode::FORBIDDEN, why));
    }
    let parts = arrived.parts;
    let here = parts.uri.path();
    let rest = here.strip_prefix(auth.path.as_str());
    let rest = rest.filter(|rest| rest.is_empty() || rest.starts_with('/'));
    let rest = rest.ok_or_else(|| refuse(StatusCode::NOT_FOUND, "There is nothing here."))?;
    if rest == "/report" && parts.method == Method::POST {
        return report(shared, &parts.headers).await;
    }
    let about = about(&parts, rest)?;
    let shop = shop_of(live, shop, &parts.headers)?;
    let path = Path::read(about.uri.path())
        .map_err(|error| refuse(StatusCode::FORBIDDEN, &error.to_string()))?;
    let asked = Asked {
        shared: shared.clone(),
        live: live.clone(),
        shop,
        method: about.method,
        path,
        query: about.uri.query().map(String::from),
        headers: parts.headers,
        address: arrived.address,
    };
    match live.shops[shop].site.find(&asked.method, &asked.path) {
        Found::Nothing => Err(refuse(StatusCode::FORBIDDEN, "There is nothing here.")),
        // Whether it is a playlist, only the other server sees.
        Found::Free | Found::Playlist(_) => {
            shared.metrics.count(Counted::Free);
            Ok(Response::new(body::full("")))
        }
        Found::Rule(rule) => {
            let passed = pass(&asked, rule).await;
            passed.map_err(|stop| as_told(auth, stop))
        }
    }
}

async fn pass(asked: &Asked, rule: &Rule) -> Result<Response<Body>, Stop> {
    let mut response = Response::new(body::full(""));
    // The other server keeps the body to itself: an identifier is bound to method and path.
    if let Passed::Paid(paid) = gate::pass(asked, rule, &mut body::full("")).await? {
        receipt::write(asked, rule, &paid, &mut response);
        let headers = response.headers_mut();
        let charge = hex::encode(paid.charged.id.0);
        super::ask::insert(headers, CHARGE, &charge);
        let payer = paid.charged.channel.payer.to_string();
        super::ask::insert(headers, "farthing-payer", &payer);
    }
    Ok(response)
}

/// Returns a stop as another server is told it. nginx makes a 500 of a 402: it is told 401 instead.
fn as_told(auth: &Auth, mut stop: Stop) -> Stop {
    if stop.status() == StatusCode::PAYMENT_REQUIRED {
        *stop.status_mut() = auth.status;
    }
    stop
}

/// Gives back a charge, once.
async fn report(shared: &Shared, headers: &HeaderMap) -> Result<Response<Body>, Stop> {
    let charge = text(headers, CHARGE).and_then(|text| {
        let mut id = [0; 32];
        hex::decode_to_slice(text, &mut id).ok()?;
        Some(ChargeId(id))
    });
    let charge = charge.ok_or_else(|| {
        refuse(
            StatusCode::BAD_REQUEST,
            "A report must repeat the header Farthing-Charge of the answer.",
        )
    })?;
    let given = shared.till.give_back(&charge, u128::MAX).await;
    let given = given.map_err(|_| {
        let why = "This cannot be written down at the moment.";
        refuse(StatusCode::SERVICE_UNAVAILABLE, why)
    })?;
    shared.metrics.gave_back(given);
    let given = serde_json::json!({ "givenBack": given.to_string() });
    Ok(body::json_answer(
        StatusCode::OK,
        "application/json",
        &given,
    ))
}

/// The request that a server asks about.
struct About {
    method: Method,
    uri: Uri,
}

fn about(parts: &Parts, rest: &str) -> Result<About, Stop> {
    let headers = &parts.headers;
    let bad = || {
        let why = "The call does not name the request that it is about.";
        refuse(StatusCode::BAD_REQUEST, why)
    };
    let method = said(headers, ["x-original-method", "x-forwarded-method"])?;
    let uri = said(headers, ["x-original-uri", "x-forwarded-uri"])?;
    // Envoy asks by the client's own method, and puts the path behind ours.
    let behind = match (rest, parts.uri.query()) {
        ("", _) => None,
        (rest, Some(query)) => Some(format!("{rest}?{query}")),
        (rest, None) => Some(rest.into()),
    };
    let is_other = |said: Option<&str>, is: &str| said.is_some_and(|said| said != is);
    if let Some(behind) = &behind {
        if is_other(uri, behind) || is_other(method, parts.method.as_str()) {
            return Err(contradiction());
        }
    }
    let method = match method {
        Some(method) => Method::from_bytes(method.as_bytes()).map_err(|_| bad())?,
        None => parts.method.clone(),
    };
    let uri = behind.as_deref().or(uri).ok_or_else(bad)?;
    let uri = uri.parse().map_err(|_| bad())?;
    Ok(About { method, uri })
}

/// Returns what a server says by one of these names. Whoever asks that server can send the other one, and servers pass
/// on what they do not know: where two are there, they must say the same.
fn said<'a>(headers: &'a HeaderMap, names: [&str; 2]) -> Result<Option<&'a str>, Stop> {
    let values = names.into_iter().flat_map(|name| headers.get_all(name));
    let mut values = values.map(|value| value.to_str().map_err(|_| contradiction()));
    let Some(first) = values.next().transpose()? else {
        return Ok(None);
    };
    match values.all(|value| value.is_ok_and(|value| value == first)) {
        true => Ok(Some(first)),
        false => Err(contradiction()),
    }
}

fn contradiction() -> Stop {
    let why = "The question says two things about the request: let the server in front set these headers alone.";
    refuse(StatusCode::BAD_REQUEST, why)
}

/// Returns the site that a question is about, if another than that which was asked.
fn shop_of(live: &Live, asked: usize, headers: &HeaderMap) -> Result<usize, Stop> {
    let host = said(headers, ["x-original-host", "x-forwarded-host"])?;
    let host = host.map(|host| host.split(':').next().unwrap_or_default());
    let is_auth = |shop: &super::Shop| matches!(shop.site.mode, Mode::Auth(_));
    let found = host.and_then(|host| {
        let mut shops = live.shops.iter();
        shops.position(|shop| is_auth(shop) && shop.site.has_host(host))
    });
    Ok(found.unwrap_or(asked))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers
        .get_all(header::HeaderName::from_bytes(name.as_bytes()).ok()?)
        .iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}
