//! What is for sale.

use farthing_types::{money::BASIS_POINTS, Balance, Hash, Millis};

/// How a creator offers an item.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Listing {
    /// What a purchase costs; at least 1.
    pub price: Balance,
    /// Hash of the content, so that a buyer can tell whether the delivered file is what was sold.
    pub content: Hash,
    /// How long a purchase gives access, in milliseconds; `None` for ever.
    pub period: Option<Millis>,
    /// What a referrer gets of the price, less the fee on it, in basis points; 0 for nothing.
    pub referral: u16,
    /// The price tier that pays for the item, too, in a blinded purchase; `None` if none does.
    pub tier: Option<u8>,
}

/// Why something cannot be offered like this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum ListingError {
    /// The price is zero.
    ZeroPrice,
    /// The access period is zero.
    ZeroPeriod,
    /// The referral share is over 10,000 basis points.
    ReferralTooHigh,
}

impl Listing {
    /// Checks what does not depend on anything else.
    pub fn check(&self) -> Result<(), ListingError> {
        if self.price == 0 {
            return Err(ListingError::ZeroPrice);
        }
        if self.period == Some(0) {
            return Err(ListingError::ZeroPeriod);
        }
        if self.referral > BASIS_POINTS {
            return Err(ListingError::ReferralTooHigh);
        }
        Ok(())
    }
}

/// An item of a creator.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Item {
    /// How it is offered.
    pub listing: Listing,
    /// Whether it is off sale. Who has access keeps it.
    pub retired: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(price: Balance, period: Option<Millis>, referral: u16) -> Listing {
        Listing {
            price,
            content: [0; 32],
            period,
            referral,
            tier: None,
        }
    }

    #[test]
    fn listing_refuses_zero_price_zero_period_and_more_than_all_for_the_referrer() {
        assert_eq!(listing(1, None, 10_000).check(), Ok(()));
        assert_eq!(listing(0, None, 0).check(), Err(ListingError::ZeroPrice));
        assert_eq!(
            listing(1, Some(0), 0).check(),
            Err(ListingError::ZeroPeriod)
        );
        assert_eq!(
            listing(1, None, 10_001).check(),
            Err(ListingError::ReferralTooHigh)
        );
    }
}
