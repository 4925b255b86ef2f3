//! Checks that the contracts on the chain are the deployment's, and belong together.

use super::Client;
use crate::{deployment::Mismatch, Account, Block, Error};
use farthing_contracts::{
    channels::ChannelsRef, pool_factory::PoolFactoryRef, storefront::StorefrontRef, Contract,
};
use farthing_types::Hash;
use ink::codegen::TraitCallBuilder;

impl Client {
    /// Checks that the contracts that exist once each are there, and belong together.
    pub(super) async fn check_deployment(&self) -> Result<(), Error> {
        let single = Contract::SINGLE.map(|contract| {
            let address = self.deployment.address(contract)?;
            Ok((contract, address))
        });
        let single = single.into_iter().collect::<Result<Vec<_>, Error>>()?;
        let addresses: Vec<_> = single.iter().map(|(_, address)| *address).collect();
        let (codes, best) = tokio::try_join!(self.chain.codes_of(&addresses), self.chain.best())?;
        if codes.iter().all(Option::is_none) && self.chain.is_development() {
            return Err(Error::Gone {
                network: self.deployment.network.clone(),
            });
        }
        for ((contract, address), found) in single.into_iter().zip(codes) {
            self.must_be(contract, address, found)?;
        }
        self.check_ties(best).await
    }

    /// Checks that contracts rely on this deployment's. One of the right code is another deployment's all
    /// the same if it relies on another one's contracts.
    async fn check_ties(&self, best: Block) -> Result<(), Error> {
        let registry = self.deployment.address(Contract::Registry)?;
        let (storefront, factory): (StorefrontRef, PoolFactoryRef) =
            (self.contract()?, self.contract()?);
        let channels: ChannelsRef = self.contract()?;
        let (storefront, factory, channels) = tokio::try_join!(
            self.read_at(best, storefront.call().overview()),
            self.read_at(best, factory.call().overview()),
            self.read_at(best, channels.call().overview()),
        )?;
        for (contract, asks) in [
            (Contract::Storefront, storefront.registry),
            (Contract::PoolFactory, factory.registry),
        ] {
            let asks = Account::from(asks);
            if asks != registry {
                return Err(self.mixed(Mismatch::Registry {
                    contract,
                    asks,
                    registry,
                }));
            }
        }
        if channels.genesis != self.chain.genesis() {
            return Err(self.mixed(Mismatch::Genesis(channels.genesis)));
        }
        let makes = Hash::from(factory.code_hash);
        let known = self.deployment.code_hash(Contract::Pool)?;
        match makes == known {
            true => Ok(()),
            false => Err(self.mixed(Mismatch::PoolCode { makes, known })),
        }
    }

    fn mixed(&self, mismatch: Mismatch) -> Error {
        Error::Mixed {
            network: self.deployment.network.clone(),
            mismatch,
        }
    }

    /// Checks that the contract at an address has this deployment's code.
    ///
    /// # Errors
    /// [`Error::WrongContract`].
    pub async fn check(&self, contract: Contract, address: Account) -> Result<(), Error> {
        self.check_all(contract, &[address]).await
    }

    /// Checks many contracts of one kind, with one request.
    ///
    /// # Errors
    /// [`Error::WrongContract`] with the first whose code is different.
    pub async fn check_all(&self, contract: Contract, addresses: &[Account]) -> Result<(), Error> {
        let unknown = addresses.iter().copied();
        let unknown: Vec<_> = unknown
            .filter(|address| !self.is_known(contract, *address))
            .collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let codes = self.chain.codes_of(&unknown).await?;
        for (address, found) in unknown.into_iter().zip(codes) {
            self.must_be(contract, address, found)?;
        }
        Ok(())
    }

    /// Returns whether a contract was seen to be of this code: that never changes.
    fn is_known(&self, contract: Contract, address: Account) -> bool {
        let known = self.known();
        let metadata = known.get(&address);
        metadata.is_some_and(|metadata| metadata.name == contract.name())
    }

    /// Takes note of what is at an address, if it is as it should be.
    fn must_be(
        &self,
        contract: Contract,
        address: Account,
        found: Option<Hash>,
    ) -> Result<(), Error> {
        let metadata = self.metadata(contract)?;
        if found != Some(metadata.code_hash) {
            return Err(Error::WrongContract {
                contract: contract.to_string(),
                address,
                found,
            });
        }
        self.known().insert(address, metadata);
        Ok(())
    }
}
