//! Usage billed by time: a ride, a rental, a stay.
//!
//! A payer opens a stream with a deposit and a rate. From then on every millisecond of block time earns
//! the payee something, until the deposit is used up, the payer pauses or either side stops it. The
//! payee claims what was earned; the payer can add to the deposit, change the rate from now on, and has
//! back what was not earned.
//!
//! **Exact.** Rates are in billionths of the chain's smallest unit in a millisecond ([`BILLIONTHS`]
//! says how to work one out). Earnings add up to the billionth, whatever happens in between: one claim
//! pays the same as a thousand do. A stream that runs dry earns nothing and owes nothing for the time
//! until it is topped up.
//!
//! **Solvency.** What a stream holds is its payer's or its payee's, and [`solvency`] tells the sum over
//! all streams, and what the contract holds. The sum is made when someone asks: a total kept in the root
//! item would add a sixth to what a claim costs, and everybody's money would have to pass through
//! that one number. Money forced in by a plain transfer is owed to nobody.
//!
//! **Either side alone.** Money only ever goes to the caller, as far as it is theirs: the payee
//! [claims], and has all that was earned at once when they [stop] the stream; the payer has the rest at
//! once when they stop it, and [clears] it when the payee did. Neither can stop the other from doing so,
//! and nothing that the one does needs the other to be reachable.
//!
//! **Deposits.** Opening a stream creates one storage item, whose storage deposit (about 0.1 UNIT on
//! the development chain, a hundred times a call's fee) the payer locks and gets back: by stopping it
//! when nothing is left for the payee to claim, or else by clearing it. As long as the payee has not
//! claimed what was earned, the storage deposit waits, and only that. No message but these three creates
//! or frees an item or changes a storage deposit.
//!
//! **Events.** Claims are in [`Claimed`]. That event is anonymous, as the only one here: a topic, even
//! the signature, costs half a transfer. All others carry their signature as their only topic. With the
//! times of their blocks they are enough to follow every unit; the contract lists no one's streams.
//!
//! **Trust.** The payer decides how much is earned, by the rate and by pausing: the payee goes on
//! delivering only as long as what the stream earns is worth it. Block authors set the clock, within
//! seconds. A guardian, if there is one, is fixed at deployment and can [pause] opening and topping up,
//! for at most 7 days with at least as long between two pauses. Nobody can stop a claim, a stop or a
//! clearing, or direct one elsewhere.
//!
//! [`BILLIONTHS`]: stream::BILLIONTHS
//! [`solvency`]: streams::Streams::solvency
//! [claims]: streams::Streams::claim
//! [stop]: streams::Streams::stop
//! [clears]: streams::Streams::clear
//! [pause]: streams::Streams::pause_deposits
//! [`Claimed`]: events::Claimed
#![cfg_attr(not(feature = "std"), no_std, no_main)]
// SCALE's derives cast variant numbers. Our own code converts with `From` and `TryFrom` only.
#![allow(clippy::cast_possible_truncation)]

pub mod error;
pub mod events;
pub mod stream;
pub mod till;

pub use self::error::Error;
pub use self::streams::{Streams, StreamsRef};

#[ink::contract]
pub mod streams {
    use crate::{
        error::{Error, Result},
        events::*,
        stream::{State, Stream},
        till::end_without_root,
    };
    use farthing_types::{Millis, StreamId};
    use ink::{prelude::vec::Vec, storage::Mapping};

    /// What was fixed at deployment, and what changes.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[ink::scale_derive(Encode, Decode, TypeInfo)]
    pub struct Overview {
        /// Who can pause deposits, if anyone.
        pub guardian: Option<AccountId>,
        /// Until when deposits are paused, if they are.
        pub deposits_paused_until: Option<Millis>,
        /// How many streams were ever opened; they are numbered from 0.
        pub opened: StreamId,
    }

    /// How a stream stands at this moment.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[ink::scale_derive(Encode, Decode, TypeInfo)]
    pub struct Due {
        /// What the payee can claim.
        pub payee: Balance,
        /// What the payer gets back by stopping the stream, or by clearing it if it is stopped.
        pub payer: Balance,
        /// When the deposit is used up at this rate, if the stream runs; not in the future if it is used
        /// up already. `None` too if that is more than 500 million years away, or if more than 10^29
        /// units are left.
        pub dry_at: Option<Millis>,
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
        /// A contract without streams, with a `guardian` who can pause deposits, or none. That can never
        /// change.
        #[ink(constructor)]
        pub fn new(guardian: Option<AccountId>) -> Self {
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
        /// `clear`. Emits [`StreamChanged`].
        ///
        /// # Errors
        /// [`Error::DepositsPaused`], [`Error::ZeroDeposit`], [`Error::ZeroRate`],
        /// [`Error::PayeeIsPayer`]; [`Error::Overflow`] if there are no numbers left.
        #[ink(message, payable)]
        #[inline(never)]
        pub fn open(&mut self, payee: AccountId, rate: u128) -> Result<StreamId> {
            let deposit = self.deposited()?;
            if rate == 0 {
                return Err(Error::ZeroRate);
            }
            let payer = self.env().caller();
            if payee == payer {
                return Err(Error::PayeeIsPayer);
            }
            let stream = self.opened;
            self.opened = stream.checked_add(1).ok_or(Error::Overflow)?;
            let now = self.env().block_timestamp();
            let record = Stream::open(payer, payee, rate, deposit, now);
            self.streams.insert(stream, &record);
            self.tell(
                stream,
                Change::Opened {
                    payer,
                    payee,
                    rate,
                    deposit,
                },
            );
            Ok(stream)
        }

        /// Adds the attached value to a stream's deposit. A stream that ran dry earns again from now on;
        /// for the time that it was dry it earns nothing. Only for the payer: what is left goes back to
        /// them, whoever had paid it.
        ///
        /// Creates no item. Emits [`StreamChanged`].
        ///
        /// # Errors
        /// [`Error::DepositsPaused`], [`Error::ZeroDeposit`], [`Error::UnknownStream`],
        /// [`Error::NotPayer`], [`Error::Stopped`]; [`Error::Overflow`], which no amount that exists on
        /// a chain can cause.
        #[ink(message, payable)]
        #[inline(never)]
        pub fn top_up(&mut self, stream: StreamId) -> Result<()> {
            let amount = self.deposited()?;
            let mut record = self.own_settled(stream)?;
            record.top_up(amount).ok_or(Error::Overflow)?;
            self.streams.insert(stream, &record);
            self.tell(stream, Change::ToppedUp { amount });
            end_without_root()
        }

        /// Changes what a stream earns in a millisecond from now on, paused or not. Only for the payer.
        ///
        /// Creates no item. Emits [`StreamChanged`].
        ///
        /// # Errors
        /// [`Error::ZeroRate`], [`Error::UnknownStream`], [`Error::NotPayer`], [`Error::Stopped`].
        #[ink(message)]
        #[inline(never)]
        pub fn set_rate(&mut self, stream: StreamId, rate: u128) -> Result<()> {
            if rate == 0 {
                return Err(Error::ZeroRate);
            }
            let mut record = self.own_settled(stream)?;
            record.rate = rate;
            self.streams.insert(stream, &record);
            self.tell(stream, Change::RateSet { rate });
            end_without_root()
        }

        /// Lets a stream earn nothing until it is resumed; what was earned stays earned. Only for the
        /// payer.
        ///
        /// Creates no item. Emits [`StreamChanged`].
        ///
        /// # Errors
        /// [`Error::UnknownStream`], [`Error::NotPayer`], [`Error::Stopped`],
        /// [`Error::AlreadyPaused`].
        #[ink(message)]
        #[inline(never)]
        pub fn pause(&mut self, stream: StreamId) -> Result<()> {
            let mut record = self.own_settled(stream)?;
            if record.state == State::Paused {
                return Err(Error::AlreadyPaused(stream));
            }
            record.state = State::Paused;
            self.streams.insert(stream, &record);
            self.tell(stream, Change::Paused);
            end_without_root()
        }

        /// Lets a paused stream earn again from now on. Only for the payer.
        ///
        /// Creates no item. Emits [`StreamChanged`].
        ///
        /// # Errors
        /// [`Error::UnknownStream`], [`Error::NotPayer`], [`Error::Stopped`], [`Error::NotPaused`].
        #[ink(message)]
        #[inline(never)]
        pub fn resume(&mut self, stream: StreamId) -> Result<()> {
            let mut record = self.own_settled(stream)?;
            if record.state != State::Paused {
                return Err(Error::NotPaused(stream));
            }
            record.state = State::Running;
            self.streams.insert(stream, &record);
            self.tell(stream, Change::Resumed);
            end_without_root()
        }

        /// Takes back what is left of up to 64 stopped streams, in one sum, and frees their items. Only
        /// for the payer of all of them.
        ///
        /// Frees one item for each stream; the caller gets their storage deposits. Emits one
        /// [`StreamsCleared`].
        ///
        /// # Errors
        /// [`Error::BatchSize`], [`Error::UnknownStream`] (also for a stream that is named twice),
        /// [`Error::NotPayer`], [`Error::NotStopped`]; [`Error::Unclaimed`] until the payee has claimed
        /// what was earned, which can be only when the payer stopped the stream and had the rest then;
        /// [`Error::TransferFailed`]; [`Error::Overflow`], which no amounts that exist on a chain can
        /// cause. One stream that cannot be cleared refuses all.
        #[ink(message)]
        #[inline(never)]
        pub fn clear(&mut self, streams: Vec<StreamId>) -> Result<()> {
            self.clear_all(streams)?;
            end_without_root()
        }

        // ---- For payees ----

        /// Sends the caller all that a stream has earned and not paid yet. Only for the payee: a contract
        /// that is one gets no money that it did not ask for.
        ///
        /// Creates no item. Emits [`Claimed`].
        ///
        /// # Errors
        /// [`Error::UnknownStream`], [`Error::NotPayee`], [`Error::NothingDue`],
        /// [`Error::TransferFailed`].
        #[ink(message)]
        #[inline(never)]
        pub fn claim(&mut self, stream: StreamId) -> Result<()> {
            let mut record = self.known(stream)?;
            let payee = self.env().caller();
            if record.payee != payee {
                return Err(Error::NotPayee(stream));
            }
            record.settle(self.env().block_timestamp());
            let amount = record.take_earned();
            if amount == 0 {
                return Err(Error::NothingDue(stream));
            }
            self.streams.insert(stream, &record);
            self.send(payee, amount)?;
            self.env().emit_event(Claimed {
                stream,
                payee,
                amount,
            });
            end_without_root()
        }

        // ---- For both ----

        /// Ends a stream, for good, and sends the caller what is theirs: the payer what was not earned,
        /// the payee what was earned and not claimed. What is the other's waits for their `clear` or
        /// `claim`.
        ///
        /// Creates no item. Frees the stream's if the payer stops it and nothing is left to claim, and
        /// the payer gets its storage deposit. Emits [`StreamChanged`].
        ///
        /// # Errors
        /// [`Error::UnknownStream`], [`Error::NotParty`], [`Error::Stopped`],
        /// [`Error::TransferFailed`].
        #[ink(message)]
        #[inline(never)]
        pub fn stop(&mut self, stream: StreamId) -> Result<()> {
            self.stop_by(self.env().caller(), stream)?;
            end_without_root()
        }

        // ---- For the guardian ----

        /// Stops `open` and `top_up` for `duration` milliseconds, at most 7 days and no sooner than 7
        /// days after the last pause ended. Streams that are open go on, and nothing that lets money out
        /// stops.
        ///
        /// Creates no item. Emits [`DepositsPausedUntil`].
        ///
        /// # Errors
        /// [`Error::NotGuardian`], [`Error::BadPause`].
        #[ink(message)]
        #[inline(never)]
        pub fn pause_deposits(&mut self, duration: Millis) -> Result<()> {
            let now = self.check_guardian()?;
            let pause = self.latest_pause().begin(now, duration);
            let until = pause.map_err(Error::BadPause)?.until;
            self.paused_until = until;
            self.env().emit_event(DepositsPausedUntil { until });
            Ok(())
        }

        /// Ends a pause of deposits at once. Creates no item. Emits [`DepositsPausedUntil`].
        ///
        /// # Errors
        /// [`Error::NotGuardian`].
        #[ink(message)]
        #[inline(never)]
        pub fn resume_deposits(&mut self) -> Result<()> {
            let until = self.latest_pause().end(self.check_guardian()?).until;
            self.paused_until = until;
            self.env().emit_event(DepositsPausedUntil { until });
            Ok(())
        }

        // ---- Reading ----

        /// What was fixed at deployment, and what changes.
        #[ink(message)]
        #[inline(never)]
        pub fn overview(&self) -> Overview {
            Overview {
                guardian: self.guardian,
                deposits_paused_until: self.latest_pause().active(self.env().block_timestamp()),
                opened: self.opened,
            }
        }

        /// What the contract owes in all, and what it holds to pay it from (its existential deposit not
        /// counted). The first is never more than the second.
        ///
        /// Reads every stream there ever was. Where those are more than one call can read (tens of
        /// thousands), add up `owed_to_streams`, all of it as of the same block.
        #[ink(message)]
        #[inline(never)]
        pub fn solvency(&self) -> (Balance, Balance) {
            (self.owed_to_streams(0, self.opened), self.env().balance())
        }

        /// What is held for `count` streams from number `first` on, for payers and payees together. Time
        /// does not change it, only money that comes in or goes out.
        #[ink(message)]
        #[inline(never)]
        pub fn owed_to_streams(&self, first: StreamId, count: StreamId) -> Balance {
            (first..first.saturating_add(count).min(self.opened))
                .filter_map(|stream| self.streams.get(stream))
                .fold(0, |sum, record| sum.saturating_add(record.owed()))
        }

        /// A stream, as it was when it was last settled; `None` if there never was one, or no more.
        #[ink(message)]
        #[inline(never)]
        pub fn stream(&self, stream: StreamId) -> Option<Stream> {
            self.streams.get(stream)
        }

        /// How a stream stands now: what either side could take out.
        #[ink(message)]
        #[inline(never)]
        pub fn due(&self, stream: StreamId) -> Option<Due> {
            let mut record = self.streams.get(stream)?;
            let dry_at = record.dry_at();
            record.settle(self.env().block_timestamp());
            Some(Due {
                payee: record.earned,
                payer: record.rest,
                dry_at,
            })
        }
    }
}
