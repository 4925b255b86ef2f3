//! What creators say they sell.

use super::{number, shop, told};
use crate::{
    commands::content_of,
    outcome::Outcome,
    session::Session,
    values::{numbered, Amount, Span},
};
use clap::{Args, ValueHint};
use farthing_client::{Call, Error};
use farthing_contracts::storefront::{
    catalogue::{Content, Listing},
    events::{CatalogueChanged, Change},
    MAX_TITLE,
};
use farthing_types::{Balance, ItemId};
use ink::codegen::TraitCallBuilder;
use std::{
    path::{Path, PathBuf},
    str::FromStr,
};

/// Puts a file up for sale.
#[derive(Args)]
pub struct Publish {
    /// The creator.
    creator: String,
    /// The file.
    #[arg(value_hint = ValueHint::FilePath)]
    file: PathBuf,
    /// What it costs, in the chain's token.
    #[arg(long, required_unless_present = "free", conflicts_with = "free")]
    price: Option<Amount>,
    /// It costs nothing: everybody has access.
    #[arg(long)]
    free: bool,
    /// A buyer can pay more than the price: whatever they want.
    #[arg(long)]
    pay_what_you_want: bool,
    /// Its title, at most 64 bytes; the file's name, if it is left out.
    #[arg(long)]
    title: Option<String>,
    /// Where more about it is found, at most 128 bytes.
    #[arg(long, default_value = "")]
    uri: String,
    /// How many copies there are of a limited edition; without a limit, if it is left out.
    #[arg(long)]
    copies: Option<u32>,
    /// How long a purchase gives access; for ever, if it is left out.
    #[arg(long)]
    period: Option<Span>,
    /// What whoever refers a buyer gets of the price, such as 5%.
    #[arg(long, default_value = "0%")]
    referral: Percent,
    /// The tier that pays for it, too, in a blinded purchase.
    #[arg(long, value_parser = numbered::<u8>)]
    tier: Option<u8>,
}

/// Brings out a new edition of an item.
#[derive(Args)]
pub struct Revise {
    /// The creator.
    creator: String,
    /// The item's number.
    #[arg(value_parser = numbered::<ItemId>)]
    item: ItemId,
    /// The file.
    #[arg(value_hint = ValueHint::FilePath)]
    file: PathBuf,
    /// Its title, at most 64 bytes; the present one, if it is left out.
    #[arg(long)]
    title: Option<String>,
    /// Where more about it is found, at most 128 bytes; the present place, if it is left out.
    #[arg(long)]
    uri: Option<String>,
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
        let content = Content {
            commitment: content_of(&self.file)?,
            title: self.title.unwrap_or_else(|| name_of(&self.file)),
            uri: self.uri,
        };
        let listing = Listing {
            price: Amount::of_any(self.price.as_ref(), session.token())?.unwrap_or(0),
            pay_what_you_want: self.pay_what_you_want,
            period: self.period.map(|span| span.0),
            referral: self.referral.0,
            tier: self.tier,
            copies: self.copies,
        };
        let mut shop = shop(session)?;
        let message = shop
            .call_mut()
            .publish(creator, listing.clone(), content.clone());
        let words = format!("Publish {} for {}", self.file.display(), self.creator);
        let done = session.act(&words, Call::new(message, 0)).await?;
        let published = told::<CatalogueChanged, _>(session, &done)?
            .into_iter()
            .find_map(|event| match event.change {
                Change::Published {
                    item,
                    listing: terms,
                    content: what,
                } if event.creator == creator && terms == listing && what == content => Some(item),
                _ => None,
            });
        let item =
            published.ok_or_else(|| Error::node("there is no event of what was published"))?;
        session.output.say(format!(
            "it is item {item} of {}: {}",
            self.creator, content.title
        ));
        session.output.field("creator", creator);
        session.output.field("item", item);
        show_content(session, &content);
        Ok(())
    }
}

impl Revise {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let creator = number(session, &self.creator).await?;
        let mut shop = shop(session)?;
        let present = session.client.read(shop.call().item(creator, self.item));
        let present = present.await?.map(|item| item.content).unwrap_or_default();
        let content = Content {
            commitment: content_of(&self.file)?,
            title: self.title.unwrap_or(present.title),
            uri: self.uri.unwrap_or(present.uri),
        };
        let message = shop.call_mut().revise(creator, self.item, content.clone());
        let words = format!(
            "Bring out {} as a new edition of {}'s item {}",
            self.file.display(),
            self.creator,
            self.item
        );
        let done = session.act(&words, Call::new(message, 0)).await?;
        let edition = told::<CatalogueChanged, _>(session, &done)?
            .into_iter()
            .find_map(|event| match event.change {
                Change::Revised {
                    item,
                    edition,
                    content: what,
                } if (event.creator, item) == (creator, self.item) && what == content => {
                    Some(edition)
                }
                _ => None,
            });
        let edition = edition.ok_or_else(|| Error::node("there is no event of the new edition"))?;
        session.output.say(format!("it is edition {edition}"));
        session.output.field("edition", edition);
        show_content(session, &content);
        Ok(())
    }
}

fn show_content(session: &Session, content: &Content) {
    let commitment = format!("0x{}", hex::encode(content.commitment));
    session.output.say(format!("content {commitment}"));
    session.output.field("content", commitment);
    session.output.field("title", content.title.as_str());
}

/// A file's name as a title: what is too long is cut off.
fn name_of(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let fits = |end: &usize| name.is_char_boundary(*end);
    let end = (0..=name.len().min(MAX_TITLE)).rev().find(fits);
    name.get(..end.unwrap_or(0)).unwrap_or_default().into()
}

pub async fn give(session: &mut Session, creator: &str, item: ItemId, owner: &str) -> Outcome {
    let id = number(session, creator).await?;
    let owner = session.account_or_mine(Some(owner.into())).await?;
    let message = shop(session)?.call_mut().give(id, item, owner.id());
    let words = format!("Give {owner} {creator}'s item {item} for nothing");
    session.send(&words, message, 0).await
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
    fn a_long_file_name_is_cut_between_characters() {
        assert_eq!(name_of(Path::new("songs/one.ogg")), "one.ogg");
        let long = format!("{}é", "a".repeat(63));
        assert_eq!(name_of(Path::new(&long)), "a".repeat(63));
        assert_eq!(name_of(Path::new("/")), "");
    }

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
