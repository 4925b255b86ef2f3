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

/// A cause that asks for so much.
fn asking(amount: u128) -> Weight {
    Weight(U256::from(amount) << 48u32)
}

#[test]
fn nothing_is_divided_where_nothing_weighs() {
    assert_eq!(divide(100, 100, &[]), Some(vec![]));
    assert_eq!(divide(100, 100, &[Weight::NONE; 3]), Some(vec![0; 3]));
    assert_eq!(divide(0, 0, &[asking(5); 2]), Some(vec![0, 0]));
}

#[test]
fn what_is_over_its_limit_is_not_divided() {
    let one = asking(2);
    assert_eq!(divide(MAX_MONEY, 1, &[one]), None);
    assert_eq!(divide(100, 100, &[one; 65]), None);
}

#[test]
fn nobody_is_given_more_than_the_formula_asks_for() {
    let two = weight(&[1, 1]);
    assert_eq!(two.asks(), 2);
    assert_eq!(divide(1_000, 1_000, &[two, Weight::NONE]), Some(vec![2, 0]));
    // 2 * √2 = 2.83, of which whole units.
    assert_eq!(divide(1_000, 1_000, &[weight(&[1, 2])]), Some(vec![2]));
    // Exactly what there is, and one unit less than that.
    assert_eq!(divide(4, 4, &[two, two]), Some(vec![2, 2]));
    assert_eq!(divide(3, 3, &[two, two]), Some(vec![1, 1]));
}

#[test]
fn where_too_much_is_asked_for_all_are_scaled_down_alike() {
    let (one, none) = (asking(1_000), Weight::NONE);
    let shares = divide(100, 100, &[none, one, none, one, one, none]);
    assert_eq!(shares, Some(vec![0, 33, 0, 33, 33, 0]));
    let shares = divide(100, 100, &[asking(600), asking(200), asking(200)]);
    assert_eq!(shares, Some(vec![60, 20, 20]));
}

#[test]
fn what_the_largest_may_not_have_is_the_others() {
    // At 60 of 100 the first is over 30: the others have 70 between them, and ask for 3 to 1.
    let weights = [asking(6_000), asking(3_000), asking(1_000)];
    assert_eq!(divide(100, 60, &weights), Some(vec![60, 30, 10]));
    // 30 is too little for the second, too: 52, so that it has 30, and the third the rest.
    assert_eq!(divide(100, 30, &weights), Some(vec![30, 30, 30]));
    assert_eq!(divide(100, 40, &weights), Some(vec![40, 40, 20]));
    // An enormous cause takes nothing from modest ones but what there is too little of.
    let weights = [asking(1 << 90), asking(10), asking(5)];
    assert_eq!(divide(100, 20, &weights), Some(vec![20, 10, 5]));
    assert_eq!(divide(100, 90, &weights), Some(vec![90, 6, 3]));
    assert_eq!(divide(100, 0, &weights), Some(vec![0; 3]));
}

#[test]
fn the_largest_of_everything_fits() {
    let largest = Weight::new(MAX_ROOTS - 1, 0);
    let money = MAX_MONEY - 1;
    let shares = divide(money, money, &[largest; MAX_CAUSES]).unwrap();
    assert_eq!(shares, [money / 64; 64]);
    assert_eq!(divide(money, 7, &[largest; MAX_CAUSES]), Some(vec![7; 64]));
    assert_eq!(portion(money, money, money), Some(money));
}

#[test]
fn portions_are_rounded_down() {
    assert_eq!(portion(100, 2, 3), Some(66));
    assert_eq!(portion(u128::MAX, u128::MAX, u128::MAX), Some(u128::MAX));
    assert_eq!(portion(1, 1, 0), None);
    assert_eq!(portion(u128::MAX, 2, 1), None);
}

/// From single units up to the limit, all magnitudes alike.
fn amount() -> impl Strategy<Value = Balance> {
    (0u32..80, any::<u128>()).prop_map(|(bits, n)| n % (1 << bits) + 1)
}

fn causes() -> impl Strategy<Value = Vec<Vec<Balance>>> {
    prop::collection::vec(prop::collection::vec(amount(), 0..8), 1..=8)
}

/// 2^99 times the real weight, too low by less than one part in 2^90.
fn real_weight(gifts: &[Balance]) -> BigUint {
    // Twice the sum of the roots of all products.
    let mut sum = BigUint::from(0u8);
    for (i, one) in gifts.iter().enumerate() {
        for other in &gifts[..i] {
            let product: BigUint = BigUint::from(*one) * *other;
            sum += (product << 198usize).sqrt();
        }
    }
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
    fn weight_is_as_near_to_real_roots_as_stated(gifts in prop::collection::vec(amount(), 2..8)) {
        let real = real_weight(&gifts);
        // In units of 2^-99, as is `real` but for one part in 2^90.
        let got = big(&weight(&gifts)) << 51usize;
        prop_assert!(got <= &real + (&real >> 80usize) + 1u8);
        let least = gifts.iter().min().unwrap();
        // A 2^-22 / √least-th part, with the root rounded down in units of 2^-30.
        let root = (BigUint::from(*least) << 60usize).sqrt();
        let off = (&real << 8usize) / root;
        prop_assert!(got + off + (&real >> 80usize) + 1u8 >= real);
    }

    #[test]
    fn shares_are_what_the_formula_and_its_limits_say(
        causes in causes(), money in 0..MAX_MONEY, bits in 0u32..90, points in 0u32..=10_000
    ) {
        let money = money >> bits;
        let most = portion(money, points.into(), 10_000).unwrap();
        let weights: Vec<_> = causes.iter().map(|gifts| weight(gifts)).collect();
        let shares = divide(money, most, &weights).unwrap();
        let given: u128 = shares.iter().sum();
        prop_assert!(given <= money);
        for (share, weight) in shares.iter().zip(&weights) {
            prop_assert!(*share <= most && *share <= weight.asks());
        }
        // There is one scale at which all shares are: at most 1, and as large as the money allows. Bounds
        // of it, as fractions, by each cause: share <= weight * scale < share + 1 unless at the most.
        let wanted = weights.iter().map(|one| one.asks().min(most)).sum::<u128>();
        if wanted <= money {
            prop_assert_eq!(given, wanted);
            return Ok(());
        }
        prop_assert!(money - given < causes.len() as u128);
        for (one, a) in weights.iter().zip(&shares) {
            for (other, b) in weights.iter().zip(&shares) {
                // Who has less than the most is not behind anybody in proportion, but for a unit.
                if *a < most {
                    prop_assert!(big(other) * (*a + 1) >= big(one) * *b);
                }
            }
        }
    }

    #[test]
    fn shares_do_not_depend_on_the_order(causes in causes(), money in 0..MAX_MONEY, points in 1u32..=10_000) {
        let most = portion(money, points.into(), 10_000).unwrap();
        let weights: Vec<_> = causes.iter().map(|gifts| weight(gifts)).collect();
        let mut shares = divide(money, most, &weights).unwrap();
        let back: Vec<_> = weights.iter().rev().copied().collect();
        shares.reverse();
        prop_assert_eq!(divide(money, most, &back), Some(shares));
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
