//! Money out: straight through, and kept only if the chain refuses to move it.

use crate::{
    channels::Channels,
    error::{Error, Result},
    events::{KeptFor, Withdrawn},
    kept::Kept,
    storage,
};
use farthing_shared::try_send;
use farthing_types::Balance;
use ink::{codegen::StaticEnv, primitives::AccountId};

/// Sends an account what it is due; what the chain refuses to move is kept for it.
pub(crate) fn send_or_keep(account: AccountId, amount: Balance) -> Result<()> {
    match try_send(account, amount) {
        true => Ok(()),
        false => keep(account, amount),
    }
}

/// Apart, so that what is sent does not pay for the length of this.
#[cold]
#[inline(never)]
fn keep(account: AccountId, amount: Balance) -> Result<()> {
    let mut all = storage::kept();
    let record = all.get(account);
    let mut kept = record.unwrap_or_else(|| Kept::paid_by(signer().unwrap_or(account)));
    kept.add(amount).ok_or(Error::Overflow)?;
    all.insert(account, &kept);
    Channels::env().emit_event(KeptFor {
        account,
        amount,
        paid_by: kept.paid_by,
    });
    Ok(())
}

/// Sends an account what is kept for it, and frees the record if the caller paid for it.
pub(crate) fn withdraw(account: AccountId) -> Result<Balance> {
    let (mut all, caller) = (storage::kept(), signer());
    let kept = all.get(account).filter(|kept| kept.is_worth(caller));
    let kept = kept.ok_or(Error::NothingDue)?;
    let amount = kept.amount;
    if amount > 0 && !try_send(account, amount) {
        return Err(Error::TransferFailed);
    }
    let freed = Some(kept.paid_by) == caller;
    match freed {
        true => all.remove(account),
        false => {
            all.insert(account, &Kept::paid_by(kept.paid_by));
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
