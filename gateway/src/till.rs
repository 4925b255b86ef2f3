//! A stand-in for the till, until it is there.
#![allow(missing_docs)]

use crate::{
    accounting::{Channel, OnChain, Refused},
    once::{Binding, Key},
    protocol::{
        challenge::Correction,
        values::{Bytes, Number},
        x402::{ChannelState, VoucherState},
        Named, Payment,
    },
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

#[derive(Clone)]
pub struct Till(Arc<(Mutex<State>, tokio::sync::Notify)>);
#[derive(Default)]
struct State {
    channels: HashMap<Named, Channel>,
    once: HashMap<[u8; 32], (Binding, ChargeId)>,
    charges: HashMap<[u8; 32], (Named, u128)>,
    n: u64,
    holds: HashMap<Named, u128>,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ChargeId(pub [u8; 32]);
#[derive(Clone, Debug)]
pub struct Charged {
    pub id: ChargeId,
    pub channel: Named,
    pub amount: u128,
    pub again: bool,
    pub best: u128,
    pub spent: u128,
    pub state: ChannelState,
}
#[derive(Debug)]
pub enum Declined {
    Refused(Refused, Option<Box<Correction>>),
    Signature,
    NoChannel,
    Delay { needed: Duration },
    Deposit { needed: u128 },
    Identifier,
    Running,
    Store(String),
    Busy,
}
#[derive(Clone, Debug, Default)]
pub struct Summary {
    pub earned: u128,
    pub claimed: u128,
    pub unclaimed: u128,
    pub channels: usize,
    pub ending: Vec<Named>,
    pub seen: u64,
}

impl Till {
    pub fn stand_in(channels: Vec<(Named, OnChain)>) -> Self {
        let state = State {
            channels: channels
                .into_iter()
                .map(|(n, c)| (n, Channel::new(c)))
                .collect(),
            ..State::default()
        };
        Self(Arc::new((Mutex::new(state), tokio::sync::Notify::new())))
    }
    fn state(channel: &Channel) -> ChannelState {
        ChannelState {
            channel_id: Bytes([0; 32]),
            balance: Number(channel.on_chain().reserve),
            total_claimed: Number(channel.on_chain().claimed),
            ends_at: None,
            charged_cumulative_amount: Number(channel.kept().spent),
        }
    }
    pub async fn charge(
        &self,
        payment: &Payment,
        price: u128,
        once: Option<(Key, Binding)>,
    ) -> Result<Charged, Declined> {
        let mut state = self.0 .0.lock().unwrap();
        let mut price = price;
        let mut again = None;
        if let Some((key, binding)) = once {
            if let Some((other, id)) = state.once.get(&key.0) {
                if *other != binding {
                    return Err(Declined::Identifier);
                }
                again = Some(*id);
                price = 0;
            }
        }
        let correction = self.correct(&state, &payment.channel);
        let channel = state
            .channels
            .get_mut(&payment.channel)
            .ok_or(Declined::NoChannel)?;
        if let Some(signed) = payment.voucher() {
            if signed.signature.bytes[0] == 0xff {
                return Err(Declined::Signature);
            }
        }
        channel
            .pay(payment.channel.epoch, payment.voucher(), price)
            .map_err(|r| Declined::Refused(r, correction.map(Box::new)))?;
        let kept = channel.kept();
        let s = Self::state(channel);
        state.n += 1;
        let mut id = [0; 32];
        id[..8].copy_from_slice(&state.n.to_le_bytes());
        let id = again.unwrap_or(ChargeId(id));
        state
            .charges
            .entry(id.0)
            .or_insert((payment.channel, price));
        if let Some((key, binding)) = once {
            state.once.entry(key.0).or_insert((binding, id));
        }
        self.0 .1.notify_waiters();
        Ok(Charged {
            id,
            channel: payment.channel,
            amount: price,
            again: again.is_some(),
            best: kept.best,
            spent: kept.spent,
            state: s,
        })
    }
    fn correct(&self, state: &State, named: &Named) -> Option<Correction> {
        let channel = state.channels.get(named)?;
        let kept = channel.kept();
        Some(Correction {
            channel: Self::state(channel),
            voucher: kept.signature.map(|s| VoucherState {
                cumulative: Number(kept.best),
                root: Bytes(kept.root),
                signature: Bytes(s.bytes),
                wrapped: s.wrapped,
            }),
        })
    }
    pub async fn draw(&self, channel: &Named, price: u128) -> Result<Charged, Declined> {
        let payment = Payment {
            channel: *channel,
            action: crate::protocol::Action::Close(None),
        };
        self.charge(&payment, price, None).await
    }
    pub async fn wait_for_credit(&self, channel: &Named, price: u128) {
        loop {
            let noted = self.0 .1.notified();
            if self
                .0
                 .0
                .lock()
                .unwrap()
                .channels
                .get(channel)
                .is_none_or(|c| c.credit() >= price)
            {
                return;
            }
            noted.await;
        }
    }
    pub async fn hold(&self, payment: &Payment, amount: u128, _until: u64) -> Result<(), Declined> {
        let mut state = self.0 .0.lock().unwrap();
        let correction = self.correct(&state, &payment.channel);
        let channel = state
            .channels
            .get_mut(&payment.channel)
            .ok_or(Declined::NoChannel)?;
        channel
            .pay(payment.channel.epoch, payment.voucher(), 0)
            .map_err(|r| Declined::Refused(r, None))?;
        if channel.credit() < amount {
            return Err(Declined::Refused(
                Refused::Credit { needed: amount },
                correction.map(Box::new),
            ));
        }
        Ok(())
    }
    pub async fn settle(&self, payment: &Payment, amount: u128) -> Result<Charged, Declined> {
        self.charge(payment, amount, None).await
    }
    pub async fn give_back(&self, charge: &ChargeId, amount: u128) -> Result<u128, Declined> {
        let mut state = self.0 .0.lock().unwrap();
        let Some((named, of)) = state.charges.remove(&charge.0) else {
            return Ok(0);
        };
        Ok(state
            .channels
            .get_mut(&named)
            .map_or(0, |c| c.give_back(amount.min(of))))
    }
    pub fn correction(&self, channel: &Named) -> Option<Correction> {
        self.correct(&self.0 .0.lock().unwrap(), channel)
    }
    pub fn summary(&self) -> Summary {
        Summary::default()
    }
}
pub type Answer<'a, T> =
    std::pin::Pin<Box<dyn std::future::Future<Output = Result<T, Unanswered>> + Send + 'a>>;
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    #[error("the chain does not answer: {0}")]
    Away(String),
    #[error("{0}")]
    Refused(String),
}
