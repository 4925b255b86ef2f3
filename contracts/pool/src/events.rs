//! What the contract tells the world.

use crate::{
    sponsors::{Match, Pledge},
    terms::Terms,
};
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
    /// The amount, in the chain's smallest unit.
    pub amount: Balance,
    /// Hash of what the donor says, kept in the event only.
    pub memo: Option<Hash>,
}

impl Gift {
    /// Returns the donation that it is, when sponsors have added what they add.
    pub fn matched_by(self, matched: Vec<Match>) -> Donation {
        Donation {
            donor: self.donor,
            amount: self.amount,
            matched,
            memo: self.memo,
        }
    }
}

/// A donation that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Donation {
    /// Whose it is.
    pub donor: AccountId,
    /// The amount, in the chain's smallest unit.
    pub amount: Balance,
    /// What each sponsor added, of those who added something.
    pub matched: Vec<Match>,
    /// Hash of what the donor says.
    pub memo: Option<Hash>,
}

/// A document of the pool's: news, or what money is spent on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Note {
    /// The hash of the document.
    pub commitment: Hash,
    /// Where the document is, in at most 128 bytes.
    pub uri: String,
}

/// What someone got of a payout.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Share {
    /// The beneficiary, or the treasury, whose part it is.
    pub account: AccountId,
    /// The amount, in the chain's smallest unit.
    pub amount: Balance,
    /// Whether it is in the account. If not, the chain refused the transfer, and it waits here for
    /// `withdraw`.
    pub sent: bool,
}

/// How money was divided that went straight through.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Division {
    /// What the treasury got, if there is a fee.
    pub fee: Option<Share>,
    /// What each beneficiary got, in the split's order.
    pub shares: Vec<Share>,
}

impl Division {
    /// Returns whether the chain refused to move some of it.
    pub fn keeps(&self) -> bool {
        self.all().any(|share| !share.sent)
    }

    /// Returns what was sent or kept, all in all.
    pub fn sum(&self) -> Balance {
        self.all()
            .fold(0, |sum: Balance, share| sum.saturating_add(share.amount))
    }

    fn all(&self) -> impl Iterator<Item = &Share> {
        self.fee.iter().chain(&self.shares)
    }
}

/// Money that came in and is no donation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Arrival {
    /// Someone sponsors the pool.
    Sponsorship {
        /// The sponsor's number.
        sponsor: u32,
        /// The account that sponsors, and gets back what is not used.
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
        /// The amount, in the chain's smallest unit.
        amount: Balance,
    },
    /// Money for the beneficiaries that had come by another road.
    Surplus {
        /// The amount, in the chain's smallest unit.
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
        /// What it took out of the books: fee and shares, and what rounding set aside of them.
        amount: Balance,
        /// What the treasury got, if there is a fee.
        fee: Option<Share>,
        /// What each beneficiary got, in the split's order.
        shares: Vec<Share>,
        /// What it is spent on, if a beneficiary said so.
        note: Option<Note>,
    },
    /// A donor's money was given back.
    Refund {
        /// Whose gifts they were.
        donor: AccountId,
        /// Who got it: the donor, or who had paid it in for a donor without an account.
        to: AccountId,
        /// The amount, in the chain's smallest unit.
        amount: Balance,
        /// Whether the donor's record was freed.
        freed: bool,
    },
    /// A sponsor had their money back.
    Sponsorship {
        /// The sponsor's number.
        sponsor: u32,
        /// The account that it went to.
        account: AccountId,
        /// The amount, in the chain's smallest unit.
        amount: Balance,
    },
    /// Someone took out what the chain had refused to move.
    Withdrawal {
        /// The account whose it was.
        account: AccountId,
        /// The amount, in the chain's smallest unit.
        amount: Balance,
    },
}

/// A pool was made.
#[ink::event]
pub struct Created {
    /// Its rules, which never change, but for the accounts of the beneficiaries: see [`ShareMoved`].
    pub terms: Terms,
    /// Who made it, as `by` says.
    pub maker: AccountId,
    /// Who called the constructor: the maker, or a factory for them.
    pub by: AccountId,
}

/// All donations of one call. The only anonymous event: it has no topics at all.
#[ink::event(anonymous)]
pub struct Donations {
    /// Who paid.
    pub payer: AccountId,
    /// Whether records that this call created name who paid as their payer. Only if they signed
    /// themselves, and only in pools with a goal.
    pub signed: bool,
    /// Whose donations, in the order of the call.
    pub donations: Vec<Donation>,
    /// Who got them, if they went straight through, with what sponsors added.
    pub division: Option<Division>,
}

/// Money came in that is no donation.
#[ink::event]
pub struct Arrived {
    /// From whom, and what for.
    pub arrival: Arrival,
    /// Who got it, if it went straight through.
    pub division: Option<Division>,
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

/// A donor's record was freed.
#[ink::event]
pub struct Forgotten {
    /// The donor whose record was freed.
    pub donor: AccountId,
}

/// A beneficiary said what money was spent on.
#[ink::event]
pub struct Explained {
    /// The payout's number; `None` for what went straight through.
    pub payout: Option<u32>,
    /// Who said it.
    pub by: AccountId,
    /// What on.
    pub note: Note,
}

/// There is news of the pool.
#[ink::event]
pub struct News {
    /// Who has told it: the pool's maker, or a beneficiary.
    pub by: AccountId,
    /// The news.
    pub note: Note,
}

/// A beneficiary offered their share to another account, or took the offer back.
#[ink::event]
pub struct ShareOffered {
    /// Whose share it is.
    pub by: AccountId,
    /// To whom it is offered; `None` if to nobody any more.
    pub to: Option<AccountId>,
}

/// A beneficiary's share moved to the account that they had offered it to.
#[ink::event]
pub struct ShareMoved {
    /// Whose it was.
    pub from: AccountId,
    /// Whose it is.
    pub to: AccountId,
}
