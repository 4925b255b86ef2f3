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
        /// How much that payment is.
        amount: Balance,
    },
    /// A payment of nothing.
    Nothing,
    /// The channel's reserve does not cover it.
    ReserveTooLow {
        /// The reserve.
        reserve: Balance,
        /// What vouchers promise already.
        promised: Balance,
    },
    /// A text is no voucher.
    NoVoucher,
    /// A text is no proof of what was bought.
    NoProof,
    /// A voucher for another chain or contract.
    Elsewhere,
    /// A voucher for somebody else.
    ForAnother(Account),
    /// A voucher of somebody else's channel.
    OfAnother(Account),
    /// A voucher of a channel, or of a life of one, that does not exist.
    NoChannel(Account),
    /// A voucher that the channel's signer key did not sign.
    BadSignature,
    /// A voucher that adds nothing to what was kept or claimed before.
    NothingNew {
        /// The highest amount so far.
        before: Balance,
    },
    /// What is new in what was taken at once is less than what the payee wanted. Nothing of it was kept.
    TooLittle {
        /// How much is new.
        new: Balance,
        /// How much the payee wanted.
        wanted: Balance,
    },
    /// A voucher for more than the channel's reserve.
    BeyondReserve {
        /// The reserve.
        reserve: Balance,
    },
    /// A voucher of a channel that is ending. It was kept if it is the best, so that it can be claimed;
    /// nothing should be given for it.
    Ending {
        /// When it is over at the earliest, in milliseconds since the Unix epoch.
        from: Millis,
    },
    /// A channel that the payer can close alone.
    BadCloser,
    /// A channel whose exit is over too soon for this payee.
    ShortDelay {
        /// The channel's, in milliseconds.
        delay: Millis,
        /// What the payee wants at least, in milliseconds.
        wanted: Millis,
    },
    /// A closing that gives away what vouchers that were kept are worth.
    GivesAway {
        /// What they are worth.
        kept: Balance,
    },
    /// A voucher for more than what the payee agreed to be content with.
    Agreed {
        /// That much.
        amount: Balance,
        /// Until when the payer can do it, in milliseconds since the Unix epoch.
        expires: Millis,
    },
    /// Another program has this account's vouchers open, and had them for as long as the caller would wait.
    Busy(Account),
    /// A wallet's file is damaged. What is before the place is whole.
    Damaged {
        /// The file.
        file: String,
        /// From which byte on.
        at: u64,
    },
    /// The wallet's file.
    File(Box<crate::Error>),
}

impl Error {
    /// Returns the kind of this error.
    pub fn kind(&self) -> Kind {
        match self {
            Self::NothingNew { .. } | Self::TooLittle { .. } | Self::Ending { .. } => {
                Kind::Worthless
            }
            Self::Busy(_) | Self::Damaged { .. } => Kind::Other,
            Self::File(error) => error.kind(),
            _ => Kind::Usage,
        }
    }

    /// The sentence, with amounts as `unit` writes them.
    fn sentence(&self, unit: impl Fn(Balance) -> String) -> String {
        match self {
            Self::Begun { amount } => format!("A payment of {} on this channel was interrupted, and it is not known whether its voucher was handed out. Make the same payment again to finish it.", unit(*amount)),
            Self::Nothing => "A payment is more than nothing.".into(),
            Self::ReserveTooLow { reserve, promised } => format!("The channel's reserve of {} does not cover this: {} of it are promised already. Top it up first.", unit(*reserve), unit(*promised)),
            Self::NoVoucher => format!("This is no voucher: it begins with {PREFIX} and has 253 bytes in hexadecimal."),
            Self::NoProof => format!("This is no proof of what was bought: it begins with {}.", super::bought::PREFIX),
            Self::Elsewhere => "The voucher is for another chain, or another channels contract.".into(),
            Self::ForAnother(account) => format!("The voucher is for {account}."),
            Self::OfAnother(account) => format!("The voucher is of a channel of {account}, who is another payer."),
            Self::NoChannel(payer) => format!("There is no open channel from {payer} that the voucher could be of."),
            Self::BadSignature => "The voucher was not signed with the channel's key.".into(),
            Self::NothingNew { before } => format!("The voucher is worth nothing new: {} of the channel are the payee's already.", unit(*before)),
            Self::TooLittle { new, wanted } => format!("Only {} of it are new, and at least {} were wanted: nothing was kept.", unit(*new), unit(*wanted)),
            Self::BeyondReserve { reserve } => format!("The voucher says more than the channel's reserve of {}: the payer must top it up first.", unit(*reserve)),
            Self::Ending { from } => format!("The channel is ending, at {} at the earliest: claim what was kept, and give nothing for this voucher.", crate::time(*from)),
            Self::BadCloser => "The channel names another key than the payee's for closings: whoever has it can take back what was not claimed.".into(),
            Self::ShortDelay { delay, wanted } => format!("The channel's exit takes only {} s, and you want at least {} s.", delay / 1_000, wanted / 1_000),
            Self::GivesAway { kept } => format!("Vouchers that were kept are worth {}, and the closing gives less: claim them before.", unit(*kept)),
            Self::Agreed { amount, expires } => format!("You agreed that this channel is closed for {} in all, which the payer can do until {}: a voucher for more is worth nothing then. Take the next ones from another channel.", unit(*amount), crate::time(*expires)),
            Self::Busy(account) => format!("Another program has the vouchers of {account} open at this moment."),
            Self::Damaged { file, at } => format!("{file} is damaged from byte {at} on, and is not used. What is before is whole: a copy that is cut off there has it."),
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
