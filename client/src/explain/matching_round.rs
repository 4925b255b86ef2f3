use super::{
    shared::{time, OVERFLOW, TRANSFER_FAILED},
    Explain,
};
use crate::{Account, Token};
use farthing_contracts::matching_round::{error::Error, terms::TermsError};

impl Explain for Error {
    fn explain(&self, token: &Token) -> String {
        match self {
            Self::BadTerms(error) => error.explain(token),
            Self::FactoryFailed => {
                "The factory did not answer as one: this deployment is broken.".into()
            }
            Self::NotOrganiser => "Only the round's organiser may do this.".into(),
            Self::NotVerifier => "Only the round's verifier may do this.".into(),
            Self::NotObjector => {
                "Only the round's organiser and its verifier may object to a pool.".into()
            }
            Self::Chosen(at) => format!(
                "The round's pools were chosen by {}: they stay as they are.",
                time(*at)
            ),
            Self::ChosenUntil(at) => format!(
                "The round's pools are chosen until {}: till then the organiser can take one out.",
                time(*at)
            ),
            Self::Opened(at) => format!("The round opened at {}.", time(*at)),
            Self::RoundFull => "There are 64 pools in the round: it is full.".into(),
            Self::UnknownPool => "The factory has no pool with this number.".into(),
            Self::AlreadyEntered => "The pool is in the round already.".into(),
            Self::PoolCloses(at) => format!(
                "The pool takes no donations from {} on, which is before the round opens.",
                time(*at)
            ),
            Self::DeadlineTooLate(at) => format!(
                "The pool's deadline is {}, and the round divides before.",
                time(*at)
            ),
            Self::NotEntered => "This pool is not in the round.".into(),
            Self::StruckOff => "The pool was struck off.".into(),
            Self::NotStruckOff => "This account has not struck the pool off.".into(),
            Self::ObjectionsEnded(at) => format!(
                "Pools could be struck off until {}: now the money is divided.",
                time(*at)
            ),
            Self::OpensAt(at) => format!("The round opens at {}: try again then.", time(*at)),
            Self::OpenUntil(at) => {
                format!("The round is open until {}: try again then.", time(*at))
            }
            Self::Closed(at) => format!("The round closed at {}.", time(*at)),
            Self::BelowMinimum(least) => {
                format!("The round takes donations of {} and more.", token.unit(*least))
            }
            Self::NotADonor => {
                "The organiser of a round, and the beneficiaries of a pool, cannot donate to that pool through the round.".into()
            }
            Self::NotListed => {
                "This account is not on the verifier's list that the proof is for: ask them.".into()
            }
            Self::Refused(error) => format!("The pool refused the money: {}", error.explain(token)),
            Self::PoolFailed(pool) => format!("{} did not answer as a pool.", Account::from(pool)),
            Self::NothingGiven => "A sponsorship is more than nothing.".into(),
            Self::Overflow => OVERFLOW.into(),
            Self::WrongList(next) => format!("The next list has number {next}."),
            Self::ListsFull => "There are 8 lists: there is room for no other.".into(),
            Self::BadUri => {
                "A URI has at most 128 bytes, and no characters that cannot be seen.".into()
            }
            Self::DividesAt(at) => format!(
                "The money can be divided from {} on: try again then.",
                time(*at)
            ),
            Self::AlreadyDivided => {
                "The money was divided, and each pool was offered its share.".into()
            }
            Self::NotDivided => "The money was not divided yet: do that first.".into(),
            Self::NothingDue => "There is nothing to pay, to give back or to free.".into(),
            Self::TransferFailed => TRANSFER_FAILED.into(),
            Self::NotPayer => "This account did not pay for the record, or there is none.".into(),
        }
    }
}

impl Explain for TermsError {
    fn explain(&self, _: &Token) -> String {
        match self {
            Self::Title => "A round's title has 1 to 64 bytes, and no characters that cannot be seen.",
            Self::Uri => "A round's URI has at most 128 bytes, and no characters that cannot be seen.",
            Self::Times => "A round's pools are chosen in the future; it opens after that, closes later, and divides then or later, within 2 years.",
            Self::ZeroMinimum => "The least donation is more than nothing.",
            Self::Cap => "The cap for one donor must be at least the smallest donation, and of a size that can be added up.",
            Self::MaxShare => "The largest share of one pool is more than nothing and at most 100 %.",
            Self::MinDonors => "A pool needs at least 2 donors: the formula gives nothing for one.",
        }
        .into()
    }
}
