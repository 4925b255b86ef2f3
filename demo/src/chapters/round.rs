//! A round divides a sponsor's money among three causes that got as much each, by how many gave to them.

use crate::{
    report::units,
    stage::{Account, Stage},
    story::Story,
};
use anyhow::Result;
use farthing_chain::{at, AsInk, Balance, DonationPool, Factory, Round, UNIT};
use farthing_contracts::matching_round::{terms::Terms, MatchingRoundRef};
use farthing_contracts::pool::terms::Mode;
use farthing_contracts::Contract;
use farthing_types::{commitment, DAY};
use ink::codegen::TraitCallBuilder;

const MONEY: Balance = 10 * UNIT;
/// What each cause is given in all.
const GIVEN: Balance = 2 * UNIT;
/// The causes, and how many people give that together.
const CAUSES: [(&str, usize); 3] = [("a choir", 20), ("a bench", 4), ("a statue", 1)];

impl<Say: FnMut(&str), S: Stage> Story<'_, Say, S> {
    /// Tells the part about the round, in the chapter of the causes.
    pub fn round(
        &mut self,
        factory: &Factory,
        organiser: &Account,
        sponsor: &Account,
        donors: &[Account],
    ) -> Result<()> {
        let round = self.open_round(factory, organiser)?;
        let mut pools = Vec::new();
        for (title, _) in CAUSES {
            let mode = Mode::KeepAll { closes: None };
            let pool = self.pool(factory, organiser, title, mode, false)?;
            let count = self.stage.read(factory.factory.call().overview())?;
            let message = round.round.clone().call_mut().enter(count.pools - 1);
            self.step(organiser, "enters it into the round", message, 0)?;
            pools.push(pool);
        }
        let message = round.round.clone().call_mut().sponsor();
        let what = format!("sponsors the round with {} UNIT", units(MONEY));
        self.step(sponsor, &what, message, MONEY)?;

        self.stage.advance(2 * DAY)?;
        for ((title, people), pool) in CAUSES.into_iter().zip(&pools) {
            let mut receipts = Vec::new();
            for donor in &donors[..people] {
                let message = round
                    .round
                    .clone()
                    .call_mut()
                    .donate(pool.id.ink(), None, None);
                let gift = GIVEN / people as Balance;
                receipts.push(self.call(donor, "donates", message, gift)?.1);
            }
            let what = format!("{people} of them: 2 UNIT to {title}, through the round");
            self.note_all("donors", &what, people as u32, &receipts);
        }
        self.divide(&round, organiser, sponsor, &pools)
    }

    fn open_round(&mut self, factory: &Factory, organiser: &Account) -> Result<Round> {
        let now = self.stage.now()?;
        let terms = Terms {
            title: "Spring round".into(),
            description: commitment::content(b"Spring round"),
            uri: String::new(),
            organiser: organiser.id().ink(),
            factory: factory.id.ink(),
            chosen: now + DAY,
            opens: now + 2 * DAY,
            closes: now + 31 * DAY,
            divides: now + 38 * DAY,
            minimum: UNIT / 100,
            cap: GIVEN,
            max_share: 9_000,
            min_donors: 2,
            verifier: None,
        };
        let constructor = MatchingRoundRef::new(terms);
        let (id, deployment) =
            self.stage
                .deploy(organiser, Contract::MatchingRound, constructor)?;
        let round = Round {
            round: at(&id),
            id,
            deployment,
        };
        let what = "opens a round, in two days and for a month";
        self.note(organiser.name(), what, 1, &round.deployment);
        self.contract("round", round.id.clone());
        Ok(round)
    }

    fn divide(
        &mut self,
        round: &Round,
        anyone: &Account,
        sponsor: &Account,
        pools: &[DonationPool],
    ) -> Result<()> {
        self.stage.advance(37 * DAY)?;
        let message = round.round.clone().call_mut().divide(0);
        self.step(
            anyone,
            "has the round's money divided (anyone can)",
            message,
            0,
        )?;
        let mut shares = Vec::new();
        for ((title, _), pool) in CAUSES.into_iter().zip(pools) {
            let pocket = |story: &mut Self| -> Result<Balance> {
                let overview = story.stage.read(pool.pool.call().overview())?;
                Ok(overview.sums.pocket)
            };
            let before = pocket(self)?;
            let message = round.round.clone().call_mut().pay(pool.id.ink());
            if title == "a statue" {
                let refused = self.stage.call(anyone, message, 0)?.is_err();
                self.check("what one person wants alone draws nothing", refused)?;
            } else {
                self.step(anyone, &format!("has {title} paid its share"), message, 0)?;
            }
            shares.push(pocket(self)? - before);
        }
        // Twenty roots of 0.1, squared, less 2: 38. Four roots of 0.5, squared, less 2: 6.
        let choir = MONEY / 44 * 38;
        let close = shares[0].abs_diff(choir) < 1_000_000;
        self.check("the choir's share is 38 of 44 parts", close)?;
        // Shares are rounded down: less than a unit for each pool goes back to the sponsor.
        let divided = shares.iter().sum::<Balance>();
        let all = (MONEY - 2..=MONEY).contains(&divided);
        self.check("all of the money was divided, but for rounding", all)?;
        let message = round.round.clone().call_mut().take_back(sponsor.id().ink());
        let what = "has what rounding left sent back to the sponsor";
        let (rest, _) = self.step(anyone, what, message, 0)?;
        self.check("which is the rest, to the unit", divided + rest == MONEY)?;
        let mut paid: Balance = 0;
        for pool in &pools[..2] {
            let message = pool.pool.clone().call_mut().payout(None);
            let before = self.stage.read(pool.pool.call().solvency())?.0;
            self.step(anyone, "has a pool paid out", message, 0)?;
            paid += before - self.stage.read(pool.pool.call().solvency())?.0;
        }
        self.check("with what was given", paid == 2 * GIVEN + divided)?;
        let solvency = self.stage.read(round.round.call().solvency())?;
        self.check("the round owes and holds nothing more", solvency == (0, 0))
    }
}
