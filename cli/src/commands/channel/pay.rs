//! Paying by voucher.
//!
//! A payment asks the chain about its channel, unless it was seen in the last five minutes, the reserve covers the
//! payment, and all that was promised on it is known here: then no node is connected to at all. What can go wrong
//! in those minutes is said in [`farthing_client::wallet::seen`]; the payer loses nothing by it.

use super::{channel, place, Lane, Unfinished};
use crate::{
    commands::content_of, outcome::Outcome, output::Output, session::Session, settings::Settings,
    signer, step, values::Amount,
};
use clap::{Args, ValueHint};
use farthing_client::{
    time,
    wallet::{self, seen::Seen, Begun, Doubt, Paid, Paying},
    Account, Deployment, Error, ExposeSecret, Key, Token,
};
use farthing_contracts::{
    channels::channel::{Channel as OnChain, Moment},
    Contract,
};
use farthing_types::voucher::{ChannelId, Place};
use serde_json::json;
use std::path::PathBuf;

/// Pay with a voucher.
#[derive(Args)]
pub struct Pay {
    /// Whom: an address, or a creator's handle.
    payee: String,
    /// How much.
    amount: Amount,
    /// What was bought: its hash becomes the next entry of the list whose Merkle root is in the channel's
    /// vouchers.
    #[arg(long, value_hint = ValueHint::FilePath)]
    content: Option<PathBuf>,
    /// Ask the chain about the channel, even if it was seen in the last five minutes.
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    unfinished: Unfinished,
    #[command(flatten)]
    lane: Lane,
}

/// Where the secret URI of a channel's signer key is, if that is not derived from the payer's.
const VOUCHER_SECRET: &str = "FARTHING_VOUCHER_SECRET";

/// The key that signs vouchers, if that is one of its own.
fn own_voucher_key(is_development: bool) -> Result<Option<Key>, Error> {
    let secret = signer::set(VOUCHER_SECRET)?;
    let key = secret.map(|uri| signer::of_uri(uri.expose_secret(), is_development));
    key.transpose()
}

/// The key that signs vouchers, if that is derived from the payer's: one that can do nothing else.
pub fn derived(payer: &Key) -> Key {
    payer.derive("vouchers")
}

/// Where a payment is made, whoever told it: a node, or files.
struct Scene<'a> {
    settings: &'a Settings,
    output: &'a Output,
    token: Token,
    place: Place<Account>,
    state: PathBuf,
    payer: Account,
    payee: Account,
}

impl Pay {
    /// Pays without asking the chain anything, if that is good enough; gives itself back if not.
    pub async fn run_alone(self, settings: &Settings, output: &Output) -> Result<Outcome, Self> {
        match self.try_alone(settings, output).await {
            Ok(false) => Err(self),
            ended => Ok(ended.map(drop)),
        }
    }

    /// Whether it was paid.
    async fn try_alone(&self, settings: &Settings, output: &Output) -> Outcome<bool> {
        // Whatever is not as usual is found again by who asks the chain, and told then.
        let Some((scene, paid, is_development)) = self.known_scene(settings, output) else {
            return Ok(false);
        };
        let find = |paid: &Paid| {
            let amount = self.amount.of(&scene.token).ok()?;
            let (contract, lane) = (scene.place.contract, self.lane.lane);
            paid.seen(contract, scene.payee, lane, amount, wallet::clock())
        };
        let Some(seen) = find(&paid) else {
            return Ok(false);
        };
        output.set_token(&scene.token);
        let key = match own_voucher_key(is_development)? {
            Some(key) => key,
            None => derived(&signer::key(settings, is_development).await?),
        };
        if key.account().0 != seen.channel.signer {
            return Ok(false);
        }
        let words = self.words(&scene, &seen, true)?;
        step::agree(settings, output, &words).await?;
        let mut wallet = scene.open_wallet()?;
        // While somebody was asked, another program may have done something to the channel.
        if find(&wallet).as_ref() != Some(&seen) {
            return Ok(false);
        }
        let id = scene.id(self.lane, &seen);
        self.hand_out(&scene, &mut wallet, &id, &seen, &key)?;
        // Handed out first, and only then made.
        output.finish();
        output.was_heard()?;
        wallet
            .finish(scene.place.contract, &id)
            .map_err(Error::from)?;
        Ok(true)
    }

    /// Where the payment would be made, what is known of others, and whether it is on a development chain, as files
    /// tell; `None` if they do not, or if it is to be checked.
    fn known_scene<'a>(
        &self,
        settings: &'a Settings,
        output: &'a Output,
    ) -> Option<(Scene<'a>, Paid, bool)> {
        if self.check {
            return None;
        }
        let deployment = Deployment::read(&settings.deployments, &settings.network).ok()??;
        let token = deployment.token.clone()?;
        let is_same = settings.token.as_ref().is_none_or(|said| *said == token);
        let is_development = deployment.life.is_some();
        let payer = signer::account(settings, is_development).ok()??;
        let (genesis, life) = (deployment.genesis, deployment.life);
        let state = settings.state_of(&genesis, life).ok()?;
        let paid = Paying::read(&state, genesis, payer).ok()?;
        let scene = Scene {
            settings,
            output,
            token,
            place: Place {
                genesis,
                contract: deployment.address(Contract::Channels).ok()?,
            },
            state,
            payer,
            payee: self.known_payee(settings, &paid)?,
        };
        is_same.then_some((scene, paid, is_development))
    }

    /// Whom the payee's name stands for, if that is known without asking the chain; looked for in the same order.
    fn known_payee(&self, settings: &Settings, paid: &Paid) -> Option<Account> {
        if let Ok(account) = self.payee.parse() {
            return Some(account);
        }
        if let Some(own) = settings.own_account(&self.payee).ok()? {
            return Some(own);
        }
        paid.account_of(&self.payee, wallet::clock())
    }

    pub async fn run(self, session: &mut Session) -> Outcome {
        let chain = &session.client.chain;
        let key = match own_voucher_key(chain.is_development())? {
            Some(key) => key,
            None => derived(&session.key().await?),
        };
        let payer = session.account().await?;
        let payee = session.account_of(&self.payee).await?;
        let at = wallet::clock();
        let (now, channel) = self.open_channel(session, payer, payee).await?;
        let seen = Seen { at, channel };
        if seen.channel.signer != key.account().0 {
            return Err(Error::Key(format!(
                "The channel's vouchers are signed by {}, and this is another key: set {VOUCHER_SECRET}.",
                Account(seen.channel.signer)
            ))
            .into());
        }
        let scene = Scene {
            settings: &session.settings,
            output: &session.output,
            token: session.token().clone(),
            place: place(session)?,
            state: session.state().await?.into(),
            payer,
            payee,
        };
        session.agree(&self.words(&scene, &seen, false)?).await?;
        let mut wallet = scene.open_wallet()?;
        let contract = scene.place.contract;
        wallet.begins(now.time);
        wallet.saw(contract, payee, self.lane.lane, &seen.channel, seen.at);
        if self.payee.parse::<Account>().is_err() {
            wallet.named(&self.payee, payee, seen.at);
        }
        let id = scene.id(self.lane, &seen);
        self.hand_out(&scene, &mut wallet, &id, &seen, &key)?;
        // Handed out first, and only then made.
        session.once_told(move || Ok(wallet.finish(contract, &id)?));
        Ok(())
    }

    async fn open_channel(
        &self,
        session: &Session,
        payer: Account,
        payee: Account,
    ) -> Result<(Moment, OnChain), Error> {
        let (now, found) = channel(session, (payer, payee, self.lane.lane)).await?;
        let refused = |why: &str| {
            Error::Input(format!(
                "There is no open channel to {}: {why}.",
                self.payee
            ))
        };
        let found = found.ok_or_else(|| refused("open one with `farthing channel open`"))?;
        match found.end {
            None => Ok((now, found)),
            Some(end) if !end.has_come(now) => Err(refused("its exit has begun")),
            Some(_) => Err(refused("it is over; open another")),
        }
    }

    fn words(&self, scene: &Scene, seen: &Seen, is_remembered: bool) -> Result<String, Error> {
        let when = match is_remembered {
            true => format!(" (seen at {})", time(seen.at)),
            false => String::new(),
        };
        Ok(format!(
            "Pay {} {} by voucher, from a reserve of {}{when}",
            self.payee,
            scene.token.unit(self.amount.of(&scene.token)?),
            scene.token.unit(seen.channel.reserve)
        ))
    }

    /// Begins the payment, and prints its voucher.
    fn hand_out(
        &self,
        scene: &Scene,
        wallet: &mut Paying,
        id: &ChannelId<Account>,
        seen: &Seen,
        key: &Key,
    ) -> Result<(), Error> {
        let contract = scene.place.contract;
        if self.unfinished.count_unfinished {
            wallet.finish(contract, id)?;
        }
        if self.unfinished.drop_unfinished {
            wallet.abandon(contract, id)?;
        }
        let entry = self.content.as_deref().map(content_of).transpose()?;
        let amount = self.amount.of(&scene.token)?;
        let begun = wallet.begin(contract, id, &seen.channel, amount, entry)?;
        if let Some(doubt) = wallet.doubt(contract, id) {
            scene.output.warn(format!(
                "{} If vouchers were handed out that it does not know of, this one may be worth less than it says, or nothing: take over the payee's best one with `farthing channel sync`.",
                doubt_text(&scene.token, doubt)
            ));
            scene.output.field("doubt", json!(doubt));
        }
        let paper = wallet.paper(contract, id, &begun, |bytes| key.sign(bytes));
        scene.output.say(paper.to_string());
        scene.output.field("voucher", paper.to_string());
        self.tell(scene, &begun, seen);
        Ok(())
    }

    fn tell(&self, scene: &Scene, begun: &Begun, seen: &Seen) {
        let output = scene.output;
        let left = seen.channel.reserve.saturating_sub(begun.cumulative);
        output.field("amount", begun.amount.to_string());
        output.field("cumulative", begun.cumulative.to_string());
        output.field("left", left.to_string());
        output.field("seen", seen.at);
        if let Some(entry) = begun.entry() {
            output.field("root", format!("0x{}", hex::encode(begun.root)));
            output.field("entry", format!("0x{}", hex::encode(entry)));
        }
    }
}

/// Why the payee may have better vouchers than this folder knows of.
pub fn doubt_text(token: &Token, doubt: &Doubt) -> String {
    match doubt {
        Doubt::NeverPaid { opened } => format!(
            "This folder never paid from the channel, which was opened at {}.",
            time(*opened)
        ),
        Doubt::Behind { promised, claimed } => format!(
            "This folder knows of {} promised on the channel, and {} were claimed.",
            token.unit(*promised),
            token.unit(*claimed)
        ),
        Doubt::Restored { at } => format!(
            "This folder's vouchers were restored from a backup at {}.",
            time(*at)
        ),
    }
}

impl Scene<'_> {
    fn open_wallet(&self) -> Result<Paying, Error> {
        let (genesis, wait) = (self.place.genesis, self.settings.wait);
        Ok(Paying::open(&self.state, genesis, self.payer, wait)?)
    }

    fn id(&self, lane: Lane, seen: &Seen) -> ChannelId<Account> {
        ChannelId {
            payer: self.payer,
            payee: self.payee,
            lane: lane.lane,
            epoch: seen.channel.epoch,
        }
    }
}
