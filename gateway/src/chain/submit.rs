//! Passing on a payer's transaction: opening a channel needs no node on the payer's side then.

use super::Live;
use crate::till::Unanswered;
use farthing_client::{Account, Block, Chain, Error, Kind};
use farthing_contracts::Contract;
use serde_json::json;
use std::time::{Duration, Instant};

/// How often it is looked for in new blocks.
const EVERY: Duration = Duration::from_millis(500);
/// How long it is waited for: two minutes of blocks, and they must become final.
const PATIENCE: Duration = Duration::from_secs(120);

impl Live {
    /// Submits a transaction and returns when a final block has it.
    pub(super) async fn submit_and_wait(
        &self,
        payer: Account,
        extrinsic: Vec<u8>,
    ) -> Result<(), Unanswered> {
        let away = |error: Error| Unanswered::Away(error.to_string());
        let client = self.client();
        let chain = &client.chain;
        let contract = client.deployment.address(Contract::Channels);
        if !is_by(&extrinsic, &payer) {
            let why = "the channel's payer has not signed it";
            return Err(Unanswered::Refused(why.into()));
        }
        if !calls(chain, &extrinsic, &contract.map_err(away)?.0) {
            let why = "it is no call of the channels contract";
            return Err(Unanswered::Refused(why.into()));
        }
        let last = chain.finalised().await.map_err(away)?;
        let mut next = last.number;
        if waits_for_others(chain, last, &extrinsic).await {
            let why = "it comes after another transaction of its signer's: bring it when that is in a block";
            return Err(Unanswered::Refused(why.into()));
        }
        let text = format!("0x{}", hex::encode(&extrinsic));
        if let Err(error) = chain.request("author_submitExtrinsic", json!([text])).await {
            if !is_known_to_the_node(&error) {
                return Err(match error.kind() {
                    Kind::Node if error.code().is_none() => away(error),
                    _ => Unanswered::Refused(error.to_string()),
                });
            }
        }
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            let last = chain.finalised().await.map_err(away)?.number;
            while next <= last {
                let block = chain.block(next).await.map_err(away)?;
                let transactions = chain.transactions(block.hash).await.map_err(away)?;
                if transactions.contains(&extrinsic) {
                    return Ok(());
                }
                next = next.saturating_add(1);
            }
            tokio::time::sleep(EVERY).await;
        }
        Err(Unanswered::Refused("no final block has it yet".into()))
    }
}

/// The variant of an address that is an account's bytes.
const ID: u8 = 0;

/// Returns whether these bytes are a transaction that this account has signed, as far as they say so; the node checks the
/// signature. Otherwise a stranger's transaction would count as the payer's.
fn is_by(extrinsic: &[u8], payer: &Account) -> bool {
    /// A length of up to 4 KiB has two bytes; then comes the version, with a bit for whether it is signed.
    const SIGNED: u8 = 0x80;
    let is_signed = extrinsic
        .get(2)
        .is_some_and(|version| version & SIGNED != 0);
    is_signed && extrinsic.get(3) == Some(&ID) && extrinsic.get(4..36) == Some(&payer.0)
}

/// Returns whether a transaction has a call of the contract in it. Others are none of ours: nobody is to send whatever
/// they like through this.
fn calls(chain: &Chain, extrinsic: &[u8], contract: &[u8; 32]) -> bool {
    let metadata = chain.api.metadata();
    let Some(pallet) = metadata.pallet_by_name("Contracts") else {
        return false;
    };
    let Some(call) = pallet.call_variant_by_name("call") else {
        return false;
    };
    let begin = [&[pallet.index(), call.index, ID][..], contract].concat();
    extrinsic.windows(begin.len()).any(|bytes| bytes == begin)
}

/// Returns whether a transaction cannot be in a block before others of its signer's, as far as the chain says. Nobody
/// is to keep a turn here for minutes with one that never will be.
async fn waits_for_others(chain: &Chain, at: Block, extrinsic: &[u8]) -> bool {
    const EXTERNAL: u8 = 2;
    let asked = [&[EXTERNAL][..], extrinsic, &at.hash].concat();
    let params = json!([
        "TaggedTransactionQueue_validate_transaction",
        format!("0x{}", hex::encode(asked)),
    ]);
    let answer = chain.request("state_call", params).await;
    let answer = answer.ok().and_then(|answer| {
        let text = answer.as_str()?.strip_prefix("0x")?.to_owned();
        hex::decode(text).ok()
    });
    // One that is not valid, the node refuses by itself.
    answer.is_some_and(|answer| requires_others(&answer))
}

/// Reads what the runtime says of a transaction: that it is valid, its priority, and how many others it requires.
fn requires_others(answer: &[u8]) -> bool {
    const VALID: u8 = 0;
    const PRIORITY: usize = 8;
    answer.first() == Some(&VALID) && answer.get(1 + PRIORITY).is_some_and(|count| *count != 0)
}

/// Returns whether the node has the transaction already.
fn is_known_to_the_node(error: &Error) -> bool {
    const ALREADY_IMPORTED: i32 = 1013;
    error.code() == Some(ALREADY_IMPORTED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transaction_is_the_payers_only_if_the_payer_signed_it() {
        let payer = Account([7; 32]);
        let with = |version: u8, by: [u8; 32]| [&[0, 1, version, ID][..], &by, &[3; 90]].concat();
        assert!(is_by(&with(0x84, payer.0), &payer));
        assert!(!is_by(&with(0x04, payer.0), &payer));
        assert!(!is_by(&with(0x84, [8; 32]), &payer));
        assert!(!is_by(&[], &payer));
        // The payer's bytes in what a stranger has signed make it none of the payer's.
        assert!(!is_by(
            &[with(0x84, [8; 32]), payer.0.to_vec()].concat(),
            &payer
        ));
    }

    #[test]
    fn transaction_that_comes_after_others_is_known_by_what_the_runtime_says() {
        let valid = |requires: &[u8]| [&[0][..], &7u64.to_le_bytes(), requires].concat();
        assert!(!requires_others(&valid(&[0, 4, 1])));
        assert!(requires_others(&valid(&[4, 8, 1, 2])));
        for odd in [&[][..], &[1, 0], &[0; 5]] {
            assert!(!requires_others(odd), "{odd:?}");
        }
    }
}
