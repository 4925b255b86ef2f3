//! What payers do, who pays which storage deposit, and the guardian's pause.

use super::world::*;
use farthing_contracts::channels::events::{Deployed, PausedUntil};
use farthing_types::pause::{PauseError, MAX_PAUSE};

#[test]
fn reserves_come_out_of_the_attached_value_and_the_rest_comes_back_at_once() {
    let mut w = world();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    let epoch = w.chain.now();
    let openings = vec![w.opening(&bob, 4), w.opening(&carol, 5)];
    let before = w.balance(&alice);
    let receipt = w.open_on(&alice, epoch, openings.clone(), 12).unwrap();
    assert_eq!(receipt.deposit, 2 * CHANNEL);
    let spent = 9 + receipt.fee + (2 * CHANNEL).unsigned_abs();
    assert_eq!(w.balance(&alice), before - spent);
    let told = only_changes(&receipt);
    assert_eq!((told.side, told.by), (Side::Payer(alice.id().ink()), None));
    let expected = openings.iter().map(|opening| ChannelChange {
        other: opening.payee,
        lane: 0,
        epoch,
        change: Change::Opened(opening.terms.clone()),
    });
    assert_eq!(told.changes, expected.collect::<Vec<_>>());
    let genesis = w.chain.genesis_hash();
    let expected = StoredChannel::open(genesis, epoch, &openings[0].terms).into();
    assert_eq!(w.channel(&alice, &bob), Some(expected));
    assert_eq!(w.owed(), 9);
    w.assert_solvent();
}

#[test]
fn opening_refuses_terms_that_would_not_work_and_opens_none_of_the_list() {
    let mut w = world();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    let bad = |w: &World, payee: &Account, change: &dyn Fn(&mut Terms)| {
        let mut opening = w.opening(payee, 1);
        change(&mut opening.terms);
        opening
    };
    let cases = [
        (bad(&w, &alice, &|_| ()), ChannelError::BadPayee),
        (
            bad(&w, &carol, &|t| t.reserve = 0),
            ChannelError::ZeroAmount,
        ),
        (
            bad(&w, &carol, &|t| t.signer = [0; 32]),
            ChannelError::BadSigner,
        ),
        (
            bad(&w, &carol, &|t| t.closer = [0; 32]),
            ChannelError::BadCloser,
        ),
        (
            bad(&w, &carol, &|t| t.delay = MIN_DELAY - 1),
            ChannelError::BadDelay,
        ),
        (
            bad(&w, &carol, &|t| t.delay = MAX_DELAY + 1),
            ChannelError::BadDelay,
        ),
        (
            bad(&w, &carol, &|t| t.delay = Millis::MAX),
            ChannelError::BadDelay,
        ),
        (bad(&w, &bob, &|_| ()), ChannelError::Open(None)),
    ];
    for (opening, why) in cases {
        let payee = opening.payee;
        let (epoch, openings) = (w.chain.now(), vec![w.opening(&bob, 1), opening]);
        let error = refused(w.open_on(&alice, epoch, openings, 10));
        assert_eq!(error, Error::Channel(payee, why));
    }
    let large = bad(&w, &carol, &|t| t.reserve = 10);
    let (epoch, openings) = (w.chain.now(), vec![w.opening(&bob, 1), large]);
    let error = refused(w.open_on(&alice, epoch, openings, 10));
    assert_eq!(error, Error::ValueTooLow(9));
    assert_eq!(w.channel(&alice, &bob), None);
    w.assert_solvent();
}

#[test]
fn a_channel_cannot_be_opened_again_while_it_is_open() {
    let (mut w, _) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let error = refused(w.open(&alice, &bob, 1));
    assert_eq!(error, with(&bob, ChannelError::Open(None)));
    let end = w.exit(&alice, &bob).0.unwrap();
    let error = refused(w.open(&alice, &bob, 1));
    assert_eq!(error, with(&bob, ChannelError::Open(Some(end))));
    w.assert_solvent();
}

#[test]
fn opening_again_uses_what_is_left_and_costs_no_deposit() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let voucher = w.voucher(&alice, &bob, epoch, UNIT);
    w.claim(&bob, &[voucher]).unwrap();
    w.exit(&alice, &bob).0.unwrap();
    w.pass();
    // Nine of ten are left in the channel that is over: they alone pay for the new one.
    let (next, opening) = (w.chain.now(), w.opening(&bob, 8 * UNIT));
    let before = w.balance(&alice);
    let openings = vec![opening.clone()];
    let receipt = w.open_on(&alice, next, openings, 0).unwrap();
    let told = only_changes(&receipt).changes;
    let told: Vec<_> = told.into_iter().map(|c| (c.epoch, c.change)).collect();
    let cleared = Change::Cleared {
        rest: 9 * UNIT,
        freed: true,
    };
    let opened = Change::Opened(opening.terms.clone());
    assert_eq!(told, [(epoch, cleared), (next, opened)]);
    assert_eq!(receipt.deposit, 0);
    assert_eq!(w.balance(&alice), before + UNIT - receipt.fee);
    let genesis = w.chain.genesis_hash();
    let expected = StoredChannel::open(genesis, next, &opening.terms).into();
    assert_eq!(w.channel(&alice, &bob), Some(expected));
    w.assert_solvent();
}

#[test]
fn topping_up_sets_the_attached_value_aside() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let receipt = w.top_up(&alice, &alice, &bob, 3).unwrap();
    assert_eq!(receipt.deposit, 0);
    let told = only_changes(&receipt);
    assert_eq!((told.side, told.by), (Side::Payer(alice.id().ink()), None));
    assert_eq!(told.changes[0].change, Change::ToppedUp(3));
    let channel = w.channel(&alice, &bob).unwrap();
    assert_eq!((channel.reserve, channel.epoch), (RESERVE + 3, epoch));
    assert_eq!(w.owed(), RESERVE + 3);
    w.assert_solvent();
}

#[test]
fn topping_up_refuses_nothing_and_no_channel_and_one_that_has_an_end() {
    let (mut w, _) = world_with_channel();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    let error = refused(w.top_up(&alice, &alice, &bob, 0));
    assert_eq!(error, with(&bob, ChannelError::ZeroAmount));
    let error = refused(w.top_up(&alice, &alice, &carol, 5));
    assert_eq!(error, with(&carol, ChannelError::Missing));
    let end = w.exit(&alice, &bob).0.unwrap();
    let error = refused(w.top_up(&alice, &alice, &bob, 5));
    assert_eq!(error, with(&bob, ChannelError::Exiting(end)));
    w.until(end);
    let error = refused(w.top_up(&alice, &alice, &bob, 5));
    assert_eq!(error, with(&bob, ChannelError::Over));
    w.assert_solvent();
}

#[test]
fn lists_have_one_to_sixty_four_entries() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    for size in [0, 65] {
        let lives = vec![w.life(&alice, &bob); size];
        let openings = vec![w.opening(&carol, 1); size];
        let vouchers = vec![w.voucher(&alice, &bob, epoch, 1); size];
        let mut contract = w.channels.contract.clone();
        let now = w.chain.now();
        let errors = [
            refused(w.open_on(&alice, now, openings.clone(), 65)),
            refused(w.open_for(&alice, &bob, now, openings, 65)),
            refused(w.call(&alice, contract.call_mut().exit(lives.clone()), 0)),
            refused(w.call(&alice, contract.call_mut().clear(lives.clone()), 0)),
            refused(w.call(&alice, contract.call_mut().close(lives), 0)),
            refused(w.claim(&bob, &vouchers)),
        ];
        assert_eq!(errors, [const { Error::BatchSize }; 6]);
    }
    w.assert_solvent();
}

/// The largest lists fit into a transaction, and what they tell into an event of 16 KiB: also when all
/// are opened again, which tells two changes each.
#[test]
fn sixty_four_channels_are_opened_exited_opened_again_closed_and_cleared_in_one_call_each() {
    let mut w = world();
    let alice = w.alice.clone();
    let payees: Vec<_> = (0..64)
        .map(|n| Account::named(&format!("payee-{n}")))
        .collect();
    let openings: Vec<_> = payees.iter().map(|payee| w.opening(payee, 1)).collect();
    let lives = |epoch| {
        let life = |payee: &Account| Life {
            other: payee.id().ink(),
            lane: 0,
            epoch,
        };
        payees.iter().map(life).collect::<Vec<_>>()
    };
    let fits = |receipt: &Receipt, count| {
        assert_eq!(only_changes(receipt).changes.len(), count);
        let size = receipt.events[0].data.len();
        assert!(size <= 16 * 1024 - 512, "an event of {size} bytes");
    };
    let epoch = w.chain.now();
    let opened = w.open_on(&alice, epoch, openings.clone(), 64).unwrap();
    fits(&opened, 64);
    let message = w.channels.contract.call_mut().exit(lives(epoch));
    fits(&w.call(&alice, message, 0).unwrap().1, 64);
    w.pass();
    let next = w.chain.now();
    let again = w.open_on(&alice, next, openings, 0).unwrap();
    assert_eq!(again.deposit, 0);
    fits(&again, 128);
    let message = w.channels.contract.call_mut().exit(lives(next));
    fits(&w.call(&alice, message, 0).unwrap().1, 64);
    w.pass();
    w.pass_window();
    let message = w.channels.contract.call_mut().clear(lives(next));
    let (rests, cleared) = w.call(&alice, message, 0).unwrap();
    assert_eq!(rests, [Ok(1); 64]);
    fits(&cleared, 64);
    assert_returned(&cleared, opened.deposit);

    let bob = w.bob.clone();
    let mut from = Vec::new();
    for payer in &payees {
        w.chain.mint(&payer.id(), UNIT);
        w.open(payer, &bob, 1).unwrap();
        from.push(w.life_from(&bob, payer));
    }
    let message = w.channels.contract.call_mut().close(from);
    let (rests, receipt) = w.call(&bob, message, 0).unwrap();
    assert_eq!((rests, receipt.deposit), (vec![Ok(1); 64], 0));
    fits(&receipt, 64);
    assert_eq!(w.owed(), 0);
    w.assert_solvent();
}

#[test]
fn a_pause_stops_openings_and_top_ups_and_nothing_else() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    let with_carol = w.open(&alice, &carol, 5).unwrap();
    let nobody = Account::named("nobody");
    let with_nobody = w.open(&alice, &nobody, 5).unwrap();
    let guardian = w.guardian.clone();
    let until = w.chain.now() + DAY;
    let message = w.channels.contract.call_mut().pause(DAY);
    let (_, receipt) = w.call(&guardian, message, 0).unwrap();
    assert_eq!(receipt.events_of::<PausedUntil>()[0].until, until);
    let overview = w.chain.read(w.channels.contract.call().overview());
    assert_eq!(overview.paused_until, Some(until));

    let paused = Error::Paused(until);
    assert_eq!(refused(w.open(&carol, &bob, 1)), paused);
    assert_eq!(refused(w.top_up(&alice, &alice, &bob, 1)), paused);
    let (now, opening) = (w.chain.now(), w.opening(&bob, 1));
    let error = refused(w.open_for(&carol, &alice, now, vec![opening], 1));
    assert_eq!(error, paused);

    let voucher = w.voucher(&alice, &bob, epoch, 7);
    assert_eq!(w.claim(&bob, &[voucher]).unwrap(), [Ok(7)]);
    let voucher = w.voucher(&alice, &nobody, with_nobody, 5);
    w.claim_as(&carol, &nobody, &[voucher]).unwrap();
    w.chain.mint(&nobody.id(), UNIT);
    w.withdraw(&carol, &nobody).unwrap();
    w.exit(&alice, &bob).0.unwrap();
    w.close(&bob, &alice).0.unwrap();
    let signature = w.closing(&alice, &carol, with_carol, 5);
    w.close_together(&alice, &carol, 5, signature).unwrap();
    w.pass_window();
    w.clear(&alice, &bob).0.unwrap();

    w.chain.seal_at(until);
    w.open(&carol, &bob, 1).unwrap();
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
    for duration in [0, MAX_PAUSE + 1] {
        let error = refused(w.call(&guardian, pause(duration), 0));
        assert_eq!(error, Error::BadPause(PauseError::Duration));
    }
    w.call(&guardian, pause(MAX_PAUSE), 0).unwrap();
    w.call(&guardian, resume(), 0).unwrap();
    let bob = w.bob.clone();
    w.open(&alice, &bob, 1).unwrap();
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
    let told = &w.channels.deployment.events_of::<Deployed>()[0];
    assert_eq!(told.guardian, None);
    w.assert_solvent();
}

/// A channel whose reserve is said to be as large as can be: no transaction gets it there.
fn absurd(w: &mut World, reserve: Balance, claimed: Balance) {
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let all = w.channels.all(&mut w.chain).into_iter();
    let mut own = all.filter(|(key, _)| *key == (alice.id().ink(), bob.id().ink(), 0));
    let channel = StoredChannel {
        reserve,
        claimed,
        ..own.next().unwrap().1
    };
    let id = w.channels.id.clone();
    w.chain.poke(&id, &lane_key(&alice, &bob), &channel);
}

#[test]
fn sums_that_cannot_be_represented_are_refused() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    let from_carol = w.open(&carol, &bob, 5).unwrap();
    absurd(&mut w, Balance::MAX, 0);
    assert_eq!(refused(w.top_up(&alice, &alice, &bob, 1)), Error::Overflow);
    let batch = [
        w.voucher(&alice, &bob, epoch, Balance::MAX),
        w.voucher(&carol, &bob, from_carol, 5),
    ];
    assert_eq!(refused(w.claim(&bob, &batch)), Error::Overflow);
    // What is attached and what is left cannot be added up.
    w.close(&bob, &alice).0.unwrap();
    let (now, opening) = (w.chain.now(), w.opening(&bob, 1));
    let error = refused(w.open_on(&alice, now, vec![opening], 1));
    assert_eq!(error, Error::Overflow);
    absurd(&mut w, RESERVE, 0);
    w.assert_solvent();

    let (mut w, epoch) = world_with_channel();
    let nobody = Account::named("nobody");
    let with_nobody = w.open(&alice, &nobody, 5).unwrap();
    let voucher = w.voucher(&alice, &nobody, with_nobody, 1);
    w.claim_as(&carol, &nobody, &[voucher]).unwrap();
    let kept = |amount| Kept {
        amount,
        paid_by: carol.id().ink(),
    };
    let id = w.channels.id.clone();
    w.chain.poke(&id, &kept_key(&nobody), &kept(Balance::MAX));
    let voucher = w.voucher(&alice, &nobody, with_nobody, 2);
    let error = refused(w.claim_as(&carol, &nobody, &[voucher]));
    assert_eq!(error, Error::Overflow);
    w.chain.poke(&id, &kept_key(&nobody), &kept(1));
    let voucher = w.voucher(&alice, &bob, epoch, 1);
    assert_eq!(w.claim(&bob, &[voucher]).unwrap(), [Ok(1)]);
    w.assert_solvent();
}

#[test]
fn overview_tells_the_genesis_hash_that_vouchers_must_name() {
    let (mut w, _) = world_with_channel();
    let overview = w.chain.read(w.channels.contract.call().overview());
    assert_eq!(overview.genesis, w.chain.genesis_hash());
    assert_eq!(overview.guardian, Some(w.guardian.id().ink()));
    assert_eq!(overview.paused_until, None);
    let told = &w.channels.deployment.events_of::<Deployed>()[0];
    assert_eq!(told.genesis, overview.genesis);
    assert_eq!(told.guardian, overview.guardian);
    w.assert_solvent();
}
