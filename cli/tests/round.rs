//! `farthing round`: a round's life, with times that really pass.

use crate::world::{Person, World};
use farthing_client::amount::UNIT;

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
        "--opens",
        "+10s",
        "--closes",
        "+22s",
        "--minimum",
        "0.1",
        "--cap",
        "10",
    ];
    let made = organiser.ok(&create);
    // The same command means the same round, and makes no second one.
    let again = organiser.ok(&create);
    assert_eq!(made["round"], again["round"]);
    assert_eq!(again.get("transactions"), None);
    for (_, number) in [&choir, &statue] {
        organiser.ok(&["round", "enter", &name, number]);
    }
    let refused = organiser.refused(&["round", "enter", &name, &choir.1]);
    assert_eq!(refused, "The pool is in the round already.");
    let refused = sponsor.refused(&["round", "allow", &name, &ben.account.to_string()]);
    assert_eq!(refused, "Only the round's verifier may do this.");
    sponsor.ok(&["round", "sponsor", &name, "3"]);

    let donate = |person: &Person, pool: &str, amount: &str| {
        let arguments = ["round", "donate", &name, pool, amount];
        person.in_time(&arguments, "The round opens at");
    };
    donate(&ben, &choir.0, "0.5");
    donate(&cid, &choir.0, "0.5");
    donate(&eve, &statue.0, "1");
    let divided = eve.in_time(&["round", "divide", &name], "The money can be divided from");
    assert_eq!(divided["transactions"].as_array().unwrap().len(), 1);

    // One donor alone draws nothing, however much they gave.
    let before = world.money(choir.0.parse().unwrap()).0;
    eve.ok(&["round", "pay", &name, &choir.0]);
    assert_eq!(world.money(choir.0.parse().unwrap()).0, before + 3 * UNIT);
    let refused = eve.refused(&["round", "pay", &name, &statue.0]);
    assert_eq!(refused, "There is nothing to pay or to give back.");
    let refused = sponsor.refused(&["round", "take-back", &name]);
    assert_eq!(refused, "The money went to the pools.");
    ben.ok(&["round", "forget", &name, &choir.0]);
    sponsor.ok(&["round", "forget-sponsorship", &name]);

    let account = eve.account.to_string();
    let shown = eve.ok(&["round", "show", &name, "--account", &account])["round"].clone();
    assert_eq!(shown["may_donate"], true);
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
        "--opens",
        "+12s",
        "--closes",
        "+30s",
    ];
    organiser.ok(&[&create[..], &rest].concat());
    organiser.ok(&["round", "enter", &name, &number]);
    donor.ok(&["round", "sponsor", &name, "2"]);
    let who = donor.account.to_string();
    let allow = ["round", "allow", &name, &who];
    assert_eq!(
        organiser.refused(&allow),
        "Only the round's verifier may do this."
    );

    let donate = ["round", "donate", &name, &format!("#{number}"), "0.5"];
    let start = std::time::Instant::now();
    while donor.refused(&donate).starts_with("The round opens at") {
        assert!(start.elapsed().as_secs() < 60);
        world.give(donor.account, 1_000_000_000);
    }
    assert_eq!(
        donor.refused(&donate),
        "The verifier has not put this account on the list: ask them to."
    );
    let deposit = |ran: &serde_json::Value| -> i128 {
        let sent = &ran["transactions"][0];
        sent["deposit"].as_str().unwrap().parse().unwrap()
    };
    let locked = deposit(&verifier.ok(&allow));
    assert!(locked > 0);
    let shown = donor.ok(&["round", "show", &name, "--account", &who]);
    assert_eq!(shown["round"]["may_donate"], true);
    donor.ok(&donate);
    let clear = ["round", "clear", &name, &who];
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
