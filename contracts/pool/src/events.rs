//! What the contract tells the world.

use crate::{sponsors::Pledge, terms::MAX_URI};
use farthing_types::{Balance, Hash};
use ink::{
    prelude::{string::String, vec::Vec},
    primitives::AccountId,
};

/// One gift of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Gift {
    /// Who gave it to the one who pays it in.
    pub donor: AccountId,
    /// How much.
    pub amount: Balance,
    /// Hash of what the donor says, kept in the event only.
    pub memo: Option<Hash>,
}

/// A donation that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Donation {
    /// Whose it is.
    pub donor: AccountId,
    /// How much.
    pub amount: Balance,
    /// What sponsors added.
    pub matched: Balance,
    /// Hash of what the donor says.
    pub memo: Option<Hash>,
}

/// What money is spent on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Note {
    /// Hash of a document that says it.
    pub commitment: Hash,
    /// Where the document is, in at most 128 bytes.
    pub uri: String,
}

impl Note {
    /// Whether the URI has at most as many bytes as it can.
    pub fn fits(&self) -> bool {
        self.uri.len() <= MAX_URI
    }
}

/// What someone got of a payout.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Share {
    /// Whose.
    pub account: AccountId,
    /// How much.
    pub amount: Balance,
    /// Whether it is in the account. If not, the chain refused the transfer, and it waits here for
    /// `withdraw`.
    pub sent: bool,
}

/// Money that came in and is no donation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Arrival {
    /// Someone sponsors the pool.
    Sponsorship {
        /// The sponsor's number.
        sponsor: u32,
        /// Who.
        account: AccountId,
        /// How much they put in.
        amount: Balance,
        /// What they promise for it.
        pledge: Pledge,
    },
    /// Money for the beneficiaries that nobody can have back.
    Grant {
        /// From whom.
        from: AccountId,
        /// How much.
        amount: Balance,
    },
    /// Pocket change that was paid through channels.
    PocketChange {
        /// How much.
        amount: Balance,
    },
}

/// Money that left.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Release {
    /// The beneficiaries were paid.
    Payout {
        /// The payout's number.
        payout: u32,
        /// What the treasury got, if there is a fee.
        fee: Option<Share>,
        /// What each beneficiary got, in the split's order.
        shares: Vec<Share>,
        /// What it is spent on, if a beneficiary said so.
        note: Option<Note>,
    },
    /// A donor had their money back.
    Refund {
        /// Who.
        donor: AccountId,
        /// How much.
        amount: Balance,
    },
    /// A sponsor had their money back.
    Sponsorship {
        /// The sponsor's number.
        sponsor: u32,
        /// Who.
        account: AccountId,
        /// How much.
        amount: Balance,
    },
    /// Someone took out what the chain had refused to move.
    Withdrawal {
        /// Who.
        account: AccountId,
        /// How much.
        amount: Balance,
    },
}

/// All donations of one call. The only anonymous event: it has no topics at all.
#[ink::event(anonymous)]
pub struct Donations {
    /// Who paid.
    pub payer: AccountId,
    /// Whose donations, in the order of the call.
    pub donations: Vec<Donation>,
}

/// Money came in that is no donation.
#[ink::event]
pub struct Arrived {
    /// From whom, and what for.
    pub arrival: Arrival,
}

/// Donations are the beneficiaries' for good.
#[ink::event]
pub struct Finalised {
    /// What came in, matching money counted.
    pub raised: Balance,
}

/// Money left.
#[ink::event]
pub struct Released {
    /// To whom, and what for.
    pub release: Release,
}

/// A beneficiary said what an earlier payout was spent on.
#[ink::event]
pub struct Explained {
    /// The payout's number.
    pub payout: u32,
    /// Who said it.
    pub by: AccountId,
    /// What on.
    pub note: Note,
}
