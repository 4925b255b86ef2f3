//! `farthing channel sync` and `best`: a payer whose folder is new or an old one goes on from what was really promised.

use crate::{
    channel::{pair, voucher},
    receive::run_with_input,
    world::{Person, World, UNIT},
};
use farthing_client::wallet::Paper;
use serde_json::{json, Value};
use std::fs;

#[test]
fn payer_whose_folder_is_lost_goes_on_from_what_was_claimed_and_is_warned() {
    let world = World::new();
    let (payer, payee, name) = pair(&world);
    let first = voucher(&payer, &name, "0.2");
    payee.ok(&["channel", "receive", &first]);
    payee.ok(&["channel", "claim"]);
    let elsewhere = tempfile::tempdir().unwrap();
    let state = elsewhere.path().to_str().unwrap();
    let ran = payer.run(&["channel", "pay", &name, "0.1", "--state", state]);
    let paid = ran.json();
    assert_eq!(paid["cumulative"], (UNIT * 3 / 10).to_string());
    assert!(ran.stderr.contains("This folder"), "{}", ran.stderr);
    assert!(paid["doubt"].is_object());
    let voucher = paid["voucher"].as_str().unwrap();
    assert_eq!(
        payee.ok(&["channel", "receive", voucher])["new"],
        (UNIT / 10).to_string()
    );
    payee.assert_channels_solvent();
}

/// The payee's best voucher of this payer's channel.
fn best(payee: &Person, payer: &Person) -> String {
    let best = payee.ok(&["channel", "best", &payer.account.to_string()]);
    best["vouchers"][0]["voucher"].as_str().unwrap().into()
}

#[test]
fn folder_that_is_new_takes_over_what_the_payee_has() {
    let world = World::new();
    let (payer, payee, name) = pair(&world);
    let first = voucher(&payer, &name, "0.2");
    payee.ok(&["channel", "receive", &first]);
    payee.ok(&["channel", "claim"]);
    payee.ok(&["channel", "receive", &voucher(&payer, &name, "0.3")]);
    let best = best(&payee, &payer);
    let file = payee.state.path().join("best");
    fs::write(&file, format!("{best}\n")).unwrap();
    let elsewhere = || payer.elsewhere();
    // However it is given.
    let (text, from_file, input) = (elsewhere(), elsewhere(), elsewhere());
    let sync = |given| ["channel", "sync", &name, "--voucher", given];
    text.ok(&sync(&best));
    from_file.ok(&sync(file.to_str().unwrap()));
    let synced = run_with_input(input.command(&sync("-")), &best).json();
    let channel = &synced["channels"][0];
    assert_eq!(channel["claimed"], (UNIT / 5).to_string());
    assert_eq!(channel["promised"], (UNIT / 2).to_string());
    assert_eq!(channel["left"], (UNIT / 2).to_string());
    assert_eq!(channel["state"], "open");
    assert_eq!(channel["doubt"], Value::Null);
    assert_eq!(synced["vouchers"][0]["now"], (UNIT / 2).to_string());
    for payer in [text, from_file, input] {
        let paid = payer.ok(&["channel", "pay", &name, "0.1"]);
        assert_eq!(paid["cumulative"], (UNIT * 6 / 10).to_string());
        assert_eq!(paid["doubt"], Value::Null);
    }
    payee.assert_channels_solvent();
}

#[test]
fn old_folder_that_was_put_back_pays_what_it_means_once_it_is_synced() {
    let world = World::new();
    let (payer, payee, name) = pair(&world);
    payee.ok(&["channel", "receive", &voucher(&payer, &name, "0.1")]);
    let file = payer
        .kept()
        .join("vouchers")
        .join(format!("{}.paid.json", payer.account));
    let backup = fs::read(&file).unwrap();
    payee.ok(&["channel", "receive", &voucher(&payer, &name, "0.3")]);
    fs::write(&file, &backup).unwrap();
    // What it would sign is worth nothing, and the payee says so.
    let ran = payee.run(&["channel", "receive", &voucher(&payer, &name, "0.1")]);
    ran.refused(8, "worthless");
    payer.ok(&["channel", "sync", &name, "--voucher", &best(&payee, &payer)]);
    let next = voucher(&payer, &name, "0.1");
    assert_eq!(
        payee.ok(&["channel", "receive", &next])["new"],
        (UNIT / 10).to_string()
    );
    // A lower one changes nothing.
    let lower = payer.ok(&["channel", "sync", &name, "--voucher", &best(&payee, &payer)]);
    assert_eq!(lower["vouchers"][0]["before"], lower["vouchers"][0]["now"]);
    assert_eq!(lower["channels"][0]["promised"], (UNIT / 2).to_string());
    payee.assert_channels_solvent();
}

#[test]
fn vouchers_that_are_not_the_payers_own_of_this_life_are_not_taken_over() {
    let world = World::new();
    let (payer, payee, name) = pair(&world);
    let mine = payer.account.to_string();
    let earlier = voucher(&payer, &name, "0.9");
    payee.ok(&["channel", "close", &mine]);
    payer.ok(&["channel", "open", &name, "1"]);
    let good: Paper = voucher(&payer, &name, "0.1").parse().unwrap();
    let (other, _, _) = pair(&world);
    let changed = |change: &dyn Fn(&mut Paper)| {
        let mut paper = good.clone();
        change(&mut paper);
        paper.to_string()
    };
    let forged = changed(&|paper| paper.voucher.cumulative *= 5);
    let of_another = changed(&|paper| paper.voucher.channel.payer = other.account);
    let elsewhere = changed(&|paper| paper.place.genesis = [7; 32]);
    let on_another = changed(&|paper| paper.place.contract = other.account);
    for (bad, why) in [
        (&earlier, "There is no open channel"),
        (&forged, "The voucher was not signed with the channel's key"),
        (&of_another, "The voucher is of a channel of"),
        (&elsewhere, "The voucher is for another chain"),
        (&on_another, "The voucher is for another chain"),
        (&"nonsense".to_string(), "\"nonsense\" is no voucher"),
    ] {
        let ran = payer.run(&["channel", "sync", &name, "--voucher", bad]);
        let refused = ran.refused(2, "usage");
        assert!(refused.starts_with(why), "{refused}");
        assert_eq!(
            ran.object()["channels"][0]["promised"],
            (UNIT / 10).to_string()
        );
    }
    // They do not stop a good one, and are named by their lines.
    let fresh = payer.elsewhere();
    let lines = format!("{forged}\n{good}\n");
    let ran = run_with_input(fresh.command(&["channel", "sync", "--voucher", "-"]), lines);
    assert!(ran
        .refused(2, "usage")
        .starts_with("Line 1: The voucher was not signed"));
    assert_eq!(
        ran.object()["channels"][0]["promised"],
        (UNIT / 10).to_string()
    );
    assert_eq!(ran.object()["channels"][0]["doubt"], Value::Null);
    payer.assert_channels_solvent();
}

#[test]
fn payer_hears_that_the_payee_may_have_more_until_it_is_settled() {
    let world = World::new();
    let (payer, payee, name) = pair(&world);
    payee.ok(&["channel", "receive", &voucher(&payer, &name, "0.2")]);
    payee.ok(&["channel", "claim"]);
    let fresh = payer.elsewhere();
    let ran = fresh.run(&["channel", "sync", &name]);
    assert!(ran.json()["channels"][0]["doubt"].is_object());
    assert!(
        ran.stderr.contains("farthing channel best"),
        "{}",
        ran.stderr
    );
    // All that it knows of now.
    let all = fresh.ok(&["channel", "sync"]);
    assert_eq!(all["channels"][0]["promised"], (UNIT / 5).to_string());
    assert!(all["channels"][0]["doubt"].is_object());
    let settled = fresh.ok(&["channel", "sync", &name, "--nothing-better"]);
    assert_eq!(settled["channels"][0]["doubt"], Value::Null);
    let paid = fresh.ok(&["channel", "pay", &name, "0.1"]);
    assert_eq!(paid["cumulative"], (UNIT * 3 / 10).to_string());
    assert_eq!(paid["doubt"], Value::Null);
    payee.assert_channels_solvent();
}

#[test]
fn channels_that_end_or_are_not_there_are_shown_as_that() {
    let world = World::new();
    let (payer, payee, name) = pair(&world);
    let stranger = world.person(0).account.to_string();
    voucher(&payer, &name, "0.1");
    payer.ok(&["channel", "exit", &name]);
    let synced = payer.ok(&["channel", "sync", &name, &stranger]);
    let of = |payee: &str| {
        let all = synced["channels"].as_array().unwrap().iter();
        all.clone()
            .find(|one| one["payee"] == payee)
            .unwrap()
            .clone()
    };
    assert_eq!(
        (of(&name)["state"].clone(), of(&stranger)["state"].clone()),
        ("ending".into(), "missing".into())
    );
    assert!(of(&name)["end"].is_u64());
    payee.ok(&["channel", "close", &payer.account.to_string()]);
    let synced = payer.ok(&["channel", "sync"]);
    assert_eq!(synced["channels"][0]["state"], "over");
    // For people, it is a table.
    let told = crate::world::Ran::of(payer.plain(&["channel", "sync"]).output().unwrap());
    assert!(
        told.stdout.contains("PAYEE") && told.stdout.contains("over since"),
        "{told:?}"
    );
}

#[test]
fn best_vouchers_are_those_of_channels_that_there_are() {
    let world = World::new();
    let (payer, payee, name) = pair(&world);
    let mine = payer.account.to_string();
    assert_eq!(payee.ok(&["channel", "best"])["vouchers"], json!([]));
    let old = voucher(&payer, &name, "0.1");
    payee.ok(&["channel", "receive", &old]);
    assert_eq!(best(&payee, &payer), old);
    payee.ok(&["channel", "claim"]);
    payee.ok(&["channel", "close", &mine]);
    payer.ok(&["channel", "open", &name, "1"]);
    assert_eq!(payee.ok(&["channel", "best", &mine])["vouchers"], json!([]));
    let new = voucher(&payer, &name, "0.2");
    payee.ok(&["channel", "receive", &new]);
    assert_eq!(best(&payee, &payer), new);
    // For people it is the voucher, and nothing else.
    let printed = payee.plain(&["channel", "best"]).output().unwrap();
    assert_eq!(String::from_utf8(printed.stdout).unwrap().trim(), new);
}
