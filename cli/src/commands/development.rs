//! `farthing fund` and `farthing forward`: what only development chains let one do.

use super::send::give;
use crate::{
    outcome::Outcome,
    session::Session,
    signer,
    values::{Amount, Span},
};
use clap::Args;
use farthing_client::{time, Error, Transfer};

/// Give an account money on a development chain, from one of those that everybody has the key of.
#[derive(Args)]
pub struct Fund {
    /// Whom: an address, or a creator, who stands for their owner.
    account: String,
    /// How much.
    #[arg(default_value = "1000")]
    amount: Amount,
}

/// Move a development chain's clock forward, and make a block.
#[derive(Args)]
pub struct Forward {
    /// By how much, such as 1h or 3d.
    time: Span,
}

/// Whose money is given, if nobody else is named.
const GIVER: &str = "alice";

impl Fund {
    pub async fn run(self, session: &mut Session) -> Outcome {
        must_be_development(session)?;
        if session.settings.dev.is_none() {
            let giver = signer::developer(GIVER, session.client.chain.is_development())?;
            session.sign_with(giver);
        }
        let to = session.account_of(&self.account).await?;
        let amount = self.amount.of(session.token())?;
        let words = format!("Give {} to {to}", session.unit(amount));
        let transfer = Transfer {
            to,
            amount: Some(amount),
        };
        give(session, &words, &transfer).await
    }
}

impl Forward {
    pub async fn run(self, session: &mut Session) -> Outcome {
        must_be_development(session)?;
        let chain = &session.client.chain;
        let moved = chain.forward(self.time.0).await;
        moved.map_err(|error| match error {
            Error::NoMethod { .. } => Error::Input(
                "This node's clock cannot be moved: `farthing chain` runs one whose clock can."
                    .into(),
            ),
            other => other,
        })?;
        let now = chain.block_time().await?;
        session.output.say(format!("It is {} now.", time(now)));
        session.output.field("time", now);
        Ok(())
    }
}

fn must_be_development(session: &Session) -> Result<(), Error> {
    match session.client.chain.is_development() {
        true => Ok(()),
        false => Err(Error::Input("This is no development chain.".into())),
    }
}
