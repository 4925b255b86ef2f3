//! The model: for each stream a list of the terms it ever had. What was earned is worked out from the
//! first of them each time, in billionths, and rounded at the very end.

use super::{steps::Act, Call, CONTRACT, GUARDIAN};
use crate::streams::stage::*;
use farthing_types::pause::PauseError;

const WEEK: Millis = 7 * DAY;
const HOUR: Millis = 3_600_000;

/// From when what is earned, out of how much.
#[derive(Clone, Debug)]
struct Term {
    at: Millis,
    rate: u128,
    deposited: Balance,
}

#[derive(Clone, Debug)]
pub struct Flow {
    pub payer: usize,
    pub payee: usize,
    rate: u128,
    deposited: Balance,
    paused: bool,
    pub stopped: bool,
    pub cleared: bool,
    terms: Vec<Term>,
    opened: Millis,
    /// What went to the payee and to the payer.
    pub claimed: Balance,
    pub returned: Balance,
}

impl Flow {
    /// Writes down that other terms hold from `now` on.
    fn changed(&mut self, now: Millis) {
        self.terms.push(Term {
            at: now,
            rate: if self.paused || self.stopped {
                0
            } else {
                self.rate
            },
            deposited: self.deposited,
        });
    }

    /// All that was ever earned, in whole units.
    pub fn earned(&self, now: Millis) -> Balance {
        let ends = self.terms.iter().skip(1).map(|term| term.at);
        let mut sum: u128 = 0;
        for (term, end) in self.terms.iter().zip(ends.chain([now])) {
            let elapsed = u128::from(end.min(now).saturating_sub(term.at));
            let stretch = term.rate.saturating_mul(elapsed);
            sum = sum.saturating_add(stretch).min(term.deposited * BILLIONTHS);
        }
        sum / BILLIONTHS
    }

    pub fn claimable(&self, now: Millis) -> Balance {
        self.earned(now) - self.claimed
    }

    pub fn rest(&self, now: Millis) -> Balance {
        self.deposited - self.earned(now) - self.returned
    }

    pub fn owed(&self) -> Balance {
        self.deposited - self.claimed - self.returned
    }

    /// Checks what the contract says of when the deposit is used up.
    pub fn check_dry_at(&self, now: Millis, told: Option<Millis>) {
        match told {
            Some(at) => {
                assert!(!self.paused && !self.stopped, "dry at {at} without running");
                assert_eq!(self.earned(at), self.deposited, "not dry at {at}");
                let late = at > now && self.earned(at - 1) == self.deposited;
                assert!(!late, "dry before {at}");
            }
            None if self.paused || self.stopped => {}
            None => assert!(self.earned(Millis::MAX) < self.deposited, "it runs dry"),
        }
    }
}

/// What a call that went through must have done, besides moving money and what it cost.
#[derive(Debug, Default)]
pub struct Effect {
    /// Records created, less those freed.
    pub records: i128,
    pub told: Vec<Told>,
}

#[derive(Debug, PartialEq)]
pub enum Told {
    Change(StreamId, Change),
    Claim(StreamId, ink::primitives::AccountId, Balance),
    Clearing(ink::primitives::AccountId, Vec<Rest>),
    Pause(Millis),
}

#[derive(Clone, Debug, Default)]
pub struct Model {
    pub accounts: Vec<ink::primitives::AccountId>,
    /// All that each account has; the contract's with the deposits held on it.
    pub balances: Vec<Balance>,
    pub issuance: Balance,
    pub flows: Vec<Flow>,
    /// What was sent to the contract by plain transfer.
    pub forced: Balance,
    pub until: Millis,
}

impl Model {
    pub fn owed(&self) -> Balance {
        self.flows.iter().map(Flow::owed).sum()
    }

    /// What `who` can clear.
    pub fn clearable(&self, who: usize, now: Millis) -> Vec<StreamId> {
        let good = |flow: &Flow| {
            flow.payer == who && flow.stopped && !flow.cleared && now >= flow.opened + HOUR
        };
        let all = self.flows.iter().zip(0..);
        all.filter(|(flow, _)| good(flow)).map(|(_, n)| n).collect()
    }

    /// Some of those that `who` can stop.
    pub fn stoppable(&self, who: usize) -> Vec<StreamId> {
        let good = |flow: &Flow| (flow.payer == who || flow.payee == who) && !flow.stopped;
        let all = self.flows.iter().zip(0..);
        let good = all.filter(|(flow, _)| good(flow)).map(|(_, n)| n);
        good.take(2).collect()
    }

    /// Sends money on, as the chain does: not to nobody, if it is too little to live on.
    fn send(&mut self, to: usize, amount: Balance) -> bool {
        if amount > 0 && amount < existential_deposit() && self.balances[to] == 0 {
            return false;
        }
        self.balances[CONTRACT] -= amount;
        self.balances[to] += amount;
        true
    }

    /// Does what a call must do, or says why it must be refused.
    pub fn apply(&mut self, call: &Call, now: Millis) -> Result<Effect, Error> {
        let (who, stream) = (call.signer, call.stream);
        match &call.act {
            Act::Open {
                payee,
                rate,
                deposit,
            } => self.open(who, *payee, *rate, *deposit, now),
            Act::TopUp(amount) => {
                if *amount == 0 {
                    return Err(Error::ZeroDeposit);
                }
                let flow = self.changeable(stream, who)?;
                flow.deposited += amount;
                flow.changed(now);
                Ok(changed(stream, Change::ToppedUp { amount: *amount }))
            }
            Act::SetRate(0) => Err(Error::ZeroRate),
            Act::SetRate(rate) => {
                let flow = self.changeable(stream, who)?;
                flow.rate = *rate;
                flow.changed(now);
                Ok(changed(stream, Change::RateSet { rate: *rate }))
            }
            Act::Pause => {
                let flow = self.changeable(stream, who)?;
                if flow.paused {
                    return Err(Error::AlreadyPaused(stream));
                }
                flow.paused = true;
                flow.changed(now);
                Ok(changed(stream, Change::Paused))
            }
            Act::Resume => {
                let flow = self.changeable(stream, who)?;
                if !flow.paused {
                    return Err(Error::NotPaused(stream));
                }
                flow.paused = false;
                flow.changed(now);
                Ok(changed(stream, Change::Resumed))
            }
            Act::Claim => Ok(told(self.claim(stream, now)?)),
            Act::ClaimMany(_) => {
                self.each(&call.batch, |all, stream| Ok(told(all.claim(stream, now)?)))
            }
            Act::Stop => self.stop(stream, who, now),
            Act::StopMany(_) => self.each(&call.batch, |all, stream| all.stop(stream, who, now)),
            Act::Clear(_) => self.clear(&call.batch, who, now),
            Act::PauseDeposits(_) | Act::ResumeDeposits if who != GUARDIAN => {
                Err(Error::NotGuardian)
            }
            Act::PauseDeposits(duration) => self.pause(*duration, now),
            Act::ResumeDeposits => {
                self.until = self.until.min(now);
                Ok(told(Told::Pause(self.until)))
            }
            Act::Send(amount) => {
                self.forced += amount;
                Ok(Effect::default())
            }
            Act::Jump(_) => Ok(Effect::default()),
        }
    }

    fn deposit(&self, amount: Balance, now: Millis) -> Result<(), Error> {
        match (now < self.until, amount) {
            (true, _) => Err(Error::Paused(self.until)),
            (false, 0) => Err(Error::ZeroDeposit),
            _ => Ok(()),
        }
    }

    fn there(&mut self, stream: StreamId) -> Result<&mut Flow, Error> {
        let flow = self.flows.get_mut(stream as usize);
        flow.filter(|flow| !flow.cleared)
            .ok_or(Error::UnknownStream(stream))
    }

    fn changeable(&mut self, stream: StreamId, who: usize) -> Result<&mut Flow, Error> {
        let flow = self.there(stream)?;
        match (flow.payer == who, flow.stopped) {
            (false, _) => Err(Error::NotPayer(stream)),
            (true, true) => Err(Error::Stopped(stream)),
            _ => Ok(flow),
        }
    }

    fn open(
        &mut self,
        payer: usize,
        payee: usize,
        rate: u128,
        deposit: Balance,
        now: Millis,
    ) -> Result<Effect, Error> {
        self.deposit(deposit, now)?;
        if rate == 0 {
            return Err(Error::ZeroRate);
        }
        if payer == payee {
            return Err(Error::PayeeIsPayer);
        }
        if payee == CONTRACT {
            return Err(Error::PayeeIsThis);
        }
        let mut flow = Flow {
            payer,
            payee,
            rate,
            deposited: deposit,
            paused: false,
            stopped: false,
            cleared: false,
            terms: Vec::new(),
            opened: now,
            claimed: 0,
            returned: 0,
        };
        flow.changed(now);
        let stream = self.flows.len() as StreamId;
        self.flows.push(flow);
        let opened = Change::Opened {
            payer: self.accounts[payer],
            payee: self.accounts[payee],
            rate,
            deposit,
        };
        Ok(Effect {
            records: 1,
            ..changed(stream, opened)
        })
    }

    fn claim(&mut self, stream: StreamId, now: Millis) -> Result<Told, Error> {
        let flow = self.there(stream)?;
        let (payee, out) = (flow.payee, flow.claimable(now));
        if out == 0 {
            return Err(Error::NothingDue(stream));
        }
        if !self.send(payee, out) {
            return Err(Error::TransferFailed);
        }
        self.there(stream)?.claimed += out;
        Ok(Told::Claim(stream, self.accounts[payee], out))
    }

    fn stop(&mut self, stream: StreamId, who: usize, now: Millis) -> Result<Effect, Error> {
        let flow = self.there(stream)?;
        let by = match who {
            _ if who == flow.payer => Party::Payer,
            _ if who == flow.payee => Party::Payee,
            _ => return Err(Error::NotParty(stream)),
        };
        if flow.stopped {
            return Err(Error::Stopped(stream));
        }
        flow.stopped = true;
        flow.changed(now);
        let (payer, payee, old) = (flow.payer, flow.payee, now >= flow.opened + HOUR);
        let (earned, rest) = (flow.claimable(now), flow.rest(now));
        let earned = Payment {
            amount: earned,
            sent: self.send(payee, earned),
        };
        let rest = Payment {
            amount: rest,
            sent: self.send(payer, rest),
        };
        let flow = self.there(stream)?;
        flow.claimed += if earned.sent { earned.amount } else { 0 };
        flow.returned += if rest.sent { rest.amount } else { 0 };
        let freed = by == Party::Payer && earned.sent && rest.sent && old;
        flow.cleared = freed;
        let stopped = Change::Stopped {
            by,
            earned,
            rest,
            freed,
        };
        Ok(Effect {
            records: -i128::from(freed),
            ..changed(stream, stopped)
        })
    }

    /// Does what can be done of a batch; if that is nothing, the first reason is the answer.
    fn each(
        &mut self,
        batch: &[StreamId],
        act: impl Fn(&mut Self, StreamId) -> Result<Effect, Error>,
    ) -> Result<Effect, Error> {
        if !(1..=64).contains(&batch.len()) {
            return Err(Error::BatchSize);
        }
        let all: Vec<_> = batch.iter().map(|stream| act(self, *stream)).collect();
        if all.iter().all(Result::is_err) {
            return all.into_iter().next().unwrap();
        }
        let mut sum = Effect::default();
        for effect in all.into_iter().flatten() {
            sum.records += effect.records;
            sum.told.extend(effect.told);
        }
        Ok(sum)
    }

    fn clear(&mut self, batch: &[StreamId], who: usize, now: Millis) -> Result<Effect, Error> {
        let rests = std::cell::RefCell::new(Vec::new());
        let mut effect = self.each(batch, |all, stream| {
            let (rest, effect) = all.clear_one(stream, who, now)?;
            rests.borrow_mut().push(rest);
            Ok(effect)
        })?;
        let rests = rests.into_inner();
        let total = rests.iter().map(|rest| rest.amount).sum();
        assert!(self.send(who, total), "who signs has an account");
        effect.told.push(Told::Clearing(self.accounts[who], rests));
        Ok(effect)
    }

    fn clear_one(
        &mut self,
        stream: StreamId,
        who: usize,
        now: Millis,
    ) -> Result<(Rest, Effect), Error> {
        let flow = self.there(stream)?;
        if flow.payer != who {
            return Err(Error::NotPayer(stream));
        }
        if !flow.stopped {
            return Err(Error::NotStopped(stream));
        }
        if now < flow.opened + HOUR {
            return Err(Error::NotBefore(stream, flow.opened + HOUR));
        }
        let (payee, earned) = (flow.payee, flow.claimable(now));
        if !self.send(payee, earned) {
            return Err(Error::Unclaimed(stream, earned));
        }
        let payee = self.accounts[payee];
        let flow = self.there(stream)?;
        flow.claimed += earned;
        let amount = flow.rest(now);
        flow.returned += amount;
        flow.cleared = true;
        let claimed = (earned > 0).then_some(Told::Claim(stream, payee, earned));
        let effect = Effect {
            records: -1,
            told: claimed.into_iter().collect(),
        };
        Ok((Rest { stream, amount }, effect))
    }

    fn pause(&mut self, duration: Millis, now: Millis) -> Result<Effect, Error> {
        let bad = |why| Err(Error::BadPause(why));
        if duration == 0 || duration > WEEK {
            return bad(PauseError::Duration);
        }
        if self.until != 0 && now < self.until + WEEK {
            return bad(PauseError::NotBefore(self.until + WEEK));
        }
        self.until = now + duration;
        Ok(told(Told::Pause(self.until)))
    }

    /// Moves what a call took, and what it cost.
    pub fn pay(&mut self, call: &Call, receipt: &Receipt) {
        let moved = |balance: Balance, by: i128| balance.checked_add_signed(by).unwrap();
        let (signer, value) = (call.signer, call.value());
        let balances = &mut self.balances;
        balances[signer] = balances[signer] - value - receipt.fee;
        balances[CONTRACT] += value;
        balances[signer] = moved(balances[signer], -receipt.deposit);
        balances[CONTRACT] = moved(balances[CONTRACT], receipt.deposit);
        self.issuance -= receipt.fee;
    }
}

fn told(told: Told) -> Effect {
    Effect {
        told: vec![told],
        ..Effect::default()
    }
}

fn changed(stream: StreamId, change: Change) -> Effect {
    told(Told::Change(stream, change))
}
