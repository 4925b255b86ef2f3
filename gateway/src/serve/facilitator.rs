//! Other people's middleware asks to verify and to settle, as x402 has it.

use super::{
    body::{collect, json_answer, Body, Stop},
    receipt, refuse, Arrived, Shared, Shop,
};
use crate::{
    accounting::Refused,
    protocol::{
        challenge::Correction,
        values::network,
        x402::{self, FacilitatorRequest},
    },
    till::{now, Declined},
};
use hyper::{Method, Response, StatusCode};
use serde_json::{json, Map, Value};
use std::sync::Arc;

const MAX_BODY: usize = 64 * 1024;
const JSON: &str = "application/json";

/// Answers a server that sells for this payee.
pub async fn answer(
    shared: &Arc<Shared>,
    shop: &Shop,
    arrived: Arrived,
) -> Result<Response<Body>, Stop> {
    let parts = &arrived.parts;
    let path = parts.uri.path().trim_end_matches('/').to_owned();
    match (&parts.method, path.as_str()) {
        (&Method::GET, "/supported") => Ok(supported(shop)),
        (&Method::POST, "/verify") => verify(shared, shop, read(arrived).await?).await,
        (&Method::POST, "/settle") => settle(shared, shop, read(arrived).await?).await,
        _ => Err(refuse(
            StatusCode::NOT_FOUND,
            "A facilitator has POST /verify, POST /settle and GET /supported.",
        )),
    }
}

async fn read(arrived: Arrived) -> Result<FacilitatorRequest, Stop> {
    let body = collect(arrived.body, MAX_BODY).await?;
    FacilitatorRequest::from_json(&body)
        .map_err(|error| refuse(StatusCode::BAD_REQUEST, &error.to_string()))
}

fn supported(shop: &Shop) -> Response<Body> {
    let mut supported = x402::supported(&network(&shop.seller.place.genesis));
    // What a server writes into its 402, so that it need not know.
    let ours = shop.requirements.clone();
    supported["kinds"][0]["extra"] = Value::Object(ours.extra);
    supported["kinds"][0]["payTo"] = json!(ours.pay_to);
    json_answer(StatusCode::OK, JSON, &supported)
}

async fn verify(
    shared: &Shared,
    shop: &Shop,
    asked: FacilitatorRequest,
) -> Result<Response<Body>, Stop> {
    let payer = asked.payload.payment.channel.payer;
    let invalid = |why: &str, extra: Map<String, Value>| {
        let mut answer = json!({"isValid": false, "invalidReason": why, "payer": payer});
        if !extra.is_empty() {
            answer["extra"] = Value::Object(extra);
        }
        Ok(json_answer(StatusCode::OK, JSON, &answer))
    };
    if let Err(why) = check(shop, &asked) {
        return invalid(why, Map::new());
    }
    let timeout = asked
        .requirements
        .max_timeout_seconds
        .min(shop.seller.timeout.as_secs().max(1));
    let until = now().saturating_add(timeout.saturating_mul(1_000));
    let amount = asked.requirements.amount.0;
    match shared
        .till
        .hold(&asked.payload.payment, amount, until)
        .await
    {
        Ok(()) => {
            let answer = json!({"isValid": true, "payer": payer});
            Ok(json_answer(StatusCode::OK, JSON, &answer))
        }
        Err(declined) => {
            let (why, extra) = told(declined)?;
            invalid(&why, extra)
        }
    }
}

async fn settle(
    shared: &Shared,
    shop: &Shop,
    asked: FacilitatorRequest,
) -> Result<Response<Body>, Stop> {
    let genesis = &shop.seller.place.genesis;
    let amount = asked.requirements.amount.0;
    let settled = match check(shop, &asked) {
        Err(why) => receipt::failed(genesis, why.into(), Map::new()),
        Ok(()) => match shared.till.settle(&asked.payload.payment, amount).await {
            Ok(charged) => {
                shared.metrics.paid(charged.amount);
                receipt::settled(genesis, &shared.addresses, &charged)
            }
            Err(declined) => {
                let (why, extra) = told(declined)?;
                receipt::failed(genesis, why, extra)
            }
        },
    };
    Ok(json_answer(StatusCode::OK, JSON, &json!(settled)))
}

/// Checks that what a server asked for is ours to take, and that the client agreed to it.
fn check(shop: &Shop, asked: &FacilitatorRequest) -> Result<(), &'static str> {
    let wanted = &asked.requirements;
    if !shop.requirements.is_chosen_by(wanted) {
        return Err("invalid_payment_requirements");
    }
    let accepted = &asked.payload.accepted;
    if !wanted.is_chosen_by(accepted) || accepted.amount.0 < wanted.amount.0 {
        return Err("invalid_payload");
    }
    Ok(())
}

/// Returns why a payment is not taken, and what its client needs to correct itself.
fn told(declined: Declined) -> Result<(String, Map<String, Value>), Stop> {
    let plain = |why: &str| Ok((why.to_owned(), Map::new()));
    match declined {
        Declined::Refused(Refused::Blind, _) | Declined::Store(_) => Err(super::body::later(
            StatusCode::SERVICE_UNAVAILABLE,
            "Payments are not taken at the moment.",
            super::SECOND * 10,
        )),
        Declined::Busy => Err(super::body::limited(super::SECOND)),
        Declined::Refused(why, correction) => Ok((
            why.to_string(),
            correction.map(|known| fields(&known)).unwrap_or_default(),
        )),
        Declined::Signature => plain("invalid_signature"),
        Declined::NoChannel => plain("no_such_channel"),
        Declined::NotFinal => plain("channel_not_final"),
        Declined::Closer => plain("invalid_closer"),
        Declined::Delay { .. } => plain("withdraw_delay_too_short"),
        Declined::Deposit { .. } => plain("insufficient_deposit"),
        Declined::Transaction(why) => plain(&why),
        Declined::Identifier | Declined::Running => plain("duplicate_payment"),
    }
}

fn fields(correction: &Correction) -> Map<String, Value> {
    let mut fields = Map::new();
    fields.insert("channelState".into(), json!(correction.channel));
    if let Some(voucher) = &correction.voucher {
        fields.insert("voucherState".into(), json!(voucher));
    }
    fields
}
