//! Streams that are paid for as they flow.
//!
//! The money for each step is taken, and on disk, before the step is forwarded. When there is no credit, the body is
//! held, which holds the backend; a stream of events tells its reader that a voucher is needed. The voucher comes
//! on another connection, by `HEAD`, and the stream goes on.

use super::{
    ask,
    body::{Body, BodyError, CutOff},
    Asked,
};
use crate::{
    protocol::{challenge::Terms, values::Number, Named},
    rules::{Cost, Rule},
    till::{Charged, Declined},
};
use futures_util::stream;
use http_body_util::{BodyExt, StreamBody};
use hyper::{
    body::{Bytes, Frame},
    header, Response,
};
use serde_json::json;
use std::{sync::Arc, time::Duration};
use tokio::time::{timeout, Instant};

/// Meters an answer whose first step is paid for; answers of other rules go through as they are. One that an identifier
/// asks for again was paid for when it came the first time, and what flows now is paid for from its beginning.
pub fn meter(
    asked: &Arc<Asked>,
    rule: &Rule,
    charged: &Charged,
    response: Response<Body>,
) -> Response<Body> {
    let steps = u32::from(!charged.again);
    let (price, left) = match rule.cost {
        Cost::Byte { price, per } => {
            let left = per * u64::from(steps);
            (price, Left::Bytes { left, per })
        }
        Cost::Second { price, per } => {
            let per = Duration::from_secs(per);
            let until = Instant::now() + per * steps;
            (price, Left::Time { until, per })
        }
        _ => return response,
    };
    let (parts, body) = response.into_parts();
    let kind = parts.headers.get(header::CONTENT_TYPE);
    let is_events = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
    let meter = Meter {
        asked: asked.clone(),
        terms: ask::terms(asked, rule),
        channel: charged.channel,
        price,
        left,
        wait: rule.wait,
        body,
        pending: Bytes::new(),
        is_events,
        at_boundary: true,
        told: false,
        ended: false,
    };
    let frames = stream::unfold(meter, Meter::next);
    Response::from_parts(parts, StreamBody::new(frames).boxed_unsync())
}

/// How much of the last step that was paid for is left.
enum Left {
    Bytes { left: u64, per: u64 },
    Time { until: Instant, per: Duration },
}

struct Meter {
    asked: Arc<Asked>,
    terms: Terms,
    channel: Named,
    price: u128,
    left: Left,
    wait: Duration,
    body: Body,
    /// What has come and is not paid for yet.
    pending: Bytes,
    is_events: bool,
    /// Whether what was forwarded ends with a whole event.
    at_boundary: bool,
    /// Whether the reader knows that a voucher is needed.
    told: bool,
    ended: bool,
}

/// What a metered stream does next.
enum Step {
    /// These bytes are paid for.
    Forward(Bytes),
    /// Trailers, or whatever else costs nothing.
    Frame(Frame<Bytes>),
    /// The stream is through.
    End,
    /// A step must be paid for first.
    Pay,
    /// The backend broke off.
    Broken(BodyError),
}

type Next = Option<(Result<Frame<Bytes>, BodyError>, Meter)>;

impl Meter {
    async fn next(mut self) -> Next {
        if self.ended {
            return None;
        }
        loop {
            match self.step().await {
                Step::Forward(bytes) => return Some((Ok(self.forward(bytes)), self)),
                Step::Frame(frame) => return Some((Ok(frame), self)),
                Step::End => return None,
                Step::Broken(error) => {
                    self.ended = true;
                    return Some((Err(error), self));
                }
                Step::Pay => {
                    if let Some(last) = self.pay().await {
                        return Some((last, self));
                    }
                }
            }
        }
    }

    /// Returns what is next, without paying for anything.
    async fn step(&mut self) -> Step {
        if !self.pending.is_empty() {
            return self.paid_part();
        }
        let frame = match self.left {
            Left::Bytes { .. } => self.body.frame().await,
            // Time is what is sold, whether something comes in it or not.
            Left::Time { until, .. } => {
                tokio::select! {
                    biased;
                    () = tokio::time::sleep_until(until) => return Step::Pay,
                    frame = self.body.frame() => frame,
                }
            }
        };
        match frame.map(|frame| frame.map(Frame::into_data)) {
            None => Step::End,
            Some(Err(error)) => Step::Broken(error),
            Some(Ok(Err(frame))) => Step::Frame(frame),
            Some(Ok(Ok(bytes))) if bytes.is_empty() => Step::Forward(bytes),
            Some(Ok(Ok(bytes))) => {
                self.pending = bytes;
                self.paid_part()
            }
        }
    }

    fn paid_part(&mut self) -> Step {
        match &mut self.left {
            Left::Time { until, .. } if Instant::now() < *until => {
                Step::Forward(std::mem::take(&mut self.pending))
            }
            Left::Bytes { left, .. } if *left > 0 => {
                let most = usize::try_from(*left).unwrap_or(usize::MAX);
                let part = self.pending.split_to(most.min(self.pending.len()));
                *left -= part.len() as u64;
                Step::Forward(part)
            }
            Left::Time { .. } | Left::Bytes { .. } => Step::Pay,
        }
    }

    fn forward(&mut self, bytes: Bytes) -> Frame<Bytes> {
        if !bytes.is_empty() {
            let ends = [b"\n\n".as_slice(), b"\r\n\r\n", b"\r\r"];
            self.at_boundary = ends.iter().any(|end| bytes.ends_with(end));
            self.told = false;
        }
        Frame::data(bytes)
    }

    /// Pays for the next step. Returns what is sent instead, if it cannot be paid for.
    async fn pay(&mut self) -> Option<Result<Frame<Bytes>, BodyError>> {
        match self.draw().await {
            Ok(()) => return None,
            // No voucher helps.
            Err(Declined::NoChannel | Declined::Store(_)) => return Some(self.end()),
            Err(_) => (),
        }
        if self.is_events && self.at_boundary && !self.told {
            self.told = true;
            return Some(Ok(self.event("payment-need-voucher")));
        }
        let credit = self
            .asked
            .shared
            .till
            .wait_for_credit(&self.channel, self.price);
        if timeout(self.wait, credit).await.is_err() {
            return Some(self.end());
        }
        match self.draw().await {
            Ok(()) => None,
            // Others have spent it, or the channel has begun to end: not in a hurry.
            Err(_) => {
                tokio::time::sleep(Duration::from_millis(50)).await;
                None
            }
        }
    }

    async fn draw(&mut self) -> Result<(), Declined> {
        let shared = &self.asked.shared;
        let charged = shared.till.draw(&self.channel, self.price).await?;
        shared.metrics.paid_step(charged.amount);
        match &mut self.left {
            Left::Bytes { left, per } => *left = left.saturating_add(*per),
            // What was not paid for is not made up for: nothing was forwarded meanwhile.
            Left::Time { until, per } => *until = (*until).max(Instant::now()) + *per,
        }
        Ok(())
    }

    /// Ends a stream that nobody pays for. Events end as they can; whatever has a length must not look whole.
    fn end(&mut self) -> Result<Frame<Bytes>, BodyError> {
        self.ended = true;
        match self.is_events && self.at_boundary {
            true => Ok(self.event("payment-ended")),
            false => Err(Box::new(CutOff("no voucher came"))),
        }
    }

    fn event(&self, name: &str) -> Frame<Bytes> {
        let seller = &self.asked.shop().seller;
        let correction = self.asked.shared.till.correction(&self.channel);
        let known = correction.as_ref().map(|known| {
            let best = known
                .voucher
                .as_ref()
                .map_or(known.channel.total_claimed, |best| best.cumulative);
            let spent = known.channel.charged_cumulative_amount;
            (best, spent, Number(spent.0.saturating_add(self.price)))
        });
        let data = json!({
            "url": self.asked.url(),
            "amount": Number(self.price),
            "unit": self.terms.unit,
            "payTo": seller.payee,
            "acceptedCumulative": known.map(|(best, ..)| best),
            "spent": known.map(|(_, spent, _)| spent),
            "requiredCumulative": known.map(|(.., needed)| needed),
        });
        Frame::data(format!("event: {name}\ndata: {data}\n\n").into())
    }
}
