//! One channel's books: how much of its reserve is the payee's, and until when that can grow.
//!
//! A channel is *open* until its end, and *over* from then on. It has no end until the payer starts an
//! exit, which sets one that nothing can put off; the payee, or both together, can bring it about at
//! once. While open, claims count; once over, what is left is the payer's.
//!
//! **An end is a time and a block.** An exit is over when its delay has passed *and* [`EXIT_BLOCKS`]
//! blocks have been made since. So a chain that stood still through the delay still leaves the payee
//! blocks to claim in.
//!
//! **A life is used once.** The payer chooses the epoch of a channel: a time in the [`WINDOW`] before its
//! opening. A record can be freed only when the window after its epoch is over. So whenever a lane is
//! opened again, whether over a record that is still there or after it was freed, the epoch is a later
//! one, and no voucher of an earlier life can ever count again.

use farthing_types::{Balance, Hash, Millis, DAY};

/// The shortest exit delay: time for a payee who watches the chain to claim.
pub const MIN_DELAY: Millis = 15 * 60 * 1_000;
/// The longest exit delay.
pub const MAX_DELAY: Millis = 30 * DAY;
/// How many blocks are made before an exit is over, however long the delay: five minutes of blocks of
/// six seconds, ten of twelve. In so many blocks a payee can claim from thousands of channels.
pub const EXIT_BLOCKS: BlockNumber = 50;
/// How long ago an opening's epoch may be, and how long after its epoch a record stays at least.
pub const WINDOW: Millis = 60 * 60 * 1_000;
/// The first of the lanes in which somebody else than the payer opens channels for the payer. Apart, so
/// that no gift can take a lane that its payer is about to open.
pub const MIN_GIFT_LANE: u32 = 1 << 31;

/// A block's number.
pub type BlockNumber = u32;

/// A time and a block: when something happens that needs both to have come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Moment {
    /// The time that must have come, in milliseconds since the Unix epoch.
    pub time: Millis,
    /// The number of the block that must have come.
    pub block: BlockNumber,
}

/// Stands for an end that nobody has set.
const NO_END: Moment = Moment {
    time: Millis::MAX,
    block: BlockNumber::MAX,
};

/// A channel as it is stored. A fixed size, so that only opening and freeing it move a storage deposit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct StoredChannel {
    /// The chain's genesis hash, which vouchers name. Here too, so that a claim reads one item less.
    pub genesis: Hash,
    /// See [`Channel::epoch`].
    pub epoch: Millis,
    /// See [`Channel::signer`].
    pub signer: [u8; 32],
    /// See [`Channel::closer`].
    pub closer: [u8; 32],
    /// See [`Channel::reserve`].
    pub reserve: Balance,
    /// See [`Channel::claimed`].
    pub claimed: Balance,
    /// See [`Channel::delay`].
    pub delay: Millis,
    /// When the channel is over; the largest numbers there are if no end is set.
    pub end: Moment,
}

/// A channel from a payer to a payee, as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Channel {
    /// The time that tells the lives of this lane apart; vouchers name it.
    pub epoch: Millis,
    /// The sr25519 public key that signs the payer's vouchers.
    pub signer: [u8; 32],
    /// The sr25519 public key that signs the payee's closings.
    pub closer: [u8; 32],
    /// How much was set aside for the payee in all, in the chain's smallest unit. What has gone back to
    /// the payer is taken off.
    pub reserve: Balance,
    /// How much of the reserve the payee has had, in the chain's smallest unit.
    pub claimed: Balance,
    /// How long an exit takes, in milliseconds.
    pub delay: Millis,
    /// When the channel is over, or was; `None` as long as nobody has begun to leave.
    pub end: Option<Moment>,
}

/// On which terms to open a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Terms {
    /// How much to set aside, in the chain's smallest unit; can be topped up later.
    pub reserve: Balance,
    /// The sr25519 public key that will sign the vouchers. It need not be the payer's own, and stays for
    /// the channel's life.
    pub signer: [u8; 32],
    /// The sr25519 public key that will sign closings, as the payee has told the payer. Who holds it can
    /// give up what was not claimed, and no more.
    pub closer: [u8; 32],
    /// How long an exit takes, from 15 minutes to 30 days, in milliseconds: the payee's time to claim.
    pub delay: Millis,
}

/// Why a voucher was skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Skip {
    /// There is no channel from the voucher's payer to the payee in this lane.
    NoChannel,
    /// The voucher is of another life of the channel, which is in this epoch now.
    OtherEpoch(Millis),
    /// The channel is over.
    Over,
    /// The channel has paid this much, which is as much as the voucher says, or all of its reserve.
    NothingNew(Balance),
    /// The voucher was not signed with the channel's signer key, or not for this chain, contract or payee.
    BadSignature,
}

/// Why something cannot be done with a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum ChannelError {
    /// There is no channel in this lane.
    Missing,
    /// The channel is in this epoch, which is not the one that was meant.
    OtherEpoch(Millis),
    /// The channel is open; its exit ends then, if one has begun.
    Open(Option<Moment>),
    /// The channel is over.
    Over,
    /// The channel's exit has begun, and ends then.
    Exiting(Moment),
    /// All of the channel's money is paid out, and its record can be freed from this time on.
    NotBefore(Millis),
    /// The payee is the payer, or this contract.
    BadPayee,
    /// The lane is kept for gifts, or is not.
    BadLane,
    /// Anybody could sign vouchers with this key.
    BadSigner,
    /// Anybody could sign closings with this key.
    BadCloser,
    /// The exit delay is shorter than 15 minutes, or longer than 30 days.
    BadDelay,
    /// The epoch is in the future, or an hour ago or more; now is this time.
    BadEpoch(Millis),
    /// The lane has been in this epoch, and the next one must be later.
    UsedEpoch(Millis),
    /// The amount is nothing.
    ZeroAmount,
    /// The payee has this much already, which is more than the closing says.
    BelowClaimed(Balance),
    /// The reserve is this much, which is less than the closing says.
    AboveReserve(Balance),
    /// The closing expired; now is this time.
    Expired(Millis),
    /// The closing was not signed with the channel's closing key, or not for this channel.
    BadSignature,
}

impl Moment {
    /// Whether both the time and the block have come.
    pub fn has_come(&self, now: Moment) -> bool {
        now.time >= self.time && now.block >= self.block
    }
}

impl Terms {
    /// Checks all that can be checked without knowing who the payer is.
    pub fn check(&self) -> Result<(), ChannelError> {
        if self.reserve == 0 {
            return Err(ChannelError::ZeroAmount);
        }
        // Under the zero key anyone can sign. Other malformed keys only make signing impossible.
        if self.signer == [0; 32] {
            return Err(ChannelError::BadSigner);
        }
        if self.closer == [0; 32] {
            return Err(ChannelError::BadCloser);
        }
        if self.delay < MIN_DELAY || self.delay > MAX_DELAY {
            return Err(ChannelError::BadDelay);
        }
        Ok(())
    }
}

/// Checks that a channel can be opened now in this epoch, as far as that is to be seen without its lane.
pub fn check_epoch(epoch: Millis, now: Millis) -> Result<(), ChannelError> {
    match now.checked_sub(epoch) {
        Some(ago) if ago < WINDOW => Ok(()),
        _ => Err(ChannelError::BadEpoch(now)),
    }
}

impl StoredChannel {
    /// A channel on these terms, in this epoch.
    pub fn open(genesis: Hash, epoch: Millis, terms: &Terms) -> Self {
        Self {
            genesis,
            epoch,
            signer: terms.signer,
            closer: terms.closer,
            reserve: terms.reserve,
            claimed: 0,
            delay: terms.delay,
            end: NO_END,
        }
    }

    /// Whether claims have ended.
    pub fn is_over(&self, now: Moment) -> bool {
        self.end.has_come(now)
    }

    /// Returns when claims end or ended, if that is set.
    pub fn ends(&self) -> Option<Moment> {
        (self.end != NO_END).then_some(self.end)
    }

    /// From when on its record can be freed, once it is over.
    pub fn free_from(&self) -> Millis {
        self.epoch.saturating_add(WINDOW)
    }

    /// Whether its record can be freed, once it is over.
    pub fn can_be_freed(&self, now: Moment) -> bool {
        now.time >= self.free_from()
    }

    /// What is left of the reserve.
    pub fn rest(&self) -> Balance {
        self.reserve.saturating_sub(self.claimed)
    }

    /// What a voucher adds to what was claimed, before its signature is checked. At most what is left
    /// of the reserve: the rest of the voucher can be claimed after a top-up.
    pub fn gain(&self, epoch: Millis, cumulative: Balance, now: Moment) -> Result<Balance, Skip> {
        if epoch != self.epoch {
            return Err(Skip::OtherEpoch(self.epoch));
        }
        if self.is_over(now) {
            return Err(Skip::Over);
        }
        let gain = cumulative.min(self.reserve).saturating_sub(self.claimed);
        if gain == 0 {
            return Err(Skip::NothingNew(self.claimed));
        }
        Ok(gain)
    }

    /// Moves a [gain](Self::gain) to the payee.
    pub fn claim(&mut self, gain: Balance) {
        self.claimed = self.claimed.saturating_add(gain).min(self.reserve);
    }

    /// Sets more aside. `None` if the sum cannot be represented.
    pub fn top_up(&mut self, amount: Balance) -> Option<()> {
        self.reserve = self.reserve.checked_add(amount)?;
        Some(())
    }

    /// Sets the end as far away as the delay and the blocks say, and returns it. Only the first time.
    pub fn exit(&mut self, now: Moment) -> Result<Moment, ChannelError> {
        self.check_no_end(now)?;
        self.end = Moment {
            time: now.time.saturating_add(self.delay),
            block: now.block.saturating_add(EXIT_BLOCKS),
        };
        Ok(self.end)
    }

    /// Ends the channel now.
    pub fn close(&mut self, now: Moment) -> Result<(), ChannelError> {
        if self.is_over(now) {
            return Err(ChannelError::Over);
        }
        self.end = now;
        Ok(())
    }

    /// Ends the channel now at a final amount that both agree on, and returns what that leaves to the
    /// payee, on top of what was claimed, and to the payer.
    pub fn close_at(
        &mut self,
        amount: Balance,
        now: Moment,
    ) -> Result<(Balance, Balance), ChannelError> {
        if self.is_over(now) {
            return Err(ChannelError::Over);
        }
        let rest = self
            .reserve
            .checked_sub(amount)
            .ok_or(ChannelError::AboveReserve(self.reserve))?;
        let paid = amount
            .checked_sub(self.claimed)
            .ok_or(ChannelError::BelowClaimed(self.claimed))?;
        self.claimed = amount;
        self.reserve = amount;
        self.end = now;
        Ok((paid, rest))
    }

    /// Takes what is left off the reserve, as it goes back to the payer, and returns it.
    pub fn take_rest(&mut self) -> Balance {
        let rest = self.rest();
        self.reserve = self.claimed;
        rest
    }

    /// Checks that it is in this epoch.
    pub fn check_epoch(&self, epoch: Millis) -> Result<(), ChannelError> {
        match epoch == self.epoch {
            true => Ok(()),
            false => Err(ChannelError::OtherEpoch(self.epoch)),
        }
    }

    /// Checks that it is open and no exit has begun.
    pub fn check_no_end(&self, now: Moment) -> Result<(), ChannelError> {
        match self.ends() {
            None => Ok(()),
            Some(_) if self.is_over(now) => Err(ChannelError::Over),
            Some(end) => Err(ChannelError::Exiting(end)),
        }
    }

    /// Checks that it is over, so that the payer can have what is left.
    pub fn check_over(&self, now: Moment) -> Result<(), ChannelError> {
        match self.is_over(now) {
            true => Ok(()),
            false => Err(ChannelError::Open(self.ends())),
        }
    }

    /// Checks that its lane can be opened again in this epoch.
    pub fn check_replaceable(&self, epoch: Millis, now: Moment) -> Result<(), ChannelError> {
        self.check_over(now)?;
        match epoch > self.epoch {
            true => Ok(()),
            false => Err(ChannelError::UsedEpoch(self.epoch)),
        }
    }

    /// Checks that clearing it does something: there is money left, or the record can be freed.
    pub fn check_clearable(&self, now: Moment) -> Result<(), ChannelError> {
        self.check_over(now)?;
        match self.rest() > 0 || self.can_be_freed(now) {
            true => Ok(()),
            false => Err(ChannelError::NotBefore(self.free_from())),
        }
    }
}

impl Channel {
    /// Returns whether claims have ended.
    pub fn is_over(&self, now: Moment) -> bool {
        self.end.is_some_and(|end| end.has_come(now))
    }

    /// Returns what is left of the reserve.
    pub fn rest(&self) -> Balance {
        self.reserve.saturating_sub(self.claimed)
    }
}

impl From<StoredChannel> for Channel {
    fn from(stored: StoredChannel) -> Self {
        Self {
            epoch: stored.epoch,
            signer: stored.signer,
            closer: stored.closer,
            reserve: stored.reserve,
            claimed: stored.claimed,
            delay: stored.delay,
            end: stored.ends(),
        }
    }
}

#[cfg(test)]
#[path = "channel_tests.rs"]
mod tests;
