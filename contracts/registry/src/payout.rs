//! Where a creator's money goes, and who is told when it goes elsewhere.

use farthing_types::{split::Recipient, CreatorId};
use ink::{prelude::vec::Vec, primitives::AccountId};

/// Where a creator's money goes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct PayoutSplit {
    /// Higher than that of every earlier split of the creator.
    pub version: u32,
    /// Who gets how many millionths; never empty, and parts that add up to 1,000,000.
    pub recipients: Vec<Recipient<AccountId>>,
}

/// What a contract that pays creators has to have, if it keeps a copy of where their money goes.
#[ink::trait_definition]
pub trait PayoutListener {
    /// Takes notice of where a creator's money goes from now on.
    ///
    /// The registry calls it in the very message that changes the split or the owner, so that no money
    /// goes the old way afterwards. Whoever implements it must refuse every caller but the registry, and
    /// must not ask the registry anything: it cannot be entered again meanwhile. A listener that fails
    /// makes the change fail; whoever signed the change had named it.
    #[ink(message)]
    fn payout_changed(&mut self, creator: CreatorId, payout: PayoutSplit);
}
