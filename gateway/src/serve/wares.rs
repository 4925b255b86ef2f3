//! What a folder or a backend has: found, paid for, and sent.

use super::{
    ask,
    body::{self, Body, Stop},
    describe, folder,
    gate::{self, Paid, Passed},
    meter,
    metrics::Counted,
    proxy, receipt, refuse, Arrived, Asked, Live, Shared,
};
use crate::rules::{Cost, Found, GiveBack, Mode, Path, Rule};
use hyper::{header, HeaderMap, Method, Response, StatusCode};
use std::sync::Arc;

/// How often a request may be done again for one payment, if its answer was not kept.
const MAX_AGAIN: u32 = 8;

/// Answers a request for what a site has.
pub async fn answer(
    shared: &Arc<Shared>,
    live: &Arc<Live>,
    shop: usize,
    arrived: Arrived,
) -> Result<Response<Body>, Stop> {
    let parts = arrived.parts;
    let path = Path::read(parts.uri.path()).map_err(|error| {
        shared.metrics.count(Counted::Bad);
        refuse(StatusCode::BAD_REQUEST, &error.to_string())
    })?;
    let asked = Arc::new(Asked {
        shared: shared.clone(),
        live: live.clone(),
        shop,
        method: parts.method,
        path,
        query: parts.uri.query().map(String::from),
        headers: parts.headers,
        address: arrived.address,
    });
    if let Some(described) = describe::answer(&asked) {
        return Ok(described);
    }
    let site = &live.shops[shop].site;
    match site.find(&asked.method, &asked.path) {
        Found::Nothing => Err(refuse(StatusCode::NOT_FOUND, "There is nothing here.")),
        Found::Free => free(&asked, arrived.body).await,
        Found::Playlist(rule) => playlist(&asked, rule, arrived.body).await,
        Found::Rule(rule) => priced(&asked, rule, arrived.body).await,
    }
}

async fn free(asked: &Arc<Asked>, body: Body) -> Result<Response<Body>, Stop> {
    asked.shared.metrics.count(Counted::Free);
    let file = file(asked)?;
    send(asked, file, body, None, None).await
}

/// Sends a playlist. A backend may take no notice of the end of a path, and send a segment instead: that is not free.
async fn playlist(asked: &Arc<Asked>, rule: &Rule, body: Body) -> Result<Response<Body>, Stop> {
    let is_file = matches!(asked.shop().site.mode, Mode::Folder(_));
    let response = free(asked, body).await?;
    if is_file || !response.status().is_success() || is_text(response.headers()) {
        return Ok(response);
    }
    let terms = ask::terms(asked, rule);
    Err(ask::pay(asked, &terms, ask::NOTHING, None))
}

/// Returns whether an answer is of a type that playlists have, also where a backend does not know them.
fn is_text(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|value| value.to_str().ok());
    let kind = kind.unwrap_or_default().to_ascii_lowercase();
    kind.starts_with("text/") || kind.contains("mpegurl") || kind.contains("xml")
}

async fn priced(asked: &Arc<Asked>, rule: &Rule, mut body: Body) -> Result<Response<Body>, Stop> {
    // Neither the file nor its price is looked for again.
    if let Some(stop) = ask::known(asked) {
        return Err(stop);
    }
    let mut file = file(asked)?;
    let paid = match gate::pass(asked, rule, &mut body).await? {
        Passed::Free => {
            asked.shared.metrics.count(Counted::Free);
            return send(asked, file, body, None, None).await.map(for_one);
        }
        Passed::Bought => return send(asked, file, body, None, None).await.map(for_one),
        Passed::Preview(bytes) => {
            let Some(range) = preview(asked, file.as_mut(), bytes) else {
                let terms = ask::terms(asked, rule);
                return Err(ask::pay(asked, &terms, ask::NOTHING, None));
            };
            asked.shared.metrics.count(Counted::Free);
            let sent = send(asked, file, body, None, Some(range)).await?;
            return only_preview(asked, rule, sent, bytes).map(for_one);
        }
        Passed::Paid(paid) => paid,
    };
    if asked.method == Method::HEAD {
        let mut response = Response::new(body::full(""));
        receipt::write(asked, rule, &paid, &mut response);
        return Ok(response);
    }
    served(asked, rule, *paid, file, body).await
}

/// Lets nobody between keep what costs others something.
fn for_one(mut response: Response<Body>) -> Response<Body> {
    receipt::keep_private(response.headers_mut());
    response
}

/// Sends what was paid for, and gives back what was not had.
async fn served(
    asked: &Arc<Asked>,
    rule: &Rule,
    mut paid: Paid,
    file: Option<folder::Found>,
    body: Body,
) -> Result<Response<Body>, Stop> {
    if let Some((key, binding)) = &paid.once {
        if let Some(response) = asked.shared.answers.get(key, binding) {
            return Ok(same_again(asked, rule, paid, response).await);
        }
        if paid.charged.again && asked.shared.again.count(*key) > MAX_AGAIN {
            let why = "This payment was answered too often: use a new identifier.";
            return Err(refuse(StatusCode::CONFLICT, why));
        }
    }
    let sent = send(asked, file, body, Some(&paid), None).await;
    let response = sent.unwrap_or_else(|stop| *stop);
    let mut response = settle(asked, rule, &mut paid, response).await;
    if let Some((key, binding)) = paid.once.filter(|_| is_kept(rule, response.status())) {
        response = asked.shared.answers.keep(key, binding, response);
    }
    receipt::write(asked, rule, &paid, &mut response);
    match response.status().is_success() {
        true => Ok(meter::meter(asked, rule, &paid.charged, response)),
        false => Ok(response),
    }
}

/// Sends an answer that is kept. What was given back of its charge has the identifier charged for again: that is
/// given back as well.
async fn same_again(
    asked: &Asked,
    rule: &Rule,
    mut paid: Paid,
    mut response: Response<Body>,
) -> Response<Body> {
    if !paid.charged.again {
        let amount = paid.charged.amount;
        give_back(asked, &mut paid, amount).await;
    }
    receipt::write(asked, rule, &paid, &mut response);
    response
}

fn is_kept(rule: &Rule, status: StatusCode) -> bool {
    let is_metered = matches!(rule.cost, Cost::Byte { .. } | Cost::Second { .. });
    !is_metered && !status.is_server_error()
}

/// Gives back what was taken for nothing, or was more than the backend asks.
async fn settle(
    asked: &Asked,
    rule: &Rule,
    paid: &mut Paid,
    mut response: Response<Body>,
) -> Response<Body> {
    let price = response.headers_mut().remove(proxy::PRICE);
    let status = response.status();
    let is_nothing = match rule.give_back {
        GiveBack::Never => false,
        GiveBack::Failures => status.is_server_error(),
        GiveBack::Errors => status.is_server_error() || status.is_client_error(),
    };
    if is_nothing {
        give_back(asked, paid, paid.charged.amount).await;
        return response;
    }
    let Cost::Backend(most) = rule.cost else {
        return response;
    };
    let price = price.map(|price| price.to_str().ok()?.parse::<u128>().ok());
    match price {
        // It says nothing: it costs what was quoted.
        None => response,
        Some(Some(price)) if price <= most => {
            let too_much = paid.charged.amount.saturating_sub(price);
            give_back(asked, paid, too_much).await;
            response
        }
        Some(_) => {
            give_back(asked, paid, paid.charged.amount).await;
            let why = "The backend asks for more than was quoted.";
            *refuse(StatusCode::BAD_GATEWAY, why)
        }
    }
}

async fn give_back(asked: &Asked, paid: &mut Paid, amount: u128) {
    if amount == 0 {
        return;
    }
    // If it cannot be written down, it stays charged; that was on disk before.
    let given = asked.shared.till.give_back(&paid.charged.id, amount).await;
    let given = given.unwrap_or(0);
    asked.shared.metrics.gave_back(given);
    let charged = &mut paid.charged;
    charged.amount = charged.amount.saturating_sub(given);
    charged.spent = charged.spent.saturating_sub(given);
    charged.state.charged_cumulative_amount.0 = charged
        .state
        .charged_cumulative_amount
        .0
        .saturating_sub(given);
}

/// Returns the file that is asked for, in a folder.
fn file(asked: &Asked) -> Result<Option<folder::Found>, Stop> {
    let Mode::Folder(folder) = &asked.shop().site.mode else {
        return Ok(None);
    };
    let places = (folder.as_path(), &asked.shop().places);
    folder::find(places, &asked.path, &asked.method, &asked.headers).map(Some)
}

async fn send(
    asked: &Asked,
    file: Option<folder::Found>,
    body: Body,
    paid: Option<&Paid>,
    range: Option<header::HeaderValue>,
) -> Result<Response<Body>, Stop> {
    match (&asked.shop().site.mode, file) {
        (_, Some(file)) => Ok(file.answer(&asked.method)),
        (Mode::Proxy(backend), None) => {
            let answer = proxy::forward(asked, backend, body, paid, range).await;
            answer.inspect_err(|_| asked.shared.metrics.count(Counted::Failed))
        }
        _ => Err(refuse(StatusCode::NOT_FOUND, "There is nothing here.")),
    }
}

/// Cuts what is asked for to the preview; `None` if it is not asked for.
fn preview(
    asked: &Asked,
    file: Option<&mut folder::Found>,
    bytes: u64,
) -> Option<header::HeaderValue> {
    let unused = header::HeaderValue::from_static("");
    if let Some(file) = file {
        return file.cut(bytes).then_some(unused);
    }
    let (first, last) = simple_range(&asked.headers)?;
    let last = last.unwrap_or(u64::MAX).min(bytes.checked_sub(1)?);
    let range = format!("bytes={first}-{last}");
    (first <= last).then(|| header::HeaderValue::from_str(&range).unwrap_or(unused))
}

fn simple_range(headers: &HeaderMap) -> Option<(u64, Option<u64>)> {
    let text = headers.get(header::RANGE)?.to_str().ok()?;
    let (first, last) = text.strip_prefix("bytes=")?.split_once('-')?;
    let last = match last {
        "" => None,
        last => Some(last.parse().ok()?),
    };
    Some((first.parse().ok()?, last))
}

/// Holds a backend to what it was asked for: one that knows no ranges would give away all.
fn only_preview(
    asked: &Asked,
    rule: &Rule,
    response: Response<Body>,
    bytes: u64,
) -> Result<Response<Body>, Stop> {
    let told = response.headers().get(header::CONTENT_RANGE);
    let last = told.and_then(|value| {
        let range = value.to_str().ok()?.strip_prefix("bytes ")?;
        let (range, _) = range.split_once('/')?;
        range.split_once('-')?.1.parse::<u64>().ok()
    });
    let is_part = response.status() == StatusCode::PARTIAL_CONTENT;
    if !is_part || last.is_none_or(|last| last >= bytes) {
        let terms = ask::terms(asked, rule);
        return Err(ask::pay(asked, &terms, ask::NOTHING, None));
    }
    let (parts, body) = response.into_parts();
    let most = usize::try_from(bytes).unwrap_or(usize::MAX);
    let body = http_body_util::Limited::new(body, most);
    Ok(Response::from_parts(
        parts,
        http_body_util::BodyExt::boxed_unsync(body),
    ))
}
