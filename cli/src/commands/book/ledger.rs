//! Every movement of money, from the deployment's first block on.
//!
//! A ledger is what one contract owes somebody, movement by movement, as its events tell it; what is sent
//! on at once comes in and goes out again. In the end each ledger must be what the contract itself says, to
//! the unit.

mod channels;
mod creator;
mod pools;
mod referrals;
mod streams;

use super::Who;
use crate::{outcome::Outcome, session::Session};
use farthing_client::{time, Account, Block, Error, Event, Token};
use farthing_contracts::channels::ChannelsRef;
use farthing_contracts::storefront::StorefrontRef;
use farthing_types::Balance;
use ink::codegen::TraitCallBuilder;

/// The columns.
const HEADER: &str = "time,block,transaction,ledger,what,with,item,amount,balance";

/// A movement of money.
struct Movement {
    what: &'static str,
    /// With whom, as an address; or nothing.
    with: String,
    /// Which item, stream or the like; or nothing.
    item: String,
    amount: i128,
}

impl Movement {
    fn new(what: &'static str, amount: i128) -> Self {
        Self {
            what,
            with: String::new(),
            item: String::new(),
            amount,
        }
    }

    fn with(self, whom: impl Into<Account>) -> Self {
        let with = whom.into().to_string();
        Self { with, ..self }
    }

    fn of(self, item: impl ToString) -> Self {
        let item = item.to_string();
        Self { item, ..self }
    }
}

/// What one contract owes somebody.
struct Ledger {
    name: String,
    token: Token,
    balance: i128,
    lines: Vec<String>,
}

impl Ledger {
    fn new(name: String, token: &Token) -> Self {
        Self {
            name,
            token: token.clone(),
            balance: 0,
            lines: Vec::new(),
        }
    }

    /// Enters a movement, unless it is of nothing.
    fn enter(&mut self, event: &Event, movement: Movement) {
        if movement.amount == 0 {
            return;
        }
        self.balance = self.balance.saturating_add(movement.amount);
        self.lines.push(format!(
            "{},{},{},{},{},{},{},{},{}",
            time(event.time),
            event.block.number,
            event.emitted.index,
            self.name,
            movement.what,
            movement.with,
            movement.item,
            self.token.signed_text(movement.amount),
            self.token.signed_text(self.balance),
        ));
    }

    /// Checks that the contract says the same.
    fn reconcile(&self, contract: Balance, block: Block) -> Result<(), Error> {
        if u128::try_from(self.balance) == Ok(contract) {
            return Ok(());
        }
        Err(Error::node(&format!(
            "the ledger \"{}\" comes to {} in block {}, and the contract says {}: the node's events are not all that happened, or the deployment's first block is wrong",
            self.name,
            self.token.signed_unit(self.balance),
            block.number,
            self.token.unit(contract)
        )))
    }
}

/// Prints all ledgers of somebody.
pub async fn print(session: &mut Session, who: &Who) -> Outcome {
    let block = session.client.chain.finalised().await?;
    let history = session.client.history(block.number).await?;
    let shop: StorefrontRef = session.contract()?;
    let channels: ChannelsRef = session.contract()?;
    let mut ledgers = Vec::new();
    let fee = session.client.read(shop.call().overview()).await?.fee;
    for creator in &who.creators {
        let ledger = creator::ledger(session.token(), *creator, fee, &history);
        let books = session
            .client
            .read_at(block, shop.call().books(*creator))
            .await?;
        ledger.reconcile(books.map_or(0, |books| books.balance), block)?;
        ledgers.push(ledger);
    }
    ledgers.push(referrals::ledger(session.token(), who.account, &history));
    let ledger = channels::ledger(session.token(), who.account, &history);
    let payer = who.account.id();
    let kept = channels.call().solvency(Vec::new(), vec![payer]);
    let (mut owed, _) = session.client.read_at(block, kept).await?;
    for lanes in channels::lanes(who.account, &history).chunks(100) {
        let keys = lanes.iter().map(|(payee, lane)| (payer, payee.id(), *lane));
        let rests = channels.call().solvency(keys.collect(), Vec::new());
        let (rests, _) = session.client.read_at(block, rests).await?;
        owed = owed.saturating_add(rests);
    }
    ledger.reconcile(owed, block)?;
    ledgers.push(ledger);
    ledgers.extend(streams::ledgers(session, who.account, &history, block).await?);
    ledgers.extend(pools::ledgers(session, who.account, &history, block).await?);

    let output = &session.output;
    output.always(HEADER);
    for ledger in &ledgers {
        ledger.lines.iter().for_each(|line| output.always(line));
    }
    output.nothing_more();
    output.note(format!(
        "All of it agrees with the contracts as of block {}.",
        block.number
    ));
    Ok(())
}

fn signed(amount: Balance) -> i128 {
    i128::try_from(amount).unwrap_or(i128::MAX)
}
