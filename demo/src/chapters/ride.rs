//! A rider pays for a ride by the time it takes.

use crate::{stage::Stage, story::Story};
use anyhow::Result;
use farthing_chain::{at, AsInk, Balance, Streams, UNIT};
use farthing_contracts::streams::{stream::BILLIONTHS, StreamsRef};
use farthing_contracts::Contract;
use ink::codegen::TraitCallBuilder;

const MINUTE: u64 = 60_000;
/// What a minute costs.
const PRICE: Balance = UNIT / 100;
/// Rounded down: a ride is never dearer than its minutes.
const RATE: u128 = PRICE * BILLIONTHS / MINUTE as u128;
/// Enough for an hour.
const DEPOSIT: Balance = PRICE * 60;

impl<Say: FnMut(&str), S: Stage> Story<'_, Say, S> {
    /// Tells the chapter of the ride.
    pub fn ride(&mut self) -> Result<()> {
        let deployer = self.stage.named("deployer");
        let constructor = StreamsRef::new(None);
        let (id, deployment) = self
            .stage
            .deploy(&deployer, Contract::Streams, constructor)?;
        self.note("deployer", "deploys the streams", 1, &deployment);
        let streams = Streams {
            contract: at(&id),
            id,
            deployment,
        };
        self.contract(Contract::Streams.name(), streams.id.clone());
        let (rita, otto) = (self.fund("rita")?, self.fund("otto")?);
        let mut contract = streams.contract.clone();

        let message = contract.call_mut().open(otto.id().ink(), RATE);
        let what = "unlocks otto's bicycle: 0.01 UNIT a minute from now on";
        let (ride, _) = self.step(&rita, what, message, DEPOSIT)?;
        // A node's clock goes on by itself: what counts is when each transaction really happened.
        let began = self.stage.last();

        self.stage.wait_until(began + 10 * MINUTE)?;
        let message = contract.call_mut().pause_stream(ride);
        self.step(&rita, "pauses for a coffee after 10 minutes", message, 0)?;
        let paused = self.stage.last();
        self.stage.wait_until(began + 40 * MINUTE)?;
        let message = contract.call_mut().resume_stream(ride);
        self.step(&rita, "rides on, half an hour later", message, 0)?;
        let resumed = self.stage.last();
        self.stage.wait_until(began + 57 * MINUTE)?;
        let before = [&rita, &otto].map(|who| self.stage.balance(&who.id()));
        let [hers, his] = before;
        let message = contract.call_mut().stop(ride);
        let what = "locks the bicycle after 17 more, which pays otto and gives back the rest";
        let (_, receipt) = self.step(&rita, what, message, 0)?;
        let ridden = (paused - began) + (self.stage.last() - resumed);
        let back = self.stage.balance(&rita.id())? + receipt.fee - hers?;
        let earned = self.stage.balance(&otto.id())? - his?;
        let close = (27 * MINUTE..28 * MINUTE).contains(&ridden);
        let minutes = RATE * u128::from(ridden) / BILLIONTHS;
        self.check(
            "27 minutes were paid, to the unit",
            close && earned == minutes,
        )?;
        self.check("the rest came back", back + earned == DEPOSIT)?;

        self.stage.wait_until(began + 61 * MINUTE)?;
        let message = contract.call_mut().clear(vec![ride]);
        let (_, receipt) = self.step(&rita, "clears the ride away", message, 0)?;
        self.check("and has its deposit back", receipt.deposit < 0)?;
        let solvency = self.stage.read(streams.contract.call().solvency())?;
        self.check("the streams owe and hold nothing more", solvency == (0, 0))
    }
}
