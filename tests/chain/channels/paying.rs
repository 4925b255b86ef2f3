//! What payers do, who pays which storage deposit, and the guardian's pause.

use super::world::*;
use farthing_types::pause::{PauseError, LONGEST};

/// Bytes of a channel's record and of an account's, with what the chain adds for their keys: nothing.
const CHANNEL_BYTES: i128 = 8 + 32 + 16 + 16 + 8 + 8;
const ACCOUNT_BYTES: i128 = 16 + 1;

#[test]
fn one_deposit_is_reserved_for_many_payees_and_the_rest_withdrawn() {
    let mut w = world();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    let receipt = w.deposit(&alice, 10).unwrap();
    let told = receipt.events_of::<Deposited>();
    assert_eq!((told[0].account, told[0].amount), (alice.id().ink(), 10));
    assert_eq!(receipt.deposit, PER_ITEM + ACCOUNT_BYTES * PER_BYTE);

    let openings = [(&bob, w.terms(4)), (&carol, w.terms(5))];
    let (epochs, receipt) = w.open_on(&alice, &openings, 0).unwrap();
    assert_eq!(epochs, [1, 2]);
    assert_eq!(receipt.deposit, 2 * (PER_ITEM + CHANNEL_BYTES * PER_BYTE));
    assert_eq!(w.free(&alice), 1);
    let told = only_changes(&receipt);
    assert_eq!(told.deposited, 0);
    let opened = |payee: &Account, epoch, terms| ChannelChange {
        payer: alice.id().ink(),
        payee: payee.id().ink(),
        epoch,
        change: Change::Opened(terms),
    };
    let expected = [opened(&bob, 1, w.terms(4)), opened(&carol, 2, w.terms(5))];
    assert_eq!(told.changes, expected);

    let before = w.chain.balance(&alice.id());
    let (amount, receipt) = w.withdraw(&alice, None).unwrap();
    assert_eq!(amount, 1);
    assert_eq!(w.chain.balance(&alice.id()), before - receipt.fee + 1);
    let told = receipt.events_of::<Withdrawn>();
    assert_eq!((told[0].account, told[0].amount), (alice.id().ink(), 1));
    assert_eq!(w.channels.solvency(&mut w.chain).0, 9);
    w.assert_solvent();
}

#[test]
fn value_sent_with_an_opening_is_used_first_and_its_rest_becomes_free() {
    let mut w = world();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    // Exactly enough: no record of the payer is made at all.
    let terms = w.terms(5);
    let (_, receipt) = w.open_on(&alice, &[(&bob, terms.clone())], 5).unwrap();
    assert_eq!(receipt.deposit, PER_ITEM + CHANNEL_BYTES * PER_BYTE);
    assert_eq!(w.record(&alice), None);
    assert_eq!(only_changes(&receipt).deposited, 5);
    // Too much.
    let (_, receipt) = w.open_on(&alice, &[(&carol, terms.clone())], 12).unwrap();
    assert_eq!(w.free(&alice), 7);
    assert!(w.record(&alice).unwrap().paid_by_owner);
    let both = 2 * PER_ITEM + (CHANNEL_BYTES + ACCOUNT_BYTES) * PER_BYTE;
    assert_eq!(receipt.deposit, both);
    // Too little: what was free makes up for it.
    let guardian = w.guardian.clone();
    w.open_on(&alice, &[(&guardian, terms)], 2).unwrap();
    assert_eq!(w.free(&alice), 4);
    assert_eq!(w.channels.solvency(&mut w.chain).0, 19);
    w.assert_solvent();
}

#[test]
fn opening_refuses_terms_that_would_not_work_and_opens_none_of_the_list() {
    let mut w = world();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    let good = w.terms(1);
    let open = |w: &mut World, payee: &Account, terms: Terms| {
        let openings = [(&bob, good.clone()), (payee, terms)];
        refused(w.open_on(&alice, &openings, 10))
    };
    let bad = |change: &dyn Fn(&mut Terms)| {
        let mut terms = good.clone();
        change(&mut terms);
        terms
    };
    let cases: [(&Account, Terms, ChannelError); 7] = [
        (&alice, good.clone(), ChannelError::BadPayee),
        (&carol, bad(&|t| t.reserve = 0), ChannelError::ZeroAmount),
        (
            &carol,
            bad(&|t| t.signer = [0; 32]),
            ChannelError::BadSigner,
        ),
        (
            &carol,
            bad(&|t| t.delay = MIN_DELAY - 1),
            ChannelError::BadDelay,
        ),
        (
            &carol,
            bad(&|t| t.delay = MAX_DELAY + 1),
            ChannelError::BadDelay,
        ),
        (&carol, bad(&|t| t.delay = u64::MAX), ChannelError::BadDelay),
        (&bob, good.clone(), ChannelError::Open(None)),
    ];
    for (payee, terms, why) in cases {
        assert_eq!(open(&mut w, payee, terms), with(payee, why));
    }
    assert_eq!(
        open(&mut w, &carol, bad(&|t| t.reserve = 10)),
        Error::FreeTooLow(9)
    );
    assert_eq!(w.channel(&alice, &bob), None);
    w.assert_solvent();
}

#[test]
fn the_contract_itself_cannot_be_a_payee() {
    let mut w = world();
    let (alice, contract) = (w.alice.clone(), w.channels.id.ink());
    let openings = vec![(contract, w.terms(1))];
    let message = w.channels.contract.call_mut().open(openings);
    let error = refused(w.call(&alice, message, 1));
    assert_eq!(error, Error::Channel(contract, ChannelError::BadPayee));
    w.assert_solvent();
}

#[test]
fn a_channel_cannot_be_opened_again_while_it_is_open() {
    let (mut w, _) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let error = refused(w.open(&alice, &bob, 1));
    assert_eq!(error, with(&bob, ChannelError::Open(None)));
    w.exit(&alice, &bob).unwrap();
    let end = w.channel(&alice, &bob).unwrap().end;
    let error = refused(w.open(&alice, &bob, 1));
    assert_eq!(error, with(&bob, ChannelError::Open(Some(end))));
    w.assert_solvent();
}

#[test]
fn opening_again_clears_what_is_over_and_costs_no_deposit() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let voucher = w.voucher(&alice, &bob, epoch, UNIT);
    w.claim(&bob, &[voucher]).unwrap();
    w.close(&bob, &alice).unwrap();
    // Nine of ten are left in the channel that is over: they alone pay for the new one.
    let terms = w.terms(8 * UNIT);
    let (epochs, receipt) = w.open_on(&alice, &[(&bob, terms.clone())], 0).unwrap();
    assert_eq!(epochs, [epoch + 1]);
    let changes = only_changes(&receipt).changes;
    let told: Vec<_> = changes
        .iter()
        .map(|c| (c.epoch, c.change.clone()))
        .collect();
    let expected = [
        (epoch, Change::Cleared(9 * UNIT)),
        (epoch + 1, Change::Opened(terms.clone())),
    ];
    assert_eq!(told, expected);
    // Only the record for the one that is now free is new.
    assert_eq!(receipt.deposit, PER_ITEM + ACCOUNT_BYTES * PER_BYTE);
    assert_eq!(w.free(&alice), UNIT);
    assert_eq!(
        w.channel(&alice, &bob),
        Some(Channel::open(&terms, epoch + 1))
    );
    w.assert_solvent();
}

#[test]
fn topping_up_sets_more_aside_from_value_or_from_what_is_free() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let receipt = w.top_up(&alice, &bob, 3, 3).unwrap();
    assert_eq!(receipt.deposit, 0);
    let told = only_changes(&receipt);
    assert_eq!(told.deposited, 3);
    assert_eq!(told.changes[0].change, Change::ToppedUp(3));
    assert_eq!(refused(w.top_up(&alice, &bob, 4, 3)), Error::FreeTooLow(3));
    w.deposit(&alice, 5).unwrap();
    w.top_up(&alice, &bob, 4, 0).unwrap();
    w.top_up(&alice, &bob, 1, 7).unwrap();
    assert_eq!(w.free(&alice), 7);
    let channel = w.channel(&alice, &bob).unwrap();
    assert_eq!((channel.reserve, channel.epoch), (RESERVE + 8, epoch));
    assert_eq!(w.channels.solvency(&mut w.chain).0, RESERVE + 15);
    w.assert_solvent();
}

#[test]
fn topping_up_refuses_nothing_and_no_channel_and_one_that_has_an_end() {
    let (mut w, _) = world_with_channel();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    let error = refused(w.top_up(&alice, &bob, 0, 5));
    assert_eq!(error, with(&bob, ChannelError::ZeroAmount));
    let error = refused(w.top_up(&alice, &carol, 5, 5));
    assert_eq!(error, with(&carol, ChannelError::Missing));
    w.exit(&alice, &bob).unwrap();
    let end = w.channel(&alice, &bob).unwrap().end;
    let error = refused(w.top_up(&alice, &bob, 5, 5));
    assert_eq!(error, with(&bob, ChannelError::Exiting(end)));
    w.chain.seal_at(end);
    let error = refused(w.top_up(&alice, &bob, 5, 5));
    assert_eq!(error, with(&bob, ChannelError::Over));
    w.assert_solvent();
}

#[test]
fn withdrawing_takes_no_more_than_is_free() {
    let mut w = world();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    assert_eq!(refused(w.withdraw(&alice, None)), Error::NothingDue);
    w.deposit(&alice, 10).unwrap();
    w.open(&alice, &bob, 4).unwrap();
    assert_eq!(refused(w.withdraw(&alice, Some(11))), Error::FreeTooLow(10));
    assert_eq!(refused(w.withdraw(&alice, Some(0))), Error::NothingDue);
    assert_eq!(w.withdraw(&alice, Some(3)).unwrap().0, 3);
    assert_eq!(w.withdraw(&alice, None).unwrap().0, 7);
    assert_eq!(refused(w.withdraw(&alice, None)), Error::NothingDue);
    assert_eq!(refused(w.withdraw(&bob, None)), Error::NothingDue);
    w.assert_solvent();
}

#[test]
fn depositing_nothing_is_refused() {
    let mut w = world();
    let alice = w.alice.clone();
    assert_eq!(refused(w.deposit(&alice, 0)), Error::ZeroAmount);
    assert_eq!(w.record(&alice), None);
    w.assert_solvent();
}

#[test]
fn leaving_gives_the_records_deposit_back_to_who_paid_it() {
    let mut w = world();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    assert_eq!(refused(w.leave(&alice)), Error::NoAccount);
    let paid = w.deposit(&alice, 10).unwrap().deposit;
    assert_eq!(refused(w.leave(&alice)), Error::StillOwed(10));
    let epoch = w.open(&alice, &bob, 4).unwrap();
    w.withdraw(&alice, None).unwrap();
    let receipt = w.leave(&alice).unwrap();
    assert_returned(&receipt, paid);
    assert_eq!(w.record(&alice), None);
    // The channel is not touched by it.
    let voucher = w.voucher(&alice, &bob, epoch, 4);
    assert_eq!(w.claim(&bob, &[voucher]).unwrap(), [Ok(4)]);
    w.assert_solvent();
}

#[test]
fn nobody_frees_a_record_that_somebody_else_paid_for() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    let voucher = w.voucher(&alice, &bob, epoch, UNIT);
    let (_, receipt) = w.claim_as(&carol, &bob, &[voucher]).unwrap();
    assert_eq!(receipt.deposit, PER_ITEM + ACCOUNT_BYTES * PER_BYTE);
    w.withdraw(&bob, None).unwrap();
    assert_eq!(refused(w.leave(&bob)), Error::PaidByAnother);
    w.assert_solvent();
}

#[test]
fn lists_have_one_to_sixty_four_entries() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    for size in [0, 65] {
        let contract = w.channels.contract.clone();
        let others = vec![w.carol.id().ink(); size];
        let openings = vec![(w.carol.id().ink(), w.terms(1)); size];
        let vouchers = vec![w.voucher(&alice, &bob, epoch, 1); size];
        let mut contract = contract;
        let errors = [
            refused(w.call(&alice, contract.call_mut().open(openings), 65)),
            refused(w.call(&alice, contract.call_mut().exit(others.clone()), 0)),
            refused(w.call(&alice, contract.call_mut().clear(others.clone()), 0)),
            refused(w.call(&alice, contract.call_mut().close(others), 0)),
            refused(w.claim(&bob, &vouchers)),
        ];
        assert_eq!(errors, [const { Error::BatchSize }; 5]);
    }
    w.assert_solvent();
}

#[test]
fn sixty_four_channels_are_opened_exited_closed_and_cleared_in_one_call_each() {
    let mut w = world();
    let alice = w.alice.clone();
    let payees: Vec<_> = (0..64)
        .map(|n| Account::named(&format!("payee-{n}")))
        .collect();
    let openings: Vec<_> = payees.iter().map(|payee| (payee, w.terms(1))).collect();
    let all: Vec<_> = payees.iter().map(|payee| payee.id().ink()).collect();
    let (epochs, opened) = w.open_on(&alice, &openings, 64).unwrap();
    assert_eq!(epochs, (1..=64).collect::<Vec<u64>>());
    let message = w.channels.contract.call_mut().exit(all.clone());
    w.call(&alice, message, 0).unwrap();
    w.chain.advance(MIN_DELAY);
    let message = w.channels.contract.call_mut().clear(all);
    let (_, cleared) = w.call(&alice, message, 0).unwrap();
    let record = PER_ITEM + ACCOUNT_BYTES * PER_BYTE;
    assert_returned(&cleared, opened.deposit - record);
    assert_eq!(w.free(&alice), 64);

    let bob = w.bob.clone();
    for payer in &payees {
        w.chain.mint(&payer.id(), UNIT);
        w.open(payer, &bob, 1).unwrap();
    }
    let message = w
        .channels
        .contract
        .call_mut()
        .close(payees.iter().map(|payer| payer.id().ink()).collect());
    let (_, receipt) = w.call(&bob, message, 0).unwrap();
    assert_eq!(receipt.deposit, 0);
    assert_eq!(only_changes(&receipt).changes.len(), 64);
    w.assert_solvent();
}

#[test]
fn a_pause_stops_deposits_and_openings_and_nothing_else() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    w.deposit(&alice, 10).unwrap();
    let epoch_with_carol = w.open(&alice, &carol, 5).unwrap();
    let guardian = w.guardian.clone();
    let until = w.chain.now() + DAY;
    let message = w.channels.contract.call_mut().pause(DAY);
    w.call(&guardian, message, 0).unwrap();
    let overview = w.chain.read(w.channels.contract.call().overview());
    assert_eq!(overview.paused_until, Some(until));

    assert_eq!(refused(w.deposit(&alice, 1)), Error::Paused(until));
    assert_eq!(refused(w.open(&carol, &bob, 1)), Error::Paused(until));
    assert_eq!(refused(w.top_up(&alice, &bob, 1, 1)), Error::Paused(until));
    let terms = w.terms(1);
    let error = refused(w.open_on(&alice, &[(&guardian, terms)], 0));
    assert_eq!(error, Error::Paused(until));

    w.top_up(&alice, &bob, 1, 0).unwrap();
    let voucher = w.voucher(&alice, &bob, epoch, 7);
    assert_eq!(w.claim(&bob, &[voucher]).unwrap(), [Ok(7)]);
    w.withdraw(&bob, None).unwrap();
    w.exit(&alice, &bob).unwrap();
    w.close(&bob, &alice).unwrap();
    w.clear(&alice, &bob).unwrap();
    let signature = w.closing(&alice, &carol, epoch_with_carol, 5);
    w.close_together(&alice, &carol, 5, signature).unwrap();
    w.withdraw(&alice, None).unwrap();
    w.leave(&alice).unwrap();

    w.chain.seal_at(until);
    w.deposit(&alice, 1).unwrap();
    w.assert_solvent();
}

#[test]
fn only_the_guardian_pauses_and_only_as_long_as_the_rule_allows() {
    let mut w = world();
    let (alice, guardian) = (w.alice.clone(), w.guardian.clone());
    let contract = w.channels.contract.clone();
    let pause = |duration| contract.clone().call_mut().pause(duration);
    let resume = || contract.clone().call_mut().resume();
    assert_eq!(refused(w.call(&alice, pause(DAY), 0)), Error::NotGuardian);
    assert_eq!(refused(w.call(&alice, resume(), 0)), Error::NotGuardian);
    for duration in [0, LONGEST + 1] {
        let error = refused(w.call(&guardian, pause(duration), 0));
        assert_eq!(error, Error::BadPause(PauseError::Duration));
    }
    w.call(&guardian, pause(LONGEST), 0).unwrap();
    w.call(&guardian, resume(), 0).unwrap();
    w.deposit(&alice, 1).unwrap();
    let error = refused(w.call(&guardian, pause(1), 0));
    assert!(matches!(error, Error::BadPause(PauseError::NotBefore(_))));
    w.assert_solvent();
}

#[test]
fn without_a_guardian_nobody_pauses() {
    let mut w = world();
    let carol = w.carol.clone();
    w.channels = Channels::deploy(&mut w.chain, &carol, None);
    let message = w.channels.contract.call_mut().pause(DAY);
    assert_eq!(refused(w.call(&carol, message, 0)), Error::NotGuardian);
    w.assert_solvent();
}

#[test]
fn sums_that_cannot_be_represented_are_refused() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    w.deposit(&bob, 1).unwrap();
    let key = [&ACCOUNTS[..], bob.id().as_ref()].concat();
    let id = w.channels.id.clone();
    w.chain.poke(&id, &key, &(u128::MAX, true));
    assert_eq!(refused(w.deposit(&bob, 1)), Error::Overflow);
    let voucher = w.voucher(&alice, &bob, epoch, 1);
    assert_eq!(refused(w.claim(&bob, &[voucher])), Error::Overflow);
    // Nothing moved: the record as it was is as good as before.
    w.chain.poke(&id, &key, &(1u128, true));
    assert_eq!(w.withdraw(&bob, None).unwrap().0, 1);
    w.assert_solvent();
}

#[test]
fn money_that_is_not_there_is_not_sent() {
    let mut w = world();
    let bob = w.bob.clone();
    w.deposit(&bob, 1).unwrap();
    let id = w.channels.id.clone();
    // Books that say more than the contract holds: no transaction gets them there.
    let key = [&ACCOUNTS[..], bob.id().as_ref()].concat();
    w.chain.poke(&id, &key, &(5u128, true));
    let overview = w.chain.read(w.channels.contract.call().overview());
    let guardian = (overview.genesis, overview.guardian);
    w.chain.poke(&id, &[0; 4], &(guardian, 0u64, 0u64, 5u128));
    assert_eq!(refused(w.withdraw(&bob, None)), Error::TransferFailed);
    assert_eq!(w.withdraw(&bob, Some(1)).unwrap().0, 1);
    w.chain.poke(&id, &key, &(0u128, true));
    w.chain.poke(&id, &[0; 4], &(guardian, 0u64, 0u64, 0u128));
    w.assert_solvent();
}

#[test]
fn overview_tells_the_genesis_hash_that_vouchers_must_name() {
    let (mut w, _) = world_with_channel();
    let overview = w.chain.read(w.channels.contract.call().overview());
    assert_eq!(overview.genesis, w.chain.genesis_hash());
    assert_eq!(overview.guardian, Some(w.guardian.id().ink()));
    assert_eq!((overview.paused_until, overview.epochs), (None, 1));
    w.assert_solvent();
}
