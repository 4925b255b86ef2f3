//! Amounts for people: in UNIT, exact.

use crate::Error;
use farthing_types::Balance;

/// One UNIT in the chain's smallest unit.
pub const UNIT: Balance = 1_000_000_000_000;
/// Decimals of an amount in UNIT.
const DECIMALS: usize = 12;

/// Reads an amount in UNIT, such as `0.02`.
///
/// # Errors
/// [`Error::Input`] if the text is no such amount, has more than 12 decimals, or is too large.
pub fn parse(text: &str) -> Result<Balance, Error> {
    let bad = |why: &str| Error::Input(format!("\"{text}\" is no amount in UNIT: {why}."));
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(decimals) || (whole.is_empty() && decimals.is_empty()) {
        return Err(bad("write it in digits, such as 12 or 0.02"));
    }
    if decimals.len() > DECIMALS {
        return Err(bad("the smallest unit is the 12th decimal"));
    }
    let padded = format!("{whole}{decimals:0<DECIMALS$}");
    padded.parse().map_err(|_| bad("it is too large"))
}

/// An amount in UNIT, with no more decimals than it needs.
pub fn text(amount: Balance) -> String {
    let decimals = format!("{:0DECIMALS$}", amount % UNIT);
    match decimals.trim_end_matches('0') {
        "" => format!("{}", amount / UNIT),
        decimals => format!("{}.{decimals}", amount / UNIT),
    }
}

/// The same with a sign if it is negative.
pub fn signed_text(amount: i128) -> String {
    let sign = if amount < 0 { "-" } else { "" };
    format!("{sign}{}", text(amount.unsigned_abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact() {
        for (words, amount) in [
            ("0", 0),
            ("0.02", UNIT / 50),
            (".5", UNIT / 2),
            ("12", 12 * UNIT),
            ("0.000000000001", 1),
            ("340282366920938463463374607.431768211455", Balance::MAX),
        ] {
            assert_eq!(parse(words).unwrap(), amount);
            assert_eq!(parse(&text(amount)).unwrap(), amount);
        }
        assert_eq!(text(UNIT / 50), "0.02");
        assert_eq!(signed_text(-3 * UNIT as i128 / 2), "-1.5");
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
            " 1",
            "0.0000000000001",
            "1.2.3",
            "340282366920938463463374607.431768211456",
        ] {
            assert!(matches!(parse(words), Err(Error::Input(_))), "{words}");
        }
    }
}
