//! Vouchers: what a payer has signed, and what a payee has been given.
//!
//! # What a payer's wallet promises
//!
//! A payment is written down as begun before it is signed, and as made once its voucher was handed out. If
//! the program ends in between, at any moment, the wallet knows of the payment that was begun.
//! [`Paying::begin`] with the same amount and entry continues it. The voucher is then for the same sum as
//! before, so nothing is paid twice, and no voucher is ever for more than was meant. Any other payment on
//! that channel is refused until somebody has said what became of the one that was begun ([`Error::Begun`]).
//!
//! What the chain says counts too. A payer whose file is lost continues from what was claimed, and never
//! signs below it. But the payee may have better vouchers than the ones that were claimed. [`Paid::doubt`]
//! then says that this wallet may not know everything. [`Paying::adopt`] takes over the best voucher that the
//! payee shows, and [`Paying::trust`] takes the payee's word that there is none.
//!
//! A payment need not ask the chain each time: see [`seen`].
//!
//! # What a payee's wallet promises
//!
//! [`Receiving::take`] returns `Ok` only for a voucher that is worth something new and belongs to an open
//! channel as the payee asked for it ([`Wanted`]). It returns `Ok` only once the voucher is on the disk, so
//! whoever serves after `Ok` is paid. A lower voucher never replaces a higher one. Show it channels as they
//! are in a finalised block.
//!
//! The file is only appended to, and rewritten when much of it is of no more use. Whenever the program ends,
//! everything that `Ok` was returned for is found again. A last write that was interrupted is cut off. A file
//! that is damaged before that is refused ([`Error::Damaged`]). A server that receives vouchers faster than
//! the disk can store them one by one takes many at once ([`Receiving::take_many`]).
//!
//! # A voucher as text
//!
//! A voucher as text is `farthing-voucher-2:` and then, in hexadecimal, the SCALE encoding of a [`Place`], a
//! [`Voucher`] and a [`Signature`]: 253 bytes.

mod bought;
mod error;
mod kept;
mod log;
mod paid;
mod paying;
mod promised;
mod received;
pub mod seen;
mod syncing;
#[cfg(test)]
mod tests;
mod text;

pub use bought::{entry_of, Shown, RESOURCE_TAG};
pub use error::Error;
pub use kept::Kept;
pub(crate) use paid::doubted;
pub use paid::{Doubt, Paid};
pub use paying::Paying;
pub use promised::Begun;
pub use received::{Received, Receiving, Wanted};
pub use syncing::Adopted;

pub use crate::clock::here as clock;

use crate::Account;
use farthing_contracts::channels::{
    channel::{Channel, Moment},
    messages::SignedVoucher,
};
use farthing_types::{
    signing::Verifier,
    voucher::{ChannelId, Place, Signature, Voucher},
    Balance,
};
use scale::{Decode, Encode};
use std::{fmt, str::FromStr};

/// What a voucher's text begins with.
const PREFIX: &str = "farthing-voucher-2:";

/// A signed voucher, with the place where it counts.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Paper {
    /// The chain and the contract where it counts.
    pub place: Place<Account>,
    /// The voucher that was signed.
    pub voucher: Voucher<Account>,
    /// The signature of the channel's signer key.
    pub signature: Signature,
}

impl Paper {
    /// Returns the amount that claiming it now would bring, given the channel as it is on the chain, in the
    /// smallest unit.
    pub fn due(&self, channel: Option<&Channel>, now: Moment) -> Balance {
        let epoch = self.voucher.channel.epoch;
        let open = channel.filter(|open| open.epoch == epoch && !open.is_over(now));
        open.map_or(0, |open| {
            let worth = self.voucher.cumulative.min(open.reserve);
            worth.saturating_sub(open.claimed)
        })
    }

    /// Returns the voucher in the form that the contract takes.
    pub fn signed(&self) -> SignedVoucher {
        let Voucher {
            channel,
            cumulative,
            root,
        } = &self.voucher;
        SignedVoucher {
            payer: channel.payer.id(),
            lane: channel.lane,
            epoch: channel.epoch,
            cumulative: *cumulative,
            root: *root,
            signature: self.signature,
        }
    }

    /// Returns whether this signer key signed it.
    pub fn is_signed_by(&self, signer: &[u8; 32]) -> bool {
        let payload = self.voucher.payload(&self.place);
        Verifier::new(signer).is_some_and(|key| key.verify(&payload, &self.signature))
    }
}

impl fmt::Display for Paper {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        write!(to, "{PREFIX}{}", hex::encode(self.encode()))
    }
}

impl FromStr for Paper {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let bytes = text.trim().strip_prefix(PREFIX).map(hex::decode);
        let Some(Ok(bytes)) = bytes else {
            return Err(Error::NoVoucher);
        };
        let rest = &mut &bytes[..];
        let paper = Self::decode(rest).map_err(|_| Error::NoVoucher)?;
        match rest.is_empty() {
            true => Ok(paper),
            false => Err(Error::NoVoucher),
        }
    }
}

/// Returns the key by which a file tells one life of a channel from all others.
fn key(contract: Account, id: &ChannelId<Account>) -> String {
    let ChannelId {
        payer,
        payee,
        lane,
        epoch,
    } = id;
    let [contract, payer, payee] = [contract, *payer, *payee].map(Account::generic);
    format!("{contract} {payer} {payee} {lane} {epoch}")
}

/// Reads what [`key`] wrote.
fn read_key(text: &str) -> Option<(Account, ChannelId<Account>)> {
    let parts: Vec<_> = text.split(' ').collect();
    let [contract, payer, payee, lane, epoch] = <[&str; 5]>::try_from(parts).ok()?;
    let id = ChannelId {
        payer: payer.parse().ok()?,
        payee: payee.parse().ok()?,
        lane: lane.parse().ok()?,
        epoch: epoch.parse().ok()?,
    };
    Some((contract.parse().ok()?, id))
}
