//! Why a payment or a voucher is refused.

use super::PREFIX;
use crate::{Account, Explain, Kind, Token};
use farthing_types::{Balance, Millis};
use std::fmt;

/// Why a payment or a voucher is refused.
#[derive(Debug)]
pub enum Error {
    /// Another payment on this channel was begun, and nobody knows whether its voucher was handed out.
    Begun {
        /// The amount of the payment that was begun, in the smallest unit.
        amount: Balance,
    },
    /// The payment is of nothing.
    Nothing,
    /// The channel's reserve does not cover the payment.
    ReserveTooLow {
        /// The channel's reserve, in the smallest unit.
        reserve: Balance,
        /// What vouchers already promise, in the smallest unit.
        promised: Balance,
    },
    /// The text is not a voucher.
    NoVoucher,
    /// There was no voucher at all.
    NoneGiven,
    /// A text is no proof of what was bought.
    NoProof,
    /// The voucher is for another chain or contract.
    Elsewhere,
    /// The voucher is for another account: this one.
    ForAnother(Account),
    /// The voucher is of a channel of another account: this one.
    OfAnother(Account),
    /// The voucher is of a channel that does not exist, or has another epoch. Has the channel's payer.
    NoChannel(Account),
    /// The channel's signer key did not sign the voucher.
    BadSignature,
    /// The voucher adds nothing to what was kept or claimed before.
    NothingNew {
        /// The highest amount so far, in the smallest unit.
        before: Balance,
    },
    /// The vouchers taken at once add less than the payee wants. None of them was kept.
    TooLittle {
        /// How much they add, in the smallest unit.
        new: Balance,
        /// How much the payee wants, in the smallest unit.
        wanted: Balance,
    },
    /// The voucher is for more than the channel's reserve.
    BeyondReserve {
        /// The channel's reserve, in the smallest unit.
        reserve: Balance,
    },
    /// The voucher is of a channel that is ending. It was kept if it is the best, so that it can be claimed.
    /// Nothing should be given for it.
    Ending {
        /// The earliest time at which the channel is over, in milliseconds since the Unix epoch.
        from: Millis,
    },
    /// The channel has a closing key with which the payer could close it alone.
    BadCloser,
    /// The exit of the channel takes less time than this payee wants.
    ShortDelay {
        /// The channel's delay, in milliseconds.
        delay: Millis,
        /// The least delay that the payee wants, in milliseconds.
        wanted: Millis,
    },
    /// The closing would give away what kept vouchers are worth.
    GivesAway {
        /// What the kept vouchers are worth, in the smallest unit.
        kept: Balance,
    },
    /// The voucher is for more than the payee agreed to in a closing.
    Agreed {
        /// The amount that the payee agreed to, in the smallest unit.
        amount: Balance,
        /// Until when the payer can use that closing, in milliseconds since the Unix epoch.
        expires: Millis,
    },
    /// Another program had this account's vouchers open for as long as the caller was willing to wait.
    Busy(Account),
    /// A wallet's file is damaged. Everything before the damage is whole.
    Damaged {
        /// The path of the file.
        file: String,
        /// The first damaged byte, counted from 0.
        at: u64,
    },
    /// The wallet's file cannot be read or written.
    File(Box<crate::Error>),
}

impl Error {
    /// Returns the kind of this error.
    pub fn kind(&self) -> Kind {
        match self {
            Self::NoneGiven
            | Self::NothingNew { .. }
            | Self::TooLittle { .. }
            | Self::Ending { .. } => Kind::Worthless,
            Self::Busy(_) | Self::Damaged { .. } => Kind::Other,
            Self::File(error) => error.kind(),
            _ => Kind::Usage,
        }
    }

    /// Returns the sentence, with amounts as `unit` writes them.
    fn sentence(&self, unit: impl Fn(Balance) -> String) -> String {
        match self {
            Self::Begun { amount } => format!("A payment of {} on this channel was interrupted, and it is not known whether its voucher was handed out. Make the same payment again to finish it.", unit(*amount)),
            Self::Nothing => "A payment is more than nothing.".into(),
            Self::ReserveTooLow { reserve, promised } => format!("The channel's reserve of {} does not cover this: {} of it are promised already. Top it up first.", unit(*reserve), unit(*promised)),
            Self::NoneGiven => "No voucher was given, so that nothing is new.".into(),
            Self::NoVoucher => format!("This is no voucher: it begins with {PREFIX} and has 253 bytes in hexadecimal."),
            Self::NoProof => format!("This is no proof of what was bought: it begins with {}.", super::bought::PREFIX),
            Self::Elsewhere => "The voucher is for another chain, or another channels contract.".into(),
            Self::ForAnother(account) => format!("The voucher is for {account}."),
            Self::OfAnother(account) => format!("The voucher is of a channel of {account}, who is another payer."),
            Self::NoChannel(payer) => format!("There is no open channel from {payer} that the voucher belongs to."),
            Self::BadSignature => "The voucher was not signed with the channel's key.".into(),
            Self::NothingNew { before } => format!("The voucher is worth nothing new: {} of the channel are the payee's already.", unit(*before)),
            Self::TooLittle { new, wanted } => format!("Only {} of it are new, and at least {} were wanted: nothing was kept.", unit(*new), unit(*wanted)),
            Self::BeyondReserve { reserve } => format!("The voucher says more than the channel's reserve of {}: the payer must top it up first.", unit(*reserve)),
            Self::Ending { from } => format!("The channel is ending, at {} at the earliest: claim what was kept, and give nothing for this voucher.", crate::time(*from)),
            Self::BadCloser => "The channel names another key than the payee's for closings: whoever has it can take back what was not claimed.".into(),
            Self::ShortDelay { delay, wanted } => format!("The channel's exit takes only {} s, and you want at least {} s.", delay / 1_000, wanted / 1_000),
            Self::GivesAway { kept } => format!("Vouchers that were kept are worth {}, and the closing gives less: claim them before.", unit(*kept)),
            Self::Agreed { amount, expires } => format!("You agreed to close this channel for {} in all, and the payer can do that until {}. A voucher for more would be worth nothing then: take the next ones on another channel.", unit(*amount), crate::time(*expires)),
            Self::Busy(account) => format!("Another program has the vouchers of {account} open at this moment."),
            Self::Damaged { file, at } => format!("{file} is damaged from byte {at} on, and is not used. Everything before it is intact: copy the file, and cut the copy off there."),
            Self::File(error) => error.to_string(),
        }
    }
}

/// Without a token at hand: in the chain's smallest unit.
impl fmt::Display for Error {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        to.write_str(&self.sentence(|amount| format!("{amount} of the smallest unit")))
    }
}

impl Explain for Error {
    fn explain(&self, token: &Token) -> String {
        self.sentence(|amount| token.unit(amount))
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File(error) => Some(error),
            _ => None,
        }
    }
}

impl From<crate::Error> for Error {
    fn from(error: crate::Error) -> Self {
        Self::File(Box::new(error))
    }
}

impl From<Error> for crate::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::File(error) => *error,
            other => Self::Voucher(Box::new(other)),
        }
    }
}
