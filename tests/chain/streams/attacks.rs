//! What someone would try, to get money that is not theirs or to keep it from those whose it is.

use super::stage::*;

// ---- Another's money ----

#[test]
fn stranger_and_payer_who_claim_get_nothing_and_the_payee_all() {
    let mut s = Stage::new();
    let (stream, from) = s.open(ONE, 100_000);
    let ben = s.ben.id();
    let before = s.chain.balance(&ben);
    let callers = [s.ann.clone(), s.eve.clone(), s.guardian.clone()];
    for (n, who) in callers.iter().enumerate() {
        s.chain.seal_at(from + 20_000 * (n as Millis + 1));
        assert_eq!(s.got(who, s.to().claim(stream)).0, 0);
    }
    assert_eq!(s.chain.balance(&ben), before + 60_000);
    s.assert_solvent();
}

/// Claiming units one by one costs whoever does it a fee each time, and nobody else anything: the payee
/// has them, and to the unit.
#[test]
fn claims_of_dust_cost_only_their_maker() {
    let mut s = Stage::new();
    let (ann, ben, eve) = (s.ann.clone(), s.ben.id(), s.eve.clone());
    let rate = ONE / 6_000;
    let (stream, from) = s.open(2 * rate, 100_000);
    let (anns, bens) = (s.chain.balance(&ann.id()), s.chain.balance(&ben));
    for _ in 0..20 {
        let (got, receipt) = s.got(&eve, s.to().claim(stream));
        assert_eq!((got, receipt.deposit), (0, 0));
    }
    assert_eq!(s.chain.balance(&ann.id()), anns);
    let passed = u128::from(s.record(stream).unwrap().since - from);
    assert_eq!(s.chain.balance(&ben), bens + passed * 2 * rate / ONE);
    s.assert_solvent();
}

#[test]
fn stranger_cannot_stop_a_stream_that_others_need() {
    let mut s = Stage::new();
    let (stream, from) = s.open(ONE, 100_000);
    for who in [s.eve.clone(), s.guardian.clone()] {
        let stop = s.to().stop(stream);
        assert_eq!(s.refuse(&who, stop, 0), Error::NotParty(stream));
    }
    s.chain.seal_at(from + 70_000);
    assert_eq!(s.due(stream), (70_000, 30_000));
    s.assert_solvent();
}

#[test]
fn payee_cannot_make_a_stream_earn_more() {
    let mut s = Stage::new();
    let (ann, ben) = (s.ann.clone(), s.ben.clone());
    let (stream, _) = s.open(ONE, 100_000);
    let message = s.to().set_rate(stream, u128::MAX);
    assert_eq!(s.refuse(&ben, message, 0), Error::NotPayer(stream));
    s.done(&ann, s.to().pause_stream(stream), 0);
    let before = s.due(stream);
    let message = s.to().resume_stream(stream);
    assert_eq!(s.refuse(&ben, message, 0), Error::NotPayer(stream));
    assert_eq!(s.due(stream), before);
    s.assert_solvent();
}

#[test]
fn second_claim_in_a_block_gets_nothing() {
    let mut s = Stage::new();
    let ben = s.ben.clone();
    let [stream, other] = [(); 2].map(|()| s.open(ONE, 100_000).0);
    let due = s.due(stream).0;
    let before = s.chain.balance(&ben.id());
    let (claim, all) = (s.to().claim(stream), s.solvency().0);
    let fees = s.chain.in_one_block(|chain| {
        let issued = chain.total_issuance();
        chain.call_unasked(&ben, claim.clone(), 0).unwrap();
        for _ in 0..3 {
            chain.call_unasked(&ben, claim.clone(), 0).unwrap_err();
        }
        issued - chain.total_issuance()
    });
    assert_eq!(s.chain.balance(&ben.id()), before + due - fees);
    assert_eq!(s.solvency(), (all - due, all - due));
    assert_eq!(s.due(other).1 + s.due(other).0, 100_000);
    s.assert_solvent();
}

#[test]
fn payee_who_claims_and_stops_in_a_block_is_paid_once() {
    let mut s = Stage::new();
    let (ann, ben) = (s.ann.clone(), s.ben.clone());
    let (stream, from) = s.open(ONE, 100_000);
    s.chain.seal_at(from + 30_000);
    let before = s.chain.balance(&ben.id());
    let anns = s.chain.balance(&ann.id());
    let (claim, stop) = (s.to().claim(stream), s.to().stop(stream));
    let fees = s.chain.in_one_block(|chain| {
        let issued = chain.total_issuance();
        chain.call_unasked(&ben, claim.clone(), 0).unwrap();
        chain.call_unasked(&ben, stop.clone(), 0).unwrap();
        chain.call_unasked(&ben, stop, 0).unwrap_err();
        chain.call_unasked(&ben, claim, 0).unwrap_err();
        issued - chain.total_issuance()
    });
    assert_eq!(s.chain.balance(&ben.id()), before + 30_000 - fees);
    assert_eq!(s.chain.balance(&ann.id()), anns + 70_000);
    assert_eq!(s.solvency(), (0, 0));
    s.assert_solvent();
}

#[test]
fn clear_reaches_neither_anothers_stream_nor_what_is_not_claimed() {
    let mut s = Stage::new();
    let (ann, ben, eve) = (s.ann.clone(), s.ben.clone(), s.eve.clone());
    let (stopped, _) = s.open(ONE, 100_000);
    let dave = Account::named("dave").id();
    let (unclaimed, from) = s.open_to(dave.ink(), ONE, 100_000);
    s.done(&ben, s.to().stop(stopped), 0);
    s.chain.seal_at(from + 50_000);
    s.done(&ann, s.to().stop(unclaimed), 0);
    s.grow_old();
    for thief in [&ben, &eve] {
        for stream in [stopped, unclaimed] {
            let clear = s.to().clear(vec![stream]);
            assert_eq!(s.refuse(thief, clear, 0), Error::NotPayer(stream));
        }
    }
    let clear = s.to().clear(vec![unclaimed]);
    let error = Error::Unclaimed(unclaimed, 50_000);
    assert_eq!(s.refuse(&ann, clear.clone(), 0), error);
    // Once dave can be paid, clearing pays him first.
    s.chain.mint(&dave, existential_deposit());
    let (got, receipt) = s.got(&ann, clear);
    assert_eq!(got, 0);
    let claimed: Vec<Claimed> = receipt.events_of();
    assert_eq!((claimed.len(), claimed[0].amount), (1, 50_000));
    assert_eq!(s.chain.balance(&dave), existential_deposit() + 50_000);
    s.assert_solvent();
}

#[test]
fn stream_named_twice_is_neither_cleared_nor_stopped_nor_claimed_twice() {
    let mut s = Stage::new();
    let (ann, ben, eve) = (s.ann.clone(), s.ben.clone(), s.eve.clone());
    let (running, _) = s.open(ONE, 100_000);
    let (stream, _) = s.open(1, 5_000);
    // Without an account the payer cannot be sent the rest when it is stopped.
    s.chain.empty(&ann, &eve.id()).unwrap();
    s.done(&ben, s.to().stop_many(vec![stream; 2]), 0);
    assert_eq!(s.solvency(), (105_000, 105_000));
    s.chain.mint(&ann.id(), UNIT);
    s.grow_old();
    let (got, receipt) = s.got(&ann, s.to().clear(vec![stream; 2]));
    assert_eq!(got, 5_000);
    assert_eq!(clearings(&receipt)[0].1.len(), 1);
    let clear = s.to().clear(vec![stream]);
    assert_eq!(s.refuse(&ann, clear, 0), Error::UnknownStream(stream));
    let (got, receipt) = s.got(&ben, s.to().claim_many(vec![running; 2]));
    assert_eq!((got, claims(&receipt).len()), (100_000, 1));
    assert_eq!(s.solvency(), (0, 0));
    s.assert_solvent();
}

// ---- Taking back what was earned ----

#[test]
fn pause_takes_nothing_of_what_was_earned() {
    let mut s = Stage::new();
    let ann = s.ann.clone();
    let (stream, from) = s.open(ONE, 100_000);
    s.chain.seal_at(from + 60_000);
    s.done(&ann, s.to().pause_stream(stream), 0);
    let (got, paid, _) = s.ann_does(s.to().stop(stream));
    assert_eq!((got, paid), (40_000, 60_000));
    s.assert_solvent();
}

#[test]
fn lower_rate_does_not_count_for_the_time_before() {
    let mut s = Stage::new();
    let ann = s.ann.clone();
    let (stream, from) = s.open(ONE, 100_000);
    s.chain.seal_at(from + 60_000);
    let (rate, stop) = (s.to().set_rate(stream, 1), s.to().stop(stream));
    let before = s.chain.balance(&s.ben.id());
    s.chain.in_one_block(|chain| {
        chain.call_unasked(&ann, rate, 0).unwrap();
        chain.call_unasked(&ann, stop, 0).unwrap();
    });
    assert_eq!(s.chain.balance(&s.ben.id()), before + 60_000);
    s.assert_solvent();
}

#[test]
fn higher_rate_does_not_count_for_the_time_before() {
    let mut s = Stage::new();
    let ann = s.ann.clone();
    let (stream, from) = s.open(1, 100_000);
    s.chain.seal_at(from + 60_000);
    s.done(&ann, s.to().set_rate(stream, ONE), 0);
    s.chain.seal_at(from + 60_000 + 10_000);
    assert_eq!(s.due(stream), (10_000, 90_000));
    s.assert_solvent();
}

#[test]
fn stop_just_before_a_claim_keeps_nothing_from_the_payee() {
    let mut s = Stage::new();
    let (ann, ben) = (s.ann.clone(), s.ben.clone());
    let (stream, from) = s.open(ONE, 100_000);
    s.chain.seal_at(from + 20_000);
    let before = s.chain.balance(&ben.id());
    let (stop, claim) = (s.to().stop(stream), s.to().claim(stream));
    let fee = s.chain.in_one_block(|chain| {
        chain.call_unasked(&ann, stop, 0).unwrap();
        let issued = chain.total_issuance();
        chain.call_unasked(&ben, claim, 0).unwrap_err();
        issued - chain.total_issuance()
    });
    assert_eq!(s.chain.balance(&ben.id()), before + 20_000 - fee);
    s.assert_solvent();
}

// ---- Earning what was not streamed ----

#[test]
fn largest_rate_earns_the_deposit_and_nobody_elses_money() {
    let mut s = Stage::new();
    let ann = s.ann.clone();
    let (other, _) = s.open(1, 500_000);
    let (stream, _) = s.open(1, 100_000);
    s.done(&ann, s.to().set_rate(stream, u128::MAX), 0);
    assert_eq!(s.due(stream), (100_000, 0));
    assert_eq!(s.claim(stream), 100_000);
    s.done(&ann, s.to().top_up(stream), 7);
    s.chain.advance(1_000 * 365 * DAY);
    assert_eq!(s.claim(stream), 7);
    assert_eq!(s.due(other).0 + s.due(other).1, 500_000);
    assert_eq!(s.solvency(), (500_000, 500_000));
    s.assert_solvent();
}

#[test]
fn dry_stream_that_is_topped_up_earns_nothing_for_the_dry_time() {
    let mut s = Stage::new();
    let ann = s.ann.clone();
    let (stream, from) = s.open(ONE, 1_000);
    s.chain.seal_at(from + DAY);
    s.done(&ann, s.to().top_up(stream), 50_000);
    s.chain.seal_at(from + DAY + 7_000);
    assert_eq!(s.due(stream), (8_000, 43_000));
    let due = s.read(s.to().due(stream)).unwrap();
    assert_eq!(due.dry_at, Some(from + DAY + 50_000));
    assert_eq!(s.claim(stream), 8_000);
    s.assert_solvent();
}

#[test]
fn top_up_after_the_end_is_refused_and_the_money_stays_where_it_was() {
    let mut s = Stage::new();
    let (ann, ben) = (s.ann.clone(), s.ben.clone());
    let (stream, _) = s.open(ONE, 1_000_000);
    s.done(&ben, s.to().stop(stream), 0);
    let top_up = s.to().top_up(stream);
    assert_eq!(s.refuse(&ann, top_up, UNIT), Error::Stopped(stream));
    s.grow_old();
    s.done(&ann, s.to().clear(vec![stream]), 0);
    let top_up = s.to().top_up(stream);
    assert_eq!(s.refuse(&ann, top_up, UNIT), Error::UnknownStream(stream));
    assert_eq!(s.solvency(), (0, 0));
    s.assert_solvent();
}

#[test]
fn money_of_others_is_refused_as_a_top_up() {
    let mut s = Stage::new();
    let (stream, _) = s.open(1, 5);
    for who in [s.ben.clone(), s.eve.clone()] {
        let top_up = s.to().top_up(stream);
        assert_eq!(s.refuse(&who, top_up, UNIT), Error::NotPayer(stream));
    }
    s.assert_solvent();
}

/// Two streams with the same terms: one is claimed a thousand times, the other once.
#[test]
fn a_thousand_claims_pay_the_same_as_one() {
    let mut s = Stage::new();
    let (ann, ben) = (s.ann.clone(), s.ben.clone());
    let open = s.to().open(ben.id().ink(), 333_333_333);
    s.chain.in_one_block(|chain| {
        chain.call_unasked(&ann, open.clone(), 1_000_000).unwrap();
        chain.call_unasked(&ann, open, 1_000_000).unwrap();
    });
    let (from, begun) = (s.record(0).unwrap().since, s.chain.balance(&ben.id()));
    let claim = s.to().claim(0);
    // A claim every 5 to 15 milliseconds: each unit takes three.
    let fees = s.chain.in_one_block(|chain| {
        let claims = (0..1_000).map(|n| {
            chain.advance(5 + n % 11);
            chain.call_unasked(&ben, claim.clone(), 0).unwrap().fee
        });
        claims.sum::<Balance>()
    });
    let end = s.record(0).unwrap().since;
    let often = s.chain.balance(&ben.id()) + fees - begun;
    assert_eq!(often, u128::from(end - from) * 333_333_333 / BILLIONTHS);
    // The other earned as much at the time of that last claim.
    let mut other = s.record(1).unwrap();
    assert_eq!(other.since, from);
    other.accrue(end);
    assert_eq!(other.earned, often);
    // And both are paid the same up to the same block.
    s.chain.advance(DAY);
    let (one, two) = (s.to().claim(0), s.to().claim(1));
    let [first, second] = s.chain.in_one_block(|chain| {
        [one, two].map(|claim| {
            let receipt = chain.call_unasked(&ben, claim, 0).unwrap();
            claims(&receipt)[0].2
        })
    });
    assert_eq!(often + first, second);
    s.assert_solvent();
}

// ---- Blocking the other side ----

/// The chain refuses less than the existential deposit to an account that does not exist.
#[test]
fn payee_who_cannot_be_paid_keeps_nothing_from_the_payer_and_loses_nothing() {
    let mut s = Stage::new();
    let (ann, eve, dave) = (s.ann.clone(), s.eve.clone(), Account::named("dave").id());
    let deposit = 2 * existential_deposit();
    let (stream, from) = s.open_to(dave.ink(), ONE, deposit);
    s.chain.seal_at(from + 999_988_000);
    let claim = s.to().claim(stream);
    assert_eq!(s.refuse(&eve, claim, 0), Error::TransferFailed);
    let earned = s.due(stream).0;
    let (got, receipt) = s.got(&ann, s.to().stop(stream));
    assert_eq!(got, deposit - earned);
    let told = Change::Stopped {
        by: Party::Payer,
        earned: kept(earned),
        rest: sent(got),
        freed: false,
    };
    assert_eq!(changes(&receipt), [(stream, told)]);
    assert_eq!(s.solvency(), (earned, earned));
    // Once there is an account, anyone brings it there.
    s.chain.mint(&dave, UNIT);
    assert_eq!(s.got(&eve, s.to().claim(stream)).0, 0);
    assert_eq!(s.chain.balance(&dave), UNIT + earned);
    s.done(&ann, s.to().clear(vec![stream]), 0);
    s.assert_solvent();
}

#[test]
fn payer_who_cannot_be_paid_keeps_nothing_from_the_payee_and_loses_nothing() {
    let mut s = Stage::new();
    let (ann, ben, eve) = (s.ann.clone(), s.ben.clone(), s.eve.clone());
    let [stopped, running] = [(); 2].map(|()| s.open(ONE, 100_000).0);
    s.chain.empty(&ann, &eve.id()).unwrap();
    assert_eq!(s.chain.total_balance(&ann.id()), 0);
    let earned = s.due(stopped).0;
    assert_eq!(s.got(&ben, s.to().stop(stopped)).0, earned);
    let rest = 100_000 - earned;
    assert_eq!(s.due(stopped), (0, rest));
    assert!(s.claim(running) > 0);
    s.chain.advance(DAY);
    assert!(s.claim(running) > 0);
    // Once there is an account again, it has its rest back.
    s.chain.mint(&ann.id(), UNIT);
    let clear = s.to().clear(vec![stopped]);
    assert_eq!(s.got(&ann, clear).0, rest);
    s.assert_solvent();
}

/// A contract that has no message to claim with, such as another streams contract, is paid all the
/// same: by whoever claims or stops.
#[test]
fn payee_that_can_call_nothing_is_paid() {
    let mut s = Stage::new();
    let eve = s.eve.clone();
    let payee = Streams::deploy(&mut s.chain, &eve, None).id;
    let before = s.chain.balance(&payee);
    let (stream, from) = s.open_to(payee.ink(), ONE, 100_000);
    s.chain.seal_at(from + 10_000);
    s.done(&eve, s.to().claim(stream), 0);
    assert_eq!(s.chain.balance(&payee), before + 10_000);
    s.chain.seal_at(from + 25_000);
    assert_eq!(s.ann_does(s.to().stop(stream)).0, 75_000);
    assert_eq!(s.chain.balance(&payee), before + 25_000);
    assert_eq!(s.solvency(), (0, 0));
    s.assert_solvent();
}

/// A payee undoes a payer's batch by stopping one of its streams first, and the other way round: the
/// batch goes through without it.
#[test]
fn batch_is_not_spoilt_by_the_other_side() {
    let mut s = Stage::new();
    let (ann, ben) = (s.ann.clone(), s.ben.clone());
    let all: Vec<StreamId> = (0..64).collect();
    let open = s.to().open(ben.id().ink(), ONE);
    s.chain.in_one_block(|chain| {
        for _ in &all {
            chain.call_unasked(&ann, open.clone(), 100_000_000).unwrap();
        }
    });
    let (spoil, stop) = (s.to().stop(63), s.to().stop_many(all.clone()));
    s.chain.in_one_block(|chain| {
        chain.call_unasked(&ben, spoil, 0).unwrap();
        chain.call_unasked(&ann, stop, 0).unwrap();
    });
    assert_eq!(s.solvency(), (0, 0));
    s.grow_old();
    let (spoil, clear) = (s.to().clear(vec![7]), s.to().clear(all.clone()));
    s.chain.in_one_block(|chain| {
        chain.call_unasked(&ann, spoil, 0).unwrap();
        chain.call_unasked(&ann, clear, 0).unwrap();
    });
    for stream in all {
        assert_eq!(s.record(stream), None);
    }
    s.assert_solvent();
}

// ---- A chain that stands still ----

/// Told in the contract's documentation: the time for which the chain stood is billed in its next block,
/// before anybody could stop the stream, and never more than the deposit.
#[test]
fn stall_of_the_chain_is_billed_as_far_as_the_deposit_goes() {
    let mut s = Stage::new();
    let (stream, from) = s.open(ONE, 100_000_000);
    let (small, _) = s.open(ONE, 1_000_000);
    let stall = 6 * 3_600_000;
    let claim = [s.to().claim(stream), s.to().claim(small)];
    s.chain.seal_at(from + stall);
    let before = s.chain.balance(&s.ben.id());
    let eve = s.eve.clone();
    s.chain.in_one_block(|chain| {
        for claim in claim {
            chain.call_unasked(&eve, claim, 0).unwrap();
        }
    });
    let paid = s.chain.balance(&s.ben.id()) - before;
    assert_eq!(paid, Balance::from(stall) + 1_000_000);
    s.assert_solvent();
}

/// The payee misses nothing by it: what was earned is theirs in the first block as in any other.
#[test]
fn payer_who_is_first_after_a_stall_takes_nothing_back() {
    let mut s = Stage::new();
    let (stream, from) = s.open(ONE, 100_000_000);
    s.chain.seal_at(from + 20_000_000);
    let (got, paid, _) = s.ann_does(s.to().stop(stream));
    assert_eq!((got, paid), (80_000_000, 20_000_000));
    s.assert_solvent();
}

// ---- Money that nobody asked for ----

#[test]
fn money_forced_in_is_owed_to_nobody() {
    let mut s = Stage::new();
    let (ann, eve, id) = (s.ann.clone(), s.eve.clone(), s.streams.id.clone());
    let (stream, from) = s.open(ONE, 100_000);
    s.chain.transfer(&eve, &id, 777).unwrap();
    assert_eq!(s.solvency(), (100_000, 100_777));
    s.chain.seal_at(from + 2 * 100_000);
    assert_eq!(s.claim(stream), 100_000);
    assert_eq!(s.got(&ann, s.to().stop(stream)).0, 0);
    assert_eq!(s.solvency(), (0, 777));
    s.assert_solvent();
}

#[test]
fn money_attached_to_a_message_that_takes_none_is_refused() {
    let mut s = Stage::new();
    let (ann, ben) = (s.ann.clone(), s.ben.clone());
    let (stream, _) = s.open(ONE, 100_000);
    let messages = [
        (&ben, s.to().claim(stream)),
        (&ben, s.to().stop(stream)),
        (&ann, s.to().pause_stream(stream)),
    ];
    for (who, message) in messages {
        let before = s.solvency();
        let failure = s.chain.call(who, message.clone(), 5).unwrap_err();
        assert!(format!("{failure:?}").contains("ContractTrapped"));
        s.chain.call_unasked(who, message, 5).unwrap_err();
        assert_eq!(s.solvency(), before);
    }
    s.assert_solvent();
}
