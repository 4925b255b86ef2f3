//! What the operator sees: `/metrics`, and a page with what was earned.

use super::{body::typed, feed, metrics, page::escape, Body, Shared};
use hyper::{body::Incoming, Request, Response, StatusCode};
use std::{
    fmt::Write,
    time::{Duration, UNIX_EPOCH},
};

const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}\
th{text-align:left;padding-right:2rem;font-weight:normal}td{text-align:right;font-variant-numeric:tabular-nums}\
svg{width:100%;border-bottom:1px solid #888}polyline{fill:none;stroke-width:2}\
.earned{stroke:#0a5}.claimed{stroke:#57c}p b{font-weight:normal}b.earned{color:#0a5}b.claimed{color:#57c}";

/// Answers a request to the operator's address.
pub fn answer(shared: &Shared, request: &Request<Incoming>) -> Response<Body> {
    match request.uri().path() {
        "/metrics" => {
            let kind = "text/plain; version=0.0.4; charset=utf-8";
            typed(StatusCode::OK, kind, metrics::text(shared))
        }
        feed::PATH => feed::tell(shared, request.headers(), request.uri().query()),
        "/" => typed(StatusCode::OK, "text/html; charset=utf-8", page(shared)),
        _ => super::body::sentence(
            StatusCode::NOT_FOUND,
            "There are /, /metrics and /watchtower.",
        ),
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
    let seen = UNIX_EPOCH + Duration::from_millis(summary.seen);
    let rows = [
        ("Earned", token.unit(summary.earned)),
        ("Claimed", token.unit(summary.claimed)),
        ("Unclaimed", token.unit(summary.unclaimed)),
        ("Channels", summary.channels.to_string()),
        (
            "The chain was seen",
            humantime::format_rfc3339_seconds(seen).to_string(),
        ),
    ];
    let row = |name: &str, value: &str| format!("<tr><th>{name}<td>{}", escape(value));
    let mut table: String = rows.iter().map(|(name, value)| row(name, value)).collect();
    for (what, name) in metrics::ALL {
        let count = shared.metrics.get(what).to_string();
        table.push_str(&row(&format!("Requests: {name}"), &count));
    }
    let ending = summary.ending.iter().map(|channel| {
        let (payer, lane) = (channel.payer.to_string(), channel.lane);
        format!("<li>{} {lane}", escape(&payer))
    });
    let ending: String = ending.collect();
    let ending = match ending.is_empty() {
        true => "<p>No channel is ending.".into(),
        false => format!("<p>Channels that are ending:<ul>{ending}</ul>"),
    };
    format!(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width\">\
         <meta http-equiv=refresh content=60><title>Gateway</title><style>{STYLE}</style><h1>Gateway</h1>{}\
         <p><b class=earned>earned</b>, <b class=claimed>claimed</b><table>{table}</table>{ending}</html>",
        shared.history.plot(&summary)
    )
}
