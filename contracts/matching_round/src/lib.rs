//! A round of quadratic matching: sponsors' money, divided among pools by how many gave to them.
//!
//! Sponsors put money in. People donate to the round's pools through it, and each donation goes on to its
//! pool at once, in the donor's own name. In the end the money is divided by the quadratic formula (see
//! [`farthing_types::quadratic`], with its source and its exactness): a pool's share is proportional to
//! the square of the sum of the square roots of what each donor gave, less the sum of what they gave. So
//! many small gifts draw more than one large one, and what a pool is given by one donor alone draws
//! nothing.
//!
//! **What it does about one person posing as many: very little.** The formula counts accounts, and
//! accounts are free. Splitting a gift into many from one account changes nothing, but a gift that draws
//! nothing from one account draws something from two, and nine times that from ten. A cap limits what
//! each account can count and not how many there are; a minimum makes them dearer. Only a verifier who
//! tells persons apart helps: if the round names one, nobody donates through it but those on their list.
//! How good that list is, the contract cannot know. Nor does anything here keep real people from acting
//! together, or a beneficiary and their friends from donating to their own pool and having the same coins
//! back to donate again. All of the money is divided, however little is donated: in a round where only
//! two accounts gave one unit each to one pool, that pool gets everything. A sponsor must be ready to see
//! all of it go to any of the pools that the organiser chose.
//!
//! **Who can do what.** The rules are fixed at creation. The organiser chooses the pools, all before the
//! round opens, and can then do nothing more; anyone's entering would let 64 worthless pools keep all
//! others out. Pools must be of the factory that the rules name, whose code sponsors and donors should
//! know. The verifier adds accounts to the list, and takes none off while it matters: what they can do is
//! admit. Neither can touch money, and there is no guardian and no fee.
//!
//! **Time.** Each stage begins at the very millisecond of its time: [`enter`] before the round opens,
//! [`donate`] from then until it closes, [`sponsor`] until it closes, [`divide`] from the time of
//! division on. A pool with a goal can enter if that is settled by then; if it missed its goal its donors
//! can have their money back, and it gets nothing, as if no one had given to it: the others' shares are
//! that much larger. If no pool has a weight at all, each sponsor can have back what they put in,
//! exactly. Division, shares and what goes back are there for anyone to call, and none of it needs any
//! organiser.
//!
//! **Solvency.** The contract keeps books of what it owes and never decides by its balance what anyone is
//! due; [`solvency`] tells both. Money forced in by a plain transfer is owed to nobody. Donations never
//! stay here. No pool can hold up another's share, and one that does not answer (none that the factory
//! made should) holds up the division for 30 days at most, and counts as having missed its goal then.
//!
//! **Deposits.** Each message says how many storage items it can create (about 0.1 UNIT an item on the
//! development chain, a hundred times a call's fee). A donor has one record here for each pool they give
//! to, however often, and can free it when the round has closed, with the deposit. A pool with a goal, or
//! whose own sponsors match, keeps a record of its own besides, and cannot know who paid for it when the
//! donation came through a round: its deposit stays locked, unless the donor has given to that pool
//! directly before.
//!
//! **Events.** Every donation is in a [`Donated`] event here and in one of its pool's. It is anonymous,
//! as the only one here: a topic, even the signature, costs half a transfer. All others carry their
//! signature as their only topic.
//!
//! [`enter`]: matching_round::MatchingRound::enter
//! [`donate`]: matching_round::MatchingRound::donate
//! [`sponsor`]: matching_round::MatchingRound::sponsor
//! [`divide`]: matching_round::MatchingRound::divide
//! [`solvency`]: matching_round::MatchingRound::solvency
//! [`Donated`]: events::Donated
#![cfg_attr(not(feature = "std"), no_std, no_main)]
// SCALE's derives cast variant numbers. Our own code converts with `From` and `TryFrom` only.
#![allow(clippy::cast_possible_truncation)]

pub mod books;
pub mod desk;
pub mod error;
pub mod events;
pub mod tally;
pub mod terms;

pub use self::error::Error;
pub use self::matching_round::{MatchingRound, MatchingRoundRef};

#[ink::contract]
pub mod matching_round {
    use crate::{
        books::{Books, Outcome, Stage},
        desk::{ask, end_without_root, signed_by},
        error::{Error, Result},
        events::*,
        tally::{Contribution, Tally},
        terms::Terms,
    };
    use farthing_types::Hash as Commit;
    use ink::{
        codegen::TraitCallBuilder,
        env::call::FromAccountId,
        prelude::vec::Vec,
        storage::{Lazy, Mapping},
    };
    use pool_factory::PoolFactoryRef;

    /// A pool of the round. A fixed size, so that dividing locks no storage deposit.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[ink::scale_derive(Encode, Decode, TypeInfo)]
    #[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
    pub struct Entry {
        /// Its account.
        pub account: AccountId,
        /// Its number in the factory.
        pub number: u32,
        /// Whether it can miss a goal.
        pub has_goal: bool,
        /// Whether it did, as the division found.
        pub missed: bool,
        /// What it gets of the money.
        pub share: Balance,
        /// Whether it has got that.
        pub paid: bool,
    }

    /// A pool's place in the round, and what was given to it there. A fixed size.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[ink::scale_derive(Encode, Decode, TypeInfo)]
    #[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
    pub struct Place {
        /// How many pools entered before.
        pub place: u8,
        /// What counts for it.
        pub tally: Tally,
    }

    /// A pool of the round, and what was given to it there.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[ink::scale_derive(Encode, Decode, TypeInfo)]
    pub struct Projection {
        /// The pool. Before the division, its share is what it would get were the money divided now, and
        /// all pools with a goal to reach it.
        pub entry: Entry,
        /// What counts for it.
        pub tally: Tally,
    }

    /// All that there is to know of the round, but for its pools.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[ink::scale_derive(Encode, Decode, TypeInfo)]
    pub struct Overview {
        /// Its rules, which never change.
        pub terms: Terms,
        /// Where it stands now.
        pub stage: Stage,
        /// Its money, and how far its division is.
        pub books: Books,
    }

    /// The round's storage: its root item, which donations only read, and six other kinds of item.
    #[ink(storage)]
    pub struct MatchingRound {
        pub(crate) books: Books,
        pub(crate) terms: Lazy<Terms>,
        pub(crate) entries: Lazy<Vec<Entry>>,
        pub(crate) places: Mapping<AccountId, Place>,
        pub(crate) contributions: Mapping<(u8, AccountId), Contribution>,
        pub(crate) sponsors: Mapping<AccountId, Balance>,
        pub(crate) list: Mapping<AccountId, ()>,
    }

    impl MatchingRound {
        /// A round with these rules, which can never change. Creates one item, for good.
        ///
        /// # Errors
        /// [`Error::BadTerms`]; [`Error::FactoryFailed`] if there is no factory at that account.
        #[ink(constructor)]
        pub fn new(terms: Terms) -> Result<Self> {
            let now = Self::env().block_timestamp();
            terms.check(now).map_err(Error::BadTerms)?;
            let factory = PoolFactoryRef::from_account_id(terms.factory);
            ask(factory.call().overview()).ok_or(Error::FactoryFailed)?;
            let mut round = Self {
                books: Books::new(&terms),
                terms: Lazy::new(),
                entries: Lazy::new(),
                places: Mapping::new(),
                contributions: Mapping::new(),
                sponsors: Mapping::new(),
                list: Mapping::new(),
            };
            round.terms.set(&terms);
            Ok(round)
        }

        // ---- For the organiser ----

        /// Takes the factory's pool with this number into the round, before it opens, and returns the pool's
        /// account. There is room for 64.
        ///
        /// Creates one item; the first pool a second one, to which each adds 55 bytes. All of it for good.
        /// Emits [`Entered`].
        ///
        /// # Errors
        /// [`Error::NotOrganiser`], [`Error::Opened`], [`Error::RoundFull`], [`Error::FactoryFailed`],
        /// [`Error::UnknownPool`], [`Error::AlreadyEntered`], [`Error::PoolFailed`],
        /// [`Error::DeadlineTooLate`].
        #[ink(message)]
        #[inline(never)]
        pub fn enter(&mut self, number: u32) -> Result<AccountId> {
            let terms = self.rules();
            if terms.organiser != self.env().caller() {
                return Err(Error::NotOrganiser);
            }
            let place = self.books.check_entry(self.env().block_timestamp())?;
            let entry = self.candidate(terms.factory, number)?;
            let pool = entry.account;
            let place = Place {
                place: place.try_into().map_err(|_| Error::RoundFull)?,
                tally: Tally::default(),
            };
            self.places.insert(pool, &place);
            let mut entries = self.all_entries();
            entries.push(entry);
            self.entries.set(&entries);
            // At most 64.
            self.books.pools = self.books.pools.saturating_add(1);
            self.env().emit_event(Entered { pool, number });
            Ok(pool)
        }

        // ---- For the verifier ----

        /// Puts up to 64 accounts on the list of those who can donate, until the round closes. Those who
        /// are on it stay there.
        ///
        /// Creates an item for each that was not. The verifier has the deposits back with `clear`. Emits
        /// [`Listed`].
        ///
        /// # Errors
        /// [`Error::NotVerifier`], also if the round has none; [`Error::BatchSize`], [`Error::Closed`].
        #[ink(message)]
        #[inline(never)]
        pub fn allow(&mut self, accounts: Vec<AccountId>) -> Result<()> {
            self.check_list(&accounts)?;
            self.books.check_not_closed(self.env().block_timestamp())?;
            for account in &accounts {
                self.list.insert(account, &());
            }
            self.env().emit_event(Listed {
                accounts,
                allowed: true,
            });
            end_without_root()
        }

        /// Takes up to 64 accounts off the list, once the round has closed and it matters no longer, for
        /// their deposits.
        ///
        /// Frees an item for each that was on it. Emits [`Listed`].
        ///
        /// # Errors
        /// [`Error::NotVerifier`], [`Error::BatchSize`], [`Error::OpenUntil`].
        #[ink(message)]
        #[inline(never)]
        pub fn clear(&mut self, accounts: Vec<AccountId>) -> Result<()> {
            self.check_list(&accounts)?;
            self.books.check_closed(self.env().block_timestamp())?;
            for account in &accounts {
                self.list.remove(account);
            }
            self.env().emit_event(Listed {
                accounts,
                allowed: false,
            });
            end_without_root()
        }

        // ---- For sponsors ----

        /// Puts the attached value into the round, until it closes. There is no way back, unless in the
        /// end no pool has a weight: then `take_back` gives exactly what was put in.
        ///
        /// Creates the caller's record, one item, with their first money. Emits [`Sponsored`].
        ///
        /// # Errors
        /// [`Error::Closed`], [`Error::NothingGiven`]; [`Error::Overflow`] from 2⁹⁰ units of money on.
        #[ink(message, payable)]
        #[inline(never)]
        pub fn sponsor(&mut self) -> Result<()> {
            let (sponsor, amount) = (self.env().caller(), self.env().transferred_value());
            self.books.sponsor(self.env().block_timestamp(), amount)?;
            // At most all of the round's money.
            let given = self.sponsored(sponsor).saturating_add(amount);
            self.sponsors.insert(sponsor, &given);
            self.env().emit_event(Sponsored { sponsor, amount });
            Ok(())
        }

        /// Sends a sponsor back all that they put in, if no pool had a weight when the money was to be
        /// divided. Anyone can call it.
        ///
        /// Creates no item, and frees the sponsor's record if they call it themselves. Emits [`TakenBack`].
        ///
        /// # Errors
        /// [`Error::NotDivided`], [`Error::WentToPools`], [`Error::NothingDue`], [`Error::TransferFailed`].
        #[ink(message)]
        #[inline(never)]
        pub fn take_back(&mut self, sponsor: AccountId) -> Result<()> {
            let amount = self.take_sponsorship(sponsor)?;
            let sent = self.env().transfer(sponsor, amount);
            sent.map_err(|_| Error::TransferFailed)?;
            self.env().emit_event(TakenBack { sponsor, amount });
            Ok(())
        }

        // ---- For donors ----

        /// Donates the attached value to a pool of the round, in the caller's name: the pool has it at
        /// once, and whatever it promises its donors it owes to the caller. Up to the round's cap, what
        /// the caller gives to this pool counts in the formula; what is over it goes to the pool and
        /// counts no further. `memo` is the hash of what the donor says to it, if anything.
        ///
        /// Nobody can donate through the round in another's name: a gift counts for whoever pays it.
        ///
        /// Creates the caller's record for this pool, one item, with their first donation to it; and
        /// whatever the pool creates, in most pools with a goal a record of its own. Emits [`Donated`].
        ///
        /// # Errors
        /// [`Error::OpensAt`], [`Error::Closed`], [`Error::BelowMinimum`]; [`Error::NotListed`] if there is
        /// a verifier; [`Error::NotEntered`]; [`Error::Refused`] with what the pool says, [`Error::PoolFailed`];
        /// [`Error::Overflow`] if the roots of what donors gave to one pool would add up to 2⁵⁶.
        #[ink(message, payable)]
        #[inline(never)]
        pub fn donate(&mut self, pool: AccountId, memo: Option<Commit>) -> Result<()> {
            let (donor, amount) = (self.env().caller(), self.env().transferred_value());
            let now = self.env().block_timestamp();
            self.books.check_donation(now, amount)?;
            if !self.is_allowed(donor) {
                return Err(Error::NotListed);
            }
            let counted = self.count(pool, donor, amount)?;
            self.hand_on(pool, donor, amount, memo)?;
            self.env().emit_event(Donated {
                donor,
                pool,
                amount,
                counted,
            });
            end_without_root()
        }

        // ---- For everyone: the end ----

        /// Divides the money, from the time of division on, once. Asks the next `count` pools that have a
        /// goal whether they missed it, and divides when all were asked. Returns how many pools are still to
        /// be asked: none when the money is divided.
        ///
        /// 64 does it in one call, unless that is too much for one transaction: on a chain whose blocks
        /// are limited to 5 MiB of proof, ask 32 at a time. Pools without a goal, and those that nobody gave
        /// to through the round, are not asked and cost almost nothing.
        ///
        /// Creates no item. Emits [`Divided`] when it is.
        ///
        /// # Errors
        /// [`Error::DividesAt`], [`Error::AlreadyDivided`]; [`Error::PoolFailed`] if a pool does not answer,
        /// be it for lack of gas, until 30 days after the time of division. From then on such a pool counts as
        /// having missed its goal, whatever the reason: somebody who cares should have called by then.
        #[ink(message)]
        #[inline(never)]
        pub fn divide(&mut self, count: u32) -> Result<u32> {
            self.books.check_division(self.env().block_timestamp())?;
            let mut entries = self.all_entries();
            self.ask_pools(&mut entries, count)?;
            let left = self.books.pools.saturating_sub(self.books.asked);
            if left == 0 {
                self.settle(&mut entries);
            }
            if !entries.is_empty() {
                self.entries.set(&entries);
            }
            Ok(left)
        }

        /// Gives a pool its share, as a grant: its beneficiaries' for good, and no part of any goal. Anyone
        /// can call it.
        ///
        /// Creates no item. Emits [`Paid`].
        ///
        /// # Errors
        /// [`Error::NotDivided`], [`Error::NotEntered`], [`Error::NothingDue`]; [`Error::Refused`] and
        /// [`Error::PoolFailed`] if the pool does not take it: then the share waits.
        #[ink(message)]
        #[inline(never)]
        pub fn pay(&mut self, pool: AccountId) -> Result<()> {
            let amount = self.take_share(pool)?;
            self.grant(pool, amount)?;
            self.env().emit_event(Paid { pool, amount });
            Ok(())
        }

        // ---- Storage that is no longer needed ----

        /// Frees the caller's record for a pool, once the round has closed, for its deposit. (A contract
        /// that donated did not pay for it, and cannot.)
        ///
        /// # Errors
        /// [`Error::OpenUntil`], [`Error::NotEntered`], [`Error::NotPayer`].
        #[ink(message)]
        #[inline(never)]
        pub fn forget(&mut self, pool: AccountId) -> Result<()> {
            let donor = self.env().caller();
            self.books.check_closed(self.env().block_timestamp())?;
            let key = (self.place_of(pool)?.place, donor);
            if !signed_by(donor) || !self.contributions.contains(key) {
                return Err(Error::NotPayer);
            }
            self.contributions.remove(key);
            end_without_root()
        }

        /// Frees the caller's record as a sponsor, once the money went to the pools or was taken back. (A
        /// contract that sponsored did not pay for it, and cannot.)
        ///
        /// # Errors
        /// [`Error::NotDivided`], [`Error::NotPayer`]; [`Error::StillDue`] if it says what the caller can
        /// take back.
        #[ink(message)]
        #[inline(never)]
        pub fn forget_sponsorship(&mut self) -> Result<()> {
            let sponsor = self.env().caller();
            self.books.check_divided()?;
            let given = self.sponsors.get(sponsor).filter(|_| signed_by(sponsor));
            let given = given.ok_or(Error::NotPayer)?;
            if given != 0 && self.books.outcome == Outcome::Returned {
                return Err(Error::StillDue(given));
            }
            self.sponsors.remove(sponsor);
            end_without_root()
        }

        // ---- Reading ----

        /// All that there is to know of the round, but for its pools.
        #[ink(message)]
        #[inline(never)]
        pub fn overview(&self) -> Overview {
            Overview {
                terms: self.rules(),
                stage: self.books.stage(self.env().block_timestamp()),
                books: self.books.clone(),
            }
        }

        /// All pools, in the order of entering, with what was given to them and what they get.
        #[ink(message)]
        #[inline(never)]
        pub fn pools(&self) -> Vec<Projection> {
            self.projections()
        }

        /// What counts for one pool.
        #[ink(message)]
        #[inline(never)]
        pub fn tally_of(&self, pool: AccountId) -> Option<Tally> {
            self.places.get(pool).map(|place| place.tally)
        }

        /// What one donor's gifts to one pool count, as long as they have not freed the record.
        #[ink(message)]
        #[inline(never)]
        pub fn contribution(&self, pool: AccountId, donor: AccountId) -> Option<Contribution> {
            let place = self.places.get(pool)?.place;
            self.contributions.get((place, donor))
        }

        /// What a sponsor put in and has not taken back; 0 when they have freed the record.
        #[ink(message)]
        #[inline(never)]
        pub fn sponsored(&self, sponsor: AccountId) -> Balance {
            self.sponsors.get(sponsor).unwrap_or(0)
        }

        /// Whether an account can donate: anyone, unless there is a verifier.
        #[ink(message)]
        #[inline(never)]
        pub fn is_allowed(&self, account: AccountId) -> bool {
            self.books.verifier.is_none() || self.list.contains(account)
        }

        /// What the contract owes in all, and what it holds to pay it from (its existential deposit not
        /// counted). The first is never more than the second.
        #[ink(message)]
        #[inline(never)]
        pub fn solvency(&self) -> (Balance, Balance) {
            (self.books.owed(), self.env().balance())
        }

        fn rules(&self) -> Terms {
            // Were it not there, nothing could be done.
            self.terms
                .get()
                .unwrap_or_else(|| panic!("stored by the constructor"))
        }
    }
}
