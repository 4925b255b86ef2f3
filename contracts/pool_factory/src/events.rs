//! What the contract tells the world.

use farthing_types::CreatorId;
use ink::primitives::AccountId;

/// A pool was made.
#[ink::event]
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
