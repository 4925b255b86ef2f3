//! The signer's outbox, and what is to be done once a result was told.

use super::Session;
use farthing_client::{Error, Outbox};
use farthing_types::Hash;

impl Session {
    /// The signer's outbox.
    pub async fn outbox(&self) -> Result<&Outbox, Error> {
        self.outbox.get_or_try_init(|| self.open_outbox()).await
    }

    async fn open_outbox(&self) -> Result<Outbox, Error> {
        let (account, genesis) = (self.account().await?, self.client.chain.genesis());
        let folder = self.settings.state_folder()?;
        Outbox::open_within(&folder, &genesis, account, self.settings.wait)
    }

    /// The block after which a transaction was signed that is under way in this folder, whoever signed it.
    pub async fn signed_after(&self, transaction: Hash) -> Result<Option<u32>, Error> {
        let all = Outbox::look_at_all(&self.settings.state_folder()?, &self.client.chain.genesis());
        let mut found = all?.into_iter();
        let found = found.find(|(_, unfinished)| unfinished.transaction == transaction);
        Ok(found.map(|(_, unfinished)| unfinished.signed_after()))
    }

    /// Has something done once the result was told, if it is a good one.
    pub fn once_told(&mut self, work: impl FnOnce() -> Result<(), Error> + 'static) {
        self.once_told.push(Box::new(work));
    }

    /// Empties the outbox of what this command sent, if the result was told. What an earlier command
    /// left there stays: nobody was told.
    pub fn close(&mut self) -> Result<(), Error> {
        match (self.outbox.get(), std::mem::take(&mut self.told)) {
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
}
