use super::*;
use proptest::prelude::*;
use std::array;

const NOW: Millis = 1_000_000;

fn account(byte: u8) -> AccountId {
    AccountId::from([byte; 32])
}

fn terms() -> Terms {
    Terms {
        title: "t".into(),
        description: [0; 32],
        uri: String::new(),
        beneficiaries: [1, 2]
            .map(|byte| Recipient {
                account: account(byte),
                parts: PARTS / 2,
            })
            .to_vec(),
        mode: Mode::KeepAll { closes: None },
        minimum: 1,
        fee: Some(Fee {
            points: 200,
            treasury: account(3),
        }),
        release: Vec::new(),
        least_sponsorship: 0,
    }
}

/// What a pool with the account 9 makes of terms that were changed like this.
fn check(change: impl FnOnce(&mut Terms)) -> Result<(), TermsError> {
    let mut terms = terms();
    change(&mut terms);
    terms.check(&account(9), NOW)
}

fn steps(steps: &[(Millis, u32)]) -> Vec<Step> {
    let step = |&(from, parts): &(Millis, u32)| Step { from, parts };
    steps.iter().map(step).collect()
}

#[test]
fn texts_have_their_lengths() {
    assert_eq!(check(|_| ()), Ok(()));
    assert_eq!(check(|t| t.title = "t".repeat(64)), Ok(()));
    for title in [String::new(), "t".repeat(65)] {
        assert_eq!(check(|t| t.title = title), Err(TermsError::Title));
    }
    assert_eq!(check(|t| t.uri = "u".repeat(128)), Ok(()));
    let long = "u".repeat(129);
    assert_eq!(check(|t| t.uri = long), Err(TermsError::Uri));
}

#[test]
fn texts_that_could_forge_what_stands_around_them_are_refused() {
    for text in ["a\nb", "a\u{1b}[8m", "\u{202e}a", "\0"] {
        assert_eq!(check(|t| t.title = text.into()), Err(TermsError::Title));
        assert_eq!(check(|t| t.uri = text.into()), Err(TermsError::Uri));
    }
}

#[test]
fn least_sponsorship_is_at_least_a_hundredth_of_the_goal() {
    let sponsored = |goal, least| {
        check(|t| {
            t.least_sponsorship = least;
            t.mode = Mode::AllOrNothing {
                goal,
                deadline: NOW + 1,
            };
        })
    };
    for (goal, least) in [
        (1, 1),
        (100, 1),
        (101, 2),
        (Balance::MAX, Balance::MAX / 100 + 1),
    ] {
        assert_eq!(sponsored(goal, least), Ok(()));
        let less = match least - 1 {
            0 => Ok(()),
            _ => Err(TermsError::LeastSponsorship(least)),
        };
        assert_eq!(sponsored(goal, least - 1), less);
    }
    assert_eq!(check(|t| t.least_sponsorship = 1), Ok(()));
}

#[test]
fn money_that_goes_straight_through_is_divided_and_rounded_down() {
    let mut terms = terms();
    let divide = |terms: &Terms, amount| {
        let payees = terms.payees();
        let (fee, net) = payees.fee_of(amount).unwrap();
        let all = payees.beneficiaries.iter();
        let shares: Vec<_> = all
            .map(|one| part(net, one.parts, PARTS).unwrap())
            .collect();
        (fee, shares)
    };
    assert_eq!(divide(&terms, 100), (2, vec![49, 49]));
    // The fee of 51 is a unit and a bit; one of the 50 left to them cannot be halved.
    assert_eq!(divide(&terms, 52), (1, vec![25, 25]));
    assert_eq!(divide(&terms, 1), (0, vec![0, 0]));
    divide(&terms, Balance::MAX);
    terms.fee = None;
    terms.beneficiaries = vec![Recipient {
        account: account(1),
        parts: PARTS,
    }];
    assert_eq!(divide(&terms, Balance::MAX), (0, vec![Balance::MAX]));
}

#[test]
fn pool_cannot_pay_itself() {
    let own = account(9);
    let paid = Err(TermsError::PaysItself);
    assert_eq!(check(|t| t.beneficiaries[1].account = own), paid);
    let fee = Fee {
        points: 1,
        treasury: own,
    };
    assert_eq!(check(|t| t.fee = Some(fee)), paid);
}

#[test]
fn split_must_be_one() {
    let off = Err(TermsError::Split(SplitError::SumOff(PARTS / 2)));
    assert_eq!(check(|t| t.beneficiaries.truncate(1)), off);
}

#[test]
fn closing_is_in_the_future_and_not_too_far() {
    let keep = |at| Mode::KeepAll { closes: Some(at) };
    let goal = |at| Mode::AllOrNothing {
        goal: 1,
        deadline: at,
    };
    for at in [NOW + 1, NOW + MAX_AHEAD] {
        assert_eq!(check(|t| t.mode = keep(at)), Ok(()));
        assert_eq!(check(|t| t.mode = goal(at)), Ok(()));
    }
    for at in [0, NOW, NOW + MAX_AHEAD + 1, Millis::MAX] {
        assert_eq!(check(|t| t.mode = keep(at)), Err(TermsError::Closing));
        assert_eq!(check(|t| t.mode = goal(at)), Err(TermsError::Closing));
    }
}

#[test]
fn figures_have_their_bounds() {
    let zero = Mode::AllOrNothing {
        goal: 0,
        deadline: NOW + 1,
    };
    assert_eq!(check(|t| t.mode = zero), Err(TermsError::ZeroGoal));
    assert_eq!(check(|t| t.minimum = 0), Err(TermsError::ZeroMinimum));
    let fee = Fee {
        points: 201,
        treasury: account(3),
    };
    assert_eq!(check(|t| t.fee = Some(fee)), Err(TermsError::FeeTooHigh));
}

#[test]
fn release_rises_to_all_of_it_in_time() {
    let last = NOW + MAX_RELEASE;
    for good in [
        steps(&[(0, PARTS)]),
        steps(&[(0, 0), (5, 1), (last, PARTS)]),
        steps(&array::from_fn::<_, 16, _>(|n| {
            (n as Millis, PARTS / 16 * (n as u32 + 1))
        })),
    ] {
        assert_eq!(check(|t| t.release = good), Ok(()));
    }
    for bad in [
        steps(&[(0, PARTS - 1)]),
        steps(&[(0, PARTS + 1)]),
        steps(&[(last + 1, PARTS)]),
        steps(&[(5, 1), (5, PARTS)]),
        steps(&[(6, 1), (5, PARTS)]),
        steps(&[(5, PARTS), (6, PARTS)]),
        steps(&[(1, 7), (2, 6), (3, PARTS)]),
        steps(&array::from_fn::<_, 17, _>(|n| {
            (n as Millis, if n == 16 { PARTS } else { n as u32 })
        })),
    ] {
        assert_eq!(check(|t| t.release = bad), Err(TermsError::Release));
    }
}

#[test]
fn release_begins_at_its_time_to_the_millisecond() {
    let mut terms = terms();
    assert_eq!(terms.released(999, 0), 999);
    terms.release = steps(&[(10, 250_000), (20, PARTS)]);
    for (now, released) in [(9, 0), (10, 249), (19, 249), (20, 999), (Millis::MAX, 999)] {
        assert_eq!(terms.released(999, now), released, "{now}");
    }
    assert_eq!(terms.released(u128::MAX, 20), u128::MAX);
}

proptest! {
    #[test]
    fn part_is_the_proportion_whatever_the_width(
        amount in prop_oneof![any::<u128>(), 0..1u128 << 66, 0u128..1_000], parts in 0..=PARTS,
    ) {
        let exact = proportion(amount, parts, PARTS, 0).map(|(share, _)| share);
        prop_assert_eq!(part(amount, parts, PARTS), exact);
    }
}

#[test]
fn payees_are_read_as_they_are_written() {
    use ink::scale::{Decode, Encode};
    let recipient = |n: u8| Recipient {
        account: [n; 32].into(),
        parts: u32::from(n) * 1_000,
    };
    let fee = Fee {
        points: 150,
        treasury: [99; 32].into(),
    };
    for fee in [None, Some(fee)] {
        for count in [1, 2, 16] {
            let payees = Payees {
                fee: fee.clone(),
                beneficiaries: (1..=count).map(recipient).collect(),
            };
            let bytes = payees.encode();
            assert_eq!(Payees::decode(&mut &bytes[..]), Ok(payees));
            assert!(Payees::decode(&mut &bytes[..bytes.len() - 1]).is_err());
        }
    }
}
