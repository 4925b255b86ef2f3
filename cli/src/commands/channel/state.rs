//! How a channel is, in a word.

use farthing_client::time;
use farthing_contracts::channels::channel::{Channel as OnChain, Moment};

/// How a channel is.
#[derive(Clone, Copy)]
pub enum State {
    Open,
    /// Its payer takes back what is left, and the payee can claim until then.
    Ending(Moment),
    Over(Moment),
}

impl State {
    pub fn of(channel: &OnChain, now: Moment) -> Self {
        match channel.end {
            None => Self::Open,
            Some(end) if end.has_come(now) => Self::Over(end),
            Some(end) => Self::Ending(end),
        }
    }

    /// For programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Ending(_) => "ending",
            Self::Over(_) => "over",
        }
    }

    /// For people.
    pub fn text(self) -> String {
        match self {
            Self::Open => "open".into(),
            Self::Ending(end) => format!(
                "ends at {}, and not before block {}",
                time(end.time),
                end.block
            ),
            Self::Over(end) => format!("over since {}", time(end.time)),
        }
    }
}
