//! Messages to contracts, and what they would do.

use crate::{
    chain::{Block, Chain},
    error::{Reason, Refusal},
    gas::Gas,
    metadata::{Described, Metadata},
    runtime::Returned,
    Account, Error, Explain, Token,
};
use farthing_types::{Balance, Hash};
use ink::env::{
    call::{
        utils::{ReturnType, Set},
        CallBuilder, ExecutionInput,
    },
    DefaultEnvironment,
};
use scale::{Decode, Encode};
use std::marker::PhantomData;
use subxt::{dynamic::Value, tx::DynamicPayload};

/// A message with its arguments, as ink!'s references build it.
pub type Message<Args, R> = CallBuilder<
    DefaultEnvironment,
    Set<ink::env::call::Call<DefaultEnvironment>>,
    Set<ExecutionInput<Args>>,
    Set<ReturnType<R>>,
>;

/// A call of a contract: the contract, the message, and the money attached. `R` is the type that the message
/// returns.
pub struct Call<R> {
    pub(crate) to: Account,
    pub(crate) input: Vec<u8>,
    pub(crate) value: Balance,
    /// How much more deposit it may lock than its dry run did.
    pub(crate) margin: Balance,
    answers: PhantomData<fn() -> R>,
}

impl<R> Clone for Call<R> {
    fn clone(&self) -> Self {
        Self {
            to: self.to,
            input: self.input.clone(),
            value: self.value,
            margin: self.margin,
            answers: PhantomData,
        }
    }
}

impl<R> Call<R> {
    /// Makes a call of a message with `value` attached.
    pub fn new<Args: Encode>(message: Message<Args, R>, value: Balance) -> Self {
        let params = message.params();
        Self {
            to: params.callee().into(),
            input: params.exec_input().encode(),
            value,
            margin: 0,
            answers: PhantomData,
        }
    }

    /// Allows the call to lock this much more deposit than its dry run did, if the signer has it. Use it for
    /// calls that cost more if somebody else was quicker, such as one that then has to open a new page of a
    /// list.
    #[must_use]
    pub fn with_deposit_margin(self, margin: Balance) -> Self {
        Self { margin, ..self }
    }

    /// Returns the same call with another value attached.
    #[must_use]
    pub fn with_value(mut self, value: Balance) -> Self {
        self.value = value;
        self
    }

    /// Returns the contract that it is for.
    pub fn to(&self) -> Account {
        self.to
    }

    /// Returns a hash that tells it apart from other calls of the same account.
    pub(crate) fn fingerprint(&self) -> Hash {
        let bytes = (self.to, &self.input, self.value).encode();
        farthing_types::commitment::blake2_256(&bytes)
    }
}

/// The result of a dry run.
pub struct DryRun {
    /// The gas that was used.
    pub used: Gas,
    /// The gas that a transaction must be allowed.
    pub required: Gas,
    /// The storage deposit that the signer would lock, or get back if it is negative.
    pub deposit: i128,
    /// What the contract returned, and whether everything was undone.
    pub(crate) returned: Result<Returned, Reason>,
}

impl Chain {
    /// Runs a call on the latest block without sending it. Returns what it would do and answer.
    ///
    /// # Errors
    /// [`Error::Node`].
    pub async fn dry_run<R>(&self, signer: Account, call: &Call<R>) -> Result<DryRun, Error> {
        self.dry_run_at(self.best().await?, signer, call).await
    }

    /// Does a dry run as of another block.
    ///
    /// # Errors
    /// [`Error::Node`].
    pub async fn dry_run_at<R>(
        &self,
        block: Block,
        signer: Account,
        call: &Call<R>,
    ) -> Result<DryRun, Error> {
        let tried = self.try_call(block, signer, call.to, call.value, &call.input);
        let tried = tried.await?;
        Ok(DryRun {
            used: tried.used(),
            required: tried.required(),
            deposit: tried.deposit(),
            returned: tried.result.map_err(|error| self.reason(&error)),
        })
    }
}

/// The result type of a message that can be refused.
pub trait Answer: Sized {
    /// What it answers if it is not refused.
    type Good;

    /// Reads the answer from what ink! returns, which may be a refusal.
    ///
    /// # Errors
    /// [`Error::Refused`], or [`Error::Disagree`] if the bytes are nothing that this program knows.
    fn read(
        what: &Described,
        metadata: &Metadata,
        token: &Token,
        data: &[u8],
    ) -> Result<Self::Good, Error>;
}

impl<T: Decode, E: Decode + Encode + Explain> Answer for Result<T, E> {
    type Good = T;

    fn read(what: &Described, metadata: &Metadata, token: &Token, data: &[u8]) -> Result<T, Error> {
        decode::<Self>(what, data)?.map_err(|error| {
            let answer = metadata.answer(&what.message, data).unwrap_or_default();
            Error::Refused(Box::new(Refusal {
                contract: what.contract.clone(),
                message: what.message.clone(),
                error: answer.get("Err").cloned().unwrap_or(answer),
                bytes: error.encode(),
                sentence: error.explain(token),
            }))
        })
    }
}

/// A message that answers nothing and cannot be refused.
impl Answer for () {
    type Good = ();

    fn read(what: &Described, _: &Metadata, _: &Token, data: &[u8]) -> Result<(), Error> {
        decode(what, data)
    }
}

/// Decodes an answer, and removes what ink! wraps around it.
pub(crate) fn decode<T: Decode>(what: &Described, mut data: &[u8]) -> Result<T, Error> {
    let disagree = |reason: &str| Error::Disagree {
        contract: what.contract.clone(),
        reason: format!("its answer to {} {reason}", what.message),
    };
    let answer = Result::<T, u8>::decode(&mut data);
    match answer {
        Ok(Ok(answer)) if data.is_empty() => Ok(answer),
        Ok(Err(_)) => Err(disagree("is that it does not know the message")),
        _ => Err(disagree("has another form")),
    }
}

/// Returns the chain's own call that calls a contract's message. It may use `gas` and lock at most `deposit`.
/// Whatever happens in between, that is what the signer was shown, and no more.
pub(crate) fn payload<R>(call: &Call<R>, gas: Gas, deposit: i128) -> DynamicPayload {
    subxt::dynamic::tx(
        "Contracts",
        "call",
        vec![
            address(call.to),
            Value::u128(call.value),
            weight(gas),
            deposit_limit(deposit),
            Value::from_bytes(&call.input),
        ],
    )
}

pub(crate) fn address(account: Account) -> Value {
    Value::unnamed_variant("Id", [Value::from_bytes(account.0)])
}

pub(crate) fn weight(gas: Gas) -> Value {
    Value::named_composite([
        ("ref_time", Value::u128(gas.time.into())),
        ("proof_size", Value::u128(gas.proof.into())),
    ])
}

/// Returns the deposit limit of a transaction that is to lock `deposit`. There is none if the transaction
/// gives deposit back.
pub(crate) fn deposit_limit(deposit: i128) -> Value {
    let most = deposit.max(0).unsigned_abs();
    Value::unnamed_variant("Some", [Value::u128(most)])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns what a transaction says it may lock at most.
    fn limit(deposit: i128) -> String {
        deposit_limit(deposit).to_string()
    }

    #[test]
    fn a_transaction_may_lock_the_deposit_that_was_shown_and_no_more() {
        let most = |amount: u128| Value::unnamed_variant("Some", [Value::u128(amount)]).to_string();
        assert_eq!(limit(100_440_000_000), most(100_440_000_000));
        assert_eq!(limit(0), most(0));
        // What gives back locks nothing.
        assert_eq!(limit(-5), most(0));
    }

    #[test]
    fn the_limit_of_a_call_is_what_its_dry_run_found() {
        let call = Call::<()> {
            to: Account([7; 32]),
            input: vec![1, 2, 3],
            value: 9,
            margin: 0,
            answers: PhantomData,
        };
        let payload = payload(&call, Gas::default(), 42);
        let shown = format!("{payload:?}");
        let limit = format!("{:?}", deposit_limit(42));
        assert!(shown.contains(&limit), "{shown}");
    }
}
