//! A mark of what is on disk. It is what tells a last group that has rotted, which somebody was told of, from one
//! that a crash has torn, which nobody was told of.
//!
//! It is written after each group and not waited for: it says less than there is at worst, never more. What it has
//! beside its number is a CRC-32 of it, as it may be torn itself.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read},
    os::unix::fs::FileExt,
    path::Path,
};

/// The file with the mark.
pub(super) struct Mark(File);

impl Mark {
    /// Opens it; returns how many groups are on disk for sure.
    pub fn open(path: &Path) -> io::Result<(Self, u64)> {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        let mut bytes = Vec::new();
        file.by_ref().take(12).read_to_end(&mut bytes)?;
        Ok((Self(file), read(&bytes).unwrap_or(0)))
    }

    /// Says that so many groups are on disk. An error is of no matter: the mark is behind then.
    pub fn set(&self, groups: u64) {
        let number = groups.to_le_bytes();
        let crc = crc32fast::hash(&number).to_le_bytes();
        let bytes: Vec<u8> = [&number[..], &crc].concat();
        let _ = self.0.write_all_at(&bytes, 0);
    }

    /// Waits until it is on disk.
    pub fn sync(&self) {
        let _ = self.0.sync_data();
    }
}

fn read(bytes: &[u8]) -> Option<u64> {
    let (number, crc) = bytes.split_first_chunk::<8>()?;
    (crc32fast::hash(number).to_le_bytes() == crc).then_some(u64::from_le_bytes(*number))
}
