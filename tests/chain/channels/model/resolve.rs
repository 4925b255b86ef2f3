//! Deciding what a step is about, among what exists by then.
//!
//! A step without a flaw becomes a call that will go through, as far as there is one; a flaw spoils it
//! in one of the ways that its kind can be spoilt.

use super::{
    action::{Action, Call, Offer, Who, CONTRACT, GUARDIAN, PEOPLE},
    books::{Books, Life, Pair},
    papers::{Consent, Forgery, Key, Paper, FORGERIES, PHONES},
    steps::{Kind, Step},
};
use crate::channels::world::{Balance, Millis, DAY, MAX_DELAY, MIN_DELAY};

/// The calls that `step` is about.
pub fn resolve(step: &Step, books: &Books) -> Vec<Call> {
    let resolver = Resolver { step, books };
    match step.kind {
        Kind::Edge => resolver.edge(),
        _ => vec![resolver.call(step.kind, |_| true)],
    }
}

pub struct Resolver<'a> {
    pub step: &'a Step,
    pub books: &'a Books,
}

impl Resolver<'_> {
    /// A call of this kind, about a channel that is `fit` if it can be.
    pub fn call(&self, kind: Kind, fit: impl Fn(&Life) -> bool) -> Call {
        let books = self.books;
        let open = |life: &Life| books.is_open(life) && fit(life);
        let over = |life: &Life| !books.is_open(life) && fit(life);
        let endless = |life: &Life| life.end.is_none() && fit(life);
        match kind {
            Kind::Deposit => {
                let nothing = self.spoilt(0, 2);
                let value = if nothing { 0 } else { self.step.amount };
                paying(self.who(), value, Action::Deposit)
            }
            Kind::Withdraw => self.withdraw(),
            Kind::Leave => {
                let done = |who: &Who| books.records.get(who).is_some_and(|r| r.free == 0 && r.own);
                by(self.someone(done), Action::Leave)
            }
            Kind::Open => self.open(),
            Kind::TopUp => self.top_up(self.pair(endless)),
            Kind::Exit => {
                let (payer, payees) = self.payees(endless);
                by(payer, Action::Exit { payees })
            }
            Kind::Clear => {
                let (payer, payees) = self.payees(over);
                by(payer, Action::Clear { payees })
            }
            Kind::Close => {
                let (payer, payee) = self.pair(open);
                let others = |life: &&Life| life.pair.1 == payee && life.pair.0 != payer;
                let others = self.lives(open).into_iter().filter(others);
                let others = others.map(|life| life.pair.0).collect();
                let payers = self.batch(payer, others);
                by(payee, Action::Close { payers })
            }
            Kind::CloseTogether => self.close_together(self.pair(open)),
            Kind::Claim => match self.payee_with_papers() {
                Some(payee) => self.claim(payee),
                None => self.sign(),
            },
            Kind::Pause => {
                let duration = match self.step.flaw % 8 {
                    1 => 0,
                    2 => 7 * DAY + 1,
                    3 => 7 * DAY,
                    _ => 1 + self.step.amount as Millis % MIN_DELAY,
                };
                by(self.guardian(), Action::Pause { duration })
            }
            Kind::Resume => by(self.guardian(), Action::Resume),
            Kind::Send => paying(self.who(), self.step.amount, Action::Send),
            Kind::Sign => self.sign(),
            Kind::Jump | Kind::Edge => by(0, Action::Jump { to: self.instant() }),
        }
    }

    // ---- Dice ----

    fn right(&self) -> bool {
        self.step.flaw == 0
    }

    /// Whether the step is spoilt in way `which` of `ways`.
    fn spoilt(&self, which: usize, ways: usize) -> bool {
        !self.right() && self.step.flaw % ways == which
    }

    pub fn die(&self, n: usize, sides: usize) -> usize {
        self.step.dice[n] % sides
    }

    pub fn pick<T: Clone>(&self, n: usize, of: &[T]) -> Option<T> {
        of.get(self.step.dice[n].checked_rem(of.len())?).cloned()
    }

    fn who(&self) -> Who {
        self.step.who % PEOPLE
    }

    /// Someone of whom it is true, if the step is to be right and there is one.
    fn someone(&self, fit: impl Fn(&Who) -> bool) -> Who {
        let all: Vec<Who> = (0..PEOPLE).filter(fit).collect();
        let one = self.pick(0, &all).filter(|_| self.right());
        one.unwrap_or(self.who())
    }

    fn guardian(&self) -> Who {
        if self.spoilt(0, 3) {
            self.who()
        } else {
            GUARDIAN
        }
    }

    pub fn lives(&self, fit: impl Fn(&Life) -> bool) -> Vec<&Life> {
        let all = self.books.standing.values();
        let all = all.map(|n| &self.books.lives[*n]);
        all.filter(|life| fit(life)).collect()
    }

    /// The pair of a channel that is fit; of any, or of none, if the step is spoilt.
    fn pair(&self, fit: impl Fn(&Life) -> bool) -> Pair {
        let any = (self.who(), self.die(1, PEOPLE));
        let fit = self.lives(fit);
        match self.step.flaw % 4 {
            1 => any,
            2 => {
                let all = self.lives(|_| true);
                self.pick(0, &all).map_or(any, |life| life.pair)
            }
            _ => self.pick(0, &fit).map_or(any, |life| life.pair),
        }
    }

    /// One payer, and some of those payees to whom the payer has a channel that is fit.
    fn payees(&self, fit: impl Fn(&Life) -> bool) -> (Who, Vec<Who>) {
        let (payer, payee) = self.pair(&fit);
        let others = self.lives(fit).into_iter().map(|life| life.pair);
        let others = others.filter(|pair| pair.0 == payer && pair.1 != payee);
        (
            payer,
            self.batch(payee, others.map(|pair| pair.1).collect()),
        )
    }

    fn batch(&self, first: Who, others: Vec<Who>) -> Vec<Who> {
        match self.step.flaw % 40 {
            3 => Vec::new(),
            7 => vec![first; 65],
            11 => vec![first, first],
            _ => {
                let more = self.die(2, 2) * others.len();
                [vec![first], others[..more].to_vec()].concat()
            }
        }
    }

    // ---- Calls ----

    fn withdraw(&self) -> Call {
        let who = self.someone(|who| self.books.free(*who) > 0);
        let free = self.books.free(who);
        let amount = match (self.step.flaw % 4, self.die(1, 3)) {
            (1, _) => Some(free + 1),
            (2, 0) => Some(0),
            (_, 0) | (2, _) => None,
            (_, 1) => Some(free),
            _ => Some((1 + self.step.amount) % (free + 1)).filter(|some| *some > 0),
        };
        by(who, Action::Withdraw { amount })
    }

    fn open(&self) -> Call {
        let closed = |pair: &Pair| {
            let life = self.books.life(*pair);
            pair.0 != pair.1 && life.is_none_or(|life| !self.books.is_open(life))
        };
        let pairs = (0..PEOPLE).flat_map(|payer| (0..PEOPLE).map(move |payee| (payer, payee)));
        let pairs: Vec<Pair> = pairs.filter(closed).collect();
        let payer = self.pick(0, &pairs).map_or(self.who(), |pair| pair.0);
        let mut payees: Vec<Who> = pairs
            .iter()
            .filter(|one| one.0 == payer)
            .map(|one| one.1)
            .collect();
        let first = self.die(1, payees.len().max(1));
        payees.rotate_left(first);
        payees.truncate(self.step.list.len());
        let offers = payees.iter().zip(&self.step.list);
        let mut channels: Vec<(Who, Offer)> = offers
            .map(|(payee, (die, amount))| (*payee, self.offer(*die, *amount)))
            .collect();
        let offer = self.offer(self.die(2, 100), self.step.amount);
        match self.step.flaw % 20 {
            1 => channels.push((payer, offer)),
            2 => channels.push((CONTRACT, offer)),
            3 | 4 => channels.push((self.die(3, PEOPLE), offer)),
            5 => channels = vec![(self.die(3, PEOPLE), offer); 65],
            6 => channels.clear(),
            7..=13 => {
                let n = self.die(3, channels.len().max(1));
                if let Some((_, offer)) = channels.get_mut(n) {
                    self.spoil(offer);
                }
            }
            _ => {}
        }
        let value = self.value(payer, channels.iter().map(|(_, offer)| offer.reserve));
        paying(payer, value, Action::Open { channels })
    }

    pub fn offer(&self, die: usize, reserve: Balance) -> Offer {
        let key = match die % 20 {
            0 => Key::Malformed,
            1..=3 => Key::Own,
            n => Key::Phone(n % PHONES),
        };
        let delay = match die / 20 % 10 {
            0 => MAX_DELAY,
            1 => MIN_DELAY + reserve as Millis % DAY,
            _ => MIN_DELAY,
        };
        Offer {
            reserve,
            key,
            delay,
        }
    }

    fn spoil(&self, offer: &mut Offer) {
        match self.step.flaw % 20 {
            7 | 8 => offer.reserve = 0,
            9 => offer.reserve = Balance::MAX,
            10 | 11 => offer.key = Key::Zero,
            12 => offer.delay = MIN_DELAY - 1,
            _ => offer.delay = MAX_DELAY + 1,
        }
    }

    /// What to attach for amounts that are set aside: enough, if the step is to be right.
    fn value(&self, payer: Who, amounts: impl Iterator<Item = Balance>) -> Balance {
        let need = amounts.fold(0, Balance::saturating_add);
        let free = self.books.free(payer);
        let value = match (self.die(3, 5), self.step.flaw % 20) {
            (_, 14..) => need.saturating_sub(free + 1),
            (0 | 1, _) => need.saturating_sub(free),
            (2, _) => need.saturating_add(self.step.amount),
            _ => need,
        };
        // Whoever sets absurd sums aside hopes that nobody counts.
        value.min(1 << 60)
    }

    fn top_up(&self, (payer, payee): Pair) -> Call {
        let amount = match self.step.flaw % 12 {
            3 => 0,
            7 => Balance::MAX,
            _ => self.step.amount,
        };
        let free = self.books.free(payer);
        let paused = self.books.paused().is_some() && free >= amount && self.right();
        let value = if paused {
            0
        } else {
            self.value(payer, [amount].into_iter())
        };
        paying(payer, value, Action::TopUp { payee, amount })
    }

    pub fn close_together(&self, pair: Pair) -> Call {
        let life = self.books.life(pair);
        let (paid, reserve) = life.map_or((0, 1), |life| (life.paid, life.offer.reserve));
        let amount = match (self.step.flaw % 4, self.die(2, 4)) {
            (3, 0) => reserve + 1,
            (3, _) => paid.saturating_sub(1),
            (_, 0) => paid,
            (_, 1) => reserve,
            _ => paid + self.step.amount % (reserve - paid + 1),
        };
        let forged = self.spoilt(0, 4) || self.die(0, 8) == 0;
        let consent = Consent {
            epoch: self.books.epoch(pair).unwrap_or(0),
            wrapped: self.die(3, 2) == 0,
            forgery: forged.then(|| self.forgery(self.die(1, 10))),
        };
        let action = Action::CloseTogether {
            payee: pair.1,
            amount,
            consent,
        };
        by(pair.0, action)
    }

    fn forgery(&self, die: usize) -> Forgery {
        FORGERIES[die % FORGERIES.len()]
    }

    /// Someone with a voucher that is worth something; anyone, if the step is spoilt.
    fn payee_with_papers(&self) -> Option<Who> {
        if self.spoilt(0, 3) {
            return Some(self.who());
        }
        let worth = |paper: &&Paper| self.books.worth(paper.payee, paper).is_ok();
        let papers: Vec<&Paper> = self.books.papers.iter().filter(worth).collect();
        self.pick(0, &papers).map(|paper| paper.payee)
    }

    /// What the payee has, the best last, and whatever else the dice say.
    fn claim(&self, payee: Who) -> Call {
        let all = &self.books.papers;
        let own: Vec<Paper> = all
            .iter()
            .filter(|one| one.payee == payee)
            .copied()
            .collect();
        let worth = |paper: &&Paper| self.books.worth(payee, paper).is_ok();
        let good: Vec<Paper> = own.iter().filter(worth).copied().collect();
        let mut papers: Vec<Paper> = Vec::new();
        for (die, amount) in &self.step.list {
            let from = match die % 9 {
                0 => all,
                1 | 2 => &own,
                _ => &good,
            };
            let Some(n) = (die / 9).checked_rem(from.len()) else {
                continue;
            };
            let mut paper = from[n];
            if die % 7 == 0 {
                paper.forgery = Some(self.forgery(*die));
                paper.cumulative = paper.cumulative.saturating_add(*amount);
            }
            papers.push(paper);
        }
        let best = self.best(payee);
        let most = best.len().min(1 + self.die(1, 3));
        papers.extend(&best[..most]);
        match self.step.flaw % 20 {
            1 => papers.clear(),
            2 => papers = papers.into_iter().cycle().take(65).collect(),
            3 | 4 => papers = [&papers[..], &papers[..]].concat(),
            _ => {}
        }
        let caller = if self.die(2, 2) == 0 {
            self.who()
        } else {
            payee
        };
        // Nobody's channel leads to the contract itself.
        let payee = if self.spoilt(5, 20) { CONTRACT } else { payee };
        by(caller, Action::Claim { payee, papers })
    }

    /// The best voucher of each of the payee's channels, if it is worth anything.
    fn best(&self, payee: Who) -> Vec<Paper> {
        let mut best: Vec<Paper> = (0..PEOPLE)
            .filter_map(|payer| best(self.books, (payer, payee)))
            .collect();
        let first = self.die(0, best.len().max(1));
        best.rotate_left(first);
        best
    }

    fn sign(&self) -> Call {
        let lives = self.lives(|_| true);
        let promising = self.lives(|life| life.signed < life.offer.reserve);
        let lives = if self.right() { promising } else { lives };
        let Some(life) = self.pick(0, &lives) else {
            return self.call(Kind::Open, |_| true);
        };
        let room = life.offer.reserve.saturating_sub(life.signed);
        let cumulative = match self.die(1, 12) {
            0 => life.offer.reserve + self.step.amount,
            1 => life.offer.reserve,
            2 => life.signed.saturating_sub(self.step.amount),
            3 if self.step.flaw % 8 == 1 => Balance::MAX,
            4..=6 => life.signed + self.step.amount.min(room),
            _ => life.signed + 1 + self.step.amount % (room / 3 + 1),
        };
        let forgery = match self.step.flaw % 6 {
            1 => Some(self.forgery(self.die(2, 100))),
            _ => None,
        };
        let paper = Paper {
            payer: life.pair.0,
            payee: life.pair.1,
            epoch: self.books.epoch(life.pair).unwrap_or(0),
            cumulative,
            root: (self.die(2, 3) / 2 * 9) as u8,
            key: life.offer.key,
            wrapped: self.die(3, 3) == 0,
            forgery,
        };
        by(life.pair.0, Action::Sign { paper })
    }
}

/// The voucher of this channel that is worth most now, if any is worth something.
pub fn best(books: &Books, pair: Pair) -> Option<Paper> {
    let papers = books.papers.iter().filter(|one| one.payer == pair.0);
    let worth = |paper: &&Paper| books.worth(pair.1, paper).ok();
    let papers = papers.filter(|paper| worth(paper).is_some());
    papers.max_by_key(worth).copied()
}

pub fn paying(signer: Who, value: Balance, action: Action) -> Call {
    Call {
        signer,
        value,
        action,
    }
}

pub fn by(signer: Who, action: Action) -> Call {
    paying(signer, 0, action)
}
