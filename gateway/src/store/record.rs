//! A log's entries, byte by byte; numbers are little-endian. Each begins with a byte that says what it is.
//!
//! | first byte | entry | bytes after it |
//! |---:|---|---|
//! | 1 | account | payer 32, lane 4, epoch 8, highest cumulative amount 16, what was served for 16, root 32, form of the signature 1 (0: none, 1: over the payload, 2: over the wrapped payload), signature 64 or zeros |
//! | 2 | charge | channel 44 (payer, lane, epoch), its name 32, amount 16 |
//! | 3 | charge under an identifier | as 2, then the identifier's key 32 and what it is bound to 32 |
//! | 4 | charge given back | its name 32 |
//! | 5 | amount set aside | channel 44, its name 32, amount 16, until when 8 |
//! | 6 | it is over | channel 44, its name 32 |
//! | 7 | channel that is no more | channel 44, what was served for 16, what was claimed 16 |

use crate::{
    accounting::{Hold, Kept},
    once::{Binding, Key},
    protocol::Named,
    till::ChargeId,
};
use farthing_client::Account;
use farthing_types::voucher::Signature;

/// A channel's account, as it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// The payer of the channel.
    pub payer: [u8; 32],
    /// The lane, which tells the payer's channels to this payee apart.
    pub lane: u32,
    /// The part of its account that must survive.
    pub kept: Kept,
}

/// Something that is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A channel's account is this now.
    Account(Record),
    /// A channel paid for something.
    Charge {
        /// The channel that paid.
        channel: Named,
        /// The charge's name, which it is given back by.
        id: ChargeId,
        /// The amount, in the smallest unit.
        amount: u128,
        /// The identifier that is charged for, and what it is bound to.
        once: Option<(Key, Binding)>,
    },
    /// A charge was given back.
    GivenBack(ChargeId),
    /// An amount was set aside.
    Hold {
        /// The channel whose credit was set aside.
        channel: Named,
        /// The amount, what it is set aside for, and until when.
        hold: Hold,
    },
    /// What was set aside was charged.
    Settled {
        /// The channel that was charged.
        channel: Named,
        /// The identifier of the hold that was charged.
        id: [u8; 32],
    },
    /// A channel is no more.
    Gone {
        /// The channel that ended.
        channel: Named,
        /// What was served for on it in all, in the smallest unit.
        spent: u128,
        /// What was claimed of it in all, in the smallest unit.
        claimed: u128,
    },
}

impl Entry {
    /// Appends the entry's bytes.
    pub fn write(&self, to: &mut Vec<u8>) {
        match self {
            Self::Account(record) => {
                to.push(1);
                record.write(to);
            }
            Self::Charge {
                channel,
                id,
                amount,
                once,
            } => {
                to.push(2 + u8::from(once.is_some()));
                write_channel(channel, to);
                to.extend(id.0);
                to.extend(amount.to_le_bytes());
                if let Some((key, binding)) = once {
                    to.extend(key.0);
                    to.extend(binding.0);
                }
            }
            Self::GivenBack(id) => {
                to.push(4);
                to.extend(id.0);
            }
            Self::Hold { channel, hold } => {
                to.push(5);
                write_channel(channel, to);
                to.extend(hold.id);
                to.extend(hold.amount.to_le_bytes());
                to.extend(hold.until.to_le_bytes());
            }
            Self::Settled { channel, id } => {
                to.push(6);
                write_channel(channel, to);
                to.extend(id);
            }
            Self::Gone {
                channel,
                spent,
                claimed,
            } => {
                to.push(7);
                write_channel(channel, to);
                to.extend(spent.to_le_bytes());
                to.extend(claimed.to_le_bytes());
            }
        }
    }

    /// Reads the entry at the start of these bytes and goes behind it; `None` unless there is one.
    pub fn read(bytes: &mut &[u8]) -> Option<Self> {
        let mut reader = Reader(bytes);
        let [kind] = reader.take()?;
        let entry = match kind {
            1 => Self::Account(Record::read(&mut reader)?),
            2 | 3 => Self::Charge {
                channel: reader.channel()?,
                id: ChargeId(reader.take()?),
                amount: reader.amount()?,
                once: match kind {
                    3 => Some((Key(reader.take()?), Binding(reader.take()?))),
                    _ => None,
                },
            },
            4 => Self::GivenBack(ChargeId(reader.take()?)),
            5 => Self::Hold {
                channel: reader.channel()?,
                hold: Hold {
                    id: reader.take()?,
                    amount: reader.amount()?,
                    until: u64::from_le_bytes(reader.take()?),
                },
            },
            6 => Self::Settled {
                channel: reader.channel()?,
                id: reader.take()?,
            },
            7 => Self::Gone {
                channel: reader.channel()?,
                spent: reader.amount()?,
                claimed: reader.amount()?,
            },
            _ => return None,
        };
        *bytes = reader.0;
        Some(entry)
    }

    /// Reads all entries; `None` unless these are the bytes of some.
    pub fn read_all(mut bytes: &[u8]) -> Option<Vec<Self>> {
        let mut entries = Vec::new();
        while !bytes.is_empty() {
            entries.push(Self::read(&mut bytes)?);
        }
        Some(entries)
    }
}

impl Record {
    fn write(&self, to: &mut Vec<u8>) {
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

    fn read(bytes: &mut Reader) -> Option<Self> {
        let channel = bytes.channel()?;
        let (best, spent) = (bytes.amount()?, bytes.amount()?);
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
            epoch: channel.epoch,
            best,
            root,
            signature,
            spent,
        };
        Some(Self {
            payer: channel.payer.0,
            lane: channel.lane,
            kept,
        })
    }
}

fn write_channel(channel: &Named, to: &mut Vec<u8>) {
    to.extend(channel.payer.0);
    to.extend(channel.lane.to_le_bytes());
    to.extend(channel.epoch.to_le_bytes());
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*first)
    }

    fn amount(&mut self) -> Option<u128> {
        Some(u128::from_le_bytes(self.take()?))
    }

    fn channel(&mut self) -> Option<Named> {
        Some(Named {
            payer: Account(self.take()?),
            lane: u32::from_le_bytes(self.take()?),
            epoch: u64::from_le_bytes(self.take()?),
        })
    }
}
