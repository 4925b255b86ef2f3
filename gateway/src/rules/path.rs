//! Paths that have one way to be written.
//!
//! A rule and a backend must not read the same path differently, or what costs something is had for nothing under
//! another spelling. So whatever a server could read in two ways is refused, before any rule is asked.

/// Why a path is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPath {
    /// It does not begin with a slash.
    #[error("the path does not begin with /")]
    Relative,
    /// Percent signs are not followed by two hexadecimal digits, or not by those of UTF-8.
    #[error("the path is not well encoded")]
    Encoding,
    /// It has `.` or `..`, an empty part, a backslash, an encoded slash or a control character.
    #[error("the path can be read in more ways than one")]
    Ambiguous,
}

/// What a folder's own address shows.
pub const INDEX: &str = "index.html";
/// The longest path that is looked at.
const MAX: usize = 4096;

/// A path, decoded and taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    parts: Vec<String>,
}

impl Path {
    /// Reads a path as it stands in a request.
    ///
    /// # Errors
    /// [`BadPath`] of one that can be read in more ways than one.
    pub fn read(raw: &str) -> Result<Self, BadPath> {
        let rest = raw.strip_prefix('/').ok_or(BadPath::Relative)?;
        if raw.len() > MAX {
            return Err(BadPath::Encoding);
        }
        let parts: Vec<_> = rest.split('/').map(part).collect::<Result<_, _>>()?;
        let last = parts.len() - 1;
        match parts.iter().take(last).any(String::is_empty) {
            true => Err(BadPath::Ambiguous),
            false => Ok(Self { parts }),
        }
    }

    /// Returns its parts; the last is empty if it ends with a slash.
    pub fn parts(&self) -> &[String] {
        &self.parts
    }

    /// Returns the last part of the path; empty if it ends with a slash.
    pub fn name(&self) -> &str {
        self.parts.last().map_or("", String::as_str)
    }

    /// Returns the path of the index that a folder's address shows; `None` if it is no folder's.
    pub fn index(&self) -> Option<Self> {
        let (last, before) = self.parts.split_last()?;
        last.is_empty().then(|| Self {
            parts: [before, &[INDEX.to_owned()]].concat(),
        })
    }

    /// Writes it in the one way that there is.
    pub fn encoded(&self) -> String {
        let mut text = String::new();
        for part in &self.parts {
            text.push('/');
            for byte in part.bytes() {
                match is_plain(byte) {
                    true => text.push(char::from(byte)),
                    false => text.push_str(&format!("%{byte:02X}")),
                }
            }
        }
        text
    }
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,=:@".contains(&byte)
}

fn part(raw: &str) -> Result<String, BadPath> {
    let decoded = decode(raw)?;
    // A server that decodes twice must come to the same.
    let again = decode(&decoded).unwrap_or_default();
    match is_ambiguous(&decoded) || is_ambiguous(&again) {
        true => Err(BadPath::Ambiguous),
        false => Ok(decoded),
    }
}

/// Returns whether servers can read a part in different ways. A semicolon begins parameters for some, which look for
/// the file without them.
fn is_ambiguous(part: &str) -> bool {
    let odd = |c: char| matches!(c, '/' | '\\' | ';') || c.is_control();
    matches!(part, "." | "..") || part.chars().any(odd)
}

fn decode(raw: &str) -> Result<String, BadPath> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let (digits, after) = rest.split_first_chunk::<2>().ok_or(BadPath::Encoding)?;
        let mut byte = [0];
        hex::decode_to_slice(digits, &mut byte).map_err(|_| BadPath::Encoding)?;
        bytes.push(byte[0]);
        rest = after;
    }
    String::from_utf8(bytes).map_err(|_| BadPath::Encoding)
}
