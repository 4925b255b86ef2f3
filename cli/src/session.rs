//! What commands share: the chain, the deployment, the signer, and the one way to send a transaction.

use crate::{
    arguments::Options,
    output::{signed_unit, unit, Output},
    prompt, signer,
    step::Taking,
};
use farthing_client::{
    files, Account, Answer, Call, Chain, Client, Done, Earlier, Emitted, Error, Fate, Gas, Key,
    Message, Outbox, Plan, Receipt, Step, Unfinished,
};
use farthing_contracts::Single;
use farthing_types::{Balance, Millis};
use scale::{Decode, Encode};
use serde_json::{json, Value};
use std::{
    collections::BTreeMap,
    env,
    path::{Path, PathBuf},
};
use tokio::sync::OnceCell;

/// For how long the same command means the same moment.
const HOUR: Millis = 60 * 60 * 1_000;

/// A command at work.
pub struct Session {
    pub options: Options,
    pub output: Output,
    pub client: Client,
    /// See [`Session::state`].
    state: OnceCell<PathBuf>,
    key: Option<Key>,
    outbox: Option<Outbox>,
    /// Whether what is in the outbox is this command's, and its result was told.
    told: bool,
    /// What is to be done once the result was told.
    once_told: Vec<Work>,
}

type Work = Box<dyn FnOnce() -> Result<(), Error>>;

/// Why a command ends before it is through.
#[derive(Debug)]
pub enum Stop {
    /// Something went wrong.
    Failed(Error),
    /// Only a plan was asked for, and shown; what comes after cannot be tried out before it happens.
    Planned,
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// How a command ends.
pub type Outcome<T = ()> = Result<T, Stop>;

/// The folder for what must not be lost.
pub fn state_folder(options: &Options) -> Result<PathBuf, Error> {
    let set = |name| {
        env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    options
        .state
        .clone()
        .or_else(|| set("XDG_STATE_HOME").map(|folder| folder.join("farthing")))
        .or_else(|| set("HOME").map(|home| home.join(".local/state/farthing")))
        .ok_or_else(|| Error::Input("There is no home folder: say --state FOLDER.".into()))
}

impl Session {
    /// Connects, and takes up the deployment.
    pub async fn open(options: Options, output: Output) -> Result<Self, Error> {
        let chain = Chain::connect(&options.node).await?;
        let client = Client::open(chain, &options.deployments, &options.network).await?;
        Ok(Self {
            options,
            output,
            client,
            state: OnceCell::new(),
            key: None,
            outbox: None,
            told: false,
            once_told: Vec::new(),
        })
    }

    /// The folder for what this chain's commands must not lose.
    pub async fn state(&self) -> Result<&Path, Error> {
        let found = self.state.get_or_try_init(|| self.find_state());
        Ok(found.await?)
    }

    async fn find_state(&self) -> Result<PathBuf, Error> {
        let chain = &self.client.chain;
        let mut folder = state_folder(&self.options)?.join(hex::encode(chain.genesis()));
        if let Some(life) = chain.life().await? {
            folder.push(hex::encode(life));
        }
        Ok(folder)
    }

    /// The signer's own file of this kind. Open the outbox before changing it: who has that is alone.
    pub async fn file(&mut self, kind: &str) -> Result<PathBuf, Error> {
        let account = self.account().await?;
        let folder = self.state().await?.join(kind);
        Ok(folder.join(format!("{account}.json")))
    }

    /// ink!'s reference to a contract of the deployment.
    pub fn contract<Ref: Single>(&self) -> Result<Ref, Error> {
        self.client.contract()
    }

    /// The time of the latest block.
    pub async fn now(&self) -> Result<Millis, Error> {
        let best = self.client.chain.best().await?;
        self.client.chain.time(best.hash).await
    }

    /// What times from now on count from, for something that the signer makes: the moment when it was first
    /// asked for, which is written down, so that the same command after an interruption means the same.
    pub async fn moment(&mut self, what: &str) -> Result<Millis, Error> {
        self.open_outbox().await?;
        let path = self.file("moments").await?;
        let mut moments: BTreeMap<String, Millis> = files::read_json(&path)?.unwrap_or_default();
        let now = self.now().await?;
        // An interrupted command is repeated soon; much later, from now on means from then on.
        moments.retain(|_, moment| now.saturating_sub(*moment) < HOUR);
        if let Some(moment) = moments.get(what) {
            return Ok(*moment);
        }
        if self.options.dry_run {
            return Ok(now);
        }
        moments.insert(what.into(), now);
        files::write_json(&path, &moments)?;
        Ok(now)
    }

    /// The signer's key.
    pub async fn key(&mut self) -> Result<Key, Error> {
        if self.key.is_none() {
            self.key = Some(signer::key(&self.options, &self.client.chain).await?);
        }
        Ok(self.key.clone().expect("it was just set"))
    }

    /// The signer's account.
    pub async fn account(&mut self) -> Result<Account, Error> {
        Ok(self.key().await?.account())
    }

    /// Sends a message, unless the same was sent before and nobody was told: shows what it costs, asks,
    /// signs, waits, and shows what came of it. `words` say what it does.
    pub async fn act<R: Answer>(&mut self, words: &str, call: Call<R>) -> Outcome<Done<R::Good>> {
        match self.look_back(words, &call).await? {
            Some(done) => Ok(done),
            None => {
                let signer = self.account().await?;
                let plan = self.client.plan(signer, call).await?;
                self.carry_out(words, plan).await
            }
        }
    }

    /// The same for a message that has nothing more to tell than that it was done.
    pub async fn send<A: Encode, R: Answer>(
        &mut self,
        words: &str,
        message: Message<A, R>,
        value: Balance,
    ) -> Outcome {
        self.act(words, Call::new(message, value)).await.map(drop)
    }

    /// The same for what only the next block allows, so that it cannot be tried out before.
    pub async fn act_unseen<R: Answer>(
        &mut self,
        words: &str,
        call: Call<R>,
        gas: Gas,
        deposit: i128,
        answer: R::Good,
    ) -> Outcome<Done<R::Good>>
    where
        R::Good: Encode + Decode,
    {
        match self.look_back(words, &call).await? {
            Some(done) => Ok(done),
            None => {
                let signer = self.account().await?;
                let plan = self.client.plan_unseen(signer, call, gas, deposit, &answer);
                let plan = plan.await?;
                self.carry_out(words, plan).await
            }
        }
    }

    /// What became of the transaction that an earlier command left behind: the same as this one, if it
    /// was the same call.
    async fn look_back<R: Answer>(
        &mut self,
        words: &str,
        call: &Call<R>,
    ) -> Result<Option<Done<R::Good>>, Error> {
        self.close()?;
        self.open_outbox().await?;
        let signer = self.account().await?;
        let outbox = self.outbox.as_ref().expect("it was just opened");
        if let Some(unfinished) = outbox.unfinished()? {
            if self.options.dry_run {
                self.output.warn(format!(
                    "An earlier command was interrupted after it had signed: {} (transaction 0x{}). The same command without --dry-run finds out what became of it.",
                    unfinished.what,
                    hex::encode(unfinished.transaction)
                ));
                return Ok(None);
            }
            self.output
                .under_way(Some(format!("0x{}", hex::encode(unfinished.transaction))));
        }
        let (output, certainty) = (self.output.clone(), self.options.certainty());
        let mut watcher = |progress| output.progress(progress);
        let earlier = self
            .client
            .earlier(call, signer, outbox, certainty, &mut watcher);
        let earlier = earlier.await?;
        self.output.under_way(None);
        match earlier {
            Earlier::None => Ok(None),
            Earlier::Same(done) => {
                self.output
                    .note("This was sent before, and nobody was told: it is not sent again.");
                self.show(words, &done, true).await;
                self.told = true;
                Ok(Some(done))
            }
            Earlier::Similar(unfinished, receipt) => {
                // The error tells of it.
                self.told = true;
                Err(Error::DoneBefore {
                    what: unfinished.what,
                    transaction: receipt.transaction,
                    block: receipt.block.number,
                })
            }
            Earlier::Other(unfinished, fate) => {
                // Programs see it too: it may be a payment that is not to be made again.
                self.output.warn(fate_of(&unfinished, &fate));
                outbox.empty()?;
                Ok(None)
            }
        }
    }

    /// Forgets a [moment](Self::moment), for something that is made anew.
    pub async fn forget_moment(&mut self, what: &str) -> Result<(), Error> {
        if self.options.dry_run {
            return Ok(());
        }
        let path = self.file("moments").await?;
        let mut moments: BTreeMap<String, Millis> = files::read_json(&path)?.unwrap_or_default();
        moments.remove(what);
        files::write_json(&path, &moments)
    }

    /// Finds out and tells what became of an earlier transaction, for commands that go by what is on the
    /// chain, so that they do not make the same call again.
    pub async fn settle_earlier(&mut self) -> Result<(), Error> {
        self.close()?;
        self.open_outbox().await?;
        let key = self.key().await?;
        self.taking(&key).settle().await
    }

    async fn carry_out<R: Answer>(&mut self, words: &str, plan: Plan<R>) -> Outcome<Done<R::Good>> {
        self.show_plan(words, &plan).await?;
        if self.options.dry_run {
            return Err(Stop::Planned);
        }
        if !self.options.yes {
            prompt::agreed("Sign and send?").await?;
        }
        let key = self.key().await?;
        let outbox = self.outbox.as_ref().expect("look_back opened it");
        let (output, certainty) = (self.output.clone(), self.options.certainty());
        let mut watcher = |progress| output.progress(progress);
        let sent = self
            .client
            .send(plan, &key, outbox, certainty, &mut watcher)
            .await;
        self.output.under_way(None);
        // Whoever gets this error tells it.
        self.told = matches!(sent, Ok(_) | Err(Error::Failed { .. }));
        let done = sent?;
        self.show(words, &done, false).await;
        Ok(done)
    }

    /// Takes a step that makes a contract; after [`Session::settle_earlier`].
    pub async fn take_step(&mut self, words: &str, step: Step) -> Outcome {
        let key = self.key().await?;
        let taken = self.taking(&key).take(words, step).await;
        self.told = matches!(taken, Ok(_) | Err(Stop::Failed(Error::Failed { .. })));
        let line = format!("{words}: done in {}", cost_of(&taken?));
        self.output.say(line);
        Ok(())
    }

    /// What it takes to take steps; once the outbox is open.
    fn taking<'a>(&'a self, key: &'a Key) -> Taking<'a> {
        Taking {
            options: &self.options,
            output: &self.output,
            chain: &self.client.chain,
            key,
            outbox: self.outbox.as_ref().expect("it is open"),
        }
    }

    // ---- The outbox ----

    /// The signer's outbox.
    pub async fn open_outbox(&mut self) -> Result<&Outbox, Error> {
        if self.outbox.is_none() {
            let (account, genesis) = (self.account().await?, self.client.chain.genesis());
            let folder = state_folder(&self.options)?;
            self.outbox = Some(Outbox::open(&folder, &genesis, account)?);
        }
        Ok(self.outbox.as_ref().expect("it was just set"))
    }

    /// Says what is about to be signed for use off the chain, and asks.
    pub async fn agree(&self, words: &str) -> Outcome {
        if self.options.dry_run {
            self.output.say(words);
            self.output.field("plan", json!({ "what": words }));
            return Err(Stop::Planned);
        }
        self.output.note(words);
        match self.options.yes {
            true => Ok(()),
            false => Ok(prompt::agreed("Sign?").await?),
        }
    }

    /// Has something done once the result was told, if it is a good one.
    pub fn once_told(&mut self, work: impl FnOnce() -> Result<(), Error> + 'static) {
        self.once_told.push(Box::new(work));
    }

    /// Empties the outbox of what this command sent, if the result was told. What an earlier command
    /// left there stays: nobody was told.
    pub fn close(&mut self) -> Result<(), Error> {
        match (&self.outbox, std::mem::take(&mut self.told)) {
            (Some(outbox), true) => outbox.empty(),
            _ => Ok(()),
        }
    }

    /// What is to be done after it was told how the command ended. One that did what it should is not to
    /// be found again. One that sent its transaction, and then failed at something else, is run again by
    /// whoever relies on its exit code: the transaction stays in the outbox, so as not to be made twice.
    pub fn end(mut self, ended: &Result<(), Error>) -> Result<(), Error> {
        if self.told || !self.once_told.is_empty() {
            self.output.was_heard()?;
        }
        match ended {
            Ok(()) => {
                for work in std::mem::take(&mut self.once_told) {
                    work()?;
                }
                self.close()
            }
            Err(Error::Failed { .. } | Error::DoneBefore { .. }) => self.close(),
            Err(_) => Ok(()),
        }
    }

    // ---- Showing ----

    async fn show_plan<R: Answer>(&self, words: &str, plan: &Plan<R>) -> Result<(), Error> {
        let metadata = self.client.metadata_of(&plan.what)?;
        let answer = plan.answer_json(&metadata)?;
        let back = self.comes_back(plan).await?;
        if self.options.dry_run {
            self.output.field(
                "plan",
                json!({
                    "signer": plan.signer,
                    "call": plan.what,
                    "value": plan.value.to_string(),
                    "fee": plan.fee.to_string(),
                    "fee_at_most": plan.fee_at_most.to_string(),
                    "deposit": plan.deposit.to_string(),
                    "deposit_comes_back": back.map(|back| back.to_string()),
                    "answer": answer,
                }),
            );
        }
        let mut line = format!("{words}\n  as {}\n  ", plan.signer);
        if plan.value > 0 {
            line += &format!("{} go with it; ", unit(plan.value));
        }
        line += &format!(
            "fee {} (at most {})",
            unit(plan.fee),
            unit(plan.fee_at_most)
        );
        match plan.deposit {
            0 => {}
            back if back < 0 => line += &format!("; {} of deposit come back", signed_unit(-back)),
            locked => line += &format!("; {} are locked as deposit", signed_unit(locked)),
        }
        if let Some(back) = back {
            line += &format!(
                "\n  about {} of this deposit come back, as things are: the contract's deposits are one pot, and \
                 storage was cheaper when others paid into it",
                unit(back)
            );
        }
        if !answer.is_null() {
            line += &format!("\n  the contract would answer: {answer}");
        }
        match self.options.dry_run {
            true => self.output.say(line),
            false => self.output.note(line),
        }
        Ok(())
    }

    /// How much of the deposit that a call locks comes back, if that is not all of it.
    async fn comes_back<R: Answer>(&self, plan: &Plan<R>) -> Result<Option<Balance>, Error> {
        match Balance::try_from(plan.deposit) {
            Ok(locked) if locked > 0 => {
                let chain = &self.client.chain;
                chain.deposit_comes_back(plan.to(), locked).await
            }
            _ => Ok(None),
        }
    }

    async fn show<T>(&self, words: &str, done: &Done<T>, again: bool) {
        let receipt = &done.receipt;
        let mut events = Vec::new();
        for event in &receipt.events {
            events.push(self.event(event).await);
        }
        self.output.transaction(json!({
            "call": done.what,
            "transaction": format!("0x{}", hex::encode(receipt.transaction)),
            "block": receipt.block.number,
            "block_hash": format!("0x{}", hex::encode(receipt.block.hash)),
            "fee": receipt.fee.to_string(),
            "deposit": receipt.deposit.to_string(),
            "sent_before": again,
            "events": events,
        }));
        self.output
            .say(format!("{words}: done in {}", cost_of(receipt)));
    }

    /// A contract's event, as its metadata has it; in hexadecimal if it is none of this deployment's.
    pub async fn event(&self, event: &Emitted) -> Value {
        match self.client.event(event).await {
            Some((contract, name, fields)) => json!({
                "contract": contract,
                "address": event.contract,
                "event": name,
                "fields": fields,
            }),
            None => json!({
                "address": event.contract,
                "data": format!("0x{}", hex::encode(&event.data)),
            }),
        }
    }

    /// Reads, and shows what was read under a name.
    pub fn show_read(&self, name: &str, value: Value) {
        for line in crate::output::lines(&value) {
            self.output.say(line);
        }
        self.output.field(name, value);
    }
}

/// Where and at what cost.
fn cost_of(receipt: &Receipt) -> String {
    let mut line = format!("block {}, fee {}", receipt.block.number, unit(receipt.fee));
    if receipt.deposit != 0 {
        line += &format!(", deposit {}", signed_unit(receipt.deposit));
    }
    line
}

/// What became of an earlier transaction, in a sentence.
pub fn fate_of(unfinished: &Unfinished, fate: &Fate) -> String {
    let what = format!(
        "An earlier command was interrupted after it had signed: {} (transaction 0x{})",
        unfinished.what,
        hex::encode(unfinished.transaction)
    );
    match fate {
        Fate::Never => format!("{what}. It did not happen, and cannot any more."),
        Fate::Happened(receipt) => match &receipt.failure {
            None => format!("{what}. It happened in block {}.", receipt.block.number),
            Some(reason) => format!(
                "{what}. It failed in block {}: {reason}.",
                receipt.block.number
            ),
        },
    }
}
