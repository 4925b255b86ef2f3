//! Sells a file: publishes it in a creator's storefront, buys it, and checks who has access.
//!
//! ```text
//! ./scripts/chain --deploy
//! farthing creator register ada --dev alice && farthing shop open ada --dev alice
//! cargo run -p farthing-client --example sell_a_file -- ws://127.0.0.1:9944 deployments ada song.ogg
//! ```
//!
//! On a development chain: //Alice sells, and //Bob buys.

use farthing_client::{
    files::content_of, Answer, Call, Certainty, Chain, Client, Error, Key, Outbox,
};
use farthing_contracts::{
    registry::RegistryRef,
    storefront::{
        catalogue::{Content, Listing},
        events::Order,
        StorefrontRef,
    },
};
use farthing_types::{Balance, CreatorId, ItemId};
use ink::codegen::TraitCallBuilder;
use std::path::Path;

/// Puts a file up for sale, and returns the item's number. The file itself stays here: the chain gets its hash, so
/// that a buyer can tell that it is what was sold.
pub async fn publish(
    client: &Client,
    seller: &Key,
    state: &Path,
    creator: CreatorId,
    file: &Path,
    price: Balance,
) -> Result<ItemId, Error> {
    let listing = Listing {
        price,
        pay_what_you_want: false,
        period: None,
        referral: 0,
        tier: None,
        copies: None,
    };
    let content = Content {
        commitment: content_of(file)?,
        title: "A file".into(),
        uri: String::new(),
    };
    let mut shop: StorefrontRef = client.contract()?;
    let publish = shop.call_mut().publish(creator, listing, content);
    send(client, seller, state, Call::new(publish, 0)).await
}

/// Buys an item at the price that it has now.
pub async fn buy(
    client: &Client,
    buyer: &Key,
    state: &Path,
    creator: CreatorId,
    number: ItemId,
) -> Result<Balance, Error> {
    let mut shop: StorefrontRef = client.contract()?;
    let item = client.read(shop.call().item(creator, number)).await?;
    let item = item.ok_or_else(|| Error::Input("There is no such item.".into()))?;
    let price = item.listing.price;
    let order = Order {
        creator,
        item: number,
        // Should the price rise meanwhile, nothing is bought.
        max_price: price,
        edition: None,
    };
    let buy = shop.call_mut().buy(order, None, None);
    send(client, buyer, state, Call::new(buy, price)).await?;
    Ok(price)
}

/// Whether somebody may have the file: what a server asks before it delivers.
pub async fn has_access(
    client: &Client,
    creator: CreatorId,
    item: ItemId,
    who: &Key,
) -> Result<bool, Error> {
    let shop: StorefrontRef = client.contract()?;
    let access = shop.call().has_access(creator, item, who.account().id());
    client.read(access).await
}

/// Sends a message and waits until it cannot be undone. The outbox lies in `state`, and keeps what was signed until
/// its result is known.
async fn send<R: Answer>(
    client: &Client,
    key: &Key,
    state: &Path,
    call: Call<R>,
) -> Result<R::Good, Error> {
    let outbox = Outbox::open(state, &client.chain.genesis(), key.account())?;
    let plan = client.plan(key.account(), call).await?;
    let ignore = &mut |_| ();
    let sent = client.send(plan, key, &outbox, Certainty::Final, ignore);
    let done = sent.await?;
    outbox.empty()?;
    Ok(done.answer)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let given: Vec<_> = std::env::args().skip(1).collect();
    let [node, deployments, handle, file] = &given[..] else {
        return Err("say a node, the folder of deployments, a handle, and a file".into());
    };
    let chain = Chain::connect(node).await?;
    let client = Client::open(chain, deployments.as_ref(), "local").await?;
    let registry: RegistryRef = client.contract()?;
    let found = client.read(registry.call().creator_by_handle(handle.clone()));
    let (creator, _) = found.await?.ok_or("there is no such creator")?;
    let (alice, bob) = (
        Key::for_development("//Alice")?,
        Key::for_development("//Bob")?,
    );
    let (state, token) = (Path::new("state"), client.chain.token());
    let price = token.parse("0.02")?;
    let item = publish(&client, &alice, state, creator, file.as_ref(), price).await?;
    let paid = buy(&client, &bob, state, creator, item).await?;
    let access = has_access(&client, creator, item, &bob).await?;
    println!(
        "item {item} was bought for {}; access: {access}",
        token.unit(paid)
    );
    Ok(())
}
