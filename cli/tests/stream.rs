//! `farthing stream`.

use crate::world::UNIT;
use crate::world::{Person, World};

fn assert_solvent(someone: &Person) {
    let streams = someone.ok(&["stream", "overview"])["streams"].clone();
    let amount = |name: &str| streams[name].as_str().unwrap().parse::<u128>().unwrap();
    assert_eq!(amount("owed"), amount("owed_to_streams"));
    assert!(amount("owed") <= amount("held"), "{streams}");
}

#[test]
fn a_stream_divides_its_deposit_between_both_to_the_unit() {
    let world = World::new();
    let (payer, payee) = (world.rich(), world.rich());
    let name = payee.account.to_string();
    let opened = payer.ok(&["stream", "open", &name, "1", "--rate", "0.05/s"]);
    let stream = opened["stream"].to_string();
    let running = payee.ok(&["stream", "show", &stream]);
    assert_eq!(running["stream"]["a_day"], (UNIT * 4_320).to_string());
    assert!(running["stream"]["runs_out"].as_u64().is_some());
    payer.ok(&["stream", "rate", &stream, "0.1/s"]);
    payer.ok(&["stream", "top-up", &stream, "0.5"]);
    payer.ok(&["stream", "pause", &stream]);
    let refused = payer.refused(&["stream", "pause", &stream]);
    assert_eq!(refused, format!("Stream {stream} is paused already."));
    payer.ok(&["stream", "resume", &stream]);

    let number = |json: &serde_json::Value| json.as_str().unwrap().parse::<u128>().unwrap();
    let claimed = number(&payee.ok(&["stream", "claim", &stream])["claimed"]);
    assert!(claimed > 0);
    let stopped = payee.ok(&["stream", "stop", &stream]);
    let (earned, rest) = (number(&stopped["earned"]), number(&stopped["rest"]));
    assert_eq!(claimed + earned + rest, UNIT * 3 / 2);
    let refused = payer.refused(&["stream", "clear", &stream]);
    assert!(
        refused.starts_with(&format!("The record of stream {stream} can be freed from")),
        "{refused}"
    );
    let refused = payer.refused(&["stream", "stop", &stream]);
    assert_eq!(refused, format!("Stream {stream} was stopped, for good."));
    assert_solvent(&payer);
}

#[test]
fn what_makes_no_stream_is_refused() {
    let world = World::new();
    let (payer, stranger) = (world.rich(), world.rich());
    let own = payer.account.to_string();
    let refused = payer.refused(&["stream", "open", &own, "1", "--rate", "1/h"]);
    assert_eq!(refused, "A stream goes to somebody else than its payer.");
    let other = stranger.account.to_string();
    let refused = payer.refused(&["stream", "open", &other, "1", "--rate", "0/h"]);
    assert_eq!(
        refused,
        "A rate is more than nothing: to stop for a while, pause."
    );
    let opened = payer.ok(&[
        "stream",
        "open",
        &stranger.account.to_string(),
        "1",
        "--rate",
        "0.001/h",
    ]);
    let stream = opened["stream"].to_string();
    let refused = stranger.refused(&["stream", "pause", &stream]);
    assert_eq!(
        refused,
        format!("Only the payer of stream {stream} may do this.")
    );
    let refused = stranger.refused(&["stream", "pause-deposits", "1d"]);
    assert_eq!(refused, "Only the deployment's guardian may do this.");
    stranger.refused(&["stream", "resume-deposits"]);
    assert_solvent(&payer);
}

#[test]
fn several_streams_are_claimed_from_by_anyone_and_stopped_at_once() {
    let world = World::new();
    let (payer, payee, stranger) = (world.rich(), world.rich(), world.rich());
    let name = payee.account.to_string();
    let open =
        || payer.ok(&["stream", "open", &name, "1", "--rate", "0.05/s"])["stream"].to_string();
    let (one, other) = (open(), open());
    // In the block in which it was opened, a stream has earned nothing that a dry run could see.
    world.give(stranger.account, 1);
    let before = world.money(payee.account).0;
    let number = |json: &serde_json::Value| json.as_str().unwrap().parse::<u128>().unwrap();
    let claimed = stranger.ok(&["stream", "claim", &one, "4000000000", &other]);
    assert_eq!(
        world.money(payee.account).0 - before,
        number(&claimed["claimed"])
    );
    let stopped = payer.ok(&["stream", "stop", &one, &other]);
    assert_eq!(
        number(&claimed["claimed"]) + number(&stopped["earned"]) + number(&stopped["rest"]),
        2 * UNIT
    );
    let refused = stranger.refused(&["stream", "stop", &one]);
    assert_eq!(
        refused,
        format!("Only the payer or the payee of stream {one} may do this.")
    );
    assert_solvent(&payer);
}
