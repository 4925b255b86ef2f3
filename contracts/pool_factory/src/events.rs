//! What the contract tells the world: enough to rebuild all that it stores.

use farthing_types::{CreatorId, Millis};
use ink::primitives::{AccountId, Hash};
use pool::terms::Fee;

/// The factory was deployed.
#[ink::event]
pub struct FactoryDeployed {
    /// The registry whose creators' pools are listed by creator.
    pub registry: AccountId,
    /// The hash of the code that pools are made from.
    pub code_hash: Hash,
    /// The fee that pools made here have.
    pub fee: Option<Fee>,
}

/// A pool was made, and is listed. The only anonymous event; the pool tells its rules in one of its own.
#[ink::event(anonymous)]
pub struct PoolCreated {
    /// Its number.
    pub number: u32,
    /// Its account.
    pub account: AccountId,
    /// The creator it is listed by, if any.
    pub creator: Option<CreatorId>,
    /// Who asked for it.
    pub maker: AccountId,
    /// When it was made, in milliseconds since the Unix epoch.
    pub created: Millis,
}

/// A pool was taken off its creator's list, or put back on it.
#[ink::event]
pub struct ListingChanged {
    /// Its number.
    pub number: u32,
    /// Whether it is on the list now.
    pub listed: bool,
    /// Who did it.
    pub by: AccountId,
}
