//! Who pays storage deposits, and who gets them back.

use super::stage::*;

/// What a stream's record costs: one item, of 32 bytes each for payer and payee, 16 each for rate, rest
/// and what was earned, 4 for the fraction, 8 for each of two times, and 1 for the state.
const RECORD: i128 = 100_000_000_000 + 133 * 5_000_000;

/// What the chain gives back it rounds down, once for items and once for bytes.
fn assert_given_back(receipt: &Receipt, records: i128) {
    let lost = records * RECORD + receipt.deposit;
    assert!((0..=2).contains(&lost), "{} given back", -receipt.deposit);
}

#[test]
fn only_opening_locks_a_deposit_and_only_the_end_frees_it() {
    let mut s = Stage::new();
    let (ann, ben) = (s.ann.clone(), s.ben.clone());
    let opened = s.done(&ann, s.to().open(ben.id().ink(), 1), 1_000_000);
    assert_eq!(opened.deposit, RECORD);
    let calls = [
        s.done(&ann, s.to().set_rate(0, u128::MAX), 0),
        s.done(&ben, s.to().claim(0), 0),
        s.done(&ann, s.to().set_rate(0, ONE), 0),
        s.done(&ann, s.to().top_up(0), UNIT),
        s.done(&ann, s.to().pause_stream(0), 0),
        s.done(&ann, s.to().resume_stream(0), 0),
        s.done(&ben, s.to().claim(0), 0),
        s.done(&ben, s.to().claim(0), 0),
        s.done(&ben, s.to().stop(0), 0),
    ];
    assert_eq!(calls.map(|receipt| receipt.deposit), [0; 9]);
    s.grow_old();
    let cleared = s.done(&ann, s.to().clear(vec![0]), 0);
    assert_given_back(&cleared, 1);
    s.assert_solvent();
}

#[test]
fn payer_who_stops_gets_the_deposit_at_once_after_an_hour_or_by_clearing() {
    let mut s = Stage::new();
    let ann = s.ann.clone();
    let (young, _) = s.open(ONE, 1_000_000);
    let receipt = s.done(&ann, s.to().stop(young), 0);
    assert_eq!(receipt.deposit, 0);
    let (old, from) = s.open(ONE, 1_000_000);
    s.chain.seal_at(from + MIN_KEPT);
    let receipt = s.done(&ann, s.to().stop(old), 0);
    assert_given_back(&receipt, 1);
    let receipt = s.done(&ann, s.to().clear(vec![young]), 0);
    assert_given_back(&receipt, 1);
    s.assert_solvent();
}

/// Whoever locked and freed a record again and again in a block could take, after a fall of the chain's
/// price, what others locked before it.
#[test]
fn no_record_is_locked_and_freed_at_will() {
    let mut s = Stage::new();
    let eve = s.eve.clone();
    let payee = s.ben.id().ink();
    for stream in 0..10 {
        let (open, stop) = (s.to().open(payee, 1), s.to().stop(stream));
        let clear = s.to().clear(vec![stream]);
        s.chain.in_one_block(|chain| {
            let locked = chain.call_unasked(&eve, open, 5).unwrap().deposit;
            assert_eq!(locked, RECORD);
            assert_eq!(chain.call_unasked(&eve, stop, 0).unwrap().deposit, 0);
            chain.call_unasked(&eve, clear, 0).unwrap_err();
        });
    }
    s.grow_old();
    let cleared = s.done(&eve, s.to().clear((0..10).collect()), 0);
    assert_given_back(&cleared, 10);
    s.assert_solvent();
}

#[test]
fn payee_gets_nobodys_deposit_whatever_they_do() {
    let mut s = Stage::new();
    let (ann, ben) = (s.ann.clone(), s.ben.clone());
    // Stopped by the payee: with something earned, with nothing, and dry.
    let [earned, unearned, dry, claimed] =
        [(ONE, UNIT), (1, 5), (ONE, 5), (ONE, UNIT)].map(|(rate, deposit)| s.open(rate, deposit).0);
    for stream in [earned, unearned, dry] {
        assert_eq!(s.done(&ben, s.to().stop(stream), 0).deposit, 0);
    }
    // Claimed before.
    assert_eq!(s.done(&ben, s.to().claim(claimed), 0).deposit, 0);
    assert_eq!(s.done(&ben, s.to().stop(claimed), 0).deposit, 0);
    s.grow_old();
    let all = vec![earned, unearned, dry, claimed];
    let clear = s.to().clear(all.clone());
    assert_eq!(s.refuse(&ben, clear, 0), Error::NotPayer(earned));
    let cleared = s.done(&ann, s.to().clear(all), 0);
    assert_given_back(&cleared, 4);
    s.assert_solvent();
}

#[test]
fn streams_of_two_payers_give_each_their_own_deposit() {
    let mut s = Stage::new();
    let (ann, ben, eve) = (s.ann.clone(), s.ben.clone(), s.eve.clone());
    let payee = ben.id().ink();
    let (anns, _) = s.open(1, 5);
    let message = s.to().open(payee, 1);
    let (eves, receipt) = s.chain.call(&eve, message, 5).unwrap();
    assert_eq!(receipt.deposit, RECORD);
    let stop = s.to().stop(anns);
    assert_eq!(s.refuse(&eve, stop, 0), Error::NotParty(anns));
    s.grow_old();
    for (payer, stream) in [(&ann, anns), (&eve, eves)] {
        let receipt = s.done(payer, s.to().stop(stream), 0);
        assert_given_back(&receipt, 1);
    }
    s.assert_solvent();
}
