//! Making blocks final.

use super::{lock, News, Node};
use crate::{blocks::Block, journal::Record};
use sp_core::H256;
use std::{sync::Arc, time::Duration};

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

impl Node {
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

    pub(super) fn plan_finality(&self, block: &Arc<Block>) {
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
}
