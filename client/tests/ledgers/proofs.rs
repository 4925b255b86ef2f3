//! Proofs of blinded purchases prove what was bought, and nothing else.

use crate::world::{account, block_on, World, UNIT};
use farthing_client::{
    ops::blinded::{Blinded, Proof, Unproved},
    Account, Call,
};
use farthing_contracts::{
    storefront::{
        catalogue::{Content, Item, Listing},
        StorefrontRef,
    },
    Contract,
};
use farthing_types::{CreatorId, ItemId};
use ink::codegen::TraitCallBuilder;
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};

/// What each tier costs.
const TIERS: [u128; 2] = [UNIT / 100, UNIT];
/// The tier of each item, and what it costs by itself.
const ITEMS: [(Option<u8>, u128); 3] =
    [(Some(0), 5 * UNIT), (Some(1), 2 * UNIT), (None, UNIT / 50)];
const BUYERS: [&str; 3] = ["Bob", "Charlie", "Dave"];

/// Who buys which item as which tier, and what is changed in the proof.
fn purchase() -> impl Strategy<Value = (usize, ItemId, u8, u8)> {
    (
        0..BUYERS.len(),
        0..ITEMS.len() as ItemId + 1,
        0..2u8,
        0..6u8,
    )
}

#[test]
fn proof_proves_what_was_paid_for_and_nothing_else() {
    block_on(async {
        let world = World::new().await;
        let creator = world.creator("Alice", "ada").await;
        stock(&world, creator).await;
        let mut runner = TestRunner::new(Config::default());
        let purchases = proptest::collection::vec(purchase(), 16);
        let purchases = purchases.new_tree(&mut runner).unwrap().current();
        // Seen only if something is wrong.
        println!("{purchases:#?}");
        for (n, (who, item, tier, changed)) in (0u8..).zip(purchases) {
            let buyer = account(BUYERS[who]);
            let mut proof = Proof {
                creator,
                tier,
                item,
                buyer,
                secret: [n; 32],
                block: None,
            };
            buy(&world, BUYERS[who], &mut proof).await;
            assert_eq!(proof.to_string().parse(), Ok(proof.clone()));
            is_worth_what_it_must(&world, &proof).await;
            forged_proves_nothing(&world, &proof, changed).await;
        }
        let shop: StorefrontRef = world.client.contract().unwrap();
        let (owed, held) = world.client.read(shop.call().solvency()).await.unwrap();
        assert!(owed <= held, "{owed} {held}");
    });
}

#[test]
fn copied_commitment_is_worth_nothing_to_whoever_copied_it() {
    block_on(async {
        let world = World::new().await;
        let creator = world.creator("Alice", "ada").await;
        stock(&world, creator).await;
        let mut proof = Proof {
            creator,
            tier: 0,
            item: 0,
            buyer: account("Bob"),
            secret: [7; 32],
            block: None,
        };
        buy(&world, "Bob", &mut proof).await;
        let bought = proof.block;
        buy(&world, "Dave", &mut proof).await;
        let thief = Proof {
            buyer: account("Dave"),
            ..proof.clone()
        };
        let nothing = refusal(check(&world, &thief).await);
        assert_eq!(nothing, Unproved::NoPurchase);
        // The buyer's own is found where it was, and not in the thief's block.
        assert_eq!(
            find(&world, &proof).await.map(|found| found.block.number),
            bought
        );
    });
}

async fn stock(world: &World, creator: CreatorId) {
    let mut shop: StorefrontRef = world.client.contract().unwrap();
    for (tier, price) in (0..).zip(TIERS) {
        let message = shop.call_mut().set_tier(creator, tier, Some(price));
        world.act("Alice", Call::new(message, 0)).await.unwrap();
    }
    for (tier, price) in ITEMS {
        let listing = Listing {
            price,
            pay_what_you_want: false,
            period: None,
            referral: 0,
            tier,
            copies: None,
        };
        let content = Content {
            commitment: [1; 32],
            title: "Song".into(),
            uri: String::new(),
        };
        let message = shop.call_mut().publish(creator, listing, content);
        world.act("Alice", Call::new(message, 0)).await.unwrap();
    }
}

async fn buy(world: &World, who: &str, proof: &mut Proof) {
    let mut shop: StorefrontRef = world.client.contract().unwrap();
    let storefront = world
        .client
        .deployment
        .address(Contract::Storefront)
        .unwrap();
    let price = TIERS[usize::from(proof.tier)];
    let message = shop.call_mut().buy_blinded(
        proof.creator,
        proof.tier,
        proof.commitment(storefront),
        price,
    );
    world.act(who, Call::new(message, price)).await.unwrap();
    proof.block = Some(world.client.chain.best().await.unwrap().number);
}

/// The purchase, by the block that the proof names, and by the history; both find the same.
async fn find(world: &World, proof: &Proof) -> Option<Blinded> {
    let best = world.client.chain.best().await.unwrap().number;
    let sought = proof.sought(&world.client).unwrap();
    let history = world.history().await;
    let found = sought.in_history(&history, best).unwrap();
    let here = proof.in_its_block(&world.client, best).await.unwrap();
    assert!(here.is_none() || here == found);
    found
}

async fn check(world: &World, proof: &Proof) -> Result<Blinded, Unproved> {
    let found = find(world, proof).await;
    let best = world.client.chain.best().await.unwrap().number;
    proof.check(0, found, best, offered(world, proof).await.as_ref())
}

/// The item as it is offered now.
async fn offered(world: &World, proof: &Proof) -> Option<Item> {
    let shop: StorefrontRef = world.client.contract().unwrap();
    let message = shop.call().item(proof.creator, proof.item);
    world.client.read(message).await.unwrap()
}

fn refusal(checked: Result<Blinded, Unproved>) -> Unproved {
    checked.unwrap_err()
}

async fn is_worth_what_it_must(world: &World, proof: &Proof) {
    let paid = TIERS[usize::from(proof.tier)];
    let checked = check(world, proof).await;
    let Some((tier, price)) = ITEMS.get(proof.item as usize).copied() else {
        assert_eq!(refusal(checked), Unproved::NoItem(proof.item));
        return;
    };
    if tier == Some(proof.tier) || paid >= price {
        let found = checked.unwrap();
        assert_eq!((Some(found.block.number), found.paid), (proof.block, paid));
        let before = found.block.number - 1;
        let item = offered(world, proof).await;
        let early = proof.check(0, Some(found), before, item.as_ref());
        let block = found.block.number;
        assert_eq!(refusal(early), Unproved::NotFinal { block });
    } else {
        let expected = Unproved::NotCovered {
            item: proof.item,
            tier,
            price,
            paid,
            of_tier: proof.tier,
        };
        assert_eq!(refusal(checked), expected);
    }
}

async fn forged_proves_nothing(world: &World, proof: &Proof, changed: u8) {
    let mut forged = proof.clone();
    match changed {
        0 => forged.item = forged.item.wrapping_add(1),
        1 => forged.tier = 1 - forged.tier,
        2 => forged.secret[31] ^= 1,
        3 => forged.buyer = Account([1; 32]),
        4 => forged.creator = 1,
        _ => {
            // A wrong block is no lie about what was bought: it is found in the history.
            forged.block = forged.block.map(|block| block - 1);
            assert_eq!(find(world, &forged).await, find(world, proof).await);
            return;
        }
    }
    let expected = match changed {
        4 => Unproved::OtherCreator(1),
        _ => Unproved::NoPurchase,
    };
    assert_eq!(refusal(check(world, &forged).await), expected);
}
