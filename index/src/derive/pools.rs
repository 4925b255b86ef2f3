//! Pools: what came in, how far they are, what left.

use super::{cache::Cache, Seen, Writer};
use crate::{
    kinds::{GiftKind, ReleaseKind},
    tables::Which,
    value::{row, Amount},
    Result,
};
use farthing_client::Account;
use farthing_contracts::{
    pool::{
        events::{
            Arrival, Arrived, Created, Division, Donations, Explained, Finalised, News, Note,
            Release, Released, Share,
        },
        terms::{Mode, Terms},
    },
    pool_factory::events::{ListingChanged, PoolCreated},
};
use farthing_types::{Balance, CreatorId};
use scale::{Decode, Encode};

/// A pool as it was told last.
#[derive(Clone)]
struct Pool {
    /// Its number in the factory; `None` if the factory did not make it.
    number: Option<u32>,
    listed: bool,
    creator: Option<CreatorId>,
    maker: Account,
    terms: Terms,
}

#[derive(Default)]
pub struct Known {
    pools: Cache<Account, Option<Pool>>,
    numbers: Cache<u32, Option<Account>>,
    /// What donors have in pools: `None` if they never gave anything.
    donors: Cache<(Account, Account), Option<Balance>>,
}

impl Known {
    pub fn trim(&mut self) {
        self.pools.trim();
        self.numbers.trim();
        self.donors.trim();
    }
}

const LAST: &str =
    "SELECT number, listed, creator, maker, terms FROM pools WHERE pool = $1 ORDER BY seq DESC LIMIT 1";
const OF_NUMBER: &str = "SELECT pool FROM pools WHERE number = $1 ORDER BY seq DESC LIMIT 1";
const LAST_GIFT: &str =
    "SELECT total, seq FROM gifts WHERE account = $1 AND pool = $2 AND kind = $3
ORDER BY seq DESC, place DESC LIMIT 1";
const REFUNDS_SINCE: &str =
    "SELECT amount FROM releases WHERE account = $1 AND pool = $2 AND kind = $3 AND seq > $4";

impl Writer<'_> {
    pub(super) fn factory(&mut self, seen: Seen) -> Result<()> {
        if let Some(created) = seen.decode::<PoolCreated>() {
            let address = created.account.into();
            let Some(mut pool) = self.known_pool(address)?.clone() else {
                let reason = format!("it made pool {}, which did not tell of it", created.number);
                return Err(seen.impossible(reason));
            };
            pool.number = Some(created.number);
            pool.listed = true;
            pool.creator = created.creator;
            pool.maker = created.maker.into();
            self.put_pool(seen, address, pool);
            self.memory.pools.numbers.put(created.number, Some(address));
        } else if let Some(changed) = seen.decode::<ListingChanged>() {
            let store = &mut *self.store;
            let address = *self.memory.pools.numbers.get(changed.number, || {
                store.first(OF_NUMBER, &row![changed.number], |row| row.get(0))
            })?;
            let pool = match address {
                Some(address) => self
                    .known_pool(address)?
                    .clone()
                    .map(|pool| (address, pool)),
                None => None,
            };
            let Some((address, mut pool)) = pool else {
                let reason = format!("it lists pool {}, which it did not make", changed.number);
                return Err(seen.impossible(reason));
            };
            pool.listed = changed.listed;
            self.put_pool(seen, address, pool);
        }
        Ok(())
    }

    fn known_pool(&mut self, address: Account) -> Result<&mut Option<Pool>> {
        let store = &mut *self.store;
        self.memory.pools.pools.get(address, || {
            store.first(LAST, &row![address], |row| {
                let terms = row.get::<Vec<u8>>(4)?;
                Ok(Pool {
                    number: row.get(0)?,
                    listed: row.get(1)?,
                    creator: row.get(2)?,
                    maker: row.get(3)?,
                    terms: Terms::decode(&mut &terms[..]).map_err(crate::Error::store)?,
                })
            })
        })
    }

    /// Returns whether the deployment's factory made the pool.
    pub(super) fn is_listed_pool(&mut self, address: Account) -> Result<bool> {
        let pool = self.known_pool(address)?;
        Ok(pool.as_ref().is_some_and(|pool| pool.number.is_some()))
    }

    fn put_pool(&mut self, seen: Seen, address: Account, pool: Pool) {
        let terms = &pool.terms;
        let (goal, closes) = match &terms.mode {
            Mode::KeepAll { closes } => (None, *closes),
            Mode::AllOrNothing { goal, deadline } => (Some(Amount(*goal)), Some(*deadline)),
        };
        let row = row![
            seen.seq,
            address,
            pool.number,
            pool.listed,
            pool.creator,
            pool.maker,
            terms.title.clone(),
            terms.uri.clone(),
            terms.description,
            goal,
            closes,
            terms.encode(),
        ];
        self.put(Which::Pools, row);
        self.memory.pools.pools.put(address, Some(pool));
    }

    pub(super) fn pool(&mut self, seen: Seen) -> Result<()> {
        if let Some(created) = seen.decode::<Created>() {
            let pool = Pool {
                number: None,
                listed: false,
                creator: None,
                maker: created.maker.into(),
                terms: created.terms,
            };
            self.put_pool(seen, seen.at(), pool);
            return Ok(());
        }
        if let Some(donations) = seen.decode::<Donations>() {
            self.donations(seen, donations)
        } else if let Some(arrived) = seen.decode::<Arrived>() {
            self.arrived(seen, arrived)
        } else if let Some(released) = seen.decode::<Released>() {
            self.released_by_pool(seen, released.release)
        } else if seen.decode::<Finalised>().is_some() {
            self.change_progress(seen, |progress| progress.is_final = true)
        } else if let Some(Explained { payout, by, note }) = seen.decode() {
            self.note(seen, ReleaseKind::Explained, by.into(), payout, note);
            Ok(())
        } else if let Some(News { by, note }) = seen.decode() {
            self.note(seen, ReleaseKind::News, by.into(), None, note);
            Ok(())
        } else {
            Ok(())
        }
    }

    fn donations(&mut self, seen: Seen, donations: Donations) -> Result<()> {
        for (place, donation) in (0u32..).zip(donations.donations) {
            let donor = Account::from(donation.donor);
            let matched = donation.matched.iter();
            let matched = matched.fold(0, |sum: Balance, one| sum.saturating_add(one.amount));
            let before = *self.has_given(seen.at(), donor)?;
            let total = before.unwrap_or(0).checked_add(donation.amount);
            let total =
                total.ok_or_else(|| seen.impossible("more is given than there is money"))?;
            self.memory
                .pools
                .donors
                .put((seen.at(), donor), Some(total));
            self.change_progress(seen, |progress| {
                progress.gifts += 1;
                progress.donors += u64::from(before.is_none());
                progress.donated = progress.donated.saturating_add(donation.amount);
                progress.matched = progress.matched.saturating_add(matched);
            })?;
            let row = row![
                seen.seq,
                place,
                GiftKind::Donation,
                seen.at(),
                donor,
                donations.payer,
                Amount(donation.amount),
                Amount(matched),
                Amount(total),
                donation.memo,
            ];
            self.put(Which::Gifts, row);
        }
        self.divided(seen, donations.division)
    }

    /// Returns the amount that a donor gave to a pool and did not have back; `None` if they never gave anything.
    fn has_given(&mut self, pool: Account, donor: Account) -> Result<&mut Option<Balance>> {
        let store = &mut *self.store;
        self.memory.pools.donors.get((pool, donor), || {
            let last = row![donor, pool, GiftKind::Donation];
            let last = store.first(LAST_GIFT, &last, |row| {
                Ok((row.amount(0)?, row.get::<i64>(1)?))
            })?;
            let Some((total, seq)) = last else {
                return Ok(None);
            };
            let since = row![donor, pool, ReleaseKind::Refund, seq];
            let refunds = store.all(REFUNDS_SINCE, &since, |row| row.amount(0))?;
            let left = refunds.into_iter().fold(total, Balance::saturating_sub);
            Ok(Some(left))
        })
    }

    fn arrived(&mut self, seen: Seen, arrived: Arrived) -> Result<()> {
        let (kind, account, amount) = match arrived.arrival {
            Arrival::Sponsorship {
                account, amount, ..
            } => (GiftKind::Sponsorship, Some(account), amount),
            Arrival::Grant { from, amount } => (GiftKind::Grant, Some(from), amount),
            Arrival::Surplus { amount } => (GiftKind::Surplus, None, amount),
        };
        self.change_progress(seen, |progress| {
            let sum = match kind {
                GiftKind::Sponsorship => &mut progress.sponsored,
                _ => &mut progress.granted,
            };
            *sum = sum.saturating_add(amount);
        })?;
        let row = row![
            seen.seq,
            0u32,
            kind,
            seen.at(),
            account,
            account,
            Amount(amount),
            Amount(0),
            Amount(0),
            None::<Vec<u8>>,
        ];
        self.put(Which::Gifts, row);
        self.divided(seen, arrived.division)
    }

    /// Adds the shares of what went straight through, if anything did.
    fn divided(&mut self, seen: Seen, division: Option<Division>) -> Result<()> {
        match division {
            Some(Division { fee, shares }) => self.paid(seen, None, fee, shares),
            None => Ok(()),
        }
    }

    fn paid(
        &mut self,
        seen: Seen,
        payout: Option<u32>,
        fee: Option<Share>,
        shares: Vec<Share>,
    ) -> Result<()> {
        for (place, share) in (0u32..).zip(fee.into_iter().chain(shares)) {
            self.change_progress(seen, |progress| {
                progress.paid = progress.paid.saturating_add(share.amount);
            })?;
            let kind = match share.sent {
                true => ReleaseKind::Paid,
                false => ReleaseKind::Kept,
            };
            let account = share.account.into();
            self.release(seen, place, kind, account, share.amount, payout);
        }
        Ok(())
    }

    fn released_by_pool(&mut self, seen: Seen, release: Release) -> Result<()> {
        match release {
            Release::Payout {
                payout,
                fee,
                shares,
                note,
                ..
            } => {
                self.paid(seen, Some(payout), fee, shares)?;
                if let Some(note) = note {
                    self.note(seen, ReleaseKind::Explained, seen.at(), Some(payout), note);
                }
            }
            Release::Refund { donor, amount, .. } => {
                let donor = Account::from(donor);
                let has = self.has_given(seen.at(), donor)?;
                *has = has.map(|has| has.saturating_sub(amount));
                self.change_progress(seen, |progress| {
                    progress.refunded = progress.refunded.saturating_add(amount);
                })?;
                self.release(seen, 0, ReleaseKind::Refund, donor, amount, None);
            }
            Release::Sponsorship {
                sponsor,
                account,
                amount,
            } => {
                let kind = ReleaseKind::Sponsorship;
                self.release(seen, 0, kind, account.into(), amount, Some(sponsor));
            }
            Release::Withdrawal { account, amount } => {
                let kind = ReleaseKind::Withdrawal;
                self.release(seen, 0, kind, account.into(), amount, None);
            }
        }
        Ok(())
    }

    fn release(
        &mut self,
        seen: Seen,
        place: u32,
        kind: ReleaseKind,
        account: Account,
        amount: Balance,
        number: Option<u32>,
    ) {
        let row = row![
            seen.seq,
            place,
            kind,
            seen.at(),
            account,
            Amount(amount),
            number,
            None::<Vec<u8>>,
            None::<String>,
        ];
        self.put(Which::Releases, row);
    }

    fn note(
        &mut self,
        seen: Seen,
        kind: ReleaseKind,
        by: Account,
        payout: Option<u32>,
        note: Note,
    ) {
        // After the shares of a payout, of which there are 17 at most.
        let place = 1_000u32;
        let row = row![
            seen.seq,
            place,
            kind,
            seen.at(),
            by,
            Amount(0),
            payout,
            note.commitment,
            note.uri,
        ];
        self.put(Which::Releases, row);
    }
}
