//! Registry and storefront: from a handle to a payout.

use crate::{
    costs,
    receipt::Receipt,
    world::{Account, Deployed, Message, World, UNIT},
};
use farthing_contracts::registry;
use farthing_contracts::registry::{
    claims::{ClaimError, Unavailable, Wait},
    creator::{Permission, Permissions, Profile},
    events::{Change, CreatorChanged},
    RegistryRef,
};
use farthing_contracts::storefront::{
    access::Purchase,
    catalogue::{Content, Listing, ListingError},
    error::Error,
    events::{CatalogueChanged, Order, Payment, Payments, Release, Released, Share, Tip},
    events::{Change as CatalogueChange, PausedUntil},
    StorefrontRef,
};
use farthing_types::{
    commitment,
    pause::PauseError,
    split::{Recipient, PARTS},
    Balance, CreatorId, Hash, ItemId, Millis, DAY,
};
use ink::{codegen::TraitCallBuilder, primitives::AccountId};
use scale::{Decode, Encode};
use std::fmt::Debug;

pub const PRICE: Balance = UNIT / 50;
pub const NOBODY: Option<AccountId> = None;
/// What hides the handles that are committed to.
pub const SALT: Hash = [7; 32];
/// The platform's fee in basis points, as in the cost file.
const FEE: u16 = 250;

/// A registry and storefronts, with a creator and who pays her.
pub struct Sale {
    pub w: World,
    pub registry: Deployed<RegistryRef>,
    pub storefront: Deployed<StorefrontRef>,
    treasury: Account,
    guardian: Account,
    pub ada: Account,
    pub bob: Account,
    pub creator: CreatorId,
}

/// How long the claim of a handle waits on these chains.
pub const A_BLOCK: Wait = Wait {
    millis: 0,
    blocks: 1,
};

impl Sale {
    /// Both contracts, and a creator who has published nothing yet.
    pub async fn new() -> Self {
        let mut w = World::new().await;
        let [deployer, treasury, guardian, ada, bob] = w.accounts(100 * UNIT).await;
        let reserved = ["farthing", "admin"].map(String::from).to_vec();
        // The next block will do: this node makes blocks for transactions only.
        let constructor = RegistryRef::with_wait(reserved, A_BLOCK);
        let registry = w.deploy("registry", &deployer, constructor).await;
        costs::check_new("registry.new, with two reserved handles", &registry);
        let (id, fees_to) = (registry.id, treasury.id());
        let terms = |fee| StorefrontRef::new(id, fee, fees_to, Some(guardian.id()));
        let refused = w
            .deploying_refused::<_, _, Error>("storefront", &deployer, terms(501))
            .await;
        assert_eq!(refused, Error::FeeTooHigh);
        let storefront = w.deploy("storefront", &deployer, terms(FEE)).await;
        costs::check_new("storefront.new", &storefront);
        let mut sale = Self {
            w,
            registry,
            storefront,
            treasury,
            guardian,
            ada,
            bob,
            creator: 0,
        };
        sale.register().await;
        sale
    }

    async fn register(&mut self) {
        let ada = self.ada.clone();
        let handle = String::from("ada");
        let receipt = self.commit(&ada, &handle).await;
        costs::check("registry.commit", &receipt);

        let message = self.reveal("ada", [8; 32]);
        assert_eq!(
            self.w.refused(&ada, message, 0).await,
            registry::Error::BadClaim(ClaimError::Mismatch)
        );
        let message = self.reveal("admin", SALT);
        assert_eq!(
            self.w.refused(&ada, message, 0).await,
            registry::Error::Unavailable(Unavailable::Reserved)
        );
        let message = self.reveal("ada", SALT);
        let (creator, receipt) = self.w.call(&ada, message, 0).await;
        costs::check("registry.register", &receipt);
        let owner = ada.id();
        receipt.assert_event(
            &self.registry.id,
            CreatorChanged {
                creator,
                version: 0,
                change: Change::Registered {
                    owner,
                    handle,
                    profile: Profile::default(),
                },
            },
        );
        self.creator = creator;

        // Contracts that ask for a creator pay for all of her record.
        let profile = Profile {
            commitment: [1; 32],
            uri: "u".repeat(128),
        };
        let registry = self.registry.contract.call_mut();
        let message = registry.set_profile(creator, profile.clone());
        let (_, receipt) = self.w.call(&ada, message, 0).await;
        costs::check("registry.set_profile, with the longest URI", &receipt);
        let changed = CreatorChanged {
            creator,
            version: 0,
            change: Change::Profile {
                by: ada.id(),
                profile,
            },
        };
        receipt.assert_event(&self.registry.id, changed);

        let to = self.storefront.contract.call_mut().open(creator);
        let (_, receipt) = self.w.call(&ada, to, 0).await;
        costs::check("storefront.open", &receipt);
    }

    /// Someone commits to a handle, and a block later can reveal it.
    pub async fn commit(&mut self, who: &Account, handle: &str) -> Receipt {
        let claim = commitment::handle_claim(handle, &who.id(), &SALT);
        let message = self.registry.contract.call_mut().commit(claim);
        let receipt = self.w.call_unasked(who, message, 0).await;
        self.w.block().await;
        receipt
    }

    /// The message that reveals it, for a new creator.
    pub fn reveal(
        &mut self,
        handle: &str,
        salt: Hash,
    ) -> Message<impl Sync + Encode + Clone, Result<CreatorId, registry::Error>> {
        let registry = self.registry.contract.call_mut();
        registry.register(handle.into(), salt, Profile::default())
    }

    /// The storefront's messages.
    pub fn to(&mut self) -> &mut <StorefrontRef as TraitCallBuilder>::Builder {
        self.storefront.contract.call_mut()
    }

    pub async fn call<Args, T, E>(
        &mut self,
        signer: &Account,
        message: Message<Args, Result<T, E>>,
        value: Balance,
    ) -> (T, Receipt)
    where
        Args: Sync + Encode + Clone,
        T: Send + Decode,
        E: Send + Decode + Debug,
    {
        self.w.call(signer, message, value).await
    }

    pub async fn refused<Args, T>(
        &mut self,
        signer: &Account,
        message: Message<Args, Result<T, Error>>,
        value: Balance,
    ) -> Error
    where
        Args: Sync + Encode + Clone,
        T: Send + Decode,
    {
        self.w.refused(signer, message, value).await
    }

    pub async fn publish(&mut self, period: Option<Millis>) -> (u32, Receipt) {
        let (ada, creator) = (self.ada.clone(), self.creator);
        let listing = listing(PRICE, period);
        let message = self.to().publish(creator, listing.clone(), content());
        let (item, receipt) = self.call(&ada, message, 0).await;
        receipt.assert_event(
            &self.storefront.id,
            CatalogueChanged {
                creator,
                change: CatalogueChange::Published {
                    item,
                    listing,
                    content: content(),
                },
            },
        );
        (item, receipt)
    }

    /// Bob buys an item for himself and is told until when.
    async fn buy(&mut self, item: u32) -> (Option<Millis>, Receipt) {
        let (bob, creator) = (self.bob.clone(), self.creator);
        let message = self.to().buy(order(creator, item, PRICE), None, NOBODY);
        let (_, receipt) = self.call(&bob, message, PRICE).await;
        let event = receipt.event::<Payments>(&self.storefront.id);
        assert_eq!((event.payer, event.referrer), (bob.id(), None));
        let [Payment::Purchase {
            term,
            ref owner,
            paid,
            ..
        }] = event.payments[..]
        else {
            panic!("{:?}", event.payments);
        };
        assert_eq!((*owner, paid), (bob.id(), PRICE));
        (term.map(|term| term.until()), receipt)
    }

    pub async fn has_access(&mut self, item: u32) -> bool {
        let (creator, bob) = (self.creator, self.bob.id());
        let message = self.storefront.contract.call();
        self.w.read(message.has_access(creator, item, bob)).await
    }

    pub async fn due(&mut self) -> Balance {
        let message = self.storefront.contract.call().books(self.creator);
        self.w.read(message).await.expect("it is open").due()
    }

    /// The end of every test: everything that the contract holds is owed, since nothing was forced in.
    pub async fn assert_solvent(&mut self) {
        let message = self.storefront.contract.call().solvency();
        let (owed, held) = self.w.read(message).await;
        assert_eq!(owed, held);
    }
}

/// What is left of a price for the creator.
pub fn after_fee(price: Balance) -> Balance {
    price - price * Balance::from(FEE) / 10_000
}

pub fn listing(price: Balance, period: Option<Millis>) -> Listing {
    Listing {
        price,
        pay_what_you_want: false,
        period,
        referral: 1_000,
        tier: None,
        copies: None,
    }
}

pub fn order(creator: CreatorId, item: ItemId, max_price: Balance) -> Order {
    Order {
        creator,
        item,
        max_price,
        edition: None,
    }
}

pub fn content() -> Content {
    // As long as in the cost file.
    Content {
        commitment: [1; 32],
        title: "A drawing".into(),
        uri: "https://ada.example/7".into(),
    }
}

fn released(receipt: &Receipt, sale: &Sale) -> Release {
    receipt.event::<Released>(&sale.storefront.id).release
}

#[tokio::test(flavor = "multi_thread")]
async fn a_creator_is_tipped_and_paid_out_along_her_split() {
    let mut sale = Sale::new().await;
    let (ada, bob, creator) = (sale.ada.clone(), sale.bob.clone(), sale.creator);
    let treasury = sale.treasury.id();
    for name in ["storefront.tip", "storefront.tip, repeated"] {
        let before = [sale.w.free(&ada.id()).await, sale.w.free(&treasury).await];
        let memo = b"Thank you!".to_vec();
        let message = sale.to().tip(creator, memo.clone());
        let (_, receipt) = sale.call(&bob, message, PRICE).await;
        costs::check(name, &receipt);
        receipt.assert_event(
            &sale.storefront.id,
            Payments {
                payer: bob.id(),
                referrer: None,
                payments: vec![Payment::Tip(Tip {
                    creator,
                    amount: PRICE,
                    memo,
                })],
                kept: Vec::new(),
            },
        );
        assert_eq!(sale.w.free(&ada.id()).await, before[0] + after_fee(PRICE));
        let fee = PRICE - after_fee(PRICE);
        assert_eq!(sale.w.free(&treasury).await, before[1] + fee);
        assert_eq!(sale.due().await, 0);
    }
    let message = sale.to().tip(creator, Vec::new());
    assert_eq!(sale.refused(&bob, message, 0).await, Error::ZeroTip);
    let message = sale.to().tip(creator + 1, Vec::new());
    assert_eq!(sale.refused(&bob, message, PRICE).await, Error::NotOpen);

    let zoe = sale.w.account(UNIT).await;
    let recipients = [(&ada, 700_000), (&zoe, 300_000)].map(|(account, parts)| Recipient {
        account: account.id(),
        parts,
    });
    let mut registry = sale.registry.contract.clone();
    let tell = vec![sale.storefront.id];
    let message = registry
        .call_mut()
        .set_payout(creator, recipients.to_vec(), None, tell);
    sale.call(&ada, message, 0).await;
    for _ in 0..2 {
        let message = sale.to().tip(creator, Vec::new());
        sale.call(&bob, message, PRICE).await;
    }
    assert_eq!(sale.due().await, 2 * after_fee(PRICE));
    let before = sale.w.free(&ada.id()).await;
    let message = sale.to().payout(creator);
    let (_, receipt) = sale.call(&bob, message, 0).await;
    let all = 2 * after_fee(PRICE);
    let shares = [700_000, 300_000].map(|parts| all * parts / Balance::from(PARTS));
    let share = |account: &Account, parts, amount| Share {
        account: account.id(),
        parts,
        amount,
        sent: true,
    };
    assert_eq!(
        released(&receipt, &sale),
        Release::Payout {
            creator,
            shares: vec![
                share(&ada, 700_000, shares[0]),
                share(&zoe, 300_000, shares[1]),
            ],
        }
    );
    assert_eq!(sale.w.free(&ada.id()).await, before + shares[0]);
    assert_eq!(sale.w.free(&zoe.id()).await, UNIT + shares[1]);
    let message = sale.to().payout(creator);
    assert_eq!(sale.refused(&bob, message, 0).await, Error::NothingDue);
    let message = sale.to().withdraw_fees();
    assert_eq!(sale.refused(&bob, message, 0).await, Error::NothingDue);
    sale.assert_solvent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn items_are_published_bought_and_refunded() {
    let mut sale = Sale::new().await;
    let (ada, bob, creator) = (sale.ada.clone(), sale.bob.clone(), sale.creator);
    let message = sale
        .to()
        .publish(creator, listing(PRICE, Some(0)), content());
    assert_eq!(
        sale.refused(&ada, message, 0).await,
        Error::BadListing(ListingError::ZeroPeriod)
    );
    let message = sale.to().publish(creator, listing(PRICE, None), content());
    assert_eq!(sale.refused(&bob, message, 0).await, Error::NotPermitted);
    for (name, period) in [
        ("storefront.publish", None),
        ("storefront.publish, repeated", None),
        ("storefront.publish, for a period", Some(DAY)),
    ] {
        let (_, receipt) = sale.publish(period).await;
        costs::check(name, &receipt);
    }

    let buy = |sale: &mut Sale, item, max| sale.to().buy(order(creator, item, max), None, NOBODY);
    let message = buy(&mut sale, 9, PRICE);
    assert_eq!(sale.refused(&bob, message, PRICE).await, Error::UnknownItem);
    let message = buy(&mut sale, 0, PRICE - 1);
    assert_eq!(
        sale.refused(&bob, message, PRICE).await,
        Error::PriceAboveMax(PRICE)
    );
    let message = buy(&mut sale, 0, PRICE);
    assert_eq!(
        sale.refused(&bob, message, PRICE - 1).await,
        Error::ValueTooLow(PRICE)
    );
    for (name, item) in [
        ("storefront.buy, for ever", 0),
        ("storefront.buy, for ever, repeated", 1),
    ] {
        assert!(!sale.has_access(item).await);
        let (until, receipt) = sale.buy(item).await;
        costs::check(name, &receipt);
        assert_eq!(until, None);
        assert!(sale.has_access(item).await);
    }
    let (first, receipt) = sale.buy(2).await;
    costs::check("storefront.buy, for a period", &receipt);
    let mut passes = purchases(&receipt, &sale);
    let (second, receipt) = sale.buy(2).await;
    costs::check("storefront.buy, for a period, repeated", &receipt);
    passes.extend(purchases(&receipt, &sale));
    assert_eq!(second, first.map(|until| until + DAY));

    let purchase = |item| Purchase {
        item,
        payer: bob.id(),
        paid: PRICE,
        term: None,
    };
    // From the second on; what was bought for a period comes after it.
    let owner = bob.id();
    let page = sale.storefront.contract.call().page(creator, owner, 0);
    let earlier = running_hash(&[purchase(0)]);
    let mut history = vec![purchase(1)];
    history.extend(passes);
    assert_eq!(
        sale.w.read(page).await.receipts,
        running_hash(&[vec![purchase(0)], history.clone()].concat())
    );
    let refund = |sale: &mut Sale| {
        let history = history.clone();
        sale.to().refund(creator, owner, earlier, history, vec![0])
    };
    let message = refund(&mut sale);
    assert_eq!(
        sale.refused(&bob, message, PRICE).await,
        Error::NotPermitted
    );
    let message = refund(&mut sale);
    assert_eq!(
        sale.refused(&ada, message, PRICE - 1).await,
        Error::Missing(PRICE)
    );
    let before = sale.w.free(&bob.id()).await;
    let message = refund(&mut sale);
    // What is attached and not needed comes back.
    let (_, receipt) = sale.call(&ada, message, 2 * PRICE).await;
    assert_eq!(
        released(&receipt, &sale),
        Release::Refund {
            creator,
            owner,
            purchases: vec![purchase(1)],
            added: PRICE,
        }
    );
    assert_eq!(sale.w.free(&bob.id()).await, before + PRICE);
    assert!(sale.has_access(0).await && !sale.has_access(1).await);
    let message = refund(&mut sale);
    let error = sale.refused(&ada, message, PRICE).await;
    assert!(matches!(error, Error::Access(_)), "{error:?}");
    sale.assert_solvent().await;
}

/// The running hash of a page with these purchases, worked out as a client does.
fn running_hash(history: &[Purchase]) -> Hash {
    history.iter().fold([0; 32], |hash, one| {
        let term = one.term.map(|term| (term.at, term.from, term.period));
        let preimage = commitment::receipt_preimage(&hash, one.item, &one.payer, one.paid, term);
        commitment::blake2_256(&preimage)
    })
}

/// What a call bought.
fn purchases(receipt: &Receipt, sale: &Sale) -> Vec<Purchase> {
    let event = receipt.event::<Payments>(&sale.storefront.id);
    let payer = event.payer;
    let bought = event
        .payments
        .into_iter()
        .filter_map(|payment| match payment {
            Payment::Purchase {
                item, paid, term, ..
            } => Some(Purchase {
                item,
                payer,
                paid,
                term,
            }),
            _ => None,
        });
    bought.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn access_and_pauses_end_when_their_time_is_over() {
    let mut sale = Sale::new().await;
    let (ada, bob, creator) = (sale.ada.clone(), sale.bob.clone(), sale.creator);
    let (item, _) = sale.publish(Some(4_000)).await;
    let (until, _) = sale.buy(item).await;
    let until = until.expect("it is for a period");
    assert_eq!(until, sale.w.now().await + 4_000);
    assert!(sale.has_access(item).await);
    sale.w.wait_until(until).await;
    assert!(!sale.has_access(item).await);

    let guardian = sale.guardian.clone();
    let message = sale.to().pause(5_000);
    assert_eq!(sale.refused(&bob, message, 0).await, Error::NotGuardian);
    let message = sale.to().pause(5_000);
    let (_, receipt) = sale.call(&guardian, message, 0).await;
    let until = receipt.event::<PausedUntil>(&sale.storefront.id).until;
    assert_eq!(until, sale.w.now().await + 5_000);
    let message = sale.to().tip(creator, Vec::new());
    assert_eq!(
        sale.refused(&bob, message, PRICE).await,
        Error::Paused(until)
    );
    // Creators go on with their work.
    let message = sale.to().refresh(creator);
    sale.call(&ada, message, 0).await;
    sale.w.wait_until(until).await;
    let message = sale.to().tip(creator, Vec::new());
    sale.call(&bob, message, PRICE).await;
    let message = sale.to().pause(5_000);
    let error = sale.refused(&guardian, message, 0).await;
    assert_eq!(
        error,
        Error::BadPause(PauseError::NotBefore(until + 7 * DAY))
    );
    if sale.w.forward(7 * DAY).await {
        let message = sale.to().pause(5_000);
        sale.call(&guardian, message, 0).await;
    }
    sale.assert_solvent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn delegates_publish_referrers_earn_and_buyers_can_keep_to_themselves_what_they_buy() {
    let mut sale = Sale::new().await;
    let (ada, bob, creator) = (sale.ada.clone(), sale.bob.clone(), sale.creator);
    let [cat, zoe] = sale.w.accounts(10 * UNIT).await;
    let mut registry = sale.registry.contract.clone();
    let selling = Permissions {
        catalogue: true,
        price: true,
        profile: false,
    };
    let message = registry.call_mut().set_delegate(creator, zoe.id(), selling);
    let (_, receipt) = sale.call(&ada, message, 0).await;
    costs::check("registry.set_delegate", &receipt);
    let message = registry
        .call()
        .controls(creator, zoe.id(), Permission::Catalogue);
    assert!(sale.w.read(message).await);
    let message = sale.to().publish(creator, listing(PRICE, None), content());
    let (item, _) = sale.call(&zoe, message, 0).await;

    let gift = |sale: &mut Sale| {
        sale.to()
            .buy(order(creator, item, PRICE), Some(zoe.id()), Some(cat.id()))
    };
    let before = [sale.w.free(&ada.id()).await, sale.w.free(&cat.id()).await];
    let message = gift(&mut sale);
    // What is more than the price comes back.
    let (_, receipt) = sale.call(&bob, message, 2 * PRICE).await;
    let share = after_fee(PRICE / 10);
    receipt.assert_event(
        &sale.storefront.id,
        Payments {
            payer: bob.id(),
            referrer: Some(cat.id()),
            payments: vec![Payment::Purchase {
                creator,
                item,
                owner: zoe.id(),
                paid: PRICE,
                term: None,
                referral: share,
            }],
            kept: Vec::new(),
        },
    );
    assert_eq!(sale.w.free(&cat.id()).await, before[1] + share);
    let rest = after_fee(PRICE) - share;
    assert_eq!(sale.w.free(&ada.id()).await, before[0] + rest);
    let message = gift(&mut sale);
    let error = sale.refused(&bob, message, PRICE).await;
    assert!(matches!(error, Error::Access(_)), "{error:?}");

    let blinded = |sale: &mut Sale| {
        let secret = [5; 32];
        let contract = sale.storefront.id;
        let hash = commitment::blinded_purchase(&contract, creator, 3, &bob.id(), item, &secret);
        (hash, sale.to().buy_blinded(creator, 3, hash, PRICE))
    };
    let (_, message) = blinded(&mut sale);
    assert_eq!(sale.refused(&bob, message, PRICE).await, Error::UnknownTier);
    let message = sale.to().set_tier(creator, 3, Some(PRICE));
    let (_, receipt) = sale.call(&zoe, message, 0).await;
    costs::check("storefront.set_tier", &receipt);
    let (hash, message) = blinded(&mut sale);
    let (_, receipt) = sale.call(&bob, message, PRICE).await;
    let event = receipt.event::<Payments>(&sale.storefront.id);
    assert_eq!(
        event.payments,
        [Payment::Blinded {
            creator,
            tier: 3,
            paid: PRICE,
            commitment: hash
        }]
    );
    assert_eq!(receipt.deposit, 0);
    sale.assert_solvent().await;
}
