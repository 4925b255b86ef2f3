//! A process that is killed, again and again; what it told is reckoned from outside.

use super::*;
use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

/// The process that the next test kills: says each number when it is on disk.
#[test]
#[ignore = "run by killed_process_forgets_nothing_that_it_told"]
fn writer_to_be_killed() {
    let path = std::env::var_os("FARTHING_TEST_LOG").expect("the other test starts this one");
    // Files so small that they are made into one all the time.
    let (log, entries) = open_with(path.as_ref(), 3_000).unwrap();
    let next = entries
        .iter()
        .filter_map(|entry| match entry {
            Entry::Account(record) => Some(record.kept.epoch + 1),
            _ => None,
        })
        .max();
    for n in next.unwrap_or(0).. {
        append(&log, &[account(n)]).unwrap();
        crate::testing::tell(&format!("told {n}"));
    }
}

#[test]
fn killed_process_forgets_nothing_that_it_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let mut expected = 0;
    for round in 0..25 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "store::tests::killed::writer_to_be_killed",
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
        let (_, entries) = open_with(&path, 3_000).unwrap();
        let there = entries.len() as u64;
        let numbers: std::collections::BTreeSet<_> = entries
            .iter()
            .map(|entry| match entry {
                Entry::Account(record) => record.kept.epoch,
                other => panic!("{other:?}"),
            })
            .collect();
        assert!(numbers.into_iter().eq(0..there), "in round {round}");
        assert!(
            there >= expected && there <= expected + 1,
            "{there} of {expected}"
        );
        expected = there;
    }
    assert!(expected >= 125);
}
