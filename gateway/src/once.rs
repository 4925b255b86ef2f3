//! Which answers must not be charged for again.
//!
//! A client that did not get its answer asks again under the same identifier (`payment-identifier` or
//! `Idempotency-Key`), and is not charged again. An identifier is bound to its channel and to the method, path and
//! body of its request, so that it buys nothing else. There is room for so many; the oldest answers are forgotten.

use sha2::{Digest, Sha256};
use std::collections::{HashMap, VecDeque};

/// An identifier of one channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key(pub [u8; 32]);

/// The request that an identifier is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding(pub [u8; 32]);

impl Key {
    /// Returns the key of an identifier that came with a payment from this channel.
    pub fn new(channel: &[u8], identifier: &str) -> Self {
        Self(hash(&[channel, identifier.as_bytes()]))
    }
}

impl Binding {
    /// Returns what binds an identifier to a request.
    pub fn new(method: &str, path: &str, body_digest: &[u8]) -> Self {
        Self(hash(&[method.as_bytes(), path.as_bytes(), body_digest]))
    }
}

/// Hashes parts with their lengths, so that nothing can move from one to the next.
fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// What a request under an identifier may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun<A> {
    /// It is the first: charge it, then call [`Once::finish`] or [`Once::abandon`].
    New,
    /// The first is still being answered: try again later.
    Running,
    /// It was charged for: this is the answer.
    Done(A),
    /// The identifier is another request's.
    Other,
    /// Too many are being answered at once.
    Full,
}

enum Entry<A> {
    Running(Binding),
    Done(Binding, A),
}

/// Remembers identifiers, and the answers that were given under them.
pub struct Once<A> {
    entries: HashMap<Key, Entry<A>>,
    /// Keys of those that are done, the oldest first.
    done: VecDeque<Key>,
    max: usize,
}

impl<A: Clone> Once<A> {
    /// Makes room for so many that are being answered, and as many answers.
    pub fn new(max: usize) -> Self {
        Self {
            entries: HashMap::new(),
            done: VecDeque::new(),
            max,
        }
    }

    /// Begins a request under an identifier, and says what it may do.
    pub fn begin(&mut self, key: Key, binding: Binding) -> Begun<A> {
        match self.entries.get(&key) {
            Some(Entry::Running(other) | Entry::Done(other, _)) if *other != binding => {
                Begun::Other
            }
            Some(Entry::Running(_)) => Begun::Running,
            Some(Entry::Done(_, answer)) => Begun::Done(answer.clone()),
            None if self.running() >= self.max => Begun::Full,
            None => {
                self.entries.insert(key, Entry::Running(binding));
                Begun::New
            }
        }
    }

    /// Remembers the answer of a request that was charged for.
    pub fn finish(&mut self, key: Key, answer: A) {
        let Some(entry) = self.entries.get_mut(&key) else {
            return;
        };
        let Entry::Running(binding) = entry else {
            return;
        };
        *entry = Entry::Done(*binding, answer);
        self.done.push_back(key);
        if self.done.len() > self.max {
            let oldest = self.done.pop_front();
            oldest.and_then(|oldest| self.entries.remove(&oldest));
        }
    }

    /// Forgets a request that was not charged for.
    pub fn abandon(&mut self, key: &Key) {
        if let Some(Entry::Running(_)) = self.entries.get(key) {
            self.entries.remove(key);
        }
    }

    /// Forgets a request, also one that was charged for: it was given back.
    pub fn forget(&mut self, key: &Key) {
        if let Some(Entry::Done(..)) = self.entries.remove(key) {
            self.done.retain(|other| other != key);
        }
    }

    /// Returns whether a request was charged for.
    pub fn is_done(&self, key: &Key) -> bool {
        matches!(self.entries.get(key), Some(Entry::Done(..)))
    }

    /// Returns how many identifiers are remembered.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    fn running(&self) -> usize {
        self.entries.len().saturating_sub(self.done.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(n: u8) -> Key {
        Key::new(b"channel", &n.to_string())
    }

    fn get(path: &str) -> Binding {
        Binding::new("GET", path, b"")
    }

    #[test]
    fn identifier_is_charged_once_and_buys_nothing_else() {
        let mut once = Once::new(8);
        assert_eq!(once.begin(key(1), get("/a")), Begun::New);
        assert_eq!(once.begin(key(1), get("/a")), Begun::Running);
        once.finish(key(1), "answer");
        assert_eq!(once.begin(key(1), get("/a")), Begun::Done("answer"));
        assert_eq!(once.begin(key(1), get("/b")), Begun::Other);
        once.abandon(&key(1));
        once.finish(key(1), "another");
        assert_eq!(once.begin(key(1), get("/a")), Begun::Done("answer"));
        assert_eq!(once.begin(Key::new(b"other", "1"), get("/b")), Begun::New);
    }

    #[test]
    fn nothing_moves_between_the_parts_of_a_request() {
        assert_ne!(
            Binding::new("GET", "/a", b""),
            Binding::new("GET/", "a", b"")
        );
        assert_ne!(
            Binding::new("GET", "/a", b"b"),
            Binding::new("GET", "/ab", b"")
        );
        assert_ne!(Key::new(b"a", "b"), Key::new(b"", "ab"));
    }

    #[test]
    fn request_that_was_not_charged_for_can_be_tried_again() {
        let mut once = Once::new(8);
        assert_eq!(once.begin(key(1), get("/a")), Begun::New);
        once.abandon(&key(1));
        assert_eq!(once.begin(key(1), get("/b")), Begun::New);
        once.finish(key(1), ());
        assert_eq!(once.begin(key(1), get("/b")), Begun::Done(()));
    }

    proptest! {
        #[test]
        fn room_is_bounded_whatever_comes(steps in proptest::collection::vec((any::<u8>(), 0..3u8), 0..300)) {
            let mut once = Once::new(4);
            for (n, step) in steps {
                match step {
                    0 => drop(once.begin(key(n), get("/a"))),
                    1 => once.finish(key(n), n),
                    _ => once.abandon(&key(n)),
                }
                prop_assert!(once.running() <= 4 && once.done.len() <= 4);
                prop_assert!(once.entries.len() <= 8);
            }
        }
    }
}
