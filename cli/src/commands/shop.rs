//! `farthing shop`: selling, and what is owed for it.

mod refund;

use crate::{
    arguments::{Amount, Span},
    output::unit,
    session::{Outcome, Session},
};
use clap::{Args, Subcommand, ValueHint};
use farthing_client::{Account, Call, Error};
use farthing_types::{commitment, CreatorId, ItemId};
use ink::codegen::TraitCallBuilder;
use serde_json::json;
use std::{fs, path::PathBuf, str::FromStr};
use storefront::{
    catalogue::Listing,
    events::{CatalogueChanged, Change, Release, Released},
    StorefrontRef,
};

/// Selling, and what is owed for it.
#[derive(Subcommand)]
pub enum Shop {
    /// Open a creator's storefront.
    Open {
        /// The creator.
        creator: String,
    },
    /// Put a file up for sale. The file stays where it is: only its hash goes to the chain.
    Publish(Publish),
    /// Change what an item costs.
    Price {
        /// The creator.
        creator: String,
        /// The item's number.
        item: ItemId,
        /// The price from now on.
        price: Amount,
    },
    /// Take an item off sale, for good; who has access keeps it.
    Retire {
        /// The creator.
        creator: String,
        /// The item's number.
        item: ItemId,
    },
    /// Set the price of a tier, for purchases that do not tell the chain what was bought; or end it.
    Tier {
        /// The creator.
        creator: String,
        /// The tier's number.
        tier: u8,
        /// The price from now on; without one, the tier ends.
        price: Option<Amount>,
    },
    /// Show a creator's storefront: books, items, tiers.
    Show {
        /// The creator.
        creator: String,
    },
    /// Pay a creator what came in, along their split. Anyone can do this.
    Payout {
        /// The creator.
        creator: String,
    },
    /// Give back what was paid for an item, and take the access back.
    Refund {
        /// The creator.
        creator: String,
        /// The item's number.
        item: ItemId,
        /// Who has access: an address, or a creator's handle.
        owner: String,
        /// Money for the books, if they hold less than was paid.
        #[arg(long)]
        add: Option<Amount>,
    },
    /// Check what somebody says they bought without telling the chain: the item and the secret that
    /// `farthing buy --blinded` printed.
    Check {
        /// The creator.
        creator: String,
        /// The price tier.
        tier: u8,
        /// The item's number.
        item: ItemId,
        /// Who bought: an address, or a creator's handle.
        buyer: String,
        /// The secret.
        secret: String,
    },
    /// Send an account what the storefront keeps for it: referral shares, and what could not be sent.
    Withdraw {
        /// Whose; the signer's, if it is left out.
        account: Option<String>,
    },
    /// Send the treasury the fees so far.
    WithdrawFees,
    /// Be a referrer: others can name the signer when they buy.
    Enroll,
    /// Be a referrer no longer.
    Leave,
    /// Stop tips and purchases for a while; for the guardian.
    Pause {
        /// For how long, at most 7 days.
        duration: Span,
    },
    /// End a pause; for the guardian.
    Resume,
    /// Show the storefront's terms, and what it owes and holds.
    Overview,
}

/// What is put up for sale.
#[derive(Args)]
pub struct Publish {
    /// The creator.
    creator: String,
    /// What is sold.
    #[arg(value_hint = ValueHint::FilePath)]
    file: PathBuf,
    /// What it costs.
    #[arg(long)]
    price: Amount,
    /// For how long a purchase gives access, such as 30d; for ever, if it is left out.
    #[arg(long)]
    period: Option<Span>,
    /// What a referrer gets of the price, such as 5%.
    #[arg(long, default_value = "0%")]
    referral: Percent,
}

/// A share, in basis points.
#[derive(Clone, Copy)]
pub struct Percent(u16);

impl FromStr for Percent {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("\"{text}\" is no share: write 5% or 2.25%");
        let number = text.strip_suffix('%').ok_or_else(bad)?;
        let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() || decimals.len() > 2 {
            return Err(bad());
        }
        format!("{whole}{decimals:0<2}")
            .parse()
            .map(Self)
            .map_err(|_| bad())
    }
}

impl Shop {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let mut shop: StorefrontRef = session.contract("storefront")?;
        match self {
            Self::Publish(publish) => publish.run(session).await,
            Self::Show { creator } => show(session, &creator).await,
            Self::Payout { creator } => payout(session, &creator).await,
            Self::Withdraw { account } => withdraw(session, account).await,
            Self::Overview => overview(session).await,
            Self::Refund {
                creator,
                item,
                owner,
                add,
            } => refund::refund(session, &creator, item, &owner, add).await,
            Self::Check {
                creator,
                tier,
                item,
                buyer,
                secret,
            } => super::buy::check(session, &creator, tier, item, &buyer, &secret).await,
            Self::Open { creator } => {
                let (id, _) = session.creator(&creator).await?;
                let words = format!("Open the storefront of {creator}");
                act(session, words, shop.call_mut().open(id)).await
            }
            Self::Price {
                creator,
                item,
                price,
            } => {
                let (id, _) = session.creator(&creator).await?;
                let words = format!("Sell item {item} of {creator} for {}", unit(price.0));
                act(session, words, shop.call_mut().set_price(id, item, price.0)).await
            }
            Self::Retire { creator, item } => {
                let (id, _) = session.creator(&creator).await?;
                let words = format!("Take item {item} of {creator} off sale");
                act(session, words, shop.call_mut().retire(id, item)).await
            }
            Self::Tier {
                creator,
                tier,
                price,
            } => {
                let (id, _) = session.creator(&creator).await?;
                let words = format!("Set price tier {tier} of {creator}");
                let price = price.map(|price| price.0);
                act(session, words, shop.call_mut().set_tier(id, tier, price)).await
            }
            Self::WithdrawFees => {
                let words = "Send the treasury its fees".into();
                act(session, words, shop.call_mut().withdraw_fees()).await
            }
            Self::Enroll => {
                act(
                    session,
                    "Enroll as a referrer".into(),
                    shop.call_mut().enroll(),
                )
                .await
            }
            Self::Leave => {
                let words = "Be a referrer no longer".into();
                act(session, words, shop.call_mut().leave()).await
            }
            Self::Pause { duration } => {
                let words = "Stop tips and purchases".into();
                act(session, words, shop.call_mut().pause(duration.0)).await
            }
            Self::Resume => act(session, "End the pause".into(), shop.call_mut().resume()).await,
        }
    }
}

/// Sends a message of the storefront that takes no money and answers nothing.
async fn act<A: scale::Encode>(
    session: &mut Session,
    words: String,
    message: farthing_client::Message<A, storefront::error::Result<()>>,
) -> Outcome {
    session.act(&words, Call::new(message, 0)).await.map(drop)
}

fn address(session: &Session) -> Result<Account, Error> {
    session.client.deployment.address("storefront")
}

impl Publish {
    async fn run(self, session: &mut Session) -> Outcome {
        let (creator, _) = session.creator(&self.creator).await?;
        let bytes = fs::read(&self.file).map_err(|error| Error::file(&self.file, error))?;
        let listing = Listing {
            price: self.price.0,
            content: commitment::content(&bytes),
            period: self.period.map(|period| period.0),
            referral: self.referral.0,
        };
        let mut shop: StorefrontRef = session.contract("storefront")?;
        let message = shop.call_mut().publish(creator, listing);
        let words = format!(
            "Put {} up for sale for {}",
            self.file.display(),
            unit(self.price.0)
        );
        let done = session.act(&words, Call::new(message, 0)).await?;
        for event in done
            .receipt
            .events_of::<CatalogueChanged>(address(session)?)
        {
            if let Change::Published { item, .. } = event.change {
                session
                    .output
                    .say(format!("It is item {item} of {}", self.creator));
                session.output.field("item", item);
            }
        }
        Ok(())
    }
}

async fn show(session: &mut Session, name: &str) -> Outcome {
    let (creator, _) = session.creator(name).await?;
    let shop: StorefrontRef = session.contract("storefront")?;
    let (books, mut json) = session.client.read_json(shop.call().shop(creator)).await?;
    let Some(books) = books else {
        session.show_read("shop", json!(null));
        return Ok(());
    };
    let mut items = Vec::new();
    for item in 0..books.items {
        let (_, mut shown) = session
            .client
            .read_json(shop.call().item(creator, item))
            .await?;
        shown["number"] = item.into();
        items.push(shown);
    }
    let mut tiers = Vec::new();
    for tier in 0..=u8::MAX {
        if let Some(price) = session.client.read(shop.call().tier(creator, tier)).await? {
            tiers.push(json!({ "tier": tier, "price": price.to_string() }));
        }
    }
    json["items"] = items.into();
    json["tiers"] = tiers.into();
    session.show_read("shop", json);
    Ok(())
}

async fn payout(session: &mut Session, name: &str) -> Outcome {
    let (creator, _) = session.creator(name).await?;
    let mut shop: StorefrontRef = session.contract("storefront")?;
    let words = format!("Pay {name} what came in");
    let message = shop.call_mut().payout(creator);
    let done = session.act(&words, Call::new(message, 0)).await?;
    for event in done.receipt.events_of::<Released>(address(session)?) {
        if let Release::Payout { fee, shares, .. } = event.release {
            for share in &shares {
                let kept = if share.sent {
                    ""
                } else {
                    ", kept for a withdrawal"
                };
                let whom = Account::from(share.account);
                session
                    .output
                    .say(format!("{} to {whom}{kept}", unit(share.amount)));
            }
            let shares = shares.iter().map(|share| {
                json!({
                    "account": Account::from(share.account),
                    "amount": share.amount.to_string(),
                    "sent": share.sent,
                })
            });
            session.output.field("shares", shares.collect::<Vec<_>>());
            session.output.field("fee", fee.to_string());
        }
    }
    Ok(())
}

async fn withdraw(session: &mut Session, account: Option<String>) -> Outcome {
    let account = match account {
        Some(name) => session.account_of(&name).await?,
        None => session.account().await?,
    };
    let mut shop: StorefrontRef = session.contract("storefront")?;
    let words = format!("Send {account} what the storefront keeps for it");
    act(session, words, shop.call_mut().withdraw(account.id())).await
}

async fn overview(session: &mut Session) -> Outcome {
    let shop: StorefrontRef = session.contract("storefront")?;
    let (_, mut json) = session.client.read_json(shop.call().overview()).await?;
    let registry: registry::RegistryRef = session.contract("registry")?;
    let creators: CreatorId = session.client.read(registry.call().creator_count()).await?;
    let message = shop.call().owed_to_creators(0, creators);
    let (_, to_creators) = session.client.read_json(message).await?;
    let solvency = session.client.read(shop.call().solvency()).await?;
    let (owed, held) =
        solvency.map_err(|error| Error::Chain(farthing_client::Explain::explain(&error)))?;
    json["owed_to_creators"] = to_creators;
    json["owed"] = owed.to_string().into();
    json["held"] = held.to_string().into();
    session.show_read("storefront", json);
    Ok(())
}
