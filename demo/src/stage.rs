//! Where the story takes place: what its chapters need of a chain, whichever it is.

mod embedded;
#[cfg(feature = "node")]
mod node;

pub use embedded::Embedded;
#[cfg(feature = "node")]
pub use node::Node;

use anyhow::Result;
use farthing_chain::{AccountId, Balance, Constructor, Message, Receipt};
use farthing_contracts::Contract;
use farthing_types::Hash;
use scale::{Decode, Encode};
use std::fmt::Debug;

/// Somebody who takes part, with a key.
#[derive(Clone)]
pub struct Account {
    name: String,
    key: farthing_chain::Account,
}

impl Account {
    /// Returns the account of a name. The names of a run have keys that no other run has.
    fn named(name: &str, run: Option<&str>) -> Self {
        let path = run.map(|run| format!("{run}//{name}"));
        Self {
            key: farthing_chain::Account::named(path.as_deref().unwrap_or(name)),
            name: name.into(),
        }
    }

    /// Returns the name that the story calls them by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the id of their account.
    pub fn id(&self) -> AccountId {
        self.key.id()
    }
}

/// What came of a call: the answer and what it cost, or why it was refused.
pub type Outcome<T> = Result<(T, Receipt), String>;

/// A chain to tell the story on. Every method fails only if the chain does not do what it should.
pub trait Stage {
    /// Returns the chain's genesis hash.
    fn genesis(&mut self) -> Result<Hash>;

    /// Returns the account of a name.
    fn named(&self, name: &str) -> Account;

    /// Gives an account money, at nobody's cost who takes part.
    fn endow(&mut self, account: &AccountId, money: Balance) -> Result<()>;

    /// Makes a plain transfer.
    fn transfer(&mut self, from: &Account, to: &AccountId, amount: Balance) -> Result<Receipt>;

    /// Puts a contract's code on the chain; `None` if it was there before the story began.
    fn upload(&mut self, by: &Account, contract: Contract) -> Result<Option<Receipt>>;

    /// Makes a contract of code that is on the chain.
    fn deploy<C, Args: Encode, R>(
        &mut self,
        by: &Account,
        contract: Contract,
        constructor: Constructor<C, Args, R>,
    ) -> Result<(AccountId, Receipt)>;

    /// Calls a message, unless it would be refused.
    fn call<Args: Encode, T: Decode, E: Decode + Debug>(
        &mut self,
        by: &Account,
        message: Message<Args, Result<T, E>>,
        value: Balance,
    ) -> Result<Outcome<T>>;

    /// Calls a message that answers nothing and cannot be refused.
    fn tell<Args: Encode>(&mut self, by: &Account, message: Message<Args, ()>) -> Result<Receipt>;

    /// Returns what a message that only reads answers.
    fn read<Args: Encode, R: Decode>(&mut self, message: Message<Args, R>) -> Result<R>;

    /// Returns what an account can spend, in the smallest unit.
    fn balance(&mut self, account: &AccountId) -> Result<Balance>;

    /// Returns the time that the chain's clock shows, in milliseconds since the Unix epoch.
    fn now(&mut self) -> Result<u64>;

    /// Returns the time of the block that the last transaction was in.
    fn last(&self) -> u64;

    /// Moves the clock to a time, or to one a little later.
    fn wait_until(&mut self, millis: u64) -> Result<()>;

    /// Moves the clock forward by so many milliseconds.
    fn advance(&mut self, millis: u64) -> Result<()> {
        let time = self.now()?.saturating_add(millis);
        self.wait_until(time)
    }

    /// Makes so many blocks, each a little later.
    fn blocks(&mut self, count: u32) -> Result<()> {
        (0..count).try_for_each(|_| self.advance(6_000))
    }

    /// Sees to it that what is asked next is asked in another block than the last transaction's.
    fn next_block(&mut self) -> Result<()>;
}
