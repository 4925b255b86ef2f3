//! What the messages do: making a pool, and knowing its account before.

use crate::{
    checks::check_pool,
    error::{Error, Result},
    events::{FactoryDeployed, ListingChanged, PoolCreated},
    lists,
    pool_factory::{Listed, PoolFactory},
};
use farthing_shared::{ask, end_without_root};
use farthing_types::{
    address::{contract_preimage, pool_salt_preimage},
    CreatorId, Hash,
};
use ink::{
    codegen::{StaticEnv, TraitCallBuilder},
    env::{call::FromAccountId, hash::Blake2x256},
    prelude::vec::Vec,
    primitives::AccountId,
    storage::Mapping,
    ToAccountId,
};
use pool::{
    terms::{Fee, Terms, MAX_FEE},
    PoolRef,
};
use registry::RegistryRef;
use scale::Encode;

impl PoolFactory {
    pub(crate) fn deployed(
        registry: AccountId,
        code_hash: ink::primitives::Hash,
        fee: Option<Fee>,
    ) -> Result<Self> {
        if fee.as_ref().is_some_and(|fee| fee.points > MAX_FEE) {
            return Err(Error::FeeTooHigh);
        }
        let asked = RegistryRef::from_account_id(registry);
        ask(asked.call().creator_count()).ok_or(Error::RegistryFailed)?;
        Self::env().emit_event(FactoryDeployed {
            registry,
            code_hash,
            fee: fee.clone(),
        });
        Ok(Self {
            registry: asked,
            code_hash,
            fee,
            pages: 0,
            latest: Vec::new(),
            full: Mapping::new(),
            creators: Mapping::new(),
            full_of: Mapping::new(),
        })
    }

    pub(crate) fn make_pool(
        &mut self,
        creator: Option<CreatorId>,
        terms: Terms,
        salt: Hash,
    ) -> Result<AccountId> {
        self.check_fee(&terms.fee)?;
        let maker = Self::env().caller();
        if let Some(creator) = creator {
            self.check_creator(creator, maker)?;
        }
        let salt = Self::salt(&maker, creator, &salt);
        self.check_free(self.account(&maker, &terms, &salt))?;
        let number = self.check_number()?;
        // All pools have the same code: what the first one proves holds for them all.
        let account = self.instantiate(maker, terms, salt, number == 0)?;
        let created = Self::env().block_timestamp();
        self.enter(Listed {
            number,
            account,
            creator,
            maker,
            created,
            listed: creator.is_some(),
        });
        Self::env().emit_event(PoolCreated {
            number,
            account,
            creator,
            maker,
            created,
        });
        Ok(account)
    }

    /// Makes a pool. If it is the `first`, makes sure that it is one.
    fn instantiate(
        &self,
        maker: AccountId,
        terms: Terms,
        salt: Hash,
        first: bool,
    ) -> Result<AccountId> {
        let expected = first.then(|| terms.clone());
        let made = PoolRef::made_for(maker, terms)
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

    fn enter(&mut self, pool: Listed) {
        let (number, page) = (pool.number, self.pages);
        if let Some(creator) = pool.creator {
            let mut all = self.creators.get(creator).unwrap_or_default();
            let page = all.pages;
            if let Some(full) = lists::push(&mut all.pages, &mut all.latest, number) {
                self.full_of.insert((creator, page), &full);
            }
            self.creators.insert(creator, &all);
        }
        if let Some(full) = lists::push(&mut self.pages, &mut self.latest, pool) {
            self.full.insert(page, &full);
        }
    }

    pub(crate) fn change_listing(&mut self, number: u32, listed: bool) -> Result<()> {
        let pool = self.pool_at(number).ok_or(Error::UnknownPool)?;
        let by = Self::env().caller();
        self.check_creator(pool.creator.ok_or(Error::UnknownPool)?, by)?;
        let (page, place) = lists::place(number);
        let recent = page == self.pages;
        let mut entries = if recent {
            core::mem::take(&mut self.latest)
        } else {
            self.full_page(page)
        };
        if let Some(entry) = entries.get_mut(place) {
            entry.listed = listed;
        }
        Self::env().emit_event(ListingChanged { number, listed, by });
        if recent {
            self.latest = entries;
            return Ok(());
        }
        self.full.insert(page, &entries);
        end_without_root(())
    }

    /// Returns the salt with which a pool is made for `maker`.
    pub(crate) fn salt(maker: &AccountId, creator: Option<CreatorId>, salt: &Hash) -> Hash {
        hash(&pool_salt_preimage(maker, creator, salt))
    }

    /// Returns the account of the pool with this salt.
    pub(crate) fn account(&self, maker: &AccountId, terms: &Terms, salt: &Hash) -> AccountId {
        let own = Self::env().account_id();
        let input = (ink::selector_bytes!("made_for"), maker, terms).encode();
        let code: &[u8] = self.code_hash.as_ref();
        let code = code.try_into().unwrap_or_default();
        hash(&contract_preimage(&own, &code, &input, salt)).into()
    }
}

fn hash(bytes: &[u8]) -> Hash {
    PoolFactory::env().hash_bytes::<Blake2x256>(bytes)
}
