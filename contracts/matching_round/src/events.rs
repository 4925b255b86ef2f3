//! What the contract tells the world: enough to rebuild all that it stores.

use crate::terms::Terms;
use farthing_types::{Balance, Hash};
use ink::{
    prelude::{string::String, vec::Vec},
    primitives::AccountId,
};

/// What a pool gets.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Share {
    /// The pool.
    pub pool: AccountId,
    /// How much of the round's money is its, in the chain's smallest unit.
    pub amount: Balance,
    /// Whether it gets nothing because it missed its goal, or was not heard of for 30 days.
    pub missed: bool,
}

/// What a pool answered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Answer {
    /// The pool.
    pub pool: AccountId,
    /// Whether it missed its goal, or counts as if it had: nobody heard of it for 30 days.
    pub missed: bool,
}

/// What came of offering a pool its share.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Payment {
    /// The pool.
    pub pool: AccountId,
    /// The amount, in the chain's smallest unit.
    pub amount: Balance,
    /// Whether the pool took it. If not, it waits here for `pay`.
    pub taken: bool,
}

/// The round was made.
#[ink::event]
pub struct RoundCreated {
    /// Its rules.
    pub terms: Terms,
}

/// A pool entered the round.
#[ink::event]
pub struct Entered {
    /// Its account.
    pub pool: AccountId,
    /// Its number in the factory.
    pub number: u32,
    /// Whether it can miss a goal.
    pub has_goal: bool,
    /// Who gets its money, and so cannot donate to it through the round.
    pub beneficiaries: Vec<AccountId>,
}

/// A pool was taken out of the round again. The last one has its place now.
#[ink::event]
pub struct TakenOut {
    /// The pool.
    pub pool: AccountId,
}

/// Somebody objected to a pool, or no longer does.
#[ink::event]
pub struct Objected {
    /// The pool.
    pub pool: AccountId,
    /// Who: the organiser or the verifier.
    pub by: AccountId,
    /// The hash of why they object; `None` if they no longer do.
    pub reason: Option<Hash>,
}

/// The verifier made a list of donors known.
#[ink::event]
pub struct Listed {
    /// The list's number.
    pub list: u8,
    /// Its Merkle root.
    pub root: Hash,
    /// Where the list is, for donors to make their proofs from.
    pub uri: String,
}

/// The verifier freed all lists.
#[ink::event]
pub struct ListsFreed {}

/// Somebody put money in.
#[ink::event]
pub struct Sponsored {
    /// The sponsor whose money it is.
    pub sponsor: AccountId,
    /// The amount, in the chain's smallest unit.
    pub amount: Balance,
}

/// A sponsor left before the round opened, with all that they had put in.
#[ink::event]
pub struct Left {
    /// The sponsor whose money it is.
    pub sponsor: AccountId,
    /// The amount, in the chain's smallest unit.
    pub amount: Balance,
    /// Whether their record was freed.
    pub freed: bool,
}

/// A donation through the round. The pool tells of it too, memo and all, in the same transaction. The
/// only anonymous event: it has no topics at all.
#[ink::event(anonymous)]
pub struct Donated {
    /// The account that gave.
    pub donor: AccountId,
    /// The pool that it went to.
    pub pool: AccountId,
    /// The amount, in the chain's smallest unit.
    pub amount: Balance,
    /// How much of it counts in the formula.
    pub counted: Balance,
}

impl Donated {
    /// Its bytes: two accounts and two amounts.
    pub const LENGTH: usize = 2 * 32 + 2 * 16;
}

/// Pools were asked whether they missed their goals.
#[ink::event]
pub struct Asked {
    /// How many pools, in the order of entering, need no more asking.
    pub asked: u32,
    /// What those answered that were asked now.
    pub answers: Vec<Answer>,
}

/// It is settled whose the money is.
#[ink::event]
pub struct Divided {
    /// All of it, in the chain's smallest unit.
    pub money: Balance,
    /// What goes back to the sponsors.
    pub rest: Balance,
    /// What each pool gets, in the order of entering.
    pub shares: Vec<Share>,
}

/// Pools were offered their shares.
#[ink::event]
pub struct Paid {
    /// How many pools, in the order of entering, need not be offered a share any more by `divide`.
    pub offered: u32,
    /// What came of those that were offered theirs now.
    pub payments: Vec<Payment>,
}

/// A sponsor had back their part of what was not divided.
#[ink::event]
pub struct TakenBack {
    /// The sponsor whose money it is.
    pub sponsor: AccountId,
    /// The amount, in the chain's smallest unit; perhaps nothing.
    pub amount: Balance,
    /// Whether their record was freed.
    pub freed: bool,
}

/// A donor's record was freed.
#[ink::event]
pub struct Freed {
    /// The donor whose record was freed.
    pub donor: AccountId,
    /// The pool that the record was for.
    pub pool: AccountId,
}
