//! Taking over what the chain says.

use super::{account, named, Books, Known, Lane};
use crate::{
    accounting::Channel,
    protocol::Named,
    store::record::Entry,
    till::{now, Seen},
};
use farthing_client::Account;

impl Books {
    /// Takes over what the chain says of a channel; that there is none if it says nothing. Returns what is to be
    /// written down.
    pub fn learn(
        &mut self,
        payer: Account,
        number: u32,
        seen: Option<Seen>,
        now: u64,
    ) -> Vec<Entry> {
        let lane = (payer, number);
        let Some(seen) = seen else {
            return self.forget(&lane).into_iter().collect();
        };
        // An account is never replaced by that of an earlier life: what was spent would be credit again.
        let asleep = self.asleep.get(&lane);
        if asleep.is_some_and(|kept| kept.epoch > seen.on_chain.epoch) {
            return Vec::new();
        }
        let before = match self.channels.get_mut(&lane) {
            Some(known) if known.asked > seen.asked => return Vec::new(),
            Some(known) => {
                let before = known.channel.clone();
                known.channel.learn(seen.on_chain);
                before
            }
            None => self.begin(lane, &seen),
        };
        let mut entries = Vec::new();
        if before.on_chain().epoch != seen.on_chain.epoch {
            entries.push(gone(&lane, &before));
        }
        if let Some(known) = self.channels.get_mut(&lane) {
            known.asked = seen.asked;
            if known.channel.on_chain().epoch == seen.on_chain.epoch {
                known.ends_at = seen.ends_at.unwrap_or(0);
            }
            if known.channel.kept() != before.kept() {
                let named = named(&lane, &known.channel);
                entries.push(account(&named, &known.channel));
            }
        }
        self.count(&lane, &before, now);
        entries
    }

    /// Begins the account of a channel; returns it.
    fn begin(&mut self, lane: Lane, seen: &Seen) -> Channel {
        let channel = self.wake(&lane, seen);
        self.totals.add(&channel);
        let known = Known {
            lane,
            channel: channel.clone(),
            ends_at: 0,
            asked: 0,
            owed_since: 0,
        };
        self.channels.insert(known);
        channel
    }

    /// Begins or continues the account of a channel that the chain has.
    fn wake(&mut self, lane: &Lane, seen: &Seen) -> Channel {
        let (kept, holds) = (self.asleep.remove(lane), self.held.remove(lane));
        match kept {
            Some(kept) => {
                let mut channel = Channel::resume(seen.on_chain, &kept);
                if kept.epoch == seen.on_chain.epoch {
                    channel.resume_holds(holds.unwrap_or_default(), now());
                }
                channel
            }
            None => Channel::new(seen.on_chain),
        }
    }

    /// Forgets a channel that is no more. Returns what is to be written down.
    fn forget(&mut self, lane: &Lane) -> Option<Entry> {
        self.held.remove(lane);
        self.ending.remove(lane);
        self.waiting.remove(lane);
        if let Some(kept) = self.asleep.remove(lane) {
            let named = Named {
                payer: lane.0,
                lane: lane.1,
                epoch: kept.epoch,
            };
            // What was claimed of it in the end is not known any more.
            self.totals.replay(kept.spent, 0);
            return Some(Entry::Gone {
                channel: named,
                spent: kept.spent,
                claimed: 0,
            });
        }
        let known = self.channels.remove(lane)?;
        self.totals.remove(&known.channel);
        self.totals.leave(&known.channel);
        Some(gone(lane, &known.channel))
    }
}

fn gone(lane: &Lane, channel: &Channel) -> Entry {
    Entry::Gone {
        channel: named(lane, channel),
        spent: channel.kept().spent,
        claimed: channel.on_chain().claimed,
    }
}
