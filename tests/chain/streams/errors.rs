//! Every error of every message.

use super::stage::*;
use farthing_types::pause::{PauseError, MAX_PAUSE, MIN_GAP};

/// Every message of the payer to one stream; each of them with what must be attached to it.
macro_rules! refused_to_payer {
    ($s:ident, $who:expr, $stream:expr, $error:expr) => {
        let (who, stream): (Account, StreamId) = ($who.clone(), $stream);
        assert_eq!($s.refuse(&who, $s.to().top_up(stream), 5), $error);
        assert_eq!($s.refuse(&who, $s.to().set_rate(stream, 5), 0), $error);
        assert_eq!($s.refuse(&who, $s.to().pause_stream(stream), 0), $error);
        assert_eq!($s.refuse(&who, $s.to().resume_stream(stream), 0), $error);
    };
}

#[test]
fn open_refuses_what_is_no_stream() {
    let mut s = Stage::new();
    let (ann, ben) = (s.ann.clone(), s.ben.id().ink());
    assert_eq!(s.refuse(&ann, s.to().open(ben, 1), 0), Error::ZeroDeposit);
    assert_eq!(s.refuse(&ann, s.to().open(ben, 0), 5), Error::ZeroRate);
    let own = s.to().open(ann.id().ink(), 1);
    assert_eq!(s.refuse(&ann, own, 5), Error::PayeeIsPayer);
    let itself = s.to().open(s.streams.id.ink(), 1);
    assert_eq!(s.refuse(&ann, itself, 5), Error::PayeeIsThis);
    assert_eq!(s.read(s.to().overview()).opened, 0);
    s.assert_solvent();
}

#[test]
fn messages_refuse_streams_that_are_not_there() {
    let mut s = Stage::new();
    let (ann, ben) = (s.ann.clone(), s.ben.clone());
    let (stream, _) = s.open(1, 5);
    s.grow_old();
    s.done(&ann, s.to().stop(stream), 0);
    for stream in [stream, stream + 1, StreamId::MAX] {
        let error = Error::UnknownStream(stream);
        refused_to_payer!(s, ann, stream, error);
        assert_eq!(s.refuse(&ann, s.to().stop(stream), 0), error);
        assert_eq!(s.refuse(&ann, s.to().clear(vec![stream]), 0), error);
        assert_eq!(s.refuse(&ben, s.to().claim(stream), 0), error);
        assert_eq!(s.refuse(&ben, s.to().claim_many(vec![stream]), 0), error);
        assert_eq!(s.refuse(&ben, s.to().stop_many(vec![stream]), 0), error);
    }
    s.assert_solvent();
}

#[test]
fn messages_of_the_payer_refuse_everybody_else() {
    let mut s = Stage::new();
    let (stream, _) = s.open(ONE, 1_000_000);
    for who in [s.ben.clone(), s.eve.clone(), s.guardian.clone()] {
        refused_to_payer!(s, who, stream, Error::NotPayer(stream));
        let clear = s.to().clear(vec![stream]);
        assert_eq!(s.refuse(&who, clear, 0), Error::NotPayer(stream));
    }
    s.assert_solvent();
}

#[test]
fn stop_refuses_everybody_else() {
    let mut s = Stage::new();
    let (stream, _) = s.open(ONE, 1_000_000);
    for who in [s.eve.clone(), s.guardian.clone()] {
        let stop = s.to().stop(stream);
        assert_eq!(s.refuse(&who, stop, 0), Error::NotParty(stream));
        let stop = s.to().stop_many(vec![stream]);
        assert_eq!(s.refuse(&who, stop, 0), Error::NotParty(stream));
    }
    s.assert_solvent();
}

#[test]
fn changes_refuse_a_stopped_stream() {
    let mut s = Stage::new();
    let (ann, ben) = (s.ann.clone(), s.ben.clone());
    for (stopper, expected) in [(&ann, 0), (&ben, 1)] {
        let (stream, _) = s.open(ONE, 1_000_000);
        assert_eq!(stream, expected);
        s.done(stopper, s.to().stop(stream), 0);
        let stopped = Error::Stopped(stream);
        refused_to_payer!(s, ann, stream, stopped);
        assert_eq!(s.refuse(&ann, s.to().stop(stream), 0), stopped);
        assert_eq!(s.refuse(&ben, s.to().stop(stream), 0), stopped);
    }
    s.assert_solvent();
}

#[test]
fn top_up_and_set_rate_refuse_zero() {
    let mut s = Stage::new();
    let ann = s.ann.clone();
    let (stream, _) = s.open(1, 5);
    let top_up = s.to().top_up(stream);
    assert_eq!(s.refuse(&ann, top_up, 0), Error::ZeroDeposit);
    let set_rate = s.to().set_rate(stream, 0);
    assert_eq!(s.refuse(&ann, set_rate, 0), Error::ZeroRate);
    s.assert_solvent();
}

#[test]
fn pause_and_resume_refuse_a_second_time() {
    let mut s = Stage::new();
    let ann = s.ann.clone();
    let (stream, _) = s.open(ONE, 1_000_000);
    let (pause, resume) = (s.to().pause_stream(stream), s.to().resume_stream(stream));
    let not_paused = Error::NotPaused(stream);
    assert_eq!(s.refuse(&ann, resume.clone(), 0), not_paused);
    s.done(&ann, pause.clone(), 0);
    assert_eq!(s.refuse(&ann, pause, 0), Error::AlreadyPaused(stream));
    s.done(&ann, resume.clone(), 0);
    assert_eq!(s.refuse(&ann, resume, 0), not_paused);
    s.assert_solvent();
}

#[test]
fn claim_refuses_when_nothing_is_due() {
    let mut s = Stage::new();
    let (ann, ben) = (s.ann.clone(), s.ben.clone());
    let (slow, _) = s.open(1, 5);
    let (dry, _) = s.open(ONE, 5);
    assert_eq!(s.claim(dry), 5);
    for stream in [slow, dry] {
        let claim = s.to().claim(stream);
        assert_eq!(s.refuse(&ben, claim, 0), Error::NothingDue(stream));
    }
    // Nor of a stopped stream, from which the payee was paid already.
    s.done(&ben, s.to().stop(dry), 0);
    let claim = s.to().claim(dry);
    assert_eq!(s.refuse(&ben, claim, 0), Error::NothingDue(dry));
    s.grow_old();
    s.done(&ann, s.to().clear(vec![dry]), 0);
    s.assert_solvent();
}

/// What cannot be cleared, somebody else may have spoilt just before: it is left out. With nothing left,
/// the first one's reason is the answer.
#[test]
fn clear_leaves_out_what_cannot_be_cleared() {
    let mut s = Stage::new();
    let (ann, ben, eve) = (s.ann.clone(), s.ben.clone(), s.eve.clone());
    let [good, running] = [(); 2].map(|()| s.open(ONE, 1_000_000_000).0);
    let (unclaimed, from) = s.open_to(Account::named("dave").id().ink(), ONE, 500_000);
    let message = s.to().open(ben.id().ink(), 1);
    let foreign = s.chain.call(&eve, message, 5).unwrap().0;
    s.done(&ben, s.to().stop_many(vec![good, foreign]), 0);
    s.chain.seal_at(from + 400_000);
    s.done(&ann, s.to().stop(unclaimed), 0);
    s.grow_old();
    let (young, opened) = s.open(1, 5);
    s.done(&ann, s.to().stop(young), 0);
    let bad = [
        (running, Error::NotStopped(running)),
        (unclaimed, Error::Unclaimed(unclaimed, 400_000)),
        (foreign, Error::NotPayer(foreign)),
        (99, Error::UnknownStream(99)),
        (young, Error::NotBefore(young, opened + MIN_KEPT)),
    ];
    for (n, (_, error)) in bad.iter().enumerate() {
        // Each of them in turn is the first.
        let mut all: Vec<StreamId> = bad.iter().map(|(stream, _)| *stream).collect();
        all.rotate_left(n);
        let clear = s.to().clear(all);
        assert_eq!(s.refuse(&ann, clear, 0), *error);
    }
    let all = bad.iter().map(|(stream, _)| *stream).chain([good]);
    let receipt = s.done(&ann, s.to().clear(all.collect()), 0);
    let rest = Rest {
        stream: good,
        amount: 0,
    };
    assert_eq!(clearings(&receipt), [(ann.id().ink(), vec![rest])]);
    s.assert_solvent();
}

#[test]
fn batches_of_none_and_of_too_many_are_refused() {
    let mut s = Stage::new();
    let ann = s.ann.clone();
    for count in [0, 65] {
        let all: Vec<StreamId> = (0..count).collect();
        let clear = s.to().clear(all.clone());
        assert_eq!(s.refuse(&ann, clear, 0), Error::BatchSize);
        let claim = s.to().claim_many(all.clone());
        assert_eq!(s.refuse(&ann, claim, 0), Error::BatchSize);
        let stop = s.to().stop_many(all);
        assert_eq!(s.refuse(&ann, stop, 0), Error::BatchSize);
    }
    s.assert_solvent();
}

#[test]
fn opening_is_refused_while_it_is_paused_and_nothing_else_is() {
    let mut s = Stage::new();
    let (ann, ben, guardian) = (s.ann.clone(), s.ben.clone(), s.guardian.clone());
    let [one, other] = [(); 2].map(|()| s.open(ONE, 1_000_000).0);
    let until = s.chain.now() + MAX_PAUSE;
    s.done(&guardian, s.to().pause(MAX_PAUSE), 0);
    let paused = Error::Paused(until);
    let open = s.to().open(ben.id().ink(), 1);
    assert_eq!(s.refuse(&ann, open, 5), paused);
    // A pause lets no running stream run dry.
    s.done(&ann, s.to().top_up(one), 1_000_000);
    s.done(&ann, s.to().set_rate(one, 2 * ONE), 0);
    s.done(&ann, s.to().pause_stream(one), 0);
    s.done(&ann, s.to().resume_stream(one), 0);
    assert!(s.claim(one) > 0);
    assert!(s.got(&ann, s.to().stop(one)).0 > 0);
    assert!(s.got(&ben, s.to().stop(other)).0 > 0);
    s.grow_old();
    assert_eq!(s.got(&ann, s.to().clear(vec![one, other])).0, 0);
    assert_eq!(s.solvency(), (0, 0));
    s.assert_solvent();
}

#[test]
fn only_the_guardian_pauses_deposits_and_only_within_bounds() {
    let mut s = Stage::new();
    let guardian = s.guardian.clone();
    for who in [s.ann.clone(), s.ben.clone(), s.eve.clone()] {
        let pause = s.to().pause(1);
        assert_eq!(s.refuse(&who, pause, 0), Error::NotGuardian);
        let resume = s.to().resume();
        assert_eq!(s.refuse(&who, resume, 0), Error::NotGuardian);
    }
    for duration in [0, MAX_PAUSE + 1] {
        let pause = s.to().pause(duration);
        let bad = Error::BadPause(PauseError::Duration);
        assert_eq!(s.refuse(&guardian, pause, 0), bad);
    }
    let until = s.chain.now() + MAX_PAUSE;
    s.done(&guardian, s.to().pause(MAX_PAUSE), 0);
    s.chain.seal_at(until);
    let bad = Error::BadPause(PauseError::NotBefore(until + MIN_GAP));
    let again = s.to().pause(1);
    assert_eq!(s.refuse(&guardian, again, 0), bad);
    s.assert_solvent();
}

// ---- What no chain can reach ----

/// Where a stream's record is: the root key of the field `streams`, from the contract's metadata, and
/// the stream's number.
fn key(stream: StreamId) -> Vec<u8> {
    [&[0x85, 0xc0, 0x2c, 0xfd][..], &stream.to_le_bytes()].concat()
}

#[test]
fn open_refuses_once_all_numbers_are_given() {
    let mut s = Stage::new();
    let (ann, ben, id) = (s.ann.clone(), s.ben.id().ink(), s.streams.id.clone());
    // The root item: guardian, end of the latest pause, and the count.
    let root = |opened: StreamId| (Some(s.guardian.id()), 0u64, opened);
    let (last_but_one, none) = (root(StreamId::MAX - 1), root(0));
    s.chain.poke(&id, &[0; 4], &last_but_one);
    assert_eq!(s.open(1, 5).0, StreamId::MAX - 1);
    assert_eq!(s.refuse(&ann, s.to().open(ben, 1), 5), Error::Overflow);
    s.grow_old();
    s.done(&ann, s.to().stop(StreamId::MAX - 1), 0);
    // Back, so that solvency need not ask for all the numbers there are.
    s.chain.poke(&id, &[0; 4], &none);
    assert_eq!(s.solvency(), (0, 0));
    s.assert_solvent();
}

#[test]
fn sums_that_cannot_be_represented_are_refused() {
    let mut s = Stage::new();
    let (ann, id) = (s.ann.clone(), s.streams.id.clone());
    let (stream, _) = s.open(1, 5);
    let record = s.record(stream).unwrap();
    let huge = Stream {
        rest: u128::MAX - 4,
        ..record.clone()
    };
    s.chain.poke(&id, &key(stream), &huge);
    assert_eq!(s.refuse(&ann, s.to().top_up(stream), 5), Error::Overflow);
    // Back to what was deposited.
    s.chain.poke(&id, &key(stream), &record);
    s.grow_old();
    assert_eq!(s.got(&ann, s.to().stop(stream)).0, 5);
    s.assert_solvent();
}

/// What the payer gets by clearing is in their own account, which exists when they call, except where
/// others pay the fees of someone without an account.
#[test]
fn clear_fails_if_the_chain_refuses_its_sum() {
    let mut s = Stage::new();
    let (ann, eve, ben) = (s.ann.clone(), s.eve.clone(), s.ben.clone());
    let (stream, _) = s.open(1, 5);
    s.chain.empty(&ann, &eve.id()).unwrap();
    let receipt = s.done(&ben, s.to().stop(stream), 0);
    let told = Change::Stopped {
        by: Party::Payee,
        earned: sent(0),
        rest: kept(5),
        freed: false,
    };
    assert_eq!(changes(&receipt), [(stream, told)]);
    assert_eq!(s.solvency(), (5, 5));
    s.grow_old();
    let clear = s.to().clear(vec![stream]);
    let asked = s.chain.dry_run(&ann.id(), clear.clone(), 0).unwrap();
    assert_eq!(asked.answer, Err(Error::TransferFailed));
    s.chain.mint(&ann.id(), UNIT);
    let (got, receipt) = s.got(&ann, clear);
    assert_eq!(got, 5);
    let rest = Rest { stream, amount: 5 };
    assert_eq!(clearings(&receipt), [(ann.id().ink(), vec![rest])]);
    s.assert_solvent();
}
