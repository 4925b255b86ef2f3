//! The figures of subtensor, Bittensor's chain: the largest live one with pallet-contracts.
//!
//! Read in its runtime's sources (github.com/opentensor/subtensor, `runtime/src/lib.rs`) as of June 2026:
//! balances of 8 bytes, 9 decimals, the existential deposit, storage deposits, what weight and length
//! cost, and 12 seconds between blocks.

use frame_support::weights::{IdentityFee, Weight, WeightToFee};
use sp_runtime::Perbill;

/// Amounts take 8 bytes.
pub type Balance = u64;

/// One whole unit of the chain's coin: 9 decimals.
pub const UNIT: Balance = 1_000_000_000;
/// What an account must hold to exist.
pub const EXISTENTIAL_DEPOSIT: Balance = 500;
/// Locked for an item of a contract's storage, besides its bytes.
pub const DEPOSIT_PER_ITEM: Balance = 75;
/// Locked for a byte of a contract's storage.
pub const DEPOSIT_PER_BYTE: Balance = 30;
/// Milliseconds between two blocks.
pub const BLOCK_MILLIS: u64 = 12_000;

/// A unit for two thousand picoseconds.
pub struct WeightFee;

impl WeightToFee for WeightFee {
    type Balance = Balance;

    fn weight_to_fee(weight: &Weight) -> Balance {
        Perbill::from_parts(500_000) * weight.ref_time()
    }
}

/// A unit a byte.
pub type LengthFee = IdentityFee<Balance>;

#[path = "runtime.rs"]
pub mod runtime;
