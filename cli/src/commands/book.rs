//! `farthing book`: what somebody has and is owed, and how it came about.

mod ledger;
mod sheets;
mod standing;

use crate::{outcome::Outcome, session::Session};
use clap::{Args, ValueHint};
use farthing_client::{Account, Error};
use farthing_types::CreatorId;
use std::path::PathBuf;

/// Show what an account has, and what every contract owes it or keeps for it: as it is now. Which channels there
/// are, only history tells: it is read if that is quick, and else it says up to which block it is known.
///
/// With --csv: every movement of money from the deployment's first block on, ledger by ledger: the books
/// of each creator that the account owns (`creator #n`), its shares for referring buyers (`referrals`),
/// what its channels hold (`channels`), what its streams hold
/// (`stream #n`), and what pools of the factory paid it and keep for it (`pool ADDRESS`). Each ledger's last balance is
/// what the contract itself says in the same block, or the command fails. What the account gave to pools
/// and rounds is theirs: that is in what is shown without --csv.
#[derive(Args)]
pub struct Book {
    /// Whose: an address, or a creator (by handle, or number after #), who stands for their owner; the
    /// signer, if it is left out.
    who: Option<String>,
    /// Print every movement as comma-separated values.
    #[arg(long)]
    csv: bool,
    /// Read what happened from this file, as far as it goes, and add what is new; a file that somebody else
    /// made will do, for nodes that do not keep the state of old blocks.
    #[arg(long, value_name = "FILE", requires = "csv", value_hint = ValueHint::FilePath)]
    history: Option<PathBuf>,
}

/// Whose book it is.
struct Who {
    account: Account,
    /// The creators that the account owns, or the one that was named.
    creators: Vec<CreatorId>,
}

impl Book {
    pub async fn run(self, session: &mut Session) -> Outcome {
        session.output.check_csv(self.csv)?;
        let who = self.who(session).await?;
        match self.csv {
            true => ledger::print(session, &who, self.history.as_deref()).await,
            false => standing::show(session, &who).await,
        }
    }

    async fn who(&self, session: &mut Session) -> Result<Who, Error> {
        let account = match &self.who {
            None => session.account().await?,
            Some(name) => match name.parse() {
                Ok(account) => account,
                Err(_) => {
                    let (creator, record) = session.creator(name).await?;
                    return Ok(Who {
                        account: record.owner.into(),
                        creators: vec![creator],
                    });
                }
            },
        };
        Ok(Who {
            creators: session.creators_of(account).await?,
            account,
        })
    }
}
