//! Going back: forks, and snapshots.

use super::{lock, Cannot, News, Node};
use crate::{
    blocks::Block,
    journal::Record,
    making,
    pool::{tell, Pool, Status, Watcher},
};
use sp_core::{blake2_256, H256};
use std::sync::Arc;

/// What a chain was at some time.
#[derive(Clone)]
pub(super) struct Snapshot {
    best: H256,
    finalized: u32,
    waiting: Vec<Arc<Vec<u8>>>,
    ahead: u64,
}

impl Node {
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
        // Held meanwhile: what goes into a block is either in that or still waits.
        let pool = self.pool();
        let waiting = pool.pending();
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
}
