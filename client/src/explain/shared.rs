//! Sentences for errors that several contracts have.

use super::Explain;
use crate::Token;
use farthing_types::{
    handle::{HandleError, MAX_LENGTH, MIN_LENGTH},
    pause::PauseError,
    split::{SplitError, MAX_RECIPIENTS, PARTS},
    text::TextError,
    Millis,
};
use std::time::{Duration, UNIX_EPOCH};

/// The last moment of the year 9999: later ones have no date of this form.
const LAST: Millis = 253_402_300_799_999;

/// Returns a time for people, to the second. The largest number, which contracts use for "never", gives `never`.
pub fn time(millis: Millis) -> String {
    match millis {
        Millis::MAX => "never".into(),
        ..=LAST => {
            let time = UNIX_EPOCH + Duration::from_millis(millis);
            humantime::format_rfc3339_seconds(time).to_string()
        }
        _ => format!("{millis} ms after 1970"),
    }
}

/// The sentence for a payment that the chain refuses to make.
pub const TRANSFER_FAILED: &str = "The chain refused to move the money: the account does not exist yet, and this is less than the least that an account can have; wait until more is due, or send the account something first.";

/// The sentence for a list that is empty or too long.
pub const BATCH_SIZE: &str = "A batch has 1 to 64 entries: split it up.";

/// The sentence for a sum that is too large to be represented.
pub const OVERFLOW: &str = "The sum is larger than any amount of money there can be.";

impl Explain for HandleError {
    fn explain(&self, _: &Token) -> String {
        match self {
            Self::Length => format!("A handle has {MIN_LENGTH} to {MAX_LENGTH} characters."),
            Self::Character => "A handle is made of a to z, 0 to 9 and hyphens.".into(),
            Self::Hyphen => {
                "A handle has no hyphen at its start or end, and no two in a row.".into()
            }
        }
    }
}

impl Explain for SplitError {
    fn explain(&self, _: &Token) -> String {
        match self {
            Self::RecipientCount => format!("A split has 1 to {MAX_RECIPIENTS} recipients."),
            Self::ZeroParts => {
                "Every recipient of a split gets something: leave out those with nothing.".into()
            }
            Self::DuplicateRecipient => {
                "An account is in the split twice: add its parts up.".into()
            }
            Self::SumOff(sum) => {
                format!("The parts of a split add up to {PARTS} (100 %), and not to {sum}.")
            }
        }
    }
}

impl Explain for TextError {
    fn explain(&self, _: &Token) -> String {
        match self {
            Self::TooLong => "It is too long.".into(),
            Self::NotUtf8 => "It is no text.".into(),
            Self::Unprintable => {
                "It has line breaks, control characters or others that cannot be seen.".into()
            }
        }
    }
}

impl Explain for PauseError {
    fn explain(&self, _: &Token) -> String {
        match self {
            Self::Duration => "A pause lasts more than nothing and at most 7 days.".into(),
            Self::NotBefore(at) => format!("There can be another pause from {} on.", time(*at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_any_size_can_be_told() {
        assert_eq!(time(0), "1970-01-01T00:00:00Z");
        assert_eq!(time(LAST), "9999-12-31T23:59:59Z");
        assert_eq!(time(LAST + 1), format!("{} ms after 1970", LAST + 1));
        assert_eq!(time(Millis::MAX - 1), format!("{} ms after 1970", Millis::MAX - 1));
        assert_eq!(time(Millis::MAX), "never");
    }
}
