//! What a creator is paid in the storefront, and what of it waits there.

use super::{signed, Ledger, Movement};
use farthing_client::{Event, Token};
use farthing_contracts::storefront::events::{Kept, Payment, Payments, Release, Released};
use farthing_contracts::Contract;
use farthing_types::{money::basis_points, Balance, CreatorId};

/// With a fee of `fee` basis points.
pub fn ledger(token: &Token, creator: CreatorId, fee: u16, history: &[Event]) -> Ledger {
    let mut ledger = Ledger::new(format!("creator #{creator}"), token);
    for event in history
        .iter()
        .filter(|event| event.contract == Contract::Storefront)
    {
        if let Some(payments) = event.emitted.decode::<Payments>() {
            came_in(&mut ledger, creator, fee, event, payments);
        } else if let Some(released) = event.emitted.decode::<Released>() {
            went_out(&mut ledger, creator, event, released.release);
        }
    }
    ledger
}

/// What one payment was, if it was this creator's: its kind, item, amount, and the referrer's share.
fn of_creator(
    payment: &Payment,
    creator: CreatorId,
) -> Option<(&'static str, String, Balance, Balance)> {
    match payment {
        Payment::Tip(tip) if tip.creator == creator => Some(("tip", String::new(), tip.amount, 0)),
        Payment::Purchase {
            creator: of,
            item,
            paid,
            referral,
            ..
        } if *of == creator => Some(("sale", item.to_string(), *paid, *referral)),
        Payment::Blinded {
            creator: of,
            tier,
            paid,
            ..
        } if *of == creator => Some(("blinded sale", format!("tier {tier}"), *paid, 0)),
        _ => None,
    }
}

fn came_in(
    ledger: &mut Ledger,
    creator: CreatorId,
    points: u16,
    event: &Event,
    payments: Payments,
) {
    let mut left = 0;
    for payment in &payments.payments {
        let Some((what, item, paid, referral)) = of_creator(payment, creator) else {
            continue;
        };
        // Of each payment by itself, as the contract takes it.
        let fee = basis_points(paid, points).unwrap_or(0);
        for (what, amount) in [
            (what, signed(paid)),
            ("fee", -signed(fee)),
            ("referral share", -signed(referral)),
        ] {
            let movement = Movement::new(what, amount).with(payments.payer);
            ledger.enter(event, movement.of(&item));
            left += amount;
        }
    }
    let kept = payments.kept.iter().map(|kept| match kept {
        Kept::Creator {
            creator: of,
            amount,
        } if *of == creator => signed(*amount),
        _ => 0,
    });
    // What is not kept was sent on at once.
    let sent = kept.sum::<i128>() - left;
    ledger.enter(event, Movement::new("sent on", sent));
}

fn went_out(ledger: &mut Ledger, creator: CreatorId, event: &Event, release: Release) {
    match release {
        Release::Payout {
            creator: of,
            shares,
        } if of == creator => {
            for share in shares.iter().filter(|share| share.sent) {
                let movement = Movement::new("payout", -signed(share.amount));
                ledger.enter(event, movement.with(share.account));
            }
        }
        Release::Refund {
            creator: of,
            purchases,
            added,
            ..
        } if of == creator => {
            ledger.enter(event, Movement::new("added for a refund", signed(added)));
            for one in purchases {
                let refund = Movement::new("refund", -signed(one.paid));
                ledger.enter(event, refund.with(one.payer).of(one.item));
            }
        }
        _ => {}
    }
}
