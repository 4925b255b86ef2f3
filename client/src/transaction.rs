//! Sends a transaction exactly once.

use crate::{
    chain::{Block, Chain},
    error::plain,
    keys::Key,
    outbox::{Memory, Outbox, Unfinished},
    receipt::Receipt,
    runtime::Info,
    Account, Error,
};
use farthing_types::{Balance, Hash};
use std::time::Duration;
use subxt::{
    config::DefaultExtrinsicParamsBuilder,
    tx::{DynamicPayload, SubmittableTransaction, TxStatus},
    utils::{MultiSignature, H256},
    OnlineClient, PolkadotConfig,
};

/// For how many blocks a transaction is valid: a power of two, as the chain counts.
const VALID_FOR: u32 = 64;

/// How far a transaction has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It is signed and in the outbox. From now on it may happen.
    Signed(Hash),
    /// The node has accepted it.
    Sent(Hash),
    /// It is in a block, which may still be undone.
    InBlock(Block),
    /// It is in a block that cannot be undone.
    Final(Block),
}

/// A function that is told how far a transaction has got.
pub type Watcher<'a> = &'a mut (dyn FnMut(Progress) + Send);

/// How certain a result must be before it counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Certainty {
    /// In a block. Blocks can still be undone, but hardly ever are.
    Block,
    /// In a block that cannot be undone.
    #[default]
    Final,
}

/// What became of a transaction that was under way.
#[derive(Debug)]
pub enum Fate {
    /// It is in a block; it may have failed there.
    Happened(Receipt),
    /// It did not happen and never will.
    Never,
}

/// A transaction to be signed.
pub(crate) struct Draft {
    pub what: String,
    pub payload: DynamicPayload,
    pub fingerprint: Hash,
    pub value: Balance,
    pub answer: Vec<u8>,
    pub memory: Memory,
}

type Signed = SubmittableTransaction<PolkadotConfig, OnlineClient<PolkadotConfig>>;

impl Chain {
    /// Returns the fee of a transaction, if it uses all the gas that it is allowed.
    pub(crate) async fn fee(
        &self,
        signer: Account,
        payload: &DynamicPayload,
    ) -> Result<Balance, Error> {
        Ok(self.info(signer, payload).await?.partial_fee)
    }

    /// Asks the chain what a transaction would weigh and cost before it is sent.
    pub(crate) async fn info(
        &self,
        signer: Account,
        payload: &DynamicPayload,
    ) -> Result<Info, Error> {
        let best = self.best().await?;
        let params = self.params(best, self.next_nonce(signer).await?);
        let transactions = self.api.tx();
        let mut unsigned = transactions.create_partial_offline(payload, params)?;
        // Fees depend on the signature's length only.
        let stand_in = MultiSignature::Sr25519([1; 64]);
        let signed = unsigned.sign_with_account_and_signature(&signer.into(), &stand_in);
        let mut info = self.try_fee(best, signed.encoded()).await?;
        // The chain leaves it out.
        info.partial_fee = info.partial_fee.saturating_add(self.priority);
        Ok(info)
    }

    /// Makes the error for an account that has too little money.
    pub fn not_enough(&self, account: Account, needs: Option<Balance>, has: Balance) -> Error {
        Error::NotEnough {
            account,
            needs: needs.map(|needs| self.token().sum(needs)),
            has: self.token().sum(has),
        }
    }

    fn params(
        &self,
        best: Block,
        nonce: u64,
    ) -> <subxt::config::DefaultExtrinsicParams<PolkadotConfig> as subxt::config::ExtrinsicParams<
        PolkadotConfig,
    >>::Params{
        DefaultExtrinsicParamsBuilder::new()
            .nonce(nonce)
            .tip(self.priority)
            .mortal_from_unchecked(VALID_FOR.into(), best.number.into(), H256(best.hash))
            .build()
    }

    /// Signs, remembers in the outbox, sends, and waits for the result. The outbox must be empty before. It
    /// holds the transaction afterwards, unless the transaction cannot have happened. Empty it once the user
    /// has been told the result.
    pub(crate) async fn send(
        &self,
        draft: Draft,
        key: &Key,
        outbox: &Outbox,
        certainty: Certainty,
        watcher: Watcher<'_>,
    ) -> Result<Receipt, Error> {
        let nonce = self.next_nonce(key.account()).await?;
        let sent = self.send_as(nonce, &draft, key, outbox, certainty, watcher);
        let sent = sent.await;
        // Another program may have signed for the same account in between. As no node took this transaction,
        // it can be made again with the next number, once.
        if matches!(sent, Err(Error::NotTaken(_))) {
            let now = self.next_nonce(key.account()).await?;
            if now > nonce {
                let again = self.send_as(now, &draft, key, outbox, certainty, watcher);
                return again.await;
            }
        }
        sent
    }

    async fn send_as(
        &self,
        nonce: u64,
        draft: &Draft,
        key: &Key,
        outbox: &Outbox,
        certainty: Certainty,
        watcher: Watcher<'_>,
    ) -> Result<Receipt, Error> {
        let best = self.best().await?;
        let params = self.params(best, nonce);
        let transactions = self.api.tx();
        let signed = transactions
            .create_partial_offline(&draft.payload, params)?
            .sign(key);
        let unfinished = Unfinished {
            what: draft.what.clone(),
            fingerprint: draft.fingerprint,
            bytes: signed.encoded().to_vec(),
            transaction: farthing_types::commitment::blake2_256(signed.encoded()),
            nonce,
            after: best.number,
            after_hash: best.hash,
            valid_for: VALID_FOR,
            answer: draft.answer.clone(),
            value: draft.value.to_string(),
            memory: draft.memory.clone(),
        };
        outbox.put(&unfinished)?;
        watcher(Progress::Signed(unfinished.transaction));
        let sent = self.submit(&signed, &unfinished, key.account(), certainty, watcher);
        let sent = sent.await;
        if matches!(sent, Err(Error::NotTaken(_))) {
            // No node has it, so that it cannot happen.
            outbox.empty()?;
        }
        sent
    }

    /// Finds out what became of the transaction in the outbox. Sends it again if it can still happen and is
    /// not found anywhere. Leaves the outbox as it is: empty it once the user has been told.
    ///
    /// # Errors
    /// [`Error::UnknownFate`] if it cannot be found out now.
    pub async fn settle(
        &self,
        unfinished: &Unfinished,
        signer: Account,
        certainty: Certainty,
        watcher: Watcher<'_>,
    ) -> Result<Fate, Error> {
        if let Some(fate) = self.fate(unfinished, signer, certainty, watcher).await? {
            return Ok(fate);
        }
        let signed = Signed::from_bytes(self.api.clone(), unfinished.bytes.clone());
        let sent = self.submit(&signed, unfinished, signer, certainty, watcher);
        match sent.await {
            Ok(receipt) => Ok(Fate::Happened(receipt)),
            // Another node may have it from the first time, or a block that is not final yet.
            Err(Error::NotTaken(reason)) => {
                let fate = self.wait_for_fate(unfinished, signer, certainty, watcher);
                fate.await?.ok_or_else(|| unknown(unfinished, reason))
            }
            Err(error) => Err(error),
        }
    }

    /// Finds out what became of a transaction; `None` if the chain cannot tell yet.
    async fn fate(
        &self,
        unfinished: &Unfinished,
        signer: Account,
        certainty: Certainty,
        watcher: Watcher<'_>,
    ) -> Result<Option<Fate>, Error> {
        // In this order: it could get into a block between a look at the blocks and one at the clock.
        let too_late = self.too_late(unfinished, signer).await?;
        let Some((block, index)) = self.find(unfinished).await? else {
            return Ok(too_late.then_some(Fate::Never));
        };
        watcher(Progress::InBlock(block));
        if certainty == Certainty::Final && !self.wait_until_final(unfinished, block).await? {
            return Ok(None);
        }
        let receipt = self.receipt(unfinished.transaction, block, index, signer);
        let receipt = receipt.await.map_err(|error| {
            unknown(
                unfinished,
                format!(
                    "it is in block {}, of which the node does not tell what happened in it ({}); ask a node that keeps old states",
                    block.number,
                    plain(&error.to_string())
                ),
            )
        })?;
        Ok(Some(Fate::Happened(receipt)))
    }

    /// Waits for the fate of a transaction that the node does not take, until what keeps it out is final;
    /// `None` if nothing does, as far as can be seen.
    async fn wait_for_fate(
        &self,
        unfinished: &Unfinished,
        signer: Account,
        certainty: Certainty,
        watcher: Watcher<'_>,
    ) -> Result<Option<Fate>, Error> {
        let start = std::time::Instant::now();
        loop {
            let fate = self.fate(unfinished, signer, certainty, watcher).await?;
            if fate.is_some() || start.elapsed() > self.patience {
                return Ok(fate);
            }
            let best = self.best().await?;
            let end = unfinished.after.saturating_add(unfinished.valid_for);
            let in_time = best.number.saturating_add(1) < end;
            if in_time && self.nonce_at(best, signer).await? <= unfinished.nonce {
                return Ok(None);
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    /// Finds the block that a transaction is in, and its index there.
    async fn find(&self, unfinished: &Unfinished) -> Result<Option<(Block, u32)>, Error> {
        let best = self.best().await?;
        let last = best
            .number
            .min(unfinished.after.saturating_add(unfinished.valid_for));
        for number in unfinished.after.saturating_add(1)..=last {
            let block = self.block(number).await?;
            let transactions = self.transactions(block.hash).await?;
            if let Some(index) = transactions.iter().position(|t| *t == unfinished.bytes) {
                let index = u32::try_from(index).unwrap_or(u32::MAX);
                return Ok(Some((block, index)));
            }
        }
        Ok(None)
    }

    /// Returns whether a transaction that is in no block can never get into one: its time is over, its
    /// number is taken, or the block that it was signed after is no more. Only what cannot be undone
    /// counts.
    async fn too_late(&self, unfinished: &Unfinished, signer: Account) -> Result<bool, Error> {
        let last = self.finalised().await?;
        let (after, end) = (
            unfinished.after(),
            unfinished.after.saturating_add(unfinished.valid_for),
        );
        // The last block that could have it is the one before `end`.
        if last.number.saturating_add(1) >= end
            || self.nonce_at(last, signer).await? > unfinished.nonce
        {
            return Ok(true);
        }
        if self.best().await?.number < after.number {
            return Err(unknown(unfinished, format!(
                "the node has not come to block {} yet, after which it was signed; wait for it, unless this is a development chain that was started anew: then remove the outbox in the state folder",
                after.number
            )));
        }
        Ok(last.number >= after.number && self.block(after.number).await? != after)
    }

    async fn submit(
        &self,
        signed: &Signed,
        unfinished: &Unfinished,
        signer: Account,
        certainty: Certainty,
        watcher: Watcher<'_>,
    ) -> Result<Receipt, Error> {
        let unknown = |reason: String| unknown(unfinished, reason);
        let mut progress = match signed.submit_and_watch().await {
            Ok(progress) => progress,
            Err(error) => {
                let waiting = self.not_taken(&error, unfinished, signer, certainty);
                return waiting.await;
            }
        };
        watcher(Progress::Sent(unfinished.transaction));
        let mut seen = None;
        loop {
            let next = tokio::time::timeout(self.patience, progress.next());
            let status = match next.await {
                Err(_) => return Err(self.waited_for(unfinished, seen)),
                Ok(None) => return Err(unknown("the node stopped telling".into())),
                Ok(Some(Err(error))) => return Err(unknown(plain(&error.to_string()))),
                Ok(Some(Ok(status))) => status,
            };
            let block = match &status {
                TxStatus::InBestBlock(block) => block,
                TxStatus::InFinalizedBlock(block) => block,
                TxStatus::NoLongerInBestBlock => {
                    seen = None;
                    continue;
                }
                TxStatus::Invalid { message }
                | TxStatus::Dropped { message }
                | TxStatus::Error { message } => return Err(unknown(plain(message))),
                _ => continue,
            };
            let is_final = matches!(status, TxStatus::InFinalizedBlock(_));
            let header = self.legacy.chain_get_header(Some(block.block_hash())).await;
            let number = match header {
                Ok(Some(header)) => header.number,
                _ => return Err(unknown("the node has lost the block".into())),
            };
            let block = Block {
                number,
                hash: block.block_hash().0,
            };
            seen = Some(block);
            watcher(match is_final {
                true => Progress::Final(block),
                false => Progress::InBlock(block),
            });
            if is_final || certainty == Certainty::Block {
                let found = self.position(block, unfinished).await;
                let index = found.map_err(|error| unknown(plain(&error.to_string())))?;
                let receipt = self.receipt(unfinished.transaction, block, index, signer);
                return receipt
                    .await
                    .map_err(|error| unknown(plain(&error.to_string())));
            }
        }
    }

    /// Says that a transaction is not where it should be after all this time.
    fn waited_for(&self, unfinished: &Unfinished, seen: Option<Block>) -> Error {
        match seen {
            Some(block) => Error::NotFinal {
                transaction: unfinished.transaction,
                block: block.number,
            },
            None => {
                let seconds = self.patience.as_secs();
                unknown(unfinished, format!("no block took it for {seconds} s"))
            }
        }
    }

    async fn position(&self, block: Block, unfinished: &Unfinished) -> Result<u32, Error> {
        let transactions = self.transactions(block.hash).await?;
        let index = transactions.iter().position(|t| *t == unfinished.bytes);
        index
            .and_then(|index| u32::try_from(index).ok())
            .ok_or_else(|| Error::node("the block does not have the transaction"))
    }

    /// Finds out what became of a transaction that the node did not take: because it has it already, or
    /// because it cannot happen, or the connection broke.
    async fn not_taken(
        &self,
        error: &subxt::Error,
        unfinished: &Unfinished,
        signer: Account,
        certainty: Certainty,
    ) -> Result<Receipt, Error> {
        use subxt::ext::subxt_rpcs::Error::User;
        let subxt::Error::Rpc(subxt::error::RpcError::ClientError(User(answer))) = error else {
            return Err(unknown(unfinished, plain(&error.to_string())));
        };
        if answer.code == ALREADY_IMPORTED {
            let found = self.wait_for_block(unfinished, signer, certainty).await;
            return found.map_err(|error| unknown(unfinished, plain(&error.to_string())));
        }
        // Anything else may come from what stands between this program and the node.
        if !REFUSALS.contains(&answer.code) {
            return Err(unknown(unfinished, plain(&answer.message)));
        }
        let detail = answer
            .data
            .as_ref()
            .map(|data| data.get().trim_matches('"'));
        Err(Error::NotTaken(plain(detail.unwrap_or(&answer.message))))
    }

    /// Waits for a transaction that the node has already.
    async fn wait_for_block(
        &self,
        unfinished: &Unfinished,
        signer: Account,
        certainty: Certainty,
    ) -> Result<Receipt, Error> {
        let start = std::time::Instant::now();
        while start.elapsed() < self.patience {
            if let Some((block, index)) = self.find(unfinished).await? {
                if certainty == Certainty::Block || self.wait_until_final(unfinished, block).await?
                {
                    return self
                        .receipt(unfinished.transaction, block, index, signer)
                        .await;
                }
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        Err(Error::UnknownFate {
            transaction: unfinished.transaction,
            reason: "it waits for a block".into(),
        })
    }

    /// Waits until a block cannot be undone; false if it was undone instead.
    async fn wait_until_final(&self, unfinished: &Unfinished, block: Block) -> Result<bool, Error> {
        let start = std::time::Instant::now();
        while self.finalised().await?.number < block.number {
            if start.elapsed() > self.patience {
                return Err(self.waited_for(unfinished, Some(block)));
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        Ok(self.block(block.number).await? == block)
    }
}

fn unknown(unfinished: &Unfinished, reason: String) -> Error {
    Error::UnknownFate {
        transaction: unfinished.transaction,
        reason,
    }
}

/// What nodes answer to a transaction that they have.
const ALREADY_IMPORTED: i32 = 1013;

/// What nodes answer to a transaction that they do not keep: it is malformed (1001 and 1002), or their
/// pool refuses it (from 1010 on).
const REFUSALS: &[i32] = &[1001, 1002, 1010, 1011, 1012, 1014, 1015, 1016, 1017, 1018];
