//! Money out.

use super::world::*;
use farthing_contracts::pool::events::{Explained, Finalised, Forgotten};
use farthing_types::text::TextError;

/// An account that is not on the chain, and can only be sent the existential deposit or more.
fn nobody() -> Account {
    Account::named("nobody")
}

// ---- Finalising and paying out ----

#[test]
fn goal_that_is_reached_is_finalised_by_anyone_and_paid_out_by_anyone() {
    let mut w = World::with_goal(1_000);
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    w.donate(&bob, 1_200);
    w.close();
    assert_eq!(w.overview().stage, Stage::Ended);
    assert_eq!(w.refuse(&carol, w.to().payout(None), 0), Error::NothingDue);
    let receipt = w.done(&carol, w.to().finalise(), 0);
    assert_eq!(events::<Finalised>(&receipt)[0].raised, 1_200);
    assert_eq!(receipt.deposit, 0);
    let again = w.refuse(&carol, w.to().finalise(), 0);
    assert_eq!(again, Error::AlreadyFinalised);
    let before = w.balance(&alice);
    let receipt = w.done(&carol, w.to().payout(None), 0);
    let payout = Release::Payout {
        payout: 0,
        amount: 1_200,
        fee: None,
        shares: vec![sent(&alice.id(), 1_200)],
        note: None,
    };
    assert_eq!(releases(&receipt), [payout]);
    assert_eq!(w.balance(&alice), before + 1_200);
    assert_eq!(w.refuse(&carol, w.to().payout(None), 0), Error::NothingDue);
    assert_eq!(w.owed(), 0);
    w.assert_solvent();
}

#[test]
fn payout_takes_the_fee_and_divides_the_rest() {
    let mut w = World::new(|alice| {
        let bob = Account::named("bob");
        Terms {
            beneficiaries: split(&[(&alice.id(), 250_000), (&bob.id(), 750_000)]),
            fee: Some(Fee {
                points: 200,
                treasury: Account::named("treasury").id().ink(),
            }),
            ..holding(alice)
        }
    });
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    let treasury = w.chain.account("treasury", UNIT);
    w.donate(&carol, 10_000);
    let before = [&alice, &bob, &treasury].map(|one| w.balance(one));
    let receipt = w.done(&carol, w.to().payout(None), 0);
    let payout = Release::Payout {
        payout: 0,
        amount: 10_000,
        fee: Some(sent(&treasury.id(), 200)),
        shares: vec![sent(&alice.id(), 2_450), sent(&bob.id(), 7_350)],
        note: None,
    };
    assert_eq!(releases(&receipt), [payout]);
    let now = [&alice, &bob, &treasury].map(|one| w.balance(one));
    assert_eq!(now, [before[0] + 2_450, before[1] + 7_350, before[2] + 200]);
    w.assert_solvent();
}

#[test]
fn money_leaves_no_faster_than_the_schedule_says() {
    let at = |days| GENESIS_MILLIS + days * DAY;
    let mut w = World::new(|alice| Terms {
        release: [(10, 0), (20, 333_333), (30, PARTS)]
            .map(|(days, parts)| Step {
                from: at(days),
                parts,
            })
            .to_vec(),
        ..keep_all(alice)
    });
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    w.donate(&bob, 1_000);
    let payout = w.to().payout(None);
    for before in [at(1), at(10), at(19)] {
        w.chain.seal_at(before);
        assert_eq!(w.overview().releasable, 0);
        assert_eq!(w.refuse(&bob, payout.clone(), 0), Error::NothingDue);
    }
    let before = w.balance(&alice);
    w.chain.seal_at(at(20));
    w.done(&bob, payout.clone(), 0);
    assert_eq!(w.balance(&alice), before + 333);
    assert_eq!(w.refuse(&bob, payout.clone(), 0), Error::NothingDue);
    // What comes in later is released in the same parts: 666 of 2,000, less the 333 of before.
    w.donate(&bob, 1_000);
    assert_eq!(w.overview().releasable, 333);
    w.done(&bob, payout.clone(), 0);
    w.chain.seal_at(at(29));
    assert_eq!(w.refuse(&bob, payout.clone(), 0), Error::NothingDue);
    w.chain.seal_at(at(30));
    w.done(&bob, payout, 0);
    assert_eq!(w.balance(&alice), before + 2_000);
    assert_eq!(w.owed(), 0);
    w.assert_solvent();
}

#[test]
fn beneficiary_says_what_money_is_spent_on_with_the_payout_or_after_it() {
    let mut w = World::holding();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    w.donate(&bob, 500);
    let told = releases(&w.done(&alice, w.to().payout(Some(note())), 0));
    let [Release::Payout { note: said, .. }] = &told[..] else {
        panic!("{told:?}")
    };
    assert_eq!(said, &Some(note()));
    // Bob comes first with the next, and says nothing; alice says it later.
    w.donate(&bob, 500);
    w.done(&bob, w.to().payout(None), 0);
    let receipt = w.done(&alice, w.to().explain(Some(1), note()), 0);
    let told = &events::<Explained>(&receipt)[0];
    let by = alice.id().ink();
    assert_eq!((told.payout, told.by, &told.note), (Some(1), by, &note()));
    assert_eq!(receipt.deposit, 0);
    let unknown = w.refuse(&alice, w.to().explain(Some(2), note()), 0);
    assert_eq!(unknown, Error::UnknownPayout);
    w.assert_solvent();
    // What went straight through was no payout.
    let mut w = World::keeping();
    w.donate(&bob, 500);
    let receipt = w.done(&alice, w.to().explain(None, note()), 0);
    assert_eq!(events::<Explained>(&receipt)[0].payout, None);
    let unknown = w.refuse(&alice, w.to().explain(Some(0), note()), 0);
    assert_eq!(unknown, Error::UnknownPayout);
    w.assert_solvent();
}

#[test]
fn note_of_a_stranger_or_a_bad_note_is_refused() {
    let mut w = World::holding();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    w.donate(&bob, 500);
    let long = Note {
        uri: "u".repeat(129),
        ..note()
    };
    let by_bob = w.to().payout(Some(note()));
    assert_eq!(w.refuse(&bob, by_bob, 0), Error::NotBeneficiary);
    let too_long = w.to().payout(Some(long.clone()));
    let error = Error::BadNote(TextError::TooLong);
    assert_eq!(w.refuse(&alice, too_long, 0), error);
    let forged = Note {
        uri: "https://a\nPaid to: alice".into(),
        ..note()
    };
    let unprintable = w.to().payout(Some(forged));
    let error = Error::BadNote(TextError::Unprintable);
    assert_eq!(w.refuse(&alice, unprintable, 0), error);
    w.done(&bob, w.to().payout(None), 0);
    let by_bob = w.to().explain(Some(0), note());
    assert_eq!(w.refuse(&bob, by_bob, 0), Error::NotBeneficiary);
    let too_long = w.to().explain(Some(0), long);
    let error = Error::BadNote(TextError::TooLong);
    assert_eq!(w.refuse(&alice, too_long, 0), error);
    w.assert_solvent();
}

#[test]
fn share_that_cannot_be_sent_stops_nobody_and_waits() {
    let half = PARTS / 2;
    let mut w = World::new(|alice| Terms {
        beneficiaries: split(&[(&nobody().id(), half), (&alice.id(), half)]),
        ..holding(alice)
    });
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let id = nobody().id();
    w.donate(&bob, 1_000);
    let before = w.balance(&alice);
    let receipt = w.done(&bob, w.to().payout(None), 0);
    assert_eq!(receipt.deposit, 0);
    let kept = Share {
        sent: false,
        ..sent(&id, 500)
    };
    let payout = Release::Payout {
        payout: 0,
        amount: 1_000,
        fee: None,
        shares: vec![kept, sent(&alice.id(), 500)],
        note: None,
    };
    assert_eq!(releases(&receipt), [payout]);
    assert_eq!(w.balance(&alice), before + 500);
    assert_eq!(w.read(w.to().kept_for(id.ink())), 500);
    assert_eq!(w.owed(), 500);
    let withdraw = w.to().withdraw(id.ink());
    let failed = w.refuse(&bob, withdraw.clone(), 0);
    assert_eq!(failed, Error::TransferFailed);
    let message = w.to().withdraw(alice.id().ink());
    assert_eq!(w.refuse(&bob, message, 0), Error::NothingDue);
    w.chain.mint(&id, UNIT);
    let receipt = w.done(&bob, withdraw.clone(), 0);
    let withdrawal = Release::Withdrawal {
        account: id.ink(),
        amount: 500,
    };
    assert_eq!(releases(&receipt), [withdrawal]);
    assert_eq!(w.chain.balance(&id), UNIT + 500);
    assert_eq!(w.refuse(&bob, withdraw, 0), Error::NothingDue);
    assert_eq!(w.owed(), 0);
    w.assert_solvent();
}

// ---- Refunds ----

#[test]
fn missed_goal_gives_everyone_back_what_they_gave_and_their_deposit() {
    let mut w = World::with_goal(1_000);
    let (bob, carol) = (w.bob.clone(), w.carol.clone());
    w.donate(&bob, 300);
    w.donate(&bob, 33);
    w.donate(&carol, 666);
    w.close();
    assert_eq!(w.overview().stage, Stage::Missed);
    assert_eq!(w.refuse(&bob, w.to().finalise(), 0), Error::GoalMissed(999));
    let before = w.balance(&bob);
    let receipt = w.done(&bob, w.to().refund(bob.id().ink()), 0);
    let refund = Release::Refund {
        donor: bob.id().ink(),
        to: bob.id().ink(),
        amount: 333,
        freed: true,
    };
    assert_eq!(releases(&receipt), [refund]);
    assert!((0..=2).contains(&(receipt.deposit + RECORD)));
    let back = u128::try_from(-receipt.deposit).unwrap();
    assert_eq!(w.balance(&bob), before + 333 + back - receipt.fee);
    assert_eq!(w.read(w.to().donor(bob.id().ink())), None);
    assert_eq!(w.owed(), 666);
    // Carol's by bob: the money is hers, and so is the deposit, which she has later.
    let before = w.balance(&carol);
    let refund = w.to().refund(carol.id().ink());
    let receipt = w.done(&bob, refund, 0);
    assert_eq!(receipt.deposit, 0);
    assert!(matches!(
        releases(&receipt)[..],
        [Release::Refund { freed: false, .. }]
    ));
    assert_eq!(w.balance(&carol), before + 666);
    let receipt = w.done(&carol, w.to().forget(carol.id().ink()), 0);
    let told = &events::<Forgotten>(&receipt)[0];
    assert_eq!(told.donor, carol.id().ink());
    assert!((0..=2).contains(&(receipt.deposit + RECORD)));
    assert_eq!(w.owed(), 0);
    assert_eq!(w.overview().till.refunded, 999);
    w.assert_solvent();
}

#[test]
fn refunds_are_refused_where_there_are_none() {
    let mut w = World::keeping();
    let bob = w.bob.clone();
    w.donate(&bob, 500);
    let refund = w.to().refund(bob.id().ink());
    assert_eq!(w.refuse(&bob, refund, 0), Error::NoRefunds);
    let mut w = World::with_goal(500);
    w.donate(&bob, 500);
    let refund = w.to().refund(bob.id().ink());
    let open = w.refuse(&bob, refund.clone(), 0);
    assert_eq!(open, Error::OpenUntil(CLOSES));
    w.close();
    let reached = w.refuse(&bob, refund, 0);
    assert_eq!(reached, Error::GoalReached(500));
    w.assert_solvent();
}

#[test]
fn refund_to_an_account_that_does_not_exist_waits_until_it_does() {
    let mut w = World::with_goal(1_000);
    let bob = w.bob.clone();
    let id = nobody().id();
    w.done(&bob, w.to().donate_for(id.ink(), None), 500);
    w.close();
    let refund = w.to().refund(id.ink());
    let failed = w.refuse(&bob, refund.clone(), 0);
    assert_eq!(failed, Error::TransferFailed);
    w.chain.mint(&id, UNIT);
    // Bob had paid for the record.
    let receipt = w.done(&bob, refund, 0);
    assert!((0..=2).contains(&(receipt.deposit + RECORD)));
    assert_eq!(w.chain.balance(&id), UNIT + 500);
    w.assert_solvent();
}

#[test]
fn refund_for_somebody_without_an_account_gives_each_payer_only_their_own() {
    let mut w = World::with_goal(10_000);
    let (bob, carol) = (w.bob.clone(), w.carol.clone());
    let id = nobody().id();
    // Bob pays for the record with a unit; carol hands in a gift, and bob some more.
    for (payer, amount) in [(&bob, 1), (&carol, 500), (&bob, 20)] {
        w.done(payer, w.to().donate_for(id.ink(), None), amount);
    }
    w.chain.seal_at(CLOSES + 91 * DAY);
    let before = [&bob, &carol].map(|one| w.balance(one));
    let receipt = w.done(&carol, w.to().refund(id.ink()), 0);
    let refund = Release::Refund {
        donor: id.ink(),
        to: bob.id().ink(),
        amount: 21,
        freed: false,
    };
    assert_eq!(releases(&receipt), [refund]);
    assert_eq!(w.balance(&bob), before[0] + 21);
    // Carol's gift waits for the donor, whose it is.
    let again = w.refuse(&bob, w.to().refund(id.ink()), 0);
    assert_eq!(again, Error::TransferFailed);
    let needed = w.refuse(&bob, w.to().forget(id.ink()), 0);
    assert_eq!(needed, Error::StillNeeded);
    assert_eq!(w.owed(), 500);
    w.chain.mint(&id, UNIT);
    w.done(&bob, w.to().refund(id.ink()), 0);
    assert_eq!(w.chain.balance(&id), UNIT + 500);
    assert_eq!(w.owed(), 0);
    w.assert_solvent();
}

#[test]
fn collectors_small_gifts_do_not_lock_their_deposits_for_good() {
    let mut w = World::with_goal(UNIT);
    let bob = w.bob.clone();
    let amount = UNIT / 2_000;
    let donors: Vec<_> = (1..=64u8).map(|byte| AccountId::new([byte; 32])).collect();
    let gifts = donors.iter().map(|donor| Gift {
        donor: donor.ink(),
        amount,
        memo: None,
    });
    let gifts: Vec<_> = gifts.collect();
    let message = w.to().donate_many(gifts);
    assert_eq!(w.done(&bob, message, 64 * amount).deposit, 64 * RECORD);
    w.chain.seal_at(CLOSES + 91 * DAY);
    let mut back = 0;
    for donor in &donors {
        back -= w.done(&bob, w.to().refund(donor.ink()), 0).deposit;
    }
    assert!((64 * RECORD - 128..=64 * RECORD).contains(&back));
    assert_eq!(w.read(w.to().solvency()), (0, 0));
    w.assert_solvent();
}

// ---- Sponsors' money at the end ----

#[test]
fn sponsor_of_a_pool_that_keeps_has_back_what_was_not_used() {
    let mut w = World::keeping();
    let (bob, sue) = (w.bob.clone(), w.sue.clone());
    let pledge = Pledge {
        until: Some(CLOSES),
        ..one_to_one(1_000)
    };
    w.done(&sue, w.to().sponsor(pledge), 1_000);
    w.donate(&bob, 400);
    let back = w.to().return_sponsorship(1);
    let early = w.refuse(&bob, back.clone(), 0);
    assert_eq!(early, Error::MatchingUntil(CLOSES));
    w.close();
    let before = w.balance(&sue);
    let receipt = w.done(&bob, back.clone(), 0);
    let release = Release::Sponsorship {
        sponsor: 1,
        account: sue.id().ink(),
        amount: 600,
    };
    assert_eq!(releases(&receipt), [release]);
    assert_eq!(w.balance(&sue), before + 600);
    assert_eq!(w.refuse(&bob, back, 0), Error::NothingDue);
    let nobody = w.to().return_sponsorship(2);
    assert_eq!(w.refuse(&bob, nobody, 0), Error::UnknownSponsor);
    assert_eq!(w.owed(), 0);
    w.assert_solvent();
}

#[test]
fn sponsor_of_a_goal_that_is_reached_has_back_what_was_not_used() {
    let mut w = World::with_goal(800);
    let (alice, bob, sue) = (w.alice.clone(), w.bob.clone(), w.sue.clone());
    // Ends before the deadline: the money stays until it is known how it ends.
    let pledge = Pledge {
        until: Some(CLOSES - 5 * DAY),
        ..one_to_one(1_000)
    };
    w.done(&sue, w.to().sponsor(pledge), 1_000);
    w.donate(&bob, 400);
    w.chain.seal_at(CLOSES - DAY);
    let back = w.to().return_sponsorship(1);
    let early = w.refuse(&bob, back.clone(), 0);
    assert_eq!(early, Error::OpenUntil(CLOSES));
    w.close();
    let before = [&alice, &sue].map(|one| w.balance(one));
    w.done(&bob, back, 0);
    w.done(&bob, w.to().finalise(), 0);
    w.done(&bob, w.to().payout(None), 0);
    let now = [&alice, &sue].map(|one| w.balance(one));
    assert_eq!(now, [before[0] + 800, before[1] + 600]);
    assert_eq!(w.owed(), 0);
    w.assert_solvent();
}

#[test]
fn missed_goal_gives_a_sponsor_everything_back() {
    let mut w = World::with_goal(801);
    let (bob, sue) = (w.bob.clone(), w.sue.clone());
    w.done(&sue, w.to().sponsor(one_to_one(1_000)), 1_000);
    w.donate(&bob, 400);
    w.close();
    let before = w.balance(&sue);
    w.done(&bob, w.to().return_sponsorship(1), 0);
    assert_eq!(w.balance(&sue), before + 1_000);
    assert_eq!(w.owed(), 400);
    let before = w.balance(&bob);
    w.done(&sue, w.to().refund(bob.id().ink()), 0);
    assert_eq!(w.balance(&bob), before + 400);
    assert_eq!(w.owed(), 0);
    w.assert_solvent();
}

#[test]
fn sponsor_whose_account_is_gone_waits_until_it_is_back() {
    let mut w = World::with_goal(801);
    let (bob, sue) = (w.bob.clone(), w.sue.clone());
    w.done(&sue, w.to().sponsor(one_to_one(1_000)), 1_000);
    w.chain.empty(&sue, &bob.id()).unwrap();
    w.close();
    let back = w.to().return_sponsorship(1);
    let failed = w.refuse(&bob, back.clone(), 0);
    assert_eq!(failed, Error::TransferFailed);
    w.chain.mint(&sue.id(), UNIT);
    w.done(&bob, back, 0);
    assert_eq!(w.balance(&sue), UNIT + 1_000);
    w.assert_solvent();
}

// ---- Records ----

#[test]
fn record_is_freed_for_whoever_paid_for_it_once_nothing_depends_on_it() {
    let mut w = World::with_goal(1_000);
    let (bob, carol) = (w.bob.clone(), w.carol.clone());
    w.done(&bob, w.to().donate_for(carol.id().ink(), None), 500);
    w.donate(&bob, 500);
    let [of_bob, of_carol] = [&bob, &carol].map(|one| w.to().forget(one.id().ink()));
    let needed = w.refuse(&bob, of_carol.clone(), 0);
    assert_eq!(needed, Error::StillNeeded);
    w.close();
    assert_eq!(w.refuse(&carol, of_carol.clone(), 0), Error::NotPayer);
    for message in [of_bob, of_carol.clone()] {
        let back = w.done(&bob, message, 0).deposit;
        assert!((0..=2).contains(&(back + RECORD)));
    }
    assert_eq!(w.refuse(&bob, of_carol, 0), Error::NotPayer);
    // The money is not affected.
    w.done(&bob, w.to().finalise(), 0);
    assert_eq!(w.overview().releasable, 1_000);
    w.assert_solvent();
}

#[test]
fn record_of_a_missed_goal_stays_until_its_money_is_refunded() {
    let mut w = World::with_goal(1_000);
    let (bob, carol) = (w.bob.clone(), w.carol.clone());
    w.donate(&bob, 500);
    w.close();
    let forget = w.to().forget(bob.id().ink());
    assert_eq!(w.refuse(&bob, forget.clone(), 0), Error::StillNeeded);
    w.done(&carol, w.to().refund(bob.id().ink()), 0);
    let back = w.done(&bob, forget, 0).deposit;
    assert!((0..=2).contains(&(back + RECORD)));
    w.assert_solvent();
}
