//! The one way to send a message.

use super::Session;
use crate::{
    outcome::{Outcome, Stop},
    prompt,
    step::{self, fate_of, Taking},
};
use farthing_client::{
    Answer, Call, Described, Done, Earlier, EarlierTransfer, Error, Gas, Message, Plan, Receipt,
    Step, Transfer, Unfinished,
};
use farthing_types::Balance;
use scale::{Decode, Encode};

const SENT_BEFORE: &str = "This was sent before, and nobody was told: it is not sent again.";

impl Session {
    /// Sends a message, unless the same was sent before and nobody was told: shows what it costs, asks,
    /// signs, waits, and shows what came of it. `words` say what it does.
    pub async fn act<R: Answer>(&mut self, words: &str, call: Call<R>) -> Outcome<Done<R::Good>> {
        self.act_if(words, call, |_| Ok(())).await
    }

    /// The same, unless the answer that the contract would give says that it is of no use: that costs no fee.
    pub async fn act_if<R: Answer>(
        &mut self,
        words: &str,
        call: Call<R>,
        is_of_use: impl FnOnce(&Plan<R>) -> Result<(), Error>,
    ) -> Outcome<Done<R::Good>> {
        match self.look_back(words, &call).await? {
            Some(done) => Ok(done),
            None => {
                let signer = self.account().await?;
                let plan = self.client.plan(signer, call).await?;
                is_of_use(&plan)?;
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
        let (signer, outbox) = (self.account().await?, self.outbox().await?);
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
                self.output.note(SENT_BEFORE);
                self.show(words, &done, true).await;
                self.told = true;
                Ok(Some(done))
            }
            Earlier::Similar(unfinished, receipt) => {
                // The error tells of it.
                self.told = true;
                Err(done_before(unfinished, &receipt))
            }
            Earlier::Other(unfinished, fate) => {
                // Programs see it too: it may be a payment that is not to be made again.
                self.output.warn(fate_of(&unfinished, &fate));
                self.outbox().await?.empty()?;
                Ok(None)
            }
        }
    }

    /// Finds out and tells what became of an earlier transaction, for commands that go by what is on the
    /// chain, so that they do not make the same call again.
    pub async fn settle_earlier(&mut self) -> Result<(), Error> {
        self.close()?;
        self.taking().await?.settle().await
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
        let (key, outbox) = (self.key().await?, self.outbox().await?);
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

    /// Makes a transfer, unless the same was made before and nobody was told.
    pub async fn transfer(&mut self, words: &str, transfer: &Transfer) -> Outcome {
        self.close()?;
        let (signer, outbox) = (self.account().await?, self.outbox().await?);
        if !self.settings.dry_run {
            let (output, certainty) = (self.output.clone(), self.settings.certainty());
            let mut watcher = |progress| output.progress(progress);
            let chain = &self.client.chain;
            let earlier = chain.earlier_transfer(transfer, signer, outbox, certainty, &mut watcher);
            match earlier.await? {
                EarlierTransfer::None => {}
                EarlierTransfer::Same(receipt) => {
                    self.output.note(SENT_BEFORE);
                    self.told = true;
                    self.tell_found_step(words, &receipt);
                    return Ok(());
                }
                EarlierTransfer::Similar(unfinished, receipt) => {
                    self.told = true;
                    return Err(done_before(unfinished, &receipt).into());
                }
                EarlierTransfer::Other(unfinished, fate) => {
                    self.output.warn(fate_of(&unfinished, &fate));
                    outbox.empty()?;
                }
            }
        }
        let step = self.client.chain.plan_transfer(signer, transfer).await?;
        self.take_step(words, None, step).await
    }

    /// Takes a step that makes a contract, with this call of its constructor; after
    /// [`Session::settle_earlier`].
    pub async fn take_step(
        &mut self,
        words: &str,
        what: Option<&Described>,
        step: Step,
    ) -> Outcome {
        let step = step.remembering(self.memory.clone());
        let taking = self.taking().await?;
        taking.ask(words, what, &step).await?;
        let taken = taking.sign(step, &self.key().await?).await;
        self.told = matches!(taken, Ok(_) | Err(Stop::Failed(Error::Failed { .. })));
        let receipt = taken?;
        self.tell_done(words, &receipt);
        Ok(())
    }

    /// What it takes to take steps.
    async fn taking(&self) -> Result<Taking<'_>, Error> {
        Ok(Taking {
            settings: &self.settings,
            output: &self.output,
            chain: &self.client.chain,
            signer: self.account().await?,
            outbox: self.outbox().await?,
        })
    }

    /// Says what is about to be signed for use off the chain, and asks.
    pub async fn agree(&self, words: &str) -> Outcome {
        step::agree(&self.settings, &self.output, words).await
    }
}

/// An earlier transaction did something so like this that it may have been meant.
fn done_before(unfinished: Unfinished, receipt: &Receipt) -> Error {
    Error::DoneBefore {
        what: unfinished.what,
        transaction: receipt.transaction,
        block: receipt.block.number,
    }
}
