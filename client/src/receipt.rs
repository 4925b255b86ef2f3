//! What a transaction did and cost, according to the chain's events.

use crate::{
    chain::{Block, Chain},
    error::{Failure, Reason},
    token::signed,
    Account, Error, Token,
};
use farthing_types::{Balance, Hash};
use scale::Decode;
use subxt::{
    events::{Phase, StaticEvent},
    ext::scale_decode::DecodeAsType,
    utils::{AccountId32, H256},
};

/// An event of a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emitted {
    /// The contract that emitted it.
    pub contract: Account,
    /// The event's topics. The first is the signature, unless the event is anonymous.
    pub topics: Vec<Hash>,
    /// The event's fields, SCALE-encoded.
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
    /// The transaction's place in the block.
    pub index: u32,
    /// The fee that was paid, in the smallest unit.
    pub fee: Balance,
    /// The storage deposit that the signer locked, in the smallest unit. It includes what new contracts need
    /// to exist. If it is negative, the signer got deposit back.
    pub deposit: i128,
    /// The contracts' events, in order.
    pub events: Vec<Emitted>,
    /// The contracts that it made.
    pub instantiated: Vec<Account>,
    /// Why it failed, if it did.
    pub failure: Option<Box<Reason>>,
}

impl Receipt {
    /// Returns the events of this type that a contract emitted, in order. Events without topics are taken to
    /// be the contract's one anonymous type.
    pub fn events_of<E: Decode + ink::env::Event>(&self, contract: Account) -> Vec<E> {
        let events = self
            .events
            .iter()
            .filter(|event| event.contract == contract);
        events.filter_map(Emitted::decode).collect()
    }

    /// Returns this receipt, unless the transaction failed.
    ///
    /// # Errors
    /// [`Error::Failed`].
    pub fn succeeded(self, token: &Token) -> Result<Self, Error> {
        match self.failure {
            None => Ok(self),
            Some(reason) => Err(Error::Failed {
                transaction: self.transaction,
                block: self.block.number,
                fee: token.sum(self.fee),
                reason: Box::new(Failure::Chain(*reason)),
            }),
        }
    }
}

impl Emitted {
    /// Decodes the event, if it is of this type.
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
    /// Reads what the transaction at `index` of a block did, and what it cost `signer`.
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
        for event in self.api.events().at(H256(block.hash)).await?.iter() {
            let event = event?;
            if event.phase() != Phase::ApplyExtrinsic(index) {
                continue;
            }
            if let Some(paid) = event.as_event::<FeePaid>()? {
                receipt.fee = paid.actual_fee;
            } else if let Some(held) = event.as_event::<Held>()? {
                if held.from.0 == signer.0 {
                    receipt.deposit += signed(held.amount);
                }
            } else if let Some(released) = event.as_event::<Released>()? {
                if released.to.0 == signer.0 {
                    receipt.deposit -= signed(released.amount);
                }
            } else if let Some(made) = event.as_event::<Instantiated>()? {
                // Whoever signed pays it, whichever contract made it.
                receipt.deposit += signed(self.existential_deposit()?);
                receipt.instantiated.push(Account(made.contract.0));
            } else if let Some(stored) = event.as_event::<CodeStored>()? {
                if stored.uploader.0 == signer.0 {
                    receipt.deposit += signed(stored.deposit_held);
                }
            } else if is(&event, "Contracts", "ContractEmitted") {
                receipt.events.push(emitted(&event, index)?);
            } else if is(&event, "System", "ExtrinsicFailed") {
                let reason = Reason::decode(event.field_bytes(), &self.api.metadata());
                receipt.failure = Some(Box::new(reason));
            }
        }
        Ok(receipt)
    }
}

type Details = subxt::events::EventDetails<subxt::PolkadotConfig>;

fn emitted(event: &Details, index: u32) -> Result<Emitted, Error> {
    let (contract, data) = Decode::decode(&mut event.field_bytes())?;
    Ok(Emitted {
        contract,
        topics: event.topics().iter().map(|topic| topic.0).collect(),
        data,
        index,
    })
}

// The chain's own events, as far as their fields are of use here.

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct FeePaid {
    actual_fee: Balance,
}

impl StaticEvent for FeePaid {
    const PALLET: &'static str = "TransactionPayment";
    const EVENT: &'static str = "TransactionFeePaid";
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Held {
    from: AccountId32,
    amount: Balance,
}

impl StaticEvent for Held {
    const PALLET: &'static str = "Contracts";
    const EVENT: &'static str = "StorageDepositTransferredAndHeld";
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Released {
    to: AccountId32,
    amount: Balance,
}

impl StaticEvent for Released {
    const PALLET: &'static str = "Contracts";
    const EVENT: &'static str = "StorageDepositTransferredAndReleased";
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Instantiated {
    contract: AccountId32,
}

impl StaticEvent for Instantiated {
    const PALLET: &'static str = "Contracts";
    const EVENT: &'static str = "Instantiated";
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct CodeStored {
    deposit_held: Balance,
    uploader: AccountId32,
}

impl StaticEvent for CodeStored {
    const PALLET: &'static str = "Contracts";
    const EVENT: &'static str = "CodeStored";
}

fn is(event: &Details, pallet: &str, name: &str) -> bool {
    (event.pallet_name(), event.variant_name()) == (pallet, name)
}
