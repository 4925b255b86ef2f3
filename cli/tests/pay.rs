//! `farthing pay`: what is fetched is paid for, by voucher, once.

#[path = "../../gateway/examples/paid_pages.rs"]
#[allow(dead_code, reason = "it is a program, too")]
mod paid_pages;

use crate::world::{Person, World, UNIT};
use farthing_client::{wallet::Paying, Account, Deployment, Key};
use farthing_contracts::Contract;
use farthing_types::voucher::ChannelId;
use serde_json::{json, Value};
use std::io::{Read, Write};

const PRICE: u128 = UNIT / 1_000;

/// A payer with a channel of one UNIT to a payee, and the payee's server.
struct Scene {
    world: World,
    payer: Person,
    payee: Account,
    place: (String, Account),
    epoch: u64,
    url: String,
}

/// What the server says it has: served, not paid, the best voucher, and what was charged.
type Ledger = (u64, u64, u128, u128);

impl Scene {
    fn new() -> Self {
        let world = World::new();
        let (payer, payee) = (world.rich(), world.rich().account);
        let opened = payer.ok(&["channel", "open", &payee.to_string(), "1"]);
        let epoch = opened["opened"][0]["epoch"].as_u64().unwrap();
        let genesis = format!("0x{}", hex::encode(world.chain().genesis()));
        let deployment = Deployment::read(&world.deployments, "local");
        let contract = deployment.unwrap().unwrap().address(Contract::Channels);
        let key = Key::for_development(&payer.secret).unwrap();
        let signer = key.derive("vouchers").account();
        let place = (genesis, contract.unwrap());
        let config = json!({
            "genesis": place.0, "contract": place.1, "payee": payee, "price": PRICE.to_string(),
            "channels": [{
                "payer": payer.account, "lane": 0, "epoch": epoch.to_string(),
                "signer": format!("0x{}", hex::encode(signer.0)), "reserve": UNIT.to_string(),
            }],
        });
        let url = paid_pages::start(&config.to_string());
        Self {
            world,
            payer,
            payee,
            place,
            epoch,
            url,
        }
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    fn ledger(&self) -> Ledger {
        let host = self.url.strip_prefix("http://").unwrap();
        let mut stream = std::net::TcpStream::connect(host).unwrap();
        stream.write_all(b"GET /ledger HTTP/1.1\r\n\r\n").unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let found: Value = serde_json::from_str(text.split("\r\n\r\n").nth(1).unwrap()).unwrap();
        let amount = |name: &str| {
            found["channels"][0][name]
                .as_str()
                .unwrap()
                .parse()
                .unwrap()
        };
        let count = |name: &str| found[name].as_u64().unwrap();
        (
            count("served"),
            count("asked"),
            amount("best"),
            amount("spent"),
        )
    }

    /// What the payer's wallet says was promised.
    fn promised(&self, payer: &Person) -> u128 {
        let genesis = self.world.chain().genesis();
        let paid = Paying::read(&payer.kept(), genesis, payer.account).unwrap();
        let id = ChannelId {
            payer: payer.account,
            payee: self.payee,
            lane: 0,
            epoch: self.epoch,
        };
        paid.promised(self.place.1, &id).0
    }

    fn pay(&self, path: &str) -> Value {
        self.payer.ok(&["pay", &self.at(path), "--max", "0.001"])
    }
}

#[test]
fn what_is_fetched_is_paid_for_and_the_first_request_is_paid_where_the_price_is_known() {
    let scene = Scene::new();
    for n in 1..=5_u64 {
        let paid = scene.pay("/song?n=1");
        assert_eq!(paid["status"], 200);
        assert_eq!(paid["body"], format!("GET /song?n=1 for {PRICE}\n"));
        assert_eq!(paid["paid"], PRICE.to_string());
        let sum = u128::from(n) * PRICE;
        assert_eq!(paid["cumulative"], sum.to_string());
        assert_eq!(scene.ledger(), (n, 1, sum, sum));
        assert_eq!(scene.promised(&scene.payer), sum);
    }
    scene.payer.assert_channels_solvent();
}

#[test]
fn nothing_is_signed_beyond_what_was_said() {
    let scene = Scene::new();
    let (page, dear) = (scene.at("/page"), scene.at("/dear"));
    let refused = |words: &[&str]| scene.payer.run(words).refused(2, "usage");
    let said = refused(&["pay", &dear, "--max", "0.001"]);
    assert!(
        said.starts_with("It costs 0.1 UNIT, and at most 0.001 UNIT"),
        "{said}"
    );
    let said = refused(&["pay", &page]);
    assert!(said.contains("--max"), "{said}");
    let other = scene.world.person(0).account.to_string();
    let said = refused(&["pay", &page, "--max", "1", "--to", &other]);
    assert!(said.contains("nothing was signed"), "{said}");
    let said = refused(&["pay", &page, "--max", "1", "--lane", "1"]);
    assert!(said.starts_with("There is no open channel to"), "{said}");
    let (served, _, best, spent) = scene.ledger();
    assert_eq!((served, best, spent), (0, 0, 0));
    assert_eq!(scene.promised(&scene.payer), 0);
    let to = scene.payee.to_string();
    let paid = scene.payer.ok(&["pay", &page, "--max", "1", "--to", &to]);
    assert_eq!(paid["paid"], PRICE.to_string());
    scene.payer.assert_channels_solvent();
}

#[test]
fn what_was_charged_and_never_answered_is_not_paid_twice() {
    let scene = Scene::new();
    scene.pay("/page");
    let words = ["pay", &scene.at("/lost"), "--max", "0.001"];
    scene.payer.run(&words).refused(1, "other");
    assert_eq!(scene.ledger().3, 2 * PRICE);
    // The same voucher goes out again; the server says that it was charged for, and the next one is for one more.
    scene.pay("/page");
    assert_eq!(scene.ledger().2, 3 * PRICE);
    assert_eq!(scene.ledger().3, 3 * PRICE);
    assert_eq!(scene.promised(&scene.payer), 3 * PRICE);
    scene.payer.assert_channels_solvent();
}

#[test]
fn a_folder_that_knows_nothing_goes_on_from_what_the_server_shows() {
    let scene = Scene::new();
    (0..3).for_each(|_| drop(scene.pay("/page")));
    let elsewhere = scene.payer.elsewhere();
    let paid = elsewhere.ok(&["pay", &scene.at("/page"), "--max", "0.002"]);
    assert_eq!(paid["status"], 200);
    let (served, _, best, spent) = scene.ledger();
    assert_eq!((served, best, spent), (4, 4 * PRICE, 4 * PRICE));
    assert_eq!(scene.promised(&elsewhere), 4 * PRICE);
    scene.payer.assert_channels_solvent();
}

#[test]
fn what_costs_nothing_is_fetched_as_it_is_and_goes_where_it_is_told() {
    let scene = Scene::new();
    let free = scene.payer.ok(&["pay", &scene.at("/ledger"), "--max", "0"]);
    assert_eq!(free["status"], 200);
    assert!(free["body"].as_str().unwrap().starts_with('{'), "{free}");
    assert_eq!(free.get("paid"), None);
    let file = scene.payer.state.path().join("song");
    let name = file.display().to_string();
    let words = ["pay", &scene.at("/song"), "--max", "1", "-o", &name];
    let words = [&words[..], &["-X", "PUT", "-d", "la", "-H", "X-Of: me"]].concat();
    assert_eq!(scene.payer.ok(&words)["file"], name);
    let written = std::fs::read_to_string(&file).unwrap();
    assert_eq!(written, format!("PUT /song for {PRICE}\n"));
    let mut plain = scene
        .payer
        .plain(&["pay", &scene.at("/song"), "--max", "1"]);
    let plain = plain.output().unwrap();
    assert_eq!(plain.stdout, format!("GET /song for {PRICE}\n").as_bytes());
    scene.payer.assert_channels_solvent();
}

#[test]
fn what_was_fetched_and_recorded_is_proved_to_whoever_has_the_voucher() {
    let scene = Scene::new();
    let (payee, url) = (scene.payee.to_string(), scene.at("/song"));
    let record = |path: &str| {
        let address = scene.at(path);
        scene
            .payer
            .ok(&["pay", &address, "--max", "0.001", "--record"])
    };
    scene.pay("/unrecorded");
    for path in ["/song", "/other", "/song"] {
        record(path);
    }
    let make = |what: &[&str]| {
        let words = [&["channel", "proof", "make", &payee][..], what].concat();
        scene.payer.run(&words)
    };
    let made = make(&["--url", &url]).json();
    assert_eq!((&made["index"], &made["count"]), (&json!(0), &json!(2)));
    let text = made["proof"].as_str().unwrap();
    make(&["--url", &scene.at("/unrecorded")]).refused(2, "usage");
    // Whoever has nothing but the proof sees what is on the list; whoever has the voucher, that the payer signed it.
    let other = scene.world.rich();
    let check = |more: &[&str]| {
        let words = [&["channel", "proof", "check", text][..], more].concat();
        other.run(&words)
    };
    assert_eq!(check(&["--url", &url]).json()["signed"], Value::Null);
    check(&["--url", &scene.at("/other")]).refused(2, "usage");
    let voucher = scene.payer.ok(&["channel", "pay", &payee, "0.001"]);
    let voucher = voucher["voucher"].as_str().unwrap();
    let checked = check(&["--voucher", voucher]).json();
    assert_eq!(checked["signed"], true);
    assert_eq!(checked["entry"], made["entry"]);
    // One that signs another list.
    record("/third");
    let later = scene.payer.ok(&["channel", "pay", &payee, "0.001"]);
    check(&["--voucher", later["voucher"].as_str().unwrap()]).refused(2, "usage");
    scene.payer.assert_channels_solvent();
}

#[test]
fn nothing_is_paid_for_what_has_no_place_to_go() {
    let scene = Scene::new();
    let nowhere = scene.payer.state.path().join("nowhere/song");
    let words = ["pay", &scene.at("/song"), "--max", "1", "-o"];
    let words = [&words[..], &[nowhere.to_str().unwrap()]].concat();
    scene.payer.run(&words).refused(1, "other");
    assert_eq!(scene.ledger().2, 0);
    assert_eq!(scene.promised(&scene.payer), 0);
}

/// A server that gives one answer to each of so many.
fn answering(answer: &'static str, times: usize) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().take(times) {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]).unwrap();
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    url
}

#[test]
fn what_is_asked_for_in_another_way_is_an_error_that_names_it() {
    let scene = Scene::new();
    let file = scene.payer.state.path().join("page");
    std::fs::write(&file, "what was there").unwrap();
    let pay = |url: &str| {
        let words = ["pay", url, "--max", "1", "-o", file.to_str().unwrap()];
        scene.payer.run(&words).refused(2, "usage")
    };
    let body = "HTTP/1.1 402 Payment Required\r\nConnection: close\r\n\r\n\
        {\"accepts\": [{\"scheme\": \"exact\", \"network\": \"base\", \"amount\": \"10\", \"asset\": \"USDC\"}]}";
    let why = pay(&answering(body, 2));
    assert!(why.contains("10 of USDC on base"), "{why}");
    let header = "HTTP/1.1 402 Payment Required\r\nWWW-Authenticate: L402 invoice=1\r\n\
        Connection: close\r\n\r\nPay!";
    let why = pay(&answering(header, 2));
    assert!(why.contains("L402 invoice=1"), "{why}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "what was there");
}

#[test]
fn server_or_file_that_is_not_there_is_no_mistake_of_the_words() {
    let scene = Scene::new();
    for words in [
        &["pay", "http://127.0.0.1:1/", "--max", "1"][..],
        &[
            "pay",
            &scene.at("/page"),
            "--max",
            "1",
            "--data",
            "@nowhere",
        ],
    ] {
        scene.payer.run(words).refused(1, "other");
    }
    assert_eq!(scene.promised(&scene.payer), 0);
}
