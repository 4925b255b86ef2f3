//! Adds up how far pools are, as of the end of a block, or of many.

use super::{cache::Cache, Seen, Writer};
use crate::{
    tables::Which,
    value::{row, Amount},
    Result,
};
use farthing_client::Account;
use farthing_types::Balance;
use std::collections::BTreeSet;

/// How far a pool is: its gifts and donors, and its amounts in the smallest unit.
#[derive(Clone, Copy, Default)]
pub struct Progress {
    pub gifts: u64,
    pub donors: u64,
    pub donated: Balance,
    pub matched: Balance,
    pub granted: Balance,
    pub sponsored: Balance,
    pub refunded: Balance,
    pub paid: Balance,
    pub is_final: bool,
}

#[derive(Default)]
pub struct Known {
    sums: Cache<Account, Progress>,
    /// The pools whose progress is not in the store as it is here.
    changed: BTreeSet<Account>,
}

impl Known {
    pub fn trim(&mut self) {
        self.sums.trim();
    }
}

const LAST_PROGRESS: &str =
    "SELECT gifts, donors, donated, matched, granted, sponsored, refunded, paid, final
FROM progress WHERE pool = $1 ORDER BY seq DESC LIMIT 1";
const FORGET_PROGRESS: &str = "DELETE FROM progress WHERE pool = $1 AND seq < $2";
impl Writer<'_> {
    pub(super) fn change_progress(
        &mut self,
        seen: Seen,
        change: impl FnOnce(&mut Progress),
    ) -> Result<()> {
        change(self.progress_of(seen.at())?);
        self.memory.progress.changed.insert(seen.at());
        Ok(())
    }

    fn progress_of(&mut self, pool: Account) -> Result<&mut Progress> {
        let store = &mut *self.store;
        self.memory.progress.sums.get(pool, || {
            let found = store.first(LAST_PROGRESS, &row![pool], |row| {
                Ok(Progress {
                    gifts: row.get(0)?,
                    donors: row.get(1)?,
                    donated: row.amount(2)?,
                    matched: row.amount(3)?,
                    granted: row.amount(4)?,
                    sponsored: row.amount(5)?,
                    refunded: row.amount(6)?,
                    paid: row.amount(7)?,
                    is_final: row.get(8)?,
                })
            })?;
            Ok(found.unwrap_or_default())
        })
    }

    pub(super) fn end_progress(&mut self, seq: i64, is_final: bool) -> Result<()> {
        for pool in std::mem::take(&mut self.memory.progress.changed) {
            if is_final {
                self.store.change(FORGET_PROGRESS, &row![pool, seq])?;
            }
            let progress = *self.progress_of(pool)?;
            let row = row![
                seq,
                pool,
                progress.gifts,
                progress.donors,
                Amount(progress.donated),
                Amount(progress.matched),
                Amount(progress.granted),
                Amount(progress.sponsored),
                Amount(progress.refunded),
                Amount(progress.paid),
                progress.is_final,
            ];
            self.put(Which::Progress, row);
        }
        Ok(())
    }
}
