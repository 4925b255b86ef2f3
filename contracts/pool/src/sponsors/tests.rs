use super::*;
use proptest::prelude::*;

fn sponsor(given: Balance, ratio: u32, per_donor: Balance, until: Millis) -> Sponsor {
    Sponsor {
        account: AccountId::from([1; 32]),
        number: 0,
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
    for ratio in [MIN_RATIO, MAX_RATIO] {
        assert_eq!(pledge(ratio, 1, None).check(now, year, 1), Ok(year));
    }
    for ratio in [0, MIN_RATIO - 1, MAX_RATIO + 1] {
        let refused = Err(PledgeError::Ratio);
        assert_eq!(pledge(ratio, 1, None).check(now, year, 1), refused);
    }
    let nothing = Err(PledgeError::PerDonor(1));
    assert_eq!(pledge(MIN_RATIO, 0, None).check(now, year, 1), nothing);
    // A hundredth of the least that a sponsor puts in, rounded up.
    for (least, most) in [(100, 1), (101, 2), (Balance::MAX, Balance::MAX / 100 + 1)] {
        let promise = |per_donor| pledge(MIN_RATIO, per_donor, None).check(now, year, least);
        assert_eq!(promise(most), Ok(year));
        assert_eq!(promise(most - 1), Err(PledgeError::PerDonor(most)));
    }
    // At least a day and at most two years, or until the pool closes.
    let until = |until, closes| pledge(MIN_RATIO, 1, until).check(now, closes, 1);
    assert_eq!(until(Some(now + DAY), year), Ok(now + DAY));
    assert_eq!(until(Some(now + DAY - 1), year), Err(PledgeError::Until));
    assert_eq!(until(Some(Millis::MAX), now + 1), Ok(now + 1));
    assert_eq!(until(Some(now + 1), now + 1), Ok(now + 1));
    assert_eq!(until(None, Millis::MAX), Err(PledgeError::Until));
    let longest = Some(now + MAX_AHEAD);
    assert_eq!(until(longest, Millis::MAX), Ok(now + MAX_AHEAD));
    let longer = Some(now + MAX_AHEAD + 1);
    assert_eq!(until(longer, Millis::MAX), Err(PledgeError::Until));
}

/// What each sponsor adds to a donation of somebody of whom nothing is remembered.
fn once(all: &mut Sponsors, now: Millis, amount: Balance) -> Vec<(u32, Balance)> {
    told(all.add_to(now, amount, None))
}

fn told(matched: Vec<Match>) -> Vec<(u32, Balance)> {
    let pairs = matched.iter().map(|one| (one.sponsor, one.amount));
    pairs.collect()
}

#[test]
fn each_sponsor_adds_what_they_promised_whatever_the_others_do() {
    let mut all = sponsors(&[
        (50, 10_000, MAX, 9),
        (MAX, 20_000, 60, 9),
        (9, 5_000, MAX, 9),
    ]);
    let mut donor = [0; MAX_SPONSORS];
    let mut add = |donor: &mut _, amount| told(all.add_to(0, amount, Some(donor)));
    assert_eq!(add(&mut donor, 20), [(1, 20), (2, 40), (3, 9)]);
    // The second has 20 left for this donor, the third nothing at all.
    assert_eq!(add(&mut donor, 20), [(1, 20), (2, 20)]);
    assert_eq!(add(&mut donor, 20), [(1, 10)]);
    assert_eq!(add(&mut donor, 20), []);
    assert_eq!(donor[..4], [50, 60, 9, 0]);
    // For another donor there is still money of the second.
    assert_eq!(add(&mut [0; MAX_SPONSORS], 7), [(2, 14)]);
    // Where nothing is remembered, the limit is one for each donation.
    assert_eq!(once(&mut all, 0, 40), [(2, 60)]);
    assert_eq!(once(&mut all, 0, 40), [(2, 60)]);
}

#[test]
fn cheap_sponsor_does_not_switch_off_a_generous_one() {
    let mut all = sponsors(&[(100, MIN_RATIO, MAX, 9), (1_000, 10_000, MAX, 9)]);
    // A tenth of nine units is none; the other's is not affected.
    assert_eq!(once(&mut all, 0, 9), [(2, 9)]);
    assert_eq!(once(&mut all, 0, 500), [(1, 50), (2, 500)]);
}

#[test]
fn nothing_is_matched_from_the_end_on() {
    let mut all = sponsors(&[(50, 10_000, MAX, 9)]);
    assert_eq!(once(&mut all, 8, 1), [(1, 1)]);
    assert_eq!(once(&mut all, 9, 1), []);
    assert_eq!(all.matching_until(), 9);
}

#[test]
fn place_is_taken_by_a_later_sponsor_once_somebody_is_done_with() {
    let mut all = sponsors(&[(5, 10_000, 5, 9); MAX_SPONSORS]);
    let late = sponsor(5, 10_000, 5, 9);
    assert_eq!(all.admit(late.clone(), false), Err(Error::SponsorsFull));
    assert_eq!(once(&mut all, 0, 10).len(), MAX_SPONSORS);
    // Where sponsors may have it all back, nobody is done with.
    assert_eq!(all.admit(late.clone(), true), Err(Error::SponsorsFull));
    assert_eq!(all.admit(late.clone(), false), Ok(9));
    assert!(all.find(1).is_none());
    assert_eq!(once(&mut all, 0, 35), [(9, 5)]);
    assert_eq!(all.matching_until(), 0);
    all.find(3).unwrap().returned = true;
    assert_eq!(all.admit(late, false), Ok(10));
    assert!(all.find(2).is_none());
    let numbers: Vec<_> = all.list.iter().map(|one| one.number).collect();
    assert_eq!(numbers, [3, 4, 5, 6, 7, 8, 9, 10]);
}

#[test]
fn large_figures_do_not_overflow() {
    let mut all = sponsors(&[(MAX - 1, MAX_RATIO, MAX, 9), (1, MIN_RATIO, 1, 9)]);
    let added = all.add_to(0, MAX, Some(&mut [0; MAX_SPONSORS]));
    assert_eq!(told(added), [(1, MAX - 1), (2, 1)]);
    assert!(all.list.iter().all(|one| one.unspent() == 0));
}

proptest! {
    #[test]
    fn each_adds_exactly_what_was_promised_and_no_more(
        list in prop::collection::vec(
            (0u128..10_000, MIN_RATIO..=MAX_RATIO, 1u128..5_000, 0u64..20), 1..=MAX_SPONSORS
        ),
        gifts in prop::collection::vec((0usize..3, 1u128..3_000, 0u64..20), 1..40),
    ) {
        let mut all = sponsors(&list);
        let mut donors = [[0; MAX_SPONSORS]; 3];
        for (who, amount, now) in gifts {
            let (before, had) = (all.clone(), donors[who]);
            let added = all.add_to(now, amount, Some(&mut donors[who]));
            for (n, (one, was)) in all.list.iter().zip(&before.list).enumerate() {
                let room = (was.given - was.spent).min(was.per_donor - had[n]);
                let promised = amount * u128::from(was.ratio) / 10_000;
                let expected = if now < was.until { promised.min(room) } else { 0 };
                prop_assert_eq!(one.spent - was.spent, expected);
                prop_assert_eq!(donors[who][n] - had[n], expected);
                let told = added.iter().find(|told| told.sponsor == one.number);
                prop_assert_eq!(told.map_or(0, |told| told.amount), expected);
            }
        }
        for (n, one) in all.list.iter().enumerate() {
            prop_assert_eq!(donors.iter().map(|donor| donor[n]).sum::<u128>(), one.spent);
        }
    }
}
