//! The platform's fees that the chain refused to move to the treasury, as the treasury sees them. All other
//! fees are in its account at once.

use super::{signed, Entry, Kind, Ledger, Name};
use crate::{history::Event, Account, Block, Client, Error};
use farthing_contracts::storefront::events::{Kept, Payments, Release, Released};
use farthing_contracts::Contract;
use farthing_types::Balance;

/// The treasury's fees; nothing for all other accounts.
pub struct Fees(Option<Ledger>);

impl Fees {
    pub fn new(account: Account, treasury: Account) -> Self {
        Self((account == treasury).then(|| Ledger::new(Name::Fees)))
    }

    pub fn see(&mut self, event: &Event) {
        let (Some(ledger), Contract::Storefront) = (&mut self.0, event.contract) else {
            return;
        };
        if let Some(payments) = event.emitted.decode::<Payments>() {
            for kept in &payments.kept {
                if let Kept::Fee { amount } = kept {
                    let entry = Entry::new(Kind::Kept, signed(*amount));
                    ledger.enter(event, entry.with(payments.payer));
                }
            }
        } else if let Some(Released {
            release: Release::Fees { amount },
        }) = event.emitted.decode()
        {
            ledger.enter(event, Entry::new(Kind::Withdrawal, -signed(amount)));
        }
    }

    /// Returns the ledger, checked against what the contract says that it keeps.
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
