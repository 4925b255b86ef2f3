//! Blocks: those of the best chain, and those that were undone.

use scale::{Decode, Encode};
use sp_core::H256;
use sp_runtime::{
    generic,
    traits::{BlakeTwo256, Header as _},
};
use std::{collections::HashMap, sync::Arc};

/// A block's header. Its hash is the block's.
pub type Header = generic::Header<u32, BlakeTwo256>;

/// A block.
#[derive(Debug, Encode, Decode)]
pub struct Block {
    /// Its header.
    pub header: Header,
    /// Its extrinsics, each with its length in front, as all that signs and reads them has them.
    pub body: Vec<Vec<u8>>,
}

impl Block {
    /// Its hash.
    pub fn hash(&self) -> H256 {
        self.header.hash()
    }
}

/// All blocks since the start.
pub struct Blocks {
    all: HashMap<H256, Arc<Block>>,
    best: Vec<H256>,
    finalized: u32,
    /// Blocks that were undone and that finality has not yet passed.
    forks: Vec<H256>,
}

impl Blocks {
    /// Block 0 alone.
    pub fn new(genesis: Block) -> Self {
        let hash = genesis.hash();
        Self {
            all: HashMap::from([(hash, Arc::new(genesis))]),
            best: vec![hash],
            finalized: 0,
            forks: Vec::new(),
        }
    }

    /// A block, also one that was undone.
    pub fn get(&self, hash: &H256) -> Option<&Arc<Block>> {
        self.all.get(hash)
    }

    /// The last block of the best chain.
    pub fn best(&self) -> &Arc<Block> {
        self.all
            .get(self.best.last().expect("block 0 is never undone"))
            .expect("blocks are never forgotten")
    }

    /// The last block that is final.
    pub fn finalized(&self) -> H256 {
        self.best[self.finalized as usize]
    }

    /// The last final blocks, as many as `count`, parents first.
    pub fn last_final(&self, count: u32) -> Vec<H256> {
        let end = self.finalized as usize + 1;
        self.best[end.saturating_sub(count as usize)..end].to_vec()
    }

    /// The number of the last block that is final.
    pub fn finalized_number(&self) -> u32 {
        self.finalized
    }

    /// The best chain's block of this number.
    pub fn at(&self, number: u32) -> Option<H256> {
        self.best.get(number as usize).copied()
    }

    /// Whether it is in the best chain.
    pub fn is_best(&self, block: &Block) -> bool {
        self.at(block.header.number) == Some(block.hash())
    }

    /// Blocks of the best chain and undone ones after the final one, parents first.
    pub fn unfinalized(&self) -> Vec<Arc<Block>> {
        let best = self.best[self.finalized as usize + 1..].iter();
        let mut found: Vec<_> = best
            .chain(&self.forks)
            .map(|hash| self.all[hash].clone())
            .collect();
        found.sort_by_key(|block| block.header.number);
        found
    }

    /// Adds a block that follows a known one, without going over to it.
    pub fn add(&mut self, block: Arc<Block>) {
        self.all.insert(block.hash(), block);
    }

    /// Makes a block the last of the best chain. Returns the blocks that are now in it, parents first.
    pub fn set_best(&mut self, hash: H256) -> Vec<Arc<Block>> {
        let mut enacted = Vec::new();
        let mut next = self.all[&hash].clone();
        while !self.is_best(&next) {
            let parent = self.all[next.header.parent_hash()].clone();
            enacted.push(next);
            next = parent;
        }
        let kept = next.header.number as usize + 1;
        let retracted: Vec<_> = self.best.split_off(kept);
        enacted.reverse();
        for block in &enacted {
            self.forks.retain(|fork| *fork != block.hash());
            self.best.push(block.hash());
        }
        self.forks.extend(&retracted);
        self.finalized = self
            .finalized
            .min(u32::try_from(kept - 1).unwrap_or(u32::MAX));
        enacted
    }

    /// Makes a block the last of the best chain, and another the last final one, wherever finality was.
    pub fn reset(&mut self, hash: H256, finalized: u32) {
        self.set_best(hash);
        self.finalized = finalized;
    }

    /// The best chain's blocks after this number.
    pub fn after(&self, number: u32) -> Vec<H256> {
        self.best
            .get(number as usize + 1..)
            .unwrap_or_default()
            .to_vec()
    }

    /// Makes the best chain's blocks up to this number final. Returns them, and the undone ones that can
    /// no longer come back.
    pub fn finalize(&mut self, number: u32) -> (Vec<H256>, Vec<H256>) {
        let last = number.min(self.best().header.number);
        if last <= self.finalized {
            return Default::default();
        }
        let fresh = self.best[self.finalized as usize + 1..=last as usize].to_vec();
        self.finalized = last;
        let all = &self.all;
        let (pruned, kept) = self
            .forks
            .iter()
            .partition(|fork| all[*fork].header.number <= last);
        self.forks = kept;
        (fresh, pruned)
    }
}
