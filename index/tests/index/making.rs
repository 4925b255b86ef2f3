//! A chain to measure on, for `index/bench/beside`: a year of tips.
//!
//! The development chain dispatches each call by itself (`dev_impersonate`), which makes a block: so no dry runs and
//! signatures are waited for, which are of no use here.

use crate::world::{account, block_on, World};
use farthing_client::Account;
use farthing_contracts::{
    storefront::{events::Tip, StorefrontRef},
    Contract,
};
use farthing_node_tests::node::Node;
use farthing_types::{Balance, Millis};
use futures_util::{stream, StreamExt, TryStreamExt};
use ink::codegen::TraitCallBuilder;
use scale::{Compact, Encode};
use serde_json::json;
use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// How many creators there are, and how many tips in a call.
const CREATORS: u32 = 100;
const PAYERS: [&str; 6] = ["Alice", "Bob", "Charlie", "Dave", "Eve", "Ferdie"];
const TIPS: u32 = 10;
/// What a call may use at most.
const GAS: (u64, u64) = (100_000_000_000, 3_000_000);
const DAYS: u32 = 365;
const DAY: Millis = 24 * 60 * 60 * 1_000;
/// How many calls are under way.
const AT_ONCE: usize = 8;

/// Makes `FARTHING_BENCH_BLOCKS` blocks of ten tips, over a year, on the node at `FARTHING_NODE_URL`, which has 100
/// accounts more than usual. The deployment goes into the folder `FARTHING_BENCH_FOLDER`, and at the end a file `made`
/// with the number of the last block and how many payments there are.
#[test]
#[ignore = "index/bench/beside runs it"]
fn chain_to_measure_on() {
    let folder = PathBuf::from(env::var("FARTHING_BENCH_FOLDER").unwrap());
    let blocks: u32 = env::var("FARTHING_BENCH_BLOCKS").unwrap().parse().unwrap();
    block_on(async {
        let world = World::on(Node::get()).await;
        for number in 0..CREATORS {
            let handle = format!("creator-{number}");
            world.creator(&(number + 1).to_string(), &handle).await;
        }
        let calls = Calls::of(&world);
        for day in 0..DAYS {
            let of_day = (blocks * day / DAYS)..(blocks * (day + 1) / DAYS);
            let calls = stream::iter(of_day).map(|number| calls.make(number));
            let made = calls.buffered(AT_ONCE).try_collect::<Vec<()>>().await;
            made.unwrap();
            world.client.chain.forward(DAY).await.unwrap();
        }
        copy(world.folder.path(), &folder);
        let last = world.client.chain.best().await.unwrap().number;
        let made = format!("{last} {}\n", blocks * TIPS);
        fs::write(folder.join("made"), made).unwrap();
    });
}

/// Copies the deployment: a file, and a folder with metadata.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to.join("test")).unwrap();
    fs::copy(from.join("test.json"), to.join("test.json")).unwrap();
    for file in fs::read_dir(from.join("test")).unwrap().flatten() {
        if file.path().is_file() {
            fs::copy(file.path(), to.join("test").join(file.file_name())).unwrap();
        }
    }
}

/// Calls of contracts, as the chain has them encoded.
pub(crate) struct Calls<'a> {
    world: &'a World,
    /// The numbers of the pallet and its call.
    call: (u8, u8),
}

impl<'a> Calls<'a> {
    pub(crate) fn of(world: &'a World) -> Self {
        let metadata = world.client.chain.api.metadata();
        let pallet = metadata.pallet_by_name("Contracts").unwrap();
        let call = pallet.call_variant_by_name("call").unwrap().index;
        Self {
            world,
            call: (pallet.index(), call),
        }
    }

    /// Has somebody tip ten creators, in a block of its own.
    async fn make(&self, number: u32) -> Result<(), farthing_client::Error> {
        let mut shop: StorefrontRef = self.world.client.contract()?;
        let tips = (0..TIPS).map(|place| Tip {
            creator: (number * 7 + place * 13) % CREATORS,
            amount: 1_000_000_000 + Balance::from(number % 1_000),
            memo: b"thank you".to_vec(),
        });
        let tips: Vec<_> = tips.collect();
        let value: Balance = tips.iter().map(|tip| tip.amount).sum();
        let message = shop.call_mut().tip_many(tips);
        let input = message.params().exec_input().encode();
        let payer = account(PAYERS[number as usize % PAYERS.len()]);
        let shop = self.world.client.deployment.address(Contract::Storefront)?;
        self.call(payer, shop, value, input).await
    }

    /// Has somebody call a contract, in a block of its own.
    pub(crate) async fn call(
        &self,
        who: Account,
        contract: Account,
        value: Balance,
        input: Vec<u8>,
    ) -> Result<(), farthing_client::Error> {
        // To an account by its id, without a limit for deposits.
        let call = (
            self.call,
            (0u8, contract.0),
            Compact(value),
            (Compact(GAS.0), Compact(GAS.1)),
            (None::<()>, input),
        );
        let call = format!("0x{}", hex::encode(call.encode()));
        let params = json!([who, call]);
        let chain = &self.world.client.chain;
        chain.request("dev_impersonate", params).await.map(|_| ())
    }
}
