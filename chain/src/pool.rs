//! A pool, deployed.

use crate::{contract::at, Account, AccountId, Balance, Chain, Failure, Receipt};
use farthing_contracts::pool::{terms::Terms, Error, PoolRef};
use ink::codegen::TraitCallBuilder;

/// A pool on a chain.
#[derive(Clone)]
pub struct DonationPool {
    /// The pool's account.
    pub id: AccountId,
    /// Makes calls of the pool's messages.
    pub pool: PoolRef,
    /// What the deployment cost; `None` if someone else made it.
    pub deployment: Option<Receipt>,
}

impl DonationPool {
    /// Makes a pool with these rules, by `deployer` and without a factory.
    pub fn deploy(
        chain: &mut Chain,
        deployer: &Account,
        terms: Terms,
    ) -> Result<Self, Failure<Error>> {
        let code = farthing_artifacts::wasm("pool");
        let deployed = chain.deploy(deployer, &code, PoolRef::new(terms), 0)?;
        Ok(Self {
            deployment: Some(deployed.receipt),
            ..Self::existing(deployed.account)
        })
    }

    /// Returns the pool at `id`, that was made before.
    pub fn existing(id: AccountId) -> Self {
        Self {
            pool: at(&id),
            id,
            deployment: None,
        }
    }

    /// Returns what the pool owes and holds.
    pub fn solvency(&self, chain: &mut Chain) -> (Balance, Balance) {
        chain.read(self.pool.call().solvency())
    }

    /// Checks that the pool owes no more than it holds: the end of every test.
    ///
    /// # Panics
    /// If it owes more.
    pub fn assert_solvent(&self, chain: &mut Chain) {
        let (owed, held) = self.solvency(chain);
        assert!(owed <= held, "the pool owes {owed} and holds {held}");
    }
}
