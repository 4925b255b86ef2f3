//! What the messages do. All but `register` leave the root item as it is.

use crate::{
    checks::{check_profile, check_seen, check_time},
    claims::{Commitment, HandleState, Wait, QUARANTINE},
    creator::{Creator, Grant, Permission, Permissions, Profile, MIN_KEPT},
    error::{Error, Result},
    events::{Change, CreatorChanged, Deployed},
    payout::{PayoutListener, PayoutSplit, StoredSplit},
    registry::Registry,
};
use farthing_shared::{ask_within, end_without_root};
use farthing_types::{
    commitment::handle_claim_preimage,
    handle,
    split::{Recipient, Split},
    Balance, CreatorId, Hash,
};
use ink::{
    codegen::{StaticEnv, TraitCallBuilder},
    contract_ref,
    env::{hash::Blake2x256, DefaultEnvironment, ReturnFlags},
    prelude::{string::String, vec::Vec},
    primitives::AccountId,
    storage::Mapping,
    MessageResult,
};

/// Most contracts that can be told of a split in one message.
pub const MAX_LISTENERS: usize = 4;

impl Registry {
    pub(crate) fn with_handles(reserved: Vec<String>, wait: Wait) -> Result<Self> {
        if !wait.is_good() {
            return Err(Error::BadWait);
        }
        let mut registry = Self {
            next: 0,
            wait,
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
        Self::env().emit_event(Deployed { reserved, wait });
        Ok(registry)
    }

    // ---- Claiming a handle ----

    pub(crate) fn commit_to(&mut self, hash: Hash) {
        let commitment = Commitment {
            hash,
            block: Self::env().block_number(),
            at: Self::env().block_timestamp(),
        };
        self.commitments.insert(Self::env().caller(), &commitment);
        // The root item is as it was: it need not be written.
        let done: MessageResult<()> = Ok(());
        ink::env::return_value(ReturnFlags::empty(), &done)
    }

    pub(crate) fn cancel(&mut self) -> Result<()> {
        let caller = Self::env().caller();
        let commitment = self.commitments.take(caller).ok_or(Error::NoCommitment)?;
        let last = commitment.expires();
        if Self::env().block_timestamp() <= last {
            return Err(Error::NotBefore(last.saturating_add(1)));
        }
        end_without_root(())
    }

    pub(crate) fn register_as(
        &mut self,
        handle: String,
        salt: [u8; 32],
        profile: Profile,
    ) -> Result<CreatorId> {
        check_profile(&profile)?;
        self.reveal(&handle, &salt, None)?;
        let creator = self.next;
        self.next = creator.checked_add(1).ok_or(Error::Full)?;
        let owner = Self::env().caller();
        let record = Creator::new(owner, handle.clone(), profile.clone());
        self.handles.insert(&handle, &HandleState::Taken(creator));
        let registered = Change::Registered {
            owner,
            handle,
            profile,
        };
        self.keep(creator, &record, registered);
        Ok(creator)
    }

    pub(crate) fn claim_for(
        &mut self,
        creator: CreatorId,
        handle: String,
        salt: [u8; 32],
    ) -> Result<()> {
        let mut record = self.owned(creator)?;
        if record.handle.is_some() {
            return Err(Error::HasHandle);
        }
        let back = record.can_have_back(&handle).then_some(creator);
        self.reveal(&handle, &salt, back)?;
        self.handles.insert(&handle, &HandleState::Taken(creator));
        record.claim(handle.clone());
        self.keep(creator, &record, Change::HandleClaimed(handle));
        end_without_root(())
    }

    pub(crate) fn release(&mut self, creator: CreatorId) -> Result<()> {
        let mut record = self.owned(creator)?;
        let handle = record.release().ok_or(Error::HasNoHandle)?;
        let free_from = Self::env().block_timestamp().saturating_add(QUARANTINE);
        let state = HandleState::Released { creator, free_from };
        self.handles.insert(&handle, &state);
        let released = Change::HandleReleased { handle, free_from };
        self.keep(creator, &record, released);
        end_without_root(())
    }

    pub(crate) fn forget(&mut self, creator: CreatorId, handle: String) -> Result<()> {
        let mut record = self.owned(creator)?;
        handle::check(&handle).map_err(Error::BadHandle)?;
        if !self.free_handle(creator, &handle)? {
            return Err(Error::NotReleased);
        }
        if record.can_have_back(&handle) {
            record.released = None;
        }
        record.changed();
        self.keep(creator, &record, Change::HandleForgotten(handle));
        end_without_root(())
    }

    /// Uses up the caller's commitment to `handle` for a creator who can have it back (`None`: anybody
    /// else).
    fn reveal(
        &mut self,
        handle: &String,
        salt: &[u8; 32],
        claimant: Option<CreatorId>,
    ) -> Result<()> {
        handle::check(handle).map_err(Error::BadHandle)?;
        let (block, now) = (Self::env().block_number(), Self::env().block_timestamp());
        if let Some(state) = self.handles.get(handle) {
            state
                .check_claim(claimant, now)
                .map_err(Error::Unavailable)?;
        }
        let caller = Self::env().caller();
        let commitment = self.commitments.take(caller).ok_or(Error::NoCommitment)?;
        let preimage = handle_claim_preimage(handle, &caller, salt);
        let revealed = Self::env().hash_bytes::<Blake2x256>(&preimage);
        commitment
            .check(&revealed, &self.wait, block, now)
            .map_err(Error::BadClaim)
    }

    /// Frees the record of a handle that `creator` gave up. Returns whether there was one.
    fn free_handle(&mut self, creator: CreatorId, handle: &String) -> Result<bool> {
        match self.handles.get(handle) {
            Some(HandleState::Released {
                creator: earlier,
                free_from,
            }) if earlier == creator => {
                check_time(free_from)?;
                self.handles.remove(handle);
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    // ---- Profile, delegates ----

    pub(crate) fn replace_profile(&mut self, creator: CreatorId, profile: Profile) -> Result<()> {
        check_profile(&profile)?;
        let mut record = self.creators.get(creator).ok_or(Error::UnknownCreator)?;
        let by = Self::env().caller();
        let grant = self.grants.get((creator, by));
        if !record.permits(&by, grant, Permission::Profile) {
            return Err(Error::NotPermitted);
        }
        record.profile = profile.clone();
        self.keep(creator, &record, Change::Profile { by, profile });
        end_without_root(())
    }

    pub(crate) fn delegate(
        &mut self,
        creator: CreatorId,
        delegate: AccountId,
        permissions: Permissions,
    ) -> Result<()> {
        let mut record = self.owned(creator)?;
        let now = Self::env().block_timestamp();
        let (old, key) = (self.grants.get((creator, delegate)), (creator, delegate));
        let since = old.map_or(now, |grant| grant.since);
        let owners = record.owners;
        let old_enough = old.is_none() || now >= since.saturating_add(MIN_KEPT);
        let freed = permissions == Permissions::NONE && old_enough;
        if freed {
            self.grants.remove(key);
        } else {
            let grant = Grant {
                permissions,
                owners,
                since,
            };
            self.grants.insert(key, &grant);
        }
        record.changed();
        let told = Change::Delegate {
            delegate,
            permissions,
            freed,
        };
        self.keep(creator, &record, told);
        end_without_root(())
    }

    // ---- Ownership ----

    pub(crate) fn offer(&mut self, creator: CreatorId, to: Option<AccountId>) -> Result<()> {
        let mut record = self.owned(creator)?;
        record.offered_to = to;
        self.keep(creator, &record, Change::Offered(to));
        end_without_root(())
    }

    pub(crate) fn accept(
        &mut self,
        creator: CreatorId,
        seen: Option<u32>,
        tell: Vec<AccountId>,
    ) -> Result<()> {
        let mut record = self.creators.get(creator).ok_or(Error::UnknownCreator)?;
        let owner = Self::env().caller();
        let version = record.version;
        if !record.accept(owner) {
            return Err(Error::NotOffered);
        }
        check_seen(version, seen)?;
        // The record stays, for the owner to free: selling back and forth must not free it at will.
        if let Some(split) = self.splits.get(creator) {
            self.splits.insert(creator, &split.all_to(owner));
        }
        self.keep(creator, &record, Change::Accepted(owner));
        notify(creator, tell, PayoutSplit::of(&record, None))
    }

    pub(crate) fn delete_seen(&mut self, creator: CreatorId, seen: Option<u32>) -> Result<()> {
        let mut record = self.owned(creator)?;
        check_seen(record.version, seen)?;
        if record.handle.is_some() {
            return Err(Error::HasHandle);
        }
        if let Some(handle) = &record.released {
            self.free_handle(creator, handle)?;
        }
        if let Some(split) = self.splits.take(creator) {
            check_time(split.since.saturating_add(MIN_KEPT))?;
        }
        self.creators.remove(creator);
        record.changed();
        emit(creator, &record, Change::Deleted);
        end_without_root(())
    }

    // ---- Payout split ----

    pub(crate) fn set_split(
        &mut self,
        creator: CreatorId,
        recipients: Vec<Recipient<AccountId>>,
        seen: Option<u32>,
        tell: Vec<AccountId>,
    ) -> Result<()> {
        let mut record = self.owned(creator)?;
        check_seen(record.version, seen)?;
        let recipients = Split::new(recipients)
            .map_err(Error::BadSplit)?
            .into_recipients();
        let now = Self::env().block_timestamp();
        let since = self.splits.get(creator).map_or(now, |split| split.since);
        let split = StoredSplit { since, recipients };
        self.splits.insert(creator, &split);
        record.split_changed();
        let recipients = split.recipients;
        self.keep(creator, &record, Change::Payout(recipients.clone()));
        notify(creator, tell, PayoutSplit::of(&record, Some(recipients)))
    }

    pub(crate) fn unset_split(
        &mut self,
        creator: CreatorId,
        seen: Option<u32>,
        tell: Vec<AccountId>,
    ) -> Result<()> {
        let mut record = self.owned(creator)?;
        check_seen(record.version, seen)?;
        let split = self.splits.take(creator).ok_or(Error::NoSplit)?;
        check_time(split.since.saturating_add(MIN_KEPT))?;
        record.split_changed();
        self.keep(creator, &record, Change::PayoutUnset);
        notify(creator, tell, PayoutSplit::of(&record, None))
    }

    // ---- What they share ----

    fn keep(&mut self, creator: CreatorId, record: &Creator, change: Change) {
        self.creators.insert(creator, record);
        emit(creator, record, change);
    }
}

/// Tells the contracts that the caller named where the money goes from now on, and ends the message.
fn notify(creator: CreatorId, tell: Vec<AccountId>, payout: PayoutSplit) -> Result<()> {
    if tell.len() > MAX_LISTENERS {
        return Err(Error::TooManyListeners);
    }
    for account in tell {
        // The chain would end the whole call, and not only the question.
        if account == Registry::env().account_id() {
            return Err(Error::ListenerFailed(account));
        }
        let mut listener: contract_ref!(PayoutListener, DefaultEnvironment) = account.into();
        let message = listener.call_mut().payout_changed(creator, payout.clone());
        // The signer chose it, and set the transaction's own limit.
        match ask_within(message, Balance::MAX) {
            Some(Ok(())) => {}
            _ => return Err(Error::ListenerFailed(account)),
        }
    }
    end_without_root(())
}

fn emit(creator: CreatorId, record: &Creator, change: Change) {
    Registry::env().emit_event(CreatorChanged {
        creator,
        version: record.version,
        change,
    });
}
