//! What pays for requests: signed before the clock starts.

use crate::{
    common::{channel, signer, PAYEE, PLACE},
    Result,
};
use farthing_gateway::{
    payer::{Offer, Request},
    protocol::{
        x402::{PaymentRequired, REQUIRED},
        Action, Payment, Signed,
    },
};
use farthing_types::voucher::{ChannelId, Signature, Voucher};
use hyper::Uri;
use std::{collections::BTreeMap, fs, sync::Arc};

/// The headers of all connections.
pub struct Headers(Vec<Values>);

/// Those of one connection.
pub enum Values {
    /// Nothing is paid.
    None,
    /// The same for each request.
    Same(Arc<str>),
    /// Each counts once.
    Once(std::vec::IntoIter<String>),
}

/// What the next request pays with.
pub enum Next {
    Free,
    Pay(String),
    UsedUp,
}

impl Values {
    pub fn next(&mut self) -> Next {
        match self {
            Self::None => Next::Free,
            Self::Same(value) => Next::Pay(value.to_string()),
            Self::Once(values) => values.next().map_or(Next::UsedUp, Next::Pay),
        }
    }
}

impl Headers {
    /// Signs or reads what the options say.
    pub async fn of(
        options: &BTreeMap<String, String>,
        url: &Uri,
        connections: usize,
    ) -> Result<Self> {
        if let Some(first) = options.get("--first") {
            let most: usize = options.get("--at-most").map_or(Ok(20_000), |n| n.parse())?;
            let offer = offer(url).await?;
            let first: u32 = first.parse()?;
            let each = most.div_ceil(connections) as u128;
            let numbers = first..first + connections as u32;
            let signing: Vec<_> = numbers.map(|number| signed(&offer, number, each)).collect();
            return Ok(Self(signing));
        }
        let Some(file) = options.get("--headers") else {
            return Ok(Self((0..connections).map(|_| Values::None).collect()));
        };
        let text = fs::read_to_string(file)?;
        let lines: Vec<&str> = text.lines().collect();
        if let [line] = lines[..] {
            let same: Arc<str> = line.into();
            let all = (0..connections).map(|_| Values::Same(same.clone()));
            return Ok(Self(all.collect()));
        }
        let of_one = |n: usize| lines.iter().skip(n).step_by(connections);
        let all = (0..connections).map(|n| {
            let values: Vec<String> = of_one(n).map(|line| line.to_string()).collect();
            Values::Once(values.into_iter())
        });
        Ok(Self(all.collect()))
    }

    pub fn of_connections(self) -> Vec<Values> {
        self.0
    }
}

/// Asks what the address costs.
async fn offer(url: &Uri) -> Result<Offer> {
    let response = Request::get(url.clone()).send(None).await?;
    let required = response.headers().get(REQUIRED);
    let required = required.ok_or("the server asks for no payment")?;
    let required = PaymentRequired::from_header(required.to_str()?)?;
    Ok(Offer::choose(&required, &PLACE)?.0)
}

/// Signs so many vouchers of a channel, each for one request more.
fn signed(offer: &Offer, number: u32, count: u128) -> Values {
    let (named, signer) = (channel(number), signer());
    let headers = (1..=count).map(|n| {
        let voucher = Voucher {
            channel: ChannelId {
                payer: named.payer.0,
                payee: PAYEE.0,
                lane: named.lane,
                epoch: named.epoch,
            },
            cumulative: offer.price() * n,
            root: [0; 32],
        };
        let signature: Signature = signer.sign(&voucher.payload(&PLACE));
        offer.header(Payment {
            channel: named,
            action: Action::Voucher(Signed {
                cumulative: voucher.cumulative,
                root: voucher.root,
                signature,
            }),
        })
    });
    Values::Once(headers.collect::<Vec<_>>().into_iter())
}
