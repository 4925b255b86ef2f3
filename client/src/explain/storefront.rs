use super::{
    shared::{time, unit, BATCH_SIZE, OVERFLOW, TRANSFER_FAILED},
    Explain,
};
use storefront::{access::AccessError, catalogue::ListingError, error::Error};

impl Explain for Error {
    fn explain(&self) -> String {
        match self {
            Self::FeeTooHigh => "A storefront's fee is at most 500 basis points.".into(),
            Self::RegistryFailed => {
                "The registry did not answer as one: this deployment is broken.".into()
            }
            Self::NotOpen => "The creator has no storefront: it is opened with `farthing shop open`.".into(),
            Self::AlreadyOpen => "The creator's storefront is open already.".into(),
            Self::NotPermitted => "Only the creator's owner may do this, or, for the catalogue, a delegate who was given that permission.".into(),
            Self::BadListing(error) => error.explain(),
            Self::CatalogueFull => "The creator has no numbers left for items.".into(),
            Self::UnknownItem => "The creator has no item with this number.".into(),
            Self::Retired => "The item is no longer for sale.".into(),
            Self::UnknownTier => "The creator has no such price tier.".into(),
            Self::Paused(until) => format!("Payments are paused until {}: try again then.", time(*until)),
            Self::ZeroTip => "A tip is more than nothing.".into(),
            Self::MemoTooLong => "A memo has at most 140 bytes.".into(),
            Self::BatchSize => BATCH_SIZE.into(),
            Self::WrongValue(sum) => format!("The attached money must be the sum of the tips, {}.", unit(*sum)),
            Self::PriceAboveMax(price) => format!("It costs {} by now, which is more than the highest price given: say --max-price to pay more.", unit(*price)),
            Self::ValueTooLow(price) => format!("It costs {}, which is more than the attached money.", unit(*price)),
            Self::ReferrerNotEnrolled => "The referrer has not enrolled: they do it themselves, with `farthing shop enroll`.".into(),
            Self::SelfReferral => "Nobody is their own referrer: leave the referrer out.".into(),
            Self::Access(error) => error.explain(),
            Self::BooksTooLow(due) => format!("The creator's books hold only {}: add the rest with --add.", unit(*due)),
            Self::NothingDue => "There is nothing to pay out.".into(),
            Self::TransferFailed => TRANSFER_FAILED.into(),
            Self::AlreadyEnrolled => "This account has enrolled already.".into(),
            Self::NotEnrolled => "This account has not enrolled as a referrer.".into(),
            Self::StillOwed(amount) => format!("This account is still owed {}: withdraw it first.", unit(*amount)),
            Self::NotGuardian => "Only the deployment's guardian may do this.".into(),
            Self::BadPause(error) => error.explain(),
            Self::Overflow => OVERFLOW.into(),
        }
    }
}

impl Explain for ListingError {
    fn explain(&self) -> String {
        match self {
            Self::ZeroPrice => "A price is more than nothing.",
            Self::ZeroPeriod => "A period of access is longer than nothing.",
            Self::ReferralTooHigh => "A referral share is at most 100 %.",
        }
        .into()
    }
}

impl Explain for AccessError {
    fn explain(&self) -> String {
        match self {
            Self::AlreadyOwned => "The account has this item for ever already.",
            Self::NotBought => "The account did not buy this item, or it was refunded.",
            Self::WrongHistory => "Another purchase came in between: run the same command again.",
        }
        .into()
    }
}
