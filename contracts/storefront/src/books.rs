//! A creator's books: where money goes, and what could not go there yet.

use farthing_types::{
    split::{MAX_RECIPIENTS, PARTS},
    Balance, Hash, ItemId,
};
use ink::primitives::AccountId;

/// Where a creator's money goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub enum Payee {
    /// It waits to be divided by the split of which this is the BLAKE2-256 hash, as it is encoded.
    Split(Hash),
    /// All of it goes to this account at once.
    Account(AccountId),
}

/// What the contract keeps for one creator. A fixed size, so that no payment, no payout and no change of
/// where money goes ever changes a storage deposit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Books {
    /// All that is owed to the creator: what could not be sent on, and what waits to be divided.
    pub balance: Balance,
    /// How many items were published; they are numbered from 0.
    pub items: ItemId,
    /// Where the money goes.
    pub payee: Payee,
    /// The registry's version of the split that `payee` is a copy of.
    pub version: u32,
    /// What was divided by that split and not sent yet, for each of its recipients, in millionths of a
    /// unit: fractions, and what the chain refused to move.
    pub shares: [Balance; MAX_RECIPIENTS],
}

impl Default for Books {
    fn default() -> Self {
        Self {
            balance: 0,
            items: 0,
            payee: Payee::Split([0; 32]),
            version: 0,
            shares: [0; MAX_RECIPIENTS],
        }
    }
}

impl Books {
    /// Returns what is not divided yet: what a refund can take, and what the next payout divides.
    pub fn due(&self) -> Balance {
        self.balance.saturating_sub(self.set_aside())
    }

    /// Returns what was divided and not sent yet. It belongs to the recipients, each their part.
    pub fn set_aside(&self) -> Balance {
        let sum = self
            .shares
            .iter()
            .fold(0, |sum: Balance, share| sum.saturating_add(*share));
        // Without a remainder: each division adds whole units in all, and each sending takes some.
        sum.checked_div(PARTS.into()).unwrap_or(0)
    }

    /// Adds money. `None` if the sum cannot be represented.
    pub fn credit(&mut self, amount: Balance) -> Option<()> {
        self.balance = self.balance.checked_add(amount)?;
        Some(())
    }

    /// Takes up to `amount` of what is [due](Self::due), and returns how much that is.
    pub fn debit(&mut self, amount: Balance) -> Balance {
        let taken = amount.min(self.due());
        self.balance = self.balance.saturating_sub(taken);
        taken
    }

    /// Numbers a new item. `None` if there are no numbers left.
    pub fn number_item(&mut self) -> Option<ItemId> {
        let item = self.items;
        self.items = item.checked_add(1)?;
        Some(item)
    }

    /// Takes over where money goes. Returns whether that changed anything.
    ///
    /// What an earlier split had set aside is no longer set aside: it joins what the next payout divides.
    pub fn follow(&mut self, payee: Payee, version: u32) -> bool {
        if (self.payee, self.version) == (payee, version) {
            return false;
        }
        if self.version != version {
            self.shares = [0; MAX_RECIPIENTS];
        }
        self.payee = payee;
        self.version = version;
        true
    }

    /// Divides what is due among recipients with these parts per million. `None` if that cannot be
    /// represented, which no amount that exists on a chain can cause.
    ///
    /// Exact over time: however often it is divided, each recipient's shares add up to their part of the
    /// sum, as long as the split stays.
    pub fn divide(&mut self, parts: &[u32]) -> Option<()> {
        let due = self.due();
        for (share, parts) in self.shares.iter_mut().zip(parts) {
            *share = share.checked_add(due.checked_mul(Balance::from(*parts))?)?;
        }
        Some(())
    }

    /// Returns the whole units that recipient `index` can be sent.
    pub fn share(&self, index: usize) -> Balance {
        let share = self.shares.get(index).copied().unwrap_or(0);
        share.checked_div(PARTS.into()).unwrap_or(0)
    }

    /// Takes out what recipient `index` was sent: all whole units.
    pub fn sent(&mut self, index: usize) {
        let amount = self.share(index);
        if let Some(share) = self.shares.get_mut(index) {
            *share = share.checked_rem(PARTS.into()).unwrap_or(0);
        }
        self.balance = self.balance.saturating_sub(amount);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn account(byte: u8) -> Payee {
        Payee::Account(AccountId::from([byte; 32]))
    }

    /// Divides, and sends all that can be sent.
    fn pay(books: &mut Books, parts: &[u32]) -> Vec<Balance> {
        books.divide(parts).unwrap();
        (0..parts.len())
            .map(|index| {
                let share = books.share(index);
                books.sent(index);
                share
            })
            .collect()
    }

    #[test]
    fn credit_refuses_overflow() {
        let mut books = Books::default();
        books.credit(u128::MAX).unwrap();
        assert_eq!(books.credit(1), None);
        assert_eq!(books.balance, u128::MAX);
    }

    #[test]
    fn debit_takes_what_is_due_and_nothing_that_was_set_aside() {
        let mut books = Books::default();
        books.credit(1).unwrap();
        assert_eq!(pay(&mut books, &[500_000, 500_000]), [0, 0]);
        assert_eq!((books.balance, books.due(), books.set_aside()), (1, 0, 1));
        assert_eq!(books.debit(1), 0);
        books.credit(5).unwrap();
        assert_eq!(books.debit(6), 5);
        assert_eq!((books.balance, books.due()), (1, 0));
    }

    #[test]
    fn items_run_out_of_numbers_without_wrapping() {
        let mut books = Books {
            items: u32::MAX,
            ..Default::default()
        };
        assert_eq!(books.number_item(), None);
        assert_eq!(books.items, u32::MAX);
    }

    #[test]
    fn share_that_was_not_sent_stays_its_recipients_whoever_divides_again() {
        let mut books = Books::default();
        books.credit(2_000).unwrap();
        for _ in 0..3 {
            books.divide(&[500_000, 500_000]).unwrap();
            books.sent(0);
            assert_eq!((books.share(0), books.share(1)), (0, 1_000));
            assert_eq!((books.balance, books.due()), (1_000, 0));
        }
    }

    #[test]
    fn a_new_version_divides_what_the_old_one_set_aside() {
        let mut books = Books::default();
        books.credit(1).unwrap();
        assert_eq!(pay(&mut books, &[500_000, 500_000]), [0, 0]);
        assert!(!books.follow(Payee::Split([0; 32]), 0));
        assert_eq!(books.due(), 0);
        assert!(books.follow(account(1), 1));
        assert_eq!((books.payee, books.due()), (account(1), 1));
        assert_eq!(pay(&mut books, &[1_000_000]), [1]);
        assert_eq!(books.balance, 0);
    }

    #[test]
    fn follow_notices_every_change_and_nothing_else() {
        let mut books = Books::default();
        assert!(books.follow(account(1), 0));
        assert!(!books.follow(account(1), 0));
        assert!(books.follow(account(2), 0));
        assert!(books.follow(account(2), 1));
        assert!(books.follow(Payee::Split([2; 32]), 1));
        assert!(!books.follow(Payee::Split([2; 32]), 1));
        assert_eq!(books.payee, Payee::Split([2; 32]));
    }

    #[test]
    fn divide_refuses_what_cannot_be_represented() {
        let mut books = Books::default();
        books.credit(u128::MAX).unwrap();
        assert_eq!(books.divide(&[1_000_000]), None);
    }

    proptest! {
        #[test]
        fn dividing_loses_nothing_and_does_not_depend_on_how_often(
            amounts in prop::collection::vec((0u128..1 << 90, any::<bool>()), 1..50),
            first in 1u32..PARTS,
        ) {
            let parts = [first, PARTS - first];
            let (mut often, mut once) = (Books::default(), Books::default());
            let mut paid = vec![0u128; 2];
            for (amount, divide) in &amounts {
                often.credit(*amount).unwrap();
                once.credit(*amount).unwrap();
                if *divide {
                    let before = often.balance;
                    let shares = pay(&mut often, &parts);
                    prop_assert_eq!(shares.iter().sum::<u128>() + often.balance, before);
                    paid.iter_mut().zip(shares).for_each(|(sum, share)| *sum += share);
                }
            }
            let last = pay(&mut often, &parts);
            paid.iter_mut().zip(last).for_each(|(sum, share)| *sum += share);
            prop_assert_eq!(paid, pay(&mut once, &parts));
            prop_assert_eq!(often.balance, often.set_aside());
            prop_assert_eq!(often, once);
        }
    }
}
