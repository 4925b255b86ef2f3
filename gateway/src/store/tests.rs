use super::{log::*, record::*};
use crate::accounting::Kept;
use farthing_types::voucher::Signature;
use proptest::prelude::*;
use std::{
    fs, io,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    sync::{mpsc, Arc, Mutex},
};

const OWNER: Owner = [[1; 32], [2; 32], [3; 32]];
/// Bytes before the first group.
const HEADER: usize = 16 + 96 + 8;
const SALT: Salt = [4; 8];

fn record(n: u64) -> Record {
    let kept = Kept {
        epoch: n,
        best: u128::from(n) * 3,
        root: [n as u8; 32],
        signature: (n % 3 > 0).then_some(Signature {
            bytes: [n as u8; 64],
            wrapped: n % 3 == 2,
        }),
        spent: u128::from(n),
    };
    Record {
        payer: [n as u8; 32],
        lane: n as u32,
        kept,
    }
}

/// Appends one record and waits for the disk.
fn append(log: &Log, n: u64) -> Result<(), Failed> {
    let (done, result) = mpsc::channel();
    log.append(record(n), move |written| done.send(written).unwrap());
    result.recv().unwrap()
}

#[test]
fn what_was_written_is_there_after_opening_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    for n in 0..5 {
        let (log, records) = Log::open(&path, &OWNER).unwrap();
        assert_eq!(records, (0..n).map(record).collect::<Vec<_>>());
        assert!(matches!(Log::open(&path, &OWNER), Err(Unusable::InUse(_))));
        append(&log, n).unwrap();
    }
    let other = [[9; 32], [2; 32], [3; 32]];
    assert!(matches!(
        Log::open(&path, &other),
        Err(Unusable::Foreign(_))
    ));
}

#[test]
fn torn_end_is_cut_off_and_damage_before_the_end_is_not_read_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let (log, _) = Log::open(&path, &OWNER).unwrap();
    (0..3).for_each(|n| append(&log, n).unwrap());
    drop(log);
    let whole = fs::read(&path).unwrap();
    let group = (whole.len() - HEADER) / 3;
    for len in 0..whole.len() {
        fs::write(&path, &whole[..len]).unwrap();
        let (log, records) = Log::open(&path, &OWNER).unwrap();
        let left = len.saturating_sub(HEADER) / group;
        assert_eq!(records.len(), left, "{len} bytes");
        append(&log, 9).unwrap();
        drop(log);
        let (_, records) = Log::open(&path, &OWNER).unwrap();
        assert_eq!(records.len(), left + 1, "{len} bytes");
    }
    for place in HEADER..whole.len() {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x10;
        fs::write(&path, &bytes).unwrap();
        match Log::open(&path, &OWNER) {
            Ok((_, records)) => {
                assert!(place >= HEADER + 2 * group, "byte {place}");
                assert_eq!(records.len(), 2);
            }
            Err(Unusable::Damaged { at, .. }) => {
                assert!(place < HEADER + 2 * group, "byte {place}");
                assert_eq!(at, place - (place - HEADER) % group);
                assert_eq!(fs::read(&path).unwrap(), bytes);
            }
            Err(other) => panic!("{other}"),
        }
    }
}

/// A payer who writes a group into a root knows everything about it but the salt.
#[test]
fn group_that_a_payer_wrote_into_a_root_is_not_taken_for_one() {
    let forged = |salt: &Salt| {
        let mut bytes = group(&SALT, 0, &[record(0)]);
        let torn = group(salt, 1, &[]);
        bytes.extend([0; 30]);
        bytes.extend(torn);
        bytes
    };
    assert_eq!(read(&SALT, &forged(&[5; 8])).unwrap().records, [record(0)]);
    assert_eq!(read(&SALT, &forged(&SALT)), Err(20 + LEN));
}

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

/// Appends four records one by one; returns how many were said to be on disk, and what is there.
fn on_faulty_disk(room: usize, syncs: usize) -> (usize, Vec<Record>) {
    let bytes = Arc::new(Mutex::new(Vec::new()));
    let log = Log::start(
        Faulty {
            bytes: bytes.clone(),
            room,
            syncs,
        },
        SALT,
        0,
    );
    let written: Vec<_> = (0..4).map(|n| append(&log, n).is_ok()).collect();
    let told = written.iter().take_while(|ok| **ok).count();
    assert!(!written[told..].contains(&true), "it wrote after an error");
    drop(log);
    let found = read(&SALT, &bytes.lock().unwrap()).unwrap();
    (told, found.records)
}

#[test]
fn disk_that_fills_up_at_any_byte_loses_nothing_that_was_said_to_be_written() {
    let group = 20 + LEN;
    for room in 0..=4 * group {
        let (told, records) = on_faulty_disk(room, 4);
        assert_eq!(told, room / group, "{room} bytes");
        assert_eq!(records, (0..told as u64).map(record).collect::<Vec<_>>());
    }
}

/// The kernel's own full disk.
#[test]
fn full_disk_is_named_to_whoever_waits() {
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let log = Log::start(full, SALT, 0);
    for n in 0..2 {
        let Err(Failed::Disk(why)) = append(&log, n) else {
            panic!("it was said to be written");
        };
        assert!(why.contains("No space left"), "{why}");
    }
}

#[test]
fn after_a_sync_that_failed_nothing_is_said_to_be_written() {
    for syncs in 0..4 {
        let (told, records) = on_faulty_disk(usize::MAX, syncs);
        assert_eq!(told, syncs);
        assert!(records.len() >= told);
    }
}

#[test]
fn appends_that_wait_for_the_disk_go_there_together() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let (log, _) = Log::open(&path, &OWNER).unwrap();
    let (done, results) = mpsc::channel();
    for n in 0..2_000 {
        let done = done.clone();
        log.append(record(n), move |written| done.send((n, written)).unwrap());
    }
    drop(done);
    let told: Vec<_> = results.iter().collect();
    assert_eq!(told, (0..2_000).map(|n| (n, Ok(()))).collect::<Vec<_>>());
    drop(log);
    let bytes = fs::metadata(&path).unwrap().len() as usize;
    let groups = (bytes - HEADER - 2_000 * LEN) / 20;
    assert!(groups < 1_000, "{groups} groups");
    assert_eq!(Log::open(&path, &OWNER).unwrap().1.len(), 2_000);
}

/// The process that the next test kills: says each number when it is on disk.
#[test]
#[ignore = "run by killed_process_forgets_nothing_that_it_told"]
fn writer_to_be_killed() {
    let path = std::env::var_os("FARTHING_TEST_LOG").expect("the other test starts this one");
    let (log, records) = Log::open(path.as_ref(), &OWNER).unwrap();
    for n in records.len() as u64.. {
        append(&log, n).unwrap();
        eprintln!("told {n}");
    }
}

#[test]
fn killed_process_forgets_nothing_that_it_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let mut expected = 0;
    for round in 0..10 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "store::tests::writer_to_be_killed",
                "--ignored",
                "--nocapture",
            ])
            .env("FARTHING_TEST_LOG", &path)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap())
            .lines()
            .map_while(Result::ok);
        let mut told = |line: String| {
            let n = line
                .strip_prefix("told ")
                .and_then(|n| n.parse::<u64>().ok());
            if let Some(n) = n {
                assert_eq!(n, expected, "in round {round}");
                expected += 1;
            }
        };
        lines.by_ref().take(5 + round).for_each(&mut told);
        child.kill().unwrap();
        child.wait().unwrap();
        lines.for_each(&mut told);
        let (_, records) = Log::open(&path, &OWNER).unwrap();
        let there = records.len() as u64;
        assert_eq!(records, (0..there).map(record).collect::<Vec<_>>());
        assert!(
            there >= expected && there <= expected + 1,
            "{there} of {expected}"
        );
        expected = there;
    }
    assert!(expected >= 50);
}

proptest! {
    #[test]
    fn records_are_read_as_written(n in any::<u64>()) {
        let mut bytes = Vec::new();
        record(n).write(&mut bytes);
        prop_assert_eq!(Record::read(&bytes.try_into().unwrap()), Some(record(n)));
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400), n in 0..3u64) {
        let log = [group(&SALT, 0, &[record(n)]), bytes].concat();
        let found = read(&SALT, &log).unwrap();
        prop_assert_eq!(found.records, [record(n)]);
    }
}
