//! Jumps, and what is tried about the end of an exit.

use super::{
    action::{Action, Call, Line},
    books::{Books, Life},
    papers::Paper,
    resolve::{by, paying, Resolver},
    steps::{Kind, Step},
};
use crate::channels::world::{Millis, Moment, DAY, EXIT_BLOCKS, MIN_DELAY, WINDOW};

/// The chain wants this much between two blocks.
const LEAST_JUMP: Millis = 5;
/// Before the end of an exit, there must be time for all the blocks that are missing.
const ROOM: Millis = 2 * EXIT_BLOCKS as Millis * LEAST_JUMP;

impl Resolver<'_> {
    /// Some time soon, or about an instant that matters; in the next block or in some.
    pub fn instant(&self) -> Moment {
        let now = self.books.now;
        let week = 7 * DAY;
        let pause = self
            .books
            .pause
            .into_iter()
            .flat_map(|end| [end, end + week]);
        let lives = self.lives(|_| true);
        let ends = lives.iter().filter_map(|life| life.end);
        let ends = ends.map(|end| end.time);
        let windows = lives.iter().map(|life| life.epoch + WINDOW);
        let soon: Vec<Millis> = ends
            .chain(pause)
            .chain(windows)
            .filter(|end| *end > now.time)
            .collect();
        let about = match (self.pick(0, &soon), self.die(1, 8)) {
            (Some(end), 2..) => end - 1 + self.die(2, 3) as Millis,
            (_, 0) => now.time + self.step.amount as Millis % (10 * DAY),
            _ => now.time + self.step.amount as Millis % MIN_DELAY,
        };
        let blocks = [1, 1, 1, 1, 1, 1, 1, EXIT_BLOCKS][self.die(3, 8)];
        Moment {
            time: about.max(now.time + LEAST_JUMP),
            block: now.block + blocks,
        }
    }

    /// A jump to about the end of an exit, and something with that channel just then.
    pub fn edge(&self) -> Vec<Call> {
        let now = self.books.now;
        let ends = |life: &Life| {
            life.end
                .is_some_and(|end| end.time > now.time + ROOM && end.block > now.block + 2)
        };
        let exiting = self.lives(ends);
        let Some(life) = self.pick(0, &exiting) else {
            return vec![self.call(Kind::Exit, |_| true)];
        };
        let end = life.end.unwrap_or(now);
        let to = match self.die(1, 4) {
            3 => Moment {
                block: end.block - 1,
                ..end
            },
            n => Moment {
                time: end.time - 1 + n as Millis,
                ..end
            },
        };
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
        vec![by(0, Action::Jump { to }), then.at_the_end(life.line)]
    }

    fn at_the_end(&self, line: Line) -> Call {
        let (payer, payee, lane) = line;
        let lives = vec![(line, self.books.life(line).map_or(0, |life| life.epoch))];
        match self.step.dice[2] % 9 {
            0..=2 => self.claim_best(line),
            3 | 4 => by(payer, Action::Clear { lives }),
            5 => by(payer, Action::Exit { lives }),
            6 if payee < super::action::PEOPLE => by(payee, Action::Close { lives }),
            7 => self.close_together(line),
            _ if lane > 1 => by(payer, Action::Clear { lives }),
            _ => {
                let offer = self.offer(self.step.dice[3], self.step.amount);
                let (value, epoch) = (offer.reserve, self.books.now.time);
                let channels = vec![(payee, lane, offer)];
                paying(payer, value, Action::Open { epoch, channels })
            }
        }
    }

    /// The highest voucher there is, whatever it is worth by now.
    fn claim_best(&self, line: Line) -> Call {
        let epoch = self.books.life(line).map(|life| life.epoch);
        let of = |paper: &&Paper| {
            (paper.payer, paper.payee, paper.lane) == line
                && Some(paper.epoch) == epoch
                && paper.forgery.is_none()
        };
        let papers = self.books.papers.iter().filter(of);
        let best = papers.max_by_key(|paper| paper.cumulative).copied();
        match best {
            Some(paper) => by(
                line.0,
                Action::Claim {
                    payee: line.1,
                    papers: vec![paper],
                },
            ),
            None => {
                let lives = vec![(line, epoch.unwrap_or(0))];
                by(line.0, Action::Clear { lives })
            }
        }
    }
}
