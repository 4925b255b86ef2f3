//! Factories and pools that are none: they lie, refuse, trap or keep silent.
//!
//! No pool that a true factory made does any of that. These tests are about how far one that does would
//! reach: at most as far as its own share.

use super::{puppet::*, world::*};
use farthing_contracts::matching_round::{messages::MAX_TIME, MatchingRoundRef};
use farthing_contracts::pool;
use farthing_contracts::pool::{
    books::{Books, Stage as PoolStage},
    pool::{Standing, Summary},
};
use farthing_contracts::pool_factory::pool_factory::{Listed, Overview as FactoryOverview};
use farthing_types::split::Recipient;
use ink::{codegen::TraitCallBuilder, env::call::FromAccountId, selector_bytes};

/// What a pool with these rules tells of itself at first, and as where it would stand.
fn told(terms: PoolTerms, stage: PoolStage) -> Summary {
    Summary {
        stage,
        sums: Books::new(&terms).sums(),
        terms,
    }
}

fn summary_of(terms: PoolTerms, stage: PoolStage) -> Line {
    Line::answer(selector_bytes!("summary"), &told(terms, stage))
}

/// What it tells when it is asked whether it missed its goal.
fn standing(stage: PoolStage) -> Line {
    let standing = Standing {
        stage,
        closes: Some(DIVIDES),
        goal: Some(1),
    };
    Line::answer(selector_bytes!("standing"), &standing)
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
/// second, which is `lines`; and 1,000 to divide.
fn beside(lines: &[Line]) -> (World, AccountId) {
    beside_in(World::with(|_| ()), lines)
}

fn beside_in(mut w: World, lines: &[Line]) -> (World, AccountId) {
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
    w.sponsor(&sue, 1_000);
    for donor in [&bob, &carol] {
        w.donate(donor, 0, 400);
        let message = w.to().donate(puppet.ink(), None, None);
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
    let unreadable = Line::answer(selector_bytes!("summary"), &7u8);
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
    let message = w.to().donate(alone.id.ink(), None, None);
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
        &[summary_of(keep_all(&ada), PoolStage::Open)],
    );
    let factory = false_factory(&mut w, &[puppet.ink()]);
    w.at = Round::deploy(&mut w.chain, &olga, terms(&factory)).unwrap();
    w.done(&olga, w.to().enter(0), 0);
    w.chain.seal_at(OPENS);
    let before = w.chain.total_balance(&puppet);
    let message = w.to().donate(puppet.ink(), None, None);
    let failed = Error::PoolFailed(puppet.ink());
    assert_eq!(w.refuse(&bob, message, 400), failed);
    assert_eq!(w.chain.total_balance(&puppet), before);
    assert_eq!(w.projections()[0].tally, Tally::default());
    w.assert_solvent();
}

#[test]
fn share_that_a_pool_refuses_or_traps_at_waits_and_keeps_nobody_else_waiting() {
    let summary = summary_of(keep_all(&Account::named("ada")), PoolStage::Open);
    let takes = accepts(selector_bytes!("donate_in_round"));
    let refuses = Line::answer(
        selector_bytes!("grant"),
        &Err::<(), _>(pool::Error::NothingDue),
    );
    for lines in [
        vec![summary.clone(), takes.clone(), refuses],
        vec![summary, takes],
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
        assert_honest_pool_is_paid(&mut w, 500);
        assert_eq!(w.owed(), 500);
        assert_eq!(w.refuse(&bob, pay, 0), error);
        w.assert_solvent();
    }
}

#[test]
fn pool_that_says_that_it_took_what_it_gave_back_is_not_paid() {
    let summary = summary_of(keep_all(&Account::named("ada")), PoolStage::Open);
    let takes = accepts(selector_bytes!("donate_in_round"));
    let lies = accepts(selector_bytes!("grant")).reverting();
    let (mut w, puppet) = beside(&[summary, takes, lies]);
    let (bob, before) = (w.bob.clone(), w.chain.balance(&puppet));
    w.chain.seal_at(DIVIDES);
    let receipt = w.done(&bob, w.to().divide(64), 0);
    assert_eq!(w.chain.balance(&puppet), before);
    let payments = &receipt.events_of::<events::Paid>()[0].payments;
    let taken: Vec<_> = payments.iter().map(|one| one.taken).collect();
    assert_eq!(taken, [true, false]);
    let failed = Error::PoolFailed(puppet.ink());
    assert_eq!(w.refuse(&bob, w.to().pay(puppet.ink()), 0), failed);
    // Nothing is nobody's.
    assert_eq!(w.read(w.to().solvency()), (500, 500));
    w.assert_solvent();
}

#[test]
fn donation_that_a_pool_says_that_it_took_and_gave_back_counts_nothing() {
    let summary = summary_of(keep_all(&Account::named("ada")), PoolStage::Open);
    let takes = accepts(selector_bytes!("donate_in_round"));
    let lies = takes.clone().reverting();
    let (mut w, puppet) = beside(&[summary, takes.until(OPENS + DAY), lies]);
    let bob = w.bob.clone();
    w.chain.seal_at(OPENS + DAY);
    let before = w.projections()[1].tally.clone();
    let message = w.to().donate(puppet.ink(), None, None);
    let failed = Error::PoolFailed(puppet.ink());
    assert_eq!(w.refuse(&bob, message, 100), failed);
    assert_eq!(w.projections()[1].tally, before);
    w.assert_solvent();
}

#[test]
fn pool_with_more_beneficiaries_than_there_can_be_does_not_enter() {
    for (count, title) in [(17, 1), (64, 1), (1, 65)] {
        let mut w = World::with(|_| ());
        let (olga, ada) = (w.olga.clone(), w.ada.clone());
        let one = |n| Recipient {
            account: [n; 32].into(),
            parts: 1,
        };
        let rules = PoolTerms {
            title: "t".repeat(title),
            beneficiaries: (0..count).map(one).collect(),
            ..keep_all(&ada)
        };
        let puppet = deploy(&mut w.chain, &ada, &[summary_of(rules, PoolStage::Open)]);
        let factory = false_factory(&mut w, &[puppet.ink()]);
        w.at = Round::deploy(&mut w.chain, &olga, terms(&factory)).unwrap();
        let failed = Error::PoolFailed(puppet.ink());
        assert_eq!(w.refuse(&olga, w.to().enter(0), 0), failed);
        w.assert_solvent();
    }
}

#[test]
fn pool_that_tells_too_much_spoils_no_page() {
    let ada = Account::named("ada");
    let long = PoolTerms {
        title: "t".repeat(16_100),
        ..keep_all(&ada)
    };
    let short = summary_of(keep_all(&ada), PoolStage::Open).until(DIVIDES);
    let takes = accepts(selector_bytes!("donate_in_round"));
    let (mut w, _) = beside(&[short, takes, summary_of(long, PoolStage::Open)]);
    w.chain.seal_at(DIVIDES);
    let page = w.read(w.to().page(0, 32));
    let told: Vec<_> = page.iter().map(|one| one.told.is_some()).collect();
    assert_eq!(told, [true, false]);
    w.assert_solvent();
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
        summary_of(rules, PoolStage::Open),
        standing(PoolStage::Open),
        accepts(selector_bytes!("donate_in_round")),
        accepts(selector_bytes!("grant")),
    ];
    let (mut w, puppet) = beside(&lies);
    w.divide();
    assert_eq!(w.shares(), [500, 500]);
    let (bob, before) = (w.bob.clone(), w.chain.balance(&puppet));
    let pay = w.to().pay(puppet.ink());
    w.done(&bob, pay.clone(), 0);
    assert_eq!(w.chain.balance(&puppet), before + 500);
    assert_eq!(w.refuse(&bob, pay, 0), Error::NothingDue);
    assert_honest_pool_is_paid(&mut w, 500);
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
        summary_of(rules, PoolStage::Open),
        standing(PoolStage::Open).until(DIVIDES),
        accepts(selector_bytes!("donate_in_round")),
        accepts(selector_bytes!("grant")),
    ])
}

#[test]
fn pool_that_keeps_silent_holds_up_the_division_for_thirty_days_and_no_longer() {
    let (mut w, puppet) = with_a_silent_pool();
    let bob = w.bob.clone();
    let failed = Error::PoolFailed(puppet.ink());
    w.chain.seal_at(DIVIDES);
    // All before it are asked; from then on it stops the division.
    w.done(&bob, w.to().divide(64), 0);
    assert_eq!(w.overview().books.asked, 1);
    assert_eq!(w.refuse(&bob, w.to().divide(64), 0), failed);
    assert_eq!(w.refuse(&bob, w.to().divide(1), 0), failed);
    assert_eq!(w.refuse(&bob, w.to().ask(puppet.ink()), 0), failed);
    w.chain.seal_at(DIVIDES + PATIENCE - 1);
    let divide = w.to().divide(64);
    let run = w.chain.dry_run(&bob.id(), divide, 0).unwrap();
    assert_eq!(run.answer, Err(failed));
    w.chain.seal();
    w.divide();
    let missed: Vec<_> = w.projections().iter().map(|one| one.entry.missed).collect();
    assert_eq!(missed, [false, true]);
    assert_eq!(w.shares(), [800, 0]);
    assert_honest_pool_is_paid(&mut w, 800);

    let (mut w, _) = with_a_silent_pool();
    w.chain.seal_at(DIVIDES + PATIENCE);
    w.divide();
    assert_eq!(w.shares(), [800, 0]);
    w.assert_solvent();
}

/// A round whose first pool does not let anybody past it, and whose second, an honest one, has a goal that
/// it reached.
fn behind_a_bad_pool(lines: &dyn Fn(&mut World) -> Vec<Line>) -> (World, AccountId) {
    let mut w = World::with(|_| ());
    let (olga, sue, bob, carol) = (
        w.olga.clone(),
        w.sue.clone(),
        w.bob.clone(),
        w.carol.clone(),
    );
    w.made(w.goal(2, DIVIDES));
    let lines = lines(&mut w);
    let puppet = deploy(&mut w.chain, &w.ada, &lines);
    w.chain.transfer(&carol, &puppet, UNIT).unwrap();
    let both = [puppet.ink(), w.pool(0)];
    let factory = false_factory(&mut w, &both);
    w.at = Round::deploy(&mut w.chain, &olga, terms(&factory)).unwrap();
    for number in [0, 1] {
        w.done(&olga, w.to().enter(number), 0);
    }
    w.chain.seal_at(OPENS);
    w.sponsor(&sue, 1_000);
    for donor in [&bob, &carol] {
        for pool in both {
            w.done(donor, w.to().donate(pool, None, None), 400);
        }
    }
    w.chain.seal_at(DIVIDES);
    (w, puppet)
}

#[test]
fn pools_behind_one_that_does_not_answer_are_asked_one_by_one() {
    let (mut w, _) = behind_a_bad_pool(&|w| {
        vec![
            summary_of(w.goal(1, DIVIDES), PoolStage::Open),
            accepts(selector_bytes!("donate_in_round")),
        ]
    });
    let (bob, honest) = (w.bob.clone(), w.pool(0));
    let refusal = w.refuse(&bob, w.to().divide(64), 0);
    assert!(matches!(refusal, Error::PoolFailed(_)));
    let (missed, receipt) = w.chain.call(&bob, w.to().ask(honest), 0).unwrap();
    assert!(!missed);
    let told = &receipt.events_of::<events::Asked>()[0];
    assert_eq!((told.asked, told.answers[0].pool), (0, honest));
    assert_eq!(w.refuse(&bob, w.to().ask(honest), 0), Error::NothingDue);
    w.chain.seal_at(DIVIDES + PATIENCE);
    w.divide();
    assert_eq!(w.shares(), [0, 800]);
    assert_eq!(w.refuse(&bob, w.to().ask(honest), 0), Error::AlreadyDivided);
    assert_honest_pool_is_paid(&mut w, 800);
}

#[test]
fn pools_that_nobody_asked_for_thirty_days_count_as_having_missed_their_goals() {
    let mut w = World::with(|_| ());
    w.entered(w.goal(2, DIVIDES));
    w.entered(keep_all(&w.ada));
    w.chain.seal_at(OPENS);
    let (sue, bob, carol) = (w.sue.clone(), w.bob.clone(), w.carol.clone());
    w.sponsor(&sue, 10_000);
    for (donor, pool) in [(&bob, 0), (&carol, 0), (&bob, 1), (&carol, 1)] {
        w.donate(donor, pool, 400);
    }
    assert_eq!(
        w.refuse(&bob, w.to().ask(w.pool(0)), 0),
        Error::DividesAt(DIVIDES)
    );
    w.chain.seal_at(DIVIDES + PATIENCE);
    // Without a single call.
    w.done(&bob, w.to().divide(0), 0);
    assert_eq!(w.shares(), [0, 800]);
    w.assert_solvent();
}

#[test]
fn silent_pool_that_nobody_gave_to_is_not_even_asked() {
    let mut w = World::with(|_| ());
    let (olga, ada) = (w.olga.clone(), w.ada.clone());
    let rules = w.goal(1, DIVIDES);
    let silent = summary_of(rules, PoolStage::Open);
    let puppet = deploy(&mut w.chain, &ada, &[silent]);
    let factory = false_factory(&mut w, &[puppet.ink()]);
    w.at = Round::deploy(&mut w.chain, &olga, terms(&factory)).unwrap();
    w.done(&olga, w.to().enter(0), 0);
    w.divide();
    assert_eq!(w.shares(), [0]);
    w.assert_solvent();
}

#[test]
fn pool_cannot_call_the_round_back() {
    // While it takes a donation or its share, it calls whoever calls it, whatever comes of that. The chain
    // lets it come to nothing: such a call ends the pool's.
    let mut w = World::with(|_| ());
    let divide = w.to().divide(64);
    let summary = summary_of(keep_all(&w.ada), PoolStage::Open);
    let takes = accepts(selector_bytes!("donate_in_round"));
    let grant = accepts(selector_bytes!("grant"));
    let takes_and_calls = takes.clone().calling_back(divide.clone());
    let grant_and_calls = grant.clone().calling_back(divide);
    let (olga, bob) = (w.olga.clone(), w.bob.clone());
    let lines = [summary.clone(), takes_and_calls, grant];
    let puppet = deploy(&mut w.chain, &bob, &lines);
    let factory = false_factory(&mut w, &[puppet.ink()]);
    w.at = Round::deploy(&mut w.chain, &olga, terms(&factory)).unwrap();
    w.done(&olga, w.to().enter(0), 0);
    w.chain.seal_at(OPENS);
    let message = w.to().donate(puppet.ink(), None, None);
    let failed = Error::PoolFailed(puppet.ink());
    assert_eq!(w.refuse(&bob, message, 5), failed);
    w.assert_solvent();

    let (mut w, puppet) = beside(&[summary, takes, grant_and_calls]);
    w.divide();
    let pay = w.to().pay(puppet.ink());
    let failed = Error::PoolFailed(puppet.ink());
    assert_eq!(w.refuse(&bob, pay, 0), failed);
    assert_honest_pool_is_paid(&mut w, 500);
}

/// A puppet of bob's with money of carol's, and how it is told to say a line.
fn puppet_with_lines(w: &mut World, lines: &[Line]) -> AccountId {
    let (bob, carol) = (w.bob.clone(), w.carol.clone());
    let puppet = deploy(&mut w.chain, &bob, lines);
    w.chain.transfer(&carol, &puppet, UNIT).unwrap();
    puppet
}

fn says(name: [u8; 4]) -> Line {
    Line::answer(name, &Ok::<(), Error>(()))
}

fn deposit_of(w: &mut World, who: &Account, puppet: &AccountId, line: [u8; 4]) -> i128 {
    let message = say_line(puppet, line);
    w.chain.call(who, message, 0).unwrap().1.deposit
}

#[test]
fn deposit_that_somebody_paid_for_a_contract_is_nobody_elses() {
    // A contract sponsors and donates. Carol signs, and pays for its records; when they could be freed, bob
    // signs, and would have her deposits.
    let mut w = World::open(1);
    let (bob, carol) = (w.bob.clone(), w.carol.clone());
    let (id, pool) = (w.at.id.clone(), w.pool(0));
    let [sponsor, donate, free] = [[1; 4], [2; 4], [3; 4]];
    let lines = [
        says(sponsor).calling(&id, w.to().sponsor(), 1_000),
        says(donate).calling(&id, w.to().donate(pool, None, None), 400),
        says(free).calling(&id, w.to().forget(pool), 0),
    ];
    let puppet = puppet_with_lines(&mut w, &lines);
    assert_eq!(
        deposit_of(&mut w, &carol, &puppet, sponsor),
        SPONSORS_RECORD
    );
    assert_eq!(deposit_of(&mut w, &carol, &puppet, donate), RECORD);
    assert_eq!(w.read(w.to().sponsored(puppet.ink())), 1_000);
    w.divide();
    let message = w.to().take_back(puppet.ink());
    assert_eq!(w.done(&bob, message.clone(), 0).deposit, 0);
    assert_eq!(w.refuse(&bob, message, 0), Error::NothingDue);
    assert_eq!(deposit_of(&mut w, &bob, &puppet, free), 0);
    let contribution = w.to().contribution(pool, puppet.ink());
    assert!(w.read(contribution).is_some());
    w.assert_solvent();
}

/// A puppet that calls what it is told to, and has a UNIT of carol's.
fn obedient(w: &mut World, lengths: &[usize]) -> AccountId {
    let lines: Vec<_> = lengths
        .iter()
        .map(|length| says(line_for(*length)).passing_on(*length))
        .collect();
    puppet_with_lines(w, &lines)
}

fn line_for(length: usize) -> [u8; 4] {
    (length as u32).to_le_bytes()
}

/// Has the puppet call the round. Returns what the signer's deposits became.
fn told_to<Args: ink::scale::Encode + Clone, R>(
    w: &mut World,
    signer: &Account,
    puppet: &AccountId,
    message: Message<Args, R>,
    value: Balance,
) -> i128 {
    let line = line_for(input_of(message.clone()).len());
    let message = pass_on(puppet, line, &w.at.id, message, value);
    w.chain.call(signer, message, 0).unwrap().1.deposit
}

#[test]
fn contract_that_takes_its_money_back_frees_no_record_for_who_signs() {
    let (bob, carol) = (Account::named("bob"), Account::named("carol"));
    // In the end, and before the round opens.
    for leaves in [false, true] {
        let mut w = World::with(|_| ());
        let puppet = obedient(&mut w, &[4, 36]);
        let sponsor = w.to().sponsor();
        let locked = told_to(&mut w, &carol, &puppet, sponsor, 1_000);
        assert_eq!(locked, SPONSORS_RECORD);
        let before = w.chain.balance(&puppet);
        let deposit = if leaves {
            let leave = w.to().leave();
            told_to(&mut w, &bob, &puppet, leave, 0)
        } else {
            w.divide();
            let back = w.to().take_back(puppet.ink());
            told_to(&mut w, &bob, &puppet, back, 0)
        };
        assert_eq!(deposit, 0);
        assert_eq!(w.chain.balance(&puppet), before + 1_000);
        assert_eq!((w.owed(), w.read(w.to().sponsored(puppet.ink()))), (0, 0));
        w.assert_solvent();
    }
}

#[test]
fn organiser_or_verifier_that_is_a_contract_frees_nothing_for_who_signs() {
    let mut w = World::with(|_| ());
    let (bob, carol, olga) = (w.bob.clone(), w.carol.clone(), w.olga.clone());
    // A list's number, its root and an empty text.
    let puppet = obedient(&mut w, &[4, 8, 36, 4 + 1 + 32 + 1]);
    w.made(keep_all(&w.ada));
    let mut rules = terms(&w.factory.id);
    (rules.organiser, rules.verifier) = (puppet.ink(), Some(puppet.ink()));
    w.at = Round::deploy(&mut w.chain, &olga, rules).unwrap();
    let (enter, list) = (w.to().enter(0), w.to().set_list(0, [1; 32], String::new()));
    assert!(told_to(&mut w, &carol, &puppet, enter, 0) > PER_ITEM);
    assert!(told_to(&mut w, &carol, &puppet, list, 0) > PER_ITEM);
    let out = w.to().take_out(w.pool(0));
    assert_eq!(told_to(&mut w, &bob, &puppet, out, 0), 0);
    assert_eq!(w.projections().len(), 1);
    w.chain.seal_at(CLOSES);
    let free = w.to().free_lists();
    assert_eq!(told_to(&mut w, &bob, &puppet, free, 0), 0);
    assert_eq!(w.read(w.to().lists()).len(), 1);
    w.assert_solvent();
}

// ---- What a stranger could take from whoever calls ----

#[test]
fn stranger_takes_no_deposit_from_whoever_asks_or_pays_and_stops_nobody_else() {
    // While it answers or takes its share, the pool sponsors another round, which stores a record at the
    // signer's expense. (Any contract could store more.) The chain ends such a call whole.
    for greedy in ["standing", "grant"] {
        let late = std::cell::RefCell::new(None);
        let lines = |w: &mut World| {
            let honest = summary_of(w.goal(1, DIVIDES), PoolStage::Open);
            let taking = accepts(selector_bytes!("donate_in_round"));
            let given = accepts(selector_bytes!("grant"));
            let id = late_round(w);
            *late.borrow_mut() = Some(id.clone());
            let steals = |line: Line| line.calling(&id, messages_of(&id).sponsor(), 1);
            let stands = standing(PoolStage::Open);
            match greedy {
                "standing" => vec![honest, steals(stands), taking, given],
                _ => vec![honest, stands, taking, steals(given)],
            }
        };
        let (mut w, puppet) = behind_a_bad_pool(&lines);
        let late = late.take().unwrap();
        let (bob, dave, honest) = (w.bob.clone(), w.dave.clone(), w.pool(0));
        let free = w.balance(&bob);
        let message = w.to().divide(64);
        w.chain
            .call_unasked(&bob, message, 0)
            .expect_err("the chain ends it");
        assert!(free - w.balance(&bob) < UNIT / 10, "but for the fee");
        assert_eq!(w.read(messages_of(&late).sponsored(puppet.ink())), 0);
        // The honest pool has its share all the same.
        if greedy == "standing" {
            w.done(&dave, w.to().ask(honest), 0);
            w.chain.seal_at(DIVIDES + PATIENCE);
        }
        w.divide();
        let share = if greedy == "standing" { 800 } else { 500 };
        w.done(&dave, w.to().pay(honest), 0);
        assert_eq!(w.granted(0), share);
        w.assert_solvent();
    }
}

fn messages_of(round: &AccountId) -> <MatchingRoundRef as TraitCallBuilder>::Builder {
    FromAccountId::from_account_id(round.ink())
}

/// A round that can be sponsored when the others divide.
fn late_round(w: &mut World) -> AccountId {
    let mut rules = terms(&w.factory.id);
    (rules.closes, rules.divides) = (DIVIDES + 2 * PATIENCE, DIVIDES + 2 * PATIENCE);
    let olga = w.olga.clone();
    Round::deploy(&mut w.chain, &olga, rules).unwrap().id
}

#[test]
fn pool_that_burns_gas_stops_neither_the_division_nor_the_payments() {
    let rules = World::with(|_| ()).goal(1, DIVIDES);
    let honest = summary_of(rules, PoolStage::Open);
    let taking = accepts(selector_bytes!("donate_in_round"));
    let given = accepts(selector_bytes!("grant"));
    // When it is asked: that costs whoever asks no more than the bound.
    let stands = standing(PoolStage::Open);
    let lines = [
        honest.clone(),
        stands.clone().burning(),
        taking.clone(),
        given.clone(),
    ];
    let (mut w, puppet) = beside(&lines);
    let bob = w.bob.clone();
    w.chain.seal_at(DIVIDES);
    let receipt = w.done(&bob, w.to().divide(64), 0);
    let time = receipt.weight.ref_time();
    assert!(
        (MAX_TIME..MAX_TIME + MAX_TIME / 4).contains(&time),
        "{time}"
    );
    assert_eq!(w.overview().books.asked, 1);
    let failed = Error::PoolFailed(puppet.ink());
    assert_eq!(w.refuse(&bob, w.to().divide(64), 0), failed);
    w.chain.seal_at(DIVIDES + PATIENCE);
    w.done(&bob, w.to().divide(64), 0);
    assert_eq!((w.shares(), w.granted(0)), (vec![800, 0], 800));
    w.assert_solvent();
    // When it is given its share: that waits.
    let (mut w, puppet) = beside(&[honest, stands, taking, given.burning()]);
    w.chain.seal_at(DIVIDES);
    let receipt = w.done(&bob, w.to().divide(64), 0);
    let payments = &receipt.events_of::<events::Paid>()[0].payments;
    let taken: Vec<_> = payments.iter().map(|one| one.taken).collect();
    assert_eq!(taken, [true, false]);
    assert_eq!((w.granted(0), w.owed()), (500, 500));
    let pay = w.to().pay(puppet.ink());
    let failed = Error::PoolFailed(puppet.ink());
    assert_eq!(w.refuse(&bob, pay, 0), failed);
    assert_eq!(w.refuse(&bob, w.to().divide(64), 0), Error::AlreadyDivided);
    w.assert_solvent();
}
