//! A chain with amounts of eight bytes and nine decimals: everything that takes or shows money does so there, too.

use crate::world::{ask, Person, World};
use farthing_node_tests::node::Node;
use serde_json::{json, Value};
use std::fs;

/// One whole unit of that chain's token, in its smallest.
const TAO: u128 = 1_000_000_000;

/// Such a chain, with everything deployed.
fn world() -> (Node, World) {
    let node = Node::own(&["--profile", "subtensor"]);
    let world = World::on(&node.url);
    (node, world)
}

fn amount(of: &Value, name: &str) -> u128 {
    let text = of[name].as_str();
    text.unwrap_or_else(|| panic!("no {name} in {of}"))
        .parse()
        .unwrap()
}

fn free(person: &Person) -> u128 {
    amount(&person.ok(&["account"]), "free")
}

fn assert_solvent(of: &Value) {
    assert!(amount(of, "owed") <= amount(of, "held"), "{of}");
}

#[test]
fn sales_and_tips_come_to_the_unit_and_are_shown_in_the_chains_token() {
    let (_node, world) = world();
    let (ada, handle) = world.creator("ada");
    let fan = world.rich();
    ada.ok(&["shop", "open", &handle]);
    let song = ada.state.path().join("song.txt");
    fs::write(&song, "la la la").unwrap();
    ada.ok(&[
        "shop",
        "publish",
        &handle,
        song.to_str().unwrap(),
        "--price",
        "0.02",
    ]);
    let before = free(&ada);
    fan.ok(&["tip", &handle, "0.5"]);
    fan.ok(&["buy", &handle, "0"]);
    // The deployment asks for no fee of its own.
    let overview = fan.ok(&["shop", "overview"]);
    assert_eq!(overview["overview"]["fee"], 0);
    assert_eq!(free(&ada) - before, TAO / 2 + TAO / 50);

    let plan = fan.plain(&["tip", &handle, "0.5", "--dry-run"]).output();
    let plan = String::from_utf8(plan.unwrap().stdout).unwrap();
    assert!(plan.contains("0.5 TAO go with it; fee 0.00"), "{plan}");
    let finer = fan.run(&["tip", &handle, "0.0000000001"]);
    let finer = finer.refused(2, "usage");
    assert!(finer.contains("at most 9 decimals"), "{finer}");
    let (file, to, much) = (
        song.to_str().unwrap(),
        format!("{handle}=100"),
        "18446744074",
    );
    for words in [
        &["tip", &handle, much][..],
        &["send", &handle, much],
        &["channel", "open", &handle, much],
        &["shop", "publish", &handle, file, "--price", much],
        &[
            "pool",
            "create",
            "x",
            "--to",
            &to,
            "--goal",
            much,
            "--deadline",
            "+1d",
        ],
        // Each of them fits, and both together do not.
        &["tip", &format!("{handle}=18446744073"), "#0=18446744073"],
    ] {
        let too_large = fan.run(words).refused(2, "usage");
        assert!(too_large.contains("too large"), "{words:?}: {too_large}");
    }
    assert_solvent(&overview);
}

/// What is shown before something is signed is the chain's own price, also where nothing can be tried out.
#[test]
fn deposit_of_a_registration_is_shown_at_the_chains_price() {
    let (_node, world) = world();
    let person = world.rich();
    let ran = person.run(&["creator", "register", "ada-of-the-price"]);
    let shown = person.plain(&["--yes", "--fast", "creator", "register", "ben-of-the-price"]);
    let shown = { shown }.output().unwrap();
    let shown = String::from_utf8(shown.stderr).unwrap();
    let locked = shown
        .lines()
        .filter_map(|line| line.split_once("; ")?.1.split_once(" TAO are locked"));
    let locked: Vec<f64> = locked.map(|(sum, _)| sum.parse().unwrap()).collect();
    assert_eq!(locked.len(), 2, "{shown}");
    let paid: u128 = ran.json()["transactions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|transaction| {
            transaction["deposit"]
                .as_str()
                .unwrap()
                .parse::<u128>()
                .unwrap_or(0)
        })
        .sum();
    let paid = paid as f64 / TAO as f64;
    let most: f64 = locked.iter().sum();
    assert!(
        paid <= most && most <= paid * 10.0,
        "{paid} of {most}: {shown}"
    );
}

#[test]
fn vouchers_streams_and_pools_come_to_the_unit() {
    let (node, world) = world();
    let [payer, payee, donor] = [(); 3].map(|()| world.rich());
    let to = payee.account.to_string();

    payer.ok(&["channel", "open", &to, "2"]);
    let voucher = payer.ok(&["channel", "pay", &to, "0.3"])["voucher"].clone();
    payee.ok(&["channel", "receive", voucher.as_str().unwrap()]);
    let claimed = payee.ok(&["channel", "claim"]);
    assert_eq!(amount(&claimed, "claimed"), TAO * 3 / 10);
    payer.assert_channels_solvent();

    let opened = payer.ok(&["stream", "open", &to, "1", "--rate", "0.001/s"]);
    let stream = opened["stream"].to_string();
    ask(&node, "dev_forward", json!([100_000]));
    let stopped = payee.ok(&["stream", "stop", &stream]);
    let (earned, rest) = (amount(&stopped, "earned"), amount(&stopped, "rest"));
    assert_eq!(earned + rest, TAO);
    // A thousandth a second, for a hundred seconds and what the blocks took.
    assert!((TAO / 10..TAO / 9).contains(&earned), "{earned}");
    assert_solvent(&payer.ok(&["stream", "overview"])["streams"]);

    let split = format!("{to}=100");
    let made = donor.ok(&[
        "pool",
        "create",
        "Wells",
        "--to",
        &split,
        "--goal",
        "1",
        "--deadline",
        "+1h",
    ]);
    let pool = made["pool"].as_str().unwrap();
    donor.ok(&["pool", "donate", pool, "1.5"]);
    ask(&node, "dev_forward", json!([3_700_000]));
    donor.ok(&["pool", "finalise", pool]);
    let before = free(&payee);
    donor.ok(&["pool", "payout", pool]);
    let shown = donor.ok(&["pool", "show", pool])["pool"].clone();
    assert_solvent(&shown);
    assert!(free(&payee) - before > TAO * 14 / 10);

    let csv = payee.plain(&["book", "--csv"]).output().unwrap();
    assert!(csv.status.success());
    let csv = String::from_utf8(csv.stdout).unwrap();
    assert!(csv.contains("0.3"), "{csv}");
    payee.ok(&["mine"]);
}
