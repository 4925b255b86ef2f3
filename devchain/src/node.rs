//! The chain itself: what it is made of, what is read of it, and the transactions that it takes. How it makes
//! blocks, makes them final and undoes them is in the files of this folder.

mod finality;
mod sealing;
mod undoing;

pub use finality::Finality;
pub use sealing::Sealing;
use undoing::Snapshot;

use crate::{
    blocks::{Block, Blocks},
    clock::Clock,
    journal::{Journal, Record},
    making,
    pool::{NotTaken, Pool, Watcher},
    state::{Execution, Store, View},
};
use farthing_chain::{AccountId, Balance, Native, Profile};
use scale::{Decode, Encode};
use sp_core::{blake2_256, H256};
use sp_runtime::transaction_validity::{
    TransactionSource, TransactionValidity, TransactionValidityError, ValidTransaction,
};
use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, Weak,
};
use tokio::sync::{broadcast, Notify};

/// How much news waits for a listener that is slow; one that misses some is told so.
const NEWS: usize = 4_096;

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
