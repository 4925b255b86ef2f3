//! `vectors.json`: what a client in another language must reproduce.
//!
//! The file is made by this test (`UPDATE_VECTORS=1 cargo test -p farthing-types --features client`) and
//! checked by it: the file is exactly what would be made anew; what it says about each signature and proof
//! is what the library finds; and all that is hashed is put together here once more by hand, from nothing
//! but what the file says.
//!
//! | module | vectors |
//! |---|---|
//! | `signatures` | vouchers and closings |
//! | `commitments` | handle claims, blinded purchases, receipts |
//! | `trees` | contents, Merkle trees and proofs |
//! | `addresses` | salts and accounts of pools |

mod addresses;
mod commitments;
mod signatures;
mod trees;

use farthing_types::voucher::SIGNING_CONTEXT;
use serde::{Deserialize, Serialize};
use std::{fs, path::Path};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Vectors {
    about: String,
    signing_context: String,
    signatures: Vec<signatures::Case>,
    contents: Vec<trees::Content>,
    merkle: Vec<trees::Tree>,
    merkle_proofs: Vec<trees::Claim>,
    handle_claims: Vec<commitments::HandleClaim>,
    blinded_purchases: Vec<commitments::Blinded>,
    receipts: Vec<commitments::Receipt>,
    pools: Vec<addresses::Pool>,
}

fn made_anew() -> Vectors {
    Vectors {
        about: "Test vectors of Farthing: what is signed, hashed and derived off the chain. The sources \
            in contracts/types/src say what each is made of: voucher.rs for signatures, merkle.rs for \
            trees, commitment.rs for contents, handle claims, blinded purchases and receipts, address.rs \
            for pools. Bytes are in hexadecimal, amounts are decimal strings. A client computes each \
            payload, preimage, hash and account from the other fields, and finds signatures and proofs \
            valid or not as said."
            .into(),
        signing_context: String::from_utf8(SIGNING_CONTEXT.to_vec()).unwrap(),
        signatures: signatures::made(),
        contents: trees::contents(),
        merkle: trees::made(),
        merkle_proofs: trees::claims(),
        handle_claims: commitments::handle_claims(),
        blinded_purchases: commitments::blinded_purchases(),
        receipts: commitments::receipts(),
        pools: addresses::pools(),
    }
}

fn file() -> Vectors {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors.json");
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        let text = serde_json::to_string_pretty(&made_anew()).unwrap();
        fs::write(&path, text + "\n").unwrap();
    }
    serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap()
}

fn bytes<const N: usize>(text: &str) -> [u8; N] {
    hex::decode(text).unwrap().try_into().unwrap()
}

/// The hash of parts one after another, in hexadecimal.
fn hash(parts: &[&[u8]]) -> String {
    hex::encode(farthing_types::commitment::blake2_256(&parts.concat()))
}

#[test]
fn the_file_is_what_would_be_made_anew() {
    assert_eq!(file(), made_anew());
}
