//! Payouts, referrers and refunds.

use super::*;

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
    ada.ok(&["shop", "refresh", &handle]);
    let treasury = market.free(market.treasury.account);
    let bens = market.free(ben.account);

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

    // 2.25 UNIT with a fee of 2.5 %, which the treasury has; ben has his 0.25.
    let fees = 225 * CENT / 40;
    assert_eq!(gained(&market, market.treasury.account, treasury), fees);
    assert_eq!(gained(&market, ben.account, bens), net(25 * CENT));
    assert_eq!(balance(&fan, &other), 0);
    // And 1.95 to be divided.
    let before = [&ada, &ben].map(|person| market.free(person.account));
    let done = fan.ok(&["shop", "payout", &handle]);
    let all = net(200 * CENT);
    let parts = [all * 599_999 / 1_000_000, all * 40 / 100, all / 1_000_000];
    let [to_ada, to_ben] = [&ada, &ben].map(|person| market.free(person.account));
    assert_eq!(to_ada - before[0], parts[0]);
    assert_eq!(to_ben - before[1], parts[1]);
    // Too little for an account that does not exist.
    let last = &done["payout"]["shares"][2];
    assert_eq!(
        (amount(&last["amount"]), &last["sent"]),
        (parts[2], &false.into())
    );
    assert_eq!(balance(&fan, &handle), parts[2]);
    let sentence = fan.refused(&["shop", "payout", &handle]);
    assert!(sentence.starts_with("The chain refused to move the money"));
    assert_eq!(
        fan.refused(&["shop", "payout", &other]),
        "There is nothing to be paid out."
    );
    assert_eq!(
        fan.refused(&["shop", "withdraw-fees"]),
        "There is nothing to be paid out."
    );
    market.assert_solvent();
}

#[test]
fn referrers_have_their_share_at_once() {
    let market = Market::new();
    let (ada, handle) = market.seller("ada");
    let (fan, buyer) = (market.world.rich(), market.world.rich());
    let item = publish(&ada, &handle, "1", &["--referral", "10%"]);
    let account = fan.account.to_string();
    let buy = ["buy", &handle, &item, "--referrer", &account];
    assert!(fan
        .refused(&buy)
        .starts_with("Whoever pays or gets access cannot be the referrer"));
    let before = [&ada, &fan].map(|person| market.free(person.account));
    let (spent, done) = paid(&market, &buyer, &buy);
    assert_eq!(spent, UNIT as i128);
    // A tenth, less the fee on it.
    let share = net(10 * CENT);
    assert_eq!(done["bought"][0]["referral"], share.to_string());
    assert_eq!(gained(&market, fan.account, before[1]), share);
    assert_eq!(gained(&market, ada.account, before[0]), net(UNIT) - share);
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

    let refund = ["shop", "refund", &handle, "1", &account];
    let little = [&refund[..], &["--top-up", "0.1"]].concat();
    assert_eq!(
        ada.refused(&little),
        "The creator's books hold too little to refund from: attach the 0.2 UNIT that are missing."
    );
    assert!(buyer
        .refused(&refund)
        .starts_with("Only the creator's owner may do this"));
    let before = [&friend, &buyer].map(|person| market.free(person.account));
    // What is attached and not needed comes back.
    let topped_up = [&refund[..], &["--top-up", "0.5"]].concat();
    let (spent, done) = paid(&market, &ada, &topped_up);
    assert_eq!(spent, 20 * CENT as i128);
    let refunded = &done["refunded"][0];
    assert_eq!(refunded["account"], friend.account.to_string());
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
    assert_eq!(balance(&ada, &handle), 0);
    market.assert_solvent();
}
