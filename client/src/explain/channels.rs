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
            Self::Paused(until) => format!("Deposits and openings are paused until {}. Claims, exits and withdrawals are not.", time(*until)),
            Self::BatchSize => BATCH_SIZE.into(),
            Self::ZeroAmount => "An amount of nothing changes nothing: say how much.".into(),
            Self::FreeTooLow(free) => format!("Only {} are free, besides what channels have set aside: deposit more, or ask for less.", unit(*free)),
            Self::NothingDue => "There is nothing to withdraw.".into(),
            Self::TransferFailed => TRANSFER_FAILED.into(),
            Self::Channel(other, why) => format!("The channel with {}: {}", Account::from(other), why.explain()),
            Self::NoAccount => "The contract has no record of this account.".into(),
            Self::StillOwed(amount) => format!("The contract still holds {} for this account: withdraw them first.", unit(*amount)),
            Self::PaidByAnother => "Somebody else paid the deposit for this account's record, with a claim or a closing: it stays, and makes the next one cheaper.".into(),
            Self::NotGuardian => "Only the guardian may do this: sign with the guardian's key.".into(),
            Self::BadPause(error) => error.explain(),
            Self::Overflow => OVERFLOW.into(),
        }
    }
}

impl Explain for ChannelError {
    fn explain(&self) -> String {
        match self {
            Self::Missing => "there is none; the payer opens one.".into(),
            Self::Open(None) => "it is open already. The payer can top it up, or exit and clear it.".into(),
            Self::Open(Some(end)) => format!("it is open until its exit ends at {}.", time(*end)),
            Self::Over => "it is over; the payer clears it, or opens it again.".into(),
            Self::Exiting(end) => format!("its exit has begun, and ends at {}; nothing more can be set aside in it.", time(*end)),
            Self::BadPayee => "the payee must be somebody else than the payer, and not the contract itself.".into(),
            Self::BadSigner => "no safe signature can be made by the signer's key: name another.".into(),
            Self::BadDelay => "the delay of an exit is from 15 minutes to 30 days.".into(),
            Self::ZeroAmount => "an amount of nothing changes nothing: say how much.".into(),
            Self::BelowClaimed(claimed) => format!("the payee has claimed {} already, which is more than the closing says: agree on a new closing.", unit(*claimed)),
            Self::AboveReserve(reserve) => format!("its reserve is {}, which is less than the closing says: top it up, or agree on a new closing.", unit(*reserve)),
            Self::BadSignature => "the closing was not signed with the payee's key, or is of another channel: ask for a new one.".into(),
        }
    }
}

impl Explain for Skip {
    fn explain(&self) -> String {
        match self {
            Self::NoChannel => "There is no such channel.".into(),
            Self::OtherEpoch(epoch) => format!("The voucher is of an earlier life of the channel, which was cleared since; it is in epoch {epoch} now."),
            Self::Over => "The channel is over: nothing can be claimed from it any more.".into(),
            Self::NothingNew(claimed) => format!("The channel has paid {} already, and the voucher is of no more, or nothing is left of the reserve.", unit(*claimed)),
            Self::BadSignature => "The voucher was not signed with the channel's signer key.".into(),
        }
    }
}
