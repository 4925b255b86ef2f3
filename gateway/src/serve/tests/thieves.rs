//! What somebody tries who has read the guide, and wants more than they pay for.

use super::{deliveries::show, money::shop, world::*};
use crate::till::Claimable;

const AUTH: &str = "[[site]]\nhosts = ['ada.example']\nurl = 'https://ada.example'\nforward_auth = { path = '/auth' }\n\
                    [[site.rule]]\npaths = ['/free/**']\nfree = true\n\
                    [[site.rule]]\npaths = ['/songs/**']\nprice = 1000\n\
                    [[site]]\nhosts = ['bob.example']\nurl = 'https://bob.example'\n\
                    forward_auth = { path = '/auth' }\notherwise = 'free'";

/// A server in front passes on what it does not know: Caddy does, and sets the other ones.
#[tokio::test]
async fn client_cannot_say_what_a_server_in_front_asks_about() {
    let (world, payer) = (World::new(AUTH).await, Payer::new(1));
    let caddy = [
        ("X-Forwarded-Method", "GET"),
        ("X-Forwarded-Uri", "/songs/1"),
        ("X-Forwarded-Host", "ada.example"),
    ];
    let nginx = [
        ("X-Original-URI", "/songs/1"),
        ("X-Original-Method", "GET"),
        ("X-Forwarded-Host", "ada.example"),
    ];
    let asked = world.ask("GET", "/auth", &caddy).await;
    assert_eq!(asked.status, 402);
    // A voucher that pays for nothing, with which the headers alone can be had.
    let voucher = payer.x402(&asked.requirements(), 1);
    let paid = ("PAYMENT-SIGNATURE", voucher.as_str());
    let lies = [
        ("X-Original-URI", "/free/1"),
        ("X-Original-Method", "HEAD"),
        ("X-Original-Host", "bob.example"),
        ("X-Forwarded-Uri", "/free/1"),
        ("X-Forwarded-Method", "HEAD"),
    ];
    for honest in [caddy, nginx] {
        for lie in lies {
            for headers in [
                [&honest[..], &[lie, paid]].concat(),
                [&[lie, paid][..], &honest[..]].concat(),
            ] {
                let answer = world.ask("GET", "/auth", &headers).await;
                assert_eq!(answer.status, 400, "{lie:?} beside {honest:?}");
            }
        }
    }
    // Envoy asks by its own path and method.
    for lie in [lies[0], lies[1], lies[3], lies[4]] {
        let answer = world.ask("GET", "/auth/songs/1", &[lie, paid]).await;
        assert_eq!(answer.status, 400, "{lie:?}");
    }
    assert_eq!(world.ask("GET", "/auth", &nginx).await.status, 402);
    assert_eq!(world.spent(&payer), 0);
}

#[tokio::test]
async fn backend_is_not_told_of_another_request_than_the_one_that_was_paid_for() {
    let (world, backend) = shop("price = 1000").await;
    let payer = Payer::new(1);
    let headers = [
        ("X-Original-URL", "/other"),
        ("X-Original-URI", "/other"),
        ("X-Rewrite-URL", "/other"),
        ("X-Forwarded-Path", "/other"),
        ("X-Forwarded-Prefix", "/other"),
        ("X-Forwarded-Uri", "/other"),
        ("X-HTTP-Method-Override", "POST"),
        ("X-HTTP-Method", "POST"),
        ("X-Method-Override", "POST"),
        ("X_Original_URL", "/other"),
        ("X-Host", "other"),
        ("X-Mine", "mine"),
    ];
    let bought = world.buy_by("GET", &payer, "/a", 1000, &headers).await;
    assert_eq!(bought.status, 200);
    let came = backend.came().remove(0).to_ascii_lowercase();
    assert!(
        !came.contains("other") && !came.contains("override"),
        "{came}"
    );
    assert!(came.contains("x-mine: mine"), "{came}");
}

/// A backend that takes no notice of what comes after the file's name, as PHP's and CGI's do.
#[tokio::test]
async fn segment_is_not_had_as_if_it_were_a_playlist() {
    let backend = Backend::new(|head| match head.contains("/real.m3u8") {
        true => reply(
            "200 OK",
            "Content-Type: application/vnd.apple.mpegurl\r\n",
            "#EXTM3U",
        ),
        false => reply("200 OK", "Content-Type: video/mp2t\r\n", "the film"),
    })
    .await;
    let site = format!(
        "[[site]]\nurl = 'https://ada.example'\nproxy = 'http://{}'\n\
         [[site.rule]]\npaths = ['/**']\nprice = 5\nunit = 'segment'",
        backend.address
    );
    let (world, payer) = (World::new(&site).await, Payer::new(1));
    assert_eq!(world.get("/live/real.m3u8").await.text(), "#EXTM3U");
    for path in ["/live/film.ts/x.m3u8", "/live/film.php/x.mpd"] {
        let stolen = world.get(path).await;
        assert_eq!(stolen.status, 402, "{path}");
        assert!(!stolen.text().contains("film"), "{path}");
    }
    assert_eq!(
        world.buy(&payer, "/live/film.ts", 5).await.text(),
        "the film"
    );
}

/// A cache in front keeps what it may, and gives it to whoever asks next.
#[tokio::test]
async fn nobody_between_keeps_what_one_had_for_nothing_and_others_pay_for() {
    let backend = Backend::new(|_| {
        let headers = "Cache-Control: public, max-age=3600\r\nExpires: Fri, 01 Jan 2100 00:00:00 GMT\r\nSurrogate-Control: max-age=9\r\nContent-Range: bytes 0-2/5\r\n";
        reply("206 Partial Content", headers, "hel")
    })
    .await;
    let site = |rule: &str| {
        format!(
            "[[site]]\nurl = 'https://ada.example'\nproxy = 'http://{}'\ncreator = 3\n[[site.rule]]\npaths = ['/**']\nprice = 5\n{rule}",
            backend.address
        )
    };
    let private = |answer: &Answer| {
        assert!(answer.status < 300, "{answer:?}");
        assert_eq!(answer.header("cache-control"), Some("private, no-store"));
        assert_eq!(answer.header("expires"), None);
        assert_eq!(answer.header("surrogate-control"), None);
    };
    let world = World::new(&site("free_per_day = 1")).await;
    private(&world.get("/a").await);
    private(&world.buy(&Payer::new(1), "/a", 5).await);
    let world = World::new(&site("preview = 3")).await;
    private(&world.ask("GET", "/a", &[("Range", "bytes=0-")]).await);
    let world = World::new(&site("item = 7")).await;
    let asked = world.get("/a").await;
    let shown = show(asked.header("farthing-challenge").unwrap(), &buyer(50)).to_header();
    private(&world.ask("GET", "/a", &[("Farthing-Access", &shown)]).await);
}

/// What is shown is copied into a shell.
#[tokio::test]
async fn page_shows_no_command_but_its_own() {
    let (world, _backend) = shop("price = 1000").await;
    let html = [("Accept", "text/html")];
    for path in [
        "/a/'$(reboot)'",
        "/a/'&reboot&'",
        "/a/%27$(reboot)%27",
        "/a/%3Cscript%3E",
    ] {
        let page = world.ask("GET", path, &html).await;
        let text = page.text();
        let shown = text.split("farthing pay ").nth(1).unwrap();
        let command = shown.split("</code>").next().unwrap();
        assert_eq!(command.matches('\'').count(), 2, "{command}");
        assert!(
            command.starts_with('\'') && command.ends_with('\''),
            "{command}"
        );
        assert!(!command.contains("&#39;"), "{command}");
        assert!(!text.contains("<script"), "{text}");
    }
}

#[tokio::test]
async fn voucher_of_a_claim_gets_neither_content_nor_a_cookie() {
    let (world, backend) = shop("price = 1000\ncookie = '1h'").await;
    let payer = Payer::new(1);
    let wanted = world.get("/a").await.requirements();
    let voucher = payer.sign(5000);
    let header = payer.x402_with(&wanted, voucher);
    let stolen = [("PAYMENT-SIGNATURE", header.as_str())];
    assert_eq!(world.ask("GET", "/a", &stolen).await.status, 200);
    world.till.show(&[Claimable {
        channel: payer.channel,
        voucher,
        brings: 1,
        ending: false,
    }]);
    for method in ["GET", "HEAD", "POST"] {
        let answer = world.ask(method, "/a", &stolen).await;
        assert_eq!(answer.status, 402, "{method}");
        assert_eq!(answer.header("set-cookie"), None, "{method}");
    }
    let by_mpp = payer.mpp(&world.get("/a").await.challenge(), 5000);
    let again = [("Authorization", by_mpp.as_str())];
    assert_eq!(
        world.ask("GET", "/a", &again).await.status,
        200,
        "signed anew"
    );
    assert_eq!(backend.came().len(), 2);
    assert_eq!(world.spent(&payer), 2000);
}

#[tokio::test]
async fn identifier_of_another_channel_buys_nothing() {
    let (world, backend) = shop("price = 1000").await;
    let (payer, thief) = (Payer::new(1), Payer::new(2));
    let wanted = world.get("/a").await.requirements();
    let id = Some("an-identifier-of-theirs");
    let paid = payer.x402_as(&wanted, 1000, id);
    let ask = async |header: &str| {
        let headers = [("PAYMENT-SIGNATURE", header)];
        world.ask("GET", "/a", &headers).await
    };
    assert_eq!(ask(&paid).await.status, 200);
    // A voucher that pays for nothing, under the identifier of what was paid for.
    assert_eq!(ask(&thief.x402_as(&wanted, 1, id)).await.status, 402);
    // The other's channel, with the thief's own signature.
    let mut mixed = Payer::new(2);
    mixed.channel = payer.channel;
    assert_eq!(ask(&mixed.x402_as(&wanted, 1000, id)).await.status, 402);
    assert_eq!(backend.came().len(), 1);
}

/// On file systems that take no notice of capital letters, a file has more names than a rule knows.
#[tokio::test]
async fn file_is_not_had_by_a_name_in_other_letters() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("song.opus"), "la la").unwrap();
    // As such a file system finds it.
    for (name, of) in [("SONG.OPUS", "song.opus"), ("free.txt", "song.opus")] {
        std::os::unix::fs::symlink(of, folder.path().join(name)).unwrap();
    }
    let site = format!(
        "[[site]]\nurl = 'https://ada.example'\nfolder = '{}'\notherwise = 'free'\n\
         [[site.rule]]\npaths = ['/*.opus']\nprice = 7",
        folder.path().display()
    );
    let world = World::new(&site).await;
    assert_eq!(world.get("/song.opus").await.status, 402);
    assert_eq!(world.get("/SONG.OPUS").await.status, 404);
    // A link by another name is its owner's own.
    assert_eq!(world.get("/free.txt").await.text(), "la la");
}

/// A charge is given back by its number, which only the server in front is told.
#[tokio::test]
async fn charge_is_not_given_back_by_who_had_the_answer() {
    let (world, payer) = (World::new(AUTH).await, Payer::new(1));
    let uri = ("X-Original-URI", "/songs/1");
    let wanted = world.ask("GET", "/auth", &[uri]).await.requirements();
    let header = payer.x402(&wanted, 1000);
    let paid = [uri, ("PAYMENT-SIGNATURE", header.as_str())];
    let paid = world.ask("GET", "/auth", &paid).await;
    let charge = paid.header("farthing-charge").unwrap().to_owned();
    // By what a client is told, or can guess: the receipt says other things.
    let state = &paid.settled().extra["channelState"];
    let id = state["channelId"]
        .as_str()
        .unwrap()
        .trim_start_matches("0x");
    for guess in [id, &"0".repeat(64), &charge[..62]] {
        let report = [("Farthing-Charge", guess)];
        let given = world.send("POST", "/auth/report", &report, "x").await;
        assert!(
            given.status == 400 || given.json()["givenBack"] == "0",
            "{given:?}"
        );
    }
    // And not from where the gateway sells itself.
    let (direct, _backend) = shop("price = 1000").await;
    let own = Payer::new(2);
    let bought = direct.buy(&own, "/a", 1000).await;
    assert_eq!(bought.header("farthing-charge"), None);
    assert_eq!(world.spent(&payer), 1000);
    assert_eq!(direct.spent(&own), 1000);
}
