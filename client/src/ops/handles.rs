//! Claiming a handle. The claim is first announced without the handle, and revealed later, so that nobody can
//! be quicker.
//!
//! [`Claim::announcement`] announces a claim by its hash, and [`Claim::wait`] waits. The claim is then
//! revealed by registering a creator with it ([`Claim::registration`]), or by giving it to an existing
//! creator ([`Claim::naming`]). If the salt is lost in between, so is the announcement. Store the salt before
//! you announce.

use crate::{Account, Call, Chain, Client, Error, Gas};
use farthing_contracts::registry::{
    self,
    claims::{Commitment, Wait},
    creator::Profile,
    RegistryRef,
};
use farthing_types::{
    commitment,
    handle::{check, HandleError},
    CreatorId, Hash, Millis,
};
use ink::codegen::TraitCallBuilder;
use std::time::Duration;

/// The gas that a reveal may use, which is more than it ever needs. On a chain that makes blocks only for
/// transactions, the reveal makes the very block in which it becomes possible. So no dry run is possible
/// before.
pub const REVEAL: Gas = Gas {
    time: 4_000_000_000,
    proof: 400_000,
};
/// The items that a reveal adds to the contract's storage at most, and the bytes in them, with a handle and a
/// URI of full length. The announcement's comes back.
const REVEAL_STORES: (u32, u32) = (2, 512);

/// How often one looks whether a claim has waited enough.
const LOOK: Duration = Duration::from_millis(500);

/// A claim to a handle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    handle: String,
    owner: Account,
    salt: [u8; 32],
}

/// The state of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is not announced, it was already revealed, or its 24 hours are over.
    Unannounced,
    /// It must wait for a block that is late enough.
    Waits {
        /// The number of the earliest block that it can be revealed in.
        block: u32,
        /// The earliest time of such a block.
        time: Millis,
    },
    /// It can be revealed in the next block, which is made only for a transaction. Plan the reveal without a
    /// dry run, with [`REVEAL`] and [`reveal_deposit`].
    NextBlock,
    /// It can be revealed now.
    Ready,
}

impl Claim {
    /// Makes a claim to `handle` for its future owner. The salt is random, secret, and used for no other
    /// claim.
    ///
    /// # Errors
    /// If the text cannot be a handle.
    pub fn new(handle: &str, owner: Account, salt: [u8; 32]) -> Result<Self, HandleError> {
        check(handle)?;
        Ok(Self {
            handle: handle.into(),
            owner,
            salt,
        })
    }

    /// Returns the hash that announces it.
    pub fn hash(&self) -> Hash {
        commitment::handle_claim(&self.handle, &self.owner.id(), &self.salt)
    }

    /// Returns the call that announces it. Its owner signs it, and locks a deposit that comes back with the
    /// reveal.
    ///
    /// # Errors
    /// [`Error::Deployment`] if the deployment has no registry.
    pub fn announcement(&self, client: &Client) -> Result<Call<()>, Error> {
        let mut registry: RegistryRef = client.contract()?;
        Ok(Call::new(registry.call_mut().commit(self.hash()), 0))
    }

    /// Returns the call that reveals it and registers its owner as a creator.
    ///
    /// # Errors
    /// [`Error::Deployment`] if the deployment has no registry.
    pub fn registration(
        &self,
        client: &Client,
        profile: Profile,
    ) -> Result<Call<Result<CreatorId, registry::Error>>, Error> {
        let mut registry: RegistryRef = client.contract()?;
        let (handle, salt) = (self.handle.clone(), self.salt);
        let message = registry.call_mut().register(handle, salt, profile);
        Ok(Call::new(message, 0))
    }

    /// Returns the call that reveals it and gives the handle to a creator of its owner's that has none.
    ///
    /// # Errors
    /// [`Error::Deployment`] if the deployment has no registry.
    pub fn naming(
        &self,
        client: &Client,
        creator: CreatorId,
    ) -> Result<Call<Result<(), registry::Error>>, Error> {
        let mut registry: RegistryRef = client.contract()?;
        let (handle, salt) = (self.handle.clone(), self.salt);
        let message = registry.call_mut().claim_handle(creator, handle, salt);
        Ok(Call::new(message, 0))
    }

    /// Returns the creator that has the handle now; `None` if nobody has it.
    ///
    /// # Errors
    /// [`Error::Node`].
    pub async fn holder(&self, client: &Client) -> Result<Option<CreatorId>, Error> {
        let registry: RegistryRef = client.contract()?;
        let message = registry.call().creator_by_handle(self.handle.clone());
        Ok(client.read(message).await?.map(|(creator, _)| creator))
    }

    /// Returns whether it is announced and its 24 hours are not over.
    ///
    /// # Errors
    /// [`Error::Node`].
    pub async fn is_announced(&self, client: &Client) -> Result<bool, Error> {
        let best = client.chain.best().await?;
        let now = client.chain.time(best.hash).await?;
        let pending = self.pending(client).await?;
        Ok(pending.is_some_and(|pending| pending.expires() >= now))
    }

    /// Returns how the claim stands in the latest block.
    ///
    /// # Errors
    /// [`Error::Node`].
    pub async fn standing(&self, client: &Client) -> Result<Standing, Error> {
        self.look(client, rules(client).await?).await
    }

    /// Waits until it can be revealed or is no longer announced, and returns which. Reports its state each
    /// time it looks.
    ///
    /// # Errors
    /// [`Error::Node`].
    pub async fn wait(
        &self,
        client: &Client,
        mut tell: impl FnMut(Standing),
    ) -> Result<Standing, Error> {
        let rules = rules(client).await?;
        loop {
            let standing = self.look(client, rules).await?;
            tell(standing);
            if !matches!(standing, Standing::Waits { .. }) {
                return Ok(standing);
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn look(&self, client: &Client, rules: Wait) -> Result<Standing, Error> {
        let best = client.chain.best().await?;
        let now = client.chain.time(best.hash).await?;
        let Some(pending) = self.pending(client).await? else {
            return Ok(Standing::Unannounced);
        };
        let block = pending.block.saturating_add(rules.blocks);
        let time = pending.at.saturating_add(rules.millis);
        let next = best.number.saturating_add(1);
        Ok(match now >= time {
            _ if pending.expires() < now => Standing::Unannounced,
            true if best.number >= block => Standing::Ready,
            true if next >= block && client.chain.is_development() => Standing::NextBlock,
            _ => Standing::Waits { block, time },
        })
    }

    /// Returns what is announced of it; `None` if the owner has announced nothing, or something else.
    async fn pending(&self, client: &Client) -> Result<Option<Commitment>, Error> {
        let pending = announced(client, self.owner).await?;
        Ok(pending.filter(|pending| pending.hash == self.hash()))
    }
}

/// Returns the commitment that an account has announced; `None` if there is none.
///
/// # Errors
/// [`Error::Node`].
pub async fn announced(client: &Client, account: Account) -> Result<Option<Commitment>, Error> {
    let registry: RegistryRef = client.contract()?;
    client.read(registry.call().commitment(account.id())).await
}

/// Returns the most deposit that a reveal can lock.
///
/// # Errors
/// [`Error::Node`].
pub fn reveal_deposit(chain: &Chain) -> Result<i128, Error> {
    let (items, bytes) = REVEAL_STORES;
    let most = chain.storage_price()?.of(items, bytes);
    Ok(i128::try_from(most).unwrap_or(i128::MAX))
}

/// Reads how long claims wait in this registry.
async fn rules(client: &Client) -> Result<Wait, Error> {
    let registry: RegistryRef = client.contract()?;
    Ok(client.read(registry.call().overview()).await?.wait)
}
