//! Causes: a pool that misses its goal and gives everything back, and one that reaches it because a
//! sponsor matches what people give.

use crate::story::Story;
use anyhow::{anyhow, Result};
use farthing_chain::{Account, AsInk, Balance, DonationPool, Factory, Receipt, UNIT};
use farthing_types::{
    commitment,
    split::{Recipient, PARTS},
    DAY,
};
use ink::codegen::TraitCallBuilder;
use pool::{
    books::Stage,
    events::Gift,
    sponsors::Pledge,
    terms::{Fee, Mode, Terms},
};

const DONORS: usize = 50;
/// What each donor gives.
const GIFT: Balance = UNIT / 10;
const ALL_GIFTS: Balance = GIFT * DONORS as Balance;
const GOAL: Balance = 8 * UNIT;
/// What the sponsor adds at most.
const MATCH: Balance = 4 * UNIT;
/// Basis points of payouts.
const FEE: u16 = 100;

impl<Say: FnMut(&str)> Story<Say> {
    /// The chapter of the causes.
    pub fn causes(&mut self) -> Result<()> {
        let factory = self.factory()?;
        let (wanda, sam) = (self.fund("wanda"), self.fund("sam"));
        let donors = self.crowd("donors", DONORS);
        self.missed_goal(&factory, &wanda, &donors)?;
        self.reached_goal(&factory, &wanda, &sam, &donors)?;
        self.round(&factory, &wanda, &sam, &donors)
    }

    fn factory(&mut self) -> Result<Factory> {
        let deployer = Account::named("deployer");
        let registry = self.farthing.registry_id.clone();
        let fee = Fee {
            points: FEE,
            treasury: Account::named("treasury").id().ink(),
        };
        let chain = &mut self.farthing.chain;
        let factory = Factory::deploy(chain, &deployer, &registry, Some(fee))
            .map_err(|e| anyhow!("the factory cannot be deployed: {e:?}"))?;
        let what = "uploads the pools' code and deploys their factory";
        let receipts = [factory.upload.clone(), Some(factory.deployment.clone())];
        let receipts: Vec<_> = receipts.into_iter().flatten().collect();
        self.note_all("deployer", what, 1, &receipts);
        self.contract("pool factory", factory.id.clone());
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
                treasury: Account::named("treasury").id().ink(),
            }),
            release: Vec::new(),
            least_sponsorship: if sponsored { UNIT } else { 0 },
            channels: None,
        };
        let known = self.farthing.chain.read(factory.factory.call().address_of(
            maker.id().ink(),
            None,
            terms.clone(),
            [0; 32],
        ));
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
            deadline: self.farthing.chain.now() + 30 * DAY,
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
        self.farthing.chain.advance(31 * DAY);
        let stage = self.stage(&pool);
        self.check("5 of 8 UNIT are not enough", stage == Stage::Missed)?;

        let mut refunds: Vec<Receipt> = Vec::new();
        for donor in donors {
            let before = self.farthing.chain.balance(&donor.id());
            let message = pool.pool.clone().call_mut().refund(donor.id().ink());
            let (_, receipt) = self.call(donor, "takes it back", message, 0)?;
            // The storage deposit comes back as well, but for a unit or two of rounding.
            let deposit = receipt.deposit.unsigned_abs();
            let back = self.farthing.chain.balance(&donor.id()) + receipt.fee - before - deposit;
            self.check("a donor has all back, to the unit", back == GIFT)?;
            refunds.push(receipt);
        }
        self.note_all(
            "donors",
            "have it back, to the unit",
            DONORS as u32,
            &refunds,
        );
        let solvency = pool.solvency(&mut self.farthing.chain);
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

        self.farthing.chain.advance(31 * DAY);
        let stage = self.stage(&pool);
        self.check("5 UNIT and 4 more are enough", stage == Stage::Ended)?;
        let message = pool.pool.clone().call_mut().finalise();
        self.step(sam, "finalises the pool (anyone can)", message, 0)?;
        let before = self.farthing.chain.balance(&wanda.id());
        let message = pool.pool.clone().call_mut().payout(None);
        let (_, receipt) = self.step(wanda, "has it paid out", message, 0)?;
        let got = self.farthing.chain.balance(&wanda.id()) + receipt.fee - before;
        let net = (ALL_GIFTS + MATCH) / 100 * 99;
        self.check("gifts and matching arrived, less 1 %", got == net)?;
        let left = self
            .farthing
            .chain
            .read(pool.pool.call().sponsors())
            .iter()
            .find(|one| one.number == sponsor)
            .map(|one| one.unspent());
        self.check("the sponsor has spent all", left == Some(0))?;
        let solvency = pool.solvency(&mut self.farthing.chain);
        self.check("the pool owes and holds nothing more", solvency == (0, 0))
    }

    fn stage(&mut self, pool: &DonationPool) -> Stage {
        self.farthing.chain.read(pool.pool.call().overview()).stage
    }
}
