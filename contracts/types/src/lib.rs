//! Money and message formats of Farthing.
//!
//! Plain Rust, `no_std`, free of ink!: the same code runs in the contracts, in their tests and in
//! clients. Whatever decides how much someone gets is here or in the accounting modules beside each
//! contract's `lib.rs`, and is tested without a chain.
//!
//! | module | holds |
//! |---|---|
//! | [`money`] | basis points, exact proportions |
//! | [`split`] | payout splits, and dividing by them so that nothing is lost to rounding |
//! | [`handle`] | what a creator's handle may look like |
//! | [`commitment`] | hashes that hide something until it is revealed: handle claims, content, blinded purchases |
//! | [`voucher`] | payments signed off the chain: what is signed, byte by byte |
//! | [`merkle`] | roots of lists, and proofs of what is in them: what was bought with a voucher, who may donate |
//! | `signing` | signing and checking vouchers (feature `client`) |
//! | [`address`] | accounts of contracts, known before there is a contract |
//! | [`pause`] | how long a guardian may stop money from coming in |
//! | [`text`] | what strangers' text must not have in it |
//! | [`quadratic`] | dividing money by the quadratic formula |
//!
//! `vectors.json` beside these sources has test vectors for clients in other languages: of all that is
//! signed, hashed or derived off the chain.
//!
//! All amounts are in the chain's smallest unit, all times in milliseconds since the Unix epoch.
//!
//! With the feature `std` (the default) [`commitment`] and [`address`] also compute their hashes;
//! contracts leave that to the chain, which does it cheaper. The feature `client` adds signatures.
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]
// SCALE's derives cast variant numbers. Our own code converts with `From` and `TryFrom` only.
#![allow(clippy::cast_possible_truncation)]

extern crate alloc;

/// Derives SCALE encoding, and type information where contract metadata is built.
macro_rules! scale_type {
    ($(#[$attribute:meta])* pub $($item:tt)*) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq, Eq, scale::Encode, scale::Decode)]
        #[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
        pub $($item)*
    };
}

pub mod address;
pub mod commitment;
pub mod handle;
pub mod merkle;
pub mod money;
pub mod pause;
pub mod quadratic;
#[cfg(feature = "client")]
pub mod signing;
pub mod split;
pub mod text;
pub mod voucher;

/// An amount in the chain's smallest unit.
pub type Balance = u128;
/// Milliseconds since the Unix epoch, as block times are on Substrate chains.
pub type Millis = u64;
/// A creator, numbered from 0 by the registry.
pub type CreatorId = u32;
/// An item of one creator, numbered from 0 by the storefront.
pub type ItemId = u32;
/// A stream, numbered from 0 by the streams contract.
pub type StreamId = u64;
/// A Blake2b hash of 32 bytes.
pub type Hash = [u8; 32];

/// One day.
pub const DAY: Millis = 24 * 60 * 60 * 1_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_its_milliseconds() {
        assert_eq!(DAY, 86_400_000);
    }
}
