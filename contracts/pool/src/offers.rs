//! Shares that beneficiaries have offered to other accounts.

use crate::error::{Error, Result};
use ink::{prelude::vec::Vec, primitives::AccountId};

/// A share that is offered to another account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct ShareOffer {
    /// Whose share it is.
    pub from: AccountId,
    /// To whom it is offered.
    pub to: AccountId,
}

/// All shares that are offered: the place of each in the split, and to whom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode)]
pub struct Offers(pub Vec<(u8, AccountId)>);

impl Offers {
    /// Offers the share with this place to `to`, and to nobody else; to nobody for `None`, which there
    /// must be an offer for.
    pub fn set(&mut self, place: u8, to: Option<AccountId>) -> Result<()> {
        let before = self.0.len();
        self.0.retain(|offer| offer.0 != place);
        match to {
            Some(to) => self.0.push((place, to)),
            None if self.0.len() == before => return Err(Error::NotOffered),
            None => {}
        }
        Ok(())
    }

    /// Ends the offer of the share with this place, which must be to `to`.
    pub fn accept(&mut self, place: u8, to: AccountId) -> Result<()> {
        let offer = self.0.iter().position(|offer| *offer == (place, to));
        self.0.remove(offer.ok_or(Error::NotOffered)?);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn share_is_offered_to_one_account_and_accepted_once() {
        let [ann, bob] = [1, 2].map(|byte| AccountId::from([byte; 32]));
        let mut offers = Offers::default();
        assert_eq!(offers.set(3, Some(ann)), Ok(()));
        assert_eq!(offers.set(0, Some(ann)), Ok(()));
        assert_eq!(offers.set(3, Some(bob)), Ok(()));
        assert_eq!(offers.accept(3, ann), Err(Error::NotOffered));
        assert_eq!(offers.accept(0, bob), Err(Error::NotOffered));
        assert_eq!(offers.accept(3, bob), Ok(()));
        assert_eq!(offers.accept(3, bob), Err(Error::NotOffered));
        assert_eq!(offers, Offers(vec![(0, ann)]));
        assert_eq!(offers.set(3, None), Err(Error::NotOffered));
        assert_eq!(offers.set(0, None), Ok(()));
        assert_eq!(offers, Offers::default());
    }
}
