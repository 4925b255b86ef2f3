//! The streams contract, deployed.

use crate::{contract::at, Account, AccountId, AsInk, Balance, Chain, Receipt};
use farthing_contracts::streams::StreamsRef;
use ink::codegen::TraitCallBuilder;

/// A streams contract on a chain.
pub struct Streams {
    /// The contract's account.
    pub id: AccountId,
    /// Makes calls of the contract's messages.
    pub contract: StreamsRef,
    /// What its deployment cost.
    pub deployment: Receipt,
}

impl Streams {
    /// Deploys the contract, with a guardian or without.
    ///
    /// # Panics
    /// If the chain refuses.
    pub fn deploy(chain: &mut Chain, deployer: &Account, guardian: Option<&AccountId>) -> Self {
        let deployed = chain
            .deploy::<_, _, _, ()>(
                deployer,
                &farthing_artifacts::wasm("streams"),
                StreamsRef::new(guardian.map(AsInk::ink)),
                0,
            )
            .unwrap_or_else(|e| panic!("the streams contract cannot be deployed: {e:?}"));
        Self {
            contract: at(&deployed.account),
            id: deployed.account,
            deployment: deployed.receipt,
        }
    }

    /// Returns what the contract owes and holds.
    pub fn solvency(&self, chain: &mut Chain) -> (Balance, Balance) {
        chain.read(self.contract.call().solvency())
    }

    /// Checks that the contract owes no more than it holds: the end of every test.
    ///
    /// # Panics
    /// If it owes more.
    pub fn assert_solvent(&self, chain: &mut Chain) {
        let (owed, held) = self.solvency(chain);
        assert!(
            owed <= held,
            "the streams contract owes {owed} and holds {held}"
        );
    }
}
