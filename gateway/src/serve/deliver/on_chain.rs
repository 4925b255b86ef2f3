//! The storefront on a chain.

use super::{Proof, Storefront};
use crate::{
    rules::Item,
    till::{Answer, Unanswered},
};
use farthing_client::{ops::blinded, Account, Client, Error};
use farthing_contracts::storefront::StorefrontRef;
use ink::codegen::TraitCallBuilder;

/// The storefront of a deployment.
pub struct OnChain(pub Client);

impl Storefront for OnChain {
    fn has_access(&self, item: Item, account: Account) -> Answer<'_, bool> {
        Box::pin(async move {
            let shop: StorefrontRef = self.0.contract().map_err(away)?;
            let message = shop
                .call()
                .has_access(item.creator, item.number, account.id());
            self.0.read(message).await.map_err(away)
        })
    }

    fn was_bought(&self, item: Item, account: Account, proof: Proof) -> Answer<'_, bool> {
        Box::pin(async move { self.bought(item, account, proof).await.map_err(away) })
    }
}

impl OnChain {
    async fn bought(&self, item: Item, account: Account, proof: Proof) -> Result<bool, Error> {
        let shop: StorefrontRef = self.0.contract()?;
        let offered = shop.call().item(item.creator, item.number);
        let offered = self.0.read(offered).await?;
        // The chain does not see whether this tier pays for the item: whoever delivers has to compare.
        let pays = offered.is_some_and(|offered| offered.listing.tier == Some(proof.tier));
        // What is in a block that can still be undone was perhaps not bought.
        let last = self.0.chain.finalised().await?.number;
        if !pays || proof.block > last {
            return Ok(false);
        }
        let shown = blinded::Proof {
            creator: item.creator,
            tier: proof.tier,
            item: item.number,
            buyer: account,
            secret: proof.secret.0,
            block: Some(proof.block),
        };
        let sought = shown.sought(&self.0)?;
        Ok(sought.in_block(&self.0, proof.block).await?.is_some())
    }
}

fn away(error: Error) -> Unanswered {
    Unanswered::Away(error.to_string())
}
