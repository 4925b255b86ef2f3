//! What a till is asked, and what it answers.

use crate::{
    accounting::Refused,
    protocol::{
        challenge::{Correction, Seller},
        x402::ChannelState,
        Named,
    },
    store::Failed,
};
use farthing_client::Account;
use farthing_types::{commitment::blake2_256, voucher::Place};
use std::time::Duration;

/// A charge, to give it back by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ChargeId(pub [u8; 32]);

/// A charge, and how its channel stands after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charged {
    /// The charge's name, which it is given back by.
    pub id: ChargeId,
    /// The channel that paid.
    pub channel: Named,
    /// The amount of the charge, in the smallest unit.
    pub amount: u128,
    /// Whether its identifier was charged for before: nothing was taken now.
    pub again: bool,
    /// The highest cumulative amount that the payer signed, in the smallest unit.
    pub best: u128,
    /// What was served for in all, in the smallest unit.
    pub spent: u128,
    /// The channel, for a receipt.
    pub state: ChannelState,
}

/// Why nothing was charged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Declined {
    /// The channel's account does not allow it; with what a client that lost its state needs.
    #[error("{0}")]
    Refused(Refused, Option<Box<Correction>>),
    /// The voucher is not signed by the channel's signer.
    #[error("the voucher is not signed by the channel's signer")]
    Signature,
    /// The payee has no such channel on the chain.
    #[error("there is no such channel to this payee on the chain")]
    NoChannel,
    /// A block has the channel's opening, but can still be undone.
    #[error("the channel's opening is not final yet; send the same again in a few seconds")]
    NotFinal,
    /// An exit from the channel is over too soon.
    #[error("the channel's exit takes less than is accepted")]
    Delay {
        /// How long it must take at least.
        needed: Duration,
    },
    /// Closings of the channel need another's signature than the payee's: the payer could take everything back at
    /// once.
    #[error("closings of the channel need another's signature than the payee's")]
    Closer,
    /// The channel's reserve is too small.
    #[error("the channel's reserve is less than is accepted")]
    Deposit {
        /// The smallest reserve that is accepted, in the smallest unit.
        needed: u128,
    },
    /// The identifier is another request's.
    #[error("the identifier was used for another request")]
    Identifier,
    /// The first request under this identifier is still answered.
    #[error("the first request with this identifier is still answered")]
    Running,
    /// The transaction that came with the payment was not taken by the chain.
    #[error("the chain did not take the transaction: {0}")]
    Transaction(String),
    /// It cannot be written down.
    #[error("{0}")]
    Store(Failed),
    /// Too much is waiting.
    #[error("too much is waiting; try again later")]
    Busy,
}

/// What channels are taken, and what their vouchers name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepts {
    /// The chain and contract that vouchers must be for.
    pub place: Place<[u8; 32]>,
    /// The account that vouchers must pay.
    pub payee: Account,
    /// Whose signature closings need: the payee's, unless another key was told to payers.
    pub closer: [u8; 32],
    /// The shortest delay of an exit that is accepted.
    pub min_delay: Duration,
    /// The smallest reserve that is accepted, in the smallest unit.
    pub min_deposit: u128,
}

impl From<&Seller> for Accepts {
    fn from(seller: &Seller) -> Self {
        Self {
            place: seller.place.clone(),
            payee: seller.payee,
            closer: seller.payee.0,
            min_delay: seller.min_delay,
            min_deposit: seller.min_deposit,
        }
    }
}

impl Accepts {
    /// Returns the chain, contract and payee that a log and a database are of.
    pub(super) fn owner(&self) -> crate::store::Owner {
        [self.place.genesis, self.place.contract, self.payee.0]
    }

    /// Returns a name for a channel: the hash of all that identifies it.
    pub fn channel_id(&self, named: &Named) -> [u8; 32] {
        let parts: [&[u8]; 6] = [
            &self.place.genesis,
            &self.place.contract,
            &named.payer.0,
            &self.payee.0,
            &named.lane.to_le_bytes(),
            &named.epoch.to_le_bytes(),
        ];
        blake2_256(&parts.concat())
    }
}
