//! What comes: written as it comes, and paid for as it comes where it is sold so.

use super::{purse::Till, Fetch};
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
use serde_json::Value;
use std::{
    fs::File,
    io::{stdout, Write},
    time::Duration,
};

/// For how long nothing comes before a voucher is sent for more.
const PATIENCE: Duration = Duration::from_millis(200);
/// The most steps that are paid for at once.
const MAX_STEPS: u32 = 64;

/// Where it goes.
enum To {
    File(File),
    Standard,
    /// Into the one object for programs.
    Object(Vec<u8>),
}

/// Writes the answer's body.
pub async fn write(
    fetch: &Fetch,
    output: &Output,
    fetched: Fetched,
    request: &Request,
    till: &mut Till<'_>,
) -> Outcome {
    let mut to = match &fetch.output {
        Some(path) => To::File(File::create(path).map_err(|error| Error::file(path, error))?),
        None if output.is_json() => To::Object(Vec::new()),
        None => To::Standard,
    };
    let offer = fetched.offer.as_ref();
    let metered = offer.filter(|offer| ["byte", "second"].contains(&offer.unit()));
    let metered = metered.filter(|_| fetched.settled.is_some());
    let mut body = fetched.response.into_body();
    let mut steps = 1;
    while let Some(bytes) = next(&mut body, metered, request, till, &mut steps).await? {
        put(&mut to, fetch, &bytes)?;
    }
    if metered.is_some() {
        till.tell();
    }
    match to {
        To::File(file) => {
            let path = fetch.output.as_deref().unwrap_or("-".as_ref());
            file.sync_all().map_err(|error| Error::file(path, error))?;
            output.field("file", path.display().to_string());
        }
        To::Object(bytes) => {
            let text = String::from_utf8(bytes);
            let (name, value) = match text {
                Ok(text) => ("body", text),
                Err(error) => ("body_hex", hex::encode(error.into_bytes())),
            };
            output.field(name, Value::from(value));
        }
        To::Standard => output.nothing_more(),
    }
    Ok(())
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
                let why = "It broke off: there is no credit left, or the connection failed";
                return Err(Error::Input(format!("{why} ({error}).")).into());
            }
        }
    }
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
        .map_err(|error| Error::Input(format!("{error}.")).into())
}

fn put(to: &mut To, fetch: &Fetch, bytes: &[u8]) -> Result<(), Error> {
    let written = match to {
        To::File(file) => file.write_all(bytes),
        To::Standard => stdout().write_all(bytes).and_then(|()| stdout().flush()),
        To::Object(object) => {
            object.extend_from_slice(bytes);
            Ok(())
        }
    };
    let path = fetch
        .output
        .as_deref()
        .unwrap_or("standard output".as_ref());
    written.map_err(|error| Error::file(path, error))
}
