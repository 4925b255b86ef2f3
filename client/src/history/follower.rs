//! Follows the chain block by block, even where blocks are undone.

use super::{Event, Origins};
use crate::{Block, Client, Error};
use std::collections::VecDeque;

/// How many blocks are remembered that may still be undone.
const REMEMBERED: usize = 256;

/// How many blocks are read at once.
const AT_ONCE: u32 = 64;

/// How far a caller has seen the chain.
pub struct Follower {
    next: u32,
    /// The latest blocks that the caller has seen.
    seen: VecDeque<Block>,
    origins: Origins,
}

impl Follower {
    /// Starts at the block with this number.
    pub fn from(first: u32) -> Self {
        Self {
            next: first,
            seen: VecDeque::new(),
            origins: Origins::default(),
        }
    }

    /// Returns the number of the next block to see.
    pub fn next(&self) -> u32 {
        self.next
    }

    /// Goes back to the last seen block that is still in the chain. Returns the seen blocks that were undone,
    /// the latest first.
    ///
    /// # Errors
    /// [`Error::Node`].
    pub async fn go_back(&mut self, client: &Client) -> Result<Vec<Block>, Error> {
        let mut undone = Vec::new();
        while let Some(last) = self.seen.back().copied() {
            if client.chain.has(last).await? {
                break;
            }
            self.seen.pop_back();
            self.next = last.number;
            // What contracts were in that block is undone, too.
            self.origins = Origins::default();
            undone.push(last);
        }
        Ok(undone)
    }

    /// Advances through the next blocks up to `last`, which must exist, or through as many as are read at
    /// once. Returns their events. Each block must be on top of the one before. If one is not, some blocks
    /// were undone at this very moment, and the follower does not advance yet.
    ///
    /// # Errors
    /// [`Error::Forgotten`] if the node no longer knows; [`Error::Node`].
    pub async fn advance(&mut self, client: &Client, last: u32) -> Result<Vec<Event>, Error> {
        let last = last.min(self.next.saturating_add(AT_ONCE - 1));
        let numbers: Vec<u32> = (self.next..=last).collect();
        let blocks = client.chain.blocks(&numbers).await?;
        let told = client.told_in_all(&blocks, &mut self.origins).await?;
        // What was read while blocks were undone may be of both forks.
        let before = self.seen.back().copied();
        let read: Vec<_> = before.into_iter().chain(blocks.iter().copied()).collect();
        let numbers: Vec<u32> = read.iter().map(|block| block.number).collect();
        if client.chain.blocks(&numbers).await? != read {
            return Err(Error::node("blocks were undone while they were read"));
        }
        self.next = last.saturating_add(1);
        self.seen.extend(blocks);
        let many = self.seen.len().saturating_sub(REMEMBERED);
        self.seen.drain(..many);
        Ok(told.into_iter().flat_map(|told| told.events).collect())
    }
}
