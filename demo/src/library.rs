//! The folder whose files are sold.

use anyhow::{ensure, Context, Result};
use farthing_types::{commitment, Hash};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A file of the folder.
pub struct Work {
    /// Its path within the folder.
    pub name: String,
    path: PathBuf,
    /// The commitment to its content.
    pub content: Hash,
}

impl Work {
    /// Reads the file's bytes as they are now: what is delivered to a buyer.
    pub fn deliver(&self) -> Result<Vec<u8>> {
        fs::read(&self.path).with_context(|| format!("cannot read {}", self.path.display()))
    }
}

/// Returns all files in `folder` and the folders in it, in the order of their names. Links are not
/// followed.
pub fn read(folder: &Path) -> Result<Vec<Work>> {
    let mut paths = Vec::new();
    list(folder, &mut paths)?;
    paths.sort();
    ensure!(
        !paths.is_empty(),
        "there are no files in {}",
        folder.display()
    );
    paths
        .into_iter()
        .map(|path| {
            let bytes =
                fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let name = path.strip_prefix(folder).unwrap_or(&path);
            Ok(Work {
                name: name.display().to_string(),
                content: commitment::content(&bytes),
                path,
            })
        })
        .collect()
}

fn list(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<()> {
    let unreadable = || format!("cannot read the folder {}", folder.display());
    for entry in fs::read_dir(folder).with_context(unreadable)? {
        let entry = entry.with_context(unreadable)?;
        let kind = entry.file_type().with_context(unreadable)?;
        if kind.is_dir() {
            list(&entry.path(), paths)?;
        } else if kind.is_file() {
            paths.push(entry.path());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder that is gone when the test is over.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("farthing-{}-{name}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn file(&self, name: &str, bytes: &[u8]) {
            let path = self.0.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    fn refused(folder: &Path) -> String {
        let error = read(folder).err().expect("the folder was read");
        format!("{error:#}")
    }

    #[test]
    fn read_lists_files_of_folders_in_folders_by_name_with_their_commitments() {
        let folder = Folder::new("listed");
        folder.file("b.txt", b"two");
        folder.file("a/c.txt", b"one");
        folder.file("empty", b"");
        let works = read(&folder.0).unwrap();
        let found: Vec<_> = works
            .iter()
            .map(|work| (work.name.as_str(), work.content))
            .collect();
        let content = commitment::content;
        let expected = [
            ("a/c.txt", content(b"one")),
            ("b.txt", content(b"two")),
            ("empty", content(b"")),
        ];
        assert_eq!(found, expected);
        assert_eq!(works[1].deliver().unwrap(), b"two");
    }

    #[test]
    fn read_refuses_a_folder_without_files() {
        let folder = Folder::new("bare");
        fs::create_dir(folder.0.join("inner")).unwrap();
        assert!(refused(&folder.0).starts_with("there are no files in "));
    }

    #[test]
    fn read_refuses_what_is_not_there_or_no_folder() {
        let folder = Folder::new("missing");
        folder.file("file", b"");
        for path in ["nowhere", "file"] {
            assert!(refused(&folder.0.join(path)).starts_with("cannot read the folder "));
        }
    }
}
