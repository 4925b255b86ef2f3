//! What the messages do, but for the division.

use crate::{
    books::Books,
    checks::signed_by,
    entries::{beneficiaries, Entry, Head, Objections, Place, Rules},
    error::{Error, Result},
    events::*,
    lists::{Membership, MAX_LISTS},
    matching_round::MatchingRound,
    tally::{Contribution, Tally},
    terms::Terms,
};
use farthing_shared::{
    ask,
    fixed::Record,
    host::{self, Answer},
    Question,
};
use farthing_types::{split::MAX_RECIPIENTS, text, Balance, Hash, Millis};
use ink::{
    codegen::{StaticEnv, TraitCallBuilder},
    env::call::FromAccountId,
    prelude::{string::String, vec::Vec},
    primitives::AccountId,
    MessageResult,
};
use pool::{
    books::Stage as PoolStage,
    pool::Summary,
    terms::{Mode, MAX_TITLE, MAX_URI},
    PoolRef,
};
use pool_factory::PoolFactoryRef;
use scale::{DecodeAll, Encode};

/// How much time of the caller's a contract takes at most that the round asks something or gives money to
/// on its own account, in picoseconds: seventy plain transfers. A pool needs a fortieth of it.
pub const MAX_TIME: u64 = 20_000_000_000;
/// How much proof it takes at most, in bytes. A pool needs a quarter of it.
pub const MAX_PROOF: u64 = 512 << 10;

impl MatchingRound {
    pub(crate) fn made(terms: Terms) -> Result<Self> {
        terms
            .check(Self::env().block_timestamp())
            .map_err(Error::BadTerms)?;
        let factory = PoolFactoryRef::from_account_id(terms.factory);
        bounded(factory.call().overview()).ok_or(Error::FactoryFailed)?;
        let mut round = Self {
            books: Books::new(&terms),
            ..Self::unread()
        };
        round.terms.set(&terms);
        Self::env().emit_event(RoundCreated { terms });
        Ok(round)
    }

    // ---- Pools ----

    pub(crate) fn take_in(&mut self, number: u32) -> Result<AccountId> {
        self.check_organiser()?;
        let place = self.books.check_entry(Self::env().block_timestamp())?;
        let terms = self.rules();
        let (entry, beneficiaries) = self.candidate(terms.factory, number)?;
        let (pool, has_goal) = (entry.account, entry.has_goal);
        let place = Place {
            place: place.try_into().map_err(|_| Error::RoundFull)?,
            objections: Objections::default(),
            tally: Tally::default(),
            beneficiaries: beneficiaries.clone(),
            rules: Rules::of(&terms),
        };
        self.put_place(pool, &place);
        let mut entries = self.all_entries();
        entries.push(entry);
        self.entries.set(&entries);
        // At most 64.
        self.books.pools = self.books.pools.saturating_add(1);
        Self::env().emit_event(Entered {
            pool,
            number,
            has_goal,
            beneficiaries,
        });
        Ok(pool)
    }

    /// What is written down of a pool of the factory that may enter, and who gets its money. The pool's own
    /// terms are its word, which is good because the factory made it from the code it makes pools from.
    fn candidate(&self, factory: AccountId, number: u32) -> Result<(Entry, Vec<AccountId>)> {
        let factory = PoolFactoryRef::from_account_id(factory);
        let listed = bounded(factory.call().pool(number)).ok_or(Error::FactoryFailed)?;
        let account = listed.ok_or(Error::UnknownPool)?.account;
        if self.places.contains(account) {
            return Err(Error::AlreadyEntered);
        }
        let summary = summary_of(account).ok_or(Error::PoolFailed(account))?;
        let (closes, has_goal) = match summary.terms.mode {
            Mode::KeepAll { closes } => (closes.unwrap_or(Millis::MAX), false),
            Mode::AllOrNothing { deadline, .. } => (deadline, true),
        };
        if closes <= self.books.opens || summary.stage != PoolStage::Open {
            return Err(Error::PoolCloses(closes));
        }
        if has_goal && closes > self.books.divides {
            return Err(Error::DeadlineTooLate(closes));
        }
        let entry = Entry {
            account,
            number,
            has_goal,
            asked: false,
            missed: false,
            share: 0,
            paid: false,
        };
        let beneficiaries = summary.terms.beneficiaries;
        let beneficiaries = beneficiaries.into_iter().map(|one| one.account);
        Ok((entry, beneficiaries.collect()))
    }

    pub(crate) fn take_pool_out(&mut self, pool: AccountId) -> Result<()> {
        let organiser = self.check_organiser()?;
        self.books.check_choosing(Self::env().block_timestamp())?;
        let place = self.place_of(pool)?.place;
        if !signed_by(organiser) {
            return Err(Error::NotPayer);
        }
        let mut entries = self.all_entries();
        if usize::from(place) >= entries.len() {
            return Err(Error::NotEntered);
        }
        entries.swap_remove(usize::from(place));
        self.places.remove(pool);
        if let Some(moved) = entries.get(usize::from(place)) {
            let its = self.place_of(moved.account)?;
            self.put_place(moved.account, &Place { place, ..its });
        }
        self.entries.set(&entries);
        self.books.pools = self.books.pools.saturating_sub(1);
        Self::env().emit_event(TakenOut { pool });
        Ok(())
    }

    pub(crate) fn object(&mut self, pool: AccountId, reason: Option<Hash>) -> Result<()> {
        let objector = self.objector()?;
        self.books.check_objection(Self::env().block_timestamp())?;
        let mut place = self.place_of(pool)?;
        place.objections.set(objector, reason.is_some())?;
        self.put_place(pool, &place);
        let by = Self::env().caller();
        Self::env().emit_event(Objected { pool, by, reason });
        Ok(())
    }

    // ---- The verifier's lists ----

    pub(crate) fn write_list(&mut self, list: u8, root: Hash, uri: String) -> Result<()> {
        self.check_verifier()?;
        let now = Self::env().block_timestamp();
        self.books.check_not_closed(now)?;
        if text::check(uri.as_bytes(), MAX_URI).is_err() {
            return Err(Error::BadUri);
        }
        let mut lists = self.lists.get(()).unwrap_or_default();
        let count = lists.len();
        match lists.get_mut(usize::from(list)) {
            Some(old) => {
                self.books.check_not_opened(now)?;
                *old = root;
            }
            None if count >= MAX_LISTS => return Err(Error::ListsFull),
            None if count == usize::from(list) => lists.push(root),
            None => {
                let next = count.try_into().map_err(|_| Error::ListsFull)?;
                return Err(Error::WrongList(next));
            }
        }
        self.lists.insert((), &lists);
        Self::env().emit_event(Listed { list, root, uri });
        Ok(())
    }

    pub(crate) fn remove_lists(&mut self) -> Result<()> {
        let verifier = self.check_verifier()?;
        self.books.check_closed(Self::env().block_timestamp())?;
        if !signed_by(verifier) {
            return Err(Error::NotPayer);
        }
        if !self.lists.contains(()) {
            return Err(Error::NothingDue);
        }
        self.lists.remove(());
        Self::env().emit_event(ListsFreed {});
        Ok(())
    }

    // ---- Sponsors ----

    pub(crate) fn take_sponsorship(&mut self) -> Result<()> {
        let (sponsor, amount) = (Self::env().caller(), Self::env().transferred_value());
        self.books.sponsor(Self::env().block_timestamp(), amount)?;
        // At most all of the round's money.
        let given = self.sponsored(sponsor).saturating_add(amount);
        self.sponsors.insert(sponsor, &given);
        Self::env().emit_event(Sponsored { sponsor, amount });
        Ok(())
    }

    pub(crate) fn let_sponsor_go(&mut self) -> Result<Balance> {
        let sponsor = Self::env().caller();
        let amount = self.sponsored(sponsor);
        self.books.leave(Self::env().block_timestamp(), amount)?;
        let freed = self.settle_sponsor(sponsor, amount)?;
        Self::env().emit_event(Left {
            sponsor,
            amount,
            freed,
        });
        Ok(amount)
    }

    pub(crate) fn give_rest_back(&mut self, sponsor: AccountId) -> Result<Balance> {
        self.books.check_divided()?;
        let given = self.sponsors.get(sponsor).ok_or(Error::NothingDue)?;
        if given == 0 && !signed_by(sponsor) {
            return Err(Error::NothingDue);
        }
        let amount = self.books.take_back(given)?;
        let freed = self.settle_sponsor(sponsor, amount)?;
        Self::env().emit_event(TakenBack {
            sponsor,
            amount,
            freed,
        });
        Ok(amount)
    }

    /// Sends a sponsor what is theirs, and frees their record if they signed for that themselves: only then
    /// did they pay for it. Returns whether it was freed.
    fn settle_sponsor(&mut self, sponsor: AccountId, amount: Balance) -> Result<bool> {
        let freed = signed_by(sponsor);
        if freed {
            self.sponsors.remove(sponsor);
        } else {
            self.sponsors.insert(sponsor, &0);
        }
        match farthing_shared::try_send(sponsor, amount) {
            true => Ok(freed),
            false => Err(Error::TransferFailed),
        }
    }

    // ---- Donations ----

    /// Both ways to `donate` lead here. It must not look at the root item: the short one does not read it.
    #[inline(never)]
    pub(crate) fn take_donation(
        &mut self,
        pool: AccountId,
        memo: Option<Hash>,
        membership: Option<Membership>,
    ) -> Result<()> {
        let (donor, amount) = (host::caller(), host::attached());
        let mut stored = self.places.get(pool).ok_or(Error::NotEntered)?;
        let mut place = Head::of(&stored.bytes);
        place.rules.check(Self::env().block_timestamp(), amount)?;
        place.check_donor(&donor, beneficiaries(&stored.bytes))?;
        let key = (place.place, donor);
        let mut contribution = match self.contributions.get(key) {
            Some(contribution) => contribution,
            // Who has a record was on a list.
            None if place.rules.listed => self.new_donor(&donor, membership)?,
            None => Contribution::default(),
        };
        let counted = place
            .tally
            .add(&mut contribution, amount, place.rules.cap)
            .ok_or(Error::Overflow)?;
        if counted != 0 {
            self.contributions.insert(key, &contribution);
            place.tally.put(&mut stored.bytes);
            self.places.insert(pool, &stored);
        }
        hand_on(pool, donor, amount, memo)?;
        let event = Donated {
            donor,
            pool,
            amount,
            counted,
        };
        let mut bytes = [0; Donated::LENGTH];
        event.encode_to(&mut Record::of(&mut bytes));
        host::emit(&bytes);
        Ok(())
    }

    /// The record of somebody who gives for the first time, and must be listed. Apart, so that who is known
    /// does not pay for its length.
    #[inline(never)]
    fn new_donor(&self, donor: &AccountId, membership: Option<Membership>) -> Result<Contribution> {
        match membership.is_some_and(|membership| self.is_member(donor, &membership)) {
            true => Ok(Contribution::default()),
            false => Err(Error::NotListed),
        }
    }

    pub(crate) fn free_record(&mut self, pool: AccountId) -> Result<()> {
        let donor = Self::env().caller();
        self.books.check_closed(Self::env().block_timestamp())?;
        let key = (self.place_of(pool)?.place, donor);
        if !signed_by(donor) || !self.contributions.contains(key) {
            return Err(Error::NotPayer);
        }
        self.contributions.remove(key);
        Self::env().emit_event(Freed { donor, pool });
        Ok(())
    }
}

/// Hands a donation on to its pool, in the donor's name. What that stores is the donor's to pay for, as it
/// would be were it given directly, within the limit that they set for their transaction.
#[inline(never)]
fn hand_on(pool: AccountId, donor: AccountId, amount: Balance, memo: Option<Hash>) -> Result<()> {
    let selector = ink::selector_bytes!("donate_in_round");
    let mut donation = [0; 4 + 32 + 1 + 32];
    let mut fields = Record::of(&mut donation);
    fields.put(&selector);
    fields.put::<32>(donor.as_ref());
    let donation = match memo {
        Some(memo) => {
            fields.put(&[1]);
            fields.put(&memo);
            &donation[..]
        }
        // The last byte says that there is none.
        None => &donation[..4 + 32 + 1],
    };
    let mut answer = [0; ANSWER];
    taken(pool, host::call(&pool, amount, donation, &mut answer))
}

/// Gives a pool money as a grant. As [`bounded`], it takes no more than any good one could need.
pub(crate) fn grant(pool: AccountId, amount: Balance) -> Result<()> {
    let input = ink::selector_bytes!("grant");
    let (limits, mut answer) = ((MAX_TIME, MAX_PROOF), [0; ANSWER]);
    let answer = host::call_within(&pool, limits, amount, &input, &mut answer);
    taken(pool, answer)
}

/// More bytes than any answer of a pool's that was given money.
const ANSWER: usize = 64;

/// What came of giving money to a pool. One that undid it has not got any, whatever it says.
#[inline(always)]
fn taken(pool: AccountId, answer: Option<Answer>) -> Result<()> {
    match answer {
        // `Ok(Ok(()))`: nothing was refused.
        Some(Answer {
            reverted: false,
            bytes: [0, 0],
        }) => Ok(()),
        answer => Err(refused(pool, answer)),
    }
}

/// Says why a pool did not take money.
#[cold]
#[inline(never)]
fn refused(pool: AccountId, answer: Option<Answer>) -> Error {
    let answer = answer.and_then(|answer| {
        let mut bytes = answer.bytes;
        MessageResult::<pool::error::Result<()>>::decode_all(&mut bytes).ok()
    });
    match answer {
        Some(Ok(Err(error))) => Error::Refused(error),
        _ => Error::PoolFailed(pool),
    }
}

/// Asks a contract that somebody else chose: it locks no deposit, does not call back, and takes no more gas
/// than any good one could need. `None` if it traps, runs out of that, or answers with something else. One that
/// tries to lock a deposit ends the whole call: the chain counts that as the caller's error.
pub(crate) fn bounded<Args, R>(question: Question<Args, R>) -> Option<R>
where
    Args: scale::Encode,
    R: scale::Decode,
{
    ask(question
        .ref_time_limit(MAX_TIME)
        .proof_size_limit(MAX_PROOF))
}

/// Asks a pool what it tells of itself. `None` if it does not answer, or tells of more than a pool can have,
/// for which there may be no room.
pub(crate) fn summary_of(pool: AccountId) -> Option<Summary> {
    let pool = PoolRef::from_account_id(pool);
    bounded(pool.call().summary()).filter(|told| {
        let (title, all) = (&told.terms.title, &told.terms.beneficiaries);
        title.len() <= MAX_TITLE && all.len() <= MAX_RECIPIENTS
    })
}
