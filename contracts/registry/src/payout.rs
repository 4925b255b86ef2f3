//! Where a creator's money goes, and who is told when it goes elsewhere.

use crate::creator::Creator;
use farthing_types::{
    split::{Recipient, PARTS},
    CreatorId, Millis,
};
use ink::{
    prelude::{vec, vec::Vec},
    primitives::AccountId,
};

/// Where a creator's money goes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct PayoutSplit {
    /// Higher than that of every earlier split of the creator.
    pub version: u32,
    /// Who gets how many millionths; never empty, and parts that add up to 1,000,000.
    pub recipients: Vec<Recipient<AccountId>>,
}

impl PayoutSplit {
    /// Returns the split of a creator for which `set` is on record.
    pub(crate) fn of(creator: &Creator, set: Option<Vec<Recipient<AccountId>>>) -> Self {
        Self {
            version: creator.split_version,
            recipients: set.unwrap_or_else(|| whole(creator.owner)),
        }
    }
}

/// A split as it was set.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct StoredSplit {
    /// When the record was made.
    pub since: Millis,
    /// Who gets how many millionths.
    pub recipients: Vec<Recipient<AccountId>>,
}

impl StoredSplit {
    /// Returns the same record with all of the money going to one account.
    pub(crate) fn all_to(&self, account: AccountId) -> Self {
        Self {
            since: self.since,
            recipients: whole(account),
        }
    }
}

fn whole(account: AccountId) -> Vec<Recipient<AccountId>> {
    vec![Recipient {
        account,
        parts: PARTS,
    }]
}

/// Why a contract does not take notice of where a creator's money goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum ListenerError {
    /// The caller is not the registry that the contract listens to.
    NotRegistry,
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
    ///
    /// # Errors
    /// [`ListenerError::NotRegistry`].
    #[ink(message)]
    fn payout_changed(
        &mut self,
        creator: CreatorId,
        payout: PayoutSplit,
    ) -> Result<(), ListenerError>;
}
