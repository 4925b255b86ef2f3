//! What must hold before a message does anything.

use crate::{
    channel::Moment,
    channels::Channels,
    error::{Error, Result},
};
use farthing_types::{pause::Pause, Millis};
use ink::codegen::StaticEnv;

/// Most entries of a list.
pub const MAX_BATCH: usize = 64;

pub(crate) fn check_batch(size: usize) -> Result<()> {
    match (1..=MAX_BATCH).contains(&size) {
        true => Ok(()),
        false => Err(Error::BatchSize),
    }
}

/// The block's time and number.
pub(crate) fn now() -> Moment {
    Moment {
        time: Channels::env().block_timestamp(),
        block: Channels::env().block_number(),
    }
}

impl Channels {
    pub(crate) fn latest_pause(&self) -> Pause {
        Pause {
            until: self.paused_until,
        }
    }

    pub(crate) fn check_not_paused(&self) -> Result<()> {
        match self.latest_pause().active(Self::env().block_timestamp()) {
            Some(until) => Err(Error::Paused(until)),
            None => Ok(()),
        }
    }

    /// The time, if the caller is the guardian.
    pub(crate) fn check_guardian(&self) -> Result<Millis> {
        match self.guardian == Some(Self::env().caller()) {
            true => Ok(Self::env().block_timestamp()),
            false => Err(Error::NotGuardian),
        }
    }
}
