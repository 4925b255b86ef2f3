//! 64 pools, the largest batch, and how much gas the end takes.

use super::world::*;

/// A round with as many pools as there can be, all with goals, two donors to each, and money.
fn full() -> World {
    let mut w = World::with(verified);
    for n in 0..MAX_POOLS {
        // The first half will have missed their goals.
        let goal = if n < MAX_POOLS / 2 { CAP } else { 2 };
        w.entered(w.goal(goal, DIVIDES));
    }
    let (vera, sue, bob, carol) = (
        w.vera.clone(),
        w.sue.clone(),
        w.bob.clone(),
        w.carol.clone(),
    );
    let list = [&bob, &carol].map(|one| one.id().ink());
    w.done(&vera, w.to().allow(list.to_vec()), 0);
    w.sponsor(&sue, UNIT);
    w.chain.seal_at(OPENS);
    for pool in 0..MAX_POOLS {
        for (donor, amount) in [(&bob, 10 + u128::from(pool)), (&carol, 77)] {
            let message = w.donation(pool);
            w.chain.call_unasked(donor, message, amount).unwrap();
        }
    }
    w
}

#[test]
fn full_round_takes_no_more_pools_and_divides_at_once_or_in_steps() {
    let mut w = full();
    let (olga, dave) = (w.olga.clone(), w.dave.clone());
    // While it is open that is what keeps a pool out; before it, that there is no room: see below.
    assert_eq!(w.projections().len(), 64);
    w.chain.seal_at(DIVIDES);
    let at_once = w.chain.dry_run(&dave.id(), w.to().divide(64), 0).unwrap();
    assert_eq!(at_once.answer, Ok(0));
    // A block has room for 5 MiB of proof and 1.5 seconds of work at the least.
    assert!(at_once.weight.ref_time() < 500_000_000_000);
    let mut steps = 0;
    while w.stage() == Stage::Due {
        let step = w.done(&dave, w.to().divide(10), 0);
        assert!(step.weight.proof_size() < 2 << 20);
        steps += 1;
    }
    assert_eq!(steps, 7);
    let pools = w.projections();
    let missed = pools.iter().filter(|one| one.entry.missed).count();
    assert_eq!(missed, 32);
    assert_eq!(w.shares().iter().sum::<Balance>(), UNIT);
    assert_eq!(w.shares()[..32], [0; 32]);
    let (pay, refused_late) = (w.to().pay(w.pool(63)), w.to().enter(0));
    w.done(&dave, pay, 0);
    assert_eq!(w.refuse(&olga, refused_late, 0), Error::Opened(OPENS));
    w.assert_solvent();
}

#[test]
fn sixty_fifth_pool_is_refused() {
    let mut w = World::with(|_| ());
    for _ in 0..MAX_POOLS {
        w.entered(keep_all(&w.ada));
    }
    let (olga, number) = (w.olga.clone(), w.made(keep_all(&w.ada)));
    assert_eq!(w.refuse(&olga, w.to().enter(number), 0), Error::RoundFull);
    w.assert_solvent();
}

#[test]
fn largest_batch_of_donors_fits_and_gives_back_its_deposits() {
    let mut w = World::with(verified);
    let vera = w.vera.clone();
    let list: Vec<_> = (0..64).map(|n| [n; 32].into()).collect();
    let receipt = w.done(&vera, w.to().allow(list.clone()), 0);
    assert_eq!(receipt.deposit, 64 * PER_ITEM);
    w.chain.seal_at(CLOSES);
    let receipt = w.done(&vera, w.to().clear(list), 0);
    assert_given_back(&receipt, 64 * PER_ITEM);
    w.assert_solvent();
}

#[test]
fn too_little_gas_for_a_pool_to_answer_makes_it_miss_nothing() {
    // Whoever divides chooses how much gas there is. Whatever they choose, either nothing happens or the
    // division is the right one: no pool that reached its goal is made to look as if it had not answered.
    let mut w = World::with(|_| ());
    w.entered(keep_all(&w.ada));
    w.entered(w.goal(2, DIVIDES));
    w.chain.seal_at(OPENS);
    let (sue, bob, carol) = (w.sue.clone(), w.bob.clone(), w.carol.clone());
    w.sponsor(&sue, 10_000);
    for (donor, pool) in [(&bob, 0), (&carol, 0), (&bob, 1), (&carol, 1)] {
        w.donate(donor, pool, 400);
    }
    w.chain.seal_at(DIVIDES);
    let all = w.chain.dry_run(&bob.id(), w.to().divide(64), 0).unwrap();
    let all = all.weight;
    let mut divided = 0;
    for part in (0..=100).rev() {
        for (time, proof) in [(part, 100), (100, part), (part, part)] {
            let gas = farthing_chain::Weight::from_parts(
                all.ref_time() / 100 * time + 1_000,
                all.proof_size() / 100 * proof + 1_000,
            );
            let answer = w.chain.dry_run_within(&bob.id(), w.to().divide(64), 0, gas);
            match answer.map(|run| run.answer) {
                Ok(Ok(left)) => {
                    assert_eq!(left, 0);
                    divided += 1;
                }
                Ok(Err(error)) => assert_eq!(error, Error::PoolFailed(w.pool(1))),
                Err(Failure::Chain(_)) => {}
                Err(error) => panic!("{error:?}"),
            }
        }
    }
    assert!(divided > 0, "some of it is enough");
    w.divide();
    assert_eq!(w.shares(), [5_000, 5_000]);
    w.assert_solvent();
}
