//! What the chain stores, after every block: one trie whose nodes are never thrown away, so that any block
//! can be asked and the chain can go on from any block.

use sp_core::{
    storage::{ChildInfo, StateVersion, Storage},
    H256,
};
use sp_externalities::{set_and_run_with_externalities, Extensions};
use sp_runtime::traits::BlakeTwo256;
use sp_state_machine::{
    backend::AsTrieBackend, Ext, InMemoryBackend, IterArgs, OverlayedChanges, StorageChanges,
    TrieBackend, TrieBackendBuilder,
};
use sp_trie::{HashDBT, PrefixedMemoryDB};
use std::{
    cell::Cell,
    panic::{self, AssertUnwindSafe},
};

/// All nodes of all tries.
type Nodes = PrefixedMemoryDB<BlakeTwo256>;
/// The storage after one block.
pub type View<'a> = TrieBackend<&'a Nodes, BlakeTwo256>;
/// What a block changes.
pub type Changes = StorageChanges<BlakeTwo256>;

/// The version of state tries that current runtimes have.
pub const VERSION: StateVersion = StateVersion::V1;

thread_local! {
    /// Whether a panic on this thread is a runtime's, and an answer rather than a fault.
    static TRAPS: Cell<bool> = const { Cell::new(false) };
}

/// The storage after every block.
pub struct Store {
    nodes: Nodes,
}

impl Store {
    /// The storage of block 0, and its root.
    pub fn new(genesis: Storage) -> (Self, H256) {
        let backend = InMemoryBackend::<BlakeTwo256>::from((genesis, VERSION));
        let root = *backend.as_trie_backend().root();
        let nodes = backend.into_storage();
        (Self { nodes }, root)
    }

    /// The storage with this root.
    pub fn at(&self, root: H256) -> View<'_> {
        TrieBackendBuilder::new(&self.nodes, root).build()
    }

    /// Adds the nodes that a block made. Those that it no longer needs stay, for the blocks before it.
    pub fn keep(&mut self, mut made: Nodes) {
        for (key, (node, count)) in made.drain() {
            if count > 0 {
                let (prefix, hash) = key.split_at(key.len().saturating_sub(H256::len_bytes()));
                self.nodes
                    .emplace(H256::from_slice(hash), (prefix, None), node);
            }
        }
    }
}

/// Which keys to go through: those of a contract's own trie, or of the main one, that begin with `prefix`
/// and come after another key.
pub fn range<'a>(
    trie: Option<ChildInfo>,
    prefix: &'a [u8],
    after: Option<&'a [u8]>,
) -> IterArgs<'a> {
    let mut range = IterArgs::default();
    range.child_info = trie;
    range.prefix = Some(prefix);
    range.start_at = after;
    range.start_at_exclusive = true;
    range
}

/// A runtime at work on the storage after one block.
pub struct Execution<'a> {
    view: View<'a>,
    changes: OverlayedChanges<BlakeTwo256>,
    extensions: Extensions,
}

impl<'a> Execution<'a> {
    /// Nothing is changed yet.
    pub fn on(view: View<'a>) -> Self {
        Self {
            view,
            changes: OverlayedChanges::default(),
            extensions: Extensions::new(),
        }
    }

    /// Runs `f` on the storage; the error is what a runtime that gave up said.
    pub fn run<T>(&mut self, f: impl FnOnce() -> T) -> Result<T, String> {
        let mut storage = Ext::new(&mut self.changes, &self.view, Some(&mut self.extensions));
        TRAPS.set(true);
        let done = panic::catch_unwind(AssertUnwindSafe(|| {
            set_and_run_with_externalities(&mut storage, f)
        }));
        TRAPS.set(false);
        done.map_err(|said| {
            let text = said.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| said.downcast_ref::<&str>().copied());
            text.unwrap_or("The runtime gave up.").to_owned()
        })
    }

    /// Runs `f`, and undoes what it changed unless `keep` says that it may stay.
    pub fn attempt<T>(
        &mut self,
        f: impl FnOnce() -> T,
        keep: impl FnOnce(&T) -> bool,
    ) -> Result<T, String> {
        self.changes.start_transaction();
        let done = self.run(f);
        let ended = if done.as_ref().is_ok_and(keep) {
            self.changes.commit_transaction()
        } else {
            // A runtime that gave up may have left transactions of its own open.
            while self.changes.transaction_depth() > 1 {
                let _ = self.changes.rollback_transaction();
            }
            self.changes.rollback_transaction()
        };
        ended.map_err(|_| "There is no open transaction.".to_owned())?;
        done
    }

    /// What was changed.
    pub fn changes(mut self) -> Result<Changes, String> {
        self.changes.drain_storage_changes(&self.view, VERSION)
    }
}

/// Has panics of runtimes, which are answers to somebody's question, not printed as faults.
pub fn keep_traps_quiet() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |fault| {
        if !TRAPS.get() {
            usual(fault);
        }
    }));
}
