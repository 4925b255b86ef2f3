//! What was earned over time, for the operator's plot: kept in a file, and thinned out when it becomes long.

use crate::{
    locked,
    till::{self, Summary},
};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Mutex,
};

/// When there are so many, every second one is dropped.
const MAX: usize = 2_000;
const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 200.0;

/// What had been earned and claimed by some time, in the smallest unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sample {
    at: u64,
    earned: u128,
    claimed: u128,
}

/// The samples of the operator's plot.
pub struct History {
    file: Option<PathBuf>,
    samples: Mutex<Vec<Sample>>,
}

impl History {
    /// Goes on with what the file has. A file that is not there, or is damaged, has less: this is a picture, and
    /// the money is elsewhere.
    pub fn open(file: Option<&Path>) -> Self {
        let text = file.and_then(|file| fs::read_to_string(file).ok());
        let samples = text.unwrap_or_default().lines().filter_map(read).collect();
        Self {
            file: file.map(Into::into),
            samples: Mutex::new(samples),
        }
    }

    /// Adds how it is now, and writes it down.
    pub fn add(&self, now: &Summary) {
        let mut samples = self.samples();
        samples.push(Sample {
            at: till::now(),
            earned: now.earned,
            claimed: now.claimed,
        });
        if samples.len() > MAX {
            let mut n = 0;
            samples.retain(|_| {
                n += 1;
                n % 2 == 0
            });
        }
        let Some(file) = &self.file else {
            return;
        };
        let line =
            |sample: &Sample| format!("{},{},{}\n", sample.at, sample.earned, sample.claimed);
        let text = samples.iter().map(line).collect::<Vec<_>>().concat();
        let beside = file.with_extension("new");
        // The picture can wait for a disk that has room again.
        let _ = fs::write(&beside, text).and_then(|()| fs::rename(&beside, file));
    }

    /// Draws it, up to now.
    pub fn plot(&self, now: &Summary) -> String {
        let mut samples = self.samples().clone();
        samples.push(Sample {
            at: till::now(),
            earned: now.earned,
            claimed: now.claimed,
        });
        let first = samples.first().map_or(0, |sample| sample.at);
        let last = samples.last().map_or(0, |sample| sample.at);
        let most = samples
            .iter()
            .map(|sample| sample.earned.max(sample.claimed))
            .max();
        let (span, most) = (
            (last - first).max(1) as f64,
            most.unwrap_or(0).max(1) as f64,
        );
        let line = |of: fn(&Sample) -> u128| {
            let points = samples.iter().map(|sample| {
                let x = sample.at.saturating_sub(first) as f64 / span * WIDTH;
                let y = HEIGHT - of(sample) as f64 / most * HEIGHT;
                format!("{x:.1},{y:.1}")
            });
            points.collect::<Vec<_>>().join(" ")
        };
        format!(
            "<svg viewBox=\"0 -5 {WIDTH} {}\" role=img aria-label=\"earned and claimed over time\">\
             <polyline class=earned points=\"{}\"/><polyline class=claimed points=\"{}\"/></svg>",
            HEIGHT + 10.0,
            line(|sample| sample.earned),
            line(|sample| sample.claimed)
        )
    }

    fn samples(&self) -> std::sync::MutexGuard<Vec<Sample>> {
        locked(&self.samples)
    }
}

fn read(line: &str) -> Option<Sample> {
    let mut fields = line.split(',');
    Some(Sample {
        at: fields.next()?.parse().ok()?,
        earned: fields.next()?.parse().ok()?,
        claimed: fields.next()?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn history_is_kept_in_bounded_room_and_goes_on_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("history");
        let history = History::open(Some(&file));
        for n in 0..=MAX {
            let now = Summary {
                earned: n as u128,
                ..Summary::default()
            };
            history.samples().push(Sample {
                at: 1,
                earned: n as u128,
                claimed: 0,
            });
            if n == MAX {
                history.add(&now);
            }
        }
        let kept = history.samples().clone();
        assert_eq!(kept.len(), MAX / 2 + 1);
        assert_eq!(kept.last().unwrap().earned, MAX as u128);
        assert_eq!(*History::open(Some(&file)).samples(), kept);
        let plot = history.plot(&Summary::default());
        assert_eq!(plot.matches("<polyline").count(), 2);
    }
}
