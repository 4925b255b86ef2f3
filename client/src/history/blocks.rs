//! Reading blocks: one request for many hashes, and one for each block's events.

use super::Event;
use crate::{
    emitted::{done_in, Done},
    proof::Proved,
    Account, Block, Chain, Client, Emitted, Error,
};
use farthing_contracts::Contract;
use farthing_types::{Hash, Millis};
use futures_util::{stream, StreamExt, TryStreamExt};
use scale::Decode;
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use subxt::{backend::rpc::RpcClient, dynamic::Value, ext::subxt_rpcs::rpc_params, utils::H256};

/// How many blocks are requested at once.
pub(super) const AT_ONCE: usize = 64;

/// What a node answers to whom it finds too curious.
const TOO_MANY: i32 = -32_999;
/// How long to leave such a node alone, at first and at most.
const REST: Duration = Duration::from_secs(1);
const LONG_REST: Duration = Duration::from_secs(30);
/// After how many rests to give up.
const MAX_RESTS: u32 = 12;

/// The events that contracts emitted in a block, and which of them took on other code in it.
pub(crate) struct Heard {
    block: Block,
    time: Millis,
    emitted: Vec<Emitted>,
    recoded: BTreeSet<Account>,
}

/// A block, and the events that a deployment's contracts emitted in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The block that the events are in.
    pub block: Block,
    /// The block's time, in milliseconds since the Unix epoch.
    pub time: Millis,
    /// The events, in order.
    pub events: Vec<Event>,
}

/// What is known about the contracts that emit events.
///
/// A contract can take on the code of a pool after it has told what it liked. So its events are a pool's if it had a
/// pool's code after their block, and took on none in it. That does not depend on which blocks are read together.
#[derive(Clone, Default)]
pub struct Origins {
    /// Which contract of the deployment's code is at an address, if there is one.
    of_many: BTreeMap<Account, Option<Contract>>,
}

/// How many contracts of strangers are remembered, so that nobody fills the memory by making more.
const MAX_STRANGERS: usize = 1 << 16;

/// Whether what the node says of contracts' codes is believed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Asking {
    /// The node is believed.
    Believing,
    /// The block's hash must prove the answer.
    Proving,
}

impl Origins {
    /// Picks the events of a deployment's contracts out of all events. The blocks follow one another. Finds the code of
    /// all unknown addresses with one request, unless they take on other code meanwhile.
    pub(super) async fn of(
        &mut self,
        client: &Client,
        told: Vec<Heard>,
        asking: Asking,
    ) -> Result<Vec<Event>, Error> {
        let single = single(client)?;
        let recoded = told.iter().flat_map(|told| &told.recoded);
        let recoded: BTreeSet<Account> = recoded.copied().collect();
        if let Some(last) = told.last() {
            let all = told.iter().flat_map(|told| &told.emitted);
            let all = all.filter(|emitted| !recoded.contains(&emitted.contract));
            let unknown = self.unknown(&single, all);
            self.learn(client, unknown, last.block, asking).await?;
        }
        let mut events = Vec::new();
        for told in told {
            let changing = told.emitted.iter();
            let changing = changing.filter(|emitted| {
                recoded.contains(&emitted.contract) && !told.recoded.contains(&emitted.contract)
            });
            let unknown = self.unknown(&single, changing);
            self.learn(client, unknown, told.block, asking).await?;
            for address in &told.recoded {
                self.of_many.remove(address);
            }
            for emitted in told.emitted {
                let of_many = || self.of_many.get(&emitted.contract).copied().flatten();
                let found = single.get(&emitted.contract).copied().or_else(of_many);
                if let Some(contract) = found {
                    events.push(Event {
                        block: told.block,
                        time: told.time,
                        contract,
                        emitted,
                    });
                }
            }
        }
        Ok(events)
    }

    /// Returns the contracts that it is not known what they are.
    fn unknown<'a>(
        &self,
        single: &BTreeMap<Account, Contract>,
        emitted: impl Iterator<Item = &'a Emitted>,
    ) -> Vec<Account> {
        let addresses: BTreeSet<_> = emitted.map(|emitted| emitted.contract).collect();
        let unknown = addresses.into_iter();
        unknown
            .filter(|address| !single.contains_key(address) && !self.of_many.contains_key(address))
            .collect()
    }

    /// Finds out what contracts are after a block.
    async fn learn(
        &mut self,
        client: &Client,
        unknown: Vec<Account>,
        after: Block,
        asking: Asking,
    ) -> Result<(), Error> {
        if unknown.is_empty() {
            return Ok(());
        }
        if self.of_many.len() > MAX_STRANGERS {
            self.of_many.retain(|_, found| found.is_some());
        }
        let codes = match asking {
            Asking::Proving => client.chain.codes_proved(after, &unknown).await?,
            Asking::Believing => {
                let codes = client.chain.codes_at(Some(H256(after.hash)), &unknown);
                codes
                    .await
                    .map_err(|error| forgotten(error, after.number))?
            }
        };
        for (address, code) in unknown.into_iter().zip(codes) {
            // Another contract of the code of those that there is one of is none of this deployment's.
            let found = Contract::MANY.into_iter().find(|many| {
                let known = client.deployment.code_hash(*many).ok();
                code.is_some() && known == code
            });
            self.of_many.insert(address, found);
        }
        Ok(())
    }
}

/// Returns the contracts that there is one of, by address.
fn single(client: &Client) -> Result<BTreeMap<Account, Contract>, Error> {
    let single = Contract::SINGLE.into_iter();
    let found = single.map(|one| Ok((client.deployment.address(one)?, one)));
    found.collect()
}

impl Client {
    /// Returns the events that the deployment's contracts emitted in some blocks, in the order of the blocks.
    /// `origins` collects what is found out about contracts.
    ///
    /// # Errors
    /// [`Error::Forgotten`] if the node no longer knows; [`Error::Node`].
    pub async fn told_in_all(
        &self,
        blocks: &[Block],
        origins: &mut Origins,
    ) -> Result<Vec<Told>, Error> {
        let heard = self.chain.told_in_all(blocks).await?;
        self.told_of(heard, origins, Asking::Believing).await
    }

    /// Picks the events of the deployment's contracts out of what was heard, block by block.
    async fn told_of(
        &self,
        heard: Vec<Heard>,
        origins: &mut Origins,
        asking: Asking,
    ) -> Result<Vec<Told>, Error> {
        let empty = heard.iter().map(|heard| Told {
            block: heard.block,
            time: heard.time,
            events: Vec::new(),
        });
        let mut told: Vec<_> = empty.collect();
        let mut at = 0;
        for event in origins.of(self, heard, asking).await? {
            while told.get(at).is_some_and(|told| told.block != event.block) {
                at += 1;
            }
            if let Some(told) = told.get_mut(at) {
                told.events.push(event);
            }
        }
        Ok(told)
    }

    /// Returns the events that the deployment's contracts emitted in some blocks. Checks that the hash of each block
    /// proves them and the block before it, and which contracts have the code of pools and rounds.
    /// `origins` must not hold what was found out without proof.
    ///
    /// # Errors
    /// [`Error::Node`], also if a check fails; [`Error::Forgotten`].
    pub async fn proved_in_all(
        &self,
        blocks: &[Block],
        origins: &mut Origins,
    ) -> Result<Vec<(Told, Block)>, Error> {
        let proved = stream::iter(blocks.iter().copied());
        let proved = proved.map(|block| self.chain.proved_in(block));
        let proved: Vec<_> = proved.buffered(AT_ONCE).try_collect().await?;
        let (heard, parents): (Vec<_>, Vec<_>) = proved.into_iter().unzip();
        let told = self.told_of(heard, origins, Asking::Proving).await?;
        Ok(told.into_iter().zip(parents).collect())
    }

    /// Returns whether any of the contracts that exist once was there after a block.
    ///
    /// # Errors
    /// [`Error::Forgotten`] if the node no longer has the block's state; [`Error::Node`].
    pub async fn is_there_in(&self, number: u32) -> Result<bool, Error> {
        let block = self.chain.block(number).await?;
        let storage = self.chain.api.storage();
        let keys = single(self)?.into_keys().map(|address| {
            let keys = vec![Value::from_bytes(address.0)];
            let item = subxt::dynamic::storage("Contracts", "ContractInfoOf", keys);
            storage.address_bytes(&item)
        });
        let keys = keys.collect::<Result<Vec<_>, subxt::Error>>()?;
        let found = values_at(&self.chain.rpc, block.hash, &keys).await;
        let found = found.map_err(|error| forgotten(error, number))?;
        Ok(!found.is_empty())
    }
}

impl Chain {
    /// Returns the blocks with these numbers, with one request.
    ///
    /// # Errors
    /// [`Error::Node`].
    pub async fn blocks(&self, numbers: &[u32]) -> Result<Vec<Block>, Error> {
        if numbers.is_empty() {
            return Ok(Vec::new());
        }
        let hashes: Vec<Option<H256>> = patiently(|| async {
            let params = rpc_params![numbers];
            Ok(self.rpc.request("chain_getBlockHash", params).await?)
        })
        .await?;
        let blocks = numbers.iter().zip(hashes);
        let blocks = blocks.map(|(number, hash)| {
            let hash = hash.ok_or_else(|| Error::node("it has no such block"))?.0;
            Ok(Block {
                number: *number,
                hash,
            })
        });
        let blocks = blocks.collect::<Result<Vec<_>, Error>>()?;
        match blocks.len() == numbers.len() {
            true => Ok(blocks),
            false => Err(Error::node("it does not tell the hashes of all blocks")),
        }
    }

    /// Returns whether a block is in the chain, as the node sees it now.
    ///
    /// # Errors
    /// [`Error::Node`].
    pub async fn has(&self, block: Block) -> Result<bool, Error> {
        let params = rpc_params![[block.number]];
        let found: Vec<Option<H256>> = self.rpc.request("chain_getBlockHash", params).await?;
        Ok(found.first().copied().flatten() == Some(H256(block.hash)))
    }

    /// Returns the events that contracts emitted in some blocks, in the order of the blocks.
    pub(super) async fn told_in_all(&self, blocks: &[Block]) -> Result<Vec<Heard>, Error> {
        let blocks = stream::iter(blocks.iter().copied());
        let told = blocks.map(|block| self.told_in(block));
        told.buffered(AT_ONCE).try_collect().await
    }

    /// Returns the keys under which the events of a block, and its time, are stored.
    fn keys_of_told(&self) -> Result<[Vec<u8>; 2], Error> {
        let key = |pallet, name| {
            let address = subxt::dynamic::storage::<Vec<Value>>(pallet, name, Vec::new());
            self.api.storage().address_bytes(&address)
        };
        Ok([key("System", "Events")?, key("Timestamp", "Now")?])
    }

    /// Returns what contracts told in a block, in order, proved by the block's hash; and the block before it.
    async fn proved_in(&self, block: Block) -> Result<(Heard, Block), Error> {
        let keys = self.keys_of_told()?;
        let Proved { parent, values } = self.proved(block, &keys).await?;
        let [events, now] = <[_; 2]>::try_from(values).unwrap_or_default();
        Ok((self.heard(block, events, now)?, parent))
    }

    /// Returns the events that contracts emitted in a block, in order, and the block's time. This takes one
    /// request.
    ///
    /// # Errors
    /// [`Error::Forgotten`] if the node no longer has the block's state; [`Error::Node`].
    pub(super) async fn told_in(&self, block: Block) -> Result<Heard, Error> {
        let keys = self.keys_of_told()?;
        let asked = patiently(|| values_at(&self.rpc, block.hash, &keys)).await;
        let found = asked.map_err(|error| forgotten(error, block.number))?;
        let [events, now] = keys.map(|key| found.get(&key).cloned());
        self.heard(block, events, now)
    }

    /// Reads what is stored of a block's events and time.
    fn heard(
        &self,
        block: Block,
        events: Option<Vec<u8>>,
        now: Option<Vec<u8>>,
    ) -> Result<Heard, Error> {
        let Done { emitted, recoded } = match events {
            Some(events) => done_in(&events, &self.api.metadata())?,
            None => Done::default(),
        };
        Ok(Heard {
            block,
            time: now.map_or(Ok(0), |now| Millis::decode(&mut &now[..]))?,
            emitted,
            recoded,
        })
    }
}

/// Returns what is stored at some keys after a block, as far as anything is.
async fn values_at(
    rpc: &RpcClient,
    block: Hash,
    keys: &[Vec<u8>],
) -> Result<BTreeMap<Vec<u8>, Vec<u8>>, Error> {
    #[derive(serde::Deserialize)]
    struct Set {
        changes: Vec<(String, Option<String>)>,
    }
    let names: Vec<_> = keys.iter().map(|key| hexadecimal(key)).collect();
    let params = rpc_params![names, hexadecimal(&block)];
    let sets: Vec<Set> = rpc.request("state_queryStorageAt", params).await?;
    let bytes = |text: &str| {
        let bytes = hex::decode(text.trim_start_matches("0x"));
        bytes.map_err(|_| Error::node("what it has stored is no hexadecimal"))
    };
    let changes = sets.into_iter().flat_map(|set| set.changes);
    let stored = changes.filter_map(|(key, value)| Some((key, value?)));
    stored
        .map(|(key, value)| Ok((bytes(&key)?, bytes(&value)?)))
        .collect()
}

fn hexadecimal(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

/// Asks again, after a rest, where a node says that it was asked too often.
async fn patiently<T, F: std::future::Future<Output = Result<T, Error>>>(
    ask: impl Fn() -> F,
) -> Result<T, Error> {
    let mut rest = REST;
    for _ in 0..MAX_RESTS {
        match ask().await {
            Err(error) if error.code() == Some(TOO_MANY) => tokio::time::sleep(rest).await,
            answered => return answered,
        }
        rest = (rest * 2).min(LONG_REST);
    }
    ask().await
}

/// Tells that a node keeps the state of a block no longer.
fn forgotten(error: Error, block: u32) -> Error {
    match error.is_of_discarded_state() {
        true => Error::Forgotten { block },
        false => error,
    }
}
