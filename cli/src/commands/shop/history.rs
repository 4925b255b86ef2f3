//! What the chain's events tell of the past.

use crate::session::Session;
use farthing_client::{Emitted, Error, Event};
use farthing_contracts::storefront::{
    access::{place, refunded, Purchase},
    events::{Payment, Payments, Release, Released},
};
use farthing_contracts::Contract;
use farthing_types::{
    commitment::{blake2_256, receipt_preimage},
    CreatorId, Hash, ItemId,
};
use ink::primitives::AccountId;

/// All purchases by or for `owner` in the page of `item` that were not refunded, in order: what a refund
/// is to bring along.
pub async fn purchases(
    session: &Session,
    creator: CreatorId,
    item: ItemId,
    owner: AccountId,
) -> Result<Vec<Purchase>, Error> {
    let first = session.client.deployment.block;
    let last = session.client.chain.best().await?.number;
    session.output.note(format!(
        "Looking for the purchases in blocks {first} to {last}."
    ));
    let mut found = Vec::new();
    let history = session.client.history(last).await?;
    for event in history.iter().filter(|event| is_storefronts(event)) {
        follow(&event.emitted, creator, item, owner, &mut found)?;
    }
    Ok(found)
}

fn follow(
    event: &Emitted,
    creator: CreatorId,
    item: ItemId,
    owner: AccountId,
    found: &mut Vec<Purchase>,
) -> Result<(), Error> {
    let is_on_page = |one: ItemId| place(one).0 == place(item).0;
    if let Some(event) = event.decode::<Payments>() {
        for payment in event.payments {
            match payment {
                Payment::Purchase {
                    creator: from,
                    item: bought,
                    owner: who,
                    paid,
                    term,
                    ..
                } if (from, who) == (creator, owner) && is_on_page(bought) => {
                    found.push(Purchase {
                        item: bought,
                        payer: event.payer,
                        paid,
                        term,
                    });
                }
                _ => {}
            }
        }
    }
    if let Some(Released {
        release:
            Release::Refund {
                creator: from,
                owner: who,
                purchases,
                ..
            },
    }) = event.decode()
    {
        let on_page = purchases.first().is_some_and(|one| is_on_page(one.item));
        if (from, who) == (creator, owner) && on_page {
            *found = without(found, &purchases)?;
        }
    }
    Ok(())
}

/// A history after these purchases were refunded.
fn without(history: &[Purchase], gone: &[Purchase]) -> Result<Vec<Purchase>, Error> {
    let which: Vec<u32> = (0..)
        .zip(history)
        .filter(|(_, one)| gone.contains(one))
        .map(|(place, _)| place)
        .collect();
    let left = refunded(history, &which);
    let left = left.map_err(|_| Error::node("a refund of what was not bought"))?;
    Ok(left.rest)
}

/// The running hash of a page with these purchases.
pub fn running_hash(history: &[Purchase]) -> Hash {
    history.iter().fold(Hash::default(), |hash, one| {
        let term = one.term.map(|term| (term.at, term.from, term.period));
        let preimage = receipt_preimage(&hash, one.item, &one.payer, one.paid, term);
        blake2_256(&preimage)
    })
}

/// A blinded purchase that is on the chain.
pub struct Blinded {
    pub block: u32,
    pub paid: u128,
}

/// The blinded purchase with this commitment by `buyer`; `hint` is the block that it is said to be in.
pub async fn blinded(
    session: &Session,
    buyer: AccountId,
    (creator, tier): (CreatorId, u8),
    commitment: Hash,
    hint: Option<u32>,
) -> Result<Option<Blinded>, Error> {
    let first = session.client.deployment.block;
    let last = session.client.chain.best().await?.number;
    let hint = hint.filter(|number| (first..=last).contains(number));
    for number in hint.into_iter().chain(first..=last) {
        let events = session.client.events_in(number).await?;
        for event in events.iter().filter(|event| is_storefronts(event)) {
            let Some(event) = event.emitted.decode::<Payments>() else {
                continue;
            };
            // Anybody can copy a commitment that they saw; it is worth something to the buyer only.
            let by_buyer = event.payer == buyer;
            let paid = event.payments.iter().find_map(|payment| match payment {
                Payment::Blinded {
                    creator: from,
                    tier: of,
                    paid,
                    commitment: found,
                } if (from, of, found) == (&creator, &tier, &commitment) => Some(*paid),
                _ => None,
            });
            if let (true, Some(paid)) = (by_buyer, paid) {
                return Ok(Some(Blinded {
                    block: number,
                    paid,
                }));
            }
        }
    }
    Ok(None)
}

/// Anonymous events are known by their contract only.
fn is_storefronts(event: &Event) -> bool {
    event.contract == Contract::Storefront
}
