//! What can go wrong, each in one sentence that says what to do.

use crate::{amount, Account};
use farthing_types::{Balance, Hash};
use serde_json::Value;

/// What went wrong. Unless its text says otherwise, nothing was signed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing answers at the node's address.
    #[error("No node answers at {url} ({reason}): start one with ./scripts/chain, or name another with --node.")]
    NoNode {
        /// Where it was looked for.
        url: String,
        /// What the connection failed with.
        reason: String,
    },
    /// The node stopped answering, or answers what it should not.
    #[error("The node did not answer as expected: {0}.")]
    Node(String),
    /// The connection to the node broke. If something was signed by then, the outbox has it.
    #[error("The connection to the node broke: see that it runs, and run the same command again.")]
    Lost,
    /// The node has dropped the state of a block, and with it its events.
    #[error("The node no longer knows what happened in block {block}: use one that keeps the state of all blocks (--state-pruning archive).")]
    Forgotten {
        /// Which block.
        block: u32,
    },
    /// The chain's amounts have another length than this program reads.
    #[error("The chain at {url} has amounts of {bytes} bytes: this program reads those of 16 bytes and 12 decimals only, and would show others wrong.")]
    OtherAmounts {
        /// The node's address.
        url: String,
        /// How many bytes an amount has there.
        bytes: usize,
    },
    /// The deployment is on another chain.
    #[error("This is another chain: the deployment \"{network}\" is on the chain with genesis hash 0x{}, and the node's is 0x{}. Name the right node with --node or the right deployment with --network; a development chain that was started anew needs a new deployment.", hex::encode(.expected), hex::encode(.found))]
    WrongChain {
        /// The deployment's name.
        network: String,
        /// The deployment's genesis hash.
        expected: Hash,
        /// The node's.
        found: Hash,
    },
    /// There is no contract at an address, or another one.
    #[error("{address} is not a {contract} of this deployment: {}.", match .found { Some(code) => format!("its code hash is 0x{}", hex::encode(code)), None => "there is no contract".into() })]
    WrongContract {
        /// Which contract was expected there.
        contract: String,
        /// The address.
        address: Account,
        /// The code hash that is there.
        found: Option<Hash>,
    },
    /// The deployment's file is missing, or not what it should be.
    #[error("{0}")]
    Deployment(String),
    /// This program and the contract's metadata disagree.
    #[error("The {contract} that is deployed is not the one that this program was made for: {reason}. Use the program of the version that deployed it.")]
    Disagree {
        /// Which contract.
        contract: String,
        /// What was noticed.
        reason: String,
    },
    /// The contract refused the message.
    #[error("{}", .0.sentence)]
    Refused(Refusal),
    /// The chain refused the call before, or instead of, the contract's answer.
    #[error("The chain refuses this: {0}.")]
    Chain(String),
    /// The signer has too little money.
    #[error("{account} has too little money: this takes {}, fee and deposit included, and {} UNIT can be spent.", match .needs { Some(needs) => format!("{} UNIT", amount::text(*needs)), None => "more than there is".into() }, amount::text(*.has))]
    NotEnough {
        /// Whose.
        account: Account,
        /// What is needed, if that is known: where the chain stopped for lack of money, it is not.
        needs: Option<Balance>,
        /// What can be spent.
        has: Balance,
    },
    /// The node did not take the transaction: it never happened.
    #[error("The node did not take the transaction: {0}. It did not happen.")]
    NotTaken(String),
    /// The transaction was included, and failed; its fee is paid.
    #[error("The transaction 0x{} failed in block {block}, and changed nothing but its fee of {} UNIT: {reason}.", hex::encode(.transaction), amount::text(*.fee))]
    Failed {
        /// Its hash.
        transaction: Hash,
        /// The block that it is in.
        block: u32,
        /// What it cost.
        fee: Balance,
        /// What the chain says.
        reason: String,
    },
    /// The transaction was sent, and it is not known what became of it.
    #[error("It is not known what became of the transaction 0x{} ({reason}). It may still happen; run the same command again to find out: nothing is sent twice.", hex::encode(.transaction))]
    UnknownFate {
        /// Its hash.
        transaction: Hash,
        /// Why it is not known.
        reason: String,
    },
    /// An earlier transaction, which nobody was told of, was almost the same.
    #[error("An earlier command was interrupted after it had signed almost the same ({what}, transaction 0x{}), and that happened in block {block}. Nothing else was sent: run the command again if you mean this one, too.", hex::encode(.transaction))]
    DoneBefore {
        /// What it did.
        what: String,
        /// Its hash.
        transaction: Hash,
        /// The block that it is in.
        block: u32,
    },
    /// Another process is signing for the same account.
    #[error("Another program is signing for {0} at this moment: wait until it is done.")]
    Busy(Account),
    /// A key or keystore cannot be used.
    #[error("{0}")]
    Key(String),
    /// Something given is not what it should be.
    #[error("{0}")]
    Input(String),
    /// A file cannot be read or written.
    #[error("Cannot use {path}: {reason}.")]
    File {
        /// The file.
        path: String,
        /// What the system says.
        reason: String,
    },
}

/// A contract's refusal.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// Which contract.
    pub contract: String,
    /// Which message.
    pub message: String,
    /// The contract's error, as its metadata names it.
    pub error: Value,
    /// The same for people.
    pub sentence: String,
}

/// What kind of error it is; a program's exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Anything else.
    Other = 1,
    /// What was asked for makes no sense.
    Usage = 2,
    /// The contract or the chain refuses.
    Refused = 3,
    /// No node, or one that does not answer.
    Node = 4,
    /// Another chain, contract or version than expected.
    Mismatch = 5,
    /// Too little money.
    Money = 6,
    /// It is not known what became of a transaction.
    Unknown = 7,
}

impl Error {
    /// The kind of this error.
    pub fn kind(&self) -> Kind {
        match self {
            Self::NoNode { .. } | Self::Lost | Self::Node(_) | Self::Forgotten { .. } => Kind::Node,
            Self::OtherAmounts { .. }
            | Self::WrongChain { .. }
            | Self::WrongContract { .. }
            | Self::Deployment(_)
            | Self::Disagree { .. } => Kind::Mismatch,
            Self::Refused(_) | Self::Chain(_) | Self::NotTaken(_) | Self::Failed { .. } => {
                Kind::Refused
            }
            Self::NotEnough { .. } => Kind::Money,
            Self::UnknownFate { .. } | Self::DoneBefore { .. } => Kind::Unknown,
            Self::Key(_) | Self::Input(_) => Kind::Usage,
            Self::Busy(_) | Self::File { .. } => Kind::Other,
        }
    }

    /// Shorthand for a file's error.
    pub fn file(path: &std::path::Path, reason: impl ToString) -> Self {
        Self::File {
            path: path.display().to_string(),
            reason: reason.to_string(),
        }
    }
}

impl From<subxt::Error> for Error {
    fn from(error: subxt::Error) -> Self {
        of_connection(&error.to_string())
    }
}

impl From<subxt::ext::subxt_rpcs::Error> for Error {
    fn from(error: subxt::ext::subxt_rpcs::Error) -> Self {
        of_connection(&error.to_string())
    }
}

/// What the RPC client says of a connection that broke tells nobody what to do.
fn of_connection(text: &str) -> Error {
    match text.contains("restart required") {
        true => Error::Lost,
        false => Error::Node(plain(text)),
    }
}

impl From<scale::Error> for Error {
    fn from(error: scale::Error) -> Self {
        Self::Node(plain(&error.to_string()))
    }
}

/// Without a full stop, to be part of a sentence.
pub(crate) fn plain(text: &str) -> String {
    text.trim().trim_end_matches('.').replace('\n', " ")
}
