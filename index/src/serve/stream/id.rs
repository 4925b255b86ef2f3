//! The ids of events, by which a listener who was away goes on.
//!
//! An id is an event's place. If the event's block could still be undone, it says so, too: which block it was, and
//! which one was final then. So the server need not remember anybody to know whether what they have still holds.

use farthing_types::Hash;
use std::{fmt, str::FromStr};

/// How much of a block's hash there is in an id.
const HASH: usize = 8;

/// The id of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Id {
    /// The place up to which all was told.
    pub place: i64,
    /// What tells later whether that was undone; `None` if it was final.
    open: Option<Open>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Open {
    /// The last block that was final.
    certain: u32,
    /// The beginning of the hash of the block that the place is in.
    hash: [u8; HASH],
}

impl Id {
    /// Returns the id of what cannot be undone.
    pub fn of_final(place: i64) -> Self {
        Self { place, open: None }
    }

    /// Returns the id of what is in a block that can be undone; `certain` is the last one that cannot.
    pub fn of_open(place: i64, certain: u32, hash: Hash) -> Self {
        let hash = beginning(hash);
        let open = Some(Open { certain, hash });
        Self { place, open }
    }

    /// Returns the last block that is certain, if what was told up to here was undone: now the index has this block
    /// at the place.
    pub fn undone(&self, there: Option<Hash>) -> Option<u32> {
        let open = self.open?;
        let is_there = there.is_some_and(|hash| beginning(hash) == open.hash);
        (!is_there).then_some(open.certain)
    }
}

fn beginning(hash: Hash) -> [u8; HASH] {
    let mut bytes = [0; HASH];
    bytes.copy_from_slice(&hash[..HASH]);
    bytes
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.open {
            None => write!(f, "{}", self.place),
            Some(Open { certain, hash }) => {
                write!(f, "{}-{certain}-{}", self.place, hex::encode(hash))
            }
        }
    }
}

impl FromStr for Id {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if let Ok(place) = text.parse() {
            return Ok(Self::of_final(place));
        }
        let parts: Vec<&str> = text.split('-').collect();
        let [place, certain, hash] = parts[..] else {
            return Err(());
        };
        let mut bytes = [0; HASH];
        hex::decode_to_slice(hash, &mut bytes).map_err(|_| ())?;
        Ok(Self {
            place: place.parse().map_err(|_| ())?,
            open: Some(Open {
                certain: certain.parse().map_err(|_| ())?,
                hash: bytes,
            }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_as_they_are_written() {
        for id in [
            Id::of_final(0),
            Id::of_final(-1),
            Id::of_final(i64::MAX),
            Id::of_open(7 << 20, 3, [0xab; 32]),
        ] {
            assert_eq!(id.to_string().parse(), Ok(id));
        }
        for text in [
            "",
            "x",
            "1-2",
            "1-2-3",
            "1-2-zzzzzzzzzzzzzzzz",
            "1-2-00-3",
            "1--2",
        ] {
            assert_eq!(text.parse::<Id>(), Err(()), "{text}");
        }
    }

    #[test]
    fn what_was_told_holds_as_long_as_its_block_is_there() {
        let id = Id::of_open(7 << 20, 3, [1; 32]);
        assert_eq!(id.undone(Some([1; 32])), None);
        assert_eq!(id.undone(Some([2; 32])), Some(3));
        assert_eq!(id.undone(None), Some(3));
        assert_eq!(Id::of_final(7 << 20).undone(None), None);
    }
}
