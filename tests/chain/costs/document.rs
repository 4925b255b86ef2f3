//! What the documents say of costs: made of the cost file, never written by hand.

use super::{file, Cost, Costs, File};
use farthing_chain::Profile;
use std::{fmt::Write, fs, path::PathBuf};

/// What is told in words: the calls' names in the file, and how many payments are in them.
type Shown = (&'static str, &'static [&'static str], u32);

/// Those of them that the README shows.
const IN_README: [&str; 8] = [
    "tip",
    "50 tips to 50 creators, each",
    "buy another",
    "**a payment by voucher**, 1,000 on one channel, opening and closing included",
    "claim 50 channels at once, each",
    "donate to an open-ended pool",
    "donate through a matching round, the first time",
    "make a pool with the factory",
];

const SHOWN: &[Shown] = &[
    ("tip", &["storefront.tip, repeated"], 1),
    (
        "tip a creator who shares with others",
        &["storefront.tip, to be divided"],
        1,
    ),
    (
        "50 tips to one creator, each",
        &["storefront.tip_many, 50 to one creator"],
        50,
    ),
    (
        "50 tips to 50 creators, each",
        &["storefront.tip_many, 50 to fifty creators"],
        50,
    ),
    (
        "buy an item, the first of a page",
        &["storefront.buy, for ever"],
        1,
    ),
    ("buy another", &["storefront.buy, for ever, repeated"], 1),
    (
        "extend a pass",
        &["storefront.buy, for a period, repeated"],
        1,
    ),
    ("buy blinded", &["storefront.buy_blinded, repeated"], 1),
    (
        "pay out to 16 collaborators",
        &["storefront.payout, to 16, repeated"],
        1,
    ),
    (
        "refund two purchases",
        &["storefront.refund, of 2 bought for ever"],
        1,
    ),
    ("open a channel with its reserve", &["channels.open"], 1),
    ("open 20 channels, each", &["channels.open, 20"], 20),
    (
        "claim one channel, money in hand",
        &["channels.claim, repeated"],
        1,
    ),
    (
        "claim 50 channels at once, each",
        &["channels.claim, 50, repeated"],
        50,
    ),
    (
        "close a channel together, both paid",
        &["channels.close_together"],
        1,
    ),
    (
        "**a payment by voucher**, 1,000 on one channel, opening and closing included",
        &["channels.open", "channels.close_together"],
        1_000,
    ),
    ("open a stream", &["streams.open, repeated"], 1),
    ("claim from a stream", &["streams.claim, repeated"], 1),
    (
        "stop a stream, both paid",
        &["streams.stop, by the payer"],
        1,
    ),
    (
        "donate to an open-ended pool",
        &["pool.donate, open-ended, repeated"],
        1,
    ),
    (
        "the same, to 16 beneficiaries",
        &["pool.donate, to 16, repeated"],
        1,
    ),
    (
        "donate to a pool with a goal, the first time",
        &["pool.donate, with a goal"],
        1,
    ),
    ("donate again", &["pool.donate, with a goal, repeated"], 1),
    (
        "50 gifts of as many donors to a goal, each, repeated",
        &["pool.donate_many, with a goal, 50, repeated"],
        50,
    ),
    ("have a donation back", &["pool.refund, with the record"], 1),
    (
        "pay out a pool to 16",
        &["pool.payout, with a goal, to 16"],
        1,
    ),
    ("make a pool with the factory", &["pool_factory.create"], 1),
    (
        "make a pool with the factory, in a creator's name",
        &["pool_factory.create, for a creator"],
        1,
    ),
    (
        "donate through a matching round, the first time",
        &["matching_round.donate, to keep, the third donor"],
        1,
    ),
    (
        "donate again, however many donors there are",
        &["matching_round.donate, to keep, a donor's hundredth"],
        1,
    ),
    (
        "divide a round among 64 pools",
        &["matching_round.divide, 64 pools that keep everything"],
        1,
    ),
    (
        "ask and pay 16 of 64 pools with goals",
        &["matching_round.divide, 64 pools with goals"],
        1,
    ),
    ("publish an item", &["storefront.publish, repeated"], 1),
    ("claim a handle (commit)", &["registry.commit"], 1),
    ("claim a handle (reveal)", &["registry.register"], 1),
    ("open a storefront", &["storefront.open"], 1),
];

/// What a storage deposit is beside a fee, and what follows from it.
const WHY: &str = "\
    On the development chain, a new storage item locks a deposit of about 0.1 UNIT, a hundred times \
    a call's whole fee. On the largest live chain with pallet-contracts it is the other way round: \
    storage is next to nothing beside fees. So payments avoid both: a tip stores nothing, a purchase \
    only the first time that someone buys from the same 128 items of a creator, and money goes on at \
    once, as a transfer costs a twentieth of writing a record. Measured on the embedded chain, which \
    charges exactly as the development node does, in plain transfers (0.00027 UNIT each).\n";

/// What makes a call dear.
const DEAR: &str = "\
    What makes a call dear is, in this order: the call itself (2.3 transfers even for a contract \
    that does nothing), each storage item written (0.6) and read (0.2), each event topic (0.5), and \
    the code that the call enters (0.03 for each KiB of function; code that it does not enter is a \
    twelfth of that). Hence the design: payments write nothing, their event has no topics, the \
    messages that are called most go past ink!'s large dispatcher, and the Wasm is optimised such \
    that functions stay apart. A cost that changes, up or down, fails the tests until its file is \
    written anew on purpose (`UPDATE_COSTS=1 ./scripts/test costs`).\n";

/// Between these lines the README has what [`table`] makes.
const BEGIN: &str = "<!-- costs: made by UPDATE_COSTS=1 ./scripts/test costs -->\n";
const END: &str = "<!-- costs: end -->\n";

#[test]
fn documents_say_what_the_cost_file_says() {
    let file = file::known();
    let [readme, costs] =
        [readme_path(), costs_path()].map(|path| fs::read_to_string(path).unwrap());
    assert!(costs == document(&file), "docs/costs.md is not up to date");
    assert!(
        readme == with_table(&readme, &file),
        "the README's costs are not up to date"
    );
}

/// Writes the documents anew.
pub fn update(file: &File) {
    let readme = fs::read_to_string(readme_path()).unwrap();
    fs::write(readme_path(), with_table(&readme, file)).unwrap();
    fs::write(costs_path(), document(file)).unwrap();
}

fn readme_path() -> PathBuf {
    farthing_artifacts::root().join("README.md")
}

fn costs_path() -> PathBuf {
    farthing_artifacts::root().join("docs/costs.md")
}

fn with_table(readme: &str, file: &File) -> String {
    let (before, rest) = readme.split_once(BEGIN).expect("the README has costs");
    let (_, after) = rest
        .split_once(END)
        .expect("the README's costs have an end");
    let shown = SHOWN.iter().filter(|(words, ..)| IN_README.contains(words));
    format!("{before}{BEGIN}{}{END}{after}", table(file, shown))
}

fn on(file: &File, profile: Profile) -> &Costs {
    &file[profile.name()]
}

/// A table of what is told in words.
fn table<'a>(file: &File, shown: impl Iterator<Item = &'a Shown>) -> String {
    let mut text = String::from("| | fee, in transfers | deposit, in UNIT |\n|---|---:|---:|\n");
    let costs = on(file, Profile::ContractsNode);
    for &(words, names, payments) in shown {
        let calls = names.iter().map(|name| costs.calls[*name]);
        let (fee, locked) = calls.fold((0.0, 0), |(fee, locked), cost| {
            (fee + transfers(costs, cost), locked + cost.deposit)
        });
        let fee = fee / f64::from(payments);
        // Enough digits to tell what a voucher costs.
        let digits = if fee < 0.05 { 4 } else { 2 };
        let deposit = deposit(locked, Profile::ContractsNode, payments);
        writeln!(text, "| {words} | {fee:.digits$} | {deposit} |").unwrap();
    }
    text
}

fn transfers(costs: &Costs, cost: Cost) -> f64 {
    cost.fee as f64 / costs.calls["a plain transfer"].fee as f64
}

/// In whole coins, four decimals.
fn deposit(locked: i64, profile: Profile, payments: u32) -> String {
    let coins = locked as f64 / profile.unit() as f64 / f64::from(payments);
    let text = format!("{coins:.4}");
    // What comes back can be a unit more or less, as the chain rounds it.
    match text.trim_start_matches('-') {
        "0.0000" => "0".into(),
        _ => text,
    }
}

/// `docs/costs.md`.
fn document(file: &File) -> String {
    let node = on(file, Profile::ContractsNode);
    let live = on(file, Profile::Subtensor);
    let transfer = node.calls["a plain transfer"];
    let mut text = format!(
        "# What everything costs\n\n\
         Made by `UPDATE_COSTS=1 ./scripts/test costs` of \
         [`tests/chain/costs.json`](../tests/chain/costs.json), which a test compares with what the release \
         Wasm uses. All of it is measured on the embedded chain, which charges exactly as the development \
         node does, and again with the figures of subtensor.\n\n\
         - **transfers**: the fee on the development chain, in fees of a plain transfer there ({} ps of \
         weight).\n\
         - **proof**: bytes of storage proof, which is what is scarce on a parachain: a block takes about \
         3,932,160.\n\
         - **deposit**: what the signer locks for storage on the development chain, in UNIT; negative: gets \
         back.\n\
         - **fee and deposit on subtensor**: in RAO, a billionth of the coin; a plain transfer is {} there.\n",
        grouped(transfer.weight.into()),
        grouped(live.calls["a plain transfer"].fee.into()),
    );
    write!(text, "\n## In short\n\n{WHY}\n{}\n{DEAR}", table(file, SHOWN.iter())).unwrap();
    for (contract, size) in &node.code {
        let size = grouped((*size).into());
        write!(text, "\n## {contract}\n\n{size} bytes of Wasm.\n\n").unwrap();
        text +=
            "| message | transfers | proof | deposit | fee on subtensor | deposit on subtensor |\n\
                 |---|---:|---:|---:|---:|---:|\n";
        for (name, cost) in of(contract, &node.calls) {
            let there = live.calls[&format!("{contract}.{name}")];
            writeln!(
                text,
                "| {name} | {:.2} | {} | {} | {} | {} |",
                transfers(node, *cost),
                grouped(cost.proof.into()),
                deposit(cost.deposit, Profile::ContractsNode, 1),
                grouped(there.fee.into()),
                grouped(there.deposit.into()),
            )
            .unwrap();
        }
        text += "\n| what only reads | ps of weight | proof |\n|---|---:|---:|\n";
        for (name, read) in of(contract, &node.reads) {
            let [weight, proof] = [read.weight, read.proof].map(|figure| grouped(figure.into()));
            writeln!(text, "| {name} | {weight} | {proof} |").unwrap();
        }
    }
    text
}

/// What belongs to a contract, without its name in front.
fn of<'a, T>(
    contract: &'a str,
    all: &'a std::collections::BTreeMap<String, T>,
) -> impl Iterator<Item = (&'a str, &'a T)> {
    all.iter().filter_map(move |(name, one)| {
        let rest = name.strip_prefix(contract)?.strip_prefix('.')?;
        Some((rest, one))
    })
}

/// With commas between thousands.
fn grouped(number: i128) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    match number < 0 {
        true => format!("-{text}"),
        false => text,
    }
}

#[test]
fn figures_are_grouped_by_thousands() {
    for (number, text) in [
        (0, "0"),
        (999, "999"),
        (1_000, "1,000"),
        (-1_234_567, "-1,234,567"),
    ] {
        assert_eq!(grouped(number), text);
    }
}
