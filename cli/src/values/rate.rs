//! Amounts by time.

use super::Amount;
use farthing_client::{ops::streams, Error, Token};
use farthing_types::{Balance, Millis, DAY};
use std::str::FromStr;

/// An amount in a time, such as `0.001/h`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rate {
    amount: Amount,
    millis: Millis,
}

impl Rate {
    /// In billionths of a token's smallest unit in a millisecond, rounded down: not one smallest unit is lost
    /// by that in ten days.
    ///
    /// # Errors
    /// [`Error::Input`].
    pub fn of(&self, token: &Token) -> Result<u128, Error> {
        let rate = streams::rate(self.amount.of(token)?, self.millis);
        rate.ok_or_else(|| Error::Input("The rate is too large.".into()))
    }
}

/// What a rate was meant to bring in a day: it was rounded down, by less than a smallest unit in that time.
pub fn a_day(rate: u128) -> Balance {
    let flows = streams::flow(rate, DAY);
    match flows.checked_add(1) {
        Some(meant) if streams::rate(meant, DAY) == Some(rate) => meant,
        _ => flows,
    }
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("{text:?} is no rate: write an amount and a time, such as 0.001/h");
        let (sum, time) = text.split_once('/').ok_or_else(bad)?;
        let millis = match time.trim() {
            "s" => 1_000,
            "min" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return Err(bad()),
        };
        let amount = sum.trim().parse()?;
        Ok(Self { amount, millis })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rate_comes_to_as_much_a_day_as_it_was_written_for() {
        let token = Token::default();
        for (text, day) in [
            ("2/h", "48"),
            ("1/d", "1"),
            ("0.0000001/s", "0.00864"),
            ("0.07/min", "100.8"),
        ] {
            let rate = text.parse::<Rate>().unwrap().of(&token).unwrap();
            assert_eq!(token.text(a_day(rate)), day, "{text}");
        }
    }

    #[test]
    fn rates_are_as_exact_as_the_contract_can_have_them() {
        let of = |text: &str, token: &Token| text.parse::<Rate>().unwrap().of(token).unwrap();
        let unit = Token::default();
        assert_eq!(of("0.001/s", &unit), 1_000_000_000_000_000);
        assert_eq!(of("0.0036/h", &unit), 1_000_000_000_000);
        assert_eq!(of("0.000000000001/s", &unit), 1_000_000);
        assert_eq!(of("1/h", &unit), 277_777_777_777_777);
        assert_eq!(of("1/h", &Token::new("TAO", 9).unwrap()), 277_777_777_777);
        for bad in ["1", "1/w", "x/s", "1/"] {
            assert!(bad.parse::<Rate>().is_err(), "{bad}");
        }
    }
}
