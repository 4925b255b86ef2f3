//! The bytes of both protocols on a 402: x402 v2 with its scheme `batch-settlement`, and MPP with the method
//! `farthing`. Nothing here reads or writes anything, and the time is always an argument.
//!
//! A client names a channel by its payer, lane and epoch, since its payee and its contract are those of the
//! gateway. The lane is 0 if a client leaves it out. It is part of what a voucher signs, so a payer with two
//! devices could not pay with the second one without it.

pub mod challenge;
mod encoding;
pub mod jcs;
pub mod mpp;
pub mod values;
pub mod x402;

use farthing_client::Account;
use farthing_types::{
    signing::Verifier,
    voucher::{ChannelId, Place, Signature, Voucher},
};
use values::{Amount, Bytes, Number};

/// The most bytes of a header that are looked at.
pub const MAX_HEADER: usize = 8 * 1024;

/// Says what is wrong with what a client sent: the answer is 400, with this sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{header}: {problem}")]
pub struct Malformed {
    /// The header that it came in.
    pub header: &'static str,
    /// What is wrong with the header, as the end of a sentence.
    pub problem: String,
}

/// Names a channel of the gateway's payee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Named {
    /// The account that pays.
    pub payer: Account,
    /// The lane, which tells the payer's channels to this payee apart.
    pub lane: u32,
    /// The epoch, which tells one life of the channel from the next.
    pub epoch: u64,
}

/// A voucher as it came, with a signature that nobody has checked yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The cumulative amount that it promises, in the smallest unit.
    pub cumulative: u128,
    /// The root of what was bought.
    pub root: [u8; 32],
    /// The signature of the channel's signer.
    pub signature: Signature,
}

/// What a client asks for along with the resource, in either protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Pay with a voucher.
    Voucher(Signed),
    /// Submit this transaction, which opens the channel, and pay with the voucher.
    Open(Signed, Vec<u8>),
    /// Submit this transaction, which adds to the reserve, and pay with the voucher if there is one.
    TopUp(Option<Signed>, Vec<u8>),
    /// Sign a closing, at the voucher's amount if it is the newest.
    Close(Option<Signed>),
}

/// A payment as a client sent it, in either protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// The channel that it is paid with.
    pub channel: Named,
    /// What the client asks for along with the resource.
    pub action: Action,
}

impl Payment {
    /// Returns the voucher in it.
    pub fn voucher(&self) -> Option<&Signed> {
        match &self.action {
            Action::Voucher(signed) | Action::Open(signed, _) => Some(signed),
            Action::TopUp(signed, _) | Action::Close(signed) => signed.as_ref(),
        }
    }
}

impl Signed {
    /// Returns whether `signer` signed this for the channel `named` of `payee`, at this place.
    pub fn is_valid(
        &self,
        signer: &Verifier,
        place: &Place<[u8; 32]>,
        named: &Named,
        payee: [u8; 32],
    ) -> bool {
        signer.verify(&self.payload(place, named, payee), &self.signature)
    }

    /// Returns what must be signed.
    pub fn payload(&self, place: &Place<[u8; 32]>, named: &Named, payee: [u8; 32]) -> Vec<u8> {
        let voucher = Voucher {
            channel: ChannelId {
                payer: named.payer.0,
                payee,
                lane: named.lane,
                epoch: named.epoch,
            },
            cumulative: self.cumulative,
            root: self.root,
        };
        voucher.payload(place)
    }
}

/// The parts of an action, as both protocols spell them; each field is there or not.
struct Parts {
    action: String,
    signed: Option<Signed>,
    extrinsic: Option<Vec<u8>>,
}

impl Parts {
    /// Returns the action, or what it lacks.
    fn action(self) -> Result<Action, String> {
        let lacks = |what| format!("{} needs {what}", self.action);
        let voucher = self.signed.ok_or_else(|| lacks("a voucher"));
        let extrinsic = self.extrinsic.ok_or_else(|| lacks("an extrinsic"));
        match self.action.as_str() {
            "voucher" => Ok(Action::Voucher(voucher?)),
            "open" => Ok(Action::Open(voucher?, extrinsic?)),
            "topUp" => Ok(Action::TopUp(self.signed, extrinsic?)),
            "close" => Ok(Action::Close(self.signed)),
            _ => Err("the action is none of voucher, open, topUp and close".into()),
        }
    }

    /// Returns an action as the fields of its JSON.
    fn of(action: &Action) -> Self {
        let (name, signed, extrinsic) = match action {
            Action::Voucher(signed) => ("voucher", Some(*signed), None),
            Action::Open(signed, bytes) => ("open", Some(*signed), Some(bytes.clone())),
            Action::TopUp(signed, bytes) => ("topUp", *signed, Some(bytes.clone())),
            Action::Close(signed) => ("close", *signed, None),
        };
        Self {
            action: name.into(),
            signed,
            extrinsic,
        }
    }
}

/// A voucher's fields in JSON.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct VoucherFields {
    cumulative: Amount,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    root: Option<Bytes<32>>,
    signature: Bytes<64>,
    #[serde(default)]
    wrapped: bool,
}

impl From<Signed> for VoucherFields {
    fn from(signed: Signed) -> Self {
        Self {
            cumulative: Number(signed.cumulative),
            root: (signed.root != [0; 32]).then_some(Bytes(signed.root)),
            signature: Bytes(signed.signature.bytes),
            wrapped: signed.signature.wrapped,
        }
    }
}

impl From<VoucherFields> for Signed {
    fn from(fields: VoucherFields) -> Self {
        Self {
            cumulative: fields.cumulative.0,
            root: fields.root.map_or([0; 32], |root| root.0),
            signature: Signature {
                bytes: fields.signature.0,
                wrapped: fields.wrapped,
            },
        }
    }
}

#[cfg(test)]
mod tests;
