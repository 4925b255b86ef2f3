use super::{
    challenge::{Correction, Seller, Terms},
    mpp::{Credential, Receipt, Secret, Unknown},
    values::{network, number},
    x402::*,
    *,
};
use base64::{prelude::BASE64_STANDARD, Engine};
use proptest::prelude::*;
use serde_json::{json, Map, Value};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

mod vouchers;

const PAYER: Account = Account([3; 32]);
const SECRET: Secret = Secret([7; 32]);

fn seller() -> Seller {
    Seller {
        place: Place {
            genesis: [1; 32],
            contract: [2; 32],
        },
        payee: Account([4; 32]),
        min_delay: Duration::from_secs(3600),
        min_deposit: 50_000,
        decimals: 12,
        symbol: "UNIT".into(),
        timeout: Duration::from_secs(60),
        realm: "ada.example".into(),
    }
}

fn terms() -> Terms {
    Terms {
        resource: Resource {
            url: "https://ada.example/songs/1.opus".into(),
            description: None,
            mime_type: Some("audio/ogg".into()),
        },
        price: 1_000,
        unit: "request",
    }
}

fn correction() -> Correction {
    let state = ChannelState {
        channel_id: Bytes([8; 32]),
        balance: Number(50_000),
        total_claimed: Number(0),
        ends_at: None,
        charged_cumulative_amount: Number(20_000),
    };
    let voucher = VoucherState {
        cumulative: Number(20_000),
        root: Bytes([0; 32]),
        signature: Bytes([9; 64]),
        wrapped: false,
    };
    Correction {
        channel: state,
        voucher: Some(voucher),
    }
}

fn signed() -> impl Strategy<Value = Signed> {
    (
        any::<u128>(),
        any::<[u8; 32]>(),
        any::<[u8; 64]>(),
        any::<bool>(),
    )
        .prop_map(|(cumulative, root, bytes, wrapped)| Signed {
            cumulative,
            root,
            signature: Signature { bytes, wrapped },
        })
}

fn payment() -> impl Strategy<Value = Payment> {
    let bytes = || proptest::collection::vec(any::<u8>(), 0..300);
    let action = prop_oneof![
        signed().prop_map(Action::Voucher),
        (signed(), bytes()).prop_map(|(signed, bytes)| Action::Open(signed, bytes)),
        (proptest::option::of(signed()), bytes())
            .prop_map(|(signed, bytes)| Action::TopUp(signed, bytes)),
        proptest::option::of(signed()).prop_map(Action::Close),
    ];
    (any::<[u8; 32]>(), any::<u32>(), any::<u64>(), action).prop_map(
        |(payer, lane, epoch, action)| Payment {
            channel: Named {
                payer: Account(payer),
                lane,
                epoch,
            },
            action,
        },
    )
}

fn x402_of(payment: Payment) -> PaymentPayload {
    PaymentPayload {
        accepted: seller().requirements(&terms(), None),
        payment,
        extensions: Map::new(),
    }
}

fn mpp_of(payment: Payment) -> Credential {
    Credential {
        challenge: seller()
            .challenge(&terms(), None, &SECRET, UNIX_EPOCH)
            .unwrap(),
        payment,
    }
}

/// The payload of the design's example, with what `change` does to it.
fn changed(change: impl Fn(&mut Value)) -> Result<PaymentPayload, Malformed> {
    let mut json = json!({
        "x402Version": 2,
        "accepted": seller().requirements(&terms(), None),
        "payload": {
            "type": "voucher",
            "channel": {"payer": PAYER, "epoch": "7"},
            "voucher": {"cumulative": "21000", "root": format!("0x{}", "00".repeat(32)),
                        "signature": format!("0x{}", "05".repeat(64)), "wrapped": false},
        },
    });
    change(&mut json);
    PaymentPayload::from_header(&BASE64_STANDARD.encode(json.to_string()))
}

#[test]
fn design_s_example_is_read_as_it_is_meant() {
    let read = changed(|_| ()).unwrap();
    let expected = Signed {
        cumulative: 21_000,
        root: [0; 32],
        signature: Signature {
            bytes: [5; 64],
            wrapped: false,
        },
    };
    assert_eq!(read.payment.action, Action::Voucher(expected));
    assert_eq!(
        (read.payment.channel.lane, read.payment.channel.epoch),
        (0, 7)
    );
    assert!(seller()
        .requirements(&terms(), None)
        .is_chosen_by(&read.accepted));
    assert_eq!(read.identifier(), Ok(None));
}

#[test]
fn accounts_are_compared_by_their_bytes_whatever_their_prefix() {
    let alice = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
    let payer = |text: &str| {
        changed(|json| json["payload"]["channel"]["payer"] = text.into())
            .map(|p| p.payment.channel.payer)
    };
    for other in [
        "15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5",
        "HNZata7iMYWmk5RvZRTiAsSDhV8366zq2YGb3tLH5Upf74F",
    ] {
        assert_eq!(payer(other), payer(alice));
    }
    assert!(payer(&"5".repeat(4_000)).is_err());
}

#[test]
fn each_malformed_part_is_refused_with_a_sentence() {
    type Change = fn(&mut Value);
    let changes: [(Change, &str); 13] = [
        (|j| j["x402Version"] = 1.into(), "version 2"),
        (|j| j["accepted"]["scheme"] = "exact".into(), "scheme"),
        (|j| j["payload"]["type"] = "steal".into(), "none of"),
        (|j| j["payload"]["voucher"] = Value::Null, "needs a voucher"),
        (
            |j| j["payload"]["type"] = "open".into(),
            "needs an extrinsic",
        ),
        (
            |j| j["payload"]["voucher"]["cumulative"] = 21_000.into(),
            "string",
        ),
        (
            |j| j["payload"]["voucher"]["cumulative"] = "021000".into(),
            "decimal",
        ),
        (
            |j| j["payload"]["voucher"]["cumulative"] = "-1".into(),
            "decimal",
        ),
        (
            |j| j["payload"]["voucher"]["cumulative"] = "9".repeat(39).into(),
            "decimal",
        ),
        (
            |j| j["payload"]["voucher"]["signature"] = "0x00".into(),
            "64 bytes",
        ),
        (
            |j| j["payload"]["voucher"]["root"] = "00".into(),
            "hexadecimal",
        ),
        (
            |j| j["payload"]["channel"]["payer"] = "5Bob".into(),
            "address",
        ),
        (
            |j| j["payload"]["channel"]["epoch"] = "18446744073709551616".into(),
            "decimal",
        ),
    ];
    for (change, problem) in changes {
        let error = changed(change).unwrap_err();
        assert!(
            error.problem.contains(problem),
            "{error} has no {problem:?}"
        );
        assert_eq!(error.header, SIGNATURE);
        assert!(error.problem.chars().count() <= 160);
    }
    let long = PaymentPayload::from_header(&"A".repeat(MAX_HEADER + 1)).unwrap_err();
    assert!(long.problem.contains("8192"), "{long}");
}

#[test]
fn alphabets_of_base64_are_not_mixed() {
    // The three bytes 0xfb 0xff 0xfe are "+//+" in one and "-__-" in the other.
    let x402 = |text| PaymentPayload::from_header(text).unwrap_err().problem;
    assert!(x402("-__-").contains("base64"));
    assert!(x402("+//+").contains("JSON"));
    let mpp = |text| Credential::from_header(text).unwrap().unwrap_err().problem;
    assert!(mpp("Payment +//+").contains("base64"));
    assert!(mpp("payment -__-").contains("JSON"));
    assert!(Credential::from_header("Basic -__-").is_none());
    assert!(Credential::from_header("Payment").is_none());
}

#[test]
fn client_that_names_another_chain_contract_or_payee_did_not_choose_ours() {
    let ours = seller().requirements(&terms(), None);
    let changes: [fn(&mut Requirements); 6] = [
        |r| r.network = network(&[9; 32]),
        |r| r.asset = "usd".into(),
        |r| r.pay_to = PAYER,
        |r| r.scheme = "exact".into(),
        |r| drop(r.extra.insert("contract".into(), json!(PAYER))),
        |r| drop(r.extra.insert("genesis".into(), json!("0x00"))),
    ];
    for change in changes {
        let mut theirs = ours.clone();
        change(&mut theirs);
        assert!(!ours.is_chosen_by(&theirs), "{theirs:?}");
    }
    let mut older = ours.clone();
    older.amount = Number(1);
    older.extra = Map::new();
    assert!(ours.is_chosen_by(&older));
}

#[test]
fn headers_stay_below_two_kilobytes_even_with_a_correction() {
    let (seller, terms, correction) = (seller(), terms(), correction());
    let required = seller.required(
        &terms,
        "PAYMENT-SIGNATURE header is required",
        Some(&correction),
    );
    let header = required.to_header();
    assert_eq!(PaymentRequired::from_header(&header).unwrap(), required);
    let challenge = seller
        .challenge(&terms, Some(&correction), &SECRET, UNIX_EPOCH)
        .unwrap();
    for header in [header, challenge.to_header()] {
        assert!(header.len() < 2_048, "{} bytes", header.len());
    }
    let state = &required.accepts[0].extra["voucherState"];
    assert_eq!(state["signature"], format!("0x{}", "09".repeat(64)));
}

#[test]
fn challenge_is_known_again_without_memory_and_no_other_is() {
    let (made, now) = (mpp_of_nothing(), UNIX_EPOCH + Duration::from_secs(60));
    assert_eq!(SECRET.check(&made, "ada.example", now), Ok(()));
    let late = now + Duration::from_secs(1);
    assert_eq!(
        SECRET.check(&made, "ada.example", late),
        Err(Unknown::Expired)
    );
    assert_eq!(
        SECRET.check(&made, "bob.example", now),
        Err(Unknown::Foreign)
    );
    assert_eq!(
        Secret([8; 32]).check(&made, "ada.example", now),
        Err(Unknown::Foreign)
    );
    let changes: [fn(&mut mpp::Challenge); 7] = [
        |c| c.id.push('A'),
        |c| c.method = "tempo".into(),
        |c| c.intent = "charge".into(),
        |c| c.request.push('A'),
        |c| c.expires = Some("2030-01-01T00:00:00Z".into()),
        |c| c.digest = Some("x".into()),
        // The same bytes under the code, divided otherwise.
        |c| c.expires = c.expires.take().map(|expires| format!("{expires}|")),
    ];
    for change in changes {
        let mut other = made.clone();
        change(&mut other);
        assert_eq!(
            SECRET.check(&other, "ada.example", now),
            Err(Unknown::Foreign),
            "{other:?}"
        );
    }
    let mut bad = seller();
    bad.realm = "a|b".into();
    assert_eq!(bad.challenge(&terms(), None, &SECRET, UNIX_EPOCH), None);
}

fn mpp_of_nothing() -> mpp::Challenge {
    let made = seller().challenge(&terms(), None, &SECRET, UNIX_EPOCH);
    made.unwrap()
}

#[test]
fn challenge_asks_the_same_as_x402_does() {
    let request = mpp_of_nothing().request().unwrap();
    let required = seller().requirements(&terms(), None);
    assert_eq!(request.amount, required.amount);
    assert_eq!(request.recipient, required.pay_to);
    assert_eq!(request.method_details.network, required.network);
    assert_eq!(
        json!(request.method_details.genesis),
        required.extra["genesis"]
    );
    assert_eq!(
        json!(request.method_details.contract),
        required.extra["contract"]
    );
}

#[test]
fn settle_response_and_receipt_are_read_as_written() {
    let response = SettleResponse {
        success: true,
        error_reason: None,
        payer: Some(PAYER.to_string()),
        transaction: String::new(),
        network: network(&[1; 32]),
        amount: Some(String::new()),
        extra: Map::from_iter([("chargedAmount".to_owned(), json!("1000"))]),
    };
    assert_eq!(
        SettleResponse::from_header(&response.to_header()),
        Ok(response)
    );
    let receipt = Receipt {
        method: mpp::METHOD.into(),
        intent: mpp::INTENT.into(),
        status: "success".into(),
        timestamp: humantime::format_rfc3339_seconds(SystemTime::UNIX_EPOCH).to_string(),
        reference: "0x00".into(),
        challenge_id: "id".into(),
        accepted_cumulative: Number(u128::MAX),
        spent: Number(0),
    };
    assert_eq!(Receipt::from_header(&receipt.to_header()), Ok(receipt));
}

#[test]
fn malformed_identifier_is_refused_and_not_taken_for_none() {
    let with = |info: Value| {
        let extensions = json!({ "payment-identifier": { "info": info } });
        changed(|json| json["extensions"] = extensions.clone()).unwrap()
    };
    assert_eq!(with(json!({ "required": false })).identifier(), Ok(None));
    assert_eq!(
        with(json!({ "id": "pay_1" })).identifier(),
        Ok(Some("pay_1"))
    );
    for id in [json!(""), json!(7), json!("x".repeat(129)), Value::Null] {
        assert!(with(json!({ "id": id })).identifier().is_err(), "{id}");
    }
}

proptest! {
    #[test]
    fn payments_are_read_as_written_in_both_protocols(payment in payment()) {
        let x402 = x402_of(payment.clone());
        prop_assert_eq!(PaymentPayload::from_header(&x402.to_header()), Ok(x402.clone()));
        let request = FacilitatorRequest { payload: x402, requirements: seller().requirements(&terms(), None) };
        prop_assert_eq!(FacilitatorRequest::from_json(request.to_json().as_bytes()), Ok(request));
        let mpp = mpp_of(payment);
        prop_assert_eq!(Credential::from_header(&mpp.to_header()), Some(Ok(mpp)));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}", bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let encoded = BASE64_STANDARD.encode(&bytes);
        for text in [&text, &encoded] {
            prop_assert!(PaymentPayload::from_header(text).is_err());
            prop_assert!(PaymentRequired::from_header(text).is_err());
            let header = ["Payment ", text.as_str()].concat();
            prop_assert!(!matches!(Credential::from_header(&header), Some(Ok(_))));
        }
        prop_assert!(FacilitatorRequest::from_json(&bytes).is_err());
    }

    /// What is still read after some bytes of a valid header's JSON were changed is written and read alike.
    #[test]
    fn changed_headers_are_refused_or_mean_one_thing(
        payment in payment(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut json = BASE64_STANDARD.decode(x402_of(payment).to_header()).unwrap();
        for (place, byte) in changes {
            let place = place.index(json.len());
            json[place] = byte;
        }
        if let Ok(read) = PaymentPayload::from_header(&BASE64_STANDARD.encode(&json)) {
            prop_assert_eq!(PaymentPayload::from_header(&read.to_header()), Ok(read));
        }
    }

    #[test]
    fn numbers_have_one_way_to_be_written(n in any::<u128>(), text in "[0-9 +-]{0,4}") {
        prop_assert_eq!(number(&n.to_string()), Some(n));
        if let Some(read) = number::<u128>(&text) {
            prop_assert_eq!(read.to_string(), text);
        }
    }
}
