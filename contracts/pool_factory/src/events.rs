//! What the contract tells the world.

use farthing_types::CreatorId;
use ink::primitives::AccountId;

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
