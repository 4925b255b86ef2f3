//! Sells pages by voucher, from memory and without a chain: what the tests of clients pay.
//!
//!     cargo run --example paid_pages -- '{"genesis": "0x…", "contract": "5…", "payee": "5…", "price": "1000",
//!         "channels": [{"payer": "5…", "lane": 0, "epoch": "7", "signer": "0x…", "reserve": "50000"}]}'
//!
//! It prints its address. Under `/ledger` it says what it took; all else costs the price, `/dear` a hundred times as
//! much, and `/lost` is charged for and never answered.

use farthing_client::Account;
use farthing_gateway::{
    accounting::{Channel, OnChain, Refused},
    protocol::{
        challenge::{Correction, Seller, Terms},
        mpp::{self, Credential, Receipt, Secret},
        values::{account, network, Amount, Bytes, Number},
        x402::{self, ChannelState, PaymentPayload, Resource, SettleResponse, VoucherState},
        Named, Payment,
    },
};
use farthing_types::{signing::Verifier, voucher::Place};
use serde::Deserialize;
use serde_json::{json, Map};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, SystemTime},
};

#[derive(Deserialize)]
struct Config {
    genesis: Bytes<32>,
    #[serde(deserialize_with = "account")]
    contract: Account,
    #[serde(deserialize_with = "account")]
    payee: Account,
    price: Amount,
    channels: Vec<Opened>,
}

#[derive(Deserialize)]
struct Opened {
    #[serde(deserialize_with = "account")]
    payer: Account,
    lane: u32,
    epoch: Number<u64>,
    signer: Bytes<32>,
    reserve: Amount,
}

struct Shop {
    seller: Seller,
    price: u128,
    secret: Secret,
    channels: Mutex<HashMap<(Account, u32), Channel>>,
    served: Mutex<u64>,
    /// How many requests were not paid.
    asked: Mutex<u64>,
}

struct Request {
    method: String,
    path: String,
    headers: HashMap<String, String>,
}

struct Answer {
    status: &'static str,
    headers: Vec<(&'static str, String)>,
    body: String,
}

/// In which protocol somebody pays.
enum Paying {
    X402(Box<PaymentPayload>),
    Mpp(Box<Credential>),
}

impl Paying {
    fn payment(&self) -> &Payment {
        match self {
            Self::X402(payload) => &payload.payment,
            Self::Mpp(credential) => &credential.payment,
        }
    }
}

fn main() {
    let argument = std::env::args().nth(1).expect("give it its configuration");
    println!("{}", start(&argument));
    loop {
        thread::park();
    }
}

/// Starts to sell, and returns the address.
pub fn start(config: &str) -> String {
    let config: Config = serde_json::from_str(config).expect("the configuration is JSON");
    let shop = Arc::new(Shop::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let address = listener.local_addr().expect("it listens");
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let shop = shop.clone();
            // A connection that breaks is its client's affair.
            thread::spawn(move || shop.talk(stream).ok());
        }
    });
    format!("http://{address}")
}

impl Shop {
    fn new(config: Config) -> Self {
        let channels = config.channels.into_iter().map(|opened| {
            let on_chain = OnChain {
                epoch: opened.epoch.0,
                signer: opened.signer.0,
                reserve: opened.reserve.0,
                claimed: 0,
                ending: false,
            };
            ((opened.payer, opened.lane), Channel::new(on_chain))
        });
        Self {
            seller: Seller {
                place: Place {
                    genesis: config.genesis.0,
                    contract: config.contract.0,
                },
                payee: config.payee,
                min_delay: Duration::from_secs(3_600),
                min_deposit: 50_000,
                decimals: 12,
                symbol: "UNIT".into(),
                timeout: Duration::from_secs(60),
                realm: "paid pages".into(),
            },
            price: config.price.0,
            secret: Secret([7; 32]),
            channels: Mutex::new(channels.collect()),
            served: Mutex::new(0),
            asked: Mutex::new(0),
        }
    }

    fn talk(&self, stream: TcpStream) -> std::io::Result<()> {
        stream.set_nodelay(true)?;
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut stream = stream;
        while let Some(request) = read(&mut reader)? {
            let answer = self.answer(&request);
            if request.path == "/lost" && answer.status.starts_with("200") {
                return Ok(());
            }
            write(&mut stream, &request, answer)?;
        }
        Ok(())
    }

    fn answer(&self, request: &Request) -> Answer {
        if request.path == "/ledger" {
            return self.ledger();
        }
        let price = match request.path.as_str() {
            "/dear" => self.price * 100,
            _ => self.price,
        };
        let terms = Terms {
            resource: Resource {
                url: format!("http://paid.example{}", request.path),
                description: None,
                mime_type: Some("text/plain".into()),
            },
            price,
            unit: "request",
        };
        let paying = match self.paying(request) {
            Ok(Some(paying)) => paying,
            Ok(None) => return self.ask(&terms, "PAYMENT-SIGNATURE header is required", None),
            Err(why) => return Answer::text("400 Bad Request", why),
        };
        match self.charge(paying.payment(), price) {
            Ok(state) => self.serve(request, &paying, price, state),
            Err((why, correction)) => self.ask(&terms, &why, correction.as_deref()),
        }
    }

    fn paying(&self, request: &Request) -> Result<Option<Paying>, String> {
        if let Some(text) = request.headers.get("payment-signature") {
            let payload = PaymentPayload::from_header(text).map_err(|error| error.to_string())?;
            return Ok(Some(Paying::X402(Box::new(payload))));
        }
        let Some(text) = request.headers.get("authorization") else {
            return Ok(None);
        };
        let Some(credential) = Credential::from_header(text) else {
            return Ok(None);
        };
        let credential = credential.map_err(|error| error.to_string())?;
        let (challenge, realm) = (&credential.challenge, &self.seller.realm);
        let known = self.secret.check(challenge, realm, SystemTime::now());
        known.map_err(|error| error.to_string())?;
        Ok(Some(Paying::Mpp(Box::new(credential))))
    }

    /// Takes the price; returns the channel's state, or why not and what corrects the client.
    fn charge(
        &self,
        payment: &Payment,
        price: u128,
    ) -> Result<ChannelState, (String, Option<Box<Correction>>)> {
        let named = payment.channel;
        let mut channels = self.channels.lock().expect("nobody panicked");
        let channel = channels.get_mut(&(named.payer, named.lane));
        let channel = channel.ok_or(("there is no such channel".to_string(), None))?;
        if let Some(signed) = payment.voucher() {
            let signer = Verifier::new(&channel.on_chain().signer);
            let (place, payee) = (&self.seller.place, self.seller.payee.0);
            if !signer.is_some_and(|signer| signed.is_valid(&signer, place, &named, payee)) {
                return Err(("the signature is not the channel signer's".into(), None));
            }
        }
        match channel.pay(named.epoch, payment.voucher(), price) {
            Ok(()) => Ok(state(&named, channel)),
            Err(why) => Err((
                why.to_string(),
                correction(&named, channel, &why).map(Box::new),
            )),
        }
    }

    fn ask(&self, terms: &Terms, why: &str, correction: Option<&Correction>) -> Answer {
        *self.asked.lock().expect("nobody panicked") += 1;
        let required = self.seller.required(terms, why, correction);
        let now = SystemTime::now();
        let challenge = self.seller.challenge(terms, correction, &self.secret, now);
        let challenge = challenge.expect("the realm is plain").to_header();
        let mut answer = Answer::text("402 Payment Required", format!("{{\"error\":{why:?}}}"));
        answer.headers.extend([
            (x402::REQUIRED, required.to_header()),
            (mpp::AUTHENTICATE, challenge),
            ("Cache-Control", "no-store".into()),
        ]);
        answer
    }

    fn serve(
        &self,
        request: &Request,
        paying: &Paying,
        price: u128,
        state: ChannelState,
    ) -> Answer {
        *self.served.lock().expect("nobody panicked") += 1;
        let words = format!("{} {} for {price}\n", request.method, request.path);
        let mut answer = Answer::text("200 OK", words);
        let header = match paying {
            Paying::X402(payload) => {
                let extra = json!({"chargedAmount": Number(price), "channelState": state});
                let settled = SettleResponse {
                    success: true,
                    error_reason: None,
                    payer: Some(payload.payment.channel.payer.to_string()),
                    transaction: String::new(),
                    network: network(&self.seller.place.genesis),
                    amount: Some(String::new()),
                    extra: extra.as_object().cloned().unwrap_or_else(Map::new),
                };
                (x402::RESPONSE, settled.to_header())
            }
            Paying::Mpp(credential) => {
                let voucher = credential.payment.voucher();
                let receipt = Receipt {
                    method: mpp::METHOD.into(),
                    intent: mpp::INTENT.into(),
                    status: "success".into(),
                    timestamp: "2026-11-27T00:00:00Z".into(),
                    reference: format!("0x{}", hex::encode(state.channel_id.0)),
                    challenge_id: credential.challenge.id.clone(),
                    accepted_cumulative: Number(voucher.map_or(0, |voucher| voucher.cumulative)),
                    spent: state.charged_cumulative_amount,
                };
                (mpp::RECEIPT, receipt.to_header())
            }
        };
        answer.headers.push(header);
        answer
    }

    fn ledger(&self) -> Answer {
        let channels = self.channels.lock().expect("nobody panicked");
        let all = channels.iter().map(|((payer, lane), channel)| {
            let kept = channel.kept();
            json!({"payer": payer, "lane": lane, "best": Number(kept.best), "spent": Number(kept.spent)})
        });
        let served = *self.served.lock().expect("nobody panicked");
        let asked = *self.asked.lock().expect("nobody panicked");
        let body = json!({"served": served, "asked": asked, "channels": all.collect::<Vec<_>>()});
        Answer::text("200 OK", body.to_string())
    }
}

fn state(named: &Named, channel: &Channel) -> ChannelState {
    let on_chain = channel.on_chain();
    let mut id = Sha256::new();
    id.update(named.payer.0);
    id.update(named.lane.to_le_bytes());
    id.update(named.epoch.to_le_bytes());
    ChannelState {
        channel_id: Bytes(id.finalize().into()),
        balance: Number(on_chain.reserve),
        total_claimed: Number(on_chain.claimed),
        ends_at: None,
        charged_cumulative_amount: Number(channel.kept().spent),
    }
}

/// What corrects a client whose voucher is too low, or for more than there is.
fn correction(named: &Named, channel: &Channel, why: &Refused) -> Option<Correction> {
    let helps = matches!(why, Refused::Credit { .. } | Refused::Reserve);
    let kept = channel.kept();
    let voucher = kept.signature.map(|signature| VoucherState {
        cumulative: Number(kept.best),
        root: Bytes(kept.root),
        signature: Bytes(signature.bytes),
        wrapped: signature.wrapped,
    });
    helps.then(|| Correction {
        channel: state(named, channel),
        voucher,
    })
}

impl Answer {
    fn text(status: &'static str, body: String) -> Self {
        Self {
            status,
            headers: vec![],
            body,
        }
    }
}

/// Reads a request, and drops its body; `None` at the connection's end.
fn read(from: &mut BufReader<TcpStream>) -> std::io::Result<Option<Request>> {
    let mut line = String::new();
    if from.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace().map(String::from);
    let (method, path) = (words.next(), words.next());
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        from.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_string());
    }
    let length = headers.get("content-length");
    let length = length.and_then(|text| text.parse().ok()).unwrap_or(0);
    std::io::copy(&mut from.by_ref().take(length), &mut std::io::sink())?;
    Ok(method.zip(path).map(|(method, path)| Request {
        method,
        path,
        headers,
    }))
}

fn write(to: &mut TcpStream, request: &Request, answer: Answer) -> std::io::Result<()> {
    let mut text = format!("HTTP/1.1 {}\r\n", answer.status);
    for (name, value) in &answer.headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(&format!("Content-Length: {}\r\n\r\n", answer.body.len()));
    if request.method != "HEAD" {
        text.push_str(&answer.body);
    }
    to.write_all(text.as_bytes())
}
