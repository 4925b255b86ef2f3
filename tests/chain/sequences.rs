//! What tests with random sequences share: how many, from which seed, and what is told of a failure.
//!
//! Each run draws the same sequences. `FARTHING_MODEL_CASES=1000` draws more, and
//! `FARTHING_MODEL_SEED=random` others.

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::{any::Any, env, fmt::Debug};

/// How many sequences to draw, if it is not `usual`.
pub fn cases(usual: u32) -> u32 {
    let cases = env::var("FARTHING_MODEL_CASES");
    cases.map_or(usual, |cases| {
        cases.parse().expect("FARTHING_MODEL_CASES is a number")
    })
}

/// Whether the sequences drawn are the `usual` ones, and perhaps more: those that must cover
/// everything.
pub fn covers(usual: u32) -> bool {
    cases(usual) >= usual && env::var("FARTHING_MODEL_SEED").is_err()
}

/// What draws the sequences.
pub fn runner(cases: u32) -> TestRunner {
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    };
    let rng = match env::var("FARTHING_MODEL_SEED") {
        Ok(_) => TestRng::from_seed(
            RngAlgorithm::ChaCha,
            &std::array::from_fn::<u8, 32, _>(|_| rand_byte()),
        ),
        Err(_) => TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    };
    TestRunner::new_with_rng(config, rng)
}

/// Randomness of the standard library, which is all that is needed here.
fn rand_byte() -> u8 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(0) as u8
}

/// What happened, for whoever looks into a failure.
pub fn story(calls: &[impl Debug], panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| text.to_string()));
    let calls: Vec<String> = calls.iter().map(|call| format!("{call:?}")).collect();
    let text = text.unwrap_or_else(|| "no message".to_owned());
    format!("{}\n{text}", calls.join("\n"))
}
