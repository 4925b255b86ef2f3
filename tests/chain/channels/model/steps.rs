//! What a random sequence is made of.
//!
//! A [`Step`] is a kind and some dice; what it is about is only decided when it is run, so that every
//! part of a sequence is itself a sequence and failures shrink.

use crate::channels::world::{existential_deposit, Balance};
use proptest::prelude::*;

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Withdraw,
    Open,
    OpenFor,
    TopUp,
    Exit,
    Clear,
    CloseTogether,
    Claim,
    Close,
    Pause,
    Resume,
    Send,
    Fund,
    Sign,
    Jump,
    /// A jump to about the end of an exit, and something with that channel just then.
    Edge,
}

/// How often each kind is drawn.
const KINDS: [(u32, Kind); 16] = [
    (5, Kind::Withdraw),
    (19, Kind::Open),
    (5, Kind::OpenFor),
    (8, Kind::TopUp),
    (7, Kind::Exit),
    (7, Kind::Clear),
    (6, Kind::CloseTogether),
    (20, Kind::Claim),
    (5, Kind::Close),
    (2, Kind::Pause),
    (3, Kind::Resume),
    (2, Kind::Send),
    (1, Kind::Fund),
    (26, Kind::Sign),
    (4, Kind::Jump),
    (10, Kind::Edge),
];

/// A step before it is known what it is about.
#[derive(Clone, Debug)]
pub struct Step {
    pub kind: Kind,
    /// Who signs, where it matters; otherwise the one who may is taken.
    pub who: usize,
    /// Choices, each taken modulo what there is.
    pub dice: [usize; 4],
    pub amount: Balance,
    /// For batches.
    pub list: Vec<(usize, Balance)>,
    /// 0 leaves the step right, as far as it can be; anything else spoils it in some way.
    pub flaw: usize,
}

/// Sequences of `length` steps, free to shrink to nothing.
pub fn plan(length: usize) -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(), length)
}

fn step() -> impl Strategy<Value = Step> {
    let kinds = KINDS.map(|(weight, kind)| (weight, Just(kind).boxed()));
    let die = || 0usize..10_000;
    (
        prop::strategy::Union::new_weighted(kinds.to_vec()),
        die(),
        [die(), die(), die(), die()],
        amount(),
        prop::collection::vec((die(), amount()), 1..5),
        prop_oneof![5 => Just(0usize), 2 => 1usize..1_000],
    )
        .prop_map(|(kind, who, dice, amount, list, flaw)| Step {
            kind,
            who,
            dice,
            amount,
            list,
            flaw,
        })
}

/// Mostly tiny, some about the existential deposit, some large.
fn amount() -> impl Strategy<Value = Balance> {
    prop_oneof![
        4 => 1u128..10,
        4 => 10u128..100_000,
        2 => existential_deposit() - 3..existential_deposit() + 3,
        1 => 1u128..1_000_000_000_000_000,
    ]
}
