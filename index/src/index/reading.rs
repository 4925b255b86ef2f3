//! Reads the blocks and events that an index has.

use super::Index;
use crate::{
    derive::contract_of,
    store::Store,
    tables::{block_of, end_of, start_of},
    value::{row, Row},
    Error, Result,
};
use farthing_client::{history::Event, Account, Block, Emitted};
use scale::Decode;
use std::ops::ControlFlow;

impl Index {
    /// Returns the last block that is kept, of those up to a number.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn last_until(&mut self, number: u32) -> Result<Option<Block>> {
        let last =
            "SELECT number, hash FROM blocks WHERE number <= $1 ORDER BY number DESC LIMIT 1";
        self.store.first(last, &row![number], |row| {
            Ok(Block {
                number: row.get(0)?,
                hash: row.get(1)?,
            })
        })
    }

    /// Returns the blocks that can still be undone, the latest first.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn open_blocks(&mut self) -> Result<Vec<Block>> {
        let after = self.status.last_final.map_or(-1, i64::from);
        let open = "SELECT number, hash FROM blocks WHERE number > $1 ORDER BY number DESC";
        self.store.all(open, &row![after], |row| {
            Ok(Block {
                number: row.get(0)?,
                hash: row.get(1)?,
            })
        })
    }

    /// Shows the events of the blocks from one to another, in order, until `see` breaks off.
    ///
    /// # Errors
    /// Those of `see`; [`Error::Store`], [`Error::Damaged`].
    pub fn events(
        &mut self,
        from: u32,
        until: u32,
        see: &mut dyn FnMut(Event) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let between = row![start_of(from), end_of(until)];
        self.store
            .each(EVENTS, &between, &mut |row| see(event_of(&row)?.1))
    }

    /// Shows the events after a place, and the place of each, in order, until `see` breaks off. Leaves out those of
    /// pools and rounds whose making was not told: they are none of the deployment's, though they have its code.
    pub(crate) fn events_after(
        &mut self,
        after: i64,
        see: &mut dyn FnMut(i64, Event) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let between = row![after.saturating_add(1), i64::MAX];
        let mut see = |row: Row| {
            let (seq, event) = event_of(&row)?;
            see(seq, event)
        };
        self.store.each(EVENTS_OF_MADE, &between, &mut see)
    }
}

pub const EVENTS: &str = "SELECT e.seq, e.contract, e.address, e.transaction_index, e.topics, e.data, b.hash, b.time
FROM events e JOIN blocks b ON b.number = e.seq / 1048576 WHERE e.seq >= $1 AND e.seq <= $2 ORDER BY e.seq";

const EVENTS_OF_MADE: &str = "SELECT e.seq, e.contract, e.address, e.transaction_index, e.topics, e.data, b.hash, b.time
FROM events e JOIN blocks b ON b.number = e.seq / 1048576 WHERE e.seq >= $1 AND e.seq <= $2
AND EXISTS (SELECT 1 FROM contracts c WHERE c.address = e.address AND c.seq <= e.seq) ORDER BY e.seq";

pub(crate) fn event_of(row: &Row) -> Result<(i64, Event)> {
    let seq: i64 = row.get(0)?;
    let contract = contract_of(row.get(1)?);
    let topics: Vec<u8> = row.get(4)?;
    let event = Event {
        block: Block {
            number: block_of(seq),
            hash: row.get(6)?,
        },
        time: row.get(7)?,
        contract: contract.ok_or_else(|| Error::damaged("an event is of no contract"))?,
        emitted: Emitted {
            contract: row.get::<Account>(2)?,
            topics: Decode::decode(&mut &topics[..]).map_err(Error::store)?,
            data: row.get(5)?,
            index: row.get(3)?,
        },
    };
    Ok((seq, event))
}

/// Returns the number of the first block with an event after a place.
pub fn next_block(store: &mut Store, after: i64) -> Result<Option<u32>> {
    let next = "SELECT seq FROM events WHERE seq > $1 ORDER BY seq LIMIT 1";
    let seq = store.first(next, &row![after], |row| row.get::<i64>(0))?;
    Ok(seq.map(block_of))
}
