//! Steps once it is known what they are about: the calls that contracts and model both get.

use farthing_contracts::registry;
use farthing_contracts::storefront::{
    access::Term,
    error::Error as StorefrontError,
    events::{Kept, Payment, Release},
};

/// An account, as an index into [`ACCOUNTS`].
pub type Who = usize;
pub type Creator = u32;
pub type Item = u32;

/// Everyone there is: those who sign, those who only receive, and the two contracts.
pub const ACCOUNTS: usize = 21;
/// How many of them sign; they begin with money.
pub const SIGNERS: usize = 6;
/// The last of those who sign.
pub const GUARDIAN: Who = 5;
/// Gets the fees; begins with nothing, as do all after it but the contracts.
pub const TREASURY: Who = 6;
/// Accounts that get access to items: all who sign, the treasury and one more.
pub const OWNERS: usize = 8;
pub const REGISTRY: Who = 19;
pub const STOREFRONT: Who = 20;

/// A call, or something that happens to the chain.
#[derive(Clone, Debug)]
pub enum Action {
    Commit {
        claim: Claim,
    },
    CancelCommitment,
    Register {
        handle: String,
        salt: [u8; 32],
        uri: String,
    },
    ClaimHandle {
        creator: Creator,
        handle: String,
        salt: [u8; 32],
    },
    ReleaseHandle {
        creator: Creator,
    },
    ForgetHandle {
        creator: Creator,
        handle: String,
    },
    SetProfile {
        creator: Creator,
        uri: String,
    },
    SetDelegate {
        creator: Creator,
        delegate: Who,
        /// Catalogue, price, profile.
        may: [bool; 3],
    },
    Offer {
        creator: Creator,
        to: Option<Who>,
    },
    Accept {
        creator: Creator,
        seen: Option<u32>,
    },
    SetPayout {
        creator: Creator,
        recipients: Vec<(Who, u32)>,
        seen: Option<u32>,
    },
    UnsetPayout {
        creator: Creator,
        seen: Option<u32>,
    },
    Delete {
        creator: Creator,
        seen: Option<u32>,
    },
    Open {
        creator: Creator,
    },
    Publish {
        creator: Creator,
        offer: Offer,
        about: About,
    },
    Revise {
        creator: Creator,
        item: Item,
        about: About,
    },
    SetPrice {
        creator: Creator,
        item: Item,
        price: u128,
    },
    Retire {
        creator: Creator,
        item: Item,
    },
    Relist {
        creator: Creator,
        item: Item,
    },
    SetItemTier {
        creator: Creator,
        item: Item,
        tier: Option<u8>,
    },
    SetTier {
        creator: Creator,
        tier: u8,
        price: Option<u128>,
    },
    Give {
        creator: Creator,
        item: Item,
        owner: Who,
    },
    Tip {
        creator: Creator,
        memo: usize,
    },
    TipMany {
        tips: Vec<(Creator, u128, usize)>,
    },
    Buy {
        order: Wanted,
        terms: Terms,
    },
    BuyMany {
        orders: Vec<Wanted>,
        terms: Terms,
    },
    BuyBlinded {
        creator: Creator,
        tier: u8,
        max: u128,
    },
    /// Of the purchases by or for `owner` in the page of `item`, from the one at `skip` on, those at the
    /// places `which` in `history`.
    Refund {
        creator: Creator,
        item: Item,
        owner: Who,
        skip: usize,
        history: Vec<Told>,
        which: Vec<u32>,
    },
    Payout {
        creator: Creator,
    },
    PayoutDeleted {
        creator: Creator,
        recipients: Vec<(Who, u32)>,
    },
    Refresh {
        creator: Creator,
    },
    WithdrawFees,
    Pause {
        duration: u64,
    },
    Resume,
    /// A plain transfer, past the contracts.
    Send {
        to: Who,
    },
    /// Ends the block; the next is this much later.
    Jump {
        millis: u64,
    },
}

/// What a commitment commits to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    pub handle: String,
    pub owner: Who,
    pub salt: [u8; 32],
}

/// What an item is offered for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub price: u128,
    pub pay_what_you_want: bool,
    pub period: Option<u64>,
    pub referral: u16,
    pub tier: Option<u8>,
    pub copies: Option<u32>,
}

/// What an item is: its content, for short, its title and its URI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    pub content: u8,
    pub title: String,
    pub uri: String,
}

/// An item, the most that it may cost, and the edition that the buyer saw.
pub type Wanted = (Creator, Item, u128, Option<u32>);

/// A purchase as a refund tells it: item, payer, price, and time.
pub type Told = (Item, Who, u128, Option<Term>);

/// What all orders of a purchase share.
#[derive(Clone, Debug)]
pub struct Terms {
    pub gift: Option<Who>,
    pub referrer: Option<Who>,
}

/// A call with its signer and the money attached to it.
#[derive(Clone, Debug)]
pub struct Call {
    pub signer: Who,
    pub value: u128,
    pub action: Action,
}

/// Why a call was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    Registry(registry::Error),
    Storefront(StorefrontError),
}

impl From<registry::Error> for Refusal {
    fn from(error: registry::Error) -> Self {
        Self::Registry(error)
    }
}

impl From<StorefrontError> for Refusal {
    fn from(error: StorefrontError) -> Self {
        Self::Storefront(error)
    }
}

/// What a call that went through must have answered, told and locked.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The number that was answered, if one was.
    pub number: Option<u32>,
    pub payments: Vec<Payment>,
    pub kept: Vec<Kept>,
    pub release: Option<Release>,
    pub deposit: Deposit,
}

/// What is known of the storage deposit of a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Deposit {
    /// The message promises nothing exact.
    #[default]
    Any,
    /// No storage item is created or freed.
    None,
    /// At least one item is created.
    Locked,
}
