use crate::{outcome::Outcome, session::Session};
use clap::Args;
use serde_json::json;

/// An account's address and money.
#[derive(Args)]
pub struct Account {
    /// Whose; the signer's, if it is left out.
    account: Option<String>,
}

impl Account {
    pub async fn run(self, session: &mut Session) -> Outcome {
        let account = session.account_or_mine(self.account).await?;
        let money = session.client.chain.money(account).await?;
        session.output.say(account.to_string());
        session
            .output
            .say(format!("can spend {}", session.unit(money.spendable)));
        session
            .output
            .say(format!("holds {} as deposits", session.unit(money.held)));
        session.output.field("account", json!(account));
        session.output.field("free", money.free.to_string());
        session.output.field("held", money.held.to_string());
        session
            .output
            .field("spendable", money.spendable.to_string());
        Ok(())
    }
}
