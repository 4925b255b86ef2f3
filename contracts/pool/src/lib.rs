//! One pool of donations.
//!
//! Whoever creates it sets its rules (what it is for, who gets the money and in which parts, until when,
//! how fast) and they can never change: there is no owner and no guardian. A pool either keeps every
//! donation, or it has a goal and a deadline, and gives everything back if the goal was missed.
//!
//! **Time.** A donation counts before the time at which the pool closes. At that very millisecond it is
//! closed, and its books say once and for all what follows: what came in, matching money counted, is at
//! least the goal (exactly the goal is enough), and [`finalise`] makes it the beneficiaries'; or it is
//! less, and [`refund`] gives each donor back what they gave. Whatever the time, exactly one of
//! donating, finalising and refunding is possible, and nobody's help is needed for either.
//!
//! **Matching.** Sponsors put in money that is added to donations at a ratio, up to what they put in and
//! to so much for one donor. First come, first served: each unit of a donation is matched by the first
//! sponsor who still has room for it. What is left at the end is theirs again, and everything after a
//! missed goal. A limit for each donor is one for each account: whoever has many accounts has many
//! times that. And a beneficiary can donate to themselves: a sponsor must be ready to see all of the
//! money go to the beneficiaries, where alone it can go.
//!
//! **Pocket change.** What [`grant`] and [`pull_from_channels`] bring in is counted apart: it is the
//! beneficiaries' whether or not a goal is reached, is no part of that goal, and nobody can have it back.
//!
//! **Solvency.** The contract keeps books of what it owes and never decides by its balance what anyone
//! is due; [`solvency`] tells both. Money forced in by a plain transfer is owed to nobody.
//!
//! **Deposits.** Each message says how many storage items it can create (about 0.1 UNIT an item on the
//! development chain, a hundred times a call's fee). A donor has one record however often they give, and
//! none at all in a pool without a goal, unless sponsors add to it. Who signed the donation that created it
//! paid for it, and has the deposit back with [`forget`], or by calling [`refund`].
//!
//! **Events.** Every donation is in a [`Donations`] event. That event is anonymous, as the only one here:
//! a topic, even the signature, costs half a transfer. All others carry their signature as their only
//! topic.
//!
//! [`finalise`]: pool::Pool::finalise
//! [`refund`]: pool::Pool::refund
//! [`grant`]: pool::Pool::grant
//! [`pull_from_channels`]: pool::Pool::pull_from_channels
//! [`forget`]: pool::Pool::forget
//! [`solvency`]: pool::Pool::solvency
//! [`Donations`]: events::Donations
#![cfg_attr(not(feature = "std"), no_std, no_main)]
// SCALE's derives cast variant numbers. Our own code converts with `From` and `TryFrom` only.
#![allow(clippy::cast_possible_truncation)]

pub mod books;
pub mod desk;
pub mod donor;
pub mod error;
pub mod events;
pub mod sponsors;
pub mod terms;
pub mod till;

pub use self::error::Error;
pub use self::pool::{Pool, PoolRef};

#[ink::contract]
pub mod pool {
    use crate::{
        books::{Books, Stage},
        desk::{arrived, end_without_root, released, send},
        donor::Donor,
        error::{Error, Result},
        events::*,
        sponsors::{Pledge, Sponsor, Sponsors},
        terms::Terms,
        till::Till,
    };
    use farthing_types::Hash as Commit;
    use ink::{
        prelude::vec::Vec,
        storage::{Lazy, Mapping},
    };

    /// All that there is to know of a pool.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[ink::scale_derive(Encode, Decode, TypeInfo)]
    pub struct Overview {
        /// Its rules, which never change.
        pub terms: Terms,
        /// Where it stands now.
        pub stage: Stage,
        /// What came in.
        pub books: Books,
        /// What went out.
        pub till: Till,
        /// What `payout` would take out of the books now, fee included.
        pub releasable: Balance,
    }

    /// The pool's storage: its root item holds the books, and there are five other kinds of item.
    #[ink(storage)]
    pub struct Pool {
        pub(crate) books: Books,
        pub(crate) terms: Lazy<Terms>,
        pub(crate) till: Lazy<Till>,
        pub(crate) sponsors: Lazy<Sponsors>,
        pub(crate) donors: Mapping<AccountId, Donor>,
        pub(crate) rows: Mapping<AccountId, Balance>,
    }

    impl Pool {
        /// A pool with these rules, which can never change. Creates three items, for good.
        ///
        /// # Errors
        /// [`Error::BadTerms`].
        #[ink(constructor)]
        pub fn new(terms: Terms) -> Result<Self> {
            let (own, now) = (Self::env().account_id(), Self::env().block_timestamp());
            terms.check(&own, now).map_err(Error::BadTerms)?;
            let mut pool = Self {
                books: Books::new(&terms),
                terms: Lazy::new(),
                till: Lazy::new(),
                sponsors: Lazy::new(),
                donors: Mapping::new(),
                rows: Mapping::new(),
            };
            pool.terms.set(&terms);
            pool.till.set(&Till::default());
            Ok(pool)
        }

        // ---- For everyone: donating ----

        /// Donates the attached value. `memo` is the hash of what the donor says to it, if anything.
        ///
        /// Creates the caller's record, one item, with the first donation to a pool that has a goal, or
        /// that sponsors add something to; otherwise none. Emits [`Donations`].
        ///
        /// # Errors
        /// [`Error::Closed`], [`Error::BelowMinimum`].
        #[ink(message, payable)]
        #[inline(never)]
        pub fn donate(&mut self, memo: Option<Commit>) -> Result<()> {
            self.take_one(self.env().caller(), memo)
        }

        /// Donates the attached value in the name of `donor`, whose it is from then on: a refund goes to
        /// `donor`, and the caller has no right to any. Otherwise as `donate`; the record it may create
        /// is `donor`'s, and its deposit the signer's.
        ///
        /// # Errors
        /// As `donate`.
        #[ink(message, payable)]
        #[inline(never)]
        pub fn donate_for(&mut self, donor: AccountId, memo: Option<Commit>) -> Result<()> {
            self.take_one(donor, memo)
        }

        /// Donates up to 64 gifts at once, for someone who collected them, each in the name of its
        /// donor; the attached value must be their exact sum. Otherwise as `donate_for`.
        ///
        /// # Errors
        /// As `donate`, and [`Error::BatchSize`], [`Error::WrongValue`], [`Error::Overflow`]. One bad
        /// gift refuses all.
        #[ink(message, payable)]
        #[inline(never)]
        pub fn donate_many(&mut self, gifts: Vec<Gift>) -> Result<()> {
            self.take_all(gifts)
        }

        // ---- For sponsors ----

        /// Puts in the attached value, to be added to donations as `pledge` promises. Returns the
        /// sponsor's number. Possible while the pool is open; what is not used can be had back by
        /// `return_sponsorship`, from the pledge's end in a pool that keeps everything, and from the
        /// deadline in one with a goal.
        ///
        /// There is room for eight. In a pool that keeps everything, the place of a sponsor whose money
        /// is used up or returned is free again; in one with a goal it is not, as it may have to be refunded.
        ///
        /// The first sponsor's creates one item, and each of the other seven adds 98 bytes to it; none
        /// of that is ever freed. Emits [`Arrived`].
        ///
        /// # Errors
        /// [`Error::Closed`], [`Error::NoSponsors`], [`Error::BadPledge`], [`Error::SponsorsFull`].
        #[ink(message, payable)]
        #[inline(never)]
        pub fn sponsor(&mut self, pledge: Pledge) -> Result<u32> {
            self.admit_sponsor(pledge)
        }

        /// Sends a sponsor what is theirs at the end: what was not added to donations, or everything if
        /// the goal was missed. Anyone can call it.
        ///
        /// Creates no item. Emits [`Released`].
        ///
        /// # Errors
        /// [`Error::UnknownSponsor`]; [`Error::OpenUntil`] before the deadline of a pool with a goal;
        /// [`Error::MatchingUntil`] before the pledge's end; [`Error::NothingDue`],
        /// [`Error::TransferFailed`].
        #[ink(message)]
        #[inline(never)]
        pub fn return_sponsorship(&mut self, sponsor: u32) -> Result<()> {
            let (account, amount) = self.end_sponsorship(sponsor)?;
            send(account, amount)?;
            released(Release::Sponsorship {
                sponsor,
                account,
                amount,
            });
            end_without_root()
        }

        // ---- For everyone: money that nobody has back ----

        /// Gives the attached value to the beneficiaries: no donation, no part of the goal, and never
        /// refunded. For rounds of matching, and for whoever wants nothing for it. Possible at any time.
        ///
        /// Creates no item. Emits [`Arrived`].
        ///
        /// # Errors
        /// [`Error::NothingDue`] for a grant of nothing.
        #[ink(message, payable)]
        #[inline(never)]
        pub fn grant(&mut self) -> Result<()> {
            let (from, amount) = (self.env().caller(), self.env().transferred_value());
            self.pocket(amount)?;
            arrived(Arrival::Grant { from, amount });
            Ok(())
        }

        /// Takes in what this pool was paid through channels, as pocket change, and returns how much that
        /// is. Anyone can call it, at any time.
        ///
        /// Creates no item here. Emits [`Arrived`].
        ///
        /// # Errors
        /// [`Error::NoChannels`]; [`Error::ChannelsFailed`] if that contract refuses, or is none;
        /// [`Error::NothingDue`] if nothing came.
        #[ink(message)]
        #[inline(never)]
        pub fn pull_from_channels(&mut self) -> Result<Balance> {
            let channels = self.rules().channels.ok_or(Error::NoChannels)?;
            let amount = self.empty_channels(channels)?;
            self.pocket(amount)?;
            arrived(Arrival::PocketChange { amount });
            Ok(amount)
        }

        // ---- For everyone: the end, and money out ----

        /// Makes the donations the beneficiaries' for good, once the pool has closed and has not missed
        /// its goal. Anyone can call it. In a pool that keeps everything they are that anyway, and this
        /// only says that all is in.
        ///
        /// Creates no item. Emits [`Finalised`].
        ///
        /// # Errors
        /// [`Error::OpenUntil`], [`Error::GoalMissed`], [`Error::AlreadyFinalised`].
        #[ink(message)]
        #[inline(never)]
        pub fn finalise(&mut self) -> Result<()> {
            let raised = self.books.finalise(self.env().block_timestamp())?;
            self.env().emit_event(Finalised { raised });
            Ok(())
        }

        /// Sends a donor back all that they gave, if the goal was missed. Anyone can call it.
        ///
        /// Creates no item, and frees the donor's record if the caller paid for it. Emits [`Released`].
        ///
        /// # Errors
        /// [`Error::NoRefunds`], [`Error::OpenUntil`], [`Error::GoalReached`], [`Error::NothingDue`],
        /// [`Error::TransferFailed`].
        #[ink(message)]
        #[inline(never)]
        pub fn refund(&mut self, donor: AccountId) -> Result<()> {
            let amount = self.take_back(donor)?;
            send(donor, amount)?;
            released(Release::Refund { donor, amount });
            end_without_root()
        }

        /// Pays the beneficiaries what the schedule releases by now: takes the fee, divides the rest along
        /// the split and sends each their share. Anyone can call it; a beneficiary can say in `note` what
        /// it is spent on, or do so later with `explain`.
        ///
        /// Of a pool with a goal this is pocket change only, until it is finalised.
        ///
        /// A share that the chain refuses to move (less than the existential deposit to an account that
        /// does not exist) stays here for that account, and stops nobody else's. Creates an item only
        /// then, for good, at most one for each such account. Emits [`Released`].
        ///
        /// # Errors
        /// [`Error::NotBeneficiary`], [`Error::NoteTooLong`], [`Error::NothingDue`].
        #[ink(message)]
        #[inline(never)]
        pub fn payout(&mut self, note: Option<Note>) -> Result<()> {
            let terms = self.rules();
            self.check_note(&terms, note.as_ref())?;
            let mut till = self.figures();
            let payout = till.payouts;
            let (fee, shares) = self.pay(&terms, &mut till)?;
            self.till.set(&till);
            released(Release::Payout {
                payout,
                fee,
                shares,
                note,
            });
            end_without_root()
        }

        /// Says what an earlier payout was spent on. For beneficiaries: anyone can have called that
        /// payout, and so without a note.
        ///
        /// Creates no item. Emits [`Explained`].
        ///
        /// # Errors
        /// [`Error::NotBeneficiary`], [`Error::NoteTooLong`], [`Error::UnknownPayout`].
        #[ink(message)]
        #[inline(never)]
        pub fn explain(&mut self, payout: u32, note: Note) -> Result<()> {
            self.check_note(&self.rules(), Some(&note))?;
            if payout >= self.figures().payouts {
                return Err(Error::UnknownPayout);
            }
            let by = self.env().caller();
            self.env().emit_event(Explained { payout, by, note });
            end_without_root()
        }

        /// Sends an account what the chain had refused to move in a payout. Anyone can call it, for any
        /// account.
        ///
        /// Creates no item. Emits [`Released`].
        ///
        /// # Errors
        /// [`Error::NothingDue`], [`Error::TransferFailed`].
        #[ink(message)]
        #[inline(never)]
        pub fn withdraw(&mut self, account: AccountId) -> Result<()> {
            let amount = self.kept_for(account);
            if amount == 0 {
                return Err(Error::NothingDue);
            }
            self.rows.insert(account, &0);
            let mut till = self.figures();
            till.kept = till.kept.saturating_sub(amount);
            self.till.set(&till);
            send(account, amount)?;
            released(Release::Withdrawal { account, amount });
            end_without_root()
        }

        /// Frees a donor's record once nothing depends on it, for whoever paid for it. In a pool with a
        /// goal that is after the deadline, if the goal was reached or the donor has had their money back;
        /// in one without, whenever no sponsor has money to match with.
        ///
        /// # Errors
        /// [`Error::NotPayer`], [`Error::StillNeeded`].
        #[ink(message)]
        #[inline(never)]
        pub fn forget(&mut self, donor: AccountId) -> Result<()> {
            let caller = Some(self.env().caller());
            let record = self.donors.get(donor).filter(|one| one.payer == caller);
            if self.still_needs(&record.ok_or(Error::NotPayer)?) {
                return Err(Error::StillNeeded);
            }
            self.donors.remove(donor);
            end_without_root()
        }

        // ---- Reading ----

        /// All that there is to know of the pool.
        #[ink(message)]
        #[inline(never)]
        pub fn overview(&self) -> Overview {
            let (terms, till) = (self.rules(), self.figures());
            Overview {
                stage: self.books.stage(self.env().block_timestamp()),
                books: self.books.clone(),
                releasable: self.releasable(&terms, &till),
                terms,
                till,
            }
        }

        /// A donor's record, if there is one.
        #[ink(message)]
        #[inline(never)]
        pub fn donor(&self, account: AccountId) -> Option<Donor> {
            self.donors.get(account)
        }

        /// The sponsors who have a place, first come first.
        #[ink(message)]
        #[inline(never)]
        pub fn sponsors(&self) -> Vec<Sponsor> {
            self.all_sponsors().list
        }

        /// What `account` can take out by `withdraw`.
        #[ink(message)]
        #[inline(never)]
        pub fn kept_for(&self, account: AccountId) -> Balance {
            self.rows.get(account).unwrap_or(0)
        }

        /// What the contract owes in all, and what it holds to pay it from (its existential deposit not
        /// counted). The first is never more than the second.
        #[ink(message)]
        #[inline(never)]
        pub fn solvency(&self) -> (Balance, Balance) {
            let now = self.env().block_timestamp();
            let sponsors = self.all_sponsors().list;
            let owed = self.books.owed(now, &self.figures(), &sponsors);
            (owed, self.env().balance())
        }

        fn check_note(&self, terms: &Terms, note: Option<&Note>) -> Result<()> {
            match note {
                None => Ok(()),
                Some(_) if !terms.is_beneficiary(&self.env().caller()) => {
                    Err(Error::NotBeneficiary)
                }
                Some(note) if !note.fits() => Err(Error::NoteTooLong),
                Some(_) => Ok(()),
            }
        }
    }
}
