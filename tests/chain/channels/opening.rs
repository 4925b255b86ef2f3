//! What names a channel, and that no name is ever used twice: the payer's choice of lane and epoch, the
//! window, reopening, gifts, and a chain that forks.

use super::world::*;

fn error_of(w: &mut World, epoch: Millis) -> Error {
    let (alice, opening) = (w.alice.clone(), w.opening(&w.bob, 5));
    refused(w.open_on(&alice, epoch, vec![opening], 5))
}

#[test]
fn a_voucher_signed_before_the_opening_counts_after_it() {
    let mut w = world();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let epoch = w.chain.now();
    // Both travel together; the opening is in a block half an hour later.
    let voucher = w.voucher(&alice, &bob, epoch, 30);
    w.chain.advance(WINDOW / 2);
    let opening = w.opening(&bob, RESERVE);
    w.open_on(&alice, epoch, vec![opening], RESERVE).unwrap();
    assert_eq!(w.claim(&bob, &[voucher]).unwrap(), [Ok(30)]);
    w.assert_solvent();
}

#[test]
fn an_epoch_is_of_the_last_hour_to_the_millisecond() {
    let mut w = world();
    let alice = w.alice.clone();
    let now = w.chain.now();
    for epoch in [now + 1, now - WINDOW, 0, Millis::MAX] {
        // A refusal takes a block.
        let mut w = world();
        let why = ChannelError::BadEpoch(now);
        assert_eq!(error_of(&mut w, epoch), with(&w.bob, why));
        w.assert_solvent();
    }
    let payees = [w.bob.clone(), w.carol.clone()];
    w.chain.advance(WINDOW);
    let now = w.chain.now();
    let openings = payees.each_ref().map(|payee| w.opening(payee, 5));
    let mut contract = w.channels.contract.clone();
    w.chain.in_one_block(|chain| {
        for (epoch, opening) in [now, now - WINDOW + 1].into_iter().zip(openings) {
            let message = contract.call_mut().open(epoch, vec![opening]);
            chain.call(&alice, message, 5).unwrap();
        }
    });
    w.assert_solvent();
}

/// All that a payer can try to have an old voucher's epoch again: at once, in the block in which the
/// record is freed, and ever after.
#[test]
fn no_epoch_of_a_lane_can_be_had_again() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let opening = w.opening(&bob, RESERVE);
    let signature = w.closing(&alice, &bob, epoch, 0);
    w.close_together(&alice, &bob, 0, signature).unwrap();
    // While the record is there, it remembers.
    for again in [epoch, epoch - 1] {
        let used = with(&bob, ChannelError::UsedEpoch(epoch));
        assert_eq!(error_of(&mut w, again), used);
    }
    // The first block in which it can be freed, and the last before.
    w.chain.seal_at(epoch + WINDOW - 1);
    let too_early = Err(ChannelError::NotBefore(epoch + WINDOW));
    let life = w.life(&alice, &bob);
    let mut contract = w.channels.contract.clone();
    let (early, opened) = w.chain.in_one_block(|chain| {
        let clear = contract.call_mut().clear(vec![life]);
        let early = chain.call(&alice, clear, 0).unwrap().0;
        let open = contract.call_mut().open(epoch, vec![opening.clone()]);
        let opened = chain.call(&alice, open, RESERVE).unwrap_err();
        (early, opened)
    });
    assert_eq!(early, [too_early]);
    let used = with(&bob, ChannelError::UsedEpoch(epoch));
    assert_eq!(opened, Failure::Contract(used));

    let (mut w, epoch) = world_with_channel();
    let signature = w.closing(&alice, &bob, epoch, 0);
    w.close_together(&alice, &bob, 0, signature).unwrap();
    w.chain.seal_at(epoch + WINDOW);
    let now = w.chain.now();
    let (freed, again, next) = w.chain.in_one_block(|chain| {
        let clear = contract.call_mut().clear(vec![life]);
        let freed = chain.call(&alice, clear, 0).unwrap().0;
        let open = contract.call_mut().open(epoch, vec![opening.clone()]);
        let again = chain.call(&alice, open, RESERVE).unwrap_err();
        // The earliest that is taken is later than any before.
        let open = contract.call_mut().open(epoch + 1, vec![opening.clone()]);
        let next = chain.call(&alice, open, RESERVE).map(|_| ());
        (freed, again, next)
    });
    assert_eq!(freed, [Ok(0)]);
    let bad = with(&bob, ChannelError::BadEpoch(now));
    assert_eq!(again, Failure::Contract(bad));
    assert_eq!(next, Ok(()));
    let old = w.voucher(&alice, &bob, epoch, RESERVE);
    let outcomes = w.claim(&bob, &[old]).unwrap();
    assert_eq!(outcomes, [Err(Skip::OtherEpoch(epoch + 1))]);
    w.assert_solvent();
}

#[test]
fn a_channel_is_opened_again_in_the_block_in_which_it_was_closed() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let (now, opening) = (w.chain.now(), w.opening(&bob, RESERVE));
    let signature = w.closing(&alice, &bob, epoch, RESERVE);
    let mut contract = w.channels.contract.clone();
    let (payee, before) = (bob.id().ink(), w.balance(&bob));
    let receipt = w.chain.in_one_block(|chain| {
        let to = contract.call_mut();
        let close = to.close_together(payee, 0, RESERVE, Millis::MAX, signature);
        chain.call(&alice, close, 0).unwrap();
        let open = contract.call_mut().open(now, vec![opening]);
        chain.call(&alice, open, RESERVE).unwrap().1
    });
    // In the item of the one before, at no deposit.
    assert_eq!(receipt.deposit, 0);
    let old = w.voucher(&alice, &bob, epoch, RESERVE);
    let new = w.voucher(&alice, &bob, now, 5);
    let (outcomes, _) = w.claim_as(&alice, &bob, &[old, new]).unwrap();
    assert_eq!(outcomes, [Err(Skip::OtherEpoch(now)), Ok(5)]);
    assert_eq!(w.balance(&bob), before + RESERVE + 5);
    w.assert_solvent();
}

/// The same openings in another order, after a fork: each channel has the same name on both sides, so
/// that vouchers count on both.
#[test]
fn a_fork_that_reorders_openings_voids_no_voucher() {
    for order in [[0, 1], [1, 0]] {
        let mut w = world();
        let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
        let epoch = w.chain.now();
        // Taken before the fork, when both openings were in blocks in the first order.
        let vouchers = [
            w.voucher(&alice, &bob, epoch, 30),
            w.voucher(&carol, &bob, epoch, 40),
        ];
        for n in order {
            let (payer, opening) = ([&alice, &carol][n], w.opening(&bob, RESERVE));
            w.open_on(payer, epoch, vec![opening], RESERVE).unwrap();
        }
        assert_eq!(w.claim(&bob, &vouchers).unwrap(), [Ok(30), Ok(40)]);
        w.assert_solvent();
    }
}

#[test]
fn several_devices_pay_one_payee_at_once_each_in_a_lane() {
    let mut w = world();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let epoch = w.chain.now();
    let phones = [1, 2, 3].map(|n| Signer::from_seed(&[n; 32]));
    let openings = phones.iter().zip(0..).map(|(phone, lane)| {
        let mut opening = w.opening(&bob, 100);
        (opening.lane, opening.terms.signer) = (lane, phone.public());
        opening
    });
    let openings = openings.collect();
    w.open_on(&alice, epoch, openings, 300).unwrap();
    let of = |lane| ChannelId {
        lane,
        ..channel_id(&alice, &bob, epoch)
    };
    let vouchers: Vec<_> = phones
        .iter()
        .zip(0..)
        .map(|(phone, lane)| w.voucher_of(phone, of(lane), 10 + u128::from(lane)))
        .collect();
    let outcomes = w.claim(&bob, &vouchers).unwrap();
    assert_eq!(outcomes, [Ok(10), Ok(11), Ok(12)]);
    // A device's voucher is worth nothing in another's lane.
    let stolen = w.voucher_of(&phones[0], of(1), 100);
    assert_eq!(w.claim(&bob, &[stolen]).unwrap(), [Err(Skip::BadSignature)]);
    // One lane ends, and the others go on.
    let life = Life {
        other: bob.id().ink(),
        lane: 1,
        epoch,
    };
    let message = w.channels.contract.call_mut().exit(vec![life]);
    w.call(&alice, message, 0).unwrap();
    let keys = [0, 1, 2].map(|lane| (alice.id().ink(), bob.id().ink(), lane));
    let message = w.channels.contract.call().channels(keys.to_vec());
    let (now, found) = w.chain.read(message);
    assert_eq!((now.time, now.block), (w.chain.now(), w.chain.block()));
    let ends: Vec<_> = found
        .iter()
        .map(|one| one.as_ref().unwrap().end.is_some())
        .collect();
    assert_eq!(ends, [false, true, false]);
    w.assert_solvent();
}

// ---- Gifts ----

fn gift(w: &World, reserve: Balance) -> Opening {
    Opening {
        lane: MIN_GIFT_LANE,
        ..w.opening(&w.bob, reserve)
    }
}

#[test]
fn a_gift_is_the_payers_with_all_that_comes_back_of_it() {
    let mut w = world();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    let (epoch, opening) = (w.chain.now(), gift(&w, 100));
    let before = w.balance(&carol);
    let receipt = w
        .open_for(&carol, &alice, epoch, vec![opening], 130)
        .unwrap();
    assert_eq!(receipt.deposit, CHANNEL);
    // What was too much comes back to the giver.
    let spent = 100 + CHANNEL.unsigned_abs() + receipt.fee;
    assert_eq!(w.balance(&carol), before - spent);
    let told = only_changes(&receipt);
    assert_eq!(told.side, Side::Payer(alice.id().ink()));
    assert_eq!(told.by, Some(carol.id().ink()));

    let id = ChannelId {
        lane: MIN_GIFT_LANE,
        ..channel_id(&alice, &bob, epoch)
    };
    let voucher = w.voucher_of(&w.phone, id, 40);
    assert_eq!(w.claim(&bob, &[voucher]).unwrap(), [Ok(40)]);
    let life = Life {
        other: bob.id().ink(),
        lane: MIN_GIFT_LANE,
        epoch,
    };
    let exit = w.channels.contract.call_mut().exit(vec![life]);
    // It is not the giver's.
    let (done, _) = w.call(&carol, exit.clone(), 0).unwrap();
    assert_eq!(done, [Err(ChannelError::Missing)]);
    w.call(&alice, exit, 0).unwrap().0[0].unwrap();
    w.pass();
    w.pass_window();
    let clear = w.channels.contract.call_mut().clear(vec![life]);
    let (done, receipt) = w.call(&alice, clear, 0).unwrap();
    assert_eq!(done, [Ok(60)]);
    assert_returned(&receipt, CHANNEL);
    w.assert_solvent();
}

#[test]
fn no_gift_takes_a_lane_that_a_payer_is_about_to_open() {
    let mut w = world();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    let bad = with(&bob, ChannelError::BadLane);
    for lane in [0, 1, MIN_GIFT_LANE - 1] {
        let (epoch, opening) = (
            w.chain.now(),
            Opening {
                lane,
                ..gift(&w, 5)
            },
        );
        let error = refused(w.open_for(&carol, &alice, epoch, vec![opening], 5));
        assert_eq!(error, bad);
    }
    for lane in [MIN_GIFT_LANE, u32::MAX] {
        let (epoch, opening) = (
            w.chain.now(),
            Opening {
                lane,
                ..gift(&w, 5)
            },
        );
        let error = refused(w.open_on(&alice, epoch, vec![opening], 5));
        assert_eq!(error, bad);
    }
    let lane = MIN_GIFT_LANE - 1;
    let (epoch, opening) = (
        w.chain.now(),
        Opening {
            lane,
            ..gift(&w, 5)
        },
    );
    w.open_on(&alice, epoch, vec![opening], 5).unwrap();
    let lane = u32::MAX;
    let (epoch, opening) = (
        w.chain.now(),
        Opening {
            lane,
            ..gift(&w, 5)
        },
    );
    w.open_for(&carol, &alice, epoch, vec![opening], 5).unwrap();
    w.assert_solvent();
}

/// A giver opens over a gift that was exited: the rest in it is the payer's, not the next gift's.
#[test]
fn what_is_left_of_an_earlier_gift_goes_to_its_payer_and_pays_for_no_other() {
    let mut w = world();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    let (epoch, opening) = (w.chain.now(), gift(&w, 100));
    w.open_for(&carol, &alice, epoch, vec![opening], 100)
        .unwrap();
    let life = Life {
        other: bob.id().ink(),
        lane: MIN_GIFT_LANE,
        epoch,
    };
    let exit = w.channels.contract.call_mut().exit(vec![life]);
    w.call(&alice, exit, 0).unwrap().0[0].unwrap();
    w.pass();
    let (epoch, opening) = (w.chain.now(), gift(&w, 60));
    let error = refused(w.open_for(&carol, &alice, epoch, vec![opening.clone()], 10));
    assert_eq!(error, Error::ValueTooLow(10));
    let before = w.balance(&alice);
    let epoch = w.chain.now();
    let receipt = w
        .open_for(&carol, &alice, epoch, vec![opening], 60)
        .unwrap();
    assert_eq!(receipt.deposit, 0);
    assert_eq!(w.balance(&alice), before + 100);
    w.assert_solvent();
}

#[test]
fn the_contract_is_neither_payer_nor_payee() {
    let mut w = world();
    let (alice, contract) = (w.alice.clone(), w.channels.id.ink());
    let bad = |payee| Error::Channel(payee, ChannelError::BadPayee);
    let mut opening = w.opening(&w.bob, 5);
    opening.payee = contract;
    let epoch = w.chain.now();
    let error = refused(w.open_on(&alice, epoch, vec![opening], 5));
    assert_eq!(error, bad(contract));
    let (epoch, opening) = (w.chain.now(), gift(&w, 5));
    let message = w.channels.contract.call_mut();
    let message = message.open_for(contract, epoch, vec![opening]);
    let error = refused(w.call(&alice, message, 5));
    assert_eq!(error, bad(w.bob.id().ink()));
    w.assert_solvent();
}

#[test]
fn anyone_tops_a_channel_up_and_what_is_left_is_the_payers() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    let receipt = w.top_up(&carol, &alice, &bob, 30).unwrap();
    let told = only_changes(&receipt);
    assert_eq!(told.side, Side::Payer(alice.id().ink()));
    assert_eq!(told.by, Some(carol.id().ink()));
    assert_eq!(told.changes[0].change, Change::ToppedUp(30));
    let voucher = w.voucher(&alice, &bob, epoch, RESERVE + 10);
    w.claim(&bob, &[voucher]).unwrap();
    let before = w.balance(&alice);
    assert_eq!(w.close(&bob, &alice).0, Ok(20));
    assert_eq!(w.balance(&alice), before + 20);
    w.assert_solvent();
}
