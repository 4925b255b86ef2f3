//! Estimates what the steps of a deployment will cost before the steps that they build on are taken.

use super::{Chain, Instance};
use crate::{token::signed, Account, Error, Gas};
use farthing_types::Balance;
use subxt::dynamic::Value;

/// How many billionths a whole has.
const BILLION: Balance = 1_000_000_000;

/// What a step will cost in the smallest unit, as far as that is known beforehand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// The most that the fee can be, in the smallest unit.
    pub fee: Balance,
    /// The storage deposit that it locks, in the smallest unit.
    pub deposit: i128,
    gas: Gas,
}

/// How much larger one contract's storage is than another's when both are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Larger {
    /// How many more storage items it has.
    pub items: u32,
    /// How many more bytes it has in all of its items together.
    pub bytes: i64,
}

impl Chain {
    /// Estimates the cost of making a contract by a dry run. Its code need not be on the chain yet. The
    /// deposit for the code itself is not included.
    ///
    /// # Errors
    /// [`Error::Refused`] or [`Error::Chain`] if it cannot be made; [`Error::NotEnough`], [`Error::Node`].
    pub async fn estimate_instance(
        &self,
        signer: Account,
        name: &str,
        instance: &Instance,
        code: &[u8],
    ) -> Result<Estimate, Error> {
        let best = self.best().await?;
        let with_code = Value::unnamed_variant("Upload", [Value::from_bytes(code)]);
        let tried = self.tried_instance(best, signer, name, instance, with_code);
        let (gas, deposit) = tried.await?;
        let of_code = self.tried_upload(best, signer, code).await?;
        let deposit = deposit.saturating_sub(of_code);
        self.estimate_with(signer, instance, gas, deposit).await
    }

    /// Estimates the cost of making a contract that calls another one which does not exist yet, so that no
    /// dry run is possible. It measures a `twin` that calls none, and the contract that will be called. Each
    /// comes with its code.
    ///
    /// # Errors
    /// [`Error::Node`].
    pub async fn estimate_by_twin(
        &self,
        signer: Account,
        (instance, code): (&Instance, &[u8]),
        (twin, twins_code): (&Estimate, &[u8]),
        calls: &Estimate,
        larger: Larger,
    ) -> Result<Estimate, Error> {
        let price = self.storage_price()?;
        let (per_byte, per_item) = (signed(price.byte), signed(price.item));
        let lockup = self.amount_of("Contracts", "CodeHashLockupDepositPercent")?;
        let longer = length(code).saturating_sub(length(twins_code));
        let of_code = per_byte
            .saturating_mul(longer)
            .saturating_mul(signed(lockup))
            / signed(BILLION);
        let of_storage = per_byte
            .saturating_mul(larger.bytes.into())
            .saturating_add(per_item.saturating_mul(larger.items.into()));
        let deposit = twin
            .deposit
            .saturating_add(of_code)
            .saturating_add(of_storage);
        // More code costs more to make and to load, and code that only comes along is not loaded when it is tried.
        let times = 2 + u64::try_from(code.len() / twins_code.len().max(1)).unwrap_or(u64::MAX);
        let gas = Gas {
            time: twin
                .gas
                .time
                .saturating_mul(times)
                .saturating_add(calls.gas.time),
            proof: twin
                .gas
                .proof
                .saturating_mul(times)
                .saturating_add(calls.gas.proof),
        };
        self.estimate_with(signer, instance, gas, deposit).await
    }

    async fn estimate_with(
        &self,
        signer: Account,
        instance: &Instance,
        gas: Gas,
        deposit: i128,
    ) -> Result<Estimate, Error> {
        let payload = |gas| instance.payload(gas, deposit);
        let (_, info) = self.allow(signer, gas, payload).await?;
        Ok(Estimate {
            fee: info.partial_fee,
            deposit,
            gas,
        })
    }
}

fn length(code: &[u8]) -> i128 {
    i128::try_from(code.len()).unwrap_or(i128::MAX)
}
