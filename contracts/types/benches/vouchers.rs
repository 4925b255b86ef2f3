//! Signing and checking vouchers, beside what schnorrkel does with the same bytes by itself:
//!
//! ```text
//! cargo bench -p farthing-types --features client
//! ```
//!
//! Both sides take turns, so that a busy machine slows both alike; what is shown is the fastest turn of
//! each.

use farthing_types::{
    signing::{verify_all, Signer, Verifier},
    voucher::{ChannelId, Place, Signature, Voucher, SIGNING_CONTEXT},
};
use schnorrkel::{signing_context, Keypair, PublicKey};
use std::{
    hint::black_box,
    time::{Duration, Instant},
};

const BATCH: usize = 64;
const TURNS: usize = 400;
const PLACE: Place<[u8; 32]> = Place {
    genesis: [1; 32],
    contract: [2; 32],
};

fn main() {
    println!(
        "{:<20} {:>14} {:>14} {:>8}",
        "per second", "Farthing", "schnorrkel", "ratio"
    );
    sign();
    verify();
    verify_batch();
}

fn sign() {
    let (signer, said) = (Signer::generate(), voucher(7));
    let (keys, context) = (Keypair::generate(), signing_context(SIGNING_CONTEXT));
    let payload = said.payload(&PLACE);
    compare(
        "sign",
        16,
        || signer.sign(&said.payload(&PLACE)),
        || keys.sign(context.bytes(&payload)).to_bytes(),
    );
}

fn verify() {
    let (signer, said, signature) = signed().remove(0);
    let verifier = Verifier::new(&signer.public()).unwrap();
    let (key, context) = (raw_key(&signer), signing_context(SIGNING_CONTEXT));
    let payload = said.payload(&PLACE);
    compare(
        "check one",
        16,
        || assert!(verifier.verify(&said.payload(&PLACE), &signature)),
        || {
            let signature = schnorrkel::Signature::from_bytes(&signature.bytes).unwrap();
            key.verify(context.bytes(&payload), &signature).unwrap()
        },
    );
}

fn verify_batch() {
    let signed = signed();
    let context = signing_context(SIGNING_CONTEXT);
    let keys: Vec<_> = signed.iter().map(|(signer, ..)| raw_key(signer)).collect();
    let verifiers: Vec<_> = signed
        .iter()
        .map(|(signer, ..)| Verifier::new(&signer.public()).unwrap())
        .collect();
    let payloads = || signed.iter().map(|(_, said, _)| said.payload(&PLACE));
    let ready: Vec<_> = payloads().collect();
    compare(
        &format!("check {BATCH} at once"),
        BATCH,
        || {
            let payloads: Vec<_> = payloads().collect();
            let all: Vec<_> = verifiers
                .iter()
                .zip(&payloads)
                .zip(&signed)
                .map(|((verifier, payload), (_, _, s))| (verifier, &payload[..], s))
                .collect();
            assert!(verify_all(&all).into_iter().all(|valid| valid))
        },
        || {
            let signatures: Vec<_> = signed
                .iter()
                .map(|(_, _, s)| schnorrkel::Signature::from_bytes(&s.bytes).unwrap())
                .collect();
            let transcripts = ready.iter().map(|payload| context.bytes(payload));
            schnorrkel::verify_batch(transcripts, &signatures, &keys, false).unwrap()
        },
    );
}

/// Runs both sides in turns, each turn worth `count` vouchers, and prints their rates.
fn compare<A, B>(
    what: &str,
    count: usize,
    mut ours: impl FnMut() -> A,
    mut raw: impl FnMut() -> B,
) {
    let times = if count == BATCH { 1 } else { count };
    let (mut best_ours, mut best_raw) = (Duration::MAX, Duration::MAX);
    for _ in 0..TURNS {
        best_ours = best_ours.min(time(times, &mut ours));
        best_raw = best_raw.min(time(times, &mut raw));
    }
    let rate = |best: Duration| count as f64 / best.as_secs_f64();
    let (ours, raw) = (rate(best_ours), rate(best_raw));
    println!("{what:<20} {ours:>14.0} {raw:>14.0} {:>8.3}", ours / raw);
}

fn time<T>(times: usize, work: &mut impl FnMut() -> T) -> Duration {
    let start = Instant::now();
    for _ in 0..times {
        black_box(work());
    }
    start.elapsed()
}

fn voucher(cumulative: u128) -> Voucher<[u8; 32]> {
    Voucher {
        channel: ChannelId {
            payer: [3; 32],
            payee: [4; 32],
            lane: 0,
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
            let (signer, said) = (Signer::generate(), voucher(n));
            let signature = signer.sign(&said.payload(&PLACE));
            (signer, said, signature)
        })
        .collect()
}

fn raw_key(signer: &Signer) -> PublicKey {
    PublicKey::from_bytes(&signer.public()).unwrap()
}
