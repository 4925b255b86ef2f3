//! Calls into contracts that somebody else chose.
//!
//! Whoever signed the transaction pays for what happens in it, also in contracts that are called on the
//! way. Without a bound, a contract that a stranger chose could store as much as the signer's balance
//! allows and take the deposits out later. So every such call is bounded:
//!
//! - **storage deposit**: none, or what the caller of [`ask_within`] says. The chain ends the whole
//!   transaction if the contract locks more, and the signer loses the fee and nothing else;
//! - **re-entry**: the chain refuses it, as no call here asks for it;
//! - **gas**: what is left, unless the question has a limit of its own (`ref_time_limit`,
//!   `proof_size_limit` of ink!'s call builder).
//!
//! Both use the host function `seal2::call`, which is stable in pallet-contracts from version 28 on.

use farthing_types::Balance;
use ink::env::{
    call::{
        utils::{ReturnType, Set},
        Call, CallBuilder, ExecutionInput,
    },
    DefaultEnvironment,
};

/// A message to another contract, as ink!'s references build it.
pub type Question<Args, R> = CallBuilder<
    DefaultEnvironment,
    Set<Call<DefaultEnvironment>>,
    Set<ExecutionInput<Args>>,
    Set<ReturnType<R>>,
>;

/// The least deposit that can be set as a limit: for the pallet, zero means the caller's own limit. No
/// chain stores a byte for it.
pub(crate) const NOTHING: Balance = 1;

/// Asks another contract, which can lock no storage deposit of the signer's.
///
/// ink! takes an answer for one whether or not the contract undid what it had done: money goes by
/// [`host::call_within`](crate::host::call_within).
///
/// Returns `None` if it cannot be called, traps, runs out of the gas of a limit of its own, or answers with
/// something else than an `R`. All that it did is undone then. If it tries to lock a deposit, the chain
/// ends the whole call with `StorageDepositLimitExhausted`: so no message that others depend on may ask
/// several strangers at once without another way round one of them.
pub fn ask<Args, R>(question: Question<Args, R>) -> Option<R>
where
    Args: scale::Encode,
    R: scale::Decode,
{
    ask_within(question, NOTHING)
}

/// Asks another contract, which can lock at most `deposit` of the signer's money for storage, in the
/// chain's smallest unit. Otherwise as [`ask`].
pub fn ask_within<Args, R>(question: Question<Args, R>, deposit: Balance) -> Option<R>
where
    Args: scale::Encode,
    R: scale::Decode,
{
    let limit = deposit.max(NOTHING);
    match question.storage_deposit_limit(limit).try_invoke() {
        Ok(Ok(answer)) => Some(answer),
        _ => None,
    }
}
