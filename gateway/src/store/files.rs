//! The files of a log: which there are, in which order they are read, and when another is begun.

use super::{
    compact::compact,
    log::Disk,
    mark::Mark,
    record::Entry,
    segment::{self, Found, Header, Salt, HEADER},
    Owner, Unusable,
};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufReader, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    thread::JoinHandle,
    time::Duration,
};

/// The files, of which the last is written to.
pub(super) struct Files {
    folder: Folder,
    file: File,
    len: u64,
    max_file: u64,
    mark: Mark,
    compacting: Option<JoinHandle<()>>,
    /// Held as long as this is open.
    _lock: File,
}

/// Where the files are, and whose they are.
#[derive(Clone)]
pub(super) struct Folder {
    path: PathBuf,
    owner: Owner,
}

/// Where a file was read to.
struct End {
    salt: Salt,
    next: u64,
    len: u64,
    torn: bool,
}

impl Files {
    /// Opens the log in a folder, and shows what is in it. Returns the last file's salt and the next group's number,
    /// too.
    pub fn open(
        path: &Path,
        owner: &Owner,
        max_file: u64,
        see: &mut dyn FnMut(Entry),
    ) -> Result<(Self, Salt, u64), Unusable> {
        let folder = Folder {
            path: path.into(),
            owner: *owner,
        };
        let lock = folder.lock()?;
        let mark_path = folder.path.join("mark");
        let marked = Mark::open(&mark_path).map_err(|source| disk(&mark_path, source));
        let (mark, marked) = marked?;
        let first = folder.read_base(see)?;
        let (file, end) = folder.read_logs(first, marked, see)?;
        let files = Self {
            folder,
            file,
            len: end.len,
            max_file,
            mark,
            compacting: None,
            _lock: lock,
        };
        Ok((files, end.salt, end.next))
    }

    /// Begins another file, and has those before it made into a base.
    fn follow(&mut self, next: u64) -> io::Result<Salt> {
        let (file, salt) = self.folder.begin(next)?;
        (self.file, self.len) = (file, HEADER as u64);
        let is_running = |thread: &JoinHandle<()>| !thread.is_finished();
        if !self.compacting.as_ref().is_some_and(is_running) {
            let folder = self.folder.clone();
            // If it fails, the files stay, and it is tried again when there is one more.
            let run = move || drop(compact(&folder, next));
            self.compacting = Some(std::thread::spawn(run));
        }
        Ok(salt)
    }
}

impl Disk for Files {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.len = self.len.saturating_add(bytes.len() as u64);
        self.file.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn synced(&mut self, groups: u64) -> Option<Salt> {
        self.mark.set(groups);
        // If there is no room for another file, this one goes on.
        (self.len >= self.max_file).then(|| self.follow(groups).ok())?
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        self.mark.sync();
        if let Some(thread) = self.compacting.take() {
            // What it failed at will be done again.
            let _ = thread.join();
        }
    }
}

impl Folder {
    /// Makes the folder, and keeps others out of it.
    fn lock(&self) -> Result<File, Unusable> {
        fs::create_dir_all(&self.path).map_err(|source| disk(&self.path, source))?;
        let path = self.path.join("lock");
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|source| disk(&path, source))?;
        // A process that has just ended, or a child that is being started, may have it for a moment.
        for _ in 0..20 {
            if matches!(fs4::fs_std::FileExt::try_lock_exclusive(&file), Ok(true)) {
                return Ok(file);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Err(Unusable::InUse(self.path.clone()))
    }

    pub fn base(&self, number: u64) -> PathBuf {
        self.path.join(format!("base-{number:016}"))
    }

    pub fn log(&self, number: u64) -> PathBuf {
        self.path.join(format!("log-{number:016}"))
    }

    pub fn owner(&self) -> &Owner {
        &self.owner
    }

    /// Returns the numbers of the files with this name, in order.
    pub fn numbers(&self, name: &str) -> io::Result<Vec<u64>> {
        let mut numbers = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            let file = entry?.file_name();
            let number = file.to_str().and_then(|file| file.strip_prefix(name));
            numbers.extend(number.and_then(|number| number.parse::<u64>().ok()));
        }
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// Waits until the names of the folder's files are on disk.
    pub fn sync(&self) -> io::Result<()> {
        File::open(&self.path)?.sync_all()
    }

    /// Removes what a base has made superfluous.
    pub fn tidy(&self, base: u64) -> io::Result<()> {
        for number in self.numbers("base-")?.into_iter().filter(|n| *n < base) {
            fs::remove_file(self.base(number))?;
        }
        for number in self.numbers("log-")?.into_iter().filter(|n| *n < base) {
            fs::remove_file(self.log(number))?;
        }
        Ok(())
    }

    /// Begins a file whose first group has this number; its name is on disk when this returns.
    fn begin(&self, number: u64) -> io::Result<(File, Salt)> {
        let (header, salt) = segment::header(&self.owner)?;
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .open(self.log(number))?;
        file.write_all(&header)?;
        file.sync_all()?;
        self.sync()?;
        Ok((file, salt))
    }

    /// Reads the newest base; returns the number of the first group that is not in it.
    fn read_base(&self, see: &mut dyn FnMut(Entry)) -> Result<u64, Unusable> {
        let bases = self
            .numbers("base-")
            .map_err(|source| disk(&self.path, source))?;
        let Some(number) = bases.last().copied() else {
            return Ok(0);
        };
        let path = self.base(number);
        let (end, _) = self.read(&path, 0, see)?;
        let end = end.ok_or_else(|| damaged(&path, 0))?;
        // It was whole when it got its name, and ends with a group of nothing.
        if end.torn {
            return Err(damaged(&path, end.len));
        }
        self.tidy(number)
            .map_err(|source| disk(&self.path, source))?;
        Ok(number)
    }

    /// Reads the files with the groups from `first` on; returns the last one, to be written to.
    fn read_logs(
        &self,
        first: u64,
        marked: u64,
        see: &mut dyn FnMut(Entry),
    ) -> Result<(File, End), Unusable> {
        let logs = self
            .numbers("log-")
            .map_err(|source| disk(&self.path, source))?;
        let mut next = first;
        for (place, number) in logs.iter().enumerate() {
            let path = self.log(*number);
            if *number != next {
                return Err(Unusable::Missing(self.log(next)));
            }
            let is_last = place.saturating_add(1) == logs.len();
            let (end, file) = self.read(&path, next, see)?;
            let Some(end) = end else {
                // A header that a crash cut off is begun anew.
                if !is_last || marked > next {
                    return Err(damaged(&path, 0));
                }
                break;
            };
            // Somebody was told of the groups up to the mark, and of all that another follows.
            if end.torn && (!is_last || end.next < marked) {
                return Err(damaged(&path, end.len));
            }
            next = end.next;
            if is_last && next < marked {
                return Err(damaged(&path, end.len));
            }
            if is_last {
                let cut = cut_off(file, end.len).map_err(|source| disk(&path, source))?;
                return Ok((cut, end));
            }
        }
        if next < marked {
            return Err(Unusable::Missing(self.log(next)));
        }
        let path = self.log(next);
        let (file, salt) = self.begin(next).map_err(|source| disk(&path, source))?;
        let end = End {
            salt,
            next,
            len: HEADER as u64,
            torn: false,
        };
        Ok((file, end))
    }

    /// Reads a file whose first group has this number, in pieces. Returns no end if not even its header is whole.
    fn read(
        &self,
        path: &Path,
        mut next: u64,
        see: &mut dyn FnMut(Entry),
    ) -> Result<(Option<End>, File), Unusable> {
        let failed = |source| disk(path, source);
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .open(path)
            .map_err(failed)?;
        let mut reader = BufReader::with_capacity(1 << 20, file);
        let salt = match segment::read_header(&mut reader, &self.owner).map_err(failed)? {
            Header::Ours(salt) => salt,
            Header::Torn => return Ok((None, reader.into_inner())),
            Header::Foreign => return Err(Unusable::Foreign(path.into())),
        };
        let mut len = HEADER as u64;
        let torn = loop {
            match segment::next(&salt, &mut reader).map_err(failed)? {
                Found::End => break false,
                Found::Group(group) if group.number == next => {
                    len = len.saturating_add(group.len);
                    next = next.saturating_add(1);
                    group.entries.into_iter().for_each(&mut *see);
                }
                Found::Group(_) => return Err(damaged(path, len)),
                Found::Bad => break true,
            }
        };
        let mut file = reader.into_inner();
        if torn {
            file.seek(SeekFrom::Start(len)).map_err(failed)?;
            let mut rest = Vec::new();
            file.read_to_end(&mut rest).map_err(failed)?;
            if segment::is_group_behind(&salt, &rest) {
                return Err(damaged(path, len));
            }
        }
        let end = End {
            salt,
            next,
            len,
            torn,
        };
        Ok((Some(end), file))
    }

    /// Shows the entries of a file that nothing is written to any more.
    pub fn show(
        &self,
        path: &Path,
        first: u64,
        see: &mut dyn FnMut(Entry),
    ) -> Result<u64, Unusable> {
        let (end, _) = self.read(path, first, see)?;
        match end {
            Some(end) if !end.torn => Ok(end.next),
            Some(end) => Err(damaged(path, end.len)),
            None => Err(damaged(path, 0)),
        }
    }
}

/// Cuts off a torn end.
fn cut_off(mut file: File, len: u64) -> io::Result<File> {
    file.set_len(len)?;
    file.seek(SeekFrom::Start(len))?;
    file.sync_all()?;
    Ok(file)
}

pub(super) fn disk(path: &Path, source: io::Error) -> Unusable {
    Unusable::Disk {
        path: path.into(),
        source,
    }
}

fn damaged(path: &Path, at: u64) -> Unusable {
    Unusable::Damaged {
        path: path.into(),
        at,
    }
}
