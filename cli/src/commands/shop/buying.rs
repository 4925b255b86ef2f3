//! `farthing buy`.

use super::{blinded, number, shop, told};
use crate::{
    outcome::Outcome,
    session::Session,
    values::{numbered, Amount},
};
use clap::Args;
use farthing_client::{time, Account, Call, Error};
use farthing_contracts::storefront::events::{Order, Payment, Payments};
use farthing_types::{Balance, CreatorId, ItemId};
use ink::{codegen::TraitCallBuilder, primitives::AccountId};
use scale::{Decode, Encode};
use serde_json::json;

/// Buys items, at once and all for the same account.
#[derive(Args, Debug)]
pub struct Buy {
    /// A creator and the numbers of items; then, perhaps, another creator and theirs, such as
    /// `ada 0 1 ben 3`. A handle that is a number is written with an @ before it.
    #[arg(required = true, num_args = 2.., value_names = ["CREATOR", "ITEM"])]
    what: Vec<String>,
    /// Who gets access; the signer, if it is left out.
    #[arg(long = "for", value_name = "ACCOUNT", conflicts_with = "blinded")]
    owner: Option<String>,
    /// The most that each item may cost, in the chain's token; what it costs at present, if it is left out. All of it
    /// is attached, and what is more than the price comes back at once. Of several items, those that cost
    /// more, went off sale, are sold out or revised, or were given to the buyer in the meantime are left out.
    #[arg(long)]
    max_price: Option<Amount>,
    /// What to pay for each item for which one pays what one wants, in the chain's token; its price, if this is left
    /// out.
    #[arg(long, conflicts_with = "blinded")]
    pay: Option<Amount>,
    /// Who gets a share of the price, if the items grant one.
    #[arg(long, value_name = "ACCOUNT", conflicts_with = "blinded")]
    referrer: Option<String>,
    /// How many times to buy each item: for so many periods.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=64), conflicts_with = "blinded")]
    times: u32,
    /// Do not tell the chain which item it is: pay for a tier of prices, and prove to the creator what
    /// it was for with `farthing shop reveal`.
    #[arg(long, requires = "tier")]
    blinded: bool,
    /// The tier that the item is in, of a blinded purchase.
    #[arg(long, requires = "blinded", value_parser = numbered::<u8>)]
    tier: Option<u8>,
}

/// What is ordered, with nothing left to be looked up.
#[derive(Encode, Decode)]
struct Basket {
    orders: Vec<Order>,
    owner: Option<AccountId>,
    referrer: Option<AccountId>,
}

impl Basket {
    /// What all of it may cost.
    fn most(&self) -> Result<Balance, Error> {
        let sum = self
            .orders
            .iter()
            .try_fold(0, |sum: Balance, order| sum.checked_add(order.max_price));
        sum.ok_or_else(|| Error::Input("This costs more than there can be.".into()))
    }
}

impl Buy {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let what = read(&self.what)?;
        match (self.tier, &what[..]) {
            (None, _) => self.buy(session, what).await,
            (Some(tier), [(creator, items)]) if items.len() == 1 => {
                let max_price = Amount::of_any(self.max_price.as_ref(), session.token())?;
                blinded::buy(session, creator, tier, items[0], max_price).await
            }
            (Some(_), _) => Err(Error::Input(
                "A blinded purchase is of one item: buy the others each by itself.".into(),
            )
            .into()),
        }
    }

    async fn buy(self, session: &mut Session, what: Vec<(String, Vec<ItemId>)>) -> Outcome {
        let words = format!("{self:?}");
        let basket = match session.recall(&words).await? {
            Some(basket) => basket,
            None => {
                let basket = self.fill(session, what).await?;
                session.remember(&words, &basket)?;
                basket
            }
        };
        let (value, referrer) = (basket.most()?, basket.referrer);
        let wanted = basket.orders.clone();
        let times = match self.times {
            1 => String::new(),
            times => format!(", {times} times"),
        };
        let words = format!(
            "Buy {}{times} for at most {}",
            self.what.join(" "),
            session.unit(value)
        );
        let mut shop = shop(session)?;
        let done = match &basket.orders[..] {
            [one] => {
                let message = shop.call_mut().buy(one.clone(), basket.owner, referrer);
                session.act(&words, Call::new(message, value)).await?
            }
            _ => {
                let orders = basket.orders;
                let message = shop.call_mut().buy_many(orders, basket.owner, referrer);
                session.act(&words, Call::new(message, value)).await?
            }
        };
        show(session, wanted, told(session, &done)?);
        Ok(())
    }

    /// Looks up what is to be looked up.
    async fn fill(
        &self,
        session: &Session,
        what: Vec<(String, Vec<ItemId>)>,
    ) -> Result<Basket, Error> {
        let mut orders = Vec::new();
        for (name, items) in what {
            let creator = number(session, &name).await?;
            for item in items {
                let order = self.order(session, &name, creator, item).await?;
                orders.extend(std::iter::repeat_n(order, self.times as usize));
            }
        }
        let owner = session.account_of_any(self.owner.as_deref()).await?;
        let referrer = session.account_of_any(self.referrer.as_deref()).await?;
        Ok(Basket {
            orders,
            owner: owner.map(Account::id),
            referrer: referrer.map(Account::id),
        })
    }

    /// An order of an item in its present edition. Of one that does not exist it is for nothing: the
    /// contract says so better.
    async fn order(
        &self,
        session: &Session,
        name: &str,
        creator: CreatorId,
        item: ItemId,
    ) -> Result<Order, Error> {
        let message = shop(session)?.call().item(creator, item);
        let found = session.client.read(message).await?;
        let mut order = Order {
            creator,
            item,
            max_price: 0,
            edition: found.as_ref().map(|item| item.edition),
        };
        let Some(found) = found else {
            return Ok(order);
        };
        let price = found.listing.price;
        // Where one pays what one wants, all that an order allows is paid: only what was said.
        order.max_price = match found.listing.pay_what_you_want {
            true => Amount::of_any(self.pay.as_ref(), session.token())?.unwrap_or(price),
            false => Amount::of_any(self.max_price.as_ref(), session.token())?.unwrap_or(price),
        };
        session.output.note(format!(
            "{name}'s item {item}, \"{}\", costs {}{}",
            found.content.title,
            session.unit(price),
            match found.listing.pay_what_you_want {
                true => " or more",
                false => "",
            }
        ));
        Ok(order)
    }
}

/// Creators and items, in the order of the words.
fn read(words: &[String]) -> Result<Vec<(String, Vec<ItemId>)>, Error> {
    let mut found: Vec<(String, Vec<ItemId>)> = Vec::new();
    for word in words {
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
        match found.last_mut() {
            Some((_, items)) if is_number => items.push(word.parse().map_err(|_| {
                Error::Input(format!("There is no item {word}: its number is too large."))
            })?),
            None if is_number => {
                return Err(Error::Input(format!(
                    "Say whose items these are before their numbers; if {word} is a handle, write @{word}."
                )))
            }
            _ => found.push((word.clone(), Vec::new())),
        }
    }
    match found.iter().find(|(_, items)| items.is_empty()) {
        None => Ok(found),
        Some((name, _)) => Err(Error::Input(format!(
            "Say which items of {name} to buy: by their numbers, as `farthing shop show {name}` lists them."
        ))),
    }
}

fn show(session: &Session, mut wanted: Vec<Order>, told: Vec<Payments>) {
    let mut bought = Vec::new();
    let payments = told.into_iter().flat_map(|event| event.payments);
    for payment in payments {
        let Payment::Purchase {
            creator,
            item,
            owner,
            paid,
            term,
            referral,
        } = payment
        else {
            continue;
        };
        let order = |order: &Order| (order.creator, order.item) == (creator, item);
        if let Some(place) = wanted.iter().position(order) {
            wanted.remove(place);
        }
        let until = term.map(|term| term.until());
        let owner = Account::from(owner);
        let access = until.map_or("for ever".into(), |until| format!("until {}", time(until)));
        session.output.say(format!(
            "item {item} of creator #{creator}, {access}, for {owner}: {}",
            session.unit(paid)
        ));
        bought.push(json!({
            "creator": creator,
            "item": item,
            "owner": owner,
            "paid": paid.to_string(),
            "until": until,
            "referral": referral.to_string(),
        }));
    }
    for order in &wanted {
        session.output.say(format!(
            "item {} of creator #{} was left out: its money came back",
            order.item, order.creator
        ));
    }
    let skipped = wanted
        .iter()
        .map(|order| json!({ "creator": order.creator, "item": order.item }));
    session.output.field("bought", bought);
    session.output.field("skipped", skipped.collect::<Vec<_>>());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &str) -> Result<Vec<(String, Vec<ItemId>)>, Error> {
        read(&words.split(' ').map(String::from).collect::<Vec<_>>())
    }

    #[test]
    fn items_belong_to_the_creator_before_them() {
        let expected = vec![("ada".into(), vec![0, 1]), ("@123".into(), vec![3])];
        assert_eq!(of("ada 0 1 @123 3").unwrap(), expected);
        assert_eq!(of("#7 0").unwrap(), [("#7".into(), vec![0])]);
        for bad in ["0 1", "ada ben 1", "ada 1 ben", "ada 4294967296"] {
            assert!(of(bad).is_err(), "{bad}");
        }
    }
}
