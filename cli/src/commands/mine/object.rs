//! All of it as one object, for programs: amounts as text in the smallest unit, times in milliseconds.

use farthing_client::{
    ops::own::{Access, Own, When},
    Account, Block,
};
use farthing_contracts::pool::books::Stage;
use serde_json::{json, Value};

pub fn of(account: Account, block: Block, own: &Own) -> Value {
    json!({
        "account": account,
        "block": block.number,
        "purchases": own.purchases.iter().map(|one| json!({
            "when": when(one.when),
            "creator": one.creator,
            "item": one.item,
            "title": one.title,
            "payer": one.payer,
            "owner": one.owner,
            "paid": one.paid.to_string(),
            "from": one.term.map(|term| term.from),
            "until": one.term.map(|term| term.until()),
            "refunded": one.refunded.map(when),
            "access": one.access != Access::No,
        })).collect::<Vec<_>>(),
        "blinded": own.hidden.iter().map(|one| json!({
            "when": when(one.when),
            "creator": one.creator,
            "tier": one.tier,
            "paid": one.paid.to_string(),
            "commitment": hexadecimal(&one.commitment),
        })).collect::<Vec<_>>(),
        "tips": own.tips.iter().map(|one| json!({
            "when": when(one.when),
            "creator": one.creator,
            "amount": one.amount.to_string(),
            "memo": hexadecimal(&one.memo),
        })).collect::<Vec<_>>(),
        "gifts": own.gifts.iter().map(|one| json!({
            "when": when(one.when),
            "pool": one.pool,
            "round": one.round,
            "donor": one.donor,
            "payer": one.payer,
            "amount": one.amount.to_string(),
            "matched": one.matched.to_string(),
            "memo": one.memo.map(|hash| hexadecimal(&hash)),
            "refunded": one.refunded.map(when),
        })).collect::<Vec<_>>(),
        "grants": own.grants.iter().map(|one| json!({
            "when": when(one.when),
            "pool": one.pool,
            "amount": one.amount.to_string(),
        })).collect::<Vec<_>>(),
        "sponsorships": own.sponsorships.iter().map(|one| json!({
            "when": when(one.when),
            "pool": one.pool,
            "number": one.number,
            "amount": one.amount.to_string(),
            "spent": one.spent.to_string(),
            "returned": one.returned.to_string(),
        })).collect::<Vec<_>>(),
        "rounds": own.rounds.iter().map(|one| json!({
            "when": when(one.when),
            "round": one.round,
            "given": one.given.to_string(),
            "returned": one.returned.to_string(),
            "sponsored": one.sponsored.to_string(),
        })).collect::<Vec<_>>(),
        "pools": own.pools.iter().map(|one| json!({
            "pool": one.pool,
            "number": one.number,
            "title": one.title,
            "stage": stage(one.stage),
        })).collect::<Vec<_>>(),
        "streams": own.streams.iter().map(|one| json!({
            "stream": one.stream,
            "opened": when(one.opened),
            "payee": one.payee,
            "deposited": one.deposited.to_string(),
            "paid": one.paid.to_string(),
            "returned": one.returned.to_string(),
            "stopped": one.stopped.map(when),
            "due": one.now.as_ref().map(|now| now.due.payee.to_string()),
            "dry_at": one.now.as_ref().and_then(|now| now.due.dry_at),
        })).collect::<Vec<_>>(),
        "channels": own.channels.iter().map(|one| json!({
            "payee": one.payee,
            "lane": one.lane,
            "epoch": one.epoch,
            "opened": when(one.opened),
            "reserved": one.reserved.to_string(),
            "paid": one.paid.to_string(),
            "returned": one.returned.to_string(),
            "ended": one.ended.map(when),
            "left": one.now.as_ref().map(|now| now.rest().to_string()),
        })).collect::<Vec<_>>(),
    })
}

fn when(when: When) -> Value {
    json!({ "time": when.time, "block": when.block, "transaction": when.index })
}

/// Where a pool stands, in a word.
pub fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Open => "open",
        Stage::Ended => "ended",
        Stage::Missed => "missed",
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}
