//! What becomes of purchases whose command was ended before it was through.

use super::*;
use crate::world::until;
use std::process::Stdio;

/// Starts something and ends it as soon as it has signed. Whether it had come to its end before.
fn interrupt(person: &Person, arguments: &[&str]) -> bool {
    let mut command = person.plain(&["--json", "--yes"]);
    command.args(arguments);
    let command = command.stdout(Stdio::null()).stderr(Stdio::null());
    let outbox = person.outbox();
    let mut child = command.spawn().unwrap();
    until(&mut child, || outbox.exists());
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
    let before = market.free(ada.account);
    let ended = interrupt(&buyer, &buy);
    let repriced = ada.ok(&["shop", "price", &handle, &item, "0.01"]);
    let fee = cost(&repriced);
    let done = buyer.ok(&buy);
    if !ended {
        // At the price of when it reached the chain, which can be that of the second time.
        let price = amount(&done["bought"][0]["paid"]);
        assert!([10 * CENT, CENT].contains(&price), "{price}");
        let earned = market.free(ada.account) as i128 - before as i128 + fee;
        assert_eq!(earned, net(price) as i128);
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
    let item = publish(&ada, &handle, "0.1", &["--tier", "0"]);
    ada.ok(&["shop", "tier", &handle, "0", "0.1"]);
    let before = market.free(ada.account);
    let buy = ["buy", &handle, &item, "--blinded", "--tier", "0"];
    let times = match interrupt(&buyer, &buy) {
        true => 2,
        false => 1,
    };
    let fee = cost(&ada.ok(&["shop", "tier", &handle, "0", "0.05"]));
    let done = buyer.ok(&buy);
    let revealed = buyer.ok(&["shop", "reveal", &handle]);
    let proofs = revealed["proofs"].as_array().unwrap();
    assert_eq!(proofs.len(), times);
    let paid = proofs.iter().map(|proof| net(amount(&proof["paid"])));
    let earned = market.free(ada.account) as i128 - before as i128 + fee;
    assert_eq!(earned, paid.sum::<Balance>() as i128);
    assert_eq!(proofs.last().unwrap()["proof"], done["proof"]);
    ada.ok(&["shop", "check", &handle, done["proof"].as_str().unwrap()]);
    market.assert_solvent();
}

#[test]
fn a_tip_that_was_killed_is_paid_once() {
    let market = Market::new();
    let (ada, handle) = market.seller("ada");
    let fan = market.world.rich();
    let before = market.free(ada.account);
    let tips = [&handle, &handle].map(|handle| format!("{handle}=0.1"));
    let tip = ["tip", &tips[0], &tips[1], "--memo", "again"];
    let times = match interrupt(&fan, &tip) {
        true => 2,
        false => 1,
    };
    fan.ok(&tip);
    assert_eq!(gained(&market, ada.account, before), times * net(20 * CENT));
    market.assert_solvent();
}

#[test]
fn a_refund_that_was_killed_is_told_and_not_made_again() {
    let market = Market::new();
    let (ada, handle) = market.seller("ada");
    let buyer = market.world.rich();
    let account = buyer.account.to_string();
    let item = publish(&ada, &handle, "0.1", &[]);
    buyer.ok(&["buy", &handle, &item]);
    let before = market.free(buyer.account);
    let refund = [
        "shop", "refund", &handle, &item, &account, "--top-up", "0.3",
    ];
    match interrupt(&ada, &refund) {
        true => assert!(ada.refused(&refund).contains("has not bought this item")),
        false => {
            let done = ada.ok(&refund);
            assert_eq!(done["refunded"][0]["amount"], (10 * CENT).to_string());
        }
    }
    assert_eq!(market.free(buyer.account), before + 10 * CENT);
    assert_eq!(balance(&ada, &handle), 0);
    market.assert_solvent();
}
