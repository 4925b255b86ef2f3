//! What the demo's chapters share: a chain, people on it, and what is told of each step. Every
//! expectation that fails ends the story.

use crate::{
    library::Work,
    report::{Holder, Report, Step, Summary},
    stage::{Account, Stage},
};
use anyhow::{anyhow, ensure, Result};
use farthing_chain::{at, AccountId, AsInk, Balance, Message, Receipt, UNIT};
use farthing_contracts::registry::{claims::Wait, RegistryRef};
use farthing_contracts::storefront::StorefrontRef;
use farthing_contracts::Contract;
use scale::{Decode, Encode};
use std::{collections::BTreeMap, fmt::Debug, path::Path};

/// How long the claim of a handle waits here.
const A_BLOCK: Wait = Wait {
    millis: 0,
    blocks: 1,
};

/// What everyone who has money begins with.
pub const FUNDS: Balance = 100 * UNIT;

/// The storefront's fee, in basis points.
const FEE: u16 = 250;

/// Runs the whole demo on a chain, telling each step as it happens.
pub fn tell(
    stage: &mut impl Stage,
    folder: &Path,
    works: &[Work],
    say: impl FnMut(&str),
) -> Result<Report> {
    let mut story = Story::begin(stage, say)?;
    story.sale(works)?;
    story.music()?;
    story.ride()?;
    story.causes()?;
    story.end(folder, works)
}

/// Sells the folder over HTTP, on a node of its own, telling each step as it happens.
#[cfg(feature = "gateway")]
pub fn tell_of_gateway(
    stage: &mut crate::stage::Node,
    folder: &Path,
    works: &[Work],
    say: impl FnMut(&str),
) -> Result<Report> {
    let mut story = Story::begin(stage, say)?;
    story.web(folder, works)?;
    story.end(folder, works)
}

/// The story so far.
pub struct Story<'a, Say, S> {
    say: Say,
    pub stage: &'a mut S,
    pub registry_id: AccountId,
    pub storefront_id: AccountId,
    pub registry: RegistryRef,
    pub storefront: StorefrontRef,
    pub transfer_fee: Balance,
    steps: Vec<Step>,
    summaries: Vec<Summary>,
    checks: u32,
    /// People by name, in the order of their appearance, and then contracts; a crowd is one entry.
    people: Vec<(String, Vec<AccountId>)>,
    contracts: Vec<(String, Vec<AccountId>)>,
    before: BTreeMap<String, Balance>,
    fees: BTreeMap<String, Balance>,
    deposits: BTreeMap<String, i128>,
}

impl<'a, Say: FnMut(&str), S: Stage> Story<'a, Say, S> {
    fn begin(stage: &'a mut S, say: Say) -> Result<Self> {
        let deployer = stage.named("deployer");
        stage.endow(&deployer.id(), 1_000 * UNIT)?;
        let reserved = ["farthing", "admin"].map(String::from).to_vec();
        // The story waits a block between commitment and reveal, and not five and a minute.
        let constructor = RegistryRef::with_wait(reserved, A_BLOCK);
        let (registry, registry_receipt) =
            stage.deploy(&deployer, Contract::Registry, constructor)?;
        // It has to exist before small fees can be sent to it.
        let treasury = stage.named("treasury").id();
        stage.endow(&treasury, UNIT)?;
        let constructor = StorefrontRef::new(
            registry.ink(),
            FEE,
            stage.named("treasury").id().ink(),
            Some(stage.named("guardian").id().ink()),
        );
        let (storefront, storefront_receipt) =
            stage.deploy(&deployer, Contract::Storefront, constructor)?;
        let transfer_fee = measure_transfer(stage)?;
        let mut story = Self {
            say,
            stage,
            registry: at(&registry),
            storefront: at(&storefront),
            registry_id: registry,
            storefront_id: storefront,
            transfer_fee,
            steps: Vec::new(),
            summaries: Vec::new(),
            checks: 0,
            people: Vec::new(),
            contracts: Vec::new(),
            before: BTreeMap::new(),
            fees: BTreeMap::new(),
            deposits: BTreeMap::new(),
        };
        story.introduce("deployer");
        story.before.insert("deployer".into(), 1_000 * UNIT);
        story.introduce("treasury");
        story.before.insert("treasury".into(), UNIT);
        let what = "deploys the registry";
        story.note("deployer", what, 1, &registry_receipt);
        let what = "deploys the storefront";
        story.note("deployer", what, 1, &storefront_receipt);
        story.contract(Contract::Registry.name(), story.registry_id.clone());
        story.contract(Contract::Storefront.name(), story.storefront_id.clone());
        Ok(story)
    }

    // ---- Who takes part ----

    /// Introduces a person whose balance is shown in the end.
    pub fn introduce(&mut self, name: &str) {
        let account = self.stage.named(name).id();
        self.people.push((name.into(), vec![account]));
    }

    /// Introduces a person, and gives them [`FUNDS`].
    pub fn fund(&mut self, name: &str) -> Result<Account> {
        self.introduce(name);
        self.before.insert(name.into(), FUNDS);
        let account = self.stage.named(name);
        self.stage.endow(&account.id(), FUNDS)?;
        Ok(account)
    }

    /// Introduces many people with [`FUNDS`] each, who are shown as one.
    pub fn crowd(&mut self, name: &str, count: usize) -> Result<Vec<Account>> {
        let mut accounts = Vec::new();
        for n in 1..=count {
            let account = self.stage.named(&format!("{name} {n}"));
            self.stage.endow(&account.id(), FUNDS)?;
            accounts.push(account);
        }
        let ids = accounts.iter().map(Account::id).collect();
        self.people.push((name.into(), ids));
        self.before.insert(name.into(), FUNDS * count as Balance);
        Ok(accounts)
    }

    /// Introduces a contract whose balance is shown in the end.
    pub fn contract(&mut self, name: &str, account: AccountId) {
        self.contracts.push((name.into(), vec![account]));
    }

    fn end(mut self, folder: &Path, works: &[Work]) -> Result<Report> {
        let mut accounts = core::mem::take(&mut self.people);
        accounts.append(&mut self.contracts);
        let mut holders: Vec<Holder> = Vec::new();
        for (name, accounts) in accounts {
            holders.push(self.holder(name, &accounts)?);
        }
        let earned: i128 = holders.iter().map(|holder| holder.earned).sum();
        self.check("what some earned is what others spent", earned == 0)?;
        Ok(Report {
            folder: folder.display().to_string(),
            works: works.iter().map(|work| work.name.clone()).collect(),
            transfer_fee: self.transfer_fee,
            steps: self.steps,
            summaries: self.summaries,
            holders,
            checks: self.checks,
        })
    }

    // ---- Doing a step ----

    /// Makes a call that must go through.
    pub fn step<Args: Encode, T: Decode, E: Decode + Debug>(
        &mut self,
        by: &Account,
        what: &str,
        message: Message<Args, Result<T, E>>,
        value: Balance,
    ) -> Result<(T, Receipt)> {
        self.steps_at_once(by, what, 1, message, value)
    }

    /// Makes a call that does many things at once.
    pub fn steps_at_once<Args: Encode, T: Decode, E: Decode + Debug>(
        &mut self,
        by: &Account,
        what: &str,
        times: u32,
        message: Message<Args, Result<T, E>>,
        value: Balance,
    ) -> Result<(T, Receipt)> {
        let (answer, receipt) = self.call(by, what, message, value)?;
        self.note(by.name(), what, times, &receipt);
        Ok((answer, receipt))
    }

    /// Makes a call that must go through, to be told with others.
    pub fn call<Args: Encode, T: Decode, E: Decode + Debug>(
        &mut self,
        by: &Account,
        what: &str,
        message: Message<Args, Result<T, E>>,
        value: Balance,
    ) -> Result<(T, Receipt)> {
        self.stage
            .call(by, message, value)?
            .map_err(|why| anyhow!("{} could not do this: {what}: {why}", by.name()))
    }

    /// Notes a step for the report, and tells of it.
    pub fn note(&mut self, by: &str, what: &str, times: u32, receipt: &Receipt) {
        self.note_all(by, what, times, std::slice::from_ref(receipt));
    }

    /// Tells of what many did alike.
    pub fn note_all(&mut self, by: &str, what: &str, times: u32, receipts: &[Receipt]) {
        let step = Step::new(by, what, times, receipts, self.transfer_fee);
        *self.fees.entry(by.into()).or_default() += step.fee;
        *self.deposits.entry(by.into()).or_default() += step.deposit;
        (self.say)(&step.line());
        self.steps.push(step);
    }

    /// Returns how many steps there were so far.
    pub fn steps_so_far(&self) -> usize {
        self.steps.len()
    }

    /// Tells what `payments` cost each in the steps from number `first` on.
    pub fn sum_up(&mut self, what: &str, payments: u32, first: usize) -> &Summary {
        let fees = self.steps[first..].iter().map(|step| step.fee).sum();
        let summary = Summary::new(what, payments, fees, self.transfer_fee);
        (self.say)(&summary.line());
        self.summaries.push(summary);
        &self.summaries[self.summaries.len() - 1]
    }

    /// Ends the story unless `holds`.
    pub fn check(&mut self, what: &str, holds: bool) -> Result<()> {
        ensure!(holds, "this should hold, and does not: {what}");
        self.checks += 1;
        Ok(())
    }

    fn holder(&mut self, name: String, accounts: &[AccountId]) -> Result<Holder> {
        let before = self.before.get(&name).copied().unwrap_or(0);
        let fees = self.fees.get(&name).copied().unwrap_or(0);
        let deposits = self.deposits.get(&name).copied().unwrap_or(0);
        let mut after = 0;
        for account in accounts {
            after += self.stage.balance(account)?;
        }
        Ok(Holder {
            earned: after as i128 - before as i128 + fees as i128 + deposits,
            name,
            before,
            fees,
            deposits,
            after,
        })
    }
}

/// Measures the fee of a transfer between two accounts that take no other part.
fn measure_transfer(stage: &mut impl Stage) -> Result<Balance> {
    let (from, to) = (stage.named("someone"), stage.named("someone-else"));
    for account in [&from, &to] {
        stage.endow(&account.id(), FUNDS)?;
    }
    Ok(stage.transfer(&from, &to.id(), UNIT)?.fee)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{library, stage::Embedded};

    #[test]
    fn the_story_ends_well_for_one_file_and_for_many() {
        let included = Path::new(env!("CARGO_MANIFEST_DIR")).join("library");
        let mut works = library::read(&included).unwrap();
        for count in [works.len(), 1] {
            works.truncate(count);
            let mut lines = 0;
            let report = tell(&mut Embedded::default(), &included, &works, |_| lines += 1).unwrap();
            assert_eq!(lines, report.steps.len() + report.summaries.len());
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
