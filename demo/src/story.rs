//! What happens in the demo, step by step. Every expectation that fails ends it.

use crate::{
    library::Work,
    report::{units, Holder, Report, Step},
};
use anyhow::{anyhow, ensure, Result};
use farthing_chain::{Account, AccountId, AsInk, Balance, Farthing, Message, Receipt, UNIT};
use farthing_types::{commitment, split::Recipient, CreatorId, Hash, ItemId};
use ink::codegen::TraitCallBuilder;
use registry::creator::Profile;
use scale::{Decode, Encode};
use std::{collections::BTreeMap, fmt::Debug, path::Path};
use storefront::{
    access::{place, Purchase},
    catalogue::Listing,
    events::{Order, Payment, Payments, Release, Released, Tip},
};

const FUNDS: Balance = 100 * UNIT;
const PRICE: Balance = UNIT / 50;
const TIP: Balance = UNIT / 100;
/// Basis points of the price that a referrer gets.
const REFERRAL: u16 = 1_000;
const TIER: u8 = 0;
const TIPS_AT_ONCE: u32 = 50;

/// Runs the whole demo, telling each step as it happens.
pub fn tell(folder: &Path, works: &[Work], say: impl FnMut(&str)) -> Result<Report> {
    let mut story = Story::begin(say)?;
    let creator = story.register()?;
    story.publish(creator, works)?;
    story.sell(creator, works)?;
    story.sell_blinded(creator)?;
    story.tip(creator)?;
    story.refund(creator)?;
    story.pay_out(creator)?;
    story.end(folder, works)
}

/// Everyone in the demo. `iris` has no money and no account before she is paid.
struct Cast {
    ada: Account,
    ben: Account,
    iris: Account,
    dora: Account,
    emil: Account,
    finn: Account,
    gus: Account,
}

struct Story<Say> {
    say: Say,
    farthing: Farthing,
    cast: Cast,
    transfer_fee: Balance,
    steps: Vec<Step>,
    checks: u32,
    before: BTreeMap<String, Balance>,
    fees: BTreeMap<String, Balance>,
    deposits: BTreeMap<String, i128>,
}

impl<Say: FnMut(&str)> Story<Say> {
    fn begin(say: Say) -> Result<Self> {
        let mut farthing = Farthing::default();
        let transfer_fee = measure_transfer(&mut farthing)?;
        let mut before = BTreeMap::from([("deployer".to_owned(), 1_000 * UNIT)]);
        let mut funded = |name: &str| {
            before.insert(name.to_owned(), FUNDS);
            farthing.chain.account(name, FUNDS)
        };
        let cast = Cast {
            ada: funded("ada"),
            ben: funded("ben"),
            dora: funded("dora"),
            emil: funded("emil"),
            finn: funded("finn"),
            gus: funded("gus"),
            iris: Account::named("iris"),
        };
        let mut story = Self {
            say,
            farthing,
            cast,
            transfer_fee,
            steps: Vec::new(),
            checks: 0,
            before,
            fees: BTreeMap::new(),
            deposits: BTreeMap::new(),
        };
        let [registry, storefront] = story.farthing.deployments.clone();
        story.note("deployer", "deploys the registry", 1, &registry);
        story.note("deployer", "deploys the storefront", 1, &storefront);
        Ok(story)
    }

    // ---- The steps ----

    fn register(&mut self) -> Result<CreatorId> {
        let ada = self.cast.ada.clone();
        let receipt = self.farthing.commit(&ada, "ada-reads");
        self.note("ada", "commits to a handle without naming it", 1, &receipt);
        let (creator, receipt) = self
            .farthing
            .register(&ada, "ada-reads", Profile::default())
            .map_err(|e| anyhow!("the handle cannot be registered: {e:?}"))?;
        self.note(
            "ada",
            "reveals and registers the handle ada-reads",
            1,
            &receipt,
        );

        let part = |account: &Account, parts| Recipient {
            account: account.id().ink(),
            parts,
        };
        let split = vec![
            part(&ada, 600_000),
            part(&self.cast.ben, 300_000),
            part(&self.cast.iris, 100_000),
        ];
        let message = self.farthing.registry.call_mut().set_payout(creator, split);
        self.step(
            &ada,
            "shares payouts with ben (30 %) and iris (10 %)",
            message,
            0,
        )?;
        let message = self.farthing.storefront.call_mut().open(creator);
        self.step(&ada, "opens a storefront", message, 0)?;
        Ok(creator)
    }

    fn publish(&mut self, creator: CreatorId, works: &[Work]) -> Result<()> {
        let ada = self.cast.ada.clone();
        for (number, work) in works.iter().enumerate() {
            let listing = Listing {
                price: PRICE,
                content: work.content,
                period: None,
                referral: REFERRAL,
            };
            let message = self
                .farthing
                .storefront
                .call_mut()
                .publish(creator, listing);
            let what = format!(
                "publishes {} for {} UNIT",
                shortened(&work.name),
                units(PRICE)
            );
            let (item, _) = self.step(&ada, &what, message, 0)?;
            self.check("items are numbered from 0", item as usize == number)?;
        }
        let message = self
            .farthing
            .storefront
            .call_mut()
            .set_tier(creator, TIER, Some(PRICE));
        self.step(&ada, "sets a price tier for blinded purchases", message, 0)?;
        Ok(())
    }

    fn sell(&mut self, creator: CreatorId, works: &[Work]) -> Result<()> {
        let (dora, emil, finn, gus) = (
            self.cast.dora.clone(),
            self.cast.emil.clone(),
            self.cast.finn.clone(),
            self.cast.gus.clone(),
        );
        let message = self
            .farthing
            .storefront
            .call_mut()
            .buy(creator, 0, None, PRICE, None);
        self.step(&dora, "buys item 0", message, PRICE)?;
        self.check_delivery(creator, 0, &works[0], &dora.id())?;
        if works.len() > 1 {
            let message = self
                .farthing
                .storefront
                .call_mut()
                .buy(creator, 1, None, PRICE, None);
            let (_, receipt) =
                self.step(&dora, "buys item 1, from the same page", message, PRICE)?;
            self.check("a repeated purchase locks no deposit", receipt.deposit == 0)?;
        }

        let for_emil = Some(emil.id().ink());
        let message = self
            .farthing
            .storefront
            .call_mut()
            .buy(creator, 0, for_emil, PRICE, None);
        self.step(&dora, "gives item 0 to emil", message, PRICE)?;
        let emil_reads = self.has_access(creator, 0, &emil.id());
        self.check("a gift gives access to whom it is for", emil_reads)?;

        let message = self.farthing.storefront.call_mut().enroll();
        self.step(&gus, "enrolls as a referrer", message, 0)?;
        let orders: Vec<Order> = (0..works.len().min(16) as ItemId)
            .map(|item| Order { creator, item })
            .collect();
        let count = orders.len() as u32;
        let total = PRICE * Balance::from(count);
        let by_gus = Some(gus.id().ink());
        let message = self
            .farthing
            .storefront
            .call_mut()
            .buy_many(orders, None, total, by_gus);
        let what = format!("buys {count} items at once, referred by gus");
        self.steps_at_once(&finn, &what, count, message, total)?;
        for (item, work) in works.iter().take(count as usize).enumerate() {
            self.check_delivery(creator, item as ItemId, work, &finn.id())?;
        }
        Ok(())
    }

    fn sell_blinded(&mut self, creator: CreatorId) -> Result<()> {
        let emil = self.cast.emil.clone();
        let shop = self.farthing.storefront_id.clone();
        // A secret that anyone can work out is good enough for a demonstration, and nothing else.
        let secret = commitment::blake2_256(b"emil's secret, from a good random source");
        let opened =
            |item| commitment::blinded_purchase(&shop, creator, TIER, &emil.id(), item, &secret);
        let message =
            self.farthing
                .storefront
                .call_mut()
                .buy_blinded(creator, TIER, opened(0), PRICE);
        let (_, receipt) = self.step(
            &emil,
            "buys something blinded from the price tier",
            message,
            PRICE,
        )?;
        let Some(Payment::Blinded { commitment, .. }) = payments(&receipt).into_iter().next()
        else {
            return Err(anyhow!("a blinded purchase left no event"));
        };
        self.check(
            "the opened commitment proves what was bought",
            commitment == opened(0),
        )?;
        self.check("and nothing else", commitment != opened(1))
    }

    fn tip(&mut self, creator: CreatorId) -> Result<()> {
        let (dora, finn) = (self.cast.dora.clone(), self.cast.finn.clone());
        let message = self
            .farthing
            .storefront
            .call_mut()
            .tip(creator, b"Thank you!".to_vec());
        let what = format!("tips {} UNIT", units(TIP));
        self.step(&dora, &what, message, TIP)?;
        let message = self
            .farthing
            .storefront
            .call_mut()
            .tip(creator, b"Again!".to_vec());
        let (_, receipt) = self.step(&dora, "tips again", message, TIP)?;
        self.check("a tip locks no deposit", receipt.deposit == 0)?;

        let small = TIP / 100;
        let tips = (0..TIPS_AT_ONCE).map(|_| Tip {
            creator,
            amount: small,
            memo: b"for a page".to_vec(),
        });
        let message = self.farthing.storefront.call_mut().tip_many(tips.collect());
        let what = format!("sends {TIPS_AT_ONCE} tips of {} UNIT at once", units(small));
        let value = small * Balance::from(TIPS_AT_ONCE);
        let (_, receipt) = self.steps_at_once(&finn, &what, TIPS_AT_ONCE, message, value)?;
        let cheap = receipt.fee < self.transfer_fee * Balance::from(TIPS_AT_ONCE);
        self.check("a tip of a batch costs less than a transfer", cheap)
    }

    fn refund(&mut self, creator: CreatorId) -> Result<()> {
        let (ada, emil) = (self.cast.ada.clone(), self.cast.emil.clone());
        let dora = self.cast.dora.id();
        let before = self.farthing.chain.balance(&dora);
        let history = vec![Purchase {
            item: 0,
            payer: dora.ink(),
            paid: PRICE,
        }];
        let message =
            self.farthing
                .storefront
                .call_mut()
                .refund(creator, 0, emil.id().ink(), history);
        self.step(&ada, "refunds the gift that dora made emil", message, 0)?;
        let back = self.farthing.chain.balance(&dora) - before;
        self.check("a refund goes to whoever paid, in full", back == PRICE)?;
        let emil_reads = self.has_access(creator, 0, &emil.id());
        self.check("and takes access away", !emil_reads)
    }

    fn pay_out(&mut self, creator: CreatorId) -> Result<()> {
        let (ada, gus) = (self.cast.ada.clone(), self.cast.gus.clone());
        let message = self.farthing.storefront.call().shop(creator);
        let due = self
            .farthing
            .chain
            .read(message)
            .map_or(0, |shop| shop.due());
        let message = self.farthing.storefront.call_mut().payout(creator);
        let (_, receipt) = self.step(&ada, "pays out along the split", message, 0)?;
        let Some(Release::Payout { fee, shares, .. }) = released(&receipt) else {
            return Err(anyhow!("a payout left no event"));
        };
        let paid: Balance = shares.iter().map(|share| share.amount).sum();
        let dust = self
            .farthing
            .chain
            .read(self.farthing.storefront.call().shop(creator));
        let kept = dust.map_or(0, |shop| shop.balance);
        self.check(
            "fee, shares and what rounding kept are all there was",
            fee + paid + kept == due,
        )?;
        self.check("the platform took 2.5 %", fee == due / 40)?;
        let each_third = shares[0].amount / 6 == shares[1].amount / 3;
        self.check("ada got twice as much as ben", each_third)?;
        let in_accounts = shares.iter().all(|share| share.sent);
        self.check("every share is in its account", in_accounts)?;

        let message = self.farthing.storefront.call_mut().withdraw(gus.id().ink());
        self.step(&gus, "withdraws the referral shares", message, 0)?;
        let message = self.farthing.storefront.call_mut().withdraw_fees();
        self.step(&gus, "sends the treasury its fees (anyone can)", message, 0)?;
        let (owed, held) = self.farthing.solvency();
        self.check("the contract owes only what rounding kept", owed == kept)?;
        self.check("and holds exactly that", held == owed)
    }

    fn end(mut self, folder: &Path, works: &[Work]) -> Result<Report> {
        let names = [
            "ada", "ben", "iris", "dora", "emil", "finn", "gus", "treasury", "deployer",
        ];
        let mut accounts: Vec<(String, AccountId)> = names
            .iter()
            .map(|name| (name.to_string(), Account::named(name).id()))
            .collect();
        accounts.push(("storefront".into(), self.farthing.storefront_id.clone()));
        accounts.push(("registry".into(), self.farthing.registry_id.clone()));
        let holders: Vec<Holder> = accounts
            .into_iter()
            .map(|(name, account)| self.holder(name, &account))
            .collect();
        let earned: i128 = holders.iter().map(|holder| holder.earned).sum();
        self.check("what some earned is what others spent", earned == 0)?;
        Ok(Report {
            folder: folder.display().to_string(),
            works: works.iter().map(|work| work.name.clone()).collect(),
            transfer_fee: self.transfer_fee,
            steps: self.steps,
            holders,
            checks: self.checks,
        })
    }

    // ---- Doing a step ----

    fn step<Args: Encode, T: Decode, E: Decode + Debug>(
        &mut self,
        by: &Account,
        what: &str,
        message: Message<Args, Result<T, E>>,
        value: Balance,
    ) -> Result<(T, Receipt)> {
        self.steps_at_once(by, what, 1, message, value)
    }

    fn steps_at_once<Args: Encode, T: Decode, E: Decode + Debug>(
        &mut self,
        by: &Account,
        what: &str,
        times: u32,
        message: Message<Args, Result<T, E>>,
        value: Balance,
    ) -> Result<(T, Receipt)> {
        let (answer, receipt) = self
            .farthing
            .call(by, message, value)
            .map_err(|e| anyhow!("{} could not do this: {what}: {e:?}", by.name()))?;
        self.note(by.name(), what, times, &receipt);
        Ok((answer, receipt))
    }

    fn note(&mut self, by: &str, what: &str, times: u32, receipt: &Receipt) {
        *self.fees.entry(by.into()).or_default() += receipt.fee;
        *self.deposits.entry(by.into()).or_default() += receipt.deposit;
        let step = Step::new(by, what, times, receipt, self.transfer_fee);
        (self.say)(&step.line());
        self.steps.push(step);
    }

    fn check(&mut self, what: &str, holds: bool) -> Result<()> {
        ensure!(holds, "this should hold, and does not: {what}");
        self.checks += 1;
        Ok(())
    }

    // ---- Looking things up ----

    fn has_access(&mut self, creator: CreatorId, item: ItemId, account: &AccountId) -> bool {
        let message = self
            .farthing
            .storefront
            .call()
            .has_access(creator, item, account.ink());
        self.farthing.chain.read(message)
    }

    /// What a buyer's program does: sees that it may have the file, and that the file is the one sold.
    fn check_delivery(
        &mut self,
        creator: CreatorId,
        item: ItemId,
        work: &Work,
        buyer: &AccountId,
    ) -> Result<()> {
        let may_read = self.has_access(creator, item, buyer);
        self.check("who bought an item has access", may_read)?;
        let sold: Option<Hash> = self
            .farthing
            .chain
            .read(self.farthing.storefront.call().item(creator, item))
            .map(|item| item.listing.content);
        let mut delivered = work.deliver()?;
        let fits = sold == Some(commitment::content(&delivered));
        self.check("the delivered file is the one that was sold", fits)?;
        delivered.push(b'!');
        let altered = sold == Some(commitment::content(&delivered));
        self.check("a file altered by a byte is not", !altered)?;
        let page = self
            .farthing
            .chain
            .read(
                self.farthing
                    .storefront
                    .call()
                    .page(creator, buyer.ink(), place(item).0),
            );
        self.check("the purchase is in the buyer's page", page.owned != 0)
    }

    fn holder(&mut self, name: String, account: &AccountId) -> Holder {
        let before = self.before.get(&name).copied().unwrap_or(0);
        let fees = self.fees.get(&name).copied().unwrap_or(0);
        let deposits = self.deposits.get(&name).copied().unwrap_or(0);
        let after = self.farthing.chain.balance(account);
        Holder {
            earned: after as i128 - before as i128 + fees as i128 + deposits,
            name,
            before,
            fees,
            deposits,
            after,
        }
    }
}

/// The fee of a transfer between two accounts that take no other part.
fn measure_transfer(farthing: &mut Farthing) -> Result<Balance> {
    let from = farthing.chain.account("someone", FUNDS);
    let to = farthing.chain.account("someone-else", FUNDS);
    let receipt = farthing
        .chain
        .transfer(&from, &to.id(), UNIT)
        .map_err(|e| anyhow!("a plain transfer failed: {e:?}"))?;
    Ok(receipt.fee)
}

fn payments(receipt: &Receipt) -> Vec<Payment> {
    let events = receipt.events_of::<Payments>();
    events
        .into_iter()
        .flat_map(|event| event.payments)
        .collect()
}

fn released(receipt: &Receipt) -> Option<Release> {
    let event = receipt.events_of::<Released>().into_iter().next()?;
    Some(event.release)
}

fn shortened(name: &str) -> String {
    if name.chars().count() <= 30 {
        return name.into();
    }
    let end: String = name.chars().rev().take(27).collect();
    format!("...{}", end.chars().rev().collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library;

    #[test]
    fn the_story_ends_well_for_one_file_and_for_many() {
        let included = Path::new(env!("CARGO_MANIFEST_DIR")).join("library");
        let mut works = library::read(&included).unwrap();
        for count in [works.len(), 1] {
            works.truncate(count);
            let mut lines = 0;
            let report = tell(&included, &works, |_| lines += 1).unwrap();
            assert_eq!(lines, report.steps.len());
            assert_eq!(report.works.len(), count);
            assert!(report.checks > 20);
            let fees: Balance = report.holders.iter().map(|holder| holder.fees).sum();
            assert_eq!(
                fees,
                report.steps.iter().map(|step| step.fee).sum::<Balance>()
            );
        }
    }
}
