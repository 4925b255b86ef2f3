//! Payers who are none.

use super::*;
use tokio::sync::Semaphore;

#[test]
fn million_unknown_payers_take_no_room() {
    run(async {
        let (till, chain) = till([]);
        let voucher = signed(&named(0), 1, &signer());
        for n in 0..1_000_000 {
            let payment = Payment {
                channel: named(n),
                action: Action::Voucher(voucher),
            };
            let declined = till.charge(&payment, 1, None).await;
            assert_eq!(declined.unwrap_err(), Declined::NoChannel);
        }
        assert_eq!(till.summary().channels, 0);
        assert!(till.books().lanes().is_empty());
        assert_eq!(chain.asked(), 1_000_000);
        // The same one again does not trouble the chain each time.
        for _ in 0..10 {
            let payment = Payment {
                channel: named(999_999),
                action: Action::Voucher(voucher),
            };
            let _ = till.charge(&payment, 1, None).await;
        }
        assert_eq!(chain.asked(), 1_000_000);
    });
}

/// A chain that does not answer.
struct Slow(Semaphore);

impl Chain for Slow {
    fn look(&self, _: Account, _: u32) -> Answer<'_, Looked> {
        Box::pin(async move {
            drop(self.0.acquire().await);
            Ok(None.into())
        })
    }

    fn submit(&self, _: Account, _: Vec<u8>) -> Answer<'_, ()> {
        Box::pin(async move { Err(Unanswered::Away("it is slow".into())) })
    }

    fn last_seen(&self) -> u64 {
        now()
    }
}

#[test]
fn chain_that_does_not_answer_is_asked_by_so_many_and_not_more() {
    run(async {
        let slow = Arc::new(Slow(Semaphore::new(0)));
        let till = Till::in_memory(accepts(), slow.clone());
        let asking: Vec<_> = (0..1_000)
            .map(|n| {
                let till = till.clone();
                tokio::spawn(async move { till.charge(&payment(n, 1), 1, None).await })
            })
            .collect();
        let busy = || asking.iter().filter(|task| task.is_finished()).count();
        while busy() < 744 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(busy(), 744, "256 wait, and nobody else");
        slow.0.add_permits(10);
        for task in asking {
            let declined = task.await.unwrap().unwrap_err();
            assert!(matches!(declined, Declined::Busy | Declined::NoChannel));
        }
    });
}

/// A chain whose last block has opened channels; whether it is final.
struct Opening(Arc<Fixed>, AtomicBool);

impl Chain for Opening {
    fn look(&self, payer: Account, lane: u32) -> Answer<'_, Looked> {
        let found = self.0.look(payer, lane);
        Box::pin(async move {
            let found = found.await?;
            match self.1.load(Ordering::SeqCst) {
                true => Ok(found),
                false => Ok(Looked {
                    seen: None,
                    opening: found.seen.map(|seen| seen.on_chain.epoch),
                }),
            }
        })
    }

    fn submit(&self, _: Account, _: Vec<u8>) -> Answer<'_, ()> {
        Box::pin(async move { Err(Unanswered::Away("nothing is submitted".into())) })
    }

    fn last_seen(&self) -> u64 {
        now()
    }
}

#[test]
fn channel_whose_opening_is_not_final_is_taken_as_soon_as_it_is() {
    run(async {
        let opening = Arc::new(Opening(chain([1]), AtomicBool::new(false)));
        let till = Till::in_memory(accepts(), opening.clone());
        for _ in 0..2 {
            let declined = till.charge(&payment(1, 500), 100, None).await;
            assert_eq!(declined.unwrap_err(), Declined::NotFinal);
        }
        // Another life of the same lane is another channel.
        let mut other = payment(1, 500);
        other.channel.epoch += 1;
        let declined = till.charge(&other, 100, None).await;
        assert_eq!(declined.unwrap_err(), Declined::NoChannel);
        opening.1.store(true, Ordering::SeqCst);
        let charged = till.charge(&payment(1, 500), 100, None).await.unwrap();
        assert_eq!((charged.spent, charged.best), (100, 500));
    });
}

#[test]
fn channel_on_bad_terms_is_not_taken() {
    run(async {
        let (till, chain) = till([]);
        let good = Seen {
            on_chain: on_chain(1_000),
            closer: PAYEE.0,
            delay: 3_600_000,
            ends_at: None,
            asked: 0,
        };
        let mut n = 0;
        let mut declined = |seen: Seen| {
            n += 1;
            chain.put(payer(n), 0, seen);
            let till = till.clone();
            async move { till.charge(&payment(n, 1), 1, None).await.unwrap_err() }
        };
        let short = Seen {
            delay: 3_599_999,
            ..good
        };
        let needed = Duration::from_secs(3600);
        assert_eq!(declined(short).await, Declined::Delay { needed });
        let small = Seen {
            on_chain: on_chain(9),
            ..good
        };
        assert_eq!(declined(small).await, Declined::Deposit { needed: 10 });
        // The payer could close it alone, at once.
        let own = Seen {
            closer: payer(3).0,
            ..good
        };
        assert_eq!(declined(own).await, Declined::Closer);
        for signer in [[0; 32], [255; 32]] {
            let unsigned = Seen {
                on_chain: OnChain {
                    signer,
                    ..on_chain(1_000)
                },
                ..good
            };
            assert_eq!(declined(unsigned).await, Declined::Signature);
        }
        assert_eq!(till.summary().earned, 0);
    });
}

#[test]
fn identifiers_and_charges_are_remembered_in_bounded_room() {
    run(async {
        let (till, _) = till([1]);
        till.charge(&payment(1, 1_000), 0, None).await.unwrap();
        let voucher = payment(1, 1_000);
        for n in 0..(MAX_REMEMBERED + 100) as u64 {
            let once = Some((
                Key::new(b"channel", &n.to_string()),
                Binding::new("GET", "/", b""),
            ));
            till.charge(&voucher, 0, once).await.unwrap();
        }
        let (once, charges) = till.books().remembered();
        assert!(once <= MAX_REMEMBERED && charges <= MAX_REMEMBERED);
    });
}
