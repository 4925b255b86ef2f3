//! `farthing shop refund`.

use super::{number, shop, told};
use crate::{
    outcome::Outcome,
    session::Session,
    values::{numbered, Amount},
};
use clap::{Args, ValueHint};
use farthing_client::{ops::refund, Account, Call, Error};
use farthing_contracts::storefront::{
    access::Purchase,
    events::{Release, Released},
};
use farthing_types::{Balance, ItemId};
use ink::codegen::TraitCallBuilder;
use serde_json::json;
use std::path::PathBuf;

/// Refunds purchases.
#[derive(Args, Debug)]
pub struct Refund {
    /// The creator.
    creator: String,
    /// The item's number.
    #[arg(value_parser = numbered::<ItemId>)]
    item: ItemId,
    /// Who has access; the money goes to whoever paid.
    owner: String,
    /// How many purchases of the item to refund, from the latest back: of a pass, so many periods.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=64))]
    times: u32,
    /// The most to attach, in the chain's token; all that was paid, if it is left out. What is in the creator's books is
    /// taken first, and what is not needed comes back at once.
    #[arg(long)]
    top_up: Option<Amount>,
    /// Read what happened from this file, as far as it goes, and add what is new; a file that somebody else
    /// made will do, for nodes that do not keep the state of old blocks.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    history: Option<PathBuf>,
}

/// A refund, with nothing left to be looked up, and the most to attach.
type Resolved = (refund::Refund, Balance);

impl Refund {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let words = format!("{self:?}");
        let (refund, top_up): Resolved = match session.recall(&words).await? {
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
        let done = session.act(&words, Call::new(message, top_up)).await?;
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
        let owner = session.account_of(&self.owner).await?;
        let best = session.client.chain.best().await?;
        let what = (creator, self.item);
        let page = match (&self.history, session.indexed().await?) {
            (None, Some(mut indexed)) => {
                let past = indexed.past(session, owner, best).await?;
                refund::page(&past, what, owner, best.number)?
            }
            (file, _) => {
                let history = session.history(file.as_deref(), best).await?;
                refund::page(&history, what, owner, best.number)?
            }
        };
        let refund = page.refund(self.item, self.times as usize);
        let top_up = Amount::of_any(self.top_up.as_ref(), session.token())?;
        let top_up = top_up.unwrap_or(refund.paid);
        Ok((refund, top_up))
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
