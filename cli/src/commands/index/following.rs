//! `farthing index`: following the chain.

use super::{alone, show};
use crate::{indexed::told, outcome::Outcome, session::Session};
use clap::Args;
use farthing_client::{Error, Kind};
use farthing_index::{
    follow::Progress,
    serve::{HeaderName, Limits, Server},
    Follower, Place,
};
use std::{net::SocketAddr, num::NonZeroU32, time::Duration};

/// How often to look for a new block.
const PAUSE: Duration = Duration::from_millis(500);
/// How long to leave a node alone that does not answer, at first and at most.
const REST: Duration = Duration::from_millis(500);
const LONG_REST: Duration = Duration::from_secs(8);

#[derive(Args)]
pub struct Following {
    /// End at the latest block there is.
    #[arg(long, conflicts_with = "serve")]
    once: bool,
    /// Answer whoever asks at this address, such as 127.0.0.1:9980; /v1/openapi.json says what can be asked. It is
    /// only read, by anybody who reaches the address: put a server with TLS in front of it for the public.
    #[arg(long, value_name = "ADDRESS")]
    serve: Option<SocketAddr>,
    /// How many questions each address can ask in a minute, all at once if it likes; 0 for any number.
    #[arg(long, value_name = "COUNT", requires = "serve", default_value_t = 600)]
    limit: u32,
    /// The header in which a server in front of this one says whose question it is, such as X-Forwarded-For: the last
    /// address in it is counted. Without it, all that comes through that server is one address's. Name it only if
    /// nobody else can reach the address here, as anybody could write it.
    #[arg(long, value_name = "HEADER", requires = "serve")]
    client_header: Option<HeaderName>,
}

impl Following {
    pub async fn run(self, session: &mut Session, place: &Place) -> Outcome {
        let _alone = alone(place)?;
        let follower = Follower::open(session.client.clone(), place).await;
        let mut follower = follower.map_err(|error| told(place, error))?;
        if let Some(address) = self.serve {
            let client = session.client.clone();
            let server = Server::listen(client, place.clone(), address).await;
            let mut server = server.map_err(|error| told(place, error))?;
            if let Some(per_minute) = NonZeroU32::new(self.limit) {
                let header = self.client_header.clone();
                server = server.limited(Limits { per_minute, header });
            }
            let address = server.address().map_err(|error| told(place, error))?;
            session
                .output
                .note(format!("Answering at http://{address}/v1/status."));
            tokio::spawn(server.run());
        }
        let mut rest = REST;
        loop {
            let output = session.output.clone();
            let mut tell = move |Progress { block, of }| {
                if block < of {
                    output.working(format!("Indexing what happened: block {block} of {of}."));
                }
            };
            let caught_up = follower.catch_up(&mut tell).await;
            match caught_up.map_err(|error| told(place, error)) {
                Ok(()) if self.once => {
                    show(session, &*follower.index().await);
                    return Ok(());
                }
                Ok(()) => {
                    if rest != REST {
                        session.output.note("The node is back.");
                    }
                    rest = REST;
                    let status = follower.index().await.status();
                    let block = status.last.map_or(0, |(block, _)| block.number);
                    session
                        .output
                        .working(format!("Indexed up to block {block}."));
                    session
                        .output
                        .go_on(format!("The index has all up to block {block}."));
                    tokio::time::sleep(PAUSE).await;
                }
                Err(error) if !self.once && is_for_now(&error) => {
                    wait_for_node(session, &mut follower, &error, &mut rest).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// Whether an error is of a kind that time mends.
fn is_for_now(error: &Error) -> bool {
    let is_found = matches!(error, Error::Node { source: Some(source), .. } if source.is::<farthing_index::Error>());
    error.kind() == Kind::Node && !is_found && !matches!(error, Error::Forgotten { .. })
}

/// Says that the node does not answer, rests, and connects anew.
async fn wait_for_node(
    session: &mut Session,
    follower: &mut Follower,
    error: &Error,
    rest: &mut Duration,
) {
    if *rest == REST {
        let words = format!("{error} Indexing goes on when it is back.");
        session.output.warn(words);
    }
    tokio::time::sleep(*rest).await;
    *rest = (*rest * 2).min(LONG_REST);
    let (settings, output) = (session.settings.clone(), session.output.clone());
    if let Ok(anew) = Session::open(settings, output).await {
        session.client = anew.client;
        follower.reconnect(session.client.clone());
    }
}
