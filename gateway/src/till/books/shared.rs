//! A copy of what several gateways share.

use super::{Books, Lane};
use crate::{
    accounting::public::Public,
    protocol::Named,
    store::record::Record,
    till::{ChargeId, Charged, Seen},
};
use farthing_client::Account;

impl Books {
    /// Returns what the chain says of a channel.
    pub fn seen(&self, named: &Named) -> Option<Seen> {
        let known = self.channels.get(&super::lane(named))?;
        Some(Seen {
            on_chain: *known.channel.on_chain(),
            closer: [0; 32],
            delay: 0,
            ends_at: (known.ends_at > 0).then_some(known.ends_at),
            asked: known.asked,
        })
    }

    /// Returns which of a channel's vouchers everybody may have.
    pub fn public(&self, lane: &Lane) -> Option<Public> {
        Some(self.channels.get(lane)?.channel.public().clone())
    }

    /// Takes over which of a channel's vouchers everybody may have.
    pub fn set_public(&mut self, lane: &Lane, public: Public) {
        if let Some(known) = self.channels.get_mut(lane) {
            known.channel.set_public(public);
        }
    }

    /// Returns an account as it is written down.
    pub fn record(&self, lane: &Lane) -> Option<Record> {
        let known = self.channels.get(lane)?;
        Some(Record {
            payer: lane.0 .0,
            lane: lane.1,
            kept: known.channel.kept(),
        })
    }

    /// Takes over an account as it is written down.
    pub fn adopt(&mut self, record: &Record, now: u64) {
        let lane = (Account(record.payer), record.lane);
        let Some(known) = self.channels.get_mut(&lane) else {
            let before = self.asleep.insert(lane, Box::new(record.kept));
            if before.is_none() {
                self.unlooked.push(lane);
            }
            return;
        };
        let before = known.channel.clone();
        known.channel.take_over(&record.kept);
        self.count(&lane, &before, now);
    }

    /// Returns the channels that were not looked for on the chain since another gateway told of them.
    pub fn unlooked(&mut self) -> Vec<Lane> {
        std::mem::take(&mut self.unlooked)
    }

    /// Remembers which channel a charge was of.
    pub fn remember_charge(&mut self, charged: &Charged) {
        let (channel, id) = (&charged.channel, charged.id);
        if charged.amount > 0 {
            self.remember(
                id,
                super::lane(channel),
                channel.epoch,
                charged.amount,
                None,
            );
        }
    }

    /// Returns which channel a charge was of.
    pub fn charged(&self, id: &ChargeId) -> Option<Named> {
        let charge = self.charges.get(id)?;
        Some(Named {
            payer: charge.lane.0,
            lane: charge.lane.1,
            epoch: charge.epoch,
        })
    }
}
