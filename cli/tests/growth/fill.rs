//! Fills a chain through the library, with as many signers at once as there are.

use farthing_client::{Account, Answer, Call, Certainty, Chain, Client, Key, Outbox};
use farthing_contracts::{
    pool::terms::{Mode, Terms},
    pool_factory::PoolFactoryRef,
    registry::{creator::Profile, RegistryRef},
    storefront::{
        catalogue::{Content, Listing},
        StorefrontRef,
    },
};
use farthing_types::{commitment, split::Recipient, Balance};
use ink::codegen::TraitCallBuilder;
use std::path::Path;

/// Everybody's accounts with money.
const PEOPLE: [&str; 6] = ["Alice", "Bob", "Charlie", "Dave", "Eve", "Ferdie"];
/// What each tip is of.
pub const TIP: Balance = 1_000_000_000;
/// Whose handles these are is no secret.
const SALT: [u8; 32] = [9; 32];

pub struct Filling {
    client: Client,
    state: tempfile::TempDir,
    runtime: tokio::runtime::Runtime,
}

fn key(name: &str) -> Key {
    Key::for_development(&format!("//{name}")).unwrap()
}

pub fn account(name: &str) -> Account {
    key(name).account()
}

impl Filling {
    pub fn open(url: &str, deployments: &Path) -> Self {
        // The connection lives on this runtime.
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(1).enable_all().build().unwrap();
        let client = runtime.block_on(async {
            let chain = Chain::connect(url).await?;
            Client::open(chain, deployments, "local").await
        });
        Self {
            client: client.unwrap(),
            state: tempfile::tempdir().unwrap(),
            runtime,
        }
    }

    async fn act<R: Answer>(&self, who: &str, call: Call<R>) -> R::Good {
        let key = key(who);
        let genesis = self.client.chain.genesis();
        let outbox = Outbox::open(self.state.path(), &genesis, key.account()).unwrap();
        let plan = self.client.plan(key.account(), call).await.unwrap();
        let ignore = &mut |_| ();
        let sent = self
            .client
            .send(plan, &key, &outbox, Certainty::Block, ignore);
        let done = sent.await.unwrap();
        outbox.empty().unwrap();
        done.answer
    }

    /// Each of some people registers as many.
    pub fn creators(&mut self, count: u32) {
        let mut left: Vec<u32> = (0..count).rev().collect();
        self.runtime.block_on(async {
            while !left.is_empty() {
                let turn: Vec<_> = PEOPLE
                    .iter()
                    .map_while(|who| Some((*who, left.pop()?)))
                    .collect();
                let registry: RegistryRef = self.client.contract().unwrap();
                for (who, number) in &turn {
                    let handle = format!("creator-{number}");
                    let hash = commitment::handle_claim(&handle, &account(who).id(), &SALT);
                    let mut registry = registry.clone();
                    self.act(who, Call::new(registry.call_mut().commit(hash), 0))
                        .await;
                }
                // The last commitment must be a block old, too.
                self.client.chain.forward(1).await.unwrap();
                for (who, number) in turn {
                    let profile = Profile {
                        commitment: [0; 32],
                        uri: String::new(),
                    };
                    let mut registry = registry.clone();
                    let register = registry.call_mut();
                    let register = register.register(format!("creator-{number}"), SALT, profile);
                    self.act(who, Call::new(register, 0)).await;
                }
            }
        });
    }

    /// All of `ada-paints`, whose number is 0.
    pub fn items(&mut self, count: u32) {
        self.runtime.block_on(async {
            for number in 0..count {
                let listing = Listing {
                    price: TIP,
                    pay_what_you_want: false,
                    period: None,
                    referral: 0,
                    tier: None,
                    copies: None,
                };
                let content = Content {
                    commitment: [1; 32],
                    title: format!("Item {number}"),
                    uri: String::new(),
                };
                let mut shop: StorefrontRef = self.client.contract().unwrap();
                let publish = shop.call_mut().publish(0, listing, content);
                self.act("Alice", Call::new(publish, 0)).await;
            }
        });
    }

    pub fn pools(&mut self, count: u32) {
        self.runtime.block_on(async {
            for number in 0..count {
                let terms = Terms {
                    title: format!("Well {number}"),
                    description: [0; 32],
                    uri: String::new(),
                    beneficiaries: vec![Recipient {
                        account: account("Bob").id(),
                        parts: 1_000_000,
                    }],
                    mode: Mode::KeepAll { closes: None },
                    minimum: 1,
                    fee: None,
                    release: Vec::new(),
                    least_sponsorship: TIP,
                };
                let mut factory: PoolFactoryRef = self.client.contract().unwrap();
                let create = factory.call_mut().create(None, terms, [number as u8; 32]);
                self.act("Alice", Call::new(create, 0)).await;
            }
        });
    }

    /// From everybody at once.
    pub fn tips(&self, count: u32) {
        let all = PEOPLE.len() as u32;
        let of = |who: u32| (0..count).filter(move |number| number % all == who).count();
        let tips = PEOPLE.iter().zip(0..all).map(|(who, number)| async move {
            for _ in 0..of(number) {
                let mut shop: StorefrontRef = self.client.contract().unwrap();
                let tip = shop.call_mut().tip(0, Vec::new());
                self.act(who, Call::new(tip, TIP)).await;
            }
        });
        self.runtime.block_on(futures_util::future::join_all(tips));
    }
}
