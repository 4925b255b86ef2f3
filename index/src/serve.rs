//! A server for those who only read: HTTP, and a stream of what happens.
//!
//! Every answer is of one moment: the index is read in one transaction. What is not final yet says so. Answers
//! change only when the index does, so that their tag is the index's: whoever asks again with it is told at once
//! that nothing is new.

mod answer;
mod columns;
mod limits;
mod listings;
mod openapi;
mod stream;

pub use hyper::header::HeaderName;
pub use limits::Limits;
pub use openapi::document;

use crate::{Error, Identity, Index, Place, Result};
use farthing_client::Client;
use farthing_types::commitment::blake2_256;
use futures_util::future::{select, Either};
use http_body_util::{combinators::BoxBody, BodyExt, Full};
use hyper::{
    body::{Bytes, Incoming},
    header::{self, HeaderValue},
    server::conn::http1,
    service::service_fn,
    Method, Request, Response, StatusCode,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use limits::{TooMuch, Visitors};
use scale::Encode;
use serde_json::{json, Value};
use std::{
    convert::Infallible,
    net::SocketAddr,
    pin::pin,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio::{
    net::TcpListener,
    sync::{OwnedSemaphorePermit, Semaphore},
};

/// How many clients can be connected.
const MAX_CONNECTIONS: usize = 512;
/// How many of them can listen to what happens.
const MAX_STREAMS: usize = 128;
/// How many questions are answered at once; more wait.
const MAX_READERS: usize = 4;
/// How long an address with its question can be.
const MAX_ADDRESS: usize = 2_048;
/// How long a client can take for its question, and how long it waits for an answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where what happens is told as it happens.
const STREAM: &str = "/v1/stream";

type Body = BoxBody<Bytes, Infallible>;

/// The server, which runs until it is dropped.
pub struct Server {
    listener: TcpListener,
    shared: Arc<Shared>,
    connections: Arc<Semaphore>,
    visitors: Option<Arc<Visitors>>,
}

/// What all answers need of the server.
struct Shared {
    client: Client,
    place: Place,
    identity: Identity,
    /// Open indexes that nobody reads at the moment.
    readers: Mutex<Vec<Index>>,
    reading: Semaphore,
    streams: Arc<Semaphore>,
}

impl Server {
    /// Listens at an address. The client is asked nothing: it knows what contracts tell, and what amounts are of.
    ///
    /// # Errors
    /// [`Error::File`] if the address is not to be had.
    pub async fn listen(client: Client, place: Place, address: SocketAddr) -> Result<Self> {
        let identity = Identity::of(&client).await?;
        let listener = TcpListener::bind(address).await;
        let listener = listener.map_err(|error| Error::File {
            path: address.to_string(),
            reason: error.to_string(),
        })?;
        Ok(Self {
            listener,
            shared: Arc::new(Shared {
                client,
                place,
                identity,
                readers: Mutex::default(),
                reading: Semaphore::new(MAX_READERS),
                streams: Arc::new(Semaphore::new(MAX_STREAMS)),
            }),
            connections: Arc::new(Semaphore::new(MAX_CONNECTIONS)),
            visitors: None,
        })
    }

    /// Limits how much an address can ask. Who asks more is told with status 429 how long to wait.
    pub fn limited(mut self, limits: Limits) -> Self {
        self.visitors = Some(Arc::new(Visitors::new(limits)));
        self
    }

    /// Returns the address that it listens at.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn address(&self) -> Result<SocketAddr> {
        self.listener.local_addr().map_err(Error::store)
    }

    /// Answers clients, and never returns.
    pub async fn run(self) {
        loop {
            let Ok(permit) = self.connections.clone().acquire_owned().await else {
                return;
            };
            let Ok((line, from)) = self.listener.accept().await else {
                // Too many files are open, for one: that passes.
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            let (shared, visitors) = (self.shared.clone(), self.visitors.clone());
            let counted = match &visitors {
                Some(visitors) => match visitors.connect(from, Instant::now()) {
                    // Whoever has too many is not even answered: that would be one more.
                    None => continue,
                    counted => counted,
                },
                None => None,
            };
            tokio::spawn(async move {
                let service = service_fn(|request| {
                    let visitors = visitors.clone();
                    respond(shared.clone(), visitors, from, request)
                });
                // How a line ended is no news.
                let _ = http1::Builder::new()
                    .timer(TokioTimer::new())
                    .header_read_timeout(PATIENCE)
                    .max_buf_size(16 * 1024)
                    .serve_connection(TokioIo::new(line), service)
                    .await;
                drop((permit, counted));
            });
        }
    }
}

/// Why a question is not answered: a status and a sentence.
struct Refusal(StatusCode, String);

impl Refusal {
    fn bad(reason: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, reason.into())
    }

    fn nothing() -> Self {
        Self(StatusCode::NOT_FOUND, "there is no such thing".into())
    }
}

/// What goes wrong inside is nobody's business outside.
impl From<Error> for Refusal {
    fn from(_: Error) -> Self {
        let reason = "the index cannot be read at the moment";
        Self(StatusCode::SERVICE_UNAVAILABLE, reason.into())
    }
}

async fn respond(
    shared: Arc<Shared>,
    visitors: Option<Arc<Visitors>>,
    from: SocketAddr,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let mut response = match admitted(visitors, from, &request) {
        Ok(permit) => in_time(shared, permit, &request).await,
        Err(too_much) => too_much.answer(),
    };
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, OPTIONS"),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "If-None-Match, Last-Event-ID",
        ),
        (header::ACCESS_CONTROL_EXPOSE_HEADERS, "ETag, Retry-After"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    if request.method() == Method::HEAD {
        *response.body_mut() = whole(Bytes::new());
    }
    Ok(response)
}

/// Counts a question with those of its address. A stream is counted as long as it is listened to.
fn admitted(
    visitors: Option<Arc<Visitors>>,
    from: SocketAddr,
    request: &Request<Incoming>,
) -> Result<Option<OwnedSemaphorePermit>, TooMuch> {
    let Some(visitors) = visitors else {
        return Ok(None);
    };
    let (who, now) = (visitors.who(from, request.headers()), Instant::now());
    visitors.ask(who, now)?;
    match request.uri().path() {
        STREAM => visitors.listen(who, now).map(Some),
        _ => Ok(None),
    }
}

async fn in_time(
    shared: Arc<Shared>,
    permit: Option<OwnedSemaphorePermit>,
    request: &Request<Incoming>,
) -> Response<Body> {
    let answered = pin!(answered(shared, permit, request));
    let answered = match select(answered, pin!(tokio::time::sleep(PATIENCE))).await {
        Either::Left((answered, _)) => answered,
        Either::Right(_) => {
            let reason = "it takes too long".to_string();
            Err(Refusal(StatusCode::SERVICE_UNAVAILABLE, reason))
        }
    };
    answered.unwrap_or_else(|Refusal(status, reason)| {
        let mut response = of_json(&json!({ "error": reason }));
        *response.status_mut() = status;
        response
    })
}

async fn answered(
    shared: Arc<Shared>,
    permit: Option<OwnedSemaphorePermit>,
    request: &Request<Incoming>,
) -> Result<Response<Body>, Refusal> {
    match *request.method() {
        Method::GET | Method::HEAD => {}
        Method::OPTIONS => return Ok(empty(StatusCode::NO_CONTENT)),
        _ => {
            let reason = "this is only read: GET".to_string();
            return Err(Refusal(StatusCode::METHOD_NOT_ALLOWED, reason));
        }
    }
    let (path, query) = (request.uri().path(), request.uri().query().unwrap_or(""));
    if path.len() + query.len() > MAX_ADDRESS {
        let reason = "the address is too long".to_string();
        return Err(Refusal(StatusCode::URI_TOO_LONG, reason));
    }
    let named = |name| {
        let value = request.headers().get(name)?.to_str();
        value.ok().map(String::from)
    };
    match path {
        "/v1/openapi.json" => return Ok(of_json(&document())),
        STREAM if request.method() == Method::GET => {
            // A browser that comes back says what it has, and asks at the same address.
            let after = named("last-event-id").or(answer::parameter(query, "after"));
            return stream::open(shared, after, permit).await;
        }
        _ => {}
    }
    let (path, query) = (path.to_string(), query.to_string());
    let known = named("if-none-match");
    let symbol = shared.client.chain.token().symbol.clone();
    let decimals = shared.client.chain.token().decimals;
    let read = move |index: &mut Index| -> Result<Response<Body>, Refusal> {
        let tag = tag(index, &path, &query)?;
        if known.is_some_and(|known| known.split(", ").any(|one| one == tag)) {
            return Ok(tagged(empty(StatusCode::NOT_MODIFIED), &tag));
        }
        let answer = match path.as_str() {
            "/v1/status" => answer::status(index, &symbol, decimals)?,
            _ => answer::listed(index, &path, &query)?,
        };
        Ok(tagged(of_json(&answer), &tag))
    };
    shared.read(read).await
}

impl Shared {
    /// Has something read from the index as it is at one moment.
    async fn read<T: Send + 'static>(
        self: Arc<Self>,
        read: impl FnOnce(&mut Index) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let shared = self.clone();
        let Ok(_permit) = self.reading.acquire().await else {
            return Err(Refusal::nothing());
        };
        let done = tokio::task::spawn_blocking(move || {
            let mut index = shared.reader()?;
            let answer = index.at_one_moment(read)?;
            // One that failed may be broken, and is not used again.
            shared.readers().push(index);
            answer
        });
        done.await
            .map_err(|error| Refusal::from(Error::store(error)))?
    }

    fn reader(&self) -> Result<Index> {
        match self.readers().pop() {
            Some(index) => Ok(index),
            None => Index::read_only(&self.place, self.identity.clone()),
        }
    }

    fn readers(&self) -> std::sync::MutexGuard<'_, Vec<Index>> {
        self.readers
            .lock()
            .unwrap_or_else(|broken| broken.into_inner())
    }
}

impl Index {
    /// Reads several things as they are at one moment.
    fn at_one_moment<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Result<T> {
        self.store.run("BEGIN")?;
        let refreshed = self.refresh();
        let done = refreshed.map(|_| read(self));
        self.store.run("COMMIT")?;
        done
    }
}

/// Returns the tag of an answer (`ETag`). It changes whenever the index has another last block, or another last final
/// one.
fn tag(index: &Index, path: &str, query: &str) -> Result<String, Refusal> {
    let status = index.status();
    let last = status.last.map(|(block, _)| (block.number, block.hash));
    let hash = blake2_256(&(last, status.last_final, path, query).encode());
    Ok(format!("W/\"{}\"", hex::encode(&hash[..12])))
}

fn tagged(mut response: Response<Body>, tag: &str) -> Response<Body> {
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

fn of_json(answer: &Value) -> Response<Body> {
    let mut response = Response::new(whole(Bytes::from(answer.to_string())));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(whole(Bytes::new()));
    *response.status_mut() = status;
    response
}

fn whole(bytes: Bytes) -> Body {
    Full::new(bytes).boxed()
}
