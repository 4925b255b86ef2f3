//! What the streams contract costs.

use super::{measured, transfers, Costs};
use farthing_chain::{Account, AsInk, Balance, Chain, Message, Streams, UNIT};
use farthing_contracts::streams::{
    reading::MAX_PAGE,
    stream::{BILLIONTHS, MIN_KEPT},
    StreamsRef,
};
use farthing_types::{StreamId, DAY};
use ink::codegen::TraitCallBuilder;
use scale::{Decode, Encode};
use std::fmt::Debug;

/// What all streams here earn in a second is a thousandth of a coin.
const RATE: u128 = UNIT / 1_000_000 * BILLIONTHS;

pub fn measure(costs: &mut Costs) {
    let mut meter = Meter::new(costs);
    meter.running();
    meter.reads();
    meter.ending();
    meter.guardian();
    meter.streams.assert_solvent(&mut meter.chain);
}

struct Meter<'a> {
    chain: Chain,
    streams: Streams,
    costs: &'a mut Costs,
    ada: Account,
    bob: Account,
    guardian: Account,
}

impl<'a> Meter<'a> {
    fn new(costs: &'a mut Costs) -> Self {
        let mut chain = Chain::new();
        let [deployer, ada, bob, guardian] =
            ["deployer", "ada", "bob", "guardian"].map(|name| chain.account(name, 1_000 * UNIT));
        let streams = Streams::deploy(&mut chain, &deployer, Some(&guardian.id()));
        costs.note("streams.new", &streams.deployment);
        Self {
            chain,
            streams,
            costs,
            ada,
            bob,
            guardian,
        }
    }

    fn call<Args: Encode, T: Decode, E: Decode + Debug>(
        &mut self,
        name: &str,
        signer: &Account,
        message: Message<Args, Result<T, E>>,
        value: Balance,
    ) -> T {
        let name = format!("streams.{name}");
        self.costs
            .call(&mut self.chain, &name, signer, message, value)
    }

    fn to(&self) -> <StreamsRef as TraitCallBuilder>::Builder {
        self.streams.contract.clone().call_mut().clone()
    }

    /// Opens a stream from ada to bob, unmeasured.
    fn open(&mut self) -> StreamId {
        let message = self.to().open(self.bob.id().ink(), RATE);
        self.chain.call(&self.ada, message, UNIT).unwrap().0
    }

    fn running(&mut self) {
        let (ada, bob) = (self.ada.clone(), self.bob.clone());
        let payee = bob.id().ink();
        for name in ["open", "open, repeated"] {
            self.call(name, &ada, self.to().open(payee, RATE), UNIT);
        }
        for name in ["claim", "claim, repeated"] {
            self.call(name, &bob, self.to().claim(0), 0);
        }
        for name in ["top_up", "top_up, repeated"] {
            self.call(name, &ada, self.to().top_up(0), UNIT);
        }
        for name in ["set_rate", "set_rate, repeated"] {
            self.call(name, &ada, self.to().set_rate(0, 2 * RATE), 0);
        }
        for times in ["", ", repeated"] {
            self.call(
                &format!("pause_stream{times}"),
                &ada,
                self.to().pause_stream(0),
                0,
            );
            let message = self.to().resume_stream(0);
            self.call(&format!("resume_stream{times}"), &ada, message, 0);
        }
    }

    fn reads(&mut self) {
        let to = self.to();
        let chain = &mut self.chain;
        let costs = &mut self.costs;
        costs.read(chain, "streams.overview", to.overview());
        costs.read(chain, "streams.solvency, of 2 streams", to.solvency());
        let one = to.owed_to_streams(0, 1);
        costs.read(chain, "streams.owed_to_streams, of 1", one);
        costs.read(chain, "streams.stream", to.stream(0));
        costs.read(chain, "streams.due", to.due(0));
        costs.read(chain, "streams.streams, 2 of them", to.streams(0, 2));
        let all = to.streams_listed(vec![0; MAX_PAGE]);
        costs.read(chain, "streams.streams_listed, 64 of them", all);
    }

    fn ending(&mut self) {
        let (ada, bob) = (self.ada.clone(), self.bob.clone());
        let young = self.open();
        let name = "stop, by the payer in the first hour";
        self.call(name, &ada, self.to().stop(young), 0);
        self.chain.advance(MIN_KEPT);
        self.call("stop, by the payee", &bob, self.to().stop(0), 0);
        self.call("clear", &ada, self.to().clear(vec![0]), 0);
        self.call("stop, by the payer", &ada, self.to().stop(1), 0);
        let fifty: Vec<StreamId> = (0..50).map(|_| self.open()).collect();
        let message = self.to().claim_many(fifty.clone());
        self.call("claim_many, 50 at once", &bob, message, 0);
        self.call("claim_many", &bob, self.to().claim_many(vec![fifty[0]]), 0);
        let message = self.to().stop_many(fifty.clone());
        self.call("stop_many, 50 at once", &ada, message, 0);
        self.chain.advance(MIN_KEPT);
        self.call("clear, 50 at once", &ada, self.to().clear(fifty), 0);
        let one = self.open();
        self.chain.advance(MIN_KEPT);
        self.call("stop_many", &ada, self.to().stop_many(vec![one]), 0);
    }

    fn guardian(&mut self) {
        let guardian = self.guardian.clone();
        let message = self.to().pause(DAY);
        self.call("pause", &guardian, message, 0);
        let message = self.to().resume();
        self.call("resume", &guardian, message, 0);
    }
}

#[test]
fn a_repeated_claim_from_a_stream_costs_less_than_four_transfers_and_locks_nothing() {
    for name in ["claim", "claim, repeated"] {
        let claim = measured().calls[&format!("streams.{name}")];
        assert_eq!(claim.deposit, 0, "{name}");
        assert!(
            transfers(claim) < 4.0,
            "{name}: {} transfers",
            transfers(claim)
        );
    }
}

#[test]
fn only_opening_and_ending_a_stream_touch_a_storage_deposit() {
    for (name, cost) in &measured().calls {
        let Some(name) = name.strip_prefix("streams.") else {
            continue;
        };
        let own = match name {
            "new" | "open" | "open, repeated" => 1,
            "clear" | "clear, 50 at once" => -1,
            "stop, by the payer" | "stop_many" => -1,
            _ => 0,
        };
        assert_eq!(cost.deposit.signum(), own, "{name}");
    }
}
