//! Signing and checking vouchers, beside what schnorrkel does with the same bytes by itself:
//!
//! ```text
//! cargo bench -p farthing-types --features client
//! ```

use divan::{counter::ItemsCount, Bencher};
use farthing_types::{
    signing::{verify_all, Signer, Verifier},
    voucher::{ChannelId, Place, Signature, Voucher, SIGNING_CONTEXT},
};
use schnorrkel::{signing_context, Keypair, PublicKey};

fn main() {
    divan::main();
}

const BATCH: usize = 64;
const PLACE: Place<[u8; 32]> = Place {
    genesis: [1; 32],
    contract: [2; 32],
};

fn voucher(cumulative: u128) -> Voucher<[u8; 32]> {
    Voucher {
        channel: ChannelId {
            payer: [3; 32],
            payee: [4; 32],
            epoch: 5,
        },
        cumulative,
        root: [6; 32],
    }
}

/// Vouchers of different payers, as a payee who serves many collects them.
fn signed() -> Vec<(Signer, Voucher<[u8; 32]>, Signature)> {
    (0..BATCH as u128)
        .map(|n| {
            let (signer, voucher) = (Signer::generate(), voucher(n));
            let signature = signer.sign(&voucher.payload(&PLACE));
            (signer, voucher, signature)
        })
        .collect()
}

#[divan::bench_group(sample_count = 400, sample_size = 16)]
mod sign {
    use super::*;

    #[divan::bench]
    fn farthing(bencher: Bencher) {
        let (signer, voucher) = (Signer::generate(), voucher(7));
        bencher.bench_local(|| signer.sign(&voucher.payload(&PLACE)));
    }

    #[divan::bench]
    fn schnorrkel(bencher: Bencher) {
        let (keys, context) = (Keypair::generate(), signing_context(SIGNING_CONTEXT));
        let payload = voucher(7).payload(&PLACE);
        bencher.bench_local(|| keys.sign(context.bytes(&payload)).to_bytes());
    }
}

#[divan::bench_group(sample_count = 400, sample_size = 16)]
mod verify {
    use super::*;

    #[divan::bench]
    fn farthing(bencher: Bencher) {
        let (signer, voucher, signature) = signed().remove(0);
        let verifier = Verifier::new(&signer.public()).unwrap();
        bencher.bench_local(|| assert!(verifier.verify(&voucher.payload(&PLACE), &signature)));
    }

    #[divan::bench]
    fn schnorrkel(bencher: Bencher) {
        let (keys, context) = (Keypair::generate(), signing_context(SIGNING_CONTEXT));
        let payload = voucher(7).payload(&PLACE);
        let bytes = keys.sign(context.bytes(&payload)).to_bytes();
        bencher.bench_local(|| {
            let signature = schnorrkel::Signature::from_bytes(&bytes).unwrap();
            keys.public
                .verify(context.bytes(&payload), &signature)
                .unwrap()
        });
    }
}

#[divan::bench_group(sample_count = 200)]
mod verify_64 {
    use super::*;

    #[divan::bench]
    fn farthing(bencher: Bencher) {
        let signed = signed();
        let verifiers: Vec<_> = signed
            .iter()
            .map(|(signer, ..)| Verifier::new(&signer.public()).unwrap())
            .collect();
        bencher.counter(ItemsCount::new(BATCH)).bench_local(|| {
            let payloads: Vec<_> = signed.iter().map(|(_, v, _)| v.payload(&PLACE)).collect();
            let all: Vec<_> = verifiers
                .iter()
                .zip(&payloads)
                .zip(&signed)
                .map(|((verifier, payload), (_, _, s))| (verifier, &payload[..], s))
                .collect();
            assert!(verify_all(&all).into_iter().all(|valid| valid))
        });
    }

    #[divan::bench]
    fn schnorrkel(bencher: Bencher) {
        let context = signing_context(SIGNING_CONTEXT);
        let signed = signed();
        let payloads: Vec<_> = signed.iter().map(|(_, v, _)| v.payload(&PLACE)).collect();
        let keys: Vec<_> = signed
            .iter()
            .map(|(signer, ..)| PublicKey::from_bytes(&signer.public()).unwrap())
            .collect();
        bencher.counter(ItemsCount::new(BATCH)).bench_local(|| {
            let signatures: Vec<_> = signed
                .iter()
                .map(|(_, _, s)| schnorrkel::Signature::from_bytes(&s.bytes).unwrap())
                .collect();
            let transcripts = payloads.iter().map(|payload| context.bytes(payload));
            schnorrkel::verify_batch(transcripts, &signatures, &keys, false).unwrap()
        });
    }
}
