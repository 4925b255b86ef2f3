//! What is about to be signed, and what came of it, as it is shown.

use super::Session;
use crate::{signed, step};
use farthing_client::{Answer, Done, Emitted, Error, Plan, Receipt};
use farthing_contracts::Contract;
use farthing_types::{Balance, Hash};
use serde_json::{json, Value};

impl Session {
    pub(super) async fn show_plan<R: Answer>(
        &self,
        words: &str,
        plan: &Plan<R>,
    ) -> Result<(), Error> {
        let metadata = self.client.metadata_of(&plan.what)?;
        let answer = plan.answer_json(&metadata)?;
        let back = self.comes_back(plan).await?;
        if self.settings.dry_run {
            self.output.field(
                "plan",
                json!({
                    "signer": plan.signer,
                    "call": plan.what,
                    "value": plan.value.to_string(),
                    "fee": plan.fee.to_string(),
                    "fee_at_most": plan.fee_at_most.to_string(),
                    "deposit": plan.deposit.to_string(),
                    "deposit_at_most": plan.deposit_at_most.to_string(),
                    "deposit_comes_back": back.map(|back| back.to_string()),
                    "answer": answer,
                }),
            );
        }
        for line in self.plan_lines(words, plan, back) {
            step::tell_plan(&self.settings, &self.output, &line);
        }
        Ok(())
    }

    fn plan_lines<R: Answer>(
        &self,
        words: &str,
        plan: &Plan<R>,
        back: Option<Balance>,
    ) -> Vec<String> {
        let mut cost = String::new();
        if plan.value > 0 {
            cost += &format!("{} go with it; ", self.unit(plan.value));
        }
        cost += &format!(
            "fee {} (at most {})",
            self.unit(plan.fee),
            self.unit(plan.fee_at_most)
        );
        match plan.deposit {
            0 => {}
            back if back < 0 => {
                cost += &format!("; {} of deposit come back", self.token().signed_unit(-back));
            }
            locked => {
                cost += &format!(
                    "; {} are locked as deposit",
                    self.token().signed_unit(locked)
                );
            }
        }
        if plan.deposit_at_most > plan.deposit.max(0) {
            cost += &format!(
                ", or up to {} if others do something at the same moment",
                self.token().signed_unit(plan.deposit_at_most)
            );
        }
        let mut lines = vec![words.to_string(), format!("  as {}", plan.signer)];
        lines.extend(of_many(plan));
        let signed = signed::lines(&plan.what, self.token());
        lines.extend(signed.iter().map(|line| format!("  {line}")));
        lines.push(format!("  {cost}"));
        lines.extend(back.map(|back| format!(
            "  about {} of this deposit come back, as things are: the contract's deposits are one pot, and storage was cheaper when others paid into it",
            self.unit(back)
        )));
        lines
    }

    /// How much of the deposit that a call locks comes back, if that is not all of it.
    async fn comes_back<R: Answer>(&self, plan: &Plan<R>) -> Result<Option<Balance>, Error> {
        match Balance::try_from(plan.deposit) {
            Ok(locked) if locked > 0 => {
                let chain = &self.client.chain;
                chain.deposit_comes_back(plan.to(), locked).await
            }
            _ => Ok(None),
        }
    }

    pub(super) async fn show<T>(&self, words: &str, done: &Done<T>, again: bool) {
        let receipt = &done.receipt;
        let mut events = Vec::new();
        for event in &receipt.events {
            events.push(self.event(event).await);
        }
        self.output.transaction(json!({
            "call": done.what,
            "transaction": format!("0x{}", hex::encode(receipt.transaction)),
            "block": receipt.block.number,
            "block_hash": format!("0x{}", hex::encode(receipt.block.hash)),
            "fee": receipt.fee.to_string(),
            "deposit": receipt.deposit.to_string(),
            "sent_before": again,
            "events": events,
        }));
        self.tell_done(words, receipt);
    }

    /// Tells of a transaction that is no message and was found again.
    pub(super) fn tell_found_step(&self, words: &str, receipt: &Receipt) {
        let mut told = step::told(words, receipt);
        told["sent_before"] = true.into();
        self.output.transaction(told);
        self.tell_done(words, receipt);
    }

    /// A transaction's hash, or where it can be looked at.
    pub fn link_to(&self, transaction: Hash) -> String {
        let hash = format!("0x{}", hex::encode(transaction));
        match &self.settings.explorer {
            Some(explorer) => explorer.replace("{hash}", &hash),
            None => hash,
        }
    }

    /// Says where and at what cost something was done, and where it can be looked at.
    pub(super) fn tell_done(&self, words: &str, receipt: &Receipt) {
        let mut line = format!(
            "{words}: done in block {}, fee {}",
            receipt.block.number,
            self.unit(receipt.fee)
        );
        if receipt.deposit != 0 {
            line += &format!(", deposit {}", self.token().signed_unit(receipt.deposit));
        }
        self.output.say(line);
        let link = self.link_to(receipt.transaction);
        self.output.say(format!("  transaction {link}"));
    }

    /// A contract's event, as its metadata has it; in hexadecimal if it is none of this deployment's.
    pub async fn event(&self, event: &Emitted) -> Value {
        match self.client.event(event).await {
            Some((contract, name, fields)) => json!({
                "contract": contract,
                "address": event.contract,
                "event": name,
                "fields": fields,
            }),
            None => json!({
                "address": event.contract,
                "data": format!("0x{}", hex::encode(&event.data)),
            }),
        }
    }
}

/// Which of them a contract is that there are many of: its name, or its title, was only looked up.
fn of_many<R: Answer>(plan: &Plan<R>) -> Option<String> {
    let contract = Contract::named(&plan.what.contract)?;
    let is_one_of_many = Contract::MANY.contains(&contract);
    is_one_of_many.then(|| format!("  to {} {}", contract.name().replace('_', " "), plan.to()))
}
