//! Makes pools and lists them, so that a frontend can find them.
//!
//! A pool is a contract of its own ([`pool`]), with its own rules and money. The factory instantiates it
//! from the code that was uploaded, notes down where it is and, where its maker acts for a creator of
//! the registry, whose; and from then on has nothing to do with it. It holds no money. A pool that was
//! made without it works the same and is only not listed.
//!
//! **Addresses.** A pool's account follows from the factory, the code, the pool's rules, the maker, the
//! creator and a salt, and is known before the pool exists: from [`address_of`], or off the chain from
//! `farthing_types::address::pool`. Nobody else can make a pool there, and not the same maker another.
//!
//! **Deposits.** Who calls [`create`] pays for what it stores: the pool with its one item, and here some
//! 80 bytes of this contract's root item; for a creator's first pool one item more, to which each later
//! one adds 4 bytes. Every 16th entry of a list fills a page: its maker pays for an item that holds all
//! 16 (about 0.1 UNIT on the development chain). None of that is ever freed.
//!
//! **Trust.** Registry, code and fee are fixed at deployment. The code is that of pools if the factory
//! ever made one: the first is asked for its rules, and all others have the same code. The registry,
//! which whoever deployed the factory chose, can lock none of a caller's money for storage. A listing
//! says who made a pool and nothing about what it is for: anyone can make one. Only the lists of creators
//! are made by those who may act for them; they can take off a pool that a former delegate left there,
//! and put it back. It stays in the list of all pools.
//!
//! **Events.** What was fixed at deployment, each pool that is made, and each change of a creator's list:
//! enough to rebuild all that is stored.
//!
//! [`address_of`]: pool_factory::PoolFactory::address_of
//! [`create`]: pool_factory::PoolFactory::create
#![cfg_attr(not(feature = "std"), no_std, no_main)]
// SCALE's derives cast variant numbers. Our own code converts with `From` and `TryFrom` only.
#![allow(clippy::cast_possible_truncation)]

mod checks;
pub mod error;
pub mod events;
pub mod lists;
mod messages;
pub mod reading;

pub use self::error::Error;
pub use self::pool_factory::{PoolFactory, PoolFactoryRef};

#[ink::contract]
pub mod pool_factory {
    use crate::error::Result;
    #[cfg(doc)]
    use crate::{
        error::Error,
        events::{FactoryDeployed, ListingChanged, PoolCreated},
    };
    use farthing_types::{CreatorId, Millis};
    use ink::{prelude::vec::Vec, storage::Mapping};
    use pool::{
        pool::Summary,
        terms::{Fee, Terms},
    };
    use registry::RegistryRef;

    /// A pool, as it is listed.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[ink::scale_derive(Encode, Decode, TypeInfo)]
    #[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
    pub struct Listed {
        /// Its number: pools are numbered from 0, in the order in which they were made.
        pub number: u32,
        /// Its account.
        pub account: AccountId,
        /// The creator it is listed by, if any.
        pub creator: Option<CreatorId>,
        /// Who asked for it.
        pub maker: AccountId,
        /// When it was made, in milliseconds since the Unix epoch.
        pub created: Millis,
        /// Whether it is on its creator's list. `false` without a creator, and after the creator took
        /// it off.
        pub listed: bool,
    }

    /// A creator's list.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    #[ink::scale_derive(Encode, Decode, TypeInfo)]
    #[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
    pub struct OfCreator {
        /// How many pages are full.
        pub pages: u32,
        /// The numbers of the pools on the last one.
        pub latest: Vec<u32>,
    }

    /// What was fixed at deployment, and how many pools there are.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[ink::scale_derive(Encode, Decode, TypeInfo)]
    pub struct Overview {
        /// The registry whose creators' pools are listed by creator.
        pub registry: AccountId,
        /// The hash of the code that pools are made from.
        pub code_hash: Hash,
        /// The fee that pools made here have.
        pub fee: Option<Fee>,
        /// How many pools were made.
        pub pools: u32,
    }

    /// A pool as it is listed, and what it tells of itself.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[ink::scale_derive(Encode, Decode, TypeInfo)]
    pub struct Shown {
        /// What the factory knows of it.
        pub listed: Listed,
        /// What the pool tells: its rules, its stage and its sums; `None` if it does not answer.
        pub summary: Option<Summary>,
    }

    /// A part of a list of pools.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    #[ink::scale_derive(Encode, Decode, TypeInfo)]
    pub struct Page {
        /// The pools on it, newest first.
        pub pools: Vec<Shown>,
        /// How many to skip for the next part; `None` if this one is the last.
        pub next: Option<u32>,
    }

    /// A creator, and the number of a full page of their pools.
    type PageKey = (CreatorId, u32);

    /// The factory's storage: this root item with the latest pools, and pages of 16 of all others; the
    /// same for each creator.
    #[ink(storage)]
    pub struct PoolFactory {
        pub(crate) registry: RegistryRef,
        pub(crate) code_hash: Hash,
        pub(crate) fee: Option<Fee>,
        pub(crate) pages: u32,
        pub(crate) latest: Vec<Listed>,
        pub(crate) full: Mapping<u32, Vec<Listed>>,
        pub(crate) creators: Mapping<CreatorId, OfCreator>,
        pub(crate) full_of: Mapping<PageKey, Vec<u32>>,
    }

    impl PoolFactory {
        /// Makes a factory of pools with the code `code_hash`, for the creators of `registry` and for
        /// everyone else, with this fee of their payouts, if any. None of this can ever change. Creates one
        /// item, for good. Emits [`FactoryDeployed`].
        ///
        /// # Errors
        /// [`Error::FeeTooHigh`]; [`Error::RegistryFailed`] if there is no registry at that account.
        #[ink(constructor)]
        pub fn new(registry: AccountId, code_hash: Hash, fee: Option<Fee>) -> Result<Self> {
            Self::deployed(registry, code_hash, fee)
        }

        /// Makes a pool with these rules and returns its account. For anyone, with no `creator`; for a
        /// creator only by the owner and delegates with the permission for prices. The fee in the rules
        /// must be the factory's. `salt` is of the caller's choice, and makes pools with the same rules
        /// different.
        ///
        /// The pool itself is a contract with one item. Here it creates an item for every 16th pool, and
        /// for a creator's first and every 16th. All of it for good, at the caller's cost. Emits
        /// [`PoolCreated`], after the pool's own [`Created`](pool::events::Created).
        ///
        /// # Errors
        /// [`Error::WrongFee`]; [`Error::NotPermitted`] if the caller may not act for the creator;
        /// [`Error::RegistryFailed`]; [`Error::Exists`] if this caller has made this pool before;
        /// [`Error::BadTerms`]; [`Error::NotAPool`] if the factory's code is none; [`Error::Full`].
        #[ink(message)]
        #[inline(never)]
        pub fn create(
            &mut self,
            creator: Option<CreatorId>,
            terms: Terms,
            salt: [u8; 32],
        ) -> Result<AccountId> {
            self.make_pool(creator, terms, salt)
        }

        /// Takes a pool off its creator's list, or puts it back. For the creator's owner and delegates
        /// with the permission for prices. The pool itself does not change, and stays in the list of all.
        ///
        /// Creates and frees nothing. Emits [`ListingChanged`].
        ///
        /// # Errors
        /// [`Error::UnknownPool`] if it is no creator's; [`Error::NotPermitted`];
        /// [`Error::RegistryFailed`].
        #[ink(message)]
        #[inline(never)]
        pub fn set_listed(&mut self, number: u32, listed: bool) -> Result<()> {
            self.change_listing(number, listed)
        }

        // ---- Reading ----

        /// Returns the account that `create` gives a pool when `maker` calls it with these arguments.
        #[ink(message)]
        #[inline(never)]
        pub fn address_of(
            &self,
            maker: AccountId,
            creator: Option<CreatorId>,
            terms: Terms,
            salt: [u8; 32],
        ) -> AccountId {
            self.account(&maker, &terms, &Self::salt(&maker, creator, &salt))
        }

        /// Returns what was fixed at deployment, and how many pools there are.
        #[ink(message)]
        #[inline(never)]
        pub fn overview(&self) -> Overview {
            self.look_over()
        }

        /// Returns the pool with this number.
        #[ink(message)]
        #[inline(never)]
        pub fn pool(&self, number: u32) -> Option<Listed> {
            self.pool_at(number)
        }

        /// Returns how many pools were made for a creator, those taken off the list counted.
        #[ink(message)]
        #[inline(never)]
        pub fn count_of(&self, creator: CreatorId) -> u32 {
            self.count_for(creator)
        }

        /// Returns up to `count` pools (64 at most), newest first, without the newest `skip`. Beyond the
        /// end there are none.
        #[ink(message)]
        #[inline(never)]
        pub fn latest(&self, skip: u32, count: u32) -> Vec<Listed> {
            self.newest(skip, count)
        }

        /// Returns as `latest`, of one creator's pools. Those that were taken off the list are counted,
        /// but left out: a page can have fewer than `count`.
        #[ink(message)]
        #[inline(never)]
        pub fn latest_of(&self, creator: CreatorId, skip: u32, count: u32) -> Vec<Listed> {
            self.newest_of(creator, skip, count)
        }

        /// Returns pools with what they tell of themselves, newest first, without the newest `skip`: all
        /// pools, or those on one creator's list. As many as fit well into one answer, at most `count` (32
        /// at most); and where the next page begins, which is `None` only behind the last one.
        ///
        /// Those that a creator took off the list are skipped over, but counted: `skip` is a place among
        /// all pools that were made for them, and a page can be empty that is not the last.
        #[ink(message)]
        #[inline(never)]
        pub fn page(&self, creator: Option<CreatorId>, skip: u32, count: u32) -> Page {
            self.show(creator, skip, count)
        }
    }
}
