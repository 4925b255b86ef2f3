//! The chain's clock: the machine's, plus as much as it was asked to go forward.
//!
//! A chain that was ahead of the machine's clock when it stopped goes on from its last block's time. All
//! times are milliseconds since 1970.

use farthing_chain::MIN_BLOCK_MILLIS;
use std::{
    sync::atomic::{AtomicU64, Ordering::SeqCst},
    time::{SystemTime, UNIX_EPOCH},
};

/// The latest time that the clock can be moved to: the greatest number that JavaScript holds exactly,
/// long before the runtime's own arithmetic would overflow.
pub const LATEST: u64 = (1 << 53) - 1;

/// A clock that only goes forward, unless a snapshot is gone back to.
pub struct Clock {
    /// How far it is ahead of the machine's.
    ahead: AtomicU64,
}

impl Clock {
    /// A clock for a chain whose last block has this time; that of a new chain is 0.
    pub fn starting_after(last: u64) -> Self {
        Self::ahead_of(machine(), last)
    }

    /// How far it is ahead of the machine's.
    pub fn ahead(&self) -> u64 {
        self.ahead.load(SeqCst)
    }

    /// What time it shows.
    pub fn now(&self) -> u64 {
        machine().saturating_add(self.ahead())
    }

    /// Sets how far it is ahead of the machine's.
    pub fn set_ahead(&self, millis: u64) {
        self.ahead.store(millis, SeqCst);
    }

    /// The time for the block that follows one with this time: later by what the runtime demands at least,
    /// even when the machine's clock was set back or has not ticked since.
    pub fn next(&self, last: u64) -> u64 {
        self.next_at(machine(), last)
    }

    /// Moves the clock forward, from now or from the last block's time, whichever is later. `None` if
    /// that would be after [`LATEST`]; the clock stays as it was then.
    pub fn forward(&self, last: u64, millis: u64) -> Option<()> {
        self.forward_at(machine(), last, millis)
    }

    fn ahead_of(machine: u64, last: u64) -> Self {
        Self {
            ahead: last.saturating_sub(machine).into(),
        }
    }

    fn next_at(&self, machine: u64, last: u64) -> u64 {
        machine
            .saturating_add(self.ahead.load(SeqCst))
            .max(last.saturating_add(MIN_BLOCK_MILLIS))
    }

    fn forward_at(&self, machine: u64, last: u64, millis: u64) -> Option<()> {
        let moved = |ahead: u64| {
            let from = machine.saturating_add(ahead).max(last);
            let to = from.checked_add(millis).filter(|to| *to <= LATEST)?;
            to.checked_sub(machine)
        };
        self.ahead
            .fetch_update(SeqCst, SeqCst, moved)
            .ok()
            .map(drop)
    }
}

/// The machine's clock; 0 for one that is set before 1970.
fn machine() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_800_000_000_000;
    const DAY: u64 = 86_400_000;

    #[test]
    fn a_new_chain_keeps_the_machines_time() {
        let clock = Clock::ahead_of(NOW, 0);
        assert_eq!(clock.next_at(NOW, 0), NOW);
        assert_eq!(clock.next_at(NOW + 7, NOW), NOW + 7);
    }

    #[test]
    fn blocks_of_the_same_millisecond_have_different_times() {
        let clock = Clock::ahead_of(NOW, 0);
        let first = clock.next_at(NOW, 0);
        let second = clock.next_at(NOW, first);
        assert_eq!(second, first + MIN_BLOCK_MILLIS);
    }

    #[test]
    fn time_goes_on_when_the_machines_clock_is_set_back() {
        let clock = Clock::ahead_of(NOW, 0);
        assert_eq!(clock.next_at(NOW - DAY, NOW), NOW + MIN_BLOCK_MILLIS);
    }

    #[test]
    fn forward_moves_every_later_time() {
        let clock = Clock::ahead_of(NOW, 0);
        assert_eq!(clock.forward_at(NOW, NOW, DAY), Some(()));
        assert_eq!(clock.next_at(NOW, NOW), NOW + DAY);
        assert_eq!(clock.forward_at(NOW + 3, NOW + DAY, 10), Some(()));
        assert_eq!(clock.next_at(NOW + 5, NOW + DAY), NOW + DAY + 15);
    }

    #[test]
    fn forward_counts_from_a_block_that_is_ahead_of_the_clock() {
        let clock = Clock::ahead_of(NOW, 0);
        assert_eq!(clock.forward_at(NOW, NOW + 50, DAY), Some(()));
        assert_eq!(clock.next_at(NOW, NOW + 50), NOW + 50 + DAY);
    }

    #[test]
    fn forward_by_nothing_changes_nothing() {
        let clock = Clock::ahead_of(NOW, 0);
        assert_eq!(clock.forward_at(NOW, NOW, 0), Some(()));
        assert_eq!(clock.next_at(NOW + 9, NOW), NOW + 9);
    }

    #[test]
    fn forward_refuses_times_that_are_too_far_away() {
        let clock = Clock::ahead_of(NOW, 0);
        assert_eq!(clock.forward_at(NOW, NOW, LATEST - NOW + 1), None);
        assert_eq!(clock.forward_at(NOW, NOW, u64::MAX), None);
        assert_eq!(clock.next_at(NOW, 0), NOW);
        assert_eq!(clock.forward_at(NOW, NOW, LATEST - NOW), Some(()));
        assert_eq!(clock.next_at(NOW, NOW), LATEST);
    }

    #[test]
    fn a_chain_that_was_ahead_goes_on_from_its_last_block() {
        let clock = Clock::ahead_of(NOW, NOW + DAY);
        assert_eq!(clock.next_at(NOW + 9, NOW + DAY), NOW + DAY + 9);
    }

    #[test]
    fn a_chain_that_was_behind_takes_up_the_machines_time() {
        let clock = Clock::ahead_of(NOW, NOW - DAY);
        assert_eq!(clock.next_at(NOW, NOW - DAY), NOW);
    }
}
