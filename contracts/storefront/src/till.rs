//! Money on its way: sent on in the message that brings it, and kept in the books only if it cannot be.

use crate::{
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
                self.kept.push(Kept::Creator { creator, amount });
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
            self.kept.push(Kept::Fee { amount });
        }
        Ok(self.kept)
    }
}

impl Storefront {
    /// Sends a creator's money on, or keeps it in the creator's books. Returns whether it is kept.
    fn pay_creator(&mut self, creator: CreatorId, amount: Balance) -> Result<bool> {
        let mut shop = self.shops.get(creator).ok_or(Error::NotOpen)?;
        if amount == 0 || shop.alone && try_send(shop.payee, amount) {
            return Ok(false);
        }
        shop.credit(amount).ok_or(Error::Overflow)?;
        self.shops.insert(creator, &shop);
        Ok(true)
    }

    /// Sends the treasury a fee, or keeps it. Returns whether it is kept.
    fn pay_fee(&mut self, amount: Balance) -> Result<bool> {
        if try_send(self.treasury, amount) {
            return Ok(false);
        }
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

/// Sends the caller money that came with the call and is not needed.
pub(crate) fn give_back(amount: Balance) -> Result<()> {
    match try_send(Storefront::env().caller(), amount) {
        true => Ok(()),
        false => Err(Error::TransferFailed),
    }
}
