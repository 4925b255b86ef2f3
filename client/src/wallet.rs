//! Vouchers: what a payer has signed, and what a payee has been given.
//!
//! # What a payer's wallet promises
//!
//! A payment is written down as begun before it is signed, and as made once it was handed out. If the
//! program ends in between, whenever that is, the wallet knows of the payment that was begun, and
//! [`Paying::begin`] with the same amount and root goes on with that one: the voucher is for the same sum
//! as before, so that nothing is paid twice, and no voucher is ever for more than was meant. Any other
//! payment on that channel is refused until somebody has said what became of the one that was begun
//! ([`Error::Begun`]).
//!
//! What the chain says counts too: a payer whose file is lost goes on from what was claimed, and never
//! signs below it.
//!
//! # What a payee's wallet promises
//!
//! [`Receiving::take`] returns `Ok` only for a voucher that is worth something new, of an open channel that
//! is what the payee asked for ([`Wanted`]), and only once it is on the disk: whoever serves on `Ok` is paid
//! for. A lower voucher never replaces a higher one. Show it channels as they are in a finalised block.
//!
//! # A voucher as text
//!
//! `farthing-voucher-2:` and, in hexadecimal, the SCALE encoding of a
//! [`Place`], a [`Voucher`] and a
//! [`Signature`]: 253 bytes.

mod paid;
mod received;
#[cfg(test)]
mod tests;

pub use paid::{Begun, Paying};
pub use received::{Received, Receiving, Wanted};

use crate::{Account, Explain, Token};
use farthing_contracts::channels::channel::{Channel, Moment};
use farthing_types::{
    signing::Verifier,
    voucher::{ChannelId, Place, Signature, Voucher},
    Balance, Millis,
};
use scale::{Decode, Encode};
use std::{fmt, str::FromStr};

/// What a voucher's text begins with.
const PREFIX: &str = "farthing-voucher-2:";

/// A signed voucher, and where it counts.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Paper {
    /// On which chain and contract.
    pub place: Place<Account>,
    /// What it says.
    pub voucher: Voucher<Account>,
    /// By the channel's signer key.
    pub signature: Signature,
}

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
    /// A voucher for another chain or contract.
    Elsewhere,
    /// A voucher for somebody else.
    ForAnother(Account),
    /// A voucher of a channel, or of a life of one, that does not exist.
    NoChannel(Account),
    /// A voucher that the channel's signer key did not sign.
    BadSignature,
    /// A voucher that adds nothing to what was kept or claimed before.
    NothingNew {
        /// The highest amount so far.
        before: Balance,
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
    /// The wallet's file.
    File(Box<crate::Error>),
}

impl Error {
    /// The sentence, with amounts as `unit` writes them.
    fn sentence(&self, unit: impl Fn(Balance) -> String) -> String {
        match self {
            Self::Begun { amount } => format!("A payment of {} on this channel was interrupted, and it is not known whether its voucher was handed out. Make the same payment again to finish it.", unit(*amount)),
            Self::Nothing => "A payment is more than nothing.".into(),
            Self::ReserveTooLow { reserve, promised } => format!("The channel's reserve of {} does not cover this: {} of it are promised already. Top it up first.", unit(*reserve), unit(*promised)),
            Self::NoVoucher => format!("This is no voucher: it begins with {PREFIX} and has 253 bytes in hexadecimal."),
            Self::Elsewhere => "The voucher is for another chain, or another channels contract.".into(),
            Self::ForAnother(account) => format!("The voucher is for {account}."),
            Self::NoChannel(payer) => format!("There is no open channel from {payer} that the voucher could be of."),
            Self::BadSignature => "The voucher was not signed with the channel's key.".into(),
            Self::NothingNew { before } => format!("The voucher is worth nothing new: {} of the channel are the payee's already.", unit(*before)),
            Self::BeyondReserve { reserve } => format!("The voucher says more than the channel's reserve of {}: the payer must top it up first.", unit(*reserve)),
            Self::Ending { from } => format!("The channel is ending, at {} at the earliest: claim what was kept, and give nothing for this voucher.", crate::time(*from)),
            Self::BadCloser => "The channel names another key than the payee's for closings: whoever has it can take back what was not claimed.".into(),
            Self::ShortDelay { delay, wanted } => format!("The channel's exit takes only {} s, and you want at least {} s.", delay / 1_000, wanted / 1_000),
            Self::GivesAway { kept } => format!("Vouchers that were kept are worth {}, and the closing gives less: claim them before.", unit(*kept)),
            Self::Agreed { amount, expires } => format!("You agreed that this channel is closed for {} in all, which the payer can do until {}: a voucher for more is worth nothing then. Take the next ones from another channel.", unit(*amount), crate::time(*expires)),
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

impl Paper {
    /// Returns what it would bring if it were claimed now from the channel that is on the chain.
    pub fn due(&self, channel: Option<&Channel>, now: Moment) -> Balance {
        let epoch = self.voucher.channel.epoch;
        let open = channel.filter(|open| open.epoch == epoch && !open.is_over(now));
        open.map_or(0, |open| {
            let worth = self.voucher.cumulative.min(open.reserve);
            worth.saturating_sub(open.claimed)
        })
    }

    /// Whether the channel's signer key signed it.
    pub fn is_signed_by(&self, signer: &[u8; 32]) -> bool {
        let payload = self.voucher.payload(&self.place);
        Verifier::new(signer).is_some_and(|key| key.verify(&payload, &self.signature))
    }
}

impl fmt::Display for Paper {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        write!(to, "{PREFIX}{}", hex::encode(self.encode()))
    }
}

impl FromStr for Paper {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let bytes = text.trim().strip_prefix(PREFIX).map(hex::decode);
        let Some(Ok(bytes)) = bytes else {
            return Err(Error::NoVoucher);
        };
        let rest = &mut &bytes[..];
        let paper = Self::decode(rest).map_err(|_| Error::NoVoucher)?;
        match rest.is_empty() {
            true => Ok(paper),
            false => Err(Error::NoVoucher),
        }
    }
}

/// What tells one life of a channel from all others, as a key of a file.
fn key(contract: Account, id: &ChannelId<Account>) -> String {
    let ChannelId {
        payer,
        payee,
        lane,
        epoch,
    } = id;
    let [contract, payer, payee] = [contract, *payer, *payee].map(Account::generic);
    format!("{contract} {payer} {payee} {lane} {epoch}")
}
