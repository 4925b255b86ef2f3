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
//! **Deposits.** Who calls [`create`] pays for what it stores: here one item for the pool and, for a
//! creator, one for the list and at their first pool one for its length (about 0.1 UNIT an item on the
//! development chain); and the pool itself with its three items. None of that is ever freed.
//!
//! **Trust.** Registry, code and fee are fixed at deployment. A listing says who made a pool and nothing
//! about what it is for: anyone can make one. Only the lists of creators are made by those who may act
//! for them.
//!
//! [`address_of`]: pool_factory::PoolFactory::address_of
//! [`create`]: pool_factory::PoolFactory::create
#![cfg_attr(not(feature = "std"), no_std, no_main)]
// SCALE's derives cast variant numbers. Our own code converts with `From` and `TryFrom` only.
#![allow(clippy::cast_possible_truncation)]

pub mod error;
pub mod events;
mod maker;

pub use self::error::Error;
pub use self::pool_factory::{PoolFactory, PoolFactoryRef};

#[ink::contract]
pub mod pool_factory {
    use crate::{
        error::{Error, Result},
        events::PoolCreated,
        maker::ask,
    };
    use farthing_types::{CreatorId, Millis};
    use ink::{codegen::TraitCallBuilder, prelude::vec::Vec, storage::Mapping};
    use pool::terms::{Fee, Terms, MAX_FEE};
    use registry::RegistryRef;

    /// Most pools on one page of a list.
    pub const MAX_PAGE: u32 = 64;

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
        /// When.
        pub created: Millis,
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

    /// The factory's storage: three kinds of item besides this one.
    #[ink(storage)]
    pub struct PoolFactory {
        pub(crate) registry: RegistryRef,
        pub(crate) code_hash: Hash,
        fee: Option<Fee>,
        count: u32,
        pools: Mapping<u32, Listed>,
        by_creator: Mapping<(CreatorId, u32), u32>,
        counts: Mapping<CreatorId, u32>,
    }

    impl PoolFactory {
        /// A factory of pools with the code `code_hash`, for the creators of `registry` and for everyone
        /// else, with this fee of their payouts, if any. None of this can ever change.
        ///
        /// # Errors
        /// [`Error::FeeTooHigh`]; [`Error::RegistryFailed`] if there is no registry at that account.
        #[ink(constructor)]
        pub fn new(registry: AccountId, code_hash: Hash, fee: Option<Fee>) -> Result<Self> {
            if fee.as_ref().is_some_and(|fee| fee.points > MAX_FEE) {
                return Err(Error::FeeTooHigh);
            }
            let registry: RegistryRef = ink::env::call::FromAccountId::from_account_id(registry);
            ask(registry.call().creator_count()).ok_or(Error::RegistryFailed)?;
            Ok(Self {
                registry,
                code_hash,
                fee,
                count: 0,
                pools: Mapping::new(),
                by_creator: Mapping::new(),
                counts: Mapping::new(),
            })
        }

        /// Makes a pool with these rules and returns its account. For anyone, with no `creator`; for a
        /// creator only by the owner and delegates with the catalogue permission. The fee in the rules
        /// must be the factory's. `salt` is of the caller's choice, and makes pools with the same rules
        /// different.
        ///
        /// Creates one item here; for a creator one more, and a third with the first pool. The pool
        /// itself is a contract with three items. All of it for good. Emits [`PoolCreated`].
        ///
        /// # Errors
        /// [`Error::WrongFee`], [`Error::NotPermitted`], [`Error::RegistryFailed`], [`Error::Exists`],
        /// [`Error::BadTerms`], [`Error::NotAPool`], [`Error::Full`].
        #[ink(message)]
        pub fn create(
            &mut self,
            creator: Option<CreatorId>,
            terms: Terms,
            salt: [u8; 32],
        ) -> Result<AccountId> {
            if terms.fee != self.fee {
                return Err(Error::WrongFee(self.fee.clone()));
            }
            let maker = self.env().caller();
            if let Some(creator) = creator {
                self.check_creator(creator, maker)?;
            }
            let salt = Self::salt(&maker, creator, &salt);
            let account = self.account(&terms, &salt);
            // The chain would end the whole call without a word.
            if self.env().is_contract(&account) {
                return Err(Error::Exists(account));
            }
            let account = self.make(terms, salt)?;
            let number = self.list(account, creator, maker)?;
            self.env().emit_event(PoolCreated {
                number,
                account,
                creator,
                maker,
            });
            Ok(account)
        }

        // ---- Reading ----

        /// The account that `create` gives a pool when `maker` calls it with these arguments.
        #[ink(message)]
        pub fn address_of(
            &self,
            maker: AccountId,
            creator: Option<CreatorId>,
            terms: Terms,
            salt: [u8; 32],
        ) -> AccountId {
            self.account(&terms, &Self::salt(&maker, creator, &salt))
        }

        /// What was fixed at deployment, and how many pools there are.
        #[ink(message)]
        pub fn overview(&self) -> Overview {
            Overview {
                registry: ink::ToAccountId::to_account_id(&self.registry),
                code_hash: self.code_hash,
                fee: self.fee.clone(),
                pools: self.count,
            }
        }

        /// The pool with this number.
        #[ink(message)]
        pub fn pool(&self, number: u32) -> Option<Listed> {
            self.pools.get(number)
        }

        /// How many pools a creator has.
        #[ink(message)]
        pub fn count_of(&self, creator: CreatorId) -> u32 {
            self.counts.get(creator).unwrap_or(0)
        }

        /// Up to `count` pools (64 at most), newest first, without the newest `skip`. Beyond the end
        /// there are none.
        #[ink(message)]
        pub fn latest(&self, skip: u32, count: u32) -> Vec<Listed> {
            page(self.count, skip, count)
                .filter_map(|number| self.pools.get(number))
                .collect()
        }

        /// As `latest`, of one creator's pools.
        #[ink(message)]
        pub fn latest_of(&self, creator: CreatorId, skip: u32, count: u32) -> Vec<Listed> {
            page(self.count_of(creator), skip, count)
                .filter_map(|index| self.by_creator.get((creator, index)))
                .filter_map(|number| self.pools.get(number))
                .collect()
        }

        // ---- Behind the messages ----

        fn list(
            &mut self,
            account: AccountId,
            creator: Option<CreatorId>,
            maker: AccountId,
        ) -> Result<u32> {
            let number = self.count;
            self.count = number.checked_add(1).ok_or(Error::Full)?;
            let listed = Listed {
                number,
                account,
                creator,
                maker,
                created: self.env().block_timestamp(),
            };
            self.pools.insert(number, &listed);
            if let Some(creator) = creator {
                // At most as many as there are pools.
                let index = self.count_of(creator);
                self.by_creator.insert((creator, index), &number);
                self.counts.insert(creator, &index.saturating_add(1));
            }
            Ok(number)
        }
    }

    /// The numbers on a page of a list of `length`, from the newest on.
    fn page(length: u32, skip: u32, count: u32) -> impl Iterator<Item = u32> {
        let end = length.saturating_sub(skip);
        let start = end.saturating_sub(count.min(MAX_PAGE));
        (start..end).rev()
    }
}
