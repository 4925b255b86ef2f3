//! 64 pools, the largest batch, and how much gas the end takes.

use super::world::*;
use farthing_chain::Weight;
use farthing_contracts::pool;
use ink::scale::Encode;

/// Less than the formula asks for.
const MONEY: Balance = 1_000;

/// A round with as many pools as there can be, all with goals, two donors to each, and money.
fn full() -> World {
    let mut w = World::with(verified);
    for n in 0..MAX_POOLS {
        // The first half will have missed their goals.
        let goal = if n < MAX_POOLS / 2 { CAP } else { 2 };
        w.entered(w.goal(goal, DIVIDES));
    }
    let (sue, bob, carol) = (w.sue.clone(), w.bob.clone(), w.carol.clone());
    w.list(&[&bob, &carol]);
    w.sponsor(&sue, MONEY);
    w.chain.seal_at(OPENS);
    for pool in 0..MAX_POOLS {
        for (donor, amount) in [(&bob, 10 + u128::from(pool)), (&carol, 77)] {
            let message = w.donation_of(donor, pool);
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
    let (dave_id, gas) = (dave.id(), Weight::from_parts(200_000_000_000, 12 << 20));
    let at_once = w.to().divide(96);
    let run = w.chain.dry_run_within(&dave_id, at_once.clone(), 0, gas);
    assert_eq!(run.unwrap().answer, Ok(0));
    w.chain
        .call_unasked(&dave, at_once, 0)
        .expect_err("too much for a block");
    // In steps they do.
    let mut left = 128;
    while left > 0 {
        let (told, receipt) = w.chain.call(&dave, w.to().divide(16), 0).unwrap();
        assert!(told + 16 <= left, "{told} of {left}");
        assert!(receipt.weight.proof_size() < 7 << 19);
        left = told;
    }
    let pools = w.projections();
    let missed = pools.iter().filter(|one| one.entry.missed).count();
    assert_eq!(missed, 32);
    let given = w.shares().iter().sum::<Balance>();
    assert!((MONEY - 63..=MONEY).contains(&given), "{given}");
    assert_eq!(w.shares()[..32], [0; 32]);
    assert_eq!((w.owed(), w.rest()), (MONEY - given, MONEY - given));
    assert_eq!(w.granted(63), w.shares()[63]);
    w.assert_solvent();
}

#[test]
fn two_pages_show_a_full_round_with_the_longest_titles() {
    let mut w = World::with(|_| ());
    for _ in 0..MAX_POOLS {
        let title = "t".repeat(64);
        w.entered(PoolTerms {
            title,
            ..keep_all(&w.ada)
        });
    }
    let (sue, bob, carol) = (w.sue.clone(), w.bob.clone(), w.carol.clone());
    w.sponsor(&sue, MONEY);
    w.chain.seal_at(OPENS);
    for donor in [&bob, &carol] {
        w.donate(donor, 63, 100);
    }
    let mut shown = Vec::new();
    for skip in [0, 32] {
        let message = w.to().page(skip, 64);
        let used = w.chain.weight_of_read(message.clone());
        assert!(used.proof_size() < 15 << 18, "{used:?}");
        let page = w.read(message);
        assert!((page.len(), page.encoded_size() < 8_000) == (32, true));
        shown.extend(page);
    }
    let projections = w.projections();
    for (shown, projection) in shown.iter().zip(projections) {
        assert_eq!(shown.projection, projection);
        let told = shown.told.as_ref().unwrap();
        assert_eq!(
            (told.title.len(), told.stage),
            (64, pool::books::Stage::Open)
        );
    }
    assert_eq!(shown[63].told.as_ref().unwrap().sums.donated, 200);
    assert_eq!(shown[63].projection.entry.share, 200);
    assert_eq!(w.read(w.to().page(64, 64)), []);
    assert_eq!(w.read(w.to().page(60, 2)).len(), 2);
    assert_eq!(w.read(w.to().page(u32::MAX, u32::MAX)), []);
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
fn ten_thousand_donors_are_one_root_and_each_can_show_it() {
    let mut w = World::with(verified);
    w.entered(keep_all(&w.ada));
    let (vera, bob) = (w.vera.clone(), w.bob.clone());
    let mut members: Vec<ink::primitives::AccountId> = (0..10_000u32)
        .map(|n| {
            let mut account = [7; 32];
            account[..4].copy_from_slice(&n.to_le_bytes());
            account.into()
        })
        .collect();
    members[6_789] = bob.id().ink();
    let receipt = w.done(&vera, w.to().set_list(0, root(&members), String::new()), 0);
    assert_eq!(receipt.deposit, PER_ITEM + (1 + 32) * PER_BYTE);
    w.chain.seal_at(OPENS);
    let proof = prove(&leaves(&members), 6_789).unwrap();
    assert_eq!(proof.path.len(), 14);
    let membership = Some(Membership { list: 0, proof });
    w.done(&bob, w.to().donate(w.pool(0), None, membership), 400);
    assert_eq!(w.counted(&bob, 0), 400);
    w.assert_solvent();
}

#[test]
fn ninth_list_is_refused() {
    let mut w = World::with(verified);
    w.entered(keep_all(&w.ada));
    let (vera, bob) = (w.vera.clone(), w.bob.clone());
    for _ in 0..MAX_LISTS - 1 {
        w.list(&[]);
    }
    w.list(&[&bob]);
    let ninth = w.to().set_list(8, [1; 32], String::new());
    assert_eq!(w.refuse(&vera, ninth, 0), Error::ListsFull);
    assert_eq!(w.read(w.to().lists()).len(), 8);
    w.chain.seal_at(OPENS);
    assert_eq!(w.membership(&bob).unwrap().list, 7);
    w.donate(&bob, 0, 400);
    w.chain.seal_at(CLOSES);
    let receipt = w.done(&vera, w.to().free_lists(), 0);
    assert_given_back(&receipt, PER_ITEM + (1 + 8 * 32) * PER_BYTE);
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
    let all = w.chain.dry_run(&bob.id(), w.to().divide(1), 0).unwrap();
    let all = all.weight;
    let (mut divided, mut ended) = (0, 0);
    for part in 0..=300 {
        for (time, proof) in [(part, 300), (300, part), (part, part)] {
            let gas = Weight::from_parts(
                all.ref_time() / 100 * time + 1_000,
                all.proof_size() / 100 * proof + 1_000,
            );
            let answer = w.chain.dry_run_within(&bob.id(), w.to().divide(1), 0, gas);
            match answer.map(|run| run.answer) {
                // Both are to be paid.
                Ok(Ok(2)) => divided += 1,
                // One is still to be asked, too.
                Ok(Ok(3)) | Err(Failure::Chain(_)) => ended += 1,
                error => panic!("{error:?}"),
            }
        }
    }
    assert!(divided > 0 && ended > 0, "{divided} {ended}");
    w.divide();
    assert_eq!(w.shares(), [800, 800]);
    w.assert_solvent();
}
