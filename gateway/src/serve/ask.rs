//! The 402: in both protocols at once, and as a page for people.

use super::{body, deliver, metrics::Counted, page, Asked, Body, Stop};
use crate::{
    protocol::{
        challenge::{Correction, Terms},
        mpp, x402,
        x402::Resource,
    },
    rules::{mime_of, Rule},
};
use hyper::{
    header::{self, HeaderValue},
    HeaderMap, Method, Response, StatusCode,
};
use serde_json::json;
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard},
    time::{Duration, Instant, SystemTime},
};

/// What is said to somebody who brought no payment.
pub const NOTHING: &str = "PAYMENT-SIGNATURE header is required";
/// Below this, intermediaries let a header pass.
const MAX_URL: usize = 512;
/// How long a challenge is given out again.
const LIVES: Duration = Duration::from_secs(1);
/// How many challenges are remembered.
const MAX_MADE: usize = 4096;

/// Returns what a rule asks for a request.
pub fn terms(asked: &Asked, rule: &Rule) -> Terms {
    let mut url = asked.url();
    if url.len() > MAX_URL {
        url = asked.shop().site.url.clone();
    }
    // Only asking for more than the headers costs something: a voucher alone comes by HEAD.
    Terms {
        resource: Resource {
            url,
            description: rule.description.clone(),
            mime_type: Some(mime_of(asked.path.name()).into()),
        },
        price: rule.cost.first(),
        unit: rule.cost.unit(),
    }
}

/// Stops with a 402.
pub fn pay(asked: &Asked, terms: &Terms, error: &str, correction: Option<&Correction>) -> Stop {
    asked.shared.metrics.count(match correction {
        None => Counted::Required,
        Some(_) => Counted::Corrected,
    });
    let mut response = match wants_page(asked) {
        true => page::pay(asked, terms),
        false => problem(terms, error, correction),
    };
    write(asked, terms, error, correction, response.headers_mut());
    Box::new(response)
}

/// Returns terms of which only the place and the payee count.
pub fn nothing() -> Terms {
    Terms {
        resource: Resource {
            url: String::new(),
            description: None,
            mime_type: None,
        },
        price: 0,
        unit: "request",
    }
}

/// The challenges that were made within the last second: many ask for the same.
#[derive(Default)]
pub struct Asks(Mutex<HashMap<String, Made>>);

struct Made {
    at: Instant,
    headers: HeaderMap,
}

impl Asks {
    fn get(&self, key: &str) -> Option<HeaderMap> {
        let made = self.lock();
        let made = made.get(key)?;
        (made.at.elapsed() < LIVES).then(|| made.headers.clone())
    }

    fn put(&self, key: String, headers: HeaderMap) {
        let mut made = self.lock();
        if made.len() >= MAX_MADE {
            made.clear();
        }
        let at = Instant::now();
        made.insert(key, Made { at, headers });
    }

    fn lock(&self) -> MutexGuard<HashMap<String, Made>> {
        self.0.lock().unwrap_or_else(|broken| broken.into_inner())
    }
}

/// Writes the challenges of both protocols.
fn write(
    asked: &Asked,
    terms: &Terms,
    error: &str,
    correction: Option<&Correction>,
    to: &mut HeaderMap,
) {
    let is_usual = error == NOTHING && correction.is_none();
    let method = match asked.method {
        Method::HEAD => &Method::GET,
        _ => &asked.method,
    };
    let key = is_usual.then(|| format!("{method} {}", asked.url()));
    let made = key.as_ref().and_then(|key| asked.shop().asks.get(key));
    let made = made.unwrap_or_else(|| {
        let mut headers = HeaderMap::new();
        make(asked, terms, error, correction, &mut headers);
        if let Some(key) = key {
            asked.shop().asks.put(key, headers.clone());
        }
        headers
    });
    to.extend(made);
    deliver::write(asked, to);
    to.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

fn make(
    asked: &Asked,
    terms: &Terms,
    error: &str,
    correction: Option<&Correction>,
    to: &mut HeaderMap,
) {
    let seller = &asked.shop().seller;
    let required = seller.required(terms, error, correction).to_header();
    insert(to, x402::REQUIRED, &required);
    let now = SystemTime::now();
    if let Some(challenge) = seller.challenge(terms, correction, &asked.shared.secret, now) {
        insert(to, mpp::AUTHENTICATE, &challenge.to_header());
    }
}

/// Writes a header; one that cannot be written is left out.
pub fn insert(to: &mut HeaderMap, name: &'static str, value: &str) {
    let name = header::HeaderName::from_bytes(name.as_bytes());
    if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value)) {
        to.insert(name, value);
    }
}

fn problem(terms: &Terms, error: &str, correction: Option<&Correction>) -> Response<Body> {
    let mut problem = json!({
        "type": "about:blank",
        "title": "Payment Required",
        "status": 402,
        "detail": error,
        "amount": terms.price.to_string(),
        "unit": terms.unit,
    });
    if let Some(correction) = correction {
        problem["channelState"] = json!(correction.channel);
    }
    let kind = "application/problem+json";
    body::json_answer(StatusCode::PAYMENT_REQUIRED, kind, &problem)
}

/// Returns whether a person looks at this with a browser.
fn wants_page(asked: &Asked) -> bool {
    let accept = asked.headers.get(header::ACCEPT);
    let accept = accept.and_then(|value| value.to_str().ok());
    asked.method == Method::GET && accept.is_some_and(|types| types.contains("text/html"))
}
