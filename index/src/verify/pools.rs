//! What went through pools, beside what they say of it.

use crate::{
    kinds::{GiftKind, ReleaseKind},
    tables::end_of,
    value::row,
    Index, Result,
};
use farthing_client::{at, Account, Block, Client};
use farthing_contracts::pool::{
    books::Stage, donor::Donor, pool::Overview, reading::MAX_DONORS, sponsors::Sponsor, PoolRef,
};
use farthing_types::{split::MAX_RECIPIENTS, Balance};
use ink::codegen::TraitCallBuilder;
use std::{collections::BTreeMap, ops::ControlFlow};

/// What went through a pool up to some block, as the index has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PoolFlow {
    /// What donors gave, in the smallest unit. Refunds do not lower it.
    pub donated: Balance,
    /// What was added to that out of sponsors' money.
    pub matched: Balance,
    /// What sponsors put in, in the smallest unit.
    pub sponsored: Balance,
    /// Grants, and what came by other roads.
    pub granted: Balance,
    /// How many gifts and grants there were.
    pub gifts: Balance,
    /// What was divided, and arrived.
    pub sent: Balance,
    /// What was divided, and is or was kept.
    pub kept: Balance,
    /// What of both was divided by payouts, and did not go straight through.
    pub paid_out: Balance,
    /// What of what was kept was taken out.
    pub withdrawn: Balance,
    /// What donors had back, in the smallest unit.
    pub refunded: Balance,
    /// What sponsors had back, in the smallest unit.
    pub returned: Balance,
    /// What each donor has given and not had back.
    pub donors: BTreeMap<Account, Balance>,
    /// What each sponsor put in, in order of arrival.
    pub sponsors: Vec<(Account, Balance)>,
}

/// What of it a pool holds.
struct Held {
    donated: Balance,
    matched: Balance,
    granted: Balance,
}

/// Something that does not come to what a contract says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The name of the figure that differs.
    pub what: &'static str,
    /// What the index has, in the smallest unit.
    pub found: Balance,
    /// What the contract says, in the smallest unit.
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
    "SELECT kind, amount, matched, account FROM gifts WHERE pool = $1 AND seq <= $2 ORDER BY seq, place";
const RELEASES: &str =
    "SELECT kind, amount, account, number FROM releases WHERE pool = $1 AND seq <= $2";

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
            add(&mut flow.gifts, 1);
            match row.get(0)? {
                GiftKind::Donation => {
                    add(&mut flow.donated, amount);
                    add(&mut flow.matched, matched);
                    add(flow.donors.entry(row.get(3)?).or_default(), amount);
                }
                GiftKind::Sponsorship => {
                    add(&mut flow.sponsored, amount);
                    flow.sponsors.push((row.get(3)?, amount));
                }
                GiftKind::Grant | GiftKind::Surplus => add(&mut flow.granted, amount),
            }
            Ok(ControlFlow::Continue(()))
        })?;
        self.store.each(RELEASES, &until, &mut |row| {
            let (kind, amount) = (row.get(0)?, row.amount(1)?);
            let is_divided = matches!(kind, ReleaseKind::Paid | ReleaseKind::Kept);
            if is_divided && row.get::<Option<u32>>(3)?.is_some() {
                add(&mut flow.paid_out, amount);
            }
            match kind {
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

    /// Returns what of this is not what a pool says of itself, and of what it owes.
    pub fn differs(&self, said: &Overview, owed: Balance) -> Option<Difference> {
        let (till, held) = (&said.till, self.held(said));
        first_of([
            ("what it owes", self.owed(said), owed),
            ("donations", held.donated, said.sums.donated),
            ("what was added to them", held.matched, said.sums.matched),
            ("grants", held.granted, said.sums.pocket),
            ("refunds", self.refunded, till.refunded),
            ("what is kept", self.kept_now(), till.kept_in_all()),
            ("what was paid out", self.paid_out, till.paid_out()),
            (
                "what was passed on",
                self.passed_on(),
                self.divisible(&held),
            ),
        ])
    }

    /// Returns what of it the pool holds until a payout. Gifts are held for a goal or a schedule, and grants for a
    /// schedule; all else goes straight through.
    fn held(&self, said: &Overview) -> Held {
        let scheduled = !said.terms.release.is_empty();
        let of = |holds, sum| if holds { sum } else { 0 };
        let holds = scheduled || said.terms.goal().is_some();
        Held {
            donated: of(holds, self.donated),
            matched: of(holds, self.matched),
            granted: of(scheduled, self.granted),
        }
    }

    /// Returns what the pool owes: to beneficiaries, donors and sponsors, whose money that was added to gifts is theirs
    /// again if the goal was missed.
    fn owed(&self, said: &Overview) -> Balance {
        let (held, missed) = (self.held(said), said.stage == Stage::Missed);
        let added = |sum| if missed { 0 } else { sum };
        let came = [
            held.donated,
            added(held.matched),
            held.granted,
            self.kept_now(),
            self.sponsored,
        ];
        let left = [
            added(self.matched),
            self.returned,
            self.refunded,
            self.paid_out,
        ];
        let sum = |sums: &[Balance]| sums.iter().copied().fold(0, Balance::saturating_add);
        sum(&came).saturating_sub(sum(&left))
    }

    fn kept_now(&self) -> Balance {
        self.kept.saturating_sub(self.withdrawn)
    }

    /// Returns what was divided without a payout.
    fn passed_on(&self) -> Balance {
        self.divided().saturating_sub(self.paid_out)
    }

    /// Returns what of all that went straight through could be divided. Each gift leaves less than a unit for each
    /// beneficiary, which no event tells: as much as that can be missing.
    fn divisible(&self, held: &Held) -> Balance {
        let all = [
            self.donated.saturating_sub(held.donated),
            self.matched.saturating_sub(held.matched),
            self.granted.saturating_sub(held.granted),
        ];
        let all = all.into_iter().fold(0, Balance::saturating_add);
        let units = self.gifts.saturating_mul(MAX_RECIPIENTS as Balance);
        self.passed_on().clamp(all.saturating_sub(units), all)
    }

    /// Returns what of the sponsors' money is not what a pool says of those that it lists, by their numbers.
    pub fn sponsors_differ(&self, said: &[Sponsor]) -> Option<Difference> {
        said.iter().find_map(|sponsor| {
            // They are counted from 1.
            let place = sponsor.number.checked_sub(1)?;
            let known = self.sponsors.get(place as usize);
            let found = match known {
                Some((account, amount)) if *account == sponsor.account.into() => *amount,
                _ => 0,
            };
            first_of([("a sponsor's money", found, sponsor.given)])
        })
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
    let (owed, _) = client.read_at(block, contract.call().solvency()).await?;
    if let Some(difference) = flow.differs(&said, owed) {
        return Ok(Some(difference));
    }
    if flow.sponsored > 0 || said.sums.matched > 0 {
        let sponsors = client.read_at(block, contract.call().sponsors()).await?;
        if let Some(difference) = flow.sponsors_differ(&sponsors) {
            return Ok(Some(difference));
        }
    }
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
