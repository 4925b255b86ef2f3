//! What went through matching rounds, beside what they say of it.

use super::pools::{first_of, Difference};
use crate::{kinds::RoundKind, tables::end_of, value::row, Index, Result};
use farthing_client::{at, Account, Block, Client};
use farthing_contracts::matching_round::{
    books::{Books, Stage},
    entries::Projection,
    tally::Contribution,
    MatchingRoundRef,
};
use farthing_types::Balance;
use ink::codegen::TraitCallBuilder;
use std::{collections::BTreeMap, ops::ControlFlow};

/// What went through a round up to some block, as the index has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoundFlow {
    /// What sponsors put in and did not leave with, in the smallest unit.
    pub money: Balance,
    /// What pools got in all, in the smallest unit.
    pub paid: Balance,
    /// What sponsors had back of what was not divided.
    pub back: Balance,
    /// What each sponsor put in, and had no part back of.
    pub sponsors: BTreeMap<Account, Balance>,
    /// The pools that are in it.
    pub pools: BTreeMap<Account, Entered>,
    /// What counts of what each donor gave, by pool and donor.
    pub donors: BTreeMap<(Account, Account), Balance>,
}

/// A pool in a round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entered {
    /// What donors gave through the round, as far as it counts.
    pub counted: Balance,
    /// The share that it gets, in the smallest unit; 0 until that is settled.
    pub share: Balance,
    /// The share that it has taken, in the smallest unit; 0 before.
    pub paid: Balance,
}

const MOVES: &str =
    "SELECT kind, amount, counted, account, pool FROM round_moves WHERE round = $1 AND seq <= $2
ORDER BY seq, place";

impl Index {
    /// Returns the rounds that there are in a block.
    ///
    /// # Errors
    /// [`crate::Error::Store`].
    pub fn rounds(&mut self, block: u32) -> Result<Vec<Account>> {
        let rounds = "SELECT DISTINCT round FROM rounds WHERE seq <= $1 ORDER BY round";
        self.store
            .all(rounds, &row![end_of(block)], |row| row.get(0))
    }

    /// Returns what went through a round up to a block.
    ///
    /// # Errors
    /// [`crate::Error::Store`].
    pub fn round_flow(&mut self, round: Account, block: u32) -> Result<RoundFlow> {
        let mut flow = RoundFlow::default();
        let until = row![round, end_of(block)];
        self.store.each(MOVES, &until, &mut |row| {
            let who: Option<Account> = row.get(3)?;
            let pool: Option<Account> = row.get(4)?;
            flow.moved(row.get(0)?, row.amount(1)?, who.or(pool));
            if let (RoundKind::Donated, Some(pool)) = (row.get(0)?, pool) {
                let amount = row.amount(2)?;
                let counted = &mut flow.pools.entry(pool).or_default().counted;
                *counted = counted.saturating_add(amount);
                if let Some(donor) = who {
                    let given = flow.donors.entry((pool, donor)).or_default();
                    *given = given.saturating_add(amount);
                }
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(flow)
    }
}

impl RoundFlow {
    /// Takes note of a move, with a sponsor, or else of a pool.
    fn moved(&mut self, kind: RoundKind, amount: Balance, of: Option<Account>) {
        let Some(of) = of else {
            return;
        };
        match kind {
            RoundKind::Sponsored => {
                self.money = self.money.saturating_add(amount);
                let given = self.sponsors.entry(of).or_default();
                *given = given.saturating_add(amount);
            }
            RoundKind::Left => {
                self.money = self.money.saturating_sub(amount);
                self.sponsors.insert(of, 0);
            }
            RoundKind::TakenBack => {
                self.back = self.back.saturating_add(amount);
                self.sponsors.insert(of, 0);
            }
            RoundKind::Entered => {
                self.pools.entry(of).or_default();
            }
            RoundKind::TakenOut => {
                self.pools.remove(&of);
                self.donors.retain(|(pool, _), _| *pool != of);
            }
            RoundKind::Share => self.pools.entry(of).or_default().share = amount,
            RoundKind::Paid => {
                self.paid = self.paid.saturating_add(amount);
                self.pools.entry(of).or_default().paid = amount;
            }
            RoundKind::Donated | RoundKind::NotTaken | RoundKind::Objected | RoundKind::Allowed => {
            }
        }
    }

    /// Returns what of this is not what a round says of its money and its pools.
    pub fn differs(&self, books: &Books, pools: &[Projection]) -> Option<Difference> {
        let out = self.paid.saturating_add(self.back);
        let sums = first_of([
            ("sponsors' money", self.money, books.money),
            ("what it owes", self.money.saturating_sub(out), books.owed),
            ("pools", self.pools.len() as Balance, books.pools.into()),
        ]);
        let of_pools = || {
            pools.iter().find_map(|said| {
                let account = said.entry.account.into();
                let found = self.pools.get(&account).copied().unwrap_or_default();
                let settled = |share| if books.divided { share } else { 0 };
                let paid = if said.entry.paid { said.entry.share } else { 0 };
                first_of([
                    ("what counts for a pool", found.counted, said.tally.counted),
                    ("a pool's share", found.share, settled(said.entry.share)),
                    ("what a pool got", found.paid, paid),
                ])
            })
        };
        sums.or_else(of_pools)
    }

    /// Returns what of the sponsors' money is not what a round says, in their order.
    pub fn sponsors_differ(&self, said: &[Balance]) -> Option<Difference> {
        let mut pairs = self.sponsors.values().zip(said);
        pairs.find_map(|(found, said)| first_of([("a sponsor's money", *found, *said)]))
    }

    /// Returns what of the donors' gifts is not what a round says, in their order. Once it has closed, a record that
    /// is gone says nothing: its donor has freed it.
    pub fn donors_differ(&self, said: &[Option<Contribution>], stage: Stage) -> Option<Difference> {
        let is_open = matches!(stage, Stage::Entering | Stage::Chosen | Stage::Open);
        let mut pairs = self.donors.values().zip(said);
        pairs.find_map(|(found, said)| {
            let expected = match said {
                Some(contribution) => contribution.counted,
                None if is_open => 0,
                None => return None,
            };
            first_of([("what counts of a donor's gifts", *found, expected)])
        })
    }
}

/// Compares a round with what went through it up to a block.
pub(super) async fn compare(
    client: &Client,
    index: &mut Index,
    round: Account,
    block: Block,
) -> Result<Option<Difference>> {
    let flow = index.round_flow(round, block.number)?;
    let contract: MatchingRoundRef = at(round);
    let said = client.read_at(block, contract.call().overview()).await?;
    let pools = client.read_at(block, contract.call().pools()).await?;
    let questions = flow
        .sponsors
        .keys()
        .map(|sponsor| contract.call().sponsored(sponsor.id()));
    let sponsored = client.read_all_at(block, questions).await?;
    let questions = flow
        .donors
        .keys()
        .map(|(pool, donor)| contract.call().contribution(pool.id(), donor.id()));
    let contributions = client.read_all_at(block, questions).await?;
    Ok(flow
        .differs(&said.books, &pools)
        .or_else(|| flow.sponsors_differ(&sponsored))
        .or_else(|| flow.donors_differ(&contributions, said.stage)))
}
