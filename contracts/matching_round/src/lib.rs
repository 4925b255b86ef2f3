//! A round of quadratic matching: sponsors' money, divided among pools by how many gave to them.
//!
//! Sponsors put money in. People donate to the round's pools through it, and each donation goes on to its
//! pool at once, in the donor's own name. In the end the money is divided by the quadratic formula (see
//! [`farthing_types::quadratic`], with its source and its exactness): the formula asks for the square of the
//! sum of the square roots of what each donor gave to a pool, less the sum of what they gave. So many small
//! gifts draw more than one large one, and what a pool is given by one donor alone draws nothing.
//!
//! **Limits**, fixed when the round is made and shown by [`overview`]. Money is only ever scaled down: no
//! pool gets more than the formula asks for. No pool gets more than [`max_share`] of the money, and none that
//! fewer than [`min_donors`] gave to gets any. A gift has a least size, and of what one donor gives to one
//! pool no more than the cap counts. The organiser is no donor, nor is who gets a pool's money a donor to
//! that pool. What these limits leave goes back to the sponsors, each their part, to the last unit. So two
//! accounts that give one unit each draw two units, however much there is; and somebody with a thousand
//! accounts draws what they would have had to give, or the largest share, whichever is less.
//!
//! **One person posing as many** is made dearer by that, not impossible. The formula counts accounts, and
//! accounts are free. Only a verifier who tells persons apart helps: if the round names one, only those on
//! their lists donate through it. How good the lists are, the contract cannot know. Nor does anything here
//! keep real people from acting together, or a beneficiary's friends from donating to their pool and having
//! the same coins back to donate again. So there is time to look between the close and the division, in
//! which [`pools`] says what each would get, and pools can be struck off.
//!
//! **Who can do what.** The rules are fixed at creation. The organiser chooses the pools, and takes out what
//! should not be there, until a time that the rules name; anyone's entering would let 64 worthless pools keep
//! all others out. Pools must be of the factory that the rules name, whose code sponsors and donors should
//! know. From that time on until the money can be divided, the organiser and the verifier can strike a pool
//! off, each alone: a pool is in by the word of the one, its donors are persons by that of the other, and
//! either can find that they were wrong. A pool that is struck off gets nothing; what it was given is its
//! own. Whoever objected can think better of it. The verifier makes lists of donors known by their Merkle
//! roots. Before the round opens they can replace them; from then on they can only add to them, so that who
//! may donate cannot be kept out any more. None of the two can touch money, and there is no guardian and no
//! fee. What the two can do together is to have all pools but their own get nothing, and these not more than
//! the limits: sponsors trust them that far.
//!
//! **Sponsors can leave** with all of their money until the round opens. They see all pools before that:
//! from the time when they are chosen on, none enters. Once donors count on the money it stays.
//!
//! **Time.** Each stage begins at the very millisecond of its time: [`enter`] and [`take_out`] until the pools
//! are chosen, [`leave`] until the round opens, [`donate`] from then until it closes, [`sponsor`] until it
//! closes, [`strike_off`] from when the pools are chosen until the money can be divided, [`divide`] from then
//! on. A pool that closes before the round opens cannot enter. One with a goal can if that is settled by the
//! division; if it missed its goal its donors can have their money back, and it gets nothing. Division, shares
//! and what goes back are there for anyone to call, and none of it needs the organiser.
//!
//! **Solvency.** The contract keeps books of what it owes and never decides by its balance what anyone is
//! due; [`solvency`] tells both. It holds the sponsors' money until it is divided, then the shares that pools
//! did not take, and what sponsors have not had back. Donations never stay here. There is one road in for
//! money, [`sponsor`]; what a plain transfer brings is owed to nobody and lost, as is what is sent through
//! channels or streams.
//!
//! **Calls into other contracts.** The factory is the organiser's choice, and with it the pools. None of them
//! can lock a deposit of whoever calls [`enter`], [`divide`] or [`pay`], nor call back, nor take more than a
//! bounded part of their gas ([`MAX_TIME`], [`MAX_PROOF`]). One that does not answer or does not take its
//! share (none that the factory made should) keeps nobody else's from them: if [`divide`] gets no further,
//! the others are asked by [`ask`] and paid by [`pay`], each alone. For 30 days after the time of division; then
//! nobody is asked any more, and pools with a goal that were not asked count as having missed it. So it
//! never matters how much gas somebody sends. What a pool stores for a donor the donor pays for, within the
//! limit of their transaction.
//!
//! **Deposits.** Each message says how many storage items it can create (about 0.1 UNIT an item on the
//! development chain, a hundred times a call's fee). A donor has one record here for each pool they give
//! to, however often, and can free it when the round has closed, with the deposit. A pool with a goal, or
//! whose own sponsors match, keeps a record of its own besides.
//!
//! **Events** tell all that is stored here. Every donation is in a [`Donated`] event here and in one of its
//! pool's. It is anonymous, as the only one here: a topic, even the signature, costs half a transfer. All
//! others carry their signature as their only topic.
//!
//! [`overview`]: matching_round::MatchingRound::overview
//! [`pools`]: matching_round::MatchingRound::pools
//! [`max_share`]: terms::Terms::max_share
//! [`min_donors`]: terms::Terms::min_donors
//! [`enter`]: matching_round::MatchingRound::enter
//! [`take_out`]: matching_round::MatchingRound::take_out
//! [`strike_off`]: matching_round::MatchingRound::strike_off
//! [`leave`]: matching_round::MatchingRound::leave
//! [`donate`]: matching_round::MatchingRound::donate
//! [`sponsor`]: matching_round::MatchingRound::sponsor
//! [`divide`]: matching_round::MatchingRound::divide
//! [`ask`]: matching_round::MatchingRound::ask
//! [`pay`]: matching_round::MatchingRound::pay
//! [`solvency`]: matching_round::MatchingRound::solvency
//! [`MAX_TIME`]: messages::MAX_TIME
//! [`MAX_PROOF`]: messages::MAX_PROOF
//! [`Donated`]: events::Donated
#![cfg_attr(not(feature = "std"), no_std, no_main)]
// SCALE's derives cast variant numbers. Our own code converts with `From` and `TryFrom` only.
#![allow(clippy::cast_possible_truncation)]

pub mod books;
mod checks;
mod division;
pub mod entries;
#[cfg(any(test, all(target_arch = "wasm32", not(feature = "ink-as-dependency"))))]
mod entry;
pub mod error;
pub mod events;
pub mod lists;
pub mod messages;
pub mod reading;
pub mod tally;
pub mod terms;

pub use self::error::Error;
pub use self::matching_round::{MatchingRound, MatchingRoundRef};

#[cfg(all(target_arch = "wasm32", not(feature = "ink-as-dependency")))]
#[no_mangle]
extern "C" fn farthing_call() {
    farthing_shared::entry::dispatch::<MatchingRound, entry::Donation>()
}

#[ink::contract]
pub mod matching_round {
    #[cfg(doc)]
    use crate::error::Error;
    use crate::{
        books::{Books, Stage},
        entries::{Entry, Place, Projection, Shown},
        error::Result,
        lists::Membership,
        tally::{Contribution, Tally},
        terms::Terms,
    };
    use farthing_shared::{end_without_root, fixed::Raw};
    use farthing_types::Hash as Commit;
    use ink::{
        prelude::{string::String, vec::Vec},
        storage::{Lazy, Mapping},
    };

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

    /// The round's storage: its root item, which donations do not touch, and six other kinds of item.
    #[ink(storage)]
    pub struct MatchingRound {
        pub(crate) books: Books,
        pub(crate) terms: Lazy<Terms>,
        pub(crate) entries: Lazy<Vec<Entry>>,
        pub(crate) places: Mapping<AccountId, Raw<Place>>,
        pub(crate) contributions: Mapping<(u8, AccountId), Contribution>,
        pub(crate) sponsors: Mapping<AccountId, Balance>,
        pub(crate) lists: Mapping<(), Vec<Commit>>,
    }

    impl MatchingRound {
        /// Makes a round with these rules, which can never change. Creates one item, for good. Emits
        /// [`RoundCreated`](crate::events::RoundCreated).
        ///
        /// # Errors
        /// [`Error::BadTerms`]; [`Error::FactoryFailed`] if there is no factory at that account.
        #[ink(constructor)]
        pub fn new(terms: Terms) -> Result<Self> {
            Self::made(terms)
        }

        // ---- For the organiser ----

        /// Takes the factory's pool with this number into the round, until the pools are chosen, and returns
        /// its account. There is room for 64.
        ///
        /// Creates one item, at the caller's expense; the first pool a second one, to which each adds 55
        /// bytes. `take_out` frees the first. Emits [`Entered`](crate::events::Entered).
        ///
        /// # Errors
        /// [`Error::NotOrganiser`], [`Error::Chosen`], [`Error::RoundFull`]; [`Error::FactoryFailed`] if the
        /// factory does not answer; [`Error::UnknownPool`], [`Error::AlreadyEntered`];
        /// [`Error::PoolFailed`] if the pool does not answer; [`Error::PoolCloses`] if it takes no donations
        /// when the round opens; [`Error::DeadlineTooLate`] if its goal is not settled by the division.
        #[ink(message)]
        #[inline(never)]
        pub fn enter(&mut self, number: u32) -> Result<AccountId> {
            self.take_in(number)
        }

        /// Takes a pool out of the round again, until the pools are chosen. The last pool gets its place.
        ///
        /// Frees one item and 55 bytes, whose deposits are the caller's, who paid for them. (A contract did
        /// not: it cannot take pools out, but strike them off.) Emits
        /// [`TakenOut`](crate::events::TakenOut).
        ///
        /// # Errors
        /// [`Error::NotOrganiser`], [`Error::Chosen`], [`Error::NotEntered`]; [`Error::NotPayer`] if the
        /// organiser is a contract.
        #[ink(message)]
        #[inline(never)]
        pub fn take_out(&mut self, pool: AccountId) -> Result<()> {
            self.take_pool_out(pool)
        }

        // ---- For the organiser and the verifier ----

        /// Strikes a pool off, from when the pools are chosen until the money can be divided: nobody donates
        /// to it through the round any more, and it gets nothing. What it was given is its own. `reason` is
        /// the hash of why.
        ///
        /// Creates no item. Emits [`Objected`](crate::events::Objected).
        ///
        /// # Errors
        /// [`Error::NotObjector`]; [`Error::ChosenUntil`] before the pools are chosen;
        /// [`Error::ObjectionsEnded`], [`Error::NotEntered`]; [`Error::StruckOff`] if the caller objects to it
        /// already.
        #[ink(message)]
        #[inline(never)]
        pub fn strike_off(&mut self, pool: AccountId, reason: Commit) -> Result<()> {
            self.object(pool, Some(reason)).and_then(end_without_root)
        }

        /// Takes back the caller's own objection to a pool, as long as there can be any. If the other one
        /// objects to it, too, it stays struck off.
        ///
        /// Creates no item. Emits [`Objected`](crate::events::Objected).
        ///
        /// # Errors
        /// [`Error::NotObjector`], [`Error::ChosenUntil`], [`Error::ObjectionsEnded`], [`Error::NotEntered`];
        /// [`Error::NotStruckOff`] if the caller does not object to it.
        #[ink(message)]
        #[inline(never)]
        pub fn reinstate(&mut self, pool: AccountId) -> Result<()> {
            self.object(pool, None).and_then(end_without_root)
        }

        // ---- For the verifier ----

        /// Makes list number `list` of those who can donate known, by its Merkle root (see
        /// [`farthing_types::merkle`]; an entry is an account's 32 bytes), until the round closes. Who is on
        /// any of the lists can donate. Before the round opens a list can be replaced; after that lists can
        /// only be added. There is room for 8. `uri`, in at most 128 bytes, is where donors find the list.
        ///
        /// The first creates an item, to which each other one adds 32 bytes, at the caller's expense;
        /// `free_lists` frees it. Emits [`Listed`](crate::events::Listed).
        ///
        /// # Errors
        /// [`Error::NotVerifier`], also if the round has none; [`Error::Closed`], [`Error::BadUri`];
        /// [`Error::Opened`] for a list that there is, when the round has opened; [`Error::WrongList`] if
        /// numbers would be left out; [`Error::ListsFull`].
        #[ink(message)]
        #[inline(never)]
        pub fn set_list(&mut self, list: u8, root: Commit, uri: String) -> Result<()> {
            self.write_list(list, root, uri).and_then(end_without_root)
        }

        /// Frees the lists, once the round has closed and they matter no longer.
        ///
        /// Frees an item, whose deposit is the caller's, who paid for it. (A contract did not, and cannot.)
        /// Emits [`ListsFreed`](crate::events::ListsFreed).
        ///
        /// # Errors
        /// [`Error::NotVerifier`], [`Error::OpenUntil`]; [`Error::NotPayer`] if the verifier is a contract;
        /// [`Error::NothingDue`] if there are none.
        #[ink(message)]
        #[inline(never)]
        pub fn free_lists(&mut self) -> Result<()> {
            self.remove_lists().and_then(end_without_root)
        }

        // ---- For sponsors ----

        /// Puts the attached value into the round, until it closes. Until it opens, `leave` gives it back;
        /// after that `take_back` gives the caller's part of what is not divided, in the end.
        ///
        /// Creates the caller's record, one item, with their first money. Emits
        /// [`Sponsored`](crate::events::Sponsored).
        ///
        /// # Errors
        /// [`Error::Closed`], [`Error::NothingGiven`]; [`Error::Overflow`] from 2⁹⁰ units of money on.
        #[ink(message, payable)]
        #[inline(never)]
        pub fn sponsor(&mut self) -> Result<()> {
            self.take_sponsorship()
        }

        /// Sends the caller all that they put in, until the round opens. Returns how much that is.
        ///
        /// Creates no item. Frees the caller's record, with its deposit. (A contract did not pay for it: its
        /// record stays.) Emits [`Left`](crate::events::Left).
        ///
        /// # Errors
        /// [`Error::Opened`], [`Error::NothingDue`], [`Error::TransferFailed`].
        #[ink(message)]
        #[inline(never)]
        pub fn leave(&mut self) -> Result<Balance> {
            self.let_sponsor_go()
        }

        /// Sends a sponsor their part of what was not divided, once it is settled. Returns how much that is,
        /// perhaps nothing. Anyone can call it.
        ///
        /// A part is as large of all that goes back as what the sponsor put in is of all that sponsors did.
        /// It is rounded down, and what that leaves is in the parts of those who come later: the last one has
        /// the last unit.
        ///
        /// Creates no item. Frees the sponsor's record, with its deposit, if they call it themselves; if
        /// somebody else did before, they can call it for that alone. (A contract did not pay for it: its
        /// record stays.) Emits [`TakenBack`](crate::events::TakenBack).
        ///
        /// # Errors
        /// [`Error::NotDivided`]; [`Error::NothingDue`] if there is no record, or nothing to do for this
        /// caller; [`Error::TransferFailed`].
        #[ink(message)]
        #[inline(never)]
        pub fn take_back(&mut self, sponsor: AccountId) -> Result<Balance> {
            self.give_rest_back(sponsor)
        }

        // ---- For donors ----

        /// Donates the attached value to a pool of the round, in the caller's name: the pool has it at
        /// once, and whatever it promises its donors it owes to the caller. Up to the round's cap, what
        /// the caller gives to this pool counts in the formula; what is over it goes to the pool and
        /// counts no further. `memo` is the hash of what the donor says to it, if anything. `membership` shows
        /// that the caller is on one of the verifier's lists; it is of no interest if there is no verifier, or
        /// the caller has given to this pool before.
        ///
        /// Nobody can donate through the round in another's name: a gift counts for whoever pays it.
        ///
        /// Creates the caller's record for this pool, one item, with their first donation to it, which
        /// `forget` frees; and whatever the pool creates, in most pools with a goal a record of its own. Emits
        /// [`Donated`](crate::events::Donated).
        ///
        /// # Errors
        /// [`Error::NotEntered`], [`Error::OpensAt`], [`Error::Closed`], [`Error::BelowMinimum`],
        /// [`Error::StruckOff`]; [`Error::NotADonor`] for the organiser and the pool's beneficiaries;
        /// [`Error::NotListed`] if there is a verifier; [`Error::Overflow`] if the roots of what donors gave to
        /// one pool would add up to 2⁵⁶; [`Error::Refused`] with what the pool says, [`Error::PoolFailed`].
        #[ink(message, payable)]
        #[inline(never)]
        pub fn donate(
            &mut self,
            pool: AccountId,
            memo: Option<Commit>,
            membership: Option<Membership>,
        ) -> Result<()> {
            self.take_donation(pool, memo, membership)
                .and_then(end_without_root)
        }

        // ---- For everyone: the end ----

        /// Divides the money, from the time of division on, and gives the pools their shares. Calls up to
        /// `calls` pools: asks those that have a goal whether they missed it, divides when all were asked, and
        /// then offers each its share, as a grant: its beneficiaries' for good, and no part of any goal. Returns
        /// how many pools are still to be asked and to be offered their share at most: 0 when all is done.
        ///
        /// It can be called as often as it takes. On a chain whose blocks are limited to 5 MiB of proof,
        /// 16 calls at a time are enough. Pools without a goal, and those that draw nothing, are not asked and
        /// cost almost nothing. A share that a pool does not take waits for `pay`.
        ///
        /// Creates no item. Emits [`Asked`](crate::events::Asked), [`Divided`](crate::events::Divided),
        /// [`Paid`](crate::events::Paid), each if that is what it did.
        ///
        /// From 30 days after the time of division on, pools with a goal that were not asked before are not
        /// asked any more: they count as having missed it. Somebody who cares should have called by then.
        ///
        /// # Errors
        /// [`Error::DividesAt`]; [`Error::AlreadyDivided`] if all was done; [`Error::PoolFailed`] if the next
        /// pool does not answer, be it for lack of gas. What this call has asked or paid before it comes to
        /// such a pool is kept; the others behind it can be asked by `ask`.
        #[ink(message)]
        #[inline(never)]
        pub fn divide(&mut self, calls: u32) -> Result<u32> {
            self.go_on_dividing(calls)
        }

        /// Asks one pool, out of turn, whether it missed its goal, as `divide` does. Returns whether it did.
        /// Anyone can call it, from the time of division on, for where one pool before it does not answer.
        ///
        /// Creates no item. Emits [`Asked`](crate::events::Asked).
        ///
        /// # Errors
        /// [`Error::DividesAt`], [`Error::AlreadyDivided`], [`Error::NotEntered`]; [`Error::NothingDue`] if it
        /// was asked, has no goal, or draws nothing; [`Error::PoolFailed`] if it does not answer.
        #[ink(message)]
        #[inline(never)]
        pub fn ask(&mut self, pool: AccountId) -> Result<bool> {
            self.ask_one(pool)
        }

        /// Offers a pool its share that it did not take, or was not offered yet. Anyone can call it.
        ///
        /// Creates no item. Emits [`Paid`](crate::events::Paid).
        ///
        /// # Errors
        /// [`Error::NotDivided`], [`Error::NotEntered`], [`Error::NothingDue`]; [`Error::Refused`] and
        /// [`Error::PoolFailed`] if the pool does not take it: then the share waits.
        #[ink(message)]
        #[inline(never)]
        pub fn pay(&mut self, pool: AccountId) -> Result<()> {
            self.pay_pool(pool)
        }

        // ---- Storage that is no longer needed ----

        /// Frees the caller's record for a pool, once the round has closed, for its deposit. (A contract
        /// that donated did not pay for it, and cannot.) Emits [`Freed`](crate::events::Freed).
        ///
        /// # Errors
        /// [`Error::OpenUntil`], [`Error::NotEntered`], [`Error::NotPayer`].
        #[ink(message)]
        #[inline(never)]
        pub fn forget(&mut self, pool: AccountId) -> Result<()> {
            self.free_record(pool).and_then(end_without_root)
        }

        // ---- Reading ----

        /// Returns all that there is to know of the round, but for its pools.
        #[ink(message)]
        #[inline(never)]
        pub fn overview(&self) -> Overview {
            self.look_over()
        }

        /// Returns all pools, in the order of entering, with what was given to them and what they get, or
        /// would.
        #[ink(message)]
        #[inline(never)]
        pub fn pools(&self) -> Vec<Projection> {
            self.projections()
        }

        /// Returns up to `count` pools (32 at most), in the order of entering, without the first `skip`, with
        /// what they tell of themselves. Beyond the end there are none: two calls read a whole round.
        #[ink(message)]
        #[inline(never)]
        pub fn page(&self, skip: u32, count: u32) -> Vec<Shown> {
            self.show(skip, count)
        }

        /// Returns what counts for one pool.
        #[ink(message)]
        #[inline(never)]
        pub fn tally_of(&self, pool: AccountId) -> Option<Tally> {
            self.place_at(pool).map(|place| place.tally)
        }

        /// Returns who got a pool's money when it entered, and so cannot donate to it through the round.
        #[ink(message)]
        #[inline(never)]
        pub fn beneficiaries_of(&self, pool: AccountId) -> Vec<AccountId> {
            self.excluded(pool)
        }

        /// Returns what one donor's gifts to one pool count, as long as they have not freed the record.
        #[ink(message)]
        #[inline(never)]
        pub fn contribution(&self, pool: AccountId, donor: AccountId) -> Option<Contribution> {
            self.contribution_of(pool, donor)
        }

        /// Returns what a sponsor put in and has had no part back of; 0 when there is no record.
        #[ink(message)]
        #[inline(never)]
        pub fn sponsored(&self, sponsor: AccountId) -> Balance {
            self.sponsors.get(sponsor).unwrap_or(0)
        }

        /// Returns the Merkle roots of the verifier's lists.
        #[ink(message)]
        #[inline(never)]
        pub fn lists(&self) -> Vec<Commit> {
            self.lists.get(()).unwrap_or_default()
        }

        /// Returns whether an account can donate with this proof: anyone can, unless there is a verifier.
        #[ink(message)]
        #[inline(never)]
        pub fn is_listed(&self, account: AccountId, membership: Option<Membership>) -> bool {
            self.may_donate(&account, membership)
        }

        /// Returns what the contract owes in all, and what it holds to pay it from (its existential deposit
        /// not counted). The first is never more than the second.
        #[ink(message)]
        #[inline(never)]
        pub fn solvency(&self) -> (Balance, Balance) {
            (self.books.owed, self.env().balance())
        }
    }
}
