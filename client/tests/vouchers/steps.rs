//! What people do, and what happens to them.

use farthing_types::Millis;
use proptest::prelude::*;

/// The channels: who pays, and the lane. They are all to the same payee.
pub const LINES: [(&str, u32); 3] = [("Bob", 0), ("Bob", 1), ("Charlie", 0)];
pub const PAYERS: [&str; 2] = ["Bob", "Charlie"];
pub const PAYEE: &str = "Alice";

/// Something that somebody tries. Numbers are places in [`LINES`] or [`PAYERS`].
#[derive(Clone, Debug)]
pub enum Step {
    Open(usize, u128),
    TopUp(usize, u128),
    Pay(usize, u128, Fate),
    /// One of the vouchers that were handed out arrives, perhaps an old one, perhaps again.
    Deliver(usize, prop::sample::Index),
    Claim,
    Exit(usize),
    Clear(usize),
    Close(usize),
    /// The payee signs a closing.
    Agree(usize, Millis),
    /// The payer uses the last one that there is.
    CloseTogether(usize),
    Sync(usize),
    /// The payer looks at the chain alone.
    Compare(usize),
    Save(usize),
    /// The payer's files are what they were, as if nothing had happened.
    PutBack(usize),
    /// The payer's backup is put back as it should be.
    Restore(usize),
    SavePayee,
    PutBackPayee,
    Wait(Millis),
}

/// What becomes of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Delivered,
    /// The payee hears of it later, or never.
    Underway,
    /// The program ends before the voucher is handed out.
    Begun,
    /// The program ends just after that.
    HandedOut,
}

pub fn steps() -> impl Strategy<Value = Vec<Step>> {
    let opened = (0..LINES.len()).map(|line| Step::Open(line, 20_000_000_000_000));
    let opened: Vec<_> = opened.collect();
    prop::collection::vec(step(), 60..80).prop_map(move |steps| {
        let mut all = opened.clone();
        all.extend(steps);
        all
    })
}

fn step() -> impl Strategy<Value = Step> {
    let line = || 0..LINES.len();
    let payer = || 0..PAYERS.len();
    let amount = || prop_oneof![1..1_000u128, 1_000_000_000..400_000_000_000u128];
    let fate = prop_oneof![
        5 => Just(Fate::Delivered),
        3 => Just(Fate::Underway),
        1 => Just(Fate::Begun),
        1 => Just(Fate::HandedOut),
    ];
    prop_oneof![
        3 => (line(), amount()).prop_map(|(line, reserve)| Step::Open(line, 5 * reserve + 1_000_000_000)),
        2 => (line(), amount()).prop_map(|(line, more)| Step::TopUp(line, more)),
        14 => (line(), amount(), fate).prop_map(|(line, amount, fate)| Step::Pay(line, amount, fate)),
        4 => (line(), any::<prop::sample::Index>()).prop_map(|(line, which)| Step::Deliver(line, which)),
        3 => Just(Step::Claim),
        1 => line().prop_map(Step::Exit),
        1 => line().prop_map(Step::Clear),
        1 => line().prop_map(Step::Close),
        1 => (line(), 1_000..200_000_000u64).prop_map(|(line, valid)| Step::Agree(line, valid)),
        1 => line().prop_map(Step::CloseTogether),
        4 => line().prop_map(Step::Sync),
        1 => line().prop_map(Step::Compare),
        3 => payer().prop_map(Step::Save),
        3 => payer().prop_map(Step::PutBack),
        1 => payer().prop_map(Step::Restore),
        1 => Just(Step::SavePayee),
        1 => Just(Step::PutBackPayee),
        1 => (1_000..100_000_000u64).prop_map(Step::Wait),
    ]
}
