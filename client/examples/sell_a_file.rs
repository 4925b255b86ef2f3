//! Sells a file: its creator publishes it, a reader buys it, and the creator's server finds out who may have it.
//!
//! ```sh
//! ./scripts/chain --deploy
//! farthing creator register ada --dev alice && farthing shop open ada --dev alice
//! cargo run --package farthing-client --example sell_a_file -- ws://127.0.0.1:9944 deployments ada README.md
//! ```

use farthing_client::{files, Answer, Call, Certainty, Chain, Client, Done, Error, Key, Outbox};
use farthing_contracts::{
    registry::RegistryRef,
    storefront::{
        catalogue::{Content, Listing},
        events::{CatalogueChanged, Change, Order},
        StorefrontRef,
    },
    Contract,
};
use farthing_types::{Balance, CreatorId, ItemId};
use ink::codegen::TraitCallBuilder;
use std::path::Path;

#[tokio::main(flavor = "current_thread")]
#[allow(dead_code, reason = "the tests call what it calls")]
async fn main() -> Result<(), Error> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [node, deployments, handle, file] = &arguments[..] else {
        eprintln!("sell_a_file NODE DEPLOYMENTS HANDLE FILE");
        std::process::exit(2);
    };
    let chain = Chain::connect(node).await?;
    let client = Client::open(chain, deployments.as_ref(), "local").await?;
    let state = std::env::temp_dir().join("farthing-example");
    let people = [
        Person::new(&client, "//Alice", &state)?,
        Person::new(&client, "//Bob", &state)?,
    ];
    let [seller, buyer] = &people;
    let price = client.chain.token().parse("0.02")?;
    let item = publish(&client, seller, handle, file.as_ref(), price).await?;
    println!("{file} is item {} of {handle}", item.number);
    buy(&client, buyer, &item, price).await?;
    for (name, person) in [("Alice", seller), ("Bob", buyer)] {
        let may = may_have(&client, &item, person).await?;
        println!("{name} may have it: {may}");
    }
    Ok(())
}

/// Somebody who signs: their key, and where a transaction is written down before it is sent.
pub struct Person {
    key: Key,
    outbox: Outbox,
}

/// What is for sale.
pub struct Item {
    /// Who sells it.
    pub creator: CreatorId,
    /// Its number among what they sell.
    pub number: ItemId,
}

impl Person {
    /// Somebody of a development chain. Others read a [`Keystore`](farthing_client::Keystore), or a phrase that
    /// only they have ([`Key::from_uri`]).
    pub fn new(client: &Client, uri: &str, state: &Path) -> Result<Self, Error> {
        let key = Key::for_development(uri)?;
        let outbox = Outbox::open(state, &client.chain.genesis(), key.account())?;
        Ok(Self { key, outbox })
    }

    /// Tries a call out, signs it, and waits until a block has it that cannot be undone.
    async fn send<R: Answer>(
        &self,
        client: &Client,
        call: Call<R>,
    ) -> Result<Done<R::Good>, Error> {
        // What the contract would refuse is an error here, and costs nothing.
        let plan = client.plan(self.key.account(), call).await?;
        let token = client.chain.token();
        println!(
            "the fee is {} and the deposit {}",
            token.unit(plan.fee),
            token.signed_unit(plan.deposit)
        );
        let mut quiet = |_| ();
        let sent = client.send(plan, &self.key, &self.outbox, Certainty::Final, &mut quiet);
        let done = sent.await?;
        // Not before its fate is known: until then, the same call would be found there, and not be sent twice.
        self.outbox.empty()?;
        Ok(done)
    }
}

/// Puts a file up for sale.
pub async fn publish(
    client: &Client,
    seller: &Person,
    handle: &str,
    file: &Path,
    price: Balance,
) -> Result<Item, Error> {
    let registry: RegistryRef = client.contract()?;
    let found = registry.call().creator_by_handle(handle.into());
    let found = client.read(found).await?;
    let (creator, _) = found.ok_or_else(|| Error::Input(format!("There is no {handle}.")))?;
    let content = Content {
        // Only its hash goes to the chain, so that a buyer can tell what was sold.
        commitment: files::content_of(file)?,
        title: "A file".into(),
        uri: String::new(),
    };
    let listing = Listing {
        price,
        pay_what_you_want: false,
        period: None,
        referral: 0,
        tier: None,
        copies: None,
    };
    let mut shop: StorefrontRef = client.contract()?;
    let message = shop.call_mut().publish(creator, listing, content);
    let done = seller.send(client, Call::new(message, 0)).await?;
    let shop = client.deployment.address(Contract::Storefront)?;
    let events = done.receipt.events_of::<CatalogueChanged>(shop);
    let number = events.into_iter().find_map(|event| match event.change {
        Change::Published { item, .. } => Some(item),
        _ => None,
    });
    let number = number.ok_or_else(|| Error::node("it does not tell what was published"))?;
    Ok(Item { creator, number })
}

/// Buys an item, for no more than a price: should it have risen meanwhile, the contract refuses.
pub async fn buy(client: &Client, buyer: &Person, item: &Item, most: Balance) -> Result<(), Error> {
    let order = Order {
        creator: item.creator,
        item: item.number,
        max_price: most,
        edition: None,
    };
    let mut shop: StorefrontRef = client.contract()?;
    let message = shop.call_mut().buy(order, None, None);
    buyer.send(client, Call::new(message, most)).await?;
    Ok(())
}

/// Finds out whether somebody may have an item: what a server asks before it delivers, once the reader has shown
/// by a signature who they are.
pub async fn may_have(client: &Client, item: &Item, reader: &Person) -> Result<bool, Error> {
    let shop: StorefrontRef = client.contract()?;
    let account = reader.key.account().id();
    let message = shop.call().has_access(item.creator, item.number, account);
    client.read(message).await
}
