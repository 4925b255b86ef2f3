//! A creator's books: what came in, and how it is divided when it goes out.

use farthing_types::{
    money::{proportion, BASIS_POINTS},
    split::{Dust, Split},
    Balance, ItemId,
};
use ink::{prelude::vec::Vec, primitives::AccountId};

/// The books of one creator. A fixed size, so that no payment ever changes a storage deposit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Shop {
    /// All that the creator is owed, before the platform's fee.
    pub balance: Balance,
    /// How many items were published; they are numbered from 0.
    pub items: ItemId,
    /// What rounding has kept of the fee so far, in ten-thousandths of a unit.
    pub fee_carry: u16,
    /// The split that `dust` belongs to.
    pub split_version: u32,
    /// What rounding has kept from each recipient so far.
    pub dust: [u32; 16],
}

/// How a payout divides what is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// The platform's fee.
    pub fee: Balance,
    /// The recipients' shares, in the split's order.
    pub shares: Vec<Balance>,
}

impl Shop {
    /// What is due to be divided, or to be refunded from: all but the units that rounding has set
    /// aside, on which the fee was taken already.
    pub fn due(&self) -> Balance {
        self.balance.saturating_sub(Dust(self.dust).units())
    }

    /// Adds a payment. `None` if the sum cannot be represented.
    pub fn credit(&mut self, amount: Balance) -> Option<()> {
        self.balance = self.balance.checked_add(amount)?;
        Some(())
    }

    /// Takes out what is refunded. `None`, and no change, if it is more than is [due](Self::due).
    pub fn debit(&mut self, amount: Balance) -> Option<()> {
        if amount > self.due() {
            return None;
        }
        self.balance = self.balance.checked_sub(amount)?;
        Some(())
    }

    /// Numbers a new item. `None` if there are no numbers left.
    pub fn number_item(&mut self) -> Option<ItemId> {
        let item = self.items;
        self.items = item.checked_add(1)?;
        Some(item)
    }

    /// Divides all that is due: first the fee, then the rest among the recipients of `split`. `None`
    /// on overflow, which no amount that exists on a chain can cause.
    ///
    /// Exact over time: fee and shares of many settlements add up to those of one, as long as the split
    /// stays. When it changes, the less than 16 units that rounding had set aside join the next
    /// division.
    pub fn settle(
        &mut self,
        fee_points: u16,
        split: &Split<AccountId>,
        version: u32,
    ) -> Option<Settlement> {
        let (fee, carry) = proportion(
            self.due(),
            fee_points.into(),
            BASIS_POINTS.into(),
            self.fee_carry.into(),
        )?;
        let mut net = self.due().checked_sub(fee)?;
        let mut dust = Dust(self.dust);
        if version != self.split_version {
            net = net.checked_add(dust.units())?;
            dust = Dust::default();
        }
        let (shares, left) = split.divide(net, &dust)?;
        self.fee_carry = u16::try_from(carry).ok()?;
        self.split_version = version;
        self.balance = left.units();
        self.dust = left.0;
        Some(Settlement { fee, shares })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use farthing_types::split::{Recipient, PARTS};
    use proptest::prelude::*;

    fn split(first: u32) -> Split<AccountId> {
        let recipient = |byte, parts| Recipient {
            account: AccountId::from([byte; 32]),
            parts,
        };
        Split::new(vec![recipient(1, first), recipient(2, PARTS - first)]).unwrap()
    }

    fn total(settlement: &Settlement) -> Balance {
        settlement.fee + settlement.shares.iter().sum::<Balance>()
    }

    #[test]
    fn credit_refuses_overflow() {
        let mut shop = Shop::default();
        shop.credit(u128::MAX).unwrap();
        assert_eq!(shop.credit(1), None);
    }

    #[test]
    fn debit_cannot_reach_what_rounding_set_aside() {
        let mut shop = Shop::default();
        shop.credit(1).unwrap();
        shop.settle(0, &split(500_000), 0).unwrap();
        assert_eq!((shop.balance, shop.due()), (1, 0));
        assert_eq!(shop.debit(1), None);
        shop.credit(5).unwrap();
        assert_eq!(shop.debit(6), None);
        assert_eq!(shop.debit(5), Some(()));
        assert_eq!(shop.balance, 1);
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
    fn a_new_split_divides_what_the_old_one_set_aside() {
        let mut shop = Shop::default();
        shop.credit(1).unwrap();
        assert_eq!(shop.settle(500, &split(500_000), 0).unwrap().shares, [0, 0]);
        let settlement = shop.settle(500, &split(999_999), 1).unwrap();
        assert_eq!(settlement.shares, [0, 0]);
        assert_eq!(shop.balance, 1);
        shop.credit(1_999_999).unwrap();
        let settlement = shop.settle(0, &split(999_999), 1).unwrap();
        assert_eq!(settlement.shares, [1_999_998, 2]);
        assert_eq!(shop.balance, 0);
    }

    proptest! {
        #[test]
        fn settling_loses_nothing_and_does_not_depend_on_how_often(
            amounts in prop::collection::vec((0u128..1 << 90, any::<bool>()), 1..50),
            fee in 0u16..=500,
            first in 1u32..PARTS,
        ) {
            let (mut often, mut once) = (Shop::default(), Shop::default());
            let (mut fees, mut shares) = (0, vec![0u128; 2]);
            let mut add = |settlement: Settlement| {
                fees += settlement.fee;
                shares.iter_mut().zip(settlement.shares).for_each(|(sum, one)| *sum += one);
            };
            for (amount, settle) in &amounts {
                often.credit(*amount).unwrap();
                once.credit(*amount).unwrap();
                if *settle {
                    let before = often.balance;
                    let settlement = often.settle(fee, &split(first), 0).unwrap();
                    prop_assert_eq!(total(&settlement) + often.balance, before);
                    add(settlement);
                }
            }
            add(often.settle(fee, &split(first), 0).unwrap());
            let all = once.settle(fee, &split(first), 0).unwrap();
            prop_assert_eq!(fees, all.fee);
            prop_assert_eq!(shares, all.shares);
            prop_assert_eq!(often, once);
        }
    }
}
