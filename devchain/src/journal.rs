//! The chain in a file. What happens is appended. Each record has a head: its length, its checksum, and a
//! checksum of these two. So a record that was being written when the program was killed, of which only the
//! beginning is there, is told from damage: the one is cut off, the other is refused.

use crate::{blocks::Block, making::Delta};
use anyhow::{bail, ensure, Context, Result};
use fs4::fs_std::FileExt;
use scale::{Decode, DecodeAll, Encode};
use sp_core::H256;
use std::{
    fs::{File, OpenOptions},
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

/// What a file begins with; the number is the format's.
const MAGIC: &[u8] = b"farthing chain 2\n";
/// How long a record's head is.
const HEAD: usize = 12;

/// Something that happened.
#[derive(Encode, Decode)]
pub enum Record {
    /// A block was made, which changed this.
    Block(Arc<Block>, Delta),
    /// A block became the best.
    Best(H256),
    /// The best chain up to this number became final.
    Final(u32),
    /// The clock is so many milliseconds ahead of the machine's.
    Ahead(u64),
    /// The chain went back to this block, with the block of this number as the last final one.
    Reset(H256, u32),
}

/// A file that a chain is kept in. Only one program has it at a time.
pub struct Journal {
    file: File,
    path: PathBuf,
}

impl Journal {
    /// Opens a file, or makes a new one.
    pub fn open(path: &Path) -> Result<Self> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .with_context(|| format!("cannot open {}", path.display()))?;
        ensure!(
            file.try_lock_exclusive().is_ok_and(|locked| locked),
            "{} is another chain's that is running: end that one, or name another file",
            path.display()
        );
        Ok(Self {
            file,
            path: path.to_owned(),
        })
    }

    /// Returns what is in the file, for a chain with this hash of block 0, and cuts off what was not
    /// written to its end. A new file becomes this chain's.
    pub fn take_records(&mut self, genesis: H256) -> Result<Vec<Record>> {
        let mut bytes = Vec::new();
        self.file
            .read_to_end(&mut bytes)
            .context("cannot read the chain's file")?;
        let start = [MAGIC, genesis.as_bytes()].concat();
        if bytes.len() < start.len() && start.starts_with(&bytes) {
            self.begin_at(0)?;
            self.file
                .write_all(&start)
                .context("cannot write the chain's file")?;
            return Ok(Vec::new());
        }
        ensure!(
            bytes.starts_with(MAGIC),
            "{} is no file that a chain is kept in",
            self.path.display()
        );
        ensure!(
            bytes.starts_with(&start),
            "{} keeps a chain that began otherwise: with another profile or other accounts, or of another \
             version. Begin as it did, or name another file",
            self.path.display()
        );
        let (records, whole) = read(&bytes, start.len())?;
        self.begin_at(whole)?;
        Ok(records)
    }

    /// Writes down what happened, before anybody is told. Ends the program if it cannot: a chain that goes
    /// on would not be the one in the file.
    pub fn append(&mut self, record: &Record) {
        let record = record.encode();
        let length = u32::try_from(record.len()).expect("a block is far below 4 GiB");
        let mut bytes = length.to_le_bytes().to_vec();
        bytes.extend(crc32fast::hash(&record).to_le_bytes());
        bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
        bytes.extend(record);
        if let Err(why) = self.file.write_all(&bytes) {
            eprintln!(
                "The chain ends, as {} cannot be written: {why}.",
                self.path.display()
            );
            std::process::exit(1);
        }
    }

    fn begin_at(&mut self, end: usize) -> Result<()> {
        self.file
            .set_len(end as u64)
            .context("cannot cut the chain's file")?;
        self.file
            .seek(SeekFrom::Start(end as u64))
            .context("cannot go to the end of the chain's file")?;
        Ok(())
    }
}

/// The records from `at` on, and where the last whole one ends.
fn read(bytes: &[u8], mut at: usize) -> Result<(Vec<Record>, usize)> {
    let mut records = Vec::new();
    while let Some(head) = bytes.get(at..at.saturating_add(HEAD)) {
        let [length, sum, of_both] = [0, 4, 8].map(|from| number(head, from));
        let damaged = || {
            format!(
                "the chain's file is damaged at byte {at}. What is before is whole: a copy that is cut off \
                 there goes on from it"
            )
        };
        ensure!(crc32fast::hash(&head[..8]) == of_both, damaged());
        let begin = at + HEAD;
        let Some(record) = bytes.get(begin..begin.saturating_add(length as usize)) else {
            break;
        };
        ensure!(crc32fast::hash(record) == sum, damaged());
        match Record::decode_all(&mut &record[..]) {
            Ok(record) => records.push(record),
            Err(why) => bail!("the chain's file has something else at byte {at}: {why}"),
        }
        at = begin + record.len();
    }
    if at < bytes.len() {
        let left = bytes.len() - at;
        eprintln!("The last {left} bytes of the chain's file are of a record that was not written to its end: dropped.");
    }
    Ok((records, at))
}

fn number(head: &[u8], from: usize) -> u32 {
    let bytes = head[from..from + 4]
        .try_into()
        .expect("four bytes are four bytes");
    u32::from_le_bytes(bytes)
}
