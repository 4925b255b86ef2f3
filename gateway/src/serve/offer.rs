//! What a client offers to pay with, in either protocol.

use super::{body::refuse, gate::How, Asked, Stop};
use crate::protocol::{
    challenge::Terms,
    mpp::{self, Credential},
    x402::{self, PaymentPayload},
    Malformed, Payment,
};
use hyper::{header, HeaderMap, StatusCode};
use std::time::SystemTime;

/// What a client offers.
pub struct Offer {
    /// The channel and the voucher, or what else it is paid with.
    pub payment: Payment,
    /// The protocol that it was sent in.
    pub how: How,
    /// Under which identifier it must count once.
    pub identifier: Option<String>,
}

/// Why it is not taken.
pub enum Unfit {
    /// The payment cannot be read.
    Malformed(Stop),
    /// The payment is for something else: the client must choose again.
    Other(&'static str),
}

impl From<Malformed> for Unfit {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(refuse(StatusCode::BAD_REQUEST, &malformed.to_string()))
    }
}

/// Reads what a client offers; `None` if that is nothing.
pub fn read(asked: &Asked, terms: &Terms) -> Result<Option<Offer>, Unfit> {
    let x402 = one(&asked.headers, x402::SIGNATURE)?;
    let credential = one(&asked.headers, mpp::AUTHORIZATION)?.and_then(Credential::from_header);
    let key = one(&asked.headers, "idempotency-key")?.map(String::from);
    if key
        .as_ref()
        .is_some_and(|key| key.len() > x402::MAX_IDENTIFIER)
    {
        let problem = "An Idempotency-Key has at most 128 bytes.";
        return Err(Unfit::Malformed(refuse(StatusCode::BAD_REQUEST, problem)));
    }
    match (x402, credential) {
        (None, None) => Ok(None),
        (Some(_), Some(_)) => {
            let problem = "A request is paid for in one protocol.";
            Err(Unfit::Malformed(refuse(StatusCode::BAD_REQUEST, problem)))
        }
        (Some(text), None) => of_x402(asked, terms, text, key).map(Some),
        (None, Some(credential)) => of_mpp(asked, terms, credential?, key).map(Some),
    }
}

fn of_x402(asked: &Asked, terms: &Terms, text: &str, key: Option<String>) -> Result<Offer, Unfit> {
    let payload = PaymentPayload::from_header(text)?;
    if !asked.shop().requirements.is_chosen_by(&payload.accepted) {
        return Err(Unfit::Other("no_matching_requirements"));
    }
    // Whoever was quoted less is asked again, rather than charged for more than they agreed to.
    if payload.accepted.amount.0 < terms.price {
        return Err(Unfit::Other("the price has changed"));
    }
    let identifier = payload.identifier()?.map(String::from).or(key);
    Ok(Offer {
        payment: payload.payment,
        how: How::X402,
        identifier,
    })
}

fn of_mpp(
    asked: &Asked,
    terms: &Terms,
    credential: Credential,
    key: Option<String>,
) -> Result<Offer, Unfit> {
    let challenge = credential.challenge;
    let realm = &asked.shop().seller.realm;
    let known = asked
        .shared
        .secret
        .check(&challenge, realm, SystemTime::now());
    known.map_err(|unknown| match unknown {
        mpp::Unknown::Foreign => Unfit::Other("this challenge was not given out here"),
        mpp::Unknown::Expired => Unfit::Other("this challenge has expired"),
    })?;
    let quoted = challenge.request()?;
    if quoted.amount.0 < terms.price {
        return Err(Unfit::Other("the price has changed"));
    }
    // The challenge was made here, but perhaps before the payee or the contract changed.
    if quoted.recipient != asked.shop().seller.payee
        || quoted.method_details.contract.0 != asked.shop().seller.place.contract
        || quoted.method_details.genesis.0 != asked.shop().seller.place.genesis
    {
        return Err(Unfit::Other("this challenge is for another payee"));
    }
    Ok(Offer {
        payment: credential.payment,
        how: How::Mpp {
            challenge_id: challenge.id,
        },
        identifier: key,
    })
}

/// Returns a header's value; one that comes twice is refused, since others could take the other one.
fn one<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Unfit> {
    let bad = |why: &str| {
        let problem = format!("{name} {why}.");
        Unfit::Malformed(refuse(StatusCode::BAD_REQUEST, &problem))
    };
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    match (first, values.next()) {
        (None, _) => Ok(None),
        (Some(_), Some(_)) => Err(bad("comes twice")),
        (Some(value), None) => match value.to_str() {
            Ok(text) => Ok(Some(text)),
            // Other schemes may have any bytes there.
            Err(_) if name.eq_ignore_ascii_case(header::AUTHORIZATION.as_str()) => Ok(None),
            Err(_) => Err(bad("is no text")),
        },
    }
}
