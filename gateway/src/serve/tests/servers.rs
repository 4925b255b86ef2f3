//! The example configurations, in the servers that they are for. Those that are not on this machine are left out:
//! `.ci/run` sees to it that nginx, Caddy and Envoy are. Traefik is on none of the registries that are used here: its
//! example was not run.

use super::world::*;
use std::{
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tokio::net::{TcpListener, TcpStream};

const NGINX: &str = include_str!("../../../examples/servers/nginx.conf");
const CADDY: &str = include_str!("../../../examples/servers/Caddyfile");
const ENVOY: &str = include_str!("../../../examples/servers/envoy.yaml");
const GATEWAY: &str = include_str!("../../../examples/servers/gateway.toml");

/// A server that was started here.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn is_there(program: &str) -> bool {
    let tried = Command::new(program)
        .arg("version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let is_there = tried.is_ok();
    if !is_there {
        eprintln!("{program} is not on this machine.");
    }
    is_there
}

async fn free_port() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap()
}

/// The gateway of the example, with this in place of its forward_auth.
async fn gateway(auth: &str) -> World {
    let example = GATEWAY.replace("{ path = \"/auth\", status = 401 }", auth);
    let (_, sites) = example.split_once("[[site]]").unwrap();
    World::new(&format!("[[site]]{sites}")).await
}

/// A folder with a song, and the example for this server, this gateway and this folder.
fn prepared(example: &str, world: &World, at: SocketAddr) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("www/songs")).unwrap();
    std::fs::write(folder.path().join("www/songs/1.opus"), "la la").unwrap();
    let www = folder.path().join("www");
    let text = example
        .replace(":8080", &format!(":{}", at.port()))
        .replace("127.0.0.1:8402", &world.address.to_string())
        .replace("/var/www", www.to_str().unwrap());
    (folder, text)
}

async fn started(mut command: Command, at: SocketAddr) -> Running {
    let child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let running = Running(child);
    for _ in 0..100 {
        if TcpStream::connect(at).await.is_ok() {
            return running;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{command:?} does not listen");
}

/// Asks, pays, and asks for what is not there.
async fn shops(world: &World, at: SocketAddr, payer: &Payer, reports: bool) {
    const PRICE: u128 = 1_000_000_000;
    let front = world.at(at);
    let asked = front.get("/songs/1.opus").await;
    assert_eq!(asked.status, 402, "{asked:?}");
    assert_eq!(asked.requirements().amount.0, PRICE);
    assert_eq!(asked.head.matches("Payment id=").count(), 1, "{asked:?}");
    let signature = payer.x402(&asked.requirements(), PRICE);
    let paid = front
        .ask("GET", "/songs/1.opus", &[("PAYMENT-SIGNATURE", &signature)])
        .await;
    assert_eq!(
        (paid.status, paid.text().as_str()),
        (200, "la la"),
        "{paid:?}"
    );
    assert_eq!(paid.charged(), PRICE);
    let credential = payer.mpp(&asked.challenge(), 2 * PRICE);
    let paid = front
        .ask("GET", "/songs/1.opus", &[("Authorization", &credential)])
        .await;
    assert_eq!(
        (paid.status, paid.receipt().spent.0),
        (200, 2 * PRICE),
        "{paid:?}"
    );
    let signature = payer.x402(&asked.requirements(), 3 * PRICE);
    let missing = front
        .ask("GET", "/songs/2.opus", &[("PAYMENT-SIGNATURE", &signature)])
        .await;
    assert_eq!(missing.status, 404, "{missing:?}");
    let spent = if reports { 2 * PRICE } else { 3 * PRICE };
    assert_eq!(world.spent(payer), spent);
    // What was reported is credit, and pays once.
    let again = front
        .ask("GET", "/songs/1.opus", &[("PAYMENT-SIGNATURE", &signature)])
        .await;
    assert_eq!(again.status, if reports { 200 } else { 402 }, "{again:?}");
    // Nobody says by a header what their request is about, also with a voucher that is good for the headers alone.
    let worthless = payer.x402(&asked.requirements(), 1);
    for lie in [
        ("X-Original-URI", "/"),
        ("X-Original-Method", "HEAD"),
        ("X-Original-Host", "bob.example"),
        ("X-Forwarded-Uri", "/"),
        ("X-Forwarded-Method", "HEAD"),
    ] {
        let headers = [lie, ("PAYMENT-SIGNATURE", worthless.as_str())];
        let answer = front.ask("GET", "/songs/1.opus", &headers).await;
        assert_ne!(answer.status, 200, "{lie:?}");
        assert_ne!(answer.text(), "la la", "{lie:?}");
    }
    assert_eq!(world.spent(payer), 3 * PRICE);
    for path in [
        "/songs/../songs/1.opus",
        "/x/..%2fsongs/1.opus",
        "/%73ongs/1.opus",
        "//songs/1.opus",
    ] {
        let answer = front.get(path).await;
        assert_ne!(answer.status, 200, "{path}");
        assert_ne!(answer.text(), "la la", "{path}");
    }
    world.assert_solvent();
}

#[tokio::test(flavor = "multi_thread")]
async fn nginx_asks_by_auth_request_and_reports_what_was_not_there() {
    if !is_there("nginx") {
        return;
    }
    let (world, at) = (gateway("{ status = 401 }").await, free_port().await);
    let (folder, text) = prepared(NGINX, &world, at);
    let text = format!(
        "daemon off;\nmaster_process off;\npid {0}/pid;\nerror_log {0}/errors;\nevents {{}}\nhttp {{\n\
         access_log off;\nclient_body_temp_path {0}/b;\nproxy_temp_path {0}/p;\nfastcgi_temp_path {0}/f;\n\
         uwsgi_temp_path {0}/u;\nscgi_temp_path {0}/s;\n{text}}}",
        folder.path().display()
    );
    let conf = folder.path().join("nginx.conf");
    std::fs::write(&conf, text).unwrap();
    let mut command = Command::new("nginx");
    command
        .arg("-p")
        .arg(folder.path())
        .arg("-e")
        .arg(folder.path().join("errors"));
    command.arg("-c").arg(&conf);
    let _running = started(command, at).await;
    shops(&world, at, &Payer::new(1), true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn caddy_asks_by_forward_auth() {
    if !is_there("caddy") {
        return;
    }
    let (world, at) = (gateway("{}").await, free_port().await);
    let (folder, text) = prepared(CADDY, &world, at);
    let conf = folder.path().join("Caddyfile");
    std::fs::write(&conf, format!("{{\n\tadmin off\n}}\n{text}")).unwrap();
    let mut command = Command::new("caddy");
    command
        .arg("run")
        .arg("--adapter")
        .arg("caddyfile")
        .arg("--config")
        .arg(&conf);
    command
        .env("HOME", folder.path())
        .env("XDG_DATA_HOME", folder.path())
        .env("XDG_CONFIG_HOME", folder.path());
    let _running = started(command, at).await;
    shops(&world, at, &Payer::new(1), false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn envoy_asks_by_ext_authz() {
    if !is_there("envoy") {
        return;
    }
    let (world, at) = (gateway("{ path = \"/auth\" }").await, free_port().await);
    let (folder, text) = prepared(ENVOY, &world, at);
    // Whatever is behind it: here, a gateway that gives a folder away.
    let www = folder.path().join("www");
    let backend = format!(
        "[[site]]\nurl = 'https://ada.example'\nfolder = '{}'\notherwise = 'free'",
        www.display()
    );
    let backend = World::new(&backend).await;
    let port = |of: u16, is: SocketAddr| {
        let [of, is] = [of, is.port()].map(|port| format!("port_value: {port}}}"));
        (of, is)
    };
    let ports = [
        port(8080, at),
        port(8402, world.address),
        port(3000, backend.address),
    ];
    let put = |text: String, (of, is): &(String, String)| text.replace(of, is);
    let conf = folder.path().join("envoy.yaml");
    std::fs::write(&conf, ports.iter().fold(text, put)).unwrap();
    let mut command = Command::new("envoy");
    command
        .args(["--disable-hot-restart", "--concurrency", "1"])
        .arg("-c")
        .arg(&conf);
    let _running = started(command, at).await;
    shops(&world, at, &Payer::new(1), false).await;
}

#[test]
fn example_of_the_file_makes_sense() {
    let file = crate::config::File::read(GATEWAY).unwrap();
    let token = farthing_client::Token::default();
    let sites = crate::config::compile(&file, &token, Path::new("/")).unwrap();
    assert_eq!(sites.len(), 1);
}
