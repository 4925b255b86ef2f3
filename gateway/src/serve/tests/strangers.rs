//! Strangers, who know of a channel what stands on the chain: its payer, its lane, its life, and what was claimed.

use super::{money::shop, world::*};
use crate::protocol::{
    mpp::Credential, x402::PaymentPayload, x402::Requirements, Action, Named, Payment,
};

/// A payment of a stranger's: it names a channel, and no voucher is in it.
fn unsigned(accepted: &Requirements, channel: Named, action: Action) -> PaymentPayload {
    PaymentPayload {
        accepted: accepted.clone(),
        payment: Payment { channel, action },
        extensions: Default::default(),
    }
}

fn assert_told_nothing(answer: &Answer) {
    assert_ne!(answer.status, 200, "{answer:?}");
    for name in ["set-cookie", "payment-response", "payment-receipt"] {
        assert_eq!(answer.header(name), None, "{answer:?}");
    }
    if answer.status == 402 {
        let extra = answer.requirements().extra;
        assert!(!extra.contains_key("voucherState"), "{extra:?}");
        assert!(!extra.contains_key("channelState"), "{extra:?}");
        let by_mpp = answer.challenge().request().unwrap().method_details.channel;
        assert_eq!(by_mpp, None);
    }
}

#[tokio::test]
async fn stranger_who_names_a_channel_is_told_nothing_of_it_and_gets_no_cookie() {
    let (world, backend) = shop("price = 1000\ncookie = '1h'").await;
    let payer = Payer::new(1);
    assert_eq!(world.buy(&payer, "/a", 9000).await.status, 200);
    let asked = world.get("/a").await;
    let accepted = asked.requirements();
    let lives = [6, 7, 8].map(|epoch| Named {
        epoch,
        ..payer.channel
    });
    let actions = [Action::Close(None), Action::TopUp(None, vec![0; 100])];
    for (channel, action) in lives
        .iter()
        .flat_map(|channel| actions.iter().map(move |action| (*channel, action.clone())))
    {
        let payload = unsigned(&accepted, channel, action.clone());
        let x402 = payload.to_header();
        let credential = Credential {
            challenge: asked.challenge(),
            payment: payload.payment,
        };
        let mpp = credential.to_header();
        for method in ["GET", "HEAD", "POST"] {
            let paid = [("PAYMENT-SIGNATURE", x402.as_str())];
            assert_told_nothing(&world.ask(method, "/a", &paid).await);
            let paid = [("Authorization", mpp.as_str())];
            assert_told_nothing(&world.ask(method, "/a", &paid).await);
            // The identifier of something that was bought may be easy to guess.
            let guessed = [
                ("PAYMENT-SIGNATURE", x402.as_str()),
                ("Idempotency-Key", "1"),
            ];
            assert_told_nothing(&world.ask(method, "/a", &guessed).await);
        }
    }
    assert_eq!(backend.came().len(), 1);
    assert_eq!(world.spent(&payer), 1000);
    world.assert_solvent();
}

#[tokio::test]
async fn answer_that_is_kept_is_for_who_brings_a_voucher() {
    let (world, _backend) = shop("price = 1000").await;
    let payer = Payer::new(1);
    let accepted = world.get("/a").await.requirements();
    let voucher = payer.x402_as(&accepted, 1000, Some("1"));
    let paid = [("PAYMENT-SIGNATURE", voucher.as_str())];
    assert_eq!(world.ask("GET", "/a", &paid).await.status, 200);
    let stolen = unsigned(&accepted, payer.channel, Action::Close(None)).to_header();
    let guessed = [
        ("PAYMENT-SIGNATURE", stolen.as_str()),
        ("Idempotency-Key", "1"),
    ];
    assert_told_nothing(&world.ask("GET", "/a", &guessed).await);
}

/// A folder shows its index at its own address.
#[tokio::test]
async fn index_of_a_folder_costs_the_same_at_the_folders_address() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("secret")).unwrap();
    for path in ["index.html", "secret/index.html"] {
        std::fs::write(folder.path().join(path), "0123456789").unwrap();
    }
    let with = |rules: &str| {
        let folder = folder.path().display();
        format!("[[site]]\nurl = 'https://ada.example'\nfolder = '{folder}'\notherwise = 'free'\n{rules}")
    };
    let html = "[[site.rule]]\npaths = ['/**/*.html']\nprice = 1000\n";
    let types = "[[site.rule]]\npaths = ['/**']\ntypes = ['text/html']\nprice = 1000\n";
    let free = "[[site.rule]]\npaths = ['/**']\nfree = true\n";
    for rules in [html, types, &format!("{html}{free}")] {
        let world = World::new(&with(rules)).await;
        for path in ["/secret/index.html", "/secret/", "/index.html", "/"] {
            assert_eq!(world.get(path).await.status, 402, "{path} by {rules}");
        }
    }
    // What is said first counts, as everywhere: the door may be free and the rooms not.
    let door = "[[site.rule]]\npaths = ['/']\nfree = true\n";
    let world = World::new(&with(&format!("{door}{types}"))).await;
    assert_eq!(world.get("/").await.status, 200);
    assert_eq!(world.get("/secret/").await.status, 402);
    assert_eq!(world.get("/index.html").await.status, 402);
}

#[tokio::test]
async fn preview_is_read_and_does_nothing() {
    let (world, backend) = shop("price = 1000\npreview = 3").await;
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        let range = [("Range", "bytes=0-2")];
        let asked = world.send(method, "/a", &range, "do it").await;
        assert_eq!(asked.status, 402, "{method}");
    }
    assert!(backend.came().is_empty());
}

/// What is paid for by the step is paid for at each step, under whatever identifier it is asked for.
#[tokio::test]
async fn identifier_buys_no_step_twice() {
    let (world, _folder) = folder(
        &"0123456789".repeat(10),
        "price = 5\nunit = 'byte'\nper = 10\nwait = '100ms'",
    )
    .await;
    let payer = Payer::new(1);
    let accepted = world.get("/a").await.requirements();
    let voucher = payer.x402_as(&accepted, 5, Some("one"));
    let ask = async |range: &str| {
        let paid = [("PAYMENT-SIGNATURE", voucher.as_str()), ("Range", range)];
        world.ask("GET", "/a", &paid).await
    };
    let first = ask("bytes=0-9").await;
    assert_eq!((first.status, first.body.len()), (206, 10));
    for n in 1..10 {
        let range = format!("bytes={}-{}", n * 10, n * 10 + 9);
        assert_eq!(ask(&range).await.status, 409, "{range}");
    }
    // The same again is not charged for as a request, and comes once its steps are.
    for _ in 0..9 {
        let again = ask("bytes=0-9").await;
        assert!(!again.text().contains("0123"), "{again:?}");
    }
    assert_eq!(world.spent(&payer), 5);
    world.assert_solvent();
}

#[tokio::test]
async fn identifier_is_bound_to_the_part_that_it_was_for() {
    let (world, _folder) = folder("0123456789", "price = 5").await;
    let payer = Payer::new(1);
    let accepted = world.get("/a").await.requirements();
    let voucher = payer.x402_as(&accepted, 5, Some("one"));
    let paid = ("PAYMENT-SIGNATURE", voucher.as_str());
    for _ in 0..2 {
        let part = world
            .ask("GET", "/a", &[paid, ("Range", "bytes=0-3")])
            .await;
        assert_eq!((part.status, part.text().as_str()), (206, "0123"));
    }
    for other in [&[paid][..], &[paid, ("Range", "bytes=4-9")]] {
        assert_eq!(world.ask("GET", "/a", other).await.status, 409);
    }
    assert_eq!(world.spent(&payer), 5);
}
