//! Transactions that wait for a block, and those that are in one but not yet final.

use sp_core::H256;
use sp_runtime::transaction_validity::{TransactionTag, ValidTransaction};
use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};
use tokio::sync::mpsc::UnboundedSender;

/// How many transactions wait at most. More are refused until a block takes some.
pub const MAX_WAITING: usize = 8_192;

/// What becomes of a transaction, for whoever watches it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// It waits for another one of its account.
    Future,
    /// The next block can take it.
    Ready,
    /// It is in a block, at this index.
    InBlock(H256, usize),
    /// The block that it was in is undone.
    Retracted(H256),
    /// Its block is final.
    Finalized(H256, usize),
    /// Another transaction took its place.
    Usurped(H256),
    /// It was thrown away.
    Dropped,
    /// It can no longer happen.
    Invalid,
}

impl Status {
    /// Whether nothing follows.
    pub fn is_last(&self) -> bool {
        !matches!(
            self,
            Self::Future | Self::Ready | Self::InBlock(..) | Self::Retracted(_)
        )
    }
}

/// Why a transaction is not taken.
#[derive(Debug, PartialEq, Eq)]
pub enum NotTaken {
    /// It is here already.
    Known,
    /// One that was here already does the same, for as much or more.
    Priority { old: u64, new: u64 },
    /// Too many wait.
    Full,
}

/// Who wants to know what becomes of a transaction.
pub type Watcher = UnboundedSender<Status>;

/// A transaction that the next block can take.
pub type Ready = (H256, Arc<Vec<u8>>);

#[derive(Clone)]
struct Waiting {
    bytes: Arc<Vec<u8>>,
    valid: ValidTransaction,
    arrived: u64,
    watchers: Vec<Watcher>,
    /// What its watchers were told last: whether the next block can take it.
    told_ready: bool,
}

struct Included {
    bytes: Arc<Vec<u8>>,
    block: H256,
    index: usize,
    watchers: Vec<Watcher>,
}

/// The pool. A transaction has the hash of its bytes for a name.
#[derive(Default)]
pub struct Pool {
    waiting: HashMap<H256, Waiting>,
    /// Who does what: a tag is, for one, an account's transaction of a number.
    provided: HashMap<TransactionTag, H256>,
    included: HashMap<H256, Included>,
    arrivals: u64,
}

impl Pool {
    /// Takes a transaction that the runtime called valid on the best block.
    pub fn insert(
        &mut self,
        hash: H256,
        bytes: Arc<Vec<u8>>,
        valid: ValidTransaction,
        watcher: Option<Watcher>,
    ) -> Result<(), NotTaken> {
        if self.waiting.contains_key(&hash) {
            return Err(NotTaken::Known);
        }
        let rivals: HashSet<H256> = valid
            .provides
            .iter()
            .filter_map(|tag| self.provided.get(tag).copied())
            .collect();
        let old = rivals
            .iter()
            .map(|rival| self.waiting[rival].valid.priority);
        if let Some(old) = old.max().filter(|old| *old >= valid.priority) {
            let new = valid.priority;
            return Err(NotTaken::Priority { old, new });
        }
        if self.waiting.len() >= MAX_WAITING {
            return Err(NotTaken::Full);
        }
        for rival in rivals {
            self.remove(rival, &Status::Usurped(hash));
        }
        self.arrivals = self.arrivals.saturating_add(1);
        for tag in &valid.provides {
            self.provided.insert(tag.clone(), hash);
        }
        let waiting = Waiting {
            bytes,
            valid,
            arrived: self.arrivals,
            watchers: watcher.into_iter().collect(),
            told_ready: false,
        };
        self.waiting.insert(hash, waiting);
        self.tell_ready();
        if let Some(one) = self.waiting.get(&hash).filter(|one| !one.told_ready) {
            tell(&one.watchers, &Status::Future);
        }
        Ok(())
    }

    /// The transactions that the next block can take, in the order in which it should: what pays more
    /// first, but no transaction before those that it needs.
    pub fn ready(&self) -> Vec<Ready> {
        let place = |hash: &H256, one: &Waiting| (Reverse(one.valid.priority), one.arrived, *hash);
        let mut missing: HashMap<H256, usize> = HashMap::new();
        let mut needed_by: HashMap<&TransactionTag, Vec<H256>> = HashMap::new();
        let mut next = BTreeSet::new();
        for (hash, one) in &self.waiting {
            for tag in &one.valid.requires {
                needed_by.entry(tag).or_default().push(*hash);
            }
            missing.insert(*hash, one.valid.requires.len());
            if one.valid.requires.is_empty() {
                next.insert(place(hash, one));
            }
        }
        let mut ready = Vec::new();
        while let Some((_, _, hash)) = next.pop_first() {
            let one = &self.waiting[&hash];
            ready.push((hash, one.bytes.clone()));
            let freed = one
                .valid
                .provides
                .iter()
                .filter_map(|tag| needed_by.get(tag));
            for dependent in freed.flatten() {
                let Some(left) = missing.get_mut(dependent) else {
                    continue;
                };
                *left = left.saturating_sub(1);
                if *left == 0 {
                    next.insert(place(dependent, &self.waiting[dependent]));
                }
            }
        }
        ready
    }

    /// The bytes of all transactions that wait, in the order in which they came.
    pub fn pending(&self) -> Vec<Arc<Vec<u8>>> {
        let mut all: Vec<_> = self.waiting.values().collect();
        all.sort_by_key(|one| one.arrived);
        all.into_iter().map(|one| one.bytes.clone()).collect()
    }

    /// Whether a transaction waits or is in a block that is not final.
    pub fn knows(&self, hash: &H256) -> bool {
        self.waiting.contains_key(hash) || self.included.contains_key(hash)
    }

    /// How many transactions with these tags, one after the other, wait: for an account's next number.
    pub fn has_tag(&self, tag: &TransactionTag) -> bool {
        self.provided.contains_key(tag)
    }

    /// Tells those who watch transactions that the next block can take now.
    fn tell_ready(&mut self) {
        for (hash, _) in self.ready() {
            if let Some(one) = self.waiting.get_mut(&hash).filter(|one| !one.told_ready) {
                one.told_ready = true;
                tell(&one.watchers, &Status::Ready);
            }
        }
    }

    /// Notes that a block took these transactions, all of its extrinsics in order.
    pub fn included(&mut self, block: H256, extrinsics: impl IntoIterator<Item = H256>) {
        for (index, hash) in extrinsics.into_iter().enumerate() {
            let Some(one) = self.waiting.remove(&hash) else {
                continue;
            };
            tell(&one.watchers, &Status::InBlock(block, index));
            for tag in &one.valid.provides {
                self.provided.remove(tag);
                for other in self.waiting.values_mut() {
                    other.valid.requires.retain(|needed| needed != tag);
                }
            }
            let included = Included {
                bytes: one.bytes,
                block,
                index,
                watchers: one.watchers,
            };
            self.included.insert(hash, included);
        }
    }

    /// Notes that a block is final.
    pub fn finalized(&mut self, block: H256) {
        self.included.retain(|_, one| {
            if one.block == block {
                tell(&one.watchers, &Status::Finalized(one.block, one.index));
            }
            one.block != block
        });
    }

    /// Takes out the transactions of a block that was undone, with those who watch them.
    pub fn retracted(&mut self, block: H256) -> Vec<(Arc<Vec<u8>>, Vec<Watcher>)> {
        let hashes: Vec<_> = self
            .included
            .iter()
            .filter(|(_, one)| one.block == block)
            .collect();
        let mut hashes: Vec<_> = hashes
            .iter()
            .map(|(hash, one)| (one.index, **hash))
            .collect();
        hashes.sort_unstable();
        hashes
            .into_iter()
            .filter_map(|(_, hash)| self.included.remove(&hash))
            .map(|one| {
                tell(&one.watchers, &Status::Retracted(block));
                (one.bytes, one.watchers)
            })
            .collect()
    }

    /// Takes out all that waits, to be judged anew.
    pub fn take_waiting(&mut self) -> Vec<(Arc<Vec<u8>>, Vec<Watcher>)> {
        let mut all: Vec<_> = self.waiting.drain().map(|(_, one)| one).collect();
        self.provided.clear();
        all.sort_by_key(|one| one.arrived);
        all.into_iter()
            .map(|one| (one.bytes, one.watchers))
            .collect()
    }

    /// Has more people watch a transaction that waits.
    pub fn watch(&mut self, hash: &H256, watchers: Vec<Watcher>) {
        if let Some(one) = self.waiting.get_mut(hash) {
            let status = if one.told_ready {
                Status::Ready
            } else {
                Status::Future
            };
            tell(&watchers, &status);
            one.watchers.extend(watchers);
        }
    }

    /// Throws a transaction away, and says why to those who watch it. Returns whether it was there.
    pub fn remove(&mut self, hash: H256, why: &Status) -> bool {
        let Some(one) = self.waiting.remove(&hash) else {
            return false;
        };
        tell(&one.watchers, why);
        self.provided.retain(|_, by| *by != hash);
        true
    }
}

/// Tells all who still listen.
pub fn tell(watchers: &[Watcher], status: &Status) {
    for watcher in watchers {
        let _ = watcher.send(status.clone());
    }
}
