//! What payers do besides plain messages: opening, topping up, signing.

use super::{Choice, Reserve};
use crate::{
    arguments::{Amount, Span},
    output::unit,
    prompt,
    session::{Outcome, Session, Stop},
};
use channels::{channel::Terms, ChannelsRef};
use clap::Args;
use farthing_client::{
    wallet::{self, ChannelId, Closing, Payment},
    Account, Call, Error, Explain, Key,
};
use farthing_types::{commitment, Balance, Hash};
use ink::codegen::TraitCallBuilder;
use serde_json::json;
use std::{env, path::Path};

/// The environment's name for the secret of a signer key that is kept elsewhere.
const VOUCHER_SECRET: &str = "FARTHING_VOUCHER_SECRET";

/// Opening channels.
#[derive(Args)]
pub struct Open {
    /// Whom to pay.
    payee: String,
    /// How much to set aside for them.
    reserve: Amount,
    /// More payees with their reserves, such as ada=2.5; at most 63.
    more: Vec<Reserve>,
    /// How long payees can still claim once the payer wants to leave: 15m to 30d.
    #[arg(long, default_value = "1d")]
    delay: Span,
    /// The key that signs vouchers; one that is derived from the payer's, if it is left out. Another
    /// one's secret URI is taken from FARTHING_VOUCHER_SECRET when a voucher is signed.
    #[arg(long, value_name = "ACCOUNT")]
    signer: Option<String>,
}

impl Open {
    pub async fn run(self, session: &mut Session) -> Outcome {
        session.channels_place().await?;
        let signer = match &self.signer {
            Some(name) => session.account_of(name).await?,
            None => voucher_key(&session.key().await?).account(),
        };
        let first = Reserve {
            payee: self.payee,
            amount: self.reserve,
        };
        let (mut all, mut names, mut sum) = (Vec::new(), Vec::new(), 0 as Balance);
        for Reserve { payee, amount } in std::iter::once(first).chain(self.more) {
            let account = session.account_of(&payee).await?;
            let terms = Terms {
                reserve: amount.0,
                signer: signer.0,
                delay: self.delay.0,
            };
            all.push((account.id(), terms));
            names.push(format!("{payee} ({})", unit(amount.0)));
            sum = sum.saturating_add(amount.0);
        }
        let mut contract: ChannelsRef = session.contract("channels")?;
        let call = Call::new(contract.call_mut().open(all.clone()), 0);
        let value = lacking(session, &call, sum).await?;
        let words = format!("Open a channel to {}", names.join(", "));
        let done = session.act(&words, call.with_value(value)).await?;
        for ((payee, _), epoch) in all.iter().zip(&done.answer) {
            let payee = Account::from(payee);
            session.output.note(format!(
                "The channel to {payee} is in epoch {epoch}, unless others opened one in between."
            ));
        }
        Ok(())
    }
}

pub async fn top_up(session: &mut Session, payee: &str, amount: Amount) -> Outcome {
    session.channels_place().await?;
    let account = session.account_of(payee).await?;
    let mut contract: ChannelsRef = session.contract("channels")?;
    let call = Call::new(contract.call_mut().top_up(account.id(), amount.0), 0);
    let value = lacking(session, &call, amount.0).await?;
    let words = format!("Set {} more aside for {payee}", unit(amount.0));
    session.act(&words, call.with_value(value)).await.map(drop)
}

/// What is to be attached so that `sum` can be set aside. If the same was sent before and nobody was
/// told, it is what was attached then: what is free has changed by it.
async fn lacking<R>(session: &mut Session, call: &Call<R>, sum: Balance) -> Result<Balance, Error> {
    if let Some(value) = session.value_before(call).await? {
        return Ok(value);
    }
    let me = session.account().await?;
    let contract: ChannelsRef = session.contract("channels")?;
    let record = session
        .client
        .read(contract.call().account(me.id()))
        .await?;
    Ok(sum.saturating_sub(record.map_or(0, |record| record.free)))
}

/// The key that signs vouchers unless another was named.
fn voucher_key(payer: &Key) -> Key {
    payer.derive("vouchers")
}

/// The key that signs a channel's vouchers, if it is to be had.
async fn signer_of(session: &mut Session, signer: [u8; 32]) -> Result<Key, Error> {
    let key = session.key().await?;
    for ours in [voucher_key(&key), key] {
        if ours.account().0 == signer {
            return Ok(ours);
        }
    }
    let other = Account(signer);
    match env::var(VOUCHER_SECRET) {
        Ok(uri) => Some(Key::from_uri(&uri)?).filter(|key| key.account() == other),
        Err(_) => None,
    }
    .ok_or_else(|| {
        Error::Key(format!(
            "The vouchers of this channel are signed by {other}: set {VOUCHER_SECRET} to its secret URI."
        ))
    })
}

/// Paying by voucher.
#[derive(Args)]
pub struct Pay {
    /// Whom.
    payee: String,
    /// How much more.
    amount: Amount,
    /// How many times, each with a voucher of its own.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    times: u32,
    /// What it is for: a file, or 0x and a hash of 64 hexadecimal digits.
    #[arg(long, value_name = "FILE|HASH")]
    content: Option<String>,
}

impl Pay {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let root = self.content.as_deref().map_or(Ok([0; 32]), root)?;
        let (payer, payee) = (
            session.account().await?,
            session.account_of(&self.payee).await?,
        );
        let place = session.channels_place().await?;
        let channel = session.existing_channel(payer, payee).await?;
        let now = session.now().await?;
        channel.check_no_end(now).map_err(|why| {
            Error::Input(format!(
                "The channel with {payee}: {} Nothing was signed.",
                why.explain()
            ))
        })?;
        let key = signer_of(session, channel.signer).await?;
        let id = ChannelId {
            payer,
            payee,
            epoch: channel.epoch,
        };
        let payment = Payment {
            amount: self.amount.0,
            times: self.times,
            root,
        };
        let times = match self.times {
            1 => String::new(),
            times => format!(", {times} times"),
        };
        session.output.note(format!(
            "Pay {} {}{times} by voucher, from the channel's reserve of {}",
            self.payee,
            unit(self.amount.0),
            unit(channel.reserve)
        ));
        if session.options.dry_run {
            return Err(Stop::Planned);
        }
        if !session.options.yes {
            prompt::agreed("Sign?")?;
        }
        let purse = session.purse(&place, &id)?;
        let finishes = purse.signed().begun.is_some();
        let mut paying = purse.begin(&place, payment, channel.claimed, channel.reserve)?;
        if finishes {
            session
                .output
                .warn("This payment was begun before: the vouchers say the same amounts as then.");
        }
        let vouchers = paying.sign(&key);
        for voucher in &vouchers {
            session.output.say(voucher.to_string());
        }
        let begun = *paying.begun();
        session.output.note(format!(
            "{} of {} are signed away.",
            unit(begun.to),
            unit(channel.reserve)
        ));
        session.output.field("vouchers", json!(vouchers));
        session.output.field("from", begun.from.to_string());
        session.output.field("cumulative", begun.to.to_string());
        session.output.field("reserve", channel.reserve.to_string());
        session.output.field("begun_before", finishes);
        // Until it is printed, the same command finishes this payment.
        session.once_told(move || paying.handed_out().map(drop));
        Ok(())
    }
}

/// The hash of a file, or a hash as it is given.
fn root(content: &str) -> Result<Hash, Error> {
    if let Some(digits) = content.strip_prefix("0x") {
        let hash = hex::decode(digits).ok().and_then(|b| b.try_into().ok());
        return hash.ok_or_else(|| {
            Error::Input(format!(
                "\"{content}\" is no hash: write 0x and 64 hexadecimal digits, or name a file."
            ))
        });
    }
    let path = Path::new(content);
    let bytes = std::fs::read(path).map_err(|error| Error::file(path, error))?;
    Ok(commitment::content(&bytes))
}

/// Settling an unfinished payment.
#[derive(Args)]
pub struct Settle {
    /// The payee.
    payee: String,
    #[command(flatten)]
    choice: Choice,
}

impl Settle {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let (payer, payee) = (
            session.account().await?,
            session.account_of(&self.payee).await?,
        );
        let place = session.channels_place().await?;
        let state = session.state()?;
        // Also of a channel that is over.
        let unfinished = wallet::signed_by(&state, place.contract, payer)?;
        let unfinished = unfinished
            .into_iter()
            .rfind(|signed| signed.payee == payee && signed.begun.is_some())
            .ok_or_else(|| Error::Input("No payment to this payee is unfinished.".into()))?;
        let id = ChannelId {
            payer,
            payee,
            epoch: unfinished.epoch,
        };
        let mut purse = session.purse(&place, &id)?;
        let begun = match self.choice.as_paid {
            true => purse.count_unfinished()?,
            false => purse.drop_unfinished()?,
        };
        let what = match self.choice.as_paid {
            true => "is counted as paid",
            false => "was dropped: if anybody has its voucher after all, it counts nevertheless",
        };
        session.output.say(format!(
            "The payment from {} to {} {what}.",
            unit(begun.from),
            unit(begun.to)
        ));
        session.output.field("signed", json!(purse.signed()));
        Ok(())
    }
}

pub async fn close_together(session: &mut Session, text: &str, at_most: Option<Amount>) -> Outcome {
    let closing: Closing = text.parse()?;
    let (me, place) = (session.account().await?, session.channels_place().await?);
    let refused = |why: &str| Err(Stop::Failed(Error::Input(why.into())));
    if closing.place != place {
        return refused("The closing is of another chain or contract.");
    }
    if closing.channel.payer != me {
        return refused("The closing is of somebody else's channel: its payer signs this.");
    }
    if !closing.is_signed() {
        return refused("The closing was not signed with the payee's key: ask for a new one.");
    }
    let payee = closing.channel.payee;
    let signed = session.purse(&place, &closing.channel)?.signed().total;
    let claimed = match session.channel(me, payee).await? {
        Some(channel) if channel.epoch == closing.channel.epoch => channel.claimed,
        _ => 0,
    };
    let limit = at_most.map_or(signed.max(claimed), |amount| amount.0);
    // When it has happened, and nobody was told, there is no channel any more: it is looked up below.
    if closing.amount > limit {
        return Err(Error::Input(format!(
            "The closing gives the payee {}, and {} were signed away: say --at-most {} if you mean it.",
            unit(closing.amount),
            unit(limit),
            farthing_client::amount::text(closing.amount)
        ))
        .into());
    }
    let mut contract: ChannelsRef = session.contract("channels")?;
    let message = contract
        .call_mut()
        .close_together(payee.id(), closing.amount, closing.signature);
    let words = format!(
        "Close the channel to {payee}, who gets {} in all",
        unit(closing.amount)
    );
    session.act(&words, Call::new(message, 0)).await.map(drop)
}
