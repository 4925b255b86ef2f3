//! What must hold before anything happens.

use crate::{
    error::{Error, Result},
    stream::{State, Stream},
    streams::Streams,
};
use farthing_types::{pause::Pause, Balance, Millis, StreamId};
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

    /// A stream that the caller pays for and that was not stopped, settled up to now: what it earned
    /// so far, it earned on the terms so far.
    pub(crate) fn own_settled(&self, stream: StreamId) -> Result<Stream> {
        let mut record = self.own(stream)?;
        if record.state == State::Stopped {
            return Err(Error::Stopped(stream));
        }
        record.settle(Self::env().block_timestamp());
        Ok(record)
    }

    /// The time, if streams can be opened.
    pub(crate) fn check_open_for_deposits(&self) -> Result<Millis> {
        let now = Self::env().block_timestamp();
        match self.latest_pause().active(now) {
            Some(until) => Err(Error::DepositsPaused(until)),
            None => Ok(now),
        }
    }

    /// The time, if the caller is the guardian.
    pub(crate) fn check_guardian(&self) -> Result<Millis> {
        if self.guardian != Some(Self::env().caller()) {
            return Err(Error::NotGuardian);
        }
        Ok(Self::env().block_timestamp())
    }

    pub(crate) fn latest_pause(&self) -> Pause {
        Pause {
            until: self.paused_until,
        }
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
