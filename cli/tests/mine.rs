//! `farthing mine`: what somebody did, and what came of it.

use crate::world::{Person, World};
use farthing_client::Token;

fn told(person: &Person) -> serde_json::Value {
    person.ok(&["mine"])["mine"].clone()
}

#[test]
fn what_was_bought_tipped_given_and_streamed_is_told_with_what_came_of_it() {
    let world = World::new();
    let (ada, handle) = world.creator("mine");
    ada.ok(&["shop", "open", &handle]);
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    ada.ok(&[
        "shop", "publish", &handle, file, "--title", "A song", "--price", "0.02",
    ]);
    let fan = world.rich();
    fan.ok(&["buy", &handle, "0"]);
    fan.ok(&["tip", &handle, "0.01", "--memo", "thank \u{1b}[2Jyou"]);
    let payee = world.rich().account.to_string();
    let opened = fan.ok(&["stream", "open", &payee, "1", "--rate", "0.01/s"]);
    fan.ok(&["channel", "open", &payee, "0.5"]);
    let to = format!("{payee}=100");
    let made = ada.ok(&["pool", "create", "A roof", "--to", &to]);
    let pool = made["pool"].as_str().unwrap();
    fan.ok(&["pool", "donate", pool, "0.25"]);

    let unit = Token::default().whole();
    let mine = told(&fan);
    assert_eq!(mine["purchases"][0]["title"], "A song");
    assert_eq!(mine["purchases"][0]["paid"], (unit / 50).to_string());
    assert_eq!(mine["purchases"][0]["access"], true);
    assert_eq!(mine["tips"][0]["amount"], (unit / 100).to_string());
    assert_eq!(mine["streams"][0]["stream"], opened["stream"]);
    assert_eq!(mine["channels"][0]["left"], (unit / 2).to_string());
    assert_eq!(mine["pools"][0]["title"], "A roof");
    assert_eq!(mine["gifts"][0]["amount"], (unit / 4).to_string());

    ada.ok(&["shop", "refund", &handle, "0", &fan.account.to_string()]);
    let bought = told(&fan)["purchases"][0].clone();
    assert_eq!(bought["access"], false);
    assert!(bought["refunded"]["time"].as_u64().unwrap() > 0);

    // For people: the memo as text, and nothing of it acts on the terminal.
    let mut command = fan.plain(&["mine", "--fast"]);
    let shown = String::from_utf8(command.output().unwrap().stdout).unwrap();
    assert!(shown.contains("thank \\u{1b}[2Jyou"), "{shown}");
    assert!(
        shown.contains("\"A song\"") && shown.contains("refunded"),
        "{shown}"
    );
    assert!(!shown.contains('\u{1b}'), "{shown}");

    let csv = fan.csv(&["mine", "--csv"]);
    assert_eq!(csv.code, Some(0), "{csv:?}");
    let kinds: Vec<_> = csv
        .stdout
        .lines()
        .skip(1)
        .map(|line| line.split(',').nth(3).unwrap())
        .collect();
    assert_eq!(kinds, ["purchase", "tip", "stream", "channel", "gift"]);
    fan.assert_channels_solvent();
}

#[test]
fn words_of_strangers_are_no_formulas_in_what_a_spreadsheet_reads() {
    let world = World::new();
    let (ada, handle) = world.creator("sheet");
    ada.ok(&["shop", "open", &handle]);
    let fan = world.rich();
    fan.ok(&["tip", &handle, "0.01", "--memo", "=cmd(\"a\",1)"]);
    fan.ok(&["tip", &handle, "0.01", "--memo", "tea"]);
    let csv = fan.csv(&["mine", "--csv"]);
    assert_eq!(csv.code, Some(0), "{csv:?}");
    let lines: Vec<_> = csv.stdout.lines().collect();
    assert!(lines[0].ends_with(",state,handle,title,memo,round"));
    let guarded = format!(",{handle},,\"'=cmd(\"\"a\"\",1)\",");
    assert!(lines[1].ends_with(&guarded), "{}", lines[1]);
    assert!(
        lines[2].ends_with(&format!(",{handle},,tea,")),
        "{}",
        lines[2]
    );
    let shown = fan.plain(&["mine", "--fast"]).output().unwrap().stdout;
    let shown = String::from_utf8(shown).unwrap();
    assert!(shown.contains(&handle), "{shown}");
}
