//! Behind `claim` and `close_together`: whose signature it is, and what it is worth.
//!
//! Nothing here needs the root item.

use super::{sending::send_or_keep, tell};
use crate::{
    channel::{Moment, Skip, StoredChannel},
    channels::Channels,
    checks::{check_batch, now},
    error::{Error, Result},
    events::{Change, ChannelChange, Side},
    storage::{self, LaneKey},
};
use farthing_types::{
    voucher::{ChannelId, Place, Signature, Voucher},
    Balance, Hash, Millis,
};
use ink::{codegen::StaticEnv, prelude::vec::Vec, primitives::AccountId};

/// A voucher of a payer, as it is claimed; the payee is the claim's.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct SignedVoucher {
    /// The account that pays, as the voucher names it.
    pub payer: AccountId,
    /// The channel's lane, as the voucher names it.
    pub lane: u32,
    /// The channel's epoch, as the voucher names it.
    pub epoch: Millis,
    /// How much of the channel is the payee's in all, by what the voucher says.
    pub cumulative: Balance,
    /// The Merkle root of what was bought, as the voucher names it; zeros for none.
    pub root: Hash,
    /// The signature over all of this, by the channel's signer key.
    pub signature: Signature,
}

/// How much a voucher brought the payee, or why it was skipped.
pub type Outcome = core::result::Result<Balance, Skip>;

impl SignedVoucher {
    /// What the world is told about a claim of it.
    fn claimed(&self, paid: Balance) -> ChannelChange {
        ChannelChange {
            other: self.payer,
            lane: self.lane,
            epoch: self.epoch,
            change: Change::Claimed {
                paid,
                root: (self.root != [0; 32]).then_some(self.root),
            },
        }
    }
}

pub(crate) fn claim_all(payee: AccountId, vouchers: Vec<SignedVoucher>) -> Result<Vec<Outcome>> {
    check_batch(vouchers.len())?;
    let (now, contract) = (now(), Channels::env().account_id());
    let mut total: Balance = 0;
    let mut outcomes = Vec::with_capacity(vouchers.len());
    let mut changes = Vec::with_capacity(vouchers.len());
    for voucher in vouchers {
        let outcome = claim_one(contract, payee, &voucher, now);
        if let Ok(paid) = outcome {
            total = total.checked_add(paid).ok_or(Error::Overflow)?;
            changes.push(voucher.claimed(paid));
        }
        outcomes.push(outcome);
    }
    send_or_keep(payee, total)?;
    tell(Side::Payee(payee), changes);
    Ok(outcomes)
}

fn claim_one(
    contract: AccountId,
    payee: AccountId,
    voucher: &SignedVoucher,
    now: Moment,
) -> Outcome {
    let (mut channels, key) = (storage::channels(), (voucher.payer, payee, voucher.lane));
    let mut channel = channels.get(key).ok_or(Skip::NoChannel)?;
    let gain = channel.gain(voucher.epoch, voucher.cumulative, now)?;
    let said = Voucher {
        channel: channel_id(key, &channel),
        cumulative: voucher.cumulative,
        root: voucher.root,
    };
    let payload = said.payload(&place(contract, &channel));
    if !signed(&voucher.signature, payload, &channel.signer) {
        return Err(Skip::BadSignature);
    }
    channel.claim(gain);
    channels.insert(key, &channel);
    Ok(gain)
}

/// Where what is signed for a channel counts.
pub(crate) fn place(contract: AccountId, channel: &StoredChannel) -> Place<AccountId> {
    Place {
        genesis: channel.genesis,
        contract,
    }
}

pub(crate) fn channel_id(
    (payer, payee, lane): LaneKey,
    channel: &StoredChannel,
) -> ChannelId<AccountId> {
    ChannelId {
        payer,
        payee,
        lane,
        epoch: channel.epoch,
    }
}

pub(crate) fn signed(signature: &Signature, payload: Vec<u8>, key: &[u8; 32]) -> bool {
    let message = signature.message(payload);
    ink::env::sr25519_verify(&signature.bytes, &message, key).is_ok()
}
