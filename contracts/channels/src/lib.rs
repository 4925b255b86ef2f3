//! Payment channels: signed off the chain, settled on it.
//!
//! A payer deposits money once and sets parts of it aside for as many payees as they like, each part a
//! *channel*. Using something then costs a signature and no transaction: each voucher says how much of
//! the channel is the payee's in all, and replaces the one before. The payee claims when they like, the
//! newest voucher of each payer, many payers at once. See `farthing_types::voucher` for what is signed.
//!
//! **No arbiter.** There is nothing to dispute about: every step is the payer's own signature over the
//! whole amount so far, and the contract only looks for the highest. Whoever serves first risks the
//! price of one step, and whoever pays first risks the same; make steps as small as that risk should be.
//!
//! **What a payee must check** before serving: that [`overview`] names the chain's own genesis hash;
//! that [`channel`] shows a channel without an end whose reserve covers the voucher, whose signer key is
//! a valid one and whose delay is long enough; that each voucher is signed and names this chain, this
//! contract, the channel's epoch and a higher amount than the last. Then no payer can take back what
//! they signed, if the payee claims before the end of an exit.
//!
//! **Leaving.** The payee can [`close`] at once; payer and payee together with [`close_together`]; the
//! payer alone with [`exit`], during whose delay claims still count, and then [`clear`]. Every channel
//! that is over waits for its payer to clear it, since whoever frees a storage item gets its deposit.
//!
//! **Solvency.** Claims, closings and clearings move money between books only. The contract keeps the
//! sum of what it owes, and never decides by its balance what anyone is due; [`solvency`] tells both.
//! Money forced in by a plain transfer is owed to nobody.
//!
//! **Deposits.** Each message says how many storage items it can create. The caller pays their deposit
//! (about 0.1 UNIT an item on the development chain, a hundred times a call's fee).
//!
//! **Events.** All that happens to channels is in [`ChannelsChanged`] events. They are anonymous, as the
//! only ones here; all others carry their signature as their only topic.
//!
//! **Trust.** The guardian can [`pause`] deposits and openings, for at most 7 days with at least as long
//! between two pauses. Nobody can stop a claim, a closing, an exit or a withdrawal, or move anyone
//! else's money.
//!
//! [`overview`]: channels::Channels::overview
//! [`channel`]: channels::Channels::channel
//! [`close`]: channels::Channels::close
//! [`close_together`]: channels::Channels::close_together
//! [`exit`]: channels::Channels::exit
//! [`clear`]: channels::Channels::clear
//! [`solvency`]: channels::Channels::solvency
//! [`pause`]: channels::Channels::pause
//! [`ChannelsChanged`]: events::ChannelsChanged
#![cfg_attr(not(feature = "std"), no_std, no_main)]
// SCALE's derives cast variant numbers. Our own code converts with `From` and `TryFrom` only.
#![allow(clippy::cast_possible_truncation)]

pub mod account;
pub mod books;
pub mod channel;
pub mod claims;
pub mod error;
pub mod events;

pub use self::channels::{Channels, ChannelsRef};
pub use self::error::Error;

#[ink::contract]
pub mod channels {
    use crate::{
        account::Account,
        books::end_without_root,
        channel::{Channel, Terms},
        claims::{Outcome, SignedVoucher},
        error::{Error, Result},
        events::*,
    };
    use farthing_types::{voucher::Signature, Hash as Genesis, Millis};
    use ink::{prelude::vec::Vec, storage::Mapping};

    /// What was fixed at deployment, and what changes.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[ink::scale_derive(Encode, Decode, TypeInfo)]
    pub struct Overview {
        /// The genesis hash of the chain, as the deployer gave it: vouchers name it. Do not use a
        /// contract that has it wrong.
        pub genesis: Genesis,
        /// Who can pause deposits and openings, if anyone.
        pub guardian: Option<AccountId>,
        /// Until when they are paused, if they are.
        pub paused_until: Option<Millis>,
        /// How many channels were opened so far: the latest epoch.
        pub epochs: u64,
    }

    /// The channels' storage: two kinds of item besides this one.
    #[ink(storage)]
    pub struct Channels {
        pub(crate) genesis: Genesis,
        pub(crate) guardian: Option<AccountId>,
        pub(crate) paused_until: Millis,
        pub(crate) epochs: u64,
        pub(crate) owed: Balance,
        pub(crate) accounts: Mapping<AccountId, Account>,
        /// By payer and payee.
        pub(crate) channels: Mapping<(AccountId, AccountId), Channel>,
    }

    impl Channels {
        /// Channels on the chain whose genesis hash is `genesis` (a contract cannot find it out by
        /// itself), with a `guardian` who can pause deposits, or none. None of this can ever change.
        #[ink(constructor)]
        pub fn new(genesis: Genesis, guardian: Option<AccountId>) -> Self {
            Self {
                genesis,
                guardian,
                paused_until: 0,
                epochs: 0,
                owed: 0,
                accounts: Mapping::new(),
                channels: Mapping::new(),
            }
        }

        // ---- For everyone: the deposit ----

        /// Adds the attached value to what is free for the caller.
        ///
        /// Creates at most one item: the caller's record, the first time. Emits [`Deposited`].
        ///
        /// # Errors
        /// [`Error::Paused`], [`Error::ZeroAmount`], [`Error::Overflow`].
        #[ink(message, payable)]
        #[inline(never)]
        pub fn deposit(&mut self) -> Result<()> {
            self.check_not_paused()?;
            let amount = self.take_in()?;
            if amount == 0 {
                return Err(Error::ZeroAmount);
            }
            let account = self.env().caller();
            self.change(account, |record| record.credit(amount))?;
            self.env().emit_event(Deposited { account, amount });
            Ok(())
        }

        /// Sends the caller `amount` of what is free for them, or all of it, and returns how much that
        /// was. As a payee: what was claimed for them; as a payer: what no channel has set aside.
        ///
        /// Creates no item. Emits [`Withdrawn`].
        ///
        /// # Errors
        /// [`Error::NothingDue`], [`Error::FreeTooLow`], [`Error::TransferFailed`].
        #[ink(message)]
        #[inline(never)]
        pub fn withdraw(&mut self, amount: Option<Balance>) -> Result<Balance> {
            let account = self.env().caller();
            let mut record = self.accounts.get(account).ok_or(Error::NothingDue)?;
            let amount = amount.unwrap_or(record.free);
            if amount == 0 {
                return Err(Error::NothingDue);
            }
            record.debit(amount).ok_or(Error::FreeTooLow(record.free))?;
            self.accounts.insert(account, &record);
            self.give_out(account, amount)?;
            self.env().emit_event(Withdrawn { account, amount });
            Ok(amount)
        }

        /// Frees the caller's record, and with it its storage deposit. Channels that the caller opened
        /// are not touched by it.
        ///
        /// # Errors
        /// [`Error::NoAccount`], [`Error::StillOwed`]; [`Error::PaidByAnother`] if it was created by
        /// somebody else's claim or closing: it stays then, so that the next one is cheaper.
        #[ink(message)]
        #[inline(never)]
        pub fn leave(&mut self) -> Result<()> {
            let account = self.env().caller();
            let record = self.accounts.get(account).ok_or(Error::NoAccount)?;
            if record.free != 0 {
                return Err(Error::StillOwed(record.free));
            }
            if !record.paid_by_owner {
                return Err(Error::PaidByAnother);
            }
            self.accounts.remove(account);
            end_without_root(())
        }

        // ---- For payers ----

        /// Opens up to 64 channels from the caller, each to another payee, and returns their epochs.
        /// Reserves come out of the attached value first, then out of what is free for the caller; what
        /// is left of the value becomes free. A channel that is over is cleared on the way.
        ///
        /// Creates one item for each channel that is not opened again, and the caller's record, if
        /// something becomes free and there is none yet. Emits [`ChannelsChanged`].
        ///
        /// # Errors
        /// [`Error::Paused`], [`Error::BatchSize`], [`Error::FreeTooLow`] with what was left for the
        /// first reserve that did not fit, [`Error::Overflow`]; [`Error::Channel`] with
        /// [`BadPayee`](crate::channel::ChannelError::BadPayee),
        /// [`BadSigner`](crate::channel::ChannelError::BadSigner),
        /// [`BadDelay`](crate::channel::ChannelError::BadDelay),
        /// [`ZeroAmount`](crate::channel::ChannelError::ZeroAmount), or
        /// [`Open`](crate::channel::ChannelError::Open) if there is a channel to that payee. One bad
        /// entry refuses all.
        #[ink(message, payable)]
        #[inline(never)]
        pub fn open(&mut self, channels: Vec<(AccountId, Terms)>) -> Result<Vec<u64>> {
            self.check_not_paused()?;
            self.open_all(channels)
        }

        /// Sets `amount` more aside for a payee; out of the attached value first, as in `open`.
        ///
        /// Creates no item, unless something becomes free as in `open`. Emits [`ChannelsChanged`].
        ///
        /// # Errors
        /// [`Error::FreeTooLow`], [`Error::Overflow`]; [`Error::Paused`] if there is value attached;
        /// [`Error::Channel`] with [`Missing`](crate::channel::ChannelError::Missing),
        /// [`ZeroAmount`](crate::channel::ChannelError::ZeroAmount), or, when an end is set,
        /// [`Exiting`](crate::channel::ChannelError::Exiting) or
        /// [`Over`](crate::channel::ChannelError::Over).
        #[ink(message, payable)]
        #[inline(never)]
        pub fn top_up(&mut self, payee: AccountId, amount: Balance) -> Result<()> {
            if self.env().transferred_value() != 0 {
                self.check_not_paused()?;
            }
            self.top_up_one(payee, amount)
        }

        /// Starts to take back what is left for up to 64 payees, each of whom can still claim until
        /// their channel's delay is over. Nothing puts that off; then `clear`.
        ///
        /// Creates no item. Emits [`ChannelsChanged`].
        ///
        /// # Errors
        /// [`Error::BatchSize`]; [`Error::Channel`] with
        /// [`Missing`](crate::channel::ChannelError::Missing),
        /// [`Exiting`](crate::channel::ChannelError::Exiting) or
        /// [`Over`](crate::channel::ChannelError::Over). One bad entry refuses all.
        #[ink(message)]
        #[inline(never)]
        pub fn exit(&mut self, payees: Vec<AccountId>) -> Result<()> {
            self.exit_all(payees)?;
            end_without_root(())
        }

        /// Takes back what is left of up to 64 channels that are over: it becomes free for the caller.
        ///
        /// Frees one item for each, whose deposit goes back to the caller, who paid it; can create the
        /// caller's record. Emits [`ChannelsChanged`].
        ///
        /// # Errors
        /// [`Error::BatchSize`], [`Error::Overflow`]; [`Error::Channel`] with
        /// [`Missing`](crate::channel::ChannelError::Missing) or
        /// [`Open`](crate::channel::ChannelError::Open). One bad entry refuses all.
        #[ink(message)]
        #[inline(never)]
        pub fn clear(&mut self, payees: Vec<AccountId>) -> Result<()> {
            self.clear_all(payees)?;
            end_without_root(())
        }

        /// Closes a channel of the caller's at once, with the payee's consent: `signature` is the
        /// payee's, by the key of their account, over a `farthing_types::voucher::Closing` with this
        /// `amount`. The payee is credited up to `amount` in all, the caller the rest.
        ///
        /// Frees the channel's item; can create the payee's and the caller's record. Emits
        /// [`ChannelsChanged`].
        ///
        /// # Errors
        /// [`Error::Overflow`]; [`Error::Channel`] with
        /// [`Missing`](crate::channel::ChannelError::Missing),
        /// [`Over`](crate::channel::ChannelError::Over),
        /// [`BelowClaimed`](crate::channel::ChannelError::BelowClaimed),
        /// [`AboveReserve`](crate::channel::ChannelError::AboveReserve) or
        /// [`BadSignature`](crate::channel::ChannelError::BadSignature).
        #[ink(message)]
        #[inline(never)]
        pub fn close_together(
            &mut self,
            payee: AccountId,
            amount: Balance,
            signature: Signature,
        ) -> Result<()> {
            self.settle(payee, amount, signature)?;
            end_without_root(())
        }

        // ---- For payees ----

        /// Claims up to 64 vouchers for `payee`, of one payer or of many, and says of each what it was
        /// worth or why it was skipped. What they are worth becomes free for the payee. Anyone can call
        /// it. A voucher that is worth nothing stops no other.
        ///
        /// A voucher of more than the channel's reserve is worth the reserve; after a top-up, the same
        /// voucher is worth more.
        ///
        /// Creates at most one item: the payee's record, the first time. Emits [`ChannelsChanged`].
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
            let outcomes = self.claim_all(payee, vouchers)?;
            end_without_root(outcomes)
        }

        /// Closes up to 64 channels to the caller at once, after claiming. What is left is the payers',
        /// who clear the channels to have it.
        ///
        /// Creates and frees no item. Emits [`ChannelsChanged`].
        ///
        /// # Errors
        /// [`Error::BatchSize`]; [`Error::Channel`] with
        /// [`Missing`](crate::channel::ChannelError::Missing) or
        /// [`Over`](crate::channel::ChannelError::Over). One bad entry refuses all.
        #[ink(message)]
        #[inline(never)]
        pub fn close(&mut self, payers: Vec<AccountId>) -> Result<()> {
            self.close_all(payers)?;
            end_without_root(())
        }

        // ---- For the guardian ----

        /// Stops deposits and openings for `duration` milliseconds. Only for the guardian. For at most 7
        /// days; the next pause can begin as long after this one's end.
        ///
        /// Creates no item. Emits [`PausedUntil`].
        ///
        /// # Errors
        /// [`Error::NotGuardian`], [`Error::BadPause`].
        #[ink(message)]
        #[inline(never)]
        pub fn pause(&mut self, duration: Millis) -> Result<()> {
            let now = self.check_guardian()?;
            let begun = self.latest_pause().begin(now, duration);
            let until = begun.map_err(Error::BadPause)?.until;
            self.set_pause(until);
            Ok(())
        }

        /// Ends a pause early. Only for the guardian.
        ///
        /// Creates no item. Emits [`PausedUntil`].
        ///
        /// # Errors
        /// [`Error::NotGuardian`].
        #[ink(message)]
        #[inline(never)]
        pub fn resume(&mut self) -> Result<()> {
            let now = self.check_guardian()?;
            self.set_pause(self.latest_pause().end(now).until);
            Ok(())
        }

        // ---- Reading ----

        /// What was fixed at deployment, and what changes.
        #[ink(message)]
        #[inline(never)]
        pub fn overview(&self) -> Overview {
            Overview {
                genesis: self.genesis,
                guardian: self.guardian,
                paused_until: self.latest_pause().active(self.env().block_timestamp()),
                epochs: self.epochs,
            }
        }

        /// What the contract owes in all, and what it holds to pay it from (its existential deposit not
        /// counted). The first is never more than the second.
        #[ink(message)]
        #[inline(never)]
        pub fn solvency(&self) -> (Balance, Balance) {
            (self.owed, self.env().balance())
        }

        /// What the contract holds for an account, besides channels; `None` if there is no record.
        #[ink(message)]
        #[inline(never)]
        pub fn account(&self, account: AccountId) -> Option<Account> {
            self.accounts.get(account)
        }

        /// The channel from a payer to a payee, open or over, until it is cleared.
        #[ink(message)]
        #[inline(never)]
        pub fn channel(&self, payer: AccountId, payee: AccountId) -> Option<Channel> {
            self.channels.get((payer, payee))
        }
    }
}
