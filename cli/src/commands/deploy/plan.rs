//! What a deployment takes, step by step, before the first is taken.

use super::{Built, Deploying};
use crate::{outcome::Outcome, step::tell_plan};
use farthing_client::{Account, Error, Estimate, Larger};
use farthing_contracts::Contract;
use farthing_types::Balance;
use serde_json::{json, Value};
use std::collections::BTreeMap;

/// A step that is yet to be taken.
struct Planned {
    what: String,
    fee: Balance,
    deposit: i128,
    /// Whether it cannot be tried out yet, as what it builds on is not there.
    is_estimate: bool,
}

/// What was tried out already: the code goes to the node each time.
type Tried = BTreeMap<Contract, Estimate>;

impl Deploying<'_> {
    /// Plans all steps, says what they come to together, and that there is as much. Nothing is written.
    pub(super) async fn plan(&self, there: &BTreeMap<Contract, Account>) -> Outcome {
        let steps = self.steps(there).await?;
        let token = self.chain.token();
        let fee: Balance = steps.iter().map(|step| step.fee).sum();
        let deposit: i128 = steps.iter().map(|step| step.deposit).sum();
        for (contract, address) in there {
            self.say(&format!("{contract}: is there, at {address}"));
        }
        for step in &steps {
            let about = if step.is_estimate { "about " } else { "" };
            self.say(&format!(
                "{}: fee {about}{} at most, deposit {about}{}",
                step.what,
                token.unit(step.fee),
                token.signed_unit(step.deposit)
            ));
        }
        if !steps.is_empty() {
            self.say(&format!(
                "In all, {} steps as {}: fees {} at most, deposits {}",
                steps.len(),
                self.key.account(),
                token.unit(fee),
                token.signed_unit(deposit)
            ));
        }
        if self.settings.dry_run {
            let addresses = there.iter();
            let addresses: BTreeMap<_, _> = addresses.map(|(one, at)| (one.name(), at)).collect();
            let steps: Vec<_> = steps.iter().map(Planned::json).collect();
            self.output.field(
                "plan",
                json!({
                    "there": addresses,
                    "steps": steps,
                    "fee_at_most": fee.to_string(),
                    "deposit": deposit.to_string(),
                }),
            );
        }
        self.must_have(fee, deposit).await
    }

    /// Refuses to begin what cannot be paid for to its end.
    async fn must_have(&self, fee: Balance, deposit: i128) -> Outcome {
        let account = self.key.account();
        let needs = fee.saturating_add(deposit.max(0).unsigned_abs());
        let has = self.chain.money(account).await?.spendable;
        if needs <= has {
            return Ok(());
        }
        Err(self.chain.not_enough(account, Some(needs), has).into())
    }

    async fn steps(&self, there: &BTreeMap<Contract, Account>) -> Result<Vec<Planned>, Error> {
        let signer = self.key.account();
        let mut steps = Vec::new();
        for built in self.built.values() {
            if self.chain.has_code(built.metadata.code_hash).await? {
                continue;
            }
            let name = built.metadata.name.as_str();
            let step = self.chain.plan_upload(signer, name, &built.wasm).await?;
            steps.push(Planned {
                what: step.what().into(),
                fee: step.fee,
                deposit: step.deposit,
                is_estimate: false,
            });
        }
        let mut tried = Tried::new();
        for contract in Contract::SINGLE {
            if !there.contains_key(&contract) {
                steps.push(self.making(contract, there, &mut tried).await?);
            }
        }
        Ok(steps)
    }

    async fn making(
        &self,
        contract: Contract,
        there: &BTreeMap<Contract, Account>,
        tried: &mut Tried,
    ) -> Result<Planned, Error> {
        let asks_registry = matches!(contract, Contract::Storefront | Contract::PoolFactory);
        let is_estimate = asks_registry && !there.contains_key(&Contract::Registry);
        let estimate = match is_estimate {
            true => self.by_twin(contract, tried).await?,
            false => self.tried(contract, tried).await?,
        };
        Ok(Planned {
            what: format!("making of the {contract}"),
            fee: estimate.fee,
            deposit: estimate.deposit,
            is_estimate,
        })
    }

    async fn tried(&self, contract: Contract, tried: &mut Tried) -> Result<Estimate, Error> {
        if let Some(known) = tried.get(&contract) {
            return Ok(known.clone());
        }
        let instance = self.instance(contract)?;
        let (signer, name) = (self.key.account(), contract.name());
        let code = &self.built(contract)?.wasm;
        let estimate = self.chain.estimate_instance(signer, name, &instance, code);
        let estimate = estimate.await?;
        tried.insert(contract, estimate.clone());
        Ok(estimate)
    }

    /// What asks the registry cannot be tried out before there is one. The channels are the most similar.
    async fn by_twin(&self, contract: Contract, tried: &mut Tried) -> Result<Estimate, Error> {
        let (twin, registry) = (Contract::Channels, Contract::Registry);
        let twins = self.tried(twin, tried).await?;
        let calls = self.tried(registry, tried).await?;
        let instance = self.instance(contract)?;
        let (built, twin): (&Built, &Built) = (self.built(contract)?, self.built(twin)?);
        let code = (&instance, &built.wasm[..]);
        let estimate = self.chain.estimate_by_twin(
            self.key.account(),
            code,
            (&twins, &twin.wasm),
            &calls,
            self.larger_than_channels(contract),
        );
        estimate.await
    }

    /// How much more a contract stores than channels do, which store genesis hash, guardian and a moment.
    fn larger_than_channels(&self, contract: Contract) -> Larger {
        let guardian = if self.terms.guardian.is_some() { 33 } else { 1 };
        let channels = 32 + guardian + 8;
        match contract {
            // Registry, fee, treasury, guardian, a moment; and the fees that are due.
            Contract::Storefront => Larger {
                items: 1,
                bytes: 32 + 2 + 32 + guardian + 8 + 16 - channels,
            },
            // Registry, code, fee, how many pages, and an empty list.
            _ => Larger {
                items: 0,
                bytes: 32 + 32 + if self.terms.pool_fee.is_some() { 35 } else { 1 } + 4 + 1
                    - channels,
            },
        }
    }

    fn say(&self, line: &str) {
        tell_plan(self.settings, self.output, line);
    }
}

impl Planned {
    fn json(&self) -> Value {
        json!({
            "what": self.what,
            "fee_at_most": self.fee.to_string(),
            "deposit": self.deposit.to_string(),
            "estimated": self.is_estimate,
        })
    }
}
