//! In front of a terminal: what it asks, and what becomes of the answers.

use crate::world::UNIT;
use crate::world::{block_on, program, Person, Ran, World};
use farthing_client::{Certainty, Chain, Key, Outbox, Transfer};
use rexpect::{
    process::WaitStatus,
    session::{spawn_command, PtySession},
};
use std::process::{Command, Stdio};

/// How long anything may take, in milliseconds.
const PATIENCE: u64 = 60_000;

/// A program in a terminal of its own, which shows what it prints and takes what is typed.
struct Terminal(PtySession);

impl Terminal {
    fn open(mut command: Command) -> Self {
        command.stdin(Stdio::inherit());
        Self(spawn_command(command, Some(PATIENCE)).unwrap())
    }

    /// As this person, who is asked.
    fn of(person: &Person, arguments: &[&str]) -> Self {
        Self::open(person.plain(&[&["--fast"], arguments].concat()))
    }

    /// Waits for a question, and returns what was shown before it.
    fn question(&mut self, question: &str) -> String {
        self.0.exp_string(question).unwrap()
    }

    fn answer(&mut self, line: &str) {
        self.0.send_line(line).unwrap();
    }

    /// Waits for the end: the exit code, and what was shown since the last question.
    fn end(mut self) -> (i32, String) {
        let shown = self.0.exp_eof().unwrap();
        match self.0.process().wait().unwrap() {
            WaitStatus::Exited(_, code) => (code, shown),
            other => panic!("{other:?}: {shown}"),
        }
    }
}

const ASKED: &str = "Sign and send? [y/N] ";

#[test]
fn what_is_asked_shows_its_cost_and_is_done_only_after_a_yes() {
    let world = World::new();
    let person = world.rich();
    let (me, well) = world.well(&person);
    let before = world.money(person.account);
    for no in ["n", "", "yes please"] {
        let mut terminal = Terminal::of(&person, &["channel", "top-up", &me, "0.5", "--of", &well]);
        let shown = terminal.question(ASKED);
        for part in [
            &format!("Set 0.5 UNIT more aside for {me}"),
            &format!("as {}", person.account),
            "0.5 UNIT go with it; fee 0.00",
        ] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        terminal.answer(no);
        let (code, shown) = terminal.end();
        assert_eq!((code, shown.trim()), (2, "Nothing was signed."));
    }
    assert_eq!(world.money(person.account), before);

    let mut terminal = Terminal::of(&person, &["channel", "top-up", &me, "0.5", "--of", &well]);
    terminal.question(ASKED);
    terminal.answer("y");
    let (code, shown) = terminal.end();
    assert_eq!(code, 0, "{shown}");
    for part in ["Sent; waiting for a block.", "In block ", "done in block "] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert_eq!(person.in_channels(&well), UNIT / 2);
}

/// What somebody would be shown before they are asked.
fn planned(person: &Person, words: &[&str]) -> String {
    let words = [words, &["--dry-run", "--fast"]].concat();
    let ran = Ran::of(person.plain(&words).output().unwrap());
    assert_eq!(ran.code, Some(0), "{words:?}: {ran:?}");
    ran.stdout
}

#[test]
fn all_that_is_signed_is_shown_before_it_is_asked_about() {
    let world = World::new();
    let (ada, handle) = world.creator("shown");
    let fan = world.rich();
    let (owner, other) = (ada.account.to_string(), fan.account.to_string());
    ada.ok(&["shop", "open", &handle]);
    let song = ada.state.path().join("song.txt");
    std::fs::write(&song, "la la la").unwrap();
    let song = song.to_str().unwrap();
    ada.ok(&["shop", "publish", &handle, song, "--price", "1"]);
    let split = [format!("{owner}=60"), format!("{other}=40")];
    let opened = fan.ok(&["stream", "open", &handle, "1", "--rate", "2/h"]);
    let stream = opened["stream"].to_string();
    let cases: [(&Person, &[&str], &[&str]); 11] = [
        (&fan, &["send", &owner, "--all"], &["amount: 9"]),
        (
            &fan,
            &["channel", "open", &handle, "1", "--delay", "3d"],
            &[
                "payee: ",
                &owner,
                "delay: 3days",
                "closer: ",
                "signer: ",
                "lane: 0",
                "reserve: 1 UNIT",
            ],
        ),
        (
            &fan,
            &["stream", "open", &handle, "1", "--rate", "2/h"],
            &[&owner, "rate: 48 UNIT a day"],
        ),
        (
            &fan,
            &["stream", "rate", &stream, "3/h"],
            &["rate: 72 UNIT a day"],
        ),
        (
            &ada,
            &["creator", "split", &handle, &split[0], &split[1]],
            &[&owner, &other, "60 %", "40 %"],
        ),
        (
            &ada,
            &["creator", "delegate", &handle, &other, "--price"],
            &[&other, "price: yes", "catalogue: no", "profile: no"],
        ),
        (
            &ada,
            &["shop", "price", &handle, "0", "0.25"],
            &["price: 0.25 UNIT"],
        ),
        (
            &ada,
            &[
                "shop",
                "publish",
                &handle,
                song,
                "--price",
                "2",
                "--referral",
                "5%",
                "--copies",
                "7",
                "--period",
                "30d",
            ],
            &[
                "price: 2 UNIT",
                "referral: 5 %",
                "copies: 7",
                "period: 30days",
                "title: \"song.txt\"",
            ],
        ),
        (
            &ada,
            &[
                "pool",
                "create",
                "Roof",
                "--to",
                &split[0],
                &split[1],
                "--goal",
                "9",
                "--deadline",
                "+30d",
                "--minimum",
                "0.5",
                "--schedule",
                "+40d=50",
                "+50d=100",
            ],
            &[
                &owner,
                &other,
                "60 %",
                "goal: 9 UNIT",
                "deadline: 20",
                "minimum: 0.5 UNIT",
                "release: from: 20",
                "50 %",
            ],
        ),
        (
            &ada,
            &[
                "round",
                "create",
                "spring",
                "--opens",
                "+8d",
                "--closes",
                "+9d",
                "--minimum",
                "0.1",
                "--cap",
                "3",
                "--max-share",
                "50%",
            ],
            &[
                "cap: 3 UNIT",
                "minimum: 0.1 UNIT",
                "max share: 50 %",
                "opens: ",
                "closes: ",
                "organiser: ",
                "verifier: none",
            ],
        ),
        (
            &fan,
            &["tip", &handle, "0.1", "--memo", "thanks"],
            &["memo: \"thanks\""],
        ),
    ];
    for (person, words, parts) in cases {
        let shown = planned(person, words);
        for part in parts {
            assert!(
                shown.contains(part),
                "{words:?} does not show {part:?}: {shown}"
            );
        }
    }
}

#[test]
fn a_voucher_is_signed_only_after_a_yes() {
    let world = World::new();
    let (payer, payee) = (world.rich(), world.rich().account.to_string());
    payer.ok(&["channel", "open", &payee, "1"]);
    let mut terminal = Terminal::of(&payer, &["channel", "pay", &payee, "0.25"]);
    let shown = terminal.question("Sign? [y/N] ");
    assert!(shown.contains("0.25 UNIT by voucher"), "{shown}");
    terminal.answer("no");
    let (code, shown) = terminal.end();
    assert_eq!(code, 2);
    assert!(!shown.contains("farthing-voucher"), "{shown}");
    let mut terminal = Terminal::of(&payer, &["channel", "pay", &payee, "0.25"]);
    terminal.question("Sign? [y/N] ");
    terminal.answer("y");
    let (code, shown) = terminal.end();
    assert!(
        code == 0 && shown.contains("farthing-voucher-2:"),
        "{shown}"
    );
    let paid = payer.ok(&["channel", "pay", &payee, "0.25"]);
    assert_eq!(paid["cumulative"], (UNIT / 2).to_string());
}

#[test]
fn a_secret_that_is_typed_is_not_shown() {
    let world = World::new();
    let person = world.person(0);
    let mut command = program(&world.url, &world.deployments, person.state.path());
    command.arg("account");
    let mut terminal = Terminal::open(command);
    terminal.question("Secret URI: ");
    terminal.answer(&person.secret);
    let (code, shown) = terminal.end();
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains(&person.account.to_string()), "{shown}");
    assert!(!shown.contains(&person.secret), "{shown}");

    let mut command = program(&world.url, &world.deployments, person.state.path());
    let keystore = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keystores/sr25519.json");
    command.args(["key", "import", "mine", keystore]);
    let mut terminal = Terminal::open(command);
    terminal.question(&format!("Password of {keystore}: "));
    terminal.answer("wrong-password");
    let (code, shown) = terminal.end();
    assert_eq!(code, 2);
    assert!(!shown.contains("wrong-password"), "{shown}");
    assert!(
        shown.contains("This is not the keystore's password."),
        "{shown}"
    );
}

/// While somebody thinks, what was shown comes to be otherwise.
#[test]
fn what_can_no_longer_be_done_fails_and_costs_its_fee_only() {
    let world = World::new();
    let (person, payee) = (world.rich(), world.rich().account.to_string());
    let to = person.account;
    person.ok(&["channel", "open", &payee, "0.5"]);
    // Whose key it is has it on another computer, too.
    let elsewhere = person.elsewhere();
    let mut terminal = Terminal::of(&person, &["channel", "top-up", &payee, "0.5"]);
    terminal.question(ASKED);
    elsewhere.ok(&["channel", "exit", &payee]);
    let before = world.money(to);
    terminal.answer("y");
    let (code, shown) = terminal.end();
    assert_eq!(code, 3, "{shown}");
    assert!(
        shown.contains(" failed in block ")
            && shown.contains("changed nothing but its fee of 0.00"),
        "{shown}"
    );
    let after = world.money(to);
    assert!(after.0 < before.0 && after.1 == before.1);
    assert!(after.0 + UNIT / 50 > before.0);
    // It was told, and is over: the next one is tried out anew.
    let refused = person.refused(&["channel", "top-up", &payee, "0.5"]);
    assert!(refused.contains("its exit has begun"), "{refused}");
}

/// Nothing to lock was shown. Meanwhile there comes to be something.
#[test]
fn a_call_locks_no_more_than_the_deposit_that_was_shown() {
    let world = World::new();
    let (person, creator) = world.creator("bounded");
    let long = format!("https://{}.example", "x".repeat(100));
    person.ok(&["creator", "profile", &creator, "--uri", &long]);
    let mut terminal = Terminal::of(&person, &["creator", "profile", &creator, "--uri", &long]);
    let shown = terminal.question(ASKED);
    assert!(!shown.contains("deposit 0"), "{shown}");
    // The record gets shorter, so that the same URI would have to be paid for again.
    person.elsewhere().ok(&["creator", "profile", &creator]);
    let before = world.money(person.account);
    terminal.answer("y");
    let (code, shown) = terminal.end();
    assert_eq!(code, 3, "{shown}");
    assert!(
        shown.contains("larger storage deposit than was shown"),
        "{shown}"
    );
    let after = world.money(person.account);
    // Only the fee is gone, and nothing more is held.
    assert!(after.0 < before.0 && after.0 + UNIT / 50 > before.0);
    assert_eq!(after.1, before.1);
    let profile = person.ok(&["creator", "show", &creator]);
    assert_eq!(profile["creator"]["profile"]["uri"], "");
}

#[test]
fn what_the_node_does_not_take_did_not_happen() {
    let world = World::new();
    let person = world.rich();
    let (me, well) = world.well(&person);
    let mut terminal = Terminal::of(&person, &["channel", "top-up", &me, "0.5", "--of", &well]);
    terminal.question(ASKED);
    spend_everything(&world, &person);
    let before = world.money(person.account);
    terminal.answer("y");
    let (code, shown) = terminal.end();
    assert_eq!(code, 3, "{shown}");
    for part in [
        "The node did not take the transaction: ",
        "It did not happen.",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert_eq!(world.money(person.account), before);
    // Nor will it: once there is money again, the same command is a new one.
    world.give(person.account, UNIT);
    let done = person.ok(&["channel", "top-up", &me, "0.5", "--of", &well]);
    assert_eq!(done["transactions"][0]["sent_before"], false);
    assert_eq!(person.in_channels(&well), UNIT / 2);
}

/// So much that not even a fee can be paid.
fn spend_everything(world: &World, person: &Person) {
    let (key, elsewhere) = (
        Key::for_development(&person.secret).unwrap(),
        person.elsewhere(),
    );
    block_on(async {
        let chain = Chain::connect(&world.url).await?;
        let outbox = Outbox::open(elsewhere.state.path(), &chain.genesis(), key.account())?;
        let to = Key::for_development("//Alice").unwrap().account();
        let money = chain.money(person.account).await?.spendable;
        let give = |amount| Transfer {
            to,
            amount: Some(amount),
        };
        let fee = chain.plan_transfer(key.account(), &give(1)).await?.fee;
        let all = give(money - 2 * fee);
        let all = chain.plan_transfer(key.account(), &all);
        let (all, ignore) = (all.await?, &mut |_| {});
        chain
            .send_step(all, &key, &outbox, Certainty::Block, ignore)
            .await
    })
    .unwrap();
}
