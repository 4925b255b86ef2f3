//! Fees and storage deposits, compared with those that the tests on the embedded chain keep a file of.

use crate::{receipt::Receipt, world::Deployed};
use serde_json::Value;
use std::{fs, path::Path, sync::OnceLock};

/// The fee for being a transaction at all, which the multiplier does not change.
const BASE: f64 = 107_074_000.0;

/// What the deposit for code can be higher on a node than in the file: chains reckon with the longest
/// encoding of a code's record, in which versions of the codec differ by 2 bytes.
const CODE_RECORD: i128 = 10_000_000;

/// Calls that read a record of another length here than for the file, and how much that can make: a pool's
/// rules are in its root item (the file's pools with a goal have 16 beneficiaries), and a creator's profile
/// is in the record that the registry reads.
const OTHER_LENGTHS: [(&str, f64); 10] = [
    ("pool.donate, with a goal", 0.03),
    ("pool.donate, with a goal, repeated", 0.03),
    ("pool.donate_many, with a goal, 50", 0.003),
    ("pool.donate_many, with a goal, 50, repeated", 0.003),
    ("pool.finalise, with a goal", 0.035),
    ("storefront.open", 0.003),
    ("storefront.publish", 0.003),
    ("storefront.publish, for a period", 0.003),
    ("storefront.publish, repeated", 0.003),
    ("storefront.set_tier", 0.003),
];

/// Checks that a transaction cost what the file says that this call does: the same deposit, and the fee
/// within a thousandth, for the bytes of other amounts and times.
pub fn check(name: &str, receipt: &Receipt) {
    check_with(name, receipt, &[0]);
}

/// Checks the same of a contract's deployment, its code's included.
pub fn check_new<Contract>(name: &str, deployed: &Deployed<Contract>) {
    check_with(name, &deployed.cost_with_code(), &[0, CODE_RECORD]);
}

/// Checks it, where the deposit may be more than in the file by one of these amounts.
fn check_with(name: &str, receipt: &Receipt, more: &[i128]) {
    let known = &known()["calls"][name];
    let [fee, deposit] = ["fee", "deposit"].map(|what| {
        known[what]
            .as_i64()
            .unwrap_or_else(|| panic!("there are no costs of {name}"))
    });
    // What comes back can be one of the smallest unit more or less, as the chain rounds it.
    let rounding = i128::from(deposit < 0);
    let over = receipt.deposit - i128::from(deposit);
    assert!(
        more.iter().any(|more| (over - more).abs() <= rounding),
        "{name}: {} instead of {deposit}",
        receipt.deposit
    );
    let expected = BASE + (fee as f64 - BASE) * receipt.multiplier;
    let off = (receipt.fee as f64 - expected).abs() / expected;
    // The file is of Rust's own compiler; Debian's makes slightly other code.
    let most = match farthing_artifacts::compiled_by_debian() {
        true => 0.08,
        false => 0.001,
    };
    let (_, other) = OTHER_LENGTHS
        .into_iter()
        .find(|(call, _)| *call == name)
        .unwrap_or_default();
    assert!(
        off <= most + other,
        "{name}: {} instead of {expected} (multiplier {})",
        receipt.fee,
        receipt.multiplier
    );
}

fn known() -> &'static Value {
    static KNOWN: OnceLock<Value> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../chain/costs.json");
        let mut all: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        all["contracts-node"].take()
    })
}
