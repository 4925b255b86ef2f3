//! `farthing gateway`: sold over HTTP, on the development chain.

use crate::world::{Person, World, UNIT};
use farthing_client::{wallet::Paper, Key};
use farthing_gateway::{
    protocol::{
        mpp::{Challenge, Credential, Receipt},
        values::Bytes,
        x402::{PaymentPayload, PaymentRequired, SettleResponse},
        Action, Named, Payment, Signed,
    },
    serve::deliver::Shown,
};
use serde_json::{json, Map, Value};
use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// What a song costs.
const PRICE: u128 = UNIT / 1_000;

/// How long a gateway may take until it has seen the chain, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A gateway that runs, and what it said where it sells.
struct Running {
    child: Option<Child>,
    address: String,
    errors: BufReader<std::process::ChildStderr>,
}

impl Running {
    /// Starts it for a file.
    fn start(person: &Person, file: &Path) -> Self {
        let mut command = person.command(&["gateway", file.to_str().unwrap()]);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut errors = BufReader::new(child.stderr.take().unwrap());
        let line = next_line(&mut errors, "Selling at http://");
        let address = line.trim_start_matches("Selling at http://");
        Self {
            address: address.trim_end_matches('.').into(),
            child: Some(child),
            errors,
        }
    }

    fn signal(&self, name: &str) {
        let id = self.child.as_ref().unwrap().id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status();
        assert!(sent.unwrap().success());
    }

    /// Ends it as an operator does, and returns what it printed.
    fn end(mut self) -> Value {
        self.signal("TERM");
        let output = self.child.take().unwrap().wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Ends it as a loss of power does.
    fn kill(mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let lines = headers
            .iter()
            .map(|(name, value)| [name, ": ", value, "\r\n"].concat());
        let headers = lines.collect::<Vec<_>>().concat();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: ada.example\r\nConnection: close\r\n{headers}\r\n"
        );
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        Answer(answer)
    }

    /// Pays for a song with a voucher's text, by x402. A gateway that has just started has not seen the chain, and a
    /// channel that was just opened counts once its block is final: it is asked again.
    fn buy(&self, path: &str, voucher: &str) -> Answer {
        let accepted = self.get(path, &[]).required().accepts.remove(0);
        let payload = PaymentPayload {
            accepted,
            payment: payment(voucher),
            extensions: Map::new(),
        };
        let header = payload.to_header();
        let since = Instant::now();
        loop {
            let answer = self.get(path, &[("PAYMENT-SIGNATURE", &header)]);
            if answer.status() != 503 || since.elapsed() > PATIENCE {
                return answer;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn next_line(from: &mut impl BufRead, start: &str) -> String {
    loop {
        let mut line = String::new();
        assert!(
            from.read_line(&mut line).unwrap() > 0,
            "no line begins with {start}"
        );
        if line.starts_with(start) {
            return line.trim().into();
        }
    }
}

struct Answer(String);

impl Answer {
    fn status(&self) -> u16 {
        self.0.split(' ').nth(1).unwrap().parse().unwrap()
    }

    fn body(&self) -> &str {
        self.0.split_once("\r\n\r\n").unwrap().1
    }

    fn header(&self, name: &str) -> &str {
        let head = self.0.split_once("\r\n\r\n").unwrap().0;
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        let found = lines.find(|(one, _)| one.eq_ignore_ascii_case(name));
        found.unwrap_or_else(|| panic!("no {name} in {}", self.0)).1
    }

    fn required(&self) -> PaymentRequired {
        PaymentRequired::from_header(self.header("PAYMENT-REQUIRED")).unwrap()
    }

    fn charged(&self) -> String {
        let settled = SettleResponse::from_header(self.header("PAYMENT-RESPONSE")).unwrap();
        settled.extra["chargedAmount"].as_str().unwrap().into()
    }
}

/// What a voucher's text comes to over HTTP.
fn payment(voucher: &str) -> Payment {
    let paper: Paper = voucher.parse().unwrap();
    let id = paper.voucher.channel;
    Payment {
        channel: Named {
            payer: id.payer,
            lane: id.lane,
            epoch: id.epoch,
        },
        action: Action::Voucher(Signed {
            cumulative: paper.voucher.cumulative,
            root: paper.voucher.root,
            signature: paper.signature,
        }),
    }
}

/// A folder with a song, and the file of a gateway that sells it for the payee.
fn shop(world: &World, payee: &Person) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("songs")).unwrap();
    fs::write(folder.path().join("songs/1.opus"), "la la").unwrap();
    let file = folder.path().join("gateway.toml");
    write(world, payee, &file, "0.001");
    (folder, file)
}

fn write(world: &World, payee: &Person, file: &Path, price: &str) {
    let text = format!(
        "listen = '127.0.0.1:0'\nstate = 'state'\n[chain]\nnode = '{}'\ndeployments = '{}'\npayee = '{}'\n\
         min_delay = '1h'\n[[site]]\nurl = 'https://ada.example'\nfolder = 'songs'\n[[site.rule]]\n\
         paths = ['/*.opus']\nprice = '{price}'\n",
        world.url,
        world.deployments.display(),
        payee.account
    );
    fs::write(file, text).unwrap();
}

#[test]
fn song_is_sold_over_http_and_what_was_paid_is_known_after_a_loss_of_power() {
    let world = World::new();
    let (payer, payee, name) = crate::channel::pair(&world);
    let (_folder, file) = shop(&world, &payee);
    let pay = || crate::channel::voucher(&payer, &name, "0.001");
    let running = Running::start(&payee, &file);

    let asked = running.get("/1.opus", &[]);
    assert_eq!(asked.status(), 402);
    assert_eq!(asked.required().accepts[0].amount.0, PRICE);
    let first = pay();
    let sold = running.buy("/1.opus", &first);
    assert_eq!((sold.status(), sold.body()), (200, "la la"), "{}", sold.0);
    assert_eq!(sold.charged(), PRICE.to_string());

    // By MPP as well, on the same channel.
    let challenge = asked
        .header("WWW-Authenticate")
        .trim_start_matches("Payment ");
    let fields = challenge.split(", ").map(|field| {
        let (name, value) = field.split_once('=').unwrap();
        (name.to_owned(), json!(value.trim_matches('"')))
    });
    let challenge: Challenge = serde_json::from_value(Value::Object(fields.collect())).unwrap();
    let second = pay();
    let credential = Credential {
        challenge,
        payment: payment(&second),
    };
    let sold = running.get("/1.opus", &[("Authorization", &credential.to_header())]);
    assert_eq!((sold.status(), sold.body()), (200, "la la"), "{}", sold.0);
    let receipt = Receipt::from_header(sold.header("Payment-Receipt")).unwrap();
    assert_eq!(receipt.spent.0, 2 * PRICE);

    running.kill();
    let running = Running::start(&payee, &file);
    for voucher in [&first, &second] {
        let asked = running.buy("/1.opus", voucher);
        assert_eq!(asked.status(), 402, "{}", asked.0);
        let state = &asked.required().accepts[0].extra["channelState"];
        assert_eq!(state["chargedCumulativeAmount"], (2 * PRICE).to_string());
    }
    assert_eq!(running.buy("/1.opus", &pay()).status(), 200);
    let ended = running.end();
    assert!(ended["listen"].as_str().unwrap().starts_with("127.0.0.1:"));
    payer.assert_channels_solvent();
}

#[test]
fn file_is_read_again_on_a_signal() {
    let world = World::new();
    let (payer, payee, name) = crate::channel::pair(&world);
    let (_folder, file) = shop(&world, &payee);
    let mut running = Running::start(&payee, &file);
    write(&world, &payee, &file, "0.002");
    running.signal("HUP");
    next_line(&mut running.errors, "The file was read again.");
    assert_eq!(
        running.get("/1.opus", &[]).required().accepts[0].amount.0,
        2 * PRICE
    );
    write(&world, &payee, &file, "0");
    running.signal("HUP");
    next_line(&mut running.errors, &file.display().to_string());
    assert_eq!(
        running.get("/1.opus", &[]).required().accepts[0].amount.0,
        2 * PRICE
    );
    let voucher = crate::channel::voucher(&payer, &name, "0.002");
    assert_eq!(
        running.buy("/1.opus", &voucher).charged(),
        (2 * PRICE).to_string()
    );
    running.end();
    payer.assert_channels_solvent();
}

#[test]
fn file_is_checked_without_a_node() {
    let world = World::new();
    let payee = world.person(0);
    let (_folder, file) = shop(&world, &payee);
    let payee = payee.at("ws://127.0.0.1:1");
    let path = file.to_str().unwrap();
    let checked = payee.ok(&["gateway", "check", path]);
    assert_eq!(checked["sites"][0]["rules"][0]["price"], PRICE.to_string());
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("price =", "prise =")).unwrap();
    let sentence = payee.run(&["gateway", "check", path]).refused(2, "usage");
    assert!(sentence.contains("prise"), "{sentence}");
}

#[test]
fn folder_is_published_sold_by_voucher_and_delivered_to_whoever_bought_on_chain() {
    let world = World::new();
    let (ada, handle) = world.creator("gateway");
    ada.ok(&["shop", "open", &handle]);
    let folder = tempfile::tempdir().unwrap();
    let songs = folder.path().join("songs");
    fs::create_dir(&songs).unwrap();
    fs::write(songs.join("1.opus"), "la la").unwrap();
    fs::write(songs.join("2.opus"), "lo lo").unwrap();
    let list =
        "[[item]]\nfile = '1.opus'\ntitle = 'First'\nprice = '0.001'\n[[item]]\nfile = '2.opus'\n";
    fs::write(songs.join("items.toml"), list).unwrap();
    let file = folder.path().join("gateway.toml");
    let publish = [
        "gateway",
        "publish",
        songs.to_str().unwrap(),
        "--creator",
        &handle,
        "--price",
        "0.5",
        "--url",
        "https://ada.example",
        "--to",
        file.to_str().unwrap(),
    ];
    let published = ada.ok(&publish);
    assert_eq!(published["items"][0]["title"], "First");
    assert_eq!(published["items"][1]["price"], (UNIT / 2).to_string());
    let first = published["items"][0]["item"].to_string();
    // The same once more changes nothing.
    let again = ada.ok(&publish);
    assert_eq!(again["items"], published["items"]);
    assert!(again
        .get("transactions")
        .is_none_or(|sent| sent.as_array().unwrap().is_empty()));

    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("127.0.0.1:8402", "127.0.0.1:0")).unwrap();
    let running = Running::start(&ada, &file);
    let (payer, name) = (world.rich(), ada.account.to_string());
    payer.ok(&["channel", "open", &name, "1"]);
    let sold = running.buy("/1.opus", &crate::channel::voucher(&payer, &name, "0.001"));
    assert_eq!((sold.status(), sold.body()), (200, "la la"), "{}", sold.0);
    assert_eq!(running.get("/items.toml", &[]).status(), 404);

    let buyer = world.rich();
    let show = |person: &Person| {
        let challenge = running
            .get("/1.opus", &[])
            .header("Farthing-Challenge")
            .to_owned();
        let key = Key::for_development(&person.secret).unwrap();
        let shown = Shown {
            account: person.account,
            signature: Bytes(key.sign(challenge.as_bytes())),
            challenge,
            wrapped: false,
            proof: None,
        };
        running.get("/1.opus", &[("Farthing-Access", &shown.to_header())])
    };
    assert_eq!(show(&buyer).status(), 402);
    buyer.ok(&["buy", &handle, &first]);
    let delivered = show(&buyer);
    assert_eq!((delivered.status(), delivered.body()), (200, "la la"));
    running.end();
    payer.assert_channels_solvent();
}

#[test]
fn vouchers_are_claimed_with_a_key_that_only_pays_fees() {
    let world = World::new();
    let (payer, payee, name) = crate::channel::pair(&world);
    let (folder, file) = shop(&world, &payee);
    write(&world, &payee, &file, "0.2");
    let fees = world.rich();
    fs::write(folder.path().join("key"), &fees.secret).unwrap();
    let text = fs::read_to_string(&file).unwrap();
    let text = text.replace("[[site]]", "[claims]\nkey = 'key'\nvalue = '0.1'\n[[site]]");
    fs::write(&file, text).unwrap();
    let before = world.money(payee.account).0;
    let mut running = Running::start(&payee, &file);
    let voucher = crate::channel::voucher(&payer, &name, "0.2");
    assert_eq!(running.buy("/1.opus", &voucher).status(), 200);
    let line = next_line(&mut running.errors, "Claimed ");
    assert!(
        line.starts_with("Claimed 0.2 UNIT with 1 vouchers"),
        "{line}"
    );
    assert_eq!(world.money(payee.account).0, before + UNIT / 5);
    running.end();
    payer.assert_channels_solvent();
}

#[test]
fn watchtower_claims_when_a_payer_exits_while_the_gateway_is_down() {
    let world = World::new();
    let (payer, payee, name) = crate::channel::pair(&world);
    let (folder, file) = shop(&world, &payee);
    // What brings less than the fee of a claim is not claimed.
    write(&world, &payee, &file, "0.2");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("admin = '127.0.0.1:0'\n{text}")).unwrap();
    let mut running = Running::start(&payee, &file);
    let line = next_line(&mut running.errors, "Its page for you is at ");
    let admin = line
        .trim_start_matches("Its page for you is at ")
        .trim_end_matches('.');
    let voucher = crate::channel::voucher(&payer, &name, "0.2");
    assert_eq!(running.buy("/1.opus", &voucher).status(), 200);

    let tower = world.rich();
    let elsewhere = folder.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::copy(
        folder.path().join("state/watchtower-token"),
        elsewhere.join("token"),
    )
    .unwrap();
    fs::write(elsewhere.join("key"), &tower.secret).unwrap();
    let text = format!(
        "state = 'state'\ngateway = '{admin}'\ntoken = 'token'\nkey = 'key'\n[chain]\nnode = '{}'\n\
         deployments = '{}'\npayee = '{}'\n",
        world.url,
        world.deployments.display(),
        payee.account
    );
    let file = elsewhere.join("tower.toml");
    fs::write(&file, text).unwrap();
    let mut command = tower.command(&["gateway", "watchtower", file.to_str().unwrap()]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let errors = BufReader::new(child.stderr.take().unwrap());
    let mut watching = Running {
        child: Some(child),
        address: String::new(),
        errors,
    };
    next_line(&mut watching.errors, "Took over 1 vouchers.");
    running.kill();
    let before = world.money(payee.account).0;
    payer.ok(&["channel", "exit", &name]);
    next_line(&mut watching.errors, "Claimed 0.2 UNIT with 1 vouchers");
    assert_eq!(world.money(payee.account).0, before + UNIT / 5);
    watching.end();
    payer.assert_channels_solvent();
}

#[test]
fn gateways_on_one_postgres_sell_nothing_twice_and_go_on_where_the_other_was_killed() {
    let Some(mut server) = farthing_node_tests::postgres::Postgres::start() else {
        return;
    };
    let world = World::new();
    let (payer, payee, name) = crate::channel::pair(&world);
    let claimer = world.rich();
    let shops = [shop(&world, &payee), shop(&world, &payee)];
    for (folder, file) in &shops {
        let text = fs::read_to_string(file).unwrap();
        let claims = "[claims]\nkey = 'key'\nvalue = '0.5'\n[chain]";
        let text = text.replace("[chain]", claims);
        fs::write(file, format!("database = '{}'\n{text}", server.url())).unwrap();
        fs::write(folder.path().join("key"), &claimer.secret).unwrap();
        // Challenges of one are answered at the other.
        fs::create_dir_all(folder.path().join("state")).unwrap();
        fs::write(folder.path().join("state/secret"), [7; 32]).unwrap();
    }
    let start = |which: usize| Running::start(&payee, &shops[which].1);
    let (one, other) = (start(0), start(1));
    let pay = || crate::channel::voucher(&payer, &name, "0.001");
    let first = pay();
    assert_eq!(one.buy("/1.opus", &first).status(), 200);
    assert_eq!(other.buy("/1.opus", &first).status(), 402);
    let second = pay();
    assert_eq!(other.buy("/1.opus", &second).charged(), PRICE.to_string());
    one.kill();
    // What the one that was killed sold is known to the other, and to itself when it is back.
    assert_eq!(other.buy("/1.opus", &first).status(), 402);
    let third = pay();
    assert_eq!(other.buy("/1.opus", &third).status(), 200);
    let one = start(0);
    assert_eq!(one.buy("/1.opus", &third).status(), 402);
    assert_eq!(one.buy("/1.opus", &pay()).status(), 200);
    // Without the database nothing is sold; and it goes on when that is back.
    server.crash();
    let fifth = pay();
    let asked = one.get("/1.opus", &[]).required().accepts.remove(0);
    let payload = PaymentPayload {
        accepted: asked,
        payment: payment(&fifth),
        extensions: Map::new(),
    };
    let header = payload.to_header();
    let refused = one.get("/1.opus", &[("PAYMENT-SIGNATURE", &header)]);
    assert_eq!(refused.status(), 503, "{}", refused.0);
    server.run();
    assert_eq!(one.buy("/1.opus", &fifth).status(), 200);
    // What is owed is claimed when the payer leaves: by both, if one knew of less.
    let owed = (5 * PRICE).to_string();
    payer.ok(&["channel", "exit", &name]);
    let mine = payer.account.to_string();
    let since = Instant::now();
    let claimed = loop {
        let shown = payee.ok(&["channel", "show", &name, &mine]);
        let claimed = shown["channel"]["claimed"].as_str().unwrap().to_owned();
        if claimed == owed || since.elapsed() > PATIENCE {
            break claimed;
        }
        std::thread::sleep(Duration::from_millis(200));
    };
    assert_eq!(claimed, owed);
    payer.assert_channels_solvent();
}
