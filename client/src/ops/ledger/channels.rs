//! What the channels contract holds for an account: the reserves of the channels that it pays by, and what
//! the chain refused to move to it.
//!
//! What a payee earns goes straight through: it comes in and leaves in the same transaction, which is two
//! lines.

use super::{signed, Entry, Kind, Ledger, Name};
use crate::{history::Event, Account, Block, Client, Error};
use farthing_contracts::channels::{
    events::{Change, ChannelsChanged, KeptFor, Withdrawn},
    reading::MAX_PAGE,
    ChannelsRef,
};
use farthing_contracts::Contract;
use farthing_types::Balance;
use ink::codegen::TraitCallBuilder;
use std::collections::BTreeSet;

/// What is held for an account.
pub struct Channels {
    account: Account,
    ledger: Ledger,
    /// The channels that the account was ever the payer of: payee and lane.
    lanes: BTreeSet<(Account, u32)>,
}

impl Channels {
    pub fn new(account: Account) -> Self {
        Self {
            account,
            ledger: Ledger::new(Name::Channels),
            lanes: BTreeSet::new(),
        }
    }

    pub fn see(&mut self, event: &Event) {
        if event.contract != Contract::Channels {
            return;
        }
        let emitted = &event.emitted;
        let is_own = |whose| self.account == Account::from(whose);
        if let Some(changes) = emitted.decode::<ChannelsChanged>() {
            for (id, change) in changes.by_channel() {
                let (payer, payee) = (Account::from(id.payer), Account::from(id.payee));
                if payer == self.account {
                    self.lanes.insert((payee, id.lane));
                    self.pays(event, payee, change);
                }
                if payee == self.account {
                    self.is_paid(event, payer, change);
                }
            }
        } else if let Some(kept) = emitted.decode::<KeptFor>() {
            if is_own(kept.account) {
                let entry = Entry::new(Kind::Kept, signed(kept.amount));
                self.ledger.enter(event, entry);
            }
        } else if let Some(withdrawn) = emitted.decode::<Withdrawn>() {
            if is_own(withdrawn.account) {
                let entry = Entry::new(Kind::Withdrawal, -signed(withdrawn.amount));
                self.ledger.enter(event, entry);
            }
        }
    }

    fn pays(&mut self, event: &Event, payee: Account, change: &Change) {
        let (paid, rest) = match change {
            Change::Opened(terms) => (0, -signed(terms.reserve)),
            Change::ToppedUp(amount) => (0, -signed(*amount)),
            Change::Claimed { paid, .. } => (signed(*paid), 0),
            Change::Closed { rest, .. } | Change::Cleared { rest, .. } => (0, signed(*rest)),
            Change::ClosedTogether { paid, rest, .. } => (signed(*paid), signed(*rest)),
            Change::Exiting(_) => (0, 0),
        };
        let of_reserve = match rest < 0 {
            true => Kind::Reserve,
            false => Kind::RestOfReserve,
        };
        for (kind, amount) in [(Kind::Paid, -paid), (of_reserve, -rest)] {
            let entry = Entry::new(kind, amount).with(payee);
            self.ledger.enter(event, entry);
        }
    }

    fn is_paid(&mut self, event: &Event, payer: Account, change: &Change) {
        let (kind, amount) = match change {
            Change::Claimed { paid, .. } => (Kind::Voucher, signed(*paid)),
            Change::ClosedTogether { paid, .. } => (Kind::Closing, signed(*paid)),
            _ => return,
        };
        for (kind, amount) in [(kind, amount), (Kind::SentOn, -amount)] {
            let entry = Entry::new(kind, amount).with(payer);
            self.ledger.enter(event, entry);
        }
    }

    /// Returns the ledger, checked against the contract as of a block.
    pub async fn check(self, client: &Client, block: Block) -> Result<Ledger, Error> {
        let channels: ChannelsRef = client.contract()?;
        let payer = self.account.id();
        let lanes: Vec<_> = self.lanes.into_iter().collect();
        let pages = lanes.chunks(MAX_PAGE).map(|lanes| {
            let keys = lanes.iter().map(|(payee, lane)| (payer, payee.id(), *lane));
            channels.call().solvency(keys.collect(), Vec::new())
        });
        let kept = channels.call().solvency(Vec::new(), vec![payer]);
        let sums = client.read_all_at(block, [kept].into_iter().chain(pages));
        let owed = sums.await?.into_iter().map(|(owed, _)| owed);
        let owed = owed.fold(0, Balance::saturating_add);
        self.ledger.reconcile(client, owed, block)?;
        Ok(self.ledger)
    }
}
