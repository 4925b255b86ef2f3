//! Straight through: what nobody can ask back is with the beneficiaries in the message that brings it;
//! and money that comes by other roads.

use super::world::*;

/// An account that is not on the chain, and can only be sent the existential deposit or more.
fn nobody() -> AccountId {
    Account::named("nobody").id()
}

/// A pool for alice and bob, with a fee for a treasury that exists.
fn for_two(held: bool) -> (World, [Account; 3]) {
    let mut w = World::new(|alice| {
        let bob = Account::named("bob");
        Terms {
            beneficiaries: split(&[(&alice.id(), 250_000), (&bob.id(), 750_000)]),
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
    let treasury = w.chain.account("treasury", UNIT);
    let all = [w.alice.clone(), w.bob.clone(), treasury];
    (w, all)
}

#[test]
fn gift_is_with_everyone_whose_it_is_at_once() {
    let (mut w, all) = for_two(false);
    let carol = w.carol.clone();
    let before = all.each_ref().map(|one| w.balance(one));
    let receipt = w.donate(&carol, 10_000);
    assert_eq!(receipt.deposit, 0);
    let [alice, bob, treasury] = all.each_ref().map(|one| one.id());
    let division = Division {
        fee: Some(sent(&treasury, 200)),
        shares: vec![sent(&alice, 2_450), sent(&bob, 7_350)],
    };
    assert_eq!(divisions(&receipt), Some(division));
    let now = all.each_ref().map(|one| w.balance(one));
    assert_eq!(now, [before[0] + 2_450, before[1] + 7_350, before[2] + 200]);
    assert_eq!(w.read(w.to().solvency()), (0, 0));
    // There is nothing to pay out, and nothing in any total.
    assert_eq!(w.refuse(&carol, w.to().payout(None), 0), Error::NothingDue);
    let books = w.overview().sums;
    assert_eq!((books.donated, books.matched, books.pocket), (0, 0, 0));
    w.assert_solvent();
}

#[test]
fn gifts_of_a_batch_are_divided_together() {
    let (mut w, all) = for_two(false);
    let carol = w.carol.clone();
    let before = all.each_ref().map(|one| w.balance(one));
    let gifts = vec![gift(&carol, 33), gift(&all[0], 33), gift(&carol, 34)];
    let receipt = w.done(&carol, w.to().donate_many(gifts), 100);
    let told = &events::<Donations>(&receipt)[0];
    let [first, second, third] = &told.donations[..] else {
        panic!("three donations")
    };
    assert_eq!((first.amount, second.amount, third.amount), (33, 33, 34));
    assert_eq!((told.payer, told.signed), (carol.id().ink(), false));
    let now = all.each_ref().map(|one| w.balance(one));
    // 2 of 100; of the other 98 a quarter is 24.5.
    assert_eq!(now, [before[0] + 24, before[1] + 73, before[2] + 2]);
    assert_eq!(w.read(w.to().solvency()), (0, 1));
    w.assert_solvent();
}

#[test]
fn share_that_is_refused_waits_and_fails_no_gift() {
    for held in [false, true] {
        let half = PARTS / 2;
        let mut w = World::new(|alice| Terms {
            beneficiaries: split(&[(&nobody(), half), (&alice.id(), half)]),
            fee: Some(Fee {
                points: 100,
                treasury: nobody().ink(),
            }),
            ..if held {
                holding(alice)
            } else {
                keep_all(alice)
            }
        });
        let (alice, bob) = (w.alice.clone(), w.bob.clone());
        let before = w.balance(&alice);
        let receipt = w.donate(&bob, 1_000);
        assert_eq!(receipt.deposit, 0);
        if held {
            w.done(&bob, w.to().payout(None), 0);
        } else {
            let kept = |amount| Share {
                sent: false,
                ..sent(&nobody(), amount)
            };
            let division = Division {
                fee: Some(kept(10)),
                shares: vec![kept(495), sent(&alice.id(), 495)],
            };
            assert_eq!(divisions(&receipt), Some(division));
        }
        // Alice has hers. What waits for the treasury and for the beneficiary who is the same is owed,
        // once, and is no surplus.
        assert_eq!(w.balance(&alice), before + 495);
        assert_eq!(w.read(w.to().kept_for(nobody().ink())), 505);
        assert_eq!(w.read(w.to().solvency()), (505, 505));
        assert_eq!(w.refuse(&bob, w.to().take_in(), 0), Error::NothingDue);
        let withdraw = w.to().withdraw(nobody().ink());
        let failed = w.refuse(&bob, withdraw.clone(), 0);
        assert_eq!(failed, Error::TransferFailed);
        w.chain.mint(&nobody(), UNIT);
        let receipt = w.done(&bob, withdraw.clone(), 0);
        let withdrawal = Release::Withdrawal {
            account: nobody().ink(),
            amount: 505,
        };
        assert_eq!(releases(&receipt), [withdrawal]);
        assert_eq!(w.chain.balance(&nobody()), UNIT + 505);
        assert_eq!(w.refuse(&bob, withdraw, 0), Error::NothingDue);
        assert_eq!(w.read(w.to().solvency()), (0, 0));
        w.assert_solvent();
    }
}

#[test]
fn what_sponsors_add_goes_on_with_the_gift() {
    let mut w = World::keeping();
    let (alice, bob, sue) = (w.alice.clone(), w.bob.clone(), w.sue.clone());
    let pledge = Pledge {
        until: Some(CLOSES),
        ..one_to_one(60)
    };
    w.done(&sue, w.to().sponsor(pledge), 100);
    let before = w.balance(&alice);
    let receipt = w.donate(&bob, 50);
    assert_eq!(matches(&receipt), [[(1, 50)]]);
    let division = divisions(&receipt).unwrap();
    assert_eq!(division.shares, [sent(&alice.id(), 100)]);
    assert_eq!(w.balance(&alice), before + 100);
    // All that is left here is sue's.
    assert_eq!(w.read(w.to().solvency()), (50, 50));
    assert_eq!(matches(&w.donate(&bob, 70)), [[(1, 50)]]);
    assert_eq!(w.overview().sums.matching_until, None);
    assert_eq!(w.balance(&alice), before + 220);
    assert_eq!(w.read(w.to().solvency()), (0, 0));
    w.assert_solvent();
}

#[test]
fn largest_batch_with_the_most_sponsors_and_beneficiaries_fits() {
    let accounts: Vec<AccountId> = (1..=16u8).map(|byte| [byte; 32].into()).collect();
    let mut w = World::new(|alice| {
        let parts: Vec<_> = accounts.iter().map(|one| (one, PARTS / 16)).collect();
        Terms {
            beneficiaries: split(&parts),
            fee: Some(Fee {
                points: 200,
                treasury: Account::named("treasury").id().ink(),
            }),
            least_sponsorship: 1,
            ..keep_all(alice)
        }
    });
    let (bob, sue) = (w.bob.clone(), w.sue.clone());
    let pledge = Pledge {
        until: Some(CLOSES),
        ..one_to_one(UNIT)
    };
    for _ in 0..8 {
        w.done(&sue, w.to().sponsor(pledge.clone()), UNIT);
    }
    let one = Gift {
        memo: Some([7; 32]),
        ..gift(&bob, 1_000)
    };
    let receipt = w.done(&bob, w.to().donate_many(vec![one; 64]), 64_000);
    assert_eq!(w.spent(), [64_000; 8]);
    // Nobody who gets it exists, so that all of it waits.
    let division = divisions(&receipt).unwrap();
    assert_eq!(division.fee.as_ref().map(|fee| fee.amount), Some(11_520));
    assert_eq!(division.sum(), 9 * 64_000);
    assert_eq!(w.owed(), 8 * (UNIT - 64_000) + 9 * 64_000);
    w.assert_solvent();
}

// ---- Other roads ----

#[test]
fn plain_transfer_is_taken_in_by_anyone() {
    for held in [false, true] {
        let (mut w, all) = for_two(held);
        let (carol, id) = (w.carol.clone(), w.at.id.clone());
        assert_eq!(w.refuse(&carol, w.to().take_in(), 0), Error::NothingDue);
        w.chain.transfer(&carol, &id, 10_000).unwrap();
        assert_eq!(w.read(w.to().solvency()), (0, 10_000));
        let before = all.each_ref().map(|one| w.balance(one));
        let receipt = w.done(&carol, w.to().take_in(), 0);
        assert_eq!(receipt.deposit, 0);
        let told = &events::<Arrived>(&receipt)[0];
        assert_eq!(told.arrival, Arrival::Surplus { amount: 10_000 });
        assert_eq!(told.division.is_none(), held);
        if held {
            assert_eq!(w.overview().sums.pocket, 10_000);
            w.done(&carol, w.to().payout(None), 0);
        }
        let now = all.each_ref().map(|one| w.balance(one));
        assert_eq!(now, [before[0] + 2_450, before[1] + 7_350, before[2] + 200]);
        assert_eq!(w.refuse(&carol, w.to().take_in(), 0), Error::NothingDue);
        assert_eq!(w.read(w.to().solvency()), (0, 0));
        w.assert_solvent();
    }
}

#[test]
fn money_sent_to_a_pools_address_before_it_is_made_is_taken_in() {
    let w = World::keeping();
    let (mut chain, alice) = (w.chain, w.alice);
    let terms = keep_all(&alice);
    let probe = DonationPool::deploy(&mut chain, &alice, terms.clone()).unwrap();
    // The same pool on another chain: there the money is first.
    let mut w = World::keeping();
    w.chain.transfer(&w.alice, &probe.id, UNIT).unwrap();
    w.at = DonationPool::deploy(&mut w.chain, &alice, terms).unwrap();
    assert_eq!(w.at.id, probe.id);
    let bob = w.bob.clone();
    let (owed, held) = w.read(w.to().solvency());
    assert_eq!(owed, 0);
    assert!(held >= UNIT - farthing_chain::existential_deposit());
    let before = w.balance(&alice);
    w.done(&bob, w.to().take_in(), 0);
    assert_eq!(w.balance(&alice), before + held);
    assert_eq!(w.read(w.to().solvency()), (0, 0));
    w.assert_solvent();
}

#[test]
fn surplus_of_a_goal_is_apart_from_donors_and_sponsors_at_every_stage() {
    for (given, end) in [(400, Stage::Missed), (500, Stage::Ended)] {
        let mut w = World::with_goal(1_000);
        let (alice, bob, sue) = (w.alice.clone(), w.bob.clone(), w.sue.clone());
        let id = w.at.id.clone();
        w.done(&sue, w.to().sponsor(one_to_one(1_000)), 700);
        w.donate(&bob, given);
        for closed in [false, true] {
            if closed {
                w.close();
            }
            w.chain.transfer(&bob, &id, 5_000).unwrap();
            let before = w.balance(&alice);
            w.done(&bob, w.to().take_in(), 0);
            assert_eq!(w.balance(&alice), before + 5_000);
            assert_eq!(w.read(w.to().solvency()), (700 + given, 700 + given));
        }
        assert_eq!(w.overview().stage, end);
        w.chain.transfer(&bob, &id, 3).unwrap();
        match end {
            Stage::Missed => drop(w.done(&bob, w.to().refund(bob.id().ink()), 0)),
            _ => {
                w.done(&bob, w.to().finalise(), 0);
                w.done(&bob, w.to().take_in(), 0);
                w.done(&bob, w.to().payout(None), 0);
            }
        }
        w.done(&sue, w.to().return_sponsorship(1), 0);
        assert_eq!(w.owed(), 0);
        w.assert_solvent();
    }
}

#[test]
fn too_little_to_divide_stays_until_it_adds_up() {
    let third = PARTS / 3;
    let mut w = World::new(|alice| {
        let (bob, carol) = (Account::named("bob"), Account::named("carol"));
        Terms {
            beneficiaries: split(&[
                (&alice.id(), third),
                (&bob.id(), third),
                (&carol.id(), PARTS - 2 * third),
            ]),
            ..keep_all(alice)
        }
    });
    let sue = w.sue.clone();
    for held in 1..=3 {
        w.donate(&sue, 1);
        assert_eq!(w.read(w.to().solvency()), (0, held));
        if held < 3 {
            assert_eq!(w.refuse(&sue, w.to().take_in(), 0), Error::NothingDue);
        }
    }
    // Two of the three have not quite a whole unit.
    assert_eq!(w.chain.call(&sue, w.to().take_in(), 0).unwrap().0, 1);
    assert_eq!(w.read(w.to().solvency()), (0, 2));
    w.assert_solvent();
}
