//! A round of matching, deployed.

use crate::{contract::at, Account, AccountId, Balance, Chain, Failure, Receipt};
use farthing_contracts::matching_round::{terms::Terms, Error, MatchingRoundRef};
use ink::codegen::TraitCallBuilder;

/// A round of matching on a chain.
pub struct Round {
    /// The round's account.
    pub id: AccountId,
    /// Makes calls of the round's messages.
    pub round: MatchingRoundRef,
    /// What the deployment cost.
    pub deployment: Receipt,
}

impl Round {
    /// Makes a round with these rules.
    pub fn deploy(
        chain: &mut Chain,
        deployer: &Account,
        terms: Terms,
    ) -> Result<Self, Failure<Error>> {
        let code = farthing_artifacts::wasm("matching_round");
        let deployed = chain.deploy(deployer, &code, MatchingRoundRef::new(terms), 0)?;
        Ok(Self {
            round: at(&deployed.account),
            id: deployed.account,
            deployment: deployed.receipt,
        })
    }

    /// Returns what the round owes and holds.
    pub fn solvency(&self, chain: &mut Chain) -> (Balance, Balance) {
        chain.read(self.round.call().solvency())
    }

    /// Checks that the round owes no more than it holds: the end of every test.
    ///
    /// # Panics
    /// If it owes more.
    pub fn assert_solvent(&self, chain: &mut Chain) {
        let (owed, held) = self.solvency(chain);
        assert!(owed <= held, "the round owes {owed} and holds {held}");
    }
}
