//! Making the files of a log into one that has what they came to.
//!
//! The files are read from disk, twice, and nothing of what the gateway has in memory is looked at, so that payments
//! go on. The first time, it is remembered where each channel's newest account stands; the second time, those are
//! copied. The new file gets its name when all of it is on disk, and those before it go.

use super::{
    files::{disk, Folder},
    record::Entry,
    segment, Unusable,
};
use crate::{
    accounting::Hold,
    once::Key,
    protocol::Named,
    till::{ChargeId, Recent, MAX_REMEMBERED},
};
use std::{
    collections::HashMap,
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::Path,
};

/// How many bytes go into a group.
const GROUP: usize = 256 * 1024;

/// Makes a base of all groups before number `until`, which is where a file begins.
pub(super) fn compact(folder: &Folder, until: u64) -> Result<(), Unusable> {
    let mut newest = Newest::default();
    read(folder, until, &mut |entry| newest.see(entry))?;
    let path = folder.base(until).with_extension("new");
    write(folder, until, &path, newest)?;
    let named = fs::rename(&path, folder.base(until)).and_then(|()| folder.sync());
    named.map_err(|source| disk(&path, source))?;
    folder.tidy(until).map_err(|source| disk(&path, source))
}

/// Shows all entries before group `until`.
fn read(folder: &Folder, until: u64, see: &mut dyn FnMut(Entry)) -> Result<(), Unusable> {
    let failed = |source| disk(&folder.base(until), source);
    let bases = folder.numbers("base-").map_err(failed)?;
    let mut next = 0;
    if let Some(base) = bases.last() {
        folder.show(&folder.base(*base), 0, see)?;
        next = *base;
    }
    while next < until {
        let path = folder.log(next);
        let end = folder.show(&path, next, see)?;
        if end == next {
            return Err(Unusable::Missing(path));
        }
        next = end;
    }
    Ok(())
}

/// What counts of what was read.
struct Newest {
    /// How many entries were read.
    place: u64,
    accounts: HashMap<(farthing_client::Account, u32), u64>,
    charges: Recent<ChargeId, Entry>,
    /// The charge that an identifier was last charged by.
    keys: HashMap<Key, ChargeId>,
    holds: HashMap<[u8; 32], (Named, Hold)>,
    /// What channels that are no more had served for, and had claimed.
    gone: Option<(Named, u128, u128)>,
}

impl Default for Newest {
    fn default() -> Self {
        Self {
            place: 0,
            accounts: HashMap::new(),
            charges: Recent::new(MAX_REMEMBERED),
            keys: HashMap::new(),
            holds: HashMap::new(),
            gone: None,
        }
    }
}

impl Newest {
    fn see(&mut self, entry: Entry) {
        let place = self.place;
        self.place = place.saturating_add(1);
        match entry {
            Entry::Account(record) => {
                let lane = (farthing_client::Account(record.payer), record.lane);
                self.accounts.insert(lane, place);
            }
            Entry::Charge { id, once, .. } => {
                if let Some((key, _)) = once {
                    self.keys.insert(key, id);
                }
                if let Some(Entry::Charge {
                    id,
                    once: Some((key, _)),
                    ..
                }) = self.charges.put(id, entry)
                {
                    if self.keys.get(&key) == Some(&id) {
                        self.keys.remove(&key);
                    }
                }
            }
            Entry::GivenBack(id) => drop(self.charges.remove(&id)),
            Entry::Hold { channel, hold } => drop(self.holds.insert(hold.id, (channel, hold))),
            Entry::Settled { id, .. } => drop(self.holds.remove(&id)),
            Entry::Gone {
                channel,
                spent,
                claimed,
            } => {
                self.accounts.remove(&(channel.payer, channel.lane));
                let (_, all_spent, all_claimed) = self.gone.unwrap_or((channel, 0, 0));
                let sums = (
                    all_spent.saturating_add(spent),
                    all_claimed.saturating_add(claimed),
                );
                self.gone = Some((channel, sums.0, sums.1));
            }
        }
    }

    /// Returns all but the accounts, as it is written.
    fn others(&self) -> impl Iterator<Item = Entry> + '_ {
        let is_newest = |entry: &&Entry| match entry {
            Entry::Charge {
                id,
                once: Some((key, _)),
                ..
            } => self.keys.get(key) == Some(id),
            _ => true,
        };
        let charges = self.charges.iter().map(|(_, entry)| entry);
        let now = crate::till::now();
        let holds = self
            .holds
            .values()
            .filter(move |(_, hold)| hold.until >= now);
        let holds = holds.map(|(channel, hold)| Entry::Hold {
            channel: *channel,
            hold: *hold,
        });
        charges.filter(is_newest).copied().chain(holds)
    }

    fn gone(&self) -> Option<Entry> {
        let (channel, spent, claimed) = self.gone?;
        Some(Entry::Gone {
            channel,
            spent,
            claimed,
        })
    }
}

/// Writes a base.
fn write(folder: &Folder, until: u64, path: &Path, newest: Newest) -> Result<(), Unusable> {
    let failed = |source| disk(path, source);
    let (header, salt) = segment::header(folder.owner()).map_err(failed)?;
    let file = File::create(path).map_err(failed)?;
    let mut groups = Groups {
        file: BufWriter::with_capacity(1 << 20, file),
        salt,
        number: 0,
        body: Vec::new(),
    };
    groups.file.write_all(&header).map_err(failed)?;
    let (mut place, mut written) = (0u64, Ok(()));
    // First, as its channel may have been opened anew since.
    if let Some(gone) = newest.gone() {
        written = groups.add(&gone);
    }
    read(folder, until, &mut |entry| {
        if let Entry::Account(record) = &entry {
            let lane = (farthing_client::Account(record.payer), record.lane);
            if newest.accounts.get(&lane) == Some(&place) && written.is_ok() {
                written = groups.add(&entry);
            }
        }
        place = place.saturating_add(1);
    })?;
    written.map_err(failed)?;
    for entry in newest.others() {
        groups.add(&entry).map_err(failed)?;
    }
    groups.end().map_err(failed)
}

/// Groups that are not waited for.
struct Groups {
    file: BufWriter<File>,
    salt: segment::Salt,
    number: u64,
    body: Vec<u8>,
}

impl Groups {
    fn add(&mut self, entry: &Entry) -> io::Result<()> {
        entry.write(&mut self.body);
        match self.body.len() >= GROUP {
            true => self.flush(),
            false => Ok(()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        let group = segment::group(&self.salt, self.number, &self.body);
        self.file.write_all(&group)?;
        self.number = self.number.saturating_add(1);
        self.body.clear();
        Ok(())
    }

    fn end(mut self) -> io::Result<()> {
        self.flush()?;
        self.file.flush()?;
        self.file.get_ref().sync_all()
    }
}
