//! A short way for a contract's hot messages, past ink!'s dispatcher.
//!
//! ink! generates one function that decodes the arguments of every message. Chains compile a function
//! before they run it and charge for its length, so that each call pays for all messages: 0.2 to 0.3
//! plain transfers. An entry point of the contract's own looks at the selector first. It decodes and
//! runs the hot messages by itself, and hands every other call to ink!'s dispatcher, whole.
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

use ink::{
    env::ReturnFlags,
    reflect::{ContractMessageDecoder, ExecuteDispatchable},
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
pub enum Asked<H, Rest> {
    /// A hot message.
    Hot(H),
    /// Anything else, as ink! decodes it.
    Rest(Rest),
}

impl<H: Hot, Rest: Decode> Decode for Asked<H, Rest> {
    fn decode<I: Input>(input: &mut I) -> Result<Self, Error> {
        let selector = <[u8; 4]>::decode(input)?;
        match H::decode(selector, input) {
            Some(hot) => hot.map(Self::Hot),
            None => decode_rest(selector, input).map(Self::Rest),
        }
    }
}

/// Apart, so that a hot message does not pay for its length.
#[inline(never)]
fn decode_rest<Rest: Decode, I: Input>(selector: [u8; 4], input: &mut I) -> Result<Rest, Error> {
    Rest::decode(&mut Reread {
        selector,
        read: 0,
        rest: input,
    })
}

/// An input whose first four bytes were read already.
struct Reread<'a, I> {
    selector: [u8; 4],
    read: usize,
    rest: &'a mut I,
}

impl<I: Input> Input for Reread<'_, I> {
    fn remaining_len(&mut self) -> Result<Option<usize>, Error> {
        let unread = self.selector.len().saturating_sub(self.read);
        let rest = self.rest.remaining_len()?;
        Ok(rest.map(|rest| rest.saturating_add(unread)))
    }

    fn read(&mut self, into: &mut [u8]) -> Result<(), Error> {
        let unread = self.selector.get(self.read..).unwrap_or_default();
        let again = unread.len().min(into.len());
        let (first, then) = into.split_at_mut(again);
        let (head, _) = unread.split_at(again);
        first.copy_from_slice(head);
        self.read = self.read.saturating_add(again);
        match then.is_empty() {
            true => Ok(()),
            false => self.rest.read(then),
        }
    }
}

/// Decodes the call that came in and carries it out. Answers as ink! does where it cannot be decoded.
pub fn dispatch<Contract, H>()
where
    Contract: ContractMessageDecoder,
    Contract::Type: Decode + ExecuteDispatchable,
    H: Hot,
{
    match ink::env::decode_input::<Asked<H, Contract::Type>>() {
        Ok(Asked::Hot(hot)) => hot.run(),
        Ok(Asked::Rest(rest)) => run_rest(rest),
        Err(_) => unreadable(),
    }
}

#[inline(never)]
fn run_rest<Rest: ExecuteDispatchable>(rest: Rest) {
    if rest.execute_dispatchable().is_err() {
        // As in ink!: value for a message that takes none.
        panic!()
    }
}

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

    /// Stands for ink!'s own decoder: selector, then arguments.
    type Rest = ([u8; 4], Vec<u8>);

    fn decoded(bytes: &[u8]) -> Result<Asked<Tip, Rest>, Error> {
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
    fn any_other_message_reaches_ink_whole() {
        let whole: Rest = ([4, 3, 2, 1], vec![9; 100]);
        match decoded(&whole.encode()) {
            Ok(Asked::Rest(rest)) => assert_eq!(rest, whole),
            _ => panic!("not the rest"),
        }
    }

    #[test]
    fn malformed_input_is_refused_for_hot_and_other_messages_alike() {
        let hot = (HOT, 7u32).encode();
        let other: Vec<u8> = ([4u8, 3, 2, 1], vec![9u8; 100]).encode();
        for length in 0..hot.len() {
            assert!(decoded(&hot[..length]).is_err(), "{length} bytes");
        }
        for length in 0..other.len() {
            assert!(decoded(&other[..length]).is_err(), "{length} bytes");
        }
    }

    #[test]
    fn a_reread_input_counts_the_bytes_it_gives_again() {
        let mut rest = &[5u8, 6][..];
        let mut input = Reread {
            selector: HOT,
            read: 0,
            rest: &mut rest,
        };
        assert_eq!(input.remaining_len(), Ok(Some(6)));
        let mut three = [0; 3];
        input.read(&mut three).unwrap();
        assert_eq!((three, input.remaining_len()), ([1, 2, 3], Ok(Some(3))));
        input.read(&mut three).unwrap();
        assert_eq!((three, input.remaining_len()), ([4, 5, 6], Ok(Some(0))));
        assert!(input.read(&mut three).is_err());
    }
}
