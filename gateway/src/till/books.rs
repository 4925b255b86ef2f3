//! All channels, charges and identifiers, in memory. Nothing here waits for anything: each change says what is to be
//! written down, and can be undone if that cannot even be queued.

use super::{recent::Recent, Accepts, ChargeId};
use crate::{
    accounting::{Channel, Hold, Kept, Sight},
    once::Once,
    protocol::{
        challenge::Correction,
        values::{Bytes, Number},
        x402::{ChannelState, VoucherState},
        Named, Signed,
    },
    store::record::{Entry, Record},
};
use farthing_client::Account;
use std::collections::{BTreeSet, HashMap};
use tokio::sync::oneshot;

mod channels;
mod charging;
mod due;
mod feed;
mod learning;
mod replay;
mod shared;
mod taking;
mod totals;

use channels::Channels;
use charging::Charge;
use due::Due;
pub use due::{Claimable, Wanted};
use feed::Changes;
pub(super) use taking::Taking;
pub use totals::Summary;
use totals::Totals;

/// How many identifiers are remembered, and how many charges can be given back.
pub(crate) const MAX_REMEMBERED: usize = 64 * 1024;

/// A payer, and which of their channels.
pub(super) type Lane = (Account, u32);

/// What is known of a channel.
pub(super) struct Known {
    pub lane: Lane,
    pub channel: Channel,
    /// When it ends, in milliseconds; 0 if it does not.
    pub ends_at: u64,
    /// The number of the question to the chain that the last answer was to.
    pub asked: u64,
    /// Since when something is to be claimed, in seconds; 0 if nothing is.
    pub owed_since: u32,
}

/// All that the till knows.
pub(super) struct Books {
    channels: Channels,
    /// Accounts from before a start, of which the chain was not asked yet.
    asleep: HashMap<Lane, Box<Kept>>,
    held: HashMap<Lane, Vec<Hold>>,
    /// Those of them that another gateway's database told of since.
    unlooked: Vec<Lane>,
    once: Once<ChargeId>,
    charges: Recent<ChargeId, Charge>,
    waiting: HashMap<Lane, Vec<oneshot::Sender<()>>>,
    ending: BTreeSet<Lane>,
    totals: Totals,
    due: Due,
    changes: Changes,
    sight: Sight,
}

impl Default for Books {
    fn default() -> Self {
        Self {
            channels: Channels::default(),
            asleep: HashMap::new(),
            held: HashMap::new(),
            unlooked: Vec::new(),
            once: Once::new(MAX_REMEMBERED),
            charges: Recent::new(MAX_REMEMBERED),
            waiting: HashMap::new(),
            ending: BTreeSet::new(),
            totals: Totals::default(),
            due: Due::default(),
            changes: Changes::default(),
            sight: Sight {
                last: 0,
                shortest_delay: 0,
            },
        }
    }
}

fn lane(named: &Named) -> Lane {
    (named.payer, named.lane)
}

impl Books {
    /// Takes over what the till accepts.
    pub fn accepts(&mut self, accepts: &Accepts) {
        self.sight.shortest_delay =
            u64::try_from(accepts.min_delay.as_millis()).unwrap_or(u64::MAX);
    }

    /// Learns when the chain was last seen, in milliseconds.
    pub fn see(&mut self, at: u64) {
        self.sight.last = at;
    }

    /// Returns whether this life of the channel is known, or that it is over.
    pub fn knows(&self, named: &Named) -> bool {
        let known = self.channels.get(&lane(named));
        known.is_some_and(|known| known.channel.on_chain().epoch >= named.epoch)
    }

    /// Returns whether the channel is known and its reserve covers this much.
    pub fn covers(&self, named: &Named, cumulative: u128) -> bool {
        self.get(named)
            .is_some_and(|known| cumulative <= known.channel.on_chain().reserve)
    }

    /// Returns the highest amount that is signed for.
    pub fn best(&self, named: &Named) -> Option<u128> {
        Some(self.get(named)?.channel.kept().best)
    }

    /// Returns the public key that must have signed, and whether the voucher is the newest that is known.
    pub fn signer(&self, named: &Named, voucher: &Signed) -> Option<([u8; 32], bool)> {
        let known = self.channels.get(&lane(named))?;
        let kept = known.channel.kept();
        let is_newest = kept.epoch == named.epoch
            && kept.signature == Some(voucher.signature)
            && kept.best == voucher.cumulative
            && kept.root == voucher.root;
        Some((known.channel.on_chain().signer, is_newest))
    }

    /// Returns the channel, in this life of it.
    fn get(&self, named: &Named) -> Option<&Known> {
        let known = self.channels.get(&lane(named))?;
        (known.channel.on_chain().epoch == named.epoch).then_some(known)
    }

    /// Returns how many identifiers and charges are remembered.
    #[cfg(test)]
    pub fn remembered(&self) -> (usize, usize) {
        (self.once.len(), self.charges.iter().count())
    }

    /// Keeps sums and lists right after an account has changed, and wakes who waits for it.
    fn count(&mut self, lane: &Lane, before: &Channel, now: u64) {
        let Some(known) = self.channels.get_mut(lane) else {
            return;
        };
        self.totals.remove(before);
        self.totals.add(&known.channel);
        if before.on_chain().epoch != known.channel.on_chain().epoch {
            self.totals.leave(before);
        }
        let owes_anew = self.due.changed(lane, known, now);
        if known.channel.kept().best != before.kept().best {
            self.changes.add(*lane);
        }
        match known.channel.on_chain().ending {
            true => self.ending.insert(*lane),
            false => self.ending.remove(lane),
        };
        if owes_anew {
            self.grow_old(lane);
        }
        if !self.waiting.is_empty() {
            // Dropping the senders wakes them.
            self.waiting.remove(lane);
        }
    }

    /// Returns what to wait for until the channel may have credit; nothing if it has, or never will.
    pub fn wait(&mut self, named: &Named, price: u128) -> Option<oneshot::Receiver<()>> {
        let known = self.get(named)?;
        let is_over = known.channel.on_chain().ending;
        if is_over || known.channel.credit() >= price {
            return None;
        }
        let (wake, woken) = oneshot::channel();
        let waiting = self.waiting.entry(lane(named)).or_default();
        waiting.retain(|other| !other.is_closed());
        waiting.push(wake);
        Some(woken)
    }

    /// Returns what a client that lost its state needs.
    pub fn correction(&self, accepts: &Accepts, named: &Named) -> Option<Correction> {
        self.get(named)?;
        self.correction_of(accepts, &lane(named))
    }

    fn correction_of(&self, accepts: &Accepts, lane: &Lane) -> Option<Correction> {
        let known = self.channels.get(lane)?;
        let kept = known.channel.kept();
        let voucher = kept.signature.map(|signature| VoucherState {
            cumulative: Number(kept.best),
            root: Bytes(kept.root),
            signature: Bytes(signature.bytes),
            wrapped: signature.wrapped,
        });
        Some(Correction {
            channel: state(accepts, lane.0, lane.1, known),
            voucher,
        })
    }
}

fn named(lane: &Lane, channel: &Channel) -> Named {
    Named {
        payer: lane.0,
        lane: lane.1,
        epoch: channel.on_chain().epoch,
    }
}

/// Returns a channel's account as it is kept.
fn account(named: &Named, channel: &Channel) -> Entry {
    Entry::Account(Record {
        payer: named.payer.0,
        lane: named.lane,
        kept: channel.kept(),
    })
}

fn state(accepts: &Accepts, payer: Account, lane: u32, known: &Known) -> ChannelState {
    let (on_chain, kept) = (known.channel.on_chain(), known.channel.kept());
    let named = named(&(payer, lane), &known.channel);
    ChannelState {
        channel_id: Bytes(accepts.channel_id(&named)),
        balance: Number(on_chain.reserve),
        total_claimed: Number(on_chain.claimed),
        ends_at: (known.ends_at > 0).then_some(Number(known.ends_at)),
        charged_cumulative_amount: Number(kept.spent),
    }
}
