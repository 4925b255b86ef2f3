//! Payment channels: signed off the chain, settled on it.
//!
//! A payer sets money aside for a payee: a *channel*. Using something then costs a signature and no
//! transaction: each voucher says how much of the channel is the payee's in all, and replaces the one
//! before. The payee claims when they like, the newest voucher of each payer, many payers at once. See
//! `farthing_types::voucher` for what is signed.
//!
//! **No arbiter.** There is nothing to dispute about: every step is the payer's own signature over the
//! whole amount so far, and the contract only looks for the highest. Whoever serves first risks the
//! price of one step, and whoever pays first risks the same; make steps as small as that risk should be.
//!
//! **Known before it is opened.** A channel's name is payer, payee, lane and epoch. The payer chooses the
//! last two: the lane is 0, or another for each further device that pays the same payee at the same
//! time; the epoch is the time. So the first voucher can travel with the opening, and no reordering of
//! blocks gives a channel another name. An opening is taken within [`WINDOW`] of its epoch, and the
//! record stays at least that long; so no epoch of a lane is ever used twice.
//!
//! **What a payee must check** before serving, in a finalised block: that [`overview`] names the chain's
//! own genesis hash; that [`channel`] shows a channel of that epoch without an end, whose reserve covers
//! the voucher, whose signer key is a valid one, whose closing key is the payee's own, and whose delay is
//! long enough; that each voucher is signed and names this chain, this contract, that channel and a
//! higher amount than the last. Then no payer can take back what they signed, if the payee claims before
//! the end of an exit.
//!
//! **Straight through.** Claims go to the payee at once, what is left goes to the payer at once, and
//! attached value beyond what is set aside goes back at once. The contract holds reserves, and what the
//! chain refused to move (less than the existential deposit, to an account that does not exist), until
//! anyone calls [`withdraw`]. A plain transfer to the contract is owed to nobody: it cannot be taken out.
//!
//! **Leaving.** The payee can [`close`] at once; payer and payee together with [`close_together`]; the
//! payer alone with [`exit`], during whose delay claims still count, and then [`clear`]. An exit is over
//! when its delay and [`EXIT_BLOCKS`] blocks have passed, so that a chain that stood still leaves the
//! payee blocks to claim in. A chain that makes blocks and lets no calls in (a "safe mode") is not seen
//! by this: take delays longer than such a mode can last.
//!
//! **Solvency.** The contract never decides by its balance what anyone is due, and keeps no running
//! total, which every payment would have to write: [`solvency`] adds up what it owes for lists of channels
//! and accounts, and tells what it holds.
//!
//! **Deposits.** Each message says how many storage items it can create. The caller pays their deposit
//! (about 0.1 UNIT an item on the development chain, a hundred times a call's fee), and whoever frees an
//! item gets it: a channel's payer, by [`clear`] or [`close_together`]; for what is kept, who paid. The
//! chain itself knows signers only: where a contract is the payer, whoever signed when the contract opens
//! a channel pays the deposit, and whoever signs when the contract clears it has it back. Such a contract
//! must decide who may have it do either.
//!
//! Deposits are one pot: the chain gives back an item's share of all that the contract locks, not what
//! was locked for it. After the chain lowers its price of storage, whoever opens and frees new channels
//! takes a part of what earlier payers locked; after a rise it is the other way round. No contract can
//! prevent that. It is slowed here, as a new channel's record cannot be freed within [`WINDOW`]: that is
//! the time to close channels in before strangers can take anything out. On chains where storage is
//! cheap beside fees there is nothing to gain.
//!
//! **Events.** All that happens to channels is in [`ChannelsChanged`] events. They are anonymous, as the
//! only ones here; all others carry their signature as their only topic. Together they are enough to
//! rebuild all that the contract holds.
//!
//! **Trust.** The guardian can [`pause`] openings and top-ups, for at most 7 days with at least as long
//! between two pauses. Nobody can stop a claim, a closing, an exit or a withdrawal, or move anyone
//! else's money.
//!
//! [`overview`]: channels::Channels::overview
//! [`channel`]: channels::Channels::channel
//! [`close`]: channels::Channels::close
//! [`close_together`]: channels::Channels::close_together
//! [`exit`]: channels::Channels::exit
//! [`clear`]: channels::Channels::clear
//! [`withdraw`]: channels::Channels::withdraw
//! [`solvency`]: channels::Channels::solvency
//! [`pause`]: channels::Channels::pause
//! [`ChannelsChanged`]: events::ChannelsChanged
//! [`WINDOW`]: channel::WINDOW
//! [`EXIT_BLOCKS`]: channel::EXIT_BLOCKS
#![cfg_attr(not(feature = "std"), no_std, no_main)]
// SCALE's derives cast variant numbers. Our own code converts with `From` and `TryFrom` only.
#![allow(clippy::cast_possible_truncation)]

pub mod channel;
pub mod checks;
mod entry;
pub mod error;
pub mod events;
pub mod kept;
pub mod messages;
pub mod reading;
pub mod storage;

pub use self::channels::{Channels, ChannelsRef};
pub use self::error::Error;

#[ink::contract]
pub mod channels {
    #[cfg(doc)]
    use crate::Error;
    use crate::{
        channel::{Channel, Moment},
        error::Result,
        events::{Deployed, Side},
        kept::Kept,
        messages::{self, claim_all, Entry, Life, Opening, Outcome, SignedVoucher},
        reading::AccountPage,
        storage::{ChannelMap, KeptMap, LaneKey},
    };
    use farthing_shared::end_without_root;
    use farthing_types::{voucher::Signature, Hash as Genesis, Millis};
    use ink::{prelude::vec::Vec, storage::Mapping};

    /// What was fixed at deployment, and what changes.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[ink::scale_derive(Encode, Decode, TypeInfo)]
    pub struct Overview {
        /// The genesis hash of the chain, as the deployer gave it: vouchers name it. Do not use a
        /// contract that has it wrong.
        pub genesis: Genesis,
        /// Who can pause openings and top-ups, if anyone.
        pub guardian: Option<AccountId>,
        /// Until when they are paused, if they are, in milliseconds since the Unix epoch.
        pub paused_until: Option<Millis>,
    }

    /// The channels' storage: two kinds of item besides this one.
    #[ink(storage)]
    pub struct Channels {
        pub(crate) genesis: Genesis,
        pub(crate) guardian: Option<AccountId>,
        pub(crate) paused_until: Millis,
        pub(crate) channels: ChannelMap,
        pub(crate) kept: KeptMap,
    }

    impl Channels {
        /// Makes channels on the chain whose genesis hash is `genesis` (a contract cannot find it out by
        /// itself), with a `guardian` who can pause openings and top-ups, or none. None of this can ever
        /// change. Emits [`Deployed`].
        #[ink(constructor)]
        pub fn new(genesis: Genesis, guardian: Option<AccountId>) -> Self {
            Self::env().emit_event(Deployed { genesis, guardian });
            Self {
                genesis,
                guardian,
                paused_until: 0,
                channels: Mapping::new(),
                kept: Mapping::new(),
            }
        }

        // ---- For payers ----

        /// Opens up to 64 channels from the caller, all in the same `epoch`: a time in milliseconds
        /// since the Unix epoch, within the hour before the block. The attached value, and what is left
        /// of channels that are over in the same lanes, pays for the reserves; the rest comes back at
        /// once.
        ///
        /// Creates one item for each channel that takes no other's place; the caller pays for it. What
        /// takes the place of a channel that is over uses its item, and its deposit. Emits
        /// `ChannelsChanged`.
        ///
        /// # Errors
        /// [`Error::Paused`], [`Error::BatchSize`], [`Error::Overflow`]; [`Error::ValueTooLow`] with
        /// what was left for the first reserve that did not fit; [`Error::Channel`] with
        /// [`BadPayee`](crate::channel::ChannelError::BadPayee),
        /// [`BadLane`](crate::channel::ChannelError::BadLane) for a lane of gifts,
        /// [`BadSigner`](crate::channel::ChannelError::BadSigner),
        /// [`BadCloser`](crate::channel::ChannelError::BadCloser),
        /// [`BadDelay`](crate::channel::ChannelError::BadDelay),
        /// [`BadEpoch`](crate::channel::ChannelError::BadEpoch),
        /// [`UsedEpoch`](crate::channel::ChannelError::UsedEpoch),
        /// [`ZeroAmount`](crate::channel::ChannelError::ZeroAmount), or
        /// [`Open`](crate::channel::ChannelError::Open) if the lane is in use. One bad entry refuses
        /// all.
        #[ink(message, payable)]
        #[inline(never)]
        pub fn open(&mut self, epoch: Millis, openings: Vec<Opening>) -> Result<()> {
            end_without_root(self.open_all(self.env().caller(), false, epoch, openings)?)
        }

        /// Opens up to 64 channels of `payer`'s with the caller's money: a gift. As [`open`](Self::open),
        /// in the lanes from 2^31 on only, so that nobody can take a lane that its payer means to use.
        ///
        /// The channels are the payer's from then on: what is left of them, and the deposits of their
        /// items, which the caller pays, go to the payer in the end. Value that is not used comes back
        /// to the caller. What is left of an earlier channel in the same lane goes to the payer.
        ///
        /// Creates items as `open` does; and one if the chain refuses to move to the payer what is left of
        /// an earlier channel, which is kept (`KeptFor`); the caller pays for it. Emits `ChannelsChanged`.
        ///
        /// # Errors
        /// As [`open`](Self::open); [`BadLane`](crate::channel::ChannelError::BadLane) for a lane that
        /// is not for gifts.
        #[ink(message, payable)]
        #[inline(never)]
        pub fn open_for(
            &mut self,
            payer: AccountId,
            epoch: Millis,
            openings: Vec<Opening>,
        ) -> Result<()> {
            end_without_root(self.open_all(payer, true, epoch, openings)?)
        }

        /// Sets the attached value aside in a channel, on top of its reserve. Anyone can do this; what is
        /// left in the end is the payer's.
        ///
        /// Creates no item. Emits `ChannelsChanged`.
        ///
        /// # Errors
        /// [`Error::Paused`], [`Error::Overflow`]; [`Error::Channel`] with
        /// [`Missing`](crate::channel::ChannelError::Missing),
        /// [`OtherEpoch`](crate::channel::ChannelError::OtherEpoch),
        /// [`ZeroAmount`](crate::channel::ChannelError::ZeroAmount), or, when an end is set,
        /// [`Exiting`](crate::channel::ChannelError::Exiting) or
        /// [`Over`](crate::channel::ChannelError::Over).
        #[ink(message, payable)]
        #[inline(never)]
        pub fn top_up(
            &mut self,
            payer: AccountId,
            payee: AccountId,
            lane: u32,
            epoch: Millis,
        ) -> Result<()> {
            end_without_root(self.top_up_one(payer, payee, lane, epoch)?)
        }

        /// Starts to take back what is left of up to 64 channels of the caller's, and says of each when
        /// that is over, or why it was skipped. Until then the payees can still claim, and nothing puts
        /// it off; then `clear`.
        ///
        /// Skips with [`Missing`](crate::channel::ChannelError::Missing),
        /// [`OtherEpoch`](crate::channel::ChannelError::OtherEpoch),
        /// [`Exiting`](crate::channel::ChannelError::Exiting) or
        /// [`Over`](crate::channel::ChannelError::Over).
        ///
        /// Creates no item. Emits `ChannelsChanged`, unless all are skipped.
        ///
        /// # Errors
        /// [`Error::BatchSize`].
        #[ink(message)]
        #[inline(never)]
        pub fn exit(&mut self, channels: Vec<Life>) -> Result<Vec<Entry<Moment>>> {
            end_without_root(messages::exit_all(channels)?)
        }

        /// Sends the caller what is left of up to 64 of their channels that are over, in one transfer,
        /// and says of each how much that was, or why it was skipped.
        ///
        /// Skips with [`Missing`](crate::channel::ChannelError::Missing),
        /// [`OtherEpoch`](crate::channel::ChannelError::OtherEpoch),
        /// [`Open`](crate::channel::ChannelError::Open), or
        /// [`NotBefore`](crate::channel::ChannelError::NotBefore) if all is paid and it is too early to free
        /// the record.
        ///
        /// Frees the item of each whose epoch is an hour ago, and the caller gets its deposit; the others
        /// stay, empty, to be cleared again. Emits `ChannelsChanged`, unless all are skipped.
        ///
        /// # Errors
        /// [`Error::BatchSize`], [`Error::Overflow`].
        #[ink(message)]
        #[inline(never)]
        pub fn clear(&mut self, channels: Vec<Life>) -> Result<Vec<Entry<Balance>>> {
            end_without_root(messages::clear_all(channels)?)
        }

        /// Closes a channel of the caller's at once, with the payee's consent: `signature` is by the
        /// channel's closing key, over a `farthing_types::voucher::Closing` with this `amount` that
        /// counts until `expires`. What is missing to `amount` goes to the payee, and the rest to the
        /// caller, at once.
        ///
        /// Frees the channel's item if its epoch is an hour ago, and the caller gets its deposit; else it
        /// stays, empty, to be cleared then. Creates an item only if the chain refuses to move a share,
        /// which is kept (`KeptFor`); the caller pays for it. Emits `ChannelsChanged`.
        ///
        /// # Errors
        /// [`Error::Overflow`]; [`Error::Channel`] with
        /// [`Missing`](crate::channel::ChannelError::Missing),
        /// [`Over`](crate::channel::ChannelError::Over),
        /// [`Expired`](crate::channel::ChannelError::Expired),
        /// [`BelowClaimed`](crate::channel::ChannelError::BelowClaimed),
        /// [`AboveReserve`](crate::channel::ChannelError::AboveReserve) or
        /// [`BadSignature`](crate::channel::ChannelError::BadSignature).
        #[ink(message)]
        #[inline(never)]
        pub fn close_together(
            &mut self,
            payee: AccountId,
            lane: u32,
            amount: Balance,
            expires: Millis,
            signature: Signature,
        ) -> Result<()> {
            end_without_root(messages::close_one_together(
                payee,
                lane,
                (amount, expires),
                signature,
            )?)
        }

        // ---- For payees ----

        /// Claims up to 64 vouchers for `payee`, of one payer or of many, sends the payee what they are
        /// worth in one transfer, and says of each how much that was or why it was skipped. Anyone can
        /// call it. A voucher that is worth nothing stops no other.
        ///
        /// A voucher of more than the channel's reserve is worth the reserve; after a top-up, the same
        /// voucher is worth more.
        ///
        /// Creates an item only if the chain refuses to move the money, which is kept then
        /// (`KeptFor`); the caller pays for it. Emits `ChannelsChanged`, unless all are skipped.
        ///
        /// # Errors
        /// [`Error::BatchSize`], [`Error::Overflow`].
        #[ink(message)]
        #[inline(never)]
        pub fn claim(
            &mut self,
            payee: AccountId,
            vouchers: Vec<SignedVoucher>,
        ) -> Result<Vec<Outcome>> {
            end_without_root(claim_all(payee, vouchers)?)
        }

        /// Closes up to 64 channels to the caller at once, after claiming, and says of each how much
        /// went back to its payer, or why it was skipped.
        ///
        /// Skips with [`Missing`](crate::channel::ChannelError::Missing),
        /// [`OtherEpoch`](crate::channel::ChannelError::OtherEpoch) or
        /// [`Over`](crate::channel::ChannelError::Over).
        ///
        /// Creates and frees no item: the payers clear the channels to have their deposits, and what the
        /// chain refused to move. Emits `ChannelsChanged`, unless all are skipped.
        ///
        /// # Errors
        /// [`Error::BatchSize`].
        #[ink(message)]
        #[inline(never)]
        pub fn close(&mut self, channels: Vec<Life>) -> Result<Vec<Entry<Balance>>> {
            end_without_root(messages::close_all(channels)?)
        }

        // ---- For whom the chain refused to pay ----

        /// Sends an account what is kept for it, all of it, and returns how much that was. Anyone can
        /// call it.
        ///
        /// Frees the record if the caller paid for it, who gets its deposit; else it stays, empty, until
        /// who paid calls. Emits `Withdrawn`.
        ///
        /// # Errors
        /// [`Error::NothingDue`], [`Error::TransferFailed`].
        #[ink(message)]
        #[inline(never)]
        pub fn withdraw(&mut self, account: AccountId) -> Result<Balance> {
            end_without_root(messages::withdraw(account)?)
        }

        // ---- For the guardian ----

        /// Stops openings and top-ups for `duration` milliseconds. Only for the guardian. For at most 7
        /// days; the next pause can begin as long after this one's end.
        ///
        /// Creates no item. Emits `PausedUntil`.
        ///
        /// # Errors
        /// [`Error::NotGuardian`], [`Error::BadPause`].
        #[ink(message)]
        #[inline(never)]
        pub fn pause(&mut self, duration: Millis) -> Result<()> {
            self.begin_pause(duration)
        }

        /// Ends a pause early. Only for the guardian.
        ///
        /// Creates no item. Emits `PausedUntil`.
        ///
        /// # Errors
        /// [`Error::NotGuardian`].
        #[ink(message)]
        #[inline(never)]
        pub fn resume(&mut self) -> Result<()> {
            self.end_pause()
        }

        // ---- Reading ----

        /// Returns what was fixed at deployment, and what changes.
        #[ink(message)]
        #[inline(never)]
        pub fn overview(&self) -> Overview {
            self.read_overview()
        }

        /// Returns the channel from a payer to a payee in a lane, open or over, until it is freed.
        #[ink(message)]
        #[inline(never)]
        pub fn channel(&self, payer: AccountId, payee: AccountId, lane: u32) -> Option<Channel> {
            self.read_channel((payer, payee, lane))
        }

        /// Returns the channels of a list of payers, payees and lanes, `None` where there is none, and the
        /// block's time and number, which decide whether an exit is over. Of a list of more than 96, the
        /// first 96.
        #[ink(message)]
        #[inline(never)]
        pub fn channels(&self, which: Vec<LaneKey>) -> (Moment, Vec<Option<Channel>>) {
            self.read_channels(which)
        }

        /// Returns what a page of one account's channels shows: those with a list of others and lanes, and
        /// what the account can withdraw. Of a list of more than 96, the first 96.
        #[ink(message)]
        #[inline(never)]
        pub fn channels_of(&self, side: Side, lanes: Vec<(AccountId, u32)>) -> AccountPage {
            self.read_page(side, lanes)
        }

        /// Returns what the contract holds for an account because the chain refused to move it, if there
        /// is a record.
        #[ink(message)]
        #[inline(never)]
        pub fn kept_for(&self, account: AccountId) -> Option<Kept> {
            self.kept.get(account)
        }

        /// Returns what the contract owes for these channels and keeps for these accounts, and what it
        /// holds to pay it from (its existential deposit not counted), in the chain's smallest unit. Name
        /// each once: over all there are, the first is never more than the second.
        #[ink(message)]
        #[inline(never)]
        pub fn solvency(
            &self,
            channels: Vec<LaneKey>,
            accounts: Vec<AccountId>,
        ) -> (Balance, Balance) {
            self.read_solvency(channels, accounts)
        }
    }
}
