//! The registry as its events alone tell of it.

use farthing_chain::Receipt;
use farthing_contracts::registry::{
    claims::HandleState,
    creator::{Creator, Permissions},
    events::{Change, CreatorChanged, Deployed},
    PayoutSplit,
};
use farthing_types::split::{Recipient, PARTS};
use ink::primitives::AccountId;
use std::collections::BTreeMap;

type Recipients = Vec<Recipient<AccountId>>;

/// Everything that the registry holds but pending commitments.
#[derive(Default)]
pub struct Rebuilt {
    creators: BTreeMap<u32, Creator>,
    handles: BTreeMap<String, HandleState>,
    splits: BTreeMap<u32, Recipients>,
    delegates: BTreeMap<(u32, AccountId), Permissions>,
}

impl Rebuilt {
    pub fn new(deployment: &Receipt) -> Self {
        let mut rebuilt = Self::default();
        for event in deployment.events_of::<Deployed>() {
            let reserved = event.reserved.into_iter();
            rebuilt
                .handles
                .extend(reserved.map(|handle| (handle, HandleState::Reserved)));
        }
        rebuilt
    }

    pub fn follow(&mut self, receipt: &Receipt) {
        for event in receipt.events_of::<CreatorChanged>() {
            self.change(event);
        }
    }

    fn change(&mut self, event: CreatorChanged) {
        let creator = event.creator;
        match event.change {
            Change::Registered {
                owner,
                handle,
                profile,
            } => {
                self.take(creator, &handle);
                let record = Creator::new(owner, handle, profile);
                assert!(self.creators.insert(creator, record).is_none());
            }
            Change::Deleted => {
                let record = self.creators.remove(&creator).expect("it was there");
                if let Some(handle) = record.released {
                    self.forget(creator, &handle);
                }
                self.splits.remove(&creator);
                self.delegates.retain(|(of, _), _| *of != creator);
                return;
            }
            Change::HandleClaimed(handle) => {
                self.take(creator, &handle);
                self.record(creator).handle = Some(handle);
                self.record(creator).released = None;
            }
            Change::HandleReleased { handle, free_from } => {
                let state = HandleState::Released { creator, free_from };
                self.handles.insert(handle.clone(), state);
                self.record(creator).handle = None;
                self.record(creator).released = Some(handle);
            }
            Change::HandleForgotten(handle) => {
                assert!(self.forget(creator, &handle), "it was released");
                let record = self.record(creator);
                record.released = record.released.take().filter(|one| one != &handle);
            }
            Change::Accepted(owner) => {
                self.delegates.retain(|(of, _), _| *of != creator);
                self.splits.remove(&creator);
                let record = self.record(creator);
                record.owner = owner;
                record.offered_to = None;
                record.owners += 1;
                record.split_version = event.version;
            }
            Change::Payout(recipients) => {
                self.splits.insert(creator, recipients);
                self.record(creator).split_version = event.version;
            }
            Change::PayoutUnset => {
                self.splits.remove(&creator);
                self.record(creator).split_version = event.version;
            }
            Change::Profile { profile, .. } => self.record(creator).profile = profile,
            Change::Offered(to) => self.record(creator).offered_to = to,
            Change::Delegate {
                delegate,
                permissions,
                freed,
            } => {
                let key = (creator, delegate);
                self.delegates.insert(key, permissions);
                if freed {
                    assert_eq!(permissions, Permissions::NONE);
                    self.delegates.remove(&key);
                }
            }
        }
        self.record(creator).version = event.version;
    }

    fn record(&mut self, creator: u32) -> &mut Creator {
        self.creators.get_mut(&creator).expect("it was registered")
    }

    fn take(&mut self, creator: u32, handle: &str) {
        let state = HandleState::Taken(creator);
        self.handles.insert(handle.to_owned(), state);
    }

    fn forget(&mut self, creator: u32, handle: &str) -> bool {
        let state = self.handles.get(handle);
        let own =
            matches!(state, Some(HandleState::Released { creator: one, .. }) if *one == creator);
        own && self.handles.remove(handle).is_some()
    }

    pub fn creator(&self, creator: u32) -> Option<&Creator> {
        self.creators.get(&creator)
    }

    pub fn handle(&self, handle: &str) -> Option<HandleState> {
        self.handles.get(handle).copied()
    }

    pub fn payout(&self, creator: u32) -> Option<PayoutSplit> {
        let record = self.creators.get(&creator)?;
        let all = || {
            vec![Recipient {
                account: record.owner,
                parts: PARTS,
            }]
        };
        Some(PayoutSplit {
            version: record.split_version,
            recipients: self.splits.get(&creator).cloned().unwrap_or_else(all),
        })
    }

    pub fn permissions(&self, creator: u32, delegate: AccountId) -> Permissions {
        let granted = self.delegates.get(&(creator, delegate));
        granted.copied().unwrap_or(Permissions::NONE)
    }
}
