//! The log, written by a thread of its own.
//!
//! Whoever appends is told when it is on disk. While the thread waits for the disk, what comes is gathered, and goes
//! there together as one group: so many are as fast as one.
//!
//! A group is [`MARK`], its number (8 bytes), how many records it has (4), a CRC-32 of the log's salt, the number, the
//! count and the records (4), and the records. The next group is not begun before the last one is on disk. So a bad group at the
//! end is one that nobody was told of: it is cut off. A bad group with a good one behind it is damage, and nothing is
//! read over it. The log begins with [`MAGIC`], says whose it is, so that another's is not taken, and ends its header
//! with a random salt of 8 bytes. Payers choose some bytes of what is written, such as roots. Without the salt they
//! could write what looks like a group, and a torn end would be taken for damage.
//!
//! After an error of the disk nothing is written any more, since what is on it is not known then: every append fails
//! until the gateway is started again.

use super::record::{self, Record};
use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::mpsc::{sync_channel, Receiver, SyncSender, TrySendError},
    thread::JoinHandle,
};

/// What a log begins with.
pub const MAGIC: &[u8; 16] = b"farthing/gwlog/1";
/// What a group begins with.
pub const MARK: &[u8; 4] = b"FGrp";
/// Bytes before a group's records.
const HEAD: usize = 20;
/// The most records of a group.
const MAX_GROUP: usize = 4096;
/// The most appends that wait.
const MAX_WAITING: usize = 16 * 1024;

/// Whose log it is: genesis hash, contract and payee.
pub type Owner = [[u8; 32]; 3];

/// What no payer knows of a log.
pub type Salt = [u8; 8];

/// Why a log cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// The system's word.
    #[error("{path}: {source}", path = path.display())]
    Disk {
        /// The log's file.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// Another process has it.
    #[error("{} is in use by another gateway", .0.display())]
    InUse(PathBuf),
    /// It is of another chain, contract or payee, or no log at all.
    #[error("{} is not the log of this chain, contract and payee", .0.display())]
    Foreign(PathBuf),
    /// Vouchers in it cannot be read.
    #[error("{path} is damaged at byte {at}, before its end: restore it from a copy", path = path.display())]
    Damaged {
        /// The log's file.
        path: PathBuf,
        /// Where.
        at: usize,
    },
}

/// Why something is not on disk.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failed {
    /// The disk failed, now or before.
    #[error("nothing can be written to the log: {0}")]
    Disk(String),
    /// Too many wait for the disk.
    #[error("too many payments wait for the disk")]
    Busy,
}

/// What is written to; a file, or in tests one that fails.
pub trait Disk: Send + 'static {
    /// Writes all of it at the end.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Returns when all that was written is on disk.
    fn sync(&mut self) -> io::Result<()>;
}

impl Disk for File {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}

type Done = Box<dyn FnOnce(Result<(), Failed>) + Send>;

struct Append {
    record: Record,
    done: Done,
}

/// An open log.
pub struct Log {
    appends: Option<SyncSender<Append>>,
    writer: Option<JoinHandle<()>>,
}

impl Log {
    /// Opens the log at `path`, or begins it, and returns what is in it, oldest first.
    pub fn open(path: &Path, owner: &Owner) -> Result<(Self, Vec<Record>), Unusable> {
        let disk = |source| Unusable::Disk {
            path: path.into(),
            source,
        };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(disk)?;
        if !matches!(fs4::fs_std::FileExt::try_lock_exclusive(&file), Ok(true)) {
            return Err(Unusable::InUse(path.into()));
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(disk)?;
        let header = [MAGIC.as_slice(), &owner.concat()].concat();
        let salted = bytes.strip_prefix(header.as_slice());
        let Some((salt, groups)) = salted.and_then(|rest| rest.split_first_chunk()) else {
            // A header that a crash cut off is begun anew.
            if salted.is_none() && !header.starts_with(&bytes) {
                return Err(Unusable::Foreign(path.into()));
            }
            let salt = begin(&mut file, path, header).map_err(disk)?;
            return Ok((Self::start(file, salt, 0), Vec::new()));
        };
        let header_len = bytes.len().saturating_sub(groups.len());
        let found = read(salt, groups).map_err(|at| Unusable::Damaged {
            path: path.into(),
            at: header_len.saturating_add(at),
        })?;
        let end = header_len.saturating_add(found.len) as u64;
        file.set_len(end).map_err(disk)?;
        file.seek(SeekFrom::Start(end)).map_err(disk)?;
        file.sync_all().map_err(disk)?;
        Ok((Self::start(file, *salt, found.next), found.records))
    }

    /// Starts writing groups from this number on.
    pub fn start(disk: impl Disk, salt: Salt, next: u64) -> Self {
        let (appends, waiting) = sync_channel(MAX_WAITING);
        let writer = std::thread::spawn(move || write(disk, &salt, next, &waiting));
        Self {
            appends: Some(appends),
            writer: Some(writer),
        }
    }

    /// Appends a record; `done` is called when it is on disk, or will never be. It is called by the thread that
    /// writes, so it must not take long.
    pub fn append(&self, record: Record, done: impl FnOnce(Result<(), Failed>) + Send + 'static) {
        let append = Append {
            record,
            done: Box::new(done),
        };
        let appends = self
            .appends
            .as_ref()
            .expect("it is open until it is dropped");
        match appends.try_send(append) {
            Ok(()) => (),
            Err(TrySendError::Full(append)) => (append.done)(Err(Failed::Busy)),
            Err(TrySendError::Disconnected(append)) => {
                (append.done)(Err(Failed::Disk("the writer has stopped".into())));
            }
        }
    }
}

impl Drop for Log {
    /// Waits until all that was appended is on disk.
    fn drop(&mut self) {
        drop(self.appends.take());
        if let Some(writer) = self.writer.take() {
            // If it panicked, whoever waits for it was told by the drop of their `done`.
            let _ = writer.join();
        }
    }
}

/// Writes groups until nobody appends any more.
fn write(mut disk: impl Disk, salt: &Salt, mut next: u64, waiting: &Receiver<Append>) {
    let mut broken = None;
    while let Ok(first) = waiting.recv() {
        let mut appends = vec![first];
        appends.extend(waiting.try_iter().take(MAX_GROUP - 1));
        if broken.is_none() {
            let records: Vec<_> = appends.iter().map(|append| append.record).collect();
            let written = disk
                .append(&group(salt, next, &records))
                .and_then(|()| disk.sync());
            broken = written.err().map(|error| Failed::Disk(error.to_string()));
            next = next.saturating_add(1);
        }
        for append in appends {
            (append.done)(broken.clone().map_or(Ok(()), Err));
        }
    }
}

/// Begins a log, also one whose beginning was cut off by a crash; its name is on disk afterwards.
fn begin(file: &mut File, path: &Path, mut header: Vec<u8>) -> io::Result<Salt> {
    let mut salt = Salt::default();
    getrandom::fill(&mut salt).map_err(io::Error::other)?;
    header.extend(salt);
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&header)?;
    file.sync_all()?;
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    Ok(salt)
}

/// Returns a group's bytes.
pub(super) fn group(salt: &Salt, number: u64, records: &[Record]) -> Vec<u8> {
    let count = u32::try_from(records.len()).expect("groups are small");
    let mut body = Vec::with_capacity(records.len() * record::LEN);
    records.iter().for_each(|record| record.write(&mut body));
    let (number, count) = (number.to_le_bytes(), count.to_le_bytes());
    let crc = crc(salt, &number, &count, &body).to_le_bytes();
    [MARK.as_slice(), &number, &count, &crc, &body].concat()
}

fn crc(salt: &Salt, number: &[u8], count: &[u8], body: &[u8]) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    [salt, number, count, body]
        .iter()
        .for_each(|part| crc.update(part));
    crc.finalize()
}

/// What was found in a log.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub records: Vec<Record>,
    /// The number of the next group.
    pub next: u64,
    /// How many bytes are good.
    pub len: usize,
}

/// Reads all groups, or returns where the damage is.
pub(super) fn read(salt: &Salt, bytes: &[u8]) -> Result<Found, usize> {
    let mut found = Found {
        records: Vec::new(),
        next: 0,
        len: 0,
    };
    while let Some((number, records, len)) = first_group(salt, &bytes[found.len..]) {
        if number != found.next {
            return Err(found.len);
        }
        found.records.extend(records);
        found.next = number.saturating_add(1);
        found.len = found.len.saturating_add(len);
    }
    let rest = &bytes[found.len..];
    let good_behind = |at: usize| first_group(salt, &rest[at..]).is_some();
    match (1..rest.len()).any(good_behind) {
        true => Err(found.len),
        false => Ok(found),
    }
}

/// Reads the group at the start: its number, its records, and how many bytes it has.
fn first_group(salt: &Salt, bytes: &[u8]) -> Option<(u64, Vec<Record>, usize)> {
    let rest = bytes.strip_prefix(MARK.as_slice())?;
    let (number, rest) = rest.split_first_chunk::<8>()?;
    let (count, rest) = rest.split_first_chunk::<4>()?;
    let (sum, rest) = rest.split_first_chunk::<4>()?;
    let len = usize::try_from(u32::from_le_bytes(*count))
        .ok()?
        .checked_mul(record::LEN)?;
    let body = rest.get(..len)?;
    if crc(salt, number, count, body) != u32::from_le_bytes(*sum) {
        return None;
    }
    let records = body.chunks_exact(record::LEN);
    let records: Option<Vec<_>> = records
        .map(|bytes| Record::read(bytes.try_into().ok()?))
        .collect();
    Some((
        u64::from_le_bytes(*number),
        records?,
        len.checked_add(HEAD)?,
    ))
}
