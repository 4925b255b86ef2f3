use super::{log::*, record::*, segment::*, *};
use crate::{
    accounting::{Hold, Kept},
    once::{Binding, Key},
    protocol::Named,
    till::ChargeId,
};
use farthing_client::Account;
use farthing_types::voucher::Signature;
use proptest::prelude::*;
use std::{
    fs, io,
    path::Path,
    sync::{mpsc, Arc, Mutex},
};

mod disks;
mod files;
mod killed;

const OWNER: Owner = [[1; 32], [2; 32], [3; 32]];
const SALT: Salt = [4; 8];
/// Bytes of an account.
const LEN: usize = 174;

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
    let mut payer = [0; 32];
    payer[..8].copy_from_slice(&n.to_le_bytes());
    Record {
        payer,
        lane: n as u32,
        kept,
    }
}

fn account(n: u64) -> Entry {
    Entry::Account(record(n))
}

fn named(n: u64) -> Named {
    Named {
        payer: Account(record(n).payer),
        lane: n as u32,
        epoch: n,
    }
}

/// An entry of each kind.
fn entry(n: u64) -> Entry {
    let (channel, bytes, amount) = (named(n), [n as u8; 32], u128::from(n));
    let id = ChargeId(bytes);
    match n % 7 {
        0 => account(n),
        1 => Entry::Charge {
            channel,
            id,
            amount,
            once: None,
        },
        2 => Entry::Charge {
            channel,
            id,
            amount,
            once: Some((Key(bytes), Binding([n as u8 ^ 1; 32]))),
        },
        3 => Entry::GivenBack(id),
        4 => Entry::Hold {
            channel,
            hold: Hold {
                id: bytes,
                amount,
                // Far from now: what is over is left out when files are made into one.
                until: u64::MAX - n,
            },
        },
        5 => Entry::Settled { channel, id: bytes },
        _ => Entry::Gone {
            channel,
            spent: amount,
            claimed: amount * 2,
        },
    }
}

/// Opens the log in a folder, and returns what is in it.
fn open(folder: &Path) -> Result<(Log, Vec<Entry>), Unusable> {
    open_with(folder, u64::MAX)
}

fn open_with(folder: &Path, max_file: u64) -> Result<(Log, Vec<Entry>), Unusable> {
    let mut entries = Vec::new();
    let log = Log::open_with(folder, &OWNER, max_file, &mut |entry| entries.push(entry))?;
    Ok((log, entries))
}

/// Appends entries and waits for the disk.
fn append(log: &Log, entries: &[Entry]) -> Result<(), Failed> {
    let (done, result) = mpsc::channel();
    log.append(
        entries,
        Box::new(move |written| done.send(written).unwrap()),
    )?;
    result.recv().unwrap()
}

proptest! {
    #[test]
    fn entries_are_read_as_written(numbers in proptest::collection::vec(any::<u32>(), 0..40)) {
        let entries: Vec<_> = numbers.into_iter().map(|n| entry(n.into())).collect();
        let mut bytes = Vec::new();
        entries.iter().for_each(|entry| entry.write(&mut bytes));
        prop_assert_eq!(Entry::read_all(&bytes), Some(entries));
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = Entry::read_all(&bytes);
        let _ = first(&SALT, &bytes);
        let whole = group(&SALT, 7, &bytes);
        prop_assert_eq!(first(&SALT, &whole).is_some(), Entry::read_all(&bytes).is_some());
    }
}
