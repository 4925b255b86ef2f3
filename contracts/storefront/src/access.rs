//! Who has access to what.
//!
//! Everything that one account has of one creator is kept in pages of [`PAGE_ITEMS`] consecutive items,
//! one storage item each: a bit for every item bought for ever, an expiry for every item bought for a
//! period. So a buyer pays the deposit for a storage item once per page, not once per purchase.
//!
//! A refund must give back what was paid to whoever paid it, and a record of that for each purchase
//! would cost a hundred times the purchase. Purchases for ever are therefore only remembered in a
//! running hash: a refund brings the page's purchases along, as the contract's events tell them, and the
//! hash proves that they are all there and unaltered. Passes keep their latest purchase themselves.

use farthing_types::{Balance, Hash, ItemId, Millis};
use ink::{prelude::vec::Vec, primitives::AccountId};

/// How many consecutive items share a page.
pub const PAGE_ITEMS: u32 = 128;

/// A purchase for ever, as a page's running hash remembers it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Purchase {
    /// What was bought.
    pub item: ItemId,
    /// Who paid.
    pub payer: AccountId,
    /// How much.
    pub paid: Balance,
}

/// Access for a period.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Pass {
    /// The item's place in its page.
    pub slot: u8,
    /// Access lasts until just before this time.
    pub until: Millis,
    /// From when on the latest purchase gave access.
    pub from: Millis,
    /// Who paid for the latest purchase.
    pub payer: AccountId,
    /// What they paid; 0 once it was refunded.
    pub paid: Balance,
}

/// What one account has of one page of a creator's items.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Page {
    /// Bit *n* is set if the page's item *n* was bought for ever.
    pub owned: u128,
    /// Running hash of the purchases for ever; zero if there is none.
    pub receipts: Hash,
    /// Access for a period, at most one for each item.
    pub passes: Vec<Pass>,
}

/// Why access cannot be given or taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum AccessError {
    /// The account has this item for ever already.
    AlreadyOwned,
    /// The account did not buy this item, or the purchase was refunded.
    NotBought,
    /// The history is not that of the page: a purchase is missing, altered or out of order.
    WrongHistory,
}

/// The page that `item` is in, and its place there.
pub fn place(item: ItemId) -> (u32, u8) {
    let page = item.checked_div(PAGE_ITEMS).unwrap_or(0);
    let slot = item.checked_rem(PAGE_ITEMS).unwrap_or(0);
    (page, u8::try_from(slot).unwrap_or(u8::MAX))
}

fn bit(slot: u8) -> u128 {
    1u128.checked_shl(slot.into()).unwrap_or(0)
}

impl Page {
    /// Whether the page gives access to its item `slot` at `now`.
    pub fn has_access(&self, slot: u8, now: Millis) -> bool {
        self.owned & bit(slot) != 0 || self.until(slot).is_some_and(|until| now < until)
    }

    /// Until when there is, or was, access to `slot` for a period.
    pub fn until(&self, slot: u8) -> Option<Millis> {
        let pass = self.passes.iter().find(|pass| pass.slot == slot)?;
        Some(pass.until)
    }

    /// Gives `slot` for ever; `receipts` is the running hash with this purchase.
    pub fn own(&mut self, slot: u8, receipts: Hash) -> Result<(), AccessError> {
        if self.owned & bit(slot) != 0 {
            return Err(AccessError::AlreadyOwned);
        }
        self.owned |= bit(slot);
        self.receipts = receipts;
        Ok(())
    }

    /// Gives `slot` for `period`: from the end of the access there is, or from `now`. Returns until
    /// when. Refused if access never ends anyway.
    pub fn extend(
        &mut self,
        slot: u8,
        now: Millis,
        period: Millis,
        payer: AccountId,
        paid: Balance,
    ) -> Result<Millis, AccessError> {
        let known = self.passes.iter().position(|pass| pass.slot == slot);
        let from = self.until(slot).unwrap_or(0).max(now);
        if from == Millis::MAX {
            return Err(AccessError::AlreadyOwned);
        }
        let pass = Pass {
            slot,
            until: from.saturating_add(period),
            from,
            payer,
            paid,
        };
        let until = pass.until;
        match known.and_then(|index| self.passes.get_mut(index)) {
            Some(old) => *old = pass,
            None => self.passes.push(pass),
        }
        Ok(until)
    }

    /// Takes back the latest purchase of a pass, and says who paid what for it. What was bought before
    /// that purchase stays.
    pub fn revoke_pass(&mut self, slot: u8) -> Result<(AccountId, Balance), AccessError> {
        let pass = self
            .passes
            .iter_mut()
            .find(|pass| pass.slot == slot && pass.paid != 0)
            .ok_or(AccessError::NotBought)?;
        let bought = (pass.payer, pass.paid);
        pass.until = pass.from;
        pass.paid = 0;
        Ok(bought)
    }

    /// Takes back a purchase for ever, and says who paid what for it. `history` is every purchase for
    /// ever in this page that was not refunded, oldest first; `append` adds one to a running hash.
    pub fn revoke_owned(
        &mut self,
        item: ItemId,
        history: &[Purchase],
        append: impl Fn(&Hash, &Purchase) -> Hash,
    ) -> Result<(AccountId, Balance), AccessError> {
        let (_, slot) = place(item);
        if self.owned & bit(slot) == 0 {
            return Err(AccessError::NotBought);
        }
        let fold = |hash: Hash, purchase: &Purchase| append(&hash, purchase);
        if history.iter().fold(Hash::default(), fold) != self.receipts {
            return Err(AccessError::WrongHistory);
        }
        let bought = history
            .iter()
            .find(|purchase| purchase.item == item)
            .ok_or(AccessError::WrongHistory)?;
        self.owned &= !bit(slot);
        self.receipts = history
            .iter()
            .filter(|purchase| purchase.item != item)
            .fold(Hash::default(), fold);
        Ok((bought.payer, bought.paid))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use farthing_types::commitment::{blake2_256, receipt_preimage};
    use proptest::prelude::*;

    fn append(hash: &Hash, one: &Purchase) -> Hash {
        blake2_256(&receipt_preimage(hash, one.item, &one.payer, one.paid))
    }

    fn purchase(item: ItemId, payer: u8, paid: Balance) -> Purchase {
        Purchase {
            item,
            payer: AccountId::from([payer; 32]),
            paid,
        }
    }

    fn bought(history: &[Purchase]) -> Page {
        let mut page = Page::default();
        for one in history {
            let receipts = append(&page.receipts, one);
            page.own(place(one.item).1, receipts).unwrap();
        }
        page
    }

    #[test]
    fn items_fill_pages_densely() {
        assert_eq!(place(0), (0, 0));
        assert_eq!(place(127), (0, 127));
        assert_eq!(place(128), (1, 0));
        assert_eq!(place(u32::MAX), (u32::MAX / 128, 127));
    }

    #[test]
    fn owning_twice_is_refused_and_changes_nothing() {
        let mut page = bought(&[purchase(5, 1, 10)]);
        let before = page.clone();
        assert_eq!(page.own(5, [9; 32]), Err(AccessError::AlreadyOwned));
        assert_eq!(page, before);
    }

    #[test]
    fn pass_ends_to_the_millisecond_and_extends_from_its_end() {
        let mut page = Page::default();
        let payer = AccountId::from([1; 32]);
        assert_eq!(page.extend(3, 1_000, 50, payer, 7), Ok(1_050));
        assert!(page.has_access(3, 1_049));
        assert!(!page.has_access(3, 1_050));
        assert_eq!(page.extend(3, 1_020, 50, payer, 7), Ok(1_100));
        assert_eq!(page.extend(3, 2_000, 50, payer, 7), Ok(2_050));
        assert_eq!(page.passes.len(), 1);
    }

    #[test]
    fn a_pass_that_never_ends_cannot_be_extended() {
        let mut page = Page::default();
        let payer = AccountId::from([1; 32]);
        assert_eq!(page.extend(3, 1_000, u64::MAX, payer, 7), Ok(u64::MAX));
        assert_eq!(
            page.extend(3, 1_000, 1, payer, 7),
            Err(AccessError::AlreadyOwned)
        );
    }

    #[test]
    fn revoking_a_pass_takes_the_latest_purchase_only_and_only_once() {
        let mut page = Page::default();
        let (first, second) = (AccountId::from([1; 32]), AccountId::from([2; 32]));
        page.extend(3, 1_000, 50, first, 7).unwrap();
        page.extend(3, 1_000, 50, second, 9).unwrap();
        assert_eq!(page.revoke_pass(3), Ok((second, 9)));
        assert!(page.has_access(3, 1_049));
        assert!(!page.has_access(3, 1_050));
        assert_eq!(page.revoke_pass(3), Err(AccessError::NotBought));
        assert_eq!(page.revoke_pass(4), Err(AccessError::NotBought));
    }

    #[test]
    fn revoking_needs_the_true_history() {
        let history = [purchase(1, 1, 10), purchase(2, 2, 20), purchase(3, 1, 30)];
        let page = bought(&history);
        let mut altered = history.clone();
        altered[1].paid = 21;
        let mut other_payer = history.clone();
        other_payer[1].payer = AccountId::from([9; 32]);
        let mut swapped = history.clone();
        swapped.swap(0, 1);
        for wrong in [
            &altered[..],
            &other_payer,
            &swapped,
            &history[1..],
            &history[..2],
            &[],
        ] {
            let mut copy = page.clone();
            assert_eq!(
                copy.revoke_owned(2, wrong, append),
                Err(AccessError::WrongHistory)
            );
            assert_eq!(copy, page);
        }
        assert_eq!(
            page.clone().revoke_owned(4, &history, append),
            Err(AccessError::NotBought)
        );
    }

    proptest! {
        #[test]
        fn revoking_leaves_what_the_rest_alone_would_have_made(
            items in prop::collection::btree_map(0u32..128, (any::<u8>(), 1u128..1_000), 1..40),
            order in any::<prop::sample::Index>(),
        ) {
            let history: Vec<_> = items
                .iter()
                .map(|(item, (payer, paid))| purchase(*item, *payer, *paid))
                .collect();
            let gone = order.get(&history).clone();
            let mut page = bought(&history);
            let back = page.revoke_owned(gone.item, &history, append);
            prop_assert_eq!(back, Ok((gone.payer, gone.paid)));
            let rest: Vec<_> = history.into_iter().filter(|one| one != &gone).collect();
            prop_assert_eq!(&page, &bought(&rest));
            prop_assert_eq!(
                page.clone().revoke_owned(gone.item, &rest, append),
                Err(AccessError::NotBought)
            );
        }

        #[test]
        fn bits_and_passes_do_not_touch_each_other(
            owned in prop::collection::btree_set(0u8..128, 0..64),
            passes in prop::collection::btree_map(0u8..128, 1u64..1_000, 0..64),
        ) {
            let mut page = Page::default();
            for slot in &owned {
                page.own(*slot, [1; 32]).unwrap();
            }
            for (slot, period) in &passes {
                page.extend(*slot, 0, *period, AccountId::from([1; 32]), 1).unwrap();
            }
            for slot in 0..128 {
                for now in [0, 500, 1_000] {
                    let expected = owned.contains(&slot)
                        || passes.get(&slot).is_some_and(|until| now < *until);
                    prop_assert_eq!(page.has_access(slot, now), expected);
                }
            }
        }
    }
}
