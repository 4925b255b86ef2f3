//! Sums over all channels, kept while they change: to add up a million on each look would hold up payments.

use super::Books;
use crate::{accounting::Channel, protocol::Named};

/// What all channels come to together, for the operator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// What was served for, with channels that are no more, in the smallest unit.
    pub earned: u128,
    /// What was claimed, with channels that are no more, in the smallest unit.
    pub claimed: u128,
    /// What a claim of everything would bring now, in the smallest unit.
    pub unclaimed: u128,
    /// How many channels are known.
    pub channels: usize,
    /// The channels that are ending.
    pub ending: Vec<Named>,
    /// When the chain was last seen, in milliseconds.
    pub seen: u64,
}

/// What all channels come to together: served for, claimed, and not claimed yet, in the smallest unit.
#[derive(Default)]
pub(super) struct Totals {
    earned: u128,
    claimed: u128,
    unclaimed: u128,
    /// The same of channels that are no more.
    past: (u128, u128),
}

impl Totals {
    pub fn add(&mut self, channel: &Channel) {
        self.earned = self.earned.saturating_add(channel.kept().spent);
        self.claimed = self.claimed.saturating_add(channel.on_chain().claimed);
        self.unclaimed = self.unclaimed.saturating_add(channel.unclaimed());
    }

    pub fn remove(&mut self, channel: &Channel) {
        self.earned = self.earned.saturating_sub(channel.kept().spent);
        self.claimed = self.claimed.saturating_sub(channel.on_chain().claimed);
        self.unclaimed = self.unclaimed.saturating_sub(channel.unclaimed());
    }

    /// Counts what channels that are no more had served for, and had claimed.
    pub fn replay(&mut self, spent: u128, claimed: u128) {
        let past = &mut self.past;
        past.0 = past.0.saturating_add(spent);
        past.1 = past.1.saturating_add(claimed);
    }

    /// Counts a channel among those that are no more.
    pub fn leave(&mut self, channel: &Channel) {
        self.replay(channel.kept().spent, channel.on_chain().claimed);
    }
}

impl Books {
    /// Returns what there is in all.
    pub fn summary(&self) -> Summary {
        let named = |lane: &super::Lane| {
            Some(Named {
                payer: lane.0,
                lane: lane.1,
                epoch: self.channels.get(lane)?.channel.on_chain().epoch,
            })
        };
        let totals = &self.totals;
        Summary {
            earned: totals.earned.saturating_add(totals.past.0),
            claimed: totals.claimed.saturating_add(totals.past.1),
            unclaimed: totals.unclaimed,
            channels: self.channels.len(),
            ending: self.ending.iter().filter_map(named).collect(),
            seen: self.sight.last,
        }
    }
}
