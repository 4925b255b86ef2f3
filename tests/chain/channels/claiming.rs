//! What vouchers are worth, and why they are skipped.

use super::world::*;
use farthing_types::voucher::wrap;

#[test]
fn a_claim_raises_the_total_to_the_voucher_and_credits_the_payee() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let root = [9; 32];
    let said = Voucher {
        channel: channel_id(&alice, &bob, epoch),
        cumulative: 30,
        root,
    };
    let signature = w.phone.sign(&said.payload(&w.channels.place));
    let first = present(&said, signature);
    let (outcomes, receipt) = w.claim_as(&bob, &bob, &[first]).unwrap();
    assert_eq!(outcomes, [Ok(30)]);
    assert_eq!(w.free(&bob), 30);
    let told = only_changes(&receipt);
    assert_eq!((told.deposited, told.changes.len()), (0, 1));
    let claimed = Change::Claimed {
        paid: 30,
        root: Some(root),
    };
    assert_eq!(told.changes[0].change, claimed);
    assert_eq!(told.changes[0].epoch, epoch);

    let second = w.voucher(&alice, &bob, epoch, 31);
    let (outcomes, receipt) = w.claim_as(&bob, &bob, &[second]).unwrap();
    assert_eq!((outcomes, receipt.deposit), (vec![Ok(1)], 0));
    let claimed = Change::Claimed {
        paid: 1,
        root: None,
    };
    assert_eq!(only_changes(&receipt).changes[0].change, claimed);
    assert_eq!(w.channel(&alice, &bob).unwrap().claimed, 31);
    // Books only: nothing has moved.
    assert_eq!(w.channels.solvency(&mut w.chain).0, RESERVE);
    assert_eq!(w.withdraw(&bob, None).unwrap().0, 31);
    assert_eq!(w.channels.solvency(&mut w.chain).0, RESERVE - 31);
    w.assert_solvent();
}

#[test]
fn a_voucher_signed_by_a_wallet_extension_counts() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let said = Voucher {
        channel: channel_id(&alice, &bob, epoch),
        cumulative: 30,
        root: [0; 32],
    };
    let bytes = w.phone.sign(&wrap(&said.payload(&w.channels.place))).bytes;
    let signature = |wrapped| Signature { bytes, wrapped };
    let unwrapped = present(&said, signature(false));
    let wrapped = present(&said, signature(true));
    assert_eq!(
        w.claim(&bob, &[unwrapped, wrapped]).unwrap(),
        [Err(Skip::BadSignature), Ok(30)]
    );
    w.assert_solvent();
}

#[test]
fn the_signer_can_be_the_payers_own_account() {
    let mut w = world();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let terms = Terms {
        signer: alice.id().into(),
        ..w.terms(RESERVE)
    };
    w.open_on(&alice, &[(&bob, terms)], RESERVE).unwrap();
    let said = Voucher {
        channel: channel_id(&alice, &bob, 1),
        cumulative: 30,
        root: [0; 32],
    };
    let signature = sign_as(&alice, &said.payload(&w.channels.place));
    let by_phone = w.voucher(&alice, &bob, 1, 40);
    assert_eq!(
        w.claim(&bob, &[by_phone, present(&said, signature)])
            .unwrap(),
        [Err(Skip::BadSignature), Ok(30)]
    );
    w.assert_solvent();
}

#[test]
fn a_batch_skips_what_is_worth_nothing_says_why_and_pays_the_rest() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    let guardian = w.guardian.clone();
    w.open(&carol, &bob, 100).unwrap();
    w.close(&bob, &carol).unwrap();
    let batch = [
        w.voucher(&alice, &bob, epoch, 5),
        w.voucher(&alice, &bob, epoch, 5),
        w.voucher(&alice, &bob, epoch, 4),
        w.voucher(&alice, &bob, epoch + 1, 50),
        w.voucher(&carol, &bob, epoch + 1, 50),
        w.voucher(&guardian, &bob, 1, 50),
        w.voucher_by(&Signer::generate(), &alice, &bob, epoch, 50),
        w.voucher(&alice, &bob, epoch, 7),
    ];
    let expected = [
        Ok(5),
        Err(Skip::NothingNew(5)),
        Err(Skip::NothingNew(5)),
        Err(Skip::OtherEpoch(epoch)),
        Err(Skip::Over),
        Err(Skip::NoChannel),
        Err(Skip::BadSignature),
        Ok(2),
    ];
    let (outcomes, receipt) = w.claim_as(&carol, &bob, &batch).unwrap();
    assert_eq!(outcomes, expected);
    assert_eq!(w.free(&bob), 7);
    let told = only_changes(&receipt).changes;
    for ((voucher, outcome), told) in batch.iter().zip(expected).zip(told) {
        assert_eq!((told.payer, told.epoch), (voucher.payer, voucher.epoch));
        let change = match outcome {
            Ok(paid) => Change::Claimed { paid, root: None },
            Err(skip) => Change::Skipped(skip),
        };
        assert_eq!(told.change, change);
    }
    w.assert_solvent();
}

#[test]
fn a_batch_that_is_worth_nothing_creates_no_record() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let forged = w.voucher_by(&Signer::generate(), &alice, &bob, epoch, 50);
    let (_, receipt) = w.claim_as(&bob, &bob, &[forged]).unwrap();
    assert_eq!(receipt.deposit, 0);
    assert_eq!(w.record(&bob), None);
    w.assert_solvent();
}

#[test]
fn anyone_can_claim_for_the_payee_and_only_the_payee_can_withdraw_it() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    let voucher = w.voucher(&alice, &bob, epoch, 50);
    w.claim_as(&carol, &bob, &[voucher]).unwrap();
    assert_eq!(refused(w.withdraw(&carol, None)), Error::NothingDue);
    assert_eq!(refused(w.withdraw(&alice, None)), Error::NothingDue);
    assert_eq!(w.withdraw(&bob, None).unwrap().0, 50);
    w.assert_solvent();
}

#[test]
fn a_voucher_beyond_the_reserve_is_worth_the_reserve_and_after_a_top_up_the_rest() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob) = (w.alice.clone(), w.bob.clone());
    let voucher = w.voucher(&alice, &bob, epoch, RESERVE + 30);
    let claim = |w: &mut World| w.claim(&bob, &[voucher.clone()]).unwrap();
    assert_eq!(claim(&mut w), [Ok(RESERVE)]);
    assert_eq!(claim(&mut w), [Err(Skip::NothingNew(RESERVE))]);
    w.top_up(&alice, &bob, 20, 20).unwrap();
    assert_eq!(claim(&mut w), [Ok(20)]);
    w.top_up(&alice, &bob, 20, 20).unwrap();
    assert_eq!(claim(&mut w), [Ok(10)]);
    assert_eq!(claim(&mut w), [Err(Skip::NothingNew(RESERVE + 30))]);
    assert_eq!(w.free(&bob), RESERVE + 30);
    w.assert_solvent();
}

#[test]
fn what_a_payee_earned_can_pay_others() {
    let (mut w, epoch) = world_with_channel();
    let (alice, bob, carol) = (w.alice.clone(), w.bob.clone(), w.carol.clone());
    let voucher = w.voucher(&alice, &bob, epoch, 50);
    w.claim(&bob, &[voucher]).unwrap();
    let terms = w.terms(40);
    w.open_on(&bob, &[(&carol, terms)], 0).unwrap();
    let voucher = w.voucher(&bob, &carol, epoch + 1, 40);
    assert_eq!(w.claim(&carol, &[voucher]).unwrap(), [Ok(40)]);
    assert_eq!((w.free(&bob), w.free(&carol)), (10, 40));
    w.assert_solvent();
}

#[test]
fn the_largest_batch_is_claimed_with_roots_and_wrapped_signatures() {
    let mut w = world();
    let bob = w.bob.clone();
    let batch: Vec<_> = (0..64)
        .map(|n| {
            let payer = w.chain.account(&format!("payer-{n}"), 10 * UNIT);
            let epoch = w.open(&payer, &bob, UNIT).unwrap();
            let said = Voucher {
                channel: channel_id(&payer, &bob, epoch),
                cumulative: u128::MAX,
                root: [0xff; 32],
            };
            let signature = w.phone.sign(&wrap(&said.payload(&w.channels.place)));
            let wrapped = Signature {
                wrapped: true,
                ..signature
            };
            present(&said, wrapped)
        })
        .collect();
    assert_eq!(w.claim(&bob, &batch).unwrap(), vec![Ok(UNIT); 64]);
    assert_eq!(w.free(&bob), 64 * UNIT);
    w.assert_solvent();
}
