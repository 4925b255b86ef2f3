//! What answers requests.
//!
//! The order is always the same: whose request, which site, which path, which rule; then the money, on disk; then
//! the first byte. Nothing is buffered on its way, except answers that an identifier may ask for again.

mod admin;
mod answers;
mod ask;
mod auth;
mod body;
mod cookie;
mod cors;
mod counts;
pub mod deliver;
mod describe;
mod facilitator;
mod feed;
mod folder;
mod gate;
mod history;
mod listen;
mod log;
mod meter;
mod metrics;
mod offer;
mod page;
mod patient;
mod proxy;
mod receipt;
mod secret;
mod wares;

pub use body::{Body, BodyError};
pub use feed::{watchtower_token, Told};
pub use listen::{listen, Doors};
pub use log::Lines;
pub use secret::secret;

use crate::{
    config::{compile, File, Limits, Wrong},
    once::Key,
    protocol::{challenge::Seller, mpp::Secret, x402::Requirements, Named},
    rules::{Mode, Path, Site},
    till::Till,
};
use answers::Answers;
use ask::Asks;
use body::{refuse, Stop};
use counts::{Counts, Net};
use deliver::Storefront;
use farthing_client::Token;
use history::History;
use hyper::{header, HeaderMap, Method, Request, Response, StatusCode, Uri};
use log::Log;
use metrics::{Counted, Metrics};
use receipt::Addresses;
use std::{
    future::Future,
    net::IpAddr,
    path::{Path as FilePath, PathBuf},
    sync::{Arc, RwLock},
    time::Duration,
};
use tokio::sync::Semaphore;

const SECOND: Duration = Duration::from_secs(1);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// The gateway: what its connections share.
#[derive(Clone)]
pub struct Gateway(Arc<Shared>);

/// What a gateway is made of.
pub struct Parts {
    /// The accounts of all channels, which payments are taken from.
    pub till: Till,
    /// The secret that challenges and cookies are made with.
    pub secret: Secret,
    /// Tells what was bought on chain, for deliveries.
    pub storefront: Option<Arc<dyn Storefront>>,
    /// The file in which the operator's plot is kept; `None` keeps it in memory.
    pub history: Option<PathBuf>,
    /// The writer of the log of requests; `None` if there is no log.
    pub log: Option<Lines>,
}

pub(crate) struct Shared {
    till: Till,
    secret: Secret,
    live: RwLock<Arc<Live>>,
    backend: proxy::Backend,
    storefront: Option<Arc<dyn Storefront>>,
    asking: Semaphore,
    metrics: Metrics,
    history: History,
    log: Log,
    answers: Answers,
    addresses: Addresses,
    requests: Counts<Net>,
    free: Counts<(u64, Net)>,
    channels: Counts<Named>,
    /// How often an answer was made again.
    again: Counts<Key>,
}

/// What a reload replaces.
struct Live {
    shops: Vec<Shop>,
    trusted: Vec<IpAddr>,
    limits: Limits,
    token: Token,
}

/// A site, and what its challenges say.
struct Shop {
    site: Site,
    seller: Seller,
    /// What x402 clients must have chosen, but for the price.
    requirements: Requirements,
    asks: Asks,
    places: folder::Places,
}

/// A request, as far as it has been looked at.
struct Asked {
    shared: Arc<Shared>,
    live: Arc<Live>,
    shop: usize,
    method: Method,
    path: Path,
    query: Option<String>,
    headers: HeaderMap,
    address: IpAddr,
}

impl Gateway {
    /// Makes one from a file, whose folders are below `base`. The seller's realm is that of each site.
    ///
    /// # Errors
    /// [`Wrong`] if the file makes no sense.
    pub fn new(parts: Parts, file: &File, seller: &Seller, base: &FilePath) -> Result<Self, Wrong> {
        let live = Live::of(file, seller, base)?;
        Ok(Self(Arc::new(Shared {
            till: parts.till,
            secret: parts.secret,
            live: RwLock::new(Arc::new(live)),
            backend: proxy::backend(),
            storefront: parts.storefront,
            asking: Semaphore::new(deliver::AT_ONCE),
            metrics: Metrics::default(),
            history: History::open(parts.history.as_deref()),
            log: Log::new(parts.log),
            answers: Answers::default(),
            addresses: Addresses::default(),
            requests: Counts::new(SECOND),
            free: Counts::new(DAY),
            channels: Counts::new(SECOND),
            again: Counts::new(DAY),
        })))
    }

    /// Goes on with another file. Requests that have begun end by the old one. Where it listens stays.
    ///
    /// # Errors
    /// [`Wrong`] if the file makes no sense: then the old one goes on to count.
    pub fn reload(&self, file: &File, seller: &Seller, base: &FilePath) -> Result<(), Wrong> {
        let live = Arc::new(Live::of(file, seller, base)?);
        *self
            .0
            .live
            .write()
            .unwrap_or_else(|broken| broken.into_inner()) = live;
        Ok(())
    }

    /// Answers a request from `peer`.
    pub fn answer(
        &self,
        peer: IpAddr,
        request: Request<Body>,
    ) -> impl Future<Output = Response<Body>> + Send + 'static {
        let shared = self.0.clone();
        async move {
            let answered = shared.answer(peer, request).await;
            answered.unwrap_or_else(|stop| *stop)
        }
    }

    /// Answers a request to the operator's address.
    pub fn admin(&self, request: &Request<hyper::body::Incoming>) -> Response<Body> {
        admin::answer(&self.0, request)
    }

    /// Adds how it is now to the operator's plot.
    fn sample(&self) {
        self.0.history.add(&self.0.till.summary());
    }

    fn limits(&self) -> Limits {
        self.0.live().limits.clone()
    }

    /// Returns how many connections there may be from an address.
    fn connections_of(&self, peer: IpAddr) -> usize {
        let live = self.0.live();
        match live.trusts(peer) {
            true => usize::MAX,
            false => live.limits.connections_of_address,
        }
    }
}

impl Live {
    fn of(file: &File, seller: &Seller, base: &FilePath) -> Result<Self, Wrong> {
        let token = Token::new(&seller.symbol, seller.decimals);
        let token = token.map_err(|error| Wrong(error.to_string()))?;
        let shop = |site: Site| {
            let seller = Seller {
                realm: site.realm.clone(),
                ..seller.clone()
            };
            Shop {
                requirements: seller.requirements(&ask::nothing(), None),
                seller,
                site,
                asks: Asks::default(),
                places: folder::Places::default(),
            }
        };
        Ok(Self {
            shops: compile(file, &token, base)?.into_iter().map(shop).collect(),
            trusted: file.trusted.clone(),
            limits: file.limits.clone(),
            token,
        })
    }

    fn shop_of(&self, host: &str) -> Option<usize> {
        self.shops.iter().position(|shop| shop.site.has_host(host))
    }

    fn trusts(&self, peer: IpAddr) -> bool {
        self.trusted.contains(&peer.to_canonical())
    }

    /// Returns where a request came from: who asked the last proxy that is believed.
    fn address(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        if !self.trusts(peer) {
            return peer;
        }
        let hops = headers.get_all("x-forwarded-for").iter();
        let hops = hops.filter_map(|value| value.to_str().ok());
        let hops: Vec<_> = hops.flat_map(|value| value.split(',')).collect();
        let addresses = hops.iter().rev().map_while(|hop| hop.trim().parse().ok());
        let mut addresses = addresses.skip_while(|hop| self.trusts(*hop));
        addresses.next().unwrap_or(peer)
    }
}

impl Shared {
    fn live(&self) -> Arc<Live> {
        let live = self
            .live
            .read()
            .unwrap_or_else(|broken| broken.into_inner());
        live.clone()
    }

    async fn answer(
        self: &Arc<Self>,
        peer: IpAddr,
        request: Request<Body>,
    ) -> Result<Response<Body>, Stop> {
        let live = self.live();
        let address = live.address(peer, request.headers());
        // A server that is trusted, and does not say for whom it asks, asks for many.
        let is_one = address != peer || !live.trusts(peer);
        let most = live.limits.requests_of_address;
        if is_one && self.requests.count(Net::of(address)) > most {
            self.metrics.count(Counted::Limited);
            return Err(body::limited(SECOND));
        }
        let host = host(&request).inspect_err(|_| self.metrics.count(Counted::Bad))?;
        let shop = live
            .shop_of(&host)
            .ok_or_else(|| refuse(StatusCode::MISDIRECTED_REQUEST, "There is no such site."))?;
        let trusted = live.trusts(peer);
        let (parts, body) = request.into_parts();
        let noted = self.log.note(&parts, address);
        let site = &live.shops[shop].site;
        let origin = parts.headers.get(header::ORIGIN).cloned();
        if let Some(preflight) = cors::preflight(site, &parts) {
            return Ok(preflight);
        }
        let arrived = Arrived {
            parts,
            body,
            address,
            trusted,
        };
        let answered = match &site.mode {
            Mode::Facilitator => facilitator::answer(self, &live.shops[shop], arrived).await,
            Mode::Auth(auth) => auth::answer(self, &live, shop, auth, arrived).await,
            Mode::Folder(_) | Mode::Proxy(_) => wares::answer(self, &live, shop, arrived).await,
        };
        let mut response = answered.unwrap_or_else(|stop| *stop);
        cors::expose(site, origin.as_ref(), response.headers_mut());
        self.log.write(noted, &host, &response);
        Ok(response)
    }
}

/// A request that is this site's.
struct Arrived {
    parts: hyper::http::request::Parts,
    body: Body,
    address: IpAddr,
    trusted: bool,
}

impl Asked {
    fn shop(&self) -> &Shop {
        &self.live.shops[self.shop]
    }

    /// Returns the address that 402s name.
    fn url(&self) -> String {
        format!("{}{}", self.shop().site.url, self.path.encoded())
    }
}

/// Returns the host that a request is for, without its port. One that names two is refused: another server
/// could take the other one.
fn host(request: &Request<Body>) -> Result<String, Stop> {
    let bad = || refuse(StatusCode::BAD_REQUEST, "A request is for one host.");
    if request.method() == Method::CONNECT {
        return Err(refuse(StatusCode::METHOD_NOT_ALLOWED, "This is no tunnel."));
    }
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return Err(bad());
    };
    let host = host.to_str().map_err(|_| bad())?;
    let named = request.uri().authority();
    if named.is_some_and(|named| !named.as_str().eq_ignore_ascii_case(host)) {
        return Err(bad());
    }
    let uri: Uri = host.parse().map_err(|_| bad())?;
    let authority = uri.authority().ok_or_else(bad)?;
    match authority.as_str().contains('@') {
        true => Err(bad()),
        false => Ok(authority.host().to_ascii_lowercase()),
    }
}

#[cfg(test)]
mod tests;
