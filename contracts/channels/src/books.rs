//! Behind the messages: money in and out, and between an account and its channels.

use crate::{
    account::Account,
    channel::{Channel, ChannelError, Terms},
    channels::Channels,
    error::{Error, Result},
    events::{Change, ChannelChange, ChannelsChanged, PausedUntil},
};
use farthing_types::{pause::Pause, Balance, Millis};
use ink::{
    codegen::StaticEnv,
    env::ReturnFlags,
    prelude::{vec, vec::Vec},
    primitives::AccountId,
    MessageResult,
};

/// Most entries of a list.
pub const MAX_BATCH: usize = 64;

/// Payer and payee.
type Pair = (AccountId, AccountId);

impl Channels {
    // ---- Payers' channels ----

    pub(crate) fn open_all(&mut self, channels: Vec<(AccountId, Terms)>) -> Result<Vec<u64>> {
        check_batch(channels.len())?;
        let now = Self::env().block_timestamp();
        let (payer, contract) = (Self::env().caller(), Self::env().account_id());
        let deposited = self.take_in()?;
        let mut purse = Purse::with(deposited);
        let mut epochs = Vec::with_capacity(channels.len());
        let mut changes = Vec::with_capacity(channels.len());
        for (payee, terms) in channels {
            let refused = |why| Error::Channel(payee, why);
            terms.check().map_err(refused)?;
            if payee == payer || payee == contract {
                return Err(refused(ChannelError::BadPayee));
            }
            let key = (payer, payee);
            if let Some(earlier) = self.channels.get(key) {
                earlier.check_over(now).map_err(refused)?;
                purse.put(earlier.rest())?;
                changes.push(earlier.changed(key, Change::Cleared(earlier.rest())));
            }
            purse.take(terms.reserve, || self.free(payer))?;
            self.epochs = self.epochs.checked_add(1).ok_or(Error::Overflow)?;
            let channel = Channel::open(&terms, self.epochs);
            self.channels.insert(key, &channel);
            epochs.push(channel.epoch);
            changes.push(channel.changed(key, Change::Opened(terms)));
        }
        self.empty(purse, payer)?;
        self.changed(deposited, changes);
        Ok(epochs)
    }

    pub(crate) fn top_up_one(&mut self, payee: AccountId, amount: Balance) -> Result<()> {
        let payer = Self::env().caller();
        let (key, refused) = ((payer, payee), |why| Error::Channel(payee, why));
        if amount == 0 {
            return Err(refused(ChannelError::ZeroAmount));
        }
        let mut channel = self.channel_with(key, payee)?;
        channel
            .check_no_end(Self::env().block_timestamp())
            .map_err(refused)?;
        channel.top_up(amount).ok_or(Error::Overflow)?;
        self.channels.insert(key, &channel);

        let deposited = self.take_in()?;
        let mut purse = Purse::with(deposited);
        purse.take(amount, || self.free(payer))?;
        self.empty(purse, payer)?;
        let change = channel.changed(key, Change::ToppedUp(amount));
        self.changed(deposited, vec![change]);
        Ok(())
    }

    pub(crate) fn exit_all(&mut self, payees: Vec<AccountId>) -> Result<()> {
        check_batch(payees.len())?;
        let now = Self::env().block_timestamp();
        let payer = Self::env().caller();
        let mut changes = Vec::with_capacity(payees.len());
        for payee in payees {
            let key = (payer, payee);
            let mut channel = self.channel_with(key, payee)?;
            let end = channel
                .exit(now)
                .map_err(|why| Error::Channel(payee, why))?;
            self.channels.insert(key, &channel);
            changes.push(channel.changed(key, Change::Exiting(end)));
        }
        self.changed(0, changes);
        Ok(())
    }

    pub(crate) fn clear_all(&mut self, payees: Vec<AccountId>) -> Result<()> {
        check_batch(payees.len())?;
        let now = Self::env().block_timestamp();
        let payer = Self::env().caller();
        let mut total: Balance = 0;
        let mut changes = Vec::with_capacity(payees.len());
        for payee in payees {
            let key = (payer, payee);
            let channel = self.channel_with(key, payee)?;
            channel
                .check_over(now)
                .map_err(|why| Error::Channel(payee, why))?;
            self.channels.remove(key);
            let rest = channel.rest();
            total = total.checked_add(rest).ok_or(Error::Overflow)?;
            changes.push(channel.changed(key, Change::Cleared(rest)));
        }
        self.credit(payer, total)?;
        self.changed(0, changes);
        Ok(())
    }

    // ---- Payees' channels ----

    pub(crate) fn close_all(&mut self, payers: Vec<AccountId>) -> Result<()> {
        check_batch(payers.len())?;
        let now = Self::env().block_timestamp();
        let payee = Self::env().caller();
        let mut changes = Vec::with_capacity(payers.len());
        for payer in payers {
            let key = (payer, payee);
            let mut channel = self.channel_with(key, payer)?;
            channel
                .close(now)
                .map_err(|why| Error::Channel(payer, why))?;
            self.channels.insert(key, &channel);
            changes.push(channel.changed(key, Change::Closed));
        }
        self.changed(0, changes);
        Ok(())
    }

    /// The channel of this pair; `other` is whom an error is about.
    pub(crate) fn channel_with(&self, key: Pair, other: AccountId) -> Result<Channel> {
        self.channels
            .get(key)
            .ok_or(Error::Channel(other, ChannelError::Missing))
    }

    // ---- Accounts ----

    pub(crate) fn free(&self, account: AccountId) -> Balance {
        self.accounts.get(account).map_or(0, |record| record.free)
    }

    /// Changes an account's record, which is created if there is none.
    pub(crate) fn change(
        &mut self,
        account: AccountId,
        change: impl FnOnce(&mut Account) -> Option<()>,
    ) -> Result<()> {
        let mut record = self.accounts.get(account).unwrap_or_else(|| Account {
            free: 0,
            paid_by_owner: account == Self::env().caller(),
        });
        change(&mut record).ok_or(Error::Overflow)?;
        self.accounts.insert(account, &record);
        Ok(())
    }

    /// Adds to what is free for an account. Touches no record for nothing.
    pub(crate) fn credit(&mut self, account: AccountId, amount: Balance) -> Result<()> {
        match amount {
            0 => Ok(()),
            _ => self.change(account, |record| record.credit(amount)),
        }
    }

    /// Makes what is left in a purse free for its payer.
    fn empty(&mut self, purse: Purse, payer: AccountId) -> Result<()> {
        match purse.looked_up {
            false => self.credit(payer, purse.free),
            true => self.change(payer, |record| {
                record.free = purse.free;
                Some(())
            }),
        }
    }

    // ---- Money in and out ----

    /// Counts the attached value as owed, and returns it.
    pub(crate) fn take_in(&mut self) -> Result<Balance> {
        let amount = Self::env().transferred_value();
        self.owed = self.owed.checked_add(amount).ok_or(Error::Overflow)?;
        Ok(amount)
    }

    /// Sends what an account was owed.
    pub(crate) fn give_out(&mut self, account: AccountId, amount: Balance) -> Result<()> {
        self.owed = self.owed.checked_sub(amount).ok_or(Error::Overflow)?;
        Self::env()
            .transfer(account, amount)
            .map_err(|_| Error::TransferFailed)
    }

    // ---- The guardian's pause ----

    pub(crate) fn latest_pause(&self) -> Pause {
        Pause {
            until: self.paused_until,
        }
    }

    pub(crate) fn check_not_paused(&self) -> Result<()> {
        match self.latest_pause().active(Self::env().block_timestamp()) {
            Some(until) => Err(Error::Paused(until)),
            None => Ok(()),
        }
    }

    /// The time, if the caller is the guardian.
    pub(crate) fn check_guardian(&self) -> Result<Millis> {
        if self.guardian != Some(Self::env().caller()) {
            return Err(Error::NotGuardian);
        }
        Ok(Self::env().block_timestamp())
    }

    pub(crate) fn set_pause(&mut self, until: Millis) {
        self.paused_until = until;
        Self::env().emit_event(PausedUntil { until });
    }

    // ---- Events ----

    pub(crate) fn changed(&self, deposited: Balance, changes: Vec<ChannelChange>) {
        Self::env().emit_event(ChannelsChanged { deposited, changes });
    }
}

/// What a payer can set aside within one call: at first only what came with the call, so that the
/// payer's record is read and written only if that is not enough, or too much.
struct Purse {
    free: Balance,
    /// Whether what the record says is free is in it.
    looked_up: bool,
}

impl Purse {
    fn with(free: Balance) -> Self {
        Self {
            free,
            looked_up: false,
        }
    }

    fn put(&mut self, amount: Balance) -> Result<()> {
        self.free = self.free.checked_add(amount).ok_or(Error::Overflow)?;
        Ok(())
    }

    fn take(&mut self, amount: Balance, record: impl FnOnce() -> Balance) -> Result<()> {
        if amount > self.free && !self.looked_up {
            self.put(record())?;
            self.looked_up = true;
        }
        self.free = self
            .free
            .checked_sub(amount)
            .ok_or(Error::FreeTooLow(self.free))?;
        Ok(())
    }
}

impl Channel {
    /// What the world is told about a change of this channel.
    pub(crate) fn changed(&self, (payer, payee): Pair, change: Change) -> ChannelChange {
        ChannelChange {
            payer,
            payee,
            epoch: self.epoch,
            change,
        }
    }
}

/// Ends a message well that changed nothing in the contract's root item.
///
/// ink! writes the root item back after every message that could change it, which costs more than half
/// a transfer. Whatever only moves money between books changes other items, and ends here before that
/// happens.
pub(crate) fn end_without_root<T: scale::Encode>(answer: T) -> ! {
    let answer: MessageResult<Result<T>> = Ok(Ok(answer));
    ink::env::return_value(ReturnFlags::empty(), &answer)
}

pub(crate) fn check_batch(size: usize) -> Result<()> {
    if size == 0 || size > MAX_BATCH {
        return Err(Error::BatchSize);
    }
    Ok(())
}
