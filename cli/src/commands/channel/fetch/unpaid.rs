//! A 402 that is not paid: what it asks for is none of what this pays with.

use farthing_client::Error;
use http_body_util::{BodyExt, Limited};
use hyper::{
    body::Incoming,
    header::{HeaderMap, WWW_AUTHENTICATE},
    Response,
};
use serde_json::Value;

/// How much of an answer that was not paid for is read.
const MAX_ASKED: usize = 64 * 1024;

/// Says what the server asks for.
pub async fn error(response: Response<Incoming>) -> Error {
    let (head, body) = response.into_parts();
    let body = Limited::new(body, MAX_ASKED).collect().await;
    let body = body.map(|body| body.to_bytes()).unwrap_or_default();
    let asked = challenge(&head.headers).or_else(|| offers(&body));
    let asked = asked.unwrap_or_else(|| "something that it does not name".into());
    Error::Input(format!(
        "The server asks to be paid (402) with {asked}. This pays with vouchers of this deployment's channels, and they are not among that. Nothing was paid or written."
    ))
}

/// What other protocols put into a header.
fn challenge(headers: &HeaderMap) -> Option<String> {
    let challenge = headers.get(WWW_AUTHENTICATE)?.to_str().ok()?;
    Some(format!("{challenge:?}"))
}

/// The offers in a body, as the first version of x402 has them.
fn offers(body: &[u8]) -> Option<String> {
    let terms: Value = serde_json::from_slice(body).ok()?;
    let offers = terms.get("accepts")?.as_array()?.iter().map(|offer| {
        let text = |name: &str| offer.get(name).and_then(Value::as_str);
        let amount = text("amount").or(text("maxAmountRequired"));
        format!(
            "{} of {} on {} by {:?}",
            amount.unwrap_or("an amount"),
            text("asset").unwrap_or("its coin"),
            text("network").unwrap_or("a network that it does not name"),
            text("scheme").unwrap_or_default()
        )
    });
    let offers: Vec<_> = offers.collect();
    (!offers.is_empty()).then(|| offers.join(", or "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offers_of_others_are_named() {
        let body = br#"{"x402Version": 1, "accepts": [{"scheme": "exact", "network": "base", "maxAmountRequired": "10", "asset": "0x83"}]}"#;
        assert_eq!(offers(body).unwrap(), "10 of 0x83 on base by \"exact\"");
        for nothing in [&b"<html>"[..], b"{}", b"{\"accepts\": []}"] {
            assert_eq!(offers(nothing), None);
        }
    }
}
