//! Steps once it is known what they are about: the calls that contract and model both get.

use super::papers::{Consent, Key, Paper};
use crate::channels::world::{Balance, Entry, Millis, Moment, Outcome, Terms, MIN_GIFT_LANE};

/// An account, by its place in the list of all.
pub type Who = usize;
/// Those who sign; each of them pays and is paid.
pub const PEOPLE: usize = 4;
/// The last of them is the guardian too.
pub const GUARDIAN: Who = PEOPLE - 1;
/// An account that does not exist at first, and is only ever paid.
pub const GHOST: Who = PEOPLE;
/// The contract's own account.
pub const CONTRACT: Who = PEOPLE + 1;
/// The lanes that are used, the last one for gifts.
pub const LANES: [u32; 3] = [0, 1, MIN_GIFT_LANE];

/// Payer, payee and lane.
pub type Line = (Who, Who, u32);
/// A line, and a life in it.
pub type LifeId = (Line, Millis);

/// On which terms a channel is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub reserve: Balance,
    pub key: Key,
    /// Whose key signs closings: the payee's own, or a phone's.
    pub closer: Key,
    pub delay: Millis,
}

impl Offer {
    /// The terms as the contract gets them.
    pub fn terms(&self, signer: [u8; 32], closer: [u8; 32]) -> Terms {
        Terms {
            reserve: self.reserve,
            signer,
            closer,
            delay: self.delay,
        }
    }
}

/// A call, or something that happens beside the contract.
#[derive(Clone, Debug)]
pub enum Action {
    /// Opens channels of the signer's.
    Open {
        epoch: Millis,
        channels: Vec<(Who, u32, Offer)>,
    },
    /// Opens channels of somebody's, with the signer's money.
    OpenFor {
        payer: Who,
        epoch: Millis,
        channels: Vec<(Who, u32, Offer)>,
    },
    TopUp {
        life: LifeId,
    },
    Exit {
        lives: Vec<LifeId>,
    },
    Clear {
        lives: Vec<LifeId>,
    },
    CloseTogether {
        line: Line,
        amount: Balance,
        expires: Millis,
        consent: Consent,
    },
    Claim {
        payee: Who,
        papers: Vec<Paper>,
    },
    Close {
        lives: Vec<LifeId>,
    },
    Withdraw {
        account: Who,
    },
    Pause {
        duration: Millis,
    },
    Resume,
    /// A plain transfer into the contract.
    Send,
    /// A plain transfer to the account that may not exist.
    Fund,
    /// The payer gives the payee a voucher, which takes no transaction.
    Sign {
        paper: Paper,
    },
    /// Makes blocks until both have come.
    Jump {
        to: Moment,
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
    Ends(Vec<Entry<Moment>>),
    Rests(Vec<Entry<Balance>>),
    Sent(Balance),
    Outcomes(Vec<Outcome>),
}
