//! What went out: the part of the books that donations do not touch.

use crate::terms::Fee;
use farthing_types::{
    money::{proportion, BASIS_POINTS},
    split::{Dust, Split, MAX_RECIPIENTS},
    Balance,
};
use ink::{prelude::vec::Vec, primitives::AccountId};

/// What went out. A fixed size, so that using it never changes a storage deposit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Till {
    /// What payouts took out of what the beneficiaries are due, fee included.
    pub settled: Balance,
    /// What donors had back.
    pub refunded: Balance,
    /// What the chain refused to move, and waits for `withdraw`.
    pub kept: Balance,
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
    /// What has left the beneficiaries' part of the books, the units that rounding set aside for them
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

#[cfg(test)]
mod tests;
