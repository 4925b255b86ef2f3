//! What someone would try: payees to get more than was signed, payers to keep what they signed, others
//! to get either's money.

use super::world::*;

/// Claims for bob, and checks that nobody gained: bob has as much as before.
fn worthless(w: &mut World, voucher: SignedVoucher, skip: Skip) {
    let (bob, guardian) = (w.bob.clone(), w.guardian.clone());
    let before = (w.balance(&bob), w.channels.solvency(&mut w.chain));
    let (outcomes, receipt) = w.claim_as(&guardian, &bob, &[voucher]).unwrap();
    assert_eq!(outcomes, [Err(skip)]);
    assert!(receipt.events.is_empty());
    let after = (w.balance(&bob), w.channels.solvency(&mut w.chain));
    assert_eq!(after, before);
    w.assert_solvent();
}

/// A voucher of alice's for bob, signed for something else than it is presented for.
fn misplaced(
    w: &World,
    epoch: Millis,
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
    assert_eq!(w.owed(), RESERVE / 2);
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
fn claim_refuses_voucher_of_another_lane() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let second = Opening {
        lane: 1,
        ..w.opening(&bob, RESERVE)
    };
    // Both lanes have the same epoch and the same signer: only the lane tells them apart.
    w.open_on(&alice, epoch, vec![second], RESERVE).unwrap();
    let voucher = misplaced(&w, epoch, |_, said| said.channel.lane = 1);
    worthless(&mut w, voucher, Skip::BadSignature);
    let good = w.voucher(&alice, &bob, epoch, RESERVE);
    let renamed = SignedVoucher { lane: 1, ..good };
    worthless(&mut w, renamed, Skip::BadSignature);
}

#[test]
fn claim_refuses_voucher_of_another_epoch() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let old = w.voucher(&alice, &bob, epoch, RESERVE);
    w.close(&bob, &alice).0.unwrap();
    let new = w.open(&alice, &bob, RESERVE).unwrap();
    assert!(new > epoch);
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
    let mut opening = w.opening(&bob, RESERVE);
    opening.terms.signer = bob.id().into();
    let epoch = w.chain.now();
    w.open_on(&alice, epoch, vec![opening], RESERVE).unwrap();
    let closing = w.closing(&alice, &bob, epoch, 50);
    let said = Voucher {
        channel: channel_id(&alice, &bob, epoch),
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
    let before = w.balance(&bob);
    w.claim_as(&alice, &bob, &[high]).unwrap();
    // The payer claims it for the payee, hoping to lower the total.
    let (outcomes, _) = w.claim_as(&alice, &bob, &[low]).unwrap();
    assert_eq!(outcomes, [Err(Skip::NothingNew(50))]);
    assert_eq!(w.channel(&alice, &bob).unwrap().claimed, 50);
    assert_eq!(w.balance(&bob), before + 50);
    w.assert_solvent();
}

#[test]
fn a_claim_after_the_exit_gets_nothing_whether_cleared_or_not() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let voucher = w.voucher(&alice, &bob, epoch, 50);
    w.exit(&alice, &bob).0.unwrap();
    w.pass();
    worthless(&mut w, voucher.clone(), Skip::Over);
    assert_eq!(w.clear(&alice, &bob).0, Ok(RESERVE));
    worthless(&mut w, voucher.clone(), Skip::Over);
    w.pass_window();
    w.clear(&alice, &bob).0.unwrap();
    worthless(&mut w, voucher, Skip::NoChannel);
    w.assert_solvent();
}

#[test]
fn no_claim_however_many_puts_off_the_end_of_an_exit() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let voucher = w.voucher(&alice, &bob, epoch, 50);
    w.claim(&bob, &[voucher.clone()]).unwrap();
    let end = w.exit(&alice, &bob).0.unwrap();
    // Equal, then higher.
    worthless(&mut w, voucher, Skip::NothingNew(50));
    let higher = w.voucher(&alice, &bob, epoch, 60);
    w.claim(&bob, &[higher]).unwrap();
    assert_eq!(w.channel(&alice, &bob).unwrap().end, Some(end));
    // Nor does the payer start it anew.
    let again = w.exit(&alice, &bob).0;
    assert_eq!(again, Err(ChannelError::Exiting(end)));
    w.until(end);
    assert_eq!(w.clear(&alice, &bob).0, Ok(RESERVE - 60));
    w.assert_solvent();
}

#[test]
fn a_top_up_overtaken_by_the_payees_close_is_refused_and_the_money_stays_the_payers() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let before = w.balance(&alice);
    let mut contract = w.channels.contract.clone();
    let (payer, payee) = (alice.id().ink(), bob.id().ink());
    let life = w.life_from(&bob, &alice);
    // Both in one block; the close comes first.
    w.chain.in_one_block(|chain| {
        let close = contract.call_mut().close(vec![life]);
        chain.call_unasked(&bob, close, 0).unwrap();
        let top_up = contract.call_mut().top_up(payer, payee, 0, epoch);
        chain.call_unasked(&alice, top_up, UNIT).unwrap_err();
    });
    // The reserve is back, and only the fee is gone.
    let back = before + RESERVE - w.balance(&alice);
    assert!(back < UNIT / 100, "{back}");
    w.assert_solvent();
}

#[test]
fn a_top_up_overtaken_by_a_claim_adds_to_what_is_left() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    // Signed beyond the reserve, claimed just before the top-up: never more than was signed.
    let voucher = w.voucher(&alice, &bob, epoch, RESERVE + 1);
    assert_eq!(w.claim(&bob, &[voucher.clone()]).unwrap(), [Ok(RESERVE)]);
    w.top_up(&alice, &alice, &bob, UNIT).unwrap();
    assert_eq!(w.claim(&bob, &[voucher]).unwrap(), [Ok(1)]);
    assert_eq!(w.channel(&alice, &bob).unwrap().rest(), UNIT - 1);
    w.assert_solvent();
}

#[test]
fn reserves_of_one_list_cannot_add_up_to_more_than_is_attached() {
    let mut w = world();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    let guardian = w.guardian.clone();
    let epoch = w.chain.now();
    for reserve in [4, u128::MAX, u128::MAX / 2 + 1] {
        let list = [&bob, &carol, &guardian].map(|payee| w.opening(payee, reserve));
        let error = refused(w.open_on(&alice, epoch, list.to_vec(), 10));
        assert!(matches!(error, Error::ValueTooLow(2 | 10)), "{error:?}");
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
    let mut opening = w.opening(&bob, RESERVE);
    opening.terms.signer = [0xff; 32];
    let epoch = w.chain.now();
    w.open_on(&alice, epoch, vec![opening], RESERVE).unwrap();
    let voucher = w.voucher(&alice, &bob, epoch, 50);
    let zeros = SignedVoucher {
        signature: Signature {
            bytes: [0; 64],
            wrapped: false,
        },
        ..voucher.clone()
    };
    worthless(&mut w, voucher, Skip::BadSignature);
    worthless(&mut w, zeros, Skip::BadSignature);
    w.exit(&alice, &bob).0.unwrap();
    w.pass();
    assert_eq!(w.clear(&alice, &bob).0, Ok(RESERVE));
    w.assert_solvent();
}

#[test]
fn duplicates_in_a_batch_pay_once() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let voucher = w.voucher(&alice, &bob, epoch, RESERVE / 4);
    let before = w.balance(&bob);
    let (outcomes, _) = w.claim_as(&alice, &bob, &vec![voucher; 64]).unwrap();
    assert_eq!(outcomes[0], Ok(RESERVE / 4));
    assert_eq!(outcomes[1..], [Err(Skip::NothingNew(RESERVE / 4)); 63]);
    assert_eq!(w.balance(&bob), before + RESERVE / 4);
    w.assert_solvent();
}

#[test]
fn the_same_lane_twice_in_a_list_of_openings_is_refused() {
    let mut w = world();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let (epoch, list) = (w.chain.now(), vec![w.opening(&bob, 5); 2]);
    let error = refused(w.open_on(&alice, epoch, list, 10));
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
    let (epoch, opening) = (w.chain.now(), w.opening(&bob, RESERVE));
    let opened = w.open_on(&alice, epoch, vec![opening], RESERVE).unwrap();
    assert_eq!(opened.deposit, CHANNEL);
    let voucher = w.voucher(&alice, &bob, epoch, 50);
    let (_, claimed) = w.claim_as(&carol, &bob, &[voucher]).unwrap();
    // Neither claiming nor the payee's way of ending it moves one.
    assert_eq!((claimed.deposit, w.close(&bob, &alice).1.deposit), (0, 0));
    w.pass_window();
    assert_eq!(w.close(&bob, &alice).0, Err(ChannelError::Over));
    assert_eq!(w.clear(&bob, &alice).0, Err(ChannelError::Missing));
    assert_eq!(w.clear(&carol, &bob).0, Err(ChannelError::Missing));
    assert_returned(&w.clear(&alice, &bob).1, opened.deposit);
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
    assert_eq!(refused(w.withdraw(&carol, &carol)), Error::NothingDue);
    let voucher = w.voucher(&alice, &bob, epoch, RESERVE + UNIT);
    assert_eq!(w.claim(&bob, &[voucher]).unwrap(), [Ok(RESERVE)]);
    w.assert_solvent();
}

#[test]
fn deposit_that_was_locked_through_a_contract_is_the_owners_and_not_who_calls_the_contract_next() {
    use crate::matching_round::puppet::{self, Line};

    const SAY: [u8; 4] = [1, 2, 3, 4];
    let (mut w, nobody) = (world(), Account::named("nobody"));
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    let epoch = w.open(&alice, &nobody, RESERVE).unwrap();
    let voucher = w.voucher(&alice, &nobody, epoch, 5);
    let (id, to) = (w.channels.id.clone(), w.channels.contract.clone());
    let payee = nobody.id().ink();
    let line = || Line::answer(SAY, &Ok::<(), Error>(()));
    let claim = to.clone().call_mut().claim(payee, vec![voucher]);
    let claims = line().calling(&id, claim, 0);
    let frees = line().calling(&id, to.clone().call_mut().withdraw(payee), 0);
    let [claims, frees] = [claims, frees].map(|line| puppet::deploy(&mut w.chain, &carol, &[line]));
    let say = |puppet| puppet::say_line(puppet, SAY);

    // Carol's deposit, by a contract that claims for whoever calls it.
    let (_, receipt) = w.chain.call(&carol, say(&claims), 0).unwrap();
    assert!(receipt.deposit > 0);
    assert_eq!(w.kept(&nobody).unwrap().paid_by, payee);
    w.chain.mint(&nobody.id(), UNIT);
    // No contract frees the record for bob, who signs now: the money goes to its owner, and no more.
    for puppet in [&claims, &frees] {
        let (_, receipt) = w.chain.call(&bob, say(puppet), 0).unwrap();
        assert_eq!(receipt.deposit, 0);
    }
    assert_eq!(w.balance(&nobody), UNIT + 5);
    assert_eq!(w.kept(&nobody).map(|kept| kept.amount), Some(0));
    let (_, receipt) = w.withdraw(&nobody, &nobody).unwrap();
    assert!(receipt.deposit < 0);
    assert_eq!(w.kept(&nobody), None);
    w.assert_solvent();
}
