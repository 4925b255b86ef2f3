//! What survives a crash.
//!
//! On one machine, that is a log: each change of a channel is appended as the whole account after it, so the last
//! one counts and reading it twice changes nothing. See [`log`] for how it is written, [`record`] for the bytes.

pub mod log;
pub mod record;

#[cfg(test)]
mod tests;
