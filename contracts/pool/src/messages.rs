//! What the messages do.

pub(crate) mod ending;
pub(crate) mod giving;
pub(crate) mod sharing;
pub(crate) mod sponsoring;

use crate::{
    error::Result,
    events::{Arrival, Arrived, Division, Release, Released},
    pool::Pool,
};
use farthing_shared::end_without_root;
use farthing_types::{Millis, DAY};
use ink::{
    codegen::StaticEnv,
    scale::{Decode, Encode},
};

/// Most gifts in one batch.
pub const MAX_BATCH: usize = 64;
/// How long after the deadline a refund that cannot be sent goes to who had paid it in.
pub const RETURN_AFTER: Millis = 90 * DAY;

/// Reads what the root item has in SCALE.
pub(crate) fn unpack<T: Decode>(mut bytes: &[u8]) -> T {
    // The constructor and the messages have put it there. Were it not to be read, nothing could be done.
    T::decode(&mut bytes).unwrap_or_else(|_| panic!())
}

/// Ends a message well: writes the root item only if it changed.
fn end<T: Encode>(root: bool, answer: T) -> Result<T> {
    if root {
        Ok(answer)
    } else {
        end_without_root(answer)
    }
}

#[inline(never)]
fn arrived(arrival: Arrival, division: Option<Division>) {
    Pool::env().emit_event(Arrived { arrival, division });
}

#[inline(never)]
fn released(release: Release) {
    Pool::env().emit_event(Released { release });
}
