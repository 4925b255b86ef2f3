//! Requests to the chain's runtime. The chain's own metadata says how they and the answers are laid out:
//! amounts have 8 bytes on some chains and 16 on others.

use crate::{chain::Block, error::Reason, gas::Gas, token::signed, Account, Chain, Error};
use farthing_types::Balance;
use std::marker::PhantomData;
use subxt::{
    dynamic::Value,
    ext::{
        scale_decode::{
            self,
            visitor::{decode_with_visitor, DecodeAsTypeResult, IgnoreVisitor},
            DecodeAsType, IntoVisitor, TypeResolver, Visitor,
        },
        subxt_core,
    },
    runtime_api::DefaultPayload,
    utils::H256,
};

/// The result of trying a call, or the making of a contract.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub(crate) struct Tried<T> {
    gas_consumed: Weight,
    gas_required: Weight,
    storage_deposit: StorageDeposit,
    pub result: Result<T, Undecoded>,
}

/// Computation and storage proof, by the names that the chain has for them.
#[derive(Clone, Copy, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Weight {
    ref_time: u64,
    proof_size: u64,
}

impl From<Weight> for Gas {
    fn from(weight: Weight) -> Self {
        Self {
            time: weight.ref_time,
            proof: weight.proof_size,
        }
    }
}

impl<T> Tried<T> {
    /// Returns the gas that it used.
    pub fn used(&self) -> Gas {
        self.gas_consumed.into()
    }

    /// Returns the gas that a transaction must be allowed.
    pub fn required(&self) -> Gas {
        self.gas_required.into()
    }

    /// Returns the deposit that it would lock, or give back if it is negative.
    pub fn deposit(&self) -> i128 {
        match self.storage_deposit {
            StorageDeposit::Refund(amount) => -signed(amount),
            StorageDeposit::Charge(amount) => signed(amount),
        }
    }
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
enum StorageDeposit {
    Refund(Balance),
    Charge(Balance),
}

/// What a contract returned.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub(crate) struct Returned {
    flags: ReturnFlags,
    pub data: Vec<u8>,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct ReturnFlags {
    bits: u32,
}

impl Returned {
    /// Returns whether everything that the contract did is undone.
    pub fn is_reverted(&self) -> bool {
        self.flags.bits & 1 == 1
    }
}

/// What the making of a contract returned.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub(crate) struct Made {
    pub result: Returned,
}

/// The result of trying an upload of code.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub(crate) struct Uploaded {
    pub deposit: Balance,
}

/// What the chain says of a transaction before it is sent.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub(crate) struct Info {
    weight: Weight,
    /// The fee, if it uses all the gas that it is allowed.
    pub partial_fee: Balance,
}

impl Info {
    /// Returns the transaction's weight in that case.
    pub fn weight(&self) -> Gas {
        self.weight.into()
    }
}

/// A value in the encoding of whatever type the chain has there.
pub(crate) struct Undecoded(Vec<u8>);

/// Reads a value as an [`Undecoded`], whatever its type.
pub(crate) struct Keep<R>(PhantomData<fn() -> R>);

impl IntoVisitor for Undecoded {
    type AnyVisitor<R: TypeResolver> = Keep<R>;

    fn into_visitor<R: TypeResolver>() -> Keep<R> {
        Keep(PhantomData)
    }
}

impl<R: TypeResolver> Visitor for Keep<R> {
    type Value<'scale, 'resolver> = Undecoded;
    type Error = scale_decode::Error;
    type TypeResolver = R;

    fn unchecked_decode_as_type(
        self,
        input: &mut &[u8],
        type_id: R::TypeId,
        types: &R,
    ) -> DecodeAsTypeResult<Self, Result<Undecoded, Self::Error>> {
        let all = *input;
        let skipped = decode_with_visitor(input, type_id, types, IgnoreVisitor::<R>::new());
        let kept = all.get(..all.len().saturating_sub(input.len()));
        DecodeAsTypeResult::Decoded(match skipped {
            Ok(_) => Ok(Undecoded(kept.unwrap_or_default().to_vec())),
            Err(error) => Err(error.into()),
        })
    }
}

impl Chain {
    /// Tries a contract's message after a block, and returns what it would do and answer.
    pub(crate) async fn try_call(
        &self,
        block: Block,
        signer: Account,
        to: Account,
        value: Balance,
        input: &[u8],
    ) -> Result<Tried<Returned>, Error> {
        let arguments = vec![
            Value::from_bytes(signer.0),
            Value::from_bytes(to.0),
            Value::u128(value),
            none(),
            none(),
            Value::from_bytes(input),
        ];
        self.ask_runtime(block, "ContractsApi", "call", arguments)
            .await
    }

    /// Tries the making of a contract after a block. Its `code` is on the chain or comes with it.
    pub(crate) async fn try_instantiate(
        &self,
        block: Block,
        signer: Account,
        code: Value,
        input: &[u8],
        salt: &[u8],
    ) -> Result<Tried<Made>, Error> {
        let arguments = vec![
            Value::from_bytes(signer.0),
            Value::u128(0),
            none(),
            none(),
            code,
            Value::from_bytes(input),
            Value::from_bytes(salt),
        ];
        self.ask_runtime(block, "ContractsApi", "instantiate", arguments)
            .await
    }

    /// Tries an upload of code after a block.
    pub(crate) async fn try_upload(
        &self,
        block: Block,
        signer: Account,
        code: &[u8],
    ) -> Result<Result<Uploaded, Undecoded>, Error> {
        let arguments = vec![
            Value::from_bytes(signer.0),
            Value::from_bytes(code),
            none(),
            // Codes that every chain takes: nothing that can differ between machines.
            Value::unnamed_variant("Enforced", []),
        ];
        self.ask_runtime(block, "ContractsApi", "upload_code", arguments)
            .await
    }

    /// Returns what a signed transaction weighs and costs after a block.
    pub(crate) async fn try_fee(&self, block: Block, transaction: &[u8]) -> Result<Info, Error> {
        let (api, function) = ("TransactionPaymentApi", "query_info");
        let mut arguments = transaction.to_vec();
        let length = u32::try_from(transaction.len()).unwrap_or(u32::MAX);
        arguments.extend(length.to_le_bytes());
        let name = format!("{api}_{function}");
        let asked = self
            .legacy
            .state_call(&name, Some(&arguments), Some(H256(block.hash)));
        let answer = asked.await?;
        let payload = DefaultPayload::<(), Info>::new(api, function, ());
        let metadata = self.api.metadata();
        let info = subxt_core::runtime_api::decode_value(&mut &answer[..], &payload, &metadata);
        Ok(info.map_err(subxt::Error::from)?)
    }

    async fn ask_runtime<T: DecodeAsType>(
        &self,
        block: Block,
        api: &str,
        function: &str,
        arguments: Vec<Value>,
    ) -> Result<T, Error> {
        let arguments = subxt::ext::scale_value::Composite::unnamed(arguments);
        let payload = DefaultPayload::<_, T>::new(api, function, arguments);
        let runtime = self.api.runtime_api().at(H256(block.hash));
        Ok(runtime.call(payload).await?)
    }

    /// Returns why the chain refused something.
    pub(crate) fn reason(&self, error: &Undecoded) -> Reason {
        Reason::decode(&error.0, &self.api.metadata())
    }
}

fn none() -> Value {
    Value::unnamed_variant("None", [])
}
