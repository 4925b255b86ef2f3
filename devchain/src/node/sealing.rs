//! Making blocks: when, of what, and at what time.

use super::{lock, Cannot, News, Node, State};
use crate::{
    blocks::Block,
    clock::LATEST,
    journal::Record,
    making,
    pool::{Pool, Ready, Status},
};
use farthing_chain::{AccountId, Balance};
use sp_core::{blake2_256, H256};
use std::{sync::Arc, time::Duration};

/// When blocks are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sealing {
    /// As soon as there is a transaction.
    Instant,
    /// Every so often, also without transactions.
    Every(Duration),
    /// When somebody asks for one.
    Manual,
}

impl Node {
    /// When blocks are made.
    pub fn sealing(&self) -> Sealing {
        *lock(&self.sealing)
    }

    /// Changes when blocks are made.
    pub fn set_sealing(&self, sealing: Sealing) {
        *lock(&self.sealing) = sealing;
        self.wake.notify_one();
    }

    /// Makes blocks as [`Node::sealing`] has it, for as long as it is polled.
    pub async fn keep_sealing(self: Arc<Self>) {
        loop {
            match self.sealing() {
                Sealing::Every(interval) => {
                    // Whoever changes the way of sealing is heard at once.
                    let _ = tokio::time::timeout(interval, self.changed_from(interval)).await;
                }
                Sealing::Instant | Sealing::Manual => self.wake.notified().await,
            }
            let node = self.clone();
            let _ = tokio::task::spawn_blocking(move || node.seal_as_set()).await;
        }
    }

    async fn changed_from(&self, interval: Duration) {
        while self.sealing() == Sealing::Every(interval) {
            self.wake.notified().await;
        }
    }

    fn seal_as_set(&self) {
        match self.sealing() {
            Sealing::Manual => {}
            Sealing::Every(_) => {
                let _ = self.seal(true);
            }
            Sealing::Instant => while self.seal(false).is_ok_and(|made| made.is_some()) {},
        }
    }

    /// Makes a block of what waits; also if nothing does, where `empty` is set.
    ///
    /// # Errors
    /// If the clock has come to the end of all times.
    pub fn seal(&self, empty: bool) -> Result<Option<Arc<Block>>, Cannot> {
        let _making = lock(&self.making);
        let ready = self.pool().ready();
        if !empty && ready.is_empty() {
            return Ok(None);
        }
        Ok(Some(self.make(&ready, making::Extra::None)?))
    }

    /// Makes a block in which an account, or root, dispatches a call that nobody signed.
    ///
    /// # Errors
    /// If it is no call of this chain, or what it fails with. There is no block then.
    pub fn dispatch_as(
        &self,
        account: Option<AccountId>,
        call: Vec<u8>,
    ) -> Result<Arc<Block>, Cannot> {
        let _making = lock(&self.making);
        self.make(&[], making::Extra::Dispatch { account, call })
    }

    /// Sets what an account has, in a block of its own.
    pub fn set_balance(&self, account: &AccountId, free: Balance) -> Result<Arc<Block>, Cannot> {
        let call = self.execute(&self.best(), |native| native.set_balance(account, free))??;
        self.dispatch_as(None, call)
    }

    /// Makes the next block. Must be called by whoever holds `making`.
    fn make(&self, ready: &[Ready], extra: making::Extra) -> Result<Arc<Block>, Cannot> {
        let parent = self.best();
        let made = self.build(&parent, self.time_of(&parent), ready, extra)?;
        let mut pool = self.pool();
        let mut state = self.state_mut();
        let block = self.keep(&mut state, &mut pool, made);
        self.adopt(&mut state, block.hash());
        drop((state, pool));
        self.plan_finality(&block);
        Ok(block)
    }

    /// Makes a block that is later than `after`, of what is ready.
    pub(super) fn build(
        &self,
        parent: &Block,
        after: u64,
        ready: &[Ready],
        extra: making::Extra,
    ) -> Result<making::Made, Cannot> {
        let time = self.clock.next(after);
        let state = self.state();
        Ok(making::make(
            &state.store,
            self.native,
            parent,
            time,
            ready,
            extra,
        )?)
    }

    /// Adds a block, without going over to it.
    pub(super) fn keep(
        &self,
        state: &mut State,
        pool: &mut Pool,
        made: making::Made,
    ) -> Arc<Block> {
        let block = Arc::new(made.block);
        self.note(&Record::Block(block.clone(), made.delta));
        state.store.keep(made.nodes);
        state.blocks.add(block.clone());
        for hash in made.spoiled {
            pool.remove(hash, &Status::Invalid);
        }
        let hashes = block.body.iter().map(|bytes| H256(blake2_256(bytes)));
        pool.included(block.hash(), hashes);
        block
    }

    /// Goes over to a block that was added.
    pub(super) fn adopt(&self, state: &mut State, hash: H256) {
        let enacted = state.blocks.set_best(hash);
        self.note(&Record::Best(hash));
        let _ = self.news.send(News::Best(Arc::new(enacted)));
    }

    /// Moves the clock forward by this much, and makes a block with the new time.
    ///
    /// # Errors
    /// If that is too far.
    pub fn forward(&self, millis: u64) -> Result<Arc<Block>, Cannot> {
        let best = self.best();
        self.clock
            .forward(self.time_of(&best), millis)
            .ok_or_else(|| {
                Cannot(format!(
                    "The clock stays as it is: it cannot go beyond {}.",
                    LATEST
                ))
            })?;
        self.note(&Record::Ahead(self.clock.ahead()));
        let _making = lock(&self.making);
        let ready = self.pool().ready();
        self.make(&ready, making::Extra::None)
    }
}
