//! The registry of creators.
//!
//! A creator is a number that never changes, with an owner, a handle, a profile, delegates and a payout
//! split. Other contracts ask it two things: [`controls`](registry::Registry::controls) and
//! [`payout_split`](registry::Registry::payout_split). It holds no money and takes none; money sent to it
//! by a plain transfer is lost.
//!
//! **Splits elsewhere.** A contract that pays creators may keep a copy of where their money goes. Whoever
//! changes that here names up to [`MAX_LISTENERS`](messages::MAX_LISTENERS) such contracts, and each is
//! told in the same message ([`PayoutListener`]): no money goes the old way afterwards. All that changes
//! here is written before the first of them is called, and none of them can call back meanwhile. They can
//! lock as much for storage as the transaction's own limit lets them, since its signer chose them. When
//! a creator is handed over, all of its money is the new owner's from that moment on.
//!
//! **Versions.** Every change of owner, handle, delegates or split gives a creator the next version.
//! Whoever accepts, changes or deletes can say which one they saw (`seen`), and is refused with
//! [`Error::Changed`] if it is another by then; `None` stands for whichever it is.
//!
//! **Deposits.** Each message says how many storage items it creates or frees. The caller pays their
//! deposit (about 0.1 UNIT an item on the development chain); what a creator's own records lock belongs to
//! whoever owns the creator. A chain gives back, for each item freed, an equal share of all that this
//! contract locks, whoever locked it: once the chain's price has fallen, early users' deposits can be had
//! by whoever locks and frees most. Therefore no item here is freed on the day on which it was made,
//! except a commitment by its reveal, which locks more than it frees: there is a day to see a fall of the
//! price, and to free what one can do without. More than that no contract can do. The same goes for bytes,
//! which chains count apart from items: a shorter URI, fewer recipients of a split, an offer taken back
//! give bytes back at once, at most some 600 in a call. Where so many cost more than two calls' fees, all
//! bytes that this contract locks can be had like that.
//!
//! **Events** carry one topic, their signature: every further one would add half a transfer's fee. They
//! are enough to rebuild everything but pending commitments.
#![cfg_attr(not(feature = "std"), no_std, no_main)]
// SCALE's derives cast variant numbers. Our own code converts with `From` and `TryFrom` only.
#![allow(clippy::cast_possible_truncation)]

pub mod checks;
pub mod claims;
pub mod creator;
pub mod error;
pub mod events;
pub mod messages;
pub mod payout;
pub mod reading;

pub use self::error::Error;
pub use self::payout::{ListenerError, PayoutListener, PayoutSplit};
pub use self::registry::{Registry, RegistryRef};

#[ink::contract]
pub mod registry {
    #[cfg(doc)]
    use crate::Error;
    use crate::{
        claims::{Commitment, HandleState, Wait},
        creator::{Creator, Grant, Permission, Permissions, Profile},
        error::Result,
        payout::{PayoutSplit, StoredSplit},
    };
    use farthing_types::{split::Recipient, CreatorId, Hash as Commit};
    use ink::{
        prelude::{string::String, vec, vec::Vec},
        storage::Mapping,
    };

    /// What was fixed at deployment, and how many creators there are.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[ink::scale_derive(Encode, Decode, TypeInfo)]
    pub struct Overview {
        /// How long a commitment waits before it can be revealed.
        pub wait: Wait,
        /// How many creators there ever were; they are numbered from 0.
        pub creators: u32,
    }

    /// The registry's storage: five kinds of item besides this one.
    #[ink(storage)]
    pub struct Registry {
        pub(crate) next: CreatorId,
        pub(crate) wait: Wait,
        pub(crate) creators: Mapping<CreatorId, Creator>,
        pub(crate) handles: Mapping<String, HandleState>,
        pub(crate) commitments: Mapping<AccountId, Commitment>,
        pub(crate) grants: Mapping<(CreatorId, AccountId), Grant>,
        pub(crate) splits: Mapping<CreatorId, StoredSplit>,
    }

    impl Registry {
        /// Makes an empty registry in which nobody can have the handles `reserved`: one item each, paid
        /// by the deployer for good. Commitments wait as [`Wait::STANDARD`] says. Emits
        /// [`Deployed`](crate::events::Deployed).
        ///
        /// # Errors
        /// [`Error::BadHandle`] if one of the handles could not be claimed anyway.
        #[ink(constructor)]
        pub fn new(reserved: Vec<String>) -> Result<Self> {
            Self::with_wait(reserved, Wait::STANDARD)
        }

        /// Makes an empty registry in which commitments wait for another time, which can never change:
        /// less for a developer's own chain, or more where blocks are often full. Otherwise as `new`.
        ///
        /// # Errors
        /// [`Error::BadHandle`]; [`Error::BadWait`] for a wait of no block, of more than 1,000 blocks, or
        /// of more than 12 hours.
        #[ink(constructor)]
        pub fn with_wait(reserved: Vec<String>, wait: Wait) -> Result<Self> {
            Self::with_handles(reserved, wait)
        }

        // ---- Claiming a handle ----

        /// Announces a claim without saying for which handle: `hash` is
        /// `farthing_types::commitment::handle_claim(handle, caller, salt)`. It can be revealed once the
        /// registry's wait is over (`overview` tells it), until 24 hours from now. An account has one
        /// pending commitment; a new one takes the place of the old, and waits anew.
        ///
        /// Creates at most one item, whose deposit the caller gets back with the reveal or with
        /// `cancel_commitment`.
        #[ink(message)]
        #[inline(never)]
        pub fn commit(&mut self, hash: Commit) {
            self.commit_to(hash)
        }

        /// Takes back the caller's commitment after its 24 hours. Before that, a new one can take its
        /// place.
        ///
        /// Frees one item; the caller gets its deposit.
        ///
        /// # Errors
        /// [`Error::NoCommitment`]; [`Error::NotBefore`] as long as it can be revealed.
        #[ink(message)]
        #[inline(never)]
        pub fn cancel_commitment(&mut self) -> Result<()> {
            self.cancel()
        }

        /// Reveals the caller's commitment and registers a new creator with that handle, owned by the
        /// caller and paid in full to the owner until `set_payout`. Returns the creator's number.
        ///
        /// Creates two items (one if the handle was in use before, whose deposit then belongs to the new
        /// owner) and frees the commitment. Emits [`CreatorChanged`](crate::events::CreatorChanged).
        ///
        /// # Errors
        /// [`Error::BadHandle`], [`Error::BadUri`]; [`Error::NoCommitment`] and [`Error::BadClaim`] if
        /// handle, caller and salt are not what was committed to, or if that was too short a time or over
        /// a day ago; [`Error::Unavailable`]; [`Error::Full`].
        #[ink(message)]
        #[inline(never)]
        pub fn register(
            &mut self,
            handle: String,
            salt: [u8; 32],
            profile: Profile,
        ) -> Result<CreatorId> {
            self.register_as(handle, salt, profile)
        }

        /// Reveals the caller's commitment and gives that handle to a creator who released theirs. From
        /// then on the released one, if it is another, is as free for others as for this creator.
        ///
        /// Creates at most one item and frees the commitment. Emits
        /// [`CreatorChanged`](crate::events::CreatorChanged).
        ///
        /// # Errors
        /// [`Error::UnknownCreator`], [`Error::NotOwner`], [`Error::HasHandle`], and those of
        /// `register` that concern handle and commitment. The handle that this creator released last can
        /// be claimed back at any time.
        #[ink(message)]
        #[inline(never)]
        pub fn claim_handle(
            &mut self,
            creator: CreatorId,
            handle: String,
            salt: [u8; 32],
        ) -> Result<()> {
            self.claim_for(creator, handle, salt)
        }

        /// Gives up a creator's handle. For 30 days only the same creator can claim it again, as long as
        /// it takes no other. The creator, its number and its money are not affected.
        ///
        /// Creates no item and frees none: `forget_handle` does, after the 30 days. What the creator's
        /// record grows and shrinks by is a byte. Emits [`CreatorChanged`](crate::events::CreatorChanged).
        ///
        /// # Errors
        /// [`Error::UnknownCreator`], [`Error::NotOwner`], [`Error::HasNoHandle`].
        #[ink(message)]
        #[inline(never)]
        pub fn release_handle(&mut self, creator: CreatorId) -> Result<()> {
            self.release(creator)
        }

        /// Frees the record of a handle that a creator gave up, once its 30 days are over and as long as
        /// nobody took it. To everybody it is a handle that was never in use.
        ///
        /// Frees one item; the caller gets its deposit. Emits
        /// [`CreatorChanged`](crate::events::CreatorChanged).
        ///
        /// # Errors
        /// [`Error::UnknownCreator`], [`Error::NotOwner`], [`Error::BadHandle`],
        /// [`Error::NotReleased`]; [`Error::NotBefore`] during the 30 days.
        #[ink(message)]
        #[inline(never)]
        pub fn forget_handle(&mut self, creator: CreatorId, handle: String) -> Result<()> {
            self.forget(creator, handle)
        }

        // ---- Profile, delegates ----

        /// Replaces a creator's profile. For the owner and delegates with [`Permission::Profile`].
        ///
        /// Creates no item; a longer URI locks a little more, and a shorter one gives the caller back as
        /// much: at most 128 bytes' deposit. Emits [`CreatorChanged`](crate::events::CreatorChanged).
        ///
        /// # Errors
        /// [`Error::UnknownCreator`], [`Error::NotPermitted`]; [`Error::BadUri`] if the URI has more
        /// than 128 bytes, control characters, line breaks or direction overrides.
        #[ink(message)]
        #[inline(never)]
        pub fn set_profile(&mut self, creator: CreatorId, profile: Profile) -> Result<()> {
            self.replace_profile(creator, profile)
        }

        /// Sets all that `delegate` may do for a creator; no permission at all takes the delegate off.
        ///
        /// Creates one item for a new delegate. Taking one off frees it to the caller; on the day on which
        /// it was made, it stays (empty) until the owner takes the delegate off once more. Emits
        /// [`CreatorChanged`](crate::events::CreatorChanged).
        ///
        /// # Errors
        /// [`Error::UnknownCreator`], [`Error::NotOwner`].
        #[ink(message)]
        #[inline(never)]
        pub fn set_delegate(
            &mut self,
            creator: CreatorId,
            delegate: AccountId,
            permissions: Permissions,
        ) -> Result<()> {
            self.delegate(creator, delegate, permissions)
        }

        // ---- Ownership ----

        /// Offers a creator to another account, or takes an offer back (`None`). Nothing changes until
        /// that account accepts.
        ///
        /// Creates no item. Emits [`CreatorChanged`](crate::events::CreatorChanged).
        ///
        /// # Errors
        /// [`Error::UnknownCreator`], [`Error::NotOwner`].
        #[ink(message)]
        #[inline(never)]
        pub fn offer_ownership(&mut self, creator: CreatorId, to: Option<AccountId>) -> Result<()> {
            self.offer(creator, to)
        }

        /// Makes the caller the owner of a creator that was offered to it, if it still is of the version
        /// `seen`. Delegates of the earlier owner are void at once, and all money is the new owner's: the
        /// storefronts named in `tell` learn that in the same message.
        ///
        /// Creates no item, frees none; a split of several recipients shrinks to one, and the caller gets
        /// the difference. Emits [`CreatorChanged`](crate::events::CreatorChanged). Storefronts may lock
        /// or free more.
        ///
        /// # Errors
        /// [`Error::UnknownCreator`], [`Error::NotOffered`], [`Error::Changed`],
        /// [`Error::TooManyListeners`], [`Error::ListenerFailed`].
        #[ink(message)]
        #[inline(never)]
        pub fn accept_ownership(
            &mut self,
            creator: CreatorId,
            seen: Option<u32>,
            tell: Vec<AccountId>,
        ) -> Result<()> {
            self.accept(creator, seen, tell)
        }

        /// Deletes a creator for good: its record, its split's and, if nobody took it since, that of the
        /// handle that it gave up last. Its number is never given again, and with it goes all access to
        /// what other contracts keep for the creator: have that paid out first, and take delegates off.
        ///
        /// Frees up to three items; the caller gets their deposits. Emits
        /// [`CreatorChanged`](crate::events::CreatorChanged).
        ///
        /// # Errors
        /// [`Error::UnknownCreator`], [`Error::NotOwner`], [`Error::Changed`];
        /// [`Error::HasHandle`] until the handle is released; [`Error::NotBefore`] in the 30 days after
        /// that, and on the day on which the first split was set.
        #[ink(message)]
        #[inline(never)]
        pub fn delete(&mut self, creator: CreatorId, seen: Option<u32>) -> Result<()> {
            self.delete_seen(creator, seen)
        }

        // ---- Payout split ----

        /// Says where a creator's money goes: 1 to 16 different accounts whose parts add up to 1,000,000.
        /// Name accounts that somebody has the key of: what is paid to a contract that cannot send it on,
        /// such as this one, is lost. The storefronts named in `tell` learn it in the same message, and
        /// pay as it says from then on.
        ///
        /// Creates one item the first time. Emits [`CreatorChanged`](crate::events::CreatorChanged).
        /// Storefronts may lock or free more.
        ///
        /// # Errors
        /// [`Error::UnknownCreator`], [`Error::NotOwner`], [`Error::BadSplit`], [`Error::Changed`],
        /// [`Error::TooManyListeners`], [`Error::ListenerFailed`].
        #[ink(message)]
        #[inline(never)]
        pub fn set_payout(
            &mut self,
            creator: CreatorId,
            recipients: Vec<Recipient<AccountId>>,
            seen: Option<u32>,
            tell: Vec<AccountId>,
        ) -> Result<()> {
            self.set_split(creator, recipients, seen, tell)
        }

        /// Takes a split off: all of the creator's money goes to its owner again, whoever that is.
        ///
        /// Frees one item; the caller gets its deposit. Emits
        /// [`CreatorChanged`](crate::events::CreatorChanged). Storefronts may lock or free more.
        ///
        /// # Errors
        /// [`Error::UnknownCreator`], [`Error::NotOwner`], [`Error::NoSplit`], [`Error::Changed`];
        /// [`Error::NotBefore`] on the day on which the first split was set (meanwhile `set_payout` can
        /// name the owner alone); [`Error::TooManyListeners`], [`Error::ListenerFailed`].
        #[ink(message)]
        #[inline(never)]
        pub fn unset_payout(
            &mut self,
            creator: CreatorId,
            seen: Option<u32>,
            tell: Vec<AccountId>,
        ) -> Result<()> {
            self.unset_split(creator, seen, tell)
        }

        // ---- Reading ----

        /// Returns what was fixed at deployment, and how many creators there are.
        #[ink(message)]
        #[inline(never)]
        pub fn overview(&self) -> Overview {
            Overview {
                wait: self.wait,
                creators: self.next,
            }
        }

        /// Returns how many creators there ever were: a question that other contracts ask.
        #[ink(message)]
        #[inline(never)]
        pub fn creator_count(&self) -> u32 {
            self.next
        }

        /// Returns the creator with this number; `None` if it was deleted, or never was.
        #[ink(message)]
        #[inline(never)]
        pub fn creator(&self, creator: CreatorId) -> Option<Creator> {
            self.creators.get(creator)
        }

        /// Returns `count` creators from number `first` on, `None` for those that were deleted. At most 48;
        /// none beyond the last that was ever registered.
        #[ink(message)]
        #[inline(never)]
        pub fn creators(&self, first: CreatorId, count: u32) -> Vec<Option<Creator>> {
            self.read_page(first, count)
        }

        /// Returns the creator who has this handle, and their number; `None` too for what is no handle.
        #[ink(message)]
        #[inline(never)]
        pub fn creator_by_handle(&self, handle: String) -> Option<(CreatorId, Creator)> {
            self.read_by_handle(&handle)
        }

        /// Returns what is known of a handle; `None` if it is not in use, and for what is no handle.
        #[ink(message)]
        #[inline(never)]
        pub fn handle_state(&self, handle: String) -> Option<HandleState> {
            self.read_handle(&handle)
        }

        /// Returns an account's pending commitment.
        #[ink(message)]
        #[inline(never)]
        pub fn commitment(&self, account: AccountId) -> Option<Commitment> {
            self.commitments.get(account)
        }

        /// Returns whether `account` is the creator's owner.
        #[ink(message)]
        #[inline(never)]
        pub fn owns(&self, creator: CreatorId, account: AccountId) -> bool {
            self.read_owns(creator, account)
        }

        /// Returns whether `account` may act for the creator: as its owner, or as a delegate with
        /// `permission`.
        #[ink(message)]
        #[inline(never)]
        pub fn controls(
            &self,
            creator: CreatorId,
            account: AccountId,
            permission: Permission,
        ) -> bool {
            self.read_controls(creator, account, permission)
        }

        /// Returns what `delegate` may do for the creator as a delegate of the present owner.
        #[ink(message)]
        #[inline(never)]
        pub fn permissions(&self, creator: CreatorId, delegate: AccountId) -> Permissions {
            let one = self.read_permissions(creator, vec![delegate]);
            one.first().copied().unwrap_or_default()
        }

        /// Returns what each of these accounts may do for the creator as a delegate of the present owner;
        /// nothing if there is no such creator. Of a list of more than 256, the first 256. Who ever was a
        /// delegate is in the events.
        #[ink(message)]
        #[inline(never)]
        pub fn permissions_of(
            &self,
            creator: CreatorId,
            delegates: Vec<AccountId>,
        ) -> Vec<Permissions> {
            self.read_permissions(creator, delegates)
        }

        /// Returns where the creator's money goes; all of it to the owner, if no split was set. `None`
        /// without such a creator.
        #[ink(message)]
        #[inline(never)]
        pub fn payout_split(&self, creator: CreatorId) -> Option<PayoutSplit> {
            self.read_payout(creator)
        }
    }
}
