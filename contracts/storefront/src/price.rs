//! How one payment is divided.

use farthing_types::{money::basis_points, Balance};

/// What becomes of one payment: fee, share and rest add up to what was paid, to the unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    /// The platform's fee: basis points of all that was paid, rounded down for each payment by itself.
    pub fee: Balance,
    /// The referrer's share: basis points of all that was paid, less the fee on it, each rounded down.
    pub share: Balance,
    /// What the creator gets: all the rest.
    pub rest: Balance,
}

impl Parts {
    /// Divides `paid`. `None` if the fee or the referrer's basis points are more than the whole.
    ///
    /// The fee is on the referrer's share, too. Were it not, a creator could refer their own buyers, for
    /// all of the price, and pay no fee at all.
    pub fn of(paid: Balance, fee: u16, referral: u16) -> Option<Self> {
        let share = match referral {
            0 => 0,
            _ => share(paid, fee, referral)?,
        };
        let fee = basis_points(paid, fee)?;
        let rest = paid.checked_sub(fee)?.checked_sub(share)?;
        Some(Self { fee, share, rest })
    }

    /// Gives the referrer's share to the creator, for when it cannot be paid.
    pub fn without_referrer(self) -> Self {
        Self {
            share: 0,
            rest: self.rest.saturating_add(self.share),
            ..self
        }
    }
}

/// Apart, so that what has no referrer does not pay for its length.
#[inline(never)]
fn share(paid: Balance, fee: u16, referral: u16) -> Option<Balance> {
    let share = basis_points(paid, referral)?;
    share.checked_sub(basis_points(share, fee)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(paid: Balance, fee: u16, referral: u16) -> [Balance; 3] {
        let parts = Parts::of(paid, fee, referral).unwrap();
        [parts.fee, parts.share, parts.rest]
    }

    #[test]
    fn parts_are_rounded_down_for_fee_and_share_and_the_creator_gets_the_rest() {
        assert_eq!(of(10_000, 250, 0), [250, 0, 9_750]);
        assert_eq!(of(39, 250, 0), [0, 0, 39]);
        assert_eq!(of(40, 250, 0), [1, 0, 39]);
        // A tenth of 999 is 99, and the fee on it 2.
        assert_eq!(of(999, 250, 1_000), [24, 97, 878]);
        assert_eq!(of(1_000, 500, 10_000), [50, 950, 0]);
        assert_eq!(of(u128::MAX, 0, 10_000), [0, u128::MAX, 0]);
    }

    #[test]
    fn more_than_the_whole_is_refused() {
        assert_eq!(Parts::of(1, 10_001, 0), None);
        assert_eq!(Parts::of(1, 0, 10_001), None);
    }

    proptest! {
        #[test]
        fn nothing_is_created_or_lost(
            paid in any::<u128>(), fee in 0u16..=500, referral in 0u16..=10_000
        ) {
            let parts = Parts::of(paid, fee, referral).unwrap();
            let sum = parts.fee.checked_add(parts.share).unwrap().checked_add(parts.rest);
            prop_assert_eq!(sum, Some(paid));
            let alone = parts.without_referrer();
            prop_assert_eq!(alone.share, 0);
            prop_assert_eq!(alone.fee.checked_add(alone.rest), Some(paid));
            prop_assert_eq!(Some(alone), Parts::of(paid, fee, 0));
        }
    }
}
