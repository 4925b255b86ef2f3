//! The file of a history: its name, and then records, each after its length and checksum.
//!
//! Records are only ever added to it. A record that is cut short or damaged is cut off, with everything after
//! it. The records before it still tell the beginning.

use super::Event;
use crate::{files::Lock, Account, Block, Client, Emitted, Error};
use farthing_contracts::Contract;
use farthing_types::{commitment::blake2_256, Hash, Millis};
use scale::{Decode, Encode};
use std::{
    fs::{File, OpenOptions},
    io::{BufReader, ErrorKind, Read, Seek, SeekFrom, Write},
    ops::ControlFlow,
    path::{Path, PathBuf},
};

/// What the file begins with; another number for another layout.
const MAGIC: &[u8; 19] = b"farthing history 1\n";
const CHECK: usize = 16;
/// More than any block's events take.
const MAX_RECORD: u32 = 256 << 20;

/// What identifies a history.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Name {
    genesis: Hash,
    /// The addresses of the contracts that exist once.
    contracts: Vec<[u8; 32]>,
    /// The code hashes of the contracts that can exist many times.
    codes: Vec<Hash>,
    first: u32,
    /// The contracts' names, in the order of the numbers that stand for them in events.
    names: Vec<String>,
}

impl Name {
    pub fn of(client: &Client, first: u32) -> Result<Self, Error> {
        let deployment = &client.deployment;
        let contracts = Contract::SINGLE.into_iter();
        let codes = Contract::MANY.into_iter();
        Ok(Self {
            genesis: client.chain.genesis(),
            contracts: contracts
                .map(|one| Ok(deployment.address(one)?.0))
                .collect::<Result<_, Error>>()?,
            codes: codes
                .map(|one| deployment.code_hash(one))
                .collect::<Result<_, Error>>()?,
            first,
            names: Contract::all().map(|one| one.name().into()).collect(),
        })
    }

    /// Returns the name of the history's file, wherever the history begins.
    pub fn file(&self) -> String {
        let whose = Self {
            first: 0,
            ..self.clone()
        };
        let hash = blake2_256(&whose.encode());
        format!("history-{}", hex::encode(&hash[..16]))
    }

    /// Returns whether a file with this name tells at least as much.
    fn covers(&self, other: &Self) -> bool {
        let at = Self {
            first: other.first,
            ..self.clone()
        };
        at == *other && self.first <= other.first
    }
}

/// What is written down.
#[derive(Encode, Decode)]
enum Record {
    /// The events of a block that has any.
    Told(u32, Hash, Millis, Vec<Line>),
    /// A mark: all blocks up to this one are read.
    Read(u32, Hash),
}

/// An event: the contract's number and address, topics, data, and the transaction's place.
#[derive(Encode, Decode)]
struct Line(u8, [u8; 32], Vec<Hash>, Vec<u8>, u32);

/// Up to where a history is read, and where in the file that is said.
#[derive(Clone, Copy)]
struct Mark {
    block: Block,
    end: u64,
}

/// A history as it is kept: in a file, and in memory for what could not be written there.
pub struct Kept {
    name: Name,
    path: Option<PathBuf>,
    /// The lock, if this process writes the file.
    lock: Option<Lock>,
    marks: Vec<Mark>,
    /// How many bytes of the file are good.
    end: u64,
    /// The records that follow in memory.
    rest: Vec<u8>,
    unwritten: Option<Error>,
}

impl Kept {
    pub fn in_memory(name: Name) -> Self {
        Self {
            name,
            path: None,
            lock: None,
            marks: Vec::new(),
            end: 0,
            rest: Vec::new(),
            unwritten: None,
        }
    }

    /// Opens a file that only this library writes. If anything is wrong with the file, it is made again.
    pub fn own(path: &Path, name: Name) -> Self {
        let mut kept = Self::in_memory(name);
        kept.take(path);
        if kept.scan(path).is_err() {
            kept.marks.clear();
            kept.end = 0;
        }
        kept
    }

    /// Opens a file that the caller named.
    pub fn of_others(path: &Path, name: Name) -> Result<Self, Error> {
        // Nothing is put beside a file that is something else.
        Self::in_memory(name.clone()).scan(path)?;
        let mut kept = Self::in_memory(name);
        kept.take(path);
        kept.scan(path)?;
        Ok(kept)
    }

    /// Gets ready to write, unless somebody else does at this moment, or it cannot be done.
    fn take(&mut self, path: &Path) {
        self.path = Some(path.into());
        match Lock::take(&lock_of(path)) {
            Ok(lock) => self.lock = lock,
            Err(error) => self.unwritten = Some(error),
        }
    }

    /// Reads how far a file is good.
    fn scan(&mut self, path: &Path) -> Result<(), Error> {
        let mut file = match File::open(path) {
            Ok(file) => BufReader::new(file),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(Error::file(path, error)),
        };
        let mut magic = Vec::new();
        let read = file
            .by_ref()
            .take(MAGIC.len() as u64)
            .read_to_end(&mut magic);
        read.map_err(|error| Error::file(path, error))?;
        if magic != MAGIC {
            // What was never written to its end is as good as nothing.
            return match MAGIC.starts_with(&magic) {
                true => Ok(()),
                false => Err(Error::file(path, "it is no history")),
            };
        }
        let mut end = MAGIC.len() as u64;
        let Some((name, length)) = next::<Name>(&mut file) else {
            return Err(Error::file(path, "it does not say whose history it is"));
        };
        if !name.covers(&self.name) {
            let reason = "it is the history of another deployment";
            return Err(Error::file(path, reason));
        }
        end += length;
        self.end = end;
        while let Some((record, length)) = next::<Record>(&mut file) {
            end += length;
            if let Record::Read(number, hash) = record {
                let block = Block { number, hash };
                self.marks.push(Mark { block, end });
                self.end = end;
            }
        }
        Ok(())
    }

    /// Returns the number of the block that it begins with.
    pub fn first(&self) -> u32 {
        self.name.first
    }

    pub fn last(&self) -> Option<Block> {
        self.marks.last().map(|mark| mark.block)
    }

    pub fn unwritten(&self) -> Option<&Error> {
        self.unwritten.as_ref()
    }

    pub fn take_unwritten(&mut self) -> Option<Error> {
        self.unwritten.take()
    }

    /// Returns the blocks up to which the history was read, one for each time.
    pub fn marks(&self) -> Vec<Block> {
        self.marks.iter().map(|mark| mark.block).collect()
    }

    /// Drops all marks but the first so many.
    pub fn cut(&mut self, marks: usize) {
        if marks < self.marks.len() {
            self.marks.truncate(marks);
            // With nothing left to believe, the file begins anew, name and all.
            self.end = self.marks.last().map_or(0, |mark| mark.end);
        }
    }

    /// Adds the events of the blocks up to `last`.
    pub fn add(&mut self, events: &[Event], last: Block) {
        let mut bytes = Vec::new();
        for of_block in events.chunk_by(|one, next| one.block == next.block) {
            framed(&record(&of_block[0], of_block), &mut bytes);
        }
        framed(&Record::Read(last.number, last.hash), &mut bytes);
        if let Err(error) = self.write(&bytes) {
            self.unwritten = self.unwritten.take().or(error);
            self.rest.extend_from_slice(&bytes);
        }
        let end = self.end;
        self.marks.push(Mark { block: last, end });
    }

    /// Adds bytes to the file. Where that cannot be done, nothing is there.
    fn write(&mut self, bytes: &[u8]) -> Result<(), Option<Error>> {
        let (Some(path), Some(_), true) = (&self.path, &self.lock, self.rest.is_empty()) else {
            return Err(None);
        };
        let failed = |error| Some(Error::file(path, error));
        let mut options = OpenOptions::new();
        let mut file = options
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)
            .map_err(failed)?;
        let mut all = Vec::new();
        if self.end == 0 {
            all.extend_from_slice(MAGIC);
            framed(&self.name, &mut all);
        }
        all.extend_from_slice(bytes);
        // What was not good goes first, so that nothing old ever follows what is new.
        file.set_len(self.end).map_err(failed)?;
        file.seek(SeekFrom::Start(self.end)).map_err(failed)?;
        file.write_all(&all).map_err(failed)?;
        self.end += all.len() as u64;
        Ok(())
    }

    /// Passes all events to `see`, until it breaks off.
    pub fn replay(
        &self,
        see: &mut dyn FnMut(&Event) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, Error> {
        if let (Some(path), true) = (&self.path, self.end > 0) {
            let failed = |error: std::io::Error| Error::file(path, error);
            let mut file = File::open(path).map_err(failed)?;
            file.seek(SeekFrom::Start(MAGIC.len() as u64))
                .map_err(failed)?;
            let length = self.end - MAGIC.len() as u64;
            let mut file = BufReader::new(file.take(length));
            let changed = || Error::file(path, "it was changed while it was read");
            let (_, mut read) = next::<Name>(&mut file).ok_or_else(changed)?;
            while read < length {
                let (record, size) = next(&mut file).ok_or_else(changed)?;
                read += size;
                if show(record, see).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
        let mut rest = &self.rest[..];
        while let Some((record, _)) = next(&mut rest) {
            if show(record, see).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}

fn lock_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}

fn framed(content: &impl Encode, to: &mut Vec<u8>) {
    let content = content.encode();
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX);
    to.extend_from_slice(&length.to_le_bytes());
    to.extend_from_slice(&blake2_256(&content)[..CHECK]);
    to.extend_from_slice(&content);
}

/// Reads the next record, and how many bytes it took; `None` at the end, and where it is damaged.
fn next<T: Decode>(from: &mut impl Read) -> Option<(T, u64)> {
    let (mut length, mut check) = ([0; 4], [0; CHECK]);
    from.read_exact(&mut length).ok()?;
    from.read_exact(&mut check).ok()?;
    let length = u32::from_le_bytes(length);
    let mut content = Vec::new();
    // A length that is damaged must not take memory that nothing fills.
    let read = from
        .take(length.min(MAX_RECORD).into())
        .read_to_end(&mut content);
    let good = read.ok()? == length as usize && blake2_256(&content)[..CHECK] == check;
    let bytes = &mut &content[..];
    let record = good.then(|| T::decode(bytes).ok()).flatten()?;
    let whole = (4 + CHECK) as u64 + u64::from(length);
    bytes.is_empty().then_some((record, whole))
}

/// Returns the record of the events of one block, of which this is the first.
fn record(first: &Event, events: &[Event]) -> Record {
    let lines = events.iter().map(|event| {
        let number = Contract::all().position(|one| one == event.contract);
        let number = number.and_then(|number| u8::try_from(number).ok());
        let emitted = &event.emitted;
        Line(
            number.unwrap_or(u8::MAX),
            emitted.contract.0,
            emitted.topics.clone(),
            emitted.data.clone(),
            emitted.index,
        )
    });
    let block = first.block;
    Record::Told(block.number, block.hash, first.time, lines.collect())
}

fn show(record: Record, see: &mut dyn FnMut(&Event) -> ControlFlow<()>) -> ControlFlow<()> {
    let Record::Told(number, hash, time, lines) = record else {
        return ControlFlow::Continue(());
    };
    let mut events = lines.into_iter().filter_map(|line| {
        let Line(contract, address, topics, data, index) = line;
        Some(Event {
            block: Block { number, hash },
            time,
            contract: Contract::all().nth(contract.into())?,
            emitted: Emitted {
                contract: Account(address),
                topics,
                data,
                index,
            },
        })
    });
    events.try_for_each(|event| see(&event))
}

#[cfg(test)]
mod tests;
