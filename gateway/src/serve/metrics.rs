//! Counts requests, and writes figures for Prometheus.

use super::Shared;
use std::{
    fmt::Write,
    sync::atomic::{AtomicU64, Ordering},
};

/// What is counted of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Requests that cost nothing.
    Free,
    /// Requests that were paid for.
    Paid,
    /// Requests for what was bought on chain.
    Delivered,
    /// Requests that were asked to pay.
    Required,
    /// Requests that paid too little, and were told the channel's state.
    Corrected,
    /// Requests that made no sense.
    Bad,
    /// Requests that came too often.
    Limited,
    /// Requests that failed: the backend or the disk.
    Failed,
}

/// All of them, with their names.
pub const ALL: [(Counted, &str); 8] = [
    (Counted::Free, "free"),
    (Counted::Paid, "paid"),
    (Counted::Delivered, "delivered"),
    (Counted::Required, "required"),
    (Counted::Corrected, "corrected"),
    (Counted::Bad, "bad"),
    (Counted::Limited, "limited"),
    (Counted::Failed, "failed"),
];

/// The figures, since this process began.
#[derive(Default)]
pub struct Metrics {
    requests: [AtomicU64; ALL.len()],
    steps: AtomicU64,
    charged: AtomicU64,
    given_back: AtomicU64,
}

impl Metrics {
    /// Counts a request.
    pub fn count(&self, what: Counted) {
        self.requests[what as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a request that was paid for.
    pub fn paid(&self, amount: u128) {
        self.count(Counted::Paid);
        add(&self.charged, amount);
    }

    /// Counts a further step of a stream.
    pub fn paid_step(&self, amount: u128) {
        self.steps.fetch_add(1, Ordering::Relaxed);
        add(&self.charged, amount);
    }

    /// Counts what was given back.
    pub fn gave_back(&self, amount: u128) {
        add(&self.given_back, amount);
    }

    /// Returns how many requests there were of a kind.
    pub fn get(&self, what: Counted) -> u64 {
        self.requests[what as usize].load(Ordering::Relaxed)
    }
}

fn add(to: &AtomicU64, amount: u128) {
    let amount = u64::try_from(amount).unwrap_or(u64::MAX);
    to.fetch_add(amount, Ordering::Relaxed);
}

/// Writes the figures as Prometheus reads them.
pub fn text(shared: &Shared) -> String {
    let metrics = &shared.metrics;
    let mut text = String::from("# TYPE farthing_requests_total counter\n");
    for (what, name) in ALL {
        let count = metrics.get(what);
        let _ = writeln!(
            text,
            "farthing_requests_total{{outcome=\"{name}\"}} {count}"
        );
    }
    let counters = [
        ("farthing_steps_total", &metrics.steps),
        ("farthing_charged_total", &metrics.charged),
        ("farthing_given_back_total", &metrics.given_back),
    ];
    for (name, value) in counters {
        let value = value.load(Ordering::Relaxed);
        let _ = writeln!(text, "# TYPE {name} counter\n{name} {value}");
    }
    text.push_str(&super::admin::figures(shared));
    text
}
