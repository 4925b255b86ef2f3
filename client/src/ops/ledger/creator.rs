//! The ledger of a creator in the storefront: what they are paid, and what of it waits there.

use super::{signed, Entry, Item, Key, Kind, Ledger, Line, Name};
use crate::{history::Event, Block, Client, Error};
use farthing_contracts::storefront::{
    events::{Kept, Payment, Payments, Release, Released},
    StorefrontRef,
};
use farthing_contracts::Contract;
use farthing_types::{money::basis_points, Balance, CreatorId};
use ink::codegen::TraitCallBuilder;
use std::collections::BTreeMap;

/// The books of a creator.
pub struct Books {
    creator: CreatorId,
    /// The platform's fee, in basis points.
    fee: u16,
    ledger: Ledger,
}

/// Returns the ledgers, each checked against the contract as of a block.
pub async fn check(client: &Client, block: Block, books: Vec<Books>) -> Result<Vec<Ledger>, Error> {
    let shop: StorefrontRef = client.contract()?;
    let questions = books.iter().map(|books| shop.call().books(books.creator));
    let found = client.read_all_at(block, questions).await?;
    let mut ledgers = Vec::new();
    for (Books { ledger, .. }, found) in books.into_iter().zip(found) {
        ledger.reconcile(client, found.map_or(0, |books| books.balance), block)?;
        ledgers.push(ledger);
    }
    Ok(ledgers)
}

impl Books {
    pub fn new(creator: CreatorId, fee: u16) -> Self {
        Self {
            creator,
            fee,
            ledger: Ledger::new(Name::Creator(creator)),
        }
    }

    pub fn see(&mut self, event: &Event) {
        let own = Key::of(Name::Creator(self.creator));
        for line in lines(event, self.fee) {
            if line.key == own {
                self.ledger.enter(event, line.entry);
            }
        }
    }
}

/// Returns what an event changes in all creators' ledgers, in order.
pub fn lines(event: &Event, fee: u16) -> Vec<Line> {
    if event.contract != Contract::Storefront {
        return Vec::new();
    }
    if let Some(payments) = event.emitted.decode::<Payments>() {
        came_in(&payments, fee)
    } else if let Some(released) = event.emitted.decode::<Released>() {
        went_out(released.release)
    } else {
        Vec::new()
    }
}

fn came_in(payments: &Payments, fee: u16) -> Vec<Line> {
    let (mut lines, mut left) = (Vec::new(), BTreeMap::<CreatorId, i128>::new());
    for payment in &payments.payments {
        let (creator, kind, item, paid, referral) = parts(payment);
        let memo = match payment {
            Payment::Tip(tip) => &tip.memo[..],
            _ => &[],
        };
        // Of each payment by itself, as the contract takes it.
        let fee = basis_points(paid, fee).unwrap_or(0);
        let (payer, referrer) = (payments.payer, payments.referrer.unwrap_or(payments.payer));
        for (kind, amount, whose, memo) in [
            (kind, signed(paid), payer, memo),
            (Kind::Fee, -signed(fee), payer, &[][..]),
            (Kind::ReferralShare, -signed(referral), referrer, &[][..]),
        ] {
            let entry = Entry::new(kind, amount).with(whose).of(item);
            let entry = entry.said(memo);
            lines.push(Key::of(Name::Creator(creator)).line(entry));
            let left = left.entry(creator).or_default();
            *left = left.saturating_add(amount);
        }
    }
    for (creator, left) in left {
        let kept = payments.kept.iter().map(|kept| match kept {
            Kept::Creator {
                creator: whose,
                amount,
            } if *whose == creator => signed(*amount),
            _ => 0,
        });
        // What is not kept was sent on at once.
        let sent = kept.sum::<i128>().saturating_sub(left);
        let entry = Entry::new(Kind::SentOn, sent);
        lines.push(Key::of(Name::Creator(creator)).line(entry));
    }
    lines
}

/// Returns whose a payment was, its kind, item, amount, and the referrer's share.
fn parts(payment: &Payment) -> (CreatorId, Kind, Option<Item>, Balance, Balance) {
    match payment {
        Payment::Tip(tip) => (tip.creator, Kind::Tip, None, tip.amount, 0),
        Payment::Purchase {
            creator,
            item,
            paid,
            referral,
            ..
        } => (
            *creator,
            Kind::Sale,
            Some(Item::Item(*item)),
            *paid,
            *referral,
        ),
        Payment::Blinded {
            creator,
            tier,
            paid,
            ..
        } => (
            *creator,
            Kind::BlindedSale,
            Some(Item::Tier(*tier)),
            *paid,
            0,
        ),
    }
}

fn went_out(release: Release) -> Vec<Line> {
    let key = |creator| Key::of(Name::Creator(creator));
    match release {
        Release::Payout { creator, shares } => {
            let sent = shares.into_iter().filter(|share| share.sent);
            let entries = sent
                .map(|share| Entry::new(Kind::Payout, -signed(share.amount)).with(share.account));
            entries.map(|entry| key(creator).line(entry)).collect()
        }
        Release::Refund {
            creator,
            purchases,
            added,
            ..
        } => {
            let added = Entry::new(Kind::AddedForRefund, signed(added));
            let refunds = purchases.into_iter().map(|one| {
                let refund = Entry::new(Kind::Refund, -signed(one.paid)).with(one.payer);
                refund.of(Item::Item(one.item))
            });
            let entries = [added].into_iter().chain(refunds);
            entries.map(|entry| key(creator).line(entry)).collect()
        }
        Release::Fees { .. } => Vec::new(),
    }
}
