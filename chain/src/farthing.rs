//! Farthing's contracts, deployed.

use crate::{
    contract::at, Account, AccountId, AsInk, Balance, Chain, Failure, Message, Receipt, UNIT,
};
use farthing_contracts::registry;
use farthing_contracts::registry::{claims::Wait, creator::Profile, RegistryRef};
use farthing_contracts::storefront;
use farthing_contracts::storefront::{
    catalogue::{Content, Listing},
    StorefrontRef,
};
use farthing_types::{commitment, CreatorId, Hash, ItemId};
use ink::codegen::TraitCallBuilder;
use scale::{Decode, Encode};

/// What the storefront contract is deployed with.
pub struct Terms {
    /// The platform's fee, in basis points.
    pub fee: u16,
    /// Whether there is a guardian: the account `guardian`.
    pub guarded: bool,
    /// Handles that nobody can have.
    pub reserved: Vec<String>,
    /// How long commitments to a handle wait: a single block, unless a test is about that.
    pub wait: Wait,
    /// What the treasury, the account `treasury`, begins with. As long as it does not exist, small fees
    /// cannot be sent to it.
    pub treasury: Balance,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            fee: 250,
            guarded: true,
            reserved: vec!["farthing".into(), "admin".into()],
            wait: Wait {
                millis: 0,
                blocks: 1,
            },
            treasury: UNIT,
        }
    }
}

/// A chain with a registry and a storefront contract on it.
pub struct Farthing {
    /// The chain that the contracts are on.
    pub chain: Chain,
    /// The registry's account.
    pub registry_id: AccountId,
    /// The storefront contract's account.
    pub storefront_id: AccountId,
    /// Messages to the registry.
    pub registry: RegistryRef,
    /// Messages to the storefront contract.
    pub storefront: StorefrontRef,
    /// What the two deployments cost.
    pub deployments: [Receipt; 2],
}

impl Default for Farthing {
    fn default() -> Self {
        Self::deploy(Terms::default())
    }
}

impl Farthing {
    /// Makes a new chain with both contracts, deployed by the account `deployer`.
    pub fn deploy(terms: Terms) -> Self {
        let mut chain = Chain::new();
        let deployer = chain.account("deployer", 1_000 * UNIT);
        if terms.treasury > 0 {
            chain.account("treasury", terms.treasury);
        }
        let registry = chain
            .deploy::<_, _, _, registry::Error>(
                &deployer,
                &farthing_artifacts::wasm("registry"),
                RegistryRef::with_wait(terms.reserved, terms.wait),
                0,
            )
            .unwrap_or_else(|e| panic!("the registry cannot be deployed: {e:?}"));
        let storefront = chain
            .deploy::<_, _, _, storefront::Error>(
                &deployer,
                &farthing_artifacts::wasm("storefront"),
                StorefrontRef::new(
                    registry.account.ink(),
                    terms.fee,
                    Account::named("treasury").id().ink(),
                    terms.guarded.then(|| Account::named("guardian").id().ink()),
                ),
                0,
            )
            .unwrap_or_else(|e| panic!("the storefront cannot be deployed: {e:?}"));
        Self {
            chain,
            registry: at(&registry.account),
            storefront: at(&storefront.account),
            registry_id: registry.account,
            storefront_id: storefront.account,
            deployments: [registry.receipt, storefront.receipt],
        }
    }

    /// Calls a message as `signer`, with `value` attached; see [`Chain::call`].
    pub fn call<Args: Encode, T: Decode, E: Decode>(
        &mut self,
        signer: &Account,
        message: Message<Args, Result<T, E>>,
        value: Balance,
    ) -> Result<(T, Receipt), Failure<E>> {
        self.chain.call(signer, message, value)
    }

    /// Commits to `handle`, to be revealed with [`Farthing::register`] in a later block.
    pub fn commit(&mut self, owner: &Account, handle: &str) -> Receipt {
        let hash = commitment::handle_claim(handle, &owner.id(), &salt(owner, handle));
        let message = self.registry.call_mut().commit(hash);
        self.chain
            .call_unasked(owner, message, 0)
            .unwrap_or_else(|e| panic!("cannot commit: {e:?}"))
    }

    /// Waits until what was committed to in the last block can be revealed.
    pub fn wait_for_reveal(&mut self) {
        let wait = self.chain.read(self.registry.call().overview()).wait;
        for _ in 1..wait.blocks {
            self.chain.seal();
        }
        let passed = u64::from(wait.blocks).saturating_mul(self.chain.profile().block_millis());
        if passed < wait.millis {
            self.chain
                .advance(wait.millis.saturating_sub(passed).max(5));
        }
    }

    /// Reveals what [`Farthing::commit`] committed to.
    pub fn register(
        &mut self,
        owner: &Account,
        handle: &str,
        profile: Profile,
    ) -> Result<(CreatorId, Receipt), Failure<registry::Error>> {
        let salt = salt(owner, handle);
        let message = self
            .registry
            .call_mut()
            .register(handle.into(), salt, profile);
        self.chain.call(owner, message, 0)
    }

    /// Registers a creator and opens their storefront.
    pub fn creator(&mut self, owner: &Account, handle: &str) -> CreatorId {
        self.commit(owner, handle);
        self.wait_for_reveal();
        let (creator, _) = self
            .register(owner, handle, Profile::default())
            .unwrap_or_else(|e| panic!("cannot register {handle}: {e:?}"));
        let message = self.storefront.call_mut().open(creator);
        self.chain
            .call(owner, message, 0)
            .unwrap_or_else(|e| panic!("cannot open a storefront for {handle}: {e:?}"));
        creator
    }

    /// Publishes an item, with [`Farthing::content`].
    pub fn publish(&mut self, owner: &Account, creator: CreatorId, listing: Listing) -> ItemId {
        let message = self
            .storefront
            .call_mut()
            .publish(creator, listing, Self::content());
        self.chain
            .call(owner, message, 0)
            .unwrap_or_else(|e| panic!("cannot publish: {e:?}"))
            .0
    }

    /// Returns the content of an item where a test is not about that.
    pub fn content() -> Content {
        Content {
            commitment: [7; 32],
            title: "A drawing".into(),
            uri: "https://ada.example/7".into(),
        }
    }

    /// Returns what the storefront contract owes and holds.
    pub fn solvency(&mut self) -> (Balance, Balance) {
        self.chain.read(self.storefront.call().solvency())
    }

    /// Checks that the storefront contract owes no more than it holds: the end of every test.
    ///
    /// # Panics
    /// If it owes more.
    pub fn assert_solvent(&mut self) {
        let (owed, held) = self.solvency();
        assert!(owed <= held, "the storefront owes {owed} and holds {held}");
    }
}

/// Returns a salt that differs for each owner and handle. Not secret: enough for a chain of one's own only.
fn salt(owner: &Account, handle: &str) -> Hash {
    commitment::blake2_256(&(owner.name(), handle).encode())
}
