//! Deciding what a step is about, among what exists by then.
//!
//! A step without a flaw becomes a call that will go through, as far as there is one; a flaw spoils it
//! in one of the ways that its kind can be spoilt.

use super::{
    action::{Action, Call, LifeId, Line, Offer, Who, CONTRACT, GHOST, GUARDIAN, LANES, PEOPLE},
    books::{Books, Life},
    papers::{Consent, Forgery, Key, Paper, OF_CLOSINGS, OF_VOUCHERS, PHONES},
    steps::{Kind, Step},
};
use crate::channels::world::{
    existential_deposit, Balance, Millis, DAY, MAX_DELAY, MIN_DELAY, MIN_GIFT_LANE, WINDOW,
};

/// More than the sums of a sequence come to, and less than anyone has on any chain.
const MOST: Balance = 10_000_000_000_000_000;

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
            Kind::Withdraw => {
                let paid = |who: &Who| books.records.get(&GHOST).is_some_and(|r| r.paid_by == *who);
                let caller = match self.die(1, 2) {
                    0 => self.someone(paid),
                    _ => self.who(),
                };
                let account = if self.spoilt(0, 3) { self.who() } else { GHOST };
                by(caller, Action::Withdraw { account })
            }
            Kind::Open => self.open(false),
            Kind::OpenFor => self.open(true),
            Kind::TopUp => self.top_up(self.line(endless)),
            Kind::Exit => {
                let (payer, lives) = self.lives_of(endless, |line| line.0);
                by(payer, Action::Exit { lives })
            }
            Kind::Clear => {
                let due = |life: &Life| {
                    let worth = life.offer.reserve > life.paid || books.is_old(life);
                    over(life) && worth
                };
                let (payer, lives) = self.lives_of(due, |line| line.0);
                by(payer, Action::Clear { lives })
            }
            Kind::Close => {
                let alive = |life: &Life| open(life) && life.line.1 < PEOPLE;
                let (payee, lives) = self.lives_of(alive, |line| line.1);
                by(payee, Action::Close { lives })
            }
            Kind::CloseTogether => self.close_together(self.line(open)),
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
            Kind::Fund => {
                let enough = self.step.amount.max(existential_deposit());
                paying(self.who(), enough, Action::Fund)
            }
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

    /// The line of a channel that is fit; of any, or of none, if the step is spoilt.
    fn line(&self, fit: impl Fn(&Life) -> bool) -> Line {
        let any = (self.who(), self.die(1, PEOPLE + 1), LANES[self.die(2, 3)]);
        let fit = self.lives(fit);
        match self.step.flaw % 4 {
            1 => any,
            2 => {
                let all = self.lives(|_| true);
                self.pick(0, &all).map_or(any, |life| life.line)
            }
            _ => self.pick(0, &fit).map_or(any, |life| life.line),
        }
    }

    /// The life that is in a line, or another one's name if the step is spoilt.
    fn id(&self, line: Line) -> LifeId {
        let epoch = self.books.life(line).map_or(0, |life| life.epoch);
        match self.spoilt(5, 9) {
            true => (line, epoch + 1),
            false => (line, epoch),
        }
    }

    /// Somebody, and some of those channels on their side that are fit.
    fn lives_of(&self, fit: impl Fn(&Life) -> bool, side: fn(Line) -> Who) -> (Who, Vec<LifeId>) {
        let line = self.line(&fit);
        let who = side(line).min(PEOPLE - 1);
        let others = self.lives(fit).into_iter().map(|life| life.line);
        let others = others.filter(|one| side(*one) == who && *one != line);
        let others = others.map(|line| self.id(line)).collect();
        // Whoever is named, the list is of the signer's own channels.
        let first = match (side(line) == who, side((0, 1, 0))) {
            (true, _) => line,
            (false, 0) => (who, line.1, line.2),
            (false, _) => (line.0, who, line.2),
        };
        (who, self.batch(self.id(first), others))
    }

    fn batch<T: Clone>(&self, first: T, others: Vec<T>) -> Vec<T> {
        match self.step.flaw % 40 {
            3 => Vec::new(),
            7 => vec![first; 65],
            11 => vec![first.clone(), first],
            _ => {
                let more = self.die(2, 2) * others.len();
                [vec![first], others[..more].to_vec()].concat()
            }
        }
    }

    // ---- Calls ----

    fn open(&self, gift: bool) -> Call {
        let free = |line: &Line| {
            let life = self.books.life(*line);
            line.0 != line.1 && life.is_none_or(|life| !self.books.is_open(life))
        };
        let lanes = LANES
            .into_iter()
            .filter(|lane| (*lane >= MIN_GIFT_LANE) == gift);
        let lines = lanes.flat_map(|lane| {
            let payers = (0..PEOPLE).map(move |payer| (payer, lane));
            payers.flat_map(|(payer, lane)| (0..=GHOST).map(move |payee| (payer, payee, lane)))
        });
        let lines: Vec<Line> = lines.filter(free).collect();
        let payer = self.pick(0, &lines).map_or(self.who(), |line| line.0);
        let mut lines: Vec<Line> = lines.into_iter().filter(|one| one.0 == payer).collect();
        let first = self.die(1, lines.len().max(1));
        lines.rotate_left(first);
        lines.truncate(self.step.list.len());
        let offers = lines.iter().zip(&self.step.list);
        let mut channels: Vec<(Who, u32, Offer)> = offers
            .map(|(line, (die, amount))| (line.1, line.2, self.offer(*die, *amount)))
            .collect();
        let lane = if gift { MIN_GIFT_LANE } else { 0 };
        let offer = self.offer(self.die(2, 100), self.step.amount);
        match self.step.flaw % 26 {
            1 => channels.push((payer, lane, offer)),
            2 => channels.push((CONTRACT, lane, offer)),
            3 | 4 => channels.push((self.die(3, PEOPLE), lane, offer)),
            5 => channels = vec![(self.die(3, PEOPLE), lane, offer); 65],
            6 => channels.clear(),
            7..=14 => {
                let n = self.die(3, channels.len().max(1));
                if let Some((_, _, offer)) = channels.get_mut(n) {
                    self.spoil(offer);
                }
            }
            15 => {
                if let Some((_, lane, _)) = channels.first_mut() {
                    *lane ^= MIN_GIFT_LANE;
                }
            }
            _ => {}
        }
        let value = self.value(channels.iter().map(|(_, _, offer)| offer.reserve));
        let epoch = self.epoch((payer, channels.first().map_or(0, |one| one.0), lane));
        match gift {
            true => paying(
                self.who(),
                value,
                Action::OpenFor {
                    payer,
                    epoch,
                    channels,
                },
            ),
            false => paying(payer, value, Action::Open { epoch, channels }),
        }
    }

    /// Mostly now; sometimes an earlier time that may do, or one that does not.
    fn epoch(&self, line: Line) -> Millis {
        let now = self.books.now.time;
        let used = self.books.lives.iter().rev().find(|one| one.line == line);
        match (self.step.flaw % 26, used, self.die(2, 5)) {
            (16, ..) => now + 1,
            (17, ..) => now - WINDOW,
            (18 | 19, Some(life), _) => life.epoch,
            (20, Some(life), _) => life.epoch - 1,
            (0, _, 0) => now - 1 - self.step.amount as Millis % (WINDOW / 50),
            (0, _, 1) => now + 1 - WINDOW,
            _ => now,
        }
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
        let closer = match die / 7 % 8 {
            0 => Key::Malformed,
            1 | 2 => Key::Phone(die % PHONES),
            _ => Key::Own,
        };
        Offer {
            reserve,
            key,
            closer,
            delay,
        }
    }

    fn spoil(&self, offer: &mut Offer) {
        match self.step.flaw % 26 {
            7 | 8 => offer.reserve = 0,
            9 => offer.reserve = Balance::MAX,
            10 | 11 => offer.key = Key::Zero,
            12 | 14 => offer.closer = Key::Zero,
            13 => offer.delay = MIN_DELAY - 1,
            _ => offer.delay = MAX_DELAY + 1,
        }
    }

    /// What to attach for amounts that are set aside: enough, if the step is to be right.
    fn value(&self, amounts: impl Iterator<Item = Balance>) -> Balance {
        let need = amounts.fold(0, Balance::saturating_add);
        let value = match (self.die(3, 5), self.step.flaw % 26) {
            (_, 21..) => need.saturating_sub(1 + self.step.amount),
            (0, _) => need.saturating_add(self.step.amount),
            _ => need,
        };
        // Whoever sets absurd sums aside hopes that nobody counts. What nobody has, the chain refuses.
        value.min(MOST)
    }

    fn top_up(&self, line: Line) -> Call {
        let value = if self.spoilt(3, 12) {
            0
        } else {
            self.step.amount
        };
        let caller = if self.die(3, 3) == 0 {
            self.who()
        } else {
            line.0
        };
        let life = self.id(line);
        paying(caller, value, Action::TopUp { life })
    }

    pub fn close_together(&self, line: Line) -> Call {
        // To agree on less than was claimed, something must have been.
        let claimed = self.lives(|life| self.books.is_open(life) && life.paid > 0);
        let line = match (self.step.flaw % 4, self.pick(1, &claimed)) {
            (3, Some(life)) => life.line,
            _ => line,
        };
        let life = self.books.life(line);
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
            epoch: life.map_or(0, |life| life.epoch),
            key: life.map_or(Key::Own, |life| life.offer.closer),
            wrapped: self.die(3, 2) == 0,
            forgery: forged.then(|| OF_CLOSINGS[self.die(1, OF_CLOSINGS.len())]),
        };
        let now = self.books.now.time;
        let expires = match (self.spoilt(1, 6), self.die(1, 3)) {
            (true, _) => now - 1,
            (_, 0) => now,
            (_, 1) => now + DAY,
            _ => Millis::MAX,
        };
        let action = Action::CloseTogether {
            line,
            amount,
            expires,
            consent,
        };
        by(line.0, action)
    }

    fn forgery(&self, die: usize) -> Forgery {
        OF_VOUCHERS[die % OF_VOUCHERS.len()]
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
        let caller = match self.die(2, 2) {
            0 => self.who(),
            _ => payee % PEOPLE,
        };
        // Nobody's channel leads to the contract itself.
        let payee = if self.spoilt(5, 20) { CONTRACT } else { payee };
        by(caller, Action::Claim { payee, papers })
    }

    /// The best voucher of each of the payee's channels, if it is worth anything.
    fn best(&self, payee: Who) -> Vec<Paper> {
        let mut best = best_of(self.books, payee);
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
            payer: life.line.0,
            payee: life.line.1,
            lane: life.line.2,
            epoch: life.epoch,
            cumulative,
            root: (self.die(2, 3) / 2 * 9) as u8,
            key: life.offer.key,
            wrapped: self.die(3, 3) == 0,
            forgery,
        };
        by(life.line.0, Action::Sign { paper })
    }
}

/// The voucher of this channel that is worth most now, if any is worth something.
pub fn best(books: &Books, line: Line) -> Option<Paper> {
    let papers = books.papers.iter();
    let papers = papers.filter(|one| (one.payer, one.lane) == (line.0, line.2));
    let worth = |paper: &&Paper| books.worth(line.1, paper).ok();
    let papers = papers.filter(|paper| worth(paper).is_some());
    papers.max_by_key(worth).copied()
}

/// The best voucher of each channel to this payee, if it is worth anything.
pub fn best_of(books: &Books, payee: Who) -> Vec<Paper> {
    let lines = LANES
        .into_iter()
        .flat_map(|lane| (0..PEOPLE).map(move |payer| (payer, payee, lane)));
    lines.filter_map(|line| best(books, line)).collect()
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
