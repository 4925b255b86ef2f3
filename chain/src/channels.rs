//! The channels contract, deployed.

use crate::{contract::at, Account, AccountId, AsInk, Balance, Chain, Receipt};
use channels::ChannelsRef;
use farthing_types::voucher::Place;
use ink::codegen::TraitCallBuilder;

/// The channels contract on a [`Chain`].
pub struct Channels {
    /// Its account.
    pub id: AccountId,
    /// Messages to it.
    pub contract: ChannelsRef,
    /// What vouchers must name.
    pub place: Place<[u8; 32]>,
    /// What the deployment cost.
    pub deployment: Receipt,
}

impl Channels {
    /// Deploys it, for the chain it is on.
    pub fn deploy(chain: &mut Chain, deployer: &Account, guardian: Option<&AccountId>) -> Self {
        let genesis = chain.genesis_hash();
        let deployed = chain
            .deploy::<_, _, _, channels::Error>(
                deployer,
                &farthing_artifacts::wasm("channels"),
                ChannelsRef::new(genesis, guardian.map(AsInk::ink)),
                0,
            )
            .unwrap_or_else(|e| panic!("the channels contract cannot be deployed: {e:?}"));
        Self {
            contract: at(&deployed.account),
            place: Place {
                genesis,
                contract: deployed.account.clone().into(),
            },
            id: deployed.account,
            deployment: deployed.receipt,
        }
    }

    /// What it owes and holds.
    pub fn solvency(&self, chain: &mut Chain) -> (Balance, Balance) {
        chain.read(self.contract.call().solvency())
    }

    /// Checks that it owes no more than it holds: the end of every test.
    ///
    /// # Panics
    /// If it owes more.
    pub fn assert_solvent(&self, chain: &mut Chain) {
        let (owed, held) = self.solvency(chain);
        assert!(owed <= held, "the channels owe {owed} and hold {held}");
    }
}
