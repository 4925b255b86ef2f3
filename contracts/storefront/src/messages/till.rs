//! Money on its way: sent on in the message that brings it, and kept in the books only if it cannot be.

use crate::{
    books::{Books, Payee},
    error::{Error, Result},
    events::Kept,
    price::Parts,
    storefront::Storefront,
};
use farthing_shared::try_send;
use farthing_types::{Balance, CreatorId};
use ink::{codegen::StaticEnv, prelude::vec::Vec};

/// What one call's payments come to. Runs of payments to the same creator are sent at once.
#[derive(Default)]
pub(crate) struct Till {
    fees: Balance,
    run: Option<(CreatorId, Balance)>,
    kept: Vec<Kept>,
}

impl Till {
    /// Takes one payment for `creator`, without its share for a referrer.
    #[inline(never)]
    pub(crate) fn take(
        &mut self,
        storefront: &mut Storefront,
        creator: CreatorId,
        parts: Parts,
    ) -> Result<()> {
        self.fees = self.fees.checked_add(parts.fee).ok_or(Error::Overflow)?;
        match &mut self.run {
            Some((same, sum)) if *same == creator => {
                *sum = sum.checked_add(parts.rest).ok_or(Error::Overflow)?;
            }
            _ => {
                self.end_run(storefront)?;
                self.run = Some((creator, parts.rest));
            }
        }
        Ok(())
    }

    fn end_run(&mut self, storefront: &mut Storefront) -> Result<()> {
        if let Some((creator, amount)) = self.run.take() {
            if storefront.pay_creator(creator, amount)? {
                note(&mut self.kept, Kept::Creator { creator, amount });
            }
        }
        Ok(())
    }

    /// Sends what is still to be sent, and returns what was kept.
    #[inline(never)]
    pub(crate) fn close(mut self, storefront: &mut Storefront) -> Result<Vec<Kept>> {
        self.end_run(storefront)?;
        let amount = self.fees;
        if storefront.pay_fee(amount)? {
            note(&mut self.kept, Kept::Fee { amount });
        }
        Ok(self.kept)
    }
}

impl Storefront {
    /// Sends the parts of a single payment, without its share for a referrer, and returns what was kept.
    #[inline(never)]
    pub(crate) fn pay_one(&mut self, creator: CreatorId, parts: Parts) -> Result<Vec<Kept>> {
        let mut kept = Vec::new();
        if self.pay_creator(creator, parts.rest)? {
            let amount = parts.rest;
            note(&mut kept, Kept::Creator { creator, amount });
        }
        if self.pay_fee(parts.fee)? {
            note(&mut kept, Kept::Fee { amount: parts.fee });
        }
        Ok(kept)
    }

    /// Sends a creator's money on, or keeps it in the creator's books. Returns whether it is kept.
    fn pay_creator(&mut self, creator: CreatorId, amount: Balance) -> Result<bool> {
        let books = self.books.get(creator).ok_or(Error::NotOpen)?;
        let sent = match books.payee {
            Payee::Account(payee) => try_send(payee, amount),
            Payee::Split(_) => amount == 0,
        };
        if sent {
            return Ok(false);
        }
        self.keep_for_creator(creator, books, amount)
    }

    /// Sends the treasury a fee, or keeps it. Returns whether it is kept.
    fn pay_fee(&mut self, amount: Balance) -> Result<bool> {
        match try_send(self.treasury, amount) {
            true => Ok(false),
            false => self.keep_fee(amount),
        }
    }

    // Apart, so that what is sent on does not pay for the length of what is kept.

    #[cold]
    #[inline(never)]
    fn keep_for_creator(
        &mut self,
        creator: CreatorId,
        mut books: Books,
        amount: Balance,
    ) -> Result<bool> {
        books.credit(amount).ok_or(Error::Overflow)?;
        self.books.insert(creator, &books);
        Ok(true)
    }

    #[cold]
    #[inline(never)]
    fn keep_fee(&mut self, amount: Balance) -> Result<bool> {
        let fees = self.fees.get().unwrap_or(0);
        let fees = fees.checked_add(amount).ok_or(Error::Overflow)?;
        self.fees.set(&fees);
        Ok(true)
    }

    /// Checks that the caller attached at least `price`, and gives back the rest.
    #[inline(never)]
    pub(crate) fn take_price(&mut self, price: Balance) -> Result<()> {
        let change = Self::env()
            .transferred_value()
            .checked_sub(price)
            .ok_or(Error::ValueTooLow(price))?;
        give_back(change)
    }
}

#[cold]
#[inline(never)]
fn note(kept: &mut Vec<Kept>, what: Kept) {
    kept.push(what);
}

/// Sends the caller money that came with the call and is not needed.
pub(crate) fn give_back(amount: Balance) -> Result<()> {
    match try_send(Storefront::env().caller(), amount) {
        true => Ok(()),
        false => Err(Error::TransferFailed),
    }
}
