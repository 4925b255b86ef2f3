//! A rider pays for a ride by the time it takes.

use crate::story::Story;
use anyhow::Result;
use farthing_chain::{AsInk, Balance, Streams, UNIT};
use ink::codegen::TraitCallBuilder;
use streams::stream::BILLIONTHS;

const MINUTE: u64 = 60_000;
/// What a minute costs.
const PRICE: Balance = UNIT / 100;
/// Rounded down: a ride is never dearer than its minutes.
const RATE: u128 = PRICE * BILLIONTHS / MINUTE as u128;
/// Enough for an hour.
const DEPOSIT: Balance = PRICE * 60;

impl<Say: FnMut(&str)> Story<Say> {
    /// The chapter of the ride.
    pub fn ride(&mut self) -> Result<()> {
        let chain = &mut self.farthing.chain;
        let deployer = farthing_chain::Account::named("deployer");
        let streams = Streams::deploy(chain, &deployer, None);
        self.note("deployer", "deploys the streams", 1, &streams.deployment);
        self.contract("streams", streams.id.clone());
        let (rita, otto) = (self.fund("rita"), self.fund("otto"));
        let mut contract = streams.contract.clone();

        let began = self.farthing.chain.now();
        let message = contract.call_mut().open(otto.id().ink(), RATE);
        let what = "unlocks otto's bicycle: 0.01 UNIT a minute from now on";
        let (ride, _) = self.step(&rita, what, message, DEPOSIT)?;

        self.farthing.chain.seal_at(began + 10 * MINUTE);
        let message = contract.call_mut().pause(ride);
        self.step(&rita, "pauses for a coffee after 10 minutes", message, 0)?;
        self.farthing.chain.seal_at(began + 40 * MINUTE);
        let message = contract.call_mut().resume(ride);
        self.step(&rita, "rides on, half an hour later", message, 0)?;
        self.farthing.chain.seal_at(began + 57 * MINUTE);
        let before = self.farthing.chain.balance(&rita.id());
        let message = contract.call_mut().stop(ride);
        let what = "locks the bicycle after 17 more";
        let (_, receipt) = self.step(&rita, what, message, 0)?;
        let back = self.farthing.chain.balance(&rita.id()) + receipt.fee - before;

        let before = self.farthing.chain.balance(&otto.id());
        let message = contract.call_mut().claim(ride);
        let (_, receipt) = self.step(&otto, "claims what the ride earned", message, 0)?;
        let earned = self.farthing.chain.balance(&otto.id()) + receipt.fee - before;
        let minutes = RATE * u128::from(27 * MINUTE) / BILLIONTHS;
        self.check("27 minutes were paid, to the unit", earned == minutes)?;
        self.check("the rest came back", back + earned == DEPOSIT)?;

        let message = contract.call_mut().clear(vec![ride]);
        let (_, receipt) = self.step(&rita, "clears the ride away", message, 0)?;
        self.check("and has its deposit back", receipt.deposit < 0)?;
        let solvency = streams.solvency(&mut self.farthing.chain);
        self.check("the streams owe and hold nothing more", solvency == (0, 0))
    }
}
