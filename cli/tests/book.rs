//! `farthing book` and `farthing watch`: what happened, to the unit.

use crate::world::UNIT;
use crate::world::{deploy, program, Person, Ran, World};
use farthing_node_tests::node::Node;
use serde_json::Value;

/// A row of the book.
#[derive(Debug)]
struct Row {
    block: u32,
    ledger: String,
    what: String,
    party: String,
    amount: i128,
    balance: i128,
}

fn rows(person: &Person, who: &str) -> Vec<Row> {
    // By what is final, so that it may have to wait for that.
    let ran = person.csv(&["book", who, "--csv"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let mut lines = ran.stdout.lines();
    let header = lines.next().unwrap();
    assert_eq!(
        header,
        "time,block,transaction,ledger,what,with,item,amount,balance,memo"
    );
    let amount = |text: &str| match text.strip_prefix('-') {
        Some(text) => -(farthing_client::Token::default().parse(text).unwrap() as i128),
        None => farthing_client::Token::default().parse(text).unwrap() as i128,
    };
    let row = |line: &str| {
        let fields: Vec<_> = line.split(',').collect();
        assert_eq!(fields.len(), 10, "{line}");
        Row {
            block: fields[1].parse().unwrap(),
            ledger: fields[3].into(),
            what: fields[4].into(),
            party: fields[5].into(),
            amount: amount(fields[7]),
            balance: amount(fields[8]),
        }
    };
    lines.map(row).collect()
}

/// Waits until the latest block is final.
fn settle(world: &World) {
    crate::world::block_on(async {
        let chain = farthing_client::Chain::connect(&world.url).await.unwrap();
        let best = chain.best().await.unwrap();
        while chain.finalised().await.unwrap().number < best.number {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    });
}

/// A small generator of numbers that look random.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % sides
    }
}

#[test]
fn a_creators_book_reconciles_with_everything_that_happened() {
    // With a fee, so that there is rounding.
    let world = World::bare();
    let arguments = ["--network", "book", "--fee", "3.33%", "--treasury"];
    let treasury = world.person(UNIT).account.to_string();
    let arguments: Vec<&str> = arguments.into_iter().chain([treasury.as_str()]).collect();
    deploy(&world.url, &world.deployments, &arguments);
    let on = |person: &Person, arguments: &[&str]| {
        let all: Vec<&str> = arguments
            .iter()
            .copied()
            .chain(["--network", "book"])
            .collect();
        person.ok(&all)
    };
    let [ada, ben, cid] = [(); 3].map(|()| world.rich());
    on(&ada, &["creator", "register", "ada"]);
    on(&ada, &["shop", "open", "ada"]);
    let split = [
        format!("{}=33.3333", ada.account),
        format!("{}=66.6667", ben.account),
    ];
    on(&ada, &["creator", "split", "ada", &split[0], &split[1]]);
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    on(
        &ada,
        &[
            "shop",
            "publish",
            "ada",
            file,
            "--price",
            "0.020000000007",
            "--referral",
            "5%",
            "--period",
            "1d",
        ],
    );
    on(&ada, &["shop", "refresh", "ada"]);
    let referrer = ben.account.to_string();
    let mut dice = Dice(2026);
    let (mut tips, mut sold): (u128, u128) = (0, 0);
    for _ in 0..30 {
        match dice.below(10) {
            0..=4 => {
                let amount = 1_000_000_000 + u128::from(dice.below(1_000_000));
                tips += amount;
                let amount = farthing_client::Token::default().text(amount);
                on(&cid, &["tip", "ada", &amount]);
            }
            5..=7 => {
                sold += 20_000_000_007;
                on(&cid, &["buy", "ada", "0", "--referrer", &referrer]);
            }
            8 => {
                sold += 20_000_000_007;
                on(&cid, &["buy", "ada", "0"]);
            }
            _ => {
                // There may be nothing to pay out.
                cid.run(&["shop", "payout", "ada", "--network", "book"]);
            }
        }
    }
    settle(&world);
    let book = |who: &str| ada.csv(&["book", who, "--csv", "--network", "book"]);
    assert_eq!(book("ada").code, Some(0), "{:?}", book("ada"));
    std::fs::copy(
        world.deployments.join("book.json"),
        world.deployments.join("local.json"),
    )
    .unwrap();
    std::fs::create_dir_all(world.deployments.join("local")).unwrap();
    for entry in std::fs::read_dir(world.deployments.join("book")).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(
            entry.path(),
            world.deployments.join("local").join(entry.file_name()),
        )
        .unwrap();
    }
    let rows_of_ada = rows(&ada, "ada");
    let sum = |what: &str| {
        let of_kind = rows_of_ada
            .iter()
            .filter(|row| row.ledger == "creator #0" && row.what == what);
        of_kind.map(|row| row.amount).sum::<i128>()
    };
    assert_eq!(sum("tip"), tips as i128);
    assert_eq!(sum("sale"), sold as i128);
    assert!(sum("fee") < 0 && sum("payout") < 0);
    let last = rows_of_ada
        .iter()
        .rfind(|row| row.ledger == "creator #0")
        .unwrap();
    let shown = on(&ada, &["book", "ada"])["book"].clone();
    assert_eq!(shown["creators"][0]["books"], last.balance.to_string());
    let all: i128 = rows_of_ada
        .iter()
        .filter(|row| row.ledger == "creator #0")
        .map(|row| row.amount)
        .sum();
    assert_eq!(all, last.balance);
    assert!(rows_of_ada
        .windows(2)
        .all(|pair| pair[0].ledger != pair[1].ledger || pair[0].block <= pair[1].block));

    let rows_of_ben = rows(&ben, &ben.account.to_string());
    let shares: Vec<_> = rows_of_ben
        .iter()
        .filter(|row| row.ledger == "referrals")
        .collect();
    assert!(shares.iter().any(|row| row.what == "referral"));
    assert_eq!(shares.last().unwrap().balance, 0);
    let to_ben: i128 = shares
        .iter()
        .filter(|row| row.what == "referral")
        .map(|row| row.amount)
        .sum();
    assert_eq!(sum("referral share"), -to_ben);
    let of_shares = rows_of_ada
        .iter()
        .filter(|row| row.what == "referral share");
    for row in of_shares {
        assert_eq!(row.party, ben.account.to_string());
    }
    for words in [&["book", "--csv"][..], &["mine", "--csv"]] {
        let both = ben.run(words).refused(2, "usage");
        assert!(both.contains("exclude each other"), "{both}");
    }
}

#[test]
fn the_book_of_a_payee_has_every_voucher_and_withdrawal() {
    let world = World::new();
    let (payer, payee) = (world.rich(), world.rich());
    let name = payee.account.to_string();
    payer.ok(&["channel", "open", &name, "1"]);
    let paid = payer.ok(&["channel", "pay", &name, "0.3"]);
    payee.ok(&["channel", "receive", paid["voucher"].as_str().unwrap()]);
    payee.ok(&["channel", "claim"]);
    payer.ok(&["channel", "top-up", &name, "0.2"]);
    let from = payer.account.to_string();
    let mut book = payer.ok(&["book"])["book"]["channels"]["as_payer"][0].clone();
    assert_eq!(book["left"].take(), (UNIT * 9 / 10).to_string());
    payee.ok(&["channel", "close", &from]);
    settle(&world);
    let told = |person: &Person| {
        let rows = rows(person, &person.account.to_string());
        rows.iter()
            .map(|row| (row.what.clone(), row.amount))
            .collect::<Vec<_>>()
    };
    let unit = UNIT as i128;
    let earned = unit * 3 / 10;
    let expected = [("voucher", earned), ("sent on", -earned)];
    assert_eq!(
        told(&payee),
        expected.map(|(what, amount)| (what.to_string(), amount))
    );
    let expected = [
        ("reserve", unit),
        ("paid", -earned),
        ("reserve", unit / 5),
        ("rest of a reserve", -unit * 9 / 10),
    ];
    assert_eq!(
        told(&payer),
        expected.map(|(what, amount)| (what.to_string(), amount))
    );
    let book = payer.ok(&["book"])["book"].clone();
    assert_eq!(book["channels"]["kept"], "0");
    assert_eq!(book["channels"]["as_payer"][0]["left"], "0");
}

/// Anybody can make another storefront of the same code, and have it tell what they like.
#[test]
fn another_deployment_of_the_same_code_is_in_no_book_and_in_no_watch_of_this_one() {
    let worlds = ["one", "two"].map(|_| World::bare());
    let [one, two] = &worlds;
    deploy(&one.url, &one.deployments, &["--network", "one"]);
    deploy(&two.url, &two.deployments, &["--network", "two"]);
    let first = crate::world::block_on(one.chain_best()).to_string();
    let [ada, eve] = [one.rich(), two.rich()];
    for (person, network) in [(&ada, "one"), (&eve, "two")] {
        let on = ["--network", network];
        person.ok(&[&on[..], &["creator", "register", "ada"]].concat());
        person.ok(&[&on[..], &["shop", "open", "ada"]].concat());
        person.ok(&[&on[..], &["tip", "ada", "0.5"]].concat());
        let world = if network == "one" { one } else { two };
        let payee = world.rich().account.to_string();
        person.ok(&[&on[..], &["channel", "open", &payee, "1"]].concat());
    }
    settle(one);
    let on = ["--network", "one"];
    let book = ada.csv(&[&on[..], &["book", "ada", "--csv"]].concat());
    assert_eq!(book.code, Some(0), "{book:?}");
    let tips = book.stdout.lines().filter(|line| line.contains(",tip,"));
    assert_eq!(tips.count(), 1);
    let last = crate::world::block_on(one.chain_best()).to_string();
    let (account, watch) = (eve.account.to_string(), ["watch", "--from", &first]);
    let rest = ["--until", &last, "--account", &account];
    let watched = ada.run(&[&on[..], &watch, &rest].concat());
    assert_eq!((watched.code, watched.stdout.as_str()), (Some(0), ""));
}

/// What is of one ledger, as kinds of movement and amounts.
fn of_ledger(rows: &[Row], ledger: &str) -> Vec<(String, i128)> {
    let rows = rows.iter().filter(|row| row.ledger == ledger);
    rows.map(|row| (row.what.clone(), row.amount)).collect()
}

#[test]
fn the_book_of_who_streams_has_all_that_goes_in_and_out() {
    let world = World::new();
    let (payer, payee) = (world.rich(), world.rich());
    let name = payee.account.to_string();
    let opened = payer.ok(&["stream", "open", &name, "1", "--rate", "0.01/s"]);
    let stream = opened["stream"].to_string();
    payer.ok(&["stream", "top-up", &stream, "0.5"]);
    payee.ok(&["stream", "claim", &stream]);
    settle(&world);
    let ledger = format!("stream #{stream}");
    let balance = |person: &Person| {
        let rows = rows(person, &person.account.to_string());
        rows.iter()
            .rfind(|row| row.ledger == ledger)
            .unwrap()
            .balance
    };
    let running = balance(&payer);
    assert!(0 < running && running < 3 * UNIT as i128 / 2);
    assert_eq!(running, balance(&payee));
    payer.ok(&["stream", "stop", &stream]);
    settle(&world);
    let told = of_ledger(&rows(&payee, &name), &ledger);
    let kinds: Vec<_> = told.iter().map(|(what, _)| what.as_str()).collect();
    assert_eq!(kinds, ["deposit", "deposit", "claim", "rest", "claim"]);
    assert_eq!(told.iter().map(|(_, amount)| amount).sum::<i128>(), 0);
    assert_eq!(
        told,
        of_ledger(&rows(&payer, &payer.account.to_string()), &ledger)
    );

    // The payee's end of it: both have their money at once.
    let opened = payer.ok(&["stream", "open", &name, "1", "--rate", "0.01/s"]);
    let stream = opened["stream"].to_string();
    payee.ok(&["stream", "stop", &stream]);
    settle(&world);
    let ledger = format!("stream #{stream}");
    let kinds = |person: &Person| {
        let rows = rows(person, &person.account.to_string());
        let told = of_ledger(&rows, &ledger);
        told.into_iter().map(|(what, _)| what).collect::<Vec<_>>()
    };
    assert_eq!(kinds(&payee), ["deposit", "rest", "claim"]);
    assert_eq!(kinds(&payer), kinds(&payee));
}

#[test]
fn the_book_of_a_beneficiary_has_what_pools_paid_and_what_they_keep() {
    let world = World::new();
    let (maker, nobody) = (world.rich(), world.person(0));
    let whose = [&maker, &nobody].map(|person| person.account.to_string());
    let to = [format!("{}=75", whose[0]), format!("{}=25", whose[1])];
    let made = maker.ok(&["pool", "create", "For two", "--to", &to[0], &to[1]]);
    let pool = made["pool"].as_str().unwrap();
    maker.ok(&["pool", "donate", pool, "0.002"]);
    let shown = maker.ok(&["book", &whose[1]])["book"]["pools"].clone();
    assert_eq!(shown[0]["share"], "25 %");
    assert_eq!(shown[0]["releasable"], "0");
    // Too little for an account that does not exist.
    assert_eq!(shown[0]["to_withdraw"], (UNIT / 2_000).to_string());
    settle(&world);
    let (ledger, unit) = (format!("pool {pool}"), UNIT as i128);
    let told = |row: (&str, i128)| (row.0.to_string(), row.1);
    let paid = [("gift", unit * 3 / 2_000), ("sent", -unit * 3 / 2_000)];
    assert_eq!(of_ledger(&rows(&maker, &whose[0]), &ledger), paid.map(told));
    let kept = [("gift", unit / 2_000)];
    assert_eq!(of_ledger(&rows(&maker, &whose[1]), &ledger), kept.map(told));
    world.give(nobody.account, UNIT);
    maker.ok(&["pool", "withdraw", pool, &whose[1]]);
    settle(&world);
    let kept = [("gift", unit / 2_000), ("withdrawal", -unit / 2_000)];
    assert_eq!(of_ledger(&rows(&maker, &whose[1]), &ledger), kept.map(told));
}

#[test]
fn watch_prints_each_event_once_and_in_order() {
    let world = World::new();
    let person = world.rich();
    let (me, well) = world.well(&person);
    let first = crate::world::block_on(async { world.chain_best().await });
    for _ in 0..3 {
        person.ok(&["channel", "top-up", &me, "0.5", "--of", &well]);
    }
    let last = crate::world::block_on(async { world.chain_best().await });
    let account = person.account.to_string();
    let (from, until) = ((first + 1).to_string(), last.to_string());
    let arguments = [
        "watch",
        "--from",
        &from,
        "--until",
        &until,
        "--account",
        &account,
    ];
    let ran = person.run(&arguments);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let events: Vec<Value> = ran
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(events.len(), 3, "{ran:?}");
    for pair in events.windows(2) {
        assert!(pair[0]["block"].as_u64() < pair[1]["block"].as_u64());
    }
    for event in &events {
        assert_eq!(event["event"], "ChannelsChanged");
        let changed = event["fields"].to_string();
        assert!(changed.contains(&(UNIT / 2).to_string()), "{changed}");
    }
    // For scripts: as far as there is something.
    let once = person.run(&["watch", "--from", &from, "--once", "--account", &account]);
    assert_eq!((once.code, &once.stdout), (Some(0), &ran.stdout));
    let nothing = person.run(&[
        "watch",
        "--from",
        &from,
        "--until",
        &until,
        "--contract",
        "pool",
        "--account",
        &account,
    ]);
    assert_eq!((nothing.code, nothing.stdout.as_str()), (Some(0), ""));
}

#[test]
fn completions_are_printed_for_every_shell() {
    let world = World::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let mut command = program(&world.url, &world.deployments, &world.deployments);
        let ran = Ran::of(command.args(["completions", shell]).output().unwrap());
        assert_eq!(ran.code, Some(0));
        assert!(ran.stdout.contains("farthing"), "{shell}");
    }
}

#[test]
fn a_node_that_forgets_what_happened_is_told_from_one_where_nothing_did() {
    let Some(node) = Node::with(&["--state-pruning=16"]) else {
        eprintln!("Skipped: it takes a node of its own, and FARTHING_NODE_URL says to start none.");
        return;
    };
    let world = World::on(&node.url);
    let person = world.rich();
    let (me, well) = world.well(&person);
    for _ in 0..40 {
        person.ok(&["channel", "top-up", &me, "0.001", "--of", &well]);
    }
    settle(&world);
    let who = person.account.to_string();
    // What there is now can be told without what happened.
    assert!(person.ok(&["book", &who])["book"]["free"].is_string());
    let forgotten = person.csv(&["book", &who, "--csv"]);
    let (code, sentence) = (forgotten.code, forgotten.stderr);
    assert_eq!(code, Some(4));
    assert!(
        sentence.starts_with("The node no longer knows what happened in block ")
            && sentence.contains("--state-pruning archive"),
        "{sentence}"
    );
    // What is so now needs no history; of which channels there are, it says how far that is known.
    let book = person.ok(&["book", &who])["book"].clone();
    assert!(book["free"].as_str().unwrap().parse::<u128>().unwrap() > 0);
    assert!(book["channels"]["known_until"].is_null(), "{book}");
}

/// A node may forget what a file remembers, and whoever has the file passes it on.
#[test]
fn history_that_was_kept_is_enough_where_the_node_forgot() {
    let Some(node) = Node::with(&["--state-pruning=32"]) else {
        eprintln!("Skipped: it takes a node of its own, and FARTHING_NODE_URL says to start none.");
        return;
    };
    let world = World::on(&node.url);
    let person = world.rich();
    let (me, well) = world.well(&person);
    settle(&world);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("history").display().to_string();
    let lines = |who: &Person| {
        let ran = who.csv(&["book", "--csv", "--history", &file]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        ran.stdout.lines().count()
    };
    let before = lines(&person);
    for _ in 0..3 {
        for _ in 0..20 {
            person.ok(&["channel", "top-up", &me, "0.001", "--of", &well]);
        }
        settle(&world);
        lines(&person);
    }
    assert_eq!(person.csv(&["book", "--csv"]).code, Some(4));
    // Somebody else, with the file alone.
    let friend = world.rich();
    settle(&world);
    lines(&friend);
    assert_eq!(lines(&person), before);
    assert!(
        person
            .csv(&["book", "--csv", "--history", "Cargo.toml"])
            .code
            == Some(1)
    );
    person.assert_channels_solvent();
}

#[test]
fn accounts_that_cannot_be_written_to_their_end_are_no_success() {
    use std::{fs::File, process::Stdio};
    let world = World::new();
    let person = world.rich();
    let (me, well) = world.well(&person);
    person.ok(&["channel", "top-up", &me, "0.5", "--of", &well]);
    settle(&world);
    for arguments in [
        &["book", "--csv"][..],
        &["mine"],
        &["mine", "--csv"],
        &["watch", "--from", "0", "--once"],
    ] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let mut command = person.plain(arguments);
        let output = command.stdout(Stdio::from(full)).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    }
}
