use super::{books::MAX_REMEMBERED, *};
use crate::{
    accounting::{OnChain, Refused},
    protocol::Action,
    store::segment::Salt,
};
use farthing_types::{
    signing::Signer,
    voucher::{ChannelId, Place, Voucher},
};
use std::{
    io,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

mod accounts;
mod killed;
mod million;
// The file of the tests on a node: their package would bring all that it needs.
#[path = "../../../tests/node/postgres.rs"]
mod postgres;
mod shared;
mod strangers;
mod thieves;
mod together;
mod transactions;

const PAYEE: Account = Account([9; 32]);
const EPOCH: u64 = 7;

fn accepts() -> Accepts {
    Accepts {
        place: Place {
            genesis: [1; 32],
            contract: [2; 32],
        },
        payee: PAYEE,
        closer: PAYEE.0,
        min_delay: Duration::from_secs(3600),
        min_deposit: 10,
    }
}

fn signer() -> Signer {
    Signer::from_seed(&[5; 32])
}

fn payer(n: u64) -> Account {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&n.to_le_bytes());
    Account(bytes)
}

fn named(n: u64) -> Named {
    Named {
        payer: payer(n),
        lane: 0,
        epoch: EPOCH,
    }
}

fn on_chain(reserve: u128) -> OnChain {
    OnChain {
        epoch: EPOCH,
        signer: signer().public(),
        reserve,
        claimed: 0,
        ending: false,
    }
}

/// A chain with channels of these payers, each of a thousand.
fn chain(payers: impl IntoIterator<Item = u64>) -> Arc<Fixed> {
    let channels = payers.into_iter().map(|n| (named(n), on_chain(1_000)));
    Arc::new(Fixed::new(PAYEE, channels))
}

fn till(payers: impl IntoIterator<Item = u64>) -> (Till, Arc<Fixed>) {
    let chain = chain(payers);
    (Till::in_memory(accepts(), chain.clone()), chain)
}

fn signed(named: &Named, cumulative: u128, by: &Signer) -> Signed {
    let accepts = accepts();
    let voucher = Voucher {
        channel: ChannelId {
            payer: named.payer.0,
            payee: accepts.payee.0,
            lane: named.lane,
            epoch: named.epoch,
        },
        cumulative,
        root: [0; 32],
    };
    Signed {
        cumulative,
        root: [0; 32],
        signature: by.sign(&voucher.payload(&accepts.place)),
    }
}

fn payment(n: u64, cumulative: u128) -> Payment {
    Payment {
        channel: named(n),
        action: Action::Voucher(signed(&named(n), cumulative, &signer())),
    }
}

/// A chain on which the channel of the first payer is in this life.
fn chain_in(epoch: u64) -> Arc<Fixed> {
    let on_chain = OnChain {
        epoch,
        ..on_chain(1_000)
    };
    Arc::new(Fixed::new(PAYEE, [(named(1), on_chain)]))
}

/// A payment of the first payer's for this life of the channel.
fn payment_in(epoch: u64, cumulative: u128) -> Payment {
    let channel = Named { epoch, ..named(1) };
    Payment {
        channel,
        action: Action::Voucher(signed(&channel, cumulative, &signer())),
    }
}

/// The voucher of a payment, as a claim shows it.
fn shown(payment: &Payment) -> Claimable {
    Claimable {
        channel: payment.channel,
        voucher: *payment.voucher().unwrap(),
        brings: 1,
        ending: false,
    }
}

fn once(n: u8, path: &str) -> Option<(Key, Binding)> {
    Some((
        Key::new(b"channel", &n.to_string()),
        Binding::new("GET", path, b""),
    ))
}

fn run<T>(future: impl std::future::Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(future)
}

fn refused(declined: Declined) -> Refused {
    match declined {
        Declined::Refused(refused, _) => refused,
        other => panic!("{other:?}"),
    }
}

/// A disk that fails once somebody says so.
struct Failing(Arc<AtomicBool>);

impl crate::store::log::Disk for Failing {
    fn append(&mut self, _: &[u8]) -> io::Result<()> {
        match self.0.load(Ordering::SeqCst) {
            true => Err(io::ErrorKind::StorageFull.into()),
            false => Ok(()),
        }
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn on_disk(chain: Arc<Fixed>, disk: impl crate::store::log::Disk) -> Till {
    let store = Store::Log(Log::on(disk, Salt::default(), 0));
    Till::with(accepts(), chain, store, Books::default())
}
