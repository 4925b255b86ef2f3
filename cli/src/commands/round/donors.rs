//! Lists of those who can donate.

use super::at;
use crate::{outcome::Outcome, session::Session};
use clap::{Subcommand, ValueHint};
use farthing_client::{Account, Donors as List, Error};
use farthing_contracts::matching_round::{lists::Membership, MatchingRoundRef};
use ink::codegen::TraitCallBuilder;
use serde_json::{json, Value};
use std::path::{Path, PathBuf};

/// Lists of those who can donate: files with an address on each line, in any order.
#[derive(Subcommand)]
pub enum Donors {
    /// As the verifier, make a list of donors known by its Merkle root.
    SetList {
        /// The round.
        round: String,
        /// The list: a file with an address on each line.
        #[arg(value_hint = ValueHint::FilePath)]
        list: PathBuf,
        /// Where donors find that file, in at most 128 bytes.
        #[arg(long, default_value = "")]
        uri: String,
        /// The list to put it in the place of, before the round opens; a new one, if it is left out.
        #[arg(long)]
        number: Option<u8>,
    },
    /// As the verifier, free the lists when the round has closed, and get their storage deposit back.
    FreeLists {
        /// The round.
        round: String,
    },
    /// Show a list's Merkle root and the proof of each account on it.
    Proofs {
        /// The list: a file with an address on each line.
        #[arg(value_hint = ValueHint::FilePath)]
        list: PathBuf,
        /// Only of this account.
        #[arg(long)]
        account: Option<String>,
    },
}

impl Donors {
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            Self::SetList {
                round,
                list,
                uri,
                number,
            } => {
                let mut to = at(session, &round).await?;
                let list = List::read(&list)?;
                let number = match number {
                    Some(number) => number,
                    None => next(session, &to, &list).await?,
                };
                let words = format!(
                    "Let {} accounts donate through {round}, as list {number}",
                    list.accounts().len()
                );
                session.output.field("root", hex(&list.root()));
                let message = to.call_mut().set_list(number, list.root(), uri);
                session.send(&words, message, 0).await
            }
            Self::FreeLists { round } => {
                let mut to = at(session, &round).await?;
                let words = format!("Free the lists of {round}");
                session.send(&words, to.call_mut().free_lists(), 0).await
            }
            Self::Proofs { list, account } => {
                let list = List::read(&list)?;
                let account = session.account_of_any(account.as_deref()).await?;
                show(session, &list, account)
            }
        }
    }
}

/// The number of a new list, or of the same one if it is there: the same command means the same.
async fn next(session: &Session, to: &MatchingRoundRef, list: &List) -> Result<u8, Error> {
    let lists = session.client.read(to.call().lists()).await?;
    let place = lists.iter().position(|root| *root == list.root());
    let place = place.unwrap_or(lists.len());
    Ok(place.try_into().unwrap_or(u8::MAX))
}

fn show(session: &Session, list: &List, account: Option<Account>) -> Outcome {
    let root = hex(&list.root());
    session.output.say(format!("root: {root}"));
    let accounts = match &account {
        Some(account) => std::slice::from_ref(account),
        None => list.accounts(),
    };
    let mut proofs = Vec::new();
    for account in accounts {
        let proof = list
            .proof(*account)
            .ok_or_else(|| Error::Input(format!("{account} is not on the list.")))?;
        let path: Vec<_> = proof.path.iter().map(hex).collect();
        session.output.say(format!(
            "{account}  {} of {}  {}",
            proof.index,
            proof.count,
            path.join(" ")
        ));
        let (index, count) = (proof.index, proof.count);
        let proof = json!({ "account": account, "index": index, "count": count, "path": path });
        proofs.push(proof);
    }
    session.output.field("root", root);
    session.output.field("proofs", Value::Array(proofs));
    Ok(())
}

/// That the signer is on a list of the round's.
pub async fn membership(
    session: &mut Session,
    to: &MatchingRoundRef,
    list: &Path,
) -> Result<Membership, Error> {
    let signer = session.account().await?;
    let lists = session.client.read(to.call().lists()).await?;
    let list = List::read(list)?;
    if !lists.contains(&list.root()) {
        return Err(Error::Input(
            "This is none of the round's lists: ask the verifier for it.".into(),
        ));
    }
    let membership = list.membership(&lists, signer);
    membership.ok_or_else(|| Error::Input(format!("{signer} is not on the list.")))
}

fn hex(hash: &[u8; 32]) -> String {
    format!("0x{}", hex::encode(hash))
}
