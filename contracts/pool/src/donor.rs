//! A donor's record.

use farthing_types::Balance;
use ink::primitives::AccountId;

/// How many sponsors a pool has room for.
pub const MAX_SPONSORS: usize = 8;

/// What one donor gave, however often: the size never changes, so that only the first donation locks a
/// storage deposit. Pools that keep everything need no record, except of what sponsors added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Donor {
    /// What is refunded if the goal is missed, and was not refunded yet; 0 in pools without a goal.
    pub given: Balance,
    /// Whether this record's deposit was paid for by the account that signed, and by which: it can have
    /// it back with `forget`. `None` if a contract donated for its own caller, who is not known here.
    pub payer: Option<AccountId>,
    /// What sponsors added to this donor's donations, by their places among the eight.
    pub matched: [Balance; MAX_SPONSORS],
    /// Which sponsors those were, by their numbers; those who had the place before are forgotten.
    pub sponsors: [u32; MAX_SPONSORS],
}

impl Donor {
    /// What the sponsor `number`, in `place`, has added so far.
    pub fn matched_by(&self, place: u8, number: u32) -> Balance {
        let place = usize::from(place);
        if self.sponsors.get(place) == Some(&number) {
            self.matched.get(place).copied().unwrap_or(0)
        } else {
            0
        }
    }

    /// Writes down that the sponsor `number`, in `place`, added `amount`.
    pub fn add_match(&mut self, place: u8, number: u32, amount: Balance) {
        let sum = self.matched_by(place, number).saturating_add(amount);
        let place = usize::from(place);
        if let (Some(matched), Some(sponsor)) =
            (self.matched.get_mut(place), self.sponsors.get_mut(place))
        {
            (*matched, *sponsor) = (sum, number);
        }
    }
}
