//! What each message does and tells, with the clock driven to the millisecond.

use super::stage::*;
use streams::streams::Overview;

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
    let receipt = s.done(&ann, s.to().pause(stream), 0);
    assert_eq!(changes(&receipt), [(stream, Change::Paused)]);
    s.chain.advance(DAY);
    assert_eq!(s.due(stream), (10_000, 90_000));
    assert_eq!(s.read(s.to().due(stream)).unwrap().dry_at, None);
    // Rate and deposit can change meanwhile, and what was earned can be claimed.
    s.done(&ann, s.to().set_rate(stream, 2 * ONE), 0);
    s.done(&ann, s.to().top_up(stream), 10_000);
    assert_eq!(s.claim(stream), 10_000);
    let from = s.chain.now();
    let receipt = s.done(&ann, s.to().resume(stream), 0);
    assert_eq!(changes(&receipt), [(stream, Change::Resumed)]);
    s.chain.seal_at(from + 7_000);
    assert_eq!(s.due(stream), (14_000, 86_000));
    s.assert_solvent();
}

// ---- The end ----

#[test]
fn stop_by_the_payer_gives_back_the_rest_and_leaves_what_was_earned_to_claim() {
    let mut s = Stage::new();
    let ann = s.ann.clone();
    let (stream, from) = s.open(ONE, 100_000);
    s.chain.seal_at(from + 40_000);
    let (got, receipt) = s.got(&ann, s.to().stop(stream));
    assert_eq!(got, 60_000);
    let told = Change::Stopped {
        by: Party::Payer,
        earned: 40_000,
        rest: 60_000,
    };
    assert_eq!(changes(&receipt), [(stream, told)]);
    assert_eq!(s.solvency(), (40_000, 40_000));
    s.chain.advance(365 * DAY);
    assert_eq!(s.due(stream), (40_000, 0));
    assert_eq!(s.claim(stream), 40_000);
    let (got, receipt) = s.got(&ann, s.to().clear(vec![stream]));
    assert_eq!(got, 0);
    let rest = Rest { stream, amount: 0 };
    assert_eq!(clearings(&receipt), [(ann.id().ink(), vec![rest])]);
    assert_eq!(s.record(stream), None);
    assert_eq!(s.solvency(), (0, 0));
    s.assert_solvent();
}

#[test]
fn stop_by_the_payer_frees_the_record_when_nothing_is_left_to_claim() {
    let mut s = Stage::new();
    let ann = s.ann.clone();
    let (stream, _) = s.open(1, 100_000);
    let (got, receipt) = s.got(&ann, s.to().stop(stream));
    assert_eq!(got, 100_000);
    let told = Change::Stopped {
        by: Party::Payer,
        earned: 0,
        rest: 100_000,
    };
    assert_eq!(changes(&receipt), [(stream, told)]);
    assert_eq!(s.record(stream), None);
    assert_eq!(s.solvency(), (0, 0));
    s.assert_solvent();
}

#[test]
fn stop_by_the_payee_pays_what_was_earned_and_leaves_the_rest_to_clear() {
    let mut s = Stage::new();
    let (ann, ben) = (s.ann.clone(), s.ben.clone());
    let (stream, from) = s.open(ONE, 100_000);
    s.chain.seal_at(from + 40_000);
    let (got, receipt) = s.got(&ben, s.to().stop(stream));
    assert_eq!(got, 40_000);
    let told = Change::Stopped {
        by: Party::Payee,
        earned: 40_000,
        rest: 60_000,
    };
    assert_eq!(changes(&receipt), [(stream, told)]);
    s.chain.advance(365 * DAY);
    assert_eq!(s.due(stream), (0, 60_000));
    let (got, receipt) = s.got(&ann, s.to().clear(vec![stream]));
    assert_eq!(got, 60_000);
    let rest = Rest {
        stream,
        amount: 60_000,
    };
    assert_eq!(clearings(&receipt), [(ann.id().ink(), vec![rest])]);
    assert_eq!(s.record(stream), None);
    s.assert_solvent();
}

#[test]
fn dry_stream_is_stopped_by_either_side() {
    let mut s = Stage::new();
    let (ann, ben) = (s.ann.clone(), s.ben.clone());
    let [one, other] = [s.open(ONE, 1_000).0, s.open(ONE, 1_000).0];
    s.chain.advance(DAY);
    assert_eq!(s.got(&ann, s.to().stop(one)).0, 0);
    assert_eq!(s.got(&ben, s.to().stop(other)).0, 1_000);
    assert_eq!(s.claim(one), 1_000);
    assert_eq!(s.got(&ann, s.to().clear(vec![one, other])).0, 0);
    assert_eq!(s.solvency(), (0, 0));
    s.assert_solvent();
}

#[test]
fn clear_takes_back_the_rest_of_the_largest_batch_in_one_sum() {
    let mut s = Stage::new();
    let (ann, ben) = (s.ann.clone(), s.ben.clone());
    let payee = ben.id().ink();
    let (open, mut stops) = (s.to().open(payee, 1), Vec::new());
    for stream in 0..64 {
        stops.push(s.to().stop(stream));
    }
    s.chain.in_one_block(|chain| {
        for (n, stop) in stops.into_iter().enumerate() {
            let value = n as Balance + 1;
            chain.call_unasked(&ann, open.clone(), value).unwrap();
            chain.call_unasked(&ben, stop, 0).unwrap();
        }
    });
    let (got, receipt) = s.got(&ann, s.to().clear((0..64).collect()));
    assert_eq!(got, 64 * 65 / 2);
    let rest = |stream| Rest {
        stream,
        amount: stream as Balance + 1,
    };
    let told = (ann.id().ink(), (0..64).map(rest).collect());
    assert_eq!(clearings(&receipt), [told]);
    assert_eq!(s.solvency(), (0, 0));
    s.assert_solvent();
}

// ---- The guardian ----

#[test]
fn pause_of_deposits_ends_by_itself_or_by_the_guardian() {
    let mut s = Stage::new();
    let (ann, guardian) = (s.ann.clone(), s.guardian.clone());
    let (stream, _) = s.open(ONE, DAY.into());
    let until = s.chain.now() + DAY;
    let receipt = s.done(&guardian, s.to().pause_deposits(DAY), 0);
    let told: Vec<DepositsPausedUntil> = only(&receipt);
    assert_eq!(told[0].until, until);
    let overview = Overview {
        guardian: Some(guardian.id().ink()),
        deposits_paused_until: Some(until),
        opened: 1,
    };
    assert_eq!(s.read(s.to().overview()), overview);
    s.chain.seal_at(until);
    let overview = Overview {
        deposits_paused_until: None,
        ..overview
    };
    assert_eq!(s.read(s.to().overview()), overview);
    s.done(&ann, s.to().top_up(stream), 1);

    s.chain.advance(7 * DAY);
    s.done(&guardian, s.to().pause_deposits(DAY), 0);
    let until = s.chain.now();
    let receipt = s.done(&guardian, s.to().resume_deposits(), 0);
    let told: Vec<DepositsPausedUntil> = only(&receipt);
    assert_eq!(told[0].until, until);
    s.done(&ann, s.to().top_up(stream), 1);
    s.assert_solvent();
}

#[test]
fn contract_without_a_guardian_is_paused_by_nobody() {
    let mut s = Stage::new();
    let deployer = s.eve.clone();
    s.streams = Streams::deploy(&mut s.chain, &deployer, None);
    assert_eq!(s.read(s.to().overview()).guardian, None);
    for who in [s.guardian.clone(), deployer] {
        let message = s.to().pause_deposits(DAY);
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
