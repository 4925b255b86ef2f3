//! The line to the node breaks while a transaction is sent over it, or the result cannot be printed.

use crate::world::UNIT;
use crate::{
    wire::{Breaks, Wire},
    world::{block_on, Person, Ran, World},
};
use farthing_client::Chain;
use serde_json::{json, Value};
use std::{fs, path::Path, thread};

fn written(outbox: &Path) -> Value {
    serde_json::from_slice(&fs::read(outbox).unwrap()).unwrap()
}

/// How many of a person's transactions are in blocks.
fn transactions(world: &World, person: &Person) -> u64 {
    let count = block_on(async {
        let chain = Chain::connect(&world.url).await?;
        chain.nonce_at(chain.best().await?, person.account).await
    });
    count.unwrap()
}

#[test]
fn what_the_node_never_got_is_sent_again_and_what_it_got_is_not() {
    let world = World::new();
    for breaks in [Breaks::Before, Breaks::After] {
        let person = world.rich();
        let (me, well) = world.well(&person);
        let outbox = person.outbox();
        let wire = Wire::to(&world.url, breaks);
        let deposit = ["channel", "top-up", &me, "0.5", "--of", &well];
        let broken = person.run(&[&["--node", &wire.url], &deposit[..]].concat());
        assert!(broken
            .refused(7, "unknown")
            .contains("Run the same command again"));
        let signed = written(&outbox);
        if breaks == Breaks::Before {
            assert_eq!(transactions(&world, &person), 0);
        } else {
            while transactions(&world, &person) == 0 {
                thread::yield_now();
            }
        }
        let done = person.ok(&deposit);
        let transaction = format!("0x{}", signed["transaction"].as_str().unwrap());
        assert_eq!(done["transactions"][0]["transaction"], transaction);
        assert_eq!(done["transactions"][0]["sent_before"], true);
        assert_eq!(
            (transactions(&world, &person), person.in_channels(&well)),
            (1, UNIT / 2)
        );
        assert!(!outbox.exists());
        // The next one of the same kind is another one.
        person.ok(&deposit);
        assert_eq!(
            (transactions(&world, &person), person.in_channels(&well)),
            (2, UNIT)
        );
    }
}

#[test]
fn when_the_node_goes_away_before_anything_was_signed_nothing_was() {
    let world = World::new();
    let person = world.rich();
    let (me, well) = world.well(&person);
    let wire = Wire::to(&world.url, Breaks::Early);
    let ran = person.run(&[
        "--node", &wire.url, "channel", "top-up", &me, "0.5", "--of", &well,
    ]);
    let sentence = ran.refused(4, "node");
    assert_eq!(
        sentence,
        "The connection to the node broke: see that it runs. Then run the same command again."
    );
    assert!(!person.outbox().exists());
    assert_eq!(transactions(&world, &person), 0);
}

#[test]
fn another_command_tells_what_became_of_the_one_before() {
    let world = World::new();
    let person = world.rich();
    let (me, well) = world.well(&person);
    let wire = Wire::to(&world.url, Breaks::After);
    let broken = person.run(&[
        "--node", &wire.url, "channel", "top-up", &me, "0.5", "--of", &well,
    ]);
    broken.refused(7, "unknown");
    // A dry run leaves it alone.
    let mut dry = person.plain(&[
        "--json",
        "--dry-run",
        "channel",
        "top-up",
        &me,
        "0.5",
        "--of",
        &well,
    ]);
    let dry = Ran::of(dry.output().unwrap());
    assert!(dry.json()["plan"].is_object());
    assert!(dry.stderr.contains("was interrupted"), "{dry:?}");
    let stranger = world.rich().account.to_string();
    let other = person.run(&["channel", "open", &stranger, "0.1"]);
    assert!(other.stderr.contains("It happened in block"), "{other:?}");
    assert_eq!(other.json()["transactions"].as_array().unwrap().len(), 1);
    assert_eq!(
        (transactions(&world, &person), person.in_channels(&well)),
        (2, UNIT / 2)
    );
}

#[test]
fn a_dry_run_of_a_deployment_sends_nothing_that_was_left_behind() {
    let world = World::bare();
    let person = world.rich();
    let wire = Wire::to(&world.url, Breaks::Before);
    let deploy = ["deploy", "--network", "dry"];
    let broken = person.run(&[&["--node", &wire.url], &deploy[..]].concat());
    broken.refused(7, "unknown");
    let mut dry = person.plain(&["--json", "--dry-run"]);
    let dry = Ran::of(dry.args(deploy).output().unwrap());
    assert!(dry.json()["plan"].is_object());
    assert!(person.outbox().exists());
    assert_eq!(transactions(&world, &person), 0);
}

#[test]
fn what_cannot_happen_any_more_is_sent_anew_once() {
    let world = World::new();
    let person = world.rich();
    let (me, well) = world.well(&person);
    let outbox = person.outbox();
    let wire = Wire::to(&world.url, Breaks::Before);
    let deposit = ["channel", "top-up", &me, "0.5", "--of", &well];
    person.run(&[&["--node", &wire.url], &deposit[..]].concat());
    let mut signed = written(&outbox);
    person.ok(&deposit);
    assert_eq!(transactions(&world, &person), 1);
    // As if another program had used the number of the one that was written down.
    let mut bytes = hex::decode(signed["bytes"].as_str().unwrap()).unwrap();
    bytes[60] ^= 1;
    signed["bytes"] = json!(hex::encode(&bytes));
    let hash = farthing_types::commitment::blake2_256(&bytes);
    signed["transaction"] = json!(hex::encode(hash));
    fs::write(&outbox, signed.to_string()).unwrap();
    let anew = person.run(&deposit);
    assert!(
        anew.stderr
            .contains("It did not happen, and cannot any more."),
        "{anew:?}"
    );
    assert_eq!(anew.json()["transactions"][0]["sent_before"], false);
    assert_eq!(
        (transactions(&world, &person), person.in_channels(&well)),
        (2, UNIT)
    );
}

/// An opening says when it was meant, and is the same when it is asked for again.
#[test]
fn an_opening_or_a_top_up_that_was_sent_is_not_made_again() {
    let world = World::new();
    let (person, payee) = (world.rich(), world.rich().account.to_string());
    let wire = Wire::to(&world.url, Breaks::After);
    let open = ["channel", "open", &payee, "1"];
    let top_up = ["channel", "top-up", &payee, "1"];
    for command in [&open, &top_up] {
        let broken = person.run(&[&["--node", &wire.url], &command[..]].concat());
        broken.refused(7, "unknown");
        let before = world.money(person.account);
        let done = person.ok(command);
        assert_eq!(done["transactions"][0]["sent_before"], true);
        assert!(world.money(person.account) <= before);
    }
    let shown = person.ok(&["channel", "show", &payee]);
    assert_eq!(shown["channel"]["reserve"], (2 * UNIT).to_string());
    assert_eq!(transactions(&world, &person), 2);
}

#[test]
fn a_claim_that_was_sent_is_told_and_not_made_again() {
    let world = World::new();
    let (payer, payee) = (world.rich(), world.rich());
    let name = payee.account.to_string();
    payer.ok(&["channel", "open", &name, "1"]);
    let paid = payer.ok(&["channel", "pay", &name, "0.5"]);
    payee.ok(&["channel", "receive", paid["voucher"].as_str().unwrap()]);
    let wire = Wire::to(&world.url, Breaks::After);
    payee
        .run(&["--node", &wire.url, "channel", "claim"])
        .refused(7, "unknown");
    let again = payee.run(&["channel", "claim"]);
    assert!(again.stderr.contains("It happened in block"), "{again:?}");
    assert_eq!(again.json().get("transactions"), None);
    assert_eq!(transactions(&world, &payee), 1);
    let shown = payer.ok(&["channel", "show", &name]);
    assert_eq!(shown["channel"]["claimed"], (UNIT / 2).to_string());
}

#[test]
fn what_could_not_be_printed_is_not_taken_for_handed_out() {
    let world = World::new();
    let (payer, payee) = (world.rich(), world.rich().account.to_string());
    let (me, well) = world.well(&payer);
    payer.ok(&["channel", "open", &payee, "1"]);
    let (pay, deposit) = (
        ["channel", "pay", &payee, "0.25"],
        ["channel", "top-up", &me, "0.5", "--of", &well],
    );
    for arguments in [&pay[..], &deposit[..]] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full");
        let mut command = payer.command(arguments);
        let status = command.stdout(full.unwrap()).status().unwrap();
        assert_eq!(status.code(), Some(1));
    }
    let paid = payer.ok(&pay);
    assert_eq!(paid["cumulative"], (UNIT / 4).to_string());
    let deposited = payer.ok(&deposit);
    assert_eq!(deposited["transactions"][0]["sent_before"], true);
    assert_eq!(
        (transactions(&world, &payer), payer.in_channels(&well)),
        (2, UNIT / 2)
    );
}

#[test]
fn what_was_not_sent_in_time_is_signed_anew() {
    let world = World::new();
    let person = world.rich();
    let (me, well) = world.well(&person);
    let wire = Wire::to(&world.url, Breaks::Before);
    let deposit = ["channel", "top-up", &me, "0.5", "--of", &well];
    person.run(&[&["--node", &wire.url], &deposit[..]].concat());
    let blocks = async {
        let chain = Chain::connect(&world.url).await?;
        for _ in 0..70 {
            chain.forward(1).await?;
        }
        Ok::<_, farthing_client::Error>(())
    };
    // Only Farthing's own node makes blocks when asked to.
    let in_time = block_on(blocks).is_err();
    let done = person.run(&deposit);
    let too_late = done
        .stderr
        .contains("It did not happen, and cannot any more.");
    assert_eq!(too_late, !in_time, "{done:?}");
    assert_eq!(done.json()["transactions"][0]["sent_before"], in_time);
    assert_eq!(
        (transactions(&world, &person), person.in_channels(&well)),
        (1, UNIT / 2)
    );
}

#[test]
fn a_dry_run_signs_no_voucher_and_no_closing() {
    let world = World::new();
    let (payer, payee) = (world.rich(), world.rich());
    let (from, to) = (payer.account.to_string(), payee.account.to_string());
    payer.ok(&["channel", "open", &to, "1"]);
    for (person, arguments) in [
        (&payer, ["channel", "pay", &to, "0.5"]),
        (&payee, ["channel", "agree", &from, "0.5"]),
    ] {
        for dry in [true, false] {
            let mut command = person.plain(&["--json"]);
            command.args(dry.then_some("--dry-run")).args(arguments);
            let ran = Ran::of(command.output().unwrap());
            if dry {
                let printed = ran.json();
                assert!(printed["plan"].is_object());
                assert_eq!(printed.as_object().unwrap().len(), 1);
            } else {
                assert!(ran.refused(2, "usage").contains("say --yes"));
            }
        }
    }
    assert_eq!(
        payer.ok(&["channel", "pay", &to, "0.5"])["cumulative"],
        (UNIT / 2).to_string()
    );
}

#[cfg(target_os = "linux")]
#[test]
fn result_that_could_not_be_written_is_a_failure_for_every_command() {
    let world = World::new();
    let (ada, handle) = world.creator("full");
    for words in [
        &["account"][..],
        &["book", &handle, "--csv"],
        &["creator", "list"],
        &["shop", "overview"],
        &["pool", "list"],
        &["completions", "bash"],
    ] {
        for mut command in [ada.plain(words), ada.command(words)] {
            let full = std::fs::OpenOptions::new()
                .write(true)
                .open("/dev/full")
                .unwrap();
            let ran = command.stdout(full).output().unwrap();
            let said = String::from_utf8(ran.stderr).unwrap();
            if words.contains(&"--csv") && command.get_args().any(|word| word == "--json") {
                assert_eq!(ran.status.code(), Some(2), "{said}");
                continue;
            }
            assert_eq!(ran.status.code(), Some(1), "{words:?}");
            assert!(said.contains("standard output"), "{words:?}: {said}");
        }
    }
}

#[test]
fn words_that_cannot_be_parsed_are_one_object_for_programs() {
    let world = World::new();
    let person = world.person(0);
    for words in [
        &["creator", "split", "ada", "ada=x"][..],
        &["tip"],
        &["shop", "tier", "ada", "x"],
        &["watch", "--from", "x"],
        &["frob"],
        &["tip", "ada", "1,5"],
    ] {
        let sentence = person.run(words).refused(2, "usage");
        assert!(!sentence.starts_with("error"), "{sentence}");
    }
}

#[test]
fn title_from_a_stranger_does_not_act_on_the_terminal() {
    let world = World::new();
    let ada = world.rich();
    let to = format!("{}=100", ada.account);
    let hostile = "\u{9b}2J \u{202e}drawkcab";
    let made = ada.run(&["pool", "create", hostile, "--to", &to]);
    // Whether or not the contract takes it, no line for people has it.
    let plain = |words: &[&str]| {
        let output = ada.plain(&[&["--yes"], words].concat()).output().unwrap();
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(!text.contains(['\u{9b}', '\u{202e}', '\u{1b}']), "{text:?}");
    };
    plain(&["pool", "create", hostile, "--to", &to, "--name", "again"]);
    plain(&["pool", "list"]);
    assert!(made.stdout.chars().all(|c| c == '\n' || !c.is_control()));
}
