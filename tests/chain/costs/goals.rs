//! What calls may cost at most, in plain transfers on the development chain.

use super::{measured, transfers};

/// The name of a call, and the most that all of it may cost. (A channel's life and a voucher's share of it
/// are in [`channels`](super::channels).)
const GOALS: &[(&str, f64)] = &[
    ("storefront.tip, repeated", 3.4),
    ("storefront.tip_many, 50 to fifty creators", 20.0),
    ("storefront.buy, for ever, repeated", 4.8),
    ("channels.claim, repeated", 4.2),
    ("pool.donate, open-ended, repeated", 3.3),
    ("pool.donate, with a goal, repeated", 4.8),
    ("pool.donate_many, with a goal, 50, repeated", 55.0),
    ("pool_factory.create", 15.0),
    ("matching_round.donate, to keep, listed, repeated", 7.0),
];

#[test]
fn payments_cost_no_more_than_they_may() {
    for &(name, most) in GOALS {
        let fee = transfers(measured().calls[name]);
        assert!(fee <= most, "{name}: {fee:.3} transfers, more than {most}");
    }
}

/// Calls that are made again and again, and so must create nothing.
const REPEATED: &[&str] = &[
    "storefront.tip, repeated",
    "storefront.tip_many, 50 to one creator",
    "storefront.tip_many, 50 to fifty creators",
    "storefront.buy, for ever, repeated",
    "storefront.buy, for a period, repeated",
    "channels.claim, repeated",
    "channels.claim, 50, repeated",
    "streams.claim, repeated",
    "pool.donate, open-ended, repeated",
    "pool.donate, with a goal, repeated",
    "pool.donate_many, with a goal, 50, repeated",
    "matching_round.donate, to keep, listed, repeated",
];

#[test]
fn what_is_repeated_locks_nothing() {
    for &name in REPEATED {
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
