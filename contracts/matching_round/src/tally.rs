//! What donors gave to a pool through the round, as the formula sees it.

use farthing_types::{
    quadratic::{root, Weight, MAX_ROOTS},
    Balance,
};

/// What one donor's gifts to one pool count. A fixed size, so that only the first locks a storage deposit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Contribution {
    /// Their sum, up to the round's cap.
    pub counted: Balance,
    /// Its square root, in units of 2⁻²⁴.
    pub root: u64,
}

/// What all donors' gifts to one pool count, kept up to date with each. A fixed size.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Tally {
    /// The sum of the donors' roots, in units of 2⁻²⁴.
    pub roots: u128,
    /// The sum of what counts.
    pub counted: Balance,
    /// How many donors there are.
    pub donors: u32,
}

impl Tally {
    /// Counts a gift of `amount` by the donor of `contribution`, as far as `cap` lets it. Returns how
    /// much of it counted, or `None` if that is more than a round can count.
    pub fn add(
        &mut self,
        contribution: &mut Contribution,
        amount: Balance,
        cap: Balance,
    ) -> Option<Balance> {
        let before = contribution.counted;
        let counted = before.saturating_add(amount).min(cap);
        let more = counted.checked_sub(before)?;
        if more == 0 {
            return Some(0);
        }
        if before == 0 {
            self.donors = self.donors.checked_add(1)?;
        }
        let root = root(counted)?;
        let grown = root.checked_sub(contribution.root)?;
        self.roots = self.roots.checked_add(grown.into())?;
        if self.roots >= MAX_ROOTS {
            return None;
        }
        self.counted = self.counted.checked_add(more)?;
        *contribution = Contribution { counted, root };
        Some(more)
    }

    /// What the pool's share is proportional to.
    pub fn weight(&self) -> Weight {
        Weight::new(self.roots, self.counted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn counted(amounts: &[Balance], cap: Balance) -> (Tally, Contribution) {
        let (mut tally, mut one) = Default::default();
        for amount in amounts {
            Tally::add(&mut tally, &mut one, *amount, cap).unwrap();
        }
        (tally, one)
    }

    #[test]
    fn what_is_over_the_cap_counts_no_further() {
        let (mut tally, mut one) = counted(&[6], 10);
        assert_eq!(tally.add(&mut one, 6, 10), Some(4));
        let full = (tally.clone(), one.clone());
        assert_eq!(tally.add(&mut one, u128::MAX, 10), Some(0));
        assert_eq!((tally, one), full);
        assert_eq!(full, counted(&[10], 10));
    }

    #[test]
    fn more_than_can_be_counted_is_refused() {
        let mut tally = Tally {
            roots: MAX_ROOTS - (1 << 24),
            ..Tally::default()
        };
        let mut one = Contribution::default();
        assert_eq!(tally.add(&mut one, 1, 10), None);
        let mut tally = Tally {
            donors: u32::MAX,
            ..Tally::default()
        };
        assert_eq!(tally.add(&mut one, 1, 10), None);
    }

    proptest! {
        #[test]
        fn gift_in_parts_counts_as_one(
            amounts in prop::collection::vec(1..1u128 << 60, 1..20), cap in 1..1u128 << 63
        ) {
            let sum = amounts.iter().sum();
            prop_assert_eq!(counted(&amounts, cap), counted(&[sum], cap));
        }
    }
}
