//! `farthing pay`: fetching over HTTP, and paying by voucher where that is asked.

mod body;
mod memory;
mod purse;
mod sink;
mod unpaid;

use super::{pay::Scene, place, Lane, Unfinished};
use crate::{
    outcome::{Outcome, Stop},
    output::Output,
    session::Session,
    settings::Settings,
    values::Amount,
};
use clap::{Args, ValueHint};
use farthing_client::{Account, Error};
use farthing_gateway::payer::{self, Fetched, Request};
use farthing_types::voucher::Place;
use hyper::{
    header::{HeaderMap, HeaderName, HeaderValue},
    Method, StatusCode,
};
use purse::{Found, Till};
use serde_json::{json, Value};
use sink::Sink;
use std::path::PathBuf;

/// Fetch something over HTTP, and pay for it.
#[derive(Args)]
pub struct Fetch {
    /// The address.
    #[arg(value_hint = ValueHint::Url)]
    url: String,
    /// The method [default: GET, or POST with --data].
    #[arg(short = 'X', long, value_name = "METHOD")]
    request: Option<Method>,
    /// A header, such as "Accept: audio/ogg".
    #[arg(short = 'H', long = "header", value_name = "HEADER", value_parser = header)]
    headers: Vec<(HeaderName, HeaderValue)>,
    /// What is sent; a file's content after `@`.
    #[arg(short, long, value_name = "DATA")]
    data: Option<String>,
    /// A file for what comes, instead of standard output; - is standard output, whatever comes.
    #[arg(short, long, value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,
    /// Pay so much in all and no more, and do not ask before.
    #[arg(long, value_name = "AMOUNT")]
    max: Option<Amount>,
    /// Pay nobody else: an address, or a creator's handle.
    #[arg(long, value_name = "PAYEE")]
    to: Option<String>,
    /// Put the address into the list of what was bought whose Merkle root the channel's vouchers sign: `channel proof`
    /// shows it to others. Whoever guesses all that is on the list can check the guess, as claims show the root.
    #[arg(long)]
    record: bool,
    /// Ask the chain about the channel, even if it was seen in the last five minutes.
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    unfinished: Unfinished,
    #[command(flatten)]
    lane: Lane,
}

fn header(text: &str) -> Result<(HeaderName, HeaderValue), String> {
    let (name, value) = text
        .split_once(':')
        .ok_or("a header is a name, a colon and a value")?;
    let name = name.trim().parse().map_err(|_| "this is no header's name");
    let value = HeaderValue::from_str(value.trim()).map_err(|_| "this is no header's value");
    Ok((name?, value?))
}

impl Fetch {
    /// Fetches without asking the chain anything, if that is good enough; gives itself back if not.
    pub async fn run_alone(self, settings: &Settings, output: &Output) -> Result<Outcome, Self> {
        if settings.yes && self.max.is_none() {
            let refused = "Say how much it may cost with --max, since nobody is asked.".to_string();
            return Ok(Err(Error::Input(refused).into()));
        }
        let known = match self.check || self.to.is_some() {
            true => None,
            false => Scene::known(settings, output),
        };
        let Some((scene, _, is_development)) = known else {
            return Err(self);
        };
        output.set_token(&scene.token);
        let found = Found::Files { is_development };
        match self.fetch(scene, found, None).await {
            Err(Stop::Code(purse::ASK_THE_CHAIN)) => Err(self),
            ended => Ok(ended),
        }
    }

    pub async fn run(self, session: &mut Session) -> Outcome {
        let to = match &self.to {
            Some(name) => Some(session.account_of(name).await?),
            None => None,
        };
        let scene = Scene {
            settings: &session.settings,
            output: &session.output,
            token: session.token().clone(),
            place: place(session)?,
            state: session.state().await?.into(),
            payer: session.account().await?,
        };
        self.fetch(scene, Found::Chain(session), to).await
    }

    async fn fetch(&self, scene: Scene<'_>, found: Found<'_>, payee: Option<Account>) -> Outcome {
        let output = scene.output;
        let request = self.request()?;
        // Before anything is signed: what is paid for must have a place to go.
        let sink = Sink::open(self.output.as_deref(), output)?;
        let max = Amount::of_any(self.max.as_ref(), &scene.token)?;
        let place = Place {
            genesis: scene.place.genesis,
            contract: scene.place.contract.0,
        };
        let mut till = Till::new(self, scene, found, (max, payee), request.key());
        let fetched = payer::fetch(&request, &place, till.known(), &mut till).await;
        let fetched = till.ended(fetched)?;
        self.tell(&fetched, &till);
        if fetched.response.status() == StatusCode::PAYMENT_REQUIRED {
            return Err(unpaid::error(fetched.response).await.into());
        }
        till.remember(fetched.offer.as_ref());
        let written = body::write(sink, output, fetched, &request, &mut till).await;
        till.remember(None);
        written
    }

    fn request(&self) -> Result<Request, Error> {
        let no_address = "This is no address: it begins with http:// or https://.";
        let uri = self.url.parse();
        let uri = uri.map_err(|_| Error::Input(no_address.into()))?;
        let body = match self.data.as_deref() {
            None => Vec::new(),
            Some(text) => match text.strip_prefix('@') {
                None => text.into(),
                Some(file) => {
                    std::fs::read(file).map_err(|error| Error::file(file.as_ref(), error))?
                }
            },
        };
        let method = match (&self.request, &self.data) {
            (Some(method), _) => method.clone(),
            (None, Some(_)) => Method::POST,
            (None, None) => Method::GET,
        };
        Ok(Request {
            method,
            uri,
            headers: HeaderMap::from_iter(self.headers.iter().cloned()),
            body: body.into(),
        })
    }

    fn tell(&self, fetched: &Fetched, till: &Till) {
        let output = till.output();
        let status = fetched.response.status();
        output.field("status", status.as_u16());
        if !status.is_success() {
            output.note(format!("The server answers {status}."));
        }
        till.tell();
        let charged = fetched.settled.as_ref();
        let charged = charged.and_then(|settled| settled.extra.get("chargedAmount"));
        output.field("charged", charged.and_then(Value::as_str).map(Value::from));
        output.field("url", json!(self.url));
    }
}
