//! Whose key signs, and that no secret shows.

use crate::world::{program, Ran, World, UNIT};
use std::process::Command;

/// A keystore as polkadot-js exports it, of a key with no money anywhere, and its password.
const KEYSTORE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keystores/sr25519.json");
const PASSWORD: &str = "correct-horse-7";
const SECRET: &str =
    "bottom drive obey lake curtain smoke basket hold race lonely fit walk//farthing-test";

fn whoami(world: &World, arguments: &[&str]) -> Command {
    let mut command = program(&world.url, &world.deployments, &world.deployments);
    command.args(["--json"]).args(arguments).arg("account");
    command
}

/// Takes a keystore over, which opens it.
fn import(keystore: &str, password: &str) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program("ws://127.0.0.1:1", folder.path(), folder.path());
    command.args(["--json", "key", "import", "taken-over", keystore]);
    run(command.env("FARTHING_PASSWORD", password))
}

fn run(command: &mut Command) -> Ran {
    let ran = Ran::of(command.output().unwrap());
    for secret in [PASSWORD, SECRET, "bottom drive"] {
        assert!(!format!("{ran:?}").contains(secret), "a secret was printed");
    }
    ran
}

#[test]
fn a_keystore_and_a_secret_uri_are_the_same_account() {
    let world = World::new();
    let mut with_keystore = whoami(&world, &["--keystore", KEYSTORE]);
    let first = run(with_keystore.env("FARTHING_PASSWORD", PASSWORD)).json();
    let second = run(whoami(&world, &[]).env("FARTHING_SECRET", SECRET)).json();
    assert_eq!(first["account"], second["account"]);
    assert_eq!(first["free"], "0");
}

#[test]
fn a_wrong_password_is_told_from_a_file_that_is_no_keystore() {
    let sentence = import(KEYSTORE, "another").refused(2, "usage");
    assert_eq!(sentence, "This is not the keystore's password.");
    let no_keystore = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let sentence = import(no_keystore, PASSWORD).refused(2, "usage");
    assert!(sentence.starts_with("This is no keystore"), "{sentence}");
    let sentence = import("nowhere.json", PASSWORD).refused(1, "other");
    assert!(
        sentence.starts_with("Cannot use nowhere.json"),
        "{sentence}"
    );
}

/// Who only looks need not open the key.
#[test]
fn a_keystores_account_is_known_without_its_password_and_signs_with_it_only() {
    let world = World::new();
    let account = run(&mut whoami(&world, &["--keystore", KEYSTORE])).json()["account"].clone();
    let account = account.as_str().unwrap();
    world.give(account.parse().unwrap(), 2 * UNIT);
    let to = world.rich().account;
    let send = |password: &str| {
        let mut command = program(&world.url, &world.deployments, &world.deployments);
        command.args(["--json", "--yes", "--keystore", KEYSTORE, "send"]);
        command.args([&to.to_string(), "0.5"]);
        run(command.env("FARTHING_PASSWORD", password))
    };
    let sentence = send("another").refused(2, "usage");
    assert_eq!(sentence, "This is not the keystore's password.");
    let before = world.money(to).0;
    send(PASSWORD).json();
    assert_eq!(world.money(to).0, before + UNIT / 2);
}

#[test]
fn what_is_no_secret_uri_is_refused_without_repeating_it() {
    let world = World::new();
    let ran = run(whoami(&world, &[]).env("FARTHING_SECRET", "my precious secret"));
    assert!(ran.refused(2, "usage").starts_with("This is no secret URI"));
    assert!(!format!("{ran:?}").contains("precious"));
}

#[test]
fn without_a_key_and_somebody_to_ask_it_says_where_keys_come_from() {
    let world = World::new();
    let sentence = run(&mut whoami(&world, &[])).refused(2, "usage");
    assert!(
        sentence.contains("FARTHING_SECRET") && sentence.contains("--keystore"),
        "{sentence}"
    );
}

#[test]
fn dev_names_only_the_accounts_that_everybody_has_the_key_of() {
    let world = World::new();
    let alice = run(&mut whoami(&world, &["--dev", "ALICE"])).json();
    assert_eq!(
        alice["account"],
        "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
    );
    let sentence = run(&mut whoami(&world, &["--dev", "mallory"])).refused(2, "usage");
    assert!(sentence.contains("Ferdie"), "{sentence}");
}

#[test]
fn a_busy_account_is_not_signed_for_twice_at_once() {
    let world = World::new();
    let (ada, handle) = world.creator("busy");
    let genesis = world.chain().genesis();
    let outbox = farthing_client::Outbox::open(ada.state.path(), &genesis, ada.account).unwrap();
    let ran = ada.run(&["creator", "release-handle", &handle]);
    let sentence = ran.refused(1, "other");
    assert!(
        sentence.starts_with("Another program is signing for 5"),
        "{sentence}"
    );
    drop(outbox);
    ada.ok(&["creator", "release-handle", &handle]);
}

/// A keystore as wallets export it since 2025, with more of scrypt.
#[test]
fn keystore_of_a_wallet_of_today_opens() {
    let keystore = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/keystores/polkadot-js-2025.json"
    );
    let account = import(keystore, "hunter2").json()["key"]["account"].clone();
    let json: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(keystore).unwrap()).unwrap();
    assert_eq!(account, json["address"]);
}

#[test]
fn empty_secret_is_refused_whatever_is_asked_for() {
    let world = World::new();
    let (_, handle) = world.creator("nobody");
    for secret in ["", " ", "\t"] {
        for words in [
            &["account"][..],
            &["tip", &handle, "0.001", "--yes"],
            &["creator", "register", "unset-var", "--yes"],
        ] {
            let mut command = program(&world.url, &world.deployments, &world.deployments);
            command
                .arg("--json")
                .args(words)
                .env("FARTHING_SECRET", secret);
            let refused = run(&mut command);
            let sentence = refused.refused(2, "usage");
            assert!(!sentence.is_empty());
        }
    }
}
