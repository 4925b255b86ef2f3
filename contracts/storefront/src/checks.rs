//! What must hold before anything happens.

use crate::{
    books::Books,
    catalogue::{Item, Offer},
    error::{Error, Result},
    events::Tip,
    storefront::Storefront,
    MAX_BATCH, MAX_MEMO,
};
use farthing_shared::{ask, guardian};
use farthing_types::{Balance, CreatorId, ItemId, Millis};
use ink::{
    codegen::{StaticEnv, TraitCallBuilder},
    storage::{traits::StorageKey, Mapping},
};
use registry::creator::Permission;

impl Storefront {
    pub(crate) fn check_permission(
        &self,
        creator: CreatorId,
        permission: Permission,
    ) -> Result<()> {
        let caller = Self::env().caller();
        let question = self.registry.call().controls(creator, caller, permission);
        check(ask(question))
    }

    pub(crate) fn check_owner(&self, creator: CreatorId) -> Result<()> {
        let caller = Self::env().caller();
        check(ask(self.registry.call().owns(creator, caller)))
    }

    pub(crate) fn check_open_for_payments(&self) -> Result<Millis> {
        guardian::check_not_paused(self.paused_until).map_err(Error::Paused)
    }

    #[inline(never)]
    pub(crate) fn open_books(&self, creator: CreatorId) -> Result<Books> {
        self.books.get(creator).ok_or(Error::NotOpen)
    }

    #[inline(never)]
    pub(crate) fn known_item(&self, creator: CreatorId, item: ItemId) -> Result<Item> {
        self.items.get((creator, item)).ok_or(Error::UnknownItem)
    }

    /// What a purchase has to know of an item.
    #[inline(never)]
    pub(crate) fn offer(&self, creator: CreatorId, item: ItemId) -> Option<Offer> {
        beginning(&self.items, (creator, item))
    }

    pub(crate) fn tier_price(&self, creator: CreatorId, tier: u8) -> Option<Balance> {
        self.tiers.get((creator, tier)).filter(|price| *price != 0)
    }
}

/// The beginning of an item's record: what comes after it is read, and not decoded.
fn beginning<Key: StorageKey>(
    _: &Mapping<(CreatorId, ItemId), Item, Key>,
    at: (CreatorId, ItemId),
) -> Option<Offer> {
    match ink::env::get_contract_storage(&(Key::KEY, at)) {
        Ok(offer) => offer,
        // As in ink!'s mapping: only what was written is there.
        Err(_) => panic!(),
    }
}

fn check(answer: Option<bool>) -> Result<()> {
    match answer {
        Some(true) => Ok(()),
        Some(false) => Err(Error::NotPermitted),
        None => Err(Error::RegistryFailed),
    }
}

pub(crate) fn check_tip(tip: &Tip) -> Result<()> {
    if tip.amount == 0 {
        return Err(Error::ZeroTip);
    }
    if tip.memo.len() > MAX_MEMO {
        return Err(Error::MemoTooLong);
    }
    Ok(())
}

pub(crate) fn check_batch(size: usize) -> Result<()> {
    if size == 0 || size > MAX_BATCH {
        return Err(Error::BatchSize);
    }
    Ok(())
}
