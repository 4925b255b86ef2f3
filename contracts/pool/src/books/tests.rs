use super::*;
use ink::prelude::{string::String, vec};
use proptest::prelude::*;

fn books(mode: Mode) -> Books {
    Books::new(&Terms {
        title: "t".into(),
        description: [0; 32],
        uri: String::new(),
        beneficiaries: vec![],
        mode,
        minimum: 5,
        fee: None,
        release: vec![],
        least_sponsorship: 0,
    })
}

impl Books {
    /// Takes a donation that is held.
    fn donate(&mut self, now: Millis, amount: Balance) -> Result<()> {
        self.check_gift(now, amount)?;
        self.hold(amount, 0)
    }
}

fn with_goal(goal: Balance) -> Books {
    books(Mode::AllOrNothing {
        goal,
        deadline: 100,
    })
}

/// Which of donating, finalising and refunding the books allow at `now`.
fn possible(books: &Books, now: Millis) -> [bool; 3] {
    [
        books.clone().donate(now, 5).is_ok(),
        books.clone().finalise(now).is_ok(),
        books.check_refund(now).is_ok(),
    ]
}

#[test]
fn goal_is_reached_exactly_and_missed_by_one() {
    for (goal, end) in [(10, [false, true, false]), (11, [false, false, true])] {
        let mut books = with_goal(goal);
        books.donate(0, 5).unwrap();
        books.donate(99, 5).unwrap();
        assert_eq!(possible(&books, 99), [true, false, false]);
        assert_eq!(possible(&books, 100), end);
    }
}

#[test]
fn gifts_are_passed_on_once_matching_is_over_and_never_to_a_goal() {
    for (mode, passed) in [
        (Mode::KeepAll { closes: None }, true),
        (
            Mode::AllOrNothing {
                goal: 10,
                deadline: 100,
            },
            false,
        ),
    ] {
        let mut books = books(mode);
        books.matching_until = 50;
        assert!(!books.passes_gifts_on(49));
        assert_eq!(books.passes_gifts_on(50), passed);
    }
}

#[test]
fn matching_money_counts_and_pocket_change_does_not() {
    let mut books = with_goal(10);
    books.donate(0, 5).unwrap();
    books.pocket = 1_000;
    assert_eq!(books.finalise(100), Err(Error::GoalMissed(5)));
    books.matched = 5;
    assert_eq!(books.finalise(100), Ok(10));
    assert_eq!(books.finalise(100), Err(Error::AlreadyFinalised));
    assert_eq!(books.check_refund(100), Err(Error::GoalReached(10)));
}

#[test]
fn pool_without_a_goal_keeps_and_may_never_close() {
    let mut open = books(Mode::KeepAll { closes: None });
    open.donate(Millis::MAX - 1, 5).unwrap();
    assert_eq!(open.donate(0, 4), Err(Error::BelowMinimum(5)));
    assert_eq!(open.finalise(Millis::MAX - 1), Err(Error::OpenUntil(NEVER)));
    assert_eq!(open.check_refund(0), Err(Error::NoRefunds));
    assert_eq!(open.beneficiaries_due(), 5);
    let mut closing = books(Mode::KeepAll { closes: Some(100) });
    assert_eq!(possible(&closing, 99), [true, false, false]);
    assert_eq!(possible(&closing, 100), [false, true, false]);
    assert_eq!(closing.donate(100, 5), Err(Error::Closed(100)));
    assert_eq!(closing.finalise(100), Ok(0));
}

#[test]
fn donations_that_cannot_be_represented_are_refused() {
    let mut books = with_goal(10);
    books.donate(0, Balance::MAX).unwrap();
    assert_eq!(books.donate(0, 5), Err(Error::Overflow));
    assert_eq!(books.hold(0, Balance::MAX), Ok(()));
    assert_eq!(books.hold(0, 1), Err(Error::Overflow));
}

proptest! {
    /// Whatever came in, at every time exactly one of the three is possible before it is finalised.
    #[test]
    fn exactly_one_thing_is_possible(
        goal in 1u128..100, gifts in prop::collection::vec(5u128..20, 0..8), matched in 0u128..20,
        pocket in 0u128..200, now in 95u64..105,
    ) {
        let mut books = with_goal(goal);
        for gift in gifts {
            books.donate(1, gift).unwrap();
        }
        (books.matched, books.pocket) = (matched, pocket);
        let count = |books: &Books| possible(books, now).iter().filter(|one| **one).count();
        prop_assert_eq!(count(&books), 1);
        if books.finalise(now).is_ok() {
            prop_assert_eq!(count(&books), 0);
            prop_assert_eq!(books.beneficiaries_due(), books.raised() + pocket);
        } else {
            prop_assert_eq!(books.beneficiaries_due(), pocket);
        }
    }
}

#[test]
fn books_are_read_as_they_are_written() {
    use ink::scale::{Decode, Encode};
    let books = Books {
        minimum: 1,
        closes: 2,
        goal: 3,
        donated: 4,
        matched: 5,
        pocket: 6,
        matching_until: 7,
        finalised: true,
        scheduled: false,
    };
    let bytes = books.encode();
    assert_eq!(Books::decode(&mut &bytes[..]), Ok(books));
    assert!(Books::decode(&mut &bytes[1..]).is_err());
}
