//! Every deadline, to the millisecond.

use super::world::*;

/// What would go through in this very block, each asked alone: entering, taking out, leaving, sponsoring,
/// striking off, donating, adding a list, replacing one, freeing them, freeing a donor's record, dividing.
fn possible(w: &mut World) -> [bool; 11] {
    let [olga, vera, sue, bob] = [&w.olga, &w.vera, &w.sue, &w.bob].map(|one| one.id());
    let donation = w.donation_of(&w.bob, 0);
    let (first, next) = (
        w.to().set_list(0, [9; 32], String::new()),
        w.to().set_list(1, [9; 32], String::new()),
    );
    [
        ok(w.chain.dry_run(&olga, w.to().enter(1), 0)),
        ok(w.chain.dry_run(&olga, w.to().take_out(w.pool(0)), 0)),
        ok(w.chain.dry_run(&sue, w.to().leave(), 0)),
        ok(w.chain.dry_run(&bob, w.to().sponsor(), 5)),
        ok(w.chain
            .dry_run(&vera, w.to().strike_off(w.pool(0), [0; 32]), 0)),
        ok(w.chain.dry_run(&bob, donation, 5)),
        ok(w.chain.dry_run(&vera, next, 0)),
        ok(w.chain.dry_run(&vera, first, 0)),
        ok(w.chain.dry_run(&vera, w.to().free_lists(), 0)),
        // (There is none before donations count: this tells the right error, or the wrong one.)
        w.chain
            .dry_run(&bob, w.to().forget(w.pool(0)), 0)
            .unwrap()
            .answer
            == Err(Error::NotPayer),
        ok(w.chain.dry_run(&bob, w.to().divide(64), 0)),
    ]
}

fn ok<T>(run: Result<farthing_chain::DryRun<Result<T, Error>>, Failure<()>>) -> bool {
    run.unwrap().answer.is_ok()
}

fn ready() -> World {
    let mut w = World::with(verified);
    let (sue, bob) = (w.sue.clone(), w.bob.clone());
    w.entered(keep_all(&w.ada));
    w.made(keep_all(&w.ada));
    w.list(&[&bob]);
    w.sponsor(&sue, 500);
    w
}

const ENTERING: [bool; 11] = [
    true, true, true, true, false, false, true, true, false, false, false,
];
const CHOOSING_IS_OVER: [bool; 11] = [
    false, false, true, true, true, false, true, true, false, false, false,
];
const OPEN: [bool; 11] = [
    false, false, false, true, true, true, true, false, false, false, false,
];
const CLOSED: [bool; 11] = [
    false, false, false, false, true, false, false, false, true, true, false,
];
const DUE: [bool; 11] = [
    false, false, false, false, false, false, false, false, true, true, true,
];

#[test]
fn each_stage_begins_at_the_millisecond_of_its_time() {
    for (begins, before, after) in [
        (
            CHOSEN,
            (Stage::Entering, ENTERING),
            (Stage::Chosen, CHOOSING_IS_OVER),
        ),
        (
            OPENS,
            (Stage::Chosen, CHOOSING_IS_OVER),
            (Stage::Open, OPEN),
        ),
        (CLOSES, (Stage::Open, OPEN), (Stage::Closed, CLOSED)),
        (DIVIDES, (Stage::Closed, CLOSED), (Stage::Due, DUE)),
    ] {
        // Blocks are at least 5 milliseconds apart, so that each time has a chain of its own.
        for (at, (stage, can)) in [(begins - 1, before), (begins, after), (begins + 1, after)] {
            let mut w = ready();
            w.chain.seal_at(at);
            assert_eq!(w.stage(), stage, "at {at}");
            assert_eq!(possible(&mut w), can, "at {at}");
            w.assert_solvent();
        }
    }
}

#[test]
fn what_is_too_early_or_too_late_is_told_when() {
    let mut w = ready();
    let (olga, vera, bob) = (w.olga.clone(), w.vera.clone(), w.bob.clone());
    let strike = w.to().strike_off(w.pool(0), [1; 32]);
    assert_eq!(w.refuse(&bob, w.donation(0), 5), Error::OpensAt(OPENS));
    let free = w.to().free_lists();
    assert_eq!(w.refuse(&vera, free, 0), Error::OpenUntil(CLOSES));
    let early = Error::ChosenUntil(CHOSEN);
    assert_eq!(w.refuse(&olga, strike.clone(), 0), early);
    w.chain.seal_at(CHOSEN);
    let refusal = w.refuse(&olga, w.to().enter(1), 0);
    assert_eq!(refusal, Error::Chosen(CHOSEN));
    w.chain.seal_at(CLOSES);
    let closed = Error::Closed(CLOSES);
    assert_eq!(w.refuse(&bob, w.donation(0), 5), closed);
    assert_eq!(w.refuse(&bob, w.to().sponsor(), 5), closed);
    let list = w.to().set_list(1, [9; 32], String::new());
    assert_eq!(w.refuse(&vera, list, 0), closed);
    let refusal = w.refuse(&bob, w.to().divide(64), 0);
    assert_eq!(refusal, Error::DividesAt(DIVIDES));
    w.chain.seal_at(DIVIDES);
    let late = Error::ObjectionsEnded(DIVIDES);
    assert_eq!(w.refuse(&olga, strike, 0), late);
    w.assert_solvent();
}

#[test]
fn round_can_divide_at_the_time_it_closes() {
    let mut w = World::with(|terms| terms.divides = CLOSES);
    w.entered(w.goal(800, CLOSES));
    let (sue, bob, carol) = (w.sue.clone(), w.bob.clone(), w.carol.clone());
    w.sponsor(&sue, 600);
    w.chain.seal_at(CLOSES - 1);
    let (stage, refusal) = (w.stage(), Error::DividesAt(CLOSES));
    assert_eq!(stage, Stage::Open);
    let (give, divide) = (w.donation(0), w.to().divide(64));
    w.chain.in_one_block(|chain| {
        chain.call(&bob, give.clone(), 400).unwrap();
        assert_eq!(refused(chain.call(&bob, divide.clone(), 0)), refusal);
        chain.call(&carol, give.clone(), 400).unwrap();
    });
    // (Sealed 6 seconds later.)
    assert_eq!(w.refuse(&bob, give, 400), Error::Closed(CLOSES));
    w.done(&bob, divide, 0);
    assert_eq!(w.shares(), [600]);
    w.assert_solvent();
}

#[test]
fn donation_in_the_deadlines_block_does_not_count() {
    let mut w = World::open(2);
    let (sue, bob, carol, sam) = (w.sue.clone(), w.bob.clone(), w.carol.clone(), w.sam.clone());
    w.sponsor(&sue, 600);
    for donor in [&bob, &carol] {
        w.donate(donor, 0, 400);
    }
    let late = w.donation(1);
    w.chain.seal_at(CLOSES);
    w.chain.in_one_block(|chain| {
        for donor in [&sam, &bob] {
            let refusal = refused(chain.call(donor, late.clone(), CAP));
            assert_eq!(refusal, Error::Closed(CLOSES));
        }
    });
    w.divide();
    assert_eq!(w.shares(), [600, 0]);
    w.assert_solvent();
}
