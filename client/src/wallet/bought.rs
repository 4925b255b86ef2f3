//! What was bought by voucher, and showing it to others.
//!
//! A payer's vouchers can sign the [Merkle root](farthing_types::merkle) of a list. What is bought over HTTP is in it
//! by its address; see [`entry_of`]. A [`Shown`] proves that an entry is in the list with a root; that the payer signed
//! this root, a voucher says.

use super::{Error, Paper};
use crate::Account;
use farthing_types::{
    commitment::blake2_256,
    merkle::{self, Proof},
    voucher::{ChannelId, Place},
    Hash,
};
use scale::{Decode, Encode};
use std::{fmt, str::FromStr};
use url::Url;

/// What is hashed before an address.
pub const RESOURCE_TAG: &[u8; 20] = b"farthing/resource/v1";
/// What a proof's text begins with.
pub(super) const PREFIX: &str = "farthing-proof-1:";

/// Returns the entry of an address in the list of what was bought: the hash of [`RESOURCE_TAG`] and the address, as
/// browsers write it and without what follows `#`. `None` if it is no address.
pub fn entry_of(address: &str) -> Option<Hash> {
    let mut url = Url::parse(address).ok()?;
    url.set_fragment(None);
    Some(blake2_256(
        &[RESOURCE_TAG, url.as_str().as_bytes()].concat(),
    ))
}

/// Shows that something was bought on a channel. It is no voucher: nobody can spend anything with it.
///
/// As text, it is `farthing-proof-1:` and, in hexadecimal, the SCALE encoding of its fields.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Shown {
    /// On which chain and contract.
    pub place: Place<Account>,
    /// The channel that it was bought on.
    pub channel: ChannelId<Account>,
    /// The root of all that was bought on it until then.
    pub root: Hash,
    /// The entry of what was bought.
    pub entry: Hash,
    /// The proof that the entry is in the list with that root.
    pub proof: Proof,
}

impl Shown {
    /// Returns whether the entry is in the list with this root. That its payer signed it, is another question.
    pub fn is_right(&self) -> bool {
        merkle::verify(&self.root, &self.entry, &self.proof)
    }

    /// Returns whether a voucher of this channel says this root. Its signature is to be checked as well.
    pub fn is_signed_in(&self, paper: &Paper) -> bool {
        paper.place == self.place
            && paper.voucher.channel == self.channel
            && paper.voucher.root == self.root
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        write!(to, "{PREFIX}{}", hex::encode(self.encode()))
    }
}

impl FromStr for Shown {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let bytes = text.trim().strip_prefix(PREFIX).map(hex::decode);
        let Some(Ok(bytes)) = bytes else {
            return Err(Error::NoProof);
        };
        let rest = &mut &bytes[..];
        let shown = Self::decode(rest).map_err(|_| Error::NoProof)?;
        match rest.is_empty() {
            true => Ok(shown),
            false => Err(Error::NoProof),
        }
    }
}
