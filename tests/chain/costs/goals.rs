//! What calls may cost at most, in plain transfers on the development chain.

use super::{measured, transfers};

/// The name of a call, how many payments are in it, and the most that all of it may cost.
const GOALS: [(&str, f64); 0] = [];

#[test]
fn payments_cost_no_more_than_they_may() {
    for (name, most) in GOALS {
        let fee = transfers(measured().calls[name]);
        assert!(fee <= most, "{name}: {fee:.3} transfers, more than {most}");
    }
}

/// Calls that are made again and again, and so must create nothing.
const REPEATED: [&str; 0] = [];

#[test]
fn what_is_repeated_locks_nothing() {
    for name in REPEATED {
        assert_eq!(measured().calls[name].deposit, 0, "{name}");
    }
}

#[test]
fn has_access_reads_one_item_besides_the_root() {
    let reads = &measured().reads;
    // What two reads of a page would add is more than 60 million picoseconds.
    let one_read = 60_000_000;
    let [access, overview] =
        ["has_access", "overview"].map(|name| reads[&format!("storefront.{name}")]);
    assert!(access.weight < overview.weight + 2 * one_read);
}
