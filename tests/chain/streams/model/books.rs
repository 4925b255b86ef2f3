//! The model: for each stream a list of the terms it ever had. What was earned is worked out from the
//! first of them each time, in billionths, and rounded at the very end.

use super::{steps::Act, Call, CONTRACT, GUARDIAN};
use crate::streams::stage::*;
use farthing_types::pause::PauseError;

const WEEK: Millis = 7 * DAY;

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

/// What a call that went through must have done, besides what it cost.
#[derive(Debug, Default)]
pub struct Effect {
    /// What the contract sent to the signer.
    pub out: Balance,
    /// Records created, less those freed.
    pub records: i128,
    pub told: Told,
}

#[derive(Debug, Default, PartialEq)]
pub enum Told {
    #[default]
    Nothing,
    Change(StreamId, Change),
    Claim(StreamId, Balance),
    Clearing(Vec<Rest>),
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
            flow.payer == who && flow.stopped && !flow.cleared && flow.claimable(now) == 0
        };
        let all = self.flows.iter().zip(0..);
        all.filter(|(flow, _)| good(flow)).map(|(_, n)| n).collect()
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
                self.deposit(*amount, now)?;
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
            Act::Claim => self.claim(stream, who, now),
            Act::Stop => self.stop(stream, who, now),
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
            (true, _) => Err(Error::DepositsPaused(self.until)),
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
        let mut flow = Flow {
            payer,
            payee,
            rate,
            deposited: deposit,
            paused: false,
            stopped: false,
            cleared: false,
            terms: Vec::new(),
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

    fn claim(&mut self, stream: StreamId, who: usize, now: Millis) -> Result<Effect, Error> {
        let flow = self.there(stream)?;
        let out = flow.claimable(now);
        if flow.payee != who {
            return Err(Error::NotPayee(stream));
        }
        if out == 0 {
            return Err(Error::NothingDue(stream));
        }
        flow.claimed += out;
        Ok(Effect {
            out,
            ..told(Told::Claim(stream, out))
        })
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
        let (earned, rest) = (flow.claimable(now), flow.rest(now));
        let stopped = changed(stream, Change::Stopped { by, earned, rest });
        Ok(match by {
            Party::Payer => {
                flow.returned += rest;
                flow.cleared = earned == 0;
                Effect {
                    out: rest,
                    records: -i128::from(flow.cleared),
                    ..stopped
                }
            }
            Party::Payee => {
                flow.claimed += earned;
                Effect {
                    out: earned,
                    ..stopped
                }
            }
        })
    }

    fn clear(&mut self, batch: &[StreamId], who: usize, now: Millis) -> Result<Effect, Error> {
        if !(1..=64).contains(&batch.len()) {
            return Err(Error::BatchSize);
        }
        let mut rests = Vec::new();
        for &stream in batch {
            let flow = self.there(stream)?;
            if flow.payer != who {
                return Err(Error::NotPayer(stream));
            }
            if !flow.stopped {
                return Err(Error::NotStopped(stream));
            }
            if flow.claimable(now) != 0 {
                return Err(Error::Unclaimed(stream, flow.claimable(now)));
            }
            let amount = flow.rest(now);
            flow.returned += amount;
            flow.cleared = true;
            rests.push(Rest { stream, amount });
        }
        Ok(Effect {
            out: rests.iter().map(|rest| rest.amount).sum(),
            records: -(rests.len() as i128),
            told: Told::Clearing(rests),
        })
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

    /// Moves what a call took and gave, and what it cost.
    pub fn pay(&mut self, call: &Call, effect: &Effect, receipt: &Receipt) {
        let moved = |balance: Balance, by: i128| balance.checked_add_signed(by).unwrap();
        let (signer, value) = (call.signer, call.value());
        let balances = &mut self.balances;
        balances[signer] = balances[signer] - value - receipt.fee + effect.out;
        balances[CONTRACT] = balances[CONTRACT] + value - effect.out;
        balances[signer] = moved(balances[signer], -receipt.deposit);
        balances[CONTRACT] = moved(balances[CONTRACT], receipt.deposit);
        self.issuance -= receipt.fee;
    }
}

fn told(told: Told) -> Effect {
    Effect {
        told,
        ..Effect::default()
    }
}

fn changed(stream: StreamId, change: Change) -> Effect {
    told(Told::Change(stream, change))
}
