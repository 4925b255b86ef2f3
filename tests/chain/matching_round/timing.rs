//! Every deadline, to the millisecond.

use super::world::*;

/// What would go through in this very block, each asked alone: entering, sponsoring, donating, listing,
/// clearing the list, dividing.
fn possible(w: &mut World) -> [bool; 6] {
    let [olga, vera, bob] = [&w.olga, &w.vera, &w.bob].map(|one| one.id());
    let list = vec![[9; 32].into()];
    let divide = w.chain.dry_run(&bob, w.to().divide(64), 0);
    let enter = w.chain.dry_run(&olga, w.to().enter(1), 0);
    [
        enter.unwrap().answer.is_ok(),
        ok(w.chain.dry_run(&bob, w.to().sponsor(), 5)),
        ok(w.chain.dry_run(&bob, w.donation(0), 5)),
        ok(w.chain.dry_run(&vera, w.to().allow(list.clone()), 0)),
        ok(w.chain.dry_run(&vera, w.to().clear(list), 0)),
        divide.unwrap().answer.is_ok(),
    ]
}

fn ok(run: Result<farthing_chain::DryRun<Result<(), Error>>, Failure<()>>) -> bool {
    run.unwrap().answer.is_ok()
}

fn ready() -> World {
    let mut w = World::with(verified);
    let (vera, bob) = (w.vera.clone(), w.bob.clone());
    w.entered(keep_all(&w.ada));
    w.made(keep_all(&w.ada));
    w.done(&vera, w.to().allow(vec![bob.id().ink()]), 0);
    w
}

const ENTERING: [bool; 6] = [true, true, false, true, false, false];
const OPEN: [bool; 6] = [false, true, true, true, false, false];
const CLOSED: [bool; 6] = [false, false, false, false, true, false];
const DUE: [bool; 6] = [false, false, false, false, true, true];

#[test]
fn each_stage_begins_at_the_millisecond_of_its_time() {
    for (begins, before, after) in [
        (OPENS, (Stage::Entering, ENTERING), (Stage::Open, OPEN)),
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
    let list = vec![[9; 32].into()];
    assert_eq!(w.refuse(&bob, w.donation(0), 5), Error::OpensAt(OPENS));
    let clear = w.to().clear(list.clone());
    assert_eq!(w.refuse(&vera, clear, 0), Error::OpenUntil(CLOSES));
    w.chain.seal_at(OPENS);
    let refusal = w.refuse(&olga, w.to().enter(1), 0);
    assert_eq!(refusal, Error::Opened(OPENS));
    w.chain.seal_at(CLOSES);
    let closed = Error::Closed(CLOSES);
    assert_eq!(w.refuse(&bob, w.donation(0), 5), closed);
    assert_eq!(w.refuse(&bob, w.to().sponsor(), 5), closed);
    assert_eq!(w.refuse(&vera, w.to().allow(list), 0), closed);
    let refusal = w.refuse(&bob, w.to().divide(64), 0);
    assert_eq!(refusal, Error::DividesAt(DIVIDES));
    w.assert_solvent();
}

#[test]
fn round_can_divide_at_the_time_it_closes() {
    let mut w = World::with(|terms| terms.divides = CLOSES);
    w.entered(w.goal(800, CLOSES));
    let (sue, bob, carol) = (w.sue.clone(), w.bob.clone(), w.carol.clone());
    w.sponsor(&sue, 1_000);
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
    assert_eq!(w.shares(), [1_000]);
    w.assert_solvent();
}

#[test]
fn donation_in_the_deadlines_block_does_not_count() {
    let mut w = World::open(2);
    let (sue, bob, carol, ada) = (w.sue.clone(), w.bob.clone(), w.carol.clone(), w.ada.clone());
    w.sponsor(&sue, 1_000);
    for donor in [&bob, &carol] {
        w.donate(donor, 0, 400);
    }
    let late = w.donation(1);
    w.chain.seal_at(CLOSES);
    w.chain.in_one_block(|chain| {
        for donor in [&ada, &bob] {
            let refusal = refused(chain.call(donor, late.clone(), CAP));
            assert_eq!(refusal, Error::Closed(CLOSES));
        }
    });
    w.divide();
    assert_eq!(w.shares(), [1_000, 0]);
    w.assert_solvent();
}
