//! What must hold before a message does anything.

use crate::{
    error::{Error, Result},
    lists,
    pool_factory::PoolFactory,
};
use farthing_shared::ask;
use farthing_types::CreatorId;
use ink::{
    codegen::{StaticEnv, TraitCallBuilder},
    primitives::AccountId,
};
use pool::{
    terms::{Fee, Terms},
    PoolRef,
};
use registry::creator::Permission;

impl PoolFactory {
    /// A pool in a creator's name directs money, so a delegate needs the permission that does.
    pub(crate) fn check_creator(&self, creator: CreatorId, caller: AccountId) -> Result<()> {
        let question = self
            .registry
            .call()
            .controls(creator, caller, Permission::Price);
        match ask(question) {
            Some(true) => Ok(()),
            Some(false) => Err(Error::NotPermitted),
            None => Err(Error::RegistryFailed),
        }
    }

    pub(crate) fn check_fee(&self, fee: &Option<Fee>) -> Result<()> {
        if fee != &self.fee {
            return Err(Error::WrongFee(self.fee.clone()));
        }
        Ok(())
    }

    /// Checks that nothing is at the account of a new pool: the chain would end the whole call without a
    /// word.
    pub(crate) fn check_free(&self, account: AccountId) -> Result<()> {
        if Self::env().is_contract(&account) {
            return Err(Error::Exists(account));
        }
        Ok(())
    }

    /// Checks that there is a number left. Returns it.
    pub(crate) fn check_number(&self) -> Result<u32> {
        let number = lists::count(self.pages, &self.latest);
        if number == u32::MAX {
            return Err(Error::Full);
        }
        Ok(number)
    }
}

/// Checks that this is a pool with these rules: the constructor of something else may have taken them for
/// arguments of its own.
#[inline(never)]
pub(crate) fn check_pool(pool: &PoolRef, terms: &Terms) -> Result<()> {
    match ask(pool.call().summary()) {
        Some(summary) if &summary.terms == terms => Ok(()),
        _ => Err(Error::NotAPool),
    }
}
