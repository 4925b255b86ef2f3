//! The rules of a pool: set when it is created, and never changed.

use farthing_shared::fixed::{read, Fields};
use farthing_types::{
    money::{proportion, BASIS_POINTS},
    split::{Recipient, Split, SplitError, PARTS},
    text, Balance, Hash, Millis, DAY,
};
use ink::{
    prelude::{string::String, vec::Vec},
    primitives::AccountId,
    scale,
};

/// Most bytes of a title.
pub const MAX_TITLE: usize = 64;
/// Most bytes of a URI.
pub const MAX_URI: usize = 128;
/// Most basis points of payouts that a fee can be.
pub const MAX_FEE: u16 = 200;
/// Most steps of a release schedule.
pub const MAX_STEPS: usize = 16;
/// The most sponsors of a pool with a goal that can fill less than all of it with their least: each puts
/// in at least this part of the goal.
pub const MAX_SPONSORS_OF_GOAL: Balance = 100;
/// How far ahead of its creation a pool can close.
pub const MAX_AHEAD: Millis = 2 * 365 * DAY;
/// How far ahead of its creation a pool can hold money back.
pub const MAX_RELEASE: Millis = 5 * 365 * DAY;

/// What donations are for, and what happens when they end.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub enum Mode {
    /// Every donation is the beneficiaries' at once.
    KeepAll {
        /// From when on nobody can donate; `None` if never.
        closes: Option<Millis>,
    },
    /// Donations are the beneficiaries' if they reach `goal`, and their donors' again if they do not.
    AllOrNothing {
        /// What must come in before the deadline, matching money counted; exactly this is enough.
        goal: Balance,
        /// From when on nobody can donate, and it is settled whose the money is.
        deadline: Millis,
    },
}

/// What a third party takes of payouts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Fee {
    /// How much, in basis points; at most [`MAX_FEE`].
    pub points: u16,
    /// The account that the fee goes to.
    pub treasury: AccountId,
}

/// From a time on, so much of all that the beneficiaries are due can be paid out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Step {
    /// From when on.
    pub from: Millis,
    /// Parts per million, those of earlier steps included.
    pub parts: u32,
}

/// All rules of a pool.
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
    /// Who gets the money: 1 to 16 different accounts whose parts add up to 1,000,000.
    pub beneficiaries: Vec<Recipient<AccountId>>,
    /// What donations are for, and what happens when they end.
    pub mode: Mode,
    /// The least that a donation can be; at least 1.
    pub minimum: Balance,
    /// What a third party takes of payouts, if one does.
    pub fee: Option<Fee>,
    /// How fast money can leave, in up to 16 steps of rising times and parts, the last of all
    /// 1,000,000 parts; no steps for no limit. Before the first step nothing can be paid out.
    pub release: Vec<Step>,
    /// The least that a sponsor can put in; 0 if the pool takes no sponsors. At least a hundredth of the
    /// goal, if there is one. Not too little: a pool has room for 8 sponsors, and as little as this can
    /// take a place, until the deadline of a pool with a goal, and for 2 years in any other.
    pub least_sponsorship: Balance,
}

/// What a pool was made with, as it is stored: without its payees, who are stored apart.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode)]
pub struct Charter {
    /// Who made it.
    pub maker: AccountId,
    /// Its rules, with no fee and no beneficiaries in them.
    pub terms: Terms,
}

impl Charter {
    /// Returns that of a pool with these rules.
    pub fn of(maker: AccountId, terms: Terms) -> Self {
        let terms = Terms {
            fee: None,
            beneficiaries: Vec::new(),
            ..terms
        };
        Self { maker, terms }
    }
}

/// Who gets the money of a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Payees {
    /// What a third party takes, if one does.
    pub fee: Option<Fee>,
    /// The beneficiaries.
    pub beneficiaries: Vec<Recipient<AccountId>>,
}

// By hand, as every donation reads them: a list of at most 16 says its length in one byte.
impl scale::Decode for Payees {
    fn decode<I: scale::Input>(input: &mut I) -> Result<Self, scale::Error> {
        let fee = match input.read_byte()? {
            0 => None,
            _ => {
                let bytes: [u8; 2 + 32] = read(input)?;
                let mut fields = Fields::of(&bytes);
                Some(Fee {
                    points: u16::from_le_bytes(fields.bytes()),
                    treasury: fields.bytes().into(),
                })
            }
        };
        let count = usize::from(input.read_byte()? >> 2);
        let mut beneficiaries = Vec::with_capacity(count);
        for _ in 0..count {
            let bytes: [u8; 32 + 4] = read(input)?;
            let mut fields = Fields::of(&bytes);
            beneficiaries.push(Recipient {
                account: fields.bytes().into(),
                parts: fields.number(),
            });
        }
        Ok(Self { fee, beneficiaries })
    }
}

impl Payees {
    /// Returns the beneficiary's place in the split.
    pub fn place_of(&self, account: &AccountId) -> Option<usize> {
        let mut all = self.beneficiaries.iter();
        all.position(|one| &one.account == account)
    }

    /// Returns whether `account` is a beneficiary.
    pub fn is_beneficiary(&self, account: &AccountId) -> bool {
        self.beneficiaries.iter().any(|one| &one.account == account)
    }

    /// Takes the fee off an amount that goes straight through, rounded down. Returns it and what is left.
    /// `None` on overflow, which no amount that exists on a chain can cause.
    pub fn fee_of(&self, amount: Balance) -> Option<(Balance, Balance)> {
        let fee = match &self.fee {
            Some(fee) => part(amount, fee.points.into(), BASIS_POINTS.into())?,
            None => 0,
        };
        Some((fee, amount.checked_sub(fee)?))
    }
}

/// Returns `amount * parts / whole`, rounded down. Dividing wide numbers is dear, and hardly ever needed.
pub fn part(amount: Balance, parts: u32, whole: u32) -> Option<Balance> {
    if parts == whole {
        return Some(amount);
    }
    let Ok(narrow) = u64::try_from(amount) else {
        return proportion(amount, parts, whole, 0).map(|(share, _)| share);
    };
    let (parts, whole) = (u64::from(parts), u64::from(whole));
    let rest = narrow.checked_rem(whole)?.checked_mul(parts)?;
    let many = narrow.checked_div(whole)?.checked_mul(parts)?;
    many.checked_add(rest.checked_div(whole)?)
        .map(Balance::from)
}

/// Why these can be no pool's rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum TermsError {
    /// The title is empty, longer than 64 bytes, or has characters that cannot be printed.
    Title,
    /// The URI is longer than 128 bytes, or has characters that cannot be printed.
    Uri,
    /// The beneficiaries are no split.
    Split(SplitError),
    /// The pool would pay itself, as a beneficiary or as the treasury.
    PaysItself,
    /// The pool would close in the past, now, or more than 2 years ahead.
    Closing,
    /// A goal of nothing.
    ZeroGoal,
    /// A minimum of nothing.
    ZeroMinimum,
    /// The fee is over 200 basis points.
    FeeTooHigh,
    /// The schedule has too many steps, does not rise, does not end with all of the money, or ends more
    /// than 5 years ahead.
    Release,
    /// The least sponsorship is less than this, a hundredth of the goal.
    LeastSponsorship(Balance),
}

impl Terms {
    /// Checks the rules of a pool that is created at `now` with the account `own`.
    pub fn check(&self, own: &AccountId, now: Millis) -> Result<(), TermsError> {
        if self.title.is_empty() || text::check(self.title.as_bytes(), MAX_TITLE).is_err() {
            return Err(TermsError::Title);
        }
        text::check(self.uri.as_bytes(), MAX_URI).map_err(|_| TermsError::Uri)?;
        Split::new(self.beneficiaries.clone()).map_err(TermsError::Split)?;
        let fee = self.fee.as_ref();
        let paid = |one: &Recipient<AccountId>| &one.account == own;
        if self.beneficiaries.iter().any(paid) || fee.is_some_and(|fee| &fee.treasury == own) {
            return Err(TermsError::PaysItself);
        }
        match self.mode {
            Mode::AllOrNothing { goal: 0, .. } => return Err(TermsError::ZeroGoal),
            Mode::AllOrNothing { deadline, .. } => check_closing(deadline, now)?,
            Mode::KeepAll { closes } => closes.map_or(Ok(()), |at| check_closing(at, now))?,
        }
        if self.minimum == 0 {
            return Err(TermsError::ZeroMinimum);
        }
        if fee.is_some_and(|fee| fee.points > MAX_FEE) {
            return Err(TermsError::FeeTooHigh);
        }
        if !self.release_is_good(now) {
            return Err(TermsError::Release);
        }
        let least = self.goal().unwrap_or(0).div_ceil(MAX_SPONSORS_OF_GOAL);
        if self.least_sponsorship != 0 && self.least_sponsorship < least {
            return Err(TermsError::LeastSponsorship(least));
        }
        Ok(())
    }

    fn release_is_good(&self, now: Millis) -> bool {
        let steps = &self.release;
        let rises = steps
            .iter()
            .zip(steps.iter().skip(1))
            .all(|(one, next)| one.from < next.from && one.parts < next.parts);
        let ends = steps
            .last()
            .is_none_or(|last| last.parts == PARTS && last.from <= now.saturating_add(MAX_RELEASE));
        steps.len() <= MAX_STEPS && rises && ends
    }

    /// Returns what must come in; `None` if everything is kept.
    pub fn goal(&self) -> Option<Balance> {
        match self.mode {
            Mode::KeepAll { .. } => None,
            Mode::AllOrNothing { goal, .. } => Some(goal),
        }
    }

    /// Returns who gets the money.
    pub fn payees(&self) -> Payees {
        Payees {
            fee: self.fee.clone(),
            beneficiaries: self.beneficiaries.clone(),
        }
    }

    /// Returns how much of `total`, all that the beneficiaries were ever due, can have been paid out by `now`.
    pub fn released(&self, total: Balance, now: Millis) -> Balance {
        let parts = match self.release.iter().rev().find(|step| step.from <= now) {
            Some(step) => step.parts,
            None if self.release.is_empty() => PARTS,
            None => 0,
        };
        // `check` keeps `parts` in range; were they not, nothing could be paid out.
        proportion(total, parts, PARTS, 0).map_or(0, |(share, _)| share)
    }
}

fn check_closing(at: Millis, now: Millis) -> Result<(), TermsError> {
    if at <= now || at > now.saturating_add(MAX_AHEAD) {
        return Err(TermsError::Closing);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
