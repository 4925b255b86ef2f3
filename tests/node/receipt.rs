//! What a transaction did and cost, as the chain's events tell it.

use crate::world::Account;
use farthing_types::Balance;
use ink::primitives::AccountId;
use ink_e2e::subxt::{blocks::ExtrinsicEvents, utils::H256, PolkadotConfig};
use scale::{Decode, Encode};

/// An event of a contract.
#[derive(Clone, Debug)]
pub struct Emitted {
    contract: AccountId,
    topics: Vec<H256>,
    data: Vec<u8>,
}

/// What a transaction did and cost.
#[derive(Clone, Debug)]
pub struct Receipt {
    pub fee: Balance,
    /// Storage deposit that the signer locked, or got back if it is negative; none for code.
    pub deposit: i128,
    pub events: Vec<Emitted>,
    /// The fee multiplier that it was charged with.
    pub multiplier: f64,
}

impl Receipt {
    /// The one event of this type and contract; by its signature, or, of an anonymous one, without any
    /// topic.
    pub fn event<E: Decode + ink::env::Event>(&self, contract: &AccountId) -> E {
        let mut events = self.events_of(contract);
        assert_eq!(events.len(), 1, "{:?}", self.events);
        events.remove(0)
    }

    /// Checks that the signer got back what was locked when `earlier` was sent. The chain works out the
    /// two differently, so that they can be one of the smallest unit apart.
    pub fn assert_gives_back(&self, earlier: &Self) {
        assert!(self.deposit < 0);
        assert!((self.deposit + earlier.deposit).abs() <= 1);
    }

    /// Checks that there is this event, and no other of its type.
    pub fn assert_event<E: Decode + Encode + ink::env::Event>(
        &self,
        contract: &AccountId,
        expected: E,
    ) {
        assert_eq!(self.event::<E>(contract).encode(), expected.encode());
    }

    fn events_of<E: Decode + ink::env::Event>(&self, contract: &AccountId) -> Vec<E> {
        let signature: Vec<H256> = E::SIGNATURE_TOPIC.map(H256).into_iter().collect();
        let events = self.events.iter();
        events
            .filter(|event| event.contract == *contract && event.topics == signature)
            .map(|event| {
                let mut data = &event.data[..];
                let decoded = E::decode(&mut data).expect("the event is of this type");
                assert!(data.is_empty(), "{} bytes are left", data.len());
                decoded
            })
            .collect()
    }
}

/// What a transaction did and cost its signer.
pub fn receipt(
    signer: &Account,
    events: &ExtrinsicEvents<PolkadotConfig>,
    multiplier: f64,
) -> Receipt {
    let mut receipt = Receipt {
        fee: 0,
        deposit: 0,
        events: Vec::new(),
        multiplier,
    };
    let signed = |amount: Balance| i128::try_from(amount).unwrap();
    let signer = signer.id();
    for event in events.iter() {
        let event = event.unwrap();
        let mut fields = event.field_bytes();
        match (event.pallet_name(), event.variant_name()) {
            ("TransactionPayment", "TransactionFeePaid") => {
                let (_, fee) = <(AccountId, Balance)>::decode(&mut fields).unwrap();
                receipt.fee = fee;
            }
            ("Contracts", "StorageDepositTransferredAndHeld") => {
                let (from, _, amount) = decode_transfer(fields);
                if from == signer {
                    receipt.deposit += signed(amount);
                }
            }
            ("Contracts", "StorageDepositTransferredAndReleased") => {
                let (_, to, amount) = decode_transfer(fields);
                if to == signer {
                    receipt.deposit -= signed(amount);
                }
            }
            ("Contracts", "ContractEmitted") => {
                let (contract, data) = Decode::decode(&mut fields).unwrap();
                receipt.events.push(Emitted {
                    contract,
                    topics: event.topics().to_vec(),
                    data,
                });
            }
            _ => {}
        }
    }
    receipt
}

fn decode_transfer(mut fields: &[u8]) -> (AccountId, AccountId, Balance) {
    Decode::decode(&mut fields).unwrap()
}
