//! What a random sequence is made of.
//!
//! A [`Step`] is a kind and some dice; which creator, item or account it is about is only decided when
//! it is run, among those that exist by then. So every part of a sequence is itself a sequence, and
//! proptest can shrink a failure to the few steps that matter.

use farthing_chain::existential_deposit;
use proptest::prelude::*;

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Commit,
    CancelCommitment,
    Register,
    ClaimHandle,
    ReleaseHandle,
    ForgetHandle,
    SetProfile,
    SetDelegate,
    Offer,
    Accept,
    SetPayout,
    UnsetPayout,
    Delete,
    Open,
    Publish,
    Revise,
    SetPrice,
    Retire,
    Relist,
    SetItemTier,
    SetTier,
    Give,
    Tip,
    TipMany,
    Buy,
    BuyMany,
    BuyBlinded,
    Refund,
    Payout,
    PayoutDeleted,
    Refresh,
    WithdrawFees,
    Pause,
    Resume,
    Send,
    Jump,
}

/// How often each kind is drawn, and how often it must succeed in a whole run of the usual length.
pub const KINDS: [(u32, usize, Kind); 36] = [
    (14, 100, Kind::Commit),
    (1, 5, Kind::CancelCommitment),
    (8, 50, Kind::Register),
    (4, 10, Kind::ClaimHandle),
    (5, 20, Kind::ReleaseHandle),
    (3, 5, Kind::ForgetHandle),
    (2, 20, Kind::SetProfile),
    (4, 50, Kind::SetDelegate),
    (4, 50, Kind::Offer),
    (5, 30, Kind::Accept),
    (12, 100, Kind::SetPayout),
    (2, 5, Kind::UnsetPayout),
    (3, 2, Kind::Delete),
    (5, 20, Kind::Open),
    (10, 100, Kind::Publish),
    (5, 30, Kind::Revise),
    (5, 50, Kind::SetPrice),
    (5, 30, Kind::Retire),
    (3, 10, Kind::Relist),
    (3, 30, Kind::SetItemTier),
    (6, 50, Kind::SetTier),
    (5, 30, Kind::Give),
    (14, 200, Kind::Tip),
    (10, 100, Kind::TipMany),
    (24, 300, Kind::Buy),
    (12, 100, Kind::BuyMany),
    (8, 50, Kind::BuyBlinded),
    (20, 100, Kind::Refund),
    (26, 300, Kind::Payout),
    (8, 3, Kind::PayoutDeleted),
    (6, 50, Kind::Refresh),
    (10, 3, Kind::WithdrawFees),
    (2, 5, Kind::Pause),
    (4, 30, Kind::Resume),
    (5, 50, Kind::Send),
    (10, 100, Kind::Jump),
];

/// A step before it is known what it is about.
#[derive(Clone, Debug)]
pub struct Step {
    pub kind: Kind,
    /// Who signs, where it matters; otherwise the one who may is taken.
    pub who: usize,
    /// Choices, each taken modulo what there is.
    pub dice: [usize; 4],
    pub amount: u128,
    /// For batches and splits.
    pub list: Vec<(usize, u128)>,
    /// 0 leaves the step right, as far as it can be; anything else spoils it in some way.
    pub flaw: usize,
    /// Whether a step that is refused is sent all the same, to be reverted by the chain.
    pub insist: bool,
}

/// A whole sequence and what the contracts are deployed with.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The platform's fee, in basis points.
    pub fee: u16,
    pub guarded: bool,
    /// Whether the first creator begins with more items than fit on a page.
    pub wide: bool,
    pub steps: Vec<Step>,
}

/// Sequences of `length` steps.
pub fn plan(length: usize) -> impl Strategy<Value = Plan> {
    let fee = prop_oneof![1 => Just(0), 1 => Just(500), 6 => 1u16..500];
    let guarded = prop::bool::weighted(0.9);
    let wide = prop::bool::weighted(0.1);
    // Nearly of one length, and free to shrink to nothing.
    let steps = prop::collection::vec(step(), length);
    (fee, guarded, wide, steps).prop_map(|(fee, guarded, wide, steps)| Plan {
        fee,
        guarded,
        wide,
        steps,
    })
}

fn step() -> impl Strategy<Value = Step> {
    let kinds = KINDS.map(|(weight, _, kind)| (weight, Just(kind).boxed()));
    let die = || 0usize..10_000;
    (
        prop::strategy::Union::new_weighted(kinds.to_vec()),
        die(),
        [die(), die(), die(), die()],
        amount(),
        prop::collection::vec((die(), amount()), 1..6),
        prop_oneof![2 => Just(0usize), 1 => 1usize..1_000],
        prop::bool::weighted(0.2),
    )
        .prop_map(|(kind, who, dice, amount, list, flaw, insist)| Step {
            kind,
            who,
            dice,
            amount,
            list,
            flaw,
            insist,
        })
}

/// Mostly tiny, so that rounding decides; some about the existential deposit; some large.
fn amount() -> impl Strategy<Value = u128> {
    prop_oneof![
        4 => 1u128..10,
        3 => 10u128..100_000,
        2 => existential_deposit() - 3..existential_deposit() + 3,
        2 => 1..4 * existential_deposit(),
        1 => 1u128..1_000_000_000_000_000,
    ]
}
