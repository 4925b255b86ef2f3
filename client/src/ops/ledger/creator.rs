//! What a creator is paid in the storefront, and what of it waits there.

use super::{signed, Entry, Item, Kind, Ledger, Name};
use crate::{history::Event, Block, Client, Error};
use farthing_contracts::storefront::{
    events::{Kept, Payment, Payments, Release, Released},
    StorefrontRef,
};
use farthing_contracts::Contract;
use farthing_types::{money::basis_points, Balance, CreatorId};
use ink::codegen::TraitCallBuilder;

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
        if event.contract != Contract::Storefront {
            return;
        }
        if let Some(payments) = event.emitted.decode::<Payments>() {
            self.came_in(event, &payments);
        } else if let Some(released) = event.emitted.decode::<Released>() {
            self.went_out(event, released.release);
        }
    }

    fn came_in(&mut self, event: &Event, payments: &Payments) {
        let mut left = 0;
        for payment in &payments.payments {
            let Some((kind, item, paid, referral)) = self.own(payment) else {
                continue;
            };
            // Of each payment by itself, as the contract takes it.
            let fee = basis_points(paid, self.fee).unwrap_or(0);
            let memo = match payment {
                Payment::Tip(tip) => &tip.memo[..],
                _ => &[],
            };
            for (kind, amount, memo) in [
                (kind, signed(paid), memo),
                (Kind::Fee, -signed(fee), &[][..]),
                (Kind::ReferralShare, -signed(referral), &[][..]),
            ] {
                let entry = Entry::new(kind, amount).with(payments.payer);
                self.ledger.enter_said(event, entry.of(item), memo);
                left += amount;
            }
        }
        let kept = payments.kept.iter().map(|kept| match kept {
            Kept::Creator { creator, amount } if *creator == self.creator => signed(*amount),
            _ => 0,
        });
        // What is not kept was sent on at once.
        let sent = kept.sum::<i128>() - left;
        self.ledger.enter(event, Entry::new(Kind::SentOn, sent));
    }

    /// What a payment was, if it was this creator's: its kind, item, amount, and the referrer's share.
    fn own(&self, payment: &Payment) -> Option<(Kind, Option<Item>, Balance, Balance)> {
        match payment {
            Payment::Tip(tip) if tip.creator == self.creator => {
                Some((Kind::Tip, None, tip.amount, 0))
            }
            Payment::Purchase {
                creator,
                item,
                paid,
                referral,
                ..
            } if *creator == self.creator => {
                Some((Kind::Sale, Some(Item::Item(*item)), *paid, *referral))
            }
            Payment::Blinded {
                creator,
                tier,
                paid,
                ..
            } if *creator == self.creator => {
                Some((Kind::BlindedSale, Some(Item::Tier(*tier)), *paid, 0))
            }
            _ => None,
        }
    }

    fn went_out(&mut self, event: &Event, release: Release) {
        match release {
            Release::Payout { creator, shares } if creator == self.creator => {
                for share in shares.iter().filter(|share| share.sent) {
                    let entry = Entry::new(Kind::Payout, -signed(share.amount));
                    self.ledger.enter(event, entry.with(share.account));
                }
            }
            Release::Refund {
                creator,
                purchases,
                added,
                ..
            } if creator == self.creator => {
                let added = Entry::new(Kind::AddedForRefund, signed(added));
                self.ledger.enter(event, added);
                for one in purchases {
                    let refund = Entry::new(Kind::Refund, -signed(one.paid)).with(one.payer);
                    self.ledger.enter(event, refund.of(Item::Item(one.item)));
                }
            }
            _ => {}
        }
    }
}
