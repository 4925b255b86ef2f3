//! Uploading, instantiating, calling and reading contracts, through ink!'s typed references.

use crate::{
    backend::{Backend, Call, ContractCall},
    Account, AccountId, Balance, Chain, Receipt,
};
use frame_support::{storage::with_transaction_unchecked, weights::Weight};
use ink::env::{
    call::{
        utils::{ReturnType, Set, Unset},
        CallBuilder, CreateBuilder, ExecutionInput, LimitParamsV2,
    },
    DefaultEnvironment,
};
use ink::primitives::{Clear, LangError};
use scale::{Decode, Encode};
use sp_runtime::{DispatchError, TransactionOutcome};

/// What a transaction may use at most; what it does not use is given back.
const GAS_LIMIT: Weight = Weight::from_parts(500_000_000_000, 5 * 1024 * 1024);

/// Who asks where it does not matter.
const NOBODY: AccountId = AccountId::new([0; 32]);

/// A message to a contract, with its arguments, as ink!'s references build it.
pub type Message<Args, R> = CallBuilder<
    DefaultEnvironment,
    Set<ink::env::call::Call<DefaultEnvironment>>,
    Set<ExecutionInput<Args>>,
    Set<ReturnType<R>>,
>;

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

/// Why a contract refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure<E> {
    /// The message returned an error; nothing it did remains.
    Contract(E),
    /// The contract trapped, ran out of gas, or the chain refused the transaction.
    Chain(DispatchError),
    /// ink! could not read the call: no such message, wrong arguments, or money sent to a message
    /// that takes none.
    Language(LangError),
}

/// What a call would answer and cost, had it been sent.
pub struct DryRun<R> {
    /// What the message would return.
    pub answer: R,
    /// Weight the call would use, without what every transaction costs.
    pub weight: Weight,
}

/// A contract that was just instantiated.
pub struct Deployed {
    /// The new contract's account.
    pub account: AccountId,
    /// What the transaction cost.
    pub receipt: Receipt,
}

/// The two kinds of account id: the chain's and ink!'s.
pub trait AsInk {
    /// Returns the same 32 bytes as ink!'s type.
    fn ink(&self) -> ink::primitives::AccountId;
}

impl AsInk for AccountId {
    fn ink(&self) -> ink::primitives::AccountId {
        ink::primitives::AccountId::from(<[u8; 32]>::from(self.clone()))
    }
}

/// Returns the reference through which the contract at `account` is called.
pub fn at<Ref: ink::env::call::FromAccountId<DefaultEnvironment>>(account: &AccountId) -> Ref {
    Ref::from_account_id(account.ink())
}

fn account_of(ink: &ink::primitives::AccountId) -> AccountId {
    AccountId::from(*<ink::primitives::AccountId as AsRef<[u8; 32]>>::as_ref(
        ink,
    ))
}

impl Chain {
    /// Uploads `code` and instantiates it, giving it `endowment`.
    ///
    /// Fails with [`Failure::Contract`] holding the constructor's own error where it has one.
    pub fn deploy<C, Args, R, E>(
        &mut self,
        deployer: &Account,
        code: &[u8],
        constructor: Constructor<C, Args, R>,
        endowment: Balance,
    ) -> Result<Deployed, Failure<E>>
    where
        Args: Encode,
        E: Decode,
    {
        let data = constructor
            .endowment(0)
            .code_hash(ink::primitives::Hash::CLEAR_HASH)
            .salt_bytes(Vec::new())
            .params()
            .exec_input()
            .encode();
        let account = self.dry_deploy::<E>(&deployer.id(), code, data.clone(), endowment)?;
        let receipt = self
            .submit(
                deployer,
                Call::Instantiate {
                    code: code.to_vec(),
                    data,
                    value: endowment,
                    gas: GAS_LIMIT,
                },
            )
            .map_err(Failure::Chain)?;
        Ok(Deployed { account, receipt })
    }

    /// Puts `code` on the chain without making a contract of it, for contracts that make others.
    pub fn upload(&mut self, uploader: &Account, code: &[u8]) -> Result<Receipt, DispatchError> {
        let code = code.to_vec();
        self.submit(uploader, Call::Upload { code })
    }

    fn dry_deploy<E: Decode>(
        &mut self,
        deployer: &AccountId,
        code: &[u8],
        data: Vec<u8>,
        endowment: Balance,
    ) -> Result<AccountId, Failure<E>> {
        let outcome = self.rolled_back(|runtime| {
            runtime.instantiate(deployer, code.to_vec(), data, endowment, GAS_LIMIT)
        });
        let made = outcome.map_err(Failure::Chain)?;
        if made.reverted {
            let answer = Result::<Result<(), E>, LangError>::decode(&mut &made.data[..]);
            return Err(match answer {
                Ok(Ok(Err(error))) => Failure::Contract(error),
                Ok(Err(error)) => Failure::Language(error),
                _ => Failure::Chain(DispatchError::Other("unreadable answer of a constructor")),
            });
        }
        Ok(made.account)
    }

    /// Calls a message that changes state, with `value` attached, in a signed transaction.
    ///
    /// As a careful frontend does, it asks first (a dry run): a message that would return an error is
    /// not sent and costs nothing.
    pub fn call<Args: Encode, T: Decode, E: Decode>(
        &mut self,
        signer: &Account,
        message: Message<Args, Result<T, E>>,
        value: Balance,
    ) -> Result<(T, Receipt), Failure<E>> {
        let (callee, input) = parts(message);
        let run = self.dry_run_raw::<Result<T, E>, E>(
            &signer.id(),
            &callee,
            input.clone(),
            value,
            GAS_LIMIT,
        )?;
        let answer = run.answer.map_err(Failure::Contract)?;
        let receipt = self
            .send(signer, &callee, input, value)
            .map_err(Failure::Chain)?;
        Ok((answer, receipt))
    }

    /// Sends a message without asking first: one that returns an error costs its fee, and fails as
    /// `ContractReverted`.
    pub fn call_unasked<Args: Encode, R>(
        &mut self,
        signer: &Account,
        message: Message<Args, R>,
        value: Balance,
    ) -> Result<Receipt, DispatchError> {
        let (callee, input) = parts(message);
        self.send(signer, &callee, input, value)
    }

    /// Returns what `caller` would be answered, with `value` attached. Changes nothing.
    pub fn dry_run<Args: Encode, R: Decode>(
        &mut self,
        caller: &AccountId,
        message: Message<Args, R>,
        value: Balance,
    ) -> Result<DryRun<R>, Failure<()>> {
        let (callee, input) = parts(message);
        self.dry_run_raw(caller, &callee, input, value, GAS_LIMIT)
    }

    /// Tries as [`Chain::dry_run`] does, for a caller who allows no more than `gas`.
    pub fn dry_run_within<Args: Encode, R: Decode>(
        &mut self,
        caller: &AccountId,
        message: Message<Args, R>,
        value: Balance,
        gas: Weight,
    ) -> Result<DryRun<R>, Failure<()>> {
        let (callee, input) = parts(message);
        self.dry_run_raw(caller, &callee, input, value, gas)
    }

    /// Reads a message that changes nothing; it must succeed.
    pub fn read<Args: Encode, R: Decode>(&mut self, message: Message<Args, R>) -> R {
        self.read_dry(message).answer
    }

    /// Returns the weight that reading `message` takes.
    pub fn weight_of_read<Args: Encode, R: Decode>(&mut self, message: Message<Args, R>) -> Weight {
        self.read_dry(message).weight
    }

    /// Returns whether the contract at `callee` can read this call of `caller`, whatever it makes of it.
    /// Changes nothing.
    ///
    /// # Panics
    /// If the contract traps, so that it cannot tell.
    pub fn can_read(&mut self, caller: &AccountId, callee: &AccountId, input: Vec<u8>) -> bool {
        let call = ContractCall {
            to: callee.clone(),
            input,
            value: 0,
            gas: GAS_LIMIT,
        };
        let outcome = self.rolled_back(|runtime| runtime.call(caller, call));
        let data = outcome
            .data
            .unwrap_or_else(|e| panic!("the contract does not answer: {e:?}"));
        // ink! begins its answer with whether it could.
        data.first() == Some(&0)
    }

    fn read_dry<Args: Encode, R: Decode>(&mut self, message: Message<Args, R>) -> DryRun<R> {
        self.dry_run(&NOBODY, message, 0)
            .unwrap_or_else(|e| panic!("a read-only message failed: {e:?}"))
    }

    fn send(
        &mut self,
        signer: &Account,
        callee: &AccountId,
        input: Vec<u8>,
        value: Balance,
    ) -> Result<Receipt, DispatchError> {
        let call = ContractCall {
            to: callee.clone(),
            input,
            value,
            gas: GAS_LIMIT,
        };
        self.submit(signer, Call::Contract(call))
    }

    fn dry_run_raw<R: Decode, E>(
        &mut self,
        caller: &AccountId,
        callee: &AccountId,
        input: Vec<u8>,
        value: Balance,
        gas: Weight,
    ) -> Result<DryRun<R>, Failure<E>> {
        let call = ContractCall {
            to: callee.clone(),
            input,
            value,
            gas,
        };
        let outcome = self.rolled_back(|runtime| runtime.call(caller, call));
        let data = outcome.data.map_err(Failure::Chain)?;
        let answer = Result::<R, LangError>::decode(&mut &data[..])
            .map_err(|_| Failure::Chain(DispatchError::Other("unreadable answer of a message")))?
            .map_err(Failure::Language)?;
        Ok(DryRun {
            answer,
            weight: outcome.weight,
        })
    }

    fn rolled_back<T>(&mut self, f: impl FnOnce(&dyn Backend) -> T) -> T {
        self.run(|runtime| with_transaction_unchecked(|| TransactionOutcome::Rollback(f(runtime))))
    }
}

fn parts<Args: Encode, R>(message: Message<Args, R>) -> (AccountId, Vec<u8>) {
    let params = message.params();
    (account_of(params.callee()), params.exec_input().encode())
}
