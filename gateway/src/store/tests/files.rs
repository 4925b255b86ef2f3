//! What is found after a start, whatever became of the files.

use super::*;

fn log_file(folder: &Path) -> std::path::PathBuf {
    folder.join("log-0000000000000000")
}

#[test]
fn what_was_written_is_there_after_opening_again() {
    let folder = tempfile::tempdir().unwrap();
    for n in 0..14 {
        let (log, entries) = open(folder.path()).unwrap();
        assert_eq!(entries, (0..n).map(entry).collect::<Vec<_>>());
        assert!(matches!(open(folder.path()), Err(Unusable::InUse(_))));
        append(&log, &[entry(n)]).unwrap();
    }
    let other = [[9; 32], [2; 32], [3; 32]];
    let foreign = Log::open(folder.path(), &other, &mut |_| ());
    assert!(matches!(foreign, Err(Unusable::Foreign(_))));
}

#[test]
fn what_is_appended_together_is_there_together() {
    let folder = tempfile::tempdir().unwrap();
    let (log, _) = open(folder.path()).unwrap();
    append(&log, &[entry(0), entry(1), entry(2)]).unwrap();
    drop(log);
    let whole = fs::read(log_file(folder.path())).unwrap();
    for len in HEADER..whole.len() {
        let copy = tempfile::tempdir().unwrap();
        fs::write(log_file(copy.path()), &whole[..len]).unwrap();
        assert_eq!(open(copy.path()).unwrap().1, [], "{len} bytes");
    }
}

/// A crash tears the last group, and nobody was told of that: the mark is behind it.
#[test]
fn torn_end_that_nobody_was_told_of_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let (log, _) = open(folder.path()).unwrap();
    (0..3).for_each(|n| append(&log, &[account(n)]).unwrap());
    drop(log);
    let whole = fs::read(log_file(folder.path())).unwrap();
    let group = (whole.len() - HEADER) / 3;
    for len in 0..whole.len() {
        let copy = tempfile::tempdir().unwrap();
        fs::write(log_file(copy.path()), &whole[..len]).unwrap();
        let (log, entries) = open(copy.path()).unwrap();
        let left = len.saturating_sub(HEADER) / group;
        assert_eq!(entries.len(), left, "{len} bytes");
        append(&log, &[account(9)]).unwrap();
        drop(log);
        let (_, entries) = open(copy.path()).unwrap();
        assert_eq!(entries.len(), left + 1, "{len} bytes");
    }
}

#[test]
fn group_that_was_told_of_and_has_rotted_is_damage_also_at_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let (log, _) = open(folder.path()).unwrap();
    (0..3).for_each(|n| append(&log, &[account(n)]).unwrap());
    drop(log);
    let path = log_file(folder.path());
    let whole = fs::read(&path).unwrap();
    let group = (whole.len() - HEADER) / 3;
    let damaged = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        match open(folder.path()) {
            Err(Unusable::Damaged { at, .. }) => at as usize,
            Err(other) => panic!("{other}"),
            Ok((_, entries)) => panic!("{} entries", entries.len()),
        }
    };
    for place in HEADER..whole.len() {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x10;
        assert_eq!(damaged(&bytes), place - (place - HEADER) % group);
        assert_eq!(fs::read(&path).unwrap(), bytes, "it was not touched");
    }
    for len in HEADER..whole.len() {
        damaged(&whole[..len]);
    }
    damaged(&whole[..HEADER - 1]);
    fs::remove_file(&path).unwrap();
    assert!(matches!(open(folder.path()), Err(Unusable::Missing(_))));
}

/// A payer who writes a group into a root knows everything about it but the salt.
#[test]
fn group_that_a_payer_wrote_into_a_root_is_not_taken_for_one() {
    let forged = |salt: &Salt| [&[0; 30][..], &group(salt, 1, &[])].concat();
    assert!(!is_group_behind(&SALT, &forged(&[5; 8])));
    assert!(is_group_behind(&SALT, &forged(&SALT)));
}

/// Returns what the books come to: accounts, charges under their identifiers, amounts set aside.
fn come_to(entries: &[Entry]) -> Vec<String> {
    let mut newest = std::collections::BTreeMap::new();
    let mut sums = (0, 0);
    for entry in entries {
        match entry {
            Entry::Account(record) => {
                newest.insert(format!("{:?} {}", record.payer, record.lane), *entry);
            }
            Entry::Charge { id, .. } => drop(newest.insert(format!("{id:?}"), *entry)),
            Entry::GivenBack(id) => drop(newest.remove(&format!("{id:?}"))),
            Entry::Hold { hold, .. } => drop(newest.insert(format!("hold {:?}", hold.id), *entry)),
            Entry::Settled { id, .. } => drop(newest.remove(&format!("hold {id:?}"))),
            Entry::Gone {
                channel,
                spent,
                claimed,
            } => {
                newest.remove(&format!("{:?} {}", channel.payer.0, channel.lane));
                sums = (sums.0 + spent, sums.1 + claimed);
            }
        }
    }
    let all = newest.values().map(|entry| format!("{entry:?}"));
    all.chain([format!("{sums:?}")]).collect()
}

#[test]
fn files_that_grow_are_made_into_one_that_comes_to_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let mut all = Vec::new();
    for round in 0..6u64 {
        let (log, entries) = open_with(folder.path(), 4_000).unwrap();
        assert_eq!(come_to(&entries), come_to(&all), "in round {round}");
        for n in 0..60 {
            // The same channels again and again.
            let entry = entry(n * 5 + round);
            append(&log, &[entry]).unwrap();
            all.push(entry);
        }
    }
    let (_, entries) = open_with(folder.path(), 4_000).unwrap();
    assert_eq!(come_to(&entries), come_to(&all));
    let names: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    let base = |name: &str| name.starts_with("base-") && !name.ends_with(".new");
    let names: Vec<_> = names
        .into_iter()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(
        names.iter().filter(|name| base(name)).count(),
        1,
        "{names:?}"
    );
    assert!(names.len() < 30, "{names:?}");
}

/// What a crash in the middle leaves: an unfinished base, a base beside the files that it is of, a file without a
/// whole header.
#[test]
fn crash_while_files_are_made_into_one_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (log, _) = open_with(folder.path(), 2_000).unwrap();
    let all: Vec<_> = (0..40).map(account).collect();
    all.iter()
        .for_each(|entry| append(&log, &[*entry]).unwrap());
    drop(log);
    let bases: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .starts_with("base-")
        })
        .collect();
    assert_eq!(bases.len(), 1);
    let half = &fs::read(&bases[0]).unwrap()[..500];
    fs::write(folder.path().join("base-0000000000000039.new"), half).unwrap();
    fs::write(folder.path().join("log-0000000000000000"), b"farthing").unwrap();
    let (log, entries) = open_with(folder.path(), 2_000).unwrap();
    assert_eq!(come_to(&entries), come_to(&all));
    append(&log, &[account(40)]).unwrap();
    drop(log);
    let (_, entries) = open_with(folder.path(), 2_000).unwrap();
    assert_eq!(entries.len(), 41);
    // A base that rots is damage, wherever it does. One that was still being made does not count.
    let base = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let name = path.file_name().unwrap().to_str().unwrap();
            name.starts_with("base-") && !name.ends_with(".new")
        })
        .max()
        .unwrap();
    let mut bytes = fs::read(&base).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&base, bytes).unwrap();
    assert!(matches!(
        open_with(folder.path(), 2_000),
        Err(Unusable::Damaged { .. })
    ));
}
