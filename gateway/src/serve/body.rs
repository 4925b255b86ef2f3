//! Bodies, and answers that are only a sentence.

use super::SECOND;
use http_body_util::{combinators::UnsyncBoxBody, BodyExt, Full};
use hyper::{
    body::Bytes,
    header::{self, HeaderValue},
    Response, StatusCode,
};
use serde_json::json;
use std::{fmt, time::Duration};

/// Why a body ends too early.
pub type BodyError = Box<dyn std::error::Error + Send + Sync>;
/// A body, wherever it comes from.
pub type Body = UnsyncBoxBody<Bytes, BodyError>;
/// The answer, if it comes before all was looked at.
pub(super) type Stop = Box<Response<Body>>;

/// A body ends before its time.
#[derive(Debug)]
pub(super) struct CutOff(pub &'static str);

impl fmt::Display for CutOff {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        to.write_str(self.0)
    }
}

impl std::error::Error for CutOff {}

/// Returns a body of bytes that are there.
pub(super) fn full(bytes: impl Into<Bytes>) -> Body {
    let body = Full::new(bytes.into());
    body.map_err(|never| match never {}).boxed_unsync()
}

/// Reads a body of at most so many bytes.
pub(super) async fn collect(mut body: Body, max: usize) -> Result<Bytes, Stop> {
    let mut read = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| {
            let why = "The body did not come through.";
            refuse(StatusCode::BAD_REQUEST, why)
        })?;
        let data = frame.into_data().unwrap_or_default();
        if read.len() + data.len() > max {
            let why = "The body is too long for what is asked.";
            return Err(refuse(StatusCode::PAYLOAD_TOO_LARGE, why));
        }
        read.extend_from_slice(&data);
    }
    Ok(read.into())
}

/// Answers with a status and a sentence, as `application/problem+json`.
pub(super) fn sentence(status: StatusCode, detail: &str) -> Response<Body> {
    let problem = json!({
        "type": "about:blank",
        "title": status.canonical_reason(),
        "status": status.as_u16(),
        "detail": detail,
    });
    json_answer(status, "application/problem+json", &problem)
}

/// Answers with JSON.
pub(super) fn json_answer(
    status: StatusCode,
    kind: &'static str,
    value: &serde_json::Value,
) -> Response<Body> {
    typed(status, kind, value.to_string())
}

/// Answers with a text of this type, which nobody keeps.
pub(super) fn typed(
    status: StatusCode,
    kind: &'static str,
    text: impl Into<Bytes>,
) -> Response<Body> {
    let mut response = Response::new(full(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    response
}

/// Stops with a status and a sentence.
pub(super) fn refuse(status: StatusCode, detail: &str) -> Stop {
    Box::new(sentence(status, detail))
}

/// Stops with a status and a sentence, and says when to try again.
pub(super) fn later(status: StatusCode, detail: &str, after: Duration) -> Stop {
    let mut stop = refuse(status, detail);
    let seconds = after.as_secs().max(1);
    stop.headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    stop
}

/// Stops somebody who asks too often.
pub(super) fn limited(after: Duration) -> Stop {
    later(
        StatusCode::TOO_MANY_REQUESTS,
        "Too many requests at once.",
        after.max(SECOND),
    )
}
