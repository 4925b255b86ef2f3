//! What someone would try: payees to get more than was signed, payers to keep what they signed, others
//! to get either's money.

use super::world::*;

/// Claims for bob, and checks that nobody gained: bob has as much as before.
fn worthless(w: &mut World, voucher: SignedVoucher, skip: Skip) {
    let bob = w.bob.clone();
    let before = (w.free(&bob), w.channels.solvency(&mut w.chain));
    assert_eq!(w.claim(&bob, &[voucher]).unwrap(), [Err(skip)]);
    let after = (w.free(&bob), w.channels.solvency(&mut w.chain));
    assert_eq!(after, before);
    w.assert_solvent();
}

/// A voucher of alice's for bob, signed for something else than it is presented for.
fn misplaced(
    w: &World,
    epoch: u64,
    change: impl FnOnce(&mut Place<[u8; 32]>, &mut Voucher<[u8; 32]>),
) -> SignedVoucher {
    let mut place = w.channels.place.clone();
    let said = Voucher {
        channel: channel_id(&w.alice, &w.bob, epoch),
        cumulative: 50,
        root: [0; 32],
    };
    let mut signed = said.clone();
    change(&mut place, &mut signed);
    present(&said, w.phone.sign(&signed.payload(&place)))
}

#[test]
fn claim_refuses_a_voucher_that_the_payee_signed() {
    // ink!'s published example checks the signer against the recipient.
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let said = Voucher {
        channel: channel_id(&alice, &bob, epoch),
        cumulative: RESERVE,
        root: [0; 32],
    };
    let signature = sign_as(&bob, &said.payload(&w.channels.place));
    worthless(&mut w, present(&said, signature), Skip::BadSignature);
}

#[test]
fn claim_refuses_a_voucher_that_was_claimed() {
    // ink!'s published example forgets what it paid.
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let voucher = w.voucher(&alice, &bob, epoch, RESERVE / 2);
    w.claim(&bob, &[voucher.clone()]).unwrap();
    for _ in 0..3 {
        let skip = Skip::NothingNew(RESERVE / 2);
        worthless(&mut w, voucher.clone(), skip);
    }
    assert_eq!(w.withdraw(&bob, None).unwrap().0, RESERVE / 2);
}

#[test]
fn claim_refuses_voucher_of_another_chain() {
    let (mut w, epoch) = world_with_channel();
    let voucher = misplaced(&w, epoch, |place, _| place.genesis[0] ^= 1);
    worthless(&mut w, voucher, Skip::BadSignature);
}

#[test]
fn claim_refuses_voucher_of_another_contract() {
    let (mut w, epoch) = world_with_channel();
    let carol = w.carol.clone();
    let other = Channels::deploy(&mut w.chain, &carol, None);
    let voucher = misplaced(&w, epoch, |place, _| *place = other.place.clone());
    worthless(&mut w, voucher, Skip::BadSignature);
}

#[test]
fn claim_refuses_voucher_of_another_payee() {
    let (mut w, epoch) = world_with_channel();
    let (alice, carol) = (w.alice.clone(), w.carol.clone());
    w.open(&alice, &carol, RESERVE).unwrap();
    let voucher = misplaced(&w, epoch, |_, said| said.channel.payee = carol.id().into());
    worthless(&mut w, voucher, Skip::BadSignature);
}

#[test]
fn claim_refuses_voucher_of_another_payer_with_the_same_signer() {
    let (mut w, epoch) = world_with_channel();
    let (bob, carol) = (w.bob.clone(), w.carol.clone());
    w.open(&carol, &bob, RESERVE).unwrap();
    let voucher = misplaced(&w, epoch, |_, said| said.channel.payer = carol.id().into());
    worthless(&mut w, voucher, Skip::BadSignature);
}

#[test]
fn claim_refuses_voucher_of_another_epoch() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let old = w.voucher(&alice, &bob, epoch, RESERVE);
    w.close(&bob, &alice).unwrap();
    let new = w.open(&alice, &bob, RESERVE).unwrap();
    worthless(&mut w, old.clone(), Skip::OtherEpoch(new));
    // Said to be of the new epoch, it is not what was signed.
    let renamed = SignedVoucher { epoch: new, ..old };
    worthless(&mut w, renamed, Skip::BadSignature);
}

#[test]
fn claim_refuses_a_closing_as_a_voucher_and_closing_a_voucher() {
    let mut w = world();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    // The worst case: payer's signer and payee are the same key.
    let terms = Terms {
        signer: bob.id().into(),
        ..w.terms(RESERVE)
    };
    w.open_on(&alice, &[(&bob, terms)], RESERVE).unwrap();
    let closing = w.closing(&alice, &bob, 1, 50);
    let said = Voucher {
        channel: channel_id(&alice, &bob, 1),
        cumulative: 50,
        root: [0; 32],
    };
    worthless(&mut w, present(&said, closing), Skip::BadSignature);
    let signature = sign_as(&bob, &said.payload(&w.channels.place));
    let error = refused(w.close_together(&alice, &bob, 50, signature));
    assert_eq!(error, with(&bob, ChannelError::BadSignature));
    w.assert_solvent();
}

#[test]
fn a_lower_amount_after_a_higher_takes_nothing_back() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let high = w.voucher(&alice, &bob, epoch, 50);
    let low = w.voucher(&alice, &bob, epoch, 20);
    w.claim(&bob, &[high]).unwrap();
    // The payer claims it for the payee, hoping to lower the total.
    let (outcomes, _) = w.claim_as(&alice, &bob, &[low]).unwrap();
    assert_eq!(outcomes, [Err(Skip::NothingNew(50))]);
    assert_eq!(w.channel(&alice, &bob).unwrap().claimed, 50);
    assert_eq!(w.free(&bob), 50);
    w.assert_solvent();
}

#[test]
fn a_claim_after_the_exit_gets_nothing_whether_cleared_or_not() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let voucher = w.voucher(&alice, &bob, epoch, 50);
    w.exit(&alice, &bob).unwrap();
    w.chain.advance(MIN_DELAY);
    worthless(&mut w, voucher.clone(), Skip::Over);
    w.clear(&alice, &bob).unwrap();
    worthless(&mut w, voucher, Skip::NoChannel);
    assert_eq!(w.withdraw(&alice, None).unwrap().0, RESERVE);
    w.assert_solvent();
}

#[test]
fn no_claim_however_many_puts_off_the_end_of_an_exit() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let voucher = w.voucher(&alice, &bob, epoch, 50);
    w.claim(&bob, &[voucher.clone()]).unwrap();
    w.exit(&alice, &bob).unwrap();
    let end = w.channel(&alice, &bob).unwrap().end;
    // Equal, then higher.
    worthless(&mut w, voucher, Skip::NothingNew(50));
    let higher = w.voucher(&alice, &bob, epoch, 60);
    w.claim(&bob, &[higher]).unwrap();
    assert_eq!(w.channel(&alice, &bob).unwrap().end, end);
    // Nor does the payer start it anew.
    let error = refused(w.exit(&alice, &bob));
    assert_eq!(error, with(&bob, ChannelError::Exiting(end)));
    w.chain.seal_at(end);
    w.clear(&alice, &bob).unwrap();
    assert_eq!(w.free(&alice), RESERVE - 60);
    w.assert_solvent();
}

#[test]
fn a_top_up_overtaken_by_the_payees_close_is_refused_and_the_money_stays_the_payers() {
    let (mut w, _) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let before = w.chain.total_balance(&alice.id());
    let mut contract = w.channels.contract.clone();
    let (payer, payee) = (alice.id().ink(), bob.id().ink());
    // Both in one block; the close comes first.
    w.chain.in_one_block(|chain| {
        let close = contract.call_mut().close(vec![payer]);
        chain.call_unasked(&bob, close, 0).unwrap();
        let top_up = contract.call_mut().top_up(payee, UNIT);
        chain.call_unasked(&alice, top_up, UNIT).unwrap_err();
    });
    // Only the fee is gone.
    assert!(before - w.chain.total_balance(&alice.id()) < UNIT / 100);
    w.clear(&alice, &bob).unwrap();
    assert_eq!(w.free(&alice), RESERVE);
    w.assert_solvent();
}

#[test]
fn a_top_up_overtaken_by_a_claim_adds_to_what_is_left() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    // Signed beyond the reserve, claimed just before the top-up: never more than was signed.
    let voucher = w.voucher(&alice, &bob, epoch, RESERVE + 1);
    assert_eq!(w.claim(&bob, &[voucher.clone()]).unwrap(), [Ok(RESERVE)]);
    w.top_up(&alice, &bob, UNIT, UNIT).unwrap();
    assert_eq!(w.claim(&bob, &[voucher]).unwrap(), [Ok(1)]);
    assert_eq!(w.channel(&alice, &bob).unwrap().rest(), UNIT - 1);
    w.assert_solvent();
}

#[test]
fn a_reserve_is_not_shared_by_two_payees_nor_withdrawn() {
    let mut w = world();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    w.deposit(&alice, 10).unwrap();
    let to_bob = w.terms(7);
    w.open_on(&alice, &[(&bob, to_bob)], 0).unwrap();
    let to_carol = w.terms(7);
    let error = refused(w.open_on(&alice, &[(&carol, to_carol)], 0));
    assert_eq!(error, Error::FreeTooLow(3));
    assert_eq!(refused(w.withdraw(&alice, Some(4))), Error::FreeTooLow(3));
    assert_eq!(refused(w.top_up(&alice, &bob, 4, 0)), Error::FreeTooLow(3));
    let voucher = w.voucher(&alice, &bob, 1, 7);
    assert_eq!(w.claim(&bob, &[voucher]).unwrap(), [Ok(7)]);
    w.assert_solvent();
}

#[test]
fn reserves_of_one_list_cannot_add_up_to_more_than_the_deposit() {
    let mut w = world();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    w.deposit(&alice, 10).unwrap();
    let guardian = w.guardian.clone();
    for reserve in [4, u128::MAX, u128::MAX / 2 + 1] {
        let terms = w.terms(reserve);
        let list = [&bob, &carol, &guardian].map(|payee| (payee, terms.clone()));
        let error = refused(w.open_on(&alice, &list, 0));
        assert!(matches!(error, Error::FreeTooLow(2 | 10)), "{error:?}");
    }
    assert_eq!(w.channel(&alice, &bob), None);
    w.assert_solvent();
}

#[test]
fn malformed_signatures_are_worth_nothing_and_stop_nothing() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let good = w.voucher(&alice, &bob, epoch, 50);
    let with_bytes = |bytes: [u8; 64]| SignedVoucher {
        signature: Signature {
            bytes,
            wrapped: false,
        },
        ..good.clone()
    };
    let without_marker = {
        let mut bytes = good.signature.bytes;
        bytes[63] &= 0x7f;
        bytes
    };
    for bytes in [[0; 64], [0xff; 64], [0x80; 64], without_marker] {
        worthless(&mut w, with_bytes(bytes), Skip::BadSignature);
    }
    // One for each byte changed, in one batch with the good one.
    let mut batch: Vec<_> = (0..63)
        .map(|at| {
            let mut bytes = good.signature.bytes;
            bytes[at] ^= 1;
            with_bytes(bytes)
        })
        .collect();
    batch.push(good.clone());
    let outcomes = w.claim(&bob, &batch).unwrap();
    assert_eq!(outcomes[..63], [Err(Skip::BadSignature); 63]);
    assert_eq!(outcomes[63], Ok(50));
    w.assert_solvent();
}

#[test]
fn a_signer_key_that_is_none_lets_nobody_sign() {
    let mut w = world();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let terms = Terms {
        signer: [0xff; 32],
        ..w.terms(RESERVE)
    };
    w.open_on(&alice, &[(&bob, terms)], RESERVE).unwrap();
    let voucher = w.voucher(&alice, &bob, 1, 50);
    let zeros = SignedVoucher {
        signature: Signature {
            bytes: [0; 64],
            wrapped: false,
        },
        ..voucher.clone()
    };
    worthless(&mut w, voucher, Skip::BadSignature);
    worthless(&mut w, zeros, Skip::BadSignature);
    w.exit(&alice, &bob).unwrap();
    w.chain.advance(MIN_DELAY);
    w.clear(&alice, &bob).unwrap();
    assert_eq!(w.withdraw(&alice, None).unwrap().0, RESERVE);
    w.assert_solvent();
}

#[test]
fn duplicates_in_a_batch_pay_once() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let voucher = w.voucher(&alice, &bob, epoch, RESERVE / 4);
    let outcomes = w.claim(&bob, &vec![voucher; 64]).unwrap();
    assert_eq!(outcomes[0], Ok(RESERVE / 4));
    assert_eq!(outcomes[1..], [Err(Skip::NothingNew(RESERVE / 4)); 63]);
    assert_eq!(w.free(&bob), RESERVE / 4);
    w.assert_solvent();
}

#[test]
fn the_same_payee_twice_in_a_list_of_openings_is_refused() {
    let mut w = world();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let terms = w.terms(5);
    let list = [(&bob, terms.clone()), (&bob, terms)];
    let error = refused(w.open_on(&alice, &list, 10));
    assert_eq!(error, with(&bob, ChannelError::Open(None)));
    w.assert_solvent();
}

#[test]
fn a_closing_of_an_earlier_life_does_not_close_a_later_one() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let signature = w.closing(&alice, &bob, epoch, 0);
    w.close_together(&alice, &bob, 0, signature).unwrap();
    w.open(&alice, &bob, RESERVE).unwrap();
    let error = refused(w.close_together(&alice, &bob, 0, signature));
    assert_eq!(error, with(&bob, ChannelError::BadSignature));
    w.assert_solvent();
}

#[test]
fn a_claim_of_more_voids_a_closing_that_the_payee_signed() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let closing = w.closing(&alice, &bob, epoch, 40);
    let voucher = w.voucher(&alice, &bob, epoch, 41);
    w.claim(&bob, &[voucher]).unwrap();
    let error = refused(w.close_together(&alice, &bob, 40, closing));
    assert_eq!(error, with(&bob, ChannelError::BelowClaimed(41)));
    w.assert_solvent();
}

#[test]
fn storage_deposits_return_to_nobody_but_who_paid_them() {
    let mut w = world();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    let terms = w.terms(RESERVE);
    let (_, opened) = w.open_on(&alice, &[(&bob, terms)], RESERVE).unwrap();
    let voucher = w.voucher(&alice, &bob, 1, 50);
    let (_, claimed) = w.claim_as(&carol, &bob, &[voucher]).unwrap();
    assert!(claimed.deposit > 0);
    // The payee's ways of ending it, withdrawing and leaving give them none of it.
    assert_eq!(w.close(&bob, &alice).unwrap().deposit, 0);
    assert_eq!(w.withdraw(&bob, None).unwrap().1.deposit, 0);
    assert_eq!(refused(w.leave(&bob)), Error::PaidByAnother);
    w.clear(&alice, &bob).unwrap();
    w.withdraw(&alice, None).unwrap();
    let left = w.leave(&alice).unwrap().deposit;
    // Cleared with a new record for what came free, which leaving gave back.
    assert_eq!(w.channel(&alice, &bob), None);
    assert!(left < -PER_ITEM && opened.deposit > PER_ITEM);
    w.assert_solvent();
}

#[test]
fn money_forced_in_is_owed_to_nobody() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    let (owed, held) = w.channels.solvency(&mut w.chain);
    let id = w.channels.id.clone();
    w.chain.transfer(&carol, &id, UNIT).unwrap();
    assert_eq!(w.channels.solvency(&mut w.chain), (owed, held + UNIT));
    assert_eq!(refused(w.withdraw(&carol, None)), Error::NothingDue);
    let voucher = w.voucher(&alice, &bob, epoch, RESERVE + UNIT);
    assert_eq!(w.claim(&bob, &[voucher]).unwrap(), [Ok(RESERVE)]);
    w.assert_solvent();
}
