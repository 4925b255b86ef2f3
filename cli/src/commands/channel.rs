//! `farthing channel`: payments by voucher, and the channels' messages.

mod payee;
mod payer;

use crate::{
    arguments::{Amount, Span},
    output::unit,
    session::{Outcome, Session},
};
use channels::{channel::Channel as OnChain, ChannelsRef};
use clap::{Args, Subcommand};
use farthing_client::{
    time,
    wallet::{self, ChannelId, Place, Purse, Till},
    Account, Call, Error,
};
use ink::codegen::TraitCallBuilder;
use serde_json::{json, Value};
use std::str::FromStr;

/// Paying by voucher.
#[derive(Subcommand)]
pub enum Channel {
    /// Put money in, to be set aside for payees later.
    Deposit {
        /// How much.
        amount: Amount,
    },
    /// Take out what no channel has set aside, and what was claimed.
    Withdraw {
        /// How much; all of it, if it is left out.
        amount: Option<Amount>,
    },
    /// Take back the deposit of the contract's record of this account.
    Leave,
    /// Open channels, each to another payee; takes only the money that was not deposited before.
    Open(payer::Open),
    /// Set more aside for a payee; takes only the money that was not deposited before.
    TopUp {
        /// The payee.
        payee: String,
        /// How much more.
        amount: Amount,
    },
    /// Sign a voucher, and print it: whoever is the payee can claim it.
    Pay(payer::Pay),
    /// Say what became of a payment that was interrupted, if it is not simply paid again.
    Settle(payer::Settle),
    /// Check and keep vouchers that were received.
    Receive(payee::Receive),
    /// Turn the vouchers that were kept into money, to be withdrawn.
    Claim {
        /// Only from these payers.
        #[arg(long)]
        from: Vec<String>,
    },
    /// As the payee, close channels at once.
    Close(payee::Close),
    /// As the payee, agree that the payer closes a channel at once, and print that.
    SignClosing {
        /// The payer.
        payer: String,
        /// How much the payee gets in all; what is kept and claimed, if it is left out.
        amount: Option<Amount>,
    },
    /// As the payer, close a channel at once as the payee agreed.
    CloseTogether {
        /// What `sign-closing` printed.
        closing: String,
        /// How much the payee may get in all; no more than was signed away, if it is left out.
        #[arg(long)]
        at_most: Option<Amount>,
    },
    /// Start to take back what is left for payees, who can claim until the delay is over.
    Exit {
        /// The payees.
        #[arg(required = true)]
        payees: Vec<String>,
    },
    /// Take back what is left of channels that are over.
    Clear {
        /// The payees.
        #[arg(required = true)]
        payees: Vec<String>,
    },
    /// Show a channel, or without a payee what the contract holds for an account.
    Show {
        /// The payee.
        payee: Option<String>,
        /// The payer, or the account; the signer's, if it is left out.
        #[arg(long)]
        payer: Option<String>,
    },
    /// List what this account paid and received by vouchers, as far as this computer knows.
    List,
    /// As the guardian, stop deposits and openings.
    Pause {
        /// For how long, up to 7d.
        duration: Span,
    },
    /// As the guardian, end a pause.
    Resume,
    /// Show the contract's own data, and whether it can pay what it owes.
    Overview,
}

/// A payee and a reserve.
#[derive(Clone)]
pub struct Reserve {
    payee: String,
    amount: Amount,
}

impl FromStr for Reserve {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (payee, amount) = text.rsplit_once('=').ok_or_else(|| {
            format!("\"{text}\" is no reserve: write a payee and an amount, such as ada=2.5")
        })?;
        Ok(Self {
            payee: payee.into(),
            amount: amount.parse()?,
        })
    }
}

/// What happens to a payment of which nobody knows whether its voucher got anywhere.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub struct Choice {
    /// Count it as paid.
    #[arg(long)]
    as_paid: bool,
    /// Forget it. Only if nobody was given its voucher: a voucher cannot be taken back.
    #[arg(long)]
    never_handed_out: bool,
}

impl Channel {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let mut contract: ChannelsRef = session.contract("channels")?;
        let messages = contract.call_mut();
        let (words, call) = match self {
            Self::Deposit { amount } => {
                session.channels_place().await?;
                let words = format!("Deposit {} for channels", unit(amount.0));
                (words, Call::new(messages.deposit(), amount.0))
            }
            Self::Withdraw { amount } => {
                let message = messages.withdraw(amount.map(|amount| amount.0));
                let what = amount.map_or("everything that is free".into(), |a| unit(a.0));
                return session
                    .act(&format!("Withdraw {what}"), Call::new(message, 0))
                    .await
                    .map(drop);
            }
            Self::Leave => (
                "Free the account's record".into(),
                Call::new(messages.leave(), 0),
            ),
            Self::Exit { payees } => {
                let accounts = session.accounts(&payees).await?;
                let words = format!("Start to leave the channels to {}", payees.join(", "));
                (words, Call::new(messages.exit(accounts), 0))
            }
            Self::Clear { payees } => {
                let accounts = session.accounts(&payees).await?;
                let words = format!("Clear the channels to {}", payees.join(", "));
                (words, Call::new(messages.clear(accounts), 0))
            }
            Self::Pause { duration } => (
                "Pause deposits and openings".into(),
                Call::new(messages.pause(duration.0), 0),
            ),
            Self::Resume => ("End the pause".into(), Call::new(messages.resume(), 0)),
            Self::Open(open) => return open.run(session).await,
            Self::TopUp { payee, amount } => return payer::top_up(session, &payee, amount).await,
            Self::Pay(pay) => return pay.run(session).await,
            Self::Settle(settle) => return settle.run(session).await,
            Self::CloseTogether { closing, at_most } => {
                return payer::close_together(session, &closing, at_most).await
            }
            Self::Receive(receive) => return receive.run(session).await,
            Self::Claim { from } => return payee::claim(session, &from).await,
            Self::Close(close) => return close.run(session).await,
            Self::SignClosing { payer, amount } => {
                return payee::sign_closing(session, &payer, amount).await
            }
            Self::Show { payee, payer } => return show(session, payee, payer).await,
            Self::List => return list(session).await,
            Self::Overview => return overview(session).await,
        };
        session.act(&words, call).await.map(drop)
    }
}

/// What the channels' commands share.
impl Session {
    /// Where vouchers of this deployment count. The contract cannot find out its chain's genesis hash by
    /// itself: one that was told a wrong one is not to be used.
    async fn channels_place(&self) -> Result<Place, Error> {
        let contract: ChannelsRef = self.contract("channels")?;
        let overview = self.client.read(contract.call().overview()).await?;
        let genesis = self.client.chain.genesis();
        if overview.genesis != genesis {
            return Err(Error::Deployment(format!(
                "The channels contract was made for another chain, the one with genesis hash 0x{}: do not use it. Its vouchers would not count here.",
                hex::encode(overview.genesis)
            )));
        }
        Ok(Place {
            genesis,
            contract: self.client.deployment.address("channels")?,
        })
    }

    /// The channel from a payer to a payee, as it is on the chain.
    async fn channel(&self, payer: Account, payee: Account) -> Result<Option<OnChain>, Error> {
        let contract: ChannelsRef = self.contract("channels")?;
        let message = contract.call().channel(payer.id(), payee.id());
        self.client.read(message).await
    }

    /// The same, if there is one.
    async fn existing_channel(&self, payer: Account, payee: Account) -> Result<OnChain, Error> {
        let found = self.channel(payer, payee).await?;
        found.ok_or_else(|| {
            Error::Input(format!(
                "There is no channel from {payer} to {payee}: the payer opens one with `farthing channel open`."
            ))
        })
    }

    async fn accounts(&self, names: &[String]) -> Result<Vec<ink::primitives::AccountId>, Error> {
        let mut accounts = Vec::new();
        for name in names {
            accounts.push(self.account_of(name).await?.id());
        }
        Ok(accounts)
    }

    fn purse(&self, place: &Place, channel: &ChannelId) -> Result<Purse, Error> {
        Purse::open(&self.state()?, place.contract, channel)
    }

    async fn till(&mut self, place: &Place) -> Result<Till, Error> {
        let payee = self.account().await?;
        Till::open(&self.state()?, place, payee)
    }
}

async fn show(session: &mut Session, payee: Option<String>, payer: Option<String>) -> Outcome {
    let account = match payer {
        Some(name) => session.account_of(&name).await?,
        None => session.account().await?,
    };
    let contract: ChannelsRef = session.contract("channels")?;
    let Some(payee) = payee else {
        let message = contract.call().account(account.id());
        let (_, record) = session.client.read_json(message).await?;
        session.show_read("account", record);
        return Ok(());
    };
    let payee = session.account_of(&payee).await?;
    let place = session.channels_place().await?;
    let message = contract.call().channel(account.id(), payee.id());
    let (channel, json) = session.client.read_json(message).await?;
    let Some(channel) = channel else {
        session.output.say("There is no such channel.");
        session.output.field("channel", Value::Null);
        return Ok(());
    };
    session.output.say(format!(
        "epoch {}; reserve {}, of which {} are claimed",
        channel.epoch,
        unit(channel.reserve),
        unit(channel.claimed)
    ));
    session.output.say(match channel.ends() {
        Some(end) => format!("over from {} on", time(end)),
        None => format!(
            "open; an exit takes {}",
            humantime::format_duration(std::time::Duration::from_millis(channel.delay))
        ),
    });
    session.output.say(format!(
        "vouchers are signed by {}",
        Account(channel.signer)
    ));
    session.output.field("channel", json);
    session.output.field("ends", channel.ends());
    let id = ChannelId {
        payer: account,
        payee,
        epoch: channel.epoch,
    };
    show_wallet(session, &place, &id)
}

/// What this computer knows of a channel's vouchers.
fn show_wallet(session: &Session, place: &Place, channel: &ChannelId) -> Outcome {
    let state = session.state()?;
    let signed = wallet::signed_by(&state, place.contract, channel.payer)?;
    let signed = signed
        .into_iter()
        .find(|s| s.payee == channel.payee && s.epoch == channel.epoch);
    if let Some(signed) = signed {
        session
            .output
            .say(format!("signed away here: {}", unit(signed.total)));
        if let Some(begun) = &signed.begun {
            session.output.say(format!(
                "unfinished: a payment from {} to {}",
                unit(begun.from),
                unit(begun.to)
            ));
        }
        session.output.field("signed", json!(signed));
    }
    let kept = wallet::received_by(&state, place.contract, channel.payee)?;
    if let Some(voucher) = kept.into_iter().find(|v| v.channel == *channel) {
        session.output.say(format!(
            "kept here: a voucher of {}",
            unit(voucher.cumulative)
        ));
        session.output.field("kept", voucher.cumulative.to_string());
    }
    Ok(())
}

async fn list(session: &mut Session) -> Outcome {
    let me = session.account().await?;
    let place = session.channels_place().await?;
    let state = session.state()?;
    let signed = wallet::signed_by(&state, place.contract, me)?;
    for signed in &signed {
        session.output.say(format!(
            "to {} (epoch {}): {} signed away{}",
            signed.payee,
            signed.epoch,
            unit(signed.total),
            if signed.begun.is_some() {
                "; a payment is unfinished"
            } else {
                ""
            }
        ));
    }
    let mut received = Vec::new();
    for voucher in wallet::received_by(&state, place.contract, me)? {
        let worth = payee::worth(session, &voucher).await?;
        session.output.say(format!(
            "from {} (epoch {}): a voucher of {}, of which {} can be claimed",
            voucher.channel.payer,
            voucher.channel.epoch,
            unit(voucher.cumulative),
            unit(worth.unwrap_or(0))
        ));
        received.push(json!({
            "payer": voucher.channel.payer,
            "epoch": voucher.channel.epoch,
            "cumulative": voucher.cumulative.to_string(),
            "worth": worth.unwrap_or(0).to_string(),
            "voucher": voucher,
        }));
    }
    session.output.field("paid", json!(signed));
    session.output.field("received", received);
    Ok(())
}

async fn overview(session: &mut Session) -> Outcome {
    let contract: ChannelsRef = session.contract("channels")?;
    let (_, overview) = session.client.read_json(contract.call().overview()).await?;
    let (owed, held) = session.client.read(contract.call().solvency()).await?;
    session.show_read("overview", overview);
    session
        .output
        .say(format!("owes {}, and holds {}", unit(owed), unit(held)));
    session.output.field("owed", owed.to_string());
    session.output.field("held", held.to_string());
    session.channels_place().await?;
    Ok(())
}
