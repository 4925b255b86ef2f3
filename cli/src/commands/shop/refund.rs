//! `farthing shop refund`.

use super::{history, memory, money::show_share, number, shop, told};
use crate::{
    arguments::Amount,
    session::{Outcome, Session},
};
use clap::Args;
use farthing_client::{Call, Error};
use farthing_types::{Balance, CreatorId, ItemId};
use ink::{codegen::TraitCallBuilder, primitives::AccountId};
use scale::{Decode, Encode};
use storefront::{
    access::Purchase,
    events::{Release, Released},
};

/// Refunds a purchase.
#[derive(Args, Debug)]
pub struct Refund {
    /// The creator.
    creator: String,
    /// The item's number.
    item: ItemId,
    /// Who has access; the money goes to whoever paid.
    owner: String,
    /// Money to add to the creator's books first, in UNIT, for when they hold too little.
    #[arg(long, default_value = "0")]
    top_up: Amount,
}

/// A refund, with nothing left to be looked up.
#[derive(Encode, Decode)]
struct Resolved {
    creator: CreatorId,
    owner: AccountId,
    history: Vec<Purchase>,
    top_up: Balance,
}

impl Refund {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let words = format!("{self:?}");
        let refund = match memory::recall(session, &words).await? {
            Some(refund) => refund,
            None => {
                let refund = self.look_up(session).await?;
                memory::remember(session, &words, &refund).await?;
                refund
            }
        };
        let Resolved {
            creator,
            owner,
            history,
            top_up,
        } = refund;
        let words = format!(
            "Refund {} for {}'s item {}",
            self.owner, self.creator, self.item
        );
        let message = shop(session)?
            .call_mut()
            .refund(creator, self.item, owner, history);
        let done = session.act(&words, Call::new(message, top_up)).await?;
        for event in told::<Released, _>(session, &done)? {
            if let Release::Refund { share, .. } = event.release {
                let share = show_share(session, &share);
                session.output.field("refunded", share);
            }
        }
        Ok(())
    }

    async fn look_up(&self, session: &Session) -> Result<Resolved, Error> {
        let creator = number(session, &self.creator).await?;
        let owner = session.account_of(&self.owner).await?.id();
        let message = shop(session)?.call().item(creator, self.item);
        let item = session.client.read(message).await?;
        // The contract itself remembers what was paid last for a period.
        let for_ever = item.is_some_and(|item| item.listing.period.is_none());
        let history = match for_ever {
            true => history::purchases(session, creator, self.item, owner).await?,
            false => Vec::new(),
        };
        Ok(Resolved {
            creator,
            owner,
            history,
            top_up: self.top_up.0,
        })
    }
}
