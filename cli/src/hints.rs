//! What can be done about an error with this program's own commands. The library's sentences know nothing of
//! them.

use farthing_client::{wallet, Error};
use farthing_contracts::storefront::error::Error as Shop;

/// A sentence with what can be done about it, if there is something.
pub fn with_hint(error: &Error, sentence: String) -> String {
    match hint(error) {
        Some(hint) => format!("{sentence} {hint}"),
        None => sentence,
    }
}

fn hint(error: &Error) -> Option<&'static str> {
    Some(match error {
        Error::NoNode { .. } => "Start one with ./scripts/chain, or name another with --node.",
        Error::Lost => "Then run the same command again.",
        Error::NoToken => "Write `token = { symbol = \"…\", decimals = … }` under the network in farthing.toml.",
        Error::WrongChain { .. } => {
            "Name the right node with --node or the right deployment with --network; a development chain that was started anew needs `farthing deploy` again."
        }
        Error::Missing { .. } => {
            "Make one with `farthing deploy`, or name another with --network or --deployments."
        }
        Error::Gone { .. } => "Run `farthing deploy` again.",
        Error::UnknownFate { .. } => "Run the same command again to find out: nothing is sent twice.",
        Error::NotFinal { .. } => {
            "Run the same command again to wait on, or with --fast to take it as it is: nothing is sent twice."
        }
        Error::DoneBefore { .. } => "Run the command again if you mean this one, too.",
        Error::Busy(_) => "Wait until it is done, or say how long to wait with --wait.",
        Error::Forgotten { .. } => "Or read its history from a file with --history.",
        Error::Voucher(error) => of_voucher(error)?,
        Error::Refused(refusal) if refusal.contract == "storefront" => {
            of_shop(&refusal.decode::<Shop>()?)?
        }
        _ => return None,
    })
}

fn of_voucher(error: &wallet::Error) -> Option<&'static str> {
    match error {
        wallet::Error::Begun { .. } => Some(
            "Or say --count-unfinished if its voucher was handed out, or --drop-unfinished if it certainly was not.",
        ),
        _ => None,
    }
}

fn of_shop(error: &Shop) -> Option<&'static str> {
    match error {
        Shop::NotOpen => Some("`farthing shop open` opens it."),
        Shop::UnknownItem | Shop::UnknownTier => Some("`farthing shop show` lists what there is."),
        Shop::CreatorDeleted => Some("`farthing shop payout-deleted` pays what waits."),
        Shop::NotDeleted => Some("Use `farthing shop payout`."),
        Shop::NotGuardian => Some("`farthing shop overview` says who that is."),
        _ => None,
    }
}
