//! What each message of the registry does, and each of its errors.
//!
//! | module | tests |
//! |---|---|
//! | `registering` | announcing a claim, waiting, revealing it |
//! | `handles` | giving them up, claiming others, forgetting them |
//! | `profiles` | profiles, and what delegates may do |
//! | `owning` | changing owners, and the end of a creator |
//! | `payout` | where the money goes, and who is told of it |
//! | `reading` | pages, and what is not there |

mod handles;
mod owning;
mod payout;
mod profiles;
mod reading;
mod registering;

use crate::{
    matching_round::puppet::{self, Line},
    sale::world::*,
};
use farthing_contracts::registry::{
    claims::{
        ClaimError, Commitment, HandleState, Unavailable, Wait, COMMITMENT_LIFETIME, QUARANTINE,
    },
    creator::Creator,
    events::{Change, CreatorChanged, Deployed},
    Error,
};
use farthing_types::{commitment, handle::HandleError, split::SplitError, text::TextError};
use ink::codegen::TraitCallBuilder;

fn profile(uri: &str) -> Profile {
    Profile {
        commitment: [9; 32],
        uri: uri.into(),
    }
}

const SALT: [u8; 32] = [5; 32];

/// Commits `owner` to `handle` with [`SALT`]; each test reveals it itself.
fn commit(f: &mut Farthing, owner: &Account, handle: &str) {
    let hash = commitment::handle_claim(handle, &owner.id(), &SALT);
    f.chain
        .call_unasked(owner, f.reg().commit(hash), 0)
        .unwrap();
}
