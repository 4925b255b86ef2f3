//! Asks the storefront on a chain what was bought.

use super::{Proof, Storefront};
use crate::{
    chain::Live,
    rules::Item,
    till::{Answer, Unanswered},
};
use farthing_client::{ops::blinded, Account, Error};
use farthing_contracts::storefront::StorefrontRef;
use ink::codegen::TraitCallBuilder;
use std::sync::Arc;

/// The storefront of a deployment, asked through the line that follows the chain.
pub struct OnChain(pub Arc<Live>);

impl Storefront for OnChain {
    fn has_access(&self, item: Item, account: Account) -> Answer<'_, bool> {
        Box::pin(async move {
            let client = self.0.client();
            let shop: StorefrontRef = client.contract().map_err(away)?;
            let message = shop
                .call()
                .has_access(item.creator, item.number, account.id());
            client.read(message).await.map_err(away)
        })
    }

    fn was_bought(&self, item: Item, account: Account, proof: Proof) -> Answer<'_, bool> {
        Box::pin(async move { self.bought(item, account, proof).await.map_err(away) })
    }
}

impl OnChain {
    async fn bought(&self, item: Item, account: Account, proof: Proof) -> Result<bool, Error> {
        let client = self.0.client();
        let shop: StorefrontRef = client.contract()?;
        let offered = shop.call().item(item.creator, item.number);
        let offered = client.read(offered).await?;
        // The chain does not see whether this tier pays for the item: whoever delivers has to compare.
        let pays = offered.is_some_and(|offered| offered.listing.tier == Some(proof.tier));
        // What is in a block that can still be undone was perhaps not bought.
        let last = client.chain.finalised().await?.number;
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
        let sought = shown.sought(&client)?;
        Ok(sought.in_block(&client, proof.block).await?.is_some())
    }
}

fn away(error: Error) -> Unanswered {
    Unanswered::Away(error.to_string())
}
