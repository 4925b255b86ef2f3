//! Transactions that are no messages: code that is uploaded, contracts that are made.

use crate::{
    arguments::Options,
    output::{signed_unit, unit, Output},
    prompt,
    session::{fate_of, Outcome, Stop},
};
use farthing_client::{Chain, Error, Key, Outbox, Receipt, Step};
use serde_json::json;

/// What it takes to take a step.
pub struct Taking<'a> {
    pub options: &'a Options,
    pub output: &'a Output,
    pub chain: &'a Chain,
    pub key: &'a Key,
    pub outbox: &'a Outbox,
}

impl Taking<'_> {
    /// Finds out and tells what became of an earlier transaction, if one is in the outbox. A dry run, which
    /// must not send it again, leaves it there.
    pub async fn settle(&self) -> Result<(), Error> {
        let Some(unfinished) = self.outbox.unfinished()? else {
            return Ok(());
        };
        if self.options.dry_run {
            return Ok(());
        }
        let (signer, certainty) = (self.key.account(), self.options.certainty());
        let mut watcher = |progress| self.output.progress(progress);
        let settled = self
            .chain
            .settle(&unfinished, signer, certainty, &mut watcher);
        self.output.warn(fate_of(&unfinished, &settled.await?));
        self.outbox.empty()
    }

    /// Shows what a step costs, asks, signs, and waits. `words` say what it does.
    pub async fn take(&self, words: &str, step: Step) -> Outcome<Receipt> {
        self.show(words, &step);
        if self.options.dry_run {
            return Err(Stop::Planned);
        }
        if !self.options.yes {
            prompt::agreed("Sign and send?").await?;
        }
        let what = step.what().to_string();
        let (output, certainty) = (self.output, self.options.certainty());
        let mut watcher = |progress| output.progress(progress);
        let sent = self
            .chain
            .send_step(step, self.key, self.outbox, certainty, &mut watcher)
            .await;
        output.under_way(None);
        let receipt = sent?;
        output.transaction(json!({
            "what": what,
            "transaction": format!("0x{}", hex::encode(receipt.transaction)),
            "block": receipt.block.number,
            "fee": receipt.fee.to_string(),
            "deposit": receipt.deposit.to_string(),
        }));
        Ok(receipt)
    }

    fn show(&self, words: &str, step: &Step) {
        let line = format!(
            "{words}\n  fee {} at most, deposit {}",
            unit(step.fee),
            signed_unit(step.deposit)
        );
        if !self.options.dry_run {
            return self.output.note(line);
        }
        self.output.say(line);
        self.output.field(
            "plan",
            json!({
                "what": step.what(),
                "fee_at_most": step.fee.to_string(),
                "deposit": step.deposit.to_string(),
            }),
        );
    }
}
