//! 64 pools, the largest batch, and how much gas the end takes.

use super::world::*;
use farthing_chain::Weight;

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
fn full_round_divides_at_once_or_in_steps() {
    let mut w = full();
    let dave = w.dave.clone();
    assert_eq!(w.projections().len(), 64);
    w.chain.seal_at(DIVIDES);
    // 64 pools with goals answer in one call where the proof's size is no matter; in the 5 MiB that a
    // parachain's block has, they do not, and nothing happens.
    let (dave_id, gas) = (dave.id(), Weight::from_parts(100_000_000_000, 8 << 20));
    let at_once = w.to().divide(64);
    let run = w.chain.dry_run_within(&dave_id, at_once.clone(), 0, gas);
    assert_eq!(run.unwrap().answer, Ok(0));
    let refusal = w.refuse(&dave, at_once, 0);
    assert!(matches!(refusal, Error::PoolFailed(_)), "{refusal:?}");
    // Half of them take half of that.
    for left in [32, 0] {
        let (told, receipt) = w.chain.call(&dave, w.to().divide(32), 0).unwrap();
        assert_eq!(told, left);
        assert!(receipt.weight.proof_size() < 7 << 19);
    }
    let pools = w.projections();
    let missed = pools.iter().filter(|one| one.entry.missed).count();
    assert_eq!(missed, 32);
    assert_eq!(w.shares().iter().sum::<Balance>(), UNIT);
    assert_eq!(w.shares()[..32], [0; 32]);
    w.done(&dave, w.to().pay(w.pool(63)), 0);
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
    let (mut divided, mut failed) = (0, 0);
    for part in 0..=300 {
        for (time, proof) in [(part, 300), (300, part), (part, part)] {
            let gas = Weight::from_parts(
                all.ref_time() / 100 * time + 1_000,
                all.proof_size() / 100 * proof + 1_000,
            );
            let answer = w.chain.dry_run_within(&bob.id(), w.to().divide(64), 0, gas);
            match answer.map(|run| run.answer) {
                Ok(Ok(left)) => {
                    assert_eq!(left, 0);
                    divided += 1;
                }
                Ok(Err(error)) => {
                    assert_eq!(error, Error::PoolFailed(w.pool(1)));
                    failed += 1;
                }
                Err(Failure::Chain(_)) => {}
                Err(error) => panic!("{error:?}"),
            }
        }
    }
    assert!(divided > 0, "some of it is enough");
    // The round does go on after a pool that ran out of gas, and could have taken it for one that missed.
    assert!(failed > 0, "nothing was attacked");
    w.divide();
    assert_eq!(w.shares(), [5_000, 5_000]);
    w.assert_solvent();
}
