//! Random sequences of all that can be done with a round, against a model that keeps its own books.
//!
//! The model remembers every gift and, at the end, works out roots, weights and shares anew from all of
//! them, with integers of any size: it knows nothing of running sums. After each step it must agree with
//! the contract on whether that went through, and if not why; and at the end, on every unit.

mod books;
mod pair;

use super::world::*;
use crate::indexed::beside;
use crate::sequences::{cases, covers, runner};
use farthing_chain::Profile;
use pair::Pair;
use proptest::{prelude::*, strategy::ValueTree};
use std::collections::BTreeMap;

/// Sequences in a usual run.
const CASES: u32 = 32;
const POOLS: u32 = 5;
/// Who sponsors and donates; the last one is the organiser.
const PEOPLE: usize = 5;
const MINIMUM: Balance = 3;
/// The largest share, in basis points.
const MAX_SHARE: u16 = 5_500;
const MIN_DONORS: u32 = 2;

#[derive(Clone, Debug)]
enum Step {
    Wait(Millis),
    /// If that is not over.
    WaitUntil(Millis),
    Enter(u32),
    TakeOut(u32),
    /// As the organiser, or as the verifier.
    StrikeOff(bool, u32),
    Reinstate(bool, u32),
    /// The list with this number, of the people whose bits are set.
    SetList(u8, u8),
    Sponsor(usize, Balance),
    Leave(usize),
    /// With a proof for this list, if the donor is on it.
    Donate(usize, u32, Balance, u8),
    /// Past the round.
    Give(usize, u32, Balance),
    Force(usize, Balance),
    Divide(u32),
    Pay(u32),
    TakeBack(usize, usize),
    Refund(u32, usize),
    Forget(usize, u32),
}

/// One step: `enter`, `donate` and `end` say how often it is of the kinds that make sense before the
/// round opens, while it is open, and at the end. None of them is ever left out.
fn step(enter: u32, donate: u32, end: u32) -> impl Strategy<Value = Step> {
    let (who, pool) = (|| 0..PEOPLE, || 0..POOLS);
    // Mostly those who can.
    let donor = || prop_oneof![6 => 1..4usize, 1 => 0..PEOPLE];
    let open = || prop_oneof![6 => 0..3u32, 1 => 0..POOLS];
    let amount = || prop_oneof![0..10u128, 0..2_000u128, 0..2 * CAP, Just(CAP), 0..UNIT];
    let money = || {
        prop_oneof![
            0..10u128,
            0..500u128,
            0..3_000u128,
            0..100_000u128,
            0..4 * CAP
        ]
    };
    prop_oneof![
        2 => (5..DAY).prop_map(Step::Wait),
        3 * enter => pool().prop_map(Step::Enter),
        1 + enter / 2 => pool().prop_map(Step::TakeOut),
        3 => (any::<bool>(), pool()).prop_map(|(a, b)| Step::StrikeOff(a, b)),
        3 => (any::<bool>(), pool()).prop_map(|(a, b)| Step::Reinstate(a, b)),
        2 => (0..3u8, any::<u8>()).prop_map(|(a, b)| Step::SetList(a, b)),
        enter + 2 => (who(), money()).prop_map(|(a, b)| Step::Sponsor(a, b)),
        1 + enter / 3 => who().prop_map(Step::Leave),
        if donate > 1 { 12 * donate } else { 3 } => (donor(), open(), amount(), prop_oneof![8 => Just(0u8), 1 => 0..3u8])
            .prop_map(|(a, b, c, d)| Step::Donate(a, b, c, d)),
        donate => (who(), pool(), amount()).prop_map(|(a, b, c)| Step::Give(a, b, c)),
        1 => (who(), amount()).prop_map(|(a, b)| Step::Force(a, b)),
        end => (0..2u32).prop_map(Step::Divide),
        end => pool().prop_map(Step::Pay),
        end => (who(), who()).prop_map(|(a, b)| Step::TakeBack(a, b)),
        end => (pool(), who()).prop_map(|(a, b)| Step::Refund(a, b)),
        end => (who(), pool()).prop_map(|(a, b)| Step::Forget(a, b)),
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
            some(step(1, 1, 4), 0..20),
            some(step(1, 1, 10), 5..40),
        )
            .prop_map(|(early, open, closed, due)| {
                let until = |time| vec![Step::WaitUntil(time)];
                let mut listed = vec![Step::SetList(0, 0b11110)];
                listed.extend([0, 1, 2].map(Step::Enter));
                let parts = [listed, early, until(OPENS), open, until(CLOSES), closed];
                [parts.concat(), until(DIVIDES), due].concat()
            })
    })
}

#[test]
fn any_sequence_does_what_the_model_does() {
    Profile::ContractsNode.scope(|| beside(agree));
}

/// Amounts of 8 bytes, an existential deposit of 500 units, and other fees and deposits.
#[test]
fn any_sequence_does_what_the_model_does_on_subtensor() {
    Profile::Subtensor.scope(|| beside(agree));
}

fn agree() {
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
        *all.entry(pair.model.ending().into()).or_default() += 1;
    }
    if !covers(CASES) {
        return;
    }
    // Nothing is left untried.
    for name in [
        "Enter",
        "TakeOut",
        "StrikeOff",
        "Reinstate",
        "SetList",
        "Sponsor",
        "Leave",
        "Donate",
        "Divide",
        "Pay",
        "TakeBack",
        "Forget",
    ] {
        for end in ["ok", "refused"] {
            let name = format!("{name} {end}");
            assert!(all.contains_key(&name), "never: {name} ({all:?})");
        }
    }
    for ending in [
        "all divided",
        "a part divided",
        "all returned",
        "somebody at the most",
    ] {
        assert!(all.contains_key(ending), "never: {ending} ({all:?})");
    }
}
