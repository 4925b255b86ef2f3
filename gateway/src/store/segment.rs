//! One file of a log: a header, and groups of entries.
//!
//! A group is [`MARK`], its number (8 bytes), how many bytes its entries have (4), a CRC-32 of the file's salt, the
//! number, the length and the entries (4), and the entries. The header is [`MAGIC`], whose it is, so that another's is
//! not taken, and a random salt of 8 bytes. Payers choose some bytes of what is written, such as roots. Without the
//! salt they could write what looks like a group, and a torn end would be taken for damage.
//!
//! The next group is not begun before the last one is on disk. So a bad group at the end is one that nobody was told
//! of, and a bad group with a good one behind it is damage.

use super::{record::Entry, Owner};
use std::io::{self, Read};

/// What a file begins with.
pub const MAGIC: &[u8; 16] = b"farthing/gwlog/2";
/// What a group begins with.
pub const MARK: &[u8; 4] = b"FGrp";
/// How many bytes a header has.
pub const HEADER: usize = 16 + 96 + 8;
/// Bytes before a group's entries.
pub(super) const HEAD: usize = 20;
/// The most bytes of a group's entries.
pub(super) const MAX_BODY: usize = 16 * 1024 * 1024;

/// What no payer knows of a file.
pub type Salt = [u8; 8];

/// Writes a header with a new salt.
pub(super) fn header(owner: &Owner) -> io::Result<(Vec<u8>, Salt)> {
    let mut salt = Salt::default();
    getrandom::fill(&mut salt).map_err(io::Error::other)?;
    let bytes = [MAGIC.as_slice(), &owner.concat(), &salt].concat();
    Ok((bytes, salt))
}

/// What a header says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Header {
    Ours(Salt),
    /// It breaks off, and was ours as far as it goes.
    Torn,
    Foreign,
}

/// Reads the header of a file, and whether it is of this owner.
pub(super) fn read_header(from: &mut impl Read, owner: &Owner) -> io::Result<Header> {
    let mut bytes = Vec::new();
    from.take(HEADER as u64).read_to_end(&mut bytes)?;
    let expected = [MAGIC.as_slice(), &owner.concat()].concat();
    let common = bytes.len().min(expected.len());
    if bytes[..common] != expected[..common] {
        return Ok(Header::Foreign);
    }
    let salt = bytes
        .get(expected.len()..)
        .and_then(|rest| rest.try_into().ok());
    Ok(salt.map_or(Header::Torn, Header::Ours))
}

/// Returns a group's bytes: its mark, number, length and checksum, and then its body.
pub(super) fn group(salt: &Salt, number: u64, body: &[u8]) -> Vec<u8> {
    let len = u32::try_from(body.len()).expect("groups are small");
    let (number, len) = (number.to_le_bytes(), len.to_le_bytes());
    let crc = crc(salt, &number, &len, body).to_le_bytes();
    [MARK.as_slice(), &number, &len, &crc, body].concat()
}

fn crc(salt: &Salt, number: &[u8], len: &[u8], body: &[u8]) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    [salt, number, len, body]
        .iter()
        .for_each(|part| crc.update(part));
    crc.finalize()
}

/// What is found where a group should begin.
pub(super) enum Found {
    Group(Group),
    End,
    /// No good group: it is torn, or damaged.
    Bad,
}

/// A group that is whole.
pub(super) struct Group {
    pub number: u64,
    pub entries: Vec<Entry>,
    /// Bytes of all of it.
    pub len: u64,
}

/// Reads the next group.
pub(super) fn next(salt: &Salt, from: &mut impl Read) -> io::Result<Found> {
    let mut head = Vec::with_capacity(HEAD);
    from.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
    if head.is_empty() {
        return Ok(Found::End);
    }
    let Some(len) = body_len(&head) else {
        return Ok(Found::Bad);
    };
    let mut bytes = head;
    bytes.reserve(len);
    from.by_ref().take(len as u64).read_to_end(&mut bytes)?;
    Ok(first(salt, &bytes).map_or(Found::Bad, Found::Group))
}

/// Returns how many bytes the entries of a group with this head have.
fn body_len(head: &[u8]) -> Option<usize> {
    let rest = head.strip_prefix(MARK.as_slice())?;
    let len = rest.get(8..12).filter(|_| rest.len() >= 16)?;
    let len = u32::from_le_bytes(len.try_into().ok()?);
    usize::try_from(len).ok().filter(|len| *len <= MAX_BODY)
}

/// Reads the group at the start of these bytes.
pub(super) fn first(salt: &Salt, bytes: &[u8]) -> Option<Group> {
    let len = body_len(bytes)?;
    let body = bytes.get(HEAD..HEAD.checked_add(len)?)?;
    let (number, length, sum) = (&bytes[4..12], &bytes[12..16], &bytes[16..20]);
    if crc(salt, number, length, body).to_le_bytes() != *sum {
        return None;
    }
    Some(Group {
        number: u64::from_le_bytes(number.try_into().ok()?),
        entries: Entry::read_all(body)?,
        len: (HEAD + len) as u64,
    })
}

/// Returns whether a good group begins anywhere in these bytes but at their start.
pub(super) fn is_group_behind(salt: &Salt, bytes: &[u8]) -> bool {
    (1..bytes.len()).any(|at| first(salt, &bytes[at..]).is_some())
}
