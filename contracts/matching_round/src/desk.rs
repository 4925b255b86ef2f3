//! Behind the messages: pools, donations, division, money out.

use crate::{
    books::Outcome,
    error::{Error, Result},
    events::{Divided, Share},
    matching_round::{Entry, MatchingRound, Place, Projection},
    tally::Tally,
};
use farthing_types::{
    quadratic::{divide, Weight},
    Balance, Hash,
};
use ink::{
    codegen::{StaticEnv, TraitCallBuilder},
    env::{
        call::{
            utils::{ReturnType, Set},
            Call, CallBuilder, ExecutionInput, FromAccountId,
        },
        DefaultEnvironment, ReturnFlags,
    },
    prelude::vec::Vec,
    primitives::AccountId,
    MessageResult,
};
use pool::{books::Stage, terms::Mode, PoolRef};
use pool_factory::PoolFactoryRef;

/// Most accounts in one batch.
pub const MAX_BATCH: usize = 64;

impl MatchingRound {
    // ---- Pools ----

    /// What is written down of a pool of the factory that may enter. The pool's own terms are its word,
    /// which is good because the factory made it from the code it makes pools from.
    pub(crate) fn candidate(&self, factory: AccountId, number: u32) -> Result<Entry> {
        let factory = PoolFactoryRef::from_account_id(factory);
        let listed = ask(factory.call().pool(number)).ok_or(Error::FactoryFailed)?;
        let account = listed.ok_or(Error::UnknownPool)?.account;
        if self.places.contains(account) {
            return Err(Error::AlreadyEntered);
        }
        let pool = PoolRef::from_account_id(account);
        let overview = ask(pool.call().overview()).ok_or(Error::PoolFailed(account))?;
        let has_goal = match overview.terms.mode {
            Mode::AllOrNothing { deadline, .. } if deadline > self.books.divides => {
                return Err(Error::DeadlineTooLate(deadline))
            }
            Mode::AllOrNothing { .. } => true,
            Mode::KeepAll { .. } => false,
        };
        Ok(Entry {
            account,
            number,
            has_goal,
            missed: false,
            share: 0,
            paid: false,
        })
    }

    pub(crate) fn all_entries(&self) -> Vec<Entry> {
        self.entries.get_or_default()
    }

    pub(crate) fn place_of(&self, pool: AccountId) -> Result<Place> {
        self.places.get(pool).ok_or(Error::NotEntered)
    }

    // ---- Donations ----

    /// Counts a donation. Returns how much of it counted: nothing is written if that is nothing.
    #[inline(always)]
    pub(crate) fn count(
        &mut self,
        pool: AccountId,
        donor: AccountId,
        amount: Balance,
    ) -> Result<Balance> {
        let mut place = self.place_of(pool)?;
        let key = (place.place, donor);
        let mut contribution = self.contributions.get(key).unwrap_or_default();
        let counted = place
            .tally
            .add(&mut contribution, amount, self.books.cap)
            .ok_or(Error::Overflow)?;
        if counted != 0 {
            self.contributions.insert(key, &contribution);
            self.places.insert(pool, &place);
        }
        Ok(counted)
    }

    /// Hands a donation on to its pool, in the donor's name.
    #[inline(always)]
    pub(crate) fn hand_on(
        &self,
        pool: AccountId,
        donor: AccountId,
        amount: Balance,
        memo: Option<Hash>,
    ) -> Result<()> {
        let mut at = PoolRef::from_account_id(pool);
        let donation = at.call_mut().donate_for(donor, memo);
        accepted(pool, ask(donation.transferred_value(amount)))
    }

    // ---- Division ----

    /// Asks the next pools, `count` of them, whether they missed their goals.
    ///
    /// A pool that does not answer stops the division. It must not count as missed: whoever calls could
    /// make any pool fail, by allowing just too little gas for it to answer. But nor may it stop the
    /// division for ever, so that it does count as missed when everyone has had a month to do better.
    pub(crate) fn ask_pools(&mut self, entries: &mut [Entry], count: u32) -> Result<()> {
        let patient = !self.books.out_of_patience(Self::env().block_timestamp());
        let end = self.books.asked.saturating_add(count);
        let end = end.min(self.books.pools);
        let next = self.books.asked as usize..end as usize;
        for entry in entries.get_mut(next).unwrap_or_default() {
            if !entry.has_goal || self.tally(entry.account).counted == 0 {
                continue;
            }
            let pool = PoolRef::from_account_id(entry.account);
            entry.missed = match ask(pool.call().overview()) {
                Some(overview) => overview.stage == Stage::Missed,
                None if patient => return Err(Error::PoolFailed(entry.account)),
                None => true,
            };
        }
        self.books.asked = end;
        Ok(())
    }

    /// Settles whose the money is.
    pub(crate) fn settle(&mut self, entries: &mut [Entry]) {
        let shares = divide(self.books.money, &self.weights(entries));
        self.books.outcome = match shares {
            Some(_) => Outcome::Divided,
            None => Outcome::Returned,
        };
        for (entry, share) in entries.iter_mut().zip(shares.unwrap_or_default()) {
            entry.share = share;
        }
        let share = |entry: &Entry| Share {
            pool: entry.account,
            amount: entry.share,
            missed: entry.missed,
        };
        Self::env().emit_event(Divided {
            outcome: self.books.outcome,
            money: self.books.money,
            shares: entries.iter().map(share).collect(),
        });
    }

    fn weights(&self, entries: &[Entry]) -> Vec<Weight> {
        let weight = |entry: &Entry| match entry.missed {
            true => Weight::NONE,
            false => self.tally(entry.account).weight(),
        };
        entries.iter().map(weight).collect()
    }

    fn tally(&self, pool: AccountId) -> Tally {
        self.places
            .get(pool)
            .map(|place| place.tally)
            .unwrap_or_default()
    }

    /// All pools, and their shares as they are or would be.
    pub(crate) fn projections(&self) -> Vec<Projection> {
        let mut entries = self.all_entries();
        if self.books.outcome == Outcome::Undecided {
            let shares = divide(self.books.money, &self.weights(&entries)).unwrap_or_default();
            for (entry, share) in entries.iter_mut().zip(shares) {
                entry.share = share;
            }
        }
        let with_tally = |entry: Entry| Projection {
            tally: self.tally(entry.account),
            entry,
        };
        entries.into_iter().map(with_tally).collect()
    }

    // ---- Money out ----

    /// Takes a pool's share out of the books. Returns how much it is.
    pub(crate) fn take_share(&mut self, pool: AccountId) -> Result<Balance> {
        self.books.check_divided()?;
        let place = usize::from(self.place_of(pool)?.place);
        let mut entries = self.all_entries();
        let entry = entries.get_mut(place).ok_or(Error::NotEntered)?;
        if entry.paid || entry.share == 0 {
            return Err(Error::NothingDue);
        }
        entry.paid = true;
        let share = entry.share;
        self.entries.set(&entries);
        self.books.let_out(share)?;
        Ok(share)
    }

    /// Gives a pool its share.
    pub(crate) fn grant(&self, pool: AccountId, amount: Balance) -> Result<()> {
        let mut at = PoolRef::from_account_id(pool);
        let grant = at.call_mut().grant();
        accepted(pool, ask(grant.transferred_value(amount)))
    }

    /// Takes what a sponsor put in out of the books, and frees the record if the sponsor asks for it
    /// themselves. Returns how much it is.
    pub(crate) fn take_sponsorship(&mut self, sponsor: AccountId) -> Result<Balance> {
        self.books.check_divided()?;
        if self.books.outcome == Outcome::Divided {
            return Err(Error::WentToPools);
        }
        let given = self.sponsors.get(sponsor).unwrap_or(0);
        if given == 0 {
            return Err(Error::NothingDue);
        }
        if signed_by(sponsor) {
            self.sponsors.remove(sponsor);
        } else {
            self.sponsors.insert(sponsor, &0);
        }
        self.books.let_out(given)?;
        Ok(given)
    }

    // ---- The verifier's list ----

    /// Checks that the caller is the verifier, and that the batch is none too large.
    pub(crate) fn check_list(&self, accounts: &[AccountId]) -> Result<()> {
        if self.books.verifier != Some(Self::env().caller()) {
            return Err(Error::NotVerifier);
        }
        if accounts.is_empty() || accounts.len() > MAX_BATCH {
            return Err(Error::BatchSize);
        }
        Ok(())
    }
}

/// Whether `account` is the caller and signed for itself, so that it paid for what was stored for it
/// whenever it was the caller. (For a contract somebody else did, who is not known here.)
pub(crate) fn signed_by(account: AccountId) -> bool {
    MatchingRound::env().caller() == account && MatchingRound::env().caller_is_origin()
}

/// What came of giving money to a pool.
fn accepted(pool: AccountId, answer: Option<pool::error::Result<()>>) -> Result<()> {
    match answer {
        Some(Ok(())) => Ok(()),
        Some(Err(error)) => Err(Error::Refused(error)),
        None => Err(Error::PoolFailed(pool)),
    }
}

/// A message to another contract, as ink!'s references build it.
type Question<Args, R> = CallBuilder<
    DefaultEnvironment,
    Set<Call<DefaultEnvironment>>,
    Set<ExecutionInput<Args>>,
    Set<ReturnType<R>>,
>;

/// Asks another contract, through the host function that every chain with contracts has. It cannot call
/// back: the chain refuses re-entry unless it is asked for.
pub(crate) fn ask<Args, R>(question: Question<Args, R>) -> Option<R>
where
    Args: scale::Encode,
    R: scale::Decode,
{
    match question.call_v1().try_invoke() {
        Ok(Ok(answer)) => Some(answer),
        _ => None,
    }
}

/// Ends a message well that changed nothing in the contract's root item.
///
/// ink! writes the root item back after every message that could change it, which costs more than half
/// a transfer. Donations count in other items, and end here before that happens.
pub(crate) fn end_without_root() -> ! {
    let answer: MessageResult<Result<()>> = Ok(Ok(()));
    ink::env::return_value(ReturnFlags::empty(), &answer)
}
