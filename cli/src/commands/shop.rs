//! `farthing shop`, `buy`, `tip` and `access`: the storefront's messages.

mod blinded;
mod buying;
mod catalogue;
mod money;
mod reading;
mod refund;
mod tipping;

pub use buying::Buy;
pub use reading::Access;
pub use tipping::Tip;

use crate::{
    outcome::Outcome,
    session::Session,
    values::{numbered, Amount, Span},
};
use clap::Subcommand;
use farthing_client::{Done, Error};
use farthing_contracts::storefront::StorefrontRef;
use farthing_contracts::Contract;
use farthing_types::{CreatorId, ItemId};
use ink::codegen::TraitCallBuilder;
use scale::Decode;

/// Selling, and all that goes with it.
#[derive(Subcommand)]
pub enum Shop {
    /// Open a creator's storefront.
    Open {
        /// The creator.
        creator: String,
    },
    /// Put a file up for sale. Only its hash goes to the chain; delivering it is up to the creator.
    Publish(catalogue::Publish),
    /// Bring out a new edition of an item. It keeps its number, and who has access to it has access to the
    /// new edition.
    Revise(catalogue::Revise),
    /// Give an account access to an item for nothing: a review copy. The signer pays the deposit.
    Give {
        /// The creator.
        creator: String,
        /// The item's number.
        #[arg(value_parser = numbered::<ItemId>)]
        item: ItemId,
        /// Who gets access.
        owner: String,
    },
    /// Change what an item costs from now on; 0 makes it free.
    Price {
        /// The creator.
        creator: String,
        /// The item's number.
        #[arg(value_parser = numbered::<ItemId>)]
        item: ItemId,
        /// The new price, in the chain's token.
        price: Amount,
    },
    /// Take an item off sale; who has access keeps it.
    Retire {
        /// The creator.
        creator: String,
        /// The item's number.
        #[arg(value_parser = numbered::<ItemId>)]
        item: ItemId,
    },
    /// Bring an item back on sale.
    Relist {
        /// The creator.
        creator: String,
        /// The item's number.
        #[arg(value_parser = numbered::<ItemId>)]
        item: ItemId,
    },
    /// Say which tier pays for an item in a blinded purchase, or that none does.
    ItemTier {
        /// The creator.
        creator: String,
        /// The item's number.
        #[arg(value_parser = numbered::<ItemId>)]
        item: ItemId,
        /// The tier's number.
        #[arg(required_unless_present = "none", value_parser = numbered::<u8>)]
        tier: Option<u8>,
        /// Take the item out of its tier.
        #[arg(long, conflicts_with = "tier")]
        none: bool,
    },
    /// Set the price of a tier for blinded purchases, or end the tier. Items say which tier pays for them.
    Tier {
        /// The creator.
        creator: String,
        /// The tier's number.
        #[arg(value_parser = numbered::<u8>)]
        tier: u8,
        /// The price, in the chain's token.
        #[arg(required_unless_present = "end")]
        price: Option<Amount>,
        /// End the tier.
        #[arg(long, conflicts_with = "price")]
        end: bool,
    },
    /// Show a creator's storefront: what it is owed, its items and its tiers.
    Show {
        /// The creator.
        creator: String,
        /// How many items to leave out at the start.
        #[arg(long, default_value_t = 0)]
        skip: ItemId,
        /// How many items to show.
        #[arg(long, default_value_t = 20)]
        count: ItemId,
    },
    /// Show an item; with a file, check that it is the one that is sold.
    Item(reading::ItemArguments),
    /// Send what waits for a creator to whom the creator's split says. Anyone can do that. Money of
    /// creators who do not share it goes to them at once and does not wait.
    Payout {
        /// The creator.
        creator: String,
    },
    /// Send what waits for a creator who was deleted to those who had a share at last. Anyone can do that.
    PayoutDeleted {
        /// The creator's number.
        number: CreatorId,
    },
    /// Show what an account has of some creators' items.
    Owned(reading::Owned),
    /// Have the storefront ask the registry where a creator's money goes. Anyone can do that.
    Refresh {
        /// The creator.
        creator: String,
    },
    /// Refund a purchase, to whoever paid it, and end the access that it gave. What is not in the creator's
    /// books is attached; of something bought several times, the latest purchases are refunded.
    Refund(refund::Refund),
    /// Send the treasury the fees that could not be sent to it before. Anyone can do that.
    WithdrawFees,
    /// Stop tips and purchases for a while. Only for the guardian.
    Pause {
        /// For how long, 7 days at most.
        duration: Span,
    },
    /// End a pause at once. Only for the guardian.
    Resume,
    /// Show the storefront's terms, and that it holds what it owes.
    Overview,
    /// Print the proof of blinded purchases, to be shown to the creator and to nobody else: whoever sees
    /// it knows what was bought.
    Reveal(blinded::Reveal),
    /// Check the proof of a blinded purchase that a buyer showed: that it was paid, that what was paid
    /// pays for the item, and that nothing was delivered for it before. Fails if any of that is not so.
    Check(blinded::Check),
}

impl Shop {
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            Self::Open { creator } => catalogue::open(session, &creator).await,
            Self::Publish(publish) => publish.run(session).await,
            Self::Revise(revise) => revise.run(session).await,
            Self::Give {
                creator,
                item,
                owner,
            } => catalogue::give(session, &creator, item, &owner).await,
            Self::Price {
                creator,
                item,
                price,
            } => catalogue::set_price(session, &creator, item, price.of(session.token())?).await,
            Self::Retire { creator, item } => catalogue::retire(session, &creator, item).await,
            Self::Relist { creator, item } => catalogue::relist(session, &creator, item).await,
            Self::ItemTier {
                creator,
                item,
                tier,
                ..
            } => catalogue::set_item_tier(session, &creator, item, tier).await,
            Self::Tier {
                creator,
                tier,
                price,
                ..
            } => {
                catalogue::set_tier(
                    session,
                    &creator,
                    tier,
                    Amount::of_any(price.as_ref(), session.token())?,
                )
                .await
            }
            Self::Payout { creator } => money::payout(session, &creator).await,
            Self::PayoutDeleted { number } => money::payout_deleted(session, number).await,
            Self::Owned(owned) => owned.run(session).await,
            Self::Refund(refund) => refund.run(session).await,
            Self::Refresh { creator } => money::refresh(session, &creator).await,
            Self::WithdrawFees => money::withdraw_fees(session).await,
            Self::Pause { duration } => {
                let message = shop(session)?.call_mut().pause(duration.0);
                let words = "Pause tips and purchases";
                session.send(words, message, 0).await
            }
            Self::Resume => {
                let message = shop(session)?.call_mut().resume();
                let words = "End the pause of tips and purchases";
                session.send(words, message, 0).await
            }
            Self::Show {
                creator,
                skip,
                count,
            } => reading::show(session, &creator, skip, count).await,
            Self::Item(item) => item.run(session).await,
            Self::Overview => reading::overview(session).await,
            Self::Reveal(reveal) => reveal.run(session).await,
            Self::Check(check) => check.run(session).await,
        }
    }
}

/// The storefront.
fn shop(session: &Session) -> Result<StorefrontRef, Error> {
    session.contract()
}

/// What the storefront itself told of what was done: what really happened.
fn told<E: Decode + ink::env::Event, T>(
    session: &Session,
    done: &Done<T>,
) -> Result<Vec<E>, Error> {
    let storefront = session.client.deployment.address(Contract::Storefront)?;
    Ok(done.receipt.events_of(storefront))
}

/// The number of a creator.
async fn number(session: &Session, creator: &str) -> Result<CreatorId, Error> {
    Ok(session.creator(creator).await?.0)
}
