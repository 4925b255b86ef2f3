//! The ledger of shares for referring buyers in the storefront. They are sent at once.

use super::{signed, Entry, Item, Key, Kind, Ledger, Line, Name};
use crate::{history::Event, Account};
use farthing_contracts::storefront::events::{Payment, Payments};
use farthing_contracts::Contract;

/// The referral shares of an account.
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
        for line in lines(event) {
            if line.key.account == Some(self.account) {
                self.ledger.enter(event, line.entry);
            }
        }
    }
}

/// Returns what an event changes in everybody's referral shares, in order.
pub fn lines(event: &Event) -> Vec<Line> {
    if event.contract != Contract::Storefront {
        return Vec::new();
    }
    let Some(payments) = event.emitted.decode::<Payments>() else {
        return Vec::new();
    };
    let Some(referrer) = payments.referrer else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    for payment in &payments.payments {
        if let Payment::Purchase { item, referral, .. } = payment {
            for (kind, amount) in [
                (Kind::Referral, signed(*referral)),
                (Kind::SentOn, -signed(*referral)),
            ] {
                let entry = Entry::new(kind, amount).with(payments.payer);
                let entry = entry.of(Item::Item(*item));
                lines.push(Key::whose(Name::Referrals, referrer).line(entry));
            }
        }
    }
    lines
}
