//! Reads the past of an account, for what the client library makes of it.

use crate::{
    index::event_of,
    tables::end_of,
    value::{row, Value},
    Index, Result,
};
use farthing_client::{history, Account, Error, Event};
use std::{
    ops::ControlFlow,
    path::Path,
    sync::{Mutex, MutexGuard},
};

/// The past of an account's, out of an index: what it did, and what was done to what it bought, gave, or pays. All
/// else is left out.
pub struct Past<'a> {
    index: Mutex<&'a mut Index>,
    account: Account,
}

/// Makings; pools; an account's purchases, with all that others bought for those whom it bought for, which decides
/// what a refund leaves them; the titles of the items; its gifts, and in the pools that it gave to, refunds, and what
/// was added to the gifts of others out of its money; its rounds, channels and streams.
const OWN: &str = "SELECT seq FROM contracts
UNION SELECT seq FROM pools
UNION SELECT seq FROM payments WHERE payer = $1
UNION SELECT seq FROM payments WHERE owner = $1
UNION SELECT seq FROM payments WHERE owner IN (SELECT o.owner FROM payments o WHERE o.payer = $1)
UNION SELECT seq FROM refunds WHERE owner = $1
UNION SELECT seq FROM refunds WHERE owner IN (SELECT o.owner FROM payments o WHERE o.payer = $1)
UNION SELECT i.seq FROM payments p JOIN items i ON i.creator = p.creator AND i.item = p.number WHERE p.payer = $1
UNION SELECT i.seq FROM payments p JOIN items i ON i.creator = p.creator AND i.item = p.number WHERE p.owner = $1
UNION SELECT seq FROM gifts WHERE account = $1
UNION SELECT seq FROM gifts WHERE payer = $1
UNION SELECT seq FROM gifts WHERE pool IN (SELECT g.pool FROM gifts g WHERE g.account = $1 AND g.kind = 2)
UNION SELECT seq FROM releases WHERE account = $1
UNION SELECT seq FROM releases WHERE kind = 3 AND pool IN (SELECT g.pool FROM gifts g WHERE g.payer = $1)
UNION SELECT seq FROM round_moves WHERE account = $1
UNION SELECT seq FROM channels WHERE payer = $1
UNION SELECT seq FROM streams WHERE stream IN (SELECT s.stream FROM streams s WHERE s.payer = $1)";

impl Index {
    /// Returns the past of an account's.
    pub fn past(&mut self, account: Account) -> Past<'_> {
        Past {
            index: Mutex::new(self),
            account,
        }
    }
}

impl<'a> Past<'a> {
    fn index(&self) -> MutexGuard<'_, &'a mut Index> {
        self.index
            .lock()
            .unwrap_or_else(|broken| broken.into_inner())
    }

    fn show(&self, last: u32, see: &mut dyn FnMut(&Event) -> ControlFlow<()>) -> Result<()> {
        let question = format!(
            "SELECT e.seq, e.contract, e.address, e.transaction_index, e.topics, e.data, b.hash, b.time
FROM ({OWN}) own JOIN events e ON e.seq = own.seq JOIN blocks b ON b.number = e.seq / 1048576
WHERE e.seq <= $2 ORDER BY e.seq"
        );
        let arguments: Vec<Value> = row![self.account, end_of(last)];
        let mut see = |row| Ok(see(&event_of(&row)?.1));
        self.index().store.each(&question, &arguments, &mut see)
    }
}

impl history::Past for Past<'_> {
    fn replay(
        &self,
        last: u32,
        see: &mut dyn FnMut(&Event) -> ControlFlow<()>,
    ) -> Result<(), Error> {
        let shown = self.show(last, see);
        shown.map_err(|error| Error::file(Path::new("the index"), error))
    }
}
