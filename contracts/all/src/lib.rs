//! All of Farthing's contracts, for programs outside the chain: their references, messages, errors and events,
//! and what they are called.

pub use channels;
pub use matching_round;
pub use pool;
pub use pool_factory;
pub use registry;
pub use storefront;
pub use streams;

use core::fmt;
use ink::env::{call::FromAccountId, DefaultEnvironment};

/// One of the contracts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Contract {
    /// Creators: handles, owners, delegates, where their money goes.
    Registry,
    /// Items for sale, tips, access, refunds.
    Storefront,
    /// Reserves, and claims of signed vouchers.
    Channels,
    /// Money that is earned by the millisecond.
    Streams,
    /// Makes pools, and lists them.
    PoolFactory,
    /// A pool of donations.
    Pool,
    /// Divides sponsors' money among pools.
    MatchingRound,
}

impl Contract {
    /// Those that a deployment has one of each, in the order in which they are made.
    pub const SINGLE: [Self; 5] = [
        Self::Registry,
        Self::Storefront,
        Self::Channels,
        Self::Streams,
        Self::PoolFactory,
    ];
    /// Those that anybody makes as many of as they like.
    pub const MANY: [Self; 2] = [Self::Pool, Self::MatchingRound];

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::SINGLE.into_iter().chain(Self::MANY)
    }

    /// Its name: of its crate, its files in `abi/`, and in deployments.
    pub fn name(self) -> &'static str {
        match self {
            Self::Registry => "registry",
            Self::Storefront => "storefront",
            Self::Channels => "channels",
            Self::Streams => "streams",
            Self::PoolFactory => "pool_factory",
            Self::Pool => "pool",
            Self::MatchingRound => "matching_round",
        }
    }

    /// The contract of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|one| one.name() == name)
    }
}

impl fmt::Display for Contract {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A reference to a contract that a deployment has one of.
pub trait Single: FromAccountId<DefaultEnvironment> {
    /// Which one.
    const CONTRACT: Contract;
}

impl Single for registry::RegistryRef {
    const CONTRACT: Contract = Contract::Registry;
}

impl Single for storefront::StorefrontRef {
    const CONTRACT: Contract = Contract::Storefront;
}

impl Single for channels::ChannelsRef {
    const CONTRACT: Contract = Contract::Channels;
}

impl Single for streams::StreamsRef {
    const CONTRACT: Contract = Contract::Streams;
}

impl Single for pool_factory::PoolFactoryRef {
    const CONTRACT: Contract = Contract::PoolFactory;
}

/// What is written down has names.
impl PartialEq<Contract> for String {
    fn eq(&self, other: &Contract) -> bool {
        self == other.name()
    }
}
