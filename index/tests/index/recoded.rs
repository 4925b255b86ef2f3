//! A thief's contract tells what a pool tells, and then takes on a pool's code.

use crate::{
    indexed,
    making::Calls,
    rows, send,
    thieves::{best, give, scheduled, terms},
    world::{account, block_on, World, UNIT},
};
use farthing_client::{Account, Instance};
use farthing_contracts::{
    pool::{terms::Mode, PoolRef},
    Contract,
};
use farthing_index::verify::{check_books, check_events};
use farthing_types::{commitment::blake2_256, Hash};
use scale::Encode;

/// Where input is in memory; its length is at 0.
const INPUT: u8 = 16;
/// Its first byte is the length of the topics of an event, or 0; the second says whether to take on other code.
const HASH: u8 = INPUT + 2;
const TOPICS: u8 = HASH + 32;

// WebAssembly's instructions.
const CONST: u8 = 0x41;
const LOAD: u8 = 0x28;
const LOAD_BYTE: u8 = 0x2d;
const STORE: u8 = 0x36;
const ADD: u8 = 0x6a;
const SUB: u8 = 0x6b;
const CALL: u8 = 0x10;
const IF: u8 = 0x04;
const DROP: u8 = 0x1a;
const END: u8 = 0x0b;
/// `if` without a value, and a function without locals.
const EMPTY: u8 = 0x40;
const NO_LOCALS: u8 = 0;
const I32: u8 = 0x7f;
const FUNCTION: u8 = 0x60;

/// What is longer would need a longer length.
fn with_length(bytes: &[u8]) -> Vec<u8> {
    let length = u8::try_from(bytes.len()).unwrap();
    assert!(length < 128);
    [&[length], bytes].concat()
}

fn section(id: u8, parts: &[Vec<u8>]) -> Vec<u8> {
    let count = u8::try_from(parts.len()).unwrap();
    let content = [vec![count], parts.concat()].concat();
    [vec![id], with_length(&content)].concat()
}

fn import(module: &str, name: &str, what: &[u8]) -> Vec<u8> {
    let names = [with_length(module.as_bytes()), with_length(name.as_bytes())];
    [names.concat(), what.to_vec()].concat()
}

fn export(name: &str, function: u8) -> Vec<u8> {
    [with_length(name.as_bytes()), vec![0, function]].concat()
}

/// A contract that emits any event for anybody, and takes on any code. The library that encodes WebAssembly for other
/// tests is no dependency here.
fn thief() -> Vec<u8> {
    let topics = [CONST, INPUT, LOAD_BYTE, 0, 0];
    let length = [CONST, 0, LOAD, 2, 0, CONST, TOPICS - INPUT, SUB];
    let call = [
        &[NO_LOCALS, CONST, 0, CONST, 0x80, 0x20, STORE, 2, 0][..],
        &[CONST, INPUT, CONST, 0, CALL, 0],
        &topics,
        &[IF, EMPTY, CONST, TOPICS],
        &topics,
        &[CONST, TOPICS],
        &topics,
        &[ADD],
        &length,
        &topics,
        &[SUB, CALL, 1, END],
        &[CONST, INPUT, LOAD_BYTE, 0, 1],
        &[IF, EMPTY, CONST, HASH, CALL, 2, DROP, END],
        &[END],
    ];
    [
        b"\0asm\x01\0\0\0".to_vec(),
        section(
            1,
            &[
                vec![FUNCTION, 2, I32, I32, 0],
                vec![FUNCTION, 4, I32, I32, I32, I32, 0],
                vec![FUNCTION, 1, I32, 1, I32],
                vec![FUNCTION, 0, 0],
            ],
        ),
        section(
            2,
            &[
                import("seal0", "seal_input", &[0, 0]),
                import("seal0", "seal_deposit_event", &[0, 1]),
                import("seal0", "seal_set_code_hash", &[0, 2]),
                // One page of memory.
                import("env", "memory", &[2, 1, 1, 1]),
            ],
        ),
        section(3, &[vec![3], vec![3]]),
        section(7, &[export("deploy", 3), export("call", 4)]),
        section(
            10,
            &[with_length(&[NO_LOCALS, END]), with_length(&call.concat())],
        ),
    ]
    .concat()
}

/// Has Alice make one.
async fn deployed(world: &World, salt: &[u8]) -> Account {
    let (chain, alice) = (&world.client.chain, account("Alice"));
    let code = thief();
    if !chain.has_code(blake2_256(&code)).await.unwrap() {
        let step = chain.plan_upload(alice, "thief", &code).await;
        send(world, step.unwrap()).await;
    }
    let anything = PoolRef::new(terms(0, Mode::KeepAll { closes: None }, Vec::new(), None));
    let instance = Instance::new(blake2_256(&code), anything, salt);
    let step = chain.plan_instance(alice, "thief", &instance).await;
    send(world, step.unwrap()).await;
    instance.address(alice)
}

/// An event's topics and fields.
type Told = (Vec<Hash>, Vec<u8>);

/// Calls a thief: it tells something, if there is anything to tell, and takes on a code, if there is one.
async fn call(world: &World, thief: Account, told: Option<&Told>, code: Option<Hash>) {
    let (topics, data) = match told {
        Some((topics, data)) => (topics.encode(), data.clone()),
        None => (Vec::new(), Vec::new()),
    };
    let length = u8::try_from(topics.len()).unwrap();
    let takes = u8::from(code.is_some());
    let hash = code.unwrap_or_default();
    let input = [&[length, takes][..], &hash, &topics, &data].concat();
    let calls = Calls::of(world);
    let called = calls.call(account("Alice"), thief, 0, input).await;
    called.unwrap();
}

/// What a pool told of in the latest block.
async fn told_now(world: &World) -> Told {
    let events = world.client.events_in(best(world).await).await.unwrap();
    let mut of_pools = events
        .into_iter()
        .filter(|event| event.contract == Contract::Pool);
    let emitted = of_pools.next().unwrap().emitted;
    (emitted.topics, emitted.data)
}

#[test]
fn contract_that_takes_on_a_pools_code_was_none_when_it_told_before() {
    block_on(async {
        let world = World::new().await;
        let mut following = indexed(&world.client).await;
        let pool = scheduled(&world).await;
        let made = told_now(&world).await;
        give(&world, "Bob", pool, UNIT).await;
        let given = told_now(&world).await;
        let code = world.client.deployment.code_hash(Contract::Pool).unwrap();

        // All in one transaction.
        let quick = deployed(&world, b"quick").await;
        call(&world, quick, Some(&made), Some(code)).await;
        following.catch_up(&mut |_| ()).await.unwrap();
        // One by one.
        let slow = deployed(&world, b"slow").await;
        for told in [&made, &given] {
            call(&world, slow, Some(told), None).await;
            following.catch_up(&mut |_| ()).await.unwrap();
        }
        call(&world, slow, None, Some(code)).await;
        // While nobody looks.
        let third = deployed(&world, b"third").await;
        call(&world, third, Some(&made), None).await;
        call(&world, third, Some(&given), None).await;
        call(&world, third, None, Some(code)).await;
        for thief in [quick, slow, third] {
            assert_eq!(world.client.chain.code_of(thief).await.unwrap(), Some(code));
        }
        following.catch_up(&mut |_| ()).await.unwrap();

        let anew = indexed(&world.client).await;
        let (mut followed, mut index) = (following.index().await, anew.index().await);
        let last = best(&world).await;
        assert_eq!(index.pools(last).unwrap(), [pool]);
        let flow = index.pool_flow(pool, last).unwrap();
        assert_eq!((flow.gifts, flow.donated), (1, UNIT));
        assert_eq!(rows(&mut followed), rows(&mut index));
        // Who verifies comes to the same.
        let first = index.status().first + 1;
        check_events(&world.client, &mut index, first..=last, &mut |_| ())
            .await
            .unwrap();
        let block = world.client.chain.best().await.unwrap();
        check_books(&world.client, &mut index, block).await.unwrap();
    });
}
