//! Random sequences of everything that can be done with channels, against a model that keeps its own
//! books.
//!
//! The model knows what the documentation says and nothing of how the contract does it. It remembers
//! every channel there ever was, what was signed for it and what was paid out of it, and works out from
//! that what each message must answer, tell and lock, what everyone must have, and what the contract
//! must owe. Contract and model get the same calls and are compared after each. What the contract's
//! events alone tell of it is compared with its storage.
//!
//! | module | holds |
//! |---|---|
//! | `steps` | what sequences are made of, as proptest draws and shrinks them |
//! | `resolve`, `ends` | which call a step becomes, given what exists by then |
//! | `action`, `papers` | calls; vouchers and closings, genuine and forged |
//! | `books`, `state` | the model |
//! | `rebuilt` | the contract as its events alone tell of it |
//! | `driver` | running calls on all of them, and comparing |
//!
//! Each run draws the same sequences, unless told otherwise (see `sequences`); a failure prints the
//! calls that led to it.

mod action;
mod books;
mod driver;
mod ends;
mod papers;
mod rebuilt;
mod resolve;
mod state;
mod steps;

use super::world::{existential_deposit, Balance, Error, Millis, Moment, Outcome, Skip, WINDOW};
use crate::indexed::beside;
use crate::sequences::{cases, covers, runner, story};
use action::{Action, Answer, Call, LifeId, GHOST, PEOPLE};
use driver::Driver;
use farthing_chain::Profile;
use papers::{Consent, Forgery, Paper, OF_CLOSINGS, OF_VOUCHERS};
use proptest::test_runner::{TestCaseError, TestError};
use resolve::{best_of, by, paying, resolve};
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

/// Every way to be refused, or for an entry of a list to be skipped; but for sums that are too large: there
/// is not that much money.
const REFUSALS: [&str; 24] = [
    "Paused",
    "BatchSize",
    "ValueTooLow",
    "NothingDue",
    "TransferFailed",
    "NotGuardian",
    "BadPause(Duration)",
    "BadPause(NotBefore)",
    "Channel(Missing)",
    "Channel(OtherEpoch)",
    "Channel(Open(None))",
    "Channel(Open(Some))",
    "Channel(Over)",
    "Channel(Exiting)",
    "Channel(BadPayee)",
    "Channel(BadLane)",
    "Channel(BadSigner)",
    "Channel(BadCloser)",
    "Channel(BadDelay)",
    "Channel(BadEpoch)",
    "Channel(UsedEpoch)",
    "Channel(ZeroAmount)",
    "Channel(BelowClaimed)",
    "Channel(AboveReserve)",
];
const LATE_REFUSALS: [&str; 2] = ["Channel(Expired)", "Channel(BadSignature)"];
/// Why entries of lists are skipped.
const SKIPPED: [&str; 7] = [
    "Missing",
    "OtherEpoch",
    "Open(None)",
    "Open(Some)",
    "Over",
    "Exiting",
    "NotBefore",
];
/// Why vouchers are skipped.
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
    skipped: BTreeMap<String, usize>,
    /// How often a signature was refused that was forged in this way, of vouchers and of closings.
    forgeries: BTreeMap<(&'static str, Forgery), usize>,
    /// What was tried before, at and after the end of an exit, to the millisecond, and a block before.
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
                    let life = driver.books.life((paper.payer, *payee, paper.lane));
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
        let skipped = match done {
            Ok(Answer::Ends(ends)) => ends.iter().filter_map(|one| one.err()).collect(),
            Ok(Answer::Rests(rests)) => rests.iter().filter_map(|one| one.err()).collect(),
            _ => Vec::new(),
        };
        for why in skipped {
            *self.skipped.entry(plain(&why)).or_default() += 1;
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
    text.replace("Moment{time:,block:}", "").replace("()", "")
}

#[test]
fn channels_agree_with_the_model_over_random_sequences() {
    Profile::ContractsNode.scope(|| beside(agree));
}

/// Amounts of 8 bytes, an existential deposit of 500 units, and other fees and deposits.
#[test]
fn channels_agree_with_the_model_over_random_sequences_on_subtensor() {
    Profile::Subtensor.scope(|| beside(agree));
}

fn agree() {
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
                driver.books.now = driver.w.now();
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
    let (payer, payee, lane) = life.line;
    let genuine = Paper {
        payer,
        payee,
        lane,
        epoch: life.epoch,
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
    let papers = OF_VOUCHERS.map(forge).to_vec();
    let mut calls = vec![by(payer, Action::Claim { payee, papers })];
    for n in [2 * sequence, 2 * sequence + 1] {
        let consent = Consent {
            epoch: genuine.epoch,
            key: life.offer.closer,
            wrapped: false,
            forgery: Some(OF_CLOSINGS[n % OF_CLOSINGS.len()]),
        };
        let close = Action::CloseTogether {
            line: life.line,
            amount: life.offer.reserve,
            expires: Millis::MAX,
            consent,
        };
        calls.push(by(payer, close));
    }
    calls
}

/// How far it is from the end of the channel that a call is about, if that is about now: in milliseconds,
/// once the block has come; a thousand less in the block before.
fn from_end(driver: &mut Driver, call: &Call) -> Option<i64> {
    let line = match &call.action {
        Action::Claim { payee, papers } => {
            let paper = papers.first()?;
            (paper.payer, *payee, paper.lane)
        }
        Action::Clear { lives } | Action::Exit { lives } | Action::Close { lives } => {
            lives.first()?.0
        }
        Action::CloseTogether { line, .. } => *line,
        Action::Open { channels, .. } => {
            let (payee, lane, _) = channels.first()?;
            (call.signer, *payee, *lane)
        }
        _ => return None,
    };
    let end = driver.books.life(line)?.end?;
    let now = driver.w.now();
    let offset = now.time as i64 - end.time as i64;
    match now.block as i64 - end.block as i64 {
        -1 if offset >= 0 => Some(BLOCK_BEFORE),
        0.. if offset.abs() <= 1 => Some(offset),
        _ => None,
    }
}

const BLOCK_BEFORE: i64 = -1_000;

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
        let line = (paper.payer, *payee, paper.lane);
        let Some(life) = driver.books.life(line) else {
            continue;
        };
        let current = life.epoch == paper.epoch && paper.payee == *payee;
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

/// Payees claim, payers exit, wait and clear, and what is kept is sent: then everyone has what is theirs,
/// and nothing is left.
fn everyone_leaves(driver: &mut Driver, calls: &mut Vec<Call>, coverage: &mut Coverage) {
    let mut act = |driver: &mut Driver, call: Call| {
        calls.push(call.clone());
        let done = driver.run(&call);
        coverage.note(driver, &call, None, &done);
        assert!(done.is_ok(), "{done:?} stops who wants to leave");
    };
    let theirs = |driver: &Driver, payer: usize, fit: &dyn Fn(&books::Life) -> bool| {
        let lives = driver.books.standing.values();
        let lives = lives.map(|n| &driver.books.lives[*n]);
        let fit = lives.filter(|life| life.line.0 == payer && fit(life));
        fit.map(|life| (life.line, life.epoch))
            .collect::<Vec<LifeId>>()
    };
    for payer in 0..PEOPLE {
        let lives = theirs(driver, payer, &|life| life.end.is_none());
        if !lives.is_empty() {
            act(driver, by(payer, Action::Exit { lives }));
        }
    }
    driver.books.now = driver.w.now();
    for payee in 0..=GHOST {
        let papers = best_of(&driver.books, payee);
        if !papers.is_empty() {
            let call = by(payee % PEOPLE, Action::Claim { payee, papers });
            act(driver, call.clone());
            check_best(driver, &call);
        }
    }
    let lives = driver.books.lives.iter();
    let ends = lives.clone().filter_map(|life| life.end);
    let windows = lives.map(|life| life.epoch + WINDOW);
    let now = driver.w.now();
    let to = Moment {
        time: windows
            .chain(ends.clone().map(|end| end.time))
            .fold(now.time + 500, Millis::max),
        block: ends.map(|end| end.block).fold(now.block + 1, u32::max),
    };
    act(driver, by(0, Action::Jump { to }));
    for who in 0..PEOPLE {
        let lives = theirs(driver, who, &|_| true);
        if !lives.is_empty() {
            act(driver, by(who, Action::Clear { lives }));
        }
    }
    if let Some(record) = driver.books.records.get(&GHOST).copied() {
        act(driver, paying(0, existential_deposit(), Action::Fund));
        act(
            driver,
            by(record.paid_by, Action::Withdraw { account: GHOST }),
        );
    }
    driver.compare();
    let solvency = driver.w.channels.solvency(&mut driver.w.chain);
    assert_eq!(solvency, (0, driver.books.forced), "nothing is owed");
    assert!(driver.books.standing.is_empty(), "a record is left");
    assert!(driver.books.records.is_empty(), "a record is left");
    check_fortunes(driver);
}

/// That what everyone put in and did not get back is what they paid by channels and gave others for
/// theirs, less what they were paid and given.
fn check_fortunes(driver: &Driver) {
    for who in 0..=GHOST {
        let paid = |fit: &dyn Fn(&books::Life) -> bool| -> Balance {
            let lives = driver.books.lives.iter().filter(|life| fit(life));
            lives.map(|life| life.paid).sum()
        };
        let (out, back) = (
            paid(&|life| life.line.0 == who),
            paid(&|life| life.line.1 == who),
        );
        let spent = driver.books.spent[who];
        let lost = out as i128 - back as i128 + spent.gifts;
        assert_eq!(spent.put_in, lost, "the fortune of {who}");
    }
}

fn check_coverage(coverage: &Coverage) {
    let calls = coverage.kinds.iter();
    // What takes no transaction cannot fail.
    let calls =
        calls.filter(|(kind, _)| !["Sign", "Jump", "Send", "Fund"].contains(&kind.as_str()));
    let (all, good) = calls.fold((0, 0), |sum, (_, n)| (sum.0 + n.0, sum.1 + n.1));
    let (paid, capped) = (coverage.paid, coverage.capped);
    println!(
        "{good} of {all} messages went through; {paid} vouchers paid, {capped} of them capped"
    );
    println!("{:#?}\n{:#?}", coverage.kinds, coverage.refusals);
    println!("{:#?}\n{:#?}", coverage.skips, coverage.forgeries);
    println!("{:#?}", coverage.skipped);
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
    let refusals = [&REFUSALS[..], &LATE_REFUSALS[..]].concat();
    assert_eq!(met(&coverage.refusals), sorted(&refusals));
    assert_eq!(met(&coverage.skips), sorted(&SKIPS));
    assert_eq!(met(&coverage.skipped), sorted(&SKIPPED));
    for forgery in OF_VOUCHERS {
        let met = coverage.forgeries.contains_key(&("voucher", forgery));
        assert!(met, "{forgery:?}");
    }
    for forgery in OF_CLOSINGS {
        let met = coverage.forgeries.contains_key(&("closing", forgery));
        assert!(met, "{forgery:?}");
    }
    for name in AT_THE_END {
        for offset in [BLOCK_BEFORE, -1, 0, 1] {
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
