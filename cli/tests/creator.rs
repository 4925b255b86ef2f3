//! `farthing creator`.

use crate::world::UNIT;
use crate::world::{block_on, Ran, World};
use farthing_client::Chain;
use farthing_node_tests::node::Node;
use std::time::{Duration, Instant};

#[test]
fn a_creator_registers_and_changes_everything_about_themselves() {
    let world = World::new();
    let (ada, handle) = world.creator("ada");
    let ben = world.rich();
    ada.ok(&[
        "creator",
        "profile",
        &handle,
        "--uri",
        "https://ada.example",
    ]);
    ada.ok(&[
        "creator",
        "delegate",
        &handle,
        &ben.account.to_string(),
        "--catalogue",
        "--price",
    ]);
    let split = [format!("{handle}=60"), format!("{}=40", ben.account)];
    ada.ok(&["creator", "split", &handle, &split[0], &split[1]]);
    let may = ben.ok(&["creator", "permissions", &handle, &ben.account.to_string()]);
    assert_eq!(may["permissions"]["catalogue"], true);
    assert_eq!(may["permissions"]["price"], true);
    assert_eq!(may["permissions"]["profile"], false);
    let shown = ben.ok(&["creator", "show", &handle]);
    assert_eq!(shown["creator"]["profile"]["uri"], "https://ada.example");
    assert_eq!(shown["creator"]["payout"][0]["parts"], 600_000);
    assert_eq!(
        shown["creator"]["payout"][1]["account"],
        ben.account.to_string()
    );

    ada.ok(&["creator", "offer", &handle, &ben.account.to_string()]);
    let version = shown["creator"]["version"].to_string();
    let split = [format!("{handle}=50"), format!("{}=50", ben.account)];
    ada.ok(&[
        "creator", "split", &handle, &split[0], &split[1], "--seen", &version,
    ]);
    let late = ben.refused(&["creator", "accept", &handle, "--seen", &version]);
    assert!(
        late.starts_with("The creator changed since you looked"),
        "{late}"
    );
    let too_soon = ada.refused(&["creator", "unsplit", &handle]);
    assert!(
        too_soon.starts_with("This can be taken back from"),
        "{too_soon}"
    );
    ben.ok(&["creator", "accept", &handle]);
    let shown = ada.ok(&["creator", "show", &handle]);
    assert_eq!(shown["creator"]["owner"], ben.account.to_string());
    // What she set before is not hers any more.
    assert_eq!(shown["creator"]["payout"][0]["parts"], 1_000_000);
    assert_eq!(
        shown["creator"]["payout"][0]["account"],
        ben.account.to_string()
    );
    let sentence = ada.refused(&["creator", "release-handle", &handle]);
    assert_eq!(
        sentence,
        "Only the creator's owner may do this: sign with the owner's key."
    );

    let number = format!("#{}", shown["creator"]["number"]);
    let held = ben.refused(&["creator", "delete", &number]);
    assert_eq!(held, "The creator has a handle already: release it first.");
    ben.ok(&["creator", "release-handle", &handle]);
    for command in [
        &["creator", "delete", &number][..],
        &["creator", "forget-handle", &number, &handle],
    ] {
        let too_soon = ben.refused(command);
        assert!(
            too_soon.starts_with("This can be taken back from"),
            "{too_soon}"
        );
    }
    ben.ok(&["creator", "claim-handle", &number, &handle]);
    let state = ada.ok(&["creator", "handle", &handle]);
    assert_eq!(state["handle"]["Taken"], shown["creator"]["number"]);
}

#[test]
fn a_handle_that_is_taken_costs_nothing() {
    let world = World::new();
    let (_, handle) = world.creator("cid");
    let late = world.rich();
    let before = world.money(late.account);
    let ran = late.run(&["creator", "register", &handle]);
    assert!(ran
        .refused(2, "usage")
        .starts_with("The handle belongs to creator #"));
    assert_eq!(world.money(late.account), before);
}

#[test]
fn what_can_be_no_handle_is_not_called_free() {
    let world = World::new();
    let person = world.person(0);
    for bad in ["ADA-PAINTS", "AdA", "x", "bad!"] {
        person.run(&["creator", "handle", bad]).refused(2, "usage");
    }
    let free = person.ok(&["creator", "handle", "nobody-has-this-one"]);
    assert_eq!(free["handle"], serde_json::Value::Null);
}

#[test]
fn who_has_too_little_money_is_told_how_much_it_takes() {
    let world = World::new();
    let poor = world.person(UNIT / 50);
    let ran = poor.run(&["creator", "register", "poor-one"]);
    let sentence = ran.refused(6, "money");
    let (_, sums) = sentence
        .split_once("has too little money: this takes ")
        .unwrap();
    let (takes, rest) = sums.split_once(" UNIT").unwrap();
    assert_eq!(
        rest,
        ", fee and deposit included, and 0.019 UNIT can be spent."
    );
    // It is as much as somebody pays who has it, but for what differs between blocks.
    let rich = world.rich();
    let before = world.money(rich.account);
    rich.ok(&["creator", "register", "poor-two"]);
    let takes = farthing_client::Token::default().parse(takes).unwrap();
    let after = world.money(rich.account);
    let spent = before.0 + before.1 - after.0 - after.1;
    assert!(takes > UNIT / 10, "{takes}");
    assert!(takes < after.1 + spent, "{takes} {after:?}");
}

#[test]
fn a_dry_run_signs_nothing() {
    let world = World::new();
    let (ada, handle) = world.creator("dry");
    let before = world.money(ada.account);
    let mut command = ada.plain(&["--json", "--dry-run", "creator", "release-handle", &handle]);
    let plan = Ran::of(command.output().unwrap()).json();
    assert_eq!(plan["plan"]["call"]["message"], "release_handle");
    assert_eq!(world.money(ada.account), before);
}

#[test]
fn without_yes_and_somebody_to_ask_nothing_is_signed() {
    let world = World::new();
    let (ada, handle) = world.creator("eve");
    let mut command = ada.plain(&["--json", "creator", "release-handle", &handle]);
    let ran = Ran::of(command.output().unwrap());
    assert!(ran.refused(2, "usage").contains("say --yes"));
}

/// The reveal needs more money than there is, and its day goes by.
#[test]
fn a_claim_that_was_announced_a_day_ago_is_announced_anew() {
    let Some(node) = Node::with(&[]) else { return };
    let world = World::on(&node.url);
    let ada = world.person(UNIT / 5);
    let register = ["creator", "register", "ada"];
    let sentence = ada.run(&register).refused(6, "money");
    assert!(sentence.contains("has too little money"), "{sentence}");
    let claim = ada.ok(&["creator", "claim"])["claim"].clone();
    assert!(!claim.is_null());
    world.give(ada.account, UNIT);
    let forward = async {
        let chain = Chain::connect(&node.url).await?;
        chain.forward(25 * 3_600_000).await
    };
    // Only Farthing's own node can be moved forward.
    if block_on(forward).is_err() {
        return;
    }
    world.give(ada.account, UNIT);
    assert_eq!(ada.ok(&register)["creator"], 0);
    assert!(ada.ok(&["creator", "claim"])["claim"].is_null());
}

/// Where commitments wait for several blocks and some time, the command waits for both.
#[test]
fn a_claim_waits_as_long_as_its_registry_says() {
    let Some(node) = Node::with(&[]) else { return };
    let world = World::with(&node.url, &["--claim-blocks", "3", "--claim-wait", "2s"]);
    let ada = world.rich();
    let mut register = ada.start(&["creator", "register", "ada"]);
    let begun = Instant::now();
    // Blocks come with transactions here.
    while register.try_wait().unwrap().is_none() {
        assert!(begun.elapsed() < Duration::from_secs(60));
        world.give(ada.account, 1);
        std::thread::sleep(Duration::from_millis(300));
    }
    assert!(begun.elapsed() >= Duration::from_secs(2));
    let ran = Ran::of(register.wait_with_output().unwrap());
    assert_eq!(ran.json()["creator"], 0);
}
