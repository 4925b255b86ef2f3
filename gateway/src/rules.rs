//! What costs what: sites, and their rules. Pure.
//!
//! The first rule that matches counts. A path is matched as [`Path`] has it, so there is one way to write each.

mod glob;
mod mime;
mod path;

pub use glob::{Glob, TypeGlob};
pub use mime::mime_of;
pub use path::{BadPath, Path, INDEX};

pub use crate::config::{GiveBack, Otherwise};
use hyper::{Method, StatusCode, Uri};
use std::{path::PathBuf, time::Duration};

/// A site: its hosts, how requests for it are answered, and what its paths cost.
#[derive(Clone, Debug)]
pub struct Site {
    /// Its hosts, in small letters; all if there are none.
    pub hosts: Vec<String>,
    /// How it is reached from outside, without a slash at the end.
    pub url: String,
    /// Whether that is by TLS.
    pub is_secure: bool,
    /// Its name in challenges.
    pub realm: String,
    /// How its requests are answered.
    pub mode: Mode,
    /// The origins whose pages may pay, or `*`.
    pub cors: Vec<String>,
    /// Whether it tells programs what is sold, and for how much.
    pub describe: bool,
    /// What becomes of paths without a rule.
    pub otherwise: Otherwise,
    /// Its rules, of which the first that fits a request counts.
    pub rules: Vec<Rule>,
}

/// What a site does.
#[derive(Clone, Debug)]
pub enum Mode {
    /// It serves this folder.
    Folder(PathBuf),
    /// It stands in front of this backend.
    Proxy(Uri),
    /// Another server asks it.
    Auth(Auth),
    /// Other people's middleware asks it.
    Facilitator,
}

/// How another server asks.
#[derive(Clone, Debug)]
pub struct Auth {
    /// The path at which it asks.
    pub path: String,
    /// The status that the other server gets when something must be paid.
    pub status: StatusCode,
}

/// Tells the price of the requests that it fits.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The paths that it fits.
    pub paths: Vec<Glob>,
    /// The methods that it fits; all if there are none.
    pub methods: Vec<Method>,
    /// The content types that it fits; all if there are none.
    pub types: Vec<TypeGlob>,
    /// The price of a request that it fits.
    pub cost: Cost,
    /// How many requests a day are free for one address.
    pub free_per_day: u32,
    /// How many bytes at the beginning are free.
    pub preview: u64,
    /// How long a cookie pays.
    pub cookie: Option<Duration>,
    /// How long a stream waits for a voucher.
    pub wait: Duration,
    /// After which answers the price is given back.
    pub give_back: GiveBack,
    /// What it is, in words.
    pub description: Option<String>,
    /// The storefront's item whose buyers need not pay.
    pub item: Option<Item>,
}

/// An item of the storefront.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Item {
    /// The number of the creator who sells it.
    pub creator: u32,
    /// The item's number among that creator's.
    pub number: u32,
}

/// What something costs, in the token's smallest unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// It costs nothing.
    Free,
    /// This amount for each request.
    Request(u128),
    /// So much for each begun `per` bytes.
    Byte {
        /// The price of each begun part, in the smallest unit.
        price: u128,
        /// How many bytes the price is for.
        per: u64,
    },
    /// So much for each begun `per` seconds.
    Second {
        /// The price of each begun part, in the smallest unit.
        price: u128,
        /// How many seconds the price is for.
        per: u64,
    },
    /// This amount for each segment.
    Segment(u128),
    /// At most so much a request; the backend says how much.
    Backend(u128),
}

impl Cost {
    /// Returns what is taken before the first byte.
    pub fn first(&self) -> u128 {
        match *self {
            Self::Free => 0,
            Self::Request(price)
            | Self::Segment(price)
            | Self::Backend(price)
            | Self::Byte { price, .. }
            | Self::Second { price, .. } => price,
        }
    }

    /// Names what the price is for.
    pub fn unit(&self) -> &'static str {
        match self {
            Self::Byte { .. } => "byte",
            Self::Second { .. } => "second",
            Self::Segment(_) => "segment",
            Self::Free | Self::Request(_) | Self::Backend(_) => "request",
        }
    }
}

/// What a request comes to.
#[derive(Clone, Copy, Debug)]
pub enum Found<'a> {
    /// The request costs what this rule says.
    Rule(&'a Rule),
    /// The request costs nothing.
    Free,
    /// It costs nothing if it is a playlist, as its name says, of segments that cost something by this rule.
    Playlist(&'a Rule),
    /// There is nothing to serve, and the request is refused.
    Nothing,
}

impl Site {
    /// Returns whether a request for this host is this site's.
    pub fn has_host(&self, host: &str) -> bool {
        self.hosts.is_empty() || self.hosts.iter().any(|one| one.eq_ignore_ascii_case(host))
    }

    /// Finds what counts for a request. At the address of a folder its index is had, so that is what rules are asked for,
    /// too.
    pub fn find(&self, method: &Method, path: &Path) -> Found {
        let has_folders = matches!(self.mode, Mode::Folder(_) | Mode::Auth(_));
        let index = path.index().filter(|_| has_folders);
        let mut rules = self.rules.iter();
        let rule = rules.find(|rule| {
            rule.matches(method, path)
                || index
                    .as_ref()
                    .is_some_and(|index| rule.matches(method, index))
        });
        match (rule, self.otherwise) {
            (Some(rule), _) if rule.cost == Cost::Free => Found::Free,
            (Some(rule), _) if rule.has_playlist(path) => Found::Playlist(rule),
            (Some(rule), _) => Found::Rule(rule),
            (None, Otherwise::Free) => Found::Free,
            (None, Otherwise::Hidden) => Found::Nothing,
        }
    }
}

impl Rule {
    fn matches(&self, method: &Method, path: &Path) -> bool {
        // Who asks for the headers only asks for what they would get otherwise.
        let method = match *method {
            Method::HEAD => &Method::GET,
            _ => method,
        };
        let mime = mime_of(path.name());
        (self.methods.is_empty() || self.methods.contains(method))
            && (self.types.is_empty() || self.types.iter().any(|one| one.matches(mime)))
            && self.paths.iter().any(|glob| glob.matches(path))
    }

    fn has_playlist(&self, path: &Path) -> bool {
        matches!(self.cost, Cost::Segment(_)) && is_playlist(path.name())
    }
}

/// Returns whether this is what tells players of segments: it has nothing to hear or to see itself.
fn is_playlist(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    ["m3u8", "m3u", "mpd"].contains(&ending.to_ascii_lowercase().as_str())
}

/// Finds the site of a host.
pub fn site_of<'a>(sites: &'a [Site], host: &str) -> Option<&'a Site> {
    sites.iter().find(|site| site.has_host(host))
}

#[cfg(test)]
mod tests;
