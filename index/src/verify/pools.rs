//! What went through pools, beside what they say of it.

use crate::{
    kinds::{GiftKind, ReleaseKind},
    tables::end_of,
    value::row,
    Index, Result,
};
use farthing_client::{at, Account, Block, Client};
use farthing_contracts::pool::{
    books::Stage, donor::Donor, pool::Overview, reading::MAX_DONORS, PoolRef,
};
use farthing_types::Balance;
use ink::codegen::TraitCallBuilder;
use std::{collections::BTreeMap, ops::ControlFlow};

/// What went through a pool up to some block, as the index has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PoolFlow {
    /// What donors gave.
    pub donated: Balance,
    /// What was added to that out of sponsors' money.
    pub matched: Balance,
    /// What sponsors put in.
    pub sponsored: Balance,
    /// Grants, and what came by other roads.
    pub granted: Balance,
    /// What was divided, and arrived.
    pub sent: Balance,
    /// What was divided, and is or was kept.
    pub kept: Balance,
    /// What of that was taken out.
    pub withdrawn: Balance,
    /// What donors had back.
    pub refunded: Balance,
    /// What sponsors had back.
    pub returned: Balance,
    /// What each donor has given and not had back.
    pub donors: BTreeMap<Account, Balance>,
}

/// Something that does not come to what a contract says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What.
    pub what: &'static str,
    /// What the index has.
    pub found: Balance,
    /// What the contract says.
    pub expected: Balance,
}

/// Returns the first pair that differs.
pub(super) fn first_of<const N: usize>(
    pairs: [(&'static str, Balance, Balance); N],
) -> Option<Difference> {
    let mut pairs = pairs.into_iter();
    let (what, found, expected) = pairs.find(|(_, found, expected)| found != expected)?;
    Some(Difference {
        what,
        found,
        expected,
    })
}

const GIFTS: &str =
    "SELECT kind, amount, matched, account FROM gifts WHERE pool = $1 AND seq <= $2";
const RELEASES: &str = "SELECT kind, amount, account FROM releases WHERE pool = $1 AND seq <= $2";

impl Index {
    /// Returns the pools that there are in a block.
    ///
    /// # Errors
    /// [`crate::Error::Store`].
    pub fn pools(&mut self, block: u32) -> Result<Vec<Account>> {
        let pools = "SELECT DISTINCT pool FROM pools WHERE seq <= $1 ORDER BY pool";
        self.store
            .all(pools, &row![end_of(block)], |row| row.get(0))
    }

    /// Returns what went through a pool up to a block: all of it, gift by gift.
    ///
    /// # Errors
    /// [`crate::Error::Store`].
    pub fn pool_flow(&mut self, pool: Account, block: u32) -> Result<PoolFlow> {
        let mut flow = PoolFlow::default();
        let until = row![pool, end_of(block)];
        self.store.each(GIFTS, &until, &mut |row| {
            let (amount, matched) = (row.amount(1)?, row.amount(2)?);
            match row.get(0)? {
                GiftKind::Donation => {
                    add(&mut flow.donated, amount);
                    add(&mut flow.matched, matched);
                    add(flow.donors.entry(row.get(3)?).or_default(), amount);
                }
                GiftKind::Sponsorship => add(&mut flow.sponsored, amount),
                GiftKind::Grant | GiftKind::Surplus => add(&mut flow.granted, amount),
            }
            Ok(ControlFlow::Continue(()))
        })?;
        self.store.each(RELEASES, &until, &mut |row| {
            let amount = row.amount(1)?;
            match row.get(0)? {
                ReleaseKind::Paid => add(&mut flow.sent, amount),
                ReleaseKind::Kept => add(&mut flow.kept, amount),
                ReleaseKind::Withdrawal => add(&mut flow.withdrawn, amount),
                ReleaseKind::Sponsorship => add(&mut flow.returned, amount),
                ReleaseKind::Refund => {
                    add(&mut flow.refunded, amount);
                    let left = flow.donors.entry(row.get(2)?).or_default();
                    *left = left.saturating_sub(amount);
                }
                ReleaseKind::Explained | ReleaseKind::News => {}
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(flow)
    }

    /// Compares a pool's progress, as it stands after the last block, with all that went through it.
    ///
    /// # Errors
    /// [`crate::Error::Store`], [`crate::Error::Damaged`].
    pub fn pool_progress(&mut self, pool: Account, flow: &PoolFlow) -> Result<Option<Difference>> {
        let last = "SELECT donated, matched, granted, sponsored, refunded, paid, donors FROM progress WHERE pool = $1
ORDER BY seq DESC LIMIT 1";
        let sums = self.store.first(last, &row![pool], |row| {
            let donors: u64 = row.get(6)?;
            let sums = (0..6).map(|column| row.amount(column));
            Ok((sums.collect::<Result<Vec<_>>>()?, donors))
        })?;
        let (sums, donors) = sums.unwrap_or_default();
        let sum = |place: usize| sums.get(place).copied().unwrap_or(0);
        Ok(first_of([
            ("progress: donations", sum(0), flow.donated),
            ("progress: what was added to them", sum(1), flow.matched),
            ("progress: grants", sum(2), flow.granted),
            ("progress: sponsors' money", sum(3), flow.sponsored),
            ("progress: refunds", sum(4), flow.refunded),
            ("progress: what was divided", sum(5), flow.divided()),
            (
                "progress: donors",
                donors.into(),
                flow.donors.len() as Balance,
            ),
        ]))
    }
}

fn add(sum: &mut Balance, amount: Balance) {
    *sum = sum.saturating_add(amount);
}

impl PoolFlow {
    fn divided(&self) -> Balance {
        self.sent.saturating_add(self.kept)
    }

    /// Returns what of this is not what a pool says of itself.
    pub fn differs(&self, said: &Overview) -> Option<Difference> {
        // Where nothing is held for anybody, all gifts go straight through, and are in no books.
        let holds = said.terms.goal().is_some() || !said.terms.release.is_empty();
        let held = |sum| if holds { sum } else { 0 };
        let till = &said.till;
        first_of([
            ("donations", held(self.donated), said.sums.donated),
            (
                "what was added to them",
                held(self.matched),
                said.sums.matched,
            ),
            ("grants", held(self.granted), said.sums.pocket),
            ("refunds", self.refunded, till.refunded),
            (
                "what is kept",
                self.kept.saturating_sub(self.withdrawn),
                till.kept_in_all(),
            ),
            (
                "what was divided",
                self.divided(),
                match holds {
                    true => till.paid_out(),
                    false => [self.donated, self.matched, self.granted]
                        .into_iter()
                        .fold(0, Balance::saturating_add),
                },
            ),
        ])
    }

    /// Returns what of some donors' gifts is not what a pool with a goal says. A record that is gone says nothing
    /// once the goal is reached: its donor has freed it.
    pub fn donors_differ(
        donors: &[(Account, Balance)],
        said: &[Option<Donor>],
        stage: Stage,
    ) -> Option<Difference> {
        let mut pairs = donors.iter().zip(said);
        pairs.find_map(|((_, found), said)| {
            let expected = match said {
                Some(donor) => donor.given,
                None if stage == Stage::Ended => return None,
                None => 0,
            };
            first_of([("a donor's gifts", *found, expected)])
        })
    }
}

/// Compares a pool with what went through it up to a block.
pub(super) async fn compare(
    client: &Client,
    index: &mut Index,
    pool: Account,
    block: Block,
) -> Result<Option<Difference>> {
    let flow = index.pool_flow(pool, block.number)?;
    // Progress is kept as of the last block only.
    if index
        .status()
        .last
        .is_some_and(|(last, _)| last.number <= block.number)
    {
        if let Some(difference) = index.pool_progress(pool, &flow)? {
            return Ok(Some(difference));
        }
    }
    let contract: PoolRef = at(pool);
    let said = client.read_at(block, contract.call().overview()).await?;
    if said.terms.goal().is_none() {
        return Ok(None);
    }
    let donors: Vec<_> = flow.donors.into_iter().collect();
    let pages = donors.chunks(MAX_DONORS);
    let questions = pages.clone().map(|page| {
        let accounts = page.iter().map(|(account, _)| account.id());
        contract.call().donors(accounts.collect())
    });
    let records = client.read_all_at(block, questions).await?;
    let mut differences = pages
        .zip(records)
        .filter_map(|(page, said_of)| PoolFlow::donors_differ(page, &said_of, said.stage));
    Ok(differences.next())
}
