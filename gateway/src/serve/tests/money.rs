use super::world::*;
use crate::protocol::{x402::PaymentPayload, Action};
use std::sync::Arc;

pub async fn shop(rule: &str) -> (World, Backend) {
    let backend = Backend::hello().await;
    let world = World::new(&site(&backend, rule)).await;
    (world, backend)
}

fn site(backend: &Backend, rule: &str) -> String {
    format!(
        "[[site]]\nurl = 'https://ada.example'\nproxy = 'http://{}'\n[[site.rule]]\npaths = ['/a', '/a/**']\n{rule}",
        backend.address
    )
}

#[tokio::test]
async fn one_402_asks_in_both_protocols_and_either_is_served() {
    let (world, backend) = shop("price = 1000").await;
    let (payer, asked) = (Payer::new(1), world.get("/a").await);
    assert_eq!(asked.status, 402);
    assert_eq!(asked.header("cache-control"), Some("no-store"));
    let required = asked.required();
    assert_eq!(required.resource.url, "https://ada.example/a");
    assert_eq!(required.accepts[0].amount.0, 1000);
    assert!(backend.came().is_empty());

    let signature = payer.x402(&required.accepts[0], 1000);
    let sold = world
        .ask("GET", "/a", &[("PAYMENT-SIGNATURE", &signature)])
        .await;
    assert_eq!((sold.status, sold.text().as_str()), (200, "hello"));
    assert!(sold.header("cache-control").unwrap().contains("private"));
    assert_eq!(sold.charged(), 1000);
    assert!(sold.settled().success);

    let paid = payer.mpp(&asked.challenge(), 2000);
    let sold = world.ask("GET", "/a", &[("Authorization", &paid)]).await;
    assert_eq!((sold.status, sold.text().as_str()), (200, "hello"));
    assert_eq!(sold.receipt().spent.0, 2000);
    assert_eq!(sold.receipt().accepted_cumulative.0, 2000);
    assert_eq!(world.spent(&payer), 2000);
    world.assert_solvent();
}

#[tokio::test]
async fn client_that_lost_its_state_is_corrected() {
    let (world, _backend) = shop("price = 1000").await;
    let payer = Payer::new(1);
    assert_eq!(world.buy(&payer, "/a", 5000).await.status, 200);
    for cumulative in [6000, 7000, 8000, 9000] {
        assert_eq!(world.buy(&payer, "/a", cumulative).await.status, 200);
    }
    // Five were served, and nine were signed for: four more, and then it is over.
    for _ in 0..4 {
        assert_eq!(world.buy(&payer, "/a", 1000).await.status, 200);
    }
    let asked = world.buy(&payer, "/a", 1000).await;
    assert_eq!(asked.status, 402);
    let extra = asked.requirements().extra;
    assert_eq!(extra["voucherState"]["cumulative"], "9000");
    assert_eq!(extra["channelState"]["chargedCumulativeAmount"], "9000");
    let by_mpp = asked.challenge().request().unwrap().method_details.channel;
    assert_eq!(by_mpp.unwrap()["voucherState"]["cumulative"], "9000");
    assert_eq!(world.buy(&payer, "/a", 10_000).await.status, 200);
    world.assert_solvent();
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_at_once_on_one_channel_are_all_served() {
    let (world, backend) = shop("price = 10").await;
    let (world, payer) = (Arc::new(world), Arc::new(Payer::new(1)));
    let wanted = world.get("/a").await.requirements();
    let buyers = (1..=50).map(|n| {
        let signature = payer.x402(&wanted, 10 * n);
        let world = world.clone();
        tokio::spawn(async move {
            world
                .ask("GET", "/a", &[("PAYMENT-SIGNATURE", &signature)])
                .await
                .status
        })
    });
    let mut refused = 0;
    for buyer in buyers.collect::<Vec<_>>() {
        refused += usize::from(buyer.await.unwrap() != 200);
    }
    // A low voucher that comes before the high ones finds no credit only if it has been used up by others.
    assert_eq!(refused, 0);
    assert_eq!(backend.came().len(), 50);
    assert_eq!(world.spent(&payer), 500);
    world.assert_solvent();
}

#[tokio::test]
async fn identifier_is_charged_for_once_and_buys_the_same_again() {
    let (world, backend) = shop("price = 1000").await;
    let payer = Payer::new(1);
    let wanted = world.get("/a").await.requirements();
    let signature = payer.x402_as(&wanted, 3000, Some("once"));
    let header = [("PAYMENT-SIGNATURE", signature.as_str())];
    for _ in 0..3 {
        let sold = world.send("POST", "/a", &header, "body").await;
        assert_eq!((sold.status, sold.text().as_str()), (200, "hello"));
    }
    assert_eq!(backend.came().len(), 1);
    assert_eq!(world.spent(&payer), 1000);
    for (method, path, body) in [
        ("POST", "/a", "other"),
        ("POST", "/a/b", "body"),
        ("GET", "/a", ""),
    ] {
        let other = world.send(method, path, &header, body).await;
        assert_eq!(other.status, 409, "{method} {path} {body}");
    }
    let key = payer.x402(&wanted, 3000);
    let header = [
        ("PAYMENT-SIGNATURE", key.as_str()),
        ("Idempotency-Key", "k"),
    ];
    for _ in 0..2 {
        assert_eq!(world.send("POST", "/a", &header, "body").await.status, 200);
    }
    assert_eq!(backend.came().len(), 2);
    assert_eq!(world.spent(&payer), 2000);
    world.assert_solvent();
}

#[tokio::test]
async fn identifier_pays_the_backends_price_once_and_a_failure_not_at_all() {
    let backend = Backend::new(|head| match head.contains("/a/failing") {
        true => reply("500 Internal Server Error", "", ""),
        false => reply("200 OK", "Farthing-Price: 300\r\n", "answer"),
    })
    .await;
    let payer = Payer::new(1);
    let world = World::new(&site(&backend, "price = 1000\nunit = 'backend'")).await;
    let wanted = world.get("/a").await.requirements();
    let signature = payer.x402_as(&wanted, 5000, Some("once"));
    let header = [("PAYMENT-SIGNATURE", signature.as_str())];
    for _ in 0..4 {
        assert_eq!(world.ask("GET", "/a", &header).await.text(), "answer");
        assert_eq!(world.spent(&payer), 300);
    }
    assert_eq!(backend.came().len(), 1);
    let signature = payer.x402_as(&wanted, 5000, Some("other"));
    let header = [("PAYMENT-SIGNATURE", signature.as_str())];
    for _ in 0..2 {
        assert_eq!(world.ask("GET", "/a/failing", &header).await.status, 500);
        assert_eq!(world.spent(&payer), 300);
    }
    // Nothing is kept of a failure: it is tried again.
    assert_eq!(backend.came().len(), 3);
    world.assert_solvent();
}

#[tokio::test]
async fn nobody_is_charged_more_than_they_were_quoted() {
    let (world, backend) = shop("price = 1000").await;
    let payer = Payer::new(1);
    let mut wanted = world.get("/a").await.requirements();
    wanted.amount.0 = 999;
    let signature = payer.x402(&wanted, 5000);
    let answer = world
        .ask("GET", "/a", &[("PAYMENT-SIGNATURE", &signature)])
        .await;
    assert_eq!(answer.status, 402);
    let quoted = world.get("/a").await.challenge();
    world
        .gateway
        .reload(
            &file(&site(&backend, "price = 1001")),
            &seller(),
            "/".as_ref(),
        )
        .unwrap();
    let paid = payer.mpp(&quoted, 5000);
    assert_eq!(
        world
            .ask("GET", "/a", &[("Authorization", &paid)])
            .await
            .status,
        402
    );
    assert_eq!(world.spent(&payer), 0);
    assert!(backend.came().is_empty());
}

#[tokio::test]
async fn file_that_makes_no_sense_does_not_replace_the_old_one() {
    let (world, backend) = shop("price = 1000").await;
    let bad = site(&backend, "price = 0");
    assert!(world
        .gateway
        .reload(&file(&bad), &seller(), "/".as_ref())
        .is_err());
    assert_eq!(world.get("/a").await.requirements().amount.0, 1000);
}

#[tokio::test]
async fn price_of_what_the_backend_fails_at_is_given_back() {
    let backend = Backend::new(|head| match head.contains("/a/gone") {
        true => reply("404 Not Found", "", ""),
        false => reply("500 Internal Server Error", "", "oh"),
    })
    .await;
    let payer = Payer::new(1);
    let world = World::new(&site(&backend, "price = 1000")).await;
    let failed = world.buy(&payer, "/a", 1000).await;
    assert_eq!((failed.status, failed.charged()), (500, 0));
    let gone = world.buy(&payer, "/a/gone", 1000).await;
    assert_eq!((gone.status, gone.charged()), (404, 1000));
    assert_eq!(world.spent(&payer), 1000);
    let rule = "price = 1000\ngive_back = 'errors'";
    world
        .gateway
        .reload(&file(&site(&backend, rule)), &seller(), "/".as_ref())
        .unwrap();
    assert_eq!(world.buy(&payer, "/a/gone", 2000).await.charged(), 0);
    world.assert_solvent();
}

#[tokio::test]
async fn price_comes_from_the_backend_and_is_at_most_what_was_quoted() {
    let backend = Backend::new(|head| {
        let price = head
            .split(' ')
            .nth(1)
            .unwrap()
            .trim_start_matches("/a/")
            .to_owned();
        reply("200 OK", &format!("Farthing-Price: {price}\r\n"), "answer")
    })
    .await;
    let payer = Payer::new(1);
    let world = World::new(&site(&backend, "price = 1000\nunit = 'backend'")).await;
    let sold = world.buy(&payer, "/a/700", 1000).await;
    assert_eq!((sold.status, sold.charged()), (200, 700));
    assert_eq!(sold.header("farthing-price"), None);
    assert_eq!(world.buy(&payer, "/a/0", 2000).await.charged(), 0);
    assert_eq!(world.buy(&payer, "/a/1000", 2000).await.charged(), 1000);
    assert_eq!(world.buy(&payer, "/a/1001", 3000).await.status, 502);
    assert_eq!(world.buy(&payer, "/a/nothing", 3000).await.status, 502);
    assert_eq!(world.spent(&payer), 1700);
    world.assert_solvent();
}

#[tokio::test]
async fn voucher_alone_comes_by_head_and_costs_nothing() {
    let (world, backend) = shop("price = 1000").await;
    let payer = Payer::new(1);
    let told = world.buy_by("HEAD", &payer, "/a", 5000, &[]).await;
    assert_eq!((told.status, told.charged()), (200, 0));
    assert!(backend.came().is_empty());
    let known = world.till.correction(&payer.channel).unwrap();
    assert_eq!(known.voucher.unwrap().cumulative.0, 5000);
    assert_eq!(world.spent(&payer), 0);
}

#[tokio::test]
async fn payment_for_another_place_or_payee_is_asked_for_again() {
    let (world, backend) = shop("price = 1000").await;
    let payer = Payer::new(1);
    let wanted = world.get("/a").await.requirements();
    let mut others = vec![wanted.clone(); 5];
    others[0].network = "polkadot:00".into();
    others[1].pay_to.0 = [9; 32];
    others[2].asset = "usdc".into();
    others[3].extra.insert(
        "contract".into(),
        "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY".into(),
    );
    others[4].extra.insert("genesis".into(), "0x00".into());
    for other in others {
        let signature = payer.x402(&other, 1000);
        let answer = world
            .ask("GET", "/a", &[("PAYMENT-SIGNATURE", &signature)])
            .await;
        assert_eq!(answer.status, 402);
    }
    let mut foreign = world.get("/a").await.challenge();
    foreign.expires = Some("2099-01-01T00:00:00Z".into());
    let paid = payer.mpp(&foreign, 1000);
    assert_eq!(
        world
            .ask("GET", "/a", &[("Authorization", &paid)])
            .await
            .status,
        402
    );
    let unknown = PaymentPayload {
        accepted: wanted,
        payment: crate::protocol::Payment {
            channel: crate::protocol::Named {
                epoch: 8,
                ..payer.channel
            },
            action: Action::Voucher(payer.sign(1000)),
        },
        extensions: Default::default(),
    };
    let answer = world
        .ask("GET", "/a", &[("PAYMENT-SIGNATURE", &unknown.to_header())])
        .await;
    assert_eq!(answer.status, 402);
    assert!(backend.came().is_empty());
}

#[tokio::test]
async fn who_wants_their_channel_closed_is_served_nothing() {
    let (world, backend) = shop("price = 1000").await;
    let payer = Payer::new(1);
    assert_eq!(world.buy(&payer, "/a", 5000).await.status, 200);
    let payload = PaymentPayload {
        accepted: world.get("/a").await.requirements(),
        payment: crate::protocol::Payment {
            channel: payer.channel,
            action: Action::Close(Some(payer.sign(6000))),
        },
        extensions: Default::default(),
    };
    let header = payload.to_header();
    let noted = world
        .ask("GET", "/a", &[("PAYMENT-SIGNATURE", &header)])
        .await;
    assert_eq!(noted.status, 202);
    assert_eq!(backend.came().len(), 1);
    assert_eq!(world.spent(&payer), 1000);
    world.assert_solvent();
}
