//! What a transaction did and cost, as the chain's events tell it.

use crate::{
    chain::{Block, Chain},
    Account, Error,
};
use farthing_types::{Balance, Hash};
use scale::Decode;
use subxt::{events::Phase, utils::H256};

/// An event of a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emitted {
    /// Which contract's.
    pub contract: Account,
    /// Its topics; the first is the signature, unless it is anonymous.
    pub topics: Vec<Hash>,
    /// Its fields, as bytes.
    pub data: Vec<u8>,
    /// The place of its transaction in the block.
    pub index: u32,
}

/// What became of a transaction.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// The transaction's hash.
    pub transaction: Hash,
    /// The block that it is in.
    pub block: Block,
    /// Its place in the block.
    pub index: u32,
    /// What it cost.
    pub fee: Balance,
    /// Storage deposit that the signer locked, or got back if it is negative.
    pub deposit: i128,
    /// The contracts' events, in order.
    pub events: Vec<Emitted>,
    /// Contracts that it made.
    pub instantiated: Vec<Account>,
    /// Why it failed, if it did.
    pub failure: Option<String>,
}

impl Receipt {
    /// The events of this type that a contract emitted, in order. Events without any topic are taken to
    /// be of the contract's one anonymous type.
    pub fn events_of<E: Decode + ink::env::Event>(&self, contract: Account) -> Vec<E> {
        let events = self
            .events
            .iter()
            .filter(|event| event.contract == contract);
        events.filter_map(Emitted::decode).collect()
    }

    /// This, unless the transaction failed.
    ///
    /// # Errors
    /// [`Error::Failed`].
    pub fn succeeded(self) -> Result<Self, Error> {
        match self.failure {
            None => Ok(self),
            Some(reason) => Err(Error::Failed {
                transaction: self.transaction,
                block: self.block.number,
                fee: self.fee,
                reason,
            }),
        }
    }
}

impl Emitted {
    /// The event, if it is of this type.
    pub fn decode<E: Decode + ink::env::Event>(&self) -> Option<E> {
        let is_of_type = match E::SIGNATURE_TOPIC {
            Some(signature) => self.topics.first() == Some(&signature),
            None => self.topics.is_empty(),
        };
        let data = &mut &self.data[..];
        let event = is_of_type.then(|| E::decode(data).ok()).flatten()?;
        data.is_empty().then_some(event)
    }
}

impl Chain {
    /// What the transaction at `index` of a block did, and what it cost `signer`.
    pub(crate) async fn receipt(
        &self,
        transaction: Hash,
        block: Block,
        index: u32,
        signer: Account,
    ) -> Result<Receipt, Error> {
        let mut receipt = Receipt {
            transaction,
            block,
            index,
            fee: 0,
            deposit: 0,
            events: Vec::new(),
            instantiated: Vec::new(),
            failure: None,
        };
        let signed = |amount: Balance| i128::try_from(amount).unwrap_or(i128::MAX);
        for event in self.api.events().at(H256(block.hash)).await?.iter() {
            let event = event?;
            if event.phase() != Phase::ApplyExtrinsic(index) {
                continue;
            }
            let fields = &mut &event.field_bytes()[..];
            match (event.pallet_name(), event.variant_name()) {
                ("TransactionPayment", "TransactionFeePaid") => {
                    let (_, fee) = <(Account, Balance)>::decode(fields)?;
                    receipt.fee = fee;
                }
                ("Contracts", "StorageDepositTransferredAndHeld") => {
                    let (from, _, amount) = <(Account, Account, Balance)>::decode(fields)?;
                    if from == signer {
                        receipt.deposit += signed(amount);
                    }
                }
                ("Contracts", "StorageDepositTransferredAndReleased") => {
                    let (_, to, amount) = <(Account, Account, Balance)>::decode(fields)?;
                    if to == signer {
                        receipt.deposit -= signed(amount);
                    }
                }
                ("Contracts", "Instantiated") => {
                    let (_, contract) = <(Account, Account)>::decode(fields)?;
                    receipt.instantiated.push(contract);
                }
                ("Contracts", "ContractEmitted") => receipt.events.push(emitted(&event, index)?),
                ("System", "ExtrinsicFailed") => {
                    receipt.failure = Some(in_words(self.dispatch_error(fields)));
                }
                _ => {}
            }
        }
        Ok(receipt)
    }

    /// All events of contracts in a block, in order.
    ///
    /// # Errors
    /// [`Error::Node`]; among others if the node no longer has the block's state.
    pub async fn contract_events(&self, block: Hash) -> Result<Vec<Emitted>, Error> {
        let mut found = Vec::new();
        for event in self.api.events().at(H256(block)).await?.iter() {
            let event = event?;
            if let Phase::ApplyExtrinsic(index) = event.phase() {
                if (event.pallet_name(), event.variant_name()) == ("Contracts", "ContractEmitted") {
                    found.push(emitted(&event, index)?);
                }
            }
        }
        Ok(found)
    }
}

fn emitted(
    event: &subxt::events::EventDetails<subxt::PolkadotConfig>,
    index: u32,
) -> Result<Emitted, Error> {
    let (contract, data) = Decode::decode(&mut event.field_bytes())?;
    Ok(Emitted {
        contract,
        topics: event.topics().iter().map(|topic| topic.0).collect(),
        data,
        index,
    })
}

/// A failure that the client's own limits cause, in a sentence that tells what to do; any other as it is.
fn in_words(reason: String) -> String {
    match reason.contains("StorageDepositLimitExhausted") {
        true => {
            "it would have locked more storage deposit than was shown before it was signed, as \
                 something changed in between; look at it anew"
                .into()
        }
        false => reason,
    }
}
