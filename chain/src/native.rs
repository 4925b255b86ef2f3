//! What a program that keeps the state and the blocks itself asks of a profile's runtime.

use crate::{contracts_node, subtensor, AccountId, Balance, Profile};
use sp_core::storage::Storage;

/// A runtime, called natively. All but [`Native::genesis`] work on the storage that they are run in
/// (`sp_externalities::set_and_run_with_externalities`).
pub trait Native: Sync {
    /// Returns the storage of block 0, with these accounts.
    fn genesis(&self, funded: &[(AccountId, Balance)]) -> Storage;

    /// Returns the answer of a runtime API's method to SCALE-encoded arguments; `None` if there is no such
    /// method.
    ///
    /// # Panics
    /// If the arguments cannot be read, as a runtime in Wasm traps then.
    fn call(&self, method: &str, data: &[u8]) -> Option<Vec<u8>>;

    /// Dispatches a call that nobody signed, as an account or as root, and returns the extrinsic that
    /// stands for it in the block. What the call fails with is among the block's events.
    ///
    /// # Errors
    /// If it is no call.
    fn dispatch_as(&self, account: Option<&AccountId>, call: &[u8]) -> Result<Vec<u8>, String>;

    /// Returns the call with which root sets what an account has.
    ///
    /// # Errors
    /// If no account can have so much, or so little.
    fn set_balance(&self, account: &AccountId, free: Balance) -> Result<Vec<u8>, String>;

    /// Returns why the block's extrinsic of this index failed; `None` if it did not.
    fn failure(&self, extrinsic: u32) -> Option<String>;
}

impl Profile {
    /// Returns the runtime of this kind of chain.
    pub fn native(self) -> &'static dyn Native {
        match self {
            Self::ContractsNode => &contracts_node::runtime::Serving,
            Self::Subtensor => &subtensor::runtime::Serving,
        }
    }
}
