//! The events of blocks, beside what the blocks' hashes prove.

use crate::{Error, Index, Result};
use farthing_client::{
    history::{Event, Origins, Told},
    Block, Client,
};
use std::{collections::VecDeque, ops::ControlFlow, ops::RangeInclusive};

/// How far proving is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proving {
    /// How many blocks are proved.
    pub done: u32,
    /// How many blocks are to be proved in all.
    pub of: u32,
}

/// How many blocks are proved between two words about it.
const BATCH: u32 = 64;

/// Compares the events that the index has of some blocks with what the blocks' hashes prove, and checks that each
/// block is the one after the one before.
///
/// # Errors
/// [`Error::Disproved`] with the first block whose events are others; [`Error::Client`], [`Error::Store`].
pub async fn check_events(
    client: &Client,
    index: &mut Index,
    numbers: RangeInclusive<u32>,
    tell: &mut (dyn FnMut(Proving) + Send),
) -> Result<()> {
    let (first, last) = numbers.into_inner();
    let of = last.saturating_add(1).saturating_sub(first);
    let (mut from, mut before) = (first, None::<Block>);
    let mut origins = Origins::default();
    while from <= last {
        let until = from.saturating_add(BATCH - 1).min(last);
        let numbers: Vec<u32> = (from..=until).collect();
        let mut kept = of_index(index, from, until)?;
        let blocks = client.chain.blocks(&numbers).await?;
        let proved = client.proved_in_all(&blocks, &mut origins).await?;
        for (block, (told, parent)) in blocks.into_iter().zip(proved) {
            let follows = before.is_none_or(|before| before == parent);
            if !follows || !same(&told, &mut kept) {
                return Err(Error::Disproved {
                    block: block.number,
                });
            }
            before = Some(block);
        }
        let done = until.saturating_add(1).saturating_sub(first);
        tell(Proving { done, of });
        from = until.saturating_add(1);
    }
    Ok(())
}

fn of_index(index: &mut Index, from: u32, until: u32) -> Result<VecDeque<Event>> {
    let mut kept = VecDeque::new();
    index.events(from, until, &mut |event| {
        kept.push_back(event);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(kept)
}

/// Returns whether the index has the same events of a block. Takes them from those that it has.
fn same(told: &Told, kept: &mut VecDeque<Event>) -> bool {
    let number = told.block.number;
    for event in &told.events {
        if kept.pop_front().as_ref() != Some(event) {
            return false;
        }
    }
    kept.front().is_none_or(|next| next.block.number != number)
}
