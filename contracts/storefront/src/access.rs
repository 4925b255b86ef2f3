//! Who has access to what.
//!
//! Everything that one account has of one creator is kept in pages of [`PAGE_ITEMS`] consecutive items,
//! one storage item each: a bit for every item bought for ever, an expiry for every item bought for a
//! period. So a buyer pays the deposit for a storage item once per page, not once per purchase.
//!
//! A refund must give back what was paid to whoever paid it, and a record of that for each purchase
//! would cost a hundred times the purchase. So a page only remembers its purchases in a running hash. A
//! refund brings along the purchases from the refunded one on, as the contract's events tell them, and
//! the running hash before them; together they prove that nothing is left out or altered. Whatever is
//! bought or given later only makes that list longer, and refunds from its end make it shorter again.

use farthing_types::{Balance, Hash, ItemId, Millis};
use ink::{prelude::vec::Vec, primitives::AccountId};

/// How many consecutive items share a page.
pub const PAGE_ITEMS: u32 = 128;

/// The time that a purchase for a period gives access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Term {
    /// When it was bought.
    pub at: Millis,
    /// From when on it gives access: from then, or from the end of the access there was.
    pub from: Millis,
    /// For how long, in milliseconds.
    pub period: Millis,
}

impl Term {
    /// Returns when this access ends.
    pub fn until(&self) -> Millis {
        self.from.saturating_add(self.period)
    }
}

/// A purchase, as a page's running hash remembers it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Purchase {
    /// What was bought.
    pub item: ItemId,
    /// Who paid.
    pub payer: AccountId,
    /// How much, in the chain's smallest unit.
    pub paid: Balance,
    /// For which time; `None` for ever.
    pub term: Option<Term>,
}

/// Access for a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Pass {
    /// The item's place in its page.
    pub slot: u8,
    /// Access lasts until just before this time.
    pub until: Millis,
}

/// What one account has of one page of a creator's items.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Page {
    /// Bit *n* is set if the page's item *n* was bought for ever.
    pub owned: u128,
    /// Running hash of the purchases that were not refunded; zero if there is none.
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
    /// There is no purchase at a place that was named, or the places are not in rising order.
    NotBought,
    /// The history is not that of the page: a purchase is missing, altered or out of order.
    WrongHistory,
}

/// What is left of a page's history after a refund.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refunded {
    /// The purchases that are refunded, as they stood.
    pub gone: Vec<Purchase>,
    /// The others, in order. Passes bought later begin earlier by what is gone.
    pub rest: Vec<Purchase>,
    /// When access to items ends now of which a purchase for a period is gone.
    pub ends: Vec<(ItemId, Millis)>,
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

/// Takes the purchases at the places `which` out of `history`, which is a page's purchases in order, from
/// any one on.
///
/// # Errors
/// [`AccessError::NotBought`] if `which` is empty, not in rising order, or names a place that is not
/// there.
pub fn refunded(history: &[Purchase], which: &[u32]) -> Result<Refunded, AccessError> {
    let mut found = Refunded::default();
    let mut which = which.iter().peekable();
    let last = u32::try_from(history.len()).map_err(|_| AccessError::NotBought)?;
    for (place, one) in (0..last).zip(history) {
        let gone = which.next_if(|next| **next == place).is_some();
        match (one.term, gone) {
            (Some(term), _) => shift(&mut found, one, term, gone),
            (None, true) => found.gone.push(one.clone()),
            (None, false) => found.rest.push(one.clone()),
        }
    }
    match which.next().is_none() && !found.gone.is_empty() {
        true => Ok(found),
        false => Err(AccessError::NotBought),
    }
}

/// One more purchase for a period: what comes after one that is gone begins as if that had never been.
fn shift(found: &mut Refunded, one: &Purchase, term: Term, gone: bool) {
    let end = found.ends.iter_mut().find(|(item, _)| *item == one.item);
    match (end, gone) {
        (None, true) => {
            found.gone.push(one.clone());
            found.ends.push((one.item, term.from));
        }
        (Some(_), true) => found.gone.push(one.clone()),
        (None, false) => found.rest.push(one.clone()),
        (Some((_, end)), false) => {
            let term = Term {
                from: term.at.max(*end),
                ..term
            };
            *end = term.until();
            found.rest.push(Purchase {
                term: Some(term),
                ..one.clone()
            });
        }
    }
}

impl Page {
    /// Returns whether the page gives access to its item `slot` at `now`.
    pub fn has_access(&self, slot: u8, now: Millis) -> bool {
        self.owned & bit(slot) != 0 || self.until(slot).is_some_and(|until| now < until)
    }

    /// Returns until when there is, or was, access to `slot` for a period.
    pub fn until(&self, slot: u8) -> Option<Millis> {
        let pass = self.passes.iter().find(|pass| pass.slot == slot)?;
        Some(pass.until)
    }

    /// Returns the time that a purchase of `slot` at `now` gives access: for ever, or for `period` from
    /// the end of the access there is.
    ///
    /// # Errors
    /// [`AccessError::AlreadyOwned`] if access never ends anyway.
    pub fn term(
        &self,
        slot: u8,
        now: Millis,
        period: Option<Millis>,
    ) -> Result<Option<Term>, AccessError> {
        let Some(period) = period else {
            return match self.owned & bit(slot) {
                0 => Ok(None),
                _ => Err(AccessError::AlreadyOwned),
            };
        };
        match self.until(slot).unwrap_or(0).max(now) {
            Millis::MAX => Err(AccessError::AlreadyOwned),
            from => Ok(Some(Term {
                at: now,
                from,
                period,
            })),
        }
    }

    /// Gives what was bought; `append` adds a purchase to a running hash.
    pub fn give(&mut self, one: &Purchase, append: impl Fn(&Hash, &Purchase) -> Hash) {
        let (_, slot) = place(one.item);
        match one.term {
            Some(term) => self.set_end(slot, term.until()),
            None => self.owned |= bit(slot),
        }
        self.receipts = append(&self.receipts, one);
    }

    fn set_end(&mut self, slot: u8, until: Millis) {
        match self.passes.iter_mut().find(|pass| pass.slot == slot) {
            Some(pass) => pass.until = until,
            None => self.passes.push(Pass { slot, until }),
        }
    }

    /// Takes back purchases, and returns them. `history` is the page's purchases that were not refunded,
    /// in order, from one on; `earlier` is the running hash before it, and `which` are places in it.
    ///
    /// # Errors
    /// [`AccessError::WrongHistory`], [`AccessError::NotBought`].
    pub fn take_back(
        &mut self,
        earlier: Hash,
        history: &[Purchase],
        which: &[u32],
        append: impl Fn(&Hash, &Purchase) -> Hash,
    ) -> Result<Vec<Purchase>, AccessError> {
        let fold = |hash: Hash, one: &Purchase| append(&hash, one);
        if history.iter().fold(earlier, fold) != self.receipts {
            return Err(AccessError::WrongHistory);
        }
        let refunded = refunded(history, which)?;
        for one in refunded.gone.iter().filter(|one| one.term.is_none()) {
            self.owned &= !bit(place(one.item).1);
        }
        for (item, until) in &refunded.ends {
            self.set_end(place(*item).1, *until);
        }
        self.receipts = refunded.rest.iter().fold(earlier, fold);
        Ok(refunded.gone)
    }
}

#[cfg(test)]
#[path = "access/tests.rs"]
mod tests;
