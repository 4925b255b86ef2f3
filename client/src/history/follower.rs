//! Following the chain block by block, also where blocks are undone.

use super::{Event, Origins};
use crate::{Block, Client, Error};
use std::collections::VecDeque;

/// How many blocks are remembered that may still be undone.
const REMEMBERED: usize = 256;

/// How many blocks are read at once.
const AT_ONCE: u32 = 64;

/// How far somebody has seen the chain.
pub struct Follower {
    next: u32,
    /// The latest blocks that were seen.
    seen: VecDeque<Block>,
    origins: Origins,
}

impl Follower {
    /// Begins with the block of this number.
    pub fn from(first: u32) -> Self {
        Self {
            next: first,
            seen: VecDeque::new(),
            origins: Origins::default(),
        }
    }

    /// Returns the number of the block that is to be seen next.
    pub fn next(&self) -> u32 {
        self.next
    }

    /// Goes back to the last block that was seen and is still there. Returns those that were undone, the latest
    /// first.
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
            undone.push(last);
        }
        Ok(undone)
    }

    /// Sees the next blocks up to `last`, which must be there, or as many as are read at once, and returns what
    /// happened in them. They must be on top of the one before, and of one another: if they are not, some were undone
    /// in this very moment, and nothing is seen yet.
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
