//! The backend that a site stands in front of.
//!
//! Where it is stands in the file; nothing that a client sends has a say in it. A request is written anew from what
//! was understood of it, so the backend cannot understand another one, and with what was paid for it.

use super::{
    body::{refuse, Body, Stop},
    gate::Paid,
    Asked,
};
use crate::protocol::{mpp::Credential, x402};
use http_body_util::BodyExt;
use hyper::{
    header::{self, HeaderMap, HeaderName, HeaderValue},
    http::uri::{PathAndQuery, Uri},
    Request, Response, StatusCode,
};
use hyper_util::{
    client::legacy::{connect::HttpConnector, Client},
    rt::TokioExecutor,
};
use std::time::Duration;

/// The client whose connections go to backends.
pub type Backend = Client<HttpConnector, Body>;

/// Headers that are about one connection only.
const HOP_BY_HOP: [&str; 9] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];
/// By these, some backends take another path, host or method than that of the request, and some servers in front set
/// them. What was paid for is what the request says.
const OTHER_REQUESTS: [&str; 14] = [
    "x-original-url",
    "x-original-uri",
    "x-original-method",
    "x-original-host",
    "x-rewrite-url",
    "x-forwarded-uri",
    "x-forwarded-path",
    "x-forwarded-prefix",
    "x-forwarded-method",
    "x-host",
    "x-http-host-override",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
];
/// What the backend is told of a payment. Clients cannot say it themselves.
const PAYER: &str = "farthing-payer";
const AMOUNT: &str = "farthing-amount";
/// What the backend says that an answer costs, in the smallest unit.
pub const PRICE: &str = "farthing-price";

/// Makes the connections, as they are needed.
pub fn backend() -> Backend {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    connector.set_connect_timeout(Some(Duration::from_secs(10)));
    Client::builder(TokioExecutor::new())
        .pool_max_idle_per_host(256)
        .build(connector)
}

/// Asks the backend. `range` is what of the answer is asked for, if not what the client wants.
pub async fn forward(
    asked: &Asked,
    backend: &Uri,
    body: Body,
    paid: Option<&Paid>,
    range: Option<HeaderValue>,
) -> Result<Response<Body>, Stop> {
    let mut request = Request::new(body);
    *request.method_mut() = asked.method.clone();
    *request.uri_mut() = target(asked, backend)?;
    *request.headers_mut() = headers(asked, paid);
    if let Some(range) = range {
        request.headers_mut().insert(header::RANGE, range);
        request.headers_mut().remove(header::IF_RANGE);
    }
    let answer = asked.shared.backend.request(request);
    let answer = tokio::time::timeout(asked.live.limits.backend.0, answer).await;
    let answer = answer
        .map_err(|_| refuse(StatusCode::GATEWAY_TIMEOUT, "The backend says nothing."))?
        .map_err(|_| refuse(StatusCode::BAD_GATEWAY, "The backend cannot be reached."))?;
    if answer.status().is_informational() {
        let why = "The backend wants to speak another protocol.";
        return Err(refuse(StatusCode::BAD_GATEWAY, why));
    }
    let (mut parts, body) = answer.into_parts();
    drop_hop_by_hop(&mut parts.headers);
    Ok(Response::from_parts(
        parts,
        body.map_err(Into::into).boxed_unsync(),
    ))
}

fn target(asked: &Asked, backend: &Uri) -> Result<Uri, Stop> {
    let mut text = asked.path.encoded();
    if let Some(query) = &asked.query {
        text.push('?');
        text.push_str(query);
    }
    let path: Result<PathAndQuery, _> = text.parse();
    let mut parts = backend.clone().into_parts();
    parts.path_and_query = path.ok();
    let uri = Uri::from_parts(parts).ok();
    let found = uri.filter(|uri| uri.authority() == backend.authority());
    found.ok_or_else(|| refuse(StatusCode::BAD_REQUEST, "This is no address."))
}

/// Returns what the backend is told: what the client said, without what was meant for the gateway.
fn headers(asked: &Asked, paid: Option<&Paid>) -> HeaderMap {
    let mut headers = asked.headers.clone();
    drop_hop_by_hop(&mut headers);
    // For some backends, an underscore is a hyphen: such a name could be one that only the gateway may say.
    let odd =
        |name: &HeaderName| name.as_str().contains('_') || name.as_str().starts_with("farthing-");
    let odd: Vec<_> = headers.keys().filter(|name| odd(name)).cloned().collect();
    for name in odd {
        headers.remove(name);
    }
    headers.remove(x402::SIGNATURE);
    let is_payment = |value: &HeaderValue| {
        let text = value.to_str().ok();
        text.and_then(Credential::from_header).is_some()
    };
    if headers.get(header::AUTHORIZATION).is_some_and(is_payment) {
        headers.remove(header::AUTHORIZATION);
    }
    drop_cookie(asked, &mut headers);
    for name in OTHER_REQUESTS {
        headers.remove(name);
    }
    headers.remove("forwarded");
    // Whoever waits for leave to send a body has got it here.
    headers.remove(header::EXPECT);
    let mut say = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    say("x-forwarded-for", &asked.address.to_string());
    let is_secure = asked.shop().site.is_secure;
    say(
        "x-forwarded-proto",
        if is_secure { "https" } else { "http" },
    );
    say("x-forwarded-host", &asked.shop().site.realm);
    if let Some(paid) = paid {
        say(PAYER, &paid.charged.channel.payer.to_string());
        say(AMOUNT, &paid.charged.amount.to_string());
    }
    headers
}

/// Removes the gateway's cookie, and leaves the others.
fn drop_cookie(asked: &Asked, headers: &mut HeaderMap) {
    let ours = super::cookie::name(asked);
    let cookies = headers.get_all(header::COOKIE).iter();
    let cookies = cookies.filter_map(|value| value.to_str().ok());
    let kept: Vec<_> = cookies
        .flat_map(|value| value.split(';'))
        .map(str::trim)
        .filter(|cookie| cookie.split('=').next() != Some(ours))
        .collect();
    let kept = HeaderValue::from_str(&kept.join("; "));
    headers.remove(header::COOKIE);
    if let Some(kept) = kept.ok().filter(|kept| !kept.is_empty()) {
        headers.insert(header::COOKIE, kept);
    }
}

fn drop_hop_by_hop(headers: &mut HeaderMap) {
    let named = headers.get_all(header::CONNECTION).iter();
    let named = named.filter_map(|value| value.to_str().ok());
    let named = named.flat_map(|value| value.split(','));
    let named: Vec<_> = named
        .filter_map(|name| HeaderName::from_bytes(name.trim().as_bytes()).ok())
        .collect();
    for name in named {
        headers.remove(name);
    }
    for name in HOP_BY_HOP {
        headers.remove(name);
    }
}
