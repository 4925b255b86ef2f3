//! Random sequences, against a model that keeps its own books.
//!
//! The model knows what the documentation says and nothing of how the contract does it: it keeps lists
//! of all gifts, sponsors and payouts, and works out from them what each message must answer, what
//! everyone must have, and what the pool must owe to whom. Pool and model get the same calls and are
//! compared after each.
//!
//! Each run draws the same sequences, unless told otherwise (see `sequences`).

mod books;
mod steps;

use super::rebuilt::Rebuilt;
use super::world::{
    Account, AccountId, Arrived, AsInk, Chain, Division, DonationPool, Donations, Error, Failure,
    Fee, Gift, Match, Mode, Note, Pledge, Receipt, Release, Share, Stage, Step, Terms, PARTS,
    RECORD_BYTES,
};
use crate::indexed::beside;
use crate::sequences::{cases, covers, runner, story};
use books::{Act, Call, Model, Outcome, Rules, HELPERS, POOL, SIGNERS, TREASURY};
use farthing_chain::Profile;
use farthing_contracts::pool::events::Released;
use ink::codegen::TraitCallBuilder;
use proptest::test_runner::{TestCaseError, TestError};
use std::{
    cell::RefCell,
    collections::BTreeMap,
    panic::{catch_unwind, AssertUnwindSafe},
    sync::OnceLock,
};
use steps::{Kind, Plan, KINDS};

/// Sequences in a usual run, and steps in each.
const CASES: u32 = 80;
const LENGTH: usize = 148;
/// Steps that share a block, unless one of them jumps.
const BLOCK: usize = 4;
/// Blocks from one full comparison to the next.
const COMPARE: usize = 5;
/// The bytes that an offer of a share adds to the root item: a place and an account.
const OFFER_BYTES: u32 = 1 + 32;
/// Different errors that a usual run must meet at least.
const ERRORS: usize = 27;

/// How many steps of each kind were run and went through, and which errors were met.
#[derive(Default)]
struct Coverage {
    kinds: BTreeMap<Kind, (usize, usize)>,
    errors: BTreeMap<String, usize>,
    stages: [usize; 3],
}

#[test]
fn every_unit_is_somebodys_over_random_sequences() {
    Profile::ContractsNode.scope(|| beside(agree));
}

/// Amounts of 8 bytes, an existential deposit of 500 units, and other fees and deposits.
#[test]
fn every_unit_is_somebodys_over_random_sequences_on_subtensor() {
    Profile::Subtensor.scope(|| beside(agree));
}

fn agree() {
    let coverage = RefCell::new(Coverage::default());
    let outcome = runner(cases(CASES)).run(&steps::plan(LENGTH), |plan| {
        let mut calls = Vec::new();
        let run = AssertUnwindSafe(|| run(&plan, &coverage, &mut calls));
        catch_unwind(run).map_err(|panic| TestCaseError::fail(story(&calls, panic.as_ref())))
    });
    if let Err(TestError::Fail(story, plan)) = outcome {
        panic!("{:?}\n{story}", plan.rules);
    }
    check_coverage(&coverage.into_inner());
}

fn run(plan: &Plan, coverage: &RefCell<Coverage>, calls: &mut Vec<Call>) {
    let (mut chain, mut driver) = Driver::new(&plan.rules);
    for (n, block) in plan.steps.chunks(BLOCK).enumerate() {
        chain.in_one_block(|chain| {
            for step in block {
                let call = step.call(&plan.rules, chain.now());
                calls.push(call.clone());
                let refusal = driver.run(chain, &call).err();
                let mut coverage = coverage.borrow_mut();
                let (all, good) = coverage.kinds.entry(step.kind).or_default();
                *all += 1;
                match refusal {
                    None => *good += 1,
                    Some(error) => {
                        let error = format!("{error:?}").replace(|c: char| c.is_ascii_digit(), "");
                        *coverage.errors.entry(error).or_default() += 1;
                    }
                }
            }
        });
        if n % COMPARE == 0 {
            driver.compare(&mut chain);
        }
    }
    driver.compare(&mut chain);
    coverage.borrow_mut().stages[driver.stage() as usize] += 1;
    driver.at.assert_solvent(&mut chain);
}

fn check_coverage(coverage: &Coverage) {
    let steps: usize = coverage.kinds.values().map(|(all, _)| all).sum();
    println!(
        "{steps} steps; at the end open, ended, missed: {:?}",
        coverage.stages
    );
    for (kind, (all, good)) in &coverage.kinds {
        println!("{good:>6} of {all:>5} {kind:?}");
    }
    for (error, times) in &coverage.errors {
        println!("{times:>6} {error}");
    }
    if !covers(CASES) {
        return;
    }
    assert!(steps >= 10_000, "only {steps} steps");
    assert!(coverage.stages.iter().all(|times| *times >= 5));
    for (_, least, kind) in KINDS {
        let (_, good) = coverage.kinds.get(&kind).copied().unwrap_or_default();
        assert!(
            good >= least,
            "{kind:?} went through {good} times, and not {least}"
        );
    }
    let errors = coverage.errors.len();
    assert!(errors >= ERRORS, "only {errors} different errors");
}

/// A pool on a chain, and the model beside it.
struct Driver {
    at: DonationPool,
    signers: Vec<Account>,
    ids: Vec<AccountId>,
    model: Model,
    /// What the pool's events tell.
    rebuilt: Rebuilt,
}

impl Driver {
    fn new(rules: &Rules) -> (Chain, Self) {
        // Deriving keys from names takes longer than many calls.
        static NAMED: OnceLock<Vec<Account>> = OnceLock::new();
        let name = |who| Account::named(&format!("person-{who}"));
        let named = NAMED.get_or_init(|| (0..POOL).map(name).collect());
        let mut chain = Chain::new();
        let signers = named[..SIGNERS].to_vec();
        for signer in &signers {
            chain.mint(&signer.id(), 100_000_000 * Profile::current().unit());
        }
        let mut ids: Vec<AccountId> = named.iter().map(Account::id).collect();
        let terms = terms(rules, &ids);
        let at = DonationPool::deploy(&mut chain, &signers[0], terms)
            .unwrap_or_else(|e| panic!("the pool cannot be deployed: {e:?}"));
        ids.push(at.id.clone());
        let mut model = Model::new(rules.clone());
        for (balance, id) in model.balances.iter_mut().zip(&ids) {
            *balance = chain.total_balance(id);
        }
        let driver = Self {
            rebuilt: Rebuilt::new(at.deployment.as_ref().unwrap()),
            at,
            signers,
            ids,
            model,
        };
        (chain, driver)
    }

    /// Runs one call, and says whether it went through or why not.
    ///
    /// # Panics
    /// If pool and model disagree about anything.
    fn run(&mut self, chain: &mut Chain, call: &Call) -> Result<(), Error> {
        self.model.now = chain.now();
        let mut next = self.model.clone();
        let expected = next.act(call);
        let well = match (expected, self.send(chain, call)) {
            (Ok(outcome), Ok(receipt)) => {
                self.model = next;
                let balances = &mut self.model.balances;
                let moved = |balance: u128, by: i128| balance.checked_add_signed(by).unwrap();
                balances[call.signer] = moved(balances[call.signer], -receipt.deposit);
                balances[call.signer] -= receipt.fee;
                balances[POOL] = moved(balances[POOL], receipt.deposit);
                self.check(call, &outcome, &receipt);
                self.rebuilt.follow(&receipt);
                Ok(())
            }
            (Err(error), Err(Failure::Contract(refusal))) => {
                assert_eq!(refusal, error, "the error");
                Err(error)
            }
            (expected, answer) => panic!("expected {expected:?}, and it was {answer:?}"),
        };
        for (who, id) in self.ids.iter().enumerate() {
            let has = chain.total_balance(id);
            assert_eq!(has, self.model.balances[who], "what {who} has");
        }
        well
    }

    fn check(&self, call: &Call, outcome: &Outcome, receipt: &Receipt) {
        if !matches!(call.act, Act::Sponsor { .. }) {
            let deposit = outcome.records * Profile::current().deposit(1, RECORD_BYTES) as i128
                + outcome.offers * Profile::current().deposit(0, OFFER_BYTES) as i128;
            // What the chain gives back it rounds down, once for items and once for bytes.
            let off = receipt.deposit - deposit;
            assert!(
                (0..=2).contains(&off),
                "deposit {} for {deposit}",
                receipt.deposit
            );
        }
        let gifts = match &call.act {
            Act::Donate => vec![(call.signer, call.value)],
            Act::DonateFor { donor } | Act::DonateInRound { donor } => vec![(*donor, call.value)],
            Act::DonateMany { gifts } => gifts.clone(),
            _ => vec![],
        };
        let told = receipt.events_of::<Donations>();
        assert_eq!(told.len(), usize::from(!gifts.is_empty()));
        for event in &told {
            assert_eq!(event.payer, self.ids[call.signer].ink());
            assert_eq!(event.signed, self.model.rules.goal.is_some());
            let pairs = gifts.iter().zip(&outcome.matched);
            let donations = pairs.map(|(&(donor, amount), matched)| {
                let one = |&(sponsor, amount): &(u32, u128)| Match { sponsor, amount };
                let matched = matched.iter().map(one).collect();
                gift(&self.ids, donor, amount).matched_by(matched)
            });
            assert_eq!(event.donations, donations.collect::<Vec<_>>());
        }
        let arrived = receipt.events_of::<Arrived>();
        let divisions = arrived.into_iter().map(|event| event.division);
        let divisions = divisions.chain(told.into_iter().map(|event| event.division));
        let passed = divisions.flatten().flat_map(of_division);
        let told = receipt.events_of::<Released>().into_iter();
        let told: Vec<Share> = told
            .flat_map(|one| shares(one.release))
            .chain(passed)
            .collect();
        let paid = outcome.paid.iter().map(|&(who, amount, sent)| Share {
            account: self.ids[who].ink(),
            amount,
            sent,
        });
        assert_eq!(
            told,
            paid.collect::<Vec<_>>(),
            "the money told to have left"
        );
    }

    fn stage(&self) -> Stage {
        match (self.model.is_open(), self.model.missed()) {
            (true, _) => Stage::Open,
            (_, true) => Stage::Missed,
            _ => Stage::Ended,
        }
    }

    /// Compares everything that the pool can be asked.
    fn compare(&mut self, chain: &mut Chain) {
        self.model.now = chain.now();
        let model = &self.model;
        let pool = self.at.pool.call();
        let overview = chain.read(pool.overview());
        let (books, till) = (overview.sums, overview.till);
        assert_eq!(overview.stage, self.stage());
        assert_eq!(
            overview.releasable,
            model.releasable(),
            "what can be paid out"
        );
        assert_eq!(books.donated, model.donated());
        assert_eq!(books.matched, model.matched());
        assert_eq!(books.pocket, model.grants);
        assert_eq!(books.finalised, model.finalised);
        assert_eq!(till.settled, model.payouts.iter().sum::<u128>());
        assert_eq!(till.payouts as usize, model.payouts.len());
        assert_eq!(till.refunded, model.refunds.values().sum::<u128>());
        assert_eq!(till.kept_in_all(), model.kept.values().sum::<u128>());
        let owed: u128 = model.owed_to_each().iter().sum();
        let held = model.came - model.went;
        assert_eq!(owed + model.surplus, held, "units that are nobody's");
        let solvency = chain.read(pool.solvency());
        assert_eq!(solvency, (owed, held), "owed and held");
        let holders = overview.terms.beneficiaries.iter();
        let holders: Vec<_> = holders.map(|one| one.account).collect();
        let expected = model.holders.iter().map(|who| self.ids[*who].ink());
        assert_eq!(
            holders,
            expected.collect::<Vec<_>>(),
            "whose the shares are"
        );
        assert_eq!(overview.offers.len(), model.offers.len());
        self.compare_sponsors(chain);
        self.compare_records(chain);
        self.rebuilt.compare(chain, &self.at.pool, &self.ids);
    }

    fn compare_sponsors(&self, chain: &mut Chain) {
        let model = &self.model;
        let sponsors = chain.read(self.at.pool.call().sponsors());
        let placed: Vec<_> = model.backers.iter().filter(|one| one.placed).collect();
        assert_eq!(sponsors.len(), placed.len());
        for (sponsor, backer) in sponsors.iter().zip(placed) {
            assert_eq!(sponsor.number, backer.number);
            assert_eq!(sponsor.account, self.ids[backer.account].ink());
            assert_eq!(sponsor.given, backer.given);
            assert_eq!(sponsor.spent, model.spent(backer.number));
            assert_eq!(sponsor.until, backer.until);
            assert_eq!(sponsor.returned, backer.returned);
        }
    }

    fn compare_records(&self, chain: &mut Chain) {
        let (model, pool) = (&self.model, self.at.pool.call());
        for (who, id) in self.ids.iter().enumerate() {
            let kept = model.kept.get(&who).copied().unwrap_or(0);
            assert_eq!(chain.read(pool.kept_for(id.ink())), kept, "kept for {who}");
            let record = chain.read(pool.donor(id.ink()));
            let payer = record.as_ref().map(|one| one.payer);
            let expected = model.records.get(&who);
            let expected = expected.map(|payer| Some(self.ids[*payer].ink()));
            assert_eq!(payer, expected, "who paid for the record of {who}");
            let Some(record) = record else { continue };
            assert_eq!(record.given, model.refundable(who), "given by {who}");
            assert_eq!(record.paid, model.paid_by_payer(who), "paid in for {who}");
            for (backer, matched) in model.backers.iter().zip(record.matched) {
                assert_eq!(matched, model.matched_for(backer.number, who));
            }
        }
    }

    fn send(&mut self, chain: &mut Chain, call: &Call) -> Result<Receipt, Failure<Error>> {
        let signer = &self.signers[call.signer].clone();
        let value = call.value;
        let ids = &self.ids;
        let account = |who: usize| ids[who].ink();
        let note = Note {
            commitment: [1; 32],
            uri: "u".into(),
        };
        let to = self.at.pool.call_mut();
        let done = match call.act.clone() {
            Act::Donate => chain.call(signer, to.donate(None), value),
            Act::DonateFor { donor } => {
                chain.call(signer, to.donate_for(account(donor), None), value)
            }
            Act::DonateInRound { donor } => {
                chain.call(signer, to.donate_in_round(account(donor), None), value)
            }
            Act::Publish => chain.call(signer, to.publish(note), value),
            Act::Offer { to: heir } => chain.call(signer, to.offer_share(heir.map(account)), value),
            Act::Accept { from } => chain.call(signer, to.accept_share(account(from)), value),
            Act::DonateMany { gifts } => {
                let gifts = gifts.into_iter();
                let gifts = gifts.map(|(donor, amount)| gift(ids, donor, amount));
                let gifts = gifts.collect();
                chain.call(signer, to.donate_many(gifts), value)
            }
            Act::Sponsor {
                ratio,
                per_donor,
                until,
            } => {
                let pledge = Pledge {
                    ratio,
                    per_donor,
                    until,
                };
                let (number, receipt) = chain.call(signer, to.sponsor(pledge), value)?;
                assert_eq!(number as usize, self.model.backers.len() + 1);
                Ok(((), receipt))
            }
            Act::ReturnSponsorship { number } => {
                chain.call(signer, to.return_sponsorship(number), value)
            }
            Act::Grant => chain.call(signer, to.grant(), value),
            Act::TakeIn => {
                let taken = chain.call(signer, to.take_in(), value)?;
                Ok(((), taken.1))
            }
            Act::Finalise => chain.call(signer, to.finalise(), value),
            Act::Refund { donor } => chain.call(signer, to.refund(account(donor)), value),
            Act::Payout { note: said } => {
                chain.call(signer, to.payout(said.then_some(note)), value)
            }
            Act::Explain { payout } => chain.call(signer, to.explain(Some(payout), note), value),
            Act::Withdraw { account: who } => chain.call(signer, to.withdraw(account(who)), value),
            Act::Forget { donor } => chain.call(signer, to.forget(account(donor)), value),
            Act::Send { to } => {
                let sent = chain.transfer(signer, &self.ids[to], value);
                sent.map(|receipt| ((), receipt)).map_err(Failure::Chain)
            }
            Act::Jump { to } => {
                chain.seal_at(to);
                Ok(((), NOTHING))
            }
        };
        done.map(|(_, receipt)| receipt)
    }
}

fn gift(ids: &[AccountId], donor: usize, amount: u128) -> Gift {
    Gift {
        donor: ids[donor].ink(),
        amount,
        memo: None,
    }
}

/// What a step without a transaction costs.
const NOTHING: Receipt = Receipt {
    fee: 0,
    deposit: 0,
    weight: farthing_chain::Weight::zero(),
    events: Vec::new(),
};

fn terms(rules: &Rules, ids: &[AccountId]) -> Terms {
    let accounts = [1].into_iter().chain(HELPERS);
    let parts: Vec<_> = accounts
        .zip(&rules.parts)
        .map(|(who, parts)| (&ids[who], *parts))
        .collect();
    assert_eq!(parts.iter().map(|one| one.1).sum::<u32>(), PARTS);
    Terms {
        title: "t".into(),
        description: [0; 32],
        uri: String::new(),
        beneficiaries: super::world::split(&parts),
        mode: match (rules.goal, rules.closes) {
            (Some(goal), Some(deadline)) => Mode::AllOrNothing { goal, deadline },
            (_, closes) => Mode::KeepAll { closes },
        },
        minimum: rules.minimum,
        fee: rules.fee.map(|points| Fee {
            points,
            treasury: ids[TREASURY].ink(),
        }),
        release: rules
            .release
            .iter()
            .map(|&(from, parts)| Step { from, parts })
            .collect(),
        least_sponsorship: rules.least,
    }
}

/// Who got what that went straight through.
fn of_division(division: Division) -> impl Iterator<Item = Share> {
    division.fee.into_iter().chain(division.shares)
}

/// Who got what by a release, in its order.
fn shares(release: Release) -> Vec<Share> {
    let one = |account, amount| {
        vec![Share {
            account,
            amount,
            sent: true,
        }]
    };
    match release {
        Release::Payout { fee, shares, .. } => fee.into_iter().chain(shares).collect(),
        Release::Refund { to, amount, .. } => one(to, amount),
        Release::Sponsorship {
            account, amount, ..
        }
        | Release::Withdrawal { account, amount } => one(account, amount),
    }
}
