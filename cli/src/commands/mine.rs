//! `farthing mine`: what somebody bought, tipped, gave and streamed, and what came of it.

mod csv;
mod object;
mod tables;

use crate::{outcome::Outcome, session::Session};
use clap::{Args, ValueHint};
use farthing_client::ops::own;
use std::path::PathBuf;

/// Show what an account bought, tipped, gave and streamed, and what came of it.
#[derive(Args)]
pub struct Mine {
    /// Whose: an address, or a creator (by handle, or number after #), who stands for their owner; the
    /// signer, if it is left out.
    who: Option<String>,
    /// Print it as comma-separated values.
    #[arg(long)]
    csv: bool,
    /// Read what happened from this file, as far as it goes, and add what is new; a file that somebody else
    /// made will do, for nodes that do not keep the state of old blocks.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    history: Option<PathBuf>,
}

impl Mine {
    pub async fn run(self, session: &mut Session) -> Outcome {
        session.output.check_csv(self.csv)?;
        let account = session.account_or_mine(self.who).await?;
        let head = session.head().await?;
        let own = match (&self.history, session.indexed().await?) {
            (None, Some(mut indexed)) => {
                let past = indexed.past(session, account, head).await?;
                own::all(&session.client, &past, account, head).await?
            }
            (file, _) => {
                let history = session.history(file.as_deref(), head).await?;
                own::all(&session.client, &history, account, head).await?
            }
        };
        let tipped = own.tips.iter().map(|one| one.creator);
        let bought = own.purchases.iter().map(|one| one.creator);
        let hidden = own.hidden.iter().map(|one| one.creator);
        let creators = tipped.chain(bought).chain(hidden);
        let handles = session.handles(creators).await?;
        if self.csv {
            csv::print(session, &own, &handles);
            session.output.nothing_more();
            return Ok(());
        }
        tables::show(session, &own, &handles);
        let object = object::of(account, head, &own);
        session.output.field("mine", object);
        Ok(())
    }
}
