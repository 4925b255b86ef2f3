//! What is had without a payment in the request: what is free, and what a cookie pays for.

use super::{money::shop, world::*};
use std::net::Ipv4Addr;

#[tokio::test]
async fn some_are_free_each_day_and_the_beginning_can_be_had_for_nothing() {
    let (world, backend) = shop("price = 1000\nfree_per_day = 2").await;
    assert_eq!(world.get("/a").await.status, 200);
    assert_eq!(world.get("/a/b").await.status, 200);
    assert_eq!(world.get("/a").await.status, 402);
    assert_eq!(backend.came().len(), 2);

    // This backend knows no ranges: it would give away all.
    let (world, _backend) = shop("price = 1000\npreview = 3").await;
    assert_eq!(world.get("/a").await.status, 402);
    assert_eq!(
        world
            .ask("GET", "/a", &[("Range", "bytes=0-")])
            .await
            .status,
        402
    );

    let (world, _folder) = folder("0123456789", "price = 1\npreview = 4").await;
    let part = world.ask("GET", "/a", &[("Range", "bytes=0-")]).await;
    assert_eq!((part.status, part.text().as_str()), (206, "0123"));
    assert_eq!(part.header("content-range"), Some("bytes 0-3/10"));
    let part = world.ask("GET", "/a", &[("Range", "bytes=2-7")]).await;
    assert_eq!((part.status, part.text().as_str()), (206, "23"));
    for range in ["bytes=4-", "bytes=-10", "bytes=5-6"] {
        let asked = world.ask("GET", "/a", &[("Range", range)]).await;
        assert!(asked.status == 402 || asked.body.len() <= 4, "{asked:?}");
    }
}

#[tokio::test]
async fn cookie_spends_the_credit_of_its_channel_only() {
    let (world, backend) = shop("price = 1000\ncookie = '1h'").await;
    let payer = Payer::new(1);
    let sold = world.buy(&payer, "/a", 3000).await;
    let cookie = sold.header("set-cookie").unwrap();
    for part in [
        "__Host-farthing=",
        "Secure",
        "HttpOnly",
        "SameSite=Strict",
        "Path=/",
    ] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let pair = cookie.split(';').next().unwrap();
    for _ in 0..2 {
        assert_eq!(
            world.ask("GET", "/a", &[("Cookie", pair)]).await.status,
            200
        );
    }
    let asked = world.ask("GET", "/a", &[("Cookie", pair)]).await;
    assert_eq!(asked.status, 402);
    assert_eq!(
        asked.requirements().extra["channelState"]["chargedCumulativeAmount"],
        "3000"
    );
    assert!(!backend
        .came()
        .iter()
        .any(|request| request.contains("farthing=")));
    // It comes by itself, so it must not do anything; and nobody else can make one.
    world.buy_by("HEAD", &payer, "/a", 9000, &[]).await;
    assert_eq!(
        world
            .send("POST", "/a", &[("Cookie", pair)], "x")
            .await
            .status,
        402
    );
    let mut forged = pair.to_owned();
    let last = if forged.pop() == Some('A') { 'B' } else { 'A' };
    forged.push(last);
    let forged = forged.replacen("farthing=a", "farthing=b", 1);
    let other = pair.replace("farthing=", "farthing=B");
    for cookie in [forged, other] {
        let answer = world.ask("GET", "/a", &[("Cookie", &cookie)]).await;
        assert_eq!(answer.status, 402);
    }
    world.assert_solvent();
}

/// What a 402 says is remembered for a moment, for those who say no more than whoever got it.
#[tokio::test]
async fn who_says_more_than_the_one_before_is_answered_by_what_they_say() {
    let (world, _folder) = folder("0123456789", "price = 1000\npreview = 4\ncookie = '1h'").await;
    let first = world.get("/a").await;
    let again = world.get("/a").await;
    assert_eq!((first.status, again.status), (402, 402));
    assert_eq!(
        (first.json(), first.required()),
        (again.json(), again.required())
    );
    assert!(again.header("www-authenticate").is_some());
    assert_eq!(again.header("cache-control"), Some("no-store"));

    let part = world.ask("GET", "/a", &[("Range", "bytes=0-")]).await;
    assert_eq!((part.status, part.text().as_str()), (206, "0123"));
    let page = world.ask("GET", "/a", &[("Accept", "text/html")]).await;
    assert!(page.status == 402 && page.text().starts_with("<!doctype html>"));
    assert_eq!(world.ask("HEAD", "/a", &[]).await.status, 402);
    assert_eq!(world.ask("POST", "/a", &[]).await.status, 405);
    assert_eq!(world.get("/b").await.status, 404);
    let sold = world.buy(&Payer::new(1), "/a", 2000).await;
    assert_eq!((sold.status, sold.text().as_str()), (200, "0123456789"));
    let cookie = sold.header("set-cookie").unwrap();
    let pair = cookie.split(';').next().unwrap();
    let by_cookie = world.ask("GET", "/a", &[("Cookie", pair)]).await;
    assert_eq!(by_cookie.status, 200);
    let nonsense = world.ask("GET", "/a", &[("PAYMENT-SIGNATURE", "x")]).await;
    assert_eq!(nonsense.status, 400);
    world.assert_solvent();
}

/// Whose free request is over is answered for themselves, and nobody after them.
#[tokio::test]
async fn first_request_of_each_address_is_free_whoever_was_asked_to_pay_before() {
    let (world, _folder) = folder("0123456789", "price = 1000\nfree_per_day = 1").await;
    for last in 1..4 {
        let client = world.asked_by(Ipv4Addr::new(127, 0, 0, last));
        let statuses = [client.get("/a").await.status, client.get("/a").await.status];
        assert_eq!(statuses, [200, 402], "{last}");
    }
}
