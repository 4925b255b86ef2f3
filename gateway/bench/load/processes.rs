//! What processes and their children have used of the CPU.

use crate::Result;
use std::{fs, time::Duration};

/// Linux counts in hundredths of a second for programs, whatever it does inside.
const TICK: Duration = Duration::from_millis(10);

/// Processes; their children count as well.
pub struct Processes(Vec<u32>);

impl Processes {
    /// Reads a list with commas.
    pub fn of(text: &str) -> Result<Self> {
        let all: std::result::Result<Vec<u32>, _> = text.split(',').map(str::parse).collect();
        Ok(Self(all?))
    }

    /// Returns what they have used so far.
    pub fn cpu(&self) -> Result<Duration> {
        let mut all = Duration::ZERO;
        let mut left = self.0.clone();
        while let Some(pid) = left.pop() {
            all += TICK * ticks(&fs::read_to_string(format!("/proc/{pid}/stat"))?)?;
            let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"))?;
            for child in children.split_whitespace() {
                left.push(child.parse()?);
            }
        }
        Ok(all)
    }
}

/// Reads user and system time, of the process and of children that it has waited for. The name in parentheses may
/// have spaces.
fn ticks(stat: &str) -> Result<u32> {
    let (_, rest) = stat.rsplit_once(") ").ok_or("no line of /proc")?;
    let mut sum = 0u32;
    for text in rest.split(' ').skip(11).take(4) {
        sum += text.parse::<u32>()?;
    }
    Ok(sum)
}
