//! What is for sale.

use crate::{
    error::{Error, Result},
    events::Order,
    MAX_TITLE, MAX_URI,
};
use farthing_types::{
    money::BASIS_POINTS,
    text::{self, TextError},
    Balance, Hash, Millis,
};
use ink::{prelude::string::String, storage::traits::Storable};
use scale::{Decode, Input};

/// How a creator offers an item.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Listing {
    /// What a purchase costs. An item that costs nothing is free: everybody has access to it.
    pub price: Balance,
    /// Whether a purchase costs as much as its order allows, if that is more than the price.
    pub pay_what_you_want: bool,
    /// How long a purchase gives access, in milliseconds; `None` for ever.
    pub period: Option<Millis>,
    /// What a referrer gets of what is paid, less the fee on it, in basis points; 0 for nothing.
    pub referral: u16,
    /// The price tier that pays for the item, too, in a blinded purchase; `None` if none does.
    pub tier: Option<u8>,
    /// How many copies there are of a limited edition; `None` without a limit.
    pub copies: Option<u32>,
}

/// What a creator sells: one edition of an item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Content {
    /// The hash of the content, so that a buyer can tell whether what was delivered is what was sold.
    pub commitment: Hash,
    /// The title: 1 to 64 bytes of text without control characters.
    pub title: String,
    /// Where more about the item is found, or nothing: at most 128 bytes of text without control
    /// characters.
    pub uri: String,
}

/// Why something cannot be offered like this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum ListingError {
    /// The price of a tier is zero.
    ZeroPrice,
    /// The access period is zero.
    ZeroPeriod,
    /// The referral share is over 10,000 basis points.
    ReferralTooHigh,
    /// A limited edition has no copies.
    NoCopies,
    /// The title is empty.
    NoTitle,
    /// The title is longer than 64 bytes or has characters that cannot be printed.
    BadTitle(TextError),
    /// The URI is longer than 128 bytes or has characters that cannot be printed.
    BadUri(TextError),
}

impl Listing {
    /// Checks what does not depend on anything else.
    pub fn check(&self) -> core::result::Result<(), ListingError> {
        if self.period == Some(0) {
            return Err(ListingError::ZeroPeriod);
        }
        if self.referral > BASIS_POINTS {
            return Err(ListingError::ReferralTooHigh);
        }
        if self.copies == Some(0) {
            return Err(ListingError::NoCopies);
        }
        Ok(())
    }
}

impl Content {
    /// Checks that a page can show it.
    pub fn check(&self) -> core::result::Result<(), ListingError> {
        if self.title.is_empty() {
            return Err(ListingError::NoTitle);
        }
        text::check(self.title.as_bytes(), MAX_TITLE).map_err(ListingError::BadTitle)?;
        text::check(self.uri.as_bytes(), MAX_URI).map_err(ListingError::BadUri)
    }
}

/// An item of a creator.
///
/// The record begins with what a purchase needs to know, an `Offer`: what comes after it, a purchase
/// does not decode.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Item {
    /// How it is offered.
    pub listing: Listing,
    /// How many copies of a limited edition are left; `None` without a limit.
    pub left: Option<u32>,
    /// Whether it is off sale. Who has access keeps it.
    pub retired: bool,
    /// The number of the present edition; the first is 1.
    pub edition: u32,
    /// What is sold now.
    pub content: Content,
}

/// The beginning of an [`Item`]'s record.
#[derive(Debug, PartialEq, Eq, Decode)]
pub(crate) struct Offer {
    pub(crate) listing: Listing,
    pub(crate) left: Option<u32>,
    pub(crate) retired: bool,
    pub(crate) edition: u32,
}

impl Offer {
    /// What a purchase by this order costs.
    pub(crate) fn charge(&self, order: &Order) -> Result<Balance> {
        if self.retired {
            return Err(Error::Retired);
        }
        let price = self.listing.price;
        if price > order.max_price {
            return Err(Error::PriceAboveMax(price));
        }
        let paid = match self.listing.pay_what_you_want {
            true => order.max_price,
            false => price,
        };
        if paid == 0 {
            return Err(Error::Free);
        }
        match order.edition {
            Some(seen) if seen != self.edition => Err(Error::Revised(self.edition)),
            _ => Ok(paid),
        }
    }

    /// Whether everybody has access.
    pub(crate) fn is_free(&self) -> bool {
        self.listing.price == 0 && !self.retired
    }
}

impl Storable for Offer {
    fn encode<T: scale::Output + ?Sized>(&self, _: &mut T) {
        // Only whole items are written.
        unreachable!()
    }

    fn decode<I: Input>(input: &mut I) -> core::result::Result<Self, scale::Error> {
        let offer = Decode::decode(input)?;
        // ink! takes no record of which something is left.
        let mut rest = [0; 32];
        while let Some(left) = input.remaining_len()?.filter(|left| *left != 0) {
            let (some, _) = rest.split_at_mut(left.min(32));
            input.read(some)?;
        }
        Ok(offer)
    }

    fn encoded_size(&self) -> usize {
        0
    }
}

#[cfg(test)]
#[path = "catalogue/tests.rs"]
mod tests;
