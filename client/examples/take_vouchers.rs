//! A server that is paid by voucher: each line of a poem costs one payment, and nothing is paid on the chain until
//! the payee claims, for all payers at once.
//!
//! ```sh
//! ./scripts/chain --deploy
//! cargo run --package farthing-client --example take_vouchers -- ws://127.0.0.1:9944 deployments README.md &
//! bob='farthing --dev bob --yes'
//! $bob channel open 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY 1
//! $bob channel pay 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY 0.001 | nc -N 127.0.0.1 8402
//! ```

use farthing_client::{
    wallet::{Paper, Receiving, Wanted},
    Account, Call, Certainty, Chain, Client, Error, Key, Outbox,
};
use farthing_contracts::{
    channels::{
        events::{Change, ChannelsChanged},
        reading::MAX_PAGE,
        ChannelsRef,
    },
    Contract,
};
use farthing_types::{Balance, Millis};
use ink::codegen::TraitCallBuilder;
use std::{path::Path, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// How long an exit must take at least, so that there is time to claim: an hour.
const MIN_DELAY: Millis = 60 * 60 * 1_000;

#[tokio::main(flavor = "current_thread")]
#[allow(dead_code, reason = "the tests call what it calls")]
async fn main() -> Result<(), Error> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [node, deployments, poem] = &arguments[..] else {
        eprintln!("take_vouchers NODE DEPLOYMENTS POEM");
        std::process::exit(2);
    };
    let chain = Chain::connect(node).await?;
    let client = Client::open(chain, deployments.as_ref(), "local").await?;
    let key = Key::for_development("//Alice")?;
    let state = std::env::temp_dir().join("farthing-example");
    let poem = std::fs::read_to_string(poem).map_err(|error| Error::file(poem.as_ref(), error))?;
    let price = client.chain.token().parse("0.001")?;
    let mut till = Till::open(&client, key.account(), &state, price)?;
    let listener = TcpListener::bind("127.0.0.1:8402").await;
    let listener = listener.map_err(|error| Error::Input(error.to_string()))?;
    println!("one voucher a line, please, on port 8402; Ctrl-C ends, and claims");
    tokio::select! {
        () = till.serve(&listener, &poem) => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    let claimed = till.claim(&key, &state).await?;
    println!("{} claimed", client.chain.token().unit(claimed));
    Ok(())
}

/// Who takes the vouchers, and for how much each line is to be had.
pub struct Till<'a> {
    client: &'a Client,
    payee: Account,
    wallet: Receiving,
    contract: Account,
    price: Balance,
}

impl<'a> Till<'a> {
    /// Opens the payee's wallet, which writes a voucher down before anything is served for it. The payee's key is
    /// not needed: this server can take vouchers, and nobody who breaks into it can spend anything.
    pub fn open(
        client: &'a Client,
        payee: Account,
        state: &Path,
        price: Balance,
    ) -> Result<Self, Error> {
        let (genesis, wait) = (client.chain.genesis(), Duration::from_secs(1));
        Ok(Self {
            client,
            payee,
            wallet: Receiving::open(state, genesis, payee, wait)?,
            contract: client.deployment.address(Contract::Channels)?,
            price,
        })
    }

    /// Serves whoever comes, one after the other.
    pub async fn serve(&mut self, listener: &TcpListener, poem: &str) {
        while let Ok((reader, _)) = listener.accept().await {
            // Somebody who leaves early is no reason to stop.
            let _ = self.serve_one(reader, poem).await;
        }
    }

    /// Answers each line, which is a voucher, with a line of the poem, or with why there is none.
    async fn serve_one(&mut self, mut reader: TcpStream, poem: &str) -> std::io::Result<()> {
        let (from, mut to) = reader.split();
        let mut vouchers = BufReader::new(from).lines();
        let mut poem = poem.lines();
        while let Some(voucher) = vouchers.next_line().await? {
            let answer = match self.take(&voucher).await {
                Ok(()) => poem.next().unwrap_or_default().to_owned(),
                Err(error) => format!("no: {error}"),
            };
            to.write_all(format!("{answer}\n").as_bytes()).await?;
        }
        Ok(())
    }

    /// Takes one voucher: it counts if this returns `Ok`, and then it is on the disk.
    async fn take(&mut self, text: &str) -> Result<(), Error> {
        let paper: Paper = text.parse()?;
        let id = &paper.voucher.channel;
        let lines = vec![(id.payer.id(), id.payee.id(), id.lane)];
        let channels: ChannelsRef = self.client.contract()?;
        // What is final cannot be undone after something was given for it. A server with much to do would ask once
        // a block, and not for each voucher.
        let block = self.client.chain.finalised().await?;
        let message = channels.call().channels(lines);
        let (now, found) = self.client.read_at(block, message).await?;
        let channel = found.into_iter().next().flatten();
        let wanted = Wanted {
            closer: self.payee.0,
            min_delay: MIN_DELAY,
            at_least: self.price,
        };
        let taken = self
            .wallet
            .take(&paper, self.contract, &wanted, channel.as_ref(), now);
        taken.map(drop).map_err(Error::from)
    }

    /// Claims what was taken: it goes to the payee, whoever signs this. Returns how much it is.
    pub async fn claim(&self, key: &Key, state: &Path) -> Result<Balance, Error> {
        let outbox = Outbox::open(state, &self.client.chain.genesis(), key.account())?;
        let best = self.wallet.kept().best(self.contract);
        let mut claimed: Balance = 0;
        for papers in best.chunks(MAX_PAGE) {
            let mut channels: ChannelsRef = self.client.contract()?;
            let vouchers = papers.iter().map(Paper::signed).collect();
            let message = channels.call_mut().claim(self.payee.id(), vouchers);
            let plan = self.client.plan(key.account(), Call::new(message, 0));
            let mut quiet = |_| ();
            let sent = self
                .client
                .send(plan.await?, key, &outbox, Certainty::Final, &mut quiet);
            let done = sent.await?;
            outbox.empty()?;
            for event in done.receipt.events_of::<ChannelsChanged>(self.contract) {
                for (_, change) in event.by_channel() {
                    if let Change::Claimed { paid, .. } = change {
                        claimed = claimed.saturating_add(*paid);
                    }
                }
            }
        }
        Ok(claimed)
    }
}
