//! A file that is only appended to.
//!
//! It begins with [`MAGIC`], and frames follow. A frame is a head of [`HEAD`] bytes, the content of one
//! write, and [`END`]. Each frame is on the disk before the next one is begun. So if a frame is bad and
//! another follows, somebody or something damaged the file, and it is refused. If the last frame is cut
//! short, or parts of it never reached the disk, its writing was interrupted. It is then cut off, because
//! nobody was told yet that it exists.

use super::Error;
use crate::files;
use std::{
    fs::{File, OpenOptions},
    io::{self, ErrorKind, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

/// What a file begins with; the number is the format's.
const MAGIC: &[u8] = b"farthing received 1\n";
/// The length of a frame's head: [`BEGIN`], its content's length and checksum, and the checksum of all this with
/// the frame's place in the file.
const HEAD: usize = 13;
/// What a frame begins with. Neither this nor [`END`] is zero, so that a part that never reached the disk is told
/// from one that did.
const BEGIN: u8 = b'>';
/// What a frame ends with.
const END: u8 = b'\n';
/// How many bytes a disk writes at once.
const SECTOR: usize = 512;

/// A file that is appended to.
pub(super) trait Medium {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()>;
    fn sync(&mut self) -> io::Result<()>;
    fn cut(&mut self, length: u64) -> io::Result<()>;
}

impl Medium for File {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)?;
        self.seek(SeekFrom::Start(length))?;
        self.sync_all()
    }
}

/// A log, open for appending.
pub(super) struct Log<M = File> {
    medium: M,
    path: PathBuf,
    /// How many bytes at the beginning of the file are whole.
    length: u64,
    /// Whether its content is uncertain, after an error.
    broken: bool,
}

impl Log {
    /// Makes a log with these contents, and replaces the one that was there.
    pub(super) fn create(
        path: &Path,
        contents: impl Iterator<Item = Vec<u8>>,
    ) -> Result<Self, Error> {
        let bytes = written(contents);
        let failed = |error| Error::from(crate::Error::file(path, error));
        files::prepare(path, &bytes).map_err(failed)?;
        files::put(path).map_err(failed)?;
        Self::at(path, bytes.len() as u64)
    }

    /// Opens a log whose first `length` bytes are whole, and cuts off the rest.
    pub(super) fn at(path: &Path, length: u64) -> Result<Self, Error> {
        let failed = |error| Error::from(crate::Error::file(path, error));
        let mut file = OpenOptions::new().write(true).open(path).map_err(failed)?;
        if file.metadata().map_err(failed)?.len() == length {
            file.seek(SeekFrom::End(0)).map_err(failed)?;
        } else {
            file.cut(length).map_err(failed)?;
        }
        Ok(Self {
            medium: file,
            path: path.into(),
            length,
            broken: false,
        })
    }

    /// Rewrites the log with these contents only. If there is no room for that, the log stays as it is.
    pub(super) fn rewrite(&mut self, contents: impl Iterator<Item = Vec<u8>>) -> Result<(), Error> {
        let bytes = written(contents);
        let failed = |error| Error::from(crate::Error::file(&self.path, error));
        files::prepare(&self.path, &bytes).map_err(failed)?;
        // From here on, it is not known which of the two is there after a power cut.
        self.broken = true;
        files::put(&self.path).map_err(failed)?;
        *self = Self::at(&self.path, bytes.len() as u64)?;
        Ok(())
    }
}

impl<M: Medium> Log<M> {
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Appends a content. Once this returns `Ok`, the content survives a power cut. After an error it is not
    /// there.
    pub(super) fn append(&mut self, content: &[u8]) -> io::Result<()> {
        if self.broken {
            return Err(io::Error::other(
                "an earlier write failed, and it is not known what is in it: open it anew",
            ));
        }
        let bytes = frame(content, self.length);
        let written = self.medium.write(&bytes);
        match written.and_then(|()| self.medium.sync()) {
            Ok(()) => {
                self.length += bytes.len() as u64;
                Ok(())
            }
            Err(error) => {
                self.broken = self.medium.cut(self.length).is_err();
                Err(error)
            }
        }
    }
}

/// Reads a log, and returns how many bytes of it are whole; `None` if there is no log.
pub(super) fn read(
    path: &Path,
    mut each: impl FnMut(&[u8]) -> Option<()>,
) -> Result<Option<u64>, Error> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(crate::Error::file(path, error).into()),
    };
    let damaged = |at: usize| Error::Damaged {
        file: path.display().to_string(),
        at: at as u64,
    };
    if !bytes.starts_with(MAGIC) {
        return Err(damaged(0));
    }
    let mut at = MAGIC.len();
    while at < bytes.len() {
        match frame_at(&bytes, at) {
            Some(content) => {
                each(content).ok_or_else(|| damaged(at))?;
                at += HEAD + content.len() + 1;
            }
            None if is_unfinished(&bytes, at) => break,
            None => return Err(damaged(at)),
        }
    }
    Ok(Some(at as u64))
}

fn written(contents: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    for content in contents {
        bytes.extend(frame(&content, bytes.len() as u64));
    }
    bytes
}

fn frame(content: &[u8], at: u64) -> Vec<u8> {
    let length = u32::try_from(content.len()).expect("what is written at once is far below 4 GiB");
    let mut bytes = Vec::with_capacity(HEAD + content.len() + 1);
    bytes.push(BEGIN);
    bytes.extend(length.to_le_bytes());
    bytes.extend(crc32fast::hash(content).to_le_bytes());
    bytes.extend(check_of_head(&bytes, at).to_le_bytes());
    bytes.extend(content);
    bytes.push(END);
    bytes
}

fn check_of_head(before: &[u8], at: u64) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(before);
    hasher.update(&at.to_le_bytes());
    hasher.finalize()
}

/// Returns the content of the whole frame that begins here.
fn frame_at(bytes: &[u8], at: usize) -> Option<&[u8]> {
    let (length, sum) = head_at(bytes, at)?;
    let begin = at + HEAD;
    let content = bytes.get(begin..begin.checked_add(length)?)?;
    let whole = bytes.get(begin + length) == Some(&END) && crc32fast::hash(content) == sum;
    whole.then_some(content)
}

/// Returns the length and the checksum of the content of the frame that begins here.
fn head_at(bytes: &[u8], at: usize) -> Option<(usize, u32)> {
    let head = bytes.get(at..at.checked_add(HEAD)?)?;
    let [length, sum, check] = [1, 5, 9].map(|from| {
        let four = head[from..from + 4].try_into();
        u32::from_le_bytes(four.expect("four bytes are four bytes"))
    });
    let good = head[0] == BEGIN && check_of_head(&head[..9], at as u64) == check;
    good.then_some((length as usize, sum))
}

/// Returns whether the bad frame here is one whose writing was interrupted.
fn is_unfinished(bytes: &[u8], at: usize) -> bool {
    if (at + 1..bytes.len()).any(|later| frame_at(bytes, later).is_some()) {
        return false;
    }
    let there = bytes.len() - at;
    let cut_short = match head_at(bytes, at) {
        Some((length, _)) => there < HEAD + length + 1,
        None => there < HEAD,
    };
    cut_short || has_hole(bytes, at)
}

/// Returns whether a part from here on never reached the disk: it reads as zeros, which no part of a frame
/// does.
fn has_hole(bytes: &[u8], mut at: usize) -> bool {
    while at < bytes.len() {
        let end = (at / SECTOR + 1) * SECTOR;
        let part = &bytes[at..end.min(bytes.len())];
        if part.iter().all(|byte| *byte == 0) {
            return true;
        }
        at = end;
    }
    false
}

#[cfg(test)]
mod tests;
