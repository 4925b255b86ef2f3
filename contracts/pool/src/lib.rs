//! One pool of donations.
//!
//! Whoever creates it sets its rules (what it is for, who gets the money and in which parts, until when,
//! how fast) and they can never change: there is no owner and no guardian. A pool either keeps every
//! donation, or it has a goal and a deadline, and gives everything back if the goal was missed.
//!
//! **Shares.** One thing about the rules can change: a beneficiary can move their own share to a new
//! account, which must accept it ([`offer_share`], [`accept_share`]). Its part stays the same, and nobody
//! else's changes. All that the share has not been sent yet goes with it: what is released later, what
//! waits here for [`withdraw`], what rounding set aside. So who wants that first calls [`payout`] or
//! [`withdraw`] before the offer is accepted.
//!
//! **Straight through.** What nobody can ask back goes to the beneficiaries in the message that brings it:
//! donations to a pool without a goal, what sponsors add to them, grants, and what [`take_in`] finds. The
//! fee goes to the treasury in the same message, rounded down. The pool holds only what it has to: the
//! donations to a goal, everything in a pool with a release schedule, sponsors' money that was not added
//! yet, and what the chain refused to move (less than the existential deposit to an account that does
//! not exist). A refused transfer never fails the message: the share waits here for [`withdraw`]. Units
//! that cannot be divided among the beneficiaries stay here until they add up, for [`take_in`].
//!
//! **Roads in.** Money comes in by `donate` and its kin, `sponsor` and `grant`. Any other road works as
//! well: a plain transfer, also one to the account of a pool that is not made yet; a payment through
//! channels or streams; a share in another pool or in a creator's split. What arrives like that is in no
//! books at first. Anyone can call [`take_in`], which makes it the beneficiaries'. It is no donation: it
//! counts towards no goal, and nobody has it back. The pool itself calls no other contract.
//!
//! **Time.** A donation counts before the time at which the pool closes. At that very millisecond it is
//! closed, and its books say once and for all what follows: what came in, matching money counted, is at
//! least the goal (exactly the goal is enough), and [`finalise`] makes it the beneficiaries'; or it is
//! less, and [`refund`] gives each donor back what they gave. Whatever the time, exactly one of
//! donating, finalising and refunding is possible, and nobody's help is needed for either.
//!
//! **Matching.** Sponsors put in money that is added to donations at a ratio, up to what they put in and
//! to so much for one donor. Each sponsor adds to each donation what they promised, whatever the others
//! do. What is left at the end is theirs again, and everything after a missed goal. In a pool with a goal
//! the limit counts all donations of one account; in any other nothing is remembered of donors, so that
//! they pay for nothing, and it counts for each donation. Neither stops somebody with many accounts, or
//! a beneficiary who donates to themselves: a sponsor must be ready to see all of the money go to the
//! beneficiaries, where alone it can go.
//!
//! **Solvency.** The contract keeps books of what it owes and never decides by its balance what anyone
//! is due; [`solvency`] tells both. What it holds and does not owe is for [`take_in`].
//!
//! **Deposits.** Each message says how many storage items it can create (about 0.1 UNIT an item on the
//! development chain, a hundred times a call's fee). A donor has one record however often they give, and
//! only in a pool with a goal. Who signed the donation that created it paid for it, and has the deposit
//! back with [`forget`], or by calling [`refund`]. If a contract handed the donation in, that is not
//! known here, and the donor can free the record instead. A share that is offered adds 33 bytes to the
//! root item until it is accepted or taken back: who offers pays for them, and who ends it has them back.
//!
//! **Events.** All that changes is told: the rules at creation ([`Created`]), every donation with what
//! each sponsor added ([`Donations`]), all other money in and out, each share that moves, and each record
//! that was freed. From these alone all that is stored can be rebuilt. [`Donations`] is anonymous, as the only one here: a topic, even the signature, costs half a transfer.
//! All others carry their signature as their only topic. What went straight through is in no total: only
//! in the events.
//!
//! **The maker** is who called the constructor, or, of a pool that a factory made, whom the factory names
//! ([`made_for`]). Nothing follows from it but that the maker can publish news. Any contract can name
//! anybody: a maker is to be believed if they made the pool themselves or the factory is known
//! ([`Created`] tells which).
//!
//! [`finalise`]: pool::Pool::finalise
//! [`refund`]: pool::Pool::refund
//! [`withdraw`]: pool::Pool::withdraw
//! [`take_in`]: pool::Pool::take_in
//! [`forget`]: pool::Pool::forget
//! [`payout`]: pool::Pool::payout
//! [`offer_share`]: pool::Pool::offer_share
//! [`accept_share`]: pool::Pool::accept_share
//! [`made_for`]: pool::Pool::made_for
//! [`solvency`]: pool::Pool::solvency
//! [`Created`]: events::Created
//! [`Donations`]: events::Donations
#![cfg_attr(not(feature = "std"), no_std, no_main)]
// SCALE's derives cast variant numbers. Our own code converts with `From` and `TryFrom` only.
#![allow(clippy::cast_possible_truncation)]

pub mod books;
mod checks;
pub mod donor;
#[cfg(any(test, all(target_arch = "wasm32", not(feature = "ink-as-dependency"))))]
mod entry;
pub mod error;
pub mod events;
pub mod messages;
pub mod offers;
pub mod reading;
pub mod sponsors;
pub mod terms;
pub mod till;

pub use self::error::Error;
pub use self::pool::{Pool, PoolRef};

#[cfg(all(target_arch = "wasm32", not(feature = "ink-as-dependency")))]
#[no_mangle]
extern "C" fn farthing_call() {
    farthing_shared::entry::dispatch::<Pool, entry::Gift>()
}

#[ink::contract]
pub mod pool {
    use crate::{
        books::{Books, Stage, Sums},
        donor::Donor,
        error::{Error, Result},
        events::*,
        offers::{Offers, ShareOffer},
        sponsors::{Pledge, Sponsor, Sponsors},
        terms::{Charter, Terms},
        till::Till,
    };
    use farthing_types::{Hash as Commit, Millis};
    use ink::{
        prelude::vec::Vec,
        scale::Encode,
        storage::{Lazy, Mapping},
    };

    /// All that there is to know of a pool.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[ink::scale_derive(Encode, Decode, TypeInfo)]
    pub struct Overview {
        /// Who made it, or for whom a factory did.
        pub maker: AccountId,
        /// Its rules, which never change, but for the accounts of the beneficiaries: these are the present
        /// ones.
        pub terms: Terms,
        /// The shares that are offered to other accounts, and wait to be accepted.
        pub offers: Vec<ShareOffer>,
        /// Where it stands now.
        pub stage: Stage,
        /// What came in and was held.
        pub sums: Sums,
        /// What went out of that.
        pub till: Till,
        /// What `payout` would take out of the books now, fee included.
        pub releasable: Balance,
    }

    /// What there is to show of a pool in a list.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[ink::scale_derive(Encode, Decode, TypeInfo)]
    pub struct Summary {
        /// Its rules, with the present accounts of the beneficiaries.
        pub terms: Terms,
        /// Where it stands now.
        pub stage: Stage,
        /// What came in and was held.
        pub sums: Sums,
    }

    /// What another contract must know of a pool before it sends money there.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[ink::scale_derive(Encode, Decode, TypeInfo)]
    pub struct Standing {
        /// Where the pool stands now.
        pub stage: Stage,
        /// From when on nobody can donate; `None` if never.
        pub closes: Option<Millis>,
        /// What must come in; `None` if everything is kept.
        pub goal: Option<Balance>,
    }

    /// The pool's storage: this root item, one item for all sponsors, and one for each donor with a
    /// record.
    #[ink(storage)]
    pub struct Pool {
        pub(crate) books: Books,
        // In SCALE, and read only where it is needed: reading all of it would cost every call a quarter
        // of a transfer.
        pub(crate) payees: Vec<u8>,
        pub(crate) till: Vec<u8>,
        pub(crate) charter: Vec<u8>,
        pub(crate) offers: Vec<u8>,
        pub(crate) sponsors: Lazy<Sponsors>,
        pub(crate) donors: Mapping<AccountId, Donor>,
    }

    impl Pool {
        /// Makes a pool with these rules, which can never change. Its maker is the caller. Creates one
        /// item, for good, and emits [`Created`].
        ///
        /// # Errors
        /// [`Error::BadTerms`].
        #[ink(constructor)]
        pub fn new(terms: Terms) -> Result<Self> {
            Self::made(terms, Self::env().caller())
        }

        /// Makes a pool as `new` does, for somebody else, who is its maker then: for factories.
        ///
        /// # Errors
        /// [`Error::BadTerms`].
        #[ink(constructor)]
        pub fn made_for(maker: AccountId, terms: Terms) -> Result<Self> {
            Self::made(terms, maker)
        }

        // ---- For everyone: donating ----

        /// Donates the attached value. `memo` is the hash of what the donor says to it, if anything.
        ///
        /// In a pool without goal and schedule the money goes to the beneficiaries at once. In one with a
        /// goal this creates the caller's record, one item, with their first donation; otherwise it
        /// creates nothing. Emits [`Donations`].
        ///
        /// # Errors
        /// [`Error::Closed`] from the time on at which the pool closes; [`Error::BelowMinimum`].
        #[ink(message, payable)]
        #[inline(never)]
        pub fn donate(&mut self, memo: Option<Commit>) -> Result<()> {
            self.take_one(self.env().caller(), memo, false)
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
            self.take_one(donor, memo, false)
        }

        /// Donates as `donate_for`, for a round of matching, in which gifts of those who get the money
        /// must not count.
        ///
        /// # Errors
        /// As `donate`; [`Error::IsBeneficiary`] if `donor` has a share of the pool's money now.
        #[ink(message, payable)]
        #[inline(never)]
        pub fn donate_in_round(&mut self, donor: AccountId, memo: Option<Commit>) -> Result<()> {
            self.take_one(donor, memo, true)
        }

        /// Donates up to 64 gifts at once, for someone who collected them, each in the name of its
        /// donor; the attached value must be their exact sum. Otherwise as `donate_for`.
        ///
        /// # Errors
        /// As `donate`; [`Error::BatchSize`] for no gifts or more than 64; [`Error::WrongValue`];
        /// [`Error::Overflow`] for a sum that cannot be represented. One bad gift refuses all.
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
        /// is used up or returned is free again; in one with a goal it is not, as it may have to be
        /// refunded. So that places cannot be filled with dust, a sponsor puts in at least what the rules
        /// say, and promises at least a hundredth of that for one donor.
        ///
        /// The first sponsor's creates one item, and each of the other seven adds 97 bytes to it; none
        /// of that is ever freed. Emits [`Arrived`].
        ///
        /// # Errors
        /// [`Error::Closed`]; [`Error::NoSponsors`] if the rules allow none; [`Error::BadPledge`];
        /// [`Error::SponsorsFull`].
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
        /// [`Error::MatchingUntil`] before the pledge's end; [`Error::NothingDue`];
        /// [`Error::TransferFailed`] if the sponsor's account is gone and the rest too little to make
        /// one: then it waits.
        #[ink(message)]
        #[inline(never)]
        pub fn return_sponsorship(&mut self, sponsor: u32) -> Result<()> {
            self.end_sponsorship(sponsor)
        }

        // ---- For everyone: money that nobody has back ----

        /// Gives the attached value to the beneficiaries: no donation, no part of the goal, and never
        /// refunded. For rounds of matching, and for whoever wants nothing for it. Possible at any time.
        ///
        /// Goes to the beneficiaries at once, unless there is a schedule. Creates no item. Emits
        /// [`Arrived`].
        ///
        /// # Errors
        /// [`Error::NothingDue`] for a grant of nothing.
        #[ink(message, payable)]
        #[inline(never)]
        pub fn grant(&mut self) -> Result<()> {
            self.take_grant()
        }

        /// Gives to the beneficiaries what the pool holds and does not owe: what arrived by other roads,
        /// and units that could not be divided. Returns how much it was. As a grant, it is no donation
        /// and no part of the goal. Anyone can call it, at any time.
        ///
        /// Creates no item. Emits [`Arrived`].
        ///
        /// # Errors
        /// [`Error::NothingDue`] if there is nothing, or too little to divide.
        #[ink(message)]
        #[inline(never)]
        pub fn take_in(&mut self) -> Result<Balance> {
            self.take_surplus()
        }

        // ---- For everyone: the end, and money out ----

        /// Makes the donations the beneficiaries' for good, once the pool has closed and has not missed
        /// its goal. Anyone can call it. In a pool that keeps everything they are that anyway, and this
        /// only says that all is in.
        ///
        /// Creates no item. Emits [`Finalised`].
        ///
        /// # Errors
        /// [`Error::OpenUntil`] while it is open; [`Error::GoalMissed`]; [`Error::AlreadyFinalised`].
        #[ink(message)]
        #[inline(never)]
        pub fn finalise(&mut self) -> Result<()> {
            self.close_books()
        }

        /// Sends a donor back all that they gave, if the goal was missed. Anyone can call it.
        ///
        /// If the chain refuses that (the donor has no account, and it is less than the existential
        /// deposit), then from 90 days after the deadline on what the record's payer had paid in goes to
        /// the payer. What others paid in for this donor waits for the account.
        ///
        /// Creates no item. Frees the donor's record, with the deposit, if nothing is left in it and the
        /// caller could `forget` it. Emits [`Released`].
        ///
        /// # Errors
        /// [`Error::NoRefunds`] without a goal; [`Error::OpenUntil`]; [`Error::GoalReached`];
        /// [`Error::NothingDue`]; [`Error::TransferFailed`].
        #[ink(message)]
        #[inline(never)]
        pub fn refund(&mut self, donor: AccountId) -> Result<()> {
            self.give_back(donor)
        }

        /// Pays the beneficiaries what is in the books and released by now: takes the fee, divides the
        /// rest along the split and sends each their share. Anyone can call it; a beneficiary can say in
        /// `note` what it is spent on, or do so later with `explain`.
        ///
        /// For pools with a goal, once they are finalised, and for pools with a schedule: all others hold
        /// nothing for the beneficiaries. Exact over time: the shares of many payouts add up to those of
        /// one.
        ///
        /// A share that the chain refuses to move waits here for `withdraw`, and stops nobody else's.
        /// Creates no item. Emits [`Released`].
        ///
        /// # Errors
        /// [`Error::NotBeneficiary`] for a stranger's note; [`Error::BadNote`]; [`Error::NothingDue`].
        #[ink(message)]
        #[inline(never)]
        pub fn payout(&mut self, note: Option<Note>) -> Result<()> {
            self.pay(note)
        }

        /// Says what money was spent on: that of an earlier payout, or, without a number, what went
        /// straight through. For beneficiaries: anyone can have called a payout, and so without a note.
        ///
        /// Creates no item. Emits [`Explained`].
        ///
        /// # Errors
        /// [`Error::NotBeneficiary`]; [`Error::BadNote`]; [`Error::UnknownPayout`].
        #[ink(message)]
        #[inline(never)]
        pub fn explain(&mut self, payout: Option<u32>, note: Note) -> Result<()> {
            self.say_what_for(payout, note)
        }

        /// Sends a beneficiary or the treasury what the chain had refused to move. Anyone can call it,
        /// for any account.
        ///
        /// Creates no item. Emits [`Released`].
        ///
        /// # Errors
        /// [`Error::NothingDue`]; [`Error::TransferFailed`] while it is still too little for an account
        /// that does not exist.
        #[ink(message)]
        #[inline(never)]
        pub fn withdraw(&mut self, account: AccountId) -> Result<()> {
            self.hand_out(account)
        }

        /// Frees a donor's record once nothing depends on it: after the deadline, if the goal was reached
        /// or the donor has had their money back. For whoever paid for it; if a contract handed the
        /// donation in, so that this is not known, for the donor, who must sign for it.
        ///
        /// Frees one item, whose deposit goes to the caller. Emits [`Forgotten`].
        ///
        /// # Errors
        /// [`Error::NotPayer`] for anyone else, or if there is no record; [`Error::StillNeeded`].
        #[ink(message)]
        #[inline(never)]
        pub fn forget(&mut self, donor: AccountId) -> Result<()> {
            self.free_record(donor)
        }

        // ---- For the maker and beneficiaries ----

        /// Publishes news of the pool. For its maker and for beneficiaries.
        ///
        /// Creates no item: news are in the event only. Emits [`News`].
        ///
        /// # Errors
        /// [`Error::NotPermitted`] for anybody else; [`Error::BadNote`].
        #[ink(message)]
        #[inline(never)]
        pub fn publish(&mut self, news: Note) -> Result<()> {
            self.tell_news(news)
        }

        /// Offers the caller's share of the money to another account, in place of any to which it was
        /// offered before; or, without one, takes the offer back. Nothing changes before it is accepted.
        /// For beneficiaries, each for their own share.
        ///
        /// Creates no item. Adds 33 bytes to the root item, at the caller's expense; taking the offer back
        /// frees them again. Emits [`ShareOffered`].
        ///
        /// # Errors
        /// [`Error::NotBeneficiary`]; [`Error::PaysItself`] for the pool's own account;
        /// [`Error::HasShare`] for a beneficiary; [`Error::NotOffered`] if there is nothing to take back.
        #[ink(message)]
        #[inline(never)]
        pub fn offer_share(&mut self, to: Option<AccountId>) -> Result<()> {
            self.offer(to)
        }

        /// Takes over the share of `from`, who has offered it to the caller. From now on the caller gets
        /// all that it brings, with all that it has not been sent yet (see the crate's text on shares).
        ///
        /// In a round that the pool is in, who has a share is no donor to it, nor is who had one when the
        /// pool entered. What the new account gave before counts; and an account through which a share went
        /// in between is a donor again when it has passed it on.
        ///
        /// Creates no item. Takes 33 bytes from the root item, whose deposit is the caller's. Emits
        /// [`ShareMoved`].
        ///
        /// # Errors
        /// [`Error::NotOffered`]; [`Error::HasShare`] if the caller has one already, by another offer.
        #[ink(message)]
        #[inline(never)]
        pub fn accept_share(&mut self, from: AccountId) -> Result<()> {
            self.move_share(from)
        }

        // ---- Reading ----

        /// Returns all that there is to know of the pool.
        #[ink(message)]
        #[inline(never)]
        pub fn overview(&self) -> Overview {
            self.look_over()
        }

        /// Returns what there is to show of the pool in a list.
        #[ink(message)]
        #[inline(never)]
        pub fn summary(&self) -> Summary {
            self.summarise()
        }

        /// Returns where the pool stands and when it closes.
        #[ink(message)]
        #[inline(never)]
        pub fn standing(&self) -> Standing {
            self.stand()
        }

        /// Returns a donor's record, if there is one.
        #[ink(message)]
        #[inline(never)]
        pub fn donor(&self, account: AccountId) -> Option<Donor> {
            self.donors.get(account)
        }

        /// Returns the records of up to 64 donors, in the order of `accounts`.
        #[ink(message)]
        #[inline(never)]
        pub fn donors(&self, accounts: Vec<AccountId>) -> Vec<Option<Donor>> {
            self.records(accounts)
        }

        /// Returns the sponsors who have a place, first come first.
        #[ink(message)]
        #[inline(never)]
        pub fn sponsors(&self) -> Vec<Sponsor> {
            self.all_sponsors().list
        }

        /// Returns what `account` can take out by `withdraw`.
        #[ink(message)]
        #[inline(never)]
        pub fn kept_for(&self, account: AccountId) -> Balance {
            self.till().kept_for(&self.payees(), &account)
        }

        /// Returns what the contract owes in all, and what it holds to pay it from (its existential
        /// deposit not counted). The first is never more than the second.
        #[ink(message)]
        #[inline(never)]
        pub fn solvency(&self) -> (Balance, Balance) {
            (self.owed(), self.env().balance())
        }

        // ---- Behind the constructors ----

        #[inline(never)]
        fn made(terms: Terms, maker: AccountId) -> Result<Self> {
            let (own, now) = (Self::env().account_id(), Self::env().block_timestamp());
            terms.check(&own, now).map_err(Error::BadTerms)?;
            let by = Self::env().caller();
            Self::env().emit_event(Created {
                terms: terms.clone(),
                maker,
                by,
            });
            Ok(Self {
                books: Books::new(&terms),
                payees: terms.payees().encode(),
                till: Till::new(&terms).encode(),
                charter: Charter::of(maker, terms).encode(),
                offers: Offers::default().encode(),
                sponsors: Lazy::new(),
                donors: Mapping::new(),
            })
        }
    }
}
