//! Adds up what creators earn, by day and by what for.

use super::{cache::Cache, payments::Parts, Seen, Writer};
use crate::{
    tables::Which,
    value::{row, Amount},
    Result, Value,
};
use farthing_types::{Balance, CreatorId, DAY};
use std::collections::BTreeSet;

/// Creator, day, kind of payment, and item or tier, or -1 for tips.
type Key = (CreatorId, i64, i64, i64);

/// What a creator earned by one key: how many payments, and their amounts in the smallest unit.
#[derive(Clone, Copy, Default)]
struct Sum {
    payments: u64,
    paid: Balance,
    fee: Balance,
    referral: Balance,
}

#[derive(Default)]
pub struct Known {
    sums: Cache<Key, Sum>,
    /// The keys whose sums are not in the store as they are here.
    changed: BTreeSet<Key>,
}

impl Known {
    pub fn trim(&mut self) {
        self.sums.trim();
    }
}

const LAST: &str = "SELECT payments, paid, fee, referral FROM earnings
WHERE creator = $1 AND day = $2 AND kind = $3 AND number = $4 ORDER BY seq DESC LIMIT 1";
const FORGET: &str =
    "DELETE FROM earnings WHERE creator = $1 AND day = $2 AND kind = $3 AND number = $4 AND seq < $5";

impl Writer<'_> {
    pub(super) fn earn(&mut self, seen: Seen, parts: &Parts) -> Result<()> {
        let day = i64::try_from(seen.time() / DAY).unwrap_or(i64::MAX);
        let number = parts.number.map_or(-1, i64::from);
        let key = (parts.creator, day, parts.kind as i64, number);
        let sum = self.earned(key)?;
        sum.payments += 1;
        for (sum, more) in [
            (&mut sum.paid, parts.paid),
            (&mut sum.fee, parts.fee),
            (&mut sum.referral, parts.referral),
        ] {
            let added = sum.checked_add(more);
            *sum = added.ok_or_else(|| seen.impossible("more is paid than there is money"))?;
        }
        self.memory.earnings.changed.insert(key);
        Ok(())
    }

    fn earned(&mut self, key: Key) -> Result<&mut Sum> {
        let store = &mut *self.store;
        self.memory.earnings.sums.get(key, || {
            let found = store.first(LAST, &named(key), |row| {
                Ok(Sum {
                    payments: row.get(0)?,
                    paid: row.amount(1)?,
                    fee: row.amount(2)?,
                    referral: row.amount(3)?,
                })
            })?;
            Ok(found.unwrap_or_default())
        })
    }

    pub(super) fn end_earnings(&mut self, seq: i64, is_final: bool) -> Result<()> {
        for key in std::mem::take(&mut self.memory.earnings.changed) {
            if is_final {
                let mut arguments = named(key);
                arguments.extend(row![seq]);
                self.store.change(FORGET, &arguments)?;
            }
            let sum = *self.earned(key)?;
            let mut row = row![seq];
            row.extend(named(key));
            row.extend(row![
                sum.payments,
                Amount(sum.paid),
                Amount(sum.fee),
                Amount(sum.referral),
            ]);
            self.put(Which::Earnings, row);
        }
        Ok(())
    }
}

fn named((creator, day, kind, number): Key) -> Vec<Value> {
    row![creator, day, kind, number]
}
