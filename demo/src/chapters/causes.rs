//! Causes: a pool that misses its goal and gives everything back, and one that reaches it because a
//! sponsor matches what people give.

use crate::{
    stage::{Account, Stage},
    story::Story,
};
use anyhow::Result;
use farthing_chain::{at, AsInk, Balance, DonationPool, Factory, Receipt, UNIT};
use farthing_contracts::pool::{
    books,
    events::Gift,
    sponsors::Pledge,
    terms::{Fee, Mode, Step, Terms},
};
use farthing_contracts::pool_factory::PoolFactoryRef;
use farthing_contracts::Contract;
use farthing_types::{
    commitment,
    split::{Recipient, PARTS},
    DAY,
};
use ink::codegen::TraitCallBuilder;

const DONORS: usize = 50;
/// What each donor gives.
const GIFT: Balance = UNIT / 10;
const ALL_GIFTS: Balance = GIFT * DONORS as Balance;
const GOAL: Balance = 8 * UNIT;
/// What the sponsor adds at most.
const MATCH: Balance = 4 * UNIT;
/// Basis points of payouts.
const FEE: u16 = 100;

impl<Say: FnMut(&str), S: Stage> Story<'_, Say, S> {
    /// Tells the chapter of the causes.
    pub fn causes(&mut self) -> Result<()> {
        let factory = self.factory()?;
        let (wanda, sam) = (self.fund("wanda")?, self.fund("sam")?);
        let donors = self.crowd("donors", DONORS)?;
        self.missed_goal(&factory, &wanda, &donors)?;
        self.reached_goal(&factory, &wanda, &sam, &donors)?;
        self.round(&factory, &wanda, &sam, &donors)
    }

    fn factory(&mut self) -> Result<Factory> {
        let deployer = self.stage.named("deployer");
        let registry = self.registry_id.clone();
        let fee = Fee {
            points: FEE,
            treasury: self.stage.named("treasury").id().ink(),
        };
        let upload = self.stage.upload(&deployer, Contract::Pool)?;
        let code = farthing_artifacts::code_hash(&farthing_artifacts::wasm("pool"));
        let constructor = PoolFactoryRef::new(registry.ink(), code.into(), Some(fee));
        let (id, deployment) = self
            .stage
            .deploy(&deployer, Contract::PoolFactory, constructor)?;
        let what = "uploads the pools' code and deploys their factory";
        let receipts: Vec<_> = upload.iter().chain([&deployment]).cloned().collect();
        self.note_all("deployer", what, 1, &receipts);
        self.contract("pool factory", id.clone());
        let factory = Factory {
            factory: at(&id),
            id,
            deployment,
            upload,
        };
        Ok(factory)
    }

    /// Has the factory make a pool.
    pub fn pool(
        &mut self,
        factory: &Factory,
        maker: &Account,
        title: &str,
        mode: Mode,
        sponsored: bool,
    ) -> Result<DonationPool> {
        let what = match mode {
            Mode::AllOrNothing { .. } => "8 UNIT in 30 days, or nothing",
            Mode::KeepAll { .. } => "whatever comes in",
        };
        // What comes to a pool without a goal goes straight through, unless it has a schedule. Here it is
        // held, so that what came in can be counted at the end.
        let release = match mode {
            Mode::AllOrNothing { .. } => Vec::new(),
            Mode::KeepAll { .. } => vec![Step {
                from: 0,
                parts: PARTS,
            }],
        };
        let terms = Terms {
            title: title.into(),
            description: commitment::content(title.as_bytes()),
            uri: String::new(),
            beneficiaries: vec![Recipient {
                account: maker.id().ink(),
                parts: PARTS,
            }],
            mode,
            minimum: GIFT / 100,
            fee: Some(Fee {
                points: FEE,
                treasury: self.stage.named("treasury").id().ink(),
            }),
            release,
            least_sponsorship: if sponsored { UNIT } else { 0 },
        };
        let known = self.stage.read(factory.factory.call().address_of(
            maker.id().ink(),
            None,
            terms.clone(),
            [0; 32],
        ))?;
        let message = factory
            .factory
            .clone()
            .call_mut()
            .create(None, terms, [0; 32]);
        let what = format!("makes a pool for {title}: {what}");
        let (account, _) = self.step(maker, &what, message, 0)?;
        self.check(
            "a pool is where its maker knew it would be",
            account == known,
        )?;
        let bytes: &[u8; 32] = account.as_ref();
        let pool = DonationPool::existing((*bytes).into());
        self.contract(title, pool.id.clone());
        Ok(pool)
    }

    fn pool_with_goal(
        &mut self,
        factory: &Factory,
        maker: &Account,
        title: &str,
        sponsored: bool,
    ) -> Result<DonationPool> {
        let mode = Mode::AllOrNothing {
            goal: GOAL,
            deadline: self.stage.now()? + 30 * DAY,
        };
        self.pool(factory, maker, title, mode, sponsored)
    }

    fn missed_goal(
        &mut self,
        factory: &Factory,
        wanda: &Account,
        donors: &[Account],
    ) -> Result<()> {
        let pool = self.pool_with_goal(factory, wanda, "a boat", false)?;
        let mut receipts = Vec::new();
        for donor in donors {
            let message = pool.pool.clone().call_mut().donate(None);
            receipts.push(self.call(donor, "donates", message, GIFT)?.1);
        }
        self.note_all("donors", "give 0.1 UNIT each", DONORS as u32, &receipts);
        self.stage.advance(31 * DAY)?;
        let stage = self.stage_of(&pool)?;
        self.check("5 of 8 UNIT are not enough", stage == books::Stage::Missed)?;

        let mut refunds: Vec<Receipt> = Vec::new();
        for donor in donors {
            let before = self.stage.balance(&donor.id())?;
            let message = pool.pool.clone().call_mut().refund(donor.id().ink());
            let (_, receipt) = self.call(donor, "takes it back", message, 0)?;
            // The storage deposit comes back as well, but for a unit or two of rounding.
            let deposit = receipt.deposit.unsigned_abs();
            let back = self.stage.balance(&donor.id())? + receipt.fee - before - deposit;
            self.check("a donor has all back, to the unit", back == GIFT)?;
            refunds.push(receipt);
        }
        self.note_all(
            "donors",
            "have it back, to the unit",
            DONORS as u32,
            &refunds,
        );
        let solvency = self.stage.read(pool.pool.call().solvency())?;
        self.check("the pool owes and holds nothing more", solvency == (0, 0))
    }

    fn reached_goal(
        &mut self,
        factory: &Factory,
        wanda: &Account,
        sam: &Account,
        donors: &[Account],
    ) -> Result<()> {
        let pool = self.pool_with_goal(factory, wanda, "a well", true)?;
        let pledge = Pledge {
            ratio: 10_000,
            per_donor: GIFT,
            until: None,
        };
        let message = pool.pool.clone().call_mut().sponsor(pledge);
        let what = "doubles what people give, with up to 4 UNIT";
        let (sponsor, _) = self.step(sam, what, message, MATCH)?;
        let gifts = donors.iter().map(|donor| Gift {
            donor: donor.id().ink(),
            amount: GIFT,
            memo: None,
        });
        let message = pool.pool.clone().call_mut().donate_many(gifts.collect());
        let what = format!("hands in what {DONORS} donors gave, each in their name");
        self.steps_at_once(wanda, &what, DONORS as u32, message, ALL_GIFTS)?;

        self.stage.advance(31 * DAY)?;
        let stage = self.stage_of(&pool)?;
        self.check("5 UNIT and 4 more are enough", stage == books::Stage::Ended)?;
        let message = pool.pool.clone().call_mut().finalise();
        self.step(sam, "finalises the pool (anyone can)", message, 0)?;
        let before = self.stage.balance(&wanda.id())?;
        let message = pool.pool.clone().call_mut().payout(None);
        let (_, receipt) = self.step(wanda, "has it paid out", message, 0)?;
        let got = self.stage.balance(&wanda.id())? + receipt.fee - before;
        let net = (ALL_GIFTS + MATCH) / 100 * 99;
        self.check("gifts and matching arrived, less 1 %", got == net)?;
        let left = self
            .stage
            .read(pool.pool.call().sponsors())?
            .iter()
            .find(|one| one.number == sponsor)
            .map(|one| one.unspent());
        self.check("the sponsor has spent all", left == Some(0))?;
        let solvency = self.stage.read(pool.pool.call().solvency())?;
        self.check("the pool owes and holds nothing more", solvency == (0, 0))
    }

    fn stage_of(&mut self, pool: &DonationPool) -> Result<books::Stage> {
        Ok(self.stage.read(pool.pool.call().overview())?.stage)
    }
}
