//! A chain inside the process.
//!
//! [`Chain`] runs the contract runtime of `substrate-contracts-node` (see [`runtime`]) on in-memory
//! storage: real signed transactions, real fees, real storage deposits, blocks and a clock that the
//! caller moves. Contracts are called through the typed references that ink! generates, and what a
//! transaction cost comes back with its result. [`Farthing`] is such a chain with Farthing's contracts
//! deployed, from the release Wasm that ships.
//!
//! ```
//! use farthing_chain::{Chain, UNIT};
//!
//! let mut chain = Chain::new();
//! let alice = chain.account("alice", 10 * UNIT);
//! let bob = chain.account("bob", UNIT);
//! let sent = chain.transfer(&alice, &bob.id(), UNIT).unwrap();
//! assert_eq!(chain.balance(&bob.id()), 2 * UNIT);
//! assert_eq!(chain.balance(&alice.id()), 9 * UNIT - sent.fee);
//! ```

mod channels;
mod contract;
mod farthing;
mod matching_round;
mod pool;
mod pool_factory;
pub mod runtime;
mod storage;
mod streams;
pub mod weights;

pub use self::channels::Channels;
pub use contract::{at, AsInk, Constructor, Deployed, DryRun, Failure, Message};
pub use farthing::{Farthing, Terms};
pub use frame_support::weights::Weight;
pub use matching_round::Round;
pub use pool::DonationPool;
pub use pool_factory::Factory;
pub use runtime::{AccountId, Balance, EXISTENTIAL_DEPOSIT, UNIT};
pub use streams::Streams;

use frame_support::traits::fungible::{Inspect, Mutate};
use runtime::{
    Address, Balances, Executive, Header, Nonce, Runtime, RuntimeCall, RuntimeEvent, SignedExtra,
    System, Timestamp, UncheckedExtrinsic,
};
use scale::Encode;
use sp_core::{sr25519, Pair};
use sp_runtime::{
    generic::Era, BuildStorage, DispatchError, MultiAddress, MultiSignature, SaturatedConversion,
};

/// Milliseconds between two blocks, unless the clock is moved.
pub const BLOCK_MILLIS: u64 = 6_000;

/// The clock of a new chain: 2026-01-01T00:00:00Z, in milliseconds since the Unix epoch.
pub const GENESIS_MILLIS: u64 = 1_767_225_600_000;

/// A key pair and the account it controls.
#[derive(Clone)]
pub struct Account {
    name: String,
    pair: sr25519::Pair,
}

impl Account {
    /// The account derived from `//name`, the way development accounts are on any Substrate chain.
    pub fn named(name: &str) -> Self {
        let pair = sr25519::Pair::from_string(&format!("//{name}"), None)
            .expect("a name without slashes is a valid derivation path");
        Self {
            name: name.to_owned(),
            pair,
        }
    }

    /// The name it was derived from.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its account id.
    pub fn id(&self) -> AccountId {
        self.pair.public().into()
    }

    /// Its sr25519 signature over a message, as a wallet makes it.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.pair.sign(message).0
    }
}

/// An event of a contract, as the chain recorded it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractEvent {
    /// The contract that emitted it.
    pub contract: AccountId,
    /// Topics; the first is the event's signature, unless the event is anonymous.
    pub topics: Vec<runtime::Hash>,
    /// SCALE-encoded fields.
    pub data: Vec<u8>,
}

impl ContractEvent {
    /// The event as the Rust type `E`, if it has that type's signature.
    pub fn decode<E: scale::Decode + ink::env::Event>(&self) -> Option<E> {
        let signature_matches = match E::SIGNATURE_TOPIC {
            Some(signature) => self.topics.first().map(|t| t.0) == Some(signature),
            None => self.topics.is_empty(),
        };
        if signature_matches {
            E::decode(&mut &self.data[..]).ok()
        } else {
            None
        }
    }
}

/// What a transaction that went through did and cost.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// Fee charged to the signer, after the chain gave back what the call did not use.
    pub fee: Balance,
    /// Storage deposit the signer locked (positive) or got back (negative).
    pub deposit: i128,
    /// Weight the transaction used, its base weight included.
    pub weight: Weight,
    /// Events of contracts, in order.
    pub events: Vec<ContractEvent>,
}

impl Receipt {
    /// All events of type `E`.
    pub fn events_of<E: scale::Decode + ink::env::Event>(&self) -> Vec<E> {
        self.events
            .iter()
            .filter_map(ContractEvent::decode)
            .collect()
    }
}

/// A chain with instant blocks: every transaction gets a block of its own, unless it is sent within
/// [`Chain::in_one_block`].
pub struct Chain {
    state: sp_io::TestExternalities,
    sealing: bool,
}

impl Default for Chain {
    fn default() -> Self {
        Self::new()
    }
}

impl Chain {
    /// A new chain, at block 1 and [`GENESIS_MILLIS`], with no accounts.
    pub fn new() -> Self {
        let storage = frame_system::GenesisConfig::<Runtime>::default()
            .build_storage()
            .expect("an empty genesis always builds");
        let mut chain = Self {
            state: sp_io::TestExternalities::new(storage),
            sealing: true,
        };
        chain.state.execute_with(|| {
            let genesis = header(0, Default::default());
            frame_system::BlockHash::<Runtime>::insert(0, genesis.hash());
            open_block_after(&genesis, GENESIS_MILLIS);
        });
        chain
    }

    /// The account `name`, with `funds` minted to it.
    pub fn account(&mut self, name: &str, funds: Balance) -> Account {
        let account = Account::named(name);
        self.mint(&account.id(), funds);
        account
    }

    /// Creates `amount` out of nothing on `account`.
    pub fn mint(&mut self, account: &AccountId, amount: Balance) {
        self.state.execute_with(|| {
            Balances::mint_into(account, amount)
                .expect("minted amounts stay far below the maximum");
        });
    }

    /// The chain's genesis hash.
    pub fn genesis_hash(&mut self) -> [u8; 32] {
        self.state.execute_with(|| System::block_hash(0).0)
    }

    /// The current block's number.
    pub fn block(&mut self) -> u32 {
        self.state.execute_with(System::block_number)
    }

    /// The current block's time, in milliseconds since the Unix epoch.
    pub fn now(&mut self) -> u64 {
        self.state.execute_with(Timestamp::get)
    }

    /// What `account` can spend: its balance without what is held as storage deposit.
    pub fn balance(&mut self, account: &AccountId) -> Balance {
        self.state.execute_with(|| Balances::free_balance(account))
    }

    /// Everything `account` has, held deposits included.
    pub fn total_balance(&mut self, account: &AccountId) -> Balance {
        self.state.execute_with(|| Balances::total_balance(account))
    }

    /// All money on the chain. Fees are burnt, so that this falls by exactly the fees.
    pub fn total_issuance(&mut self) -> Balance {
        self.state.execute_with(Balances::total_issuance)
    }

    /// Seals the current block and opens the next, [`BLOCK_MILLIS`] later.
    pub fn seal(&mut self) {
        let next = self.now().saturating_add(BLOCK_MILLIS);
        self.seal_at(next);
    }

    /// Seals the current block and opens the next at `millis`.
    ///
    /// # Panics
    /// If that is not at least 5 milliseconds after [`Chain::now`], as the runtime demands.
    pub fn seal_at(&mut self, millis: u64) {
        self.state.execute_with(|| {
            assert!(
                millis > Timestamp::get(),
                "a block must be later than its parent"
            );
            let sealed: Header = Executive::finalize_block();
            System::reset_events();
            open_block_after(&sealed, millis);
        });
    }

    /// Opens a block `millis` after the current one.
    pub fn advance(&mut self, millis: u64) {
        let at = self.now().saturating_add(millis);
        self.seal_at(at);
    }

    /// Puts every transaction that `f` sends into the current block, then seals it.
    pub fn in_one_block<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        let before = core::mem::replace(&mut self.sealing, false);
        let out = f(self);
        self.sealing = before;
        self.seal();
        out
    }

    /// Sends `amount` from `from` to `to`; `from` must stay alive. The measure of all costs.
    pub fn transfer(
        &mut self,
        from: &Account,
        to: &AccountId,
        amount: Balance,
    ) -> Result<Receipt, DispatchError> {
        self.submit(
            from,
            RuntimeCall::Balances(pallet_balances::Call::transfer_keep_alive {
                dest: MultiAddress::Id(to.clone()),
                value: amount,
            }),
        )
    }

    /// Sends all that `from` has to `to`, so that the account `from` no longer exists.
    pub fn empty(&mut self, from: &Account, to: &AccountId) -> Result<Receipt, DispatchError> {
        self.submit(
            from,
            RuntimeCall::Balances(pallet_balances::Call::transfer_all {
                dest: MultiAddress::Id(to.clone()),
                keep_alive: false,
            }),
        )
    }

    /// Signs `call` as `signer`, applies it, and reports what it cost. A call that fails still costs
    /// its fee, as on any chain.
    pub fn submit(
        &mut self,
        signer: &Account,
        call: RuntimeCall,
    ) -> Result<Receipt, DispatchError> {
        let outcome = self.state.execute_with(|| {
            let first_new_event = System::read_events_no_consensus().count();
            let result = Executive::apply_extrinsic(signed(signer, call))
                .unwrap_or_else(|e| panic!("{} sent an invalid transaction: {e:?}", signer.name()));
            let receipt = receipt(&signer.id(), first_new_event);
            result.map(|()| receipt)
        });
        if self.sealing {
            self.seal();
        }
        outcome
    }

    pub(crate) fn execute<T>(&mut self, f: impl FnOnce() -> T) -> T {
        self.state.execute_with(f)
    }
}

/// A header that says nothing but where in the chain it is.
fn header(number: u32, parent_hash: runtime::Hash) -> Header {
    Header {
        parent_hash,
        number,
        state_root: Default::default(),
        extrinsics_root: Default::default(),
        digest: Default::default(),
    }
}

fn open_block_after(parent: &Header, millis: u64) {
    let header = header(parent.number.saturating_add(1), parent.hash());
    Executive::initialize_block(&header);
    let set_time =
        UncheckedExtrinsic::new_unsigned(RuntimeCall::Timestamp(pallet_timestamp::Call::set {
            now: millis,
        }));
    Executive::apply_extrinsic(set_time)
        .expect("the time inherent is valid")
        .expect("the time inherent applies");
}

fn signed(signer: &Account, call: RuntimeCall) -> UncheckedExtrinsic {
    let nonce: Nonce = System::account_nonce(signer.id());
    let extra: SignedExtra = (
        frame_system::CheckNonZeroSender::new(),
        frame_system::CheckSpecVersion::new(),
        frame_system::CheckTxVersion::new(),
        frame_system::CheckGenesis::new(),
        frame_system::CheckEra::from(Era::Immortal),
        frame_system::CheckNonce::from(nonce),
        frame_system::CheckWeight::new(),
        pallet_transaction_payment::ChargeTransactionPayment::from(0),
    );
    let payload = sp_runtime::generic::SignedPayload::new(call, extra)
        .expect("all that is signed can be computed");
    let signature = payload.using_encoded(|bytes| signer.pair.sign(bytes));
    let (call, extra, _) = payload.deconstruct();
    UncheckedExtrinsic::new_signed(
        call,
        Address::Id(signer.id()),
        MultiSignature::Sr25519(signature),
        extra,
    )
}

/// Reads what the transaction just applied left in the event log.
fn receipt(signer: &AccountId, first_event: usize) -> Receipt {
    let mut receipt = Receipt {
        fee: 0,
        deposit: 0,
        weight: Weight::zero(),
        events: Vec::new(),
    };
    for record in System::read_events_no_consensus().skip(first_event) {
        match record.event {
            RuntimeEvent::TransactionPayment(
                pallet_transaction_payment::Event::TransactionFeePaid { actual_fee, .. },
            ) => receipt.fee = actual_fee,
            RuntimeEvent::System(
                frame_system::Event::ExtrinsicSuccess { dispatch_info }
                | frame_system::Event::ExtrinsicFailed { dispatch_info, .. },
            ) => receipt.weight = dispatch_info.weight,
            RuntimeEvent::Contracts(event) => note(&mut receipt, signer, event, record.topics),
            _ => {}
        }
    }
    receipt
}

fn note(
    receipt: &mut Receipt,
    signer: &AccountId,
    event: pallet_contracts::Event<Runtime>,
    topics: Vec<runtime::Hash>,
) {
    use pallet_contracts::Event::*;
    let signed = |amount: Balance| amount.saturated_into::<i128>();
    match event {
        ContractEmitted { contract, data } => receipt.events.push(ContractEvent {
            contract,
            topics,
            data,
        }),
        StorageDepositTransferredAndHeld { from, amount, .. } if &from == signer => {
            receipt.deposit = receipt.deposit.saturating_add(signed(amount));
        }
        StorageDepositTransferredAndReleased { to, amount, .. } if &to == signer => {
            receipt.deposit = receipt.deposit.saturating_sub(signed(amount));
        }
        CodeStored {
            deposit_held,
            uploader,
            ..
        } if &uploader == signer => {
            receipt.deposit = receipt.deposit.saturating_add(signed(deposit_held));
        }
        _ => {}
    }
}
