//! Profiles, and what delegates may do.

use super::*;

#[test]
fn set_profile_is_for_owner_and_delegates_with_that_permission() {
    let (mut f, alice, bob, carol) = world();
    let may_only = |permission: Permission| Permissions {
        catalogue: permission == Permission::Catalogue,
        price: permission == Permission::Price,
        profile: permission == Permission::Profile,
    };
    for (delegate, permission) in [(&bob, Permission::Profile), (&carol, Permission::Catalogue)] {
        let permissions = may_only(permission);
        let account = delegate.id().ink();
        let receipt = f.done(&alice, f.reg().set_delegate(ALICE, account, permissions), 0);
        let told = Change::Delegate {
            delegate: account,
            permissions,
            freed: false,
        };
        assert_eq!(changes(&receipt), [(ALICE, told)]);
        assert_eq!(f.read(f.reg().permissions(ALICE, account)), permissions);
        assert!(f.read(f.reg().controls(ALICE, account, permission)));
    }
    for (who, uri) in [(&alice, "a"), (&bob, "b")] {
        let receipt = f.done(who, f.reg().set_profile(ALICE, profile(uri)), 0);
        let told = Change::Profile {
            by: who.id().ink(),
            profile: profile(uri),
        };
        assert_eq!(changes(&receipt), [(ALICE, told)]);
        let record = f.read(f.reg().creator(ALICE)).unwrap();
        assert_eq!(record.profile, profile(uri));
    }
    assert_eq!(
        f.refuse(&carol, f.reg().set_profile(ALICE, profile("c")), 0),
        Error::NotPermitted
    );
    f.assert_solvent();
}

#[test]
fn profile_uri_of_128_bytes_fits_and_one_more_or_what_moves_the_cursor_does_not() {
    let (mut f, alice, bob, _) = world();
    let fits = profile(&"u".repeat(128));
    f.done(&alice, f.reg().set_profile(ALICE, fits), 0);
    for (uri, why) in [
        ("u".repeat(129), TextError::TooLong),
        ("https://a.b/\u{1b}[2J".into(), TextError::Unprintable),
        (
            "https://a.b\r\nowner: mallory".into(),
            TextError::Unprintable,
        ),
        ("https://a.b/\u{202e}gpj".into(), TextError::Unprintable),
    ] {
        let bad = profile(&uri);
        let message = f.reg().set_profile(ALICE, bad.clone());
        assert_eq!(f.refuse(&alice, message, 0), Error::BadUri(why));
        commit(&mut f, &bob, "bob");
        let message = f.reg().register("bob".into(), SALT, bad);
        assert_eq!(f.refuse(&bob, message, 0), Error::BadUri(why));
    }
    f.assert_solvent();
}

#[test]
fn delegate_is_taken_off_by_no_permission_at_all() {
    let (mut f, alice, bob, _) = world();
    let account = bob.id().ink();
    let on = f.done(&alice, f.reg().set_delegate(ALICE, account, ALL), 0);
    let nothing = f.reg().set_delegate(ALICE, account, Permissions::NONE);
    let freed = |receipt: &Receipt| match changes(receipt).remove(0).1 {
        Change::Delegate { freed, .. } => freed,
        other => panic!("{other:?}"),
    };
    // On its first day the record stays, and the delegate may do nothing all the same.
    let taken_off = f.done(&alice, nothing.clone(), 0);
    assert_eq!((taken_off.deposit, freed(&taken_off)), (0, false));
    assert_eq!(
        f.read(f.reg().permissions(ALICE, account)),
        Permissions::NONE
    );
    // Put on again and taken off again, it is as old as it was.
    f.chain.advance(DAY / 2);
    assert_eq!(
        f.done(&alice, f.reg().set_delegate(ALICE, account, ALL), 0)
            .deposit,
        0
    );
    f.chain.advance(DAY / 2);
    let off = f.done(&alice, nothing.clone(), 0);
    // The chain rounds what it gives back down, once for items and once for bytes.
    assert!((0..=2).contains(&(on.deposit + off.deposit)));
    assert!(!freed(&on) && freed(&off));
    // Who is none is taken off without effect.
    let again = f.done(&alice, nothing, 0);
    assert_eq!((again.deposit, freed(&again)), (0, true));
    assert_eq!(
        f.read(f.reg().permissions(ALICE, account)),
        Permissions::NONE
    );
    assert!(!f.read(f.reg().controls(ALICE, account, Permission::Profile)));
    f.assert_solvent();
}
