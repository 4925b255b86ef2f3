//! A node in a process of its own, and just enough JSON-RPC and SCALE to talk to it.

use std::{
    env,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use schnorrkel::{signing_context, ExpansionMode::Ed25519, MiniSecretKey};
use serde_json::{json, Value};

/// Accounts that are rich from genesis; Alice, who signs, by her well-known secret.
const ALICE_SECRET: &str = "e5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a";
pub const BOB: &str = "8eaf04151687736326c9fea17e25fc5287613693c912909cb226aa4794f26a48";

pub const UNIT: u64 = 1_000_000_000_000;

/// Storage keys, of the names of pallet and item: the whole of one, and what the other begins with,
/// which a hash of the account and the account follow.
const TIMESTAMP_NOW: &str = "0xf0c365c3cf59d671eb72da0e7a4113c49f1f0515f462cdcf84e0f1d6045dfcbb";
const SYSTEM_ACCOUNT: &str = "0x26aa394eea5630e07c48ae0c9558cef7b99d880ec681799c0cf30e8886371da9";

fn binary() -> String {
    env::var("FARTHING_NODE").expect("FARTHING_NODE is the path of a built node")
}

/// What the node prints on standard output before it ends.
pub fn output(arguments: &[&str]) -> String {
    let output = Command::new(binary()).args(arguments).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// Waits for what takes a moment.
pub fn eventually(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(60), "still no {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

pub struct Node {
    process: Child,
    port: u16,
    log: Arc<Mutex<Vec<String>>>,
}

impl Node {
    /// Starts a node on free ports and waits for the line that says where it listens, which is the
    /// line that `ink_e2e` waits for.
    pub fn start(flags: &[&str]) -> Self {
        let process = Command::new(binary())
            .args(["--port=0", "--rpc-port=0", "--no-prometheus"])
            .args(flags)
            .env("RUST_LOG", "info")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // From here on, it ends with the test whatever happens.
        let mut node = Self {
            process,
            port: 0,
            log: Arc::default(),
        };
        let mut lines = BufReader::new(node.process.stderr.take().unwrap())
            .lines()
            .map_while(Result::ok);
        let mut seen = Vec::new();
        let port = lines.by_ref().find_map(|line| {
            let port = port_in(&line);
            seen.push(line);
            port
        });
        node.port = port.unwrap_or_else(|| panic!("no port in {seen:#?}"));
        let log = node.log.clone();
        thread::spawn(move || lines.for_each(|line| log.lock().unwrap().push(line)));
        node
    }

    /// Ends it as Ctrl-C does, so that everything is on disk.
    pub fn stop(mut self) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap()
            .success());
        assert!(self.process.wait().unwrap().success());
    }

    /// The lines with this in them that it has logged since it listens.
    pub fn said(&self, what: &str) -> Vec<String> {
        let log = self.log.lock().unwrap();
        log.iter()
            .filter(|line| line.contains(what))
            .cloned()
            .collect()
    }

    fn ask(&self, method: &str, params: Value) -> Value {
        let request =
            json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string();
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        write!(
            stream,
            "POST / HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{request}",
            self.port,
            request.len(),
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body).unwrap_or_else(|_| panic!("{answer}"))
    }

    pub fn call(&self, method: &str, params: Value) -> Value {
        let answer = self.ask(method, params);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// The message with which a call is refused.
    pub fn refused(&self, method: &str, params: Value) -> String {
        let answer = self.ask(method, params);
        answer["error"]["message"]
            .as_str()
            .unwrap_or_else(|| panic!("{method}: {answer}"))
            .into()
    }

    /// Seals a block and tells its time.
    pub fn seal(&self) -> u64 {
        self.call("farthing_seal", json!([]))["time"]
            .as_u64()
            .unwrap()
    }

    pub fn best(&self) -> u64 {
        self.number(json!([]))
    }

    pub fn finalized(&self) -> u64 {
        self.number(json!([self.call("chain_getFinalizedHead", json!([]))]))
    }

    fn number(&self, params: Value) -> u64 {
        let header = self.call("chain_getHeader", params);
        u64::from_str_radix(&header["number"].as_str().unwrap()[2..], 16).unwrap()
    }

    /// The best block's time, read from its state as contracts see it; 0 at genesis.
    pub fn time(&self) -> u64 {
        let now = self.call("state_getStorage", json!([TIMESTAMP_NOW]));
        now.as_str()
            .map_or(0, |now| u64::from_le_bytes(bytes(now).try_into().unwrap()))
    }

    /// A block's time, unless its state is forgotten.
    pub fn time_at(&self, block: &Value) -> Option<u64> {
        let answer = self.ask("state_getStorage", json!([TIMESTAMP_NOW, block]));
        if let Some(error) = answer.get("error") {
            assert!(error.to_string().contains("discarded"), "{error}");
            return None;
        }
        let now = bytes(answer["result"].as_str().unwrap());
        Some(u64::from_le_bytes(now.try_into().unwrap()))
    }

    /// An account's free balance.
    pub fn free(&self, account: &str) -> u128 {
        let keys = self.call("state_getKeysPaged", json!([SYSTEM_ACCOUNT, 1000, null]));
        let mut keys = keys.as_array().unwrap().iter();
        let key = keys
            .find(|key| key.as_str().unwrap().ends_with(account))
            .unwrap();
        // Four counters come before the balances.
        let info = bytes(
            self.call("state_getStorage", json!([key]))
                .as_str()
                .unwrap(),
        );
        u128::from_le_bytes(info[16..32].try_into().unwrap())
    }

    /// Hands in a transfer of one [`UNIT`], which Alice signs.
    pub fn transfer(&self, to: &str, nonce: u8) {
        let genesis = bytes(
            self.call("chain_getBlockHash", json!([0]))
                .as_str()
                .unwrap(),
        );
        // Balances.transfer_keep_alive, with the amount as SCALE's compact integer of 5 bytes.
        let amount = &UNIT.to_le_bytes()[..5];
        let call = [&[4, 3, 0][..], &bytes(to), &[((5 - 4) << 2) | 3], amount].concat();
        // No end, this nonce (below 64), no tip.
        let extra = [0, nonce << 2, 0];
        let versions = [100u32.to_le_bytes(), 1u32.to_le_bytes()].concat();
        let payload = [&call[..], &extra, &versions, &genesis, &genesis].concat();
        let alice = MiniSecretKey::from_bytes(&bytes(ALICE_SECRET))
            .unwrap()
            .expand_to_keypair(Ed25519);
        let signature = alice
            .sign(signing_context(b"substrate").bytes(&payload))
            .to_bytes();
        let body = [
            &[0x84, 0][..],
            &alice.public.to_bytes(),
            &[1],
            &signature,
            &extra,
            &call,
        ]
        .concat();
        // The length before it, as SCALE's compact integer of 2 bytes.
        let length = ((u16::try_from(body.len()).unwrap() << 2) | 1).to_le_bytes();
        let extrinsic = format!("0x{}{}", hex::encode(length), hex::encode(body));
        self.call("author_submitExtrinsic", json!([extrinsic]));
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The port, if this is the line that says it.
fn port_in(line: &str) -> Option<u16> {
    let (_, address) = line.split_once("Running JSON-RPC server: addr=127.0.0.1:")?;
    address
        .split(|c: char| !c.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}

fn bytes(hex: &str) -> Vec<u8> {
    hex::decode(hex.trim_start_matches("0x")).unwrap()
}
