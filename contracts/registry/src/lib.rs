//! The registry of creators.
//!
//! A creator is a number that never changes, with an owner, a handle, a profile, delegates and a payout
//! split. Other contracts ask it two things: [`controls`](registry::Registry::controls) and
//! [`payout_split`](registry::Registry::payout_split). It holds no money and takes none.
//!
//! **Deposits.** Each message says how many storage items it can create. The caller pays their deposit
//! (about 0.1 UNIT an item on the development chain); what a creator's own records lock belongs to
//! whoever owns the creator.
//!
//! **Events** carry one topic, their signature: every further one would add half a transfer's fee.
#![cfg_attr(not(feature = "std"), no_std, no_main)]
// SCALE's derives cast variant numbers. Our own code converts with `From` and `TryFrom` only.
#![allow(clippy::cast_possible_truncation)]

pub mod claims;
pub mod creator;
pub mod error;
pub mod events;
pub mod payout;

pub use self::error::Error;
pub use self::payout::{PayoutListener, PayoutSplit};
pub use self::registry::{Registry, RegistryRef};

#[ink::contract]
pub mod registry {
    use crate::{
        claims::{Commitment, HandleState, QUARANTINE},
        creator::{Creator, Grant, Permission, Permissions, Profile, MAX_URI},
        error::Error,
        events::{Change, CreatorChanged},
        payout::PayoutSplit,
    };
    use farthing_types::{
        commitment::handle_claim_preimage,
        handle,
        split::{Recipient, Split, PARTS},
        CreatorId, Hash as Commit,
    };
    use ink::{
        env::hash::Blake2x256,
        prelude::{string::String, vec, vec::Vec},
        storage::Mapping,
    };

    /// The registry's storage: five kinds of item besides this one.
    #[ink(storage)]
    pub struct Registry {
        next: CreatorId,
        creators: Mapping<CreatorId, Creator>,
        handles: Mapping<String, HandleState>,
        commitments: Mapping<AccountId, Commitment>,
        grants: Mapping<(CreatorId, AccountId), Grant>,
        splits: Mapping<CreatorId, Vec<Recipient<AccountId>>>,
    }

    impl Registry {
        /// An empty registry in which nobody can have the handles `reserved`: one item each, paid by
        /// the deployer for good.
        ///
        /// # Errors
        /// [`Error::BadHandle`] if one of them could not be claimed anyway.
        #[ink(constructor)]
        pub fn new(reserved: Vec<String>) -> Result<Self, Error> {
            let mut registry = Self {
                next: 0,
                creators: Mapping::new(),
                handles: Mapping::new(),
                commitments: Mapping::new(),
                grants: Mapping::new(),
                splits: Mapping::new(),
            };
            for handle in &reserved {
                handle::check(handle).map_err(Error::BadHandle)?;
                registry.handles.insert(handle, &HandleState::Reserved);
            }
            Ok(registry)
        }

        // ---- Claiming a handle ----

        /// Announces a claim without saying for which handle: `hash` is
        /// `farthing_types::commitment::handle_claim(handle, caller, salt)`. It can be revealed from
        /// the next block on, for 24 hours. An account has one pending commitment; a new one takes the
        /// place of the old.
        ///
        /// Creates at most one item, whose deposit the caller gets back with the reveal or with
        /// `cancel_commitment`.
        #[ink(message)]
        pub fn commit(&mut self, hash: Commit) {
            let commitment = Commitment {
                hash,
                block: self.env().block_number(),
                at: self.env().block_timestamp(),
            };
            self.commitments.insert(self.env().caller(), &commitment);
        }

        /// Takes back the caller's pending commitment, and its deposit.
        ///
        /// # Errors
        /// [`Error::NoCommitment`].
        #[ink(message)]
        pub fn cancel_commitment(&mut self) -> Result<(), Error> {
            self.commitments
                .take(self.env().caller())
                .map(drop)
                .ok_or(Error::NoCommitment)
        }

        /// Reveals the caller's commitment and registers a new creator with that handle, owned by the
        /// caller and paid in full to the owner until `set_payout`. Returns the creator's number.
        ///
        /// Creates two items (one if the handle was in use before) and frees the commitment. Emits
        /// [`CreatorChanged`].
        ///
        /// # Errors
        /// [`Error::BadHandle`], [`Error::UriTooLong`]; [`Error::NoCommitment`] and
        /// [`Error::BadClaim`] if handle, caller and salt are not what was committed to, or were so in
        /// this very block or over a day ago; [`Error::Unavailable`]; [`Error::Full`].
        #[ink(message)]
        pub fn register(
            &mut self,
            handle: String,
            salt: [u8; 32],
            profile: Profile,
        ) -> Result<CreatorId, Error> {
            Self::check_profile(&profile)?;
            self.reveal(&handle, &salt, None)?;
            let creator = self.next;
            self.next = creator.checked_add(1).ok_or(Error::Full)?;
            let owner = self.env().caller();
            self.handles.insert(&handle, &HandleState::Taken(creator));
            self.creators
                .insert(creator, &Creator::new(owner, handle.clone(), profile));
            self.tell(creator, Change::Registered { owner, handle });
            Ok(creator)
        }

        /// Reveals the caller's commitment and gives that handle to a creator who released theirs.
        ///
        /// Creates at most one item and frees the commitment. Emits [`CreatorChanged`].
        ///
        /// # Errors
        /// [`Error::UnknownCreator`], [`Error::NotOwner`], [`Error::HasHandle`], and those of
        /// `register` that concern handle and commitment. The handle that this creator itself released
        /// can be claimed back at any time.
        #[ink(message)]
        pub fn claim_handle(
            &mut self,
            creator: CreatorId,
            handle: String,
            salt: [u8; 32],
        ) -> Result<(), Error> {
            let mut record = self.owned(creator)?;
            if record.handle.is_some() {
                return Err(Error::HasHandle);
            }
            self.reveal(&handle, &salt, Some(creator))?;
            self.handles.insert(&handle, &HandleState::Taken(creator));
            record.handle = Some(handle.clone());
            self.creators.insert(creator, &record);
            self.tell(creator, Change::HandleClaimed(handle));
            Ok(())
        }

        /// Gives up a creator's handle. For 30 days only the same creator can claim it again. The
        /// creator, its number and its money are not affected.
        ///
        /// Creates no item and frees none. Emits [`CreatorChanged`].
        ///
        /// # Errors
        /// [`Error::UnknownCreator`], [`Error::NotOwner`], [`Error::HasNoHandle`].
        #[ink(message)]
        pub fn release_handle(&mut self, creator: CreatorId) -> Result<(), Error> {
            let mut record = self.owned(creator)?;
            let handle = record.handle.take().ok_or(Error::HasNoHandle)?;
            let free_from = self.env().block_timestamp().saturating_add(QUARANTINE);
            self.handles
                .insert(&handle, &HandleState::Released { creator, free_from });
            self.creators.insert(creator, &record);
            self.tell(creator, Change::HandleReleased { handle, free_from });
            Ok(())
        }

        // ---- Profile, delegates, ownership ----

        /// Replaces a creator's profile. For the owner and delegates with [`Permission::Profile`].
        ///
        /// Creates no item; a longer URI locks a little more, and a shorter one gives the caller back as
        /// much: at most 0.0006 UNIT on the development chain. Emits [`CreatorChanged`].
        ///
        /// # Errors
        /// [`Error::UnknownCreator`], [`Error::NotPermitted`], [`Error::UriTooLong`].
        #[ink(message)]
        pub fn set_profile(&mut self, creator: CreatorId, profile: Profile) -> Result<(), Error> {
            Self::check_profile(&profile)?;
            let mut record = self.creators.get(creator).ok_or(Error::UnknownCreator)?;
            let caller = self.env().caller();
            let grant = self.grants.get((creator, caller));
            if !record.permits(&caller, grant, Permission::Profile) {
                return Err(Error::NotPermitted);
            }
            record.profile = profile.clone();
            self.creators.insert(creator, &record);
            self.tell(creator, Change::Profile(profile));
            Ok(())
        }

        /// Sets all that `delegate` may do for a creator; no permission at all takes the delegate off.
        ///
        /// Creates one item for a new delegate; taking one off frees it to the caller. Emits
        /// [`CreatorChanged`].
        ///
        /// # Errors
        /// [`Error::UnknownCreator`], [`Error::NotOwner`].
        #[ink(message)]
        pub fn set_delegate(
            &mut self,
            creator: CreatorId,
            delegate: AccountId,
            permissions: Permissions,
        ) -> Result<(), Error> {
            let owners = self.owned(creator)?.owners;
            if permissions == Permissions::NONE {
                self.grants.remove((creator, delegate));
            } else {
                let grant = Grant {
                    permissions,
                    owners,
                };
                self.grants.insert((creator, delegate), &grant);
            }
            self.tell(
                creator,
                Change::Delegate {
                    delegate,
                    permissions,
                },
            );
            Ok(())
        }

        /// Offers a creator to another account, or takes an offer back (`None`). Nothing changes until
        /// that account accepts.
        ///
        /// Creates no item. Emits [`CreatorChanged`].
        ///
        /// # Errors
        /// [`Error::UnknownCreator`], [`Error::NotOwner`].
        #[ink(message)]
        pub fn offer_ownership(
            &mut self,
            creator: CreatorId,
            to: Option<AccountId>,
        ) -> Result<(), Error> {
            let mut record = self.owned(creator)?;
            record.offered_to = to;
            self.creators.insert(creator, &record);
            self.tell(creator, Change::Offered(to));
            Ok(())
        }

        /// Makes the caller the owner of a creator that was offered to it. Delegates of the earlier
        /// owner are void at once; a payout split that was set stays until the new owner changes it.
        ///
        /// Creates no item. Emits [`CreatorChanged`].
        ///
        /// # Errors
        /// [`Error::UnknownCreator`], [`Error::NotOffered`].
        #[ink(message)]
        pub fn accept_ownership(&mut self, creator: CreatorId) -> Result<(), Error> {
            let mut record = self.creators.get(creator).ok_or(Error::UnknownCreator)?;
            let owner = self.env().caller();
            if !record.accept(owner) {
                return Err(Error::NotOffered);
            }
            self.creators.insert(creator, &record);
            self.tell(creator, Change::Accepted(owner));
            Ok(())
        }

        /// Says where a creator's money goes from the next payout on: 1 to 16 different accounts whose
        /// parts add up to 1,000,000. Name accounts that somebody has the key of: what is paid to a
        /// contract that cannot send it on, such as this one, is lost.
        ///
        /// Creates one item the first time. Emits [`CreatorChanged`].
        ///
        /// # Errors
        /// [`Error::UnknownCreator`], [`Error::NotOwner`], [`Error::BadSplit`].
        #[ink(message)]
        pub fn set_payout(
            &mut self,
            creator: CreatorId,
            recipients: Vec<Recipient<AccountId>>,
        ) -> Result<(), Error> {
            let mut record = self.owned(creator)?;
            let recipients = Split::new(recipients)
                .map_err(Error::BadSplit)?
                .into_recipients();
            record.split_version = record.split_version.wrapping_add(1);
            let version = record.split_version;
            self.creators.insert(creator, &record);
            self.splits.insert(creator, &recipients);
            self.tell(
                creator,
                Change::Payout {
                    version,
                    recipients,
                },
            );
            Ok(())
        }

        // ---- Reading ----

        /// How many creators there are; they are numbered from 0.
        #[ink(message)]
        pub fn creator_count(&self) -> u32 {
            self.next
        }

        /// The creator with this number.
        #[ink(message)]
        pub fn creator(&self, creator: CreatorId) -> Option<Creator> {
            self.creators.get(creator)
        }

        /// The creator who has this handle, and their number.
        #[ink(message)]
        pub fn creator_by_handle(&self, handle: String) -> Option<(CreatorId, Creator)> {
            match self.handles.get(&handle)? {
                HandleState::Taken(creator) => Some((creator, self.creators.get(creator)?)),
                _ => None,
            }
        }

        /// What is known of a handle; `None` if it was never in use.
        #[ink(message)]
        pub fn handle_state(&self, handle: String) -> Option<HandleState> {
            self.handles.get(&handle)
        }

        /// An account's pending commitment.
        #[ink(message)]
        pub fn commitment(&self, account: AccountId) -> Option<Commitment> {
            self.commitments.get(account)
        }

        /// Whether `account` is the creator's owner.
        #[ink(message)]
        pub fn owns(&self, creator: CreatorId, account: AccountId) -> bool {
            self.creators
                .get(creator)
                .is_some_and(|record| record.owner == account)
        }

        /// Whether `account` may act for the creator: as its owner, or as a delegate with
        /// `permission`.
        #[ink(message)]
        pub fn controls(
            &self,
            creator: CreatorId,
            account: AccountId,
            permission: Permission,
        ) -> bool {
            self.creators.get(creator).is_some_and(|record| {
                record.permits(&account, self.grants.get((creator, account)), permission)
            })
        }

        /// What `delegate` may do for the creator as a delegate of the present owner.
        #[ink(message)]
        pub fn permissions(&self, creator: CreatorId, delegate: AccountId) -> Permissions {
            self.creators
                .get(creator)
                .map_or(Permissions::NONE, |record| {
                    record.current(self.grants.get((creator, delegate)))
                })
        }

        /// Where the creator's money goes; all of it to the owner, if no split was set.
        #[ink(message)]
        pub fn payout_split(&self, creator: CreatorId) -> Option<PayoutSplit> {
            let record = self.creators.get(creator)?;
            let recipients = self.splits.get(creator).unwrap_or_else(|| {
                vec![Recipient {
                    account: record.owner,
                    parts: PARTS,
                }]
            });
            Some(PayoutSplit {
                version: record.split_version,
                recipients,
            })
        }

        // ---- Behind the messages ----

        /// The record of a creator that the caller owns.
        fn owned(&self, creator: CreatorId) -> Result<Creator, Error> {
            let record = self.creators.get(creator).ok_or(Error::UnknownCreator)?;
            if record.owner != self.env().caller() {
                return Err(Error::NotOwner);
            }
            Ok(record)
        }

        /// Uses up the caller's commitment to `handle` for a creator (`None`: a new one).
        fn reveal(
            &mut self,
            handle: &String,
            salt: &[u8; 32],
            claimant: Option<CreatorId>,
        ) -> Result<(), Error> {
            handle::check(handle).map_err(Error::BadHandle)?;
            let (block, now) = (self.env().block_number(), self.env().block_timestamp());
            if let Some(state) = self.handles.get(handle) {
                state
                    .check_claim(claimant, now)
                    .map_err(Error::Unavailable)?;
            }
            let caller = self.env().caller();
            let commitment = self.commitments.take(caller).ok_or(Error::NoCommitment)?;
            let preimage = handle_claim_preimage(handle, &caller, salt);
            commitment
                .check(&self.env().hash_bytes::<Blake2x256>(&preimage), block, now)
                .map_err(Error::BadClaim)
        }

        fn tell(&self, creator: CreatorId, change: Change) {
            self.env().emit_event(CreatorChanged { creator, change });
        }

        fn check_profile(profile: &Profile) -> Result<(), Error> {
            if profile.uri.len() > MAX_URI {
                return Err(Error::UriTooLong);
            }
            Ok(())
        }
    }
}
