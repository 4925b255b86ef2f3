//! `farthing shop`, `buy`, `tip` and `access`.

mod blinded;
mod killed;
mod money;

use crate::world::UNIT;
use crate::world::{deploy, Person, World};
use farthing_client::Account;
use farthing_types::{commitment, Balance};
use serde_json::Value;
use std::{fs, path::PathBuf};

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
        let terms = ["--fee", "2.5%", "--treasury", &to, "--guardian", &by];
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
        let fees = amount(&overview["overview"]["fees_due"]);
        let owed = amount(&overview["owed_to_creators"]) + fees;
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

/// What waits in a creator's books.
fn balance(person: &Person, handle: &str) -> Balance {
    amount(&person.ok(&["shop", "show", handle])["shop"]["balance"])
}

/// What is left of a price after the fee.
fn net(price: Balance) -> Balance {
    price - price / 40
}

/// What somebody has more than before.
fn gained(market: &Market, account: Account, before: Balance) -> Balance {
    market.free(account) - before
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
        .starts_with("Only the creator's owner may do this, or, for the catalogue and prices, a"));

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
    let earned = market.free(ada.account);
    let (spent, done) = paid(&market, &buyer, &["buy", &handle, "0", "--max-price", "3"]);
    assert_eq!(spent, 2 * CENT as i128);
    assert_eq!(done["bought"][0]["paid"], (2 * CENT).to_string());
    assert_eq!(done["bought"][0]["owner"], buyer.account.to_string());
    assert_eq!(gained(&market, ada.account, earned), net(2 * CENT));
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
        "The item is off sale."
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
    assert_eq!(shop["shop"]["due"], "0");
    ada.ok(&["shop", "relist", &handle, "0"]);
    late.ok(&["buy", &handle, "0"]);
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

    // The latest purchase is what comes back, or as many as are named.
    let account = buyer.account.to_string();
    let before = market.free(buyer.account);
    let refund = ["shop", "refund", &handle, &item, &account];
    let refunded = ada.ok(&refund);
    assert_eq!(refunded["refunded"][0]["amount"], (10 * CENT).to_string());
    assert_eq!(refunded["attached"], (10 * CENT).to_string());
    assert_eq!(market.free(buyer.account), before + 10 * CENT);
    assert_eq!(buyer.ok(&["access", &handle, &item])["until"], until(1));
    ada.ok(&[&refund[..], &["--times", "2"]].concat());
    assert_eq!(market.free(buyer.account), before + 30 * CENT);
    assert_eq!(buyer.ok(&["access", &handle, &item])["access"], false);
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
fn a_basket_of_several_creators_is_bought_at_once() {
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
    let earned = [&ada, &ben].map(|person| market.free(person.account));
    let basket = ["buy", &first, "0", "1", &second, "0"];
    let (spent, done) = paid(&market, &buyer, &basket);
    assert_eq!(spent, 7 * CENT as i128);
    assert_eq!(done["bought"].as_array().unwrap().len(), 3);
    assert_eq!(gained(&market, ada.account, earned[0]), net(3 * CENT));
    assert_eq!(gained(&market, ben.account, earned[1]), net(4 * CENT));
    // What the buyer has by now is left out, and its money comes back.
    publish(&ada, &first, "0.08", &[]);
    let (spent, done) = paid(&market, &buyer, &["buy", &first, "0", "2"]);
    assert_eq!(spent, 8 * CENT as i128);
    assert_eq!(done["bought"].as_array().unwrap().len(), 1);
    assert_eq!(done["skipped"][0]["item"], 0);
    let ran = buyer.run(&["buy", "0", &first]);
    assert!(ran
        .refused(2, "usage")
        .starts_with("Say whose items these are"));
    market.assert_solvent();
}

#[test]
fn only_the_guardian_pauses_payments_and_nobody_stops_payouts() {
    let market = Market::new();
    let (_, handle) = market.seller("ada");
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
    fan.ok(&["shop", "refresh", &handle]);
    guardian.ok(&["shop", "resume"]);
    fan.ok(&["tip", &handle, "0.1"]);
    assert!(guardian
        .refused(&["shop", "pause", "1h"])
        .starts_with("There can be another pause from"));
    market.assert_solvent();
}

#[test]
fn an_item_has_a_title_and_new_editions() {
    let market = Market::new();
    let (ada, handle) = market.seller("ada");
    let buyer = market.world.rich();
    let first = file(&ada, "first.ogg", "la la la");
    let first = first.to_str().unwrap();
    let named = ["--title", "Song", "--uri", "https://ada.example/song"];
    let publish = ["shop", "publish", &handle, first, "--price", "0.02"];
    ada.ok(&[&publish[..], &named[..]].concat());
    // A file's name is its title, if nothing else is said.
    assert_eq!(ada.ok(&publish)["title"], "first.ogg");
    let shown = buyer.ok(&["shop", "show", &handle]);
    let item = &shown["items"][0];
    assert_eq!(item["content"]["title"], "Song");
    assert_eq!(item["content"]["uri"], "https://ada.example/song");
    assert_eq!(item["edition"], 1);
    buyer.ok(&["buy", &handle, "0"]);

    let second = file(&ada, "second.ogg", "la la lo");
    let second = second.to_str().unwrap();
    let revise = ["shop", "revise", &handle, "0", second];
    let revised = ada.ok(&[&revise[..], &["--title", "Song, mended"]].concat());
    assert_eq!(revised["edition"], 2);
    let shown = buyer.ok(&["shop", "item", &handle, "0", "--file", second]);
    assert_eq!(shown["file_matches"], true);
    assert_eq!(shown["item"]["content"]["title"], "Song, mended");
    assert_eq!(shown["item"]["content"]["uri"], "https://ada.example/song");
    assert_eq!(buyer.ok(&["access", &handle, "0"])["access"], true);
    let bad = [&revise[..], &["--title", "a\u{202e}b"]].concat();
    assert!(ada.refused(&bad).starts_with("This title, of at most 64"));
    market.assert_solvent();
}

#[test]
fn free_open_and_limited_items_are_had_as_their_creator_says() {
    let market = Market::new();
    let (ada, handle) = market.seller("ada");
    let (buyer, other) = (market.world.rich(), market.world.rich());
    let path = file(&ada, "content", "la la la");
    let publish = ["shop", "publish", &handle, path.to_str().unwrap()];
    for terms in [
        &["--free"][..],
        &["--price", "0.02", "--pay-what-you-want"],
        &["--price", "0.03", "--copies", "1"],
    ] {
        ada.ok(&[&publish[..], terms].concat());
    }
    assert_eq!(buyer.ok(&["access", &handle, "0"])["access"], true);
    assert!(buyer
        .refused(&["buy", &handle, "0"])
        .starts_with("The item is free"));
    // No more than the price, unless one says so.
    let (spent, _) = paid(&market, &other, &["buy", &handle, "1", "--max-price", "1"]);
    assert_eq!(spent, 2 * CENT as i128);
    let (spent, _) = paid(&market, &buyer, &["buy", &handle, "1", "--pay", "0.5"]);
    assert_eq!(spent, 50 * CENT as i128);
    ada.ok(&["shop", "give", &handle, "2", &buyer.account.to_string()]);
    assert_eq!(
        other.refused(&["buy", &handle, "2"]),
        "All copies of the item are sold."
    );
    let owned = buyer.ok(&["shop", "owned", &handle]);
    let items: Vec<&Value> = owned["owned"].as_array().unwrap().iter().collect();
    let items: Vec<&Value> = items.iter().map(|one| &one["item"]).collect();
    assert_eq!(items, [1, 2]);
    let shown = buyer.ok(&["shop", "show", &handle]);
    assert_eq!(shown["items"][2]["left"], 0);
    let number = shown["shop"]["number"].to_string();
    assert!(ada
        .refused(&["shop", "payout-deleted", &number])
        .contains("was not deleted"));
    market.assert_solvent();
}
