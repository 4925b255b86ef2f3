//! Purchases that do not tell the chain what they are of.

use super::*;

#[test]
fn a_blinded_purchase_tells_the_creator_what_it_was_and_the_chain_not() {
    let market = Market::new();
    let (ada, handle) = market.seller("ada");
    let (_, other) = market.seller("ben");
    let buyer = market.world.rich();
    let item = publish(&ada, &handle, "0.1", &["--tier", "3"]);
    let earned = market.free(ada.account);
    let buy = ["buy", &handle, &item, "--blinded", "--tier", "3"];
    assert!(buyer
        .refused(&buy)
        .starts_with("The creator has no such price tier"));
    ada.ok(&["shop", "tier", &handle, "3", "0.05"]);
    assert_eq!(
        buyer.ok(&["shop", "show", &handle])["tiers"]["3"],
        (5 * CENT).to_string()
    );
    let (spent, done) = paid(&market, &buyer, &buy);
    assert_eq!(spent, 5 * CENT as i128);
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
    assert_eq!(checked["purchase"]["paid"], (5 * CENT).to_string());
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
        .refused(8, "worthless")
        .starts_with("The proof is of no purchase on this chain"));
    let ran = ada.run(&["shop", "check", &other, proof]);
    assert!(ran
        .refused(8, "worthless")
        .starts_with("The proof is of a purchase from creator #"));

    // Delivered once, however the proof is written.
    ada.ok(&["shop", "check", &handle, proof, "--deliver"]);
    for again in [proof, found] {
        let ran = ada.run(&["shop", "check", &handle, again]);
        assert!(ran
            .refused(8, "worthless")
            .contains("was delivered for this"));
    }
    ada.ok(&["shop", "tier", &handle, "3", "--end"]);
    assert_eq!(
        ada.ok(&["shop", "show", &handle])["tiers"],
        serde_json::json!({})
    );
    assert!(buyer
        .refused(&buy)
        .starts_with("The creator has no such price tier"));
    let cost: i128 = 10 * CENT as i128;
    assert!(market.free(ada.account) as i128 - earned as i128 <= cost);
    market.assert_solvent();
}

/// The chain does not see the item: whoever delivers has to see that it was paid for.
#[test]
fn a_cheap_tier_buys_nothing_that_is_not_in_it() {
    let market = Market::new();
    let (ada, handle) = market.seller("ada");
    let buyer = market.world.rich();
    ada.ok(&["shop", "tier", &handle, "0", "0.01"]);
    ada.ok(&["shop", "tier", &handle, "1", "5"]);
    let dear = publish(&ada, &handle, "10", &["--tier", "1"]);
    let cheap = publish(&ada, &handle, "0.01", &[]);
    let check = |item: &str, tier: &str| {
        let done = buyer.ok(&["buy", &handle, item, "--blinded", "--tier", tier]);
        let proof = done["proof"].as_str().unwrap();
        ada.run(&["shop", "check", &handle, proof])
    };
    let sentence = check(&dear, "0").refused(8, "worthless");
    assert!(
        sentence.contains("is in tier 1 and costs 10 UNIT"),
        "{sentence}"
    );
    let sentence = check("99", "0").refused(8, "worthless");
    assert!(sentence.contains("has none with that number"), "{sentence}");
    // In its tier, or paid in full.
    assert_eq!(check(&dear, "1").code, Some(0));
    assert_eq!(check(&cheap, "0").code, Some(0));
    ada.ok(&["shop", "item-tier", &handle, &dear, "0"]);
    assert_eq!(check(&dear, "0").code, Some(0));
    market.assert_solvent();
}
