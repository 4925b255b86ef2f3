//! What is planned holds when it is sent, also if others act in between.

#[path = "../ledgers/world.rs"]
#[allow(dead_code, reason = "not every test needs all of it")]
mod world;

use farthing_client::{Call, Certainty, Error, Failure, Outbox};
use farthing_contracts::{
    pool::terms::{Fee, Mode, Terms},
    pool_factory::PoolFactoryRef,
};
use farthing_types::split::{Recipient, PARTS};
use ink::{codegen::TraitCallBuilder, primitives::AccountId};
use world::{account, block_on, key, World, UNIT};

/// How many pools the factory has on a page of its list.
const PER_PAGE: u8 = 16;

/// A call that makes a pool, another one for each salt.
fn make(
    world: &World,
    salt: u8,
) -> Call<farthing_contracts::pool_factory::error::Result<AccountId>> {
    let terms = Terms {
        title: "A well".into(),
        description: [0; 32],
        uri: String::new(),
        beneficiaries: vec![Recipient {
            account: account("Alice").id(),
            parts: PARTS,
        }],
        mode: Mode::KeepAll { closes: None },
        minimum: 1,
        fee: Some(Fee {
            points: world::POOL_FEE,
            treasury: account("Ferdie").id(),
        }),
        release: Vec::new(),
        least_sponsorship: 0,
    };
    let mut factory: PoolFactoryRef = world.client.contract().unwrap();
    Call::new(factory.call_mut().create(None, terms, [salt; 32]), 0)
}

/// Somebody else's pool comes between plan and transaction, so that the page is full then.
async fn overtaken(margin: u128) -> Result<i128, Error> {
    let world = World::new().await;
    for salt in 2..PER_PAGE {
        world.act("Alice", make(&world, salt)).await.unwrap();
    }
    let bob = key("Bob");
    let call = make(&world, 0).with_deposit_margin(margin);
    let plan = world.client.plan(bob.account(), call).await?;
    assert_eq!(
        plan.deposit_at_most - plan.deposit,
        i128::try_from(margin).unwrap()
    );
    world.act("Alice", make(&world, 1)).await.unwrap();
    let genesis = world.client.chain.genesis();
    let outbox = Outbox::open(world.folder.path(), &genesis, bob.account()).unwrap();
    let mut quiet = |_| ();
    let sent = world
        .client
        .send(plan, &bob, &outbox, Certainty::Final, &mut quiet);
    Ok(sent.await?.receipt.deposit)
}

#[test]
fn what_costs_more_when_somebody_was_quicker_may_within_its_margin() {
    block_on(async {
        let margin = UNIT / 5;
        let locked = overtaken(margin).await.unwrap();
        assert!(locked > 0);
    });
}

#[test]
fn what_costs_more_than_was_shown_fails_without_a_margin() {
    block_on(async {
        let failed = overtaken(0).await.unwrap_err();
        let Error::Failed { reason, .. } = failed else {
            panic!("{failed:?}");
        };
        assert!(matches!(*reason, Failure::Chain(_)), "{reason:?}");
    });
}
