//! What is to be claimed: lists that are kept while accounts change, so that nobody looks through all of them.

use super::{Books, Known, Lane};
use crate::protocol::{Named, Signed};
use std::collections::{BTreeSet, VecDeque};

/// When vouchers are claimed. They are claimed at once when a channel ends, whatever stands here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// As soon as a channel owes this much.
    pub value: Option<u128>,
    /// As soon as something was owed for so long, in milliseconds.
    pub age: Option<u64>,
}

impl Default for Wanted {
    fn default() -> Self {
        Self {
            value: None,
            age: Some(24 * 3600 * 1_000),
        }
    }
}

/// A voucher that is worth a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claimable {
    /// The channel that it is of.
    pub channel: Named,
    /// The newest voucher, with its signature.
    pub voucher: Signed,
    /// What the claim brings, in the smallest unit.
    pub brings: u128,
    /// Whether the channel is ending.
    pub ending: bool,
}

/// The channels that owe something, by age, and those that are to be claimed now.
#[derive(Default)]
pub(super) struct Due {
    wanted: Wanted,
    /// Since when they owe, in seconds, and where they stand; the oldest first, and some of it is over.
    by_age: VecDeque<(u32, u32)>,
    /// Channels that owe much, or end, or are asked for.
    now: BTreeSet<Lane>,
}

impl Due {
    /// Takes note of a change. Returns whether it owes something since now.
    pub fn changed(&mut self, lane: &Lane, known: &mut Known, now: u64) -> bool {
        let owed = match known.channel.kept().signature {
            Some(_) => known.channel.unclaimed(),
            None => 0,
        };
        if owed == 0 {
            known.owed_since = 0;
            self.now.remove(lane);
            return false;
        }
        let is_new = known.owed_since == 0;
        if is_new {
            known.owed_since = seconds(now);
        }
        let is_much = self.wanted.value.is_some_and(|value| owed >= value);
        if is_much || known.channel.on_chain().ending {
            self.now.insert(*lane);
        }
        is_new
    }
}

/// Returns whole seconds, at least 1: they take half the room of milliseconds, until the year 2106.
fn seconds(millis: u64) -> u32 {
    u32::try_from(millis / 1_000).unwrap_or(u32::MAX).max(1)
}

impl Books {
    /// Says when vouchers are claimed; before anything is taken.
    pub fn want(&mut self, wanted: Wanted) {
        self.due.wanted = wanted;
    }

    /// Begins to count a channel's age.
    pub(super) fn grow_old(&mut self, lane: &Lane) {
        if self.due.wanted.age.is_none() {
            return;
        }
        if let Some(place) = self.channels.place(lane) {
            let since = self.channels.at(place).map_or(0, |known| known.owed_since);
            self.due.by_age.push_back((since, place));
        }
    }

    /// Moves what has become old.
    fn ripen(&mut self, now: u64) {
        let Some(age) = self.due.wanted.age else {
            return;
        };
        while let Some((since, place)) = self.due.by_age.front().copied() {
            if u64::from(since).saturating_mul(1_000).saturating_add(age) > now {
                return;
            }
            self.due.by_age.pop_front();
            // One that was claimed in between, or has another's place now, is not that old.
            let known = self.channels.at(place);
            if let Some(known) = known.filter(|known| known.owed_since == since) {
                self.due.now.insert(known.lane);
            }
        }
    }

    /// Returns up to `max` vouchers that are to be claimed now: those of channels that end first.
    pub fn due(&mut self, now: u64, max: usize) -> Vec<Claimable> {
        self.ripen(now);
        let mut gone = Vec::new();
        let mut found = Vec::new();
        let ending = self
            .ending
            .iter()
            .filter(|lane| self.due.now.contains(*lane));
        let others = self.due.now.difference(&self.ending);
        for lane in ending.chain(others) {
            match self.claimable(lane) {
                Some(claimable) => found.push(claimable),
                None => gone.push(*lane),
            }
            if found.len() >= max {
                break;
            }
        }
        for lane in gone {
            self.due.now.remove(&lane);
        }
        found
    }

    /// Claims later what would cost more than it brings: when it has become older.
    pub fn put_off(&mut self, lanes: &[Lane], now: u64) {
        for lane in lanes {
            self.due.now.remove(lane);
            if let Some(known) = self.channels.get_mut(lane) {
                known.owed_since = seconds(now);
            }
            self.grow_old(lane);
        }
    }

    /// Takes note that a claim with these vouchers is about to be sent: everybody has them then.
    pub fn show(&mut self, claims: &[Claimable]) {
        for claim in claims {
            let lane = super::lane(&claim.channel);
            if let Some(known) = self.channels.get_mut(&lane) {
                let sum = claim.voucher.cumulative;
                known.channel.show(claim.channel.epoch, sum);
            }
        }
    }

    /// Has a channel's voucher claimed soon.
    pub fn claim_soon(&mut self, named: &Named) {
        let lane = super::lane(named);
        if self.claimable(&lane).is_some() {
            self.due.now.insert(lane);
        }
    }

    /// Returns a channel's voucher, if a claim of it brings anything.
    fn claimable(&self, lane: &Lane) -> Option<Claimable> {
        let known = self.channels.get(lane)?;
        let (kept, on_chain) = (known.channel.kept(), known.channel.on_chain());
        let brings = known.channel.unclaimed();
        let signature = kept.signature.filter(|_| brings > 0)?;
        Some(Claimable {
            channel: Named {
                payer: lane.0,
                lane: lane.1,
                epoch: on_chain.epoch,
            },
            voucher: Signed {
                cumulative: kept.best,
                root: kept.root,
                signature,
            },
            brings,
            ending: on_chain.ending,
        })
    }
}
