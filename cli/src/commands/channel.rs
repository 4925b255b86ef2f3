//! `farthing channel`: paying by voucher, and being paid by voucher.

mod fetch;
mod funds;
mod pay;
mod payee;
mod payer;
mod proof;
mod receive;
mod some;
mod state;
mod sync;
mod vouchers;

pub use fetch::Fetch;

use crate::{
    outcome::Outcome,
    output::Output,
    session::Session,
    settings::Settings,
    values::{Amount, Span},
};
use clap::{Args, Subcommand};
use farthing_client::{
    wallet::{Kept, Paper, Receiving},
    Account, Block, Error,
};
use farthing_contracts::channels::{
    channel::{Channel as OnChain, Moment},
    messages::Life,
    reading::MAX_PAGE,
    ChannelsRef,
};
use farthing_contracts::Contract;
use farthing_types::{
    voucher::{ChannelId, Place},
    Balance, Millis,
};
use ink::codegen::TraitCallBuilder;

/// Paying by voucher, and being paid by voucher.
#[derive(Subcommand)]
pub enum Channel {
    /// Open channels.
    Open(payer::Open),
    /// Open channels of somebody else's, with the signer's money: a gift. What is left of them, and the
    /// deposits of their records, go to that payer in the end.
    Give(payer::Give),
    /// Set more aside for a payee.
    TopUp {
        /// Whom: an address, or a creator's handle.
        payee: String,
        /// How much.
        amount: Amount,
        /// Who pays by the channel, if not the signer: what is left in the end is theirs.
        #[arg(long, value_name = "PAYER")]
        of: Option<String>,
        #[command(flatten)]
        lane: Lane,
    },
    /// Pay with a voucher, which is printed, and is as good as money.
    ///
    /// The chain is asked about the channel, and about the payee's handle, only if neither was seen in the last five
    /// minutes; else no node is connected to. If the payee closed the channel meanwhile, the voucher is worth
    /// nothing, which the payee sees, and the payer loses nothing. --check asks anyway.
    ///
    /// Where the channel was opened with another key to sign vouchers, that key's secret URI is taken from
    /// FARTHING_VOUCHER_SECRET. A key that is kept encrypted is opened for each payment, which takes about 0.4 s
    /// instead of 0.01 s.
    Pay(pay::Pay),
    /// As the payer, take over what the chain and the payees know of channels, where this folder is new, or was
    /// restored from a backup.
    ///
    /// A voucher is taken over only if it was signed with the channel's key, for this life of it. It raises what
    /// this folder has promised, and never lowers it.
    Sync(sync::Sync),
    /// Show that something was bought on a channel, and check what others show.
    ///
    /// What was bought is on a list whose Merkle root the channel's vouchers sign, if it was paid for with
    /// `farthing pay --record` or `channel pay --content`. A proof names the channel, the root and the one thing that
    /// is shown, and nothing else of the list. It is no voucher, and nobody can spend anything with it.
    #[command(subcommand)]
    Proof(proof::Proof),
    /// As the payee, print the best vouchers that were kept, for payers who lost what they knew: each says what
    /// its payer has signed, and no more.
    Best(payee::Best),
    /// Start to take back what is left for payees; they can still claim until the channel's delay is over.
    Exit {
        /// Whom: addresses, or creators' handles.
        #[arg(required = true)]
        payees: Vec<String>,
        #[command(flatten)]
        lane: Lane,
    },
    /// Take back what is left of channels that are over.
    Clear {
        /// Whom: addresses, or creators' handles.
        #[arg(required = true)]
        payees: Vec<String>,
        #[command(flatten)]
        lane: Lane,
    },
    /// As the payee, agree that a channel is closed at once if this much of it is yours in all; prints the
    /// signature that the payer needs, and until when it counts. Take no further voucher of that channel.
    Agree(payee::Agree),
    /// As the payer, close a channel at once with what the payee printed with `agree`.
    CloseTogether(payer::CloseTogether),
    /// Take vouchers, check them against the chain's finalised blocks, and keep the best of each channel.
    ///
    /// A voucher that is worth nothing new is refused. One of a channel that is ending is kept, to be
    /// claimed, and buys nothing.
    Receive(receive::Receive),
    /// Claim what the vouchers that were kept are worth: it goes to the payee at once.
    Claim(payee::Claim),
    /// As the payee, close channels at once; claim before.
    Close {
        /// Who pays: addresses, or creators' handles.
        #[arg(required = true)]
        payers: Vec<String>,
        /// Even if vouchers that were kept have not been claimed: they are worth nothing then.
        #[arg(long)]
        forfeit: bool,
        #[command(flatten)]
        lane: Lane,
    },
    /// Send an account what the contract keeps for it, because the chain refused to move it before.
    Withdraw {
        /// Whose; the signer's, if it is left out.
        account: Option<String>,
    },
    /// Show a channel.
    Show {
        /// Whom: an address, or a creator's handle.
        payee: String,
        /// Who pays; the signer, if it is left out.
        payer: Option<String>,
        #[command(flatten)]
        lane: Lane,
    },
    /// Show what the contract keeps for an account, and the vouchers that were kept for it.
    Account {
        /// Whose; the signer's, if it is left out.
        account: Option<String>,
    },
    /// Stop openings and top-ups for a while; for the guardian.
    Pause {
        /// For how long, at most 7 days.
        duration: Span,
    },
    /// End a pause; for the guardian.
    Resume,
    /// Show the contract's terms, and what it holds.
    Overview,
}

/// Which of the channels between two.
#[derive(Args, Clone, Copy)]
pub struct Lane {
    /// The lane of the channel: 0 is for the payer's first device, other numbers for further ones.
    #[arg(long, default_value_t = 0)]
    lane: u32,
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
    /// Does what needs no node, or gives the command back.
    pub async fn run_alone(self, settings: &Settings, output: &Output) -> Result<Outcome, Self> {
        match self {
            Self::Pay(pay) => pay.run_alone(settings, output).await.map_err(Self::Pay),
            other => Err(other),
        }
    }

    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            Self::Open(open) => open.run(session).await,
            Self::Give(give) => give.run(session).await,
            Self::TopUp {
                payee,
                amount,
                of,
                lane,
            } => payer::top_up(session, &payee, amount.of(session.token())?, of, lane).await,
            Self::Pay(pay) => pay.run(session).await,
            Self::Sync(sync) => sync.run(session).await,
            Self::Proof(proof) => proof.run(session).await,
            Self::Best(best) => best.run(session).await,
            Self::Exit { payees, lane } => payer::exit(session, &payees, lane).await,
            Self::Clear { payees, lane } => payer::clear(session, &payees, lane).await,
            Self::CloseTogether(close) => close.run(session).await,
            Self::Agree(agree) => agree.run(session).await,
            Self::Receive(receive) => receive.run(session).await,
            Self::Claim(claim) => claim.run(session).await,
            Self::Close {
                payers,
                forfeit,
                lane,
            } => payee::close(session, &payers, forfeit, lane).await,
            Self::Withdraw { account } => funds::withdraw(session, account).await,
            Self::Show { payee, payer, lane } => funds::show(session, &payee, payer, lane).await,
            Self::Account { account } => funds::account(session, account).await,
            Self::Pause { duration } => funds::pause(session, duration.0).await,
            Self::Resume => funds::resume(session).await,
            Self::Overview => funds::overview(session).await,
        }
    }
}

/// The address of the channels contract.
fn address(session: &Session) -> Result<Account, Error> {
    session.client.deployment.address(Contract::Channels)
}

/// Where vouchers count. That the contract is for this chain's vouchers is known since the deployment was
/// opened.
fn place(session: &Session) -> Result<Place<Account>, Error> {
    Ok(Place {
        genesis: session.client.chain.genesis(),
        contract: address(session)?,
    })
}

/// Payer, payee and lane.
type Line = (Account, Account, u32);

/// Channels as they are in a block, and that block's time and number.
async fn channels_at(
    session: &Session,
    block: Block,
    lines: &[Line],
) -> Result<(Moment, Vec<Option<OnChain>>), Error> {
    let channels: ChannelsRef = session.contract()?;
    let pages = lines.chunks(MAX_PAGE).map(|page| {
        let keys = page.iter();
        let keys = keys.map(|(payer, payee, lane)| (payer.id(), payee.id(), *lane));
        channels.call().channels(keys.collect())
    });
    let pages = session.client.read_all_at(block, pages.collect::<Vec<_>>());
    let (mut now, mut found) = (Moment { time: 0, block: 0 }, Vec::new());
    for (when, page) in pages.await? {
        now = when;
        found.extend(page);
    }
    Ok((now, found))
}

/// Channels as they are in the best block.
pub async fn channels_now(
    session: &Session,
    lines: &[Line],
) -> Result<(Moment, Vec<Option<OnChain>>), Error> {
    channels_at(session, session.client.chain.best().await?, lines).await
}

/// The channels of vouchers as they are in the best block.
async fn channels_of(
    session: &Session,
    papers: &[Paper],
) -> Result<(Moment, Vec<Option<OnChain>>), Error> {
    let lines = papers.iter().map(|paper| line_of(&paper.voucher.channel));
    channels_now(session, &lines.collect::<Vec<_>>()).await
}

/// A channel as it is in the best block.
async fn channel(session: &Session, line: Line) -> Result<(Moment, Option<OnChain>), Error> {
    let (now, found) = channels_now(session, &[line]).await?;
    Ok((now, found.into_iter().next().flatten()))
}

/// The line of a channel's name.
fn line_of(id: &ChannelId<Account>) -> Line {
    (id.payer, id.payee, id.lane)
}

/// The name of the life that a channel has on the chain.
fn id_of((payer, payee, lane): Line, channel: &OnChain) -> ChannelId<Account> {
    ChannelId {
        payer,
        payee,
        lane,
        epoch: channel.epoch,
    }
}

/// The present lives of channels with others, for a message that names them.
async fn lives(
    session: &Session,
    lines: &[Line],
    other: fn(&Line) -> Account,
) -> Result<Vec<Life>, Error> {
    let (_, found) = channels_now(session, lines).await?;
    let lives = lines.iter().zip(found).map(|(line, found)| Life {
        other: other(line).id(),
        lane: line.2,
        epoch: found.map_or(0, |found| found.epoch),
    });
    Ok(lives.collect())
}

/// A payee's wallet, to be written to.
async fn wallet_of_payee(session: &Session, payee: Account) -> Result<Receiving, Error> {
    let (genesis, wait) = (session.client.chain.genesis(), session.settings.wait);
    Ok(Receiving::open(
        session.state().await?,
        genesis,
        payee,
        wait,
    )?)
}

/// The vouchers that are kept for a payee. To look at them takes no lock, and no folder that can be written to.
async fn kept_for(session: &Session, payee: Account) -> Result<Kept, Error> {
    let genesis = session.client.chain.genesis();
    Ok(Receiving::read(session.state().await?, genesis, payee)?)
}

/// What the contract keeps for an account.
pub async fn kept(session: &Session, account: Account) -> Result<Balance, Error> {
    let channels: ChannelsRef = session.contract()?;
    let kept = session
        .client
        .read(channels.call().kept_for(account.id()))
        .await?;
    Ok(kept.map_or(0, |kept| kept.amount))
}

/// When something signed now is to expire.
async fn expires_in(session: &Session, span: Millis) -> Result<Millis, Error> {
    Ok(session
        .client
        .chain
        .block_time()
        .await?
        .saturating_add(span))
}

/// The accounts that names stand for.
async fn accounts(session: &Session, names: &[String]) -> Result<Vec<Account>, Error> {
    let mut accounts = Vec::new();
    for name in names {
        accounts.push(session.account_of(name).await?);
    }
    Ok(accounts)
}
