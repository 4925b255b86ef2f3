use super::{
    shared::{time, BATCH_SIZE, OVERFLOW, TRANSFER_FAILED},
    Explain,
};
use crate::Token;
use farthing_contracts::storefront::{access::AccessError, catalogue::ListingError, error::Error};

impl Explain for Error {
    fn explain(&self, token: &Token) -> String {
        match self {
            Self::FeeTooHigh => "A storefront's fee is at most 500 basis points (5 %).".into(),
            Self::RegistryFailed => "The registry did not answer: check that the creator exists, and that the deployment is the right one.".into(),
            Self::NotOpen => "The creator has no storefront: its owner has to open one.".into(),
            Self::AlreadyOpen => "The creator's storefront is open already.".into(),
            Self::NotPermitted => "Only the creator's owner may do this, or, for the catalogue and prices, a delegate who was given the permission for it: sign with another key.".into(),
            Self::BadListing(error) => error.explain(token),
            Self::CatalogueFull => "The creator has no numbers left for items.".into(),
            Self::UnknownItem => "The creator has no item with this number.".into(),
            Self::Retired => "The item is off sale.".into(),
            Self::Free => "The item is free: everybody has access, and there is nothing to buy. If buyers choose what they pay, name an amount.".into(),
            Self::SoldOut => "All copies of the item are sold.".into(),
            Self::Revised(edition) => format!("The item has a newer edition, number {edition}: look at it, and buy again."),
            Self::CreatorDeleted => "The creator was deleted in the registry: what still waits comes with the payout for deleted creators.".into(),
            Self::NotDeleted => "The creator was not deleted: what waits is paid out as usual.".into(),
            Self::WrongSplit => "This is not the last split of the creator that the storefront knew.".into(),
            Self::OnSale => "The item is on sale already.".into(),
            Self::UnknownTier => "The creator has no such price tier.".into(),
            Self::Paused(at) => format!("Payments are paused until {}: try again then.", time(*at)),
            Self::ZeroTip => "A tip is more than nothing: give an amount.".into(),
            Self::MemoTooLong => "A memo has at most 140 bytes: shorten it.".into(),
            Self::BatchSize => BATCH_SIZE.into(),
            Self::WrongValue(sum) => format!("The tips add up to {}: attach exactly that.", token.unit(*sum)),
            Self::PriceAboveMax(price) => format!("This costs {}, which is more than the maximum that was given: agree to it with a higher maximum.", token.unit(*price)),
            Self::ValueTooLow(price) => format!("This costs {}, which is more than the money attached: attach that much.", token.unit(*price)),
            Self::SelfReferral => "Whoever pays or gets access cannot be the referrer: leave the referrer out.".into(),
            Self::Access(error) => error.explain(token),
            Self::Missing(amount) => format!("The creator's books hold too little to refund from: attach the {} that are missing.", token.unit(*amount)),
            Self::NothingDue => "There is nothing to be paid out.".into(),
            Self::TransferFailed => TRANSFER_FAILED.into(),
            Self::NotGuardian => "Only the storefront's guardian may do this.".into(),
            Self::BadPause(error) => error.explain(token),
            Self::Overflow => OVERFLOW.into(),
        }
    }
}

impl Explain for ListingError {
    fn explain(&self, token: &Token) -> String {
        match self {
            Self::ZeroPrice => "The price of a tier is more than nothing.".into(),
            Self::ZeroPeriod => {
                "A period of access is more than nothing: leave it out for access for ever.".into()
            }
            Self::ReferralTooHigh => "A referrer gets at most 100 % of the price.".into(),
            Self::NoCopies => {
                "A limited edition has at least one copy: leave the number out for no limit.".into()
            }
            Self::NoTitle => "An item has a title: say what it is called.".into(),
            Self::BadTitle(error) => format!(
                "This title, of at most 64 bytes, is not possible. {}",
                error.explain(token)
            ),
            Self::BadUri(error) => format!(
                "This URI, of at most 128 bytes, is not possible. {}",
                error.explain(token)
            ),
        }
    }
}

impl Explain for AccessError {
    fn explain(&self, _: &Token) -> String {
        match self {
            Self::AlreadyOwned => "The account has the item for ever already.".into(),
            Self::NotBought => "The account has not bought this item, or the purchase was refunded.".into(),
            Self::WrongHistory => "The account's purchases changed in between, or are not all known: run the same command again.".into(),
        }
    }
}
