//! `payment_…`: what a transaction costs.

use super::{error, readable, register, Answer, Methods, Registered};
use crate::node::Node;
use farthing_chain::Weight;
use jsonrpsee::types::{ErrorObjectOwned, Params};
use scale::{Decode, Encode};
use serde_json::{json, Value};
use sp_core::{Bytes, H256};
use sp_rpc::number::NumberOrHex;

/// What Substrate nodes answer if they cannot tell.
const CANNOT_TELL: i32 = 1;
/// What they answer to what is no transaction.
const UNREADABLE: i32 = 2;
/// Which kinds of transactions the runtime tells apart.
const CLASSES: [&str; 3] = ["normal", "operational", "mandatory"];

pub fn register_methods(methods: &mut Methods) -> Registered {
    register(methods, "payment_queryInfo", |params, node| {
        let what = "query dispatch info";
        let answer = ask(params, node, "TransactionPaymentApi_query_info", what)?;
        info(&answer).ok_or_else(|| cannot(CANNOT_TELL, what, "unreadable answer"))
    })?;
    register(methods, "payment_queryFeeDetails", |params, node| {
        let what = "query fee details";
        let answer = ask(
            params,
            node,
            "TransactionPaymentApi_query_fee_details",
            what,
        )?;
        details(&answer).ok_or_else(|| cannot(CANNOT_TELL, what, "unreadable answer"))
    })
}

fn ask(params: &Params<'_>, node: &Node, method: &str, what: &str) -> Answer<Vec<u8>> {
    let mut params = params.sequence();
    let (bytes, at): (Bytes, Option<H256>) = (params.next()?, params.optional_next()?);
    let block = readable(node, at).ok_or_else(|| {
        let why = super::unknown_to_call(at.unwrap_or_default());
        cannot(CANNOT_TELL, what, &why)
    })?;
    let mut arguments = crate::making::extrinsic(&bytes)
        .map_err(|why| cannot(UNREADABLE, what, &format!("{why:?}")))?;
    arguments.extend(u32::try_from(bytes.len()).unwrap_or(u32::MAX).encode());
    let answer = node.call(&block, method, &arguments);
    let answer = answer.map_err(|why| cannot(CANNOT_TELL, what, &super::trapped(&why)))?;
    answer.ok_or_else(|| cannot(CANNOT_TELL, what, "the runtime does not tell"))
}

fn cannot(code: i32, what: &str, why: &str) -> ErrorObjectOwned {
    error(code, format!("Unable to {what}."), Some(why.into()))
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
