//! The short way to `claim`, past ink!'s dispatcher and without the root item: see
//! `farthing_shared::entry`.
#![cfg(all(target_arch = "wasm32", not(feature = "ink-as-dependency")))]

use crate::messages::{claim_all, SignedVoucher};
use farthing_shared::entry::{answer, Hot};
use ink::{env::DefaultEnvironment, prelude::vec::Vec, primitives::AccountId};
use scale::{Decode, Error, Input};

const CLAIM: [u8; 4] = ink::selector_bytes!("claim");

/// A claim: for whom, of what.
struct Claim(AccountId, Vec<SignedVoucher>);

impl Hot for Claim {
    fn decode<I: Input>(selector: [u8; 4], arguments: &mut I) -> Option<Result<Self, Error>> {
        (selector == CLAIM).then(|| {
            let (payee, vouchers) = Decode::decode(arguments)?;
            Ok(Self(payee, vouchers))
        })
    }

    fn run(self) {
        if ink::codegen::deny_payment::<DefaultEnvironment>().is_err() {
            // As in ink!: value for a message that takes none.
            panic!()
        }
        answer(claim_all(self.0, self.1))
    }
}

#[no_mangle]
extern "C" fn farthing_call() {
    farthing_shared::entry::dispatch::<crate::Channels, Claim>()
}
