//! What streams hold that somebody pays or is paid by. Whose it is at which moment is a matter of time; a
//! stream's ledger has what goes in and what goes out.

use super::{signed, Entry, Kind, Ledger, Name};
use crate::{history::Event, Account, Block, Client, Error};
use farthing_contracts::streams::{
    events::{Change, Claimed, StreamChanged, StreamsCleared},
    reading::MAX_PAGE,
    StreamsRef,
};
use farthing_contracts::Contract;
use farthing_types::{Balance, StreamId};
use ink::codegen::TraitCallBuilder;
use std::collections::BTreeMap;

/// The streams of an account.
pub struct Streams {
    account: Account,
    open: BTreeMap<StreamId, Open>,
}

/// A stream of somebody's.
struct Open {
    payer: Account,
    payee: Account,
    ledger: Ledger,
}

impl Open {
    fn deposit(&mut self, event: &Event, amount: Balance) {
        let entry = Entry::new(Kind::Deposit, signed(amount)).with(self.payer);
        self.ledger.enter(event, entry);
    }
}

impl Streams {
    pub fn new(account: Account) -> Self {
        Self {
            account,
            open: BTreeMap::new(),
        }
    }

    pub fn see(&mut self, event: &Event) {
        if event.contract != Contract::Streams {
            return;
        }
        let emitted = &event.emitted;
        if let Some(changed) = emitted.decode::<StreamChanged>() {
            self.change(event, changed);
        } else if let Some(cleared) = emitted.decode::<StreamsCleared>() {
            for rest in cleared.streams {
                self.went_back(event, rest.stream, rest.amount);
            }
        } else if let Some(claimed) = emitted.decode::<Claimed>() {
            self.came_in(event, claimed.stream, claimed.amount);
        }
    }

    fn change(&mut self, event: &Event, changed: StreamChanged) {
        match changed.change {
            Change::Opened {
                payer,
                payee,
                deposit,
                ..
            } if [payer, payee].contains(&self.account.id()) => {
                let mut stream = Open {
                    payer: payer.into(),
                    payee: payee.into(),
                    ledger: Ledger::new(Name::Stream(changed.stream)),
                };
                stream.deposit(event, deposit);
                self.open.insert(changed.stream, stream);
            }
            Change::ToppedUp { amount } => {
                if let Some(stream) = self.open.get_mut(&changed.stream) {
                    stream.deposit(event, amount);
                }
            }
            // What the chain refused to move is still there.
            Change::Stopped { earned, rest, .. } => {
                if rest.sent {
                    self.went_back(event, changed.stream, rest.amount);
                }
                if earned.sent {
                    self.came_in(event, changed.stream, earned.amount);
                }
            }
            _ => {}
        }
    }

    fn came_in(&mut self, event: &Event, stream: StreamId, amount: Balance) {
        if let Some(stream) = self.open.get_mut(&stream) {
            let entry = Entry::new(Kind::Claim, -signed(amount)).with(stream.payee);
            stream.ledger.enter(event, entry);
        }
    }

    fn went_back(&mut self, event: &Event, stream: StreamId, amount: Balance) {
        if let Some(stream) = self.open.get_mut(&stream) {
            let entry = Entry::new(Kind::Rest, -signed(amount)).with(stream.payer);
            stream.ledger.enter(event, entry);
        }
    }

    /// Returns the ledgers, each checked against the contract as of a block.
    pub async fn check(self, client: &Client, block: Block) -> Result<Vec<Ledger>, Error> {
        let contract: StreamsRef = client.contract()?;
        let numbers: Vec<_> = self.open.keys().copied().collect();
        let pages = numbers
            .chunks(MAX_PAGE)
            .map(|page| contract.call().streams_listed(page.to_vec()));
        let found = client.read_all_at(block, pages).await?;
        let ledgers = self.open.into_values().zip(found.into_iter().flatten());
        let checked = ledgers.map(|(Open { ledger, .. }, now)| {
            let owed = now.map_or(0, |now| now.stream.owed());
            ledger.reconcile(client, owed, block)?;
            Ok(ledger)
        });
        checked.collect()
    }
}
