//! What reads of many records do.

use crate::{
    access::{self, Page},
    catalogue::Item,
    storefront::{Overview, Storefront},
    MAX_ITEMS, MAX_PAGES,
};
use farthing_shared::{ask, guardian};
use farthing_types::{Balance, CreatorId, ItemId};
use ink::{
    codegen::{StaticEnv, TraitCallBuilder},
    prelude::vec::Vec,
    primitives::AccountId,
};

impl Storefront {
    pub(crate) fn told(&self) -> Overview {
        Overview {
            registry: ink::ToAccountId::to_account_id(&self.registry),
            fee: self.fee,
            treasury: self.treasury,
            guardian: self.guardian,
            paused_until: guardian::paused(self.paused_until),
            fees_due: self.fees.get().unwrap_or(0),
        }
    }

    pub(crate) fn items_from(&self, creator: CreatorId, first: ItemId, count: u32) -> Vec<Item> {
        (first..first.saturating_add(count.min(MAX_ITEMS)))
            .map_while(|item| self.items.get((creator, item)))
            .collect()
    }

    pub(crate) fn pages_of(&self, account: AccountId, pages: Vec<(CreatorId, u32)>) -> Vec<Page> {
        pages
            .into_iter()
            .take(MAX_PAGES)
            .map(|(creator, number)| self.one_page(creator, account, number))
            .collect()
    }

    #[inline(never)]
    pub(crate) fn one_page(&self, creator: CreatorId, account: AccountId, number: u32) -> Page {
        self.pages
            .get((creator, account, number))
            .unwrap_or_default()
    }

    pub(crate) fn can_open(&self, creator: CreatorId, item: ItemId, account: AccountId) -> bool {
        let (number, slot) = access::place(item);
        let page = self.one_page(creator, account, number);
        page.has_access(slot, Self::env().block_timestamp())
            || self
                .offer(creator, item)
                .is_some_and(|offer| offer.is_free())
    }

    pub(crate) fn all_tiers(&self, creator: CreatorId) -> Vec<(u8, Balance)> {
        (0..=u8::MAX)
            .filter_map(|tier| Some((tier, self.tier_price(creator, tier)?)))
            .collect()
    }

    pub(crate) fn owed_and_held(&self) -> (Balance, Balance) {
        let creators = match ask(self.registry.call().creator_count()) {
            Some(creators) => creators,
            // A sum of some would be no answer.
            None => panic!(),
        };
        let fees = self.fees.get().unwrap_or(0);
        let owed = self.owed_to(0, creators).saturating_add(fees);
        (owed, Self::env().balance())
    }

    pub(crate) fn owed_to(&self, first: CreatorId, count: u32) -> Balance {
        (first..first.saturating_add(count))
            .filter_map(|creator| self.books.get(creator))
            .fold(0, |sum, books| sum.saturating_add(books.balance))
    }
}
