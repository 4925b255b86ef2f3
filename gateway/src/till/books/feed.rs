//! Which accounts have changed lately, for a watchtower.

use super::{Books, Lane};
use crate::{store::record::Record, watchtower::Feed};
use std::collections::{BTreeSet, VecDeque};

/// How many changes are remembered.
const MAX_CHANGES: usize = 64 * 1024;
/// How many accounts are told of at once.
const MAX_TOLD: usize = 4_096;

/// Vouchers that came, numbered.
pub(super) struct Changes {
    lanes: VecDeque<Lane>,
    /// The number of the first of them.
    first: u64,
}

impl Default for Changes {
    fn default() -> Self {
        Self {
            lanes: VecDeque::new(),
            // Nobody has seen anything before the first number.
            first: 1,
        }
    }
}

impl Changes {
    pub fn add(&mut self, lane: Lane) {
        if self.lanes.back() == Some(&lane) {
            // Told of by number, the last one must be new all the same.
            self.lanes.pop_back();
            self.first = self.first.saturating_add(1);
        }
        self.lanes.push_back(lane);
        if self.lanes.len() > MAX_CHANGES {
            self.lanes.pop_front();
            self.first = self.first.saturating_add(1);
        }
    }

    fn next(&self) -> u64 {
        self.first.saturating_add(self.lanes.len() as u64)
    }
}

impl Books {
    /// Returns the vouchers that came since, up to some; all that are owed if it is not known what came since.
    pub fn feed(&self, since: u64) -> Feed {
        let changes = &self.changes;
        let is_known = (changes.first..=changes.next()).contains(&since);
        if !is_known {
            let lanes = self.channels.lanes();
            return Feed {
                accounts: lanes.filter_map(|lane| self.owing(lane)).collect(),
                next: changes.next(),
            };
        }
        let skip = usize::try_from(since.saturating_sub(changes.first)).unwrap_or(usize::MAX);
        let told = changes.lanes.iter().skip(skip).take(MAX_TOLD);
        let count = told.len() as u64;
        let lanes: BTreeSet<_> = told.collect();
        Feed {
            accounts: lanes
                .into_iter()
                .filter_map(|lane| self.owing(lane))
                .collect(),
            next: since.saturating_add(count),
        }
    }

    fn owing(&self, lane: &Lane) -> Option<Record> {
        let known = self.channels.get(lane)?;
        let kept = known.channel.kept();
        let owes = kept.signature.is_some() && known.channel.unclaimed() > 0;
        owes.then_some(Record {
            payer: lane.0 .0,
            lane: lane.1,
            kept,
        })
    }
}
