//! Every deadline, to the millisecond.

use super::world::*;
use farthing_contracts::pool::messages::RETURN_AFTER;

/// Which of donating, finalising and refunding the pool would let bob do in this very block.
fn possible(w: &mut World) -> [bool; 3] {
    let bob = w.bob.id();
    let answers = [
        w.chain.dry_run(&bob, w.to().donate(None), 5),
        w.chain.dry_run(&bob, w.to().finalise(), 0),
    ];
    let refund = w.chain.dry_run(&bob, w.to().refund(bob.ink()), 0);
    let [donate, finalise] = answers.map(|run| run.unwrap().answer.is_ok());
    [donate, finalise, refund.unwrap().answer.is_ok()]
}

const DONATE: [bool; 3] = [true, false, false];
const FINALISE: [bool; 3] = [false, true, false];
const REFUND: [bool; 3] = [false, false, true];

#[test]
fn exactly_one_thing_is_possible_around_the_deadline() {
    for (given, end) in [(999, REFUND), (1_000, FINALISE), (1_001, FINALISE)] {
        let mut w = World::with_goal(1_000);
        let bob = w.bob.clone();
        w.donate(&bob, given);
        for (at, can) in [
            (CLOSES - 10, DONATE),
            (CLOSES - 1, DONATE),
            (CLOSES + 4, end),
            (CLOSES + 400 * DAY, end),
        ] {
            w.chain.seal_at(at);
            assert_eq!(possible(&mut w), can, "{given} at {at}");
        }
        w.assert_solvent();
    }
    // At the deadline itself; blocks are at least 5 milliseconds apart.
    for (given, end) in [(999, REFUND), (1_000, FINALISE)] {
        let mut w = World::with_goal(1_000);
        let bob = w.bob.clone();
        w.donate(&bob, given);
        w.close();
        assert_eq!(possible(&mut w), end, "{given} at the deadline");
        w.assert_solvent();
    }
}

#[test]
fn pool_that_keeps_everything_closes_to_the_millisecond() {
    for (at, can) in [
        (CLOSES - 1, DONATE),
        (CLOSES, FINALISE),
        (CLOSES + 1, FINALISE),
    ] {
        let mut w = World::new(|alice| Terms {
            mode: Mode::KeepAll {
                closes: Some(CLOSES),
            },
            ..keep_all(alice)
        });
        let bob = w.bob.clone();
        w.donate(&bob, 5);
        w.chain.seal_at(at);
        assert_eq!(possible(&mut w), can, "{at}");
        // The beneficiary does not depend on it: all of it is there.
        assert_eq!(w.owed(), 0);
        if can == FINALISE {
            w.done(&bob, w.to().finalise(), 0);
            assert_eq!(possible(&mut w), [false; 3]);
            let again = w.refuse(&bob, w.to().finalise(), 0);
            assert_eq!(again, Error::AlreadyFinalised);
        } else {
            let open = w.refuse(&bob, w.to().finalise(), 0);
            assert_eq!(open, Error::OpenUntil(CLOSES));
        }
        w.assert_solvent();
    }
}

#[test]
fn last_donation_before_the_deadline_decides() {
    let mut w = World::with_goal(1_000);
    let (bob, carol) = (w.bob.clone(), w.carol.clone());
    w.donate(&bob, 999);
    w.chain.seal_at(CLOSES - 1);
    w.donate(&carol, 1);
    w.done(&bob, w.to().finalise(), 0);
    assert_eq!(w.overview().releasable, 1_000);
    w.assert_solvent();
}

#[test]
fn everything_that_brings_in_donations_ends_with_the_deadline() {
    let mut w = World::with_goal(1_000);
    let (bob, carol) = (w.bob.clone(), w.carol.clone());
    w.chain.seal_at(CLOSES - 1);
    let messages = |w: &World| {
        (
            w.to().donate(None),
            w.to().donate_for(carol.id().ink(), None),
            w.to().donate_many(vec![gift(&carol, 5)]),
            w.to().sponsor(one_to_one(10)),
        )
    };
    let (donate, donate_for, donate_many, sponsor) = messages(&w);
    w.chain.in_one_block(|chain| {
        chain.call(&bob, donate, 5).unwrap();
        chain.call(&bob, donate_for, 5).unwrap();
        chain.call(&bob, donate_many, 5).unwrap();
        chain.call(&bob, sponsor, 10).unwrap();
    });
    let mut late = World::with_goal(1_000);
    late.close();
    let closed = Error::Closed(CLOSES);
    let (donate, donate_for, donate_many, sponsor) = messages(&late);
    late.chain.in_one_block(|chain| {
        let all = [
            refused(chain.call(&bob, donate, 5)),
            refused(chain.call(&bob, donate_for, 5)),
            refused(chain.call(&bob, donate_many, 5)),
            refused(chain.call(&bob, sponsor, 10)),
        ];
        assert!(all.iter().all(|error| error == &closed));
    });
    assert_eq!(late.owed(), 0);
    late.assert_solvent();
    w.assert_solvent();
}

#[test]
fn pledge_ends_to_the_millisecond() {
    let until = GENESIS_MILLIS + 10 * DAY;
    for (at, matched, back) in [
        (until - 1, 5, Some(Error::MatchingUntil(until))),
        (until, 0, None),
    ] {
        let mut w = World::keeping();
        let (bob, sue) = (w.bob.clone(), w.sue.clone());
        let pledge = Pledge {
            until: Some(until),
            ..one_to_one(100)
        };
        w.done(&sue, w.to().sponsor(pledge), 100);
        w.chain.seal_at(at);
        let (donate, return_it) = (w.to().donate(None), w.to().return_sponsorship(1));
        let bob = &bob;
        w.chain.in_one_block(|chain| {
            chain.call(bob, donate, 5).unwrap();
            let answer = chain.call(bob, return_it, 0);
            match back {
                Some(error) => assert_eq!(refused(answer), error),
                None => drop(answer.unwrap()),
            }
        });
        assert_eq!(w.spent(), [matched]);
        w.assert_solvent();
    }
}

#[test]
fn schedule_releases_to_the_millisecond() {
    let steps = [(10, 250_000), (20, PARTS)].map(|(days, parts)| Step {
        from: GENESIS_MILLIS + days * DAY,
        parts,
    });
    for (n, before, after) in [(0, 0, 250), (1, 250, 1_000)] {
        for (at, due) in [(steps[n].from - 1, before), (steps[n].from, after)] {
            let mut w = World::new(|alice| Terms {
                release: steps.to_vec(),
                ..keep_all(alice)
            });
            let (alice, bob) = (w.alice.clone(), w.bob.clone());
            w.donate(&bob, 1_000);
            w.chain.seal_at(at);
            let had = w.balance(&alice);
            let payout = w.to().payout(None);
            match due {
                0 => assert_eq!(w.refuse(&bob, payout, 0), Error::NothingDue),
                _ => drop(w.done(&bob, payout, 0)),
            }
            assert_eq!(w.balance(&alice), had + due);
            w.assert_solvent();
        }
    }
}

#[test]
fn record_is_freed_from_the_deadline_on_to_the_millisecond() {
    for (at, needed) in [(CLOSES - 1, true), (CLOSES, false)] {
        let mut w = World::with_goal(10);
        let bob = w.bob.clone();
        w.donate(&bob, 10);
        w.chain.seal_at(at);
        let forget = w.to().forget(bob.id().ink());
        match needed {
            true => assert_eq!(w.refuse(&bob, forget, 0), Error::StillNeeded),
            false => assert!(w.done(&bob, forget, 0).deposit < 0),
        }
        w.assert_solvent();
    }
}

#[test]
fn refund_that_cannot_be_sent_goes_to_the_payer_after_ninety_days_to_the_millisecond() {
    let until = CLOSES + RETURN_AFTER;
    for (at, goes) in [(until - 1, false), (until, true)] {
        let mut w = World::with_goal(1_000);
        let (bob, nobody) = (w.bob.clone(), Account::named("nobody").id());
        w.done(&bob, w.to().donate_for(nobody.ink(), None), 500);
        w.chain.seal_at(at);
        let refund = w.to().refund(nobody.ink());
        match goes {
            false => assert_eq!(w.refuse(&bob, refund, 0), Error::TransferFailed),
            true => drop(w.done(&bob, refund, 0)),
        }
        assert_eq!(w.owed(), if goes { 0 } else { 500 });
        w.assert_solvent();
    }
}

#[test]
fn pool_tells_where_it_stands_and_when_it_closes() {
    for (at, stage) in [(CLOSES - 1, Stage::Open), (CLOSES, Stage::Missed)] {
        let mut w = World::with_goal(1_000);
        w.chain.seal_at(at);
        let standing = w.read(w.to().standing());
        assert_eq!(standing.stage, stage);
        assert_eq!(
            (standing.closes, standing.goal),
            (Some(CLOSES), Some(1_000))
        );
    }
    let mut w = World::keeping();
    let standing = w.read(w.to().standing());
    assert_eq!((standing.closes, standing.goal), (None, None));
    w.assert_solvent();
}
