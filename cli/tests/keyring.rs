//! `farthing key`, and one's own accounts wherever accounts are taken.

use crate::world::{program, Person, Ran, World, UNIT};
use farthing_client::{Account, Key};
use rexpect::{
    process::WaitStatus,
    session::{spawn_command, PtySession},
};
use serde_json::{json, Value};
use std::{
    fs,
    io::Write,
    process::{Command, Stdio},
};

const PASSWORD: &str = "correct-horse-7";

/// Somebody with an empty folder, and no secret in the environment.
struct Home {
    folder: tempfile::TempDir,
    url: String,
    deployments: std::path::PathBuf,
}

impl Home {
    fn in_world(world: &World) -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            url: world.url.clone(),
            deployments: world.deployments.clone(),
        }
    }

    /// Where no node is to be found.
    fn offline() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            url: "ws://127.0.0.1:1".into(),
            deployments: "nowhere".into(),
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program(&self.url, &self.deployments, self.folder.path());
        command.args(arguments);
        command
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let mut command = self.command(&["--json", "--yes", "--fast"]);
        command.args(arguments).env("FARTHING_PASSWORD", PASSWORD);
        let ran = Ran::of(command.output().unwrap());
        assert!(
            !format!("{ran:?}").contains(PASSWORD),
            "a secret was printed"
        );
        ran
    }

    fn ok(&self, arguments: &[&str]) -> Value {
        self.run(arguments).json()
    }

    fn refused(&self, arguments: &[&str]) -> String {
        self.run(arguments).refused(2, "usage")
    }

    /// The same with a terminal.
    fn at_a_terminal(&self, arguments: &[&str]) -> PtySession {
        let mut command = self.command(arguments);
        command.stdin(Stdio::inherit());
        spawn_command(command, Some(20_000)).unwrap()
    }
}

fn account(of: &Value) -> Account {
    of["key"]["account"].as_str().unwrap().parse().unwrap()
}

#[test]
fn a_key_is_made_and_its_words_are_shown_once_and_are_the_account() {
    let home = Home::offline();
    let made = home.ok(&["key", "new", "ada"]);
    let words = made["phrase"].as_str().unwrap();
    assert_eq!(words.split(' ').count(), 12);
    assert_eq!(Key::from_uri(words).unwrap().account(), account(&made));
    let shown = home.ok(&["key", "show", "ada"]);
    assert_eq!(
        shown["key"],
        json!({
            "name": "ada", "account": account(&made), "watched": false, "default": true,
        })
    );
    assert_eq!(shown["phrase"], Value::Null);
    // Neither the words nor the password are in any file.
    for file in fs::read_dir(home.folder.path().join("keys")).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        assert!(!text.contains(words) && !text.contains(PASSWORD));
    }
    // Another folder has it from the words.
    let other = Home::offline();
    let mut import = other.command(&["--json", "key", "import", "ada-again"]);
    import
        .env("FARTHING_SECRET", words)
        .env("FARTHING_PASSWORD", "another");
    assert_eq!(
        account(&Ran::of(import.output().unwrap()).json()),
        account(&made)
    );
}

#[test]
fn key_that_everybody_has_is_never_imported_and_it_says_what_to_use() {
    let home = Home::offline();
    let mut import = home.command(&["--json", "key", "import", "everybody"]);
    let ran = Ran::of(import.env("FARTHING_SECRET", "//Alice").output().unwrap());
    let why = ran.refused(2, "usage");
    assert!(
        why.contains("never imported") && why.contains("--dev NAME"),
        "{why}"
    );
}

#[test]
fn names_that_cannot_be_or_are_taken_are_refused_before_anything_is_made() {
    let home = Home::offline();
    home.ok(&["key", "new", "ada"]);
    for bad in ["ada", "Ada", "a/b", "../x", "", "a b", &"x".repeat(33)] {
        let refused = home.refused(&["key", "new", bad]);
        assert!(
            refused.contains("already") || refused.contains("cannot be"),
            "{refused}"
        );
    }
    assert_eq!(
        home.ok(&["key", "list"])["keys"].as_array().unwrap().len(),
        1
    );
}

#[test]
fn a_key_without_a_password_is_not_made() {
    let home = Home::offline();
    let mut command = home.command(&["--json", "key", "new", "ada"]);
    let empty = Ran::of(command.env("FARTHING_PASSWORD", "").output().unwrap());
    assert!(empty
        .refused(2, "usage")
        .contains("FARTHING_PASSWORD is empty"));
    let nobody = Ran::of(
        home.command(&["--json", "key", "new", "ada"])
            .output()
            .unwrap(),
    );
    nobody.refused(2, "usage");
    for secret in ["", "//Alice", "no phrase"] {
        let mut import = home.command(&["--json", "key", "import", "ada"]);
        import
            .env("FARTHING_SECRET", secret)
            .env("FARTHING_PASSWORD", PASSWORD);
        Ran::of(import.output().unwrap()).refused(2, "usage");
    }
    assert_eq!(home.ok(&["key", "list"])["keys"], json!([]));
}

#[test]
fn keystores_of_wallets_are_imported_and_exported() {
    let home = Home::offline();
    let of_wallet = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keystores/sr25519.json");
    let imported = home.ok(&["key", "import", "wallet", of_wallet]);
    let file = home.folder.path().join("out.json");
    let file = file.to_str().unwrap();
    home.ok(&["key", "export", "wallet", file]);
    assert_eq!(home.run(&["key", "export", "wallet", file]).code, Some(1));
    let again = home.ok(&["key", "import", "again", file]);
    assert_eq!(account(&again), account(&imported));
    let mut wrong = home.command(&["--json", "key", "import", "third", file]);
    let wrong = Ran::of(wrong.env("FARTHING_PASSWORD", "wrong").output().unwrap());
    assert_eq!(
        wrong.refused(2, "usage"),
        "This is not the keystore's password."
    );
}

#[test]
fn keys_and_keystores_are_imported_from_standard_input() {
    let home = Home::offline();
    let of_wallet = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keystores/sr25519.json");
    let imported = home.ok(&["key", "import", "wallet", of_wallet]);
    let piped = |name: &str, given: &str| {
        let mut command = home.command(&["--json", "key", "import", name, "-"]);
        command.env("FARTHING_PASSWORD", PASSWORD);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(given.as_bytes())
            .unwrap();
        Ran::of(child.wait_with_output().unwrap())
    };
    let keystore = fs::read_to_string(of_wallet).unwrap();
    assert_eq!(
        account(&piped("again", &keystore).json()),
        account(&imported)
    );
    let phrase = "legal winner thank year wave sausage worth useful legal winner thank yellow";
    let theirs = Key::from_uri(phrase).unwrap().account();
    let line = format!("  {phrase}\r\n");
    assert_eq!(account(&piped("theirs", &line).json()), theirs);
    for nothing in ["", "\n", "no phrase at all\n", "{}"] {
        piped("nothing", nothing).refused(2, "usage");
    }
}

#[test]
fn accounts_are_renamed_removed_and_made_the_default() {
    let home = Home::offline();
    for name in ["one", "two"] {
        home.ok(&["key", "new", name]);
    }
    assert_eq!(home.ok(&["key", "default"])["key"]["name"], "one");
    home.ok(&["key", "default", "two"]);
    home.ok(&["key", "rename", "two", "deux"]);
    assert_eq!(home.ok(&["key", "default"])["key"]["name"], "deux");
    home.ok(&["key", "remove", "deux"]);
    assert_eq!(home.ok(&["key", "default"])["key"], Value::Null);
    let refused = home.refused(&["key", "show", "deux"]);
    assert!(refused.starts_with("There is no account"), "{refused}");
    // Without a yes, and without anybody to ask, no key is removed.
    let mut unasked = home.command(&["--json", "key", "remove", "one"]);
    let unasked = Ran::of(unasked.output().unwrap()).refused(2, "usage");
    assert!(unasked.ends_with("Nothing was done."), "{unasked}");
    home.ok(&["key", "show", "one"]);
}

#[test]
fn a_damaged_file_hides_no_other_account() {
    let home = Home::offline();
    home.ok(&["key", "new", "good"]);
    fs::write(home.folder.path().join("keys/bad.json"), "{").unwrap();
    let keys = home.ok(&["key", "list"])["keys"].clone();
    assert!(
        keys[0]["error"].is_string() && keys[1]["name"] == "good",
        "{keys}"
    );
    home.ok(&["key", "remove", "bad"]);
}

fn fund(world: &World, home: &Home, name: &str) -> Account {
    let account = account(&home.ok(&["key", "show", name]));
    world.give(account, 20 * UNIT);
    account
}

#[test]
fn own_accounts_sign_as_they_are_named_and_else_the_default_does() {
    let world = World::new();
    let home = Home::in_world(&world);
    home.ok(&["key", "new", "first"]);
    home.ok(&["key", "new", "second"]);
    let [first, second] = ["first", "second"].map(|name| fund(&world, &home, name));
    let signer = |more: &[&str]| home.ok(&[more, &["account"]].concat())["account"].clone();
    assert_eq!(signer(&[]), json!(first));
    assert_eq!(signer(&["--as", "second"]), json!(second));
    let alice = Key::for_development("//Alice").unwrap().account();
    assert_eq!(signer(&["--dev", "alice"]), json!(alice));
    let with = |variables: &[(&str, &str)], more: &[&str]| {
        let mut command = home.command(&["--json"]);
        command
            .args(more)
            .arg("account")
            .envs(variables.iter().copied());
        Ran::of(command.output().unwrap()).json()["account"].clone()
    };
    assert_eq!(with(&[("FARTHING_AS", "second")], &[]), json!(second));
    let secret = [("FARTHING_AS", "second"), ("FARTHING_SECRET", "//Alice")];
    assert_eq!(with(&secret, &["--as", "first"]), json!(first));
    // Whoever signs by mistake pays with another's money: two names in the environment are one too many.
    let mut unclear = home.command(&["--json", "account"]);
    let unclear = Ran::of(unclear.envs(secret).output().unwrap());
    let refused = unclear.refused(2, "usage");
    assert!(
        refused.starts_with("FARTHING_SECRET and FARTHING_AS are both set"),
        "{refused}"
    );
    let config = home.folder.path().join("own.toml");
    fs::write(&config, "account = \"second\"").unwrap();
    let config = config.to_str().unwrap();
    assert_eq!(with(&[], &["--config", config]), json!(second));

    // They sign, and their names stand for them.
    home.ok(&["send", "second", "2", "--as", "first"]);
    assert_eq!(world.money(second).0, 22 * UNIT);
    let refused = home.refused(&["account", "--as", "nobody"]);
    assert!(
        refused.starts_with("There is no account \"nobody\""),
        "{refused}"
    );
}

#[test]
fn an_account_that_is_only_watched_is_ones_own_and_signs_nothing() {
    let world = World::new();
    let (home, person) = (Home::in_world(&world), world.rich());
    let address = person.account.to_string();
    home.ok(&["key", "watch", "cold", &address]);
    for reading in [
        &["account"][..],
        &["book"],
        &["mine"],
        &["channel", "account"],
    ] {
        home.ok(&[reading, &["--as", "cold"]].concat());
    }
    let account = home.ok(&["account", "cold"]);
    assert_eq!(account["account"], address);
    let refused = home.refused(&[
        "send",
        &world.rich().account.to_string(),
        "1",
        "--as",
        "cold",
    ]);
    assert!(refused.contains("only watched"), "{refused}");
    assert_eq!(world.money(person.account).0, 100 * UNIT);
}

/// A thief cannot have what is meant for one's own account by claiming its name.
#[test]
fn a_handle_that_is_the_name_of_ones_own_account_gets_nothing_meant_for_it() {
    let world = World::new();
    let home = Home::in_world(&world);
    let (thief, handle) = world.creator("own-name");
    let short: String = handle.chars().take(32).collect();
    assert_eq!(short, handle, "a handle is no longer than a name");
    home.ok(&["key", "new", &handle]);
    home.ok(&["key", "new", "payer"]);
    let mine = account(&home.ok(&["key", "show", &handle]));
    fund(&world, &home, "payer");
    let before = world.money(thief.account);
    home.ok(&["send", &handle, "1", "--as", "payer"]);
    assert_eq!(world.money(mine).0, UNIT);
    assert_eq!(world.money(thief.account), before);
    // Said so, it is the creator.
    home.ok(&["send", &format!("@{handle}"), "1", "--as", "payer"]);
    assert_eq!(world.money(thief.account).0, before.0 + UNIT);
}

#[test]
fn a_password_is_typed_twice_and_is_not_shown() {
    let home = Home::offline();
    let mut terminal = home.at_a_terminal(&["key", "new", "ada"]);
    terminal.exp_string("New password: ").unwrap();
    terminal.send_line("first").unwrap();
    terminal.exp_string("The same again: ").unwrap();
    terminal.send_line("second").unwrap();
    let shown = terminal.exp_eof().unwrap();
    assert!(shown.contains("The two are different"), "{shown}");
    assert!(!shown.contains("second"), "{shown}");
    let mut terminal = home.at_a_terminal(&["key", "new", "ada"]);
    for question in ["New password: ", "The same again: "] {
        terminal.exp_string(question).unwrap();
        terminal.send_line(PASSWORD).unwrap();
    }
    let shown = terminal.exp_eof().unwrap();
    assert!(shown.contains("Write these words down"), "{shown}");
    home.ok(&["key", "show", "ada"]);
}

#[test]
fn an_interruption_at_any_question_ends_at_once_and_makes_nothing() {
    let world = World::new();
    let home = Home::in_world(&world);
    home.ok(&["key", "new", "ada"]);
    let address = fund(&world, &home, "ada").to_string();
    let nothing = Person::elsewhere(&world.rich()).account.to_string();
    let cases: [(&[&str], &str); 5] = [
        (&["key", "new", "ben"], "New password: "),
        (&["key", "import", "ben"], "Secret URI: "),
        (&["key", "remove", "ada"], "[y/N] "),
        (&["send", &nothing, "1"], "[y/N] "),
        (&["send", &nothing, "1", "--yes"], "Password of \"ada\": "),
    ];
    for (arguments, question) in cases {
        let mut terminal = home.at_a_terminal(arguments);
        terminal.exp_string(question).unwrap();
        let begun = std::time::Instant::now();
        terminal.send_control('c').unwrap();
        let _ = terminal.exp_eof().unwrap();
        match terminal.process().wait().unwrap() {
            WaitStatus::Exited(_, code) => assert_eq!(code, 130, "{arguments:?}"),
            other => panic!("{arguments:?}: {other:?}"),
        }
        assert!(begun.elapsed().as_secs() < 5, "{arguments:?}");
    }
    assert_eq!(world.money(address.parse().unwrap()).0, 20 * UNIT);
    assert_eq!(
        home.ok(&["key", "list"])["keys"].as_array().unwrap().len(),
        1
    );
}

#[test]
fn an_empty_secret_is_refused_also_if_it_is_typed() {
    let world = World::new();
    let home = Home::in_world(&world);
    let mut terminal = home.at_a_terminal(&["account"]);
    terminal.exp_string("Secret URI: ").unwrap();
    terminal.send_line("").unwrap();
    let shown = terminal.exp_eof().unwrap();
    assert!(shown.contains("Nothing was entered."), "{shown}");
}
