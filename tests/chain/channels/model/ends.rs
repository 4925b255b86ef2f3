//! Jumps, and what is tried about the end of an exit.

use super::{
    action::{Action, Call},
    books::{Books, Life, Pair},
    papers::Paper,
    resolve::{by, paying, Resolver},
    steps::{Kind, Step},
};
use crate::channels::world::{Millis, DAY, MIN_DELAY};

/// The chain wants this much between two blocks.
const LEAST_JUMP: Millis = 5;

impl Resolver<'_> {
    /// Some time soon, or about an instant that matters.
    pub fn instant(&self) -> Millis {
        let now = self.books.now;
        let week = 7 * DAY;
        let pause = self
            .books
            .pause
            .into_iter()
            .flat_map(|end| [end, end + week]);
        let ends = self.lives(|_| true).into_iter().filter_map(|life| life.end);
        let soon: Vec<Millis> = ends.chain(pause).filter(|end| *end > now).collect();
        let about = match (self.pick(0, &soon), self.die(1, 8)) {
            (Some(end), 2..) => end - 1 + self.die(2, 3) as Millis,
            (_, 0) => now + self.step.amount as Millis % (10 * DAY),
            _ => now + self.step.amount as Millis % MIN_DELAY,
        };
        about.max(now + LEAST_JUMP)
    }

    /// A jump to about the end of an exit, and something with that channel just then.
    pub fn edge(&self) -> Vec<Call> {
        let now = self.books.now;
        let ends = |life: &Life| life.end.is_some_and(|end| end > now + 2 * LEAST_JUMP);
        let exiting = self.lives(ends);
        let Some(life) = self.pick(0, &exiting) else {
            return vec![self.call(Kind::Exit, |_| true)];
        };
        let to = life.end.unwrap_or(now) - 1 + self.die(1, 3) as Millis;
        let later = Books {
            now: to,
            ..self.books.clone()
        };
        let right = Step {
            flaw: 0,
            ..self.step.clone()
        };
        let then = Resolver {
            step: &right,
            books: &later,
        };
        vec![by(0, Action::Jump { to }), then.at_the_end(life.pair)]
    }

    fn at_the_end(&self, pair: Pair) -> Call {
        let (payer, payee) = pair;
        match self.step.dice[2] % 9 {
            0..=2 => self.claim_best(pair),
            3 | 4 => by(
                payer,
                Action::Clear {
                    payees: vec![payee],
                },
            ),
            5 => by(
                payer,
                Action::Exit {
                    payees: vec![payee],
                },
            ),
            6 => by(
                payee,
                Action::Close {
                    payers: vec![payer],
                },
            ),
            7 => self.close_together(pair),
            _ => {
                let offer = self.offer(self.step.dice[3], self.step.amount);
                let (value, channels) = (offer.reserve, vec![(payee, offer)]);
                paying(payer, value, Action::Open { channels })
            }
        }
    }

    /// The highest voucher there is, whatever it is worth by now.
    fn claim_best(&self, pair: Pair) -> Call {
        let epoch = self.books.epoch(pair);
        let of = |paper: &&Paper| Some(paper.epoch) == epoch && paper.forgery.is_none();
        let papers = self.books.papers.iter().filter(of);
        let best = papers.max_by_key(|paper| paper.cumulative).copied();
        match best {
            Some(paper) => by(
                pair.1,
                Action::Claim {
                    payee: pair.1,
                    papers: vec![paper],
                },
            ),
            None => by(
                pair.0,
                Action::Clear {
                    payees: vec![pair.1],
                },
            ),
        }
    }
}
