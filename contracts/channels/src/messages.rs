//! What the messages do.

mod claiming;
mod sending;

pub use self::claiming::{Outcome, SignedVoucher};
pub(crate) use self::{claiming::claim_all, sending::withdraw};

use self::{
    claiming::{channel_id, place, signed},
    sending::send_or_keep,
};
use crate::{
    channel::{check_epoch, ChannelError, Moment, StoredChannel, Terms, MIN_GIFT_LANE},
    channels::Channels,
    checks::{check_batch, now},
    error::{Error, Result},
    events::{Change, ChannelChange, ChannelsChanged, PausedUntil, Side},
    storage::{self, LaneKey},
};
use farthing_shared::{guardian, try_send};
use farthing_types::{
    voucher::{Closing, Signature},
    Balance, Millis,
};
use ink::{
    codegen::StaticEnv,
    prelude::{vec, vec::Vec},
    primitives::AccountId,
};

/// A channel to open: to whom, in which lane, on which terms.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Opening {
    /// The account that the channel pays.
    pub payee: AccountId,
    /// The channel's lane; there is one channel at a time in each.
    pub lane: u32,
    /// The channel's terms.
    pub terms: Terms,
}

/// One life of a channel of the caller's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Life {
    /// The account on the channel's other side.
    pub other: AccountId,
    /// The channel's lane.
    pub lane: u32,
    /// The channel's epoch. Another life in the same lane is left alone.
    pub epoch: Millis,
}

/// What an entry of a list came to, or why it was skipped.
pub type Entry<T> = core::result::Result<T, ChannelError>;

impl Life {
    fn changed(&self, change: Change) -> ChannelChange {
        ChannelChange {
            other: self.other,
            lane: self.lane,
            epoch: self.epoch,
            change,
        }
    }
}

impl Channels {
    /// Opens channels of `payer`, with the caller's money. Whether they are a gift decides the lanes.
    pub(crate) fn open_all(
        &self,
        payer: AccountId,
        gift: bool,
        epoch: Millis,
        openings: Vec<Opening>,
    ) -> Result<()> {
        self.check_not_paused()?;
        check_batch(openings.len())?;
        let now = now();
        let mut purse = Self::env().transferred_value();
        let mut changes = Vec::with_capacity(openings.len());
        for opening in openings {
            let refused = |why| Error::Channel(opening.payee, why);
            opening.check(payer, gift).map_err(refused)?;
            check_epoch(epoch, now.time).map_err(refused)?;
            let rest = self
                .replace(payer, epoch, &opening, now, &mut changes)
                .map_err(refused)?;
            match gift {
                true => send_or_keep(payer, rest)?,
                false => purse = purse.checked_add(rest).ok_or(Error::Overflow)?,
            }
            purse = purse
                .checked_sub(opening.terms.reserve)
                .ok_or(Error::ValueTooLow(purse))?;
        }
        send_or_keep(Self::env().caller(), purse)?;
        tell(Side::Payer(payer), changes);
        Ok(())
    }

    /// Writes a new channel into its lane, and returns what was left of the one before.
    fn replace(
        &self,
        payer: AccountId,
        epoch: Millis,
        opening: &Opening,
        now: Moment,
        changes: &mut Vec<ChannelChange>,
    ) -> Entry<Balance> {
        let (mut channels, key) = (storage::channels(), (payer, opening.payee, opening.lane));
        let mut rest = 0;
        if let Some(mut earlier) = channels.get(key) {
            earlier.check_replaceable(epoch, now)?;
            rest = earlier.take_rest();
            let cleared = Change::Cleared { rest, freed: true };
            changes.push(opening.life(earlier.epoch).changed(cleared));
        }
        channels.insert(
            key,
            &StoredChannel::open(self.genesis, epoch, &opening.terms),
        );
        let opened = Change::Opened(opening.terms.clone());
        changes.push(opening.life(epoch).changed(opened));
        Ok(rest)
    }

    pub(crate) fn top_up_one(
        &self,
        payer: AccountId,
        payee: AccountId,
        lane: u32,
        epoch: Millis,
    ) -> Result<()> {
        self.check_not_paused()?;
        let refused = |why| Error::Channel(payee, why);
        let amount = Self::env().transferred_value();
        if amount == 0 {
            return Err(refused(ChannelError::ZeroAmount));
        }
        let key = (payer, payee, lane);
        let mut channel = life(key, epoch).map_err(refused)?;
        channel.check_no_end(now()).map_err(refused)?;
        channel.top_up(amount).ok_or(Error::Overflow)?;
        storage::channels().insert(key, &channel);
        let which = Life {
            other: payee,
            lane,
            epoch,
        };
        let change = which.changed(Change::ToppedUp(amount));
        tell(Side::Payer(payer), vec![change]);
        Ok(())
    }

    pub(crate) fn begin_pause(&mut self, duration: Millis) -> Result<()> {
        let until = guardian::pause(self.guardian, self.paused_until, duration)?;
        self.pause_until(until)
    }

    pub(crate) fn end_pause(&mut self) -> Result<()> {
        let until = guardian::resume(self.guardian, self.paused_until)?;
        self.pause_until(until)
    }

    fn pause_until(&mut self, until: Millis) -> Result<()> {
        self.paused_until = until;
        Self::env().emit_event(PausedUntil { until });
        Ok(())
    }
}

impl Opening {
    /// Checks all that can be checked without what is there already.
    fn check(&self, payer: AccountId, gift: bool) -> Entry<()> {
        self.terms.check()?;
        let contract = Channels::env().account_id();
        if self.payee == payer || self.payee == contract || payer == contract {
            return Err(ChannelError::BadPayee);
        }
        match (self.lane >= MIN_GIFT_LANE) == gift {
            true => Ok(()),
            false => Err(ChannelError::BadLane),
        }
    }

    fn life(&self, epoch: Millis) -> Life {
        Life {
            other: self.payee,
            lane: self.lane,
            epoch,
        }
    }
}

pub(crate) fn exit_all(lives: Vec<Life>) -> Result<Vec<Entry<Moment>>> {
    let (now, payer) = (now(), Channels::env().caller());
    each(lives, Side::Payer(payer), |which| {
        let key = (payer, which.other, which.lane);
        let mut channel = life(key, which.epoch)?;
        let end = channel.exit(now)?;
        storage::channels().insert(key, &channel);
        Ok((end, Change::Exiting(end)))
    })
}

pub(crate) fn clear_all(lives: Vec<Life>) -> Result<Vec<Entry<Balance>>> {
    let (now, payer) = (now(), Channels::env().caller());
    let mut total: Balance = 0;
    let cleared = each(lives, Side::Payer(payer), |which| {
        let key = (payer, which.other, which.lane);
        let mut channel = life(key, which.epoch)?;
        channel.check_clearable(now)?;
        let rest = channel.take_rest();
        // What all channels hold cannot be more than there is money.
        total = total.saturating_add(rest);
        let freed = free_or_write(key, &channel, now);
        Ok((rest, Change::Cleared { rest, freed }))
    })?;
    send_or_keep(payer, total)?;
    Ok(cleared)
}

pub(crate) fn close_all(lives: Vec<Life>) -> Result<Vec<Entry<Balance>>> {
    let (now, payee) = (now(), Channels::env().caller());
    each(lives, Side::Payee(payee), |which| {
        let payer = which.other;
        let key = (payer, payee, which.lane);
        let mut channel = life(key, which.epoch)?;
        channel.close(now)?;
        // What the chain refuses to move stays in the channel, for the payer to clear.
        let rest = match try_send(payer, channel.rest()) {
            true => channel.take_rest(),
            false => 0,
        };
        storage::channels().insert(key, &channel);
        Ok((rest, Change::Closed { rest, end: now }))
    })
}

pub(crate) fn close_one_together(
    payee: AccountId,
    lane: u32,
    (amount, expires): (Balance, Millis),
    signature: Signature,
) -> Result<()> {
    let (now, payer) = (now(), Channels::env().caller());
    let (key, refused) = ((payer, payee, lane), |why| Error::Channel(payee, why));
    let found = storage::channels().get(key);
    let mut channel = found.ok_or(refused(ChannelError::Missing))?;
    if now.time > expires {
        return Err(refused(ChannelError::Expired(now.time)));
    }
    let said = Closing {
        channel: channel_id(key, &channel),
        amount,
        expires,
    };
    let (paid, rest) = channel.close_at(amount, now).map_err(refused)?;
    let payload = said.payload(&place(Channels::env().account_id(), &channel));
    if !signed(&signature, payload, &channel.closer) {
        return Err(refused(ChannelError::BadSignature));
    }
    let freed = free_or_write(key, &channel, now);
    send_or_keep(payee, paid)?;
    send_or_keep(payer, rest)?;
    let which = Life {
        other: payee,
        lane,
        epoch: channel.epoch,
    };
    let change = Change::ClosedTogether {
        paid,
        rest,
        end: now,
        freed,
    };
    tell(Side::Payer(payer), vec![which.changed(change)]);
    Ok(())
}

/// Does something with each entry of a list, and says what came of it. One that is skipped stops no
/// other. What was done is told.
fn each<T>(
    lives: Vec<Life>,
    side: Side,
    mut act: impl FnMut(&Life) -> Entry<(T, Change)>,
) -> Result<Vec<Entry<T>>> {
    check_batch(lives.len())?;
    let mut changes = Vec::with_capacity(lives.len());
    let mut done = Vec::with_capacity(lives.len());
    for which in lives {
        done.push(act(&which).map(|(answer, change)| {
            changes.push(which.changed(change));
            answer
        }));
    }
    tell(side, changes);
    Ok(done)
}

/// The channel in this lane, if it is in this epoch.
fn life(key: LaneKey, epoch: Millis) -> Entry<StoredChannel> {
    let channel = storage::channels().get(key).ok_or(ChannelError::Missing)?;
    channel.check_epoch(epoch)?;
    Ok(channel)
}

/// Frees the record of a channel that is over and empty, if its window is over too. Else it stays, so
/// that its epoch cannot be used again.
fn free_or_write(key: LaneKey, channel: &StoredChannel, now: Moment) -> bool {
    let (mut channels, freed) = (storage::channels(), channel.can_be_freed(now));
    match freed {
        true => channels.remove(key),
        false => {
            channels.insert(key, channel);
        }
    }
    freed
}

/// Tells the world what changed, if anything did.
pub(crate) fn tell(side: Side, changes: Vec<ChannelChange>) {
    if changes.is_empty() {
        return;
    }
    let (Side::Payer(account) | Side::Payee(account)) = side;
    let caller = Channels::env().caller();
    let by = (caller != account).then_some(caller);
    Channels::env().emit_event(ChannelsChanged { side, by, changes });
}
