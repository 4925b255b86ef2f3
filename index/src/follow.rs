//! Following a chain: what is final is added in large batches, what is not block by block, so that it can be
//! taken out again.

use crate::{Certainty, Error, Identity, Index, Place, Result};
use farthing_client::{
    history::{first_of, Origins, Told},
    Block, Client,
};
use farthing_contracts::Contract;
use std::{ops::RangeInclusive, sync::Arc};
use tokio::sync::{Mutex, MutexGuard};

/// How many blocks are read, and then added, at once. Blocks are limited in what can happen in them, and so is
/// the memory that this takes.
const BATCH: u32 = 128;

/// How far following is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The last block that was added.
    pub block: u32,
    /// The latest block that there is.
    pub of: u32,
}

/// Called with how far following is, while blocks are added.
pub type Tell<'a> = &'a mut (dyn FnMut(Progress) + Send);

/// Keeps an index up to date with a chain.
pub struct Follower {
    client: Client,
    origins: Origins,
    index: Arc<Mutex<Index>>,
}

impl Follower {
    /// Opens the index of a client's deployment, or begins it with the block in which its contracts were made.
    ///
    /// # Errors
    /// [`Error::OtherDeployment`], [`Error::Store`], [`Error::Client`].
    pub async fn open(client: Client, place: &Place) -> Result<Self> {
        let identity = Identity::of(&client).await?;
        let first = first_of(&client).await?;
        let index = Index::open(place, identity, first)?;
        Ok(Self {
            client,
            origins: Origins::default(),
            index: Arc::new(Mutex::new(index)),
        })
    }

    /// Goes on with another connection to the same chain.
    pub fn reconnect(&mut self, client: Client) {
        self.client = client;
    }

    /// Returns the client that it follows with.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Returns the index. Nothing is added meanwhile.
    pub async fn index(&self) -> MutexGuard<'_, Index> {
        self.index.lock().await
    }

    /// Adds what happened up to now, and takes out what was undone. If it breaks off, all that was added is
    /// right, and the next call goes on.
    ///
    /// # Errors
    /// [`Error::FinalUndone`], [`Error::Unmade`], [`Error::Impossible`], [`Error::Client`], [`Error::Store`].
    pub async fn catch_up(&mut self, tell: Tell<'_>) -> Result<()> {
        let chain = &self.client.chain;
        let best = chain.best().await?;
        let finalised = chain.finalised().await?.number.min(best.number);
        self.same_so_far(finalised).await?;
        let next = self.index().await.next();
        self.add_all(next..=finalised, Certainty::Final, best, tell)
            .await?;
        let next = self.index().await.next();
        self.add_all(next..=best.number, Certainty::Open, best, tell)
            .await?;
        self.is_whole().await
    }

    /// Takes out blocks that the chain has no longer, and takes note of those that are final by now.
    async fn same_so_far(&mut self, finalised: u32) -> Result<()> {
        let chain = &self.client.chain;
        let status = self.index().await.status();
        if let Some(last) = status.last_final {
            let last = self.index().await.last_until(last)?;
            if let Some(block) = last {
                if !chain.has(block).await? {
                    return Err(Error::FinalUndone { block });
                }
            }
        }
        let open = self.index().await.open_blocks()?;
        let (Some(lowest), Some(highest)) = (open.last(), open.first()) else {
            return Ok(());
        };
        let here = chain.best().await?.number.min(highest.number);
        let numbers: Vec<u32> = (lowest.number..=here).collect();
        let now = chain.blocks(&numbers).await?;
        let undone = open.iter().rev().find(|block| !now.contains(block));
        if let Some(block) = undone.copied() {
            self.index().await.undo_from(block.number)?;
            // What contracts were in those blocks, too.
            self.origins = Origins::default();
        }
        self.index().await.finalise(finalised)
    }

    /// Adds blocks, reading the next ones while those before are being written.
    async fn add_all(
        &mut self,
        numbers: RangeInclusive<u32>,
        certainty: Certainty,
        best: Block,
        tell: Tell<'_>,
    ) -> Result<()> {
        let (mut from, until) = numbers.into_inner();
        let mut read = Vec::new();
        loop {
            let last = from.saturating_add(BATCH - 1).min(until);
            let index = self.index.clone();
            let write = tokio::task::spawn_blocking(move || {
                let done = read.last().map(|told: &Told| told.block.number);
                index.blocking_lock().add(&read, certainty).map(|()| done)
            });
            let next = async {
                match from <= last {
                    true => self.read(from..=last, best).await,
                    false => Ok(Vec::new()),
                }
            };
            let (wrote, next) = tokio::join!(write, next);
            let done = wrote.map_err(Error::store)??;
            if let Some(block) = done {
                let of = best.number;
                tell(Progress { block, of });
            }
            read = next?;
            if read.is_empty() {
                return Ok(());
            }
            from = last.saturating_add(1);
        }
    }

    async fn read(&mut self, numbers: RangeInclusive<u32>, best: Block) -> Result<Vec<Told>> {
        let numbers: Vec<u32> = numbers.collect();
        let blocks = self.client.chain.blocks(&numbers).await?;
        if blocks
            .last()
            .is_some_and(|last| last.number == best.number && *last != best)
        {
            let error = farthing_client::Error::node("the latest blocks were undone");
            return Err(error.into());
        }
        Ok(self.client.told_in_all(&blocks, &mut self.origins).await?)
    }

    /// Checks that all contracts that there is one of told of their making.
    async fn is_whole(&self) -> Result<()> {
        let status = self.index().await.status();
        for contract in Contract::SINGLE {
            if !self.index().await.was_made(contract)? {
                return Err(Error::Unmade {
                    contract,
                    block: status.last.map_or(status.first, |(block, _)| block.number),
                    first: status.first,
                });
            }
        }
        Ok(())
    }
}
