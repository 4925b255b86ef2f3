//! From what stands in the file to what requests are held against.

use super::{values::LONGEST, AuthPart, File, GiveBack, RulePart, SitePart, Span, Unit, Wrong};
use crate::rules::{Auth, Cost, Glob, Item, Mode, Rule, Site, TypeGlob};
use farthing_client::Token;
use hyper::{Method, StatusCode, Uri};
use std::{num::NonZeroU64, path::Path, time::Duration};

/// How long a stream waits for a voucher, if the rule does not say.
const WAIT: Duration = Duration::from_secs(30);
/// How many bytes a price per byte is for, if the rule does not say. A voucher for each single byte would cost
/// more than what it pays.
const BYTES: u64 = 65_536;

/// Returns the sites of a file, for a chain with this token. Relative folders are below `base`.
///
/// # Errors
/// [`Wrong`], which says where.
pub fn compile(file: &File, token: &Token, base: &Path) -> Result<Vec<Site>, Wrong> {
    if file.sites.is_empty() {
        return Err(Wrong("There is no [[site]]: nothing is sold.".into()));
    }
    if file.chain.min_delay < Span::from_secs(60) {
        return Err(Wrong(
            "chain.min_delay is below a minute: there would be no time to claim.".into(),
        ));
    }
    let sites = file.sites.iter().enumerate().map(|(n, part)| {
        let name = match part.hosts.first() {
            Some(host) => format!("site {host}"),
            None => format!("site {}", n + 1),
        };
        site(part, token, base).map_err(|Wrong(why)| Wrong(format!("{name}: {why}")))
    });
    sites.collect()
}

fn site(part: &SitePart, token: &Token, base: &Path) -> Result<Site, Wrong> {
    let url = part.url.trim_end_matches('/');
    let parsed: Uri = url.parse().map_err(|_| wrong("its url is no address"))?;
    let scheme = parsed.scheme_str();
    let (Some("http" | "https"), Some(host)) = (scheme, parsed.host()) else {
        return Err(wrong("its url must begin with https:// or http://"));
    };
    if parsed.path() != "/" || parsed.query().is_some() {
        return Err(wrong("its url ends with the host or the port"));
    }
    for host in &part.hosts {
        let is_host = host.parse::<hyper::http::uri::Authority>();
        if !is_host.is_ok_and(|parsed| parsed.host() == host) {
            return Err(wrong(&format!(
                "{host:?} is no host such as ada.example: it is named without a port"
            )));
        }
    }
    let creator = part.creator;
    let rules = part.rules.iter().enumerate().map(|(n, part)| {
        let name = part.paths.first().map(|path| format!(" {path}"));
        let name = name.unwrap_or_default();
        let named = |Wrong(why)| Wrong(format!("rule {}{name}: {why}", n + 1));
        rule(part, token, creator).map_err(named)
    });
    Ok(Site {
        hosts: part
            .hosts
            .iter()
            .map(|host| host.to_ascii_lowercase())
            .collect(),
        url: url.into(),
        is_secure: scheme == Some("https"),
        realm: host.to_ascii_lowercase(),
        mode: mode(part, base)?,
        cors: part.cors.clone(),
        describe: part.describe,
        otherwise: part.otherwise,
        rules: rules.collect::<Result<_, _>>()?,
    })
}

fn mode(part: &SitePart, base: &Path) -> Result<Mode, Wrong> {
    let ways = [
        part.folder.is_some(),
        part.proxy.is_some(),
        part.forward_auth.is_some(),
        part.facilitator,
    ];
    if ways.iter().filter(|way| **way).count() != 1 {
        return Err(wrong(
            "it needs one of folder, proxy, forward_auth and facilitator",
        ));
    }
    if let Some(folder) = &part.folder {
        let folder = base.join(folder);
        let folder = folder
            .canonicalize()
            .map_err(|error| wrong(&format!("{}: {error}", folder.display())))?;
        if !folder.is_dir() {
            return Err(wrong(&format!("{} is no folder", folder.display())));
        }
        return Ok(Mode::Folder(folder));
    }
    if let Some(address) = &part.proxy {
        return backend(address).map(Mode::Proxy);
    }
    match &part.forward_auth {
        Some(part) => auth(part).map(Mode::Auth),
        None => Ok(Mode::Facilitator),
    }
}

/// Reads where a backend is. What a client sends never has a say in it.
fn backend(address: &str) -> Result<Uri, Wrong> {
    let uri: Uri = address
        .parse()
        .map_err(|_| wrong("its proxy is no address"))?;
    let plain = uri.scheme_str() == Some("http") && uri.host().is_some();
    let bare = uri.path() == "/" && uri.query().is_none();
    match plain && bare {
        true => Ok(uri),
        false => Err(wrong(
            "its proxy is an address such as http://127.0.0.1:3000, without a path",
        )),
    }
}

fn auth(part: &AuthPart) -> Result<Auth, Wrong> {
    let status = match part.status {
        401 => StatusCode::UNAUTHORIZED,
        402 => StatusCode::PAYMENT_REQUIRED,
        _ => return Err(wrong("the status of its forward_auth is 401 or 402")),
    };
    match part.path.starts_with('/') {
        true => Ok(Auth {
            path: part.path.clone(),
            status,
        }),
        false => Err(wrong("the path of its forward_auth begins with /")),
    }
}

fn rule(part: &RulePart, token: &Token, creator: Option<u32>) -> Result<Rule, Wrong> {
    if part.paths.is_empty() {
        return Err(wrong("it has no paths"));
    }
    let paths = part.paths.iter().map(|path| {
        Glob::new(path).ok_or_else(|| wrong(&format!("{path:?} does not begin with /")))
    });
    let methods = part.methods.iter().map(|name| {
        let method = Method::from_bytes(name.to_ascii_uppercase().as_bytes());
        match method {
            Ok(Method::HEAD) => Err(wrong("HEAD goes by the rules of GET: leave it out")),
            method => method.map_err(|_| wrong(&format!("{name:?} is no method"))),
        }
    });
    let types = part.types.iter().map(|name| {
        TypeGlob::new(name).ok_or_else(|| wrong(&format!("{name:?} is no type such as audio/*")))
    });
    let item = match (part.item, creator) {
        (Some(_), None) => return Err(wrong("it has an item, and its site no creator")),
        (Some(number), Some(creator)) => Some(Item { creator, number }),
        (None, _) => None,
    };
    Ok(Rule {
        paths: paths.collect::<Result<_, _>>()?,
        methods: methods.collect::<Result<_, _>>()?,
        types: types.collect::<Result<_, _>>()?,
        cost: cost(part, token)?,
        free_per_day: part.free_per_day,
        preview: part.preview,
        cookie: part.cookie.map(|span| span.0),
        wait: part.wait.map_or(WAIT, |span| span.0),
        give_back: part.give_back,
        description: part.description.clone(),
        item,
    })
}

fn cost(part: &RulePart, token: &Token) -> Result<Cost, Wrong> {
    let price = match (&part.price, part.free) {
        (None, true) => {
            let paid = part.free_per_day > 0
                || part.preview > 0
                || part.cookie.is_some()
                || part.item.is_some()
                || part.unit != Unit::Request
                || part.per.is_some();
            return match paid {
                true => Err(wrong("it is free, and says how it is paid for")),
                false => Ok(Cost::Free),
            };
        }
        (Some(price), false) => price.of(token)?,
        _ => return Err(wrong("it needs a price, or free = true")),
    };
    if price == 0 {
        return Err(wrong("its price is 0: say free = true"));
    }
    let takes_per = matches!(part.unit, Unit::Byte | Unit::Second);
    if part.per.is_some() && !takes_per {
        return Err(wrong("per is for the units byte and second"));
    }
    if part.preview > 0 && matches!(part.unit, Unit::Second | Unit::Backend) {
        return Err(wrong("a preview is counted in bytes: not with this unit"));
    }
    if part.give_back != GiveBack::default() && matches!(part.unit, Unit::Second) {
        return Err(wrong("what was paid for time is not given back"));
    }
    let per = |usual| part.per.map_or(usual, NonZeroU64::get);
    Ok(match part.unit {
        Unit::Request => Cost::Request(price),
        Unit::Byte => Cost::Byte {
            price,
            per: per(BYTES),
        },
        Unit::Second if per(1) > LONGEST.as_secs() => {
            return Err(wrong("per is a number of seconds, and more than a year"));
        }
        Unit::Second => Cost::Second { price, per: per(1) },
        Unit::Segment => Cost::Segment(price),
        Unit::Backend => Cost::Backend(price),
    })
}

fn wrong(why: &str) -> Wrong {
    Wrong(why.into())
}
