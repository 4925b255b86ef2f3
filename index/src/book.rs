//! An account's book: its ledgers, line by line, as the client library has them.

use crate::{
    derive::name_of,
    kinds::{ItemKind, LineKind},
    tables::{block_of, end_of},
    value::{row, Row},
    Index, Result, Value,
};
use farthing_client::{
    ops::ledger::{Item, Key, Ledger, Movement, Name},
    Account,
};
use farthing_types::{CreatorId, StreamId};
use std::{collections::BTreeSet, ops::ControlFlow};

/// Returns all ledgers of an account, and those of creators, as of a block: the same as
/// [`farthing_client::ops::ledger::all`] without a question to the node. Compare them with the contracts where it
/// matters: see [`crate::verify::check_ledgers`].
///
/// # Errors
/// [`crate::Error::Store`], [`crate::Error::Damaged`].
pub fn book(
    index: &mut Index,
    account: Account,
    creators: &[CreatorId],
    block: u32,
) -> Result<Vec<Ledger>> {
    let keys = keys(index, account, creators, block)?;
    keys.into_iter()
        .map(|key| ledger(index, key, block))
        .collect()
}

/// Returns which ledgers an account has, and creators have, as of a block, in the order of the book.
///
/// # Errors
/// [`crate::Error::Store`], [`crate::Error::Damaged`].
pub fn keys(
    index: &mut Index,
    account: Account,
    creators: &[CreatorId],
    block: u32,
) -> Result<Vec<Key>> {
    let of = |name| Key {
        name,
        account: None,
    };
    let own = |name| Key {
        name,
        account: Some(account),
    };
    let mut keys: Vec<_> = creators
        .iter()
        .map(|creator| of(Name::Creator(*creator)))
        .collect();
    keys.push(own(Name::Referrals));
    let treasury = "SELECT treasury FROM terms ORDER BY seq LIMIT 1";
    let treasury = index
        .store
        .first(treasury, &[], |row| row.get::<Account>(0))?;
    if treasury == Some(account) {
        keys.push(of(Name::Fees));
    }
    keys.push(own(Name::Channels));
    let mut streams = BTreeSet::<StreamId>::new();
    for side in ["payer", "payee"] {
        let question = format!("SELECT stream FROM streams WHERE {side} = $1 AND seq <= $2");
        let found = index
            .store
            .all(&question, &row![account, end_of(block)], |row| {
                row.get::<StreamId>(0)
            });
        streams.extend(found?);
    }
    keys.extend(streams.into_iter().map(|stream| of(Name::Stream(stream))));
    let pools = "SELECT address FROM ledgers WHERE account = $1 AND kind = $2 AND seq <= $3";
    let kind = crate::kinds::LedgerKind::Pool;
    let arguments = row![account, kind, end_of(block)];
    let pools = index
        .store
        .all(pools, &arguments, |row| row.get::<Account>(0))?;
    let pools: BTreeSet<_> = pools.into_iter().collect();
    keys.extend(pools.into_iter().map(|pool| own(Name::Pool(pool))));
    Ok(keys)
}

impl Index {
    /// Returns the channels that an account had up to a block, on either side: payer, payee, lane.
    ///
    /// # Errors
    /// [`crate::Error::Store`].
    pub fn channels_with(
        &mut self,
        account: Account,
        block: u32,
    ) -> Result<BTreeSet<(Account, Account, u32)>> {
        let mut found = BTreeSet::new();
        for side in ["payer", "payee"] {
            let question = format!(
                "SELECT DISTINCT payer, payee, lane FROM channels WHERE {side} = $1 AND seq <= $2"
            );
            let lines = self
                .store
                .all(&question, &row![account, end_of(block)], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
                });
            found.extend(lines?);
        }
        Ok(found)
    }
}

const LINES: &str =
    "SELECT seq, time, transaction_index, kind, other, item_kind, item, amount, balance, note
FROM lines WHERE ledger = $1 AND seq <= $2 ORDER BY seq, place";

/// Returns a ledger as of a block; one without lines if there is none.
///
/// # Errors
/// [`crate::Error::Store`], [`crate::Error::Damaged`].
pub fn ledger(index: &mut Index, key: Key, block: u32) -> Result<Ledger> {
    let mut ledger = Ledger {
        name: key.name,
        balance: 0,
        movements: Vec::new(),
    };
    let Some(number) = number_of(index, key)? else {
        return Ok(ledger);
    };
    index
        .store
        .each(LINES, &row![number, end_of(block)], &mut |row| {
            ledger.movements.push(movement(&row)?);
            Ok(ControlFlow::Continue(()))
        })?;
    ledger.balance = ledger.movements.last().map_or(0, |last| last.balance);
    Ok(ledger)
}

/// Returns the number of a ledger; `None` if it has no lines.
pub(crate) fn number_of(index: &mut Index, key: Key) -> Result<Option<i64>> {
    let find = "SELECT ledger FROM ledgers WHERE kind = $1 AND number = $2 AND address = $3 AND account = $4";
    let named: Vec<Value> = name_of(key);
    index.store.first(find, &named, |row| row.get(0))
}

pub(crate) fn movement(row: &Row) -> Result<Movement> {
    let item = row
        .get::<Option<ItemKind>>(5)?
        .zip(row.get::<Option<u32>>(6)?);
    Ok(Movement {
        kind: row.get::<LineKind>(3)?.into(),
        with: row.get(4)?,
        item: item.map(|(kind, number)| match kind {
            ItemKind::Item => Item::Item(number),
            ItemKind::Tier => Item::Tier(u8::try_from(number).unwrap_or(u8::MAX)),
            ItemKind::Payout => Item::Payout(number),
        }),
        memo: row.get::<Option<Vec<u8>>>(9)?.unwrap_or_default(),
        amount: row.signed(7)?,
        balance: row.signed(8)?,
        block: block_of(row.get(0)?),
        time: row.get(1)?,
        index: row.get(2)?,
    })
}
