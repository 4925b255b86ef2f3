//! Random sequences, against a model that keeps its own books.
//!
//! The model knows what the documentation says and nothing of how the contracts do it: it keeps lists
//! of purchases and sums of everything that ever came in, and works out from them what each message
//! must answer, what everyone must have, and what the contracts must owe. Contracts and model get the
//! same calls and are compared after each.
//!
//! | module | holds |
//! |---|---|
//! | `steps` | what sequences are made of, as proptest draws and shrinks them |
//! | `resolve`, `payments` | which call a step becomes, given what exists by then |
//! | `action` | calls and their outcomes |
//! | `books`, `people`, `sales` | the model: its state, the registry's rules, the storefront's rules |
//! | `rebuilt`, `rebuilt_storefront` | the contracts as their events alone tell of them |
//! | `driver`, `compare` | running calls on both, and comparing |
//!
//! Each run draws the same sequences, unless told otherwise (see `sequences`); a failure prints the
//! calls that led to it.

mod action;
mod books;
mod compare;
mod driver;
mod payments;
mod people;
mod rebuilt;
mod rebuilt_storefront;
mod resolve;
mod sales;
mod steps;

use crate::indexed::beside;
use crate::sequences::{cases, covers, runner, story};
use action::{About, Action, Call, Claim, Offer, Refusal};
use driver::Driver;
use farthing_chain::{Chain, Profile};
use proptest::test_runner::{TestCaseError, TestError};
use resolve::{resolve, SALT};
use std::{
    cell::RefCell,
    collections::BTreeMap,
    panic::{catch_unwind, AssertUnwindSafe},
};
use steps::{Kind, Plan, KINDS};

/// Sequences in a usual run, and steps in each.
const CASES: u32 = 40;
const LENGTH: usize = 255;
/// Steps that share a block, unless one of them jumps.
const BLOCK: usize = 4;
/// Blocks from one full comparison to the next.
const COMPARE: usize = 16;

/// Different errors that a usual run must meet at least.
const ERRORS: usize = 50;

/// What was run.
#[derive(Default)]
struct Coverage {
    /// How many steps of each kind were run, and how many went through.
    kinds: BTreeMap<Kind, (usize, usize)>,
    /// How often each error was met, whatever the figures in it.
    errors: BTreeMap<String, usize>,
}

impl Coverage {
    fn note(&mut self, kind: Kind, refusal: Option<Refusal>) {
        let (all, good) = self.kinds.entry(kind).or_default();
        *all += 1;
        match refusal {
            None => *good += 1,
            Some(refusal) => {
                let error = format!("{refusal:?}").replace(|c: char| c.is_ascii_digit(), "");
                *self.errors.entry(error).or_default() += 1;
            }
        }
    }
}

#[test]
fn books_agree_with_the_model_over_random_sequences() {
    Profile::ContractsNode.scope(|| beside(agree));
}

/// Amounts of 8 bytes, an existential deposit of 500 units, and other fees and deposits.
#[test]
fn books_agree_with_the_model_over_random_sequences_on_subtensor() {
    Profile::Subtensor.scope(|| beside(agree));
}

fn agree() {
    let coverage = RefCell::new(Coverage::default());
    let outcome = runner(cases(CASES)).run(&steps::plan(LENGTH), |plan| {
        let mut calls = Vec::new();
        let run = AssertUnwindSafe(|| run(&plan, &coverage, &mut calls));
        catch_unwind(run).map_err(|panic| TestCaseError::fail(story(&calls, panic.as_ref())))
    });
    if let Err(TestError::Fail(story, plan)) = outcome {
        let Plan { fee, guarded, .. } = plan;
        panic!("with a fee of {fee} and a guardian: {guarded}\n{story}");
    }
    check_coverage(&coverage.into_inner());
}

/// Runs a sequence from the start.
fn run(plan: &Plan, coverage: &RefCell<Coverage>, calls: &mut Vec<Call>) {
    let (mut chain, mut driver) = Driver::new(plan.fee, plan.guarded);
    begin(&mut chain, &mut driver, plan.wide, calls);
    for (n, block) in plan.steps.chunks(BLOCK).enumerate() {
        chain.in_one_block(|chain| {
            for step in block {
                let call = resolve(step, &driver.model);
                calls.push(call.clone());
                let done = driver.run(chain, &call, step.insist);
                coverage.borrow_mut().note(step.kind, done.err());
            }
        });
        if n % COMPARE == 0 {
            driver.compare(&mut chain);
        }
    }
    driver.compare(&mut chain);
    driver.compare_answers(&mut chain);
}

/// Two creators with something to sell; from there on it is up to the dice.
fn begin(chain: &mut Chain, driver: &mut Driver, wide: bool, calls: &mut Vec<Call>) {
    let mut act = |chain: &mut Chain, signer, action| {
        let call = Call {
            signer,
            value: 0,
            action,
        };
        calls.push(call.clone());
        let done = driver.run(chain, &call, false);
        assert_eq!(done, Ok(()), "the beginning goes well");
    };
    for (owner, handle) in ["ann", "ben-2"].into_iter().enumerate() {
        let (creator, handle, salt, uri) = (owner as u32, handle.to_owned(), SALT, String::new());
        let claim = Claim {
            handle: handle.clone(),
            owner,
            salt,
        };
        act(chain, owner, Action::Commit { claim });
        chain.seal();
        act(chain, owner, Action::Register { handle, salt, uri });
        act(chain, owner, Action::Open { creator });
        // With 127 items the first page is all but full, so that steps go on to the next.
        let items = if wide && creator == 0 { 127 } else { 2 };
        chain.in_one_block(|chain| {
            for price in 1..=items {
                let offer = Offer {
                    price,
                    pay_what_you_want: price % 7 == 0,
                    period: (price % 5 == 0).then_some(60_000),
                    referral: 1_000,
                    tier: None,
                    copies: (price % 11 == 0).then_some(2),
                };
                let about = About {
                    content: price as u8,
                    title: format!("number {price}"),
                    uri: String::new(),
                };
                let publish = Action::Publish {
                    creator,
                    offer,
                    about,
                };
                act(chain, owner, publish);
            }
        });
    }
}

fn check_coverage(coverage: &Coverage) {
    let steps: usize = coverage.kinds.values().map(|(all, _)| all).sum();
    let good: usize = coverage.kinds.values().map(|(_, good)| good).sum();
    println!("{steps} steps, of which {good} went through");
    for (kind, (all, good)) in &coverage.kinds {
        println!("{good:>6} of {all:>5} {kind:?}");
    }
    for (error, times) in &coverage.errors {
        println!("{times:>6} {error}");
    }
    if !covers(CASES) {
        return;
    }
    assert!(steps >= 10_000, "only {steps} steps");
    for (_, least, kind) in KINDS {
        let (_, good) = coverage.kinds.get(&kind).copied().unwrap_or_default();
        assert!(
            good >= least,
            "{kind:?} went through {good} times, and not {least}"
        );
    }
    let errors = coverage.errors.len();
    assert!(errors >= ERRORS, "only {errors} different errors");
}
