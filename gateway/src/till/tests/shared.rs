//! Two gateways on one Postgres server, Debian's, of which one is killed.

use super::{postgres::Postgres, *};
use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

fn shared(url: &str, payers: impl IntoIterator<Item = u64>) -> Till {
    Till::open_shared(accepts(), chain(payers), url, Wanted::default()).unwrap()
}

#[test]
fn gateways_that_share_a_database_never_take_the_same_credit() {
    let Some(server) = Postgres::start() else {
        return;
    };
    run(async {
        let (one, other) = (shared(&server.url(), [1]), shared(&server.url(), [1]));
        let tasks: Vec<_> = (0..80)
            .map(|n| {
                let till = [&one, &other][n % 2].clone();
                tokio::spawn(async move { till.charge(&payment(1, 500), 10, None).await })
            })
            .collect();
        let mut served = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(charged) => served += charged.amount,
                Err(declined) => assert!(matches!(refused(declined), Refused::Credit { .. })),
            }
        }
        assert_eq!(served, 500);
        // An identifier counts with either, and so does what is set aside.
        let first = one
            .charge(&payment(1, 510), 10, once(1, "/a"))
            .await
            .unwrap();
        let again = other
            .charge(&payment(1, 510), 10, once(1, "/a"))
            .await
            .unwrap();
        assert_eq!((again.id, again.again, again.spent), (first.id, true, 510));
        let bound = other.charge(&payment(1, 510), 10, once(1, "/b")).await;
        assert_eq!(bound.unwrap_err(), Declined::Identifier);
        let held = payment(1, 530);
        one.hold(&held, 20, now() + 60_000).await.unwrap();
        let short = other.charge(&payment(1, 530), 1, None).await.unwrap_err();
        assert_eq!(refused(short), Refused::Credit { needed: 531 });
        assert_eq!(other.settle(&held, 15).await.unwrap().spent, 525);
        assert!(one.settle(&held, 15).await.unwrap().again);
        let given = one
            .charge(&payment(1, 530), 5, once(2, "/a"))
            .await
            .unwrap();
        assert_eq!(one.give_back(&given.id, 9).await, Ok(5));
        assert_eq!(one.give_back(&given.id, 9).await, Ok(0));
        let anew = other
            .charge(&payment(1, 530), 5, once(2, "/a"))
            .await
            .unwrap();
        assert_eq!((anew.again, anew.spent), (false, 530));
        // The other one's vouchers are known here, too, to be claimed.
        for _ in 0..100 {
            if one
                .correction(&named(1))
                .unwrap()
                .channel
                .charged_cumulative_amount
                .0
                == 530
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("one gateway does not see what the other did");
    });
}

#[test]
fn voucher_of_a_refused_payment_and_of_a_claim_are_known_to_the_database() {
    let Some(server) = Postgres::start() else {
        return;
    };
    run(async {
        let (one, other) = (shared(&server.url(), [1]), shared(&server.url(), [1]));
        let seen = payment(1, 500);
        let refusal = one.charge(&seen, 600, None).await.unwrap_err();
        assert_eq!(refused(refusal), Refused::Credit { needed: 600 });
        // What was signed for is credit all the same.
        assert_eq!(other.draw(&named(1), 400).await.unwrap().spent, 400);
        one.show(&[shown(&seen)]);
        let stolen = one.charge(&seen, 10, None).await.unwrap_err();
        assert_eq!(refused(stolen), Refused::Public);
        assert_eq!(
            one.charge(&payment(1, 510), 110, None).await.unwrap().spent,
            510
        );
    });
}

#[test]
fn gateway_whose_node_is_behind_brings_no_earlier_life_back() {
    let Some(server) = Postgres::start() else {
        return;
    };
    let open = |epoch| {
        let chain = chain_in(epoch);
        Till::open_shared(accepts(), chain, &server.url(), Wanted::default()).unwrap()
    };
    run(async {
        let (behind, ahead) = (open(7), open(8));
        let early = behind.charge(&payment_in(7, 10), 1, None).await;
        assert_eq!(early.unwrap().spent, 1);
        let spent = ahead.charge(&payment_in(8, 1_000), 1_000, None).await;
        assert_eq!(spent.unwrap().spent, 1_000);
        let late = behind.charge(&payment_in(7, 20), 1, None).await;
        assert_eq!(late, Err(Declined::NoChannel));
        let more = ahead.charge(&payment_in(8, 1_000), 1, None).await;
        let short = refused(more.unwrap_err());
        assert_eq!(short, Refused::Credit { needed: 1_001 });
    });
}

#[test]
fn gateways_that_take_the_same_channels_in_another_order_do_not_wait_in_a_circle() {
    let Some(server) = Postgres::start() else {
        return;
    };
    run(async {
        let (one, other) = (shared(&server.url(), 1..41), shared(&server.url(), 1..41));
        for round in 1..6 {
            let order = (1..41).flat_map(|n| [(&one, n), (&other, 41 - n)]);
            let tasks: Vec<_> = order
                .map(|(till, n)| {
                    let till = till.clone();
                    tokio::spawn(async move { till.charge(&payment(n, 1_000), 1, None).await })
                })
                .collect();
            for task in tasks {
                task.await.unwrap().unwrap();
            }
            for n in 1..41 {
                let spent = one.draw(&named(n), 0).await.unwrap().spent;
                assert_eq!(spent, 2 * round);
            }
        }
    });
}

/// The gateway that the next test kills.
#[test]
#[ignore = "run by gateway_that_is_killed_leaves_nothing_half_done"]
fn gateway_to_be_killed() {
    let server = std::env::var("FARTHING_TEST_SERVER").expect("the other test starts this one");
    let begin: u64 = std::env::var("FARTHING_TEST_FROM")
        .unwrap()
        .parse()
        .unwrap();
    run(async {
        let till = shared(&server, [1]);
        for n in begin.. {
            let charged = pay(&till, n).await;
            crate::testing::tell(&format!("served {n} {}", charged.spent));
        }
    });
}

async fn pay(till: &Till, n: u64) -> Charged {
    let key = Key::new(b"channel", &n.to_string());
    let once = Some((key, Binding::new("GET", "/", b"")));
    // A thousand is the channel's reserve.
    let paid = payment(1, u128::from(n) + 1);
    till.charge(&paid, 1, once).await.unwrap()
}

#[test]
fn gateway_that_is_killed_leaves_nothing_half_done() {
    let Some(mut server) = Postgres::start() else {
        return;
    };
    let mut next: u64 = 0;
    for round in 0..8 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "till::tests::shared::gateway_to_be_killed"])
            .args(["--ignored", "--nocapture"])
            .env("FARTHING_TEST_SERVER", server.url())
            .env("FARTHING_TEST_FROM", next.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut lines = lines.map_while(Result::ok);
        let mut see = |line: String| {
            if let Some(words) = line.strip_prefix("served ") {
                let numbers: Vec<u64> =
                    words.split(' ').map(|word| word.parse().unwrap()).collect();
                assert_eq!(numbers[0], next, "in round {round}");
                next += 1;
                assert_eq!(numbers[1], next, "in round {round}");
            }
        };
        lines.by_ref().take(3 + round % 5).for_each(&mut see);
        child.kill().unwrap();
        child.wait().unwrap();
        lines.for_each(&mut see);
        // The same request goes to the other gateway: it was charged for, or is now, and once.
        run(async {
            let till = shared(&server.url(), [1]);
            assert_eq!(pay(&till, next).await.spent, u128::from(next) + 1);
            next += 1;
        });
    }
    // The server crashes, too; a gateway goes on when it is back.
    run(async {
        let till = shared(&server.url(), [1]);
        server.crash();
        let gone = till
            .charge(&payment(1, u128::from(next) + 1), 1, None)
            .await;
        assert!(matches!(gone, Err(Declined::Store(_))), "{gone:?}");
        server.run();
        assert_eq!(pay(&till, next).await.spent, u128::from(next) + 1);
    });
}

#[test]
fn database_of_another_payee_is_refused() {
    let Some(server) = Postgres::start() else {
        return;
    };
    drop(shared(&server.url(), []));
    let other = Accepts {
        payee: payer(3),
        ..accepts()
    };
    let opened = Till::open_shared(other, chain([]), &server.url(), Wanted::default());
    assert!(matches!(
        opened.err(),
        Some(crate::store::postgres::Unusable::Foreign)
    ));
}
