//! The factory of pools, deployed.

use crate::{contract::at, Account, AccountId, AsInk, Chain, DonationPool, Failure, Receipt};
use farthing_contracts::pool::terms::{Fee, Terms};
use farthing_contracts::pool_factory::{Error, PoolFactoryRef};
use farthing_types::{CreatorId, Hash};
use ink::codegen::TraitCallBuilder;

/// A factory of pools on a chain.
pub struct Factory {
    /// The factory's account.
    pub id: AccountId,
    /// Makes calls of the factory's messages.
    pub factory: PoolFactoryRef,
    /// What the deployment cost, the pools' code not counted.
    pub deployment: Receipt,
    /// What uploading the pools' code cost, if that was done for it.
    pub upload: Option<Receipt>,
}

impl Factory {
    /// Makes a factory for the creators of the registry at `registry`, and the code of pools on the chain.
    pub fn deploy(
        chain: &mut Chain,
        deployer: &Account,
        registry: &AccountId,
        fee: Option<Fee>,
    ) -> Result<Self, Failure<Error>> {
        let code = farthing_artifacts::wasm("pool");
        let upload = chain.upload(deployer, &code).map_err(Failure::Chain)?;
        let code = farthing_artifacts::code_hash(&code);
        Ok(Self {
            upload: Some(upload),
            ..Self::of_code(chain, deployer, registry, code, fee)?
        })
    }

    /// Makes a factory that makes whatever has the code `code_hash`.
    pub fn of_code(
        chain: &mut Chain,
        deployer: &Account,
        registry: &AccountId,
        code_hash: Hash,
        fee: Option<Fee>,
    ) -> Result<Self, Failure<Error>> {
        let deployed = chain.deploy(
            deployer,
            &farthing_artifacts::wasm("pool_factory"),
            PoolFactoryRef::new(registry.ink(), code_hash.into(), fee),
            0,
        )?;
        Ok(Self {
            factory: at(&deployed.account),
            id: deployed.account,
            deployment: deployed.receipt,
            upload: None,
        })
    }

    /// Has the factory make a pool.
    pub fn create(
        &mut self,
        chain: &mut Chain,
        maker: &Account,
        creator: Option<CreatorId>,
        terms: Terms,
        salt: [u8; 32],
    ) -> Result<(DonationPool, Receipt), Failure<Error>> {
        let message = self.factory.call_mut().create(creator, terms, salt);
        let (account, receipt) = chain.call(maker, message, 0)?;
        let bytes: &[u8; 32] = account.as_ref();
        Ok((DonationPool::existing((*bytes).into()), receipt))
    }
}
