use super::*;
use proptest::prelude::*;

fn sponsor(given: Balance, ratio: u32, per_donor: Balance, until: Millis) -> Sponsor {
    Sponsor {
        account: AccountId::from([1; 32]),
        number: 0,
        place: 0,
        ratio,
        per_donor,
        until,
        given,
        spent: 0,
        returned: false,
    }
}

fn sponsors(list: &[(Balance, u32, Balance, Millis)]) -> Sponsors {
    let mut sponsors = Sponsors::default();
    for &(given, ratio, per_donor, until) in list {
        let one = sponsor(given, ratio, per_donor, until);
        sponsors.admit(one, false).unwrap();
    }
    sponsors
}

const MAX: Balance = Balance::MAX;

#[test]
fn pledge_has_its_bounds() {
    let pledge = |ratio, per_donor, until| Pledge {
        ratio,
        per_donor,
        until,
    };
    let now = 1_000;
    let year = 365 * DAY;
    for ratio in [LEAST_RATIO, MOST_RATIO] {
        assert_eq!(pledge(ratio, 1, None).check(now, year), Ok(year));
    }
    for ratio in [0, LEAST_RATIO - 1, MOST_RATIO + 1] {
        let refused = Err(PledgeError::Ratio);
        assert_eq!(pledge(ratio, 1, None).check(now, year), refused);
    }
    let nothing = Err(PledgeError::ZeroPerDonor);
    assert_eq!(pledge(LEAST_RATIO, 0, None).check(now, year), nothing);
    // At least a day and at most two years, or until the pool closes.
    let until = |until, closes| pledge(LEAST_RATIO, 1, until).check(now, closes);
    assert_eq!(until(Some(now + DAY), year), Ok(now + DAY));
    assert_eq!(until(Some(now + DAY - 1), year), Err(PledgeError::Until));
    assert_eq!(until(Some(Millis::MAX), now + 1), Ok(now + 1));
    assert_eq!(until(Some(now + 1), now + 1), Ok(now + 1));
    assert_eq!(until(None, Millis::MAX), Err(PledgeError::Until));
    let longest = Some(now + LONGEST);
    assert_eq!(until(longest, Millis::MAX), Ok(now + LONGEST));
    let longer = Some(now + LONGEST + 1);
    assert_eq!(until(longer, Millis::MAX), Err(PledgeError::Until));
}

#[test]
fn first_come_first_served_and_each_unit_once() {
    let mut all = sponsors(&[
        (50, 10_000, MAX, 9),
        (MAX, 20_000, 60, 9),
        (9, 5_000, MAX, 9),
    ]);
    let mut donor = Donor::default();
    // 50 of the first for 50, 60 of the second for 30, and half of what is left of the third.
    assert_eq!(all.add_to(0, &mut donor, 90), 50 + 60 + 5);
    assert_eq!(donor.matched[..3], [50, 60, 5]);
    assert_eq!(donor.sponsors[..3], [1, 2, 3]);
    assert_eq!(all.add_to(0, &mut donor, 90), 4);
    assert_eq!(all.add_to(0, &mut donor, 90), 0);
    // For another donor there is still money of the second.
    let mut other = Donor::default();
    assert_eq!(all.add_to(0, &mut other, 7), 14);
}

#[test]
fn sponsor_without_room_leaves_even_the_smallest_gift_to_the_next() {
    // A tenth of one unit is none: it is the first sponsor's as long as there is room, and not after.
    let mut all = sponsors(&[(2, LEAST_RATIO, 1, 9), (10, 20_000, 10, 9)]);
    let mut donor = Donor::default();
    assert_eq!(all.add_to(0, &mut donor, 1), 0);
    assert_eq!(all.add_to(0, &mut donor, 10), 1);
    assert_eq!(all.add_to(0, &mut donor, 1), 2);
    assert_eq!(all.add_to(0, &mut Donor::default(), 10), 1);
    assert_eq!(all.add_to(0, &mut Donor::default(), 1), 2);
}

#[test]
fn nothing_is_matched_from_the_end_on() {
    let mut all = sponsors(&[(50, 10_000, MAX, 9)]);
    assert_eq!(all.add_to(8, &mut Donor::default(), 1), 1);
    assert_eq!(all.add_to(9, &mut Donor::default(), 1), 0);
    assert_eq!(all.matching_until(), 9);
}

#[test]
fn place_is_taken_by_a_later_sponsor_who_starts_from_nothing() {
    let mut all = sponsors(&[(5, 10_000, 5, 9); MAX_SPONSORS]);
    let mut donor = Donor::default();
    let late = sponsor(5, 10_000, 5, 9);
    assert_eq!(all.admit(late.clone(), false), Err(Error::SponsorsFull));
    assert_eq!(all.add_to(0, &mut donor, 10), 10);
    // Where sponsors may have it all back, nobody is done with.
    assert_eq!(all.admit(late.clone(), true), Err(Error::SponsorsFull));
    assert_eq!(all.admit(late.clone(), false), Ok(9));
    assert_eq!(all.list.last().map(|one| one.place), Some(0));
    assert_eq!(donor.matched_by(0, 9), 0);
    assert!(all.find(1).is_none());
    // Those who came before it are still served before it.
    assert_eq!(all.add_to(0, &mut donor, 35), 35);
    assert_eq!(donor.sponsors, [9, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(donor.matched, [5; MAX_SPONSORS]);
    assert_eq!(all.matching_until(), 0);
    all.find(3).unwrap().returned = true;
    assert_eq!(all.admit(late, true), Ok(10));
    assert_eq!(all.list.last().map(|one| one.place), Some(2));
}

#[test]
fn large_figures_do_not_overflow() {
    let mut all = sponsors(&[(MAX - 1, MOST_RATIO, MAX, 9), (1, LEAST_RATIO, 1, 9)]);
    // The first has too little for ten times that; the second has one unit for what is left.
    assert_eq!(all.add_to(0, &mut Donor::default(), MAX), MAX);
    assert!(all.list.iter().all(|one| one.unspent() == 0));
}

proptest! {
    #[test]
    fn matching_is_bounded_by_everything_that_was_promised(
        list in prop::collection::vec(
            (0u128..10_000, LEAST_RATIO..=MOST_RATIO, 1u128..5_000, 0u64..20), 1..=MAX_SPONSORS
        ),
        gifts in prop::collection::vec((0usize..3, 1u128..3_000, 0u64..20), 1..40),
    ) {
        let mut all = sponsors(&list);
        let mut donors = vec![Donor::default(); 3];
        let mut sum = 0;
        for (who, amount, now) in gifts {
            let before = all.clone();
            let added = all.add_to(now, &mut donors[who], amount);
            sum += added;
            let mut matched = 0;
            for (one, was) in all.list.iter().zip(&before.list) {
                let spent = one.spent - was.spent;
                prop_assert!(spent == 0 || now < one.until);
                // In tenths of thousandths, so that nothing is rounded.
                matched += spent * 10_000 / u128::from(one.ratio);
            }
            prop_assert!(matched <= amount);
        }
        prop_assert_eq!(sum, all.list.iter().map(|one| one.spent).sum::<u128>());
        for (n, one) in all.list.iter().enumerate() {
            prop_assert!(one.spent <= one.given);
            let by_donor = donors.iter().map(|donor| donor.matched[n]);
            prop_assert!(by_donor.clone().all(|sum| sum <= one.per_donor));
            prop_assert_eq!(by_donor.sum::<u128>(), one.spent);
        }
    }
}
