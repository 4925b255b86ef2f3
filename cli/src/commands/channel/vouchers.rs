//! Vouchers as they are given: written out, in a file, or on standard input.

use crate::input;
use farthing_client::{
    wallet::{self, Paper},
    Error, Explain, Kind, Token,
};
use std::{
    fs,
    io::{stdin, Read},
    path::Path,
};

/// A voucher as it was given.
pub struct Given {
    pub stood: Stood,
    /// What it is, if it can be read.
    pub paper: Result<Paper, Error>,
}

/// Where a voucher stood.
#[derive(Default)]
pub struct Stood {
    /// In which file, if it was in one.
    file: Option<String>,
    /// On which line, if it was one of many.
    pub line: Option<usize>,
}

/// Reads vouchers. `-` is standard input, and what is no voucher but a file's name is that file: each with a voucher
/// on a line.
///
/// # Errors
/// [`Error::File`] if there is nothing to read them from.
pub fn read(words: &[String]) -> Result<Vec<Given>, Error> {
    let mut given = Vec::new();
    for word in words {
        let is_voucher = word.trim().parse::<Paper>().is_ok();
        match word.as_str() {
            "-" => {
                let mut bytes = Vec::new();
                let read = stdin().read_to_end(&mut bytes);
                read.map_err(|error| Error::file("standard input".as_ref(), error))?;
                given.extend(lines(None, &bytes));
            }
            file if !is_voucher && Path::new(file).is_file() => {
                let bytes = fs::read(file).map_err(|error| Error::file(file.as_ref(), error))?;
                given.extend(lines(Some(file), &bytes));
            }
            text => given.push(Given {
                stood: Stood::default(),
                paper: text
                    .parse::<Paper>()
                    .map_err(|error| no_voucher(text, error)),
            }),
        }
    }
    Ok(given)
}

/// Why a word is no voucher. One that does not even begin like one was meant for a file.
fn no_voucher(word: &str, error: wallet::Error) -> Error {
    let is_folder = Path::new(word).is_dir();
    match word.trim().starts_with("farthing-") {
        true => error.into(),
        false if is_folder => Error::Input(format!("{word:?} is a folder: name a file in it.")),
        false => Error::Input(format!(
            "{word:?} is no voucher, and there is no such file."
        )),
    }
}

fn lines(file: Option<&str>, bytes: &[u8]) -> Vec<Given> {
    let lines = input::lines(bytes).into_iter();
    let given = lines.map(|(line, text)| Given {
        stood: Stood {
            file: file.map(Into::into),
            line: Some(line),
        },
        paper: text.and_then(|text| Ok(text.parse::<Paper>()?)),
    });
    given.collect()
}

impl Stood {
    /// A sentence about the voucher that stood here.
    pub fn sentence(&self, sentence: &str) -> String {
        match (&self.file, self.line) {
            (Some(file), Some(line)) => format!("{file}, line {line}: {sentence}"),
            // What is no text says so itself.
            (None, Some(line)) if !sentence.starts_with("Line ") => {
                format!("Line {line}: {sentence}")
            }
            _ => sentence.into(),
        }
    }

    /// Why the voucher was refused, with where it stood; of the same kind, as programs go on by that.
    pub fn refusal(&self, error: Error, token: &Token) -> Error {
        match error.kind() {
            Kind::Usage => Error::Input(self.sentence(&error.explain(token))),
            _ => error,
        }
    }
}
