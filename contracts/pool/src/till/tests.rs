use super::*;
use crate::events::Share;
use farthing_types::split::{Recipient, PARTS};
use proptest::prelude::*;

fn split(first: u32) -> Split<AccountId> {
    let one = |byte: u8, parts| Recipient {
        account: AccountId::from([byte; 32]),
        parts,
    };
    Split::new(vec![one(1, first), one(2, PARTS - first)]).unwrap()
}

fn fee(points: u16) -> Fee {
    Fee {
        points,
        treasury: AccountId::from([9; 32]),
    }
}

#[test]
fn payout_without_a_fee_goes_to_the_split() {
    let mut till = Till::default();
    let settlement = till.settle(999, None, &split(PARTS / 2)).unwrap();
    assert_eq!(settlement.fee, 0);
    assert_eq!(settlement.shares, [499, 499]);
    assert_eq!((till.settled, till.paid_out(), till.payouts), (999, 998, 1));
}

fn terms(treasury: u8) -> Terms {
    Terms {
        title: "t".into(),
        description: [0; 32],
        uri: "".into(),
        beneficiaries: split(PARTS / 2).into_recipients(),
        mode: crate::terms::Mode::KeepAll { closes: None },
        minimum: 1,
        fee: Some(Fee {
            points: 1,
            treasury: AccountId::from([treasury; 32]),
        }),
        release: Vec::new(),
        least_sponsorship: 0,
    }
}

#[test]
fn what_is_refused_is_kept_in_its_place_and_taken_out_once() {
    // The treasury is the second beneficiary, too.
    let terms = terms(2);
    let mut till = Till::new(&terms);
    let payees = terms.payees();
    let [first, second] = [1, 2].map(|byte| AccountId::from([byte; 32]));
    let share = |account, amount, sent| Share {
        account,
        amount,
        sent,
    };
    let keep = |till: &mut Till, fee, one, other| {
        till.keep(&Division {
            fee: Some(share(second, fee, false)),
            shares: vec![share(first, one, true), share(second, other, false)],
        })
    };
    keep(&mut till, 0, 7, 20).unwrap();
    keep(&mut till, 1, 8, 300).unwrap();
    assert_eq!(till.kept, [1, 0, 320]);
    assert_eq!(
        (till.kept_in_all(), till.kept_for(&payees, &first)),
        (321, 0)
    );
    assert_eq!(till.kept_for(&payees, &second), 321);
    assert_eq!(till.take_kept(&payees, &second), 321);
    assert_eq!(till.take_kept(&payees, &second), 0);
    assert_eq!(till.kept_in_all(), 0);
    keep(&mut till, Balance::MAX, 0, 0).unwrap();
    assert_eq!(keep(&mut till, 1, 0, 0), None);
    // A share too many has no place.
    let shares = vec![share(first, 1, false); 3];
    let division = Division { fee: None, shares };
    assert_eq!(Till::new(&terms).keep(&division), None);
}

proptest! {
    #[test]
    fn many_payouts_pay_the_same_as_one(
        amounts in prop::collection::vec(1u128..1 << 90, 1..50),
        points in 0u16..=200,
        first in 1u32..PARTS,
    ) {
        let (mut often, mut once) = (Till::default(), Till::default());
        let mut paid = [0; 3];
        for amount in &amounts {
            let before = often.paid_out();
            let one = often.settle(*amount, Some(&fee(points)), &split(first)).unwrap();
            let now = [one.fee, one.shares[0], one.shares[1]];
            prop_assert_eq!(often.paid_out() - before, now.iter().sum::<u128>());
            paid.iter_mut().zip(now).for_each(|(sum, one)| *sum += one);
        }
        let all = once.settle(amounts.iter().sum(), Some(&fee(points)), &split(first)).unwrap();
        prop_assert_eq!(paid, [all.fee, all.shares[0], all.shares[1]]);
        prop_assert_eq!((often.dust, often.fee_carry), (once.dust, once.fee_carry));
        prop_assert_eq!(often.settled, once.settled);
    }
}
