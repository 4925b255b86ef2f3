//! What is told of claims, and of trouble.

use crate::output::Output;
use farthing_client::Token;
use farthing_gateway::claims::Claimed;
use std::time::{Duration, Instant};

/// How often the same trouble is told.
const EVERY: Duration = Duration::from_secs(60);

/// Says what a claim brought.
pub fn words(claimed: &Claimed, token: &Token) -> String {
    format!(
        "Claimed {} with {} vouchers, for a fee of {}.",
        token.unit(claimed.amount),
        claimed.vouchers,
        token.unit(claimed.fee)
    )
}

/// Tells of trouble, and of the same only now and then.
pub struct Trouble {
    output: Output,
    last: Option<(String, Instant)>,
}

impl Trouble {
    pub fn new(output: Output) -> Self {
        Self { output, last: None }
    }

    pub fn tell(&mut self, text: String) {
        let last = self.last.as_ref();
        if last.is_some_and(|(last, at)| *last == text && at.elapsed() < EVERY) {
            return;
        }
        self.output.warn(&text);
        self.last = Some((text, Instant::now()));
    }
}
