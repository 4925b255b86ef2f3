//! A creator's books: where money goes, and what could not go there yet.

use farthing_types::{
    split::{MAX_RECIPIENTS, PARTS},
    Balance, ItemId,
};
use ink::primitives::AccountId;

/// What the contract keeps for one creator. A fixed size, so that no payment, no payout and no change of
/// where money goes ever changes a storage deposit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Shop {
    /// All that is owed to the creator: what could not be sent on, and what waits to be divided.
    pub balance: Balance,
    /// How many items were published; they are numbered from 0.
    pub items: ItemId,
    /// Whether all money goes to `payee`. If not, it waits here and `payout` divides it.
    pub alone: bool,
    /// Who gets all money, if somebody does; zero otherwise.
    pub payee: AccountId,
    /// The registry's version of the split that all this is a copy of.
    pub version: u32,
    /// What was divided by that split and not sent yet, for each of its recipients, in millionths of a
    /// unit: fractions, and what the chain refused to move.
    pub shares: [Balance; MAX_RECIPIENTS],
}

impl Default for Shop {
    fn default() -> Self {
        Self {
            balance: 0,
            items: 0,
            alone: false,
            payee: AccountId::from([0; 32]),
            version: 0,
            shares: [0; MAX_RECIPIENTS],
        }
    }
}

impl Shop {
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

    /// Takes over where money goes: all of it to `payee`, or to a split (`None`). Returns whether that
    /// changed anything.
    ///
    /// What an earlier split had set aside is no longer set aside: it joins what the next payout divides.
    pub fn follow(&mut self, payee: Option<AccountId>, version: u32) -> bool {
        let alone = payee.is_some();
        let payee = payee.unwrap_or(AccountId::from([0; 32]));
        if (self.alone, &self.payee, self.version) == (alone, &payee, version) {
            return false;
        }
        if self.version != version {
            self.shares = [0; MAX_RECIPIENTS];
        }
        self.alone = alone;
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

    fn account(byte: u8) -> AccountId {
        AccountId::from([byte; 32])
    }

    /// Divides, and sends all that can be sent.
    fn pay(shop: &mut Shop, parts: &[u32]) -> Vec<Balance> {
        shop.divide(parts).unwrap();
        (0..parts.len())
            .map(|index| {
                let share = shop.share(index);
                shop.sent(index);
                share
            })
            .collect()
    }

    #[test]
    fn credit_refuses_overflow() {
        let mut shop = Shop::default();
        shop.credit(u128::MAX).unwrap();
        assert_eq!(shop.credit(1), None);
        assert_eq!(shop.balance, u128::MAX);
    }

    #[test]
    fn debit_takes_what_is_due_and_nothing_that_was_set_aside() {
        let mut shop = Shop::default();
        shop.credit(1).unwrap();
        assert_eq!(pay(&mut shop, &[500_000, 500_000]), [0, 0]);
        assert_eq!((shop.balance, shop.due(), shop.set_aside()), (1, 0, 1));
        assert_eq!(shop.debit(1), 0);
        shop.credit(5).unwrap();
        assert_eq!(shop.debit(6), 5);
        assert_eq!((shop.balance, shop.due()), (1, 0));
    }

    #[test]
    fn items_run_out_of_numbers_without_wrapping() {
        let mut shop = Shop {
            items: u32::MAX,
            ..Default::default()
        };
        assert_eq!(shop.number_item(), None);
        assert_eq!(shop.items, u32::MAX);
    }

    #[test]
    fn share_that_was_not_sent_stays_its_recipients_whoever_divides_again() {
        let mut shop = Shop::default();
        shop.credit(2_000).unwrap();
        for _ in 0..3 {
            shop.divide(&[500_000, 500_000]).unwrap();
            shop.sent(0);
            assert_eq!((shop.share(0), shop.share(1)), (0, 1_000));
            assert_eq!((shop.balance, shop.due()), (1_000, 0));
        }
    }

    #[test]
    fn a_new_version_divides_what_the_old_one_set_aside() {
        let mut shop = Shop::default();
        shop.credit(1).unwrap();
        assert_eq!(pay(&mut shop, &[500_000, 500_000]), [0, 0]);
        assert!(!shop.follow(None, 0));
        assert_eq!(shop.due(), 0);
        assert!(shop.follow(Some(account(1)), 1));
        assert_eq!((shop.alone, shop.due()), (true, 1));
        assert_eq!(pay(&mut shop, &[1_000_000]), [1]);
        assert_eq!(shop.balance, 0);
    }

    #[test]
    fn follow_notices_every_change_and_nothing_else() {
        let mut shop = Shop::default();
        assert!(shop.follow(Some(account(1)), 0));
        assert!(!shop.follow(Some(account(1)), 0));
        assert!(shop.follow(Some(account(2)), 0));
        assert!(shop.follow(Some(account(2)), 1));
        assert!(shop.follow(None, 1));
        assert_eq!((shop.alone, shop.payee), (false, account(0)));
    }

    #[test]
    fn divide_refuses_what_cannot_be_represented() {
        let mut shop = Shop::default();
        shop.credit(u128::MAX).unwrap();
        assert_eq!(shop.divide(&[1_000_000]), None);
    }

    proptest! {
        #[test]
        fn dividing_loses_nothing_and_does_not_depend_on_how_often(
            amounts in prop::collection::vec((0u128..1 << 90, any::<bool>()), 1..50),
            first in 1u32..PARTS,
        ) {
            let parts = [first, PARTS - first];
            let (mut often, mut once) = (Shop::default(), Shop::default());
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
