//! Hashes that hide something until it is revealed.
//!
//! Each begins with a tag of its own, so that a hash made for one purpose never serves another. The
//! functions named `…_preimage` give the bytes to hash; contracts hash them on the chain, clients with
//! the functions beside them (feature `std`). The hash is always Blake2b with 32 bytes of output.
//!
//! # Blinded purchases
//!
//! A buyer who does not want the chain to know *what* they bought pays the price tier that the item is
//! in, together with [`blinded_purchase`]`(…, item, secret)`. Later, off the chain, the buyer shows the
//! creator the item and the secret; whoever holds the purchase's event can check with the same function
//! that this is what was paid for, so that neither side can claim another item. The secret must be 32
//! random bytes, and a new one each time: items are few, so a guessable secret hides nothing.
//!
//! Hidden: which of the items in that tier it was. Not hidden: buyer, creator, tier and time, and the
//! item, too, where the tier has only one.
//!
//! The commitment by itself proves what was paid *for*, and not that this was enough: a buyer can commit
//! to any item, also one that does not exist. The storefront's items say which tier pays for them; whoever
//! delivers checks that the item is in the tier of the purchase, and delivers once for a commitment.

use crate::{Balance, CreatorId, Hash, ItemId, Millis};
use alloc::vec::Vec;
use scale::Encode;

/// Tag of [`handle_claim_preimage`].
pub const HANDLE_CLAIM_TAG: &[u8; 24] = b"farthing/handle-claim/v1";
/// Tag of [`blinded_purchase_preimage`].
pub const BLINDED_TAG: &[u8; 19] = b"farthing/blinded/v1";
/// Tag of [`receipt_preimage`].
pub const RECEIPT_TAG: &[u8; 19] = b"farthing/receipt/v2";

/// What is hashed to claim `handle` for `owner` without telling anyone yet: the tag, the handle as a
/// SCALE string, the owner's account, and a salt of 32 random bytes.
pub fn handle_claim_preimage<Account: Encode>(
    handle: &str,
    owner: &Account,
    salt: &[u8; 32],
) -> Vec<u8> {
    (HANDLE_CLAIM_TAG, handle, owner, salt).encode()
}

/// What is hashed for a blinded purchase: the tag, the storefront's account, the creator, the tier, the
/// buyer's account, the item and the buyer's secret. See the [module's](self) text.
pub fn blinded_purchase_preimage<Account: Encode>(
    storefront: &Account,
    creator: CreatorId,
    tier: u8,
    buyer: &Account,
    item: ItemId,
    secret: &[u8; 32],
) -> Vec<u8> {
    (BLINDED_TAG, storefront, creator, tier, buyer, item, secret).encode()
}

/// What is hashed to append one purchase to the running hash of a buyer's receipts: the tag, the hash
/// so far, the item, who paid, how much, and for a purchase for a period when it was bought, from when on
/// it gives access, and for how long, in milliseconds.
pub fn receipt_preimage<Account: Encode>(
    so_far: &Hash,
    item: ItemId,
    payer: &Account,
    paid: Balance,
    term: Option<(Millis, Millis, Millis)>,
) -> Vec<u8> {
    (RECEIPT_TAG, so_far, item, payer, paid, term).encode()
}

/// Blake2b with 32 bytes of output: the hash of all commitments here, and of content.
#[cfg(feature = "std")]
pub fn blake2_256(bytes: &[u8]) -> Hash {
    use blake2::{digest::consts::U32, Blake2b, Digest};
    Blake2b::<U32>::digest(bytes).into()
}

/// The commitment to a piece of content: the hash of its bytes.
#[cfg(feature = "std")]
pub fn content(bytes: &[u8]) -> Hash {
    blake2_256(bytes)
}

/// The commitment that claims a handle; see [`handle_claim_preimage`].
#[cfg(feature = "std")]
pub fn handle_claim<Account: Encode>(handle: &str, owner: &Account, salt: &[u8; 32]) -> Hash {
    blake2_256(&handle_claim_preimage(handle, owner, salt))
}

/// The commitment of a blinded purchase; see [`blinded_purchase_preimage`].
#[cfg(feature = "std")]
pub fn blinded_purchase<Account: Encode>(
    storefront: &Account,
    creator: CreatorId,
    tier: u8,
    buyer: &Account,
    item: ItemId,
    secret: &[u8; 32],
) -> Hash {
    blake2_256(&blinded_purchase_preimage(
        storefront, creator, tier, buyer, item, secret,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: [u8; 32] = [1; 32];
    const SALT: [u8; 32] = [2; 32];

    #[test]
    fn blake2_256_matches_the_published_vector() {
        // What `printf abc | b2sum -l 256` prints.
        assert_eq!(
            blake2_256(b"abc"),
            [
                0xbd, 0xdd, 0x81, 0x3c, 0x63, 0x42, 0x39, 0x72, 0x31, 0x71, 0xef, 0x3f, 0xee, 0x98,
                0x57, 0x9b, 0x94, 0x96, 0x4e, 0x3b, 0xb1, 0xcb, 0x3e, 0x42, 0x72, 0x62, 0xc8, 0xc0,
                0x68, 0xd5, 0x23, 0x19
            ]
        );
    }

    #[test]
    fn handle_claim_binds_handle_owner_and_salt() {
        let claim = handle_claim("alice", &OWNER, &SALT);
        assert_eq!(claim, handle_claim("alice", &OWNER, &SALT));
        assert_ne!(claim, handle_claim("alicf", &OWNER, &SALT));
        assert_ne!(claim, handle_claim("alice", &[9; 32], &SALT));
        assert_ne!(claim, handle_claim("alice", &OWNER, &[9; 32]));
    }

    #[test]
    fn blinded_purchase_binds_everything_it_names() {
        let made = |shop: [u8; 32], creator, tier, buyer: [u8; 32], item, secret| {
            blinded_purchase(&shop, creator, tier, &buyer, item, &secret)
        };
        let one = made([1; 32], 2, 3, [4; 32], 5, [6; 32]);
        assert_eq!(one, made([1; 32], 2, 3, [4; 32], 5, [6; 32]));
        for other in [
            made([9; 32], 2, 3, [4; 32], 5, [6; 32]),
            made([1; 32], 9, 3, [4; 32], 5, [6; 32]),
            made([1; 32], 2, 9, [4; 32], 5, [6; 32]),
            made([1; 32], 2, 3, [9; 32], 5, [6; 32]),
            made([1; 32], 2, 3, [4; 32], 9, [6; 32]),
            made([1; 32], 2, 3, [4; 32], 5, [9; 32]),
        ] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn layouts_are_fixed() {
        let claim = handle_claim_preimage("abc", &OWNER, &SALT);
        assert_eq!(&claim[..24], HANDLE_CLAIM_TAG);
        assert_eq!(&claim[24..28], b"\x0cabc");
        assert_eq!(&claim[28..60], &OWNER);
        assert_eq!(&claim[60..], &SALT);
        let blinded = blinded_purchase_preimage(&OWNER, 1, 2, &OWNER, 3, &SALT);
        assert_eq!(blinded.len(), 19 + 32 + 4 + 1 + 32 + 4 + 32);
        let receipt = receipt_preimage(&[0; 32], 1, &OWNER, 2, None);
        assert_eq!(receipt.len(), 19 + 32 + 4 + 32 + 16 + 1);
        let receipt = receipt_preimage(&[0; 32], 1, &OWNER, 2, Some((3, 4, 5)));
        assert_eq!(receipt.len(), 19 + 32 + 4 + 32 + 16 + 1 + 3 * 8);
    }
}
