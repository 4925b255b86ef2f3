//! Factories and pools that are none: they lie, refuse, trap or keep silent.
//!
//! No pool that a true factory made does any of that. These tests are about how far one that does would
//! reach: at most as far as its own share.

use super::{puppet::*, world::*};
use ink::selector_bytes;
use pool::{
    books::{Books, Stage as PoolStage},
    pool::Overview as PoolOverview,
    till::Till,
};
use pool_factory::pool_factory::{Listed, Overview as FactoryOverview};

/// What a pool with these rules tells of itself at first, and as where it would stand.
fn told(terms: PoolTerms, stage: PoolStage) -> PoolOverview {
    PoolOverview {
        stage,
        books: Books::new(&terms),
        till: Till::default(),
        releasable: 0,
        terms,
    }
}

fn overview_of(terms: PoolTerms, stage: PoolStage) -> Line {
    Line::answer(selector_bytes!("overview"), &told(terms, stage))
}

fn accepts(message: [u8; 4]) -> Line {
    Line::answer(message, &Ok::<(), pool::Error>(()))
}

/// A factory that says of itself what one would, and lists `pools`.
fn false_factory(w: &mut World, pools: &[ink::primitives::AccountId]) -> AccountId {
    let overview = FactoryOverview {
        registry: [1; 32].into(),
        code_hash: [2; 32].into(),
        fee: None,
        pools: pools.len() as u32,
    };
    let mut lines = vec![Line::answer(selector_bytes!("overview"), &overview)];
    for (number, account) in (0u32..).zip(pools) {
        let listed = Some(Listed {
            listed: false,
            number,
            account: *account,
            creator: None,
            maker: [3; 32].into(),
            created: 0,
        });
        lines.push(Line::answer(selector_bytes!("pool"), &listed).to(&number));
    }
    deploy(&mut w.chain, &w.ada, &lines)
}

/// An open round in which bob and carol have given 400 to the first pool, an honest one, and to the
/// second, which is `lines`; and 10,000 to divide.
fn beside(lines: &[Line]) -> (World, AccountId) {
    let mut w = World::with(|_| ());
    let (olga, sue, bob, carol) = (
        w.olga.clone(),
        w.sue.clone(),
        w.bob.clone(),
        w.carol.clone(),
    );
    w.made(keep_all(&w.ada));
    let puppet = deploy(&mut w.chain, &w.ada, lines);
    let both = [w.pool(0), puppet.ink()];
    let factory = false_factory(&mut w, &both);
    w.at = Round::deploy(&mut w.chain, &olga, terms(&factory)).unwrap();
    for number in [0, 1] {
        w.done(&olga, w.to().enter(number), 0);
    }
    w.chain.seal_at(OPENS);
    w.sponsor(&sue, 10_000);
    for donor in [&bob, &carol] {
        w.donate(donor, 0, 400);
        let message = w.to().donate(puppet.ink(), None);
        w.done(donor, message, 400);
    }
    (w, puppet)
}

/// The honest pool gets its share, and the round owes nothing more than the other's.
fn assert_honest_pool_is_paid(w: &mut World, share: Balance) {
    let dave = w.dave.clone();
    w.done(&dave, w.to().pay(w.pool(0)), 0);
    assert_eq!(w.granted(0), share);
    w.assert_solvent();
}

#[test]
fn account_that_is_no_factory_makes_no_round() {
    let mut w = World::with(|_| ());
    let olga = w.olga.clone();
    let silent = deploy(&mut w.chain, &olga, &[]);
    let pool = w.made(keep_all(&w.ada));
    let pool = w.pools[pool as usize].id.clone();
    for id in [silent, pool, olga.id(), w.at.id.clone()] {
        let refusal = refused(Round::deploy(&mut w.chain, &olga, terms(&id)).map(|_| ()));
        assert_eq!(refusal, Error::FactoryFailed);
    }
    w.assert_solvent();
}

#[test]
fn factory_that_stops_answering_lets_no_pool_in() {
    let mut w = World::with(|_| ());
    let olga = w.olga.clone();
    let factory = false_factory(&mut w, &[]);
    w.at = Round::deploy(&mut w.chain, &olga, terms(&factory)).unwrap();
    let refusal = w.refuse(&olga, w.to().enter(0), 0);
    assert_eq!(refusal, Error::FactoryFailed);
    w.assert_solvent();
}

#[test]
fn account_that_is_no_pool_does_not_enter() {
    let mut w = World::with(|_| ());
    let (olga, ada) = (w.olga.clone(), w.ada.clone());
    let traps = deploy(&mut w.chain, &ada, &[]);
    let unreadable = Line::answer(selector_bytes!("overview"), &7u8);
    let unreadable = deploy(&mut w.chain, &ada, &[unreadable]);
    let all = [traps.ink(), unreadable.ink(), ada.id().ink()];
    let factory = false_factory(&mut w, &all);
    w.at = Round::deploy(&mut w.chain, &olga, terms(&factory)).unwrap();
    for (number, account) in (0..).zip(all) {
        let refusal = w.refuse(&olga, w.to().enter(number), 0);
        assert_eq!(refusal, Error::PoolFailed(account));
    }
    w.assert_solvent();
}

#[test]
fn pool_made_without_the_factory_does_not_enter() {
    let mut w = World::with(|_| ());
    let (olga, ada) = (w.olga.clone(), w.ada.clone());
    // The same code with the same rules, but the factory does not know of it.
    let alone = DonationPool::deploy(&mut w.chain, &ada, keep_all(&ada)).unwrap();
    assert_eq!(w.refuse(&olga, w.to().enter(0), 0), Error::UnknownPool);
    w.entered(keep_all(&ada));
    let bob = w.bob.clone();
    w.chain.seal_at(OPENS);
    let message = w.to().donate(alone.id.ink(), None);
    assert_eq!(w.refuse(&bob, message, 5), Error::NotEntered);
    w.assert_solvent();
}

#[test]
fn pool_that_traps_takes_no_donation() {
    let mut w = World::with(|_| ());
    let (olga, ada, bob) = (w.olga.clone(), w.ada.clone(), w.bob.clone());
    let puppet = deploy(
        &mut w.chain,
        &ada,
        &[overview_of(keep_all(&ada), PoolStage::Open)],
    );
    let factory = false_factory(&mut w, &[puppet.ink()]);
    w.at = Round::deploy(&mut w.chain, &olga, terms(&factory)).unwrap();
    w.done(&olga, w.to().enter(0), 0);
    w.chain.seal_at(OPENS);
    let before = w.chain.total_balance(&puppet);
    let message = w.to().donate(puppet.ink(), None);
    let failed = Error::PoolFailed(puppet.ink());
    assert_eq!(w.refuse(&bob, message, 400), failed);
    assert_eq!(w.chain.total_balance(&puppet), before);
    assert_eq!(w.projections()[0].tally, Tally::default());
    w.assert_solvent();
}

#[test]
fn share_that_a_pool_refuses_or_traps_at_waits_and_keeps_nobody_else_waiting() {
    let overview = overview_of(keep_all(&Account::named("ada")), PoolStage::Open);
    let takes = accepts(selector_bytes!("donate_for"));
    let refuses = Line::answer(
        selector_bytes!("grant"),
        &Err::<(), _>(pool::Error::NothingDue),
    );
    for lines in [
        vec![overview.clone(), takes.clone(), refuses],
        vec![overview, takes],
    ] {
        let (mut w, puppet) = beside(&lines);
        w.divide();
        let bob = w.bob.clone();
        let error = match lines.len() {
            3 => Error::Refused(pool::Error::NothingDue),
            _ => Error::PoolFailed(puppet.ink()),
        };
        let pay = w.to().pay(puppet.ink());
        assert_eq!(w.refuse(&bob, pay.clone(), 0), error);
        assert_honest_pool_is_paid(&mut w, 5_000);
        assert_eq!(w.owed(), 5_000);
        assert_eq!(w.refuse(&bob, pay, 0), error);
        w.assert_solvent();
    }
}

#[test]
fn pool_that_lies_about_its_goal_gains_its_own_share_at_most() {
    let ada = Account::named("ada");
    let rules = PoolTerms {
        mode: Mode::AllOrNothing {
            goal: UNIT,
            deadline: DIVIDES,
        },
        ..keep_all(&ada)
    };
    // It says that it is open for ever, though it missed its goal long ago.
    let lies = [
        overview_of(rules, PoolStage::Open),
        accepts(selector_bytes!("donate_for")),
        accepts(selector_bytes!("grant")),
    ];
    let (mut w, puppet) = beside(&lies);
    w.divide();
    assert_eq!(w.shares(), [5_000, 5_000]);
    let (bob, before) = (w.bob.clone(), w.chain.balance(&puppet));
    let pay = w.to().pay(puppet.ink());
    w.done(&bob, pay.clone(), 0);
    assert_eq!(w.chain.balance(&puppet), before + 5_000);
    assert_eq!(w.refuse(&bob, pay, 0), Error::NothingDue);
    assert_honest_pool_is_paid(&mut w, 5_000);
}

/// A round with a pool that has a goal, takes donations, and tells nothing from the division on.
fn with_a_silent_pool() -> (World, AccountId) {
    let ada = Account::named("ada");
    let rules = PoolTerms {
        mode: Mode::AllOrNothing {
            goal: 1,
            deadline: DIVIDES,
        },
        ..keep_all(&ada)
    };
    beside(&[
        overview_of(rules, PoolStage::Open).until(DIVIDES),
        accepts(selector_bytes!("donate_for")),
        accepts(selector_bytes!("grant")),
    ])
}

#[test]
fn pool_that_keeps_silent_holds_up_the_division_for_thirty_days_and_no_longer() {
    let (mut w, puppet) = with_a_silent_pool();
    let bob = w.bob.clone();
    let failed = Error::PoolFailed(puppet.ink());
    w.chain.seal_at(DIVIDES);
    assert_eq!(w.refuse(&bob, w.to().divide(64), 0), failed);
    // All before it can be asked meanwhile.
    w.done(&bob, w.to().divide(1), 0);
    assert_eq!(w.refuse(&bob, w.to().divide(1), 0), failed);
    w.chain.seal_at(DIVIDES + PATIENCE - 1);
    let divide = w.to().divide(64);
    let run = w.chain.dry_run(&bob.id(), divide, 0).unwrap();
    assert_eq!(run.answer, Err(failed));
    w.chain.seal();
    w.divide();
    let missed: Vec<_> = w.projections().iter().map(|one| one.entry.missed).collect();
    assert_eq!(missed, [false, true]);
    assert_eq!(w.shares(), [10_000, 0]);
    assert_honest_pool_is_paid(&mut w, 10_000);

    let (mut w, _) = with_a_silent_pool();
    w.chain.seal_at(DIVIDES + PATIENCE);
    w.divide();
    assert_eq!(w.shares(), [10_000, 0]);
    w.assert_solvent();
}

#[test]
fn silent_pool_that_nobody_gave_to_is_not_even_asked() {
    let mut w = World::with(|_| ());
    let (olga, ada) = (w.olga.clone(), w.ada.clone());
    let rules = w.goal(1, DIVIDES);
    let silent = overview_of(rules, PoolStage::Open).until(DIVIDES);
    let puppet = deploy(&mut w.chain, &ada, &[silent]);
    let factory = false_factory(&mut w, &[puppet.ink()]);
    w.at = Round::deploy(&mut w.chain, &olga, terms(&factory)).unwrap();
    w.done(&olga, w.to().enter(0), 0);
    w.divide();
    assert_eq!(w.stage(), Stage::Returned);
    w.assert_solvent();
}

#[test]
fn pool_cannot_call_the_round_back() {
    // While it takes a donation or its share, it calls whoever calls it, whatever comes of that. The chain
    // lets it come to nothing: such a call ends the pool's.
    let mut w = World::with(|_| ());
    let divide = w.to().divide(64);
    let overview = overview_of(keep_all(&w.ada), PoolStage::Open);
    let takes = accepts(selector_bytes!("donate_for"));
    let grant = accepts(selector_bytes!("grant"));
    let takes_and_calls = takes.clone().calling_back(divide.clone());
    let grant_and_calls = grant.clone().calling_back(divide);
    let (olga, bob) = (w.olga.clone(), w.bob.clone());
    let lines = [overview.clone(), takes_and_calls, grant];
    let puppet = deploy(&mut w.chain, &bob, &lines);
    let factory = false_factory(&mut w, &[puppet.ink()]);
    w.at = Round::deploy(&mut w.chain, &olga, terms(&factory)).unwrap();
    w.done(&olga, w.to().enter(0), 0);
    w.chain.seal_at(OPENS);
    let message = w.to().donate(puppet.ink(), None);
    let failed = Error::PoolFailed(puppet.ink());
    assert_eq!(w.refuse(&bob, message, 5), failed);
    w.assert_solvent();

    let (mut w, puppet) = beside(&[overview, takes, grant_and_calls]);
    w.divide();
    let pay = w.to().pay(puppet.ink());
    let failed = Error::PoolFailed(puppet.ink());
    assert_eq!(w.refuse(&bob, pay, 0), failed);
    assert_honest_pool_is_paid(&mut w, 5_000);
}

#[test]
fn deposit_that_somebody_paid_for_a_contract_is_nobody_elses() {
    // A contract sponsors and donates. Carol signs, and pays for its records; when they could be freed, bob
    // signs, and would have her deposits.
    let mut w = World::open(1);
    let (bob, carol) = (w.bob.clone(), w.carol.clone());
    let (id, pool) = (w.at.id.clone(), w.pool(0));
    let says = |name: [u8; 4]| Line::answer(name, &Ok::<(), Error>(()));
    let [sponsor, donate, forget, free] = [[1; 4], [2; 4], [3; 4], [4; 4]];
    let lines = [
        says(sponsor).calling(&id, w.to().sponsor(), 1_000),
        says(donate).calling(&id, w.to().donate(pool, None), 400),
        says(forget).calling(&id, w.to().forget_sponsorship(), 0),
        says(free).calling(&id, w.to().forget(pool), 0),
    ];
    let puppet = deploy(&mut w.chain, &bob, &lines);
    w.chain.transfer(&carol, &puppet, UNIT).unwrap();
    let say = |w: &mut World, who: &Account, line: [u8; 4]| {
        let message = say_line(&puppet, line);
        w.chain.call(who, message, 0).unwrap().1.deposit
    };
    assert_eq!(say(&mut w, &carol, sponsor), SPONSORS_RECORD);
    assert_eq!(say(&mut w, &carol, donate), RECORD);
    assert_eq!(w.read(w.to().sponsored(puppet.ink())), 1_000);
    w.divide();
    assert_eq!(w.stage(), Stage::Returned);
    let message = w.to().take_back(puppet.ink());
    assert_eq!(w.done(&bob, message, 0).deposit, 0);
    for line in [forget, free] {
        assert_eq!(say(&mut w, &bob, line), 0);
    }
    let contribution = w.to().contribution(pool, puppet.ink());
    assert!(w.read(contribution).is_some());
    w.assert_solvent();
}
