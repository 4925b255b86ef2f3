use super::*;
use num_bigint::BigUint;
use proptest::prelude::*;

/// The weight of a cause to which people gave these amounts.
fn weight(gifts: &[Balance]) -> Weight {
    let roots = gifts
        .iter()
        .map(|gift| u128::from(root(*gift).unwrap()))
        .sum();
    Weight::new(roots, gifts.iter().sum())
}

fn big(weight: &Weight) -> BigUint {
    let (high, low) = weight.halves();
    (BigUint::from(high) << 128) + BigUint::from(low)
}

#[test]
fn roots_are_rounded_down_and_end_at_the_limit() {
    assert_eq!(root(0), Some(0));
    assert_eq!(root(1), Some(1 << 24));
    assert_eq!(root(4), Some(2 << 24));
    // 2^24 * 1.41421356…
    assert_eq!(root(2), Some(23_726_566));
    assert_eq!(root(MAX_COUNTED - 1), Some(u64::MAX));
    assert_eq!(root(MAX_COUNTED), None);
    assert_eq!(root(u128::MAX), None);
}

#[test]
fn weight_is_that_of_the_published_formula() {
    // (1 + 2 + 3)² - (1 + 4 + 9) = 22, in units of 2^-48.
    assert_eq!(weight(&[1, 4, 9]).halves(), (0, 22 << 48));
    let many = weight(&[1; 200]);
    assert_eq!(many.halves(), (0, (200 * 199) << 48));
}

#[test]
fn one_alone_weighs_nothing_whatever_they_give() {
    for amount in [1, 2, 3, 999_999_999_999, MAX_COUNTED - 1] {
        assert_eq!(weight(&[amount]), Weight::NONE);
    }
    assert_eq!(weight(&[]), Weight::NONE);
}

#[test]
fn nothing_is_divided_where_nothing_weighs() {
    assert_eq!(divide(100, &[]), None);
    assert_eq!(divide(100, &[Weight::NONE; 3]), None);
    let one = weight(&[1, 1]);
    assert_eq!(divide(100, &[Weight::NONE, one]), Some(vec![0, 100]));
    assert_eq!(divide(0, &[one, one]), Some(vec![0, 0]));
    assert_eq!(divide(MAX_MONEY, &[one]), None);
    assert_eq!(divide(100, &[one; 65]), None);
}

#[test]
fn remainders_go_to_causes_that_have_a_weight_only() {
    let (one, none) = (weight(&[1, 1]), Weight::NONE);
    let shares = divide(100, &[none, one, none, one, one, none]).unwrap();
    assert_eq!(shares, [0, 33, 0, 33, 34, 0]);
}

#[test]
fn the_largest_of_everything_fits() {
    let largest = Weight::new(MAX_ROOTS - 1, 0);
    let shares = divide(MAX_MONEY - 1, &[largest; MAX_CAUSES]).unwrap();
    assert_eq!(shares.iter().sum::<u128>(), MAX_MONEY - 1);
    let each = (MAX_MONEY - 1) / 64;
    assert!(shares.iter().all(|share| share.abs_diff(each) <= 1));
}

/// From single units up to the limit, all magnitudes alike.
fn amount() -> impl Strategy<Value = Balance> {
    (0u32..80, any::<u128>()).prop_map(|(bits, n)| n % (1 << bits) + 1)
}

fn causes() -> impl Strategy<Value = Vec<Vec<Balance>>> {
    prop::collection::vec(prop::collection::vec(amount(), 0..8), 1..=8)
}

/// 2^100 times the real weight, too low by less than one part in 2^90.
fn real_weight(gifts: &[Balance]) -> BigUint {
    // Twice the sum of the roots of all products.
    let mut sum = BigUint::from(0u8);
    for (i, one) in gifts.iter().enumerate() {
        for other in &gifts[..i] {
            let product: BigUint = BigUint::from(*one) * *other;
            sum += (product << 198usize).sqrt();
        }
    }
    // 2^99 * 2 = 2^100.
    sum << 1usize
}

proptest! {
    #[test]
    fn root_is_the_largest_whose_square_is_not_over(amount in amount()) {
        let root = BigUint::from(root(amount.min(MAX_COUNTED - 1)).unwrap());
        let square = BigUint::from(amount.min(MAX_COUNTED - 1)) << 48usize;
        prop_assert!(&root * &root <= square);
        prop_assert!((&root + 1u8) * (&root + 1u8) > square);
    }

    #[test]
    fn root_never_falls(one in amount(), more in amount()) {
        let (one, both) = (one.min(MAX_COUNTED - 1), (one + more).min(MAX_COUNTED - 1));
        prop_assert!(root(one) <= root(both));
    }

    #[test]
    fn money_is_divided_to_the_unit_and_each_share_is_less_than_one_off(
        causes in causes(), money in 0..MAX_MONEY
    ) {
        let weights: Vec<_> = causes.iter().map(|gifts| weight(gifts)).collect();
        let all: BigUint = weights.iter().map(big).sum();
        let Some(shares) = divide(money, &weights) else {
            prop_assert_eq!(all, BigUint::from(0u8));
            return Ok(());
        };
        prop_assert_eq!(shares.iter().sum::<u128>(), money);
        for (share, weight) in shares.iter().zip(&weights) {
            // |share - money * weight / all| < 1, multiplied by all.
            let exact = big(weight) * money;
            let got = &all * *share;
            let off = if got > exact { got - exact } else { exact - got };
            prop_assert!(off < all);
            prop_assert!(*weight != Weight::NONE || *share == 0);
        }
    }

    #[test]
    fn shares_are_as_near_to_real_roots_as_stated(causes in causes(), money in 0..MAX_MONEY) {
        let weights: Vec<_> = causes.iter().map(|gifts| weight(gifts)).collect();
        let real: Vec<_> = causes.iter().map(|gifts| real_weight(gifts)).collect();
        let all: BigUint = real.iter().sum();
        let Some(shares) = divide(money, &weights) else {
            prop_assert_eq!(all, BigUint::from(0u8));
            return Ok(());
        };
        let least = causes.iter().flatten().min().unwrap();
        // In units of 2^-64: 1 + money * 2^-21 / √least, with the root rounded down.
        let root = (BigUint::from(*least) << 60usize).sqrt();
        let bound = (BigUint::from(1u8) << 64usize) + (BigUint::from(money) << 73usize) / root;
        for (share, weight) in shares.iter().zip(&real) {
            let exact = ((weight * money) << 64usize) / &all;
            let got = BigUint::from(*share) << 64usize;
            let off = if got > exact { got - exact } else { exact - got };
            prop_assert!(off <= bound, "{} off by {}/2^64", share, off);
        }
    }

    #[test]
    fn splitting_a_gift_among_two_persons_is_what_pays_and_nothing_else(a in amount(), b in amount()) {
        // What the formula is for, and what a round must prevent by telling persons apart.
        let whole = big(&weight(&[(a + b).min(MAX_COUNTED - 1)]));
        let parts = big(&weight(&[a.min(MAX_COUNTED - 1), b.min(MAX_COUNTED - 1)]));
        prop_assert_eq!(whole, BigUint::from(0u8));
        prop_assert!(parts > BigUint::from(0u8));
    }
}
