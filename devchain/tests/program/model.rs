//! Money on a chain that is forked, put back and killed: a model says who has what, to the last unit.

use crate::chain::{account, digits, nobody, nothing, Chain, UNIT};
use std::collections::HashMap;
use subxt::ext::subxt_rpcs::rpc_params;
use subxt_signer::sr25519::dev::alice;

/// A small generator, so that a run can be repeated by its seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

type Balances = HashMap<u8, u128>;

/// What the chain must show, and what it was before each block that can be undone.
struct Model {
    now: Balances,
    /// By number of block, since the last final one.
    before: Vec<Balances>,
    snapshots: Vec<(Balances, Vec<Balances>)>,
}

#[tokio::test]
async fn forks_snapshots_and_restarts_create_and_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("chain");
    let flags = ["--state", file.to_str().unwrap(), "--hold-finality"];
    for seed in 1..=3 {
        let _ = std::fs::remove_file(&file);
        run(&flags, Random(seed * 0x9E37_79B9)).await;
    }
}

async fn run(flags: &[&str], mut random: Random) {
    let mut chain = Chain::start(flags).await;
    let mut model = Model {
        now: Balances::new(),
        before: Vec::new(),
        snapshots: Vec::new(),
    };
    for step in 0..120 {
        match random.below(8) {
            0..=2 => {
                let (to, amount) = (person(&mut random), UNIT + u128::from(random.below(1_000)));
                let best = chain.best().await;
                chain.send(&alice(), &nobody(to), amount).await;
                chain.has_best(best + 1).await;
                model.before.push(model.now.clone());
                *model.now.entry(to).or_default() += amount;
            }
            3 => {
                let (who, amount) = (person(&mut random), UNIT * u128::from(random.below(5)));
                let params = rpc_params![nobody(who).to_string(), digits(amount)];
                chain.ask("dev_setBalance", params).await;
                model.before.push(model.now.clone());
                model.now.insert(who, amount);
            }
            4 if !model.before.is_empty() => {
                let depth = 1 + random.below(model.before.len() as u64);
                let kept = model.before.len() - depth as usize;
                chain.ask("dev_reorg", rpc_params![depth]).await;
                model.now = model.before[kept].clone();
                model.before.truncate(kept);
                // The fork is one longer, and nothing happens in it.
                model
                    .before
                    .extend(std::iter::repeat_n(model.now.clone(), depth as usize + 1));
            }
            5 => {
                chain.ask("dev_finalize", nothing()).await;
                model.before.clear();
            }
            6 => {
                if random.below(2) == 0 || model.snapshots.is_empty() {
                    chain.ask("dev_snapshot", nothing()).await;
                    model
                        .snapshots
                        .push((model.now.clone(), model.before.clone()));
                } else {
                    let number = 1 + random.below(model.snapshots.len() as u64);
                    chain.ask("dev_revert", rpc_params![number]).await;
                    model.snapshots.truncate(number as usize);
                    (model.now, model.before) = model.snapshots[number as usize - 1].clone();
                }
            }
            _ => {
                chain.kill();
                chain = Chain::start(flags).await;
                // Snapshots are this run's, and so is what waits.
                model.snapshots.clear();
            }
        }
        check(&chain, &model, step).await;
    }
}

fn person(random: &mut Random) -> u8 {
    1 + u8::try_from(random.below(4)).unwrap()
}

async fn check(chain: &Chain, model: &Model, step: u32) {
    let mut held = 0;
    for who in 1..=4 {
        let free = chain.free(&nobody(who)).await;
        assert_eq!(
            free,
            model.now.get(&who).copied().unwrap_or_default(),
            "step {step}, {who}"
        );
        held += free;
    }
    let names = ["Alice", "Bob", "Charlie", "Dave", "Eve", "Ferdie"];
    for name in names {
        let keys = subxt_signer::sr25519::Keypair::from_uri(&format!("//{name}").parse().unwrap())
            .unwrap();
        held += chain.free(&account(&keys)).await;
    }
    assert_eq!(
        held,
        issuance(chain).await,
        "step {step}: all money is somebody's"
    );
    let undoable = chain.best().await - chain.finalized().await;
    assert_eq!(undoable, model.before.len() as u64, "step {step}");
}

async fn issuance(chain: &Chain) -> u128 {
    // TotalIssuance of Balances.
    let key = "0xc2261276cc9d1f8598ea4b6a74b15c2f57c875e4cff74148e4628f264b974c80";
    let value = chain.ask("state_getStorage", rpc_params![key]).await;
    let bytes = hex::decode(value.as_str().unwrap().trim_start_matches("0x")).unwrap();
    u128::from_le_bytes(bytes.try_into().unwrap())
}
