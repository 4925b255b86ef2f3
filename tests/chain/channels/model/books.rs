//! The model: what the documentation says of money, channels and times.

pub use super::state::{Effect, Event, Life, Pair, Record, Spent, Told};
use super::{
    action::{Action, Answer, Call, Offer, Who, CONTRACT, GUARDIAN, PEOPLE},
    papers::{Consent, Key, Paper},
};
use crate::channels::world::{
    Balance, Change, ChannelError, Error, Millis, Outcome, Skip, DAY, MAX_DELAY, MIN_DELAY,
};
use farthing_types::pause::PauseError;
use std::collections::BTreeMap;

#[derive(Clone)]
pub struct Books {
    /// Everyone's account, the contract's last.
    pub ids: Vec<ink::primitives::AccountId>,
    pub now: Millis,
    /// Every channel there ever was; epochs count them from 1.
    pub lives: Vec<Life>,
    /// The latest life of those that were not cleared.
    pub standing: BTreeMap<Pair, usize>,
    pub records: BTreeMap<Who, Record>,
    /// The end of the latest pause.
    pub pause: Option<Millis>,
    pub spent: [Spent; PEOPLE],
    /// Vouchers that payees got.
    pub papers: Vec<Paper>,
}

impl Books {
    pub fn new(ids: Vec<ink::primitives::AccountId>) -> Self {
        Self {
            ids,
            now: 0,
            lives: Vec::new(),
            standing: BTreeMap::new(),
            records: BTreeMap::new(),
            pause: None,
            spent: Default::default(),
            papers: Vec::new(),
        }
    }

    // ---- What follows from the books ----

    pub fn free(&self, who: Who) -> Balance {
        self.records.get(&who).map_or(0, |record| record.free)
    }

    pub fn life(&self, pair: Pair) -> Option<&Life> {
        self.standing.get(&pair).map(|n| &self.lives[*n])
    }

    pub fn epoch(&self, pair: Pair) -> Option<u64> {
        self.standing.get(&pair).map(|n| *n as u64 + 1)
    }

    pub fn is_open(&self, life: &Life) -> bool {
        life.end.is_none_or(|end| self.now < end)
    }

    pub fn paused(&self) -> Option<Millis> {
        self.pause.filter(|until| self.now < *until)
    }

    /// What went in and did not come out.
    pub fn owed(&self) -> Balance {
        let sum: i128 = self.spent.iter().map(|one| one.put_in).sum();
        sum.try_into()
            .expect("nothing comes out that never went in")
    }

    pub fn forced(&self) -> Balance {
        self.spent.iter().map(|one| one.forced).sum()
    }

    /// What the voucher is worth to `payee` now.
    pub fn worth(&self, payee: Who, paper: &Paper) -> Outcome {
        let pair = (paper.payer, payee);
        let life = self.life(pair).ok_or(Skip::NoChannel)?;
        let epoch = self.epoch(pair).unwrap_or(0);
        if paper.epoch != epoch {
            return Err(Skip::OtherEpoch(epoch));
        }
        if !self.is_open(life) {
            return Err(Skip::Over);
        }
        let most = paper.cumulative.min(life.offer.reserve);
        if most <= life.paid {
            return Err(Skip::NothingNew(life.paid));
        }
        let genuine = paper.forgery.is_none()
            && paper.payee == payee
            && paper.key == life.offer.key
            && paper.key != Key::Malformed;
        if !genuine {
            return Err(Skip::BadSignature);
        }
        Ok(most - life.paid)
    }

    /// What must hold of the books themselves.
    pub fn check(&self) {
        for life in &self.lives {
            assert!(life.paid <= life.offer.reserve, "{life:?}");
            assert!(life.paid <= life.signed.max(life.agreed), "{life:?}");
        }
        let free: Balance = self.records.values().map(|one| one.free).sum();
        let standing = self.standing.values().map(|n| &self.lives[*n]);
        let rests: Balance = standing.map(|life| life.offer.reserve - life.paid).sum();
        assert_eq!(free + rests, self.owed(), "created or lost");
    }

    // ---- Calls ----

    /// Does what the call does, or says why it cannot be done; the books are of no use then.
    pub fn apply(&mut self, call: &Call) -> Result<Effect, Error> {
        let (who, value) = (call.signer, call.value);
        match &call.action {
            Action::Deposit => self.deposit(who, value),
            Action::Withdraw { amount } => self.withdraw(who, *amount),
            Action::Leave => self.leave(who),
            Action::Open { channels } => self.open(who, value, channels),
            Action::TopUp { payee, amount } => self.top_up((who, *payee), value, *amount),
            Action::Exit { payees } => {
                self.each(payees, |books, payee| books.exit((who, payee), payee))
            }
            Action::Clear { payees } => {
                self.each(payees, |books, payee| books.clear((who, payee), payee))
            }
            Action::Close { payers } => {
                self.each(payers, |books, payer| books.close((payer, who), payer))
            }
            Action::CloseTogether {
                payee,
                amount,
                consent,
            } => self.close_together((who, *payee), *amount, consent),
            Action::Claim { payee, papers } => self.claim(who, *payee, papers),
            Action::Pause { duration } => self.begin_pause(who, *duration),
            Action::Resume => self.resume(who),
            Action::Send => {
                self.spent[who].forced += value;
                Ok((Answer::Nothing, Told::Nothing))
            }
            Action::Sign { paper } => {
                self.sign(paper);
                Ok((Answer::Nothing, Told::Nothing))
            }
            Action::Jump { .. } => Ok((Answer::Nothing, Told::Nothing)),
        }
    }

    fn put_in(&mut self, who: Who, value: Balance) {
        self.spent[who].put_in += value as i128;
    }

    /// Makes something free; whoever calls pays for a record that is missing.
    fn credit(&mut self, caller: Who, who: Who, amount: Balance) {
        if amount > 0 {
            let own = caller == who;
            let record = self.records.entry(who).or_insert(Record { free: 0, own });
            record.free += amount;
        }
    }

    fn refuse<T>(&self, other: Who, why: ChannelError) -> Result<T, Error> {
        Err(Error::Channel(self.ids[other], why))
    }

    fn check_not_paused(&self) -> Result<(), Error> {
        self.paused()
            .map_or(Ok(()), |until| Err(Error::Paused(until)))
    }

    fn deposit(&mut self, who: Who, value: Balance) -> Result<Effect, Error> {
        self.check_not_paused()?;
        if value == 0 {
            return Err(Error::ZeroAmount);
        }
        self.put_in(who, value);
        self.credit(who, who, value);
        Ok((Answer::Nothing, Told::Deposited(value)))
    }

    fn withdraw(&mut self, who: Who, amount: Option<Balance>) -> Result<Effect, Error> {
        let record = self.records.get_mut(&who).ok_or(Error::NothingDue)?;
        let amount = amount.unwrap_or(record.free);
        if amount == 0 {
            return Err(Error::NothingDue);
        }
        if amount > record.free {
            return Err(Error::FreeTooLow(record.free));
        }
        record.free -= amount;
        self.spent[who].put_in -= amount as i128;
        Ok((Answer::Sent(amount), Told::Withdrawn(amount)))
    }

    fn leave(&mut self, who: Who) -> Result<Effect, Error> {
        match self.records.get(&who) {
            None => Err(Error::NoAccount),
            Some(record) if record.free > 0 => Err(Error::StillOwed(record.free)),
            Some(record) if !record.own => Err(Error::PaidByAnother),
            Some(_) => {
                self.records.remove(&who);
                Ok((Answer::Nothing, Told::Nothing))
            }
        }
    }

    fn open(
        &mut self,
        payer: Who,
        value: Balance,
        channels: &[(Who, Offer)],
    ) -> Result<Effect, Error> {
        self.check_not_paused()?;
        check_batch(channels)?;
        self.put_in(payer, value);
        // All that the payer has to give, wherever it comes from.
        let mut purse = self.free(payer) + value;
        let (mut epochs, mut events) = (Vec::new(), Vec::new());
        for (payee, offer) in channels {
            self.check_offer(payer, *payee, offer)?;
            let pair = (payer, *payee);
            if let Some(life) = self.life(pair) {
                if self.is_open(life) {
                    return self.refuse(*payee, ChannelError::Open(life.end));
                }
                let (rest, cleared) = self.remove(pair);
                purse += rest;
                events.push(cleared);
            }
            if offer.reserve > purse {
                return Err(Error::FreeTooLow(purse));
            }
            purse -= offer.reserve;
            self.lives.push(Life {
                pair,
                offer: offer.clone(),
                paid: 0,
                end: None,
                signed: 0,
                agreed: 0,
            });
            self.standing.insert(pair, self.lives.len() - 1);
            let epoch = self.lives.len() as u64;
            epochs.push(epoch);
            events.push((pair, epoch, Change::Opened(offer.terms([0; 32]))));
        }
        self.leave_free(payer, purse);
        Ok((Answer::Epochs(epochs), Told::Channels(value, events)))
    }

    /// What is left of a purse is what is free.
    fn leave_free(&mut self, payer: Who, purse: Balance) {
        match self.records.get_mut(&payer) {
            Some(record) => record.free = purse,
            None => self.credit(payer, payer, purse),
        }
    }

    fn check_offer(&self, payer: Who, payee: Who, offer: &Offer) -> Result<(), Error> {
        let why = if offer.reserve == 0 {
            ChannelError::ZeroAmount
        } else if offer.key == Key::Zero {
            ChannelError::BadSigner
        } else if !(MIN_DELAY..=MAX_DELAY).contains(&offer.delay) {
            ChannelError::BadDelay
        } else if payee == payer || payee == CONTRACT {
            ChannelError::BadPayee
        } else {
            return Ok(());
        };
        self.refuse(payee, why)
    }

    /// Ends a life for good; what was left of it goes to whoever calls this.
    fn remove(&mut self, pair: Pair) -> (Balance, Event) {
        let n = self.standing.remove(&pair).expect("it is standing");
        let rest = self.lives[n].offer.reserve - self.lives[n].paid;
        (rest, (pair, n as u64 + 1, Change::Cleared(rest)))
    }

    fn standing(&mut self, pair: Pair, other: Who) -> Result<(u64, &mut Life), Error> {
        match self.standing.get(&pair) {
            Some(n) => Ok((*n as u64 + 1, &mut self.lives[*n])),
            None => self.refuse(other, ChannelError::Missing),
        }
    }

    /// That nobody has set an end.
    fn check_endless(&mut self, pair: Pair, other: Who) -> Result<(), Error> {
        let now = self.now;
        match self.standing(pair, other)?.1.end {
            None => Ok(()),
            Some(end) if end > now => self.refuse(other, ChannelError::Exiting(end)),
            Some(_) => self.refuse(other, ChannelError::Over),
        }
    }

    fn top_up(&mut self, pair: Pair, value: Balance, amount: Balance) -> Result<Effect, Error> {
        let (payer, payee) = pair;
        if value > 0 {
            self.check_not_paused()?;
        }
        if amount == 0 {
            return self.refuse(payee, ChannelError::ZeroAmount);
        }
        self.check_endless(pair, payee)?;
        self.put_in(payer, value);
        let purse = self.free(payer) + value;
        let (epoch, life) = self.standing(pair, payee)?;
        let sum = life.offer.reserve.checked_add(amount);
        life.offer.reserve = sum.ok_or(Error::Overflow)?;
        if amount > purse {
            return Err(Error::FreeTooLow(purse));
        }
        self.leave_free(payer, purse - amount);
        let event = (pair, epoch, Change::ToppedUp(amount));
        Ok((Answer::Nothing, Told::Channels(value, vec![event])))
    }

    /// A batch about channels with others.
    fn each(
        &mut self,
        others: &[Who],
        act: impl Fn(&mut Self, Who) -> Result<Event, Error>,
    ) -> Result<Effect, Error> {
        check_batch(others)?;
        let events: Result<_, _> = others.iter().map(|other| act(self, *other)).collect();
        Ok((Answer::Nothing, Told::Channels(0, events?)))
    }

    fn exit(&mut self, pair: Pair, payee: Who) -> Result<Event, Error> {
        self.check_endless(pair, payee)?;
        let now = self.now;
        let (epoch, life) = self.standing(pair, payee)?;
        let end = now + life.offer.delay;
        life.end = Some(end);
        Ok((pair, epoch, Change::Exiting(end)))
    }

    fn clear(&mut self, pair: Pair, payee: Who) -> Result<Event, Error> {
        let now = self.now;
        let end = self.standing(pair, payee)?.1.end;
        if end.is_none_or(|end| end > now) {
            return self.refuse(payee, ChannelError::Open(end));
        }
        let (rest, event) = self.remove(pair);
        self.credit(pair.0, pair.0, rest);
        Ok(event)
    }

    fn close(&mut self, pair: Pair, payer: Who) -> Result<Event, Error> {
        let now = self.now;
        let (epoch, life) = self.standing(pair, payer)?;
        if life.end.is_some_and(|end| end <= now) {
            return self.refuse(payer, ChannelError::Over);
        }
        life.end = Some(now);
        Ok((pair, epoch, Change::Closed))
    }

    fn close_together(
        &mut self,
        pair: Pair,
        amount: Balance,
        consent: &Consent,
    ) -> Result<Effect, Error> {
        let (payer, payee) = pair;
        let now = self.now;
        let (epoch, life) = self.standing(pair, payee)?;
        let (reserve, before) = (life.offer.reserve, life.paid);
        let why = if life.end.is_some_and(|end| end <= now) {
            ChannelError::Over
        } else if amount > reserve {
            ChannelError::AboveReserve(reserve)
        } else if amount < before {
            ChannelError::BelowClaimed(before)
        } else if consent.forgery.is_some() || consent.epoch != epoch {
            ChannelError::BadSignature
        } else {
            (life.paid, life.agreed) = (amount, amount);
            let (rest, _) = self.remove(pair);
            let paid = amount - before;
            self.credit(payer, payee, paid);
            self.credit(payer, payer, rest);
            let event = (pair, epoch, Change::Settled { paid, rest });
            return Ok((Answer::Nothing, Told::Channels(0, vec![event])));
        };
        self.refuse(payee, why)
    }

    fn sign(&mut self, paper: &Paper) {
        let life = &mut self.lives[paper.epoch as usize - 1];
        assert_eq!(life.pair, (paper.payer, paper.payee));
        if paper.forgery.is_none() && paper.key == life.offer.key {
            life.signed = life.signed.max(paper.cumulative);
        }
        self.papers.push(*paper);
    }

    fn claim(&mut self, caller: Who, payee: Who, papers: &[Paper]) -> Result<Effect, Error> {
        check_batch(papers)?;
        let (mut outcomes, mut events) = (Vec::new(), Vec::new());
        for paper in papers {
            let outcome = self.worth(payee, paper);
            let pair = (paper.payer, payee);
            let change = match outcome {
                Ok(paid) => {
                    let (_, life) = self.standing(pair, payee)?;
                    life.paid += paid;
                    self.credit(caller, payee, paid);
                    let root = (paper.root > 0).then_some([paper.root; 32]);
                    Change::Claimed { paid, root }
                }
                Err(skip) => Change::Skipped(skip),
            };
            outcomes.push(outcome);
            events.push((pair, paper.epoch, change));
        }
        Ok((Answer::Outcomes(outcomes), Told::Channels(0, events)))
    }

    fn begin_pause(&mut self, who: Who, duration: Millis) -> Result<Effect, Error> {
        if who != GUARDIAN {
            return Err(Error::NotGuardian);
        }
        if duration == 0 || duration > 7 * DAY {
            return Err(Error::BadPause(PauseError::Duration));
        }
        if let Some(next) = self.pause.map(|until| until + 7 * DAY) {
            if self.now < next {
                return Err(Error::BadPause(PauseError::NotBefore(next)));
            }
        }
        self.pause = Some(self.now + duration);
        Ok((Answer::Nothing, Told::PausedUntil(self.now + duration)))
    }

    fn resume(&mut self, who: Who) -> Result<Effect, Error> {
        if who != GUARDIAN {
            return Err(Error::NotGuardian);
        }
        self.pause = self.pause.map(|until| until.min(self.now));
        Ok((Answer::Nothing, Told::PausedUntil(self.pause.unwrap_or(0))))
    }
}

fn check_batch<T>(list: &[T]) -> Result<(), Error> {
    match list.len() {
        1..=64 => Ok(()),
        _ => Err(Error::BatchSize),
    }
}
