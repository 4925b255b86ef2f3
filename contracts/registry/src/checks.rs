//! What must hold before a message does anything.

use crate::{
    creator::{Creator, Profile, MAX_URI},
    error::{Error, Result},
    registry::Registry,
};
use farthing_types::{text, CreatorId, Millis};
use ink::codegen::StaticEnv;

impl Registry {
    /// The record of a creator that the caller owns.
    pub(crate) fn owned(&self, creator: CreatorId) -> Result<Creator> {
        let record = self.creators.get(creator).ok_or(Error::UnknownCreator)?;
        if record.owner != Self::env().caller() {
            return Err(Error::NotOwner);
        }
        Ok(record)
    }
}

pub(crate) fn check_profile(profile: &Profile) -> Result<()> {
    text::check(profile.uri.as_bytes(), MAX_URI).map_err(Error::BadUri)
}

/// Refuses a caller who saw another version than the present one.
pub(crate) fn check_seen(version: u32, seen: Option<u32>) -> Result<()> {
    match seen {
        Some(seen) if seen != version => Err(Error::Changed(version)),
        _ => Ok(()),
    }
}

/// Refuses what is too early.
pub(crate) fn check_time(from: Millis) -> Result<()> {
    if Registry::env().block_timestamp() < from {
        return Err(Error::NotBefore(from));
    }
    Ok(())
}
