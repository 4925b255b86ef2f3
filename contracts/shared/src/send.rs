//! Sending money.

use crate::host;
use farthing_types::Balance;
use ink::primitives::AccountId;

/// Sends `amount` to `account`, and returns whether the chain moved it. Nothing is sent for zero, which
/// counts as moved.
///
/// The chain refuses what would leave the recipient below the existential deposit, and what the contract
/// does not have to spare. Neither ends the message: the caller keeps what was refused in its books. A
/// transfer runs no code of the recipient.
pub fn try_send(account: AccountId, amount: Balance) -> bool {
    amount == 0 || host::transfer(&account, amount)
}
