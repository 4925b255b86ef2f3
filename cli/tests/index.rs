//! `farthing index`: what happened, in a database, whatever happens to the program and the node.

use crate::world::{ask, Person, Ran, World};
use farthing_node_tests::node::Node;
use serde_json::json;
use std::{thread, time::Duration};

/// A deployment of one's own with a creator who was tipped.
fn tipped(node: &Node) -> (World, Person, String) {
    let world = World::on(&node.url);
    let (ada, handle) = world.creator("indexed");
    ada.ok(&["shop", "open", &handle]);
    let fan = world.rich();
    for amount in ["0.01", "0.02", "0.03"] {
        fan.ok(&["tip", &handle, amount, "--memo", "thank you"]);
    }
    (world, fan, handle)
}

#[test]
fn index_is_made_verified_and_passed_on() {
    let node = Node::own(&[]);
    let (world, fan, _) = tipped(&node);
    let best = ask(&node, "dev_status", json!([]))["best"]["number"].clone();
    let index = fan.ok(&["index", "--once"]);
    assert_eq!(index["index"]["block"], best);
    assert_eq!(index["index"]["final"], best);
    assert_eq!(fan.ok(&["index", "show"]), index);
    let verified = fan.ok(&["index", "verify", "--events"]);
    assert_eq!(verified["verified"]["creators"], 1);
    assert!(verified["proved"]["events"].as_u64().unwrap() > 10);
    assert_eq!(fan.ok(&["index", "rebuild"]), index);

    let file = fan.state.path().join("snapshot");
    let file = file.to_str().unwrap();
    assert_eq!(
        fan.ok(&["index", "export", file])["exported"]["block"],
        best
    );
    let other = world.rich();
    let missing = other.run(&["index", "verify"]).refused(1, "other");
    assert!(missing.contains("there is no index yet"), "{missing}");
    let imported = other.ok(&["index", "import", file]);
    assert_eq!(imported["verified"]["block"], best);
    let refused = other.run(&["index", "import", file]).refused(1, "other");
    assert!(refused.contains("begun already"), "{refused}");
    assert!(other.ok(&["index", "--once"])["index"]["block"].as_u64() >= best.as_u64());
    other.ok(&["index", "verify", "--events"]);
}

#[test]
fn blocks_that_are_not_there_are_not_verified() {
    let node = Node::own(&[]);
    let (_world, fan, _) = tipped(&node);
    fan.ok(&["index", "--once"]);
    let sentence = fan
        .run(&["index", "verify", "--at", "999999"])
        .refused(2, "usage");
    assert!(sentence.contains("not block 999999"), "{sentence}");
}

/// Killed again and again while it works, it has all in the end, and nothing twice.
#[test]
fn index_that_is_killed_goes_on_where_it_was() {
    let node = Node::own(&[]);
    let (_world, fan, handle) = tipped(&node);
    ask(&node, "dev_newBlock", json!([3000]));
    fan.ok(&["tip", &handle, "0.04"]);
    let mut killed = 0;
    for millis in (1..30).map(|step| step * 40) {
        let mut child = fan.start(&["index"]);
        thread::sleep(Duration::from_millis(millis));
        if child.try_wait().unwrap().is_none() {
            killed += 1;
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(killed > 20, "{killed}");
    let index = fan.ok(&["index", "--once"])["index"].clone();
    let best = ask(&node, "dev_status", json!([]))["best"]["number"].clone();
    assert_eq!(index["block"], best);
    let verified = fan.ok(&["index", "verify", "--events"]);
    let proved = verified["proved"]["events"].clone();
    let other = fan.elsewhere();
    other.ok(&["index", "--once"]);
    assert_eq!(
        other.ok(&["index", "verify", "--events"])["proved"]["events"],
        proved
    );
}

#[test]
fn node_that_restarts_is_followed_when_it_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("chain");
    let flags = ["--state", file.to_str().unwrap()];
    let node = Node::own(&flags);
    let (world, fan, handle) = tipped(&node);
    let port = node.url.rsplit(':').next().unwrap().to_string();
    let child = fan.start(&["index"]);
    let reaches = |block: u64| {
        for _ in 0..600 {
            let ran = fan.run(&["index", "show"]);
            if ran.code == Some(0) && ran.json()["index"]["block"].as_u64() >= Some(block) {
                return true;
            }
            thread::sleep(Duration::from_millis(50));
        }
        false
    };
    let best = ask(&node, "dev_status", json!([]))["best"]["number"].as_u64();
    assert!(reaches(best.unwrap()));
    drop(node);
    thread::sleep(Duration::from_millis(700));
    let node = Node::own(&[&flags[..], &["--rpc-port", &port]].concat());
    fan.ok(&["tip", &handle, "0.05"]);
    let best = ask(&node, "dev_status", json!([]))["best"]["number"].as_u64();
    assert!(reaches(best.unwrap()));
    let mut child = child;
    child.kill().unwrap();
    let ended = Ran::of(child.wait_with_output().unwrap());
    assert!(
        ended.stderr.contains("Indexing goes on when it is back"),
        "{ended:?}"
    );
    fan.ok(&["index", "verify", "--events"]);
    drop(world);
}

#[test]
fn two_programs_do_not_write_one_index() {
    let node = Node::own(&[]);
    let (_world, fan, _) = tipped(&node);
    fan.ok(&["index", "--once"]);
    let mut child = fan.start(&["index"]);
    thread::sleep(Duration::from_millis(1_500));
    let refused = fan.run(&["index", "--once"]).refused(1, "other");
    assert!(
        refused.contains("another program is writing it"),
        "{refused}"
    );
    // Whoever reads it may.
    fan.ok(&["index", "verify"]);
    child.kill().unwrap();
    child.wait().unwrap();
}
