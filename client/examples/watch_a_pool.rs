//! Watches a pool: tells each thing that happens to it, from a block on.
//!
//! ```text
//! cargo run -p farthing-client --example watch_a_pool -- ws://127.0.0.1:9944 deployments POOL
//! ```

use farthing_client::{at, Account, Chain, Client, Error, Token};
use farthing_contracts::pool::PoolRef;
use ink::codegen::TraitCallBuilder;
use serde_json::Value;
use std::{ops::ControlFlow, time::Duration};

/// Tells what happens to a pool in final blocks, until `tell` has heard enough. Returns the block to go on from the
/// next time: whoever writes it down misses nothing, and hears nothing twice.
pub async fn watch(
    client: &Client,
    pool: Account,
    mut from: u32,
    mut tell: impl FnMut(u32, &str, &Value) -> ControlFlow<()>,
) -> Result<u32, Error> {
    loop {
        let last = client.chain.finalised().await?.number;
        while from <= last {
            let mut enough = false;
            for event in client.events_in(from).await? {
                if event.emitted.contract != pool {
                    continue;
                }
                let Some((name, fields)) = client.told(&event) else {
                    continue;
                };
                enough |= tell(from, &name, &fields).is_break();
            }
            from += 1;
            if enough {
                return Ok(from);
            }
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// What a pool holds and owes at this moment, in a sentence.
pub async fn standing(client: &Client, pool: Account, token: &Token) -> Result<String, Error> {
    let pool: PoolRef = at(pool);
    let (owed, held) = client.read(pool.call().solvency()).await?;
    Ok(format!(
        "it holds {} and owes {}",
        token.unit(held),
        token.unit(owed)
    ))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let given: Vec<_> = std::env::args().skip(1).collect();
    let [node, deployments, pool] = &given[..] else {
        return Err("say a node, the folder of deployments, and the pool's address".into());
    };
    let pool: Account = pool.parse()?;
    let chain = Chain::connect(node).await?;
    let client = Client::open(chain, deployments.as_ref(), "local").await?;
    println!("{}", standing(&client, pool, client.chain.token()).await?);
    let from = client.chain.finalised().await?.number;
    let told = watch(&client, pool, from, |block, name, fields| {
        println!("block {block}: {name} {fields}");
        ControlFlow::Continue(())
    });
    told.await?;
    Ok(())
}
