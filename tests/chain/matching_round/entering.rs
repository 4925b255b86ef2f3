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
    assert!(!overview.books.divided);
    let created = w.at.deployment.events_of::<events::RoundCreated>();
    assert_eq!(created[0].terms, rules);
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
    refuse(|terms| terms.uri = "u".repeat(129), TermsError::Uri);
    refuse(|terms| terms.title = "a\nb".into(), TermsError::Title);
    refuse(|terms| terms.chosen = GENESIS_MILLIS, TermsError::Times);
    refuse(|terms| terms.opens = CHOSEN, TermsError::Times);
    refuse(|terms| terms.closes = OPENS, TermsError::Times);
    refuse(|terms| terms.divides = CLOSES - 1, TermsError::Times);
    refuse(|terms| terms.divides += 730 * DAY, TermsError::Times);
    refuse(|terms| terms.minimum = 0, TermsError::ZeroMinimum);
    refuse(|terms| terms.minimum = CAP + 1, TermsError::Cap);
    refuse(|terms| terms.cap = MAX_COUNTED, TermsError::Cap);
    refuse(|terms| terms.max_share = 0, TermsError::MaxShare);
    refuse(|terms| terms.max_share = 10_001, TermsError::MaxShare);
    refuse(|terms| terms.min_donors = 1, TermsError::MinDonors);
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
    let adas = vec![w.ada.id().ink()];
    assert_eq!((told.has_goal, &told.beneficiaries), (true, &adas));
    assert_eq!(w.read(w.to().beneficiaries_of(w.pool(second))), adas);
    assert_eq!(w.read(w.to().beneficiaries_of([9; 32].into())), []);
    let entry = 32 + 4 + 1 + 1 + 1 + 16 + 1;
    // Its number, two objections, the tally, and a list of one beneficiary.
    let place = 1 + 2 + 16 + 16 + 4 + 1 + 32;
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

#[test]
fn pool_that_is_over_or_closes_before_the_round_opens_does_not_enter() {
    let mut w = World::with(|_| ());
    let olga = w.olga.clone();
    let early = GENESIS_MILLIS + DAY;
    let closing = |at| PoolTerms {
        mode: Mode::KeepAll { closes: Some(at) },
        ..keep_all(&Account::named("ada"))
    };
    let missed = w.made(w.goal(UNIT, early));
    let ended = w.made(closing(early));
    w.chain.seal_at(early);
    for number in [missed, ended] {
        let refusal = w.refuse(&olga, w.to().enter(number), 0);
        assert_eq!(refusal, Error::PoolCloses(early));
    }
    for at in [OPENS - 1, OPENS] {
        let number = w.made(closing(at));
        let refusal = w.refuse(&olga, w.to().enter(number), 0);
        assert_eq!(refusal, Error::PoolCloses(at));
    }
    w.entered(closing(OPENS + 1));
    w.assert_solvent();
}

#[test]
fn organiser_takes_a_pool_out_again_and_the_last_one_has_its_place() {
    let mut w = World::with(|_| ());
    let (olga, vera, sue) = (w.olga.clone(), w.vera.clone(), w.sue.clone());
    for _ in 0..3 {
        w.entered(keep_all(&w.ada));
    }
    let out = w.to().take_out(w.pool(0));
    assert_eq!(w.refuse(&vera, out.clone(), 0), Error::NotOrganiser);
    let receipt = w.done(&olga, out.clone(), 0);
    let told = &receipt.events_of::<events::TakenOut>()[0];
    assert_eq!(told.pool, w.pool(0));
    let entry = 32 + 4 + 1 + 1 + 1 + 16 + 1;
    let place = 1 + 2 + 16 + 16 + 4 + 1 + 32;
    assert_given_back(&receipt, PER_ITEM + (entry + place) * PER_BYTE);
    assert_eq!(w.refuse(&olga, out, 0), Error::NotEntered);
    let left: Vec<_> = w.projections().iter().map(|one| one.entry.number).collect();
    assert_eq!((left, w.overview().books.pools), (vec![2, 1], 2));
    // It can come in again.
    w.done(&olga, w.to().enter(0), 0);
    w.chain.seal_at(OPENS);
    w.sponsor(&sue, 10_000);
    // Nothing is mixed up: each pool has its own tally, records and share.
    let (bob, carol, dave) = (w.bob.clone(), w.carol.clone(), w.dave.clone());
    for (pool, amount) in [(0, 100), (1, 400), (2, 900)] {
        for donor in [&bob, &carol] {
            w.donate(donor, pool, amount);
            assert_eq!(w.counted(donor, pool), amount);
        }
    }
    assert_eq!(w.shares(), [1_800, 800, 200]);
    w.divide();
    w.done(&dave, w.to().pay(w.pool(0)), 0);
    assert_eq!((w.granted(0), w.granted(1), w.granted(2)), (200, 0, 0));
    w.done(&dave, w.to().divide(64), 0);
    assert_eq!(
        (w.granted(0), w.granted(1), w.granted(2)),
        (200, 800, 1_800)
    );
    w.assert_solvent();
}

#[test]
fn last_pool_can_be_taken_out() {
    let mut w = World::with(|_| ());
    let olga = w.olga.clone();
    w.entered(keep_all(&w.ada));
    w.done(&olga, w.to().take_out(w.pool(0)), 0);
    assert_eq!(w.projections(), []);
    w.entered(keep_all(&w.ada));
    w.done(&olga, w.to().enter(0), 0);
    w.done(&olga, w.to().take_out(w.pool(0)), 0);
    assert_eq!(w.projections()[0].entry.number, 1);
    w.divide();
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

#[test]
fn sponsor_can_leave_when_the_organiser_enters_a_pool_of_their_own() {
    // Olga enters her own pool in the last moment in which she can.
    let mut w = World::with(|_| ());
    let (olga, sue, sam) = (w.olga.clone(), w.sue.clone(), w.sam.clone());
    let own = w.made(keep_all(&olga));
    w.sponsor(&sue, 500 * UNIT);
    w.sponsor(&sam, 7);
    w.chain.seal_at(CHOSEN - 1);
    w.done(&olga, w.to().enter(own), 0);
    w.chain.seal_at(OPENS - DAY);
    assert_eq!(w.stage(), Stage::Chosen);
    let before = w.balance(&sue);
    let (amount, receipt) = w.chain.call(&sue, w.to().leave(), 0).unwrap();
    assert_eq!(amount, 500 * UNIT);
    assert_given_back(&receipt, SPONSORS_RECORD);
    let told = &receipt.events_of::<events::Left>()[0];
    assert_eq!(
        (told.sponsor, told.amount, told.freed),
        (sue.id().ink(), amount, true)
    );
    let back = (-receipt.deposit) as Balance;
    assert_eq!(w.balance(&sue), before + amount + back - receipt.fee);
    assert_eq!(w.read(w.to().solvency()), (7, 7));
    assert_eq!(w.refuse(&sue, w.to().leave(), 0), Error::NothingDue);
    // And come back.
    w.sponsor(&sue, 3);
    w.chain.seal_at(OPENS);
    assert_eq!(w.refuse(&sue, w.to().leave(), 0), Error::Opened(OPENS));
    assert_eq!(w.refuse(&sam, w.to().leave(), 0), Error::Opened(OPENS));
    assert_eq!(w.overview().books.money, 10);
    w.assert_solvent();
}

#[test]
fn nobody_can_make_a_sponsor_leave() {
    let mut w = World::with(|_| ());
    let (sue, bob) = (w.sue.clone(), w.bob.clone());
    w.sponsor(&sue, 500);
    assert_eq!(w.refuse(&bob, w.to().leave(), 0), Error::NothingDue);
    let back = w.to().take_back(sue.id().ink());
    assert_eq!(w.refuse(&bob, back, 0), Error::NotDivided);
    w.assert_solvent();
}

#[test]
fn sponsor_whose_account_is_gone_cannot_leave_with_less_than_an_account_can_have() {
    // A contract's account cannot go, and one that signs is there: leaving itself never fails for that.
    let mut w = World::with(|_| ());
    let (sue, sam) = (w.sue.clone(), w.sam.clone());
    w.sponsor(&sue, 500);
    w.chain.empty(&sue, &sam.id()).unwrap();
    w.chain.mint(&sue.id(), UNIT);
    w.done(&sue, w.to().leave(), 0);
    assert_eq!(w.owed(), 0);
    w.assert_solvent();
}
