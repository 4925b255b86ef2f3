//! How many vouchers a payee's wallet takes in a second, beside a wallet that writes all of them anew for each
//! one, and how much memory it takes (on Linux): with 10 channels and with 100,000, or as many as are named.
//!
//! ```text
//! cargo bench -p farthing-client --bench vouchers [CHANNELS …]
//! ```

use farthing_client::{
    files,
    wallet::{Paper, Receiving, Wanted},
    Account,
};
use farthing_contracts::channels::channel::{Channel, Moment};
use farthing_types::{
    signing::Signer,
    voucher::{ChannelId, Place, Voucher},
    Hash,
};
use std::{
    collections::BTreeMap,
    path::Path,
    time::{Duration, Instant},
};

const GENESIS: Hash = [1; 32];
const CONTRACT: Account = Account([2; 32]);
const PAYEE: Account = Account([4; 32]);
const NOW: Moment = Moment { time: 10, block: 5 };
const WANTED: Wanted = Wanted {
    closer: PAYEE.0,
    min_delay: 1,
    at_least: 0,
};
/// For how long each way is tried.
const LONG: Duration = Duration::from_secs(5);
/// How many vouchers are taken at once, where it is many.
const MANY: usize = 100;

fn main() {
    let asked: Vec<usize> = std::env::args()
        .filter_map(|one| one.parse().ok())
        .collect();
    let sizes = match asked.is_empty() {
        true => vec![10, 100_000],
        false => asked,
    };
    for channels in sizes {
        Bench::new(channels).run();
    }
}

/// How much memory this process has, in KiB.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

struct Bench {
    signer: Signer,
    channel: Channel,
    channels: usize,
    sum: u128,
}

impl Bench {
    fn new(channels: usize) -> Self {
        let signer = Signer::from_seed(&[7; 32]);
        let channel = Channel {
            epoch: 7,
            signer: signer.public(),
            closer: PAYEE.0,
            reserve: u128::MAX,
            claimed: 0,
            delay: 1,
            end: None,
        };
        Self {
            signer,
            channel,
            channels,
            sum: 1,
        }
    }

    fn run(mut self) {
        println!("{} channels:", self.channels);
        let folder = tempfile::tempdir().expect("a folder");
        let first: Vec<_> = (0..self.channels).map(|which| self.paper(which)).collect();
        self.run_log(folder.path(), &first);
        self.run_all_anew(&folder.path().join("all.json"), &first);
    }

    /// The wallet of the library.
    fn run_log(&mut self, folder: &Path, first: &[Paper]) {
        let open = || Receiving::open(folder, GENESIS, PAYEE, Duration::ZERO).expect("a wallet");
        let before = resident();
        let mut wallet = open();
        for some in first.chunks(10_000) {
            self.take(&mut wallet, some);
        }
        if let (Some(before), Some(now)) = (before, resident()) {
            let mebibytes = now.saturating_sub(before) as f64 / 1024.0;
            println!("  in memory:                     {mebibytes:>9.1} MiB");
        }
        let one_by_one = self.rate(1, |bench, papers| bench.take(&mut wallet, papers));
        println!("  added to a log:                {one_by_one:>9.1} a second");
        let many = self.rate(MANY, |bench, papers| bench.take(&mut wallet, papers));
        println!("  the same, {MANY} at once:        {many:>9.1} a second");
        drop(wallet);
        let begin = Instant::now();
        let found = open().kept().best(CONTRACT).len();
        println!(
            "  opened, {found} found:{:>22.3} s",
            begin.elapsed().as_secs_f64()
        );
    }

    fn take(&self, wallet: &mut Receiving, papers: &[Paper]) {
        let taken = wallet.take_many(papers, CONTRACT, &WANTED, |_| Some(&self.channel), NOW);
        assert!(taken.iter().all(Result::is_ok));
    }

    /// What wallets did before: one file of JSON, written anew.
    fn run_all_anew(&mut self, path: &Path, first: &[Paper]) {
        let name = |paper: &Paper| {
            let id = &paper.voucher.channel;
            let [contract, payer, payee] = [CONTRACT, id.payer, id.payee].map(Account::generic);
            format!("{contract} {payer} {payee} {} {}", id.lane, id.epoch)
        };
        let mut all: BTreeMap<_, _> = first
            .iter()
            .map(|paper| (name(paper), paper.to_string()))
            .collect();
        let rate = self.rate(1, |bench, papers| {
            for paper in papers {
                assert!(paper.is_signed_by(&bench.channel.signer));
                all.insert(name(paper), paper.to_string());
                files::write_json(path, &all).expect("it can be written");
            }
        });
        println!("  all written anew for each one: {rate:>9.1} a second");
    }

    /// How many vouchers of channels in turn are taken in a second, so many at once. Signing them does not count.
    fn rate(&mut self, at_once: usize, mut take: impl FnMut(&Self, &[Paper])) -> f64 {
        let (mut taken, mut spent, mut next) = (0, Duration::ZERO, 0);
        while spent < LONG {
            let papers: Vec<_> = (0..at_once).map(|n| self.next(next + n)).collect();
            next += at_once;
            let begin = Instant::now();
            take(self, &papers);
            spent += begin.elapsed();
            taken += at_once;
        }
        taken as f64 / spent.as_secs_f64()
    }

    fn next(&mut self, which: usize) -> Paper {
        self.sum += 1;
        self.paper(which * 7_919 % self.channels)
    }

    /// A voucher of one of the channels.
    fn paper(&self, which: usize) -> Paper {
        let place = Place {
            genesis: GENESIS,
            contract: CONTRACT,
        };
        let mut payer = [9; 32];
        payer[..8].copy_from_slice(&(which as u64).to_be_bytes());
        let voucher = Voucher {
            channel: ChannelId {
                payer: Account(payer),
                payee: PAYEE,
                lane: 0,
                epoch: self.channel.epoch,
            },
            cumulative: self.sum,
            root: [0; 32],
        };
        let signature = self.signer.sign(&voucher.payload(&place));
        Paper {
            place,
            voucher,
            signature,
        }
    }
}
