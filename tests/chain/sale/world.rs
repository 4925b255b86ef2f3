//! What the tests share: a small cast, and short words for what they do all the time.
//!
//! The chain's smallest unit is what amounts count; [`UNIT`] is the coin that people talk of.

pub use farthing_chain::{
    existential_deposit, Account, AccountId, AsInk, Balance, Chain, Failure, Farthing, Message,
    Receipt, Terms, UNIT,
};
pub use farthing_contracts::registry::creator::{Permission, Permissions, Profile};
pub use farthing_contracts::storefront::{
    access::{Purchase, Term},
    books::Payee,
    catalogue::{Content, Listing},
    events::{Kept, Order, Payment, Release, Share, Tip},
};
pub use farthing_types::{
    split::{Recipient, PARTS},
    CreatorId, ItemId, Millis, DAY,
};

pub use crate::calls::refused;
use crate::calls::{self, only};
use farthing_contracts::registry;
use farthing_contracts::registry::RegistryRef;
use farthing_contracts::storefront;
use farthing_contracts::storefront::StorefrontRef;
use farthing_types::commitment;
use ink::scale::{Decode, Encode};
use ink::{codegen::TraitCallBuilder, env::call::FromAccountId};
use std::fmt::Debug;

/// The creator of every [`world`]: registered as `alice`, with an open storefront.
pub const ALICE: CreatorId = 0;
/// What the chain asks as deposit for one more storage item, and for one more byte.
pub const PER_ITEM: i128 = 100_000_000_000;
/// See [`PER_ITEM`].
pub const PER_BYTE: i128 = 5_000_000;

/// Both contracts on a new chain; alice, who owns the creator [`ALICE`]; bob, who buys; carol, who
/// has no part in it.
pub fn world() -> (Farthing, Account, Account, Account) {
    world_with(Terms::default())
}

/// As [`world`], on other terms.
pub fn world_with(terms: Terms) -> (Farthing, Account, Account, Account) {
    let mut f = Farthing::deploy(terms);
    let [alice, bob, carol] =
        ["alice", "bob", "carol"].map(|name| f.chain.account(name, 1_000 * UNIT));
    assert_eq!(f.creator(&alice, "alice"), ALICE);
    (f, alice, bob, carol)
}

/// The guardian, with funds for fees.
pub fn guardian(f: &mut Farthing) -> Account {
    f.chain.account("guardian", UNIT)
}

/// An item for ever at `price`, with no share for referrers.
pub fn forever(price: Balance) -> Listing {
    Listing {
        price,
        pay_what_you_want: false,
        period: None,
        referral: 0,
        tier: None,
        copies: None,
    }
}

/// What every item is, unless a test is about that.
pub fn content() -> Content {
    Farthing::content()
}

/// An item for ever at `price`, of which there are so many copies.
pub fn limited(price: Balance, copies: u32) -> Listing {
    Listing {
        copies: Some(copies),
        ..forever(price)
    }
}

/// An item for ever at `price` or as much more as one wants.
pub fn what_you_want(price: Balance) -> Listing {
    Listing {
        pay_what_you_want: true,
        ..forever(price)
    }
}

/// An item for `period` at `price`, with no share for referrers.
pub fn pass(price: Balance, period: Millis) -> Listing {
    Listing {
        period: Some(period),
        ..forever(price)
    }
}

/// An item for ever at `price`, of which a referrer gets `referral` basis points.
pub fn referred(price: Balance, referral: u16) -> Listing {
    Listing {
        referral,
        ..forever(price)
    }
}

/// A tip without a memo.
pub fn tip(creator: CreatorId, amount: Balance) -> Tip {
    Tip {
        creator,
        amount,
        memo: Vec::new(),
    }
}

/// An order of one item of [`ALICE`] at whatever price.
pub fn order(item: ItemId) -> Order {
    order_at(item, Balance::MAX)
}

/// An order of one item of [`ALICE`] for at most `max_price`.
pub fn order_at(item: ItemId, max_price: Balance) -> Order {
    order_of(ALICE, item, max_price)
}

/// An order of one item for at most `max_price`, in whichever edition.
pub fn order_of(creator: CreatorId, item: ItemId, max_price: Balance) -> Order {
    Order {
        creator,
        item,
        max_price,
        edition: None,
    }
}

/// A purchase for ever, as a refund has to tell it.
pub fn purchase(item: ItemId, payer: &Account, paid: Balance) -> Purchase {
    Purchase {
        item,
        payer: payer.id().ink(),
        paid,
        term: None,
    }
}

/// The purchases that a call made, as a refund has to tell them.
pub fn purchases(receipt: &Receipt) -> Vec<Purchase> {
    let mut found = Vec::new();
    for (payer, _, payments) in payments(receipt) {
        for payment in payments {
            if let Payment::Purchase {
                item, paid, term, ..
            } = payment
            {
                found.push(Purchase {
                    item,
                    payer,
                    paid,
                    term,
                });
            }
        }
    }
    found
}

/// The running hash of a page with these purchases, worked out as a client does.
pub fn running_hash(history: &[Purchase]) -> [u8; 32] {
    history.iter().fold([0; 32], |hash, one| {
        let term = one.term.map(|term| (term.at, term.from, term.period));
        let preimage = commitment::receipt_preimage(&hash, one.item, &one.payer, one.paid, term);
        commitment::blake2_256(&preimage)
    })
}

/// What is left of `paid` after the fee of 2.5 %.
pub fn net(paid: Balance) -> Balance {
    paid - paid * 250 / 10_000
}

/// A payout split.
pub fn split(parts: &[(&AccountId, u32)]) -> Vec<Recipient<ink::primitives::AccountId>> {
    parts
        .iter()
        .map(|(account, parts)| Recipient {
            account: account.ink(),
            parts: *parts,
        })
        .collect()
}

/// How the storefront contract keeps a split of several.
pub fn payee(split: &[Recipient<ink::primitives::AccountId>]) -> Payee {
    Payee::Split(commitment::blake2_256(&split.encode()))
}

/// A share that arrived.
pub fn sent(account: &AccountId, parts: u32, amount: Balance) -> Share {
    Share {
        account: account.ink(),
        parts,
        amount,
        sent: true,
    }
}

/// A share that the chain refused to move.
pub fn kept(account: &AccountId, parts: u32, amount: Balance) -> Share {
    Share {
        sent: false,
        ..sent(account, parts, amount)
    }
}

/// All permissions that there are.
pub const ALL: Permissions = Permissions {
    catalogue: true,
    price: true,
    profile: true,
};

/// The permission for the catalogue, and no other.
pub const CATALOGUE: Permissions = Permissions {
    catalogue: true,
    price: false,
    profile: false,
};

/// The permission for prices, and no other.
pub const PRICES: Permissions = Permissions {
    catalogue: false,
    price: true,
    profile: false,
};

/// What a change to a creator was, as the registry told it.
pub fn changes(receipt: &Receipt) -> Vec<(CreatorId, registry::events::Change)> {
    only::<registry::events::CreatorChanged>(receipt)
        .into_iter()
        .map(|event| (event.creator, event.change))
        .collect()
}

/// What a change to a catalogue was, as the storefront contract told it.
pub fn catalogue(receipt: &Receipt) -> Vec<(CreatorId, storefront::events::Change)> {
    only::<storefront::events::CatalogueChanged>(receipt)
        .into_iter()
        .map(|event| (event.creator, event.change))
        .collect()
}

/// The payments that a call made, with who paid and who referred them.
pub fn payments(
    receipt: &Receipt,
) -> Vec<(
    ink::primitives::AccountId,
    Option<ink::primitives::AccountId>,
    Vec<Payment>,
)> {
    only::<storefront::events::Payments>(receipt)
        .into_iter()
        .map(|event| (event.payer, event.referrer, event.payments))
        .collect()
}

/// What of a call's payments was not sent on.
pub fn kept_of(receipt: &Receipt) -> Vec<Kept> {
    only::<storefront::events::Payments>(receipt)
        .into_iter()
        .flat_map(|event| event.kept)
        .collect()
}

/// What is kept for [`ALICE`].
pub fn for_alice(amount: Balance) -> Kept {
    Kept::Creator {
        creator: ALICE,
        amount,
    }
}

/// The money that a call let out.
pub fn releases(receipt: &Receipt) -> Vec<Release> {
    receipt
        .events_of::<storefront::events::Released>()
        .into_iter()
        .map(|event| event.release)
        .collect()
}

/// Until when a call paused payments.
pub fn pauses(receipt: &Receipt) -> Vec<Millis> {
    only::<storefront::events::PausedUntil>(receipt)
        .into_iter()
        .map(|event| event.until)
        .collect()
}

type ShopMessages = <StorefrontRef as TraitCallBuilder>::Builder;
type RegistryMessages = <RegistryRef as TraitCallBuilder>::Builder;

/// Short words for calls, so that a test's line is one call.
pub trait Words {
    /// The storefront contract's messages, to be sent with [`Farthing::call`] or read.
    fn shop(&self) -> ShopMessages;
    /// The registry's messages.
    fn reg(&self) -> RegistryMessages;
    /// Reads a message that changes nothing.
    fn read<Args: Encode, R: Decode>(&mut self, message: Message<Args, R>) -> R;
    /// Calls a message that must go through; what it answers is of no interest.
    fn done<Args: Encode, T: Decode, E: Decode + Debug>(
        &mut self,
        signer: &Account,
        message: Message<Args, Result<T, E>>,
        value: Balance,
    ) -> Receipt;
    /// Has a message refused; see [`calls::refuse`].
    fn refuse<Args: Encode + Clone, T: Decode + Debug, E: Decode + Debug>(
        &mut self,
        signer: &Account,
        message: Message<Args, Result<T, E>>,
        value: Balance,
    ) -> E;
    /// All that a refused message must leave alone.
    fn snapshot(&mut self) -> Snapshot;
    /// Tips [`ALICE`].
    fn tip(&mut self, payer: &Account, amount: Balance) -> Receipt;
    /// Buys an item of [`ALICE`] at exactly `price`.
    fn buy(&mut self, payer: &Account, item: ItemId, price: Balance) -> Receipt;
    /// Whether `account` has access to an item of [`ALICE`] now.
    fn has(&mut self, account: &Account, item: ItemId) -> bool;
    /// What [`ALICE`] is owed.
    fn books(&mut self) -> Balance;
    /// What an account can spend.
    fn has_money(&mut self, account: &Account) -> Balance;
    /// What the treasury can spend.
    fn treasury(&mut self) -> Balance;
    /// Ends the treasury's account, so that the chain refuses to move small fees to it.
    fn end_treasury(&mut self, to: &Account);
    /// Divides the money of [`ALICE`], and has the storefront contract know.
    fn split(&mut self, owner: &Account, parts: &[(&AccountId, u32)]);
}

/// Both contracts' storage and money.
#[derive(Debug, PartialEq, Eq)]
pub struct Snapshot {
    storage: [Vec<u8>; 2],
    money: [Balance; 2],
}

impl Words for Farthing {
    fn shop(&self) -> ShopMessages {
        ShopMessages::from_account_id(self.storefront_id.ink())
    }

    fn reg(&self) -> RegistryMessages {
        RegistryMessages::from_account_id(self.registry_id.ink())
    }

    fn read<Args: Encode, R: Decode>(&mut self, message: Message<Args, R>) -> R {
        self.chain.read(message)
    }

    fn done<Args: Encode, T: Decode, E: Decode + Debug>(
        &mut self,
        signer: &Account,
        message: Message<Args, Result<T, E>>,
        value: Balance,
    ) -> Receipt {
        calls::done(&mut self.chain, signer, message, value)
    }

    fn refuse<Args: Encode + Clone, T: Decode + Debug, E: Decode + Debug>(
        &mut self,
        signer: &Account,
        message: Message<Args, Result<T, E>>,
        value: Balance,
    ) -> E {
        let contracts = [self.registry_id.clone(), self.storefront_id.clone()];
        calls::refuse(&mut self.chain, &contracts, signer, message, value)
    }

    fn snapshot(&mut self) -> Snapshot {
        let contracts = [self.registry_id.clone(), self.storefront_id.clone()];
        Snapshot {
            storage: contracts.each_ref().map(|c| self.chain.storage_root(c)),
            money: contracts.each_ref().map(|c| self.chain.total_balance(c)),
        }
    }

    fn tip(&mut self, payer: &Account, amount: Balance) -> Receipt {
        self.done(payer, self.shop().tip(ALICE, Vec::new()), amount)
    }

    fn buy(&mut self, payer: &Account, item: ItemId, price: Balance) -> Receipt {
        self.done(
            payer,
            self.shop().buy(order_at(item, price), None, None),
            price,
        )
    }

    fn has(&mut self, account: &Account, item: ItemId) -> bool {
        self.read(self.shop().has_access(ALICE, item, account.id().ink()))
    }

    fn books(&mut self) -> Balance {
        self.read(self.shop().books(ALICE))
            .map_or(0, |books| books.balance)
    }

    fn has_money(&mut self, account: &Account) -> Balance {
        self.chain.balance(&account.id())
    }

    fn treasury(&mut self) -> Balance {
        self.has_money(&Account::named("treasury"))
    }

    fn end_treasury(&mut self, to: &Account) {
        let treasury = Account::named("treasury");
        self.chain.empty(&treasury, &to.id()).unwrap();
    }

    fn split(&mut self, owner: &Account, parts: &[(&AccountId, u32)]) {
        let tell = vec![self.storefront_id.ink()];
        let message = self.reg().set_payout(ALICE, split(parts), None, tell);
        self.done(owner, message, 0);
    }
}
