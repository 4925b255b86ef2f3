//! Division, shares, money back, and records that are no longer needed.

use super::world::*;
use ink::codegen::TraitCallBuilder;

/// Three pools, of which the formula asks 800 for the first and 400 for the second, and 900 to divide.
fn two_to_one() -> World {
    let mut w = World::open(3);
    let (sue, bob, carol) = (w.sue.clone(), w.bob.clone(), w.carol.clone());
    w.sponsor(&sue, 900);
    for (donor, pool, amount) in [(&bob, 0, 400), (&carol, 0, 400), (&bob, 1, 100)] {
        w.donate(donor, pool, amount);
    }
    w.donate(&carol, 1, 400);
    w
}

fn share(w: &World, pool: u32, amount: Balance) -> Share {
    Share {
        pool: w.pool(pool),
        amount,
        missed: false,
    }
}

fn payment(w: &World, pool: u32, amount: Balance) -> Payment {
    Payment {
        pool: w.pool(pool),
        amount,
        taken: true,
    }
}

#[test]
fn one_call_divides_and_pays_everybody() {
    let mut w = two_to_one();
    w.chain.seal_at(DIVIDES);
    let dave = w.dave.clone();
    let (left, receipt) = w.chain.call(&dave, w.to().divide(2), 0).unwrap();
    assert_eq!((left, receipt.deposit), (0, 0));
    let told = &receipt.events_of::<events::Paid>()[0];
    assert_eq!(told.payments, [payment(&w, 0, 600), payment(&w, 1, 300)]);
    assert_eq!(receipt.events_of::<events::Divided>().len(), 1);
    assert_eq!((w.granted(0), w.granted(1)), (600, 300));
    assert_eq!(w.read(w.to().solvency()), (0, 0));
    w.assert_solvent();
}

#[test]
fn money_is_divided_to_the_unit_and_paid_to_each_pool_as_a_grant() {
    let mut w = two_to_one();
    let receipt = w.divide();
    assert_eq!(receipt.deposit, 0);
    let told = &receipt.events_of::<events::Divided>()[0];
    assert_eq!((told.money, told.rest), (900, 0));
    let shares = [(0, 600), (1, 300), (2, 0)].map(|(pool, amount)| share(&w, pool, amount));
    assert_eq!(told.shares, shares);
    assert_eq!(w.stage(), Stage::Divided);
    assert_eq!(w.owed(), 900);
    let dave = w.dave.clone();
    let receipt = w.done(&dave, w.to().pay(w.pool(1)), 0);
    assert_eq!(receipt.deposit, 0);
    let told = &receipt.events_of::<events::Paid>()[0];
    assert_eq!(told.payments, [payment(&w, 1, 300)]);
    assert_eq!((w.granted(0), w.granted(1)), (0, 300));
    assert_eq!(w.owed(), 600);
    w.assert_solvent();
    // The division offers the others theirs.
    let receipt = w.done(&dave, w.to().divide(64), 0);
    assert_eq!(receipt.deposit, 0);
    let told = &receipt.events_of::<events::Paid>()[0];
    assert_eq!(told.payments, [payment(&w, 0, 600)]);
    assert_eq!((w.granted(0), w.granted(1)), (600, 300));
    assert_eq!(w.read(w.to().solvency()), (0, 0));
    // Grants are the beneficiary's, and no donations.
    assert_eq!(w.donated(0), 800);
    w.assert_solvent();
}

#[test]
fn pool_with_nothing_due_or_not_in_the_round_is_not_paid() {
    let mut w = two_to_one();
    let dave = w.dave.clone();
    let outside = w.made(keep_all(&w.ada));
    let pay = w.to().pay(w.pool(0));
    assert_eq!(w.refuse(&dave, pay, 0), Error::NotDivided);
    w.divide();
    let pay = w.to().pay(w.pool(2));
    assert_eq!(w.refuse(&dave, pay, 0), Error::NothingDue);
    let pay = w.to().pay(w.pool(outside));
    assert_eq!(w.refuse(&dave, pay, 0), Error::NotEntered);
    w.assert_solvent();
}

/// Bob and carol give 400 each to a pool with a goal of `goal`, and to one that keeps everything.
fn with_a_goal(goal: Balance, money: Balance) -> World {
    let mut w = World::with(|_| ());
    w.entered(w.goal(goal, DIVIDES));
    w.entered(keep_all(&w.ada));
    w.chain.seal_at(OPENS);
    let (sue, bob, carol) = (w.sue.clone(), w.bob.clone(), w.carol.clone());
    w.sponsor(&sue, money);
    for (donor, pool) in [(&bob, 0), (&carol, 0), (&bob, 1), (&carol, 1)] {
        w.donate(donor, pool, 400);
    }
    w
}

#[test]
fn share_of_a_pool_that_missed_its_goal_is_the_others() {
    let mut w = with_a_goal(801, 600);
    // Until it is settled, it counts.
    assert_eq!(w.shares(), [300, 300]);
    let receipt = w.divide();
    let told = &receipt.events_of::<events::Divided>()[0];
    let missed: Vec<_> = told.shares.iter().map(|one| one.missed).collect();
    assert_eq!(missed, [true, false]);
    assert_eq!(w.shares(), [0, 600]);
    let dave = w.dave.clone();
    let pay = w.to().pay(w.pool(0));
    assert_eq!(w.refuse(&dave, pay, 0), Error::NothingDue);
    w.done(&dave, w.to().pay(w.pool(1)), 0);
    w.assert_solvent();
}

#[test]
fn pool_that_reached_its_goal_in_its_last_moment_gets_its_share() {
    let mut w = with_a_goal(801, 600);
    w.chain.seal_at(DIVIDES - 1);
    let dave = w.dave.clone();
    // Long after the round has closed, and not through it.
    let donate = w.pools[0].pool.call_mut().donate(None);
    w.chain.call(&dave, donate, 1).unwrap();
    w.divide();
    assert_eq!(w.shares(), [300, 300]);
    // Whether or not anyone has called `finalise`.
    w.done(&dave, w.to().pay(w.pool(0)), 0);
    assert_eq!(w.granted(0), 300);
    w.assert_solvent();
}

#[test]
fn division_in_steps_is_the_same_as_at_once() {
    let mut w = World::with(|_| ());
    for goal in [801, 1] {
        w.entered(w.goal(goal, DIVIDES));
    }
    w.entered(keep_all(&w.ada));
    w.chain.seal_at(OPENS);
    let (sue, bob, carol, dave) = (
        w.sue.clone(),
        w.bob.clone(),
        w.carol.clone(),
        w.dave.clone(),
    );
    w.sponsor(&sue, 600);
    for pool in [0, 1, 2] {
        for donor in [&bob, &carol] {
            w.donate(donor, pool, 400);
        }
    }
    w.chain.seal_at(DIVIDES);
    // Two are asked, two of three get something.
    for (calls, left, asked) in [(0, 6, 0), (1, 5, 1), (0, 5, 1)] {
        let (told, receipt) = w.chain.call(&dave, w.to().divide(calls), 0).unwrap();
        assert_eq!(told, left);
        let events = receipt.events_of::<events::Asked>();
        assert_eq!(
            (events.len(), receipt.events.len()),
            (calls as usize, calls as usize)
        );
        if let [told] = &events[..] {
            let answer = &told.answers[0];
            assert_eq!((told.asked, told.answers.len()), (1, 1));
            assert_eq!((answer.pool, answer.missed), (w.pool(0), true));
        }
        assert_eq!((w.stage(), w.overview().books.asked), (Stage::Due, asked));
    }
    let (left, receipt) = w.chain.call(&dave, w.to().divide(2), 0).unwrap();
    // One call to ask the second with, and one to pay it.
    assert_eq!(left, 1);
    assert_eq!(receipt.events_of::<events::Divided>().len(), 1);
    assert_eq!(w.shares(), [0, 300, 300]);
    assert_eq!([0, 1, 2].map(|pool| w.granted(pool)), [0, 300, 0]);
    let (left, _) = w.chain.call(&dave, w.to().divide(u32::MAX), 0).unwrap();
    assert_eq!(left, 0);
    assert_eq!([0, 1, 2].map(|pool| w.granted(pool)), [0, 300, 300]);
    assert_eq!(w.read(w.to().solvency()), (0, 0));
    w.assert_solvent();
}

#[test]
fn each_sponsor_has_back_what_they_put_in_if_no_pool_got_anything() {
    let mut w = World::open(2);
    let (sue, sam, bob, dave) = (w.sue.clone(), w.sam.clone(), w.bob.clone(), w.dave.clone());
    w.sponsor(&sue, 1_000);
    w.sponsor(&sam, 1);
    w.sponsor(&sue, 10);
    // One donor alone is no weight.
    w.donate(&bob, 0, 500);
    let back = w.to().take_back(sue.id().ink());
    assert_eq!(w.refuse(&sue, back.clone(), 0), Error::NotDivided);
    let receipt = w.divide();
    let told = &receipt.events_of::<events::Divided>()[0];
    assert_eq!((told.money, told.rest), (1_011, 1_011));
    assert_eq!(told.shares, [share(&w, 0, 0), share(&w, 1, 0)]);
    let before = w.balance(&sue);
    let receipt = w.done(&dave, back.clone(), 0);
    assert_eq!(receipt.deposit, 0);
    let told = &receipt.events_of::<events::TakenBack>()[0];
    assert_eq!(
        (told.sponsor, told.amount, told.freed),
        (sue.id().ink(), 1_010, false)
    );
    assert_eq!(w.balance(&sue), before + 1_010);
    assert_eq!(w.refuse(&dave, back.clone(), 0), Error::NothingDue);
    // Who asks for it themselves has the record's deposit back as well.
    let sams = w.to().take_back(sam.id().ink());
    let receipt = w.done(&sam, sams.clone(), 0);
    assert!(receipt.events_of::<events::TakenBack>()[0].freed);
    assert_given_back(&receipt, SPONSORS_RECORD);
    assert_eq!(w.refuse(&sam, sams, 0), Error::NothingDue);
    let pay = w.to().pay(w.pool(0));
    assert_eq!(w.refuse(&dave, pay, 0), Error::NothingDue);
    assert_eq!(w.read(w.to().solvency()), (0, 0));
    // And sue by asking once more.
    let receipt = w.done(&sue, back, 0);
    assert_given_back(&receipt, SPONSORS_RECORD);
    w.assert_solvent();
}

#[test]
fn what_is_not_divided_goes_back_in_proportion_to_the_last_unit() {
    // The formula asks for 800 of 1,801.
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let mut w = World::open(1);
        let sponsors = [&w.sue, &w.sam, &w.vera].map(Account::clone);
        for (sponsor, amount) in sponsors.iter().zip([1_000, 800, 1]) {
            w.sponsor(sponsor, amount);
        }
        let (bob, carol) = (w.bob.clone(), w.carol.clone());
        for donor in [&bob, &carol] {
            w.donate(donor, 0, 400);
        }
        w.divide();
        assert_eq!((w.shares(), w.rest()), (vec![800], 1_001));
        let exact = [1_001.0 / 1.801, 1_001.0 * 0.8 / 1.801, 1.001 / 1.801];
        let mut all = 0;
        for n in order {
            let message = w.to().take_back(sponsors[n].id().ink());
            let (amount, _) = w.chain.call(&sponsors[n], message, 0).unwrap();
            assert!((amount as f64 - exact[n]).abs() < 2.0, "{n}: {amount}");
            all += amount;
        }
        assert_eq!((all, w.owed()), (1_001, 800));
        let dave = w.dave.clone();
        w.done(&dave, w.to().divide(1), 0);
        assert_eq!(w.read(w.to().solvency()), (0, 0));
        w.assert_solvent();
    }
}

#[test]
fn round_without_pools_gives_everything_back() {
    let mut w = World::open(0);
    let sue = w.sue.clone();
    w.sponsor(&sue, 1_000);
    w.divide();
    w.done(&sue, w.to().take_back(sue.id().ink()), 0);
    assert_eq!(w.read(w.to().solvency()), (0, 0));
    w.assert_solvent();
}

#[test]
fn round_whose_pools_all_missed_their_goals_gives_everything_back() {
    let mut w = World::with(|_| ());
    for _ in 0..2 {
        w.entered(w.goal(10_000, CLOSES));
    }
    w.chain.seal_at(OPENS);
    let (sue, bob, carol) = (w.sue.clone(), w.bob.clone(), w.carol.clone());
    w.sponsor(&sue, 1_000);
    w.donate(&bob, 0, 400);
    w.donate(&carol, 0, 400);
    w.divide();
    assert_eq!(w.shares(), [0, 0]);
    w.done(&sue, w.to().take_back(sue.id().ink()), 0);
    assert_eq!(w.read(w.to().solvency()), (0, 0));
    w.assert_solvent();
}

#[test]
fn sponsor_whose_account_is_gone_waits_until_it_is_back() {
    let mut w = World::open(0);
    let (sue, sam) = (w.sue.clone(), w.sam.clone());
    w.sponsor(&sue, 1_000);
    w.divide();
    w.chain.empty(&sue, &sam.id()).unwrap();
    let back = w.to().take_back(sue.id().ink());
    assert_eq!(w.refuse(&sam, back.clone(), 0), Error::TransferFailed);
    assert_eq!(w.owed(), 1_000);
    w.chain.mint(&sue.id(), UNIT);
    w.done(&sam, back, 0);
    assert_eq!(w.balance(&sue), UNIT + 1_000);
    assert_eq!(w.owed(), 0);
    w.assert_solvent();
}

// ---- Records ----

#[test]
fn donors_free_their_records_when_the_round_has_closed() {
    let mut w = two_to_one();
    let (bob, dave) = (w.bob.clone(), w.dave.clone());
    let forget = w.to().forget(w.pool(0));
    assert_eq!(w.refuse(&bob, forget.clone(), 0), Error::OpenUntil(CLOSES));
    w.chain.seal_at(CLOSES);
    let shares = w.shares();
    assert_eq!(w.refuse(&dave, forget.clone(), 0), Error::NotPayer);
    let receipt = w.done(&bob, forget.clone(), 0);
    assert_given_back(&receipt, RECORD);
    let told = &receipt.events_of::<events::Freed>()[0];
    assert_eq!((told.donor, told.pool), (bob.id().ink(), w.pool(0)));
    assert_eq!(w.refuse(&bob, forget, 0), Error::NotPayer);
    let outside = w.made(keep_all(&w.ada));
    let forget = w.to().forget(w.pool(outside));
    assert_eq!(w.refuse(&bob, forget, 0), Error::NotEntered);
    // What it counted, counts.
    w.divide();
    assert_eq!(w.shares(), shares);
    assert_eq!(w.counted(&bob, 0), 0);
    assert_eq!(w.counted(&bob, 1), 100);
    w.assert_solvent();
}
