//! The ways a channel ends.

use super::world::*;

/// An exit of alice's channel to bob that has just begun: its end, in a world where it has.
fn exiting() -> (World, Millis, Moment) {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let expected = Moment {
        time: w.chain.now() + MIN_DELAY,
        block: w.chain.block() + EXIT_BLOCKS,
    };
    let (end, receipt) = w.exit(&alice, &bob);
    assert_eq!((end, receipt.deposit), (Ok(expected), 0));
    let told = only_changes(&receipt);
    assert_eq!(told.side, Side::Payer(alice.id().ink()));
    assert_eq!((told.by, told.changes.len()), (None, 1));
    assert_eq!(told.changes[0].change, Change::Exiting(expected));
    assert_eq!(w.channel(&alice, &bob).unwrap().end, Some(expected));
    (w, epoch, expected)
}

#[test]
fn an_exit_leaves_the_payee_the_delay_and_the_blocks_to_claim() {
    // To the millisecond and to the block. Messages take a block each, so that each try has a world.
    let early = |end: Moment| {
        [
            Moment {
                time: end.time - 1,
                ..end
            },
            Moment {
                block: end.block - 1,
                ..end
            },
        ]
    };
    for n in 0..2 {
        let (mut w, epoch, end) = exiting();
        let (alice, bob) = (w.alice.clone(), w.bob.clone());
        w.until(early(end)[n]);
        let voucher = w.voucher(&alice, &bob, epoch, 40);
        assert_eq!(w.claim(&bob, &[voucher]).unwrap(), [Ok(40)]);
        let (mut w, _, end) = exiting();
        w.until(early(end)[n]);
        let open = Err(ChannelError::Open(Some(end)));
        assert_eq!(w.clear(&alice, &bob).0, open);
        w.assert_solvent();
    }
    let (mut w, epoch, end) = exiting();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    w.until(end);
    assert_eq!((w.chain.now(), w.chain.block()), (end.time, end.block));
    let voucher = w.voucher(&alice, &bob, epoch, 40);
    assert_eq!(w.claim(&bob, &[voucher]).unwrap(), [Err(Skip::Over)]);
    assert_eq!(w.clear(&alice, &bob).0, Ok(RESERVE));
    w.assert_solvent();
}

/// The first transaction after the chain stood still for longer than the delay is the payee's claim.
#[test]
fn a_chain_that_stood_still_through_an_exit_leaves_the_payee_time_to_claim() {
    let (mut w, epoch, _) = exiting();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    w.chain.advance(10 * MIN_DELAY);
    let early = w.clear(&alice, &bob).0;
    assert!(matches!(early, Err(ChannelError::Open(Some(_)))));
    let voucher = w.voucher(&alice, &bob, epoch, RESERVE);
    assert_eq!(w.claim(&bob, &[voucher]).unwrap(), [Ok(RESERVE)]);
    w.assert_solvent();
}

#[test]
fn after_an_exit_the_payer_has_what_was_not_claimed_and_the_records_deposit() {
    let (mut w, epoch, end) = exiting();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let voucher = w.voucher(&alice, &bob, epoch, 40);
    w.claim(&bob, &[voucher]).unwrap();
    w.until(end);
    w.pass_window();
    let before = w.balance(&alice);
    let (rest, receipt) = w.clear(&alice, &bob);
    assert_eq!(rest, Ok(RESERVE - 40));
    assert_returned(&receipt, CHANNEL);
    let back = RESERVE - 40 + receipt.deposit.unsigned_abs();
    assert_eq!(w.balance(&alice), before + back - receipt.fee);
    let cleared = Change::Cleared {
        rest: RESERVE - 40,
        freed: true,
    };
    assert_eq!(only_changes(&receipt).changes[0].change, cleared);
    assert_eq!((w.channel(&alice, &bob), w.owed()), (None, 0));
    w.assert_solvent();
}

#[test]
fn money_comes_back_at_once_and_the_record_when_its_window_is_over() {
    let (mut w, epoch, end) = exiting();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    w.until(end);
    let (rest, receipt) = w.clear(&alice, &bob);
    assert_eq!((rest, receipt.deposit), (Ok(RESERVE), 0));
    let cleared = Change::Cleared {
        rest: RESERVE,
        freed: false,
    };
    assert_eq!(only_changes(&receipt).changes[0].change, cleared);
    assert_eq!(w.owed(), 0);
    // What is left is a stone that nothing more comes out of.
    let (again, receipt) = w.clear(&alice, &bob);
    assert_eq!(again, Err(ChannelError::NotBefore(epoch + WINDOW)));
    assert!(receipt.events.is_empty());
    w.chain.seal_at(epoch + WINDOW);
    let (again, receipt) = w.clear(&alice, &bob);
    assert_eq!(again, Ok(0));
    assert_returned(&receipt, CHANNEL);
    assert_eq!(w.channel(&alice, &bob), None);
    w.assert_solvent();
}

#[test]
fn the_payee_closes_at_once_and_the_rest_goes_straight_to_the_payer() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let voucher = w.voucher(&alice, &bob, epoch, 40);
    w.claim(&bob, &[voucher]).unwrap();
    let (before, now) = (w.balance(&alice), w.now());
    let (rest, receipt) = w.close(&bob, &alice);
    // The payee gets no deposit that the payer paid.
    assert_eq!((rest, receipt.deposit), (Ok(RESERVE - 40), 0));
    assert_eq!(w.balance(&alice), before + RESERVE - 40);
    let told = only_changes(&receipt);
    assert_eq!(told.side, Side::Payee(bob.id().ink()));
    assert_eq!(told.changes[0].other, alice.id().ink());
    let closed = Change::Closed {
        rest: RESERVE - 40,
        end: now,
    };
    assert_eq!(told.changes[0].change, closed);
    assert_eq!(w.channel(&alice, &bob).unwrap().end, Some(now));
    let late = w.voucher(&alice, &bob, epoch, 50);
    assert_eq!(w.claim(&bob, &[late]).unwrap(), [Err(Skip::Over)]);
    w.pass_window();
    let (rest, receipt) = w.clear(&alice, &bob);
    assert_eq!(rest, Ok(0));
    assert_returned(&receipt, CHANNEL);
    assert_eq!(w.channel(&alice, &bob), None);
    w.assert_solvent();
}

/// A payer who has spent their last coin, with a channel that has 5 units in it.
fn broke_payer() -> (World, Account, Millis) {
    let mut w = world();
    let (bob, carol) = (w.bob.clone(), w.carol.clone());
    let payer = w.chain.account("spends it all", UNIT);
    let epoch = w.open(&payer, &bob, 5).unwrap();
    w.chain.empty(&payer, &carol.id()).unwrap();
    assert_eq!(w.balance(&payer), 0);
    (w, payer, epoch)
}

#[test]
fn what_cannot_be_sent_to_a_payer_stays_in_the_channel_that_the_payee_closed() {
    let (mut w, payer, _) = broke_payer();
    let (bob, end) = (w.bob.clone(), w.now());
    let (rest, receipt) = w.close(&bob, &payer);
    assert_eq!((rest, receipt.deposit), (Ok(0), 0));
    let closed = Change::Closed { rest: 0, end };
    assert_eq!(only_changes(&receipt).changes[0].change, closed);
    assert_eq!((w.kept(&payer), w.owed()), (None, 5));
    w.chain.mint(&payer.id(), UNIT);
    assert_eq!(w.clear(&payer, &bob).0, Ok(5));
    assert_eq!(w.owed(), 0);
    w.assert_solvent();
}

#[test]
fn both_together_close_at_once_and_both_are_paid() {
    for waited in [false, true] {
        let (mut w, epoch) = world_with_channel();
        let (alice, bob) = (w.alice.clone(), w.bob.clone());
        let voucher = w.voucher(&alice, &bob, epoch, 10);
        w.claim(&bob, &[voucher]).unwrap();
        let signature = w.closing(&alice, &bob, epoch, 40);
        if waited {
            w.chain.seal_at(epoch + WINDOW);
        }
        let (payers, payees) = (w.balance(&alice), w.balance(&bob));
        let end = w.now();
        let receipt = w.close_together(&alice, &bob, 40, signature).unwrap();
        let closed = Change::ClosedTogether {
            paid: 30,
            rest: RESERVE - 40,
            end,
            freed: waited,
        };
        assert_eq!(only_changes(&receipt).changes[0].change, closed);
        assert_eq!(w.channel(&alice, &bob).is_none(), waited);
        assert_eq!(w.balance(&bob), payees + 30);
        let back = RESERVE - 40 + receipt.deposit.unsigned_abs();
        assert_eq!(w.balance(&alice), payers + back - receipt.fee);
        assert_eq!(w.owed(), 0);
        if waited {
            assert_returned(&receipt, CHANNEL);
        } else {
            assert_eq!(receipt.deposit, 0);
            let early = Err(ChannelError::NotBefore(epoch + WINDOW));
            assert_eq!(w.clear(&alice, &bob).0, early);
        }
        w.assert_solvent();
    }
}

/// The way that costs the payer least must not lock anything for a payee that was never seen before.
#[test]
fn closing_together_with_a_payee_who_is_new_gives_the_payer_the_deposit_back() {
    let mut w = world();
    let (alice, nobody) = (w.alice.clone(), Account::named("nobody"));
    let epoch = w.open(&alice, &nobody, RESERVE).unwrap();
    w.pass_window();
    let signature = w.closing(&alice, &nobody, epoch, existential_deposit());
    let receipt = w
        .close_together(&alice, &nobody, existential_deposit(), signature)
        .unwrap();
    assert_returned(&receipt, CHANNEL);
    assert_eq!(w.balance(&nobody), existential_deposit());
    w.assert_solvent();
}

#[test]
fn a_closing_whose_share_the_chain_refuses_keeps_that_share_alone() {
    let mut w = world();
    let (alice, nobody) = (w.alice.clone(), Account::named("nobody"));
    let epoch = w.open(&alice, &nobody, RESERVE).unwrap();
    w.pass_window();
    let signature = w.closing(&alice, &nobody, epoch, 7);
    let before = w.balance(&alice);
    let receipt = w.close_together(&alice, &nobody, 7, signature).unwrap();
    let deposit = receipt.deposit;
    let spent = deposit + (receipt.fee as i128) - (RESERVE - 7) as i128;
    assert_eq!(w.balance(&alice) as i128, before as i128 - spent);
    let paid_by = alice.id().ink();
    assert_eq!(w.kept(&nobody), Some(Kept { amount: 7, paid_by }));
    assert_eq!(w.owed(), 7);
    // The payer has that deposit back too, in the end.
    w.chain.mint(&nobody.id(), UNIT);
    let (_, receipt) = w.withdraw(&alice, &nobody).unwrap();
    assert_returned(&receipt, RECORD);
    w.assert_solvent();
}

#[test]
fn both_together_close_during_an_exit_with_a_wallets_signature() {
    let (mut w, epoch, _) = exiting();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let said = Closing {
        channel: channel_id(&alice, &bob, epoch),
        amount: 40,
        expires: w.chain.now(),
    };
    let wrapped = farthing_types::voucher::wrap(&said.payload(&w.channels.place));
    let signature = Signature {
        wrapped: true,
        ..sign_as(&bob, &wrapped)
    };
    let before = w.balance(&bob);
    w.close_before(&alice, &bob, 40, said.expires, signature)
        .unwrap();
    assert_eq!(w.balance(&bob), before + 40);
    w.assert_solvent();
}

#[test]
fn a_closing_counts_until_it_expires_to_the_millisecond() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let expires = w.chain.now() + DAY;
    let signature = w.closing_until(&alice, &bob, epoch, 40, expires);
    w.chain.seal_at(expires + 1);
    let now = w.chain.now();
    let late = refused(w.close_before(&alice, &bob, 40, expires, signature));
    assert_eq!(late, with(&bob, ChannelError::Expired(now)));
    // Said to expire later, it is not what was signed.
    let later = refused(w.close_before(&alice, &bob, 40, expires + DAY, signature));
    assert_eq!(later, with(&bob, ChannelError::BadSignature));

    let (mut w, epoch) = world_with_channel();
    let signature = w.closing_until(&alice, &bob, epoch, 40, expires);
    w.chain.seal_at(expires);
    w.close_before(&alice, &bob, 40, expires, signature)
        .unwrap();
    w.assert_solvent();
}

#[test]
fn closings_are_signed_by_the_closing_key_and_no_other() {
    let mut w = world();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let server = Signer::from_seed(&[9; 32]);
    let mut opening = w.opening(&bob, RESERVE);
    opening.terms.closer = server.public();
    let epoch = w.chain.now();
    w.open_on(&alice, epoch, vec![opening], RESERVE).unwrap();
    let said = Closing {
        channel: channel_id(&alice, &bob, epoch),
        amount: 40,
        expires: Millis::MAX,
    };
    let payload = said.payload(&w.channels.place);
    for signature in [
        sign_as(&bob, &payload),
        sign_as(&alice, &payload),
        w.phone.sign(&payload),
    ] {
        let error = refused(w.close_together(&alice, &bob, 40, signature));
        assert_eq!(error, with(&bob, ChannelError::BadSignature));
    }
    let before = w.balance(&bob);
    w.close_together(&alice, &bob, 40, server.sign(&payload))
        .unwrap();
    assert_eq!(w.balance(&bob), before + 40);
    w.assert_solvent();
}

#[test]
fn closing_together_refuses_what_was_not_signed_or_cannot_be() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    let voucher = w.voucher(&alice, &bob, epoch, 20);
    w.claim(&bob, &[voucher]).unwrap();
    let (channel, place) = (channel_id(&alice, &bob, epoch), w.channels.place.clone());
    let sign = |signer: &Account, channel: &ChannelId<[u8; 32]>, amount| {
        let said = Closing {
            channel: channel.clone(),
            amount,
            expires: Millis::MAX,
        };
        sign_as(signer, &said.payload(&place))
    };
    let mut close = |amount: Balance, signature: Signature| {
        refused(w.close_together(&alice, &bob, amount, signature))
    };
    let low = close(19, sign(&bob, &channel, 19));
    assert_eq!(low, with(&bob, ChannelError::BelowClaimed(20)));
    let high = close(RESERVE + 1, sign(&bob, &channel, RESERVE + 1));
    assert_eq!(high, with(&bob, ChannelError::AboveReserve(RESERVE)));
    let other_epoch = ChannelId {
        epoch: epoch + 1,
        ..channel.clone()
    };
    let other_lane = ChannelId {
        lane: 1,
        ..channel.clone()
    };
    for signature in [
        sign(&bob, &channel, 31),
        sign(&bob, &other_epoch, 30),
        sign(&bob, &other_lane, 30),
        sign(&carol, &channel, 30),
    ] {
        let error = close(30, signature);
        assert_eq!(error, with(&bob, ChannelError::BadSignature));
    }
    let signature = sign(&bob, &channel, 30);
    w.close_together(&alice, &bob, 30, signature).unwrap();
    let again = refused(w.close_together(&alice, &bob, 30, signature));
    assert_eq!(again, with(&bob, ChannelError::Over));
    w.pass_window();
    w.clear(&alice, &bob).0.unwrap();
    let again = refused(w.close_together(&alice, &bob, 30, signature));
    assert_eq!(again, with(&bob, ChannelError::Missing));
    w.assert_solvent();
}

#[test]
fn ending_what_is_not_there_or_over_is_skipped_and_says_why() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    assert_eq!(w.exit(&alice, &carol).0, Err(ChannelError::Missing));
    assert_eq!(w.clear(&alice, &carol).0, Err(ChannelError::Missing));
    assert_eq!(w.close(&carol, &alice).0, Err(ChannelError::Missing));
    // Each side has its own ways: the payee does not exit, the payer does not close.
    assert_eq!(w.exit(&bob, &alice).0, Err(ChannelError::Missing));
    assert_eq!(w.close(&alice, &bob).0, Err(ChannelError::Missing));
    assert_eq!(w.clear(&bob, &alice).0, Err(ChannelError::Missing));

    let (open, receipt) = w.clear(&alice, &bob);
    assert_eq!(open, Err(ChannelError::Open(None)));
    assert!(receipt.events.is_empty());
    w.close(&bob, &alice).0.unwrap();
    assert_eq!(w.close(&bob, &alice).0, Err(ChannelError::Over));
    assert_eq!(w.exit(&alice, &bob).0, Err(ChannelError::Over));
    let signature = w.closing(&alice, &bob, epoch, 40);
    let error = refused(w.close_together(&alice, &bob, 40, signature));
    assert_eq!(error, with(&bob, ChannelError::Over));
    w.pass_window();
    w.clear(&alice, &bob).0.unwrap();
    assert_eq!(w.clear(&alice, &bob).0, Err(ChannelError::Missing));
    w.assert_solvent();
}

#[test]
fn another_life_of_the_same_lane_is_left_alone() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    for epoch_meant in [epoch - 1, epoch + 1] {
        let life = |other: &Account| Life {
            other: other.id().ink(),
            lane: 0,
            epoch: epoch_meant,
        };
        let other = ChannelError::OtherEpoch(epoch);
        let message = w.channels.contract.call_mut().exit(vec![life(&bob)]);
        assert_eq!(w.call(&alice, message, 0).unwrap().0, [Err(other)]);
        let message = w.channels.contract.call_mut().clear(vec![life(&bob)]);
        assert_eq!(w.call(&alice, message, 0).unwrap().0, [Err(other)]);
        let message = w.channels.contract.call_mut().close(vec![life(&alice)]);
        assert_eq!(w.call(&bob, message, 0).unwrap().0, [Err(other)]);
        let (payer, payee) = (alice.id().ink(), bob.id().ink());
        let message = w.channels.contract.call_mut();
        let message = message.top_up(payer, payee, 0, epoch_meant);
        assert_eq!(refused(w.call(&alice, message, 5)), with(&bob, other));
    }
    assert_eq!(w.channel(&alice, &bob).unwrap().end, None);
    w.assert_solvent();
}

#[test]
fn an_entry_that_somebody_else_spoiled_stops_no_other() {
    let (mut w, _) = world_with_channel();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    w.open(&alice, &carol, 7).unwrap();
    w.open(&carol, &bob, 9).unwrap();
    // One payee closes just before the payer's exit of both.
    w.close(&carol, &alice).0.unwrap();
    let lives = vec![w.life(&alice, &carol), w.life(&alice, &bob)];
    let message = w.channels.contract.call_mut().exit(lives.clone());
    let (done, receipt) = w.call(&alice, message, 0).unwrap();
    assert_eq!(done[0], Err(ChannelError::Over));
    assert!(done[1].is_ok());
    assert_eq!(only_changes(&receipt).changes.len(), 1);
    // A payer's exit is over just before the payee closes both.
    w.pass();
    let from = vec![w.life_from(&bob, &alice), w.life_from(&bob, &carol)];
    let message = w.channels.contract.call_mut().close(from);
    let (done, receipt) = w.call(&bob, message, 0).unwrap();
    assert_eq!(done, [Err(ChannelError::Over), Ok(9)]);
    assert_eq!(only_changes(&receipt).changes.len(), 1);
    // The first is paid out already, and named twice.
    let thrice = [&lives[..], &lives[1..]].concat();
    let message = w.channels.contract.call_mut().clear(thrice);
    let (done, receipt) = w.call(&alice, message, 0).unwrap();
    assert!(matches!(done[0], Err(ChannelError::NotBefore(_))));
    assert_eq!(done[1], Ok(RESERVE));
    assert!(matches!(done[2], Err(ChannelError::NotBefore(_))));
    assert_eq!(only_changes(&receipt).changes.len(), 1);
    w.assert_solvent();
}

#[test]
fn closed_at_the_last_moment_or_exited_at_the_longest_delay() {
    let mut w = world();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let mut opening = w.opening(&bob, RESERVE);
    opening.terms.delay = MAX_DELAY;
    let epoch = w.chain.now();
    w.open_on(&alice, epoch, vec![opening], RESERVE).unwrap();
    let end = w.exit(&alice, &bob).0.unwrap();
    w.until(Moment {
        time: end.time - 1,
        ..end
    });
    assert_eq!(w.close(&bob, &alice).0, Ok(RESERVE));
    let closed = w.channel(&alice, &bob).unwrap().end;
    assert_eq!(closed.unwrap().time, end.time - 1);
    let (rest, receipt) = w.clear(&alice, &bob);
    assert_eq!(rest, Ok(0));
    assert_returned(&receipt, CHANNEL);
    w.assert_solvent();
}
