//! The end, and money out: payouts, refunds, and records that are freed.

use super::{giving::send_all, released, RETURN_AFTER};
use crate::{
    books::Stage,
    checks::may_free,
    donor::Donor,
    error::{Error, Result},
    events::{Division, Finalised, Forgotten, Note, Release},
    pool::Pool,
};
use farthing_shared::{end_without_root, try_send};
use farthing_types::{split::Split, Balance, Millis};
use ink::{codegen::StaticEnv, primitives::AccountId, scale::Encode};

impl Pool {
    pub(crate) fn close_books(&mut self) -> Result<()> {
        let raised = self.books.finalise(Self::env().block_timestamp())?;
        Self::env().emit_event(Finalised { raised });
        Ok(())
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
            amount,
            fee,
            shares,
            note,
        });
        Ok(())
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
