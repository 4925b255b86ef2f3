//! A pledge: a fan's money that becomes a tip once a creator publishes a promised item.
//!
//! It shows how a contract of one's own calls Farthing's: it asks the storefront for an item, and tips through it. Its
//! test is in `tests/pledge.rs`.
//!
//! **Trust.** The storefront is the one that the fan named, and nobody holds a key to the money: it can become a tip
//! to that creator, or go back to that fan.
#![cfg_attr(not(feature = "std"), no_std, no_main)]

pub use self::pledge::{Error, Pledge, PledgeRef};

#[ink::contract]
mod pledge {
    use ink::{codegen::TraitCallBuilder, env::call::FromAccountId, prelude::vec::Vec};
    use storefront::StorefrontRef;

    /// Money that waits for an item.
    #[ink(storage)]
    pub struct Pledge {
        storefront: StorefrontRef,
        fan: AccountId,
        creator: u32,
        item: u32,
        until: Timestamp,
    }

    /// Why a message was refused. Nothing it did remains.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[ink::scale_derive(Encode, Decode, TypeInfo)]
    pub enum Error {
        /// The creator has not published the item.
        NotPublished,
        /// The money can be taken back later, at this time.
        TooEarly(Timestamp),
        /// Only the fan takes the money back.
        NotTheFan,
        /// It was paid or taken back already.
        Nothing,
        /// The storefront takes no tip for the creator now.
        Refused(storefront::Error),
        /// The chain does not send the money back.
        NotSent,
    }

    impl Pledge {
        /// Pledges the attached value to a creator, for the item of this number; numbers begin at 0, so that how many
        /// items a creator has is the number of the next. From `until` on, in milliseconds since the Unix epoch, the
        /// caller can take the money back. The caller pays the deposit for the contract and its one item.
        #[ink(constructor, payable)]
        pub fn new(storefront: AccountId, creator: u32, item: u32, until: Timestamp) -> Self {
            Self {
                storefront: StorefrontRef::from_account_id(storefront),
                fan: Self::env().caller(),
                creator,
                item,
                until,
            }
        }

        /// Tips the creator with all that was pledged. Anybody may ask for it. The storefront emits its `Payments`.
        ///
        /// # Errors
        /// [`Error::NotPublished`], [`Error::Nothing`], [`Error::Refused`].
        #[ink(message)]
        pub fn fulfil(&mut self) -> Result<(), Error> {
            let amount = self.money()?;
            self.storefront
                .item(self.creator, self.item)
                .ok_or(Error::NotPublished)?;
            let tip = self.storefront.call_mut().tip(self.creator, Vec::new());
            tip.transferred_value(amount)
                .invoke()
                .map_err(Error::Refused)
        }

        /// Gives the fan all money back.
        ///
        /// # Errors
        /// [`Error::NotTheFan`], [`Error::TooEarly`], [`Error::Nothing`], [`Error::NotSent`].
        #[ink(message)]
        pub fn take_back(&mut self) -> Result<(), Error> {
            if self.env().caller() != self.fan {
                return Err(Error::NotTheFan);
            }
            if self.env().block_timestamp() < self.until {
                return Err(Error::TooEarly(self.until));
            }
            let amount = self.money()?;
            self.env()
                .transfer(self.fan, amount)
                .map_err(|_| Error::NotSent)
        }

        /// What is pledged still. The chain leaves out what the contract must keep to exist.
        #[ink(message)]
        pub fn pledged(&self) -> Balance {
            self.env().balance()
        }

        fn money(&self) -> Result<Balance, Error> {
            match self.pledged() {
                0 => Err(Error::Nothing),
                amount => Ok(amount),
            }
        }
    }
}
