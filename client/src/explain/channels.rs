use super::{
    shared::{time, unit, BATCH_SIZE, OVERFLOW, TRANSFER_FAILED},
    Explain,
};
use crate::Account;
use channels::{
    channel::{ChannelError, Skip},
    error::Error,
};

impl Explain for Error {
    fn explain(&self) -> String {
        match self {
            Self::Paused(until) => format!(
                "Deposits and openings are paused until {}: try again then.",
                time(*until)
            ),
            Self::BatchSize => BATCH_SIZE.into(),
            Self::ZeroAmount => "A deposit is more than nothing.".into(),
            Self::FreeTooLow(free) => format!(
                "Only {} are free: deposit more, or ask for less.",
                unit(*free)
            ),
            Self::NothingDue => "There is nothing to withdraw.".into(),
            Self::TransferFailed => TRANSFER_FAILED.into(),
            Self::Channel(other, error) => format!(
                "The channel with {}: {}",
                Account::from(other),
                error.explain()
            ),
            Self::NoAccount => "The contract has no record of this account.".into(),
            Self::StillOwed(amount) => format!(
                "The contract still holds {} for this account: withdraw it first.",
                unit(*amount)
            ),
            Self::PaidByAnother => {
                "Somebody else paid the deposit of this account's record, so that it stays.".into()
            }
            Self::NotGuardian => "Only the deployment's guardian may do this.".into(),
            Self::BadPause(error) => error.explain(),
            Self::Overflow => OVERFLOW.into(),
        }
    }
}

impl Explain for ChannelError {
    fn explain(&self) -> String {
        match self {
            Self::Missing => "there is none: open it first.".into(),
            Self::Open(None) => "it is open already.".into(),
            Self::Open(Some(end)) => format!("it is open until {}.", time(*end)),
            Self::Over => "it is over: the payer can clear it.".into(),
            Self::Exiting(end) => format!("its exit has begun, and ends at {}.", time(*end)),
            Self::BadPayee => "a channel goes to somebody else than its payer.".into(),
            Self::BadSigner => "anybody could sign with this key.".into(),
            Self::BadDelay => "the exit delay is 15 minutes to 30 days.".into(),
            Self::ZeroAmount => "the amount is more than nothing.".into(),
            Self::BelowClaimed(claimed) => format!(
                "the payee has claimed {} already, which is more.",
                unit(*claimed)
            ),
            Self::AboveReserve(reserve) => {
                format!("its reserve is {}, which is less.", unit(*reserve))
            }
            Self::BadSignature => "the payee did not sign this closing.".into(),
        }
    }
}

impl Explain for Skip {
    fn explain(&self) -> String {
        match self {
            Self::NoChannel => "there is no such channel".into(),
            Self::OtherEpoch(epoch) => {
                format!("the channel was opened again since, for the {epoch}th time")
            }
            Self::Over => "the channel is over".into(),
            Self::NothingNew(paid) => format!("the channel has paid {} by it already", unit(*paid)),
            Self::BadSignature => "it was not signed with the channel's key".into(),
        }
    }
}
