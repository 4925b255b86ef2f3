//! Behind `claim` and `close_together`: whose signature it is, and what it is worth.

use crate::{
    books::check_batch,
    channel::{Channel, ChannelError, Skip},
    channels::Channels,
    error::{Error, Result},
    events::{Change, ChannelChange},
};
use farthing_types::{
    voucher::{ChannelId, Closing, Place, Signature, Voucher},
    Balance, Hash, Millis,
};
use ink::{codegen::StaticEnv, prelude::vec::Vec, primitives::AccountId};

/// A voucher of a payer, as it is claimed; the payee is the claim's.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct SignedVoucher {
    /// Whose it is.
    pub payer: AccountId,
    /// The channel's epoch that it names.
    pub epoch: u64,
    /// How much of the channel it says is the payee's in all.
    pub cumulative: Balance,
    /// The Merkle root that it names; zeros for none.
    pub root: Hash,
    /// By the channel's signer key.
    pub signature: Signature,
}

/// How much a voucher added to what the payee has, or why it was skipped.
pub type Outcome = core::result::Result<Balance, Skip>;

impl SignedVoucher {
    /// What the world is told about a claim of it.
    fn told(&self, payee: AccountId, outcome: Outcome) -> ChannelChange {
        let change = match outcome {
            Ok(paid) => Change::Claimed {
                paid,
                root: (self.root != [0; 32]).then_some(self.root),
            },
            Err(skip) => Change::Skipped(skip),
        };
        ChannelChange {
            payer: self.payer,
            payee,
            epoch: self.epoch,
            change,
        }
    }
}

impl Channels {
    pub(crate) fn claim_all(
        &mut self,
        payee: AccountId,
        vouchers: Vec<SignedVoucher>,
    ) -> Result<Vec<Outcome>> {
        check_batch(vouchers.len())?;
        let now = Self::env().block_timestamp();
        let place = self.place();
        let mut total: Balance = 0;
        let mut outcomes = Vec::with_capacity(vouchers.len());
        let mut changes = Vec::with_capacity(vouchers.len());
        for voucher in vouchers {
            let outcome = self.claim_one(&place, payee, &voucher, now);
            total = total
                .checked_add(outcome.unwrap_or(0))
                .ok_or(Error::Overflow)?;
            outcomes.push(outcome);
            changes.push(voucher.told(payee, outcome));
        }
        self.credit(payee, total)?;
        self.changed(0, changes);
        Ok(outcomes)
    }

    fn claim_one(
        &mut self,
        place: &Place<AccountId>,
        payee: AccountId,
        voucher: &SignedVoucher,
        now: Millis,
    ) -> Outcome {
        let key = (voucher.payer, payee);
        let mut channel = self.channels.get(key).ok_or(Skip::NoChannel)?;
        let gain = channel.gain(voucher.epoch, voucher.cumulative, now)?;
        let said = Voucher {
            channel: channel_id(key, &channel),
            cumulative: voucher.cumulative,
            root: voucher.root,
        };
        if !signed(&voucher.signature, said.payload(place), &channel.signer) {
            return Err(Skip::BadSignature);
        }
        channel.claim(gain);
        self.channels.insert(key, &channel);
        Ok(gain)
    }

    pub(crate) fn settle(
        &mut self,
        payee: AccountId,
        amount: Balance,
        signature: Signature,
    ) -> Result<()> {
        let payer = Self::env().caller();
        let (key, refused) = ((payer, payee), |why| Error::Channel(payee, why));
        let channel = self.channel_with(key, payee)?;
        let paid = channel
            .settle(amount, Self::env().block_timestamp())
            .map_err(refused)?;
        let said = Closing {
            channel: channel_id(key, &channel),
            amount,
        };
        let payload = said.payload(&self.place());
        if !signed(&signature, payload, payee.as_ref()) {
            return Err(refused(ChannelError::BadSignature));
        }
        let rest = channel.rest().saturating_sub(paid);
        self.channels.remove(key);
        self.credit(payee, paid)?;
        self.credit(payer, rest)?;
        let change = Change::Settled { paid, rest };
        self.changed(0, ink::prelude::vec![channel.changed(key, change)]);
        Ok(())
    }

    fn place(&self) -> Place<AccountId> {
        Place {
            genesis: self.genesis,
            contract: Self::env().account_id(),
        }
    }
}

fn channel_id((payer, payee): (AccountId, AccountId), channel: &Channel) -> ChannelId<AccountId> {
    ChannelId {
        payer,
        payee,
        epoch: channel.epoch,
    }
}

fn signed(signature: &Signature, payload: Vec<u8>, key: &[u8; 32]) -> bool {
    let message = signature.message(payload);
    ink::env::sr25519_verify(&signature.bytes, &message, key).is_ok()
}
