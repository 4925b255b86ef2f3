//! Pages of other sites that may pay.

use super::{body, Body};
use crate::rules::Site;
use hyper::{
    header::{self, HeaderMap, HeaderValue},
    http::request::Parts,
    Method, Response, StatusCode,
};

const EXPOSED: &str =
    "PAYMENT-REQUIRED, PAYMENT-RESPONSE, Payment-Receipt, Farthing-Challenge, WWW-Authenticate, Retry-After, \
Content-Range, Accept-Ranges, Content-Encoding, ETag";
const ALLOWED: &str =
    "PAYMENT-SIGNATURE, Authorization, Farthing-Access, Idempotency-Key, Content-Type, Range, If-Range, Accept";

/// Answers what a browser asks before it lets a page pay; `None` if this is another request.
pub fn preflight(site: &Site, parts: &Parts) -> Option<Response<Body>> {
    let asks = parts.headers.get(header::ACCESS_CONTROL_REQUEST_METHOD);
    let origin = parts.headers.get(header::ORIGIN);
    if parts.method != Method::OPTIONS || asks.is_none() || site.cors.is_empty() {
        return None;
    }
    let mut response = Response::new(body::full(""));
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    if expose(site, origin, headers) {
        let mut say = |name, value| headers.insert(name, HeaderValue::from_static(value));
        say(header::ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED);
        say(
            header::ACCESS_CONTROL_ALLOW_METHODS,
            "GET, HEAD, POST, PUT, PATCH, DELETE",
        );
        say(header::ACCESS_CONTROL_MAX_AGE, "600");
    }
    Some(response)
}

/// Lets a page read the answer; says whether it may.
pub fn expose(site: &Site, origin: Option<&HeaderValue>, to: &mut HeaderMap) -> bool {
    let Some(origin) = origin.filter(|_| !site.cors.is_empty()) else {
        return false;
    };
    to.append(header::VARY, HeaderValue::from_static("Origin"));
    let allowed = match site.cors.iter().any(|one| one == "*") {
        true => HeaderValue::from_static("*"),
        false
            if site
                .cors
                .iter()
                .any(|one| one.as_bytes() == origin.as_bytes()) =>
        {
            origin.clone()
        }
        false => return false,
    };
    to.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
    let exposed = HeaderValue::from_static(EXPOSED);
    to.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    true
}
