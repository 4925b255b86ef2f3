//! What someone would try to get a name, a right or an access that is not theirs. What they would try
//! to get money is in `attacks_money`.

use crate::sale::world::*;
use farthing_contracts::registry;
use farthing_contracts::registry::claims::{ClaimError, Unavailable, Wait};
use farthing_contracts::storefront;
use farthing_contracts::storefront::access::AccessError;
use farthing_types::commitment;

// ---- Front-running a registration ----

const SALT: [u8; 32] = [5; 32];

#[test]
fn copied_reveal_is_of_no_use_to_the_one_who_copies_it() {
    let (mut f, _, victim, attacker) = world();
    let hash = commitment::handle_claim("famous", &victim.id(), &SALT);
    f.chain
        .call_unasked(&victim, f.reg().commit(hash), 0)
        .unwrap();
    // The victim's reveal waits in the pool; the attacker sends the same, and comes first.
    let reveal = f.reg().register("famous".into(), SALT, Profile::default());
    let (copy, copied_hash) = (reveal.clone(), f.reg().commit(hash));
    f.chain.in_one_block(|chain| {
        let error: registry::Error = refused(chain.call(&attacker, copy.clone(), 0));
        assert_eq!(error, registry::Error::NoCommitment);
        // With the victim's hash as a commitment of their own it is no better: the hash binds the owner.
        chain.call_unasked(&attacker, copied_hash, 0).unwrap();
        let error = refused(chain.call(&attacker, copy, 0));
        assert_eq!(error, registry::Error::BadClaim(ClaimError::Mismatch));
        chain.call(&victim, reveal, 0).unwrap();
    });
    let (creator, record) = f.read(f.reg().creator_by_handle("famous".into())).unwrap();
    assert_eq!((creator, record.owner), (1, victim.id().ink()));
    f.assert_solvent();
}

#[test]
fn commitment_copied_before_the_reveal_is_not_that_of_the_copier() {
    let (mut f, _, victim, attacker) = world();
    let hash = commitment::handle_claim("famous", &victim.id(), &SALT);
    for who in [&attacker, &victim] {
        f.chain.call_unasked(who, f.reg().commit(hash), 0).unwrap();
    }
    // By now the commitment is old enough, and the attacker has read handle and salt in the pool.
    let reveal = f.reg().register("famous".into(), SALT, Profile::default());
    assert_eq!(
        f.refuse(&attacker, reveal.clone(), 0),
        registry::Error::BadClaim(ClaimError::Mismatch)
    );
    assert_eq!(f.call(&victim, reveal, 0).unwrap().0, 1);
    f.assert_solvent();
}

#[test]
fn claim_begun_when_the_reveal_is_seen_comes_too_late() {
    let (mut f, _, victim, attacker) = world();
    let hashes =
        [&victim, &attacker].map(|who| commitment::handle_claim("famous", &who.id(), &SALT));
    f.chain
        .call_unasked(&victim, f.reg().commit(hashes[0]), 0)
        .unwrap();
    let reveal = f.reg().register("famous".into(), SALT, Profile::default());
    let (theirs, own, commit) = (reveal.clone(), reveal.clone(), f.reg().commit(hashes[1]));
    f.chain.in_one_block(|chain| {
        chain.call_unasked(&attacker, commit, 0).unwrap();
        let error: registry::Error = refused(chain.call(&attacker, own, 0));
        assert!(matches!(
            error,
            registry::Error::BadClaim(ClaimError::TooYoung { .. })
        ));
        chain.call(&victim, theirs, 0).unwrap();
    });
    assert_eq!(
        f.refuse(&attacker, reveal, 0),
        registry::Error::Unavailable(Unavailable::Taken(1))
    );
    f.assert_solvent();
}

/// Both commit to the same handle, the attacker on seeing the victim's reveal, which the blocks in
/// between do not take. Returns who has it in the end.
fn race(standing_still: Millis, missed: u32) -> ink::primitives::AccountId {
    let (mut f, _, victim, attacker) = world_with(Terms {
        wait: Wait::STANDARD,
        ..Terms::default()
    });
    let hashes =
        [&victim, &attacker].map(|who| commitment::handle_claim("famous", &who.id(), &SALT));
    let commit = f.reg().commit(hashes[0]);
    f.chain.call_unasked(&victim, commit, 0).unwrap();
    f.wait_for_reveal();
    let commit = f.reg().commit(hashes[1]);
    f.chain.call_unasked(&attacker, commit, 0).unwrap();
    for _ in 1..missed {
        f.chain.seal();
    }
    if standing_still > 0 {
        f.chain.advance(standing_still);
    }
    let reveal = f.reg().register("famous".into(), SALT, Profile::default());
    f.chain.in_one_block(|chain| {
        // The attacker pays for the first place in each block.
        for who in [&attacker, &victim] {
            let _: Result<_, Failure<registry::Error>> = chain.call(who, reveal.clone(), 0);
        }
    });
    let (_, record) = f.read(f.reg().creator_by_handle("famous".into())).unwrap();
    f.assert_solvent();
    match record.owner == victim.id().ink() {
        true => victim.id().ink(),
        false => record.owner,
    }
}

#[test]
fn claim_begun_when_the_reveal_is_seen_wins_neither_by_missed_blocks_nor_by_a_chain_that_stands_still(
) {
    let victim = Account::named("bob").id().ink();
    for missed in 1..9 {
        assert_eq!(race(0, missed), victim, "{missed} blocks missed");
    }
    assert_eq!(race(DAY / 2, 1), victim);
    assert_eq!(race(DAY / 2, 3), victim);
    // The limit, shown and not hidden: with a minute's worth of blocks missed, the first place decides.
    assert_ne!(race(0, 10), victim);
}

#[test]
fn delegate_for_the_catalogue_or_the_profile_has_no_say_over_money() {
    let (mut f, alice, bob, _) = world();
    let all_but_price = Permissions {
        price: false,
        ..ALL
    };
    let delegate = bob.id().ink();
    let message = f.reg().set_delegate(ALICE, delegate, all_but_price);
    f.done(&alice, message, 0);
    let may = |f: &mut Farthing, what| f.read(f.reg().controls(ALICE, delegate, what));
    assert!(may(&mut f, Permission::Catalogue) && may(&mut f, Permission::Profile));
    assert!(!may(&mut f, Permission::Price));
    f.assert_solvent();
}

// ---- Taking over a creator ----

/// Has `who` try every message that only the owner of [`ALICE`] may send.
fn assert_not_owner(f: &mut Farthing, who: &Account) {
    use farthing_contracts::registry::Error::{NotOffered, NotOwner};
    let own = who.id();
    assert_eq!(f.refuse(who, f.reg().release_handle(ALICE), 0), NotOwner);
    let message = f.reg().claim_handle(ALICE, "mine".into(), SALT);
    assert_eq!(f.refuse(who, message, 0), NotOwner);
    let message = f.reg().set_delegate(ALICE, own.ink(), ALL);
    assert_eq!(f.refuse(who, message, 0), NotOwner);
    let message = f.reg().offer_ownership(ALICE, Some(own.ink()));
    assert_eq!(f.refuse(who, message, 0), NotOwner);
    assert_eq!(
        f.refuse(who, f.reg().accept_ownership(ALICE, None, Vec::new()), 0),
        NotOffered
    );
    let message = f
        .reg()
        .set_payout(ALICE, split(&[(&own, PARTS)]), None, Vec::new());
    assert_eq!(f.refuse(who, message, 0), NotOwner);
    let message = f.shop().refund(ALICE, own.ink(), [0; 32], vec![], vec![0]);
    assert_eq!(f.refuse(who, message, 0), storefront::Error::NotPermitted);
    // What only the registry may say.
    let payout = registry::PayoutSplit {
        version: 99,
        recipients: split(&[(&own, PARTS)]),
    };
    let mut shop = f.shop();
    let message = registry::PayoutListener::payout_changed(&mut shop, ALICE, payout);
    let contracts = [f.registry_id.clone(), f.storefront_id.clone()];
    let why = crate::calls::refuse(&mut f.chain, &contracts, who, message, 0);
    assert_eq!(why, registry::ListenerError::NotRegistry);
}

/// Has `who` try every message that a delegate of [`ALICE`] can be allowed to send.
fn assert_no_delegate(f: &mut Farthing, who: &Account) {
    use farthing_contracts::storefront::Error::NotPermitted;
    let message = f.reg().set_profile(ALICE, Profile::default());
    assert_eq!(f.refuse(who, message, 0), registry::Error::NotPermitted);
    assert_eq!(f.refuse(who, f.shop().open(ALICE), 0), NotPermitted);
    let message = f.shop().publish(ALICE, forever(1), content());
    assert_eq!(f.refuse(who, message, 0), NotPermitted);
    assert_eq!(
        f.refuse(who, f.shop().set_price(ALICE, 0, 1), 0),
        NotPermitted
    );
    assert_eq!(f.refuse(who, f.shop().retire(ALICE, 0), 0), NotPermitted);
    assert_eq!(f.refuse(who, f.shop().relist(ALICE, 0), 0), NotPermitted);
    let message = f.shop().set_item_tier(ALICE, 0, Some(1));
    assert_eq!(f.refuse(who, message, 0), NotPermitted);
    let message = f.shop().set_tier(ALICE, 0, Some(1));
    assert_eq!(f.refuse(who, message, 0), NotPermitted);
}

#[test]
fn stranger_can_do_nothing_for_a_creator() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, forever(5));
    assert_not_owner(&mut f, &bob);
    assert_no_delegate(&mut f, &bob);
    f.assert_solvent();
}

#[test]
fn delegate_with_all_permissions_can_do_nothing_that_is_the_owners() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, pass(5, DAY));
    f.buy(&bob, 0, 5);
    let message = f.reg().set_delegate(ALICE, bob.id().ink(), ALL);
    f.done(&alice, message, 0);
    assert_not_owner(&mut f, &bob);
    // Nor the guardian's.
    assert_eq!(
        f.refuse(&bob, f.shop().pause(1), 0),
        storefront::Error::NotGuardian
    );
    f.assert_solvent();
}

#[test]
fn earlier_owner_and_their_delegates_can_do_nothing_even_if_the_creator_comes_back() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, forever(5));
    let message = f.reg().set_delegate(ALICE, carol.id().ink(), ALL);
    f.done(&alice, message, 0);
    let hand_over = |f: &mut Farthing, from: &Account, to: &Account| {
        let offer = f.reg().offer_ownership(ALICE, Some(to.id().ink()));
        f.done(from, offer, 0);
        f.done(to, f.reg().accept_ownership(ALICE, None, Vec::new()), 0);
    };
    hand_over(&mut f, &alice, &bob);
    for who in [&alice, &carol] {
        assert_not_owner(&mut f, who);
        assert_no_delegate(&mut f, who);
    }
    // Alice is the owner again, but what she once allowed carol is not allowed again.
    hand_over(&mut f, &bob, &alice);
    for who in [&bob, &carol] {
        assert_not_owner(&mut f, who);
        assert_no_delegate(&mut f, who);
    }
    let message = f.reg().permissions(ALICE, carol.id().ink());
    assert_eq!(f.read(message), Permissions::NONE);
    f.assert_solvent();
}

#[test]
fn delegate_of_one_creator_is_none_of_another() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, forever(5));
    let second = f.creator(&carol, "carol");
    let message = f.reg().set_delegate(second, bob.id().ink(), ALL);
    f.done(&carol, message, 0);
    assert_not_owner(&mut f, &bob);
    assert_no_delegate(&mut f, &bob);
    f.assert_solvent();
}

// ---- Between quote and purchase ----

#[test]
fn price_raised_in_the_same_block_is_not_paid() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, forever(500));
    f.done(&alice, f.shop().set_tier(ALICE, 0, Some(500)), 0);
    // Bob saw 500 and attaches more, for whatever reason. Alice's change comes just before.
    let raise = f.shop().set_price(ALICE, 0, 501);
    let raise_tier = f.shop().set_tier(ALICE, 0, Some(501));
    let buy = f.shop().buy(order_at(0, 500), None, None);
    let buy_many = f.shop().buy_many(vec![order_at(0, 500)], None, None);
    let blinded = f.shop().buy_blinded(ALICE, 0, [1; 32], 500);
    f.chain.in_one_block(|chain| {
        chain.call(&alice, raise, 0).unwrap();
        chain.call(&alice, raise_tier, 0).unwrap();
        let refusals = [
            refused(chain.call(&bob, buy, 9_000)),
            refused(chain.call(&bob, buy_many, 9_000)),
            refused(chain.call(&bob, blinded, 9_000)),
        ];
        let above = storefront::Error::PriceAboveMax(501);
        assert!(refusals.iter().all(|error| error == &above));
    });
    assert!(!f.has(&bob, 0));
    assert_eq!(f.books(), 0);
    f.assert_solvent();
}

// ---- Access ----

#[test]
fn access_to_an_item_is_not_access_to_that_of_another_creator() {
    let (mut f, alice, bob, carol) = world();
    let second = f.creator(&carol, "carol");
    f.publish(&alice, ALICE, forever(5));
    f.publish(&carol, second, forever(5_000));
    f.buy(&bob, 0, 5);
    assert!(!f.read(f.shop().has_access(second, 0, bob.id().ink())));
    // Nor can it be refunded there.
    let history = vec![purchase(0, &bob, 5)];
    let message = f
        .shop()
        .refund(second, bob.id().ink(), [0; 32], history, vec![0]);
    assert_eq!(
        f.refuse(&carol, message, 5),
        storefront::Error::Access(AccessError::WrongHistory)
    );
    f.assert_solvent();
}

#[test]
fn gift_makes_a_prepared_refund_stale_but_the_next_one_works() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, forever(500));
    f.publish(&alice, ALICE, forever(1));
    f.buy(&bob, 0, 500);
    // Carol gives bob something from the same page before alice's refund is in.
    let message = f.shop().buy(order_at(1, 1), Some(bob.id().ink()), None);
    f.done(&carol, message, 1);
    let mut history = vec![purchase(0, &bob, 500)];
    let owner = bob.id().ink();
    let refund = |f: &Farthing, history| f.shop().refund(ALICE, owner, [0; 32], history, vec![0]);
    let message = refund(&f, history.clone());
    assert_eq!(
        f.refuse(&alice, message, 500),
        storefront::Error::Access(AccessError::WrongHistory)
    );
    history.push(purchase(1, &carol, 1));
    let message = refund(&f, history);
    f.done(&alice, message, 500);
    assert!(!f.has(&bob, 0) && f.has(&bob, 1));
    f.assert_solvent();
}

/// Someone makes the history longer than a call has room for. What they gave can be given back from the
/// end, as many at once as fit, and then the refund works.
#[test]
fn refund_cannot_be_stopped_by_hundreds_of_gifts() {
    let (mut f, alice, bob, carol) = world();
    f.publish(&alice, ALICE, forever(500));
    f.publish(&alice, ALICE, pass(1, DAY));
    let owner = bob.id().ink();
    let mut history = purchases(&f.buy(&bob, 0, 500));
    for _ in 0..4 {
        let gifts = vec![order(1); 64];
        let message = f.shop().buy_many(gifts, Some(owner), None);
        history.extend(purchases(&f.done(&carol, message, 64)));
    }
    let message = f
        .shop()
        .refund(ALICE, owner, [0; 32], history.clone(), vec![0]);
    f.chain
        .dry_run(&alice.id(), message, 500)
        .err()
        .expect("it has no room");
    let before = f.has_money(&carol);
    while history.len() > 180 {
        let first = history.len() - 180.min(history.len() - 1);
        let last = history.split_off(first);
        let which = (0..last.len() as u32).collect();
        let earlier = running_hash(&history);
        let message = f.shop().refund(ALICE, owner, earlier, last.clone(), which);
        f.done(&alice, message, last.len() as Balance);
    }
    assert_eq!(f.has_money(&carol), before + 180);
    let message = f.shop().refund(ALICE, owner, [0; 32], history, vec![0]);
    f.done(&alice, message, 500);
    assert!(!f.has(&bob, 0));
    f.assert_solvent();
}

#[test]
fn pass_of_the_longest_period_there_is_never_ends_and_is_not_sold_twice() {
    let (mut f, alice, bob, _) = world();
    f.publish(&alice, ALICE, pass(5, u64::MAX));
    let history = purchases(&f.buy(&bob, 0, 5));
    let page = f.read(f.shop().page(ALICE, bob.id().ink(), 0));
    assert_eq!(page.until(0), Some(u64::MAX));
    assert!(f.has(&bob, 0));
    let again = f.shop().buy(order_at(0, 5), None, None);
    let owned = storefront::Error::Access(AccessError::AlreadyOwned);
    assert_eq!(f.refuse(&bob, again, 5), owned);
    let message = f
        .shop()
        .refund(ALICE, bob.id().ink(), [0; 32], history, vec![0]);
    f.done(&alice, message, 5);
    assert!(!f.has(&bob, 0));
    f.assert_solvent();
}

#[test]
fn paying_a_creator_or_item_that_does_not_exist_is_refused() {
    use farthing_contracts::storefront::Error::{NotOpen, UnknownItem, UnknownTier};
    let (mut f, _, bob, _) = world();
    for nobody in [1, u32::MAX] {
        let message = f.shop().tip(nobody, vec![]);
        assert_eq!(f.refuse(&bob, message, 5), NotOpen);
        let message = f.shop().tip_many(vec![tip(nobody, 5)]);
        assert_eq!(f.refuse(&bob, message, 5), NotOpen);
        let message = f.shop().buy(order_of(nobody, 0, 5), None, None);
        assert_eq!(f.refuse(&bob, message, 5), UnknownItem);
        let message = f.shop().buy_blinded(nobody, 0, [1; 32], 5);
        assert_eq!(f.refuse(&bob, message, 5), UnknownTier);
        assert_eq!(f.refuse(&bob, f.shop().payout(nobody), 0), NotOpen);
        assert_eq!(f.refuse(&bob, f.shop().refresh(nobody), 0), NotOpen);
    }
    f.assert_solvent();
}
