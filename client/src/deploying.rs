//! Putting contracts on a chain: code first, then contracts of it.

use crate::{
    client::must_be_empty,
    gas::Gas,
    message::{address as address_of, deposit_limit, weight},
    transaction::{Certainty, Draft, Watcher},
    Account, Chain, Error, Key, Outbox, Receipt,
};
use farthing_types::{address, Balance, Hash};
use ink::env::{
    call::{
        utils::{ReturnType, Set, Unset},
        CreateBuilder, ExecutionInput, LimitParamsV2,
    },
    DefaultEnvironment,
};
use scale::{Decode, Encode};
use subxt::{dynamic::Value, tx::DynamicPayload, utils::H256};

/// A constructor with its arguments, as ink!'s references build it.
pub type Constructor<Contract, Args, R> = CreateBuilder<
    DefaultEnvironment,
    Contract,
    Unset<ink::primitives::Hash>,
    Set<LimitParamsV2<DefaultEnvironment>>,
    Unset<Balance>,
    Set<ExecutionInput<Args>>,
    Unset<ink::env::call::state::Salt>,
    Set<ReturnType<R>>,
>;

/// A contract that can be made: its account follows from these.
#[derive(Clone, Debug)]
pub struct Instance {
    /// The hash of its code.
    pub code: Hash,
    /// The constructor and its arguments, as bytes.
    pub input: Vec<u8>,
    /// What makes it different from others that are alike.
    pub salt: Vec<u8>,
}

impl Instance {
    /// A contract of this code, as `constructor` makes it.
    pub fn new<Contract, Args: Encode, R>(
        code: Hash,
        constructor: Constructor<Contract, Args, R>,
        salt: &[u8],
    ) -> Self {
        let params = constructor.code_hash(ink::primitives::Hash::from(code));
        let params = params.endowment(0).salt_bytes(Vec::<u8>::new()).params();
        Self {
            code,
            input: params.exec_input().encode(),
            salt: salt.to_vec(),
        }
    }

    /// The account that it has, or will have, if `deployer` makes it.
    pub fn address(&self, deployer: Account) -> Account {
        Account(address::contract(
            &deployer,
            &self.code,
            &self.input,
            &self.salt,
        ))
    }
}

/// One transaction of a deployment, and what it would cost.
pub struct Step {
    /// The fee, at most.
    pub fee: Balance,
    /// The storage deposit that it locks.
    pub deposit: i128,
    draft: Draft,
}

impl Chain {
    /// What uploading code would cost.
    ///
    /// # Errors
    /// [`Error::Chain`], [`Error::NotEnough`], [`Error::Node`].
    pub async fn plan_upload(
        &self,
        signer: Account,
        name: &str,
        code: &[u8],
    ) -> Result<Step, Error> {
        // Codes that every chain takes: nothing that can differ between machines.
        let (limit, enforced): (Option<Balance>, u8) = (None, 0);
        let params = (signer, code, limit, enforced).encode();
        let answer = self.ask("ContractsApi_upload_code", &params).await?;
        let bytes = &mut &answer[..];
        let deposit = match u8::decode(bytes)? {
            0 => <(Hash, Balance)>::decode(bytes)?.1,
            _ => return Err(self.refusal(signer, bytes).await),
        };
        let deposit = i128::try_from(deposit).unwrap_or(i128::MAX);
        let payload = subxt::dynamic::tx(
            "Contracts",
            "upload_code",
            vec![
                Value::from_bytes(code),
                deposit_limit(deposit),
                Value::unnamed_variant("Enforced", []),
            ],
        );
        let what = format!("upload of the code of the {name}");
        self.step(signer, what, payload, deposit).await
    }

    /// What making a contract would cost.
    ///
    /// # Errors
    /// [`Error::Chain`], among others if the constructor refuses; [`Error::NotEnough`], [`Error::Node`].
    pub async fn plan_instance(
        &self,
        signer: Account,
        name: &str,
        instance: &Instance,
    ) -> Result<Step, Error> {
        let unlimited: (Option<Gas>, Option<Balance>) = (None, None);
        // The code is there already, so its hash is what names it.
        let (nothing, existing): (Balance, u8) = (0, 1);
        let params = (
            (signer, nothing, unlimited, existing, instance.code),
            (&instance.input, &instance.salt),
        )
            .encode();
        let answer = self.ask("ContractsApi_instantiate", &params).await?;
        let dry_run = self.decode_dry_run(&answer)?;
        match dry_run.returned {
            Ok(returned) if returned.reverted => {
                return Err(Error::Chain(format!("the {name} cannot be made like this")));
            }
            Ok(_) => {}
            Err(reason) => {
                return Err(self.too_poor(signer).await?.unwrap_or(Error::Chain(reason)))
            }
        }
        let with = |gas| {
            let arguments = vec![
                Value::u128(0),
                weight(gas),
                deposit_limit(dry_run.deposit),
                Value::from_bytes(instance.code),
                Value::from_bytes(&instance.input),
                Value::from_bytes(&instance.salt),
            ];
            subxt::dynamic::tx("Contracts", "instantiate", arguments)
        };
        let (gas, _) = self.allow(signer, dry_run.required, with).await?;
        let payload = with(gas);
        let what = format!("making of the {name}");
        self.step(signer, what, payload, dry_run.deposit).await
    }

    /// What sending money from one account to another, which is not emptied by it, would cost.
    ///
    /// # Errors
    /// [`Error::NotEnough`], [`Error::Node`].
    pub async fn plan_transfer(
        &self,
        signer: Account,
        to: Account,
        amount: Balance,
    ) -> Result<Step, Error> {
        let payload = subxt::dynamic::tx(
            "Balances",
            "transfer_keep_alive",
            vec![address_of(to), Value::u128(amount)],
        );
        let what = format!("transfer to {to}");
        let mut step = self.step(signer, what, payload, 0).await?;
        let has = self.money(signer).await?.spendable;
        let needs = step.fee.saturating_add(amount);
        if has < needs {
            return Err(Error::NotEnough {
                account: signer,
                needs: Some(needs),
                has,
            });
        }
        step.draft.value = amount;
        Ok(step)
    }

    async fn ask(&self, function: &str, params: &[u8]) -> Result<Vec<u8>, Error> {
        let best = self.best().await?.hash;
        let answer = self
            .legacy
            .state_call(function, Some(params), Some(H256(best)));
        Ok(answer.await?)
    }

    async fn refusal(&self, signer: Account, error: &[u8]) -> Error {
        let reason = Error::Chain(self.dispatch_error(error));
        match self.too_poor(signer).await {
            Ok(poor) => poor.unwrap_or(reason),
            Err(error) => error,
        }
    }

    /// The chain's own words for too little money are many; this is a tenth of the least that anything
    /// here takes.
    async fn too_poor(&self, account: Account) -> Result<Option<Error>, Error> {
        let needs = crate::amount::UNIT / 100;
        let has = self.money(account).await?.spendable;
        Ok((has < needs).then_some(Error::NotEnough {
            account,
            needs: None,
            has,
        }))
    }

    async fn step(
        &self,
        signer: Account,
        what: String,
        payload: DynamicPayload,
        deposit: i128,
    ) -> Result<Step, Error> {
        let fee = self.fee(signer, &payload).await?;
        let needs = fee.saturating_add(deposit.max(0).unsigned_abs());
        let has = self.money(signer).await?.spendable;
        if has < needs {
            return Err(Error::NotEnough {
                account: signer,
                needs: Some(needs),
                has,
            });
        }
        let bytes = self.api.tx().call_data(&payload)?;
        let draft = Draft {
            what,
            payload,
            fingerprint: farthing_types::commitment::blake2_256(&bytes),
            value: 0,
            answer: Vec::new(),
        };
        Ok(Step {
            fee,
            deposit,
            draft,
        })
    }

    /// Signs and sends a step of a deployment, and waits. Empty the outbox when the result has been told.
    ///
    /// # Errors
    /// Those of [`crate::Client::send`].
    pub async fn send_step(
        &self,
        step: Step,
        key: &Key,
        outbox: &Outbox,
        certainty: Certainty,
        watcher: Watcher<'_>,
    ) -> Result<Receipt, Error> {
        must_be_empty(outbox)?;
        let sent = self.send(step.draft, key, outbox, certainty, watcher);
        sent.await?.succeeded()
    }
}

impl Step {
    /// What it does, for people.
    pub fn what(&self) -> &str {
        &self.draft.what
    }
}
