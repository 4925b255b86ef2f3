//! The channels contract, deployed.

use crate::{contract::at, Account, AccountId, AsInk, Balance, Chain, Receipt};
use farthing_contracts::channels;
use farthing_contracts::channels::{
    channel::StoredChannel, kept::Kept, storage::LaneKey, ChannelsRef,
};
use farthing_types::voucher::Place;
use ink::codegen::TraitCallBuilder;

/// Where the contract keeps channels, and what it keeps for accounts.
const CHANNELS: u32 = 1;
const KEPT: u32 = 2;
/// How many entries a question about what is owed has at most, to fit into the contract's buffer.
const PAGE: usize = 100;

/// The channels contract on a [`Chain`].
pub struct Channels {
    /// The contract's account.
    pub id: AccountId,
    /// Makes calls of the contract's messages.
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

    /// Returns all channels whose records are there, as they are in the contract's storage.
    pub fn all(&self, chain: &mut Chain) -> Vec<(LaneKey, StoredChannel)> {
        chain.items(&self.id, CHANNELS)
    }

    /// Returns all that is kept for accounts, as it is in the contract's storage.
    pub fn kept(&self, chain: &mut Chain) -> Vec<(ink::primitives::AccountId, Kept)> {
        chain.items(&self.id, KEPT)
    }

    /// Returns what it owes and holds. What it owes is added up over all that is in its storage, and must
    /// be what the contract itself says.
    pub fn solvency(&self, chain: &mut Chain) -> (Balance, Balance) {
        let (all, kept) = (self.all(chain), self.kept(chain));
        let rests = all.iter().map(|(_, one)| one.reserve - one.claimed);
        let owed = rests.chain(kept.iter().map(|(_, one)| one.amount)).sum();
        let lanes: Vec<_> = all.into_iter().map(|(key, _)| key).collect();
        let accounts: Vec<_> = kept.into_iter().map(|(key, _)| key).collect();
        let none = || (Vec::new(), Vec::new());
        let lanes = lanes.chunks(PAGE).map(|page| (page.to_vec(), Vec::new()));
        let accounts = accounts
            .chunks(PAGE)
            .map(|page| (Vec::new(), page.to_vec()));
        let (mut told, mut held) = (0, 0);
        for (lanes, accounts) in lanes.chain(accounts).chain([none()]) {
            let part = chain.read(self.contract.call().solvency(lanes, accounts));
            (told, held) = (told + part.0, part.1);
        }
        assert_eq!(told, owed, "what the contract says that it owes");
        (owed, held)
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
