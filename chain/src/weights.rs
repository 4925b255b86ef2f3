//! What the chain charges for what host functions do, in picoseconds of weight: a measure for what a
//! contract costs beyond them.

use crate::contracts_node::runtime::Runtime;
use pallet_contracts::WeightInfo;

type Charged = <Runtime as pallet_contracts::Config>::WeightInfo;

/// Returns the weight of checking one sr25519 signature over a message of so many bytes, in picoseconds.
pub fn sr25519_verify(message: u32) -> u64 {
    Charged::seal_sr25519_verify(message).ref_time()
}

/// Returns the weight of reading one item of so many bytes from a contract's storage, in picoseconds.
pub fn storage_read(bytes: u32) -> u64 {
    let deep = Charged::get_storage_full().saturating_sub(Charged::get_storage_empty());
    Charged::seal_get_storage(bytes)
        .saturating_add(deep)
        .ref_time()
}

/// Returns the weight of overwriting one item of so many bytes in a contract's storage, in picoseconds.
pub fn storage_write(bytes: u32) -> u64 {
    let deep = Charged::set_storage_full().saturating_sub(Charged::set_storage_empty());
    Charged::seal_set_storage(bytes, bytes)
        .saturating_add(deep)
        .ref_time()
}
