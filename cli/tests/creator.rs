//! `farthing creator`.

use crate::world::World;
use farthing_client::amount::UNIT;

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
    ]);
    let split = [format!("{handle}=60"), format!("{}=40", ben.account)];
    ada.ok(&["creator", "split", &handle, &split[0], &split[1]]);
    let may = ben.ok(&["creator", "permissions", &handle, &ben.account.to_string()]);
    assert_eq!(may["permissions"]["catalogue"], true);
    assert_eq!(may["permissions"]["profile"], false);
    let shown = ben.ok(&["creator", "show", &handle]);
    assert_eq!(shown["creator"]["profile"]["uri"], "https://ada.example");
    assert_eq!(shown["creator"]["payout"][0]["parts"], 600_000);
    assert_eq!(
        shown["creator"]["payout"][1]["account"],
        ben.account.to_string()
    );

    ada.ok(&["creator", "offer", &handle, &ben.account.to_string()]);
    ben.ok(&["creator", "accept", &handle]);
    let shown = ada.ok(&["creator", "show", &handle]);
    assert_eq!(shown["creator"]["owner"], ben.account.to_string());
    let sentence = ada.refused(&["creator", "release-handle", &handle]);
    assert_eq!(
        sentence,
        "Only the creator's owner may do this: sign with the owner's key."
    );

    let number = format!("#{}", shown["creator"]["number"]);
    ben.ok(&["creator", "release-handle", &handle]);
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
fn who_has_too_little_money_is_told_how_much_it_takes() {
    let world = World::new();
    let poor = world.person(UNIT / 50);
    let ran = poor.run(&["creator", "register", "poor-one"]);
    let sentence = ran.refused(6, "money");
    let expected =
        "has too little money: this takes more than there is, fee and deposit included, \
                    and 0.019 UNIT can be spent.";
    assert!(sentence.ends_with(expected), "{sentence}");
}

#[test]
fn a_dry_run_signs_nothing() {
    let world = World::new();
    let (ada, handle) = world.creator("dry");
    let before = world.money(ada.account);
    let mut command = ada.plain(&["--json", "--dry-run", "creator", "release-handle", &handle]);
    let plan = crate::world::Ran::of(command.output().unwrap()).json();
    assert_eq!(plan["plan"]["call"]["message"], "release_handle");
    assert_eq!(world.money(ada.account), before);
}

#[test]
fn without_yes_and_somebody_to_ask_nothing_is_signed() {
    let world = World::new();
    let (ada, handle) = world.creator("eve");
    let mut command = ada.plain(&["--json", "creator", "release-handle", &handle]);
    let ran = crate::world::Ran::of(command.output().unwrap());
    assert!(ran.refused(2, "usage").contains("say --yes"));
}
