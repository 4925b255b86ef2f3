//! What is charged, and what is not.

use super::*;
use std::future::Future;

#[test]
fn fifty_requests_at_once_on_one_channel_are_all_served_and_written_down() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Till::open(accepts(), chain([1]), folder.path(), Wanted::default()).unwrap();
    run(async {
        let till = open();
        let tasks: Vec<_> = (1..=50)
            .rev()
            .map(|n| {
                let till = till.clone();
                tokio::spawn(async move { till.charge(&payment(1, n * 10), 10, None).await })
            })
            .collect();
        for task in tasks {
            assert_eq!(task.await.unwrap().unwrap().amount, 10);
        }
        let short = till.charge(&payment(1, 500), 10, None).await;
        assert_eq!(refused(short.unwrap_err()), Refused::Credit { needed: 510 });
    });
    run(async {
        let till = open();
        let charged = till.charge(&payment(1, 510), 10, None).await.unwrap();
        assert_eq!((charged.best, charged.spent), (510, 510));
    });
}

#[test]
fn voucher_of_another_signer_payee_lane_epoch_or_amount_buys_nothing() {
    run(async {
        let (till, _) = till([1, 2]);
        let other = Signer::from_seed(&[6; 32]);
        let good = signed(&named(1), 100, &signer());
        let charge = |channel: Named, voucher: Signed| {
            let action = Action::Voucher(voucher);
            let payment = Payment { channel, action };
            let till = till.clone();
            async move { till.charge(&payment, 1, None).await.unwrap_err() }
        };
        let by_other = signed(&named(1), 100, &other);
        assert_eq!(charge(named(1), by_other).await, Declined::Signature);
        assert_eq!(charge(named(2), good).await, Declined::Signature);
        let more = Signed {
            cumulative: 101,
            ..good
        };
        assert_eq!(charge(named(1), more).await, Declined::Signature);
        let lane = Named {
            lane: 1,
            ..named(1)
        };
        assert_eq!(charge(lane, good).await, Declined::NoChannel);
        let later = Named {
            epoch: 8,
            ..named(1)
        };
        assert_eq!(charge(later, good).await, Declined::NoChannel);
        let earlier = Named {
            epoch: 6,
            ..named(1)
        };
        let old = signed(&earlier, 100, &signer());
        assert_eq!(refused(charge(earlier, old).await), Refused::Epoch);
        assert_eq!(till.summary().earned, 0);
    });
}

/// A voucher says who spends: whoever merely names a channel spends nothing of its credit.
#[test]
fn credit_of_a_channel_is_spent_by_whoever_shows_a_voucher_only() {
    run(async {
        let (till, _) = till([1]);
        till.charge(&payment(1, 100), 10, None).await.unwrap();
        let forged = Payment {
            channel: named(1),
            action: Action::Voucher(Signed {
                cumulative: 5,
                ..signed(&named(1), 6, &signer())
            }),
        };
        let declined = till.charge(&forged, 10, None).await;
        assert_eq!(declined.unwrap_err(), Declined::Signature);
        let without = Payment {
            channel: named(1),
            action: Action::Close(None),
        };
        let declined = till.charge(&without, 10, None).await.unwrap_err();
        assert_eq!(refused(declined), Refused::Credit { needed: 20 });
        // Nor does it for nothing: whoever is told that it was taken may get a cookie for it.
        let declined = till.charge(&without, 0, None).await.unwrap_err();
        assert_eq!(refused(declined), Refused::Credit { needed: 10 });
        assert_eq!(till.draw(&named(1), 90).await.unwrap().spent, 100);
    });
}

#[test]
fn identifier_is_charged_for_once_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let chain = chain([1]);
    let open = || Till::open(accepts(), chain.clone(), folder.path(), Wanted::default()).unwrap();
    run(async {
        let till = open();
        let first = till
            .charge(&payment(1, 10), 10, once(1, "/a"))
            .await
            .unwrap();
        let again = till
            .charge(&payment(1, 20), 10, once(1, "/a"))
            .await
            .unwrap();
        assert_eq!((again.id, again.again, again.amount), (first.id, true, 0));
        assert_eq!((again.best, again.spent), (20, 10));
    });
    run(async {
        let till = open();
        let again = till
            .charge(&payment(1, 10), 10, once(1, "/a"))
            .await
            .unwrap();
        assert!(again.again);
        assert_eq!((again.best, again.spent), (20, 10));
        let other = till.charge(&payment(1, 10), 10, once(1, "/b")).await;
        assert_eq!(other.unwrap_err(), Declined::Identifier);
        // One that is refused is charged for when it can be.
        let short = till.charge(&payment(1, 20), 50, once(2, "/c")).await;
        assert!(matches!(short, Err(Declined::Refused(_, Some(_)))));
        let paid = till
            .charge(&payment(1, 60), 50, once(2, "/c"))
            .await
            .unwrap();
        assert!(!paid.again);
        assert_eq!(till.summary().earned, 60);
    });
}

#[test]
fn charge_is_given_back_once_and_its_identifier_is_charged_for_again() {
    let folder = tempfile::tempdir().unwrap();
    let chain = chain([1]);
    let open = || Till::open(accepts(), chain.clone(), folder.path(), Wanted::default()).unwrap();
    run(async {
        let id = {
            let till = open();
            let first = till
                .charge(&payment(1, 20), 10, once(1, "/a"))
                .await
                .unwrap();
            let other = till.charge(&payment(1, 20), 10, None).await.unwrap();
            assert_eq!(till.give_back(&other.id, 4).await, Ok(4));
            assert_eq!(till.give_back(&other.id, 4).await, Ok(0));
            first.id
        };
        {
            let till = open();
            assert_eq!(till.give_back(&id, u128::MAX).await, Ok(10));
        }
        let till = open();
        assert_eq!(till.give_back(&id, 10).await, Ok(0));
        let anew = till
            .charge(&payment(1, 20), 10, once(1, "/a"))
            .await
            .unwrap();
        assert!(!anew.again);
        assert_eq!(anew.spent, 16);
    });
}

#[test]
fn what_is_set_aside_is_settled_once_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let chain = chain([1]);
    let open = || Till::open(accepts(), chain.clone(), folder.path(), Wanted::default()).unwrap();
    let later = now() + 60_000;
    run(async {
        let till = open();
        till.hold(&payment(1, 50), 50, later).await.unwrap();
        let none = till.hold(&payment(1, 50), 1, later).await.unwrap_err();
        assert!(matches!(refused(none), Refused::Credit { .. }));
    });
    let paid = payment(1, 60);
    run(async {
        let till = open();
        // Fifty are set aside still.
        let short = till.charge(&payment(1, 55), 6, None).await.unwrap_err();
        assert_eq!(refused(short), Refused::Credit { needed: 56 });
        till.hold(&paid, 10, later).await.unwrap();
        let settled = till.settle(&paid, 8).await.unwrap();
        assert_eq!(
            (settled.amount, settled.spent, settled.again),
            (8, 8, false)
        );
        let again = till.settle(&paid, 8).await.unwrap();
        assert_eq!((again.spent, again.again), (8, true));
        let held = till.hold(&paid, 1, later).await.unwrap_err();
        assert_eq!(refused(held), Refused::Holds);
    });
    run(async {
        let till = open();
        let again = till.settle(&paid, 8).await.unwrap();
        assert_eq!((again.spent, again.again), (8, true));
    });
}

#[test]
fn what_was_set_aside_and_is_over_is_settled_from_credit_if_there_is_any() {
    run(async {
        let (till, _) = till([1]);
        let paid = payment(1, 50);
        till.hold(&paid, 50, now() - 1).await.unwrap();
        assert_eq!(till.settle(&paid, 50).await.unwrap().spent, 50);
        let late = payment(1, 60);
        till.hold(&late, 10, now() - 1).await.unwrap();
        till.charge(&payment(1, 60), 10, None).await.unwrap();
        let short = till.settle(&late, 10).await.unwrap_err();
        assert_eq!(refused(short), Refused::Credit { needed: 70 });
    });
}

#[test]
fn more_than_was_set_aside_is_settled_from_it_and_from_credit_or_not_at_all() {
    run(async {
        let (till, _) = till([1]);
        let (paid, later) = (payment(1, 50), now() + 60_000);
        till.hold(&paid, 40, later).await.unwrap();
        let short = till.settle(&paid, 51).await.unwrap_err();
        assert_eq!(refused(short), Refused::Credit { needed: 51 });
        // It is set aside still.
        let short = till.charge(&paid, 11, None).await.unwrap_err();
        assert_eq!(refused(short), Refused::Credit { needed: 51 });
        assert_eq!(till.settle(&paid, 45).await.unwrap().spent, 45);
        // Nothing is, any more.
        assert_eq!(till.charge(&paid, 5, None).await.unwrap().spent, 50);
    });
}

/// What was spent would be credit again.
#[test]
fn node_that_is_behind_brings_no_earlier_life_back() {
    let folder = tempfile::tempdir().unwrap();
    let open = |epoch| {
        let chain = chain_in(epoch);
        Till::open(accepts(), chain, folder.path(), Wanted::default()).unwrap()
    };
    run(async {
        let spent = open(8).charge(&payment_in(8, 1_000), 1_000, None).await;
        assert_eq!(spent.unwrap().spent, 1_000);
    });
    run(async {
        let behind = open(7);
        for late in [payment_in(7, 10), payment_in(8, 1_000)] {
            let declined = behind.charge(&late, 1, None).await;
            assert_eq!(declined, Err(Declined::NoChannel));
        }
    });
    run(async {
        let declined = open(8).charge(&payment_in(8, 1_000), 1, None).await;
        let short = refused(declined.unwrap_err());
        assert_eq!(short, Refused::Credit { needed: 1_001 });
    });
}

#[test]
fn disk_that_fails_serves_nothing_and_is_named() {
    run(async {
        let fails = Arc::new(AtomicBool::new(false));
        let till = on_disk(chain([1]), Failing(fails.clone()));
        till.charge(&payment(1, 10), 10, once(1, "/a"))
            .await
            .unwrap();
        fails.store(true, Ordering::SeqCst);
        for n in 2..5 {
            let declined = till
                .charge(&payment(1, n * 10), 10, once(n as u8, "/a"))
                .await;
            assert!(matches!(declined, Err(Declined::Store(_))), "{declined:?}");
        }
        fails.store(false, Ordering::SeqCst);
        let declined = till.charge(&payment(1, 500), 10, None).await;
        assert!(
            matches!(declined, Err(Declined::Store(_))),
            "not before a restart"
        );
    });
}

/// A client that goes away while the disk writes leaves an identifier that is charged for, not one that runs for
/// ever.
#[test]
fn client_that_goes_away_is_charged_once_all_the_same() {
    run(async {
        let till = on_disk(chain([1]), Failing(Arc::default()));
        let paid = payment(1, 10);
        // So that its signature is not waited for.
        till.keep(&named(1), paid.voucher().unwrap()).await.unwrap();
        let mut charging = Box::pin(till.charge(&paid, 10, once(1, "/a")));
        let waker = std::task::Waker::noop();
        let polled = charging
            .as_mut()
            .poll(&mut std::task::Context::from_waker(waker));
        drop((polled, charging));
        for _ in 0..200 {
            match till.charge(&paid, 10, once(1, "/a")).await {
                Err(Declined::Running) => tokio::time::sleep(Duration::from_millis(5)).await,
                other => {
                    let charged = other.unwrap();
                    assert_eq!((charged.again, charged.spent), (true, 10));
                    return;
                }
            }
        }
        panic!("it runs for ever");
    });
}

#[test]
fn nothing_is_served_while_the_chain_is_out_of_sight_but_what_was_paid_for() {
    run(async {
        let (till, chain) = till([1]);
        let held = payment(1, 30);
        till.charge(&payment(1, 10), 10, once(1, "/a"))
            .await
            .unwrap();
        till.hold(&held, 20, now() + 60_000).await.unwrap();
        chain.see(now() - 901_000);
        let blind = till.charge(&payment(1, 40), 10, None).await;
        assert_eq!(blind, Err(Declined::Refused(Refused::Blind, None)));
        assert_eq!(
            refused(till.draw(&named(1), 1).await.unwrap_err()),
            Refused::Blind
        );
        let again = till
            .charge(&payment(1, 10), 10, once(1, "/a"))
            .await
            .unwrap();
        assert!(again.again);
        till.settle(&held, 20).await.unwrap();
        chain.see(0);
        till.charge(&payment(1, 40), 10, None).await.unwrap();
    });
}

#[test]
fn older_answers_of_the_chain_do_not_undo_newer_ones() {
    run(async {
        let (till, _) = till([1]);
        till.charge(&payment(1, 10), 10, None).await.unwrap();
        let seen = |asked, ending| Seen {
            on_chain: OnChain {
                ending,
                ..on_chain(1_000)
            },
            closer: PAYEE.0,
            delay: 86_400_000,
            ends_at: ending.then_some(5),
            asked,
        };
        till.learn(payer(1), 0, Some(seen(3, true)));
        till.learn(payer(1), 0, Some(seen(2, false)));
        assert_eq!(till.summary().ending, [named(1)]);
        till.learn(payer(1), 0, Some(seen(4, false)));
        assert!(till.summary().ending.is_empty());
    });
}

#[test]
fn vouchers_are_due_by_value_by_age_and_at_once_when_a_channel_ends() {
    run(async {
        let (till, _) = till([1, 2, 3]);
        till.books().want(Wanted {
            value: Some(100),
            age: Some(1_000),
        });
        till.charge(&payment(1, 99), 0, None).await.unwrap();
        till.charge(&payment(2, 100), 0, None).await.unwrap();
        till.charge(&payment(3, 5), 5, None).await.unwrap();
        let due = |at| -> Vec<u64> {
            let due = till.due(at, 9);
            let numbers = due.iter().map(|due| due.channel.payer.0[0].into());
            numbers.collect()
        };
        assert_eq!(due(now()), [2]);
        till.learn(
            payer(3),
            0,
            Some(Seen {
                on_chain: OnChain {
                    ending: true,
                    ..on_chain(1_000)
                },
                closer: PAYEE.0,
                delay: 86_400_000,
                ends_at: Some(5),
                asked: 1,
            }),
        );
        assert_eq!(due(now()), [3, 2], "what ends comes first");
        assert_eq!(due(now() + 2_000), [3, 1, 2]);
        let sums = till.summary();
        assert_eq!((sums.earned, sums.unclaimed), (5, 204));
        till.put_off(&[(payer(1), 0)], now() + 2_000);
        assert_eq!(due(now() + 2_000), [3, 2]);
        assert_eq!(due(now() + 4_000), [3, 1, 2]);
    });
}

#[test]
fn voucher_wakes_who_waits_for_credit_and_an_end_does_too() {
    run(async {
        let (till, _) = till([1]);
        till.charge(&payment(1, 10), 10, None).await.unwrap();
        let (first, soon) = (named(1), Duration::from_millis(30));
        let wait = || tokio::time::timeout(soon, till.wait_for_credit(&first, 5));
        assert!(wait().await.is_err());
        let pay = async { till.charge(&payment(1, 15), 0, None).await.unwrap() };
        let (woken, _) = tokio::join!(wait(), pay);
        assert!(woken.is_ok());
        till.draw(&named(1), 5).await.unwrap();
        let end = async { till.learn(payer(1), 0, None) };
        let (woken, ()) = tokio::join!(wait(), end);
        assert!(woken.is_ok());
    });
}
