//! Purchases that do not tell the chain what they are of, and their proof.

use super::{number, shop};
use crate::{outcome::Outcome, session::Session, values::numbered};
use clap::Args;
use farthing_client::{
    files,
    ops::blinded::{Blinded, Proof, Unproved},
    Account, Call, Certainty, Error,
};
use farthing_contracts::Contract;
use farthing_types::{Balance, CreatorId, ItemId};
use ink::codegen::TraitCallBuilder;
use scale::{Decode, Encode};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::{collections::BTreeSet, path::PathBuf};

/// A purchase, as its buyer keeps it from before it is signed: without the secret, nobody can prove what
/// was bought.
#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    storefront: Account,
    creator: CreatorId,
    tier: u8,
    item: ItemId,
    #[serde(with = "hex")]
    secret: [u8; 32],
    /// The block that it is in, once that is known.
    block: Option<u32>,
}

/// What goes into the call.
#[derive(Encode, Decode)]
struct Resolved {
    creator: CreatorId,
    secret: [u8; 32],
    max_price: Balance,
}

/// Prints proofs.
#[derive(Args)]
pub struct Reveal {
    /// The creator.
    creator: String,
    /// The item's number; all that were bought, if it is left out.
    #[arg(value_parser = numbered::<ItemId>)]
    item: Option<ItemId>,
}

/// Checks a proof.
#[derive(Args)]
pub struct Check {
    /// The creator that it must be for.
    creator: String,
    /// The proof, as `farthing shop reveal` prints it.
    proof: Proof,
    /// Remember that the item is delivered for it: no further check of the same proof passes then.
    #[arg(long)]
    deliver: bool,
}

/// The purchase that a proof is of.
async fn find(session: &Session, proof: &Proof) -> Result<Option<Blinded>, Error> {
    let client = &session.client;
    let best = client.chain.best().await?;
    if let Some(found) = proof.in_its_block(client, best.number).await? {
        return Ok(Some(found));
    }
    let history = session.history(None, best).await?;
    let found = proof.sought(client)?.in_history(&history, best.number)?;
    if found.is_none() {
        // That it is nowhere is known only if nothing is missing.
        history.must_be_whole(client, best.number)?;
    }
    Ok(found)
}

/// Buys an item, saying only the tier that it is in.
pub async fn buy(
    session: &mut Session,
    name: &str,
    tier: u8,
    item: ItemId,
    max_price: Option<Balance>,
) -> Outcome {
    let words = format!("buy blinded {name} {tier} {item} {max_price:?}");
    let resolved = match session.recall(&words).await? {
        Some(resolved) => resolved,
        None => prepare(session, &words, name, tier, item, max_price).await?,
    };
    let buyer = session.account().await?;
    let mut proof = Proof {
        creator: resolved.creator,
        tier,
        item,
        buyer,
        secret: resolved.secret,
        block: None,
    };
    let storefront = session.client.deployment.address(Contract::Storefront)?;
    let value = resolved.max_price;
    let message = shop(session)?.call_mut().buy_blinded(
        proof.creator,
        tier,
        proof.commitment(storefront),
        value,
    );
    let words = format!("Buy something of {name}'s tier {tier}, without saying what");
    let done = session.act(&words, Call::new(message, value)).await?;
    proof.block = Some(done.receipt.block.number);
    note_block(session, &proof).await?;
    session
        .output
        .say(format!("the proof, for {name} only: {proof}"));
    session.output.field("creator", proof.creator);
    session.output.field("proof", proof.to_string());
    Ok(())
}

/// Chooses a secret, and keeps it before anything is signed.
async fn prepare(
    session: &mut Session,
    words: &str,
    name: &str,
    tier: u8,
    item: ItemId,
    max_price: Option<Balance>,
) -> Outcome<Resolved> {
    let creator = number(session, name).await?;
    let price = session
        .client
        .read(shop(session)?.call().tier(creator, tier))
        .await?;
    if let Some(price) = price {
        session.output.note(format!(
            "{name}'s tier {tier} costs {}",
            session.unit(price)
        ));
    }
    let resolved = Resolved {
        creator,
        secret: crate::commands::random()?,
        // Without a price, there is no such tier: the contract says so better.
        max_price: max_price.or(price).unwrap_or(0),
    };
    if !session.settings.dry_run && price.is_some() {
        let kept = Kept {
            storefront: session.client.deployment.address(Contract::Storefront)?,
            creator,
            tier,
            item,
            secret: resolved.secret,
            block: None,
        };
        let path = session.file("blinded").await?;
        let mut all = read(session).await?;
        all.push(kept);
        files::write_json(&path, &all)?;
    }
    session.remember(words, &resolved)?;
    Ok(resolved)
}

/// Writes down where a purchase is in the chain, so that it need not be looked for.
async fn note_block(session: &mut Session, proof: &Proof) -> Outcome {
    let mut all = read(session).await?;
    for kept in &mut all {
        if kept.secret == proof.secret {
            kept.block = proof.block;
        }
    }
    let path = session.file("blinded").await?;
    Ok(files::write_json(&path, &all)?)
}

async fn read(session: &mut Session) -> Result<Vec<Kept>, Error> {
    let path = session.file("blinded").await?;
    Ok(files::read_json(&path)?.unwrap_or_default())
}

impl Reveal {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let creator = number(session, &self.creator).await?;
        let storefront = session.client.deployment.address(Contract::Storefront)?;
        let buyer = session.account().await?;
        let kept = read(session).await?;
        let wanted = kept.into_iter().filter(|kept| {
            (kept.storefront, kept.creator) == (storefront, creator)
                && self.item.is_none_or(|item| item == kept.item)
        });
        let mut proofs = Vec::new();
        for kept in wanted {
            let mut proof = Proof {
                creator,
                tier: kept.tier,
                item: kept.item,
                buyer,
                secret: kept.secret,
                block: kept.block,
            };
            // What was not sent in the end is of no use.
            let Some(found) = find(session, &proof).await? else {
                continue;
            };
            proof.block = Some(found.block.number);
            session.output.say(format!("item {}: {proof}", proof.item));
            proofs.push(json!({
                "item": proof.item,
                "tier": proof.tier,
                "paid": found.paid.to_string(),
                "block": found.block.number,
                "proof": proof.to_string(),
            }));
        }
        if proofs.is_empty() {
            let what = match self.item {
                Some(item) => format!("of {}'s item {item}", self.creator),
                None => format!("from {}", self.creator),
            };
            return Err(Error::Input(format!(
                "{buyer} has made no blinded purchase {what} that this folder has the secret of: name the folder with --state, and the buyer's key."
            ))
            .into());
        }
        session.output.field("proofs", proofs);
        Ok(())
    }
}

impl Check {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let Self {
            creator,
            proof,
            deliver,
        } = self;
        let id = number(session, &creator).await?;
        // It is said at once, before all that happened is read.
        let found = match proof.creator == id {
            true => find(session, &proof).await?,
            false => None,
        };
        let last = last_that_counts(session).await?;
        let message = shop(session)?.call().item(id, proof.item);
        let (item, listing) = session.client.read_json(message).await?;
        let found = proof.check(id, found, last, item.as_ref());
        let found = found.map_err(Error::from)?;
        let delivered = Delivered::open(session, &proof).await?;
        delivered.check()?;
        if deliver {
            delivered.note(session).await?;
        }
        session.output.say(format!(
            "{} bought item {} in block {}, for {}",
            proof.buyer,
            proof.item,
            found.block.number,
            session.unit(found.paid)
        ));
        session.output.say(match deliver {
            true => "noted as delivered",
            false => "not delivered yet",
        });
        session.output.field(
            "purchase",
            json!({
                "buyer": proof.buyer,
                "creator": id,
                "tier": proof.tier,
                "item": proof.item,
                "paid": found.paid.to_string(),
                "block": found.block.number,
            }),
        );
        session.output.field("item", listing);
        session.output.field("delivered", deliver);
        Ok(())
    }
}

/// A block that is not final may never have been; with --fast, that is taken.
async fn last_that_counts(session: &Session) -> Result<u32, Error> {
    let chain = &session.client.chain;
    Ok(match session.settings.certainty() {
        Certainty::Final => chain.finalised().await?.number,
        Certainty::Block => chain.best().await?.number,
    })
}

/// What was delivered for proofs, as the creator keeps it: by commitment, which names a purchase however
/// the proof is written.
struct Delivered {
    path: PathBuf,
    all: BTreeSet<String>,
    this: String,
}

impl Delivered {
    async fn open(session: &mut Session, proof: &Proof) -> Outcome<Self> {
        let storefront = session.client.deployment.address(Contract::Storefront)?;
        let path = session
            .state()
            .await?
            .join("delivered")
            .join(format!("{storefront}.json"));
        Ok(Self {
            all: files::read_json(&path)?.unwrap_or_default(),
            path,
            this: hex::encode(proof.commitment(storefront)),
        })
    }

    fn check(&self) -> Result<(), Error> {
        match self.all.contains(&self.this) {
            false => Ok(()),
            true => Err(Unproved::Delivered.into()),
        }
    }

    async fn note(mut self, session: &Session) -> Outcome {
        if session.settings.dry_run {
            return Ok(());
        }
        self.all.insert(self.this);
        Ok(files::write_json(&self.path, &self.all)?)
    }
}
