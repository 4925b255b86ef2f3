//! The rules of a round: set when it is created, and never changed.

use farthing_types::{
    money::BASIS_POINTS,
    quadratic::{portion, MAX_COUNTED},
    text, Balance, Hash, Millis,
};
use ink::{prelude::string::String, primitives::AccountId};
use pool::terms::{MAX_AHEAD, MAX_TITLE, MAX_URI};

/// All rules of a round.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Terms {
    /// In 1 to 64 bytes, all of them to be seen.
    pub title: String,
    /// Hash of the description, so that a donor can tell that it was not swapped.
    pub description: Hash,
    /// Where the description is, in at most 128 bytes.
    pub uri: String,
    /// Who chooses the pools, and cannot donate.
    pub organiser: AccountId,
    /// The factory whose pools can enter.
    pub factory: AccountId,
    /// Until when the organiser chooses the pools. From then until it opens, sponsors see them all and can
    /// still leave.
    pub chosen: Millis,
    /// From when on donations count, and sponsors cannot leave.
    pub opens: Millis,
    /// From when on donations no longer count, and nobody can sponsor.
    pub closes: Millis,
    /// From when on the money can be divided; not before `closes`. In between everyone sees what would be
    /// divided, and pools can be struck off. By then every pool with a goal must have reached or missed it,
    /// so that nobody waits for one that never ends.
    pub divides: Millis,
    /// The least that a donation can be, in the chain's smallest unit; at least 1. The higher it is, the
    /// dearer it is to pose as many.
    pub minimum: Balance,
    /// How much of all that one donor gives to one pool counts; at least the minimum, and less than 2⁸⁰.
    pub cap: Balance,
    /// The largest part of the money that one pool gets, in basis points: 1 to 10,000.
    pub max_share: u16,
    /// How many donors a pool needs to be given anything; at least 2, as the formula gives nothing for one.
    pub min_donors: u32,
    /// Who says which accounts can donate, if not everyone can.
    pub verifier: Option<AccountId>,
}

/// Why these can be no round's rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum TermsError {
    /// The title is empty, longer than 64 bytes, or has characters that cannot be seen.
    Title,
    /// The URI is longer than 128 bytes, or has characters that cannot be seen.
    Uri,
    /// The pools would be chosen in the past or now, the round open before they are or just then, close
    /// before it opens or just then, divide before it closes, or more than 2 years ahead.
    Times,
    /// A minimum of nothing.
    ZeroMinimum,
    /// The cap is below the minimum, or 2⁸⁰ and more.
    Cap,
    /// The largest share is nothing, or over 10,000 basis points.
    MaxShare,
    /// Fewer than 2 donors would be enough.
    MinDonors,
}

impl Terms {
    /// Checks the rules of a round that is created at `now`.
    pub fn check(&self, now: Millis) -> Result<(), TermsError> {
        if self.title.is_empty() || text::check(self.title.as_bytes(), MAX_TITLE).is_err() {
            return Err(TermsError::Title);
        }
        if text::check(self.uri.as_bytes(), MAX_URI).is_err() {
            return Err(TermsError::Uri);
        }
        let rises = now < self.chosen
            && self.chosen < self.opens
            && self.opens < self.closes
            && self.closes <= self.divides;
        if !rises || self.divides > now.saturating_add(MAX_AHEAD) {
            return Err(TermsError::Times);
        }
        if self.minimum == 0 {
            return Err(TermsError::ZeroMinimum);
        }
        if self.cap < self.minimum || self.cap >= MAX_COUNTED {
            return Err(TermsError::Cap);
        }
        if self.max_share == 0 || self.max_share > BASIS_POINTS {
            return Err(TermsError::MaxShare);
        }
        if self.min_donors < 2 {
            return Err(TermsError::MinDonors);
        }
        Ok(())
    }

    /// Returns the most that one pool gets of `money`.
    pub fn most(&self, money: Balance) -> Balance {
        portion(money, self.max_share.into(), BASIS_POINTS.into()).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms() -> Terms {
        Terms {
            title: "t".into(),
            description: [1; 32],
            uri: String::new(),
            organiser: [1; 32].into(),
            factory: [2; 32].into(),
            chosen: 101,
            opens: 102,
            closes: 103,
            divides: 103,
            minimum: 1,
            cap: 1,
            max_share: 1,
            min_donors: 2,
            verifier: None,
        }
    }

    #[test]
    fn shortest_and_longest_rules_are_accepted() {
        assert_eq!(terms().check(100), Ok(()));
        let most = Terms {
            title: "t".repeat(MAX_TITLE),
            uri: "u".repeat(MAX_URI),
            divides: 100 + MAX_AHEAD,
            cap: MAX_COUNTED - 1,
            max_share: 10_000,
            min_donors: u32::MAX,
            ..terms()
        };
        assert_eq!(most.check(100), Ok(()));
    }

    #[test]
    fn rules_that_make_no_sense_are_refused() {
        let refuse = |change: fn(&mut Terms), error| {
            let mut terms = terms();
            change(&mut terms);
            assert_eq!(terms.check(100), Err(error));
        };
        refuse(|terms| terms.title.clear(), TermsError::Title);
        refuse(|terms| terms.title = "t".repeat(65), TermsError::Title);
        refuse(|terms| terms.title = "a\nb".into(), TermsError::Title);
        refuse(|terms| terms.uri = "u".repeat(129), TermsError::Uri);
        refuse(|terms| terms.uri = "\u{202e}".into(), TermsError::Uri);
        refuse(|terms| terms.chosen = 100, TermsError::Times);
        refuse(|terms| terms.chosen = 102, TermsError::Times);
        refuse(|terms| terms.opens = 103, TermsError::Times);
        refuse(|terms| terms.divides = 102, TermsError::Times);
        refuse(|terms| terms.divides = 101 + MAX_AHEAD, TermsError::Times);
        refuse(|terms| terms.minimum = 0, TermsError::ZeroMinimum);
        refuse(|terms| terms.minimum = 2, TermsError::Cap);
        refuse(|terms| terms.cap = MAX_COUNTED, TermsError::Cap);
        refuse(|terms| terms.max_share = 0, TermsError::MaxShare);
        refuse(|terms| terms.max_share = 10_001, TermsError::MaxShare);
        refuse(|terms| terms.min_donors = 1, TermsError::MinDonors);
    }

    #[test]
    fn largest_share_is_a_part_of_the_money() {
        let most = |max_share, money| {
            let terms = Terms {
                max_share,
                ..terms()
            };
            terms.most(money)
        };
        assert_eq!(most(10_000, 999), 999);
        assert_eq!(most(2_500, 999), 249);
        assert_eq!(most(1, 9_999), 0);
        assert_eq!(
            most(9_999, (1 << 90) - 1),
            ((1u128 << 90) - 1) / 10_000 * 9_999 + 9_999 * (((1u128 << 90) - 1) % 10_000) / 10_000
        );
    }
}
