//! What hot messages ask of the chain, by the shortest way.
//!
//! ink!'s own functions encode and decode through a buffer that serves for everything, and chains charge
//! for the length of each function that a call enters. These hand the bytes over as they are. Whatever is
//! not asked for with every payment should go through ink!.
//!
//! They call the same host functions of pallet-contracts as ink! does, through the same crate. Off the
//! chain there is nothing to ask: they panic there.

use crate::ask::NOTHING;
use farthing_types::Balance;
use ink::primitives::AccountId;

/// What a contract answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer<'a> {
    /// Whether it undid what it had done.
    pub reverted: bool,
    /// What it returned.
    pub bytes: &'a [u8],
}

/// Returns who called.
#[inline(never)]
pub fn caller() -> AccountId {
    let mut account = [0; 32];
    chain::caller(&mut account);
    account.into()
}

/// Returns the money attached to the call.
#[inline(never)]
pub fn attached() -> Balance {
    // Chains whose amounts have 8 bytes write no more than these.
    let mut amount = [0; 16];
    chain::attached(&mut amount);
    Balance::from_le_bytes(amount)
}

/// Emits an event without topics: an anonymous one, encoded.
#[inline(always)]
pub fn emit(event: &[u8]) {
    chain::emit(event)
}

/// Moves money to an account, if the chain lets it.
#[inline(always)]
pub fn transfer(account: &AccountId, amount: Balance) -> bool {
    chain::transfer(account.as_ref(), &amount.to_le_bytes())
}

/// Calls a contract, with `amount` attached and within the limits of this call. The contract cannot call
/// back. `None` if it cannot be called or traps. An answer that is longer than `answer` ends this call.
#[inline(always)]
pub fn call<'a>(
    contract: &AccountId,
    amount: Balance,
    input: &[u8],
    answer: &'a mut [u8],
) -> Option<Answer<'a>> {
    // Zero and nothing stand for what this call may use itself.
    let limits = (0, 0, None);
    chain::call(
        contract.as_ref(),
        limits,
        &amount.to_le_bytes(),
        input,
        answer,
    )
}

/// Calls a contract as [`call`] does; but it takes no more than `time` and `proof` of the gas, and can lock
/// no storage deposit, as in [`ask`](crate::ask()).
pub fn call_within<'a>(
    contract: &AccountId,
    (time, proof): (u64, u64),
    amount: Balance,
    input: &[u8],
    answer: &'a mut [u8],
) -> Option<Answer<'a>> {
    let nothing = NOTHING.to_le_bytes();
    let limits = (time, proof, Some(&nothing[..]));
    chain::call(
        contract.as_ref(),
        limits,
        &amount.to_le_bytes(),
        input,
        answer,
    )
}

#[cfg(target_arch = "wasm32")]
mod chain {
    use super::Answer;
    use pallet_contracts_uapi::{
        CallFlags, HostFn, HostFnImpl as Host, ReturnErrorCode::CalleeReverted,
    };

    #[inline(always)]
    pub fn caller(into: &mut [u8]) {
        Host::caller(&mut &mut into[..])
    }

    #[inline(always)]
    pub fn attached(into: &mut [u8]) {
        Host::value_transferred(&mut &mut into[..])
    }

    #[inline(always)]
    pub fn emit(event: &[u8]) {
        Host::deposit_event(&[], event)
    }

    #[inline(always)]
    pub fn transfer(account: &[u8], amount: &[u8]) -> bool {
        Host::transfer(account, amount).is_ok()
    }

    #[inline(always)]
    pub fn call<'a>(
        contract: &[u8],
        (time, proof, deposit): (u64, u64, Option<&[u8]>),
        amount: &[u8],
        input: &[u8],
        mut answer: &'a mut [u8],
    ) -> Option<Answer<'a>> {
        let called = Host::call_v2(
            CallFlags::empty(),
            contract,
            time,
            proof,
            deposit,
            amount,
            input,
            Some(&mut answer),
        );
        let reverted = match called {
            Ok(()) => false,
            Err(CalleeReverted) => true,
            Err(_) => return None,
        };
        Some(Answer {
            reverted,
            bytes: answer,
        })
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod chain {
    use super::Answer;

    const NOWHERE: &str = "there is no chain here";

    pub fn caller(_: &mut [u8]) {
        panic!("{NOWHERE}")
    }

    pub fn attached(_: &mut [u8]) {
        panic!("{NOWHERE}")
    }

    pub fn emit(_: &[u8]) {
        panic!("{NOWHERE}")
    }

    pub fn transfer(_: &[u8], _: &[u8]) -> bool {
        panic!("{NOWHERE}")
    }

    pub fn call<'a>(
        _: &[u8],
        _: (u64, u64, Option<&[u8]>),
        _: &[u8],
        _: &[u8],
        _: &'a mut [u8],
    ) -> Option<Answer<'a>> {
        panic!("{NOWHERE}")
    }
}
