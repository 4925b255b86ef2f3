//! Does to an account what a payment asks: charges, sets aside, settles.

use crate::{
    accounting::{Channel, Hold, Refused},
    once::{Binding, Key},
    protocol::{Named, Signed},
};

/// What is to be done to an account.
#[derive(Clone)]
pub(in crate::till) enum Taking {
    /// Take the price, from whoever shows a voucher.
    Charge {
        price: u128,
        once: Option<(Key, Binding)>,
    },
    /// Take the price from what is there.
    Draw { price: u128 },
    /// Take nothing but the voucher, also of a channel that is ending.
    Keep,
    /// Set an amount aside.
    Hold(Hold),
    /// Take what was set aside.
    Settle { id: [u8; 32], amount: u128 },
}

impl Taking {
    pub fn once(&self) -> Option<(Key, Binding)> {
        match self {
            Self::Charge { once, .. } => *once,
            Self::Settle { id, .. } => Some((Key(*id), Binding(*id))),
            Self::Draw { .. } | Self::Keep | Self::Hold(_) => None,
        }
    }

    pub(super) fn amount(&self) -> u128 {
        match self {
            Self::Charge { price, .. } | Self::Draw { price } => *price,
            Self::Keep => 0,
            Self::Hold(hold) => hold.amount,
            Self::Settle { amount, .. } => *amount,
        }
    }

    /// Returns whether credit was given for it already, so that the chain need not be in sight.
    pub(super) fn is_covered(&self, channel: &Channel) -> bool {
        match self {
            Self::Settle { id, amount } => channel.holds(id, *amount),
            Self::Keep => true,
            _ => false,
        }
    }

    pub(super) fn apply(
        &self,
        channel: &mut Channel,
        named: &Named,
        voucher: Option<&Signed>,
        now: u64,
    ) -> Result<(), Refused> {
        let unsigned = |channel: &Channel, price| Refused::Credit {
            needed: channel.needed(price),
        };
        match (self, voucher) {
            (Self::Charge { price, .. }, None) => Err(unsigned(channel, *price)),
            (Self::Keep, _) => match voucher {
                Some(voucher) => channel.keep(named.epoch, voucher),
                None => Ok(()),
            },
            (Self::Hold(hold), None) => Err(unsigned(channel, hold.amount)),
            (Self::Settle { amount, .. }, None) => Err(unsigned(channel, *amount)),
            (Self::Charge { price, .. } | Self::Draw { price }, _) => {
                channel.pay(named.epoch, voucher, *price)
            }
            (Self::Hold(hold), Some(voucher)) => channel.hold(named.epoch, voucher, *hold, now),
            (Self::Settle { id, amount }, Some(voucher)) => match channel.settle(id, *amount) {
                true => Ok(()),
                false => channel.pay_instead(id, named.epoch, voucher, *amount),
            },
        }
    }
}
