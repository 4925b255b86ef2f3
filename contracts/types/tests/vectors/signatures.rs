//! Vouchers and closings, and signatures that are said to be over them.

use crate::{bytes, file};
use farthing_types::{
    signing::{Signer, Verifier},
    voucher::{wrap, ChannelId, Closing, Place, Signature, Voucher, SIGNING_CONTEXT},
};
use rand_chacha::{rand_core::SeedableRng, ChaCha20Rng};
use schnorrkel::{context::attach_rng, signing_context, ExpansionMode, MiniSecretKey};
use serde::{Deserialize, Serialize};

/// A statement, and a signature that is said to be over it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    name: String,
    kind: Kind,
    genesis: String,
    contract: String,
    payer: String,
    payee: String,
    lane: u32,
    epoch: u64,
    /// Decimal, as JSON's numbers are too small.
    amount: String,
    /// Vouchers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    root: Option<String>,
    /// Closings only.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<u64>,
    payload: String,
    signer: String,
    signature: String,
    wrapped: bool,
    valid: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Voucher,
    Closing,
}

/// What a signature can be over, with every field of both kinds.
#[derive(Clone)]
struct Statement {
    kind: Kind,
    place: Place<[u8; 32]>,
    channel: ChannelId<[u8; 32]>,
    amount: u128,
    root: [u8; 32],
    expires: u64,
}

impl Statement {
    fn payload(&self) -> Vec<u8> {
        let channel = self.channel.clone();
        match self.kind {
            Kind::Voucher => Voucher {
                channel,
                cumulative: self.amount,
                root: self.root,
            }
            .payload(&self.place),
            Kind::Closing => Closing {
                channel,
                amount: self.amount,
                expires: self.expires,
            }
            .payload(&self.place),
        }
    }

    fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut other = self.clone();
        change(&mut other);
        other
    }
}

fn seed(byte: u8) -> [u8; 32] {
    [byte; 32]
}

fn public(byte: u8) -> [u8; 32] {
    Signer::from_seed(&seed(byte)).public()
}

/// Signs without the system's randomness, so that the file comes out the same each time.
fn sign_in(context: &[u8], message: &[u8], key: u8) -> [u8; 64] {
    let keys = MiniSecretKey::from_bytes(&seed(key))
        .unwrap()
        .expand_to_keypair(ExpansionMode::Ed25519);
    let transcript = signing_context(context).bytes(message);
    let rng = ChaCha20Rng::from_seed(seed(key));
    keys.sign(attach_rng(transcript, rng)).to_bytes()
}

fn sign(message: &[u8], key: u8) -> [u8; 64] {
    sign_in(SIGNING_CONTEXT, message, key)
}

fn case(name: &str, says: &Statement, signer: [u8; 32], signature: Signature, valid: bool) -> Case {
    Case {
        name: name.into(),
        kind: says.kind,
        genesis: hex::encode(says.place.genesis),
        contract: hex::encode(says.place.contract),
        payer: hex::encode(says.channel.payer),
        payee: hex::encode(says.channel.payee),
        lane: says.channel.lane,
        epoch: says.channel.epoch,
        amount: says.amount.to_string(),
        root: (says.kind == Kind::Voucher).then(|| hex::encode(says.root)),
        expires: (says.kind == Kind::Closing).then_some(says.expires),
        payload: hex::encode(says.payload()),
        signer: hex::encode(signer),
        signature: hex::encode(signature.bytes),
        wrapped: signature.wrapped,
        valid,
    }
}

fn plain(bytes: [u8; 64]) -> Signature {
    Signature {
        bytes,
        wrapped: false,
    }
}

fn wrapped(bytes: [u8; 64]) -> Signature {
    Signature {
        bytes,
        wrapped: true,
    }
}

const PHONE: u8 = 1;
const STRANGER: u8 = 2;
const PAYEE: u8 = 3;

fn statements() -> (Statement, Statement) {
    let voucher = Statement {
        kind: Kind::Voucher,
        place: Place {
            genesis: [0x11; 32],
            contract: [0x22; 32],
        },
        channel: ChannelId {
            payer: [0x33; 32],
            payee: public(PAYEE),
            lane: 5,
            epoch: 1_767_225_600_007,
        },
        amount: 1_234_567_890_123_456_789_012,
        root: [0x55; 32],
        expires: 1_767_312_000_000,
    };
    let closing = voucher.with(|v| v.kind = Kind::Closing);
    (voucher, closing)
}

pub fn made() -> Vec<Case> {
    let (voucher, closing) = statements();
    let (phone, payee) = (public(PHONE), public(PAYEE));
    let payload = voucher.payload();
    let good = sign(&payload, PHONE);
    let mut cases = vec![
        case("voucher", &voucher, phone, plain(good), true),
        case(
            "voucher, wrapped as wallet extensions do",
            &voucher,
            phone,
            wrapped(sign(&wrap(&payload), PHONE)),
            true,
        ),
        case(
            "closing, by the payee",
            &closing,
            payee,
            plain(sign(&closing.payload(), PAYEE)),
            true,
        ),
        case(
            "closing, wrapped",
            &closing,
            payee,
            wrapped(sign(&wrap(&closing.payload()), PAYEE)),
            true,
        ),
    ];
    for (name, amount, root) in [
        ("voucher of nothing bought", 1, [0; 32]),
        ("voucher of the largest amount", u128::MAX, [0xff; 32]),
    ] {
        let says = voucher.with(|v| (v.amount, v.root) = (amount, root));
        let signature = plain(sign(&says.payload(), PHONE));
        cases.push(case(name, &says, phone, signature, true));
    }
    cases.extend(misplaced(&voucher, good));
    cases.extend(malformed(&voucher, good));
    let closing_signed = plain(sign(&closing.payload(), PAYEE));
    for (name, says) in [
        ("a later end", closing.with(|c| c.expires += 1)),
        ("a lower amount", closing.with(|c| c.amount -= 1)),
        ("another lane", closing.with(|c| c.channel.lane = 6)),
    ] {
        let name = format!("closing presented for {name}");
        cases.push(case(&name, &says, payee, closing_signed, false));
    }
    cases.push(case(
        "voucher's signature on a closing",
        &closing,
        phone,
        plain(good),
        false,
    ));
    cases
}

/// A good signature, presented as one of something else.
fn misplaced(voucher: &Statement, good: [u8; 64]) -> Vec<Case> {
    let phone = public(PHONE);
    let others = [
        (
            "another chain",
            voucher.with(|v| v.place.genesis = [0x12; 32]),
        ),
        (
            "another contract",
            voucher.with(|v| v.place.contract = [0x23; 32]),
        ),
        (
            "another payer",
            voucher.with(|v| v.channel.payer = [0x34; 32]),
        ),
        (
            "another payee",
            voucher.with(|v| v.channel.payee = public(STRANGER)),
        ),
        ("another lane", voucher.with(|v| v.channel.lane = 6)),
        ("an earlier epoch", voucher.with(|v| v.channel.epoch -= 1)),
        ("a higher amount", voucher.with(|v| v.amount += 1)),
        ("a lower amount", voucher.with(|v| v.amount -= 1)),
        ("another root", voucher.with(|v| v.root = [0x56; 32])),
    ];
    others
        .iter()
        .map(|(name, says)| {
            let name = format!("voucher presented for {name}");
            case(&name, says, phone, plain(good), false)
        })
        .collect()
}

/// Signatures that are none.
fn malformed(voucher: &Statement, good: [u8; 64]) -> Vec<Case> {
    let (phone, payload) = (public(PHONE), voucher.payload());
    let marker_missing = {
        let mut bytes = good;
        bytes[63] &= 0x7f;
        bytes
    };
    let bit_flipped = {
        let mut bytes = good;
        bytes[0] ^= 1;
        bytes
    };
    [
        (
            "signed by another key",
            phone,
            plain(sign(&payload, STRANGER)),
        ),
        (
            "signed in another context",
            phone,
            plain(sign_in(b"other", &payload, PHONE)),
        ),
        ("plain, but said to be wrapped", phone, wrapped(good)),
        (
            "wrapped, but said to be plain",
            phone,
            plain(sign(&wrap(&payload), PHONE)),
        ),
        (
            "payload cut short",
            phone,
            plain(sign(&payload[..206], PHONE)),
        ),
        ("all zeros", phone, plain(seed_signature(0))),
        ("all ones", phone, plain(seed_signature(0xff))),
        (
            "without schnorrkel's marker bit",
            phone,
            plain(marker_missing),
        ),
        ("with a bit flipped", phone, plain(bit_flipped)),
        ("under a key that is none", [0xff; 32], plain(good)),
        ("under the zero key", [0; 32], plain(good)),
    ]
    .into_iter()
    .map(|(name, signer, signature)| {
        case(
            &format!("voucher {name}"),
            voucher,
            signer,
            signature,
            false,
        )
    })
    .collect()
}

fn seed_signature(byte: u8) -> [u8; 64] {
    [byte; 64]
}

#[test]
fn signatures_are_valid_or_not_as_the_file_says() {
    let cases = file().signatures;
    assert_eq!(cases.iter().filter(|case| case.valid).count(), 6);
    for case in cases {
        let says = Statement {
            kind: case.kind,
            place: Place {
                genesis: bytes(&case.genesis),
                contract: bytes(&case.contract),
            },
            channel: ChannelId {
                payer: bytes(&case.payer),
                payee: bytes(&case.payee),
                lane: case.lane,
                epoch: case.epoch,
            },
            expires: case.expires.unwrap_or_default(),
            amount: case.amount.parse().unwrap(),
            root: case.root.as_deref().map(bytes).unwrap_or_default(),
        };
        assert_eq!(hex::encode(says.payload()), case.payload, "{}", case.name);
        let signature = Signature {
            bytes: bytes(&case.signature),
            wrapped: case.wrapped,
        };
        let valid = Verifier::new(&bytes(&case.signer))
            .is_some_and(|verifier| verifier.verify(&says.payload(), &signature));
        assert_eq!(valid, case.valid, "{}", case.name);
    }
}
