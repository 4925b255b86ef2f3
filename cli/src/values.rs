//! What people write for amounts, times and parts, and what it means.

mod csv;
mod part;
mod rate;
mod share;
mod time;

pub use csv::{cell, memo_cell};
pub use part::{divide, parts_text, percent, points, Part};
pub use rate::{a_day, Rate};
pub use share::Share;
pub use time::{span_text, Span, When};

use farthing_client::{Error, Token};
use farthing_types::{Balance, CreatorId};
use std::str::FromStr;

/// An amount in the chain's token, as it was written: how much that is depends on the token's decimals, which
/// are known once the chain is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount(String);

impl Amount {
    /// In the smallest unit of a token.
    ///
    /// # Errors
    /// [`Error::Input`] if it has more decimals than the token, or is too large.
    pub fn of(&self, token: &Token) -> Result<Balance, Error> {
        token.parse(&self.0)
    }

    /// The same, if there is one.
    ///
    /// # Errors
    /// Those of [`Amount::of`].
    pub fn of_any(amount: Option<&Self>, token: &Token) -> Result<Option<Balance>, Error> {
        amount.map(|amount| amount.of(token)).transpose()
    }
}

impl FromStr for Amount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.split('.');
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let is_number = parts.by_ref().take(2).all(digits) && parts.next().is_none();
        match is_number && text.bytes().any(|byte| byte != b'.') {
            true => Ok(Self(text.into())),
            false => Err(format!(
                "{text:?} is no amount: write it in digits, such as 12 or 0.02"
            )),
        }
    }
}

/// A creator, by handle and number; by number alone without a handle.
pub fn creator_text(id: CreatorId, handle: Option<&String>) -> String {
    match handle {
        Some(handle) => format!("{handle} (#{id})"),
        None => format!("creator #{id}"),
    }
}

/// The number of something that is named by it: `#0`, or `id:0`, as shells take the former for a comment.
pub fn number_of(name: &str) -> Option<&str> {
    name.strip_prefix('#').or_else(|| name.strip_prefix("id:"))
}

/// A number, with or without what says that it is one: `7`, `#7`, or `id:7`, as shells take `#7` for a comment.
///
/// # Errors
/// If it is none.
pub fn numbered<T: FromStr>(text: &str) -> Result<T, String> {
    let digits = number_of(text).unwrap_or(text);
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.parse().ok().filter(|_| plain);
    number.ok_or_else(|| format!("{text:?} is no number: write 7 or id:7"))
}

/// A name and an amount, such as `ada=0.1`; `bad` says what is wrong where there is no such pair.
///
/// # Errors
/// [`Error::Input`].
pub fn named_amount(text: &str, bad: impl FnOnce() -> String) -> Result<(String, Amount), Error> {
    let (name, amount) = text.rsplit_once('=').ok_or_else(|| Error::Input(bad()))?;
    let amount = amount.parse().map_err(Error::Input)?;
    Ok((name.into(), amount))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_amount_is_refused_before_any_chain_is_known() {
        for bad in [
            "", ".", "1,5", "-1", "+1", "1e3", "1e-3", "0x10", "1_000", " 1", "１", "٣", "1.2.3",
        ] {
            assert!(bad.parse::<Amount>().is_err(), "{bad}");
        }
    }

    #[test]
    fn numbers_are_read_with_their_marks() {
        for good in ["7", "#7", "id:7"] {
            assert_eq!(numbered::<u32>(good), Ok(7));
        }
        for bad in ["", "#", "+7", "-7", "id:", "@7", "##7", "4294967296"] {
            assert!(numbered::<u32>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn amount_is_worth_what_the_token_says() {
        let amount: Amount = "0.5".parse().unwrap();
        assert_eq!(amount.of(&Token::default()).unwrap(), 500_000_000_000);
        assert_eq!(
            amount.of(&Token::new("TAO", 9).unwrap()).unwrap(),
            500_000_000
        );
        assert!(amount.of(&Token::new("X", 0).unwrap()).is_err());
    }
}
