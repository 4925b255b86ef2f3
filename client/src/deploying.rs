//! Putting contracts on a chain: first their code, then the contracts.

mod estimate;

pub use estimate::{Estimate, Larger};

use crate::{
    client::must_be_empty,
    error::{Reason, Refusal},
    message::{deposit_limit, weight},
    outbox::Memory,
    token::signed,
    transaction::{Certainty, Draft, Watcher},
    Account, Block, Chain, Error, Explain, Gas, Key, Outbox, Receipt, Token,
};
use farthing_contracts::{channels::ChannelsRef, streams::StreamsRef};
use farthing_types::{address, Balance, Hash};
use ink::env::{
    call::{
        utils::{ReturnType, Set, Unset},
        CreateBuilder, ExecutionInput, LimitParamsV2,
    },
    DefaultEnvironment,
};
use scale::{Decode, Encode};
use subxt::{dynamic::Value, tx::DynamicPayload};

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

/// A contract that can be made. These fields and the deployer determine its account.
#[derive(Clone, Debug)]
pub struct Instance {
    /// The hash of its code.
    pub code: Hash,
    /// The constructor and its arguments, as bytes.
    pub input: Vec<u8>,
    /// The salt, which tells it apart from contracts that are otherwise alike.
    pub salt: Vec<u8>,
    /// Reads why the constructor refuses.
    refusal: fn(&[u8], &Token) -> Option<Why>,
}

/// Why a constructor refuses: its error, encoded and as a sentence.
pub type Why = (Vec<u8>, String);

/// What a constructor returns: a contract, or an error that can be put into a sentence.
pub trait Constructed {
    /// Reads the constructor's error, encoded and in a sentence, from what ink! returns.
    fn refusal(data: &[u8], token: &Token) -> Option<Why>;
}

impl<C, E: Decode + Encode + Explain> Constructed for Result<C, E> {
    fn refusal(mut data: &[u8], token: &Token) -> Option<Why> {
        let returned = Result::<Result<(), E>, u8>::decode(&mut data);
        let error = returned.ok()?.ok()?.err()?;
        Some((error.encode(), error.explain(token)))
    }
}

macro_rules! never_refused {
    ($($contract:ty),*) => {$(
        impl Constructed for $contract {
            fn refusal(_: &[u8], _: &Token) -> Option<Why> {
                None
            }
        }
    )*};
}

never_refused!(ChannelsRef, StreamsRef);

impl Instance {
    /// Describes a contract of this code that `constructor` makes.
    pub fn new<Contract, Args: Encode, R: Constructed>(
        code: Hash,
        constructor: Constructor<Contract, Args, R>,
        salt: &[u8],
    ) -> Self {
        Self {
            refusal: R::refusal,
            ..Self::without_reasons(code, constructor, salt)
        }
    }

    /// Describes one whose constructor returns errors that this library has no sentences for.
    pub fn without_reasons<Contract, Args: Encode, R>(
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
            refusal: |_, _| None,
        }
    }

    /// Returns why its constructor refuses, from what it returned.
    fn refused(&self, name: &str, token: &Token, data: &[u8]) -> Error {
        match (self.refusal)(data, token) {
            Some((bytes, sentence)) => Error::Refused(Box::new(Refusal {
                contract: name.into(),
                message: "new".into(),
                error: format!("0x{}", hex::encode(&bytes)).into(),
                bytes,
                sentence,
            })),
            None => Error::Chain(Reason::new(&format!("the {name} cannot be made like this"))),
        }
    }

    /// Returns the chain's own call that makes it, which may use `gas` and lock at most `deposit`.
    fn payload(&self, gas: Gas, deposit: i128) -> DynamicPayload {
        let arguments = vec![
            Value::u128(0),
            weight(gas),
            deposit_limit(deposit),
            Value::from_bytes(self.code),
            Value::from_bytes(&self.input),
            Value::from_bytes(&self.salt),
        ];
        subxt::dynamic::tx("Contracts", "instantiate", arguments)
    }

    /// Returns the account that it has, or will have, if `deployer` makes it.
    pub fn address(&self, deployer: Account) -> Account {
        Account(address::contract(
            &deployer,
            &self.code,
            &self.input,
            &self.salt,
        ))
    }
}

/// One transaction of a deployment, and what it would cost in the smallest unit.
pub struct Step {
    /// The most that the fee can be, in the smallest unit.
    pub fee: Balance,
    /// The storage deposit that it locks, in the smallest unit.
    pub deposit: i128,
    pub(crate) draft: Draft,
}

impl Chain {
    /// Plans an upload of code, and returns what it would cost.
    ///
    /// # Errors
    /// [`Error::Chain`], [`Error::NotEnough`], [`Error::Node`].
    pub async fn plan_upload(
        &self,
        signer: Account,
        name: &str,
        code: &[u8],
    ) -> Result<Step, Error> {
        let best = self.best().await?;
        let deposit = self.tried_upload(best, signer, code).await?;
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
        self.step(signer, what, payload, deposit, 0).await
    }

    /// Plans the making of a contract, and returns what it would cost.
    ///
    /// # Errors
    /// [`Error::Chain`], for example if the constructor refuses; [`Error::NotEnough`], [`Error::Node`].
    pub async fn plan_instance(
        &self,
        signer: Account,
        name: &str,
        instance: &Instance,
    ) -> Result<Step, Error> {
        let best = self.best().await?;
        let there = Value::unnamed_variant("Existing", [Value::from_bytes(instance.code)]);
        let tried = self.tried_instance(best, signer, name, instance, there);
        let (required, deposit) = tried.await?;
        let with = |gas| instance.payload(gas, deposit);
        let (gas, _) = self.allow(signer, required, with).await?;
        let payload = with(gas);
        let what = format!("making of the {name}");
        self.step(signer, what, payload, deposit, 0).await
    }

    /// Returns the deposit of code that is uploaded after a block.
    async fn tried_upload(
        &self,
        block: Block,
        signer: Account,
        code: &[u8],
    ) -> Result<i128, Error> {
        match self.try_upload(block, signer, code).await? {
            Ok(uploaded) => Ok(signed(uploaded.deposit)),
            Err(error) => Err(self.refusal(signer, self.reason(&error)).await),
        }
    }

    /// Returns the gas and the deposit that a contract takes which is made after a block, of `code` that is
    /// there or comes with it.
    async fn tried_instance(
        &self,
        block: Block,
        signer: Account,
        name: &str,
        instance: &Instance,
        code: Value,
    ) -> Result<(Gas, i128), Error> {
        let (input, salt) = (&instance.input, &instance.salt);
        let tried = self.try_instantiate(block, signer, code, input, salt);
        let tried = tried.await?;
        let takes = (tried.required(), tried.deposit());
        match tried.result {
            Ok(made) if made.result.is_reverted() => {
                Err(instance.refused(name, self.token(), &made.result.data))
            }
            Ok(_) => Ok(takes),
            Err(error) => Err(self.refusal(signer, self.reason(&error)).await),
        }
    }

    async fn refusal(&self, signer: Account, reason: Reason) -> Error {
        match self.too_poor(signer).await {
            Ok(poor) => poor.unwrap_or(Error::Chain(reason)),
            Err(error) => error,
        }
    }

    /// Returns an error if an account has too little money for anything here: less than a tenth of the
    /// least that anything takes. The chain's own words for that are many.
    async fn too_poor(&self, account: Account) -> Result<Option<Error>, Error> {
        let needs = self.token().whole() / 100;
        let has = self.money(account).await?.spendable;
        Ok((has < needs).then(|| self.not_enough(account, None, has)))
    }

    pub(crate) async fn step(
        &self,
        signer: Account,
        what: String,
        payload: DynamicPayload,
        deposit: i128,
        value: Balance,
    ) -> Result<Step, Error> {
        let fee = self.fee(signer, &payload).await?;
        let locks = deposit.max(0).unsigned_abs();
        let needs = fee.saturating_add(locks).saturating_add(value);
        let has = self.money(signer).await?.spendable;
        if has < needs {
            return Err(self.not_enough(signer, Some(needs), has));
        }
        let bytes = self.api.tx().call_data(&payload)?;
        let draft = Draft {
            what,
            payload,
            fingerprint: farthing_types::commitment::blake2_256(&bytes),
            value,
            answer: Vec::new(),
            memory: Memory::new(),
        };
        Ok(Step {
            fee,
            deposit,
            draft,
        })
    }

    /// Signs and sends a step of a deployment, and waits for the result. Empty the outbox once the user has
    /// been told the result.
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
        sent.await?.succeeded(self.token())
    }
}

impl Step {
    /// Returns the same step with something to remember in the outbox until it is settled.
    #[must_use]
    pub fn remembering(mut self, memory: Memory) -> Self {
        self.draft.memory = memory;
        self
    }

    /// Returns what the step does, in words for people.
    pub fn what(&self) -> &str {
        &self.draft.what
    }
}
