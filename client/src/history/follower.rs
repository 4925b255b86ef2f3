//! Following the chain block by block, also where blocks are undone.

use super::{Event, Origins};
use crate::{Block, Client, Error};
use std::collections::VecDeque;

/// How many blocks are remembered that may still be undone.
const REMEMBERED: usize = 256;

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

    /// Sees the next block, which must be there, and returns what happened in it. It must be on top of the one
    /// before: if it is not, that was undone in this very moment, and nothing is seen yet.
    ///
    /// # Errors
    /// [`Error::Forgotten`] if the node no longer knows; [`Error::Node`].
    pub async fn advance(&mut self, client: &Client) -> Result<Vec<Event>, Error> {
        let block = client.chain.block(self.next).await?;
        let events = client.events_of(block, &mut self.origins).await?;
        if let Some(before) = self.seen.back() {
            if !client.chain.has(*before).await? {
                return Err(Error::node("blocks were undone while they were read"));
            }
        }
        self.seen.push_back(block);
        if self.seen.len() > REMEMBERED {
            self.seen.pop_front();
        }
        self.next = self.next.saturating_add(1);
        Ok(events)
    }
}
