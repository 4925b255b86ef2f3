//! Vouchers: payments signed off the chain, settled on it by `contracts/channels`.
//!
//! A voucher says: *of the channel from this payer to this payee, this much in all is the payee's.* Each
//! new one names a higher amount than the last, so the payee needs to keep only the newest, and one
//! claim settles any number of payments. It counts on one chain, in one contract, for one channel, and
//! for one life of that channel (its epoch).
//!
//! A channel is known before it is opened: the payer chooses its lane and its epoch, so the first voucher
//! can travel with the opening, and no reordering of blocks gives a channel another name. See
//! [`ChannelId`].
//!
//! # What is signed
//!
//! The payload of a [`Voucher`], [`VOUCHER_LEN`] bytes; numbers are little-endian:
//!
//! | offset | bytes | field |
//! |---:|---:|---|
//! | 0 | 19 | [`VOUCHER_TAG`]: type and version |
//! | 19 | 32 | genesis hash of the chain |
//! | 51 | 32 | account of the channels contract |
//! | 83 | 32 | payer's account |
//! | 115 | 32 | payee's account |
//! | 147 | 4 | the channel's lane |
//! | 151 | 8 | the channel's epoch, in milliseconds since the Unix epoch |
//! | 159 | 16 | cumulative amount, in the chain's smallest unit |
//! | 175 | 32 | [Merkle root](crate::merkle) of what was bought with it; zeros for none |
//!
//! The payload of a [`Closing`], [`CLOSING_LEN`] bytes, begins with [`CLOSING_TAG`], has the same fields
//! up to the epoch, and ends with the final amount (16 bytes) and the time after which it counts no
//! more (8 bytes).
//!
//! Payloads are signed with sr25519 in the signing context [`SIGNING_CONTEXT`]; a voucher with the
//! channel's signer key, a closing with the channel's closing key. Wallet extensions sign raw bytes only
//! between `<Bytes>` and `</Bytes>`; a signature over [`wrap`]`(payload)` is as good, and
//! [`Signature::wrapped`] says which of the two it is.
//!
//! `vectors.json` beside this crate's sources has test vectors for clients in other languages: payloads,
//! valid signatures of both forms, and each way of being wrong.

use crate::{Balance, Hash, Millis};
use alloc::vec::Vec;
use scale::Encode;

/// What a voucher's payload begins with.
pub const VOUCHER_TAG: &[u8; 19] = b"farthing/voucher/v2";
/// What a closing's payload begins with.
pub const CLOSING_TAG: &[u8; 19] = b"farthing/closing/v2";
/// Bytes of a voucher's payload.
pub const VOUCHER_LEN: usize = 207;
/// Bytes of a closing's payload.
pub const CLOSING_LEN: usize = 183;
/// The signing context that the host function `sr25519_verify` uses, and all Substrate wallets.
pub const SIGNING_CONTEXT: &[u8] = b"substrate";

scale_type! {
    /// Where a payload counts.
    pub struct Place<Account> {
        /// The genesis hash of the chain.
        pub genesis: Hash,
        /// The account of the channels contract.
        pub contract: Account,
    }
}

scale_type! {
    /// One life of a channel, and all of what names it.
    ///
    /// A payer can have one channel at a time in each lane to a payee, and opens the next one there with
    /// a later epoch. The channels contract accepts an opening only while its epoch is at most an hour
    /// ago and not ahead of the block, and keeps the record of every channel until an hour after its
    /// epoch. So an epoch that was used can never be used again, although nobody counts them.
    pub struct ChannelId<Account> {
        /// Whose money it is.
        pub payer: Account,
        /// Whom it pays.
        pub payee: Account,
        /// Which of the channels between the two: 0 for most, others for further devices of the payer.
        /// Lanes from 2^31 on are for channels that somebody else opens for the payer.
        pub lane: u32,
        /// When the payer meant to open it, in milliseconds since the Unix epoch.
        pub epoch: Millis,
    }
}

scale_type! {
    /// The payer's word for what the payee has earned so far.
    pub struct Voucher<Account> {
        /// Of which channel.
        pub channel: ChannelId<Account>,
        /// How much in all since the channel was opened.
        pub cumulative: Balance,
        /// The [Merkle root](crate::merkle) of all that was bought; zeros for none.
        pub root: Hash,
    }
}

scale_type! {
    /// The payee's word that the channel can be closed at once if they get this much in all.
    ///
    /// Whoever signs one should take no further voucher of that channel until it has expired: the payer
    /// can use it until then, however much the vouchers say. A claim on the chain of more than `amount`
    /// voids it.
    pub struct Closing<Account> {
        /// Which channel.
        pub channel: ChannelId<Account>,
        /// How much the payee gets in all, what was claimed before included.
        pub amount: Balance,
        /// The last moment at which it counts, in milliseconds since the Unix epoch.
        pub expires: Millis,
    }
}

scale_type! {
    /// An sr25519 signature over a payload.
    #[derive(Copy)]
    pub struct Signature {
        /// The signature.
        pub bytes: [u8; 64],
        /// Whether it is over the [wrapped](wrap) payload.
        pub wrapped: bool,
    }
}

impl<Account: Encode> Voucher<Account> {
    /// What is signed, unless wrapped.
    pub fn payload(&self, place: &Place<Account>) -> Vec<u8> {
        (VOUCHER_TAG, place, self).encode()
    }
}

impl<Account: Encode> Closing<Account> {
    /// What is signed, unless wrapped.
    pub fn payload(&self, place: &Place<Account>) -> Vec<u8> {
        (CLOSING_TAG, place, self).encode()
    }
}

/// The payload as wallet extensions sign it: between `<Bytes>` and `</Bytes>`.
pub fn wrap(payload: &[u8]) -> Vec<u8> {
    [b"<Bytes>", payload, b"</Bytes>"].concat()
}

impl Signature {
    /// The bytes that this signature must be over to be one of `payload`.
    pub fn message(&self, payload: Vec<u8>) -> Vec<u8> {
        match self.wrapped {
            true => wrap(&payload),
            false => payload,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Place<[u8; 32]> {
        Place {
            genesis: [1; 32],
            contract: [2; 32],
        }
    }

    fn channel() -> ChannelId<[u8; 32]> {
        ChannelId {
            payer: [3; 32],
            payee: [4; 32],
            lane: 0x0a0b_0c0d,
            epoch: 0x0102_0304_0506_0708,
        }
    }

    /// Checks the part that both payloads share, and returns the rest.
    fn rest_after_channel<'a>(payload: &'a [u8], tag: &[u8]) -> &'a [u8] {
        assert_eq!(&payload[..19], tag);
        for (offset, byte) in [(19, 1), (51, 2), (83, 3), (115, 4)] {
            assert_eq!(payload[offset..offset + 32], [byte; 32]);
        }
        assert_eq!(payload[147..151], [0x0d, 0x0c, 0x0b, 0x0a]);
        assert_eq!(payload[151..159], [8, 7, 6, 5, 4, 3, 2, 1]);
        &payload[159..]
    }

    #[test]
    fn voucher_layout_is_fixed() {
        let voucher = Voucher {
            channel: channel(),
            cumulative: 0x0a0b,
            root: [5; 32],
        };
        let payload = voucher.payload(&place());
        assert_eq!(payload.len(), VOUCHER_LEN);
        let rest = rest_after_channel(&payload, VOUCHER_TAG);
        assert_eq!(rest[..16], 0x0a0bu128.to_le_bytes());
        assert_eq!(rest[16..], [5; 32]);
    }

    #[test]
    fn closing_layout_is_fixed() {
        let closing = Closing {
            channel: channel(),
            amount: u128::MAX - 1,
            expires: 0x0a0b,
        };
        let payload = closing.payload(&place());
        assert_eq!(payload.len(), CLOSING_LEN);
        let rest = rest_after_channel(&payload, CLOSING_TAG);
        assert_eq!(rest[..16], (u128::MAX - 1).to_le_bytes());
        assert_eq!(rest[16..], 0x0a0bu64.to_le_bytes());
    }

    #[test]
    fn wrapping_is_what_wallets_do() {
        assert_eq!(wrap(b"abc"), b"<Bytes>abc</Bytes>");
        let mut signature = Signature {
            bytes: [0; 64],
            wrapped: false,
        };
        assert_eq!(signature.message(vec![1]), [1]);
        signature.wrapped = true;
        assert_eq!(signature.message(vec![1]), wrap(&[1]));
    }
}
