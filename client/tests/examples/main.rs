//! Each example does what it says, on a development chain.

#[path = "../../examples/sell_a_file.rs"]
mod sell_a_file;
#[path = "../../examples/take_vouchers.rs"]
mod take_vouchers;
#[path = "../../examples/watch_a_pool.rs"]
mod watch_a_pool;
#[path = "../ledgers/world.rs"]
#[allow(dead_code, reason = "not every test needs all of it")]
mod world;

use farthing_client::{wallet::Paying, Account, Call, Error};
use farthing_contracts::{
    channels::{channel::Terms, messages::Opening, ChannelsRef},
    pool::{
        terms::{Fee, Mode, Terms as PoolTerms},
        PoolRef,
    },
    pool_factory::PoolFactoryRef,
    storefront::StorefrontRef,
    Contract,
};
use farthing_types::{split::Recipient, voucher::ChannelId, DAY};
use ink::codegen::TraitCallBuilder;
use sell_a_file::{buy, may_have, publish, Person};
use std::{ops::ControlFlow, time::Duration};
use take_vouchers::Till;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};
use watch_a_pool::{watch, Gift};
use world::{account, block_on, key, World, UNIT};

#[test]
fn a_file_is_sold_and_only_its_owner_and_its_buyer_may_have_it() {
    block_on(async {
        let world = World::new().await;
        let client = &world.client;
        world.creator("Alice", "ada").await;
        let file = world.folder.path().join("song");
        std::fs::write(&file, "la la la").unwrap();
        let [seller, buyer, other] = ["//Alice", "//Bob", "//Dave"]
            .map(|uri| Person::new(client, uri, world.folder.path()).unwrap());
        let price = UNIT / 50;
        let item = publish(client, &seller, "ada", &file, price).await.unwrap();
        let missing = publish(client, &seller, "nobody", &file, price).await;
        assert!(matches!(missing, Err(Error::Input(_))));
        assert!(!may_have(client, &item, &buyer).await.unwrap());
        let refused = buy(client, &buyer, &item, price - 1).await;
        assert!(matches!(refused, Err(Error::Refused(_))));
        buy(client, &buyer, &item, price).await.unwrap();
        assert!(may_have(client, &item, &buyer).await.unwrap());
        assert!(!may_have(client, &item, &other).await.unwrap());
        let shop: StorefrontRef = client.contract().unwrap();
        let (owed, held) = client.read(shop.call().solvency()).await.unwrap();
        assert!(owed <= held);
    });
}

#[test]
fn a_line_is_served_for_each_voucher_and_all_of_them_are_claimed_at_once() {
    block_on(async {
        let world = World::new().await;
        let client = &world.client;
        let price = UNIT / 1_000;
        let (channel, payee) = (open_channel(&world).await, account("Alice"));
        let state = world.folder.path().join("payee");
        let mut till = Till::open(client, payee, &state, price).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let reading = async {
            let mut lines = Vec::new();
            let mut line = BufReader::new(TcpStream::connect(address).await.unwrap());
            let mut said = Vec::new();
            for amount in [price, price, price / 2] {
                said.push(sign(&world, &channel, amount).await);
            }
            // One that was handed in before is worth nothing.
            said.insert(1, said[0].clone());
            for voucher in said {
                let text = format!("{voucher}\n");
                line.get_mut().write_all(text.as_bytes()).await.unwrap();
                let mut answer = String::new();
                line.read_line(&mut answer).await.unwrap();
                lines.push(answer.trim_end().to_string());
            }
            lines
        };
        let lines = tokio::select! {
            () = till.serve(&listener, "one\ntwo\nthree") => unreachable!(),
            lines = reading => lines,
        };
        assert_eq!([&lines[0], &lines[2]], ["one", "two"]);
        assert!(lines[1].starts_with("no: "), "{lines:?}");
        assert!(lines[3].starts_with("no: "), "{lines:?}");
        let claimed = till.claim(&key("Alice"), &state).await.unwrap();
        assert_eq!(claimed, 2 * price);
        let channels: ChannelsRef = client.contract().unwrap();
        let lines = vec![(channel.payer.id(), channel.payee.id(), channel.lane)];
        let (_, found) = client.read(channels.call().channels(lines)).await.unwrap();
        assert_eq!(found[0].as_ref().unwrap().claimed, claimed);
    });
}

/// A channel from Bob to Alice.
async fn open_channel(world: &World) -> ChannelId<Account> {
    let (payer, payee) = (account("Bob"), account("Alice"));
    let epoch = world.client.chain.block_time().await.unwrap();
    let terms = Terms {
        reserve: UNIT,
        signer: payer.0,
        closer: payee.0,
        delay: 2 * DAY,
    };
    let opening = Opening {
        payee: payee.id(),
        lane: 0,
        terms,
    };
    let mut channels: ChannelsRef = world.client.contract().unwrap();
    let open = channels.call_mut().open(epoch, vec![opening]);
    world.act("Bob", Call::new(open, UNIT)).await.unwrap();
    ChannelId {
        payer,
        payee,
        lane: 0,
        epoch,
    }
}

/// What Bob hands out for an amount.
async fn sign(world: &World, id: &ChannelId<Account>, amount: u128) -> String {
    let client = &world.client;
    let contract = client.deployment.address(Contract::Channels).unwrap();
    let channels: ChannelsRef = client.contract().unwrap();
    let message = channels
        .call()
        .channel(id.payer.id(), id.payee.id(), id.lane);
    let channel = client.read(message).await.unwrap().unwrap();
    let (genesis, folder) = (client.chain.genesis(), world.folder.path().join("payer"));
    let mut wallet = Paying::open(&folder, genesis, id.payer, Duration::ZERO).unwrap();
    let begun = wallet.begin(contract, id, &channel, amount, None).unwrap();
    let key = key("Bob");
    let paper = wallet.paper(contract, id, &begun, |payload| key.sign(payload));
    wallet.finish(contract, id).unwrap();
    paper.to_string()
}

#[test]
fn each_gift_to_a_pool_is_seen_once_with_what_there_is_by_then() {
    block_on(async {
        let world = World::new().await;
        let client = &world.client;
        let pool = make_pool(&world).await;
        let from = client.chain.finalised().await.unwrap().number + 1;
        for (who, amount) in [("Bob", UNIT), ("Dave", 3 * UNIT)] {
            let mut gift = farthing_client::at::<PoolRef>(pool);
            let donate = gift.call_mut().donate(None);
            world.act(who, Call::new(donate, amount)).await.unwrap();
        }
        let mut seen = Vec::new();
        let watched = watch(client, pool, from, |gift, collected| {
            seen.push((gift, collected));
            match seen.len() {
                2 => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            }
        });
        watched.await.unwrap();
        let gift = |who: &str, amount| Gift {
            donor: account(who),
            amount,
        };
        let first = (gift("Bob", UNIT), UNIT);
        assert_eq!(seen, [first, (gift("Dave", 3 * UNIT), 4 * UNIT)]);
        let solvency = farthing_client::at::<PoolRef>(pool);
        let (owed, held) = client.read(solvency.call().solvency()).await.unwrap();
        assert!(owed <= held);
        let no_pool = watch(client, account("Bob"), from, |_, _| ControlFlow::Break(()));
        assert!(no_pool.await.is_err());
    });
}

/// A pool of Alice's with a goal.
async fn make_pool(world: &World) -> Account {
    let deadline = world.client.chain.block_time().await.unwrap() + DAY;
    let terms = PoolTerms {
        title: "Wells".into(),
        description: [0; 32],
        uri: String::new(),
        beneficiaries: vec![Recipient {
            account: account("Alice").id(),
            parts: 1_000_000,
        }],
        mode: Mode::AllOrNothing {
            goal: 10 * UNIT,
            deadline,
        },
        minimum: 1,
        fee: Some(Fee {
            points: world::POOL_FEE,
            treasury: account("Ferdie").id(),
        }),
        release: Vec::new(),
        least_sponsorship: UNIT,
    };
    let mut factory: PoolFactoryRef = world.client.contract().unwrap();
    let create = factory.call_mut().create(None, terms, [1; 32]);
    let pool = world.act("Alice", Call::new(create, 0)).await.unwrap();
    pool.into()
}
