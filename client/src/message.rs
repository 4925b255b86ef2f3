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

/// A call of a contract: to whom, what, and with how much money. `R` is what the message returns.
pub struct Call<R> {
    pub(crate) to: Account,
    pub(crate) input: Vec<u8>,
    pub(crate) value: Balance,
    /// What it may lock beyond what its dry run did.
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
    /// The message, with `value` attached.
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

    /// Lets it lock so much more as a deposit than its dry run did, if the signer has that: for what costs more
    /// when somebody else was quicker, such as the entry that opens a new page of a list.
    #[must_use]
    pub fn with_deposit_margin(self, margin: Balance) -> Self {
        Self { margin, ..self }
    }

    /// The same with another value attached.
    #[must_use]
    pub fn with_value(mut self, value: Balance) -> Self {
        self.value = value;
        self
    }

    /// The contract that it is for.
    pub fn to(&self) -> Account {
        self.to
    }

    /// What tells it from other calls of the same account.
    pub(crate) fn fingerprint(&self) -> Hash {
        let bytes = (self.to, &self.input, self.value).encode();
        farthing_types::commitment::blake2_256(&bytes)
    }
}

/// What a dry run found out.
pub struct DryRun {
    /// What was used.
    pub used: Gas,
    /// What a transaction must be allowed to use.
    pub required: Gas,
    /// The storage deposit that the signer locks, or gets back if it is negative.
    pub deposit: i128,
    /// What the contract returned, and whether all was undone.
    pub(crate) returned: Result<Returned, Reason>,
}

impl Chain {
    /// What a call would do and answer in the latest block.
    ///
    /// # Errors
    /// [`Error::Node`].
    pub async fn dry_run<R>(&self, signer: Account, call: &Call<R>) -> Result<DryRun, Error> {
        self.dry_run_at(self.best().await?, signer, call).await
    }

    /// The same after another block.
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

/// What a message that can be refused returns.
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

/// Reads what ink! wraps around every answer.
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

/// The chain's own call of a contract's message, which may use `gas` and lock at most `deposit`: what
/// the signer was shown, and no more, whatever happens in between.
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

/// The limit of a transaction that is to lock `deposit`; none at all if that gives back.
pub(crate) fn deposit_limit(deposit: i128) -> Value {
    let most = deposit.max(0).unsigned_abs();
    Value::unnamed_variant("Some", [Value::u128(most)])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a transaction says it may lock at most.
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
