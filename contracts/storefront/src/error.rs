//! Why a message was refused.

use crate::{access::AccessError, catalogue::ListingError};
use farthing_shared::guardian::Refused;
use farthing_types::{pause::PauseError, Balance, Millis};

/// Why a message was refused. Nothing it did remains.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Error {
    /// The fee is over 500 basis points.
    FeeTooHigh,
    /// The registry did not answer as one.
    RegistryFailed,
    /// The registry has no such creator any more.
    CreatorDeleted,
    /// The registry has the creator still, and says where the money goes.
    NotDeleted,
    /// This is not the last split of the creator that the contract knew.
    WrongSplit,
    /// The creator has no storefront here.
    NotOpen,
    /// The creator's storefront is open already.
    AlreadyOpen,
    /// The caller may not do this for the creator.
    NotPermitted,
    /// The item cannot be offered like this.
    BadListing(ListingError),
    /// The creator has no numbers left for items.
    CatalogueFull,
    /// The creator has published no item with this number.
    UnknownItem,
    /// The item cannot be bought at present.
    Retired,
    /// The item is free: everybody has access to it, and there is nothing to buy.
    Free,
    /// All copies of the item's limited edition are sold.
    SoldOut,
    /// The item has come out in another edition than the order names: its present one is this.
    Revised(u32),
    /// The item is on sale already.
    OnSale,
    /// The creator has no such price tier.
    UnknownTier,
    /// Payments are paused until this time.
    Paused(Millis),
    /// A tip of nothing.
    ZeroTip,
    /// A memo is longer than 140 bytes.
    MemoTooLong,
    /// A batch has no entries, or more than 64.
    BatchSize,
    /// The attached value is not the sum of the tips, which is this.
    WrongValue(Balance),
    /// This is what it costs, which is more than the caller is ready to pay.
    PriceAboveMax(Balance),
    /// This is what it costs, which is more than the attached value.
    ValueTooLow(Balance),
    /// Whoever pays or gets access was named as the referrer.
    SelfReferral,
    /// Access cannot be given or taken like this.
    Access(AccessError),
    /// This much is missing in the creator's books and was not attached.
    Missing(Balance),
    /// There is nothing to pay out.
    NothingDue,
    /// The chain refused to move the money: less than the existential deposit to an account that
    /// does not exist.
    TransferFailed,
    /// Only the guardian may do this.
    NotGuardian,
    /// Payments cannot be paused like this.
    BadPause(PauseError),
    /// A sum is too large to be represented.
    Overflow,
}

/// What every message answers.
pub type Result<T> = core::result::Result<T, Error>;

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NotGuardian => Self::NotGuardian,
            Refused::BadPause(why) => Self::BadPause(why),
        }
    }
}
