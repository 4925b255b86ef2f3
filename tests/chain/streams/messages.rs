//! What each message does and tells, with the clock driven to the millisecond.

use super::stage::*;
use farthing_contracts::streams::streams::Overview;

// ---- Earning ----

#[test]
fn open_tells_its_terms_and_earns_from_its_block_on() {
    let mut s = Stage::new();
    let (ann, ben) = (s.ann.id().ink(), s.ben.id().ink());
    let from = s.chain.now();
    let receipt = s.done(&s.ann.clone(), s.to().open(ben, 3), 500);
    let told = Change::Opened {
        payer: ann,
        payee: ben,
        rate: 3,
        deposit: 500,
    };
    assert_eq!(changes(&receipt), [(0, told)]);
    let record = Stream::open(ann, ben, 3, 500, from);
    assert_eq!(s.record(0), Some(record));
    assert_eq!(s.record(1), None);
    assert_eq!(s.solvency(), (500, 500));
    s.assert_solvent();
}

#[test]
fn open_numbers_streams_and_keeps_them_apart() {
    let mut s = Stage::new();
    for number in 0..3 {
        assert_eq!(s.open(ONE, 1_000_000).0, number);
    }
    let (ann, carl) = (s.ann.clone(), s.chain.account("carl", UNIT));
    s.done(&ann, s.to().stop(1), 0);
    assert_eq!(s.due(1), (0, 0));
    assert_eq!(s.open_to(carl.id().ink(), 2 * ONE, 7).0, 3);
    let opened = s.read(s.to().overview()).opened;
    assert_eq!(opened, 4);
    assert_eq!(s.due(3), (7, 0));
    let (earned, _) = s.due(2);
    assert!(earned > 0 && s.due(0).0 > earned);
    s.assert_solvent();
}

#[test]
fn due_grows_by_the_millisecond_until_the_deposit_is_used_up() {
    let mut s = Stage::new();
    let (stream, from) = s.open(ONE, 10_000);
    for at in [6_000, 6_005, 6_011, 9_994, 9_999, 10_004, 50_000] {
        if at > 6_000 {
            s.chain.seal_at(from + at);
        }
        let earned = Balance::from(at).min(10_000);
        let due = Due {
            payee: earned,
            payer: 10_000 - earned,
            dry_at: Some(from + 10_000),
        };
        assert_eq!(s.read(s.to().due(stream)), Some(due));
    }
    assert_eq!(s.read(s.to().due(stream + 1)), None);
    s.assert_solvent();
}

#[test]
fn claim_pays_what_was_earned_to_the_millisecond_and_leaves_the_fraction() {
    let mut s = Stage::new();
    // Seven tenths of a unit and a billionth.
    let (stream, from) = s.open(700_000_001, 100_000);
    s.chain.seal_at(from + 6_007);
    // 6,007 * 0.700000001
    assert_eq!(s.claim(stream), 4_204);
    let record = s.record(stream).unwrap();
    assert_eq!(record.fraction, 900_006_007);
    assert_eq!((record.rest, record.earned), (95_796, 0));
    s.chain.seal_at(from + 13_000);
    // 13,000 * 0.700000001 in all: 9,100.000013
    assert_eq!(s.claim(stream), 9_100 - 4_204);
    assert_eq!(s.solvency(), (90_900, 90_900));
    s.assert_solvent();
}

#[test]
fn rate_of_a_billionth_earns_its_first_unit_after_a_billion_milliseconds() {
    let mut s = Stage::new();
    let (stream, from) = s.open(1, 5);
    s.chain.seal_at(from + 999_999_999);
    assert_eq!(s.due(stream), (0, 5));
    s.chain.advance(5);
    assert_eq!(s.due(stream), (1, 4));
    let due = s.read(s.to().due(stream)).unwrap();
    assert_eq!(due.dry_at, Some(from + 5_000_000_000));
    assert_eq!(s.claim(stream), 1);
    s.chain.seal_at(from + 5_000_000_000);
    assert_eq!(s.claim(stream), 4);
    assert_eq!(s.solvency(), (0, 0));
    s.assert_solvent();
}

// ---- Changes by the payer ----

#[test]
fn top_up_prolongs_a_stream() {
    let mut s = Stage::new();
    let ann = s.ann.clone();
    let (stream, from) = s.open(ONE, 10_000);
    let receipt = s.done(&ann, s.to().top_up(stream), 5_000);
    let told = Change::ToppedUp { amount: 5_000 };
    assert_eq!(changes(&receipt), [(stream, told)]);
    let due = s.read(s.to().due(stream)).unwrap();
    assert_eq!(due.dry_at, Some(from + 15_000));
    s.chain.seal_at(from + 14_999);
    assert_eq!(s.due(stream), (14_999, 1));
    s.chain.advance(DAY);
    assert_eq!(s.claim(stream), 15_000);
    s.assert_solvent();
}

#[test]
fn set_rate_counts_from_now_on() {
    let mut s = Stage::new();
    let ann = s.ann.clone();
    let (stream, from) = s.open(ONE / 2, 100_000);
    s.chain.seal_at(from + 10_001);
    let receipt = s.done(&ann, s.to().set_rate(stream, 3 * ONE), 0);
    let told = Change::RateSet { rate: 3 * ONE };
    assert_eq!(changes(&receipt), [(stream, told)]);
    s.chain.seal_at(from + 20_001);
    // The half unit that was begun at the old rate still counts at the new one.
    assert_eq!(s.due(stream), (5_000 + 30_000, 65_000));
    let record = s.record(stream).unwrap();
    assert_eq!(record.fraction, 500_000_000);
    let due = s.read(s.to().due(stream)).unwrap();
    assert_eq!(due.dry_at, Some(from + 10_001 + 31_667));
    assert_eq!(s.claim(stream), 35_000);
    s.assert_solvent();
}

#[test]
fn paused_stream_earns_nothing_until_it_is_resumed() {
    let mut s = Stage::new();
    let ann = s.ann.clone();
    let (stream, from) = s.open(ONE, 100_000);
    s.chain.seal_at(from + 10_000);
    let receipt = s.done(&ann, s.to().pause_stream(stream), 0);
    assert_eq!(changes(&receipt), [(stream, Change::Paused)]);
    s.chain.advance(DAY);
    assert_eq!(s.due(stream), (10_000, 90_000));
    assert_eq!(s.read(s.to().due(stream)).unwrap().dry_at, None);
    // Rate and deposit can change meanwhile, and what was earned can be claimed.
    s.done(&ann, s.to().set_rate(stream, 2 * ONE), 0);
    s.done(&ann, s.to().top_up(stream), 10_000);
    assert_eq!(s.claim(stream), 10_000);
    let from = s.chain.now();
    let receipt = s.done(&ann, s.to().resume_stream(stream), 0);
    assert_eq!(changes(&receipt), [(stream, Change::Resumed)]);
    s.chain.seal_at(from + 7_000);
    assert_eq!(s.due(stream), (14_000, 86_000));
    s.assert_solvent();
}

// ---- The end ----

/// Both sides' money at once, whoever stops it.
#[test]
fn stop_pays_both_sides() {
    for by in [Party::Payer, Party::Payee] {
        let mut s = Stage::new();
        let (ann, ben) = (s.ann.clone(), s.ben.clone());
        let (stream, from) = s.open(ONE, 10_000_000);
        s.chain.seal_at(from + 4_000_000);
        let before = [&ann, &ben].map(|who| s.chain.balance(&who.id()));
        let caller = match by {
            Party::Payer => ann.clone(),
            Party::Payee => ben.clone(),
        };
        let (_, receipt) = s.got(&caller, s.to().stop(stream));
        let freed = by == Party::Payer;
        let told = Change::Stopped {
            by,
            earned: sent(4_000_000),
            rest: sent(6_000_000),
            freed,
        };
        assert_eq!(changes(&receipt), [(stream, told)]);
        let after = [&ann, &ben].map(|who| {
            let has = s.chain.balance(&who.id());
            match who.id() == caller.id() {
                true => (has + receipt.fee)
                    .checked_add_signed(receipt.deposit)
                    .unwrap(),
                false => has,
            }
        });
        assert_eq!(after, [before[0] + 6_000_000, before[1] + 4_000_000]);
        assert_eq!(s.solvency(), (0, 0));
        // Only the payer paid for the record, and only a call of theirs frees it.
        assert_eq!(s.record(stream).is_none(), freed);
        if !freed {
            assert_eq!(s.due(stream), (0, 0));
            let (got, receipt) = s.got(&ann, s.to().clear(vec![stream]));
            assert_eq!(got, 0);
            let rest = Rest { stream, amount: 0 };
            assert_eq!(clearings(&receipt), [(ann.id().ink(), vec![rest])]);
            assert_eq!(s.record(stream), None);
        }
        s.assert_solvent();
    }
}

#[test]
fn stop_in_the_first_hour_pays_and_leaves_the_record_to_clear() {
    let mut s = Stage::new();
    let (stream, from) = s.open(1, 100_000);
    let (got, _, receipt) = s.ann_does(s.to().stop(stream));
    assert_eq!(got, 100_000);
    let told = Change::Stopped {
        by: Party::Payer,
        earned: sent(0),
        rest: sent(100_000),
        freed: false,
    };
    assert_eq!(changes(&receipt), [(stream, told)]);
    let ann = s.ann.clone();
    let clear = s.to().clear(vec![stream]);
    s.chain.seal_at(from + MIN_KEPT - 6_000);
    let early = Error::NotBefore(stream, from + MIN_KEPT);
    assert_eq!(s.refuse(&ann, clear.clone(), 0), early);
    s.done(&ann, clear, 0);
    assert_eq!(s.record(stream), None);
    assert_eq!(s.solvency(), (0, 0));
    s.assert_solvent();
}

#[test]
fn stop_many_stops_what_is_the_callers_and_leaves_out_the_rest() {
    let mut s = Stage::new();
    let (ann, ben, eve) = (s.ann.clone(), s.ben.clone(), s.eve.clone());
    let [one, other, stopped] = [(); 3].map(|()| s.open(ONE, 1_000_000_000).0);
    let message = s.to().open(ben.id().ink(), ONE);
    let (eves, _) = s.chain.call(&eve, message, 1_000_000_000).unwrap();
    s.done(&ben, s.to().stop(stopped), 0);
    s.grow_old();
    let due: Balance = [one, other].map(|stream| s.due(stream).1).iter().sum();
    let all = vec![stopped, one, eves, 99, other];
    let (got, receipt) = s.got(&ann, s.to().stop_many(all.clone()));
    assert_eq!(got, due);
    let told: Vec<StreamId> = changes(&receipt).iter().map(|one| one.0).collect();
    assert_eq!(told, [one, other]);
    assert_eq!((s.record(one), s.record(other)), (None, None));
    // The payee of the one that is left can do the same; then nobody can.
    let (_, receipt) = s.got(&ben, s.to().stop_many(all.clone()));
    assert_eq!(changes(&receipt)[0].0, eves);
    let again = s.to().stop_many(all);
    assert_eq!(s.refuse(&ben, again, 0), Error::Stopped(stopped));
    s.assert_solvent();
}

#[test]
fn anyone_claims_for_the_payee_and_nobody_else() {
    let mut s = Stage::new();
    let (eve, ben) = (s.eve.clone(), s.ben.id());
    let (stream, from) = s.open(ONE, 100_000);
    s.chain.seal_at(from + 60_000);
    let before = s.chain.balance(&ben);
    let (got, receipt) = s.got(&eve, s.to().claim(stream));
    assert_eq!((got, receipt.deposit), (0, 0));
    assert_eq!(s.chain.balance(&ben) - before, 60_000);
    assert_eq!(claims(&receipt), [(stream, ben.ink(), 60_000)]);
    s.assert_solvent();
}

#[test]
fn claim_many_claims_for_each_payee_and_leaves_out_what_is_worth_nothing() {
    let mut s = Stage::new();
    let (ann, ben, eve) = (s.ann.clone(), s.ben.id(), s.eve.clone());
    let carl = s.chain.account("carl", UNIT).id();
    let (to_ben, from) = s.open(ONE, 1_000_000);
    let (to_carl, later) = s.open_to(carl.ink(), ONE, 1_000_000);
    let (slow, _) = s.open(1, 5);
    let (to_nobody, _) = s.open_to(Account::named("dave").id().ink(), ONE, 1_000_000);
    let before = [&ben, &carl].map(|who| s.chain.balance(who));
    s.chain.seal_at(from + 100_000);
    let all = vec![99, slow, to_ben, to_nobody, to_carl, to_ben];
    let receipt = s.done(&eve, s.to().claim_many(all.clone()), 0);
    let due = [100_000, u128::from(from + 100_000 - later)];
    assert_eq!(
        claims(&receipt),
        [(to_ben, ben.ink(), due[0]), (to_carl, carl.ink(), due[1])]
    );
    let after = [&ben, &carl].map(|who| s.chain.balance(who));
    assert_eq!(after, [before[0] + due[0], before[1] + due[1]]);
    for stream in [to_ben, to_carl] {
        s.done(&ann, s.to().pause_stream(stream), 0);
    }
    s.done(&eve, s.to().claim_many(vec![to_ben, to_carl]), 0);
    let again = s.to().claim_many(all);
    assert_eq!(s.refuse(&eve, again, 0), Error::UnknownStream(99));
    s.assert_solvent();
}

#[test]
fn dry_stream_is_stopped_by_either_side() {
    let mut s = Stage::new();
    let (ann, ben) = (s.ann.clone(), s.ben.clone());
    let [one, other] = [s.open(ONE, 1_000).0, s.open(ONE, 1_000).0];
    s.chain.advance(DAY);
    let (got, paid, _) = s.ann_does(s.to().stop(one));
    assert_eq!((got, paid, s.record(one)), (0, 1_000, None));
    assert_eq!(s.got(&ben, s.to().stop(other)).0, 1_000);
    assert_eq!(s.got(&ann, s.to().clear(vec![other])).0, 0);
    assert_eq!(s.solvency(), (0, 0));
    s.assert_solvent();
}

#[test]
fn clear_frees_the_largest_batch() {
    let mut s = Stage::new();
    let (ann, ben) = (s.ann.clone(), s.ben.clone());
    let open = s.to().open(ben.id().ink(), 1);
    s.chain.in_one_block(|chain| {
        for n in 1..=64 {
            chain.call_unasked(&ann, open.clone(), n).unwrap();
        }
    });
    s.done(&ben, s.to().stop_many((0..64).collect()), 0);
    s.grow_old();
    let (got, receipt) = s.got(&ann, s.to().clear((0..64).collect()));
    assert_eq!(got, 0);
    let rest = |stream| Rest { stream, amount: 0 };
    let told = (ann.id().ink(), (0..64).map(rest).collect());
    assert_eq!(clearings(&receipt), [told]);
    assert_eq!(s.solvency(), (0, 0));
    s.assert_solvent();
}

/// The chain refused both sides their money when the stream was stopped. Once they have accounts, the
/// payer's clearing brings it to both, in one sum for all streams.
#[test]
fn clear_brings_what_could_not_be_sent() {
    let mut s = Stage::new();
    let (ann, eve, dave) = (s.ann.clone(), s.eve.clone(), Account::named("dave").id());
    let streams = [0, 1].map(|_| s.open_to(dave.ink(), ONE, 100_000).0);
    s.chain.empty(&ann, &eve.id()).unwrap();
    // Dave, without an account, can only ask here; anyone who pays another's fees would do.
    s.chain.mint(&dave, existential_deposit());
    let stop = s.to().stop_many(streams.to_vec());
    assert_eq!(s.chain.dry_run(&dave, stop, 0).unwrap().answer, Ok(()));
    s.chain.mint(&ann.id(), UNIT);
    let (got, _) = s.got(&ann, s.to().stop_many(streams.to_vec()));
    assert!(got > 0);
    s.grow_old();
    s.done(&ann, s.to().clear(streams.to_vec()), 0);
    assert_eq!(s.solvency(), (0, 0));
    s.assert_solvent();
}

// ---- The guardian ----

#[test]
fn pause_of_deposits_ends_by_itself_or_by_the_guardian() {
    let mut s = Stage::new();
    let (ann, guardian) = (s.ann.clone(), s.guardian.clone());
    s.open(ONE, DAY.into());
    let until = s.chain.now() + DAY;
    let receipt = s.done(&guardian, s.to().pause(DAY), 0);
    let told: Vec<PausedUntil> = only(&receipt);
    assert_eq!(told[0].until, until);
    let overview = Overview {
        guardian: Some(guardian.id().ink()),
        paused_until: Some(until),
        opened: 1,
    };
    assert_eq!(s.read(s.to().overview()), overview);
    let open = s.to().open(s.ben.id().ink(), ONE);
    assert_eq!(s.refuse(&ann, open.clone(), 1), Error::Paused(until));
    s.chain.seal_at(until);
    let overview = Overview {
        paused_until: None,
        ..overview
    };
    assert_eq!(s.read(s.to().overview()), overview);
    s.done(&ann, open.clone(), 1);

    s.chain.advance(7 * DAY);
    s.done(&guardian, s.to().pause(DAY), 0);
    let until = s.chain.now();
    let receipt = s.done(&guardian, s.to().resume(), 0);
    let told: Vec<PausedUntil> = only(&receipt);
    assert_eq!(told[0].until, until);
    s.done(&ann, open, 1);
    s.assert_solvent();
}

#[test]
fn contract_without_a_guardian_is_paused_by_nobody() {
    let mut s = Stage::new();
    let deployer = s.eve.clone();
    let told: Vec<Deployed> = only(&s.streams.deployment);
    assert_eq!(told[0].guardian, Some(s.guardian.id().ink()));
    s.streams = Streams::deploy(&mut s.chain, &deployer, None);
    let told: Vec<Deployed> = only(&s.streams.deployment);
    assert_eq!(told[0].guardian, None);
    assert_eq!(s.read(s.to().overview()).guardian, None);
    for who in [s.guardian.clone(), deployer] {
        let message = s.to().pause(DAY);
        assert_eq!(s.refuse(&who, message, 0), Error::NotGuardian);
    }
    s.open(ONE, 5);
    s.assert_solvent();
}

// ---- Reading ----

#[test]
fn owed_to_streams_adds_up_by_pages_to_what_solvency_tells() {
    let mut s = Stage::new();
    let ann = s.ann.clone();
    for deposit in [1, 20, 300, 4_000] {
        s.open(1, deposit);
    }
    s.done(&ann, s.to().stop(1), 0);
    let owed = |s: &mut Stage, first, count| s.read(s.to().owed_to_streams(first, count));
    assert_eq!(owed(&mut s, 0, 2), 1);
    assert_eq!(owed(&mut s, 2, 2), 4_300);
    assert_eq!(owed(&mut s, 3, StreamId::MAX), 4_000);
    assert_eq!(owed(&mut s, 4, 1), 0);
    assert_eq!(owed(&mut s, StreamId::MAX, StreamId::MAX), 0);
    assert_eq!(s.solvency(), (4_301, 4_301));
    s.assert_solvent();
}
