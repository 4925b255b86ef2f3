//! A chain inside the process.
//!
//! [`Chain`] runs the contract runtime of `substrate-contracts-node` on in-memory storage, with that chain's
//! figures or another chain's (see [`Profile`]). Transactions are really signed, and fees and storage
//! deposits are real. The caller moves the clock. Contracts are called through the typed references that ink!
//! generates, and each result comes with what the transaction cost. [`Farthing`] is such a chain with
//! Farthing's contracts deployed, from the release Wasm that ships.
//!
//! ```
//! use farthing_chain::{Chain, UNIT};
//!
//! let mut chain = Chain::new();
//! let alice = chain.account("alice", 10 * UNIT);
//! let bob = chain.account("bob", UNIT);
//! let sent = chain.transfer(&alice, &bob.id(), UNIT).unwrap();
//! assert_eq!(chain.balance(&bob.id()), 2 * UNIT);
//! assert_eq!(chain.balance(&alice.id()), 9 * UNIT - sent.fee);
//! ```

mod backend;
mod channels;
mod contract;
// The same file, compiled for each profile.
#[allow(clippy::duplicate_mod)]
mod contracts_node;
mod farthing;
mod matching_round;
mod metadata;
mod native;
mod pool;
mod pool_factory;
mod profile;
mod storage;
mod streams;
#[allow(clippy::duplicate_mod)]
mod subtensor;
mod watching;
pub mod weights;

pub use self::channels::Channels;
pub use contract::{at, AsInk, Constructor, Deployed, DryRun, Failure, Message};
pub use contracts_node::UNIT;
pub use farthing::{Farthing, Terms};
pub use frame_support::weights::Weight;
pub use matching_round::Round;
pub use native::Native;
pub use pool::DonationPool;
pub use pool_factory::Factory;
pub use profile::Profile;
pub use streams::Streams;
pub use watching::{watched, Watcher};

use backend::{Backend, Call};
use sp_core::{crypto::DeriveJunction, sr25519, Pair};
use sp_runtime::DispatchError;
use std::sync::OnceLock;

/// An account on the chain.
pub type AccountId = sp_runtime::AccountId32;
/// An amount in the chain's smallest unit. On chains with amounts of 8 bytes, amounts are converted.
pub type Balance = u128;

/// Returns what an account must hold to exist on the chains that this thread makes now.
pub fn existential_deposit() -> Balance {
    Profile::current().existential_deposit()
}

/// The clock of a new chain: 2026-01-01T00:00:00Z, in milliseconds since the Unix epoch.
pub const GENESIS_MILLIS: u64 = 1_767_225_600_000;

/// The least time between a block and its parent, in milliseconds.
pub const MIN_BLOCK_MILLIS: u64 = 5;

/// A key pair and the account it controls.
#[derive(Clone)]
pub struct Account {
    name: String,
    pair: sr25519::Pair,
}

impl Account {
    /// Derives the account of `//name`, as development accounts are derived on any Substrate chain. The name
    /// may have several steps, such as `demo//alice`.
    ///
    /// # Panics
    /// If a step has a slash.
    pub fn named(name: &str) -> Self {
        let steps = name.split("//").map(|step| {
            assert!(!step.contains('/'), "{name} has a step that is not hard");
            DeriveJunction::from(step).harden()
        });
        let (pair, _) = development_root()
            .derive(steps, None)
            .expect("hard derivation always works");
        Self {
            name: name.to_owned(),
            pair,
        }
    }

    /// Returns the name that it was derived from.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the account's id.
    pub fn id(&self) -> AccountId {
        self.pair.public().into()
    }

    /// Signs a message with sr25519, as a wallet does.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.pair.sign(message).0
    }
}

/// Returns the key that development accounts are derived from. Made once: its phrase is stretched, which
/// takes longer than all else that most tests do.
fn development_root() -> &'static sr25519::Pair {
    static ROOT: OnceLock<sr25519::Pair> = OnceLock::new();
    ROOT.get_or_init(|| {
        sr25519::Pair::from_string(sp_core::crypto::DEV_PHRASE, None).expect("the phrase is valid")
    })
}

/// An event of a contract, as the chain recorded it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractEvent {
    /// The contract that emitted it.
    pub contract: AccountId,
    /// The event's topics. The first is the event's signature, unless the event is anonymous.
    pub topics: Vec<sp_core::H256>,
    /// The event's fields, SCALE-encoded.
    pub data: Vec<u8>,
}

impl ContractEvent {
    /// Decodes the event as the Rust type `E`, if it has that type's signature.
    pub fn decode<E: scale::Decode + ink::env::Event>(&self) -> Option<E> {
        let signature_matches = match E::SIGNATURE_TOPIC {
            Some(signature) => self.topics.first().map(|t| t.0) == Some(signature),
            None => self.topics.is_empty(),
        };
        if signature_matches {
            E::decode(&mut &self.data[..]).ok()
        } else {
            None
        }
    }
}

/// What a transaction that went through did and cost.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// The fee that the signer paid, after the chain gave back what the call did not use.
    pub fee: Balance,
    /// The storage deposit that the signer locked (positive) or got back (negative).
    pub deposit: i128,
    /// The weight that the transaction used, its base weight included.
    pub weight: Weight,
    /// The events of contracts, in order.
    pub events: Vec<ContractEvent>,
}

impl Receipt {
    /// Returns all events of type `E`, in order.
    pub fn events_of<E: scale::Decode + ink::env::Event>(&self) -> Vec<E> {
        self.events
            .iter()
            .filter_map(ContractEvent::decode)
            .collect()
    }
}

/// A chain that makes blocks at once: every transaction gets a block of its own, unless it is sent within
/// [`Chain::in_one_block`].
pub struct Chain {
    state: sp_io::TestExternalities,
    profile: Profile,
    sealing: bool,
    watcher: Option<Box<dyn Watcher>>,
    /// The events of contracts in the current block, for whoever watches.
    told: Vec<ContractEvent>,
}

impl Default for Chain {
    fn default() -> Self {
        Self::new()
    }
}

impl Chain {
    /// Makes a new chain of [the thread's profile](Profile::scope), at block 1 and [`GENESIS_MILLIS`], with
    /// no accounts.
    pub fn new() -> Self {
        let profile = Profile::current();
        let mut chain = Self {
            state: sp_io::TestExternalities::new(profile.backend().genesis()),
            profile,
            sealing: true,
            watcher: watching::new(),
            told: Vec::new(),
        };
        chain.run(|runtime| runtime.begin(GENESIS_MILLIS));
        chain
    }

    /// Returns the profile of the chain.
    pub fn profile(&self) -> Profile {
        self.profile
    }

    /// Makes the account `name`, and mints `funds` to it.
    pub fn account(&mut self, name: &str, funds: Balance) -> Account {
        let account = Account::named(name);
        self.mint(&account.id(), funds);
        account
    }

    /// Creates `amount` out of nothing on `account`.
    pub fn mint(&mut self, account: &AccountId, amount: Balance) {
        self.run(|runtime| runtime.mint(account, amount));
    }

    /// Returns the hash of a contract's code; `None` if there is no contract at `account`.
    pub fn code_hash(&mut self, account: &AccountId) -> Option<[u8; 32]> {
        self.run(|runtime| runtime.code_hash(account))
    }

    /// Returns the chain's genesis hash.
    pub fn genesis_hash(&mut self) -> [u8; 32] {
        self.run(|runtime| runtime.genesis_hash())
    }

    /// Returns the current block's number.
    pub fn block(&mut self) -> u32 {
        self.run(|runtime| runtime.block())
    }

    /// Returns the current block's time, in milliseconds since the Unix epoch.
    pub fn now(&mut self) -> u64 {
        self.run(|runtime| runtime.now())
    }

    /// Returns what `account` can spend: its balance without what is held as storage deposit.
    pub fn balance(&mut self, account: &AccountId) -> Balance {
        self.run(|runtime| runtime.free(account))
    }

    /// Returns everything that `account` has, held deposits included.
    pub fn total_balance(&mut self, account: &AccountId) -> Balance {
        self.run(|runtime| runtime.total(account))
    }

    /// Returns all money on the chain. Fees are burnt, so this falls by exactly the fees.
    pub fn total_issuance(&mut self) -> Balance {
        self.run(|runtime| runtime.issuance())
    }

    /// Seals the current block and opens the next, with the [profile's](Profile::block_millis) time between
    /// them.
    pub fn seal(&mut self) {
        let next = self.now().saturating_add(self.profile.block_millis());
        self.seal_at(next);
    }

    /// Seals the current block and opens the next at `millis`.
    ///
    /// # Panics
    /// If that is not at least [`MIN_BLOCK_MILLIS`] after [`Chain::now`], as the runtime demands.
    pub fn seal_at(&mut self, millis: u64) {
        if let Some(mut watcher) = self.watcher.take() {
            let told = std::mem::take(&mut self.told);
            watcher.sealed(self, told);
            self.watcher = Some(watcher);
        }
        self.run(|runtime| runtime.seal(millis));
    }

    /// Opens a block `millis` after the current one.
    pub fn advance(&mut self, millis: u64) {
        let at = self.now().saturating_add(millis);
        self.seal_at(at);
    }

    /// Puts every transaction that `f` sends into the current block, then seals it.
    pub fn in_one_block<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        let before = core::mem::replace(&mut self.sealing, false);
        let out = f(self);
        self.sealing = before;
        self.seal();
        out
    }

    /// Sends `amount` from `from` to `to`; `from` must stay alive. Other costs are counted in such transfers.
    pub fn transfer(
        &mut self,
        from: &Account,
        to: &AccountId,
        amount: Balance,
    ) -> Result<Receipt, DispatchError> {
        let to = to.clone();
        self.submit(from, Call::Transfer { to, amount })
    }

    /// Sends everything that `from` has to `to`, so that the account `from` no longer exists.
    pub fn empty(&mut self, from: &Account, to: &AccountId) -> Result<Receipt, DispatchError> {
        self.submit(from, Call::TransferAll { to: to.clone() })
    }

    /// Signs `call` as `signer`, applies it, and returns what it cost. As on any chain, a call that fails
    /// still costs its fee.
    pub(crate) fn submit(
        &mut self,
        signer: &Account,
        call: Call,
    ) -> Result<Receipt, DispatchError> {
        let outcome = self.run(|runtime| runtime.submit(signer, call));
        if let (Some(_), Ok(receipt)) = (&self.watcher, &outcome) {
            self.told.extend(receipt.events.iter().cloned());
        }
        if self.sealing {
            self.seal();
        }
        outcome
    }

    /// Runs `f` with the profile's runtime on the chain's state.
    pub(crate) fn run<T>(&mut self, f: impl FnOnce(&dyn Backend) -> T) -> T {
        let runtime = self.profile.backend();
        self.state.execute_with(|| f(runtime))
    }

    pub(crate) fn execute<T>(&mut self, f: impl FnOnce() -> T) -> T {
        self.state.execute_with(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_those_of_every_development_chain() {
        for name in ["alice", "Bob", "7", "a-name.of its own", "demo//7//alice"] {
            let usual = sr25519::Pair::from_string(&format!("//{name}"), None).unwrap();
            assert_eq!(Account::named(name).id(), AccountId::from(usual.public()));
        }
    }
}
