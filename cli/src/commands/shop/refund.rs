//! `farthing shop refund`.

use super::{history, number, shop, told};
use crate::{outcome::Outcome, session::Session, values::Amount};
use clap::Args;
use farthing_client::{Account, Call, Error};
use farthing_contracts::storefront::{
    access::Purchase,
    events::{Release, Released},
};
use farthing_types::{Balance, CreatorId, Hash, ItemId};
use ink::{codegen::TraitCallBuilder, primitives::AccountId};
use scale::{Decode, Encode};
use serde_json::json;

/// Refunds purchases.
#[derive(Args, Debug)]
pub struct Refund {
    /// The creator.
    creator: String,
    /// The item's number.
    item: ItemId,
    /// Who has access; the money goes to whoever paid.
    owner: String,
    /// How many purchases of the item to refund, from the latest back: of a pass, so many periods.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=64))]
    times: u32,
    /// The most to attach, in UNIT; all that was paid, if it is left out. What is in the creator's books is
    /// taken first, and what is not needed comes back at once.
    #[arg(long)]
    top_up: Option<Amount>,
}

/// A refund, with nothing left to be looked up.
#[derive(Encode, Decode)]
struct Resolved {
    creator: CreatorId,
    owner: AccountId,
    earlier: Hash,
    history: Vec<Purchase>,
    which: Vec<u32>,
    top_up: Balance,
}

impl Refund {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let words = format!("{self:?}");
        let refund = match session.recall(&words).await? {
            Some(refund) => refund,
            None => {
                let refund = self.look_up(session).await?;
                session.remember(&words, &refund)?;
                refund
            }
        };
        let words = format!(
            "Refund {} for {}'s item {}",
            self.owner, self.creator, self.item
        );
        let message = shop(session)?.call_mut().refund(
            refund.creator,
            refund.owner,
            refund.earlier,
            refund.history,
            refund.which,
        );
        let done = session
            .act(&words, Call::new(message, refund.top_up))
            .await?;
        for event in told::<Released, _>(session, &done)? {
            if let Release::Refund {
                purchases, added, ..
            } = event.release
            {
                show(session, &purchases, added);
            }
        }
        Ok(())
    }

    async fn look_up(&self, session: &Session) -> Result<Resolved, Error> {
        let creator = number(session, &self.creator).await?;
        let owner = session.account_of(&self.owner).await?.id();
        let all = history::purchases(session, creator, self.item, owner).await?;
        let of_item = (0..all.len()).filter(|place| all[*place].item == self.item);
        let mut places: Vec<usize> = of_item.rev().take(self.times as usize).collect();
        places.reverse();
        // Without any, the contract says so better.
        let first = places.first().copied().unwrap_or(all.len());
        let paid = places.iter().fold(0, |sum: Balance, place| {
            sum.saturating_add(all[*place].paid)
        });
        let which = (0..)
            .zip(first..all.len())
            .filter(|(_, place)| places.contains(place))
            .map(|(place, _)| place);
        Ok(Resolved {
            creator,
            owner,
            earlier: history::running_hash(&all[..first]),
            history: all[first..].to_vec(),
            which: which.collect(),
            top_up: Amount::of_any(self.top_up.as_ref(), session.token())?.unwrap_or(paid),
        })
    }
}

fn show(session: &Session, purchases: &[Purchase], added: Balance) {
    let mut refunded = Vec::new();
    for one in purchases {
        let account = Account::from(one.payer);
        session
            .output
            .say(format!("{account} got {}", session.unit(one.paid)));
        refunded.push(json!({
            "item": one.item,
            "account": account,
            "amount": one.paid.to_string(),
        }));
    }
    session
        .output
        .say(format!("{} of it were attached", session.unit(added)));
    session.output.field("refunded", refunded);
    session.output.field("attached", added.to_string());
}
