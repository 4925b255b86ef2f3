//! A connection to a node.

use crate::{Account, Error};
use farthing_types::{Balance, Hash, Millis};
use scale::Decode;
use std::time::Duration;
use subxt::{
    backend::{legacy::LegacyRpcMethods, rpc::RpcClient},
    dynamic::Value,
    ext::{
        scale_decode::DecodeAsType,
        subxt_rpcs::{client::RpcParams, rpc_params},
    },
    utils::H256,
    OnlineClient, PolkadotConfig,
};

/// How long a node may take to answer at all.
const PATIENCE: Duration = Duration::from_secs(15);

/// A chain, through one of its nodes.
#[derive(Clone)]
pub struct Chain {
    /// subxt's client, for what is not here.
    pub api: OnlineClient<PolkadotConfig>,
    pub(crate) legacy: LegacyRpcMethods<PolkadotConfig>,
    rpc: RpcClient,
    /// The node's address.
    pub url: String,
}

/// A block, by number and hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// How many blocks are under it.
    pub number: u32,
    /// Its hash.
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

/// What an account has on the chain itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Money {
    /// Free, locked or not.
    pub free: Balance,
    /// Held: storage deposits, among others.
    pub held: Balance,
    /// What a transaction can spend of it, the account staying alive.
    pub spendable: Balance,
}

impl Chain {
    /// Connects to the node at `url`, such as `ws://127.0.0.1:9944`.
    ///
    /// # Errors
    /// [`Error::NoNode`] if none answers there; [`Error::OtherAmounts`] if the chain's amounts have not 16
    /// bytes.
    pub async fn connect(url: &str) -> Result<Self, Error> {
        let no_node = |reason: String| Error::NoNode {
            url: url.into(),
            reason: crate::error::plain(&reason),
        };
        let connecting = async {
            let rpc = RpcClient::from_insecure_url(url)
                .await
                .map_err(|error| no_node(root_cause(&error)))?;
            let api = OnlineClient::from_rpc_client(rpc.clone())
                .await
                .map_err(|error| no_node(root_cause(&error)))?;
            Ok(Self {
                api,
                legacy: LegacyRpcMethods::new(rpc.clone()),
                rpc,
                url: url.into(),
            })
        };
        let connected = tokio::time::timeout(PATIENCE, connecting).await;
        let chain: Self = connected.unwrap_or_else(|_| Err(no_node("it takes too long".into())))?;
        chain.check_amounts()?;
        Ok(chain)
    }

    fn check_amounts(&self) -> Result<(), Error> {
        let address = subxt::dynamic::constant("Balances", "ExistentialDeposit");
        let bytes = self.api.constants().at(&address)?.encoded().len();
        if bytes == size_of::<Balance>() {
            return Ok(());
        }
        Err(Error::OtherAmounts {
            url: self.url.clone(),
            bytes,
        })
    }

    /// The hash of the chain's first block, which tells chains apart.
    pub fn genesis(&self) -> Hash {
        self.api.genesis_hash().0
    }

    /// What chain this is, by its own name.
    pub async fn name(&self) -> Result<String, Error> {
        Ok(self.legacy.system_chain().await?)
    }

    /// Whether the chain is one for development, where anybody has the keys of rich accounts.
    pub async fn is_development(&self) -> Result<bool, Error> {
        let kind: serde_json::Value = self.rpc.request("system_chainType", rpc_params![]).await?;
        Ok(kind == "Development")
    }

    /// What tells the lives of a development chain apart, which begins with the same block each time that
    /// it is started anew: the hash of the block after that, if there is one. `None` for other chains.
    pub async fn life(&self) -> Result<Option<Hash>, Error> {
        if !self.is_development().await? {
            return Ok(None);
        }
        let second = self.legacy.chain_get_block_hash(Some(1u32.into())).await?;
        Ok(second.map(|hash| hash.0))
    }

    /// Moves a development chain's clock forward, and makes a block.
    ///
    /// # Errors
    /// [`Error::Node`] if it is not Farthing's own (`./scripts/chain`).
    pub async fn forward(&self, time: Millis) -> Result<(), Error> {
        self.request("dev_forward", serde_json::json!([time]))
            .await?;
        Ok(())
    }

    /// Asks the node something by the name of a JSON-RPC method, with its parameters as an array.
    ///
    /// # Errors
    /// [`Error::Node`] with what the node says, if it refuses.
    pub async fn request(
        &self,
        method: &str,
        params: serde_json::Value,
    ) -> Result<serde_json::Value, Error> {
        let mut given = RpcParams::new();
        for param in params.as_array().into_iter().flatten() {
            given.push(param)?;
        }
        Ok(self.rpc.request(method, given).await?)
    }

    // ---- Blocks ----

    /// The latest block.
    pub async fn best(&self) -> Result<Block, Error> {
        self.head(None).await
    }

    /// The latest block that cannot be undone.
    pub async fn finalised(&self) -> Result<Block, Error> {
        let hash = self.legacy.chain_get_finalized_head().await?;
        self.head(Some(hash)).await
    }

    async fn head(&self, hash: Option<H256>) -> Result<Block, Error> {
        let hash = match hash {
            Some(hash) => hash,
            None => self.block_hash(None).await?,
        };
        let header = self.legacy.chain_get_header(Some(hash)).await?;
        let header = header.ok_or_else(|| Error::Node("it has lost a block".into()))?;
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
        hash.ok_or_else(|| Error::Node("it has no such block".into()))
    }

    /// The block with a number.
    ///
    /// # Errors
    /// [`Error::Node`] if there is none yet.
    pub async fn block(&self, number: u32) -> Result<Block, Error> {
        let hash = self.block_hash(Some(number)).await?.0;
        Ok(Block { number, hash })
    }

    /// The transactions of a block, as bytes.
    pub async fn transactions(&self, block: Hash) -> Result<Vec<Vec<u8>>, Error> {
        let details = self.legacy.chain_get_block(Some(H256(block))).await?;
        let details = details.ok_or_else(|| Error::Node("it has lost a block".into()))?;
        let extrinsics = details.block.extrinsics.into_iter();
        Ok(extrinsics.map(|bytes| bytes.0).collect())
    }

    /// The time of a block.
    pub async fn time(&self, block: Hash) -> Result<Millis, Error> {
        let now = self.item(block, "Timestamp", "Now", Vec::new()).await?;
        now.map_or(Ok(0), |bytes| Ok(Millis::decode(&mut &bytes[..])?))
    }

    // ---- Accounts and contracts ----

    /// What an account has, as of the latest block.
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

    /// The least that an account can have.
    pub fn existential_deposit(&self) -> Result<Balance, Error> {
        self.amount_of("Balances", "ExistentialDeposit")
    }

    /// One of the amounts that the runtime is made with.
    pub(crate) fn amount_of(&self, pallet: &str, name: &str) -> Result<Balance, Error> {
        let value = self
            .api
            .constants()
            .at(&subxt::dynamic::constant(pallet, name))?;
        Ok(Balance::decode(&mut value.encoded())?)
    }

    /// The number of the account's next transaction, those that wait for a block included.
    pub async fn next_nonce(&self, account: Account) -> Result<u64, Error> {
        Ok(self
            .legacy
            .system_account_next_index(&account.into())
            .await?)
    }

    /// How many transactions of the account are in the blocks up to this one.
    pub async fn nonce_at(&self, block: Block, account: Account) -> Result<u64, Error> {
        let block = self.api.blocks().at(H256(block.hash)).await?;
        Ok(block.account_nonce(&account.into()).await?)
    }

    /// The hash of the code of the contract at an address, as of the latest block.
    pub async fn code_of(&self, contract: Account) -> Result<Option<Hash>, Error> {
        let info = self.contract_info::<ContractInfo>(contract).await?;
        Ok(info.map(|info| info.code_hash.0))
    }

    /// What the chain keeps of a contract, or those fields of it that `T` has; `None` if there is no such
    /// contract.
    pub(crate) async fn contract_info<T: DecodeAsType>(
        &self,
        contract: Account,
    ) -> Result<Option<T>, Error> {
        let keys = vec![Value::from_bytes(contract.0)];
        let address = subxt::dynamic::storage("Contracts", "ContractInfoOf", keys);
        let storage = self.api.storage().at(self.block_hash(None).await?);
        let Some(found) = storage.fetch(&address).await? else {
            return Ok(None);
        };
        Ok(Some(found.as_type::<T>().map_err(subxt::Error::from)?))
    }

    /// Whether the chain has this code.
    pub async fn has_code(&self, code: Hash) -> Result<bool, Error> {
        let keys = vec![Value::from_bytes(code)];
        let best = self.block_hash(None).await?.0;
        Ok(self
            .item(best, "Contracts", "CodeInfoOf", keys)
            .await?
            .is_some())
    }

    /// The bytes of one of the chain's storage items.
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

/// What is at the bottom of an error.
fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    let text = cause.to_string();
    text.rsplit("client error: ").next().unwrap_or(&text).into()
}
