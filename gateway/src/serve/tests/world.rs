//! A gateway, a payer with a channel, and a backend.

mod backend;

pub use backend::*;

use crate::{
    accounting::OnChain,
    config::File,
    protocol::{
        challenge::Seller,
        mpp::{Challenge, Credential, Receipt, Secret, Unknown},
        x402::{PaymentPayload, PaymentRequired, Requirements, SettleResponse},
        Action, Named, Payment, Signed,
    },
    rules::Item,
    serve::{
        deliver::{Proof, Storefront},
        listen, Doors, Gateway, Parts,
    },
    till::{Accepts, Answer as Later, Fixed, Till},
};
use farthing_client::Account;
use farthing_types::{
    signing::Signer,
    voucher::{ChannelId, Place, Voucher},
};
use serde_json::{json, Map, Value};
use std::{
    net::{Ipv4Addr, SocketAddr},
    ops::Deref,
    sync::Arc,
    time::{Duration, SystemTime},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket},
    sync::watch,
};

pub const PLACE: Place<[u8; 32]> = Place {
    genesis: [1; 32],
    contract: [2; 32],
};
pub const PAYEE: [u8; 32] = [4; 32];
pub const RESERVE: u128 = 1_000_000_000_000_000;
pub const SECRET: Secret = Secret([9; 32]);

/// A gateway that listens.
pub struct World {
    front: Front,
    pub gateway: Gateway,
    pub till: Till,
    _end: watch::Sender<bool>,
}

/// Where requests go: the gateway, or a server in front of it.
#[derive(Clone, Copy)]
pub struct Front {
    pub address: SocketAddr,
    client: Ipv4Addr,
}

impl Deref for World {
    type Target = Front;

    fn deref(&self) -> &Front {
        &self.front
    }
}

/// A storefront where account 50 has item 7, and account 51 bought item 8 blindly with the secret 1.
struct Shop;

impl Storefront for Shop {
    fn has_access(&self, item: Item, account: Account) -> Later<'_, bool> {
        let has = item.number == 7 && account.0 == buyer(50).public();
        Box::pin(async move { Ok(has) })
    }

    fn was_bought(&self, item: Item, account: Account, proof: Proof) -> Later<'_, bool> {
        let bought =
            item.number == 8 && account.0 == buyer(51).public() && proof.secret.0 == [1; 32];
        Box::pin(async move { Ok(bought) })
    }
}

/// Somebody who bought something on chain.
pub fn buyer(n: u8) -> Signer {
    Signer::from_seed(&[n; 32])
}

/// Somebody with a channel.
pub struct Payer {
    signer: Signer,
    pub channel: Named,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

pub fn seller() -> Seller {
    Seller {
        place: PLACE,
        payee: Account(PAYEE),
        min_delay: Duration::from_secs(3600),
        min_deposit: 0,
        decimals: 12,
        symbol: "UNIT".into(),
        timeout: Duration::from_secs(60),
        realm: String::new(),
    }
}

/// Reads a file with these sites.
pub fn file(sites: &str) -> File {
    let payee = Account(PAYEE);
    let text = format!(
        "listen = '127.0.0.1:0'\nstate = 's'\n[chain]\npayee = '{payee}'\n[limits]\nreader = '1s'\n{sites}"
    );
    File::read(&text).unwrap()
}

/// A gateway that sells a folder with one file, `a`, by this rule.
pub async fn folder(content: &str, rule: &str) -> (World, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a"), content).unwrap();
    let site = format!(
        "[[site]]\nurl = 'https://ada.example'\nfolder = '{}'\n[[site.rule]]\npaths = ['/*']\n{rule}",
        folder.path().display()
    );
    (World::new(&site).await, folder)
}

impl World {
    /// A gateway with these sites.
    pub async fn new(sites: &str) -> Self {
        Self::of(&file(sites)).await
    }

    pub async fn of(file: &File) -> Self {
        let channels = (1..=3).map(|n| {
            let payer = Payer::new(n);
            let on_chain = OnChain {
                epoch: payer.channel.epoch,
                signer: payer.signer.public(),
                reserve: RESERVE,
                claimed: 0,
                ending: false,
            };
            (payer.channel, on_chain)
        });
        let chain = Arc::new(Fixed::new(Account(PAYEE), channels));
        let till = Till::in_memory(Accepts::from(&seller()), chain);
        let gateway = Gateway::new(
            Parts {
                till: till.clone(),
                secret: SECRET,
                storefront: Some(Arc::new(Shop)),
                history: None,
                log: None,
            },
            file,
            &seller(),
            "/".as_ref(),
        )
        .unwrap();
        let public = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = public.local_addr().unwrap();
        let (end, ended) = watch::channel(false);
        let doors = Doors {
            public,
            admin: None,
        };
        tokio::spawn(listen(gateway.clone(), doors, ended));
        Self {
            front: Front::new(address),
            gateway,
            till,
            _end: end,
        }
    }

    /// Returns what was served for on a payer's channel.
    pub fn spent(&self, payer: &Payer) -> u128 {
        let known = self.till.correction(&payer.channel);
        known.map_or(0, |known| known.channel.charged_cumulative_amount.0)
    }

    /// Nothing was served that no claim covers.
    pub fn assert_solvent(&self) {
        for n in 1..=3 {
            let known = self.till.correction(&Payer::new(n).channel);
            let Some(known) = known else { continue };
            let best = known.voucher.map_or(0, |best| best.cumulative.0);
            let spent = known.channel.charged_cumulative_amount.0;
            assert!(spent <= best.min(RESERVE), "{spent} of {best}");
        }
    }

    /// A server in front of this gateway.
    pub fn at(&self, address: SocketAddr) -> Front {
        Front::new(address)
    }
}

impl Front {
    fn new(address: SocketAddr) -> Self {
        let client = Ipv4Addr::LOCALHOST;
        Self { address, client }
    }

    /// The same, asked by who has another address.
    pub fn asked_by(&self, client: Ipv4Addr) -> Self {
        let address = self.address;
        Self { address, client }
    }

    /// Sends these bytes, and reads until the gateway ends the connection.
    pub async fn raw(&self, bytes: &str) -> Vec<u8> {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((self.client, 0).into()).unwrap();
        let mut stream = socket.connect(self.address).await.unwrap();
        stream.write_all(bytes.as_bytes()).await.unwrap();
        let mut read = Vec::new();
        let _ = stream.read_to_end(&mut read).await;
        read
    }

    /// Asks for something with further headers.
    pub async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(method, path, headers, "").await
    }

    pub async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let lines = headers
            .iter()
            .map(|(name, value)| [name, ": ", value, "\r\n"].concat());
        let headers = lines.collect::<Vec<_>>().concat();
        let length = match body {
            "" => String::new(),
            body => format!("Content-Length: {}\r\n", body.len()),
        };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: ada.example\r\nConnection: close\r\n{length}{headers}\r\n{body}"
        );
        Answer::read(&self.raw(&request).await)
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[]).await
    }

    /// Asks for something, and pays for it by x402.
    pub async fn buy(&self, payer: &Payer, path: &str, cumulative: u128) -> Answer {
        self.buy_by("GET", payer, path, cumulative, &[]).await
    }

    pub async fn buy_by(
        &self,
        method: &str,
        payer: &Payer,
        path: &str,
        cumulative: u128,
        headers: &[(&str, &str)],
    ) -> Answer {
        let wanted = self.ask(method, path, &[]).await;
        let signature = payer.x402(&wanted.requirements(), cumulative);
        let paid = [&[("PAYMENT-SIGNATURE", signature.as_str())], headers].concat();
        self.ask(method, path, &paid).await
    }
}

impl Payer {
    pub fn new(n: u8) -> Self {
        let signer = Signer::from_seed(&[n; 32]);
        let channel = Named {
            payer: Account([100 + n; 32]),
            lane: 0,
            epoch: 7,
        };
        Self { signer, channel }
    }

    /// A voucher for so much in all.
    pub fn sign(&self, cumulative: u128) -> Signed {
        self.sign_for(&PLACE, PAYEE, self.channel.epoch, cumulative)
    }

    /// The same for another place, payee or life of the channel.
    pub fn sign_for(
        &self,
        place: &Place<[u8; 32]>,
        payee: [u8; 32],
        epoch: u64,
        cumulative: u128,
    ) -> Signed {
        let channel = ChannelId {
            payer: self.channel.payer.0,
            payee,
            lane: self.channel.lane,
            epoch,
        };
        let root = [0; 32];
        let voucher = Voucher {
            channel,
            cumulative,
            root,
        };
        Signed {
            cumulative,
            root,
            signature: self.signer.sign(&voucher.payload(place)),
        }
    }

    /// Writes the x402 header that pays with this voucher.
    pub fn x402_with(&self, accepted: &Requirements, voucher: Signed) -> String {
        let payload = PaymentPayload {
            accepted: accepted.clone(),
            payment: Payment {
                channel: self.channel,
                action: Action::Voucher(voucher),
            },
            extensions: Map::new(),
        };
        payload.to_header()
    }

    pub fn payment(&self, cumulative: u128) -> Payment {
        Payment {
            channel: self.channel,
            action: Action::Voucher(self.sign(cumulative)),
        }
    }

    pub fn x402(&self, accepted: &Requirements, cumulative: u128) -> String {
        self.x402_as(accepted, cumulative, None)
    }

    /// The same under an identifier.
    pub fn x402_as(&self, accepted: &Requirements, cumulative: u128, id: Option<&str>) -> String {
        let extensions = match id {
            Some(id) => {
                let info = json!({ "info": { "id": id } });
                Map::from_iter([("payment-identifier".to_owned(), info)])
            }
            None => Map::new(),
        };
        let payload = PaymentPayload {
            accepted: accepted.clone(),
            payment: self.payment(cumulative),
            extensions,
        };
        payload.to_header()
    }

    pub fn mpp(&self, challenge: &Challenge, cumulative: u128) -> String {
        let credential = Credential {
            challenge: challenge.clone(),
            payment: self.payment(cumulative),
        };
        credential.to_header()
    }
}

impl Answer {
    pub fn read(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|part| part == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(bytes)));
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let body = &bytes[end + 4..];
        let is_chunked = head
            .to_ascii_lowercase()
            .contains("transfer-encoding: chunked");
        Self {
            status,
            body: if is_chunked {
                unchunk(body)
            } else {
                body.to_vec()
            },
            head,
        }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        let mut found = lines.filter(|(one, _)| one.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{self:?}"))
    }

    /// Reads what a 402 asks by x402.
    pub fn required(&self) -> PaymentRequired {
        let header = self.header("PAYMENT-REQUIRED");
        PaymentRequired::from_header(header.unwrap_or_else(|| panic!("{self:?}"))).unwrap()
    }

    pub fn requirements(&self) -> Requirements {
        self.required().accepts.remove(0)
    }

    /// Reads what it asks by MPP, as a client would.
    pub fn challenge(&self) -> Challenge {
        let header = self.header("WWW-Authenticate").unwrap();
        let fields = header.strip_prefix("Payment ").unwrap().split(", ");
        let fields = fields.map(|field| {
            let (name, value) = field.split_once('=').unwrap();
            (name.to_owned(), json!(value.trim_matches('"')))
        });
        let fields: Map<_, _> = fields.collect();
        let challenge: Challenge = serde_json::from_value(Value::Object(fields)).unwrap();
        let known = SECRET.check(&challenge, "ada.example", SystemTime::now());
        assert_eq!(known, Ok::<(), Unknown>(()));
        challenge
    }

    pub fn settled(&self) -> SettleResponse {
        let header = self.header("PAYMENT-RESPONSE");
        SettleResponse::from_header(header.unwrap_or_else(|| panic!("{self:?}"))).unwrap()
    }

    /// Reads from the receipt what was charged.
    pub fn charged(&self) -> u128 {
        let charged = self.settled().extra["chargedAmount"].clone();
        charged.as_str().unwrap().parse().unwrap()
    }

    pub fn receipt(&self) -> Receipt {
        Receipt::from_header(self.header("Payment-Receipt").unwrap()).unwrap()
    }
}

fn unchunk(mut body: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(end) = body.windows(2).position(|part| part == b"\r\n") {
        let size = String::from_utf8_lossy(&body[..end]).into_owned();
        let size = usize::from_str_radix(size.trim(), 16).unwrap_or(0);
        let rest = &body[end + 2..];
        if size == 0 || rest.len() < size {
            whole.extend(&rest[..size.min(rest.len())]);
            break;
        }
        whole.extend(&rest[..size]);
        body = rest.get(size + 2..).unwrap_or_default();
    }
    whole
}
