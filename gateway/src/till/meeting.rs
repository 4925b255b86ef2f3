//! Asking the chain for channels that are not known: so many at once, and with a short memory of what is not there,
//! so that whoever makes up payers takes neither room nor the node's time from those who are.

use super::{recent::Recent, Declined, Looked, Till, Unanswered};
use crate::{
    locked,
    protocol::{Action, Named, Payment},
};
use farthing_types::commitment::blake2_256;
use std::{
    sync::{
        atomic::{AtomicUsize, Ordering},
        Mutex,
    },
    time::{Duration, Instant},
};
use tokio::sync::{Semaphore, SemaphorePermit};

/// How many questions to the chain are under way at once.
const AT_ONCE: usize = 16;
/// How many wait for their turn.
const MAX_WAITING: usize = 256;
/// How many channels are remembered not to be there, and for how long.
const MAX_ABSENT: usize = 4_096;
const ABSENT_FOR: Duration = Duration::from_secs(3);
/// How long the chain is not asked again for a reserve that covers a channel's voucher.
const LOOKED_FOR: Duration = Duration::from_millis(300);
/// How many transactions are under way at once: each waits for blocks.
const MAX_TRANSACTIONS: usize = 64;
/// The longest transaction that is submitted: an opening of one channel has about 400 bytes.
const MAX_EXTRINSIC: usize = 4 * 1024;

/// Who asks the chain now, and what it said it does not have.
pub(super) struct Meeting {
    turns: Semaphore,
    waiting: AtomicUsize,
    absent: Mutex<Recent<Named, Instant>>,
    /// Whose reserve was asked for, and when.
    looked: Mutex<Recent<Named, Instant>>,
    transactions: Semaphore,
    /// Top-ups that are in final blocks: whether one has happened, the channel does not say.
    topped_up: Mutex<Recent<[u8; 32], ()>>,
}

impl Default for Meeting {
    fn default() -> Self {
        Self {
            turns: Semaphore::new(AT_ONCE),
            waiting: AtomicUsize::new(0),
            absent: Mutex::new(Recent::new(MAX_ABSENT)),
            looked: Mutex::new(Recent::new(MAX_ABSENT)),
            transactions: Semaphore::new(MAX_TRANSACTIONS),
            topped_up: Mutex::new(Recent::new(MAX_ABSENT)),
        }
    }
}

/// One who waits for a turn, counted.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn begin(count: &'a AtomicUsize) -> Result<Self, Declined> {
        let before = count.fetch_add(1, Ordering::Relaxed);
        let waiting = Self(count);
        match before < MAX_WAITING {
            true => Ok(waiting),
            false => Err(Declined::Busy),
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Meeting {
    fn absent(&self) -> std::sync::MutexGuard<'_, Recent<Named, Instant>> {
        locked(&self.absent)
    }

    fn topped_up(&self) -> std::sync::MutexGuard<'_, Recent<[u8; 32], ()>> {
        locked(&self.topped_up)
    }

    /// Waits until it is somebody's turn to ask the chain, which lasts as long as what this returns.
    async fn turn(&self) -> Result<(Waiting<'_>, SemaphorePermit<'_>), Declined> {
        let waiting = Waiting::begin(&self.waiting)?;
        let turn = self.turns.acquire().await.map_err(|_| Declined::Busy)?;
        Ok((waiting, turn))
    }

    /// Notes that a channel's reserve is asked for. Returns whether it is time for that.
    fn begin_look(&self, named: &Named) -> bool {
        let mut looked = locked(&self.looked);
        let is_time = looked
            .get(named)
            .is_none_or(|since| since.elapsed() >= LOOKED_FOR);
        if is_time {
            looked.put(*named, Instant::now());
        }
        is_time
    }

    fn is_absent(&self, named: &Named) -> bool {
        let absent = self.absent();
        absent
            .get(named)
            .is_some_and(|since| since.elapsed() < ABSENT_FOR)
    }
}

impl Till {
    /// Makes a channel known, if the chain has it.
    pub(super) async fn known(&self, named: &Named) -> Result<(), Declined> {
        if self.books().knows(named) {
            return Ok(());
        }
        let meeting = &self.0.meeting;
        if meeting.is_absent(named) {
            return Err(Declined::NoChannel);
        }
        let _turn = meeting.turn().await?;
        // Another may have asked in the meantime.
        if self.books().knows(named) {
            return Ok(());
        }
        let opening = self.look(named).await?;
        if self.books().knows(named) {
            return Ok(());
        }
        if opening == Some(named.epoch) {
            return Err(Declined::NotFinal);
        }
        meeting.absent().put(*named, Instant::now());
        Err(Declined::NoChannel)
    }

    /// Asks the chain again where a voucher is for more than the reserve: the channel may have been topped up since.
    /// Only its signer is asked for.
    pub(super) async fn look_for_more(&self, payment: &Payment) -> Result<(), Declined> {
        let meeting = &self.0.meeting;
        if self.is_covered(payment) || !meeting.begin_look(&payment.channel) {
            return Ok(());
        }
        let _turn = meeting.turn().await?;
        // If nothing is heard, what is known counts.
        let _ = self.look(&payment.channel).await;
        Ok(())
    }

    /// Asks the chain, and takes over what it says. Returns the epoch of a channel that opens just now.
    pub(super) async fn look(&self, named: &Named) -> Result<Option<u64>, Declined> {
        let looked = self.0.chain.look(named.payer, named.lane).await;
        let Looked { seen, opening } = looked.map_err(|_| Declined::Busy)?;
        if let Some(seen) = &seen {
            self.0.accepts.check(seen)?;
        }
        self.learn(named.payer, named.lane, seen);
        Ok(opening)
    }

    /// Submits a payment's transaction, unless what it is for has happened already: a client that did not get its
    /// answer sends the same again.
    pub(super) async fn submit(&self, payment: &Payment, extrinsic: &[u8]) -> Result<(), Declined> {
        if self.is_submitted(payment, extrinsic) {
            return Ok(());
        }
        if extrinsic.len() > MAX_EXTRINSIC {
            return Err(Declined::Transaction("it is too long".into()));
        }
        let turn = self.0.meeting.transactions.try_acquire();
        let _turn = turn.map_err(|_| Declined::Busy)?;
        let submitted = self
            .0
            .chain
            .submit(payment.channel.payer, extrinsic.to_vec())
            .await;
        let (absent, named) = (&self.0.meeting, &payment.channel);
        absent.absent().remove(named);
        match submitted {
            Ok(()) => {
                if matches!(payment.action, Action::TopUp(..)) {
                    absent.topped_up().put(blake2_256(extrinsic), ());
                }
                self.look(named).await.map(drop)
            }
            // It may be one that is in a block since long: then the channel says so.
            Err(Unanswered::Refused(why)) => {
                self.look(named).await?;
                match self.is_covered(payment) {
                    true => Ok(()),
                    false => Err(Declined::Transaction(why)),
                }
            }
            Err(Unanswered::Away(_)) => Err(Declined::Busy),
        }
    }

    /// Returns whether a payment's transaction need not be submitted. A channel that covers the voucher was opened; and
    /// a top-up is for vouchers that are still to come.
    fn is_submitted(&self, payment: &Payment, extrinsic: &[u8]) -> bool {
        match payment.action {
            Action::TopUp(..) => {
                let done = self.0.meeting.topped_up();
                done.get(&blake2_256(extrinsic)).is_some()
            }
            _ => self.is_covered(payment),
        }
    }

    /// Returns whether the channel covers the payment's voucher.
    fn is_covered(&self, payment: &Payment) -> bool {
        let (books, voucher) = (self.books(), payment.voucher());
        voucher.is_some_and(|voucher| books.covers(&payment.channel, voucher.cumulative))
    }
}

impl super::Accepts {
    /// Checks that a channel's delay, closer and reserve are accepted.
    fn check(&self, seen: &super::Seen) -> Result<(), Declined> {
        if u128::from(seen.delay) < self.min_delay.as_millis() {
            return Err(Declined::Delay {
                needed: self.min_delay,
            });
        }
        if seen.closer != self.closer {
            return Err(Declined::Closer);
        }
        match seen.on_chain.reserve < self.min_deposit {
            true => Err(Declined::Deposit {
                needed: self.min_deposit,
            }),
            false => Ok(()),
        }
    }
}
