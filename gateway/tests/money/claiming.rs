//! Who gets what in the end.

use crate::{
    scene::*,
    world::{block_on, World},
};
use farthing_gateway::{
    accounting::Refused,
    till::{Declined, Wanted},
    watchtower::{self, Feed},
};

fn refused(declined: Declined) -> Refused {
    match declined {
        Declined::Refused(refused, _) => refused,
        other => panic!("{other:?}"),
    }
}

const NEVER: Wanted = Wanted {
    value: None,
    age: None,
};

#[test]
fn payments_are_claimed_by_value_and_sums_agree_to_the_unit() {
    block_on(async {
        let world = World::new().await;
        let alice = open(&world, "Alice", 10 * UNIT).await;
        let wanted = Wanted {
            value: Some(5 * UNIT),
            age: None,
        };
        let gateway = Gateway::start(&world, &log(&world, "log"), wanted).await;
        for n in 1..=4 {
            gateway.pay(&world, &alice, n * UNIT, UNIT).await.unwrap();
        }
        assert_eq!(gateway.claim(&world).await, None, "too little for a claim");
        gateway.pay(&world, &alice, 6 * UNIT, UNIT).await.unwrap();
        let claimed = gateway.claim(&world).await.unwrap();
        assert_eq!((claimed.vouchers, claimed.amount), (1, 6 * UNIT));
        assert_eq!(gateway.claim(&world).await, None);
        let summary = gateway.till.summary();
        let sums = (summary.earned, summary.claimed, summary.unclaimed);
        assert_eq!(sums, (5 * UNIT, 6 * UNIT, 0));
        assert_eq!(channel(&world, &alice).await.1.claimed, 6 * UNIT);
        // What was signed beyond what was served for is credit, also after a claim and a restart.
        gateway.end().await;
        let gateway = Gateway::start(&world, &log(&world, "log"), wanted).await;
        gateway.till.draw(&alice, UNIT).await.unwrap();
        let short = gateway.till.draw(&alice, 1).await.unwrap_err();
        assert_eq!(
            refused(short),
            Refused::Credit {
                needed: 6 * UNIT + 1
            }
        );
        assert_solvent(&world, &[alice]).await;
    });
}

#[test]
fn thief_who_reads_a_claim_on_the_chain_spends_nothing_of_what_is_left() {
    block_on(async {
        let world = World::new().await;
        let alice = open(&world, "Alice", 10 * UNIT).await;
        let wanted = Wanted {
            value: Some(5 * UNIT),
            age: None,
        };
        let gateway = Gateway::start(&world, &log(&world, "log"), wanted).await;
        let paid = payment(&world, &alice, 6 * UNIT);
        gateway.till.charge(&paid, UNIT, None).await.unwrap();
        gateway.claim(&world).await.unwrap();
        // It is this voucher that everybody can read.
        let signature = paid.voucher().unwrap().signature.bytes;
        let chain = &world.client.chain;
        let block = chain.best().await.unwrap();
        let transactions = chain.transactions(block.hash).await.unwrap();
        let has = |bytes: &Vec<u8>| bytes.windows(64).any(|part| part == signature);
        assert!(transactions.iter().any(has));
        for price in [0, 1, UNIT] {
            let stolen = gateway.till.charge(&paid, price, None).await;
            assert_eq!(refused(stolen.unwrap_err()), Refused::Public);
        }
        gateway.end().await;
        let gateway = Gateway::start(&world, &log(&world, "log"), wanted).await;
        let stolen = gateway.till.charge(&paid, UNIT, None).await;
        assert_eq!(refused(stolen.unwrap_err()), Refused::Public);
        let own = gateway.pay(&world, &alice, 6 * UNIT, 5 * UNIT).await;
        assert_eq!(own.unwrap().spent, 6 * UNIT);
        assert_solvent(&world, &[alice]).await;
    });
}

#[test]
fn voucher_of_a_payer_who_exits_is_claimed_at_once_and_nothing_is_served_any_more() {
    block_on(async {
        let world = World::new().await;
        let alice = open(&world, "Alice", 10 * UNIT).await;
        let gateway = Gateway::start(&world, &log(&world, "log"), NEVER).await;
        gateway.pay(&world, &alice, 3 * UNIT, UNIT).await.unwrap();
        exit(&world, &alice).await;
        until(|| gateway.till.summary().ending == [alice]).await;
        let late = gateway.pay(&world, &alice, 4 * UNIT, UNIT).await;
        assert_eq!(refused(late.unwrap_err()), Refused::Ending);
        assert_eq!(gateway.claim(&world).await.unwrap().amount, 3 * UNIT);
        let_exits_end(&world).await;
        assert_eq!(channel(&world, &alice).await.1.claimed, 3 * UNIT);
        assert_solvent(&world, &[alice]).await;
    });
}

#[test]
fn payer_who_exits_while_the_gateway_is_down_pays_by_the_watchtower() {
    block_on(async {
        let world = World::new().await;
        let alice = open(&world, "Alice", 10 * UNIT).await;
        let dave = open(&world, "Dave", 10 * UNIT).await;
        let gateway = Gateway::start(&world, &log(&world, "log"), NEVER).await;
        gateway.pay(&world, &alice, 3 * UNIT, UNIT).await.unwrap();
        gateway.pay(&world, &dave, 2 * UNIT, UNIT).await.unwrap();
        let tower = Gateway::start(&world, &log(&world, "tower"), watchtower::WANTED).await;
        let feed = Feed::from_bytes(&gateway.till.feed(0).to_bytes()).unwrap();
        assert_eq!(tower.till.take_over(&feed).await, Ok(2));
        assert_eq!(tower.till.take_over(&feed).await, Ok(0));
        gateway.pay(&world, &alice, 4 * UNIT, UNIT).await.unwrap();
        let newer = gateway.till.feed(feed.next);
        assert_eq!(newer.accounts.len(), 1);
        assert_eq!(tower.till.take_over(&newer).await, Ok(1));
        assert!(gateway.till.feed(newer.next).accounts.is_empty());
        gateway.end().await;
        assert_eq!(tower.claim(&world).await, None, "nothing ends");
        exit(&world, &alice).await;
        until(|| tower.till.summary().ending == [alice]).await;
        let claimed = tower.claim(&world).await.unwrap();
        assert_eq!((claimed.vouchers, claimed.amount), (1, 4 * UNIT));
        let_exits_end(&world).await;
        assert_eq!(channel(&world, &alice).await.1.claimed, 4 * UNIT);
        assert_solvent(&world, &[alice, dave]).await;
    });
}

#[test]
fn watchtower_takes_no_voucher_that_the_payer_did_not_sign() {
    block_on(async {
        let world = World::new().await;
        let alice = open(&world, "Alice", 10 * UNIT).await;
        let gateway = Gateway::start(&world, &log(&world, "log"), NEVER).await;
        gateway.pay(&world, &alice, 3 * UNIT, UNIT).await.unwrap();
        let mut feed = gateway.till.feed(0);
        feed.accounts[0].kept.best = 9 * UNIT;
        let tower = Gateway::start(&world, &log(&world, "tower"), watchtower::WANTED).await;
        assert_eq!(tower.till.take_over(&feed).await, Ok(0));
        assert_eq!(tower.till.summary().unclaimed, 0);
        assert_solvent(&world, &[alice]).await;
    });
}

#[test]
fn exit_that_began_while_the_gateway_was_down_is_claimed_for_after_the_start() {
    block_on(async {
        let world = World::new().await;
        let alice = open(&world, "Alice", 10 * UNIT).await;
        let gateway = Gateway::start(&world, &log(&world, "log"), NEVER).await;
        gateway.pay(&world, &alice, 3 * UNIT, UNIT).await.unwrap();
        gateway.end().await;
        exit(&world, &alice).await;
        let gateway = Gateway::start(&world, &log(&world, "log"), NEVER).await;
        until(|| gateway.till.summary().ending == [alice]).await;
        assert_eq!(gateway.claim(&world).await.unwrap().amount, 3 * UNIT);
        assert_solvent(&world, &[alice]).await;
    });
}

#[test]
fn credit_follows_top_ups_and_claims_that_others_make() {
    block_on(async {
        let world = World::new().await;
        let alice = open(&world, "Alice", 2 * UNIT).await;
        let gateway = Gateway::start(&world, &log(&world, "log"), NEVER).await;
        gateway.pay(&world, &alice, 2 * UNIT, UNIT).await.unwrap();
        let beyond = gateway.pay(&world, &alice, 3 * UNIT, UNIT).await;
        assert_eq!(refused(beyond.unwrap_err()), Refused::Reserve);
        top_up(&world, &alice, 2 * UNIT).await;
        let waiting = gateway.till.wait_for_credit(&alice, 3 * UNIT);
        let paying = async {
            until(|| gateway.till.correction(&alice).unwrap().channel.balance.0 == 4 * UNIT).await;
            gateway.pay(&world, &alice, 4 * UNIT, 0).await.unwrap();
        };
        tokio::join!(waiting, paying);
        let drawn = gateway.till.draw(&alice, 3 * UNIT).await.unwrap();
        assert_eq!((drawn.best, drawn.spent), (4 * UNIT, 4 * UNIT));
        assert_solvent(&world, &[alice]).await;
    });
}

/// Returns the transaction with which a payer opens a channel, which has not happened: the chain has forgotten it.
async fn opening(world: &World) -> (farthing_gateway::protocol::Named, Vec<u8>) {
    let chain = &world.client.chain;
    let before = chain
        .request("dev_snapshot", serde_json::json!([]))
        .await
        .unwrap();
    let named = open(world, "Alice", 10 * UNIT).await;
    let block = chain.best().await.unwrap();
    let transactions = chain.transactions(block.hash).await.unwrap();
    let bytes = transactions.into_iter().max_by_key(Vec::len).unwrap();
    chain
        .request("dev_revert", serde_json::json!([before]))
        .await
        .unwrap();
    (named, bytes)
}

#[test]
fn payer_without_a_node_opens_a_channel_with_the_first_payment() {
    block_on(async {
        let world = World::new().await;
        let (alice, bytes) = opening(&world).await;
        let gateway = Gateway::start(&world, &log(&world, "log"), NEVER).await;
        let early = gateway.pay(&world, &alice, UNIT, UNIT).await;
        assert_eq!(early.unwrap_err(), Declined::NoChannel);
        let with = |all: u128, bytes: &[u8]| {
            let signed = voucher(&world, &alice, all, "Alice");
            farthing_gateway::protocol::Payment {
                channel: alice,
                action: farthing_gateway::protocol::Action::Open(signed, bytes.to_vec()),
            }
        };
        // What is no transaction of the contract's is not passed on.
        for wrong in [&bytes[..40], &[0x84; 300]] {
            let declined = gateway.till.charge(&with(UNIT, wrong), UNIT, None).await;
            assert!(
                matches!(declined, Err(Declined::Transaction(_))),
                "{declined:?}"
            );
        }
        let mut forged = bytes.clone();
        forged[60] ^= 1;
        let declined = gateway.till.charge(&with(UNIT, &forged), UNIT, None).await;
        assert!(
            matches!(declined, Err(Declined::Transaction(_))),
            "{declined:?}"
        );
        let paid = gateway.till.charge(&with(UNIT, &bytes), UNIT, None).await;
        assert_eq!(paid.unwrap().spent, UNIT);
        // The answer was lost on the way, and the client sends the same again.
        let again = gateway
            .till
            .charge(&with(2 * UNIT, &bytes), UNIT, None)
            .await;
        assert_eq!(again.unwrap().spent, 2 * UNIT);
        assert_eq!(channel(&world, &alice).await.1.reserve, 10 * UNIT);
        assert_solvent(&world, &[alice]).await;
    });
}
