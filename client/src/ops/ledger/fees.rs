//! The ledger of the platform's fees that the chain refused to move to the treasury, for the treasury. All
//! other fees reach its account at once.

use super::{signed, Entry, Key, Kind, Ledger, Line, Name};
use crate::{history::Event, Account, Block, Client, Error};
use farthing_contracts::storefront::events::{Kept, Payments, Release, Released};
use farthing_contracts::Contract;
use farthing_types::Balance;

/// The treasury's fees. It is empty for all other accounts.
pub struct Fees(Option<Ledger>);

impl Fees {
    pub fn new(account: Account, treasury: Account) -> Self {
        Self((account == treasury).then(|| Ledger::new(Name::Fees)))
    }

    pub fn see(&mut self, event: &Event) {
        if let Some(ledger) = &mut self.0 {
            for line in lines(event) {
                ledger.enter(event, line.entry);
            }
        }
    }

    /// Checks the ledger against what the contract says that it keeps, and returns it.
    pub fn check(
        self,
        client: &Client,
        block: Block,
        due: Balance,
    ) -> Result<Option<Ledger>, Error> {
        if let Some(ledger) = &self.0 {
            ledger.reconcile(client, due, block)?;
        }
        Ok(self.0)
    }
}

/// Returns what an event changes in the treasury's ledger, in order.
pub fn lines(event: &Event) -> Vec<Line> {
    if event.contract != Contract::Storefront {
        return Vec::new();
    }
    let line = |entry| Key::of(Name::Fees).line(entry);
    if let Some(payments) = event.emitted.decode::<Payments>() {
        let kept = payments.kept.iter().filter_map(|kept| match kept {
            Kept::Fee { amount } => {
                let entry = Entry::new(Kind::Kept, signed(*amount));
                Some(line(entry.with(payments.payer)))
            }
            Kept::Creator { .. } => None,
        });
        return kept.collect();
    }
    match event.emitted.decode() {
        Some(Released {
            release: Release::Fees { amount },
        }) => vec![line(Entry::new(Kind::Withdrawal, -signed(amount)))],
        _ => Vec::new(),
    }
}
