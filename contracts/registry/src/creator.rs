//! A creator's record, and who may do what with it.

use farthing_types::Hash;
use ink::{prelude::string::String, primitives::AccountId};

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
/// them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Permission {
    /// Publish items without a share for referrers, retire them and bring them back.
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
    /// What the creator says of themselves.
    pub profile: Profile,
    /// How many owners the creator has had before this one. Delegates go with their owner.
    pub owners: u32,
    /// Rises whenever the payout split may have changed, so that others can tell.
    pub split_version: u32,
}

impl Creator {
    /// A new creator.
    pub fn new(owner: AccountId, handle: String, profile: Profile) -> Self {
        Self {
            owner,
            offered_to: None,
            handle: Some(handle),
            profile,
            owners: 0,
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

    /// Makes `account` the owner, if the creator was offered to it. Earlier delegates lose what they
    /// could do, and a split that was never set now pays the new owner.
    pub fn accept(&mut self, account: AccountId) -> bool {
        if self.offered_to != Some(account) {
            return false;
        }
        self.owner = account;
        self.offered_to = None;
        self.owners = self.owners.wrapping_add(1);
        self.split_version = self.split_version.wrapping_add(1);
        true
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

    #[test]
    fn owner_may_everything_and_a_stranger_nothing() {
        for permission in [Permission::Catalogue, Permission::Profile] {
            assert!(creator().permits(&account(1), None, permission));
            assert!(!creator().permits(&account(2), None, permission));
        }
    }

    #[test]
    fn delegate_may_what_was_granted_and_no_more() {
        let grant = Some(Grant {
            permissions: CATALOGUE,
            owners: 0,
        });
        assert!(creator().permits(&account(2), grant, Permission::Catalogue));
        assert!(!creator().permits(&account(2), grant, Permission::Profile));
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
        assert_eq!(one.split_version, 1);
        let old = Some(Grant {
            permissions: CATALOGUE,
            owners: 0,
        });
        assert!(!one.permits(&account(9), old, Permission::Catalogue));
        assert!(!one.permits(&account(1), None, Permission::Catalogue));
    }
}
