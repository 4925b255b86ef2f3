//! The chain itself: takes transactions, makes blocks, and tells those who listen.

use crate::{
    blocks::{Block, Blocks},
    clock::Clock,
    journal::{Journal, Record},
    making,
    pool::{tell, NotTaken, Pool, Status, Watcher},
    state::{Execution, Store, View},
};
use farthing_chain::{AccountId, Balance, Native, Profile};
use scale::{Decode, Encode};
use sp_core::{blake2_256, H256};
use sp_runtime::transaction_validity::{
    TransactionSource, TransactionValidity, TransactionValidityError, ValidTransaction,
};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, Weak},
    time::Duration,
};
use tokio::sync::{broadcast, Notify};

/// How much news waits for a listener that is slow; one that misses some is told so.
const NEWS: usize = 4_096;

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

/// When blocks are final.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finality {
    /// At once.
    Instant,
    /// So much later.
    After(Duration),
    /// When somebody says so.
    Held,
}

/// What happened on the chain.
#[derive(Clone, Debug)]
pub enum News {
    /// There is another best block: the last of these, which are new in the best chain.
    Best(Arc<Vec<Arc<Block>>>),
    /// These blocks are final, and those undone ones can no longer come back.
    Final(Arc<(Vec<H256>, Vec<H256>)>),
    /// The chain went back to an earlier state, final blocks included.
    Reset,
}

/// Why a transaction is refused.
#[derive(Debug, PartialEq, Eq)]
pub enum Refused {
    /// It is none.
    Unreadable(String),
    /// The runtime says that it can't happen.
    Validity(TransactionValidityError),
    /// The runtime gave up on it.
    Trapped(String),
    /// The pool has no place for it.
    Pool(NotTaken),
}

/// Why something that only a developer may do was not done.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0}")]
pub struct Cannot(pub String);

impl From<String> for Cannot {
    fn from(why: String) -> Self {
        Self(why)
    }
}

/// What a new chain begins with.
pub struct Genesis {
    /// What kind of chain it is.
    pub profile: Profile,
    /// Accounts, and what each has.
    pub funded: Vec<(AccountId, Balance)>,
    /// Of how many of the last blocks the state can be read, if not of all.
    pub remembers: Option<u32>,
}

pub(crate) struct State {
    pub store: Store,
    pub blocks: Blocks,
}

#[derive(Clone)]
struct Snapshot {
    best: H256,
    finalized: u32,
    waiting: Vec<Arc<Vec<u8>>>,
    ahead: u64,
}

/// The chain.
pub struct Node {
    /// What kind of chain it is.
    pub profile: Profile,
    /// Its clock.
    pub clock: Clock,
    /// Of how many of the last blocks the state can be read; of all, if this is not set. Nothing is thrown
    /// away: it is for clients that have to get along with nodes that forget.
    pub remembers: Option<u32>,
    native: &'static dyn Native,
    state: RwLock<State>,
    // Locked before the state, by whoever needs both.
    pool: Mutex<Pool>,
    // Held by whoever makes or undoes blocks, before all else.
    making: Mutex<()>,
    sealing: Mutex<Sealing>,
    finality: Mutex<Finality>,
    snapshots: Mutex<Vec<Snapshot>>,
    journal: Mutex<Option<Journal>>,
    news: broadcast::Sender<News>,
    wake: Notify,
    me: Weak<Self>,
}

impl Node {
    /// A chain at block 0, or where the journal left it.
    pub fn new(genesis: &Genesis, mut journal: Option<Journal>) -> anyhow::Result<Arc<Self>> {
        let native = genesis.profile.native();
        let (store, root) = Store::new(native.genesis(&genesis.funded));
        let blocks = Blocks::new(making::genesis_block(root));
        let mut state = State { store, blocks };
        let mut ahead = 0;
        if let Some(journal) = &mut journal {
            for record in journal.take_records(state.blocks.best().hash())? {
                ahead = replay(&mut state, record)?.unwrap_or(ahead);
            }
        }
        let last = making::time_of(&state.store, state.blocks.best());
        let clock = Clock::starting_after(last.unwrap_or(0));
        clock.set_ahead(clock.ahead().max(ahead));
        Ok(Arc::new_cyclic(|me| Self {
            profile: genesis.profile,
            remembers: genesis.remembers,
            clock,
            native,
            state: RwLock::new(state),
            pool: Mutex::default(),
            making: Mutex::default(),
            sealing: Mutex::new(Sealing::Instant),
            finality: Mutex::new(Finality::Instant),
            snapshots: Mutex::default(),
            journal: Mutex::new(journal),
            news: broadcast::channel(NEWS).0,
            wake: Notify::new(),
            me: me.clone(),
        }))
    }

    // Reading.

    /// The state, and what happens from then on: nothing in between is missed, nothing told twice.
    pub fn listen<T>(&self, read: impl FnOnce(&Blocks) -> T) -> (T, broadcast::Receiver<News>) {
        let state = self.state();
        (read(&state.blocks), self.news.subscribe())
    }

    /// Reads blocks.
    pub fn blocks<T>(&self, read: impl FnOnce(&Blocks) -> T) -> T {
        read(&self.state().blocks)
    }

    /// A block: the best one, unless another is named. `None` if there is none with this hash.
    pub fn block(&self, hash: Option<H256>) -> Option<Arc<Block>> {
        self.blocks(|blocks| match hash {
            Some(hash) => blocks.get(&hash).cloned(),
            None => Some(blocks.best().clone()),
        })
    }

    /// Whether the state after a block can be read.
    pub fn has_state(&self, block: &Block) -> bool {
        let age = self
            .best()
            .header
            .number
            .saturating_sub(block.header.number);
        self.remembers.is_none_or(|remembered| age < remembered)
    }

    /// Reads what is stored after a block.
    pub fn read<T>(&self, block: &Block, read: impl FnOnce(View<'_>) -> T) -> T {
        let state = self.state();
        read(state.store.at(block.header.state_root))
    }

    /// Calls a runtime API on what is stored after a block. `Ok(None)` if there is no such method; the
    /// error is what a runtime that gave up said.
    pub fn call(
        &self,
        block: &Block,
        method: &str,
        data: &[u8],
    ) -> Result<Option<Vec<u8>>, String> {
        self.execute(block, |native| native.call(method, data))
    }

    /// Runs the runtime on what is stored after a block, and forgets what it changes.
    pub fn execute<T>(
        &self,
        block: &Block,
        run: impl FnOnce(&dyn Native) -> T,
    ) -> Result<T, String> {
        let state = self.state();
        let mut execution = Execution::on(state.store.at(block.header.state_root));
        execution.run(|| run(self.native))
    }

    /// Calls a runtime API that there is, and decodes its answer.
    pub fn ask<T: Decode>(&self, block: &Block, method: &str, data: &[u8]) -> Result<T, String> {
        let answer = self.call(block, method, data)?;
        let answer = answer.ok_or_else(|| format!("The runtime has no {method}."))?;
        T::decode(&mut &answer[..]).map_err(|e| format!("{method} answered something else: {e}"))
    }

    /// Calls a runtime API on what is stored after a block, and tells what that changes in contracts'
    /// storage: where, under which key, and to what. Nothing of it stays.
    pub fn observe(
        &self,
        block: &Block,
        method: &str,
        data: &[u8],
    ) -> Result<(Vec<u8>, Vec<making::ChildChange>), String> {
        let state = self.state();
        let mut execution = Execution::on(state.store.at(block.header.state_root));
        let answer = execution.run(|| self.native.call(method, data))?;
        let answer = answer.ok_or_else(|| format!("The runtime has no {method}."))?;
        Ok((answer, making::child_changes(execution.changes()?)))
    }

    /// What time it is on the chain's clock, or in its last block if that is later.
    pub fn now(&self) -> u64 {
        self.clock.now().max(self.time_of(&self.best()))
    }

    /// The time that contracts see in a block, in milliseconds since 1970; 0 in block 0.
    pub fn time_of(&self, block: &Block) -> u64 {
        making::time_of(&self.state().store, block).unwrap_or(0)
    }

    /// The pool.
    pub fn pool(&self) -> MutexGuard<'_, Pool> {
        lock(&self.pool)
    }

    // Transactions.

    /// Takes a transaction, or says why not.
    pub fn submit(&self, bytes: &[u8], watcher: Option<Watcher>) -> Result<H256, Refused> {
        let bytes = making::extrinsic(bytes).map_err(|e| Refused::Unreadable(e.to_string()))?;
        let hash = H256(blake2_256(&bytes));
        let bytes = Arc::new(bytes);
        loop {
            if self.pool().knows(&hash) {
                return Err(Refused::Pool(NotTaken::Known));
            }
            let best = self.best();
            let valid = self.validate(&best, &bytes)?;
            let mut pool = self.pool();
            // Judged on a block that is the best one no longer: once more.
            if self.blocks(|blocks| blocks.best().hash()) != best.hash() {
                continue;
            }
            pool.insert(hash, bytes, valid, watcher)
                .map_err(Refused::Pool)?;
            drop(pool);
            self.wake.notify_one();
            return Ok(hash);
        }
    }

    /// What the runtime says of a transaction.
    pub fn validate(&self, block: &Block, bytes: &[u8]) -> Result<ValidTransaction, Refused> {
        let mut arguments = TransactionSource::External.encode();
        arguments.extend(bytes);
        arguments.extend(block.hash().encode());
        let method = "TaggedTransactionQueue_validate_transaction";
        let answer = self.ask::<TransactionValidity>(block, method, &arguments);
        answer.map_err(Refused::Trapped)?.map_err(Refused::Validity)
    }

    // Blocks.

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
        if !empty && self.pool().ready().is_empty() {
            return Ok(None);
        }
        Ok(Some(self.make(making::Extra::None)?))
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
        self.make(making::Extra::Dispatch { account, call })
    }

    /// Sets what an account has, in a block of its own.
    pub fn set_balance(&self, account: &AccountId, free: Balance) -> Result<Arc<Block>, Cannot> {
        let call = self.execute(&self.best(), |native| native.set_balance(account, free))??;
        self.dispatch_as(None, call)
    }

    /// Makes the next block. Must be called by whoever holds `making`.
    fn make(&self, extra: making::Extra) -> Result<Arc<Block>, Cannot> {
        let ready = self.pool().ready();
        let parent = self.best();
        let made = self.build(&parent, self.time_of(&parent), &ready, extra)?;
        let mut pool = self.pool();
        let mut state = self.state_mut();
        let block = self.keep(&mut state, &mut pool, made);
        self.adopt(&mut state, block.hash());
        drop((state, pool));
        self.plan_finality(&block);
        Ok(block)
    }

    /// Makes a block that is later than `after`, of what is ready.
    fn build(
        &self,
        parent: &Block,
        after: u64,
        ready: &[(H256, Arc<Vec<u8>>)],
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
    fn keep(&self, state: &mut State, pool: &mut Pool, made: making::Made) -> Arc<Block> {
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
    fn adopt(&self, state: &mut State, hash: H256) {
        let enacted = state.blocks.set_best(hash);
        self.note(&Record::Best(hash));
        let _ = self.news.send(News::Best(Arc::new(enacted)));
    }

    // Finality.

    /// When blocks are final.
    pub fn finality(&self) -> Finality {
        *lock(&self.finality)
    }

    /// Changes when blocks are final. What is not final yet waits for the next block, or for
    /// [`Node::finalize`], unless blocks are final at once.
    pub fn set_finality(&self, finality: Finality) {
        *lock(&self.finality) = finality;
        let best = self.best();
        self.plan_finality(&best);
    }

    fn plan_finality(&self, block: &Arc<Block>) {
        let hash = block.hash();
        match self.finality() {
            Finality::Held => {}
            Finality::Instant => {
                self.finalize(hash);
            }
            Finality::After(delay) => {
                let me = self.me.clone();
                tokio::spawn(async move {
                    tokio::time::sleep(delay).await;
                    if let Some(node) = me
                        .upgrade()
                        .filter(|node| node.finality() != Finality::Held)
                    {
                        let _ = tokio::task::spawn_blocking(move || node.finalize(hash)).await;
                    }
                });
            }
        }
    }

    /// Makes a block of the best chain final, and all before it. Returns whether it is in the best chain.
    pub fn finalize(&self, hash: H256) -> bool {
        let mut pool = self.pool();
        let mut state = self.state_mut();
        let Some(block) = state.blocks.get(&hash).cloned() else {
            return false;
        };
        if !state.blocks.is_best(&block) {
            return false;
        }
        let (fresh, pruned) = state.blocks.finalize(block.header.number);
        if !fresh.is_empty() {
            self.note(&Record::Final(block.header.number));
            for block in &fresh {
                pool.finalized(*block);
            }
            let _ = self.news.send(News::Final(Arc::new((fresh, pruned))));
        }
        true
    }

    // Going back.

    /// Undoes the last `depth` blocks and makes one more in their place, so that the new fork is the longer
    /// one. Transactions of the undone blocks go into the new ones if `again` is set, and are forgotten
    /// otherwise.
    ///
    /// # Errors
    /// If there are not so many blocks that are not final.
    pub fn reorganise(&self, depth: u32, again: bool) -> Result<Arc<Block>, Cannot> {
        let _making = lock(&self.making);
        let (parent, undoable) = self.blocks(|blocks| {
            let best = blocks.best().header.number;
            let parent = best.checked_sub(depth).and_then(|number| blocks.at(number));
            let parent = parent.and_then(|hash| blocks.get(&hash).cloned());
            (parent, best.saturating_sub(blocks.finalized_number()))
        });
        if depth == 0 || depth > undoable {
            return Err(Cannot(format!(
                "Only blocks that are not final can be undone, one at least, and there are {undoable} \
                 (dev_setFinality holds finality back)."
            )));
        }
        let parent = parent.expect("so many blocks there are");
        // Later than what is undone, or empty blocks would be the same ones again.
        let mut time = self.time_of(&self.best());
        let mut pool = self.pool();
        self.return_to(&parent, &mut pool, again);
        let mut last = parent;
        for _ in 0..=depth {
            let made = self.build(&last, time, &pool.ready(), making::Extra::None)?;
            last = self.keep(&mut self.state_mut(), &mut pool, made);
            time = self.time_of(&last);
        }
        self.adopt(&mut self.state_mut(), last.hash());
        drop(pool);
        self.plan_finality(&last);
        self.wake.notify_one();
        Ok(last)
    }

    /// Judges all transactions anew, on an earlier block: those that wait, and those of later blocks.
    fn return_to(&self, parent: &Block, pool: &mut Pool, again: bool) {
        let undone = self.blocks(|blocks| blocks.after(parent.header.number));
        let mut returned: Vec<_> = undone
            .into_iter()
            .flat_map(|block| pool.retracted(block))
            .collect();
        if !again {
            for (_, watchers) in returned.drain(..) {
                tell(&watchers, &Status::Dropped);
            }
        }
        returned.extend(pool.take_waiting());
        for (bytes, watchers) in returned {
            self.judge(parent, pool, bytes, watchers);
        }
    }

    fn judge(&self, block: &Block, pool: &mut Pool, bytes: Arc<Vec<u8>>, watchers: Vec<Watcher>) {
        let hash = H256(blake2_256(&bytes));
        let valid = self.validate(block, &bytes);
        if valid.is_ok_and(|valid| pool.insert(hash, bytes, valid, None).is_ok()) {
            pool.watch(&hash, watchers);
        } else {
            tell(&watchers, &Status::Invalid);
        }
    }

    /// Remembers the chain as it is, for [`Node::revert`]. Returns the snapshot's number.
    pub fn snapshot(&self) -> u32 {
        let waiting = self.pool().pending();
        let (best, finalized) =
            self.blocks(|blocks| (blocks.best().hash(), blocks.finalized_number()));
        let mut snapshots = lock(&self.snapshots);
        snapshots.push(Snapshot {
            best,
            finalized,
            waiting,
            ahead: self.clock.ahead(),
        });
        u32::try_from(snapshots.len()).unwrap_or(u32::MAX)
    }

    /// Goes back to a snapshot, final blocks and the clock included. Later snapshots are forgotten, this
    /// one is not.
    ///
    /// # Errors
    /// If there is no such snapshot.
    pub fn revert(&self, number: u32) -> Result<Arc<Block>, Cannot> {
        let _making = lock(&self.making);
        let snapshot = {
            let mut snapshots = lock(&self.snapshots);
            let found = number
                .checked_sub(1)
                .and_then(|index| snapshots.get(index as usize).cloned());
            let found = found.ok_or_else(|| Cannot(format!("There is no snapshot {number}.")))?;
            snapshots.truncate(number as usize);
            found
        };
        let mut pool = self.pool();
        let block = self
            .block(Some(snapshot.best))
            .expect("blocks are never forgotten");
        self.return_to(&block, &mut pool, false);
        for (_, watchers) in pool.take_waiting() {
            tell(&watchers, &Status::Dropped);
        }
        for bytes in snapshot.waiting {
            self.judge(&block, &mut pool, bytes, Vec::new());
        }
        self.clock.set_ahead(snapshot.ahead);
        self.note(&Record::Ahead(snapshot.ahead));
        let mut state = self.state_mut();
        state.blocks.reset(snapshot.best, snapshot.finalized);
        self.note(&Record::Reset(snapshot.best, snapshot.finalized));
        let _ = self.news.send(News::Reset);
        self.wake.notify_one();
        Ok(block)
    }

    // Time.

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
                    crate::clock::LATEST
                ))
            })?;
        self.note(&Record::Ahead(self.clock.ahead()));
        let _making = lock(&self.making);
        self.make(making::Extra::None)
    }

    // Within.

    fn best(&self) -> Arc<Block> {
        self.blocks(|blocks| blocks.best().clone())
    }

    fn state_mut(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, record: &Record) {
        if let Some(journal) = &mut *lock(&self.journal) {
            journal.append(record);
        }
    }
}

/// Does again what a record tells. Returns the clock's, if it tells that.
fn replay(state: &mut State, record: Record) -> anyhow::Result<Option<u64>> {
    match record {
        Record::Block(block, changes) => {
            let parent = state.blocks.get(&block.header.parent_hash);
            let parent = parent.ok_or_else(|| anyhow::anyhow!("a block is missing"))?;
            let nodes = making::apply(&state.store, parent, &block, &changes)?;
            state.store.keep(nodes);
            state.blocks.add(block);
        }
        Record::Best(hash) => {
            anyhow::ensure!(state.blocks.get(&hash).is_some(), "a block is missing");
            state.blocks.set_best(hash);
        }
        Record::Final(number) => {
            state.blocks.finalize(number);
        }
        Record::Reset(hash, finalized) => {
            anyhow::ensure!(state.blocks.get(&hash).is_some(), "a block is missing");
            state.blocks.reset(hash, finalized);
        }
        Record::Ahead(ahead) => return Ok(Some(ahead)),
    }
    Ok(None)
}

/// What is locked stays whole when somebody panics: all changes are made in one go.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
