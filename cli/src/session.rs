//! What commands share: the chain, the deployment, the signer, and the one way to send a transaction.

use crate::{
    outcome::{Outcome, Stop},
    output::Output,
    prompt,
    settings::Settings,
    signer,
    step::{self, fate_of, Taking},
};
use farthing_client::{
    Account, Answer, Call, Client, Done, Earlier, Emitted, Error, Gas, Key, Memory, Message,
    Outbox, Plan, Receipt, Step, Token,
};
use farthing_contracts::{Contract, Single};
use farthing_types::{Balance, Millis};
use scale::{Decode, Encode};
use serde_json::{json, Value};
use std::path::{Path, PathBuf};
use tokio::sync::OnceCell;

/// A command at work.
pub struct Session {
    pub settings: Settings,
    pub output: Output,
    pub client: Client,
    /// See [`Session::state`].
    state: OnceCell<PathBuf>,
    key: Option<Key>,
    outbox: Option<Outbox>,
    /// What this command's words came to, which goes into the outbox with what is signed.
    memory: Memory,
    /// Whether what is in the outbox is this command's, and its result was told.
    told: bool,
    /// What is to be done once the result was told.
    once_told: Vec<Work>,
}

type Work = Box<dyn FnOnce() -> Result<(), Error>>;

impl Session {
    /// Connects, and takes up the deployment.
    pub async fn open(settings: Settings, output: Output) -> Result<Self, Error> {
        let chain = settings.connect().await?;
        output.set_token(chain.token());
        let client = Client::open(chain, &settings.deployments, &settings.network).await?;
        Ok(Self {
            settings,
            output,
            client,
            state: OnceCell::new(),
            key: None,
            outbox: None,
            memory: Memory::new(),
            told: false,
            once_told: Vec::new(),
        })
    }

    /// The chain's token.
    pub fn token(&self) -> &Token {
        self.client.chain.token()
    }

    /// An amount with the token's symbol.
    pub fn unit(&self, amount: Balance) -> String {
        self.token().unit(amount)
    }

    /// The folder for what this chain's commands must not lose.
    pub async fn state(&self) -> Result<&Path, Error> {
        let found = self.state.get_or_try_init(|| self.find_state());
        Ok(found.await?)
    }

    async fn find_state(&self) -> Result<PathBuf, Error> {
        let chain = &self.client.chain;
        let mut folder = self
            .settings
            .state_folder()?
            .join(hex::encode(chain.genesis()));
        if let Some(life) = chain.life().await? {
            folder.push(hex::encode(life));
        }
        Ok(folder)
    }

    /// The signer's own file of this kind. Open the outbox before changing it: who has that is alone.
    pub async fn file(&mut self, kind: &str) -> Result<PathBuf, Error> {
        let account = self.account().await?;
        let folder = self.state().await?.join(kind);
        Ok(folder.join(format!("{}.json", account.generic())))
    }

    /// ink!'s reference to a contract of the deployment.
    pub fn contract<Ref: Single>(&self) -> Result<Ref, Error> {
        self.client.contract()
    }

    /// What times from now on count from, for something that the signer makes: the moment when it was first
    /// asked for, as long as a transaction is under way that may be of these words.
    pub async fn moment(&mut self, words: &str) -> Result<Millis, Error> {
        if let Some(moment) = self.recall(words).await? {
            return Ok(moment);
        }
        self.freshen().await?;
        let now = self.client.chain.clock().await?;
        self.remember(words, &now)?;
        Ok(now)
    }

    /// The same by the time of the latest block, for what must not lie in the future when it is tried out.
    pub async fn block_moment(&mut self, words: &str) -> Result<Millis, Error> {
        match self.recall(words).await? {
            Some(moment) => Ok(moment),
            None => self.block_moment_anew(words).await,
        }
    }

    /// The same for something that is made anew.
    pub async fn block_moment_anew(&mut self, words: &str) -> Result<Millis, Error> {
        self.freshen().await?;
        let now = self.client.chain.block_time().await?;
        self.remember(words, &now)?;
        Ok(now)
    }

    /// Sees to it that what is tried out next is tried at about the present time; a dry run makes no block.
    async fn freshen(&self) -> Result<(), Error> {
        match self.settings.dry_run {
            true => Ok(()),
            false => self.client.chain.freshen().await,
        }
    }

    // ---- Memory ----
    //
    // A transaction that was interrupted is known again by its bytes. Some of what goes into them is not in the
    // command's own words: the price of the moment, or the moment itself. Were it looked up again, the same
    // words would make another call, and pay once more. So it lies in the outbox beside the transaction, and is
    // used again until that is settled, and no longer.

    /// What these words came to, if a transaction is under way that is theirs.
    pub async fn recall<T: Decode + Encode>(&mut self, words: &str) -> Result<Option<T>, Error> {
        let key = self.memory_key(words)?;
        let Some(unfinished) = self.open_outbox().await?.unfinished()? else {
            return Ok(None);
        };
        let text = unfinished.memory.get(&key).and_then(Value::as_str);
        let bytes = text.and_then(|text| hex::decode(text).ok());
        let found = bytes.and_then(|bytes| T::decode(&mut &bytes[..]).ok());
        if let Some(found) = &found {
            self.remember(words, found)?;
        }
        Ok(found)
    }

    /// Keeps what these words came to beside what is signed next.
    pub fn remember<T: Encode>(&mut self, words: &str, what: &T) -> Result<(), Error> {
        let key = self.memory_key(words)?;
        self.memory.insert(key, hex::encode(what.encode()).into());
        Ok(())
    }

    fn memory_key(&self, words: &str) -> Result<String, Error> {
        let storefront = self.client.deployment.address(Contract::Storefront)?;
        Ok(format!("{} {words}", storefront.generic()))
    }

    /// The signer's key.
    pub async fn key(&mut self) -> Result<Key, Error> {
        if self.key.is_none() {
            self.key = Some(signer::key(&self.settings, &self.client.chain).await?);
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
            if self.settings.dry_run {
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
        let (output, certainty) = (self.output.clone(), self.settings.certainty());
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

    /// Finds out and tells what became of an earlier transaction, for commands that go by what is on the
    /// chain, so that they do not make the same call again.
    pub async fn settle_earlier(&mut self) -> Result<(), Error> {
        self.close()?;
        self.open_outbox().await?;
        let key = self.key().await?;
        self.taking(&key).settle().await
    }

    async fn carry_out<R: Answer>(
        &mut self,
        words: &str,
        mut plan: Plan<R>,
    ) -> Outcome<Done<R::Good>> {
        self.show_plan(words, &plan).await?;
        step::check_fee(&self.settings, self.token(), plan.fee_at_most)?;
        plan.memory = self.memory.clone();
        if self.settings.dry_run {
            return Err(Stop::Planned);
        }
        if !self.settings.yes {
            prompt::agreed("Sign and send?").await?;
        }
        let key = self.key().await?;
        let outbox = self.outbox.as_ref().expect("look_back opened it");
        let (output, certainty) = (self.output.clone(), self.settings.certainty());
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
        let step = step.remembering(self.memory.clone());
        let taken = self.taking(&key).take(words, step).await;
        self.told = matches!(taken, Ok(_) | Err(Stop::Failed(Error::Failed { .. })));
        let receipt = taken?;
        self.tell_done(words, &receipt);
        Ok(())
    }

    /// What it takes to take steps; once the outbox is open.
    fn taking<'a>(&'a self, key: &'a Key) -> Taking<'a> {
        Taking {
            settings: &self.settings,
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
            let folder = self.settings.state_folder()?;
            self.outbox = Some(Outbox::open_within(
                &folder,
                &genesis,
                account,
                self.settings.wait,
            )?);
        }
        Ok(self.outbox.as_ref().expect("it was just set"))
    }

    /// Says what is about to be signed for use off the chain, and asks.
    pub async fn agree(&self, words: &str) -> Outcome {
        if self.settings.dry_run {
            self.output.say(words);
            self.output.field("plan", json!({ "what": words }));
            return Err(Stop::Planned);
        }
        step::tell_plan(&self.settings, &self.output, words);
        match self.settings.yes {
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
    pub fn end(mut self, ended: &Result<u8, Error>) -> Result<(), Error> {
        if self.told || !self.once_told.is_empty() {
            self.output.was_heard()?;
        }
        match ended {
            Ok(_) => {
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
        if self.settings.dry_run {
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
        for line in self.plan_lines(words, plan, back) {
            step::tell_plan(&self.settings, &self.output, &line);
        }
        Ok(())
    }

    fn plan_lines<R: Answer>(
        &self,
        words: &str,
        plan: &Plan<R>,
        back: Option<Balance>,
    ) -> Vec<String> {
        let mut cost = String::new();
        if plan.value > 0 {
            cost += &format!("{} go with it; ", self.unit(plan.value));
        }
        cost += &format!(
            "fee {} (at most {})",
            self.unit(plan.fee),
            self.unit(plan.fee_at_most)
        );
        match plan.deposit {
            0 => {}
            back if back < 0 => {
                cost += &format!("; {} of deposit come back", self.token().signed_unit(-back));
            }
            locked => {
                cost += &format!(
                    "; {} are locked as deposit",
                    self.token().signed_unit(locked)
                );
            }
        }
        let mut lines = vec![
            words.to_string(),
            format!("  as {}", plan.signer),
            format!("  {cost}"),
        ];
        lines.extend(back.map(|back| format!(
            "  about {} of this deposit come back, as things are: the contract's deposits are one pot, and storage was cheaper when others paid into it",
            self.unit(back)
        )));
        lines
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
        self.tell_done(words, receipt);
    }

    /// Says where and at what cost something was done, and where it can be looked at.
    fn tell_done(&self, words: &str, receipt: &Receipt) {
        let mut line = format!(
            "{words}: done in block {}, fee {}",
            receipt.block.number,
            self.unit(receipt.fee)
        );
        if receipt.deposit != 0 {
            line += &format!(", deposit {}", self.token().signed_unit(receipt.deposit));
        }
        self.output.say(line);
        let hash = format!("0x{}", hex::encode(receipt.transaction));
        self.output.say(match &self.settings.explorer {
            Some(explorer) => format!("  transaction {}", explorer.replace("{hash}", &hash)),
            None => format!("  transaction {hash}"),
        });
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
}
