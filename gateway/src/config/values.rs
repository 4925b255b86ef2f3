//! Values as people write them in the file.

use super::Wrong;
use farthing_client::Token;
use serde::{de::Error, Deserialize, Deserializer};
use std::time::Duration;

/// An amount of money, of which it is not known yet how many decimals it has.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(
    untagged,
    expecting = "a price is an amount of whole units in quotes, such as \"0.001\", or a whole number of the smallest unit"
)]
pub enum Price {
    /// In the token's smallest unit: `1000`.
    Smallest(u64),
    /// In whole units: `"0.001"`.
    Whole(String),
}

impl Default for Price {
    fn default() -> Self {
        Self::Smallest(0)
    }
}

impl Price {
    /// Returns the amount, in the token's smallest unit.
    ///
    /// # Errors
    /// [`Wrong`] if the text is no amount.
    pub fn of(&self, token: &Token) -> Result<u128, Wrong> {
        match self {
            Self::Smallest(amount) => Ok(u128::from(*amount)),
            Self::Whole(text) => token.parse(text).map_err(|error| Wrong(error.to_string())),
        }
    }
}

/// The longest span of time: with more, clocks would come to their end.
pub const LONGEST: Duration = Duration::from_secs(366 * 24 * 3600);

/// A span of time, such as `10min`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(pub Duration);

impl Span {
    /// Returns a span of so many seconds.
    pub const fn from_secs(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let span = humantime::parse_duration(&text).map_err(|error| {
            D::Error::custom(format!("{text:?} is no time, such as 30s or 1h: {error}"))
        })?;
        match span <= LONGEST {
            true => Ok(Self(span)),
            false => Err(D::Error::custom(format!("{text:?} is more than a year"))),
        }
    }
}
