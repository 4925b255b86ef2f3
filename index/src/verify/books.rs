//! The contracts' own books, beside the index's ledgers.

use super::{pools, rounds, Difference};
use crate::{
    book::number_of,
    derive::{contract_of, key_of},
    tables::{block_of, end_of, start_of},
    value::row,
    Error, Index, Result,
};
use farthing_client::{
    at,
    ops::{
        ledger::{Key, Name},
        streams::standing,
    },
    Account, Block, Client,
};
use farthing_contracts::{
    channels::{reading::MAX_PAGE, ChannelsRef},
    pool::PoolRef,
    pool_factory::PoolFactoryRef,
    registry::RegistryRef,
    storefront::StorefrontRef,
    streams::StreamsRef,
    Contract,
};
use farthing_types::{Balance, CreatorId, StreamId};
use ink::codegen::TraitCallBuilder;
use std::{collections::BTreeMap, ops::ControlFlow};

/// How many things of each kind were compared with what the contracts say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// How many ledgers were compared.
    pub ledgers: u64,
    /// How many creators' catalogues were compared.
    pub creators: u64,
    /// How many streams were compared.
    pub streams: u64,
    /// How many pools of the factory's were compared.
    pub pools: u64,
    /// How many matching rounds were compared.
    pub rounds: u64,
}

/// How many ledgers are compared at once.
const PAGE: usize = 256;

/// A ledger, what it comes to, and the block of its first line.
#[derive(Clone, Copy)]
struct Ledger {
    number: i64,
    key: Key,
    balance: i128,
    since: u32,
}

/// Something that contracts count.
#[derive(Clone, Copy)]
enum Count {
    Creators,
    Items(CreatorId),
    Streams,
    Pools,
}

/// Compares all ledgers with the contracts' books as of a block that the index has.
///
/// # Errors
/// [`Error::Unreconciled`] or [`Error::Count`] with the first block in which they differ; [`Error::Client`],
/// [`Error::Store`].
pub async fn check_books(client: &Client, index: &mut Index, block: Block) -> Result<Checked> {
    let mut checked = Checked::default();
    for count in [Count::Creators, Count::Streams, Count::Pools] {
        let found = counts(client, index, block, count).await?;
        match count {
            Count::Creators => checked.creators = found,
            Count::Streams => checked.streams = found,
            Count::Pools | Count::Items(_) => checked.pools = found,
        }
    }
    for creator in 0..u32::try_from(checked.creators).unwrap_or(u32::MAX) {
        counts(client, index, block, Count::Items(creator)).await?;
    }
    let unopened = unopened(index, block.number, checked.creators)?;
    for some in unopened.chunks(PAGE) {
        compare(client, index, block, some).await?;
    }
    let mut after = 0;
    loop {
        let page = ledgers(index, after, block.number)?;
        let Some(last) = page.last() else {
            break;
        };
        after = last.number;
        for ledger in &page {
            index.adds_up(ledger.number, block.number)?;
        }
        compare(client, index, block, &page).await?;
        checked.ledgers += page.len() as u64;
    }
    for pool in index.pools(block.number)? {
        flows(client, index, Flowing::Pool(pool), block).await?;
    }
    for round in index.rounds(block.number)? {
        flows(client, index, Flowing::Round(round), block).await?;
        checked.rounds += 1;
    }
    Ok(checked)
}

/// A pool or round, through which money goes.
#[derive(Clone, Copy)]
enum Flowing {
    Pool(Account),
    Round(Account),
}

impl Flowing {
    async fn compare(
        self,
        client: &Client,
        index: &mut Index,
        block: Block,
    ) -> Result<Option<Difference>> {
        match self {
            Self::Pool(pool) => pools::compare(client, index, pool, block).await,
            Self::Round(round) => rounds::compare(client, index, round, block).await,
        }
    }
}

/// Compares what went through a pool or a round with what that says.
async fn flows(client: &Client, index: &mut Index, of: Flowing, block: Block) -> Result<()> {
    let Some(mut difference) = of.compare(client, index, block).await? else {
        return Ok(());
    };
    let (address, made) = match of {
        Flowing::Pool(pool) => (
            pool,
            "SELECT seq FROM pools WHERE pool = $1 ORDER BY seq LIMIT 1",
        ),
        Flowing::Round(round) => {
            let made = "SELECT seq FROM rounds WHERE round = $1 ORDER BY seq LIMIT 1";
            (round, made)
        }
    };
    let made = index
        .store
        .first(made, &row![address], |row| row.get::<i64>(0))?;
    let (mut right, mut wrong) = (made.map_or(0, block_of).saturating_sub(1), block.number);
    while wrong.saturating_sub(right) > 1 {
        let middle = u32::midpoint(right, wrong);
        let there = client.chain.block(middle).await?;
        match of.compare(client, index, there).await? {
            None => right = middle,
            Some(found) => (wrong, difference) = (middle, found),
        }
    }
    Err(Error::Flow {
        address,
        block: wrong,
        difference,
    })
}

/// Compares some ledgers with the contracts' books as of a block that the index has.
///
/// # Errors
/// Those of [`check_books`].
pub async fn check_ledgers(
    client: &Client,
    index: &mut Index,
    block: Block,
    keys: &[Key],
) -> Result<()> {
    let mut found = Vec::new();
    for key in keys {
        if let Some(number) = number_of(index, *key)? {
            found.push(Ledger {
                number,
                key: *key,
                balance: balance(index, number, block.number)?,
                since: since(index, number)?,
            });
        }
    }
    compare(client, index, block, &found).await
}

/// Compares ledgers, as they stand in a block, with what the contracts say of them there.
async fn compare(
    client: &Client,
    index: &mut Index,
    block: Block,
    ledgers: &[Ledger],
) -> Result<()> {
    let said = said(client, index, block, ledgers).await?;
    for (ledger, said) in ledgers.iter().zip(said) {
        if u128::try_from(ledger.balance) != Ok(said) {
            return Err(first_wrong(client, index, ledger, block, said).await?);
        }
    }
    Ok(())
}

/// Returns the ledgers of creators and of the platform's fees that have no line up to a block: whoever left out the
/// first one must not be believed that there is none.
fn unopened(index: &mut Index, block: u32, creators: u64) -> Result<Vec<Ledger>> {
    let made = index.made_in(Contract::Storefront)?;
    let Some(since) = made.filter(|made| *made <= block) else {
        return Ok(Vec::new());
    };
    let creators = (0..u32::try_from(creators).unwrap_or(u32::MAX)).map(Name::Creator);
    let mut found = Vec::new();
    // No ledger has such a number, so that none has lines.
    for (number, name) in (1i64..).zip(creators.chain([Name::Fees])) {
        let key = Key {
            name,
            account: None,
        };
        if number_of(index, key)?.is_none() {
            found.push(Ledger {
                number: -number,
                key,
                balance: 0,
                since,
            });
        }
    }
    Ok(found)
}

/// Compares the books of what something was told of in a block.
pub(super) async fn check_block(client: &Client, index: &mut Index, block: Block) -> Result<()> {
    let within = row![start_of(block.number), end_of(block.number)];
    let told = "SELECT DISTINCT contract, address FROM events WHERE seq >= $1 AND seq <= $2";
    let told = index.store.all(told, &within, |row| {
        Ok((contract_of(row.get(0)?), row.get::<Account>(1)?))
    })?;
    for (contract, address) in told {
        let is_ours = "SELECT seq FROM contracts WHERE address = $1";
        let is_ours = index.store.first(is_ours, &row![address], |_| Ok(()))?;
        match contract {
            Some(Contract::Registry) => count(client, index, block, Count::Creators).await?,
            Some(Contract::Streams) => count(client, index, block, Count::Streams).await?,
            Some(Contract::PoolFactory) => count(client, index, block, Count::Pools).await?,
            Some(Contract::Pool) if is_ours.is_some() => {
                flows(client, index, Flowing::Pool(address), block).await?;
            }
            Some(Contract::MatchingRound) if is_ours.is_some() => {
                flows(client, index, Flowing::Round(address), block).await?;
            }
            _ => {}
        }
    }
    let creators = "SELECT DISTINCT creator FROM items WHERE seq >= $1 AND seq <= $2";
    let creators = index
        .store
        .all(creators, &within, |row| row.get::<CreatorId>(0))?;
    for creator in creators {
        count(client, index, block, Count::Items(creator)).await?;
    }
    let changed = "SELECT DISTINCT ledger FROM lines WHERE seq >= $1 AND seq <= $2";
    let changed = index.store.all(changed, &within, |row| row.get::<i64>(0))?;
    let mut ledgers = Vec::new();
    for number in changed {
        ledgers.push(ledger(index, number, block.number)?);
    }
    for some in ledgers.chunks(PAGE) {
        compare(client, index, block, some).await?;
    }
    Ok(())
}

async fn count(client: &Client, index: &mut Index, block: Block, count: Count) -> Result<()> {
    counts(client, index, block, count).await.map(|_| ())
}

/// Returns a ledger by its number, as it stands in a block.
fn ledger(index: &mut Index, number: i64, block: u32) -> Result<Ledger> {
    let question =
        "SELECT ledger, kind, number, address, account, seq FROM ledgers WHERE ledger = $1";
    let found = index.store.first(question, &row![number], |row| {
        Ok((key_of(row, 1)?, row.get::<i64>(5)?))
    })?;
    let (key, since) = found.ok_or_else(|| Error::damaged("a line is of no ledger"))?;
    Ok(Ledger {
        number,
        key,
        balance: balance(index, number, block)?,
        since: block_of(since),
    })
}

/// Returns the block of a ledger's first line.
fn since(index: &mut Index, ledger: i64) -> Result<u32> {
    let first = "SELECT seq FROM ledgers WHERE ledger = $1";
    let found = index
        .store
        .first(first, &row![ledger], |row| row.get::<i64>(0))?;
    Ok(found.map_or(0, block_of))
}

/// Returns the ledgers that there are in a block, after the one with a number, as they stand then.
fn ledgers(index: &mut Index, after: i64, block: u32) -> Result<Vec<Ledger>> {
    let question = "SELECT ledger, kind, number, address, account, seq FROM ledgers WHERE ledger > $1 AND seq <= $2
ORDER BY ledger LIMIT $3";
    let page = row![after, end_of(block), PAGE as u32];
    let found = index.store.all(question, &page, |row| {
        Ok((row.get(0)?, key_of(row, 1)?, row.get::<i64>(5)?))
    })?;
    let ledgers = found.into_iter().map(|(number, key, since)| {
        Ok(Ledger {
            number,
            key,
            balance: balance(index, number, block)?,
            since: block_of(since),
        })
    });
    ledgers.collect()
}

impl Index {
    /// Returns all ledgers that there are in a block, and what each comes to then: all its lines added up.
    ///
    /// # Errors
    /// [`Error::Store`], [`Error::Damaged`].
    pub fn ledgers(&mut self, block: u32) -> Result<Vec<(Key, i128)>> {
        let (mut found, mut after) = (Vec::new(), 0);
        loop {
            let page = ledgers(self, after, block)?;
            let Some(last) = page.last() else {
                return Ok(found);
            };
            after = last.number;
            for ledger in page {
                self.adds_up(ledger.number, block)?;
                found.push((ledger.key, ledger.balance));
            }
        }
    }

    /// Checks that each line of a ledger comes to what the line before does, and its own amount.
    fn adds_up(&mut self, ledger: i64, block: u32) -> Result<()> {
        let lines =
            "SELECT amount, balance FROM lines WHERE ledger = $1 AND seq <= $2 ORDER BY seq, place";
        let mut sum = 0i128;
        let arguments = row![ledger, end_of(block)];
        self.store.each(lines, &arguments, &mut |row| {
            sum = sum.saturating_add(row.signed(0)?);
            match sum == row.signed(1)? {
                true => Ok(ControlFlow::Continue(())),
                false => Err(Error::damaged(
                    "a ledger does not add up: a line is missing",
                )),
            }
        })
    }
}

/// Reads what a ledger had come to by the end of a block; 0 before its first line.
fn balance(index: &mut Index, ledger: i64, block: u32) -> Result<i128> {
    let last = "SELECT balance FROM lines WHERE ledger = $1 AND seq <= $2 ORDER BY seq DESC, place DESC LIMIT 1";
    let found = index
        .store
        .first(last, &row![ledger, end_of(block)], |row| row.signed(0))?;
    Ok(found.unwrap_or(0))
}

/// Returns the first block in which a ledger is not what the contract says, as an error.
async fn first_wrong(
    client: &Client,
    index: &mut Index,
    ledger: &Ledger,
    block: Block,
    said_last: Balance,
) -> Result<Error> {
    let (mut right, mut wrong) = (ledger.since.saturating_sub(1), block.number);
    let (mut sum, mut contract) = (ledger.balance, said_last);
    while wrong - right > 1 {
        let middle = u32::midpoint(right, wrong);
        let there = client.chain.block(middle).await?;
        let found = balance(index, ledger.number, middle)?;
        let then = Ledger {
            balance: found,
            ..*ledger
        };
        let said = said(client, index, there, &[then]).await?;
        let said = said.first().copied().unwrap_or(0);
        if u128::try_from(found) == Ok(said) {
            right = middle;
        } else {
            (wrong, sum, contract) = (middle, found, said);
        }
    }
    Ok(Error::Unreconciled {
        ledger: ledger.key.name,
        block: wrong,
        sum,
        contract: client.chain.token().sum(contract),
    })
}

/// Reads what the contracts say of ledgers, in the order of these.
async fn said(
    client: &Client,
    index: &mut Index,
    block: Block,
    ledgers: &[Ledger],
) -> Result<Vec<Balance>> {
    let mut found = BTreeMap::<i64, Balance>::new();
    let of = |wanted: fn(&Name) -> bool| {
        let these = ledgers
            .iter()
            .filter(move |ledger| wanted(&ledger.key.name));
        these.copied().collect::<Vec<Ledger>>()
    };

    let shop: StorefrontRef = client.contract()?;
    let creators = of(|name| matches!(name, Name::Creator(_)));
    let questions = creators
        .iter()
        .map(|ledger| shop.call().books(creator(ledger)));
    let books = client.read_all_at(block, questions).await?;
    let owed = books
        .into_iter()
        .map(|books| books.map_or(0, |books| books.balance));
    found.extend(creators.iter().map(|ledger| ledger.number).zip(owed));

    for fees in of(|name| matches!(name, Name::Fees)) {
        let overview = client.read_at(block, shop.call().overview()).await?;
        found.insert(fees.number, overview.fees_due);
    }

    let streams = of(|name| matches!(name, Name::Stream(_)));
    let numbers = streams.iter().map(stream);
    let now = standing(client, block, numbers).await?;
    let owed = now
        .into_iter()
        .map(|now| now.map_or(0, |now| now.stream.owed()));
    found.extend(streams.iter().map(|ledger| ledger.number).zip(owed));

    let pools = of(|name| matches!(name, Name::Pool(_)));
    let questions = pools.iter().map(|ledger| {
        let pool: PoolRef = at(pool(ledger));
        pool.call().kept_for(whose(ledger).id())
    });
    let kept = client.read_all_at(block, questions).await?;
    found.extend(pools.iter().map(|ledger| ledger.number).zip(kept));

    for ledger in of(|name| matches!(name, Name::Channels)) {
        let owed = held(client, index, block, whose(&ledger)).await?;
        found.insert(ledger.number, owed);
    }
    // Shares for referring buyers are never kept.
    let answers = ledgers
        .iter()
        .map(|ledger| found.get(&ledger.number).copied().unwrap_or(0));
    Ok(answers.collect())
}

/// Reads what the channels contract holds for an account.
async fn held(
    client: &Client,
    index: &mut Index,
    block: Block,
    account: Account,
) -> Result<Balance> {
    let channels: ChannelsRef = client.contract()?;
    let payer = account.id();
    let lanes = "SELECT DISTINCT payee, lane FROM channels WHERE payer = $1 AND seq <= $2";
    let lanes = index
        .store
        .all(lanes, &row![account, end_of(block.number)], |row| {
            Ok((row.get::<Account>(0)?, row.get::<u32>(1)?))
        })?;
    let pages = lanes.chunks(MAX_PAGE).map(|lanes| {
        let keys = lanes.iter().map(|(payee, lane)| (payer, payee.id(), *lane));
        channels.call().solvency(keys.collect(), Vec::new())
    });
    let kept = channels.call().solvency(Vec::new(), vec![payer]);
    let sums = client
        .read_all_at(block, [kept].into_iter().chain(pages))
        .await?;
    let owed = sums.into_iter().map(|(owed, _)| owed);
    Ok(owed.fold(0, Balance::saturating_add))
}

fn creator(ledger: &Ledger) -> CreatorId {
    match ledger.key.name {
        Name::Creator(creator) => creator,
        _ => CreatorId::MAX,
    }
}

fn stream(ledger: &Ledger) -> StreamId {
    match ledger.key.name {
        Name::Stream(stream) => stream,
        _ => StreamId::MAX,
    }
}

fn pool(ledger: &Ledger) -> Account {
    match ledger.key.name {
        Name::Pool(pool) => pool,
        _ => Account([0; 32]),
    }
}

fn whose(ledger: &Ledger) -> Account {
    ledger.key.account.unwrap_or(Account([0; 32]))
}

/// Compares how many there are of something, and returns it.
async fn counts(client: &Client, index: &mut Index, block: Block, count: Count) -> Result<u64> {
    let (found, expected) = both(client, index, block, count).await?;
    if found == expected {
        return Ok(found);
    }
    let first = index.status().first;
    let (mut right, mut wrong) = (first, block.number);
    let (mut found, mut expected) = (found, expected);
    while wrong.saturating_sub(right) > 1 {
        let middle = u32::midpoint(right, wrong);
        let there = client.chain.block(middle).await?;
        let (here, said) = both(client, index, there, count).await?;
        if here == said {
            right = middle;
        } else {
            (wrong, found, expected) = (middle, here, said);
        }
    }
    Err(Error::Count {
        what: match count {
            Count::Creators => "creators",
            Count::Items(_) => "items of a creator",
            Count::Streams => "streams",
            Count::Pools => "pools",
        },
        found,
        expected,
        block: wrong,
    })
}

/// Counts how many there are by the index, and by the contract.
async fn both(
    client: &Client,
    index: &mut Index,
    block: Block,
    count: Count,
) -> Result<(u64, u64)> {
    let until = end_of(block.number);
    let (question, arguments) = match count {
        Count::Creators => (
            "SELECT COUNT(DISTINCT creator) FROM creators WHERE seq <= $1",
            row![until],
        ),
        Count::Items(creator) => (
            "SELECT COUNT(DISTINCT item) FROM items WHERE creator = $1 AND seq <= $2",
            row![creator, until],
        ),
        Count::Streams => (
            "SELECT COUNT(DISTINCT stream) FROM streams WHERE seq <= $1",
            row![until],
        ),
        Count::Pools => (
            "SELECT COUNT(DISTINCT number) FROM pools WHERE number IS NOT NULL AND seq <= $1",
            row![until],
        ),
    };
    let found = index
        .store
        .first(question, &arguments, |row| row.get::<u64>(0))?;
    let expected = match said_of(client, block, count).await {
        // The contract is not there yet, and has nothing.
        Err(Error::Client(farthing_client::Error::Chain(_))) => 0,
        said => said?,
    };
    Ok((found.unwrap_or(0), expected))
}

/// Reads how many there are by the contract.
async fn said_of(client: &Client, block: Block, count: Count) -> Result<u64> {
    Ok(match count {
        Count::Creators => {
            let registry: RegistryRef = client.contract()?;
            let count = registry.call().creator_count();
            client.read_at(block, count).await?.into()
        }
        Count::Items(creator) => {
            let shop: StorefrontRef = client.contract()?;
            let books = client.read_at(block, shop.call().books(creator)).await?;
            books.map_or(0, |books| books.items.into())
        }
        Count::Streams => {
            let streams: StreamsRef = client.contract()?;
            client
                .read_at(block, streams.call().overview())
                .await?
                .opened
        }
        Count::Pools => {
            let factory: PoolFactoryRef = client.contract()?;
            let overview = client.read_at(block, factory.call().overview()).await?;
            overview.pools.into()
        }
    })
}
