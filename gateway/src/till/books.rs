//! All channels, charges and identifiers, in memory. Nothing here waits for anything: each change says what is to be
//! written down, and can be undone if that cannot even be queued.

use super::{recent::Recent, Accepts, ChargeId, Charged, Declined, Seen};
use crate::{
    accounting::{Channel, Hold, Kept, Refused, Sight},
    once::{Begun, Binding, Key, Once},
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
mod due;
mod feed;
mod replay;
mod shared;
mod totals;

use channels::Channels;
use due::Due;
pub use due::{Claimable, Wanted};
use feed::Changes;
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
    /// Which question of the chain the last answer was to.
    pub asked: u64,
    /// Since when something is to be claimed, in seconds; 0 if nothing is.
    pub owed_since: u32,
}

/// A charge that can be given back.
struct Charge {
    lane: Lane,
    epoch: u64,
    amount: u128,
    key: Option<Key>,
}

/// What is to be done to an account.
#[derive(Clone)]
pub(super) enum Taking {
    /// Take the price, from whoever shows a voucher.
    Charge {
        price: u128,
        once: Option<(Key, Binding)>,
    },
    /// Take the price from what is there.
    Draw { price: u128 },
    /// Take nothing but the voucher, also of a channel that is ending.
    Keep,
    /// Set an amount aside.
    Hold(Hold),
    /// Take what was set aside.
    Settle { id: [u8; 32], amount: u128 },
}

/// What was done to an account, and is not written down yet.
pub(super) struct Taken {
    pub charged: Charged,
    pub entries: Vec<Entry>,
    /// The identifier that is charged for once this is on disk.
    pub running: Option<(Key, ChargeId)>,
    /// The account before.
    pub before: Channel,
}

/// Why nothing was done; the voucher may have to be written down all the same.
type NotTaken = (Declined, Vec<Entry>);

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

    /// Returns whose signature is needed, and whether the voucher is the newest that is known.
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

    /// Changes an account.
    pub fn take(
        &mut self,
        accepts: &Accepts,
        named: &Named,
        voucher: Option<&Signed>,
        taking: Taking,
        now: u64,
    ) -> Result<Taken, NotTaken> {
        let once = taking.once();
        if let Some((key, binding)) = once {
            match self.once.begin(key, binding) {
                Begun::New => (),
                Begun::Done(id) => return self.again(accepts, named, voucher, id),
                Begun::Running => return Err((Declined::Running, Vec::new())),
                Begun::Other => return Err((Declined::Identifier, Vec::new())),
                Begun::Full => return Err((Declined::Busy, Vec::new())),
            }
        }
        let taken = self.take_new(accepts, named, voucher, &taking, now);
        if let (Err(_), Some((key, _))) = (&taken, once) {
            self.once.abandon(&key);
        }
        taken
    }

    fn take_new(
        &mut self,
        accepts: &Accepts,
        named: &Named,
        voucher: Option<&Signed>,
        taking: &Taking,
        now: u64,
    ) -> Result<Taken, NotTaken> {
        let (is_clear, settled) = (self.sight.is_clear(now), self.is_settled(taking));
        let lane = lane(named);
        let Some(known) = self.channels.get_mut(&lane) else {
            return Err((Declined::NoChannel, Vec::new()));
        };
        let before = known.channel.clone();
        known.channel.forget_holds(now);
        let done = match (is_clear || taking.is_covered(&known.channel), settled) {
            (false, _) => Err(Refused::Blind),
            (true, true) => Err(Refused::Holds),
            (true, false) => taking.apply(&mut known.channel, named, voucher, now),
        };
        let changed = known.channel.kept() != before.kept();
        let account = changed.then(|| account(named, &known.channel));
        self.count(&lane, &before, now);
        if let Err(refused) = done {
            let correction = (refused != Refused::Blind)
                .then(|| self.correction_of(accepts, &lane))
                .flatten();
            let declined = Declined::Refused(refused, correction.map(Box::new));
            return Err((declined, account.into_iter().collect()));
        }
        Ok(self.taken(accepts, named, taking, before))
    }

    /// Puts together what was done, and remembers the charge.
    fn taken(
        &mut self,
        accepts: &Accepts,
        named: &Named,
        taking: &Taking,
        before: Channel,
    ) -> Taken {
        let (id, amount, once) = (ChargeId(random()), taking.amount(), taking.once());
        let known = self.channels.get(&lane(named));
        let known = known.expect("it was changed just now");
        let mut entries = Vec::with_capacity(3);
        let kept = known.channel.kept();
        entries.push(account(named, &known.channel));
        match taking {
            Taking::Hold(hold) => entries.push(Entry::Hold {
                channel: *named,
                hold: *hold,
            }),
            Taking::Settle { id, .. } => entries.push(Entry::Settled {
                channel: *named,
                id: *id,
            }),
            Taking::Charge { .. } | Taking::Draw { .. } | Taking::Keep => (),
        }
        let charged = Charged {
            id,
            channel: *named,
            amount,
            again: false,
            best: kept.best,
            spent: kept.spent,
            state: state(accepts, named.payer, named.lane, known),
        };
        if !matches!(taking, Taking::Hold(_)) && (amount > 0 || once.is_some()) {
            entries.push(Entry::Charge {
                channel: *named,
                id,
                amount,
                once,
            });
            let key = once.map(|(key, _)| key);
            self.remember(id, lane(named), kept.epoch, amount, key);
        }
        // What changes nothing needs no place in the log.
        if entries.len() == 1 && kept == before.kept() {
            entries.clear();
        }
        Taken {
            charged,
            entries,
            running: once.map(|(key, _)| (key, id)),
            before,
        }
    }

    fn remember(&mut self, id: ChargeId, lane: Lane, epoch: u64, amount: u128, key: Option<Key>) {
        let charge = Charge {
            lane,
            epoch,
            amount,
            key,
        };
        self.charges.put(id, charge);
    }

    /// Answers a request that was charged for before, whatever became of the channel since. Its voucher counts.
    fn again(
        &mut self,
        accepts: &Accepts,
        named: &Named,
        voucher: Option<&Signed>,
        id: ChargeId,
    ) -> Result<Taken, NotTaken> {
        let lane = lane(named);
        let Some(known) = self.channels.get_mut(&lane) else {
            return Err((Declined::NoChannel, Vec::new()));
        };
        let before = known.channel.clone();
        // A refusal changes nothing: this was paid for.
        let _ = known.channel.pay(named.epoch, voucher, 0);
        let kept = known.channel.kept();
        let entries = match kept == before.kept() {
            true => Vec::new(),
            false => vec![account(named, &known.channel)],
        };
        let charged = Charged {
            id,
            channel: *named,
            amount: 0,
            again: true,
            best: kept.best,
            spent: kept.spent,
            state: state(accepts, named.payer, named.lane, known),
        };
        self.count(&lane, &before, super::now());
        Ok(Taken {
            charged,
            entries,
            running: None,
            before,
        })
    }

    fn is_settled(&self, taking: &Taking) -> bool {
        match taking {
            Taking::Hold(hold) => self.once.is_done(&Key(hold.id)),
            _ => false,
        }
    }

    /// Puts an account back that could not be queued for the disk.
    pub fn undo(&mut self, before: Channel, charged: &Charged, running: Option<(Key, ChargeId)>) {
        let lane = lane(&charged.channel);
        if let Some(known) = self.channels.get_mut(&lane) {
            let after = std::mem::replace(&mut known.channel, before);
            self.count(&lane, &after, super::now());
        }
        if !charged.again {
            self.charges.remove(&charged.id);
        }
        if let Some(running) = running {
            self.finish(running, false);
        }
    }

    /// Remembers that an identifier was charged for, or that it was not.
    pub fn finish(&mut self, (key, id): (Key, ChargeId), charged: bool) {
        match charged {
            true => self.once.finish(key, id),
            false => self.once.abandon(&key),
        }
    }

    /// Gives back a charge or a part of it; returns how much, and what is to be written down. `None` if there is
    /// nothing to give back.
    pub fn give_back(&mut self, id: &ChargeId, amount: u128) -> Option<(u128, Vec<Entry>)> {
        let charge = self.charges.remove(id)?;
        let known = self.channels.get_mut(&charge.lane)?;
        if known.channel.on_chain().epoch != charge.epoch {
            return None;
        }
        let before = known.channel.clone();
        let given = known.channel.give_back(amount.min(charge.amount));
        let named = Named {
            payer: charge.lane.0,
            lane: charge.lane.1,
            epoch: charge.epoch,
        };
        let entries = vec![account(&named, &known.channel), Entry::GivenBack(*id)];
        if let Some(key) = charge.key {
            self.once.forget(&key);
        }
        self.count(&charge.lane, &before, super::now());
        Some((given, entries))
    }

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
                    channel.resume_holds(holds.unwrap_or_default(), super::now());
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

fn gone(lane: &Lane, channel: &Channel) -> Entry {
    Entry::Gone {
        channel: named(lane, channel),
        spent: channel.kept().spent,
        claimed: channel.on_chain().claimed,
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

/// Returns bytes that nobody can guess: whoever names a charge can give it back.
fn random() -> [u8; 32] {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the system has randomness");
    bytes
}

impl Taking {
    pub fn once(&self) -> Option<(Key, Binding)> {
        match self {
            Self::Charge { once, .. } => *once,
            Self::Settle { id, .. } => Some((Key(*id), Binding(*id))),
            Self::Draw { .. } | Self::Keep | Self::Hold(_) => None,
        }
    }

    fn amount(&self) -> u128 {
        match self {
            Self::Charge { price, .. } | Self::Draw { price } => *price,
            Self::Keep => 0,
            Self::Hold(hold) => hold.amount,
            Self::Settle { amount, .. } => *amount,
        }
    }

    /// Returns whether credit was given for it already, so that the chain need not be in sight.
    fn is_covered(&self, channel: &Channel) -> bool {
        match self {
            Self::Settle { id, amount } => channel.holds(id, *amount),
            Self::Keep => true,
            _ => false,
        }
    }

    fn apply(
        &self,
        channel: &mut Channel,
        named: &Named,
        voucher: Option<&Signed>,
        now: u64,
    ) -> Result<(), Refused> {
        let unsigned = |channel: &Channel, price| Refused::Credit {
            needed: channel.needed(price),
        };
        match (self, voucher) {
            (Self::Charge { price, .. }, None) if *price > 0 => Err(unsigned(channel, *price)),
            (Self::Keep, _) => match voucher {
                Some(voucher) => channel.keep(named.epoch, voucher),
                None => Ok(()),
            },
            (Self::Hold(hold), None) => Err(unsigned(channel, hold.amount)),
            (Self::Settle { amount, .. }, None) => Err(unsigned(channel, *amount)),
            (Self::Charge { price, .. } | Self::Draw { price }, _) => {
                channel.pay(named.epoch, voucher, *price)
            }
            (Self::Hold(hold), Some(voucher)) => channel.hold(named.epoch, voucher, *hold, now),
            (Self::Settle { id, amount }, Some(_)) => match channel.settle(id, *amount) {
                true => Ok(()),
                false => channel.pay(named.epoch, voucher, *amount),
            },
        }
    }
}
