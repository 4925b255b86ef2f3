//! Where files are, and what is in small ones. Both are remembered for a second: following links and opening a file
//! cost more than all else that is done for one.

use crate::locked;
use hyper::body::Bytes;
use std::{
    collections::HashMap,
    fs::{File, Metadata},
    io::Read,
    os::unix::fs::MetadataExt,
    path::{Path as FilePath, PathBuf},
    sync::{Mutex, MutexGuard},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// Files of at most so many bytes are read at once, in the thread that answers.
pub const SMALL: u64 = 16 * 1024;
/// How long it is remembered where a file was found, and what was in it.
const REMEMBERED_FOR: Duration = Duration::from_secs(1);
/// How many are remembered of a site: 16 MiB if all are small.
const MAX_REMEMBERED: usize = 1024;
/// Two changes in a shorter time can bear the same date: what changed within it is read each time.
const UNSETTLED_FOR: Duration = Duration::from_secs(3);

/// What was found within the last second, by what was asked for.
pub struct Places {
    known: Mutex<HashMap<PathBuf, Place>>,
    unsettled_for: Duration,
}

impl Default for Places {
    fn default() -> Self {
        Self {
            known: Mutex::default(),
            unsettled_for: UNSETTLED_FOR,
        }
    }
}

#[derive(Clone)]
struct Place {
    at: Instant,
    path: PathBuf,
    /// What was in it, and how it was dated then; `None` if that is too much to keep, or was changing.
    read: Option<(Dated, Bytes)>,
}

/// A file that is there.
pub struct Opened {
    pub content: Content,
    pub about: Metadata,
    /// Where it is, links followed.
    pub path: PathBuf,
}

/// What is in a file.
pub enum Content {
    /// All of it.
    Read(Bytes),
    /// What is still to be read.
    Unread(File),
}

/// What is another after a change of a file. Not all file systems date each change; what was read is forgotten after a
/// second all the same.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Dated {
    file: (u64, u64),
    length: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Dated {
    fn of(about: &Metadata) -> Self {
        Self {
            file: (about.dev(), about.ino()),
            length: about.len(),
            modified: (about.mtime(), about.mtime_nsec()),
            changed: (about.ctime(), about.ctime_nsec()),
        }
    }

    /// Returns how long ago the last change was; `None` if that cannot be told.
    fn age(&self) -> Option<Duration> {
        let (seconds, nanos) = self.changed;
        let changed = Duration::new(seconds.try_into().ok()?, nanos.try_into().ok()?);
        SystemTime::now().duration_since(UNIX_EPOCH + changed).ok()
    }
}

impl Places {
    /// Opens a file of a folder; `None` unless it is a file, below the folder whatever links lead to.
    pub fn open(&self, folder: &FilePath, asked: PathBuf) -> Option<Opened> {
        let place = self.find(folder, &asked)?;
        if let Some((dated, bytes)) = place.read {
            let about = place.path.metadata().ok()?;
            if Dated::of(&about) == dated {
                let (content, path) = (Content::Read(bytes), place.path);
                return Some(Opened {
                    content,
                    about,
                    path,
                });
            }
        }
        let opened = open(place.path)?;
        self.keep(&asked, &opened);
        Some(opened)
    }

    fn find(&self, folder: &FilePath, asked: &FilePath) -> Option<Place> {
        let known = self.lock().get(asked).cloned();
        if let Some(place) = known.filter(|place| place.at.elapsed() < REMEMBERED_FOR) {
            return Some(place);
        }
        let place = Place {
            at: Instant::now(),
            path: find(folder, asked)?,
            read: None,
        };
        let mut places = self.lock();
        if places.len() >= MAX_REMEMBERED {
            places.clear();
        }
        places.insert(asked.to_owned(), place.clone());
        Some(place)
    }

    fn keep(&self, asked: &FilePath, opened: &Opened) {
        let Content::Read(bytes) = &opened.content else {
            return;
        };
        let dated = Dated::of(&opened.about);
        let mut places = self.lock();
        let place = places.get_mut(asked);
        if let Some(place) = place.filter(|place| place.path == opened.path) {
            let is_settled = dated.age().is_some_and(|age| age > self.unsettled_for);
            place.read = is_settled.then(|| (dated, bytes.clone()));
        }
    }

    fn lock(&self) -> MutexGuard<HashMap<PathBuf, Place>> {
        locked(&self.known)
    }
}

fn find(folder: &FilePath, asked: &FilePath) -> Option<PathBuf> {
    let path = asked.canonicalize().ok()?;
    if !path.starts_with(folder) || is_other_spelling(asked, &path) {
        return None;
    }
    // Not what blocks when it is opened, such as a pipe.
    path.metadata().ok()?.is_file().then_some(path)
}

/// Returns whether a file was found under another name. Some file systems find a file under a name with other letters,
/// which a rule does not know.
fn is_other_spelling(asked: &FilePath, found: &FilePath) -> bool {
    let small = |path: &FilePath| path.to_string_lossy().to_lowercase();
    asked != found && small(asked) == small(found)
}

fn open(path: PathBuf) -> Option<Opened> {
    let mut file = File::open(&path).ok()?;
    let about = file.metadata().ok()?;
    if !about.is_file() {
        return None;
    }
    let content = match about.len() <= SMALL {
        true => Content::Read(whole(&mut file, about.len())?),
        false => Content::Unread(file),
    };
    Some(Opened {
        content,
        about,
        path,
    })
}

/// Reads a file; `None` if it is shorter by now, or cannot be read: then nobody has paid for it yet.
fn whole(file: &mut File, length: u64) -> Option<Bytes> {
    let mut bytes = vec![0; usize::try_from(length).ok()?];
    file.read_exact(&mut bytes).ok()?;
    Some(bytes.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, os::unix::fs::symlink, thread::sleep};

    struct World {
        folder: tempfile::TempDir,
        places: Places,
    }

    impl World {
        fn new() -> Self {
            let places = Places {
                known: Mutex::default(),
                unsettled_for: Duration::from_millis(100),
            };
            Self {
                folder: tempfile::tempdir().unwrap(),
                places,
            }
        }

        fn at(&self, name: &str) -> PathBuf {
            self.folder.path().canonicalize().unwrap().join(name)
        }

        /// Reads what is found; `None` if that is nothing.
        fn found(&self, name: &str) -> Option<Vec<u8>> {
            let folder = self.folder.path().canonicalize().unwrap();
            let opened = self.places.open(&folder, self.at(name))?;
            Some(match opened.content {
                Content::Read(bytes) => bytes.to_vec(),
                Content::Unread(mut file) => {
                    let mut bytes = Vec::new();
                    file.read_to_end(&mut bytes).unwrap();
                    bytes
                }
            })
        }

        /// Returns whether a file is kept, as it would be served within the second.
        fn is_kept(&self, name: &str) -> bool {
            let places = self.places.lock();
            places
                .get(&self.at(name))
                .is_some_and(|place| place.read.is_some())
        }

        /// Waits until a file's last change is long ago, and has it read.
        fn settle(&self, name: &str) {
            let begun = Instant::now();
            while !self.is_kept(name) {
                assert!(begun.elapsed().as_secs() < 30, "{name} is never kept");
                sleep(Duration::from_millis(20));
                self.found(name).unwrap();
            }
        }
    }

    #[test]
    fn what_changed_just_now_is_read_each_time() {
        let mut world = World::new();
        // However long this takes.
        world.places.unsettled_for = Duration::from_secs(3600);
        for content in ["one", "two", "six"] {
            fs::write(world.at("a"), content).unwrap();
            assert_eq!(world.found("a").unwrap(), content.as_bytes());
            assert!(!world.is_kept("a"), "{content}");
        }
    }

    #[test]
    fn kept_file_is_served_as_it_is_after_each_change() {
        let world = World::new();
        fs::write(world.at("a"), "one").unwrap();
        fs::write(world.at("b"), "six").unwrap();
        world.settle("a");
        // As long, written over.
        fs::write(world.at("a"), "two").unwrap();
        assert_eq!(world.found("a").unwrap(), b"two");
        world.settle("a");
        // With its old date.
        let modified = fs::metadata(world.at("a")).unwrap().modified().unwrap();
        fs::write(world.at("a"), "ten").unwrap();
        File::options()
            .write(true)
            .open(world.at("a"))
            .unwrap()
            .set_modified(modified)
            .unwrap();
        assert_eq!(world.found("a").unwrap(), b"ten");
        world.settle("a");
        // Replaced by one that is as old.
        fs::rename(world.at("b"), world.at("a")).unwrap();
        assert_eq!(world.found("a").unwrap(), b"six");
        world.settle("a");
        fs::remove_file(world.at("a")).unwrap();
        assert_eq!(world.found("a"), None);
    }

    #[test]
    fn link_is_followed_anew_once_a_second_is_over() {
        let (world, outside) = (World::new(), tempfile::tempdir().unwrap());
        fs::write(world.at("one"), "one").unwrap();
        fs::write(outside.path().join("two"), "two").unwrap();
        symlink(world.at("one"), world.at("link")).unwrap();
        world.settle("link");
        fs::remove_file(world.at("link")).unwrap();
        symlink(outside.path().join("two"), world.at("link")).unwrap();
        let asked = world.at("link");
        let a_second_ago = Instant::now().checked_sub(REMEMBERED_FOR).unwrap();
        world.places.lock().get_mut(&asked).unwrap().at = a_second_ago;
        assert_eq!(world.found("link"), None);
    }

    #[test]
    fn large_file_is_not_kept() {
        let world = World::new();
        for (name, length) in [("small", SMALL), ("large", SMALL + 1)] {
            let content = vec![7; usize::try_from(length).unwrap()];
            fs::write(world.at(name), &content).unwrap();
            assert_eq!(world.found(name).unwrap(), content);
        }
        world.settle("small");
        world.found("large").unwrap();
        assert!(!world.is_kept("large"));
    }

    #[test]
    fn no_more_is_kept_than_there_is_room_for() {
        let world = World::new();
        for n in 0..=MAX_REMEMBERED {
            fs::write(world.at(&n.to_string()), "x").unwrap();
            world.found(&n.to_string()).unwrap();
        }
        assert_eq!(world.places.lock().len(), 1);
    }
}
