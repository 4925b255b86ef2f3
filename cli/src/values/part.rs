//! Parts of a whole, which people write as percent or as fractions.

use std::str::FromStr;

/// The most digits that numbers in a part can have, so that everything is exact.
const MAX_DIGITS: usize = 12;

/// A part of a whole, exact: `60`, `60%`, `33.3333%` or `1/3`. A number by itself is percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    above: u128,
    below: u128,
    /// Whether it was written as a fraction, which may come to no whole number of parts.
    is_fraction: bool,
}

impl Part {
    /// How many of a whole of `all` that is; `None` if it is not a whole number of them.
    pub fn of(self, all: u32) -> Option<u32> {
        let product = self.above.checked_mul(all.into())?;
        (product % self.below == 0)
            .then(|| u32::try_from(product / self.below).ok())
            .flatten()
    }
}

impl FromStr for Part {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("{text:?} is no part of a whole: write 60, 60%, 12.5% or 1/3");
        let number = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            (digits && text.len() <= MAX_DIGITS)
                .then(|| text.parse::<u128>().ok())
                .flatten()
                .ok_or_else(bad)
        };
        if let Some((above, below)) = text.split_once('/') {
            let (above, below) = (number(above)?, number(below)?);
            return match below {
                0 => Err(bad()),
                below => Ok(Self {
                    above,
                    below,
                    is_fraction: true,
                }),
            };
        }
        let percent = text.strip_suffix('%').unwrap_or(text).trim_end();
        let (whole, fraction) = percent.split_once('.').unwrap_or((percent, "0"));
        if fraction.len() > MAX_DIGITS {
            return Err(bad());
        }
        let scale = 10u128.pow(u32::try_from(fraction.len()).map_err(|_| bad())?);
        Ok(Self {
            above: number(whole)? * scale + number(fraction)?,
            below: 100 * scale,
            is_fraction: false,
        })
    }
}

/// Divides a whole of `all` parts as is said, to the last one. What fractions such as 1/3 leave over goes to
/// those who are short of most, the first of them first.
///
/// # Errors
/// What is wrong, in a sentence: they do not add up, or one is finer than the whole can be divided.
pub fn divide(shares: &[Part], all: u32) -> Result<Vec<u32>, String> {
    let mut divided = Vec::new();
    let mut short = Vec::new();
    for (place, share) in shares.iter().enumerate() {
        if let (None, false) = (share.of(all), share.is_fraction) {
            return Err(format!(
                "{} % cannot be divided so finely: the smallest part is {} %.",
                decimal(share.above * 100, share.below),
                decimal(100, all.into())
            ));
        }
        let product = share.above * u128::from(all);
        let parts = u32::try_from(product / share.below).map_err(|_| beyond())?;
        divided.push(parts);
        short.push((std::cmp::Reverse(fraction_of(product, share.below)), place));
    }
    let sum = divided
        .iter()
        .try_fold(0u32, |sum, parts| sum.checked_add(*parts));
    let sum = sum.ok_or_else(beyond)?;
    if !is_whole(shares) {
        return Err(format!(
            "The parts add up to {} %, and not to 100 %. A third each is 1/3.",
            decimal(u128::from(sum) * 100, all.into())
        ));
    }
    short.sort();
    let left = usize::try_from(all.saturating_sub(sum)).unwrap_or(0);
    for (_, place) in short.into_iter().take(left) {
        divided[place] += 1;
    }
    Ok(divided)
}

fn beyond() -> String {
    "The parts add up to more than 100 %.".into()
}

/// A remainder, comparable between wholes of different size.
fn fraction_of(product: u128, below: u128) -> u128 {
    (product % below) * 1_000_000_000_000 / below
}

/// Whether parts add up to a whole, exactly.
fn is_whole(shares: &[Part]) -> bool {
    let sum = shares
        .iter()
        .try_fold((0, 1), |sum, share| add(sum, (share.above, share.below)));
    sum.is_some_and(|(above, below)| above == below)
}

/// The sum of two fractions, shortened; `None` if its numbers are too large.
fn add((a, b): (u128, u128), (c, d): (u128, u128)) -> Option<(u128, u128)> {
    let above = a.checked_mul(d)?.checked_add(c.checked_mul(b)?)?;
    let below = b.checked_mul(d)?;
    let divisor = gcd(above, below);
    Some((above / divisor, below / divisor))
}

fn gcd(a: u128, b: u128) -> u128 {
    match b {
        0 => a.max(1),
        b => gcd(b, a % b),
    }
}

/// A fraction as a decimal number with as many digits as it needs, at most eight.
fn decimal(above: u128, below: u128) -> String {
    let below = below.max(1);
    let fraction = format!("{:08}", above % below * 100_000_000 / below);
    match fraction.trim_end_matches('0') {
        "" => format!("{}", above / below),
        digits => format!("{}.{digits}", above / below),
    }
}

/// Parts of a whole of `all`, as percent: `12.5 %`.
pub fn parts_text(parts: u32, all: u32) -> String {
    format!("{} %", decimal(u128::from(parts) * 100, all.into()))
}

/// Basis points, as percent.
pub fn percent(points: u16) -> String {
    parts_text(points.into(), 10_000)
}

/// Reads a part of a whole in basis points.
///
/// # Errors
/// What is wrong, as the end of a sentence.
pub fn points(text: &str) -> Result<u32, String> {
    let part: Part = text.parse()?;
    let points = part.of(10_000);
    points.ok_or_else(|| format!("{text:?} is too fine: the smallest part is 0.01 %"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parts(texts: &[&str]) -> Vec<Part> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn parts_are_percent_or_fractions() {
        for (text, of) in [
            ("60", 600_000),
            ("60%", 600_000),
            ("60 %", 600_000),
            ("0.0001", 1),
            ("1/4", 250_000),
        ] {
            assert_eq!(
                text.parse::<Part>().unwrap().of(1_000_000),
                Some(of),
                "{text}"
            );
        }
        assert_eq!("0.05%".parse::<Part>().unwrap().of(10_000), Some(5));
        assert_eq!("1/3".parse::<Part>().unwrap().of(1_000_000), None);
        for bad in [
            "",
            "%",
            "+60",
            "-1",
            "1/0",
            "1/",
            "/3",
            "60%%",
            "6 0",
            "x",
            ".5",
            "1e2",
            "1.0000000000001",
        ] {
            assert!(bad.parse::<Part>().is_err(), "{bad}");
        }
    }

    #[test]
    fn basis_points_are_written_with_and_without_the_sign() {
        for text in ["12.5", "12.5%", "1/8"] {
            assert_eq!(points(text), Ok(1_250), "{text}");
        }
        assert_eq!(points("1000%"), Ok(100_000));
        assert!(points("0.001%").unwrap_err().contains("0.01 %"));
        assert!(points("%").is_err());
    }

    #[test]
    fn a_third_each_is_all_of_it() {
        let all = divide(&parts(&["1/3", "1/3", "1/3"]), 1_000_000).unwrap();
        assert_eq!(all, [333_334, 333_333, 333_333]);
        assert_eq!(
            divide(&parts(&["33.3334", "33.3333%", "33.3333"]), 1_000_000).unwrap(),
            all
        );
        assert_eq!(
            divide(&parts(&["1/2", "50%"]), 1_000_000).unwrap(),
            [500_000; 2]
        );
    }

    #[test]
    fn parts_that_do_not_add_up_are_refused_with_their_sum() {
        let refused = |texts: &[&str]| divide(&parts(texts), 1_000_000).unwrap_err();
        assert!(refused(&["60", "30"]).contains("90 %"));
        assert!(refused(&["60", "60"]).contains("120 %"));
        assert!(refused(&["33.3333", "33.3333", "33.3333"]).contains("99.9999 %"));
        assert!(refused(&["0.00005", "99.99995"]).contains("0.0001 %"));
        assert!(refused(&["1/3", "1/3"]).contains("1/3"));
    }

    #[test]
    fn percent_is_written_in_one_way() {
        assert_eq!(percent(5), "0.05 %");
        assert_eq!(percent(500), "5 %");
        assert_eq!(parts_text(333_334, 1_000_000), "33.3334 %");
    }

    proptest! {
        #[test]
        fn nothing_is_lost_in_dividing(weights in prop::collection::vec(1u32..1_000, 1..16)) {
            let sum: u32 = weights.iter().sum();
            let texts: Vec<String> = weights.iter().map(|weight| format!("{weight}/{sum}")).collect();
            let shares: Vec<Part> = texts.iter().map(|text| text.parse().unwrap()).collect();
            let divided = divide(&shares, 1_000_000).unwrap();
            prop_assert_eq!(divided.iter().sum::<u32>(), 1_000_000);
            for (weight, parts) in weights.iter().zip(divided) {
                let exact = u64::from(*weight) * 1_000_000 / u64::from(sum);
                prop_assert!(u64::from(parts) == exact || u64::from(parts) == exact + 1);
            }
        }
    }
}
