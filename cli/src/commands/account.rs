use crate::output::Sheet;
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
        let sheet = Sheet::new()
            .row("account", account)
            .row("can spend", session.unit(money.spendable))
            .row("holds as deposits", session.unit(money.held));
        session.output.sheet(&sheet);
        session.output.field("account", json!(account));
        session.output.field("free", money.free.to_string());
        session.output.field("held", money.held.to_string());
        session
            .output
            .field("spendable", money.spendable.to_string());
        Ok(())
    }
}
