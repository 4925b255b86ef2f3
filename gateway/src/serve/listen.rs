//! Connections: how many, how long, and how they end.

use super::{counts::Net, patient::Patient, Gateway};
use crate::locked;
use http_body_util::BodyExt;
use hyper::{body::Incoming, server::conn::http1, service::service_fn, Request};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{
    collections::HashMap,
    convert::Infallible,
    future::Future,
    net::IpAddr,
    pin::Pin,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{watch, Semaphore},
};

/// The most headers of a request.
const MAX_HEADERS: usize = 64;
/// The most bytes of a request's headers: two of the largest that are looked at would be too many. hyper takes
/// no less than 8 KiB.
const MAX_BYTES: usize = 8 * 1024 + 4 * 1024;
/// How long requests may take to end once the gateway ends.
const LAST: Duration = Duration::from_secs(30);

/// Where requests come in.
pub struct Doors {
    /// The listener for everybody.
    pub public: TcpListener,
    /// The listener for the operator; `None` if there is none.
    pub admin: Option<TcpListener>,
}

/// Answers until `end` is true, and then until all requests that have begun are through.
pub async fn listen(gateway: Gateway, doors: Doors, end: watch::Receiver<bool>) {
    let mut ending = ended(end.clone());
    let crowd = Crowd::new(gateway.limits().connections);
    let admin = doors.admin.map(|listener| {
        let (gateway, end) = (gateway.clone(), end.clone());
        tokio::spawn(listen_to_operator(gateway, listener, end))
    });
    let mut minutes = tokio::time::interval(Duration::from_secs(60));
    loop {
        let (stream, peer) = tokio::select! {
            () = &mut ending => break,
            _ = minutes.tick() => {
                gateway.sample();
                continue;
            }
            accepted = doors.public.accept() => match accepted {
                Ok(accepted) => accepted,
                // No more files can be open: those that are end first.
                Err(_) => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        let most = gateway.connections_of(peer.ip());
        // Whoever has too many, or comes when there are too many, is not even answered: that would be one more.
        let Some(place) = crowd.enter(peer.ip(), most) else {
            continue;
        };
        let (gateway, end) = (gateway.clone(), end.clone());
        tokio::spawn(async move {
            serve(gateway, stream, peer.ip(), end).await;
            drop(place);
        });
    }
    drop(doors.public);
    let _ = tokio::time::timeout(LAST, crowd.empty()).await;
    if let Some(admin) = admin {
        admin.abort();
    }
}

async fn serve(gateway: Gateway, stream: TcpStream, peer: IpAddr, end: watch::Receiver<bool>) {
    let limits = gateway.limits();
    let _ = stream.set_nodelay(true);
    let stream = Patient::new(stream, limits.reader.0);
    let answer = service_fn(move |request: Request<Incoming>| {
        let request = request.map(|body| body.map_err(Into::into).boxed_unsync());
        let answered = gateway.answer(peer, request);
        async move { Ok::<_, Infallible>(answered.await) }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.headers.0)
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_BYTES)
        .half_close(false);
    until_end(http.serve_connection(TokioIo::new(stream), answer), end).await;
}

async fn listen_to_operator(gateway: Gateway, listener: TcpListener, end: watch::Receiver<bool>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (gateway, end) = (gateway.clone(), end.clone());
        tokio::spawn(async move {
            let answer = service_fn(move |request: Request<Incoming>| {
                let answer = gateway.admin(&request);
                async move { Ok::<_, Infallible>(answer) }
            });
            let mut http = http1::Builder::new();
            http.timer(TokioTimer::new());
            until_end(http.serve_connection(TokioIo::new(stream), answer), end).await;
        });
    }
}

/// Serves a connection, and ends it after the request that it is at.
async fn until_end<I, S>(connection: http1::Connection<I, S>, end: watch::Receiver<bool>)
where
    I: hyper::rt::Read + hyper::rt::Write + Unpin,
    S: hyper::service::HttpService<Incoming, ResBody = super::Body>,
    S::Error: Into<super::BodyError>,
{
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        () = ended(end) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

/// Waits until the gateway ends.
fn ended(mut end: watch::Receiver<bool>) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move {
        while !*end.borrow_and_update() {
            if end.changed().await.is_err() {
                return;
            }
        }
    })
}

/// The connections that are open, in all and by address, and how many there may be.
struct Crowd {
    all: Arc<Semaphore>,
    most: usize,
    by_address: Arc<Mutex<HashMap<Net, usize>>>,
}

/// A place of somebody who is there.
struct Place {
    _one_of_all: tokio::sync::OwnedSemaphorePermit,
    net: Net,
    by_address: Arc<Mutex<HashMap<Net, usize>>>,
}

impl Crowd {
    fn new(most: usize) -> Self {
        let most = most.min(Semaphore::MAX_PERMITS);
        Self {
            all: Arc::new(Semaphore::new(most)),
            most,
            by_address: Arc::default(),
        }
    }

    fn enter(&self, address: IpAddr, most: usize) -> Option<Place> {
        let one_of_all = self.all.clone().try_acquire_owned().ok()?;
        let net = Net::of(address);
        let mut by_address = locked(&self.by_address);
        let count = by_address.entry(net).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Place {
            _one_of_all: one_of_all,
            net,
            by_address: self.by_address.clone(),
        })
    }

    async fn empty(&self) {
        let most = u32::try_from(self.most).unwrap_or(u32::MAX);
        let _ = self.all.acquire_many(most).await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut by_address = locked(&self.by_address);
        if let Some(count) = by_address.get_mut(&self.net) {
            *count -= 1;
            if *count == 0 {
                by_address.remove(&self.net);
            }
        }
    }
}
