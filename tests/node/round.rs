//! A round of matching over two pools of a factory: its times really pass, within a minute.

use crate::{
    pool::{keep_all, GIFT},
    world::{Deployed, World, UNIT},
};
use farthing_contracts::matching_round::{
    events::{Donated, Paid, Payment},
    terms::Terms,
    Error, MatchingRoundRef,
};
use farthing_contracts::pool::PoolRef;
use farthing_contracts::pool_factory::PoolFactoryRef;
use farthing_contracts::registry::RegistryRef;
use farthing_types::{Balance, Millis};
use ink::{
    codegen::TraitCallBuilder,
    env::{call::FromAccountId, DefaultEnvironment},
    primitives::AccountId,
};

const MONEY: Balance = UNIT;
/// How long after its creation the round opens, and after that closes.
const A_WHILE: Millis = 15_000;

fn pool_at(account: AccountId) -> PoolRef {
    <PoolRef as FromAccountId<DefaultEnvironment>>::from_account_id(account)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_round_divides_its_money_by_how_many_gave() {
    let mut w = World::new().await;
    let [ada, bob, carol, sam] = w.accounts(100 * UNIT).await;
    let registry = w
        .deploy("registry", &ada, RegistryRef::new(Vec::new()))
        .await;
    let code = w.upload("pool", &ada).await;
    let constructor = PoolFactoryRef::new(registry.id, code.into(), None);
    let mut factory = w.deploy("pool_factory", &ada, constructor).await;
    let mut pools = Vec::new();
    for salt in [[1; 32], [2; 32]] {
        let message = factory
            .contract
            .call_mut()
            .create(None, keep_all(&ada), salt);
        pools.push(w.call(&ada, message, 0).await.0);
    }

    let chosen = w.now().await + A_WHILE;
    let opens = chosen + 1_000;
    let terms = Terms {
        title: "A round".into(),
        description: [1; 32],
        uri: String::new(),
        organiser: ada.id(),
        factory: factory.id,
        chosen,
        opens,
        closes: opens + A_WHILE,
        divides: opens + A_WHILE,
        minimum: 1,
        cap: UNIT,
        max_share: 10_000,
        min_donors: 2,
        verifier: None,
    };
    let round = w.deploy("matching_round", &ada, MatchingRoundRef::new(terms));
    let Deployed {
        id,
        contract: mut round,
        ..
    } = round.await;
    for number in [0, 1] {
        let message = round.call_mut().enter(number);
        assert_eq!(w.call(&ada, message, 0).await.0, pools[number as usize]);
    }
    w.call(&sam, round.call_mut().sponsor(), MONEY).await;
    let early = round.call_mut().donate(pools[0], None, None);
    assert_eq!(w.refused(&bob, early, GIFT).await, Error::OpensAt(opens));

    w.wait_until(opens).await;
    // Both give to the first, and one of them as much to the second.
    for (donor, pool) in [(&bob, pools[0]), (&carol, pools[0]), (&bob, pools[1])] {
        let message = round.call_mut().donate(pool, None, None);
        let (_, receipt) = w.call(donor, message, GIFT).await;
        let donated = Donated {
            donor: donor.id(),
            pool,
            amount: GIFT,
            counted: GIFT,
        };
        receipt.assert_event(&id, donated);
    }
    let early = round.call_mut().divide(64);
    let refused = w.refused(&sam, early, 0).await;
    assert_eq!(refused, Error::DividesAt(opens + A_WHILE));

    w.wait_until(opens + A_WHILE).await;
    let late = round.call_mut().donate(pools[1], None, None);
    let refused = w.refused(&carol, late, GIFT).await;
    assert_eq!(refused, Error::Closed(opens + A_WHILE));
    let (left, receipt) = w.call(&carol, round.call_mut().divide(64), 0).await;
    assert_eq!(left, 0);
    // The formula asks for twice what one gave: the rest is the sponsor's.
    // The roots of the gifts are no whole numbers; what is asked for is rounded down.
    let share = 2 * GIFT - 1;
    let payments = vec![Payment {
        pool: pools[0],
        amount: share,
        taken: true,
    }];
    let offered = 2;
    receipt.assert_event(&id, Paid { offered, payments });
    let back = round.call_mut().take_back(sam.id());
    assert_eq!(w.call(&carol, back, 0).await.0, MONEY - share);
    let nothing = round.call_mut().pay(pools[1]);
    assert_eq!(w.refused(&carol, nothing, 0).await, Error::NothingDue);

    for (pool, due) in [(pools[0], share + 2 * GIFT), (pools[1], GIFT)] {
        let mut pool = pool_at(pool);
        let before = w.free(&ada.id()).await;
        w.call(&sam, pool.call_mut().payout(None), 0).await;
        assert_eq!(w.free(&ada.id()).await, before + due);
        assert_eq!(w.read(pool.call().solvency()).await, (0, 0));
    }
    assert_eq!(w.read(round.call().solvency()).await, (0, 0));
}
