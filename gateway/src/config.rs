//! The gateway's one file: what is read, strictly, and what it comes to.
//!
//! ```toml
//! listen = "127.0.0.1:8402"
//! state = "state"
//!
//! [chain]
//! node = "ws://127.0.0.1:9944"
//! payee = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
//!
//! [[site]]
//! url = "https://ada.example"
//! folder = "songs"
//!
//! [[site.rule]]
//! paths = ["/**/*.opus"]
//! price = "0.001"
//! ```
//!
//! Amounts in quotes are in whole units of the chain's token, those without in its smallest. Whatever the file
//! has that is not known here is refused: a misspelt rule would give away what it should sell.

mod compile;
mod tower;
mod values;

pub use compile::compile;
pub use tower::Tower;
pub use values::{Price, Span};

use farthing_client::Account;
use serde::Deserialize;
use std::{
    net::{IpAddr, SocketAddr},
    num::NonZeroU64,
    path::PathBuf,
};

/// Says what is wrong with the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Wrong(pub String);

/// The gateway's configuration, as its TOML file has it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Where requests come in.
    pub listen: SocketAddr,
    /// Where the operator looks: metrics and the status page. Nowhere if it is left out.
    pub admin: Option<SocketAddr>,
    /// The folder for what must not be lost.
    pub state: PathBuf,
    /// The Postgres server that has the vouchers and charges of several gateways, such as
    /// `postgres://farthing@localhost/farthing`; they are in a log in the folder if it is left out. All need the same
    /// `secret` in their folders.
    pub database: Option<String>,
    /// Whether each request is logged, on standard error.
    #[serde(default)]
    pub log: bool,
    /// Proxies whose `X-Forwarded-…` is believed.
    #[serde(default = "loopback")]
    pub trusted: Vec<IpAddr>,
    /// The chain, and who is paid.
    pub chain: ChainPart,
    /// How much is accepted at once.
    #[serde(default)]
    pub limits: Limits,
    /// When vouchers are claimed.
    #[serde(default)]
    pub claims: Claims,
    /// What is sold; the first site whose hosts have a request's is asked.
    #[serde(rename = "site")]
    pub sites: Vec<SitePart>,
}

fn loopback() -> Vec<IpAddr> {
    vec![[127, 0, 0, 1].into(), IpAddr::V6(1.into())]
}

/// The chain, and who is paid.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChainPart {
    /// The node's address; that of the command line if it is left out.
    pub node: Option<String>,
    /// The deployment's name; that of the command line if it is left out.
    pub network: Option<String>,
    /// The folder of deployments; that of the command line if it is left out.
    pub deployments: Option<PathBuf>,
    /// The account that is paid.
    pub payee: Account,
    /// The shortest delay of an exit that is accepted.
    #[serde(default = "hour")]
    pub min_delay: Span,
    /// The smallest reserve that is accepted.
    #[serde(default)]
    pub min_deposit: Price,
    /// How long a challenge can be answered, and a facilitator reserves credit.
    #[serde(default = "minute")]
    pub timeout: Span,
}

fn hour() -> Span {
    Span::from_secs(3600)
}

fn minute() -> Span {
    Span::from_secs(60)
}

/// When vouchers are claimed. They are claimed at once when an exit begins, whatever stands here.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Claims {
    /// The file with the secret of a key that pays the fees; nothing is claimed without one.
    pub key: Option<PathBuf>,
    /// As soon as a channel owes this much.
    pub value: Option<Price>,
    /// As soon as something was owed for so long.
    pub age: Span,
}

impl Default for Claims {
    fn default() -> Self {
        Self {
            key: None,
            value: None,
            age: Span::from_secs(24 * 3600),
        }
    }
}

/// How much is accepted at once.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// The most connections that there can be in all.
    pub connections: usize,
    /// Connections from one address; from servers that are trusted, as many as there may be in all.
    pub connections_of_address: usize,
    /// Requests a second from one address.
    pub requests_of_address: u32,
    /// Requests a second of one channel.
    pub requests_of_channel: u32,
    /// How long a request's headers may take.
    pub headers: Span,
    /// How long a reader may take nothing.
    pub reader: Span,
    /// How long a backend may say nothing.
    pub backend: Span,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4096,
            connections_of_address: 512,
            requests_of_address: 2_000,
            requests_of_channel: 2_000,
            headers: Span::from_secs(10),
            reader: Span::from_secs(30),
            backend: Span::from_secs(60),
        }
    }
}

/// A site: what it serves, and what its paths cost.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SitePart {
    /// Its hosts; all of them if there are none.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// How it is reached from outside: what 402s name.
    pub url: String,
    /// The folder that it serves.
    pub folder: Option<PathBuf>,
    /// The backend that it stands in front of.
    pub proxy: Option<String>,
    /// Another server asks it whether a request is paid.
    pub forward_auth: Option<AuthPart>,
    /// Other people's middleware asks it to verify and to settle.
    #[serde(default)]
    pub facilitator: bool,
    /// The storefront's creator, whose buyers of items need not pay.
    pub creator: Option<u32>,
    /// Whose pages may pay: origins, or `*`.
    #[serde(default)]
    pub cors: Vec<String>,
    /// Whether `/openapi.json` and `/discovery/resources` tell what is sold.
    #[serde(default)]
    pub describe: bool,
    /// What becomes of paths without a rule.
    #[serde(default)]
    pub otherwise: Otherwise,
    /// Its rules; the first that matches counts.
    #[serde(default, rename = "rule")]
    pub rules: Vec<RulePart>,
}

/// How another server asks whether a request is paid.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthPart {
    /// The path that it asks at.
    #[serde(default = "auth")]
    pub path: String,
    /// What it is told when something must be paid: nginx needs 401, the others take 402.
    #[serde(default = "payment_required")]
    pub status: u16,
}

fn auth() -> String {
    "/auth".into()
}

fn payment_required() -> u16 {
    402
}

/// What becomes of paths without a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Otherwise {
    /// They are not there: requests for them are refused.
    #[default]
    Hidden,
    /// They cost nothing.
    Free,
}

/// A rule: which requests it fits, and what they cost.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RulePart {
    /// The paths that it fits: `*` is any part of a name, `**` any number of folders.
    pub paths: Vec<String>,
    /// The methods that it fits; all of them if there are none.
    pub methods: Vec<String>,
    /// The types that it fits, by the name's ending, such as `audio/*`; all of them if there are none.
    pub types: Vec<String>,
    /// Whether the requests that it fits cost nothing.
    pub free: bool,
    /// The price of each `unit`, of which bytes and seconds are counted by `per`.
    pub price: Option<Price>,
    /// What the price is for.
    pub unit: Unit,
    /// How many bytes or seconds the price is for.
    pub per: Option<NonZeroU64>,
    /// How many requests a day are free for one address.
    pub free_per_day: u32,
    /// How many bytes at the beginning are free.
    pub preview: u64,
    /// How long a cookie pays, for tags that cannot send headers.
    pub cookie: Option<Span>,
    /// How long a stream waits for a voucher.
    pub wait: Option<Span>,
    /// After which answers of a backend the price is given back, as credit.
    pub give_back: GiveBack,
    /// What is sold, in words.
    pub description: Option<String>,
    /// The number of the storefront's item whose buyers need not pay.
    pub item: Option<u32>,
}

/// What a price is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Each request.
    #[default]
    Request,
    /// Bytes of the answer.
    Byte,
    /// Seconds of the answer.
    Second,
    /// A segment of HLS or DASH; playlists are free.
    Segment,
    /// A request, for at most this: the backend's answer says how much.
    Backend,
}

/// After which answers of a backend the price is given back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GiveBack {
    /// After none.
    Never,
    /// After those that say that the backend failed: 500 and above.
    #[default]
    Failures,
    /// After all that say that there is nothing to have: 400 and above.
    Errors,
}

impl File {
    /// Reads the file's text.
    ///
    /// # Errors
    /// [`Wrong`], with the line.
    pub fn read(text: &str) -> Result<Self, Wrong> {
        toml::from_str(text).map_err(|error| Wrong(said(text, &error)))
    }
}

/// Says where a file is wrong, in one line.
fn said(text: &str, error: &toml::de::Error) -> String {
    let message = error
        .message()
        .trim_end_matches(['.', '\n'])
        .replace('\n', ", ");
    let before = error.span().and_then(|span| text.get(..span.start));
    match before {
        None => message,
        Some(before) => {
            let line = before.matches('\n').count() + 1;
            let place = before.rsplit('\n').next().unwrap_or_default();
            let column = place.chars().count() + 1;
            format!("line {line}, column {column}: {message}")
        }
    }
}

#[cfg(test)]
mod tests;
