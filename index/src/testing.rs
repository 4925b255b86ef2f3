//! Blocks that no chain made, and stores that break: for tests.

use crate::{
    store::{Database, Table},
    Error, Result, Row, Value,
};
use farthing_client::{
    history::{Event, Told},
    Account, Block, Emitted,
};
use farthing_contracts::{
    channels, pool_factory, registry,
    storefront::{self, events::Payment},
    streams, Contract,
};
use farthing_types::{commitment::blake2_256, Hash};
use scale::Encode;
use std::{
    ops::ControlFlow,
    sync::{
        atomic::{AtomicU32, Ordering},
        Arc,
    },
};

/// The first block with events.
pub const FIRST: u32 = 5;

/// Returns the account of a number.
pub fn account(number: u8) -> Account {
    Account([number; 32])
}

/// Returns an event of a contract of one's own address.
fn event<E: ink::env::Event + Encode>(contract: Contract, event: &E) -> Event {
    let signature = E::SIGNATURE_TOPIC.map(|topic: Hash| topic);
    Event {
        block: block(0, 0),
        time: 0,
        contract,
        emitted: Emitted {
            contract: account(100 + contract as u8),
            topics: signature.into_iter().collect(),
            data: event.encode(),
            index: 1,
        },
    }
}

/// Returns a block of one of several chains.
pub fn block(number: u32, fork: u8) -> Block {
    let hash = blake2_256(&(number, fork).encode());
    Block { number, hash }
}

/// Returns what is told of a block with these events.
pub fn told(number: u32, fork: u8, events: Vec<Event>) -> Told {
    let (block, time) = (block(number, fork), 1_000_000 + u64::from(number) * 6_000);
    let events = events.into_iter().map(|event| Event {
        block,
        time,
        ..event
    });
    Told {
        block,
        time,
        events: events.collect(),
    }
}

/// Returns what is told of the making of all contracts that there is one of.
pub fn making() -> Told {
    let guardian = None;
    let events = vec![
        event(
            Contract::Registry,
            &registry::events::Deployed {
                reserved: Vec::new(),
                wait: registry::claims::Wait::STANDARD,
            },
        ),
        event(
            Contract::Storefront,
            &storefront::events::Deployed {
                registry: account(100).id(),
                fee: 333,
                treasury: account(99).id(),
                guardian,
            },
        ),
        event(
            Contract::Channels,
            &channels::events::Deployed {
                genesis: [0; 32],
                guardian,
            },
        ),
        event(Contract::Streams, &streams::events::Deployed { guardian }),
        event(
            Contract::PoolFactory,
            &pool_factory::events::FactoryDeployed {
                registry: account(100).id(),
                code_hash: [0; 32].into(),
                fee: None,
            },
        ),
    ];
    told(FIRST, 0, events)
}

/// Tips of somebody, in one call.
pub fn tips(payer: u8, amounts: &[u128]) -> Event {
    let payments = amounts.iter().map(|amount| {
        Payment::Tip(storefront::events::Tip {
            creator: (*amount % 3) as u32,
            amount: *amount,
            memo: b"thank you".to_vec(),
        })
    });
    event(
        Contract::Storefront,
        &storefront::events::Payments {
            payer: account(payer).id(),
            referrer: None,
            payments: payments.collect(),
            kept: Vec::new(),
        },
    )
}

/// Streams: opened, added to, and stopped.
pub fn stream(number: u64, step: u8) -> Event {
    use streams::events::{Change, Payment};
    let sent = |amount| Payment { amount, sent: true };
    let change = match step {
        0 => Change::Opened {
            payer: account(1).id(),
            payee: account(2).id(),
            rate: 7,
            deposit: 1_000,
        },
        1 => Change::ToppedUp { amount: 500 },
        _ => Change::Stopped {
            by: streams::stream::Party::Payer,
            earned: sent(600),
            rest: sent(900),
            freed: true,
        },
    };
    event(
        Contract::Streams,
        &streams::events::StreamChanged {
            stream: number,
            at: 0,
            change,
        },
    )
}

/// A database that does so many things more, and then nothing at all: neither what comes next nor the end of
/// what was begun, as if the process had been killed.
pub struct Breaking {
    pub database: Box<dyn Database>,
    pub left: Arc<AtomicU32>,
}

impl Breaking {
    fn count(&self) -> Result<()> {
        let left = self.left.load(Ordering::SeqCst);
        if left == 0 {
            return Err(Error::store("it was killed"));
        }
        self.left.store(left - 1, Ordering::SeqCst);
        Ok(())
    }
}

impl Database for Breaking {
    fn run(&mut self, statements: &str) -> Result<()> {
        self.count()?;
        self.database.run(statements)
    }

    fn change(&mut self, statement: &str, arguments: &[Value]) -> Result<u64> {
        self.count()?;
        self.database.change(statement, arguments)
    }

    fn each(
        &mut self,
        question: &str,
        arguments: &[Value],
        see: &mut dyn FnMut(Row) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        self.database.each(question, arguments, see)
    }

    fn add(&mut self, table: &'static Table, rows: &mut Vec<Vec<Value>>) -> Result<()> {
        self.count()?;
        self.database.add(table, rows)
    }

    fn clustered(&self) -> &'static str {
        self.database.clustered()
    }
}
