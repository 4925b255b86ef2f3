use super::world::*;
use farthing_types::voucher::Place;
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

async fn shop() -> (World, Backend) {
    let backend = Backend::hello().await;
    let site = format!(
        "[[site]]\nhosts = ['ada.example']\nurl = 'https://ada.example'\nproxy = 'http://{}'\n\
         [[site.rule]]\npaths = ['/free/**']\nfree = true\n[[site.rule]]\npaths = ['/paid/**']\nprice = 1",
        backend.address
    );
    (World::new(&site).await, backend)
}

fn head(lines: &str) -> String {
    format!("{lines}\r\nHost: ada.example\r\nConnection: close\r\n\r\n")
}

#[tokio::test]
async fn what_is_paid_for_is_not_had_under_another_spelling() {
    let (world, backend) = shop().await;
    for path in [
        "/free/../paid/x",
        "/free/%2e%2e/paid/x",
        "/free/..%2fpaid/x",
        "/free/%252e%252e/paid/x",
        "/free//../paid/x",
        "/free/..\\paid\\x",
        "/free/x;/../../paid/x",
        "//paid/x",
        "/./paid/x",
        "/%70aid/x",
        "/PAID/x",
        "/paid%2fx",
        "/free/%00/x",
    ] {
        let status = world.get(path).await.status;
        assert!([400, 402, 404].contains(&status), "{path}: {status}");
    }
    assert!(backend.came().is_empty(), "{:?}", backend.came());
}

#[tokio::test]
async fn backend_is_where_the_file_says_whatever_a_client_asks() {
    let (world, backend) = shop().await;
    let inner = Backend::hello().await;
    let target = inner.address;
    for request in [
        head(&format!("GET http://{target}/free/x HTTP/1.1")),
        format!("GET /free/x HTTP/1.1\r\nHost: {target}\r\nConnection: close\r\n\r\n"),
        format!("GET /free/x HTTP/1.1\r\nHost: ada.example@{target}\r\nConnection: close\r\n\r\n"),
        format!("GET /free/x HTTP/1.1\r\nHost: ada.example\r\nHost: {target}\r\nConnection: close\r\n\r\n"),
        head(&format!("CONNECT {target} HTTP/1.1")),
        head(&format!("GET @{target}/free/x HTTP/1.1")),
    ] {
        let answer = world.raw(&request).await;
        let text = String::from_utf8_lossy(&answer);
        assert!(text.is_empty() || text.starts_with("HTTP/1.1 4"), "{request}: {text}");
    }
    let forwarded = [
        ("X-Forwarded-Host", "evil"),
        ("Forwarded", "host=evil"),
        ("Farthing-Payer", "evil"),
    ];
    assert_eq!(world.ask("GET", "/free/x", &forwarded).await.status, 200);
    assert!(inner.came().is_empty());
    assert_eq!(backend.came().len(), 1);
    assert!(!backend.came()[0].contains("evil"), "{:?}", backend.came());
}

#[tokio::test]
async fn voucher_that_is_not_for_this_channel_buys_nothing() {
    let (world, backend) = shop().await;
    let (payer, other) = (Payer::new(1), Payer::new(2));
    let wanted = world.get("/paid/x").await.requirements();
    let good = payer.sign(100);
    let mut tampered = good;
    tampered.cumulative = 101;
    let mut wrapped = good;
    wrapped.signature.wrapped = true;
    let elsewhere =
        |place: Place<[u8; 32]>, payee| payer.sign_for(&place, payee, payer.channel.epoch, 100);
    let vouchers = [
        tampered,
        wrapped,
        other.sign(100),
        elsewhere(
            Place {
                genesis: [9; 32],
                ..PLACE
            },
            PAYEE,
        ),
        elsewhere(
            Place {
                contract: [9; 32],
                ..PLACE
            },
            PAYEE,
        ),
        elsewhere(PLACE, [9; 32]),
        payer.sign_for(&PLACE, PAYEE, payer.channel.epoch + 1, 100),
        payer.sign(RESERVE + 1),
    ];
    for voucher in vouchers {
        let header = payer.x402_with(&wanted, voucher);
        let answer = world
            .ask("GET", "/paid/x", &[("PAYMENT-SIGNATURE", &header)])
            .await;
        assert_eq!(answer.status, 402, "{voucher:?}");
    }
    assert!(backend.came().is_empty());
    // One voucher pays for what it is good for, however often it comes.
    let header = payer.x402_with(&wanted, payer.sign(3));
    let mut served = 0;
    for _ in 0..6 {
        let answer = world
            .ask("GET", "/paid/x", &[("PAYMENT-SIGNATURE", &header)])
            .await;
        served += u32::from(answer.status == 200);
    }
    assert_eq!(served, 3);
    assert_eq!(backend.came().len(), 3);
    world.assert_solvent();
}

#[tokio::test]
async fn unknown_payers_are_refused() {
    let (world, backend) = shop().await;
    let wanted = world.get("/paid/x").await.requirements();
    for n in 10..60 {
        let header = Payer::new(n).x402(&wanted, 100);
        let answer = world
            .ask("GET", "/paid/x", &[("PAYMENT-SIGNATURE", &header)])
            .await;
        assert_eq!(answer.status, 402);
    }
    assert_eq!(world.till.summary().channels, 0);
    assert!(backend.came().is_empty());
}

#[tokio::test]
async fn request_is_not_understood_as_two() {
    let (world, backend) = shop().await;
    let smuggled = "GET /paid/x HTTP/1.1\r\nHost: ada.example\r\n\r\n";
    let rest = format!("0\r\n\r\n{smuggled}");
    for headers in [
        format!(
            "Content-Length: {}\r\nTransfer-Encoding: chunked",
            rest.len()
        ),
        format!(
            "Transfer-Encoding: chunked\r\nContent-Length: {}",
            rest.len()
        ),
        "Content-Length: 5\r\nContent-Length: 6".into(),
        "Transfer-Encoding: xchunked".into(),
        "Transfer-Encoding : chunked".into(),
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity".into(),
        "Transfer-Encoding:\x0bchunked".into(),
        "Content-Length: +5".into(),
        "X: y\r\n Transfer-Encoding: chunked".into(),
        "Connection: Content-Length\r\nContent-Length: 5".into(),
    ] {
        let request =
            format!("POST /free/x HTTP/1.1\r\nHost: ada.example\r\n{headers}\r\n\r\n{rest}");
        let mut stream = TcpStream::connect(world.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answers = Vec::new();
        let _ = stream.read_to_end(&mut answers).await;
    }
    for request in backend.came() {
        let (head, _) = request.split_once("\r\n\r\n").unwrap();
        let head = head.to_ascii_lowercase();
        assert!(request.starts_with("POST /free/x "), "{request}");
        let both = head.contains("content-length") && head.contains("transfer-encoding");
        assert!(!both, "{request}");
        assert!(head.matches("content-length").count() <= 1, "{request}");
    }
    world.assert_solvent();
}

#[tokio::test]
async fn too_many_and_too_large_headers_are_refused() {
    let (world, backend) = shop().await;
    let many: Vec<_> = (0..100).map(|n| format!("X-{n}: y\r\n")).collect();
    let many = many.concat();
    let large = format!("X: {}\r\n", "y".repeat(20_000));
    for headers in [many, large] {
        let request = format!("GET /free/x HTTP/1.1\r\nHost: ada.example\r\n{headers}\r\n");
        let answer = world.raw(&request).await;
        assert!(
            answer.starts_with(b"HTTP/1.1 431"),
            "{}",
            String::from_utf8_lossy(&answer)
        );
    }
    let signature = "A".repeat(9 * 1024);
    let answer = world
        .ask("GET", "/paid/x", &[("PAYMENT-SIGNATURE", &signature)])
        .await;
    assert_eq!(answer.status, 400);
    let twice = [("PAYMENT-SIGNATURE", "e30="), ("PAYMENT-SIGNATURE", "e30=")];
    assert_eq!(world.ask("GET", "/paid/x", &twice).await.status, 400);
    for text in ["", "e30=", "{}", "\u{e9}", "bnVsbA==", "W10="] {
        let answer = world
            .ask("GET", "/paid/x", &[("PAYMENT-SIGNATURE", text)])
            .await;
        assert_eq!(answer.status, 400, "{text}");
    }
    let answer = world
        .ask("GET", "/paid/x", &[("Authorization", "Payment e30")])
        .await;
    assert_eq!(answer.status, 400);
    assert!(backend.came().is_empty());
}

#[tokio::test]
async fn reader_that_takes_nothing_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("big"), vec![7; 64 * 1024 * 1024]).unwrap();
    let site = format!(
        "[[site]]\nurl = 'https://ada.example'\nfolder = '{}'\notherwise = 'free'",
        folder.path().display()
    );
    let world = World::new(&site).await;
    let mut stream = TcpStream::connect(world.address).await.unwrap();
    stream
        .write_all(head("GET /big HTTP/1.1").as_bytes())
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(2500)).await;
    let mut read = Vec::new();
    let _ = stream.read_to_end(&mut read).await;
    assert!(read.len() < 64 * 1024 * 1024, "{}", read.len());
    assert_eq!(world.get("/big").await.body.len(), 64 * 1024 * 1024);
}

#[tokio::test]
async fn folder_gives_nothing_that_is_not_below_it() {
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("secret"), "secret").unwrap();
    let folder = outside.path().join("folder");
    std::fs::create_dir_all(folder.join("sub")).unwrap();
    std::fs::write(folder.join("index.html"), "index").unwrap();
    std::fs::write(folder.join(".env"), "secret").unwrap();
    std::os::unix::fs::symlink(outside.path().join("secret"), folder.join("link")).unwrap();
    std::os::unix::fs::symlink(outside.path(), folder.join("up")).unwrap();
    let site = format!(
        "[[site]]\nurl = 'https://ada.example'\nfolder = '{}'\notherwise = 'free'",
        folder.display()
    );
    let world = World::new(&site).await;
    assert_eq!(world.get("/").await.text(), "index");
    for path in [
        "/../secret",
        "/%2e%2e/secret",
        "/link",
        "/up/secret",
        "/.env",
        "/sub",
        "/sub/",
        "/index.html/x",
        "/dev/null",
        "/%2fetc/passwd",
    ] {
        let answer = world.get(path).await;
        assert!([400, 404].contains(&answer.status), "{path}: {answer:?}");
        assert!(!answer.text().contains("secret"), "{path}");
    }
    assert_eq!(
        world.send("POST", "/index.html", &[], "x").await.status,
        405
    );
}

#[tokio::test]
async fn files_of_all_lengths_come_whole_and_in_parts() {
    let folder = tempfile::tempdir().unwrap();
    let site = format!(
        "[[site]]\nurl = 'https://ada.example'\nfolder = '{}'\notherwise = 'free'",
        folder.path().display()
    );
    let world = World::new(&site).await;
    // Small ones are read at once: up to 16 KiB.
    for length in [
        0u64, 1, 2, 1_000, 16_383, 16_384, 16_385, 65_536, 65_537, 200_000,
    ] {
        let bytes: Vec<u8> = (0..length).map(|place| (place % 251) as u8).collect();
        std::fs::write(folder.path().join("file"), &bytes).unwrap();
        let whole = world.get("/file").await;
        assert_eq!(
            (whole.status, &whole.body[..]),
            (200, &bytes[..]),
            "{length}"
        );
        let told = whole.header("content-length").map(String::from);
        assert_eq!(told, Some(length.to_string()));
        let head = world.ask("HEAD", "/file", &[]).await;
        assert_eq!(head.header("content-length").map(String::from), told);
        assert!(head.body.is_empty());
        for (first, last) in [
            (0, 0),
            (0, length),
            (length / 2, length),
            (length.saturating_sub(1), length),
        ] {
            if length < 2 {
                continue;
            }
            let range = format!("bytes={first}-{last}");
            let part = world.ask("GET", "/file", &[("Range", &range)]).await;
            let end = (last + 1).min(length) as usize;
            assert_eq!(
                (part.status, &part.body[..]),
                (206, &bytes[first as usize..end]),
                "{range} of {length}"
            );
        }
    }
}

#[tokio::test]
async fn those_who_ask_too_often_wait() {
    let backend = Backend::hello().await;
    let text = format!(
        "[[site]]\nurl = 'https://ada.example'\nproxy = 'http://{}'\notherwise = 'free'",
        backend.address
    );
    let mut limited = file(&text);
    limited.limits.requests_of_address = 3;
    // A server in front asks for many.
    let behind = World::of(&limited).await;
    for _ in 0..8 {
        assert_eq!(behind.get("/x").await.status, 200);
    }
    let mut refused = 0;
    for _ in 0..8 {
        let forwarded = [("X-Forwarded-For", "1.2.3.4, 192.0.2.7")];
        let answer = behind.ask("GET", "/x", &forwarded).await;
        refused += u32::from(answer.status == 429);
    }
    assert!((2..=5).contains(&refused), "{refused}");
    limited.trusted.clear();
    let world = World::of(&limited).await;
    let mut refused = 0;
    for _ in 0..8 {
        let answer = world.get("/x").await;
        if answer.status == 429 {
            assert_eq!(answer.header("retry-after"), Some("1"));
            refused += 1;
        }
    }
    assert!((2..=5).contains(&refused), "{refused}");
}

#[tokio::test]
async fn connections_that_say_nothing_or_are_too_many_are_cut_off() {
    let backend = Backend::hello().await;
    let text = format!(
        "[[site]]\nurl = 'https://ada.example'\nproxy = 'http://{}'\notherwise = 'free'",
        backend.address
    );
    let mut limited = file(&text);
    limited.limits.connections_of_address = 4;
    limited.trusted.clear();
    limited.limits.headers.0 = Duration::from_secs(1);
    let world = World::of(&limited).await;
    let mut silent = Vec::new();
    for _ in 0..4 {
        let mut stream = TcpStream::connect(world.address).await.unwrap();
        stream
            .write_all(b"GET / HTTP/1.1\r\nHost: ada")
            .await
            .unwrap();
        silent.push(stream);
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    let mut late = TcpStream::connect(world.address).await.unwrap();
    let mut read = Vec::new();
    assert_eq!(late.read_to_end(&mut read).await.unwrap_or(0), 0);
    for stream in &mut silent {
        let mut read = Vec::new();
        let ended = stream.read_to_end(&mut read);
        let ended = tokio::time::timeout(Duration::from_secs(5), ended).await;
        assert!(ended.is_ok(), "it is still open");
    }
    assert_eq!(world.get("/x").await.status, 200);
}
