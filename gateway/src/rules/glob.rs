//! Matches paths and types with the patterns of rules.

use super::Path;

/// A pattern of paths: `*` is any part of a name, `?` one character, `**` any number of folders and names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob {
    text: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Any,
    Name(Vec<char>),
}

impl Glob {
    /// Reads one; `None` unless it begins with a slash.
    pub fn new(text: &str) -> Option<Self> {
        let rest = text.strip_prefix('/')?;
        let part = |part: &str| match part {
            "**" => Part::Any,
            name => Part::Name(name.chars().collect()),
        };
        Some(Self {
            text: text.into(),
            parts: rest.split('/').map(part).collect(),
        })
    }

    /// Returns the pattern as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns whether it stands for this one path only.
    pub fn is_exact(&self) -> bool {
        !self.text.contains(['*', '?'])
    }

    /// Returns whether a path is one of these.
    pub fn matches(&self, path: &Path) -> bool {
        let is_any = |part: &Part| *part == Part::Any;
        let is_one = |part: &Part, name: &String| match part {
            Part::Any => false,
            Part::Name(pattern) => {
                let name: Vec<_> = name.chars().collect();
                let star = |c: &char| *c == '*';
                like(pattern, &name, star, |pattern, c| {
                    *pattern == '?' || pattern == c
                })
            }
        };
        like(&self.parts, path.parts(), is_any, is_one)
    }
}

/// Matches a sequence with a pattern in which some elements stand for any number of others. What such an element
/// took is extended only if the rest does not fit, and only the last one's: that is never more than the product
/// of the lengths.
fn like<P, T>(
    pattern: &[P],
    text: &[T],
    is_any: impl Fn(&P) -> bool,
    is_one: impl Fn(&P, &T) -> bool,
) -> bool {
    let (mut at, mut here) = (0, 0);
    let mut last = None;
    while here < text.len() {
        match pattern.get(at) {
            Some(any) if is_any(any) => {
                last = Some((at, here));
                at += 1;
            }
            Some(one) if is_one(one, &text[here]) => {
                at += 1;
                here += 1;
            }
            _ => {
                let Some((any, taken)) = last else {
                    return false;
                };
                last = Some((any, taken + 1));
                at = any + 1;
                here = taken + 1;
            }
        }
    }
    pattern[at..].iter().all(is_any)
}

/// A pattern of types: `audio/ogg`, `audio/*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeGlob {
    kind: String,
    of: String,
}

impl TypeGlob {
    /// Reads one; `None` unless it has a slash.
    pub fn new(text: &str) -> Option<Self> {
        let (kind, of) = text.split_once('/')?;
        let good = |part: &str| !part.is_empty() && !part.contains('/');
        (good(kind) && good(of)).then(|| Self {
            kind: kind.to_ascii_lowercase(),
            of: of.to_ascii_lowercase(),
        })
    }

    /// Returns whether a type is one of these.
    pub fn matches(&self, mime: &str) -> bool {
        let mime = mime.split(';').next().unwrap_or_default().trim();
        let (kind, of) = mime.split_once('/').unwrap_or((mime, ""));
        let one = |pattern: &str, part: &str| pattern == "*" || pattern == part;
        one(&self.kind, kind) && one(&self.of, of)
    }
}
