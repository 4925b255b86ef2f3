//! Calling contracts: messages that must go through, and messages that must be refused.

use farthing_chain::{Account, AccountId, Balance, Chain, Failure, Message, Receipt};
use ink::scale::{Decode, Encode};
use std::fmt::Debug;

/// Calls a message that must go through; what it answers is of no interest.
pub fn done<Args: Encode, T: Decode, E: Decode + Debug>(
    chain: &mut Chain,
    signer: &Account,
    message: Message<Args, Result<T, E>>,
    value: Balance,
) -> Receipt {
    match chain.call(signer, message, value) {
        Ok((_, receipt)) => receipt,
        Err(error) => panic!("refused to {}: {error:?}", signer.name()),
    }
}

/// Has a message refused twice, by a dry run and in a block of its own, and checks that the block
/// changed nothing in the contracts and moved no money: only the fee is gone. Returns the error.
pub fn refuse<Args: Encode + Clone, T: Decode + Debug, E: Decode + Debug>(
    chain: &mut Chain,
    contracts: &[AccountId],
    signer: &Account,
    message: Message<Args, Result<T, E>>,
    value: Balance,
) -> E {
    let error = refused(chain.call(signer, message.clone(), value));
    check_refusal(chain, contracts, signer, message, value);
    error
}

/// The second half of [`refuse`], for a message that a dry run has refused.
pub fn check_refusal<Args: Encode, R>(
    chain: &mut Chain,
    contracts: &[AccountId],
    signer: &Account,
    message: Message<Args, R>,
    value: Balance,
) {
    let before = everything_but_fees(chain, contracts, signer);
    let outcome = chain.call_unasked(signer, message, value);
    let reverted = outcome.expect_err("what a dry run refuses, the chain refuses");
    let reverted = format!("{reverted:?}");
    assert!(reverted.contains("ContractReverted"), "{reverted}");
    let after = everything_but_fees(chain, contracts, signer);
    assert_eq!(after, before, "a refused message changed something");
}

/// The contract's own error out of a message that was refused.
pub fn refused<T: Debug, E: Debug>(outcome: Result<T, Failure<E>>) -> E {
    match outcome {
        Err(Failure::Contract(error)) => error,
        other => panic!("expected an error of the contract, not {other:?}"),
    }
}

/// All events of a transaction, which must be of type `E`, every one of them.
pub fn only<E: Decode + ink::env::Event>(receipt: &Receipt) -> Vec<E> {
    let events = receipt.events_of::<E>();
    assert_eq!(events.len(), receipt.events.len(), "another event");
    events
}

/// The contracts' storage and money, and all money that is not the signer's: fees are burnt, so that
/// they do not show in it.
fn everything_but_fees(
    chain: &mut Chain,
    contracts: &[AccountId],
    signer: &Account,
) -> (Vec<(Vec<u8>, Balance)>, Balance) {
    let contracts = contracts
        .iter()
        .map(|id| (chain.storage_root(id), chain.total_balance(id)))
        .collect();
    let others = chain.total_issuance() - chain.total_balance(&signer.id());
    (contracts, others)
}
