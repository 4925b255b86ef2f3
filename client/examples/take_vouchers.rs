//! Takes vouchers in a server: a line with a voucher comes in, and a line with what it is worth goes out. Where the
//! example prints, a server delivers.
//!
//! ```text
//! cargo run -p farthing-client --example take_vouchers -- ws://127.0.0.1:9944 deployments 127.0.0.1:7000
//! farthing channel pay PAYEE 0.001 --dev bob --yes | nc 127.0.0.1 7000
//! ```
//!
//! On a development chain: //Alice is paid.

use farthing_client::{
    wallet::{Paper, Receiving, Wanted},
    Account, Chain, Client, Error, Key,
};
use farthing_contracts::{channels::ChannelsRef, Contract};
use farthing_types::Balance;
use ink::codegen::TraitCallBuilder;
use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    path::Path,
    time::Duration,
};

/// How long an exit must take at least: a day, in which the payee surely gets a claim into a block.
const MIN_DELAY: u64 = 24 * 60 * 60 * 1_000;

/// A payee's till.
pub struct Till {
    client: Client,
    wallet: Receiving,
    contract: Account,
    wanted: Wanted,
}

impl Till {
    /// Opens the payee's wallet, in a folder that must not be lost: vouchers in it are money.
    pub fn open(client: Client, payee: Account, folder: &Path) -> Result<Self, Error> {
        let genesis = client.chain.genesis();
        let wallet = Receiving::open(folder, genesis, payee, Duration::from_secs(10))?;
        let contract = client.deployment.address(Contract::Channels)?;
        let wanted = Wanted {
            closer: payee.0,
            min_delay: MIN_DELAY,
            at_least: 0,
        };
        Ok(Self {
            client,
            wallet,
            contract,
            wanted,
        })
    }

    /// Takes a voucher, and returns how much it adds: never nothing. Once this returns, it is on the disk, and
    /// something may be given for it.
    pub async fn take(&mut self, text: &str) -> Result<Balance, Error> {
        let paper: Paper = text.parse()?;
        // As the channel is on the chain now; a server that is asked often keeps this for a while.
        let id = &paper.voucher.channel;
        let which = vec![(id.payer.id(), id.payee.id(), id.lane)];
        let channels: ChannelsRef = self.client.contract()?;
        let block = self.client.chain.finalised().await?;
        let asked = self.client.read_at(block, channels.call().channels(which));
        let (now, found) = asked.await?;
        let channel = found.into_iter().next().flatten();
        let taken = self
            .wallet
            .take(&paper, self.contract, &self.wanted, channel.as_ref(), now);
        Ok(taken?.new)
    }

    /// Answers each line that comes in on one connection.
    pub async fn serve(
        &mut self,
        listener: &TcpListener,
    ) -> Result<(), Box<dyn std::error::Error>> {
        let (mut to, _) = listener.accept()?;
        let lines = BufReader::new(to.try_clone()?).lines();
        for line in lines {
            match self.take(&line?).await {
                Ok(new) => writeln!(to, "{} paid", self.client.chain.token().unit(new))?,
                Err(error) => writeln!(to, "refused: {error}")?,
            }
        }
        Ok(())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let given: Vec<_> = std::env::args().skip(1).collect();
    let [node, deployments, address] = &given[..] else {
        return Err("say a node, the folder of deployments, and an address to listen at".into());
    };
    let chain = Chain::connect(node).await?;
    let client = Client::open(chain, deployments.as_ref(), "local").await?;
    let alice = Key::for_development("//Alice")?.account();
    let mut till = Till::open(client, alice, Path::new("state"))?;
    let listener = TcpListener::bind(address)?;
    println!("{alice} takes vouchers at {address}");
    loop {
        till.serve(&listener).await?;
    }
}
