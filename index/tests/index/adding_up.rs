//! After anything that people can do, every ledger comes to what the contracts say, in every block.

use crate::{
    indexed, rows,
    steps::{steps, Scene, Step, ITEMS, NOBODY, PEOPLE},
    world::{account, block_on, World, UNIT},
};
use farthing_client::{
    ops::{ledger, own, refund},
    Account, Block,
};
use farthing_index::{
    book,
    verify::{check_books, check_changes, check_events, check_ledgers},
    Amount, Follower, Index,
};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::{Config, TestRunner},
};
use std::collections::BTreeMap;

const SEQUENCES: u8 = 2;

#[test]
fn whatever_happened_the_index_comes_to_what_the_contracts_say_in_every_block() {
    block_on(async {
        let world = World::new().await;
        let mut scene = Scene::new(&world).await;
        let mut runner = TestRunner::new(Config::default());
        let mut followed = indexed(&world.client).await;
        for sequence in 1..=SEQUENCES {
            scene.renew(sequence).await;
            let steps = steps().new_tree(&mut runner).unwrap().current();
            // Seen only if something does not add up.
            println!("{steps:#?}");
            for step in steps {
                scene.run(step).await;
                followed.catch_up(&mut |_| ()).await.unwrap();
            }
        }
        for step in one_of_each() {
            scene.run(step).await;
            followed.catch_up(&mut |_| ()).await.unwrap();
        }
        let mut index = followed.index().await;
        adds_up_in_every_block(&world, &mut index).await;
        ledgers_are_those_of_the_library(&world, &scene, &mut index).await;
        tips_and_earnings_are_all_there(&scene, &mut index);
        pools_are_as_far_as_their_gifts(&mut index);

        // It makes no difference in what batches it came.
        let at_once = indexed(&world.client).await;
        let expected = rows(&mut index);
        assert_eq!(rows(&mut *at_once.index().await), expected);
        // All of it follows from the events.
        index.rebuild().unwrap();
        assert_eq!(rows(&mut index), expected);
        let empty = expected.iter().filter(|(_, rows)| rows.is_empty());
        let empty: Vec<_> = empty.map(|(name, _)| *name).collect();
        assert_eq!(empty, ["rounds", "round_moves"]);
    });
}

/// What no table stays empty after, whatever happened before.
pub(crate) fn one_of_each() -> Vec<Step> {
    let (amount, item) = (UNIT / 10, 0);
    let buy = Step::Buy {
        who: 1,
        item,
        owner: 1,
        referrer: Some(2),
        more: 0,
    };
    let refund = Step::Refund {
        owner: 1,
        item,
        times: 1,
    };
    vec![
        Step::Tip(1, amount),
        buy,
        Step::Blinded(2),
        refund,
        Step::Give(1, false, amount),
        Step::Sponsor(2, UNIT),
        Step::Grant(3, false, amount),
        Step::Open(1, 2, amount),
        Step::Stream(1, 2, amount),
        Step::Wait(60_000),
        Step::ClaimStream(0),
    ]
}

async fn adds_up_in_every_block(world: &World, index: &mut Index) {
    let status = index.status();
    let (last, _) = status.last.unwrap();
    let made = world.client.deployment.block;
    let mut ledgers = 0;
    for number in made + 1..=last.number {
        let block = world.client.chain.block(number).await.unwrap();
        let checked = check_books(&world.client, index, block).await;
        ledgers = checked
            .unwrap_or_else(|error| panic!("{number}: {error}"))
            .ledgers;
    }
    assert!(ledgers > 10, "{ledgers}");
    let mut quiet = |_| ();
    let blocks = status.first + 1..=last.number;
    check_changes(&world.client, index, blocks.clone(), &mut quiet)
        .await
        .unwrap();
    check_events(&world.client, index, blocks, &mut quiet)
        .await
        .unwrap();
}

/// Line by line, for everybody.
async fn ledgers_are_those_of_the_library(world: &World, scene: &Scene<'_>, index: &mut Index) {
    let (last, _) = index.status().last.unwrap();
    let history = world.history().await;
    let mut lines = 0;
    for name in PEOPLE.into_iter().chain([NOBODY]) {
        let creators: &[_] = match name {
            "Alice" => &[scene.creator],
            _ => &[],
        };
        let who = account(name);
        let all = ledger::all(&world.client, &history, who, creators, last).await;
        let expected = all.unwrap();
        assert_eq!(
            book::book(index, who, creators, last.number).unwrap(),
            expected
        );
        let keys = book::keys(index, who, creators, last.number).unwrap();
        check_ledgers(&world.client, index, last, &keys)
            .await
            .unwrap();
        let own = own::all(&world.client, &index.past(who), who, last).await;
        let of_history = own::all(&world.client, &history, who, last).await;
        assert_eq!(own.unwrap(), of_history.unwrap());
        for item in 0..ITEMS {
            let what = (scene.creator, item);
            let page = refund::page(&index.past(who), what, who, last.number).unwrap();
            let of_history = refund::page(&history, what, who, last.number).unwrap();
            assert_eq!(page, of_history);
        }
        lines += expected
            .iter()
            .map(|one| one.movements.len())
            .sum::<usize>();
    }
    assert!(lines > 50, "{lines}");
}

/// What people tipped, and what a creator earned, day by day, is what was paid.
fn tips_and_earnings_are_all_there(scene: &Scene<'_>, index: &mut Index) {
    let store = index.store();
    let tips = store.all(
        "SELECT payer, paid, note FROM payments WHERE kind = 1",
        &[],
        |row| {
            Ok((
                row.get::<Account>(0)?,
                row.amount(1)?,
                row.get::<Vec<u8>>(2)?,
            ))
        },
    );
    let mut sums = BTreeMap::new();
    for (payer, paid, memo) in tips.unwrap() {
        assert_eq!(memo, paid.to_le_bytes());
        *sums.entry(payer).or_insert(0) += paid;
    }
    assert_eq!(sums, scene.tips);

    let sum = |column: &str, table: &str, store: &mut farthing_index::Store| -> u128 {
        let question = format!("SELECT {column} FROM {table}");
        let amounts = store.all(&question, &[], |row| Ok(row.get::<Amount>(0)?.0));
        amounts.unwrap().into_iter().sum()
    };
    let latest = "earnings t WHERE seq = (SELECT MAX(seq) FROM earnings o WHERE o.creator = t.creator AND o.day = t.day AND o.kind = t.kind AND o.number = t.number)";
    for column in ["paid", "fee", "referral"] {
        assert_eq!(sum(column, latest, store), sum(column, "payments", store));
    }
    assert!(sum("paid", "payments", store) > 0);
    let titles = store.all("SELECT title FROM items ORDER BY item", &[], |row| {
        row.get::<String>(0)
    });
    let expected: Vec<_> = (0..ITEMS).map(|item| format!("Item {item}")).collect();
    assert_eq!(titles.unwrap(), expected);
}

fn pools_are_as_far_as_their_gifts(index: &mut Index) {
    let store = index.store();
    let question = "SELECT pool, donated, donors FROM progress t WHERE seq = (SELECT MAX(seq) FROM progress o WHERE o.pool = t.pool)";
    let progress = store.all(question, &[], |row| {
        Ok((row.get::<Account>(0)?, row.amount(1)?, row.get::<usize>(2)?))
    });
    let progress = progress.unwrap();
    assert!(!progress.is_empty());
    for (pool, donated, donors) in progress {
        let gifts = "SELECT account, amount FROM gifts WHERE pool = $1 AND kind = 1";
        let gifts = store.all(gifts, &[pool.into()], |row| {
            Ok((row.get::<Account>(0)?, row.amount(1)?))
        });
        let gifts = gifts.unwrap();
        let people: std::collections::BTreeSet<_> = gifts.iter().map(|(donor, _)| *donor).collect();
        assert_eq!(
            donated,
            gifts.iter().map(|(_, amount)| amount).sum::<u128>()
        );
        assert_eq!(donors, people.len());
    }
}

/// Blocks before a follower is opened are no others than those that come later.
#[test]
fn opened_index_knows_where_it_was() {
    block_on(async {
        let world = World::new().await;
        world.creator("Alice", "ada").await;
        let place = farthing_index::Place::File(world.folder.path().join("index.sqlite"));
        let mut first = Follower::open(world.client.clone(), &place).await.unwrap();
        first.catch_up(&mut |_| ()).await.unwrap();
        let status = first.index().await.status();
        drop(first);
        crate::tip(&world, "Bob", 7).await;
        let mut again = Follower::open(world.client.clone(), &place).await.unwrap();
        assert_eq!(again.index().await.status(), status);
        let mut told = Vec::new();
        again
            .catch_up(&mut |progress| told.push(progress.block))
            .await
            .unwrap();
        let best: Block = world.client.chain.best().await.unwrap();
        assert_eq!(told, [best.number]);
        assert_eq!(
            rows(&mut *again.index().await),
            rows(&mut *indexed(&world.client).await.index().await)
        );
        let reader = Index::read_only(&place, again.index().await.identity().clone()).unwrap();
        assert_eq!(reader.status(), again.index().await.status());
    });
}
