//! The voucher wallet: what was signed away, and what was received, by vouchers.
//!
//! Both sides are files that are whole at any moment, so that a program can be killed at any.
//!
//! **The payer** has a [`Purse`] for each life of a channel. A payment is written down first
//! ([`Purse::begin`]), then signed ([`Paying::sign`]), then handed out, and then marked as handed out
//! ([`Paying::handed_out`]). After a kill in between, the same payment finishes the begun one: its
//! vouchers say the very same amounts, so that the payee never has more than was meant. Any other is
//! refused until the begun one is finished, counted as paid, or dropped.
//!
//! **The payee** has a [`Till`], which keeps the highest voucher of each channel.
//!
//! Both are in a folder of the caller's for the chain: `vouchers/CONTRACT/paid` and
//! `vouchers/CONTRACT/received`.

mod purse;
mod till;
mod voucher;

#[cfg(test)]
mod tests;

pub use purse::{Begun, Paying, Payment, Purse, Signed};
pub use till::{Kept, Receipt, Till};
pub use voucher::{ChannelId, Closing, Place, Voucher};

use crate::{files, Account, Error};
use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

/// Which side of channels.
#[derive(Clone, Copy)]
enum Side {
    Paid,
    Received,
}

fn folder(state: &Path, contract: Account, side: Side) -> PathBuf {
    let side = match side {
        Side::Paid => "paid",
        Side::Received => "received",
    };
    state.join("vouchers").join(contract.to_string()).join(side)
}

/// What a payer signed, of all channels; `state` is the caller's folder for the chain.
///
/// # Errors
/// [`Error::File`].
pub fn signed_by(state: &Path, contract: Account, payer: Account) -> Result<Vec<Signed>, Error> {
    let folder = folder(state, contract, Side::Paid);
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::file(&folder, error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| Error::file(&folder, error))?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            found.extend(files::read_json::<Signed>(&path)?);
        }
    }
    found.retain(|signed| signed.payer == payer);
    found.sort_by_key(|signed| signed.epoch);
    Ok(found)
}

/// The vouchers that a payee keeps; `state` is the caller's folder for the chain.
///
/// # Errors
/// [`Error::File`].
pub fn received_by(state: &Path, contract: Account, payee: Account) -> Result<Vec<Voucher>, Error> {
    till::read(&folder(state, contract, Side::Received), payee)
}

/// Amounts in JSON are text, as not all programs read such large numbers.
mod number {
    use farthing_types::Balance;
    use serde::{de::Error, Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(amount: &Balance, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(amount)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Balance, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(D::Error::custom)
    }

    pub mod option {
        use super::*;
        use serde::Serialize;

        pub fn serialize<S: Serializer>(
            amount: &Option<Balance>,
            to: S,
        ) -> Result<S::Ok, S::Error> {
            amount.map(|amount| amount.to_string()).serialize(to)
        }

        pub fn deserialize<'de, D: Deserializer<'de>>(
            from: D,
        ) -> Result<Option<Balance>, D::Error> {
            let text = Option::<String>::deserialize(from)?;
            text.map(|text| text.parse().map_err(D::Error::custom))
                .transpose()
        }
    }
}
