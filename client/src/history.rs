//! The history of a deployment: all events of its contracts, block by block, and how they are kept.
//!
//! Final blocks are read once. If the caller names a folder or a file, their events are kept there, and the
//! next [`History::update`] reads only the blocks that came since. The file is believed only as far as the
//! chain confirms it: the hash of its last block must be the chain's. Blocks that can still be undone are
//! held in memory, and read again each time.

mod blocks;
mod file;
mod follower;
mod past;

pub use blocks::{Origins, Told};
pub use follower::Follower;
pub use past::Past;

use crate::{Block, Client, Emitted, Error};
use blocks::Asking;
use farthing_contracts::{channels, pool_factory, registry, storefront, streams, Contract};
use farthing_types::Millis;
use file::{Kept, Name};
use serde_json::Value;
use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
};

/// An event of one of the deployment's contracts, or of a pool or round of its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The block that it is in.
    pub block: Block,
    /// That block's time, in milliseconds since the Unix epoch.
    pub time: Millis,
    /// The contract that emitted it.
    pub contract: Contract,
    /// The event itself, still encoded.
    pub emitted: Emitted,
}

/// How much of a history has been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Read {
    /// How many blocks have been read.
    pub done: u32,
    /// How many blocks are to be read in all.
    pub of: u32,
}

/// A function that is called while a history is read, to show progress.
pub type Reading<'a> = &'a mut (dyn FnMut(Read) + Send);

/// How many blocks are read before what is in them is written down.
const CHUNK: usize = 256;

/// All events of a deployment, up to some block.
pub struct History {
    kept: Kept,
    /// The events in blocks that can still be undone.
    open: Vec<Event>,
    origins: Origins,
}

/// Where to keep a history.
#[derive(Clone, Debug, Default)]
pub enum Keeping {
    /// Nowhere: the history is read again each time.
    #[default]
    Nowhere,
    /// In this folder, in a file of the history's own. If anything is wrong with the file, it is made again.
    Folder(PathBuf),
    /// In this file, which somebody else may have made. A file that is not a history of this deployment is
    /// refused.
    File(PathBuf),
}

impl Client {
    /// Returns the events of the block with a number, in order. Leaves out events of other contracts.
    ///
    /// # Errors
    /// [`Error::Forgotten`] if the node no longer knows; [`Error::Node`].
    pub async fn events_in(&self, number: u32) -> Result<Vec<Event>, Error> {
        let block = self.chain.block(number).await?;
        self.events_of(block, &mut Origins::default()).await
    }

    /// Returns the events of a block, in order. Leaves out events of other contracts. `origins` collects what
    /// is found out about contracts.
    ///
    /// # Errors
    /// [`Error::Forgotten`] if the node no longer knows; [`Error::Node`].
    pub async fn events_of(
        &self,
        block: Block,
        origins: &mut Origins,
    ) -> Result<Vec<Event>, Error> {
        let told = self.chain.told_in(block).await?;
        origins.of(self, vec![told], Asking::Believing).await
    }

    /// Returns an event's name and its fields, as the metadata describes them.
    pub fn told(&self, event: &Event) -> Option<(String, Value)> {
        let metadata = self.metadata(event.contract).ok()?;
        metadata.event(&event.emitted.topics, &event.emitted.data)
    }
}

impl History {
    /// Opens the history of a client's deployment, as far as it is kept and the chain confirms it.
    ///
    /// # Errors
    /// [`Error::File`] if the named file is not a history of this deployment; [`Error::Node`].
    pub async fn open(client: &Client, keeping: Keeping) -> Result<Self, Error> {
        let name = Name::of(client, first_of(client).await?)?;
        let mut kept = match keeping {
            Keeping::Nowhere => Kept::in_memory(name),
            Keeping::Folder(folder) => Kept::own(&folder.join(name.file()), name),
            Keeping::File(path) => Kept::of_others(&path, name)?,
        };
        confirm(client, &mut kept).await?;
        Ok(Self {
            kept,
            open: Vec::new(),
            origins: Origins::default(),
        })
    }

    /// Returns the last block whose events are kept; `None` if there is none.
    pub fn kept_until(&self) -> Option<Block> {
        self.kept.last()
    }

    /// Returns why the history could not be written to its file; `None` if it could. The history can be used
    /// in either case.
    pub fn unwritten(&self) -> Option<&Error> {
        self.kept.unwritten()
    }

    /// Reads the missing blocks up to block `last`.
    ///
    /// # Errors
    /// [`Error::Forgotten`] if the node no longer knows what happened in a block that is not kept either;
    /// [`Error::Node`].
    pub async fn update(
        &mut self,
        client: &Client,
        last: Block,
        reading: Reading<'_>,
    ) -> Result<(), Error> {
        let finalised = client.chain.finalised().await?.number;
        let next = match self.kept.last() {
            Some(block) => block.number + 1,
            None => self.kept.first(),
        };
        let of = (last.number + 1).saturating_sub(next);
        let mut done = 0;
        let mut told = |blocks: usize| {
            done += u32::try_from(blocks).unwrap_or(u32::MAX);
            reading(Read { done, of });
        };
        let numbers: Vec<u32> = (next..=last.number.min(finalised)).collect();
        for chunk in numbers.chunks(CHUNK) {
            let blocks = client.chain.blocks(chunk).await?;
            let events = read(client, &blocks, &mut self.origins).await?;
            if let Some(last) = blocks.last() {
                self.kept.add(&events, *last);
            }
            told(blocks.len());
        }
        let open: Vec<u32> = (next.max(finalised + 1)..=last.number).collect();
        self.open = self.read_open(client, &open, last).await?;
        if !open.is_empty() {
            told(open.len());
        }
        Ok(())
    }

    /// Reads blocks that can be undone: all must be under the last one.
    async fn read_open(
        &self,
        client: &Client,
        numbers: &[u32],
        last: Block,
    ) -> Result<Vec<Event>, Error> {
        let blocks = client.chain.blocks(numbers).await?;
        match blocks.last() {
            Some(found) if *found != last => Err(Error::node("the latest blocks were undone")),
            // What contracts are in them can be undone, too.
            _ => read(client, &blocks, &mut self.origins.clone()).await,
        }
    }

    /// Adds what somebody else has read: the events of the final blocks after the kept ones, up to `last`.
    ///
    /// # Errors
    /// [`Error::File`] if it cannot be written down.
    pub fn add(&mut self, events: &[Event], last: Block) -> Result<(), Error> {
        self.kept.add(events, last);
        self.kept.take_unwritten().map_or(Ok(()), Err)
    }

    /// Passes all events up to block `last` to `see`, in order, until it breaks off.
    ///
    /// # Errors
    /// [`Error::File`] if the file was changed meanwhile.
    pub fn replay(
        &self,
        last: u32,
        see: &mut dyn FnMut(&Event) -> ControlFlow<()>,
    ) -> Result<(), Error> {
        let mut see_until = |event: &Event| match event.block.number > last {
            true => ControlFlow::Break(()),
            false => see(event),
        };
        if self.kept.replay(&mut see_until)?.is_continue() {
            // Whether it broke off makes no difference at the end.
            let _ = self.open.iter().try_for_each(see_until);
        }
        Ok(())
    }

    /// Passes all events up to block `last` to `see`, in order.
    ///
    /// # Errors
    /// [`Error::File`] if the file was changed meanwhile.
    pub fn each(&self, last: u32, see: impl FnMut(&Event)) -> Result<(), Error> {
        Past::each(self, last, see)
    }

    /// Checks that the history begins with the making of the contracts; see [`Past::must_be_whole`].
    ///
    /// # Errors
    /// [`Error::Incomplete`]; [`Error::File`].
    pub fn must_be_whole(&self, client: &Client, last: u32) -> Result<(), Error> {
        Past::must_be_whole(self, client, last)
    }
}

async fn read(
    client: &Client,
    blocks: &[Block],
    origins: &mut Origins,
) -> Result<Vec<Event>, Error> {
    let told = client.chain.told_in_all(blocks).await?;
    origins.of(client, told, Asking::Believing).await
}

impl Past for History {
    fn replay(
        &self,
        last: u32,
        see: &mut dyn FnMut(&Event) -> ControlFlow<()>,
    ) -> Result<(), Error> {
        Self::replay(self, last, see)
    }
}

/// Returns whether this is the first event of a contract that exists once in a deployment.
pub fn is_made(event: &Event) -> bool {
    let emitted = &event.emitted;
    match event.contract {
        Contract::Registry => emitted.decode::<registry::events::Deployed>().is_some(),
        Contract::Storefront => emitted.decode::<storefront::events::Deployed>().is_some(),
        Contract::Channels => emitted.decode::<channels::events::Deployed>().is_some(),
        Contract::Streams => emitted.decode::<streams::events::Deployed>().is_some(),
        Contract::PoolFactory => {
            let made = emitted.decode::<pool_factory::events::FactoryDeployed>();
            made.is_some()
        }
        Contract::Pool | Contract::MatchingRound => false,
    }
}

/// Returns the number of the block with which the history begins. It is the deployment's first block, unless
/// the contracts are older, as they are if somebody wrote the deployment down again later. If the node keeps
/// too few states to tell, the deployment is believed.
///
/// # Errors
/// [`Error::Node`].
pub async fn first_of(client: &Client) -> Result<u32, Error> {
    let (mut without, mut with) = (0, client.deployment.block);
    match client.is_there_in(with).await {
        Ok(true) => {}
        Ok(false) | Err(Error::Forgotten { .. }) => return Ok(with),
        Err(error) => return Err(error),
    }
    while without + 1 < with {
        let between = without + (with - without) / 2;
        match client.is_there_in(between).await {
            Ok(true) => with = between,
            Ok(false) => without = between,
            Err(Error::Forgotten { .. }) => return Ok(client.deployment.block),
            Err(error) => return Err(error),
        }
    }
    Ok(without)
}

/// Drops what the chain does not confirm: what comes after the last block that is the same on both sides.
async fn confirm(client: &Client, kept: &mut Kept) -> Result<(), Error> {
    let marks = kept.marks();
    let (mut same, mut other) = (0, marks.len());
    // Most often all of it is right.
    let mut at = marks.len().saturating_sub(1);
    while same < other {
        match client.chain.has(marks[at]).await? {
            true => same = at + 1,
            false => other = at,
        }
        at = same + (other - same) / 2;
    }
    kept.cut(same);
    Ok(())
}

/// Returns the path at which a history is kept in a folder, for callers who want to pass it on.
///
/// # Errors
/// [`Error::Deployment`] if the deployment is not complete.
pub fn kept_in(client: &Client, folder: &Path) -> Result<PathBuf, Error> {
    Ok(folder.join(Name::of(client, client.deployment.block)?.file()))
}
