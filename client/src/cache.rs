//! Files that can be made again. If anything is wrong with one, it counts as missing.

use std::{fs, path::Path};

/// A hash of what follows, so that a file that was cut short is told from a whole one.
const CHECK: usize = 32;

pub fn read(path: &Path) -> Option<Vec<u8>> {
    let mut bytes = fs::read(path).ok()?;
    let content = bytes.split_off(CHECK.min(bytes.len()));
    (farthing_types::commitment::blake2_256(&content)[..] == bytes[..]).then_some(content)
}

/// Writes a new file beside the old one and renames it, so that a reader sees all of it or nothing.
pub fn write(path: &Path, content: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let new = path.with_extension(std::process::id().to_string());
    let check = farthing_types::commitment::blake2_256(content);
    let written = fs::write(&new, [&check[..], content].concat());
    let moved = written.and_then(|()| fs::rename(&new, path));
    moved.inspect_err(|_| drop(fs::remove_file(&new)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_that_was_cut_short_or_changed_counts_as_missing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        assert_eq!(read(&path), None);
        write(&path, b"metadata").unwrap();
        assert_eq!(read(&path).unwrap(), b"metadata");
        let whole = fs::read(&path).unwrap();
        for damaged in [&whole[..whole.len() - 1], &whole[1..], &[], &whole[..5]] {
            fs::write(&path, damaged).unwrap();
            assert_eq!(read(&path), None);
        }
    }

    #[test]
    fn file_that_cannot_be_written_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::create_dir(&path).unwrap();
        assert!(write(&path, b"metadata").is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
