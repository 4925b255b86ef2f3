//! The ledgers of pools that pay an account as a beneficiary or as their treasury. Most of the money goes
//! straight through or is paid out. What cannot be sent is kept.

use super::{signed, Entry, Item, Key, Kind, Ledger, Line, Name};
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
    /// The pools that the factory lists.
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
                let pool = event.emitted.contract;
                let lines = lines(event).into_iter();
                for line in lines.filter(|line| line.key.account == Some(self.account)) {
                    let ledger = self.ledgers.entry(pool);
                    let ledger = ledger.or_insert_with(|| Ledger::new(Name::Pool(pool)));
                    ledger.enter(event, line.entry);
                }
            }
            _ => {}
        }
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

/// Returns what an event of a pool changes in everybody's ledgers, in order.
pub fn lines(event: &Event) -> Vec<Line> {
    let emitted = &event.emitted;
    let entries = match emitted.decode::<Released>() {
        Some(released) => of_release(released.release),
        None => {
            let donations = emitted.decode::<Donations>();
            let division = donations.and_then(|event| event.division);
            let arrived = || emitted.decode::<Arrived>()?.division;
            match division.or_else(arrived) {
                Some(Division { fee, shares }) => of_shares(None, fee, shares),
                None => Vec::new(),
            }
        }
    };
    let pool = Name::Pool(emitted.contract);
    let entries = entries.into_iter();
    entries
        .map(|(account, entry)| Key::whose(pool, account).line(entry))
        .collect()
}

fn of_release(release: Release) -> Vec<(Account, Entry)> {
    match release {
        Release::Payout {
            payout,
            fee,
            shares,
            ..
        } => of_shares(Some(payout), fee, shares),
        Release::Withdrawal { account, amount } => {
            let entry = Entry::new(Kind::Withdrawal, -signed(amount));
            vec![(account.into(), entry)]
        }
        _ => Vec::new(),
    }
}

/// Returns the entries that shares of a payout, or of what went straight through, make in the ledgers of
/// those who have them.
fn of_shares(payout: Option<u32>, fee: Option<Share>, shares: Vec<Share>) -> Vec<(Account, Entry)> {
    let kind = match payout {
        Some(_) => Kind::Payout,
        None => Kind::Gift,
    };
    let fees = fee.into_iter().map(|share| (Kind::Fee, share));
    let all = fees.chain(shares.into_iter().map(|share| (kind, share)));
    let entries = all.flat_map(|(kind, share)| {
        let amount = signed(share.amount);
        let sent = if share.sent { -amount } else { 0 };
        [(kind, amount), (Kind::Sent, sent)].map(|(kind, amount)| {
            let entry = Entry::new(kind, amount).of(payout.map(Item::Payout));
            (share.account.into(), entry)
        })
    });
    entries.collect()
}
