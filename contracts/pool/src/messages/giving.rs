//! Money in: donations, grants, and what came by other roads.

use super::{arrived, end, MAX_BATCH};
use crate::{
    checks::signer,
    donor::Donor,
    error::{Error, Result},
    events::{Arrival, Division, Donation, Donations, Gift, Share},
    pool::Pool,
    sponsors::{Match, Sponsors},
    terms::{part, Payees},
};
use farthing_shared::{host, try_send};
use farthing_types::{split::PARTS, Balance, Hash, Millis};
use ink::{
    codegen::StaticEnv,
    prelude::{vec, vec::Vec},
    primitives::AccountId,
    scale::Encode,
};

impl Pool {
    /// Takes a gift that counts in a round of matching, if `in_round` says so.
    pub(crate) fn take_one(
        &mut self,
        donor: AccountId,
        memo: Option<Hash>,
        in_round: bool,
    ) -> Result<()> {
        let amount = host::attached();
        let now = Self::env().block_timestamp();
        self.books.check_gift(now, amount)?;
        if in_round && self.payees().is_beneficiary(&donor) {
            return Err(Error::IsBeneficiary);
        }
        let gift = Gift {
            donor,
            amount,
            memo,
        };
        self.take_gifts(now, vec![gift], amount)
    }

    pub(crate) fn take_all(&mut self, gifts: Vec<Gift>) -> Result<()> {
        if gifts.is_empty() || gifts.len() > MAX_BATCH {
            return Err(Error::BatchSize);
        }
        let now = Self::env().block_timestamp();
        let mut total: Balance = 0;
        for gift in &gifts {
            self.books.check_gift(now, gift.amount)?;
            total = total.checked_add(gift.amount).ok_or(Error::Overflow)?;
        }
        if total != host::attached() {
            return Err(Error::WrongValue(total));
        }
        self.take_gifts(now, gifts, total)
    }

    pub(crate) fn take_gifts(
        &mut self,
        now: Millis,
        gifts: Vec<Gift>,
        total: Balance,
    ) -> Result<()> {
        if self.books.passes_gifts_on(now) {
            let unmatched = |gift: Gift| gift.matched_by(Vec::new());
            let donations = gifts.into_iter().map(unmatched).collect();
            return self.pass_on_gifts(donations, total, false);
        }
        self.take_into_account(now, gifts, total)
    }

    /// Sends gifts on, with what sponsors added. `root` says whether the root item has changed.
    #[inline(never)]
    fn pass_on_gifts(
        &mut self,
        donations: Vec<Donation>,
        total: Balance,
        root: bool,
    ) -> Result<()> {
        let division = self.pass_on(total)?;
        let root = root || division.keeps();
        received(host::caller(), false, donations, Some(division));
        end(root, ())
    }

    /// Takes gifts that sponsors may add something to, or that are held.
    #[inline(never)]
    fn take_into_account(&mut self, now: Millis, gifts: Vec<Gift>, total: Balance) -> Result<()> {
        let mut sponsors = (now < self.books.matching_until).then(|| self.all_sponsors());
        let signer = if self.books.goal == 0 { None } else { signer() };
        let mut added: Balance = 0;
        let mut donations = Vec::with_capacity(gifts.len());
        for gift in gifts {
            let matched = self.note(now, &gift, signer, sponsors.as_mut())?;
            // At most what sponsors ever put in.
            added = matched
                .iter()
                .fold(added, |sum, one| sum.saturating_add(one.amount));
            donations.push(gift.matched_by(matched));
        }
        let root = self.store_sponsors(sponsors, added);
        if self.books.holds_nothing() {
            let total = total.checked_add(added).ok_or(Error::Overflow)?;
            return self.pass_on_gifts(donations, total, root);
        }
        self.books.hold(total, added)?;
        received(host::caller(), signer.is_some(), donations, None);
        Ok(())
    }

    /// Writes a gift down in its donor's record, if the pool has a goal. Returns what sponsors add.
    fn note(
        &mut self,
        now: Millis,
        gift: &Gift,
        signer: Option<AccountId>,
        sponsors: Option<&mut Sponsors>,
    ) -> Result<Vec<Match>> {
        if self.books.goal == 0 {
            let matched = sponsors.map(|all| all.add_to(now, gift.amount, None));
            return Ok(matched.unwrap_or_default());
        }
        let mut record = self
            .donors
            .get(gift.donor)
            .unwrap_or_else(|| Donor::paid_by(signer));
        record.give(gift.amount, signer).ok_or(Error::Overflow)?;
        let matched = sponsors.map(|all| all.add_to(now, gift.amount, Some(&mut record.matched)));
        self.donors.insert(gift.donor, &record);
        Ok(matched.unwrap_or_default())
    }

    /// Stores what sponsors have left, if they added something. Returns whether the books changed.
    fn store_sponsors(&mut self, sponsors: Option<Sponsors>, added: Balance) -> bool {
        let Some(sponsors) = sponsors.filter(|_| added != 0) else {
            return false;
        };
        let until = sponsors.matching_until();
        let changed = until != self.books.matching_until;
        self.books.matching_until = until;
        self.sponsors.set(&sponsors);
        changed
    }

    pub(crate) fn take_grant(&mut self) -> Result<()> {
        let (from, amount) = (Self::env().caller(), Self::env().transferred_value());
        if amount == 0 {
            return Err(Error::NothingDue);
        }
        let division = self.take_for_good(amount)?;
        let root = division.as_ref().is_none_or(Division::keeps);
        arrived(Arrival::Grant { from, amount }, division);
        end(root, ())
    }

    pub(crate) fn take_surplus(&mut self) -> Result<Balance> {
        let surplus = Self::env().balance().saturating_sub(self.owed());
        let division = self.take_for_good(surplus)?;
        // What cannot be divided yet stays a surplus.
        let amount = division.as_ref().map_or(surplus, Division::sum);
        if amount == 0 {
            return Err(Error::NothingDue);
        }
        let root = division.as_ref().is_none_or(Division::keeps);
        arrived(Arrival::Surplus { amount }, division);
        end(root, amount)
    }

    /// Sends on what is the beneficiaries' whatever happens, or holds it as the schedule says.
    fn take_for_good(&mut self, amount: Balance) -> Result<Option<Division>> {
        if !self.books.scheduled {
            return self.pass_on(amount).map(Some);
        }
        let sum = self.books.pocket.checked_add(amount);
        self.books.pocket = sum.ok_or(Error::Overflow)?;
        Ok(None)
    }

    /// Sends `amount` to treasury and beneficiaries, and keeps what the chain refuses to move. Units
    /// that cannot be divided stay a surplus.
    #[inline(never)]
    fn pass_on(&mut self, amount: Balance) -> Result<Division> {
        let division = send_on(&self.payees(), amount)?;
        if division.keeps() {
            self.keep(&division)?;
        }
        Ok(division)
    }

    /// Keeps what the chain refused to move.
    pub(crate) fn keep(&mut self, division: &Division) -> Result<()> {
        let mut till = self.till();
        till.keep(division).ok_or(Error::Overflow)?;
        self.till = till.encode();
        Ok(())
    }
}

/// Sends `amount` to treasury and beneficiaries, as far as it can be divided and the chain moves it.
#[inline(never)]
pub(crate) fn send_on(payees: &Payees, amount: Balance) -> Result<Division> {
    let (fee, net) = payees.fee_of(amount).ok_or(Error::Overflow)?;
    let fee = payees.fee.as_ref().map(|one| share(one.treasury, fee));
    let mut shares = Vec::with_capacity(payees.beneficiaries.len());
    for one in &payees.beneficiaries {
        let part = part(net, one.parts, PARTS).ok_or(Error::Overflow)?;
        shares.push(share(one.account, part));
    }
    Ok(Division { fee, shares })
}

/// Sends everyone their share.
pub(crate) fn send_all(payees: &Payees, fee: Balance, amounts: Vec<Balance>) -> Division {
    let mut shares = Vec::with_capacity(amounts.len());
    let fee = payees.fee.as_ref().map(|one| share(one.treasury, fee));
    for (one, amount) in payees.beneficiaries.iter().zip(amounts) {
        shares.push(share(one.account, amount));
    }
    Division { fee, shares }
}

/// Sends a share, and tells whether it went.
#[inline(never)]
fn share(account: AccountId, amount: Balance) -> Share {
    Share {
        account,
        amount,
        sent: try_send(account, amount),
    }
}

/// Tells of donations. `signed` says whether records that were created name the payer.
#[inline(never)]
pub(crate) fn received(
    payer: AccountId,
    signed: bool,
    donations: Vec<Donation>,
    division: Option<Division>,
) {
    let event = Donations {
        payer,
        signed,
        donations,
        division,
    };
    host::emit(&event.encode());
}
