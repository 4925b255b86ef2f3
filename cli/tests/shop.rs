//! `farthing shop`, `buy`, `tip` and `access`.

use crate::world::{deploy, program, Person, World};
use farthing_client::{amount::UNIT, Account};
use farthing_types::{commitment, Balance};
use serde_json::Value;
use std::{fs, path::PathBuf, process::Stdio, time::Duration};

/// A hundredth of a UNIT.
const CENT: Balance = UNIT / 100;

/// Storefronts of a deployment's own, which nobody else pauses or takes fees out of.
struct Market {
    world: World,
    treasury: Person,
    guardian: Person,
}

impl Market {
    /// With a fee of 2.5 %.
    fn new() -> Self {
        let world = World::bare();
        let (treasury, guardian) = (world.rich(), world.rich());
        let [to, by] = [&treasury, &guardian].map(|person| person.account.to_string());
        let terms = ["--fee", "250", "--treasury", &to, "--guardian", &by];
        deploy(&world.url, &world.deployments, &terms);
        Self {
            world,
            treasury,
            guardian,
        }
    }

    /// A creator with an open storefront.
    fn seller(&self, handle: &str) -> (Person, String) {
        let (person, handle) = self.world.creator(handle);
        person.ok(&["shop", "open", &handle]);
        (person, handle)
    }

    /// What an account has besides deposits.
    fn free(&self, account: Account) -> Balance {
        self.world.money(account).0
    }

    fn assert_solvent(&self) {
        let overview = self.treasury.ok(&["shop", "overview"]);
        assert!(amount(&overview["owed"]) <= amount(&overview["held"]));
        let others = ["fees_due", "kept"].map(|name| amount(&overview["overview"][name]));
        let owed = amount(&overview["owed_to_creators"]) + others.iter().sum::<Balance>();
        assert_eq!(amount(&overview["owed"]), owed);
    }
}

fn amount(value: &Value) -> Balance {
    value.as_str().unwrap().parse().unwrap()
}

/// Fees, and deposits locked or given back, of what was done.
fn cost(done: &Value) -> i128 {
    let transactions = done["transactions"].as_array().unwrap();
    let of = |transaction: &Value, name: &str| -> i128 {
        transaction[name].as_str().unwrap().parse().unwrap()
    };
    let costs = transactions.iter().map(|t| of(t, "fee") + of(t, "deposit"));
    costs.sum()
}

/// What somebody paid, apart from fees and deposits, by doing this.
fn paid(market: &Market, person: &Person, arguments: &[&str]) -> (i128, Value) {
    let before = market.free(person.account) as i128;
    let done = person.ok(arguments);
    let after = market.free(person.account) as i128;
    (before - after - cost(&done), done)
}

fn file(person: &Person, name: &str, content: &str) -> PathBuf {
    let path = person.state.path().join(name);
    fs::write(&path, content).unwrap();
    path
}

/// Publishes something of its own for this price, and returns its number.
fn publish(person: &Person, handle: &str, price: &str, terms: &[&str]) -> String {
    let path = file(person, "content", &format!("{handle} {price} {terms:?}"));
    let mut arguments = vec!["shop", "publish", handle, path.to_str().unwrap()];
    arguments.extend(["--price", price]);
    arguments.extend(terms);
    person.ok(&arguments)["item"].to_string()
}

fn balance(person: &Person, handle: &str) -> Balance {
    amount(&person.ok(&["shop", "show", handle])["shop"]["balance"])
}

#[test]
fn an_item_is_published_sold_repriced_and_retired() {
    let market = Market::new();
    let (ada, handle) = market.seller("ada");
    let buyer = market.world.rich();
    assert_eq!(
        ada.refused(&["shop", "open", &handle]),
        "The creator's storefront is open already."
    );

    let song = file(&ada, "song", "la la la");
    let song = song.to_str().unwrap();
    let terms = ["--price", "0.02", "--referral", "2.5%"];
    let publish = [&["shop", "publish", &handle, song], &terms[..]].concat();
    let published = ada.ok(&publish);
    assert_eq!(published["item"], 0);
    let hash = format!("0x{}", hex::encode(commitment::content(b"la la la")));
    assert_eq!(published["content"], hash);
    assert!(buyer
        .refused(&publish)
        .starts_with("Only the creator's owner may do this, or, for the catalogue, a delegate"));

    let shown = buyer.ok(&["shop", "item", &handle, "0", "--file", song]);
    assert_eq!(shown["file_matches"], true);
    assert_eq!(shown["item"]["listing"]["price"], (2 * CENT).to_string());
    assert_eq!(shown["item"]["listing"]["referral"], 250);
    let other = file(&buyer, "other", "lo lo lo");
    let other = other.to_str().unwrap();
    let ran = buyer.run(&["shop", "item", &handle, "0", "--file", other]);
    assert!(ran
        .refused(2, "usage")
        .contains("not the file that is sold"));

    // More than the price comes back.
    let (spent, done) = paid(&market, &buyer, &["buy", &handle, "0", "--max-price", "3"]);
    assert_eq!(spent, 2 * CENT as i128);
    assert_eq!(done["bought"][0]["paid"], (2 * CENT).to_string());
    assert_eq!(done["bought"][0]["owner"], buyer.account.to_string());
    assert_eq!(
        buyer.refused(&["buy", &handle, "0"]),
        "The account has the item for ever already."
    );

    ada.ok(&["shop", "price", &handle, "0", "0.05"]);
    let gift = ["buy", &handle, "0", "--for", &handle];
    let cheap = [&gift[..], &["--max-price", "0.02"]].concat();
    let sentence = buyer.refused(&cheap);
    assert!(sentence.starts_with("This costs 0.05 UNIT, which is more than the maximum"));
    assert_eq!(paid(&market, &buyer, &gift).0, 5 * CENT as i128);
    let access = ada.ok(&["access", &handle, "0"]);
    assert_eq!(
        (&access["access"], &access["for_ever"]),
        (&true.into(), &true.into())
    );

    ada.ok(&["shop", "retire", &handle, "0"]);
    let late = market.world.rich();
    assert_eq!(
        late.refused(&["buy", &handle, "0"]),
        "The item is off sale for good."
    );
    assert_eq!(late.ok(&["access", &handle, "0"])["access"], false);
    let account = buyer.account.to_string();
    let access = late.ok(&["access", &handle, "0", &account]);
    assert_eq!(
        (&access["access"], &access["until"]),
        (&true.into(), &Value::Null)
    );
    let shop = buyer.ok(&["shop", "show", &handle]);
    assert_eq!(shop["items"][0]["retired"], true);
    assert_eq!(shop["shop"]["due"], (7 * CENT).to_string());
    assert!(buyer
        .refused(&["buy", &handle, "1"])
        .contains("no item with this number"));
    market.assert_solvent();
}

#[test]
fn a_pass_lasts_for_its_period_and_is_extended_from_its_end() {
    let market = Market::new();
    let (ada, handle) = market.seller("ada");
    let buyer = market.world.rich();
    let hour = 3_600_000;
    let item = publish(&ada, &handle, "0.1", &["--period", "1h"]);
    let buy = ["buy", &handle, &item, "--times", "3"];
    let (spent, done) = paid(&market, &buyer, &buy);
    assert_eq!(spent, 30 * CENT as i128);
    let until = |n: usize| done["bought"][n]["until"].as_u64().unwrap();
    assert_eq!((until(1) - until(0), until(2) - until(1)), (hour, hour));
    let access = buyer.ok(&["access", &handle, &item]);
    assert_eq!(access["access"], true);
    assert_eq!(access["for_ever"], false);
    assert_eq!(access["until"], until(2));

    // The latest purchase is what comes back.
    let account = buyer.account.to_string();
    let before = market.free(buyer.account);
    let refund = ["shop", "refund", &handle, &item, &account];
    let refunded = ada.ok(&refund);
    assert_eq!(refunded["refunded"]["amount"], (10 * CENT).to_string());
    assert_eq!(market.free(buyer.account), before + 10 * CENT);
    assert_eq!(buyer.ok(&["access", &handle, &item])["until"], until(1));
    assert!(ada
        .refused(&refund)
        .starts_with("The account has not bought this item"));

    let short = publish(&ada, &handle, "0.01", &["--period", "1s"]);
    buyer.ok(&["buy", &handle, &short]);
    // Time goes on with the blocks, and blocks with transactions.
    while buyer.ok(&["access", &handle, &short])["access"] == true {
        buyer.ok(&["tip", &handle, "0.01"]);
    }
    market.assert_solvent();
}

#[test]
fn tips_are_paid_out_along_the_split_and_the_treasury_gets_its_fee() {
    let market = Market::new();
    let (ada, handle) = market.seller("ada");
    let (ben, other) = market.seller("ben");
    let fan = market.world.rich();
    let nobody = market.world.person(0);
    let shares = [
        format!("{handle}=59.9999"),
        format!("{other}=40"),
        format!("{}=0.0001", nobody.account),
    ];
    let split = ["creator", "split", &handle];
    ada.ok(&[&split[..], &shares.each_ref().map(String::as_str)].concat());

    let (spent, done) = paid(&market, &fan, &["tip", &handle, "1", "--memo", "thank you"]);
    assert_eq!(spent, UNIT as i128);
    let event = &done["transactions"][0]["events"][0];
    let tip = &event["fields"]["payments"][0]["Tip"];
    assert_eq!(tip["memo"], format!("0x{}", hex::encode("thank you")));
    let tips = [
        format!("{handle}=0.5"),
        format!("{other}=0.25"),
        format!("{handle}=0.5"),
    ];
    let tips = tips.each_ref().map(String::as_str);
    let (spent, done) = paid(&market, &fan, &[&["tip"], &tips[..]].concat());
    assert_eq!(
        (spent, &done["tipped"]),
        (125 * CENT as i128, &(125 * CENT).to_string().into())
    );

    assert_eq!(
        fan.refused(&["tip", &handle, "0"]),
        "A tip is more than nothing: give an amount."
    );
    let long = "x".repeat(141);
    let sentence = fan.refused(&["tip", &handle, "1", "--memo", &long]);
    assert!(sentence.starts_with("A memo has at most 140 bytes"));
    let many = vec![tips[1]; 65];
    let sentence = fan.refused(&[&["tip"], &many[..]].concat());
    assert!(
        sentence.starts_with("A batch has 1 to 64 entries"),
        "{sentence}"
    );

    // 2 UNIT: a fee of 0.05, and 1.95 to be divided.
    let before = [&ada, &ben].map(|person| market.free(person.account));
    let done = fan.ok(&["shop", "payout", &handle]);
    assert_eq!(done["payout"]["fee"], (5 * CENT).to_string());
    let net = 195 * CENT;
    let parts = [net * 599_999 / 1_000_000, net * 40 / 100, net / 1_000_000];
    let [to_ada, to_ben] = [&ada, &ben].map(|person| market.free(person.account));
    assert_eq!(to_ada - before[0], parts[0]);
    assert_eq!(to_ben - before[1], parts[1]);
    // Too little for an account that does not exist.
    let last = &done["payout"]["shares"][2];
    assert_eq!(
        (amount(&last["amount"]), &last["sent"]),
        (parts[2], &false.into())
    );
    let account = nobody.account.to_string();
    assert_eq!(
        fan.ok(&["shop", "owed", &account])["owed"],
        parts[2].to_string()
    );
    let sentence = fan.refused(&["shop", "withdraw", &account]);
    assert!(sentence.starts_with("The chain refused to move the money"));
    assert_eq!(
        fan.refused(&["shop", "payout", &handle]),
        "There is nothing to be paid out."
    );

    let before = market.free(market.treasury.account);
    assert_eq!(
        fan.ok(&["shop", "withdraw-fees"])["fees"],
        (5 * CENT).to_string()
    );
    assert_eq!(market.free(market.treasury.account), before + 5 * CENT);
    assert_eq!(balance(&fan, &other), 25 * CENT);
    market.assert_solvent();
}

#[test]
fn referrers_enroll_earn_their_share_and_leave() {
    let market = Market::new();
    let (ada, handle) = market.seller("ada");
    let (fan, buyer) = (market.world.rich(), market.world.rich());
    let item = publish(&ada, &handle, "1", &["--referral", "10%"]);
    let account = fan.account.to_string();
    let buy = ["buy", &handle, &item, "--referrer", &account];
    assert!(buyer
        .refused(&buy)
        .starts_with("The referrer has not enrolled"));
    fan.ok(&["shop", "enroll"]);
    assert!(fan
        .refused(&["shop", "enroll"])
        .contains("has enrolled as a referrer already"));
    assert!(fan.refused(&buy).starts_with("Nobody can refer themselves"));
    let (spent, done) = paid(&market, &buyer, &buy);
    assert_eq!(spent, UNIT as i128);
    assert_eq!(done["bought"][0]["referral"], (10 * CENT).to_string());
    assert_eq!(balance(&ada, &handle), 90 * CENT);

    // A tenth, less the fee on it.
    let share = 10 * CENT - 10 * CENT / 40;
    let owed = fan.ok(&["shop", "owed"]);
    assert_eq!(
        (amount(&owed["owed"]), &owed["enrolled"]),
        (share, &true.into())
    );
    assert_eq!(
        fan.refused(&["shop", "leave"]),
        "The account is still owed 0.0975 UNIT: withdraw it first."
    );
    assert_eq!(
        paid(&market, &fan, &["shop", "withdraw"]).0,
        -(share as i128)
    );
    let (_, left) = paid(&market, &fan, &["shop", "leave"]);
    assert!(left["transactions"][0]["deposit"]
        .as_str()
        .unwrap()
        .starts_with('-'));
    assert!(fan.refused(&["shop", "leave"]).contains("has not enrolled"));
    assert_eq!(fan.ok(&["shop", "owed"])["enrolled"], false);
    let greedy = [
        "shop",
        "publish",
        &handle,
        "/dev/null",
        "--price",
        "1",
        "--referral",
        "101%",
    ];
    assert!(ada
        .refused(&greedy)
        .starts_with("A referrer gets at most 100 %"));
    market.assert_solvent();
}

#[test]
fn a_basket_of_several_creators_is_bought_at_once_or_not_at_all() {
    let market = Market::new();
    let (ada, first) = market.seller("ada");
    let (ben, second) = market.seller("ben");
    let buyer = market.world.rich();
    for price in ["0.01", "0.02"] {
        publish(&ada, &first, price, &[]);
    }
    publish(&ben, &second, "0.04", &[]);
    let before = market.world.money(buyer.account);
    assert!(buyer
        .refused(&["buy", &first, "0", "1", &second, "1"])
        .contains("no item with this number"));
    assert_eq!(market.world.money(buyer.account), before);
    let basket = ["buy", &first, "0", "1", &second, "0"];
    let (spent, done) = paid(&market, &buyer, &basket);
    assert_eq!(spent, 7 * CENT as i128);
    assert_eq!(done["bought"].as_array().unwrap().len(), 3);
    assert_eq!(
        (balance(&ada, &first), balance(&ada, &second)),
        (3 * CENT, 4 * CENT)
    );
    let ran = buyer.run(&["buy", "0", &first]);
    assert!(ran
        .refused(2, "usage")
        .starts_with("Say whose items these are"));
    market.assert_solvent();
}

#[test]
fn a_refund_gives_the_payer_everything_and_ends_the_access() {
    let market = Market::new();
    let (ada, handle) = market.seller("ada");
    let (friend, buyer) = (market.world.rich(), market.world.rich());
    let account = buyer.account.to_string();
    for price in ["0.1", "0.2", "0.3"] {
        publish(&ada, &handle, price, &[]);
    }
    buyer.ok(&["buy", &handle, "0", "2"]);
    friend.ok(&["buy", &handle, "1", "--for", &account]);
    ada.ok(&["shop", "payout", &handle]);

    let refund = ["shop", "refund", &handle, "1", &account];
    assert_eq!(
        ada.refused(&refund),
        "The creator's books hold only 0 UNIT to refund from: attach the rest (--top-up)."
    );
    assert!(buyer
        .refused(&refund)
        .starts_with("Only the creator's owner may do this"));
    let before = [&friend, &buyer].map(|person| market.free(person.account));
    let topped_up = [&refund[..], &["--top-up", "0.5"]].concat();
    let (spent, done) = paid(&market, &ada, &topped_up);
    assert_eq!(spent, 50 * CENT as i128);
    assert_eq!(done["refunded"]["account"], friend.account.to_string());
    assert_eq!(market.free(friend.account), before[0] + 20 * CENT);
    assert_eq!(market.free(buyer.account), before[1]);
    assert_eq!(buyer.ok(&["access", &handle, "1"])["access"], false);
    assert_eq!(buyer.ok(&["access", &handle, "2"])["access"], true);
    assert!(ada
        .refused(&refund)
        .starts_with("The account has not bought this item"));

    // What was refunded is no part of the history, and what was bought again is its last.
    buyer.ok(&["buy", &handle, "1"]);
    for (item, price) in [("0", 10), ("1", 20)] {
        let before = market.free(buyer.account);
        ada.ok(&["shop", "refund", &handle, item, &account]);
        assert_eq!(market.free(buyer.account), before + price * CENT);
    }
    assert_eq!(balance(&ada, &handle), 20 * CENT);
    market.assert_solvent();
}

#[test]
fn a_blinded_purchase_tells_the_creator_what_it_was_and_the_chain_not() {
    let market = Market::new();
    let (ada, handle) = market.seller("ada");
    let (_, other) = market.seller("ben");
    let buyer = market.world.rich();
    let item = publish(&ada, &handle, "0.1", &[]);
    let buy = ["buy", &handle, &item, "--blinded", "--tier", "3"];
    assert!(buyer
        .refused(&buy)
        .starts_with("The creator has no such price tier"));
    ada.ok(&["shop", "tier", &handle, "3", "0.15"]);
    assert_eq!(
        buyer.ok(&["shop", "show", &handle])["tiers"]["3"],
        (15 * CENT).to_string()
    );
    let (spent, done) = paid(&market, &buyer, &buy);
    assert_eq!(spent, 15 * CENT as i128);
    let call = &done["transactions"][0]["call"];
    assert_eq!(call["message"], "buy_blinded");
    assert_eq!(call["arguments"].get("item"), None);

    // Each purchase has a secret of its own.
    let again = buyer.ok(&buy)["proof"].clone();
    assert_ne!(done["proof"], again);
    let revealed = buyer.ok(&["shop", "reveal", &handle, &item]);
    assert_eq!(revealed["proofs"][0]["proof"], done["proof"]);
    assert_eq!(revealed["proofs"][1]["proof"], again);
    let ran = ada.run(&["shop", "reveal", &handle]);
    assert!(ran
        .refused(2, "usage")
        .contains("has made no blinded purchase"));

    let proof = done["proof"].as_str().unwrap();
    let checked = ada.ok(&["shop", "check", &handle, proof]);
    assert_eq!(checked["purchase"]["item"].to_string(), item);
    assert_eq!(checked["purchase"]["buyer"], buyer.account.to_string());
    assert_eq!(checked["purchase"]["paid"], (15 * CENT).to_string());
    assert_eq!(checked["item"]["listing"]["price"], (10 * CENT).to_string());
    // Where it is in the chain is only a hint.
    let (found, block) = proof.rsplit_once('/').unwrap();
    for hint in [
        found.to_string(),
        format!("{found}/4000000000"),
        format!("{found}/1"),
    ] {
        let checked = ada.ok(&["shop", "check", &handle, &hint]);
        assert_eq!(checked["purchase"]["block"].to_string(), block);
    }
    let forged = proof.replacen("/3/0/", "/3/1/", 1);
    let ran = ada.run(&["shop", "check", &handle, &forged]);
    assert!(ran
        .refused(2, "usage")
        .starts_with("The proof is of no purchase on this chain"));
    let ran = ada.run(&["shop", "check", &other, proof]);
    assert!(ran
        .refused(2, "usage")
        .starts_with("The proof is of a purchase from creator #"));

    ada.ok(&["shop", "tier", &handle, "3", "--end"]);
    assert_eq!(
        ada.ok(&["shop", "show", &handle])["tiers"],
        serde_json::json!({})
    );
    assert!(buyer
        .refused(&buy)
        .starts_with("The creator has no such price tier"));
    assert_eq!(balance(&ada, &handle), 30 * CENT);
    market.assert_solvent();
}

#[test]
fn only_the_guardian_pauses_payments_and_nobody_stops_payouts() {
    let market = Market::new();
    let (ada, handle) = market.seller("ada");
    let fan = market.world.rich();
    fan.ok(&["tip", &handle, "0.1"]);
    assert!(fan
        .refused(&["shop", "pause", "1h"])
        .starts_with("Only the storefront's guardian"));
    let guardian = &market.guardian;
    let sentence = guardian.refused(&["shop", "pause", "8d"]);
    assert_eq!(
        sentence,
        "A pause lasts more than nothing and at most 7 days."
    );
    guardian.ok(&["shop", "pause", "1h"]);
    assert!(fan
        .refused(&["tip", &handle, "0.1"])
        .starts_with("Payments are paused until 20"));
    assert!(fan.ok(&["shop", "overview"])["overview"]["paused_until"].is_u64());
    fan.ok(&["shop", "payout", &handle]);
    guardian.ok(&["shop", "resume"]);
    fan.ok(&["tip", &handle, "0.1"]);
    assert!(guardian
        .refused(&["shop", "pause", "1h"])
        .starts_with("There can be another pause from"));
    market.assert_solvent();
}

/// Starts something and ends it as soon as it has signed. Whether it had come to its end before.
fn interrupt(market: &Market, person: &Person, arguments: &[&str]) -> bool {
    let mut command = program(
        &market.world.url,
        &market.world.deployments,
        person.state.path(),
    );
    let command = command
        .args(["--json", "--yes"])
        .args(arguments)
        .env("FARTHING_SECRET", &person.secret);
    let command = command.stdout(Stdio::null()).stderr(Stdio::null());
    let outbox = person
        .state
        .path()
        .join(hex::encode(market.world.chain().genesis()))
        .join("outbox")
        .join(format!("{}.json", person.account));
    let mut child = command.spawn().unwrap();
    while !outbox.exists() && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    let ended = child.try_wait().unwrap().is_some();
    child.kill().unwrap();
    child.wait().unwrap();
    ended
}

#[test]
fn what_was_killed_after_it_had_signed_is_paid_once_even_if_the_price_has_changed() {
    let market = Market::new();
    let (ada, handle) = market.seller("ada");
    let buyer = market.world.rich();
    let item = publish(&ada, &handle, "0.1", &["--period", "1h"]);
    let buy = ["buy", &handle, &item];
    let ended = interrupt(&market, &buyer, &buy);
    ada.ok(&["shop", "price", &handle, &item, "0.01"]);
    let done = buyer.ok(&buy);
    if !ended {
        assert_eq!(done["bought"][0]["paid"], (10 * CENT).to_string());
        assert_eq!(balance(&ada, &handle), 10 * CENT);
    }
    // It was told: the same words are another purchase, at the price of then.
    let done = buyer.ok(&buy);
    assert_eq!(done["bought"][0]["paid"], CENT.to_string());
    market.assert_solvent();
}

#[test]
fn a_blinded_purchase_that_was_killed_keeps_its_secret_and_is_paid_once() {
    let market = Market::new();
    let (ada, handle) = market.seller("ada");
    let buyer = market.world.rich();
    let item = publish(&ada, &handle, "0.1", &[]);
    ada.ok(&["shop", "tier", &handle, "0", "0.1"]);
    let buy = ["buy", &handle, &item, "--blinded", "--tier", "0"];
    let times = match interrupt(&market, &buyer, &buy) {
        true => 2,
        false => 1,
    };
    ada.ok(&["shop", "tier", &handle, "0", "0.2"]);
    let done = buyer.ok(&buy);
    assert_eq!(balance(&ada, &handle), 10 * CENT * (2 * times - 1));
    let revealed = buyer.ok(&["shop", "reveal", &handle]);
    let proofs = revealed["proofs"].as_array().unwrap();
    assert_eq!(proofs.len(), times as usize);
    assert_eq!(proofs.last().unwrap()["proof"], done["proof"]);
    ada.ok(&["shop", "check", &handle, done["proof"].as_str().unwrap()]);
    market.assert_solvent();
}
