//! Backups: what must not be lost, in one file. A backup is the state folder as a tar archive.
//!
//! A backup is of one moment: while it is read, no other program can sign or take vouchers with the folder.
//! An old backup is dangerous, because a payer who goes on from it may sign less than was already promised.
//! So a restored payer's wallet doubts each of its channels until it has taken over the payee's best voucher
//! (see [`crate::wallet::Doubt`]). A transaction that was under way when the backup was made is never taken
//! for one that is meant now. Nothing that is already there is ever overwritten.

use crate::{
    files::{self, Lock},
    outbox, wallet, Error,
};
use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, Read},
    path::{Component, Path, PathBuf},
    time::Duration,
};

/// How large a file of a backup may be.
const MAX_FILE: u64 = 1 << 30;

/// Files by their place in the folder.
type Contents = BTreeMap<PathBuf, Vec<u8>>;

/// Saves all files of a state folder in a new archive that only its owner can read. Returns how many files it
/// saved.
///
/// # Errors
/// [`Error::File`], also if the archive is there already; [`Error::InUse`] if another program still works with
/// the folder after `wait`.
pub fn save(folder: &Path, archive: &Path, wait: Duration) -> Result<usize, Error> {
    let found = find(folder)?;
    let _locks = lock_all(folder, &found, wait)?;
    let mut contents = Contents::new();
    // Once more: something may have been made before all was locked.
    for place in find(folder)?.into_iter().filter(|place| is_kept(place)) {
        let path = folder.join(&place);
        let bytes = fs::read(&path).map_err(|error| Error::file(&path, error))?;
        contents.insert(place, bytes);
    }
    write(archive, &contents).map_err(|error| Error::file(archive, error))?;
    Ok(contents.len())
}

/// What to do with a file that is already there with different content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Differing {
    /// Restores nothing at all.
    Refused,
    /// Keeps that file, and restores the others.
    Left,
}

/// The result of restoring a backup.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Restored {
    /// The files that were missing, and were written.
    pub written: Vec<PathBuf>,
    /// How many files were already there with the same content.
    pub same: usize,
    /// The files that are there with different content, and were kept.
    pub left: Vec<PathBuf>,
}

/// Restores the files of an archive into a state folder. Never overwrites a file that is there with different
/// content.
///
/// # Errors
/// [`Error::File`] if the file is not a backup, or something cannot be written; [`Error::InTheWay`] with the
/// files that are there and differ; [`Error::InUse`].
pub fn restore(
    archive: &Path,
    folder: &Path,
    differing: Differing,
    wait: Duration,
) -> Result<Restored, Error> {
    let contents = read(archive).map_err(|error| Error::file(archive, error))?;
    let found = find(folder)?;
    let _locks = lock_all(folder, &found, wait)?;
    let mut restored = Restored::default();
    let mut missing = Contents::new();
    for (place, bytes) in contents {
        let path = folder.join(&place);
        match fs::read(&path) {
            Ok(there) if there == bytes => restored.same += 1,
            Ok(_) => restored.left.push(place),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                missing.insert(place, bytes);
            }
            Err(error) => return Err(Error::file(&path, error)),
        }
    }
    if differing == Differing::Refused && !restored.left.is_empty() {
        return Err(Error::InTheWay {
            folder: folder.into(),
            files: restored.left,
        });
    }
    restored.written = put_all(folder, missing)?;
    Ok(restored)
}

/// Writes files, of which none is there.
fn put_all(folder: &Path, missing: Contents) -> Result<Vec<PathBuf>, Error> {
    // All of them are prepared before the first one counts: a full disk changes nothing.
    let mut prepared = Vec::new();
    for (place, bytes) in missing {
        let bytes = outbox::aged(&place, wallet::doubted(&place, bytes)?)?;
        let path = folder.join(&place);
        if let Err(error) = files::prepare(&path, &bytes) {
            discard(folder, &prepared);
            return Err(Error::file(&path, error));
        }
        prepared.push(place);
    }
    for place in &prepared {
        let path = folder.join(place);
        files::put(&path).map_err(|error| Error::file(&path, error))?;
    }
    Ok(prepared)
}

fn discard(folder: &Path, prepared: &[PathBuf]) {
    for place in prepared {
        let _ = fs::remove_file(folder.join(place).with_extension("new"));
    }
}

/// Returns all files under a folder, by their place in it; none if it is not there.
fn find(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let (mut found, mut open) = (Vec::new(), vec![PathBuf::new()]);
    while let Some(place) = open.pop() {
        let path = folder.join(&place);
        let failed = |error| Error::file(&path, error);
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(failed(error)),
        };
        for entry in entries {
            let entry = entry.map_err(failed)?;
            let inner = place.join(entry.file_name());
            let kind = entry.file_type().map_err(failed)?;
            match kind.is_dir() {
                true => open.push(inner),
                false if kind.is_file() => found.push(inner),
                false => {}
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Returns whether a file is to be kept: locks mean nothing elsewhere, what was not put in its place never
/// counted, and a history can be read again.
fn is_kept(place: &Path) -> bool {
    let is_unfinished = place.extension().is_some_and(|ending| ending == "new");
    let is_history = place.components().any(|part| part.as_os_str() == "history");
    !is_lock(place) && !is_unfinished && !is_history
}

fn is_lock(place: &Path) -> bool {
    let ends = place.extension().is_some_and(|ending| ending == "lock");
    ends || place.file_name().is_some_and(|name| name == ".lock")
}

fn lock_all(folder: &Path, found: &[PathBuf], wait: Duration) -> Result<Vec<Lock>, Error> {
    let locks = found.iter().filter(|place| is_lock(place));
    let locks = locks.map(|place| {
        let path = folder.join(place);
        Lock::within(&path, wait)?.ok_or_else(|| Error::InUse(path.clone()))
    });
    locks.collect()
}

fn write(archive: &Path, contents: &Contents) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let file = files::private(options.write(true).create_new(true)).open(archive)?;
    let written = append(&file, contents);
    // Half of a backup is none.
    written.inspect_err(|_| drop(fs::remove_file(archive)))
}

fn append(file: &File, contents: &Contents) -> io::Result<()> {
    let mut archive = tar::Builder::new(io::BufWriter::new(file));
    for (place, bytes) in contents {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        header.set_mtime(0);
        archive.append_data(&mut header, place, &bytes[..])?;
    }
    archive.into_inner()?.into_inner()?.sync_all()
}

fn read(archive: &Path) -> io::Result<Contents> {
    let wrong = |why: String| io::Error::new(io::ErrorKind::InvalidData, why);
    let mut contents = Contents::new();
    let mut file = tar::Archive::new(io::BufReader::new(File::open(archive)?));
    for entry in file.entries()? {
        let mut entry = entry?;
        let place = entry.path()?.into_owned();
        let is_inside = place
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        if !entry.header().entry_type().is_file() || !is_inside || !is_kept(&place) {
            return Err(wrong(format!(
                "it is no backup: it has {}",
                place.display()
            )));
        }
        if entry.size() > MAX_FILE {
            return Err(wrong(format!("{} is too large", place.display())));
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        contents.insert(place, bytes);
    }
    match contents.is_empty() {
        true => Err(wrong("there is nothing in it".into())),
        false => Ok(contents),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (place, content) in files {
            let path = folder.path().join(place);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        folder
    }

    fn content(folder: &tempfile::TempDir, place: &str) -> Option<String> {
        fs::read_to_string(folder.path().join(place)).ok()
    }

    const NOW: Duration = Duration::ZERO;

    #[test]
    fn what_was_saved_is_restored_where_nothing_is() {
        let from = folder(&[
            ("a/vouchers/x.json", "1"),
            ("a/vouchers/x.lock", ""),
            ("keys/.lock", ""),
            ("b.new", "half"),
        ]);
        let archive = from.path().with_extension("tar");
        assert_eq!(save(from.path(), &archive, NOW).unwrap(), 1);
        // An archive is not written over either.
        assert!(save(from.path(), &archive, NOW).is_err());
        let to = folder(&[]);
        let restored = restore(&archive, to.path(), Differing::Refused, NOW).unwrap();
        assert_eq!(restored.written, [Path::new("a/vouchers/x.json")]);
        assert_eq!(content(&to, "a/vouchers/x.json").as_deref(), Some("1"));
        assert_eq!(content(&to, "b.new"), None);
        let again = restore(&archive, to.path(), Differing::Refused, NOW).unwrap();
        assert_eq!((again.written.len(), again.same), (0, 1));
        fs::remove_file(archive).unwrap();
    }

    #[test]
    fn what_is_there_is_never_written_over() {
        let from = folder(&[("a.json", "old"), ("b.json", "b")]);
        let archive = from.path().with_extension("tar");
        save(from.path(), &archive, NOW).unwrap();
        let to = folder(&[("a.json", "new")]);
        let refused = restore(&archive, to.path(), Differing::Refused, NOW).unwrap_err();
        let Error::InTheWay { files, .. } = refused else {
            panic!("{refused}");
        };
        assert_eq!(files, [Path::new("a.json")]);
        assert_eq!(content(&to, "a.json").as_deref(), Some("new"));
        assert_eq!(content(&to, "b.json"), None);
        let restored = restore(&archive, to.path(), Differing::Left, NOW).unwrap();
        assert_eq!(restored.left, [Path::new("a.json")]);
        assert_eq!(content(&to, "a.json").as_deref(), Some("new"));
        assert_eq!(content(&to, "b.json").as_deref(), Some("b"));
        fs::remove_file(archive).unwrap();
    }

    #[test]
    fn folder_that_is_in_use_is_left_alone() {
        let from = folder(&[("a.json", "1")]);
        let held = Lock::take(&from.path().join("a.lock")).unwrap().unwrap();
        let archive = from.path().with_extension("tar");
        let busy = save(from.path(), &archive, NOW);
        assert!(matches!(busy, Err(Error::InUse(_))));
        assert!(!archive.exists());
        drop(held);
        save(from.path(), &archive, NOW).unwrap();
        fs::remove_file(archive).unwrap();
    }

    #[test]
    fn archive_that_reaches_out_of_the_folder_is_refused() {
        let out = tempfile::tempdir().unwrap();
        let to = folder(&[]);
        for bad in ["../b.json", "/tmp/farthing-b.json", "a/../../b.json"] {
            let archive = out.path().join("bad.tar");
            let mut builder = tar::Builder::new(File::create(&archive).unwrap());
            let mut header = tar::Header::new_gnu();
            header.set_size(1);
            // The crate refuses to write such names, and a thief does not.
            header.as_old_mut().name[..bad.len()].copy_from_slice(bad.as_bytes());
            header.set_cksum();
            builder.append(&header, &b"x"[..]).unwrap();
            builder.into_inner().unwrap();
            let refused = restore(&archive, to.path(), Differing::Refused, NOW);
            assert!(matches!(refused, Err(Error::File { .. })), "{bad}");
        }
        let link = out.path().join("link.tar");
        let mut builder = tar::Builder::new(File::create(&link).unwrap());
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Symlink);
        header.set_size(0);
        builder
            .append_link(&mut header, "a.json", "/etc/passwd")
            .unwrap();
        builder.into_inner().unwrap();
        assert!(restore(&link, to.path(), Differing::Refused, NOW).is_err());
        for no_archive in ["", "no archive at all, but long enough to be taken for one"] {
            let path = out.path().join("no.tar");
            fs::write(&path, no_archive.repeat(30)).unwrap();
            assert!(restore(&path, to.path(), Differing::Refused, NOW).is_err());
        }
        assert_eq!(find(to.path()).unwrap(), Vec::<PathBuf>::new());
    }
}
