//! Transactions that are no messages: code that is uploaded, contracts that are made.

use crate::{
    outcome::{Outcome, Stop},
    output::Output,
    prompt,
    settings::Settings,
    signed,
};
use farthing_client::{
    Account, Chain, Described, Error, Fate, Key, Outbox, Receipt, Step, Token, Unfinished,
};
use farthing_types::Balance;
use serde_json::{json, Value};

/// What it takes to take a step.
pub struct Taking<'a> {
    pub settings: &'a Settings,
    pub output: &'a Output,
    pub chain: &'a Chain,
    pub signer: Account,
    pub outbox: &'a Outbox,
}

impl Taking<'_> {
    /// Finds out and tells what became of an earlier transaction, if one is in the outbox. A dry run, which
    /// must not send it again, leaves it there.
    pub async fn settle(&self) -> Result<(), Error> {
        let Some(unfinished) = self.outbox.unfinished()? else {
            return Ok(());
        };
        if self.settings.dry_run {
            return Ok(());
        }
        let (signer, certainty) = (self.signer, self.settings.certainty());
        let mut watcher = |progress| self.output.progress(progress);
        let settled = self
            .chain
            .settle(&unfinished, signer, certainty, &mut watcher);
        self.output.warn(fate_of(&unfinished, &settled.await?));
        self.outbox.empty()
    }

    /// Shows what a step does and costs, asks, signs, and waits. `words` say what it does, and `what` is the
    /// call of a contract in it, if it has one.
    pub async fn take(
        &self,
        words: &str,
        what: Option<&Described>,
        step: Step,
        key: &Key,
    ) -> Outcome<Receipt> {
        self.ask(words, what, &step).await?;
        self.sign(step, key).await
    }

    /// Shows what a step does and costs, and asks.
    pub async fn ask(&self, words: &str, what: Option<&Described>, step: &Step) -> Outcome {
        self.show(words, what, step);
        check_fee(self.settings, self.chain.token(), step.fee)?;
        if self.settings.dry_run {
            return Err(Stop::Planned);
        }
        if !self.settings.yes {
            prompt::agreed("Sign and send?").await?;
        }
        Ok(())
    }

    /// Signs a step that was agreed to, and waits.
    pub async fn sign(&self, step: Step, key: &Key) -> Outcome<Receipt> {
        let what = step.what().to_string();
        let (output, certainty) = (self.output, self.settings.certainty());
        let mut watcher = |progress| output.progress(progress);
        let sent = self
            .chain
            .send_step(step, key, self.outbox, certainty, &mut watcher)
            .await;
        output.under_way(None);
        let receipt = sent?;
        output.transaction(told(&what, &receipt));
        Ok(receipt)
    }

    fn show(&self, words: &str, what: Option<&Described>, step: &Step) {
        let token = self.chain.token();
        let mut lines = vec![words.to_string(), format!("  as {}", self.signer)];
        let signed = what.map(|what| signed::lines(what, token));
        lines.extend(
            signed
                .unwrap_or_default()
                .iter()
                .map(|line| format!("  {line}")),
        );
        if step.value() > 0 {
            lines.push(format!("  amount: {}", token.unit(step.value())));
        }
        lines.push(format!(
            "  fee {} at most, deposit {}",
            token.unit(step.fee),
            token.signed_unit(step.deposit)
        ));
        for line in lines {
            tell_plan(self.settings, self.output, &line);
        }
        if !self.settings.dry_run {
            return;
        }
        let mut plan = json!({
            "what": step.what(),
            "value": step.value().to_string(),
            "fee_at_most": step.fee.to_string(),
            "deposit": step.deposit.to_string(),
        });
        if let Some(what) = what {
            plan["call"] = json!(what);
        }
        self.output.field("plan", plan);
    }
}

/// What programs are told of a step that was taken.
pub fn told(what: &str, receipt: &Receipt) -> Value {
    json!({
        "what": what,
        "transaction": format!("0x{}", hex::encode(receipt.transaction)),
        "block": receipt.block.number,
        "fee": receipt.fee.to_string(),
        "deposit": receipt.deposit.to_string(),
    })
}

/// Prints a line of what is about to be signed. Whoever is asked sees it, also if the result is for programs.
pub fn tell_plan(settings: &Settings, output: &Output, line: &str) {
    match (settings.dry_run, settings.yes) {
        (true, _) => output.say(line),
        (false, true) => output.note(line),
        (false, false) => output.warn(line),
    }
}

/// Says what is about to be signed for use off the chain, and asks.
pub async fn agree(settings: &Settings, output: &Output, words: &str) -> Outcome {
    if settings.dry_run {
        output.say(words);
        output.field("plan", json!({ "what": words }));
        return Err(Stop::Planned);
    }
    tell_plan(settings, output, words);
    match settings.yes {
        true => Ok(()),
        false => Ok(prompt::agreed("Sign?").await?),
    }
}

/// Refuses a fee above what was said.
///
/// # Errors
/// [`Error::Input`].
pub fn check_fee(settings: &Settings, token: &Token, fee: Balance) -> Result<(), Error> {
    let Some(most) = &settings.max_fee else {
        return Ok(());
    };
    let most = most.of(token)?;
    match fee <= most {
        true => Ok(()),
        false => Err(Error::Input(format!(
            "The fee can be {}, which is more than --max-fee {}. Nothing was signed.",
            token.unit(fee),
            token.unit(most)
        ))),
    }
}

/// What became of an earlier transaction, in a sentence.
pub fn fate_of(unfinished: &Unfinished, fate: &Fate) -> String {
    let what = format!(
        "An earlier command was interrupted after it had signed: {} (transaction 0x{})",
        unfinished.what,
        hex::encode(unfinished.transaction)
    );
    match fate {
        Fate::Never => format!("{what}. It did not happen, and cannot any more."),
        Fate::Happened(receipt) => match &receipt.failure {
            None => format!("{what}. It happened in block {}.", receipt.block.number),
            Some(reason) => format!(
                "{what}. It failed in block {}: {reason}.",
                receipt.block.number
            ),
        },
    }
}
