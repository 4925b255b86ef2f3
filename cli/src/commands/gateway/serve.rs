//! `farthing gateway FILE`.

use super::{
    base,
    claims::{self, claimer, Trouble},
    in_file, read,
};
use crate::{outcome::Outcome, output::Output, settings::Settings};
use farthing_client::{Client, Error};
use farthing_contracts::Contract;
use farthing_gateway::{
    chain::Live,
    config::File,
    protocol::challenge::Seller,
    serve::{deliver::OnChain, listen, secret, Doors, Gateway, Parts},
    till::{Accepts, Till, Wanted},
};
use farthing_types::voucher::Place;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::{net::TcpListener, sync::watch};

/// The gateway's file, and what was read from it.
pub(super) struct Source<'a> {
    pub path: &'a Path,
    pub base: PathBuf,
    pub file: File,
}

/// Sells until it is told to end.
pub async fn serve(path: &Path, settings: &Settings, output: &Output) -> Outcome {
    let source = Source {
        path,
        base: base(path)?,
        file: read(path)?,
    };
    let settings = with_chain(settings, &source);
    let chain = settings.connect().await?;
    let token = chain.token().clone();
    output.set_token(&token);
    let client = Client::open(chain, &settings.deployments, &settings.network).await?;
    let seller = seller(&source, &client)?;
    let state = source.base.join(&source.file.state);
    let failed = |error| Error::file(&state, error);
    std::fs::create_dir_all(&state).map_err(failed)?;
    let live = Live::new(client.clone(), seller.payee);
    let till = till(&source, &live, &seller, &state)?;
    let claimer = claimer(&source, &live, &till, &state)?;
    let parts = Parts {
        till: till.clone(),
        secret: secret(&state).map_err(failed)?,
        storefront: Some(Arc::new(OnChain(client.clone()))),
        history: Some(state.join("history")),
        log: source.file.log.then(|| Box::new(std::io::stderr()) as _),
    };
    let gateway = Gateway::new(parts, &source.file, &seller, &source.base)
        .map_err(|wrong| in_file(path, &wrong.0))?;
    let doors = doors(&source.file).await?;
    let told = output.clone();
    let mut trouble = Trouble::new(output.clone());
    let following = tokio::spawn(live.clone().follow(till, move |error| trouble.tell(error)));
    let claiming = claimer.map(|claimer| {
        let mut trouble = Trouble::new(output.clone());
        tokio::spawn(claimer.run(move |claimed| match claimed {
            Ok(claimed) => told.warn(claims::words(&claimed, &token)),
            Err(error) => trouble.tell(&error),
        }))
    });
    say_where(output, &doors)?;
    let (end, ended) = watch::channel(false);
    let listening = listen(gateway.clone(), doors, ended);
    let told = follow_signals(&source, &gateway, &seller, output, &end);
    tokio::join!(listening, told);
    following.abort();
    if let Some(claiming) = claiming {
        claiming.abort();
    }
    output.say("All requests that had begun are through.");
    Ok(())
}

/// What the file says of the chain counts more than what is usual.
fn with_chain(settings: &Settings, source: &Source) -> Settings {
    let chain = &source.file.chain;
    let mut settings = settings.clone();
    if let Some(node) = &chain.node {
        settings.node.clone_from(node);
    }
    if let Some(network) = &chain.network {
        settings.network.clone_from(network);
    }
    if let Some(folder) = &chain.deployments {
        settings.deployments = source.base.join(folder);
    }
    settings
}

fn seller(source: &Source, client: &Client) -> Result<Seller, Error> {
    let chain = &source.file.chain;
    let token = client.chain.token();
    let min_deposit = chain.min_deposit.of(token);
    Ok(Seller {
        place: Place {
            genesis: client.chain.genesis(),
            contract: client.deployment.address(Contract::Channels)?.0,
        },
        payee: chain.payee,
        min_delay: chain.min_delay.0,
        min_deposit: min_deposit.map_err(|wrong| in_file(source.path, &wrong.0))?,
        decimals: token.decimals,
        symbol: token.symbol.clone(),
        timeout: chain.timeout.0,
        realm: String::new(),
    })
}

async fn doors(file: &File) -> Result<Doors, Error> {
    let admin = match file.admin {
        Some(address) => Some(bind(address).await?),
        None => None,
    };
    Ok(Doors {
        public: bind(file.listen).await?,
        admin,
    })
}

async fn bind(address: SocketAddr) -> Result<TcpListener, Error> {
    TcpListener::bind(address)
        .await
        .map_err(|error| Error::Input(format!("Nothing can be listened to at {address}: {error}.")))
}

fn say_where(output: &Output, doors: &Doors) -> Result<(), Error> {
    let at = |listener: &TcpListener| listener.local_addr().map(|address| address.to_string());
    let failed = |error: std::io::Error| Error::Input(error.to_string());
    let public = at(&doors.public).map_err(failed)?;
    output.warn(format!("Selling at http://{public}."));
    output.field("listen", public);
    if let Some(admin) = &doors.admin {
        let admin = at(admin).map_err(failed)?;
        output.warn(format!("Its page for you is at http://{admin}."));
        output.field("admin", admin);
    }
    Ok(())
}

/// Reads the file again on SIGHUP, and ends on SIGINT and SIGTERM.
#[cfg(unix)]
async fn follow_signals(
    source: &Source<'_>,
    gateway: &Gateway,
    seller: &Seller,
    output: &Output,
    end: &watch::Sender<bool>,
) {
    use tokio::signal::unix::{signal, SignalKind};
    let kinds = [
        SignalKind::hangup(),
        SignalKind::interrupt(),
        SignalKind::terminate(),
    ];
    let [Ok(mut again), Ok(mut interrupted), Ok(mut terminated)] = kinds.map(signal) else {
        output.warn("Signals cannot be followed: the gateway ends only if it is killed.");
        return std::future::pending().await;
    };
    loop {
        tokio::select! {
            _ = again.recv() => match reload(source, gateway, seller) {
                Ok(()) => output.warn("The file was read again."),
                Err(error) => output.warn(format!("{error} What was so before goes on to count.")),
            },
            _ = interrupted.recv() => break,
            _ = terminated.recv() => break,
        }
    }
    output.warn("Ending, once all requests that have begun are through.");
    let _ = end.send(true);
}

#[cfg(not(unix))]
async fn follow_signals(
    _: &Source<'_>,
    _: &Gateway,
    _: &Seller,
    _: &Output,
    end: &watch::Sender<bool>,
) {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
    let _ = end.send(true);
}

fn reload(source: &Source, gateway: &Gateway, seller: &Seller) -> Result<(), Error> {
    let file = read(source.path)?;
    let old = &source.file;
    let is_same = file.chain == old.chain
        && (&file.state, file.listen, file.admin) == (&old.state, old.listen, old.admin);
    if !is_same {
        let why = "listen, admin, state and chain change only when it is started again.";
        return Err(in_file(source.path, why));
    }
    gateway
        .reload(&file, seller, &source.base)
        .map_err(|wrong| in_file(source.path, &wrong.0))
}

/// Opens the till, with the log of vouchers and charges in the gateway's folder.
fn till(source: &Source, live: &Arc<Live>, seller: &Seller, state: &Path) -> Result<Till, Error> {
    let claims = &source.file.claims;
    let value = claims.value.as_ref();
    let value = value.map(|value| value.of(live.client().chain.token()));
    let wanted = Wanted {
        value: value
            .transpose()
            .map_err(|wrong| in_file(source.path, &wrong.0))?,
        age: u64::try_from(claims.age.0.as_millis()).ok(),
    };
    let till = Till::open(
        Accepts::from(seller),
        live.clone(),
        &state.join("log"),
        wanted,
    );
    till.map_err(|unusable| Error::Input(format!("{unusable}.")))
}
