//! What pays for what is fetched: a channel that is open, and whoever sits in front of this program.

use super::{
    super::pay::{check_signer, derived, doubt_text, open_channel, own_voucher_key, Scene},
    memory::Memory,
    Fetch,
};
use crate::{
    outcome::{Outcome, Stop},
    output::Output,
    session::Session,
    signer, step,
};
use farthing_client::{
    wallet::{self, seen::Seen, Begun, Paying},
    Account, Error, Key,
};
use farthing_contracts::channels::channel::Moment;
use farthing_gateway::{
    payer::{self, Channel, Failed, Offer, Purse, Showing},
    protocol::{challenge::Correction, x402::SettleResponse, Payment},
};
use farthing_types::{Balance, Hash};

/// Stops what is done without the chain, so that it is done with it. It is no exit code.
pub const ASK_THE_CHAIN: u8 = u8::MAX;

/// Where a channel is looked for.
pub enum Found<'a> {
    /// In what was seen lately.
    Files { is_development: bool },
    /// On the chain.
    Chain(&'a Session),
}

/// A payer at the till.
pub struct Till<'a> {
    fetch: &'a Fetch,
    scene: Scene<'a>,
    found: Found<'a>,
    /// The most in all.
    max: Option<Balance>,
    /// The only one who is paid.
    to: Option<Account>,
    /// What the address is remembered by.
    key: String,
    memory: Memory,
    channel: Option<Channel>,
    /// As of when the chain told of it, if it was asked.
    as_of: Option<Moment>,
    /// Open from a payment until it is answered.
    wallet: Option<Paying>,
    /// The last voucher.
    begun: Option<Begun>,
    /// What was signed for with this command.
    spent: Balance,
    /// What an earlier command had signed for, and was handed out now.
    resumed: Balance,
    agreed: bool,
    stop: Option<Stop>,
}

impl<'a> Till<'a> {
    pub fn new(
        fetch: &'a Fetch,
        scene: Scene<'a>,
        found: Found<'a>,
        (max, to): (Option<Balance>, Option<Account>),
        key: String,
    ) -> Self {
        Self {
            key,
            memory: Memory::open(&scene.state, scene.payer),
            agreed: max.is_some(),
            fetch,
            scene,
            found,
            max,
            to,
            channel: None,
            as_of: None,
            wallet: None,
            begun: None,
            spent: 0,
            resumed: 0,
            stop: None,
        }
    }

    pub fn output(&self) -> &'a Output {
        self.scene.output
    }

    /// Returns what it cost last.
    pub fn known(&self) -> Option<Offer> {
        self.memory.offer(&self.key)
    }

    /// Remembers what was told. What is forgotten costs one more request, next time.
    pub fn remember(&mut self, offer: Option<&Offer>) {
        self.memory.learn(&self.key, offer, self.channel.as_ref());
        self.memory.save();
    }

    /// What this comes to, for the one who asked. Other programs can pay again.
    pub fn ended<T>(&mut self, result: Result<T, payer::Error>) -> Outcome<T> {
        self.wallet = None;
        result.map_err(|error| match (self.stop.take(), error) {
            (Some(stop), _) => stop,
            (None, payer::Error::Wallet(error)) => Error::from(*error).into(),
            (None, payer::Error::Http(failed)) if !matches!(failed, Failed::Address) => {
                Error::file(self.fetch.url.as_ref(), failed).into()
            }
            (None, error) => {
                let sentence = error.to_string();
                let (first, rest) =
                    sentence.split_at(sentence.chars().next().map_or(0, char::len_utf8));
                Error::Input(format!("{}{rest}.", first.to_uppercase())).into()
            }
        })
    }

    /// Tells what was paid.
    pub fn tell(&self) {
        let (Some(channel), Some(begun)) = (&self.channel, &self.begun) else {
            return;
        };
        let (output, token) = (self.scene.output, &self.scene.token);
        let left = channel.on_chain.reserve.saturating_sub(begun.cumulative);
        let paid = self.spent.saturating_add(self.resumed);
        output.note(format!(
            "Paid {} to {}; {} are left of the channel.",
            token.unit(paid),
            channel.id.payee,
            token.unit(left)
        ));
        output.field("payee", channel.id.payee.to_string());
        output.field("paid", paid.to_string());
        output.field("cumulative", begun.cumulative.to_string());
        output.field("left", left.to_string());
    }

    /// Signs for more of what is paid for as it comes, if that is still within what was agreed to. Returns the
    /// header.
    pub async fn more(&mut self, offer: &Offer, steps: u32) -> Outcome<Option<String>> {
        let price = offer.price().saturating_mul(steps.into());
        let within = |max: Balance| self.spent.saturating_add(price) <= max;
        if !self.max.is_some_and(within) {
            return Ok(None);
        }
        let paid = self.sign(offer, price).await;
        let paid = self.signed(paid).map(|payment| Some(offer.header(payment)));
        let finished = self.handed_out();
        self.ended(paid.and_then(|header| finished.map(|()| header)))
    }

    async fn sign(&mut self, offer: &Offer, price: Balance) -> Outcome<Payment> {
        self.check(offer, price)?;
        if self.channel.as_ref().map(|channel| channel.id.payee) != Some(offer.payee()) {
            // With the chain, it is not asked for the price again.
            self.memory.learn(&self.key, Some(offer), None);
            let (channel, as_of) = self.find(offer).await?;
            (self.channel, self.as_of) = (Some(channel), as_of);
        }
        self.agree(offer, price).await?;
        let mut wallet = match self.wallet.take() {
            Some(wallet) => wallet,
            None => self.scene.open_wallet()?,
        };
        let entry = self.entry()?;
        let channel = self.channel.as_mut().expect("it was found");
        let (contract, id) = (channel.contract, &channel.id.clone());
        if let Some(now) = self.as_of {
            wallet.begins(now.time);
            let at = wallet::clock();
            wallet.saw(contract, id.payee, id.lane, &channel.on_chain, at);
        }
        let unfinished = &self.fetch.unfinished;
        if unfinished.count_unfinished && self.begun.is_none() {
            wallet.finish(contract, id).map_err(Error::from)?;
        }
        if unfinished.drop_unfinished && self.begun.is_none() {
            wallet.abandon(contract, id).map_err(Error::from)?;
        }
        let is_resumed = wallet.promised(contract, id).1.is_some();
        let (begun, payment) = match channel.pay(&mut wallet, price, entry) {
            Ok(paid) => paid,
            Err(payer::Error::Wallet(error)) => return Err(Error::from(*error).into()),
            Err(error) => return Err(Error::Input(error.to_string()).into()),
        };
        if let Some(doubt) = wallet.doubt(contract, id).filter(|_| self.begun.is_none()) {
            self.scene.output.note(doubt_text(&self.scene.token, doubt));
        }
        let (spent, resumed) = match is_resumed {
            true => (0, begun.amount),
            false => (begun.amount, 0),
        };
        self.spent = self.spent.saturating_add(spent);
        self.resumed = resumed;
        self.begun = Some(begun);
        self.wallet = Some(wallet);
        Ok(payment)
    }

    /// What is bought, if that is to be recorded.
    fn entry(&self) -> Result<Option<Hash>, Error> {
        match self.fetch.record {
            true => super::super::proof::entry_of(&self.fetch.url).map(Some),
            false => Ok(None),
        }
    }

    fn check(&self, offer: &Offer, price: Balance) -> Result<(), Error> {
        let token = &self.scene.token;
        let refused = |why: String| Err(Error::Input(why));
        if self.to.is_some_and(|to| to != offer.payee()) {
            return refused(format!(
                "It is to be paid to {}: nothing was signed.",
                offer.payee()
            ));
        }
        match self.max {
            Some(max) if self.spent.saturating_add(price) > max => refused(format!(
                "It costs {}, and at most {} are to be paid: nothing more was signed.",
                token.unit(price),
                token.unit(max)
            )),
            _ => Ok(()),
        }
    }

    async fn agree(&mut self, offer: &Offer, price: Balance) -> Outcome {
        if self.agreed && !self.scene.settings.dry_run {
            return Ok(());
        }
        let (token, channel) = (&self.scene.token, self.channel.as_ref());
        let reserve = channel.map_or(0, |channel| channel.on_chain.reserve);
        let words = format!(
            "Pay {} by voucher for {} (one {}), to {}, from a reserve of {}",
            token.unit(price),
            self.fetch.url,
            offer.unit(),
            offer.payee(),
            token.unit(reserve)
        );
        step::agree(self.scene.settings, self.scene.output, &words).await?;
        // Whatever is asked for next must not cost more than this.
        self.agreed = true;
        self.max = self.max.or(Some(price));
        Ok(())
    }

    /// The open channel to whom an offer pays, and as of when the chain says so, if it was asked.
    async fn find(&self, offer: &Offer) -> Outcome<(Channel, Option<Moment>)> {
        let (payee, lane) = (offer.payee(), self.fetch.lane);
        let contract = self.scene.place.contract;
        let line = (self.scene.payer, payee, lane.lane);
        let (seen, as_of, is_development) = match &self.found {
            Found::Files { is_development } => {
                let paid = Paying::read(&self.scene.state, self.scene.place.genesis, line.0);
                let paid = paid.map_err(Error::from)?;
                let seen = paid.seen(contract, payee, lane.lane, offer.price(), wallet::clock());
                let seen = seen.ok_or_else(|| {
                    self.memory.save();
                    Stop::Code(ASK_THE_CHAIN)
                })?;
                (seen, None, *is_development)
            }
            Found::Chain(session) => {
                let (now, channel) = open_channel(session, line, &payee.to_string()).await?;
                let at = wallet::clock();
                let is_development = session.client.chain.is_development();
                (Seen { channel, at }, Some(now), is_development)
            }
        };
        let key = self.key(is_development).await?;
        check_signer(&seen, &key)?;
        let mut channel = Channel {
            contract,
            id: self.scene.id(payee, lane, &seen),
            on_chain: seen.channel,
            key,
            charged: None,
            showing: Showing::default(),
        };
        channel.charged = self.memory.charged(&channel);
        Ok((channel, as_of))
    }

    async fn key(&self, is_development: bool) -> Result<Key, Error> {
        match (own_voucher_key(is_development)?, &self.found) {
            (Some(key), _) => Ok(key),
            (None, Found::Chain(session)) => Ok(derived(&session.key().await?)),
            (None, Found::Files { .. }) => {
                let key = signer::key(self.scene.settings, is_development).await;
                Ok(derived(&key?))
            }
        }
    }

    /// Keeps why it was stopped: what fetches knows only that it was.
    fn signed<T>(&mut self, result: Outcome<T>) -> Result<T, payer::Error> {
        result.map_err(|stop| {
            self.stop = Some(stop);
            payer::Error::Purse("it was stopped".into())
        })
    }
}

impl Purse for Till<'_> {
    async fn pay(&mut self, offer: &Offer) -> Result<Payment, payer::Error> {
        let paid = self.sign(offer, offer.price()).await;
        self.signed(paid)
    }

    fn handed_out(&mut self) -> Result<(), payer::Error> {
        if let (Some(wallet), Some(channel)) = (&mut self.wallet, &self.channel) {
            wallet.finish(channel.contract, &channel.id)?;
        }
        Ok(())
    }

    fn correct(&mut self, offer: &Offer, correction: &Correction) -> Result<bool, payer::Error> {
        let (Some(wallet), Some(channel)) = (&mut self.wallet, &mut self.channel) else {
            return Ok(false);
        };
        match channel.id.payee == offer.payee() {
            true => channel.correct(wallet, correction, &self.scene.place),
            false => Ok(false),
        }
    }

    fn settled(&mut self, settled: &SettleResponse) -> Result<(), payer::Error> {
        let charged = settled.extra.get("channelState");
        let charged = charged.and_then(|state| state.get("chargedCumulativeAmount")?.as_str());
        let charged = charged.and_then(|text| text.parse().ok());
        if let (Some(wallet), Some(channel), Some(charged)) =
            (&self.wallet, &mut self.channel, charged)
        {
            channel.count(wallet, charged);
        }
        Ok(())
    }
}
