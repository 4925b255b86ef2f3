use super::{
    shared::{time, BATCH_SIZE, OVERFLOW, TRANSFER_FAILED},
    Explain,
};
use crate::Token;
use farthing_contracts::pool::{error::Error, sponsors::PledgeError, terms::TermsError};

impl Explain for Error {
    fn explain(&self, token: &Token) -> String {
        match self {
            Self::BadTerms(error) => error.explain(token),
            Self::Closed(at) => format!("The pool closed at {}.", time(*at)),
            Self::OpenUntil(at) => format!("The pool is open until {}: try again then.", time(*at)),
            Self::BelowMinimum(least) => {
                format!("The pool takes donations of {} and more.", token.unit(*least))
            }
            Self::BatchSize => BATCH_SIZE.into(),
            Self::WrongValue(sum) => format!(
                "The attached money must be the sum of the gifts, {}.",
                token.unit(*sum)
            ),
            Self::Overflow => OVERFLOW.into(),
            Self::GoalMissed(total) => format!(
                "The goal was missed, with {}: donors can have their money back.",
                token.unit(*total)
            ),
            Self::GoalReached(total) => format!(
                "The goal was reached, with {}: the money goes to the beneficiaries.",
                token.unit(*total)
            ),
            Self::AlreadyFinalised => "The pool was finalised already.".into(),
            Self::NoRefunds => "The pool has no goal, and gives nothing back.".into(),
            Self::NothingDue => "There is nothing to pay out, to give back or to take in.".into(),
            Self::TransferFailed => TRANSFER_FAILED.into(),
            Self::NotBeneficiary => "Only a beneficiary of the pool can do this.".into(),
            Self::NotPermitted => {
                "Only who made the pool, and its beneficiaries, can do this.".into()
            }
            Self::IsBeneficiary => {
                "The pool's beneficiaries cannot donate to it in a round.".into()
            }
            Self::HasShare => "That account has a share of the pool's money already.".into(),
            Self::PaysItself => "The pool cannot have a share of its own money.".into(),
            Self::NotOffered => "There is no such offer of a share.".into(),
            Self::BadNote(_) => {
                "A note's URI has at most 128 bytes, and no characters that cannot be printed."
                    .into()
            }
            Self::UnknownPayout => "There was no payout with this number.".into(),
            Self::NoSponsors => "The pool takes no sponsors.".into(),
            Self::BadPledge(error) => error.explain(token),
            Self::SponsorsFull => "All eight places for sponsors are taken.".into(),
            Self::UnknownSponsor => "No sponsor with this number has a place.".into(),
            Self::MatchingUntil(at) => {
                format!("Donations are matched until {}: try again then.", time(*at))
            }
            Self::NotPayer => "This account did not pay for the record, or there is none.".into(),
            Self::StillNeeded => "The record is still needed.".into(),
        }
    }
}

impl Explain for TermsError {
    fn explain(&self, token: &Token) -> String {
        match self {
            Self::Title => {
                "A pool's title has 1 to 64 bytes, and no characters that cannot be printed.".into()
            }
            Self::Uri => {
                "A pool's URI has at most 128 bytes, and no characters that cannot be printed."
                    .into()
            }
            Self::Split(error) => error.explain(token),
            Self::PaysItself => "A pool cannot pay itself.".into(),
            Self::Closing => "A pool closes in the future, and within 2 years.".into(),
            Self::ZeroGoal => "A goal is more than nothing.".into(),
            Self::ZeroMinimum => "The least donation is more than nothing.".into(),
            Self::FeeTooHigh => "A pool's fee is at most 200 basis points.".into(),
            Self::Release => "A schedule has up to 16 steps of rising times and shares, and ends with 100 % within 5 years.".into(),
            Self::LeastSponsorship(least) => format!(
                "A sponsor of a pool with this goal puts in at least a hundredth of it: {}.",
                token.unit(*least)
            ),
        }
    }
}

impl Explain for PledgeError {
    fn explain(&self, token: &Token) -> String {
        match self {
            Self::TooLittle(least) => {
                format!("A sponsor of this pool puts in {} and more.", token.unit(*least))
            }
            Self::Ratio => {
                "A sponsor adds a tenth to ten times of each donation: 10% to 1000%.".into()
            }
            Self::PerDonor(least) => format!(
                "A sponsor of this pool promises {} and more for one donor.",
                token.unit(*least)
            ),
            Self::Until => "Matching lasts until the pool closes, or a day to 2 years.".into(),
        }
    }
}
