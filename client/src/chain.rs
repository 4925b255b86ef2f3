//! Reads blocks, accounts and contracts of a chain, over a connection to a node.

use crate::{connection::Identity, Account, Error};
use farthing_types::{Balance, Hash, Millis};
use scale::Decode;
use std::collections::BTreeMap;
use subxt::{
    backend::{legacy::LegacyRpcMethods, rpc::RpcClient},
    config::Header,
    dynamic::{DecodedValueThunk, Value},
    ext::{scale_decode::DecodeAsType, subxt_core},
    storage::DynamicAddress,
    utils::H256,
    OnlineClient, PolkadotConfig,
};

/// A chain, through one of its nodes.
#[derive(Clone)]
pub struct Chain {
    /// subxt's client, for what this library does not offer.
    pub api: OnlineClient<PolkadotConfig>,
    pub(crate) legacy: LegacyRpcMethods<PolkadotConfig>,
    pub(crate) rpc: RpcClient,
    pub(crate) identity: Identity,
    pub(crate) priority: Balance,
    pub(crate) patience: std::time::Duration,
    /// The node's address as people may see it, without anything secret.
    pub node: String,
}

/// A block, by number and hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// The block's number: how many blocks come before it.
    pub number: u32,
    /// The block's hash.
    pub hash: Hash,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct ContractInfo {
    code_hash: H256,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct AccountInfo {
    data: AccountData,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct AccountData {
    free: u128,
    reserved: u128,
    frozen: u128,
}

/// An account's money on the chain itself, in the smallest unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Money {
    /// The free balance, including what is locked.
    pub free: Balance,
    /// The held balance. Storage deposits are part of it.
    pub held: Balance,
    /// How much a transaction can spend while the account stays alive, in the smallest unit.
    pub spendable: Balance,
}

impl Chain {
    /// Adds a tip to the fee of each transaction from now on, so that a nearly full block takes it before
    /// others. The fees that this library reports include the tip.
    pub fn set_priority(&mut self, fee: Balance) {
        self.priority = fee;
    }

    // ---- Blocks ----

    /// Returns the latest block.
    pub async fn best(&self) -> Result<Block, Error> {
        self.head(None).await
    }

    /// Returns the latest block that cannot be undone.
    pub async fn finalised(&self) -> Result<Block, Error> {
        let hash = self.legacy.chain_get_finalized_head().await?;
        self.head(Some(hash)).await
    }

    async fn head(&self, hash: Option<H256>) -> Result<Block, Error> {
        let header = self.legacy.chain_get_header(hash).await?;
        let header = header.ok_or_else(|| Error::node("it has lost a block"))?;
        // Its hash is that of its bytes: to ask for it would be another question.
        let hash = hash.unwrap_or_else(|| header.hash_with(self.api.hasher()));
        Ok(Block {
            number: header.number,
            hash: hash.0,
        })
    }

    async fn block_hash(&self, number: Option<u32>) -> Result<H256, Error> {
        let hash = self
            .legacy
            .chain_get_block_hash(number.map(Into::into))
            .await?;
        hash.ok_or_else(|| Error::node("it has no such block"))
    }

    /// Returns the block with a number.
    ///
    /// # Errors
    /// [`Error::Node`] if there is none yet.
    pub async fn block(&self, number: u32) -> Result<Block, Error> {
        let hash = self.block_hash(Some(number)).await?.0;
        Ok(Block { number, hash })
    }

    /// Returns the transactions of a block, as bytes.
    pub async fn transactions(&self, block: Hash) -> Result<Vec<Vec<u8>>, Error> {
        let details = self.legacy.chain_get_block(Some(H256(block))).await?;
        let details = details.ok_or_else(|| Error::node("it has lost a block"))?;
        let extrinsics = details.block.extrinsics.into_iter();
        Ok(extrinsics.map(|bytes| bytes.0).collect())
    }

    /// Returns the time of a block.
    pub async fn time(&self, block: Hash) -> Result<Millis, Error> {
        let now = self.item(block, "Timestamp", "Now", Vec::new()).await?;
        now.map_or(Ok(0), |bytes| Ok(Millis::decode(&mut &bytes[..])?))
    }

    // ---- Accounts and contracts ----

    /// Returns an account's money, as of the latest block.
    pub async fn money(&self, account: Account) -> Result<Money, Error> {
        let keys = vec![Value::from_bytes(account.0)];
        let address = subxt::dynamic::storage("System", "Account", keys);
        let storage = self.api.storage().at(self.block_hash(None).await?);
        let Some(found) = storage.fetch(&address).await? else {
            return Ok(Money::default());
        };
        let AccountData {
            free,
            reserved,
            frozen,
        } = found
            .as_type::<AccountInfo>()
            .map_err(subxt::Error::from)?
            .data;
        let floor = frozen
            .saturating_sub(reserved)
            .max(self.existential_deposit()?);
        Ok(Money {
            free,
            held: reserved,
            spendable: free.saturating_sub(floor),
        })
    }

    /// Returns the existential deposit: the least that an account can hold.
    pub fn existential_deposit(&self) -> Result<Balance, Error> {
        self.amount_of("Balances", "ExistentialDeposit")
    }

    /// Returns one of the amounts that the runtime is built with.
    pub(crate) fn amount_of(&self, pallet: &str, name: &str) -> Result<Balance, Error> {
        let constant = subxt::dynamic::constant(pallet, name);
        let value = self.api.constants().at(&constant)?;
        Ok(value.as_type::<Balance>().map_err(subxt::Error::from)?)
    }

    /// Returns the number of the account's next transaction. It counts those that still wait for a block.
    pub async fn next_nonce(&self, account: Account) -> Result<u64, Error> {
        Ok(self
            .legacy
            .system_account_next_index(&account.into())
            .await?)
    }

    /// Returns how many transactions of the account are in the blocks up to this one.
    pub async fn nonce_at(&self, block: Block, account: Account) -> Result<u64, Error> {
        let block = self.api.blocks().at(H256(block.hash)).await?;
        Ok(block.account_nonce(&account.into()).await?)
    }

    /// Returns the hash of the code of the contract at an address, as of the latest block.
    ///
    /// # Errors
    /// [`Error::Node`].
    pub async fn code_of(&self, contract: Account) -> Result<Option<Hash>, Error> {
        Ok(self.codes_of(&[contract]).await?.pop().flatten())
    }

    /// Returns the code hashes of many contracts, with one request.
    ///
    /// # Errors
    /// [`Error::Node`].
    pub async fn codes_of(&self, contracts: &[Account]) -> Result<Vec<Option<Hash>>, Error> {
        self.codes_at(None, contracts).await
    }

    /// Returns the code hashes of many contracts after a block, the latest if none is named, with one request.
    ///
    /// # Errors
    /// [`Error::Node`].
    pub(crate) async fn codes_at(
        &self,
        block: Option<H256>,
        contracts: &[Account],
    ) -> Result<Vec<Option<Hash>>, Error> {
        let infos = self.contract_infos_at::<ContractInfo>(block, contracts);
        let codes = infos.await?.into_iter();
        Ok(codes
            .map(|info| info.map(|info| info.code_hash.0))
            .collect())
    }

    /// Returns the number of the block in which a contract that exists now was made. `None` if the node no
    /// longer has the states that show it.
    ///
    /// # Errors
    /// [`Error::Node`].
    pub async fn made_in(&self, contract: Account) -> Result<Option<u32>, Error> {
        // It is in the state of `there`, and not in that of `before`.
        let (mut before, mut there) = (0, self.best().await?.number);
        while there.saturating_sub(before) > 1 {
            let middle = u32::midpoint(before, there);
            let block = self.block_hash(Some(middle)).await?;
            match self.codes_at(Some(block), &[contract]).await {
                Ok(codes) if codes.iter().all(Option::is_some) => there = middle,
                Ok(_) => before = middle,
                Err(error) if error.is_of_discarded_state() => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        Ok(Some(there))
    }

    /// Returns what the chain stores about contracts, or the fields of it that `T` has, as of the latest
    /// block. An entry is `None` where there is no such contract.
    pub(crate) async fn contract_infos<T: DecodeAsType>(
        &self,
        contracts: &[Account],
    ) -> Result<Vec<Option<T>>, Error> {
        self.contract_infos_at(None, contracts).await
    }

    async fn contract_infos_at<T: DecodeAsType>(
        &self,
        block: Option<H256>,
        contracts: &[Account],
    ) -> Result<Vec<Option<T>>, Error> {
        let keys = self.keys_of_infos(contracts)?;
        let answer = self
            .legacy
            .state_query_storage_at(keys.iter().map(|key| &key[..]), block)
            .await?;
        let found: BTreeMap<_, _> = answer
            .into_iter()
            .flat_map(|set| set.changes)
            .filter_map(|(key, value)| Some((key.0, value?.0)))
            .collect();
        let stored = keys.iter().map(|key| found.get(key).cloned());
        self.infos(contracts, stored)
    }

    /// Returns the hashes of the codes of contracts as of a block, proved by its hash.
    ///
    /// # Errors
    /// [`Error::Node`], also if there is no proof; [`Error::Forgotten`].
    pub(crate) async fn codes_proved(
        &self,
        block: Block,
        contracts: &[Account],
    ) -> Result<Vec<Option<Hash>>, Error> {
        let keys = self.keys_of_infos(contracts)?;
        let proved = self.proved(block, &keys).await?;
        let infos = self.infos::<ContractInfo>(contracts, proved.values)?;
        let codes = infos.into_iter();
        Ok(codes
            .map(|info| info.map(|info| info.code_hash.0))
            .collect())
    }

    /// Returns the storage keys of what the chain keeps of contracts.
    fn keys_of_infos(&self, contracts: &[Account]) -> Result<Vec<Vec<u8>>, Error> {
        let keys = contracts
            .iter()
            .map(|contract| self.api.storage().address_bytes(&info_of(*contract)));
        Ok(keys.collect::<Result<_, _>>()?)
    }

    /// Reads what is stored there.
    fn infos<T: DecodeAsType>(
        &self,
        contracts: &[Account],
        stored: impl IntoIterator<Item = Option<Vec<u8>>>,
    ) -> Result<Vec<Option<T>>, Error> {
        let metadata = self.api.metadata();
        let read = |(contract, bytes): (&Account, Option<Vec<u8>>)| {
            let decoded = bytes.map(|bytes| -> Result<T, Error> {
                let address = info_of(*contract);
                let value: Result<DecodedValueThunk, _> =
                    subxt_core::storage::decode_value(&mut &bytes[..], &address, &metadata);
                let value = value.map_err(subxt::Error::from)?;
                Ok(value.as_type::<T>().map_err(subxt::Error::from)?)
            });
            decoded.transpose()
        };
        contracts.iter().zip(stored).map(read).collect()
    }

    /// Returns whether the chain has this code.
    pub async fn has_code(&self, code: Hash) -> Result<bool, Error> {
        let keys = vec![Value::from_bytes(code)];
        let best = self.block_hash(None).await?.0;
        Ok(self
            .item(best, "Contracts", "CodeInfoOf", keys)
            .await?
            .is_some())
    }

    /// Returns the bytes of one of the chain's storage items.
    async fn item(
        &self,
        at: Hash,
        pallet: &str,
        name: &str,
        keys: Vec<Value>,
    ) -> Result<Option<Vec<u8>>, Error> {
        let address = subxt::dynamic::storage(pallet, name, keys);
        let found = self.api.storage().at(H256(at)).fetch(&address).await?;
        Ok(found.map(|item| item.encoded().to_vec()))
    }
}

/// Returns the address in storage of what the chain keeps of a contract.
fn info_of(contract: Account) -> DynamicAddress<Vec<Value>> {
    let keys = vec![Value::from_bytes(contract.0)];
    subxt::dynamic::storage("Contracts", "ContractInfoOf", keys)
}
