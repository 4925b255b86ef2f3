//! What a transaction changes: all that its payments write down, put together. What is changed twice is written once.

use super::{rows::signed, session::Statements};
use crate::{
    accounting::Hold,
    once::{Binding, Key},
    protocol::Named,
    store::record::{Entry, Record},
    till::ChargeId,
};
use farthing_client::Account;
use postgres::{Error, Transaction};
use std::collections::{HashMap, HashSet};

type Once = Option<(Key, Binding)>;

/// What is written, by name. What is deleted comes before what is inserted: an identifier whose charge was given back
/// may be charged for again.
#[derive(Default)]
pub(super) struct Changes {
    accounts: HashMap<([u8; 32], u32), Record>,
    charges: HashMap<ChargeId, (Named, u128, Once)>,
    charges_over: HashSet<ChargeId>,
    holds: HashMap<[u8; 32], (Named, Hold)>,
    holds_over: HashSet<[u8; 32]>,
}

impl Changes {
    /// Puts entries together, in the order in which they happened.
    pub fn of(entries: &[Entry]) -> Self {
        let mut changes = Self::default();
        entries.iter().for_each(|entry| changes.add(*entry));
        changes
    }

    fn add(&mut self, entry: Entry) {
        match entry {
            Entry::Account(record) => {
                self.accounts.insert((record.payer, record.lane), record);
            }
            Entry::Charge {
                channel,
                id,
                amount,
                once,
            } => {
                self.charges.insert(id, (channel, amount, once));
            }
            Entry::GivenBack(id) => {
                self.charges.remove(&id);
                self.charges_over.insert(id);
            }
            Entry::Hold { channel, hold } => {
                self.holds.insert(hold.id, (channel, hold));
            }
            Entry::Settled { id, .. } => {
                self.holds.remove(&id);
                self.holds_over.insert(id);
            }
            // What was set aside of an earlier life is not looked for, and is deleted once it is over.
            Entry::Gone { .. } => (),
        }
    }

    /// Writes all of it.
    pub fn write(&self, within: &mut Transaction, by: &Statements) -> Result<(), Error> {
        self.delete(within, by)?;
        self.write_accounts(within, by)?;
        self.insert_charges(within, by)?;
        self.insert_holds(within, by)
    }

    fn delete(&self, within: &mut Transaction, by: &Statements) -> Result<(), Error> {
        if !self.holds_over.is_empty() {
            let ids: Vec<&[u8]> = self.holds_over.iter().map(|id| &id[..]).collect();
            within.execute(&by.end_holds, &[&ids])?;
        }
        if !self.charges_over.is_empty() {
            let ids: Vec<&[u8]> = self.charges_over.iter().map(|id| &id.0[..]).collect();
            within.execute(&by.end_charges, &[&ids])?;
        }
        Ok(())
    }

    fn write_accounts(&self, within: &mut Transaction, by: &Statements) -> Result<(), Error> {
        if self.accounts.is_empty() {
            return Ok(());
        }
        let kept = || self.accounts.values().map(|record| &record.kept);
        let of = Columns::of(self.accounts.values().map(|record| Named {
            payer: Account(record.payer),
            lane: record.lane,
            epoch: record.kept.epoch,
        }));
        let best: Vec<_> = kept().map(|kept| kept.best.to_string()).collect();
        let spent: Vec<_> = kept().map(|kept| kept.spent.to_string()).collect();
        let roots: Vec<&[u8]> = kept().map(|kept| &kept.root[..]).collect();
        let signatures: Vec<_> = kept()
            .map(|kept| kept.signature.map(|signature| signature.bytes.to_vec()))
            .collect();
        let wrapped: Vec<_> = kept()
            .map(|kept| kept.signature.is_some_and(|signature| signature.wrapped))
            .collect();
        within.execute(
            &by.write_accounts,
            &[
                &of.payers,
                &of.lanes,
                &of.epochs,
                &best,
                &spent,
                &roots,
                &signatures,
                &wrapped,
            ],
        )?;
        Ok(())
    }

    fn insert_charges(&self, within: &mut Transaction, by: &Statements) -> Result<(), Error> {
        if self.charges.is_empty() {
            return Ok(());
        }
        let charges = || self.charges.values();
        let ids: Vec<&[u8]> = self.charges.keys().map(|id| &id.0[..]).collect();
        let of = Columns::of(charges().map(|(channel, ..)| *channel));
        let amounts: Vec<_> = charges().map(|(_, amount, _)| amount.to_string()).collect();
        let keys: Vec<_> = charges()
            .map(|(.., once)| once.map(|(key, _)| key.0.to_vec()))
            .collect();
        let bindings: Vec<_> = charges()
            .map(|(.., once)| once.map(|(_, binding)| binding.0.to_vec()))
            .collect();
        within.execute(
            &by.insert_charges,
            &[
                &ids, &of.payers, &of.lanes, &of.epochs, &amounts, &keys, &bindings,
            ],
        )?;
        Ok(())
    }

    fn insert_holds(&self, within: &mut Transaction, by: &Statements) -> Result<(), Error> {
        if self.holds.is_empty() {
            return Ok(());
        }
        let holds = || self.holds.values();
        let ids: Vec<&[u8]> = self.holds.keys().map(|id| &id[..]).collect();
        let of = Columns::of(holds().map(|(channel, _)| *channel));
        let amounts: Vec<_> = holds().map(|(_, hold)| hold.amount.to_string()).collect();
        let until: Vec<_> = holds().map(|(_, hold)| signed(hold.until)).collect();
        within.execute(
            &by.insert_holds,
            &[&ids, &of.payers, &of.lanes, &of.epochs, &amounts, &until],
        )?;
        Ok(())
    }
}

/// Names of channels, as arrays.
pub(super) struct Columns {
    pub payers: Vec<Vec<u8>>,
    pub lanes: Vec<i64>,
    pub epochs: Vec<i64>,
}

impl Columns {
    pub fn of(channels: impl IntoIterator<Item = Named>) -> Self {
        let mut columns = Self {
            payers: Vec::new(),
            lanes: Vec::new(),
            epochs: Vec::new(),
        };
        for channel in channels {
            columns.payers.push(channel.payer.0.to_vec());
            columns.lanes.push(channel.lane.into());
            columns.epochs.push(signed(channel.epoch));
        }
        columns
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounting::Kept;

    fn channel(epoch: u64) -> Named {
        Named {
            payer: Account([1; 32]),
            lane: 2,
            epoch,
        }
    }

    fn account(spent: u128) -> Entry {
        Entry::Account(Record {
            payer: [1; 32],
            lane: 2,
            kept: Kept {
                epoch: 7,
                best: 90,
                root: [0; 32],
                signature: None,
                spent,
            },
        })
    }

    fn charge(id: u8, epoch: u64) -> Entry {
        Entry::Charge {
            channel: channel(epoch),
            id: ChargeId([id; 32]),
            amount: 5,
            once: None,
        }
    }

    fn hold(id: u8, epoch: u64, amount: u128) -> Entry {
        let hold = Hold {
            id: [id; 32],
            amount,
            until: 9,
        };
        Entry::Hold {
            channel: channel(epoch),
            hold,
        }
    }

    fn settled(id: u8) -> Entry {
        Entry::Settled {
            channel: channel(7),
            id: [id; 32],
        }
    }

    #[test]
    fn what_is_over_is_not_written_and_what_changes_twice_is_written_once() {
        let given_back = |id| Entry::GivenBack(ChargeId([id; 32]));
        let changes = Changes::of(&[
            account(10),
            charge(1, 7),
            charge(2, 7),
            given_back(1),
            given_back(3),
            hold(1, 7, 5),
            hold(2, 7, 5),
            settled(1),
            settled(3),
            hold(4, 8, 5),
            hold(4, 8, 6),
            account(20),
        ]);
        let accounts: Vec<_> = changes
            .accounts
            .values()
            .map(|record| record.kept.spent)
            .collect();
        assert_eq!(accounts, [20]);
        let charges: Vec<_> = changes.charges.keys().collect();
        assert_eq!(charges, [&ChargeId([2; 32])]);
        assert_eq!(
            changes.charges_over,
            [1, 3].map(|id| ChargeId([id; 32])).into()
        );
        let mut holds: Vec<_> = changes
            .holds
            .values()
            .map(|(of, hold)| (of.epoch, hold.amount))
            .collect();
        holds.sort_unstable();
        assert_eq!(holds, [(7, 5), (8, 6)]);
        assert_eq!(changes.holds_over, [[1; 32], [3; 32]].into());
    }
}
