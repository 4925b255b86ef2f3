//! A log's records, byte by byte; numbers are little-endian.
//!
//! | offset | bytes | field |
//! |---:|---:|---|
//! | 0 | 32 | payer's account |
//! | 32 | 4 | lane |
//! | 36 | 8 | epoch |
//! | 44 | 16 | highest cumulative amount |
//! | 60 | 16 | what was served for |
//! | 76 | 32 | root |
//! | 108 | 1 | 0: no signature, 1: one over the payload, 2: one over the wrapped payload |
//! | 109 | 64 | signature, or zeros |

use crate::accounting::Kept;
use farthing_types::voucher::Signature;

/// Bytes of a record.
pub const LEN: usize = 173;

/// A channel's account, as it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// Whose channel.
    pub payer: [u8; 32],
    /// Which of theirs.
    pub lane: u32,
    /// Its account.
    pub kept: Kept,
}

impl Record {
    /// Appends its bytes.
    pub fn write(&self, to: &mut Vec<u8>) {
        to.extend(self.payer);
        to.extend(self.lane.to_le_bytes());
        to.extend(self.kept.epoch.to_le_bytes());
        to.extend(self.kept.best.to_le_bytes());
        to.extend(self.kept.spent.to_le_bytes());
        to.extend(self.kept.root);
        let signature = self.kept.signature;
        to.push(signature.map_or(0, |signature| 1 + u8::from(signature.wrapped)));
        to.extend(signature.map_or([0; 64], |signature| signature.bytes));
    }

    /// Reads one; `None` unless these are the bytes of one.
    pub fn read(bytes: &[u8; LEN]) -> Option<Self> {
        let mut bytes = Reader(bytes);
        let (payer, lane) = (bytes.take()?, u32::from_le_bytes(bytes.take()?));
        let epoch = u64::from_le_bytes(bytes.take()?);
        let best = u128::from_le_bytes(bytes.take()?);
        let spent = u128::from_le_bytes(bytes.take()?);
        let (root, [form], signature) = (bytes.take()?, bytes.take()?, bytes.take()?);
        let signed = |wrapped| Signature {
            bytes: signature,
            wrapped,
        };
        let signature = match form {
            0 => None,
            1 => Some(signed(false)),
            2 => Some(signed(true)),
            _ => return None,
        };
        let kept = Kept {
            epoch,
            best,
            root,
            signature,
            spent,
        };
        Some(Self { payer, lane, kept })
    }
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*first)
    }
}
