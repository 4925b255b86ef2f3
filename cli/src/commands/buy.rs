//! `farthing buy`, `tip` and `access`: what the creator's public does.

use crate::{
    arguments::Amount,
    output::unit,
    session::{Outcome, Session},
};
use clap::Args;
use farthing_client::{files, time, Account, Call, Error};
use farthing_types::{commitment, Balance, CreatorId, ItemId};
use ink::codegen::TraitCallBuilder;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::{collections::BTreeMap, str::FromStr};
use storefront::{
    access::place,
    events::{Order, Payment, Payments, Tip},
    StorefrontRef,
};

/// Buy items, for the signer or as a gift.
#[derive(Args)]
pub struct Buy {
    /// The creator.
    creator: String,
    /// The items' numbers; several are bought at once.
    #[arg(required = true)]
    items: Vec<ItemId>,
    /// Who shall have access, if not the signer: an address, or a creator's handle.
    #[arg(long = "for", value_name = "ACCOUNT")]
    owner: Option<String>,
    /// What all of it may cost at most; what it costs now, if it is left out.
    #[arg(long)]
    max_price: Option<Amount>,
    /// Who referred the signer, and gets a share where the creator grants one.
    #[arg(long)]
    referrer: Option<String>,
    /// Buy from this price tier without telling the chain which item it is.
    #[arg(long, value_name = "TIER", conflicts_with_all = ["owner", "referrer"])]
    blinded: Option<u8>,
}

/// Tip creators.
#[derive(Args)]
pub struct Tips {
    /// A creator and an amount, or several as CREATOR=AMOUNT, which are sent at once.
    #[arg(required = true)]
    tips: Vec<String>,
    /// A message of up to 140 bytes, which everybody can read.
    #[arg(long, default_value = "")]
    memo: String,
}

/// Show whether an account has access to an item.
#[derive(Args)]
pub struct Access {
    /// The creator.
    creator: String,
    /// The item's number.
    item: ItemId,
    /// Whose access; the signer's, if it is left out.
    account: Option<String>,
}

/// Secrets of blinded purchases, by what was bought, the latest last: whoever loses one cannot prove the
/// purchase.
#[derive(Default, Serialize, Deserialize)]
struct Secrets(BTreeMap<String, Vec<String>>);

impl Buy {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let (creator, _) = session.creator(&self.creator).await?;
        match self.blinded {
            Some(tier) => self.blinded(session, creator, tier).await,
            None => self.openly(session, creator).await,
        }
    }

    async fn openly(self, session: &mut Session, creator: CreatorId) -> Outcome {
        let owner = match &self.owner {
            Some(name) => Some(session.account_of(name).await?.id()),
            None => None,
        };
        let referrer = match &self.referrer {
            Some(name) => Some(session.account_of(name).await?.id()),
            None => None,
        };
        let mut shop: StorefrontRef = session.contract("storefront")?;
        let max = match self.max_price {
            Some(max) => max.0,
            None => self.price(session, creator).await?,
        };
        let items = self
            .items
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>();
        let words = format!(
            "Buy {} of {} for {}",
            items.join(", "),
            self.creator,
            unit(max)
        );
        let done = match self.items[..] {
            [item] => {
                let message = shop.call_mut().buy(creator, item, owner, max, referrer);
                session.act(&words, Call::new(message, max)).await?
            }
            _ => {
                let orders = self.items.iter().map(|item| Order {
                    creator,
                    item: *item,
                });
                let orders = orders.collect();
                let message = shop.call_mut().buy_many(orders, owner, max, referrer);
                session.act(&words, Call::new(message, max)).await?
            }
        };
        let storefront = session.client.deployment.address("storefront")?;
        let mut bought = Vec::new();
        for event in done.receipt.events_of::<Payments>(storefront) {
            for payment in event.payments {
                if let Payment::Purchase {
                    item, paid, until, ..
                } = payment
                {
                    let until_when =
                        until.map_or("for ever".into(), |at| format!("until {}", time(at)));
                    session.output.say(format!(
                        "item {item} for {}: access {until_when}",
                        unit(paid)
                    ));
                    bought.push(json!({ "item": item, "paid": paid.to_string(), "until": until }));
                }
            }
        }
        session.output.field("bought", bought);
        Ok(())
    }

    /// What all items cost now.
    async fn price(&self, session: &Session, creator: CreatorId) -> Result<Balance, Error> {
        let shop: StorefrontRef = session.contract("storefront")?;
        let mut sum: Balance = 0;
        for item in &self.items {
            let listed = session
                .client
                .read(shop.call().item(creator, *item))
                .await?;
            let listed = listed
                .ok_or_else(|| Error::Input(format!("{} has no item {item}.", self.creator)))?;
            sum = sum.saturating_add(listed.listing.price);
        }
        Ok(sum)
    }

    async fn blinded(self, session: &mut Session, creator: CreatorId, tier: u8) -> Outcome {
        let [item] = self.items[..] else {
            return Err(Error::Input("Blinded, items are bought one at a time.".into()).into());
        };
        let mut shop: StorefrontRef = session.contract("storefront")?;
        let price = session.client.read(shop.call().tier(creator, tier)).await?;
        let price = price
            .ok_or_else(|| Error::Input(format!("{} has no price tier {tier}.", self.creator)))?;
        let max = self.max_price.map_or(price, |max| max.0);
        let buyer = session.account().await?;
        let secret = secret_for(session, creator, tier, buyer, item).await?;
        let commitment = commit(session, creator, tier, buyer, item, &secret)?;
        let message = shop.call_mut().buy_blinded(creator, tier, commitment, max);
        let words = format!(
            "Buy something of tier {tier} of {} for {}",
            self.creator,
            unit(max)
        );
        session.act(&words, Call::new(message, max)).await?;
        session.output.say(format!(
            "Show the creator, and nobody else, that it is item {item}: secret 0x{secret}"
        ));
        session.output.field("secret", format!("0x{secret}"));
        Ok(())
    }
}

/// The secret of a purchase: that of one under way, or a new one, which is written down before anything is
/// signed.
async fn secret_for(
    session: &mut Session,
    creator: CreatorId,
    tier: u8,
    buyer: Account,
    item: ItemId,
) -> Result<String, Error> {
    let path = session.state()?.join("blinded.json");
    let mut secrets: Secrets = files::read_json(&path)?.unwrap_or_default();
    let key = format!("{buyer} #{creator} tier {tier} item {item}");
    let known = secrets.0.entry(key).or_default();
    if let Some(latest) = known.last() {
        let commitment = commit(session, creator, tier, buyer, item, latest)?;
        let under_way = session.open_outbox().await?.unfinished()?.is_some();
        if under_way || find(session, buyer, commitment).await?.is_none() {
            return Ok(latest.clone());
        }
    }
    let secret = hex::encode(super::random()?);
    known.push(secret.clone());
    files::write_json(&path, &secrets)?;
    Ok(secret)
}

/// What a blinded purchase puts on the chain.
fn commit(
    session: &Session,
    creator: CreatorId,
    tier: u8,
    buyer: Account,
    item: ItemId,
    secret: &str,
) -> Result<[u8; 32], Error> {
    let bytes = hex::decode(secret.trim_start_matches("0x")).ok();
    let secret: [u8; 32] = bytes
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| Error::Input("A secret is 0x and 64 hexadecimal digits.".into()))?;
    let storefront = session.client.deployment.address("storefront")?;
    Ok(commitment::blinded_purchase(
        &storefront,
        creator,
        tier,
        &buyer,
        item,
        &secret,
    ))
}

/// Checks what a buyer says they bought: whether the chain has that very purchase.
pub async fn check(
    session: &mut Session,
    creator: &str,
    tier: u8,
    item: ItemId,
    buyer: &str,
    secret: &str,
) -> Outcome {
    let (creator, _) = session.creator(creator).await?;
    let buyer = session.account_of(buyer).await?;
    let expected = commit(session, creator, tier, buyer, item, secret)?;
    let (block, paid) = find(session, buyer, expected).await?.ok_or_else(|| {
        Error::Input(
            "There is no such purchase: the item, the buyer or the secret is another.".into(),
        )
    })?;
    session
        .output
        .say(format!("Bought in block {block} for {}", unit(paid)));
    session.output.field("block", block);
    session.output.field("paid", paid.to_string());
    Ok(())
}

/// The block of a blinded purchase, and what was paid.
async fn find(
    session: &Session,
    buyer: Account,
    expected: [u8; 32],
) -> Result<Option<(u32, Balance)>, Error> {
    let storefront = session.client.deployment.address("storefront")?;
    let best = session.client.chain.best().await?.number;
    for number in session.client.deployment.block..=best {
        let block = session.client.chain.block(number).await?;
        for event in session.client.chain.contract_events(block.hash).await? {
            let payments = (event.contract == storefront).then(|| event.decode::<Payments>());
            let Some(payments) = payments.flatten().filter(|p| p.payer == buyer.id()) else {
                continue;
            };
            let found = payments.payments.iter().find_map(|payment| match payment {
                Payment::Blinded {
                    commitment, paid, ..
                } if *commitment == expected => Some(*paid),
                _ => None,
            });
            if let Some(paid) = found {
                return Ok(Some((number, paid)));
            }
        }
    }
    Ok(None)
}

impl Tips {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let mut tips = Vec::new();
        for (name, amount) in self.pairs()? {
            let (creator, _) = session.creator(&name).await?;
            tips.push((
                name,
                Tip {
                    creator,
                    amount,
                    memo: self.memo.clone().into_bytes(),
                },
            ));
        }
        let mut shop: StorefrontRef = session.contract("storefront")?;
        match &tips[..] {
            [(name, tip)] => {
                let words = format!("Tip {name} {}", unit(tip.amount));
                let message = shop.call_mut().tip(tip.creator, tip.memo.clone());
                session.act(&words, Call::new(message, tip.amount)).await?;
            }
            _ => {
                let sum = tips
                    .iter()
                    .fold(0, |sum: Balance, (_, tip)| sum.saturating_add(tip.amount));
                let words = format!("Tip {} creators {}", tips.len(), unit(sum));
                let tips = tips.into_iter().map(|(_, tip)| tip).collect();
                let message = shop.call_mut().tip_many(tips);
                session.act(&words, Call::new(message, sum)).await?;
            }
        }
        Ok(())
    }

    fn pairs(&self) -> Result<Vec<(String, Balance)>, Error> {
        let amount = |text: &str| {
            let amount = Amount::from_str(text).map_err(Error::Input)?;
            Ok::<_, Error>(amount.0)
        };
        if let [creator, sum] = &self.tips[..] {
            if !creator.contains('=') {
                return Ok(vec![(creator.clone(), amount(sum)?)]);
            }
        }
        let pairs = self.tips.iter().map(|pair| {
            let (name, sum) = pair.rsplit_once('=').ok_or_else(|| {
                Error::Input(format!(
                    "\"{pair}\" is no tip: write a creator and an amount, or CREATOR=AMOUNT."
                ))
            })?;
            Ok((name.to_string(), amount(sum)?))
        });
        pairs.collect()
    }
}

impl Access {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let (creator, _) = session.creator(&self.creator).await?;
        let account = match &self.account {
            Some(name) => session.account_of(name).await?,
            None => session.account().await?,
        };
        let shop: StorefrontRef = session.contract("storefront")?;
        let message = shop.call().has_access(creator, self.item, account.id());
        let access = session.client.read(message).await?;
        let (number, slot) = place(self.item);
        let page = shop.call().page(creator, account.id(), number);
        let until = session.client.read(page).await?.until(slot);
        session.output.say(match (access, until) {
            (false, _) => "no access".into(),
            (true, None) => "access for ever".into(),
            (true, Some(until)) => format!("access until {}", time(until)),
        });
        session.output.field("access", access);
        session.output.field("until", until);
        Ok(())
    }
}
