//! The rules a round can have, its pools, its sponsors, the verifier's list.

use super::world::*;
use farthing_types::quadratic::{MAX_COUNTED, MAX_MONEY};

#[test]
fn round_keeps_its_rules_and_begins_empty() {
    let mut w = World::with(verified);
    let mut rules = terms(&w.factory.id);
    verified(&mut rules);
    let overview = w.overview();
    assert_eq!(overview.terms, rules);
    assert_eq!(overview.stage, Stage::Entering);
    assert_eq!((overview.books.money, overview.books.pools), (0, 0));
    assert_eq!(overview.books.outcome, Outcome::Undecided);
    assert_eq!(w.projections(), []);
    assert_eq!(w.read(w.to().solvency()), (0, 0));
    w.assert_solvent();
}

#[test]
fn rules_that_make_no_sense_are_refused() {
    let mut w = World::with(|_| ());
    let factory = w.factory.id.clone();
    let olga = w.olga.clone();
    let mut refuse = |change: fn(&mut Terms), error| {
        let mut terms = terms(&factory);
        change(&mut terms);
        let refusal = refused(Round::deploy(&mut w.chain, &olga, terms).map(|_| ()));
        assert_eq!(refusal, Error::BadTerms(error));
    };
    refuse(|terms| terms.title.clear(), TermsError::Title);
    refuse(|terms| terms.uri = "u".repeat(129), TermsError::UriTooLong);
    refuse(|terms| terms.opens = GENESIS_MILLIS, TermsError::Times);
    refuse(|terms| terms.closes = OPENS, TermsError::Times);
    refuse(|terms| terms.divides = CLOSES - 1, TermsError::Times);
    refuse(|terms| terms.divides += 730 * DAY, TermsError::Times);
    refuse(|terms| terms.minimum = 0, TermsError::ZeroMinimum);
    refuse(|terms| terms.minimum = CAP + 1, TermsError::Cap);
    refuse(|terms| terms.cap = MAX_COUNTED, TermsError::Cap);
    w.assert_solvent();
}

#[test]
fn organiser_enters_pools_and_pays_for_them() {
    let mut w = World::with(|_| ());
    let olga = w.olga.clone();
    let first = w.made(keep_all(&w.ada));
    let second = w.made(w.goal(100, DIVIDES));
    let receipt = w.done(&olga, w.to().enter(second), 0);
    let told = &receipt.events_of::<events::Entered>()[0];
    assert_eq!((told.pool, told.number), (w.pool(second), second));
    let entry = 32 + 4 + 1 + 1 + 16 + 1;
    let place = 1 + 16 + 16 + 4;
    assert_eq!(
        receipt.deposit,
        2 * PER_ITEM + (1 + entry + place) * PER_BYTE
    );
    let receipt = w.done(&olga, w.to().enter(first), 0);
    assert_eq!(receipt.deposit, PER_ITEM + (entry + place) * PER_BYTE);
    let pools = w.projections();
    let told: Vec<_> = pools
        .iter()
        .map(|one| (one.entry.account, one.entry.number, one.entry.has_goal))
        .collect();
    assert_eq!(told, [(w.pool(1), second, true), (w.pool(0), first, false)]);
    assert!(pools.iter().all(|one| one.tally == Tally::default()));
    assert_eq!(w.read(w.to().tally_of(w.pool(0))), Some(Tally::default()));
    assert_eq!(w.read(w.to().tally_of([9; 32].into())), None);
    w.assert_solvent();
}

#[test]
fn nobody_but_the_organiser_enters_pools() {
    let mut w = World::with(verified);
    let number = w.made(keep_all(&w.ada));
    for who in [w.ada.clone(), w.vera.clone(), w.sue.clone()] {
        let refusal = w.refuse(&who, w.to().enter(number), 0);
        assert_eq!(refusal, Error::NotOrganiser);
    }
    w.assert_solvent();
}

#[test]
fn pool_enters_once() {
    let mut w = World::with(|_| ());
    let olga = w.olga.clone();
    let number = w.entered(keep_all(&w.ada));
    let refusal = w.refuse(&olga, w.to().enter(number), 0);
    assert_eq!(refusal, Error::AlreadyEntered);
    assert_eq!(w.projections().len(), 1);
    w.assert_solvent();
}

#[test]
fn number_that_the_factory_does_not_have_is_refused() {
    let mut w = World::with(|_| ());
    let olga = w.olga.clone();
    let number = w.made(keep_all(&w.ada)) + 1;
    let refusal = w.refuse(&olga, w.to().enter(number), 0);
    assert_eq!(refusal, Error::UnknownPool);
    w.assert_solvent();
}

#[test]
fn pool_whose_goal_is_settled_after_the_division_is_refused() {
    let mut w = World::with(|_| ());
    let olga = w.olga.clone();
    let late = w.made(w.goal(100, DIVIDES + 1));
    let refusal = w.refuse(&olga, w.to().enter(late), 0);
    assert_eq!(refusal, Error::DeadlineTooLate(DIVIDES + 1));
    w.entered(w.goal(100, DIVIDES));
    // One that keeps everything can close when it likes.
    w.entered(PoolTerms {
        mode: Mode::KeepAll {
            closes: Some(DIVIDES + DAY),
        },
        ..keep_all(&w.ada)
    });
    assert_eq!(w.projections().len(), 2);
    w.assert_solvent();
}

// ---- Sponsors ----

#[test]
fn sponsors_money_adds_up_in_one_record_each() {
    let mut w = World::open(0);
    let (sue, sam) = (w.sue.clone(), w.sam.clone());
    let receipt = w.sponsor(&sue, 500);
    assert_eq!(receipt.deposit, SPONSORS_RECORD);
    let told = &receipt.events_of::<events::Sponsored>()[0];
    assert_eq!((told.sponsor, told.amount), (sue.id().ink(), 500));
    assert_eq!(w.sponsor(&sue, 200).deposit, 0);
    w.sponsor(&sam, 1);
    assert_eq!(w.read(w.to().sponsored(sue.id().ink())), 700);
    assert_eq!(w.read(w.to().sponsored(sam.id().ink())), 1);
    assert_eq!(w.overview().books.money, 701);
    assert_eq!(w.read(w.to().solvency()), (701, 701));
    w.assert_solvent();
}

#[test]
fn sponsorship_of_nothing_or_of_too_much_is_refused() {
    let mut w = World::open(0);
    let sue = w.sue.clone();
    let refusal = w.refuse(&sue, w.to().sponsor(), 0);
    assert_eq!(refusal, Error::NothingGiven);
    w.chain.mint(&sue.id(), 2 * MAX_MONEY);
    assert_eq!(w.refuse(&sue, w.to().sponsor(), MAX_MONEY), Error::Overflow);
    w.sponsor(&sue, MAX_MONEY - 1);
    assert_eq!(w.refuse(&sue, w.to().sponsor(), 1), Error::Overflow);
    w.assert_solvent();
}

// ---- The verifier's list ----

#[test]
fn verifier_lists_donors_and_has_the_deposits_back() {
    let mut w = World::with(verified);
    let (vera, bob, carol) = (w.vera.clone(), w.bob.clone(), w.carol.clone());
    let both = vec![bob.id().ink(), carol.id().ink()];
    assert!(!w.read(w.to().is_allowed(both[0])));
    let receipt = w.done(&vera, w.to().allow(both.clone()), 0);
    assert_eq!(receipt.deposit, 2 * PER_ITEM);
    let told = &receipt.events_of::<events::Listed>()[0];
    assert_eq!((&told.accounts, told.allowed), (&both, true));
    assert!(w.read(w.to().is_allowed(both[0])));
    // Again: nothing changes.
    assert_eq!(w.done(&vera, w.to().allow(both.clone()), 0).deposit, 0);
    w.chain.seal_at(CLOSES);
    let receipt = w.done(&vera, w.to().clear(both.clone()), 0);
    assert_given_back(&receipt, 2 * PER_ITEM);
    let told = &receipt.events_of::<events::Listed>()[0];
    assert_eq!((&told.accounts, told.allowed), (&both, false));
    assert!(!w.read(w.to().is_allowed(both[0])));
    // Not listed, not freed.
    assert_eq!(w.done(&vera, w.to().clear(both), 0).deposit, 0);
    w.assert_solvent();
}

#[test]
fn nobody_but_the_verifier_changes_the_list() {
    let mut w = World::with(verified);
    let olga = w.olga.clone();
    let one = vec![olga.id().ink()];
    let refusal = w.refuse(&olga, w.to().allow(one.clone()), 0);
    assert_eq!(refusal, Error::NotVerifier);
    w.chain.seal_at(CLOSES);
    let refusal = w.refuse(&olga, w.to().clear(one.clone()), 0);
    assert_eq!(refusal, Error::NotVerifier);
    w.assert_solvent();

    let mut w = World::with(|_| ());
    let vera = w.vera.clone();
    let refusal = w.refuse(&vera, w.to().allow(one), 0);
    assert_eq!(refusal, Error::NotVerifier);
    assert!(w.read(w.to().is_allowed(vera.id().ink())));
    w.assert_solvent();
}

#[test]
fn batch_of_none_or_of_more_than_sixty_four_is_refused() {
    let mut w = World::with(verified);
    let vera = w.vera.clone();
    let many: Vec<_> = (0..65).map(|n| [n; 32].into()).collect();
    for bad in [Vec::new(), many] {
        let refusal = w.refuse(&vera, w.to().allow(bad.clone()), 0);
        assert_eq!(refusal, Error::BatchSize);
        let refusal = w.refuse(&vera, w.to().clear(bad), 0);
        assert_eq!(refusal, Error::BatchSize);
    }
    w.assert_solvent();
}
