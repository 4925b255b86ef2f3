//! What events mean for everybody's ledgers at once.
//!
//! An account's own ledgers are those of these lines that are its: there is one place that says what an event
//! means, whoever asks.

use super::{channels, creator, fees, pools, referrals, streams, Item, Kind, Name};
use crate::{history::Event, Account};
use farthing_contracts::Contract;
use farthing_types::StreamId;

/// Which ledger it is, of all that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Its name.
    pub name: Name,
    /// Whose it is, if many accounts have ledgers of this name: the others have one owner, or two.
    pub account: Option<Account>,
}

/// A movement of money that is not entered yet. It is never of nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it was.
    pub kind: Kind,
    /// The other side of it, if it is known.
    pub with: Option<Account>,
    /// What it was for, if that has a number.
    pub item: Option<Item>,
    /// What the payer said with it, as it was written; empty if nothing.
    pub memo: Vec<u8>,
    /// How much came in, or went out if it is negative.
    pub amount: i128,
}

/// An entry, and the ledger that it belongs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Which ledger.
    pub key: Key,
    /// What is entered there.
    pub entry: Entry,
}

/// What events do not say themselves, and earlier ones have said.
pub trait Known {
    /// Why it could not be found out.
    type Error;

    /// Returns the platform's fee in the storefront, in basis points.
    ///
    /// # Errors
    /// If it cannot be found out.
    fn fee(&mut self) -> Result<u16, Self::Error>;

    /// Returns the payer and the payee of a stream; `None` if nothing told of it.
    ///
    /// # Errors
    /// If it cannot be found out.
    fn stream(&mut self, stream: StreamId) -> Result<Option<(Account, Account)>, Self::Error>;

    /// Returns whether the deployment's factory made a pool: others can have told anything before they were
    /// what they are now.
    ///
    /// # Errors
    /// If it cannot be found out.
    fn is_listed(&mut self, pool: Account) -> Result<bool, Self::Error>;
}

/// Returns what an event means for everybody's ledgers, in order.
///
/// # Errors
/// Those of `known`.
pub fn lines<K: Known>(event: &Event, known: &mut K) -> Result<Vec<Line>, K::Error> {
    let mut lines = match event.contract {
        Contract::Storefront => {
            let mut lines = creator::lines(event, known.fee()?);
            lines.extend(referrals::lines(event));
            lines.extend(fees::lines(event));
            lines
        }
        Contract::Channels => channels::lines(event),
        Contract::Streams => streams::lines(event, known)?,
        Contract::Pool if known.is_listed(event.emitted.contract)? => pools::lines(event),
        _ => Vec::new(),
    };
    lines.retain(|line| line.entry.amount != 0);
    Ok(lines)
}

impl Key {
    pub(super) fn of(name: Name) -> Self {
        let account = None;
        Self { name, account }
    }

    pub(super) fn whose(name: Name, account: impl Into<Account>) -> Self {
        let account = Some(account.into());
        Self { name, account }
    }

    pub(super) fn line(self, entry: Entry) -> Line {
        Line { key: self, entry }
    }
}

impl Entry {
    pub(super) fn new(kind: Kind, amount: i128) -> Self {
        Self {
            kind,
            with: None,
            item: None,
            memo: Vec::new(),
            amount,
        }
    }

    pub(super) fn with(self, whom: impl Into<Account>) -> Self {
        let with = Some(whom.into());
        Self { with, ..self }
    }

    pub(super) fn of(self, item: impl Into<Option<Item>>) -> Self {
        let item = item.into();
        Self { item, ..self }
    }

    pub(super) fn said(self, memo: &[u8]) -> Self {
        let memo = memo.into();
        Self { memo, ..self }
    }
}
