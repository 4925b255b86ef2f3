//! Refunds of purchases. Before the contract gives money back, it must be shown the past purchases.

use crate::{
    history::{Event, Past},
    Account, Error,
};
use farthing_contracts::storefront::{
    access::{place, refunded, Purchase},
    events::{Payment, Payments, Release, Released},
};
use farthing_contracts::Contract;
use farthing_types::{
    commitment::{blake2_256, receipt_preimage},
    Balance, CreatorId, Hash, ItemId,
};
use ink::primitives::AccountId;
use scale::{Decode, Encode};
use std::ops::ControlFlow;

/// All purchases in a page of a creator's items that were made by or for one account and not refunded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    creator: CreatorId,
    owner: AccountId,
    number: u32,
    purchases: Vec<Purchase>,
}

/// The arguments of a refund, as the storefront's message `refund` takes them.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Refund {
    /// The creator who gives money back.
    pub creator: CreatorId,
    /// The account that has access.
    pub owner: AccountId,
    /// The running hash of the page's purchases before those in `history`.
    pub earlier: Hash,
    /// The page's purchases, from the first refunded one to the last.
    pub history: Vec<Purchase>,
    /// The places in `history` of the purchases to refund.
    pub which: Vec<u32>,
    /// What was paid for them altogether, in the smallest unit.
    pub paid: Balance,
}

impl Page {
    /// Makes the page of an item, without any purchase yet.
    pub fn of(creator: CreatorId, item: ItemId, owner: AccountId) -> Self {
        Self {
            creator,
            owner,
            number: place(item).0,
            purchases: Vec::new(),
        }
    }

    /// Returns the page's purchases, in order.
    pub fn purchases(&self) -> &[Purchase] {
        &self.purchases
    }

    /// Takes an event into account.
    ///
    /// # Errors
    /// [`Error::Node`] if it says that something was refunded that was not bought.
    pub fn see(&mut self, event: &Event) -> Result<(), Error> {
        // Anonymous events are known by their contract only.
        if event.contract != Contract::Storefront {
            return Ok(());
        }
        if let Some(payments) = event.emitted.decode::<Payments>() {
            for payment in payments.payments {
                self.purchases.extend(self.own(payments.payer, payment));
            }
        } else if let Some(Released {
            release:
                Release::Refund {
                    creator,
                    owner,
                    purchases,
                    ..
                },
        }) = event.emitted.decode()
        {
            let first = purchases.first();
            let is_here = first.is_some_and(|one| place(one.item).0 == self.number);
            if (creator, owner) == (self.creator, self.owner) && is_here {
                self.purchases = without(&self.purchases, &purchases)?;
            }
        }
        Ok(())
    }

    /// Returns the purchase that a payment is, if it is in this page.
    fn own(&self, payer: AccountId, payment: Payment) -> Option<Purchase> {
        match payment {
            Payment::Purchase {
                creator,
                item,
                owner,
                paid,
                term,
                ..
            } if (creator, owner, place(item).0) == (self.creator, self.owner, self.number) => {
                Some(Purchase {
                    item,
                    payer,
                    paid,
                    term,
                })
            }
            _ => None,
        }
    }

    /// Returns a refund of the latest purchases of an item, at most so many. If there are none, the contract
    /// refuses it.
    pub fn refund(&self, item: ItemId, times: usize) -> Refund {
        let all = &self.purchases;
        let of_item = (0..all.len()).filter(|place| all[*place].item == item);
        let mut places: Vec<usize> = of_item.rev().take(times).collect();
        places.reverse();
        let first = places.first().copied().unwrap_or(all.len());
        let which = (0..)
            .zip(first..all.len())
            .filter(|(_, place)| places.contains(place))
            .map(|(place, _)| place);
        let sum = |sum: Balance, place: &usize| sum.saturating_add(all[*place].paid);
        Refund {
            creator: self.creator,
            owner: self.owner,
            earlier: running_hash(&all[..first]),
            history: all[first..].to_vec(),
            which: which.collect(),
            paid: places.iter().fold(0, sum),
        }
    }
}

/// Returns the page of an item according to a history, up to block `last`. If something is missing, the
/// contract refuses the refund, because it remembers a hash of everything.
///
/// # Errors
/// [`Error::Node`], [`Error::File`].
pub fn page(
    history: &impl Past,
    (creator, item): (CreatorId, ItemId),
    owner: Account,
    last: u32,
) -> Result<Page, Error> {
    let mut page = Page::of(creator, item, owner.id());
    let mut seen = Ok(());
    history.replay(last, &mut |event| {
        seen = page.see(event);
        match seen {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    })?;
    seen?;
    Ok(page)
}

/// Returns a page's purchases after some were refunded.
pub(super) fn without(history: &[Purchase], gone: &[Purchase]) -> Result<Vec<Purchase>, Error> {
    let left = refunded(history, &places(history, gone));
    let left = left.map_err(|_| Error::node("it tells of a refund of what was not bought"))?;
    Ok(left.rest)
}

/// Returns the places of some purchases in a page.
pub(super) fn places(history: &[Purchase], which: &[Purchase]) -> Vec<u32> {
    let numbered = (0..).zip(history);
    let found = numbered.filter(|(_, one)| which.contains(one));
    found.map(|(place, _)| place).collect()
}

/// Returns the running hash of a page with these purchases.
pub fn running_hash(purchases: &[Purchase]) -> Hash {
    purchases.iter().fold(Hash::default(), |hash, one| {
        let term = one.term.map(|term| (term.at, term.from, term.period));
        let preimage = receipt_preimage(&hash, one.item, &one.payer, one.paid, term);
        blake2_256(&preimage)
    })
}
