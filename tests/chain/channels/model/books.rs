//! The model: what the documentation says of money, channels and times.

pub use super::state::{Common, Effect, Event, Life, Record, Spent, Told};
use super::{
    action::{Action, Answer, Call, LifeId, Line, Offer, Who, CONTRACT, GHOST, GUARDIAN, PEOPLE},
    papers::{Consent, Key, Paper},
};
use crate::channels::world::{
    existential_deposit, Balance, Change, ChannelError, Entry, Error, Millis, Moment, Outcome,
    Skip, DAY, MAX_DELAY, MIN_DELAY, MIN_GIFT_LANE,
};
use farthing_types::pause::PauseError;
use std::collections::BTreeMap;

const HOUR: Millis = 3_600_000;
const BLOCKS_OF_AN_EXIT: u32 = 50;

#[derive(Clone)]
pub struct Books {
    /// Everyone's account, the contract's last.
    pub ids: Vec<ink::primitives::AccountId>,
    pub now: Moment,
    /// Every channel there ever was.
    pub lives: Vec<Life>,
    /// The latest life of those whose record is there.
    pub standing: BTreeMap<Line, usize>,
    pub records: BTreeMap<Who, Record>,
    /// The end of the latest pause.
    pub pause: Option<Millis>,
    pub spent: [Spent; PEOPLE + 1],
    /// By plain transfers into the contract.
    pub forced: Balance,
    /// Vouchers that payees got.
    pub papers: Vec<Paper>,
}

impl Books {
    pub fn new(ids: Vec<ink::primitives::AccountId>, now: Moment) -> Self {
        Self {
            ids,
            now,
            lives: Vec::new(),
            standing: BTreeMap::new(),
            records: BTreeMap::new(),
            pause: None,
            spent: Default::default(),
            forced: 0,
            papers: Vec::new(),
        }
    }

    // ---- What follows from the books ----

    pub fn life(&self, line: Line) -> Option<&Life> {
        self.standing.get(&line).map(|n| &self.lives[*n])
    }

    pub fn is_open(&self, life: &Life) -> bool {
        life.end
            .is_none_or(|end| self.now.time < end.time || self.now.block < end.block)
    }

    pub fn is_old(&self, life: &Life) -> bool {
        self.now.time >= life.epoch + HOUR
    }

    pub fn paused(&self) -> Option<Millis> {
        self.pause.filter(|until| self.now.time < *until)
    }

    /// What went in and did not come out.
    pub fn owed(&self) -> Balance {
        let sum: i128 = self.spent.iter().map(|one| one.put_in).sum();
        sum.try_into()
            .expect("nothing comes out that never went in")
    }

    /// Whether the account that did not exist at first does by now.
    pub fn ghost_exists(&self) -> bool {
        let ghost = &self.spent[GHOST];
        ghost.put_in + ghost.given < 0
    }

    /// What the voucher is worth to `payee` now.
    pub fn worth(&self, payee: Who, paper: &Paper) -> Outcome {
        let line = (paper.payer, payee, paper.lane);
        let life = self.life(line).ok_or(Skip::NoChannel)?;
        if paper.epoch != life.epoch {
            return Err(Skip::OtherEpoch(life.epoch));
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
        // Nobody can have an old voucher count again: no two lives of a line have the same epoch.
        for (n, life) in self.lives.iter().enumerate() {
            let earlier = self.lives[..n].iter().filter(|one| one.line == life.line);
            for earlier in earlier {
                assert!(earlier.epoch < life.epoch, "{earlier:?}, {life:?}");
            }
        }
        let kept: Balance = self.records.values().map(|one| one.amount).sum();
        let standing = self.standing.values().map(|n| &self.lives[*n]);
        let rests: Balance = standing.map(|life| life.offer.reserve - life.paid).sum();
        assert_eq!(kept + rests, self.owed(), "created or lost");
    }

    // ---- Calls ----

    /// Does what the call does, or says why it cannot be done; the books are of no use then.
    pub fn apply(&mut self, call: &Call) -> Result<Effect, Error> {
        let (who, value) = (call.signer, call.value);
        let nothing = || Ok((Answer::Nothing, Told::default()));
        match &call.action {
            Action::Open { epoch, channels } => {
                self.open((who, who, false), value, *epoch, channels)
            }
            Action::OpenFor {
                payer,
                epoch,
                channels,
            } => self.open((who, *payer, true), value, *epoch, channels),
            Action::TopUp { life } => self.top_up(who, value, *life),
            Action::Exit { lives } => {
                let (ends, events) = self.each(lives, Self::exit)?;
                Ok((
                    Answer::Ends(ends),
                    Told::changes(Common::Payer(who), events),
                ))
            }
            Action::Clear { lives } => {
                let (rests, events) = self.each(lives, Self::clear)?;
                Ok((
                    Answer::Rests(rests),
                    Told::changes(Common::Payer(who), events),
                ))
            }
            Action::Close { lives } => {
                let (rests, events) = self.each(lives, Self::close)?;
                Ok((
                    Answer::Rests(rests),
                    Told::changes(Common::Payee(who), events),
                ))
            }
            Action::CloseTogether {
                line,
                amount,
                expires,
                consent,
            } => self.close_together(*line, *amount, *expires, consent),
            Action::Claim { payee, papers } => self.claim(who, *payee, papers),
            Action::Withdraw { account } => self.withdraw(who, *account),
            Action::Pause { duration } => self.begin_pause(who, *duration),
            Action::Resume => self.resume(who),
            Action::Send => {
                self.spent[who].given += value as i128;
                self.forced += value;
                nothing()
            }
            Action::Fund => {
                self.spent[who].given += value as i128;
                self.spent[GHOST].given -= value as i128;
                nothing()
            }
            Action::Sign { paper } => {
                self.sign(paper);
                nothing()
            }
            Action::Jump { .. } => nothing(),
        }
    }

    /// Sends money out of the contract, or keeps it. Says what is kept, and who pays for that record.
    fn send(&mut self, caller: Who, to: Who, amount: Balance) -> Option<(Who, Balance, Who)> {
        let refused = to == GHOST && !self.ghost_exists() && amount < existential_deposit();
        if amount == 0 || !refused {
            self.spent[to].put_in -= amount as i128;
            return None;
        }
        let record = self.records.entry(to).or_insert(Record {
            amount: 0,
            paid_by: caller,
        });
        record.amount += amount;
        Some((to, amount, record.paid_by))
    }

    /// Somebody sets money aside in a channel of somebody's, perhaps their own.
    fn give(&mut self, giver: Who, payer: Who, amount: Balance) {
        self.spent[giver].gifts += amount as i128;
        self.spent[payer].gifts -= amount as i128;
    }

    fn refuse<T>(&self, payee: Who, why: ChannelError) -> Result<T, Error> {
        Err(Error::Channel(self.ids[payee], why))
    }

    fn check_not_paused(&self) -> Result<(), Error> {
        self.paused()
            .map_or(Ok(()), |until| Err(Error::Paused(until)))
    }

    fn open(
        &mut self,
        (giver, payer, gift): (Who, Who, bool),
        value: Balance,
        epoch: Millis,
        channels: &[(Who, u32, Offer)],
    ) -> Result<Effect, Error> {
        self.check_not_paused()?;
        check_batch(channels)?;
        self.spent[giver].put_in += value as i128;
        let mut purse = value;
        let mut events = Vec::new();
        for (payee, lane, offer) in channels {
            self.check_offer(payer, *payee, offer)?;
            if (*lane >= MIN_GIFT_LANE) != gift {
                return self.refuse(*payee, ChannelError::BadLane);
            }
            let now = self.now.time;
            if epoch > now || now - epoch >= HOUR {
                return self.refuse(*payee, ChannelError::BadEpoch(now));
            }
            let line = (payer, *payee, *lane);
            if let Some(life) = self.life(line) {
                if self.is_open(life) {
                    return self.refuse(*payee, ChannelError::Open(life.end));
                }
                if epoch <= life.epoch {
                    return self.refuse(*payee, ChannelError::UsedEpoch(life.epoch));
                }
                let before = life.epoch;
                let rest = self.take_rest(line);
                match gift {
                    true => assert_eq!(self.send(giver, payer, rest), None),
                    false => purse += rest,
                }
                let freed = true;
                events.push(((line, before), Change::Cleared { rest, freed }));
            }
            if offer.reserve > purse {
                return Err(Error::ValueTooLow(purse));
            }
            purse -= offer.reserve;
            self.give(giver, payer, offer.reserve);
            self.lives.push(Life {
                line,
                epoch,
                offer: offer.clone(),
                paid: 0,
                end: None,
                signed: 0,
                agreed: 0,
            });
            self.standing.insert(line, self.lives.len() - 1);
            let opened = Change::Opened(offer.terms([0; 32], [0; 32]));
            events.push(((line, epoch), opened));
        }
        self.send(giver, giver, purse);
        let told = Told::changes(Common::Payer(payer), events);
        Ok((Answer::Nothing, told))
    }

    fn check_offer(&self, payer: Who, payee: Who, offer: &Offer) -> Result<(), Error> {
        let why = if offer.reserve == 0 {
            ChannelError::ZeroAmount
        } else if offer.key == Key::Zero {
            ChannelError::BadSigner
        } else if offer.closer == Key::Zero {
            ChannelError::BadCloser
        } else if !(MIN_DELAY..=MAX_DELAY).contains(&offer.delay) {
            ChannelError::BadDelay
        } else if payee == payer || payee == CONTRACT {
            ChannelError::BadPayee
        } else {
            return Ok(());
        };
        self.refuse(payee, why)
    }

    fn take_rest(&mut self, line: Line) -> Balance {
        let life = &mut self.lives[self.standing[&line]];
        let rest = life.offer.reserve - life.paid;
        life.offer.reserve = life.paid;
        rest
    }

    fn meant(&mut self, (line, epoch): LifeId) -> Entry<&mut Life> {
        match self.standing.get(&line) {
            None => Err(ChannelError::Missing),
            Some(n) if self.lives[*n].epoch != epoch => {
                Err(ChannelError::OtherEpoch(self.lives[*n].epoch))
            }
            Some(n) => Ok(&mut self.lives[*n]),
        }
    }

    /// That nobody has set an end.
    fn check_endless(&mut self, id: LifeId) -> Entry<()> {
        let life = self.meant(id)?.clone();
        match life.end {
            None => Ok(()),
            Some(end) if self.is_open(&life) => Err(ChannelError::Exiting(end)),
            Some(_) => Err(ChannelError::Over),
        }
    }

    fn top_up(&mut self, who: Who, value: Balance, id: LifeId) -> Result<Effect, Error> {
        let (payer, payee, _) = id.0;
        self.check_not_paused()?;
        if value == 0 {
            return self.refuse(payee, ChannelError::ZeroAmount);
        }
        if let Err(why) = self.check_endless(id) {
            return self.refuse(payee, why);
        }
        self.spent[who].put_in += value as i128;
        self.give(who, payer, value);
        let life = self.meant(id).expect("just seen");
        life.offer.reserve += value;
        let events = vec![(id, Change::ToppedUp(value))];
        Ok((Answer::Nothing, Told::changes(Common::Payer(payer), events)))
    }

    /// A batch: what came of each, and what is told of those that were not skipped.
    fn each<T: Copy>(
        &mut self,
        lives: &[LifeId],
        act: impl Fn(&mut Self, LifeId) -> Entry<(T, Change)>,
    ) -> Result<(Vec<Entry<T>>, Vec<Event>), Error> {
        check_batch(lives)?;
        let (mut done, mut events) = (Vec::new(), Vec::new());
        for id in lives {
            let outcome = act(self, *id);
            if let Ok((_, change)) = &outcome {
                events.push((*id, change.clone()));
            }
            done.push(outcome.map(|(answer, _)| answer));
        }
        Ok((done, events))
    }

    fn exit(&mut self, id: LifeId) -> Entry<(Moment, Change)> {
        self.check_endless(id)?;
        let now = self.now;
        let life = self.meant(id)?;
        let end = Moment {
            time: now.time + life.offer.delay,
            block: now.block + BLOCKS_OF_AN_EXIT,
        };
        life.end = Some(end);
        Ok((end, Change::Exiting(end)))
    }

    fn clear(&mut self, id: LifeId) -> Entry<(Balance, Change)> {
        let life = self.meant(id)?.clone();
        if self.is_open(&life) {
            return Err(ChannelError::Open(life.end));
        }
        let freed = self.is_old(&life);
        if !freed && life.offer.reserve == life.paid {
            return Err(ChannelError::NotBefore(life.epoch + HOUR));
        }
        let rest = self.take_rest(id.0);
        self.send(id.0 .0, id.0 .0, rest);
        if freed {
            self.standing.remove(&id.0);
        }
        Ok((rest, Change::Cleared { rest, freed }))
    }

    fn close(&mut self, id: LifeId) -> Entry<(Balance, Change)> {
        let life = self.meant(id)?.clone();
        if !self.is_open(&life) {
            return Err(ChannelError::Over);
        }
        let now = self.now;
        self.meant(id)?.end = Some(now);
        // Payers all exist.
        let rest = self.take_rest(id.0);
        self.send(id.0 .0, id.0 .0, rest);
        Ok((rest, Change::Closed { rest, end: now }))
    }

    fn close_together(
        &mut self,
        line: Line,
        amount: Balance,
        expires: Millis,
        consent: &Consent,
    ) -> Result<Effect, Error> {
        let (payer, payee, _) = line;
        let Some(life) = self.life(line).cloned() else {
            return self.refuse(payee, ChannelError::Missing);
        };
        let why = if self.now.time > expires {
            ChannelError::Expired(self.now.time)
        } else if !self.is_open(&life) {
            ChannelError::Over
        } else if amount > life.offer.reserve {
            ChannelError::AboveReserve(life.offer.reserve)
        } else if amount < life.paid {
            ChannelError::BelowClaimed(life.paid)
        } else if consent.forgery.is_some()
            || consent.epoch != life.epoch
            || consent.key != life.offer.closer
            || consent.key == Key::Malformed
        {
            ChannelError::BadSignature
        } else {
            let (paid, rest) = (amount - life.paid, life.offer.reserve - amount);
            let (freed, now) = (self.is_old(&life), self.now);
            let ended = &mut self.lives[self.standing[&line]];
            (ended.paid, ended.agreed) = (amount, amount);
            ended.offer.reserve = amount;
            ended.end = Some(now);
            if freed {
                self.standing.remove(&line);
            }
            let kept = self.send(payer, payee, paid);
            self.send(payer, payer, rest);
            let closed = Change::ClosedTogether {
                paid,
                rest,
                end: now,
                freed,
            };
            let events = vec![((line, life.epoch), closed)];
            let told = Told {
                kept,
                ..Told::changes(Common::Payer(payer), events)
            };
            return Ok((Answer::Nothing, told));
        };
        self.refuse(payee, why)
    }

    fn sign(&mut self, paper: &Paper) {
        let line = (paper.payer, paper.payee, paper.lane);
        let is = |life: &&mut Life| life.line == line && life.epoch == paper.epoch;
        let life = self.lives.iter_mut().find(is).expect("it was opened");
        if paper.forgery.is_none() && paper.key == life.offer.key {
            life.signed = life.signed.max(paper.cumulative);
        }
        self.papers.push(*paper);
    }

    fn claim(&mut self, caller: Who, payee: Who, papers: &[Paper]) -> Result<Effect, Error> {
        check_batch(papers)?;
        let (mut outcomes, mut events, mut total) = (Vec::new(), Vec::new(), 0);
        for paper in papers {
            let outcome = self.worth(payee, paper);
            let line = (paper.payer, payee, paper.lane);
            if let Ok(paid) = outcome {
                self.lives[self.standing[&line]].paid += paid;
                total += paid;
                let root = (paper.root > 0).then_some([paper.root; 32]);
                events.push(((line, paper.epoch), Change::Claimed { paid, root }));
            }
            outcomes.push(outcome);
        }
        let kept = match total {
            0 => None,
            _ => self.send(caller, payee, total),
        };
        let told = Told {
            kept,
            ..Told::changes(Common::Payee(payee), events)
        };
        Ok((Answer::Outcomes(outcomes), told))
    }

    fn withdraw(&mut self, caller: Who, account: Who) -> Result<Effect, Error> {
        let Some(record) = self.records.get(&account).copied() else {
            return Err(Error::NothingDue);
        };
        let freed = record.paid_by == caller;
        if record.amount == 0 && !freed {
            return Err(Error::NothingDue);
        }
        let small = record.amount < existential_deposit();
        if record.amount > 0 && small && !self.ghost_exists() {
            return Err(Error::TransferFailed);
        }
        self.spent[account].put_in -= record.amount as i128;
        match freed {
            true => {
                self.records.remove(&account);
            }
            false => {
                let empty = Record {
                    amount: 0,
                    ..record
                };
                self.records.insert(account, empty);
            }
        }
        let told = Told {
            withdrawn: Some((account, record.amount, freed)),
            ..Told::default()
        };
        Ok((Answer::Sent(record.amount), told))
    }

    fn begin_pause(&mut self, who: Who, duration: Millis) -> Result<Effect, Error> {
        if who != GUARDIAN {
            return Err(Error::NotGuardian);
        }
        if duration == 0 || duration > 7 * DAY {
            return Err(Error::BadPause(PauseError::Duration));
        }
        if let Some(next) = self.pause.map(|until| until + 7 * DAY) {
            if self.now.time < next {
                return Err(Error::BadPause(PauseError::NotBefore(next)));
            }
        }
        self.set_pause(Some(self.now.time + duration))
    }

    fn resume(&mut self, who: Who) -> Result<Effect, Error> {
        if who != GUARDIAN {
            return Err(Error::NotGuardian);
        }
        let now = self.now.time;
        self.set_pause(self.pause.map(|until| until.min(now)))
    }

    fn set_pause(&mut self, until: Option<Millis>) -> Result<Effect, Error> {
        self.pause = until;
        let told = Told {
            paused_until: Some(until.unwrap_or(0)),
            ..Told::default()
        };
        Ok((Answer::Nothing, told))
    }
}

fn check_batch<T>(list: &[T]) -> Result<(), Error> {
    match list.len() {
        1..=64 => Ok(()),
        _ => Err(Error::BatchSize),
    }
}
