//! Random sequences of all that can be done with a round, against a model that keeps its own books.
//!
//! The model remembers every gift and, at the end, works out roots, weights and shares anew from all of
//! them, with integers of any size: it knows nothing of running sums. After each step it must agree with
//! the contract on whether that went through, and if not why; and at the end, on every unit.

mod books;
mod pair;

use super::world::*;
use crate::sequences::{cases, covers, runner};
use pair::Pair;
use proptest::{prelude::*, strategy::ValueTree};
use std::collections::BTreeMap;

/// Sequences in a usual run.
const CASES: u32 = 24;
const POOLS: u32 = 5;
const PEOPLE: usize = 4;
const MINIMUM: Balance = 3;

#[derive(Clone, Debug)]
enum Step {
    Wait(Millis),
    /// If that is not over.
    WaitUntil(Millis),
    Enter(u32),
    Allow(usize),
    Sponsor(usize, Balance),
    Donate(usize, u32, Balance),
    /// Past the round.
    Give(usize, u32, Balance),
    Force(usize, Balance),
    Divide(u32),
    Pay(u32),
    TakeBack(usize, usize),
    Refund(u32, usize),
    Forget(usize, u32),
    ForgetSponsorship(usize),
}

/// One step: `enter`, `donate` and `end` say how often it is of the kinds that make sense before the
/// round opens, while it is open, and at the end. None of them is ever left out.
fn step(enter: u32, donate: u32, end: u32) -> impl Strategy<Value = Step> {
    let (who, pool) = (|| 0..PEOPLE, || 0..POOLS);
    let amount = || prop_oneof![0..10u128, 0..2_000u128, 0..2 * CAP, Just(CAP), 0..UNIT];
    prop_oneof![
        2 => (5..DAY).prop_map(Step::Wait),
        2 * enter => pool().prop_map(Step::Enter),
        2 * enter => who().prop_map(Step::Allow),
        enter + donate => (who(), amount()).prop_map(|(a, b)| Step::Sponsor(a, b)),
        8 * donate => (who(), pool(), amount()).prop_map(|(a, b, c)| Step::Donate(a, b, c)),
        donate => (who(), pool(), amount()).prop_map(|(a, b, c)| Step::Give(a, b, c)),
        1 => (who(), amount()).prop_map(|(a, b)| Step::Force(a, b)),
        end => (0..4u32).prop_map(Step::Divide),
        end => pool().prop_map(Step::Pay),
        end => (who(), who()).prop_map(|(a, b)| Step::TakeBack(a, b)),
        end => (pool(), who()).prop_map(|(a, b)| Step::Refund(a, b)),
        end => (who(), pool()).prop_map(|(a, b)| Step::Forget(a, b)),
        end => who().prop_map(Step::ForgetSponsorship),
    ]
}

/// Steps before the round opens, while it is open, when it has closed, and when it divides; of some rounds
/// without donations.
fn sequence() -> impl Strategy<Value = Vec<Step>> {
    let some = prop::collection::vec;
    let donate = prop_oneof![1 => Just(1u32), 4 => Just(8)];
    donate.prop_flat_map(move |donate| {
        let most = if donate == 1 { 6 } else { 60 };
        (
            some(step(6, 1, 1), 10..25),
            some(step(1, donate, 1), 3..most),
            some(step(1, 1, 4), 0..10),
            some(step(1, 1, 10), 5..40),
        )
            .prop_map(|(early, open, closed, due)| {
                let until = |time| vec![Step::WaitUntil(time)];
                let parts = [early, until(OPENS), open, until(CLOSES), closed];
                [parts.concat(), until(DIVIDES), due].concat()
            })
    })
}

#[test]
fn any_sequence_does_what_the_model_does() {
    let mut runner = runner(CASES);
    let sequences = sequence();
    let mut all = BTreeMap::<String, u32>::new();
    for _ in 0..cases(CASES) {
        let steps = sequences.new_tree(&mut runner).unwrap().current();
        let mut pair = Pair::new();
        for step in &steps {
            pair.step(step);
        }
        pair.compare_all();
        pair.finish();
        for (name, times) in pair.done {
            *all.entry(name).or_default() += times;
        }
        let ended = match pair.model.outcome {
            Some(Some(_)) => "money divided",
            _ => "money returned",
        };
        *all.entry(ended.into()).or_default() += 1;
    }
    if !covers(CASES) {
        return;
    }
    // Nothing is left untried.
    for name in [
        "Enter",
        "Allow",
        "Sponsor",
        "Donate",
        "Divide",
        "Pay",
        "TakeBack",
        "Forget",
        "ForgetSponsorship",
    ] {
        for end in ["ok", "refused"] {
            let name = format!("{name} {end}");
            assert!(all.contains_key(&name), "never: {name} ({all:?})");
        }
    }
    assert!(
        all.contains_key("money divided") && all.contains_key("money returned"),
        "{all:?}"
    );
}
