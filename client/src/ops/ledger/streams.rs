//! The ledgers of the streams that an account pays, or is paid by. Which side the money belongs to depends on
//! the time, so a stream's ledger has only what goes in and what goes out.

use super::{signed, Entry, Key, Kind, Known, Ledger, Line, Name};
use crate::{
    history::Event,
    ops::streams::{moves, standing, Move},
    Account, Block, Client, Error,
};
use farthing_types::StreamId;
use std::collections::BTreeMap;

/// The ledgers of an account's streams.
pub struct Streams {
    account: Account,
    open: Open,
    ledgers: BTreeMap<StreamId, Ledger>,
}

/// Payer and payee of each of an account's streams.
#[derive(Default)]
struct Open(BTreeMap<StreamId, (Account, Account)>);

impl Streams {
    pub fn new(account: Account) -> Self {
        Self {
            account,
            open: Open::default(),
            ledgers: BTreeMap::new(),
        }
    }

    pub fn see(&mut self, event: &Event) {
        for (stream, one) in moves(event) {
            if let Some((payer, payee)) = opened(&one) {
                if [payer, payee].contains(&self.account) {
                    self.open.0.insert(stream, (payer, payee));
                    self.ledgers
                        .insert(stream, Ledger::new(Name::Stream(stream)));
                }
            }
        }
        let Ok(lines) = lines(event, &mut self.open);
        for line in lines {
            if let Name::Stream(stream) = line.key.name {
                if let Some(ledger) = self.ledgers.get_mut(&stream) {
                    ledger.enter(event, line.entry);
                }
            }
        }
    }

    /// Returns the ledgers, each checked against the contract as of a block.
    pub async fn check(self, client: &Client, block: Block) -> Result<Vec<Ledger>, Error> {
        let found = standing(client, block, self.ledgers.keys().copied()).await?;
        let ledgers = self.ledgers.into_values().zip(found);
        let checked = ledgers.map(|(ledger, now)| {
            let owed = now.map_or(0, |now| now.stream.owed());
            ledger.reconcile(client, owed, block)?;
            Ok(ledger)
        });
        checked.collect()
    }
}

impl Known for Open {
    type Error = std::convert::Infallible;

    fn fee(&mut self) -> Result<u16, Self::Error> {
        Ok(0)
    }

    fn stream(&mut self, stream: StreamId) -> Result<Option<(Account, Account)>, Self::Error> {
        Ok(self.0.get(&stream).copied())
    }

    fn is_listed(&mut self, _: Account) -> Result<bool, Self::Error> {
        Ok(false)
    }
}

/// Returns payer and payee, if a stream was opened.
fn opened(one: &Move) -> Option<(Account, Account)> {
    match one {
        Move::Opened { payer, payee, .. } => Some((*payer, *payee)),
        _ => None,
    }
}

/// Returns what an event changes in the streams' ledgers, in order. Leaves out streams that no event named.
pub fn lines<K: Known>(event: &Event, known: &mut K) -> Result<Vec<Line>, K::Error> {
    let mut lines = Vec::new();
    for (stream, one) in moves(event) {
        let parties = match opened(&one) {
            Some(parties) => Some(parties),
            None => known.stream(stream)?,
        };
        let Some((payer, payee)) = parties else {
            continue;
        };
        let entry = match one {
            Move::Opened {
                deposit: amount, ..
            }
            | Move::Added(amount) => Entry::new(Kind::Deposit, signed(amount)).with(payer),
            Move::Returned(amount) => Entry::new(Kind::Rest, -signed(amount)).with(payer),
            Move::Paid(amount) => Entry::new(Kind::Claim, -signed(amount)).with(payee),
            Move::Stopped => continue,
        };
        lines.push(Key::of(Name::Stream(stream)).line(entry));
    }
    Ok(lines)
}
