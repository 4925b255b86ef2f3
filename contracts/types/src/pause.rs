//! How long a guardian may stop money from coming in.
//!
//! A pause lasts at most [`MAX_PAUSE`] and the next one can begin no sooner than as long after its end,
//! so that a guardian who turns hostile, or loses the key, stops payments half of the time at worst.
//! Nothing that lets money out ever asks this module.

use crate::{Millis, DAY};

/// The longest a pause can last.
pub const MAX_PAUSE: Millis = 7 * DAY;
/// The shortest time between one pause's end and the next one's beginning.
pub const MIN_GAP: Millis = MAX_PAUSE;

scale_type! {
    /// Why a pause cannot begin.
    #[derive(Copy)]
    pub enum PauseError {
        /// It would be empty, or longer than [`MAX_PAUSE`].
        Duration,
        /// The earlier pause, or the gap after it, lasts until this time; the next can begin then.
        NotBefore(Millis),
    }
}

/// When the latest pause ends or ended; 0 if there never was one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, scale::Encode, scale::Decode)]
#[cfg_attr(feature = "std", derive(scale_info::TypeInfo))]
pub struct Pause {
    /// When it ends or ended, in milliseconds since the Unix epoch.
    pub until: Millis,
}

impl Pause {
    /// Begins a pause of `duration` at `now`.
    pub fn begin(self, now: Millis, duration: Millis) -> Result<Self, PauseError> {
        if duration == 0 || duration > MAX_PAUSE {
            return Err(PauseError::Duration);
        }
        if self.until != 0 {
            let next = self.until.saturating_add(MIN_GAP);
            if now < next {
                return Err(PauseError::NotBefore(next));
            }
        }
        Ok(Self {
            until: now.saturating_add(duration),
        })
    }

    /// Ends a pause early; the gap counts from `now`. Changes nothing if none is on.
    pub fn end(self, now: Millis) -> Self {
        Self {
            until: self.until.min(now),
        }
    }

    /// Until when a pause is on, if one is on at `now`. At its end itself it no longer is.
    pub fn active(self, now: Millis) -> Option<Millis> {
        (now < self.until).then_some(self.until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn pause_ends_by_itself_to_the_millisecond() {
        let pause = Pause::default().begin(1_000, MAX_PAUSE).unwrap();
        assert_eq!(pause.active(999 + MAX_PAUSE), Some(1_000 + MAX_PAUSE));
        assert_eq!(pause.active(1_000 + MAX_PAUSE), None);
    }

    #[test]
    fn bounds_are_a_week_each() {
        assert_eq!((MAX_PAUSE, MIN_GAP), (604_800_000, 604_800_000));
    }

    #[test]
    fn pause_refuses_empty_and_too_long() {
        assert_eq!(Pause::default().begin(1, 0), Err(PauseError::Duration));
        assert_eq!(
            Pause::default().begin(1, MAX_PAUSE + 1),
            Err(PauseError::Duration)
        );
    }

    #[test]
    fn next_pause_waits_for_the_gap() {
        let pause = Pause::default().begin(1_000, 10).unwrap();
        assert_eq!(
            pause.begin(1_005, 10),
            Err(PauseError::NotBefore(1_010 + MIN_GAP))
        );
        assert_eq!(
            pause.begin(1_009 + MIN_GAP, 10),
            Err(PauseError::NotBefore(1_010 + MIN_GAP))
        );
        assert!(pause.begin(1_010 + MIN_GAP, 10).is_ok());
    }

    #[test]
    fn ending_early_starts_the_gap_early() {
        let pause = Pause::default().begin(1_000, MAX_PAUSE).unwrap().end(2_000);
        assert_eq!(pause.active(2_000), None);
        assert_eq!(
            pause.begin(1_999 + MIN_GAP, 1),
            Err(PauseError::NotBefore(2_000 + MIN_GAP))
        );
        assert!(pause.begin(2_000 + MIN_GAP, 1).is_ok());
        assert_eq!(pause.end(9_000_000), pause);
    }

    proptest! {
        /// However a guardian behaves, the time paused never exceeds half of any long stretch by more
        /// than one pause.
        #[test]
        fn guardian_cannot_pause_more_than_half_of_the_time(
            tries in prop::collection::vec((0..3 * MAX_PAUSE, 0..2 * MAX_PAUSE, any::<bool>()), 1..80)
        ) {
            let (mut pause, mut now, mut paused) = (Pause::default(), 1, 0);
            for (wait, duration, end) in tries {
                now += wait;
                if let Ok(begun) = pause.begin(now, duration) {
                    prop_assert_eq!(pause.active(now), None);
                    pause = begun;
                    paused += duration;
                } else if end {
                    let ended = pause.end(now);
                    paused -= pause.until - ended.until;
                    pause = ended;
                }
                prop_assert!(paused <= now / 2 + MAX_PAUSE);
            }
        }
    }
}
