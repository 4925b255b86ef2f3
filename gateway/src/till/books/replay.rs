//! Taking up what was written down.

use super::{Books, Lane};
use crate::store::record::Entry;
use farthing_client::Account;

impl Books {
    /// Takes up an entry; in the order in which they were written, and before anything else is done.
    pub fn replay(&mut self, entry: Entry) {
        match entry {
            Entry::Account(record) => {
                let lane = (Account(record.payer), record.lane);
                let before = self.asleep.insert(lane, Box::new(record.kept));
                if before.is_some_and(|before| before.epoch != record.kept.epoch) {
                    self.held.remove(&lane);
                }
            }
            Entry::Charge {
                channel,
                id,
                amount,
                once,
            } => {
                let key = once.map(|(key, _)| key);
                self.remember(id, super::lane(&channel), channel.epoch, amount, key);
                if let Some((key, binding)) = once {
                    // One that was given back and charged for again is the newer.
                    self.once.forget(&key);
                    let _ = self.once.begin(key, binding);
                    self.once.finish(key, id);
                }
            }
            Entry::GivenBack(id) => {
                let charge = self.charges.remove(&id);
                if let Some(key) = charge.and_then(|charge| charge.key) {
                    self.once.forget(&key);
                }
            }
            Entry::Hold { channel, hold } => {
                let holds = self.held.entry(super::lane(&channel)).or_default();
                holds.push(hold);
            }
            Entry::Settled { channel, id } => {
                if let Some(holds) = self.held.get_mut(&super::lane(&channel)) {
                    holds.retain(|hold| hold.id != id);
                }
            }
            Entry::Gone {
                channel,
                spent,
                claimed,
            } => {
                let lane = super::lane(&channel);
                self.asleep.remove(&lane);
                self.held.remove(&lane);
                self.totals.replay(spent, claimed);
            }
        }
    }

    /// Returns all channels, also those that wait to be looked for on the chain.
    pub fn lanes(&self) -> Vec<Lane> {
        let lanes = self.asleep.keys().chain(self.channels.lanes());
        lanes.copied().collect()
    }

    /// Returns whether a channel is known, or waits to be looked for on the chain.
    pub fn has(&self, lane: &Lane) -> bool {
        self.channels.contains(lane) || self.asleep.contains_key(lane)
    }
}
