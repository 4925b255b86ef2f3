//! A donor's record.

use farthing_types::Balance;
use ink::primitives::AccountId;

/// How many sponsors a pool has room for.
pub const MAX_SPONSORS: usize = 8;

/// What one donor gave to a pool with a goal, however often. Its size never changes, so that only the
/// first donation locks a storage deposit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Donor {
    /// What is refunded if the goal is missed, and was not refunded yet.
    pub given: Balance,
    /// How much of it the payer of this record paid in.
    pub paid: Balance,
    /// Who signed the donation that created this record, and so paid for it. `None` if a contract
    /// donated for its own caller, who is not known here.
    pub payer: Option<AccountId>,
    /// What each sponsor added to this donor's donations, in the order in which they came.
    pub matched: [Balance; MAX_SPONSORS],
}

impl Donor {
    /// Returns an empty record that `payer` pays for.
    pub fn paid_by(payer: Option<AccountId>) -> Self {
        Self {
            payer,
            ..Self::default()
        }
    }

    /// Adds a donation that `signer` paid in. `None` if the sum cannot be represented.
    pub fn give(&mut self, amount: Balance, signer: Option<AccountId>) -> Option<()> {
        self.given = self.given.checked_add(amount)?;
        if signer.is_some() && signer == self.payer {
            self.paid = self.paid.checked_add(amount)?;
        }
        Some(())
    }

    /// Takes everything out. Returns how much that was.
    pub fn take_all(&mut self) -> Balance {
        self.paid = 0;
        core::mem::take(&mut self.given)
    }

    /// Takes out what the payer had paid in. Returns how much that was.
    pub fn take_paid(&mut self) -> Balance {
        self.given = self.given.saturating_sub(self.paid);
        core::mem::take(&mut self.paid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_payer_paid_in_is_the_payers() {
        let [ann, bob] = [1, 2].map(|byte| Some(AccountId::from([byte; 32])));
        let mut record = Donor::paid_by(ann);
        for (amount, signer) in [(5, ann), (20, bob), (100, None), (3, ann)] {
            record.give(amount, signer).unwrap();
        }
        assert_eq!((record.given, record.paid), (128, 8));
        assert_eq!(record.take_paid(), 8);
        assert_eq!((record.given, record.take_paid()), (120, 0));
        assert_eq!((record.take_all(), record.given), (120, 0));
        assert_eq!(record.give(Balance::MAX, None), Some(()));
        assert_eq!(record.give(1, None), None);
    }

    #[test]
    fn record_of_an_unknown_payer_counts_nothing_as_paid() {
        let mut record = Donor::paid_by(None);
        record.give(5, None).unwrap();
        record.give(5, Some(AccountId::from([1; 32]))).unwrap();
        assert_eq!((record.given, record.paid), (10, 0));
    }
}
