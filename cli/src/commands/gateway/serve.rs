//! `farthing gateway FILE`.

use super::{
    base, in_file,
    opening::Opening,
    read,
    signals::{Signals, Told},
};
use crate::{outcome::Outcome, output::Output, settings::Settings};
use farthing_client::{files, Error, Token};
use farthing_gateway::{
    config::File,
    protocol::challenge::Seller,
    serve::{deliver::OnChain, listen, secret, watchtower_token, Doors, Gateway, Parts},
    till::Wanted,
};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::{net::TcpListener, sync::watch};

/// The gateway's file, and what was read from it.
struct Source<'a> {
    path: &'a Path,
    base: PathBuf,
    file: File,
}

/// Sells until it is told to end.
pub async fn serve(path: &Path, settings: &Settings, output: &Output) -> Outcome {
    let source = Source {
        path,
        base: base(path)?,
        file: read(path)?,
    };
    let opening = Opening {
        path,
        chain: &source.file.chain,
        state: source.base.join(&source.file.state),
        database: source.file.database.as_deref(),
        base: &source.base,
    };
    let wanted = |token: &Token| source.wanted(token);
    let key = source.file.claims.key.as_deref();
    let mut opened = opening.open(settings, output, wanted, key).await?;
    let state = &opening.state;
    let failed = |error| Error::file(state, error);
    let secret = secret(state).map_err(failed)?;
    files::write_json(&state.join("watchtower-token"), &watchtower_token(&secret))?;
    let parts = Parts {
        till: opened.till.clone(),
        secret,
        storefront: Some(Arc::new(OnChain(opened.live.clone()))),
        history: Some(state.join("history")),
        log: source.file.log.then(|| Box::new(std::io::stderr()) as _),
    };
    let seller = opened.seller.clone();
    let gateway = Gateway::new(parts, &source.file, &seller, &source.base)
        .map_err(|wrong| in_file(path, &wrong.0))?;
    let doors = doors(&source.file).await?;
    let _working = opened.work(output);
    let mut signals = Signals::new()?;
    say_where(output, &doors)?;
    let (end, ended) = watch::channel(false);
    let listening = listen(gateway.clone(), doors, ended);
    let obeying = async {
        obey(&mut signals, &source, &gateway, &seller, output).await;
        let _ = end.send(true);
    };
    tokio::join!(listening, obeying);
    output.say("All requests that had begun are through.");
    Ok(())
}

impl Source<'_> {
    /// When vouchers are claimed.
    fn wanted(&self, token: &Token) -> Result<Wanted, Error> {
        let claims = &self.file.claims;
        let value = claims.value.as_ref().map(|value| value.of(token));
        Ok(Wanted {
            value: value
                .transpose()
                .map_err(|wrong| in_file(self.path, &wrong.0))?,
            age: u64::try_from(claims.age.0.as_millis()).ok(),
        })
    }
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
        .map_err(|error| Error::Input(format!("Cannot listen on {address}: {error}.")))
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

/// Does what the operator says, until that is to end.
async fn obey(
    signals: &mut Signals,
    source: &Source<'_>,
    gateway: &Gateway,
    seller: &Seller,
    output: &Output,
) {
    while signals.next().await == Told::Reload {
        match reload(source, gateway, seller) {
            Ok(()) => output.warn("The file was read again."),
            Err(error) => output.warn(format!("{error} The settings from before stay in force.")),
        }
    }
    output.warn("Ending, once all requests that have begun are through.");
}

fn reload(source: &Source, gateway: &Gateway, seller: &Seller) -> Result<(), Error> {
    let file = read(source.path)?;
    let old = &source.file;
    let is_same = file.chain == old.chain
        && (&file.state, &file.database) == (&old.state, &old.database)
        && (file.listen, file.admin, file.log) == (old.listen, old.admin, old.log)
        && file.claims == old.claims;
    if !is_same {
        let why = "listen, admin, state, database, log, chain and claims change only when it is started again.";
        return Err(in_file(source.path, why));
    }
    gateway
        .reload(&file, seller, &source.base)
        .map_err(|wrong| in_file(source.path, &wrong.0))
}
