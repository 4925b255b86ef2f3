//! What pools pay somebody, as a beneficiary or as their treasury: most of it goes straight through or is
//! paid out, and what cannot be sent is kept.

use super::{signed, Entry, Item, Kind, Ledger, Name};
use crate::{at, history::Event, Account, Block, Client, Error};
use farthing_contracts::pool::{
    events::{Arrived, Division, Donations, Release, Released, Share},
    PoolRef,
};
use farthing_contracts::pool_factory::events::PoolCreated;
use farthing_contracts::Contract;
use ink::codegen::TraitCallBuilder;
use std::collections::{BTreeMap, BTreeSet};

/// The ledgers of the pools that paid an account.
pub struct Pools {
    account: Account,
    ledgers: BTreeMap<Account, Ledger>,
    /// The factory's pools.
    listed: BTreeSet<Account>,
}

impl Pools {
    pub fn new(account: Account) -> Self {
        Self {
            account,
            ledgers: BTreeMap::new(),
            listed: BTreeSet::new(),
        }
    }

    pub fn see(&mut self, event: &Event) {
        match event.contract {
            Contract::PoolFactory => {
                let created = event.emitted.decode::<PoolCreated>();
                self.listed
                    .extend(created.map(|pool| Account::from(pool.account)));
            }
            Contract::Pool if self.listed.contains(&event.emitted.contract) => {
                for entry in self.entries(event) {
                    let pool = event.emitted.contract;
                    let ledger = self.ledgers.entry(pool);
                    let ledger = ledger.or_insert_with(|| Ledger::new(Name::Pool(pool)));
                    ledger.enter(event, entry);
                }
            }
            _ => {}
        }
    }

    /// What an event of a pool means for the account.
    fn entries(&self, event: &Event) -> Vec<Entry> {
        let emitted = &event.emitted;
        if let Some(released) = emitted.decode::<Released>() {
            return self.of_release(released.release);
        }
        let donations = emitted.decode::<Donations>();
        let division = donations.map(|event| event.division);
        let division = division.or_else(|| emitted.decode::<Arrived>().map(|event| event.division));
        match division.flatten() {
            Some(Division { fee, shares }) => self.of_shares(None, fee, shares),
            None => Vec::new(),
        }
    }

    fn of_release(&self, release: Release) -> Vec<Entry> {
        match release {
            Release::Payout {
                payout,
                fee,
                shares,
                ..
            } => self.of_shares(Some(payout), fee, shares),
            Release::Withdrawal { account, amount } if self.account.id() == account => {
                vec![Entry::new(Kind::Withdrawal, -signed(amount))]
            }
            _ => Vec::new(),
        }
    }

    /// What shares of a payout, or of what went straight through, mean for the account.
    fn of_shares(&self, payout: Option<u32>, fee: Option<Share>, shares: Vec<Share>) -> Vec<Entry> {
        let kind = match payout {
            Some(_) => Kind::Payout,
            None => Kind::Gift,
        };
        let fees = fee.into_iter().map(|share| (Kind::Fee, share));
        let all = fees.chain(shares.into_iter().map(|share| (kind, share)));
        let own = all.filter(|(_, share)| self.account.id() == share.account);
        let entries = own.flat_map(|(kind, share)| {
            let amount = signed(share.amount);
            let sent = if share.sent { -amount } else { 0 };
            [(kind, amount), (Kind::Sent, sent)]
        });
        let entry = |(kind, amount)| Entry::new(kind, amount).of(payout.map(Item::Payout));
        entries.map(entry).collect()
    }

    /// Returns the ledgers, each checked against its pool as of a block.
    pub async fn check(self, client: &Client, block: Block) -> Result<Vec<Ledger>, Error> {
        let pools: Vec<_> = self.ledgers.keys().copied().collect();
        client.check_all(Contract::Pool, &pools).await?;
        let questions = pools.iter().map(|pool| {
            let pool: PoolRef = at(*pool);
            pool.call().kept_for(self.account.id())
        });
        let kept = client.read_all_at(block, questions).await?;
        let ledgers = self.ledgers.into_values().zip(kept);
        let checked = ledgers.map(|(ledger, kept)| {
            ledger.reconcile(client, kept, block)?;
            Ok(ledger)
        });
        checked.collect()
    }
}
