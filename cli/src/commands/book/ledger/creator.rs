//! A creator's books in the storefront.

use super::{signed, Ledger, Movement};
use crate::session::Session;
use farthing_client::{Error, Event};
use farthing_types::CreatorId;
use storefront::events::{Payment, Payments, Release, Released};

pub async fn ledger(
    session: &Session,
    creator: CreatorId,
    history: &[Event],
) -> Result<Ledger, Error> {
    let mut ledger = Ledger::new(format!("creator #{creator}"));
    for event in history
        .iter()
        .filter(|event| event.contract == "storefront")
    {
        if let Some(payments) = event.emitted.decode::<Payments>() {
            came_in(&mut ledger, creator, event, payments);
        } else if let Some(released) = event.emitted.decode::<Released>() {
            went_out(session, &mut ledger, creator, event, released.release).await?;
        }
    }
    Ok(ledger)
}

fn came_in(ledger: &mut Ledger, creator: CreatorId, event: &Event, payments: Payments) {
    let mut enter = |what, item: String, amount| {
        let movement = Movement::new(what, amount).with(payments.payer).of(item);
        ledger.enter(event, movement);
    };
    for payment in payments.payments {
        match payment {
            Payment::Tip(tip) if tip.creator == creator => {
                enter("tip", String::new(), signed(tip.amount));
            }
            Payment::Purchase {
                creator: of,
                item,
                paid,
                referral,
                ..
            } if of == creator => {
                enter("sale", item.to_string(), signed(paid));
                enter("referral share", item.to_string(), -signed(referral));
            }
            Payment::Blinded {
                creator: of,
                tier,
                paid,
                ..
            } if of == creator => enter("blinded sale", format!("tier {tier}"), signed(paid)),
            _ => {}
        }
    }
}

async fn went_out(
    session: &Session,
    ledger: &mut Ledger,
    creator: CreatorId,
    event: &Event,
    release: Release,
) -> Result<(), Error> {
    match release {
        Release::Payout {
            creator: of,
            fee,
            shares,
        } if of == creator => {
            ledger.enter(event, Movement::new("fee", -signed(fee)));
            for share in shares {
                let movement = Movement::new("payout", -signed(share.amount));
                ledger.enter(event, movement.with(share.account));
            }
        }
        Release::Refund {
            creator: of,
            item,
            share,
            ..
        } if of == creator => {
            // The event does not tell what was attached for the books.
            let emitted = &event.emitted;
            let chain = &session.client.chain;
            let added = chain
                .money_sent(event.block, emitted.index, emitted.contract)
                .await?;
            let added = Movement::new("added for a refund", signed(added));
            ledger.enter(event, added.of(item));
            let refund = Movement::new("refund", -signed(share.amount));
            ledger.enter(event, refund.with(share.account).of(item));
        }
        _ => {}
    }
    Ok(())
}
