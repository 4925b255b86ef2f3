//! Dividing money by the quadratic formula.
//!
//! The formula is that of Buterin, Hitzig and Weyl, "A Flexible Design for Funding Public Goods" (2018,
//! arXiv:1809.06421): a cause should have the square of the sum of the square roots of what each person
//! gave to it. What the people gave is there already, so that the difference is the cause's weight when
//! given money is divided:
//!
//! ```text
//! weight = (sum of the roots)² - sum
//! ```
//!
//! Whatever one person gives to a cause alone has no weight: the weight is that of many agreeing. Two
//! hundred gifts of 1 weigh two hundred times 199, one of 200 weighs nothing.
//!
//! A weight is an amount of money: what the formula asks for. So there is a most that a cause can be given,
//! and [`divide`] goes no higher: money that nobody asked for is not divided. Nor does it give a cause more
//! than `most`, whatever the formula says, so that no one cause takes all. Where the formula asks for more
//! than there is, all weights are scaled down alike, as far as `most` lets the others have it:
//!
//! ```text
//! share = the smaller of weight * scale and most        scale <= 1, as large as the money allows
//! ```
//!
//! **Exactness.** Roots are whole numbers of 2⁻²⁴, rounded down; weights are exact; each share is rounded
//! down once. So
//!
//! - shares never add up to more than the money, and no share is more than the formula asks for, or than
//!   `most`;
//! - shares do not depend on the order of the causes;
//! - where the formula asks for more than there is, fewer units than there are causes stay undivided;
//! - a weight is at most what real roots would make it, and less than that by at most its
//!   2⁻²² / √least-th part, where least is the smallest of the sums that one person gave.
//!
//! Why the last: with n people, real roots s and rounded ones r, both in units of 2⁻²⁴, s - 1 < r <= s.
//! So r² >= s² - 2s, and the product of two is at least s t - s - t. Added up, the weight is too small by
//! at most 2n times the sum of all s. The weight itself is, for every person, s times the others' roots:
//! at least (n - 1) times the smallest times the sum of all s. And 2n / (n - 1) is at most 4, as one alone
//! has no weight.
//!
//! **Limits.** What one person gave counts up to less than [`MAX_COUNTED`], roots of one cause add up to
//! less than [`MAX_ROOTS`], and the money is less than [`MAX_MONEY`]. Then up to 64 weights add up to less
//! than 64 * 2¹⁶⁰ = 2¹⁶⁶, and their product with the money is less than 2²⁵⁶.

use crate::Balance;
use alloc::vec::Vec;
use ethnum::U256;

/// What one person's gifts to one cause can count must be less than this.
pub const MAX_COUNTED: Balance = 1 << 80;
/// What is divided must be less than this.
pub const MAX_MONEY: Balance = 1 << 90;
/// The sum of the roots of one cause must be less than this.
pub const MAX_ROOTS: u128 = 1 << 80;
/// The most causes among which money is divided.
pub const MAX_CAUSES: usize = 64;

/// How many parts one is divided into, in the square of a root.
const SQUARED_PARTS: u128 = 1 << 48;

/// The square root of `amount`, in units of 2⁻²⁴, rounded down. `None` from [`MAX_COUNTED`] on.
///
/// Depends on the amount alone, and never falls when that rises: whoever gives in many parts has the same
/// root as who gives at once.
pub fn root(amount: Balance) -> Option<u64> {
    let square = amount.checked_mul(SQUARED_PARTS)?;
    u64::try_from(isqrt(square)).ok()
}

/// The square root, rounded down: bit by bit, from the highest.
///
/// The standard library's is faster and fifteen times as long, and chains charge each call for the length
/// of what it enters.
#[inline(never)]
fn isqrt(square: u128) -> u128 {
    let (mut rest, mut root) = (square, 0u128);
    for step in (0..64u32).rev() {
        let bit = 1u128 << step.wrapping_mul(2);
        // Less than 2¹²⁸, as the root found so far and the bit are of different places.
        let trial = root.wrapping_add(bit);
        root >>= 1;
        if rest >= trial {
            rest = rest.wrapping_sub(trial);
            root = root.wrapping_add(bit);
        }
    }
    root
}

/// What a cause's share is proportional to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weight(U256);

impl Weight {
    /// That of a cause that gets nothing.
    pub const NONE: Self = Self(U256::ZERO);

    /// The weight of a cause whose people's roots add up to `roots`, and what they gave to `sum`.
    pub fn new(roots: u128, sum: Balance) -> Self {
        let (roots, sum) = (U256::from(roots), U256::from(sum));
        let squared = roots.saturating_mul(roots);
        let given = sum.saturating_mul(U256::from(SQUARED_PARTS));
        // Of one alone, the rounded root's square is less than what they gave.
        Self(squared.saturating_sub(given))
    }

    /// Returns how much money the formula asks for, in whole units.
    pub fn asks(&self) -> Balance {
        // Less than 2¹¹² by the limits above.
        let whole = self.0.wrapping_shr(48);
        whole.try_into().unwrap_or(Balance::MAX)
    }

    /// Returns it as a number, the most significant half first.
    pub fn halves(&self) -> (u128, u128) {
        self.0.into_words()
    }
}

/// Returns what each cause is given of `money`: what the formula asks for, or less; `most` at most. What is
/// not given is left. `None` if something is over its limit.
pub fn divide(money: Balance, most: Balance, weights: &[Weight]) -> Option<Vec<Balance>> {
    if money >= MAX_MONEY || weights.len() > MAX_CAUSES {
        return None;
    }
    let asked: Vec<Balance> = weights.iter().map(|one| one.asks().min(most)).collect();
    let all = asked
        .iter()
        .try_fold(0, |sum: Balance, one| sum.checked_add(*one));
    if all.is_some_and(|all| all <= money) {
        return Some(asked);
    }
    scale_down(money, most, weights)
}

/// As [`divide`], where the formula asks for more than there is.
///
/// Whoever would have more than `most` at the present scale has that much. What they leave raises the
/// scale of the others, until nobody has too much.
fn scale_down(money: Balance, most: Balance, weights: &[Weight]) -> Option<Vec<Balance>> {
    let cap = U256::from(most);
    let (mut left, mut weight) = (U256::from(money), sum(weights)?);
    let mut shares: Vec<Option<Balance>> = weights.iter().map(|_| None).collect();
    let mut settled = false;
    while !settled {
        settled = true;
        for (share, one) in shares.iter_mut().zip(weights) {
            // one * left / weight > most
            if share.is_none() && one.0.checked_mul(left)? > cap.checked_mul(weight)? {
                *share = Some(most);
                (left, weight) = (left.checked_sub(cap)?, weight.checked_sub(one.0)?);
                settled = false;
            }
        }
    }
    let rest = |one: &Weight| {
        let share = one.0.checked_mul(left)?.checked_div(weight)?;
        share.try_into().ok()
    };
    let shares = shares.into_iter().zip(weights);
    shares
        .map(|(share, one)| share.or_else(|| rest(one)))
        .collect()
}

fn sum(weights: &[Weight]) -> Option<U256> {
    weights
        .iter()
        .try_fold(U256::ZERO, |sum, one| sum.checked_add(one.0))
}

/// Returns the part of `whole` that is as large as `part` is of `all`, rounded down. `None` if that is no
/// amount.
pub fn portion(whole: Balance, part: Balance, all: Balance) -> Option<Balance> {
    let product = U256::from(whole).checked_mul(U256::from(part))?;
    product.checked_div(U256::from(all))?.try_into().ok()
}

#[cfg(test)]
mod tests;
