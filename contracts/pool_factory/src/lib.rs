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
//! **Events.** Each pool that is made, and each change of a creator's list.
//!
//! [`address_of`]: pool_factory::PoolFactory::address_of
//! [`create`]: pool_factory::PoolFactory::create
#![cfg_attr(not(feature = "std"), no_std, no_main)]
// SCALE's derives cast variant numbers. Our own code converts with `From` and `TryFrom` only.
#![allow(clippy::cast_possible_truncation)]

pub mod error;
pub mod events;
pub mod lists;
mod maker;

pub use self::error::Error;
pub use self::pool_factory::{PoolFactory, PoolFactoryRef};

#[ink::contract]
pub mod pool_factory {
    use crate::{
        error::{Error, Result},
        events::{ListingChanged, PoolCreated},
        lists,
    };
    use farthing_shared::{ask, end_without_root};
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

    /// A creator, and the number of a full page of their pools.
    type PageKey = (CreatorId, u32);

    /// The factory's storage: this root item with the latest pools, and pages of 16 of all others; the
    /// same for each creator.
    #[ink(storage)]
    pub struct PoolFactory {
        pub(crate) registry: RegistryRef,
        pub(crate) code_hash: Hash,
        fee: Option<Fee>,
        pages: u32,
        latest: Vec<Listed>,
        full: Mapping<u32, Vec<Listed>>,
        creators: Mapping<CreatorId, OfCreator>,
        full_of: Mapping<PageKey, Vec<u32>>,
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
                pages: 0,
                latest: Vec::new(),
                full: Mapping::new(),
                creators: Mapping::new(),
                full_of: Mapping::new(),
            })
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
            let number = lists::count(self.pages, &self.latest);
            if number == u32::MAX {
                return Err(Error::Full);
            }
            // All pools have the same code: what the first one proves holds for them all.
            let account = self.make(terms, salt, number == 0)?;
            self.enter(Listed {
                number,
                account,
                creator,
                maker,
                created: self.env().block_timestamp(),
                listed: creator.is_some(),
            });
            self.env().emit_event(PoolCreated {
                number,
                account,
                creator,
                maker,
            });
            Ok(account)
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
            let pool = self.pool(number).ok_or(Error::UnknownPool)?;
            let by = self.env().caller();
            self.check_creator(pool.creator.ok_or(Error::UnknownPool)?, by)?;
            let (page, place) = lists::place(number);
            let recent = page == self.pages;
            let mut entries = if recent {
                core::mem::take(&mut self.latest)
            } else {
                self.page(page)
            };
            if let Some(entry) = entries.get_mut(place) {
                entry.listed = listed;
            }
            self.env().emit_event(ListingChanged { number, listed, by });
            if recent {
                self.latest = entries;
                return Ok(());
            }
            self.full.insert(page, &entries);
            end_without_root(())
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
            self.account(&terms, &Self::salt(&maker, creator, &salt))
        }

        /// Returns what was fixed at deployment, and how many pools there are.
        #[ink(message)]
        #[inline(never)]
        pub fn overview(&self) -> Overview {
            Overview {
                registry: ink::ToAccountId::to_account_id(&self.registry),
                code_hash: self.code_hash,
                fee: self.fee.clone(),
                pools: lists::count(self.pages, &self.latest),
            }
        }

        /// Returns the pool with this number.
        #[ink(message)]
        #[inline(never)]
        pub fn pool(&self, number: u32) -> Option<Listed> {
            let (page, place) = lists::place(number);
            if page == self.pages {
                return self.latest.get(place).cloned();
            }
            self.page(page).get(place).cloned()
        }

        /// Returns how many pools were made for a creator, those taken off the list counted.
        #[ink(message)]
        #[inline(never)]
        pub fn count_of(&self, creator: CreatorId) -> u32 {
            let all = self.creators.get(creator).unwrap_or_default();
            lists::count(all.pages, &all.latest)
        }

        /// Returns up to `count` pools (64 at most), newest first, without the newest `skip`. Beyond the
        /// end there are none.
        #[ink(message)]
        #[inline(never)]
        pub fn latest(&self, skip: u32, count: u32) -> Vec<Listed> {
            let most = count.min(MAX_PAGE);
            lists::latest_first(self.pages, &self.latest, skip, most, |n| self.page(n))
        }

        /// Returns as `latest`, of one creator's pools. Those that were taken off the list are counted,
        /// but left out: a page can have fewer than `count`.
        #[ink(message)]
        #[inline(never)]
        pub fn latest_of(&self, creator: CreatorId, skip: u32, count: u32) -> Vec<Listed> {
            let all = self.creators.get(creator).unwrap_or_default();
            let read = |page| self.full_of.get((creator, page)).unwrap_or_default();
            let most = count.min(MAX_PAGE);
            lists::latest_first(all.pages, &all.latest, skip, most, read)
                .into_iter()
                .filter_map(|number| self.pool(number))
                .filter(|pool| pool.listed)
                .collect()
        }

        // ---- Behind the messages ----

        fn page(&self, page: u32) -> Vec<Listed> {
            self.full.get(page).unwrap_or_default()
        }

        fn enter(&mut self, pool: Listed) {
            let (number, page) = (pool.number, self.pages);
            if let Some(creator) = pool.creator {
                let mut all = self.creators.get(creator).unwrap_or_default();
                let page = all.pages;
                if let Some(full) = lists::push(&mut all.pages, &mut all.latest, number) {
                    self.full_of.insert((creator, page), &full);
                }
                self.creators.insert(creator, &all);
            }
            if let Some(full) = lists::push(&mut self.pages, &mut self.latest, pool) {
                self.full.insert(page, &full);
            }
        }
    }
}
