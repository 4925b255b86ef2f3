//! Commitments: handle claims, blinded purchases, and the running hash of a buyer's receipts.

use crate::{bytes, file, hash};
use farthing_types::commitment::{
    blake2_256, blinded_purchase, blinded_purchase_preimage, handle_claim, handle_claim_preimage,
    receipt_preimage,
};
use serde::{Deserialize, Serialize};

/// A claim of a handle, before it is revealed.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct HandleClaim {
    handle: String,
    owner: String,
    salt: String,
    preimage: String,
    hash: String,
}

/// A purchase that hides which item of a tier it is of.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Blinded {
    storefront: String,
    creator: u32,
    tier: u8,
    buyer: String,
    item: u32,
    secret: String,
    preimage: String,
    hash: String,
}

/// A purchase that is appended to the running hash of a buyer's receipts.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    so_far: String,
    item: u32,
    payer: String,
    /// Decimal, as JSON's numbers are too small.
    paid: String,
    /// For a purchase for a period.
    term: Option<Term>,
    preimage: String,
    hash: String,
}

/// When it was bought, from when on it gives access, and for how long, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Term {
    at: u64,
    from: u64,
    period: u64,
}

pub fn handle_claims() -> Vec<HandleClaim> {
    let longest = "a-very-long-handle-of-32-letters";
    let made = |handle: &str, owner: u8, salt: u8| {
        let (owner, salt) = ([owner; 32], [salt; 32]);
        HandleClaim {
            handle: handle.into(),
            owner: hex::encode(owner),
            salt: hex::encode(salt),
            preimage: hex::encode(handle_claim_preimage(handle, &owner, &salt)),
            hash: hex::encode(handle_claim(handle, &owner, &salt)),
        }
    };
    vec![
        made("ada", 1, 2),
        made("ada-paints", 1, 2),
        made("ada", 3, 2),
        made("ada", 1, 4),
        made(longest, 0xff, 0),
    ]
}

pub fn blinded_purchases() -> Vec<Blinded> {
    let made = |storefront: u8, creator, tier, buyer: u8, item, secret: u8| {
        let (storefront, buyer, secret) = ([storefront; 32], [buyer; 32], [secret; 32]);
        let preimage = blinded_purchase_preimage(&storefront, creator, tier, &buyer, item, &secret);
        let hash = blinded_purchase(&storefront, creator, tier, &buyer, item, &secret);
        Blinded {
            storefront: hex::encode(storefront),
            creator,
            tier,
            buyer: hex::encode(buyer),
            item,
            secret: hex::encode(secret),
            preimage: hex::encode(preimage),
            hash: hex::encode(hash),
        }
    };
    vec![
        made(1, 2, 3, 4, 5, 6),
        made(1, 2, 3, 4, 6, 6),
        made(0, 0, 0, 0, 0, 0),
        made(0xff, u32::MAX, u8::MAX, 0xfe, u32::MAX, 0xfd),
    ]
}

/// A buyer's receipts, each with the hash so far of those before it.
pub fn receipts() -> Vec<Receipt> {
    let period = Term {
        at: 1_767_225_600_007,
        from: 1_767_225_600_007,
        period: 2_592_000_000,
    };
    let later = Term {
        from: period.from + period.period,
        ..period
    };
    let bought = [
        (0, [1; 32], 20_000_000_000, None),
        (7, [2; 32], 1, Some(period)),
        (7, [1; 32], 1, Some(later)),
        (u32::MAX, [0xff; 32], u128::MAX, None),
    ];
    let mut so_far = [0; 32];
    let append = |(item, payer, paid, term): (u32, [u8; 32], u128, Option<Term>)| {
        let before = so_far;
        let told = term.map(|term| (term.at, term.from, term.period));
        let preimage = receipt_preimage(&so_far, item, &payer, paid, told);
        so_far = blake2_256(&preimage);
        Receipt {
            so_far: hex::encode(before),
            item,
            payer: hex::encode(payer),
            paid: paid.to_string(),
            term,
            preimage: hex::encode(preimage),
            hash: hex::encode(so_far),
        }
    };
    bought.map(append).into()
}

#[test]
fn handle_claims_are_put_together_as_the_documentation_says() {
    for case in file().handle_claims {
        // Texts have their length first, times four.
        let length = [case.handle.len() as u8 * 4];
        let (owner, salt) = (bytes::<32>(&case.owner), bytes::<32>(&case.salt));
        let parts: [&[u8]; 5] = [
            b"farthing/handle-claim/v1",
            &length,
            case.handle.as_bytes(),
            &owner,
            &salt,
        ];
        assert_eq!(hex::encode(parts.concat()), case.preimage);
        assert_eq!(hash(&parts), case.hash);
    }
}

#[test]
fn blinded_purchases_are_put_together_as_the_documentation_says() {
    for case in file().blinded_purchases {
        let accounts = [&case.storefront, &case.buyer, &case.secret];
        let [storefront, buyer, secret] = accounts.map(|text| bytes::<32>(text));
        let parts: [&[u8]; 7] = [
            b"farthing/blinded/v1",
            &storefront,
            &case.creator.to_le_bytes(),
            &[case.tier],
            &buyer,
            &case.item.to_le_bytes(),
            &secret,
        ];
        assert_eq!(hex::encode(parts.concat()), case.preimage);
        assert_eq!(hash(&parts), case.hash);
    }
}

#[test]
fn receipts_are_put_together_as_the_documentation_says_each_upon_the_one_before() {
    let mut before = "00".repeat(32);
    for case in file().receipts {
        assert_eq!(case.so_far, before);
        let paid: u128 = case.paid.parse().unwrap();
        let term = match case.term {
            None => vec![0],
            Some(Term { at, from, period }) => {
                let times = [at, from, period].map(u64::to_le_bytes);
                [&[1], &times.concat()[..]].concat()
            }
        };
        let parts: [&[u8]; 6] = [
            b"farthing/receipt/v2",
            &bytes::<32>(&case.so_far),
            &case.item.to_le_bytes(),
            &bytes::<32>(&case.payer),
            &paid.to_le_bytes(),
            &term,
        ];
        assert_eq!(hex::encode(parts.concat()), case.preimage);
        assert_eq!(hash(&parts), case.hash);
        before = case.hash;
    }
}
