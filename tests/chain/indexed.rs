//! The index beside a chain: it is told of every block, and must come to what the contracts say in each.
//!
//! The first sequence of each model is compared in every block, the others now and then. [`beside`] is what the models run in. Ledgers, pools and rounds are asked one by one, by a way of their own:
//! what compares them over a node's RPC is not used here.

use farthing_chain::{at, AccountId, AsInk, Chain, ContractEvent, Farthing, Watcher, UNIT};
use farthing_client::{
    history::{Event, Told},
    ops::ledger::{Key, Name},
    Account, Block, Emitted,
};
use farthing_contracts::{
    channels::ChannelsRef, matching_round::MatchingRoundRef, pool::PoolRef,
    pool_factory::PoolFactoryRef, registry::RegistryRef, storefront::StorefrontRef,
    streams::StreamsRef, Contract,
};
use farthing_index::{verify::PoolFlow, Certainty, Identity, Index, Place};
use farthing_types::{commitment::blake2_256, Balance, Hash};
use ink::codegen::TraitCallBuilder;
use std::{cell::Cell, collections::BTreeMap, sync::OnceLock};

/// How many blocks can still be undone.
const OPEN: u32 = 3;

/// An index, and the chain's contracts.
struct Indexed {
    index: Index,
    /// Which contract is at an address, if one of Farthing's is.
    known: BTreeMap<AccountId, Option<Contract>>,
    /// Where those are that there is one of.
    single: BTreeMap<Contract, AccountId>,
    /// How many blocks there were in which anything was told, and which of them are compared.
    blocks: u32,
    every: u32,
}

thread_local! {
    /// How many blocks were compared.
    static COMPARED: Cell<usize> = const { Cell::new(0) };
    /// How many chains there were.
    static CHAINS: Cell<u32> = const { Cell::new(0) };
}

/// How many chains are compared in every block, and how many blocks there are between two comparisons of later ones:
/// to ask contracts for everything takes longer than all else that a model does. `FARTHING_MODEL_INDEX=every` compares
/// all chains in every block.
const WHOLE: u32 = 1;
const BETWEEN: u32 = 25;

/// Runs `f`, in which an index follows every new chain, and is compared with its contracts after blocks in which they
/// told anything.
pub fn beside<T>(f: impl FnOnce() -> T) -> T {
    COMPARED.set(0);
    CHAINS.set(0);
    let done = farthing_chain::watched(|| Box::new(Indexed::begin(&Place::Memory)), f);
    assert!(COMPARED.get() > 0, "nothing was compared");
    done
}

impl Watcher for Indexed {
    fn sealed(&mut self, chain: &mut Chain, told: Vec<ContractEvent>) {
        if told.is_empty() {
            return;
        }
        self.add(chain, told);
        self.blocks += 1;
        if self.blocks % self.every != 0 {
            return;
        }
        if let Err(difference) = self.compare(chain) {
            panic!("in block {}, {difference}", chain.block());
        }
        COMPARED.set(COMPARED.get() + 1);
    }
}

impl Indexed {
    fn begin(place: &Place) -> Self {
        CHAINS.set(CHAINS.get() + 1);
        let all = std::env::var("FARTHING_MODEL_INDEX").is_ok_and(|which| which == "every");
        let every = if all || CHAINS.get() <= WHOLE { 1 } else { BETWEEN };
        Self {
            blocks: 0,
            every,
            index: Index::open(place, Identity::unnamed(), 0).unwrap(),
            known: BTreeMap::new(),
            single: BTreeMap::new(),
        }
    }

    fn add(&mut self, chain: &mut Chain, told: Vec<ContractEvent>) {
        let number = chain.block();
        let block = Block {
            number,
            hash: blake2_256(&number.to_le_bytes()),
        };
        let time = chain.now();
        let mut events = Vec::new();
        for event in told {
            let Some(contract) = self.contract(chain, &event.contract) else {
                continue;
            };
            let emitted = Emitted {
                contract: event.contract.ink().into(),
                topics: event.topics.into_iter().map(|topic| topic.0).collect(),
                data: event.data,
                index: 1,
            };
            events.push(Event {
                block,
                time,
                contract,
                emitted,
            });
        }
        let told = Told {
            block,
            time,
            events,
        };
        self.index.add(&[told], Certainty::Open).unwrap();
        self.index.finalise(number.saturating_sub(OPEN)).unwrap();
    }

    /// Which contract of Farthing's is at an address. Of those that a deployment has one of, the first is its.
    fn contract(&mut self, chain: &mut Chain, at: &AccountId) -> Option<Contract> {
        if let Some(known) = self.known.get(at) {
            return *known;
        }
        let code = chain.code_hash(at);
        let found = code.and_then(|code| codes().get(&code).copied());
        let found = found.filter(|contract| {
            let many = Contract::MANY.contains(contract);
            many || self
                .single
                .insert(*contract, at.clone())
                .is_none_or(|first| {
                    self.single.insert(*contract, first);
                    false
                })
        });
        self.known.insert(at.clone(), found);
        found
    }

    /// Compares everything with what the contracts say.
    fn compare(&mut self, chain: &mut Chain) -> Result<(), String> {
        let block = chain.block();
        let ledgers = self.index.ledgers(block).map_err(|error| error.to_string())?;
        for (key, balance) in ledgers {
            let said = self.said(chain, key);
            if u128::try_from(balance) != Ok(said) {
                return Err(format!("{} comes to {balance}, and not {said}", key.name));
            }
        }
        for pool in self.index.pools(block).unwrap() {
            self.compare_pool(chain, pool, block)?;
        }
        for round in self.index.rounds(block).unwrap() {
            self.compare_round(chain, round, block)?;
        }
        self.compare_counts(chain)
    }

    fn said(&mut self, chain: &mut Chain, key: Key) -> Balance {
        let shop = |single: &BTreeMap<_, _>| at::<StorefrontRef>(&single[&Contract::Storefront]);
        match key.name {
            Name::Creator(creator) => {
                let books = chain.read(shop(&self.single).call().books(creator));
                books.map_or(0, |books| books.balance)
            }
            // They are never kept.
            Name::Referrals => 0,
            Name::Fees => chain.read(shop(&self.single).call().overview()).fees_due,
            Name::Stream(stream) => {
                let streams: StreamsRef = at(&self.single[&Contract::Streams]);
                let stream = chain.read(streams.call().stream(stream));
                stream.map_or(0, |stream| stream.owed())
            }
            Name::Pool(pool) => {
                let pool: PoolRef = at(&id(pool));
                let account = key.account.unwrap().id();
                chain.read(pool.call().kept_for(account))
            }
            Name::Channels => {
                let channels: ChannelsRef = at(&self.single[&Contract::Channels]);
                let payer = key.account.unwrap();
                let lanes = "SELECT DISTINCT payee, lane FROM channels WHERE payer = $1";
                let lanes = self.index.store().all(lanes, &[payer.into()], |row| {
                    Ok((row.get::<Account>(0)?, row.get::<u32>(1)?))
                });
                let lanes = lanes.unwrap().into_iter();
                let keys: Vec<_> = lanes
                    .map(|(payee, lane)| (payer.id(), payee.id(), lane))
                    .collect();
                let kept = channels.call().solvency(Vec::new(), vec![payer.id()]);
                let reserves = keys.chunks(64).map(|keys| {
                    let page = channels.call().solvency(keys.to_vec(), Vec::new());
                    chain.read(page).0
                });
                let reserves: Balance = reserves.sum();
                chain.read(kept).0 + reserves
            }
        }
    }

    fn compare_pool(
        &mut self,
        chain: &mut Chain,
        address: Account,
        block: u32,
    ) -> Result<(), String> {
        let pool: PoolRef = at(&id(address));
        let flow = self.index.pool_flow(address, block).unwrap();
        let said = chain.read(pool.call().overview());
        let (owed, _) = chain.read(pool.call().solvency());
        let mut difference = self.index.pool_progress(address, &flow).unwrap();
        difference = difference.or_else(|| flow.differs(&said, owed));
        let sponsors = chain.read(pool.call().sponsors());
        difference = difference.or_else(|| flow.sponsors_differ(&sponsors));
        if said.terms.goal().is_some() {
            let donors: Vec<_> = flow.donors.into_iter().collect();
            for page in donors.chunks(64) {
                let accounts = page.iter().map(|(account, _)| account.id()).collect();
                let records = chain.read(pool.call().donors(accounts));
                difference = difference
                    .or_else(|| PoolFlow::donors_differ(page, &records, said.stage));
            }
        }
        match difference {
            None => Ok(()),
            Some(difference) => Err(format!("pool {address}: {difference:?}")),
        }
    }

    fn compare_round(
        &mut self,
        chain: &mut Chain,
        address: Account,
        block: u32,
    ) -> Result<(), String> {
        let round: MatchingRoundRef = at(&id(address));
        let flow = self.index.round_flow(address, block).unwrap();
        let said = chain.read(round.call().overview());
        let (books, stage) = (said.books, said.stage);
        let pools = chain.read(round.call().pools());
        let sponsored = flow.sponsors.keys().map(|sponsor| {
            let question = round.call().sponsored(sponsor.id());
            chain.read(question)
        });
        let sponsored: Vec<_> = sponsored.collect();
        let contributions = flow.donors.keys().map(|(pool, donor)| {
            let question = round.call().contribution(pool.id(), donor.id());
            chain.read(question)
        });
        let contributions: Vec<_> = contributions.collect();
        let difference = flow.differs(&books, &pools);
        let difference = difference.or_else(|| flow.sponsors_differ(&sponsored));
        match difference.or_else(|| flow.donors_differ(&contributions, stage)) {
            None => Ok(()),
            Some(difference) => Err(format!("round {address}: {difference:?}")),
        }
    }

    /// Compares how many there are of what contracts count.
    fn compare_counts(&mut self, chain: &mut Chain) -> Result<(), String> {
        let mut count = |question: &str| {
            let found = self.index.store().first(question, &[], |row| row.get::<u64>(0));
            found.unwrap().unwrap_or(0)
        };
        let mut pairs = Vec::new();
        if let Some(registry) = self.single.get(&Contract::Registry) {
            let registry: RegistryRef = at(registry);
            let said = chain.read(registry.call().creator_count());
            let question = "SELECT COUNT(DISTINCT creator) FROM creators";
            pairs.push(("creators", count(question), said.into()));
        }
        if let Some(streams) = self.single.get(&Contract::Streams) {
            let streams: StreamsRef = at(streams);
            let said = chain.read(streams.call().overview()).opened;
            let question = "SELECT COUNT(DISTINCT stream) FROM streams";
            pairs.push(("streams", count(question), said));
        }
        if let Some(factory) = self.single.get(&Contract::PoolFactory) {
            let factory: PoolFactoryRef = at(factory);
            let said = chain.read(factory.call().overview()).pools;
            let question = "SELECT COUNT(DISTINCT number) FROM pools WHERE number IS NOT NULL";
            pairs.push(("pools", count(question), said.into()));
        }
        match pairs.into_iter().find(|(_, found, said)| found != said) {
            None => Ok(()),
            Some((what, found, said)) => Err(format!("there are {found} {what}, and not {said}")),
        }
    }
}

fn id(account: Account) -> AccountId {
    AccountId::new(account.0)
}

/// The codes of Farthing's contracts.
fn codes() -> &'static BTreeMap<Hash, Contract> {
    static CODES: OnceLock<BTreeMap<Hash, Contract>> = OnceLock::new();
    CODES.get_or_init(|| {
        let all = Contract::all();
        all.map(|one| (blake2_256(&farthing_artifacts::wasm(one.name())), one))
            .collect()
    })
}

/// A shop in which something was sold, and what was told in each transaction.
fn shop() -> (Farthing, Vec<Vec<ContractEvent>>) {
    let mut farthing = Farthing::default();
    let [ada, bob] = ["ada", "bob"].map(|name| farthing.chain.account(name, 1_000 * UNIT));
    let mut receipts = farthing.deployments.to_vec();
    receipts.push(farthing.commit(&ada, "ada"));
    farthing.wait_for_reveal();
    let (creator, registered) = farthing.register(&ada, "ada", Default::default()).unwrap();
    receipts.push(registered);
    let open = farthing.storefront.call_mut().open(creator);
    receipts.push(farthing.call(&ada, open, 0).unwrap().1);
    // A tip whose fee is too small for a treasury that is not there yet is kept, and other tips go straight on.
    for amount in [UNIT, 2 * UNIT, 3 * UNIT] {
        let tip = farthing.storefront.call_mut().tip(creator, Vec::new());
        receipts.push(farthing.call(&bob, tip, amount).unwrap().1);
    }
    let told = receipts.into_iter().map(|receipt| receipt.events);
    (farthing, told.collect())
}

fn followed(farthing: &mut Farthing, told: &[Vec<ContractEvent>], place: &Place) -> Indexed {
    let mut indexed = Indexed::begin(place);
    for events in told {
        farthing.chain.seal();
        indexed.add(&mut farthing.chain, events.clone());
    }
    indexed
}

#[test]
fn index_of_everything_that_was_told_agrees() {
    let (mut farthing, told) = shop();
    let mut indexed = followed(&mut farthing, &told, &Place::Memory);
    indexed.compare(&mut farthing.chain).unwrap();
    assert!(!indexed.index.ledgers(u32::MAX).unwrap().is_empty());
    farthing.assert_solvent();
}

/// A line that is taken out leaves those after it wrong; the last one, the sum.
#[test]
fn each_line_that_is_left_out_is_noticed() {
    let (mut farthing, told) = shop();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index.sqlite");
    let mut indexed = followed(&mut farthing, &told, &Place::File(path.clone()));
    let database = rusqlite::Connection::open(&path).unwrap();
    let mut lines = database.prepare("SELECT ledger, seq, place FROM lines").unwrap();
    let lines = lines.query_map([], |row| Ok([row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?]));
    let lines: Vec<_> = lines.unwrap().map(Result::unwrap).collect();
    assert!(lines.len() > 3, "{lines:?}");
    for line in lines {
        database.execute_batch("BEGIN; CREATE TEMP TABLE kept AS SELECT * FROM lines; COMMIT").unwrap();
        let leave_out = "DELETE FROM lines WHERE ledger = ?1 AND seq = ?2 AND place = ?3";
        assert_eq!(database.execute(leave_out, line), Ok(1));
        assert!(indexed.compare(&mut farthing.chain).is_err(), "without {line:?} all is well");
        let put_back = "DELETE FROM lines; INSERT INTO lines SELECT * FROM kept; DROP TABLE kept";
        database.execute_batch(put_back).unwrap();
        indexed.compare(&mut farthing.chain).unwrap();
    }
}
