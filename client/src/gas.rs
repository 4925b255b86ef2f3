//! Gas: how much a transaction may use.

use crate::{chain::Chain, runtime::Info, Account, Error};
use scale::{Decode, Encode};
use subxt::tx::DynamicPayload;

/// How much more gas a transaction may use than its dry run did, in hundredths: time goes on in between,
/// and there is more to work out then. What is not used is not paid for.
const MORE_GAS: u64 = 20;

/// Computation and storage proof, as the chain measures them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Gas {
    /// Computation, in picoseconds.
    #[codec(compact)]
    pub time: u64,
    /// Bytes of storage proof.
    #[codec(compact)]
    pub proof: u64,
}

impl Gas {
    fn with_margin(self) -> Self {
        let more = |amount: u64| amount.saturating_add(amount / 100 * MORE_GAS);
        Self {
            time: more(self.time),
            proof: more(self.proof),
        }
    }

    /// Returns what is left of this margin if a transaction with it would be `weight` and none may be more
    /// than `most`. Never less than is `required`: whether that is too much, the chain says.
    fn within(self, required: Self, weight: Self, most: Self) -> Self {
        let cut = |amount: u64, required: u64, weight: u64, most: u64| {
            amount
                .saturating_sub(weight.saturating_sub(most))
                .max(required)
        };
        Self {
            time: cut(self.time, required.time, weight.time, most.time),
            proof: cut(self.proof, required.proof, weight.proof, most.proof),
        }
    }
}

/// The chain's limits of a block, as far as they are of use here; see FRAME's `BlockWeights`.
#[derive(Decode)]
struct BlockWeights {
    _base: Gas,
    _most: Gas,
    normal: ClassWeights,
}

#[derive(Decode)]
struct ClassWeights {
    _base_extrinsic: Gas,
    max_extrinsic: Option<Gas>,
    _max_total: Option<Gas>,
    _reserved: Option<Gas>,
}

impl Chain {
    /// Returns the most gas that a transaction can use, if the chain has a limit other than a block's.
    ///
    /// # Errors
    /// [`Error::Node`] if the chain does not say.
    pub fn max_gas(&self) -> Result<Option<Gas>, Error> {
        let address = subxt::dynamic::constant("System", "BlockWeights");
        let value = self.api.constants().at(&address)?;
        let weights = BlockWeights::decode(&mut value.encoded())?;
        Ok(weights.normal.max_extrinsic)
    }

    /// Returns the gas to allow a transaction whose dry run needed `required`, and what the chain says of the
    /// transaction then. This is more than the transaction needs, but not more than the chain accepts.
    pub(crate) async fn allow(
        &self,
        signer: Account,
        required: Gas,
        payload: impl Fn(Gas) -> DynamicPayload,
    ) -> Result<(Gas, Info), Error> {
        let gas = required.with_margin();
        let info = self.info(signer, &payload(gas)).await?;
        let within = match self.max_gas()? {
            Some(most) => gas.within(required, info.weight(), most),
            None => gas,
        };
        if within == gas {
            return Ok((gas, info));
        }
        let info = self.info(signer, &payload(within)).await?;
        Ok((within, info))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gas(time: u64, proof: u64) -> Gas {
        Gas { time, proof }
    }

    #[test]
    fn a_transaction_may_use_a_fifth_more_than_it_needed() {
        assert_eq!(gas(1_000, 100).with_margin(), gas(1_200, 120));
        assert_eq!(gas(u64::MAX, 0).with_margin(), gas(u64::MAX, 0));
    }

    /// A call of 3,324 KiB of proof fits into a parachain's block, and with a fifth more it does not.
    #[test]
    fn the_margin_ends_where_the_chain_takes_no_more() {
        let (required, most) = (gas(1_000, 3_324), gas(10_000, 3_584));
        let wanted = required.with_margin();
        // What the call weighs besides the gas that it says.
        let weight = gas(wanted.time + 10, wanted.proof + 60);
        let allowed = wanted.within(required, weight, most);
        assert_eq!(allowed, gas(1_200, 3_524));
        // What fits anyway keeps its whole margin.
        assert_eq!(wanted.within(required, weight, gas(10_000, 10_000)), wanted);
        // What does not fit at all is not made to fail by a limit below its need.
        assert_eq!(wanted.within(required, weight, gas(10, 10)), required);
    }

    #[test]
    fn limits_of_a_block_are_read_as_the_chain_writes_them() {
        let class = |most: Option<Gas>| (gas(1, 0), most, Some(gas(7, 8)), None::<Gas>).encode();
        let mut bytes = (gas(5, 0), gas(2_000, 3_000)).encode();
        bytes.extend(class(Some(gas(900, 1_000))));
        bytes.extend(class(None));
        let read = BlockWeights::decode(&mut &bytes[..]).unwrap();
        assert_eq!(read.normal.max_extrinsic, Some(gas(900, 1_000)));
    }
}
