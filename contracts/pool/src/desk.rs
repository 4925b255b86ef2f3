//! Behind the messages: money in, money out.

use crate::{
    books::Stage,
    donor::Donor,
    error::{Error, Result},
    events::{Arrival, Arrived, Donation, Donations, Gift, Release, Released, Share},
    pool::Pool,
    sponsors::{Pledge, PledgeError, Sponsor, Sponsors},
    terms::Terms,
    till::Till,
};
use farthing_types::{split::Split, Balance, Hash, Millis};
use ink::{
    codegen::StaticEnv,
    env::{
        call::{build_call, ExecutionInput, Selector},
        DefaultEnvironment, ReturnFlags,
    },
    prelude::{vec, vec::Vec},
    primitives::AccountId,
    MessageResult,
};

/// Most gifts in one batch.
pub const MAX_BATCH: usize = 64;

impl Pool {
    // ---- Money in ----

    /// A batch of one, by a shorter way: code that a call enters is paid for.
    pub(crate) fn take_one(&mut self, donor: AccountId, memo: Option<Hash>) -> Result<()> {
        let now = Self::env().block_timestamp();
        let amount = Self::env().transferred_value();
        self.books.donate(now, amount)?;
        let mut matched = 0;
        if self.books.needs_records(now) {
            let mut sponsors = self.matching(now);
            matched = self.record(now, donor, amount, sponsors.as_mut())?;
            self.matched(sponsors, matched)?;
        }
        received(vec![Donation {
            donor,
            amount,
            matched,
            memo,
        }]);
        Ok(())
    }

    pub(crate) fn take_all(&mut self, gifts: Vec<Gift>) -> Result<()> {
        if gifts.is_empty() || gifts.len() > MAX_BATCH {
            return Err(Error::BatchSize);
        }
        let now = Self::env().block_timestamp();
        let records = self.books.needs_records(now);
        let mut sponsors = self.matching(now);
        let (mut total, mut all_matched): (Balance, Balance) = (0, 0);
        let mut donations = Vec::with_capacity(gifts.len());
        for Gift {
            donor,
            amount,
            memo,
        } in gifts
        {
            self.books.donate(now, amount)?;
            total = total.checked_add(amount).ok_or(Error::Overflow)?;
            let matched = if records {
                self.record(now, donor, amount, sponsors.as_mut())?
            } else {
                0
            };
            // At most what sponsors ever put in.
            all_matched = all_matched.saturating_add(matched);
            donations.push(Donation {
                donor,
                amount,
                matched,
                memo,
            });
        }
        if total != Self::env().transferred_value() {
            return Err(Error::WrongValue(total));
        }
        self.matched(sponsors, all_matched)?;
        received(donations);
        Ok(())
    }

    /// The sponsors, if any of them may have something to add.
    #[inline(always)]
    fn matching(&self, now: Millis) -> Option<Sponsors> {
        if now < self.books.matching_until {
            Some(self.all_sponsors())
        } else {
            None
        }
    }

    #[inline(never)]
    pub(crate) fn all_sponsors(&self) -> Sponsors {
        self.sponsors.get_or_default()
    }

    /// Writes a donation down in the donor's record, where it matters. Returns what sponsors add.
    #[inline(always)]
    fn record(
        &mut self,
        now: Millis,
        donor: AccountId,
        amount: Balance,
        sponsors: Option<&mut Sponsors>,
    ) -> Result<Balance> {
        let mut record = match self.donors.get(donor) {
            Some(record) => record,
            None => Donor {
                payer: signer(),
                ..Donor::default()
            },
        };
        if self.books.goal != 0 {
            record.given = record.given.checked_add(amount).ok_or(Error::Overflow)?;
        }
        let matched = match sponsors {
            Some(sponsors) => sponsors.add_to(now, &mut record, amount),
            None => 0,
        };
        // Without a goal only what was matched is ever asked for: nobody pays for anything else.
        if self.books.goal != 0 || matched != 0 {
            self.donors.insert(donor, &record);
        }
        Ok(matched)
    }

    /// Writes down what sponsors added.
    #[inline(always)]
    fn matched(&mut self, sponsors: Option<Sponsors>, amount: Balance) -> Result<()> {
        match sponsors {
            Some(sponsors) if amount != 0 => self.store_matched(sponsors, amount),
            _ => Ok(()),
        }
    }

    #[inline(never)]
    fn store_matched(&mut self, sponsors: Sponsors, amount: Balance) -> Result<()> {
        let sum = self.books.matched.checked_add(amount);
        self.books.matched = sum.ok_or(Error::Overflow)?;
        self.books.matching_until = sponsors.matching_until();
        self.sponsors.set(&sponsors);
        Ok(())
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
        let until = pledge.check(now, closes).map_err(Error::BadPledge)?;
        let mut sponsors = self.all_sponsors();
        let sponsor = sponsors.admit(
            Sponsor {
                account,
                number: 0,
                place: 0,
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
        arrived(Arrival::Sponsorship {
            sponsor,
            account,
            amount,
            pledge,
        });
        Ok(sponsor)
    }

    /// Adds money that is the beneficiaries' whatever happens.
    pub(crate) fn pocket(&mut self, amount: Balance) -> Result<()> {
        if amount == 0 {
            return Err(Error::NothingDue);
        }
        let sum = self.books.pocket.checked_add(amount);
        self.books.pocket = sum.ok_or(Error::Overflow)?;
        Ok(())
    }

    /// Has the channels contract pay what it owes to this pool. Returns what came of it.
    pub(crate) fn empty_channels(&self, channels: AccountId) -> Result<Balance> {
        let before = Self::env().balance();
        let everything: Option<Balance> = None;
        // The error is of no interest, so that nothing of it is read.
        let answer = build_call::<DefaultEnvironment>()
            .call(channels)
            .exec_input(
                ExecutionInput::new(Selector::new(ink::selector_bytes!("withdraw")))
                    .push_arg(everything),
            )
            .returns::<core::result::Result<Balance, ()>>()
            .call_v1()
            .try_invoke();
        let Ok(Ok(Ok(told))) = answer else {
            return Err(Error::ChannelsFailed);
        };
        // Nothing else can move money during the call, so that this is what came, whatever was told.
        let came = Self::env().balance().saturating_sub(before);
        Ok(told.min(came))
    }

    // ---- Money out ----

    /// What a payout would take out of the books now.
    pub(crate) fn releasable(&self, terms: &Terms, till: &Till) -> Balance {
        let total = self.books.beneficiaries_due();
        let released = terms.released(total, Self::env().block_timestamp());
        released.saturating_sub(till.settled)
    }

    /// Divides what is released now and sends everyone their share. Returns those of the treasury and
    /// of the beneficiaries.
    pub(crate) fn pay(
        &mut self,
        terms: &Terms,
        till: &mut Till,
    ) -> Result<(Option<Share>, Vec<Share>)> {
        let amount = self.releasable(terms, till);
        if amount == 0 {
            return Err(Error::NothingDue);
        }
        // The constructor has checked that this is a split.
        let split = Split::new(terms.beneficiaries.clone()).map_err(|_| Error::NothingDue)?;
        let settlement = till
            .settle(amount, terms.fee.as_ref(), &split)
            .ok_or(Error::Overflow)?;
        let fee = match &terms.fee {
            Some(fee) => Some(self.send_or_keep(till, fee.treasury, settlement.fee)?),
            None => None,
        };
        let mut shares = Vec::with_capacity(settlement.shares.len());
        for (one, amount) in split.recipients().iter().zip(settlement.shares) {
            shares.push(self.send_or_keep(till, one.account, amount)?);
        }
        Ok((fee, shares))
    }

    /// Sends `amount` that was owed to `account`, or keeps it there for `withdraw` if the chain
    /// refuses.
    fn send_or_keep(
        &mut self,
        till: &mut Till,
        account: AccountId,
        amount: Balance,
    ) -> Result<Share> {
        let sent = amount == 0 || send(account, amount).is_ok();
        if !sent {
            let row = self.rows.get(account).unwrap_or(0);
            let row = row.checked_add(amount).ok_or(Error::Overflow)?;
            self.rows.insert(account, &row);
            till.kept = till.kept.checked_add(amount).ok_or(Error::Overflow)?;
        }
        Ok(Share {
            account,
            amount,
            sent,
        })
    }

    /// Takes out of the books what a donor has back, and frees the donor's record if the caller paid for
    /// it. Returns how much it is.
    pub(crate) fn take_back(&mut self, donor: AccountId) -> Result<Balance> {
        self.books.check_refund(Self::env().block_timestamp())?;
        let mut record = self.donors.get(donor).ok_or(Error::NothingDue)?;
        let amount = core::mem::take(&mut record.given);
        if amount == 0 {
            return Err(Error::NothingDue);
        }
        if record.payer == Some(Self::env().caller()) {
            self.donors.remove(donor);
        } else {
            self.donors.insert(donor, &record);
        }
        let mut till = self.figures();
        till.refunded = till.refunded.checked_add(amount).ok_or(Error::Overflow)?;
        self.till.set(&till);
        Ok(amount)
    }

    /// Takes out of the books what a sponsor has back at the end. Returns whose it is, and how much.
    pub(crate) fn end_sponsorship(&mut self, number: u32) -> Result<(AccountId, Balance)> {
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
        let amount = sponsor.due(stage == Stage::Missed);
        if amount == 0 {
            return Err(Error::NothingDue);
        }
        sponsor.returned = true;
        let account = sponsor.account;
        self.sponsors.set(&sponsors);
        Ok((account, amount))
    }

    // ---- Records ----

    /// Whether a donor's record still decides anything: what they can have back, or how much sponsors
    /// have added for them already.
    pub(crate) fn still_needs(&self, record: &Donor) -> bool {
        let now = Self::env().block_timestamp();
        if self.books.goal == 0 {
            return now < self.books.matching_until;
        }
        match self.books.stage(now) {
            Stage::Open => true,
            Stage::Ended => false,
            Stage::Missed => record.given != 0,
        }
    }

    pub(crate) fn rules(&self) -> Terms {
        self.terms.get().unwrap_or_else(missing)
    }

    pub(crate) fn figures(&self) -> Till {
        self.till.get().unwrap_or_else(missing)
    }
}

/// What the constructor stored is there. Were it not, nothing could be done.
fn missing<T>() -> T {
    panic!("stored by the constructor")
}

/// The caller, if it is the account that signed: the one who pays for storage.
#[inline(never)]
fn signer() -> Option<AccountId> {
    Pool::env().caller_is_origin().then(|| Pool::env().caller())
}

/// Sends `amount` to `account`.
pub(crate) fn send(account: AccountId, amount: Balance) -> Result<()> {
    Pool::env()
        .transfer(account, amount)
        .map_err(|_| Error::TransferFailed)
}

/// Tells the world what was donated.
fn received(donations: Vec<Donation>) {
    let payer = Pool::env().caller();
    Pool::env().emit_event(Donations { payer, donations });
}

/// Tells the world what else came in.
pub(crate) fn arrived(arrival: Arrival) {
    Pool::env().emit_event(Arrived { arrival });
}

/// Tells the world what left.
pub(crate) fn released(release: Release) {
    Pool::env().emit_event(Released { release });
}

/// Ends a message well that changed nothing in the contract's root item.
///
/// ink! writes the root item back after every message that could change it, which costs more than half
/// a transfer. Money goes out by other items, and these messages end here before that happens.
pub(crate) fn end_without_root() -> ! {
    let answer: MessageResult<Result<()>> = Ok(Ok(()));
    ink::env::return_value(ReturnFlags::empty(), &answer)
}
