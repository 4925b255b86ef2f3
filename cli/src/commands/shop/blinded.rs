//! Purchases that do not tell the chain what they are of, and their proof.

use super::{number, shop};
use crate::{outcome::Outcome, session::Session};
use clap::Args;
use farthing_client::{
    files,
    ops::refund::{Blinded, Sought},
    Account, Call, Certainty, Error, Token,
};
use farthing_contracts::storefront::catalogue::Item;
use farthing_contracts::Contract;
use farthing_types::{commitment, Balance, CreatorId, Hash, ItemId};
use ink::codegen::TraitCallBuilder;
use scale::{Decode, Encode};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::{collections::BTreeSet, fmt, path::PathBuf, str::FromStr};

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

/// What a buyer shows to the creator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    creator: CreatorId,
    tier: u8,
    item: ItemId,
    buyer: Account,
    secret: [u8; 32],
    block: Option<u32>,
}

/// Prints proofs.
#[derive(Args)]
pub struct Reveal {
    /// The creator.
    creator: String,
    /// The item's number; all that were bought, if it is left out.
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

impl fmt::Display for Proof {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        let Self {
            creator,
            tier,
            item,
            buyer,
            ..
        } = self;
        let secret = hex::encode(self.secret);
        write!(to, "{creator}/{tier}/{item}/{buyer}/{secret}")?;
        match self.block {
            Some(block) => write!(to, "/{block}"),
            None => Ok(()),
        }
    }
}

impl FromStr for Proof {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parse = || {
            let mut parts = text.trim().split('/');
            let proof = Self {
                creator: parts.next()?.parse().ok()?,
                tier: parts.next()?.parse().ok()?,
                item: parts.next()?.parse().ok()?,
                buyer: parts.next()?.parse().ok()?,
                secret: hex::decode(parts.next()?).ok()?.try_into().ok()?,
                block: match parts.next() {
                    Some(block) => Some(block.parse().ok()?),
                    None => None,
                },
            };
            parts.next().is_none().then_some(proof)
        };
        let bad = "this is no proof of a blinded purchase: give it as `farthing shop reveal` printed it, on one line";
        parse().ok_or_else(|| bad.into())
    }
}

impl Proof {
    fn commitment(&self, storefront: Account) -> Hash {
        let buyer = self.buyer.id();
        commitment::blinded_purchase(
            &storefront.id(),
            self.creator,
            self.tier,
            &buyer,
            self.item,
            &self.secret,
        )
    }

    async fn find(&self, session: &Session) -> Result<Option<Blinded>, Error> {
        let storefront = session.client.deployment.address(Contract::Storefront)?;
        let sought = Sought {
            buyer: self.buyer,
            creator: self.creator,
            tier: self.tier,
            commitment: self.commitment(storefront),
        };
        let best = session.client.chain.best().await?;
        // The block that it is said to be in is asked first: that takes no history.
        if let Some(said) = self.block.filter(|number| *number <= best.number) {
            match sought.in_block(&session.client, said).await {
                Ok(None) | Err(Error::Forgotten { .. }) => {}
                found => return found,
            }
        }
        let history = session.history(None, best).await?;
        let found = sought.in_history(&history, best.number)?;
        if found.is_none() {
            // That it is nowhere is known only if nothing is missing.
            history.must_be_whole(&session.client, best.number)?;
        }
        Ok(found)
    }
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
            let Some(found) = proof.find(session).await? else {
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
        if proof.creator != id {
            return Err(Error::Input(format!(
                "The proof is of a purchase from creator #{}, and not from {creator}.",
                proof.creator
            ))
            .into());
        }
        let found = proof.find(session).await?.ok_or_else(|| {
            Error::Input(
                "The proof is of no purchase on this chain: something in it is wrong, or the purchase did not happen. Deliver nothing for it.".into(),
            )
        })?;
        check_final(session, &found).await?;
        let message = shop(session)?.call().item(id, proof.item);
        let (item, listing) = session.client.read_json(message).await?;
        let item = item.ok_or_else(|| {
            Error::Input(format!(
                "The proof is of item {}, and {creator} has none with that number. Deliver nothing for it.",
                proof.item
            ))
        })?;
        check_covered(session.token(), &proof, &found, &item)?;
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
async fn check_final(session: &Session, found: &Blinded) -> Result<(), Error> {
    let chain = &session.client.chain;
    let last = match session.settings.certainty() {
        Certainty::Final => chain.finalised().await?.number,
        Certainty::Block => chain.best().await?.number,
    };
    match found.block.number <= last {
        true => Ok(()),
        false => Err(Error::Input(format!(
            "The purchase is in block {}, which is not final yet: check again in a moment.",
            found.block.number
        ))),
    }
}

/// A buyer can commit to any item at any tier's price. It is paid for if the item is in that tier, or if
/// what was paid is no less than the item costs by itself.
fn check_covered(token: &Token, proof: &Proof, found: &Blinded, item: &Item) -> Result<(), Error> {
    let listing = &item.listing;
    if listing.tier == Some(proof.tier) || found.paid >= listing.price {
        return Ok(());
    }
    let tier = match listing.tier {
        Some(tier) => format!("is in tier {tier}"),
        None => "is in no tier".into(),
    };
    Err(Error::Input(format!(
        "The proof is of item {}, which {tier} and costs {} by itself; what was paid is {}, the price of tier {}. Deliver nothing for it.",
        proof.item,
        token.unit(listing.price),
        token.unit(found.paid),
        proof.tier
    )))
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
            true => Err(Error::Input(
                "The item was delivered for this proof before. Deliver nothing more for it.".into(),
            )),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proofs_are_read_as_they_are_printed() {
        let mut proof = Proof {
            creator: 7,
            tier: 1,
            item: 3,
            buyer: Account([5; 32]),
            secret: [6; 32],
            block: Some(12),
        };
        assert_eq!(proof.to_string().parse(), Ok(proof.clone()));
        proof.block = None;
        let text = proof.to_string();
        assert_eq!(text.parse(), Ok(proof));
        for bad in ["", "7/1/3", &text[1..], &format!("{text}/1/2"), &text[..40]] {
            assert!(bad.parse::<Proof>().is_err(), "{bad}");
        }
    }
}
