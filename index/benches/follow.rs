//! How many payments are indexed in a second, how long a year's book of one creator takes, and how much memory it
//! all takes: 1,000,000 payments in 100,000 blocks, or as many blocks as are named. The embedded chain makes the
//! first of them; what happened in those is told again and again in the later ones.
//!
//! ```text
//! cargo bench -p farthing-index --bench follow [BLOCKS]
//! ```
//!
//! `FARTHING_POSTGRES` is the URL of a database, if it is to be one of those. Its tables are used, and must not be
//! there before.

use farthing_chain::{Account, AsInk, ContractEvent, Farthing, Receipt, Terms, UNIT};
use farthing_client::{
    history::{Event, Told},
    Account as Address, Block, Emitted,
};
use farthing_contracts::{storefront::events::Tip, Contract};
use farthing_index::{book::book, Certainty, Identity, Index, Place};
use farthing_types::commitment::blake2_256;
use ink::codegen::TraitCallBuilder;
use std::{collections::VecDeque, fs, time::Instant};

const BLOCKS: u32 = 100_000;
const CREATORS: u32 = 100;
const PAYERS: u32 = 50;
/// How many tips there are in a block, in one call.
const TIPS: u32 = 10;
/// How many blocks of tips the chain makes.
const MADE: usize = 300;
/// How many blocks are added at once.
const BATCH: u32 = 128;

fn main() {
    let asked = std::env::args().find_map(|word| word.parse().ok());
    let blocks: u32 = asked.unwrap_or(BLOCKS);
    let folder = std::env::temp_dir().join(format!("farthing-index-{}", std::process::id()));
    let file = folder.join("index.sqlite");
    let place = match std::env::var("FARTHING_POSTGRES") {
        Ok(url) => Place::Server(url),
        Err(_) => Place::File(file.clone()),
    };
    let mut index = Index::open(&place, Identity::unnamed(), 0).unwrap();
    let mut chain = Making::begin();
    let (mut making, mut adding, mut working) = (0.0, 0.0, 0.0);
    while chain.number < blocks {
        let began = Instant::now();
        let told: Vec<_> = (0..BATCH).map(|_| chain.next()).collect();
        making += began.elapsed().as_secs_f64();
        let (began, worked) = (Instant::now(), processor());
        index.add(&told, Certainty::Final).unwrap();
        adding += began.elapsed().as_secs_f64();
        working += processor() - worked;
        if chain.number % (blocks / 10).max(BATCH) < BATCH {
            println!(
                "{:>7} blocks, {:>8} payments: {:>6.0} payments a second, {} MiB resident",
                chain.number,
                chain.paid,
                f64::from(chain.paid) / adding,
                resident() >> 20,
            );
        }
    }
    println!("made in {making:.1} s, indexed in {adding:.1} s, of which a processor worked {working:.1} s");
    println!(
        "{:.0} payments a second, {:.0} a second of a processor's; on disk {} MiB",
        f64::from(chain.paid) / adding,
        f64::from(chain.paid) / working,
        fs::metadata(&file).map_or(0, |file| file.len() >> 20),
    );
    let owner = Address(Account::named("creator-7").id().into());
    for way in ["first", "second"] {
        let began = Instant::now();
        let ledgers = book(&mut index, owner, &[7], u32::MAX).unwrap();
        let lines: usize = ledgers.iter().map(|ledger| ledger.movements.len()).sum();
        println!(
            "book of one creator, {way} time: {lines} lines in {:.1} ms",
            began.elapsed().as_secs_f64() * 1_000.0
        );
    }
    let _ = fs::remove_dir_all(&folder);
}

/// How many seconds a processor has worked for this process: others may have it meanwhile.
fn processor() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    let ticks = ticks.filter_map(|number| number.parse::<f64>().ok());
    // Linux counts hundredths.
    ticks.sum::<f64>() / 100.0
}

/// How much memory of the process is in use.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number
        .and_then(|number| number.parse::<u64>().ok())
        .unwrap_or(0)
        << 10
}

/// The chain, on which people tip creators.
struct Making {
    farthing: Farthing,
    payers: Vec<Account>,
    /// What was told at the beginning, and is not handed out yet.
    waiting: VecDeque<Receipt>,
    /// What was told when people tipped.
    tips: Vec<Receipt>,
    number: u32,
    paid: u32,
}

impl Making {
    fn begin() -> Self {
        farthing_artifacts::ready().unwrap();
        let mut farthing = Farthing::deploy(Terms::default());
        let mut waiting = VecDeque::from(farthing.deployments.to_vec());
        for number in 0..CREATORS {
            let owner = farthing
                .chain
                .account(&format!("creator-{number}"), 10 * UNIT);
            let handle = format!("creator-{number}");
            waiting.push_back(farthing.commit(&owner, &handle));
            farthing.wait_for_reveal();
            let (creator, receipt) = farthing
                .register(&owner, &handle, Default::default())
                .unwrap();
            waiting.push_back(receipt);
            let open = farthing.storefront.call_mut().open(creator);
            waiting.push_back(farthing.call(&owner, open, 0).unwrap().1);
        }
        let payers = (0..PAYERS).map(|number| {
            farthing
                .chain
                .account(&format!("payer-{number}"), 1_000_000 * UNIT)
        });
        Self {
            payers: payers.collect(),
            farthing,
            waiting,
            tips: Vec::new(),
            number: 0,
            paid: 0,
        }
    }

    /// The next block: what was told at the beginning, or tips.
    fn next(&mut self) -> Told {
        self.number += 1;
        let receipt = match self.waiting.pop_front() {
            Some(receipt) => receipt,
            None => self.tip(),
        };
        let hash = blake2_256(&self.number.to_le_bytes());
        let block = Block {
            number: self.number,
            hash,
        };
        // A year of blocks.
        let time = 1_767_225_600_000 + u64::from(self.number) * 315_360;
        let events = receipt.events.into_iter();
        let events = events.map(|event| self.event(block, time, event));
        Told {
            block,
            time,
            events: events.collect(),
        }
    }

    fn tip(&mut self) -> Receipt {
        let number = self.number;
        self.paid += TIPS;
        if self.tips.len() >= MADE {
            return self.tips[number as usize % MADE].clone();
        }
        let tips = (0..TIPS).map(|place| Tip {
            creator: (number * 7 + place * 13) % CREATORS,
            amount: 1_000_000_000 + u128::from(number % 1_000),
            memo: b"thank you".to_vec(),
        });
        let tips: Vec<_> = tips.collect();
        let value = tips.iter().map(|tip| tip.amount).sum();
        let payer = &self.payers[(number % PAYERS) as usize];
        let message = self.farthing.storefront.call_mut().tip_many(tips);
        let tipped = self.farthing.chain.call_unasked(payer, message, value);
        self.tips.push(tipped.unwrap());
        self.tips[self.tips.len() - 1].clone()
    }

    fn event(&self, block: Block, time: u64, event: ContractEvent) -> Event {
        let contract = match event.contract == self.farthing.registry_id {
            true => Contract::Registry,
            false => Contract::Storefront,
        };
        Event {
            block,
            time,
            contract,
            emitted: Emitted {
                contract: event.contract.ink().into(),
                topics: event.topics.into_iter().map(|topic| topic.0).collect(),
                data: event.data,
                index: 1,
            },
        }
    }
}
