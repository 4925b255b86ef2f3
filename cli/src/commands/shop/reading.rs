//! What the storefront answers to those who only ask.

use super::{number, shop};
use crate::commands::content_of;
use crate::{
    outcome::Outcome,
    session::Session,
    values::{numbered, percent},
};
use clap::{Args, ValueHint};
use farthing_client::{time, Error, Token};
use farthing_contracts::registry;
use farthing_contracts::storefront::{
    access::{place, PAGE_ITEMS},
    books::Payee,
    catalogue::Item,
    storefront::Overview,
    StorefrontRef, MAX_ITEMS, MAX_PAGES,
};
use farthing_types::{CreatorId, ItemId};
use ink::codegen::TraitCallBuilder;
use serde_json::{json, Map, Value};
use std::{path::PathBuf, time::Duration};

/// Shows whether an account has access to an item now, and for how long.
#[derive(Args)]
pub struct Access {
    /// The creator.
    creator: String,
    /// The item's number.
    #[arg(value_parser = numbered::<ItemId>)]
    item: ItemId,
    /// The account; the signer's, if it is left out.
    account: Option<String>,
}

/// Shows what an account has of some creators' items.
#[derive(Args)]
pub struct Owned {
    /// The creators.
    #[arg(required = true)]
    creators: Vec<String>,
    /// The account; the signer's, if it is left out.
    #[arg(long)]
    account: Option<String>,
}

/// Shows an item.
#[derive(Args)]
pub struct ItemArguments {
    /// The creator.
    creator: String,
    /// The item's number.
    #[arg(value_parser = numbered::<ItemId>)]
    item: ItemId,
    /// A file that was delivered: check that it is what is sold.
    #[arg(long, value_hint = ValueHint::FilePath)]
    file: Option<PathBuf>,
}

impl Access {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let creator = number(session, &self.creator).await?;
        let account = session.account_or_mine(self.account).await?;
        let id = account.id();
        let shop = shop(session)?;
        let message = shop.call().has_access(creator, self.item, id);
        let access = session.client.read(message).await?;
        let (page, slot) = place(self.item);
        let message = shop.call().page(creator, id, page);
        let (page, json) = session.client.read_json(message).await?;
        let until = page.until(slot);
        // At no time does a pass give access for ever.
        let for_ever = page.has_access(slot, u64::MAX);
        session.output.say(match (access, for_ever, until) {
            (_, true, _) => format!("{account} has access, for ever"),
            (true, false, Some(until)) => format!("{account} has access until {}", time(until)),
            (false, false, Some(until)) => {
                format!("{account} has no access; it had until {}", time(until))
            }
            (true, false, None) => format!("{account} has access: the item is free"),
            (false, false, None) => format!("{account} has no access"),
        });
        session.output.field("access", access);
        session.output.field("for_ever", for_ever);
        session.output.field("until", json!(until));
        session.output.field("page", json);
        Ok(())
    }
}

impl Owned {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let account = session.account_or_mine(self.account).await?;
        let shop = shop(session)?;
        let (mut pages, mut names) = (Vec::new(), Vec::new());
        for name in self.creators {
            let creator = number(session, &name).await?;
            let books = session.client.read(shop.call().books(creator)).await?;
            let items = books.map_or(0, |books| books.items);
            pages.extend((0..items.div_ceil(PAGE_ITEMS)).map(|page| (creator, page)));
            names.push((creator, name));
        }
        let now = session.client.chain.clock().await?;
        let mut found = Vec::new();
        for some in pages.chunks(MAX_PAGES) {
            let message = shop.call().owned(account.id(), some.to_vec());
            let read = session.client.read(message).await?;
            for ((creator, number), page) in some.iter().zip(read) {
                let name = names.iter().find(|(one, _)| one == creator);
                let name = name.map_or("", |(_, name)| name);
                for slot in (0..128u8).filter(|slot| page.has_access(*slot, now)) {
                    let item = number
                        .saturating_mul(PAGE_ITEMS)
                        .saturating_add(slot.into());
                    // At no time does a pass give access for ever.
                    let for_ever = page.has_access(slot, u64::MAX);
                    let until = page.until(slot).filter(|_| !for_ever);
                    let access =
                        until.map_or("for ever".into(), |end| format!("until {}", time(end)));
                    session
                        .output
                        .say(format!("item {item} of {name}, {access}"));
                    found.push(json!({ "creator": creator, "item": item, "until": until }));
                }
            }
        }
        if found.is_empty() {
            session
                .output
                .say(format!("{account} has bought nothing of that"));
        }
        session.output.field("owned", found);
        Ok(())
    }
}

impl ItemArguments {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let creator = number(session, &self.creator).await?;
        let message = shop(session)?.call().item(creator, self.item);
        let (item, json) = session.client.read_json(message).await?;
        let item = item.ok_or_else(|| {
            Error::Input(format!(
                "{} has no item {}: `farthing shop show {0}` lists all.",
                self.creator, self.item
            ))
        })?;
        session.output.say(line(session.token(), self.item, &item));
        if !item.content.uri.is_empty() {
            session.output.say(format!("see {}", item.content.uri));
        }
        let content = hex::encode(item.content.commitment);
        session.output.say(format!("content 0x{content}"));
        if let Some(file) = self.file {
            if content_of(&file)? != item.content.commitment {
                return Err(Error::Input(format!(
                    "{} is not the file that is sold as item {}: its hash is another.",
                    file.display(),
                    self.item
                ))
                .into());
            }
            session
                .output
                .say(format!("{} is the file that is sold", file.display()));
            session.output.field("file_matches", true);
        }
        session.output.field("item", json);
        Ok(())
    }
}

/// An item in a line.
fn line(token: &Token, number: ItemId, item: &Item) -> String {
    let listing = &item.listing;
    let price = match listing.price {
        0 => "free".into(),
        price => token.unit(price),
    };
    let mut line = format!("item {number}  \"{}\"  {price}", item.content.title);
    if listing.pay_what_you_want {
        line += " or more";
    }
    if let Some(period) = listing.period {
        let period = humantime::format_duration(Duration::from_millis(period));
        line += &format!(" for {period}");
    }
    if listing.referral > 0 {
        line += &format!(", {} to a referrer", percent(listing.referral));
    }
    if let Some(tier) = listing.tier {
        line += &format!(", in tier {tier}");
    }
    if let (Some(left), Some(copies)) = (item.left, listing.copies) {
        line += &format!(", {left} of {copies} copies left");
    }
    if item.edition > 1 {
        line += &format!(", edition {}", item.edition);
    }
    if item.retired {
        line += ", off sale";
    }
    line
}

pub async fn show(session: &mut Session, name: &str, skip: ItemId, count: ItemId) -> Outcome {
    let creator = number(session, name).await?;
    let shop = shop(session)?;
    let message = shop.call().books(creator);
    let (books, mut json) = session.client.read_json(message).await?;
    let Some(books) = books else {
        session.output.say(format!(
            "{name} (creator #{creator}) has no storefront: `farthing shop open {name}` opens it"
        ));
        session.output.field("shop", Value::Null);
        return Ok(());
    };
    json["number"] = creator.into();
    json["due"] = books.due().to_string().into();
    session.output.say(format!(
        "for {name} (creator #{creator}) wait {}",
        session.unit(books.balance)
    ));
    session.output.say(match books.payee {
        Payee::Account(payee) => format!(
            "what is paid goes to {}",
            farthing_client::Account::from(payee)
        ),
        Payee::Split(_) => {
            "what is paid waits here to be divided: `farthing shop payout` does that".into()
        }
    });
    session.output.say(format!("{} items", books.items));
    let items = items(
        session,
        &shop,
        creator,
        skip..books.items.min(skip.saturating_add(count)),
    );
    let items = items.await?;
    let tiers = tiers(session, &shop, creator).await?;
    session.output.field("shop", json);
    session.output.field("items", items);
    session.output.field("tiers", tiers);
    Ok(())
}

async fn items(
    session: &Session,
    shop: &StorefrontRef,
    creator: CreatorId,
    numbers: std::ops::Range<ItemId>,
) -> Result<Vec<Value>, Error> {
    let firsts: Vec<ItemId> = numbers.clone().step_by(MAX_ITEMS as usize).collect();
    let pages = firsts.iter().map(|first| {
        let count = numbers.end.saturating_sub(*first);
        shop.call().items(creator, *first, count)
    });
    let pages = session.client.read_all_json(pages).await?;
    let mut found = Vec::new();
    for (first, (items, json)) in firsts.into_iter().zip(pages) {
        let told = json.as_array().cloned().unwrap_or_default();
        for ((number, item), mut json) in (first..).zip(&items).zip(told) {
            session
                .output
                .say(format!("  {}", line(session.token(), number, item)));
            json["number"] = number.into();
            found.push(json);
        }
    }
    Ok(found)
}

/// The prices of all tiers that there are.
async fn tiers(
    session: &Session,
    shop: &StorefrontRef,
    creator: CreatorId,
) -> Result<Map<String, Value>, Error> {
    let mut found = Map::new();
    for (tier, price) in session.client.read(shop.call().tiers(creator)).await? {
        session
            .output
            .say(format!("  tier {tier}  {}, blinded", session.unit(price)));
        found.insert(tier.to_string(), price.to_string().into());
    }
    Ok(found)
}

pub async fn overview(session: &mut Session) -> Outcome {
    let shop = shop(session)?;
    let (terms, json) = session.client.read_json(shop.call().overview()).await?;
    show_terms(session, &terms);
    session.output.field("overview", json);

    let creators: registry::RegistryRef = session.contract()?;
    // As of one block: in the next one, something else may have been bought.
    let client = &session.client;
    let block = client.chain.best().await?;
    let count = creators.call().creator_count();
    let creators = client.read_at(block, count).await?;
    let message = shop.call().owed_to_creators(0, creators);
    let to_creators = client.read_at(block, message).await?;
    let solvency = shop.call().solvency();
    let (owed, held) = client.read_at(block, solvency).await?;
    session.output.say(format!(
        "it owes {}, of which {} to creators, and holds {}",
        session.unit(owed),
        session.unit(to_creators),
        session.unit(held)
    ));
    session
        .output
        .field("owed_to_creators", to_creators.to_string());
    session.output.field("owed", owed.to_string());
    session.output.field("held", held.to_string());
    Ok(())
}

fn show_terms(session: &Session, terms: &Overview) {
    let account = |id| farthing_client::Account::from(id);
    let output = &session.output;
    output.say(format!("for creators of {}", account(terms.registry)));
    output.say(format!(
        "fee {} of payments, for {}",
        percent(terms.fee),
        account(terms.treasury)
    ));
    match terms.guardian {
        Some(guardian) => output.say(format!("guardian {}", account(guardian))),
        None => output.say("no guardian: nobody can pause payments"),
    }
    if let Some(until) = terms.paused_until {
        output.say(format!(
            "tips and purchases are paused until {}",
            time(until)
        ));
    }
    output.say(format!(
        "{} of fees can be withdrawn",
        session.unit(terms.fees_due)
    ));
}
