//! A line of JSON for each request, without what is secret: no signature, no cookie, no query.

use super::Body;
use crate::{locked, till::Charged};
use farthing_client::Account;
use hyper::{http::request::Parts, Response};
use serde_json::json;
use std::{
    io::Write,
    net::IpAddr,
    sync::Mutex,
    time::{Instant, SystemTime},
};

/// The writer that log lines go to.
pub type Lines = Box<dyn Write + Send>;

/// The log of requests; without a writer, nothing is logged.
pub struct Log(Option<Mutex<Lines>>);

/// What a request paid, for its line.
#[derive(Clone)]
pub struct Paying(Account, u128);

impl Paying {
    /// Notes the payer and the amount of a charge.
    pub fn of(charged: &Charged) -> Self {
        Self(charged.channel.payer, charged.amount)
    }
}

/// What is known of a request before it is answered.
pub struct Noted {
    began: Instant,
    method: String,
    path: String,
    address: IpAddr,
}

impl Log {
    /// Makes one; none if no request is to be logged.
    pub fn new(lines: Option<Lines>) -> Self {
        Self(lines.map(Mutex::new))
    }

    /// Notes a request; nothing if it is not to be logged.
    pub fn note(&self, parts: &Parts, address: IpAddr) -> Option<Noted> {
        self.0.as_ref()?;
        Some(Noted {
            began: Instant::now(),
            method: parts.method.to_string(),
            path: parts.uri.path().into(),
            address,
        })
    }

    /// Writes its line. A log that cannot be written holds up nobody.
    pub fn write(&self, noted: Option<Noted>, host: &str, answered: &Response<Body>) {
        let (Some(lines), Some(noted)) = (&self.0, noted) else {
            return;
        };
        let mut line = json!({
            "at": humantime::format_rfc3339_millis(SystemTime::now()).to_string(),
            "address": noted.address,
            "method": noted.method,
            "host": host,
            "path": noted.path,
            "status": answered.status().as_u16(),
            "microseconds": u64::try_from(noted.began.elapsed().as_micros()).unwrap_or(u64::MAX),
        });
        if let Some(Paying(payer, amount)) = answered.extensions().get() {
            line["payer"] = json!(payer.to_string());
            line["charged"] = json!(amount.to_string());
        }
        let mut lines = locked(lines);
        let _ = writeln!(lines, "{line}");
    }
}
