//! Random sequences, against a model that keeps its own books.
//!
//! Contract and model get the same calls. After each of them they must agree about the answer, the
//! events, the storage deposit, every account's money to the last unit, and what either side of the
//! stream could take out. In the end everybody takes out what is theirs, and nobody has paid more or
//! got less than what was streamed.
//!
//! | module | holds |
//! |---|---|
//! | `steps` | what sequences are made of |
//! | `books` | the model |
//! | `rebuilt` | the contract as its events alone tell of it |
//!
//! Each run draws the same sequences, unless told otherwise (see `sequences`); a failure prints the
//! shortest sequence found that leads to it.

mod books;
mod rebuilt;
mod steps;

use super::stage::*;
use crate::indexed::beside;
use crate::sequences::{cases, covers, runner};
use books::{Effect, Flow, Model, Told};
use farthing_chain::Profile;
use rebuilt::Rebuilt;
use std::{cell::RefCell, collections::BTreeMap};
use steps::{Act, Role, Step};

/// Accounts: those that sign, the last of them being the guardian; one that does not exist; and the
/// contract's own.
const SIGNERS: usize = 4;
const GUARDIAN: usize = 3;
const GHOST: usize = 4;
const CONTRACT: usize = 5;

/// Sequences in a usual run, and the most steps in each.
const CASES: u32 = 24;
const LENGTH: usize = 255;
/// Steps that share a block, unless one of them jumps.
const BLOCK: usize = 4;
/// What a stream's record locks.
fn record() -> i128 {
    Profile::current().deposit(1, 133) as i128
}

/// Kinds of step, and errors, that a usual run must meet at least this often.
const LEAST: [(&str, usize); 33] = [
    ("Open", 120),
    ("TopUp", 60),
    ("SetRate", 80),
    ("Pause", 40),
    ("Resume", 10),
    ("Claim", 80),
    ("ClaimMany", 30),
    ("StopMany", 10),
    ("Stop", 50),
    ("Clear", 15),
    ("PauseDeposits", 15),
    ("ResumeDeposits", 30),
    ("Send", 40),
    ("Jump", 250),
    ("UnknownStream", 100),
    ("NotPayer", 30),
    ("NotParty", 4),
    ("PayeeIsPayer", 30),
    ("PayeeIsThis", 3),
    ("ZeroDeposit", 3),
    ("ZeroRate", 3),
    ("Stopped", 80),
    ("AlreadyPaused", 10),
    ("NotPaused", 40),
    ("NothingDue", 100),
    ("NotStopped", 20),
    ("Unclaimed", 2),
    ("NotBefore", 3),
    ("TransferFailed", 3),
    ("BatchSize", 20),
    ("Paused", 40),
    ("NotGuardian", 6),
    ("BadPause", 20),
];

/// A step, given what exists by then.
#[derive(Clone, Debug)]
pub struct Call {
    signer: usize,
    stream: StreamId,
    act: Act,
    /// Streams to claim from, stop or clear.
    batch: Vec<StreamId>,
}

impl Call {
    /// The money attached to it.
    fn value(&self) -> Balance {
        match self.act {
            Act::Open { deposit, .. } => deposit,
            Act::TopUp(amount) | Act::Send(amount) => amount,
            _ => 0,
        }
    }
}

type Coverage = BTreeMap<String, usize>;

#[test]
fn every_unit_is_where_the_model_says_over_random_sequences() {
    Profile::ContractsNode.scope(|| beside(agree));
}

/// Amounts of 8 bytes, an existential deposit of 500 units, and other fees and deposits.
#[test]
fn every_unit_is_where_the_model_says_over_random_sequences_on_subtensor() {
    Profile::Subtensor.scope(|| beside(agree));
}

fn agree() {
    let coverage = RefCell::new(Coverage::new());
    let outcome = runner(cases(CASES)).run(&steps::sequence(LENGTH), |steps| {
        run(&steps, &mut coverage.borrow_mut());
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    let coverage = coverage.into_inner();
    println!("{coverage:#?}");
    if covers(CASES) {
        for (name, least) in LEAST {
            let met = coverage.get(name).copied().unwrap_or_default();
            assert!(met >= least, "{name} was met {met} times, and not {least}");
        }
    }
}

fn run(steps: &[Step], coverage: &mut Coverage) {
    let (mut chain, mut driver) = Driver::new();
    for block in steps.chunks(BLOCK) {
        chain.in_one_block(|chain| {
            for step in block {
                let call = driver.resolve(step, chain.now());
                let done = driver.call(chain, &call, step.insist);
                let name = match done {
                    Ok(()) => name(&call.act),
                    Err(error) => name(&error),
                };
                *coverage.entry(name).or_default() += 1;
            }
        });
    }
    driver.compare_all(&mut chain);
    driver.take_all_out(&mut chain);
}

/// The name of a variant.
fn name(variant: &impl std::fmt::Debug) -> String {
    let text = format!("{variant:?}");
    let end = text.find(|c: char| !c.is_alphanumeric());
    text[..end.unwrap_or(text.len())].to_owned()
}

/// A streams contract, and the model beside it.
struct Driver {
    streams: Streams,
    signers: Vec<Account>,
    ids: Vec<farthing_chain::AccountId>,
    model: Model,
    rebuilt: Rebuilt,
}

impl Driver {
    fn new() -> (Chain, Self) {
        let stage = Stage::new();
        let (mut chain, streams) = (stage.chain, stage.streams);
        let signers = vec![stage.ann, stage.ben, stage.eve, stage.guardian];
        let mut ids: Vec<_> = signers.iter().map(Account::id).collect();
        ids.extend([Account::named("ghost").id(), streams.id.clone()]);
        for signer in &signers {
            chain.mint(&signer.id(), 1_000_000 * UNIT);
        }
        let model = Model {
            accounts: ids.iter().map(AsInk::ink).collect(),
            balances: ids.iter().map(|id| chain.total_balance(id)).collect(),
            issuance: chain.total_issuance(),
            ..Model::default()
        };
        let driver = Self {
            rebuilt: Rebuilt::new(&streams.deployment),
            streams,
            signers,
            ids,
            model,
        };
        (chain, driver)
    }

    fn resolve(&self, step: &Step, now: Millis) -> Call {
        let flows = &self.model.flows;
        let any = |index: usize| index % (flows.len() + 1);
        let there: Vec<usize> = (0..flows.len()).filter(|n| !flows[*n].cleared).collect();
        // One in ten is any stream there ever was, or will be next.
        let stream = match step.stream % 10 == 0 || there.is_empty() {
            true => any(step.stream / 10),
            false => there[step.stream / 10 % there.len()],
        };
        let signer = match (&step.role, flows.get(stream)) {
            (Role::Signer(who), _) => *who,
            (Role::Payer, Some(flow)) => flow.payer,
            (Role::Payee, Some(flow)) if flow.payee < SIGNERS => flow.payee,
            _ => 0,
        };
        let mut batch = Vec::new();
        if let Act::Clear(more) | Act::ClaimMany(more) | Act::StopMany(more) = &step.act {
            batch = match &step.act {
                Act::Clear(_) => self.model.clearable(signer, now),
                Act::StopMany(_) => self.model.stoppable(signer),
                _ => there.iter().map(|n| *n as StreamId).take(4).collect(),
            };
            batch.extend(more.iter().map(|index| any(*index) as StreamId));
            if batch.is_empty() && step.stream % 8 != 0 {
                batch.push(stream as StreamId);
            }
        }
        Call {
            signer,
            stream: stream as StreamId,
            act: step.act.clone(),
            batch,
        }
    }

    /// Runs one call, and says whether it went through or why not.
    ///
    /// # Panics
    /// If contract and model disagree about anything.
    fn call(&mut self, chain: &mut Chain, call: &Call, insist: bool) -> Result<(), Error> {
        let now = chain.now();
        let mut next = self.model.clone();
        let expected = next.apply(call, now);
        let done = match (expected, self.send(chain, call)) {
            (Ok(effect), Ok(receipt)) => {
                next.pay(call, &receipt);
                self.model = next;
                self.check_receipt(call, &effect, &receipt);
                self.rebuilt.follow(&receipt);
                Ok(())
            }
            (Err(error), Err(Failure::Contract(told))) => {
                assert_eq!(told, error, "the error of {call:?}");
                if insist {
                    self.send_in_vain(chain, call);
                }
                Err(error)
            }
            (expected, answer) => panic!("{call:?}: {expected:?}, and it was {answer:?}"),
        };
        self.check_money(chain);
        self.compare(chain, call.stream);
        done
    }

    fn send(&self, chain: &mut Chain, call: &Call) -> Result<Receipt, Failure<Error>> {
        let (mut to, stream, value) = (messages(&self.streams), call.stream, call.value());
        let signer = &self.signers[call.signer];
        let done = match &call.act {
            Act::Open { payee, rate, .. } => {
                let payee = self.model.accounts[*payee];
                let (number, receipt) = chain.call(signer, to.open(payee, *rate), value)?;
                assert_eq!(number, self.model.flows.len() as StreamId, "the number");
                return Ok(receipt);
            }
            Act::TopUp(_) => chain.call(signer, to.top_up(stream), value),
            Act::SetRate(rate) => chain.call(signer, to.set_rate(stream, *rate), 0),
            Act::Pause => chain.call(signer, to.pause_stream(stream), 0),
            Act::Resume => chain.call(signer, to.resume_stream(stream), 0),
            Act::Claim => chain.call(signer, to.claim(stream), 0),
            Act::Stop => chain.call(signer, to.stop(stream), 0),
            Act::ClaimMany(_) => chain.call(signer, to.claim_many(call.batch.clone()), 0),
            Act::StopMany(_) => chain.call(signer, to.stop_many(call.batch.clone()), 0),
            Act::Clear(_) => chain.call(signer, to.clear(call.batch.clone()), 0),
            Act::PauseDeposits(millis) => chain.call(signer, to.pause(*millis), 0),
            Act::ResumeDeposits => chain.call(signer, to.resume(), 0),
            Act::Send(amount) => {
                let sent = chain.transfer(signer, &self.ids[CONTRACT], *amount);
                return sent.map_err(Failure::Chain);
            }
            Act::Jump(millis) => {
                chain.advance(*millis);
                return Ok(NOTHING);
            }
        };
        done.map(|((), receipt)| receipt)
    }

    /// Sends what was refused when asked: it costs its fee and nothing else. The same message with the
    /// same value is only ever refused for the same reason.
    fn send_in_vain(&mut self, chain: &mut Chain, call: &Call) {
        let (mut to, stream, value) = (messages(&self.streams), call.stream, call.value());
        let signer = &self.signers[call.signer];
        let sent = match &call.act {
            Act::Claim => chain.call_unasked(signer, to.claim(stream), 0),
            Act::Stop => chain.call_unasked(signer, to.stop(stream), 0),
            Act::ClaimMany(_) => chain.call_unasked(signer, to.claim_many(call.batch.clone()), 0),
            Act::StopMany(_) => chain.call_unasked(signer, to.stop_many(call.batch.clone()), 0),
            Act::Clear(_) => chain.call_unasked(signer, to.clear(call.batch.clone()), 0),
            Act::TopUp(_) => chain.call_unasked(signer, to.top_up(stream), value),
            _ => return,
        };
        let reverted = format!("{:?}", sent.expect_err("it was refused when asked"));
        assert!(reverted.contains("ContractReverted"), "{reverted}");
        let fee = self.model.issuance - chain.total_issuance();
        self.model.balances[call.signer] -= fee;
        self.model.issuance -= fee;
    }

    fn check_receipt(&self, call: &Call, effect: &Effect, receipt: &Receipt) {
        let told: Vec<Told> = receipt.events.iter().map(told).collect();
        assert_eq!(told, effect.told, "the events of {call:?}");
        // What the chain gives back it rounds down, once for items and once for bytes.
        let lost = receipt.deposit - effect.records * record();
        let rounding = if effect.records < 0 { 2 } else { 0 };
        assert!(
            (0..=rounding).contains(&lost),
            "a deposit of {}",
            receipt.deposit
        );
    }

    /// All money there is.
    fn check_money(&self, chain: &mut Chain) {
        let model = &self.model;
        assert_eq!(chain.total_issuance(), model.issuance, "money there is");
        for (who, id) in self.ids.iter().enumerate() {
            let has = chain.total_balance(id);
            assert_eq!(has, model.balances[who], "the balance of account {who}");
        }
        let held = chain.balance(&self.ids[CONTRACT]) - existential_deposit();
        assert_eq!(held, model.owed() + model.forced, "money held");
    }

    /// What either side of a stream could take out.
    fn compare(&self, chain: &mut Chain, stream: StreamId) {
        let now = chain.now();
        let due = chain.read(messages(&self.streams).due(stream));
        let flow = self.model.flows.get(stream as usize);
        let Some(flow) = flow.filter(|flow| !flow.cleared) else {
            return assert_eq!(due, None, "there is no stream {stream}");
        };
        let due = due.expect("there is a stream");
        assert_eq!(
            (due.payee, due.payer),
            (flow.claimable(now), flow.rest(now))
        );
        flow.check_dry_at(now, due.dry_at);
    }

    fn compare_all(&self, chain: &mut Chain) {
        for stream in 0..=self.model.flows.len() as StreamId {
            self.compare(chain, stream);
        }
        let owed = self.model.owed();
        assert_eq!(
            self.streams.solvency(chain),
            (owed, owed + self.model.forced)
        );
        self.streams.assert_solvent(chain);
        self.rebuilt.compare(chain, &self.streams);
    }

    /// Everybody takes out what is theirs, and nobody can stop them: not the other side, and not the
    /// guardian. What is left belongs to those who cannot ask for it.
    fn take_all_out(&mut self, chain: &mut Chain) {
        for stream in 0..self.model.flows.len() as StreamId {
            let flow = self.model.flows[stream as usize].clone();
            let act = |signer, act| Call {
                signer,
                stream,
                act,
                batch: Vec::new(),
            };
            if !flow.stopped {
                let stop = act(flow.payer, Act::Stop);
                assert_eq!(self.call(chain, &stop, false), Ok(()));
            }
        }
        chain.advance(MIN_KEPT);
        for stream in 0..self.model.flows.len() as StreamId {
            let flow = self.flow(stream);
            if flow.cleared {
                continue;
            }
            let clear = Call {
                signer: flow.payer,
                stream,
                act: Act::Clear(Vec::new()),
                batch: vec![stream],
            };
            let done = self.call(chain, &clear, false);
            let left = self.flow(stream).owed();
            // Only what the chain lets nobody have is left.
            let refused = flow.payee == GHOST && left > 0 && left < existential_deposit();
            match done {
                Ok(()) => assert_eq!(left, 0, "nothing is left"),
                Err(error) => {
                    assert_eq!(error, Error::Unclaimed(stream, left));
                    assert!(refused, "{left} is kept of stream {stream}");
                }
            }
        }
        self.compare_all(chain);
    }

    fn flow(&self, stream: StreamId) -> Flow {
        self.model.flows[stream as usize].clone()
    }
}

/// What an event tells, of whichever kind it is.
fn told(event: &farthing_chain::ContractEvent) -> Told {
    if let Some(event) = event.decode::<StreamChanged>() {
        return Told::Change(event.stream, event.change);
    }
    if let Some(event) = event.decode::<StreamsCleared>() {
        return Told::Clearing(event.payer, event.streams);
    }
    if let Some(event) = event.decode::<PausedUntil>() {
        return Told::Pause(event.until);
    }
    let event: Claimed = event.decode().expect("an event of no other kind");
    Told::Claim(event.stream, event.payee, event.amount)
}

/// What a step without a transaction costs.
const NOTHING: Receipt = Receipt {
    fee: 0,
    deposit: 0,
    weight: farthing_chain::Weight::zero(),
    events: Vec::new(),
};
