//! `payment_…`: what a transaction costs.

use super::{block_at, error, register, Answer, Methods, Registered};
use crate::node::Node;
use farthing_chain::Weight;
use jsonrpsee::types::{ErrorObjectOwned, Params};
use scale::{Decode, Encode};
use serde_json::{json, Value};
use sp_core::{Bytes, H256};
use sp_rpc::number::NumberOrHex;

/// What Substrate nodes answer if they cannot tell.
const CANNOT_TELL: i32 = 1;
/// Which kinds of transactions the runtime tells apart.
const CLASSES: [&str; 3] = ["normal", "operational", "mandatory"];

pub fn register_methods(methods: &mut Methods) -> Registered {
    register(methods, "payment_queryInfo", |params, node| {
        let answer = ask(params, node, "TransactionPaymentApi_query_info")?;
        info(&answer).ok_or_else(|| cannot("query dispatch info", "unreadable answer"))
    })?;
    register(methods, "payment_queryFeeDetails", |params, node| {
        let answer = ask(params, node, "TransactionPaymentApi_query_fee_details")?;
        details(&answer).ok_or_else(|| cannot("query fee details", "unreadable answer"))
    })
}

fn ask(params: &Params<'_>, node: &Node, method: &str) -> Answer<Vec<u8>> {
    let mut params = params.sequence();
    let (bytes, at): (Bytes, Option<H256>) = (params.next()?, params.optional_next()?);
    let block = block_at(node, at)?;
    let mut arguments =
        crate::making::extrinsic(&bytes).map_err(|why| cannot("query dispatch info", &why))?;
    arguments.extend(u32::try_from(bytes.len()).unwrap_or(u32::MAX).encode());
    let answer = node.call(&block, method, &arguments);
    let answer = answer.map_err(|why| cannot("query dispatch info", &why))?;
    answer.ok_or_else(|| cannot("query dispatch info", "the runtime does not tell"))
}

fn cannot(what: &str, why: &str) -> ErrorObjectOwned {
    error(CANNOT_TELL, format!("Unable to {what}."), Some(why.into()))
}

/// An amount of however many bytes this chain's have.
fn amount(bytes: &[u8]) -> Option<u128> {
    let mut wide = [0; 16];
    wide.get_mut(..bytes.len())?.copy_from_slice(bytes);
    Some(u128::from_le_bytes(wide))
}

fn info(mut answer: &[u8]) -> Option<Value> {
    let weight = Weight::decode(&mut answer).ok()?;
    let class = CLASSES.get(usize::from(u8::decode(&mut answer).ok()?))?;
    Some(json!({"weight": weight, "class": class, "partialFee": amount(answer)?.to_string()}))
}

fn details(answer: &[u8]) -> Option<Value> {
    let (has_fee, fees) = answer.split_first()?;
    if *has_fee == 0 {
        return Some(json!({"inclusionFee": null}));
    }
    // Three parts of the fee, and a tip.
    let width = fees.len() / 4;
    let fee = |index: usize| {
        let bytes = fees.get(width * index..width * (index + 1))?;
        Some(NumberOrHex::Hex(amount(bytes)?.into()))
    };
    Some(json!({"inclusionFee": {
        "baseFee": fee(0)?,
        "lenFee": fee(1)?,
        "adjustedWeightFee": fee(2)?,
    }}))
}
