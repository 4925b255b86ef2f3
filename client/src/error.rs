//! What can go wrong. Each error is one sentence that says what to do.

use crate::{deployment::Mismatch, ops, wallet, Account, Explain, Sum, Token};
use farthing_contracts::Contract;
use farthing_types::Hash;
use serde_json::Value;
use std::{fmt, path::PathBuf};

/// An error. Unless its text says otherwise, nothing was signed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The text that was given is not the address of a node.
    #[error("This is no address of a node: {why}.")]
    BadUrl {
        /// What is wrong with it. The address itself is left out, because it may hold a secret.
        why: String,
    },
    /// Nothing answers at the node's address.
    #[error("No node answers at {node} ({reason}).")]
    NoNode {
        /// The address that was tried, without anything secret.
        node: String,
        /// Why the connection failed.
        reason: String,
    },
    /// The node stopped answering, or gave an answer that makes no sense.
    #[error("The node did not answer as expected: {reason}.")]
    Node {
        /// What went wrong, as the end of a sentence.
        reason: String,
        /// The error that caused it.
        source: Option<Source>,
    },
    /// The node has no such method.
    #[error("The node cannot do this: it has no method {method}.")]
    NoMethod {
        /// The name of the method.
        method: String,
    },
    /// The connection to the node broke. If something had been signed, the outbox has it.
    #[error("The connection to the node broke: see that it runs.")]
    Lost,
    /// The node has dropped the state of a block, and with it its events.
    #[error("The node no longer knows what happened in block {block}: use one that keeps the state of all blocks (--state-pruning archive).")]
    Forgotten {
        /// The number of the block.
        block: u32,
    },
    /// The known history begins too late: a part of it is missing.
    #[error("The history of the deployment \"{network}\" begins at block {first}, after its {contract} was made. Set \"block\" in the deployment's file to the block before its contracts were made.")]
    Incomplete {
        /// The contract that is older.
        contract: Contract,
        /// The deployment's name.
        network: String,
        /// The number of the deployment's first block.
        first: u32,
    },
    /// The events do not add up to what a contract says.
    #[error("{0}")]
    Unreconciled(Box<Unreconciled>),
    /// The chain does not say which token its amounts are in.
    #[error("The chain does not name its token or its decimals, so amounts could be shown wrong. Name both.")]
    NoToken,
    /// The chain's token is not the one that the caller expects.
    #[error("The chain's token is {} with {} decimals, and not {} with {}.", .said.symbol, .said.decimals, .expected.symbol, .expected.decimals)]
    OtherToken {
        /// The token that the chain names.
        said: Box<Token>,
        /// The token that was expected.
        expected: Box<Token>,
    },
    /// The deployment is on another chain.
    #[error("This is another chain: the deployment \"{network}\" is on the chain with genesis hash 0x{}, and the node's is 0x{}.", hex::encode(.expected), hex::encode(.found))]
    WrongChain {
        /// The deployment's name.
        network: String,
        /// The deployment's genesis hash.
        expected: Hash,
        /// The genesis hash of the node's chain.
        found: Hash,
    },
    /// There is no contract at an address, or a different one.
    #[error("{address} is not a {contract} of this deployment: {}.", match .found { Some(code) => format!("its code hash is 0x{}", hex::encode(code)), None => "there is no contract".into() })]
    WrongContract {
        /// The contract that was expected there.
        contract: String,
        /// The address that was looked at.
        address: Account,
        /// The code hash at the address; `None` if there is no contract.
        found: Option<Hash>,
    },
    /// There is no deployment of this name.
    #[error("There is no deployment \"{network}\" in {folder}.")]
    Missing {
        /// The name of the deployment.
        network: String,
        /// The folder that was searched.
        folder: String,
    },
    /// Nothing of the deployment exists: its development chain was started anew.
    #[error("Nothing of the deployment \"{network}\" is there: this development chain was started anew.")]
    Gone {
        /// The deployment's name.
        network: String,
    },
    /// The deployment's file is not valid. Says why.
    #[error("{0}")]
    Deployment(String),
    /// The deployment's contracts do not belong together.
    #[error("The deployment \"{network}\" is made of contracts that do not belong together: {mismatch}.")]
    Mixed {
        /// The deployment's name.
        network: String,
        /// Why they do not belong together.
        mismatch: Mismatch,
    },
    /// This program and the contract's metadata disagree.
    #[error("The {contract} that is deployed is of another version than this program: {reason}. Use the version of the program that deployed it.")]
    Disagree {
        /// The name of the contract.
        contract: String,
        /// What does not agree.
        reason: String,
    },
    /// The contract refused the message.
    #[error("{}", .0.sentence)]
    Refused(Box<Refusal>),
    /// The chain refused the call, before the contract or in its place.
    #[error("The chain refuses this: {0}.")]
    Chain(Reason),
    /// The signer has too little money.
    #[error("{account} has too little money: this takes {}, fee and deposit included, and {} can be spent.", match .needs { Some(needs) => needs.to_string(), None => "more than there is".into() }, .has)]
    NotEnough {
        /// The account that has too little.
        account: Account,
        /// The amount that is needed. `None` if it is not known, because the chain stopped for lack of money.
        needs: Option<Box<Sum>>,
        /// The amount that the account can spend.
        has: Box<Sum>,
    },
    /// The node did not take the transaction, so it never happened. Says why.
    #[error("The node did not take the transaction: {0}. It did not happen.")]
    NotTaken(String),
    /// The transaction was included, and failed; its fee is paid.
    #[error("The transaction 0x{} failed in block {block}, and changed nothing but its fee of {fee}: {reason}.", hex::encode(.transaction))]
    Failed {
        /// The hash of the transaction.
        transaction: Hash,
        /// The number of the block that it is in.
        block: u32,
        /// The fee that was paid.
        fee: Box<Sum>,
        /// The reason that the chain or the contract gives.
        reason: Box<Failure>,
    },
    /// The transaction was sent, and nobody knows what became of it.
    #[error("It is not known what became of the transaction 0x{} ({reason}). It may still happen; the outbox has it, so that it is not sent twice.", hex::encode(.transaction))]
    UnknownFate {
        /// The hash of the transaction.
        transaction: Hash,
        /// Why it is not known.
        reason: String,
    },
    /// The transaction is in a block that did not become final in time.
    #[error("The transaction 0x{} is in block {block}, which is not final yet: it could still be undone.", hex::encode(.transaction))]
    NotFinal {
        /// The hash of the transaction.
        transaction: Hash,
        /// The number of the block that it is in.
        block: u32,
    },
    /// An earlier transaction, whose result the user was not told, was almost the same.
    #[error("An earlier command was interrupted after it had signed almost the same ({what}, transaction 0x{}), and that happened in block {block}. Nothing else was sent.", hex::encode(.transaction))]
    DoneBefore {
        /// What that transaction did, for people.
        what: String,
        /// The hash of that transaction.
        transaction: Hash,
        /// The number of the block that it is in.
        block: u32,
    },
    /// A payment by voucher, or a voucher, is refused. Put it into words with [`Explain`], which knows the
    /// token.
    #[error("{0}")]
    Voucher(Box<wallet::Error>),
    /// Nothing should be delivered for a proof. Put it into words with [`Explain`], which knows the token.
    #[error("{0}")]
    Unproved(Box<ops::blinded::Unproved>),
    /// Another process is signing for the same account.
    #[error("Another program is signing for {0} at this moment.")]
    Busy(Account),
    /// Another program is using a file of the state folder.
    #[error("Another program is at work with {}.", .0.display())]
    InUse(PathBuf),
    /// A file that was to be restored is already there with different content.
    #[error("Nothing was restored: {} has other content already in {}.", .folder.display(), names(.files))]
    InTheWay {
        /// The folder that it was to be restored to.
        folder: PathBuf,
        /// The files, by their paths in that folder.
        files: Vec<PathBuf>,
    },
    /// A key or keystore cannot be used. Says why.
    #[error("{0}")]
    Key(String),
    /// Some input is not valid. Says what is wrong.
    #[error("{0}")]
    Input(String),
    /// A file cannot be read or written.
    #[error("Cannot use {path}: {reason}.")]
    File {
        /// The path of the file.
        path: String,
        /// The reason that the system gives.
        reason: String,
        /// The error that caused it.
        source: Option<Source>,
    },
}

/// A ledger whose sum is not what its contract says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The ledger \"{ledger}\" comes to {} in block {block}, but the contract says {contract}: some events are missing. Either the node leaves some out, or the deployment's first block, {first}, is too late.", .contract.token.signed_unit(*.sum))]
pub struct Unreconciled {
    /// The ledger that does not agree.
    pub ledger: ops::ledger::Name,
    /// The number of the block as of which it was checked.
    pub block: u32,
    /// The sum of its movements, in the smallest unit.
    pub sum: i128,
    /// The amount that the contract says.
    pub contract: Sum,
    /// The number of the deployment's first block.
    pub first: u32,
}

/// The error that caused another.
pub type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why the chain refuses something, in the words of its own runtime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The names of the pallet and its error, if a pallet refused.
    pub of_pallet: Option<(String, String)>,
    text: String,
}

impl Reason {
    /// Decodes a reason from the runtime's encoding.
    pub(crate) fn decode(bytes: &[u8], metadata: &subxt::Metadata) -> Self {
        use subxt::error::DispatchError;
        let error = match DispatchError::decode_from(bytes, metadata.clone()) {
            Ok(error) => error,
            Err(error) => return Self::new(&error.to_string()),
        };
        let of_pallet = match &error {
            DispatchError::Module(module) => module.details().ok().map(|details| {
                let (pallet, error) = (details.pallet.name(), &details.variant.name);
                (pallet.to_string(), error.clone())
            }),
            _ => None,
        };
        Self {
            of_pallet,
            text: plain(&error.to_string()),
        }
    }

    /// Makes a reason that is not a pallet's error.
    pub fn new(text: &str) -> Self {
        Self {
            of_pallet: None,
            text: plain(text),
        }
    }

    /// Returns whether it is this error of this pallet.
    pub fn is(&self, pallet: &str, error: &str) -> bool {
        let of_pallet = self.of_pallet.as_ref();
        of_pallet.is_some_and(|(of, name)| of == pallet && name == error)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        to.write_str(&self.text)
    }
}

/// Why a transaction that is in a block failed.
#[derive(Clone, Debug)]
pub enum Failure {
    /// The chain's own reason, and not a contract's.
    Chain(Reason),
    /// The contract's reason, found by a dry run of the same call as of the block before.
    Refused(Refusal),
}

impl fmt::Display for Failure {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Chain(reason) if reason.is("Contracts", "StorageDepositLimitExhausted") => to.write_str(
                "it needs a larger storage deposit than was shown before it was signed, because something changed meanwhile; look at it again",
            ),
            Self::Chain(reason) => reason.fmt(to),
            Self::Refused(refusal) => to.write_str(plain(&refusal.sentence).as_str()),
        }
    }
}

impl Explain for Error {
    fn explain(&self, token: &Token) -> String {
        match self {
            Self::Voucher(error) => error.explain(token),
            Self::Unproved(why) => why.explain(token),
            other => other.to_string(),
        }
    }
}

/// A refusal by a contract.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The name of the contract.
    pub contract: String,
    /// The name of the message.
    pub message: String,
    /// The contract's error, as its metadata names it.
    pub error: Value,
    /// The contract's error, SCALE-encoded.
    pub bytes: Vec<u8>,
    /// The contract's error in a sentence for people.
    pub sentence: String,
}

impl Refusal {
    /// Returns the error as the contract's own type, such as
    /// [`farthing_contracts::storefront::error::Error`]. `None` if it is another contract's error.
    pub fn decode<E: scale::Decode>(&self) -> Option<E> {
        let bytes = &mut &self.bytes[..];
        let error = E::decode(bytes).ok()?;
        bytes.is_empty().then_some(error)
    }
}

/// The kind of an error. Its number is a program's exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any other error.
    Other = 1,
    /// The request makes no sense.
    Usage = 2,
    /// The contract or the chain refuses.
    Refused = 3,
    /// There is no node, or it does not answer.
    Node = 4,
    /// A chain, a contract or a version is not the expected one.
    Mismatch = 5,
    /// An account has too little money.
    Money = 6,
    /// Nobody knows what became of a transaction.
    Unknown = 7,
    /// A voucher or a proof is worth nothing new, or too little: give nothing for it.
    Worthless = 8,
}

impl Error {
    /// Returns the kind of this error.
    pub fn kind(&self) -> Kind {
        match self {
            Self::NoNode { .. }
            | Self::Lost
            | Self::NoMethod { .. }
            | Self::Node { .. }
            | Self::Forgotten { .. }
            | Self::Unreconciled(_) => Kind::Node,
            Self::NoToken
            | Self::OtherToken { .. }
            | Self::Mixed { .. }
            | Self::WrongChain { .. }
            | Self::WrongContract { .. }
            | Self::Missing { .. }
            | Self::Gone { .. }
            | Self::Deployment(_)
            | Self::Incomplete { .. }
            | Self::Disagree { .. } => Kind::Mismatch,
            Self::Refused(_) | Self::Chain(_) | Self::NotTaken(_) | Self::Failed { .. } => {
                Kind::Refused
            }
            Self::NotEnough { .. } => Kind::Money,
            Self::UnknownFate { .. } | Self::NotFinal { .. } | Self::DoneBefore { .. } => {
                Kind::Unknown
            }
            Self::Voucher(error) => error.kind(),
            Self::Unproved(why) => match **why {
                ops::blinded::Unproved::NotFinal { .. } => Kind::Unknown,
                _ => Kind::Worthless,
            },
            Self::BadUrl { .. } | Self::Key(_) | Self::Input(_) => Kind::Usage,
            Self::Busy(_) | Self::InUse(_) | Self::InTheWay { .. } | Self::File { .. } => {
                Kind::Other
            }
        }
    }

    /// Makes an error about a file.
    pub fn file(path: &std::path::Path, source: impl Into<Source>) -> Self {
        let source = source.into();
        Self::File {
            path: path.display().to_string(),
            reason: source.to_string(),
            source: Some(source),
        }
    }

    /// Makes an error about a node's answer that no other error caused.
    pub fn node(reason: &str) -> Self {
        Self::Node {
            reason: plain(reason),
            source: None,
        }
    }

    /// Returns the code of the error that the node answered with; `None` if it did not answer with one.
    pub fn code(&self) -> Option<i32> {
        use subxt::ext::subxt_rpcs::Error::User;
        let Self::Node { source, .. } = self else {
            return None;
        };
        match source.as_deref()?.downcast_ref()? {
            User(answer) => Some(answer.code),
            _ => None,
        }
    }

    /// Returns whether the node no longer has the state that was asked for. Nodes say so in words only.
    pub(crate) fn is_of_discarded_state(&self) -> bool {
        matches!(self, Self::Node { reason, .. }
            if reason.contains("State already discarded") || reason.contains("UnknownBlock"))
    }
}

impl From<ops::blinded::Unproved> for Error {
    fn from(why: ops::blinded::Unproved) -> Self {
        Self::Unproved(Box::new(why))
    }
}

impl From<subxt::Error> for Error {
    fn from(error: subxt::Error) -> Self {
        match error {
            subxt::Error::Rpc(subxt::error::RpcError::ClientError(error)) => error.into(),
            other => Self::Node {
                reason: plain(&other.to_string()),
                source: Some(other.into()),
            },
        }
    }
}

impl From<subxt::ext::subxt_rpcs::Error> for Error {
    fn from(error: subxt::ext::subxt_rpcs::Error) -> Self {
        use subxt::ext::{jsonrpsee::core::ClientError, subxt_rpcs::Error as Rpc};
        match &error {
            // What the client says of a connection that broke tells nobody what to do.
            Rpc::Client(source)
                if matches!(source.downcast_ref(), Some(ClientError::RestartNeeded(_))) =>
            {
                Self::Lost
            }
            _ => Self::Node {
                reason: plain(&error.to_string()),
                source: Some(error.into()),
            },
        }
    }
}

impl From<scale::Error> for Error {
    fn from(error: scale::Error) -> Self {
        Self::Node {
            reason: plain(&error.to_string()),
            source: Some(error.into()),
        }
    }
}

/// Files as they are listed in a sentence.
fn names(files: &[PathBuf]) -> String {
    let names: Vec<_> = files
        .iter()
        .map(|file| file.display().to_string())
        .collect();
    names.join(", ")
}

/// Returns the text without a full stop, to be part of a sentence.
pub(crate) fn plain(text: &str) -> String {
    text.trim().trim_end_matches('.').replace('\n', " ")
}
