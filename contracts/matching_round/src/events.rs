//! What the contract tells the world.

use crate::books::Outcome;
use farthing_types::Balance;
use ink::{prelude::vec::Vec, primitives::AccountId};

/// What a pool got.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Share {
    /// The pool.
    pub pool: AccountId,
    /// How much of the round's money is its.
    pub amount: Balance,
    /// Whether it gets nothing because it missed its goal.
    pub missed: bool,
}

/// A pool entered the round.
#[ink::event]
pub struct Entered {
    /// Its account.
    pub pool: AccountId,
    /// Its number in the factory.
    pub number: u32,
}

/// The verifier changed the list.
#[ink::event]
pub struct Listed {
    /// Which accounts.
    pub accounts: Vec<AccountId>,
    /// Whether they can donate from now on; if not, the round has closed, and nobody can.
    pub allowed: bool,
}

/// Somebody put money in.
#[ink::event]
pub struct Sponsored {
    /// Who.
    pub sponsor: AccountId,
    /// How much.
    pub amount: Balance,
}

/// A donation through the round. The pool tells of it too, memo and all, in the same transaction. The
/// only anonymous event: it has no topics at all.
#[ink::event(anonymous)]
pub struct Donated {
    /// Who.
    pub donor: AccountId,
    /// To which pool.
    pub pool: AccountId,
    /// How much.
    pub amount: Balance,
    /// How much of it counts in the formula.
    pub counted: Balance,
}

/// It is settled whose the money is.
#[ink::event]
pub struct Divided {
    /// The pools', or the sponsors' again.
    pub outcome: Outcome,
    /// All of it.
    pub money: Balance,
    /// What each pool gets, in the order of entering.
    pub shares: Vec<Share>,
}

/// A pool's share was paid to it.
#[ink::event]
pub struct Paid {
    /// The pool.
    pub pool: AccountId,
    /// How much.
    pub amount: Balance,
}

/// A sponsor had their money back.
#[ink::event]
pub struct TakenBack {
    /// Who.
    pub sponsor: AccountId,
    /// How much.
    pub amount: Balance,
}
