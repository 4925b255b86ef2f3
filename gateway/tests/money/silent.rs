//! Nodes that stop in the middle of something: that accept a connection and say nothing, that answer half, or that are
//! gone and come back.

use crate::{
    scene::*,
    world::{account, block_on, World},
};
use farthing_client::{Chain, Client, Error};
use farthing_gateway::{
    accounting::Refused,
    chain::{Again, Live},
    protocol::Named,
    till::{Accepts, Declined, Wanted},
};
use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    path::PathBuf,
    sync::{
        atomic::{AtomicU8, Ordering},
        Arc,
    },
    thread,
    time::Duration,
};

/// What the line to the node does.
const CARRIES: u8 = 0;
/// It takes what comes, and carries nothing.
const SILENT: u8 = 1;
/// It carries half of what the node says next, and then nothing.
const HALF: u8 = 2;
/// It is cut, and nobody is connected.
const CUT: u8 = 3;

/// How long a node that says nothing is waited for here.
const SOON: Duration = Duration::from_secs(8);

/// A line to a node that stops when it is told to.
struct Line {
    url: String,
    does: Arc<AtomicU8>,
}

impl Line {
    fn to(node: &str) -> Self {
        let node = node.trim_start_matches("ws://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("ws://{}", listener.local_addr().unwrap());
        let does = Arc::new(AtomicU8::new(CARRIES));
        let told = does.clone();
        thread::spawn(move || {
            for program in listener.incoming().flatten() {
                if told.load(Ordering::SeqCst) == CUT {
                    continue;
                }
                let node = TcpStream::connect(&node).unwrap();
                let ways = [(&program, &node, false), (&node, &program, true)];
                for (from, to, is_answer) in ways {
                    let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    let told = told.clone();
                    thread::spawn(move || carry(from, to, &told, is_answer));
                }
            }
        });
        Self { url, does }
    }

    fn does(&self, what: u8) {
        self.does.store(what, Ordering::SeqCst);
    }
}

/// Carries one way. Once it stopped, this connection stays silent: what was not carried is missing in it.
fn carry(mut from: TcpStream, mut to: TcpStream, told: &AtomicU8, is_answer: bool) {
    let mut is_dead = false;
    let mut bytes = vec![0; 1 << 16];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        let does = told.load(Ordering::SeqCst);
        match does {
            CUT => break,
            CARRIES if !is_dead => {
                if to.write_all(&bytes[..count]).is_err() {
                    break;
                }
            }
            HALF if !is_dead && is_answer => {
                let _ = to.write_all(&bytes[..count / 2]);
            }
            HALF if !is_dead => {
                let _ = to.write_all(&bytes[..count]);
                continue;
            }
            _ => (),
        }
        is_dead |= does != CARRIES;
    }
    let _ = (to.shutdown(Shutdown::Both), from.shutdown(Shutdown::Both));
}

async fn connected(url: String, folder: PathBuf) -> Result<Client, Error> {
    Client::open(Chain::connect(&url).await?, &folder, "test").await
}

/// What a payment is refused for, until something else happens.
async fn refusals_end(
    mut pay: impl AsyncFnMut() -> Result<(), Declined>,
    wanted: &Result<(), Refused>,
) {
    for _ in 0..600 {
        let outcome = match pay().await {
            Ok(()) => Ok(()),
            Err(Declined::Refused(refused, _)) => Err(refused),
            // The chain is asked again later.
            Err(Declined::Busy) => Err(Refused::Blind),
            Err(other) => panic!("{other:?}"),
        };
        if outcome == *wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it did not come to {wanted:?}");
}

async fn stops_and_comes_back(how: u8) {
    let world = World::new().await;
    let alice = open(&world, "Alice", 10 * UNIT).await;
    let dave = open(&world, "Dave", 10 * UNIT).await;
    let charlie = open(&world, "Charlie", 10 * UNIT).await;
    let line = Line::to(&world.client.chain.node);
    let folder = world.folder.path().to_path_buf();
    let client = connected(line.url.clone(), folder.clone()).await.unwrap();
    let url = line.url.clone();
    let again = Again::by(move || connected(url.clone(), folder.clone())).after(SOON);
    let live = Live::new(client, account(PAYEE), again);
    // Credit is given for three seconds without the chain.
    let accepts = Accepts {
        min_delay: Duration::from_secs(12),
        ..accepts(&world)
    };
    let gateway = Gateway::on(live, accepts, &log(&world, "log"), Wanted::default()).await;
    let pay = async |who: &Named, all: u128| gateway.pay(&world, who, all, UNIT).await.map(drop);
    refusals_end(async || pay(&alice, UNIT).await, &Ok(())).await;
    refusals_end(async || pay(&charlie, UNIT).await, &Ok(())).await;

    line.does(how);
    let mut all = UNIT;
    let alice_pays = async || {
        all += UNIT / 100;
        gateway.pay(&world, &alice, all, UNIT / 100).await.map(drop)
    };
    refusals_end(alice_pays, &Err(Refused::Blind)).await;
    // One that is not known yet is not kept waiting for ever, and gets nothing.
    let unknown = tokio::time::timeout(Duration::from_secs(60), pay(&dave, UNIT)).await;
    assert_eq!(unknown.expect("it is answered"), Err(Declined::Busy));
    // What was charged stays: nothing is charged now, and nobody is served.
    assert_eq!(
        gateway.till.draw(&alice, 1).await.map(drop),
        Err(Declined::Refused(Refused::Blind, None))
    );
    // A payer thinks that nobody looks.
    exit(&world, &charlie).await;

    line.does(CARRIES);
    refusals_end(async || pay(&dave, UNIT).await, &Ok(())).await;
    refusals_end(
        async || pay(&charlie, 5 * UNIT).await,
        &Err(Refused::Ending),
    )
    .await;
    assert_eq!(gateway.till.summary().ending, [charlie]);
    let more = async || gateway.pay(&world, &alice, 9 * UNIT, UNIT).await.map(drop);
    refusals_end(more, &Ok(())).await;
    // Claims go by the new line, too.
    let claimed = gateway.claim(&world).await.unwrap();
    assert_eq!(claimed.amount, UNIT, "of the one who leaves");
    assert_solvent(&world, &[alice, dave, charlie]).await;
}

#[test]
fn node_that_says_nothing_any_more_gives_no_credit_and_is_found_again() {
    block_on(stops_and_comes_back(SILENT));
}

#[test]
fn node_that_answers_half_gives_no_credit_and_is_found_again() {
    block_on(stops_and_comes_back(HALF));
}

#[test]
fn node_that_goes_away_gives_no_credit_and_is_found_again() {
    block_on(stops_and_comes_back(CUT));
}
