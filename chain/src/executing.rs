//! A profile's runtime at work: blocks, transactions, and what they cost.

use super::{
    Address, Balance, Balances, Contracts, Executive, Hash, Header, Nonce, Runtime, RuntimeCall,
    RuntimeEvent, SignedExtra, System, Timestamp, UncheckedExtrinsic,
};
use crate::{
    backend::{Answered, Backend, Call, ContractCall, Made},
    Account, AccountId, ContractEvent, Receipt,
};
use frame_support::{
    traits::fungible::{Inspect, Mutate},
    weights::Weight,
};
use pallet_contracts::{CollectEvents, DebugInfo, Determinism};
use scale::Encode;
use sp_core::storage::Storage;
use sp_runtime::{
    generic::Era, BuildStorage, DispatchError, MultiAddress, MultiSignature, SaturatedConversion,
};

/// Runs the runtime on the storage that it is called in.
pub struct Executing;

impl Backend for Executing {
    fn genesis(&self) -> Storage {
        frame_system::GenesisConfig::<Runtime>::default()
            .build_storage()
            .expect("an empty genesis always builds")
    }

    fn begin(&self, millis: u64) {
        let genesis = header(0, Default::default());
        frame_system::BlockHash::<Runtime>::insert(0, genesis.hash());
        open_block_after(&genesis, millis);
    }

    fn seal(&self, millis: u64) {
        assert!(
            millis > Timestamp::get(),
            "a block must be later than its parent"
        );
        let sealed: Header = Executive::finalize_block();
        System::reset_events();
        open_block_after(&sealed, millis);
    }

    fn genesis_hash(&self) -> [u8; 32] {
        System::block_hash(0).0
    }

    fn block(&self) -> u32 {
        System::block_number()
    }

    fn now(&self) -> u64 {
        Timestamp::get()
    }

    fn code_hash(&self, contract: &AccountId) -> Option<[u8; 32]> {
        Contracts::code_hash(contract).map(|hash| hash.0)
    }

    fn mint(&self, account: &AccountId, amount: crate::Balance) {
        Balances::mint_into(account, own(amount))
            .expect("minted amounts stay far below the maximum");
    }

    fn free(&self, account: &AccountId) -> crate::Balance {
        Balances::free_balance(account).into()
    }

    fn total(&self, account: &AccountId) -> crate::Balance {
        Balances::total_balance(account).into()
    }

    fn issuance(&self) -> crate::Balance {
        Balances::total_issuance().into()
    }

    fn submit(&self, signer: &Account, call: Call) -> Result<Receipt, DispatchError> {
        let first_new_event = System::read_events_no_consensus().count();
        let result = Executive::apply_extrinsic(signed(signer, runtime_call(call)))
            .unwrap_or_else(|e| panic!("{} sent an invalid transaction: {e:?}", signer.name()));
        let receipt = receipt(&signer.id(), first_new_event);
        result.map(|()| receipt)
    }

    fn call(&self, caller: &AccountId, call: ContractCall) -> Answered {
        let outcome = Contracts::bare_call(
            caller.clone(),
            call.to,
            own(call.value),
            call.gas,
            None,
            call.input,
            DebugInfo::Skip,
            CollectEvents::Skip,
            Determinism::Enforced,
        );
        Answered {
            data: outcome.result.map(|returned| returned.data),
            weight: outcome.gas_consumed,
        }
    }

    fn instantiate(
        &self,
        deployer: &AccountId,
        code: Vec<u8>,
        data: Vec<u8>,
        value: crate::Balance,
        gas: Weight,
    ) -> Result<Made, DispatchError> {
        let outcome = Contracts::bare_instantiate(
            deployer.clone(),
            own(value),
            gas,
            None,
            pallet_contracts::Code::Upload(code),
            data,
            Vec::new(),
            DebugInfo::Skip,
            CollectEvents::Skip,
        );
        let made = outcome.result?;
        Ok(Made {
            account: made.account_id,
            reverted: made.result.did_revert(),
            data: made.result.data,
        })
    }
}

/// Returns an amount as the runtime has it; what does not fit is more than there can be.
fn own(amount: crate::Balance) -> Balance {
    amount.saturated_into()
}

fn runtime_call(call: Call) -> RuntimeCall {
    match call {
        Call::Transfer { to, amount } => {
            RuntimeCall::Balances(pallet_balances::Call::transfer_keep_alive {
                dest: MultiAddress::Id(to),
                value: own(amount),
            })
        }
        Call::TransferAll { to } => RuntimeCall::Balances(pallet_balances::Call::transfer_all {
            dest: MultiAddress::Id(to),
            keep_alive: false,
        }),
        Call::Upload { code } => RuntimeCall::Contracts(pallet_contracts::Call::upload_code {
            code,
            storage_deposit_limit: None,
            determinism: Determinism::Enforced,
        }),
        Call::Instantiate {
            code,
            data,
            value,
            gas,
        } => RuntimeCall::Contracts(pallet_contracts::Call::instantiate_with_code {
            value: own(value),
            gas_limit: gas,
            storage_deposit_limit: None,
            code,
            data,
            salt: Vec::new(),
        }),
        Call::Contract(call) => RuntimeCall::Contracts(pallet_contracts::Call::call {
            dest: MultiAddress::Id(call.to),
            value: own(call.value),
            gas_limit: call.gas,
            storage_deposit_limit: None,
            data: call.input,
        }),
    }
}

/// Returns a header that says nothing but where in the chain it is.
fn header(number: u32, parent_hash: Hash) -> Header {
    Header {
        parent_hash,
        number,
        state_root: Default::default(),
        extrinsics_root: Default::default(),
        digest: Default::default(),
    }
}

fn open_block_after(parent: &Header, millis: u64) {
    let header = header(parent.number.saturating_add(1), parent.hash());
    Executive::initialize_block(&header);
    let set_time =
        UncheckedExtrinsic::new_unsigned(RuntimeCall::Timestamp(pallet_timestamp::Call::set {
            now: millis,
        }));
    Executive::apply_extrinsic(set_time)
        .expect("the time inherent is valid")
        .expect("the time inherent applies");
}

fn signed(signer: &Account, call: RuntimeCall) -> UncheckedExtrinsic {
    let nonce: Nonce = System::account_nonce(signer.id());
    let extra: SignedExtra = (
        frame_system::CheckNonZeroSender::new(),
        frame_system::CheckSpecVersion::new(),
        frame_system::CheckTxVersion::new(),
        frame_system::CheckGenesis::new(),
        frame_system::CheckEra::from(Era::Immortal),
        frame_system::CheckNonce::from(nonce),
        frame_system::CheckWeight::new(),
        pallet_transaction_payment::ChargeTransactionPayment::from(0),
    );
    let payload = sp_runtime::generic::SignedPayload::new(call, extra)
        .expect("all that is signed can be computed");
    let signature = payload.using_encoded(|bytes| signer.sign(bytes));
    let (call, extra, _) = payload.deconstruct();
    UncheckedExtrinsic::new_signed(
        call,
        Address::Id(signer.id()),
        MultiSignature::Sr25519(signature.into()),
        extra,
    )
}

/// Reads what the transaction just applied left in the event log.
fn receipt(signer: &AccountId, first_event: usize) -> Receipt {
    let mut receipt = Receipt {
        fee: 0,
        deposit: 0,
        weight: Weight::zero(),
        events: Vec::new(),
    };
    for record in System::read_events_no_consensus().skip(first_event) {
        match record.event {
            RuntimeEvent::TransactionPayment(
                pallet_transaction_payment::Event::TransactionFeePaid { actual_fee, .. },
            ) => receipt.fee = actual_fee.into(),
            RuntimeEvent::System(
                frame_system::Event::ExtrinsicSuccess { dispatch_info }
                | frame_system::Event::ExtrinsicFailed { dispatch_info, .. },
            ) => receipt.weight = dispatch_info.weight,
            RuntimeEvent::Contracts(event) => note(&mut receipt, signer, event, record.topics),
            _ => {}
        }
    }
    receipt
}

fn note(
    receipt: &mut Receipt,
    signer: &AccountId,
    event: pallet_contracts::Event<Runtime>,
    topics: Vec<Hash>,
) {
    use pallet_contracts::Event::*;
    let signed = |amount: Balance| amount.saturated_into::<i128>();
    match event {
        ContractEmitted { contract, data } => receipt.events.push(ContractEvent {
            contract,
            topics,
            data,
        }),
        StorageDepositTransferredAndHeld { from, amount, .. } if &from == signer => {
            receipt.deposit = receipt.deposit.saturating_add(signed(amount));
        }
        StorageDepositTransferredAndReleased { to, amount, .. } if &to == signer => {
            receipt.deposit = receipt.deposit.saturating_sub(signed(amount));
        }
        CodeStored {
            deposit_held,
            uploader,
            ..
        } if &uploader == signer => {
            receipt.deposit = receipt.deposit.saturating_add(signed(deposit_held));
        }
        _ => {}
    }
}
