//! `farthing pool`.

use crate::world::UNIT;
use crate::{
    wire::{Breaks, Wire},
    world::{Person, World},
};
use serde_json::Value;
use std::{fs, time::Duration};

/// What a pool that is still open answers.
const TOO_EARLY: &str = "The pool is open until";

fn assert_solvent(someone: &Person, pool: &str) -> Value {
    let shown = someone.ok(&["pool", "show", pool])["pool"].clone();
    let amount = |name: &str| shown[name].as_str().unwrap().parse::<u128>().unwrap();
    assert!(amount("owed") <= amount("held"), "{shown}");
    shown
}

fn made(created: &Value) -> String {
    created["pool"].as_str().unwrap().into()
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
    let before = world.money(ben.account).0;
    let donated = donor.ok(&["pool", "donate", &number, "0.4", "--memo", "good luck"]);
    assert_eq!(donated["matched"], (UNIT * 4 / 10).to_string());
    donor.ok(&["pool", "donate", &pool, "0.2", "--for", &to[1]]);
    let gifts = [format!("{}=0.1", to[0]), format!("{}=0.3", to[1])];
    donor.ok(&["pool", "donate-many", &pool, &gifts[0], &gifts[1]]);
    donor.ok(&["pool", "grant", &pool, "1"]);

    let shown = assert_solvent(&donor, &pool);
    assert_eq!(shown["terms"]["title"], "Wells");
    // 0.4, 0.2, 0.1 and 0.3 were matched, and 1 was granted: ben has a quarter of it all at once.
    assert_eq!(world.money(ben.account).0, before + UNIT * 3 / 4);
    let nothing = "There is nothing to pay out, to give back or to take in.";
    assert_eq!(donor.refused(&["pool", "payout", &pool]), nothing);
    let refused = donor.refused(&["pool", "refund", &pool]);
    assert_eq!(refused, "The pool has no goal, and gives nothing back.");
    // What exchanges and wallets send is taken in by whoever asks for it.
    assert_eq!(donor.refused(&["pool", "take-in", &pool]), nothing);
    world.give(pool.parse().unwrap(), UNIT);
    let shown = assert_solvent(&donor, &pool);
    assert_ne!(shown["owed"], shown["held"]);
    let taken = donor.ok(&["pool", "take-in", &pool]);
    assert_eq!(taken["amount"], UNIT.to_string());
    assert_eq!(world.money(ben.account).0, before + UNIT);
    let shown = assert_solvent(&donor, &pool);
    assert_eq!(shown["owed"], shown["held"]);
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
    let refunded = maker.in_time(
        &["pool", "refund", &pool, &donor.account.to_string()],
        TOO_EARLY,
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
    assert_eq!(listed["pools"][0]["stage"], "Open");
    assert!(
        ada.ok(&["pool", "list", "--count", "1"])["total"]
            .as_u64()
            .unwrap()
            >= 1
    );
    assert_eq!(ada.ok(&["pool", "factory"])["factory"]["fee"], Value::Null);
    let number = created["number"].to_string();
    ada.ok(&["pool", "unlist", &number]);
    let listed = ada.ok(&["pool", "list", "--creator", &handle]);
    assert_eq!(listed["pools"].as_array().map(Vec::len), Some(0));
    ada.ok(&["pool", "unlist", &number, "--back"]);
    let listed = ada.ok(&["pool", "list", "--creator", &handle]);
    assert_eq!(listed["pools"][0]["pool"], created["pool"]);
    let refused = world.rich().refused(&["pool", "unlist", &number]);
    assert!(refused.starts_with("Only the creator's owner"), "{refused}");

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
        "The parts add up to 99 %, and not to 100 %. A third each is 1/3."
    );
    let forged = "\n#0  WWF  5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty\u{1b}[8m";
    let refused = ada.refused(&["pool", "create", forged, "--to", &to]);
    assert_eq!(
        refused,
        "A pool's title has 1 to 64 bytes, and no characters that cannot be printed."
    );
    assert_solvent(&ada, created["pool"].as_str().unwrap());
}

#[test]
fn a_pool_that_reached_its_goal_pays_out_and_says_what_for() {
    let world = World::new();
    let (maker, donor) = (world.rich(), world.rich());
    let to = format!("{}=100", maker.account);
    let create = ["pool", "create", "A roof", "--to", &to, "--goal", "1"];
    let rest = ["--deadline", "+12s", "--least-sponsorship", "1"];
    let pool = made(&maker.ok(&[&create[..], &rest].concat()));
    let sponsored = donor.ok(&["pool", "sponsor", &pool, "1", "--per-donor", "0.25"]);
    assert_eq!(sponsored["sponsor"], 1);
    let refused = donor.refused(&["pool", "return-sponsorship", &pool, "1"]);
    assert!(refused.starts_with(TOO_EARLY), "{refused}");
    donor.ok(&["pool", "donate", &pool, "0.75"]);
    let refused = donor.refused(&["pool", "payout", &pool]);
    assert_eq!(
        refused,
        "There is nothing to pay out, to give back or to take in."
    );

    maker.in_time(&["pool", "finalise", &pool], TOO_EARLY);
    let refused = maker.refused(&["pool", "finalise", &pool]);
    assert_eq!(refused, "The pool was finalised already.");
    let refused = donor.refused(&["pool", "refund", &pool]);
    assert!(
        refused.starts_with("The goal was reached, with 1 UNIT"),
        "{refused}"
    );
    let note = maker.state.path().join("tiles.txt");
    fs::write(&note, "Tiles: 0.9 UNIT; the rest is for nails.").unwrap();
    let note = note.to_str().unwrap();
    let before = world.money(maker.account).0;
    let paid = donor.ok(&["pool", "payout", &pool]);
    assert_eq!(paid["payout"], 0);
    assert_eq!(world.money(maker.account).0, before + UNIT);
    let explain = [
        "pool",
        "explain",
        &pool,
        "0",
        "--note",
        note,
        "--uri",
        "ipfs://tiles",
    ];
    let refused = donor.refused(&explain);
    assert_eq!(refused, "Only a beneficiary of the pool can do this.");
    let explained = maker.ok(&explain);
    let event = &explained["transactions"][0]["events"][0];
    assert_eq!(event["fields"]["note"]["uri"], "ipfs://tiles", "{event}");
    let mut unknown = explain;
    unknown[3] = "1";
    assert_eq!(
        maker.refused(&unknown),
        "There was no payout with this number."
    );

    let before = world.money(donor.account).0;
    let returned = donor.ok(&["pool", "return-sponsorship", &pool, "1"]);
    let fee: u128 = returned["transactions"][0]["fee"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!(world.money(donor.account).0 >= before - fee + UNIT * 3 / 4);
    let refused = donor.refused(&["pool", "return-sponsorship", &pool, "1"]);
    assert_eq!(
        refused,
        "There is nothing to pay out, to give back or to take in."
    );
    assert_solvent(&donor, &pool);
}

#[test]
fn what_cannot_be_sent_yet_is_kept_until_it_can() {
    let world = World::new();
    let (maker, nobody) = (world.rich(), world.person(0));
    // An account that does not exist cannot be sent less than the least that an account has.
    let to = format!("{}=100", nobody.account);
    let pool = made(&maker.ok(&["pool", "create", "Little by little", "--to", &to]));
    maker.ok(&["pool", "donate", &pool, "0.0005"]);
    let whose = nobody.account.to_string();
    let shown = maker.ok(&["pool", "show", &pool, "--account", &whose]);
    assert_eq!(shown["pool"]["kept"], (UNIT / 2_000).to_string());
    let withdraw = ["pool", "withdraw", &pool, &whose];
    maker.refused(&withdraw);
    world.give(nobody.account, UNIT);
    maker.ok(&withdraw);
    assert_eq!(world.money(nobody.account).0, UNIT + UNIT / 2_000);
    assert_solvent(&maker, &pool);
}

#[test]
fn a_share_moves_to_who_accepts_it_and_both_can_publish_news() {
    let world = World::new();
    let (maker, heir) = (world.rich(), world.rich());
    let to = [&maker, &heir].map(|person| person.account.to_string());
    let all = format!("{}=100", to[0]);
    let pool = made(&maker.ok(&["pool", "create", "A heirloom", "--to", &all]));
    let refused = heir.refused(&["pool", "accept-share", &pool, &to[0]]);
    assert_eq!(refused, "There is no such offer of a share.");
    maker.ok(&["pool", "offer-share", &pool, &to[1]]);
    maker.ok(&["pool", "offer-share", &pool, "--withdraw"]);
    heir.refused(&["pool", "accept-share", &pool, &to[0]]);
    maker.ok(&["pool", "offer-share", &pool, &to[1]]);
    let shown = assert_solvent(&maker, &pool);
    assert_eq!(shown["offers"][0]["to"], to[1], "{shown}");
    heir.ok(&["pool", "accept-share", &pool, &to[0]]);
    let before = world.money(heir.account).0;
    maker.ok(&["pool", "donate", &pool, "1"]);
    assert_eq!(world.money(heir.account).0, before + UNIT);
    let letter = maker.state.path().join("letter.txt");
    fs::write(&letter, "The clock is wound.").unwrap();
    let letter = letter.to_str().unwrap();
    // One has made the pool, the other gets its money.
    for person in [&maker, &heir] {
        let told = person.ok(&["pool", "news", &pool, letter, "--uri", "ipfs://letter"]);
        let event = &told["transactions"][0]["events"][0];
        assert_eq!(event["fields"]["note"]["uri"], "ipfs://letter", "{event}");
    }
    let refused = world.rich().refused(&["pool", "news", &pool, letter]);
    assert_eq!(
        refused,
        "Only who made the pool, and its beneficiaries, can do this."
    );
    assert_solvent(&maker, &pool);
}

#[test]
fn money_leaves_no_faster_than_the_schedule_says() {
    let world = World::new();
    let (maker, ben) = (world.rich(), world.rich());
    let to = format!("{}=100", ben.account);
    let create = ["pool", "create", "Bit by bit", "--to", &to, "--schedule"];
    let pool = made(&maker.ok(&[&create[..], &["+0s=25", "+1d=100"]].concat()));
    maker.ok(&["pool", "donate", &pool, "1"]);
    let paid = maker.ok(&["pool", "payout", &pool]);
    assert_eq!(paid["shares"][0]["amount"], (UNIT / 4).to_string());
    let refused = maker.refused(&["pool", "payout", &pool]);
    assert_eq!(
        refused,
        "There is nothing to pay out, to give back or to take in."
    );
    assert_solvent(&maker, &pool);
}

#[test]
fn vouchers_for_a_pool_are_claimed_for_it_and_taken_in() {
    let world = World::new();
    let (maker, payer) = (world.rich(), world.rich());
    let to = format!("{}=100", maker.account);
    let pool = made(&maker.ok(&["pool", "create", "By the second", "--to", &to]));
    payer.ok(&["channel", "open", &pool, "1"]);
    let paid = payer.ok(&["channel", "pay", &pool, "0.25"]);
    let voucher = paid["voucher"].as_str().unwrap();
    let ran = maker.run(&["channel", "receive", voucher]);
    assert_eq!(
        ran.refused(2, "usage"),
        format!("The voucher is for {pool}.")
    );
    maker.ok(&["channel", "receive", voucher, "--for", &pool]);
    let kept = maker.ok(&["channel", "account", &pool]);
    assert_eq!(
        kept["account"]["vouchers"][0]["due"],
        (UNIT / 4).to_string()
    );
    let claimed = maker.ok(&["channel", "claim", "--for", &pool]);
    assert_eq!(claimed["claimed"], (UNIT / 4).to_string());
    assert_solvent(&maker, &pool);
}

#[test]
fn a_pool_whose_making_was_interrupted_is_made_once() {
    let world = World::new();
    let maker = world.rich();
    let to = format!("{}=100", maker.account);
    let create = ["pool", "create", "Once", "--to", &to, "--deadline", "+30d"];
    let mut before = None;
    for breaks in [Breaks::Before, Breaks::After] {
        let wire = Wire::to(&world.url, breaks);
        let name = ["--name", if breaks == Breaks::Before { "a" } else { "b" }];
        let create = [&create[..], &name].concat();
        let broken = maker.run(&[&["--node", &wire.url], &create[..]].concat());
        broken.refused(7, "unknown");
        // Its deadline is a month from when it was first asked for, as long as nobody was told.
        let done = maker.ok(&create);
        assert_eq!(done["transactions"][0]["sent_before"], true);
        assert_ne!(before.replace(made(&done)), Some(made(&done)));
        // A month from now is another time now, and so another pool.
        let another = maker.ok(&create);
        assert_ne!(made(&another), made(&done));
        assert_solvent(&maker, &made(&done));
    }
}

/// What was printed for people, by a command that did what it should.
fn printed(person: &Person, arguments: &[&str]) -> String {
    let ran = person.plain(arguments).output().unwrap();
    assert!(ran.status.success(), "{ran:?}");
    String::from_utf8(ran.stdout).unwrap()
}

#[test]
fn pool_is_named_by_its_title_until_anybody_makes_another_of_the_same() {
    let world = World::new();
    let (ada, handle) = world.creator("titled");
    let (donor, thief) = (world.rich(), world.rich());
    let title = format!("Wells of {handle}");
    let to = format!("{handle}=100");
    let create = ["pool", "create", &title, "--to", &to, "--creator", &handle];
    let created = ada.ok(&create);
    let pool = made(&created);
    let number = created["number"].to_string();
    let shouted = title.to_uppercase();
    for name in [&title, &shouted, &format!("id:{number}")] {
        let shown = donor.ok(&["pool", "show", name]);
        assert_eq!(shown["pool"]["address"], pool.as_str(), "{name}");
    }
    // Whoever gives by a title sees what nobody else can choose.
    let before = world.money(ada.account).0;
    let gave = donor.run(&["pool", "donate", &title, "0.4"]);
    assert_eq!(gave.code, Some(0), "{gave:?}");
    assert_eq!(world.money(ada.account).0, before + UNIT * 4 / 10);
    let mut dry = donor.plain(&["pool", "donate", &title, "0.4", "--dry-run"]);
    let plan = String::from_utf8(dry.output().unwrap().stdout).unwrap();
    assert!(plan.contains(&pool) && plan.contains(&handle), "{plan}");

    let mine = format!("{}=100", thief.account);
    let copy = title.replace("Wells of", "wells  OF");
    let stolen = made(&thief.ok(&["pool", "create", &copy, "--to", &mine]));
    for name in [&title, &copy] {
        let ran = donor.run(&["pool", "donate", name, "0.4"]);
        let sentence = ran.refused(2, "usage");
        for part in [&pool, &stolen, &handle, &thief.account.to_string()] {
            assert!(sentence.contains(part.as_str()), "{part}: {sentence}");
        }
    }
    donor.ok(&["pool", "donate", &format!("id:{number}"), "0.1"]);
    assert_solvent(&donor, &pool);
    assert_solvent(&donor, &stolen);
}

#[test]
fn pools_are_shown_by_what_their_values_are() {
    let world = World::new();
    let (ada, handle) = world.creator("typed");
    let to = format!("{handle}=100");
    // A title of digits is no amount.
    let title = format!("2027{}", std::process::id());
    let pool = made(&ada.ok(&["pool", "create", &title, "--to", &to, "--creator", &handle]));
    let shown = printed(&ada, &["pool", "show", &pool]);
    assert!(shown
        .lines()
        .any(|line| line.ends_with(&format!(" {title}"))));
    assert!(
        shown.contains("closes:") && shown.contains("never"),
        "{shown}"
    );
    assert!(shown.contains("100 %"), "{shown}");
    // Zeros that say nothing are left out.
    for nothing in ["dust", "18446744073709551615", "given back", "1000000"] {
        assert!(!shown.contains(nothing), "{nothing}: {shown}");
    }
    let goal = [
        "pool",
        "create",
        "With a goal",
        "--to",
        &to,
        "--goal",
        "2",
        "--deadline",
        "+30d",
        "--creator",
        &handle,
    ];
    let goal = made(&ada.ok(&goal));
    world.rich().ok(&["pool", "donate", &goal, "0.5"]);
    let listed = ada.ok(&["pool", "list", "--creator", &handle])["pools"][0].clone();
    assert_eq!(listed["goal"], (2 * UNIT).to_string());
    assert_eq!(listed["collected"], (UNIT / 2).to_string());
    assert_eq!(listed["handle"], handle);
    assert!(listed["closes"].is_u64(), "{listed}");
    let shown = printed(&ada, &["pool", "list", "--creator", &handle]);
    for part in ["CREATOR", "0.5", "never", &title] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert_solvent(&ada, &goal);
}

#[test]
fn deadline_that_has_come_is_refused_and_percent_can_have_its_sign() {
    let world = World::new();
    let maker = world.rich();
    let to = format!("{}=100%", maker.account);
    let over = ["pool", "create", "Over", "--to", &to, "--deadline", "+0d"];
    let refused = maker.run(&over).refused(2, "usage");
    assert!(refused.contains("has come already"), "{refused}");
    let made = maker.ok(&[
        "pool",
        "create",
        "Signs",
        "--to",
        &to,
        "--deadline",
        "+30d",
        "--least-sponsorship",
        "1",
    ]);
    let pool = made["pool"].as_str().unwrap();
    let sponsor = ["pool", "sponsor", pool, "1", "--per-donor", "1"];
    let words = [&sponsor[..], &["--match-percent", "50%", "--dry-run"]].concat();
    let plan = world.rich().plain(&words).output().unwrap();
    let plan = String::from_utf8(plan.stdout).unwrap();
    assert!(plan.contains("ratio: 50 %"), "{plan}");
}
