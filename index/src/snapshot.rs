//! Snapshots: an index's events in a file, from which another begins.
//!
//! The file is a history as the client library keeps it. Whoever takes one up believes nothing that is in it:
//! its last block must be the chain's, and all books must come to what the contracts say there.

use crate::{
    tables::{end_of, start_of},
    value::row,
    verify::{check_books, Checked},
    Certainty, Error, Index, Result,
};
use farthing_client::{
    history::{Event, Keeping, Told},
    Block, Client, History,
};
use std::{ops::ControlFlow, path::Path};

/// How many events are written or read at once.
const BATCH: usize = 1 << 14;

/// Writes the events of all final blocks into a file, and returns the last of these blocks.
///
/// # Errors
/// [`Error::File`] if the file is there already; [`Error::Client`], [`Error::Store`].
pub async fn export(client: &Client, index: &mut Index, path: &Path) -> Result<Block> {
    if path.exists() {
        return Err(refused(path, "there is such a file already"));
    }
    let last = match index.status().last_final {
        Some(last) => index.last_until(last)?,
        None => None,
    };
    let last = last.ok_or_else(|| refused(path, "the index has no final block yet"))?;
    let mut history = History::open(client, Keeping::File(path.into())).await?;
    let (mut events, mut from) = (Vec::<Event>::new(), index.status().first);
    loop {
        events.clear();
        let mut until = last;
        index.events(from, last.number, &mut |event| {
            // Blocks are whole.
            let begins = events.last().is_some_and(|last| last.block != event.block);
            if events.len() >= BATCH && begins {
                until = events.last().map_or(last, |last| last.block);
                return Ok(ControlFlow::Break(()));
            }
            events.push(event);
            Ok(ControlFlow::Continue(()))
        })?;
        history.add(&events, until)?;
        if until == last {
            return Ok(last);
        }
        from = until.number.saturating_add(1);
    }
}

/// Begins an index with what is in a file, as far as the chain has these blocks, and checks all books in the last
/// of them. What is wrong is not kept.
///
/// # Errors
/// [`Error::File`] if there is nothing in it, or the index has begun already; [`Error::Unreconciled`],
/// [`Error::Count`], [`Error::Unmade`] or [`Error::Impossible`] if something is missing in it, or was invented;
/// [`Error::Client`], [`Error::Store`].
pub async fn import(client: &Client, index: &mut Index, path: &Path) -> Result<(Block, Checked)> {
    if index.status().last.is_some() {
        return Err(refused(path, "the index has begun already"));
    }
    if !path.is_file() {
        return Err(refused(path, "there is no such file"));
    }
    let history = History::open(client, Keeping::File(path.into())).await?;
    let last = history.kept_until();
    let last = last.ok_or_else(|| refused(path, "the chain has none of its blocks"))?;
    let imported = take(client, index, &history, last).await;
    if imported.is_err() {
        index.empty()?;
    }
    Ok((last, imported?))
}

async fn take(
    client: &Client,
    index: &mut Index,
    history: &History,
    last: Block,
) -> Result<Checked> {
    let (mut waiting, mut count, mut added) = (Vec::<Told>::new(), 0, Ok(()));
    history.replay(last.number, &mut |event| {
        match waiting.last_mut() {
            Some(told) if told.block == event.block => told.events.push(event.clone()),
            _ => {
                if count >= BATCH {
                    added = index.add(&waiting, Certainty::Final);
                    waiting.clear();
                    count = 0;
                }
                waiting.push(Told {
                    block: event.block,
                    time: event.time,
                    events: vec![event.clone()],
                });
            }
        }
        count += 1;
        match added {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    })?;
    added?;
    if waiting.last().is_none_or(|told| told.block != last) {
        waiting.push(Told {
            block: last,
            time: client.chain.time(last.hash).await?,
            events: Vec::new(),
        });
    }
    index.add(&waiting, Certainty::Final)?;
    check_books(client, index, last).await
}

fn refused(path: &Path, reason: &str) -> Error {
    Error::File {
        path: path.display().to_string(),
        reason: reason.into(),
    }
}

impl Index {
    /// Returns how many events there are in some blocks.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn count(&mut self, from: u32, until: u32) -> Result<u64> {
        let count = "SELECT COUNT(*) FROM events WHERE seq >= $1 AND seq <= $2";
        let between = row![start_of(from), end_of(until)];
        let found = self.store.first(count, &between, |row| row.get(0))?;
        Ok(found.unwrap_or(0))
    }
}
