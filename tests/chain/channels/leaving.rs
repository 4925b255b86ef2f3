//! The ways a channel ends.

use super::world::*;

#[test]
fn an_exit_leaves_the_payee_the_delay_to_claim_to_the_millisecond() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let started = w.chain.now();
    let receipt = w.exit(&alice, &bob).unwrap();
    let end = started + MIN_DELAY;
    assert_eq!(receipt.deposit, 0);
    assert_eq!(
        only_changes(&receipt).changes[0].change,
        Change::Exiting(end)
    );
    assert_eq!(w.channel(&alice, &bob).unwrap().ends(), Some(end));

    w.chain.seal_at(end - 10);
    let error = refused(w.clear(&alice, &bob));
    assert_eq!(error, with(&bob, ChannelError::Open(Some(end))));
    // Refusals take a block each, so that the clock must be set again.
    let (mut w, _) = world_with_channel();
    w.exit(&alice, &bob).unwrap();
    w.chain.seal_at(end - 1);
    let voucher = w.voucher(&alice, &bob, epoch, 40);
    assert_eq!(w.claim(&bob, &[voucher]).unwrap(), [Ok(40)]);

    let (mut w, _) = world_with_channel();
    w.exit(&alice, &bob).unwrap();
    w.chain.seal_at(end);
    let voucher = w.voucher(&alice, &bob, epoch, 40);
    assert_eq!(w.claim(&bob, &[voucher]).unwrap(), [Err(Skip::Over)]);
    w.clear(&alice, &bob).unwrap();
    assert_eq!((w.free(&alice), w.free(&bob)), (RESERVE, 0));
    w.assert_solvent();
}

#[test]
fn after_an_exit_the_payer_has_what_was_not_claimed_and_the_records_deposit() {
    let mut w = world();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    w.deposit(&alice, 1).unwrap();
    let terms = w.terms(RESERVE);
    let (epochs, opened) = w.open_on(&alice, &[(&bob, terms)], RESERVE).unwrap();
    w.exit(&alice, &bob).unwrap();
    let voucher = w.voucher(&alice, &bob, epochs[0], 40);
    w.claim(&bob, &[voucher]).unwrap();
    w.chain.advance(MIN_DELAY);
    let receipt = w.clear(&alice, &bob).unwrap();
    assert_returned(&receipt, opened.deposit);
    let told = &only_changes(&receipt).changes[0];
    assert_eq!(told.change, Change::Cleared(RESERVE - 40));
    assert_eq!(w.channel(&alice, &bob), None);
    assert_eq!((w.free(&alice), w.free(&bob)), (RESERVE - 39, 40));
    w.assert_solvent();
}

#[test]
fn the_payee_closes_at_once_and_the_payer_clears() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let voucher = w.voucher(&alice, &bob, epoch, 40);
    w.claim(&bob, &[voucher]).unwrap();
    let now = w.chain.now();
    let receipt = w.close(&bob, &alice).unwrap();
    // The payee gets no deposit that the payer paid.
    assert_eq!(receipt.deposit, 0);
    assert_eq!(only_changes(&receipt).changes[0].change, Change::Closed);
    assert_eq!(w.channel(&alice, &bob).unwrap().ends(), Some(now));
    let late = w.voucher(&alice, &bob, epoch, 50);
    assert_eq!(w.claim(&bob, &[late]).unwrap(), [Err(Skip::Over)]);
    w.clear(&alice, &bob).unwrap();
    assert_eq!(w.free(&alice), RESERVE - 40);
    w.assert_solvent();
}

#[test]
fn a_channel_that_was_used_up_is_cleared_without_making_a_record() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let voucher = w.voucher(&alice, &bob, epoch, RESERVE);
    w.claim(&bob, &[voucher]).unwrap();
    w.close(&bob, &alice).unwrap();
    assert!(w.clear(&alice, &bob).unwrap().deposit < -PER_ITEM);
    assert_eq!(w.record(&alice), None);
    w.assert_solvent();
}

#[test]
fn both_together_close_at_once() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let voucher = w.voucher(&alice, &bob, epoch, 10);
    w.claim(&bob, &[voucher]).unwrap();
    let signature = w.closing(&alice, &bob, epoch, 40);
    let receipt = w.close_together(&alice, &bob, 40, signature).unwrap();
    let told = &only_changes(&receipt).changes[0];
    let settled = Change::Settled {
        paid: 30,
        rest: RESERVE - 40,
    };
    assert_eq!(told.change, settled);
    assert_eq!(w.channel(&alice, &bob), None);
    assert_eq!((w.free(&alice), w.free(&bob)), (RESERVE - 40, 40));
    w.assert_solvent();
}

#[test]
fn both_together_close_during_an_exit_with_a_wallets_signature() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    w.exit(&alice, &bob).unwrap();
    let said = Closing {
        channel: channel_id(&alice, &bob, epoch),
        amount: 40,
    };
    let wrapped = farthing_types::voucher::wrap(&said.payload(&w.channels.place));
    let signature = Signature {
        wrapped: true,
        ..sign_as(&bob, &wrapped)
    };
    w.close_together(&alice, &bob, 40, signature).unwrap();
    assert_eq!((w.free(&alice), w.free(&bob)), (RESERVE - 40, 40));
    w.assert_solvent();
}

#[test]
fn closing_together_refuses_what_the_payee_did_not_sign_or_cannot_be() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    let voucher = w.voucher(&alice, &bob, epoch, 20);
    w.claim(&bob, &[voucher]).unwrap();
    let (channel, place) = (channel_id(&alice, &bob, epoch), w.channels.place.clone());
    let mut close = |amount: Balance, signature: Signature| {
        refused(w.close_together(&alice, &bob, amount, signature))
    };
    let sign = |channel: &ChannelId<[u8; 32]>, amount| {
        let said = Closing {
            channel: channel.clone(),
            amount,
        };
        sign_as(&bob, &said.payload(&place))
    };
    let low = close(19, sign(&channel, 19));
    assert_eq!(low, with(&bob, ChannelError::BelowClaimed(20)));
    let high = close(RESERVE + 1, sign(&channel, RESERVE + 1));
    assert_eq!(high, with(&bob, ChannelError::AboveReserve(RESERVE)));
    let other_epoch = ChannelId {
        epoch: epoch + 1,
        ..channel.clone()
    };
    let by_carol = sign_as(
        &carol,
        &Closing {
            channel: channel.clone(),
            amount: 30,
        }
        .payload(&place),
    );
    for signature in [sign(&channel, 31), sign(&other_epoch, 30), by_carol] {
        let error = close(30, signature);
        assert_eq!(error, with(&bob, ChannelError::BadSignature));
    }
    w.close_together(&alice, &bob, 30, sign(&channel, 30))
        .unwrap();
    let again = refused(w.close_together(&alice, &bob, 30, sign(&channel, 30)));
    assert_eq!(again, with(&bob, ChannelError::Missing));
    w.assert_solvent();
}

#[test]
fn ending_what_is_not_there_or_over_is_refused() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    let missing = |other| with(other, ChannelError::Missing);
    assert_eq!(refused(w.exit(&alice, &carol)), missing(&carol));
    assert_eq!(refused(w.clear(&alice, &carol)), missing(&carol));
    assert_eq!(refused(w.close(&carol, &alice)), missing(&alice));
    // Each side has its own ways: the payee does not exit, the payer does not close.
    assert_eq!(refused(w.exit(&bob, &alice)), missing(&alice));
    assert_eq!(refused(w.close(&alice, &bob)), missing(&bob));
    assert_eq!(refused(w.clear(&bob, &alice)), missing(&alice));

    assert_eq!(
        refused(w.clear(&alice, &bob)),
        with(&bob, ChannelError::Open(None))
    );
    w.close(&bob, &alice).unwrap();
    assert_eq!(
        refused(w.close(&bob, &alice)),
        with(&alice, ChannelError::Over)
    );
    assert_eq!(
        refused(w.exit(&alice, &bob)),
        with(&bob, ChannelError::Over)
    );
    let signature = w.closing(&alice, &bob, epoch, 40);
    let error = refused(w.close_together(&alice, &bob, 40, signature));
    assert_eq!(error, with(&bob, ChannelError::Over));
    w.clear(&alice, &bob).unwrap();
    assert_eq!(refused(w.clear(&alice, &bob)), missing(&bob));
    w.assert_solvent();
}

#[test]
fn a_list_with_one_bad_entry_changes_no_channel() {
    let (mut w, _) = world_with_channel();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    let both = vec![bob.id().ink(), carol.id().ink()];
    let message = w.channels.contract.call_mut().exit(both.clone());
    let error = refused(w.call(&alice, message, 0));
    assert_eq!(error, with(&carol, ChannelError::Missing));
    assert_eq!(w.channel(&alice, &bob).unwrap().ends(), None);
    w.exit(&alice, &bob).unwrap();
    w.chain.advance(MIN_DELAY);
    let message = w.channels.contract.call_mut().clear(both);
    let error = refused(w.call(&alice, message, 0));
    assert_eq!(error, with(&carol, ChannelError::Missing));
    let twice = vec![bob.id().ink(); 2];
    let message = w.channels.contract.call_mut().clear(twice);
    let error = refused(w.call(&alice, message, 0));
    assert_eq!(error, with(&bob, ChannelError::Missing));
    w.clear(&alice, &bob).unwrap();
    w.assert_solvent();
}

#[test]
fn closed_at_the_last_moment_or_exited_at_the_longest_delay() {
    let mut w = world();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let terms = Terms {
        delay: MAX_DELAY,
        ..w.terms(RESERVE)
    };
    w.open_on(&alice, &[(&bob, terms)], RESERVE).unwrap();
    let end = w.chain.now() + MAX_DELAY;
    w.exit(&alice, &bob).unwrap();
    w.chain.seal_at(end - 1);
    w.close(&bob, &alice).unwrap();
    assert_eq!(w.channel(&alice, &bob).unwrap().ends(), Some(end - 1));
    w.clear(&alice, &bob).unwrap();
    assert_eq!(w.withdraw(&alice, None).unwrap().0, RESERVE);
    w.assert_solvent();
}
