//! The registry's rules, as its documentation tells them.

use super::{
    action::{Action, Claim, Creator, Outcome, Refusal, Who},
    books::{Handle, Model, Person},
};
use farthing_contracts::registry::{
    claims::{ClaimError, Unavailable, Wait},
    Error,
};
use farthing_types::{handle::HandleError, split::SplitError, text::TextError, DAY};
use std::collections::{BTreeMap, BTreeSet};

type Done = Result<Outcome, Refusal>;

/// How long a commitment waits: more than a block, and blocks can be quicker than that.
pub const WAIT: Wait = Wait {
    millis: 10_000,
    blocks: 2,
};

impl Model {
    /// Does what a call to the registry does; `None` if `action` is none.
    pub fn ask_registry(&mut self, caller: Who, action: &Action) -> Option<Done> {
        let done = self.change_registry(caller, action)?;
        if let Action::Accept { creator, .. }
        | Action::SetPayout { creator, .. }
        | Action::UnsetPayout { creator, .. } = action
        {
            if done.is_ok() && self.tells() {
                self.follow(*creator);
            }
        }
        Some(done)
    }

    fn change_registry(&mut self, caller: Who, action: &Action) -> Option<Done> {
        use Action::*;
        Some(match action.clone() {
            Commit { claim } => {
                let made = (claim, self.block, self.now);
                self.commitments.insert(caller, made);
                Ok(Outcome::default())
            }
            CancelCommitment => match self.commitments.remove(&caller) {
                Some((.., at)) if self.now <= at + DAY => {
                    Err(Error::NotBefore(at + DAY + 1).into())
                }
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
            ForgetHandle { creator, handle } => self.forget_handle(caller, creator, &handle),
            SetProfile { creator, uri } => self.set_profile(caller, creator, uri),
            Accept { creator, seen } => self.accept(caller, creator, seen),
            SetDelegate {
                creator,
                delegate,
                may,
            } => self.change(caller, creator, |person| {
                person.delegates.insert(delegate, may);
                person.changes += 1;
                Ok(())
            }),
            Offer { creator, to } => self.change(caller, creator, |person| {
                person.offered_to = to;
                Ok(())
            }),
            SetPayout {
                creator,
                recipients,
                seen,
            } => {
                let now = self.now;
                self.change(caller, creator, |person| {
                    check_seen(person, seen)?;
                    check_split(&recipients).map_err(Error::BadSplit)?;
                    person.split = Some(recipients);
                    person.split_since.get_or_insert(now);
                    person.split_changed();
                    Ok(())
                })
            }
            UnsetPayout { creator, seen } => {
                let now = self.now;
                self.change(caller, creator, |person| {
                    check_seen(person, seen)?;
                    let since = person.split_since.take().ok_or(Error::NoSplit)?;
                    if now < since + DAY {
                        return Err(Error::NotBefore(since + DAY));
                    }
                    person.split = None;
                    person.split_changed();
                    Ok(())
                })
            }
            Delete { creator, seen } => self.delete(caller, creator, seen),
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
        let person = self.known(creator)?;
        if person.owner != caller {
            return Err(Error::NotOwner.into());
        }
        how(person)?;
        Ok(Outcome::default())
    }

    fn known(&mut self, creator: Creator) -> Result<&mut Person, Error> {
        let person = self.creators.get_mut(creator as usize);
        person
            .filter(|person| !person.deleted)
            .ok_or(Error::UnknownCreator)
    }

    fn register(&mut self, caller: Who, handle: String, salt: [u8; 32], uri: String) -> Done {
        check_uri(&uri)?;
        let number = self.creators.len() as u32;
        self.reveal(caller, &handle, salt, None)?;
        self.handles.insert(handle.clone(), Handle::Taken(number));
        self.creators.push(Person {
            owner: caller,
            offered_to: None,
            handle: Some(handle),
            released: None,
            uri,
            owners: 0,
            changes: 0,
            versions: 0,
            split: None,
            split_since: None,
            delegates: BTreeMap::new(),
            deleted: false,
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
        let mut back = false;
        self.change(caller, creator, |person| {
            back = person.released.as_ref() == Some(&handle);
            match person.handle {
                Some(_) => Err(Error::HasHandle),
                None => Ok(()),
            }
        })?;
        self.reveal(caller, &handle, salt, back.then_some(creator))?;
        self.handles.insert(handle.clone(), Handle::Taken(creator));
        let person = &mut self.creators[creator as usize];
        person.handle = Some(handle);
        person.released = None;
        person.changes += 1;
        Ok(Outcome::default())
    }

    fn release_handle(&mut self, caller: Who, creator: Creator) -> Done {
        let mut gone = None;
        self.change(caller, creator, |person| {
            gone = person.handle.take();
            person.released = gone.clone();
            person.changes += 1;
            gone.as_ref().map(drop).ok_or(Error::HasNoHandle)
        })?;
        let state = Handle::Released(creator, self.now + 30 * DAY);
        self.handles.extend(gone.map(|handle| (handle, state)));
        Ok(Outcome::default())
    }

    fn set_profile(&mut self, caller: Who, creator: Creator, uri: String) -> Done {
        check_uri(&uri)?;
        let person = self.known(creator)?;
        let delegate = person.delegates.get(&caller).is_some_and(|may| may[2]);
        if person.owner != caller && !delegate {
            return Err(Error::NotPermitted.into());
        }
        person.uri = uri;
        Ok(Outcome::default())
    }

    fn accept(&mut self, caller: Who, creator: Creator, seen: Option<u32>) -> Done {
        let person = self.known(creator)?;
        if person.offered_to != Some(caller) {
            return Err(Error::NotOffered.into());
        }
        check_seen(person, seen)?;
        person.owner = caller;
        person.offered_to = None;
        person.owners += 1;
        person.split = None;
        person.split_changed();
        person.delegates.clear();
        Ok(Outcome::default())
    }

    fn delete(&mut self, caller: Who, creator: Creator, seen: Option<u32>) -> Done {
        let mut released = None;
        self.change(caller, creator, |person| {
            check_seen(person, seen)?;
            released = person.released.clone();
            match person.handle {
                Some(_) => Err(Error::HasHandle),
                None => Ok(()),
            }
        })?;
        if let Some(handle) = released {
            self.free_handle(creator, &handle)?;
        }
        let since = self.creators[creator as usize].split_since;
        if let Some(from) = since
            .map(|since| since + DAY)
            .filter(|from| self.now < *from)
        {
            return Err(Error::NotBefore(from).into());
        }
        self.creators[creator as usize].deleted = true;
        Ok(Outcome::default())
    }

    fn forget_handle(&mut self, caller: Who, creator: Creator, handle: &str) -> Done {
        self.change(caller, creator, |_| Ok(()))?;
        check_handle(handle).map_err(Error::BadHandle)?;
        if !self.free_handle(creator, handle)? {
            return Err(Error::NotReleased.into());
        }
        let person = &mut self.creators[creator as usize];
        person.released = person.released.take().filter(|one| one != handle);
        person.changes += 1;
        Ok(Outcome::default())
    }

    /// Whether a handle was one that a creator gave up and nobody took; then it is none any more.
    fn free_handle(&mut self, creator: Creator, handle: &str) -> Result<bool, Error> {
        match self.handles.get(handle) {
            Some(Handle::Released(earlier, free)) if *earlier == creator => {
                if self.now < *free {
                    return Err(Error::NotBefore(*free));
                }
                self.handles.remove(handle);
                Ok(true)
            }
            _ => Ok(false),
        }
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
        } else if self.block < block + WAIT.blocks || self.now < at + WAIT.millis {
            ClaimError::TooYoung {
                block: block + WAIT.blocks,
                at: at + WAIT.millis,
            }
        } else if self.now > at + DAY {
            ClaimError::Expired(at + DAY)
        } else {
            return Ok(());
        };
        Err(Error::BadClaim(failed))
    }

    /// Whether `account` may change a creator's catalogue.
    pub fn may_sell(&self, creator: Creator, account: Who) -> bool {
        self.may(creator, account, 0)
    }

    pub fn may_price(&self, creator: Creator, account: Who) -> bool {
        self.may(creator, account, 1)
    }

    fn may(&self, creator: Creator, account: Who, what: usize) -> bool {
        self.person(creator).is_some_and(|person| {
            let delegate = person.delegates.get(&account).is_some_and(|may| may[what]);
            person.owner == account || delegate
        })
    }
}

impl Person {
    fn split_changed(&mut self) {
        self.changes += 1;
        self.versions = self.changes;
    }
}

fn check_seen(person: &Person, seen: Option<u32>) -> Result<(), Error> {
    match seen {
        Some(seen) if seen != person.changes => Err(Error::Changed(person.changes)),
        _ => Ok(()),
    }
}

fn check_uri(uri: &str) -> Result<(), Error> {
    if uri.len() > 128 {
        Err(Error::BadUri(TextError::TooLong))
    } else if uri.contains('\n') {
        Err(Error::BadUri(TextError::Unprintable))
    } else {
        Ok(())
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
