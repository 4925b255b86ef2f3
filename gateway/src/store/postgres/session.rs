//! A connection, and what is asked over it: each statement is for many rows, and prepared once.

use super::{
    changes::{Changes, Columns},
    rows::{charge_of, hold_of, record_of, CHANNEL, CHARGE, HOLD},
};
use crate::{
    store::record::Entry,
    till::shared::{answer_all, Asked, Told},
};
use postgres::{Client, Error, IsolationLevel, Statement, Transaction};
use std::{collections::HashMap, hash::Hash, ops::Range};

/// A connection to a server that has the tables.
pub(super) struct Session {
    client: Client,
    statements: Statements,
}

pub(super) struct Statements {
    add_channels: Statement,
    lock_channels: Statement,
    find_channels: Statement,
    find_holds: Statement,
    find_charges: Statement,
    pub end_holds: Statement,
    pub end_charges: Statement,
    pub write_accounts: Statement,
    pub insert_charges: Statement,
    pub insert_holds: Statement,
}

/// A channel that has no row has one with an impossible epoch from then on, so that it can be locked.
const ADD_CHANNELS: &str = "
INSERT INTO farthing_channel (payer, lane, epoch, best, spent, root, wrapped)
SELECT payer, lane, -1, 0, 0, '', false FROM unnest($1::bytea[], $2::bigint[]) AS asked (payer, lane)
ORDER BY payer, lane ON CONFLICT DO NOTHING";
/// The order keeps gateways from waiting for each other in a circle.
const LOCK_CHANNELS: &str = "
SELECT 1 FROM farthing_channel WHERE (payer, lane) IN (SELECT * FROM unnest($1::bytea[], $2::bigint[]))
ORDER BY payer, lane FOR UPDATE";
const END_HOLDS: &str = "DELETE FROM farthing_hold WHERE id = ANY ($1)";
const END_CHARGES: &str = "DELETE FROM farthing_charge WHERE id = ANY ($1)";
const WRITE_ACCOUNTS: &str = "
UPDATE farthing_channel AS channel
SET epoch = new.epoch, best = new.best::numeric, spent = new.spent::numeric, root = new.root,
    signature = new.signature, wrapped = new.wrapped, changed = clock_timestamp()
FROM unnest($1::bytea[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::bytea[], $7::bytea[], $8::boolean[])
    AS new (payer, lane, epoch, best, spent, root, signature, wrapped)
WHERE channel.payer = new.payer AND channel.lane = new.lane";
const INSERT_CHARGES: &str = "
INSERT INTO farthing_charge (id, payer, lane, epoch, amount, key, binding)
SELECT id, payer, lane, epoch, amount::numeric, key, binding
FROM unnest($1::bytea[], $2::bytea[], $3::bigint[], $4::bigint[], $5::text[], $6::bytea[], $7::bytea[])
    AS new (id, payer, lane, epoch, amount, key, binding)";
const INSERT_HOLDS: &str = "
INSERT INTO farthing_hold (id, payer, lane, epoch, amount, until)
SELECT id, payer, lane, epoch, amount::numeric, until
FROM unnest($1::bytea[], $2::bytea[], $3::bigint[], $4::bigint[], $5::text[], $6::bigint[])
    AS new (id, payer, lane, epoch, amount, until)
ON CONFLICT (id) DO UPDATE SET amount = excluded.amount, until = excluded.until";

impl Statements {
    fn prepare(client: &mut Client) -> Result<Self, Error> {
        let find_channels = format!(
            "SELECT {CHANNEL} FROM farthing_channel
             WHERE (payer, lane) IN (SELECT * FROM unnest($1::bytea[], $2::bigint[]))"
        );
        let find_holds = format!(
            "SELECT {HOLD} FROM farthing_hold
             WHERE (payer, lane, epoch) IN (SELECT * FROM unnest($1::bytea[], $2::bigint[], $3::bigint[]))"
        );
        let find_charges =
            format!("SELECT {CHARGE} FROM farthing_charge WHERE key = ANY ($1) OR id = ANY ($2)");
        Ok(Self {
            add_channels: client.prepare(ADD_CHANNELS)?,
            lock_channels: client.prepare(LOCK_CHANNELS)?,
            find_channels: client.prepare(&find_channels)?,
            find_holds: client.prepare(&find_holds)?,
            find_charges: client.prepare(&find_charges)?,
            end_holds: client.prepare(END_HOLDS)?,
            end_charges: client.prepare(END_CHARGES)?,
            write_accounts: client.prepare(WRITE_ACCOUNTS)?,
            insert_charges: client.prepare(INSERT_CHARGES)?,
            insert_holds: client.prepare(INSERT_HOLDS)?,
        })
    }
}

impl Session {
    pub fn new(mut client: Client) -> Result<Self, Error> {
        let statements = Statements::prepare(&mut client)?;
        Ok(Self { client, statements })
    }

    pub fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Does all that is asked in one transaction.
    pub fn together(&mut self, all: &[&Asked]) -> Result<Vec<Told>, Error> {
        // Whoever waited for a row sees what it waited for.
        let transaction = self.client.build_transaction();
        let mut transaction = transaction
            .isolation_level(IsolationLevel::ReadCommitted)
            .start()?;
        // All rows at once, or two gateways could wait for each other in a circle.
        let channels = Columns::of(all.iter().map(|asked| asked.channel()));
        transaction.execute(
            &self.statements.add_channels,
            &[&channels.payers, &channels.lanes],
        )?;
        transaction.execute(
            &self.statements.lock_channels,
            &[&channels.payers, &channels.lanes],
        )?;
        let mut told = Vec::with_capacity(all.len());
        let seen: Vec<_> = all.iter().map(|asked| asked.seen()).collect();
        for part in parts(&seen) {
            let part = &all[part];
            let entries = read(&mut transaction, &self.statements, part)?;
            let (answers, written) = answer_all(part, entries);
            Changes::of(&written).write(&mut transaction, &self.statements)?;
            told.extend(answers);
        }
        transaction.commit()?;
        Ok(told)
    }
}

/// Returns the parts within which the chain says one thing of each channel: an account is taken up, with what is set
/// aside, as the chain stands. It is hardly ever more than one.
fn parts<K: Copy + Eq + Hash, V: PartialEq>(seen: &[(K, V)]) -> Vec<Range<usize>> {
    let (mut parts, mut begin, mut known) = (Vec::new(), 0, HashMap::new());
    for (place, (key, value)) in seen.iter().enumerate() {
        if *known.entry(*key).or_insert(value) != value {
            parts.push(begin..place);
            begin = place;
            known = HashMap::from([(*key, value)]);
        }
    }
    parts.push(begin..seen.len());
    parts
}

/// Returns what is written down of all that is asked. The channels are locked by now.
fn read(within: &mut Transaction, by: &Statements, all: &[&Asked]) -> Result<Vec<Entry>, Error> {
    let of = Columns::of(all.iter().map(|asked| asked.channel()));
    let accounts = within.query(&by.find_channels, &[&of.payers, &of.lanes])?;
    let holds = within.query(&by.find_holds, &[&of.payers, &of.lanes, &of.epochs])?;
    let mut entries: Vec<_> = accounts
        .iter()
        .filter_map(record_of)
        .map(Entry::Account)
        .collect();
    entries.extend(holds.iter().map(hold_of));
    let keys: Vec<_> = all.iter().filter_map(|asked| asked.key()).collect();
    let ids: Vec<_> = all.iter().filter_map(|asked| asked.charge()).collect();
    if !keys.is_empty() || !ids.is_empty() {
        let keys: Vec<&[u8]> = keys.iter().map(|key| &key.0[..]).collect();
        let ids: Vec<&[u8]> = ids.iter().map(|id| &id.0[..]).collect();
        let charges = within.query(&by.find_charges, &[&keys, &ids])?;
        entries.extend(charges.iter().map(charge_of));
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chain_says_one_thing_of_a_channel_within_a_part() {
        let ends = |seen: &[(u8, u64)]| -> Vec<_> {
            parts(seen)
                .iter()
                .map(|part| (part.start, part.end))
                .collect()
        };
        assert_eq!(ends(&[(1, 7)]), [(0, 1)]);
        assert_eq!(ends(&[(1, 7), (2, 8), (1, 7)]), [(0, 3)]);
        let changing = [(1, 7), (2, 8), (1, 8), (2, 8), (1, 8)];
        assert_eq!(ends(&changing), [(0, 2), (2, 5)]);
        assert_eq!(ends(&[(1, 7), (1, 8), (1, 7)]), [(0, 1), (1, 2), (2, 3)]);
    }
}
