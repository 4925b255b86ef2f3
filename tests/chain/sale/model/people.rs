//! The registry's rules, as its documentation tells them.

use super::{
    action::{Action, Claim, Creator, Outcome, Refusal, Who},
    books::{Handle, Model, Person},
};
use farthing_types::{handle::HandleError, split::SplitError, DAY};
use registry::{
    claims::{ClaimError, Unavailable},
    Error,
};
use std::collections::{BTreeMap, BTreeSet};

type Done = Result<Outcome, Refusal>;

impl Model {
    /// Does what a call to the registry does; `None` if `action` is none.
    pub fn ask_registry(&mut self, caller: Who, action: &Action) -> Option<Done> {
        use Action::*;
        Some(match action.clone() {
            Commit { claim } => {
                let made = (claim, self.block, self.now);
                self.commitments.insert(caller, made);
                Ok(Outcome::default())
            }
            CancelCommitment => match self.commitments.remove(&caller) {
                Some(_) => Ok(Outcome::default()),
                None => Err(Error::NoCommitment.into()),
            },
            Register { handle, salt, uri } => self.register(caller, handle, salt, uri),
            ClaimHandle {
                creator,
                handle,
                salt,
            } => self.claim_handle(caller, creator, handle, salt),
            ReleaseHandle { creator } => self.release_handle(caller, creator),
            SetProfile { creator, uri } => self.set_profile(caller, creator, uri),
            Accept { creator } => self.accept(caller, creator),
            SetDelegate {
                creator,
                delegate,
                catalogue,
                profile,
            } => self.change(caller, creator, |person| {
                person.delegates.insert(delegate, (catalogue, profile));
                Ok(())
            }),
            Offer { creator, to } => self.change(caller, creator, |person| {
                person.offered_to = to;
                Ok(())
            }),
            SetPayout {
                creator,
                recipients,
            } => self.change(caller, creator, |person| {
                check_split(&recipients).map_err(Error::BadSplit)?;
                person.split = Some(recipients);
                person.versions += 1;
                Ok(())
            }),
            _ => return None,
        })
    }

    /// What only a creator's owner can do.
    fn change(
        &mut self,
        caller: Who,
        creator: Creator,
        how: impl FnOnce(&mut Person) -> Result<(), Error>,
    ) -> Done {
        let person = self
            .creators
            .get_mut(creator as usize)
            .ok_or(Error::UnknownCreator)?;
        if person.owner != caller {
            return Err(Error::NotOwner.into());
        }
        how(person)?;
        Ok(Outcome::default())
    }

    fn register(&mut self, caller: Who, handle: String, salt: [u8; 32], uri: String) -> Done {
        if uri.len() > 128 {
            return Err(Error::UriTooLong.into());
        }
        let number = self.creators.len() as u32;
        self.reveal(caller, &handle, salt, None)?;
        self.handles.insert(handle.clone(), Handle::Taken(number));
        self.creators.push(Person {
            owner: caller,
            offered_to: None,
            handle: Some(handle),
            uri,
            owners: 0,
            versions: 0,
            split: None,
            delegates: BTreeMap::new(),
        });
        Ok(Outcome {
            number: Some(number),
            ..Outcome::default()
        })
    }

    fn claim_handle(
        &mut self,
        caller: Who,
        creator: Creator,
        handle: String,
        salt: [u8; 32],
    ) -> Done {
        self.change(caller, creator, |person| match person.handle {
            Some(_) => Err(Error::HasHandle),
            None => Ok(()),
        })?;
        self.reveal(caller, &handle, salt, Some(creator))?;
        self.handles.insert(handle.clone(), Handle::Taken(creator));
        self.creators[creator as usize].handle = Some(handle);
        Ok(Outcome::default())
    }

    fn release_handle(&mut self, caller: Who, creator: Creator) -> Done {
        let mut gone = None;
        self.change(caller, creator, |person| {
            gone = person.handle.take();
            gone.as_ref().map(drop).ok_or(Error::HasNoHandle)
        })?;
        let state = Handle::Released(creator, self.now + 30 * DAY);
        self.handles.extend(gone.map(|handle| (handle, state)));
        Ok(Outcome::default())
    }

    fn set_profile(&mut self, caller: Who, creator: Creator, uri: String) -> Done {
        if uri.len() > 128 {
            return Err(Error::UriTooLong.into());
        }
        let person = self
            .creators
            .get_mut(creator as usize)
            .ok_or(Error::UnknownCreator)?;
        let delegate = person.delegates.get(&caller).is_some_and(|may| may.1);
        if person.owner != caller && !delegate {
            return Err(Error::NotPermitted.into());
        }
        person.uri = uri;
        Ok(Outcome::default())
    }

    fn accept(&mut self, caller: Who, creator: Creator) -> Done {
        let person = self
            .creators
            .get_mut(creator as usize)
            .ok_or(Error::UnknownCreator)?;
        if person.offered_to != Some(caller) {
            return Err(Error::NotOffered.into());
        }
        person.owner = caller;
        person.offered_to = None;
        person.owners += 1;
        person.versions += 1;
        person.delegates.clear();
        Ok(Outcome::default())
    }

    fn reveal(
        &mut self,
        caller: Who,
        handle: &str,
        salt: [u8; 32],
        creator: Option<Creator>,
    ) -> Result<(), Error> {
        check_handle(handle).map_err(Error::BadHandle)?;
        let obstacle = match self.handles.get(handle) {
            Some(Handle::Reserved) => Some(Unavailable::Reserved),
            Some(Handle::Taken(other)) => Some(Unavailable::Taken(*other)),
            Some(Handle::Released(other, free)) if creator != Some(*other) && self.now < *free => {
                Some(Unavailable::QuarantinedUntil(*free))
            }
            _ => None,
        };
        if let Some(obstacle) = obstacle {
            return Err(Error::Unavailable(obstacle));
        }
        let (claim, block, at) = self
            .commitments
            .remove(&caller)
            .ok_or(Error::NoCommitment)?;
        let revealed = Claim {
            handle: handle.to_owned(),
            owner: caller,
            salt,
        };
        let failed = if claim != revealed {
            ClaimError::Mismatch
        } else if block == self.block {
            ClaimError::TooYoung
        } else if self.now > at + DAY {
            ClaimError::Expired(at + DAY)
        } else {
            return Ok(());
        };
        Err(Error::BadClaim(failed))
    }

    /// Whether `account` may change a creator's catalogue.
    pub fn may_sell(&self, creator: Creator, account: Who) -> bool {
        self.person(creator).is_some_and(|person| {
            let delegate = person.delegates.get(&account).is_some_and(|may| may.0);
            person.owner == account || delegate
        })
    }
}

fn check_handle(handle: &str) -> Result<(), HandleError> {
    let allowed = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '-');
    if !(3..=32).contains(&handle.len()) {
        Err(HandleError::Length)
    } else if !handle.chars().all(allowed) {
        Err(HandleError::Character)
    } else if handle.starts_with('-') || handle.ends_with('-') || handle.contains("--") {
        Err(HandleError::Hyphen)
    } else {
        Ok(())
    }
}

fn check_split(recipients: &[(Who, u32)]) -> Result<(), SplitError> {
    let accounts: BTreeSet<Who> = recipients.iter().map(|(account, _)| *account).collect();
    let sum = recipients.iter().map(|(_, parts)| parts).sum();
    if !(1..=16).contains(&recipients.len()) {
        Err(SplitError::RecipientCount)
    } else if recipients.iter().any(|(_, parts)| *parts == 0) {
        Err(SplitError::ZeroParts)
    } else if accounts.len() < recipients.len() {
        Err(SplitError::DuplicateRecipient)
    } else if sum != 1_000_000 {
        Err(SplitError::SumOff(sum))
    } else {
        Ok(())
    }
}
