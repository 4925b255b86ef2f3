//! What the messages do. All but opening a stream and the guardian's leave the root item as it is.

use crate::{
    checks::{check_payee, deposited, MAX_BATCH},
    error::{Error, Result},
    events::{Change, Claimed, PausedUntil, Payment, Rest, StreamChanged, StreamsCleared},
    stream::{Party, State, Stream},
    streams::Streams,
};
use farthing_shared::{end_without_root, guardian, try_send};
use farthing_types::{Balance, Millis, StreamId};
use ink::{codegen::StaticEnv, prelude::vec::Vec, primitives::AccountId};

impl Streams {
    // ---- For payers ----

    pub(crate) fn open_to(&mut self, payee: AccountId, rate: u128) -> Result<StreamId> {
        let now = self.check_not_paused()?;
        let deposit = deposited()?;
        if rate == 0 {
            return Err(Error::ZeroRate);
        }
        let payer = Self::env().caller();
        check_payee(&payer, &payee)?;
        let stream = self.opened;
        self.opened = stream.checked_add(1).ok_or(Error::Overflow)?;
        let record = Stream::open(payer, payee, rate, deposit, now);
        let opened = Change::Opened {
            payer,
            payee,
            rate,
            deposit,
        };
        self.keep(stream, &record, opened);
        Ok(stream)
    }

    pub(crate) fn add(&mut self, stream: StreamId) -> Result<()> {
        let amount = deposited()?;
        let mut record = self.own_running(stream, now())?;
        record.top_up(amount).ok_or(Error::Overflow)?;
        self.keep(stream, &record, Change::ToppedUp { amount });
        end_without_root(())
    }

    pub(crate) fn change_rate(&mut self, stream: StreamId, rate: u128) -> Result<()> {
        if rate == 0 {
            return Err(Error::ZeroRate);
        }
        let mut record = self.own_running(stream, now())?;
        record.rate = rate;
        self.keep(stream, &record, Change::RateSet { rate });
        end_without_root(())
    }

    pub(crate) fn pause_one(&mut self, stream: StreamId) -> Result<()> {
        let mut record = self.own_running(stream, now())?;
        if record.state == State::Paused {
            return Err(Error::AlreadyPaused(stream));
        }
        record.state = State::Paused;
        self.keep(stream, &record, Change::Paused);
        end_without_root(())
    }

    pub(crate) fn resume_one(&mut self, stream: StreamId) -> Result<()> {
        let mut record = self.own_running(stream, now())?;
        if record.state != State::Paused {
            return Err(Error::NotPaused(stream));
        }
        record.state = State::Running;
        self.keep(stream, &record, Change::Resumed);
        end_without_root(())
    }

    pub(crate) fn clear_all(&mut self, streams: Vec<StreamId>) -> Result<()> {
        let payer = Self::env().caller();
        let mut total: Balance = 0;
        let mut cleared = Vec::with_capacity(streams.len());
        each(streams, |stream| {
            let amount = self.clear_one(stream)?;
            // What is held for all streams fits, and so does a part of it.
            total = total.saturating_add(amount);
            cleared.push(Rest { stream, amount });
            Ok(())
        })?;
        Self::env().emit_event(StreamsCleared {
            payer,
            streams: cleared,
        });
        if !try_send(payer, total) {
            return Err(Error::TransferFailed);
        }
        end_without_root(())
    }

    /// Frees a stopped stream's record. Returns what was left of its deposit, for the caller.
    fn clear_one(&mut self, stream: StreamId) -> Result<Balance> {
        let mut record = self.own(stream)?;
        if record.state != State::Stopped {
            return Err(Error::NotStopped(stream));
        }
        let (now, free_from) = (now(), record.free_from());
        if now < free_from {
            return Err(Error::NotBefore(stream, free_from));
        }
        // Stopping tried already; since then the payee may have come to have an account.
        let earned = record.take_earned();
        if !try_send(record.payee, earned) {
            return Err(Error::Unclaimed(stream, earned));
        }
        if earned != 0 {
            claimed(stream, record.payee, earned, now);
        }
        self.streams.remove(stream);
        Ok(record.rest)
    }

    // ---- For payees, and whoever claims for them ----

    pub(crate) fn claim_alone(&mut self, stream: StreamId) -> Result<()> {
        self.claim_one(stream, now())?;
        end_without_root(())
    }

    pub(crate) fn claim_each(&mut self, streams: Vec<StreamId>) -> Result<()> {
        let now = now();
        each(streams, |stream| self.claim_one(stream, now))?;
        end_without_root(())
    }

    fn claim_one(&mut self, stream: StreamId, now: Millis) -> Result<()> {
        let mut record = self.known(stream)?;
        record.accrue(now);
        let (payee, amount) = (record.payee, record.take_earned());
        if amount == 0 {
            return Err(Error::NothingDue(stream));
        }
        if !try_send(payee, amount) {
            return Err(Error::TransferFailed);
        }
        self.streams.insert(stream, &record);
        claimed(stream, payee, amount, now);
        Ok(())
    }

    // ---- For both ----

    pub(crate) fn stop_alone(&mut self, stream: StreamId) -> Result<()> {
        self.stop_one(stream, &Self::env().caller(), now())?;
        end_without_root(())
    }

    pub(crate) fn stop_each(&mut self, streams: Vec<StreamId>) -> Result<()> {
        let (caller, now) = (Self::env().caller(), now());
        each(streams, |stream| self.stop_one(stream, &caller, now))?;
        end_without_root(())
    }

    fn stop_one(&mut self, stream: StreamId, caller: &AccountId, now: Millis) -> Result<()> {
        let mut record = self.known(stream)?;
        let by = record.party(caller).ok_or(Error::NotParty(stream))?;
        if record.state == State::Stopped {
            return Err(Error::Stopped(stream));
        }
        record.stop(now);
        let earned = send(record.payee, &mut record.earned);
        let rest = send(record.payer, &mut record.rest);
        // Only the payer paid for the record, so only a call of theirs may free it.
        let freed = by == Party::Payer && record.owed() == 0 && now >= record.free_from();
        if freed {
            self.streams.remove(stream);
        } else {
            self.streams.insert(stream, &record);
        }
        let stopped = Change::Stopped {
            by,
            earned,
            rest,
            freed,
        };
        tell(stream, now, stopped);
        Ok(())
    }

    // ---- For the guardian ----

    pub(crate) fn begin_pause(&mut self, duration: Millis) -> Result<()> {
        let until = guardian::pause(self.guardian, self.paused_until, duration)?;
        self.pause_until(until)
    }

    pub(crate) fn end_pause(&mut self) -> Result<()> {
        let until = guardian::resume(self.guardian, self.paused_until)?;
        self.pause_until(until)
    }

    fn pause_until(&mut self, until: Millis) -> Result<()> {
        self.paused_until = until;
        Self::env().emit_event(PausedUntil { until });
        Ok(())
    }

    // ---- What they share ----

    /// Writes a stream that accrued up to now, and tells what changed.
    fn keep(&mut self, stream: StreamId, record: &Stream, change: Change) {
        self.streams.insert(stream, record);
        tell(stream, record.since, change);
    }
}

/// Does the same with each stream of a batch, and leaves out those with which it cannot be done: another
/// may have spoilt them a moment before. If nothing can be done at all, says why not with the first.
fn each(streams: Vec<StreamId>, mut act: impl FnMut(StreamId) -> Result<()>) -> Result<()> {
    if streams.is_empty() || streams.len() > MAX_BATCH {
        return Err(Error::BatchSize);
    }
    let mut first = None;
    let mut done = false;
    for stream in streams {
        match act(stream) {
            Ok(()) => done = true,
            Err(error) => {
                first.get_or_insert(error);
            }
        }
    }
    match first {
        Some(error) if !done => Err(error),
        _ => Ok(()),
    }
}

/// Sends on what is kept for an account, and keeps it if the chain refuses.
fn send(account: AccountId, kept: &mut Balance) -> Payment {
    let amount = *kept;
    let sent = try_send(account, amount);
    if sent {
        *kept = 0;
    }
    Payment { amount, sent }
}

/// The block's time.
fn now() -> Millis {
    Streams::env().block_timestamp()
}

fn tell(stream: StreamId, at: Millis, change: Change) {
    Streams::env().emit_event(StreamChanged { stream, at, change });
}

fn claimed(stream: StreamId, payee: AccountId, amount: Balance, at: Millis) {
    Streams::env().emit_event(Claimed {
        stream,
        payee,
        amount,
        at,
    });
}
