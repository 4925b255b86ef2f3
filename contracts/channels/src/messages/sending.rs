//! Money out: straight through, and a credit only if the chain refuses to move it.

use crate::{
    channels::Channels,
    credit::Credit,
    error::{Error, Result},
    events::{Credited, Withdrawn},
    storage,
};
use farthing_shared::try_send;
use farthing_types::Balance;
use ink::{codegen::StaticEnv, primitives::AccountId};

/// Sends an account what it is due; what the chain refuses to move is the account's credit.
pub(crate) fn send_or_credit(account: AccountId, amount: Balance) -> Result<()> {
    match try_send(account, amount) {
        true => Ok(()),
        false => credit(account, amount),
    }
}

/// Apart, so that what is sent does not pay for the length of this.
#[cold]
#[inline(never)]
fn credit(account: AccountId, amount: Balance) -> Result<()> {
    let mut all = storage::credits();
    let record = all.get(account);
    let mut credit = record.unwrap_or_else(|| Credit::paid_by(signer().unwrap_or(account)));
    credit.add(amount).ok_or(Error::Overflow)?;
    all.insert(account, &credit);
    Channels::env().emit_event(Credited {
        account,
        amount,
        paid_by: credit.paid_by,
    });
    Ok(())
}

/// Sends an account its credit, and frees the record if the caller paid for it.
pub(crate) fn withdraw(account: AccountId) -> Result<Balance> {
    let (mut all, caller) = (storage::credits(), signer());
    let credit = all.get(account).filter(|credit| credit.is_worth(caller));
    let credit = credit.ok_or(Error::NothingDue)?;
    let amount = credit.amount;
    if amount > 0 && !try_send(account, amount) {
        return Err(Error::TransferFailed);
    }
    let freed = Some(credit.paid_by) == caller;
    match freed {
        true => all.remove(account),
        false => {
            all.insert(account, &Credit::paid_by(credit.paid_by));
        }
    }
    Channels::env().emit_event(Withdrawn {
        account,
        amount,
        freed,
    });
    Ok(amount)
}

/// Who signed, and so pays and gets deposits; `None` if a contract calls, as that is not known here. Whoever
/// signs when the contract calls the next time need not be the same.
fn signer() -> Option<AccountId> {
    let signed = Channels::env().caller_is_origin();
    signed.then(|| Channels::env().caller())
}
