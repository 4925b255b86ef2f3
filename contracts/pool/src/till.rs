//! What went out: the part of the books that donations do not touch.

use crate::{
    events::Division,
    terms::{Fee, Payees, Terms},
};
use farthing_types::{
    money::{proportion, BASIS_POINTS},
    split::{Dust, Split, MAX_RECIPIENTS},
    Balance,
};
use ink::{
    prelude::{vec, vec::Vec},
    primitives::AccountId,
};

/// What went out. Its size never changes, so that using it never changes a storage deposit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Till {
    /// What payouts took out of what the beneficiaries are due, fee included.
    pub settled: Balance,
    /// What donors had back.
    pub refunded: Balance,
    /// What the chain refused to move, and waits for `withdraw`: first the treasury's, then that of each
    /// beneficiary, in the split's order.
    pub kept: Vec<Balance>,
    /// How many payouts there were; they are numbered from 0.
    pub payouts: u32,
    /// What rounding has kept of the fee so far, in ten-thousandths of a unit.
    pub fee_carry: u16,
    /// What rounding has kept from each beneficiary so far, in millionths of a unit.
    pub dust: [u32; MAX_RECIPIENTS],
}

/// How a payout is divided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// The fee.
    pub fee: Balance,
    /// The beneficiaries' shares, in the split's order.
    pub shares: Vec<Balance>,
}

impl Till {
    /// Returns that of a new pool.
    pub fn new(terms: &Terms) -> Self {
        let places = terms.beneficiaries.len().saturating_add(1);
        Self {
            kept: vec![0; places],
            ..Self::default()
        }
    }

    /// Keeps what the chain refused to move, each share in its place. `None` if a sum cannot be
    /// represented, or there is no such place.
    pub fn keep(&mut self, division: &Division) -> Option<()> {
        let shares = (1..).zip(&division.shares);
        let all = division.fee.iter().map(|fee| (0, fee)).chain(shares);
        for (place, share) in all.filter(|(_, share)| !share.sent) {
            let kept = self.kept.get_mut(place)?;
            *kept = kept.checked_add(share.amount)?;
        }
        Some(())
    }

    /// Returns what is kept for everyone.
    pub fn kept_in_all(&self) -> Balance {
        self.kept
            .iter()
            .fold(0, |sum: Balance, one| sum.saturating_add(*one))
    }

    /// Returns what is kept for `account`, which may be a beneficiary and the treasury.
    pub fn kept_for(&self, payees: &Payees, account: &AccountId) -> Balance {
        let all = places(payees).zip(&self.kept);
        all.filter(|(whose, _)| *whose == Some(account))
            .fold(0, |sum, (_, kept)| sum.saturating_add(*kept))
    }

    /// Takes out what is kept for `account`. Returns how much that is.
    pub fn take_kept(&mut self, payees: &Payees, account: &AccountId) -> Balance {
        let all = places(payees).zip(&mut self.kept);
        all.filter(|(whose, _)| *whose == Some(account))
            .fold(0, |sum, (_, kept)| {
                sum.saturating_add(core::mem::take(kept))
            })
    }

    /// Returns what has left the beneficiaries' part of the books, the units that rounding set aside for them
    /// not counted.
    pub fn paid_out(&self) -> Balance {
        self.settled.saturating_sub(Dust(self.dust).units())
    }

    /// Divides `amount`: first the fee, then the rest among the beneficiaries. `None` on overflow,
    /// which no amount that exists on a chain can cause.
    ///
    /// Exact over time: fee and shares of many payouts add up to those of one.
    pub fn settle(
        &mut self,
        amount: Balance,
        fee: Option<&Fee>,
        split: &Split<AccountId>,
    ) -> Option<Settlement> {
        let points = fee.map_or(0, |fee| fee.points);
        let carry = self.fee_carry.into();
        let (fee, carry) = proportion(amount, points.into(), BASIS_POINTS.into(), carry)?;
        let net = amount.checked_sub(fee)?;
        let (shares, dust) = split.divide(net, &Dust(self.dust))?;
        self.fee_carry = u16::try_from(carry).ok()?;
        self.dust = dust.0;
        self.settled = self.settled.checked_add(amount)?;
        self.payouts = self.payouts.wrapping_add(1);
        Some(Settlement { fee, shares })
    }
}

/// Returns whose the places are in which shares are kept.
fn places(payees: &Payees) -> impl Iterator<Item = Option<&AccountId>> {
    let treasury = payees.fee.as_ref().map(|fee| &fee.treasury);
    let beneficiaries = payees.beneficiaries.iter().map(|one| Some(&one.account));
    core::iter::once(treasury).chain(beneficiaries)
}

#[cfg(test)]
mod tests;
