//! Disks that fail: by hand at any byte, and real ones.

use super::*;
use std::process::Command;

/// A disk that has room for so many bytes, and fails at a sync of choice.
struct Faulty {
    bytes: Arc<Mutex<Vec<u8>>>,
    room: usize,
    syncs: usize,
}

impl Disk for Faulty {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let fits = bytes.len().min(self.room);
        self.room -= fits;
        self.bytes.lock().unwrap().extend(&bytes[..fits]);
        match fits == bytes.len() {
            true => Ok(()),
            false => Err(io::ErrorKind::StorageFull.into()),
        }
    }

    fn sync(&mut self) -> io::Result<()> {
        self.syncs = self.syncs.checked_sub(1).ok_or(io::ErrorKind::Other)?;
        Ok(())
    }
}

/// Returns the entries of all good groups.
fn read(bytes: &[u8]) -> Vec<Entry> {
    let (mut rest, mut entries) = (bytes, Vec::new());
    while let Some(group) = first(&SALT, rest) {
        entries.extend(group.entries);
        rest = &rest[group.len as usize..];
    }
    entries
}

/// Appends four accounts one by one; returns how many were said to be on disk, and what is there.
fn on_faulty_disk(room: usize, syncs: usize) -> (usize, Vec<Entry>) {
    let bytes = Arc::new(Mutex::new(Vec::new()));
    let disk = Faulty {
        bytes: bytes.clone(),
        room,
        syncs,
    };
    let log = Log::on(disk, SALT, 0);
    let written: Vec<_> = (0..4)
        .map(|n| append(&log, &[account(n)]).is_ok())
        .collect();
    let told = written.iter().take_while(|ok| **ok).count();
    assert!(!written[told..].contains(&true), "it wrote after an error");
    drop(log);
    let found = read(&bytes.lock().unwrap());
    (told, found)
}

#[test]
fn disk_that_fills_up_at_any_byte_loses_nothing_that_was_said_to_be_written() {
    let group = 20 + LEN;
    for room in 0..=4 * group {
        let (told, entries) = on_faulty_disk(room, 4);
        assert_eq!(told, room / group, "{room} bytes");
        assert_eq!(entries, (0..told as u64).map(account).collect::<Vec<_>>());
    }
}

/// The kernel's own full disk.
#[test]
fn full_disk_is_named_to_whoever_waits() {
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let log = Log::on(full, SALT, 0);
    for n in 0..2 {
        let Err(Failed::Disk(why)) = append(&log, &[account(n)]) else {
            panic!("it was said to be written");
        };
        assert!(why.contains("No space left"), "{why}");
    }
}

#[test]
fn after_a_sync_that_failed_nothing_is_said_to_be_written() {
    for syncs in 0..4 {
        let (told, entries) = on_faulty_disk(usize::MAX, syncs);
        assert_eq!(told, syncs);
        assert!(entries.len() >= told);
    }
}

#[test]
fn appends_that_wait_for_the_disk_go_there_together() {
    let folder = tempfile::tempdir().unwrap();
    let (log, _) = open(folder.path()).unwrap();
    let (done, results) = mpsc::channel();
    for n in 0..2_000 {
        let done = done.clone();
        let tell = move |written| done.send((n, written)).unwrap();
        log.append(&[account(n)], Box::new(tell)).unwrap();
    }
    drop(done);
    let told: Vec<_> = results.iter().collect();
    assert_eq!(told, (0..2_000).map(|n| (n, Ok(()))).collect::<Vec<_>>());
    drop(log);
    let path = folder.path().join("log-0000000000000000");
    let bytes = fs::metadata(path).unwrap().len() as usize;
    let groups = (bytes - HEADER - 2_000 * LEN) / 20;
    assert!(groups < 1_000, "{groups} groups");
    assert_eq!(open(folder.path()).unwrap().1.len(), 2_000);
}

/// A file system in memory with this many bytes, as long as this is there; none where the tests may not mount.
struct Small(tempfile::TempDir);

impl Small {
    fn new(bytes: usize) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={bytes}"), "tmpfs"])
            .arg(folder.path())
            .status();
        mounted
            .is_ok_and(|status| status.success())
            .then_some(Self(folder))
    }

    fn remount(&self, option: &str) -> bool {
        let done = Command::new("mount")
            .args(["-o", &format!("remount,{option}")])
            .arg(self.0.path())
            .status();
        done.unwrap().success()
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[test]
fn real_disk_that_fills_up_keeps_all_that_was_said_to_be_written() {
    let Some(small) = Small::new(64 * 1024) else {
        eprintln!("Nothing can be mounted here: this is not tested.");
        return;
    };
    let folder = small.0.path().join("log");
    let (log, _) = open(&folder).unwrap();
    let mut told = 0;
    while append(&log, &[account(told)]).is_ok() {
        told += 1;
    }
    assert!(told > 100, "{told}");
    assert!(append(&log, &[account(told)]).is_err());
    drop(log);
    // It is full as ever, and what is in it can be read.
    let (log, entries) = open(&folder).unwrap();
    assert_eq!(entries, (0..told).map(account).collect::<Vec<_>>());
    drop(log);
    assert!(small.remount("size=1m"));
    let (log, _) = open(&folder).unwrap();
    append(&log, &[account(told)]).unwrap();
    drop(log);
    assert_eq!(open(&folder).unwrap().1.len() as u64, told + 1);
}

#[test]
fn disk_that_can_only_be_read_is_said_so_before_anything_is_served() {
    let Some(small) = Small::new(64 * 1024) else {
        eprintln!("Nothing can be mounted here: this is not tested.");
        return;
    };
    let folder = small.0.path().join("log");
    let (log, _) = open(&folder).unwrap();
    append(&log, &[account(0)]).unwrap();
    drop(log);
    assert!(small.remount("ro"));
    assert!(matches!(open(&folder), Err(Unusable::Disk { .. })));
    assert!(small.remount("rw"));
    assert_eq!(open(&folder).unwrap().1, [account(0)]);
}
