//! What the contract tells the world.
//!
//! Together with the terms of the deployment, the events tell all that the contract keeps: whoever follows
//! them from the first block on has its catalogue, its books and everyone's access.

use crate::{
    access::{Purchase, Term},
    books::Payee,
    catalogue::{Content, Listing},
};
use farthing_types::{Balance, CreatorId, Hash, ItemId, Millis};
use ink::{prelude::vec::Vec, primitives::AccountId};

/// A tip of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Tip {
    /// The creator who is tipped.
    pub creator: CreatorId,
    /// How much, the platform's fee included, in the chain's smallest unit; at least 1.
    pub amount: Balance,
    /// Up to 140 bytes, kept in the event only. A stranger wrote them: they need not be text.
    pub memo: Vec<u8>,
}

/// One item to buy.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Order {
    /// The creator who sells it.
    pub creator: CreatorId,
    /// The item's number.
    pub item: ItemId,
    /// The most that it may cost, in the chain's smallest unit. Of an item for which one pays what one
    /// wants, this is what is paid.
    pub max_price: Balance,
    /// The edition that the buyer saw; `None` for whichever it is.
    pub edition: Option<u32>,
}

/// A payment that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Payment {
    /// A tip.
    Tip(Tip),
    /// An item was bought, or given away by its creator for nothing.
    Purchase {
        /// The creator who sold it.
        creator: CreatorId,
        /// The item's number.
        item: ItemId,
        /// Who has access now.
        owner: AccountId,
        /// What it cost, fee and referral share included; 0 if the creator gave it away.
        paid: Balance,
        /// For which time; `None` for ever.
        term: Option<Term>,
        /// What the referrer got of it.
        referral: Balance,
    },
    /// Something was bought without saying what; see `farthing_types::commitment`.
    Blinded {
        /// The creator who sold it.
        creator: CreatorId,
        /// The price tier.
        tier: u8,
        /// What it cost, fee included.
        paid: Balance,
        /// Hides item and buyer's secret.
        commitment: Hash,
    },
}

/// A part of payments that was not sent on, and waits in the books.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Kept {
    /// The platform's fee: the chain refused to move it to the treasury.
    Fee {
        /// The amount, in the chain's smallest unit.
        amount: Balance,
    },
    /// A creator's money: it is to be divided, or the chain refused to move it.
    Creator {
        /// The creator.
        creator: CreatorId,
        /// How much, fee and referral share not included.
        amount: Balance,
    },
}

/// A recipient's share of a payout.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Share {
    /// The recipient.
    pub account: AccountId,
    /// The recipient's part of the split, in millionths.
    pub parts: u32,
    /// How much, in the chain's smallest unit.
    pub amount: Balance,
    /// Whether it is in the account. If not, the chain refused the transfer, and the share stays the
    /// recipient's in the creator's books.
    pub sent: bool,
}

/// Money that left the books.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Release {
    /// What waited for a creator was paid.
    Payout {
        /// The creator.
        creator: CreatorId,
        /// What was due to each recipient of the split, in its order.
        shares: Vec<Share>,
    },
    /// Purchases were refunded: what was paid went back to whoever had paid.
    Refund {
        /// The creator who gave it back.
        creator: CreatorId,
        /// Who had access.
        owner: AccountId,
        /// What was refunded.
        purchases: Vec<Purchase>,
        /// How much of it came from the money attached; the rest came out of the creator's books.
        added: Balance,
    },
    /// The treasury got the fees that could not be sent to it before.
    Fees {
        /// The amount, in the chain's smallest unit.
        amount: Balance,
    },
}

/// What changed about what a creator sells, or about where the money goes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Change {
    /// The storefront was opened.
    Opened,
    /// An item came up for sale.
    Published {
        /// Its number.
        item: ItemId,
        /// How it is offered.
        listing: Listing,
        /// What is sold: the item's first edition.
        content: Content,
    },
    /// An item came out in a new edition. Who has access to the item has access to this one.
    Revised {
        /// The item's number.
        item: ItemId,
        /// The number of the new edition.
        edition: u32,
        /// What is sold from now on.
        content: Content,
    },
    /// An item's price changed.
    Repriced {
        /// The item's number.
        item: ItemId,
        /// The price from now on.
        price: Balance,
    },
    /// An item went to another price tier, or to none.
    Tiered {
        /// The item's number.
        item: ItemId,
        /// The tier that pays for it from now on.
        tier: Option<u8>,
    },
    /// An item went off sale.
    Retired {
        /// The item's number.
        item: ItemId,
    },
    /// An item came back on sale.
    Relisted {
        /// The item's number.
        item: ItemId,
    },
    /// A price tier for blinded purchases changed.
    TierSet {
        /// The tier's number.
        tier: u8,
        /// The price from now on; `None` ends the tier.
        price: Option<Balance>,
    },
    /// From now on money goes elsewhere, as the registry says. What was divided by the split of before
    /// and not sent is divided anew.
    Payee {
        /// Who gets all of it, or the split by which it is divided.
        payee: Payee,
        /// The registry's version of the split.
        version: u32,
    },
}

/// The terms, which never change: told once, at deployment.
#[ink::event]
pub struct Deployed {
    /// The registry whose creators can open storefronts here.
    pub registry: AccountId,
    /// The platform's fee in basis points of every payment.
    pub fee: u16,
    /// Where the fee goes.
    pub treasury: AccountId,
    /// Who can pause payments, if anyone.
    pub guardian: Option<AccountId>,
}

/// All payments of one call. The only anonymous event: it has no topics at all.
#[ink::event(anonymous)]
pub struct Payments {
    /// Who paid.
    pub payer: AccountId,
    /// Who referred the payer, if anyone.
    pub referrer: Option<AccountId>,
    /// What was paid for, in the order of the call. Orders that are not here were skipped.
    pub payments: Vec<Payment>,
    /// What was not sent on; everything else was.
    pub kept: Vec<Kept>,
}

/// Money left the books.
#[ink::event]
pub struct Released {
    /// To whom, and what for.
    pub release: Release,
}

/// Something about a creator changed.
#[ink::event]
pub struct CatalogueChanged {
    /// The creator.
    pub creator: CreatorId,
    /// What changed.
    pub change: Change,
}

/// Payments are stopped until a time, or possible again if it is not in the future.
#[ink::event]
pub struct PausedUntil {
    /// When they are possible again, in milliseconds since the Unix epoch.
    pub until: Millis,
}
