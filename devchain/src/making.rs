//! Making a block: what a node asks of its runtime, in which order.

use crate::{
    blocks::{Block, Header},
    pool::Ready,
    state::{Changes, Execution, Store, VERSION},
};
use farthing_chain::{AccountId, Native};
use scale::{Decode, Encode};
use sp_core::{
    storage::{ChildInfo, StateVersion},
    twox_128, H256,
};
use sp_inherents::InherentData;
use sp_runtime::{
    traits::{BlakeTwo256, Hash as _},
    transaction_validity::{InvalidTransaction, TransactionValidityError},
    ApplyExtrinsicResult, ExtrinsicInclusionMode, OpaqueExtrinsic,
};
use sp_state_machine::backend::Backend;
use sp_trie::PrefixedMemoryDB;

/// Under which the runtime expects the time among what a block's author says.
const TIME: sp_inherents::InherentIdentifier = *b"timstap0";

/// What a block does besides taking transactions.
pub enum Extra {
    /// Nothing.
    None,
    /// A call that nobody signed, as an account or, without one, as root. No transaction is taken.
    Dispatch {
        account: Option<AccountId>,
        call: Vec<u8>,
    },
}

/// Values that changed, by key; `None` for those that are gone.
type Values = Vec<(Vec<u8>, Option<Vec<u8>>)>;

/// What a block changed: in the main trie, and in each contract's own.
#[derive(Encode, Decode)]
pub struct Delta {
    top: Values,
    children: Vec<(Vec<u8>, Values)>,
}

/// An item of a contract's storage that changed: in which trie, under which key, and to what.
pub type ChildChange = (Vec<u8>, Vec<u8>, Option<Vec<u8>>);

/// What changed in contracts' storage.
pub fn child_changes(changes: Changes) -> Vec<ChildChange> {
    let tries = changes.child_storage_changes.into_iter();
    tries
        .flat_map(|(trie, values)| {
            values
                .into_iter()
                .map(move |(key, value)| (trie.clone(), key, value))
        })
        .collect()
}

/// A block that was just made.
pub struct Made {
    pub block: Block,
    pub delta: Delta,
    pub nodes: PrefixedMemoryDB<BlakeTwo256>,
    /// Transactions that turned out not to be possible.
    pub spoiled: Vec<H256>,
}

/// Block 0 over this state.
pub fn genesis_block(state_root: H256) -> Block {
    Block {
        header: Header {
            parent_hash: H256::zero(),
            number: 0,
            state_root,
            extrinsics_root: BlakeTwo256::trie_root(Vec::new(), StateVersion::V0),
            digest: Default::default(),
        },
        body: Vec::new(),
    }
}

/// The time that contracts see in a block, in milliseconds since 1970; none in block 0.
pub fn time_of(store: &Store, block: &Block) -> Option<u64> {
    let key = [twox_128(b"Timestamp"), twox_128(b"Now")].concat();
    let value = store.at(block.header.state_root).storage(&key).ok()??;
    u64::decode(&mut &value[..]).ok()
}

/// An extrinsic as blocks have it: its length, and so many bytes. What follows is cut off, as nodes do.
pub fn extrinsic(bytes: &[u8]) -> Result<Vec<u8>, scale::Error> {
    Ok(OpaqueExtrinsic::decode(&mut &bytes[..])?.encode())
}

/// Makes the block after `parent`, of what is `ready`.
pub fn make(
    store: &Store,
    native: &dyn Native,
    parent: &Block,
    time: u64,
    ready: &[Ready],
    extra: Extra,
) -> Result<Made, String> {
    let mut making = Making::begin(store, native, parent, time)?;
    let spoiled = match extra {
        Extra::None => making.take(ready)?,
        Extra::Dispatch { account, call } => {
            making.dispatch(account.as_ref(), &call)?;
            Vec::new()
        }
    };
    let header: Header = making.ask("BlockBuilder_finalize_block", &[])?;
    let changes = making.execution.changes()?;
    if header.state_root != changes.transaction_storage_root {
        return Err("The runtime's root of the state is not the store's.".into());
    }
    Ok(Made {
        block: Block {
            header,
            body: making.body,
        },
        delta: Delta {
            top: changes.main_storage_changes,
            children: changes.child_storage_changes,
        },
        nodes: changes.transaction,
        spoiled,
    })
}

/// The trie nodes that a block makes whose changes are known.
pub fn apply(
    store: &Store,
    parent: &Block,
    block: &Block,
    delta: &Delta,
) -> anyhow::Result<PrefixedMemoryDB<BlakeTwo256>> {
    fn pairs(values: &Values) -> impl Iterator<Item = (&[u8], Option<&[u8]>)> {
        values
            .iter()
            .map(|(key, value)| (&key[..], value.as_deref()))
    }
    let tries: Vec<_> = delta
        .children
        .iter()
        .map(|(name, values)| (ChildInfo::new_default(name), values))
        .collect();
    let children = tries.iter().map(|(trie, values)| (trie, pairs(values)));
    let view = store.at(parent.header.state_root);
    let (root, nodes) = view.full_storage_root(pairs(&delta.top), children, VERSION);
    anyhow::ensure!(
        root == block.header.state_root,
        "block {} has another state",
        block.header.number
    );
    Ok(nodes)
}

struct Making<'a> {
    execution: Execution<'a>,
    native: &'a dyn Native,
    body: Vec<Vec<u8>>,
}

impl<'a> Making<'a> {
    /// Opens a block and sets its time.
    fn begin(
        store: &'a Store,
        native: &'a dyn Native,
        parent: &Block,
        time: u64,
    ) -> Result<Self, String> {
        let mut making = Self {
            execution: Execution::on(store.at(parent.header.state_root)),
            native,
            body: Vec::new(),
        };
        let header = Header {
            parent_hash: parent.hash(),
            number: parent.header.number.saturating_add(1),
            state_root: H256::zero(),
            extrinsics_root: H256::zero(),
            digest: Default::default(),
        };
        let _: ExtrinsicInclusionMode = making.ask("Core_initialize_block", &header.encode())?;
        let mut said = InherentData::new();
        said.put_data(TIME, &time).map_err(|e| e.to_string())?;
        let inherents: Vec<OpaqueExtrinsic> =
            making.ask("BlockBuilder_inherent_extrinsics", &said.encode())?;
        for inherent in inherents {
            let applied = making.apply(&inherent.encode())?;
            applied.map_err(|e| format!("The time {time} is refused: {e:?}"))?;
        }
        Ok(making)
    }

    /// Takes as many transactions as fit. Returns those that cannot happen.
    fn take(&mut self, ready: &[Ready]) -> Result<Vec<H256>, String> {
        let inherents = self.body.len();
        let mut spoiled = Vec::new();
        for (hash, bytes) in ready {
            match self.apply(bytes) {
                Ok(Ok(())) => {}
                // The block is full, unless there is nothing in it.
                Ok(Err(TransactionValidityError::Invalid(
                    InvalidTransaction::ExhaustsResources,
                ))) if self.body.len() > inherents => break,
                // It waits for one that had no place.
                Ok(Err(TransactionValidityError::Invalid(InvalidTransaction::Future)))
                    if !spoiled.is_empty() => {}
                Ok(Err(_)) | Err(_) => spoiled.push(*hash),
            }
        }
        Ok(spoiled)
    }

    /// Applies an extrinsic; one that is not valid leaves nothing behind.
    fn apply(&mut self, bytes: &[u8]) -> Result<Result<(), TransactionValidityError>, String> {
        let native = self.native;
        let call = || native.call("BlockBuilder_apply_extrinsic", bytes);
        let applied = |answer: &Option<Vec<u8>>| {
            decode(answer).is_ok_and(|done: ApplyExtrinsicResult| done.is_ok())
        };
        let answer = self.execution.attempt(call, applied)?;
        let done: ApplyExtrinsicResult = decode(&answer)?;
        if done.is_ok() {
            self.body.push(bytes.to_vec());
        }
        // What the call itself failed with is for those who read its events.
        Ok(done.map(|_| ()))
    }

    /// Dispatches a call that nobody signed. The error is what it failed with, too.
    fn dispatch(&mut self, account: Option<&AccountId>, call: &[u8]) -> Result<(), String> {
        let native = self.native;
        let index = u32::try_from(self.body.len()).unwrap_or(u32::MAX);
        let extrinsic = self
            .execution
            .attempt(|| native.dispatch_as(account, call), Result::is_ok)??;
        self.body.push(extrinsic);
        match self.execution.run(|| native.failure(index))? {
            Some(why) => Err(format!("The call fails: {why}")),
            None => Ok(()),
        }
    }

    fn ask<T: Decode>(&mut self, method: &str, data: &[u8]) -> Result<T, String> {
        let native = self.native;
        decode(&self.execution.run(|| native.call(method, data))?)
    }
}

fn decode<T: Decode>(answer: &Option<Vec<u8>>) -> Result<T, String> {
    let answer = answer.as_deref().ok_or("The runtime lacks a method.")?;
    T::decode(&mut &answer[..]).map_err(|e| e.to_string())
}
