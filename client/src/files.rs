//! Files that are whole at any moment. A reader sees what was written last, or what was there before.

use crate::Error;
use blake2::{digest::consts::U32, Blake2b, Digest};
use farthing_types::Hash;
use fs4::fs_std::FileExt;
use serde::{de::DeserializeOwned, Serialize};
use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Read, Write},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// How long to sleep before a lock is tried again: what a payment takes, about.
const BETWEEN_TRIES: Duration = Duration::from_millis(5);

/// Reads a JSON file; `None` if there is no file.
///
/// # Errors
/// [`Error::File`].
pub fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, Error> {
    match fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|error| Error::file(path, error)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::file(path, error)),
    }
}

/// Returns the commitment to a file's content; see [`farthing_types::commitment::content`]. The file is
/// hashed while it is read, so it may be larger than the memory.
///
/// # Errors
/// [`Error::File`].
pub fn content_of(path: &Path) -> Result<Hash, Error> {
    let failed = |error| Error::file(path, error);
    let mut hash = Blake2b::<U32>::new();
    let mut file = File::open(path).map_err(failed)?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer).map_err(failed)? {
            0 => return Ok(hash.finalize().into()),
            read => hash.update(&buffer[..read]),
        }
    }
}

/// Writes a JSON file that everybody can read, because it is meant to be shared. Otherwise it works like
/// [`write_json`].
///
/// # Errors
/// [`Error::File`]; the file is then as it was.
pub fn write_public_json<T: Serialize>(path: &Path, content: &T) -> Result<(), Error> {
    write_json(path, content)?;
    make_public(path).map_err(|error| Error::file(path, error))
}

/// Writes a JSON file that only its owner can read. Once this returns, the file survives a power cut.
///
/// # Errors
/// [`Error::File`]; the file is then as it was.
pub fn write_json<T: Serialize>(path: &Path, content: &T) -> Result<(), Error> {
    let mut text = serde_json::to_vec_pretty(content).map_err(|e| Error::file(path, e))?;
    text.push(b'\n');
    write(path, &text).map_err(|error| Error::file(path, error))
}

fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    prepare(path, bytes)?;
    put(path)
}

/// Writes a file's new content beside it. If that fails, nothing of the new content is left.
pub(crate) fn prepare(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    fs::create_dir_all(folder_of(path))?;
    let new = path.with_extension("new");
    let mut file =
        private(OpenOptions::new().write(true).create(true).truncate(true)).open(&new)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    written.inspect_err(|_| drop(fs::remove_file(&new)))
}

/// Moves the prepared content to the file's place. If this fails, the file may have the old or the new
/// content.
pub(crate) fn put(path: &Path) -> std::io::Result<()> {
    fs::rename(path.with_extension("new"), path)?;
    sync_folder(&folder_of(path))
}

/// Removes a file, if it exists. The removal survives a power cut, as with [`write_json`].
///
/// # Errors
/// [`Error::File`].
pub fn remove(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Ok(()) => sync_folder(&folder_of(path)).map_err(|error| Error::file(path, error)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Error::file(path, error)),
    }
}

/// A lock that keeps other processes out until it is dropped.
pub struct Lock(File);

impl Lock {
    /// Takes the lock at `path`; `None` if another process has it.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn take(path: &Path) -> Result<Option<Self>, Error> {
        let file = Self::file(path)?;
        let taken = file
            .try_lock_exclusive()
            .map_err(|error| Error::file(path, error))?;
        Ok(taken.then_some(Self(file)))
    }

    /// Takes the lock at `path`. If another process has it, waits for at most `limit`; `None` if the other
    /// still has it then. The thread sleeps while it waits.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn within(path: &Path, limit: Duration) -> Result<Option<Self>, Error> {
        let begin = Instant::now();
        loop {
            if let Some(lock) = Self::take(path)? {
                return Ok(Some(lock));
            }
            let left = limit.saturating_sub(begin.elapsed());
            if left.is_zero() {
                return Ok(None);
            }
            std::thread::sleep(left.min(BETWEEN_TRIES));
        }
    }

    /// Takes the lock at `path`, and waits as long as another process has it.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn wait(path: &Path) -> Result<Self, Error> {
        let file = Self::file(path)?;
        file.lock_exclusive()
            .map_err(|error| Error::file(path, error))?;
        Ok(Self(file))
    }

    fn file(path: &Path) -> Result<File, Error> {
        let failed = |error| Error::file(path, error);
        fs::create_dir_all(folder_of(path)).map_err(failed)?;
        let mut options = OpenOptions::new();
        private(options.create(true).append(true))
            .open(path)
            .map_err(failed)
    }
}

impl Drop for Lock {
    /// Closing the file would not do: a child that this process is just starting has it open, too, for a moment.
    fn drop(&mut self) {
        // If it fails, the lock ends when the last of them closes the file.
        let _ = FileExt::unlock(&self.0);
    }
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder.into(),
        _ => PathBuf::from("."),
    }
}

#[cfg(unix)]
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600)
}

#[cfg(unix)]
fn make_public(path: &Path) -> std::io::Result<()> {
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_public(_: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Elsewhere, folders cannot be opened.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_is_hashed_as_its_bytes_are() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        for length in [0, 1, 1 << 16, (1 << 17) + 3] {
            let bytes: Vec<u8> = (0..length).map(|n: u32| n as u8).collect();
            fs::write(&path, &bytes).unwrap();
            let hash = farthing_types::commitment::content(&bytes);
            assert_eq!(content_of(&path).unwrap(), hash);
        }
        assert!(content_of(&folder.path().join("b")).is_err());
    }

    #[test]
    fn lock_ends_when_it_is_dropped_though_a_child_has_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let lock = Lock::take(&path).unwrap().unwrap();
        assert!(Lock::take(&path).unwrap().is_none());
        // What a child has between its beginning and its program.
        let _inherited = lock.0.try_clone().unwrap();
        drop(lock);
        assert!(Lock::take(&path).unwrap().is_some());
    }
}
