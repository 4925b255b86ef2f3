//! Showing what was bought on a channel, and checking what others show.

use super::{channel, kept_for, line_of, place, Lane};
use crate::{commands::content_of, outcome::Outcome, session::Session};
use clap::{Args, Subcommand, ValueHint};
use farthing_client::{
    wallet::{self, Paid, Paper, Paying, Shown},
    Account, Error,
};
use farthing_types::{voucher::ChannelId, Hash};
use serde_json::Value;
use std::path::PathBuf;

/// Showing what was bought, and checking what others show.
#[derive(Subcommand)]
pub enum Proof {
    /// As the payer, print the proof that something was bought on a channel.
    Make(Make),
    /// Check a proof: whether what it shows is on the list with its root, and whether the payer signed that root.
    ///
    /// Who signed it, a voucher says: one that is given, or the best one that was kept here for the payee. The
    /// signature can be checked as long as the channel is on the chain.
    Check(Box<Check>),
}

/// Print a proof.
#[derive(Args)]
pub struct Make {
    /// Whom the channel pays: an address, or a creator's handle.
    payee: String,
    #[command(flatten)]
    thing: Thing,
    #[command(flatten)]
    lane: Lane,
}

/// Check a proof.
#[derive(Args)]
pub struct Check {
    /// The proof, as `make` prints it.
    proof: String,
    #[command(flatten)]
    thing: AnyThing,
    /// The voucher that signs it.
    #[arg(long)]
    voucher: Option<Paper>,
}

/// What was bought.
#[derive(Args)]
#[group(required = true, multiple = false)]
struct Thing {
    /// What was fetched, and recorded.
    #[arg(long, value_hint = ValueHint::Url)]
    url: Option<String>,
    /// The file that was paid for.
    #[arg(long, value_hint = ValueHint::FilePath)]
    content: Option<PathBuf>,
    /// The entry of the list itself: 32 bytes in hexadecimal.
    #[arg(long, value_parser = hash)]
    entry: Option<Hash>,
}

/// What a proof is to show, if anything in particular.
#[derive(Args)]
#[group(required = false, multiple = false)]
struct AnyThing {
    /// It must show that this was fetched.
    #[arg(long, value_hint = ValueHint::Url)]
    url: Option<String>,
    /// It must show that this file was paid for.
    #[arg(long, value_hint = ValueHint::FilePath)]
    content: Option<PathBuf>,
    /// It must show this entry: 32 bytes in hexadecimal.
    #[arg(long, value_parser = hash)]
    entry: Option<Hash>,
}

/// Returns the entry of an address.
pub fn entry_of(url: &str) -> Result<Hash, Error> {
    wallet::entry_of(url).ok_or_else(|| {
        Error::Input(format!(
            "{url} is no address: it begins with http:// or https://."
        ))
    })
}

fn hash(text: &str) -> Result<Hash, String> {
    let mut hash = [0; 32];
    hex::decode_to_slice(text.trim_start_matches("0x"), &mut hash)
        .map_err(|_| "an entry is 0x and 64 hexadecimal digits".to_string())?;
    Ok(hash)
}

fn text(hash: &Hash) -> String {
    format!("0x{}", hex::encode(hash))
}

/// The entry of whichever is named.
fn named(
    url: Option<String>,
    content: Option<PathBuf>,
    entry: Option<Hash>,
) -> Result<Option<Hash>, Error> {
    let of_url = url.as_deref().map(entry_of).transpose()?;
    let of_content = content.as_deref().map(content_of).transpose()?;
    Ok(of_url.or(of_content).or(entry))
}

impl Proof {
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            Self::Make(make) => make.run(session).await,
            Self::Check(check) => check.run(session).await,
        }
    }
}

impl Make {
    async fn run(self, session: &mut Session) -> Outcome {
        let payee = session.account_of(&self.payee).await?;
        let payer = session.account().await?;
        let Thing {
            url,
            content,
            entry,
        } = self.thing;
        let entry = named(url, content, entry)?.expect("one of them is required");
        let place = place(session)?;
        let paid = Paying::read(session.state().await?, place.genesis, payer);
        let paid = paid.map_err(Error::from)?;
        let last = last_life(&paid, place.contract, payee, self.lane.lane);
        let shown = last.and_then(|id| paid.shown(place.contract, &id, &entry));
        let shown = shown.ok_or_else(|| {
            Error::Input(format!(
                "It is not on the list of what was bought of {}, as far as this folder knows: pay with `farthing pay --record` or `farthing channel pay --content`.",
                self.payee
            ))
        })?;
        session.output.say(shown.to_string());
        session.output.field("proof", shown.to_string());
        tell(session, &shown);
        Ok(())
    }
}

/// The latest life of a channel that a payer paid from.
fn last_life(
    paid: &Paid,
    contract: Account,
    payee: Account,
    lane: u32,
) -> Option<ChannelId<Account>> {
    let lives = paid.known(contract).into_iter();
    let of_channel = lives.filter(|id| id.payee == payee && id.lane == lane);
    of_channel.max_by_key(|id| id.epoch)
}

fn tell(session: &Session, shown: &Shown) {
    let (output, id) = (&session.output, &shown.channel);
    output.field("payer", id.payer.to_string());
    output.field("payee", id.payee.to_string());
    output.field("lane", id.lane);
    output.field("epoch", id.epoch);
    output.field("root", text(&shown.root));
    output.field("entry", text(&shown.entry));
    output.field("index", shown.proof.index);
    output.field("count", shown.proof.count);
}

impl Check {
    async fn run(self, session: &mut Session) -> Outcome {
        let Self {
            proof,
            thing:
                AnyThing {
                    url,
                    content,
                    entry,
                },
            voucher,
        } = self;
        let shown: Shown = proof.parse().map_err(Error::from)?;
        let refused = |why: &str| Err(Error::Input(why.into()).into());
        if shown.place != place(session)? {
            return refused("The proof is of another chain, or another channels contract.");
        }
        if named(url, content, entry)?.is_some_and(|entry| entry != shown.entry) {
            return refused("The proof shows something else.");
        }
        if !shown.is_right() {
            return refused("The proof is wrong: what it shows is not on the list with its root.");
        }
        let is_signed = match paper(session, &shown, voucher).await? {
            None => None,
            Some(paper) if !shown.is_signed_in(&paper) => {
                return refused("The voucher is of another channel, or signs another list: ask for a proof that was made after it, or for the voucher that the proof was made after.");
            }
            Some(paper) => is_signed(session, &paper).await?,
        };
        if is_signed == Some(false) {
            return refused("The voucher was not signed with the channel's key.");
        }
        let (payer, payee) = (shown.channel.payer, shown.channel.payee);
        session.output.say(match is_signed {
            Some(_) => format!("{payer} signed that they bought it of {payee}"),
            None => {
                "It is on the list with the proof's root; who signed that root is not known here"
                    .into()
            }
        });
        tell(session, &shown);
        session
            .output
            .field("signed", is_signed.map_or(Value::Null, Value::Bool));
        Ok(())
    }
}

/// The voucher that may have signed it: the one that is given, or the payee's best, if it signs this.
async fn paper(
    session: &Session,
    shown: &Shown,
    given: Option<Paper>,
) -> Result<Option<Paper>, Error> {
    if given.is_some() {
        return Ok(given);
    }
    let kept = kept_for(session, shown.channel.payee).await?;
    let best = kept.best_of(shown.place.contract, &shown.channel);
    Ok(best.filter(|paper| shown.is_signed_in(paper)))
}

/// Whether the key of a voucher's channel signed it, if that channel is on the chain.
async fn is_signed(session: &Session, paper: &Paper) -> Result<Option<bool>, Error> {
    let id = &paper.voucher.channel;
    let (_, found) = channel(session, line_of(id)).await?;
    let found = found.filter(|found| found.epoch == id.epoch);
    Ok(found.map(|found| paper.is_signed_by(&found.signer)))
}
