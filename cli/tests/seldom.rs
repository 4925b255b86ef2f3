//! What comes up once in a long while, on a chain whose clock is moved.

use crate::world::{ask, Person, Ran, World, UNIT};
use farthing_node_tests::node::Node;
use serde_json::json;
use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};

const DAY: u64 = 24 * 60 * 60 * 1_000;

fn forward(node: &Node, time: u64) {
    ask(node, "dev_forward", json!([time]));
}

/// What somebody has more after doing something, but for its fee.
fn had(world: &World, person: &Person, arguments: &[&str]) -> u128 {
    let before = world.money(person.account).0;
    let done = person.ok(arguments);
    let fee = done["transactions"][0]["fee"].as_str().unwrap();
    world.money(person.account).0 + fee.parse::<u128>().unwrap() - before
}

#[test]
fn claim_that_was_announced_and_never_revealed_is_taken_back_with_its_deposit() {
    let node = Node::own(&[]);
    let world = World::with(&node.url, &["--claim-wait", "1h"]);
    let person = world.rich();
    let mut command = person.plain(&["--yes", "--fast", "creator", "register", "slow"]);
    let mut child = command
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(told.any(|line| line.unwrap().contains("The claim waits")));
    child.kill().unwrap();
    child.wait().unwrap();
    let early = person.refused(&["creator", "cancel-claim"]);
    assert!(early.starts_with("This can be taken back from"), "{early}");
    forward(&node, DAY + 1);
    // What one more item of storage costs, and its bytes.
    assert!(had(&world, &person, &["creator", "cancel-claim"]) > UNIT / 10);
    let nothing = person.refused(&["creator", "cancel-claim"]);
    assert!(nothing.contains("was not announced"), "{nothing}");
}

/// A creator who is gone still has money in the storefront: it goes where it always went.
#[test]
fn creator_is_deleted_and_what_waited_is_paid_out_afterwards() {
    let node = Node::own(&[]);
    let world = World::on(&node.url);
    let (ada, handle) = world.creator("gone");
    let (ben, fan) = (world.rich(), world.rich());
    ada.ok(&["shop", "open", &handle]);
    let halves = [format!("{}=50", ada.account), format!("{}=50", ben.account)];
    ada.ok(&["creator", "split", &handle, &halves[0], &halves[1]]);
    fan.ok(&["tip", &handle, "1"]);
    ada.ok(&["creator", "release-handle", &handle]);
    let early = ada.refused(&["creator", "delete", "id:0"]);
    assert!(early.starts_with("This can be taken back from"), "{early}");
    forward(&node, 31 * DAY);
    ada.ok(&["creator", "delete", "id:0"]);
    let before = world.money(ben.account).0;
    fan.ok(&["shop", "payout-deleted", "0"]);
    assert_eq!(fan.ok(&["shop", "overview"])["owed"], "0");
    assert_eq!(world.money(ben.account).0 - before, UNIT / 2);
}

/// The chain moves no dust to an account that is not there: the contracts keep it until there is one.
#[test]
fn what_the_chain_refused_to_move_is_had_once_there_is_an_account() {
    let node = Node::own(&[]);
    let later = World::bare().person(0);
    let treasury = later.account.to_string();
    let world = World::with(&node.url, &["--fee", "1%", "--treasury", &treasury]);
    let later = later.at(&node.url).with(&world.deployments);
    let (ada, handle) = world.creator("dust");
    let (payer, keeper) = (world.rich(), world.rich());
    ada.ok(&["shop", "open", &handle]);
    payer.ok(&["tip", &handle, "0.01"]);
    payer.ok(&["channel", "open", &treasury, "1"]);
    let voucher = payer.ok(&["channel", "pay", &treasury, "0.0001"])["voucher"].clone();
    let voucher = voucher.as_str().unwrap();
    keeper.ok(&["channel", "receive", voucher, "--for", &treasury]);
    keeper.ok(&["channel", "claim", "--for", &treasury, "--min", "0"]);
    assert_eq!(world.money(later.account), (0, 0));

    world.give(later.account, UNIT);
    assert_eq!(had(&world, &later, &["channel", "withdraw"]), UNIT / 10_000);
    assert_eq!(
        had(&world, &later, &["shop", "withdraw-fees"]),
        UNIT / 10_000
    );
    later.assert_channels_solvent();
}

#[test]
fn round_can_be_divided_step_by_step_asking_one_pool_and_paying_another() {
    let node = Node::own(&[]);
    let world = World::on(&node.url);
    let (organiser, donor, other) = (world.rich(), world.rich(), world.rich());
    let to = format!("{}=100", organiser.account);
    let number = |arguments: &[&str]| {
        let create = [&["pool", "create", "A roof", "--to", &to], arguments].concat();
        organiser.ok(&create)["number"].to_string()
    };
    let missed = number(&["--goal", "50", "--deadline", "+50h"]);
    let open = number(&[]);
    organiser.ok(&[
        "round",
        "create",
        "spring",
        "--chosen",
        "+1h",
        "--opens",
        "+2h",
        "--closes",
        "+49h",
        "--divides",
        "+51h",
        "--minimum",
        "0.1",
        "--cap",
        "10",
        "--min-donors",
        "2",
        "--max-share",
        "100",
    ]);
    for pool in [&missed, &open] {
        organiser.ok(&["round", "enter", "spring", pool]);
    }
    donor.ok(&["round", "sponsor", "spring", "1"]);
    forward(&node, 3 * DAY / 24);
    for pool in [&missed, &open] {
        for person in [&donor, &other] {
            person.ok(&["round", "donate", "spring", &format!("#{pool}"), "1"]);
        }
    }
    forward(&node, 2 * DAY);
    forward(&node, DAY / 6);
    donor.ok(&["round", "ask", "spring", &format!("#{missed}")]);
    let shown = |of: &Person| of.ok(&["round", "show", "spring"])["round"].clone();
    assert_eq!(shown(&donor)["pools"][0]["entry"]["missed"], true);
    let divided = donor.ok(&["round", "divide", "spring", "--calls", "0"]);
    assert!(divided["left"].as_u64().unwrap() > 0, "{divided}");
    let pay = ["round", "pay", "spring", &format!("#{open}")];
    // It goes straight through to the pool's beneficiary.
    let before = world.money(organiser.account).0;
    donor.ok(&pay);
    assert_eq!(world.money(organiser.account).0, before + UNIT);
    assert!(donor.refused(&pay).contains("nothing"), "it is paid once");
    // Nobody is left to be paid.
    let divided: Ran = donor.run(&["round", "divide", "spring"]);
    assert_eq!(divided.json()["left"], 0);
    assert_eq!(shown(&donor)["pools"][0]["entry"]["share"], "0");
}
