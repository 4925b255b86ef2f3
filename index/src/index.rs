//! The index: a store, and how far it goes.

mod forgetting;
mod meta;
mod reading;

pub(crate) use reading::{event_of, next_block};

use crate::{
    derive::{number_of, Memory, Writer},
    store::{Place, Store},
    tables::{block_of, end_of, place_of, start_of, TABLES},
    value::row,
    Error, Result,
};
use farthing_client::{history::Told, Block, Client};
use farthing_contracts::Contract;
use farthing_types::{Hash, Millis};
use forgetting::{forget_empty, forget_sums};
use meta::{meta, read_status, set_meta, FIRST, IDENTITY, LAST_FINAL};
use reading::EVENTS;
use scale::{Decode, Encode};

/// The chain and contracts that an index is of.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Identity {
    genesis: Hash,
    /// On a development chain, what tells this life of it from others with the same genesis. `None` elsewhere, or if
    /// there is no second block yet.
    life: Option<Hash>,
    /// The addresses of the contracts that there is one of.
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
    /// The block is final: it cannot be undone.
    Final,
    /// The block can still be undone.
    Open,
}

/// What happened at a deployment's contracts, in a store.
pub struct Index {
    pub(crate) store: Store,
    memory: Memory,
    status: Status,
    identity: Identity,
}

impl Identity {
    /// Returns the identity of a deployment.
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

    /// Returns an identity of no deployment at all: for what was not read from a node.
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

    /// Returns how far the index goes.
    pub fn status(&self) -> Status {
        self.status
    }

    /// Returns the deployment that this is the index of.
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
                    forget_empty(store, block.number, last.block.number)
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
            forget_empty(store, before.unwrap_or(0), block)?;
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

    /// Returns whether a contract that there is one of told of its making.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn was_made(&mut self, contract: Contract) -> Result<bool> {
        Ok(self.made_in(contract)?.is_some())
    }

    /// Returns the block in which it did so.
    pub(crate) fn made_in(&mut self, contract: Contract) -> Result<Option<u32>> {
        let made = "SELECT seq FROM contracts WHERE contract = $1 ORDER BY seq LIMIT 1";
        let arguments = row![number_of(contract)];
        let found = self
            .store
            .first(made, &arguments, |row| row.get::<i64>(0))?;
        Ok(found.map(block_of))
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

#[cfg(test)]
mod tests;
