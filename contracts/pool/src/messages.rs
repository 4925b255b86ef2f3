//! What the messages do.

use crate::{
    books::Stage,
    donor::Donor,
    error::{Error, Result},
    events::*,
    pool::Pool,
    sponsors::{Match, Pledge, PledgeError, Sponsor, Sponsors},
    terms::{Payees, Terms},
    till::Till,
};
use farthing_shared::{end_without_root, try_send};
use farthing_types::{split::Split, text, Balance, Hash, Millis, DAY};
use ink::{
    codegen::StaticEnv,
    prelude::{vec, vec::Vec},
    primitives::AccountId,
    scale::{Decode, Encode},
};

/// Most gifts in one batch.
pub const MAX_BATCH: usize = 64;
/// How long after the deadline a refund that cannot be sent goes to who had paid it in.
pub const RETURN_AFTER: Millis = 90 * DAY;

// ---- Money in ----

impl Pool {
    /// Takes a batch of one by a shorter way: code that a call enters is paid for.
    pub(crate) fn take_one(&mut self, donor: AccountId, memo: Option<Hash>) -> Result<()> {
        let now = Self::env().block_timestamp();
        let amount = Self::env().transferred_value();
        self.books.check_gift(now, amount)?;
        if self.passes_gifts_on(now) {
            let donation = Donation {
                donor,
                amount,
                matched: Vec::new(),
                memo,
            };
            return self.pass_on_gifts(vec![donation], amount, false);
        }
        let gift = Gift {
            donor,
            amount,
            memo,
        };
        self.take_into_account(now, vec![gift], amount)
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
        if total != Self::env().transferred_value() {
            return Err(Error::WrongValue(total));
        }
        if self.passes_gifts_on(now) {
            let unmatched = |gift: Gift| gift.matched_by(Vec::new());
            let donations = gifts.into_iter().map(unmatched).collect();
            return self.pass_on_gifts(donations, total, false);
        }
        self.take_into_account(now, gifts, total)
    }

    /// Returns whether gifts need nothing but to be sent on.
    fn passes_gifts_on(&self, now: Millis) -> bool {
        self.books.holds_nothing() && now >= self.books.matching_until
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
        received(false, donations, Some(division));
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
        received(signer.is_some(), donations, None);
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
        let payees = self.payees();
        let (fee, shares) = payees.divide(amount).ok_or(Error::Overflow)?;
        let division = send_all(&payees, fee, shares);
        if division.keeps() {
            let mut till = self.till();
            till.keep(&division).ok_or(Error::Overflow)?;
            self.till = till.encode();
        }
        Ok(division)
    }
}

/// Sends everyone their share.
fn send_all(payees: &Payees, fee: Balance, amounts: Vec<Balance>) -> Division {
    let send = |account, amount| Share {
        account,
        amount,
        sent: try_send(account, amount),
    };
    let mut shares = Vec::with_capacity(amounts.len());
    let fee = payees.fee.as_ref().map(|one| send(one.treasury, fee));
    for (one, amount) in payees.beneficiaries.iter().zip(amounts) {
        shares.push(send(one.account, amount));
    }
    Division { fee, shares }
}

// ---- Sponsors ----

impl Pool {
    #[inline(never)]
    pub(crate) fn all_sponsors(&self) -> Sponsors {
        self.sponsors.get_or_default()
    }

    pub(crate) fn admit_sponsor(&mut self, pledge: Pledge) -> Result<u32> {
        let now = Self::env().block_timestamp();
        let (closes, refunds) = (self.books.closes, self.books.goal != 0);
        if now >= closes {
            return Err(Error::Closed(closes));
        }
        let least = self.rules().least_sponsorship;
        if least == 0 {
            return Err(Error::NoSponsors);
        }
        let (account, amount) = (Self::env().caller(), Self::env().transferred_value());
        if amount < least {
            return Err(Error::BadPledge(PledgeError::TooLittle(least)));
        }
        let until = pledge.check(now, closes, least).map_err(Error::BadPledge)?;
        let mut sponsors = self.all_sponsors();
        let sponsor = sponsors.admit(
            Sponsor {
                account,
                number: 0,
                ratio: pledge.ratio,
                per_donor: pledge.per_donor,
                until,
                given: amount,
                spent: 0,
                returned: false,
            },
            refunds,
        )?;
        self.books.matching_until = sponsors.matching_until();
        self.sponsors.set(&sponsors);
        let arrival = Arrival::Sponsorship {
            sponsor,
            account,
            amount,
            pledge,
        };
        arrived(arrival, None);
        Ok(sponsor)
    }

    pub(crate) fn end_sponsorship(&mut self, number: u32) -> Result<()> {
        let now = Self::env().block_timestamp();
        let mut sponsors = self.all_sponsors();
        let sponsor = sponsors.find(number).ok_or(Error::UnknownSponsor)?;
        let stage = self.books.stage(now);
        if self.books.goal != 0 && stage == Stage::Open {
            return Err(Error::OpenUntil(self.books.closes));
        }
        if now < sponsor.until {
            return Err(Error::MatchingUntil(sponsor.until));
        }
        let (account, amount) = (sponsor.account, sponsor.due(stage == Stage::Missed));
        if amount == 0 {
            return Err(Error::NothingDue);
        }
        sponsor.returned = true;
        if !try_send(account, amount) {
            return Err(Error::TransferFailed);
        }
        self.sponsors.set(&sponsors);
        released(Release::Sponsorship {
            sponsor: number,
            account,
            amount,
        });
        end_without_root(())
    }
}

// ---- Money out ----

impl Pool {
    /// Returns what a payout would take out of the books now.
    pub(crate) fn releasable(&self) -> Balance {
        let total = self.books.beneficiaries_due();
        // The schedule's times are read only where there is one.
        let released = match self.books.scheduled {
            true => self.rules().released(total, Self::env().block_timestamp()),
            false => total,
        };
        released.saturating_sub(self.till().settled)
    }

    /// Returns the pool's rules.
    #[inline(never)]
    pub(crate) fn rules(&self) -> Terms {
        unpack(&self.terms)
    }

    /// Returns who gets the money.
    #[inline(never)]
    pub(crate) fn payees(&self) -> Payees {
        unpack(&self.payees)
    }

    /// Returns what went out.
    #[inline(never)]
    pub(crate) fn till(&self) -> Till {
        unpack(&self.till)
    }

    pub(crate) fn owed(&self) -> Balance {
        let now = Self::env().block_timestamp();
        let sponsors = self.all_sponsors().list;
        self.books.owed(now, &self.till(), &sponsors)
    }

    pub(crate) fn pay(&mut self, note: Option<Note>) -> Result<()> {
        if let Some(note) = &note {
            self.check_note(note)?;
        }
        let amount = self.releasable();
        if amount == 0 {
            return Err(Error::NothingDue);
        }
        let (payees, mut till) = (self.payees(), self.till());
        let payout = till.payouts;
        // The constructor has checked that this is a split.
        let split = Split::new(payees.beneficiaries.clone()).map_err(|_| Error::NothingDue)?;
        let settlement = till
            .settle(amount, payees.fee.as_ref(), &split)
            .ok_or(Error::Overflow)?;
        let division = send_all(&payees, settlement.fee, settlement.shares);
        till.keep(&division).ok_or(Error::Overflow)?;
        self.till = till.encode();
        let Division { fee, shares } = division;
        released(Release::Payout {
            payout,
            fee,
            shares,
            note,
        });
        Ok(())
    }

    pub(crate) fn say_what_for(&self, payout: Option<u32>, note: Note) -> Result<()> {
        self.check_note(&note)?;
        if payout.is_some_and(|number| number >= self.till().payouts) {
            return Err(Error::UnknownPayout);
        }
        let by = Self::env().caller();
        Self::env().emit_event(Explained { payout, by, note });
        end_without_root(())
    }

    fn check_note(&self, note: &Note) -> Result<()> {
        if !self.payees().is_beneficiary(&Self::env().caller()) {
            return Err(Error::NotBeneficiary);
        }
        text::check(note.uri.as_bytes(), crate::terms::MAX_URI).map_err(Error::BadNote)
    }

    pub(crate) fn hand_out(&mut self, account: AccountId) -> Result<()> {
        let mut till = self.till();
        let amount = till.take_kept(&self.payees(), &account);
        self.till = till.encode();
        if amount == 0 {
            return Err(Error::NothingDue);
        }
        if !try_send(account, amount) {
            return Err(Error::TransferFailed);
        }
        released(Release::Withdrawal { account, amount });
        Ok(())
    }

    pub(crate) fn give_back(&mut self, donor: AccountId) -> Result<()> {
        let now = Self::env().block_timestamp();
        self.books.check_refund(now)?;
        let mut record = self.donors.get(donor).ok_or(Error::NothingDue)?;
        if record.given == 0 {
            return Err(Error::NothingDue);
        }
        let (to, amount) = self.send_back(now, donor, &mut record)?;
        let freed = record.given == 0 && may_free(&record, donor);
        if freed {
            self.donors.remove(donor);
        } else {
            self.donors.insert(donor, &record);
        }
        let mut till = self.till();
        till.refunded = till.refunded.checked_add(amount).ok_or(Error::Overflow)?;
        self.till = till.encode();
        released(Release::Refund {
            donor,
            to,
            amount,
            freed,
        });
        Ok(())
    }

    /// Sends a donor's money back, and takes it out of the record: to the donor, or, if that is refused
    /// for long enough, to who had paid it in. Returns to whom, and how much.
    fn send_back(
        &self,
        now: Millis,
        donor: AccountId,
        record: &mut Donor,
    ) -> Result<(AccountId, Balance)> {
        if try_send(donor, record.given) {
            return Ok((donor, record.take_all()));
        }
        let waited = now >= self.books.closes.saturating_add(RETURN_AFTER);
        match record.payer {
            Some(payer) if waited && record.paid != 0 && try_send(payer, record.paid) => {
                Ok((payer, record.take_paid()))
            }
            _ => Err(Error::TransferFailed),
        }
    }

    pub(crate) fn free_record(&mut self, donor: AccountId) -> Result<()> {
        let record = self.donors.get(donor);
        let record = record.filter(|one| may_free(one, donor));
        let needed = match self.books.stage(Self::env().block_timestamp()) {
            Stage::Open => true,
            Stage::Ended => false,
            Stage::Missed => record.as_ref().is_some_and(|one| one.given != 0),
        };
        if record.is_none() {
            return Err(Error::NotPayer);
        }
        if needed {
            return Err(Error::StillNeeded);
        }
        self.donors.remove(donor);
        Self::env().emit_event(Forgotten { donor });
        end_without_root(())
    }
}

/// Reads what the root item has in SCALE.
fn unpack<T: Decode>(mut bytes: &[u8]) -> T {
    // The constructor and the messages have put it there. Were it not to be read, nothing could be done.
    T::decode(&mut bytes).unwrap_or_else(|_| panic!())
}

/// Returns whether the caller may free the record of `donor`. The chain gives the deposit of a freed item
/// to whoever signed: that must be who paid for it, or, if nobody knows who that was, the donor.
fn may_free(record: &Donor, donor: AccountId) -> bool {
    let caller = Pool::env().caller();
    match record.payer {
        Some(payer) => payer == caller,
        None => donor == caller && Pool::env().caller_is_origin(),
    }
}

/// Returns the caller, if it is the account that signed: the one who pays for storage.
#[inline(never)]
fn signer() -> Option<AccountId> {
    Pool::env().caller_is_origin().then(|| Pool::env().caller())
}

/// Ends a message well: writes the root item only if it changed.
fn end<T: Encode>(root: bool, answer: T) -> Result<T> {
    if root {
        Ok(answer)
    } else {
        end_without_root(answer)
    }
}

// ---- Telling the world ----

#[inline(never)]
fn received(signed: bool, donations: Vec<Donation>, division: Option<Division>) {
    Pool::env().emit_event(Donations {
        payer: Pool::env().caller(),
        signed,
        donations,
        division,
    });
}

#[inline(never)]
fn arrived(arrival: Arrival, division: Option<Division>) {
    Pool::env().emit_event(Arrived { arrival, division });
}

#[inline(never)]
fn released(release: Release) {
    Pool::env().emit_event(Released { release });
}
