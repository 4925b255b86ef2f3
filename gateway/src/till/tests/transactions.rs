//! Transactions that come with payments.

use super::*;
use std::sync::Mutex;

/// A chain where a transaction says by its first byte what it adds to the first payer's reserve; and once each.
struct Adding {
    fixed: Arc<Fixed>,
    submitted: Mutex<Vec<Vec<u8>>>,
}

impl Chain for Adding {
    fn look(&self, payer: Account, lane: u32) -> Answer<'_, Looked> {
        self.fixed.look(payer, lane)
    }

    fn submit(&self, _: Account, extrinsic: Vec<u8>) -> Answer<'_, ()> {
        Box::pin(async move {
            let mut submitted = self.submitted.lock().unwrap();
            let is_stale = submitted.contains(&extrinsic);
            submitted.push(extrinsic.clone());
            if is_stale {
                return Err(Unanswered::Refused("it is outdated".into()));
            }
            let reserve = 1_000 + u128::from(extrinsic[0]);
            self.fixed.put(payer(1), 0, seen(reserve));
            Ok(())
        })
    }

    fn last_seen(&self) -> u64 {
        now()
    }
}

fn seen(reserve: u128) -> Seen {
    Seen {
        on_chain: on_chain(reserve),
        closer: PAYEE.0,
        delay: 86_400_000,
        ends_at: None,
        asked: 0,
    }
}

fn adding() -> (Till, Arc<Adding>) {
    let chain = Arc::new(Adding {
        fixed: chain([1]),
        submitted: Mutex::default(),
    });
    (Till::in_memory(accepts(), chain.clone()), chain)
}

fn top_up(cumulative: Option<u128>, by: u8) -> Payment {
    let voucher = cumulative.map(|sum| signed(&named(1), sum, &signer()));
    Payment {
        channel: named(1),
        action: Action::TopUp(voucher, vec![by]),
    }
}

#[test]
fn top_up_is_submitted_once_whether_its_payment_needs_it_or_not() {
    run(async {
        let (till, chain) = adding();
        let reserve = || till.correction(&named(1)).unwrap().channel.balance.0;
        till.charge(&top_up(Some(10), 50), 10, None).await.unwrap();
        assert_eq!(reserve(), 1_050);
        till.charge(&top_up(Some(20), 50), 10, None).await.unwrap();
        assert_eq!(chain.submitted.lock().unwrap().len(), 1);
        // Alone, it pays for nothing.
        let alone = till.charge(&top_up(None, 90), 10, None).await;
        assert!(matches!(
            refused(alone.unwrap_err()),
            Refused::Credit { .. }
        ));
        assert_eq!(reserve(), 1_090);
        let paid = till.charge(&top_up(Some(1_090), 90), 1_070, None).await;
        assert_eq!(paid.unwrap().spent, 1_090);
    });
}

#[test]
fn top_up_that_happened_before_a_start_is_no_reason_to_refuse_what_it_pays_for() {
    run(async {
        let (till, chain) = adding();
        till.charge(&top_up(Some(10), 50), 10, None).await.unwrap();
        let till = Till::in_memory(accepts(), chain.clone());
        till.charge(&top_up(Some(1_050), 50), 9, None)
            .await
            .unwrap();
        assert_eq!(chain.submitted.lock().unwrap().len(), 2);
        let beyond = till.charge(&top_up(Some(1_051), 50), 9, None).await;
        assert!(matches!(beyond, Err(Declined::Transaction(_))));
    });
}

#[test]
fn reserve_that_grew_is_asked_for_when_a_voucher_needs_it_and_not_each_time() {
    run(async {
        let (till, chain) = till([1]);
        till.charge(&payment(1, 900), 500, None).await.unwrap();
        // Nobody told of it yet.
        chain.put(payer(1), 0, seen(2_000));
        let charged = till.charge(&payment(1, 1_500), 1_000, None).await;
        assert_eq!(charged.unwrap().spent, 1_500);
        let before = chain.asked();
        for _ in 0..1_000 {
            let beyond = till.charge(&payment(1, 2_001), 1, None).await;
            assert_eq!(refused(beyond.unwrap_err()), Refused::Reserve);
        }
        let asked = chain.asked() - before;
        assert!(asked < 100, "asked {asked} times");
        // Whoever cannot sign for the channel has nobody ask.
        let before = chain.asked();
        let mut foreign = payment(1, 3_000);
        foreign.action = Action::Voucher(signed(&named(1), 3_000, &Signer::from_seed(&[6; 32])));
        let declined = till.charge(&foreign, 1, None).await;
        assert_eq!(declined.unwrap_err(), Declined::Signature);
        assert_eq!(chain.asked(), before);
    });
}

#[test]
fn opening_is_not_submitted_where_the_channel_covers_the_voucher() {
    run(async {
        let (till, chain) = adding();
        let signed = signed(&named(1), 10, &signer());
        let open = Payment {
            channel: named(1),
            action: Action::Open(signed, vec![50]),
        };
        till.known(&named(1)).await.unwrap();
        till.charge(&open, 10, None).await.unwrap();
        assert!(chain.submitted.lock().unwrap().is_empty());
    });
}
