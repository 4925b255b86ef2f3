//! Ctrl-C.

use crate::world::{ask, block_on, until, Ran, World, UNIT};
use farthing_node_tests::node::Node;
use serde_json::json;
use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

/// What Ctrl-C in a terminal does.
fn interrupt(child: &Child) {
    let mut kill = Command::new("sh");
    kill.args(["-c", &format!("kill -INT {}", child.id())]);
    assert!(kill.status().unwrap().success());
}

#[test]
fn what_only_waits_says_that_nothing_is_under_way() {
    let world = World::new();
    let person = world.rich();
    let (me, well) = world.well(&person);
    // The block after the one that opened the channel: there is one event, whatever the machine's speed.
    let next = (block_on(world.chain_best()) + 1).to_string();
    person.ok(&["channel", "top-up", &me, "0.5", "--of", &well]);
    let account = person.account.to_string();
    let mut child = person.start(&["watch", "--from", &next, "--account", &account]);
    let mut printed = BufReader::new(child.stdout.take().unwrap()).lines();
    // From the first line on it listens for signals, too.
    assert!(printed.next().unwrap().unwrap().contains("ChannelsChanged"));
    interrupt(&child);
    let ran = Ran {
        code: child.wait().unwrap().code(),
        stdout: printed.map(|line| line.unwrap() + "\n").collect(),
        stderr: String::new(),
    };
    let sentence = ran.refused(130, "interrupted");
    let rest = sentence
        .strip_prefix("Interrupted. Go on with --from ")
        .unwrap();
    assert!(
        rest.trim_end_matches('.').parse::<u32>().is_ok(),
        "{sentence}"
    );
}

#[test]
fn a_transaction_under_way_is_named_and_found_by_the_same_command() {
    let node = Node::own(&[]);
    let world = World::on(&node.url);
    let person = world.rich();
    let (me, well) = world.well(&person);
    let outbox = person.outbox();
    let deposit = ["channel", "top-up", &me, "0.5", "--of", &well];
    // Without --fast it waits until its block is final, and that never comes.
    ask(&node, "dev_setFinality", json!(["held"]));
    let mut waiting = person.plain(&["--json", "--yes"]);
    waiting.args(deposit);
    let waiting = waiting.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = waiting.spawn().unwrap();
    assert!(until(&mut child, || outbox.exists()));
    interrupt(&child);
    let sentence = Ran::of(child.wait_with_output().unwrap()).refused(130, "interrupted");
    let written = std::fs::read_to_string(&outbox).unwrap();
    let written: serde_json::Value = serde_json::from_str(&written).unwrap();
    let transaction = written["transaction"].as_str().unwrap();
    assert!(
        sentence.starts_with(&format!(
            "Interrupted. The transaction 0x{transaction} was signed and may still happen; run the \
             same command again"
        )),
        "{sentence}"
    );
    let again = person.ok(&deposit);
    assert_eq!(again["transactions"][0]["sent_before"], true);
    assert_eq!(person.in_channels(&well), UNIT / 2);
}
