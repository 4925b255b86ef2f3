//! What the contract holds for one account because the chain refused to move it.

use farthing_types::Balance;
use ink::primitives::AccountId;

/// Money that could not be sent to an account. A fixed size, so that adding to it moves no storage
/// deposit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Kept {
    /// How much the account can have, in the chain's smallest unit.
    pub amount: Balance,
    /// Who paid the record's storage deposit, and so frees it. Where a contract made the record, it is not
    /// known who paid: then it is the account itself.
    pub paid_by: AccountId,
}

impl Kept {
    /// Returns a record of nothing, paid for by this account.
    pub fn paid_by(account: AccountId) -> Self {
        Self {
            amount: 0,
            paid_by: account,
        }
    }

    /// Adds to it. `None`, and no change, if the sum cannot be represented.
    pub fn add(&mut self, amount: Balance) -> Option<()> {
        self.amount = self.amount.checked_add(amount)?;
        Some(())
    }

    /// Returns whether withdrawing does anything for whoever signed: there is money, or a deposit to
    /// come back.
    pub fn is_worth(&self, signer: Option<AccountId>) -> bool {
        self.amount > 0 || signer == Some(self.paid_by)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adding_refuses_what_does_not_fit() {
        let mut kept = Kept::paid_by([1; 32].into());
        assert_eq!(kept.add(u128::MAX), Some(()));
        assert_eq!(kept.add(1), None);
        assert_eq!(kept.amount, u128::MAX);
    }

    #[test]
    fn an_empty_record_is_worth_something_to_who_paid_for_it_only() {
        let (one, other) = ([1; 32].into(), [2; 32].into());
        let mut kept = Kept::paid_by(one);
        assert!(kept.is_worth(Some(one)));
        assert!(!kept.is_worth(Some(other)) && !kept.is_worth(None));
        kept.add(1).unwrap();
        assert!(kept.is_worth(Some(one)));
        assert!(kept.is_worth(Some(other)) && kept.is_worth(None));
    }
}
