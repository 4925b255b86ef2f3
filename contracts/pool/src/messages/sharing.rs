//! What is said of the pool, and shares that move to other accounts.

use crate::{
    error::{Error, Result},
    events::{Explained, News, Note, ShareMoved, ShareOffered},
    offers::Offers,
    pool::Pool,
};
use farthing_shared::end_without_root;
use ink::{codegen::StaticEnv, primitives::AccountId, scale::Encode};

impl Pool {
    pub(crate) fn tell_news(&self, note: Note) -> Result<()> {
        let by = self.check_news(&note)?;
        Self::env().emit_event(News { by, note });
        end_without_root(())
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

    pub(crate) fn offer(&mut self, to: Option<AccountId>) -> Result<()> {
        let payees = self.payees();
        let place = self.check_beneficiary(&payees)?;
        if let Some(to) = &to {
            self.check_heir(&payees, to)?;
        }
        let mut offers = self.all_offers();
        offers.set(narrow(place)?, to)?;
        self.offers = offers.encode();
        let by = Self::env().caller();
        Self::env().emit_event(ShareOffered { by, to });
        Ok(())
    }

    pub(crate) fn move_share(&mut self, from: AccountId) -> Result<()> {
        let to = Self::env().caller();
        let mut payees = self.payees();
        let place = payees.place_of(&from).ok_or(Error::NotOffered)?;
        let mut offers: Offers = self.all_offers();
        offers.accept(narrow(place)?, to)?;
        self.check_heir(&payees, &to)?;
        if let Some(share) = payees.beneficiaries.get_mut(place) {
            share.account = to;
        }
        self.payees = payees.encode();
        self.offers = offers.encode();
        Self::env().emit_event(ShareMoved { from, to });
        Ok(())
    }
}

/// Returns a place in the split, of which there are 16.
fn narrow(place: usize) -> Result<u8> {
    u8::try_from(place).map_err(|_| Error::Overflow)
}
