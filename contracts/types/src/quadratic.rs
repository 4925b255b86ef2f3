//! Dividing money by the quadratic formula.
//!
//! The formula is that of Buterin, Hitzig and Weyl, "A Flexible Design for Funding Public Goods" (2018,
//! arXiv:1809.06421): a cause should have the square of the sum of the square roots of what each person
//! gave to it. What the people gave is there already, so that the difference is the cause's weight when
//! given money is divided:
//!
//! ```text
//! weight = (sum of the roots)² - sum       share = money * weight / all weights
//! ```
//!
//! Whatever one person gives to a cause alone has no weight: the weight is that of many agreeing. Two
//! hundred gifts of 1 weigh two hundred times 199, one of 200 weighs nothing.
//!
//! **Exactness.** Roots are whole numbers of 2⁻²⁴, rounded down; all else is exact. So
//!
//! - shares add up to the money, to the unit, and each is less than one unit from `money * weight / all
//!   weights` in fractions;
//! - a weight is at most what real roots would make it, and less than that by at most its
//!   2⁻²² / √least-th part, where least is the smallest of the sums that one person gave;
//! - so that a share is less than 1 + money * 2⁻²¹ / √least from what it would be with real roots: for a
//!   least of a millionth of a token of 12 decimals, 1 unit and half a thousand-millionth of the money.
//!
//! Why the second: with n people, real roots s and rounded ones r, both in units of 2⁻²⁴, s - 1 < r <= s.
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
    u64::try_from(square.isqrt()).ok()
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

    /// As a number, the most significant half first.
    pub fn halves(&self) -> (u128, u128) {
        self.0.into_words()
    }
}

/// Divides `money` in proportion to the weights, without losing or making a unit. `None` if none of
/// them weighs anything, or if something is over its limit.
pub fn divide(money: Balance, weights: &[Weight]) -> Option<Vec<Balance>> {
    if money >= MAX_MONEY || weights.len() > MAX_CAUSES {
        return None;
    }
    let mut all = U256::ZERO;
    for weight in weights {
        all = all.checked_add(weight.0)?;
    }
    let money = U256::from(money);
    let (mut so_far, mut divided) = (U256::ZERO, U256::ZERO);
    let mut shares = Vec::with_capacity(weights.len());
    for weight in weights {
        // Shares are differences of what the first few causes get together: the last sum is all of it.
        so_far = so_far.checked_add(weight.0)?;
        let together = money.checked_mul(so_far)?.checked_div(all)?;
        let share = together.checked_sub(divided)?;
        shares.push(share.try_into().ok()?);
        divided = together;
    }
    if shares.is_empty() {
        return None;
    }
    Some(shares)
}

#[cfg(test)]
mod tests;
