//! What a payer does.

use super::{accounts, address, channel, free, place, Unfinished};
use crate::{
    arguments::{named_amount, Amount, Span},
    commands::content_of_any,
    output::unit,
    session::{Outcome, Session},
};
use channels::{
    channel::{Channel as OnChain, Terms},
    events::{Change, ChannelsChanged},
    ChannelsRef,
};
use clap::{Args, ValueHint};
use farthing_client::{wallet::Paying, Account, Call, Error, Key};
use farthing_types::{voucher::Signature, Balance, Millis};
use ink::codegen::TraitCallBuilder;
use serde_json::json;
use std::{path::PathBuf, str::FromStr};

/// Open channels.
#[derive(Args)]
pub struct Open {
    /// A payee and a reserve, or several as PAYEE=RESERVE, which are opened at once.
    #[arg(required = true)]
    channels: Vec<String>,
    /// How long an exit takes, in which the payee can still claim: 15 minutes to 30 days.
    #[arg(long, default_value = "1d")]
    delay: Span,
    /// The key that signs the vouchers, as an address; one that is derived from the signer's, if it is
    /// left out. `pay` takes its secret URI from FARTHING_VOUCHER_SECRET.
    #[arg(long)]
    signer: Option<Account>,
}

/// Pay with a voucher.
#[derive(Args)]
pub struct Pay {
    /// Whom: an address, or a creator's handle.
    payee: String,
    /// How much.
    amount: Amount,
    /// What was bought: its hash goes into the voucher, as the payee's receipt.
    #[arg(long, value_hint = ValueHint::FilePath)]
    content: Option<PathBuf>,
    #[command(flatten)]
    unfinished: Unfinished,
}

/// Where the secret URI of a channel's signer key is, if that is not derived from the payer's.
const VOUCHER_SECRET: &str = "FARTHING_VOUCHER_SECRET";

/// The key that signs a payer's vouchers: one that can do nothing else.
fn voucher_key(payer: &Key) -> Result<Key, Error> {
    match std::env::var(VOUCHER_SECRET) {
        Ok(uri) => Key::from_uri(&uri),
        Err(_) => Ok(payer.derive("vouchers")),
    }
}

impl Open {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let key = session.key().await?;
        let signer = match self.signer {
            Some(signer) => signer,
            None => key.derive("vouchers").account(),
        };
        place(session).await?;
        let mut sum: Balance = 0;
        let mut terms = Vec::new();
        for (name, reserve) in self.pairs()? {
            sum = sum.saturating_add(reserve);
            let payee = session.account_of(&name).await?;
            terms.push((
                payee.id(),
                Terms {
                    reserve,
                    signer: signer.0,
                    delay: self.delay.0,
                },
            ));
        }
        let mut channels: ChannelsRef = session.contract("channels")?;
        let free = free(session, key.account()).await?;
        let words = format!("Open {} with {} in reserve", plural(terms.len()), unit(sum));
        let message = channels.call_mut().open(terms);
        // Only what is not there already; or what it was when this was sent before.
        let call = Call::new(message, sum.saturating_sub(free));
        let call = session.as_before(call).await?;
        let done = session.act(&words, call).await?;
        let mut opened = Vec::new();
        for event in done.receipt.events_of::<ChannelsChanged>(address(session)?) {
            for change in event.changes {
                if let Change::Opened(terms) = change.change {
                    opened.push(json!({
                        "payee": Account::from(change.payee),
                        "epoch": change.epoch,
                        "reserve": terms.reserve.to_string(),
                    }));
                }
            }
        }
        session.output.field("opened", opened);
        Ok(())
    }

    fn pairs(&self) -> Result<Vec<(String, Balance)>, Error> {
        if let [payee, reserve] = &self.channels[..] {
            if !payee.contains('=') {
                let reserve = Amount::from_str(reserve).map_err(Error::Input)?;
                return Ok(vec![(payee.clone(), reserve.0)]);
            }
        }
        let pairs = self.channels.iter().map(|pair| {
            named_amount(pair, || {
                format!("\"{pair}\" is no channel: write a payee and a reserve, or PAYEE=RESERVE.")
            })
        });
        pairs.collect()
    }
}

fn plural(count: usize) -> String {
    match count {
        1 => "a channel".into(),
        _ => format!("{count} channels"),
    }
}

impl Pay {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let payer = session.key().await?;
        let payee = session.account_of(&self.payee).await?;
        let contract = place(session).await?.contract;
        let open = self.open_channel(session, payer.account(), payee).await?;
        let signer = voucher_key(&payer)?;
        if open.signer != signer.account().0 {
            return Err(Error::Key(format!(
                "The channel's vouchers are signed by {}, and this is another key: set {VOUCHER_SECRET}.",
                Account(open.signer)
            ))
            .into());
        }
        session.agree(&format!(
            "Pay {} {} by voucher, from a reserve of {}",
            self.payee,
            unit(self.amount.0),
            unit(open.reserve)
        ))?;
        let genesis = session.client.chain.genesis();
        let mut wallet = Paying::open(session.state().await?, genesis, payer.account())?;
        if self.unfinished.count_unfinished {
            wallet.finish(contract, payee, open.epoch)?;
        }
        if self.unfinished.drop_unfinished {
            wallet.abandon(contract, payee, open.epoch)?;
        }
        let root = content_of_any(&self.content)?;
        let begun = wallet
            .begin(
                contract,
                payee,
                open.epoch,
                open.reserve,
                self.amount.0,
                root,
            )
            .map_err(Error::from)?;
        let paper = wallet.paper(contract, payee, open.epoch, &begun, |bytes| {
            signer.sign(bytes)
        });
        session.output.say(paper.to_string());
        session.output.field("voucher", paper.to_string());
        session.output.field("amount", begun.amount.to_string());
        session
            .output
            .field("cumulative", begun.cumulative.to_string());
        session
            .output
            .field("left", (open.reserve - begun.cumulative).to_string());
        // Handed out first, and only then made.
        session.once_told(move || wallet.finish(contract, payee, open.epoch));
        Ok(())
    }

    async fn open_channel(
        &self,
        session: &Session,
        payer: Account,
        payee: Account,
    ) -> Result<OnChain, Error> {
        let found = channel(session, payer, payee).await?;
        let refused = |why: &str| {
            Error::Input(format!(
                "There is no open channel to {}: {why}.",
                self.payee
            ))
        };
        let found = found.ok_or_else(|| refused("open one with `farthing channel open`"))?;
        match found.end {
            Millis::MAX => Ok(found),
            end if end > session.now().await? => Err(refused("its exit has begun")),
            _ => Err(refused("it is over; clear it, and open another")),
        }
    }
}

pub async fn top_up(session: &mut Session, name: &str, amount: Balance) -> Outcome {
    let payee = session.account_of(name).await?;
    let me = session.account().await?;
    let mut channels: ChannelsRef = session.contract("channels")?;
    let free = free(session, me).await?;
    let message = channels.call_mut().top_up(payee.id(), amount);
    let words = format!("Set {} more aside for {name}", unit(amount));
    let call = Call::new(message, amount.saturating_sub(free));
    let call = session.as_before(call).await?;
    session.act(&words, call).await?;
    Ok(())
}

pub async fn exit(session: &mut Session, names: &[String]) -> Outcome {
    let payees = accounts(session, names).await?;
    let mut channels: ChannelsRef = session.contract("channels")?;
    let ids = payees.iter().map(|payee| payee.id()).collect();
    let words = format!("Start to take back what is left for {}", names.join(", "));
    let done = session
        .act(&words, Call::new(channels.call_mut().exit(ids), 0))
        .await?;
    for event in done.receipt.events_of::<ChannelsChanged>(address(session)?) {
        for change in event.changes {
            if let Change::Exiting(end) = change.change {
                let payee = Account::from(change.payee);
                let at = farthing_client::time(end);
                session.output.say(format!(
                    "{payee} can claim until {at}; then clear the channel"
                ));
                session.output.field("end", end);
            }
        }
    }
    Ok(())
}

pub async fn clear(session: &mut Session, names: &[String]) -> Outcome {
    let payees = accounts(session, names).await?;
    let mut channels: ChannelsRef = session.contract("channels")?;
    let ids = payees.iter().map(|payee| payee.id()).collect();
    let words = format!("Take back what is left for {}", names.join(", "));
    let done = session
        .act(&words, Call::new(channels.call_mut().clear(ids), 0))
        .await?;
    let mut back: Balance = 0;
    for event in done.receipt.events_of::<ChannelsChanged>(address(session)?) {
        for change in event.changes {
            if let Change::Cleared(amount) = change.change {
                back = back.saturating_add(amount);
            }
        }
    }
    session.output.say(format!("{} are free again", unit(back)));
    session.output.field("cleared", back.to_string());
    Ok(())
}

pub async fn close_together(
    session: &mut Session,
    name: &str,
    amount: Balance,
    signature: &str,
) -> Outcome {
    let payee = session.account_of(name).await?;
    let bytes = hex::decode(signature.trim_start_matches("0x")).ok();
    let bytes: [u8; 64] = bytes
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| Error::Input("A signature is 0x and 128 hexadecimal digits.".into()))?;
    let signature = Signature {
        bytes,
        wrapped: false,
    };
    let mut channels: ChannelsRef = session.contract("channels")?;
    let message = channels
        .call_mut()
        .close_together(payee.id(), amount, signature);
    let words = format!(
        "Close the channel to {name}, who gets {} in all",
        unit(amount)
    );
    session.send(&words, message, 0).await
}
