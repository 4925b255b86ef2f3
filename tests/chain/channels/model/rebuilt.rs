//! The contract as its events alone tell of it.

use crate::channels::world::*;
use farthing_chain::ContractEvent;
use farthing_contracts::channels::{
    channels::Overview,
    events::{Deployed, PausedUntil},
    storage::LaneKey,
};
use std::collections::BTreeMap;

/// Everything that the contract holds.
pub struct Rebuilt {
    deployed: Deployed,
    paused_until: Millis,
    channels: BTreeMap<LaneKey, StoredChannel>,
    kept: BTreeMap<ink::primitives::AccountId, Kept>,
}

impl Rebuilt {
    pub fn new(deployment: &Receipt) -> Self {
        assert_eq!(deployment.events.len(), 1);
        Self {
            deployed: deployment.events_of::<Deployed>().remove(0),
            paused_until: 0,
            channels: BTreeMap::new(),
            kept: BTreeMap::new(),
        }
    }

    /// Takes in what a call told.
    pub fn follow(&mut self, receipt: &Receipt) {
        receipt.events.iter().for_each(|event| self.take(event));
    }

    fn take(&mut self, event: &ContractEvent) {
        if let Some(event) = event.decode::<KeptFor>() {
            let nothing = Kept {
                amount: 0,
                paid_by: event.paid_by,
            };
            let kept = self.kept.entry(event.account).or_insert(nothing);
            assert_eq!(kept.paid_by, event.paid_by);
            kept.amount += event.amount;
        } else if let Some(event) = event.decode::<Withdrawn>() {
            let kept = self.kept.get_mut(&event.account).expect("something kept");
            kept.amount -= event.amount;
            assert_eq!(kept.amount, 0);
            if event.freed {
                self.kept.remove(&event.account);
            }
        } else if let Some(event) = event.decode::<PausedUntil>() {
            self.paused_until = event.until;
        } else {
            let event: ChannelsChanged = event.decode().expect("an event of no other kind");
            for (id, change) in event.by_channel() {
                self.change((id.payer, id.payee, id.lane), id.epoch, change);
            }
        }
    }

    fn change(&mut self, key: LaneKey, epoch: Millis, change: &Change) {
        if let Change::Opened(terms) = change {
            let opened = StoredChannel {
                genesis: self.deployed.genesis,
                epoch,
                signer: terms.signer,
                closer: terms.closer,
                reserve: terms.reserve,
                claimed: 0,
                delay: terms.delay,
                end: Moment {
                    time: Millis::MAX,
                    block: u32::MAX,
                },
            };
            let before = self.channels.insert(key, opened);
            return assert_eq!(before, None, "opened over another");
        }
        let channel = self.channels.get_mut(&key).expect("it was opened");
        assert_eq!(channel.epoch, epoch);
        let mut gone = false;
        match *change {
            Change::Opened(_) => unreachable!("seen above"),
            Change::ToppedUp(amount) => channel.reserve += amount,
            Change::Claimed { paid, .. } => channel.claimed += paid,
            Change::Exiting(end) => channel.end = end,
            Change::Closed { rest, end } => {
                channel.reserve -= rest;
                channel.end = end;
            }
            Change::ClosedTogether {
                paid,
                rest,
                end,
                freed,
            } => {
                channel.claimed += paid;
                channel.reserve -= rest;
                channel.end = end;
                gone = freed;
            }
            Change::Cleared { rest, freed } => {
                channel.reserve -= rest;
                gone = freed;
            }
        }
        if gone {
            let freed = self.channels.remove(&key).expect("it was there");
            assert_eq!(freed.reserve, freed.claimed, "freed with money in it");
        }
    }

    /// Compares it with what the contract has in its storage.
    pub fn compare(&self, w: &mut World) {
        let all: BTreeMap<_, _> = w.channels.all(&mut w.chain).into_iter().collect();
        assert_eq!(self.channels, all, "channels");
        let kept: BTreeMap<_, _> = w.channels.kept(&mut w.chain).into_iter().collect();
        assert_eq!(self.kept, kept, "kept");
        let expected = Overview {
            genesis: self.deployed.genesis,
            guardian: self.deployed.guardian,
            paused_until: (w.chain.now() < self.paused_until).then_some(self.paused_until),
        };
        let overview = w.channels.contract.call().overview();
        assert_eq!(w.chain.read(overview), expected);
    }
}
