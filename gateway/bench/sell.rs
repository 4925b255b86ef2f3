//! The gateway as `farthing gateway` runs it, with channels that are there because somebody says so: what is measured
//! needs no node.
//!
//!     sell memory|durable|postgres|auth FOLDER STATE [DATABASE]
//!
//! It prints its address, and sells all files of the folder until it is killed.

mod common;

use common::{channel, on_chain, CHANNELS, PAYEE};
use farthing_gateway::{
    config::File,
    serve::{listen, secret, Doors, Gateway, Parts},
    till::{Accepts, Fixed, Till, Wanted},
};
use std::{error::Error, path::Path, sync::Arc};
use tokio::{net::TcpListener, sync::watch};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (mode, folder, state, database) = match words[..] {
        [mode, folder, state] => (mode, folder, state, None),
        [mode, folder, state, database] => (mode, folder, state, Some(database)),
        _ => return Err("sell MODE FOLDER STATE [DATABASE]".into()),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(sell(mode, folder, Path::new(state), database))
}

async fn sell(mode: &str, folder: &str, state: &Path, database: Option<&str>) -> Result<()> {
    let seller = common::seller();
    std::fs::create_dir_all(state)?;
    let parts = Parts {
        till: till(mode, Accepts::from(&seller), state, database)?,
        secret: secret(state)?,
        storefront: None,
        history: None,
        log: None,
    };
    let file = File::read(&file(mode, folder))?;
    let gateway = Gateway::new(parts, &file, &seller, state)?;
    let public = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", public.local_addr()?);
    let doors = Doors {
        public,
        admin: None,
    };
    let (_end, ended) = watch::channel(false);
    listen(gateway, doors, ended).await;
    Ok(())
}

fn till(mode: &str, accepts: Accepts, state: &Path, database: Option<&str>) -> Result<Till> {
    let channels = (0..CHANNELS).map(|number| (channel(number), on_chain()));
    let chain = Arc::new(Fixed::new(PAYEE, channels));
    let wanted = Wanted::default();
    Ok(match (mode, database) {
        ("postgres", Some(url)) => Till::open_shared(accepts, chain, url, wanted)?,
        ("memory", None) => Till::in_memory(accepts, chain),
        ("durable" | "auth", None) => Till::open(accepts, chain, &state.join("log"), wanted)?,
        _ => return Err(format!("there is no such way to sell: {mode}").into()),
    })
}

/// Writes what an operator would, with limits that a single address does not reach.
fn file(mode: &str, folder: &str) -> String {
    let site = match mode {
        "auth" => "forward_auth = { path = '/auth', status = 401 }".into(),
        _ => format!("folder = '{folder}'"),
    };
    let many = u32::MAX;
    format!(
        "listen = '127.0.0.1:0'\nstate = 'state'\n[chain]\npayee = '{PAYEE}'\n\
         [limits]\nrequests_of_address = {many}\nrequests_of_channel = {many}\n\
         [[site]]\nurl = 'http://127.0.0.1'\n{site}\n\
         [[site.rule]]\npaths = ['/**']\nprice = {}\n",
        common::PRICE
    )
}
