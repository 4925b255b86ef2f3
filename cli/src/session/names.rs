//! Names that people use, and what they stand for.

use super::Session;
use crate::values::{divide, number_of, Share};
use farthing_client::{Account, Error, Explain};
use farthing_contracts::registry::{creator::Creator, reading::MAX_PAGE, RegistryRef};
use farthing_types::{
    handle,
    split::{Recipient, PARTS},
    CreatorId,
};
use ink::{codegen::TraitCallBuilder, primitives::AccountId};
use std::collections::{BTreeMap, BTreeSet};

impl Session {
    /// The creator with a handle, or with a number after `#`.
    pub async fn creator(&self, name: &str) -> Result<(CreatorId, Creator), Error> {
        let registry: RegistryRef = self.contract()?;
        if let Some(number) = number_of(name) {
            let unknown = || Error::Input(format!("There is no creator {name}."));
            let number: CreatorId = number.parse().map_err(|_| unknown())?;
            let creator = self.client.read(registry.call().creator(number)).await?;
            return creator.map(|creator| (number, creator)).ok_or_else(unknown);
        }
        let name = name.strip_prefix('@').unwrap_or(name);
        // The contract cannot be asked for what is no handle at all.
        if let Err(error) = handle::check(name) {
            return Err(Error::Input(format!(
                "{name:?} is no creator's handle. {}",
                error.explain(self.token())
            )));
        }
        let found = registry.call().creator_by_handle(name.into());
        let found = self.client.read(found).await?;
        found.ok_or_else(|| Error::Input(format!("There is no creator \"{name}\".")))
    }

    /// The numbers of the creators that an account owns.
    pub async fn creators_of(&self, account: Account) -> Result<Vec<CreatorId>, Error> {
        let registry: RegistryRef = self.contract()?;
        let total = self.client.read(registry.call().overview()).await?.creators;
        let firsts = (0..total).step_by(MAX_PAGE as usize);
        let questions = firsts.map(|first| registry.call().creators(first, MAX_PAGE));
        let pages = self.client.read_all(questions).await?;
        let owned = (0..).zip(pages.into_iter().flatten());
        let owned =
            owned.filter(|(_, one)| one.as_ref().is_some_and(|one| one.owner == account.id()));
        Ok(owned.map(|(creator, _)| creator).collect())
    }

    /// The recipients of a split, which must be whole.
    pub async fn recipients(&self, shares: &[Share]) -> Result<Vec<Recipient<AccountId>>, Error> {
        let parts: Vec<_> = shares.iter().map(|share| share.part).collect();
        let parts = divide(&parts, PARTS).map_err(Error::Input)?;
        let mut recipients = Vec::new();
        for (share, parts) in shares.iter().zip(parts) {
            recipients.push(Recipient {
                account: self.account_of(&share.name).await?.id(),
                parts,
            });
        }
        Ok(recipients)
    }

    /// The handles of creators, of those who have one.
    pub async fn handles(
        &self,
        creators: impl IntoIterator<Item = CreatorId>,
    ) -> Result<BTreeMap<CreatorId, String>, Error> {
        let registry: RegistryRef = self.contract()?;
        let creators: BTreeSet<_> = creators.into_iter().collect();
        let pages: BTreeSet<_> = creators.iter().map(|id| id / MAX_PAGE).collect();
        let firsts: Vec<CreatorId> = pages
            .into_iter()
            .map(|page| page.saturating_mul(MAX_PAGE))
            .collect();
        let questions = firsts
            .iter()
            .map(|first| registry.call().creators(*first, MAX_PAGE));
        let found = self.client.read_all(questions).await?;
        let all = firsts
            .into_iter()
            .zip(found)
            .flat_map(|(first, page)| (first..).zip(page));
        let handles = all.filter_map(|(id, creator)| Some((id, creator?.handle?)));
        Ok(handles.filter(|(id, _)| creators.contains(id)).collect())
    }

    /// The account with an address, or that of the user's own with this name, or the owner of the creator with a
    /// handle (or a number after `#`). One's own come first: whoever claims their name as a handle gets nothing.
    pub async fn account_of(&self, name: &str) -> Result<Account, Error> {
        if let Ok(account) = name.parse() {
            return Ok(account);
        }
        if let Some(own) = self.settings.own_account(name)? {
            return Ok(own);
        }
        let (_, creator) = self.creator(name).await.map_err(|error| match error {
            Error::Input(_) => Error::Input(format!(
                "\"{name}\" is neither an address, nor one of your own accounts, nor the handle of a creator."
            )),
            other => other,
        })?;
        Ok(creator.owner.into())
    }

    /// The same, if a name is given.
    pub async fn account_of_any(&self, name: Option<&str>) -> Result<Option<Account>, Error> {
        match name {
            Some(name) => Ok(Some(self.account_of(name).await?)),
            None => Ok(None),
        }
    }

    /// The same, or the signer's account if no name is given.
    pub async fn account_or_mine(&mut self, name: Option<String>) -> Result<Account, Error> {
        match name {
            Some(name) => self.account_of(&name).await,
            None => self.account().await,
        }
    }
}
