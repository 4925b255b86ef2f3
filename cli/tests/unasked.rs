//! Payments by voucher that ask the chain nothing, as it was asked a short while ago.

use crate::{
    channel::{pair, voucher},
    world::{Person, Ran, World, UNIT},
};
use serde_json::Value;
use std::{fs::OpenOptions, process::Command};

/// Where no node is.
const NOWHERE: &str = "ws://127.0.0.1:1";

/// A payment that can ask nothing.
fn unasked(payer: &Person, words: &[&str]) -> Command {
    let mut command = payer.command(&[&["channel", "pay"], words].concat());
    command.env("FARTHING_NODE_URL", NOWHERE);
    command
}

fn pay_unasked(payer: &Person, words: &[&str]) -> Value {
    Ran::seen(unasked(payer, words)).json()
}

/// The chain would have to be asked.
fn asks(payer: &Person, words: &[&str]) {
    Ran::seen(unasked(payer, words)).refused(4, "node");
}

#[test]
fn channel_that_was_seen_is_paid_from_without_a_node() {
    let world = World::new();
    let (payer, payee, name) = pair(&world);
    asks(&payer, &[&name, "0.1"]);
    let first = payer.ok(&["channel", "pay", &name, "0.1"]);
    let second = pay_unasked(&payer, &[&name, "0.2"]);
    assert_eq!(second["seen"], first["seen"]);
    assert_eq!(second["cumulative"], (UNIT * 3 / 10).to_string());
    assert_eq!(second["left"], (UNIT * 7 / 10).to_string());
    let received = payee.ok(&["channel", "receive", second["voucher"].as_str().unwrap()]);
    assert_eq!(received["new"], (UNIT * 3 / 10).to_string());
    // Other lanes were not seen, nor is anything believed that is to be checked.
    asks(&payer, &[&name, "0.1", "--lane", "1"]);
    asks(&payer, &[&name, "0.1", "--check"]);
    let checked = payer.ok(&["channel", "pay", &name, "0.1", "--check"]);
    assert!(checked["seen"].as_u64() > first["seen"].as_u64());
    payer.assert_channels_solvent();
}

#[test]
fn handle_that_was_looked_up_is_known_for_a_while() {
    let world = World::new();
    let ((payee, handle), payer) = (world.creator("seen"), world.rich());
    payer.ok(&["channel", "open", &handle, "1"]);
    voucher(&payer, &handle, "0.1");
    let paid = pay_unasked(&payer, &[&handle, "0.1"]);
    let received = payee.ok(&["channel", "receive", paid["voucher"].as_str().unwrap()]);
    assert_eq!(received["new"], (UNIT / 5).to_string());
    // By its address it is the same channel; another name is nobody's.
    pay_unasked(&payer, &[&payee.account.to_string(), "0.1"]);
    asks(&payer, &["another", "0.1"]);
}

#[test]
fn what_was_done_to_a_channel_is_seen_anew() {
    let world = World::new();
    let (payer, _, name) = pair(&world);
    let see = || voucher(&payer, &name, "0.01");
    see();
    payer.ok(&["channel", "top-up", &name, "1"]);
    asks(&payer, &[&name, "0.01"]);
    see();
    // A dry run does nothing to it.
    payer.ok(&["channel", "exit", &name, "--dry-run"]);
    pay_unasked(&payer, &[&name, "0.01"]);
    payer.ok(&["channel", "exit", &name]);
    asks(&payer, &[&name, "0.01"]);
    let refused = payer.run(&["channel", "pay", &name, "0.01"]);
    assert!(refused.refused(2, "usage").contains("its exit has begun"));
    payer.assert_channels_solvent();
}

#[test]
fn more_than_was_seen_in_the_reserve_asks_whether_it_was_topped_up() {
    let world = World::new();
    let (payer, payee, name) = pair(&world);
    voucher(&payer, &name, "0.9");
    let mine = payer.account.to_string();
    payee.ok(&["channel", "top-up", &name, "1", "--of", &mine]);
    pay_unasked(&payer, &[&name, "0.1"]);
    asks(&payer, &[&name, "0.5"]);
    let paid = payer.ok(&["channel", "pay", &name, "0.5"]);
    assert_eq!(paid["left"], (UNIT / 2).to_string());
    payer.assert_channels_solvent();
}

#[test]
fn payee_who_closed_meanwhile_gives_nothing_and_the_payer_loses_nothing() {
    let world = World::new();
    let (payer, payee, name) = pair(&world);
    let mine = payer.account.to_string();
    payee.ok(&["channel", "receive", &voucher(&payer, &name, "0.1")]);
    payee.ok(&["channel", "claim"]);
    payee.ok(&["channel", "close", &mine]);
    let before = world.money(payer.account).0;
    let late = pay_unasked(&payer, &[&name, "0.2"]);
    let late = late["voucher"].as_str().unwrap();
    let refused = payee.run(&["channel", "receive", late]).refused(2, "usage");
    assert!(refused.starts_with("There is no open channel"), "{refused}");
    assert_eq!(payee.ok(&["channel", "claim"])["claimed"], "0");
    assert_eq!(world.money(payer.account).0, before);
    let refused = payer.run(&["channel", "pay", &name, "0.2", "--check"]);
    assert!(refused.refused(2, "usage").contains("it is over"));
    // Nor does it count in the channel's next life.
    payer.ok(&["channel", "open", &name, "1"]);
    let refused = payee.run(&["channel", "receive", late]);
    refused.refused(2, "usage");
    let next = payer.ok(&["channel", "pay", &name, "0.1"]);
    assert_eq!(next["cumulative"], (UNIT / 10).to_string());
    payer.assert_channels_solvent();
}

#[test]
fn payment_whose_voucher_could_not_be_written_is_made_once() {
    let world = World::new();
    let (payer, payee, name) = pair(&world);
    voucher(&payer, &name, "0.1");
    let mut lost = unasked(&payer, &[&name, "0.2"]);
    lost.stdout(OpenOptions::new().write(true).open("/dev/full").unwrap());
    assert_eq!(lost.output().unwrap().status.code(), Some(1));
    // Another payment does not go over it.
    let refused = Ran::seen(unasked(&payer, &[&name, "0.3"])).refused(2, "usage");
    assert!(refused.contains("--count-unfinished"), "{refused}");
    let paid = pay_unasked(&payer, &[&name, "0.2"]);
    assert_eq!(paid["cumulative"], (UNIT * 3 / 10).to_string());
    let received = payee.ok(&["channel", "receive", paid["voucher"].as_str().unwrap()]);
    assert_eq!(received["new"], (UNIT * 3 / 10).to_string());
    payee.assert_channels_solvent();
}

#[test]
fn plan_of_an_unasked_payment_says_when_its_channel_was_seen() {
    let world = World::new();
    let (payer, _, name) = pair(&world);
    voucher(&payer, &name, "0.1");
    let plan = pay_unasked(&payer, &[&name, "0.1", "--dry-run"]);
    let plan = plan["plan"]["what"].as_str().unwrap();
    assert!(
        plan.contains("from a reserve of 1 UNIT (seen at 2"),
        "{plan}"
    );
    let paid = pay_unasked(&payer, &[&name, "0.1"]);
    assert_eq!(paid["cumulative"], (UNIT / 5).to_string());
}

#[test]
fn device_that_has_nothing_but_the_key_for_vouchers_pays() {
    let world = World::new();
    let (payer, payee, device) = (world.rich(), world.rich(), world.person(0));
    let (name, key) = (payee.account.to_string(), device.account.to_string());
    payer.ok(&["channel", "open", &name, "1", "--signer", &key]);
    let run = |words: &[&str], node: &str| {
        let mut command = device.command(words);
        command.env_remove("FARTHING_SECRET");
        command.env("FARTHING_VOUCHER_SECRET", &device.secret);
        command.env("FARTHING_NODE_URL", node);
        Ran::seen(command).json()
    };
    run(
        &["key", "watch", "wallet", &payer.account.to_string()],
        NOWHERE,
    );
    let pay = ["channel", "pay", &name, "0.25", "--as", "wallet"];
    let ran = run(&pay, &world.url);
    // Whether it may not know all that was promised depends on clocks, as it did not open the channel itself.
    let sync = ["channel", "sync", &name, "--as", "wallet", "--voucher"];
    let best = ran["voucher"].as_str().unwrap();
    run(&[&sync[..], &[best]].concat(), &world.url);
    let paid = run(&pay, NOWHERE);
    let received = payee.ok(&["channel", "receive", paid["voucher"].as_str().unwrap()]);
    assert_eq!(received["new"], (UNIT / 2).to_string());
    payer.assert_channels_solvent();
}

#[test]
fn payments_at_the_same_time_wait_for_each_other() {
    let world = World::new();
    let (payer, payee, name) = pair(&world);
    let pay = || payer.ok(&["channel", "pay", &name, "0.01"])["voucher"].clone();
    let vouchers: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(pay)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    let mut words = vec!["channel", "receive"];
    words.extend(vouchers.iter().filter_map(|voucher| voucher.as_str()));
    let ran = payee.run(&words);
    assert_eq!(ran.object()["new"], (UNIT / 25).to_string());
    payee.assert_channels_solvent();
}
