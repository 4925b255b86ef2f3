//! What a gateway tells its watchtower, and how that asks.
//!
//! Whoever has a voucher can spend what is left of its credit, so only who has the token is told.

use super::{
    body::{full, sentence, typed},
    proxy::{backend, Backend},
    Body, Shared,
};
use crate::{protocol::mpp::Secret, watchtower::Feed};
use hmac::{Hmac, Mac};
use http_body_util::BodyExt;
use hyper::{
    header::{self, HeaderMap},
    http::uri::PathAndQuery,
    Request, Response, StatusCode, Uri,
};
use sha2::Sha256;
use std::time::Duration;

/// The path at which watchtowers ask.
pub const PATH: &str = "/watchtower";
/// The most that is taken over at once: a record has some 200 bytes.
const MAX: usize = 256 * 1024 * 1024;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Returns what a watchtower is known by.
pub fn watchtower_token(secret: &Secret) -> String {
    hex::encode(code(secret).finalize().into_bytes())
}

fn code(secret: &Secret) -> Hmac<Sha256> {
    let mut code = Hmac::<Sha256>::new_from_slice(&secret.0).expect("any length is a key");
    code.update(b"watchtower");
    code
}

/// Tells what came since a number.
pub(super) fn tell(shared: &Shared, headers: &HeaderMap, query: Option<&str>) -> Response<Body> {
    let token = headers.get(header::AUTHORIZATION);
    let token = token.and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let token = token.and_then(|token| hex::decode(token).ok());
    if token.is_none_or(|token| code(&shared.secret).verify_slice(&token).is_err()) {
        let why = "Only the watchtower may read this: send its token.";
        return sentence(StatusCode::UNAUTHORIZED, why);
    }
    let since = query.and_then(|query| query.strip_prefix("since="));
    let Some(since) = since.and_then(|since| since.parse().ok()) else {
        return sentence(StatusCode::BAD_REQUEST, "Ask with ?since=NUMBER.");
    };
    let told = shared.till.feed(since).to_bytes();
    typed(StatusCode::OK, "application/octet-stream", told)
}

/// A gateway, as its watchtower asks it.
pub struct Told {
    client: Backend,
    gateway: Uri,
    token: String,
}

impl Told {
    /// Makes ready to ask; `None` if that is no address such as `http://127.0.0.1:8403`.
    pub fn by(gateway: &str, token: &str) -> Option<Self> {
        let gateway: Uri = gateway.parse().ok()?;
        let is_good = gateway.scheme_str() == Some("http") && gateway.path() == "/";
        is_good.then(|| Self {
            client: backend(),
            gateway,
            token: token.trim().into(),
        })
    }

    /// Asks what came since a number.
    ///
    /// # Errors
    /// A sentence that says why there is no answer.
    pub async fn ask(&self, since: u64) -> Result<Feed, String> {
        let asked = tokio::time::timeout(PATIENCE, self.try_to_ask(since)).await;
        asked.unwrap_or_else(|_| Err("The gateway says nothing.".into()))
    }

    async fn try_to_ask(&self, since: u64) -> Result<Feed, String> {
        let path: Result<PathAndQuery, _> = format!("{PATH}?since={since}").parse();
        let mut parts = self.gateway.clone().into_parts();
        parts.path_and_query = path.ok();
        let uri = Uri::from_parts(parts).map_err(|error| error.to_string())?;
        let request =
            Request::get(uri).header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        let request = request.body(full("")).map_err(|error| error.to_string())?;
        let answer = self.client.request(request).await;
        let answer = answer.map_err(|error| format!("The gateway cannot be reached: {error}."))?;
        if answer.status() != StatusCode::OK {
            return Err(format!("The gateway answers {}.", answer.status()));
        }
        let mut body = answer.into_body();
        let mut bytes = Vec::new();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| format!("The gateway broke off: {error}."))?;
            bytes.extend(frame.into_data().unwrap_or_default());
            if bytes.len() > MAX {
                return Err("The gateway tells too much at once.".into());
            }
        }
        Feed::from_bytes(&bytes).map_err(|error| error.to_string())
    }
}
