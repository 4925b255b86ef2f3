//! What the operator sees: `/metrics`, and a page with what was earned.

use super::{body::typed, metrics, page::escape, Body, Shared};
use hyper::{body::Incoming, Request, Response, StatusCode};
use std::fmt::Write;

/// Answers the operator.
pub fn answer(shared: &Shared, request: &Request<Incoming>) -> Response<Body> {
    match request.uri().path() {
        "/metrics" => {
            let kind = "text/plain; version=0.0.4; charset=utf-8";
            typed(StatusCode::OK, kind, metrics::text(shared))
        }
        "/" => typed(StatusCode::OK, "text/html; charset=utf-8", page(shared)),
        _ => super::body::sentence(StatusCode::NOT_FOUND, "There are / and /metrics."),
    }
}

/// Writes what the till has, as Prometheus reads it.
pub fn figures(shared: &Shared) -> String {
    let summary = shared.till.summary();
    let mut text = String::new();
    for (name, value) in [
        ("farthing_earned", summary.earned),
        ("farthing_claimed", summary.claimed),
        ("farthing_unclaimed", summary.unclaimed),
        ("farthing_channels", summary.channels as u128),
        ("farthing_channels_ending", summary.ending.len() as u128),
        ("farthing_chain_seen_milliseconds", u128::from(summary.seen)),
    ] {
        let _ = writeln!(text, "# TYPE {name} gauge\n{name} {value}");
    }
    text
}

fn page(shared: &Shared) -> String {
    let summary = shared.till.summary();
    let token = &shared.live().token;
    let rows = [
        ("Earned", token.unit(summary.earned)),
        ("Claimed", token.unit(summary.claimed)),
        ("Unclaimed", token.unit(summary.unclaimed)),
        ("Channels", summary.channels.to_string()),
    ];
    let rows = rows.map(|(name, value)| format!("<tr><th>{name}<td>{}", escape(&value)));
    format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>Gateway</title><table>{}</table>",
        rows.concat()
    )
}
