use super::{
    shared::{time, BATCH_SIZE, OVERFLOW, TRANSFER_FAILED},
    Explain,
};
use crate::{Account, Token};
use farthing_contracts::channels::{
    channel::{ChannelError, Skip},
    error::Error,
};

impl Explain for Error {
    fn explain(&self, token: &Token) -> String {
        match self {
            Self::Paused(until) => format!(
                "Openings and top-ups are paused until {}: try again then.",
                time(*until)
            ),
            Self::BatchSize => BATCH_SIZE.into(),
            Self::ValueTooLow(left) => format!(
                "The money that is sent along does not cover all reserves: {} were left for the next.",
                token.unit(*left)
            ),
            Self::NothingDue => "There is nothing to withdraw.".into(),
            Self::TransferFailed => TRANSFER_FAILED.into(),
            Self::Channel(other, error) => format!(
                "The channel with {}: {}",
                Account::from(other),
                error.explain(token)
            ),
            Self::NotGuardian => "Only the deployment's guardian may do this.".into(),
            Self::BadPause(error) => error.explain(token),
            Self::Overflow => OVERFLOW.into(),
        }
    }
}

impl Explain for ChannelError {
    fn explain(&self, token: &Token) -> String {
        match self {
            Self::Missing => "there is none: open it first.".into(),
            Self::OtherEpoch(_) => "it has been opened again since.".into(),
            Self::Open(None) => "it is open already.".into(),
            Self::Open(Some(end)) => format!(
                "it is open until {}, and until block {} at least.",
                time(end.time),
                end.block
            ),
            Self::Over => "it is over: the payer can clear it.".into(),
            Self::Exiting(end) => format!("its exit has begun, and ends at {}.", time(end.time)),
            Self::NotBefore(free_from) => format!(
                "all of its money is paid out. Its record can be freed at {}.",
                time(*free_from)
            ),
            Self::BadPayee => "a channel goes to somebody else than its payer.".into(),
            Self::BadLane => "lanes from 2147483648 on are for gifts, and for nothing else.".into(),
            Self::BadSigner => "anybody could sign vouchers with this key.".into(),
            Self::BadCloser => "anybody could sign closings with this key.".into(),
            Self::BadDelay => "the exit delay is 15 minutes to 30 days.".into(),
            Self::BadEpoch(_) => {
                "the epoch of this opening is more than an hour away from the chain's clock: make a new one."
                    .into()
            }
            Self::UsedEpoch(_) => {
                "it was opened at that time before: make the opening anew.".into()
            }
            Self::ZeroAmount => "the amount is more than nothing.".into(),
            Self::BelowClaimed(claimed) => format!(
                "the payee has claimed {} already, which is more.",
                token.unit(*claimed)
            ),
            Self::AboveReserve(reserve) => {
                format!("its reserve is {}, which is less.", token.unit(*reserve))
            }
            Self::Expired(_) => "the closing has expired: ask for another.".into(),
            Self::BadSignature => "the payee did not sign this closing.".into(),
        }
    }
}

impl Explain for Skip {
    fn explain(&self, token: &Token) -> String {
        match self {
            Self::NoChannel => "there is no such channel".into(),
            Self::OtherEpoch(_) => "the channel has been opened again since".into(),
            Self::Over => "the channel is over".into(),
            Self::NothingNew(paid) => format!("the channel has paid {} by it already", token.unit(*paid)),
            Self::BadSignature => "it was not signed with the channel's key".into(),
        }
    }
}
