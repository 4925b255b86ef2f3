//! A profile's runtime for a program that keeps the state and the blocks itself, as a node does.

use super::{
    api, AccountId, Balance, Balances, RuntimeCall, RuntimeEvent, RuntimeGenesisConfig,
    RuntimeOrigin, System, UncheckedExtrinsic, Weights,
};
use crate::native::Native;
use frame_support::{
    dispatch::GetDispatchInfo, storage::with_storage_layer, traits::fungible::Inspect,
    traits::UnfilteredDispatchable,
};
use scale::{DecodeAll, Encode};
use sp_core::storage::Storage;
use sp_runtime::{BuildStorage, MultiAddress, SaturatedConversion};

/// Answers for the runtime on the storage that it is called in.
pub struct Serving;

impl Native for Serving {
    fn genesis(&self, funded: &[(AccountId, crate::Balance)]) -> Storage {
        let balances = funded
            .iter()
            .map(|(account, amount)| (account.clone(), own(*amount)))
            .collect();
        let genesis = RuntimeGenesisConfig {
            balances: pallet_balances::GenesisConfig { balances },
            ..Default::default()
        };
        let mut storage = genesis
            .build_storage()
            .expect("accounts that differ and hold enough to exist always build");
        // Clients look here to notice a new runtime. This one is compiled into the program.
        let code = sp_core::storage::well_known_keys::CODE.to_vec();
        storage.top.insert(code, b"native".to_vec());
        storage
    }

    fn call(&self, method: &str, data: &[u8]) -> Option<Vec<u8>> {
        api::dispatch(method, data)
    }

    fn dispatch_as(&self, account: Option<&AccountId>, call: &[u8]) -> Result<Vec<u8>, String> {
        let call = RuntimeCall::decode_all(&mut &call[..])
            .map_err(|e| format!("This is no call of this chain: {e}"))?;
        let info = call.get_dispatch_info();
        if info.weight.any_gt(Weights::get().max_block) {
            return Err("The call may use more than a block has: allow it less gas".into());
        }
        let extrinsic = UncheckedExtrinsic::new_unsigned(call.clone()).encode();
        let origin = match account {
            Some(account) => RuntimeOrigin::signed(account.clone()),
            None => RuntimeOrigin::root(),
        };
        System::note_extrinsic(extrinsic.clone());
        let result = with_storage_layer(|| call.dispatch_bypass_filter(origin));
        System::note_applied_extrinsic(&result, info);
        Ok(extrinsic)
    }

    fn set_balance(&self, account: &AccountId, free: crate::Balance) -> Result<Vec<u8>, String> {
        let too_much = || format!("{free} is more than there can be of this chain's coin");
        let new_free = Balance::try_from(free).map_err(|_| too_much())?;
        let least = Balances::minimum_balance();
        if new_free != 0 && new_free < least {
            return Err(format!(
                "An account has 0 or at least {least}, or it does not exist"
            ));
        }
        let others = Balances::total_issuance().saturating_sub(Balances::free_balance(account));
        others.checked_add(new_free).ok_or_else(too_much)?;
        let call = pallet_balances::Call::force_set_balance {
            who: MultiAddress::Id(account.clone()),
            new_free,
        };
        Ok(RuntimeCall::Balances(call).encode())
    }

    fn failure(&self, extrinsic: u32) -> Option<String> {
        System::read_events_no_consensus()
            .filter(|record| record.phase == frame_system::Phase::ApplyExtrinsic(extrinsic))
            .find_map(|record| match record.event {
                RuntimeEvent::System(frame_system::Event::ExtrinsicFailed {
                    dispatch_error,
                    ..
                }) => Some(format!("{dispatch_error:?}")),
                _ => None,
            })
    }
}

/// Returns an amount as the runtime has it; what does not fit is more than there can be.
fn own(amount: crate::Balance) -> Balance {
    amount.saturated_into()
}
