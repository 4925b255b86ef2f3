//! The division: asking the pools, sharing the money out, and giving it to them.

use crate::{
    entries::Entry,
    error::{Error, Result},
    events::{Asked, Divided, Paid, Payment, Share},
    matching_round::MatchingRound,
    messages::{bounded, grant},
};
use farthing_types::{
    quadratic::{divide, Weight},
    Balance,
};
use ink::{
    codegen::{StaticEnv, TraitCallBuilder},
    env::call::FromAccountId,
    prelude::{vec, vec::Vec},
    primitives::AccountId,
};
use pool::{books::Stage as PoolStage, PoolRef};

impl MatchingRound {
    /// Asks pools, divides when all were asked, and offers them their shares, with up to `calls` calls.
    /// Returns how many pools are still to be asked or offered theirs.
    pub(crate) fn go_on_dividing(&mut self, calls: u32) -> Result<u32> {
        self.books.check_division(Self::env().block_timestamp())?;
        let mut entries = self.all_entries();
        let calls = if self.books.divided {
            calls
        } else {
            self.ask_pools(&mut entries, calls)?
        };
        if self.books.divided {
            self.offer_shares(&mut entries, calls)?;
        }
        if !entries.is_empty() {
            self.entries.set(&entries);
        }
        Ok(self.books.steps())
    }

    /// Asks the next pools whether they missed their goals, with up to `calls` calls, and settles whose the
    /// money is when all were asked. Returns how many calls are left.
    ///
    /// A pool that does not answer stops this. It must not count as missed: whoever calls could make any pool
    /// fail, by allowing just too little gas for it to answer. But nor may it stop the division for ever.
    /// So when everyone has had a month to ask, nobody is asked any more, and who was not asked counts as
    /// having missed its goal: what a pool does in its answer, or the caller with the gas, decides nothing.
    fn ask_pools(&mut self, entries: &mut [Entry], calls: u32) -> Result<u32> {
        let (mut left, before) = (calls, self.books.asked);
        let waiting = !self.books.out_of_patience(Self::env().block_timestamp());
        let mut answers = Vec::new();
        for entry in entries.iter_mut().skip(before as usize) {
            if self.is_to_be_asked(entry) {
                if waiting && left == 0 {
                    break;
                }
                left = left.saturating_sub(waiting.into());
                match ask_pool(entry.account, waiting) {
                    Some(missed) => answers.push(entry.note(missed)),
                    None if self.books.asked == before => {
                        return Err(Error::PoolFailed(entry.account))
                    }
                    // What the others said is kept.
                    None => break,
                }
            }
            self.books.asked = self.books.asked.saturating_add(1);
        }
        let asked = self.books.asked;
        if asked != before {
            Self::env().emit_event(Asked { asked, answers });
        }
        if asked >= self.books.pools {
            self.settle(entries)?;
        }
        Ok(left)
    }

    /// Whether a pool's answer decides anything: what weighs nothing gets nothing, whatever it would say.
    fn is_to_be_asked(&self, entry: &Entry) -> bool {
        entry.has_goal && !entry.asked && self.weight_of(entry) != Weight::NONE
    }

    /// Asks one pool out of turn.
    pub(crate) fn ask_one(&mut self, pool: AccountId) -> Result<bool> {
        if self.books.divided {
            return Err(Error::AlreadyDivided);
        }
        let now = Self::env().block_timestamp();
        self.books.check_division(now)?;
        let place = usize::from(self.place_of(pool)?.place);
        let mut entries = self.all_entries();
        let entry = entries.get_mut(place).ok_or(Error::NotEntered)?;
        if !self.is_to_be_asked(entry) {
            return Err(Error::NothingDue);
        }
        let waiting = !self.books.out_of_patience(now);
        let missed = ask_pool(pool, waiting).ok_or(Error::PoolFailed(pool))?;
        let answers = vec![entry.note(missed)];
        self.entries.set(&entries);
        let asked = self.books.asked;
        Self::env().emit_event(Asked { asked, answers });
        Ok(missed)
    }

    /// Settles whose the money is.
    fn settle(&mut self, entries: &mut [Entry]) -> Result<()> {
        let shares = self.shares(entries);
        self.books.settle(&shares)?;
        for (entry, share) in entries.iter_mut().zip(shares) {
            entry.share = share;
        }
        let share = |entry: &Entry| Share {
            pool: entry.account,
            amount: entry.share,
            missed: entry.missed,
        };
        Self::env().emit_event(Divided {
            money: self.books.money,
            rest: self.books.rest,
            shares: entries.iter().map(share).collect(),
        });
        Ok(())
    }

    /// What each pool gets, as far as is known by now.
    pub(crate) fn shares(&self, entries: &[Entry]) -> Vec<Balance> {
        let money = self.books.money;
        let weights: Vec<_> = entries.iter().map(|entry| self.weight_of(entry)).collect();
        // The limits are such that there is always an answer; were there none, all would go back.
        divide(money, self.rules().most(money), &weights).unwrap_or_else(|| vec![0; entries.len()])
    }

    fn weight_of(&self, entry: &Entry) -> Weight {
        let place = match entry.missed {
            true => None,
            false => self.place_at(entry.account),
        };
        place.map_or(Weight::NONE, |place| place.weight(self.books.min_donors))
    }

    /// Offers the next pools their shares, with up to `calls` calls. A share that is refused waits.
    fn offer_shares(&mut self, entries: &mut [Entry], mut calls: u32) -> Result<()> {
        let (mut payments, before) = (Vec::new(), self.books.offered);
        for entry in entries.iter_mut().skip(self.books.offered as usize) {
            if entry.share != 0 && !entry.paid {
                if calls == 0 {
                    break;
                }
                calls = calls.saturating_sub(1);
                entry.paid = grant(entry.account, entry.share).is_ok();
                payments.push(self.write_payment(entry)?);
            }
            self.books.offered = self.books.offered.saturating_add(1);
        }
        let offered = self.books.offered;
        if offered != before {
            Self::env().emit_event(Paid { offered, payments });
        }
        Ok(())
    }

    /// Takes a share that was paid out of the books.
    fn write_payment(&mut self, entry: &Entry) -> Result<Payment> {
        if entry.paid {
            self.books.let_out(entry.share)?;
        }
        Ok(Payment {
            pool: entry.account,
            amount: entry.share,
            taken: entry.paid,
        })
    }

    /// Gives a pool its share that it has not got.
    pub(crate) fn pay_pool(&mut self, pool: AccountId) -> Result<()> {
        self.books.check_divided()?;
        let place = usize::from(self.place_of(pool)?.place);
        let mut entries = self.all_entries();
        let entry = entries.get_mut(place).ok_or(Error::NotEntered)?;
        if entry.paid || entry.share == 0 {
            return Err(Error::NothingDue);
        }
        grant(pool, entry.share)?;
        entry.paid = true;
        let payment = self.write_payment(entry)?;
        self.entries.set(&entries);
        let (offered, payments) = (self.books.offered, vec![payment]);
        Self::env().emit_event(Paid { offered, payments });
        Ok(())
    }
}

/// Returns whether a pool missed its goal, as far as it is waited for; `None` if it does not answer.
fn ask_pool(pool: AccountId, waiting: bool) -> Option<bool> {
    if !waiting {
        return Some(true);
    }
    let pool = PoolRef::from_account_id(pool);
    bounded(pool.call().standing()).map(|standing| standing.stage == PoolStage::Missed)
}
