//! Purchases that hide from the chain which item was bought, and proofs of such purchases.
//!
//! A buyer commits to an item with a secret, and pays the price of a tier. Later the buyer shows the item and
//! the secret to the creator alone. Together they prove which item was bought: see [`Proof`].

use crate::{history::Event, Account, Block, Client, Error, Explain, History, Token};
use farthing_contracts::storefront::{
    catalogue::Item,
    events::{Payment, Payments},
};
use farthing_contracts::Contract;
use farthing_types::{commitment, Balance, CreatorId, Hash, ItemId};
use std::{fmt, ops::ControlFlow, str::FromStr};

/// What a buyer shows to the creator. As text it is `creator/tier/item/buyer/secret`, followed by `/block` if
/// the block is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The creator who sold the item.
    pub creator: CreatorId,
    /// The price tier that was paid for.
    pub tier: u8,
    /// The item that was bought.
    pub item: ItemId,
    /// The account that paid.
    pub buyer: Account,
    /// The secret that hid the item.
    pub secret: [u8; 32],
    /// The block that the purchase is said to be in.
    pub block: Option<u32>,
}

/// The error for a text that is not a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no proof of a blinded purchase, such as 7/1/3/BUYER/SECRET/BLOCK on one line")]
pub struct NoProof;

/// Why nothing should be delivered for a proof. Put it into words with [`Explain`], which knows the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unproved {
    /// The purchase is from another creator.
    OtherCreator(CreatorId),
    /// There is no such purchase on this chain.
    NoPurchase,
    /// The purchase is in a block that can still be undone.
    NotFinal {
        /// The number of that block.
        block: u32,
    },
    /// The item was already delivered for it.
    Delivered,
    /// The creator has no item with this number.
    NoItem(ItemId),
    /// What was paid does not cover the item. The item is in another tier, and alone it costs more than was
    /// paid.
    NotCovered {
        /// The number of the item.
        item: ItemId,
        /// The tier that it is in.
        tier: Option<u8>,
        /// The price of the item alone, in the smallest unit.
        price: Balance,
        /// What was paid, in the smallest unit.
        paid: Balance,
        /// The tier that was paid for.
        of_tier: u8,
    },
}

impl fmt::Display for Unproved {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        to.write_str(&self.explain(&Token::default()))
    }
}

impl std::error::Error for Unproved {}

impl Explain for Unproved {
    fn explain(&self, token: &Token) -> String {
        let why = match self {
            Self::OtherCreator(creator) => {
                format!("The proof is of a purchase from creator #{creator}.")
            }
            Self::NoPurchase => "The proof is of no purchase on this chain: something in it is wrong, or the purchase did not happen.".into(),
            Self::NotFinal { block } => return format!(
                "The purchase is in block {block}, which is not final yet: check again in a moment."
            ),
            Self::Delivered => "The item was delivered for this proof before.".into(),
            Self::NoItem(item) => format!("The proof is of item {item}, and the creator has none with that number."),
            Self::NotCovered { item, tier, price, paid, of_tier } => {
                let tier = match tier {
                    Some(tier) => format!("is in tier {tier}"),
                    None => "is in no tier".into(),
                };
                format!(
                    "The proof is of item {item}, which {tier} and costs {} by itself; what was paid is {}, the price of tier {of_tier}.",
                    token.unit(*price),
                    token.unit(*paid)
                )
            }
        };
        why + " Deliver nothing for it."
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        let Self {
            creator,
            tier,
            item,
            buyer,
            ..
        } = self;
        let secret = hex::encode(self.secret);
        write!(to, "{creator}/{tier}/{item}/{buyer}/{secret}")?;
        match self.block {
            Some(block) => write!(to, "/{block}"),
            None => Ok(()),
        }
    }
}

impl FromStr for Proof {
    type Err = NoProof;

    fn from_str(text: &str) -> Result<Self, NoProof> {
        let parse = || {
            let mut parts = text.trim().split('/');
            let proof = Self {
                creator: parts.next()?.parse().ok()?,
                tier: parts.next()?.parse().ok()?,
                item: parts.next()?.parse().ok()?,
                buyer: parts.next()?.parse().ok()?,
                secret: hex::decode(parts.next()?).ok()?.try_into().ok()?,
                block: match parts.next() {
                    Some(block) => Some(block.parse().ok()?),
                    None => None,
                },
            };
            parts.next().is_none().then_some(proof)
        };
        parse().ok_or(NoProof)
    }
}

impl Proof {
    /// Returns the commitment that the purchase was made with in this storefront. It identifies the purchase,
    /// however the proof is written.
    pub fn commitment(&self, storefront: Account) -> Hash {
        let buyer = self.buyer.id();
        commitment::blinded_purchase(
            &storefront.id(),
            self.creator,
            self.tier,
            &buyer,
            self.item,
            &self.secret,
        )
    }

    /// Returns the purchase to look for on the chain.
    ///
    /// # Errors
    /// [`Error::Deployment`] if the deployment has no storefront.
    pub fn sought(&self, client: &Client) -> Result<Sought, Error> {
        let storefront = client.deployment.address(Contract::Storefront)?;
        Ok(Sought {
            buyer: self.buyer,
            creator: self.creator,
            tier: self.tier,
            commitment: self.commitment(storefront),
        })
    }

    /// Returns the purchase, if it is in the block that the proof names and that block is no later than
    /// `last`. This needs no history. If the node no longer knows the block, it finds nothing.
    ///
    /// # Errors
    /// [`Error::Node`].
    pub async fn in_its_block(&self, client: &Client, last: u32) -> Result<Option<Blinded>, Error> {
        let Some(said) = self.block.filter(|number| *number <= last) else {
            return Ok(None);
        };
        match self.sought(client)?.in_block(client, said).await {
            Err(Error::Forgotten { .. }) => Ok(None),
            found => found,
        }
    }

    /// Checks whether an item should be delivered for this proof, given the purchase that was found. The
    /// purchase must be from `creator`, in a block no later than `last`, and cover the item as it is offered
    /// now. A buyer can commit to any item at any tier's price. So the item must be in that tier, or cost no
    /// more alone than what was paid.
    ///
    /// # Errors
    /// Why nothing should be delivered.
    pub fn check(
        &self,
        creator: CreatorId,
        found: Option<Blinded>,
        last: u32,
        item: Option<&Item>,
    ) -> Result<Blinded, Unproved> {
        if self.creator != creator {
            return Err(Unproved::OtherCreator(self.creator));
        }
        let found = found.ok_or(Unproved::NoPurchase)?;
        if found.block.number > last {
            let block = found.block.number;
            return Err(Unproved::NotFinal { block });
        }
        let item = item.ok_or(Unproved::NoItem(self.item))?;
        self.check_paid(&found, item)?;
        Ok(found)
    }

    fn check_paid(&self, found: &Blinded, item: &Item) -> Result<(), Unproved> {
        let listing = &item.listing;
        if listing.tier == Some(self.tier) || found.paid >= listing.price {
            return Ok(());
        }
        Err(Unproved::NotCovered {
            item: self.item,
            tier: listing.tier,
            price: listing.price,
            paid: found.paid,
            of_tier: self.tier,
        })
    }
}

/// A blinded purchase that is on the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blinded {
    /// The block that it is in.
    pub block: Block,
    /// What the buyer paid, in the smallest unit.
    pub paid: Balance,
}

/// A description of the blinded purchase to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sought {
    /// The account that paid. Anybody can copy a commitment that they saw, but it is of use to its buyer
    /// only.
    pub buyer: Account,
    /// The creator who sold the item.
    pub creator: CreatorId,
    /// The number of the price tier.
    pub tier: u8,
    /// The commitment that hides the item and the secret.
    pub commitment: Hash,
}

impl Sought {
    /// Returns the purchase, if this event is it.
    pub fn seen(&self, event: &Event) -> Option<Blinded> {
        if event.contract != Contract::Storefront {
            return None;
        }
        let payments = event.emitted.decode::<Payments>()?;
        let is_own = |payment: &Payment| match payment {
            Payment::Blinded {
                creator,
                tier,
                paid,
                commitment,
            } if (*creator, *tier, *commitment) == (self.creator, self.tier, self.commitment) => {
                Some(*paid)
            }
            _ => None,
        };
        let paid = payments.payments.iter().find_map(is_own)?;
        let block = event.block;
        (payments.payer == self.buyer.id()).then_some(Blinded { block, paid })
    }

    /// Returns the purchase, if it is in this block. This needs no history.
    ///
    /// # Errors
    /// [`Error::Forgotten`] if the node no longer knows; [`Error::Node`].
    pub async fn in_block(&self, client: &Client, number: u32) -> Result<Option<Blinded>, Error> {
        let events = client.events_in(number).await?;
        Ok(events.iter().find_map(|event| self.seen(event)))
    }

    /// Returns the purchase, if a history up to block `last` has it.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn in_history(&self, history: &History, last: u32) -> Result<Option<Blinded>, Error> {
        let mut found = None;
        history.replay(last, &mut |event| {
            found = self.seen(event);
            match found {
                Some(_) => ControlFlow::Break(()),
                None => ControlFlow::Continue(()),
            }
        })?;
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proofs_are_read_as_they_are_written() {
        let mut proof = Proof {
            creator: 7,
            tier: 1,
            item: 3,
            buyer: Account([5; 32]),
            secret: [6; 32],
            block: Some(12),
        };
        assert_eq!(proof.to_string().parse(), Ok(proof.clone()));
        proof.block = None;
        let text = proof.to_string();
        assert_eq!(text.parse(), Ok(proof));
        for bad in ["", "7/1/3", &text[1..], &format!("{text}/1/2"), &text[..40]] {
            assert!(bad.parse::<Proof>().is_err(), "{bad}");
        }
    }
}
