//! The least that selling by voucher takes: hyper, the voucher read from its header, one check of its signature, and the
//! highest one of each channel in memory. It has its files in memory, too, and looks at nothing else, so nobody should
//! sell with it. Beside it one sees what the gateway itself adds.
//!
//!     bare FOLDER
//!
//! It prints its address, and sells the files of the folder until it is killed.

mod common;

use common::{on_chain, PAYEE, PLACE, PRICE, RESERVE};
use farthing_gateway::protocol::{
    challenge::Terms,
    x402::{PaymentPayload, PaymentRequired, Resource, REQUIRED, SIGNATURE},
    Named,
};
use farthing_types::signing::Verifier;
use http_body_util::Full;
use hyper::{
    body::{Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
    Request, Response, StatusCode,
};
use hyper_util::rt::TokioIo;
use std::{
    collections::HashMap,
    convert::Infallible,
    error::Error,
    future::ready,
    sync::{Arc, Mutex},
};
use tokio::net::TcpListener;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// What is sold, and what was promised for it by channel.
struct Shop {
    /// The files, by their paths in addresses.
    files: HashMap<String, Bytes>,
    required: String,
    signer: [u8; 32],
    promised: Mutex<HashMap<Named, u128>>,
}

fn main() -> Result<()> {
    let folder = std::env::args().nth(1).ok_or("bare FOLDER")?;
    let mut files = HashMap::new();
    for file in std::fs::read_dir(folder)? {
        let path = file?.path();
        let name = path.file_name().ok_or("a file without a name")?;
        let name = format!("/{}", name.to_string_lossy());
        files.insert(name, std::fs::read(path)?.into());
    }
    let shop = Shop {
        files,
        required: required().to_header(),
        signer: on_chain().signer,
        promised: Mutex::default(),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(sell(Arc::new(shop)))
}

async fn sell(shop: Arc<Shop>) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let shop = shop.clone();
        let answer = service_fn(move |request| ready(Ok::<_, Infallible>(shop.answer(&request))));
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), answer);
        tokio::spawn(connection);
    }
}

fn required() -> PaymentRequired {
    let terms = Terms {
        resource: Resource {
            url: "http://127.0.0.1".into(),
            description: None,
            mime_type: None,
        },
        price: PRICE,
        unit: "request",
    };
    common::seller().required(&terms, "", None)
}

impl Shop {
    fn answer(&self, request: &Request<Incoming>) -> Response<Full<Bytes>> {
        let paid = || {
            let file = self.files.get(request.uri().path())?;
            self.take(request.headers().get(SIGNATURE)?.to_str().ok()?)?;
            Some(Response::new(Full::new(file.clone())))
        };
        paid().unwrap_or_else(|| self.ask())
    }

    fn ask(&self) -> Response<Full<Bytes>> {
        let asked = Response::builder()
            .status(StatusCode::PAYMENT_REQUIRED)
            .header(REQUIRED, &self.required);
        asked.body(Full::default()).expect("a header of base64")
    }

    /// Takes a voucher that promises a price more than the highest of its channel.
    fn take(&self, header: &str) -> Option<()> {
        let payment = PaymentPayload::from_header(header).ok()?.payment;
        let voucher = payment.voucher()?;
        let signer = Verifier::new(&self.signer)?;
        if !voucher.is_valid(&signer, &PLACE, &payment.channel, PAYEE.0) {
            return None;
        }
        let mut promised = self.promised.lock().ok()?;
        let highest = promised.entry(payment.channel).or_default();
        if voucher.cumulative > RESERVE || voucher.cumulative < *highest + PRICE {
            return None;
        }
        *highest = voucher.cumulative;
        Some(())
    }
}
