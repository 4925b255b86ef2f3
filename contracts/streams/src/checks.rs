//! What must hold before anything happens.

use crate::{
    error::{Error, Result},
    stream::{State, Stream},
    streams::Streams,
};
use farthing_shared::guardian;
use farthing_types::{Balance, Millis, StreamId};
use ink::{codegen::StaticEnv, primitives::AccountId};

/// Most streams in one batch.
pub const MAX_BATCH: usize = 64;

impl Streams {
    pub(crate) fn known(&self, stream: StreamId) -> Result<Stream> {
        self.streams.get(stream).ok_or(Error::UnknownStream(stream))
    }

    /// A stream that the caller pays for.
    pub(crate) fn own(&self, stream: StreamId) -> Result<Stream> {
        let record = self.known(stream)?;
        if record.payer != Self::env().caller() {
            return Err(Error::NotPayer(stream));
        }
        Ok(record)
    }

    /// A stream that the caller pays for and that was not stopped, with all that it earned up to `now`:
    /// that it earned on the terms so far.
    pub(crate) fn own_running(&self, stream: StreamId, now: Millis) -> Result<Stream> {
        let mut record = self.own(stream)?;
        if record.state == State::Stopped {
            return Err(Error::Stopped(stream));
        }
        record.accrue(now);
        Ok(record)
    }

    /// Returns the time, if streams can be opened.
    pub(crate) fn check_not_paused(&self) -> Result<Millis> {
        guardian::check_not_paused(self.paused_until).map_err(Error::Paused)
    }
}

/// The value that the caller attached.
pub(crate) fn deposited() -> Result<Balance> {
    match Streams::env().transferred_value() {
        0 => Err(Error::ZeroDeposit),
        value => Ok(value),
    }
}

/// Refuses a payee who could never have the money: the payer, who has it already, and this contract.
pub(crate) fn check_payee(payer: &AccountId, payee: &AccountId) -> Result<()> {
    if payee == payer {
        return Err(Error::PayeeIsPayer);
    }
    if payee == &Streams::env().account_id() {
        return Err(Error::PayeeIsThis);
    }
    Ok(())
}
