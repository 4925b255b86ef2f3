//! Random sequences of everything that can be done with channels, against a model that keeps its own
//! books.
//!
//! The model knows what the documentation says and nothing of how the contract does it. It remembers
//! every channel there ever was, what was signed for it and what was paid out of it, and works out from
//! that what each message must answer, tell and lock, what everyone must have, and what the contract
//! must owe. Contract and model get the same calls and are compared after each.
//!
//! | module | holds |
//! |---|---|
//! | `steps` | what sequences are made of, as proptest draws and shrinks them |
//! | `resolve`, `ends` | which call a step becomes, given what exists by then |
//! | `action`, `papers` | calls; vouchers and closings, genuine and forged |
//! | `books`, `state` | the model |
//! | `driver` | running calls on both, and comparing |
//!
//! Each run draws the same sequences, unless told otherwise (see `sequences`); a failure prints the
//! calls that led to it.

mod action;
mod books;
mod driver;
mod ends;
mod papers;
mod resolve;
mod state;
mod steps;

use super::world::{Balance, Error, Outcome, Skip};
use crate::sequences::{cases, covers, runner, story};
use action::{Action, Answer, Call, PEOPLE};
use driver::Driver;
use papers::{Consent, Forgery, Paper, FORGERIES};
use proptest::test_runner::{TestCaseError, TestError};
use resolve::{best, by, resolve};
use std::{
    cell::RefCell,
    collections::BTreeMap,
    panic::{catch_unwind, AssertUnwindSafe},
};

/// Sequences in a usual run, and steps in each.
const CASES: u32 = 12;
const LENGTH: usize = 250;
/// Steps that share a block, unless one of them jumps.
const BLOCK: usize = 3;
/// Blocks from one full comparison to the next.
const COMPARE: usize = 8;

/// Every way to be refused, and every reason to skip a voucher, but for one: a transfer fails only to
/// an account that does not exist, which here all do.
const REFUSALS: [&str; 24] = [
    "Paused",
    "BatchSize",
    "ZeroAmount",
    "FreeTooLow",
    "NothingDue",
    "NoAccount",
    "StillOwed",
    "PaidByAnother",
    "NotGuardian",
    "BadPause(Duration)",
    "BadPause(NotBefore)",
    "Overflow",
    "Channel(Missing)",
    "Channel(Open(None))",
    "Channel(Open(Some))",
    "Channel(Over)",
    "Channel(Exiting)",
    "Channel(BadPayee)",
    "Channel(BadSigner)",
    "Channel(BadDelay)",
    "Channel(ZeroAmount)",
    "Channel(BelowClaimed)",
    "Channel(AboveReserve)",
    "Channel(BadSignature)",
];
const SKIPS: [&str; 5] = [
    "NoChannel",
    "OtherEpoch",
    "Over",
    "NothingNew",
    "BadSignature",
];
/// What is tried about the end of an exit.
const AT_THE_END: [&str; 6] = ["Claim", "Clear", "Exit", "Close", "CloseTogether", "Open"];

/// What was run.
#[derive(Default)]
struct Coverage {
    sequences: usize,
    /// How many calls of each kind were run, and how many went through.
    kinds: BTreeMap<String, (usize, usize)>,
    /// How often each error and skip was met, whatever the figures in it.
    refusals: BTreeMap<String, usize>,
    skips: BTreeMap<String, usize>,
    /// How often a signature was refused that was forged in this way, of vouchers and of closings.
    forgeries: BTreeMap<(&'static str, Forgery), usize>,
    /// What was tried before, at and after the end of an exit, to the millisecond.
    ends: BTreeMap<(i64, String), (usize, usize)>,
    /// Vouchers that added something, and those among them that were worth more than the reserve.
    paid: usize,
    capped: usize,
}

fn count<K: Ord>(counts: &mut BTreeMap<K, (usize, usize)>, key: K, good: bool) {
    let (all, through) = counts.entry(key).or_default();
    *all += 1;
    *through += usize::from(good);
}

impl Coverage {
    fn note(
        &mut self,
        driver: &Driver,
        call: &Call,
        end: Option<i64>,
        done: &Result<Answer, Error>,
    ) {
        count(&mut self.kinds, call.action.name(), done.is_ok());
        if let Some(offset) = end {
            count(&mut self.ends, (offset, call.action.name()), done.is_ok());
        }
        match (&call.action, done) {
            (Action::Claim { papers, payee }, Ok(Answer::Outcomes(outcomes))) => {
                for (paper, outcome) in papers.iter().zip(outcomes) {
                    self.note_voucher(paper.forgery, outcome);
                    let life = driver.books.life((paper.payer, *payee));
                    let above = life.is_some_and(|life| paper.cumulative > life.offer.reserve);
                    self.capped += usize::from(outcome.is_ok() && above);
                }
            }
            (Action::CloseTogether { consent, .. }, Err(error)) => {
                let bad = plain(error) == "Channel(BadSignature)";
                if let Some(forgery) = consent.forgery.filter(|_| bad) {
                    *self.forgeries.entry(("closing", forgery)).or_default() += 1;
                }
            }
            _ => {}
        }
        if let Err(error) = done {
            *self.refusals.entry(plain(error)).or_default() += 1;
        }
    }

    fn note_voucher(&mut self, forgery: Option<Forgery>, outcome: &Outcome) {
        match outcome {
            Ok(_) => self.paid += 1,
            Err(skip) => {
                *self.skips.entry(plain(skip)).or_default() += 1;
                if let (Skip::BadSignature, Some(forgery)) = (skip, forgery) {
                    *self.forgeries.entry(("voucher", forgery)).or_default() += 1;
                }
            }
        }
    }
}

/// A reason without the figures and accounts in it.
fn plain(reason: &impl std::fmt::Debug) -> String {
    let text = format!("{reason:?}");
    let text = text.replace(|c: char| c.is_ascii_digit() || c.is_whitespace(), "");
    let (before, after) = (text.find("AccountId("), text.find("]),"));
    let text = match (before, after) {
        (Some(before), Some(after)) => format!("{}{}", &text[..before], &text[after + 3..]),
        _ => text,
    };
    text.replace("()", "")
}

#[test]
fn channels_agree_with_the_model_over_random_sequences() {
    let coverage = RefCell::new(Coverage::default());
    let outcome = runner(cases(CASES)).run(&steps::plan(LENGTH), |plan| {
        let mut calls = Vec::new();
        let run = AssertUnwindSafe(|| run(&plan, &mut coverage.borrow_mut(), &mut calls));
        catch_unwind(run).map_err(|panic| TestCaseError::fail(story(&calls, panic.as_ref())))
    });
    if let Err(TestError::Fail(story, _)) = outcome {
        panic!("{story}");
    }
    check_coverage(&coverage.into_inner());
}

/// Runs a sequence from the start, until everyone has left.
fn run(plan: &[steps::Step], coverage: &mut Coverage, calls: &mut Vec<Call>) {
    let mut driver = Driver::new();
    for (n, block) in plan.chunks(BLOCK).enumerate() {
        driver.in_one_block(|driver| {
            for step in block {
                driver.books.now = driver.w.chain.now();
                for call in resolve(step, &driver.books) {
                    calls.push(call.clone());
                    let end = from_end(driver, &call);
                    let done = driver.run(&call);
                    check_best(driver, &call);
                    coverage.note(driver, &call, end, &done);
                }
            }
        });
        if n % COMPARE == 0 {
            driver.compare();
        }
    }
    driver.compare();
    for call in forged(&driver, coverage.sequences) {
        calls.push(call.clone());
        let done = driver.run(&call);
        coverage.note(&driver, &call, None, &done);
    }
    coverage.sequences += 1;
    everyone_leaves(&mut driver, calls, coverage);
}

/// Every forgery of a voucher, and two of a closing: others in the next sequence.
fn forged(driver: &Driver, sequence: usize) -> Vec<Call> {
    let books = &driver.books;
    let has_rest = |life: &&books::Life| life.end.is_none() && life.paid < life.offer.reserve;
    let lives = books.standing.values().map(|n| &books.lives[*n]);
    let Some(life) = lives.clone().find(has_rest) else {
        return Vec::new();
    };
    let (payer, payee) = life.pair;
    let genuine = Paper {
        payer,
        payee,
        epoch: books.epoch(life.pair).unwrap_or(0),
        cumulative: life.offer.reserve,
        root: 9,
        key: life.offer.key,
        wrapped: false,
        forgery: None,
    };
    let forge = |forgery| Paper {
        forgery: Some(forgery),
        ..genuine
    };
    let papers = FORGERIES.map(forge).to_vec();
    let mut calls = vec![by(payee, Action::Claim { payee, papers })];
    for n in [2 * sequence, 2 * sequence + 1] {
        let consent = Consent {
            epoch: genuine.epoch,
            wrapped: false,
            forgery: Some(FORGERIES[n % (FORGERIES.len() - 1)]),
        };
        let close = Action::CloseTogether {
            payee,
            amount: life.offer.reserve,
            consent,
        };
        calls.push(by(payer, close));
    }
    calls
}

/// How far it is from the end of the channel that a call is about, if that is about now.
fn from_end(driver: &mut Driver, call: &Call) -> Option<i64> {
    let who = call.signer;
    let pair = match &call.action {
        Action::Claim { payee, papers } => (papers.first()?.payer, *payee),
        Action::Clear { payees } | Action::Exit { payees } => (who, *payees.first()?),
        Action::Close { payers } => (*payers.first()?, who),
        Action::CloseTogether { payee, .. } => (who, *payee),
        Action::Open { channels } => (who, channels.first()?.0),
        _ => return None,
    };
    let end = driver.books.life(pair)?.end?;
    let offset = driver.w.chain.now() as i64 - end as i64;
    (offset.abs() <= 1).then_some(offset)
}

/// That whoever claims in time has at least what their best voucher says, as far as the reserve goes,
/// and nobody more than was signed.
fn check_best(driver: &Driver, call: &Call) {
    let Action::Claim { payee, papers } = &call.action else {
        return;
    };
    if papers.is_empty() || papers.len() > 64 {
        return;
    }
    for paper in papers {
        let pair = (paper.payer, *payee);
        let Some(life) = driver.books.life(pair) else {
            continue;
        };
        let current = driver.books.epoch(pair) == Some(paper.epoch) && paper.payee == *payee;
        let genuine = current && paper.forgery.is_none() && paper.key != papers::Key::Malformed;
        if !genuine || !driver.books.is_open(life) {
            continue;
        }
        let (signed, reserve) = (life.signed, life.offer.reserve);
        // The driver has compared this with the contract's record.
        let claimed = life.paid;
        assert!(claimed >= paper.cumulative.min(reserve), "less than held");
        assert!(claimed <= signed.min(reserve), "more than signed");
    }
}

/// Payees claim, payers exit, wait and clear, and everyone takes what is theirs.
fn everyone_leaves(driver: &mut Driver, calls: &mut Vec<Call>, coverage: &mut Coverage) {
    let mut act = |driver: &mut Driver, call: Call| {
        calls.push(call.clone());
        let done = driver.run(&call);
        coverage.note(driver, &call, None, &done);
        // The record stays if somebody else paid for it.
        let stays = matches!(call.action, Action::Leave) && done == Err(Error::PaidByAnother);
        assert!(done.is_ok() || stays, "{done:?} stops who wants to leave");
    };
    let theirs = |driver: &Driver, payer: usize, fit: &dyn Fn(&books::Life) -> bool| {
        let lives = driver.books.standing.iter();
        let fit = lives.filter(|((from, _), n)| *from == payer && fit(&driver.books.lives[**n]));
        fit.map(|((_, payee), _)| *payee).collect::<Vec<_>>()
    };
    for payer in 0..PEOPLE {
        let payees = theirs(driver, payer, &|life| life.end.is_none());
        if !payees.is_empty() {
            act(driver, by(payer, Action::Exit { payees }));
        }
    }
    driver.books.now = driver.w.chain.now();
    for payee in 0..PEOPLE {
        let papers = (0..PEOPLE).filter_map(|payer| best(&driver.books, (payer, payee)));
        let papers: Vec<_> = papers.collect();
        if !papers.is_empty() {
            let call = by(payee, Action::Claim { payee, papers });
            act(driver, call.clone());
            check_best(driver, &call);
        }
    }
    let lives = driver.books.lives.iter();
    let last = lives.filter_map(|life| life.end).max().unwrap_or(0);
    let to = last.max(driver.w.chain.now() + 5);
    act(driver, by(0, Action::Jump { to }));
    for who in 0..PEOPLE {
        let payees = theirs(driver, who, &|_| true);
        if !payees.is_empty() {
            act(driver, by(who, Action::Clear { payees }));
        }
        if driver.books.free(who) > 0 {
            act(driver, by(who, Action::Withdraw { amount: None }));
        }
        if driver.books.records.contains_key(&who) {
            act(driver, by(who, Action::Leave));
        }
    }
    driver.compare();
    let solvency = driver.w.channels.solvency(&mut driver.w.chain);
    assert_eq!(solvency, (0, driver.books.forced()), "nothing is owed");
    check_fortunes(driver);
}

/// That what everyone put in and did not get back is what they paid by channels, less what they were
/// paid.
fn check_fortunes(driver: &Driver) {
    for who in 0..PEOPLE {
        let paid = |fit: &dyn Fn(&books::Life) -> bool| -> Balance {
            let lives = driver.books.lives.iter().filter(|life| fit(life));
            lives.map(|life| life.paid).sum()
        };
        let (out, back) = (
            paid(&|life| life.pair.0 == who),
            paid(&|life| life.pair.1 == who),
        );
        let lost = driver.books.spent[who].put_in;
        assert_eq!(lost, out as i128 - back as i128, "the fortune of {who}");
    }
}

fn check_coverage(coverage: &Coverage) {
    let calls = coverage.kinds.iter();
    // What takes no transaction cannot fail.
    let calls = calls.filter(|(kind, _)| !["Sign", "Jump", "Send"].contains(&kind.as_str()));
    let (all, good) = calls.fold((0, 0), |sum, (_, n)| (sum.0 + n.0, sum.1 + n.1));
    let (paid, capped) = (coverage.paid, coverage.capped);
    println!(
        "{good} of {all} messages went through; {paid} vouchers paid, {capped} of them capped"
    );
    println!("{:#?}\n{:#?}", coverage.kinds, coverage.refusals);
    println!("{:#?}\n{:#?}", coverage.skips, coverage.forgeries);
    println!("{:?}", coverage.ends);
    if !covers(CASES) {
        return;
    }
    assert!(good * 10 >= all * 6, "only {good} of {all} went through");
    assert!(paid >= 200 && capped >= 15, "only {paid} and {capped}");
    for (kind, (_, good)) in &coverage.kinds {
        assert!(*good >= 5, "{kind} went through {good} times");
    }
    let met = |all: &BTreeMap<String, usize>| all.keys().cloned().collect::<Vec<_>>();
    assert_eq!(met(&coverage.refusals), sorted(&REFUSALS));
    assert_eq!(met(&coverage.skips), sorted(&SKIPS));
    for forgery in FORGERIES {
        assert!(coverage.forgeries.contains_key(&("voucher", forgery)));
        let of_closing = coverage.forgeries.contains_key(&("closing", forgery));
        assert!(of_closing || forgery == Forgery::Root, "{forgery:?}");
    }
    for name in AT_THE_END {
        for offset in -1..=1 {
            let tried = coverage.ends.contains_key(&(offset, name.to_owned()));
            assert!(tried, "no {name} at {offset} from the end");
        }
    }
}

fn sorted(list: &[&str]) -> Vec<String> {
    let mut list: Vec<String> = list.iter().map(|one| one.to_string()).collect();
    list.sort();
    list
}
