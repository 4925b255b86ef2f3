//! Sends money from one account to another.

use crate::{
    deploying::Step,
    message::address,
    outbox::Unfinished,
    transaction::{Certainty, Fate, Watcher},
    Account, Chain, Error, Outbox, Receipt,
};
use farthing_types::{commitment::blake2_256, Balance, Hash};
use subxt::{dynamic::Value, tx::DynamicPayload};

/// Money that is to be sent to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// The account that gets it.
    pub to: Account,
    /// The amount in the smallest unit; `None` for all that the sender can spend and stay alive.
    pub amount: Option<Balance>,
}

/// What became of an earlier transaction, found out before a transfer is planned.
pub enum EarlierTransfer {
    /// There was no earlier transaction.
    None,
    /// It was the very same transfer, and it succeeded. Do not make it again.
    Same(Receipt),
    /// It was a transfer of another amount to the same account, and it happened. Perhaps this transfer was
    /// meant.
    Similar(Unfinished, Receipt),
    /// It was something else. Says what, and what became of it.
    Other(Unfinished, Fate),
}

impl Chain {
    /// Plans a transfer that leaves the sender's account alive, and returns what it would cost.
    ///
    /// # Errors
    /// [`Error::NotEnough`]; [`Error::Input`] if the amount is too small for an account that does not exist
    /// yet; [`Error::Node`].
    pub async fn plan_transfer(&self, signer: Account, transfer: &Transfer) -> Result<Step, Error> {
        let mut step = self
            .step(
                signer,
                transfer.what(),
                transfer.payload(),
                0,
                transfer.amount.unwrap_or(0),
            )
            .await?;
        if transfer.amount.is_none() {
            let has = self.money(signer).await?.spendable;
            step.draft.value = has.saturating_sub(step.fee);
        }
        self.check_existence(transfer.to, step.draft.value).await?;
        Ok(step)
    }

    /// Checks that an account will exist once it gets this much.
    async fn check_existence(&self, account: Account, amount: Balance) -> Result<(), Error> {
        let least = self.existential_deposit()?;
        if amount >= least || self.money(account).await?.free > 0 {
            return Ok(());
        }
        Err(Error::Input(format!(
            "{account} does not exist yet, and accounts have at least {}: send that much.",
            self.token().unit(least)
        )))
    }

    /// Finds out what became of the transaction in the outbox, if there is one, before a transfer is planned.
    /// Empty the outbox once the user has been told the result.
    ///
    /// # Errors
    /// [`Error::UnknownFate`], [`Error::Node`], [`Error::File`].
    pub async fn earlier_transfer(
        &self,
        transfer: &Transfer,
        signer: Account,
        outbox: &Outbox,
        certainty: Certainty,
        watcher: Watcher<'_>,
    ) -> Result<EarlierTransfer, Error> {
        let Some(unfinished) = outbox.unfinished()? else {
            return Ok(EarlierTransfer::None);
        };
        let is_same = unfinished.fingerprint == self.fingerprint(transfer)?;
        let is_similar = unfinished.what == transfer.what();
        let settled = self.settle(&unfinished, signer, certainty, watcher);
        Ok(match settled.await? {
            Fate::Happened(receipt) if receipt.failure.is_none() && is_same => {
                EarlierTransfer::Same(receipt)
            }
            Fate::Happened(receipt) if receipt.failure.is_none() && is_similar => {
                EarlierTransfer::Similar(unfinished, receipt)
            }
            fate => EarlierTransfer::Other(unfinished, fate),
        })
    }

    fn fingerprint(&self, transfer: &Transfer) -> Result<Hash, Error> {
        Ok(blake2_256(&self.api.tx().call_data(&transfer.payload())?))
    }
}

impl Transfer {
    fn what(&self) -> String {
        format!("transfer to {}", self.to)
    }

    fn payload(&self) -> DynamicPayload {
        let to = address(self.to);
        match self.amount {
            Some(amount) => subxt::dynamic::tx(
                "Balances",
                "transfer_keep_alive",
                vec![to, Value::u128(amount)],
            ),
            None => subxt::dynamic::tx("Balances", "transfer_all", vec![to, Value::bool(true)]),
        }
    }
}

impl Step {
    /// Returns how much money goes with it, in the smallest unit.
    pub fn value(&self) -> Balance {
        self.draft.value
    }
}
