//! How much an address can ask.

use super::{of_json, Body};
use farthing_types::Millis;
use hyper::{
    header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER},
    Response, StatusCode,
};
use serde_json::json;
use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    num::NonZeroU32,
    sync::{Arc, Mutex, MutexGuard},
    time::{Duration, Instant},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

const MINUTE: Duration = Duration::from_secs(60);
/// How many addresses are remembered, so that nobody fills the memory who has many.
const MAX_KNOWN: usize = 1 << 14;
/// How many streams an address can listen to.
const MAX_STREAMS: usize = 8;
/// How many connections an address can have: idle ones are closed after a while, but could be made again at once.
const MAX_LINES: usize = 32;

/// How much an address can ask.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How many questions in a minute. All of them can be asked at once.
    pub per_minute: NonZeroU32,
    /// The header in which a reverse proxy says whose question it is; the last address in it is taken. It is believed:
    /// nobody but the proxy may be able to reach this server.
    pub header: Option<HeaderName>,
}

/// The addresses that asked lately, and how much.
pub struct Visitors {
    limits: Limits,
    known: Mutex<HashMap<IpAddr, Visitor>>,
}

struct Visitor {
    /// The moment by which all that was asked is made up for.
    clear: Instant,
    streams: Arc<Semaphore>,
    lines: Arc<Semaphore>,
}

/// Too much was asked: how long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMuch(Duration);

impl Visitors {
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            known: Mutex::default(),
        }
    }

    /// Returns the address that a question counts for, which came over a line with these headers.
    pub fn who(&self, line: SocketAddr, headers: &HeaderMap) -> IpAddr {
        let header = self.limits.header.as_ref();
        let told = header.and_then(|name| last_address(headers, name));
        counted_as(told.unwrap_or(line.ip()))
    }

    /// Counts a connection as long as the permit is there; `None` if the address has too many. All who come through a
    /// reverse proxy have its address, so where one is named, it is the one that counts.
    pub fn connect(&self, line: SocketAddr, now: Instant) -> Option<OwnedSemaphorePermit> {
        let most = match self.limits.header {
            Some(_) => Arc::new(Semaphore::new(1)),
            None => visitor(&mut self.known(), counted_as(line.ip()), now)
                .lines
                .clone(),
        };
        most.try_acquire_owned().ok()
    }

    /// Counts a question, unless the address has asked too much.
    ///
    /// # Errors
    /// [`TooMuch`].
    pub fn ask(&self, who: IpAddr, now: Instant) -> Result<(), TooMuch> {
        let each = MINUTE / self.limits.per_minute.get();
        let mut known = self.known();
        let visitor = visitor(&mut known, who, now);
        let clear = visitor.clear.max(now) + each;
        match (clear - now).checked_sub(MINUTE) {
            Some(wait) if !wait.is_zero() => Err(TooMuch(wait)),
            _ => {
                visitor.clear = clear;
                Ok(())
            }
        }
    }

    /// Counts a stream as long as the permit is there.
    ///
    /// # Errors
    /// [`TooMuch`].
    pub fn listen(&self, who: IpAddr, now: Instant) -> Result<OwnedSemaphorePermit, TooMuch> {
        let streams = visitor(&mut self.known(), who, now).streams.clone();
        // When one of the others ends is not known.
        streams.try_acquire_owned().map_err(|_| TooMuch(MINUTE))
    }

    fn known(&self) -> MutexGuard<'_, HashMap<IpAddr, Visitor>> {
        self.known
            .lock()
            .unwrap_or_else(|broken| broken.into_inner())
    }
}

/// Returns what is known of an address. Where too many are known, those are forgotten whose questions are made up for;
/// where all have asked lately, everybody who is not here.
fn visitor(known: &mut HashMap<IpAddr, Visitor>, who: IpAddr, now: Instant) -> &mut Visitor {
    if known.len() >= MAX_KNOWN && !known.contains_key(&who) {
        known.retain(|_, one| one.clear > now || one.is_here());
        if known.len() >= MAX_KNOWN {
            known.retain(|_, one| one.is_here());
        }
    }
    known.entry(who).or_insert_with(|| Visitor {
        clear: now,
        streams: Arc::new(Semaphore::new(MAX_STREAMS)),
        lines: Arc::new(Semaphore::new(MAX_LINES)),
    })
}

impl Visitor {
    /// Whether a connection of theirs is open, or a stream's.
    fn is_here(&self) -> bool {
        self.streams.available_permits() < MAX_STREAMS || self.lines.available_permits() < MAX_LINES
    }
}

impl TooMuch {
    /// Returns the answer to it.
    pub fn answer(self) -> Response<Body> {
        let seconds = self.0.as_millis().div_ceil(1_000);
        let seconds = Millis::try_from(seconds).unwrap_or(Millis::MAX).max(1);
        let reason = format!("this address asks too much: wait for {seconds} s");
        let mut response = of_json(&json!({ "error": reason }));
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        let headers = response.headers_mut();
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        response
    }
}

/// Returns the last address in a header: those before it anybody could have written.
fn last_address(headers: &HeaderMap, name: &HeaderName) -> Option<IpAddr> {
    let value = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    let text = value.rsplit(',').next()?.trim();
    let with_port = || Some(text.parse::<SocketAddr>().ok()?.ip());
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(with_port)
}

/// Returns what an address is counted as: whoever has one of the sixth version has all that begin with the same half.
fn counted_as(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visitors(per_minute: u32, header: Option<&'static str>) -> Visitors {
        Visitors::new(Limits {
            per_minute: NonZeroU32::new(per_minute).unwrap(),
            header: header.map(HeaderName::from_static),
        })
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn address_can_ask_so_much_in_a_minute_and_then_waits() {
        let (visitors, now) = (visitors(6, None), Instant::now());
        for _ in 0..6 {
            assert_eq!(visitors.ask(ip("192.0.2.1"), now), Ok(()));
        }
        let ten = Duration::from_secs(10);
        assert_eq!(visitors.ask(ip("192.0.2.1"), now), Err(TooMuch(ten)));
        // Being refused costs nothing, and others are not touched.
        assert_eq!(visitors.ask(ip("192.0.2.1"), now), Err(TooMuch(ten)));
        assert_eq!(visitors.ask(ip("192.0.2.2"), now), Ok(()));
        assert_eq!(visitors.ask(ip("192.0.2.1"), now + ten), Ok(()));
        let refused = visitors.ask(ip("192.0.2.1"), now + ten);
        assert_eq!(refused, Err(TooMuch(ten)));
        let answer = refused.unwrap_err().answer();
        assert_eq!(answer.status(), 429);
        assert_eq!(answer.headers()[RETRY_AFTER], "10");
    }

    #[test]
    fn address_listens_to_some_streams_only_until_one_ends() {
        let (visitors, now) = (visitors(6, None), Instant::now());
        let listen = || visitors.listen(ip("192.0.2.1"), now);
        let mut listening: Vec<_> = (0..MAX_STREAMS).map(|_| listen().unwrap()).collect();
        assert!(listen().is_err());
        assert!(visitors.listen(ip("192.0.2.2"), now).is_ok());
        drop(listening.pop());
        assert!(listen().is_ok());
    }

    #[test]
    fn address_has_some_connections_only_and_a_proxy_has_all() {
        let line: SocketAddr = "192.0.2.1:1".parse().unwrap();
        let (direct, now) = (visitors(6, None), Instant::now());
        let mut open: Vec<_> = (0..MAX_LINES).map(|_| direct.connect(line, now)).collect();
        assert!(open.iter().all(Option::is_some));
        assert!(direct.connect(line, now).is_none());
        assert!(direct
            .connect("192.0.2.2:1".parse().unwrap(), now)
            .is_some());
        open.pop();
        assert!(direct.connect(line, now).is_some());
        let behind = visitors(6, Some("x-forwarded-for"));
        let all: Vec<_> = (0..=MAX_LINES).map(|_| behind.connect(line, now)).collect();
        assert!(all.iter().all(Option::is_some));
    }

    #[test]
    fn addresses_of_one_network_are_one() {
        let one = counted_as(ip("2001:db8::1"));
        assert_eq!(counted_as(ip("2001:db8::2:3:4")), one);
        assert_ne!(counted_as(ip("2001:db8:0:1::1")), one);
        assert_eq!(counted_as(ip("::ffff:192.0.2.1")), ip("192.0.2.1"));
    }

    #[test]
    fn header_is_believed_only_if_it_was_named_and_only_what_is_last_in_it() {
        let line: SocketAddr = "127.0.0.1:1".parse().unwrap();
        let who = |header, values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append("x-forwarded-for", HeaderValue::from_static(value));
            }
            visitors(6, header).who(line, &headers)
        };
        let named = Some("x-forwarded-for");
        assert_eq!(who(None, &["192.0.2.1"]), line.ip());
        assert_eq!(who(named, &[]), line.ip());
        assert_eq!(who(named, &["nobody"]), line.ip());
        assert_eq!(who(named, &["192.0.2.1"]), ip("192.0.2.1"));
        assert_eq!(who(named, &["192.0.2.9, 192.0.2.1"]), ip("192.0.2.1"));
        assert_eq!(who(named, &["192.0.2.9", "192.0.2.1:443"]), ip("192.0.2.1"));
        assert_eq!(who(named, &["[2001:db8::1]:443"]), ip("2001:db8::"));
        assert_eq!(who(named, &["[2001:db8::1]"]), ip("2001:db8::"));
    }

    #[test]
    fn memory_of_addresses_does_not_grow_without_end() {
        let (visitors, now) = (visitors(6, None), Instant::now());
        let listening = visitors.listen(ip("192.0.2.1"), now).unwrap();
        for number in 0..3 * MAX_KNOWN as u32 {
            let address = IpAddr::from((number + (10 << 24)).to_be_bytes());
            visitors.ask(address, now).unwrap();
        }
        assert!(visitors.known().len() <= MAX_KNOWN);
        assert!(visitors.known()[&ip("192.0.2.1")].is_here());
        drop(listening);
    }
}
