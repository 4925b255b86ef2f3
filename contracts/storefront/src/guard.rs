//! Behind the messages: what must hold before anything happens.

use crate::{
    catalogue::Item,
    error::{Error, Result},
    storefront::Storefront,
};
use farthing_types::{pause::Pause, Balance, CreatorId, ItemId, Millis};
use ink::{
    codegen::{StaticEnv, TraitCallBuilder},
    env::{
        call::{
            utils::{ReturnType, Set},
            Call, CallBuilder, ExecutionInput,
        },
        DefaultEnvironment,
    },
};
use registry::creator::Permission;

impl Storefront {
    pub(crate) fn check_catalogue(&self, creator: CreatorId) -> Result<()> {
        let caller = Self::env().caller();
        let question = self
            .registry
            .call()
            .controls(creator, caller, Permission::Catalogue);
        if ask(question)? {
            Ok(())
        } else {
            Err(Error::NotPermitted)
        }
    }

    /// The time, if the caller is the guardian.
    pub(crate) fn check_guardian(&self) -> Result<Millis> {
        if self.guardian != Some(Self::env().caller()) {
            return Err(Error::NotGuardian);
        }
        Ok(Self::env().block_timestamp())
    }

    pub(crate) fn latest_pause(&self) -> Pause {
        Pause {
            until: self.paused_until,
        }
    }

    pub(crate) fn check_open_for_payments(&self) -> Result<Millis> {
        let now = Self::env().block_timestamp();
        match self.latest_pause().active(now) {
            Some(until) => Err(Error::Paused(until)),
            None => Ok(now),
        }
    }
    pub(crate) fn known_item(&self, creator: CreatorId, item: ItemId) -> Result<Item> {
        self.items.get((creator, item)).ok_or(Error::UnknownItem)
    }
    pub(crate) fn item_on_sale(&self, creator: CreatorId, item: ItemId) -> Result<Item> {
        let record = self.known_item(creator, item)?;
        if record.retired {
            return Err(Error::Retired);
        }
        Ok(record)
    }
    pub(crate) fn tier_price(&self, creator: CreatorId, tier: u8) -> Option<Balance> {
        self.tiers.get((creator, tier)).filter(|price| *price != 0)
    }
}

/// A message to another contract, as ink!'s references build it.
type Question<Args, R> = CallBuilder<
    DefaultEnvironment,
    Set<Call<DefaultEnvironment>>,
    Set<ExecutionInput<Args>>,
    Set<ReturnType<R>>,
>;

/// Asks the registry, through the host function that every chain with contracts has.
pub(crate) fn ask<Args, R>(question: Question<Args, R>) -> Result<R>
where
    Args: scale::Encode,
    R: scale::Decode,
{
    match question.call_v1().try_invoke() {
        Ok(Ok(answer)) => Ok(answer),
        _ => Err(Error::RegistryFailed),
    }
}
