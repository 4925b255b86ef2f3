//! Watches a pool: tells of each gift as it comes, and how much there is, also after the node was away or blocks
//! were undone.
//!
//! ```sh
//! ./scripts/chain --deploy
//! farthing pool create Wells --goal 10 --deadline +30d --to 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY=100 --dev alice
//! cargo run --package farthing-client --example watch_a_pool -- ws://127.0.0.1:9944 deployments POOL
//! ```

use farthing_client::{at, history::Follower, Account, Chain, Client, Error, Event};
use farthing_contracts::{
    pool::{events::Donations, PoolRef},
    Contract,
};
use farthing_types::Balance;
use ink::codegen::TraitCallBuilder;
use std::{ops::ControlFlow, time::Duration};

/// How often to look for a new block.
const PAUSE: Duration = Duration::from_millis(500);

#[tokio::main(flavor = "current_thread")]
#[allow(dead_code, reason = "the tests call what it calls")]
async fn main() -> Result<(), Error> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [node, deployments, pool] = &arguments[..] else {
        eprintln!("watch_a_pool NODE DEPLOYMENTS POOL");
        std::process::exit(2);
    };
    let chain = Chain::connect(node).await?;
    let client = Client::open(chain, deployments.as_ref(), "local").await?;
    let token = client.chain.token().clone();
    let from = client.chain.finalised().await?.number + 1;
    let pool = pool.parse()?;
    watch(&client, pool, from, |gift, collected| {
        println!(
            "{} gave {}; {} so far",
            gift.donor,
            token.unit(gift.amount),
            token.unit(collected)
        );
        ControlFlow::Continue(())
    })
    .await
}

/// Somebody gave something.
#[derive(Debug, PartialEq, Eq)]
pub struct Gift {
    /// Who gave it.
    pub donor: Account,
    /// How much, in the smallest unit.
    pub amount: Balance,
}

/// Follows the final blocks from one on, and shows each gift to a pool with what that pool has collected by then,
/// until `see` breaks off.
pub async fn watch(
    client: &Client,
    pool: Account,
    from: u32,
    mut see: impl FnMut(Gift, Balance) -> ControlFlow<()>,
) -> Result<(), Error> {
    // An address that is no pool of this deployment is refused, and so is one whose code is another.
    client.check(Contract::Pool, pool).await?;
    let mut follower = Follower::from(from);
    loop {
        let last = client.chain.finalised().await?;
        while follower.next() <= last.number {
            for event in follower.advance(client, last.number).await? {
                let gifts = gifts(&event, pool);
                if gifts.is_empty() {
                    continue;
                }
                let collected = client.read_at(event.block, at::<PoolRef>(pool).call().summary());
                let collected = collected.await?.sums.donated;
                for gift in gifts {
                    if see(gift, collected).is_break() {
                        return Ok(());
                    }
                }
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// The gifts to a pool that an event tells of.
fn gifts(event: &Event, pool: Account) -> Vec<Gift> {
    if event.contract != Contract::Pool || event.emitted.contract != pool {
        return Vec::new();
    }
    let told = event.emitted.decode::<Donations>();
    let donations = told.into_iter().flat_map(|event| event.donations);
    let gift = |donation: farthing_contracts::pool::events::Donation| Gift {
        donor: donation.donor.into(),
        amount: donation.amount,
    };
    donations.map(gift).collect()
}
