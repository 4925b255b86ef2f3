//! What the reading messages answer.

use crate::{
    claims::HandleState,
    creator::{Creator, Permission, Permissions},
    payout::PayoutSplit,
    registry::Registry,
};
use farthing_types::{handle, CreatorId};
use ink::{
    prelude::{string::String, vec::Vec},
    primitives::AccountId,
};

/// Most creators of one page: with the longest handles and URIs, the answer is four fifths of what fits
/// into ink!'s buffer.
pub const MAX_PAGE: u32 = 48;
/// Most accounts of one question for permissions.
pub const MAX_ACCOUNTS: usize = 256;

impl Registry {
    pub(crate) fn read_page(&self, first: CreatorId, count: u32) -> Vec<Option<Creator>> {
        let end = first.saturating_add(count.min(MAX_PAGE)).min(self.next);
        let page = first..end;
        page.map(|creator| self.creators.get(creator)).collect()
    }

    pub(crate) fn read_handle(&self, handle: &String) -> Option<HandleState> {
        // What is no handle may be too long for a key, and the chain would end the call.
        handle::check(handle).ok()?;
        self.handles.get(handle)
    }

    pub(crate) fn read_by_handle(&self, handle: &String) -> Option<(CreatorId, Creator)> {
        match self.read_handle(handle)? {
            HandleState::Taken(creator) => Some((creator, self.creators.get(creator)?)),
            _ => None,
        }
    }

    pub(crate) fn read_owns(&self, creator: CreatorId, account: AccountId) -> bool {
        let record = self.creators.get(creator);
        record.is_some_and(|record| record.owner == account)
    }

    pub(crate) fn read_controls(
        &self,
        creator: CreatorId,
        account: AccountId,
        permission: Permission,
    ) -> bool {
        self.creators.get(creator).is_some_and(|record| {
            record.permits(&account, self.grants.get((creator, account)), permission)
        })
    }

    pub(crate) fn read_permissions(
        &self,
        creator: CreatorId,
        delegates: Vec<AccountId>,
    ) -> Vec<Permissions> {
        let record = self.creators.get(creator);
        let current = |delegate| {
            record.as_ref().map_or(Permissions::NONE, |record| {
                record.current(self.grants.get((creator, delegate)))
            })
        };
        let delegates = delegates.into_iter().take(MAX_ACCOUNTS);
        delegates.map(current).collect()
    }

    pub(crate) fn read_payout(&self, creator: CreatorId) -> Option<PayoutSplit> {
        let record = self.creators.get(creator)?;
        let set = self.splits.get(creator).map(|split| split.recipients);
        Some(PayoutSplit::of(&record, set))
    }
}
