//! Usage billed by time: a ride, a rental, a stay.
//!
//! A payer opens a stream with a deposit and a rate. From then on every millisecond of block time earns
//! the payee something, until the deposit is used up, the payer pauses or either side stops it. What was
//! earned is the payee's for the claiming; the payer can add to the deposit, change the rate from now on,
//! and has back what was not earned.
//!
//! **Exact.** Rates are in billionths of the chain's smallest unit in a millisecond ([`BILLIONTHS`]
//! says how to work one out). Earnings add up to the billionth, whatever happens in between: one claim
//! pays the same as a thousand do. A stream that runs dry earns nothing and owes nothing for the time
//! until it is topped up.
//!
//! **Straight through.** What a message takes out of a stream it sends on at once, to the payee or the
//! payer and to nobody else, whoever calls. Only what the chain refuses to move is kept: less than the
//! existential deposit for an account that does not exist. It can be sent later, by [claiming] and
//! [clearing]. A transfer runs no code of the recipient.
//!
//! **Solvency.** What a stream holds is its payer's or its payee's, and [`solvency`] tells the sum over
//! all streams, and what the contract holds. The sum is made when someone asks: a total kept in the root
//! item would add a sixth to what a claim costs, and everybody's money would have to pass through
//! that one number.
//!
//! **Roads in.** Money comes in by opening and topping up. Money forced in by a plain transfer is owed to
//! nobody, and lost. A contract can be a payee if it can make use of plain transfers, as Farthing's pools
//! can: it need not call anything, since anyone can claim for it. This contract itself cannot be one.
//!
//! **Either side alone.** Anyone can [claim][claiming] for the payee; payer and payee can [stop] the
//! stream, which pays both. Nothing that the one does needs the other to be reachable, and nothing that
//! anyone does keeps the other's money back. In a batch, streams that somebody else has stopped, claimed
//! from or cleared a moment before are left out.
//!
//! **Time** is that of the blocks. A chain that stands still bills the time for which it stood in its next
//! block, in full, as far as the deposit goes: nobody can pause or stop a stream without a block, and what
//! is rented is used meanwhile or not. A payer who does not want to bear that keeps the deposit small and
//! tops it up. There is no exit with a delay here, that a payee could miss: stopping takes nothing from
//! what was earned by then, whenever the next block comes.
//!
//! **Deposits.** Opening a stream creates one storage item, whose storage deposit (about 0.1 UNIT on
//! the development chain, a hundred times a call's fee) the payer locks and gets back: by stopping it
//! an hour or more after opening it, or else by clearing it after that hour. If the payee stops it, the
//! payer clears it. Only if the chain refuses what the payee earned, the record waits. No message but
//! these creates or frees an item or changes a storage deposit. The chain itself knows signers only: where a
//! contract is the payer, whoever signed when it opens a stream pays the deposit, and whoever signs when it
//! stops or clears the stream has it back. Such a contract must decide who may have it do either.
//!
//! A chain gives back, for each item freed, an equal share of all that the contract locks, whoever locked
//! it. Once the chain's price for storage has fallen, whoever opens and frees streams gets a part of what
//! earlier payers locked at the higher price. A contract cannot prevent that. The hour makes each such
//! round cost as much locked money as it frees, for an hour, and leaves earlier payers that time: who sees
//! the price fall stops and clears at once. After a rise it is the other way round.
//!
//! **Events.** Claims are in [`Claimed`]. That event is anonymous, as the only one here: a topic, even
//! the signature, costs half a transfer. All others carry their signature as their only topic. Together
//! they are enough to rebuild all that the contract holds; it lists no one's streams.
//!
//! **Trust.** The payer decides how much is earned, by the rate and by pausing: the payee goes on
//! delivering only as long as what the stream earns is worth it. Block authors set the clock, within
//! seconds. A guardian, if there is one, is fixed at deployment and can [pause] the opening of streams,
//! for at most 7 days with at least as long between two pauses. Streams that are open go on and can be
//! topped up: a pause lets none run dry. Nobody can stop a claim, a stop or a clearing, or direct one
//! elsewhere.
//!
//! [`BILLIONTHS`]: stream::BILLIONTHS
//! [`solvency`]: streams::Streams::solvency
//! [claiming]: streams::Streams::claim
//! [stop]: streams::Streams::stop
//! [clearing]: streams::Streams::clear
//! [pause]: streams::Streams::pause
//! [`Claimed`]: events::Claimed
#![cfg_attr(not(feature = "std"), no_std, no_main)]
// SCALE's derives cast variant numbers. Our own code converts with `From` and `TryFrom` only.
#![allow(clippy::cast_possible_truncation)]

pub mod checks;
pub mod error;
pub mod events;
pub mod messages;
pub mod reading;
pub mod stream;

pub use self::error::Error;
pub use self::streams::{Streams, StreamsRef};

#[ink::contract]
pub mod streams {
    #[cfg(doc)]
    use crate::Error;
    use crate::{
        error::Result,
        events::Deployed,
        reading::{Due, StreamNow},
        stream::Stream,
    };
    use farthing_types::{Millis, StreamId};
    use ink::{prelude::vec::Vec, storage::Mapping};

    /// What was fixed at deployment, and what changes.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[ink::scale_derive(Encode, Decode, TypeInfo)]
    pub struct Overview {
        /// Who can pause the opening of streams, if anyone.
        pub guardian: Option<AccountId>,
        /// Until when no stream can be opened, if that is paused, in milliseconds since the Unix epoch.
        pub paused_until: Option<Millis>,
        /// How many streams were ever opened; they are numbered from 0.
        pub opened: StreamId,
    }

    /// The streams' storage: one kind of item besides this one.
    #[ink(storage)]
    pub struct Streams {
        pub(crate) guardian: Option<AccountId>,
        pub(crate) paused_until: Millis,
        pub(crate) opened: StreamId,
        pub(crate) streams: Mapping<StreamId, Stream>,
    }

    impl Streams {
        /// Makes a contract without streams, with a `guardian` who can pause the opening of streams, or
        /// none. That can never change. Emits [`Deployed`].
        #[ink(constructor)]
        pub fn new(guardian: Option<AccountId>) -> Self {
            Self::env().emit_event(Deployed { guardian });
            Self {
                guardian,
                paused_until: 0,
                opened: 0,
                streams: Mapping::new(),
            }
        }

        // ---- For payers ----

        /// Opens a stream from the caller to `payee` and returns its number. The attached value is the
        /// deposit; `rate` is in billionths of the smallest unit in a millisecond. It earns from this
        /// block's time on.
        ///
        /// Creates one item, whose storage deposit the caller has back when it is freed, by `stop` or
        /// `clear`. Emits [`StreamChanged`](crate::events::StreamChanged).
        ///
        /// # Errors
        /// [`Error::Paused`], [`Error::ZeroDeposit`], [`Error::ZeroRate`],
        /// [`Error::PayeeIsPayer`], [`Error::PayeeIsThis`]; [`Error::Overflow`] if there are no numbers
        /// left.
        #[ink(message, payable)]
        #[inline(never)]
        pub fn open(&mut self, payee: AccountId, rate: u128) -> Result<StreamId> {
            self.open_to(payee, rate)
        }

        /// Adds the attached value to a stream's deposit. A stream that ran dry earns again from now on;
        /// for the time that it was dry it earns nothing. Only for the payer: what is left goes back to
        /// them, whoever had paid it. No pause stops it.
        ///
        /// Creates no item. Emits [`StreamChanged`](crate::events::StreamChanged).
        ///
        /// # Errors
        /// [`Error::ZeroDeposit`], [`Error::UnknownStream`], [`Error::NotPayer`], [`Error::Stopped`];
        /// [`Error::Overflow`], which no amount that exists on a chain can cause.
        #[ink(message, payable)]
        #[inline(never)]
        pub fn top_up(&mut self, stream: StreamId) -> Result<()> {
            self.add(stream)
        }

        /// Changes what a stream earns in a millisecond from now on, paused or not. Only for the payer.
        ///
        /// Creates no item. Emits [`StreamChanged`](crate::events::StreamChanged).
        ///
        /// # Errors
        /// [`Error::ZeroRate`], [`Error::UnknownStream`], [`Error::NotPayer`], [`Error::Stopped`].
        #[ink(message)]
        #[inline(never)]
        pub fn set_rate(&mut self, stream: StreamId, rate: u128) -> Result<()> {
            self.change_rate(stream, rate)
        }

        /// Lets a stream earn nothing until it is resumed; what was earned stays earned. Only for the
        /// payer.
        ///
        /// Creates no item. Emits [`StreamChanged`](crate::events::StreamChanged).
        ///
        /// # Errors
        /// [`Error::UnknownStream`], [`Error::NotPayer`], [`Error::Stopped`],
        /// [`Error::AlreadyPaused`].
        #[ink(message)]
        #[inline(never)]
        pub fn pause_stream(&mut self, stream: StreamId) -> Result<()> {
            self.pause_one(stream)
        }

        /// Lets a paused stream earn again from now on. Only for the payer.
        ///
        /// Creates no item. Emits [`StreamChanged`](crate::events::StreamChanged).
        ///
        /// # Errors
        /// [`Error::UnknownStream`], [`Error::NotPayer`], [`Error::Stopped`], [`Error::NotPaused`].
        #[ink(message)]
        #[inline(never)]
        pub fn resume_stream(&mut self, stream: StreamId) -> Result<()> {
            self.resume_one(stream)
        }

        /// Frees the records of 1 to 64 stopped streams and sends the caller what is left of them, in one
        /// sum. What their payees earned and the chain refused to move before is sent first. Only for the
        /// payer. Streams that cannot be cleared are left out; if none can, the first one's reason is
        /// the answer.
        ///
        /// Frees one item for each stream; the caller gets their storage deposits. Emits one
        /// [`StreamsCleared`](crate::events::StreamsCleared), and a [`Claimed`](crate::events::Claimed)
        /// for each payee who was sent something.
        ///
        /// # Errors
        /// [`Error::BatchSize`], [`Error::UnknownStream`], [`Error::NotPayer`], [`Error::NotStopped`];
        /// [`Error::NotBefore`] in the hour after the stream was opened; [`Error::Unclaimed`] if the
        /// chain refuses what the payee earned; [`Error::TransferFailed`] if it refuses the caller's
        /// sum.
        #[ink(message)]
        #[inline(never)]
        pub fn clear(&mut self, streams: Vec<StreamId>) -> Result<()> {
            self.clear_all(streams)
        }

        // ---- For payees, and whoever claims for them ----

        /// Sends the payee all that a stream has earned and not paid yet. Anyone can call it, and pays
        /// the fee: the money goes nowhere else.
        ///
        /// Creates no item. Emits [`Claimed`](crate::events::Claimed).
        ///
        /// # Errors
        /// [`Error::UnknownStream`], [`Error::NothingDue`]; [`Error::TransferFailed`] as long as the
        /// payee has no account and less than the existential deposit was earned.
        #[ink(message)]
        #[inline(never)]
        pub fn claim(&mut self, stream: StreamId) -> Result<()> {
            self.claim_alone(stream)
        }

        /// Claims from 1 to 64 streams, each for its payee. Those that cannot be claimed from are left
        /// out; if none can, the first one's reason is the answer.
        ///
        /// Creates no item. Emits a [`Claimed`](crate::events::Claimed) for each.
        ///
        /// # Errors
        /// [`Error::BatchSize`], and those of `claim`.
        #[ink(message)]
        #[inline(never)]
        pub fn claim_many(&mut self, streams: Vec<StreamId>) -> Result<()> {
            self.claim_each(streams)
        }

        // ---- For both ----

        /// Ends a stream, for good, and sends the payee what was earned and not claimed, and the payer
        /// what was not earned. What the chain refuses to move is kept, to be claimed or cleared.
        ///
        /// Creates no item. Frees the stream's if the payer stops it, an hour or more after opening it,
        /// and nothing is kept; the payer gets its storage deposit. Emits
        /// [`StreamChanged`](crate::events::StreamChanged).
        ///
        /// # Errors
        /// [`Error::UnknownStream`], [`Error::NotParty`], [`Error::Stopped`].
        #[ink(message)]
        #[inline(never)]
        pub fn stop(&mut self, stream: StreamId) -> Result<()> {
            self.stop_alone(stream)
        }

        /// Stops 1 to 64 streams of which the caller is payer or payee. Those that cannot be stopped are
        /// left out; if none can, the first one's reason is the answer.
        ///
        /// Creates no item; frees as `stop` does. Emits a
        /// [`StreamChanged`](crate::events::StreamChanged) for each.
        ///
        /// # Errors
        /// [`Error::BatchSize`], and those of `stop`.
        #[ink(message)]
        #[inline(never)]
        pub fn stop_many(&mut self, streams: Vec<StreamId>) -> Result<()> {
            self.stop_each(streams)
        }

        // ---- For the guardian ----

        /// Stops `open` for `duration` milliseconds, at most 7 days and no sooner than 7 days after the
        /// last pause ended. Streams that are open go on and can be topped up, and nothing that lets
        /// money out stops.
        ///
        /// Creates no item. Emits [`PausedUntil`](crate::events::PausedUntil).
        ///
        /// # Errors
        /// [`Error::NotGuardian`], [`Error::BadPause`].
        #[ink(message)]
        #[inline(never)]
        pub fn pause(&mut self, duration: Millis) -> Result<()> {
            self.begin_pause(duration)
        }

        /// Ends a pause at once. Creates no item. Emits
        /// [`PausedUntil`](crate::events::PausedUntil).
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

        /// Returns what the contract owes in all, and what it holds to pay it from (its existential
        /// deposit not counted), in the chain's smallest unit. The first is never more than the second.
        ///
        /// Reads every stream there ever was. Where those are more than one call can read (tens of
        /// thousands), add up `owed_to_streams`, all of it as of the same block.
        #[ink(message)]
        #[inline(never)]
        pub fn solvency(&self) -> (Balance, Balance) {
            (self.read_owed(0, self.opened), self.env().balance())
        }

        /// Returns what is held for `count` streams from number `first` on, for payers and payees
        /// together. Time does not change it, only money that comes in or goes out.
        #[ink(message)]
        #[inline(never)]
        pub fn owed_to_streams(&self, first: StreamId, count: StreamId) -> Balance {
            self.read_owed(first, count)
        }

        /// Returns a stream, as of the last message that changed it; `None` if there never was one, or no
        /// more.
        #[ink(message)]
        #[inline(never)]
        pub fn stream(&self, stream: StreamId) -> Option<Stream> {
            self.streams.get(stream)
        }

        /// Returns how a stream stands now: what either side could have.
        #[ink(message)]
        #[inline(never)]
        pub fn due(&self, stream: StreamId) -> Option<Due> {
            self.read_due(stream)
        }

        /// Returns `count` streams from number `first` on, with what is due now, `None` for those whose
        /// records are gone. At most 64; none beyond the last that was ever opened.
        #[ink(message)]
        #[inline(never)]
        pub fn streams(&self, first: StreamId, count: StreamId) -> Vec<Option<StreamNow>> {
            self.read_page(first..first.saturating_add(count).min(self.opened))
        }

        /// Returns the streams with these numbers, with what is due now, `None` where there is none. Of a
        /// list of more than 64, the first 64.
        #[ink(message)]
        #[inline(never)]
        pub fn streams_listed(&self, which: Vec<StreamId>) -> Vec<Option<StreamNow>> {
            self.read_page(which.into_iter())
        }
    }
}
