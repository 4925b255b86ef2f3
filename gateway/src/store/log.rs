//! The log, written by a thread of its own.
//!
//! Whoever appends is told when it is on disk. While the thread waits for the disk, what comes is gathered, and goes
//! there together as one group: so many are as fast as one. A write costs a processor as much as dozens of appends do, so
//! after a group of several the thread also waits as long as more come, for a few milliseconds at most. Who pays alone
//! never waits for others.
//!
//! It is a folder: `log-N` has the groups from number N on, of which the last such file is written to, and `base-N`
//! all that the groups before N came to. `mark` says how many groups are on disk, and `lock` is held by whoever has
//! it open. A file that has grown is followed by another, and those before it are made into a new base meanwhile; see
//! [`compact`](super::compact).
//!
//! A last group that is torn is cut off. After an error of the disk nothing is written any more, since what is on it
//! is not known then: every append fails until the gateway is started again.

use super::{
    files::Files,
    record::Entry,
    segment::{group, Salt},
    Done, Failed, Owner, Unusable,
};
use std::{
    fs::File,
    io::{self, Write},
    path::Path,
    sync::{Arc, Condvar, Mutex, MutexGuard},
    thread::JoinHandle,
    time::Duration,
};

/// The most appends that wait.
const MAX_WAITING: usize = 16 * 1024;
/// With how many appends a group is written at once.
const FULL: usize = 128;
/// How often it is looked whether more come, and how many times at most.
const PAUSE: Duration = Duration::from_micros(300);
const PAUSES: usize = 10;
/// After how many bytes a file is followed by another.
const MAX_FILE: u64 = 64 * 1024 * 1024;

/// What is written to; a file, or in tests one that fails.
pub trait Disk: Send + 'static {
    /// Writes all of it at the end.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Returns when all that was written is on disk.
    fn sync(&mut self) -> io::Result<()>;
    /// Is told that so many groups are on disk. Returns another salt if another file begins there.
    fn synced(&mut self, _groups: u64) -> Option<Salt> {
        None
    }
}

impl Disk for File {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}

/// What waits for the disk.
#[derive(Default)]
struct Waiting {
    bytes: Vec<u8>,
    done: Vec<Done>,
    closed: bool,
    /// Why nothing is written any more.
    broken: Option<Failed>,
}

#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    came: Condvar,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting
            .lock()
            .unwrap_or_else(|broken| broken.into_inner())
    }

    /// Returns all that waits, once something does; `None` when nothing will come any more. `last` is how many appends
    /// came the last time.
    fn take(&self, last: usize) -> Option<(Vec<u8>, Vec<Done>)> {
        let mut waiting = self.lock();
        while waiting.done.is_empty() {
            if waiting.closed {
                return None;
            }
            let woken = self.came.wait(waiting);
            waiting = woken.unwrap_or_else(|broken| broken.into_inner());
        }
        if last > 1 {
            waiting = self.gather(waiting);
        }
        Some((
            std::mem::take(&mut waiting.bytes),
            std::mem::take(&mut waiting.done),
        ))
    }

    /// Waits as long as more come.
    fn gather<'a>(&'a self, mut waiting: MutexGuard<'a, Waiting>) -> MutexGuard<'a, Waiting> {
        for _ in 0..PAUSES {
            let before = waiting.done.len();
            if before >= FULL || waiting.closed {
                break;
            }
            drop(waiting);
            std::thread::sleep(PAUSE);
            waiting = self.lock();
            if waiting.done.len() == before {
                break;
            }
        }
        waiting
    }
}

/// An open log, which a thread of its own writes.
pub struct Log {
    queue: Arc<Queue>,
    writer: Option<JoinHandle<()>>,
}

impl Log {
    /// Opens the log in a folder, or begins it, and shows what is in it, oldest first.
    pub fn open(
        folder: &Path,
        owner: &Owner,
        see: &mut dyn FnMut(Entry),
    ) -> Result<Self, Unusable> {
        Self::open_with(folder, owner, MAX_FILE, see)
    }

    /// Opens the log with files of another size.
    pub(super) fn open_with(
        folder: &Path,
        owner: &Owner,
        max_file: u64,
        see: &mut dyn FnMut(Entry),
    ) -> Result<Self, Unusable> {
        let (files, salt, next) = Files::open(folder, owner, max_file, see)?;
        Ok(Self::on(files, salt, next))
    }

    /// Starts writing groups from this number on.
    pub fn on(disk: impl Disk, salt: Salt, next: u64) -> Self {
        let queue = Arc::new(Queue::default());
        let theirs = queue.clone();
        Self {
            queue,
            writer: Some(std::thread::spawn(move || write(disk, salt, next, &theirs))),
        }
    }

    /// Appends entries, which are all there after a crash or none of them. `done` is called by the thread that
    /// writes when they are on disk or will never be, so it must not take long; it is not called if this fails.
    pub fn append(&self, entries: &[Entry], done: Done) -> Result<(), Failed> {
        let mut waiting = self.queue.lock();
        if waiting.done.len() >= MAX_WAITING {
            return Err(Failed::Busy);
        }
        for entry in entries {
            entry.write(&mut waiting.bytes);
        }
        waiting.done.push(done);
        self.queue.came.notify_one();
        Ok(())
    }

    /// Returns why nothing is written any more; `None` as long as all is well.
    pub fn broken(&self) -> Option<Failed> {
        self.queue.lock().broken.clone()
    }
}

impl Drop for Log {
    /// Waits until all that was appended is on disk.
    fn drop(&mut self) {
        self.queue.lock().closed = true;
        self.queue.came.notify_one();
        let writer = self.writer.take();
        // The last who has it may be called by the writer itself, which cannot wait for itself.
        let is_other =
            |writer: &JoinHandle<()>| writer.thread().id() != std::thread::current().id();
        if let Some(writer) = writer.filter(is_other) {
            // If it panicked, whoever waits for it was told by the drop of their `done`.
            let _ = writer.join();
        }
    }
}

/// Writes groups until nobody appends any more.
fn write(mut disk: impl Disk, mut salt: Salt, mut next: u64, queue: &Queue) {
    let (mut broken, mut last) = (None, 0);
    while let Some((bytes, done)) = queue.take(last) {
        last = done.len();
        if broken.is_none() {
            let written = disk
                .append(&group(&salt, next, &bytes))
                .and_then(|()| disk.sync());
            broken = written.err().map(|error| Failed::Disk(error.to_string()));
            if broken.is_some() {
                queue.lock().broken.clone_from(&broken);
            }
        }
        for done in done {
            done(broken.clone().map_or(Ok(()), Err));
        }
        if broken.is_none() {
            next = next.saturating_add(1);
            salt = disk.synced(next).unwrap_or(salt);
        }
    }
}
