//! Reading and writing rows, within a transaction.

use crate::{
    accounting::{Hold, Kept},
    once::{Binding, Key},
    protocol::Named,
    store::record::{Entry, Record},
    till::{
        shared::{Asked, Told},
        ChargeId,
    },
};
use farthing_client::Account;
use farthing_types::voucher::Signature;
use postgres::{types::ToSql, Client, Error, Row, Transaction};
use std::time::SystemTime;

const CHANNEL: &str =
    "payer, lane, epoch, best::text, spent::text, root, signature, wrapped, changed";

/// Does all that is asked in one transaction.
pub(super) fn together<'a>(
    client: &mut Client,
    all: impl Iterator<Item = &'a Asked>,
) -> Result<Vec<Told>, Error> {
    let mut transaction = client.transaction()?;
    let mut told = Vec::new();
    for asked in all {
        told.push(one(&mut transaction, asked)?);
    }
    transaction.commit()?;
    Ok(told)
}

fn one(within: &mut Transaction, asked: &Asked) -> Result<Told, Error> {
    let mut entries = Vec::new();
    let lane = asked.lane();
    lock(within, &lane)?;
    let (payer, number) = (&lane.0 .0[..], i64::from(lane.1));
    let channel = within.query_opt(
        &format!(
            "SELECT {CHANNEL} FROM farthing_channel WHERE payer = $1 AND lane = $2 AND epoch >= 0"
        ),
        &[&payer, &number],
    )?;
    entries.extend(channel.as_ref().map(|row| Entry::Account(record_of(row))));
    let holds = within.query(
        "SELECT id, payer, lane, epoch, amount::text, until FROM farthing_hold
         WHERE payer = $1 AND lane = $2 AND epoch = $3",
        &[&payer, &number, &signed(asked.epoch())],
    )?;
    entries.extend(holds.iter().map(hold_of));
    let (key, id) = (asked.key(), asked.charge());
    if key.is_some() || id.is_some() {
        let key = key.map(|key| key.0.to_vec());
        let id = id.map(|id| id.0.to_vec());
        let found = within.query(
            "SELECT id, payer, lane, epoch, amount::text, key, binding FROM farthing_charge WHERE key = $1 OR id = $2",
            &[&key, &id],
        )?;
        entries.extend(found.iter().map(charge_of));
    }
    let (told, written) = asked.answer(entries);
    for entry in &written {
        write(within, entry)?;
    }
    Ok(told)
}

/// Locks a channel's row, also if there is none yet: one with an impossible epoch stands for it then.
fn lock(within: &mut Transaction, lane: &(Account, u32)) -> Result<(), Error> {
    let (payer, number) = (&lane.0 .0[..], i64::from(lane.1));
    within.execute(
        "INSERT INTO farthing_channel (payer, lane, epoch, best, spent, root, wrapped)
         VALUES ($1, $2, -1, 0, 0, '', false) ON CONFLICT DO NOTHING",
        &[&payer, &number],
    )?;
    within.query_one(
        "SELECT 1 FROM farthing_channel WHERE payer = $1 AND lane = $2 FOR UPDATE",
        &[&payer, &number],
    )?;
    Ok(())
}

fn write(within: &mut Transaction, entry: &Entry) -> Result<(), Error> {
    match entry {
        Entry::Account(record) => {
            let (payer, lane) = (&record.payer[..], i64::from(record.lane));
            let kept = &record.kept;
            let signature = kept.signature.map(|signature| signature.bytes.to_vec());
            let wrapped = kept.signature.is_some_and(|signature| signature.wrapped);
            let values: [&(dyn ToSql + Sync); 8] = [
                &payer,
                &lane,
                &signed(kept.epoch),
                &kept.best.to_string(),
                &kept.spent.to_string(),
                &&kept.root[..],
                &signature,
                &wrapped,
            ];
            within.execute(
                "UPDATE farthing_channel SET epoch = $3, best = $4::text::numeric, spent = $5::text::numeric,
                 root = $6, signature = $7, wrapped = $8, changed = clock_timestamp()
                 WHERE payer = $1 AND lane = $2",
                &values,
            )?;
        }
        Entry::Charge {
            channel,
            id,
            amount,
            once,
        } => {
            let key = once.map(|(key, _)| key.0.to_vec());
            let binding = once.map(|(_, binding)| binding.0.to_vec());
            within.execute(
                "INSERT INTO farthing_charge (id, payer, lane, epoch, amount, key, binding)
                 VALUES ($1, $2, $3, $4, $5::text::numeric, $6, $7)",
                &[
                    &&id.0[..],
                    &&channel.payer.0[..],
                    &i64::from(channel.lane),
                    &signed(channel.epoch),
                    &amount.to_string(),
                    &key,
                    &binding,
                ],
            )?;
        }
        Entry::GivenBack(id) => {
            within.execute("DELETE FROM farthing_charge WHERE id = $1", &[&&id.0[..]])?;
        }
        Entry::Hold { channel, hold } => {
            within.execute(
                "INSERT INTO farthing_hold (id, payer, lane, epoch, amount, until)
                 VALUES ($1, $2, $3, $4, $5::text::numeric, $6)
                 ON CONFLICT (id) DO UPDATE SET amount = excluded.amount, until = excluded.until",
                &[
                    &&hold.id[..],
                    &&channel.payer.0[..],
                    &i64::from(channel.lane),
                    &signed(channel.epoch),
                    &hold.amount.to_string(),
                    &signed(hold.until),
                ],
            )?;
        }
        Entry::Settled { id, .. } => {
            within.execute("DELETE FROM farthing_hold WHERE id = $1", &[&&id[..]])?;
        }
        Entry::Gone { channel, .. } => {
            let (payer, lane) = (&channel.payer.0[..], i64::from(channel.lane));
            let epoch = signed(channel.epoch);
            within.execute(
                "DELETE FROM farthing_hold WHERE payer = $1 AND lane = $2 AND epoch = $3",
                &[&payer, &lane, &epoch],
            )?;
        }
    }
    Ok(())
}

/// Returns accounts that have changed since, and when the last one did.
pub(super) fn changed(
    client: &mut Client,
    since: SystemTime,
) -> Result<(Vec<Record>, Option<SystemTime>), Error> {
    let rows = client.query(
        &format!("SELECT {CHANNEL} FROM farthing_channel WHERE epoch >= 0 AND changed >= $1"),
        &[&since],
    )?;
    let last = rows.iter().map(|row| row.get::<_, SystemTime>(8)).max();
    Ok((rows.iter().map(record_of).collect(), last))
}

/// Returns a number as `bigint`. An epoch is a time in milliseconds, as a hold's end is: there is room for those that
/// can be.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn unsigned(row: &Row, column: usize) -> u64 {
    u64::try_from(row.get::<_, i64>(column)).unwrap_or(0)
}

fn amount(row: &Row, column: usize) -> u128 {
    row.get::<_, &str>(column).parse().unwrap_or(0)
}

fn bytes<const N: usize>(row: &Row, column: usize) -> [u8; N] {
    row.get::<_, &[u8]>(column).try_into().unwrap_or([0; N])
}

fn named(row: &Row, first: usize) -> Named {
    Named {
        payer: Account(bytes(row, first)),
        lane: u32::try_from(row.get::<_, i64>(first + 1)).unwrap_or(0),
        epoch: unsigned(row, first + 2),
    }
}

fn record_of(row: &Row) -> Record {
    let named = named(row, 0);
    let signature = row.get::<_, Option<&[u8]>>(6);
    let signature = signature.and_then(|bytes| bytes.try_into().ok());
    let kept = Kept {
        epoch: named.epoch,
        best: amount(row, 3),
        root: bytes(row, 5),
        signature: signature.map(|bytes| Signature {
            bytes,
            wrapped: row.get(7),
        }),
        spent: amount(row, 4),
    };
    Record {
        payer: named.payer.0,
        lane: named.lane,
        kept,
    }
}

fn charge_of(row: &Row) -> Entry {
    let of = |column| {
        let bytes = row.get::<_, Option<&[u8]>>(column)?;
        <[u8; 32]>::try_from(bytes).ok()
    };
    let once = of(5).zip(of(6));
    Entry::Charge {
        channel: named(row, 1),
        id: ChargeId(bytes(row, 0)),
        amount: amount(row, 4),
        once: once.map(|(key, binding)| (Key(key), Binding(binding))),
    }
}

fn hold_of(row: &Row) -> Entry {
    Entry::Hold {
        channel: named(row, 1),
        hold: Hold {
            id: bytes(row, 0),
            amount: amount(row, 4),
            until: unsigned(row, 5),
        },
    }
}
