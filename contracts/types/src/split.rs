//! Payout splits.
//!
//! A [`Split`] divides money among up to [`MAX_RECIPIENTS`] accounts in parts per million. Dividing is
//! exact over time: [`Dust`] carries each recipient's fraction of a unit from one payout to the next,
//! so that a thousand payouts of one unit pay everyone the same as a single payout of a thousand.

use crate::{money::proportion, Balance};
use alloc::vec::Vec;

/// Parts of a whole split.
pub const PARTS: u32 = 1_000_000;
/// The most recipients a split can have.
pub const MAX_RECIPIENTS: usize = 16;

scale_type! {
    /// One recipient of a split.
    pub struct Recipient<Account> {
        /// Who is paid.
        pub account: Account,
        /// Parts per million of every payout.
        pub parts: u32,
    }
}

scale_type! {
    /// Why a list of recipients is no split.
    #[derive(Copy)]
    pub enum SplitError {
        /// There are none, or more than [`MAX_RECIPIENTS`].
        RecipientCount,
        /// A recipient has no parts.
        ZeroParts,
        /// An account is listed twice.
        DuplicateRecipient,
        /// The parts add up to this, and not to [`PARTS`].
        SumOff(u32),
    }
}

/// Recipients that were checked to be a split.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split<Account>(Vec<Recipient<Account>>);

impl<Account: Eq> Split<Account> {
    /// Checks that `recipients` are 1 to [`MAX_RECIPIENTS`] different accounts with parts that add up
    /// to exactly [`PARTS`].
    pub fn new(recipients: Vec<Recipient<Account>>) -> Result<Self, SplitError> {
        if recipients.is_empty() || recipients.len() > MAX_RECIPIENTS {
            return Err(SplitError::RecipientCount);
        }
        let mut sum: u32 = 0;
        for (i, one) in recipients.iter().enumerate() {
            if one.parts == 0 {
                return Err(SplitError::ZeroParts);
            }
            if recipients
                .iter()
                .take(i)
                .any(|other| other.account == one.account)
            {
                return Err(SplitError::DuplicateRecipient);
            }
            sum = sum.saturating_add(one.parts);
        }
        if sum != PARTS {
            return Err(SplitError::SumOff(sum));
        }
        Ok(Self(recipients))
    }

    /// The recipients, in the order in which they were given.
    pub fn recipients(&self) -> &[Recipient<Account>] {
        &self.0
    }

    /// The recipients themselves.
    pub fn into_recipients(self) -> Vec<Recipient<Account>> {
        self.0
    }

    /// Divides `amount`, and what earlier divisions by the same split left in `dust`, among the
    /// recipients: shares in their order, and the new dust. `None` on overflow, or if `dust` is from a
    /// split of more recipients: it would be lost.
    ///
    /// The shares and the [whole units](Dust::units) of the new dust add up to `amount` and those of
    /// the old, exactly.
    pub fn divide(&self, amount: Balance, dust: &Dust) -> Option<(Vec<Balance>, Dust)> {
        let beyond = dust.0.iter().skip(self.0.len());
        if beyond.copied().any(|rest| rest != 0) {
            return None;
        }
        let mut left = Dust::default();
        let mut shares = Vec::with_capacity(self.0.len());
        for ((recipient, carry), rest) in self.0.iter().zip(&dust.0).zip(&mut left.0) {
            let (share, remainder) = proportion(amount, recipient.parts, PARTS, *carry)?;
            shares.push(share);
            *rest = remainder;
        }
        Some((shares, left))
    }
}

/// What rounding has kept from each recipient so far, in millionths of a unit.
///
/// A fixed size, so that keeping it never changes a storage deposit.
#[derive(Clone, Debug, Default, PartialEq, Eq, scale::Encode, scale::Decode)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Dust(pub [u32; MAX_RECIPIENTS]);

impl Dust {
    /// How many whole units the fractions add up to: money that was taken in and not yet paid out,
    /// always less than the number of recipients.
    pub fn units(&self) -> Balance {
        let sum = self
            .0
            .iter()
            .fold(0u64, |sum, part| sum.saturating_add(u64::from(*part)));
        Balance::from(sum.checked_div(u64::from(PARTS)).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(parts: &[u32]) -> Result<Split<usize>, SplitError> {
        Split::new(
            parts
                .iter()
                .enumerate()
                .map(|(account, &parts)| Recipient { account, parts })
                .collect(),
        )
    }

    #[test]
    fn split_refuses_no_and_too_many_recipients() {
        assert_eq!(split(&[]), Err(SplitError::RecipientCount));
        assert!(split(&[62_500; 16]).is_ok());
        assert_eq!(split(&[58_823; 17]), Err(SplitError::RecipientCount));
    }

    #[test]
    fn split_keeps_its_recipients_in_their_order() {
        let split = split(&[PARTS - 1, 1]).unwrap();
        let parts = split.recipients().iter().map(|one| one.parts);
        assert_eq!(parts.collect::<Vec<_>>(), [PARTS - 1, 1]);
        let recipients = split.recipients().to_vec();
        assert_eq!(split.into_recipients(), recipients);
    }

    #[test]
    fn split_refuses_zero_parts() {
        assert_eq!(split(&[PARTS, 0]), Err(SplitError::ZeroParts));
    }

    #[test]
    fn split_refuses_a_sum_that_is_off_by_one_or_overflows() {
        assert_eq!(split(&[PARTS - 1]), Err(SplitError::SumOff(PARTS - 1)));
        assert_eq!(split(&[PARTS, 1]), Err(SplitError::SumOff(PARTS + 1)));
        assert_eq!(
            split(&[u32::MAX, PARTS + 1]),
            Err(SplitError::SumOff(u32::MAX))
        );
    }

    #[test]
    fn split_refuses_duplicates() {
        let twice = [500_000, 500_000].map(|parts| Recipient { account: 7, parts });
        assert_eq!(
            Split::new(twice.to_vec()),
            Err(SplitError::DuplicateRecipient)
        );
    }

    #[test]
    fn thirds_of_one_unit_reach_everyone_after_three_payouts() {
        let split = split(&[333_333, 333_333, 333_334]).unwrap();
        let mut dust = Dust::default();
        let mut paid = [0; 3];
        for _ in 0..1_000_000 {
            let (shares, left) = split.divide(1, &dust).unwrap();
            paid.iter_mut()
                .zip(shares)
                .for_each(|(sum, share)| *sum += share);
            dust = left;
        }
        assert_eq!(paid, [333_333, 333_333, 333_334]);
        assert_eq!(dust, Dust::default());
    }

    #[test]
    fn dust_of_a_larger_split_is_refused() {
        let two = split(&[500_000, 500_000]).unwrap();
        let mut dust = Dust::default();
        dust.0[1] = 999_999;
        assert!(two.divide(1, &dust).is_some());
        for beyond in 2..MAX_RECIPIENTS {
            let mut dust = dust.clone();
            dust.0[beyond] = 1;
            assert_eq!(two.divide(1, &dust), None, "{beyond}");
        }
    }

    /// Cuts [`PARTS`] into `weights.len()` parts of at least one each.
    fn parts_from(weights: &[u32]) -> Vec<u32> {
        let total: u64 = weights.iter().map(|w| u64::from(*w) + 1).sum();
        let mut parts: Vec<u32> = weights
            .iter()
            .map(|w| (((u64::from(*w) + 1) * u64::from(PARTS) / total) as u32).max(1))
            .collect();
        let sum: u32 = parts.iter().sum();
        let largest = (0..parts.len()).max_by_key(|&i| parts[i]).unwrap();
        parts[largest] = parts[largest] + PARTS - sum;
        parts
    }

    proptest! {
        #[test]
        fn divide_is_exact_and_independent_of_how_money_arrives(
            weights in prop::collection::vec(0u32..1_000_000, 1..=MAX_RECIPIENTS),
            amounts in prop::collection::vec(0u128..=1 << 100, 1..60),
        ) {
            let split = split(&parts_from(&weights)).unwrap();
            let mut dust = Dust::default();
            let mut paid = vec![0u128; weights.len()];
            for amount in &amounts {
                let (shares, left) = split.divide(*amount, &dust).unwrap();
                prop_assert_eq!(
                    shares.iter().sum::<u128>() + left.units(),
                    amount + dust.units()
                );
                paid.iter_mut().zip(shares).for_each(|(sum, share)| *sum += share);
                dust = left;
            }
            prop_assert!(dust.units() < weights.len() as u128);
            let (at_once, left) = split.divide(amounts.iter().sum(), &Dust::default()).unwrap();
            prop_assert_eq!(paid, at_once);
            prop_assert_eq!(dust, left);
        }

        #[test]
        fn no_recipient_is_a_whole_unit_behind(
            weights in prop::collection::vec(0u32..1_000_000, 1..=MAX_RECIPIENTS),
            amount in 0u128..=1 << 100,
        ) {
            let parts = parts_from(&weights);
            let (shares, _) = split(&parts).unwrap().divide(amount, &Dust::default()).unwrap();
            for (share, parts) in shares.iter().zip(parts) {
                prop_assert_eq!(*share, amount * u128::from(parts) / u128::from(PARTS));
            }
        }
    }
}
