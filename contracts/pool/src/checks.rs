//! What must hold before a message does anything.

use crate::{
    donor::Donor,
    error::{Error, Result},
    events::Note,
    pool::Pool,
    terms::{Payees, MAX_URI},
};
use farthing_types::text;
use ink::{codegen::StaticEnv, primitives::AccountId};

impl Pool {
    /// Checks that the caller is a beneficiary. Returns their place in the split.
    pub(crate) fn check_beneficiary(&self, payees: &Payees) -> Result<usize> {
        let place = payees.place_of(&Self::env().caller());
        place.ok_or(Error::NotBeneficiary)
    }

    /// Checks that a beneficiary says this.
    pub(crate) fn check_note(&self, note: &Note) -> Result<()> {
        self.check_beneficiary(&self.payees())?;
        check_text(note)
    }

    /// Checks that who made the pool, or a beneficiary, says this. Returns who it is.
    pub(crate) fn check_news(&self, note: &Note) -> Result<AccountId> {
        let caller = Self::env().caller();
        if self.maker() != caller && !self.payees().is_beneficiary(&caller) {
            return Err(Error::NotPermitted);
        }
        check_text(note)?;
        Ok(caller)
    }

    /// Checks that an account can be given a share.
    pub(crate) fn check_heir(&self, payees: &Payees, account: &AccountId) -> Result<()> {
        if account == &Self::env().account_id() {
            return Err(Error::PaysItself);
        }
        if payees.is_beneficiary(account) {
            return Err(Error::HasShare);
        }
        Ok(())
    }
}

fn check_text(note: &Note) -> Result<()> {
    text::check(note.uri.as_bytes(), MAX_URI).map_err(Error::BadNote)
}

/// Returns whether the caller may free the record of `donor`. The chain gives the deposit of a freed item
/// to whoever signed: that must be who paid for it, or, if nobody knows who that was, the donor.
pub(crate) fn may_free(record: &Donor, donor: AccountId) -> bool {
    let caller = Pool::env().caller();
    match record.payer {
        Some(payer) => payer == caller,
        None => donor == caller && Pool::env().caller_is_origin(),
    }
}

/// Returns the caller, if it is the account that signed: the one who pays for storage.
#[inline(never)]
pub(crate) fn signer() -> Option<AccountId> {
    Pool::env().caller_is_origin().then(|| Pool::env().caller())
}
