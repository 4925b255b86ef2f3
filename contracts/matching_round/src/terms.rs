//! The rules of a round: set when it is created, and never changed.

use farthing_types::{quadratic::MAX_COUNTED, Balance, Hash, Millis};
use ink::{prelude::string::String, primitives::AccountId};
use pool::terms::{LONGEST, MAX_TITLE, MAX_URI};

/// All rules of a round.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Terms {
    /// In 1 to 64 bytes.
    pub title: String,
    /// Hash of the description, so that a donor can tell that it was not swapped.
    pub description: Hash,
    /// Where the description is, in at most 128 bytes.
    pub uri: String,
    /// Who chooses the pools.
    pub organiser: AccountId,
    /// The factory whose pools can enter.
    pub factory: AccountId,
    /// From when on donations count, and no pool can enter.
    pub opens: Millis,
    /// From when on donations no longer count, and nobody can sponsor.
    pub closes: Millis,
    /// From when on the money can be divided; not before `closes`. By then every pool with a goal must have
    /// reached or missed it, so that nobody waits for one that never ends.
    pub divides: Millis,
    /// The least that a donation can be; at least 1. The higher it is, the dearer it is to pose as many.
    pub minimum: Balance,
    /// How much of all that one donor gives to one pool counts; at least the minimum, and less than 2⁸⁰.
    pub cap: Balance,
    /// Who says which accounts can donate, if not everyone can.
    pub verifier: Option<AccountId>,
}

/// Why these can be no round's rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum TermsError {
    /// The title is empty or longer than 64 bytes.
    Title,
    /// The URI is longer than 128 bytes.
    UriTooLong,
    /// The round would open in the past or now, close before it opens or just then, divide before it
    /// closes, or more than 2 years ahead.
    Times,
    /// A minimum of nothing.
    ZeroMinimum,
    /// The cap is below the minimum, or 2⁸⁰ and more.
    Cap,
}

impl Terms {
    /// Checks the rules of a round that is created at `now`.
    pub fn check(&self, now: Millis) -> Result<(), TermsError> {
        if self.title.is_empty() || self.title.len() > MAX_TITLE {
            return Err(TermsError::Title);
        }
        if self.uri.len() > MAX_URI {
            return Err(TermsError::UriTooLong);
        }
        let rises = now < self.opens && self.opens < self.closes && self.closes <= self.divides;
        if !rises || self.divides > now.saturating_add(LONGEST) {
            return Err(TermsError::Times);
        }
        if self.minimum == 0 {
            return Err(TermsError::ZeroMinimum);
        }
        if self.cap < self.minimum || self.cap >= MAX_COUNTED {
            return Err(TermsError::Cap);
        }
        Ok(())
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
            opens: 101,
            closes: 102,
            divides: 102,
            minimum: 1,
            cap: 1,
            verifier: None,
        }
    }

    #[test]
    fn shortest_and_longest_rules_are_accepted() {
        assert_eq!(terms().check(100), Ok(()));
        let most = Terms {
            title: "t".repeat(MAX_TITLE),
            uri: "u".repeat(MAX_URI),
            divides: 100 + LONGEST,
            cap: MAX_COUNTED - 1,
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
        refuse(|terms| terms.uri = "u".repeat(129), TermsError::UriTooLong);
        refuse(|terms| terms.opens = 100, TermsError::Times);
        refuse(|terms| terms.opens = 102, TermsError::Times);
        refuse(|terms| terms.divides = 101, TermsError::Times);
        refuse(|terms| terms.divides = 101 + LONGEST, TermsError::Times);
        refuse(|terms| terms.minimum = 0, TermsError::ZeroMinimum);
        refuse(|terms| terms.minimum = 2, TermsError::Cap);
        refuse(|terms| terms.cap = MAX_COUNTED, TermsError::Cap);
    }
}
