use super::{
    shared::{time, unit, BATCH_SIZE, OVERFLOW, TRANSFER_FAILED},
    Explain,
};
use crate::Account;
use matching_round::{error::Error, terms::TermsError};

impl Explain for Error {
    fn explain(&self) -> String {
        match self {
            Self::BadTerms(error) => error.explain(),
            Self::FactoryFailed => {
                "The factory did not answer as one: this deployment is broken.".into()
            }
            Self::NotOrganiser => "Only the round's organiser may do this.".into(),
            Self::NotVerifier => "Only the round's verifier may do this.".into(),
            Self::Opened(at) => format!(
                "The round opened at {}: its pools stay as they are.",
                time(*at)
            ),
            Self::RoundFull => "There are 64 pools in the round: it is full.".into(),
            Self::UnknownPool => "The factory has no pool with this number.".into(),
            Self::AlreadyEntered => "The pool is in the round already.".into(),
            Self::DeadlineTooLate(at) => format!(
                "The pool's deadline is {}, and the round divides before.",
                time(*at)
            ),
            Self::NotEntered => "This pool is not in the round.".into(),
            Self::OpensAt(at) => format!("The round opens at {}: try again then.", time(*at)),
            Self::OpenUntil(at) => {
                format!("The round is open until {}: try again then.", time(*at))
            }
            Self::Closed(at) => format!("The round closed at {}.", time(*at)),
            Self::BelowMinimum(least) => {
                format!("The round takes donations of {} and more.", unit(*least))
            }
            Self::NotListed => {
                "The verifier has not put this account on the list: ask them to.".into()
            }
            Self::Refused(error) => format!("The pool refused the money: {}", error.explain()),
            Self::PoolFailed(pool) => format!("{} did not answer as a pool.", Account::from(pool)),
            Self::NothingGiven => "A sponsorship is more than nothing.".into(),
            Self::Overflow => OVERFLOW.into(),
            Self::BatchSize => BATCH_SIZE.into(),
            Self::DividesAt(at) => format!(
                "The money can be divided from {} on: try again then.",
                time(*at)
            ),
            Self::AlreadyDivided => "The money was divided already.".into(),
            Self::NotDivided => "The money was not divided yet: do that first.".into(),
            Self::WentToPools => "The money went to the pools.".into(),
            Self::StillDue(amount) => {
                format!("This account has {} to take back first.", unit(*amount))
            }
            Self::NothingDue => "There is nothing to pay or to give back.".into(),
            Self::TransferFailed => TRANSFER_FAILED.into(),
            Self::NotPayer => "This account did not pay for the record, or there is none.".into(),
        }
    }
}

impl Explain for TermsError {
    fn explain(&self) -> String {
        match self {
            Self::Title => "A round's title has 1 to 64 bytes.",
            Self::UriTooLong => "A round's URI has at most 128 bytes.",
            Self::Times => "A round opens in the future, closes after that, and divides then or later, within 2 years.",
            Self::ZeroMinimum => "The least donation is more than nothing.",
            Self::Cap => "What counts of one donor is at least the least donation, and not beyond all bounds.",
        }
        .into()
    }
}
