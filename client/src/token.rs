//! A chain's own money: how to read and write amounts of it.

use crate::Error;
use farthing_types::Balance;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The most decimals that a token can have: an amount has at most 39 digits.
const MAX_DECIMALS: u8 = 38;

/// What a chain calls its money, and how many decimals its amounts have.
#[derive(Clone, Debug, Eq, Serialize, Deserialize)]
pub struct Token {
    /// The name of one whole unit, such as `UNIT`.
    pub symbol: String,
    /// How many decimals a whole unit has: one is 10 to this power of the smallest unit.
    pub decimals: u8,
    /// The largest amount that the chain has room for, in the smallest unit. It is known from the chain alone.
    #[serde(skip, default = "no_limit")]
    largest: Balance,
}

fn no_limit() -> Balance {
    Balance::MAX
}

impl PartialEq for Token {
    /// It is the same token by name and decimals, whether or not it was seen on the chain.
    fn eq(&self, other: &Self) -> bool {
        (&self.symbol, self.decimals) == (&other.symbol, other.decimals)
    }
}

impl Default for Token {
    /// Returns the token of `substrate-contracts-node`.
    fn default() -> Self {
        Self {
            symbol: "UNIT".into(),
            decimals: 12,
            largest: Balance::MAX,
        }
    }
}

impl Token {
    /// Returns the token with this symbol and number of decimals.
    ///
    /// # Errors
    /// [`Error::Input`] if amounts cannot have so many decimals, or if the symbol is longer than 12 bytes or
    /// has characters other than letters and digits.
    pub fn new(symbol: &str, decimals: u8) -> Result<Self, Error> {
        let letters = symbol.chars().all(char::is_alphanumeric);
        if decimals > MAX_DECIMALS || !letters || symbol.is_empty() || symbol.len() > 12 {
            return Err(Error::Input(format!(
                "{symbol:?} with {decimals} decimals is no token: its symbol is 1 to 12 letters or digits, and it has at most {MAX_DECIMALS} decimals."
            )));
        }
        Ok(Self {
            symbol: symbol.into(),
            decimals,
            largest: Balance::MAX,
        })
    }

    /// Returns the same token on a chain that has room for amounts up to `largest`.
    #[must_use]
    pub(crate) fn up_to(self, largest: Balance) -> Self {
        Self { largest, ..self }
    }

    /// Checks that the chain has room for an amount.
    ///
    /// # Errors
    /// [`Error::Input`].
    pub fn check(&self, amount: Balance) -> Result<(), Error> {
        match amount <= self.largest {
            true => Ok(()),
            false => Err(Error::Input(format!(
                "{} is too large: the chain has room for at most {}.",
                self.unit(amount),
                self.unit(self.largest)
            ))),
        }
    }

    /// Returns one whole unit, in the smallest unit.
    pub fn whole(&self) -> Balance {
        10u128.saturating_pow(self.decimals.into())
    }

    /// Reads an amount in whole units, such as `0.02`.
    ///
    /// # Errors
    /// [`Error::Input`] if the text is not such an amount, has more decimals than the token, or is too large.
    pub fn parse(&self, text: &str) -> Result<Balance, Error> {
        let bad =
            |why: &str| Error::Input(format!("{text:?} is no amount in {}: {why}.", self.symbol));
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
            return Err(bad("write it in digits, such as 12 or 0.02"));
        }
        let decimals = usize::from(self.decimals);
        if fraction.len() > decimals {
            return Err(bad(&format!("it has at most {decimals} decimals")));
        }
        let padded = format!("{whole}{fraction:0<decimals$}");
        let amount = match padded.as_str() {
            "" => 0,
            digits => digits.parse().map_err(|_| bad("it is too large"))?,
        };
        self.check(amount)?;
        Ok(amount)
    }

    /// Returns an amount in whole units, with no more decimals than it needs: `0.02`.
    pub fn text(&self, amount: Balance) -> String {
        let (whole, decimals) = (self.whole(), usize::from(self.decimals));
        let fraction = format!("{:0decimals$}", amount % whole);
        match fraction.trim_end_matches('0') {
            "" => format!("{}", amount / whole),
            fraction => format!("{}.{fraction}", amount / whole),
        }
    }

    /// Returns a signed amount in whole units.
    pub fn signed_text(&self, amount: i128) -> String {
        let sign = if amount < 0 { "-" } else { "" };
        format!("{sign}{}", self.text(amount.unsigned_abs()))
    }

    /// Returns an amount with the token's symbol: `0.02 UNIT`.
    pub fn unit(&self, amount: Balance) -> String {
        format!("{} {}", self.text(amount), self.symbol)
    }

    /// Returns a signed amount with the token's symbol.
    pub fn signed_unit(&self, amount: i128) -> String {
        format!("{} {}", self.signed_text(amount), self.symbol)
    }

    /// Returns an amount together with its token, for places that cannot ask for the token later.
    pub fn sum(&self, amount: Balance) -> Box<Sum> {
        Box::new(Sum {
            amount,
            token: self.clone(),
        })
    }
}

/// An amount together with its token, which can be displayed by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    /// The amount, in the smallest unit.
    pub amount: Balance,
    /// The token that it is an amount of.
    pub token: Token,
}

impl fmt::Display for Sum {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        to.write_str(&self.token.unit(self.amount))
    }
}

/// Returns an amount as a signed number.
pub(crate) fn signed(amount: Balance) -> i128 {
    i128::try_from(amount).unwrap_or(i128::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amount_that_the_chain_has_no_room_for_is_too_large() {
        let tao = Token::new("TAO", 9).unwrap();
        let narrow = tao.clone().up_to(u64::MAX.into());
        assert_eq!(
            narrow.parse("18446744073.709551615").unwrap(),
            u128::from(u64::MAX)
        );
        for text in ["18446744073.709551616", "18446744074"] {
            let error = narrow.parse(text).unwrap_err();
            assert!(error.to_string().contains("too large"), "{error}");
            tao.parse(text).unwrap();
        }
        assert_eq!(narrow, tao);
    }

    #[test]
    fn amounts_are_exact() {
        let token = Token::default();
        let unit = token.whole();
        for (words, amount) in [
            ("0", 0),
            ("0.02", unit / 50),
            (".5", unit / 2),
            ("12", 12 * unit),
            ("0.000000000001", 1),
            ("340282366920938463463374607.431768211455", Balance::MAX),
        ] {
            assert_eq!(token.parse(words).unwrap(), amount);
            assert_eq!(token.parse(&token.text(amount)).unwrap(), amount);
        }
        assert_eq!(token.text(unit / 50), "0.02");
        assert_eq!(token.signed_text(-3 * unit as i128 / 2), "-1.5");
        assert_eq!(token.unit(unit), "1 UNIT");
    }

    #[test]
    fn same_digits_are_other_amounts_of_other_tokens() {
        let tao = Token::new("TAO", 9).unwrap();
        assert_eq!(tao.parse("1").unwrap(), 1_000_000_000);
        assert_eq!(tao.unit(1), "0.000000001 TAO");
        assert!(tao.parse("0.0000000001").is_err());
        let whole = Token::new("X", 0).unwrap();
        assert_eq!(whole.parse("7").unwrap(), 7);
        assert_eq!(whole.text(7), "7");
        assert!(whole.parse("7.5").is_err());
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for words in [
            "",
            ".",
            "1,5",
            "-1",
            "+1",
            "1e3",
            "0x10",
            "1_000",
            " 1",
            "１",
            "0.0000000000001",
            "1.2.3",
            "340282366920938463463374607.431768211456",
        ] {
            let read = Token::default().parse(words);
            assert!(matches!(read, Err(Error::Input(_))), "{words}");
        }
    }

    #[test]
    fn what_is_no_token_is_refused() {
        for (symbol, decimals) in [
            ("", 12),
            ("UN\u{1b}IT", 12),
            ("UNIT", 39),
            ("ABCDEFGHIJKLM", 1),
        ] {
            assert!(
                Token::new(symbol, decimals).is_err(),
                "{symbol:?} {decimals}"
            );
        }
    }

    proptest! {
        #[test]
        fn every_amount_is_read_back(amount: u128, decimals in 0u8..=MAX_DECIMALS) {
            let token = Token::new("T", decimals).unwrap();
            prop_assert_eq!(token.parse(&token.text(amount)).unwrap(), amount);
        }
    }
}
