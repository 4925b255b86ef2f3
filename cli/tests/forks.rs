//! What real networks do and a node that seals at once does not: blocks are undone, finality takes its time,
//! and the node goes away in the middle. Nothing is paid twice, and nothing is said to be done that is not.

use crate::world::UNIT;
use crate::world::{ask, until, Person, Ran, World};
use farthing_node_tests::node::Node;
use serde_json::json;
use std::{process::Child, process::Stdio, time::Duration};

fn best(node: &Node) -> u64 {
    ask(node, "dev_status", json!([]))["best"]["number"]
        .as_u64()
        .unwrap()
}

/// Starts something that waits until it is final.
fn start(person: &Person, arguments: &[&str]) -> Child {
    let mut command = person.plain(&[&["--json", "--yes"], arguments].concat());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

fn ended(child: Child) -> Ran {
    Ran::of(child.wait_with_output().unwrap())
}

/// A chain where nothing is final, with somebody who has a channel on it, and the deposit they make.
struct Held {
    node: Node,
    world: World,
}

impl Held {
    fn new(flags: &[&str]) -> Self {
        let node = Node::own(flags);
        let world = World::on(&node.url);
        Self { node, world }
    }

    /// Somebody whose payment is in a block that is not final, and who waits.
    fn paying(&self) -> (Person, [String; 6], Child) {
        let person = self.world.rich();
        let (me, well) = self.world.well(&person);
        ask(&self.node, "dev_setFinality", json!(["held"]));
        let before = best(&self.node);
        let deposit = ["channel", "top-up", &me, "0.5", "--of", &well].map(str::to_owned);
        let mut child = start(&person, &words(&deposit));
        assert!(until(&mut child, || best(&self.node) > before));
        (person, deposit, child)
    }
}

fn words(arguments: &[String]) -> Vec<&str> {
    arguments.iter().map(String::as_str).collect()
}

#[test]
fn a_payment_that_a_fork_undid_is_made_once_by_the_same_command() {
    let held = Held::new(&[]);
    let (person, deposit, child) = held.paying();
    ask(&held.node, "dev_reorg", json!([1]));
    ask(&held.node, "dev_setFinality", json!(["instant"]));
    let ran = ended(child);
    let well = &deposit[5];
    if ran.code == Some(0) {
        // It noticed, and sent the same bytes again.
        assert_eq!(person.in_channels(well), UNIT / 2);
        return;
    }
    ran.refused(7, "unknown");
    assert_eq!(person.in_channels(well), 0, "the fork undid it");
    let done = person.ok(&words(&deposit));
    assert_eq!(done["transactions"][0]["sent_before"], true);
    assert_eq!(person.in_channels(well), UNIT / 2);
    person.assert_channels_solvent();
}

#[test]
fn a_payment_that_a_fork_took_again_is_done_once_it_is_final() {
    let held = Held::new(&[]);
    let (person, deposit, mut child) = held.paying();
    ask(&held.node, "dev_reorg", json!([1, {"resubmit": true}]));
    std::thread::sleep(Duration::from_millis(500));
    assert!(child.try_wait().unwrap().is_none(), "it is not final");
    ask(&held.node, "dev_setFinality", json!(["instant"]));
    let done = ended(child).json();
    let told = done["transactions"][0]["block"].as_u64().unwrap();
    assert_eq!(person.in_channels(&deposit[5]), UNIT / 2);
    // It tells the block that it is in, and not the one that was undone.
    let hash = ask(&held.node, "chain_getBlockHash", json!([told]));
    let block = ask(&held.node, "chain_getBlock", json!([hash]));
    assert_eq!(block["block"]["extrinsics"].as_array().unwrap().len(), 2);
}

#[test]
fn what_is_not_final_is_not_said_to_be_done() {
    let held = Held::new(&[]);
    let (person, deposit, mut child) = held.paying();
    std::thread::sleep(Duration::from_secs(3));
    assert!(child.try_wait().unwrap().is_none());
    assert!(person.outbox().exists());
    ask(&held.node, "dev_finalize", json!([]));
    ended(child).json();
    assert_eq!(person.in_channels(&deposit[5]), UNIT / 2);
    assert!(!person.outbox().exists());
}

#[test]
fn a_node_that_goes_away_before_a_payment_is_final_is_asked_again_when_it_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("chain");
    let flags = ["--state", file.to_str().unwrap()];
    let held = Held::new(&flags);
    let (person, deposit, child) = held.paying();
    let Held { node, world } = held;
    drop(node);
    let ran = ended(child);
    let sentence = ran.refused(7, "unknown");
    assert!(
        sentence.contains("Run the same command again"),
        "{sentence}"
    );
    let node = Node::own(&flags);
    let person = person.at(&node.url);
    let done = person.ok(&words(&deposit));
    assert_eq!(done["transactions"][0]["sent_before"], true);
    assert_eq!(person.in_channels(&deposit[5]), UNIT / 2);
    drop(world);
}

#[test]
fn a_payment_whose_place_another_took_in_the_fork_is_said_not_to_have_happened() {
    let held = Held::new(&[]);
    let (person, deposit, child) = held.paying();
    // In the fork, another transaction of the same number is there first.
    ask(&held.node, "dev_setSealing", json!(["manual"]));
    ask(&held.node, "dev_reorg", json!([1]));
    let other = person.elsewhere();
    let well = deposit[5].clone();
    let me = person.account.to_string();
    let mut rival = start(&other, &["channel", "top-up", &me, "0.25", "--of", &well]);
    assert!(until(&mut rival, || {
        ask(&held.node, "dev_status", json!([]))["waiting"] != 0
    }));
    ask(&held.node, "dev_newBlock", json!([]));
    ask(&held.node, "dev_setSealing", json!(["instant"]));
    ask(&held.node, "dev_setFinality", json!(["instant"]));
    ended(rival).json();
    assert_ne!(ended(child).code, Some(0));
    assert_eq!(person.in_channels(&well), UNIT / 4);
    // What cannot happen any more is signed anew.
    let done = person.ok(&words(&deposit));
    assert_eq!(done["transactions"][0]["sent_before"], false);
    assert_eq!(person.in_channels(&well), UNIT * 3 / 4);
}
