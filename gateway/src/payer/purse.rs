//! Signs vouchers for payments out of a wallet's channel, if its owner agrees.

use super::{Error, Offer};
use crate::protocol::{
    challenge::Correction, x402::SettleResponse, Action, Named, Payment, Signed,
};
use farthing_client::{
    wallet::{Begun, Paper, Paying},
    Account, Key,
};
use farthing_contracts::channels::channel::Channel as OnChain;
use farthing_types::{
    voucher::{ChannelId, Place, Signature, Voucher},
    Hash,
};

/// What pays, and decides whether it does.
#[allow(
    async_fn_in_trait,
    reason = "whoever fetches waits for it in the same task"
)]
pub trait Purse {
    /// Signs a payment of an offer, or refuses. It is written down before.
    async fn pay(&mut self, offer: &Offer) -> Result<Payment, Error>;
    /// Notes that the payment was answered, whatever the answer was.
    fn handed_out(&mut self) -> Result<(), Error>;
    /// Takes note of what the server has of the channel. Returns whether that is news.
    fn correct(&mut self, offer: &Offer, correction: &Correction) -> Result<bool, Error>;
    /// Takes note of what the server took.
    fn settled(&mut self, settled: &SettleResponse) -> Result<(), Error>;
}

/// A channel of a payer's wallet.
pub struct Channel {
    /// The address of the channels contract.
    pub contract: Account,
    /// The channel's payer, payee, lane and epoch.
    pub id: ChannelId<Account>,
    /// As it is on the chain, or was a short while ago.
    pub on_chain: OnChain,
    /// The key that signs its vouchers.
    pub key: Key,
    /// What was charged of it, as the server said last: the rest of what was promised is credit.
    pub charged: Option<u128>,
    /// Whether the next voucher only shows the channel's key.
    pub showing: Showing,
}

/// Whether a voucher for nothing shows a payee that its sender has the channel's key. A payee tells its newest voucher
/// to nobody else, and vouchers up to what was claimed may be known to everybody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Showing {
    /// There was no need to.
    #[default]
    NotYet,
    /// The next one does.
    Next,
    /// One did. There is no other, whatever the payee says.
    Done,
}

impl Channel {
    /// Begins a payment, or goes on with the same one that was begun, and signs it. What was promised and not
    /// charged counts first; nothing that a server says makes it more than the price. With an entry, that is in the
    /// list whose root is signed from then on, once.
    ///
    /// # Errors
    /// Those of [`Paying::begin`].
    pub fn pay(
        &mut self,
        wallet: &mut Paying,
        price: u128,
        entry: Option<Hash>,
    ) -> Result<(Begun, Payment), Error> {
        if self.showing == Showing::Next {
            self.showing = Showing::Done;
            let begun = promise(0, [0; 32]);
            return Ok((begun.clone(), self.payment(wallet, &begun)));
        }
        let (promised, under_way) = wallet.promised(self.contract, &self.id);
        let credit = match (self.charged, &under_way) {
            (Some(charged), None) => promised.saturating_sub(charged),
            _ => 0,
        };
        let step = price.saturating_sub(credit);
        let entry = entry.filter(|entry| !wallet.has_bought(self.contract, &self.id, entry));
        let begun = match (step, entry) {
            (0, None) => self.again(wallet, promised),
            (0, Some(entry)) => {
                wallet.note(self.contract, &self.id, entry)?;
                self.again(wallet, promised)
            }
            (step, entry) => wallet.begin(self.contract, &self.id, &self.on_chain, step, entry)?,
        };
        let payment = self.payment(wallet, &begun);
        Ok((begun, payment))
    }

    /// Signs what was begun.
    fn payment(&self, wallet: &Paying, begun: &Begun) -> Payment {
        let sign = |bytes: &[u8]| self.key.sign(bytes);
        let paper = wallet.paper(self.contract, &self.id, begun, sign);
        Payment {
            channel: Named {
                payer: self.id.payer,
                lane: self.id.lane,
                epoch: self.id.epoch,
            },
            action: Action::Voucher(Signed {
                cumulative: begun.cumulative,
                root: begun.root,
                signature: paper.signature,
            }),
        }
    }

    /// Promises once more what was promised last, to be signed again.
    fn again(&self, wallet: &Paying, promised: u128) -> Begun {
        promise(promised, wallet.root(self.contract, &self.id))
    }

    /// Takes over what the payee shows to have been promised, as far as this channel's own signature shows it.
    /// Returns whether that is news.
    ///
    /// # Errors
    /// Those of [`Paying::adopt`] about files.
    pub fn correct(
        &mut self,
        wallet: &mut Paying,
        correction: &Correction,
        place: &Place<Account>,
    ) -> Result<bool, Error> {
        let mut news = false;
        if let Some(shown) = &correction.voucher {
            let paper = Paper {
                place: place.clone(),
                voucher: Voucher {
                    channel: self.id.clone(),
                    cumulative: shown.cumulative.0,
                    root: shown.root.0,
                },
                signature: Signature {
                    bytes: shown.signature.0,
                    wrapped: shown.wrapped,
                },
            };
            let (promised, _) = wallet.promised(self.contract, &self.id);
            // What is not this channel's own says nothing.
            if shown.cumulative.0 > promised && paper.is_signed_by(&self.on_chain.signer) {
                wallet.adopt(self.contract, &self.on_chain, &paper)?;
                news = true;
            }
        }
        let charged = correction.channel.charged_cumulative_amount.0;
        let (promised, _) = wallet.promised(self.contract, &self.id);
        if correction.voucher.is_none() && charged > promised && self.showing == Showing::NotYet {
            self.showing = Showing::Next;
            news = true;
        }
        Ok(self.count(wallet, charged) || news)
    }

    /// Takes what the server says was charged, unless that is more than was promised. Returns whether it is news.
    pub fn count(&mut self, wallet: &Paying, charged: u128) -> bool {
        let (promised, _) = wallet.promised(self.contract, &self.id);
        let before = self.charged;
        if charged <= promised {
            self.charged = Some(charged);
        }
        self.charged != before
    }
}

/// Promises nothing that was not promised before.
fn promise(cumulative: u128, root: [u8; 32]) -> Begun {
    Begun {
        amount: 0,
        cumulative,
        root,
        entry: vec![],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{values::Bytes, values::Number, x402::ChannelState, x402::VoucherState};
    use std::time::Duration;

    fn channel() -> Channel {
        let key = Key::for_development("//Alice").unwrap();
        Channel {
            contract: Account([2; 32]),
            id: ChannelId {
                payer: Account([3; 32]),
                payee: Account([4; 32]),
                lane: 0,
                epoch: 7,
            },
            on_chain: OnChain {
                epoch: 7,
                signer: key.account().0,
                closer: [4; 32],
                reserve: 1_000,
                claimed: 0,
                delay: 0,
                end: None,
            },
            key,
            charged: None,
            showing: Showing::default(),
        }
    }

    /// Says that so much was charged.
    fn said(charged: u128, voucher: Option<Payment>) -> Correction {
        let shown = |payment: Payment| {
            let signed = *payment.voucher().unwrap();
            VoucherState {
                cumulative: Number(signed.cumulative),
                root: Bytes(signed.root),
                signature: Bytes(signed.signature.bytes),
                wrapped: signed.signature.wrapped,
            }
        };
        Correction {
            channel: ChannelState {
                channel_id: Bytes([0; 32]),
                balance: Number(1_000),
                total_claimed: Number(0),
                ends_at: None,
                charged_cumulative_amount: Number(charged),
            },
            voucher: voucher.map(shown),
        }
    }

    fn wallet(folder: &std::path::Path, channel: &Channel) -> Paying {
        let opened = Paying::open(folder, [1; 32], channel.id.payer, Duration::ZERO);
        let mut wallet = opened.unwrap();
        wallet.opened(channel.contract, &channel.id).unwrap();
        wallet
    }

    #[test]
    fn payer_who_lost_the_wallet_shows_the_key_by_a_voucher_for_nothing_and_once() {
        let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let place = Place {
            genesis: [1; 32],
            contract: Account([2; 32]),
        };
        let mut before = channel();
        let mut kept = wallet(first.path(), &before);
        let (_, best) = before.pay(&mut kept, 500, None).unwrap();

        let mut channel = channel();
        let mut wallet = wallet(second.path(), &channel);
        channel.pay(&mut wallet, 10, None).unwrap();
        wallet.finish(channel.contract, &channel.id).unwrap();
        // The payee says that more was charged than is known here, and does not show what was signed for it.
        let hidden = said(500, None);
        assert!(channel.correct(&mut wallet, &hidden, &place).unwrap());
        let (begun, nothing) = channel.pay(&mut wallet, 10, None).unwrap();
        assert_eq!((begun.amount, begun.cumulative), (0, 0));
        assert_eq!(nothing.voucher().unwrap().cumulative, 0);
        // A payee that goes on to say so gets no other.
        assert!(!channel.correct(&mut wallet, &hidden, &place).unwrap());
        let shown = said(500, Some(best));
        assert!(channel.correct(&mut wallet, &shown, &place).unwrap());
        let (_, paid) = channel.pay(&mut wallet, 10, None).unwrap();
        assert_eq!(paid.voucher().unwrap().cumulative, 510);
        wallet.finish(channel.contract, &channel.id).unwrap();
        assert_eq!(wallet.promised(channel.contract, &channel.id).0, 510);
    }
}
