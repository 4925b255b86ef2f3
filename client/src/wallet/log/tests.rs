use super::*;
use proptest::prelude::*;
use tempfile::TempDir;

/// A file in memory whose writes fail when told to.
#[derive(Default)]
struct Faulty {
    bytes: Vec<u8>,
    /// How many bytes there is room for.
    room: Option<usize>,
    sync_fails: bool,
    cut_fails: bool,
}

fn check(fails: bool) -> io::Result<()> {
    match fails {
        true => Err(io::Error::other("as told")),
        false => Ok(()),
    }
}

impl Medium for Faulty {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let room = self.room.unwrap_or(usize::MAX) - self.bytes.len();
        let some = bytes.len().min(room);
        self.bytes.extend(&bytes[..some]);
        check(some < bytes.len())
    }

    fn sync(&mut self) -> io::Result<()> {
        check(self.sync_fails)
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        check(self.cut_fails)?;
        self.bytes.truncate(length as usize);
        Ok(())
    }
}

fn faulty() -> Log<Faulty> {
    Log {
        medium: Faulty {
            bytes: MAGIC.to_vec(),
            ..Faulty::default()
        },
        path: PathBuf::new(),
        length: MAGIC.len() as u64,
        broken: false,
    }
}

/// Returns what is read of a file with these bytes, and how much of it is whole.
fn contents(bytes: &[u8]) -> Result<(Vec<Vec<u8>>, u64), Error> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("log");
    std::fs::write(&path, bytes).unwrap();
    let mut found = Vec::new();
    let whole = read(&path, |content| {
        found.push(content.to_vec());
        Some(())
    })?;
    Ok((found, whole.unwrap()))
}

/// Returns entries that are long enough to fill more than one sector, and have zeros in them.
fn three() -> [Vec<u8>; 3] {
    [
        vec![1; 5],
        [vec![0; 300], vec![2; 900]].concat(),
        vec![3, 0, 0],
    ]
}

/// A log of three, and where each ends.
fn log() -> (Vec<u8>, Vec<usize>) {
    let mut log = faulty();
    let ends = three().map(|content| {
        log.append(&content).unwrap();
        log.medium.bytes.len()
    });
    (log.medium.bytes, ends.to_vec())
}

fn is_damaged(read: &Result<(Vec<Vec<u8>>, u64), Error>, at: usize) -> bool {
    matches!(read, Err(Error::Damaged { at: found, .. }) if *found == at as u64)
}

#[test]
fn killed_at_any_byte_of_a_write_the_log_has_what_was_added_before() {
    let (bytes, ends) = log();
    for length in MAGIC.len()..=bytes.len() {
        let (found, whole) = contents(&bytes[..length]).unwrap();
        let there = ends.iter().filter(|end| **end <= length).count();
        assert_eq!(found, three()[..there], "{length}");
        let end = ends[..there].last().copied().unwrap_or(MAGIC.len());
        assert_eq!(whole, end as u64);
    }
}

#[test]
fn parts_of_the_last_write_that_never_reached_the_disk_are_cut_off() {
    let (bytes, ends) = log();
    for last in 0..3 {
        let begin = if last == 0 {
            MAGIC.len()
        } else {
            ends[last - 1]
        };
        let file = &bytes[..ends[last]];
        let mut at = begin;
        while at < file.len() {
            let end = ((at / SECTOR + 1) * SECTOR).min(file.len());
            let mut holed = file.to_vec();
            holed[at..end].fill(0);
            let (found, whole) = contents(&holed).unwrap();
            assert_eq!((&found[..], whole), (&three()[..last], begin as u64));
            at = end;
        }
    }
}

#[test]
fn changed_byte_is_damage_wherever_it_is() {
    let (bytes, ends) = log();
    let begins = [&[MAGIC.len()], &ends[..]].concat();
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 0x10;
        let frame = begins.iter().rev().find(|begin| **begin <= place);
        let read = contents(&changed);
        assert!(
            is_damaged(&read, frame.copied().unwrap_or(0)),
            "{place}: {read:?}"
        );
    }
}

#[test]
fn frame_that_is_taken_out_or_moved_is_damage() {
    let (bytes, ends) = log();
    let without = [&bytes[..ends[0]], &bytes[ends[1]..]].concat();
    assert!(is_damaged(&contents(&without), ends[0]));
    let twice = [&bytes[..], &bytes[ends[1]..]].concat();
    assert!(is_damaged(&contents(&twice), ends[2]));
    for other in [&b""[..], b"farthing", b"{}"] {
        assert!(is_damaged(&contents(other), 0));
    }
}

#[test]
fn write_that_fails_is_taken_back_and_the_next_one_goes_on() {
    let mut log = faulty();
    log.append(b"one").unwrap();
    let before = log.medium.bytes.clone();
    for room in before.len()..before.len() + 10 {
        log.medium.room = Some(room);
        assert!(log.append(b"two").is_err());
        assert_eq!(log.medium.bytes, before);
    }
    log.medium.room = None;
    log.medium.sync_fails = true;
    assert!(log.append(b"two").is_err());
    assert_eq!(log.medium.bytes, before);
    log.medium.sync_fails = false;
    log.append(b"three").unwrap();
    let (found, _) = contents(&log.medium.bytes).unwrap();
    assert_eq!(found, [&b"one"[..], b"three"]);
}

#[test]
fn log_that_cannot_be_taken_back_is_added_to_no_more() {
    let mut log = faulty();
    log.append(b"one").unwrap();
    (log.medium.sync_fails, log.medium.cut_fails) = (true, true);
    assert!(log.append(b"two").is_err());
    (log.medium.sync_fails, log.medium.cut_fails) = (false, false);
    let length = log.medium.bytes.len();
    assert!(log.append(b"three").is_err());
    assert_eq!(log.medium.bytes.len(), length);
}

#[test]
fn log_that_is_written_anew_is_the_old_one_or_the_new_one() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("some.log");
    let one = || std::iter::once(b"one".to_vec());
    let mut log = Log::create(&path, one()).unwrap();
    log.append(b"two").unwrap();
    let read = || contents(&std::fs::read(&path).unwrap()).unwrap().0;
    // What a program that was killed left beside it is of no use to anybody.
    let beside = path.with_extension("new");
    std::fs::write(&beside, b"farthing rec").unwrap();
    assert_eq!(read(), [b"one", b"two"]);
    // Where it cannot be written, the log stays, and is added to.
    std::fs::remove_file(&beside).unwrap();
    std::fs::create_dir(&beside).unwrap();
    assert!(log.rewrite(one()).is_err());
    log.append(b"six").unwrap();
    assert_eq!(read(), [b"one", b"two", b"six"]);
    std::fs::remove_dir(&beside).unwrap();
    log.rewrite(one()).unwrap();
    log.append(b"ten").unwrap();
    assert_eq!(read(), [b"one", b"ten"]);
    assert!(!beside.exists());
}

#[test]
fn unfinished_write_is_cut_off_before_the_next_one() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("some.log");
    let mut log = Log::create(&path, std::iter::once(b"one".to_vec())).unwrap();
    log.append(b"two").unwrap();
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
    let whole = read(&path, |_| Some(())).unwrap().unwrap();
    Log::at(&path, whole).unwrap().append(b"six").unwrap();
    let (found, _) = contents(&std::fs::read(&path).unwrap()).unwrap();
    assert_eq!(found, [b"one", b"six"]);
}

proptest! {
    /// Whatever fails, and wherever it is cut then: what was added is there, and what was not is not.
    #[test]
    fn log_has_what_was_added(
        steps in proptest::collection::vec(
            (proptest::collection::vec(0u8..3, 0..700), 0u8..4, 0usize..800),
            1..12,
        ),
    ) {
        let mut log = faulty();
        let mut added = Vec::new();
        for (content, fault, room) in steps {
            log.medium.room = (fault == 1).then(|| log.medium.bytes.len() + room);
            log.medium.sync_fails = fault == 2;
            if log.append(&content).is_ok() {
                added.push(content);
            }
        }
        let (found, whole) = contents(&log.medium.bytes).unwrap();
        prop_assert_eq!((found, whole), (added, log.length()));
    }
}
