use super::{
    shared::{time, BATCH_SIZE, OVERFLOW, TRANSFER_FAILED},
    Explain,
};
use crate::Token;
use farthing_contracts::streams::error::Error;

impl Explain for Error {
    fn explain(&self, token: &Token) -> String {
        match self {
            Self::UnknownStream(stream) => format!("There is no stream {stream}, or no longer."),
            Self::NotPayer(stream) => format!("Only the payer of stream {stream} may do this."),
            Self::NotParty(stream) => {
                format!("Only the payer or the payee of stream {stream} may do this.")
            }
            Self::PayeeIsPayer => "A stream goes to somebody else than its payer.".into(),
            Self::PayeeIsThis => {
                "The streams contract itself cannot be paid: the money would be nobody's.".into()
            }
            Self::ZeroDeposit => "A stream's deposit is more than nothing.".into(),
            Self::ZeroRate => "A rate is more than nothing: to stop for a while, pause.".into(),
            Self::Stopped(stream) => format!("Stream {stream} was stopped, for good."),
            Self::AlreadyPaused(stream) => format!("Stream {stream} is paused already."),
            Self::NotPaused(stream) => format!("Stream {stream} is not paused."),
            Self::NothingDue(stream) => format!("Stream {stream} has nothing to claim yet."),
            Self::TransferFailed => TRANSFER_FAILED.into(),
            Self::NotStopped(stream) => format!("Stream {stream} runs: stop it first."),
            Self::Unclaimed(stream, amount) => format!(
                "The chain refuses {} to the payee of stream {stream}, who has no account: send them the least that an account can have first.",
                token.unit(*amount)
            ),
            Self::NotBefore(stream, at) => format!(
                "The record of stream {stream} can be freed from {} on, an hour after it was opened.",
                time(*at)
            ),
            Self::BatchSize => BATCH_SIZE.into(),
            Self::Paused(until) => format!(
                "No stream can be opened until {}: try again then.",
                time(*until)
            ),
            Self::NotGuardian => "Only the deployment's guardian may do this.".into(),
            Self::BadPause(error) => error.explain(token),
            Self::Overflow => OVERFLOW.into(),
        }
    }
}
