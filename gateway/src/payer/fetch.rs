//! Fetching, and paying where that is asked.

use super::{Error, Offer, Purse, Request};
use crate::protocol::x402::{PaymentRequired, SettleResponse, REQUIRED, RESPONSE, SIGNATURE};
use farthing_types::voucher::Place;
use hyper::{body::Incoming, Response, StatusCode};

/// What came of a request.
pub struct Fetched {
    /// The answer. Its body is still to be read.
    pub response: Response<Incoming>,
    /// What it cost; `None` if nothing was paid.
    pub offer: Option<Offer>,
    /// What the server says it took.
    pub settled: Option<SettleResponse>,
}

/// How often a request is sent at most: without a payment, with one, with a voucher for nothing that shows the channel's
/// key, and with a payment that was corrected.
const MAX_TRIES: usize = 4;

/// Fetches, and pays what is asked for if the purse does. `known` is what the same cost before: with it, the first
/// request is paid already.
///
/// # Errors
/// [`Error`]. A payment that was begun and not answered is kept as such in the wallet.
pub async fn fetch(
    request: &Request,
    place: &Place<[u8; 32]>,
    known: Option<Offer>,
    purse: &mut impl Purse,
) -> Result<Fetched, Error> {
    let mut offer = known;
    let mut tries = 0;
    loop {
        tries += 1;
        let header = match &offer {
            Some(offer) => Some(offer.header(purse.pay(offer).await?)),
            None => None,
        };
        let more = header.as_deref().map(|value| (SIGNATURE, value));
        let response = request.send(more).await?;
        if header.is_some() {
            purse.handed_out()?;
        }
        let settled = header_of(&response, RESPONSE);
        let settled = settled.and_then(|text| SettleResponse::from_header(text).ok());
        let required = header_of(&response, REQUIRED);
        let required = required.and_then(|text| PaymentRequired::from_header(text).ok());
        let Some(required) = required.filter(|_| is_402(&response)) else {
            if let Some(settled) = &settled {
                purse.settled(settled)?;
            }
            return Ok(Fetched {
                response,
                offer,
                settled,
            });
        };
        let (asked, correction) = Offer::choose(&required, place)?;
        let learnt = match correction {
            Some(correction) => purse.correct(&asked, &correction)?,
            None => false,
        };
        let is_new = offer.as_ref() != Some(&asked);
        if tries == MAX_TRIES || !(learnt || is_new) {
            let why = required
                .error
                .unwrap_or_else(|| "it does not say why".into());
            return Err(Error::Declined(why));
        }
        offer = Some(asked);
    }
}

fn is_402(response: &Response<Incoming>) -> bool {
    response.status() == StatusCode::PAYMENT_REQUIRED
}

fn header_of<'a>(response: &'a Response<Incoming>, name: &str) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}
