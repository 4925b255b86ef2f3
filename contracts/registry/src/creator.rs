//! A creator's record, and who may do what with it.

use farthing_types::{Hash, Millis, DAY};
use ink::{prelude::string::String, primitives::AccountId};

/// How long a delegate's record or a split's stays at least, so that its deposit cannot be locked and
/// freed at will.
pub const MIN_KEPT: Millis = DAY;
/// Most bytes of a profile's URI.
pub const MAX_URI: usize = 128;

/// What a creator says of themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Profile {
    /// Hash of the profile document, so that a reader can tell it was not swapped.
    pub commitment: Hash,
    /// Where the document is, in at most [`MAX_URI`] bytes.
    pub uri: String,
}

/// Something an owner can let a delegate do. Changing owner, handle, delegates or payout is not among
/// them, and with any but [`Permission::Price`] a delegate directs no money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Permission {
    /// Open the storefront, publish items without a share for referrers, bring out new editions of any
    /// item, with other content, title and URI, take items off sale and bring them back.
    Catalogue,
    /// Say what is paid and who shares in it: prices, tiers, shares for referrers, and pools in the
    /// creator's name.
    Price,
    /// Change the profile.
    Profile,
}

/// A set of permissions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Permissions {
    /// See [`Permission::Catalogue`].
    pub catalogue: bool,
    /// See [`Permission::Price`].
    pub price: bool,
    /// See [`Permission::Profile`].
    pub profile: bool,
}

impl Permissions {
    /// No permission at all.
    pub const NONE: Self = Self {
        catalogue: false,
        price: false,
        profile: false,
    };

    /// Whether `permission` is in the set.
    pub fn allow(&self, permission: Permission) -> bool {
        match permission {
            Permission::Catalogue => self.catalogue,
            Permission::Price => self.price,
            Permission::Profile => self.profile,
        }
    }
}

/// Permissions as an owner granted them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Grant {
    /// What is allowed.
    pub permissions: Permissions,
    /// The [`Creator::owners`] of that time; a grant of an earlier owner is void.
    pub owners: u32,
    /// When the record was made.
    pub since: Millis,
}

/// A creator.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Creator {
    /// Who may do everything.
    pub owner: AccountId,
    /// To whom the creator is offered, if to anyone.
    pub offered_to: Option<AccountId>,
    /// The handle, unless it was released.
    pub handle: Option<String>,
    /// The handle that was released last and that the creator can have back before others can, as long
    /// as it has no other.
    pub released: Option<String>,
    /// What the creator says of themselves.
    pub profile: Profile,
    /// How many owners the creator has had before this one. Delegates go with their owner.
    pub owners: u32,
    /// Rises with every change of owner, handle, delegates and split, so that whoever accepts or changes
    /// something can say what they saw.
    pub version: u32,
    /// The version at which the owner or the split changed last.
    pub split_version: u32,
}

impl Creator {
    /// A new creator.
    pub fn new(owner: AccountId, handle: String, profile: Profile) -> Self {
        Self {
            owner,
            offered_to: None,
            handle: Some(handle),
            released: None,
            profile,
            owners: 0,
            version: 0,
            split_version: 0,
        }
    }

    /// Whether `account`, with `grant` on record, has `permission`.
    pub fn permits(
        &self,
        account: &AccountId,
        grant: Option<Grant>,
        permission: Permission,
    ) -> bool {
        account == &self.owner || self.current(grant).allow(permission)
    }

    /// What `grant` still allows.
    pub fn current(&self, grant: Option<Grant>) -> Permissions {
        grant
            .filter(|grant| grant.owners == self.owners)
            .map_or(Permissions::NONE, |grant| grant.permissions)
    }

    /// Counts a change.
    pub fn changed(&mut self) {
        self.version = self.version.saturating_add(1);
    }

    /// Counts a change of where the money goes.
    pub fn split_changed(&mut self) {
        self.changed();
        self.split_version = self.version;
    }

    /// Makes `account` the owner, if the creator was offered to it. Earlier delegates lose what they
    /// could do, and all money is the new owner's.
    pub fn accept(&mut self, account: AccountId) -> bool {
        if self.offered_to != Some(account) {
            return false;
        }
        self.owner = account;
        self.offered_to = None;
        self.owners = self.owners.saturating_add(1);
        self.split_changed();
        true
    }

    /// Gives up the handle, and returns it.
    pub fn release(&mut self) -> Option<String> {
        let handle = self.handle.take()?;
        self.released = Some(handle.clone());
        self.changed();
        Some(handle)
    }

    /// Takes a handle, and with it gives up the right to the one that was released.
    pub fn claim(&mut self, handle: String) {
        self.handle = Some(handle);
        self.released = None;
        self.changed();
    }

    /// Whether the creator can have `handle` back before others can.
    pub fn can_have_back(&self, handle: &str) -> bool {
        self.released.as_deref() == Some(handle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(byte: u8) -> AccountId {
        AccountId::from([byte; 32])
    }

    fn creator() -> Creator {
        Creator::new(account(1), "alice".into(), Profile::default())
    }

    const CATALOGUE: Permissions = Permissions {
        catalogue: true,
        price: false,
        profile: false,
    };

    const EACH: [Permission; 3] = [
        Permission::Catalogue,
        Permission::Price,
        Permission::Profile,
    ];

    #[test]
    fn owner_may_everything_and_a_stranger_nothing() {
        for permission in EACH {
            assert!(creator().permits(&account(1), None, permission));
            assert!(!creator().permits(&account(2), None, permission));
        }
    }

    #[test]
    fn delegate_may_what_was_granted_and_no_more() {
        for granted in EACH {
            let grant = Grant {
                permissions: Permissions {
                    catalogue: granted == Permission::Catalogue,
                    price: granted == Permission::Price,
                    profile: granted == Permission::Profile,
                },
                owners: 0,
                since: 0,
            };
            for asked in EACH {
                let may = creator().permits(&account(2), Some(grant), asked);
                assert_eq!(may, asked == granted, "{granted:?} {asked:?}");
            }
        }
    }

    #[test]
    fn only_the_one_it_is_offered_to_becomes_owner_and_delegates_go() {
        let mut one = creator();
        assert!(!one.accept(account(2)));
        one.offered_to = Some(account(2));
        assert!(!one.accept(account(3)));
        assert!(one.accept(account(2)));
        assert_eq!(one.owner, account(2));
        assert_eq!(one.offered_to, None);
        assert_eq!((one.version, one.split_version), (1, 1));
        let old = Some(Grant {
            permissions: CATALOGUE,
            owners: 0,
            since: 0,
        });
        assert!(!one.permits(&account(9), old, Permission::Catalogue));
        assert!(!one.permits(&account(1), None, Permission::Catalogue));
    }

    #[test]
    fn every_owner_is_followed_by_the_next() {
        let mut one = creator();
        for next in 2..9 {
            one.offered_to = Some(account(next));
            assert!(one.accept(account(next)));
            assert_eq!(one.owner, account(next));
            assert_eq!(one.owners, u32::from(next) - 1);
        }
    }

    #[test]
    fn version_rises_with_every_change_and_the_splits_with_its_own() {
        let mut one = creator();
        let handle = one.release();
        assert_eq!(handle.as_deref(), Some("alice"));
        assert_eq!((one.version, one.split_version), (1, 0));
        one.split_changed();
        assert_eq!((one.version, one.split_version), (2, 2));
        one.claim("bob".into());
        assert_eq!((one.version, one.split_version), (3, 2));
    }

    #[test]
    fn handle_can_be_had_back_until_another_is_taken() {
        let mut one = creator();
        assert!(!one.can_have_back("alice"));
        one.release();
        assert_eq!(one.release(), None);
        assert!(one.can_have_back("alice") && !one.can_have_back("bob"));
        one.claim("bob".into());
        assert!(!one.can_have_back("alice") && !one.can_have_back("bob"));
        one.release();
        assert!(!one.can_have_back("alice") && one.can_have_back("bob"));
    }
}
