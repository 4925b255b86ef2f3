//! The index: a store, and how far it goes.

use crate::{
    derive::{contract_of, number_of, Memory, Writer},
    store::{Place, Store},
    tables::{block_of, end_of, place_of, start_of, TABLES},
    value::row,
    Error, Result,
};
use farthing_client::{
    history::{Event, Told},
    Account, Block, Client, Emitted,
};
use farthing_contracts::Contract;
use farthing_types::{Hash, Millis};
use scale::{Decode, Encode};
use std::ops::ControlFlow;

/// Whose index it is.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Identity {
    genesis: Hash,
    /// Which life of a development chain it is.
    life: Option<Hash>,
    /// Where the contracts are that there is one of.
    contracts: Vec<[u8; 32]>,
    /// The code of those that there are many of.
    codes: Vec<Hash>,
}

/// How far an index goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// The first block that was read.
    pub first: u32,
    /// The last block that was read, and its time.
    pub last: Option<(Block, Millis)>,
    /// The last block that can no longer be undone, as far as the index knows.
    pub last_final: Option<u32>,
}

/// Whether blocks can still be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// They cannot.
    Final,
    /// They can.
    Open,
}

/// What happened at a deployment's contracts, in a store.
pub struct Index {
    pub(crate) store: Store,
    memory: Memory,
    status: Status,
    identity: Identity,
}

const IDENTITY: &str = "identity";
const FIRST: &str = "first";
const LAST_FINAL: &str = "final";

impl Identity {
    /// Returns that of a deployment.
    ///
    /// # Errors
    /// [`Error::Client`] if the deployment is not complete, or the node does not answer.
    pub async fn of(client: &Client) -> Result<Self> {
        let deployment = &client.deployment;
        let contracts = Contract::SINGLE.into_iter();
        let codes = Contract::MANY.into_iter();
        Ok(Self {
            genesis: client.chain.genesis(),
            life: client.chain.life().await?,
            contracts: contracts
                .map(|one| Ok(deployment.address(one)?.0))
                .collect::<Result<_, farthing_client::Error>>()?,
            codes: codes
                .map(|one| deployment.code_hash(one))
                .collect::<Result<_, _>>()?,
        })
    }

    /// Returns that of no deployment at all: for what was not read from a node.
    pub fn unnamed() -> Self {
        Self {
            genesis: [0; 32],
            life: None,
            contracts: Vec::new(),
            codes: Vec::new(),
        }
    }

    /// Returns what a file is called that has an index of this deployment's.
    pub fn file(&self) -> String {
        let hash = farthing_types::commitment::blake2_256(&self.encode());
        format!("index-{}.sqlite", hex::encode(&hash[..16]))
    }
}

impl Index {
    /// Opens the index of a deployment whose contracts were made in block `first` or later, or begins it.
    ///
    /// # Errors
    /// [`Error::OtherDeployment`]; [`Error::Store`], [`Error::Damaged`], [`Error::Newer`].
    pub fn open(place: &Place, identity: Identity, first: u32) -> Result<Self> {
        let mut store = Store::open(place)?;
        store.transaction(|store| {
            if meta(store, IDENTITY)?.is_none() {
                set_meta(store, IDENTITY, identity.encode())?;
                set_meta(store, FIRST, first.encode())?;
            }
            Ok(())
        })?;
        Self::with(store, identity)
    }

    /// Opens the index of a deployment that was begun before.
    ///
    /// # Errors
    /// Those of [`Index::open`]; [`Error::File`] if it was never begun.
    pub fn open_existing(place: &Place, identity: Identity) -> Result<Self> {
        if let Place::File(path) = place {
            if !path.exists() {
                return Err(Error::File {
                    path: path.display().to_string(),
                    reason: "there is no index yet".into(),
                });
            }
        }
        Self::with(Store::open(place)?, identity)
    }

    /// Opens the index of a deployment to be read only. Another process may be writing it.
    ///
    /// # Errors
    /// Those of [`Index::open`].
    pub fn read_only(place: &Place, identity: Identity) -> Result<Self> {
        Self::with(Store::read_only(place)?, identity)
    }

    fn with(mut store: Store, identity: Identity) -> Result<Self> {
        let found = meta(&mut store, IDENTITY)?;
        let found = found.ok_or_else(|| Error::damaged("it does not say whose it is"))?;
        let found = Identity::decode(&mut &found[..]).map_err(Error::store)?;
        if (found.genesis, found.life) != (identity.genesis, identity.life) {
            let reason = "it is on another chain, or its development chain was started anew";
            return Err(Error::OtherDeployment(reason.into()));
        }
        if found != identity {
            let reason = "its contracts are others";
            return Err(Error::OtherDeployment(reason.into()));
        }
        let status = read_status(&mut store)?;
        Ok(Self {
            store,
            memory: Memory::default(),
            status,
            identity,
        })
    }

    /// Returns how far it goes.
    pub fn status(&self) -> Status {
        self.status
    }

    /// Returns whose it is.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Looks again how far it goes, where another process writes it.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn refresh(&mut self) -> Result<Status> {
        self.status = read_status(&mut self.store)?;
        Ok(self.status)
    }

    /// Returns the store, to ask it something.
    pub fn store(&mut self) -> &mut Store {
        &mut self.store
    }

    /// Adds what was told in blocks, all or nothing. They are in order, and after those that it has; final blocks
    /// in which nothing happened can be left out.
    ///
    /// # Errors
    /// [`Error::Unmade`], [`Error::Impossible`]; [`Error::Store`].
    pub fn add(&mut self, told: &[Told], certainty: Certainty) -> Result<()> {
        let Some(last) = told.last() else {
            return Ok(());
        };
        let (mut next, first) = (self.next(), self.status.first);
        let is_final = certainty == Certainty::Final;
        let memory = &mut self.memory;
        let added = self.store.transaction(|store| {
            let mut writer = Writer::new(store, memory, first);
            for told in told {
                if told.block.number < next {
                    return Err(Error::damaged("a block is added that it has already"));
                }
                next = told.block.number.saturating_add(1);
                add_events(&mut writer, told)?;
                if !is_final {
                    writer.end(told.block.number, false)?;
                }
            }
            if is_final {
                writer.end(last.block.number, true)?;
                set_meta(store, LAST_FINAL, last.block.number.encode())?;
            }
            for told in told {
                if !is_final || !told.events.is_empty() || told.block == last.block {
                    add_block(store, told.block, told.time)?;
                }
            }
            match self.status.last {
                // It was kept only to be the last.
                Some((block, _)) if is_final => {
                    forget_empty(store, start_of(block.number), block.number)
                }
                _ => Ok(()),
            }
        });
        if added.is_err() {
            // It may know of what was not added.
            self.memory = Memory::default();
        }
        added?;
        self.status.last = Some((last.block, last.time));
        if is_final {
            self.status.last_final = Some(last.block.number);
        }
        Ok(())
    }

    /// Returns the number of the block that is to be added next.
    pub fn next(&self) -> u32 {
        match self.status.last {
            Some((block, _)) => block.number.saturating_add(1),
            None => self.status.first,
        }
    }

    /// Takes the blocks up to this one to be final.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn finalise(&mut self, block: u32) -> Result<()> {
        let Some((last, _)) = self.status.last else {
            return Ok(());
        };
        let block = block.min(last.number);
        let before = self.status.last_final;
        if before.is_some_and(|before| block <= before) {
            return Ok(());
        }
        let since = before.map_or(0, |before| start_of(before.saturating_add(1)));
        self.store.transaction(|store| {
            forget_sums(store, since, end_of(block))?;
            // The one that was the last final one, too.
            forget_empty(store, before.map_or(0, start_of), block)?;
            set_meta(store, LAST_FINAL, block.encode())
        })?;
        self.status.last_final = Some(block);
        Ok(())
    }

    /// Takes out what happened in blocks from this one on, which were undone.
    ///
    /// # Errors
    /// [`Error::FinalUndone`] if one of them is final; [`Error::Store`].
    pub fn undo_from(&mut self, block: u32) -> Result<()> {
        if self.status.last_final.is_some_and(|last| block <= last) {
            let found = self.last_until(block)?;
            return Err(Error::FinalUndone {
                block: found.unwrap_or(Block {
                    number: block,
                    hash: [0; 32],
                }),
            });
        }
        self.memory = Memory::default();
        self.store.transaction(|store| {
            for table in TABLES {
                let delete = format!("DELETE FROM {} WHERE seq >= $1", table.name);
                store.change(&delete, &row![start_of(block)])?;
            }
            store.change("DELETE FROM blocks WHERE number >= $1", &row![block])?;
            Ok(())
        })?;
        self.refresh()?;
        Ok(())
    }

    /// Returns the last block that is kept, of those up to a number.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn last_until(&mut self, number: u32) -> Result<Option<Block>> {
        let last =
            "SELECT number, hash FROM blocks WHERE number <= $1 ORDER BY number DESC LIMIT 1";
        self.store.first(last, &row![number], |row| {
            Ok(Block {
                number: row.get(0)?,
                hash: row.get(1)?,
            })
        })
    }

    /// Returns whether a contract that there is one of told of its making.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn was_made(&mut self, contract: Contract) -> Result<bool> {
        let made = "SELECT seq FROM contracts WHERE contract = $1 LIMIT 1";
        let found = self
            .store
            .first(made, &row![number_of(contract)], |_| Ok(()))?;
        Ok(found.is_some())
    }

    /// Returns the blocks that can still be undone, the latest first.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn open_blocks(&mut self) -> Result<Vec<Block>> {
        let after = self.status.last_final.map_or(-1, i64::from);
        let open = "SELECT number, hash FROM blocks WHERE number > $1 ORDER BY number DESC";
        self.store.all(open, &row![after], |row| {
            Ok(Block {
                number: row.get(0)?,
                hash: row.get(1)?,
            })
        })
    }

    /// Shows the events of the blocks from one to another, in order, until `see` breaks off.
    ///
    /// # Errors
    /// Those of `see`; [`Error::Store`], [`Error::Damaged`].
    pub fn events(
        &mut self,
        from: u32,
        until: u32,
        see: &mut dyn FnMut(Event) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let between = row![start_of(from), end_of(until)];
        self.store
            .each(EVENTS, &between, &mut |row| see(event_of(&row)?.1))
    }

    /// Shows the events after a place, and the place of each, in order, until `see` breaks off.
    pub(crate) fn events_after(
        &mut self,
        after: i64,
        see: &mut dyn FnMut(i64, Event) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let between = row![after.saturating_add(1), i64::MAX];
        let mut see = |row: crate::value::Row| {
            let (seq, event) = event_of(&row)?;
            see(seq, event)
        };
        self.store.each(EVENTS, &between, &mut see)
    }

    /// Takes out everything, as if it had just begun.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub(crate) fn empty(&mut self) -> Result<()> {
        self.memory = Memory::default();
        self.store.transaction(|store| {
            for table in TABLES {
                store.change(&format!("DELETE FROM {}", table.name), &[])?;
            }
            store.change("DELETE FROM blocks", &[])?;
            store.change("DELETE FROM meta WHERE name = $1", &row![LAST_FINAL])?;
            Ok(())
        })?;
        self.refresh()?;
        Ok(())
    }

    /// Makes all that is derived from the events anew.
    ///
    /// # Errors
    /// [`Error::Store`], [`Error::Damaged`].
    pub fn rebuild(&mut self) -> Result<()> {
        self.memory = Memory::default();
        let (first, last) = (self.status.first, self.status.last);
        let last_final = self.status.last_final;
        let memory = &mut self.memory;
        let rebuilt = self.store.transaction(|store| {
            for table in TABLES.iter().filter(|table| table.name != "events") {
                store.change(&format!("DELETE FROM {}", table.name), &[])?;
            }
            let Some((last, _)) = last else {
                return Ok(());
            };
            let mut at = 0;
            while let Some(block) = next_block(store, at)? {
                // One block at a time: what is read must not be changed meanwhile.
                let between = row![start_of(block), end_of(block)];
                let events = store.all(EVENTS, &between, event_of)?;
                let mut writer = Writer::new(store, memory, first);
                for (seq, event) in &events {
                    writer.mean(event, *seq)?;
                }
                let is_final = last_final.is_some_and(|last| block <= last);
                writer.end(block, is_final)?;
                at = end_of(block);
                if block >= last.number {
                    break;
                }
            }
            Ok(())
        });
        if rebuilt.is_err() {
            self.memory = Memory::default();
        }
        rebuilt
    }
}

const EVENTS: &str = "SELECT e.seq, e.contract, e.address, e.transaction_index, e.topics, e.data, b.hash, b.time
FROM events e JOIN blocks b ON b.number = e.seq / 1048576 WHERE e.seq >= $1 AND e.seq <= $2 ORDER BY e.seq";

pub(crate) fn event_of(row: &crate::value::Row) -> Result<(i64, Event)> {
    let seq: i64 = row.get(0)?;
    let contract = contract_of(row.get(1)?);
    let topics: Vec<u8> = row.get(4)?;
    let event = Event {
        block: Block {
            number: block_of(seq),
            hash: row.get(6)?,
        },
        time: row.get(7)?,
        contract: contract.ok_or_else(|| Error::damaged("an event is of no contract"))?,
        emitted: Emitted {
            contract: row.get::<Account>(2)?,
            topics: Decode::decode(&mut &topics[..]).map_err(Error::store)?,
            data: row.get(5)?,
            index: row.get(3)?,
        },
    };
    Ok((seq, event))
}

/// The number of the first block with an event after a place.
fn next_block(store: &mut Store, after: i64) -> Result<Option<u32>> {
    let next = "SELECT seq FROM events WHERE seq > $1 ORDER BY seq LIMIT 1";
    let seq = store.first(next, &row![after], |row| row.get::<i64>(0))?;
    Ok(seq.map(block_of))
}

fn add_events(writer: &mut Writer, told: &Told) -> Result<()> {
    for (place, event) in told.events.iter().enumerate() {
        let seq = place_of(told.block.number, place);
        let seq = seq.ok_or_else(|| Error::damaged("a block has more events than it can"))?;
        writer.see(event, seq)?;
    }
    Ok(())
}

fn add_block(store: &mut Store, block: Block, time: Millis) -> Result<()> {
    let add = "INSERT INTO blocks (number, hash, time) VALUES ($1, $2, $3)";
    store.change(add, &row![block.number, block.hash, time])?;
    Ok(())
}

/// Takes out final blocks in which nothing happened, but for the last one.
fn forget_empty(store: &mut Store, since: i64, last: u32) -> Result<()> {
    let forget = "DELETE FROM blocks WHERE number >= $1 AND number <= $2
AND NOT EXISTS (SELECT 1 FROM events e WHERE e.seq >= number * 1048576 AND e.seq < (number + 1) * 1048576)
AND number < (SELECT MAX(b.number) FROM blocks b)";
    store.change(forget, &row![block_of(since), last])?;
    Ok(())
}

/// Takes out sums that later ones take the place of, and that nothing can bring back.
fn forget_sums(store: &mut Store, since: i64, until: i64) -> Result<()> {
    let key =
        |row: &crate::value::Row| -> Result<Vec<i64>> { (0..4).map(|at| row.get(at)).collect() };
    let touched =
        "SELECT creator, day, kind, number, MAX(seq) FROM earnings WHERE seq >= $1 AND seq <= $2
GROUP BY creator, day, kind, number";
    let read = |row: &crate::value::Row| Ok((key(row)?, row.get::<i64>(4)?));
    for (key, seq) in store.all(touched, &row![since, until], read)? {
        let forget = "DELETE FROM earnings WHERE creator = $1 AND day = $2 AND kind = $3 AND number = $4 AND seq < $5";
        let mut arguments: Vec<_> = key.into_iter().map(crate::Value::from).collect();
        arguments.extend(row![seq]);
        store.change(forget, &arguments)?;
    }
    let touched = "SELECT pool, MAX(seq) FROM progress WHERE seq >= $1 AND seq <= $2 GROUP BY pool";
    let read = |row: &crate::value::Row| Ok((row.get::<Account>(0)?, row.get::<i64>(1)?));
    for (pool, seq) in store.all(touched, &row![since, until], read)? {
        let forget = "DELETE FROM progress WHERE pool = $1 AND seq < $2";
        store.change(forget, &row![pool, seq])?;
    }
    Ok(())
}

fn read_status(store: &mut Store) -> Result<Status> {
    let number = |store: &mut Store, name| -> Result<Option<u32>> {
        let found = meta(store, name)?;
        let number = found.map(|bytes| Decode::decode(&mut &bytes[..]));
        number.transpose().map_err(Error::store)
    };
    let first = number(store, FIRST)?;
    let last = "SELECT number, hash, time FROM blocks ORDER BY number DESC LIMIT 1";
    Ok(Status {
        first: first.ok_or_else(|| Error::damaged("it does not say where it begins"))?,
        last: store.first(last, &[], |row| {
            let block = Block {
                number: row.get(0)?,
                hash: row.get(1)?,
            };
            Ok((block, row.get(2)?))
        })?,
        last_final: number(store, LAST_FINAL)?,
    })
}

fn meta(store: &mut Store, name: &str) -> Result<Option<Vec<u8>>> {
    let value = "SELECT value FROM meta WHERE name = $1";
    store.first(value, &row![name], |row| row.get(0))
}

fn set_meta(store: &mut Store, name: &str, value: Vec<u8>) -> Result<()> {
    store.change("DELETE FROM meta WHERE name = $1", &row![name])?;
    let add = "INSERT INTO meta (name, value) VALUES ($1, $2)";
    store.change(add, &row![name, value])?;
    Ok(())
}

#[cfg(test)]
mod tests;
