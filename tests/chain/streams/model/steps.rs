//! What sequences are made of, as proptest draws and shrinks them.

use super::{CONTRACT, GHOST, GUARDIAN, SIGNERS};
use farthing_contracts::streams::stream::BILLIONTHS;
use farthing_types::{Balance, Millis, DAY};
use proptest::{collection::vec, prelude::*};

/// Who sends a message: which number that is depends on the stream.
#[derive(Clone, Debug)]
pub enum Role {
    Payer,
    Payee,
    Signer(usize),
}

#[derive(Clone, Debug)]
pub enum Act {
    Open {
        payee: usize,
        rate: u128,
        deposit: Balance,
    },
    TopUp(Balance),
    SetRate(u128),
    Pause,
    Resume,
    Claim,
    Stop,
    /// Some of those that earn, and more.
    ClaimMany(Vec<usize>),
    /// Some of the signer's, and more.
    StopMany(Vec<usize>),
    /// All that the signer can clear, if that is anything, and more.
    Clear(Vec<usize>),
    PauseDeposits(Millis),
    ResumeDeposits,
    /// A plain transfer to the contract.
    Send(Balance),
    /// Ends the block; the next is this much later.
    Jump(Millis),
}

#[derive(Clone, Debug)]
pub struct Step {
    pub role: Role,
    /// Which of the streams there are by then.
    pub stream: usize,
    pub act: Act,
    /// Whether a message that is refused when asked is sent all the same.
    pub insist: bool,
}

pub fn sequence(length: usize) -> impl Strategy<Value = Vec<Step>> {
    let anyone = || (0..SIGNERS).prop_map(Role::Signer);
    let mostly = |role: Role| prop_oneof![9 => Just(role), 1 => anyone()];
    let act = prop_oneof![
        4 => (anyone(), open()),
        3 => (mostly(Role::Payer), amount().prop_map(Act::TopUp)),
        3 => (mostly(Role::Payer), rate().prop_map(Act::SetRate)),
        2 => (mostly(Role::Payer), Just(Act::Pause)),
        2 => (mostly(Role::Payer), Just(Act::Resume)),
        6 => (mostly(Role::Payee), Just(Act::Claim)),
        2 => (anyone(), batch().prop_map(Act::ClaimMany)),
        1 => (anyone(), batch().prop_map(Act::StopMany)),
        1 => (mostly(Role::Payer), Just(Act::Stop)),
        1 => (mostly(Role::Payee), Just(Act::Stop)),
        2 => (mostly(Role::Payer), batch().prop_map(Act::Clear)),
        1 => (mostly(Role::Signer(GUARDIAN)), pause().prop_map(Act::PauseDeposits)),
        1 => (mostly(Role::Signer(GUARDIAN)), Just(Act::ResumeDeposits)),
        1 => (anyone(), (1..1_000u128).prop_map(Act::Send)),
        6 => (anyone(), jump().prop_map(Act::Jump)),
    ];
    let step = (act, 0..1_000usize, prop::bool::weighted(0.2));
    let step = step.prop_map(|((role, act), stream, insist)| Step {
        role,
        stream,
        act,
        insist,
    });
    vec(step, 1..=length)
}

fn open() -> impl Strategy<Value = Act> {
    let payee = prop_oneof![16 => 0..SIGNERS, 3 => Just(GHOST), 1 => Just(CONTRACT)];
    (payee, rate(), amount()).prop_map(|(payee, rate, deposit)| Act::Open {
        payee,
        rate,
        deposit,
    })
}

/// Mostly none; shrinks towards none.
fn batch() -> impl Strategy<Value = Vec<usize>> {
    prop_oneof![4 => vec(0..1_000usize, 0), 2 => vec(0..1_000usize, 1..4), 1 => vec(0..9usize, 65)]
}

fn pause() -> impl Strategy<Value = Millis> {
    prop_oneof![6 => 0..60_000u64, 2 => 0..2 * DAY, 1 => 6 * DAY..8 * DAY]
}

fn amount() -> impl Strategy<Value = Balance> {
    prop_oneof![0..20u128, 1..1_000_000u128, 1..1u128 << 40]
}

fn rate() -> impl Strategy<Value = u128> {
    prop_oneof![
        2 => 0..10u128,
        8 => 1..BILLIONTHS,
        8 => 1..1_000 * BILLIONTHS,
        1 => 1..=u128::MAX,
    ]
}

fn jump() -> impl Strategy<Value = Millis> {
    prop_oneof![8 => 5..50u64, 8 => 5..200_000u64, 1 => DAY..4 * DAY, 1 => 7 * DAY..100 * DAY]
}
