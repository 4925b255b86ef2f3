//! Where goes what was fetched.

use crate::output::Output;
use farthing_client::Error;
use serde_json::Value;
use std::{
    fs::{self, File, OpenOptions},
    io::{stdout, ErrorKind, IsTerminal, Write},
    path::{Path, PathBuf},
};

/// A place for what comes.
pub enum Sink {
    File(Target),
    Standard,
    /// Standard output, if somebody looks at it: plain text only.
    Terminal(Plain),
    /// Into the one object for programs.
    Object(Vec<u8>),
}

/// A file that can be written. What was in it stays until something comes.
pub struct Target {
    path: PathBuf,
    file: File,
    /// Whether it was not there, and nothing has come yet.
    is_idle: bool,
    has_begun: bool,
}

impl Sink {
    /// Opens it, before anything is paid for that would go there.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn open(path: Option<&Path>, output: &Output) -> Result<Self, Error> {
        Ok(match path {
            Some(path) if path != Path::new("-") => Self::File(Target::open(path)?),
            _ if output.is_json() => Self::Object(Vec::new()),
            None if stdout().is_terminal() => Self::Terminal(Plain::default()),
            _ => Self::Standard,
        })
    }

    /// Adds what came.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn put(&mut self, bytes: &[u8]) -> Result<(), Error> {
        match self {
            Self::File(target) => target.put(bytes),
            Self::Standard => print(bytes),
            Self::Terminal(plain) => {
                let text = plain.text(bytes).ok_or_else(not_plain)?;
                print(text.as_bytes())
            }
            Self::Object(object) => {
                object.extend_from_slice(bytes);
                Ok(())
            }
        }
    }

    /// Ends it, once all has come.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn end(self, output: &Output) -> Result<(), Error> {
        match self {
            Self::File(target) => {
                output.field("file", target.path.display().to_string());
                target.end()?;
            }
            Self::Object(bytes) => {
                let (name, value) = match String::from_utf8(bytes) {
                    Ok(text) => ("body", text),
                    Err(error) => ("body_hex", hex::encode(error.into_bytes())),
                };
                output.field(name, Value::from(value));
            }
            Self::Standard => output.nothing_more(),
            Self::Terminal(plain) => {
                output.nothing_more();
                if !plain.rest.is_empty() {
                    return Err(not_plain());
                }
            }
        }
        Ok(())
    }
}

fn print(bytes: &[u8]) -> Result<(), Error> {
    let mut to = stdout();
    let written = to.write_all(bytes).and_then(|()| to.flush());
    written.map_err(|error| Error::file("standard output".as_ref(), error))
}

fn not_plain() -> Error {
    let why = "what came is no plain text, which could act on the terminal; name a file with -o, or say -o - to have it all the same";
    Error::file("standard output".as_ref(), why)
}

impl Target {
    fn open(path: &Path) -> Result<Self, Error> {
        let created = OpenOptions::new().write(true).create_new(true).open(path);
        let (file, is_idle) = match created {
            Ok(file) => (Ok(file), true),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                (OpenOptions::new().write(true).open(path), false)
            }
            Err(error) => (Err(error), false),
        };
        Ok(Self {
            file: file.map_err(|error| Error::file(path, error))?,
            path: path.into(),
            is_idle,
            has_begun: false,
        })
    }

    /// Drops what was in it before.
    fn begin(&mut self) -> std::io::Result<()> {
        self.is_idle = false;
        if std::mem::replace(&mut self.has_begun, true) || !self.is_regular() {
            return Ok(());
        }
        self.file.set_len(0)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let written = self.begin().and_then(|()| self.file.write_all(bytes));
        written.map_err(|error| Error::file(&self.path, error))
    }

    fn end(mut self) -> Result<(), Error> {
        let ended = self.begin().and_then(|()| match self.is_regular() {
            true => self.file.sync_all(),
            false => Ok(()),
        });
        ended.map_err(|error| Error::file(&self.path, error))
    }

    /// Devices and pipes have no content to be dropped.
    fn is_regular(&self) -> bool {
        self.file.metadata().is_ok_and(|about| about.is_file())
    }
}

impl Drop for Target {
    /// Where nothing came, nothing is left behind.
    fn drop(&mut self) {
        if self.is_idle {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Text that does nothing to a terminal.
#[derive(Default)]
pub struct Plain {
    /// The beginning of a character whose end is still to come.
    rest: Vec<u8>,
}

impl Plain {
    /// The text that more bytes make; `None` if they are no plain text.
    fn text(&mut self, bytes: &[u8]) -> Option<String> {
        self.rest.extend_from_slice(bytes);
        let end = match std::str::from_utf8(&self.rest) {
            Ok(text) => text.len(),
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(_) => return None,
        };
        let rest = self.rest.split_off(end);
        let text = String::from_utf8(std::mem::replace(&mut self.rest, rest)).ok()?;
        let is_plain = |letter: char| !letter.is_control() || "\n\r\t".contains(letter);
        text.chars().all(is_plain).then_some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_comes_through_wherever_it_is_divided() {
        let mut plain = Plain::default();
        let parts = [
            "né\n".as_bytes().split_at(2).0,
            "né\n".as_bytes().split_at(2).1,
        ];
        let text: String = parts.iter().map(|part| plain.text(part).unwrap()).collect();
        assert_eq!(text, "né\n");
        assert!(plain.rest.is_empty());
    }

    #[test]
    fn what_acts_on_a_terminal_is_not_plain() {
        for bytes in [&b"\x1b[2J"[..], b"a\0b", b"\xff\xd8", "\u{9b}2J".as_bytes()] {
            assert_eq!(Plain::default().text(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn file_keeps_what_it_had_until_something_comes() {
        let folder = tempfile::tempdir().unwrap();
        let (new, old) = (folder.path().join("new"), folder.path().join("old"));
        fs::write(&old, "what was there before").unwrap();
        for path in [&new, &old] {
            drop(Target::open(path).unwrap());
        }
        assert!(!new.exists());
        assert_eq!(fs::read_to_string(&old).unwrap(), "what was there before");
        for path in [&new, &old] {
            let mut target = Target::open(path).unwrap();
            target.put(b"la").unwrap();
            target.put(b"la").unwrap();
            target.end().unwrap();
            assert_eq!(fs::read_to_string(path).unwrap(), "lala");
        }
        assert!(Target::open(&folder.path().join("nobody/x")).is_err());
    }
}
