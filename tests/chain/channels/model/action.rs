//! Steps once it is known what they are about: the calls that contract and model both get.

use super::papers::{Consent, Key, Paper};
use crate::channels::world::{Balance, Millis, Outcome, Terms};

/// An account, by its place in the list of all.
pub type Who = usize;
/// Those who sign; each of them pays and is paid.
pub const PEOPLE: usize = 4;
/// The last of them is the guardian too.
pub const GUARDIAN: Who = PEOPLE - 1;
/// The contract's own account.
pub const CONTRACT: Who = PEOPLE;

/// On which terms a channel is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub reserve: Balance,
    pub key: Key,
    pub delay: Millis,
}

impl Offer {
    /// The terms as the contract gets them.
    pub fn terms(&self, signer: [u8; 32]) -> Terms {
        Terms {
            reserve: self.reserve,
            signer,
            delay: self.delay,
        }
    }
}

/// A call, or something that happens beside the contract.
#[derive(Clone, Debug)]
pub enum Action {
    Deposit,
    Withdraw {
        amount: Option<Balance>,
    },
    Leave,
    Open {
        channels: Vec<(Who, Offer)>,
    },
    TopUp {
        payee: Who,
        amount: Balance,
    },
    Exit {
        payees: Vec<Who>,
    },
    Clear {
        payees: Vec<Who>,
    },
    CloseTogether {
        payee: Who,
        amount: Balance,
        consent: Consent,
    },
    Claim {
        payee: Who,
        papers: Vec<Paper>,
    },
    Close {
        payers: Vec<Who>,
    },
    Pause {
        duration: Millis,
    },
    Resume,
    /// A plain transfer into the contract.
    Send,
    /// The payer gives the payee a voucher, which takes no transaction.
    Sign {
        paper: Paper,
    },
    /// Ends the block; the next one is at this time.
    Jump {
        to: Millis,
    },
}

impl Action {
    /// What it is called.
    pub fn name(&self) -> String {
        let text = format!("{self:?}");
        let end = text.find(|c: char| !c.is_alphabetic());
        text[..end.unwrap_or(text.len())].to_owned()
    }
}

/// A call with its signer and the money attached to it.
#[derive(Clone, Debug)]
pub struct Call {
    pub signer: Who,
    pub value: Balance,
    pub action: Action,
}

/// What a message answers that goes through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Nothing,
    Epochs(Vec<u64>),
    Sent(Balance),
    Outcomes(Vec<Outcome>),
}
