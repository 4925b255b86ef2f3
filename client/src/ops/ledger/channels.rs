//! The ledger of the channels contract for an account: the reserves of the channels that it pays by, and the
//! money that the chain refused to move to it.
//!
//! A payee's earnings go straight through. They come in and leave in the same transaction, as two lines.

use super::{signed, Entry, Key, Kind, Ledger, Line, Name};
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

/// The money that the contract holds for an account.
pub struct Channels {
    account: Account,
    ledger: Ledger,
    /// The payee and lane of each channel that the account was ever the payer of.
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
        if let Some(changes) = event.emitted.decode::<ChannelsChanged>() {
            let own = changes.by_channel();
            let own = own.filter(|(id, _)| self.account == Account::from(id.payer));
            let lanes = own.map(|(id, _)| (Account::from(id.payee), id.lane));
            self.lanes.extend(lanes.collect::<Vec<_>>());
        }
        for line in lines(event) {
            if line.key.account == Some(self.account) {
                self.ledger.enter(event, line.entry);
            }
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

/// Returns what an event changes in everybody's ledgers, in order.
pub fn lines(event: &Event) -> Vec<Line> {
    let emitted = &event.emitted;
    let key = |account: Account| Key::whose(Name::Channels, account);
    if let Some(changes) = emitted.decode::<ChannelsChanged>() {
        let mut lines = Vec::new();
        for (id, change) in changes.by_channel() {
            let (payer, payee) = (Account::from(id.payer), Account::from(id.payee));
            let paying = pays(change).map(|entry| key(payer).line(entry.with(payee)));
            let paid = is_paid(change).map(|entry| key(payee).line(entry.with(payer)));
            lines.extend(paying.into_iter().chain(paid));
        }
        return lines;
    }
    let kept = emitted.decode::<KeptFor>().map(|kept| {
        let entry = Entry::new(Kind::Kept, signed(kept.amount));
        key(kept.account.into()).line(entry)
    });
    let withdrawn = || {
        let withdrawn = emitted.decode::<Withdrawn>()?;
        let entry = Entry::new(Kind::Withdrawal, -signed(withdrawn.amount));
        Some(key(withdrawn.account.into()).line(entry))
    };
    kept.or_else(withdrawn).into_iter().collect()
}

/// Returns the entries of a change in the ledger of who pays.
fn pays(change: &Change) -> [Entry; 2] {
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
    [Entry::new(Kind::Paid, -paid), Entry::new(of_reserve, -rest)]
}

/// Returns the entries of a change in the ledger of who is paid.
fn is_paid(change: &Change) -> [Entry; 2] {
    let (kind, amount) = match change {
        Change::Claimed { paid, .. } => (Kind::Voucher, signed(*paid)),
        Change::ClosedTogether { paid, .. } => (Kind::Closing, signed(*paid)),
        _ => (Kind::Voucher, 0),
    };
    [Entry::new(kind, amount), Entry::new(Kind::SentOn, -amount)]
}
