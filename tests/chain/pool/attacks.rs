//! What someone would try to get money that is not theirs, or to keep it from those whose it is.

use super::world::*;
use crate::matching_round::puppet::{self, Line};
use ink::scale::{Decode, Encode};

#[test]
fn refund_after_finalising_and_finalising_after_a_refund_are_refused() {
    let mut w = World::with_goal(1_000);
    let (bob, carol) = (w.bob.clone(), w.carol.clone());
    w.donate(&bob, 1_000);
    w.close();
    w.done(&carol, w.to().finalise(), 0);
    let refund = w.to().refund(bob.id().ink());
    let reached = Error::GoalReached(1_000);
    assert_eq!(w.refuse(&bob, refund.clone(), 0), reached);
    w.done(&carol, w.to().payout(None), 0);
    assert_eq!(w.refuse(&bob, refund, 0), reached);
    w.assert_solvent();

    let mut w = World::with_goal(1_001);
    for donor in [&bob, &carol] {
        w.donate(donor, 500);
    }
    w.close();
    w.done(&bob, w.to().refund(bob.id().ink()), 0);
    let missed = w.refuse(&carol, w.to().finalise(), 0);
    assert_eq!(missed, Error::GoalMissed(1_000));
    assert_eq!(w.refuse(&carol, w.to().payout(None), 0), Error::NothingDue);
    // Nor does pocket change that comes now open the rest to the beneficiary.
    w.done(&carol, w.to().grant(), 10_000);
    let missed = w.refuse(&carol, w.to().finalise(), 0);
    assert_eq!(missed, Error::GoalMissed(1_000));
    assert_eq!(w.overview().releasable, 0);
    assert_eq!(w.owed(), 500);
    w.assert_solvent();
}

#[test]
fn second_refund_is_refused_whether_or_not_the_record_is_freed() {
    let mut w = World::with_goal(10_000);
    let (bob, carol) = (w.bob.clone(), w.carol.clone());
    for donor in [&bob, &carol] {
        w.donate(donor, 500);
    }
    w.close();
    for donor in [&bob, &carol] {
        let refund = w.to().refund(donor.id().ink());
        w.done(&bob, refund.clone(), 0);
        for who in [&bob, &carol] {
            assert_eq!(w.refuse(who, refund.clone(), 0), Error::NothingDue);
        }
    }
    assert_eq!(w.owed(), 0);
    w.assert_solvent();
}

#[test]
fn refunds_of_everyone_in_one_block_pay_each_once() {
    let mut w = World::with_goal(10_000);
    let (bob, carol) = (w.bob.clone(), w.carol.clone());
    w.donate(&bob, 500);
    w.donate(&carol, 700);
    w.close();
    let refund = w.to().refund(bob.id().ink());
    w.chain.in_one_block(|chain| {
        chain.call(&carol, refund.clone(), 0).unwrap();
        assert_eq!(
            refused(chain.call(&bob, refund.clone(), 0)),
            Error::NothingDue
        );
        assert_eq!(refused(chain.call(&carol, refund, 0)), Error::NothingDue);
    });
    assert_eq!(w.owed(), 700);
    w.assert_solvent();
}

#[test]
fn whoever_paid_for_another_gets_nothing_back() {
    let mut w = World::with_goal(10_000);
    let (bob, carol) = (w.bob.clone(), w.carol.clone());
    w.done(&carol, w.to().donate_for(bob.id().ink(), None), 500);
    w.close();
    let own = w.to().refund(carol.id().ink());
    assert_eq!(w.refuse(&carol, own, 0), Error::NothingDue);
    let before = w.balance(&bob);
    w.done(&carol, w.to().refund(bob.id().ink()), 0);
    assert_eq!(w.balance(&bob), before + 500);
    w.assert_solvent();
}

#[test]
fn donation_in_the_deadlines_block_is_too_late_to_reach_the_goal_or_to_be_refunded() {
    let mut w = World::with_goal(1_000);
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    w.donate(&bob, 999);
    w.close();
    // The beneficiary sees that one unit is missing.
    let (donate, finalise) = (w.to().donate(None), w.to().finalise());
    let refund = w.to().refund(bob.id().ink());
    w.chain.in_one_block(|chain| {
        let late = refused(chain.call(&alice, donate, 1));
        assert_eq!(late, Error::Closed(CLOSES));
        let missed = refused(chain.call(&alice, finalise, 0));
        assert_eq!(missed, Error::GoalMissed(999));
        chain.call(&alice, refund, 0).unwrap();
    });
    assert_eq!(w.owed(), 0);
    w.assert_solvent();
}

#[test]
fn plain_transfer_does_not_reach_the_goal_and_takes_nothing_from_donors() {
    let mut w = World::with_goal(1_000);
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let forced = 5 * UNIT;
    w.donate(&bob, 999);
    let id = w.at.id.clone();
    w.chain.transfer(&alice, &id, forced).unwrap();
    w.close();
    let missed = w.refuse(&alice, w.to().finalise(), 0);
    assert_eq!(missed, Error::GoalMissed(999));
    assert_eq!(w.refuse(&alice, w.to().payout(None), 0), Error::NothingDue);
    assert_eq!(w.read(w.to().solvency()), (999, 999 + forced));
    w.done(&bob, w.to().take_in(), 0);
    assert_eq!(w.read(w.to().solvency()), (999, 999));
    assert_eq!(w.refuse(&alice, w.to().take_in(), 0), Error::NothingDue);
    w.done(&alice, w.to().refund(bob.id().ink()), 0);
    assert_eq!(w.read(w.to().solvency()), (0, 0));
    w.assert_solvent();
}

#[test]
fn matching_money_cannot_be_drained_by_donating_and_having_it_back() {
    let mut w = World::with_goal(100_000);
    let (alice, bob, sue) = (w.alice.clone(), w.bob.clone(), w.sue.clone());
    w.done(&sue, w.to().sponsor(one_to_one(10_000)), 10_000);
    // Bob is the beneficiary's friend. While the pool is open he cannot have his money back …
    w.donate(&bob, 10_000);
    let refund = w.to().refund(bob.id().ink());
    let open = w.refuse(&bob, refund.clone(), 0);
    assert_eq!(open, Error::OpenUntil(CLOSES));
    w.close();
    // … and when he can, all that was added is sue's again, and nothing the beneficiary's.
    w.done(&bob, refund, 0);
    assert_eq!(w.refuse(&alice, w.to().payout(None), 0), Error::NothingDue);
    let before = w.balance(&sue);
    w.done(&bob, w.to().return_sponsorship(1), 0);
    assert_eq!(w.balance(&sue), before + 10_000);
    let twice = w.refuse(&sue, w.to().return_sponsorship(1), 0);
    assert_eq!(twice, Error::NothingDue);
    assert_eq!(w.owed(), 0);
    w.assert_solvent();
}

#[test]
fn limit_for_a_donor_is_not_escaped_by_freeing_the_record() {
    let mut w = World::with_goal(10_000);
    let (bob, sue) = (w.bob.clone(), w.sue.clone());
    w.done(&sue, w.to().sponsor(one_to_one(100)), 1_000);
    w.donate(&bob, 100);
    let forget = w.to().forget(bob.id().ink());
    assert_eq!(w.refuse(&bob, forget.clone(), 0), Error::StillNeeded);
    w.donate(&bob, 100);
    assert_eq!(w.overview().sums.matched, 100);
    // Nor by gifts that a friend pays in for him, singly or in a batch.
    let carol = w.carol.clone();
    w.done(&carol, w.to().donate_for(bob.id().ink(), None), 100);
    let gifts = vec![gift(&bob, 50), gift(&bob, 50)];
    w.done(&carol, w.to().donate_many(gifts), 100);
    assert_eq!(w.overview().sums.matched, 100);
    w.assert_solvent();
}

#[test]
fn unspent_money_of_a_sponsor_does_not_reach_the_goal() {
    let mut w = World::with_goal(1_000);
    let (alice, bob, sue) = (w.alice.clone(), w.bob.clone(), w.sue.clone());
    w.done(&sue, w.to().sponsor(one_to_one(100)), 100 * UNIT);
    w.donate(&bob, 800);
    w.close();
    let missed = w.refuse(&alice, w.to().finalise(), 0);
    assert_eq!(missed, Error::GoalMissed(900));
    assert_eq!(w.owed(), 800 + 100 * UNIT);
    w.assert_solvent();
}

#[test]
fn pool_cannot_be_its_own_beneficiary() {
    let w = World::keeping();
    let (mut chain, alice) = (w.chain, w.alice);
    // The account of a new contract follows from its rules, so that naming it in them makes another.
    let mut terms = keep_all(&alice);
    let mut seen = Vec::new();
    for title in ["a", "b", "c"] {
        terms.title = title.into();
        let at = DonationPool::deploy(&mut chain, &alice, terms.clone()).unwrap();
        assert!(!seen.contains(&at.id));
        terms.beneficiaries = split(&[(&at.id, PARTS)]);
        let next = DonationPool::deploy(&mut chain, &alice, terms.clone()).unwrap();
        assert_ne!(next.id, at.id);
        seen.extend([at.id, next.id.clone()]);
        next.assert_solvent(&mut chain);
    }
}

#[test]
fn money_for_another_pool_is_taken_in_there() {
    // A pool as another's beneficiary: a plain transfer, which no books know of.
    let mut w = World::keeping();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let first = w.at.clone();
    let terms = Terms {
        title: "second".into(),
        beneficiaries: split(&[(&first.id, PARTS)]),
        ..keep_all(&alice)
    };
    w.at = DonationPool::deploy(&mut w.chain, &alice, terms).unwrap();
    w.donate(&bob, 1_000);
    assert_eq!(w.read(w.to().solvency()), (0, 0));
    w.at = first;
    assert_eq!(w.read(w.to().solvency()), (0, 1_000));
    let before = w.balance(&alice);
    w.done(&bob, w.to().take_in(), 0);
    assert_eq!(w.balance(&alice), before + 1_000);
    assert_eq!(w.read(w.to().solvency()), (0, 0));
    w.assert_solvent();
}

#[test]
fn gift_in_the_pools_own_name_leaves_it_solvent() {
    let mut w = World::with_goal(1_000);
    let bob = w.bob.clone();
    let own = w.at.id.ink();
    w.done(&bob, w.to().donate_for(own, None), 500);
    w.donate(&bob, 400);
    w.close();
    w.done(&bob, w.to().refund(own), 0);
    assert_eq!(w.refuse(&bob, w.to().refund(own), 0), Error::NothingDue);
    assert_eq!(w.read(w.to().solvency()), (400, 900));
    w.done(&bob, w.to().take_in(), 0);
    w.done(&bob, w.to().refund(bob.id().ink()), 0);
    assert_eq!(w.read(w.to().solvency()), (0, 0));
    w.assert_solvent();
}

#[test]
fn a_hundred_gifts_of_one_unit_pay_the_same_as_one_of_a_hundred() {
    let paid = |held: bool, times: u32, amount: Balance| {
        let helpers = ["dan", "eve", "fay"].map(Account::named);
        let mut w = World::new(|alice| {
            let [dan, eve, fay] = &helpers;
            Terms {
                beneficiaries: split(&[(&dan.id(), 1), (&eve.id(), 333_332), (&fay.id(), 666_667)]),
                fee: Some(Fee {
                    points: 200,
                    treasury: Account::named("treasury").id().ink(),
                }),
                ..if held {
                    holding(alice)
                } else {
                    keep_all(alice)
                }
            }
        });
        let bob = w.bob.clone();
        let all = helpers.iter().map(Account::id);
        let all: Vec<_> = all.chain([Account::named("treasury").id()]).collect();
        all.iter().for_each(|one| w.chain.mint(one, UNIT));
        let (donate, payout) = (w.to().donate(None), w.to().payout(None));
        w.chain.in_one_block(|chain| {
            for _ in 0..times {
                chain.call_unasked(&bob, donate.clone(), amount).unwrap();
                if held {
                    chain.call_unasked(&bob, payout.clone(), 0).unwrap();
                }
            }
        });
        if !held {
            // What could not be divided has added up.
            let _ = w.chain.call(&bob, w.to().take_in(), 0);
        }
        w.assert_solvent();
        let got: Vec<_> = all.iter().map(|one| w.chain.balance(one) - UNIT).collect();
        (
            got,
            w.chain.balance(&w.at.id) - farthing_chain::existential_deposit(),
        )
    };
    for held in [true, false] {
        let often = paid(held, 100, 1);
        assert_eq!(often, paid(held, 1, 100));
        // 2 for the treasury; of the other 98 one unit waits until it is a whole one for somebody.
        assert_eq!(often, (vec![0, 32, 65, 2], 1));
    }
}

#[test]
fn donor_who_gives_nothing_is_refused() {
    let mut w = World::with_goal(1_000);
    let (bob, carol) = (w.bob.clone(), w.carol.clone());
    let nothing = Error::BelowMinimum(1);
    assert_eq!(w.refuse(&bob, w.to().donate(None), 0), nothing);
    let message = w.to().donate_for(carol.id().ink(), None);
    assert_eq!(w.refuse(&bob, message, 0), nothing);
    let message = w.to().donate_many(vec![gift(&bob, 0)]);
    assert_eq!(w.refuse(&bob, message, 0), nothing);
    assert_eq!(w.read(w.to().donor(bob.id().ink())), None);
    w.assert_solvent();
}

/// Checks that `message` does not go through with money attached, and that none moves.
fn takes_no_money<Args: Encode + Clone, R: Decode>(w: &mut World, message: Message<Args, R>) {
    let (bob, id) = (w.bob.clone(), w.at.id.clone());
    let before = w.chain.total_balance(&id);
    w.chain
        .call_unasked(&bob, message, 5)
        .expect_err("this message takes no money");
    assert_eq!(w.chain.total_balance(&id), before);
}

#[test]
fn money_attached_where_none_belongs_is_refused() {
    let mut w = World::with_goal(1_000);
    let account = w.bob.id().ink();
    w.donate(&w.bob.clone(), 1_000);
    w.close();
    let message = w.to().finalise();
    takes_no_money(&mut w, message);
    let message = w.to().payout(None);
    takes_no_money(&mut w, message);
    let message = w.to().refund(account);
    takes_no_money(&mut w, message);
    let message = w.to().withdraw(account);
    takes_no_money(&mut w, message);
    let message = w.to().forget(account);
    takes_no_money(&mut w, message);
    let message = w.to().explain(Some(0), note());
    takes_no_money(&mut w, message);
    let message = w.to().return_sponsorship(1);
    takes_no_money(&mut w, message);
    let message = w.to().take_in();
    takes_no_money(&mut w, message);
    w.assert_solvent();
}

// ---- Contracts that somebody else wrote ----

#[test]
fn pool_can_call_no_other_contract_whoever_chose_it() {
    // Whoever calls a message pays for all that is stored on the way: a contract of a stranger could
    // take that from them. So the code of pools has no function of the chain's that calls one.
    let code = farthing_artifacts::wasm("pool");
    let call: &[u8] = b"\x05seal2\x04call";
    let names: [&[u8]; 5] = [
        b"seal_call",
        call,
        b"delegate_call",
        b"instantiate",
        b"set_code_hash",
    ];
    for name in names {
        let found = code.windows(name.len()).any(|bytes| bytes == name);
        assert!(!found, "{}", String::from_utf8_lossy(name));
    }
    // They do stand in code that calls.
    let factory = farthing_artifacts::wasm("pool_factory");
    assert!(factory.windows(call.len()).any(|bytes| bytes == call));
}

/// A contract that hands in 500 units for bob, and one that frees bob's record, whoever calls them.
fn puppets(w: &mut World) -> [AccountId; 2] {
    let (carol, bob) = (w.carol.clone(), w.bob.id().ink());
    let pool = w.at.id.clone();
    let line = || Line::answer(SAY, &Ok::<(), Error>(()));
    let gives = line().calling(&pool, w.to().donate_for(bob, None), 500);
    let frees = line().calling(&pool, w.to().forget(bob), 0);
    [gives, frees].map(|line| puppet::deploy(&mut w.chain, &carol, &[line]))
}

const SAY: [u8; 4] = [1, 2, 3, 4];

#[test]
fn deposit_of_a_record_that_a_contract_made_is_the_donors_and_no_contract_frees_it() {
    for given in [500, 499] {
        let mut w = World::with_goal(given);
        let (bob, carol, sue) = (w.bob.clone(), w.carol.clone(), w.sue.clone());
        let [gives, frees] = puppets(&mut w);
        let say = |puppet: &AccountId| puppet::say_line(puppet, SAY);
        let (_, receipt) = w.chain.call(&carol, say(&gives), 500).unwrap();
        // An account of 32 bytes less, as nobody knows who paid.
        assert_eq!(receipt.deposit, RECORD - 32 * PER_BYTE);
        let told = receipt.events_of::<Donations>();
        assert!(!told[0].signed);
        let record = w.read(w.to().donor(bob.id().ink())).unwrap();
        assert_eq!((record.payer, record.given, record.paid), (None, 500, 0));
        let forget = w.to().forget(bob.id().ink());
        assert_eq!(w.refuse(&bob, forget.clone(), 0), Error::StillNeeded);
        w.close();
        // Neither the contracts, for whoever calls them, nor who signed then.
        for puppet in [&gives, &frees] {
            let before = w.chain.total_balance(&sue.id());
            let (_, receipt) = w.chain.call(&sue, say(puppet), 500).unwrap();
            assert_eq!(receipt.deposit, 0);
            assert!(w.chain.total_balance(&sue.id()) <= before);
        }
        assert_eq!(w.refuse(&carol, forget.clone(), 0), Error::NotPayer);
        let back = w.done(&bob, forget, 0).deposit + RECORD - 32 * PER_BYTE;
        assert!((0..=2).contains(&back));
        w.assert_solvent();
    }
}

#[test]
fn donor_has_the_deposit_of_a_record_that_a_contract_made_with_the_refund() {
    let mut w = World::with_goal(1_000);
    let (bob, carol) = (w.bob.clone(), w.carol.clone());
    let [gives, _] = puppets(&mut w);
    let say = puppet::say_line(&gives, SAY);
    w.chain.call(&carol, say, 500).unwrap();
    w.close();
    let receipt = w.done(&bob, w.to().refund(bob.id().ink()), 0);
    let refund = Release::Refund {
        donor: bob.id().ink(),
        to: bob.id().ink(),
        amount: 500,
        freed: true,
    };
    assert_eq!(releases(&receipt), [refund]);
    assert!(receipt.deposit < 0);
    w.assert_solvent();
}

// ---- Dust ----

#[test]
fn dust_sponsor_makes_no_gift_lock_a_deposit_and_cannot_last() {
    let mut w = World::new(|alice| Terms {
        least_sponsorship: UNIT,
        ..keep_all(alice)
    });
    let (bob, mallory) = (w.bob.clone(), w.sue.clone());
    let until = Some(w.chain.now() + 700 * DAY);
    let dust = |per_donor| Pledge {
        ratio: 1_000,
        per_donor,
        until,
    };
    let (dust, least) = (dust(1), dust(UNIT / 100));
    let alone = w.donate(&bob, UNIT / 100);
    let refusal = w.refuse(&mallory, w.to().sponsor(dust), UNIT);
    let error = Error::BadPledge(PledgeError::PerDonor(UNIT / 100));
    assert_eq!(refusal, error);
    w.done(&mallory, w.to().sponsor(least), UNIT);
    // Whoever gives pays for no record; and what is added is what it costs mallory.
    let matched = w.donate(&bob, UNIT / 100);
    assert_eq!((alone.deposit, matched.deposit), (0, 0));
    assert_eq!(w.spent(), [UNIT / 1_000]);
    let gifts = vec![gift(&bob, UNIT / 100); 64];
    let receipt = w.done(&bob, w.to().donate_many(gifts), 64 * UNIT / 100);
    assert_eq!(receipt.deposit, 0);
    assert_eq!(w.read(w.to().donor(bob.id().ink())), None);
    w.assert_solvent();
}

#[test]
fn cheap_sponsor_who_came_first_does_not_make_a_goal_fail() {
    for first in [false, true] {
        let mut w = World::with_goal(2_000);
        let (bob, sue, mallory) = (w.bob.clone(), w.sue.clone(), w.carol.clone());
        if first {
            let cheap = Pledge {
                ratio: 1_000,
                ..one_to_one(1_000)
            };
            w.done(&mallory, w.to().sponsor(cheap), 100);
        }
        w.done(&sue, w.to().sponsor(one_to_one(1_000)), 1_000);
        w.donate(&bob, 1_000);
        w.close();
        assert_eq!(w.overview().stage, Stage::Ended);
        w.assert_solvent();
    }
}

#[test]
fn dust_does_not_take_the_places_of_a_goals_sponsors() {
    let mut w = World::with_goal(1_000 * UNIT);
    let (sue, mallory) = (w.sue.clone(), w.carol.clone());
    let least = Error::BadPledge(PledgeError::TooLittle(10 * UNIT));
    let dust = w.to().sponsor(one_to_one(UNIT));
    assert_eq!(w.refuse(&mallory, dust.clone(), 1), least);
    assert_eq!(w.refuse(&mallory, dust, 10 * UNIT - 1), least);
    w.done(&sue, w.to().sponsor(one_to_one(UNIT)), 100 * UNIT);
    w.assert_solvent();
}
