//! `farthing pool`.

use crate::world::{Person, World};
use farthing_client::amount::UNIT;
use serde_json::Value;
use std::time::{Duration, Instant};

fn assert_solvent(someone: &Person, pool: &str) -> Value {
    let shown = someone.ok(&["pool", "show", pool])["pool"].clone();
    let amount = |name: &str| shown[name].as_str().unwrap().parse::<u128>().unwrap();
    assert!(amount("owed") <= amount("held"), "{shown}");
    shown
}

fn made(created: &Value) -> String {
    created["pool"].as_str().unwrap().into()
}

/// Repeats what is refused only because the time has not come; on a chain that makes blocks only for
/// transactions, another transaction moves it on.
fn when_it_is_time(person: &Person, arguments: &[&str]) -> Value {
    let start = Instant::now();
    loop {
        let ran = person.run(arguments);
        if ran.code == Some(0) {
            return ran.json();
        }
        let sentence = ran.refused(3, "refused");
        assert!(sentence.starts_with("The pool is open until"), "{sentence}");
        assert!(start.elapsed() < Duration::from_secs(120));
        person.ok(&["channel", "deposit", "0.000000001"]);
    }
}

#[test]
fn an_open_ended_pool_pays_its_beneficiaries() {
    let world = World::new();
    let (maker, ben, donor) = (world.rich(), world.rich(), world.rich());
    let to = [&maker, &ben].map(|person| person.account.to_string());
    let split = [format!("{}=75", to[0]), format!("{}=25", to[1])];
    let create = [
        "pool",
        "create",
        "Wells",
        "--to",
        &split[0],
        &split[1],
        "--least-sponsorship",
        "1",
    ];
    let mut address = create;
    address[1] = "address";
    let foreseen = made(&maker.ok(&address));
    let created = maker.ok(&create);
    let pool = made(&created);
    assert_eq!(pool, foreseen);
    let number = format!("#{}", created["number"]);
    // The same command means the same pool.
    let refused = maker.refused(&create);
    assert!(
        refused.starts_with(&format!("This very pool exists already, at {pool}")),
        "{refused}"
    );

    let until = std::time::SystemTime::now() + Duration::from_secs(30 * 86_400);
    let until = humantime::format_rfc3339_seconds(until).to_string();
    let sponsored = ben.ok(&[
        "pool",
        "sponsor",
        &number,
        "2",
        "--per-donor",
        "1",
        "--until",
        &until,
    ]);
    assert_eq!(sponsored["sponsor"], 1);
    let donated = donor.ok(&["pool", "donate", &number, "0.4", "--memo", "good luck"]);
    assert_eq!(donated["matched"], (UNIT * 4 / 10).to_string());
    donor.ok(&["pool", "donate", &pool, "0.2", "--for", &to[1]]);
    let gifts = [format!("{}=0.1", to[0]), format!("{}=0.3", to[1])];
    donor.ok(&["pool", "donate-many", &pool, &gifts[0], &gifts[1]]);
    donor.ok(&["pool", "grant", &pool, "1"]);

    let shown = assert_solvent(&donor, &pool);
    assert_eq!(shown["terms"]["title"], "Wells");
    let before = world.money(ben.account).0;
    let paid = donor.ok(&["pool", "payout", &pool]);
    let share = |n: usize| {
        paid["shares"][n]["amount"]
            .as_str()
            .unwrap()
            .parse::<u128>()
            .unwrap()
    };
    // 0.4, 0.2, 0.1 and 0.3 were matched, and 1 was granted.
    assert_eq!(share(0) + share(1), 3 * UNIT);
    assert_eq!(share(0), 3 * share(1));
    assert_eq!(world.money(ben.account).0, before + share(1));
    let refused = donor.refused(&["pool", "refund", &pool]);
    assert_eq!(refused, "The pool has no goal, and gives nothing back.");
    let refused = donor.refused(&["pool", "pull", &pool]);
    assert_eq!(refused, "The pool is not paid through channels.");
    assert_solvent(&donor, &pool);
}

#[test]
fn a_pool_that_missed_its_goal_gives_everything_back() {
    let world = World::new();
    let (maker, donor) = (world.rich(), world.rich());
    let to = format!("{}=100", maker.account);
    let created = maker.ok(&[
        "pool",
        "create",
        "A bridge",
        "--to",
        &to,
        "--goal",
        "5",
        "--deadline",
        "+8s",
    ]);
    let pool = made(&created);
    let before = world.money(donor.account).0;
    let donated = donor.ok(&["pool", "donate", &pool, "1"]);
    let refunded = when_it_is_time(
        &maker,
        &["pool", "refund", &pool, &donor.account.to_string()],
    );
    assert_eq!(refunded["refunded"], UNIT.to_string());
    let sent = &donated["transactions"][0];
    let cost: u128 = sent["fee"].as_str().unwrap().parse().unwrap();
    let locked: u128 = sent["deposit"].as_str().unwrap().parse().unwrap();
    assert_eq!(world.money(donor.account).0, before - cost - locked);
    donor.ok(&["pool", "forget", &pool]);
    let back = world.money(donor.account).0;
    assert!(back > before - cost - locked);
    let refused = maker.refused(&["pool", "payout", &pool]);
    assert_eq!(
        refused,
        "There is nothing to pay out, to give back or to take in."
    );
    assert_solvent(&donor, &pool);
}

#[test]
fn pools_are_listed_and_what_is_no_pool_is_refused() {
    let world = World::new();
    let (ada, handle) = world.creator("pools");
    let to = format!("{handle}=100");
    let created = ada.ok(&["pool", "create", "Paint", "--to", &to, "--creator", &handle]);
    let listed = ada.ok(&["pool", "list", "--creator", &handle]);
    assert_eq!(listed["total"], 1);
    assert_eq!(listed["pools"][0]["pool"], created["pool"]);
    assert_eq!(listed["pools"][0]["title"], "Paint");
    assert!(
        ada.ok(&["pool", "list", "--count", "1"])["total"]
            .as_u64()
            .unwrap()
            >= 1
    );
    assert_eq!(ada.ok(&["pool", "factory"])["factory"]["fee"], Value::Null);

    let ran = ada.run(&["pool", "donate", &ada.account.to_string(), "1"]);
    let sentence = ran.refused(5, "mismatch");
    assert!(
        sentence.contains("is not a pool of this deployment"),
        "{sentence}"
    );
    let ran = ada.run(&["pool", "donate", "#4000000", "1"]);
    assert_eq!(ran.refused(2, "usage"), "There is no pool #4000000.");
    let wrong = format!("{handle}=99");
    let ran = ada.run(&["pool", "create", "Paint", "--to", &wrong]);
    assert_eq!(
        ran.refused(2, "usage"),
        "The shares add up to 99 %, and not to 100 %."
    );
    assert_solvent(&ada, created["pool"].as_str().unwrap());
}
