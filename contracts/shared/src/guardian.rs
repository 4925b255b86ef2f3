//! A guardian's pause: stopping money from coming in, for a while.
//!
//! A contract with a guardian keeps two things in its root item: who that is, and when the latest pause
//! ends or ended (0 if there never was one). Nothing that lets money out may ask this module.
//!
//! ```ignore
//! pub(crate) fn begin_pause(&mut self, duration: Millis) -> Result<()> {
//!     let until = guardian::pause(self.guardian, self.paused_until, duration)?;
//!     self.pause_until(until)
//! }
//! ```

use farthing_types::{
    pause::{Pause, PauseError},
    Millis,
};
use ink::{env::DefaultEnvironment, primitives::AccountId};

/// Why a guardian's message is refused; every contract with a guardian makes an error of its own of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The caller is not the guardian, or there is none.
    NotGuardian,
    /// A pause like this cannot begin.
    BadPause(PauseError),
}

/// Begins a pause of `duration` now, if the caller is the guardian. Returns when it ends.
pub fn pause(
    guardian: Option<AccountId>,
    paused_until: Millis,
    duration: Millis,
) -> Result<Millis, Refused> {
    let now = check_guardian(guardian)?;
    let begun = latest(paused_until).begin(now, duration);
    Ok(begun.map_err(Refused::BadPause)?.until)
}

/// Ends a pause early, if the caller is the guardian. Returns when it ended, be that earlier.
pub fn resume(guardian: Option<AccountId>, paused_until: Millis) -> Result<Millis, Refused> {
    let now = check_guardian(guardian)?;
    Ok(latest(paused_until).end(now).until)
}

/// Returns the block's time if no pause is on, and when the pause ends otherwise.
pub fn check_not_paused(paused_until: Millis) -> Result<Millis, Millis> {
    let now = now();
    match latest(paused_until).active(now) {
        Some(until) => Err(until),
        None => Ok(now),
    }
}

/// Returns when the pause that is on ends, if one is on.
pub fn paused(paused_until: Millis) -> Option<Millis> {
    latest(paused_until).active(now())
}

/// Returns the block's time, if the caller is the guardian.
pub fn check_guardian(guardian: Option<AccountId>) -> Result<Millis, Refused> {
    match guardian == Some(ink::env::caller::<DefaultEnvironment>()) {
        true => Ok(now()),
        false => Err(Refused::NotGuardian),
    }
}

fn latest(until: Millis) -> Pause {
    Pause { until }
}

fn now() -> Millis {
    ink::env::block_timestamp::<DefaultEnvironment>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use farthing_types::pause::{MAX_PAUSE, MIN_GAP};
    use ink::env::test::{default_accounts, set_block_timestamp, set_caller};

    const NOW: Millis = 1_000;

    /// The guardian, who calls, at a time.
    fn guardian_calls() -> Option<AccountId> {
        let guardian = default_accounts::<DefaultEnvironment>().alice;
        set_caller::<DefaultEnvironment>(guardian);
        set_block_timestamp::<DefaultEnvironment>(NOW);
        Some(guardian)
    }

    #[test]
    fn a_pause_is_on_until_it_ends() {
        let guardian = guardian_calls();
        let until = pause(guardian, 0, 10).unwrap();
        assert_eq!(until, NOW + 10);
        assert_eq!(check_not_paused(until), Err(until));
        assert_eq!(paused(until), Some(until));
        set_block_timestamp::<DefaultEnvironment>(until);
        assert_eq!(check_not_paused(until), Ok(until));
        assert_eq!(paused(until), None);
        let next = PauseError::NotBefore(until + MIN_GAP);
        assert_eq!(pause(guardian, until, 1), Err(Refused::BadPause(next)));
    }

    #[test]
    fn a_pause_has_a_longest_duration() {
        let (guardian, bad) = (guardian_calls(), Refused::BadPause(PauseError::Duration));
        assert_eq!(pause(guardian, 0, MAX_PAUSE + 1), Err(bad));
        assert_eq!(pause(guardian, 0, MAX_PAUSE), Ok(NOW + MAX_PAUSE));
    }

    #[test]
    fn a_pause_can_end_early_and_never_ends_later_by_that() {
        let guardian = guardian_calls();
        assert_eq!(resume(guardian, NOW + 10), Ok(NOW));
        assert_eq!(resume(guardian, NOW - 10), Ok(NOW - 10));
        assert_eq!(resume(guardian, 0), Ok(0));
    }

    #[test]
    fn nobody_but_the_guardian_pauses_or_resumes() {
        guardian_calls();
        let other = default_accounts::<DefaultEnvironment>().bob;
        for guardian in [Some(other), None] {
            assert_eq!(pause(guardian, 0, 10), Err(Refused::NotGuardian));
            assert_eq!(resume(guardian, NOW + 10), Err(Refused::NotGuardian));
            assert_eq!(check_guardian(guardian), Err(Refused::NotGuardian));
        }
    }
}
