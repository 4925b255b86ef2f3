//! Decides whether a request passes, and takes what that costs.

use super::{
    ask,
    body::{self, later, refuse},
    cookie,
    counts::Net,
    deliver,
    metrics::Counted,
    offer::{self, Offer, Unfit},
    Asked, Body, Stop, SECOND,
};
use crate::{
    accounting::Refused,
    once::{Binding, Key},
    protocol::{challenge::Terms, Action, Named},
    rules::Rule,
    till::{Charged, Declined},
};
use hyper::{header, Method, StatusCode};
use sha2::{Digest, Sha256};
use std::{
    collections::hash_map::DefaultHasher,
    hash::{Hash, Hasher},
};

/// The longest body of a request with an identifier: the identifier is bound to it, so it must be read first.
const MAX_BODY: usize = 64 * 1024;

/// The way in which a request was paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// By an x402 header.
    X402,
    /// By an MPP credential.
    Mpp {
        /// The identifier of the challenge that was answered.
        challenge_id: String,
    },
    /// By a cookie from an earlier payment.
    Cookie,
}

/// A request that passes.
pub enum Passed {
    /// The request costs nothing.
    Free,
    /// The item was bought on chain.
    Bought,
    /// Only so many bytes at the beginning cost nothing.
    Preview(u64),
    /// The request was paid for.
    Paid(Box<Paid>),
}

/// A payment that was taken for a request.
pub struct Paid {
    /// The charge: its channel and amount.
    pub charged: Charged,
    /// The way in which it was paid.
    pub how: How,
    /// Under which identifier, for which request.
    pub once: Option<(Key, Binding)>,
}

/// Lets a request pass, or stops it. What it costs has been taken then, and is on disk.
pub async fn pass(asked: &Asked, rule: &Rule, body: &mut Body) -> Result<Passed, Stop> {
    let terms = ask::terms(asked, rule);
    let offer = match offer::read(asked, &terms) {
        Ok(offer) => offer,
        Err(Unfit::Malformed(stop)) => {
            asked.shared.metrics.count(Counted::Bad);
            return Err(stop);
        }
        Err(Unfit::Other(why)) => return Err(ask::pay(asked, &terms, why, None)),
    };
    match offer {
        Some(offer) => paid(asked, &terms, offer, body).await,
        None => unpaid(asked, rule, &terms).await,
    }
}

async fn paid(asked: &Asked, terms: &Terms, offer: Offer, body: &mut Body) -> Result<Passed, Stop> {
    check_rate(asked, &offer.payment.channel)?;
    if offer.payment.voucher().is_none() {
        return Err(unsigned(asked, terms, &offer).await);
    }
    let once = once(asked, &offer, body).await?;
    let is_closing = matches!(offer.payment.action, Action::Close(_));
    // Who asks for the headers only brings a voucher, for a stream on another connection.
    let price = match asked.method == Method::HEAD || is_closing {
        true => 0,
        false => terms.price,
    };
    let charged = asked.shared.till.charge(&offer.payment, price, once).await;
    let charged = charged.map_err(|declined| decline(asked, terms, declined))?;
    if is_closing {
        return Err(noted());
    }
    asked.shared.channels.count(charged.channel);
    asked.shared.metrics.paid(charged.amount);
    Ok(Passed::Paid(Box::new(Paid {
        charged,
        how: offer.how,
        once,
    })))
}

/// Answers who brings no voucher: that shows nobody's key, so it gets nothing of what the channel has. A payer's
/// transaction may come without one.
async fn unsigned(asked: &Asked, terms: &Terms, offer: &Offer) -> Stop {
    match offer.payment.action {
        Action::Close(_) => noted(),
        _ => match asked.shared.till.bring(&offer.payment).await {
            Ok(()) if asked.method == Method::HEAD => refuse(
                StatusCode::ACCEPTED,
                "The transaction is in a block. What is sold here is paid for with a voucher.",
            ),
            Ok(()) => ask::pay(asked, terms, "a voucher is needed, too", None),
            Err(declined) => decline(asked, terms, declined),
        },
    }
}

/// Answers who wants their channel closed: what is owed is claimed soon, but the payee's key is not here.
fn noted() -> Stop {
    refuse(
        StatusCode::ACCEPTED,
        "What the channel owes is claimed soon. Its payee can close it at once; otherwise, exit from it.",
    )
}

async fn unpaid(asked: &Asked, rule: &Rule, terms: &Terms) -> Result<Passed, Stop> {
    if deliver::is_bought(asked).await? {
        asked.shared.metrics.count(Counted::Delivered);
        return Ok(Passed::Bought);
    }
    if rule.cookie.is_some() {
        if let Some(channel) = cookie::read(asked) {
            return by_cookie(asked, terms, &channel).await;
        }
    }
    if asked.method != Method::HEAD {
        if rule.free_per_day > 0 && is_free_today(asked, rule) {
            return Ok(Passed::Free);
        }
        let is_read = asked.method == Method::GET;
        if rule.preview > 0 && is_read && asked.headers.contains_key(header::RANGE) {
            return Ok(Passed::Preview(rule.preview));
        }
    }
    Err(ask::pay_first(asked, rule, terms))
}

async fn by_cookie(asked: &Asked, terms: &Terms, channel: &Named) -> Result<Passed, Stop> {
    check_rate(asked, channel)?;
    let price = match asked.method {
        Method::GET => terms.price,
        Method::HEAD => 0,
        // A cookie comes by itself, so it must not do anything.
        _ => return Err(ask::pay(asked, terms, ask::NOTHING, None)),
    };
    let charged = asked.shared.till.draw(channel, price).await;
    let charged = charged.map_err(|declined| decline(asked, terms, declined))?;
    asked.shared.channels.count(*channel);
    asked.shared.metrics.paid(charged.amount);
    Ok(Passed::Paid(Box::new(Paid {
        charged,
        how: How::Cookie,
        once: None,
    })))
}

fn is_free_today(asked: &Asked, rule: &Rule) -> bool {
    let mut name = DefaultHasher::new();
    asked.shop().site.url.hash(&mut name);
    rule.paths
        .iter()
        .for_each(|glob| glob.text().hash(&mut name));
    let key = (name.finish(), Net::of(asked.address));
    asked.shared.free.count(key) <= rule.free_per_day
}

/// Stops a request if its channel has had as many as it may. Only those that were paid for count, or others could use
/// them up.
fn check_rate(asked: &Asked, channel: &Named) -> Result<(), Stop> {
    let so_far = asked.shared.channels.get(channel);
    if so_far < asked.live.limits.requests_of_channel {
        return Ok(());
    }
    asked.shared.metrics.count(Counted::Limited);
    Err(body::limited(SECOND))
}

/// Binds an identifier to its channel and its request.
async fn once(
    asked: &Asked,
    offer: &Offer,
    body: &mut Body,
) -> Result<Option<(Key, Binding)>, Stop> {
    let Some(identifier) = &offer.identifier else {
        return Ok(None);
    };
    let read = body::collect(std::mem::take(body), MAX_BODY).await?;
    let digest = Sha256::digest(&read);
    *body = body::full(read);
    let query = asked.query.as_deref().unwrap_or_default();
    let mut target = format!("{}?{query}", asked.url());
    // Another part of the same costs the same once more.
    for range in asked.headers.get_all(header::RANGE) {
        target.push('\n');
        target.push_str(range.to_str().unwrap_or_default());
    }
    let channel = asked
        .shared
        .till
        .accepts()
        .channel_id(&offer.payment.channel);
    let key = Key::new(&channel, identifier);
    let binding = Binding::new(asked.method.as_str(), &target, &digest);
    Ok(Some((key, binding)))
}

/// Says why a payment is not taken.
pub fn decline(asked: &Asked, terms: &Terms, declined: Declined) -> Stop {
    let pay = |why: &str| ask::pay(asked, terms, why, None);
    match declined {
        Declined::Refused(Refused::Blind, _) => later(
            StatusCode::SERVICE_UNAVAILABLE,
            &Refused::Blind.to_string(),
            SECOND * 10,
        ),
        Declined::Refused(why, correction) => {
            ask::pay(asked, terms, &why.to_string(), correction.as_deref())
        }
        Declined::Delay { needed } => pay(&format!(
            "an exit from this channel takes less than {}, which is too short",
            humantime::format_duration(needed)
        )),
        Declined::Deposit { needed } => {
            let needed = asked.live.token.unit(needed);
            pay(&format!("the channel's reserve is below {needed}"))
        }
        other @ (Declined::Signature
        | Declined::NoChannel
        | Declined::Closer
        | Declined::Transaction(_)) => pay(&other.to_string()),
        // Nothing is wrong with the payment: it counts a moment later.
        Declined::NotFinal => later(
            StatusCode::SERVICE_UNAVAILABLE,
            &Declined::NotFinal.to_string(),
            SECOND * 2,
        ),
        Declined::Identifier => refuse(
            StatusCode::CONFLICT,
            "This identifier was used for another request.",
        ),
        Declined::Running => later(
            StatusCode::CONFLICT,
            "The first request with this identifier is still answered.",
            SECOND,
        ),
        Declined::Busy => {
            asked.shared.metrics.count(Counted::Limited);
            body::limited(SECOND)
        }
        Declined::Store(_) => {
            asked.shared.metrics.count(Counted::Failed);
            later(
                StatusCode::SERVICE_UNAVAILABLE,
                "Payments cannot be written down at the moment.",
                SECOND * 10,
            )
        }
    }
}
