//! What the contract holds for one account, whether as a payer or as a payee.

use farthing_types::Balance;

/// The money of one account that no channel has set aside: what it deposited, what channels paid it,
/// and what channels gave back. A fixed size, so that no payment moves a storage deposit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Account {
    /// What the account can withdraw, or set aside for channels.
    pub free: Balance,
    /// Whether the account itself paid this record's storage deposit, and so may have it back.
    pub paid_by_owner: bool,
}

impl Account {
    /// Adds to what is free. `None` if the sum cannot be represented.
    pub fn credit(&mut self, amount: Balance) -> Option<()> {
        self.free = self.free.checked_add(amount)?;
        Some(())
    }

    /// Takes from what is free. `None`, and no change, if that is less.
    pub fn debit(&mut self, amount: Balance) -> Option<()> {
        self.free = self.free.checked_sub(amount)?;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credit_and_debit_refuse_what_does_not_fit() {
        let mut account = Account::default();
        assert_eq!(account.debit(1), None);
        account.credit(u128::MAX).unwrap();
        assert_eq!(account.credit(1), None);
        assert_eq!(account.debit(u128::MAX), Some(()));
        assert_eq!(account.free, 0);
    }
}
