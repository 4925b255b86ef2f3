//! `farthing backup` and `restore`; and what else is written for people: completions and the manual.

use crate::world::{program, Ran, World, UNIT};
use serde_json::json;
use std::fs;

#[test]
fn a_payer_whose_backup_was_restored_is_warned_until_the_best_voucher_is_known() {
    let world = World::new();
    let (payer, payee) = (world.rich(), world.rich());
    let to = payee.account.to_string();
    payer.ok(&["channel", "open", &to, "2"]);
    payer.ok(&["channel", "pay", &to, "0.1"]);
    let archive = payer.state.path().with_extension("tar");
    let archive = archive.to_str().unwrap();
    let saved = payer.ok(&["backup", archive]);
    assert!(saved["files"].as_u64().unwrap() > 0);
    let refused = payer.run(&["backup", archive]);
    assert_eq!(refused.code, Some(1));
    payer.ok(&["channel", "pay", &to, "0.2"]);
    // There it is another one now, and stays.
    let refused = payer.run(&["restore", archive]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.object()["error"]["message"]
        .as_str()
        .unwrap()
        .starts_with("Nothing was restored"));
    let elsewhere = payer.elsewhere();
    elsewhere.ok(&["restore", archive]);
    let paid = elsewhere.ok(&["channel", "pay", &to, "0.01"]);
    assert!(paid["doubt"]["restored"]["at"].is_u64(), "{paid}");
    payer.assert_channels_solvent();
    fs::remove_file(archive).unwrap();
}

/// What was under way when the backup was made has nothing to do with what is meant now.
#[test]
fn a_transaction_of_a_backup_is_told_of_and_never_taken_for_a_new_one() {
    let world = World::new();
    let (sender, receiver) = (world.person(5 * UNIT), world.person(UNIT));
    let to = receiver.account.to_string();
    let full = fs::OpenOptions::new().write(true).open("/dev/full");
    let mut lost = sender.command(&["send", &to, "1"]);
    lost.stdout(full.unwrap()).output().unwrap();
    let archive = sender.state.path().with_extension("tar");
    let archive = archive.to_str().unwrap();
    sender.ok(&["backup", archive]);
    let again = sender.ok(&["send", &to, "1"]);
    assert_eq!(again["transactions"][0]["sent_before"], true);
    assert_eq!(world.money(receiver.account).0, 2 * UNIT);
    sender.ok(&["restore", archive]);
    let meant = sender.run(&["send", &to, "1"]);
    assert!(meant.stderr.contains("as of a backup"), "{meant:?}");
    assert_ne!(meant.json()["transactions"][0]["sent_before"], true);
    assert_eq!(world.money(receiver.account).0, 3 * UNIT);
    fs::remove_file(archive).unwrap();
}

#[test]
fn what_is_no_backup_is_refused_and_nothing_is_written() {
    let world = World::new();
    let person = world.person(0);
    let no_backup = person.state.path().with_extension("txt");
    fs::write(&no_backup, "no backup").unwrap();
    let refused = person.run(&["restore", no_backup.to_str().unwrap()]);
    assert_eq!(refused.code, Some(1));
    let missing = person.run(&["restore", "/nowhere/backup.tar"]);
    assert_eq!(missing.code, Some(1));
    assert_eq!(fs::read_dir(person.state.path()).unwrap().count(), 0);
    fs::remove_file(no_backup).unwrap();
}

#[test]
fn what_is_written_for_people_is_whole_or_fails() {
    let folder = tempfile::tempdir().unwrap();
    let command = |arguments: &[&str]| {
        let mut command = program("ws://127.0.0.1:1", folder.path(), folder.path());
        command.args(arguments);
        command
    };
    for arguments in [
        &["completions", "bash"][..],
        &["completions", "zsh"],
        &["completions", "fish"],
        &["man"],
        &["--help"],
        &["pool", "create", "--help"],
    ] {
        let whole = command(arguments).output().unwrap();
        assert!(
            whole.status.success() && !whole.stdout.is_empty(),
            "{arguments:?}"
        );
        let full = fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let lost = command(arguments).stdout(full).output().unwrap();
        assert_eq!(lost.status.code(), Some(1), "{arguments:?}");
        let said = String::from_utf8(lost.stderr).unwrap();
        assert!(!said.contains("panicked"), "{said}");
    }
}

#[test]
fn the_manual_has_a_page_for_each_command() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("man");
    let mut command = program("ws://127.0.0.1:1", folder.path(), folder.path());
    let ran = Ran::of(
        command
            .args(["--json", "man", to.to_str().unwrap()])
            .output()
            .unwrap(),
    );
    assert_eq!(ran.json()["folder"], json!(to));
    for page in ["farthing.1", "farthing-tip.1", "farthing-pool-create.1"] {
        let text = fs::read_to_string(to.join(page)).unwrap();
        assert!(text.contains(".SH SYNOPSIS"), "{page}");
    }
}
