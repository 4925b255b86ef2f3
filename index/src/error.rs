//! What can go wrong, each in one sentence that says what to do.

use crate::verify::Difference;
use farthing_client::{ops::ledger::Name, Account, Block, Sum};
use farthing_contracts::Contract;

/// Why the index cannot be made, read or trusted. Each says what its reader can do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The node, or something else that the client library says.
    #[error(transparent)]
    Client(#[from] farthing_client::Error),
    /// The store cannot be used.
    #[error("The index cannot be used: {reason}.")]
    Store {
        /// What the store says, or what is wrong with it.
        reason: String,
        /// What that came from.
        source: Option<farthing_client::Source>,
    },
    /// What is stored is not what this library stores.
    #[error("The index is damaged: {0}. Make it anew, from a snapshot or the first block.")]
    Damaged(String),
    /// A later version of this library made the index.
    #[error("The index has schema {found}, and this program knows those up to {known}: use a later program, or make the index anew.")]
    Newer {
        /// The number of the schema that the index was made with.
        found: i64,
        /// The latest that is known here.
        known: i64,
    },
    /// The index is of another deployment.
    #[error("The index is of another deployment: {0}.")]
    OtherDeployment(String),
    /// The chain went back behind what it had said is final.
    #[error("The chain went back behind block {}, which it had said is final: it was started anew, or the node is not to be trusted. Make the index anew.", .block.number)]
    FinalUndone {
        /// The last block that was indexed as final.
        block: Block,
    },
    /// What happened first at a contract is not its making.
    #[error("Something happened at the {contract} in block {block} before anything told of its making: the deployment's first block, {first}, is too late, or the node leaves out what happened.")]
    Unmade {
        /// The contract that something happened at.
        contract: Contract,
        /// The number of the block that it happened in.
        block: u32,
        /// The first block that was read.
        first: u32,
    },
    /// A block has an event that is not what the contracts tell.
    #[error("In block {block}, the {contract} tells what it cannot: {reason}. The node invents it, or leaves out what came before.")]
    Impossible {
        /// The contract that tells it.
        contract: Contract,
        /// The number of the block that has the event.
        block: u32,
        /// Why it cannot be so, as the end of a sentence.
        reason: String,
    },
    /// A ledger does not come to what its contract says.
    #[error("The ledger \"{ledger}\" comes to {} in block {block}, but the contract says {contract}. Until the block before they agreed: the node leaves out or invents what happened there.", .contract.token.signed_unit(*.sum))]
    Unreconciled {
        /// The ledger that does not agree.
        ledger: Name,
        /// The first block in which it is so.
        block: u32,
        /// What its lines add up to.
        sum: i128,
        /// What the contract says.
        contract: Box<Sum>,
    },
    /// There are more or fewer of something than a contract says.
    #[error("The index has {found} {what} in block {block}, and the contract says {expected}: the node leaves out or invents what happened there.")]
    Count {
        /// The things that were counted, as people call them.
        what: &'static str,
        /// How many the index has.
        found: u64,
        /// How many the contract says.
        expected: u64,
        /// The first block in which it is so.
        block: u32,
    },
    /// What went through a pool or a round does not come to what it says.
    #[error("What the index has of {address} in block {block} differs from what it says itself, in {}: {}, and {}, in the smallest unit. Until the block before they agreed: the node leaves out or invents what happened there.", .difference.what, .difference.found, .difference.expected)]
    Flow {
        /// The pool or round.
        address: Account,
        /// The first block in which it is so.
        block: u32,
        /// The first figure that differs, with both of its values.
        difference: Difference,
    },
    /// A block's events are not what its hash stands for.
    #[error("What the index has of block {block} is not what happened there, as the block's own hash proves: the node that it was read from left out or invented something.")]
    Disproved {
        /// The first block whose events are not proved.
        block: u32,
    },
    /// A file cannot be read or written, or is no snapshot.
    #[error("Cannot use {path}: {reason}.")]
    File {
        /// The path of the file.
        path: String,
        /// Why it cannot be used.
        reason: String,
    },
}

/// A result of this library's.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub(crate) fn store(source: impl Into<farthing_client::Source>) -> Self {
        let source = source.into();
        let reason = source.to_string().replace('\n', " ");
        Self::Store {
            reason: reason.trim_end_matches('.').into(),
            source: Some(source),
        }
    }

    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged(what.into())
    }
}
