//! `farthing round`: a round's life, with times that really pass.

use crate::world::UNIT;
use crate::world::{Person, World};

#[test]
fn a_round_divides_its_money_by_how_many_gave() {
    let world = World::new();
    let (organiser, sponsor) = (world.rich(), world.rich());
    let [ben, cid, eve] = [(); 3].map(|()| world.rich());
    let to = format!("{}=100", organiser.account);
    let [choir, statue] = ["choir", "statue"].map(|title| {
        let made = organiser.ok(&["pool", "create", title, "--to", &to]);
        (
            made["pool"].as_str().unwrap().to_string(),
            made["number"].to_string(),
        )
    });
    let name = format!("spring {}", std::process::id());
    let create = [
        "round",
        "create",
        &name,
        "--chosen",
        "+20s",
        "--opens",
        "+22s",
        "--closes",
        "+42s",
        "--divides",
        "+45s",
        "--max-share",
        "100",
        "--min-donors",
        "2",
        "--minimum",
        "0.1",
        "--cap",
        "10",
    ];
    let made = organiser.ok(&create);
    // It opens at another time if it is made again, and so would be another of the same name.
    let again = organiser.run(&create).refused(2, "usage");
    assert!(again.starts_with("There is another round"), "{again}");
    for (_, number) in [&choir, &statue] {
        organiser.ok(&["round", "enter", &name, number]);
    }
    let refused = organiser.refused(&["round", "enter", &name, &choir.1]);
    assert_eq!(refused, "The pool is in the round already.");
    let list = list_of("anyone", &[&ben]);
    let refused = sponsor.refused(&["round", "set-list", &name, &list]);
    assert_eq!(refused, "Only the round's verifier may do this.");
    // Sponsors can leave until it opens.
    sponsor.ok(&["round", "sponsor", &name, "1"]);
    sponsor.ok(&["round", "leave", &name]);
    sponsor.ok(&["round", "sponsor", &name, "3"]);

    let donate = |person: &Person, pool: &str, amount: &str| {
        let arguments = ["round", "donate", &name, pool, amount];
        person.in_time(&arguments, "The round opens at");
    };
    donate(&ben, &choir.0, "0.25");
    donate(&cid, &choir.0, "0.25");
    donate(&eve, &statue.0, "1");
    // The formula asks for half a UNIT. One donor alone draws nothing, however much they gave.
    let shown = eve.ok(&["round", "show", &name])["round"].clone();
    let half = UNIT / 2;
    assert_eq!(shown["pools"][0]["entry"]["share"], half.to_string());
    assert_eq!(shown["to_sponsors"], (3 * UNIT - half).to_string());
    let divided = eve.in_time(&["round", "divide", &name], "The money can be divided from");
    assert_eq!(divided["transactions"].as_array().unwrap().len(), 1);
    assert_eq!(divided["left"], 0);
    let shown = eve.ok(&["round", "show", &name])["round"].clone();
    assert_eq!(shown["pools"][0]["entry"]["paid"], true);
    let refused = eve.refused(&["round", "pay", &name, &choir.0]);
    assert_eq!(refused, "There is nothing to pay, to give back or to free.");
    let refused = eve.refused(&["round", "pay", &name, &statue.0]);
    assert_eq!(refused, "There is nothing to pay, to give back or to free.");
    sponsor.ok(&["round", "take-back", &name]);
    let refused = sponsor.refused(&["round", "take-back", &name]);
    assert_eq!(refused, "There is nothing to pay, to give back or to free.");
    ben.ok(&["round", "forget", &name, &choir.0]);

    let account = eve.account.to_string();
    let shown = eve.ok(&["round", "show", &name, "--account", &account])["round"].clone();
    assert_eq!(shown["pools"].as_array().unwrap().len(), 2);
    let amount = |name: &str| shown[name].as_str().unwrap().parse::<u128>().unwrap();
    assert!(amount("owed") <= amount("held"), "{shown}");
    let listed = eve.ok(&["round", "list"]);
    assert_eq!(listed["rounds"][&name], made["round"]);
    let ran = eve.run(&["round", "show", "no such round"]);
    assert!(ran.refused(2, "usage").starts_with("There is no round"));
}

#[test]
fn a_round_with_a_list_gives_back_what_it_could_not_divide() {
    let world = World::new();
    let (organiser, verifier, donor) = (world.rich(), world.rich(), world.rich());
    let to = format!("{}=100", organiser.account);
    let pool = organiser.ok(&["pool", "create", "A mural", "--to", &to]);
    let number = pool["number"].to_string();
    let name = format!("autumn {}", std::process::id());
    let listing = verifier.account.to_string();
    let create = ["round", "create", &name, "--minimum", "0.1", "--cap", "10"];
    let rest = [
        "--verifier",
        &listing,
        "--chosen",
        "+12s",
        "--opens",
        "+14s",
        "--closes",
        "+36s",
        "--divides",
        "+38s",
    ];
    organiser.ok(&[&create[..], &rest].concat());
    organiser.ok(&["round", "enter", &name, &number]);
    donor.ok(&["round", "sponsor", &name, "2"]);
    let who = donor.account.to_string();
    let list = list_of("people", &[&donor, &organiser]);
    let allow = ["round", "set-list", &name, &list];
    assert_eq!(
        organiser.refused(&allow),
        "Only the round's verifier may do this."
    );
    let proofs = donor.ok(&["round", "proofs", &list]);
    assert_eq!(proofs["proofs"].as_array().unwrap().len(), 2);

    let donate = ["round", "donate", &name, &format!("#{number}"), "0.5"];
    let start = std::time::Instant::now();
    while donor.refused(&donate).starts_with("The round opens at") {
        assert!(start.elapsed().as_secs() < 60);
        world.give(donor.account, 1_000_000_000);
    }
    assert_eq!(
        donor.refused(&donate),
        "This account is not on the verifier's list that the proof is for: ask them."
    );
    let deposit = |ran: &serde_json::Value| -> i128 {
        let sent = &ran["transactions"][0];
        sent["deposit"].as_str().unwrap().parse().unwrap()
    };
    let listed = [&donate[..], &["--list", &list]].concat();
    let ran = donor.run(&listed);
    let refused = ran.refused(2, "usage");
    assert!(refused.starts_with("This is none of the round's lists"));
    let set = verifier.ok(&allow);
    let locked = deposit(&set);
    assert!(locked > 0);
    assert_eq!(set["root"], proofs["root"]);
    // The same command means the same list.
    assert_eq!(verifier.refused(&allow).split(' ').next(), Some("The"));
    let ran = verifier.run(&listed);
    assert!(ran.refused(2, "usage").ends_with("is not on the list."));
    donor.ok(&listed);
    // Who has given needs no proof any more.
    donor.ok(&donate);
    let strike = [
        "round",
        "strike-off",
        &name,
        &format!("#{number}"),
        "A doubt",
    ];
    verifier.ok(&strike);
    assert_eq!(verifier.refused(&strike), "The pool was struck off.");
    verifier.ok(&["round", "reinstate", &name, &format!("#{number}")]);
    let clear = ["round", "free-lists", &name];
    let freed = deposit(&verifier.in_time(&clear, "The round is open until"));
    // Deposits come back but for a rounding of the chain's.
    assert!((0..=2).contains(&(locked + freed)), "{locked} {freed}");

    // Nobody but one gave: there is no weight to divide by.
    donor.in_time(&["round", "divide", &name], "The money can be divided from");
    let before = world.money(donor.account).0;
    let back = organiser.ok(&["round", "take-back", &name, &who]);
    assert_eq!(world.money(donor.account).0, before + 2 * UNIT);
    assert_eq!(back["transactions"].as_array().unwrap().len(), 1);
    let shown = donor.ok(&["round", "show", &name])["round"].clone();
    let amount = |name: &str| shown[name].as_str().unwrap().parse::<u128>().unwrap();
    assert!(amount("owed") <= amount("held"), "{shown}");
}

/// A file with the accounts of these people.
fn list_of(name: &str, people: &[&Person]) -> String {
    let file = std::env::temp_dir().join(format!("farthing-{name}-{}.txt", std::process::id()));
    let lines: Vec<_> = people.iter().map(|one| one.account.to_string()).collect();
    std::fs::write(&file, lines.join("\n")).unwrap();
    file.to_str().unwrap().to_string()
}

#[test]
fn rules_that_make_no_round_are_refused_by_name() {
    let world = World::new();
    let organiser = world.rich();
    let words = [
        "round",
        "create",
        "backwards",
        "--opens",
        "+2d",
        "--closes",
        "+1d",
    ];
    let words = [
        &words[..],
        &["--minimum", "0.1", "--cap", "1", "--max-share", "100%"],
    ]
    .concat();
    let ran = organiser.run(&words);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    let error = ran.object()["error"]["error"].clone();
    assert!(!error.to_string().contains("0x"), "{error}");
}
