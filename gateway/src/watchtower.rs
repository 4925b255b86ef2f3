//! Claiming for a gateway that is down: a second program, on another machine, that has its vouchers.
//!
//! It takes over the newest vouchers of a gateway as long as that runs, keeps them in a log of its own, follows the
//! chain, and claims when a channel ends; what is to be claimed for other reasons, it leaves to the gateway. It checks
//! every voucher as if a payer had sent it, so whoever speaks for the gateway can do no more than withhold vouchers.
//! Its key pays fees only.

use crate::{
    protocol::{Named, Signed},
    store::record::{Entry, Record},
    till::{Declined, Till, Wanted},
};
use farthing_client::Account;

/// When a watchtower claims: when a channel ends, and for nothing else.
pub const WANTED: Wanted = Wanted {
    value: None,
    age: None,
};

/// Vouchers that a gateway tells a watchtower of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Feed {
    /// The accounts that have changed, with their newest vouchers.
    pub accounts: Vec<Record>,
    /// The number to ask with next time.
    pub next: u64,
}

/// The bytes are no feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not what a gateway tells a watchtower")]
pub struct Garbled;

impl Feed {
    /// Writes it: what to ask for next (8 bytes), and the accounts as the log has them.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.next.to_le_bytes().to_vec();
        for record in &self.accounts {
            Entry::Account(*record).write(&mut bytes);
        }
        bytes
    }

    /// Reads a feed from its bytes.
    ///
    /// # Errors
    /// [`Garbled`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Garbled> {
        let (next, rest) = bytes.split_first_chunk().ok_or(Garbled)?;
        let entries = Entry::read_all(rest).ok_or(Garbled)?;
        let accounts = entries.into_iter().map(|entry| match entry {
            Entry::Account(record) => Ok(record),
            _ => Err(Garbled),
        });
        Ok(Self {
            accounts: accounts.collect::<Result<_, _>>()?,
            next: u64::from_le_bytes(*next),
        })
    }
}

impl Till {
    /// Takes over what a gateway told. Returns how many vouchers were new; the others, and those that are not valid,
    /// are left alone.
    ///
    /// # Errors
    /// [`Declined::Store`] and [`Declined::Busy`]: then the same is to be taken over again.
    pub async fn take_over(&self, feed: &Feed) -> Result<usize, Declined> {
        let mut new: usize = 0;
        for record in &feed.accounts {
            let Some(signature) = record.kept.signature else {
                continue;
            };
            let channel = Named {
                payer: Account(record.payer),
                lane: record.lane,
                epoch: record.kept.epoch,
            };
            let voucher = Signed {
                cumulative: record.kept.best,
                root: record.kept.root,
                signature,
            };
            match self.keep(&channel, &voucher).await {
                Ok(is_new) => new = new.saturating_add(is_new.into()),
                Err(error @ (Declined::Store(_) | Declined::Busy)) => return Err(error),
                Err(_) => (),
            }
        }
        Ok(new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounting::Kept;

    #[test]
    fn feed_is_read_as_written_and_nothing_else_is() {
        let kept = Kept {
            epoch: 1,
            best: 2,
            root: [3; 32],
            signature: None,
            spent: 4,
        };
        let record = Record {
            payer: [5; 32],
            lane: 6,
            kept,
        };
        let feed = Feed {
            accounts: vec![record; 3],
            next: 7,
        };
        let bytes = feed.to_bytes();
        assert_eq!(Feed::from_bytes(&bytes), Ok(feed));
        assert_eq!(Feed::from_bytes(&bytes[..bytes.len() - 1]), Err(Garbled));
        assert_eq!(Feed::from_bytes(&bytes[..7]), Err(Garbled));
    }
}
