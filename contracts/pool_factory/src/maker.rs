//! Behind the messages: making a pool, and knowing its account before.

use crate::{
    error::{Error, Result},
    pool_factory::PoolFactory,
};
use farthing_shared::ask;
use farthing_types::{
    address::{contract_preimage, pool_salt_preimage},
    CreatorId, Hash,
};
use ink::{
    codegen::{StaticEnv, TraitCallBuilder},
    env::hash::Blake2x256,
    primitives::AccountId,
    ToAccountId,
};
use pool::{terms::Terms, PoolRef};
use registry::creator::Permission;
use scale::Encode;

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

    /// Makes a pool. If it is the `first`, makes sure that it is one.
    pub(crate) fn make(&self, terms: Terms, salt: Hash, first: bool) -> Result<AccountId> {
        let expected = first.then(|| terms.clone());
        let made = PoolRef::new(terms)
            .code_hash(self.code_hash)
            .endowment(0)
            .salt_bytes(salt)
            .instantiate_v1()
            .try_instantiate();
        let pool = match made {
            Ok(Ok(Ok(pool))) => pool,
            Ok(Ok(Err(pool::Error::BadTerms(error)))) => return Err(Error::BadTerms(error)),
            _ => return Err(Error::NotAPool),
        };
        if let Some(terms) = expected {
            check_pool(&pool, &terms)?;
        }
        Ok(pool.to_account_id())
    }

    /// The salt with which a pool is made for `maker`.
    pub(crate) fn salt(maker: &AccountId, creator: Option<CreatorId>, salt: &Hash) -> Hash {
        hash(&pool_salt_preimage(maker, creator, salt))
    }

    /// The account of the pool with this salt.
    pub(crate) fn account(&self, terms: &Terms, salt: &Hash) -> AccountId {
        let own = Self::env().account_id();
        let input = (ink::selector_bytes!("new"), terms).encode();
        let code: &[u8] = self.code_hash.as_ref();
        let code = code.try_into().unwrap_or_default();
        hash(&contract_preimage(&own, &code, &input, salt)).into()
    }
}

fn hash(bytes: &[u8]) -> Hash {
    PoolFactory::env().hash_bytes::<Blake2x256>(bytes)
}

/// Checks that this is a pool with these rules: the constructor of something else may have taken them for
/// arguments of its own.
#[inline(never)]
fn check_pool(pool: &PoolRef, terms: &Terms) -> Result<()> {
    match ask(pool.call().overview()) {
        Some(overview) if &overview.terms == terms => Ok(()),
        _ => Err(Error::NotAPool),
    }
}
