//! What the chain asks of a profile's runtime. All of it works on the storage that it is run in.

use crate::{Account, AccountId, Balance, Receipt};
use frame_support::weights::Weight;
use sp_core::storage::Storage;
use sp_runtime::DispatchError;

/// A transaction that a test sends.
pub(crate) enum Call {
    /// Sends `amount` to `to`; the sender must stay alive.
    Transfer { to: AccountId, amount: Balance },
    /// Sends everything to `to`.
    TransferAll { to: AccountId },
    /// Puts code on the chain.
    Upload { code: Vec<u8> },
    /// Puts code on the chain and makes a contract of it.
    Instantiate {
        code: Vec<u8>,
        data: Vec<u8>,
        value: Balance,
        gas: Weight,
    },
    /// Calls a contract.
    Contract(ContractCall),
}

/// A call of a contract.
#[derive(Clone)]
pub(crate) struct ContractCall {
    pub to: AccountId,
    pub input: Vec<u8>,
    pub value: Balance,
    pub gas: Weight,
}

/// What calling a contract came to.
pub(crate) struct Answered {
    pub data: Result<Vec<u8>, DispatchError>,
    pub weight: Weight,
}

/// What making a contract came to: its account, whether all was undone, and what it returned.
pub(crate) struct Made {
    pub account: AccountId,
    pub reverted: bool,
    pub data: Vec<u8>,
}

pub(crate) trait Backend: Sync {
    /// Returns the storage of a chain without accounts and blocks.
    fn genesis(&self) -> Storage;
    /// Opens block 1 at `millis`.
    fn begin(&self, millis: u64);
    /// Seals the current block and opens the next at `millis`.
    fn seal(&self, millis: u64);
    fn genesis_hash(&self) -> [u8; 32];
    fn block(&self) -> u32;
    fn now(&self) -> u64;
    fn code_hash(&self, contract: &AccountId) -> Option<[u8; 32]>;
    fn mint(&self, account: &AccountId, amount: Balance);
    fn free(&self, account: &AccountId) -> Balance;
    fn total(&self, account: &AccountId) -> Balance;
    fn issuance(&self) -> Balance;
    /// Signs, applies and reports a transaction.
    fn submit(&self, signer: &Account, call: Call) -> Result<Receipt, DispatchError>;
    /// Returns what a call would do; the caller undoes it.
    fn call(&self, caller: &AccountId, call: ContractCall) -> Answered;
    /// Returns what making a contract would do; the caller undoes it.
    fn instantiate(
        &self,
        deployer: &AccountId,
        code: Vec<u8>,
        data: Vec<u8>,
        value: Balance,
        gas: Weight,
    ) -> Result<Made, DispatchError>;
}
