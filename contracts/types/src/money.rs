//! Basis points and exact proportions.

use crate::Balance;

/// Ten thousand basis points are the whole.
pub const BASIS_POINTS: u16 = 10_000;

/// `floor((amount * parts + carry) / whole)` and what that division leaves over.
///
/// The remainder is less than `whole`; handing it back as the next call's `carry` makes many small
/// divisions add up to exactly one large one. `None` if `parts > whole`, if `carry >= whole`, or if
/// `whole` is zero; no amount overflows.
pub fn proportion(amount: Balance, parts: u32, whole: u32, carry: u32) -> Option<(Balance, u32)> {
    if parts > whole || carry >= whole {
        return None;
    }
    match u64::try_from(amount) {
        Ok(amount) => narrow(amount, parts.into(), whole.into(), carry.into()),
        Err(_) => wide(amount, parts, whole, carry),
    }
}

/// For the amounts that there are in practice, without the long code that dividing 128 bits takes.
fn narrow(amount: u64, parts: u64, whole: u64, carry: u64) -> Option<(Balance, u32)> {
    // amount = quotient * whole + rest, so that nothing overflows: parts and carry are at most whole.
    let quotient = amount.checked_div(whole)?;
    let rest = amount.checked_rem(whole)?;
    let small = rest.checked_mul(parts)?.checked_add(carry)?;
    let share = quotient
        .checked_mul(parts)?
        .checked_add(small.checked_div(whole)?)?;
    let left = u32::try_from(small.checked_rem(whole)?).ok()?;
    Some((share.into(), left))
}

#[inline(never)]
fn wide(amount: Balance, parts: u32, whole: u32, carry: u32) -> Option<(Balance, u32)> {
    let (parts, whole, carry) = (
        Balance::from(parts),
        Balance::from(whole),
        Balance::from(carry),
    );
    // amount = quotient * whole + rest, so that only `rest * parts < 2^64` is ever multiplied out.
    let quotient = amount.checked_div(whole)?;
    let rest = amount.checked_rem(whole)?;
    let small = rest.checked_mul(parts)?.checked_add(carry)?;
    let share = quotient
        .checked_mul(parts)?
        .checked_add(small.checked_div(whole)?)?;
    let left = u32::try_from(small.checked_rem(whole)?).ok()?;
    Some((share, left))
}

/// `amount` times `points` basis points, rounded down. `None` if `points` is over [`BASIS_POINTS`].
pub fn basis_points(amount: Balance, points: u16) -> Option<Balance> {
    proportion(amount, points.into(), BASIS_POINTS.into(), 0).map(|(share, _)| share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn basis_points_round_down() {
        assert_eq!(basis_points(9_999, 1), Some(0));
        assert_eq!(basis_points(10_000, 1), Some(1));
        assert_eq!(basis_points(u128::MAX, 10_000), Some(u128::MAX));
        assert_eq!(basis_points(1, 10_001), None);
    }

    #[test]
    fn proportion_refuses_what_is_no_proportion() {
        assert_eq!(proportion(1, 1, 0, 0), None);
        assert_eq!(proportion(1, 2, 1, 0), None);
        assert_eq!(proportion(1, 1, 1, 1), None);
    }

    proptest! {
        #[test]
        fn proportion_loses_nothing(
            amount in any::<u128>(), whole in 1u32.., parts in any::<u32>(), carry in any::<u32>()
        ) {
            let (parts, carry) = (parts % whole, carry % whole);
            let (share, left) = proportion(amount, parts, whole, carry).unwrap();
            prop_assert!(share <= amount);
            prop_assert!(left < whole);
            // amount * parts + carry == share * whole + left, modulo 2^128.
            prop_assert_eq!(
                amount.wrapping_mul(parts.into()).wrapping_add(carry.into()),
                share.wrapping_mul(whole.into()).wrapping_add(left.into())
            );
        }

        #[test]
        fn small_amounts_take_the_short_way_to_the_same(
            amount in any::<u64>(), whole in 1u32.., parts in any::<u32>(), carry in any::<u32>()
        ) {
            let (parts, carry) = (parts % whole, carry % whole);
            prop_assert_eq!(
                proportion(amount.into(), parts, whole, carry),
                wide(amount.into(), parts, whole, carry)
            );
        }

        #[test]
        fn proportion_of_many_amounts_is_that_of_their_sum(
            amounts in prop::collection::vec(0..u128::from(u64::MAX), 0..50), parts in 0u32..=10_000
        ) {
            let mut carry = 0;
            let mut paid = 0;
            for amount in &amounts {
                let (share, left) = proportion(*amount, parts, 10_000, carry).unwrap();
                paid += share;
                carry = left;
            }
            let sum: u128 = amounts.iter().sum();
            prop_assert_eq!((paid, carry), proportion(sum, parts, 10_000, 0).unwrap());
        }
    }
}
