//! Every movement of money since the deployment's first block.
//!
//! A ledger is what one contract owes somebody, movement by movement, according to its events. Money that is
//! sent on at once appears as coming in and going out. In the end each ledger must be what the contract
//! itself says, to the unit.
//!
//! Only pools that the deployment's factory made count. Code at other addresses may have emitted anything
//! before it became a pool.

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
    /// The kind of movement.
    pub kind: Kind,
    /// The other party, if it is known.
    pub with: Option<Account>,
    /// The item, tier or payout that it was for, if there is one.
    pub item: Option<Item>,
    /// The bytes that the payer attached, which need not be text; empty if there are none.
    pub memo: Vec<u8>,
    /// How much came in, in the smallest unit; negative if it went out.
    pub amount: i128,
    /// The ledger's balance after the movement, in the smallest unit.
    pub balance: i128,
    /// The number of the block that it is in.
    pub block: u32,
    /// That block's time, in milliseconds since the Unix epoch.
    pub time: Millis,
    /// The transaction's place in the block.
    pub index: u32,
}

/// The kind of a movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A creator was tipped.
    Tip,
    /// A creator sold an item.
    Sale,
    /// A creator sold an item without learning which one.
    BlindedSale,
    /// The fee of the platform or of a pool was taken.
    Fee,
    /// A creator gave up a share to whoever referred the buyer.
    ReferralShare,
    /// The money was sent on at once.
    SentOn,
    /// Money that had waited was paid out, or a pool paid.
    Payout,
    /// A creator attached money to pay for a refund.
    AddedForRefund,
    /// A purchase was refunded.
    Refund,
    /// Whoever referred a buyer received a share.
    Referral,
    /// Money was set aside in a channel.
    Reserve,
    /// Money in a channel was paid.
    Paid,
    /// Money came back out of a channel.
    RestOfReserve,
    /// A payee claimed money with a voucher.
    Voucher,
    /// A payee received money when both sides closed a channel.
    Closing,
    /// The chain refused to move the money, and it waits.
    Kept,
    /// Money that had been kept was withdrawn.
    Withdrawal,
    /// Money was put into a stream.
    Deposit,
    /// The payee received money from a stream.
    Claim,
    /// The payer got money back from a stream.
    Rest,
    /// A gift to a pool went straight through.
    Gift,
    /// A pool sent money.
    Sent,
}

/// What a movement is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// The creator's item with this number.
    Item(ItemId),
    /// The creator's price tier with this number.
    Tier(u8),
    /// The pool's payout with this number.
    Payout(u32),
}

/// Identifies a ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Name {
    /// The books of a creator in the storefront.
    Creator(CreatorId),
    /// An account's shares for referring buyers.
    Referrals,
    /// The platform's fees that wait in the storefront for the treasury.
    Fees,
    /// The money that the channels contract holds for an account.
    Channels,
    /// The money that a stream holds.
    Stream(StreamId),
    /// The money that a pool pays an account, and keeps for it.
    Pool(Account),
}

/// The money that one contract owes somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    /// Which ledger it is.
    pub name: Name,
    /// The sum of its movements, in the smallest unit.
    pub balance: i128,
    /// All of its movements, in order.
    pub movements: Vec<Movement>,
}

/// Returns all ledgers of an account, and those of creators, as of a block that the history reaches. Each
/// agrees with what the contract itself says in that block.
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
