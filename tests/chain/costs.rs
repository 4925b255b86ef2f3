//! What every message costs, exactly: the embedded chain charges as the development node does.
//!
//! Two files hold it, because two builds of the same compiler make slightly different code: Rust's own
//! (`costs.rustup.json`) and Debian's (`costs.debian.json`). Each holds, for every message: the transaction's weight (picoseconds) and fee, and the storage
//! deposit that it locks (negative: gives back), when it is sent for the first time and when it is
//! repeated; for messages that only read, the weight. A cost that grows fails the test until the file is
//! written anew on purpose, the one for the compiler in use; a change to a contract needs both:
//!
//! ```text
//! UPDATE_COSTS=1 ./scripts/test costs
//! ```

mod channels;
mod matching_round;
mod pool;
mod pool_factory;
mod sales;
mod streams;

use farthing_chain::{Account, Balance, Chain, Message, Receipt};
use scale::{Decode, Encode};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt::Debug, fs, path::Path, sync::OnceLock};

/// What one transaction cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Cost {
    weight: u64,
    fee: u64,
    deposit: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Costs {
    /// Bytes of Wasm.
    code: BTreeMap<String, u64>,
    /// Messages that change something, by contract, name and circumstance.
    calls: BTreeMap<String, Cost>,
    /// Weight of messages that only read.
    reads: BTreeMap<String, u64>,
}

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
        let weight = chain.weight_of_read(message).ref_time();
        self.reads.insert(name.into(), weight);
    }
}

#[test]
fn costs_do_not_grow() {
    let measured = measured();
    let compiler = match farthing_artifacts::compiled_by_debian() {
        true => "debian",
        false => "rustup",
    };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("chain/costs.{compiler}.json"));
    if std::env::var_os("UPDATE_COSTS").is_some() {
        let text = serde_json::to_string_pretty(measured).unwrap();
        fs::write(&path, text + "\n").unwrap();
    }
    let known: Costs = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    let grown = grown(&known, measured);
    assert!(
        grown.is_empty(),
        "costs have grown; if that is meant, set UPDATE_COSTS=1:\n{}",
        grown.join("\n")
    );
}

#[test]
fn a_repeated_tip_costs_little_more_than_four_transfers_and_locks_nothing() {
    let tip = measured().calls["storefront.tip, repeated"];
    assert_eq!(tip.deposit, 0);
    assert!(transfers(tip) <= 4.2, "{} transfers", transfers(tip));
}

#[test]
fn a_tip_in_a_batch_of_fifty_costs_less_than_a_transfer() {
    for name in ["to one creator", "to fifty creators"] {
        let batch = measured().calls[&format!("storefront.tip_many, 50 {name}")];
        assert_eq!(batch.deposit, 0);
        assert!(
            transfers(batch) <= 50.0,
            "{name}: {} transfers",
            transfers(batch)
        );
    }
}

#[test]
fn a_repeated_donation_locks_nothing_and_costs_less_than_four_transfers_without_a_goal() {
    // With a goal there are two items to write, and no way around either: the total, which decides
    // how it ends, and what this donor has back if it is missed. An empty call that did so would cost
    // 4.1 transfers.
    for (kind, most) in [("open-ended", 4.0), ("with a goal", 4.7)] {
        let donation = measured().calls[&format!("pool.donate, {kind}, repeated")];
        assert_eq!(donation.deposit, 0);
        let fee = transfers(donation);
        assert!(fee <= most, "{kind}: {fee} transfers");
    }
}

#[test]
fn a_donation_in_a_batch_of_fifty_costs_little_more_than_a_transfer() {
    for kind in ["open-ended", "with a goal"] {
        for what in ["50, repeated", "50 matched, repeated"] {
            let batch = measured().calls[&format!("pool.donate_many, {kind}, {what}")];
            assert_eq!(batch.deposit, 0);
            let fee = transfers(batch) / 50.0;
            assert!(fee <= 1.2, "{kind}, {what}: {fee} transfers");
        }
    }
}

#[test]
fn a_repeated_purchase_from_the_same_page_locks_nothing() {
    let costs = &measured().calls;
    assert_eq!(costs["storefront.buy, for ever, repeated"].deposit, 0);
    assert_eq!(costs["storefront.buy, for a period, repeated"].deposit, 0);
}

#[test]
fn has_access_reads_one_item_besides_the_root() {
    let reads = &measured().reads;
    // What two reads of a page would add is more than 60 million picoseconds.
    let one_read = 60_000_000;
    assert!(reads["storefront.has_access"] < reads["storefront.overview"] + 2 * one_read);
}

fn transfers(cost: Cost) -> f64 {
    cost.fee as f64 / measured().calls["a plain transfer"].fee as f64
}

/// Everything in `measured` that is more than in `known`, or is not there.
fn grown(known: &Costs, measured: &Costs) -> Vec<String> {
    let mut grown = Vec::new();
    let mut compare = |name: &str, what: &str, known: Option<i128>, now: i128| match known {
        Some(known) if now <= known => {}
        Some(known) => grown.push(format!("{name}: {what} {known} -> {now}")),
        None => grown.push(format!("{name}: {what} is not in the file")),
    };
    for (name, size) in &measured.code {
        let before = known.code.get(name).map(|size| i128::from(*size));
        compare(name, "bytes", before, (*size).into());
    }
    for (name, cost) in &measured.calls {
        let before = known.calls.get(name);
        compare(
            name,
            "weight",
            before.map(|c| c.weight.into()),
            cost.weight.into(),
        );
        compare(name, "fee", before.map(|c| c.fee.into()), cost.fee.into());
        compare(
            name,
            "deposit",
            before.map(|c| c.deposit.into()),
            cost.deposit.into(),
        );
    }
    for (name, weight) in &measured.reads {
        let before = known.reads.get(name).map(|weight| i128::from(*weight));
        compare(name, "weight", before, (*weight).into());
    }
    grown
}

fn measured() -> &'static Costs {
    static COSTS: OnceLock<Costs> = OnceLock::new();
    COSTS.get_or_init(|| {
        let mut costs = Costs::default();
        costs.code();
        sales::measure(&mut costs);
        channels::measure(&mut costs);
        streams::measure(&mut costs);
        pool::measure(&mut costs);
        pool_factory::measure(&mut costs);
        matching_round::measure(&mut costs);
        costs
    })
}
