//! A short way for a contract's hot messages, past ink!'s dispatcher.
//!
//! ink! generates one function that decodes the arguments of every message. Chains compile a function
//! before they run it and charge for its length, so that each call pays for all messages: 0.2 to 0.3
//! plain transfers. An entry point of the contract's own looks at the selector first. It decodes and
//! runs the hot messages by itself, and leaves every other call to ink!'s dispatcher, which reads it anew.
//!
//! Metadata and selectors stay what ink! makes of the contract: clients notice nothing.
//!
//! A contract has one by exporting `farthing_call`, which the build renames to `call` in the Wasm (see
//! `artifacts/src/entry.rs`), in place of ink!'s own:
//!
//! ```ignore
//! #[cfg(all(target_arch = "wasm32", not(feature = "ink-as-dependency")))]
//! #[no_mangle]
//! extern "C" fn farthing_call() {
//!     farthing_shared::entry::dispatch::<Storefront, Hot>()
//! }
//! ```

use crate::fixed::read;
use ink::{
    env::ReturnFlags,
    primitives::Key,
    reflect::{ContractMessageDecoder, ExecuteDispatchable},
    storage::traits::StorageKey,
    LangError, MessageResult,
};
use scale::{Decode, Encode, Error, Input};

/// The hot messages of a contract, with their arguments.
pub trait Hot: Sized {
    /// Decodes the arguments of the message that has this selector. `None`, with nothing read, if it is
    /// no hot one.
    fn decode<I: Input>(selector: [u8; 4], arguments: &mut I) -> Option<Result<Self, Error>>;

    /// Carries the message out and [answers](answer) the call. A message that is not payable must refuse
    /// attached value itself, as ink! does (`ink::codegen::deny_payment`).
    fn run(self);
}

/// What a call asks for.
pub enum Asked<H> {
    /// A hot message.
    Hot(H),
    /// Anything else: nothing behind its selector was read.
    Rest,
}

impl<H: Hot> Decode for Asked<H> {
    fn decode<I: Input>(input: &mut I) -> Result<Self, Error> {
        let selector = read(input)?;
        match H::decode(selector, input) {
            Some(hot) => hot.map(Self::Hot),
            None => Ok(Self::Rest),
        }
    }
}

/// Reads the contract's root item, as ink! does.
// By itself: a chain compiles a function as a whole when it is entered, and charges for its length.
#[inline(never)]
pub fn load<Contract: StorageKey + ink::storage::traits::Storable>() -> Contract {
    match ink::env::get_contract_storage::<Key, Contract>(&Contract::KEY) {
        Ok(Some(contract)) => contract,
        // As in ink!: it is there since the deployment.
        _ => panic!(),
    }
}

/// Decodes the call that came in and carries it out. Answers as ink! does where it cannot be decoded.
pub fn dispatch<Contract, H>()
where
    Contract: ContractMessageDecoder,
    Contract::Type: Decode + ExecuteDispatchable,
    H: Hot,
{
    match ink::env::decode_input::<Asked<H>>() {
        Ok(Asked::Hot(hot)) => hot.run(),
        Ok(Asked::Rest) => run_rest::<Contract::Type>(),
        Err(_) => unreadable(),
    }
}

/// Has the call decoded anew, by ink!. Apart, so that a hot message does not pay for its length.
#[inline(never)]
fn run_rest<Rest: Decode + ExecuteDispatchable>() {
    match ink::env::decode_input::<Rest>() {
        // As in ink!: value for a message that takes none.
        Ok(rest) => rest.execute_dispatchable().unwrap_or_else(|_| panic!()),
        Err(_) => unreadable(),
    }
}

#[cold]
#[inline(never)]
fn unreadable() {
    let answer: MessageResult<()> = Err(LangError::CouldNotReadInput);
    ink::env::return_value(ReturnFlags::REVERT, &answer)
}

/// Answers a call with what a message returned, as ink! does: an error undoes all that was done.
pub fn answer<T: Encode, E: Encode>(result: Result<T, E>) {
    let flags = match result {
        Ok(_) => ReturnFlags::empty(),
        Err(_) => ReturnFlags::REVERT,
    };
    let answer: MessageResult<Result<T, E>> = Ok(result);
    ink::env::return_value(flags, &answer)
}

/// Answers a call with what a message did that returns nothing, as [`answer`]. What went well takes the
/// shortest way, and pays for none of the errors there could have been.
#[inline(always)]
pub fn finish<E: Encode>(done: Result<(), E>) {
    match done {
        // `Ok(Ok(()))`.
        Ok(()) => answer_bytes(&[0, 0]),
        Err(error) => refuse(error),
    }
}

#[cold]
#[inline(never)]
fn refuse<E: Encode>(error: E) {
    answer::<(), E>(Err(error))
}

#[cfg(target_arch = "wasm32")]
fn answer_bytes(bytes: &[u8]) {
    use pallet_contracts_uapi::{HostFn, HostFnImpl};
    HostFnImpl::return_value(ReturnFlags::empty(), bytes)
}

#[cfg(not(target_arch = "wasm32"))]
fn answer_bytes(_: &[u8]) {
    panic!("there is no chain here")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOT: [u8; 4] = [1, 2, 3, 4];

    #[derive(Debug, PartialEq)]
    struct Tip(u32);

    impl Hot for Tip {
        fn decode<I: Input>(selector: [u8; 4], arguments: &mut I) -> Option<Result<Self, Error>> {
            (selector == HOT).then(|| u32::decode(arguments).map(Tip))
        }

        fn run(self) {}
    }

    fn decoded(bytes: &[u8]) -> Result<Asked<Tip>, Error> {
        Asked::decode(&mut &bytes[..])
    }

    #[test]
    fn a_hot_message_is_decoded_by_its_selector() {
        match decoded(&(HOT, 7u32).encode()) {
            Ok(Asked::Hot(tip)) => assert_eq!(tip, Tip(7)),
            _ => panic!("not the hot message"),
        }
    }

    #[test]
    fn any_other_message_is_left_to_ink() {
        for bytes in [&[4, 3, 2, 1][..], &[4, 3, 2, 1, 9]] {
            assert!(matches!(decoded(bytes), Ok(Asked::Rest)));
        }
    }

    #[test]
    fn malformed_input_of_a_hot_message_is_refused() {
        let hot = (HOT, 7u32).encode();
        for length in 0..hot.len() {
            assert!(decoded(&hot[..length]).is_err(), "{length} bytes");
        }
    }

    #[test]
    fn the_short_answer_is_that_of_a_message_that_went_well() {
        let answer: MessageResult<Result<(), u8>> = Ok(Ok(()));
        assert_eq!(answer.encode(), [0, 0]);
    }
}
