//! The embedded chain's runtime, compiled once for each profile.
//!
//! The pallets are those of `contracts-node-runtime` 0.42.0, the runtime of `substrate-contracts-node`,
//! with the same weights. Pallets that no payment touches (assets, sudo, revive, consensus) are left out,
//! the remaining ones keep their index, and the fee multiplier stays at 1, its value on a new chain, so
//! that costs do not depend on how full earlier blocks were.
//!
//! Whatever differs between chains is in the file that includes this one: see [`crate::Profile`].

// The macros below expand to code that these lints were not written for.
#![allow(missing_docs, unexpected_cfgs, clippy::all)]

use frame_support::{
    derive_impl,
    dispatch::DispatchClass,
    parameter_types,
    traits::{ConstBool, ConstU32, ConstU64, ConstU8, Randomness},
    weights::{
        constants::{
            BlockExecutionWeight, ExtrinsicBaseWeight, RocksDbWeight, WEIGHT_REF_TIME_PER_SECOND,
        },
        Weight,
    },
};
use frame_system::{
    limits::{BlockLength, BlockWeights},
    EnsureSigned,
};
use sp_runtime::{
    generic,
    traits::{BlakeTwo256, IdentifyAccount, Verify},
    MultiAddress, MultiSignature, Perbill,
};
use sp_version::RuntimeVersion;

use super::{
    Balance, LengthFee, WeightFee, DEPOSIT_PER_BYTE, DEPOSIT_PER_ITEM, EXISTENTIAL_DEPOSIT,
};

#[path = "executing.rs"]
mod executing;
pub use executing::Executing;

pub type AccountId = <<MultiSignature as Verify>::Signer as IdentifyAccount>::AccountId;
pub type BlockNumber = u32;
pub type Nonce = u32;
pub type Hash = sp_core::H256;
pub type Address = MultiAddress<AccountId, ()>;
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
pub type UncheckedExtrinsic =
    generic::UncheckedExtrinsic<Address, RuntimeCall, MultiSignature, SignedExtra>;
pub type Block = generic::Block<Header, UncheckedExtrinsic>;

/// What every signed transaction carries besides its call; its length is part of the fee.
pub type SignedExtra = (
    frame_system::CheckNonZeroSender<Runtime>,
    frame_system::CheckSpecVersion<Runtime>,
    frame_system::CheckTxVersion<Runtime>,
    frame_system::CheckGenesis<Runtime>,
    frame_system::CheckEra<Runtime>,
    frame_system::CheckNonce<Runtime>,
    frame_system::CheckWeight<Runtime>,
    pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
);

pub type Executive = frame_executive::Executive<
    Runtime,
    Block,
    frame_system::ChainContext<Runtime>,
    Runtime,
    AllPalletsWithSystem,
>;

const NORMAL_SHARE: Perbill = Perbill::from_percent(75);
const MAX_BLOCK_WEIGHT: Weight =
    Weight::from_parts(WEIGHT_REF_TIME_PER_SECOND.saturating_mul(2), u64::MAX);

parameter_types! {
    pub const BlockHashCount: BlockNumber = 2400;
    pub Version: RuntimeVersion = RuntimeVersion {
        spec_name: "farthing-embedded".into(),
        impl_name: "farthing-embedded".into(),
        authoring_version: 1,
        spec_version: 100,
        impl_version: 1,
        apis: Default::default(),
        transaction_version: 1,
        state_version: 1,
    };
    pub Length: BlockLength =
        BlockLength::max_with_normal_ratio(5 * 1024 * 1024, NORMAL_SHARE);
    pub Weights: BlockWeights = BlockWeights::builder()
        .base_block(BlockExecutionWeight::get())
        .for_class(DispatchClass::all(), |class| {
            class.base_extrinsic = ExtrinsicBaseWeight::get();
        })
        .for_class(DispatchClass::Normal, |class| {
            class.max_total = Some(NORMAL_SHARE * MAX_BLOCK_WEIGHT);
        })
        .for_class(DispatchClass::Operational, |class| {
            class.max_total = Some(MAX_BLOCK_WEIGHT);
            class.reserved = Some(MAX_BLOCK_WEIGHT - NORMAL_SHARE * MAX_BLOCK_WEIGHT);
        })
        .avg_block_initialization(Perbill::from_percent(10))
        .build_or_panic();
    pub ContractSchedule: pallet_contracts::Schedule<Runtime> = pallet_contracts::Schedule {
        limits: pallet_contracts::Limits {
            runtime_memory: 1024 * 1024 * 1024,
            validator_runtime_memory: 2 * 1024 * 1024 * 1024,
            ..Default::default()
        },
        ..Default::default()
    };
    pub const ExistentialDeposit: Balance = EXISTENTIAL_DEPOSIT;
    pub const DepositPerItem: Balance = DEPOSIT_PER_ITEM;
    pub const DepositPerByte: Balance = DEPOSIT_PER_BYTE;
    pub const DefaultDepositLimit: Balance =
        1024 * DEPOSIT_PER_ITEM + 1024 * 1024 * DEPOSIT_PER_BYTE;
    pub OneMultiplier: pallet_transaction_payment::Multiplier =
        sp_runtime::traits::One::one();
    pub const CodeHashLockup: Perbill = Perbill::zero();
}

/// No contract of ours asks for randomness, and this chain has none to give.
pub struct NoRandomness;
impl Randomness<Hash, BlockNumber> for NoRandomness {
    fn random(_subject: &[u8]) -> (Hash, BlockNumber) {
        (Hash::zero(), 0)
    }
}

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Runtime {
    type Block = Block;
    type BlockWeights = Weights;
    type BlockLength = Length;
    type AccountId = AccountId;
    type Nonce = Nonce;
    type Hash = Hash;
    type BlockHashCount = BlockHashCount;
    type DbWeight = RocksDbWeight;
    type Version = Version;
    type AccountData = pallet_balances::AccountData<Balance>;
    type SS58Prefix = frame_support::traits::ConstU16<42>;
    type MaxConsumers = ConstU32<16>;
}

impl pallet_timestamp::Config for Runtime {
    type Moment = u64;
    type OnTimestampSet = ();
    type MinimumPeriod = ConstU64<5>;
    type WeightInfo = ();
}

impl pallet_balances::Config for Runtime {
    type MaxLocks = ConstU32<50>;
    type MaxReserves = ConstU32<50>;
    type ReserveIdentifier = [u8; 8];
    type Balance = Balance;
    type RuntimeEvent = RuntimeEvent;
    type DustRemoval = ();
    type ExistentialDeposit = ExistentialDeposit;
    type AccountStore = System;
    type WeightInfo = pallet_balances::weights::SubstrateWeight<Runtime>;
    type FreezeIdentifier = ();
    type MaxFreezes = ();
    type RuntimeHoldReason = RuntimeHoldReason;
    type RuntimeFreezeReason = RuntimeFreezeReason;
}

impl pallet_transaction_payment::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type OnChargeTransaction = pallet_transaction_payment::FungibleAdapter<Balances, ()>;
    type OperationalFeeMultiplier = ConstU8<5>;
    type WeightToFee = WeightFee;
    type LengthToFee = LengthFee;
    type FeeMultiplierUpdate = pallet_transaction_payment::ConstFeeMultiplier<OneMultiplier>;
}

impl pallet_contracts::Config for Runtime {
    type Time = Timestamp;
    type Randomness = NoRandomness;
    type Currency = Balances;
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type CallFilter = frame_support::traits::Nothing;
    type DepositPerItem = DepositPerItem;
    type DepositPerByte = DepositPerByte;
    type CallStack = [pallet_contracts::Frame<Self>; 5];
    type WeightPrice = TransactionPayment;
    type WeightInfo = pallet_contracts::weights::SubstrateWeight<Self>;
    type ChainExtension = ();
    type Schedule = ContractSchedule;
    type AddressGenerator = pallet_contracts::DefaultAddressGenerator;
    // Stricter than the development node (256 KiB, 23 frames, unstable host functions), as chains in
    // production are: what runs here runs there.
    type MaxCodeLen = ConstU32<{ 128 * 1024 }>;
    type DefaultDepositLimit = DefaultDepositLimit;
    type MaxStorageKeyLen = ConstU32<128>;
    type MaxTransientStorageSize = ConstU32<{ 1024 * 1024 }>;
    type MaxDebugBufferLen = ConstU32<{ 2 * 1024 * 1024 }>;
    type UnsafeUnstableInterface = ConstBool<false>;
    type CodeHashLockupDepositPercent = CodeHashLockup;
    type MaxDelegateDependencies = ConstU32<32>;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Environment = ();
    type Debug = ();
    type ApiVersion = ();
    type Migrations = ();
    type Xcm = ();
    type UploadOrigin = EnsureSigned<AccountId>;
    type InstantiateOrigin = EnsureSigned<AccountId>;
}

frame_support::construct_runtime!(
    pub enum Runtime {
        System: frame_system = 0,
        Timestamp: pallet_timestamp = 3,
        Balances: pallet_balances = 4,
        TransactionPayment: pallet_transaction_payment = 6,
        Contracts: pallet_contracts = 8,
    }
);
