//! Behind the messages: what must hold before anything happens, and money out.

use crate::{
    error::{Error, Result},
    events::{Change, Rest, StreamChanged, StreamsCleared},
    stream::{Party, State, Stream},
    streams::Streams,
};
use farthing_types::{pause::Pause, Balance, Millis, StreamId};
use ink::{
    codegen::StaticEnv, env::ReturnFlags, prelude::vec::Vec, primitives::AccountId, MessageResult,
};

/// Most streams that can be cleared at once.
pub const MAX_BATCH: usize = 64;

impl Streams {
    // ---- What must hold ----

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

    /// The attached value, if deposits are possible.
    pub(crate) fn deposited(&self) -> Result<Balance> {
        let now = Self::env().block_timestamp();
        if let Some(until) = self.latest_pause().active(now) {
            return Err(Error::DepositsPaused(until));
        }
        match Self::env().transferred_value() {
            0 => Err(Error::ZeroDeposit),
            value => Ok(value),
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

    // ---- Money out ----

    pub(crate) fn stop_by(&mut self, caller: AccountId, stream: StreamId) -> Result<()> {
        let mut record = self.known(stream)?;
        let by = record.party(&caller).ok_or(Error::NotParty(stream))?;
        if record.state == State::Stopped {
            return Err(Error::Stopped(stream));
        }
        record.stop(Self::env().block_timestamp());
        let (earned, rest) = (record.earned, record.rest);
        let out = match by {
            Party::Payer => record.take_rest(),
            Party::Payee => record.take_earned(),
        };
        // Only the payer paid for the record, so only a call of theirs may free it.
        if by == Party::Payer && earned == 0 {
            self.streams.remove(stream);
        } else {
            self.streams.insert(stream, &record);
        }
        self.tell(stream, Change::Stopped { by, earned, rest });
        self.send(caller, out)
    }

    pub(crate) fn clear_all(&mut self, streams: Vec<StreamId>) -> Result<()> {
        if streams.is_empty() || streams.len() > MAX_BATCH {
            return Err(Error::BatchSize);
        }
        let mut total: Balance = 0;
        let mut cleared = Vec::with_capacity(streams.len());
        for stream in streams {
            let record = self.own(stream)?;
            if record.state != State::Stopped {
                return Err(Error::NotStopped(stream));
            }
            if record.earned != 0 {
                return Err(Error::Unclaimed(stream, record.earned));
            }
            self.streams.remove(stream);
            let amount = record.rest;
            total = total.checked_add(amount).ok_or(Error::Overflow)?;
            cleared.push(Rest { stream, amount });
        }
        let payer = Self::env().caller();
        Self::env().emit_event(StreamsCleared {
            payer,
            streams: cleared,
        });
        self.send(payer, total)
    }

    /// Sends the caller what was theirs; nothing, if it is nothing.
    pub(crate) fn send(&mut self, caller: AccountId, amount: Balance) -> Result<()> {
        if amount == 0 {
            return Ok(());
        }
        Self::env()
            .transfer(caller, amount)
            .map_err(|_| Error::TransferFailed)
    }

    // ---- Events ----

    pub(crate) fn tell(&self, stream: StreamId, change: Change) {
        Self::env().emit_event(StreamChanged { stream, change });
    }
}

/// Ends a message well that changed nothing in the contract's root item.
///
/// ink! writes the root item back after every message that could change it, which costs more than half
/// a transfer. Only opening a stream and pausing deposits change it; all others end here.
pub(crate) fn end_without_root() -> ! {
    let answer: MessageResult<Result<()>> = Ok(Ok(()));
    ink::env::return_value(ReturnFlags::empty(), &answer)
}
