//! `farthing send`: plain transfers.

use crate::{outcome::Outcome, session::Session, values::Amount};
use clap::Args;
use farthing_client::{Account, Error, Transfer};
use farthing_contracts::Contract;
use serde_json::json;

/// Send money to an account.
///
/// A contract that gets a plain transfer does not know of it, and most can never move it again: so that is
/// refused. The sender's account stays alive.
#[derive(Args)]
pub struct Send {
    /// Whom: an address, or a creator, who stands for their owner.
    to: String,
    /// How much.
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    amount: Option<Amount>,
    /// All that the signer can spend.
    #[arg(long)]
    all: bool,
    /// Even if it is a contract.
    #[arg(long)]
    force: bool,
}

impl Send {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let amount = Amount::of_any(self.amount.as_ref(), session.token())?;
        if amount == Some(0) {
            return Err(Error::Input("The amount to send must be more than 0.".into()).into());
        }
        let to = session.account_of(&self.to).await?;
        if !self.force {
            refuse_contract(session, to).await?;
        }
        if to == session.account().await? {
            return Err(Error::Input(
                "The recipient is the account that signs: name another.".into(),
            )
            .into());
        }
        let what = match amount {
            Some(amount) => session.unit(amount),
            None => "all that can be spent".into(),
        };
        let words = match to.to_string() == self.to {
            true => format!("Send {what} to {to}"),
            false => format!("Send {what} to {} ({to})", self.to),
        };
        give(session, &words, &Transfer { to, amount }).await
    }
}

/// Makes a transfer, and tells to whom.
pub async fn give(session: &mut Session, words: &str, transfer: &Transfer) -> Outcome {
    session.transfer(words, transfer).await?;
    session.output.field("to", json!(transfer.to));
    Ok(())
}

/// Refuses an account that is a contract.
async fn refuse_contract(session: &Session, to: Account) -> Result<(), Error> {
    let Some(code) = session.client.chain.code_of(to).await? else {
        return Ok(());
    };
    let is_pool = session.client.deployment.code_hash(Contract::Pool).ok() == Some(code);
    Err(Error::Input(match is_pool {
        true => format!(
            "{to} is a pool: give to it with `farthing pool donate`, so that it counts. With --force it is a plain transfer, which nobody gets back and `farthing pool take-in` hands to the beneficiaries."
        ),
        false => format!(
            "{to} is a contract. What is sent to it like this may be lost for good; --force sends it all the same."
        ),
    }))
}
