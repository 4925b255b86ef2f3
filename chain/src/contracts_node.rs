//! The development node's figures: those of `contracts-node-runtime` 0.42.0.

use frame_support::weights::IdentityFee;

/// Amounts take 16 bytes.
pub type Balance = u128;

/// One whole unit of the chain's coin: 12 decimals.
pub const UNIT: Balance = 1_000_000_000_000;
/// What an account must hold to exist.
pub const EXISTENTIAL_DEPOSIT: Balance = UNIT / 1_000;
/// Locked for an item of a contract's storage, besides its bytes.
pub const DEPOSIT_PER_ITEM: Balance = UNIT / 10;
/// Locked for a byte of a contract's storage.
pub const DEPOSIT_PER_BYTE: Balance = UNIT / 200_000;
/// Milliseconds between two blocks.
pub const BLOCK_MILLIS: u64 = 6_000;

/// A unit a picosecond.
pub type WeightFee = IdentityFee<Balance>;
/// A unit a byte.
pub type LengthFee = IdentityFee<Balance>;

#[path = "runtime.rs"]
pub mod runtime;
