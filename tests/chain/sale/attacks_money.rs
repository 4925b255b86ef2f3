//! What someone would try to get money that is not theirs, or to keep it from those whose it is.

use crate::sale::world::*;
use farthing_types::pause::{PauseError, GAP, LONGEST};
use ink::scale::{Decode, Encode};
use storefront::{access::AccessError, shop::Shop, Error};

// ---- Rounding ----

/// Tips [`ALICE`] `times` times `amount` and pays out after each. Returns what every recipient and the
/// treasury got in all, and the books after that.
fn paid_out(parts: &[u32], times: u32, amount: Balance) -> (Vec<Balance>, Balance, Shop) {
    let (mut f, alice, bob, _) = world();
    let recipients: Vec<AccountId> = (0..parts.len())
        .map(|i| f.chain.account(&format!("recipient {i}"), UNIT).id())
        .collect();
    let split: Vec<_> = recipients.iter().zip(parts.iter().copied()).collect();
    f.split(&alice, &split);
    // Up to 100 times in one block: sealing thousands of them would take most of the test's time.
    let (tip, payout) = (f.shop().tip(ALICE, vec![]), f.shop().payout(ALICE));
    for _ in 0..times.div_ceil(100) {
        f.chain.in_one_block(|chain| {
            for _ in 0..times.min(100) {
                chain.call_unasked(&bob, tip.clone(), amount).unwrap();
                chain.call_unasked(&bob, payout.clone(), 0).unwrap();
            }
        });
    }
    f.assert_solvent();
    let got = recipients.iter().map(|r| f.chain.balance(r) - UNIT);
    let got = got.collect();
    let fees = f.read(f.shop().overview()).fees_due;
    (got, fees, f.read(f.shop().shop(ALICE)).unwrap())
}

#[test]
fn a_thousand_payouts_of_one_unit_pay_the_same_as_one_of_a_thousand() {
    let parts = [1, 333_332, 666_667];
    let often = paid_out(&parts, 1_000, 1);
    assert_eq!(often, paid_out(&parts, 1, 1_000));
    // 250 basis points of 1,000, to the unit, although they are a fortieth of each single payout.
    let (shares, fees, books) = often;
    assert_eq!(fees, 25);
    assert_eq!(shares, [0, 324, 650]);
    // The last of the 975 is in nobody's favour: it waits until it is a whole one for somebody.
    assert_eq!(books.balance, 1);
}

#[test]
fn what_an_old_split_set_aside_goes_to_the_new_one_and_is_not_lost() {
    let (mut f, alice, bob, carol) = world_with(Terms {
        fee: 0,
        ..Terms::default()
    });
    let half = PARTS / 2;
    f.split(&alice, &[(&alice.id(), half), (&bob.id(), half)]);
    f.tip(&bob, 1);
    f.done(&bob, f.shop().payout(ALICE), 0);
    assert_eq!(f.books(), 1);
    // From now on all is carol's, that unit included.
    f.split(&alice, &[(&carol.id(), PARTS)]);
    f.tip(&bob, 10);
    let receipt = f.done(&bob, f.shop().payout(ALICE), 0);
    let told = Release::Payout {
        creator: ALICE,
        fee: 0,
        shares: vec![sent(&carol.id(), 11)],
    };
    assert_eq!(releases(&receipt), [told]);
    assert_eq!(f.solvency(), (0, 0));
    f.assert_solvent();
}

#[test]
fn refund_cannot_reach_what_rounding_set_aside() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, pass(1, DAY));
    let half = PARTS / 2;
    f.split(&alice, &[(&alice.id(), half), (&carol.id(), half)]);
    f.buy(&bob, 0, 1);
    f.done(&bob, f.shop().payout(ALICE), 0);
    // The unit is still here, but half of it is alice's and half is carol's.
    assert_eq!(f.books(), 1);
    let message = f.shop().refund(ALICE, 0, bob.id().ink(), vec![]);
    assert_eq!(f.refuse(&alice, message, 0), Error::BooksTooLow(0));
    f.assert_solvent();
}

// ---- Refunds ----

#[test]
fn refund_twice_is_refused() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, forever(500));
    f.publish(&alice, ALICE, pass(500, DAY));
    // Enough in the books for another refund of each.
    f.tip(&bob, 10_000);
    for (item, history) in [(0, vec![purchase(0, &bob, 500)]), (1, vec![])] {
        f.buy(&bob, item, 500);
        let message = f.shop().refund(ALICE, item, bob.id().ink(), history);
        f.done(&alice, message.clone(), 0);
        assert_eq!(
            f.refuse(&alice, message, 0),
            Error::Access(AccessError::NotBought)
        );
    }
    assert_eq!(f.books(), 10_000);
    f.assert_solvent();
}

#[test]
fn refund_of_a_gift_goes_to_the_giver_whatever_the_history_says() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, forever(500));
    f.tip(&bob, 10_000);
    let message = f.shop().buy(ALICE, 0, Some(carol.id().ink()), 500, None);
    f.done(&bob, message, 500);
    // Another payer, more than was paid, and the same purchase once more.
    for forged in [
        vec![purchase(0, &carol, 500)],
        vec![purchase(0, &bob, 501)],
        vec![purchase(0, &bob, 500), purchase(0, &bob, 500)],
    ] {
        let message = f.shop().refund(ALICE, 0, carol.id().ink(), forged);
        assert_eq!(
            f.refuse(&alice, message, 0),
            Error::Access(AccessError::WrongHistory)
        );
    }
    let (giver, owner) = (f.chain.balance(&bob.id()), f.chain.balance(&carol.id()));
    let truth = vec![purchase(0, &bob, 500)];
    let message = f.shop().refund(ALICE, 0, carol.id().ink(), truth);
    f.done(&alice, message, 0);
    assert_eq!(f.chain.balance(&bob.id()), giver + 500);
    assert_eq!(f.chain.balance(&carol.id()), owner);
    assert!(!f.has(&carol, 0));
    f.assert_solvent();
}

// ---- Redirecting ----

#[test]
fn payout_pays_the_recipients_of_the_registry_whoever_calls_it() {
    let (mut f, alice, bob, carol) = world();
    f.tip(&bob, 10_000);
    let own = split(&[(&bob.id(), PARTS)]);
    assert_eq!(
        f.refuse(&bob, f.reg().set_payout(ALICE, own, None, Vec::new()), 0),
        registry::Error::NotOwner
    );
    let (alices, carols) = (f.chain.balance(&alice.id()), f.chain.balance(&carol.id()));
    f.done(&bob, f.shop().payout(ALICE), 0);
    assert_eq!(f.chain.balance(&alice.id()), alices + 9_750);
    // A changed split counts from the next payout on.
    f.split(&alice, &[(&carol.id(), PARTS)]);
    f.tip(&bob, 10_000);
    f.done(&bob, f.shop().payout(ALICE), 0);
    assert_eq!(f.chain.balance(&carol.id()), carols + 9_750);
    f.assert_solvent();
}

#[test]
fn recipient_that_is_the_storefront_contract_itself_leaves_it_solvent() {
    let (mut f, alice, bob, _) = world();
    let itself = f.storefront_id.clone();
    let half = PARTS / 2;
    f.split(&alice, &[(&itself, half), (&alice.id(), half)]);
    f.tip(&bob, 2_000);
    let receipt = f.done(&bob, f.shop().payout(ALICE), 0);
    let told = Release::Payout {
        creator: ALICE,
        fee: 50,
        shares: vec![sent(&itself, 975), sent(&alice.id(), 975)],
    };
    assert_eq!(releases(&receipt), [told]);
    // It is given away: the contract holds it and owes it to nobody.
    assert_eq!(f.solvency(), (50, 50 + 975));
    f.assert_solvent();
}

#[test]
fn referrer_that_cannot_have_enrolled_is_refused() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, referred(1_000, 500));
    let contracts = [f.storefront_id.clone(), f.registry_id.clone()];
    for account in [[0; 32].into(), [0xff; 32].into()]
        .into_iter()
        .chain(contracts)
    {
        let referrer = Some(account.ink());
        let message = f.shop().buy(ALICE, 0, None, 1_000, referrer);
        assert_eq!(f.refuse(&bob, message, 1_000), Error::ReferrerNotEnrolled);
    }
    f.assert_solvent();
}

// ---- Money where none belongs ----

/// Checks that `message` does not go through with money attached, and that none moves.
fn assert_takes_no_money<Args: Encode + Clone, R: Decode>(
    f: &mut Farthing,
    who: &Account,
    message: Message<Args, R>,
) {
    let before = f.snapshot();
    let outcome = f.chain.dry_run(&who.id(), message.clone(), 5);
    // ink! traps before it reads anything of the message.
    let failure = outcome.err().expect("it takes no money");
    assert!(format!("{failure:?}").contains("ContractTrapped"));
    f.chain.call_unasked(who, message, 5).unwrap_err();
    assert_eq!(f.snapshot(), before);
}

#[test]
fn value_sent_to_a_message_that_takes_none_does_not_move() {
    let (mut f, alice, bob, _) = world();
    f.tip(&bob, 1_000);
    let message = f.reg().commit([1; 32]);
    assert_takes_no_money(&mut f, &alice, message);
    let message = f.reg().set_profile(ALICE, Profile::default());
    assert_takes_no_money(&mut f, &alice, message);
    let message = f.reg().set_payout(ALICE, split(&[(&alice.id(), PARTS)]), None, Vec::new());
    assert_takes_no_money(&mut f, &alice, message);
    let message = f.reg().creator_count();
    assert_takes_no_money(&mut f, &alice, message);
    let message = f.shop().publish(ALICE, forever(1));
    assert_takes_no_money(&mut f, &alice, message);
    let message = f.shop().payout(ALICE);
    assert_takes_no_money(&mut f, &alice, message);
    let message = f.shop().enroll();
    assert_takes_no_money(&mut f, &alice, message);
    let message = f.shop().withdraw_fees();
    assert_takes_no_money(&mut f, &alice, message);
    let message = f.shop().solvency();
    assert_takes_no_money(&mut f, &alice, message);
    // Without the money they would have gone through, payout for one.
    f.done(&alice, f.shop().payout(ALICE), 0);
    f.assert_solvent();
}

#[test]
fn money_forced_in_is_owed_to_nobody_and_changes_no_payout() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, forever(500));
    let contract = f.storefront_id.clone();
    f.chain.transfer(&carol, &contract, UNIT).unwrap();
    assert_eq!(f.solvency(), (0, UNIT));
    assert_eq!(
        f.refuse(&carol, f.shop().payout(ALICE), 0),
        Error::NothingDue
    );
    let message = f.shop().withdraw(carol.id().ink());
    assert_eq!(f.refuse(&carol, message, 0), Error::NothingDue);
    assert_eq!(
        f.refuse(&carol, f.shop().withdraw_fees(), 0),
        Error::NothingDue
    );
    // It does not pay for anything either.
    let message = f.shop().buy(ALICE, 0, None, 500, None);
    assert_eq!(f.refuse(&carol, message, 0), Error::ValueTooLow(500));
    f.tip(&bob, 10_000);
    let receipt = f.done(&bob, f.shop().payout(ALICE), 0);
    let told = Release::Payout {
        creator: ALICE,
        fee: 250,
        shares: vec![sent(&alice.id(), 9_750)],
    };
    assert_eq!(releases(&receipt), [told]);
    assert_eq!(f.solvency(), (250, 250 + UNIT));
    f.assert_solvent();
}

// ---- Overflow ----

#[test]
fn tips_that_add_up_to_more_than_there_can_be_are_refused() {
    let (mut f, _, bob, carol) = world();
    let second = f.creator(&carol, "carol");
    // The sum wraps to 0, which is what is attached.
    for creator in [ALICE, second] {
        let tips = vec![tip(ALICE, u128::MAX), tip(creator, 1)];
        assert_eq!(f.refuse(&bob, f.shop().tip_many(tips), 0), Error::Overflow);
    }
    // One alone is no overflow, but nobody has it.
    let message = f.shop().tip_many(vec![tip(ALICE, u128::MAX)]);
    assert_eq!(f.refuse(&bob, message, 0), Error::WrongValue(u128::MAX));
    // With something in the books already, the books would overflow.
    f.tip(&bob, 1);
    let message = f.shop().tip_many(vec![tip(ALICE, u128::MAX)]);
    assert_eq!(f.refuse(&bob, message, 0), Error::Overflow);
    f.assert_solvent();
}

#[test]
fn prices_that_add_up_to_more_than_there_can_be_are_refused() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, referred(u128::MAX, 10_000));
    f.publish(&alice, ALICE, forever(1));
    f.done(&alice, f.shop().set_price(ALICE, 1, u128::MAX), 0);
    f.done(&carol, f.shop().enroll(), 0);
    let referrer = Some(carol.id().ink());
    for (orders, referrer, why) in [
        (vec![order(0), order(1)], None, Error::Overflow),
        (vec![order(0), order(1)], referrer, Error::Overflow),
        (vec![order(1)], None, Error::ValueTooLow(u128::MAX)),
        (vec![order(0)], referrer, Error::ValueTooLow(u128::MAX)),
    ] {
        let message = f.shop().buy_many(orders, None, u128::MAX, referrer);
        assert_eq!(f.refuse(&bob, message, 5), why);
    }
    let message = f.shop().buy(ALICE, 1, None, u128::MAX - 1, None);
    assert_eq!(f.refuse(&bob, message, 5), Error::PriceAboveMax(u128::MAX));
    // With something in the books already, the books would overflow.
    f.tip(&bob, 1);
    let message = f.shop().buy(ALICE, 1, None, u128::MAX, None);
    assert_eq!(f.refuse(&bob, message, 5), Error::Overflow);
    f.assert_solvent();
}

#[test]
fn tier_of_the_highest_price_there_is_cannot_be_paid_and_overflows_nothing() {
    let (mut f, alice, bob, _) = world();
    let message = f.shop().set_tier(ALICE, u8::MAX, Some(u128::MAX));
    f.done(&alice, message, 0);
    f.tip(&bob, 1);
    let message = f.shop().buy_blinded(ALICE, u8::MAX, [1; 32], u128::MAX);
    assert_eq!(f.refuse(&bob, message, 5), Error::ValueTooLow(u128::MAX));
    f.assert_solvent();
}

#[test]
fn highest_maximum_there_is_buys_at_the_price() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, forever(5));
    f.done(&bob, f.shop().buy(ALICE, 0, None, u128::MAX, None), 1_000);
    assert_eq!(f.solvency(), (5, 5));
    f.assert_solvent();
}

// ---- Everything out ----

#[test]
fn contract_that_paid_out_everything_lives_and_owes_nothing() {
    let (mut f, alice, bob, carol) = world();
    f.chain.account("treasury", UNIT);
    f.publish(&alice, ALICE, referred(1_000, 500));
    f.done(&carol, f.shop().enroll(), 0);
    let referrer = Some(carol.id().ink());
    f.done(&bob, f.shop().buy(ALICE, 0, None, 1_000, referrer), 1_000);
    f.tip(&bob, 3 * UNIT);
    f.done(&bob, f.shop().payout(ALICE), 0);
    f.done(&bob, f.shop().withdraw(carol.id().ink()), 0);
    f.done(&bob, f.shop().withdraw_fees(), 0);
    assert_eq!(f.solvency(), (0, 0));
    // Nothing but what it must hold to exist, which was never counted.
    let contract = f.storefront_id.clone();
    assert_eq!(f.chain.balance(&contract), EXISTENTIAL_DEPOSIT);
    f.tip(&bob, 5);
    assert_eq!(f.solvency(), (5, 5));
    f.assert_solvent();
}

// ---- Pausing ----

#[test]
fn pause_holds_nobodys_money() {
    let (mut f, alice, bob, carol) = world();
    f.chain.account("treasury", UNIT);
    let guardian = guardian(&mut f);
    f.publish(&alice, ALICE, referred(1_000, 500));
    f.publish(&alice, ALICE, pass(1_000, DAY));
    f.done(&carol, f.shop().enroll(), 0);
    let referrer = Some(carol.id().ink());
    f.done(&bob, f.shop().buy(ALICE, 0, None, 1_000, referrer), 1_000);
    f.buy(&bob, 1, 1_000);

    let until = f.chain.now() + LONGEST;
    f.done(&guardian, f.shop().pause(LONGEST), 0);
    let message = f.shop().tip(ALICE, vec![]);
    assert_eq!(f.refuse(&bob, message, 5), Error::Paused(until));
    // Creators go on with their work,
    f.publish(&alice, ALICE, forever(5));
    // give back a pass and are paid what is left: 950 less 2.5%, of which 0.25 wait;
    let refund = f.shop().refund(ALICE, 1, bob.id().ink(), vec![]);
    f.done(&alice, refund, 0);
    let receipt = f.done(&bob, f.shop().payout(ALICE), 0);
    let told = Release::Payout {
        creator: ALICE,
        fee: 23,
        shares: vec![sent(&alice.id(), 927)],
    };
    assert_eq!(releases(&receipt), [told]);
    // referrers and the treasury take theirs out; referrers come and go.
    f.done(&carol, f.shop().withdraw(carol.id().ink()), 0);
    f.done(&bob, f.shop().withdraw_fees(), 0);
    f.done(&carol, f.shop().leave(), 0);
    f.done(&bob, f.shop().enroll(), 0);
    // Who had access still has it.
    assert!(f.has(&bob, 0));
    assert_eq!(f.solvency(), (0, 0));
    f.assert_solvent();
}

#[test]
fn guardian_cannot_prolong_a_pause_nor_begin_another_before_the_gap() {
    let (mut f, _, bob, _) = world();
    let guardian = guardian(&mut f);
    let until = f.chain.now() + LONGEST;
    f.done(&guardian, f.shop().pause(LONGEST), 0);
    let not_before = Error::BadPause(PauseError::NotBefore(until + GAP));
    let again = f.shop().pause(LONGEST);
    assert_eq!(f.refuse(&guardian, again.clone(), 0), not_before);
    f.chain.seal_at(until);
    f.tip(&bob, 5);
    assert_eq!(f.refuse(&guardian, again.clone(), 0), not_before);
    // Resuming what is over does not bring the next pause nearer, nor put it off.
    f.done(&guardian, f.shop().resume(), 0);
    assert_eq!(f.refuse(&guardian, again.clone(), 0), not_before);
    f.chain.seal_at(until + GAP);
    f.done(&guardian, again, 0);
    f.assert_solvent();
}

// ---- Around the fee, and against refunds ----

/// A creator who grants all of the price to a referrer, and has buyers name an account of their own as
/// one, takes everything past the payout. The fee is on that share too.
#[test]
fn creator_who_refers_their_own_buyers_for_the_whole_price_pays_the_fee() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, referred(UNIT, 10_000));
    f.done(&alice, f.shop().enroll(), 0);
    let referrer = Some(alice.id().ink());
    f.done(&bob, f.shop().buy(ALICE, 0, None, UNIT, referrer), UNIT);
    let before = f.chain.balance(&alice.id());
    f.done(&bob, f.shop().withdraw(alice.id().ink()), 0);
    assert_eq!(f.chain.balance(&alice.id()), before + UNIT - UNIT / 40);
    assert_eq!(f.read(f.shop().overview()).fees_due, UNIT / 40);
    f.assert_solvent();
}

/// Anyone can call `payout`, so anyone can empty the books just before a refund. The creator attaches
/// what is missing.
#[test]
fn refund_cannot_be_stopped_by_a_payout_that_comes_before_it() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, forever(1_000));
    f.buy(&bob, 0, 1_000);
    let history = vec![purchase(0, &bob, 1_000)];
    let refund = f.shop().refund(ALICE, 0, bob.id().ink(), history);
    let (payout, early) = (f.shop().payout(ALICE), refund.clone());
    f.chain.in_one_block(|chain| {
        chain.call(&carol, payout, 0).unwrap();
        let error = refused(chain.call(&alice, early, 0));
        assert_eq!(error, Error::BooksTooLow(0));
    });
    assert_eq!(
        f.refuse(&alice, refund.clone(), 999),
        Error::BooksTooLow(999)
    );
    let before = f.chain.balance(&bob.id());
    f.done(&alice, refund, 1_000);
    assert_eq!(f.chain.balance(&bob.id()), before + 1_000);
    assert_eq!(f.solvency(), (25, 25));
    f.assert_solvent();
}
