//! Shares for referring buyers in the storefront, which are sent at once.

use super::{signed, Entry, Item, Kind, Ledger, Name};
use crate::{history::Event, Account};
use farthing_contracts::storefront::events::{Payment, Payments};
use farthing_contracts::Contract;

/// The shares of an account.
pub struct Shares {
    account: Account,
    pub ledger: Ledger,
}

impl Shares {
    pub fn new(account: Account) -> Self {
        Self {
            account,
            ledger: Ledger::new(Name::Referrals),
        }
    }

    pub fn see(&mut self, event: &Event) {
        if event.contract != Contract::Storefront {
            return;
        }
        let payments = event.emitted.decode::<Payments>();
        let referred = |payments: &Payments| payments.referrer == Some(self.account.id());
        if let Some(payments) = payments.filter(referred) {
            self.enter(event, &payments);
        }
    }

    fn enter(&mut self, event: &Event, payments: &Payments) {
        for payment in &payments.payments {
            if let Payment::Purchase { item, referral, .. } = payment {
                for (kind, amount) in [
                    (Kind::Referral, signed(*referral)),
                    (Kind::SentOn, -signed(*referral)),
                ] {
                    let entry = Entry::new(kind, amount).with(payments.payer);
                    self.ledger.enter(event, entry.of(Item::Item(*item)));
                }
            }
        }
    }
}
