//! `farthing shop refund`: the contract keeps no list of purchases, only a hash of them. The list is in
//! the events.

use crate::{
    arguments::Amount,
    output::unit,
    session::{Outcome, Session},
};
use farthing_client::{Account, Call, Error};
use farthing_types::{CreatorId, ItemId};
use ink::codegen::TraitCallBuilder;
use serde_json::json;
use storefront::{
    access::{place, Purchase},
    events::{Payment, Payments, Release, Released},
    StorefrontRef,
};

/// Refunds a purchase.
pub async fn refund(
    session: &mut Session,
    name: &str,
    item: ItemId,
    owner: &str,
    add: Option<Amount>,
) -> Outcome {
    let (creator, _) = session.creator(name).await?;
    let account = session.account_of(owner).await?;
    let mut shop: StorefrontRef = session.contract("storefront")?;
    let listed = session.client.read(shop.call().item(creator, item)).await?;
    let for_ever = listed.is_none_or(|item| item.listing.period.is_none());
    let history = match for_ever {
        true => history(session, creator, item, account).await?,
        false => Vec::new(),
    };
    let message = shop.call_mut().refund(creator, item, account.id(), history);
    let value = add.map_or(0, |amount| amount.0);
    let words = format!("Refund item {item} of {name} that {owner} has");
    let done = session.act(&words, Call::new(message, value)).await?;
    let storefront = session.client.deployment.address("storefront")?;
    for event in done.receipt.events_of::<Released>(storefront) {
        if let Release::Refund { share, .. } = event.release {
            let to = Account::from(share.account);
            session
                .output
                .say(format!("{} went back to {to}", unit(share.amount)));
            session.output.field("refunded", share.amount.to_string());
            session.output.field("to", json!(to));
        }
    }
    Ok(())
}

/// The purchases for ever that an account has in the item's page, oldest first, as the contract wants
/// them.
async fn history(
    session: &Session,
    creator: CreatorId,
    item: ItemId,
    account: Account,
) -> Result<Vec<Purchase>, Error> {
    let storefront = session.client.deployment.address("storefront")?;
    let (page, _) = place(item);
    let mut found: Vec<Purchase> = Vec::new();
    let best = session.client.chain.best().await?.number;
    for number in session.client.deployment.block..=best {
        let block = session.client.chain.block(number).await?;
        for event in session.client.chain.contract_events(block.hash).await? {
            if event.contract != storefront {
                continue;
            }
            if let Some(event) = event.decode::<Payments>() {
                let bought = event
                    .payments
                    .into_iter()
                    .filter_map(|payment| match payment {
                        Payment::Purchase {
                            creator: of,
                            item,
                            owner,
                            paid,
                            until: None,
                            ..
                        } if of == creator && owner == account.id() && place(item).0 == page => {
                            Some(Purchase {
                                item,
                                payer: event.payer,
                                paid,
                            })
                        }
                        _ => None,
                    });
                found.extend(bought);
            } else if let Some(Release::Refund {
                creator: of,
                item,
                owner,
                ..
            }) = event.decode::<Released>().map(|event| event.release)
            {
                if of == creator && owner == account.id() {
                    found.retain(|purchase| purchase.item != item);
                }
            }
        }
    }
    Ok(found)
}
