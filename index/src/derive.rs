//! What events mean: the rows that each adds.

mod cache;
mod catalogue;
mod channels;
mod earnings;
mod ledgers;
mod payments;
mod pools;
mod progress;
mod registry;
mod rounds;
mod streams;

pub use ledgers::{key_of, name as name_of};

use crate::{
    store::Store,
    tables::{end_of, Which, TABLES},
    value::row,
    Error, Result, Value,
};
use farthing_client::{
    history::{is_made, Event},
    Account,
};
use farthing_contracts::{matching_round, pool, Contract};
use farthing_types::Millis;
use scale::Encode;
use std::collections::BTreeSet;

/// What is known from earlier events, as far as it was needed lately. What is not here is in the store.
#[derive(Default)]
pub struct Memory {
    /// Contracts whose making was told.
    made: BTreeSet<Account>,
    fee: Option<u16>,
    ledgers: ledgers::Known,
    earnings: earnings::Known,
    pools: pools::Known,
    progress: progress::Known,
    catalogue: catalogue::Known,
    creators: registry::Known,
}

impl Memory {
    /// Forgets what takes too much room. Only what is in the store may be forgotten.
    fn trim(&mut self) {
        if self.made.len() > cache::MOST {
            self.made.clear();
        }
        self.ledgers.trim();
        self.earnings.trim();
        self.pools.trim();
        self.progress.trim();
        self.catalogue.trim();
        self.creators.trim();
    }
}

/// Takes events, in their order, and adds what they mean to a store.
pub struct Writer<'a> {
    store: &'a mut Store,
    memory: &'a mut Memory,
    /// Rows that are not in the store yet, by table.
    waiting: Vec<Vec<Vec<Value>>>,
    /// How many rows are waiting, in all tables together.
    count: usize,
    /// The first block that was read.
    first: u32,
}

/// An event at its place.
#[derive(Clone, Copy)]
struct Seen<'a> {
    event: &'a Event,
    seq: i64,
}

/// How many rows wait at most before they are added to the store.
const MOST_WAITING: usize = 1 << 16;

impl<'a> Writer<'a> {
    pub fn new(store: &'a mut Store, memory: &'a mut Memory, first: u32) -> Self {
        Self {
            store,
            memory,
            waiting: TABLES.iter().map(|_| Vec::new()).collect(),
            count: 0,
            first,
        }
    }

    fn put(&mut self, table: Which, row: Vec<Value>) {
        self.waiting[table as usize].push(row);
        self.count += 1;
    }

    /// Takes an event, which has this place.
    ///
    /// # Errors
    /// [`Error::Unmade`], [`Error::Impossible`], [`Error::Store`].
    pub fn see(&mut self, event: &Event, seq: i64) -> Result<()> {
        self.keep(event, seq);
        self.mean(event, seq)
    }

    /// Takes what an event means, without keeping the event itself.
    ///
    /// # Errors
    /// Those of [`Writer::see`].
    pub fn mean(&mut self, event: &Event, seq: i64) -> Result<()> {
        let seen = Seen { event, seq };
        if !self.is_of_made(seen)? {
            return Ok(());
        }
        match event.contract {
            Contract::Registry => self.registry(seen)?,
            Contract::Storefront => self.storefront(seen)?,
            Contract::Channels => self.channels(seen),
            Contract::Streams => self.streams(seen)?,
            Contract::PoolFactory => self.factory(seen)?,
            Contract::Pool => self.pool(seen)?,
            Contract::MatchingRound => self.round(seen),
        }
        self.ledgers(seen)?;
        if self.count > MOST_WAITING {
            self.flush()?;
        }
        Ok(())
    }

    fn keep(&mut self, event: &Event, seq: i64) {
        let emitted = &event.emitted;
        let contract = number_of(event.contract);
        let topics = emitted.topics.encode();
        let data = emitted.data.clone();
        let row = row![seq, contract, emitted.contract, emitted.index, topics, data];
        self.put(Which::Events, row);
    }

    /// Takes note of a contract when it is made. Of those that there is one of, everything is from the
    /// deployment's first block on: what comes before its making is missing. Of pools and rounds, anybody may
    /// have made some of the same code earlier, which are none of the deployment's.
    fn is_of_made(&mut self, seen: Seen) -> Result<bool> {
        let Seen { event, seq } = seen;
        let address = event.emitted.contract;
        if self.memory.made.contains(&address) {
            return Ok(true);
        }
        let known = "SELECT contract FROM contracts WHERE address = $1";
        if self
            .store
            .first(known, &row![address], |_| Ok(()))?
            .is_some()
        {
            self.memory.made.insert(address);
            return Ok(true);
        }
        if is_made(event) || is_made_of_many(event) {
            let row = row![seq, address, number_of(event.contract)];
            self.put(Which::Contracts, row);
            self.memory.made.insert(address);
            return Ok(true);
        }
        match Contract::MANY.contains(&event.contract) {
            true => Ok(false),
            false => Err(Error::Unmade {
                contract: event.contract,
                block: event.block.number,
                first: self.first,
            }),
        }
    }

    /// Adds to the store what waits.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn flush(&mut self) -> Result<()> {
        for (table, rows) in TABLES.iter().zip(&mut self.waiting) {
            if !rows.is_empty() {
                self.store.add(table, rows)?;
            }
        }
        self.count = 0;
        Ok(())
    }

    /// Ends a block whose sums are to stand by themselves, or many final blocks of which only the last ones
    /// count.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn end(&mut self, last: u32, is_final: bool) -> Result<()> {
        self.end_earnings(end_of(last), is_final)?;
        self.end_progress(end_of(last), is_final)?;
        self.flush()?;
        self.memory.trim();
        Ok(())
    }
}

impl Seen<'_> {
    fn decode<E: scale::Decode + ink::env::Event>(&self) -> Option<E> {
        self.event.emitted.decode()
    }

    fn time(&self) -> Millis {
        self.event.time
    }

    fn at(&self) -> Account {
        self.event.emitted.contract
    }

    fn impossible(&self, reason: impl Into<String>) -> Error {
        Error::Impossible {
            contract: self.event.contract,
            block: self.event.block.number,
            reason: reason.into(),
        }
    }
}

/// Returns the number that stands for a contract in the store.
pub fn number_of(contract: Contract) -> u8 {
    match contract {
        Contract::Registry => 1,
        Contract::Storefront => 2,
        Contract::Channels => 3,
        Contract::Streams => 4,
        Contract::PoolFactory => 5,
        Contract::Pool => 6,
        Contract::MatchingRound => 7,
    }
}

/// Returns the contract that a number stands for; `None` if it stands for none.
pub fn contract_of(number: u8) -> Option<Contract> {
    Contract::all().find(|contract| number_of(*contract) == number)
}

fn is_made_of_many(event: &Event) -> bool {
    let emitted = &event.emitted;
    match event.contract {
        Contract::Pool => emitted.decode::<pool::events::Created>().is_some(),
        Contract::MatchingRound => {
            let made = emitted.decode::<matching_round::events::RoundCreated>();
            made.is_some()
        }
        _ => false,
    }
}
