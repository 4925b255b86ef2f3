//! The chains that the embedded one can be like.

use crate::{backend::Backend, contracts_node, subtensor, Balance};
use std::cell::Cell;

/// A kind of chain: how large its amounts are and what it asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// `substrate-contracts-node`: dear storage, cheap computation.
    #[default]
    ContractsNode,
    /// subtensor: amounts of 8 bytes, cheap storage, dear computation.
    Subtensor,
}

thread_local! {
    static CURRENT: Cell<Profile> = const { Cell::new(Profile::ContractsNode) };
}

impl Profile {
    /// Both profiles.
    pub const ALL: [Self; 2] = [Self::ContractsNode, Self::Subtensor];

    /// Returns the profile's name, as in `tests/chain/costs.json`.
    pub fn name(self) -> &'static str {
        match self {
            Self::ContractsNode => "contracts-node",
            Self::Subtensor => "subtensor",
        }
    }

    /// Returns the profile of chains that this thread makes.
    pub fn current() -> Self {
        CURRENT.get()
    }

    /// Runs `f`, in which new chains of this thread have this profile.
    pub fn scope<T>(self, f: impl FnOnce() -> T) -> T {
        /// Puts the profile back also if `f` panics.
        struct Back(Profile);
        impl Drop for Back {
            fn drop(&mut self) {
                CURRENT.set(self.0);
            }
        }
        let _back = Back(CURRENT.replace(self));
        f()
    }

    /// Returns one whole unit of the chain's coin, in its smallest.
    pub fn unit(self) -> Balance {
        match self {
            Self::ContractsNode => contracts_node::UNIT,
            Self::Subtensor => subtensor::UNIT.into(),
        }
    }

    /// Returns how many digits after the point an amount of whole units has.
    pub fn decimals(self) -> u32 {
        self.unit().ilog10()
    }

    /// Returns what the chain's coin is called.
    pub fn token(self) -> &'static str {
        match self {
            Self::ContractsNode => "UNIT",
            Self::Subtensor => "TAO",
        }
    }

    /// Returns the existential deposit: what an account must hold to exist.
    pub fn existential_deposit(self) -> Balance {
        match self {
            Self::ContractsNode => contracts_node::EXISTENTIAL_DEPOSIT,
            Self::Subtensor => subtensor::EXISTENTIAL_DEPOSIT.into(),
        }
    }

    /// Returns the deposit that is locked for so many items of a contract's storage that hold so many
    /// bytes, keys not counted.
    pub fn deposit(self, items: u32, bytes: u32) -> Balance {
        let (item, byte) = match self {
            Self::ContractsNode => (
                contracts_node::DEPOSIT_PER_ITEM,
                contracts_node::DEPOSIT_PER_BYTE,
            ),
            Self::Subtensor => (
                subtensor::DEPOSIT_PER_ITEM.into(),
                subtensor::DEPOSIT_PER_BYTE.into(),
            ),
        };
        let items = item.saturating_mul(items.into());
        items.saturating_add(byte.saturating_mul(bytes.into()))
    }

    /// Returns the milliseconds between two blocks.
    pub fn block_millis(self) -> u64 {
        match self {
            Self::ContractsNode => contracts_node::BLOCK_MILLIS,
            Self::Subtensor => subtensor::BLOCK_MILLIS,
        }
    }

    pub(crate) fn backend(self) -> &'static dyn Backend {
        match self {
            Self::ContractsNode => &contracts_node::runtime::Executing,
            Self::Subtensor => &subtensor::runtime::Executing,
        }
    }
}
