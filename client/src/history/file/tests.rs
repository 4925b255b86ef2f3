use super::*;
use std::fs;

fn name(first: u32) -> Name {
    Name {
        genesis: [1; 32],
        contracts: vec![[2; 32]],
        codes: vec![[3; 32]],
        first,
        names: Contract::all().map(|one| one.name().into()).collect(),
    }
}

fn block(number: u32) -> Block {
    Block {
        number,
        hash: [number as u8; 32],
    }
}

fn event(number: u32, data: &[u8]) -> Event {
    Event {
        block: block(number),
        time: u64::from(number) * 6_000,
        contract: Contract::Streams,
        emitted: Emitted {
            contract: Account([4; 32]),
            topics: vec![[5; 32]],
            data: data.to_vec(),
            index: 1,
        },
    }
}

fn all(kept: &Kept) -> Vec<Event> {
    let mut found = Vec::new();
    let shown = kept.replay(&mut |event| {
        found.push(event.clone());
        ControlFlow::Continue(())
    });
    assert!(shown.unwrap().is_continue());
    found
}

/// A file with events in blocks 2, 3 and 7, read up to block 4 and then 9.
fn filled(path: &Path) -> Vec<Event> {
    let events = [
        event(2, b"a"),
        event(2, b"b"),
        event(3, b""),
        event(7, b"c"),
    ];
    let mut kept = Kept::own(path, name(0));
    kept.add(&events[..3], block(4));
    kept.add(&events[3..], block(9));
    assert!(kept.unwritten().is_none());
    events.to_vec()
}

#[test]
fn what_was_written_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history");
    let events = filled(&path);
    let kept = Kept::of_others(&path, name(0)).unwrap();
    assert_eq!(kept.marks(), [block(4), block(9)]);
    assert_eq!(all(&kept), events);
}

#[test]
fn blocks_without_events_leave_nothing_but_a_number() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history");
    let mut kept = Kept::own(&path, name(0));
    kept.add(&[], block(256));
    let one = fs::metadata(&path).unwrap().len();
    kept.add(&[], block(1_000_000));
    assert!(fs::metadata(&path).unwrap().len() - one < 64);
    assert!(all(&kept).is_empty());
}

#[test]
fn file_that_ends_anywhere_is_good_up_to_the_last_mark_before_and_grows_from_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history");
    let events = filled(&path);
    let whole = fs::read(&path).unwrap();
    let first = Kept::own(&path, name(0)).marks[0].end as usize;
    for end in 0..whole.len() {
        fs::write(&path, &whole[..end]).unwrap();
        let mut kept = Kept::own(&path, name(0));
        let (good, last) = match end < first {
            true => (0, None),
            false => (3, Some(block(4))),
        };
        assert_eq!((all(&kept).len(), kept.last()), (good, last), "{end}");
        kept.add(&events[good..], block(9));
        drop(kept);
        assert_eq!(all(&Kept::own(&path, name(0))), events, "{end}");
    }
}

#[test]
fn damage_anywhere_costs_what_comes_after_it_and_nothing_false_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history");
    let events = filled(&path);
    let whole = fs::read(&path).unwrap();
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x10;
        fs::write(&path, damaged).unwrap();
        let kept = Kept::own(&path, name(0));
        let found = all(&kept);
        assert_eq!(found, events[..found.len()], "{at}");
        assert!(found.len() < 4, "{at}");
    }
}

#[test]
fn what_the_chain_does_not_confirm_is_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history");
    let events = filled(&path);
    let mut kept = Kept::own(&path, name(0));
    kept.cut(1);
    assert_eq!(all(&kept), events[..3]);
    let other = event(8, b"another");
    kept.add(&[other.clone()], block(10));
    drop(kept);
    let kept = Kept::own(&path, name(0));
    assert_eq!(all(&kept)[3..], [other]);
    assert_eq!(kept.marks(), [block(4), block(10)]);

    let mut kept = kept;
    kept.cut(0);
    assert_eq!((all(&kept).len(), kept.last()), (0, None));
    kept.add(&events[..2], block(2));
    assert_eq!(all(&kept), events[..2]);
}

#[test]
fn file_of_another_deployment_or_of_no_history_is_refused_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history");
    filled(&path);
    let mut other = name(0);
    other.genesis = [9; 32];
    assert!(matches!(
        Kept::of_others(&path, other),
        Err(Error::File { .. })
    ));
    // A later beginning is covered by what is there; an earlier one is not.
    assert!(Kept::of_others(&path, name(5)).is_ok());
    let late = folder.path().join("late");
    Kept::own(&late, name(5)).add(&[], block(6));
    assert!(Kept::of_others(&late, name(0)).is_err());

    let text = folder.path().join("notes.txt");
    fs::write(&text, "something dear").unwrap();
    assert!(Kept::of_others(&text, name(0)).is_err());
    assert_eq!(fs::read(&text).unwrap(), b"something dear");
}

#[test]
fn who_cannot_write_reads_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history");
    let events = filled(&path);
    let writer = Kept::own(&path, name(0));
    // Another process has the file.
    let mut reader = Kept::of_others(&path, name(0)).unwrap();
    let more = event(12, b"d");
    reader.add(&[more.clone()], block(12));
    assert_eq!(all(&reader)[4..], [more]);
    assert_eq!(all(&writer), events);

    let nowhere = folder.path().join("notes.txt");
    fs::write(&nowhere, "").unwrap();
    let mut kept = Kept::own(&nowhere.join("history"), name(0));
    kept.add(&events, block(9));
    assert_eq!(all(&kept), events);
    assert!(kept.unwritten().is_some());
}
