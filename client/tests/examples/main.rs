//! The examples do what they say, on a chain with everything deployed.

#[allow(dead_code)]
#[path = "../../examples/sell_a_file.rs"]
mod sell_a_file;
#[allow(dead_code)]
#[path = "../../examples/take_vouchers.rs"]
mod take_vouchers;
#[allow(dead_code)]
#[path = "../../examples/watch_a_pool.rs"]
mod watch_a_pool;
#[allow(dead_code)]
#[path = "../ledgers/world.rs"]
mod world;

use farthing_client::{wallet::Paper, Call};
use farthing_contracts::{
    channels::{channel::Terms as ChannelTerms, messages::Opening, ChannelsRef},
    pool::{
        terms::{Fee, Mode, Terms},
        PoolRef,
    },
    pool_factory::PoolFactoryRef,
    storefront::StorefrontRef,
    Contract,
};
use farthing_types::{
    split::Recipient,
    voucher::{ChannelId, Place, Signature, Voucher},
    DAY,
};
use ink::codegen::TraitCallBuilder;
use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    ops::ControlFlow,
    thread,
};
use take_vouchers::Till;
use world::{account, block_on, key, World, UNIT};

#[test]
fn file_is_sold_to_who_pays_and_nobody_else_has_access() {
    block_on(async {
        let world = World::new().await;
        let creator = world.creator("Alice", "ada").await;
        let (client, state) = (&world.client, world.folder.path());
        let file = state.join("song.ogg");
        std::fs::write(&file, "la la la").unwrap();
        let (alice, bob, eve) = (key("Alice"), key("Bob"), key("Eve"));
        let published = sell_a_file::publish(client, &alice, state, creator, &file, UNIT);
        let item = published.await.unwrap();
        let has = |who| sell_a_file::has_access(client, creator, item, who);
        assert!(!has(&bob).await.unwrap());
        let before = client.chain.money(alice.account()).await.unwrap().free;
        let paid = sell_a_file::buy(client, &bob, state, creator, item).await;
        assert_eq!(paid.unwrap(), UNIT);
        assert!(has(&bob).await.unwrap());
        assert!(!has(&eve).await.unwrap());
        let shop: StorefrontRef = client.contract().unwrap();
        let (owed, held) = client.read(shop.call().solvency()).await.unwrap();
        assert!(owed <= held);
        // The seller has it at once, less the storefront's fee.
        let after = client.chain.money(alice.account()).await.unwrap().free;
        assert_eq!(after - before, UNIT - UNIT * 333 / 10_000);
    });
}

/// A voucher of Bob's for Alice.
async fn voucher(world: &World, epoch: u64, cumulative: u128) -> Paper {
    let channel = ChannelId {
        payer: account("Bob"),
        payee: account("Alice"),
        lane: 0,
        epoch,
    };
    let place = Place {
        genesis: world.client.chain.genesis(),
        contract: world.client.deployment.address(Contract::Channels).unwrap(),
    };
    let voucher = Voucher {
        channel,
        cumulative,
        root: [0; 32],
    };
    let signature = Signature {
        bytes: key("Bob").sign(&voucher.payload(&place)),
        wrapped: false,
    };
    Paper {
        place,
        voucher,
        signature,
    }
}

#[test]
fn server_takes_vouchers_and_delivers_once_for_each() {
    block_on(async {
        let world = World::new().await;
        let client = &world.client;
        let epoch = client.chain.block_time().await.unwrap();
        let (bob, alice) = (account("Bob"), account("Alice"));
        let opening = Opening {
            payee: alice.id(),
            lane: 0,
            terms: ChannelTerms {
                reserve: UNIT,
                signer: bob.0,
                closer: alice.0,
                delay: 2 * DAY,
            },
        };
        let mut channels: ChannelsRef = client.contract().unwrap();
        let open = channels.call_mut().open(epoch, vec![opening]);
        world.act("Bob", Call::new(open, UNIT)).await.unwrap();
        let first = voucher(&world, epoch, UNIT / 4).await.to_string();
        let second = voucher(&world, epoch, UNIT / 2).await.to_string();
        let beyond = voucher(&world, epoch, 2 * UNIT).await.to_string();
        let mut till = Till::open(client.clone(), alice, world.folder.path()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let payer = thread::spawn(move || {
            let mut to = TcpStream::connect(address).unwrap();
            let mut answers = BufReader::new(to.try_clone().unwrap()).lines();
            let all = [&first, &first, &second, &beyond, "no voucher"];
            all.map(|voucher| {
                writeln!(to, "{voucher}").unwrap();
                answers.next().unwrap().unwrap()
            })
        });
        till.serve(&listener).await.unwrap();
        let [one, again, two, beyond, none] = payer.join().unwrap();
        assert_eq!([one, two], ["0.25 UNIT paid", "0.25 UNIT paid"]);
        for refused in [again, beyond, none] {
            assert!(refused.starts_with("refused: "), "{refused}");
        }
        let solvency = channels
            .call()
            .solvency(vec![(bob.id(), alice.id(), 0)], vec![alice.id()]);
        let (owed, held) = client.read(solvency).await.unwrap();
        assert!(owed <= held);
    });
}

#[test]
fn pool_is_watched_from_a_block_on_and_nothing_is_told_twice() {
    block_on(async {
        let world = World::new().await;
        let client = &world.client;
        let terms = Terms {
            title: "A well".into(),
            description: [0; 32],
            uri: String::new(),
            beneficiaries: vec![Recipient {
                account: account("Bob").id(),
                parts: 1_000_000,
            }],
            mode: Mode::KeepAll { closes: None },
            minimum: 1,
            fee: Some(Fee {
                points: 77,
                treasury: account("Ferdie").id(),
            }),
            release: Vec::new(),
            least_sponsorship: UNIT,
        };
        let mut factory: PoolFactoryRef = client.contract().unwrap();
        let create = factory.call_mut().create(None, terms, [1; 32]);
        let pool = world.act("Alice", Call::new(create, 0)).await.unwrap();
        let from = client.chain.best().await.unwrap().number + 1;
        let mut next = from;
        let before = client.chain.money(account("Bob")).await.unwrap().free;
        for gift in [UNIT, 2 * UNIT] {
            let mut pool_at: PoolRef = farthing_client::at(pool.into());
            let donate = pool_at.call_mut().donate(None);
            world.act("Charlie", Call::new(donate, gift)).await.unwrap();
            let mut told = Vec::new();
            let watched = watch_a_pool::watch(client, pool.into(), next, |block, name, fields| {
                told.push((block, name.to_string(), fields.clone()));
                ControlFlow::Break(())
            });
            next = watched.await.unwrap();
            let (block, name, fields) = &told[0];
            assert!(*block >= from && *block < next);
            assert_eq!(name, "Donations");
            assert!(fields.to_string().contains(&gift.to_string()), "{fields}");
        }
        let standing = watch_a_pool::standing(client, pool.into(), client.chain.token());
        let standing = standing.await.unwrap();
        // Without a goal, gifts go on at once, less the pool's fee.
        assert_eq!(standing, "it holds 0 UNIT and owes 0 UNIT");
        let after = client.chain.money(account("Bob")).await.unwrap().free;
        assert_eq!(after - before, 3 * UNIT - 3 * UNIT * 77 / 10_000);
    });
}
