//! Farthing's contracts, called from outside the chain.
//!
//! A [`Client`] is a [`Deployment`] on a [`Chain`]. When it is opened, it checks that the contracts in the
//! deployment's file are on this chain, with the code that their metadata belongs to. Messages are built with
//! ink!'s references to the contracts (`RegistryRef` and the like), so arguments and answers are typed.
//! Before anything is signed, messages are decoded again with that metadata.
//!
//! ```no_run
//! use farthing_contracts::{registry::RegistryRef, storefront::StorefrontRef};
//! # use farthing_client::{Call, Certainty, Chain, Client, Error, Key, Outbox};
//! # use ink::codegen::TraitCallBuilder;
//! # async fn example() -> Result<(), Error> {
//! let chain = Chain::connect("ws://127.0.0.1:9944").await?;
//! let client = Client::open(chain, "deployments".as_ref(), "local").await?;
//! let registry: RegistryRef = client.contract()?;
//! let ada = client.read(registry.call().creator_by_handle("ada".into())).await?;
//! let (creator, _) = ada.expect("there is an ada");
//!
//! let key = Key::for_development("//Alice")?;
//! let outbox = Outbox::open("state".as_ref(), &client.chain.genesis(), key.account())?;
//! let mut shop: StorefrontRef = client.contract()?;
//! let tip = shop.call_mut().tip(creator, b"thank you".to_vec());
//! let plan = client.plan(key.account(), Call::new(tip, 1_000_000_000)).await?;
//! println!("it costs {} and locks {}", plan.fee, plan.deposit);
//! let done = client.send(plan, &key, &outbox, Certainty::Final, &mut |_| ()).await?;
//! println!("in block {}", done.receipt.block.number);
//! outbox.empty()?;
//! # Ok(())
//! # }
//! ```
//!
//! **Nothing is sent twice.** A signed transaction is in the signer's [`Outbox`] from before it is sent until
//! its fate is known. [`Client::earlier`] finds out what became of a transaction that an earlier process left
//! there.
//!
//! Amounts are in the chain's smallest unit; its [`Token`] shows them as people write them. Times are in
//! milliseconds since the Unix epoch.

mod account;
pub mod backup;
mod cache;
mod chain;
mod client;
mod clock;
mod connection;
mod deploying;
pub mod deployment;
pub mod deposits;
mod donors;
mod emitted;
mod error;
mod explain;
pub mod files;
mod gas;
pub mod history;
pub mod keyring;
mod keys;
pub mod keystore;
mod lookup;
mod message;
mod metadata;
pub mod ops;
mod outbox;
pub mod proof;
mod receipt;
mod runtime;
mod token;
mod transaction;
mod transfer;
pub mod wallet;

pub use account::Account;
pub use chain::{Block, Chain, Money};
pub use client::{at, Client, Done, Earlier, Plan};
pub use connection::{name_of as node_name, Connecting, PATIENCE, TRANSACTION_PATIENCE};
pub use deploying::{Constructed, Constructor, Estimate, Instance, Larger, Step};
pub use deployment::Deployment;
pub use donors::Donors;
pub use error::{Error, Failure, Kind, Reason, Refusal, Source, Unreconciled};
pub use explain::{time, Explain};
pub use gas::Gas;
pub use history::{Event, History};
pub use keyring::Keyring;
pub use keys::{new_phrase, Key, UriError};
pub use keystore::Keystore;
pub use lookup::{Located, Looking};
pub use message::{Answer, Call, DryRun, Message};
pub use metadata::{Described, Metadata};
pub use outbox::{Memory, Outbox, Unfinished};
pub use receipt::{Emitted, Receipt};
pub use subxt_signer::{ExposeSecret, SecretString};
pub use token::{Sum, Token};
pub use transaction::{Certainty, Fate, Progress, Watcher};
pub use transfer::{EarlierTransfer, Transfer};
