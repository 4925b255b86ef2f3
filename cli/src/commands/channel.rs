//! `farthing channel`: paying by voucher, and being paid by voucher.

mod funds;
mod payee;
mod payer;

use crate::{
    arguments::{Amount, Span},
    session::{Outcome, Session},
};
use channels::{channel::Channel as OnChain, ChannelsRef};
use clap::{Args, Subcommand};
use farthing_client::{Account, Error};
use farthing_types::{voucher::Place, Balance};
use ink::codegen::TraitCallBuilder;

/// Paying by voucher, and being paid by voucher.
#[derive(Subcommand)]
pub enum Channel {
    /// Put money into the channels contract, for channels to be opened later.
    Deposit {
        /// How much.
        amount: Amount,
    },
    /// Take out what is free: earned as a payee, or reserved for nobody.
    Withdraw {
        /// How much; all of it, if it is left out.
        amount: Option<Amount>,
    },
    /// Give up the signer's record in the contract, and get its storage deposit back.
    Leave,
    /// Open channels.
    Open(payer::Open),
    /// Set more aside for a payee.
    TopUp {
        /// Whom: an address, or a creator's handle.
        payee: String,
        /// How much.
        amount: Amount,
    },
    /// Pay with a voucher, which is printed, and is as good as money.
    ///
    /// Where the channel was opened with another key to sign vouchers, that key's secret URI is taken from
    /// FARTHING_VOUCHER_SECRET.
    Pay(payer::Pay),
    /// Start to take back what is left for payees; they can still claim until the channel's delay is over.
    Exit {
        /// Whom: addresses, or creators' handles.
        #[arg(required = true)]
        payees: Vec<String>,
    },
    /// Take back what is left of channels that are over.
    Clear {
        /// Whom: addresses, or creators' handles.
        #[arg(required = true)]
        payees: Vec<String>,
    },
    /// As the payee, agree that a channel is closed at once if this much of it is yours in all; prints the
    /// signature that the payer needs. Take no further voucher of that channel.
    Agree {
        /// Who pays: an address, or a creator's handle.
        payer: String,
        /// What the payee gets in all, what was claimed before included.
        amount: Amount,
    },
    /// As the payer, close a channel at once with what the payee printed with `agree`.
    CloseTogether {
        /// Whom: an address, or a creator's handle.
        payee: String,
        /// What the payee gets in all.
        amount: Amount,
        /// The payee's signature.
        signature: String,
    },
    /// Take vouchers, check them against the chain, and keep the best of each channel.
    Receive {
        /// The vouchers; `-` reads them from standard input, one on each line.
        #[arg(required = true)]
        vouchers: Vec<String>,
        /// For whom, if not the signer: an address, such as a pool's, or a creator's handle.
        #[arg(long = "for", value_name = "PAYEE")]
        payee: Option<String>,
    },
    /// Claim what the vouchers that were kept are worth.
    Claim {
        /// Only those of this payer.
        #[arg(long)]
        from: Option<String>,
        /// For whom, if not the signer: an address, such as a pool's, or a creator's handle.
        #[arg(long = "for", value_name = "PAYEE")]
        payee: Option<String>,
    },
    /// As the payee, close channels at once; claim before.
    Close {
        /// Who pays: addresses, or creators' handles.
        #[arg(required = true)]
        payers: Vec<String>,
        /// Even if vouchers that were kept have not been claimed: they are worth nothing then.
        #[arg(long)]
        forfeit: bool,
    },
    /// Show a channel.
    Show {
        /// Whom: an address, or a creator's handle.
        payee: String,
        /// Who pays; the signer, if it is left out.
        payer: Option<String>,
    },
    /// Show what the contract holds for an account, and the vouchers that were kept for it.
    Account {
        /// Whose; the signer's, if it is left out.
        account: Option<String>,
    },
    /// Stop deposits and openings for a while; for the guardian.
    Pause {
        /// For how long, at most 7 days.
        duration: Span,
    },
    /// End a pause; for the guardian.
    Resume,
    /// Show the contract's terms, and what it owes and holds.
    Overview,
}

/// How a payment that was interrupted ended.
#[derive(Args)]
pub struct Unfinished {
    /// The interrupted payment's voucher was handed out: count it.
    #[arg(long, conflicts_with = "drop_unfinished")]
    count_unfinished: bool,
    /// The interrupted payment's voucher was certainly not handed out: forget it.
    #[arg(long)]
    drop_unfinished: bool,
}

impl Channel {
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            Self::Deposit { amount } => funds::deposit(session, amount.0).await,
            Self::Withdraw { amount } => funds::withdraw(session, amount).await,
            Self::Leave => funds::leave(session).await,
            Self::Open(open) => open.run(session).await,
            Self::TopUp { payee, amount } => payer::top_up(session, &payee, amount.0).await,
            Self::Pay(pay) => pay.run(session).await,
            Self::Exit { payees } => payer::exit(session, &payees).await,
            Self::Clear { payees } => payer::clear(session, &payees).await,
            Self::CloseTogether {
                payee,
                amount,
                signature,
            } => payer::close_together(session, &payee, amount.0, &signature).await,
            Self::Agree { payer, amount } => payee::agree(session, &payer, amount.0).await,
            Self::Receive { vouchers, payee } => payee::receive(session, vouchers, payee).await,
            Self::Claim { from, payee } => payee::claim(session, from, payee).await,
            Self::Close { payers, forfeit } => payee::close(session, &payers, forfeit).await,
            Self::Show { payee, payer } => funds::show(session, &payee, payer).await,
            Self::Account { account } => funds::account(session, account).await,
            Self::Pause { duration } => funds::pause(session, duration.0).await,
            Self::Resume => funds::resume(session).await,
            Self::Overview => funds::overview(session).await,
        }
    }
}

/// The address of the channels contract.
fn address(session: &Session) -> Result<Account, Error> {
    session.client.deployment.address("channels")
}

/// Where vouchers count: the channels contract, which must have been made for this very chain.
async fn place(session: &Session) -> Result<Place<Account>, Error> {
    let channels: ChannelsRef = session.contract("channels")?;
    let told = session.client.read(channels.call().overview()).await?;
    let genesis = session.client.chain.genesis();
    if told.genesis != genesis {
        return Err(Error::Deployment(format!(
            "The channels contract was told another genesis hash (0x{}) than this chain's: no voucher is worth anything there. Do not use it.",
            hex::encode(told.genesis)
        )));
    }
    Ok(Place {
        genesis,
        contract: address(session)?,
    })
}

/// The channel from a payer to a payee, as it is on the chain.
async fn channel(
    session: &Session,
    payer: Account,
    payee: Account,
) -> Result<Option<OnChain>, Error> {
    let channels: ChannelsRef = session.contract("channels")?;
    let message = channels.call().channel(payer.id(), payee.id());
    session.client.read(message).await
}

/// What is free for an account.
pub async fn free(session: &Session, account: Account) -> Result<Balance, Error> {
    let channels: ChannelsRef = session.contract("channels")?;
    let message = channels.call().account(account.id());
    let record = session.client.read(message).await?;
    Ok(record.map_or(0, |record| record.free))
}

/// The accounts that names stand for.
async fn accounts(session: &Session, names: &[String]) -> Result<Vec<Account>, Error> {
    let mut accounts = Vec::new();
    for name in names {
        accounts.push(session.account_of(name).await?);
    }
    Ok(accounts)
}
