//! Money in.

use super::world::*;

#[test]
fn donation_to_a_pool_without_a_goal_creates_nothing() {
    let mut w = World::keeping();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let before = w.balance(&alice);
    for memo in [None, Some([7; 32])] {
        let receipt = w.done(&bob, w.to().donate(memo), 500);
        assert_eq!(receipt.deposit, 0);
        let [told] = &events::<Donations>(&receipt)[..] else {
            panic!("one event")
        };
        assert_eq!(told.payer, bob.id().ink());
        let donation = Donation {
            memo,
            ..unmatched(&bob, 500)
        };
        assert_eq!(told.donations, [donation]);
        // It is the beneficiary's at once.
        let shares = vec![sent(&alice.id(), 500)];
        let division = Division { fee: None, shares };
        assert_eq!(told.division, Some(division));
    }
    assert_eq!(w.read(w.to().donor(bob.id().ink())), None);
    assert_eq!(w.balance(&alice), before + 1_000);
    assert_eq!(w.read(w.to().solvency()), (0, 0));
    w.assert_solvent();
}

#[test]
fn donor_has_one_record_however_often_they_give() {
    let mut w = World::with_goal(10_000);
    let bob = w.bob.clone();
    assert_eq!(w.donate(&bob, 500).deposit, RECORD);
    for _ in 0..3 {
        assert_eq!(w.donate(&bob, 500).deposit, 0);
    }
    assert_eq!(w.given(&bob), 2_000);
    assert_eq!(w.overview().sums.donated, 2_000);
    w.assert_solvent();
}

#[test]
fn gift_is_the_donors_whoever_pays_it_in() {
    let mut w = World::with_goal(10_000);
    let (bob, carol) = (w.bob.clone(), w.carol.clone());
    let message = w.to().donate_for(bob.id().ink(), Some([7; 32]));
    let receipt = w.done(&carol, message, 500);
    assert_eq!(receipt.deposit, RECORD);
    let told = &events::<Donations>(&receipt)[0];
    assert_eq!(
        (told.payer, told.donations[0].donor),
        (carol.id().ink(), bob.id().ink())
    );
    assert_eq!(w.given(&bob), 500);
    assert_eq!(w.given(&carol), 0);
    // Bob's own joins it.
    assert_eq!(w.donate(&bob, 5).deposit, 0);
    assert_eq!(w.given(&bob), 505);
    w.assert_solvent();
}

#[test]
fn batch_credits_each_donor_and_one_of_them_twice() {
    let mut w = World::with_goal(10_000);
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    let gifts = vec![gift(&bob, 1), gift(&carol, 20), gift(&bob, 300)];
    let message = w.to().donate_many(gifts.clone());
    let receipt = w.done(&alice, message, 321);
    assert_eq!(receipt.deposit, 2 * RECORD);
    let told = &events::<Donations>(&receipt)[0];
    assert_eq!((told.payer, told.signed), (alice.id().ink(), true));
    assert_eq!(told.division, None);
    for (donation, gift) in told.donations.iter().zip(&gifts) {
        assert_eq!((donation.donor, donation.amount), (gift.donor, gift.amount));
    }
    assert_eq!((w.given(&bob), w.given(&carol)), (301, 20));
    assert_eq!(w.owed(), 321);
    w.assert_solvent();
}

#[test]
fn batch_of_sixty_four_goes_through_and_one_more_does_not() {
    let mut w = World::with_goal(10_000);
    let bob = w.bob.clone();
    let gifts = |n| -> Vec<Gift> {
        let one = |byte: u8| Gift {
            donor: [byte; 32].into(),
            amount: 2,
            memo: Some([byte; 32]),
        };
        (1..=n).map(one).collect()
    };
    w.done(&bob, w.to().donate_many(gifts(64)), 128);
    assert_eq!(w.overview().sums.donated, 128);
    for n in [0, 65] {
        let message = w.to().donate_many(gifts(n));
        assert_eq!(w.refuse(&bob, message, 2 * u128::from(n)), Error::BatchSize);
    }
    w.assert_solvent();
}

#[test]
fn batch_with_one_bad_gift_or_the_wrong_value_is_refused() {
    let mut w = World::new(|alice| Terms {
        minimum: 10,
        ..with_goal(alice, 100)
    });
    let (bob, carol) = (w.bob.clone(), w.carol.clone());
    let good = w.to().donate_many(vec![gift(&bob, 10), gift(&carol, 10)]);
    for value in [0, 19, 21] {
        assert_eq!(w.refuse(&bob, good.clone(), value), Error::WrongValue(20));
    }
    let bad = w.to().donate_many(vec![gift(&bob, 10), gift(&carol, 9)]);
    assert_eq!(w.refuse(&bob, bad, 19), Error::BelowMinimum(10));
    // Two halves of everything there can be, and more.
    let most = vec![gift(&bob, u128::MAX), gift(&bob, 10)];
    let message = w.to().donate_many(most);
    assert_eq!(w.refuse(&bob, message, 9), Error::Overflow);
    w.assert_solvent();
}

#[test]
fn less_than_the_minimum_is_refused() {
    let mut w = World::new(|alice| Terms {
        minimum: 10,
        ..keep_all(alice)
    });
    let bob = w.bob.clone();
    for amount in [0, 9] {
        let error = w.refuse(&bob, w.to().donate(None), amount);
        assert_eq!(error, Error::BelowMinimum(10));
        let message = w.to().donate_for(w.carol.id().ink(), None);
        assert_eq!(w.refuse(&bob, message, amount), Error::BelowMinimum(10));
    }
    w.donate(&bob, 10);
    w.assert_solvent();
}

#[test]
fn grant_is_no_part_of_the_goal_and_can_come_at_any_time() {
    let mut w = World::with_goal(10_000);
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let before = w.balance(&alice);
    let receipt = w.done(&bob, w.to().grant(), 700);
    assert_eq!(receipt.deposit, 0);
    let arrival = Arrival::Grant {
        from: bob.id().ink(),
        amount: 700,
    };
    let told = &events::<Arrived>(&receipt)[0];
    assert_eq!(told.arrival, arrival);
    let shares = vec![sent(&alice.id(), 700)];
    let division = Division { fee: None, shares };
    assert_eq!(told.division, Some(division));
    assert_eq!(w.refuse(&bob, w.to().grant(), 0), Error::NothingDue);
    // The beneficiary has it at once, and after the end, although the goal is missed.
    w.close();
    w.done(&bob, w.to().grant(), 50);
    assert_eq!(w.balance(&alice), before + 750);
    assert_eq!(w.overview().stage, Stage::Missed);
    assert_eq!(w.owed(), 0);
    // Where there is a schedule, it waits for it.
    let mut w = World::holding();
    let receipt = w.done(&bob, w.to().grant(), 700);
    assert_eq!(events::<Arrived>(&receipt)[0].division, None);
    let overview = w.overview();
    assert_eq!((overview.sums.pocket, overview.releasable), (700, 700));
    w.done(&bob, w.to().payout(None), 0);
    assert_eq!(w.owed(), 0);
    w.assert_solvent();
}

// ---- Sponsors ----

#[test]
fn donations_are_matched_up_to_what_was_promised_for_each_donor_and_in_all() {
    let mut w = World::with_goal(5_000);
    let (alice, bob, carol, sue) = (
        w.alice.clone(),
        w.bob.clone(),
        w.carol.clone(),
        w.sue.clone(),
    );
    let pledge = one_to_one(60);
    let receipt = w.done(&sue, w.to().sponsor(pledge.clone()), 100);
    let arrival = Arrival::Sponsorship {
        sponsor: 1,
        account: sue.id().ink(),
        amount: 100,
        pledge,
    };
    assert_eq!(events::<Arrived>(&receipt)[0].arrival, arrival);
    let mut matched = |donor: &Account, amount| {
        let receipt = w.donate(donor, amount);
        (matches(&receipt).concat(), receipt.deposit)
    };
    assert_eq!(matched(&bob, 50), (vec![(1, 50)], RECORD));
    assert_eq!(matched(&bob, 50), (vec![(1, 10)], 0));
    assert_eq!(matched(&bob, 50), (vec![], 0));
    assert_eq!(matched(&carol, 50), (vec![(1, 40)], RECORD));
    assert_eq!(matched(&carol, 50), (vec![], 0));
    assert_eq!(matched(&alice, 50), (vec![], RECORD));
    let books = w.overview().sums;
    assert_eq!(
        (books.donated, books.matched, books.matching_until),
        (300, 100, None)
    );
    assert_eq!(w.owed(), 400);
    w.assert_solvent();
}

#[test]
fn each_sponsor_matches_each_gift_whatever_the_others_do() {
    let mut w = World::with_goal(5_000);
    let (bob, carol, sue) = (w.bob.clone(), w.carol.clone(), w.sue.clone());
    w.done(&sue, w.to().sponsor(one_to_one(30)), 50);
    let second = Pledge {
        ratio: 5_000,
        ..one_to_one(1_000)
    };
    w.done(&bob, w.to().sponsor(second), 1_000);
    let gifts = vec![gift(&bob, 40), gift(&carol, 40), gift(&bob, 11)];
    let receipt = w.done(&bob, w.to().donate_many(gifts), 91);
    // Sue has 30 for bob, and then 20 left. The other adds half of everything, rounded down.
    let expected = [vec![(1, 30), (2, 20)], vec![(1, 20), (2, 20)], vec![(2, 5)]];
    assert_eq!(matches(&receipt), expected);
    assert_eq!(w.spent(), [50, 45]);
    assert_eq!(w.overview().sums.matched, 95);
    assert_eq!(w.owed(), 91 + 1_050);
    w.assert_solvent();
}

#[test]
fn where_nothing_is_remembered_of_donors_the_limit_is_one_for_each_gift() {
    for held in [false, true] {
        let mut w = World::new(|alice| Terms {
            least_sponsorship: 100,
            ..if held {
                holding(alice)
            } else {
                keep_all(alice)
            }
        });
        let (bob, sue) = (w.bob.clone(), w.sue.clone());
        let pledge = Pledge {
            until: Some(CLOSES),
            ..one_to_one(60)
        };
        w.done(&sue, w.to().sponsor(pledge), 100);
        let gifts = vec![gift(&bob, 70), gift(&bob, 7)];
        let receipt = w.done(&bob, w.to().donate_many(gifts), 77);
        assert_eq!(matches(&receipt), [[(1, 60)], [(1, 7)]]);
        assert_eq!(receipt.deposit, 0);
        let receipt = w.donate(&bob, 70);
        assert_eq!(matches(&receipt), [[(1, 33)]]);
        assert_eq!(receipt.deposit, 0);
        let books = w.overview().sums;
        let held = if held { (147, 100) } else { (0, 0) };
        assert_eq!((books.donated, books.matched), held);
        assert_eq!(w.owed(), held.0 + held.1);
        w.assert_solvent();
    }
}

#[test]
fn sponsor_who_promises_too_little_or_too_much_is_refused() {
    let mut w = World::new(|alice| Terms {
        least_sponsorship: 100,
        ..keep_all(alice)
    });
    let sue = w.sue.clone();
    let pledge = |ratio, per_donor, until| Pledge {
        ratio,
        per_donor,
        until,
    };
    let now = w.chain.now();
    for (pledge, value, error) in [
        (
            pledge(10_000, 1, Some(CLOSES)),
            99,
            PledgeError::TooLittle(100),
        ),
        (pledge(999, 1, Some(CLOSES)), 100, PledgeError::Ratio),
        (pledge(100_001, 1, Some(CLOSES)), 100, PledgeError::Ratio),
        (
            pledge(10_000, 0, Some(CLOSES)),
            100,
            PledgeError::PerDonor(1),
        ),
        (pledge(10_000, 1, None), 100, PledgeError::Until),
        (
            pledge(10_000, 1, Some(now + DAY - 1)),
            100,
            PledgeError::Until,
        ),
    ] {
        let message = w.to().sponsor(pledge);
        assert_eq!(w.refuse(&sue, message, value), Error::BadPledge(error));
    }
    w.assert_solvent();
}

#[test]
fn pool_that_takes_no_sponsors_refuses_them() {
    let mut w = World::new(|alice| Terms {
        least_sponsorship: 0,
        ..with_goal(alice, 10)
    });
    let sue = w.sue.clone();
    let message = w.to().sponsor(one_to_one(1));
    assert_eq!(w.refuse(&sue, message, 1_000), Error::NoSponsors);
    w.assert_solvent();
}

#[test]
fn ninth_sponsor_waits_until_another_is_done_with() {
    let mut w = World::keeping();
    let (bob, sue) = (w.bob.clone(), w.sue.clone());
    let pledge = Pledge {
        until: Some(CLOSES),
        ..one_to_one(10)
    };
    for _ in 0..8 {
        w.done(&sue, w.to().sponsor(pledge.clone()), 10);
    }
    let ninth = w.to().sponsor(pledge.clone());
    assert_eq!(w.refuse(&sue, ninth.clone(), 10), Error::SponsorsFull);
    // Now nobody has anything left: the first makes room.
    w.donate(&bob, 10);
    assert_eq!(w.chain.call(&sue, ninth, 10).unwrap().0, 9);
    let numbers: Vec<_> = w
        .read(w.to().sponsors())
        .iter()
        .map(|one| one.number)
        .collect();
    assert_eq!(numbers, [2, 3, 4, 5, 6, 7, 8, 9]);
    // All others had nothing left either; now there is one who has.
    let receipt = w.donate(&bob, 80);
    assert_eq!(matches(&receipt), [[(9, 10)]]);
    assert_eq!(w.spent(), [10; 8]);
    assert_eq!(w.owed(), 0);
    w.assert_solvent();
}

#[test]
fn sponsor_of_a_pool_with_a_goal_keeps_the_place_when_the_money_is_used_up() {
    let mut w = World::with_goal(1_000);
    let (bob, sue) = (w.bob.clone(), w.sue.clone());
    for _ in 0..8 {
        w.done(&sue, w.to().sponsor(one_to_one(10)), 10);
    }
    w.donate(&bob, 80);
    let ninth = w.to().sponsor(one_to_one(10));
    assert_eq!(w.refuse(&sue, ninth, 10), Error::SponsorsFull);
    // For they have it all back.
    w.close();
    let before = w.balance(&sue);
    for number in 1..=8 {
        w.done(&bob, w.to().return_sponsorship(number), 0);
    }
    assert_eq!(w.balance(&sue), before + 80);
    assert_eq!(w.owed(), 80);
    w.assert_solvent();
}
