//! What challenges and cookies are made with: made once, and kept where nobody else reads it.

use crate::protocol::mpp::Secret;
use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::Path,
};

const NAME: &str = "secret";

/// Returns the secret in a folder, and makes it if there is none. Instances behind one name need the same file.
///
/// # Errors
/// Those of reading and writing it; [`io::ErrorKind::InvalidData`] if it has another length.
pub fn secret(folder: &Path) -> io::Result<Secret> {
    let file = folder.join(NAME);
    match fs::read(&file) {
        Ok(bytes) => {
            let bytes = bytes.try_into();
            let wrong = |_| io::Error::new(io::ErrorKind::InvalidData, "it is not 32 bytes long");
            bytes.map(Secret).map_err(wrong)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => make(folder, &file),
        Err(error) => Err(error),
    }
}

fn make(folder: &Path, file: &Path) -> io::Result<Secret> {
    fs::create_dir_all(folder)?;
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    let beside = folder.join("secret.new");
    let _ = fs::remove_file(&beside);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut open = options.open(&beside)?;
    open.write_all(&bytes)?;
    open.sync_all()?;
    // Whoever made one at the same time was first, and theirs counts.
    match fs::hard_link(&beside, file) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => fs::remove_file(&beside)?,
    }
    secret(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_is_made_once_and_is_nobody_elses_to_read() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("state");
        let first = secret(&inner).unwrap().0;
        assert_eq!(secret(&inner).unwrap().0, first);
        assert_ne!(secret(folder.path()).unwrap().0, first);
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::MetadataExt::mode(&inner.join(NAME).metadata().unwrap());
            assert_eq!(mode & 0o077, 0);
        }
        fs::write(inner.join(NAME), "short").unwrap();
        assert!(secret(&inner).is_err());
    }
}
