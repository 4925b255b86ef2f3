//! Whoever looks at the chain has the vouchers that stood in claims.

use super::*;

/// The chain says that so much was claimed.
fn claimed(till: &Till, amount: u128) {
    let seen = Seen {
        on_chain: OnChain {
            claimed: amount,
            ..on_chain(1_000)
        },
        closer: PAYEE.0,
        delay: 86_400_000,
        ends_at: None,
        asked: amount as u64,
    };
    till.learn(payer(1), 0, Some(seen));
}

/// A thief tries everything that a voucher is good for.
async fn assert_worthless(till: &Till, stolen: &Payment) {
    till.known(&stolen.channel).await.unwrap();
    let spent = till.summary().earned;
    let declined = [
        till.charge(stolen, 1_000, None).await.map(drop),
        till.charge(stolen, 1, None).await.map(drop),
        // The headers alone cost nothing, and come with a cookie that spends.
        till.charge(stolen, 0, None).await.map(drop),
        till.charge(stolen, 1, once(99, "/stolen")).await.map(drop),
        till.hold(stolen, 1, u64::MAX).await,
        till.settle(stolen, 1).await.map(drop),
    ];
    for declined in declined {
        let declined = declined.unwrap_err();
        assert!(told(&declined).is_none_or(|told| told.voucher.is_none()));
        assert_eq!(refused(declined), Refused::Public);
    }
    assert_eq!(till.summary().earned, spent);
}

/// What a refusal tells of the channel.
fn told(declined: &Declined) -> Option<&Correction> {
    match declined {
        Declined::Refused(_, correction) => correction.as_deref(),
        _ => None,
    }
}

/// The newest voucher spends what is left, whoever has it.
#[test]
fn newest_voucher_is_told_only_to_who_has_the_channels_key() {
    run(async {
        let (till, _) = till([1]);
        let seen = payment(1, 100);
        till.charge(&seen, 100, None).await.unwrap();
        till.show(&[shown(&seen)]);
        claimed(&till, 100);
        till.charge(&payment(1, 200), 10, None).await.unwrap();
        let of = |epoch, action| Payment {
            channel: Named { epoch, ..named(1) },
            action,
        };
        let old = Named {
            epoch: 6,
            ..named(1)
        };
        let old = Action::Voucher(signed(&old, 50, &signer()));
        // Payer and lane stand on the chain, and so does all that was signed for an earlier life of the channel.
        for stranger in [
            of(EPOCH, Action::Close(None)),
            of(6, Action::Close(None)),
            of(8, Action::Close(None)),
            of(6, old),
        ] {
            let declined = till.charge(&stranger, 1, None).await.unwrap_err();
            assert_eq!(told(&declined), None, "{stranger:?}");
            let declined = till.hold(&stranger, 1, u64::MAX).await.unwrap_err();
            assert_eq!(told(&declined), None, "{stranger:?}");
            let declined = till.settle(&stranger, 1).await.unwrap_err();
            assert_eq!(told(&declined), None, "{stranger:?}");
        }
        // Who brings what stood in a claim hears how much was charged, and not the voucher.
        let declined = till.charge(&seen, 1, None).await.unwrap_err();
        let said = told(&declined).unwrap();
        assert_eq!(said.channel.charged_cumulative_amount.0, 110);
        assert_eq!(said.voucher, None);
        // The owner who lost all else shows the key by a voucher for nothing, which nobody claims.
        let declined = till.charge(&payment(1, 0), 1_000, None).await.unwrap_err();
        let said = told(&declined).unwrap().voucher.as_ref().unwrap();
        assert_eq!(said.cumulative.0, 200);
        assert_eq!(till.summary().earned, 110);
    });
}

#[test]
fn what_is_given_back_after_a_claim_is_credit_all_the_same() {
    run(async {
        let (till, _) = till([1]);
        let paid = payment(1, 100);
        let charged = till.charge(&paid, 80, None).await.unwrap();
        till.show(&[shown(&paid)]);
        claimed(&till, 100);
        assert_eq!(till.give_back(&charged.id, 80).await, Ok(80));
        assert_eq!(till.give_back(&charged.id, 80).await, Ok(0));
        // All that was signed and paid is there to be spent, and no unit more.
        till.charge(&payment(1, 100), 100, None).await.unwrap();
        let declined = till.charge(&payment(1, 100), 1, None).await.unwrap_err();
        assert_eq!(refused(declined), Refused::Credit { needed: 101 });
    });
}

#[test]
fn voucher_that_stood_in_a_claim_spends_nothing_and_its_owner_signs_anew() {
    run(async {
        let (till, _) = till([1]);
        let seen = payment(1, 100);
        till.charge(&seen, 60, None).await.unwrap();
        till.show(&[shown(&seen)]);
        // Before the chain has it, whoever sees the pool has it.
        assert_worthless(&till, &seen).await;
        claimed(&till, 100);
        assert_worthless(&till, &seen).await;
        // The payer signs the same sum anew, as all our clients do, and has what is left.
        till.charge(&payment(1, 100), 30, None).await.unwrap();
        assert_worthless(&till, &seen).await;
        till.charge(&payment(1, 110), 20, None).await.unwrap();
        assert_worthless(&till, &seen).await;
    });
}

#[test]
fn vouchers_of_earlier_claims_do_not_spend_what_a_later_one_left() {
    run(async {
        let (till, _) = till([1]);
        let first = payment(1, 100);
        till.charge(&first, 100, None).await.unwrap();
        till.show(&[shown(&first)]);
        claimed(&till, 100);
        let second = payment(1, 200);
        till.charge(&second, 10, None).await.unwrap();
        assert_worthless(&till, &first).await;
        till.show(&[shown(&second)]);
        claimed(&till, 200);
        assert_worthless(&till, &first).await;
        assert_worthless(&till, &second).await;
    });
}

#[test]
fn requests_that_are_under_way_while_it_is_claimed_are_served() {
    run(async {
        let (till, _) = till([1]);
        let under_way: Vec<_> = (1..50).map(|n| payment(1, n * 10)).collect();
        let last = payment(1, 500);
        till.charge(&last, 10, None).await.unwrap();
        till.show(&[shown(&last)]);
        claimed(&till, 500);
        for early in under_way {
            till.charge(&early, 10, None).await.unwrap();
        }
        assert_eq!(till.summary().earned, 500);
    });
}

#[test]
fn after_a_start_whatever_the_chain_has_claimed_is_public() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let chain = chain([1]);
        let open = || Till::open(accepts(), chain.clone(), folder.path(), Wanted::default());
        let (early, seen) = (payment(1, 50), payment(1, 100));
        let till = open().unwrap();
        till.charge(&early, 10, None).await.unwrap();
        till.charge(&seen, 10, None).await.unwrap();
        drop(till);
        let now = Seen {
            on_chain: OnChain {
                claimed: 100,
                ..on_chain(1_000)
            },
            closer: PAYEE.0,
            delay: 86_400_000,
            ends_at: None,
            asked: 0,
        };
        chain.put(payer(1), 0, now);
        let till = open().unwrap();
        assert_worthless(&till, &early).await;
        assert_worthless(&till, &seen).await;
        till.charge(&payment(1, 100), 80, None).await.unwrap();
    });
}

#[test]
fn payer_who_asks_again_under_an_identifier_has_the_answer_though_it_was_claimed() {
    run(async {
        let (till, _) = till([1]);
        let paid = payment(1, 100);
        till.charge(&paid, 60, once(1, "/x")).await.unwrap();
        till.show(&[shown(&paid)]);
        claimed(&till, 100);
        let again = till.charge(&paid, 60, once(1, "/x")).await.unwrap();
        assert!(again.again);
    });
}

#[test]
fn what_was_set_aside_is_settled_though_it_was_claimed_meanwhile() {
    run(async {
        let (till, _) = till([1]);
        let paid = payment(1, 100);
        till.hold(&paid, 60, u64::MAX).await.unwrap();
        till.show(&[shown(&paid)]);
        claimed(&till, 100);
        assert_eq!(till.settle(&paid, 60).await.unwrap().amount, 60);
    });
}
