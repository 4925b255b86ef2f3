//! `farthing status`: what commands would work with, and what is under way.

use crate::{
    outcome::Outcome,
    output::{Output, Sheet},
    settings::Settings,
    signer,
    values::span_text,
};
use clap::Args;
use farthing_client::{
    time,
    wallet::{Paying, Receiving},
    Account, Block, Chain, Client, Error, Explain, Outbox,
};
use serde_json::{json, Value};

/// Show the network, the chain, the deployment, who signs, and what is under way.
///
/// Nothing is asked for, and no key is opened. A deployment that is not there or not in order is told of, and is
/// no failure.
#[derive(Args)]
pub struct Status {}

/// A block, and how old it is.
struct Seen {
    block: Block,
    time: u64,
}

impl Status {
    pub async fn run(self, settings: &Settings, output: &Output) -> Outcome {
        let chain = settings.connect().await?;
        output.set_token(chain.token());
        let opened = Client::open(chain.clone(), &settings.deployments, &settings.network).await;
        let deployment = opened.map(drop);
        let (best, last) = (
            seen(&chain, chain.best().await?).await?,
            seen(&chain, chain.finalised().await?).await?,
        );
        let clock = chain.clock().await?;
        let under_way = match settings.state_folder() {
            Ok(folder) => Outbox::look_at_all(&folder, &chain.genesis())?,
            // Nothing was ever kept where there is no folder for it.
            Err(_) => Vec::new(),
        };
        let signer = signer::account(settings, chain.is_development())?;
        let vouchers = match signer {
            Some(signer) => vouchers(settings, &chain, signer).await?,
            None => Vouchers::default(),
        };
        let token = chain.token();
        let kind = match chain.is_development() {
            true => "a development chain",
            false => "a chain that lasts",
        };
        let state = match &deployment {
            Ok(()) => format!(
                "{}, and its contracts are there",
                settings
                    .deployments
                    .join(format!("{}.json", settings.network))
                    .display()
            ),
            Err(error) => error.explain(token),
        };
        let block = |seen: &Seen| {
            let age = span_text(clock.saturating_sub(seen.time));
            format!("{}, {} ({age} ago)", seen.block.number, time(seen.time))
        };
        let mut sheet = Sheet::new()
            .row("network", &settings.network)
            .row("node", &chain.node)
            .row("chain", kind)
            .row("genesis", hash(&chain.genesis()))
            .row("token", token_text(&chain))
            .row("deployment", state)
            .row("latest block", block(&best))
            .row("final block", block(&last))
            .row("clock", time(clock))
            .row(
                "signer",
                signer.map_or("nobody is named".into(), |account| account.to_string()),
            );
        sheet = sheet
            .row_if("vouchers taken", some(vouchers.taken, "channel"))
            .row_if("vouchers given", some(vouchers.given, "channel"));
        if under_way.is_empty() {
            sheet = sheet.row("under way", "nothing");
        }
        for (account, unfinished) in &under_way {
            let what = format!("{}, signed by {account}", unfinished.what);
            sheet = sheet.row("under way", what);
        }
        output.sheet(&sheet);
        let under_way = under_way.iter().map(|(account, unfinished)| {
            json!({
                "account": account,
                "what": unfinished.what,
                "transaction": hash(&unfinished.transaction),
            })
        });
        let object = json!({
            "network": settings.network,
            "node": chain.node,
            "development": chain.is_development(),
            "genesis": hash(&chain.genesis()),
            "token": { "symbol": token.symbol, "decimals": token.decimals },
            "deployment": deployment.as_ref().map_or_else(|error| json!({ "error": error.explain(token) }), |()| json!({ "error": null })),
            "best": block_json(&best),
            "final": block_json(&last),
            "clock": clock,
            "signer": signer,
            "vouchers": { "taken": vouchers.taken, "given": vouchers.given },
            "under_way": under_way.collect::<Vec<_>>(),
        });
        output.field("status", object);
        Ok(())
    }
}

/// Of how many channels' lives this folder has the signer's vouchers.
#[derive(Default)]
struct Vouchers {
    /// As the payee.
    taken: usize,
    /// As the payer.
    given: usize,
}

async fn vouchers(settings: &Settings, chain: &Chain, signer: Account) -> Result<Vouchers, Error> {
    let genesis = chain.genesis();
    let Ok(state) = settings.state_of(&genesis, chain.life().await?) else {
        return Ok(Vouchers::default());
    };
    let taken = Receiving::read(&state, genesis, signer).map_err(Error::from)?;
    let given = Paying::read(&state, genesis, signer).map_err(Error::from)?;
    Ok(Vouchers {
        taken: taken.lives(),
        given: given.lives(),
    })
}

fn some(count: usize, what: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("of 1 {what}")),
        many => Some(format!("of {many} {what}s")),
    }
}

async fn seen(chain: &Chain, block: Block) -> Result<Seen, Error> {
    let time = chain.time(block.hash).await?;
    Ok(Seen { block, time })
}

fn token_text(chain: &Chain) -> String {
    let token = chain.token();
    format!("{}, with {} decimals", token.symbol, token.decimals)
}

fn hash(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

fn block_json(seen: &Seen) -> Value {
    json!({
        "number": seen.block.number,
        "hash": hash(&seen.block.hash),
        "time": seen.time,
    })
}
