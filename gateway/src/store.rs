//! What survives a crash.
//!
//! On one machine, that is a [`log`]: each change of a channel is appended as the whole account after it, so the last
//! one counts and reading it twice changes nothing; with it go the charge, its identifier and what was set aside, in
//! the same write. Several gateways share a [Postgres server](postgres). See [`record`] for the bytes, [`segment`] for the files, [`compact`] for how they stay small.

pub mod compact;
mod files;
pub mod log;
mod mark;
pub mod postgres;
pub mod record;
pub mod segment;

use record::Entry;
use std::{io, path::PathBuf};

#[cfg(test)]
mod tests;

/// Whose log it is: genesis hash, contract and payee.
pub type Owner = [[u8; 32]; 3];

/// Why a store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// The system cannot read or write a file.
    #[error("{path}: {source}", path = path.display())]
    Disk {
        /// The path of the file or folder.
        path: PathBuf,
        /// The system's own error.
        source: io::Error,
    },
    /// Another process has it.
    #[error("{} is in use by another gateway", .0.display())]
    InUse(PathBuf),
    /// It is of another chain, contract or payee, or no log at all.
    #[error("{} is not the log of this chain, contract and payee", .0.display())]
    Foreign(PathBuf),
    /// Vouchers in it cannot be read.
    #[error("{path} is damaged at byte {at}: restore it from a copy", path = path.display())]
    Damaged {
        /// The path of the damaged file.
        path: PathBuf,
        /// The position of the damage, in bytes.
        at: u64,
    },
    /// A part of it is not there.
    #[error("{} is missing: restore it from a copy", .0.display())]
    Missing(PathBuf),
}

/// Why something is not on disk.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failed {
    /// The disk failed, now or before.
    #[error("nothing can be written to the log: {0}")]
    Disk(String),
    /// Too many wait for the disk.
    #[error("too many payments wait for the disk")]
    Busy,
}

/// What is called when something is on disk, or will never be.
pub type Done = Box<dyn FnOnce(Result<(), Failed>) + Send>;

/// The place that entries are written to.
pub enum Store {
    /// Nowhere: everything is forgotten when the gateway ends.
    Memory,
    /// To a log of files in a folder.
    Log(log::Log),
    /// To a database, by a way of its own.
    Postgres(postgres::Postgres),
}

impl Store {
    /// Queues entries, which are all there after a crash or none of them, and in the order of calls. `done` is called
    /// later if this succeeds, and never if it does not. Callers may hold a lock that `done` takes: it is never
    /// called from within.
    pub fn append(&self, entries: &[Entry], done: Done) -> Result<(), Failed> {
        match self {
            // Nobody waits: whoever asks looks whether anything is kept.
            Self::Memory | Self::Postgres(_) => {
                drop(done);
                Ok(())
            }
            Self::Log(log) => log.append(entries, done),
        }
    }

    /// Returns whether entries are appended to anything.
    pub fn keeps(&self) -> bool {
        matches!(self, Self::Log(_))
    }
}
