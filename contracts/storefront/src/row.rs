//! What an account other than a creator is owed here.

use farthing_types::Balance;

/// A referrer's books, or money that a payout or refund could not deliver. A fixed size, so that no
/// credit ever changes a storage deposit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Row {
    /// What can be withdrawn.
    pub amount: Balance,
    /// Whether the account can be named as a referrer.
    pub enrolled: bool,
    /// Whether the account itself paid this row's deposit, and so may have it back.
    pub paid_by_owner: bool,
}

impl Row {
    /// The row after enrolling; `None` if the account has enrolled already.
    pub fn enroll(existing: Option<Self>) -> Option<Self> {
        match existing {
            None => Some(Self {
                amount: 0,
                enrolled: true,
                paid_by_owner: true,
            }),
            Some(row) if !row.enrolled => Some(Self {
                enrolled: true,
                ..row
            }),
            Some(_) => None,
        }
    }

    /// Adds what the account is owed. `None` if the sum cannot be represented.
    pub fn credit(&mut self, amount: Balance) -> Option<()> {
        self.amount = self.amount.checked_add(amount)?;
        Some(())
    }

    /// Takes out all there is.
    pub fn take(&mut self) -> Balance {
        core::mem::take(&mut self.amount)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enrolling_twice_is_refused() {
        let row = Row::enroll(None);
        assert!(row.as_ref().is_some_and(|row| row.paid_by_owner));
        assert_eq!(Row::enroll(row), None);
    }

    #[test]
    fn enrolling_a_row_that_another_paid_for_keeps_its_money_and_whose_deposit_it_is() {
        let kept = Row {
            amount: 5,
            ..Default::default()
        };
        let row = Row::enroll(Some(kept)).unwrap();
        assert_eq!(
            (row.amount, row.enrolled, row.paid_by_owner),
            (5, true, false)
        );
    }

    #[test]
    fn credit_refuses_overflow_and_take_empties() {
        let mut row = Row::default();
        row.credit(u128::MAX).unwrap();
        assert_eq!(row.credit(1), None);
        assert_eq!(row.take(), u128::MAX);
        assert_eq!(row.take(), 0);
    }
}
