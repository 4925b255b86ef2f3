//! What creators say they sell.

use super::{number, shop, told};
use crate::{
    arguments::{Amount, Span},
    session::{Outcome, Session},
};
use clap::{Args, ValueHint};
use farthing_client::{Call, Error};
use farthing_types::{Balance, ItemId};
use ink::codegen::TraitCallBuilder;
use std::{path::PathBuf, str::FromStr};
use storefront::{
    catalogue::Listing,
    events::{CatalogueChanged, Change},
};

/// Puts a file up for sale.
#[derive(Args)]
pub struct Publish {
    /// The creator.
    creator: String,
    /// The file.
    #[arg(value_hint = ValueHint::FilePath)]
    file: PathBuf,
    /// What it costs, in UNIT.
    #[arg(long)]
    price: Amount,
    /// How long a purchase gives access; for ever, if it is left out.
    #[arg(long)]
    period: Option<Span>,
    /// What whoever refers a buyer gets of the price, such as 5%.
    #[arg(long, default_value = "0%")]
    referral: Percent,
    /// The tier that pays for it, too, in a blinded purchase.
    #[arg(long)]
    tier: Option<u8>,
}

/// A percentage, in basis points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Percent(u16);

impl FromStr for Percent {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("\"{text}\" is no percentage: write 5% or 2.25%");
        let number = text.strip_suffix('%').unwrap_or(text);
        let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || decimals.len() > 2 || !digits(whole) || !digits(decimals) {
            return Err(bad());
        }
        let points = format!("{whole}{decimals:0<2}").parse();
        points.map(Self).map_err(|_| bad())
    }
}

impl Publish {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let creator = number(session, &self.creator).await?;
        let content = crate::commands::content_of(&self.file)?;
        let listing = Listing {
            price: self.price.0,
            content,
            period: self.period.map(|span| span.0),
            referral: self.referral.0,
            tier: self.tier,
        };
        let message = shop(session)?.call_mut().publish(creator, listing.clone());
        let words = format!("Publish {} for {}", self.file.display(), self.creator);
        let done = session.act(&words, Call::new(message, 0)).await?;
        let published = told::<CatalogueChanged, _>(session, &done)?
            .into_iter()
            .find_map(|event| match event.change {
                Change::Published { item, listing: of }
                    if event.creator == creator && of == listing =>
                {
                    Some(item)
                }
                _ => None,
            });
        let item = published
            .ok_or_else(|| Error::Node("there is no event of what was published".into()))?;
        let content = format!("0x{}", hex::encode(content));
        session
            .output
            .say(format!("it is item {item} of {}", self.creator));
        session.output.say(format!("content {content}"));
        session.output.field("creator", creator);
        session.output.field("item", item);
        session.output.field("content", content);
        Ok(())
    }
}

pub async fn open(session: &mut Session, creator: &str) -> Outcome {
    let id = number(session, creator).await?;
    let message = shop(session)?.call_mut().open(id);
    let words = format!("Open the storefront of {creator}");
    session.send(&words, message, 0).await
}

pub async fn set_price(
    session: &mut Session,
    creator: &str,
    item: ItemId,
    price: Balance,
) -> Outcome {
    let id = number(session, creator).await?;
    let message = shop(session)?.call_mut().set_price(id, item, price);
    let words = format!("Change the price of {creator}'s item {item}");
    session.send(&words, message, 0).await
}

pub async fn retire(session: &mut Session, creator: &str, item: ItemId) -> Outcome {
    let id = number(session, creator).await?;
    let message = shop(session)?.call_mut().retire(id, item);
    let words = format!("Take {creator}'s item {item} off sale");
    session.send(&words, message, 0).await
}

pub async fn relist(session: &mut Session, creator: &str, item: ItemId) -> Outcome {
    let id = number(session, creator).await?;
    let message = shop(session)?.call_mut().relist(id, item);
    let words = format!("Bring {creator}'s item {item} back on sale");
    session.send(&words, message, 0).await
}

pub async fn set_item_tier(
    session: &mut Session,
    creator: &str,
    item: ItemId,
    tier: Option<u8>,
) -> Outcome {
    let id = number(session, creator).await?;
    let message = shop(session)?.call_mut().set_item_tier(id, item, tier);
    let words = match tier {
        Some(tier) => format!("Put {creator}'s item {item} into tier {tier}"),
        None => format!("Take {creator}'s item {item} out of its tier"),
    };
    session.send(&words, message, 0).await
}

pub async fn set_tier(
    session: &mut Session,
    creator: &str,
    tier: u8,
    price: Option<Balance>,
) -> Outcome {
    let id = number(session, creator).await?;
    let message = shop(session)?.call_mut().set_tier(id, tier, price);
    let words = match price {
        Some(_) => format!("Set the price of {creator}'s tier {tier}"),
        None => format!("End {creator}'s tier {tier}"),
    };
    session.send(&words, message, 0).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_exact_to_the_basis_point() {
        assert_eq!("5%".parse(), Ok(Percent(500)));
        assert_eq!("2.25".parse(), Ok(Percent(225)));
        assert_eq!("100.1%".parse(), Ok(Percent(10_010)));
        for bad in ["", "%", "-1%", "+1%", "0.001%", "a%", "700%", "1%%"] {
            assert!(bad.parse::<Percent>().is_err(), "{bad}");
        }
    }
}
