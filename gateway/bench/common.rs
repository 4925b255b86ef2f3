//! The channels that the seller knows and the load pays from: the same, since both derive them from numbers.

#![allow(dead_code, reason = "neither of the two programs needs all")]

use farthing_client::Account;
use farthing_gateway::{
    accounting::OnChain,
    protocol::{challenge::Seller, Named},
};
use farthing_types::{signing::Signer, voucher::Place};
use std::time::Duration;

pub const PLACE: Place<[u8; 32]> = Place {
    genesis: [1; 32],
    contract: [2; 32],
};
pub const PAYEE: Account = Account([4; 32]);
pub const RESERVE: u128 = 1_000_000_000_000_000_000;
/// What a request costs.
pub const PRICE: u128 = 1_000;
/// So many channels there are: each connection of each measurement has one of its own.
pub const CHANNELS: u32 = 4_096;

/// Who sells.
pub fn seller() -> Seller {
    Seller {
        place: PLACE,
        payee: PAYEE,
        min_delay: Duration::from_secs(3_600),
        min_deposit: 0,
        decimals: 12,
        symbol: "UNIT".into(),
        timeout: Duration::from_secs(60),
        realm: String::new(),
    }
}

/// The key that signs vouchers of all channels.
pub fn signer() -> Signer {
    Signer::from_seed(&[7; 32])
}

pub fn channel(number: u32) -> Named {
    let mut payer = [8; 32];
    payer[..4].copy_from_slice(&number.to_le_bytes());
    Named {
        payer: Account(payer),
        lane: 0,
        epoch: 7,
    }
}

pub fn on_chain() -> OnChain {
    OnChain {
        epoch: 7,
        signer: signer().public(),
        reserve: RESERVE,
        claimed: 0,
        ending: false,
    }
}
