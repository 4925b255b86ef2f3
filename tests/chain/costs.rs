//! What every message costs, exactly: the embedded chain charges as the development node does.
//!
//! `costs.json` holds it for each profile of the chain: weight (picoseconds), proof size (bytes), fee and
//! storage deposit (the chain's smallest unit; negative: gives back) of every transaction, when it is sent
//! for the first time and when it is repeated; weight and proof size of what only reads. Any change fails
//! the test, to more or to less, until the file is written anew on purpose:
//!
//! ```text
//! UPDATE_COSTS=1 ./scripts/test costs
//! ```
//!
//! The same command writes what the documents say of it: `docs/costs.md`, and the table in the README.
//!
//! Debian's build of the compiler makes slightly other code than Rust's own. The file is of Rust's; with
//! Debian's, everything that depends on code may differ by [`TOLERANCE`].

mod channels;
mod complete;
mod document;
mod file;
mod goals;
mod largest_sales;
mod matching_round;
mod pool;
mod pool_factory;
mod sales;
mod streams;

use farthing_chain::{Account, Balance, Chain, Message, Profile, Receipt};
use scale::{Decode, Encode};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt::Debug, sync::LazyLock};

/// How much more or less code Debian's compiler may make of the same sources, in hundredths.
const TOLERANCE: u64 = 8;

/// What one transaction cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Cost {
    weight: u64,
    proof: u64,
    fee: u64,
    deposit: i64,
}

/// What reading cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Read {
    weight: u64,
    proof: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Costs {
    /// Bytes of Wasm.
    code: BTreeMap<String, u64>,
    /// Messages that change something, by contract, name and circumstance.
    calls: BTreeMap<String, Cost>,
    /// Messages that only read.
    reads: BTreeMap<String, Read>,
}

/// By the name of the profile.
type File = BTreeMap<String, Costs>;

impl Costs {
    /// The sizes of all contracts.
    fn code(&mut self) {
        for name in farthing_artifacts::contracts().unwrap() {
            let size = farthing_artifacts::wasm(&name).len() as u64;
            self.code.insert(name, size);
        }
    }

    fn note(&mut self, name: &str, receipt: &Receipt) {
        let cost = Cost {
            weight: receipt.weight.ref_time(),
            proof: receipt.weight.proof_size(),
            fee: receipt.fee.try_into().unwrap(),
            deposit: receipt.deposit.try_into().unwrap(),
        };
        assert!(
            self.calls.insert(name.into(), cost).is_none(),
            "{name} twice"
        );
    }

    /// Sends a message, which must succeed, and notes what it cost.
    fn call<Args: Encode, T: Decode, E: Decode + Debug>(
        &mut self,
        chain: &mut Chain,
        name: &str,
        signer: &Account,
        message: Message<Args, Result<T, E>>,
        value: Balance,
    ) -> T {
        let (answer, receipt) = chain
            .call(signer, message, value)
            .unwrap_or_else(|e| panic!("{name}: {e:?}"));
        self.note(name, &receipt);
        answer
    }

    fn read<Args: Encode, R: Decode>(
        &mut self,
        chain: &mut Chain,
        name: &str,
        message: Message<Args, R>,
    ) {
        let used = chain.weight_of_read(message);
        let read = Read {
            weight: used.ref_time(),
            proof: used.proof_size(),
        };
        self.reads.insert(name.into(), read);
    }
}

/// The fee of a call on the development chain, in those of a plain transfer there.
fn transfers(cost: Cost) -> f64 {
    cost.fee as f64 / measured().calls["a plain transfer"].fee as f64
}

/// What everything costs on the development chain.
fn measured() -> &'static Costs {
    &everything()[Profile::ContractsNode.name()]
}

fn everything() -> &'static File {
    // Where measuring fails, it fails once and not for each test again.
    static COSTS: LazyLock<File> = LazyLock::new(|| {
        let measure_on = |profile: Profile| {
            let costs = profile.scope(measure);
            (profile.name().to_owned(), costs)
        };
        Profile::ALL.into_iter().map(measure_on).collect()
    });
    &COSTS
}

fn measure() -> Costs {
    let mut costs = Costs::default();
    costs.code();
    sales::measure(&mut costs);
    largest_sales::measure(&mut costs);
    channels::measure(&mut costs);
    streams::measure(&mut costs);
    pool::measure(&mut costs);
    pool_factory::measure(&mut costs);
    matching_round::measure(&mut costs);
    costs
}
