//! Every movement of money, from the deployment's first block on.
//!
//! A ledger is what one contract owes somebody, movement by movement, as its events tell it; what is sent
//! on at once comes in and goes out again. In the end each ledger must be what the contract itself says, to
//! the unit.
//!
//! Of pools, those count that the deployment's factory made: others can have told anything before they were
//! what they are now.

mod channels;
mod creator;
mod fees;
mod lines;
mod pools;
mod referrals;
mod streams;

pub use lines::{lines, Entry, Key, Known, Line};

use crate::{
    error::Unreconciled, history::Event, token::signed, Account, Block, Client, Error, History,
};
use farthing_contracts::storefront::StorefrontRef;
use farthing_types::{Balance, CreatorId, ItemId, Millis, StreamId};
use ink::codegen::TraitCallBuilder;
use std::fmt;

/// A movement of money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    /// What it was.
    pub kind: Kind,
    /// The other side of it, if it is known.
    pub with: Option<Account>,
    /// What it was for, if that has a number.
    pub item: Option<Item>,
    /// What the payer said with it, as it was written; empty if nothing.
    pub memo: Vec<u8>,
    /// How much came in, or went out if it is negative.
    pub amount: i128,
    /// What there is after it.
    pub balance: i128,
    /// The block that it happened in.
    pub block: u32,
    /// That block's time.
    pub time: Millis,
    /// The place of its transaction in the block.
    pub index: u32,
}

/// What kind of movement it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A creator was tipped.
    Tip,
    /// A creator sold an item.
    Sale,
    /// A creator sold something without knowing what.
    BlindedSale,
    /// The platform's, or a pool's, fee.
    Fee,
    /// What a creator leaves to who referred the buyer.
    ReferralShare,
    /// It was sent on at once.
    SentOn,
    /// What had waited was paid out, or a pool paid it.
    Payout,
    /// A creator attached it, to pay a refund.
    AddedForRefund,
    /// A purchase was refunded.
    Refund,
    /// Who referred a buyer gets it.
    Referral,
    /// It was set aside in a channel.
    Reserve,
    /// A channel paid it.
    Paid,
    /// It came back out of a channel.
    RestOfReserve,
    /// A payee claimed it by a voucher.
    Voucher,
    /// A payee had it when a channel was closed together.
    Closing,
    /// The chain refused to move it: it waits.
    Kept,
    /// What had been kept was withdrawn.
    Withdrawal,
    /// It was put into a stream.
    Deposit,
    /// The payee had it of a stream.
    Claim,
    /// The payer had it back of a stream.
    Rest,
    /// A gift to a pool went straight through.
    Gift,
    /// A pool sent it.
    Sent,
}

/// What a movement is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// An item of the creator's.
    Item(ItemId),
    /// A price tier of the creator's.
    Tier(u8),
    /// A payout of the pool's.
    Payout(u32),
}

/// Which ledger it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Name {
    /// The books of a creator in the storefront.
    Creator(CreatorId),
    /// Shares for referring buyers.
    Referrals,
    /// The platform's fees that wait in the storefront for the treasury.
    Fees,
    /// What the channels contract holds for an account.
    Channels,
    /// What a stream holds.
    Stream(StreamId),
    /// What a pool pays an account and keeps for it.
    Pool(Account),
}

/// What one contract owes somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    /// Which it is.
    pub name: Name,
    /// What its movements come to.
    pub balance: i128,
    /// All of them, in order.
    pub movements: Vec<Movement>,
}

/// Returns all ledgers of an account, and those of creators, as of a block up to which the history is read.
/// Each comes to what the contract itself says in that block.
///
/// # Errors
/// [`Error::Unreconciled`] if one does not; [`Error::Incomplete`] if the history begins too late;
/// [`Error::Node`], [`Error::File`].
pub async fn all(
    client: &Client,
    history: &History,
    account: Account,
    creators: &[CreatorId],
    block: Block,
) -> Result<Vec<Ledger>, Error> {
    history.must_be_whole(client, block.number)?;
    let shop: StorefrontRef = client.contract()?;
    let overview = client.read_at(block, shop.call().overview()).await?;
    let mut creators: Vec<_> = creators
        .iter()
        .map(|creator| creator::Books::new(*creator, overview.fee))
        .collect();
    let mut referrals = referrals::Shares::new(account);
    let mut fees = fees::Fees::new(account, overview.treasury.into());
    let mut channels = channels::Channels::new(account);
    let mut streams = streams::Streams::new(account);
    let mut pools = pools::Pools::new(account);
    history.each(block.number, |event| {
        creators.iter_mut().for_each(|books| books.see(event));
        referrals.see(event);
        fees.see(event);
        channels.see(event);
        streams.see(event);
        pools.see(event);
    })?;

    let mut ledgers = creator::check(client, block, creators).await?;
    ledgers.push(referrals.ledger);
    ledgers.extend(fees.check(client, block, overview.fees_due)?);
    ledgers.push(channels.check(client, block).await?);
    ledgers.extend(streams.check(client, block).await?);
    ledgers.extend(pools.check(client, block).await?);
    Ok(ledgers)
}

impl Ledger {
    fn new(name: Name) -> Self {
        Self {
            name,
            balance: 0,
            movements: Vec::new(),
        }
    }

    /// Enters a movement, unless it is of nothing.
    fn enter(&mut self, event: &Event, entry: Entry) {
        if entry.amount == 0 {
            return;
        }
        self.balance = self.balance.saturating_add(entry.amount);
        self.movements.push(Movement {
            kind: entry.kind,
            with: entry.with,
            item: entry.item,
            memo: entry.memo,
            amount: entry.amount,
            balance: self.balance,
            block: event.block.number,
            time: event.time,
            index: event.emitted.index,
        });
    }

    /// Checks that the contract says the same.
    fn reconcile(&self, client: &Client, contract: Balance, block: Block) -> Result<(), Error> {
        if u128::try_from(self.balance) == Ok(contract) {
            return Ok(());
        }
        Err(Error::Unreconciled(Box::new(Unreconciled {
            ledger: self.name,
            block: block.number,
            sum: self.balance,
            contract: *client.chain.token().sum(contract),
            first: client.deployment.block,
        })))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        to.write_str(match self {
            Self::Tip => "tip",
            Self::Sale => "sale",
            Self::BlindedSale => "blinded sale",
            Self::Fee => "fee",
            Self::ReferralShare => "referral share",
            Self::SentOn => "sent on",
            Self::Payout => "payout",
            Self::AddedForRefund => "added for a refund",
            Self::Refund => "refund",
            Self::Referral => "referral",
            Self::Reserve => "reserve",
            Self::Paid => "paid",
            Self::RestOfReserve => "rest of a reserve",
            Self::Voucher => "voucher",
            Self::Closing => "closing",
            Self::Kept => "kept",
            Self::Withdrawal => "withdrawal",
            Self::Deposit => "deposit",
            Self::Claim => "claim",
            Self::Rest => "rest",
            Self::Gift => "gift",
            Self::Sent => "sent",
        })
    }
}

impl fmt::Display for Item {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Item(number) => write!(to, "{number}"),
            Self::Tier(number) => write!(to, "tier {number}"),
            Self::Payout(number) => write!(to, "{number}"),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Creator(creator) => write!(to, "creator #{creator}"),
            Self::Referrals => to.write_str("referrals"),
            Self::Fees => to.write_str("fees"),
            Self::Channels => to.write_str("channels"),
            Self::Stream(stream) => write!(to, "stream #{stream}"),
            Self::Pool(pool) => write!(to, "pool {pool}"),
        }
    }
}
