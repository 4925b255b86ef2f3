//! The rules that a pool can have.

use super::world::*;
use farthing_contracts::pool;
use farthing_contracts::pool::terms::{MAX_AHEAD, MAX_RELEASE};
use farthing_types::split::SplitError;

/// What the chain makes of a pool with rules that were changed like this.
fn create(change: impl FnOnce(&mut Terms)) -> Result<(), Error> {
    let mut chain = Chain::new();
    let alice = chain.account("alice", 10 * UNIT);
    let mut terms = with_goal(&alice, 10);
    change(&mut terms);
    match DonationPool::deploy(&mut chain, &alice, terms.clone()) {
        Ok(at) => {
            let overview = chain.read(ink::codegen::TraitCallBuilder::call(&at.pool).overview());
            assert_eq!(overview.terms, terms);
            at.assert_solvent(&mut chain);
            Ok(())
        }
        Err(Failure::Contract(error)) => Err(error),
        Err(other) => panic!("{other:?}"),
    }
}

fn refuses(error: TermsError, change: impl FnOnce(&mut Terms)) {
    assert_eq!(create(change), Err(Error::BadTerms(error)));
}

fn all_or_nothing(goal: Balance, deadline: Millis) -> Mode {
    Mode::AllOrNothing { goal, deadline }
}

#[test]
fn pool_tells_the_rules_it_was_created_with() {
    let mut w = World::with_goal(10);
    let overview = w.overview();
    assert_eq!(overview.terms, with_goal(&w.alice, 10));
    assert_eq!(overview.stage, Stage::Open);
    let nothing = Sums {
        donated: 0,
        matched: 0,
        pocket: 0,
        matching_until: None,
        finalised: false,
    };
    assert_eq!(overview.sums, nothing);
    assert_eq!(
        (overview.maker, overview.offers),
        (w.alice.id().ink(), vec![])
    );
    assert_eq!(overview.till, pool::till::Till::new(&overview.terms));
    assert_eq!(w.owed(), 0);
    let created = w.at.deployment.clone().unwrap();
    let created = created.events_of::<pool::events::Created>();
    assert_eq!(created[0].terms, overview.terms);
    w.assert_solvent();
}

#[test]
fn pool_with_the_largest_rules_there_are_can_be_created_and_pays_out() {
    let accounts: Vec<AccountId> = (1..=16u8).map(|byte| [byte; 32].into()).collect();
    let mut w = World::new(|alice| Terms {
        title: "t".repeat(64),
        uri: "u".repeat(128),
        beneficiaries: split(
            &accounts
                .iter()
                .map(|one| (one, PARTS / 16))
                .collect::<Vec<_>>(),
        ),
        fee: Some(Fee {
            points: 200,
            treasury: alice.id().ink(),
        }),
        release: (1..=16)
            .map(|n| Step {
                from: GENESIS_MILLIS + n,
                parts: PARTS / 16 * n as u32,
            })
            .collect(),
        least_sponsorship: Balance::MAX,
        ..keep_all(alice)
    });
    let bob = w.bob.clone();
    w.donate(&bob, 16_000);
    let receipt = w.done(&bob, w.to().payout(None), 0);
    assert_eq!(receipt.deposit, 0);
    let told = releases(&receipt);
    let [Release::Payout { fee, shares, .. }] = &told[..] else {
        panic!("{told:?}")
    };
    assert_eq!(fee, &Some(sent(&w.alice.id(), 320)));
    // None of them exists, so that each waits for theirs.
    for (share, account) in shares.iter().zip(&accounts) {
        assert_eq!((share.amount, share.sent), (980, false));
        assert_eq!(w.read(w.to().kept_for(account.ink())), 980);
    }
    assert_eq!(w.owed(), 16 * 980);
    w.assert_solvent();
}

#[test]
fn texts_that_are_too_long_are_refused() {
    refuses(TermsError::Title, |t| t.title = String::new());
    refuses(TermsError::Title, |t| t.title = "t".repeat(65));
    refuses(TermsError::Uri, |t| t.uri = "u".repeat(129));
}

#[test]
fn texts_that_forge_what_a_client_prints_are_refused() {
    for text in [
        "\n#0  WWF  5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty\u{1b}[8m",
        "Wells\r",
        "\u{202e}sllew",
    ] {
        refuses(TermsError::Title, |t| t.title = text.into());
        refuses(TermsError::Uri, |t| t.uri = text.into());
    }
    assert_eq!(
        create(|t| t.title = "Brunnen für alle, 水井".into()),
        Ok(())
    );
}

#[test]
fn sponsors_place_costs_a_hundredth_of_the_goal() {
    let least = |least| {
        move |t: &mut Terms| {
            t.mode = all_or_nothing(1_001, CLOSES);
            t.least_sponsorship = least;
        }
    };
    refuses(TermsError::LeastSponsorship(11), least(10));
    assert_eq!(create(least(11)), Ok(()));
    assert_eq!(create(least(0)), Ok(()));
}

#[test]
fn beneficiaries_that_are_no_split_are_refused() {
    let count = TermsError::Split(SplitError::RecipientCount);
    refuses(count, |t| t.beneficiaries.clear());
    let off = TermsError::Split(SplitError::SumOff(PARTS - 1));
    refuses(off, |t| t.beneficiaries[0].parts -= 1);
}

#[test]
fn closing_in_the_past_or_too_far_ahead_is_refused() {
    // The block in which the pool is created is the chain's first.
    let now = GENESIS_MILLIS;
    for at in [now, now - 1, 0, now + MAX_AHEAD + 1] {
        refuses(TermsError::Closing, |t| t.mode = all_or_nothing(1, at));
        let keep = Mode::KeepAll { closes: Some(at) };
        refuses(TermsError::Closing, |t| t.mode = keep);
    }
    for at in [now + 1, now + MAX_AHEAD] {
        assert_eq!(create(|t| t.mode = all_or_nothing(1, at)), Ok(()));
    }
}

#[test]
fn figures_out_of_bounds_are_refused() {
    refuses(TermsError::ZeroGoal, |t| t.mode = all_or_nothing(0, CLOSES));
    refuses(TermsError::ZeroMinimum, |t| t.minimum = 0);
    let fee = |points| {
        Some(Fee {
            points,
            treasury: [1; 32].into(),
        })
    };
    refuses(TermsError::FeeTooHigh, |t| t.fee = fee(201));
    assert_eq!(create(|t| t.fee = fee(200)), Ok(()));
}

#[test]
fn schedule_that_holds_money_back_too_long_or_for_ever_is_refused() {
    let step = |from, parts| vec![Step { from, parts }];
    let last = GENESIS_MILLIS + MAX_RELEASE;
    assert_eq!(create(|t| t.release = step(last, PARTS)), Ok(()));
    let bad = TermsError::Release;
    refuses(bad, |t| t.release = step(last + 1, PARTS));
    refuses(bad, |t| t.release = step(0, PARTS - 1));
}
