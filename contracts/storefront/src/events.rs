//! What the contract tells the world.

use crate::catalogue::Listing;
use farthing_types::{Balance, CreatorId, Hash, ItemId, Millis};
use ink::{prelude::vec::Vec, primitives::AccountId};

/// A tip of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Tip {
    /// For whom.
    pub creator: CreatorId,
    /// How much; at least 1.
    pub amount: Balance,
    /// Up to 140 bytes, kept in the event only.
    pub memo: Vec<u8>,
}

/// One item to buy.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Order {
    /// From whom.
    pub creator: CreatorId,
    /// What.
    pub item: ItemId,
}

/// A payment that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Payment {
    /// A tip.
    Tip(Tip),
    /// An item was bought.
    Purchase {
        /// From whom.
        creator: CreatorId,
        /// What.
        item: ItemId,
        /// Who has access now.
        owner: AccountId,
        /// What it cost, referral share included.
        paid: Balance,
        /// When access ends; `None` if never.
        until: Option<Millis>,
        /// The referrer's share of the price, the platform's fee on it included.
        referral: Balance,
    },
    /// Something was bought without saying what; see `farthing_types::commitment`.
    Blinded {
        /// From whom.
        creator: CreatorId,
        /// The price tier.
        tier: u8,
        /// What it cost.
        paid: Balance,
        /// Hides item and buyer's secret.
        commitment: Hash,
    },
}

/// A recipient's share of a payout.
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

/// Money that left the books.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Release {
    /// A creator was paid.
    Payout {
        /// Who.
        creator: CreatorId,
        /// What the platform took.
        fee: Balance,
        /// What each recipient of the split got, in its order.
        shares: Vec<Share>,
    },
    /// A purchase was refunded.
    Refund {
        /// By whom.
        creator: CreatorId,
        /// What was bought.
        item: ItemId,
        /// Who had access.
        owner: AccountId,
        /// What went back to whoever had paid.
        share: Share,
    },
    /// The treasury got the fees taken so far.
    Fees {
        /// How much.
        amount: Balance,
    },
    /// Someone took out what they were owed.
    Withdrawal {
        /// Who.
        account: AccountId,
        /// How much.
        amount: Balance,
    },
}

/// What changed about what a creator sells.
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
    },
    /// An item's price changed.
    Repriced {
        /// Which.
        item: ItemId,
        /// The price from now on.
        price: Balance,
    },
    /// An item can no longer be bought.
    Retired {
        /// Which.
        item: ItemId,
    },
    /// A price tier for blinded purchases changed.
    TierSet {
        /// Which.
        tier: u8,
        /// The price from now on; `None` ends the tier.
        price: Option<Balance>,
    },
}

/// All payments of one call. The only anonymous event: it has no topics at all.
#[ink::event(anonymous)]
pub struct Payments {
    /// Who paid.
    pub payer: AccountId,
    /// Who referred the payer, if anyone.
    pub referrer: Option<AccountId>,
    /// What for, in the order of the call.
    pub payments: Vec<Payment>,
}

/// Money left.
#[ink::event]
pub struct Released {
    /// To whom, and what for.
    pub release: Release,
}

/// A creator's catalogue changed.
#[ink::event]
pub struct CatalogueChanged {
    /// Whose.
    pub creator: CreatorId,
    /// How.
    pub change: Change,
}

/// Payments are stopped until a time, or possible again if it is not in the future.
#[ink::event]
pub struct PausedUntil {
    /// When they are possible again.
    pub until: Millis,
}
