//! A matching round, from its making to its end: what the index has of it is what the round itself says.

use crate::{
    indexed,
    lies::{lying, stored},
    serving, through,
    world::{account, block_on, key, World, UNIT},
};
use farthing_client::{at, Account, Call, Certainty, Instance, Outbox};
use farthing_contracts::{
    matching_round::{terms::Terms, MatchingRoundRef},
    pool::terms::{Fee, Mode, Terms as PoolTerms},
    pool_factory::PoolFactoryRef,
    Contract,
};
use farthing_index::{
    kinds::RoundKind,
    verify::{check_books, check_events},
    Error, Index, Place,
};
use farthing_types::{split::Recipient, Millis};
use ink::codegen::TraitCallBuilder;

const HOUR: Millis = 60 * 60 * 1_000;

async fn pool(world: &World, salt: u8) -> Account {
    let terms = PoolTerms {
        title: format!("Well {salt}"),
        description: [0; 32],
        uri: String::new(),
        beneficiaries: vec![Recipient {
            account: account("Eve").id(),
            parts: 1_000_000,
        }],
        mode: Mode::KeepAll { closes: None },
        minimum: 1,
        fee: Some(Fee {
            points: 77,
            treasury: account("Ferdie").id(),
        }),
        release: Vec::new(),
        least_sponsorship: 0,
    };
    let mut factory: PoolFactoryRef = world.client.contract().unwrap();
    let create = factory.call_mut().create(None, terms, [salt; 32]);
    world
        .act("Alice", Call::new(create, 0))
        .await
        .unwrap()
        .into()
}

async fn round(world: &World) -> Account {
    let now = world.client.chain.block_time().await.unwrap();
    let factory = world
        .client
        .deployment
        .address(Contract::PoolFactory)
        .unwrap();
    let terms = Terms {
        title: "Wells".into(),
        description: [2; 32],
        uri: "https://example.org/wells".into(),
        organiser: account("Alice").id(),
        factory: factory.id(),
        chosen: now + HOUR,
        opens: now + 2 * HOUR,
        closes: now + 3 * HOUR,
        divides: now + 4 * HOUR,
        minimum: 1,
        cap: 10 * UNIT,
        max_share: 10_000,
        min_donors: 2,
        verifier: None,
    };
    let code = world
        .client
        .deployment
        .code_hash(Contract::MatchingRound)
        .unwrap();
    let instance = Instance::new(code, MatchingRoundRef::new(terms), b"round");
    let (chain, alice) = (&world.client.chain, key("Alice"));
    let step = chain
        .plan_instance(alice.account(), "round", &instance)
        .await
        .unwrap();
    let outbox = Outbox::open(world.folder.path(), &chain.genesis(), alice.account()).unwrap();
    let mut quiet = |_| ();
    let sent = chain.send_step(step, &alice, &outbox, Certainty::Final, &mut quiet);
    sent.await.unwrap();
    outbox.empty().unwrap();
    instance.address(alice.account())
}

/// What there is of a kind: with whom, for which pool, and how much.
fn moves(index: &mut Index, kind: RoundKind) -> Vec<(Option<Account>, Option<Account>, u128)> {
    let question =
        "SELECT account, pool, amount FROM round_moves WHERE kind = $1 ORDER BY seq, place";
    let found = index.store().all(question, &[kind.into()], |row| {
        Ok((row.get(0)?, row.get(1)?, row.amount(2)?))
    });
    found.unwrap()
}

#[test]
fn round_is_what_it_says_of_itself_from_its_making_to_its_end() {
    block_on(async {
        let world = World::new().await;
        let chain = &world.client.chain;
        let pools = [pool(&world, 1).await, pool(&world, 2).await];
        let round_at = round(&world).await;
        let mut round: MatchingRoundRef = at(round_at);

        for number in [0, 1] {
            let enter = round.call_mut().enter(number);
            world.act("Alice", Call::new(enter, 0)).await.unwrap();
        }
        for (who, amount) in [("Ferdie", 9 * UNIT), ("Dave", UNIT)] {
            world
                .act(who, Call::new(round.call_mut().sponsor(), amount))
                .await
                .unwrap();
        }
        let leave = round.call_mut().leave();
        world.act("Dave", Call::new(leave, 0)).await.unwrap();
        chain.forward(2 * HOUR + HOUR / 2).await.unwrap();
        let gifts = [
            ("Bob", 0, 3 * UNIT),
            ("Charlie", 0, UNIT),
            ("Dave", 0, 2 * UNIT),
            ("Bob", 1, UNIT),
        ];
        for (who, pool, amount) in gifts {
            let donate = round
                .call_mut()
                .donate(pools[pool].id(), Some([3; 32]), None);
            world.act(who, Call::new(donate, amount)).await.unwrap();
        }
        chain.forward(2 * HOUR).await.unwrap();
        let divide = round.call_mut().divide(64);
        world.act("Eve", Call::new(divide, 0)).await.unwrap();

        let followed = indexed(&world.client).await;
        let mut index = followed.index().await;
        let best = chain.best().await.unwrap();
        assert_eq!(
            check_books(&world.client, &mut index, best)
                .await
                .unwrap()
                .pools,
            2
        );
        let first = index.status().first + 1;
        check_events(&world.client, &mut index, first..=best.number, &mut |_| ())
            .await
            .unwrap();

        let sponsored = moves(&mut index, RoundKind::Sponsored);
        assert_eq!(
            sponsored.iter().map(|(_, _, amount)| amount).sum::<u128>(),
            10 * UNIT
        );
        let left = moves(&mut index, RoundKind::Left);
        assert_eq!(left, [(Some(account("Dave")), None, UNIT)]);
        let donated = moves(&mut index, RoundKind::Donated);
        let expected =
            gifts.map(|(who, pool, amount)| (Some(account(who)), Some(pools[pool]), amount));
        assert_eq!(donated, expected);
        // One pool has three donors, the other too few; what is divided is what the round says.
        let shares = moves(&mut index, RoundKind::Share);
        let said = world
            .client
            .read_at(best, round.call().pools())
            .await
            .unwrap();
        let said: Vec<_> = said
            .iter()
            .map(|pool| {
                (
                    None,
                    Some(Account::from(pool.entry.account)),
                    pool.entry.share,
                )
            })
            .collect();
        assert_eq!(shares, said);
        assert!(shares[0].2 > 0 && shares[1].2 == 0);
        let paid = moves(&mut index, RoundKind::Paid);
        assert_eq!(paid, [(None, Some(pools[0]), shares[0].2)]);

        // The pools tell of the same gifts, and of the round's share.
        let question = "SELECT donated, donors, granted FROM progress t WHERE pool = $1 ORDER BY seq DESC LIMIT 1";
        let progress = index.store().first(question, &[pools[0].into()], |row| {
            Ok((row.amount(0)?, row.get::<u32>(1)?, row.amount(2)?))
        });
        assert_eq!(progress.unwrap(), Some((6 * UNIT, 3, shares[0].2)));
        let title = index
            .store()
            .first("SELECT title FROM rounds", &[], |row| row.get::<String>(0));
        assert_eq!(title.unwrap().as_deref(), Some("Wells"));
        drop(index);

        let place = Place::File(world.folder.path().join("rounds.sqlite"));
        let mut kept = farthing_index::Follower::open(world.client.clone(), &place)
            .await
            .unwrap();
        kept.catch_up(&mut |_| ()).await.unwrap();
        let server = serving::serve(&world, place).await;
        let path = format!("/v1/rounds/{round_at}");
        assert_eq!(serving::get(server, &path).await.json()["title"], "Wells");
        let listed = serving::all(server, &format!("{path}/moves"), 3).await;
        assert_eq!(listed.len(), 2 + 2 + 1 + 4 + 2 + 1);
    });
}

/// Whose gift it was decides how many give, and so how the money is divided.
#[test]
fn gift_through_a_round_that_is_said_to_be_anothers_is_noticed() {
    block_on(async {
        let world = World::new().await;
        let chain = &world.client.chain;
        let entered = pool(&world, 1).await;
        let round_at = round(&world).await;
        let mut round: MatchingRoundRef = at(round_at);
        let enter = round.call_mut().enter(0);
        world.act("Alice", Call::new(enter, 0)).await.unwrap();
        chain.forward(2 * HOUR + HOUR / 2).await.unwrap();
        for _ in 0..2 {
            let donate = round.call_mut().donate(entered.id(), Some([3; 32]), None);
            world.act("Bob", Call::new(donate, UNIT)).await.unwrap();
        }
        let given = chain.best().await.unwrap();
        let (bob, dave) = (account("Bob").0, account("Dave").0);
        let instead = stored(&world, given.number).await;
        let instead = instead.replace(&hex::encode(bob), &hex::encode(dave));
        let relay = lying(&world, given.number, instead).await;
        let lied = indexed(&through(&world, &relay).await).await;
        let mut index = lied.index().await;
        let error = check_books(&world.client, &mut index, given)
            .await
            .unwrap_err();
        let Error::Flow {
            address,
            block,
            difference,
        } = error
        else {
            panic!("{error}");
        };
        assert_eq!((address, block), (round_at, given.number));
        assert_eq!(difference.what, "what counts of a donor's gifts");
        assert_eq!((difference.found, difference.expected), (UNIT, 0));
    });
}
