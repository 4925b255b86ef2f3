//! The 402: in both protocols at once, and as a page for people.

use super::{body, deliver, metrics::Counted, page, Asked, Body, Stop};
use crate::{
    locked,
    protocol::{
        challenge::{Correction, Terms},
        mpp, x402,
        x402::Resource,
    },
    rules::{mime_of, Rule},
};
use hyper::{
    body::Bytes,
    header::{self, HeaderName, HeaderValue},
    HeaderMap, Method, Response, StatusCode,
};
use serde_json::{json, Value};
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
/// Headers that make no difference to a 402, but for `Accept` where it asks for a page.
const PLAIN: [HeaderName; 10] = [
    header::ACCEPT,
    header::ACCEPT_ENCODING,
    header::ACCEPT_LANGUAGE,
    header::CACHE_CONTROL,
    header::CONNECTION,
    header::HOST,
    header::ORIGIN,
    header::PRAGMA,
    header::REFERER,
    header::USER_AGENT,
];

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
        false => typed(problem(terms, error, correction).to_string()),
    };
    write(asked, terms, error, correction, response.headers_mut());
    Box::new(response)
}

/// Stops with a 402 somebody who brought no payment, nor anything else that this rule looks at.
pub fn pay_first(asked: &Asked, rule: &Rule, terms: &Terms) -> Stop {
    let stop = pay(asked, terms, NOTHING, None);
    let is_same_for_all = rule.free_per_day == 0 && rule.item.is_none();
    if is_same_for_all && says_nothing(asked) {
        let text = problem(terms, NOTHING, None).to_string();
        asked.shop().asks.put_text(&key(asked), text.into());
    }
    stop
}

/// Returns the 402 that another got within the last second who asked for the same, and said as little.
pub fn known(asked: &Asked) -> Option<Stop> {
    if !says_nothing(asked) {
        return None;
    }
    let made = asked.shop().asks.get(&key(asked))?;
    let mut response = typed(made.text?);
    response.headers_mut().extend(made.headers);
    asked.shared.metrics.count(Counted::Required);
    Some(Box::new(response))
}

/// Returns whether nothing in a request makes its 402 another one.
fn says_nothing(asked: &Asked) -> bool {
    let is_plain = |name: &HeaderName| PLAIN.contains(name);
    asked.method == Method::GET && asked.headers.keys().all(is_plain) && !wants_page(asked)
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

#[derive(Clone)]
struct Made {
    at: Instant,
    headers: HeaderMap,
    /// What else the answer has, if all get the same who say nothing.
    text: Option<Bytes>,
}

impl Asks {
    fn get(&self, key: &str) -> Option<Made> {
        let made = self.lock();
        let made = made.get(key)?;
        (made.at.elapsed() < LIVES).then(|| made.clone())
    }

    fn put(&self, key: String, headers: HeaderMap) {
        let mut made = self.lock();
        if made.len() >= MAX_MADE {
            made.clear();
        }
        let at = Instant::now();
        let text = None;
        made.insert(key, Made { at, headers, text });
    }

    fn put_text(&self, key: &str, text: Bytes) {
        if let Some(made) = self.lock().get_mut(key) {
            made.text = Some(text);
        }
    }

    fn lock(&self) -> MutexGuard<HashMap<String, Made>> {
        locked(&self.0)
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
    let key = is_usual.then(|| key(asked));
    let made = key.as_ref().and_then(|key| asked.shop().asks.get(key));
    let made = made.map(|made| made.headers);
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

/// Names what is asked for: all that its challenges depend on.
fn key(asked: &Asked) -> String {
    let method = match asked.method {
        Method::HEAD => &Method::GET,
        _ => &asked.method,
    };
    format!("{method} {}", asked.url())
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

fn problem(terms: &Terms, error: &str, correction: Option<&Correction>) -> Value {
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
    problem
}

fn typed(text: impl Into<Bytes>) -> Response<Body> {
    body::typed(
        StatusCode::PAYMENT_REQUIRED,
        "application/problem+json",
        text,
    )
}

/// Returns whether a person looks at this with a browser.
fn wants_page(asked: &Asked) -> bool {
    let accept = asked.headers.get(header::ACCEPT);
    let accept = accept.and_then(|value| value.to_str().ok());
    asked.method == Method::GET && accept.is_some_and(|types| types.contains("text/html"))
}
