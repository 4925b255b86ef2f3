//! Signing and checking payloads off the chain, with schnorrkel: the implementation of sr25519 that the
//! chain itself uses.
//!
//! ```
//! use farthing_types::{signing::{Signer, Verifier}, voucher::{ChannelId, Place, Voucher}};
//!
//! let place = Place { genesis: [1; 32], contract: [2; 32] };
//! let phone = Signer::generate();
//! let voucher = Voucher {
//!     channel: ChannelId { payer: [3; 32], payee: [4; 32], lane: 0, epoch: 1 },
//!     cumulative: 5,
//!     root: [0; 32],
//! };
//! let signature = phone.sign(&voucher.payload(&place));
//!
//! let verifier = Verifier::new(&phone.public()).unwrap();
//! assert!(verifier.verify(&voucher.payload(&place), &signature));
//! ```

use crate::voucher::{Signature, SIGNING_CONTEXT};
use schnorrkel::{context::SigningContext, signing_context, ExpansionMode, MiniSecretKey};

/// A key that signs vouchers or closings.
pub struct Signer {
    keys: schnorrkel::Keypair,
    context: SigningContext,
}

impl Signer {
    /// A new key, from the system's randomness.
    pub fn generate() -> Self {
        schnorrkel::Keypair::generate().into()
    }

    /// The key of a 32-byte seed, as Substrate's tools derive it.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        MiniSecretKey::from_bytes(seed)
            .expect("any 32 bytes are a seed")
            .expand_to_keypair(ExpansionMode::Ed25519)
            .into()
    }

    /// The public key: what a channel is opened with.
    pub fn public(&self) -> [u8; 32] {
        self.keys.public.to_bytes()
    }

    /// Signs a payload as it is.
    pub fn sign(&self, payload: &[u8]) -> Signature {
        Signature {
            bytes: self.keys.sign(self.context.bytes(payload)).to_bytes(),
            wrapped: false,
        }
    }
}

impl From<schnorrkel::Keypair> for Signer {
    fn from(keys: schnorrkel::Keypair) -> Self {
        Self {
            keys,
            context: signing_context(SIGNING_CONTEXT),
        }
    }
}

/// A public key, made ready for checking signatures.
#[derive(Clone)]
pub struct Verifier {
    key: schnorrkel::PublicKey,
    context: SigningContext,
}

impl Verifier {
    /// `None` if the bytes are no public key, so that no signature can ever be valid under them, or if
    /// they are the zero key, under which anyone's can.
    pub fn new(public: &[u8; 32]) -> Option<Self> {
        if *public == [0; 32] {
            return None;
        }
        Some(Self {
            key: schnorrkel::PublicKey::from_bytes(public).ok()?,
            context: signing_context(SIGNING_CONTEXT),
        })
    }

    /// Whether `signature` is this key's over `payload`.
    pub fn verify(&self, payload: &[u8], signature: &Signature) -> bool {
        let Ok(bytes) = schnorrkel::Signature::from_bytes(&signature.bytes) else {
            return false;
        };
        let transcript = match signature.wrapped {
            true => self.context.bytes(&crate::voucher::wrap(payload)),
            false => self.context.bytes(payload),
        };
        self.key.verify(transcript, &bytes).is_ok()
    }
}

/// Which of many signatures are valid; about twice as fast as one by one if all are.
pub fn verify_all(signed: &[(&Verifier, &[u8], &Signature)]) -> Vec<bool> {
    if signed.len() > 1 && all_valid(signed) {
        return vec![true; signed.len()];
    }
    signed
        .iter()
        .map(|(verifier, payload, signature)| verifier.verify(payload, signature))
        .collect()
}

fn all_valid(signed: &[(&Verifier, &[u8], &Signature)]) -> bool {
    let signatures: Result<Vec<_>, _> = signed
        .iter()
        .map(|(_, _, signature)| schnorrkel::Signature::from_bytes(&signature.bytes))
        .collect();
    let Ok(signatures) = signatures else {
        return false;
    };
    let keys: Vec<_> = signed.iter().map(|(verifier, ..)| verifier.key).collect();
    let transcripts = signed
        .iter()
        .map(|(verifier, payload, signature)| match signature.wrapped {
            true => verifier.context.bytes(&crate::voucher::wrap(payload)),
            false => verifier.context.bytes(payload),
        });
    schnorrkel::verify_batch(transcripts, &signatures, &keys, false).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Signers with a payload each, every third one signed as a wallet extension does.
    fn signed(count: u8) -> Vec<(Signer, Vec<u8>, Signature)> {
        let all = (0..count).map(|n| {
            let (signer, payload) = (Signer::from_seed(&[n + 1; 32]), vec![n; 40]);
            let wrapped = n % 3 == 1;
            let mut signature = match wrapped {
                true => signer.sign(&crate::voucher::wrap(&payload)),
                false => signer.sign(&payload),
            };
            signature.wrapped = wrapped;
            (signer, payload, signature)
        });
        all.collect()
    }

    /// Which of them are valid; whether they all were found so at once is checked beside it.
    fn checked(signed: &[(Signer, Vec<u8>, Signature)]) -> Vec<bool> {
        let keys: Vec<_> = signed
            .iter()
            .map(|(signer, ..)| Verifier::new(&signer.public()).unwrap())
            .collect();
        let all: Vec<_> = keys
            .iter()
            .zip(signed)
            .map(|(key, (_, payload, signature))| (key, &payload[..], signature))
            .collect();
        let valid = verify_all(&all);
        assert_eq!(all_valid(&all), !valid.contains(&false));
        valid
    }

    #[test]
    fn all_that_are_valid_are_found_valid() {
        assert_eq!(checked(&[]), Vec::<bool>::new());
        for count in [1, 2, 7] {
            assert_eq!(checked(&signed(count)), vec![true; count.into()]);
        }
    }

    /// One bad signature among good ones is found by itself, wherever it is and however it is bad.
    #[test]
    fn each_bad_signature_is_told_apart_from_the_good_ones_around_it() {
        type Spoil = fn(&mut (Signer, Vec<u8>, Signature));
        let spoils: [Spoil; 6] = [
            |(_, _, signature)| signature.bytes[3] ^= 1,
            |(_, _, signature)| signature.bytes[40] ^= 1,
            |(_, _, signature)| signature.bytes[63] &= 0x7f,
            |(_, _, signature)| signature.wrapped = !signature.wrapped,
            |(_, payload, _)| payload[0] ^= 1,
            |(signer, ..)| *signer = Signer::from_seed(&[200; 32]),
        ];
        for spoil in spoils {
            for place in 0..5 {
                let mut signed = signed(5);
                spoil(&mut signed[place]);
                let expected: Vec<_> = (0..5).map(|n| n != place).collect();
                assert_eq!(checked(&signed), expected);
            }
        }
    }

    #[test]
    fn several_bad_signatures_are_each_found() {
        let mut signed = signed(6);
        let other = signed[4].2;
        signed[0].2 = other;
        signed[5].1.push(0);
        assert_eq!(checked(&signed), [false, true, true, true, true, false]);
    }

    #[test]
    fn a_key_under_which_anybody_could_sign_is_none() {
        assert!(Verifier::new(&[0; 32]).is_none());
        assert!(Verifier::new(&[0xff; 32]).is_none());
        assert!(Verifier::new(&Signer::from_seed(&[1; 32]).public()).is_some());
    }
}
