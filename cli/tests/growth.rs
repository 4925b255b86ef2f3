//! How commands grow with what is on the chain: `scripts/growth` prints the table. It takes minutes, and so is left
//! out of the tests that always run.

mod fill;

use crate::{
    relay::Relay,
    world::{ask, block_on, Person, World},
};
use farthing_node_tests::node::Node;
use fill::Filling;
use serde_json::{json, Value};
use std::{
    process::{Command, Stdio},
    time::Duration,
};

/// How long the long line takes, each way.
const FAR: Duration = Duration::from_millis(50);

/// How much there is to be in the end. Blocks are made up to what is said, if there are fewer.
#[derive(Clone, Copy)]
struct Size {
    creators: u32,
    items: u32,
    tips: u32,
    pools: u32,
    vouchers: usize,
    blocks: [u32; 4],
}

const FULL: Size = Size {
    creators: 200,
    items: 2_000,
    tips: 5_000,
    pools: 63,
    vouchers: 200,
    blocks: [49, 415, 1_350, 5_357],
};

const SMALL: Size = Size {
    creators: 6,
    items: 12,
    tips: 18,
    pools: 3,
    vouchers: 3,
    blocks: [49, 65, 80, 100],
};

/// What a command took.
struct Took {
    seconds: f64,
    cpu: f64,
    answers: usize,
}

struct Measuring {
    node: Node,
    near: Relay,
    far: Relay,
    alice: Person,
    vouchers: Vec<String>,
}

/// The rows, and the words of each command.
const COMMANDS: [(&str, &str); 12] = [
    ("`account ada-paints`", "account ada-paints"),
    ("`tip --dry-run`", "tip ada-paints 0.001 --dry-run"),
    ("`channel pay`", "channel pay {payee} 0.000001 --yes"),
    ("`creator list --count 1000`", "creator list --count 1000"),
    ("`shop show`", "shop show ada-paints"),
    (
        "`shop show --count 5000`",
        "shop show ada-paints --count 5000",
    ),
    ("`book ada-paints`", "book ada-paints"),
    ("`book --csv`", "book ada-paints --csv"),
    ("`mine`", "mine"),
    ("`pool list --count 64`", "pool list --count 64"),
    ("`watch --from 0 --once`", "watch --from 0 --once"),
    ("`channel receive -`", "channel receive - --for {payee}"),
];

#[test]
#[ignore = "it takes minutes: scripts/growth runs it"]
fn growth() {
    let is_small = std::env::var("FARTHING_GROWTH").is_ok_and(|size| size == "small");
    let size = if is_small { SMALL } else { FULL };
    let node = Node::own(&[]);
    let world = World::on(&node.url);
    let payee = world.rich();
    let mut alice = world.person(0);
    alice.secret = "//Alice".into();
    alice.account = fill::account("Alice");
    let mut filling = Filling::open(&node.url, &world.deployments);
    alice.ok(&["creator", "register", "ada-paints"]);
    alice.ok(&["shop", "open", "ada-paints"]);
    let name = payee.account.to_string();
    alice.ok(&["channel", "open", &name, "1"]);
    let mut measuring = Measuring {
        near: Relay::to(&node.url, Duration::ZERO),
        far: Relay::to(&node.url, FAR),
        alice,
        vouchers: Vec::new(),
        node,
    };
    measuring.promise(&name, size.vouchers);
    let mut table: Vec<Vec<Took>> = COMMANDS.iter().map(|_| Vec::new()).collect();
    let mut heads = Vec::new();
    for (stage, blocks) in size.blocks.into_iter().enumerate() {
        match stage {
            0 => {}
            1 => filling.creators(size.creators),
            2 => filling.items(size.items),
            _ => {
                filling.pools(size.pools);
                filling.tips(size.tips);
            }
        }
        let now = block_on(world.chain_best());
        if now < blocks {
            ask(&measuring.node, "dev_newBlock", json!([blocks - now]));
        }
        let what = ["nothing", "creators", "items", "tips and pools"][stage];
        heads.push(format!("{} blocks, {what}", block_on(world.chain_best())));
        for (row, (_, words)) in COMMANDS.iter().enumerate() {
            table[row].push(measuring.took(&measuring.near, words, &payee));
        }
    }
    let far = COMMANDS
        .iter()
        .map(|(_, words)| measuring.took(&measuring.far, words, &payee));
    let far: Vec<_> = far.collect();
    print(&size, &heads, &table, &far);
    // What was measured was not too little, and the money is all there.
    let listed = measuring.alice.ok(&["creator", "list", "--count", "1000"]);
    let creators = listed["creators"].as_array().unwrap().len();
    assert_eq!(creators, size.creators as usize + 1);
    let shown = measuring
        .alice
        .ok(&["shop", "show", "ada-paints", "--count", "5000"]);
    assert_eq!(
        shown["items"].as_array().unwrap().len(),
        size.items as usize
    );
    let overview = measuring.alice.ok(&["shop", "overview"]);
    let amount = |of: &Value| of.as_str().unwrap().parse::<u128>().unwrap();
    assert!(amount(&overview["owed"]) <= amount(&overview["held"]));
}

impl Measuring {
    fn promise(&mut self, payee: &str, count: usize) {
        for _ in 0..count {
            let paid = self.alice.ok(&["channel", "pay", payee, "0.000001"]);
            self.vouchers.push(paid["voucher"].as_str().unwrap().into());
        }
    }

    /// Runs a command over a line; every one starts with the metadata in its cache, but with nothing else.
    fn took(&self, line: &Relay, words: &str, payee: &Person) -> Took {
        let words = words.replace("{payee}", &payee.account.to_string());
        let is_payees = words.starts_with("channel receive");
        let who = if is_payees {
            payee.elsewhere()
        } else {
            self.alice.elsewhere()
        };
        if words.starts_with("channel pay") {
            copy(self.alice.state.path(), who.state.path());
        }
        let who = who.at(&line.url);
        let program = who.plain(&words.split(' ').collect::<Vec<_>>());
        let file = who.state.path().join("vouchers.txt");
        std::fs::write(&file, self.vouchers.join("\n")).unwrap();
        let mut timed = Command::new("bash");
        timed.args([
            "-c",
            r#"TIMEFORMAT="%R %U %S"; time "$@" >/dev/null"#,
            "time",
        ]);
        timed
            .arg(program.get_program())
            .args(program.get_args())
            .env_clear();
        let set = program
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?)));
        timed.envs(set).env("LC_ALL", "C");
        timed.stdin(Stdio::from(std::fs::File::open(file).unwrap()));
        line.answers();
        let output = timed.output().unwrap();
        let answers = line.answers();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{words}: {said}");
        let last = said.lines().last().unwrap();
        let times: Vec<f64> = last.split(' ').map(|time| time.parse().unwrap()).collect();
        Took {
            seconds: times[0],
            cpu: times[1] + times[2],
            answers,
        }
    }
}

/// Copies a folder and all in it.
fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to),
            false => drop(std::fs::copy(entry.path(), to).unwrap()),
        }
    }
}

fn print(size: &Size, heads: &[String], table: &[Vec<Took>], far: &[Took]) {
    println!(
        "{} creators, {} items, {} tips, {} pools, {} vouchers; seconds (CPU, answers)\n",
        size.creators, size.items, size.tips, size.pools, size.vouchers
    );
    println!(
        "| command | {} | at the end, over 100 ms |",
        heads.join(" | ")
    );
    println!("|---|{}", "---:|".repeat(heads.len() + 1));
    for ((name, _), (stages, far)) in COMMANDS.iter().zip(table.iter().zip(far)) {
        let cells = stages.iter().chain([far]).map(|took| {
            let Took {
                seconds,
                cpu,
                answers,
            } = took;
            format!("{seconds:.2} ({cpu:.2}, {answers})")
        });
        println!("| {name} | {} |", cells.collect::<Vec<_>>().join(" | "));
    }
}
