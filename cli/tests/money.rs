//! `farthing send`, `fund` and `forward`; and what became of a transaction: `status` and `tx`.

use crate::world::{block_on, program, Ran, World, UNIT};
use farthing_client::{Account, Chain};
use farthing_node_tests::node::Node;
use serde_json::Value;

fn text(value: &Value) -> u128 {
    value.as_str().unwrap().parse().unwrap()
}

fn free(world: &World, account: Account) -> u128 {
    world.money(account).0
}

#[test]
fn money_is_sent_to_the_unit_and_the_sender_stays_alive() {
    let world = World::new();
    let (sender, receiver) = (world.person(5 * UNIT), world.person(UNIT));
    let to = receiver.account.to_string();
    let sent = sender.ok(&["send", &to, "1.5"]);
    assert_eq!(free(&world, receiver.account), UNIT * 5 / 2);
    let fee = text(&sent["transactions"][0]["fee"]);
    assert_eq!(free(&world, sender.account), UNIT * 7 / 2 - fee);
    let more_than_there_is = sender.run(&["send", &to, "3.5"]);
    more_than_there_is.refused(6, "money");
    sender.ok(&["send", &to, "--all"]);
    let chain = block_on(Chain::connect(&world.url)).unwrap();
    let least = chain.existential_deposit().unwrap();
    assert_eq!(free(&world, sender.account), least);
    for nonsense in [
        &["send", &to, "0"][..],
        &["send", &to],
        &["send", "nobody-at-all", "1"],
    ] {
        sender.run(nonsense).refused(2, "usage");
    }
    let itself = sender.account.to_string();
    let refused = sender.run(&["send", &itself, "1"]).refused(2, "usage");
    assert_eq!(
        refused,
        "The recipient is the account that signs: name another."
    );
}

#[test]
fn whoever_has_too_little_is_told_how_much_it_takes_with_the_sum() {
    let world = World::new();
    let poor = world.person(0);
    let to = world.person(0).account.to_string();
    let takes = poor.run(&["send", &to, "1"]).refused(6, "money");
    assert!(takes.contains("this takes 1.0"), "{takes}");
}

#[test]
fn too_little_for_a_new_account_is_refused_before_it_is_signed() {
    let world = World::new();
    let (sender, nobody) = (world.person(5 * UNIT), world.person(0));
    let before = free(&world, sender.account);
    let to = nobody.account.to_string();
    // Less than the existential deposit of any chain that this runs on.
    let refused = sender.run(&["send", &to, "0.000000000001"]);
    let sentence = refused.refused(2, "usage");
    assert!(sentence.contains("does not exist yet"), "{sentence}");
    assert_eq!(free(&world, sender.account), before);
}

#[test]
fn money_is_not_sent_to_contracts_by_mistake() {
    let world = World::new();
    let (ada, _) = world.creator("send-to-contract");
    let to = format!("{}=100", ada.account);
    let made = ada.ok(&["pool", "create", "A pool to send to", "--to", &to]);
    let pool = made["pool"].as_str().unwrap();
    let refused = ada.run(&["send", pool, "1"]).refused(2, "usage");
    assert!(refused.contains("farthing pool donate"), "{refused}");
    let deployment = std::fs::read(world.deployments.join("local.json")).unwrap();
    let deployment: Value = serde_json::from_slice(&deployment).unwrap();
    let shop = deployment["contracts"]["storefront"]["address"]
        .as_str()
        .unwrap();
    let refused = ada.run(&["send", shop, "1"]).refused(2, "usage");
    assert!(refused.contains("is a contract"), "{refused}");
    ada.ok(&["send", pool, "1", "--force"]);
    ada.ok(&["pool", "take-in", pool]);
    let shown = ada.ok(&["pool", "show", pool])["pool"].clone();
    assert!(text(&shown["owed"]) <= text(&shown["held"]));
}

#[test]
fn the_same_transfer_is_not_made_twice_if_the_first_was_not_told() {
    let world = World::new();
    let (sender, receiver) = (world.person(5 * UNIT), world.person(UNIT));
    let to = receiver.account.to_string();
    let send = ["send", &to, "1"];
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
    let mut lost = sender.command(&send);
    let lost = lost.stdout(full.unwrap()).output().unwrap();
    assert_eq!(lost.status.code(), Some(1));
    assert_eq!(free(&world, receiver.account), 2 * UNIT);
    let again = sender.ok(&send);
    assert_eq!(again["transactions"][0]["sent_before"], true);
    assert_eq!(free(&world, receiver.account), 2 * UNIT);
    // Once it was told, the same command is another payment.
    sender.ok(&send);
    assert_eq!(free(&world, receiver.account), 3 * UNIT);
}

#[test]
fn another_amount_after_a_transfer_that_was_not_told_is_asked_about() {
    let world = World::new();
    let (sender, receiver) = (world.person(5 * UNIT), world.person(UNIT));
    let to = receiver.account.to_string();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
    let mut lost = sender.command(&["send", &to, "1"]);
    lost.stdout(full.unwrap()).output().unwrap();
    let other = sender.run(&["send", &to, "2"]);
    assert_ne!(other.code, Some(0));
    assert_eq!(free(&world, receiver.account), 2 * UNIT);
    sender.ok(&["send", &to, "2"]);
    assert_eq!(free(&world, receiver.account), 4 * UNIT);
}

#[test]
fn an_account_is_funded_on_a_development_chain() {
    let world = World::new();
    let nobody = world.person(0);
    let who = nobody.account.to_string();
    nobody.ok(&["fund", &who]);
    assert_eq!(free(&world, nobody.account), 1_000 * UNIT);
    nobody.ok(&["fund", &who, "2.5", "--dev", "bob"]);
    assert_eq!(free(&world, nobody.account), 1_000 * UNIT + UNIT * 5 / 2);
}

#[test]
fn the_clock_of_farthings_own_chain_is_moved_forward() {
    let node = Node::own(&[]);
    // No deployment is needed for what is the chain's own.
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut command = program(&node.url, folder.path(), folder.path());
        Ran::of(command.arg("--json").args(arguments).output().unwrap())
    };
    let before = run(&["status"]).json()["status"]["clock"].as_u64().unwrap();
    let now = run(&["forward", "3d"]).json()["time"].as_u64().unwrap();
    let days = 3 * 24 * 60 * 60 * 1_000;
    assert!(
        (days..days + 60_000).contains(&(now - before)),
        "{before} {now}"
    );
    let who = farthing_client::Key::for_development("//x")
        .unwrap()
        .account();
    run(&["fund", &who.to_string(), "3", "--yes"]).json();
    let account = run(&["account", &who.to_string()]).json();
    assert_eq!(text(&account["free"]), 3 * UNIT);
}

#[test]
fn status_tells_what_commands_would_work_with() {
    let world = World::new();
    let person = world.rich();
    let status = person.ok(&["status"])["status"].clone();
    assert_eq!(status["network"], "local");
    assert_eq!(status["signer"], person.account.to_string());
    assert_eq!(status["deployment"]["error"], Value::Null);
    assert_eq!(status["under_way"], serde_json::json!([]));
    assert_eq!(status["token"]["decimals"], 12);
    let empty = tempfile::tempdir().unwrap();
    let mut command = program(&world.url, empty.path(), empty.path());
    let ran = Ran::of(command.args(["--json", "status"]).output().unwrap());
    let status = ran.json()["status"].clone();
    let error = status["deployment"]["error"].as_str().unwrap();
    assert!(error.starts_with("There is no deployment"), "{error}");
    assert_eq!(status["signer"], Value::Null);
}

#[test]
fn status_and_tx_tell_of_a_transaction_that_was_not_told() {
    let world = World::new();
    let (sender, receiver) = (world.person(5 * UNIT), world.person(UNIT));
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
    let mut lost = sender.command(&["send", &receiver.account.to_string(), "1"]);
    lost.stdout(full.unwrap()).output().unwrap();
    let under_way = sender.ok(&["status"])["status"]["under_way"][0].clone();
    assert_eq!(under_way["account"], sender.account.to_string());
    let hash = under_way["transaction"].as_str().unwrap();
    let tx = sender.ok(&["tx", hash])["tx"].clone();
    assert_eq!(tx["failure"], Value::Null);
    assert_eq!(tx["signer"], sender.account.to_string());
    // To look changes nothing.
    let again = sender.ok(&["status"])["status"]["under_way"][0].clone();
    assert_eq!(again, under_way);
}

#[test]
fn tx_tells_what_happened_in_a_transaction() {
    let world = World::new();
    let (ada, handle) = world.creator("tx-of");
    ada.ok(&["shop", "open", &handle]);
    let fan = world.rich();
    let done = fan.ok(&["tip", &handle, "0.5"])["transactions"][0].clone();
    let hash = done["transaction"].as_str().unwrap();
    let tx = fan.ok(&["tx", hash])["tx"].clone();
    for same in ["block", "fee", "deposit", "events"] {
        assert_eq!(tx[same], done[same], "{same}");
    }
    let shown = fan.plain(&["tx", hash]).output().unwrap();
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.starts_with("result:"), "{shown}");
    let unknown = format!("0x{}", "7".repeat(64));
    let refused = fan.run(&["tx", &unknown]).refused(2, "usage");
    assert!(refused.starts_with("There is no transaction"), "{refused}");
    let refused = fan.run(&["tx", "0x12"]).refused(2, "usage");
    assert!(refused.contains("is no hash"), "{refused}");
}
