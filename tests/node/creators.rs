//! A creator changes hands, and a handle is given up.

use crate::{
    costs,
    sale::{after_fee, content, listing, Sale, PRICE, SALT},
    world::UNIT,
};
use farthing_contracts::registry::{
    claims::{ClaimError, HandleState, Unavailable, QUARANTINE},
    creator::{Permission, Permissions, Profile},
    events::{Change, CreatorChanged},
    Error,
};
use farthing_contracts::storefront;
use ink::codegen::TraitCallBuilder;

#[tokio::test(flavor = "multi_thread")]
async fn a_creator_changes_hands_with_what_she_is_owed_and_without_her_delegates() {
    let mut sale = Sale::new().await;
    let (ada, bob, creator) = (sale.ada.clone(), sale.bob.clone(), sale.creator);
    let [cat, zoe] = sale.w.accounts(10 * UNIT).await;
    let mut registry = sale.registry.contract.clone();
    let at = sale.registry.id;
    let catalogue = Permissions {
        catalogue: true,
        price: false,
        profile: false,
    };
    let message = registry
        .call_mut()
        .set_delegate(creator, zoe.id(), catalogue);
    sale.call(&ada, message, 0).await;
    let message = sale.to().tip(creator, Vec::new());
    sale.call(&bob, message, PRICE).await;

    let offer = Some(cat.id());
    let message = registry.call_mut().offer_ownership(creator, offer);
    assert_eq!(sale.w.refused(&bob, message, 0).await, Error::NotOwner);
    let accept = registry
        .call_mut()
        .accept_ownership(creator, None, Vec::new());
    assert_eq!(
        sale.w.refused(&cat, accept.clone(), 0).await,
        Error::NotOffered
    );
    // Offered, taken back, and offered again.
    for offer in [offer, None, offer] {
        let message = registry.call_mut().offer_ownership(creator, offer);
        let (_, receipt) = sale.call(&ada, message, 0).await;
        let change = Change::Offered(offer);
        let changed = CreatorChanged {
            creator,
            version: 1,
            change,
        };
        receipt.assert_event(&at, changed);
        let wrong = if offer.is_some() {
            costs::check("registry.offer_ownership", &receipt);
            &zoe
        } else {
            &cat
        };
        assert_eq!(
            sale.w.refused(wrong, accept.clone(), 0).await,
            Error::NotOffered
        );
        assert!(sale.w.read(registry.call().owns(creator, ada.id())).await);
    }
    let (_, receipt) = sale.call(&cat, accept, 0).await;
    costs::check("registry.accept_ownership", &receipt);
    let changed = CreatorChanged {
        creator,
        version: 2,
        change: Change::Accepted(cat.id()),
    };
    receipt.assert_event(&at, changed);

    for (account, owns) in [(&ada, false), (&cat, true)] {
        let message = registry.call().owns(creator, account.id());
        assert_eq!(sale.w.read(message).await, owns);
    }
    for earlier in [&ada, &zoe] {
        let message = registry
            .call()
            .controls(creator, earlier.id(), Permission::Catalogue);
        assert!(!sale.w.read(message).await);
        let message = sale.to().publish(creator, listing(PRICE, None), content());
        assert_eq!(
            sale.refused(earlier, message, 0).await,
            storefront::Error::NotPermitted
        );
    }
    let message = registry.call_mut().offer_ownership(creator, None);
    assert_eq!(sale.w.refused(&ada, message, 0).await, Error::NotOwner);
    let message = sale.to().publish(creator, listing(PRICE, None), content());
    sale.call(&cat, message, 0).await;

    // What was given before went straight to ada. From when the storefront knows, it goes to cat.
    let message = sale.to().refresh(creator);
    sale.call(&bob, message, 0).await;
    let [ada_before, cat_before] = [sale.w.free(&ada.id()).await, sale.w.free(&cat.id()).await];
    let message = sale.to().tip(creator, Vec::new());
    sale.call(&bob, message, PRICE).await;
    assert_eq!(sale.w.free(&ada.id()).await, ada_before);
    assert_eq!(sale.w.free(&cat.id()).await, cat_before + after_fee(PRICE));
    sale.assert_solvent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_released_handle_is_kept_for_its_creator_for_a_month() {
    let mut sale = Sale::new().await;
    let (ada, bob, creator) = (sale.ada.clone(), sale.bob.clone(), sale.creator);
    let mut registry = sale.registry.contract.clone();
    let at = sale.registry.id;
    // As short as it was when the cost file's handle was released.
    let message = registry.call_mut().set_profile(creator, Profile::default());
    sale.call(&ada, message, 0).await;
    let release = registry.call_mut().release_handle(creator);
    assert_eq!(
        sale.w.refused(&bob, release.clone(), 0).await,
        Error::NotOwner
    );
    let (_, receipt) = sale.call(&ada, release.clone(), 0).await;
    costs::check("registry.release_handle", &receipt);
    let free_from = sale.w.now().await + QUARANTINE;
    let handle = String::from("ada");
    let changed = CreatorChanged {
        creator,
        version: 1,
        change: Change::HandleReleased { handle, free_from },
    };
    receipt.assert_event(&at, changed);
    assert_eq!(sale.w.refused(&ada, release, 0).await, Error::HasNoHandle);
    let message = registry.call().creator_by_handle("ada".into());
    assert_eq!(sale.w.read(message).await, None);
    let message = registry.call().handle_state("ada".into());
    let released = HandleState::Released { creator, free_from };
    assert_eq!(sale.w.read(message).await, Some(released));

    // She is who she was, and nobody else has her handle.
    let message = sale.to().tip(creator, Vec::new());
    sale.call(&bob, message, PRICE).await;
    sale.commit(&bob, "ada").await;
    let message = sale.reveal("ada", SALT);
    assert_eq!(
        sale.w.refused(&bob, message, 0).await,
        Error::Unavailable(Unavailable::QuarantinedUntil(free_from))
    );
    sale.commit(&ada, "ada-two").await;
    let claim = registry
        .call_mut()
        .claim_handle(creator, "ada-two".into(), SALT);
    let (_, receipt) = sale.call(&ada, claim.clone(), 0).await;
    costs::check("registry.claim_handle", &receipt);
    let changed = CreatorChanged {
        creator,
        version: 2,
        change: Change::HandleClaimed("ada-two".into()),
    };
    receipt.assert_event(&at, changed);
    assert_eq!(sale.w.refused(&ada, claim, 0).await, Error::HasHandle);
    let message = registry.call().creator_by_handle("ada-two".into());
    let (number, record) = sale.w.read(message).await.expect("it is taken");
    assert_eq!((number, record.owner), (creator, ada.id()));

    if sale.w.forward(QUARANTINE).await {
        let message = sale.reveal("ada", SALT);
        let error = sale.w.refused(&bob, message, 0).await;
        assert!(
            matches!(error, Error::BadClaim(ClaimError::Expired(_))),
            "{error:?}"
        );
        sale.commit(&bob, "ada").await;
        let message = sale.reveal("ada", SALT);
        let (other, _) = sale.call(&bob, message, 0).await;
        assert_ne!(other, creator);
        let message = registry.call().creator_by_handle("ada".into());
        let (number, record) = sale.w.read(message).await.expect("it is taken");
        assert_eq!((number, record.owner), (other, bob.id()));
    }
    sale.assert_solvent().await;
}
