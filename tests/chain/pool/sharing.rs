//! News, and shares that move to other accounts.

use super::{rebuilt::Rebuilt, world::*};
use farthing_chain::Factory;
use farthing_contracts::pool::{
    events::{Created, News, ShareMoved, ShareOffered},
    offers::ShareOffer,
    pool::Overview,
};
use farthing_types::text::TextError;
use ink::codegen::TraitCallBuilder;

/// The bytes of an offer: a place and an account.
const OFFER: i128 = (1 + 32) * PER_BYTE;

/// A share of three quarters of alice's, one of a quarter of bob's.
fn shared(holding: bool) -> World {
    World::new(|alice| {
        let bob = Account::named("bob");
        Terms {
            beneficiaries: split(&[(&alice.id(), 750_000), (&bob.id(), 250_000)]),
            release: match holding {
                true => super::world::holding(alice).release,
                false => vec![],
            },
            ..keep_all(alice)
        }
    })
}

fn holders(overview: &Overview) -> Vec<ink::primitives::AccountId> {
    let all = overview.terms.beneficiaries.iter();
    all.map(|one| one.account).collect()
}

// ---- News ----

#[test]
fn maker_and_beneficiaries_publish_news_and_nobody_else() {
    let mut w = World::new(|_| keep_all(&Account::named("bob")));
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    for who in [&alice, &bob] {
        let receipt = w.done(who, w.to().publish(note()), 0);
        let [News { by, note: told }] = &events::<News>(&receipt)[..] else {
            panic!("one event")
        };
        assert_eq!((*by, told), (who.id().ink(), &note()));
        assert_eq!(receipt.deposit, 0);
    }
    let refusal = w.refuse(&carol, w.to().publish(note()), 0);
    assert_eq!(refusal, Error::NotPermitted);
    w.assert_solvent();
}

#[test]
fn news_that_forge_what_a_client_prints_are_refused() {
    let mut w = World::keeping();
    let alice = w.alice.clone();
    let mut refuse = |uri: &str| {
        let news = Note {
            commitment: [1; 32],
            uri: uri.into(),
        };
        w.refuse(&alice, w.to().publish(news), 0)
    };
    assert_eq!(refuse("a\nb"), Error::BadNote(TextError::Unprintable));
    assert_eq!(refuse(&"u".repeat(129)), Error::BadNote(TextError::TooLong));
    w.assert_solvent();
}

#[test]
fn maker_of_a_factorys_pool_is_who_asked_for_it() {
    let mut farthing = farthing_chain::Farthing::default();
    let registry = farthing.registry_id.clone();
    let chain = &mut farthing.chain;
    let [ada, bob] = ["ada", "bob"].map(|name| chain.account(name, 1_000 * UNIT));
    let mut factory = Factory::deploy(chain, &ada, &registry, None).unwrap();
    let made = factory.create(chain, &ada, None, keep_all(&bob), [1; 32]);
    let (mut at, receipt) = made.unwrap();
    let created = &receipt.events_of::<Created>()[0];
    assert_eq!(created.maker, ada.id().ink());
    assert_eq!(created.by, factory.id.ink());
    assert_eq!(chain.read(at.pool.call().overview()).maker, ada.id().ink());
    chain
        .call(&ada, at.pool.call_mut().publish(note()), 0)
        .unwrap();
    at.assert_solvent(chain);
}

// ---- Shares ----

#[test]
fn share_moves_when_it_is_accepted_and_nobody_elses_does() {
    let mut w = shared(false);
    let (alice, bob, carol, sue) = (
        w.alice.clone(),
        w.bob.clone(),
        w.carol.clone(),
        w.sue.clone(),
    );
    let receipt = w.done(&alice, w.to().offer_share(Some(carol.id().ink())), 0);
    assert_eq!(receipt.deposit, OFFER);
    let told = &events::<ShareOffered>(&receipt)[0];
    assert_eq!(
        (told.by, told.to),
        (alice.id().ink(), Some(carol.id().ink()))
    );
    let offer = ShareOffer {
        from: alice.id().ink(),
        to: carol.id().ink(),
    };
    assert_eq!(w.overview().offers, [offer]);
    // Nothing has changed yet.
    let before = [&alice, &bob, &carol].map(|one| w.balance(one));
    w.donate(&sue, 1_000);
    let now = [&alice, &bob, &carol].map(|one| w.balance(one));
    assert_eq!(now, [before[0] + 750, before[1] + 250, before[2]]);
    let receipt = w.done(&carol, w.to().accept_share(alice.id().ink()), 0);
    assert!((-OFFER..=-OFFER + 2).contains(&receipt.deposit));
    let told = &events::<ShareMoved>(&receipt)[0];
    assert_eq!((told.from, told.to), (alice.id().ink(), carol.id().ink()));
    let overview = w.overview();
    assert_eq!(holders(&overview), [carol.id().ink(), bob.id().ink()]);
    assert_eq!(overview.offers, []);
    let before = [&alice, &bob, &carol].map(|one| w.balance(one));
    w.donate(&sue, 1_000);
    let now = [&alice, &bob, &carol].map(|one| w.balance(one));
    assert_eq!(now, [before[0], before[1] + 250, before[2] + 750]);
    // What only beneficiaries can do, the new one can do, and the old one no longer; she made the pool.
    let explain = || w.to().explain(None, note());
    let (first, second) = (explain(), explain());
    assert_eq!(w.refuse(&alice, first, 0), Error::NotBeneficiary);
    w.done(&carol, second, 0);
    let again = w.to().offer_share(Some(sue.id().ink()));
    assert_eq!(w.refuse(&alice, again, 0), Error::NotBeneficiary);
    w.done(&alice, w.to().publish(note()), 0);
    w.assert_solvent();
}

#[test]
fn offer_is_accepted_once_and_by_its_account_only() {
    let mut w = shared(false);
    let (alice, bob, carol, sue) = (
        w.alice.clone(),
        w.bob.clone(),
        w.carol.clone(),
        w.sue.clone(),
    );
    let accept = |w: &World| w.to().accept_share(Account::named("alice").id().ink());
    assert_eq!(w.refuse(&carol, accept(&w), 0), Error::NotOffered);
    w.done(&alice, w.to().offer_share(Some(carol.id().ink())), 0);
    assert_eq!(w.refuse(&sue, accept(&w), 0), Error::NotOffered);
    // An offer is for the share of who made it.
    let other = w.to().accept_share(bob.id().ink());
    assert_eq!(w.refuse(&carol, other, 0), Error::NotOffered);
    w.done(&carol, accept(&w), 0);
    assert_eq!(w.refuse(&carol, accept(&w), 0), Error::NotOffered);
    let own = w.to().accept_share(carol.id().ink());
    assert_eq!(w.refuse(&carol, own, 0), Error::NotOffered);
    w.assert_solvent();
}

#[test]
fn offer_that_was_replaced_or_taken_back_first_is_void() {
    let mut w = shared(false);
    let (alice, carol, sue) = (w.alice.clone(), w.carol.clone(), w.sue.clone());
    w.done(&alice, w.to().offer_share(Some(carol.id().ink())), 0);
    // Before carol accepts.
    let receipt = w.done(&alice, w.to().offer_share(Some(sue.id().ink())), 0);
    assert_eq!(receipt.deposit, 0);
    let accept = || Account::named("alice").id().ink();
    let late = w.to().accept_share(accept());
    assert_eq!(w.refuse(&carol, late, 0), Error::NotOffered);
    let receipt = w.done(&alice, w.to().offer_share(None), 0);
    assert!((-OFFER..=-OFFER + 2).contains(&receipt.deposit));
    let late = w.to().accept_share(accept());
    assert_eq!(w.refuse(&sue, late, 0), Error::NotOffered);
    let nothing = w.to().offer_share(None);
    assert_eq!(w.refuse(&alice, nothing, 0), Error::NotOffered);
    w.assert_solvent();
}

#[test]
fn nobody_has_two_shares_and_the_pool_has_none() {
    let mut w = shared(false);
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    for who in [&alice, &bob] {
        let offer = w.to().offer_share(Some(who.id().ink()));
        assert_eq!(w.refuse(&alice, offer, 0), Error::HasShare);
    }
    let offer = w.to().offer_share(Some(w.at.id.ink()));
    assert_eq!(w.refuse(&alice, offer, 0), Error::PaysItself);
    // Both offer theirs to carol: she can have one.
    for who in [&alice, &bob] {
        w.done(who, w.to().offer_share(Some(carol.id().ink())), 0);
    }
    w.done(&carol, w.to().accept_share(bob.id().ink()), 0);
    let second = w.to().accept_share(alice.id().ink());
    assert_eq!(w.refuse(&carol, second, 0), Error::HasShare);
    let shares: u32 = w
        .overview()
        .terms
        .beneficiaries
        .iter()
        .map(|one| one.parts)
        .sum();
    assert_eq!(shares, PARTS);
    w.assert_solvent();
}

#[test]
fn stranger_offers_nobodys_share() {
    let mut w = shared(false);
    let (carol, sue) = (w.carol.clone(), w.sue.clone());
    let offer = w.to().offer_share(Some(sue.id().ink()));
    assert_eq!(w.refuse(&carol, offer, 0), Error::NotBeneficiary);
    w.assert_solvent();
}

#[test]
fn what_a_share_was_not_sent_yet_goes_with_it() {
    let mut w = World::new(|_| {
        let poor = Account::named("poor");
        let bob = Account::named("bob");
        Terms {
            beneficiaries: split(&[(&poor.id(), 500_000), (&bob.id(), 500_000)]),
            ..holding(&bob)
        }
    });
    let (bob, carol) = (w.bob.clone(), w.carol.clone());
    let poor = Account::named("poor");
    // Units are left over for each, and poor has no account to get theirs.
    w.donate(&bob, 1_001);
    w.done(&bob, w.to().payout(None), 0);
    assert_eq!(w.read(w.to().kept_for(poor.id().ink())), 500);
    w.chain.mint(&poor.id(), UNIT);
    w.done(&poor, w.to().offer_share(Some(carol.id().ink())), 0);
    w.done(&carol, w.to().accept_share(poor.id().ink()), 0);
    assert_eq!(w.read(w.to().kept_for(carol.id().ink())), 500);
    let old = w.to().withdraw(poor.id().ink());
    assert_eq!(w.refuse(&poor, old, 0), Error::NothingDue);
    let before = w.balance(&carol);
    w.done(&bob, w.to().withdraw(carol.id().ink()), 0);
    assert_eq!(w.balance(&carol), before + 500);
    // The half unit that rounding set aside, and half of what comes now.
    w.donate(&bob, 1);
    w.done(&bob, w.to().payout(None), 0);
    assert_eq!(w.balance(&carol), before + 501);
    assert_eq!(w.owed(), 0);
    w.assert_solvent();
}

#[test]
fn who_has_a_share_now_is_no_donor_in_a_round() {
    let mut w = shared(false);
    let (alice, bob, carol, sue) = (
        w.alice.clone(),
        w.bob.clone(),
        w.carol.clone(),
        w.sue.clone(),
    );
    let given = |w: &World, who: &Account| w.to().donate_in_round(who.id().ink(), None);
    w.done(&sue, given(&w, &carol), 10);
    for who in [&alice, &bob] {
        assert_eq!(w.refuse(&sue, given(&w, who), 10), Error::IsBeneficiary);
    }
    w.done(&alice, w.to().offer_share(Some(carol.id().ink())), 0);
    w.done(&sue, given(&w, &carol), 10);
    w.done(&carol, w.to().accept_share(alice.id().ink()), 0);
    assert_eq!(w.refuse(&sue, given(&w, &carol), 10), Error::IsBeneficiary);
    // Past a round they can give what they like.
    w.done(&sue, w.to().donate_for(carol.id().ink(), None), 10);
    w.assert_solvent();
}

#[test]
fn sixteen_shares_all_offered_are_read_and_rebuilt() {
    let accounts: Vec<Account> = (0..16).map(|n| Account::named(&format!("b{n}"))).collect();
    let ids: Vec<AccountId> = accounts.iter().map(Account::id).collect();
    let mut w = World::new(|alice| Terms {
        beneficiaries: split(&ids.iter().map(|id| (id, PARTS / 16)).collect::<Vec<_>>()),
        ..holding(alice)
    });
    let mut rebuilt = Rebuilt::new(w.at.deployment.as_ref().unwrap());
    for (n, account) in (100u8..).zip(&accounts) {
        w.chain.mint(&account.id(), UNIT);
        let receipt = w.done(account, w.to().offer_share(Some([n; 32].into())), 0);
        rebuilt.follow(&receipt);
    }
    assert_eq!(w.overview().offers.len(), 16);
    let sue = w.sue.clone();
    let receipt = w.donate(&sue, 1_600);
    assert_eq!(receipt.deposit, 0);
    rebuilt.follow(&receipt);
    rebuilt.compare(&mut w.chain, &w.at.pool, &ids);
    w.assert_solvent();
}

// ---- Reading ----

#[test]
fn donors_are_read_by_a_list_of_accounts() {
    let mut w = World::with_goal(1_000_000);
    let (bob, carol) = (w.bob.clone(), w.carol.clone());
    w.donate(&bob, 5);
    w.donate(&carol, 7);
    let mut accounts: Vec<_> = (0..100u8).map(|n| [n; 32].into()).collect();
    accounts[3] = bob.id().ink();
    accounts[63] = carol.id().ink();
    accounts[64] = bob.id().ink();
    let donors = w.read(w.to().donors(accounts));
    assert_eq!(donors.len(), 64);
    let given = donors.iter().map(|one| one.as_ref().map(|one| one.given));
    let given: Vec<_> = given.enumerate().filter(|one| one.1.is_some()).collect();
    assert_eq!(given, [(3, Some(5)), (63, Some(7))]);
    // The largest answer there can be.
    let donors = w.read(w.to().donors(vec![bob.id().ink(); 64]));
    assert_eq!(donors.iter().flatten().count(), 64);
    assert_eq!(w.read(w.to().donors(vec![])), []);
    w.assert_solvent();
}
