use super::*;
use farthing_types::signing::Signer;

/// All voucher vectors of `contracts/types`, sent through both protocols and checked as the gateway does.
#[test]
fn vouchers_of_the_vectors_are_found_valid_or_not_as_said() {
    let vectors: Value =
        serde_json::from_str(include_str!("../../../../contracts/types/vectors.json")).unwrap();
    let vectors = vectors["signatures"].as_array().unwrap();
    let mut checked = 0;
    for vector in vectors.iter().filter(|vector| vector["kind"] == "voucher") {
        let bytes = |name: &str| hex::decode(vector[name].as_str().unwrap()).unwrap();
        let hash = |name: &str| <[u8; 32]>::try_from(bytes(name)).unwrap();
        let (Ok(signature), Some(signer)) = (
            bytes("signature").try_into(),
            Verifier::new(&hash("signer")),
        ) else {
            assert_eq!(vector["valid"], false);
            continue;
        };
        let payment = Payment {
            channel: Named {
                payer: Account(hash("payer")),
                lane: vector["lane"].as_u64().unwrap().try_into().unwrap(),
                epoch: vector["epoch"].as_u64().unwrap(),
            },
            action: Action::Voucher(Signed {
                cumulative: number(vector["amount"].as_str().unwrap()).unwrap(),
                root: hash("root"),
                signature: Signature {
                    bytes: signature,
                    wrapped: vector["wrapped"].as_bool().unwrap(),
                },
            }),
        };
        let place = Place {
            genesis: hash("genesis"),
            contract: hash("contract"),
        };
        let x402 = PaymentPayload::from_header(&x402_of(payment.clone()).to_header());
        let mpp = Credential::from_header(&mpp_of(payment).to_header()).unwrap();
        for read in [x402.unwrap().payment, mpp.unwrap().payment] {
            let valid =
                read.voucher()
                    .unwrap()
                    .is_valid(&signer, &place, &read.channel, hash("payee"));
            assert_eq!(vector["valid"], valid, "{}", vector["name"]);
            checked += 1;
        }
    }
    assert!(checked >= 10, "only {checked}");
}

/// A voucher counts for one channel, in one place: any other field makes its signature another's.
#[test]
fn voucher_of_another_channel_place_or_amount_is_refused() {
    let signer = Signer::from_seed(&[5; 32]);
    let verifier = Verifier::new(&signer.public()).unwrap();
    let named = Named {
        payer: PAYER,
        lane: 0,
        epoch: 7,
    };
    let (place, payee) = (seller().place, [4; 32]);
    let voucher = Voucher {
        channel: ChannelId {
            payer: PAYER.0,
            payee,
            lane: 0,
            epoch: 7,
        },
        cumulative: 5,
        root: [0; 32],
    };
    let signed = Signed {
        cumulative: 5,
        root: [0; 32],
        signature: signer.sign(&voucher.payload(&place)),
    };
    let elsewhere = |genesis: u8, contract: u8| Place {
        genesis: [genesis; 32],
        contract: [contract; 32],
    };
    assert!(signed.is_valid(&verifier, &place, &named, payee));
    assert!(!signed.is_valid(&verifier, &elsewhere(9, 2), &named, payee));
    assert!(!signed.is_valid(&verifier, &elsewhere(1, 9), &named, payee));
    assert!(!signed.is_valid(&verifier, &place, &named, [9; 32]));
    assert!(!signed.is_valid(&verifier, &place, &Named { lane: 1, ..named }, payee));
    assert!(!signed.is_valid(&verifier, &place, &Named { epoch: 8, ..named }, payee));
    let other = Named {
        payer: Account([9; 32]),
        ..named
    };
    assert!(!signed.is_valid(&verifier, &place, &other, payee));
    let more = Signed {
        cumulative: 6,
        ..signed
    };
    assert!(!more.is_valid(&verifier, &place, &named, payee));
}
