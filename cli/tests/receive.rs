//! `farthing channel receive`: which vouchers are taken, and what is said of the others.

use crate::{
    channel::{pair, voucher},
    relay::Relay,
    world::{Person, Ran, World, UNIT},
};
use farthing_client::wallet::{Paper, Receiving};
use std::{
    io::Write,
    process::{Command, Stdio},
    time::Duration,
};

pub fn run_with_input(mut command: Command, input: impl AsRef<[u8]>) -> Ran {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_ref())
        .unwrap();
    Ran::of(child.wait_with_output().unwrap())
}

#[test]
fn a_hundred_payments_are_claimed_in_one_transaction() {
    let world = World::new();
    let (payer, payee, name) = pair(&world);
    let before = world.money(payee.account).0;
    let vouchers: Vec<_> = (0..100).map(|_| voucher(&payer, &name, "0.001")).collect();
    let received = run_with_input(
        payee.command(&["channel", "receive", "-"]),
        vouchers.join("\n"),
    );
    let received = received.json();
    assert_eq!(received["new"], (UNIT / 10).to_string());
    assert_eq!(received["vouchers"].as_array().unwrap().len(), 100);

    let claimed = payee.ok(&["channel", "claim"]);
    assert_eq!(claimed["claimed"], (UNIT / 10).to_string());
    assert_eq!(claimed["transactions"].as_array().unwrap().len(), 1);
    let nothing = payee.ok(&["channel", "claim"]);
    assert_eq!(nothing["claimed"], "0");
    assert_eq!(nothing.get("transactions"), None);

    let cost = |ran: &serde_json::Value| {
        let sent = &ran["transactions"][0];
        let of = |name: &str| sent[name].as_str().unwrap().parse::<i128>().unwrap();
        of("fee") + of("deposit")
    };
    let after = world.money(payee.account).0 as i128;
    let spent = cost(&claimed);
    assert_eq!(after, before as i128 + UNIT as i128 / 10 - spent);
    payee.assert_channels_solvent();
}

#[test]
fn vouchers_that_are_worth_nothing_are_refused_and_stop_no_others() {
    let world = World::new();
    let (payer, payee, name) = pair(&world);
    let good = voucher(&payer, &name, "0.1");
    let stranger = world.rich();
    let ran = stranger.run(&["channel", "receive", &good]);
    let sentence = ran.refused(2, "usage");
    assert_eq!(sentence, format!("The voucher is for {}.", payee.account));

    let mut forged = good.clone();
    // The last byte of the signature is before the flag of wrapping.
    let end = forged.len() - 4;
    let other = if &forged[end..end + 1] == "0" {
        "1"
    } else {
        "0"
    };
    forged.replace_range(end..=end, other);
    let ran = payee.run(&["channel", "receive", "nonsense", &forged, &good]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    let kept = payee.ok(&["channel", "account"]);
    assert_eq!(
        kept["account"]["vouchers"][0]["due"],
        (UNIT / 10).to_string()
    );
    payee.assert_channels_solvent();
}

#[test]
fn a_lower_voucher_is_refused_and_replaces_no_higher_one() {
    let world = World::new();
    let (payer, payee, name) = pair(&world);
    let [low, high] = ["0.1", "0.2"].map(|amount| voucher(&payer, &name, amount));
    assert_eq!(
        payee.ok(&["channel", "receive", &high])["new"],
        (UNIT * 3 / 10).to_string()
    );
    for worthless in [&low, &high] {
        let ran = payee.run(&["channel", "receive", worthless]);
        let sentence = ran.refused(8, "worthless");
        let nothing = "The voucher is worth nothing new: 0.3 UNIT of the channel are the payee's";
        assert!(sentence.starts_with(nothing), "{sentence}");
    }
    let claimed = payee.ok(&["channel", "claim"]);
    assert_eq!(claimed["claimed"], (UNIT * 3 / 10).to_string());
    let ran = payee.run(&["channel", "receive", &low]);
    ran.refused(8, "worthless");
    payee.assert_channels_solvent();
}

#[test]
fn a_channel_that_does_not_leave_the_payee_time_or_say_is_not_taken() {
    let world = World::new();
    let (payer, payee) = (world.rich(), world.rich());
    let name = payee.account.to_string();
    payer.ok(&["channel", "open", &name, "1", "--delay", "1h"]);
    let mine = payer.account.to_string();
    let closer = ["--lane", "1", "--closer", &mine];
    payer.ok(&[&["channel", "open", &name, "1"], &closer[..]].concat());
    let short = voucher(&payer, &name, "0.1");
    let sentence = payee
        .run(&["channel", "receive", &short])
        .refused(2, "usage");
    assert!(
        sentence.starts_with("The channel's exit takes only"),
        "{sentence}"
    );
    payee.ok(&["channel", "receive", &short, "--min-delay", "1h"]);
    let paid = payer.ok(&["channel", "pay", &name, "0.1", "--lane", "1"]);
    let sentence = payee
        .run(&["channel", "receive", paid["voucher"].as_str().unwrap()])
        .refused(2, "usage");
    assert!(
        sentence.starts_with("The channel names another key"),
        "{sentence}"
    );
}

#[test]
fn vouchers_that_cannot_be_read_are_named_and_stop_no_others() {
    let world = World::new();
    let (payer, payee, name) = pair(&world);
    let good = voucher(&payer, &name, "0.1");
    let receive = |bytes: &[u8]| run_with_input(payee.command(&["channel", "receive", "-"]), bytes);
    let utf_16: Vec<u8> = format!("\u{feff}{good}\n")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let refused = receive(&utf_16).refused(2, "usage");
    assert!(
        refused.starts_with("Line 1 is not in UTF-8 but in UTF-16"),
        "{refused}"
    );
    let mixed = [&b"\xff\xfd\n"[..], good.as_bytes(), b"\r\n"].concat();
    let ran = receive(&mixed);
    assert_eq!(ran.refused(2, "usage"), "Line 1 is not in UTF-8.");
    assert_eq!(ran.object()["new"], (UNIT / 10).to_string());
    payee.assert_channels_solvent();
}

#[test]
fn payee_who_wants_more_than_there_is_takes_nothing() {
    let world = World::new();
    let (payer, payee, name) = pair(&world);
    let first = voucher(&payer, &name, "0.1");
    let receive = ["channel", "receive", &first, "--at-least", "0.2"];
    let ran = payee.run(&receive);
    ran.refused(8, "worthless");
    assert_eq!(ran.object()["new"], "0");
    let second = voucher(&payer, &name, "0.1");
    let receive = ["channel", "receive", &second, "--at-least", "0.2"];
    assert_eq!(payee.ok(&receive)["new"], (UNIT / 5).to_string());
    payee.assert_channels_solvent();
}

#[test]
fn voucher_that_is_refused_is_named_by_its_line() {
    let world = World::new();
    let (payer, payee, name) = pair(&world);
    let good = voucher(&payer, &name, "0.1");
    let cut = &good[..good.len() - 2];
    let lines = format!("{good}\n\n{cut}\n{good}\n");
    let ran = run_with_input(payee.command(&["channel", "receive", "-"]), &lines);
    let sentence = ran.refused(2, "usage");
    assert!(
        sentence.starts_with("Line 3: This is no voucher"),
        "{sentence}"
    );
    let shown = ran.object()["vouchers"].clone();
    assert_eq!(shown[0]["new"], (UNIT / 10).to_string());
    assert_eq!(
        (&shown[0]["line"], &shown[1]["line"]),
        (&1.into(), &3.into())
    );
    // The same one again is worth nothing, and stands on a line, too.
    assert_eq!(shown[2]["line"], 4);
    assert!(shown[2]["refused"].is_string());

    // From a file it is the same; for people, too.
    let file = payee.state.path().join("vouchers.txt");
    std::fs::write(&file, lines).unwrap();
    let file = file.to_str().unwrap();
    let ran = payee.run(&["channel", "receive", file]);
    assert_eq!(ran.object()["new"], "0");
    let sentence = ran.refused(2, "usage");
    assert!(
        sentence.starts_with(&format!("{file}, line 3: ")),
        "{sentence}"
    );
    let told = payee.plain(&["--fast", "channel", "receive", file]);
    let told = Ran::of({ told }.output().unwrap());
    assert!(
        told.stderr
            .contains("line 1: The voucher is worth nothing new"),
        "{told:?}"
    );
    payee.assert_channels_solvent();
}

/// A voucher like another one, of a channel that there is not.
fn of_nobody(paper: &Paper, n: u16) -> String {
    let mut paper = paper.clone();
    paper.voucher.channel.payer.0[..2].copy_from_slice(&n.to_be_bytes());
    paper.to_string()
}

#[test]
fn chain_is_asked_by_the_page_and_not_by_the_voucher() {
    let world = World::new();
    let (payer, payee, name) = pair(&world);
    let relay = Relay::to(&world.url, Duration::ZERO);
    let receive = |payee: &Person, text: &str| {
        let mut command = payee.command(&["channel", "receive", "-"]);
        command.env("FARTHING_NODE_URL", &relay.url);
        relay.answers();
        let ran = run_with_input(command, text);
        (relay.answers(), ran.object())
    };
    let first = voucher(&payer, &name, "0.001");
    let (one, object) = receive(&payee, &first);
    assert_eq!(object["new"], (UNIT / 1_000).to_string());
    // Many of a channel are as one.
    let many: Vec<_> = (0..20).map(|_| voucher(&payer, &name, "0.001")).collect();
    let (answers, object) = receive(&payee, &many.join("\n"));
    assert_eq!(object["new"], (UNIT / 50).to_string());
    assert_eq!(answers, one);
    // A thousand channels are eleven pages: ten more than one.
    let paper: Paper = many[0].parse().unwrap();
    let nobodys: Vec<_> = (0..1_000).map(|n| of_nobody(&paper, n)).collect();
    let (answers, object) = receive(&payee, &nobodys.join("\n"));
    assert_eq!(object["vouchers"].as_array().unwrap().len(), 1_000);
    assert_eq!(answers, one + 10);
    payee.assert_channels_solvent();
}

#[test]
fn what_only_reads_does_not_wait_for_who_takes_vouchers() {
    let world = World::new();
    let (payer, payee, name) = pair(&world);
    let mine = payer.account.to_string();
    let good = voucher(&payer, &name, "0.1");
    payee.ok(&["channel", "receive", &good]);
    let genesis = world.chain().genesis();
    let taking = Receiving::open(&payee.kept(), genesis, payee.account, Duration::ZERO).unwrap();
    let wait = ["--wait", "0s"];
    let run = |words: &[&str]| payee.run(&[&wait[..], words].concat());
    run(&["channel", "receive", &good]).refused(1, "other");
    let best = run(&["channel", "best", &mine]).json();
    assert_eq!(best["vouchers"][0]["voucher"], good);
    let account = run(&["channel", "account"]).json();
    assert_eq!(account["account"]["vouchers"][0]["state"], "open");
    let refused = run(&["channel", "close", &mine]).refused(2, "usage");
    assert!(refused.starts_with("0.1 UNIT of"), "{refused}");
    let claimed = run(&["channel", "claim"]).json();
    assert_eq!(claimed["claimed"], (UNIT / 10).to_string());
    assert_eq!(run(&["channel", "close", &mine]).json()["closed"], 1);
    drop(taking);
    // Nor does it take a folder that can be written to.
    for words in [
        &["channel", "best"][..],
        &["channel", "account"],
        &["channel", "show", &name, &mine],
    ] {
        payee.ok(&[words, &["--state", "/proc/nowhere"]].concat());
    }
    payee.assert_channels_solvent();
}

#[test]
fn what_is_no_voucher_and_no_file_is_called_so_and_nothing_at_all_is_an_error() {
    let world = World::new();
    let payee = world.rich();
    let nothing = payee.run(&["channel", "receive", "-"]);
    let nothing = nothing.refused(8, "worthless");
    assert!(nothing.starts_with("No voucher was given"), "{nothing}");
    let folder = payee.state.path().display().to_string();
    for (word, why) in [
        ("nofile", "there is no such file"),
        (&folder, "is a folder"),
    ] {
        let ran = payee.run(&["channel", "receive", word]);
        assert!(ran.refused(2, "usage").contains(why), "{ran:?}");
    }
}
