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
    /// The file's bytes as they are now: what is delivered to a buyer.
    pub fn deliver(&self) -> Result<Vec<u8>> {
        fs::read(&self.path).with_context(|| format!("cannot read {}", self.path.display()))
    }
}

/// All files in `folder` and the folders in it, in the order of their names. Links are not followed.
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
