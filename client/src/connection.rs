//! Connecting to a node, and what is asked of it only once.

use crate::{cache, Account, Chain, Error, Token};
use farthing_types::{Balance, Hash};
use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    time::Duration,
};
use subxt::{
    backend::{
        legacy::{rpc_methods::RuntimeVersion, LegacyRpcMethods},
        rpc::RpcClient,
    },
    ext::codec::Decode,
    ext::subxt_rpcs::rpc_params,
    utils::H256,
    Metadata, OnlineClient, PolkadotConfig,
};

/// How long a node may take to answer, unless the caller says otherwise.
pub const PATIENCE: Duration = Duration::from_secs(15);

/// How long nothing may happen to a transaction before its sender stops waiting, unless the caller says
/// otherwise.
pub const TRANSACTION_PATIENCE: Duration = Duration::from_secs(120);

/// How to connect to a node.
#[derive(Clone, Debug, Default)]
pub struct Connecting {
    /// How long it may take to answer; [`PATIENCE`] if this is `None`.
    pub patience: Option<Duration>,
    /// How long nothing may happen to a transaction before its sender stops waiting; [`TRANSACTION_PATIENCE`]
    /// if this is `None`.
    pub transaction_patience: Option<Duration>,
    /// A folder to keep the chain's metadata in, so that it is not fetched each time.
    pub cache: Option<PathBuf>,
    /// The chain's token, for a chain that does not say.
    pub token: Option<Token>,
}

/// What identifies a chain, as its node says.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub genesis: Hash,
    /// The hash of the block after that, if there is one.
    pub second: Option<Hash>,
    pub is_development: bool,
    pub token: Token,
    pub prefix: u16,
}

impl Connecting {
    /// Connects to the node at `url`, such as `ws://127.0.0.1:9944`.
    ///
    /// # Errors
    /// [`Error::BadUrl`]; [`Error::NoNode`] if none answers there; [`Error::NoToken`] if neither the chain nor
    /// the caller says what an amount is; [`Error::OtherToken`] if they say different things.
    pub async fn to(&self, url: &str) -> Result<Chain, Error> {
        let node = name_of(url)?;
        let patience = self.patience.unwrap_or(PATIENCE);
        match tokio::time::timeout(patience, self.connect(url, &node)).await {
            Ok(chain) => chain,
            Err(_) => Err(Error::NoNode {
                node,
                reason: format!("it takes longer than {} s", patience.as_secs()),
            }),
        }
    }

    async fn connect(&self, url: &str, node: &str) -> Result<Chain, Error> {
        let no_node = |error: &dyn std::error::Error| Error::NoNode {
            node: node.into(),
            reason: crate::error::plain(&root_cause(error)).replace(url, node),
        };
        let rpc = RpcClient::from_insecure_url(url)
            .await
            .map_err(|error| no_node(&error))?;
        let legacy = LegacyRpcMethods::<PolkadotConfig>::new(rpc.clone());
        let asked = tokio::try_join!(
            rpc.request::<Vec<Option<H256>>>("chain_getBlockHash", rpc_params![[0u32, 1]]),
            legacy.state_get_runtime_version(None),
            rpc.request::<Value>("system_properties", rpc_params![]),
            rpc.request::<Value>("system_chainType", rpc_params![]),
            rpc.request::<String>("system_version", rpc_params![]),
        );
        let (hashes, version, properties, kind, software) =
            asked.map_err(|error| no_node(&error))?;
        let genesis = hashes.first().copied().flatten();
        let genesis = genesis.ok_or_else(|| Error::node("it has no first block"))?;
        let is_development = kind == "Development";
        let identity = Identity {
            genesis: genesis.0,
            second: hashes.get(1).copied().flatten().map(|hash| hash.0),
            is_development,
            token: self.token(&properties, is_development)?,
            prefix: properties["ss58Format"]
                .as_u64()
                .and_then(|prefix| prefix.try_into().ok())
                .unwrap_or(Account::GENERIC),
        };
        let name = cache_name(&identity, &version, &software);
        let metadata = self.metadata(&name, &rpc).await?;
        let version = subxt::client::RuntimeVersion {
            spec_version: version.spec_version,
            transaction_version: version.transaction_version,
        };
        let identity = Identity {
            token: identity.token.up_to(largest_amount(&metadata)),
            ..identity
        };
        let api = OnlineClient::from_rpc_client_with(genesis, version, metadata, rpc.clone())?;
        Account::show_with_prefix(identity.prefix);
        Ok(Chain {
            api,
            legacy,
            rpc,
            identity,
            priority: 0,
            patience: self.transaction_patience.unwrap_or(TRANSACTION_PATIENCE),
            node: node.into(),
        })
    }

    /// Returns the chain's token: as the chain says, or as the caller knows.
    fn token(&self, properties: &Value, is_development: bool) -> Result<Token, Error> {
        // Chains with several tokens have lists of them, their own first.
        let first = |name: &str| match &properties[name] {
            Value::Array(several) => several.first().cloned().unwrap_or_default(),
            one => one.clone(),
        };
        let said = match (
            first("tokenSymbol").as_str(),
            first("tokenDecimals").as_u64(),
        ) {
            (Some(symbol), Some(decimals)) => {
                Some(Token::new(symbol, decimals.try_into().unwrap_or(u8::MAX))?)
            }
            _ => None,
        };
        match (said, &self.token) {
            (Some(said), Some(known)) if said != *known => Err(Error::OtherToken {
                said: Box::new(said),
                expected: Box::new(known.clone()),
            }),
            (Some(said), _) => Ok(said),
            (None, Some(known)) => Ok(known.clone()),
            (None, None) if is_development => Ok(Token::default()),
            (None, None) => Err(Error::NoToken),
        }
    }

    /// Returns the chain's metadata: from the cache, if it is there.
    async fn metadata(&self, name: &str, rpc: &RpcClient) -> Result<Metadata, Error> {
        let kept = self.cache.as_deref().map(|folder| folder.join(name));
        if let Some(metadata) = kept.as_deref().and_then(read_metadata) {
            return Ok(metadata);
        }
        let fetched = fetch_metadata(rpc).await?;
        if let Some(path) = kept {
            // A cache that cannot be written costs time and nothing else.
            let _ = cache::write(&path, &fetched);
        }
        Ok(Metadata::decode(&mut &fetched[..])?)
    }
}

/// Returns the name that metadata is cached by: it differs where any of these does. Development chains can be
/// built anew without another version of their runtime, and so their software's version counts, too.
fn cache_name(identity: &Identity, version: &RuntimeVersion, software: &str) -> String {
    let runtime = (version.spec_version, version.transaction_version);
    let software = match identity.is_development {
        true => software,
        false => "",
    };
    let of = scale::Encode::encode(&(identity.genesis, runtime, software));
    let hash = farthing_types::commitment::blake2_256(&of);
    format!("metadata-{}", hex::encode(hash))
}

/// Returns the largest amount that a chain has room for: some have 8 bytes for one, and others 16.
fn largest_amount(metadata: &Metadata) -> Balance {
    use scale_info::{TypeDef, TypeDefPrimitive::U64};
    let pallet = metadata.pallet_by_name("Balances");
    let constant = pallet.and_then(|pallet| pallet.constant_by_name("ExistentialDeposit"));
    let of = constant.and_then(|constant| metadata.types().resolve(constant.ty()));
    match of.map(|of| &of.type_def) {
        Some(TypeDef::Primitive(U64)) => u64::MAX.into(),
        _ => Balance::MAX,
    }
}

fn read_metadata(path: &Path) -> Option<Metadata> {
    let bytes = cache::read(path)?;
    Metadata::decode(&mut &bytes[..]).ok()
}

/// The versions of metadata that subxt reads and that describe the runtime's functions, newest first.
const METADATA_VERSIONS: [u32; 2] = [16, 15];

async fn fetch_metadata(rpc: &RpcClient) -> Result<Vec<u8>, Error> {
    for version in METADATA_VERSIONS {
        let params = format!("0x{}", hex::encode(version.to_le_bytes()));
        let asked = rpc.request(
            "state_call",
            rpc_params!["Metadata_metadata_at_version", params],
        );
        let answer: Value = asked.await?;
        let bytes = answer.as_str().and_then(|text| text.strip_prefix("0x"));
        let bytes = bytes.and_then(|text| hex::decode(text).ok());
        let bytes = bytes.ok_or_else(|| Error::node("its metadata is none"))?;
        let metadata: Option<Vec<u8>> = scale::Decode::decode(&mut &bytes[..])?;
        if let Some(metadata) = metadata {
            return Ok(metadata);
        }
    }
    Err(Error::node(
        "it describes its runtime in no version that this program reads (15 or 16)",
    ))
}

/// Returns a node's address as people may see it, without anything secret.
///
/// # Errors
/// [`Error::BadUrl`] if it is not the address of a websocket.
pub fn name_of(url: &str) -> Result<String, Error> {
    let bad = |why: &str| Error::BadUrl { why: why.into() };
    let parsed = url::Url::parse(url)
        .map_err(|_| bad("write it like ws://127.0.0.1:9944 or wss://node.example"))?;
    if !matches!(parsed.scheme(), "ws" | "wss") {
        return Err(bad(
            "it begins with ws:// or wss://: nodes are talked to by websocket",
        ));
    }
    let host = parsed.host_str().ok_or_else(|| bad("it names no host"))?;
    let port = parsed.port().map(|port| format!(":{port}"));
    Ok(format!(
        "{}://{host}{}",
        parsed.scheme(),
        port.unwrap_or_default()
    ))
}

fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

impl Chain {
    /// Connects to the node at `url`, such as `ws://127.0.0.1:9944`; see [`Connecting`].
    ///
    /// # Errors
    /// Those of [`Connecting::to`].
    pub async fn connect(url: &str) -> Result<Self, Error> {
        Connecting::default().to(url).await
    }

    /// Returns the hash of the chain's first block, which tells chains apart.
    pub fn genesis(&self) -> Hash {
        self.identity.genesis
    }

    /// Returns the token that the chain's amounts are in.
    pub fn token(&self) -> &Token {
        &self.identity.token
    }

    /// Returns the SS58 prefix of addresses on this chain.
    pub fn prefix(&self) -> u16 {
        self.identity.prefix
    }

    /// Returns the chain's own name.
    ///
    /// # Errors
    /// [`Error::Node`].
    pub async fn name(&self) -> Result<String, Error> {
        Ok(self.legacy.system_chain().await?)
    }

    /// Returns whether this is a development chain, where everybody knows the keys of rich accounts.
    pub fn is_development(&self) -> bool {
        self.identity.is_development
    }

    /// Returns what tells the lives of a development chain apart: the hash of the block after the first, if
    /// there is one. Such a chain begins with the same block each time it is started anew. `None` for other
    /// chains.
    ///
    /// # Errors
    /// [`Error::Node`].
    pub async fn life(&self) -> Result<Option<Hash>, Error> {
        if !self.is_development() || self.identity.second.is_some() {
            return Ok(self.identity.second.filter(|_| self.is_development()));
        }
        let second = self.legacy.chain_get_block_hash(Some(1u32.into())).await?;
        Ok(second.map(|hash| hash.0))
    }

    /// Calls a JSON-RPC method of the node, with its parameters as an array, and returns the answer.
    ///
    /// # Errors
    /// [`Error::NoMethod`]; [`Error::Node`] with the node's reason, if it refuses.
    pub async fn request(&self, method: &str, params: Value) -> Result<Value, Error> {
        let mut given = subxt::ext::subxt_rpcs::client::RpcParams::new();
        for param in params.as_array().into_iter().flatten() {
            given.push(param)?;
        }
        let asked = self.rpc.request(method, given).await;
        asked.map_err(|error| match error {
            subxt::ext::subxt_rpcs::Error::User(answer) if answer.code == METHOD_NOT_FOUND => {
                Error::NoMethod {
                    method: method.into(),
                }
            }
            error => error.into(),
        })
    }
}

/// JSON-RPC's own code for a method that there is not.
const METHOD_NOT_FOUND: i32 = -32601;

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn node_is_named_without_what_may_be_secret() {
        let name = |url| name_of(url).unwrap();
        assert_eq!(
            name("ws://user:s3cret@127.0.0.1:1/?apikey=ABC"),
            "ws://127.0.0.1:1"
        );
        assert_eq!(name("wss://node.example/key/ABC"), "wss://node.example");
        assert_eq!(name("ws://[::1]:9944"), "ws://[::1]:9944");
    }

    #[test]
    fn what_is_no_address_of_a_websocket_is_refused_without_repeating_it() {
        for url in [
            "http://user:s3cret@host",
            "s3cret@127.0.0.1:9944",
            "127.0.0.1:9944",
            "",
        ] {
            let error = name_of(url).unwrap_err();
            assert!(matches!(error, Error::BadUrl { .. }), "{url}");
            assert!(!error.to_string().contains("s3cret"));
        }
    }

    fn said(token: Option<Token>, properties: Value, is_development: bool) -> Result<Token, Error> {
        let connecting = Connecting {
            token,
            ..Connecting::default()
        };
        connecting.token(&properties, is_development)
    }

    #[test]
    fn token_is_what_the_chain_says_and_nothing_else() {
        let tao = Token::new("TAO", 9).unwrap();
        let says = json!({"tokenSymbol": "TAO", "tokenDecimals": 9});
        assert_eq!(said(None, says.clone(), false).unwrap(), tao);
        assert_eq!(said(Some(tao.clone()), says.clone(), false).unwrap(), tao);
        let lists = json!({"tokenSymbol": ["TAO", "X"], "tokenDecimals": [9, 10]});
        assert_eq!(said(None, lists, false).unwrap(), tao);
        let other = said(Some(Token::default()), says, false);
        assert!(matches!(other, Err(Error::OtherToken { .. })));
    }

    #[test]
    fn chain_that_does_not_tell_its_token_is_refused_unless_it_is_for_development() {
        let silent = || json!({"ss58Format": 42});
        assert!(matches!(said(None, silent(), false), Err(Error::NoToken)));
        assert_eq!(said(None, silent(), true).unwrap(), Token::default());
        let tao = Token::new("TAO", 9).unwrap();
        assert_eq!(said(Some(tao.clone()), silent(), false).unwrap(), tao);
    }

    #[test]
    fn token_that_would_disturb_the_terminal_is_refused() {
        let says = json!({"tokenSymbol": "\u{1b}[2J", "tokenDecimals": 9});
        assert!(said(None, says, false).is_err());
    }
}
