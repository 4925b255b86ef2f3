//! The chain's clock.

use crate::chain::{nothing, Chain};
use serde_json::Value;
use subxt::ext::subxt_rpcs::rpc_params;

const DAY: u64 = 86_400_000;

fn time(block: &Value) -> u64 {
    block["time"].as_u64().unwrap()
}

#[tokio::test]
async fn the_clock_is_moved_forward_and_stays_there() {
    let chain = Chain::start(&[]).await;
    let first = time(&chain.ask("dev_newBlock", nothing()).await);
    let moved = time(&chain.ask("dev_forward", rpc_params![30 * DAY]).await);
    let now = chain.ask("dev_time", rpc_params![]).await;
    let now = now.as_u64().unwrap();
    assert!((moved..moved + DAY).contains(&now), "{now} {moved}");
    assert!((first + 30 * DAY..first + 31 * DAY).contains(&moved));
    let next = time(&chain.ask("dev_newBlock", nothing()).await);
    assert!((moved..moved + DAY).contains(&next));
}

#[tokio::test]
async fn the_clock_is_set_to_a_moment() {
    let chain = Chain::start(&[]).await;
    let now = time(&chain.ask("dev_newBlock", nothing()).await);
    let at = now + 365 * DAY;
    let moved = time(&chain.ask("dev_setTime", rpc_params![at]).await);
    // The machine's clock goes on while it is set.
    assert!((at..at + DAY).contains(&moved));
    let why = chain.refused("dev_setTime", rpc_params![now]).await;
    assert!(why.contains("only goes forward"), "{why}");
}

#[tokio::test]
async fn times_that_no_clock_shows_are_refused_and_change_nothing() {
    let chain = Chain::start(&[]).await;
    for millis in [u64::MAX, 1 << 53] {
        let why = chain.refused("dev_forward", rpc_params![millis]).await;
        assert!(why.contains("cannot go beyond"), "{why}");
    }
    assert_eq!(chain.best().await, 0);
}

#[tokio::test]
async fn many_blocks_in_an_instant_have_times_of_their_own() {
    let chain = Chain::start(&[]).await;
    chain.ask("dev_newBlock", rpc_params![500]).await;
    assert_eq!(chain.best().await, 500);
}
