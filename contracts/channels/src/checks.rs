//! What must hold before a message does anything.

use crate::{
    channel::Moment,
    channels::Channels,
    error::{Error, Result},
};
use farthing_shared::guardian;
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
    pub(crate) fn check_not_paused(&self) -> Result<()> {
        guardian::check_not_paused(self.paused_until).map_err(Error::Paused)?;
        Ok(())
    }
}
