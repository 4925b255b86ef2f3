//! What comes: written as it comes, and paid for as it comes where it is sold so.

use super::{purse::Till, sink::Sink};
use crate::{
    outcome::{Outcome, Stop},
    output::Output,
};
use farthing_client::Error;
use farthing_gateway::{
    payer::{Fetched, Offer, Request},
    protocol::x402::SIGNATURE,
};
use http_body_util::BodyExt;
use hyper::{body::Incoming, Method};
use std::time::Duration;

/// For how long nothing comes before a voucher is sent for more.
const PATIENCE: Duration = Duration::from_millis(200);
/// The most steps that are paid for at once.
const MAX_STEPS: u32 = 64;

/// Writes the answer's body.
pub async fn write(
    mut sink: Sink,
    output: &Output,
    fetched: Fetched,
    request: &Request,
    till: &mut Till<'_>,
) -> Outcome {
    let offer = fetched.offer.as_ref();
    let metered = offer.filter(|offer| ["byte", "second"].contains(&offer.unit()));
    let metered = metered.filter(|_| fetched.settled.is_some());
    let mut body = fetched.response.into_body();
    let mut steps = 1;
    while let Some(bytes) = next(&mut body, metered, request, till, &mut steps).await? {
        sink.put(&bytes)?;
    }
    if metered.is_some() {
        till.tell();
    }
    Ok(sink.end(output)?)
}

/// Waits for what comes next, and pays for more if nothing does.
async fn next(
    body: &mut Incoming,
    metered: Option<&Offer>,
    request: &Request,
    till: &mut Till<'_>,
    steps: &mut u32,
) -> Outcome<Option<hyper::body::Bytes>> {
    loop {
        let frame = match metered {
            None => body.frame().await,
            Some(offer) => match tokio::time::timeout(PATIENCE, body.frame()).await {
                Ok(frame) => frame,
                Err(_) => {
                    // Who sells by the byte may just be slow: what is paid for too early is credit.
                    if let Some(header) = till.more(offer, *steps).await? {
                        bring(request, &header).await?;
                        *steps = (*steps * 2).min(MAX_STEPS);
                        continue;
                    }
                    body.frame().await
                }
            },
        };
        match frame {
            None => return Ok(None),
            Some(Ok(frame)) => match frame.into_data() {
                Ok(bytes) => return Ok(Some(bytes)),
                Err(_) => continue,
            },
            Some(Err(error)) => {
                let why = "it broke off, as there is no credit left or the connection failed";
                return Err(unreachable(request, format!("{why} ({error})")).into());
            }
        }
    }
}

/// A server that does not do what servers do.
pub fn unreachable(request: &Request, why: String) -> Error {
    Error::file(request.uri.to_string().as_ref(), why)
}

/// Brings a voucher alone.
async fn bring(request: &Request, header: &str) -> Result<(), Stop> {
    let head = Request {
        method: Method::HEAD,
        body: Default::default(),
        ..request.clone()
    };
    let sent = head.send(Some((SIGNATURE, header))).await;
    sent.map(drop)
        .map_err(|error| unreachable(request, error.to_string()).into())
}
